"""Rules of what clients bring: does an hour pay for itself, who gets more than agreed, who stays, on whom it hangs."""

from collections.abc import Iterator
from decimal import Decimal

from quarterdeck.figures.agency import log_of, work_for
from quarterdeck.figures.agency_margin import Work
from quarterdeck.figures.names import named
from quarterdeck.figures.scope import Scope
from quarterdeck.formulas.agency import over_service_value
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.books import Kpi
from quarterdeck.model.entity import Entity
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Period, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import money, percent

_LEAST_OF_LIST = Decimal("0.60")
_CONCENTRATED = Decimal(1800)
_MOST_OF_ONE = Decimal("0.40")
_TOO_MANY_HOURS = Decimal("1.20")
_LEAST_KEPT = Decimal("0.85")
_FEW = 3


def _outside(known: Known) -> Iterator[tuple[Entity, str, str, Client]]:
    """Clients outside the family: their business, the subject of their figures, their name, their row."""
    for entity in known.facts.entities:
        for subject, name, client in named(known.facts.of(Client, entity.entity), "client"):
            if client.related_party is not True:
                yield entity, subject, name, client


@rule(
    "R-CLI-03",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("cfo", "margin of the agency (F-G3)"),),
    action="Raise the price, or agree on less work for it.",
    effort_hours=3,
    reads=(
        "clients.client",
        "clients.related_party",
        "figure.effective_rate",
        "figure.hour_cost",
        "figure.hour_price",
    ),
)
def hour_earns_too_little(known: Known) -> Iterator[Hit]:
    """An hour for a client earns less than it costs, or less than sixty percent of its list price.

    What it checks: effective rate (F-G2) of clients outside the family against the cost of an hour in the time log
    (below it is high) and the list price of an hour.
    Why it matters: each further hour for such a client makes the business poorer.
    How to mend: reprice, narrow the scope, or part.
    Known limits: a client whose hours or fees are not known has no rate.
    Source: Quarterdeck's own rule.
    """
    for entity, subject, name, client in _outside(known):
        scope = known.scope(entity)
        rate = known.number(f"effective_rate:{subject}", entity.entity)
        cost, price = (known.number(one, entity.entity) for one in ("hour_cost", "hour_price"))
        against, lost, is_under_cost = "", None, False
        if rate is not None and cost is not None and rate < cost:
            is_under_cost = True
            against = f"costs {money(Money(cost, scope.currency))}"
            lost = _lost_a_month(scope, client, cost - rate)
        elif rate is not None and price is not None and rate < price * _LEAST_OF_LIST:
            against = f"is listed at {money(Money(price, scope.currency))}"
        if rate is not None and against:
            earns = money(Money(rate, scope.currency)) if rate > 0 else "nothing"
            yield Hit(
                entity=entity.entity,
                subject=name,
                severity=Severity.HIGH if is_under_cost else None,
                message=f"An hour for {name} earns {earns} and {against}.",
                evidence=(client.source,),
                at_stake=lost,
            )


def _lost_a_month(scope: Scope, client: Client, an_hour: Decimal) -> Money | None:
    """What the hours of a month cost beyond what they earn; None where nobody knows how many there are."""
    work = work_for(scope, client, log_of(scope))
    if not isinstance(work, Work):
        return None
    months = len({entry.month for entry in work.entries}) or 1
    return Money(to_cents(work.hours / months * an_hour), scope.currency)


