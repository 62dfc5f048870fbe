"""What a cell can be instead of a value: refused with a reason, or blank."""

import msgspec

from quarterdeck.model.values import UNKNOWN, Blank

_SHORT = 40
_BLANKS = {
    "": UNKNOWN,
    "?": UNKNOWN,
    "??": UNKNOWN,
    "tbd": UNKNOWN,
    "unknown": UNKNOWN,
    "not known": UNKNOWN,
    "—": Blank("n/a"),
    "n/a": Blank("n/a"),
    "not tracked": Blank("not tracked"),
}
_LONGEST_BLANK = max(map(len, _BLANKS))


class Refusal(msgspec.Struct, frozen=True):
    """Why a written value is not used."""

    what: str
    """What was read and what is wrong with it; follows the name of the column and a colon."""
    mend: str
    """What to write instead, as a sentence."""
    code: str = "bad-value"
    is_impossible: bool = False
    """Understood, but negative, over its bounds or outside of time: R-DAT-06 instead of R-DAT-02."""


def blank(text: str) -> Blank | None:
    """Which way of not knowing the text is: unknown, does not apply, or not tracked; None for a value."""
    if len(text) <= _LONGEST_BLANK:
        found = _BLANKS.get(text) or _BLANKS.get(text.lower())
        if found:
            return found
    if text[:4].lower() in {"n/a:", "n/a "}:
        return Blank("n/a", text[4:].strip(" -\u2013\u2014"))
    return None


def quoted(text: str) -> str:
    """The text as messages show it: in quotes, on one line, not longer than a short phrase."""
    shown = " ".join(text[: _SHORT + 1].split())
    return f'"{shown}"' if len(text) <= _SHORT else f'"{shown[:_SHORT]}…"'
