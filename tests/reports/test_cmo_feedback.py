"""What became of the mail of these reports, as the CMO and the CTO read it, and mail as a channel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.formulas.mail import over_stop
from quarterdeck.model.assumed import SendStop
from quarterdeck.model.check import CheckResult
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.mail_account import MailAccount, MailFeedback, ReceiptRule, SendDay
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.cmo_by_mail import by_mail
from quarterdeck.reports.cmo_feedback import mail_of_reports
from quarterdeck.reports.components import Cell
from quarterdeck.reports.skeleton import Report, Site
from quarterdeck.reports.words import value
from tests.audits import REFUSED, a_snapshot, audited, found, seen, told
from tests.figures.builders import AS_OF, a_handoff, an_entity, days_before
from tests.reports.samples import a_site

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.observed import Snapshot
    from quarterdeck.reports.cmo_audited import Checked

NBSP = "\N{NO-BREAK SPACE}"


def a_day(ago: int, sent: int, bounced: int = 0, complained: int = 0) -> MailFeedback:
    """What was told of one day."""
    counts = {"sent": sent, "bounced": bounced, "complained": complained}
    return seen(MailFeedback, entity="", region="us-east-1", day=AS_OF - timedelta(ago), **counts)


def heard(ago: int = 0) -> Snapshot:
    """A run that listened so many days ago."""
    return a_snapshot("feedback", days_before(ago), ())


def a_report(evidence: Evidence, *results: CheckResult) -> Report:
    site = a_site(a_handoff(an_entity()))
    briefing = msgspec.structs.replace(site.briefing, evidence=evidence, results=results)
    return Report(Site(briefing), "reports/cmo.md", "CMO", "cmo", briefing.entities, "All businesses")


def line(*days: MailFeedback, ago: int | None = 0) -> Checked:
    """The line of the CMO's section, of days that were heard of so many days ago, or never."""
    runs = () if ago is None else (heard(ago),)
    return mail_of_reports(a_report(Evidence(days, (), runs)))


# -- deliverability


def test_where_nobody_listens_it_is_not_known() -> None:
    assert (line(ago=None).state, line(ago=None).tone) == ("not known", "")
    assert "quarterdeck feedback" in line(ago=None).evidence


def test_what_was_heard_long_ago_says_nothing_of_today() -> None:
    assert line(a_day(20, 100), ago=14).state == f"100{NBSP}mails, 0 bounced for good, 0 called spam"
    old = line(a_day(20, 100), ago=15)
    assert (old.state, old.tone) == (f"not known since 8{NBSP}Nov{NBSP}2026", "warn")


def test_who_listens_and_hears_of_no_mail_says_so() -> None:
    assert (line().state, line().tone) == ("nothing was told of any mail", "")


def test_the_last_30_days_count_and_no_others() -> None:
    one = line(a_day(0, 100, 1), a_day(29, 20, 0, 1), a_day(30, 500, 90, 9))
    assert one.state == f"120{NBSP}mails, 1 bounced for good, 1 called spam"
    assert one.tone == "good"
    assert one.evidence == f"last 30 days; heard on 23{NBSP}Nov{NBSP}2026"


@pytest.mark.parametrize(("bounced", "complained", "tone"), [(39, 0, "good"), (40, 0, "bad"), (0, 2, "bad")])
def test_F174_what_stops_the_next_mails_stands_here_too(bounced: int, complained: int, tone: str) -> None:
    assert line(a_day(3, 1000, bounced, complained)).tone == tone


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
    part = Evidence((a_day(0, 1, 1),), (), (heard(),)).seen_by(frozenset({"jada"}))
    assert part.facts == ()
    assert mail_of_reports(a_report(part)).state == "not known"
    report = a_report(part)
    assert by_mail(report, Tables(report)) is None


# -- the CTO's rule


@pytest.mark.parametrize(
    ("days", "ago", "expected"),
    [
        ([], None, []),
        ([], 14, []),
        ([], 15, [("", "feedback of report mail", "high")]),
        ([a_day(0, 1000, 39, 1)], 0, []),
        ([a_day(0, 1000, 40)], 0, [("", "returned report mail", "high")]),
        ([a_day(29, 10, 8)], 0, [("", "returned report mail", "high")]),
        ([a_day(30, 10, 8)], 0, []),
        ([a_day(0, 1000, 0, 2)], 0, [("", "returned report mail", "high")]),
    ],
)
def test_R_CTO_23_of_report_mail(
    days: list[MailFeedback], ago: int | None, expected: list[tuple[str, str, str]]
) -> None:
    assert told("R-CTO-23", audited(*days, snapshots=() if ago is None else (heard(ago),))) == expected


