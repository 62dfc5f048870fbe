"""What a client leaves of its fees once the hours and the cost that come with it are paid."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from quarterdeck.figures.agency_books import Moved
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.ledger import entry_sources
from quarterdeck.figures.scope import MOST_SOURCES, Scope, terms_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.sales import Offer
from quarterdeck.model.services import Client, TimeEntry
from quarterdeck.model.values import Money


class Work(msgspec.Struct, frozen=True):
    """What one client paid and how long we worked for it, over the same months."""

    client: Client
    fees: Decimal
    pass_through: Decimal
    hours: Decimal
    entries: tuple[TimeEntry, ...] = ()
    booked: tuple[Moved, ...] = ()
    """Lines of the books that the fees add up; none where they come from invoices or the stated fee."""


def cost_of_an_hour(scope: Scope) -> Decimal | None:
    """What an hour of work costs us, over all hours of the time log whose cost is written; None without any."""
    known = [
        (one.hours, cost)
        for one in scope.of(TimeEntry)
        if isinstance(one.hours, Decimal) and (cost := scope.amount(one.cost_rate)) is not None
    ]
    hours = sum((count for count, _ in known), Decimal(0))
    return sum((count * cost for count, cost in known), Decimal(0)) / hours if hours else None


def hour_of(scope: Scope, entity: Entity) -> Iterator[Figure]:
    """What an hour is sold for by the list of this business or the one it is part of, and what it costs us."""
    family = (entity.entity, entity.parent)
    offers = [one for name in family for one in scope.facts.of(Offer, name) if one.unit == "hour"]
    listed = [one for one in offers if isinstance(one.price, Money)][:1]
    label = f"List price of an hour, {listed[0].offer}" if listed else "List price of an hour"
    if listed:
        yield scope.total("hour_price", label, terms_of(listed, "price"), needs=("offers",))
    else:
        yield scope.missing("hour_price", label, "money", "offers")
    cost, label = cost_of_an_hour(scope), "Cost of an hour"
    if cost is None:
        yield scope.missing("hour_cost", label, "money", "time_log")
    else:
        rows, value = scope.of(TimeEntry), Money(cost, scope.currency)
        yield scope.figure(
            "hour_cost", label, value, "money", kind="computed", rows=rows, columns=("cost_rate",)
        )


def labour_of(scope: Scope, work: Work) -> Decimal | None:
    """Cost of the hours of a client: as logged, else as stated, else at what an hour costs on average."""
    logged = [
        one.hours * cost
        for one in work.entries
        if isinstance(one.hours, Decimal) and (cost := scope.amount(one.cost_rate)) is not None
    ]
    if logged and len(logged) == len(work.entries):
        return sum(logged, Decimal(0))
    stated = scope.amount(work.client.labour_cost)
    if stated is not None:
        return stated
    cost = cost_of_an_hour(scope)
    return None if cost is None else work.hours * cost


def beyond(scope: Scope, subject: str, name: str, work: Work, price: Figure) -> Iterator[Figure]:
    """What hours a month beyond those in the fee would bring at the list price (F-G9), where there are any."""
    included = work.client.hours_included
    months = len({one.month for one in work.entries}) or 1
    used = work.hours / months
    if isinstance(included, Decimal) and used > included:
        rows = (work.client, *work.entries)
        hours = scope.figure(
            f"client_hours:{subject}", f"Hours a month for {name}", used, "hours",
            kind="computed", rows=rows, columns=("hours", "hours_used"),
        )  # fmt: skip
        yield hours
        label = f"Hours beyond the fee at the list price, {name}"
        yield derived(
            scope,
            "F-G9",
            f"over_service_value:{subject}",
            label,
            used=hours,
            included=included,
            list_rate=price,
        )


def margins(scope: Scope, subject: str, name: str, work: Work) -> Iterator[Figure]:
    """Fees of a client over the months of its hours, their cost, and what is left (F-G3)."""
    labour = labour_of(scope, work)
    rows = (work.client, *work.entries)
    fees = scope.figure(
        f"client_fees:{subject}", f"Fees of {name} in the months of its hours",
        Money(work.fees, scope.currency), "money", kind="computed", rows=rows, columns=("fee", "mrr"),
    )  # fmt: skip
    if work.booked:
        sources = entry_sources([one.entry for one in work.booked])
        fees = msgspec.structs.replace(fees, sources=sources[:MOST_SOURCES], note="as earned in the books")
    yield fees
    code, label = f"client_labour:{subject}", f"Cost of the hours for {name}"
    if labour is None:
        cost = scope.missing(code, label, "money", "time_log", rows=rows)
    else:
        value = Money(labour, scope.currency)
        cost = scope.figure(code, label, value, "money", kind="computed", rows=rows, columns=("hours",))
    yield cost
    yield from parts(
        scope,
        "F-G3",
        {
            "margin": (f"client_left:{subject}", f"Left of the fees of {name}"),
            "pct": (f"client_margin:{subject}", f"Margin, {name}"),
        },
        units={"pct": "ratio"},
        fees=fees,
        pass_through=work.pass_through,
        labour=cost,
        direct=scope.amount(work.client.direct_cost) or Decimal(0),
    )
