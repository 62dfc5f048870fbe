"""`quarterdeck import bank`: from a bank's file to the books, and never one entry twice."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quarterdeck import cli
from quarterdeck.commands import replace as replacing
from quarterdeck.commands.import_bank import Import, import_bank
from quarterdeck.commands.replace import replace
from quarterdeck.model.errors import InputError, OutsideError, QuarterdeckError, UsageError
from quarterdeck.model.statement import Closing, Statement, StatementLine
from quarterdeck.parse.bank_plan import Plan, Target, plan_import
from quarterdeck.parse.book_text import BookText
from quarterdeck.parse.categories import CategoryRule
from quarterdeck.parse.ledger import MAIN, parse_ledger
from quarterdeck.settings import load_settings
from quarterdeck.text.decode import SIZE_LIMIT
from tests.sites import digests, run, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quarterdeck.model.ledger import Ledger

ROOT = Path(__file__).parents[2]
CHECKING = "Assets:BOAT:Bank:Checking"
CARD = "Liabilities:BOAT:CreditCard:Visa"
TARGET = Target(CHECKING, "boat", "Sunset Boat", "USD", "Fleet")
BOOK = "ledger/boat-2026.beancount"
HANDOFF = "---\nentity: boat\nname: Sunset Boat\nkind: charter\nupdated: 2026-11-01\n---\n\n# Sunset Boat\n"

JANUARY = """Date,Description,Amount,Balance
01/30/2026,STRIPE TRANSFER,"1,240.00","1,144.60"
01/21/2026,FUEL DOCK,-86.40,-95.40
01/05/2026,COFFEE,-4.50,-9.00
01/05/2026,COFFEE,-4.50,-4.50
"""


def a_boat(root: Path, settings: str = "name: Fleet\n") -> Path:
    """A portfolio of one boat without books."""
    write(root, "portfolio.yml", settings)
    write(root, "handoffs/boat.md", HANDOFF)
    write(root, "jan.csv", JANUARY)
    return root


def books(root: Path) -> dict[str, bytes]:
    return {
        f"ledger/{file.name}": file.read_bytes() for file in sorted((root / "ledger").glob("*.beancount"))
    }


def ledger_of(files: Mapping[str, bytes]) -> Ledger:
    ledger, problems = parse_ledger(files, MAIN)
    assert [problem for problem in problems if problem.code != "balance-fails"] == []
    return ledger


def held(files: Mapping[str, bytes], account: str = CHECKING) -> Decimal:
    ledger = ledger_of(files)
    return sum(
        (one.units.amount for entry in ledger.entries for one in entry.postings if one.account == account),
        Decimal(0),
    )


def import_into(
    files: Mapping[str, bytes],
    statement: Statement,
    target: Target = TARGET,
    rules: Sequence[CategoryRule] = (),
) -> tuple[dict[str, bytes], Plan]:
    """The books after an import."""
    plan = plan_import(statement, target, files, rules)
    assert isinstance(plan, Plan), plan
    assert all(files.get(path) == before for path, (before, _) in plan.files.items())
    return {**files, **{path: after for path, (_, after) in plan.files.items()}}, plan


def line(day: str, amount: str, payee: str = "P", bank_id: str = "") -> StatementLine:
    return StatementLine(date.fromisoformat(day), Decimal(amount), payee, bank_id=bank_id)


def statement(*lines: StatementLine, closing: str = "", on: str = "") -> Statement:
    last = date.fromisoformat(on) if on else lines[-1].date
    return Statement("jan.csv", lines, Closing(last, Decimal(closing)) if closing else None)


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_statement_becomes_books_and_a_second_import_adds_nothing(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    first = run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--yes")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("--- /dev/null\n+++ b/ledger/boat-2026.beancount\n@@ ")
    assert "New: 4. In the books already: 0." in first.stderr
    assert "and so is that of the books." in first.stderr
    assert "Written: ledger/boat-2026.beancount, ledger/main.beancount, portfolio.yml." in first.stderr
    assert held(books(root)) == Decimal("1144.60")
    assert load_settings(root, {}).banks["boat-checking"].date_order == "mdy"
    before = digests(root)
    second = run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--yes")
    assert (second.returncode, second.stdout) == (0, "")
    assert "New: 0. In the books already: 4." in second.stderr
    assert "Nothing is left to write." in second.stderr
    assert digests(root) == before
    checked = run(root, "check", "--fail-on", "info")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_written_file_is_what_an_owner_would_want_to_see(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    write(root, "ledger/rules.yml", "rules:\n  - payee: stripe\n    category: Income:*:Charter\n")
    assert run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--yes").returncode == 0
    text = (root / BOOK).read_text(encoding="utf-8")
    kept = "\n".join(text_line for text_line in text.split("\n") if "bank-print" not in text_line)
    assert kept == (
        "; Books of Sunset Boat, 2026.\n"
        "; quarterdeck import bank adds to this file; change and add what you like.\n"
        "; On a bank account, money in is positive and money out negative."
        " Both sides of an entry add up to zero.\n\n"
        "2026-01-01 open Assets:BOAT:Bank:Checking USD\n"
        "2026-01-01 open Expenses:BOAT:Uncategorized\n"
        "2026-01-01 open Income:BOAT:Charter\n\n"
        '2026-01-05 * "COFFEE" ""\n'
        "  Assets:BOAT:Bank:Checking                               -4.50 USD\n"
        "  Expenses:BOAT:Uncategorized                              4.50 USD\n\n"
        '2026-01-05 * "COFFEE" ""\n'
        "  Assets:BOAT:Bank:Checking                               -4.50 USD\n"
        "  Expenses:BOAT:Uncategorized                              4.50 USD\n\n"
        '2026-01-21 * "FUEL DOCK" ""\n'
        "  Assets:BOAT:Bank:Checking                              -86.40 USD\n"
        "  Expenses:BOAT:Uncategorized                             86.40 USD\n\n"
        '2026-01-30 * "STRIPE TRANSFER" ""\n'
        "  Assets:BOAT:Bank:Checking                             1240.00 USD\n"
        "  Income:BOAT:Charter                                  -1240.00 USD\n\n"
        "2026-01-31 balance Assets:BOAT:Bank:Checking            1144.60 USD\n"
    )
    assert (root / MAIN).read_text(encoding="utf-8") == (
        "; The books begin here. Each file that an include line names is part of them.\n"
        'option "title" "Fleet"\noption "operating_currency" "USD"\n\ninclude "boat-2026.beancount"\n'
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "nobody is here to ask. Add --yes"), (("--dry-run",), "--dry-run only shows")],
)
def test_without_a_yes_nothing_is_written(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    root = a_boat(tmp_path / "p")
    before = digests(root)
    done = subprocess.run(
        [sys.executable, "-m", "quarterdeck", "import", "bank", "jan.csv", "--account", CHECKING, *words],
        cwd=root,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, digests(root)) == (0, before)
    assert "+2026-01-30 *" in done.stdout
    assert said in done.stderr


@pytest.mark.parametrize(("answer", "is_written"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_on_a_terminal_the_owner_is_asked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    *,
    is_written: bool,
) -> None:
    root = a_boat(tmp_path / "p")
    monkeypatch.chdir(root)
    monkeypatch.setattr("sys.stdin", _Terminal(answer))
    assert cli.main(["import", "bank", "jan.csv", "--account", CHECKING]) == 0
    assert "Write this? [y/N]" in capsys.readouterr().err
    assert (root / BOOK).exists() == is_written


class _Terminal:
    """A person who types one answer."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self, *_: int) -> str:
        return self._answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("jan.csv", "--account", "Assets:BAOT:Bank:Checking"), "Did you mean Assets:BOAT:Bank:Checking?"),
        (("jan.csv", "--account", "Assets:Bank"), "is no account of a bank or card"),
        (("jan.csv", "--account", "Income:BOAT:Charter"), "is no account of a bank or card"),
        (("feb.csv", "--account", CHECKING), "feb.csv cannot be read: no such file"),
        (("jan.csv", "--account", CHECKING, "--bank", "chase"), "portfolio.yml has no such bank"),
        (("jan.csv", "--account", CHECKING, "--yes", "--dry-run"), "leave one of them out"),
        (("jan.csv",), "--account"),
        (("empty.csv", "--account", CHECKING), "the file is empty"),
        (("words.csv", "--account", CHECKING), "no line of the file has headings"),
    ],
)
def test_bad_use_is_told_and_changes_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    root = a_boat(tmp_path / "p")
    write(root, "empty.csv", "\n")
    write(root, "words.csv", "Dear customer,\nthank you.\n")
    before = digests(root)
    done = run(root, "import", "bank", *words)
    assert (done.returncode, done.stdout, digests(root)) == (2, "", before)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_comes_with_the_columns_to_copy(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    write(root, "jan.csv", "Date,Description,Amount\n01/02/2026,A,-1.00\n")
    done = run(root, "import", "bank", "jan.csv", "--account", CHECKING)
    assert done.returncode == 2
    assert 'jan.csv:2: refused: "01/02/2026" can be month/day or day/month' in done.stderr
    _, _, block = done.stderr.partition("banks:\n")
    text = f"name: Fleet\nbanks:\n{block}    date_order: dmy\n"
    write(root, "portfolio.yml", text)
    assert run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--yes").returncode == 0
    assert b"2026-02-01 * " in (root / BOOK).read_bytes()


def test_a_profile_by_name_is_followed(tmp_path: Path) -> None:
    bank = "banks:\n  mine:\n    date: 1\n    description: 2\n    amount: 3\n    date_order: mdy\n"
    root = a_boat(tmp_path / "p", f"name: Fleet\n{bank}")
    write(root, "jan.csv", "01/02/2026,A,-1.00\n")
    done = run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--bank", "mine", "--yes")
    assert done.returncode == 0, done.stderr
    assert "portfolio.yml" not in done.stdout


def test_ofx_is_known_by_what_it_holds(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    ofx = (
        "<OFX><STMTRS><CURDEF>USD<BANKTRANLIST><STMTTRN><DTPOSTED>20260105<TRNAMT>-4.50<FITID>A1<NAME>COFFEE"
        "</STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>95.50<DTASOF>20260131</LEDGERBAL></STMTRS></OFX>"
    )
    write(root, "download", ofx)
    done = run(root, "import", "bank", "download", "--account", CHECKING, "--yes")
    assert done.returncode == 0, done.stderr
    text = (root / BOOK).read_text(encoding="utf-8")
    assert 'bank-id: "A1"' in text
    assert "2026-02-01 balance Assets:BOAT:Bank:Checking              95.50 USD" in text
    assert held(books(root)) == Decimal("95.50")
    again = run(root, "import", "bank", "download", "--account", CHECKING, "--yes")
    assert (again.returncode, again.stdout) == (0, "")


def test_no_number_of_an_account_or_card_reaches_the_books_or_the_screen(tmp_path: Path) -> None:
    digits = "".join(random.choices("123456789", k=16))  # noqa: S311 - test data
    root = a_boat(tmp_path / "p")
    head = "Date,Description,Amount,Transaction ID\n"
    write(
        root,
        "jan.csv",
        f"{head}2026-01-02,CARD {digits},-1.00,{digits}0001\n2026-01-02,B,-1.00,{digits}0002\n",
    )
    for _ in range(2):
        done = run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--yes")
        assert done.returncode == 0
        assert digits not in done.stdout + done.stderr
    assert all(digits.encode() not in data for data in books(root).values())
    assert len(ledger_of(books(root)).entries) == 2


def test_cells_that_look_like_code_are_text(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    marker = tmp_path / "ran"
    cell = f"=cmd|' /c touch {marker}'!A1\"\" \\ option plugin"
    write(
        root,
        "jan.csv",
        f'Date,Description,Amount\n2026-01-02,"{cell}",-1.00\n2026-01-03,"@x {{{{ 1 }}}}",-2\n',
    )
    assert run(root, "import", "bank", "jan.csv", "--account", CHECKING, "--yes").returncode == 0
    payees = [entry.payee for entry in ledger_of(books(root)).entries]
    assert payees == [cell.replace('""', '"'), "@x {{ 1 }}"]
    assert not marker.exists()


def test_checking_loads_nothing_of_banks(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    code = (
        "import sys; from quarterdeck import cli; cli.main(['check']);"
        "sys.exit(any('ofxtools' in name or 'bank' in name for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=False, capture_output=True)
    assert done.returncode == 0


# ── what is there already ────────────────────────────────────────────────────────────────────────────────────

IDS = st.one_of(st.just(""), st.text("ab12-", min_size=1, max_size=6))
LINES = st.lists(
    st.tuples(
        st.integers(0, 400), st.integers(-300, 300), st.sampled_from(["Coffee", "COFFEE", 'A "b" \\', ""])
    ),
    min_size=1,
    max_size=14,
)


def made(rows: Sequence[tuple[int, int, str]], *, with_ids: bool, opening: int) -> Statement:
    """A statement whose running balance begins at an opening balance."""
    lines = [
        StatementLine(
            date(2025, 10, 1) + timedelta(days=day),
            Decimal(cents) / 100,
            payee,
            bank_id=f"id {number}" * with_ids,
        )
        for number, (day, cents, payee) in enumerate(sorted(rows, key=lambda row: row[0]))
    ]
    total = Decimal(opening) / 100 + sum((one.amount for one in lines), Decimal(0))
    return Statement("all.csv", tuple(lines), Closing(lines[-1].date, total))


def part(whole: Statement, first: date, last: date) -> Statement:
    """What the bank gives for some days."""
    lines = tuple(one for one in whole.lines if first <= one.date <= last)
    balance = whole.balance_at(lines[-1].date) if lines else None
    return Statement("part.csv", lines, Closing(lines[-1].date, balance) if balance is not None else None)


def movements(files: Mapping[str, bytes]) -> Counter[tuple[date, Decimal, str]]:
    """What the account's entries moved; an opening of nothing, which an earlier statement can leave, is none."""
    return Counter(
        (entry.date, one.units.amount, entry.payee)
        for entry in ledger_of(files).entries
        for one in entry.postings
        if one.account == CHECKING and (one.units.amount or "bank-opening" not in entry.keys)
    )


@settings(max_examples=40)
@given(rows=LINES, with_ids=st.booleans(), opening=st.integers(-500, 500))
def test_importing_twice_adds_nothing(
    *, rows: list[tuple[int, int, str]], with_ids: bool, opening: int
) -> None:
    whole = made(rows, with_ids=with_ids, opening=opening)
    files, plan = import_into({}, whole)
    assert len(plan.added) == len(rows)
    again, plan = import_into(files, whole)
    assert (again, plan.files, len(plan.there)) == (files, {}, len(rows))


@settings(max_examples=40)
@given(rows=LINES, with_ids=st.booleans(), opening=st.integers(-500, 500))
def test_the_books_hold_what_the_bank_says(
    *, rows: list[tuple[int, int, str]], with_ids: bool, opening: int
) -> None:
    whole = made(rows, with_ids=with_ids, opening=opening)
    files, plan = import_into({}, whole)
    assert whole.closing
    assert held(files) == whole.closing.amount
    assert plan.agreement
    assert plan.agreement.gap == 0
    told = Counter((one.date, one.amount) for one in whole.lines)
    entries = [entry for entry in ledger_of(files).entries if "bank-opening" not in entry.keys]
    assert Counter((entry.date, entry.postings[0].units.amount) for entry in entries) == told
    assert all(assertion.holds for assertion in ledger_of(files).assertions)


@settings(max_examples=60)
@given(
    rows=LINES,
    with_ids=st.booleans(),
    opening=st.integers(-500, 500),
    cuts=st.tuples(st.integers(0, 400), st.integers(0, 400)),
    later_first=st.booleans(),
)
@example(rows=[(0, 1, "Coffee"), (1, 0, "Coffee")], with_ids=False, opening=0, cuts=(1, 1), later_first=True)
def test_two_overlapping_halves_are_the_whole(
    *,
    rows: list[tuple[int, int, str]],
    with_ids: bool,
    opening: int,
    cuts: tuple[int, int],
    later_first: bool,
) -> None:
    whole = made(rows, with_ids=with_ids, opening=opening)
    start = date(2025, 10, 1)
    low, high = (start + timedelta(days=cut) for cut in sorted(cuts))
    halves = [part(whole, start, high), part(whole, low, date.max)]
    halves = [half for half in halves if half.lines]
    files: dict[str, bytes] = {}
    for half in reversed(halves) if later_first else halves:
        files, _ = import_into(files, half)
    at_once, _ = import_into({}, whole)
    assert movements(files) == movements(at_once)
    assert all(assertion.holds for assertion in ledger_of(files).assertions)


def test_equal_payments_of_one_day_are_told_apart_by_their_number() -> None:
    coffee = line("2026-01-05", "-4.50", "COFFEE")
    files, plan = import_into({}, statement(coffee))
    files, plan = import_into(
        files,
        statement(coffee, msgspec.structs.replace(coffee, line=9), msgspec.structs.replace(coffee, line=10)),
    )
    assert (len(plan.there), len(plan.added)) == (1, 2)
    _, plan = import_into(files, statement(coffee))
    assert (len(plan.there), len(plan.added)) == (1, 0)


def test_a_download_in_the_middle_of_a_day_is_completed_later() -> None:
    noon = statement(line("2026-01-05", "-4.50"), line("2026-01-06", "-1.00"), closing="94.50")
    evening = statement(line("2026-01-06", "-1.00"), line("2026-01-06", "-2.00", "Q"), closing="92.50")
    files, _ = import_into({}, noon)
    files, plan = import_into(files, evening)
    assert "The balance of 2026-01-06 is now 92.50" in plan.notes[0]
    assert all(one.holds for one in ledger_of(files).assertions)
    _, plan = import_into(files, noon)
    assert plan.files == {}, "the older file knows less of that day, and changes nothing"


def test_a_missing_statement_is_told_and_healed_when_it_comes() -> None:
    january = statement(line("2026-01-05", "-4.50"), closing="95.50")
    february = statement(line("2026-02-05", "-5.50"), closing="90.00")
    march = statement(line("2026-03-05", "-10.00"), closing="80.00")
    files, _ = import_into({}, january)
    files, plan = import_into(files, march)
    assert plan.agreement
    assert plan.agreement.gap == Decimal("5.50")
    files, plan = import_into(files, february)
    assert all(one.holds for one in ledger_of(files).assertions)


HAND = """option "operating_currency" "USD"
2026-01-01 open Assets:BOAT:Bank:Checking USD
2026-01-01 open Expenses:BOAT:Fuel

2026-01-04 * "Fuel dock" "by hand"
  Expenses:BOAT:Fuel  86.40 USD
  Assets:BOAT:Bank:Checking
"""


def test_what_a_person_wrote_is_not_added_again_but_shown() -> None:
    files = {MAIN: HAND.encode()}
    bank = line("2026-01-06", "-86.40", "FUEL 12")
    files, plan = import_into(files, statement(bank))
    (alike,) = plan.alike
    assert (alike.line, alike.entry.path, alike.entry.line, plan.added) == (bank, MAIN, 5, ())
    marked = files[MAIN].decode().split("\n")
    assert marked[4] == '2026-01-04 * "Fuel dock" "by hand"'
    assert marked[5].startswith('  bank-also: "')
    assert [one for one in marked if "bank-also" not in one] == HAND.split("\n")
    again, plan = import_into(files, statement(bank))
    assert (again, len(plan.there), plan.alike) == (files, 1, ())
    _, plan = import_into(files, statement(line("2026-01-03", "-86.40", "FUEL 12")))
    assert len(plan.added) == 1, "one entry by hand is one payment only"


@pytest.mark.parametrize(
    ("day", "amount"), [("2026-01-08", "-86.40"), ("2026-01-04", "-86.41"), ("2025-12-31", "-86.40")]
)
def test_what_is_further_away_is_another_payment(day: str, amount: str) -> None:
    _, plan = import_into({MAIN: HAND.encode()}, statement(line(day, amount)))
    assert (plan.alike, len(plan.added)) == ((), 1)


def test_a_transfer_between_two_accounts_is_booked_once() -> None:
    rules = [CategoryRule(CARD, payee=("card payment",))]
    files, _ = import_into(
        {}, statement(line("2026-01-20", "-300.00", "CARD PAYMENT", "1"), closing="700.00"), rules=rules
    )
    card = Target(CARD, "boat", "Sunset Boat", "USD")
    bill = statement(
        line("2026-01-10", "-300.00", "FUEL", "1"),
        line("2026-01-21", "300.00", "THANK YOU", "2"),
        closing="0.00",
    )
    files, plan = import_into(files, bill, card)
    assert ([one.payee for one in plan.added], len(plan.alike)) == (["FUEL"], 1)
    assert (held(files), held(files, CARD)) == (Decimal("700.00"), Decimal(0))
    again, plan = import_into(files, bill, card)
    assert (again, len(plan.there)) == (files, 2)


def test_a_purchase_on_a_card_raises_what_is_owed() -> None:
    card = Target(CARD, "boat", "Sunset Boat", "USD")
    files, _ = import_into(
        {}, statement(line("2026-01-10", "-30.00", "FUEL"), line("2026-01-12", "5.00", "REFUND")), card
    )
    assert held(files, CARD) == -25
    assert held(files, "Expenses:BOAT:Uncategorized") == 25, "what comes back on a card is no income"


def test_csv_after_ofx_of_the_same_days_adds_nothing() -> None:
    files, _ = import_into({}, statement(line("2026-01-10", "-30.00", "FUEL DOCK", "A1")))
    csv = statement(line("2026-01-10", "-30.00", "Fuel dock 12, CA"))
    files, plan = import_into(files, csv)
    assert (len(plan.added), len(plan.alike)) == (0, 1)
    again, plan = import_into(files, csv)
    assert (again, len(plan.there)) == (files, 1)


def test_ids_that_begin_anew_each_month_hide_nothing() -> None:
    files, _ = import_into(
        {}, statement(line("2026-01-10", "-30.00", "FUEL", "1"), line("2026-01-11", "-5.00", "ICE", "2"))
    )
    february = statement(line("2026-02-10", "-31.00", "FUEL", "1"), line("2026-02-11", "-5.00", "ICE", "2"))
    files, plan = import_into(files, february)
    assert len(plan.added) == 2
    again, plan = import_into(files, february)
    assert (again, len(plan.there)) == (files, 2)


def test_an_entry_that_somebody_moved_or_split_is_still_there() -> None:
    one = statement(line("2026-01-10", "-30.00", "FUEL", "A7"))
    files, _ = import_into({}, one)
    text = files[BOOK].decode().replace("2026-01-10 *", "2026-01-08 *").replace('"FUEL"', '"Fuel dock"')
    text = text.replace(
        "  Expenses:BOAT:Uncategorized                             30.00 USD",
        "  Expenses:BOAT:Uncategorized  10 USD\n  Expenses:BOAT:Ice  20 USD",
    )
    assert "Ice" in text
    files[BOOK] = text.encode() + b"2026-01-01 open Expenses:BOAT:Ice\n"
    again, plan = import_into(files, one)
    assert (again, len(plan.there)) == (files, 1)


def test_a_rule_cannot_send_money_to_the_account_itself() -> None:
    rules = [CategoryRule(CHECKING, payee=("p",)), CategoryRule("Expenses:BOAT:Fuel", payee=("p",))]
    files, _ = import_into({}, statement(line("2026-01-10", "-30.00")), rules=rules)
    assert held(files, "Expenses:BOAT:Fuel") == 30


def test_another_currency_is_another_account() -> None:
    files, _ = import_into({}, statement(line("2026-01-10", "-30.00")))
    euros = msgspec.structs.replace(TARGET, currency="EUR")
    problems = plan_import(statement(line("2026-02-10", "-30.00")), euros, files)
    assert isinstance(problems, tuple)
    assert problems[0].code == "other-currency"


# ── the text of the books ────────────────────────────────────────────────────────────────────────────────────


def test_entries_go_to_their_place_and_nothing_else_moves() -> None:
    text = (
        "; head\n\n2026-01-01 open Assets:BOAT:Bank:Checking USD\n2026-01-01 open Expenses:BOAT:Uncategorized\n"
        '\n; ── January ──\n\n2026-01-02 * "A" "over two\n2026-01-09 lines"\n'
        '  Assets:BOAT:Bank:Checking  -1 USD\n  Expenses:BOAT:Uncategorized  ; odd "\n\n; ── March ──\n\n'
        '2026-03-02 * "C" ""\n  Assets:BOAT:Bank:Checking  -1.00 USD\n  Expenses:BOAT:Uncategorized'
    ).replace("\n", "\r\n")
    files, plan = import_into(
        {MAIN: b'include "boat-2026.beancount"\n', BOOK: text.encode()},
        statement(line("2026-01-20", "-4.50", "B"), line("2026-03-09", "-5.50", "D")),
    )
    after = files[BOOK].decode()
    assert list(plan.files) == [BOOK]
    assert after.count("\n") == after.count("\r\n")
    lines = iter(after.split("\r\n"))
    assert all(one in lines for one in text.split("\r\n"))
    assert after.index("January") < after.index('"B"') < after.index("March") < after.index('"D"')
    assert after.index('odd "') < after.index('"B"')


def test_a_file_in_no_order_gets_entries_at_its_end() -> None:
    text = HAND.replace("2026-01-04", "2026-03-04") + "\n" + HAND.split("\n\n")[1].replace("86.40", "1.00")
    files, _ = import_into(
        {MAIN: f'{text}include "boat-2026.beancount"\n'.encode(), BOOK: text.split("\n\n", 1)[1].encode()},
        statement(line("2026-02-01", "-7.00", "NEW")),
    )
    before, _, after = files[BOOK].decode().partition(text.split("\n\n", 1)[1])
    assert ('"NEW"' in before, '"NEW"' in after) == (False, True)


def test_accounts_are_opened_once_and_early_enough() -> None:
    files, _ = import_into({}, statement(line("2026-03-01", "-7.00"), closing="93.00"))
    files, _ = import_into(
        files, statement(line("2025-11-01", "-1.00"), line("2025-12-31", "-2.00"), closing="100.00")
    )
    ledger = ledger_of(files)
    assert {one.opened.year for one in ledger.accounts} == {2025}
    assert sum(data.count(b" open ") for data in files.values()) == len(ledger.accounts) == 3
    assert files[MAIN].count(b"\ninclude ") == 2
    assert all(one.holds for one in ledger.assertions)
    opening = next(one for one in ledger.entries if "bank-opening" in one.keys)
    assert (opening.date, opening.path) == (date(2025, 11, 1), "ledger/boat-2025.beancount")
    assert opening.postings[0].units.amount == 103


def test_an_include_with_a_star_is_enough() -> None:
    main = b'option "operating_currency" "USD"\ninclude "*-2026.beancount"\n'
    files, plan = import_into(
        {MAIN: main, "ledger/x-2026.beancount": b""}, statement(line("2026-03-01", "-7.00"))
    )
    assert (list(plan.files), files[MAIN]) == ([BOOK], main)


def test_a_file_that_no_include_names_is_not_filled_again() -> None:
    whole = statement(line("2026-03-01", "-7.00"), line("2026-03-02", "-8.00"))
    files, _ = import_into({}, whole)
    crashed = {path: data for path, data in files.items() if path != MAIN}
    files, plan = import_into(crashed, whole)
    assert (len(plan.there), list(plan.files)) == (2, [MAIN])


def test_the_file_that_holds_the_business_s_year_is_used() -> None:
    target = Target("Assets:SB:Bank:Checking", "sunset-boat", "Sunset Boat", "USD")
    _, plan = import_into(
        {MAIN: b'include "sb-2026.beancount"\n', "ledger/sb-2026.beancount": b"; ours\n"},
        statement(line("2026-03-01", "-7.00")),
        target,
    )
    assert list(plan.files) == ["ledger/sb-2026.beancount"]


@pytest.mark.parametrize(
    ("book", "code"),
    [
        ('2026-01-04 * "A"\n  Assets:BOAT:Bank:Checking  1 USD\n  Income:BOAT:X  1 USD\n', "unbalanced"),
        ('2026-01-04 * "A\n', "unreadable-entry"),
        ("\udcff", "not-utf8"),
        ('include "gone.beancount"\n', "ledger-include"),
    ],
)
def test_books_that_cannot_be_read_are_not_added_to(book: str, code: str) -> None:
    files = {MAIN: b'include "boat-2026.beancount"\n', BOOK: book.encode(errors="surrogateescape")}
    problems = plan_import(statement(line("2026-03-01", "-7.00")), TARGET, files)
    assert isinstance(problems, tuple)
    assert code in {problem.code for problem in problems}


def test_a_fault_in_the_book_of_another_business_stops_nothing() -> None:
    files = {
        MAIN: b'include "x.beancount"\n',
        "ledger/x.beancount": b'2026-01-04 * "A"\n  Income:B:X  1 USD\n',
    }
    _, plan = import_into_any(files)
    assert len(plan.added) == 1


def import_into_any(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], Plan]:
    return import_into(files, statement(line("2026-03-01", "-7.00")))


def test_a_closed_account_and_a_book_over_the_limit_are_refused() -> None:
    closed = HAND + "\n2026-02-01 close Assets:BOAT:Bank:Checking\n"
    problems = plan_import(statement(line("2026-03-01", "-7.00")), TARGET, {MAIN: closed.encode()})
    assert isinstance(problems, tuple)
    assert problems[0].code == "closed"
    large = {MAIN: b'include "boat-2026.beancount"\n', BOOK: b"; one line of a remark\n" * (SIZE_LIMIT // 23)}
    problems = plan_import(statement(line("2026-03-01", "-7.00")), TARGET, large)
    assert isinstance(problems, tuple)
    assert problems[0].code == "too-large"


def test_another_balance_line_is_left_as_it_is() -> None:
    files = {MAIN: (HAND + "\n2026-01-11 balance Assets:BOAT:Bank:Checking  -86.40 USD\n").encode()}
    files, plan = import_into(files, statement(line("2026-01-10", "-1.00"), closing="500.00"))
    assert "the line is left as it is" in " ".join(plan.notes)
    assert b"-86.40 USD\n" in files[MAIN]


PRINTABLE = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=60)
@given(payee=PRINTABLE, memo=PRINTABLE, bank_id=PRINTABLE, cents=st.integers(-(10**12), 10**12))
@example(payee='"', memo="\\", bank_id='"\\', cents=1)
@example(payee="10/0 and 3 / (4)", memo="7/-", bank_id="0/0", cents=1)
@example(payee="; x", memo='a" #t ^l', bank_id="", cents=0)
def test_any_words_are_read_back_as_one_entry(*, payee: str, memo: str, bank_id: str, cents: int) -> None:
    one = StatementLine(date(2026, 1, 2), Decimal(cents) / 100, payee, memo, bank_id)
    files, _ = import_into({}, statement(one))
    (entry,) = ledger_of(files).entries
    assert [posting.units.amount for posting in entry.postings] == [one.amount, -one.amount]
    again, _ = import_into(files, statement(one))
    assert again == files


def test_a_text_that_is_not_changed_comes_back_byte_by_byte() -> None:
    for file in sorted((ROOT / "ledger").glob("*.beancount")):
        data = file.read_bytes()
        for odd in (data, b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n"), data.rstrip()):
            assert BookText(odd).after() == odd


def test_the_sample_s_books_take_a_statement_and_stay_as_they_were() -> None:
    files = {
        f"ledger/{file.name}": file.read_bytes() for file in sorted((ROOT / "ledger").glob("*.beancount"))
    }
    target = Target("Assets:JADA:Bank:Checking", "jada", "JADA", "USD")
    after, plan = import_into(files, statement(line("2026-06-11", "-1234.56", "Nobody knows")), target)
    assert list(plan.files) == ["ledger/jada-2026.beancount"]
    before, now = files["ledger/jada-2026.beancount"], after["ledger/jada-2026.beancount"]
    lines = iter(now.split(b"\n"))
    assert all(one in lines for one in before.split(b"\n")), "every old line is there, in its order"
    old, new = parse_ledger(files)[0], parse_ledger(after)[0]
    assert len(new.entries) == len(old.entries) + 1


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────


def prepared(root: Path) -> dict[str, str]:
    a_boat(root)
    write(root, BOOK, "; ours\n")
    return digests(root)


@pytest.mark.parametrize("name", ["fsync", "replace", "mkdir", "fdopen", "chmod"])
@pytest.mark.parametrize("nth", range(1, 7))
def test_a_disk_that_fails_anywhere_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, nth: int
) -> None:
    root = tmp_path / "p"
    before = prepared(root)
    found = import_bank(Path("jan.csv"), CHECKING, root, {}, here=root)
    holder = Path if name in {"replace", "mkdir", "chmod"} else os
    real, calls = getattr(holder, name), [0]

    def failing(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        calls[0] += 1
        if calls[0] == nth:
            raise OSError(28, "No space left on device")
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(holder, name, failing)
        failure = _failure_of(found)
    if failure:
        assert "no space left on device" in failure
        assert "as they were" in failure
        assert digests(root) == before
    else:
        assert calls[0] < nth or name == "fsync", "a failure that is not told"
    if digests(root) == before:
        import_bank(Path("jan.csv"), CHECKING, root, {}, here=root).write()
    assert len(ledger_of(books(root)).entries) == 4


def _failure_of(found: Import) -> str:
    try:
        found.write()
    except OutsideError as error:
        return str(error)
    return ""


def test_somebody_else_s_change_is_noticed(tmp_path: Path) -> None:
    root = tmp_path / "p"
    prepared(root)
    found = import_bank(Path("jan.csv"), CHECKING, root, {}, here=root)
    write(root, BOOK, "; theirs\n")
    after = digests(root)
    with pytest.raises(UsageError, match="changed by somebody else"):
        found.write()
    assert digests(root) == after


def test_a_change_between_two_renames_is_noticed_and_all_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("a", "b"):
        write(tmp_path, path, "old")
    real = replacing._unchanged  # noqa: SLF001 - the moment between two checks

    def meddling(root: Path, changes: Mapping[str, Any]) -> None:
        if list(changes) == ["b"]:
            write(root, "b", "theirs")
        real(root, changes)

    monkeypatch.setattr(replacing, "_unchanged", meddling)
    with pytest.raises(UsageError):
        replace(tmp_path, {"a": (b"old", b"new"), "b": (b"old", b"new")})
    assert [(tmp_path / path).read_text() for path in ("a", "b")] == ["old", "theirs"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "b"]


def test_an_interruption_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("a", "b"):
        write(tmp_path, path, "old")
    real, calls = Path.replace, [0]

    def interrupted(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace(tmp_path, {"a": (b"old", b"new"), "b": (b"old", b"new")})
    assert [(one.name, one.read_text()) for one in sorted(tmp_path.iterdir())] == [("a", "old"), ("b", "old")]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    write(tmp_path, "far", "old")
    (tmp_path / "near").symlink_to(tmp_path / "far")
    with pytest.raises(UsageError):
        replace(tmp_path, {"near": (b"old", b"new")})
    assert (tmp_path / "far").read_text() == "old"


def test_rights_of_a_file_stay(tmp_path: Path) -> None:
    file = write(tmp_path, "a", "old")
    file.chmod(0o640)
    replace(tmp_path, {"a": (b"old", b"new")})
    assert (file.stat().st_mode & 0o777, file.read_text()) == (0o640, "new")


def test_wrong_rules_and_settings_stop_the_import(tmp_path: Path) -> None:
    root = a_boat(tmp_path / "p")
    write(root, "ledger/rules.yml", "rules:\n  - payee: a\n  - payee: b\n    categry: x\n")
    with pytest.raises(InputError) as caught:
        import_bank(Path("jan.csv"), CHECKING, root, {}, here=root)
    assert [one.line for one in caught.value.problems] == [2, 3, 4]
    write(root, "ledger/rules.yml", "")
    write(root, "portfolio.yml", "banks:\n  b:\n    date: D\n    description: T\n")
    with pytest.raises(InputError) as caught:
        import_bank(Path("jan.csv"), CHECKING, root, {}, here=root)
    assert "with a key amount:" in str(caught.value)


def test_without_a_handoff_the_owner_is_told_to_make_one(tmp_path: Path) -> None:
    write(tmp_path, "portfolio.yml", "name: Fleet\n")
    with pytest.raises(QuarterdeckError, match="make one in handoffs/"):
        import_bank(Path("jan.csv"), CHECKING, tmp_path, {}, here=tmp_path)


# ── the guide ────────────────────────────────────────────────────────────────────────────────────────────────

GUIDE = (ROOT / "docs" / "guide" / "bank.md").read_text(encoding="utf-8")


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def kayaks(root: Path) -> Path:
    """The portfolio that the guide tells of."""
    head = "---\nentity: bell-harbor-kayaks\nname: Bell Harbor Kayaks\nkind: charter\nledger: BHK\n---\n"
    write(root, "portfolio.yml", "name: Harbor Group\n")
    write(root, "handoffs/bell-harbor-kayaks.md", head)
    write(root, "checking.csv", fences("text")[0])
    return root


def test_the_guide_shows_what_an_owner_sees(tmp_path: Path) -> None:
    root = kayaks(tmp_path / "p")
    _, *words = fences("sh")[0].split()
    done = run(root, *words, "--yes")
    assert done.returncode == 0, done.stderr
    assert fences("text")[1] in done.stderr
    (entry,) = fences("beancount")
    assert entry in (root / "ledger" / "bell-harbor-kayaks-2026.beancount").read_text(encoding="utf-8")
    rules, profile = fences("yaml")
    assert profile.partition("banks:")[2] in (root / "portfolio.yml").read_text(encoding="utf-8")
    for file in sorted((root / "ledger").glob("*.beancount")):
        file.unlink()
    write(root, "ledger/rules.yml", rules)
    assert run(root, *words, "--yes").returncode == 0
    accounts = {one.account for entry in ledger_of(books(root)).entries for one in entry.postings}
    assert accounts >= {"Income:BHK:Tours", "Expenses:BHK:Variable:Fuel", "Expenses:BHK:Fixed:Slip"}


def test_the_messages_of_the_guide_are_those_of_the_program() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "generators").rglob("*.py"))
    said = re.sub(r'"\s*\n\s*f?"', "", sources)
    for message in re.findall(r"^\| `([^`]+)` \|", GUIDE.partition("## What you may read")[2], re.MULTILINE):
        assert message.replace("bhk-checking", "{profile.name}") in said, message


def test_the_accounts_of_the_guide_are_accounts(tmp_path: Path) -> None:
    root = kayaks(tmp_path / "p")
    for account in re.findall(r"^\| an? .+? \| `([^`]+)` \|", GUIDE, re.MULTILINE):
        assert import_bank(Path("checking.csv"), account, root, {}, here=root).files