def test_R_CTO_23_says_how_much_came_back_and_where_that_stands() -> None:
    (one,) = found("R-CTO-23", audited(a_day(0, 1200, 60, 3)))
    assert one.message == (
        f"Of 1,200 mails of these reports in 30{NBSP}days 60 bounced for good and 3 were called spam, so that no "
        "further one is sent."
    )
    assert [source.path for source in one.evidence] == ["evidence/mail-feedback.json"]


# -- mail as a channel

ACCOUNT = seen(MailAccount, entity="", region="us-west-2")
LISTED = a_snapshot("ses")


def a_rule(name: str = "in", *, is_on: bool = True, domains: object = ("jada.example",)) -> ReceiptRule:
    return seen(
        ReceiptRule, entity="", region="us-west-2", rule_set="main", name=name, is_on=is_on, domains=domains
    )


def a_send_day(ago: int, sends: object, bounces: object = 0, complaints: object = 0) -> SendDay:
    counts = {"sends": sends, "bounces": bounces, "complaints": complaints}
    return seen(SendDay, entity="", region="us-west-2", day=days_before(ago), **counts)


def rows(
    *facts: Seen, runs: tuple[Snapshot, ...] = (LISTED,), results: tuple[CheckResult, ...] = ()
) -> object:
    """The words of the table, each with what stands beneath it."""
    report = a_report(Evidence(facts, (), runs), *results)
    table = by_mail(report, Tables(report))
    if table is None:
        return None
    cells = [[one for one in row.cells if isinstance(one, Cell)] for row in table.rows]
    return [[f"{value(one.value)} ({one.note})" for one in row] for row in cells]


WHOSE = "all businesses (us-west-2)"


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        ("quiet", (), ["nothing (no rule takes mail here)", "0 (in two weeks)", "0 ()", "0 ()"]),
        (
            "few",
            (a_rule(), a_send_day(0, 20, 1), a_send_day(9, 30, 0, 1)),
            [f"jada.example (1{NBSP}rule)", f"50 (14{NBSP}Nov to 23{NBSP}Nov)", "1 ()", "1 ()"],
        ),
        (
            "many",
            (a_rule(domains=()), a_rule("old", is_on=False), a_send_day(0, 2000, 30, 1)),
            [
                f"mail to everybody (2{NBSP}rules, 1 switched off)",
                f"2,000 (23{NBSP}Nov)",
                "30 (1.5%)",
                "1 (0.05%)",
            ],
        ),
        (
            "in part",
            (a_rule(domains=REFUSED), a_send_day(0, 20, REFUSED), a_send_day(1, 20)),
            [
                f"not known in full (1{NBSP}rule)",
                f"40 (22{NBSP}Nov to 23{NBSP}Nov)",
                "not known ()",
                "0 ()",
            ],
        ),
    ],
)
def test_what_comes_in_and_what_comes_back(case: str, facts: tuple[Seen, ...], expected: list[str]) -> None:
    assert rows(ACCOUNT, *facts) == [[WHOSE, *expected]], case


def test_what_nobody_read_is_not_known() -> None:
    assert rows(runs=()) is None
    assert rows(ACCOUNT, runs=()) == [[WHOSE, *["not known ()"] * 4]]


def test_mail_that_is_lost_says_so() -> None:
    nowhere = CheckResult("SES-26", "", "main/in", "fail", "Rule in leads to box, which is not there.")
    refused = CheckResult("SES-25", "jada", "jada.example", "fail", "Mail is refused.")
    accepted = CheckResult("SES-25", "jada", "other.example", "pass")
    assert rows(ACCOUNT, a_rule(), results=(nowhere, refused, accepted)) == [
        [WHOSE, f"jada.example (1{NBSP}rule; {nowhere.message})", "0 (in two weeks)", "0 ()", "0 ()"],
        ["Jada (jada.example)", "nothing (no rule takes what people write)", *["n/a ()"] * 3],
    ]


def test_these_reports_are_a_row_of_it() -> None:
    assert rows(a_day(0, 400, 2, 1), runs=(heard(),)) == [
        [f"these reports (heard on 23{NBSP}Nov)", "n/a ()", "400 (last 30 days)", "2 (0.5%)", "1 (0.25%)"]
    ]
