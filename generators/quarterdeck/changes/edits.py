"""Which lines of the files were written between two states, and which files are the same under another name."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from quarterdeck.model.change import Commit, Edits

Files = Mapping[str, bytes]
"""Path below the portfolio -> bytes."""
Stretch = tuple[int, int]

_MOST_LINES = 3000
"""Lines between the first and the last difference that are compared one by one; more count as written anew."""
_MOST_PAIRS = 10_000
"""Of files that are gone and new ones; where there are more, nobody renamed a business."""
_LEAST_SHARED = 0.5
"""Of the lines of the larger of two files, from which one is the other under a new name, as git has it."""


def edits_of(
    before: Files, after: Files, commits: tuple[Commit, ...] = (), *, is_rewritten: bool = False
) -> Edits:
    """What was written between two states of a portfolio's files.

    Args:
        before: The files of the earlier side; bytes that are no text are compared as they are.
        after: Those of the later side.
        commits: What git says of the way between them.
        is_rewritten: Whether that way is no straight one.
    """
    renamed = _renamed(before, after)
    former = {new: old for old, new in renamed.items()}
    lines: dict[str, tuple[Stretch, ...]] = {}
    for path in sorted(before.keys() | after.keys()):
        old = before.get(former.get(path, path), b"")
        if path in renamed or old == after.get(path, b""):
            continue
        lines[path] = tuple(written(old.split(b"\n"), after.get(path, b"").split(b"\n")))
    return Edits(commits, lines, renamed, is_rewritten)


def written(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[Stretch]:
    """First and last line, counted from 1, of each stretch of a file that was written or changed."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    end = 0
    while end < min(len(before), len(after)) - first and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[first : len(before) - end], after[first : len(after) - end]
    if max(len(old), len(new)) > _MOST_LINES:
        if new:
            yield (first + 1, first + len(new))
        return
    for tag, _, _, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in {"replace", "insert"}:
            yield (first + start + 1, first + stop)


def _renamed(before: Files, after: Files) -> dict[str, str]:
    """Files that are gone -> new ones of the same folder that share most of their lines, the most alike first."""
    gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    if len(gone) * len(come) > _MOST_PAIRS:
        return {}
    words = {path: frozenset(before[path].split(b"\n")) for path in gone}
    words |= {path: frozenset(after[path].split(b"\n")) for path in come}
    pairs = sorted(
        (-len(words[old] & words[new]) / max(len(words[old]), len(words[new])), old, new)
        for old in gone
        for new in come
        if old.rpartition("/")[0] == new.rpartition("/")[0]
        and old.rpartition(".")[2] == new.rpartition(".")[2]
    )
    found: dict[str, str] = {}
    for share, old, new in pairs:
        if -share >= _LEAST_SHARED and old not in found and new not in found.values():
            found[old] = new
    return found
