"""One pass over a text for many fixed words at once."""

import re
from collections.abc import Iterable


class Marks:
    """Fixed words, looked for together: what each sign costs does not grow with their number."""

    def __init__(self, words: Iterable[str]) -> None:
        """Words in small letters, none empty."""
        known = sorted(set(words))
        self._look = re.compile(f"(?=({_branches(known)}))")
        self._within = {word: tuple(one for one in known if word.startswith(one)) for word in known}

    def of(self, low: str) -> set[str]:
        """Those that a text in small letters holds."""
        found = set(self._look.findall(low))
        return {one for word in found for one in self._within[word]}


def _branches(words: list[str], at: int = 0) -> str:
    """An expression for the rest of sorted words from a place on, which branches sign by sign; the longest matches."""
    by_sign: dict[str, list[str]] = {}
    for word in words:
        if len(word) > at:
            by_sign.setdefault(word[at], []).append(word)
    parts = [
        re.escape(group[0][at:]) if len(group) == 1 else re.escape(sign) + _branches(group, at + 1)
        for sign, group in by_sign.items()
    ]
    if not parts:
        return ""
    ends_here = any(len(word) == at for word in words)
    joined = parts[0] if len(parts) == 1 and not ends_here else f"(?:{'|'.join(parts)})"
    return f"{joined}?" if ends_here else joined
