"""Claims about what runs: resources by name and number, stacks, runtimes and regions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.claims.said import Statement
from quarterdeck.figures.claims.switches import quoted
from quarterdeck.figures.names import folded
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import Server
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import Queue
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Observed, Resource
from quarterdeck.model.source import Source
from quarterdeck.model.values import Word

_KINDS: Mapping[str, tuple[type[Resource], str]] = {
    "function": (Function, "functions"),
    "lambda": (Function, "functions"),
    "bucket": (Bucket, "buckets"),
    "table": (Table, "tables"),
    "database": (Table, "tables"),
    "queue": (Queue, "queues"),
    "server": (Server, "servers"),
    "distribution": (Distribution, "distributions"),
}
_KIND = "|".join(_KINDS)
_NAME = r"[`“\"]?(?P<name>[a-z0-9]+(?:[-_.][a-z0-9]+)+)[`”\"]?"
_BY_NAME = (
    re.compile(rf"\b(?P<kind>{_KIND})s? (?:named |called |is )?{_NAME}"),
    re.compile(rf"(?<![\w-]){_NAME} (?P<kind>{_KIND})s?\b"),
)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_BY_NUMBER = re.compile(
    rf"\b(?P<count>{'|'.join(_NUMBERS)}|\d{{1,3}}) (?:small |lambda |cloud )?(?P<kind>{_KIND})s?\b"
    r"(?! (?:for|per|each|that|with|of|behind|we)\b)"
)
_RUNTIME = re.compile(r"\b(?P<language>python|node(?:\.?js)?|ruby|java) ?v?(?P<version>\d+(?:\.\d+)?)\b")
_RUNTIMES = re.compile(r"(?P<language>[a-z]+)(?P<version>\d+(?:\.\d+)?)")
_REGION = re.compile(r"\b(?:us|eu|ap|ca|sa|me|af|il|mx)-(?:north|south|east|west|central){1,2}-\d\b")
_STACK_TAG = "aws:cloudformation:stack-name"
_MOST = 3


def _technical(ask: Ask) -> Iterator[Statement]:
    """Sentences about the systems: a table is no furniture there."""
    return (one for one in ask.statements if one.is_technical)


def _listed(ask: Ask, kind: type[Observed]) -> tuple[Source, ...]:
    """Where a kind was read to its end."""
    runs = ask.scope.facts.evidence.snapshots
    return tuple(one.source for one in runs if kind_of(kind) in one.kinds and ask.entity in one.entities)


def _counted(ask: Ask) -> Iterator[Dispute]:
    """How many of a kind a sentence says that there are."""
    for one in _technical(ask):
        for hit in _BY_NUMBER.finditer(one.text):
            kind, word = _KINDS[hit["kind"]]
            seen = ask.own(kind)
            said = _NUMBERS.index(hit["count"]) if hit["count"] in _NUMBERS else int(hit["count"])
            if ask.lists(kind) and len(seen) != said:
                yield Dispute(
                    subject=word,
                    said=Decimal(said),
                    said_at=(one.source,),
                    seen=Decimal(len(seen)),
                    seen_at=tuple(thing.source for thing in seen) or _listed(ask, kind),
                    unit="count",
                )


def _said_names(ask: Ask) -> Iterator[tuple[Statement, type[Resource], str, str]]:
    """Every resource that a sentence names: the sentence, its kind as a record and as a word, and its name."""
    for one in ask.statements:
        for pattern in _BY_NAME:
            for hit in pattern.finditer(one.text):
                kind, word = _KINDS[hit["kind"]]
                yield one, kind, word, hit["name"]


def _gone(ask: Ask) -> Iterator[Dispute]:
    """Named, and in no account."""
    for one, kind, word, name in _said_names(ask):
        everybodys = ask.scope.facts.of(kind)
        if ask.lists(kind) and not any(folded(name) in _names(thing) for thing in everybodys):
            count = len(ask.own(kind))
            yield Dispute(
                subject=name,
                said=Word(quoted(one)),
                said_at=(one.source,),
                seen=Word(
                    f"{count or 'no'} {word if count != 1 else word.removesuffix('s')}, none of that name"
                ),
                seen_at=_listed(ask, kind),
            )


def _names(thing: Resource) -> set[str]:
    more = thing.aliases if isinstance(thing, Distribution) and isinstance(thing.aliases, tuple) else ()
    return {folded(one) for one in (thing.name, *more)}


def _left_out(ask: Ask) -> Iterator[Dispute]:
    """Of a kind of which the handoff names some, those that it names nowhere."""
    said = list(_said_names(ask))
    text = {folded(name) for *_, name in said}
    for word in dict.fromkeys(word for _, _, word, _ in said):
        kind = next(kind for _, kind, one, _ in said if one == word)
        seen = ask.own(kind)
        unnamed = [thing for thing in seen if text.isdisjoint(_names(thing))]
        places = tuple(one.source for one, _, same, _ in said if same == word)
        if unnamed and len(unnamed) < len(seen):
            yield Dispute(
                subject=word,
                said=Word(f"{len(seen) - len(unnamed)} of {len(seen)} named"),
                said_at=places,
                seen=Word(f"also {_some([thing.name for thing in unnamed])}"),
                seen_at=tuple(thing.source for thing in unnamed),
            )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _stacks(ask: Ask) -> Iterator[Dispute]:
    """A stack of the front matter that nothing carries the tag of, where other stacks have such tags."""
    (entity,) = ask.scope.entities
    tagged = {
        value.casefold(): thing
        for thing in ask.scope.facts.of(Resource)
        for key, value in thing.tags
        if key == _STACK_TAG
    }
    for name in entity.aws_stacks if isinstance(entity.aws_stacks, tuple) else ():
        if tagged and ask.lists(Function) and name.casefold() not in tagged:
            yield Dispute(
                subject=name,
                said=Word(f"stack {name}"),
                said_at=(entity.source,),
                seen=Word(f"tags name {_some(sorted(tagged))}"),
                seen_at=tuple(thing.source for _, thing in sorted(tagged.items())),
            )


def _runtimes(ask: Ask) -> Iterator[Dispute]:
    """A version of a language that no function runs, while functions run another one of it."""
    functions = ask.own(Function)
    if not all(isinstance(one.runtime, str | None) for one in functions):
        return
    for one in ask.statements:
        for hit in _RUNTIME.finditer(one.text):
            language = hit["language"][:4]
            live = [(thing, found) for thing in functions if (found := _version(thing, language))]
            if live and hit["version"] not in {version for _, version in live}:
                yield Dispute(
                    subject=hit["language"],
                    said=Word(quoted(one)),
                    said_at=(one.source,),
                    seen=Word(
                        "; ".join(dict.fromkeys(f"{thing.runtime} in {thing.name}" for thing, _ in live))
                    ),
                    seen_at=tuple(thing.source for thing, _ in live),
                )


def _version(function: Function, language: str) -> str:
    hit = _RUNTIMES.match(function.runtime) if isinstance(function.runtime, str) else None
    return hit["version"] if hit and hit["language"].startswith(language) else ""


def _regions(ask: Ask) -> Iterator[Dispute]:
    """A region in which nothing of the business stands, while all of it was looked at."""
    kinds: tuple[type[Resource], ...] = (Function, Table, Queue)
    things = [thing for kind in kinds for thing in ask.own(kind) if thing.region]
    used = {str(getattr(one, "region", "")) for one in ask.shared(Observed)}
    for one in ask.statements:
        for hit in _REGION.finditer(one.text):
            is_known = things and all(ask.lists(kind) for kind in kinds)
            if is_known and hit[0] not in used:
                regions = sorted({thing.region for thing in things})
                yield Dispute(
                    subject=hit[0],
                    said=Word(quoted(one)),
                    said_at=(one.source,),
                    seen=Word(f"all of it is in {_some(regions)}"),
                    seen_at=_places(things),
                )


def _places(things: Iterable[Observed]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(one.source for one in things))


_HANDOVER = "Whoever takes over looks for what is not there, and misses what runs."

CLAIMS = (
    Claim(
        key="counted",
        what="How many{subject}",
        find=_counted,
        weakens=_HANDOVER,
        mend="Correct the sentence, or switch off what should not be there.",
    ),
    Claim(
        key="named",
        what="{name}",
        find=_gone,
        weakens=_HANDOVER,
        mend="Correct the name, or say what took its place.",
    ),
    Claim(
        key="unnamed",
        what="List{subject}",
        find=_left_out,
        weakens=_HANDOVER,
        mend="Name the others too, or switch them off.",
    ),
    Claim(
        key="stack",
        what="Stack{subject}",
        find=_stacks,
        weakens="What carries no tag of its stack is billed to nobody.",
        mend="Correct aws_stacks in the front matter, or tag the stack.",
    ),
    Claim(
        key="runtime",
        what="Runtime{subject}",
        find=_runtimes,
        weakens="The day on which support ends is another one than people think.",
        mend="Correct the sentence, or bring the function to that version.",
    ),
    Claim(
        key="region",
        what="Place{subject}",
        find=_regions,
        weakens="Audits, costs and promises about where data is are read in the wrong place.",
        mend="Correct the sentence, or move what should stand there.",
    ),
)
