"""The briefing: everything that is known of one commit at one date, and the only input of pages and mail."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypeVar

import msgspec

from quarterdeck.model.action import Action, Load, person_name
from quarterdeck.model.assumed import DEFAULTS, Assumed
from quarterdeck.model.bookkeeping import BookNote
from quarterdeck.model.check import CheckResult
from quarterdeck.model.columns import Row
from quarterdeck.model.contradiction import Contradiction
from quarterdeck.model.declared import Reference
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import NO_EVIDENCE, Evidence
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Finding, Gap, InputState, KpiState, Role
from quarterdeck.model.handoff import Bullet, Prose, Task
from quarterdeck.model.history import NO_PAST, Past
from quarterdeck.model.move import Move
from quarterdeck.model.tables import TABLE_OF_RECORD, Rows

R = TypeVar("R", bound=Row)


class OfEntity(Protocol):
    """Whatever belongs to one entity."""

    @property
    def entity(self) -> str:
        """Its id; empty for the portfolio."""


E = TypeVar("E", bound=OfEntity)

SCHEMA = 1
"""Raised whenever an older reader would misread the file."""


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """One input file and the commit that last changed it."""

    path: str
    entity: str = ""
    commit: str = ""
    """Full hash; empty where the file is not committed or there is no history."""
    committed_on: date | None = None


class Assumption(msgspec.Struct, frozen=True, omit_defaults=True):
    """One default or setting that a number rests on."""

    key: str
    """Key path in `portfolio.yml`: `assumptions.reserve_months`."""
    value: str
    """As printed."""
    what_for: str
    is_default: bool = True
    path: str = ""
    """Its place in `Assumed`: `card_fee.ratio`."""


class Accepted(msgspec.Struct, frozen=True):
    """A finding that somebody decided to live with, until a date."""

    rule: str
    entity: str
    """Empty for a finding of the whole portfolio."""
    subject: str
    until: date
    reason: str
    owner: str


class Briefing(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, dict=True):
    """One portfolio, one commit, one `as_of`; tuples are sorted by entity, then by id or place."""

    schema: int = SCHEMA
    name: str
    as_of: date
    currency: str
    timezone: str
    commit: str = ""
    """Full hash of the commit; empty where there is no history."""
    is_dirty: bool = False
    """True where files differ from that commit; such a site is never published (F-150)."""
    is_sample: bool = False
    """True where every entity is a sample."""
    repository: str = ""
    """Address of the repository for links to sources; empty for none."""
    branch: str = "main"
    folder: str = ""
    """Where the portfolio stands in that repository: `books/`, or empty at the top."""
    roles: tuple[Role, ...] = ()
    """The role pages that this audience reads."""
    role_owners: Mapping[Role, str] = {}
    """Who owns what has no owner, by role."""
    people: Mapping[str, str] = {}
    """Names as printed, by person's id."""
    entities: tuple[Entity, ...] = ()
    rows: Rows = Rows()
    tasks: tuple[Task, ...] = ()
    bullets: tuple[Bullet, ...] = ()
    prose: tuple[Prose, ...] = ()
    evidence: Evidence = NO_EVIDENCE
    """What the audits saw; what the settings say of it stays with the rules."""
    results: tuple[CheckResult, ...] = ()
    """What every check says of everything that was seen, by code, entity and subject."""
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Worst first."""
    actions: tuple[Action, ...] = ()
    """In the order of work."""
    loads: tuple[Load, ...] = ()
    """What the next thirty days ask of whom; by owner, then week."""
    gaps: tuple[Gap, ...] = ()
    """The one that unlocks most first."""
    contradictions: tuple[Contradiction, ...] = ()
    """Facts of which two places say different things."""
    books: tuple[BookNote, ...] = ()
    """Lists from the books: accounts, groups of cost, vendors of the year, entries to look at."""
    kpis: tuple[KpiState, ...] = ()
    inputs: tuple[InputState, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Files that were refused."""
    files: tuple[File, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    assumed: Assumed = DEFAULTS
    """The same as numbers, for pages that compute with them."""
    moves: tuple[Move, ...] = ()
    """What each of them moves when it is a tenth less or more."""
    references: tuple[Reference, ...] = ()
    """Benchmarks from elsewhere."""
    accepted: tuple[Accepted, ...] = ()
    history: Past = NO_PAST
    """Headline figures of earlier versions."""

    def of(self, record: type[R], entity: str | None = None) -> tuple[R, ...]:
        """The rows of one record class, of one entity or of all."""
        rows: tuple[R, ...] = getattr(self.rows if entity is None else self.only(entity).rows, _table(record))
        return rows

    def entity(self, entity: str) -> Entity:
        """One entity by id.

        Raises:
            KeyError: No such entity, or not in this audience.
        """
        return self.entities_by_id[entity]

    def figure(self, figure: str, entity: str = "") -> Figure:
        """One figure by id and entity; the empty entity is the portfolio.

        Raises:
            KeyError: No such figure: a defect of the page that asks.
        """
        return self._figures[entity, figure]

    def person(self, person: str) -> str:
        """The name of a person by id, else the id in title case; empty for nobody."""
        return person_name(person, self.people)

    def find(self, figure: str, entity: str = "") -> Figure | None:
        """One figure by id and entity, or None where this briefing has no such figure."""
        return self._figures.get((entity, figure))

    def figures_of(self, prefix: str, entity: str | None = None) -> tuple[Figure, ...]:
        """Figures with a subject, such as all of `contribution`."""
        figures = self.figures if entity is None else self.only(entity).figures
        return tuple(one for one in figures if one.id.startswith(f"{prefix}:"))

    def only(self, entity: str) -> "Briefing":
        """What is said of one entity, in the same order; the empty id gives what is said of the whole.

        All entities stay listed, for their names, and so do files, settings and problems.
        """
        return self._by_entity.get(entity, self._of_nobody)

    @cached_property
    def entities_by_id(self) -> dict[str, Entity]:
        """Every entity by its id."""
        return {one.entity: one for one in self.entities}

    @cached_property
    def _figures(self) -> dict[tuple[str, str], Figure]:
        return {(one.entity, one.id): one for one in self.figures}

    @cached_property
    def _of_nobody(self) -> "Briefing":
        return self._with({}, {})

    @cached_property
    def _by_entity(self) -> dict[str, "Briefing"]:
        """Every entity's own briefing, all of them made in one pass."""
        parts = {name: by_entity(getattr(self, name)) for name in _OF_ENTITIES}
        rows = {name: by_entity(getattr(self.rows, name)) for name in Rows.__struct_fields__}
        names = {entity for groups in (*parts.values(), *rows.values()) for entity in groups}
        return {
            entity: self._with(
                {name: groups.get(entity, []) for name, groups in parts.items()},
                {name: groups[entity] for name, groups in rows.items() if entity in groups},
            )
            for entity in names
        }

    def _with(self, parts: Mapping[str, list[Any]], rows: Mapping[str, list[Any]]) -> "Briefing":
        own = Rows(**{name: tuple(group) for name, group in rows.items()})
        held = {name: tuple(parts.get(name, ())) for name in _OF_ENTITIES}
        return msgspec.structs.replace(self, rows=own, **held)

    def parts_of(self, entity: str) -> tuple[Entity, ...]:
        """The tools and portfolios that roll up into a business."""
        return self._parts.get(entity, ())

    @cached_property
    def _parts(self) -> dict[str, tuple[Entity, ...]]:
        parts: dict[str, list[Entity]] = {}
        for one in self.entities:
            parts.setdefault(one.parent, []).append(one)
        return {parent: tuple(ones) for parent, ones in parts.items()}

    def task(self, task: str) -> Task | None:
        """The first task of that id, or None."""
        return self._tasks.get(task)

    @cached_property
    def _tasks(self) -> dict[str, Task]:
        return {one.id: one for one in reversed(self.tasks)}


def encode(briefing: Briefing) -> bytes:
    """The bytes of `briefing.json`: sorted keys, indent 2, final newline, equal for equal briefings."""
    return msgspec.json.format(msgspec.json.encode(briefing, order="sorted"), indent=2) + b"\n"


def decode(data: bytes) -> Briefing:
    """Read `briefing.json`.

    Raises:
        msgspec.ValidationError: The bytes are no briefing of this schema.
    """
    return msgspec.json.decode(data, type=Briefing)


_OF_ENTITIES = (
    "tasks",
    "bullets",
    "prose",
    "figures",
    "findings",
    "results",
    "actions",
    "gaps",
    "contradictions",
    "moves",
    "books",
    "kpis",
    "inputs",
)
"""The lists of a briefing whose members each belong to one entity."""


def _table(record: type[Row]) -> str:
    return TABLE_OF_RECORD[record].name


def by_entity(items: Iterable[E]) -> dict[str, list[E]]:
    """Whatever has an entity, grouped by it in order of first appearance."""
    groups: dict[str, list[E]] = {}
    for item in items:
        groups.setdefault(item.entity, []).append(item)
    return groups
