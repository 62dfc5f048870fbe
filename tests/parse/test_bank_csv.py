"""CSV of banks: a table of the shapes that banks give, and one of everything that is refused with its line."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.errors import Problem
from quarterdeck.model.statement import Closing, Profile, Statement
from quarterdeck.parse.bank_columns import guess_profile
from quarterdeck.parse.bank_csv import Understood, parse_bank_csv
from quarterdeck.parse.bank_profile import profile_lines, with_profile
from quarterdeck.parse.bank_text import clean, decode_statement
from quarterdeck.parse.bank_values import (
    Torn,
    Undecided,
    date_order,
    decimal_mark,
    read_amount,
    read_day,
)
from quarterdeck.parse.refusal import Refusal
from quarterdeck.text.decode import SIZE_LIMIT, Text

PATH = "jan.csv"


def text_of(data: str | bytes) -> Text:
    text = decode_statement(data.encode() if isinstance(data, str) else data, PATH)
    assert isinstance(text, Text), text
    return text


def read(
    data: str | bytes, profile: Profile | None = None, *, is_card: bool = False
) -> Understood | tuple[Problem, ...]:
    text = text_of(data)
    used = profile or guess_profile(text.text, "bank")
    assert used is not None, "no headings were found"
    return parse_bank_csv(text, used, is_card=is_card)


def statement(data: str | bytes, profile: Profile | None = None, *, is_card: bool = False) -> Statement:
    found = read(data, profile, is_card=is_card)
    assert isinstance(found, Understood), "\n".join(map(str, found))
    return found.statement


def problems(
    data: str | bytes, profile: Profile | None = None, *, is_card: bool = False
) -> list[tuple[str, int]]:
    found = read(data, profile, is_card=is_card)
    assert not isinstance(found, Understood)
    assert all(problem.refused for problem in found)
    return [(problem.code, problem.line) for problem in found]


class Case(NamedTuple):
    """A file of one bank, and what must be read from it."""

    name: str
    data: str | bytes
    lines: Sequence[tuple[str, str, str]]
    closing: tuple[str, str] | None = None
    is_card: bool = False
    currency: str = ""


US_DEBIT_CREDIT = """Account Name: Business checking
As of 02/01/2026

Transaction Date,Posted Date,Description,Debit,Credit,Balance
01/30/2026,01/31/2026,STRIPE TRANSFER,,"1,240.00","5,180.12"
01/21/2026,01/21/2026,"FUEL DOCK, SLIP 12",86.40,,"3,940.12"
"""
US_ONE_COLUMN = """Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #
DEBIT,01/15/2026,"OFFICE STORE",-45.10,DEBIT_CARD,954.90,,
CREDIT,01/14/2026,"ACH IN",1000.00,ACH_CREDIT,1000.00,,
"""
US_WITH_SUMMARY = """Description,,Summary Amt.
Beginning balance as of 01/01/2026,,"1,000.00"
Ending balance as of 01/31/2026,,"870.00"

