"""Splits scripts into commands as a shell would, without ever running one."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

LONGEST_SCRIPT = 200_000
"""Characters of one script that are read."""
_MOST_COMMANDS = 5_000
_DEEPEST = 3
_LONGEST_WORD = 4_096
_NAME = re.compile(r"[A-Za-z_]\w*|\d|[@*#?$!-]")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
_DECLARES = frozenset({"export", "local", "readonly", "declare", "typeset", "set"})
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]{1,80})[^{}]{0,400}\}\}")
_BEFORE = frozenset(
    {
        *("sudo", "exec", "time", "env", "command", "nohup", "then", "do", "else", "if", "while", "!", "{"),
        *("npx", "bunx", "pnpx", "--", "-y", "--yes", "dotenv", "and", "or", "@"),
    }
)
_RUNNERS = {
    *(("poetry", "run"), ("uv", "run"), ("pipenv", "run"), ("pdm", "run"), ("npm", "exec"), ("pnpm", "exec")),
    *(
        ("pnpm", "dlx"),
        ("yarn", "dlx"),
        ("bundle", "exec"),
        ("python", "-m"),
        ("python3", "-m"),
        ("bun", "x"),
    ),
}
_YARN = 2


class Command(msgspec.Struct, frozen=True):
    """One command of a script."""

    words: tuple[str, ...]
    """Without quotes; a part that only a run decides is `${so}`."""
    line: int


def commands(text: str, line: int = 1, known: Mapping[str, str] | None = None) -> list[Command]:
    """Every command of a script, in its order, those inside `$(…)` among them.

    Args:
        text: The script; comments, quotes, continued lines and documents put into it are understood.
        line: The line of its first character.
        known: What variables hold before it begins.
    """
    text = _EXPRESSION.sub(r"${\1}", text[:LONGEST_SCRIPT])
    shell = _Shell(dict(known or {}))
    shell.read(text, line, 0)
    return sorted(shell.found, key=lambda one: one.line)


def bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """A command without what only starts it: `sudo`, `npx`, `poetry run`, variables set for it alone."""
    while words:
        if words[0] in _BEFORE or _ASSIGNED.fullmatch(words[0]) or words[0].startswith("./node_modules/"):
            words = words[1:]
        elif words[:2] in _RUNNERS:
            words = words[2:]
        elif words[0] == "yarn" and len(words) > _YARN:
            words = words[1:]
        else:
            return (words[0].lstrip("@-").rpartition("/")[2], *words[1:])
    return ()


class _Shell:
    """What a script has set so far, and the commands that were found in it."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.found: list[Command] = []

    def read(self, text: str, line: int, depth: int) -> None:
        """Find the commands of a text."""
        _Reading(self, text, line, depth).run()

    def end(self, words: list[str], line: int) -> None:
        """A command is whole: what it sets is remembered, and the rest of it is found."""
        names = words[1:] if words and words[0] in _DECLARES else words
        assigned = [_ASSIGNED.fullmatch(one) for one in names]
        for one in assigned:
            if one is None:
                break
            self._set(one[1], one[2])
        if words and not all(assigned):
            self.found.append(Command(tuple(words), line))

    def _set(self, name: str, value: str) -> None:
        """A variable that two branches set to two values is one that only a run decides."""
        before = self.variables.get(name)
        self.variables[name] = value if before in (None, "", value) else f"${{{name}}}"

    def value(self, told: str) -> str:
        """`NAME`, or `NAME:-default`."""
        name, _, default = told.partition(":-") if ":-" in told else told.partition("-")
        if "." in told:
            name, default = told, ""
        if held := self.variables.get(name):
            return held
        default = default.strip("\"'")
        return default if default and "$" not in default else f"${{{name.strip('{}')[:80]}}}"


