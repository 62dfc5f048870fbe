"""Rules of cash: how long it lasts, whose it is, and what draws on it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from quarterdeck.figures.cash import AVERAGED
from quarterdeck.figures.exchange import plain
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.formulas.flows import WEEKS, Horizon
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Period
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import listed, money, months, on, percent

_CRITICAL_MONTHS = 3
_SHORT_MONTHS = 6
_MOST_RISE = Decimal("0.20")
_MOST_OFF = Decimal("0.25")
_WEEKS_RUNNING = 2
_WEEK = timedelta(days=7)
_FEW_SOURCES = 3
_HELD = ("cash_total", "cash_in_transit", "deposits_owed")
"""Balances that may be in other currencies."""


def businesses(known: Known) -> Iterator[Entity]:
    """The active businesses; a tool that is part of one has no cash and no plan of its own."""
    return (one for one in known.facts.active() if not one.parent)


def evidence_of(*figures: Figure | None) -> tuple[Source, ...]:
    """The first places of some figures."""
    places = dict.fromkeys(place for one in figures if one is not None for place in one.sources)
    return tuple(places)[:_FEW_SOURCES]


def of_months(known: Known, code: str, entity: str, wanted: Sequence[Period]) -> list[Figure] | None:
    """A monthly figure of money for each of these months, in their order; None where one is not known."""
    found = [known.figure(f"{code}:{one.name}", entity) for one in wanted]
    whole = [one for one in found if one is not None and isinstance(one.value, Money) and not one.is_partial]
    return whole if len(whole) == len(wanted) else None


def total(figures: Sequence[Figure]) -> Decimal:
    """What figures of money come to."""
    return sum((one.value.amount for one in figures if isinstance(one.value, Money)), Decimal(0))


@rule(
    "R-CFO-01",
    severity=Severity.HIGH,
    roles=("cfo", "ceo"),
    affects=(("ceo", "how urgent everything else is: it must pay before the cash ends (F-B4)"),),
    action="Collect what is owed first, then make a list of costs to cut, the dearest on top.",
    effort_hours=4,
    reads=("entity.status", "figure.runway_months", "figure.net_burn"),
)
def cash_runs_out(known: Known) -> Iterator[Hit]:
    """Cash that lasts less than half a year at what the average month consumes.

    What it checks: the runway of each business: under six months is high, under three critical, as is no free
    cash at all.
    Why it matters: a lender, a buyer or a new customer takes months to find.
    How to mend: collect what is owed, then cut; both are faster than selling more.
    Known limits: it goes by the last full months, so a season to come is not in it; owner draws stand apart.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        runway, free = (
            known.number("runway_months", entity.entity),
            known.money("cash_available", entity.entity),
        )
        if known.state("runway_months", entity.entity) == "depleted" and free is not None:
            says, is_critical = f"{entity.title} has no free cash left: {money(free)}.", True
        elif runway is not None and runway < _SHORT_MONTHS:
            says = f"The cash of {entity.title} lasts {months(runway)} at what an average month takes."
            is_critical = runway < _CRITICAL_MONTHS
        else:
            continue
        burn = known.money("net_burn", entity.entity)
        yield Hit(
            entity=entity.entity,
            subject="runway",
            severity=Severity.CRITICAL if is_critical else None,
            message=says,
            evidence=evidence_of(known.figure("runway_months", entity.entity)),
            at_stake=burn if burn and burn.amount > 0 else None,
        )


@rule(
    "R-CFO-02",
    severity=Severity.HIGH,
    roles=("cfo", "ceo"),
    affects=(("ceo", "what can be paid in the weeks ahead (F-C1)"),),
    action="Move a payment to a later week; if that is not enough, collect early, then draw on credit.",
    effort_hours=3,
    reads=(
        "entity.min_cash",
        "figure.forecast_below_zero",
        "figure.forecast_below_floor",
        "figure.lowest_week",
        "figure.lowest_week_number",
    ),
)
def forecast_too_low(known: Known) -> Iterator[Hit]:
    """Cash falls below its floor, or below zero, within thirteen weeks.

    What it checks: the end of each week of the forecast against `min_cash`, which is high, and zero, which is
    critical.
    Why it matters: a payment that bounces costs fees and trust; a week known early can still be moved.
    How to mend: move a payment, then collect, then draw on credit, in that order: the first costs nothing.
    Known limits: hoped-for sales are not in the forecast, so a season that sells late looks worse than it is.
    Source: Quarterdeck's own rule.
    """
    horizon = Horizon(known.as_of)
    for entity in businesses(known):
        lowest = known.money("lowest_week", entity.entity)
        at = known.number("lowest_week_number", entity.entity)
        zero = known.number("forecast_below_zero", entity.entity)
        floor = known.number("forecast_below_floor", entity.entity)
        first = zero if zero is not None else floor
        if lowest is None or at is None or first is None:
            continue
        least = known.money("cash_floor", entity.entity)
        under = "zero" if zero is not None else f"its floor of {money(least)}" if least else "its floor"
        yield Hit(
            entity=entity.entity,
            subject="forecast",
            severity=Severity.CRITICAL if zero is not None else None,
            message=(
                f"The cash of {entity.title} falls below {under} in the week of {_monday(horizon, first)}; the"
                f" lowest of {WEEKS} weeks is {money(lowest)}, in the week of {_monday(horizon, at)}."
            ),
            evidence=evidence_of(known.figure("lowest_week", entity.entity)),
        )


