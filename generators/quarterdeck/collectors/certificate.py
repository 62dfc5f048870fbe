"""Reads the last day of a certificate, whether or not anybody vouches for it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

_VERSION = 0xA0
_SHORT_YEAR = 0x17
_VALIDITY = 3
"""After serial number, algorithm and issuer."""


def certificate_ends(der: bytes) -> date | None:
    """The day on which a certificate ends, in UTC; None where the bytes are none.

    Source: RFC 5280, section 4.1.
    """
    try:
        body = next(_parts(next(_parts(der))[1]))[1]
        fields = [value for tag, value in _parts(body) if tag != _VERSION]
        _, (tag, until) = list(_parts(fields[_VALIDITY]))[:2]
        text = until.decode("ascii")
        if tag == _SHORT_YEAR:
            text = ("19" if text[:2] >= "50" else "20") + text
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).date()
    except (ValueError, IndexError, StopIteration):
        return None


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each value, one after another."""
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(der[at : at + size], "big")
            at += size
        yield tag, der[at : at + length]
        at += length
