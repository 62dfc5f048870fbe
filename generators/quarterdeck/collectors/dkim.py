"""Reads DKIM keys: are they there, how long are they, are they meant."""

import binascii
from base64 import b64decode
from collections.abc import Iterator

from quarterdeck.model.web import DkimKey

_INTEGER, _BITS, _SEQUENCE = 0x02, 0x03, 0x30
_LONG = 0x80
_DEEP = 4


def read_dkim(selector: str, text: str, target: str = "") -> DkimKey | None:
    """One key as its record says; None where it is not understood; never raises.

    Source: RFC 6376, section 3.6.1.
    """
    pairs = (part.partition("=") for part in text.split(";"))
    tags = {key.strip().casefold(): "".join(value.split()) for key, middle, value in pairs if middle}
    if "p" not in tags:
        return None
    is_testing = "y" in tags.get("t", "").casefold().split(":")
    if not tags["p"]:
        return DkimKey(selector, "revoked", target, is_testing=is_testing)
    if tags.get("k", "rsa").casefold() != "rsa":
        return DkimKey(selector, "published", target, is_testing=is_testing)
    try:
        bits = key_bits(b64decode(tags["p"], validate=True))
    except (binascii.Error, ValueError):
        return None
    return DkimKey(selector, "published", target, bits, is_testing) if bits else None


def key_bits(key: bytes) -> int:
    """Length of an RSA key, from its modulus; 0 for bytes that hold none."""
    return max((int.from_bytes(number, "big").bit_length() for number in _numbers(key, 0)), default=0)


def _numbers(data: bytes, depth: int) -> Iterator[bytes]:
    """The integers in a DER structure, as deep as keys are."""
    while len(data) > 1 and depth < _DEEP:
        tag, length, start = data[0], data[1], 2
        if length & _LONG:
            start = 2 + (length & ~_LONG)
            length = int.from_bytes(data[2:start], "big")
        inner = data[start : start + length]
        if tag == _INTEGER:
            yield inner
        elif tag == _SEQUENCE:
            yield from _numbers(inner, depth + 1)
        elif tag == _BITS:
            yield from _numbers(inner[1:], depth + 1)
        data = data[start + length :]
