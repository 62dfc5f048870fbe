"""Reads OFX and QFX, of version 1 (SGML) and 2 (XML), with the library ofxtools."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import unescape

from quarterdeck.model.errors import Problem, UsageError
from quarterdeck.model.statement import Closing, Statement, StatementLine
from quarterdeck.parse.bank_ids import again
from quarterdeck.parse.bank_text import clean, refused
from quarterdeck.parse.bank_values import read_amount, read_day
from quarterdeck.parse.refusal import Refusal, quoted
from quarterdeck.text.decode import Text

_START = re.compile(r"<OFX>")
_ENTRY = re.compile(r"<STMTTRN>")
_EMPTY = re.compile(
    r"<(MEMO|NAME|CHECKNUM|REFNUM|PAYEEID|SIC|SRVRTID|EXTDNAME|CORRECTFITID|CORRECTACTION)>\s*(?=<(?!/\1>))"
)
_DAY = re.compile(r"(\d{8})")
_ENTITIES = {"&nbsp;": " ", "&apos;": "'", "&quot;": '"'}


def is_ofx(text: str) -> bool:
    """Whether a file is OFX, whatever its name."""
    return _START.search(text[:20_000]) is not None


def parse_bank_ofx(text: Text, *, is_reversed: bool = False) -> Statement | tuple[Problem, ...]:
    """Read one OFX file.

    Args:
        text: What `decode_statement` gave.
        is_reversed: Whether this bank writes money out without a minus.

    Returns:
        The statement, or every problem in order of line.

    Raises:
        UsageError: The library ofxtools is not installed.
    """
    start = _START.search(text.text)
    if start is None:
        return (refused(text.path, 0, "no-ofx", "the file holds no <OFX>", "Download it again."),)
    return _Reader(text, start.start(), sign=-1 if is_reversed else 1).read()


class _Reader:
    """Reads the elements of one file; problems gather as it goes."""

    def __init__(self, text: Text, start: int, *, sign: int) -> None:
        self.path = text.path
        self.sign = sign
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        body = text.text[start:]
        breaks = [match.start() for match in re.finditer("\n", text.text)]
        self.last = len(breaks) + (not text.text.endswith("\n"))
        self.places = [bisect_right(breaks, start + match.start()) + 1 for match in _ENTRY.finditer(body)]
        self.body = _EMPTY.sub("", body)

    def read(self) -> Statement | tuple[Problem, ...]:
        if "</OFX>" not in self.body:
            self._refuse(self.last, "cut-off", "the file ends before </OFX>", "Download it again.")
            return tuple(self.problems)
        entries = self._entries()
        if self.problems:
            return tuple(self.problems)
        lines = self._once([line for at, fields in enumerate(entries) if (line := self._line(at, fields))])
        closing = self._closing()
        if len(self._texts("ACCTID")) > 1:
            what = "the file holds the statements of several accounts"
            self._refuse(0, "many-accounts", what, "Download each account by itself.")
        if not lines and not self.problems and closing is None:
            self._refuse(0, "no-lines", "the file holds no payment", "Download a span that holds some.")
        if self.problems:
            return tuple(sorted(self.problems))
        currency = next(iter(self._texts("CURDEF")), "").upper()
        lines.sort(key=lambda one: one.date)
        return Statement(self.path, tuple(lines), closing, currency, tuple(self.notes))

    def _entries(self) -> list[dict[str, str]]:
        """The fields of each transaction, in order of the file."""
        try:
            from ofxtools.Parser import TreeBuilder  # noqa: PLC0415 - an extra that only this needs
        except ImportError as error:
            raise UsageError(
                f"{self.path} is an OFX file, and the library that reads it is not installed. "
                "Install it with: pip install 'quarterdeck[bank]'; or download the statement as CSV."
            ) from error
        builder = TreeBuilder()
        try:
            builder.feed(self.body)
            root = builder.close()
        except (SyntaxError, AssertionError, IndexError, ValueError, TypeError) as error:
            what = f"the file is no valid OFX: {quoted(str(error).partition(' in ')[0])}"
            self._refuse(0, "bad-ofx", what, "Download it again, or as CSV.")
            return []
        found = [
            {part.tag: self._unescaped(part.text or "") for part in reversed(list(entry.iter()))}
            for entry in root.iter("STMTTRN")
        ]
        if len(found) != len(self.places):
            what = f"{len(self.places)} payments begin, and {len(found)} can be read"
            self._refuse(0, "bad-ofx", what, "Download it again, or as CSV.")
        return found

    @staticmethod
    def _unescaped(text: str) -> str:
        return unescape(text, _ENTITIES).strip()

    def _texts(self, tag: str) -> list[str]:
        """What stands in every element of a name, each text once."""
        pattern = re.compile(rf"<{tag}>([^<\n]*)")
        found = (self._unescaped(match[1]) for match in pattern.finditer(self._outside()))
        return list(dict.fromkeys(found))

    def _outside(self) -> str:
        """The file without its transactions, whose own elements name the accounts of others."""
        return re.sub(r"<STMTTRN>.*?</STMTTRN>", "", self.body, flags=re.DOTALL)

    def _refuse(self, line: int, code: str, what: str, mend: str) -> None:
        self.problems.append(refused(self.path, line, code, what, mend))

    def _line(self, at: int, fields: dict[str, str]) -> StatementLine | None:
        line = self.places[at]
        day = self._day(line, fields.get("DTPOSTED", ""))
        amount = self._amount(line, fields.get("TRNAMT", ""))
        if day is None or amount is None:
            return None
        name, memo = clean(fields.get("NAME", "")), clean(fields.get("MEMO", ""))
        payee, memo = (name, memo if memo != name else "") if name else (memo, "")
        bank_id = " ".join(fields.get("FITID", "").split())
        return StatementLine(day, amount * self.sign, payee, memo, bank_id, line=line)

    def _day(self, line: int, text: str) -> date | None:
        match = _DAY.match(text)
        day = read_day(match[1] if match else text, "ymd")
        if isinstance(day, Refusal):
            self._refuse(line, "bad-date", f"DTPOSTED: {day.what}", "Download the file again, or as CSV.")
            return None
        return day

    def _amount(self, line: int, text: str) -> Decimal | None:
        if not text:
            self._refuse(
                line, "no-amount", "this payment has no amount", "Download the file again, or as CSV."
            )
            return None
        value = read_amount(text, "," if "," in text and "." not in text else ".")
        if isinstance(value, Refusal):
            self._refuse(line, "bad-amount", f"TRNAMT: {value.what}", "Download the file again, or as CSV.")
            return None
        return value

    def _once(self, lines: Sequence[StatementLine]) -> list[StatementLine]:
        """Lines without those that stand twice with one id."""
        found = again(lines, self.path, "Download the statement as CSV instead.")
        self.notes += found.notes
        self.problems += found.problems
        return [one for one in lines if one.line not in found.lines]

    def _closing(self) -> Closing | None:
        found = re.search(r"<LEDGERBAL>(.*?)</LEDGERBAL>", self.body, flags=re.DOTALL)
        if found is None:
            return None
        amount = re.search(r"<BALAMT>([^<\n]+)", found[1])
        day = re.search(r"<DTASOF>(\d{8})", found[1])
        if amount is None or day is None:
            return None
        value, on = self._amount(0, amount[1].strip()), self._day(0, day[1])
        return None if value is None or on is None else Closing(on, value * self.sign)
