"""The bytes of a bank's file as text, and what it says of a payee as words that may be kept."""

import codecs
import re

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.model.statement import Encoding
from quarterdeck.secrets.redact import redact
from quarterdeck.text.decode import SIZE_LIMIT, Text, decode, visible

_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LONGEST = 200
_KEPT = 4
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ .\-]?[0-9]){11,}(?![0-9])")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_DIGITS_OF_IBAN = 8


def decode_statement(data: bytes, path: str, encoding: Encoding | None = None) -> Text | Problem:
    """Read a bank's file: UTF-8 or UTF-16, with or without its mark, else Windows-1252.

    Returns:
        The text without anything invisible, or the problem for which the file is refused.
    """
    if len(data) > SIZE_LIMIT:
        what = f"the file has {len(data):,} bytes; at most {SIZE_LIMIT:,} are read"
        return refused(path, 0, "too-large", what, "Ask the bank for a shorter span, such as one year.")
    codec = encoding or _codec(data)
    try:
        text = data.decode("utf-8-sig" if codec == "utf-8" else codec)
    except UnicodeDecodeError:
        what = f"the file cannot be read as {codec}"
        mend = "Download it once more, or set encoding: in the bank's part of portfolio.yml."
        return refused(path, 0, "bad-encoding", what, mend)
    decoded = decode(text.removeprefix("\ufeff").encode(), path, size_limit=2 * SIZE_LIMIT)
    return decoded if isinstance(decoded, Problem) else msgspec.structs.replace(decoded, warnings=())


def _codec(data: bytes) -> str:
    for mark, codec in _WIDE:
        if data.startswith(mark):
            return codec
    start = data[:4096]
    for odd, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if start[odd::2].count(0) > len(start) // 3 and not start[1 - odd :: 2].count(0):
            return codec
    try:
        data.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def refused(path: str, line: int, code: str, what: str, mend: str) -> Problem:
    """A problem for which nothing of the file is imported."""
    return Problem(path, line, 0, code, what, mend, Severity.HIGH, refused=True)


def clean(text: str) -> str:
    """Words of a bank as they may be kept: one line, no control character, no secret, no account number.

    Of a card or account number, which is a run of twelve digits or more or an IBAN, four signs are left.
    """
    seen = visible(text).replace("\ufffd", " ")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in seen).split())
    masked = _LONG_NUMBER.sub(_last_four, _IBAN.sub(_last_four_of_iban, line))
    return redact(masked)[:_LONGEST].rstrip()


def _last_four(found: re.Match[str]) -> str:
    return f"…{re.sub(r'[^0-9]', '', found[0])[-_KEPT:]}"


def _last_four_of_iban(found: re.Match[str]) -> str:
    written = found[0].replace(" ", "")
    is_number = sum(sign.isdigit() for sign in written) >= _DIGITS_OF_IBAN
    return f"…{written[-_KEPT:]}" if is_number else found[0]


def holds_account_number(text: str) -> bool:
    """Whether a text may hold the number of an account or card."""
    return clean(text) != " ".join(text.split())[:_LONGEST].rstrip()
