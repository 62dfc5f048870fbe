"""Files of evidence, as collectors write them: read without trust, and written.

A file is one JSON object: `schema`, `collector`, `taken_at`, the `entities` that were looked at, the `kinds` of
record that were listed to the end, `records`, and `not_collected`. A record has a `kind`, an `entity`, the `call`
that answered, and the fields of its class in `model/`. What is not understood costs a field, a record or a file,
in this order; keys that nobody knows are passed over.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import RECORD_BY_KIND, RECORDS, Evidence, Seen
from quarterdeck.model.observed import NotCollected, Observed, Snapshot
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.model.web import SiteCheck, SitePage
from quarterdeck.secrets.detectors import spans
from quarterdeck.secrets.redact import redact
from quarterdeck.text.decode import decode

SCHEMA = 1
"""The version of the format that this program reads and writes."""

_LARGEST = 10**15
_RANK = {record: at for at, record in enumerate(RECORDS)}
_MEND = "Collect it again with `quarterdeck collect`."


class Header(msgspec.Struct, frozen=True):
    """What a file says of itself."""

    collector: str
    taken_at: datetime
    entities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tried_at: datetime | None = None
    """The newest run, where that read nothing and what an older one saw is kept."""
    schema: int = SCHEMA


def parse_evidence(files: Mapping[str, bytes]) -> tuple[Evidence, list[Problem]]:
    """Read every file of evidence.

    Args:
        files: Path -> bytes.

    Returns:
        What was seen, by kind, then in the order of path and place; and what is wrong: a file or record that is
        left out (R-DAT-09). A field that is not understood is a gap, and `NotCollected` in its record.
    """
    read = [_File(path, files[path]) for path in sorted(files)]
    facts = _answering_first([fact for file in read for fact in file.facts])
    facts.sort(key=lambda fact: _RANK[type(fact)])
    return (
        Evidence(
            tuple(facts),
            tuple(gap for file in read for gap in file.gaps),
            tuple(snapshot for file in read for snapshot in file.snapshots),
        ),
        [problem for file in read for problem in file.problems],
    )


def _answering_first(facts: list[Seen]) -> list[Seen]:
    """Without what sources say of the sites of a business one of whose sites answered: what answers counts for more."""
    heard = {
        one.entity for one in facts if isinstance(one, SiteCheck) and one.is_live and one.answers is True
    }
    return [
        one
        for one in facts
        if not (isinstance(one, SiteCheck | SitePage) and not one.is_live and one.entity in heard)
    ]


def write_evidence(header: Header, facts: Iterable[Observed], gaps: Iterable[NotCollected] = ()) -> bytes:
    """Write one file of evidence; equal content gives equal bytes, in whatever order it comes."""
    content = {
        **{key: value for key, value in msgspec.to_builtins(header).items() if value is not None},
        "records": _distinct(map(_raw, facts)),
        "not_collected": sorted((msgspec.to_builtins(gap) for gap in gaps), key=_as_text),
    }
    return _bytes(content)


def _distinct(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sorted; what a service lists on two pages stands once (F-113)."""
    return [record for _, record in sorted({_as_text(record): record for record in records}.items())]


def keep_evidence(before: bytes, tried_at: datetime, gaps: Iterable[NotCollected]) -> bytes | None:
    """The file of an earlier run, with what a later run could not read; None where it is no file of ours."""
    try:
        raw = _object("", before)
        _header(raw)
    except ValueError:
        return None
    told = sorted((msgspec.to_builtins(gap) for gap in gaps), key=_as_text)
    return _bytes(raw | {"tried_at": tried_at, "not_collected": told})


def _bytes(content: dict[str, Any]) -> bytes:
    """A file, with secrets taken out of every text in it, names among them (F-097)."""
    text = msgspec.json.encode(content, order="deterministic")
    if spans(text.decode()):
        text = msgspec.json.encode(_redacted(content), order="deterministic")
    return msgspec.json.format(text, indent=1) + b"\n"


def _raw(fact: Observed) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(fact)
    return raw | {"call": raw.pop("source").get("what", "")}


def _as_text(raw: object) -> bytes:
    return msgspec.json.encode(raw, order="deterministic")


