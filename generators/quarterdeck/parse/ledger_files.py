"""Which text of the books is read: includes are followed here, inside `ledger/`, and nothing is ever run."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.parse.csv import secret_problems
from quarterdeck.parse.refusal import quoted
from quarterdeck.text.decode import Text, decode

LEDGER = "ledger"

_DIRECTIVE = re.compile(
    r"""^[^\S\n]*(?P<word>plugin|include|option)\b[^\S\n]*(?:"(?P<first>(?:[^"\\\n]|\\.)*)")?""",
    re.MULTILINE,
)
_DATED = re.compile(r"^[^\S\n]*\d{4}[-/]\d\d?[-/]\d\d?[^\S\n]+(?P<word>document|pad)\b", re.MULTILINE)


_DAY = re.compile(r"^(\d{4})[-/](\d\d?)[-/](\d\d?)(?=\s)", re.MULTILINE)
_BLOCK = re.compile(r"^[^\s;]", re.MULTILINE)
_NO_SUM = re.compile(
    r"""[\d.,)][^\S\n]*/[^\S\n]*(?:[-+(]|0[0,]*(?:\.0*)?(?![\d.,]))  # divides by nothing, or who knows what
    |[\d.,+*/()-][\d.,+*/() \t-]{200}""",
    re.VERBOSE,
)
"""A sum that cannot be worked out; the parser would tell of it without its place."""
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*+"|;[^\n]*+')
"""A string, which may go on over lines, or a comment."""


class Book(msgspec.Struct, frozen=True):
    """One file of the books as text from which nothing can be run or fetched."""

    path: str
    text: str
    """As many lines as the file has; the lines that are not read are empty."""
    warnings: tuple[Problem, ...] = ()


class Books:
    """Follows the includes of one main file through the files that are there."""

    def __init__(self, files: Mapping[str, bytes], main: str) -> None:
        """Read them all; `files` is path -> bytes of everything below `ledger/`."""
        self._files = files
        self._seen: dict[str, None] = {}
        self.problems: list[Problem] = []
        self.books = tuple(self._follow(main))

    def left_over(self) -> Iterator[Problem]:
        """Ledger files that no include reaches."""
        for path in sorted(self._files):
            if path.endswith(".beancount") and path not in self._seen:
                name = path.removeprefix(f"{LEDGER}/")
                yield Problem(
                    path,
                    0,
                    0,
                    "ledger-not-included",
                    "is not part of the books: no include line names it",
                    f'Add include "{name}" to {LEDGER}/main.beancount.',
                    Severity.MEDIUM,
                    rule="R-DAT-09",
                )

    def _follow(self, main: str) -> Iterator[Book]:
        waiting = [main]
        while waiting:
            path = waiting.pop(0)
            if path in self._seen or path not in self._files:
                continue
            self._seen[path] = None
            text = decode(self._files[path], path)
            secrets = () if isinstance(text, Problem) else secret_problems(text.text, path, "")
            if isinstance(text, Problem) or secrets:
                found = (text,) if isinstance(text, Problem) else secrets
                self.problems += (msgspec.structs.replace(one, rule=one.rule or "R-DAT-09") for one in found)
                continue
            read = _Lines(text)
            self.problems += [*text.warnings, *read.problems]
            for at, wanted in read.includes:
                waiting += self._included(text, at, wanted)
            yield Book(path, read.text)

    def _included(self, text: Text, at: int, wanted: str) -> list[str]:
        """The files that an include line names; they stand inside `ledger/`."""
        name = normpath(join(dirname(text.path), wanted))
        if wanted.startswith(("/", "~")) or "\\" in wanted or not name.startswith(f"{LEDGER}/"):
            what = f"include {quoted(wanted)} leads out of {LEDGER}/"
            self.problems.append(
                _refused(text, at, "ledger-include", what, f"Keep the books below {LEDGER}/.")
            )
            return []
        found = sorted(one for one in self._files if one == name or _is_meant(one, name))
        if not found:
            what = f"include {quoted(wanted)}: there is no such file"
            self.problems.append(
                _refused(text, at, "ledger-include", what, "Correct the name, or drop the line.")
            )
        return found


