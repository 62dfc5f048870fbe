"""The value grammar of handoffs: each spelling with what it is read as, or why it is refused."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.columns import Column, Field, Grammar
from quarterdeck.model.values import Blank, Money, MoneyRange, MonthToMonth, Ratio
from quarterdeck.parse.refusal import Refusal
from quarterdeck.parse.values import READERS


def read(grammar: Grammar, text: str, *, name: str = "x", words: tuple[str, ...] = (), **column: Any) -> Any:  # noqa: ANN401  # any value of any column
    return READERS[grammar](text, Field(name, Column("", **column), grammar, words), "USD")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,250", usd("1250")),
        ("1250", usd("1250")),
        ("1250.5", usd("1250.5")),
        ("1,250.50", usd("1250.50")),
        ("1250 USD", usd("1250")),
        ("USD 1250", usd("1250")),
        ("1250 eur", Money(Decimal(1250), "EUR")),
        ("€99", Money(Decimal(99), "EUR")),
        ("99 €", Money(Decimal(99), "EUR")),
        ("US$5", usd("5")),
        ("1.2k", usd("1200")),
        ("$1.5M", usd("1500000")),
        ("0.10", usd("0.10")),
        ("$0.0001", usd("0.0001")),
        ("none", usd("0")),
        ("$0", usd("0")),
        ("?", Blank("unknown")),
        ("tbd", Blank("unknown")),
        ("Unknown", Blank("unknown")),
        ("—", Blank("n/a")),
        ("n/a", Blank("n/a")),
        ("n/a: part of the boat", Blank("n/a", "part of the boat")),
        ("not tracked", Blank("not tracked")),
    ],
)
def test_money(text: str, value: object) -> None:
    assert read("money", text) == value


@pytest.mark.parametrize(
    "text",
    [
        "1.234,56",
        "$1,2",
        "1.234",
        "12,34",
        "10K-50K",
        "1e309",
        ".nan",
        "nan",
        "inf",
        ".inf",
        "Infinity",
        "$",
        "12 XYZ",
        "$12 EUR",
        "$140/day",
        "$180/mo",
        "9" * 5_000,
        "$1,250 or so",
        "١٢",
        "1_000",
        "--5",
    ],
)
def test_F044_money_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    value = read("money", text)
    assert isinstance(value, Refusal)
    assert not value.is_impossible
    assert value.mend.endswith(".")


def test_F041_ten_times_ten_cents_is_one_dollar() -> None:
    total = usd("0")
    for _ in range(10):
        total += read("money", "$0.10")
    assert total == usd("1.00")


@pytest.mark.parametrize("text", ["-250", "(250)", "-$250", "$-250", "\u2212250", "($250)"])
def test_F043_negative_money_only_where_the_field_allows_it(text: str) -> None:
    refused = read("money", text)
    assert isinstance(refused, Refusal)
    assert refused.is_impossible
    assert read("money", text, signed=True) == usd("-250")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$10K–50K", None),  # noqa: RUF001  # the dash of the specification
        ("$10K–$50K", MoneyRange(usd("10000"), usd("50000"))),  # noqa: RUF001
        ("10K-50K", MoneyRange(usd("10000"), usd("50000"))),
        ("$100 to $250", MoneyRange(usd("100"), usd("250"))),
        ("$120-180/yr", MoneyRange(usd("10"), usd("15"))),
        ("€5-10", MoneyRange(Money(Decimal(5), "EUR"), Money(Decimal(10), "EUR"))),
        ("$400", usd("400")),
        ("10-50K", Refusal),
        ("50K-10K", Refusal),
        ("1-2-3", Refusal),
    ],
)
def test_money_range(text: str, value: object) -> None:
    found = read("money range", text, per="monthly")
    if value is None:
        value = MoneyRange(usd("10000"), usd("50000"))
    assert isinstance(found, Refusal) if value is Refusal else found == value


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$180/mo", "180"),
        ("$180/yr", "15"),
        ("$12/wk", "52"),
        ("$300/qtr", "100"),
        ("$60 per year", "5"),
        ("60 a year", "5"),
        ("$60 yearly", "5"),
    ],
)
def test_cadence_is_turned_into_the_span_of_the_column(text: str, amount: str) -> None:
    assert read("money", text, per="monthly") == usd(amount)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25%", Ratio(Decimal("0.25"))),
        ("25 %", Ratio(Decimal("0.25"))),
        ("1.5%", Ratio(Decimal("0.015"))),
        ("0.25", Ratio(Decimal("0.25"))),
        (".25", Ratio(Decimal("0.25"))),
        ("100%", Ratio(Decimal(1))),
        ("5 of 31", Ratio(Decimal(5) / 31, Decimal(5), Decimal(31))),
        ("none", Ratio(Decimal(0))),
        ("?", Blank("unknown")),
        ("n/a: no commission is agreed with this partner, and none is asked", Blank),
        ("a quarter", Refusal),
    ],
)
def test_ratio(text: str, value: object) -> None:
    found = read("ratio", text)
    assert isinstance(found, value) if isinstance(value, type) else found == value


@pytest.mark.parametrize("text", ["150%", "-5%", "25", "40 of 31", "3 of 0"])
def test_F052_shares_over_one_or_below_zero_are_flagged(text: str) -> None:
    value = read("ratio", text)
    assert isinstance(value, Refusal)
    assert value.is_impossible


def test_commission_is_money_or_a_share() -> None:
    assert read("money or ratio", "15%") == Ratio(Decimal("0.15"))
    assert read("money or ratio", "0.15") == Ratio(Decimal("0.15"))
    assert read("money or ratio", "19.00") == usd("19.00")
    assert read("money or ratio", "$0.50") == usd("0.50")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-12-05", date(2026, 12, 5)),
        ("Dec 5, 2026", date(2026, 12, 5)),
        ("December 5 2026", date(2026, 12, 5)),
        ("5 Dec 2026", date(2026, 12, 5)),
        ("5th Dec. 2026", date(2026, 12, 5)),
        ("Sept 9, 2026", date(2026, 9, 9)),
        ("2028-02-29", date(2028, 2, 29)),
        ("?", Blank("unknown")),
        ("none", Blank("n/a")),
        ("12/5/2026", Refusal),
        ("2026/12/05", Refusal),
        ("2026-12", Refusal),
        ("2026-W41-1", Refusal),
        ("soon", Refusal),
        ("2026-1-5", Refusal),
        ("Foo 5, 2026", Refusal),
        ("Decem 35, 2026", Refusal),
    ],
)
def test_date(text: str, value: object) -> None:
    found = read("date", text)
    assert isinstance(found, Refusal) if value is Refusal else found == value


def test_F030_impossible_date_is_refused() -> None:
    assert read("date", "2026-02-30") == Refusal(
        '"2026-02-30" is no day of the calendar', "Write it as 2026-12-05.", "bad-date"
    )


def test_ambiguous_date_names_both_readings() -> None:
    assert read("date", "12/05/2026") == Refusal(
        '"12/05/2026" can be 12 May or 5 December', "Write 2026-12-05.", "bad-date"
    )


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "Jan 1, 0001"])
def test_F051_dates_out_of_time_are_flagged(text: str) -> None:
    value = read("date", text)
    assert isinstance(value, Refusal)
    assert value.is_impossible


def test_month_to_month() -> None:
    assert read("date or mtm", "mtm") == MonthToMonth()
    assert read("date or mtm", "Month-to-month") == MonthToMonth()
    assert read("date or mtm", "2027-05-31") == date(2027, 5, 31)


@pytest.mark.parametrize(
    ("text", "start", "end", "name"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), "2026-02"),
        ("Feb 2026", date(2026, 2, 1), date(2026, 2, 28), "2026-02"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"),
        ("Q1 2026", date(2026, 1, 1), date(2026, 3, 31), "2026-Q1"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4), "2026-W01"),
        ("2026-10-31", date(2026, 10, 31), date(2026, 10, 31), "2026-10-31"),
    ],
)
def test_period(text: str, start: date, end: date, name: str) -> None:
    value = read("period", text)
    assert (value.start, value.end, value.name) == (start, end, name)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-Q5", "2026-W60", "0000", "9999-W53", "12/2026", "last month", "2026-00"]
)
def test_periods_that_are_none(text: str) -> None:
    assert isinstance(read("period", text), Refusal)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("1,200", 1200), ("1.2k", 1200), ("none", 0), ("0", 0), ("?", Blank("unknown")), ("4.0", 4)],
)
def test_count(text: str, value: object) -> None:
    found = read("count", text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["4.5", "twelve", "1e3", "0x10", "1 2"])
def test_counts_that_are_none(text: str) -> None:
    assert isinstance(read("count", text), Refusal)


def test_F036_five_thousand_digits_are_refused_quickly() -> None:
    start = time.perf_counter()
    value = read("count", "7" * 5_000)
    assert isinstance(value, Refusal)
    assert len(value.what) < 100
    assert time.perf_counter() - start < 1


def test_F043_negative_counts_are_refused() -> None:
    value = read("count", "-3")
    assert isinstance(value, Refusal)
    assert value.is_impossible
    assert read("count", "-3", signed=True) == -3


def test_numbers_keep_their_bounds() -> None:
    assert read("number", "4.8", low=1, high=5) == Decimal("4.8")
    assert read("number", "5.5", low=1, high=5).mend == "Write a number from 1 to 5."


@pytest.mark.parametrize("text", [".nan", "nan", ".inf", "-inf", "1e309", "1E5", "NaN", "sNaN"])
@pytest.mark.parametrize("grammar", ["money", "count", "number", "ratio", "kpi value", "money range"])
def test_F032_no_number_is_not_a_number(text: str, grammar: Grammar) -> None:
    assert isinstance(read(grammar, text, signed=True), Refusal)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, True) for text in ("yes", "Y", "true", "x", "✓", "✅")),
        *((text, False) for text in ("no", "N", "false", "✗", "❌")),
        ("?", Blank("unknown")),
        ("maybe", Refusal),
    ],
)
def test_flag(text: str, value: object) -> None:
    found = read("flag", text)
    assert isinstance(found, Refusal) if value is Refusal else found == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Q-118", "Q-118"),
        ("#QDN-12", "QDN-12"),
        ("Phone", "phone"),
        ("own-site", "own-site"),
        ("Harbor Bakery", "harbor-bakery"),
        ("Joe's Grill & Co.", "joe-s-grill-co"),
        ("?", Blank("unknown")),
        ("../../etc", "etc"),
        ("Пирс", Refusal),
        ("раypal", Refusal),  # noqa: RUF001  # Cyrillic look-alikes
        ("-", Refusal),
        ("a" * 200, Refusal),
    ],
)
def test_F017_ids_are_plain_ascii(text: str, value: object) -> None:
    found = read("id", text)
    assert isinstance(found, Refusal) if value is Refusal else found == value


def test_ids_of_kpis_have_underscores() -> None:
    assert read("id", "Missed calls", name="kpi") == "missed_calls"
    assert read("id", "missed_calls", name="kpi") == "missed_calls"


def test_words_are_matched_without_case_and_hyphens() -> None:
    words = ("in-progress", "completed", "n/a", "none")
    assert read("word", "In progress", words=words) == "in-progress"
    assert read("word", "N/A", words=words) == "n/a"
    assert read("word", "none", words=words) == "none"
    assert read("word", "completd", words=words).mend.startswith('Did you mean "completed"?')
    assert read("word", "yearly", words=("annual",)) == "annual"


def test_lists() -> None:
    assert read("names", "Sam,  Pat Lee; Kim") == ("Sam", "Pat Lee", "Kim")
    assert read("names", "none") == ()
    assert read("ids", "QDN-12, R-QDN-01") == ("QDN-12", "R-QDN-01")
    assert read("ids", "?") == Blank("unknown")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not tracked", Blank("not tracked")),
        ("n/a: no boats", Blank("n/a", "no boats")),
        ("5 of 31", Ratio(Decimal(5) / 31, Decimal(5), Decimal(31))),
        ("120%", Ratio(Decimal("1.2"))),
        ("$1,250", usd("1250")),
        ("41", Decimal(41)),
        ("4.875", Decimal("4.875")),
        ("-3", Decimal(-3)),
        ("1.2k", Decimal(1200)),
        ("lots", Refusal),
    ],
)
def test_kpi_value(text: str, value: object) -> None:
    found = read("kpi value", text, signed=True)
    assert isinstance(found, Refusal) if value is Refusal else found == value


@given(st.text(max_size=80), st.sampled_from(sorted(READERS)))
def test_no_text_raises(text: str, grammar: Grammar) -> None:
    value = read(grammar, text.strip() or "x", words=("fixed", "variable"))
    assert not isinstance(value, float)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_printed_money_is_read_back(amount: Decimal) -> None:
    assert read("money", f"${amount:,.2f}") == Money(amount, "USD")
    assert read("money", f"{amount} EUR") == Money(amount, "EUR")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_printed_dates_are_read_back(day: date) -> None:
    assert read("date", day.isoformat()) == day
    assert read("date", f"{day.day} {day:%b} {day.year}") == day
