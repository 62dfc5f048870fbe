"""The one shape that code of every language is read into: functions, calls, comparisons, and what they name."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from typing import Protocol, TypeVar

import msgspec


class NotReadError(Exception):
    """A file is not of the language that its name says, or of a version that nobody here reads."""


class Value(msgspec.Struct, frozen=True):
    """One expression, as far as anybody asks."""

    text: str = ""
    """As written, without comments, cut."""
    literal: str | None = None
    """What a plain text is; None for all else."""
    is_built: bool = False
    """Whether it is a text put together with what varies."""
    names: tuple[str, ...] = ()
    """All that it names, with dots: `event.body`, `process.env.SECRET`, what it calls among them."""
    texts: tuple[str, ...] = ()
    """The plain texts in it."""

    @property
    def number(self) -> float | None:
        """What a number or a product of numbers is: `15 * 60`."""
        parts = self.text.replace("_", "").replace(" ", "").strip("()").split("*")
        if not all(_NUMBER.fullmatch(part) for part in parts):
            return None
        return reduce(lambda product, part: product * float(part), parts, 1.0)


_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?")

NOTHING = Value()


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Something at one place of a file."""

    line: int
    at: int
    """Its place among all others of the file; only the order counts."""


class Named(Placed, frozen=True, kw_only=True):
    """One place where something is named."""

    name: str
    """With dots, texts in brackets as parts: `request.form.email`."""


class Call(Placed, frozen=True, kw_only=True):
    """One call."""

    name: str
    """What is called, with dots, calls in between left out: `app.route`, `db.collection.insertOne`."""
    args: tuple[Value, ...] = ()
    options: tuple[tuple[str, Value], ...] = ()
    """What is given by name, and entries of objects that are given, nested ones among them."""
    stop: int = 0

    @property
    def last(self) -> str:
        """What it does, without on what."""
        return self.name.rpartition(".")[2]

    def arg(self, number: int) -> Value:
        """One of the values that are given by place."""
        return self.args[number] if number < len(self.args) else NOTHING

    def option(self, *names: str) -> Value | None:
        """The first of several that are given by name."""
        return next((value for name in names for key, value in self.options if key == name), None)

    @property
    def values(self) -> tuple[Value, ...]:
        """All that it is given."""
        return (*self.args, *(value for _, value in self.options))


class Assign(Placed, frozen=True, kw_only=True):
    """One name that gets a value; entries of plain objects are named like that, too."""

    name: str
    value: Value


class Compare(Placed, frozen=True, kw_only=True):
    """Two values that are held against each other."""

    left: Value
    right: Value

    @property
    def names(self) -> tuple[str, ...]:
        """What both name."""
        return (*self.left.names, *self.right.names)


class Branch(Placed, frozen=True, kw_only=True):
    """What is done only where a test holds."""

    stop: int
    test: Value


class Block(Placed, frozen=True, kw_only=True):
    """One function or class."""

    name: str
    stop: int
    params: tuple[str, ...] = ()
    defaults: tuple[Value, ...] = ()
    """What parameters are if nobody gives them, and what they are said to be: `Depends(user)`."""
    marks: tuple[Call, ...] = ()
    """Decorators; one that is not called is one without values."""
    is_class: bool = False
    is_exported: bool = False


class Import(msgspec.Struct, frozen=True):
    """One name that comes from elsewhere."""

    local: str
    module: str
    """As written: `.auth`, `./lib/auth`, `stripe`."""
    name: str = ""
    """What it is called there; empty for the module itself or its default."""


P = TypeVar("P", bound=Placed)


class Code(msgspec.Struct, frozen=True, dict=True):
    """One file of code; every list in order of place."""

    path: str
    blocks: tuple[Block, ...] = ()
    calls: tuple[Call, ...] = ()
    assigns: tuple[Assign, ...] = ()
    compares: tuple[Compare, ...] = ()
    branches: tuple[Branch, ...] = ()
    named: tuple[Named, ...] = ()
    texts: tuple[Named, ...] = ()
    """Plain texts of the file, each as its name."""
    imports: tuple[Import, ...] = ()

    @cached_property
    def _places(self) -> dict[int, list[int]]:
        lists: tuple[Sequence[Placed], ...] = (
            self.calls,
            self.assigns,
            self.compares,
            self.branches,
            self.named,
            self.texts,
        )
        return {id(some): [one.at for one in some] for some in lists}

    def within(self, some: Sequence[P], start: int, stop: int) -> Sequence[P]:
        """Those of one of its lists between two places."""
        places = self._places[id(some)]
        return some[bisect_left(places, start) : bisect_right(places, stop)]

    @cached_property
    def by_name(self) -> dict[str, Block]:
        """Each function by its name; of several the first."""
        found: dict[str, Block] = {}
        for one in self.blocks:
            found.setdefault(one.name, one)
        return found

    @cached_property
    def imported(self) -> dict[str, Import]:
        """What comes from elsewhere, by its name here."""
        return {one.local: one for one in self.imports}

    @cached_property
    def modules(self) -> frozenset[str]:
        """The first part of each module that is imported: `stripe`."""
        return frozenset(one.module.split("/")[0].split(".")[0] for one in self.imports)


class Stretch(msgspec.Struct, frozen=True):
    """A part of a file."""

    code: Code
    start: int
    stop: int

    @property
    def calls(self) -> Sequence[Call]:
        """The calls in it."""
        return self.code.within(self.code.calls, self.start, self.stop)

    @property
    def compares(self) -> Sequence[Compare]:
        """The comparisons in it."""
        return self.code.within(self.code.compares, self.start, self.stop)

    @property
    def branches(self) -> Sequence[Branch]:
        """What is done in it only where a test holds."""
        return self.code.within(self.code.branches, self.start, self.stop)

    @property
    def assigns(self) -> Sequence[Assign]:
        """The names in it that get a value."""
        return self.code.within(self.code.assigns, self.start, self.stop)

    @property
    def named(self) -> Sequence[Named]:
        """What is named in it."""
        return self.code.within(self.code.named, self.start, self.stop)

    @property
    def texts(self) -> Sequence[Named]:
        """The plain texts in it."""
        return self.code.within(self.code.texts, self.start, self.stop)


def whole(code: Code) -> Stretch:
    """All of a file."""
    return Stretch(code, -1, 1 << 62)


class Reader(Protocol):
    """Reads the text of a file in one language."""

    def __call__(self, path: str, text: str) -> Code:
        """Read it.

        Raises:
            NotReadError: It cannot be read, and says why.
        """


def blocks_at(code: Code, at: int) -> Iterator[Block]:
    """The functions and classes around a place, the outermost first."""
    return (one for one in code.blocks if one.at <= at <= one.stop)
