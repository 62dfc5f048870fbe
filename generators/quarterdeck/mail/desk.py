"""All that one mail is made of: a reader's own reports in one version, and what is otherwise in them since another."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

import msgspec

from quarterdeck.mail.subject import cut, plain
from quarterdeck.model.action import Action
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change, Changes
from quarterdeck.model.finding import Finding, Role
from quarterdeck.model.mail import Reader
from quarterdeck.model.severity import Severity

MOST_NEWS: Final = 3
"""Of one report."""
MOST_SIGNS: Final = 300
"""Of one sentence; what people write may be longer, and a mail has an end (F-160)."""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a range of versions and stands in neither briefing."""

    version: str
    """That readers are given now."""
    since_version: str = ""
    """That this reader was last told about; empty for the first mail."""
    site: str = ""
    """Address of the version with a slash at its end; without it nothing is linked."""
    told: Changes | None = None
    """What the last mail to this reader was made of, for what it said and is no longer so (F-177)."""
    is_back: bool = False
    """Whether readers were led back to an older version."""


class Desk(msgspec.Struct, frozen=True, dict=True):
    """All that one mail is made of, with what its parts look up."""

    after: Briefing
    changes: Changes
    reader: Reader
    edition: Edition
    roles: tuple[Role, ...]

    @cached_property
    def by_role(self) -> Mapping[Role, tuple[Change, ...]]:
        """What each report shows, worst first."""
        return {role: self.shown(self.changes.of_role(role).changes) for role in self.roles}

    def shown(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Without those of sample businesses that stand beside real ones."""
        return tuple(one for one in changes if one.entity not in self.samples)

    @cached_property
    def samples(self) -> frozenset[str]:
        """Ids of businesses of which no mail speaks."""
        return frozenset(
            one.entity for one in self.after.entities if one.is_sample and not self.after.is_sample
        )

    @cached_property
    def own(self) -> tuple[Change, ...]:
        """What any of the reader's reports shows, each once, worst first."""
        return self.shown(self.changes.of_roles(frozenset(self.roles)).changes)

    @cached_property
    def of_all(self) -> frozenset[str]:
        """Ids of figures of the whole portfolio that moved; those of its businesses are behind them."""
        return frozenset(one.id for one in self.own if one.what == "figure" and not one.entity)

    def topic(self, change: Change) -> tuple[str, str, str]:
        """Equal for changes that say one thing: a figure of the portfolio, and that of a business behind it."""
        is_behind = change.what == "figure" and change.id in self.of_all
        return (change.what, "", change.id) if is_behind else change.key

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """By identity, as they stand now."""
        return {one.id: one for one in self.after.findings}

    @cached_property
    def tasks(self) -> Mapping[tuple[str, str], Action]:
        """By business and id of the task."""
        return {(one.entity, one.task): one for one in self.after.actions if one.task}

    @property
    def entities(self) -> Mapping[str, str]:
        """Titles of businesses by id."""
        return self.changes.entities

    def finding(self, change: Change) -> Finding | None:
        """The finding of a change as it stands now."""
        rule, _, subject_of = change.id.partition("/")
        return self.findings.get(f"{rule}/{change.entity}/{subject_of}") if change.what == "finding" else None

    def role_of(self, change: Change) -> Role:
        """The first of the reader's reports that shows it."""
        return next((role for role in self.roles if role in change.roles), self.roles[0])


def is_news(change: Change) -> bool:
    """Whether a change is worth a mail: any that somebody made, and a bad finding that the day brought."""
    return not change.with_time or (change.what == "finding" and change.is_headline and change.tone == "bad")


def open_criticals(desk: Desk, briefing: Briefing) -> int:
    """How many critical findings are open in the reader's reports."""
    return sum(one.severity is Severity.CRITICAL for one in open_findings(desk, briefing, desk.roles))


def open_findings(desk: Desk, briefing: Briefing, roles: Iterable[Role]) -> Iterator[Finding]:
    """Findings of some reports that nobody accepted, worst first."""
    readers = frozenset(roles)
    for one in briefing.findings:
        if one.state != "accepted" and one.entity not in desk.samples and _concerns(one, readers):
            yield one


def _concerns(finding: Finding, roles: frozenset[Role]) -> bool:
    return not roles.isdisjoint((*finding.roles, *(one.role for one in finding.affects)))


def short(text: str, most: int = MOST_SIGNS) -> str:
    """One line of so many signs at most."""
    return cut(plain(text), most)
