"""A table as a CSV: what was put in comes out, and nothing in it is a formula."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.page import Download
from quarterdeck.model.sheet import Head, Sheet, Value

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=2)
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(Value),
    st.sampled_from("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20").flatmap(
        lambda sign: st.text(max_size=9).map(lambda end: Value(sign + end))
    ),
    NUMBERS.map(lambda number: Value(f"{number:f}", "number", "USD")),
)


def a_sheet(*rows: tuple[Value, ...]) -> Sheet:
    return Sheet("Cash", (Head("what", "What"), Head("amount", "Amount", "USD")), rows)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_F053_reading_it_back_gives_the_cells_and_no_formula(rows: list[tuple[Value, Value]]) -> None:
    head, *found = read(a_sheet(*rows).csv)
    assert head == ["what", "amount (USD)"]
    assert len(found) == len(rows)
    for row, cells in zip(rows, found, strict=True):
        for value, cell in zip(row, cells, strict=True):
            assert cell in {value.text, f"'{value.text}"}
            assert re.match("[=+@\t\r\n\uff1d\uff0b\uff0d\uff20]", cell) is None
            assert not cell.startswith("-") or value.kind == "number"


@pytest.mark.parametrize(
    ("case", "value", "cell"),
    [
        ("a number of ours keeps its minus", Value("-12.50", "number", "USD"), "-12.50"),
        ("text that looks like one is text", Value("-12.50"), "'-12.50"),
        ("a formula", Value("=HYPERLINK(1)"), "'=HYPERLINK(1)"),
        ("a sign within is no harm", Value("3=2+1"), "3=2+1"),
        ("not known", Value(), ""),
    ],
)
def test_F053_what_a_cell_becomes(case: str, value: Value, cell: str) -> None:
    assert value.harmless == cell, case


def test_lines_end_and_quotes_stand_as_rfc_4180_has_them() -> None:
    text = a_sheet((Value('He said "two", then left'), Value("2", "number", "USD"))).csv
    assert text == 'what,amount (USD)\r\n"He said ""two"", then left",2\r\n'


def test_a_head_that_begins_like_a_formula_is_harmless_too() -> None:
    assert Sheet("T", (Head("=cmd()", "x"),), ()).csv == "'=cmd()\r\n"


def test_a_csv_says_that_it_is_utf_8_and_no_other_file_does() -> None:
    assert Download("a.csv", "é\r\n").data == b"\xef\xbb\xbf\xc3\xa9\r\n"
    assert Download("a.svg", "é").data == b"\xc3\xa9"
