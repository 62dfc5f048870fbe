"""What a handoff says in plain words, and whether a sentence says that something is on or off.

A sentence counts only where every word of it is understood: the thing, a state, names, and words that carry nothing.
So "DMARC is on for jada.example" is a claim, and "DMARC should be on by Friday" is not.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.sales import Channel, FunnelStep
from quarterdeck.model.source import Source

_SENTENCE = re.compile(r"(?<=[^\s.])[.!?](?=\s|$)|\n|;")
_PIECE = re.compile(r",|:\s| but | while | though | whereas ")
_TOKEN = re.compile(r"§|[^\s,:()\[\]“”\"*`]+")
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_NAME = re.compile(r"[\w.+-]+@[\w.-]+\w|(?=.*[-_.])[a-z0-9]+(?:[-_.]+[a-z0-9]+)+")
_SHORT = {
    "isn't": "is not",
    "aren't": "are not",
    "doesn't": "does not",
    "don't": "do not",
    "hasn't": "has not",
}
_LONGEST = 300


def vocabulary(words: str) -> frozenset[str]:
    """Words that stand apart by spaces."""
    return frozenset(words.split())


FILLERS = vocabulary(
    "a all already also an and are as at been before both by do does done domain domains each every everything"
    " everywhere finally for from fully get has have in is it its made make now of once our ours own policies policy"
    " put record records setup since so still switch switched that the their them there they this to today too turn"
    " turned was we were with yes again"
)
ON = vocabulary(
    "on ok okay work works working fine live up enabled enable set verified valid active good green place running runs"
    " published publish configured configure secure secured current protected passes pass passing exists add added"
    " installed install activate activated renewed ready"
)
OFF = vocabulary(
    "off down broken disabled disable absent missing unverified expired lacking lacks failing fails failed stopped stop"
    " dead invalid"
)
_NOT = frozenset({"not", "never"})
_NO = frozenset({"no", "without", "none", "nothing"})


class Statement(msgspec.Struct, frozen=True):
    """One sentence of a handoff."""

    text: str
    """In lower case, with its short forms written out."""
    source: Source
    is_done: bool = False
    """Whether it is a task that is done: `Publish DMARC`."""
    written: str = ""
    """As somebody wrote it, for people; without it the text."""
    about: str = ""
    """What its row is about, where it comes from a table."""
    on: date | None = None
    """When a task was done."""
    is_technical: bool = False
    """Whether it stands in the section about systems."""


class Reading(msgspec.Struct, frozen=True):
    """What a sentence says of a thing."""

    is_on: bool
    names: tuple[str, ...] = ()
    """Domains, addresses and resources that it names; empty for all there are."""


class Words(msgspec.Struct, frozen=True):
    """How people write of a thing, and of its states where they are its own."""

    thing: re.Pattern[str]
    on: frozenset[str] = ON
    off: frozenset[str] = OFF


def words(thing: str, on: str = "", off: str = "") -> Words:
    """Words for a thing as alternatives of a pattern; with `on`, only those states are its own."""
    pattern = re.compile(rf"(?<![\w-])(?:{thing})(?![\w-])")
    return Words(pattern, vocabulary(on) if on else ON, vocabulary(off) if on else OFF)


def statements(facts: Facts, entity: str) -> tuple[Statement, ...]:
    """Every sentence of a business: prose, gaps and decisions, then rows, then tasks that are done."""
    handoff = facts.handoff(entity)
    found = [*_of_text(facts, entity), *_of_rows(facts, entity)]
    found += [
        Statement(_plain(one.text), one.source, is_done=True, written=one.text, on=one.done_on)
        for one in handoff.tasks
        if one.state == "done" and len(one.text) < _LONGEST
    ]
    return tuple(found)


def _of_text(facts: Facts, entity: str) -> Iterator[Statement]:
    handoff = facts.handoff(entity)
    told = [one for one in handoff.prose if one.section not in {"questions", "plan"}]
    noted = [one for one in handoff.bullets if one.section != "questions"]
    texts = [(one.section, one.text, one.source) for one in told]
    texts += [(one.section, one.text, one.source) for one in noted]
    for section, text, source in texts:
        for sentence in _SENTENCE.split(text):
            if sentence.strip() and not text.endswith("?"):
                yield Statement(
                    _plain(sentence), source, written=sentence.strip(), is_technical=section == "tech"
                )


def _of_rows(facts: Facts, entity: str) -> Iterator[Statement]:
    for paper in facts.of(Compliance, entity):
        yield from _joined(paper.source, paper.applies_to, paper.item, paper.status)
    for asset in facts.of(Asset, entity):
        name = _text(asset.asset)
        yield from _joined(asset.source, name if _NAME.fullmatch(name) else "", asset.type, asset.condition)
        if isinstance(asset.notes, str):
            for sentence in _SENTENCE.split(asset.notes):
                yield Statement(
                    _plain(sentence), asset.source, written=sentence.strip(), about=_text(asset.asset)
                )
    for step in facts.of(FunnelStep, entity):
        if step.state in {"works", "broken", "missing"}:
            yield from _joined(step.source, "", step.step, step.state)
    for channel in facts.of(Channel, entity):
        if channel.kind == "direct" and channel.state == "bookable" and isinstance(channel.url, str):
            yield Statement("online booking works", channel.source, about=channel.url)


def _joined(source: Source, about: object, *parts: object) -> Iterator[Statement]:
    said = " ".join(one.strip() for one in parts if isinstance(one, str))
    if all(isinstance(one, str) for one in parts):
        yield Statement(_plain(said), source, written=said, about=_text(about))


def _text(cell: object) -> str:
    return cell.casefold() if isinstance(cell, str) else ""


def _plain(text: str) -> str:
    plain = text.casefold().replace("\u2019", "'").strip()
    for short, whole in _SHORT.items():
        plain = plain.replace(short, whole)
    return plain[:_LONGEST]


def reading(statement: Statement, thing: Words, *, others: Iterable[Words] = ()) -> Reading | None:
    """Whether a sentence says that a thing is on or off; None where it says neither, or says more.

    Args:
        statement: The sentence.
        thing: Words for the thing.
        others: Things that may stand beside it in one sentence: `DKIM and DMARC are on`.
    """
    if not thing.thing.search(statement.text):
        return None
    pieces = (statement.text, *_PIECE.split(statement.text))
    return next(
        (found for one in pieces if (found := _read(one, thing, others, statement)) is not None), None
    )


def _read(piece: str, thing: Words, others: Iterable[Words], statement: Statement) -> Reading | None:
    marked = thing.thing.sub(" § ", piece)
    if "§" not in marked:
        return None
    for other in others:
        marked = other.thing.sub(" ", marked)
    tokens = [token.strip("'.").removesuffix("'s") for token in _TOKEN.findall(marked)]
    states = {token in thing.on for token in tokens if token in thing.on or token in thing.off}
    known = thing.on | thing.off | FILLERS | _NO | _NOT | {"§", "", "-", "\u2013", "\u2014", "&"}
    rest = [token for token in tokens if token not in known and not _DAY.fullmatch(token)]
    names = tuple(token for token in rest if _NAME.fullmatch(token))
    if len(states) > 1 or len(names) < len(rest):
        return None
    is_on = _state(states, set(tokens), is_done=statement.is_done)
    about = (statement.about,) if statement.about and not names else ()
    return None if is_on is None else Reading(is_on, names or about)


def _state(states: set[bool], tokens: set[str], *, is_done: bool) -> bool | None:
    """What states and negations come to; a task that is done and names no state made the thing be there."""
    if not states:
        return False if tokens & _NO and not is_done else True if is_done and not tokens & _NOT else None
    (is_on,) = states
    if not tokens & (_NO | _NOT):
        return is_on
    return False if is_on else None
