"""Turns the bytes of a file into text that is safe to show, or says why it cannot."""

import re
from bisect import bisect_right
from functools import cached_property

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity

SIZE_LIMIT = 4_000_000
"""Largest file that is read, in bytes, unless a caller says otherwise."""

_BOM = b"\xef\xbb\xbf"
_ORDINARY = b"\t\n\r" + bytes(range(0x20, 0x7F))
_CONTINUATION = bytes(range(0x80, 0xC0))
_BLOCK = 4096

_RARE = re.compile(  # what _ODD matches, as UTF-8, among bytes from which _ORDINARY is gone
    rb"[\x00-\x7f]|\xc2[\x80-\x9f]|\xd8\x9c"
    rb"|\xe2(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])|\xef(?:\xbb\xbf|\xbf[\xbe\xbf])"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_BREAK = re.compile("[\u2028\u2029]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ODD = re.compile("|".join(pattern.pattern for pattern in (_CONTROL, _BREAK, _BIDI)))

_MARKS = (  # the longer marks first: UTF-32 LE begins like UTF-16 LE
    (b"\xff\xfe\x00\x00", "UTF-32 LE"),
    (b"\x00\x00\xfe\xff", "UTF-32 BE"),
    (b"\xff\xfe", "UTF-16 LE"),
    (b"\xfe\xff", "UTF-16 BE"),
)
_ZEROS = (  # which byte of four is always, and which never, zero in plain text of that encoding
    ("UTF-32 LE", (1, 2, 3), (0,)),
    ("UTF-32 BE", (0, 1, 2), (3,)),
    ("UTF-16 LE", (1, 3), (0, 2)),
    ("UTF-16 BE", (0, 2), (1, 3)),
)
_MOSTLY = 0.4
_HARDLY = 0.05


class Text(msgspec.Struct, frozen=True, dict=True):
    """A file's text: line ends are newlines, nothing invisible is left but tabs."""

    path: str
    text: str
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode()

    @cached_property
    def _characters_before(self) -> list[int]:
        """How many characters begin before each block of bytes; keeps one long line from costing a square."""
        counts = [0]
        for start in range(0, len(self._bytes), _BLOCK):
            block = self._bytes[start : start + _BLOCK]
            counts.append(counts[-1] + len(block.translate(None, _CONTINUATION)))
        return counts

    def character_offset(self, byte_offset: int) -> int:
        """Turn an offset into the UTF-8 bytes of `text` into one into its characters."""
        if self.text.isascii():
            return byte_offset
        block = byte_offset // _BLOCK
        rest = self._bytes[block * _BLOCK : byte_offset]
        return self._characters_before[block] + len(rest.translate(None, _CONTINUATION))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at `offset`; columns count characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def place_of_byte(self, byte_offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the byte at `byte_offset` in the UTF-8 bytes of `text`."""
        return self.place(self.character_offset(byte_offset))


def decode(data: bytes, path: str, *, size_limit: int = SIZE_LIMIT) -> Text | Problem:
    """Read one file's bytes as UTF-8.

    The byte-order mark goes, CRLF and CR become newlines, control characters become U+FFFD and bidirectional
    controls `[U+202E]`, each kind with one warning.

    Returns:
        The text, or the one problem for which the whole file is refused: too large, not UTF-8, or
        merge-conflict markers left in it.
    """
    if len(data) > size_limit:
        return _too_large(path, len(data), size_limit)
    if encoding := _wide_encoding(data):
        return _wide(path, encoding)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(path, data, error.start)
    if data.startswith(_BOM):
        text, data = text[1:], data[3:]
    if b"\r" in data:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    warnings: tuple[Problem, ...] = ()
    rest = data.translate(None, _ORDINARY)
    if rest and _RARE.search(rest):
        warnings = tuple(_oddities(path, text))
        text = visible(text)
    return _conflict(path, text) or Text(path, text, warnings)


def visible(text: str) -> str:
    """Show what hides.

    Control characters become U+FFFD, bidirectional controls `[U+202E]`, odd line breaks spaces; text without
    any comes back as it is.
    """
    if not _ODD.search(text):
        return text
    text = _BREAK.sub(" ", _CONTROL.sub("\ufffd", text))
    return _BIDI.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def _oddities(path: str, text: str) -> list[Problem]:
    """One warning for each kind of character that `visible` will change."""
    kinds = (
        (_CONTROL, "control-character", "control character", "shown as U+FFFD"),
        (_BREAK, "odd-line-break", "line separator", "read as a space"),
        (_BIDI, "bidi-control", "bidirectional control", "shown by its number, for it reorders text"),
    )
    unseen = Text(path, text)
    problems = []
    for pattern, code, name, shown in kinds:
        found = pattern.search(text)
        if not found:
            continue
        count = sum(1 for _ in pattern.finditer(text))
        more = f" and {count - 1} more" if count > 1 else ""
        what = f"{name} U+{ord(found[0]):04X}{more}, {shown}"
        mend = "Delete it; it usually comes in with pasted text."
        problems.append(Problem(path, *unseen.place(found.start()), code, what, mend))
    return problems


def _wide_encoding(data: bytes) -> str:
    """Name the UTF-16 or UTF-32 that the bytes look like; empty for neither."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" not in data:
        return ""
    start = data[: 4 * _BLOCK]
    shares = [start[place::4].count(0) / max(1, len(start[place::4])) for place in range(4)]
    for encoding, zero, other in _ZEROS:
        if all(shares[place] > _MOSTLY for place in zero) and all(shares[place] < _HARDLY for place in other):
            return encoding
    return ""


def _conflict(path: str, text: str) -> Problem | None:
    """Find the first line that git leaves in a file whose merge is not finished."""
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return None
    middle = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("<<<<<<< ") or (middle and line.startswith(">>>>>>> ")):
            return _refused(
                path,
                (number, 1),
                "conflict-marker",
                f'merge-conflict marker "{line[:40]}"',
                "Keep the lines that are right, and delete the three marker lines.",
            )
        middle = middle or line == "======="
    return None


def _too_large(path: str, size: int, limit: int) -> Problem:
    what = f"the file has {size:,} bytes; at most {limit:,} are read"
    return _refused(path, (0, 0), "too-large", what, "Split it, or move long tables to data/<entity>/*.csv.")


def _wide(path: str, encoding: str) -> Problem:
    what = f"the file is {encoding}, not UTF-8"
    mend = f"Save it as UTF-8 in your editor, or run: iconv -f {encoding.replace(' ', '')} -t UTF-8 {path}"
    return _refused(path, (0, 0), "not-utf8", what, mend)


def _not_utf8(path: str, data: bytes, offset: int) -> Problem:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
    what = f"byte {offset:,} (0x{data[offset]:02X}) is not UTF-8"
    return _refused(path, (line, column), "not-utf8", what, "Save the file as UTF-8 in your editor.")


def _refused(path: str, place: tuple[int, int], code: str, what: str, mend: str) -> Problem:
    return Problem(path, *place, code, what, mend, severity=Severity.HIGH, refused=True)
