"""Searches text for secrets, and says where each was found: never the value.

Prose, which is a handoff, a report or the evidence of an audit, is searched for what shows by its form or by a
vendor's name alone; what goes by names and places of files (SEC-56, SEC-58 to SEC-62) is looked for in
repositories only, where such names stand before values and not within sentences.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.generic import SECRET_NAME
from quarterdeck.secrets.guards import decoded
from quarterdeck.secrets.marks import Marks
from quarterdeck.secrets.placeholders import is_placeholder, milder
from quarterdeck.secrets.shapes import Candidate, Detector, Pattern
from quarterdeck.secrets.table import DETECTORS

SHORTEST = 20
"""Signs without a blank that every secret has which is looked for in prose."""
MOST = 1_000
"""Candidates of one text that are looked at closely; beyond them it is not fully searched (F-102)."""
LONG_LINE = 8_192
"""Longer lines are searched in windows."""
WINDOW, OVERLAP = 4_096, 256

_NEAR_LINES = 6
_NEAR_SIGNS = 2_000
"""How far around a candidate is looked, in lines and signs."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,4000}={0,2}")
_ASSIGNED = re.compile(
    r"(?<![\w$])(?P<name>[A-Za-z_$][\w$.-]{1,80})\\?[\"'`\])]{0,3}[ \t]{0,20}"
    r"(?::[ \t]{0,4}[\w.\[\]| ]{1,40}(?==))?(?:=>|:=|==|[:=])[ \t]{0,20}(?:[fbru]{1,2}(?=[\"']))?"
    r"(?:(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\r\n]{2,400}?)(?P=quote)"
    r"|(?P<bare>[^\s\"'`,;(){}<>\[\]|\\&]{6,400}))"
)
_TAGGED = re.compile(r"<(?P<name>[\w.:-]{2,60})>(?P<quoted>[^<>\s]{4,400})</")
_PAIRED = re.compile(
    r"(?i:name|key)[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<name>[\w.-]{2,80})[\"']?,?\s{1,40}"
    r"[\"']?(?i:value)[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<quoted>[^\s\"'<>]{4,400})"
)
_MACHINE_MADE = re.compile(r"[A-Z0-9]|://")
_CODE = re.compile(
    r"\.(?:py|jsx?|mjs|cjs|tsx?|go|java|kts?|rb|php|cs|swift|rs|c|cc|cpp|h|hpp|scala|lua|pl|dart|vue|svelte|html?|s?css|ipynb)$",
    re.IGNORECASE,
)


class Hit(msgspec.Struct, frozen=True, order=True):
    """One place that holds a secret; deliberately without the secret."""

    line: int
    column: int
    """Both from 1, in characters."""
    detector: str
    """Readable name, such as `stripe_live_secret`."""


class Span(msgspec.Struct, frozen=True, order=True):
    """The characters from `start` up to `stop` hold a secret."""

    start: int
    stop: int
    detector: str
    code: str = ""
    vendor: str = ""
    severity: Severity = Severity.HIGH
    is_test: bool = False
    expires: date | None = None
    """The last day on which it opens anything, where it says."""


class Searched(msgspec.Struct, frozen=True):
    """What a search found."""

    spans: tuple[Span, ...] = ()
    """In order of place, none inside another."""
    is_whole: bool = True
    """Whether every candidate was looked at."""