Date,Description,Amount,Running Bal.
01/01/2026,Beginning balance as of 01/01/2026,,"1,000.00"
01/13/2026,SLIP RENT,"-150.00","850.00"
01/31/2026,INTEREST,"20.00","870.00"
"""
US_SIDE = """Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance
1234,Deposit from guests,01/25/26,Credit,500,1500
1234,Withdrawal to owner,01/24/26,Debit,250,1000
"""
UK = """Date,Type,Description,Paid out,Paid in,Balance
28/01/2026,DD,HARBOUR DUES,\u00a3120.00,,\u00a31880.00
27/01/2026,BGC,TICKETS,,\u00a32000.00,\u00a32000.00
"""
GERMAN_HEAD = (
    *("Auftragskonto", "Buchungstag", "Valutadatum", "Buchungstext", "Verwendungszweck"),
    *("Beguenstigter/Zahlungspflichtiger", "Betrag", "Waehrung", "Info"),
)
GERMAN = f""""{'";"'.join(GERMAN_HEAD)}"
"";"05.01.26";"05.01.26";"LASTSCHRIFT";"Miete Januar";"Hafenamt Muster";"-1.234,56";"EUR";"Umsatz gebucht"
"";"03.01.26";"03.01.26";"GUTSCHRIFT";"Rechnung 7";"G\u00e4ste GmbH";"2.000,00";"EUR";"Umsatz gebucht"
"";"06.01.26";"06.01.26";"LASTSCHRIFT";"Strom";"Werk Muster";"-80,00";"EUR";"Umsatz vorgemerkt"
"""
FRENCH = "Date\tLibell\u00e9\tMontant\n13/01/2026\tLOYER\t-1\u202f250,00\n14/01/2026\tVENTE\t+300,5\n"
PAYPAL = """"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID","Balance"
"01/14/2026","10:00:00","PST","Guest One","Website Payment","Completed","USD","100.00","-3.20","96.80","1AB","96.80"
"01/15/2026","11:00:00","PST","","General Withdrawal","Completed","USD","-50.00","0.00","-50.00","2CD","46.80"
"01/16/2026","11:00:00","PST","Guest Two","Website Payment","Pending","USD","70.00","0.00","70.00","3EF","46.80"
"""
STRIPE = """id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Description
txn_2,payout,po_1,-96.80,0.00,-96.80,usd,2026-01-16 08:00:12,STRIPE PAYOUT
txn_1,charge,ch_1,100.00,3.20,96.80,usd,2026-01-14 09:30:00,Charge for BK-1
"""
CARD_POSITIVE = """Date,Description,Amount
01/20/2026,PAINT SHOP,35.00
01/18/2026,AUTOPAY PAYMENT - THANK YOU,-200.00
01/15/2026,FUEL DOCK,60.00
"""
CARD_NEGATIVE = """Transaction Date,Post Date,Description,Category,Type,Amount,Memo
01/20/2026,01/21/2026,PAINT SHOP,Home,Sale,-35.00,
01/18/2026,01/18/2026,Payment Thank You,,Payment,200.00,
"""
CARD_OWED = """Date,Description,Amount,Balance
2026-01-15,FUEL DOCK,60.00,60.00
2026-01-18,PAYMENT,-20.00,40.00
2026-01-20,PAINT SHOP,35.00,75.00
"""
CARD_OWED_MIXED = """Date,Description,Amount,Balance
2026-01-15,FUEL DOCK,-60.00,60.00
2026-01-18,PAYMENT THANK YOU,20.00,40.00
2026-01-20,PAINT SHOP,-35.00,75.00
"""
REVERSED = """Date;Description;Amount;Balance
2026-01-02;RENT;100.00;900.00
2026-01-03;SALE;-50.00;950.00
2026-01-04;FUEL;20.00;930.00
"""
BRACKETS = "Date|Payee|Amount\n2026-01-02|Rent|($1,200.00)\n2026-01-03|Sale|$ 80.00\n2026-01-04|Fee|2.50-\n"

CASES = [
    Case(
        "US checking, debit and credit, names above",
        US_DEBIT_CREDIT,
        [("2026-01-21", "-86.40", "FUEL DOCK, SLIP 12"), ("2026-01-31", "1240.00", "STRIPE TRANSFER")],
        ("2026-01-31", "5180.12"),
    ),
    Case(
        "US checking, one column, a cell too many",
        US_ONE_COLUMN,
        [("2026-01-14", "1000.00", "ACH IN"), ("2026-01-15", "-45.10", "OFFICE STORE")],
        ("2026-01-15", "954.90"),
    ),
    Case(
        "US checking with balance lines",
        US_WITH_SUMMARY,
        [("2026-01-13", "-150.00", "SLIP RENT"), ("2026-01-31", "20.00", "INTEREST")],
        ("2026-01-31", "870.00"),
    ),
    Case(
        "US savings, a column for the side",
        US_SIDE,
        [("2026-01-24", "-250", "Withdrawal to owner"), ("2026-01-25", "500", "Deposit from guests")],
        ("2026-01-25", "1500"),
    ),
    Case(
        "UK",
        UK,
        [("2026-01-27", "2000.00", "TICKETS"), ("2026-01-28", "-120.00", "HARBOUR DUES")],
        ("2026-01-28", "1880.00"),
    ),
    Case(
        "German, Windows-1252, one line pending",
        GERMAN.encode("cp1252"),
        [("2026-01-03", "2000.00", "G\u00e4ste GmbH"), ("2026-01-05", "-1234.56", "Hafenamt Muster")],
        currency="EUR",
    ),
    Case(
        "PayPal: the net amount moves the balance",
        PAYPAL,
        [("2026-01-14", "96.80", "Guest One"), ("2026-01-15", "-50.00", "General Withdrawal")],
        ("2026-01-15", "46.80"),
        currency="USD",
    ),
    Case(
        "Stripe balance history",
        STRIPE,
        [("2026-01-14", "96.80", "Charge for BK-1"), ("2026-01-16", "-96.80", "STRIPE PAYOUT")],
        currency="USD",
    ),
    Case(
        "card, purchases positive",
        CARD_POSITIVE,
        [
            ("2026-01-15", "-60.00", "FUEL DOCK"),
            ("2026-01-18", "200.00", "AUTOPAY PAYMENT - THANK YOU"),
            ("2026-01-20", "-35.00", "PAINT SHOP"),
        ],
        is_card=True,
    ),
    Case(
        "card, purchases negative",
        CARD_NEGATIVE,
        [("2026-01-18", "200.00", "Payment Thank You"), ("2026-01-21", "-35.00", "PAINT SHOP")],
        is_card=True,
    ),
    Case(
        "card, what is owed as the balance",
        CARD_OWED,
        [
            ("2026-01-15", "-60.00", "FUEL DOCK"),
            ("2026-01-18", "20.00", "PAYMENT"),
            ("2026-01-20", "-35.00", "PAINT SHOP"),
        ],
        ("2026-01-20", "-75.00"),
        is_card=True,
    ),
    Case(
        "card, what is owed as the balance, purchases negative",
        CARD_OWED_MIXED,
        [
            ("2026-01-15", "-60.00", "FUEL DOCK"),
            ("2026-01-18", "20.00", "PAYMENT THANK YOU"),
            ("2026-01-20", "-35.00", "PAINT SHOP"),
        ],
        ("2026-01-20", "-75.00"),
        is_card=True,
    ),
    Case(
        "signs the wrong way, which the balance shows",
        REVERSED,
        [
            ("2026-01-02", "-100.00", "RENT"),
            ("2026-01-03", "50.00", "SALE"),
            ("2026-01-04", "-20.00", "FUEL"),
        ],
        ("2026-01-04", "930.00"),
    ),
    Case(
        "brackets, a minus behind, a currency",
        BRACKETS,
        [("2026-01-02", "-1200.00", "Rent"), ("2026-01-03", "80.00", "Sale"), ("2026-01-04", "-2.50", "Fee")],
    ),
    Case(
        "code in cells is text",
        "Date,Description,Amount\n"
        "2026-01-02,\"=cmd|'/c calc'!A1\",-1.00\n2026-01-03,@SUM(A1),2.00\n2026-01-04,+1 555,-3.00\n",
        [
            ("2026-01-02", "-1.00", "=cmd|'/c calc'!A1"),
            ("2026-01-03", "2.00", "@SUM(A1)"),
            ("2026-01-04", "-3.00", "+1 555"),
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_files_of_banks_are_read(case: Case) -> None:
    found = statement(case.data, is_card=case.is_card)
    assert [(str(one.date), str(one.amount), one.payee) for one in found.lines] == list(case.lines)
    day, amount = case.closing or (None, None)
    assert found.closing == (Closing(date.fromisoformat(day), Decimal(amount or 0)) if day else None)
    assert found.currency == case.currency


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(case: Case, encoding: str, end: str) -> None:
    text = case.data if isinstance(case.data, str) else case.data.decode("cp1252")
    expected = statement(text, is_card=case.is_card)
    assert statement(text.replace("\n", end).encode(encoding), is_card=case.is_card) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_guess_can_be_kept_and_reads_the_same(case: Case) -> None:
    first = read(case.data, is_card=case.is_card)
    assert isinstance(first, Understood)
    again = read(case.data, first.profile, is_card=case.is_card)
    assert isinstance(again, Understood)
    assert again.statement.lines == first.statement.lines
    assert again.profile == first.profile


def test_a_table_without_headings_is_read_by_numbers() -> None:
    data = '"01/15/2026","-10.00","*","","FUEL DOCK"\n"01/16/2026","25.00","*","","SALE"\n'
    assert guess_profile(data) is None
    found = statement(data, Profile("bank", "1", "5", amount="2"))
    assert [(one.date.day, str(one.amount), one.payee) for one in found.lines] == [
        (15, "-10.00", "FUEL DOCK"),
        (16, "25.00", "SALE"),
    ]


def test_tabs_and_narrow_spaces_between_thousands() -> None:
    found = statement(FRENCH, Profile("bank", "Date", "Libell\u00e9", amount="Montant"))
    assert [str(one.amount) for one in found.lines] == ["-1250.00", "300.5"]


HEAD = "Date,Description,Amount,Balance\n"
FAULTS: list[tuple[str, str | bytes, list[tuple[str, int]]]] = [
    ("no amount", HEAD + "2026-01-02,A,-1.00,9.00\n2026-01-03,B,,9.00\n", [("no-amount", 3)]),
    ("no date", HEAD + ",A,-1.00,9.00\n2026-01-03,B,-2.00,7.00\n", [("bad-date", 2)]),
    (
        "every line is told",
        HEAD + "2026-02-30,A,-1.00,9.00\n2026-01-03,B,x,7.00\n2026-01-03,B,,7.00\n",
        [("bad-date", 2), ("bad-amount", 3), ("no-amount", 4)],
    ),
    (
        "a line is missing",
        HEAD + "2026-01-02,A,-1.00,9.00\n2026-01-04,C,-3.00,4.00\n2026-01-05,D,-1.00,3.00\n",
        [("balance-breaks", 3)],
    ),
    (
        "two downloads in one file",
        HEAD
        + "2026-01-02,A,-1.00,9.00\n2026-01-03,B,-2.00,7.00\n2026-01-02,A,-1.00,9.00\n2026-01-03,B,-2.00,7.00\n",
        [("balance-breaks", 4)],
    ),
    ("headings again", HEAD + "2026-01-02,A,-1.00,9.00\n" + HEAD, [("bad-date", 3)]),
    ("open order of dates", HEAD + "01/02/2026,A,-1.00,9.00\n03/02/2026,B,-2.00,7.00\n", [("open-date", 2)]),
    ("torn order of dates", HEAD + "13/02/2026,A,-1.00,9.00\n02/14/2026,B,-2.00,7.00\n", [("open-date", 3)]),
    ("open decimals", 'Date,Description,Amount\n2026-01-02,A,"1,234"\n', [("open-decimal", 2)]),
    (
        "torn decimals",
        'Date,Description,Amount\n2026-01-02,A,"1,23"\n2026-01-03,A,1.23\n',
        [("open-decimal", 3)],
    ),
    ("too many cells", HEAD + "2026-01-02,A, B,-1.00,9.00\n", [("ragged-row", 2)]),
    ("an open quote", HEAD + '2026-01-02,"A,-1.00,9.00\n', [("bad-csv", 2)]),
    ("no lines", HEAD, [("no-lines", 0)]),
    (
        "two currencies",
        "Date,Description,Amount,Currency\n2026-01-02,A,1.00,USD\n2026-01-03,B,1.00,EUR\n",
        [("two-currencies", 3)],
    ),
    (
        "both sides",
        "Date,Description,Debit,Credit\n2026-01-02,A,1.00,2.00\n2026-01-03,B,,3.00\n",
        [("two-amounts", 2)],
    ),
    ("a letter among digits", HEAD + "2026-01-02,A,1O.00,9.00\n", [("bad-amount", 2)]),
    ("two signs", HEAD + "2026-01-02,A,(-1.00),9.00\n", [("bad-amount", 2)]),
]


@pytest.mark.parametrize(("name", "data", "expected"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_what_is_in_doubt_is_refused_with_its_line(
    name: str, data: str | bytes, expected: list[tuple[str, int]]
) -> None:
    del name
    assert problems(data) == expected


def test_an_order_that_the_profile_sets_is_followed() -> None:
    data = HEAD + "01/02/2026,A,-1.00,9.00\n03/02/2026,B,-2.00,7.00\n"
    for order, days in (("mdy", [(1, 2), (3, 2)]), ("dmy", [(2, 1), (2, 3)])):
        profile = Profile("bank", "Date", "Description", amount="Amount", date_order="mdy")
        if order == "dmy":
            profile = Profile("bank", "Date", "Description", amount="Amount", date_order="dmy")
        assert [(one.date.month, one.date.day) for one in statement(data, profile).lines] == days


def test_a_reversed_profile_is_followed_where_no_balance_speaks() -> None:
    profile = Profile("bank", "Date", "Description", amount="Amount", reversed=True)
    assert [str(one.amount) for one in statement(HEAD + "2026-01-02,A,5.00,\n", profile).lines] == ["-5.00"]


def test_the_bank_s_id_tells_a_line_that_stands_twice() -> None:
    head = "Date,Description,Amount,Transaction ID\n"
    profile = Profile("bank", "Date", "Description", amount="Amount", id="Transaction ID")
    found = statement(head + "2026-01-02,A,-1.00,x1\n2026-01-02,A,-1.00,x1\n", profile)
    assert (len(found.lines), len(found.notes)) == (1, 1)
    assert problems(head + "2026-01-02,A,-1.00,x1\n2026-01-02,A,-2.00,x1\n", profile) == [("id-twice", 3)]


def test_a_heading_that_is_not_there_is_told_with_the_nearest() -> None:
    profile = Profile("bank", "Date", "Descripton", amount="Amount")
    found = parse_bank_csv(text_of(HEAD + "2026-01-02,A,1.00,1.00\n"), profile)
    assert isinstance(found, tuple)
    (problem,) = found
    assert 'Did you mean "Description"?' in problem.mend


def test_a_file_over_the_limit_and_bytes_of_no_encoding_are_refused() -> None:
    large = decode_statement(b"x" * (SIZE_LIMIT + 1), PATH)
    assert isinstance(large, Problem)
    assert large.code == "too-large"
    odd = decode_statement(b"Date\x81\xff", PATH)
    assert isinstance(odd, Problem)
    assert odd.code == "bad-encoding"
    assert isinstance(decode_statement(b"Date\xe9", PATH, "utf-8"), Problem)


def test_at_most_forty_problems_are_told() -> None:
    rows = "".join(f"2026-01-02,A,x{number},1.00\n" for number in range(100))
    found = problems(HEAD + rows)
    assert (len(found), found[-1]) == (41, ("more", 42))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2026-01-02", "2026/1/2", "20260102"], "ymd"),
        (["01/02/2026", "01/13/2026"], "mdy"),
        (["01/02/2026", "13/02/2026"], "dmy"),
        (["01.02.2026"], "dmy"),
        (["Jan 2, 2026"], "ymd"),
        (["01/02/2026"], Undecided("01/02/2026", 0)),
        (["x", "13/01/2026", "01/13/2026"], Torn("01/13/2026", 2, "13/01/2026")),
    ],
)
def test_the_column_decides_the_order_of_dates(cells: list[str], order: object) -> None:
    assert date_order(cells) == order


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,234.56", "1,234"], "."),
        (["1.234,56", "1.234"], ","),
        (["12", "1 234"], "."),
        (["1.234.567"], ","),
        (["0.125"], "."),
        (["1,234"], Undecided("1,234", 0)),
        (["1.5", "x", "1,5"], Torn("1,5", 2, "1.5")),
    ],
)
def test_the_column_decides_the_sign_before_cents(cells: list[str], mark: object) -> None:
    assert decimal_mark(cells) == mark


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"]))
def test_a_day_is_read_as_it_was_written(day: date, form: str) -> None:
    written = f"{day.year:04}" + day.strftime(form.removeprefix("%Y"))
    assert read_day(written, "ymd") == day
    assert read_day(f"{day.month}/{day.day}/{day.year}", "mdy") == day
    assert read_day(f"{day.day:02}.{day.month:02}.{day.year}", "dmy") == day
    assert read_day(f"{written} 10:00:00", "ymd") == day


AMOUNTS = st.decimals(-(10**9), 10**9, places=2)


@given(AMOUNTS)
def test_an_amount_is_read_as_it_was_written(amount: Decimal) -> None:
    plain = f"{amount:,.2f}"
    german = plain.translate(str.maketrans(",.", ".,"))
    size = plain.removeprefix("-")
    assert read_amount(plain, ".") == read_amount(german, ",") == amount
    if amount < 0:
        assert {read_amount(form, ".") for form in (f"({size})", f"{size}-", f"-${size}", f"$-{size}")} == {
            amount
        }


@given(st.text(max_size=60))
def test_no_cell_breaks_the_readers(text: str) -> None:
    assert isinstance(read_day(text, "mdy"), date | Refusal)
    assert isinstance(read_amount(text, "."), Decimal | Refusal)
    assert clean(clean(text)) == clean(text)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    text = decode_statement(data, PATH)
    if isinstance(text, Problem):
        return
    profile = guess_profile(text.text) or Profile("bank", "1", "2", amount="3")
    found = parse_bank_csv(text, profile)
    if not isinstance(found, Understood):
        lines = text.text.count("\n") + 1
        assert all(0 <= problem.line <= lines for problem in found)


def number(digits: int) -> str:
    """Digits that are no real account's, made here."""
    return "".join(random.choices("123456789", k=digits))  # noqa: S311 - test data, not a secret


