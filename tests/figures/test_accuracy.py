"""How far earlier forecasts were off, week by week, against the books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.accuracy import WEEKS_SHOWN
from quarterdeck.figures.collect import all_figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.history import PastFigure
from quarterdeck.model.values import Money, Ratio
from tests.figures.builders import AS_OF, a_handoff, an_entity
from tests.figures.test_cash import books
from tests.records import NEWEST, a_record, dollars

if TYPE_CHECKING:
    from quarterdeck.model.figure import Figure
    from quarterdeck.model.history import Earlier

BOOKS = """
2026-01-01 open Assets:JADA:Bank:Checking USD
2026-01-01 open Income:JADA:Charter
2026-01-01 open Expenses:JADA:Fixed:Slip
2026-01-01 open Equity:JADA:Owner
2026-11-16 * "Guest" "Sail"
  Assets:JADA:Bank:Checking   2480.00 USD
  Income:JADA:Charter
2026-11-18 * "Marina" "Slip"
  Assets:JADA:Bank:Checking  -5460.00 USD
  Expenses:JADA:Fixed:Slip
2026-11-19 * "Sam" "Paid in"
  Assets:JADA:Bank:Checking   9000.00 USD
  Equity:JADA:Owner
"""
FRIDAY = """
2026-11-20 * "Guest" "Tip"
  Assets:JADA:Bank:Checking      0.01 USD
  Income:JADA:Charter
2026-11-20 * "Guest" "Tip back"
  Assets:JADA:Bank:Checking     -0.01 USD
  Income:JADA:Charter
"""
WEEK = "2026-11-16"


def a_forecast(weeks_ago: int, receipts: int, payments: int, **fields: object) -> Earlier:
    """A version some weeks before the last Sunday, and what it expected of its first week, here and in all."""
    kept = tuple(
        PastFigure(entity, name, dollars(amount), "money")
        for entity in ("", "jada")
        for name, amount in (("week_receipts", receipts), ("week_payments", payments))
    )
    return a_record(weeks_ago, figures=kept, **fields)


def found(
    *records: Earlier, text: str = BOOKS + FRIDAY, as_of: date = AS_OF
) -> dict[tuple[str, str], Figure]:
    facts = Facts([a_handoff(an_entity(ledger="JADA"))], as_of, ledger=books(text), earlier=records)
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


def errors(figures: dict[tuple[str, str], Figure], entity: str = "jada") -> list[str]:
    return [
        name for owner, name in figures if owner == entity and name.startswith("forecast_error_receipts:")
    ]


def test_a_week_is_compared_with_what_the_books_say_of_it() -> None:
    figures = found(a_forecast(1, 3100, 5200))
    for entity in ("", "jada"):
        assert figures[entity, f"actual_receipts:{WEEK}"].value == Money(Decimal("2480.01"), "USD"), (
            "no owner's money"
        )
        assert figures[entity, f"forecast_receipts_before:{WEEK}"].value == dollars(3100)
        receipts = figures[entity, f"forecast_error_receipts:{WEEK}"].value
        payments = figures[entity, f"forecast_error_payments:{WEEK}"].value
        assert isinstance(receipts, Ratio)
        assert isinstance(payments, Ratio)
        assert (round(receipts.value, 2), round(payments.value, 2)) == (Decimal("-0.20"), Decimal("0.05"))


def test_the_newest_week_stands_for_the_portfolio() -> None:
    figures = found(a_forecast(2, 10, 10), a_forecast(1, 3100, 5200))
    assert (
        figures["", "forecast_error_receipts"].value == figures["", f"forecast_error_receipts:{WEEK}"].value
    )
    assert errors(figures) == ["forecast_error_receipts:2026-11-09", f"forecast_error_receipts:{WEEK}"]


def test_each_number_leads_to_the_version_and_to_the_entries() -> None:
    record = a_forecast(1, 3100, 5200)
    figures = found(record)
    (place,) = figures["jada", f"forecast_receipts_before:{WEEK}"].sources
    assert (place.path, place.as_of) == (record.path, record.as_of)
    actual = figures["jada", f"actual_payments:{WEEK}"]
    assert {(one.start, one.end) for one in actual.lines} == {(date(2026, 11, 16), date(2026, 11, 22))}
    assert actual.sources


NOT_YET = [
    ("the week still runs", a_forecast(0, 1, 1), BOOKS + FRIDAY),
    ("the books end on Thursday", a_forecast(1, 1, 1), BOOKS),
    ("the version knew no forecast", a_record(1), BOOKS + FRIDAY),
    (
        "in another currency",
        a_record(1, figures=(PastFigure("jada", "week_receipts", Money(Decimal(1), "EUR"), "money"),)),
        BOOKS + FRIDAY,
    ),
]


@pytest.mark.parametrize(("case", "record", "text"), NOT_YET, ids=[one[0] for one in NOT_YET])
def test_what_cannot_be_compared_is_no_error(case: str, record: Earlier, text: str) -> None:
    figures = found(record, text=text)
    assert errors(figures) == [], case
    value = figures["", "forecast_error_receipts"].value
    assert isinstance(value, Missing), case
    assert "history" not in value.needs, case


def test_without_any_record_it_is_the_history_that_is_missing() -> None:
    figures = found()
    for one in ("forecast_before", "forecast_error_receipts"):
        value = figures["", one].value
        assert isinstance(value, Missing)
        assert value.needs == ("history",)


def test_of_several_forecasts_of_a_week_the_earliest_counts() -> None:
    late = msgspec.structs.replace(a_forecast(1, 99, 99), as_of=NEWEST - timedelta(days=4), version="x")
    figures = found(a_forecast(1, 3100, 5200), late)
    assert figures["jada", f"forecast_receipts_before:{WEEK}"].value == dollars(3100)
    (alone,) = (one for one in [found(late)["jada", f"actual_payments:{WEEK}"]])
    assert {one.start for one in alone.lines} == {date(2026, 11, 19)}, (
        "only what came after the day of the version"
    )


def test_no_more_than_eight_weeks_are_kept() -> None:
    figures = found(*(a_forecast(weeks, 10, 10) for weeks in range(12, 0, -1)))
    assert len(errors(figures)) == WEEKS_SHOWN