def _monday(horizon: Horizon, week: Decimal) -> str:
    return on(horizon.monday(int(week)), horizon.as_of)


@rule(
    "R-CFO-03",
    severity=Severity.CRITICAL,
    roles=("cfo", "accounting", "ceo"),
    affects=(
        ("accounting", "guests' money is a debt until the day it is earned (F-R2)"),
        ("ceo", "a refund could not be paid"),
    ),
    action="Put guests' money into an account of its own, and stop owner draws until it is there.",
    effort_hours=2,
    reads=(
        "figure.cash_available",
        "figure.deposits_owed",
        "figure.deposits_held",
        "figure.restricted_accounts",
    ),
)
def deposits_spent(known: Known) -> Iterator[Hit]:
    """Less free cash than guests have paid for what they have not had yet.

    What it checks: available cash and restricted accounts against guests' money by the books, else by Bookings.
    Why it matters: one cancelled season, and the business cannot give back what it owes.
    How to mend: an account of its own for guests' money, and no draws until it is full.
    Known limits: money in accounts that are kept for taxes or tenants is not counted as a cover for guests.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        free = known.money("cash_available", entity.entity)
        owed = known.money("deposits_owed", entity.entity) or known.money("deposits_held", entity.entity)
        kept = known.money("restricted_accounts", entity.entity)
        if free is None or owed is None:
            continue
        cover = free + kept if kept else free
        if cover.amount < owed.amount:
            yield Hit(
                entity=entity.entity,
                subject="deposits",
                message=(
                    f"{entity.title} holds {money(owed)} of guests' money for what is still to come, and has"
                    f" {money(cover)}."
                ),
                evidence=evidence_of(
                    known.figure("deposits_owed", entity.entity)
                    or known.figure("deposits_held", entity.entity),
                    known.figure("cash_available", entity.entity),
                ),
            )


@rule(
    "R-CFO-04",
    severity=Severity.MEDIUM,
    roles=("cfo", "accounting"),
    affects=(("ceo", "how sure burn, runway and break-even are (F-B3, F-B4, F-E3)"),),
    action="Enter the months before from the bank's statements until there are three.",
    effort_hours=6,
    reads=("entity.status", "ledger"),
)
def few_full_months(known: Known) -> Iterator[Hit]:
    """Books with fewer than three full months.

    What it checks: the full months in the books of an active business; the running one is none.
    Why it matters: an average of one or two months may be a high or a low one.
    How to mend: enter the months before from the bank's statements.
    Known limits: a business without any books is a gap and no finding.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        journal = known.facts.journal(entity)
        full = journal.full_months(known.as_of) if journal else ()
        if journal and len(full) < AVERAGED:
            count = "no full month" if not full else "one full month" if len(full) == 1 else "two full months"
            first = journal.within(None, known.as_of)[:1]
            yield Hit(
                entity=entity.entity,
                subject="months",
                message=f"The books of {entity.title} hold {count}; three make an average.",
                evidence=tuple(one.source for one in first),
            )


@rule(
    "R-CFO-16",
    severity=Severity.HIGH,
    roles=("cfo", "ceo"),
    affects=(("ceo", "what the business keeps to live on (F-B8)"),),
    action="Agree on a rule: draw only a share of what the month before left in cash.",
    effort_hours=1,
    reads=("figure.owner_out", "figure.operating_in", "figure.operating_out"),
)
def draws_beyond_cash(known: Known) -> Iterator[Hit]:
    """Owners drew more in three months than the work brought in.

    What it checks: draws of the last three full months against operating cash in less out, by the books.
    Why it matters: the difference comes from deposits, credit or reserves.
    How to mend: a draw rule that both owners sign, such as half of what the month before left.
    Known limits: payments to lenders are not taken off, so draws may be too high below this, too.
    Source: Quarterdeck's own rule.
    """
    last = months_to(last_full_month(known.as_of), AVERAGED)
    for entity in businesses(known):
        drawn, came, went = (
            of_months(known, code, entity.entity, last)
            for code in ("owner_out", "operating_in", "operating_out")
        )
        if drawn is None or came is None or went is None:
            continue
        left, taken = total(came) - total(went), total(drawn)
        if taken <= 0 or taken <= left:
            continue
        currency = _currency(drawn)
        brought = (
            f"the work brought in {money(Money(left, currency))}"
            if left >= 0
            else f"the work itself took {money(Money(-left, currency))}"
        )
        yield Hit(
            entity=entity.entity,
            subject="draws",
            message=(
                f"The owners of {entity.title} drew {money(Money(taken, currency))} from {month_name(last[0])} to"
                f" {month_name(last[-1])}, while {brought}."
            ),
            evidence=evidence_of(*drawn),
            at_stake=Money(to_cents((taken - left) / AVERAGED), currency),
        )