@pytest.mark.parametrize("length", [12, 13, 16, 19])
def test_of_long_numbers_four_digits_are_left(length: int) -> None:
    digits = number(length)
    grouped = " ".join(digits[at : at + 4] for at in range(0, length, 4))
    for written in (digits, grouped, grouped.replace(" ", "-")):
        assert clean(f"CARD {written} FUEL") == f"CARD \u2026{digits[-4:]} FUEL"


def test_of_an_iban_four_signs_are_left() -> None:
    digits = number(20)
    grouped = " ".join(digits[2:][at : at + 4] for at in range(0, 18, 4))
    assert clean(f"VON DE{digits}") == f"VON \u2026{digits[-4:]}"
    assert clean(f"VON DE{digits[:2]} {grouped}") == f"VON \u2026{digits[-4:]}"


def test_short_numbers_stay() -> None:
    assert clean("BK-2041 on 2026-01-05, tel 555 0100") == "BK-2041 on 2026-01-05, tel 555 0100"


def test_nothing_invisible_is_kept() -> None:
    assert clean("a\u202eb\x00c\nd\te\u2028f") == "a[U+202E]b c d e f"


HEADING = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(day=HEADING, words=HEADING, amount=HEADING, is_reversed=st.sampled_from([None, True, False]))
def test_a_profile_is_written_so_that_it_is_read_again(
    *, day: str, words: str, amount: str, is_reversed: bool | None
) -> None:
    from quarterdeck.settings import Bank  # noqa: PLC0415 - brings pydantic
    from quarterdeck.text.nodes import Mapping, Scalar  # noqa: PLC0415
    from quarterdeck.text.yaml import read_yaml  # noqa: PLC0415

    profile = Profile("bank", day, words, amount=amount, reversed=is_reversed, delimiter="tab")
    node, found = read_yaml("\n".join(["banks:", *profile_lines(profile)]), "portfolio.yml")
    assert not found
    assert isinstance(node, Mapping)
    banks = node.get("banks")
    assert isinstance(banks, Mapping)
    bank = banks.get("bank")
    assert isinstance(bank, Mapping)
    data = {key.text: value.text for key, value in bank.entries if isinstance(value, Scalar)}
    assert Bank.model_validate(data, by_alias=True, by_name=False).profile("bank") == profile


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: Fleet\n",
        "name: Fleet",
        "banks:\n  other:\n    date: Date\n    description: D\n    amount: A\nname: Fleet\n",
        "name: Fleet\r\nbanks: # ours\r\n\r\npeople:\r\n",
        "# only a remark\n",
    ],
)
def test_a_profile_is_put_into_the_settings_and_nothing_else_changes(text: str) -> None:
    after = with_profile(text, Profile("bank", "Date", "Payee", amount="Amount"))
    assert after is not None
    lines = iter(after.replace("\r\n", "\n").split("\n"))
    assert all(line in lines for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")), (
        "in their order"
    )
    assert ("\r\n" in after) == ("\r\n" in text)


@pytest.mark.parametrize("text", ["banks: {}\n", "banks: [a]\n", "- a\n", "banks:\n  - a\n"])
def test_a_profile_is_not_put_in_where_that_is_not_safe(text: str) -> None:
    assert with_profile(text, Profile("bank", "Date", "Payee", amount="Amount")) is None


def test_a_year_of_lines_is_in_order_whichever_way_the_file_runs() -> None:
    start = date(2026, 1, 1)
    balance, rows = Decimal(0), []
    for number_of_line in range(400):
        amount = Decimal(number_of_line * 37 % 101 - 50)
        balance += amount
        rows.append(
            f"{start + timedelta(days=number_of_line // 3)},P{number_of_line},{amount}.00,{balance}.00\n"
        )
    forward, back = statement(HEAD + "".join(rows)), statement(HEAD + "".join(reversed(rows)))
    assert [one.payee for one in forward.lines] == [one.payee for one in back.lines]
    assert forward.closing == back.closing
    assert forward.opening == back.opening == 0
