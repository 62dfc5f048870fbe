"""Adds an entry to a YAML file that people write, and leaves every other line of it as it is."""

import re
from collections.abc import Sequence as Lines

from quarterdeck.text.nodes import Mapping, Node, Scalar, Sequence
from quarterdeck.text.yaml import read_yaml

_INDENT = "  "
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 @+_/.-]*[A-Za-z0-9_.-])?")
_WORDS_WITH_A_MEANING = frozenset({"yes", "no", "true", "false", "on", "off", "null", "y", "n"})


def scalar(text: str) -> str:
    """Text of one line as YAML reads it back: bare where that is safe, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_WITH_A_MEANING:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def with_entry(text: str, key: str, name: str, lines: Lines[str], *, heading: str) -> str | None:
    """The text with one more entry in the map of a key at the top, behind those that are there.

    Args:
        text: Of the file; its line ends and the indent of its entries are kept.
        key: At the top of the file, such as `people`.
        name: Of the entry; it must not be there yet.
        lines: The entry as lines without line ends, `name:` first and what is in it indented by two spaces.
        heading: The comment that is put above the key where the key is new.

    Returns:
        None where it cannot be put in so that the file says the same and this entry besides: the map is written in
        braces, or the file is not sound.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    old = text.replace("\r\n", "\n")
    written = old.split("\n")
    at = next((line for line, one in enumerate(written) if re.match(rf"{key}:[ \t]*(?:#.*)?$", one)), None)
    if at is None:
        while written and not written[-1].strip():
            written.pop()
        new = [*([""] if written else []), f"# {heading}", f"{key}:", *(f"{_INDENT}{line}" for line in lines)]
        written += [*new, ""]
    else:
        stop, indent = _block(written, at + 1)
        written[stop:stop] = [f"{indent}{line}" for line in lines]
    after = "\n".join(written)
    return after.replace("\n", end) if _only_adds(old, after, key, name) else None


def _block(lines: Lines[str], start: int) -> tuple[int, str]:
    """Where the block that begins at a line ends, and the indent of its entries."""
    stop, indent = start, ""
    for number in range(start, len(lines)):
        line = lines[number]
        bare = line.lstrip(" ")
        if bare == line and line.strip() and not line.startswith("#"):
            break
        if bare != line and bare:
            stop = number + 1
            if not indent and not bare.startswith("#"):
                indent = line[: -len(bare)]
    return stop, indent or _INDENT


def _only_adds(before: str, after: str, key: str, name: str) -> bool:
    old, _ = read_yaml(before, "")
    new, problems = read_yaml(after, "")
    had, has = _plain(old), _plain(new)
    if problems or not isinstance(has, dict) or not isinstance(had, dict | None):
        return False
    had = had or {}
    entries = has.get(key)
    if not isinstance(entries, dict) or name not in entries:
        return False
    rest = {one: value for one, value in entries.items() if one != name}
    others = {one: value for one, value in has.items() if one != key}
    return rest == (had.get(key) or {}) and others == {one: value for one, value in had.items() if one != key}


def _plain(node: Node | None) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: _plain(value) for key, value in entries}
    return None
