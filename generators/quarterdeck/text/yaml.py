"""Reads YAML into a small tree of written text and places; resolves no tag, anchor or type."""

import re

from quarterdeck.model.errors import Problem
from quarterdeck.text.nodes import Mapping, Node, Scalar, Sequence

_SAFE = r"[^:#\x00-\x1f\x7f]"
"""Signs that mean nothing to YAML inside a plain value, among those of ASCII."""
_FLAT = re.compile(
    rf"([A-Za-z_][A-Za-z0-9_-]*): +(?:([A-Za-z0-9$(/+~]{_SAFE}*)|\[([A-Za-z0-9][A-Za-z0-9._/ ,-]*)\]) *\n?"
)
"""`key: value` or `key: [a, b]` on one line, in the plainest spelling; most front matter is nothing else."""
_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/ -]*")


def read_yaml(text: str, path: str, first_line: int = 1) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document.

    Args:
        text: What `decode` gave, or a part of it.
        path: The file, for problems.
        first_line: The line of the file on which `text` begins.

    Returns:
        The tree, None where there is nothing or its structure cannot be read, and at most 21 problems in
        order of place. All but the warning `control-character` refuse the file; where there is a tree it is
        given even then, so that its other faults can be listed in the same run.
    """
    flat = _read_flat(text, first_line) if text.isascii() else None
    if flat is not None:
        return flat, []
    from quarterdeck.text.yaml_events import read_events  # noqa: PLC0415 - the YAML library costs a third of a start

    return read_events(text, path, first_line)


def _read_flat(text: str, first_line: int) -> Mapping | None:
    """The tree of a text that is nothing but plain keys and values; None for any other."""
    entries: dict[str, tuple[Scalar, Node]] = {}
    at = 0
    line = first_line
    while at < len(text):
        found = _FLAT.match(text, at)
        if found is None or found[1] in entries or not _is_line(text, found.end()):
            return None
        key = Scalar(found[1], is_plain=True, line=line, column=1)
        if found[2] is not None:
            value: Node = Scalar(
                found[2].rstrip(" "), is_plain=True, line=line, column=found.start(2) - at + 1
            )
        else:
            items = _items(found[3], line, found.start(3) - at + 1)
            if items is None:
                return None
            value = Sequence(items, line, found.start(3) - at)
        entries[found[1]] = (key, value)
        at = found.end()
        line += 1
    return Mapping(tuple(entries.values()), first_line, 1) if entries else None


def _is_line(text: str, end: int) -> bool:
    return end == len(text) or text[end - 1] == "\n"


def _items(text: str, line: int, column: int) -> tuple[Scalar, ...] | None:
    """The items between brackets; None where one is empty, so that only the full reader judges it."""
    items = []
    at = 0
    for part in text.split(","):
        word = part.strip(" ")
        if not _ITEM.fullmatch(word):
            return None
        items.append(Scalar(word, is_plain=True, line=line, column=column + at + part.index(word)))
        at += len(part) + 1
    return tuple(items)
