"""CSV files beside a handoff: their grammar, their limits, and how they join its tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quarterdeck.model.books import PlanLine
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.sales import Booking
from quarterdeck.model.values import Blank, Money
from quarterdeck.parse.csv import neutral
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.markdown import ROW_LIMIT

PATH = "data/acme/bookings.csv"
HEAD = "id,service_date,gross,channel,status\n"
HANDOFF = (
    "## Jobs\n| Id | Date | Gross | Channel | Status | Tips |\n|---|---|---|---|---|---|\n"
    "| Q-1 | 2026-10-07 | $460 | phone | completed | $20 |\n| Q-2 | 2026-10-09 | $100 | phone | hold | |\n"
)


def parse(csv: str | bytes, handoff: str = "", path: str = PATH) -> Handoff:
    data = csv.encode() if isinstance(csv, str) else csv
    result = parse_handoff(handoff.encode(), "handoffs/acme.md", csv_files={path: data})
    assert isinstance(result, Handoff)
    return result


def bookings(handoff: Handoff) -> list[Booking]:
    return [row for row in handoff.rows if isinstance(row, Booking)]


def test_rows_of_a_csv() -> None:
    handoff = parse(f'{HEAD}Q-1,2026-10-07,"1,250.50",phone,completed\n')
    (row,) = bookings(handoff)
    assert row.gross == Money(Decimal("1250.50"), "USD")
    assert (row.source.path, row.source.line, row.source.kind) == (PATH, 2, "csv")
    assert handoff.problems == ()


def test_the_csv_wins_and_differences_are_named() -> None:
    handoff = parse(f"{HEAD}q-1,2026-10-07,480,phone,completed\nQ-3,2026-10-11,90,phone,hold\n", HANDOFF)
    first, second, third = bookings(handoff)
    assert first.gross == Money(Decimal(480), "USD")
    assert first.tips == Money(Decimal(20), "USD")
    assert [first.source.kind, second.source.kind, third.source.kind] == ["csv", "handoff", "csv"]
    (problem,) = handoff.problems
    assert (problem.rule, problem.line, problem.field) == ("R-DAT-03", 4, "gross")
    assert problem.what == (
        "Q-1 differs from data/acme/bookings.csv line 2 in Gross (460 USD here, 480 USD there); the CSV is used"
    )


def test_equal_rows_are_no_conflict() -> None:
    handoff = parse(f"{HEAD}Q-1,2026-10-07,460.00,Phone,completed\n", HANDOFF)
    assert handoff.problems == ()
    assert len(bookings(handoff)) == 2


PLAN = "data/acme/plan.csv"
PLAN_HEAD = "month,line,amount,needs\n"


def planned(*rows: str) -> str:
    """A handoff with these rows of a plan."""
    head = "## Plan\n| Month | Line | Amount | Needs |\n|---|---|---|---|\n"
    return head + "".join(f"| 2026-12 | revenue | {row} |\n" for row in rows)


@pytest.mark.parametrize(
    ("case", "written", "csv", "amounts", "rules"),
    [
        ("the same parts", ("2400 | ", "3600 | x-1"), ("2400,", "3600,x-1"), [2400, 3600], []),
        ("one part differs", ("2400 | ", "3600 | x-1"), ("2400,", "3000,x-1"), [2400, 3000], ["R-DAT-03"]),
        ("whole in the CSV", ("2400 | ", "3600 | x-1"), ("6000,",), [6000], ["R-DAT-03", "R-DAT-03"]),
        ("parts in the CSV alone", ("6000 | x-1",), ("2400,", "3600,x-1"), [3600, 2400], ["R-DAT-03"]),
        ("the CSV says no need", ("6000 | x-1",), ("6000,",), [6000], []),
        ("nothing in the CSV", ("2400 | ", "3600 | x-1"), (), [2400, 3600], []),
    ],
)
def test_parts_of_a_target_never_count_twice(
    case: str, written: tuple[str, ...], csv: tuple[str, ...], amounts: list[int], rules: list[str]
) -> None:
    lines = "".join(f"2026-12,revenue,{row}\n" for row in csv)
    handoff = parse(PLAN_HEAD + lines, planned(*written), PLAN)
    assert [row.amount for row in handoff.rows if isinstance(row, PlanLine)] == [
        Money(Decimal(one), "USD") for one in amounts
    ], case
    assert [problem.rule for problem in handoff.problems] == rules, case


def test_ragged_lines_cost_that_line() -> None:
    handoff = parse(
        f'{HEAD}Q-1,2026-10-07,5\n\n"Q-2",2026-10-08,6,"pho\nne",hold\nQ-3,2026-10-09,7,phone,hold\n'
    )
    assert [row.source.line for row in bookings(handoff)] == [4, 6]
    assert [(problem.code, problem.line) for problem in handoff.problems] == [("ragged-row", 2)]


def test_quotes_that_do_not_close_are_named() -> None:
    handoff = parse(f'{HEAD}Q-1,2026-10-07,5,phone,hold\n"Q-2,2026-10-08,6,phone,hold\n')
    assert len(bookings(handoff)) == 1
    assert [(problem.code, problem.line) for problem in handoff.problems] == [("bad-csv", 3)]


def test_F008_rows_of_a_csv_have_a_limit() -> None:
    rows = "".join(f"Q-{number},2026-10-07,5,phone,hold\n" for number in range(ROW_LIMIT + 3))
    handoff = parse(HEAD + rows)
    assert len(handoff.rows) == ROW_LIMIT
    assert handoff.problems[0].what == "3 more rows were not read; a table has at most 5,000"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+cmd", "-2+cmd"),
        ("-50", "-50"),
        ("+1 619 555 0100", "+1 619 555 0100"),
        ("-$50", "-$50"),
        ("-", "-"),
        ("Haul", "Haul"),
    ],
)
def test_F053_cells_that_a_spreadsheet_would_run_are_neutralised(cell: str, shown: str) -> None:
    assert neutral(cell) == shown


def test_F053_formulas_in_a_csv() -> None:
    handoff = parse("id,offer,gross\nQ-1,=HYPERLINK(1),=2\n")
    (row,) = bookings(handoff)
    assert row.offer == "'=HYPERLINK(1)"
    assert row.gross == Blank("refused", "'=2")


def test_F001_F105_a_refused_csv_is_left_out_alone() -> None:
    secret = f"{'sk_live'}_{'4eC39HqLyjWDarjtT1zdp7dc'}"
    for data in (HEAD.encode() + b"\xff", f"{HEAD}Q-1,2026-10-07,5,phone,{secret}\n".encode()):
        handoff = parse(data, HANDOFF)
        assert len(bookings(handoff)) == 2
        assert [(problem.path, problem.refused) for problem in handoff.problems] == [(PATH, True)]
        assert secret not in str(handoff)


def test_a_csv_without_a_table() -> None:
    handoff = parse("a,b\n1,2\n", path="data/acme/bokings.csv")
    assert handoff.problems[0].mend == "Rename it to bookings.csv."
    assert parse("", HANDOFF).problems == ()