@rule(
    "R-CLI-06",
    severity=Severity.MEDIUM,
    roles=("cfo", "cmo"),
    affects=(("cfo", "revenue that hangs on few (F-G4)"),),
    action="Win two clients of middle size.",
    effort_hours=24,
    reads=(
        "entity.status",
        "figure.hhi",
        "figure.top_client_share",
        "figure.hhi_earned",
        "figure.top_earned_share",
    ),
)
def hangs_on_few_clients(known: Known) -> Iterator[Hit]:
    """Most of what clients bring comes from few of them.

    What it checks: concentration (F-G4) of what the books earned from each client, else of recurring fees: above
    1,800 is medium, one client above forty percent high. Sister companies are left out.
    Why it matters: one letter then costs half of the revenue.
    How to mend: two clients of middle size change it more than ten small ones.
    Known limits: a young business with few clients is concentrated by nature.
    Source: the bound is that of the US Merger Guidelines of 2023, borrowed for clients.
    """
    for entity in known.facts.active():
        by_books = known.number("hhi_earned", entity.entity) is not None
        codes = ("hhi_earned", "top_earned_share") if by_books else ("hhi", "top_client_share")
        figure, top = known.figure(codes[0], entity.entity), known.number(codes[1], entity.entity)
        hhi = known.number(codes[0], entity.entity)
        heavy = top is not None and top > _MOST_OF_ONE
        if figure is None or hhi is None or not (heavy or hhi > _CONCENTRATED):
            continue
        of_what = "of what clients brought in twelve months" if by_books else "of the recurring fees"
        largest = f"The largest client is {percent(top)} {of_what}; concentration" if top else "Concentration"
        yield Hit(
            entity=entity.entity,
            subject="concentration",
            severity=Severity.HIGH if heavy else None,
            message=f"{largest} (HHI) is {hhi:,.0f}; above {_CONCENTRATED:,} it hangs on few.",
            evidence=figure.sources[:_FEW],
        )


@rule(
    "R-CLI-08",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("cfo", "hours that nobody pays (F-G8, F-G9)"),),
    action="Bill the hours above the fee, or set a cap and keep to it.",
    effort_hours=2,
    reads=(
        "clients.client",
        "clients.hours_included",
        "figure.over_service",
        "figure.over_service_before",
        "figure.hour_price",
    ),
)
def more_hours_than_the_fee(known: Known) -> Iterator[Hit]:
    """A client took more than 120% of the hours in its fee in each of the last two full months.

    What it checks: over-service (F-G8) of both months.
    Why it matters: what happens twice is the new scope, at the old price.
    How to mend: bill the difference, raise the fee, or cap the hours.
    Known limits: fees without hours in them are not looked at; nor are months without a time log.
    Source: Quarterdeck's own rule.
    """
    for entity, subject, name, client in _outside(known):
        last = known.number(f"over_service:{subject}", entity.entity)
        before = known.number(f"over_service_before:{subject}", entity.entity)
        if last is None or before is None or min(last, before) <= _TOO_MANY_HOURS:
            continue
        price, included = known.number("hour_price", entity.entity), client.hours_included
        worth = None
        if price is not None and isinstance(included, Decimal):
            value = over_service_value(last * included, included, price)
            worth = Money(to_cents(value), known.scope(entity).currency)
        at_list = f"; the hours above it are worth {money(worth)} a month at list" if worth else ""
        yield Hit(
            entity=entity.entity,
            subject=name,
            message=f"{name} took {percent(before)}, then {percent(last)} of the hours in its fee{at_list}.",
            evidence=(client.source,),
            at_stake=worth,
        )


@rule(
    "R-CLI-11",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(("cmo", "what new clients have to replace (F-G5)"),),
    action="Ask each client who left or pays less why.",
    effort_hours=4,
    reads=("entity.status", "kpis"),
)
def fees_are_not_kept(known: Known) -> Iterator[Hit]:
    """Less than 85% of the recurring fees of a year ago is still paid, raises not counted.

    What it checks: the newest `grr` (F-G5) of the KPIs table.
    Why it matters: below that new clients only fill the hole.
    How to mend: ask those who left; the third answer is usually the true one.
    Known limits: fees of earlier days are not kept yet, so it goes by what somebody worked out and wrote.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        told = [
            (row.period.end, row.value, row)
            for row in known.facts.of(Kpi, entity.entity)
            if row.kpi == "grr" and isinstance(row.period, Period) and isinstance(row.value, Ratio)
        ]
        if not told:
            continue
        _, kept, row = max(told, key=lambda one: one[0])
        if kept.value < _LEAST_KEPT:
            yield Hit(
                entity=entity.entity,
                subject="grr",
                message=f"{percent(kept.value)} of the recurring fees of a year ago is still paid.",
                evidence=(row.source,),
            )
