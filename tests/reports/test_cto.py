"""The CTO page: ordinary, of nothing known, and with names that want to break it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.books import Cost, Kpi
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.handoff import Bullet, Handoff, Prose
from quarterdeck.model.holdings import Access, Asset, Compliance
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank
from quarterdeck.reports import cto
from quarterdeck.reports.patterns import patterns
from tests.figures.builders import (
    a_handoff,
    a_row,
    a_source,
    a_task,
    an_entity,
    an_unknown_entity,
    day,
    month,
    share,
    usd,
)
from tests.reports.samples import HOSTILE, LONG, Golden, a_site, anchors, lead

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SECTIONS = {
    "in-short",
    "stacks",
    "security",
    "patterns",
    "resilience",
    "cost",
    "funnel",
    "cycle",
    "do-first",
    "accepted",
    "findings",
    "not-known",
    "assumptions",
    "sources",
}


def a_gap(text: str, entity: str) -> Bullet:
    return Bullet(entity, "gaps", text, f"<p>{text}</p>", a_source(entity, 80, "Gaps"))


def a_step(step: str, state: str | Blank, entity: str, **columns: object) -> FunnelStep:
    known = {"step": step, "state": state, "checked_on": day("2026-11-18")}
    return a_row(FunnelStep, entity, 40, **(known | columns))


def jada() -> Handoff:
    entity = an_entity(
        "jada", owner="sam", sites=("jada.example",), repos=("jada-booking",), aws_stacks=("jada-prod",)
    )
    handoff = a_handoff(
        entity,
        a_step("landing", "works", "jada", visitors=1840, completions=610),
        a_step("payment", "works", "jada", visitors=38, completions=24),
        a_step("waiver", "manual", "jada", checked_on=day("2026-09-01")),
        a_row(Cost, "jada", item="Cloud", amount=usd(79), cadence="monthly", category="Hosting"),
        a_row(Cost, "jada", item="Domain", amount=usd(18), cadence="annual", category="Software"),
        a_row(Cost, "jada", item="Crew", amount=usd(900), cadence="monthly", category="Crew"),
        a_row(Access, "jada", thing="cloud", of="jada-prod", holders=("lee",), handover_note=False),
        a_row(Access, "jada", thing="bank", of="checking", holders=("sam", "pat"), handover_note=True),
        a_row(
            Compliance,
            "jada",
            item="Restore test",
            type="restore-test",
            applies_to="jada-booking",
            done_on=day("2026-02-08"),
        ),
        a_row(Asset, "jada", asset="jada.example", type="domain", notes="renews 2027-02-11"),
        a_row(Kpi, "jada", kpi="site_uptime", period=month("2026-10"), value=share("0.998")),
        tasks=[
            a_task("JAD-1", text="Take the Stripe key out of the code", fixes=("R-CTO-01",), owner="lee"),
            a_task("JAD-2", text="Paint the boat"),
        ],
    )
    prose = Prose(
        "jada", "tech", "Tech", "<p>One function and one table.</p>", "", a_source("jada", 90, "Tech")
    )
    gaps = (a_gap("A Stripe key is written into jada-booking.", "jada"),)
    return msgspec.structs.replace(handoff, bullets=gaps, prose=(prose,))


def hauling() -> Handoff:
    handoff = a_handoff(
        an_entity("quickdumpnow", "hauling", repos=("quickdump-site",)),
        a_step("price", "works", "quickdumpnow", visitors=124, completions=63),
        a_step("payment", "missing", "quickdumpnow"),
        a_row(Client, "quickdumpnow", client="vet", domain_expires=day("2026-12-08")),
    )
    gaps = (
        a_gap("Stripe keys stand in quickdump-site.", "quickdumpnow"),
        a_gap("The same secret as in jada-booking.", "quickdumpnow"),
    )
    return msgspec.structs.replace(handoff, bullets=gaps)


def awkward() -> Handoff:
    entity = an_entity("odd", name=HOSTILE, repos=(HOSTILE, LONG), sites=(LONG,))
    handoff = a_handoff(
        entity,
        a_step("payment", Blank("n/a", HOSTILE), "odd"),
        a_row(Access, "odd", thing="keys", of=LONG, holders=(HOSTILE,)),
        a_row(Cost, "odd", item=HOSTILE, amount=usd(10), cadence="monthly", category="software"),
        a_row(Asset, "odd", asset=LONG, type="domain", notes=HOSTILE),
        tasks=[a_task("ODD-1", "odd", text=HOSTILE, affects=("cto",))],
    )
    return msgspec.structs.replace(handoff, bullets=(a_gap("Key " + LONG, "odd"),))


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    accepted = Accepted("R-CTO-20", "jada", "staging", date(2027, 1, 31), "One boat.", "sam")
    page = cto.page(a_site(jada(), hauling(), accepted=[accepted]))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith("Whether anything is exposed today is not known: none of 1 AWS stack")
    assert page.body == snapshot(extension_class=Golden)


def test_a_risk_of_the_whole_portfolio_is_of_all_businesses() -> None:
    accepted = Accepted("R-CTO-28", "", "AWS-S3-03", date(2027, 1, 31), "One template mends it.", "sam")
    body = cto.page(a_site(jada(), hauling(), accepted=[accepted])).body
    row = body[body.index("AWS-S3-03") :]
    assert '<span class="qd-main">All businesses</span>' in row[: row.index("</tr>")]


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = cto.page(a_site(a_handoff(an_unknown_entity())))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith("Nothing is known of any system: 0 of 1")
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    page = cto.page(a_site(awkward(), jada()))
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


def test_only_tasks_of_the_cto_are_engineering_actions() -> None:
    body = cto.page(a_site(jada(), hauling())).body
    actions = body[body.index("{#do-first}") : body.index("{#accepted}")]
    assert "Take the Stripe key" in actions
    assert "Paint the boat" not in actions


def test_costs_count_software_and_hosting_alone() -> None:
    body = cto.page(a_site(jada())).body
    assert "$80.50" in body  # 79 a month and a twelfth of 18
    assert "Crew" not in body[body.index("{#cost}") : body.index("{#funnel}")]


@pytest.mark.parametrize(
    ("case", "texts", "names"),
    [
        (
            "shared words",
            {"jada": "A Stripe key is old.", "qdn": "Two Stripe keys stand here."},
            ["Stripe key"],
        ),
        ("one business only", {"jada": "A Stripe key is old. The Stripe key again."}, []),
        ("no technical word", {"jada": "Nobody answers reviews.", "qdn": "Nobody answers reviews."}, []),
        ("fillers are no phrase", {"jada": "the key", "qdn": "the key"}, []),
        ("another's repository", {"jada": "It stands in qdn-site too."}, ["qdn-site"]),
        ("part of a longer name", {"jada": "It stands in old-qdn-site-2."}, []),
    ],
)
def test_patterns(case: str, texts: dict[str, str], names: list[str]) -> None:
    entities = [an_entity("jada"), an_entity("qdn", repos=("qdn-site",))]
    bullets = [a_gap(text, entity) for entity, text in texts.items()]
    assert [one.name for one in patterns(bullets, entities, [])] == names, case


def test_restore_tests_of_one_day() -> None:
    def tested(entity: str) -> Handoff:
        row = a_row(Compliance, entity, item="Restore", type="restore-test", done_on=day("2026-02-08"))
        return a_handoff(an_entity(entity), row)

    assert "2\u00a0restore tests are written down" in cto.page(a_site(tested("jada"), tested("qdn"))).body
