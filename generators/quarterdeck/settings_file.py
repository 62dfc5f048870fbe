"""Reads `portfolio.yml` and `repos.env` into plain text data with the place of every key and value."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.text import nodes
from quarterdeck.text.decode import decode
from quarterdeck.text.yaml import read_yaml

PORTFOLIO_FILE = "portfolio.yml"
ENVIRONMENT_FILE = "repos.env"

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"
Where: TypeAlias = tuple[str | int, ...]
"""Where a value stands in the data: keys and list positions, from the top."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)")
_SHOWN = 40


class Place(msgspec.Struct, frozen=True):
    """Where something stands, and how it was written there."""

    path: str
    line: int
    column: int
    written: str = ""
    """The text before variables were put in; safe to show, unlike what a variable holds."""


class SettingsFile(msgspec.Struct):
    """What was written, before it has types."""

    data: dict[str, Data] = {}
    keys: dict[Where, Place] = {}
    values: dict[Where, Place] = {}
    problems: list[Problem] = []
    unset: set[Where] = set()
    """Values that are left out because their variable is not set; a problem already says so."""

    def place(self, where: Where) -> Place:
        """The place of the value, else of what holds it, else of the file."""
        for length in range(len(where), -1, -1):
            if found := self.values.get(where[:length]):
                return found
        return Place(PORTFOLIO_FILE, 0, 0)

    def key_place(self, where: Where) -> Place:
        """The place of the key, else as `place`."""
        return self.keys.get(where) or self.place(where)

    def refuse(self, place: Place, code: str, what: str, mend: str, why: str = "") -> None:
        """List one problem; in settings every problem refuses the file."""
        place_ = (place.path, place.line, place.column)
        self.problems.append(Problem(*place_, code, what, mend, Severity.HIGH, refused=True, why=why))


def read_settings_file(root: Path, environ: Mapping[str, str], written: bytes | None = None) -> SettingsFile:
    """Read `portfolio.yml`, then what `repos.env` adds to it.

    Args:
        root: The portfolio's folder; both files may be absent.
        environ: What `${NAME}` in a value is replaced from.
        written: What `portfolio.yml` is to hold, before it is there; the file itself is read without it.

    Returns:
        Data of text, lists and maps alone; keys without a value are left out. Problems hold everything that
        could not be read, variables that are not set among them (F-037).
    """
    file = SettingsFile()
    text = _text(root, PORTFOLIO_FILE, file) if written is None else _decoded(written, PORTFOLIO_FILE, file)
    if text is not None:
        node, problems = read_yaml(text, PORTFOLIO_FILE)
        file.problems.extend(msgspec.structs.replace(problem, refused=True) for problem in problems)
        if isinstance(node, nodes.Mapping):
            data = _Converter(file, environ).convert(node, ())
            file.data = data if isinstance(data, dict) else {}
        elif node is not None and not (isinstance(node, nodes.Scalar) and not node.text):
            place = Place(PORTFOLIO_FILE, node.line, node.column)
            what = f"expected keys such as name: and people:, found {_kind(node)}"
            file.refuse(place, "wrong-type", what, "Begin with a line such as name: Harbor group.")
    _add_environment_file(root, file)
    return file


def _text(root: Path, name: str, file: SettingsFile) -> str | None:
    try:
        data = (root / name).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        file.refuse(Place(name, 0, 0), "unreadable", what, "Check that it is a file you may read.")
        return None
    return _decoded(data, name, file)


def _decoded(data: bytes, name: str, file: SettingsFile) -> str | None:
    decoded = decode(data, name)
    if isinstance(decoded, Problem):
        file.problems.append(decoded)
        return None
    if name == PORTFOLIO_FILE:
        file.problems.extend(msgspec.structs.replace(warning, refused=True) for warning in decoded.warnings)
    return decoded.text


class _Converter:
    """Turns nodes into data; its depth is bounded by the reader's limit."""

    def __init__(self, file: SettingsFile, environ: Mapping[str, str]) -> None:
        self.file = file
        self.environ = environ

    def convert(self, node: nodes.Node, where: Where) -> Data:
        written = node.text if isinstance(node, nodes.Scalar) else ""
        self.file.values[where] = Place(PORTFOLIO_FILE, node.line, node.column, written)
        if isinstance(node, nodes.Scalar):
            return self._expanded(node, where) if node.text or not node.is_plain else None
        if isinstance(node, nodes.Sequence):
            items: list[Data] = []
            for item in node.items:
                if (converted := self.convert(item, (*where, len(items)))) is not None:
                    items.append(converted)
            return items
        data: dict[str, Data] = {}
        for key, value in node.entries:
            inner = (*where, key.text)
            self.file.keys[inner] = Place(PORTFOLIO_FILE, key.line, key.column, key.text)
            if (converted := self.convert(value, inner)) is not None:
                data[key.text] = converted
        return data

    def _expanded(self, node: nodes.Scalar, where: Where) -> str | None:
        """Put the variables' values in; a variable's value is never read as YAML, nor shown."""
        if "${" not in node.text:
            return node.text
        parts = []
        for match in _VARIABLE.finditer(node.text):
            if not self._is_set(match, Place(PORTFOLIO_FILE, node.line, node.column)):
                self.file.unset.add(where)
            parts.append(self.environ.get(match[1], ""))
        values = iter(parts)
        return None if where in self.file.unset else _VARIABLE.sub(lambda _: next(values), node.text)

    def _is_set(self, match: re.Match[str], place: Place) -> bool:
        name = match[1]
        value = self.environ.get(name)
        if not _NAME.fullmatch(name) or not match[0].endswith("}"):
            what = f"{shown(match[0])} names no environment variable"
            self.file.refuse(place, "bad-variable", what, "Write ${NAME}, with letters, digits and _.")
        elif value is None or not value.strip():
            state = "is not set" if value is None else "is set, but empty"
            mend = f"Set {name} where this runs, or write the value here if it is no secret."
            self.file.refuse(place, "unset-variable", f"environment variable {name} {state}", mend)
        else:
            return True
        return False


def _kind(node: nodes.Node) -> str:
    if isinstance(node, nodes.Scalar):
        return f'"{shown(node.text)}"'
    return "a list" if isinstance(node, nodes.Sequence) else "a map"


def shown(text: str) -> str:
    """Text short enough for a message, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


_FROM_ENVIRONMENT = (("SES_SENDER", "sender"), ("SES_REGION", "region"), ("AWS_REGION", "region"))
"""Keys of `repos.env` that fill a key of `mail` which nothing filled before."""


def _add_environment_file(root: Path, file: SettingsFile) -> None:
    text = _text(root, ENVIRONMENT_FILE, file)
    mail = file.data.get("mail", {})
    if text is None or not isinstance(mail, dict):
        return
    found = {name: (value, place) for name, value, place in _assignments(text)}
    for name, key in _FROM_ENVIRONMENT:
        value, place = found.get(name, ("", None))
        if value and place and key not in mail:
            mail[key] = value
            file.data["mail"] = mail
            file.keys["mail", key] = file.values["mail", key] = place


def _assignments(text: str) -> Iterator[tuple[str, str, Place]]:
    """Yield `KEY=VALUE` lines; other lines and other programs' keys are none of our business."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _ASSIGNMENT.fullmatch(line.strip())
        if not found:
            continue
        name, value = found[1], found[2].strip()
        if value[:1] in {'"', "'"} and value.endswith(value[0]) and len(value) > 1:
            value = value[1:-1]
        else:
            value = value.split(" #", 1)[0].rstrip()
        yield name, value, Place(ENVIRONMENT_FILE, number, line.index(name) + 1, value)
