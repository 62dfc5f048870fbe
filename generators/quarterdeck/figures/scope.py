"""The entities that a figure is about, and the one way of making a figure of their rows.

Every figure of this package is made here, so that sums with gaps, other currencies, sources, dates and
estimates are treated alike everywhere.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from quarterdeck.figures.exchange import Exchange, Together, by_currency, exchange_of, excluding, money_in
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.assumed import Assumed
from quarterdeck.model.books import Loan, Statement
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Kind, Missing, Unit, Value
from quarterdeck.model.holdings import Asset, Property
from quarterdeck.model.sales import Booking, Channel, FunnelStep
from quarterdeck.model.services import Invoice, Payment
from quarterdeck.model.source import Source
from quarterdeck.model.tables import TABLE_OF_RECORD
from quarterdeck.model.values import Blank, Money, MoneyRange

R = TypeVar("R", bound=Row)
V = TypeVar("V")

MOST_SOURCES = 12

_SEEN_ON: dict[type[Row], str] = {
    Asset: "value_date",
    Channel: "last_checked",
    FunnelStep: "checked_on",
    Invoice: "issued",
    Loan: "balance_date",
    Payment: "date",
    Property: "value_date",
    Statement: "date",
}
"""The column that tells for which day a row was stated; other rows are as old as their handoff."""

_PRICED_ON: dict[type[Row], str] = {
    Booking: "service_date",
    Invoice: "issued",
    Loan: "balance_date",
    Payment: "date",
    Statement: "date",
}
"""The day of the balance or the transaction; other rows say what holds on the day of the report."""


class Term(msgspec.Struct, frozen=True):
    """One member of a sum: the row, what it adds, and the columns that it was read from."""

    row: Row
    value: Money | Blank
    columns: tuple[str, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether it belongs to the sum at all; what does not apply does not."""
        return not (isinstance(self.value, Blank) and self.value.why == "n/a")


class Scope(msgspec.Struct, frozen=True):
    """One entity, or the entities of the portfolio's total, with the currency of their figures."""

    facts: Facts
    entities: tuple[Entity, ...]
    entity: str
    """Id of the one entity; empty for the portfolio."""
    currency: str

    @property
    def assumed(self) -> Assumed:
        """Thresholds and assumptions in force."""
        return self.facts.assumed

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.facts.as_of

    def of(self, record: type[R]) -> tuple[R, ...]:
        """The rows of one record class, of all entities of the scope."""
        return tuple(row for one in self.entities for row in self.facts.of(record, one.entity))

    def has(self, record: type[Row]) -> bool:
        """Whether any entity of the scope has that table, with or without rows."""
        return any(self.facts.has_table(record, one.entity) for one in self.entities)

    def figure(  # noqa: PLR0913 - a figure has these parts
        self,
        code: str,
        label: str,
        value: Value,
        unit: Unit,
        *,
        kind: Kind | None = None,
        formula: str = "",
        rows: Iterable[Row] = (),
        columns: tuple[str, ...] = (),
        known: int = 0,
        wanted: int = 0,
        is_estimate: bool = False,
    ) -> Figure:
        """Make a figure of finished parts.

        Args:
            code: Its id.
            label: As printed in front of it.
            value: Money is rounded to the cent here.
            unit: Unit of a plain number.
            kind: `computed` where a formula is named, else `stated`, unless given.
            formula: Id of the formula.
            rows: Those that it rests on, in order of use.
            columns: Of those rows; one written with `~` makes the figure an estimate.
            known: Members that are known, where it is a sum or share.
            wanted: All of its members.
            is_estimate: Whether something else makes it one.
        """
        used = tuple(rows)
        return Figure(
            id=code,
            entity=self.entity,
            label=label,
            value=Money(to_cents(value.amount), value.currency) if isinstance(value, Money) else value,
            unit=unit,
            kind=kind or ("computed" if formula else "stated"),
            formula=formula,
            sources=sources_of(used),
            as_of=self.newest(used),
            known=known,
            wanted=wanted,
            is_estimate=is_estimate or any(name in row.estimates for row in used for name in columns),
        )

    def missing(
        self,
        code: str,
        label: str,
        unit: Unit,
        *needs: str,
        reason: str = "",
        formula: str = "",
        rows: Iterable[Row] = (),
    ) -> Figure:
        """Make a figure that is not known, with the keys of what would tell it."""
        content = Missing(needs=needs, reason=reason)
        return self.figure(code, label, content, unit, kind="computed", formula=formula, rows=rows)

    def total(
        self,
        code: str,
        label: str,
        terms: Iterable[Term],
        *,
        needs: tuple[str, ...],
        formula: str = "",
        kind: Kind | None = None,
        is_estimate: bool = False,
    ) -> Figure:
        """Add up money: the known members alone, with how many they are of how many.

        Money of another currency counts at the price of its day; without one it is left out, and the label
        says so. No terms give 0; terms of which none is known give not known, for want of `needs`.
        """
        wanted = [term for term in terms if term.is_wanted]
        stated = [(self.converted(term.value, self._priced_on(term.row)), term) for term in wanted]
        other = [term for value, term in stated if self.is_foreign(value)]
        known = [term for value, term in stated if isinstance(value, Money) and not self.is_foreign(value)]
        rows = [term.row for term in wanted]
        found = self.together(
            (term.value, self._priced_on(term.row)) for term in wanted if isinstance(term.value, Money)
        )
        value: Value
        if known or not wanted:
            value = Money(found.amount, self.currency)
        elif other and len(other) == len(wanted):
            value = Missing(reason=no_price(term.value for term in other))
        else:
            value = Missing(needs=needs)
        made = self.figure(
            code,
            label,
            value,
            "money",
            formula=formula,
            kind=kind,
            rows=rows,
            known=len(known),
            wanted=len(wanted) - len(other),
            is_estimate=is_estimate or any(set(term.columns) & set(term.row.estimates) for term in wanted),
        )
        return with_prices(made, found)

    @property
    def exchange(self) -> Exchange:
        """The prices of the books."""
        return exchange_of(self.facts)

    def together(self, amounts: Iterable[tuple[Money, date]]) -> Together:
        """Add up money of any currency in that of the scope."""
        return self.exchange.together(amounts, self.currency)

    def converted(self, value: V, day: date) -> V | Money | MoneyRange:
        """Money, or a range of it, in the currency of the scope where a price allows it; else the value itself."""
        if isinstance(value, Money):
            return self.exchange.converted(value, day, self.currency)
        if isinstance(value, MoneyRange):
            ends = (self.exchange.converted(one, day, self.currency) for one in (value.low, value.high))
            return MoneyRange(*ends)
        return value

    def _priced_on(self, row: Row) -> date:
        """The day at whose price the money of a row counts: its own, else that of the report."""
        day = getattr(row, _PRICED_ON.get(type(row), ""), None)
        return min(day, self.as_of) if isinstance(day, date) else self.as_of

    def is_foreign(self, value: object) -> bool:
        """Whether it is money, or a range of it, of another currency than the scope's."""
        money = money_in(value)
        return money is not None and money.currency != self.currency

    def amount(self, value: object) -> Decimal | None:
        """The amount of money in the currency of the scope; None for anything else."""
        return value.amount if isinstance(value, Money) and not self.is_foreign(value) else None

    def newest(self, rows: Iterable[Row]) -> date | None:
        """The newest day for which any of some rows was stated, not after the day of the report."""
        days = {self._stated_on(row) for row in rows}
        return max((day for day in days if day is not None and day <= self.as_of), default=None)

    def _stated_on(self, row: Row) -> date | None:
        seen = getattr(row, _SEEN_ON.get(type(row), ""), None)
        if isinstance(seen, date):
            return seen
        if row.source.as_of is not None:
            return row.source.as_of
        updated = self.facts.handoff(row.entity).entity.updated
        return None if isinstance(updated, Blank) else updated


