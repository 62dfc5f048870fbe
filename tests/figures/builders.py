"""Small factories of model objects, for tests of everything that is computed from facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import msgspec

from quarterdeck.model.books import Kpi
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Handoff, Task
from quarterdeck.model.sales import Booking, Offer
from quarterdeck.model.source import Source
from quarterdeck.model.tables import TABLE_OF_RECORD
from quarterdeck.model.values import Blank, Money, Period, Ratio, month_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quarterdeck.model.entity import EntityKind

AS_OF = date(2026, 11, 23)
JADA = "jada"

REFUSED = Blank("refused", "12/05/2026")
NOT_TRACKED = Blank("not tracked")

R = TypeVar("R", bound=Row)


def day(text: str) -> date:
    """Read `2026-11-23`."""
    return date.fromisoformat(text)


def usd(amount: str | int) -> Money:
    """So many dollars."""
    return Money(Decimal(amount), "USD")


def share(value: str) -> Ratio:
    """A share such as `0.25`."""
    return Ratio(Decimal(value))


def not_applicable(reason: str = "") -> Blank:
    """What `n/a: reason` is read as."""
    return Blank("n/a", reason)


def month(name: str) -> Period:
    """The month `2026-10`."""
    return month_of(day(f"{name}-01"))


def days_before(days: int, as_of: date = AS_OF) -> date:
    """The day so many days before `as_of`."""
    return as_of - timedelta(days=days)


def single_day(on: date) -> Period:
    """The period of one day."""
    return Period(on, on, on.isoformat())


def a_source(entity: str = JADA, line: int = 40, what: str = "") -> Source:
    """A line of an entity's handoff."""
    return Source(f"handoffs/{entity}.md", line, what=what)


def an_entity(entity: str = JADA, kind: EntityKind | Blank = "charter", **fields: object) -> Entity:
    """An active business confirmed on `AS_OF`; `fields` are other keys of its front matter."""
    known = Entity(
        entity=entity,
        source=Source(f"handoffs/{entity}.md", 1),
        name=entity.title(),
        kind=kind,
        updated=AS_OF,
        billing_model="per-booking",
    )
    return msgspec.structs.replace(known, **fields)


def an_unknown_entity(entity: str = JADA) -> Entity:
    """A business of which nothing but the file is there."""
    return Entity(entity=entity, source=Source(f"handoffs/{entity}.md", 1))


def a_row(record: type[R], entity: str = JADA, line: int = 40, **columns: object) -> R:
    """A row of any table; what is not given is absent.

    Raises:
        TypeError: The table has no such column.
    """
    return _filled(record, entity, line, columns)


def an_offer(offer: str = "Sunset sail", entity: str = JADA, **columns: object) -> Offer:
    """An offer for 720 dollars a sailing, unless told."""
    return _filled(Offer, entity, 50, {"offer": offer, "price": usd(720), "unit": "sailing"} | columns)


def a_booking(booking: str = "b-1", entity: str = JADA, **columns: object) -> Booking:
    """A completed direct sailing of October for 720 dollars, unless told."""
    known = {
        "id": booking,
        "service_date": day("2026-10-10"),
        "gross": usd(720),
        "channel": "direct",
        "status": "completed",
    }
    return _filled(Booking, entity, 60, known | columns)


def a_kpi(
    kpi: str,
    period: Period | str | Blank,
    value: Money | Ratio | Decimal | str | Blank,
    entity: str = JADA,
    **columns: object,
) -> Kpi:
    """A row of the KPI table; a text period is a month, a text value a number."""
    known = {
        "kpi": kpi,
        "period": month(period) if isinstance(period, str) else period,
        "value": Decimal(value) if isinstance(value, str) else value,
    }
    return _filled(Kpi, entity, 70, known | columns)


def a_task(task: str = "JAD-1", entity: str = JADA, **fields: object) -> Task:
    """An open task without tags, unless told."""
    bare = Task(id=task, entity=entity, text="Ask the insurer", source=a_source(entity, 90, "Tasks"))
    return msgspec.structs.replace(bare, **fields)


def a_handoff(
    entity: Entity | None = None,
    *rows: Row,
    tasks: Iterable[Task] = (),
    tables: Iterable[str] = (),
    path: str = "",
) -> Handoff:
    """A handoff with the sections that its rows need; `tables` are sections that stand there empty."""
    owner = entity or an_entity()
    names = dict.fromkeys([*(TABLE_OF_RECORD[type(row)].name for row in rows), *tables])
    return Handoff(
        path=path or f"handoffs/{owner.entity}.md",
        entity=owner,
        rows=rows,
        tables=tuple((name, 30 + at) for at, name in enumerate(names)),
        tasks=tuple(tasks),
        bullets=(),
        prose=(),
        problems=(),
    )


def some_facts(*handoffs: Handoff, as_of: date = AS_OF) -> Facts:
    """The facts of these handoffs."""
    return Facts(handoffs, as_of)


def facts_of(*rows: Row, entity: Entity | None = None, as_of: date = AS_OF) -> Facts:
    """The facts of one handoff with these rows."""
    return some_facts(a_handoff(entity, *rows), as_of=as_of)


def _filled(record: type[R], entity: str, line: int, columns: Mapping[str, object]) -> R:
    source = a_source(entity, line, TABLE_OF_RECORD[record].heading)
    return msgspec.structs.replace(record(entity=entity, source=source), **columns)