class _Table:
    """Patterns, and the marks that say which of them are tried."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self.patterns = [(detector, pattern) for detector in detectors for pattern in detector.patterns]
        by_mark: dict[str, list[int]] = {}
        for at, (_, pattern) in enumerate(self.patterns):
            for mark in pattern.marks:
                by_mark.setdefault(mark, []).append(at)
        self.by_mark = by_mark
        self.marks = Marks(by_mark)

    def tried(self, marks: Iterable[str], path: str) -> list[tuple[Detector, Pattern]]:
        """The patterns that these marks call for, in the order of the table."""
        called = (self.patterns[at] for at in sorted({at for mark in marks for at in self.by_mark[mark]}))
        return [
            (detector, pattern)
            for detector, pattern in called
            if pattern.files is None or (path and pattern.files.search(path))
        ]


_PROSE = _Table(one for one in DETECTORS.values() if one.is_precise)
_ALL = _Table(DETECTORS.values())


def find(text: str) -> tuple[Hit, ...]:
    """List the secrets in prose in order of place; ordinary text costs a few searches for fixed words."""
    hits = []
    for span in spans(text):
        line = text.count("\n", 0, span.start) + 1
        hits.append(Hit(line, span.start - text.rfind("\n", 0, span.start), span.detector))
    return tuple(hits)


def spans(text: str) -> tuple[Span, ...]:
    """The stretches of prose that are secrets, in order, none inside another; placeholders are left out."""
    if len(text) < SHORTEST or not _may_hold(text):
        return ()
    return _searched(_PROSE, text, "").spans


def _may_hold(text: str) -> bool:
    """Whether any word of it is long enough, and more than small letters, rules and brackets."""
    words = [word for word in text.split() if len(word) >= SHORTEST]
    return bool(words) and _MACHINE_MADE.search(" ".join(words)) is not None


def search(text: str, path: str, *, is_own: bool = True) -> Searched:
    """The secrets in a file of a repository.

    Args:
        text: All of the file, or of what is looked at of it.
        path: Where it stands; some detectors look into certain files only, and examples count less (P8).
        is_own: Whether somebody wrote it; what goes by names is looked for in such files only.
    """
    table = _ALL if is_own else _PROSE
    if len(text) <= LONG_LINE or max(map(len, text.split("\n"))) <= LONG_LINE:
        return _searched(table, text, path)
    found: dict[tuple[int, int], Span] = {}
    is_whole = True
    for start, piece in windows(text):
        part = _searched(table, piece, path)
        is_whole = is_whole and part.is_whole
        for one in part.spans:
            moved = msgspec.structs.replace(one, start=one.start + start, stop=one.stop + start)
            found[moved.start, moved.stop] = moved
    return Searched(_apart(sorted(found.values(), key=lambda one: (one.start, -one.stop))), is_whole)


def windows(text: str) -> Iterator[tuple[int, str]]:
    """Where each part begins, and the part: lines together, those that are too long in overlapping windows."""
    begun = at = 0
    for line in text.splitlines(keepends=True):
        if len(line) > LONG_LINE:
            if begun < at:
                yield begun, text[begun:at]
            for offset in range(0, len(line), WINDOW - OVERLAP):
                yield at + offset, line[offset : offset + WINDOW]
            begun = at + len(line)
        at += len(line)
    if begun < at:
        yield begun, text[begun:at]


def _searched(table: _Table, text: str, path: str) -> Searched:
    low = lowered(text)
    marks = table.marks.of(low)
    if not marks:
        return Searched()
    tried = table.tried(marks, path)
    candidates: list[tuple[int, int, Detector, Pattern]] = []
    shapes = [one for one in tried if one[1].named is None]
    for detector, pattern in shapes:
        group = "value" if "value" in pattern.look.groupindex else 0
        for match in pattern.look.finditer(text):
            candidates.append((*match.span(group), detector, pattern))
            if len(candidates) >= MOST:
                break
    by_name = [one for one in tried if one[1].named is not None]
    if by_name:
        candidates += _assigned(text, low, path, by_name)
    found = [(rank, one) for at in candidates[:MOST] for rank, one in _judged(text, path, *at)]
    found.sort(key=lambda each: (each[0], each[1].start))
    return Searched(_apart([one for _, one in found]), is_whole=len(candidates) < MOST)


def lowered(text: str) -> str:
    """The text in small letters, sign by sign, so that places in both are the same."""
    low = text.lower()
    return (
        low
        if len(low) == len(text)
        else "".join(sign if len(sign.lower()) > 1 else sign.lower() for sign in text)
    )


def _assigned(
    text: str, low: str, path: str, tried: Sequence[tuple[Detector, Pattern]]
) -> Iterator[tuple[int, int, Detector, Pattern]]:
    """What is given to a name that one of the patterns asks for."""
    marks = sorted({mark for _, pattern in tried for mark in pattern.marks})
    is_code = bool(path) and _CODE.search(path) is not None
    seen = set()
    count = 0
    for start, stop in _lines_with(low, marks):
        for shape in (_ASSIGNED, _TAGGED, _PAIRED):
            for match in shape.finditer(text, start, stop):
                if match.lastgroup == "bare" and (
                    is_code or text[match.end() : match.end() + 1] in {"(", "["}
                ):
                    continue
                span = match.span("bare" if match.groupdict().get("bare") else "quoted")
                name = match["name"].lower()
                if (span, name) in seen:
                    continue
                seen.add((span, name))
                for detector, pattern in _named_so(name, text[span[0] : span[1]], tried):
                    yield (*span, detector, pattern)
                    count += 1
                if count >= MOST:
                    return


def _named_so(
    name: str, value: str, tried: Sequence[tuple[Detector, Pattern]]
) -> Iterator[tuple[Detector, Pattern]]:
    for detector, pattern in tried:
        if pattern.named and pattern.named.search(name) and pattern.look.fullmatch(value):
            yield detector, pattern
    if SECRET_NAME.search(name) and _BASE64.fullmatch(value):
        inner = decoded(value)
        if inner is not None and inner.isascii():
            yield from _encoded(inner.decode("ascii"))


def _encoded(text: str) -> Iterator[tuple[Detector, Pattern]]:
    """The detector whose form stands in what was encoded, decoded once (F-098)."""
    for one in _searched(_PROSE, text, "").spans[:1]:
        yield DETECTORS[one.code], _ENCODED


_ENCODED = Pattern(marks=(), look=re.compile(""), is_random=False, floor=0)


def _lines_with(low: str, marks: Iterable[str]) -> list[tuple[int, int]]:
    """Start and stop of each line that holds a mark, with the line behind it, in order, joined where they touch."""
    places: list[tuple[int, int]] = []
    for mark in marks:
        at = low.find(mark)
        while at >= 0:
            end = low.find("\n", at)
            end = len(low) if end < 0 else end
            after = low.find("\n", end + 1)
            places.append((low.rfind("\n", 0, at) + 1, len(low) if after < 0 else after))
            at = low.find(mark, end)
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _judged(
    text: str, path: str, start: int, stop: int, detector: Detector, pattern: Pattern
) -> Iterator[tuple[tuple[bool, ...], Span]]:
    """The span with its rank, the most precise first, where it is a secret."""
    found: Candidate | None = Candidate(
        text[start:stop], pattern.severity or detector.severity, path, _around(text, start, stop)
    )
    if found is None or is_placeholder(found, detector, pattern):
        return
    if pattern.near and not pattern.near.search(found.around):
        return
    found = pattern.guard(found) if pattern.guard else found
    if found is None:
        return
    is_plain = pattern.near is None and pattern.named is None and pattern.guard is None
    by_file = pattern.files is not None
    yield (
        (not detector.is_precise and not by_file, not pattern.vendor, by_file, is_plain),
        Span(
            start,
            stop,
            detector.name,
            detector.code,
            pattern.vendor,
            milder(found, detector, pattern),
            pattern.is_test,
            found.expires,
        ),
    )


def _around(text: str, start: int, stop: int) -> str:
    """The lines near a candidate, within a bound."""
    return text[_lines_away(text, start, -_NEAR_LINES) : _lines_away(text, stop, _NEAR_LINES)]


def _lines_away(text: str, offset: int, lines: int) -> int:
    """The offset so many lines before or after, and never further than a bounded window."""
    if lines < 0:
        nearest = max(0, offset - _NEAR_SIGNS)
        start = offset
        for _ in range(-lines + 1):
            start = text.rfind("\n", nearest, start)
            if start < 0:
                return nearest
        return start
    furthest = min(len(text), offset + _NEAR_SIGNS)
    stop = offset
    for _ in range(lines + 1):
        stop = text.find("\n", stop + 1, furthest)
        if stop < 0:
            return furthest
    return stop


def _apart(ranked: list[Span]) -> tuple[Span, ...]:
    """All of them in order of place; of one that overlaps a better one, what stands outside that."""
    kept: list[Span] = []
    for span in ranked:
        at = bisect_right(kept, span.start, key=lambda one: one.start)
        start = max(span.start, kept[at - 1].stop if at else 0)
        stop = min(span.stop, kept[at].start if at < len(kept) else span.stop)
        if stop - start == span.stop - span.start:
            kept.insert(at, span)
        elif stop - start >= SHORTEST:
            kept.insert(at, msgspec.structs.replace(span, start=start, stop=stop))
    return tuple(kept)
