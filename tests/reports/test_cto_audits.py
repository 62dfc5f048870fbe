"""What audits bring to the CTO page: the bill by month and business, and what stands beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.watching import AccountWatch
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.reports import cto
from quarterdeck.reports.cloud_charts import costs
from quarterdeck.reports.skeleton import Site
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.audits import REFUSED, a_snapshot, audited, seen
from tests.charts.samples import numbers
from tests.figures.builders import AS_OF, a_handoff, an_entity, usd
from tests.reports.samples import HOSTILE, Golden, a_briefing
from tests.reports.test_charts import printed

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.observed import Snapshot


def briefed(*observed: Seen, snapshots: tuple[Snapshot, ...] = (a_snapshot(),)) -> Briefing:
    """Two businesses, with what was seen of them and what rules make of it."""
    facts = audited(*observed, snapshots=snapshots)
    handoffs = [a_handoff(an_entity()), a_handoff(an_entity("qos"))]
    return msgspec.structs.replace(
        a_briefing(*handoffs), evidence=facts.evidence, findings=tuple(findings(Known(facts)))
    )


def by_tag(month: str, entity: str, amount: object, **fields: object) -> CloudCost:
    return seen(CloudCost, entity=entity, month=month, by="tag", name=entity, amount=amount, **fields)


BILL = (
    by_tag("2026-09", "jada", usd(40)),
    by_tag("2026-09", "", usd(10)),
    by_tag("2026-10", "jada", usd(50)),
    by_tag("2026-10", "qos", usd(80)),
    by_tag("2026-10", "", usd(12)),
    by_tag("2026-11", "jada", usd(44)),
    by_tag("2026-11", "qos", usd(22)),
    seen(CloudCost, entity="", month="2026-10", by="service", name="S3", amount=usd(142)),
)


def test_the_bill_by_month_and_business() -> None:
    chart = costs(briefed(*BILL))
    assert chart is not None
    assert chart.labels == ("Sep", "Oct", "Nov", "Nov end")
    assert {one.label: one.values for one in chart.series} == {
        "Jada": numbers(40, 50, 44, 60),
        "Qos": numbers(None, 80, 22, 30),
        "without a tag": numbers(10, 12, None, None),
    }
    assert chart.partial == (2, 3)
    assert chart.reading == "October cost $142, most of it Qos ($80); November comes to $90 at this rate."
    assert costs(briefed(*BILL), "qos") == msgspec.structs.replace(
        chart,
        labels=("Oct", "Nov", "Nov end"),
        partial=(1, 2),
        series=(msgspec.structs.replace(chart.series[0], label="Qos", values=numbers(80, 22, 30)),),
        reading="October cost $80; November comes to $30 at this rate.",
    )


def test_a_month_that_was_read_after_its_end_is_whole() -> None:
    chart = costs(briefed(by_tag("2026-09", "jada", usd(40)), by_tag("2026-10", "jada", usd(50))))
    assert chart is not None
    assert (chart.labels, chart.partial) == (("Sep", "Oct"), ())
    assert chart.reading == "October cost $50."


def test_before_the_third_day_without_a_month_before_no_rate_is_said() -> None:
    second = Source("evidence/c.json", kind="evidence", as_of=date(2026, 11, 2))
    chart = costs(briefed(by_tag("2026-11", "jada", usd(4), source=second)))
    assert chart is not None
    assert (chart.labels, chart.partial) == (("Nov",), (0,))
    assert chart.reading == "November cost $4 until 1 November."


@pytest.mark.parametrize("amount", [REFUSED, Money(Decimal(5), "EUR")])
def test_what_is_not_known_of_a_bill_is_a_gap(amount: object) -> None:
    chart = costs(briefed(by_tag("2026-10", "jada", usd(50)), by_tag("2026-10", "qos", amount)))
    assert chart is not None
    assert {one.label: one.values for one in chart.series} == {"Jada": numbers(50), "Qos": (None,)}
    assert "not known" in printed(chart)


def test_the_newest_reading_of_a_month_counts_and_a_month_between_is_a_gap() -> None:
    old = Source("evidence/cloud-cost.json", kind="evidence", what="List", as_of=date(2026, 11, 1))
    chart = costs(
        briefed(
            by_tag("2026-10", "jada", usd(50)),
            by_tag("2026-10", "jada", usd(49), source=old),
            by_tag("2026-08", "jada", usd(7)),
        )
    )
    assert chart is not None
    assert chart.series[0].values == numbers(7, None, 50)


def test_the_smallest_are_added_up_and_what_is_nobodys_stands_alone() -> None:
    handoffs = [a_handoff(an_entity(f"b{at}")) for at in range(7)]
    bill = tuple(by_tag("2026-10", f"b{at}", usd(at + 1)) for at in range(7))
    evidence = Evidence((*bill, by_tag("2026-10", "", usd(90))), (), (a_snapshot(),))
    chart = costs(msgspec.structs.replace(a_briefing(*handoffs), evidence=evidence))
    assert chart is not None
    assert [one.label for one in chart.series] == ["B6", "B5", "B4", "4 others", "without a tag"]
    assert chart.reading == "October cost $118, most of it without a tag ($90)."


def test_without_a_bill_there_is_no_chart() -> None:
    assert costs(briefed()) is None
    assert costs(a_briefing()) is None


SEEN = (
    seen(Bucket, name="waivers", public_grant="AllUsers READ", is_blocked=False),
    seen(CloudAccount, entity="qos", account="main", root_mfa=False, root_keys=0),
    seen(AccountWatch, entity="qos", account="main", has_budget_alarm=False),
)


def test_page(snapshot: SnapshotAssertion) -> None:
    body = cto.page(Site(briefed(*BILL, *SEEN))).body
    section = body[body.index("{#security}") :]
    assert section[: section.index("{#patterns}")] == snapshot(extension_class=Golden, name="security")
    section = body[body.index("{#cost}") :]
    assert section[: section.index("{#funnel}")] == snapshot(extension_class=Golden, name="cost")
    assert "No stack was audited yet" not in body
    assert "The audit of AWS reads the bill" in cto.page(Site(a_briefing())).body


def test_hostile_names_stay_words() -> None:
    briefing = a_briefing(a_handoff(an_entity("jada", name=HOSTILE)))
    evidence = Evidence((by_tag("2026-10", "jada", usd(5)),), (), (a_snapshot(),))
    body = cto.page(Site(msgspec.structs.replace(briefing, evidence=evidence, as_of=AS_OF))).body
    assert "<img" not in body
    assert 'id="chart-cloud-cost"' in body
