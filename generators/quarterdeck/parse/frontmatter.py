"""The front matter of a handoff: where it ends, and the entity that it describes."""

import re
from pathlib import PurePosixPath
from typing import TypeVar

import msgspec

from quarterdeck.model.columns import Field, Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import Problem
from quarterdeck.model.holdings import Property
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank
from quarterdeck.parse.amounts import CURRENCIES
from quarterdeck.parse.columns import names_of
from quarterdeck.parse.refusal import Refusal, quoted
from quarterdeck.parse.tables import Reading
from quarterdeck.parse.values import ENTITY_ID, NUMERIC, READERS
from quarterdeck.text.nearest import nearest
from quarterdeck.text.nodes import Mapping, Node, Scalar, Sequence

R = TypeVar("R", bound=Row)

_OPENING = re.compile(
    r"---[ \t]*\n(?=(?:[A-Za-z_][\w .-]*:(?:[ \t]|$)|[\"'][^\n]*:|#|---[ \t]*$))", re.MULTILINE
)
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_UNKNOWN = re.compile(r"^([ \t]*[\w-]+:[ \t]+)(\?+)[ \t]*$", re.MULTILINE)
_LISTS = frozenset(("names", "ids", "parts"))
_NULLS = frozenset(("~", "null", "Null", "NULL"))


class Split(msgspec.Struct, frozen=True):
    """A handoff's text in two."""

    yaml: str
    """Without its two lines of dashes; begins on line 2 of the file."""
    body: str
    first_line: int
    """The line of the file on which the body begins."""
    is_closed: bool = True


def split(text: str) -> Split:
    """Part front matter and body.

    Front matter is opened by a first line of exactly three dashes with a key in the next line (F-039), and
    closed by another such line; where it is never closed, `is_closed` is false and all is body.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return Split("", text, 1)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        return Split("", text, 1, is_closed=False)
    yaml = _UNKNOWN.sub(r'\1"\2"', text[opening.end() : closing.start()])  # a bare ? opens a key in YAML
    return Split(yaml, text[closing.end() + 1 :], yaml.count("\n") + 3)


def entity_id(node: Node | None, path: str, *, stand_alone: bool = False) -> tuple[str, Problem | None]:
    """The id under `entity:`, else the file's name.

    Returns:
        The id, and the refusing problem where it breaks the grammar of ids (F-071): such an id becomes no
        file name and no address.
    """
    written = node.get("entity") if isinstance(node, Mapping) else None
    if isinstance(written, Scalar) and written.text and written.text not in _NULLS:
        if ENTITY_ID.fullmatch(written.text):
            return written.text, None
        place = (written.line, written.column)
        return "", _bad_id(path, place, f"entity: {quoted(written.text)} is no id", written.text)
    stem = PurePosixPath(path).stem
    if stand_alone:
        stem = _slug(stem) or "handoff"
    if ENTITY_ID.fullmatch(stem):
        return stem, None
    return "", _bad_id(path, (0, 0), f"the file name {quoted(stem)} is no entity id", stem)


def _bad_id(path: str, place: tuple[int, int], what: str, written: str) -> Problem:
    slug = _slug(written)
    mend = f"Write entity: {slug}" if slug else "Write entity: and a short name"
    mend += " (a to z, digits and hyphens, at most 63)."
    return Problem(path, *place, "bad-entity-id", what, mend, Severity.HIGH, refused=True, rule="R-DAT-09")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")


def read_entity(node: Mapping | None, reading: Reading) -> tuple[Entity, tuple[Row, ...]]:
    """Read the keys of the front matter; also the property, where it is described there.

    Unknown keys are kept in `extra`; problems go to `reading`, whose currency and activity are set from here.
    """
    source = Source(reading.path, 1)
    entries = node.entries if node else ()
    for key, value in entries:
        if key.text.lower() == "currency" and isinstance(value, Scalar):
            _read_currency(value, reading)
    entity = _record(Entity, entries, reading, source, skipped=("entity", "property"))
    reading.is_active = entity.is_active
    written = node.get("property") if node else None
    if not isinstance(written, Mapping):
        return entity, ()
    found = _record(Property, written.entries, reading, Source(reading.path, written.line, what="property"))
    return entity, (found,)


def _read_currency(node: Scalar, reading: Reading) -> None:
    code = node.text.strip().upper()
    if code in CURRENCIES:
        reading.currency = code
    elif code:
        what = f"currency: {quoted(node.text)} is no currency that is known"
        mend = "Write an ISO code such as USD or EUR."
        place = (node.line, node.column)
        reading.problem(place, "bad-currency", what, mend, rule="R-DAT-02", field="currency")


def _record(
    record: type[R],
    entries: tuple[tuple[Scalar, Node], ...],
    reading: Reading,
    source: Source,
    skipped: tuple[str, ...] = (),
) -> R:
    names = names_of(record)
    values: dict[str, object] = {}
    extra = []
    for key, node in entries:
        if key.text in skipped:
            continue
        match = names.find(key.text)
        if match is None or match[0].name in values:
            extra.append((key.text, node.text if isinstance(node, Scalar) else ""))
            _report_unknown(key, [field.name for field in names.full.values()], reading)
            continue
        field = match[0]
        value = _value(node, field, reading)
        if isinstance(value, Refusal):
            rule = "R-DAT-06" if value.is_impossible else "R-DAT-02"
            what = f"{field.name}: {value.what}"
            place = (node.line, node.column)
            reading.problem(place, value.code, what, value.mend, rule=rule, field=field.name)
            value = Blank("refused", node.text if isinstance(node, Scalar) else "")
        values[field.name] = value
        if field.grammar in NUMERIC and isinstance(node, Scalar) and node.text.startswith("~"):
            values["estimates"] = (*values.get("estimates", ()), field.name)  # type: ignore[misc]  # a tuple of names
    if extra:
        values["extra"] = tuple(extra)
    return record(entity=reading.entity, source=source, **values)  # type: ignore[arg-type]  # typed by the field table


def _value(node: Node, field: Field, reading: Reading) -> object:
    """What one key says: typed from the written text, so that `no`, `0123` and `1.10` stay what they are (F-031)."""
    if isinstance(node, Scalar):
        text = node.text.strip()
        if not text or (node.is_plain and text in _NULLS):
            return UNKNOWN
        if field.grammar in NUMERIC:
            text = text.removeprefix("~").lstrip()
        if field.name == "part_of":
            text = text.lower()
        if field.name == "currency":
            return text.upper() if text.upper() in CURRENCIES else Blank("refused", text)
        return READERS[field.grammar](text, field, reading.currency)
    if isinstance(node, Sequence) and field.grammar in _LISTS:
        if all(isinstance(item, Scalar) for item in node.items):
            return tuple(
                " ".join(item.text.split()) for item in node.items if isinstance(item, Scalar) and item.text
            )
        return Refusal(
            "a list of names is expected, a list of lists or maps was found", "Write names.", "bad-type"
        )
    found = "a list" if isinstance(node, Sequence) else "a map"
    expected = "a list of names" if field.grammar in _LISTS else "one value"
    return Refusal(
        f"{expected} is expected, {found} was found", f"Write {expected} after {field.name}:.", "bad-type"
    )


def _report_unknown(key: Scalar, known: list[str], reading: Reading) -> None:
    near = nearest(key.text, known)
    mend = f"Did you mean {near}: ?" if near else "It is kept, and nothing reads it."
    reading.problem(
        (key.line, key.column),
        "unknown-key",
        f"{quoted(key.text)} is no key that is known",
        mend,
        severity=Severity.LOW if near else Severity.INFO,
        field=key.text[:60],
    )
