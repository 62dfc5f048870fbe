"""OFX of both versions, made here: what is read, and what is refused with its line."""

import builtins
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.errors import Problem, UsageError
from quarterdeck.model.statement import Statement
from quarterdeck.parse.bank_ofx import is_ofx, parse_bank_ofx
from quarterdeck.parse.bank_text import decode_statement
from quarterdeck.text.decode import Text

PATH = "jan.qfx"
SGML_HEAD = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
    "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
)
XML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
FUEL = {
    "TRNTYPE": "DEBIT",
    "DTPOSTED": "20260121120000[-8:PST]",
    "TRNAMT": "-86.40",
    "FITID": "F-2",
    "NAME": "FUEL &amp; ICE",
    "MEMO": "SLIP 12",
}
STRIPE = {
    "TRNTYPE": "CREDIT",
    "DTPOSTED": "20260103",
    "TRNAMT": "+1240.00",
    "FITID": "F-1",
    "NAME": "",
    "MEMO": "STRIPE",
}
LINES = (FUEL, STRIPE)
OTHER_ACCOUNT = "<BANKACCTFROM>\n<ACCTID>3\n</BANKACCTFROM>\n</STMTRS>"


def sgml(lines: Any = LINES, *, balance: str = "1153.60", close: bool = False) -> str:  # noqa: ANN401
    """A file of version 1, whose elements need no end."""
    return SGML_HEAD + body(lines, balance, close=close)


def xml(lines: Any = LINES, *, balance: str = "1153.60") -> str:  # noqa: ANN401
    """A file of version 2."""
    return XML_HEAD + body(lines, balance, close=True)


def body(lines: Any, balance: str, *, close: bool) -> str:  # noqa: ANN401
    def leaf(tag: str, text: str) -> str:
        return f"<{tag}>{text}</{tag}>\n" if close else f"<{tag}>{text}\n"

    entries = "".join(
        "<STMTTRN>\n" + "".join(leaf(tag, text) for tag, text in line.items()) + "</STMTTRN>\n"
        for line in lines
    )
    closing = (
        f"<LEDGERBAL>\n{leaf('BALAMT', balance)}{leaf('DTASOF', '20260131')}</LEDGERBAL>\n" if balance else ""
    )
    account = "".join((leaf("BANKID", "1"), leaf("ACCTID", "2"), leaf("ACCTTYPE", "CHECKING")))
    return (
        f"<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n<STMTRS>\n{leaf('CURDEF', 'USD')}"
        f"<BANKACCTFROM>\n{account}</BANKACCTFROM>\n<BANKTRANLIST>\n{leaf('DTSTART', '20260101')}{entries}"
        f"</BANKTRANLIST>\n{closing}</STMTRS>\n</STMTTRNRS>\n</BANKMSGSRSV1>\n</OFX>\n"
    )


def read(data: str | bytes) -> Statement | tuple[Problem, ...]:
    text = decode_statement(data.encode() if isinstance(data, str) else data, PATH)
    assert isinstance(text, Text)
    assert is_ofx(text.text)
    return parse_bank_ofx(text)


def places(data: str) -> list[tuple[str, int]]:
    found = read(data)
    assert not isinstance(found, Statement)
    return [(problem.code, problem.line) for problem in found]


@pytest.mark.parametrize(
    "data",
    [sgml(), sgml(close=True), xml(), sgml().replace("\n", "\r\n"), sgml()[len(SGML_HEAD) :], "\n\n" + xml()],
    ids=["sgml", "sgml closed", "xml", "crlf", "no header", "empty lines above"],
)
def test_both_versions_are_read(data: str) -> None:
    found = read(data)
    assert isinstance(found, Statement), found
    assert [(str(one.date), str(one.amount), one.bank_id, one.payee, one.memo) for one in found.lines] == [
        ("2026-01-03", "1240.00", "F-1", "STRIPE", ""),
        ("2026-01-21", "-86.40", "F-2", "FUEL & ICE", "SLIP 12"),
    ]
    assert found.closing is not None
    assert (str(found.closing.date), found.closing.amount) == ("2026-01-31", Decimal("1153.60"))
    assert (found.opening, found.currency) == (Decimal(0), "USD")


def test_windows_1252_is_read() -> None:
    found = read(sgml([{**FUEL, "NAME": "CAFÉ"}]).encode("cp1252"))
    assert isinstance(found, Statement)
    assert found.lines[0].payee == "CAFÉ"


def test_a_decimal_comma_is_read() -> None:
    found = read(sgml([{**FUEL, "TRNAMT": "-86,40"}], balance=""))
    assert isinstance(found, Statement)
    assert (found.lines[0].amount, found.closing) == (Decimal("-86.40"), None)


def test_a_file_without_payments_still_tells_the_balance() -> None:
    found = read(sgml([]))
    assert isinstance(found, Statement)
    assert (found.lines, found.opening) == ((), Decimal("1153.60"))


def test_the_other_account_of_a_transfer_is_no_second_statement() -> None:
    line = {**FUEL, "BANKACCTTO": "<BANKID>9</BANKID><ACCTID>8</ACCTID>"}
    data = xml([line]).replace("<BANKACCTTO>", "<BANKACCTTO>\n")
    assert isinstance(read(data), Statement)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("no amount", sgml([{"DTPOSTED": "20260103", "FITID": "1"}]), [("no-amount", 23)]),
        ("no day", sgml([STRIPE, {**FUEL, "DTPOSTED": "20260231"}]), [("bad-date", 31)]),
        ("bad amount", sgml([{**FUEL, "TRNAMT": "1e5"}]), [("bad-amount", 23)]),
        ("one id, two payments", sgml([FUEL, {**FUEL, "TRNAMT": "1.00"}]), [("id-twice", 31)]),
        ("two accounts", sgml().replace("</STMTRS>", OTHER_ACCOUNT), [("many-accounts", 0)]),
        ("cut off", sgml().partition("<FITID>F-1")[0], [("cut-off", 34)]),
        ("no payment, no balance", sgml([], balance=""), [("no-lines", 0)]),
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_refused_with_its_line(
    name: str, data: str, expected: list[tuple[str, int]]
) -> None:
    del name
    assert places(data) == expected


def test_a_line_that_stands_twice_counts_once() -> None:
    found = read(sgml([FUEL, FUEL]))
    assert isinstance(found, Statement)
    assert (len(found.lines), len(found.notes)) == (1, 1)


def test_without_the_library_a_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:  # noqa: ANN401
        if name.startswith("ofxtools"):
            raise ImportError(name)
        return real(name, *rest)

    for name in [one for one in sys.modules if one.startswith("ofxtools")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=r"pip install 'quarterdeck\[bank\]'"):
        read(sgml())


def test_nothing_outside_is_asked_for_by_an_entity() -> None:
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n' + xml([{**FUEL, "NAME": "&e;"}])
    found = read(evil)
    assert isinstance(found, Statement)
    assert found.lines[0].payee == "&e;"


@given(st.text(max_size=200), st.integers(0, 700))
def test_no_text_breaks_the_reader(text: str, at: int) -> None:
    whole = sgml()
    found = decode_statement((whole[:at] + text + whole[at:]).encode(errors="replace"), PATH)
    if isinstance(found, Text) and is_ofx(found.text):
        assert isinstance(parse_bank_ofx(found), Statement | tuple)
