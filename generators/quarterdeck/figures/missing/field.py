"""One entry of the registry of missing data: what is not known, why it matters, and where to add it.

The words stand here once, keyed by field, so that every page, finding and mail says the same. Where a table has
rows, a field speaks of them (`Price of 2 of 5 offers`); without a row it asks for the table.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from quarterdeck.figures.inputs import INPUT_OF_TABLE
from quarterdeck.model.books import CloseItem, Kpi, PlanLine, Statement
from quarterdeck.model.columns import Row, fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Role
from quarterdeck.model.sales import Booking
from quarterdeck.model.services import Delivery, Invoice, Payment, TimeEntry
from quarterdeck.model.tables import TABLE_OF_RECORD

Audit = Literal["rental", "billing", "clients"]

HANDOFF = "handoffs/{entity}.md"
FRONT_MATTER = "front matter"


class Count(msgspec.Struct, frozen=True):
    """How many of the places where a field is wanted hold it."""

    known: int = 0
    wanted: int = 0
    """0 where the field does not apply."""
    of_rows: bool = False
    """Whether rows of a table were counted, and not the table or key itself."""


Counter = Callable[[Entity, Facts], Count]


class MissingField(msgspec.Struct, frozen=True):
    """One entry of the registry."""

    key: str
    """The table, column or front-matter key that it is named after."""
    what: str
    """What is not known, as a noun: `Billing model`."""
    why: str
    """One sentence for the reader: what cannot be told without it."""
    roles: tuple[Role, ...]
    unlocks: tuple[str, ...]
    """Ids of the formulas and KPIs that need it."""
    counted: Counter
    record: type[Row] | None = None
    """The table that it stands in; None where it is no table."""
    cell: str = ""
    """What is counted where rows are: `Price`."""
    row: str = ""
    """What one of those rows is: `offer`."""
    columns: str = ""
    """Headers of the columns to fill in, where `cell` does not name them."""
    phrase: str = ""
    """What to add, where neither the table's columns nor the key say it."""
    path: str = HANDOFF
    """Template of the file; the handoff's real path takes the place of `HANDOFF`."""
    section: str = FRONT_MATTER
    """Where in the file it stands, if it is no table."""
    belongs_to: str = "entity"
    """Key of its input, if it is no table; empty where none is counted."""
    audits: tuple[Audit, ...] = ()
    """Pages of single businesses that it weakens, beside those of the roles."""
    rank: int = 0
    """Place among the fields to start with, from 1; 0 for none."""

    @property
    def heading(self) -> str:
        """The section to add it under; empty for a whole file."""
        return TABLE_OF_RECORD[self.record].heading if self.record else self.section

    @property
    def input(self) -> str:
        """Key of the input (`figures/inputs.py`) that it is a piece of."""
        return INPUT_OF_TABLE[self.record] if self.record else self.belongs_to

    @property
    def add(self) -> str:
        """What to add, as a phrase that goes before `to <file>`; `{entity}` stands for the id."""
        return self.phrase or self.filled or (headers(self.record) if self.record else self.key)

    @property
    def filled(self) -> str:
        """What to fill in where rows are there."""
        return self.columns or self.cell

    def applies(self, entity: Entity, facts: Facts) -> bool:
        """Whether this entity is asked for it, known or not."""
        return self.counted(entity, facts).wanted > 0

    def is_present(self, entity: Entity, facts: Facts) -> bool:
        """Whether all of it is known."""
        count = self.counted(entity, facts)
        return count.known >= count.wanted


def headers(record: type[Row]) -> str:
    """The required columns of a table in words: `a table with Offer, Price and Unit`."""
    *some, last = [field.header for field in fields_of(record) if field.column.required]
    table = TABLE_OF_RECORD[record].name
    export = f" (or the export data/{{entity}}/{table}.csv)" if record in _EXPORTED else ""
    return f"a table with {', '.join(some)} and {last}{export}" if some else f"a table with {last}{export}"


_EXPORTED = frozenset({Booking, CloseItem, Delivery, Invoice, Kpi, Payment, PlanLine, Statement, TimeEntry})
"""Long tables that people export instead of writing them."""


def ids(text: str) -> tuple[str, ...]:
    """Ids that stand in one line, as a tuple."""
    return tuple(text.split())
