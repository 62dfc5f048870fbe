"""What stands in one file or message of a repository: detectors, lines and fingerprints, never a value."""

import re
from datetime import date

import msgspec

from quarterdeck.collectors.repos.left_out import why_left_out
from quarterdeck.model.repositories import Ignored
from quarterdeck.model.severity import Severity
from quarterdeck.secrets.detectors import Searched, Span, search, spans
from quarterdeck.secrets.fingerprint import fingerprint
from quarterdeck.secrets.redact import redact

SHOWN_OF_BINARY = 4_096
"""Bytes of a file that is no text that are looked at."""
_SNIFFED = 8_000
_IGNORE = re.compile(r"quarterdeck:ignore\b(?P<said>[^\n]{0,400})")
_SAID = re.compile(
    r"\b(reason|owner|until)\s?=\s?(.*?)(?=\s+(?:reason|owner|until)\s?=|\s*(?:\*/|-->|#\}|%>)?\s*$)"
)
_LONGEST_WORDS = 200
_MARKS_OF_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Kept(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One secret of one text, deliberately without it."""

    line: int
    """From 1; 0 in a name."""
    code: str
    vendor: str
    fingerprint: str
    severity: Severity
    is_test: bool
    expires: date | None = None
    ignored: Ignored | None = None


class Looked(msgspec.Struct, frozen=True, array_like=True):
    """What one text holds."""

    kept: tuple[Kept, ...] = ()
    is_whole: bool = True
    """Whether all of it was searched."""


def look_into(data: bytes, path: str, key: str) -> Looked:
    """What a file holds; of one that is no text only its beginning is looked at."""
    text = _text(data)
    is_own = why_left_out(path) in {"", "a fixture"}
    return kept_of(text, search(text, path, is_own=is_own), key)


def look_at_words(text: str, key: str) -> tuple[Kept, ...]:
    """What a message or a name holds."""
    return kept_of(text, Searched(spans(text)), key).kept


def kept_of(text: str, searched: Searched, key: str) -> Looked:
    """The same without any value: each secret once, at its first line."""
    found: dict[tuple[str, str], Kept] = {}
    for one in searched.spans:
        kept = _kept(text, one, key)
        found.setdefault((kept.code, kept.fingerprint), kept)
    return Looked(
        tuple(sorted(found.values(), key=lambda one: (one.line, one.code, one.fingerprint))),
        searched.is_whole,
    )


def _kept(text: str, span: Span, key: str) -> Kept:
    end = text.find("\n", span.stop)
    behind = _IGNORE.search(text, span.stop, len(text) if end < 0 else end)
    return Kept(
        text.count("\n", 0, span.start) + 1,
        span.code,
        span.vendor,
        fingerprint(text[span.start : span.stop], key),
        span.severity,
        span.is_test,
        span.expires,
        _ignored(behind["said"]) if behind else None,
    )


def _ignored(said: str) -> Ignored:
    words = {name: redact(value.strip().strip("\"'"))[:_LONGEST_WORDS] for name, value in _SAID.findall(said)}
    try:
        until = date.fromisoformat(words.get("until", ""))
    except ValueError:
        until = None
    return Ignored(words.get("reason", ""), words.get("owner", ""), until)


def _text(data: bytes) -> str:
    if (wide := _MARKS_OF_WIDE.get(data[:2])) is not None:
        return data[2:].decode(wide, "replace")
    if b"\0" in data[:_SNIFFED]:
        return data[:SHOWN_OF_BINARY].decode("latin-1")
    return data.decode("utf-8-sig", "replace")
