"""What one handoff says beside its tables: tasks, bullets and prose."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

TaskState = Literal["open", "started", "done", "dropped", "waiting"]
Effort = Literal["XS", "S", "M", "L", "XL", "XXL"]
EFFORT_HOURS: dict[Effort, int] = {"XS": 2, "S": 4, "M": 8, "L": 24, "XL": 40, "XXL": 80}
"""Hours behind the words that people write in tasks."""
Impact = Literal["", "high", "medium", "low"]
IMPACT_A_MONTH: dict[Impact, Decimal] = {"high": Decimal(5000), "medium": Decimal(1000), "low": Decimal(0)}
"""Money a month of the step that an impact in words stands for."""
_MONTHS = 12


class Task(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One checkbox of a handoff with its tags."""

    id: str
    """As written after `#`, without it; made from entity and text where none is written."""
    entity: str
    text: str
    """Plain text without the tags."""
    source: Source
    state: TaskState = "open"
    has_own_id: bool = True
    owner: str = ""
    """As written, else the entity's owner; empty where neither is known."""
    due: date | None = None
    is_hard: bool = False
    """A legal or external deadline: written with `!`."""
    impact: Money | None = None
    impact_is_monthly: bool = False
    impact_word: Impact = ""
    effort_hours: Decimal | None = None
    effort: str = ""
    """As written: `M`, `3h`, `2d`."""
    severity: Severity | None = None
    needs: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    """Roles and entity ids."""
    cost: Money | None = None
    confidence: Literal["measured", "stated", "guess"] = "stated"
    is_decision: bool = False
    is_someday: bool = False
    done_on: date | None = None
    until: date | None = None
    waiting_on: str = ""
    parent: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done by somebody."""
        return self.state in {"open", "started", "waiting"}

    @property
    def hours(self) -> Decimal | None:
        """The hours that somebody wrote, or those of the word."""
        if self.effort_hours is not None:
            return self.effort_hours
        word = self.effort.upper()
        return Decimal(EFFORT_HOURS[word]) if word in EFFORT_HOURS else None

    def impact_a_month(self, currency: str) -> Decimal | None:
        """Money a month that somebody wrote in that currency, or that of the word; None for another currency."""
        if self.impact is None:
            return IMPACT_A_MONTH.get(self.impact_word)
        if self.impact.currency != currency:
            return None
        return self.impact.amount if self.impact_is_monthly else self.impact.amount / _MONTHS


class Bullet(msgspec.Struct, frozen=True, omit_defaults=True):
    """One bullet under Gaps, Decisions or Questions."""

    entity: str
    section: Literal["gaps", "decisions", "questions"]
    text: str
    """Plain text."""
    html: str
    """The same as sanitised HTML."""
    source: Source


class Prose(msgspec.Struct, frozen=True, omit_defaults=True):
    """Text under one heading, rendered and sanitised."""

    entity: str
    section: str
    """Canonical section name; `notes` for a heading that nobody knows."""
    heading: str
    """As written, plain text; empty above the first heading."""
    html: str
    text: str
    """Plain text of the same, one line a block."""
    source: Source


class Handoff(msgspec.Struct, frozen=True):
    """Everything that one handoff file (with its CSV files) says."""

    path: str
    entity: Entity
    rows: tuple[Row, ...]
    """Of every table, in file order."""
    tables: tuple[tuple[str, int], ...]
    """Canonical name and line of each table section that is there, also of empty ones."""
    tasks: tuple[Task, ...]
    bullets: tuple[Bullet, ...]
    prose: tuple[Prose, ...]
    problems: tuple[Problem, ...]
    """Those that cost a value, line or table; a file that is refused yields no handoff."""
    is_empty: bool = False
    """True where there is nothing but white space or front matter (F-011)."""
