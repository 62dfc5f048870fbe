"""One pair of a claim and what an audit can see of it, and the contradiction that it becomes."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

import msgspec

from quarterdeck.figures.claims.said import Statement, statements
from quarterdeck.figures.names import slug
from quarterdeck.figures.scope import Scope
from quarterdeck.model.contradiction import Contradiction
from quarterdeck.model.figure import Figure, Kind, Unit, Value
from quarterdeck.model.finding import Finding, Role
from quarterdeck.model.observed import Observed
from quarterdeck.model.source import Source

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

SEEN_COUNTS = "What was seen counts; what is written is somebody's memory of it."


class Ask(msgspec.Struct, frozen=True, dict=True):
    """What a claim may ask: the rows, evidence and findings of one business."""

    scope: Scope
    found: tuple[Finding, ...] = ()

    @property
    def entity(self) -> str:
        """Id of the business."""
        return self.scope.entity

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Everything that its handoff says in plain words."""
        return statements(self.scope.facts, self.entity)

    def own(self, record: type[O]) -> tuple[O, ...]:
        """What was seen of the business itself."""
        return self.scope.facts.of(record, self.entity)

    def shared(self, record: type[O]) -> tuple[O, ...]:
        """The same, and what was seen of what serves several: the account, its mail."""
        return self.own(record) + self.scope.facts.of(record, "")

    def lists(self, record: type[Observed]) -> bool:
        """Whether all of a kind are known, so that what is not listed is not there."""
        return self.scope.facts.evidence.has_read(record, self.entity)


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A claim and what was seen instead."""

    said: Value
    said_at: tuple[Source, ...]
    seen: Value
    seen_at: tuple[Source, ...]
    unit: Unit = "words"
    subject: str = ""
    """What it is about, where a business may have several: the domain."""
    kind: Kind = "actual"
    """Of what was seen."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a handoff may claim, and how to find out that it is not so."""

    key: str
    """First part of the contradiction's key."""
    what: str
    """The fact as a noun: `DMARC{subject}` becomes `DMARC of jada.example`, and `{name}` the bare name."""
    find: Callable[[Ask], Iterable[Dispute]]
    weakens: str
    """What is less sure meanwhile, as a sentence."""
    mend: str
    """How it is settled, in the imperative."""
    role: Role = "cto"
    rules: tuple[str, ...] = ()
    why: str = SEEN_COUNTS

    def contradiction(self, scope: Scope, dispute: Dispute) -> Contradiction:
        """The two sides, what was seen first."""
        key = f"{self.key}:{slug(dispute.subject)}" if dispute.subject else self.key
        what = self.what.format(
            subject=f" of {dispute.subject}" if dispute.subject else "", name=dispute.subject
        )
        seen = scope.figure(f"seen:{key}", f"{what}, as seen", dispute.seen, dispute.unit, kind=dispute.kind)
        said = scope.figure(f"said:{key}", f"{what}, as written", dispute.said, dispute.unit, kind="stated")
        return Contradiction(
            entity=scope.entity,
            key=key,
            what=what,
            used=_placed(scope, seen, dispute.seen_at),
            other=_placed(scope, said, dispute.said_at),
            why=self.why,
            mend=self.mend,
            role=self.role,
            rules=self.rules,
            weakens=self.weakens,
        )


def _placed(scope: Scope, figure: Figure, places: Iterable[Source]) -> Figure:
    """A side with its places; what is written without a day is as old as its handoff."""
    sources = tuple(dict.fromkeys(places))
    newest = max((one.as_of for one in sources if one.as_of), default=None)
    return msgspec.structs.replace(figure, sources=sources, as_of=newest or scope.newest(scope.entities))
