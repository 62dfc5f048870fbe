"""Claims about days: when a domain ends."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.claims.switches import quoted
from quarterdeck.figures.months import on
from quarterdeck.figures.names import folded
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.holdings import Compliance
from quarterdeck.model.services import Client
from quarterdeck.model.source import Source
from quarterdeck.model.values import Day, Word
from quarterdeck.model.web import DomainCheck

_ENDS = re.compile(
    r"\b(?:renews?|renewal|renewed|expires?|expiry|ends?|due|until|runs? out)\b[^.;]{0,40}?(\d{4}-\d\d-\d\d)"
)
_RENEWED = re.compile(r"\brenew(?:ed|al)?\b")
_YEAR = timedelta(days=365)
_EARLY = timedelta(days=31)
"""How far before its end a domain is renewed for a year more."""


class _End(msgspec.Struct, frozen=True):
    domain: str
    day: date
    source: Source


def _ends(ask: Ask, entity: str) -> dict[str, _End]:
    """When the domains of a business end; the registrar counts for more than the registry's public word."""
    facts = ask.scope.facts
    asked: list[DomainCheck | RegisteredDomain] = [*facts.of(DomainCheck, entity)]
    asked += facts.of(RegisteredDomain, entity)
    return {
        one.domain.casefold(): _End(one.domain, one.expires, one.source)
        for one in asked
        if isinstance(one.expires, date)
    }


def _papers(ask: Ask) -> Iterator[Dispute]:
    """Rows of Compliance, then days in sentences and tasks, then rows of clients."""
    ends = _ends(ask, ask.entity)
    for row in ask.scope.of(Compliance):
        end = ends.get(row.applies_to.casefold()) if isinstance(row.applies_to, str) else None
        if end is not None and isinstance(row.expires, date):
            yield from _day(end, row.expires, row.source)
    for text, about, source in _sentences(ask):
        said = _said_day(text)
        for end in ends.values():
            if said and (folded(about) == folded(end.domain) or end.domain.casefold() in text):
                yield from _day(end, said, source)
    for client in ask.scope.of(Client):
        theirs = list(_ends(ask, str(client.client)).values())
        if len(theirs) == 1 and isinstance(client.domain_expires, date):
            yield from _day(theirs[0], client.domain_expires, client.source)


def _said_day(text: str) -> date | None:
    """The day that a sentence says something ends on; None without one, or where it is no day."""
    hit = _ENDS.search(text)
    try:
        return date.fromisoformat(hit[1]) if hit else None
    except ValueError:
        return None


def _sentences(ask: Ask) -> Iterator[tuple[str, str, Source]]:
    for one in ask.statements:
        yield one.text, one.about, one.source
    for task in ask.scope.facts.tasks_of(ask.entity):
        if task.is_open:
            yield task.text.casefold(), "", task.source


def _day(end: _End, said: date, place: Source) -> Iterator[Dispute]:
    if said != end.day:
        yield Dispute(
            subject=end.domain,
            said=Day(said),
            said_at=(place,),
            seen=Day(end.day),
            seen_at=(end.source,),
            unit="date",
        )


def _renewed(ask: Ask) -> Iterator[Dispute]:
    """A domain that somebody renewed, by a task that is done, and that ends within the year all the same."""
    for end in _ends(ask, ask.entity).values():
        for one in ask.statements:
            if one.on is None or not one.is_done or end.domain.casefold() not in one.text:
                continue
            is_later = end.source.as_of is not None and end.source.as_of >= one.on
            if _RENEWED.search(one.text) and is_later and end.day < one.on + _YEAR - _EARLY:
                yield Dispute(
                    subject=end.domain,
                    said=Word(quoted(one)),
                    said_at=(one.source,),
                    seen=Word(f"ends {on(end.day)}"),
                    seen_at=(end.source,),
                )


_LOST = "A domain that ends unseen takes site and mail with it, and anybody may buy it."

CLAIMS = (
    Claim(
        key="domain",
        what="Last day{subject}",
        find=_papers,
        why="The registrar decides when a domain ends.",
        weakens=_LOST,
        mend="Write the registrar's day into the handoff.",
        rules=("R-CTO-14",),
    ),
    Claim(
        key="domain-renewed",
        what="Renewal{subject}",
        find=_renewed,
        why="The registrar decides when a domain ends.",
        weakens=_LOST,
        mend="Look at the registrar whether the renewal went through, and open the task again if not.",
        rules=("R-CTO-14",),
    ),
)
