"""Actions: what there is to do and who can do it, with every factor of its rank and the weeks that it fits into."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import capwords
from typing import Literal

import msgspec

from quarterdeck.model.finding import Role
from quarterdeck.model.handoff import Impact
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

Defaulted = Literal["value", "size"]


def person_name(person: str, names: Mapping[str, str]) -> str:
    """The name of a person by id as people read it: the one in the settings, else the id in title case."""
    return names.get(person.casefold(), capwords(re.sub(r"[-_]", " ", person)))


class People(msgspec.Struct, frozen=True):
    """Who can do what: hours by person, who owns what no one is named for, and what comes first whatever its score."""

    hours: Mapping[str, Decimal]
    """Hours a week by person's id."""
    default_hours: Decimal
    """For whom no hours are set, and for work that is nobody's yet."""
    role_owners: Mapping[Role, str] = {}
    pinned_rules: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    """As printed, by person's id."""


class Factors(msgspec.Struct, frozen=True):
    """How a score came about; see formula 5.1."""

    value: int
    time: int
    risk: int
    confidence: Decimal
    size: int
    score: Decimal
    further: int = 0
    """Roles or businesses moved beside the one whose work it is, each a step of risk."""
    defaulted: tuple[Defaulted, ...] = ()
    """What nobody wrote, and a default stands for."""


class Share(msgspec.Struct, frozen=True):
    """Hours of one action in one week."""

    week: int
    """0 is the rest of the current week, 1 begins on the next Monday."""
    hours: Decimal


class Action(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A task that somebody wrote, or the step that an open finding asks for."""

    id: str
    """Of the task, else of the finding."""
    entity: str
    text: str
    """In the imperative."""
    about: str = ""
    """What is so, in one sentence: of the worst finding that it resolves."""
    owner: str
    """A person's id; empty where neither the task, nor the role, nor the business names one."""
    roles: tuple[Role, ...]
    """Whose work it is, that role first, then those whose numbers it moves."""
    factors: Factors
    effective: Decimal
    """The highest of its own score and those of all that need it."""
    rank: int
    """In the order of work, from 1; no two alike."""
    task: str = ""
    """Id of the task; empty for a step that only a finding asks for."""
    has_own_id: bool = False
    """Whether somebody wrote that id."""
    fixes: tuple[str, ...] = ()
    """Identities of the open findings that it resolves, worst first."""
    needs: tuple[str, ...] = ()
    """Ids of the open actions that come before it."""
    due: date | None = None
    is_hard: bool = False
    hours: Decimal | None = None
    """As written, or the rule's guess; None where neither is known."""
    effort: str = ""
    """As written: `M`, `3h`."""
    money: Money | None = None
    """At stake, as written or as the finding says."""
    is_monthly: bool = True
    """False where the money comes once."""
    impact_word: Impact = ""
    severity: Severity | None = None
    """Of the worst finding that it resolves."""
    is_pinned: bool = False
    """Comes first whatever its score, or something that does needs it."""
    weeks: tuple[Share, ...] = ()
    """Where it fits; empty where it does not."""
    no_room: str = ""
    """Why it does not fit into thirty days."""
    sources: tuple[Source, ...] = ()


class Load(msgspec.Struct, frozen=True):
    """What one person has to do in one week, and for how much of it there is room."""

    owner: str
    """Empty for work that is nobody's yet."""
    week: int
    begins: date
    planned: Decimal
    """Hours."""
    capacity: Decimal
    """Hours."""


class Plan(msgspec.Struct, frozen=True):
    """Everything to do in the order of work, and the next thirty days of everybody."""

    actions: tuple[Action, ...] = ()
    loads: tuple[Load, ...] = ()
    """By owner, then week; weeks 0 to 4."""
    circular: tuple[tuple[str, str], ...] = ()
    """Who needs, and what is needed, of each need that is ignored because it runs in a circle."""
