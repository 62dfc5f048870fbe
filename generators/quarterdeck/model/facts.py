"""All facts of one run, and the one way of asking for them."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from quarterdeck.model.assumed import DEFAULTS, Assumed
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import NO_EVIDENCE, Evidence
from quarterdeck.model.handoff import Bullet, Handoff, Prose, Task
from quarterdeck.model.history import Earlier
from quarterdeck.model.journal import Journal, Journals
from quarterdeck.model.ledger import Ledger
from quarterdeck.model.observed import Observed
from quarterdeck.model.sales import Campaign, Lead
from quarterdeck.model.tables import TABLE_OF_RECORD, TABLES, Rows

R = TypeVar("R", bound=Row | Observed)


NO_BOOKS = Ledger()


class Facts:
    """What the handoffs, books and audits of one commit say, at one `as_of`; asks the clock and the disk nothing.

    Everything comes in the order of entity id, then file and line.
    """

    def __init__(
        self,
        handoffs: Iterable[Handoff],
        as_of: date,
        problems: Iterable[Problem] = (),
        assumed: Assumed = DEFAULTS,
        ledger: Ledger = NO_BOOKS,
        evidence: Evidence = NO_EVIDENCE,
        earlier: tuple[Earlier, ...] = (),
    ) -> None:
        """Keep the handoffs, books and evidence; `problems` are those between files and of files that were left out.

        Of earlier versions, oldest first, some figures ask what they kept.
        """
        self.as_of = as_of
        self.assumed = assumed
        self.in_force = self
        """The same under the assumptions in force: what rests on rows and books alone asks these, and is kept."""
        self.ledger = ledger
        self.evidence = evidence
        self.earlier = earlier
        self.handoffs = tuple(sorted(handoffs, key=lambda handoff: handoff.entity.entity))
        self.problems = tuple(
            sorted([*problems, *(one for handoff in self.handoffs for one in handoff.problems)])
        )
        self.entities: tuple[Entity, ...] = tuple(handoff.entity for handoff in self.handoffs)
        self.tasks: tuple[Task, ...] = tuple(task for handoff in self.handoffs for task in handoff.tasks)
        self.bullets: tuple[Bullet, ...] = tuple(one for handoff in self.handoffs for one in handoff.bullets)
        self.prose: tuple[Prose, ...] = tuple(one for handoff in self.handoffs for one in handoff.prose)

    def assuming(self, assumed: Assumed) -> "Facts":
        """The same facts under other assumptions; what is already sorted of rows and books is kept."""
        facts = copy(self)
        facts.assumed = assumed
        facts.in_force = self.in_force
        return facts

    @property
    def stale_after(self) -> Mapping[str, int]:
        """Days after which an input is old, by key."""
        return self.assumed.stale_after

    @cached_property
    def journals(self) -> Journals:
        """The books by component."""
        return Journals(self.ledger, self.as_of)

    def journal(self, entity: Entity) -> Journal:
        """The books of one entity: those of its own component, empty where there are none."""
        return self.journals.of(entity.component)

    @cached_property
    def rows(self) -> Rows:
        """Every row by table."""
        everything = [row for handoff in self.handoffs for row in handoff.rows]
        found: dict[str, list[Row]] = {table.name: [] for table in TABLES}
        for row in everything:
            found[TABLE_OF_RECORD[type(row)].name].append(row)
        return Rows(**{name: tuple(rows) for name, rows in found.items()})  # type: ignore[arg-type]  # by table name

    @cached_property
    def _by_entity(self) -> dict[tuple[str, str], Any]:
        return {
            (table.name, entity): tuple(rows)
            for table in TABLES
            for entity, rows in groupby(getattr(self.rows, table.name), key=attrgetter("entity"))
        }

    def of(self, record: type[R], entity: str | None = None) -> tuple[R, ...]:
        """The rows of a table, or what an audit saw of one kind; of one entity or of all."""
        if issubclass(record, Observed):
            return self.evidence.of(record, entity)
        name = TABLE_OF_RECORD[record].name
        rows: tuple[R, ...]
        rows = getattr(self.rows, name) if entity is None else self._by_entity.get((name, entity), ())
        return rows

    def has_table(self, record: type[Row], entity: str) -> bool:
        """Whether the entity's handoff has that section at all, with or without rows."""
        name = TABLE_OF_RECORD[record].name
        return any(table == name for table, _ in self.handoff(entity).tables) or bool(self.of(record, entity))

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        parts: dict[str, list[str]] = {}
        for entity in self.entities:
            if entity.parent:
                parts.setdefault(entity.parent, []).append(entity.entity)
        return {parent: tuple(ids) for parent, ids in parts.items()}

    def parts_of(self, entity: str) -> tuple[str, ...]:
        """Ids of the entities that name this one as the business that they are part of."""
        return self._parts.get(entity, ())

    def is_part(self, entity: Entity) -> bool:
        """Whether it belongs to another entity that has a handoff."""
        return entity.parent != entity.entity and entity.parent in self._handoff_by_entity

    def parent(self, entity: Entity) -> Entity | None:
        """The entity that one names as the business that it is part of; None where that has no handoff."""
        above = self._handoff_by_entity.get(entity.parent)
        return above.entity if above else None

    def family(self, entity: Entity) -> tuple[str, ...]:
        """Ids of the business that an entity belongs to, and of its own parts, without itself."""
        above = (entity.parent,) if self.is_part(entity) else ()
        return (*above, *(part for part in self.parts_of(entity.entity) if part != entity.entity))

    @cached_property
    def _handoff_by_entity(self) -> dict[str, Handoff]:
        return {handoff.entity.entity: handoff for handoff in self.handoffs}

    def handoff(self, entity: str) -> Handoff:
        """The handoff of an entity.

        Raises:
            KeyError: No such entity.
        """
        return self._handoff_by_entity[entity]

    def tasks_of(self, entity: str) -> tuple[Task, ...]:
        """The tasks of an entity; none where there is no such entity."""
        handoff = self._handoff_by_entity.get(entity)
        return handoff.tasks if handoff else ()

    @cached_property
    def settled(self) -> frozenset[str]:
        """What others may wait for and is there: ids of tasks that are over, leads won and campaigns sent."""
        ids = [one.id for one in self.tasks if not one.is_open]
        ids += [str(one.lead) for one in self.of(Lead) if one.stage == "won"]
        ids += [str(one.id) for one in self.of(Campaign) if one.status == "sent"]
        return frozenset(map(str.casefold, ids))

    def active(self) -> Iterator[Entity]:
        """The entities that are active, in order of id."""
        return (entity for entity in self.entities if entity.is_active)
