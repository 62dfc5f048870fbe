"""Secrets that Gitleaks and TruffleHog report: places and keyed fingerprints, and of their values nothing else."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from quarterdeck.model.repositories import FoundSecret
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.parse.imports import read_json, wrong
from quarterdeck.secrets.detectors import Span, search
from quarterdeck.secrets.fingerprint import fingerprint
from quarterdeck.secrets.redact import redact
from quarterdeck.secrets.table import DETECTORS

_LONGEST = 300
_UNNAMED = "reported_secret"


class Reported(msgspec.Struct, frozen=True):
    """One find of another tool, while it is read; its value goes no further."""

    value: str
    line_text: str
    """The line around it, where the tool gives it, so that our detectors know it by its name."""
    rule: str
    path: str
    line: int
    commit: str
    on: date | None


def parse_gitleaks(data: bytes, path: str, key: str, place: str) -> tuple[FoundSecret, ...]:
    """Secrets of a report of Gitleaks in JSON.

    Args:
        data: The file.
        path: Its name, for messages.
        key: What fingerprints are keyed with; without one they are not known.
        place: The repository that it is about.

    Raises:
        InputError: The file is no such report.
    """
    raw = read_json(data, path)
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise wrong(path, "this is no list of finds, as Gitleaks writes it with --report-format json")
    return _records("gitleaks", map(_of_gitleaks, raw), key, place)


def parse_trufflehog(data: bytes, path: str, key: str, place: str) -> tuple[FoundSecret, ...]:
    """The same of a report of TruffleHog: a JSON object on each line, or a list of them."""
    raw = read_json(data, path) if data.lstrip()[:1] == b"[" else list(_lines(data, path))
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise wrong(path, "this is no list of finds, as TruffleHog writes it with --json")
    finds = (one for one in raw if "SourceMetadata" in one)
    return _records("trufflehog", map(_of_trufflehog, finds), key, place)


PARSERS: Mapping[str, Callable[[bytes, str, str, str], tuple[FoundSecret, ...]]] = {
    "gitleaks": parse_gitleaks,
    "trufflehog": parse_trufflehog,
}


def _lines(data: bytes, path: str) -> Iterator[object]:
    for line in data.splitlines():
        if line.strip():
            yield read_json(line, path)


def _of_gitleaks(one: Mapping[str, Any]) -> Reported:
    return Reported(
        _text(one.get("Secret")),
        _text(one.get("Match")),
        _text(one.get("RuleID")),
        _text(one.get("File")),
        _number(one.get("StartLine")),
        _text(one.get("Commit")),
        _day(one.get("Date")),
    )


def _of_trufflehog(one: Mapping[str, Any]) -> Reported:
    about = one.get("SourceMetadata")
    sources = about.get("Data") if isinstance(about, dict) else None
    place = (
        next((each for each in sources.values() if isinstance(each, dict)), {})
        if isinstance(sources, dict)
        else {}
    )
    return Reported(
        _text(one.get("Raw")),
        "",
        _text(one.get("DetectorName")),
        _text(place.get("file")),
        _number(place.get("line")),
        _text(place.get("commit")),
        _day(place.get("timestamp")),
    )


def _records(tool: str, finds: Iterator[Reported], key: str, place: str) -> tuple[FoundSecret, ...]:
    """One record for each secret in each file, in order of path and line."""
    found: dict[tuple[str, object, str], FoundSecret] = {}
    for one in finds:
        if one.value:
            record = _record(tool, one, key, place)
            found.setdefault((record.path, record.fingerprint, record.detector), record)
    return tuple(
        sorted(found.values(), key=lambda one: (one.path, one.line, one.detector, str(one.fingerprint)))
    )


def _record(tool: str, one: Reported, key: str, place: str) -> FoundSecret:
    value, span = _known(one)
    detector = DETECTORS.get(span.code) if span else None
    known = {"fingerprint": fingerprint(value, key)} if key else {}
    if one.on is not None:
        known["first_seen"] = one.on  # type: ignore[assignment]  # a day beside a text
    return FoundSecret(
        entity="",
        source=Source("", kind="evidence", what=tool),
        place=place,
        path=_shown(one.path) or "a file",
        line=one.line,
        detector=detector.name if detector else _shown(one.rule).replace(" ", "_").lower() or _UNNAMED,
        code=detector.code if detector else "",
        vendor=span.vendor if span else "",
        use=detector.use if detector else "other",
        severity=span.severity if span else Severity.HIGH,
        is_test=span.is_test if span else False,
        **({"in_history": True} if one.commit else {"is_tracked": True}),  # type: ignore[arg-type]  # a flag each
        **known,  # type: ignore[arg-type]  # fields of a record
    )


def _known(one: Reported) -> tuple[str, Span | None]:
    """The value as our own detectors would cut it, and what they say of it; None where they know nothing of it."""
    for text in (one.line_text, one.value):
        for span in search(text, one.path or "a.txt").spans:
            value = text[span.start : span.stop]
            if value in one.value or one.value in value:
                return value, span
    return one.value, None


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else ""


def _shown(text: str) -> str:
    return " ".join(redact(text).split())[:_LONGEST]


def _number(raw: object) -> int:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 10**9 else 0


def _day(raw: object) -> date | None:
    try:
        return date.fromisoformat(_text(raw)[:10])
    except ValueError:
        return None