def _currency(figures: Sequence[Figure]) -> str:
    return next(one.value.currency for one in figures if isinstance(one.value, Money))


@rule(
    "R-CFO-17",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("ceo", "runway, and what is free to invest (F-B4, F-K1)"),),
    action="Name the two costs that rose most, and who decided on them.",
    effort_hours=1,
    reads=("figure.gross_burn",),
)
def burn_rose(known: Known) -> Iterator[Hit]:
    """Last month consumed over a fifth more than the three before it on average.

    What it checks: gross burn, which leaves out what is tagged as one-time.
    Why it matters: a cost that stays shortens the runway from the month it came.
    How to mend: whoever decided on the largest movers says why, or tags what happens once.
    Known limits: a business with a season rises each spring; compare with the same month of last year.
    Source: Quarterdeck's own rule.
    """
    *before, last = months_to(last_full_month(known.as_of), AVERAGED + 1)
    for entity in businesses(known):
        burnt = of_months(known, "gross_burn", entity.entity, (*before, last))
        if burnt is None:
            continue
        mean, newest = total(burnt[:-1]) / AVERAGED, total(burnt[-1:])
        if mean <= 0 or newest <= mean * (1 + _MOST_RISE):
            continue
        currency = _currency(burnt)
        yield Hit(
            entity=entity.entity,
            subject="burn",
            message=(
                f"{entity.title} consumed {money(Money(newest, currency))} in {month_name(last)}, "
                f"{percent(newest / mean - 1)} more than the {money(Money(mean, currency))} of the three months"
                " before on average."
            ),
            evidence=evidence_of(burnt[-1]),
            at_stake=Money(to_cents(newest - mean), currency),
        )


@rule(
    "R-CFO-18",
    severity=Severity.MEDIUM,
    roles=("cfo",),
    action="Compare both weeks line by line, and mend the line that was furthest off.",
    effort_hours=2,
    reads=("figure.forecast_error_receipts", "figure.forecast_error_payments"),
)
def forecast_off(known: Known) -> Iterator[Hit]:
    """The forecast missed what happened by more than a quarter, two weeks running.

    What it checks: what came in and went out against the first week of the forecast before, week by week.
    Why it matters: nobody can steer by a forecast that is wrong twice in the same way.
    How to mend: the line that was furthest off first: a customer who pays late, a cost without a day.
    Known limits: silent until forecasts of two weeks in a row are kept, and the books hold both weeks.
    Source: Quarterdeck's own rule.
    """
    for entity in ("", *(one.entity for one in businesses(known))):
        for side, words in (("receipts", "came in"), ("payments", "went out")):
            newest = _weeks_running(known.figures_of(f"forecast_error_{side}", entity))
            errors = [known.number(one.id, entity) for one in newest]
            off = [one for one in errors if one is not None and abs(one) > _MOST_OFF]
            if len(off) == _WEEKS_RUNNING:
                said = listed([f"{percent(abs(one))} {'more' if one > 0 else 'less'}" for one in off])
                yield Hit(
                    entity=entity,
                    subject=side,
                    message=f"Two weeks running {words} other than forecast: {said}.",
                    evidence=evidence_of(*newest),
                )


def _weeks_running(errors: Sequence[Figure]) -> Sequence[Figure]:
    """The last weeks, where each follows the one before; a week without a forecast breaks the run."""
    last = errors[-_WEEKS_RUNNING:]
    mondays = [date.fromisoformat(one.id.partition(":")[2]) for one in last]
    return last if all(after - before == _WEEK for before, after in pairwise(mondays)) else ()


@rule(
    "R-CFO-21",
    severity=Severity.LOW,
    roles=("cfo", "accounting"),
    action="Add a price line of this week for the currency to the books.",
    effort_hours=1,
    reads=tuple(f"figure.{one}" for one in _HELD),
)
def currency_without_rate(known: Known) -> Iterator[Hit]:
    """Money of another currency that is in no sum, for want of a fresh price.

    What it checks: balances of cash, of processors and of guests' money; a price holds for `fx_max_age_days`.
    Why it matters: cash, runway and the forecast are without that money, and no page can say how much it is.
    How to mend: a `price` line in the books, from the day of the balance.
    Known limits: a price that is written the other way round is none.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        figures = [one for code in _HELD if (one := known.figure(code, entity.entity)) is not None]
        left: dict[str, list[Money]] = {}
        for one in figures:
            for apart in one.apart:
                left.setdefault(apart.currency, []).append(apart)
        for currency in sorted(left):
            yield Hit(
                entity=entity.entity,
                subject=currency,
                message=(
                    f"{listed([plain(one) for one in left[currency]])} of {entity.title} is in no sum: the books have"
                    f" no price of it that is {known.facts.assumed.fx_max_age_days} days old or less."
                ),
                evidence=evidence_of(*figures),
            )
