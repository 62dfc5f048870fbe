"""Rules of the whole: businesses without revenue, plan or measures, and what rests on one of them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.kpis import coverage, covered, most_important_missing
from quarterdeck.figures.months import last_full_month, months_to
from quarterdeck.figures.rollup import counted
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.books import PlanLine
from quarterdeck.model.briefing import by_entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import ROLES
from quarterdeck.model.holdings import Lease
from quarterdeck.model.ledger import Lines
from quarterdeck.model.sales import Booking
from quarterdeck.model.services import Client, Delivery, Invoice
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, money, on, percent

_QUIET_DAYS = 60
_MONTHS_IN_A_ROW = 3
_LEAST_COVERED = Decimal("0.50")
_MOST_OF_ONE = Decimal("0.70")

_SALES = (Booking, Delivery, Lease, Client)
"""Tables that say what is sold and what is still to come."""


@rule(
    "R-CEO-07",
    severity=Severity.HIGH,
    roles=("ceo",),
    affects=(("cfo", "revenue of the business, and the targets that count on it (F-T1)"),),
    action="Decide: mend what keeps it from selling, pause it, or stop it.",
    effort_hours=4,
    reads=(
        "entity.status",
        "bookings.status",
        "bookings.service_date",
        "deliveries.status",
        "deliveries.start",
        "deliveries.end",
        "invoices.issued",
        "invoices.status",
        "rent_roll.status",
        "clients.mrr",
        "clients.fee",
        "ledger",
    ),
)
def no_revenue(known: Known) -> Iterator[Hit]:
    """An active business had no revenue for sixty days, and none is confirmed ahead.

    What it checks: income in the books, completed bookings and deliveries, and invoices; ahead are confirmed
    bookings, deliveries planned or on the way, let units, and clients with a fee.
    Why it matters: a business that sells nothing costs time and money as long as nobody decides.
    How to mend: mend what keeps it from selling; pausing or stopping it is an answer, too.
    Known limits: silent where the business keeps no table of its sales, or where a row has no status or day. The
    parts of a business count with it.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        family = (entity.entity, *known.facts.parts_of(entity.entity))
        if entity.parent or not any(known.facts.of(table, one) for table in _SALES for one in family):
            continue
        if any(_may_bring_more(known.facts, one) for one in family):
            continue
        earned = [day for one in family for day in _earned(known.facts, one)]
        last = max(earned, default=None)
        if last is None or (known.as_of - last).days > _QUIET_DAYS:
            since = (
                f"since {on(last, known.as_of)}, {days((known.as_of - last).days)} ago" if last else "so far"
            )
            yield Hit(
                entity=entity.entity,
                subject="revenue",
                message=f"{entity.title} has had no revenue {since}, and none is confirmed ahead.",
                evidence=(entity.source,),
            )


def _may_bring_more(facts: Facts, entity: str) -> bool:
    """Whether something is confirmed ahead, or a row does not say how it stands."""
    rows = facts.of(Booking, entity)
    return (
        any(isinstance(one.status, Blank) or isinstance(one.service_date, Blank) for one in rows)
        or any(one.status == "confirmed" and _is_on_or_after(one.service_date, facts.as_of) for one in rows)
        or any(
            isinstance(one.status, Blank) or one.status in {"planned", "in-progress"}
            for one in facts.of(Delivery, entity)
        )
        or any(isinstance(one.status, Blank) or one.status != "vacant" for one in facts.of(Lease, entity))
        or any(_pays(one.mrr) or _pays(one.fee) for one in facts.of(Client, entity))
    )


def _is_on_or_after(day: date | Blank, first: date) -> bool:
    return isinstance(day, date) and day >= first


def _pays(fee: Money | Blank) -> bool:
    return isinstance(fee, Money) and fee.amount > 0


def _earned(facts: Facts, entity: str) -> Iterator[date]:
    """Days up to the report on which the books, bookings, deliveries or invoices of an entity show revenue."""
    journal = facts.journal(facts.handoff(entity).entity)
    income = journal.lines(Lines(journal.component, (journal.name("Income"),), end=facts.as_of))
    yield from (entry.date for entry, posting in income if posting.units.amount < 0)
    dates = [one.service_date for one in facts.of(Booking, entity) if one.status == "completed"]
    done = [one for one in facts.of(Delivery, entity) if one.status == "completed"]
    dates += [one.start if isinstance(one.end, Blank) else one.end for one in done]
    dates += [one.issued for one in facts.of(Invoice, entity) if one.status not in {"draft", "void"}]
    yield from (day for day in dates if isinstance(day, date) and day <= facts.as_of)


@rule(
    "R-CEO-08",
    severity=Severity.HIGH,
    roles=("ceo", "cfo"),
    affects=(("cfo", "runway and targets have no basis (F-B4, F-T1)"),),
    action="Write a plan for the next three months, or pause the business.",
    effort_hours=4,
    reads=("figure.net_burn", "plan.month", "ledger"),
)
def burns_without_plan(known: Known) -> Iterator[Hit]:
    """An active business used up cash three months in a row, and nobody wrote a plan for it.

    What it checks: net burn (F-B2) of the last three full months, against the Plan table and the budgets of the
    books.
    Why it matters: nobody can say whether that is an investment or a leak.
    How to mend: write what should come in and go out in each of the next months; or pause.
    Known limits: a business without books for all three months is not judged.
    Source: Quarterdeck's own rule.
    """
    months = months_to(last_full_month(known.as_of), _MONTHS_IN_A_ROW)
    for entity in known.facts.active():
        is_planned = known.facts.of(PlanLine, entity.entity) or known.facts.journal(entity).budgets
        figures = [known.figure(f"net_burn:{month.name}", entity.entity) for month in months]
        burns = [one.value for one in figures if one is not None and isinstance(one.value, Money)]
        if is_planned or len(burns) < len(months) or not all(one.amount > 0 for one in burns):
            continue
        total = sum(burns[1:], start=burns[0])
        words = ", ".join(money(one) for one in burns)
        yield Hit(
            entity=entity.entity,
            subject="plan",
            message=f"{entity.title} used up cash three months in a row ({words}), and has no plan.",
            evidence=tuple(source for one in figures if one is not None for source in one.sources[:1]),
            at_stake=Money(to_cents(total.amount / len(burns)), total.currency),
        )