class _Reading:
    """One text of a script, read from left to right."""

    def __init__(self, shell: _Shell, text: str, line: int, depth: int) -> None:
        self.shell, self.text, self.line, self.depth = shell, text, line, depth
        self.at = 0
        self.started = line
        self.words: list[str] = []
        self.part: list[str] | None = None
        """Pieces of the word that is open; None between words."""
        self.is_redirected = False
        self.waiting: list[str] = []
        """Marks at which documents end that begin on the next line."""

    def run(self) -> None:
        """Read all of it."""
        while self.at < len(self.text) and len(self.shell.found) < _MOST_COMMANDS:
            _STEPS.get(self.text[self.at], _Reading.plain)(self)
        self._end_word()
        self.shell.end(self.words, self.started)

    def plain(self) -> None:
        """A character that means itself."""
        if not self.words and self.part is None:
            self.started = self.line
        self._add(self.text[self.at], self.at + 1)

    def _add(self, piece: str, at: int) -> None:
        self.part = self.part or []
        self.part.append(piece)
        self.line += self.text.count("\n", self.at, at)
        self.at = at

    def escaped(self) -> None:
        """A character that means itself since a stroke stands before it, or a line that goes on."""
        following = self.text[self.at + 1 : self.at + 2]
        if following == "\n":
            self.line, self.at = self.line + 1, self.at + 2
        else:
            self._add(following, self.at + 2)

    def quoted(self) -> None:
        """A text between quotes."""
        self._add(*self._quoted(self.at))

    def expanded(self) -> None:
        """What a variable or a command stands for."""
        self._add(*self._expanded(self.at))

    def comment(self) -> None:
        """The rest of a line, unless it stands inside a word."""
        if self.part is None:
            self.at = _end(self.text, "\n", self.at)
        else:
            self.plain()

    def blank(self) -> None:
        """What ends a word."""
        self._end_word()
        self.at += 1

    def redirect(self) -> None:
        """Where output goes, which is no word of the command; or a document that stands in the script."""
        self._end_word()
        if self.text.startswith("<<", self.at) and not self.text.startswith("<<<", self.at):
            self.at, marker = _heredoc(self.text, self.at + 2)
            self.waiting.append(marker)
            return
        self.is_redirected = True
        self.at += 1 + (self.text[self.at + 1 : self.at + 2] in {">", "&", "<"})

    def ended(self) -> None:
        """What ends a command."""
        self._end_word()
        self.shell.end(self.words, self.started)
        self.words, self.is_redirected = [], False
        is_line = self.text[self.at] == "\n"
        self.at += 1
        if is_line:
            self.line += 1
            for marker in self.waiting:
                skipped = _after(self.text, self.at, marker)
                self.line += self.text.count("\n", self.at, skipped)
                self.at = skipped
            self.waiting = []
        self.started = self.line

    def _end_word(self) -> None:
        if self.part is None:
            return
        if not self.is_redirected:
            self.words.append("".join(self.part)[:_LONGEST_WORD])
        self.is_redirected = False
        self.part = None

    def _quoted(self, at: int) -> tuple[str, int]:
        """What stands between quotes, and where it ends."""
        text = self.text
        if text[at] == "'":
            end = _end(text, "'", at + 1)
            return text[at + 1 : end], end + 1
        part: list[str] = []
        at += 1
        while at < len(text) and text[at] != '"':
            if text[at] == "\\":
                part.append("" if text[at + 1 : at + 2] == "\n" else text[at + 1 : at + 2])
                at += 2
            elif text[at] in "$`":
                inside, at = self._expanded(at)
                part.append(inside)
            else:
                part.append(text[at])
                at += 1
        return "".join(part), at + 1

    def _expanded(self, at: int) -> tuple[str, int]:
        """What a variable or the output of a command stands for, and where it ends."""
        text = self.text
        if text[at] == "`":
            end = _end(text, "`", at + 1)
            self._inner(text[at + 1 : end])
            return "${output}", end + 1
        if text.startswith("$(", at):
            end = _closing(text, at + 1)
            self._inner(text[at + 2 : end])
            return "${output}", end + 1
        if text.startswith("${", at):
            end = _end(text, "}", at + 2)
            return self.shell.value(text[at + 2 : end]), end + 1
        name = _NAME.match(text, at + 1)
        return (self.shell.value(name[0]), name.end()) if name else ("$", at + 1)

    def _inner(self, text: str) -> None:
        if self.depth < _DEEPEST:
            self.shell.read(text, self.line, self.depth + 1)


_STEPS: Mapping[str, Callable[[_Reading], None]] = {
    "\\": _Reading.escaped,
    "#": _Reading.comment,
    **dict.fromkeys("'\"", _Reading.quoted),
    **dict.fromkeys("$`", _Reading.expanded),
    **dict.fromkeys(" \t\r", _Reading.blank),
    **dict.fromkeys("<>", _Reading.redirect),
    **dict.fromkeys("\n;|&()", _Reading.ended),
}
"""What a character does; any other means itself."""


def _end(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return found if found >= 0 else len(text)


def _closing(text: str, at: int) -> int:
    """Where the bracket closes that opens here."""
    depth = 0
    for found in re.compile(r"[()]").finditer(text, at):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.start()
    return len(text)


def _heredoc(text: str, at: int) -> tuple[int, str]:
    found = re.compile(r"-?[ \t]*['\"\\]?([\w.-]{1,80})['\"]?").match(text, at)
    return (found.end(), found[1]) if found else (at, "")


def _after(text: str, at: int, marker: str) -> int:
    """Where a document ends that stands in a script."""
    while at < len(text):
        end = _end(text, "\n", at)
        if text[at:end].strip() == marker:
            return min(end + 1, len(text))
        at = end + 1
    return len(text)


_MAKE_VARIABLE = re.compile(
    r"^(?:export[ \t]+)?([A-Za-z_]\w{0,80})[ \t]*[:?]{0,2}=[ \t]*([^\n]{0,400})$", re.MULTILINE
)
_MAKE_USED = re.compile(r"\$[({]([\w.-]{1,80})[^(){}\n]{0,200}[)}]")


def make_commands(text: str) -> Iterator[Command]:
    """The commands of a Makefile's recipes."""
    text = text[:LONGEST_SCRIPT]
    variables = {one[1]: one[2].strip() for one in _MAKE_VARIABLE.finditer(text)}

    def held(found: re.Match[str]) -> str:
        value = variables.get(found[1], "")
        return value if value and "$" not in value else f"${{{found[1]}}}"

    lines, continued = [], False
    for one in text.split("\n"):
        is_recipe = one.startswith("\t") or continued
        is_first = is_recipe and not continued
        lines.append(one.lstrip("\t @-+") if is_first else one.lstrip("\t") if is_recipe else "")
        continued = is_recipe and one.endswith("\\")
    recipes = _MAKE_USED.sub(held, "\n".join(lines)).replace("$$", "$")
    yield from commands(recipes)
