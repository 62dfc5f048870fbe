"""A workbook: the same bytes for the same tables, numbers as numbers, and text that stays text."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.sheet import Head, Sheet, Value
from quarterdeck.reports.workbook import Book, sheet_names, workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ("=1+1", "{=SUM(A1)}", "@x", "http://evil.example", "<b>&amp;", "_x0041_", "+1", "\x01")

CASH = Sheet(
    "Cash",
    (
        Head("what", "What"),
        Head("amount", "Amount", "USD"),
        Head("share", "Share", "share"),
        Head("on", "On"),
    ),
    (
        (
            Value("Jada"),
            Value("-1250.50", "number", "USD"),
            Value("0.25", "number", "share"),
            Value("2026-11-23", "day"),
        ),
        (Value("All"), Value("0", "number", "USD"), Value(), Value("0001-01-01", "day")),
    ),
    has_total=True,
)
BOOK = Book("CFO", "Fleet", (CASH,))


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: packed.read(name).decode() for name in packed.namelist()}


def cells(data: bytes, number: int) -> dict[str, tuple[str, str]]:
    """Place -> type and content of every cell of a sheet; shared words are looked up."""
    found = parts(data)
    words = ["".join(one.itertext()) for one in ET.fromstring(found["xl/sharedStrings.xml"])]  # noqa: S314 - our own
    sheet = ET.fromstring(found[f"xl/worksheets/sheet{number}.xml"])  # noqa: S314 - likewise
    made = {}
    for cell in sheet.iter(f"{MAIN}c"):
        assert cell.find(f"{MAIN}f") is None
        content = cell.findtext(f"{MAIN}v", "")
        kind = cell.get("t", "n")
        made[cell.get("r", "")] = (kind, words[int(content)] if kind == "s" else content)
    return made


def test_the_same_tables_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook(BOOK)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert workbook(BOOK) == first
    assert "2026-01-01T00:00:00Z" in parts(first)["docProps/core.xml"]


def test_numbers_are_numbers_and_days_are_days() -> None:
    found = cells(workbook(BOOK), 2)
    assert found["B1"] == ("s", "Amount (USD)")
    assert found["B2"] == ("n", "-1250.5")
    assert found["C2"] == ("n", "0.25")
    assert found["D2"] == ("n", str((date(2026, 11, 23) - date(1899, 12, 30)).days))
    assert found["B3"] == ("n", "0")
    assert "C3" not in found, "not known is no zero"
    assert found["D3"] == ("s", "0001-01-01"), "a day that spreadsheets have not"


def test_money_is_shown_in_its_currency_and_shares_as_percent() -> None:
    styles = parts(workbook(BOOK))["xl/styles.xml"]
    assert "&quot;$&quot;#,##0.00" in styles
    assert "0.0%" in styles


def test_the_first_sheet_says_what_the_others_are() -> None:
    found = cells(workbook(msgspec.structs.replace(BOOK, is_sample=True)), 1)
    assert found["A1"] == ("s", "Fleet: CFO")
    assert found["A2"][1].startswith("SAMPLE: ")
    assert ("s", "Cash") in found.values()
    assert not any("SAMPLE" in text for _, text in cells(workbook(BOOK), 1).values())


def test_F053_text_of_people_is_never_a_formula_or_a_link() -> None:
    rows = tuple((Value(text),) for text in HOSTILE)
    data = workbook(Book("=x", "=y", (Sheet("=z", (Head("k", "=cmd()"),), rows),)))
    found = cells(data, 2)
    assert found["A1"] == ("s", "=cmd()")
    assert [found[f"A{at}"][0] for at in range(2, 2 + len(HOSTILE))] == ["s"] * len(HOSTILE)
    assert [found[f"A{at}"][1] for at in range(2, 7)] == list(HOSTILE[:5])
    assert not [name for name in parts(data) if "externalLink" in name]
    assert "<hyperlink " not in parts(data)["xl/worksheets/sheet2.xml"]


def test_a_number_that_a_spreadsheet_would_round_stays_exact_as_text() -> None:
    data = workbook(
        Book("T", "P", (Sheet("S", (Head("k", "K"),), ((Value("1234567890123456.78", "number"),),)),))
    )
    assert cells(data, 2)["A2"] == ("s", "1234567890123456.78")


@given(st.lists(st.text(max_size=40), max_size=8))
def test_names_of_sheets_are_ones_that_a_workbook_may_have(titles: list[str]) -> None:
    names = list(sheet_names([Sheet(title, (), ()) for title in titles]))
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name) <= 31
        assert re.search(r"[\[\]:*?/\\']", name) is None
        assert name.casefold() not in {"history", "contents"}