@rule(
    "R-CEO-09",
    severity=Severity.HIGH,
    roles=("ceo",),
    affects=tuple((role, "measures that are not known (F-S4)") for role in ROLES if role != "ceo"),
    action="Add the KPIs that are missed most to the KPI table.",
    effort_hours=4,
    reads=("kpis",),
)
def few_measures(known: Known) -> Iterator[Hit]:
    """Less than half of what a business of its kind should measure has a fresh value.

    What it checks: KPI coverage (F-S4) of each active business; what is declared n/a does not count.
    Why it matters: whoever decides without measures decides by the last thing that somebody said.
    How to mend: add the five that are missed most; the action names them.
    Known limits: how good a value is stays with whoever wrote it.
    Source: Quarterdeck's own rule.
    """
    kpis = by_entity(known.kpis)
    for entity in known.facts.active():
        states = kpis.get(entity.entity, [])
        fresh, wanted = coverage(states)
        share = covered(fresh, wanted)
        if not isinstance(share, Ratio) or share.value >= _LEAST_COVERED:
            continue
        missed = ", ".join(one.title for one in most_important_missing(states))
        handoff = known.facts.handoff(entity.entity)
        yield Hit(
            entity=entity.entity,
            subject="kpis",
            message=(
                f"{fresh} of the {wanted} KPIs that {entity.title} should know have a fresh value "
                f"({percent(share.value)})."
            ),
            evidence=(Source(handoff.path, what="KPIs"),),
            action=f"Add to the KPI table first: {missed}." if missed else "",
        )


@rule(
    "R-CEO-11",
    severity=Severity.MEDIUM,
    roles=("ceo",),
    affects=tuple((role, "what is printed may no longer be so") for role in ROLES if role != "ceo"),
    action="Read the handoff once through, correct it, and set `updated`.",
    effort_hours=Decimal("0.5"),
    reads=("entity.updated", "entity.status"),
)
def handoff_not_confirmed(known: Known) -> Iterator[Hit]:
    """Nobody confirmed the handoff of an active business for longer than the limit.

    What it checks: `updated` of the front matter against `thresholds.stale_after.handoff`, 45 days by default.
    Why it matters: everything on the pages that no book or audit says comes from it.
    How to mend: twenty minutes; read it through, correct it, and set the day.
    Known limits: without `updated`, the day of the file's last commit counts; a day set without reading is not
    seen.
    Source: Quarterdeck's own rule.
    """
    limit = known.facts.stale_after["handoff"]
    for entity in known.facts.active():
        if isinstance(entity.updated, date) and (known.as_of - entity.updated).days > limit:
            yield Hit(
                entity=entity.entity,
                subject="updated",
                message=(
                    f"Nobody has confirmed the handoff of {entity.title} for "
                    f"{(known.as_of - entity.updated).days} days; the limit is {limit}."
                ),
                evidence=(entity.source,),
            )


@rule(
    "R-CEO-15",
    severity=Severity.MEDIUM,
    roles=("ceo", "cfo"),
    affects=(("cfo", "one bad season hits everything (F-M1)"),),
    action="Plan what would have to be true for another business to bring a third.",
    effort_hours=8,
    reads=("figure.contribution_month",),
)
def rests_on_one(known: Known) -> Iterator[Hit]:
    """One business brings more than seventy percent of what all contribute.

    What it checks: the contribution of the last full month of each business against that of all (F-M1).
    Why it matters: what happens to the one happens to all.
    How to mend: plan a second stream while the first one still pays for it.
    Known limits: one month can mislead where business is seasonal. A portfolio of one business, and one of which
    a contribution is not known, are not judged.
    Source: Quarterdeck's own rule.
    """
    names = {one.entity: one.title for one in counted(known.facts) if one.is_active and not one.parent}
    figures = {name: known.figure("contribution_month", name) for name in names}
    amounts = {
        name: one.value for name, one in figures.items() if one is not None and isinstance(one.value, Money)
    }
    wanted = [name for name, one in figures.items() if one is not None]
    if len(amounts) < 2 or len(amounts) < len(wanted) or len({one.currency for one in amounts.values()}) > 1:  # noqa: PLR2004 - two make a portfolio
        return
    total = sum((one.amount for one in amounts.values()), Decimal(0))
    for name, one in amounts.items():
        if total > 0 and one.amount > total * _MOST_OF_ONE:
            share = percent(one.amount / total)
            figure = figures[name]
            yield Hit(
                entity=name,
                subject="contribution",
                message=f"{names[name]} brings {share} of what all businesses contribute.",
                evidence=figure.sources[:1] if figure else (),
            )