class _Lines:
    """One file with the lines blanked that would run, fetch or link something."""

    def __init__(self, text: Text) -> None:
        self.problems: list[Problem] = []
        self.includes: list[tuple[int, str]] = []
        self._text = text
        cut = [found.start() for found in _DIRECTIVE.finditer(text.text) if not self._stays(found)]
        cut += [found.start() for found in _DATED.finditer(text.text) if not self._is_read(found)]
        self.text = _without(text.text, sorted(cut))
        bad = [*self._no_days(), *self._no_sums()]
        if bad:
            self.text = _without_blocks(self.text, bad)

    def _no_days(self) -> Iterator[int]:
        """Where an entry begins with a day that no calendar has; the parser would drop the one above it too."""
        for found in _DAY.finditer(self.text):
            year, month, day = map(int, found.groups())
            try:
                date(year, month, day)
            except ValueError:
                yield found.start()
                what = f"{quoted(found[0])} is no day of any calendar"
                self._left_out(found.start(), "bad-date", what, "Correct it")

    def _no_sums(self) -> Iterator[int]:
        if not _NO_SUM.search(self.text):
            return
        done = -1
        for found in _NO_SUM.finditer(_WORDS.sub(_hidden, self.text)):
            start = self.text.rfind("\n", 0, found.start()) + 1
            if start != done:
                done = start
                yield found.start()
                what = f"{quoted(found[0][:20].strip())} is no sum that can be worked out"
                self._left_out(found.start(), "bad-value", what, "Write the amount itself")

    def _left_out(self, at: int, code: str, what: str, mend: str) -> None:
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        mend = f"{mend}; the entry is left out until then."
        self.problems.append(
            Problem(self._text.path, line, column, code, what, mend, Severity.HIGH, rule="R-ACC-12")
        )

    def _stays(self, found: "re.Match[str]") -> bool:
        word, first = found["word"], found["first"] or ""
        if word == "include":
            self.includes.append((found.start(), first))
            return False
        if word == "plugin" or (word == "option" and first == "insert_pythonpath"):
            said = "a plugin line" if word == "plugin" else 'option "insert_pythonpath"'
            self.problems.append(
                _refused(
                    self._text,
                    found.start(),
                    "ledger-runs-code",
                    f"{said} would run a program, and is not followed",
                    "Remove the line; the rest of the file is read.",
                )
            )
            return False
        return True

    def _is_read(self, found: "re.Match[str]") -> bool:
        what = {
            "document": "document lines are not followed",
            "pad": "pad lines are not read: an amount that nobody wrote has no source",
        }[found["word"]]
        mend = {
            "document": 'Name the receipt on its entry instead: document: "2026-10-20 slip".',
            "pad": "Write the entry that the account lacks, against Equity:…:Opening.",
        }[found["word"]]
        place = self._text.place(found.start())
        self.problems.append(
            Problem(
                self._text.path, *place, "ledger-line-left-out", what, mend, Severity.LOW, rule="R-ACC-12"
            )
        )
        return False


def _hidden(words: "re.Match[str]") -> str:
    """As long as a string or comment and with as many lines, and nothing of what it says."""
    return re.sub(r"[^\n]", '"', words[0])


def _without(text: str, starts: list[int]) -> str:
    """The text with the lines that begin at these places emptied."""
    pieces, done = [], 0
    for start in starts:
        end = text.find("\n", start)
        pieces.append(text[done:start])
        done = len(text) if end < 0 else end
    return "".join([*pieces, text[done:]])


def _without_blocks(text: str, places: Iterable[int]) -> str:
    """The text with the entries emptied that these places are in; as many lines as before."""
    starts = [found.start() for found in _BLOCK.finditer(text)]
    pieces, done = [], 0
    for number in sorted({bisect_right(starts, place) for place in places}):
        start = starts[number - 1] if number else 0
        end = starts[number] if number < len(starts) else len(text)
        pieces += [text[done:start], "\n" * text.count("\n", start, end)]
        done = end
    return "".join([*pieces, text[done:]])


def _is_meant(path: str, name: str) -> bool:
    """Whether a path is what an include names; a star stands for no slash unless there are two."""
    if path == name:
        return True
    return fnmatchcase(path, name) and ("**" in name or path.count("/") == name.count("/"))


def _refused(text: Text, at: int, code: str, what: str, mend: str) -> Problem:
    place = text.place(at)
    return Problem(text.path, *place, code, what, mend, Severity.HIGH, refused=True, rule="R-DAT-09")
