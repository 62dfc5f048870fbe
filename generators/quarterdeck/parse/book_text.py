"""Puts entries into the text of a Beancount file, and leaves every other byte of it as it is."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec

_DATED = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ \t]+([a-z]+|[*!&#?%]|[A-Z])")
_STACKED = re.compile(r"(?:push|pop)(?:tag|meta)\b")
_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_BALANCE = re.compile(r"^(\S+\s+balance\s+\S+\s+)[-+]?[0-9][0-9,]*(?:\.[0-9]*)?(?=\s)")
_LASTING = frozenset(("open", "close", "commodity", "option"))
"""Directives that stand where people like them, whatever their date."""
_BOM = "\ufeff"


class _Directive(msgspec.Struct, frozen=True):
    day: date
    word: str
    start: int
    """Index of its first line."""
    stop: int
    """Index of the line behind its last one."""


class BookText:
    """One file and the changes that it shall take; line numbers count from 1, as in the file."""

    def __init__(self, data: bytes | None, header: Sequence[str] = ()) -> None:
        """Read the bytes of a file that is there, or begin one with a header; the bytes must be UTF-8."""
        self.before = data
        text = "".join(f"{line}\n" for line in header) if data is None else data.decode()
        self._bom = _BOM if text.startswith(_BOM) else ""
        text = text.removeprefix(_BOM)
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._raw = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
        self._raw = [line for line in self._raw if line]
        self._lines = [line.rstrip("\r\n") for line in self._raw]
        self._inserted: dict[int, list[tuple[date, int, bool, tuple[str, ...]]]] = {}
        self._replaced: dict[int, str] = {}
        self._gone: set[int] = set()
        self._has_opens = False
        found = list(_directives(self._lines))
        self._all = found
        self._moving = [one for one in found if one.word not in _LASTING]
        days = [one.day for one in self._moving]
        stacked = any(_STACKED.match(line) for line in self._lines)
        self._days = days if days == sorted(days) and not stacked else None

    def insert(self, day: date, lines: Sequence[str]) -> None:
        """Put a directive behind the last one of its day or before; at the end where the file is in no order."""
        self._put(self._place(day), day, lines, is_tight=False)

    def insert_first(self, day: date, lines: Sequence[str]) -> None:
        """Put a directive before the others of its day that are put in with it."""
        blocks = self._inserted.setdefault(self._place(day - timedelta(days=1)), [])
        blocks.append((day, -1, False, tuple(lines)))

    def open(self, day: date, line: str) -> None:
        """Put an `open` line behind the others, or before the first entry."""
        opens = [one for one in self._all if one.word == "open"]
        if opens:
            self._put(opens[-1].stop, day, [line], is_tight=True)
        elif self._all:
            self._put(self._above(self._all[0].start), day, [line], is_tight=False)
        else:
            self._put(self._bottom(), date.min, [line], is_tight=self._has_opens)
            self._has_opens = True

    def include(self, line: str) -> None:
        """Put an `include` line behind the last one, or at the end."""
        found = [at for at, text in enumerate(self._lines) if text.startswith("include ")]
        at = found[-1] + 1 if found else self._bottom()
        self._put(at, date.min, [line], is_tight=bool(found) or at in self._inserted)

    def redate(self, line: int, day: date) -> None:
        """Give a directive another day."""
        self._replace(line - 1, _DATE.sub(day.isoformat(), self._lines[line - 1], count=1))

    def put_balance(self, line: int, amount: str) -> bool:
        """Write another amount into a `balance` line; False where it has none that is a plain number."""
        text, count = _BALANCE.subn(rf"\g<1>{amount}", self._lines[line - 1], count=1)
        if count:
            self._replace(line - 1, text)
        return bool(count)

    def set_key(self, line: int, key: str, value: str) -> None:
        """Write one key below the first line of an entry, in place of the one that it has."""
        entry = self._at(line)
        wanted = re.compile(rf"\s+{re.escape(key)}:")
        for at in range(entry.start + 1, entry.stop):
            if wanted.match(self._lines[at]):
                indent = self._lines[at][: -len(self._lines[at].lstrip())]
                self._replace(at, f'{indent}{key}: "{value}"')
                return
        below = next(_whole_lines(self._lines, entry.start))[1]
        follower = self._lines[below] if below < entry.stop else ""
        indent = follower[: len(follower) - len(follower.lstrip())] or "  "
        self._put(below, date.min, [f'{indent}{key}: "{value}"'], is_tight=True)

    def remove(self, line: int) -> None:
        """Take out a directive, and one empty line with it."""
        entry = self._at(line)
        self._gone.update(range(entry.start, entry.stop))
        if entry.stop < len(self._lines) and not self._lines[entry.stop].strip():
            self._gone.add(entry.stop)

    @property
    def is_changed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self._inserted or self._replaced or self._gone)

    def after(self) -> bytes:
        """The file with every change."""
        parts = [self._bom]
        for at in range(len(self._raw) + 1):
            parts += self._additions(at, has_above=len(parts) > 1)
            if at == len(self._raw) or at in self._gone:
                continue
            raw = self._raw[at]
            parts.append(self._replaced[at] + raw[len(self._lines[at]) :] if at in self._replaced else raw)
        return "".join(parts).encode()

    def _additions(self, at: int, *, has_above: bool) -> Iterator[str]:
        blocks = sorted(self._inserted.get(at, ()), key=lambda block: block[:2])
        if blocks and has_above and self._raw[at - 1] == self._lines[at - 1]:
            yield self._end  # the last line of the file had no end
        above_is_empty = not has_above or not self._lines[at - 1].strip()
        for _, _, is_tight, lines in blocks:
            if not is_tight and not above_is_empty:
                yield self._end
            yield from (f"{line}{self._end}" for line in lines)
            above_is_empty = False
        below = self._lines[at] if at < len(self._lines) else ""
        if blocks and not blocks[-1][2] and below.strip():
            yield self._end

    def _put(self, at: int, day: date, lines: Sequence[str], *, is_tight: bool) -> None:
        blocks = self._inserted.setdefault(at, [])
        blocks.append((day, len(blocks), is_tight, tuple(lines)))

    def _replace(self, at: int, text: str) -> None:
        self._replaced[at] = text

    def _place(self, day: date) -> int:
        if self._days is None or not self._moving:
            return self._bottom()
        behind = bisect_right(self._days, day)
        return self._moving[behind - 1].stop if behind else self._above(self._moving[0].start)

    def _above(self, at: int) -> int:
        """The line above the remarks that belong to a directive; a head of the file belongs to none."""
        start = at
        while start > 0 and self._lines[start - 1].startswith(";"):
            start -= 1
        return start if start > 0 else at

    def _bottom(self) -> int:
        at = len(self._lines)
        while at > 0 and not self._lines[at - 1].strip():
            at -= 1
        return at

    def _at(self, line: int) -> _Directive:
        return next(one for one in self._all if one.start == line - 1)


def _directives(lines: Sequence[str]) -> Iterator[_Directive]:
    """Every dated directive with its lines; text inside a string that goes over several lines is none."""
    starts: list[tuple[date, str, int, int]] = []
    for start, stop in _whole_lines(lines, 0):
        match = _DATED.match(lines[start])
        if match:
            try:
                day = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
            starts.append((day, match[4], start, stop))
        elif starts and lines[start][:1] in {" ", "\t"} and lines[start].strip() and starts[-1][3] == start:
            starts[-1] = (*starts[-1][:3], stop)
    for day, word, start, stop in starts:
        yield _Directive(day, word, start, stop)


def _whole_lines(lines: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    """First line and the line behind the last of each stretch in which every string is closed."""
    begins, is_open = start, False
    for at in range(start, len(lines)):
        if not is_open:
            begins = at
        is_open = _ends_in_string(lines[at], is_open=is_open)
        if not is_open:
            yield begins, at + 1
    if is_open:
        yield begins, len(lines)


def _ends_in_string(line: str, *, is_open: bool) -> bool:
    if '"' not in line:
        return is_open
    if not is_open and line[:1] in {";", "*", "#"}:
        return False
    is_escaped = False
    for sign in line:
        if is_escaped:
            is_escaped = False
        elif is_open and sign == "\\":
            is_escaped = True
        elif sign == '"':
            is_open = not is_open
        elif sign == ";" and not is_open:
            return False
    return is_open
