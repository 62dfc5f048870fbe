"""Plans, budgets and books of one business, for tests of targets and variances."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.books import PlanLine
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Money, Period, Ratio
from quarterdeck.parse.ledger import parse_ledger
from tests.figures.builders import JADA, a_handoff, a_row, an_entity, day, month, usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure
    from quarterdeck.model.handoff import Handoff
    from quarterdeck.model.values import Blank

AS_OF = day("2026-11-23")

OPENED = """
2025-01-01 open Assets:{name}:Bank:Checking USD
2025-01-01 open Income:{name}:Charter USD
2025-01-01 open Expenses:{name}:Fixed:Slip USD
2025-01-01 open Expenses:{name}:Variable:Crew USD
"""


def in_plan(
    period: str, amount: str | Blank, line: str = "revenue", entity: str = JADA, **columns: object
) -> PlanLine:
    """A row of the plan for a month such as `2026-12` or a year such as `2026`."""
    when = year(period) if period.isdigit() else month(period)
    value = usd(amount) if isinstance(amount, str) else amount
    return msgspec.structs.replace(
        a_row(PlanLine, entity, 80, month=when, amount=value), line=line, **columns
    )


def year(name: str) -> Period:
    """The year `2026`."""
    return Period(day(f"{name}-01-01"), day(f"{name}-12-31"), name)


def budget(amount: str, account: str = "Income:JADA:Charter", cadence: str = "monthly") -> str:
    """A budget line of the books, from the start of 2026 on."""
    return f'2026-01-01 custom "budget" {account} "{cadence}" {amount} USD\n'


def sold(months: Mapping[str, str], name: str = "JADA", account: str = "Income:{name}:Charter") -> str:
    """One entry on the tenth of each month; costs have an expense account and a negative amount."""
    return "".join(
        f'{one}-10 * "Guest" ""\n  Assets:{name}:Bank:Checking  {amount} USD\n'
        f"  {account.format(name=name)}  {-Decimal(amount)} USD\n"
        for one, amount in months.items()
    )


def steady(amount: str, first: str = "2025-11", count: int = 12) -> dict[str, str]:
    """The same amount in so many months in a row."""
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return {f"{at // 12}-{at % 12 + 1:02}": amount for at in range(start, start + count)}


def found(
    rows: Iterable[Row] = (),
    books: str = "",
    entity: str = JADA,
    kind: str = "charter",
    as_of: str = "2026-11-23",
    others: Iterable[Handoff] = (),
) -> dict[tuple[str, str], Figure]:
    """Every figure by entity and id, of one business with rows and books, and of others beside it."""
    opened = OPENED.format(name=entity.upper()) if books else ""
    ledger, problems = parse_ledger({"ledger/main.beancount": (opened + books).encode()})
    assert problems == ()
    owner = an_entity(entity, kind, ledger=entity.upper())  # type: ignore[arg-type]  # one of the kinds
    facts = Facts([a_handoff(owner, *rows), *others], day(as_of), ledger=ledger)
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


def of_jada(
    rows: Iterable[Row] = (), books: str = "", kind: str = "charter", as_of: str = "2026-11-23"
) -> dict[str, Figure]:
    """Every figure of Jada by id."""
    return {
        code: one
        for (entity, code), one in found(rows, books, kind=kind, as_of=as_of).items()
        if entity == JADA
    }


def plain(figure: Figure | None) -> str:
    """A value as short text: `720.00`, `0.25`, `3`, its state with what it needs, or `no figure`."""
    match figure.value if figure is not None else None:
        case None:
            return "no figure"
        case Money(amount):
            return str(amount)
        case Ratio(value=share):
            return str(share)
        case Missing() as gap:
            return " ".join((gap.state, *gap.needs))
        case other:
            return str(other)
