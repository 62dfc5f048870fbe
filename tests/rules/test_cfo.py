"""The CFO's rules: cash, margins, capital and plan; good, bad, edge and unknown input of each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.books import Loan, Option
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.sales import Campaign, Channel, FunnelStep, Lead
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN, Blank, Money, Ratio
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_handoff,
    a_row,
    a_source,
    a_task,
    an_entity,
    an_offer,
    day,
    days_before,
    share,
    usd,
)
from tests.figures.planning import OPENED, in_plan, sold, steady
from tests.figures.test_accuracy import BOOKS, FRIDAY, a_forecast
from tests.figures.test_cash import books as read_books

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import State, Unit, Value
    from quarterdeck.model.finding import Finding
    from quarterdeck.model.handoff import Task

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW

Values = dict[str, "Value | str"]
Expected = list[tuple[str, Severity]]

NOT_KNOWN = Missing()


def of(state: State) -> Missing:
    """A figure in a state instead of a value."""
    return Missing(state)


def months_of(code: str, *amounts: str | Missing, last: int = 10) -> Values:
    """A monthly figure, the last one of October 2026: `months_of("revenue", "1", "2")`."""
    first = last - len(amounts) + 1
    return {f"{code}:2026-{first + at:02}": amount for at, amount in enumerate(amounts)}


def a_figure(code: str, value: Value | str) -> Figure:
    """A figure of Jada; a text is money."""
    held: Value = usd(value) if isinstance(value, str) else value
    unit: Unit = "money" if isinstance(held, Money) else "ratio" if isinstance(held, Ratio) else "months"
    return Figure(id=code, entity="jada", label=code, value=held, unit=unit, sources=(a_source(line=7),))


def found(
    code: str,
    figures: Mapping[str, Value | str],
    rows: Sequence[Row] = (),
    tasks: Sequence[Task] = (),
    books: str = "",
    **fields: object,
) -> list[Finding]:
    """What one rule says of Jada with these figures, rows, tasks and books."""
    opened = OPENED.format(name="JADA") if books else ""
    ledger, problems = parse_ledger({"ledger/main.beancount": (opened + books).encode()})
    assert problems == ()
    entity = an_entity(**({"ledger": "JADA"} | fields))  # type: ignore[arg-type]  # keys of its front matter
    facts = Facts([a_handoff(entity, *rows, tasks=tasks)], AS_OF, ledger=ledger)
    known = Known(facts, [a_figure(name, value) for name, value in figures.items()])
    return [one for one in findings(known) if one.rule == code]


def said(results: Sequence[Finding]) -> Expected:
    return [(one.subject, one.severity) for one in results]


D = Decimal
BROKE: Values = {"runway_months": of("depleted"), "cash_available": "-20"}
SHORT: Values = {"lowest_week": "-9", "lowest_week_number": D(4), "cash_floor": "500"}
GUESTS: Values = {"cash_available": "999", "deposits_owed": "1000"}
DRAWN: Values = months_of("owner_out", "100", "100", "101")
WORKED: Values = months_of("operating_in", "500", "500", "500") | months_of(
    "operating_out", "400", "400", "400"
)


@pytest.mark.parametrize(
    ("code", "case", "figures", "expected"),
    [
        ("R-CFO-01", "long", {"runway_months": D(9)}, []),
        ("R-CFO-01", "six months", {"runway_months": D(6)}, []),
        ("R-CFO-01", "under six", {"runway_months": D("5.9")}, [("runway", HIGH)]),
        ("R-CFO-01", "three months", {"runway_months": D(3)}, [("runway", HIGH)]),
        ("R-CFO-01", "under three", {"runway_months": D("2.9")}, [("runway", CRITICAL)]),
        ("R-CFO-01", "no free cash", BROKE, [("runway", CRITICAL)]),
        ("R-CFO-01", "generating cash", {"runway_months": of("cash_generating")}, []),
        ("R-CFO-01", "not known", {"runway_months": NOT_KNOWN}, []),
        ("R-CFO-02", "never below", SHORT | {"forecast_below_floor": of("not_applicable")}, []),
        ("R-CFO-02", "below the floor", SHORT | {"forecast_below_floor": D(13)}, [("forecast", HIGH)]),
        (
            "R-CFO-02",
            "below zero",
            SHORT | {"forecast_below_floor": D(2), "forecast_below_zero": D(4)},
            [("forecast", CRITICAL)],
        ),
        ("R-CFO-02", "not known", {"lowest_week": NOT_KNOWN}, []),
        ("R-CFO-03", "exactly covered", GUESTS | {"cash_available": "1000"}, []),
        ("R-CFO-03", "a dollar short", GUESTS, [("deposits", CRITICAL)]),
        ("R-CFO-03", "kept apart", GUESTS | {"restricted_accounts": "1"}, []),
        (
            "R-CFO-03",
            "by bookings alone",
            {"cash_available": "5", "deposits_held": "6"},
            [("deposits", CRITICAL)],
        ),
        ("R-CFO-03", "cash not known", GUESTS | {"cash_available": NOT_KNOWN}, []),
        ("R-CFO-03", "deposits not known", GUESTS | {"deposits_owed": NOT_KNOWN}, []),
        (
            "R-CFO-06",
            "one month above",
            months_of("revenue", "9", "10", "9") | {"break_even_revenue": "10"},
            [],
        ),
        (
            "R-CFO-06",
            "three below",
            months_of("revenue", "9", "8", "9") | {"break_even_revenue": "10"},
            [("break-even", HIGH)],
        ),
        ("R-CFO-06", "two months known", months_of("revenue", "9", "8") | {"break_even_revenue": "10"}, []),
        (
            "R-CFO-06",
            "break-even not known",
            months_of("revenue", "9", "8", "9") | {"break_even_revenue": NOT_KNOWN},
            [],
        ),
        ("R-CFO-07", "just full", {"capacity_share": share("1")}, []),
        ("R-CFO-07", "capacity not known", {"capacity_share": NOT_KNOWN}, []),
        (
            "R-CFO-07",
            "beyond",
            {"capacity_share": share("1.05"), "break_even_units": D(21), "capacity": D(20)},
            [("capacity", HIGH)],
        ),
        ("R-CFO-08", "a tenth", {"unclassified_share": share("0.10")}, []),
        ("R-CFO-08", "more", {"unclassified_share": share("0.1001")}, [("costs", MEDIUM)]),
        ("R-CFO-08", "not known", {"unclassified_share": of("not_applicable")}, []),
        ("R-CFO-16", "as much as came in", months_of("owner_out", "100", "100", "100") | WORKED, []),
        ("R-CFO-16", "a dollar more", DRAWN | WORKED, [("draws", HIGH)]),
        ("R-CFO-16", "nothing drawn", months_of("owner_out", "0", "0", "0") | WORKED, []),
        ("R-CFO-16", "a month not known", months_of("owner_out", "900", "900") | WORKED, []),
        ("R-CFO-17", "a fifth more", months_of("gross_burn", "100", "90", "110", "120"), []),
        ("R-CFO-17", "more", months_of("gross_burn", "100", "90", "110", "120.01"), [("burn", MEDIUM)]),
        ("R-CFO-17", "three months known", months_of("gross_burn", "90", "110", "500"), []),
        ("R-CFO-17", "nothing before", months_of("gross_burn", "0", "0", "0", "500"), []),
        (
            "R-CFO-18",
            "both weeks off",
            {
                "forecast_error_receipts:2026-11-09": share("-0.26"),
                "forecast_error_receipts:2026-11-16": share("0.3"),
            },
            [("receipts", MEDIUM)],
        ),
        (
            "R-CFO-18",
            "just a quarter",
            {
                "forecast_error_payments:2026-11-09": share("0.25"),
                "forecast_error_payments:2026-11-16": share("0.3"),
            },
            [],
        ),
        (
            "R-CFO-18",
            "mended since",
            {
                "forecast_error_receipts:2026-11-02": share("-0.5"),
                "forecast_error_receipts:2026-11-09": share("-0.5"),
                "forecast_error_receipts:2026-11-16": share("0.1"),
            },
            [],
        ),
        (
            "R-CFO-18",
            "a week between them without a forecast",
            {
                "forecast_error_receipts:2026-11-02": share("-0.5"),
                "forecast_error_receipts:2026-11-16": share("-0.5"),
            },
            [],
        ),
        (
            "R-CFO-18",
            "nothing was forecast of one",
            {
                "forecast_error_payments:2026-11-09": of("not_applicable"),
                "forecast_error_payments:2026-11-16": share("0.5"),
            },
            [],
        ),
        ("R-CFO-18", "one week kept", {"forecast_error_receipts:2026-11-16": share("0.9")}, []),
        ("R-CFO-18", "not known", {"forecast_error_receipts": NOT_KNOWN}, []),
        ("R-CFO-19", "a profit", months_of("profit", "5", "-1"), [("tax-set-aside", HIGH)]),
        ("R-CFO-19", "no profit", months_of("profit", "5", "-5"), []),
        ("R-CFO-19", "kept in cash", months_of("profit", "5") | {"restricted_tax": "1"}, []),
        ("R-CFO-19", "another year's profit", {"profit:2025-12": "5"}, []),
        ("R-CFO-19", "a month not known", months_of("profit", "5", NOT_KNOWN), []),
        ("R-CFO-19", "no books", {}, []),
    ],
)
def test_what_figures_say(code: str, case: str, figures: Values, expected: Expected) -> None:
    assert said(found(code, figures)) == expected, case


@pytest.mark.parametrize("status", ["paused", "winding-down", "idea"])
def test_businesses_that_are_not_active_are_left_alone(status: str) -> None:
    assert found("R-CFO-01", BROKE, status=status) == []
    assert said(found("R-CFO-01", BROKE, status="active")) == [("runway", CRITICAL)]


@pytest.mark.parametrize(
    ("case", "books", "expected"),
    [
        ("three months", sold(steady("100", "2026-08", 3)), []),
        ("two months", sold(steady("100", "2026-09", 2)), [("months", MEDIUM)]),
        ("the running month alone", sold(steady("100", "2026-11", 1)), [("months", MEDIUM)]),
        ("no books", "", []),
    ],
)
def test_few_full_months(case: str, books: str, expected: Expected) -> None:
    assert said(found("R-CFO-04", {}, books=books)) == expected, case


@pytest.mark.parametrize(
    ("case", "receipts", "subjects"),
    [
        ("both weeks promised more", (4000, 4000), ["receipts"]),
        ("one promised what came", (4000, 2480), []),
    ],
)
def test_kept_forecasts_are_held_against_the_books(
    case: str, receipts: tuple[int, int], subjects: list[str]
) -> None:
    records = [a_forecast(weeks, promised, 0) for weeks, promised in zip((2, 1), receipts, strict=True)]
    facts = Facts(
        [a_handoff(an_entity(ledger="JADA"))],
        AS_OF,
        ledger=read_books(BOOKS + FRIDAY),
        earlier=tuple(records),
    )
    known = Known(facts, all_figures(facts, currency="USD"))
    results = [one for one in findings(known) if one.rule == "R-CFO-18" and one.entity == "jada"]
    assert [one.subject for one in results] == subjects, case
    for one in results:
        assert {place.path for place in one.evidence} == {record.path for record in records} | {
            "ledger/main.beancount"
        }
        assert "100.0% less and 38.0% less" in one.message


SAIL = an_offer(variable_cost=usd(800))


@pytest.mark.parametrize(
    ("case", "left", "booking", "expected"),
    [
        ("leaves something", "1", {}, []),
        ("leaves nothing", "0", {}, [("Sunset sail", CRITICAL)]),
        ("loses", "-80", {}, [("Sunset sail", CRITICAL)]),
        ("booked 90 days ago", "-80", {"booked_on": days_before(90)}, [("Sunset sail", CRITICAL)]),
        ("booked 91 days ago", "-80", {"booked_on": days_before(91)}, []),
        (
            "sails next year",
            "-80",
            {"booked_on": AS_OF, "service_date": day("2027-04-01")},
            [("Sunset sail", CRITICAL)],
        ),
        ("cancelled", "-80", {"status": "cancelled"}, []),
        ("another offer", "-80", {"offer": "Day sail"}, []),
        ("not known", NOT_KNOWN, {}, []),
    ],
)
def test_offer_that_loses(
    case: str, left: str | Missing, booking: dict[str, object], expected: Expected
) -> None:
    row = a_booking(**({"offer": "sunset sail"} | booking))  # type: ignore[arg-type]  # columns of a booking
    assert said(found("R-CFO-05", {"contribution:sunset-sail": left}, [SAIL, row])) == expected, case


AHEAD = [f"{2026 + (10 + at) // 12}-{(10 + at) % 12 + 1:02}" for at in range(13)]


@pytest.mark.parametrize(
    ("case", "missing", "expected"),
    [
        ("all planned", [], []),
        ("the last one", AHEAD[-1:], [("plan", MEDIUM)]),
        ("none", AHEAD, [("plan", MEDIUM)]),
        ("after the horizon", ["2027-12"], []),
    ],
)
def test_month_without_plan(case: str, missing: list[str], expected: Expected) -> None:
    planned = [*AHEAD, "2027-12"]
    figures: Values = {f"target:{one}": NOT_KNOWN if one in missing else "100" for one in planned}
    assert said(found("R-CFO-09", figures, [in_plan("2026-10", "9")])) == expected, case


def test_a_business_without_any_plan_is_a_gap_and_no_finding() -> None:
    assert found("R-CFO-09", dict.fromkeys((f"target:{one}" for one in AHEAD), NOT_KNOWN)) == []
    assert found("R-CFO-09", {}, [in_plan("2026-10", "9", "fixed")]) == []


@pytest.mark.parametrize(
    ("case", "note", "value", "expected"),
    [
        ("needs a note", "flagged, note required", usd(-260), [("revenue", MEDIUM)]),
        ("explained or good", "flagged", usd(-260), []),
        ("small", "", usd(-249), []),
        ("not known", "flagged, note required", NOT_KNOWN, []),
    ],
)
def test_variance_not_explained(case: str, note: str, value: Value, expected: Expected) -> None:
    figure = msgspec.structs.replace(
        a_figure("variance_revenue:2026-10", value), note=f"by the books; {note}"
    )
    known = Known(Facts([a_handoff()], AS_OF), [figure])
    results = [one for one in findings(known) if one.rule == "R-CFO-10"]
    assert said(results) == expected, case


def an_option(option: str, cost: str | Blank, **columns: object) -> Option:
    """A duty that nobody decided on yet, unless told."""
    known = {
        "id": option,
        "name": option.title(),
        "cost": usd(cost) if isinstance(cost, str) else cost,
        "mandatory": True,
    }
    return msgspec.structs.replace(a_row(Option), **(known | columns))


@pytest.mark.parametrize(
    ("case", "free", "options", "expected"),
    [
        ("fits exactly", "500", [an_option("permit", "500")], []),
        ("does not fit", "499", [an_option("permit", "500")], [("permit", HIGH)]),
        ("a wish", "0", [an_option("sail", "500", mandatory=False)], []),
        ("decided already", "0", [an_option("permit", "500", approved=True)], []),
        (
            "the later one",
            "700",
            [
                an_option("late", "400", due=day("2027-02-01")),
                an_option("soon", "400", due=day("2026-12-01")),
            ],
            [("late", HIGH)],
        ),
        ("cost not known", "0", [an_option("permit", UNKNOWN)], []),
        ("free not known", NOT_KNOWN, [an_option("permit", "500")], []),
    ],
)
def test_duty_breaks_reserve(
    case: str, free: str | Missing, options: list[Option], expected: Expected
) -> None:
    assert said(found("R-CFO-11", {"deployable": free}, options)) == expected, case


DEAR: Values = {
    "deployable": "2000",
    "loan_over_hurdle:bank": share("0.03"),
    "loan_rate:bank": share("0.15"),
    "loan_balance:bank": "4000",
}


@pytest.mark.parametrize(
    ("case", "figures", "expected"),
    [
        ("dear", DEAR, [("Bank", MEDIUM)]),
        ("at the hurdle", DEAR | {"loan_over_hurdle:bank": share("0")}, []),
        ("nothing free", DEAR | {"deployable": "0"}, []),
        ("paid off", DEAR | {"loan_balance:bank": "0"}, []),
        ("rate not known", DEAR | {"loan_over_hurdle:bank": NOT_KNOWN}, []),
        ("free not known", DEAR | {"deployable": NOT_KNOWN}, []),
    ],
)
def test_dear_debt(case: str, figures: Values, expected: Expected) -> None:
    results = found("R-CFO-12", figures, [a_row(Loan, lender="Bank")])
    assert said(results) == expected, case
    assert [one.at_stake for one in results] == [usd("25.00")] * len(expected), case


@pytest.mark.parametrize(
    ("case", "columns", "expected"),
    [
        ("matures in 180 days", {"matures": days_before(-180)}, [("Bank/matures", MEDIUM)]),
        ("matures in 181 days", {"matures": days_before(-181)}, []),
        ("past its day", {"matures": days_before(3)}, [("Bank/matures", MEDIUM)]),
        ("resets in 180 days", {"resets_on": days_before(-180)}, [("Bank/resets", MEDIUM)]),
        ("reset long ago", {"resets_on": days_before(1)}, []),
        ("paid off", {"matures": AS_OF, "balance": usd(0)}, []),
        ("balance not known", {"matures": AS_OF, "balance": UNKNOWN}, [("Bank/matures", MEDIUM)]),
        ("not known", {"matures": UNKNOWN}, []),
    ],
)
def test_loan_ends_or_resets(case: str, columns: dict[str, object], expected: Expected) -> None:
    loan = msgspec.structs.replace(a_row(Loan, lender="Bank", balance=usd(900)), **columns)
    assert said(found("R-CFO-13", {}, [loan])) == expected, case


@pytest.mark.parametrize(
    ("left", "words"), [(0, "today"), (1, "in 1\N{NO-BREAK SPACE}day"), (9, "in 9\N{NO-BREAK SPACE}days")]
)
def test_a_loan_says_when_its_rate_changes(left: int, words: str) -> None:
    loan = a_row(Loan, lender="Bank", balance=UNKNOWN, resets_on=days_before(-left))
    assert [one.message for one in found("R-CFO-13", {}, [loan])] == [
        f"The loan of Bank changes its rate {words}."
    ]


@pytest.mark.parametrize(
    ("case", "needed", "books", "expected"),
    [
        ("as in the best month and a half", "1500", sold(steady("1000", "2026-08", 3)), []),
        ("more", "1500.01", sold(steady("1000", "2026-08", 3)), [("catch-up", HIGH)]),
        ("an old month was better", "1500.01", sold({"2025-03": "1001"} | steady("9", "2025-04", 19)), []),
        (
            "the running month is none",
            "1500.01",
            sold({"2026-10": "1000", "2026-11": "9000"}),
            [("catch-up", HIGH)],
        ),
        ("met", of("target_met"), sold(steady("1000", "2026-08", 3)), []),
        ("no books", "1500.01", "", []),
    ],
)
def test_catch_up_out_of_reach(case: str, needed: str | Missing, books: str, expected: Expected) -> None:
    figures: Values = {"catch_up:2026-11": "10", "catch_up:2026-12": needed}
    assert said(found("R-CFO-14", figures, books=books)) == expected, case


CLOSED = a_row(FunnelStep, step="checkout", state="missing")
OPEN = a_row(FunnelStep, step="checkout", state="works")
BROKEN = "R-QDN-01/jada/checkout"


@pytest.mark.parametrize(
    ("case", "rows", "tasks", "expected"),
    [
        ("the rule", [CLOSED, in_plan("2026-12", "9", needs=("R-QDN-01",))], [], [(BROKEN, HIGH)]),
        ("the finding", [CLOSED, in_plan("2026-12", "9", needs=(BROKEN.lower(),))], [], [(BROKEN, HIGH)]),
        (
            "the task that mends it",
            [CLOSED, in_plan("2026-12", "9", needs=("jad-1",))],
            [a_task("JAD-1", fixes=("R-QDN-01",))],
            [(BROKEN, HIGH)],
        ),
        (
            "the task is done",
            [CLOSED, in_plan("2026-12", "9", needs=("jad-1",))],
            [a_task("JAD-1", fixes=("R-QDN-01",), state="done")],
            [],
        ),
        ("mended", [OPEN, in_plan("2026-12", "9", needs=("R-QDN-01",))], [], []),
        ("a month that is over", [CLOSED, in_plan("2026-10", "9", needs=("R-QDN-01",))], [], []),
        ("a cost", [CLOSED, in_plan("2026-12", "9", "fixed", needs=("R-QDN-01",))], [], []),
        ("needs not known", [CLOSED, in_plan("2026-12", "9", needs=UNKNOWN)], [], []),
        (
            "not critical",
            [
                CLOSED,
                a_row(FunnelStep, step="price", state="missing"),
                in_plan("2026-12", "9", needs=("R-QDN-02",)),
            ],
            [],
            [],
        ),
        (
            "two targets are one",
            [CLOSED, in_plan("2026-12", "9", needs=("R-QDN-01",)), in_plan("2027", "9", needs=("R-QDN-01",))],
            [],
            [(BROKEN, HIGH)],
        ),
    ],
)
def test_target_on_something_broken(
    case: str, rows: list[Row], tasks: list[Task], expected: Expected
) -> None:
    assert said(found("R-CFO-15", {}, rows, tasks)) == expected, case


def test_a_tax_line_of_the_year_sets_money_aside_even_where_it_is_nothing() -> None:
    rows = [in_plan("2026-12", "0", "tax-set-aside")]
    assert found("R-CFO-19", months_of("profit", "5"), rows) == []
    assert said(found("R-CFO-19", months_of("profit", "5"), [in_plan("2027-01", "9", "tax-set-aside")])) == [
        ("tax-set-aside", HIGH)
    ]


GALA = a_row(Lead, lead="gala", value=usd(900), stage="proposal", channel="list")
WON = a_row(Lead, lead="gala", value=usd(900), stage="won")
BLAST = a_row(Campaign, id="spring", status="planned")
LIST = a_row(Channel, channel="list", kind="email", state="active")


@pytest.mark.parametrize(
    ("case", "rows", "needs", "expected"),
    [
        ("a lead", [GALA], ("gala",), [("gala", HIGH)]),
        ("the lead is won", [WON], ("gala",), []),
        ("a lead without a stage", [a_row(Lead, lead="gala", stage=UNKNOWN)], ("gala",), []),
        ("a mailing", [BLAST], ("Spring",), [("spring", HIGH)]),
        ("the mailing is sent", [a_row(Campaign, id="spring", status="sent")], ("spring",), []),
        ("both", [GALA, BLAST], ("gala", "spring"), [("gala", HIGH), ("spring", HIGH)]),
        ("nothing of the kind", [GALA], ("jad-1",), []),
        ("needs not known", [GALA], UNKNOWN, []),
    ],
)
def test_hope_in_the_plan(case: str, rows: list[Row], needs: object, expected: Expected) -> None:
    plan = in_plan("2026-12", "9", needs=needs)
    assert said(found("R-CFO-20", {}, [*rows, plan])) == expected, case


@pytest.mark.parametrize(
    ("case", "apart", "expected"),
    [
        ("counted", (), []),
        ("apart", (Money(D(140), "EUR"),), [("EUR", LOW)]),
        ("two", (Money(D(140), "EUR"), Money(D(5), "MXN")), [("EUR", LOW), ("MXN", LOW)]),
    ],
)
def test_currency_without_rate(case: str, apart: tuple[Money, ...], expected: Expected) -> None:
    figure = msgspec.structs.replace(a_figure("cash_total", "10"), apart=apart)
    results = [
        one for one in findings(Known(Facts([a_handoff()], AS_OF), [figure])) if one.rule == "R-CFO-21"
    ]
    assert said(results) == expected, case


@pytest.mark.parametrize(
    ("code", "figures", "rows", "message"),
    [
        ("R-CFO-01", BROKE, [], "Jada has no free cash left: −$20."),
        (
            "R-CFO-02",
            SHORT | {"forecast_below_floor": D(2)},
            [],
            (
                "The cash of Jada falls below its floor of $500 in the week of 30 Nov; the lowest of 13 weeks"
                " is −$9, in the week of 14 Dec."
            ),
        ),
        (
            "R-CFO-16",
            DRAWN | WORKED,
            [],
            "The owners of Jada drew $301 from August to October, while the work brought in $300.",
        ),
        (
            "R-CFO-11",
            {"deployable": "-90"},
            [an_option("permit", "500")],
            "Permit must be paid and costs $500; Jada is $90 below what it keeps in reserve already.",
        ),
        (
            "R-CFO-15",
            {"target:2026-12": "6000", "resting:2026-12": "3600", "supported:2026-12": "2400"},
            [
                CLOSED,
                in_plan("2026-12", "3600", needs=("R-QDN-01",)),
                in_plan("2027", "9", needs=("R-QDN-01",)),
            ],
            (
                "$3,600 of the $6,000 that Jada plans for December 2026 ($2,400 stands without it) rests on what"
                " R-QDN-01 found, like 1 other target: Jada cannot take payment online: checkout is missing."
            ),
        ),
        (
            "R-CFO-20",
            {},
            [GALA, LIST, in_plan("2026-12", "9", needs=("gala",))],
            "The plan of Jada for December 2026 counts on the e-mail claim gala, which is not won.",
        ),
    ],
)
def test_messages_speak_to_an_owner(code: str, figures: Values, rows: list[Row], message: str) -> None:
    assert [one.message.replace("\u00a0", " ") for one in found(code, figures, rows)] == [message]


def test_what_rests_on_a_broken_step_is_at_stake_each_month() -> None:
    rows = [CLOSED, in_plan("2026-12", "3600", needs=("R-QDN-01",))]
    (finding,) = found("R-CFO-15", {"resting:2026-12": "3600"}, rows)
    assert finding.at_stake == usd(3600)
    assert [one.role for one in finding.affects] == ["ceo", "cto"]
