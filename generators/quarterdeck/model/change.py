"""What changed between two briefings: one shape for everything that can change."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.model.figure import Unit, Value
from quarterdeck.model.finding import Role
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source

SCHEMA = 1
"""Raised whenever an older reader would misread the file."""

What = Literal[
    "figure", "finding", "action", "milestone", "coverage", "contradiction", "problem", "entity", "gap"
]
WHATS: tuple[What, ...] = (
    "figure",
    "finding",
    "action",
    "milestone",
    "coverage",
    "contradiction",
    "problem",
    "entity",
    "gap",
)
"""In the order in which they are told where nothing else tells them apart."""

Kind = Literal[
    "new",
    "worse",
    "better",
    "resolved",
    "reopened",
    "accepted",
    "unaccepted",
    "seen",
    "unseen",
    "moved",
    "known",
    "unknown",
    "done",
    "dropped",
    "overdue",
    "rescheduled",
    "reprioritised",
    "met",
    "slipped",
    "lost",
    "regained",
]
"""How it changed. What opens is `new` and what closes `resolved`, whatever it is; a finding of something that only
one of both sides looked at is `seen` or `unseen`, which says nothing of the thing itself."""

Tone = Literal["bad", "good", ""]
_BAD = frozenset({"new", "worse", "reopened", "unaccepted", "unknown", "overdue", "slipped", "lost"})
_GOOD = frozenset({"better", "resolved", "known", "done", "met", "regained"})
_NEUTRAL = frozenset({("action", "new"), ("entity", "new"), ("entity", "resolved")})
"""What is neither good nor bad, although its kind is elsewhere."""


class Held(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stood on one side: a figure's value, a severity, a day or a place in the order of work."""

    value: Value
    is_partial: bool = False
    """Whether it is a sum with members that are not known."""


class Cause(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One input of a figure that moved, as far down as inputs are known."""

    entity: str
    title: str
    unit: Unit
    figure: str = ""
    """Id of the figure that it is; empty for a number that is none."""
    before: Value | None = None
    """None where it was not there."""
    after: Value | None = None
    sources: tuple[Source, ...] = ()


class Change(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing that is otherwise than before; identity is what, entity and id."""

    what: What
    kind: Kind
    entity: str
    """Its id on the later side; empty for the portfolio."""
    id: str
    """Identity of the thing among its like."""
    title: str
    """In words, as the later side says it, else the earlier."""
    roles: tuple[Role, ...] = ()
    """Whose pages show it; the page of its business does anyway."""
    unit: Unit
    """Of both sides; `words` where they have none."""
    before: Held | None = None
    """None where it was not there."""
    after: Held | None = None
    severity: Severity | None = None
    """Of a finding, or of what an action mends."""
    money: Decimal | None = None
    """By how much it moved, or how much is at stake a month, in the portfolio's currency; never negative."""
    is_headline: bool = False
    """Whether a reader with little time should hear of it."""
    with_time: bool = False
    """Whether the day alone brought it: the same files would say so, too."""
    causes: tuple[Cause, ...] = ()
    """Which inputs moved, most money first."""
    sources: tuple[Source, ...] = ()
    """Lines that were edited, where they are known; else where it stands."""
    commits: tuple[str, ...] = ()
    """Full hashes of the commits that edited those files, newest first."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Identity."""
        return (self.what, self.entity, self.id)

    @property
    def tone(self) -> Tone:
        """Whether it is bad or good news; empty where it is neither, or nobody can tell."""
        if (self.what, self.kind) in _NEUTRAL:
            return ""
        return "bad" if self.kind in _BAD else "good" if self.kind in _GOOD else ""

    @property
    def order(self) -> tuple[object, ...]:
        """Edits before what the day alone brings, headlines first, bad before good, most money, worst, identity."""
        return (
            self.with_time,
            not self.is_headline,
            ("bad", "good", "").index(self.tone),
            self.money is None,
            -(self.money or Decimal(0)),
            self.severity.rank if self.severity else len(Severity),
            WHATS.index(self.what),
            self.entity,
            self.id,
        )


class Commit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One commit between the two sides."""

    hash: str
    """Full."""
    committed_on: date
    subject: str
    """Its first line: text from outside."""
    author: str = ""
    """Empty where the settings do not let names be told."""
    paths: tuple[str, ...] = ()
    """Files of the portfolio that it changed, sorted."""


class Edits(msgspec.Struct, frozen=True, omit_defaults=True):
    """What git tells between two commits."""

    commits: tuple[Commit, ...] = ()
    """Newest first, merges left out."""
    lines: dict[str, tuple[tuple[int, int], ...]] = {}
    """Path -> first and last line of each stretch that was written, as numbered on the later side; none of a file
    from which lines were only taken."""
    renamed: dict[str, str] = {}
    """Path before -> path after, of files that are much the same under another name."""
    is_rewritten: bool = False
    """Whether the later side does not contain the earlier one: history was rewritten, or it is a sister branch."""

    def touches(self, source: Source) -> bool:
        """Whether that line was written; of a whole file whether anything in it was changed."""
        stretches = self.lines.get(source.path)
        if stretches is None:
            return False
        return not source.line or any(first <= source.line <= last for first, last in stretches)


NO_EDITS = Edits()


class Compared(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the two sides."""

    as_of: date
    commit: str = ""
    """Full hash; empty where there is no history."""
    has_evidence: bool = False


class Changes(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that is otherwise in a later briefing than in an earlier one."""

    schema: int = SCHEMA
    currency: str
    before: Compared | None = None
    """None where there was nothing before; then nothing counts as changed."""
    after: Compared | None = None
    """None where nothing is left to report."""
    entities: dict[str, str] = {}
    """Titles of businesses by id, those of both sides."""
    renamed: dict[str, str] = {}
    """Businesses that have another id now: before -> after."""
    changes: tuple[Change, ...] = ()
    """In the order of `Change.order`."""
    commits: tuple[Commit, ...] = ()
    is_rewritten: bool = False
    is_mixed: bool = False
    """Whether the days differ and nobody can tell what that alone brought: the earlier files are not here."""

    def of_role(self, role: Role) -> "Changes":
        """What a role's page shows, in the same order; what refuses files is for everybody."""
        return self.of_roles(frozenset({role}))

    def of_roles(self, roles: frozenset[Role]) -> "Changes":
        """What the page of any of these roles shows, each once, in the same order."""
        return msgspec.structs.replace(
            self,
            changes=tuple(
                one for one in self.changes if one.what in _OF_EVERYBODY or not roles.isdisjoint(one.roles)
            ),
        )

    def of_entity(self, entity: str) -> "Changes":
        """What concerns one business, in the same order."""
        return msgspec.structs.replace(
            self, changes=tuple(one for one in self.changes if one.entity == entity)
        )


_OF_EVERYBODY = frozenset({"problem", "entity"})


def encode(changes: Changes) -> bytes:
    """The bytes of its file: sorted keys, indent 2, final newline, equal for equal changes."""
    return msgspec.json.format(msgspec.json.encode(changes, order="sorted"), indent=2) + b"\n"


def decode(data: bytes) -> Changes:
    """Read what `encode` wrote.

    Raises:
        msgspec.ValidationError: The bytes are no changes of this schema.
    """
    return msgspec.json.decode(data, type=Changes)
