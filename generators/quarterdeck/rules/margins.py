"""Rules of what a sale leaves: offers that lose money, and businesses that cannot carry their fixed costs."""

from collections.abc import Iterator
from datetime import date, timedelta

from quarterdeck.figures.break_even import MOST_UNCLASSED
from quarterdeck.figures.cash import AVERAGED
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.figures.names import folded, named
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import Booking, Offer
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.runway import businesses, evidence_of, of_months, total
from quarterdeck.rules.words import listed, money, percent

_SOLD_WITHIN = timedelta(days=90)
_SOLD = frozenset({"confirmed", "completed"})


@rule(
    "R-CFO-05",
    severity=Severity.CRITICAL,
    roles=("cfo", "cmo", "ceo"),
    affects=(("cmo", "stop promoting it: each sale adds to the loss (F-Q8)"),),
    action="Raise its price, cut what it costs, or withdraw it.",
    effort_hours=2,
    reads=("figure.contribution", "offers.offer", "bookings.offer", "bookings.status", "bookings.booked_on"),
)
def offer_that_loses(known: Known) -> Iterator[Hit]:
    """An offer on sale that brings no more than it costs.

    What it checks: the contribution of each offer that was booked, or served, within ninety days.
    Why it matters: the more of it is sold, the less is left.
    How to mend: a higher price, a cheaper way to do it, or no such offer.
    Known limits: what the channel keeps is not taken off here; another rule looks at that. A booking without a
    day of its own counts on its day of service.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        for subject, name, offer in named(known.facts.of(Offer, entity.entity), "offer"):
            left = known.money(f"contribution:{subject}", entity.entity)
            sales = _sales(known.facts, entity.entity, name)
            if left is None or left.amount > 0 or not sales:
                continue
            loses = "leaves nothing" if left.amount == 0 else f"loses {money(-left)} each"
            count = "once" if len(sales) == 1 else f"{len(sales)} times"
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{name} {loses}, and was sold {count} in {_SOLD_WITHIN.days} days.",
                evidence=(offer.source, sales[-1].source),
            )


def _sales(facts: Facts, entity: str, offer: str) -> list[Booking]:
    """The bookings of an offer that were made within ninety days, in the order of their table."""
    first = facts.as_of - _SOLD_WITHIN
    return [
        one
        for one in facts.of(Booking, entity)
        if one.status in _SOLD
        and isinstance(one.offer, str)
        and folded(one.offer) == folded(offer)
        and isinstance(day := one.booked_on if isinstance(one.booked_on, date) else one.service_date, date)
        and first <= day <= facts.as_of
    ]


@rule(
    "R-CFO-06",
    severity=Severity.HIGH,
    roles=("cfo", "ceo"),
    affects=(("ceo", "whether the business can go on as it is (F-E4)"),),
    action="Write one plan with three numbers: the price, the fixed costs and the sales a month that it takes.",
    effort_hours=4,
    reads=("figure.revenue", "figure.break_even_revenue"),
)
def below_break_even(known: Known) -> Iterator[Hit]:
    """A business that sold less than its break-even in each of three months.

    What it checks: revenue of the last three full months against break-even revenue, by the books.
    Why it matters: each such month is paid for by the owners, by guests' money or by a bank.
    How to mend: price, fixed cost or number of sales; the page shows how far each moves it.
    Known limits: in a business with a season three low months may be its winter.
    Source: Quarterdeck's own rule.
    """
    last = months_to(last_full_month(known.as_of), AVERAGED)
    for entity in businesses(known):
        least = known.money("break_even_revenue", entity.entity)
        earned = of_months(known, "revenue", entity.entity, last)
        if least is None or earned is None:
            continue
        amounts = [one.value for one in earned if isinstance(one.value, Money)]
        if all(one.amount < least.amount for one in amounts):
            short = least * len(amounts) - Money(total(earned), least.currency)
            yield Hit(
                entity=entity.entity,
                subject="break-even",
                message=(
                    f"{entity.title} sold {listed([money(one) for one in amounts])} from {month_name(last[0])} to"
                    f" {month_name(last[-1])}; it breaks even at {money(least)} a month."
                ),
                evidence=evidence_of(earned[-1], known.figure("break_even_revenue", entity.entity)),
                at_stake=Money(to_cents(short.amount / len(amounts)), short.currency),
            )


@rule(
    "R-CFO-07",
    severity=Severity.HIGH,
    roles=("cfo", "cmo", "ceo"),
    affects=(("cmo", "no campaign can sell more than there is (F-E7)"),),
    action="Raise the price, or cut the fixed costs, until the break-even fits into what can be sold.",
    effort_hours=4,
    reads=(
        "entity.capacity_per_month",
        "figure.capacity_share",
        "figure.break_even_units",
        "figure.capacity",
    ),
)
def break_even_beyond_capacity(known: Known) -> Iterator[Hit]:
    """A business that would have to sell more than it can.

    What it checks: sales to break even against `capacity_per_month`.
    Why it matters: full to the last place, it would still lose money.
    How to mend: the price or the fixed costs; more sales cannot help.
    Known limits: capacity is what somebody wrote, and an average sale stands for all.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        share = known.number("capacity_share", entity.entity)
        units, capacity = (
            known.number("break_even_units", entity.entity),
            known.number("capacity", entity.entity),
        )
        if share is not None and share > 1 and units is not None and capacity is not None:
            yield Hit(
                entity=entity.entity,
                subject="capacity",
                message=(
                    f"{entity.title} breaks even at {units:,f} sales a month and can make {capacity.normalize():,f}:"
                    " it would lose money even when full."
                ),
                evidence=(entity.source, *evidence_of(known.figure("break_even_units", entity.entity))),
            )


@rule(
    "R-CFO-08",
    severity=Severity.MEDIUM,
    roles=("cfo", "accounting"),
    affects=(("accounting", "break-even and margins cannot be told (F-E1, F-E3)"),),
    action="Move these costs below Fixed or Variable in the books.",
    effort_hours=2,
    reads=("figure.unclassified_share",),
)
def costs_of_no_class(known: Known) -> Iterator[Hit]:
    """More than a tenth of the costs is neither fixed nor variable.

    What it checks: the share of a year's costs in accounts that are below neither Fixed nor Variable.
    Why it matters: without it nobody can say what must be sold; break-even is printed as not known.
    How to mend: rename the accounts, or give the entries others.
    Known limits: interest and taxes stand below both and count as sorted.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        share = known.number("unclassified_share", entity.entity)
        if share is not None and share > MOST_UNCLASSED:
            yield Hit(
                entity=entity.entity,
                subject="costs",
                message=(
                    f"{percent(share)} of the costs of {entity.title} are neither fixed nor variable, so its"
                    " break-even is not known."
                ),
                evidence=evidence_of(known.figure("unclassified_share", entity.entity)),
            )
