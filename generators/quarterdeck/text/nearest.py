"""Guesses which known word a misspelt one was meant to be."""

from collections.abc import Iterable

_MOST = 2
_LONGEST = 64


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word within two typing slips of `word`, without regard to case.

    A slip is a letter added, lost, changed, or swapped with its neighbour. Fewest slips win, then the order
    of the alphabet; a short word must keep more than half of its letters. None where nothing is near.
    """
    if len(word) > _LONGEST:
        return None
    folded = word.casefold()
    found = []
    for candidate in known:
        longer = max(len(folded), len(candidate))
        if longer - min(len(folded), len(candidate)) > _MOST:
            continue
        slips = _slips(folded, candidate.casefold())
        if slips <= _MOST and slips * 2 < longer:
            found.append((slips, candidate))
    return min(found)[1] if found else None


def _slips(left: str, right: str) -> int:
    """Optimal string alignment distance."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        this = [row]
        for column, other in enumerate(right, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        before, last = last, this
    return last[-1]