def scope_of(facts: Facts, entity: Entity, currency: str) -> Scope:
    """The scope of one entity in its own currency; in the portfolio's `currency` where it names none."""
    own = currency if isinstance(entity.currency, Blank) else entity.currency
    return Scope(facts, (entity,), entity.entity, own)


def terms_of(rows: Iterable[Row], column: str) -> list[Term]:
    """One column of some rows as members of a sum."""
    return [Term(row, getattr(row, column), (column,)) for row in rows]


def sources_of(rows: Iterable[Row]) -> tuple[Source, ...]:
    """The places of some rows in order of use, each once.

    More than twelve become one place per table: its first row of those, with how many rows there are.
    """
    by_place: dict[Source, Row] = {}
    for row in rows:
        by_place.setdefault(row.source, row)
    used = list(by_place.values())
    if len(used) <= MOST_SOURCES:
        return tuple(row.source for row in used)
    counts = Counter((row.source.path, type(row)) for row in used)
    firsts = {(row.source.path, type(row)): row for row in reversed(used)}
    return tuple(
        msgspec.structs.replace(
            firsts[table].source, what=f"{_heading(firsts[table])}, {count} rows from here"
        )
        for table, count in list(counts.items())[:MOST_SOURCES]
    )


def _heading(row: Row) -> str:
    table = TABLE_OF_RECORD.get(type(row))
    return table.heading if table else "Front matter"


def with_prices(figure: Figure, found: Together) -> Figure:
    """A figure with what is to say of the other currencies in it: prices, their places, what is left apart."""
    if not (found.note or found.apart):
        return figure
    return msgspec.structs.replace(
        figure,
        label=figure.label + excluding(found.apart),
        sources=tuple(dict.fromkeys((*figure.sources, *found.sources))),
        note="; ".join(filter(None, (figure.note, found.note))),
        apart=found.apart,
    )


def without(left_out: Iterable[object]) -> str:
    """What a label says of money of other currencies that its sum leaves out."""
    return excluding(by_currency(money for one in left_out if (money := money_in(one))))


def no_price(amounts: Iterable[object]) -> str:
    """Why a sum is not known that is stated in other currencies alone."""
    codes = sorted({money.currency for one in amounts if (money := money_in(one))})
    return f"it is stated in {' and '.join(codes)} alone, and the books have no fresh price"
