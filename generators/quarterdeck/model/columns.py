"""The field tables: what each column of a handoff means, for the parser, the editors' schema and the docs.

A record class annotates each attribute with its type and a `Column`; the class is then the one place that
knows the column's name, synonyms, grammar and help text.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from inspect import get_annotations
from typing import Annotated, Literal, get_args, get_origin

import msgspec

from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Cadence, Money, MoneyRange, Period, Ratio

Grammar = Literal[
    "money",
    "money range",
    "money or ratio",
    "ratio",
    "date",
    "date or mtm",
    "period",
    "count",
    "number",
    "flag",
    "id",
    "name",
    "text",
    "word",
    "ids",
    "names",
    "parts",
    "kpi value",
]
"""How a cell is read."""


_AnnotatedType = type(Annotated[int, None])


class Column(msgspec.Struct, frozen=True):
    """One column of a table, or one key of the front matter."""

    help: str
    """What to write, in one phrase for the writer."""
    required: bool = False
    also: tuple[str, ...] = ()
    """Accepted header words beside the name, in lower case with spaces."""
    signed: bool = False
    """Whether a negative amount or count has a meaning here."""
    per: Cadence | None = None
    """The span that the amount is for; `$180/yr` is turned into it."""
    low: int | None = None
    high: int | None = None
    """Bounds of a number, both included."""
    grammar: Grammar | None = None
    """Only where the type does not tell: `id` and `name` beside `text`."""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every record carries beside its own columns."""

    entity: str
    source: Source
    extra: tuple[tuple[str, str], ...] = ()
    """Columns that no field table knows: header and cell as written."""
    estimates: tuple[str, ...] = ()
    """Names of the columns that were written with `~`."""


_GRAMMAR_OF_TYPE: dict[object, Grammar] = {
    Money: "money",
    MoneyRange: "money range",
    Ratio: "ratio",
    date: "date",
    Period: "period",
    int: "count",
    Decimal: "number",
    bool: "flag",
    str: "text",
}


class Field(msgspec.Struct, frozen=True):
    """A column with its attribute name and resolved grammar, ready for the parser."""

    name: str
    column: Column
    grammar: Grammar
    words: tuple[str, ...] = ()
    """The closed set of a word column, canonical spelling."""

    @property
    def header(self) -> str:
        """The canonical header: `Service date`."""
        return self.name.rstrip("_").replace("_", " ").capitalize()


@cache
def fields_of(record: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The columns of a record class in the order of its definition, those of its bases first."""
    found: list[Field] = []
    for base in reversed(record.__mro__):
        for name, annotation in get_annotations(base).items():
            if isinstance(annotation, _AnnotatedType):
                union, column = get_args(annotation)
                found.append(_field(name, union, column))
    return tuple(found)


def _field(name: str, union: object, column: Column) -> Field:
    members = [member for member in (get_args(union) or (union,)) if member is not Blank]
    words = tuple(word for member in members if get_origin(member) is Literal for word in get_args(member))
    return Field(name, column, column.grammar or _grammar(members, words), words)


def _grammar(members: list[object], words: tuple[str, ...]) -> Grammar:
    if words:
        return "word"
    if MoneyRange in members:
        return "money range"
    if Money in members and Ratio in members:
        return "money or ratio"
    return _GRAMMAR_OF_TYPE[members[0]]
