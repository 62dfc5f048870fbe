"""What each reader is told: their reports alone, worst first, and nothing where there is no news."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.changes.compare import Side, changes
from quarterdeck.mail.desk import MOST_NEWS, Edition
from quarterdeck.mail.digest import MOST_MOVED
from quarterdeck.model.change import Commit
from quarterdeck.model.finding import ROLES, Effect
from quarterdeck.model.severity import Severity
from tests.changes.histories import a_figure, a_finding, a_state, usd
from tests.figures.builders import AS_OF, JADA, an_entity
from tests.mail.digests import EDITION, a_digest, mailed, part_of, told_to, worse
from tests.reports.portfolios import ordinary
from tests.reports.samples import a_briefing

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.change import Change
    from quarterdeck.model.figure import Figure

NEXT_DAY = AS_OF + timedelta(days=1)


def test_the_news_is_in_every_line_that_a_list_shows() -> None:
    told = a_digest(*worse())
    assert told.subject == "Runway months 5.9 → 5.2 months; 1 new high (Jada) · 23 Nov"
    assert told.headline == "Runway months is 5.2 months, down from 5.9"
    assert told.preheader == "Worse: Cash available $26,700 → $21,600"


def test_figures_that_the_whole_lives_on_come_first() -> None:
    told = a_digest(*worse(), "cfo")
    assert [one.title for one in told.moved] == ["Runway months", "Cash available"]
    assert [one.link.path for one in told.moved] == ["reports/cfo/#runway", "reports/cfo/#cash"]


def test_nothing_changed_means_no_mail() -> None:
    state = a_briefing(*ordinary())
    assert told_to(state, state) is None


def test_another_order_is_no_news() -> None:
    one, two = a_finding("cart"), a_finding("checkout")
    assert told_to(a_state(findings=(one, two)), a_state(findings=(two, one))) is None


def test_numbers_that_the_day_alone_moved_are_no_news() -> None:
    before, after = _a_day_apart(a_state(_cash(9000)), a_state(_cash(4000)))
    found = changes(Side(before), Side(after), later=Side(after))
    assert [one.with_time for one in found.changes] == [True]
    assert told_to(before, after, found=found) is None


def test_a_bad_finding_that_the_day_brought_is_told_as_such() -> None:
    before, after = _a_day_apart(a_state(), a_state(findings=(a_finding(),)))
    told = told_to(before, after, "ceo", found=changes(Side(before), Side(after), later=Side(after)))
    assert told is not None
    (news,) = told.reports[0].news
    assert (news.badge, news.tone) == ("With time: new, high · Jada", "")


def test_a_reader_of_no_report_gets_nothing() -> None:
    before, after = worse()
    assert told_to(before, msgspec.structs.replace(after, roles=("cto",)), "cfo") is None


@pytest.mark.parametrize("role", ROLES)
def test_F162_nothing_of_another_report_is_told(role: str) -> None:
    own = {one: a_finding(f"canary-{one}", roles=(one,), message=f"Canary-{one} sings.") for one in ROLES}
    told = told_to(a_state(), a_state(findings=tuple(own.values())), role)  # type: ignore[arg-type]  # a role
    said = msgspec.json.encode(told).decode()
    assert f"Canary-{role}" in said
    assert not [other for other in ROLES if other != role and f"anary-{other}" in said]


def test_a_sample_beside_a_real_business_is_told_of_in_no_mail() -> None:
    boat, sample = an_entity(), an_entity("canary", sample=True)
    both = (a_finding(), a_finding(entity="canary", message="Canary sings."))
    before = msgspec.structs.replace(a_state(), entities=(boat, sample))
    after = msgspec.structs.replace(before, findings=both)
    for earlier in (before, None):
        assert "anary" not in msgspec.json.encode(told_to(earlier, after, "ceo")).decode()
    whole = a_digest(before, msgspec.structs.replace(after, is_sample=True), "ceo")
    assert whole.subject.startswith("[SAMPLE] ")
    assert "Canary sings" in msgspec.json.encode(whole).decode()


def test_a_report_tells_three_and_counts_the_rest() -> None:
    found = tuple(a_finding(f"step-{at}", roles=("ceo",)) for at in range(9))
    (report,) = a_digest(a_state(), a_state(findings=found), "ceo").reports
    assert (len(report.news), report.more) == (MOST_NEWS, 6)


def test_a_critical_finding_goes_before_money() -> None:
    grave = a_finding("key", severity=Severity.CRITICAL)
    costly = tuple(a_finding(f"step-{at}", worth=Decimal(9000 + at), at_stake=usd(9000)) for at in range(3))
    (report,) = a_digest(a_state(), a_state(findings=(*costly, grave)), "ceo").reports
    assert report.news[0].badge == "New, critical · Jada"
    assert report.news[0].money == "Money at stake: not known"
    assert report.news[1].money == "Money at stake: $9,000 a month"


def test_a_critical_finding_leads_a_costlier_one() -> None:
    grave = a_finding("key", severity=Severity.CRITICAL, message="The key is out.")
    costly = a_finding("step", worth=Decimal(9000), at_stake=usd(9000), message="The step is missing.")
    told = a_digest(a_state(), a_state(findings=(costly, grave)), "ceo")
    assert told.headline == "The key is out"
    assert told.subject == "The key is out; 1 new critical (Jada) · 23 Nov"
    assert told.preheader == "New, high · Jada: The step is missing"


def test_a_business_of_a_long_name_stands_behind_its_figure() -> None:
    long = msgspec.structs.replace(an_entity(), name="Expert Yacht Delivery of the North")
    before, after = (
        msgspec.structs.replace(a_state(_cash(amount)), entities=(long,)) for amount in (26700, 21600)
    )
    told = a_digest(before, after, "cfo")
    assert told.subject == "Cash available $26,700 → $21,600 (Expert Yacht Delivery…) · 23 Nov"
    assert told.headline == "Expert Yacht Delivery of the North: cash available is $21,600, down from $26,700"


def test_a_change_of_two_reports_is_told_once() -> None:
    both = a_finding(affects=(Effect("cfo", "burn"),))
    first, second = a_digest(a_state(), a_state(findings=(both,)), "cfo", "ceo").reports
    assert (len(first.news), len(second.news), second.more) == (1, 0, 1)


def test_at_most_five_figures_are_told_and_one_of_each() -> None:
    names = "runway_months cash_available lowest_week net_burn gross_burn debt sales_last_month"
    before = a_state(*(_figure(name, 9000, of) for name in names.split() for of in ("", JADA)))
    after = a_state(*(_figure(name, 4000, of) for name in names.split() for of in ("", JADA)))
    told = a_digest(before, after, "cfo")
    assert len(told.moved) == MOST_MOVED
    assert [one.title for one in told.moved][:3] == ["Runway months", "Cash available", "Lowest week"]
    assert {one.whose for one in told.moved} == {""}


def test_of_two_businesses_that_moved_alike_both_are_told() -> None:
    boat, tool = an_entity(), an_entity("tool")
    before, after = (
        msgspec.structs.replace(
            a_state(_figure("debt", amount, JADA), _figure("debt", amount, "tool")), entities=(boat, tool)
        )
        for amount in (4000, 9000)
    )
    told = a_digest(before, after, "cfo")
    assert [one.whose for one in told.moved] == ["Jada", "Tool"]
    assert len(told.reports[0].news) == 2


def test_open_critical_findings_are_counted_where_their_number_changed() -> None:
    after = a_state(findings=(a_finding(severity=Severity.CRITICAL),))
    (row,) = a_digest(a_state(), after, "ceo").moved
    assert (row.title, row.before, row.after, row.tone) == ("Open critical findings", "0", "1", "bad")


def test_reports_without_news_are_named_in_one_line() -> None:
    before, after = worse()
    assert a_digest(before, after, "cto", "cfo").unchanged == ("CTO",)


def test_a_good_change_leads_where_nothing_is_worse() -> None:
    told = a_digest(a_state(findings=(a_finding(),)), a_state(), "ceo")
    assert told.subject == "Resolved, high: checkout does not work · 23 Nov"
    assert told.headline == "Resolved, high: checkout does not work"
    assert told.reports[0].news[0].badge == "Resolved, high · Jada"


def test_what_people_wrote_is_cut() -> None:
    told = a_digest(a_state(), a_state(findings=(a_finding(message="word " * 4000),)), "ceo")
    assert len(told.headline) <= 300
    assert len(told.reports[0].news[0].sentence) <= 300


# ── what was taken back ──────────────────────────────────────────────────────────────────────────────────────


def _back(*, is_back: bool = False, subject: str = "", mended: bool = False) -> tuple[str, ...]:
    """A finding or a figure that the last mail told of, and that is as before now."""
    good = a_state(_cash(9000))
    bad = a_state(_cash(9000), findings=(a_finding(),)) if mended else a_state(_cash(4000))
    told = changes(Side(good), Side(bad))
    now = changes(Side(bad), Side(good))
    commits = (Commit("c" * 40, AS_OF, subject),) if subject else ()
    ours = tuple(_by(one, commits) for one in now.changes)
    now = msgspec.structs.replace(now, commits=commits, changes=ours)
    edition = Edition(
        version=EDITION.version, since_version=EDITION.since_version, told=told, is_back=is_back
    )
    found = told_to(bad, good, edition=edition, found=now)
    assert found is not None
    return found.withdrawn


def _by(change: Change, commits: tuple[Commit, ...]) -> Change:
    return msgspec.structs.replace(change, commits=tuple(one.hash for one in commits))


def test_F177_a_figure_that_is_exactly_as_before_was_taken_back() -> None:
    assert _back() == ("Worse · Jada: Cash available $9,000 → $4,000",)


@pytest.mark.parametrize(
    ("is_back", "subject", "count"),
    [(False, "", 0), (False, "Mend the checkout", 0), (False, 'Revert "Break it"', 1), (True, "", 1)],
)
def test_F177_a_finding_was_taken_back_by_a_revert_or_a_rollback_alone(
    subject: str, count: int, *, is_back: bool
) -> None:
    said = "New, high · Jada: checkout does not work"
    assert _back(is_back=is_back, subject=subject, mended=True) == (said,) * count


@pytest.mark.parametrize(("now", "count"), [((9000, 9000), 1), ((7000, 9000), 0)])
def test_F177_a_series_was_taken_back_where_all_of_its_weeks_are(now: tuple[int, int], count: int) -> None:
    good, bad, back = (_weeks(*one) for one in ((9000, 9000), (7000, 4000), now))
    edition = msgspec.structs.replace(EDITION, told=changes(Side(good), Side(bad)))
    found = a_digest(bad, back, edition=edition)
    said = "Cash at the end of weeks 1 and 2, week 2 $9,000 → $4,000"
    assert [one.partition(": ")[2] for one in found.withdrawn] == [said] * count


def _weeks(*amounts: int) -> Briefing:
    label = "Cash at the end of week {}"
    named = {f"forecast_ending:{week}": (week, amount) for week, amount in enumerate(amounts, 1)}
    return a_state(
        *(
            a_figure(name, usd(amount), label=label.format(week), formula="F-C1")
            for name, (week, amount) in named.items()
        )
    )


# ── the first mail, sources and the picture ──────────────────────────────────────────────────────────────────


def test_a_first_mail_says_what_stands_worst() -> None:
    first = Edition(version="2026-11-23-abcdef1")
    found = tuple(a_finding(f"step-{at}", severity=Severity.CRITICAL) for at in range(9))
    told = a_digest(None, a_state(findings=found), "ceo", edition=first)
    assert told.since_version == ""
    assert told.subject == "Your first report; 9 critical · 23 Nov"
    assert told.headline == "Where things stand: 9 critical findings"
    assert (len(told.reports[0].news), told.reports[0].more) == (3, 6)
    assert (told.moved, told.unchanged, told.count) == ((), (), 0)


def test_where_the_last_version_is_gone_a_mail_does_not_call_itself_the_first() -> None:
    told = a_digest(None, a_state(findings=(a_finding(),)), "ceo")
    text = part_of(mailed(told), "plain")
    assert told.subject == "Where things stand · 23 Nov"
    assert "first mail" not in text
    assert f"Your last mail told of version {EDITION.since_version}, which cannot be compared" in text


def test_a_first_mail_of_a_portfolio_without_findings() -> None:
    told = a_digest(None, a_state(), "ceo", edition=Edition(version="2026-11-23-abcdef1"))
    assert told.headline == "Where things stand: no critical finding"
    assert told.reports == ()


def test_old_and_missing_sources_are_named() -> None:
    before, after = worse()
    inputs = tuple(
        msgspec.structs.replace(one, state="old", as_of=date(2026, 9, 2)) if one.key == "kpis" else one
        for one in after.inputs
    )
    told = a_digest(before, msgspec.structs.replace(after, inputs=inputs), "ceo")
    old = [one for one in inputs if one.state == "old"]
    assert len(told.not_fresh) == len({one.entity for one in old})
    assert told.coverage == "" or told.coverage.startswith("CEO ")


def _cash(amount: int) -> Figure:
    return a_figure("cash_available", usd(amount))


def _figure(name: str, amount: int, entity: str) -> Figure:
    return a_figure(name, usd(amount), entity=entity)


def _a_day_apart(before: Briefing, after: Briefing) -> tuple[Briefing, Briefing]:
    return before, msgspec.structs.replace(after, as_of=NEXT_DAY)
