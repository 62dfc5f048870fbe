"""What became of the mail of these reports, as the CMO reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.formulas.mail import over_stop
from quarterdeck.model.assumed import SendStop
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.mail_account import MailFeedback
from quarterdeck.reports.cmo_feedback import came_back
from quarterdeck.reports.skeleton import Report, Site
from tests.audits import seen
from tests.figures.builders import AS_OF, a_handoff, an_entity
from tests.reports.samples import a_site

if TYPE_CHECKING:
    from quarterdeck.reports.cmo_audited import Checked


def told(*days: tuple[int, int, int, int]) -> list[Checked]:
    """Lines for days: how long ago, sent, bounced, complained."""
    facts = tuple(
        seen(
            MailFeedback,
            entity="",
            region="us-east-1",
            day=AS_OF - timedelta(ago),
            sent=sent,
            bounced=bounced,
            complained=complained,
        )
        for ago, sent, bounced, complained in days
    )
    briefing = msgspec.structs.replace(a_site(a_handoff(an_entity())).briefing, evidence=Evidence(facts))
    report = Report(Site(briefing), "reports/cmo.md", "CMO", "cmo", briefing.entities, "All businesses")
    return list(came_back(report))


def test_nothing_is_said_where_nobody_listens() -> None:
    assert told() == []


def test_the_last_30_days_count_and_no_others() -> None:
    (one,) = told((0, 100, 1, 0), (29, 20, 0, 1), (30, 500, 90, 9))
    assert one.state == "120\N{NO-BREAK SPACE}mails, 1 bounced for good, 1 called spam"
    assert one.tone == "good"
    assert one.evidence.startswith("last 30 days; heard on ")


@pytest.mark.parametrize(("bounced", "complained", "tone"), [(39, 0, "good"), (40, 0, "bad"), (0, 2, "bad")])
def test_F174_what_stops_the_next_mails_stands_here_too(bounced: int, complained: int, tone: str) -> None:
    assert [one.tone for one in told((3, 1000, bounced, complained))] == [tone]


@pytest.mark.parametrize(
    ("counts", "stopped"),
    [
        ((10, 8, 0), (True, False)),
        ((10, 7, 0), (False, False)),
        ((0, 0, 1), (False, False)),
        ((2500, 0, 2), (False, True)),
    ],
)
def test_few_mails_are_judged_by_counts(counts: tuple[int, int, int], stopped: tuple[bool, bool]) -> None:
    assert over_stop(*counts, SendStop()) == stopped


def test_a_site_of_a_part_hears_nothing_of_mail_to_all() -> None:
    fact = seen(MailFeedback, entity="", region="us-east-1", day=AS_OF, sent=1)
    assert Evidence((fact,)).seen_by(frozenset({"jada"})).facts == ()
