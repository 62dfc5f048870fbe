"""The briefing: everything that is known of one commit at one date, and the only input of pages and mail."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import msgspec

from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import Problem
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Finding, Gap, InputState, KpiState, Role
from quarterdeck.model.handoff import Bullet, Prose, Task
from quarterdeck.model.tables import TABLE_OF_RECORD, Rows

R = TypeVar("R", bound=Row)

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


class Accepted(msgspec.Struct, frozen=True):
    """A finding that somebody decided to live with, until a date."""

    rule: str
    entity: str
    subject: str
    until: date
    reason: str
    owner: str


class Briefing(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
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
    roles: tuple[Role, ...] = ()
    """The role pages that this audience reads."""
    entities: tuple[Entity, ...] = ()
    rows: Rows = Rows()
    tasks: tuple[Task, ...] = ()
    bullets: tuple[Bullet, ...] = ()
    prose: tuple[Prose, ...] = ()
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Worst first."""
    gaps: tuple[Gap, ...] = ()
    """The one that unlocks most first."""
    kpis: tuple[KpiState, ...] = ()
    inputs: tuple[InputState, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Files that were refused."""
    files: tuple[File, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    def of(self, record: type[R], entity: str | None = None) -> tuple[R, ...]:
        """The rows of one record class, of one entity or of all."""
        rows: tuple[R, ...] = getattr(self.rows, TABLE_OF_RECORD[record].name)
        return rows if entity is None else tuple(row for row in rows if row.entity == entity)

    def entity(self, entity: str) -> Entity:
        """One entity by id.

        Raises:
            KeyError: No such entity, or not in this audience.
        """
        for one in self.entities:
            if one.entity == entity:
                return one
        raise KeyError(entity)

    def figure(self, figure: str, entity: str = "") -> Figure:
        """One figure by id and entity; the empty entity is the portfolio.

        Raises:
            KeyError: No such figure: a defect of the page that asks.
        """
        for one in self.figures:
            if one.id == figure and one.entity == entity:
                return one
        raise KeyError(figure, entity)

    def find(self, figure: str, entity: str = "") -> Figure | None:
        """One figure by id and entity, or None where this briefing has no such figure."""
        return next((one for one in self.figures if one.id == figure and one.entity == entity), None)

    def figures_of(self, prefix: str, entity: str | None = None) -> tuple[Figure, ...]:
        """Figures with a subject, such as all of `contribution`."""
        return tuple(
            one for one in self.figures if one.id.startswith(f"{prefix}:") and entity in {None, one.entity}
        )

    def parts_of(self, entity: str) -> tuple[Entity, ...]:
        """The tools and portfolios that roll up into a business."""
        return tuple(one for one in self.entities if one.parent == entity)


def encode(briefing: Briefing) -> bytes:
    """The bytes of `briefing.json`: sorted keys, indent 2, final newline, equal for equal briefings."""
    return msgspec.json.format(msgspec.json.encode(briefing, order="sorted"), indent=2) + b"\n"


def decode(data: bytes) -> Briefing:
    """Read `briefing.json`.

    Raises:
        msgspec.ValidationError: The bytes are no briefing of this schema.
    """
    return msgspec.json.decode(data, type=Briefing)


def by_entity(items: Iterable[R]) -> dict[str, list[R]]:
    """Rows grouped by entity, in order of first appearance."""
    groups: dict[str, list[R]] = {}
    for item in items:
        groups.setdefault(item.entity, []).append(item)
    return groups
