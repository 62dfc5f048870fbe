"""The tree that a YAML text is read into: written text and its places."""

from typing import TypeAlias

import msgspec


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """One value as it was written: `no`, `0123` and `1.10` are text until a field gives them a type."""

    text: str
    is_plain: bool
    """Written without quotes and not as a block; an empty plain scalar is a key without a value."""
    line: int
    column: int
    """Both from 1, in the file."""


class Sequence(msgspec.Struct, frozen=True):
    """A list, inline or one item per line."""

    items: tuple["Node", ...]
    line: int
    column: int


class Mapping(msgspec.Struct, frozen=True):
    """Keys and values in the order of the file; a key that stands twice is kept once, the first time."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int
    column: int

    def get(self, key: str) -> "Node | None":
        """The value under `key`; None where there is no such key."""
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping
