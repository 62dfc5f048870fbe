"""The page of settings: every key that `portfolio.yml` may hold, as the program itself declares it."""

import types
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from quarterdeck.model.page import Page
from quarterdeck.reports.components import Cell, Column, Table, TableRow, slug
from quarterdeck.reports.explained import Item, explaining, marked
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings
from quarterdeck.settings_types import Written

SETTINGS_PAGE = "how/settings.md"

_AT_THE_TOP = "Of the portfolio"
_TEXT = "text"
_PLAIN = {bool: "yes or no", str: _TEXT, int: "a whole number", Decimal: "a number"}


class Key(NamedTuple):
    """One key of `portfolio.yml`."""

    path: str
    """From the top: `people.ID.name`, `accepted[].rule`."""
    meaning: str
    form: str
    """What to write; empty for a map whose keys follow."""
    default: str
    """As it would be written; `needed` where the map or line that it stands in has to have it, empty for none."""


def keys(model: type[BaseModel] = Settings, above: str = "", held: BaseModel | None = None) -> Iterator[Key]:
    """Every key of a map and of the maps in it, in the order in which the program declares them.

    Args:
        model: What may stand in the map.
        above: Path of the map, with the sign that leads on from it.
        held: What holds where the map is left out; where it is not given, the defaults of its keys.
    """
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        given = field.get_default() if held is None else getattr(held, name)
        kind, marks, sign = _inside(field)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if sign:
                yield Key(path, str(field.description), "a list" if sign == "[]" else "a map", "")
            yield from keys(kind, f"{path}{sign}.", given if isinstance(given, BaseModel) else None)
        else:
            form = _form(kind, marks, sign)
            yield Key(
                path, str(field.description), form, "needed" if _is_needed(field, held) else _written(given)
            )


def settings_page() -> Page:
    """Every key with its meaning, its form and what holds without it; one table for each key at the top."""
    groups: dict[str, list[Key]] = {}
    for key in keys():
        top = key.path.partition(".")[0].removesuffix("[]")
        is_plain = key.path == top and key.form not in {"a list", "a map"}
        groups.setdefault(_AT_THE_TOP if is_plain else top, []).append(key)
    return explaining(
        SETTINGS_PAGE,
        "Settings",
        f"{sum(map(len, groups.values()))} keys may stand in portfolio.yml, and every one at the top may be left out. "
        "ID and NAME stand for a name that you choose, [] for the lines of a list.",
        (_item(name, found) for name, found in groups.items()),
    )


def _item(name: str, found: list[Key]) -> Item:
    columns = (
        Column("key", "Key"),
        Column("meaning", "Meaning"),
        Column("form", "Write"),
        Column("default", "If left out"),
    )
    rows = tuple(TableRow((Cell(key.path), key.meaning, key.form, key.default)) for key in found)
    table = Table(columns, rows, is_sortable=False, is_index=True)
    doc = Settings.model_fields[name].description if name in Settings.model_fields else ""
    parts = (("", marked(doc)),) if doc and found[0].path != name else ()
    return Item(name, slug(name), counted(len(rows), "key"), parts, table)


def _inside(field: FieldInfo) -> tuple[Any, tuple[Any, ...], str]:
    """What a field holds: its type, the marks on it, and the sign that leads to one of several."""
    kind, marks, sign = field.annotation, tuple(field.metadata), ""
    while True:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            kind, marks = arguments[0], (*marks, *arguments[1:])
        elif origin in {Union, types.UnionType}:
            kind = next(one for one in arguments if one is not types.NoneType)
        elif origin is tuple:
            kind, sign = arguments[0], "[]"
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            kind, sign = arguments[1], f".{_placeholder(arguments[0])}"
        else:
            return kind, marks, sign


def _placeholder(kind: Any) -> str:  # noqa: ANN401 - any annotation may stand there
    """What stands for the key of a map: one of few words, an id, or a name."""
    words = get_args(kind) if get_origin(kind) is Literal else ()
    if words:
        return "ROLE"
    expected = [mark.expected for mark in get_args(kind) if isinstance(mark, Written)]
    return "ID" if expected and "id" in expected[0].split() else "NAME"


def _form(kind: Any, marks: tuple[Any, ...], sign: str) -> str:  # noqa: ANN401 - any annotation may stand there
    expected = [mark.expected for mark in marks if isinstance(mark, Written)]
    if get_origin(kind) is Literal:
        one = _choice([str(word) for word in get_args(kind)])
    elif expected:
        one = _TEXT if expected[-1].startswith(_TEXT) else expected[-1]
    elif hasattr(kind, "__members__"):
        one = _choice([str(word) for word in kind])
    else:
        one = _PLAIN[kind]
    return f"a list: {one}" if sign == "[]" else f"a map: {one}" if sign else one


def _choice(words: list[str]) -> str:
    """One of them, as a sentence says it; signs stand apart from the commas of a sentence."""
    if not all(word[0].isalnum() for word in words):
        return " or ".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _is_needed(field: FieldInfo, held: BaseModel | None) -> bool:
    return held is None and field.is_required()


def _written(value: object) -> str:
    """A default as it would be written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(one)}" for key, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(_written(one) for one in value)
    return "" if value is None else str(value)