class _File:
    """What one file gives; whatever is wrong in it never raises."""

    def __init__(self, path: str, data: bytes) -> None:
        """Read all of it."""
        self.path = path
        self.facts: list[Seen] = []
        self.gaps: list[NotCollected] = []
        self.snapshots: list[Snapshot] = []
        self.problems: list[Problem] = []
        try:
            raw = _object(path, data)
            header = _header(raw)
        except ValueError as error:
            self._lose(str(error))
            return
        self.collector = header.collector
        self.source = Source(path, kind="evidence", as_of=header.taken_at.date())
        tried = header.tried_at.date() if header.tried_at else None
        self.snapshots.append(Snapshot(header.collector, self.source, header.entities, header.kinds, tried))
        for number, gap in enumerate(_list(raw, "not_collected"), start=1):
            self._gap(gap, f"entry {number} of not_collected")
        for number, record in enumerate(_list(raw, "records"), start=1):
            self._record(record, f"record {number}")

    def _lose(self, what: str, row: str = "", entity: str = "") -> None:
        problem = Problem(self.path, 0, 0, "evidence", what, _MEND, Severity.HIGH, rule="R-DAT-09")
        self.problems.append(msgspec.structs.replace(problem, row=row, entity=entity))

    def _gap(self, raw: object, place: str) -> None:
        known = {"collector": self.collector, **raw, "type": "not_collected"} if isinstance(raw, dict) else {}
        try:
            self.gaps.append(msgspec.convert(known, NotCollected))
        except msgspec.ValidationError:
            self._lose(f"{place} is not understood", place)

    def _record(self, raw: object, place: str) -> None:
        kind = raw.get("kind") if isinstance(raw, dict) else None
        record = RECORD_BY_KIND.get(kind) if isinstance(kind, str) else None
        if not isinstance(raw, dict) or record is None:
            self._lose(f"{place} is of no kind that this program knows", place)
            return
        entity = raw["entity"] if isinstance(raw.get("entity"), str) else ""
        call = raw["call"] if isinstance(raw.get("call"), str) else ""
        values: dict[str, Any] = {"source": msgspec.structs.replace(self.source, what=call)}
        for field in _fields(record):
            value = _value(raw[field.name], field.type) if field.name in raw else _ABSENT
            if value is _STRANGE and not field.required:
                value = NotCollected(self.collector, f"{kind}.{field.name}", "its value is not understood")
                self.gaps.append(msgspec.structs.replace(value, entity=entity))
                value = value if isinstance(field.default, NotCollected) else _ABSENT
            if value is _STRANGE or (value is _ABSENT and field.required):
                self._lose(f"{place}, a {kind}, has no usable {field.name}", place, entity)
                return
            if value is not _ABSENT:
                values[field.name] = value
        self.facts.append(record(**values))


def _object(path: str, data: bytes) -> dict[str, Any]:
    """The content of a file, with secrets taken out of every text in it (F-097).

    Raises:
        ValueError: It is no JSON object; says so without repeating what stands there.
    """
    text = decode(data, path)
    if isinstance(text, Problem):
        raise ValueError(text.what)  # noqa: TRY004 - the file is wrong, not our call
    try:
        raw = msgspec.json.Decoder(float_hook=Decimal).decode(text.text)
    except (msgspec.DecodeError, RecursionError, ArithmeticError):
        raise ValueError("the file is not JSON as a collector writes it") from None
    if not isinstance(raw, dict):
        raise ValueError("the file is not one JSON object")  # noqa: TRY004 - likewise
    return _redacted(raw) if spans(text.text) else raw


def _header(raw: Mapping[str, Any]) -> Header:
    try:
        header = msgspec.convert({key: raw[key] for key in Header.__struct_fields__ if key in raw}, Header)
    except msgspec.ValidationError:
        raise ValueError("the file does not say which collector took it, and when") from None
    if header.schema != SCHEMA:
        raise ValueError(f"the file has format {header.schema}, and this program reads {SCHEMA}")
    return header


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


T = TypeVar("T")


def _redacted(value: T) -> T:
    """The same with no secret in any text; a tuple comes back as a list."""
    changed: object = value
    match value:
        case str():
            changed = redact(value)
        case list() | tuple():
            changed = [_redacted(one) for one in value]
        case dict():
            changed = {redact(key): _redacted(one) for key, one in value.items()}
    return changed  # type: ignore[return-value]  # a text gives a text, a list a list


_ABSENT = object()
_STRANGE = object()


def _value(raw: object, kind: Any) -> object:  # noqa: ANN401 - any type that a field can have
    """A value of its type, or `_STRANGE` where it is another, beyond all bounds or not finite."""
    try:
        value: object = msgspec.convert(raw, kind)
    except (msgspec.ValidationError, ArithmeticError):
        return _STRANGE
    number = value.amount if isinstance(value, Money) else value
    if isinstance(number, Decimal):
        return value if number.is_finite() and abs(number) < _LARGEST else _STRANGE
    if isinstance(number, int):
        return value if 0 <= number < _LARGEST else _STRANGE
    return value


@cache
def _fields(record: type[Observed]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return tuple(one for one in msgspec.structs.fields(record) if one.name != "source")
