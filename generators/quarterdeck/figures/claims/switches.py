"""Claims that something is on, verified, live or there: one table row a thing, all of one shape."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import msgspec

from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.claims.said import Reading, Statement, Words, reading
from quarterdeck.figures.months import on
from quarterdeck.figures.names import folded
from quarterdeck.model.finding import Role
from quarterdeck.model.source import Source
from quarterdeck.model.values import Word

_MOST_NAMED = 3
_LONGEST = 90


class Seen(msgspec.Struct, frozen=True):
    """What an audit saw of one thing that may be on or off."""

    name: str
    """The domain, site, table or address; empty where there is one alone."""
    is_on: bool | None
    """None where it was refused or never asked."""
    found: str
    """In a few words: `no DMARC record`."""
    source: Source


def switch(  # noqa: PLR0913 - the parts of a claim
    key: str,
    what: str,
    words: Words,
    see: Callable[[Ask], Iterable[Seen]],
    *,
    weakens: str,
    mend: str,
    role: Role = "cto",
    rules: tuple[str, ...] = (),
    beside: tuple[Words, ...] = (),
) -> Claim:
    """A claim that something is on or off; `see` lists what was seen of each thing that it may be about."""
    find = partial(_disputes, words=words, see=see, beside=beside)
    return Claim(key=key, what=what, find=find, weakens=weakens, mend=mend, role=role, rules=rules)


def known(value: object) -> bool | None:
    """A flag of evidence as it stands; None where it was not read."""
    return value if isinstance(value, bool) else None


def is_there(value: object) -> bool | None:
    """Whether a text of evidence is there: None is the answer that it is not."""
    return True if isinstance(value, str) else False if value is None else None


def _disputes(
    ask: Ask, *, words: Words, see: Callable[[Ask], Iterable[Seen]], beside: tuple[Words, ...]
) -> Iterator[Dispute]:
    seen = list(see(ask))
    for statement in ask.statements if seen else ():
        said = reading(statement, words, others=beside)
        wrong = _against(said, seen) if said else []
        if wrong:
            yield _dispute(statement, wrong)


def _against(said: Reading, seen: Sequence[Seen]) -> list[Seen]:
    """What is not as a sentence says it; who says that nothing is on is wrong only where everything is."""
    meant = [one for one in seen if not said.names or _is_named(one.name, said.names)]
    wrong = [one for one in meant if one.is_on is (not said.is_on)]
    return wrong if said.is_on or len(wrong) == len(meant) else []


def _is_named(name: str, names: Iterable[str]) -> bool:
    """Whether one of the names is meant; the domain of an address means the address too."""
    own = {folded(name), folded(name.rpartition("@")[2])}
    return any(folded(one) in own for one in names)


def _dispute(statement: Statement, wrong: Sequence[Seen]) -> Dispute:
    names = list(dict.fromkeys(one.name for one in wrong if one.name))
    return Dispute(
        subject=names[0] if len(names) == 1 else "",
        said=Word(quoted(statement)),
        said_at=(statement.source,),
        seen=Word(_in_words(wrong, names)),
        seen_at=tuple(one.source for one in wrong),
    )


def _in_words(wrong: Sequence[Seen], names: Sequence[str]) -> str:
    founds = list(dict.fromkeys(one.found for one in wrong))
    if len(names) < 2:  # noqa: PLR2004 - the fact names the only one
        return "; ".join(founds)
    listed = ", ".join(names[:_MOST_NAMED]) + (
        f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    )
    return f"{founds[0]}: {listed}"


def quoted(statement: Statement) -> str:
    """A sentence as it is shown beside what was seen."""
    day = f" {on(statement.on)}" if statement.on else ""
    return f"“{shortened(statement.written or statement.text)}”" + (
        f", done{day}" if statement.is_done else ""
    )


def shortened(text: str) -> str:
    """The beginning of a long sentence."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
