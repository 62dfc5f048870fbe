"""Thirteen weeks of cash: what goes in, how the weeks add up, and the same for the sample portfolio."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.assumed import Assumed, Downside
from quarterdeck.model.books import Cost
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.sales import Lead
from quarterdeck.model.services import Client, Invoice
from quarterdeck.model.values import UNKNOWN, Blank, Money, MoneyRange
from quarterdeck.parse.ledger import MAIN, parse_ledger
from quarterdeck.portfolio import find_ledger
from quarterdeck.reading import read_handoffs, with_books
from tests.figures.builders import (
    AS_OF,
    a_handoff,
    a_row,
    a_task,
    an_entity,
    day,
    facts_of,
    share,
    some_facts,
    usd,
)

if TYPE_CHECKING:
    from quarterdeck.model.figure import Figure

ROOT = Path(__file__).parents[2]
WEEKS = range(1, 14)

BOOKS = b"""
2026-10-01 open Assets:JADA:Bank:Checking USD
2026-10-01 open Equity:JADA:Opening USD
2026-10-01 * "Opening"
  Assets:JADA:Bank:Checking   1000.00 USD
  Equity:JADA:Opening        -1000.00 USD
"""
SLIP = a_row(
    Cost, item="Slip", amount=usd(900), cadence="monthly", nature="fixed", next_due=day("2026-12-01")
)
BILL = a_row(Invoice, id="inv-1", ref="x", issued=day("2026-11-20"), due=day("2026-11-30"), amount=usd(500))


def found(facts: Facts) -> dict[tuple[str, str], Figure]:
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


def amount(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Money), figure
    return figure.value.amount


def with_cash(*rows: object, **fields: object) -> dict[tuple[str, str], Figure]:
    ledger, problems = parse_ledger({MAIN: BOOKS})
    assert not problems
    return found(Facts([a_handoff(an_entity(**fields), *rows)], AS_OF, ledger=ledger))  # type: ignore[arg-type]  # rows


def test_weeks_roll_from_available_cash() -> None:
    figures = with_cash(SLIP, BILL, min_cash=usd(200))
    ends = [amount(figures["jada", f"forecast_ending:{week}"]) for week in WEEKS]
    assert ends[:6] == [
        1000,
        600,
        600,
        600,
        600,
        -300,
    ]  # week 1 holds 24 November, week 6 the first of January
    assert amount(figures["jada", "lowest_week"]) == min(ends)
    assert figures["jada", "forecast_below_floor"].value == 6
    assert figures["jada", "forecast_below_zero"].value == 6


def test_money_of_another_currency_counts_at_its_price_or_not_at_all() -> None:
    mooring = a_row(
        Cost, item="Mooring", amount=Money(Decimal(100), "EUR"), cadence="one-time", nature="fixed"
    )
    row = msgspec.structs.replace(mooring, next_due=day("2026-12-01"))
    for books, paid in ((BOOKS, None), (BOOKS + b"2026-11-20 price EUR 1.10 USD\n", 110)):
        ledger, _ = parse_ledger({MAIN: books})
        figures = found(Facts([a_handoff(an_entity(), row)], AS_OF, ledger=ledger))
        payments = figures["jada", "forecast_payments:2"]
        assert (amount(payments) if payments.is_known else None) == paid


def test_other_cases_do_not_know_what_the_plain_one_does_not() -> None:
    figures = with_cash(msgspec.structs.replace(BILL, amount=UNKNOWN))
    for case, week in (("forecast", 2), ("downside", 4), ("upside", 2)):
        assert not figures["jada", f"{case}_receipts:{week}"].is_known, case


def test_downside_is_less_and_later() -> None:
    figures = with_cash(BILL)
    came = [amount(figures["jada", f"downside_receipts:{week}"]) for week in WEEKS]
    assert came[:5] == [0, 0, 0, 400, 0]
    assert figures["jada", "downside_receipts:4"].inputs[1].figure == "forecast_receipts:2"


def test_the_cases_show_what_the_settings_say() -> None:
    assumed = Assumed(downside=Downside(Decimal("0.5"), 1), upside_min_probability=Decimal("0.3"))
    lead = a_row(Lead, lead="Retreat", value=usd(4000), stage="proposal", expected=day("2026-12-08"))
    ledger, _ = parse_ledger({MAIN: BOOKS})
    figures = found(Facts([a_handoff(an_entity(), BILL, lead)], AS_OF, ledger=ledger, assumed=assumed))
    late = figures["jada", "downside_receipts:3"]
    assert amount(late) == 250
    assert (late.inputs[0].value, late.inputs[1].figure) == (Decimal("0.5"), "forecast_receipts:2")
    assert amount(figures["jada", "upside_receipts:3"]) == 4000


@pytest.mark.parametrize(
    ("case", "lead", "more"),
    [
        ("sure enough", {"probability": share("0.75")}, 4000),
        ("not sure enough", {"probability": share("0.7499")}, 0),
        ("chance of its stage", {"stage": "verbal"}, 0),
        ("lost", {"stage": "lost", "probability": share("0.9")}, 0),
        ("no day", {"probability": share("0.9"), "expected": Blank("unknown")}, 0),
        ("after the weeks", {"probability": share("0.9"), "expected": day("2027-06-01")}, 0),
        ("a range", {"probability": share("0.9"), "value": MoneyRange(usd(2000), usd(3000))}, 2500),
        ("no value", {"probability": share("0.9"), "value": Blank("unknown")}, 0),
    ],
)
def test_leads_that_are_almost_won_are_in_the_upside_alone(
    case: str, lead: dict[str, object], more: int
) -> None:
    verbal = a_row(Lead, lead="Retreat", value=usd(4000), stage="verbal", expected=day("2026-12-08"))
    figures = with_cash(BILL, msgspec.structs.replace(verbal, **lead))
    assert amount(figures["jada", "upside_receipts:3"]) == more, case
    assert amount(figures["jada", "upside_ending:13"]) == 1500 + more, case
    assert amount(figures["jada", "forecast_ending:13"]) == 1500, case
    named = [one.name for one in figures["jada", "upside_receipts:3"].inputs]
    assert named == ["flows", *(["pipeline: Retreat"] if more else [])], case


def test_a_receipt_names_its_row_and_what_is_left_out_its_reason() -> None:
    late = a_row(
        Invoice, id="inv-9", ref="y", issued=day("2026-05-01"), due=day("2026-06-01"), amount=usd(70)
    )
    figures = with_cash(BILL, late)
    (one,) = figures["jada", "forecast_receipts:2"].inputs
    assert (one.name, one.value, one.sources) == ("invoices: inv-1", usd(500), (BILL.source,))
    excluded = figures["jada", "forecast_excluded"]
    assert [(one.name, one.text) for one in excluded.inputs] == [("inv-9", "175 days overdue")]
    assert amount(excluded) == 70


def test_without_books_the_endings_are_not_known() -> None:
    figures = found(facts_of(SLIP))
    assert ("jada", "forecast_ending:1") not in figures
    assert amount(figures["jada", "forecast_payments:2"]) == 900
    assert isinstance(figures["jada", "lowest_week"].value, Missing)


def test_nothing_written_down_gives_no_forecast() -> None:
    weekly = ("forecast_receipts", "forecast_payments", "forecast_ending")
    assert not [code for _, code in found(facts_of()) if code.startswith(weekly)]


def test_a_tool_is_forecast_with_its_business() -> None:
    tool = an_entity("tool", "saas", part_of="jada")
    facts = some_facts(
        a_handoff(),
        a_handoff(tool, tasks=[a_task("T-1", "tool", cost=usd(40), due=day("2026-11-25"))]),
    )
    figures = found(facts)
    assert amount(figures["jada", "forecast_payments:1"]) == 40
    assert ("tool", "forecast_payments:1") not in figures


def test_sister_businesses_are_left_out_of_the_portfolio_alone() -> None:
    fee = a_row(Client, "agency", client="jada", billing_model="retainer", mrr=usd(100), bill_day=25)
    facts = some_facts(a_handoff(an_entity("agency", "agency"), fee), a_handoff())
    figures = found(facts)
    assert amount(figures["agency", "forecast_receipts:1"]) == 100
    assert ("", "forecast_receipts:1") not in figures


@cache
def the_sample() -> dict[tuple[str, str], Figure]:
    reading = read_handoffs(ROOT)
    files, _ = find_ledger(ROOT)
    ledger, _ = parse_ledger(files)
    reading = with_books(reading, ledger, [])
    return found(Facts(reading.handoffs, AS_OF, reading.problems, ledger=reading.ledger))


def with_endings() -> list[str]:
    return sorted({entity for entity, code in the_sample() if code == "forecast_ending:13"})


def test_sample_has_a_forecast_of_every_business_and_of_all() -> None:
    assert len(with_endings()) == 7


@pytest.mark.parametrize("prefix", ["forecast", "downside", "upside"])
def test_sample_weeks_add_up(prefix: str) -> None:
    sample = the_sample()
    for entity in with_endings():
        before = amount(sample[entity, "cash_available"])
        for week in WEEKS:
            received = amount(sample[entity, f"{prefix}_receipts:{week}"])
            paid = amount(sample[entity, f"forecast_payments:{week}"])
            assert before + received - paid == amount(sample[entity, f"{prefix}_ending:{week}"])
            before += received - paid


def test_sample_items_add_up_to_their_week() -> None:
    for (entity, code), figure in the_sample().items():
        if code.startswith(("forecast_receipts:", "forecast_payments:")):
            items = [one.value.amount for one in figure.inputs if isinstance(one.value, Money)]
            assert abs(sum(items, Decimal(0)) - amount(figure)) < Decimal("0.05"), (entity, code)


def test_sample_businesses_less_their_own_dealings_are_the_portfolio() -> None:
    sample = the_sample()
    owners = [one for one in with_endings() if one]
    total = sum((amount(sample[one, "cash_available"]) for one in owners), Decimal(0))
    assert total == amount(sample["", "cash_available"])
    for week in WEEKS:
        for side in ("forecast_receipts", "forecast_payments"):
            parts = sum((amount(sample[one, f"{side}:{week}"]) for one in owners), Decimal(0))
            assert abs(parts - amount(sample["", f"{side}:{week}"])) < Decimal("0.05"), (side, week)
