"""The subject of a mail: the news in under seventy signs, of which the first forty stand alone."""

import re
import unicodedata
from datetime import date
from typing import Final

import msgspec

from quarterdeck.reports.escape import one_line
from quarterdeck.reports.words import NBSP, day_short

LONGEST: Final = 69
LEAD: Final = 40
"""As much as a phone shows in its list."""
SAMPLE: Final = "[SAMPLE]"

_UNSEEN: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f]")
"""Signs that only turn or hide what stands beside them."""
_NAMED: Final = re.compile(rf"(.{{{LEAD // 2},{LEAD}}}) \(([^()]+)\)")
_CLAUSE: Final = re.compile("[,:;] | \\(")
_LOOSE: Final = re.compile(r"( (a|an|and|as|at|by|for|from|in|of|on|or|that|the|to|with))+$", re.IGNORECASE)
"""Words that lead on to others, and say nothing where those are cut off."""
_FIRST_DRAWN: Final = "\u2190"


class Weight(msgspec.Struct, frozen=True):
    """How many findings came or went: `2 new critical (QuickDumpNow, JADA)`."""

    count: int
    words: str
    """`new critical`, `resolved`."""
    businesses: tuple[str, ...] = ()


def subject(lead: str, weight: Weight | None, on: date, *, is_sample: bool = False) -> str:
    """Put a subject together; names of businesses go first where room is short, then the end of the lead.

    Args:
        lead: The largest news, `Runway 5.9 → 5.5 months`.
        weight: None where no finding came or went.
        on: Day of the reports, which also keeps mails of two days apart in a reader's list.
        is_sample: Whether all of it is invented.
    """
    start, end = f"{SAMPLE} " if is_sample else "", f" · {day_short(on)}".replace(NBSP, " ")
    room = LONGEST - len(start) - len(end)
    head = _head(_words(lead), room)
    tails = _tails(weight) if weight else [""]
    fitting = (f"{head}; {tail}" if head and tail else head or tail for tail in tails)
    return start + next((one for one in fitting if len(one) <= room), head or cut(tails[-1], room)) + end


def _head(text: str, room: int) -> str:
    """The lead in forty signs, ended after a clause or a word; a name in brackets behind them may go on."""
    if len(text) <= LEAD:
        return text
    if named := _NAMED.fullmatch(text):
        return f"{named[1]} ({cut(named[2], room - len(named[1]) - len(' ()'))})"
    clauses = [one.start() for one in _CLAUSE.finditer(text[: LEAD + 2]) if LEAD // 2 <= one.start() <= LEAD]
    return text[: clauses[-1]] if clauses else cut(text, LEAD)


def _tails(weight: Weight) -> list[str]:
    """The same fact, longest first; the last holds nothing."""
    short = f"{weight.count} {weight.words}"
    names = [_words(one) for one in weight.businesses]
    several = [f"{short} ({', '.join(names[:2])} and {len(names) - 2} more)"] if len(names) > 2 else []  # noqa: PLR2004
    whole = [f"{short} ({', '.join(names)})"] if names else []
    return [*whole, *several, short, ""]


def _words(text: str) -> str:
    """The same without emoji."""
    kept = (one for one in plain(text) if one < _FIRST_DRAWN or unicodedata.category(one) not in {"So", "Sk"})
    return " ".join("".join(kept).replace("\u200d", "").split())


def plain(text: str) -> str:
    """One line of signs that can be seen, with plain spaces."""
    return " ".join(_UNSEEN.sub("", one_line(text)).split())


def cut(text: str, most: int) -> str:
    """So many signs at most, ended after a word, with a mark where more was."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    words = kept.rpartition(" ")[0] if not text[most - 1].isspace() else kept
    whole = _LOOSE.sub("", words if len(words) > most // 2 else kept)
    return whole.rstrip(" ,;:·(") + "…"
