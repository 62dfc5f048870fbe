"""The four steps from books that one can trust to a portfolio that is safe, as far as handoffs tell."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.figures.roll_forward import HELD
from quarterdeck.formulas.bookkeeping import roadmap_share
from quarterdeck.model.bookkeeping import AccountUse
from quarterdeck.model.books import CloseItem, PlanLine, Statement
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.sales import Offer
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money, Period, Ratio
from quarterdeck.reports.accounting_books import ties
from quarterdeck.reports.accounting_close import is_closed, items_of
from quarterdeck.reports.accounting_revenue import is_tax_settled
from quarterdeck.reports.business_rows import keeps_books, money_of, same_month
from quarterdeck.reports.cells import grey
from quarterdeck.reports.components import Step, joined
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, money, value

State = Literal["met", "open", "not known"]
_LEDGER = "no ledger is read"
LATE_DAY = 15
_MOST_UNSORTED = _MOST_LEAKED = Decimal("0.02")
_MONTHS_RUNNING = 3


class Criterion(msgspec.Struct, frozen=True):
    """One condition of a milestone."""

    what: str
    state: State
    why: str = ""


class Milestone(msgspec.Struct, frozen=True):
    """One of the four steps with its conditions."""

    name: str
    criteria: tuple[Criterion, ...]

    def step(self, *, is_current: bool) -> Step:
        """The step as the roadmap draws it."""
        counts = {
            state: sum(one.state == state for one in self.criteria) for state in ("met", "open", "not known")
        }
        return Step(
            self.name, counts["met"], counts["open"], counts["not known"], self.missing, is_current=is_current
        )

    @property
    def done(self) -> Figure:
        """The share of its conditions that are met (F-A6); what is not known counts as not met."""
        met, wanted = sum(one.state == "met" for one in self.criteria), len(self.criteria)
        subject, _, title = self.name.partition(" ")
        share = roadmap_share(met, wanted)
        made = share if isinstance(share, Missing) else Ratio(share)
        code = f"roadmap:{subject.lower()}"
        counts = (Input("met", value=Decimal(met)), Input("criteria", value=Decimal(wanted)))
        return Figure(
            code, "", f"{title}: met", made, "ratio", kind="computed", formula="F-A6", inputs=counts
        )

    @property
    def missing(self) -> str:
        """What is open and what is not known, as sentences."""
        parts = []
        for state, word in (("open", "Open"), ("not known", "Not known"), ("met", "Met")):
            them = [
                _pair(one.what, one.why) for one in self.criteria if one.state == state and one.why != _LEDGER
            ]
            if them:
                parts.append(f"{word}: {'; '.join(them)}.")
        waiting = [one.what for one in self.criteria if one.why == _LEDGER]
        if waiting:
            parts.append(f"Not known before a ledger is read: {'; '.join(waiting)}.")
        return " ".join(parts)


def _pair(what: str, why: str) -> str:
    """`what (why)`."""
    return f"{what} ({why})" if why else what


def roadmap(report: Report, break_even_known: tuple[int, int]) -> tuple[Milestone, ...]:
    """The four milestones with what the handoffs can tell of each condition.

    Args:
        report: The page.
        break_even_known: Of how many businesses the break-even is known, and of how many it is wanted.
    """
    return (
        Milestone("M1 Books you can trust", tuple(_trusted(report))),
        Milestone("M2 Revenue recognised and billed", tuple(_recognised(report))),
        Milestone("M3 Each business pays for itself", tuple(_paying(report, break_even_known))),
        Milestone("M4 The portfolio is cash-positive and safe", tuple(_safe(report))),
    )


def steps(milestones: tuple[Milestone, ...]) -> tuple[Step, ...]:
    """The roadmap: the first step with anything open or not known is the current one."""
    current = next((one for one in milestones if any(c.state != "met" for c in one.criteria)), None)
    return tuple(one.step(is_current=one is current) for one in milestones)


def _trusted(report: Report) -> Iterator[Criterion]:
    briefing = report.site.briefing
    if briefing.books:
        yield from _trusted_by_books(report)
        yield _two_months_closed(report)
        return
    statements = report.of(Statement)
    days = report.assumed.stale_after["reconciled"]
    limit = briefing.as_of - timedelta(days=days)
    old = [one for one in statements if not isinstance(one.date, date) or one.date < limit]
    silent = [one.title for one in keeps_books(report) if not any(s.entity == one.entity for s in statements)]
    why = f"{len(old)} of {len(statements)} statements are older" if old else ""
    if silent:
        why = grey(why, f"none for {joined(silent)}").replace(" · ", ", ")
    what = f"every bank, card and loan reconciled in the last {days} days"
    yield Criterion(
        what, "open" if old or silent else "not known", why or "statements are here, no ledger to compare"
    )
    yield Criterion("opening balances entered", "not known", _LEDGER)
    yield Criterion("less than 2% uncategorised", "not known", _LEDGER)
    yield Criterion("owner draws kept apart", "not known", _LEDGER)
    yield _two_months_closed(report)


def _trusted_by_books(report: Report) -> Iterator[Criterion]:
    """What the ledger itself shows of the first step; a business without books meets none of it."""
    briefing = report.site.briefing
    owners = keeps_books(report)
    share = briefing.find("reconciled")
    days = report.assumed.stale_after["reconciled"]
    what = f"every bank, card and loan reconciled in the last {days} days"
    if share is None or not isinstance(share.value, Ratio):
        yield Criterion(what, "not known", "no account has a statement")
    else:
        part, whole = share.value.part, share.value.whole
        yield Criterion(what, "met" if part == whole else "open", f"{part} of {whole} accounts")
    used = {(one.entity, one.account.split(":")[2]) for one in _used(report)}
    opened = [one.title for one in owners if (one.entity, "Opening") not in used]
    yield _lacking("opening balances entered", opened)
    shares = {one.title: briefing.find("uncategorised_share", one.entity) for one in owners}
    unsorted = [
        title
        for title, one in shares.items()
        if one is None or not isinstance(one.value, Ratio) or one.value.value >= _MOST_UNSORTED
    ]
    yield _lacking("less than 2% uncategorised", unsorted)
    yield _lacking(
        "owner draws kept apart", [one.title for one in owners if (one.entity, "Owner") not in used]
    )


def _used(report: Report) -> Iterator[AccountUse]:
    for one in report.site.briefing.books:
        if isinstance(one, AccountUse) and one.state == "used" and one.account.startswith("Equity:"):
            yield one


def _lacking(what: str, titles: list[str]) -> Criterion:
    return Criterion(what, "open" if titles else "met", f"not {joined(titles)}" if titles else "")


def _two_months_closed(report: Report) -> Criterion:
    briefing = report.site.briefing
    rows = report.of(CloseItem)
    what = f"two months in a row closed by day {LATE_DAY}"
    if not rows:
        return Criterion(what, "not known", "no Close table is written down")
    months = months_to(last_full_month(briefing.as_of), 2)
    owners = keeps_books(report)
    done = sum(
        all(_closed_in_time(items_of(report, one.entity, month), month) for month in months) for one in owners
    )
    return Criterion(
        what,
        "met" if done == len(owners) else "open",
        f"{done} of {counted(len(owners), 'business', 'businesses')}",
    )


def _closed_in_time(items: dict[int, CloseItem], month: Period) -> bool:
    last = month.end + timedelta(days=LATE_DAY)
    dates = [one.date for one in items.values() if isinstance(one.date, date)]
    return is_closed(items) and all(one <= last for one in dates)


def _recognised(report: Report) -> Iterator[Criterion]:
    briefing = report.site.briefing
    owners = [one for one in keeps_books(report) if one.is_active]
    bare = [
        one.title for one in owners if one.billing_model == "none" or isinstance(one.billing_model, Blank)
    ]
    yield Criterion(
        "every active business has a billing model",
        "open" if bare else "met",
        joined(bare) and f"not {joined(bare)}",
    )
    yield _ties(report)
    aged = briefing.find("ar_open")
    yield Criterion(
        "receivables are aged",
        "met" if aged is not None and aged.is_known else "not known",
        "" if aged is not None and aged.is_known else "no invoices are written down",
    )
    yield _leakage(report)
    offers = report.of(Offer)
    settled = sum(map(is_tax_settled, offers))
    what = "sales tax confirmed for everything sold"
    if not offers:
        yield Criterion(what, "not known", "no offers are written down")
    else:
        yield Criterion(
            what, "met" if settled == len(offers) else "open", f"{settled} of {len(offers)} offers"
        )


def _ties(report: Report) -> Criterion:
    what = "deposits and gift cards tie to the ledger within $1"
    if not report.site.briefing.books:
        return Criterion(what, "not known", _LEDGER)
    apart = [
        one.title
        for one in keeps_books(report)
        if any(ties(report, one.entity, prefix) is False for prefix in HELD)
    ]
    return _lacking(what, apart)


def _contributing(report: Report) -> Criterion:
    """Whether each business earns more than its sales cost, on the average of three months."""
    what = "contribution above zero in each business over three months"
    if not report.site.briefing.books:
        return Criterion(what, "not known", _LEDGER)
    owners = [one for one in keeps_books(report) if one.is_active]
    found = {
        one.title: money_of(report.site.briefing.find("contribution_month", one.entity)) for one in owners
    }
    losing = [title for title, amount in found.items() if amount is not None and amount <= 0]
    unknown = [title for title, amount in found.items() if amount is None]
    if losing or not unknown:
        return _lacking(what, losing)
    return Criterion(what, "not known", f"not for {joined(unknown)}")


def _leakage(report: Report) -> Criterion:
    """Whether every business bills what it delivers."""
    what = "less than 2% of what was earned goes unbilled"
    found = {one.title: report.site.briefing.find("leakage", one.entity) for one in report.entities}
    shares = {title: one.value for title, one in found.items() if one and isinstance(one.value, Ratio)}
    if not shares:
        return Criterion(what, "not known", "no deliveries with invoices are written down")
    over = [f"{title} at {value(one)}" for title, one in shares.items() if one.value >= _MOST_LEAKED]
    return _lacking(what, over)


def _paying(report: Report, break_even_known: tuple[int, int]) -> Iterator[Criterion]:
    briefing = report.site.briefing
    yield _contributing(report)
    figures = [one for one in briefing.figures_of("contribution") if one.entity in report.ids]
    losing = [one for one in figures if (amount := money_of(one)) is not None and amount <= 0]
    unknown = [one for one in figures if not one.is_known]
    names = joined([one.label.removeprefix("Contribution, ") for one in losing])
    state: State = "open" if losing else "not known" if unknown or not figures else "met"
    yield Criterion(
        "no offer is sold below its cost",
        state,
        f"not {names}"
        if losing
        else f"{len(unknown)} without a cost"
        if unknown
        else ""
        if figures
        else "no offers are written down",
    )
    found, wanted = break_even_known
    yield Criterion(
        "break-even is known",
        "met" if wanted and found == wanted else "open" if found else "not known",
        f"{found} of {counted(wanted, 'business', 'businesses')}",
    )
    yield _planned(report)
    yield _has_room(report)


def _planned(report: Report) -> Criterion:
    """Whether each business plans each of the next twelve months."""
    briefing = report.site.briefing
    owners = [one for one in keeps_books(report) if one.is_active]
    year = briefing.as_of.year + 1
    ahead = months_to(last_full_month(date(year, briefing.as_of.month, 1) + timedelta(days=31)), 12)
    whole = [
        one.title
        for one in owners
        if all(
            any(
                line.line == "revenue" and same_month(line.month, month)
                for line in briefing.of(PlanLine, one.entity)
            )
            for month in ahead
        )
    ]
    state: State = "met" if len(whole) == len(owners) and owners else "open"
    return Criterion(
        "a plan for the next twelve months",
        state,
        f"{len(whole)} of {counted(len(owners), 'business', 'businesses')}",
    )


def _has_room(report: Report) -> Criterion:
    """Whether what each business can sell in a month covers what it must sell to break even."""
    what = "each business has room for its break-even"
    find = report.site.briefing.find
    owners = [one for one in keeps_books(report) if one.is_active and one.kind != "rental"]
    shares = {one.title: find("capacity_share", one.entity) for one in owners}
    known = {title: one.value.value for title, one in shares.items() if one and isinstance(one.value, Ratio)}
    short = [title for title, share in known.items() if share > 1]
    if short or (known and len(known) == len(owners)):
        return _lacking(what, short)
    without = [one.title for one in owners if one.title not in known]
    return Criterion(what, "not known", f"not for {joined(without)}" if without else "")


def _after_debt(report: Report, reason: str) -> Criterion:
    """Whether operations paid the debt service in each of the last three full months."""
    what = "cash after debt above zero three months running"
    months = months_to(last_full_month(report.site.briefing.as_of), _MONTHS_RUNNING)
    left = {month_name(month): _left_after_debt(report, month) for month in months}
    below = [name for name, amount in left.items() if amount is not None and amount < 0]
    if below:
        return _lacking(what, below)
    unknown = [name for name, amount in left.items() if amount is None]
    return Criterion(what, "not known" if unknown else "met", reason if unknown else "")


def _left_after_debt(report: Report, month: Period) -> Decimal | None:
    find = report.site.briefing.find
    came, went, debt = (
        money_of(find(f"{name}:{month.name}")) for name in ("operating_in", "operating_out", "debt_out")
    )
    return None if came is None or went is None or debt is None else came - went - debt


def _reserved(report: Report, reason: str) -> Criterion:
    """Whether available cash covers the months of cost and debt that are to be kept."""
    what = "the reserve is full"
    cash, wanted = (report.site.briefing.find(name) for name in ("cash_available", "reserve_needed"))
    held, needed = money_of(cash), money_of(wanted)
    if (
        cash is None
        or wanted is None
        or held is None
        or needed is None
        or cash.is_partial
        or wanted.is_partial
    ):
        return Criterion(what, "not known", reason)
    if held >= needed:
        return Criterion(what, "met")
    return Criterion(what, "open", f"{money(Money(needed - held, report.site.briefing.currency))} short")


def _above_the_floor(report: Report, reason: str) -> Criterion:
    what = "thirteen weeks without going under the floor"
    lowest, floor = (report.site.briefing.find(name) for name in ("lowest_week", "cash_floor"))
    least, line = money_of(lowest), money_of(floor)
    if lowest is None or least is None or line is None:
        return Criterion(what, "not known", reason)
    return Criterion(what, "open", f"down to {value(lowest)}") if least < line else Criterion(what, "met")


def _safe(report: Report) -> Iterator[Criterion]:
    reason = "too little is known of cash" if report.site.briefing.books else _LEDGER
    yield _after_debt(report, reason)
    yield _reserved(report, reason)
    yield _above_the_floor(report, reason)
    yield Criterion("forecast within 15% for four weeks", "not known", "no forecast was made yet")
    critical = [
        one
        for one in report.site.open_findings
        if one.severity is Severity.CRITICAL and one.entity in report.ids
    ]
    is_seen = any(report.site.state(one)[0] != "unknown" for one in report.entities)
    if not critical and not is_seen:
        yield Criterion("no critical finding is open", "not known", "too few inputs to find any")
        return
    yield Criterion(
        "no critical finding is open",
        "open" if critical else "met",
        f"{len(critical)} are open" if critical else "",
    )
