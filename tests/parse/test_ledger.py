"""The books: every kind of line, every fault with its place, and nothing that is ever run."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from beancount import loader
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.journal import Journals, is_below
from quarterdeck.model.ledger import Entry, Ledger, Lines, Posting
from quarterdeck.model.values import Money, month_of
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.text.decode import SIZE_LIMIT

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.model.errors import Problem

MAIN = "ledger/main.beancount"
OPEN = "2026-01-01 open Assets:JADA:Bank\n2026-01-01 open Income:JADA:Charter\n"
SOUND = '2026-02-01 * "P" "N"\n  Assets:JADA:Bank  10.00 USD\n  Income:JADA:Charter\n'


def read(text: str | bytes, **more: str | bytes) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read a main file and others, whose names have no ending here."""
    files = {MAIN: text} | {f"ledger/{name}.beancount": data for name, data in more.items()}
    return parse_ledger(
        {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
    )


def faults(text: str | bytes, **more: str | bytes) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in read(text, **more)[1]]


@pytest.fixture(autouse=True)
def no_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beancount's loader imports what a file names: no test here may reach it."""

    def refuse(*_words: object, **_more: object) -> None:
        pytest.fail("the loader of Beancount was called")

    for name in [
        one for one in vars(loader) if one.lstrip("_").startswith(("load", "run_trans", "parse_rec"))
    ]:
        if callable(getattr(loader, name)):
            monkeypatch.setattr(loader, name, refuse)


def test_every_part_of_an_entry() -> None:
    ledger, problems = read(
        f'{OPEN}2026-02-03 ! "Guest" "Sail" #two #one ^l-2 ^l-1\n  booking: "BK-1"\n  service-date: 2026-03-01\n'
        "  done: TRUE\n  open: FALSE\n  rate: 3.50\n  price: 3.50 USD\n  via: Assets:JADA:Bank\n  empty:\n"
        '  Assets:JADA:Bank  10.00 USD\n    note: "x"\n  Income:JADA:Charter\n'
    )
    assert problems == ()
    (entry,) = ledger.entries
    assert (entry.flag, entry.payee, entry.narration) == ("!", "Guest", "Sail")
    assert (entry.date, entry.path, entry.line) == (date(2026, 2, 3), MAIN, 3)
    assert (entry.tags, entry.links) == (("one", "two"), ("l-1", "l-2"))
    assert dict(entry.keys) == {
        "booking": "BK-1",
        "service-date": "2026-03-01",
        "done": "yes",
        "open": "no",
        "rate": "3.50",
        "price": "3.50 USD",
        "via": "Assets:JADA:Bank",
    }
    assert entry.postings == (
        Posting("Assets:JADA:Bank", Money(Decimal("10.00"), "USD"), None, 12),
        Posting("Income:JADA:Charter", Money(Decimal("-10.00"), "USD"), None, 14),
    )


@pytest.mark.parametrize(
    ("posting", "weight"),
    [
        ("3 EUR @ 1.10 USD", "3.30"),
        ("3 EUR @@ 1.00 USD", "1.00"),
        ("3 EUR {2.00 USD}", "6.00"),
        ("3 EUR {{2.00 USD}}", "2.00"),
        ("7 EUR @@ 100.00 USD", "100.00"),
    ],
)
def test_F041_F042_price_and_cost_give_the_exact_weight(posting: str, weight: str) -> None:
    ledger, problems = read(f'{OPEN}2026-02-03 * "N"\n  Assets:JADA:Bank  {posting}\n  Income:JADA:Charter\n')
    assert problems == ()
    first, second = ledger.entries[0].postings
    assert first.balance == Money(Decimal(weight), "USD")
    assert str(first.balance.amount) == weight
    assert first.units.currency == "EUR"
    assert abs(second.units.amount + Decimal(weight)) < Decimal("1e-20")


def test_accounts_prices_assertions_and_what_is_passed_over() -> None:
    ledger, problems = read(
        'option "title" "T"\n2026-01-01 open Assets:JADA:Bank USD\n  restricted: TRUE\n  purpose: "tax"\n'
        '  tax-line: "9"\n2026-03-01 close Assets:JADA:Bank\n2026-02-01 price EUR 1.10 USD\n'
        '2026-02-01 commodity EUR\n  name: "Euro"\n2026-02-01 balance Assets:JADA:Bank 0.00 USD\n'
        '2026-02-01 note Assets:JADA:Bank "n"\n2026-02-01 event "a" "b"\n'
    )
    assert problems == ()
    (account,) = ledger.accounts
    assert (account.opened, account.closed) == (date(2026, 1, 1), date(2026, 3, 1))
    assert (account.restricted, account.purpose, account.tax_line) == (True, "tax", "9")
    assert [(one.currency, one.worth, one.source.line) for one in ledger.prices] == [
        ("EUR", Money(Decimal("1.10"), "USD"), 7)
    ]
    assert [(one.holds, one.source.line) for one in ledger.assertions] == [(True, 10)]


@pytest.mark.parametrize(
    ("word", "cadence"),
    [
        ("weekly", "weekly"),
        ("monthly", "monthly"),
        ("quarterly", "quarterly"),
        ("yearly", "yearly"),
        ("annual", "yearly"),
        ("annually", "yearly"),
    ],
)
def test_budgets_in_every_cadence(word: str, cadence: str) -> None:
    ledger, problems = read(f'{OPEN}2026-01-01 custom "budget" Income:JADA:Charter "{word}" -5.00 USD\n')
    assert problems == ()
    (one,) = ledger.budgets
    assert (one.account, one.cadence, one.amount) == (
        "Income:JADA:Charter",
        cadence,
        Money(Decimal("5.00"), "USD"),
    )
    assert one.source.line == 3


ENTRY = '2026-02-01 * "N"\n  Assets:JADA:Bank  {}\n  Income:JADA:Charter  {}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENTRY.format("10.00 USD", "-9.00 USD"), [(3, "unbalanced")]),
        (ENTRY.format("", ""), [(5, "unreadable-entry")]),
        (ENTRY.format("1.234,56 USD", ""), [(4, "unreadable-entry")]),
        (ENTRY.format("12,34 USD", ""), [(4, "unreadable-entry")]),
        (ENTRY.format("10 usd", ""), [(4, "unreadable-entry")]),
        (ENTRY.format("10 USD", "").replace("Assets:", "Assetz:"), [(4, "unreadable-entry")]),
        (ENTRY.format("10 USD", "").replace('"N"', '"N'), [(3, "unreadable-entry")]),
        (ENTRY.format("10 USD", "").replace("2026-", "0000-"), [(3, "bad-date")]),
        (ENTRY.format("10 USD", "").replace("2026-", "9999-"), [(3, "bad-date")]),
        (ENTRY.format("10 USD", "").replace("2026-", "1899-"), [(3, "bad-date")]),
        (ENTRY.format("10 USD", "").replace("02-01", "02-30"), [(3, "bad-date")]),
        (ENTRY.format("10/0 USD", ""), [(4, "bad-value")]),
        (ENTRY.format("0/0.00 USD", ""), [(4, "bad-value")]),
        (ENTRY.format("10/(1-1) USD", ""), [(4, "bad-value")]),
        (ENTRY.format("*".join(["9" * 40] * 20) + " USD", ""), [(4, "bad-value")]),
        ('2026-01-01 custom "budget" Income:JADA:Charter "daily" 5 USD\n', [(3, "bad-value")]),
        ('2026-01-01 custom "budget" Income:JADA:Charter "monthly" 5\n', [(3, "bad-value")]),
        ('2026-01-01 custom "budget"\n', [(3, "bad-value")]),
        ("hello\n", [(3, "unreadable-entry")]),
        ("2026-01-01 open Assets:Bank\n", [(3, "ledger-account")]),
        ("2026-01-01 open Equity:Opening\n", []),
        ('2026-01-01 open Assets:JADA:Cash\n  purpose: "fun"\n', [(3, "bad-value")]),
        ('2026-01-01 document Assets:JADA:Bank "/etc/passwd"\n', [(3, "ledger-line-left-out")]),
        ("2026-01-01 pad Assets:JADA:Bank Income:JADA:Charter\n", [(3, "ledger-line-left-out")]),
        ('plugin "os"\n', [(3, "ledger-runs-code")]),
        ('plugin "os" "{}"\n', [(3, "ledger-runs-code")]),
        ('option "insert_pythonpath" "True"\n', [(3, "ledger-runs-code")]),
        ('include "../x.beancount"\n', [(3, "ledger-include")]),
        ('include "/etc/passwd"\n', [(3, "ledger-include")]),
        ('include "~/x"\n', [(3, "ledger-include")]),
        ('include "..\\\\x"\n', [(3, "ledger-include")]),
        ('include "C:\\\\x"\n', [(3, "ledger-include")]),
        ('include "nowhere.beancount"\n', [(3, "ledger-include")]),
        ('include "main.beancount"\n', []),
        ("2026-01-01 balance Assets:JADA:Bank 1.00 USD\n", [(3, "balance-fails")]),
    ],
)
def test_F001_to_F053_a_fault_has_its_line_and_spares_the_rest(
    text: str, expected: list[tuple[int, str]]
) -> None:
    after = SOUND.replace("02-01", "03-01") if '"N\n' not in text else ""
    ledger, problems = read(f"{OPEN}{text}\n{after}")
    assert [(one.line, one.code) for one in problems] == expected
    assert [str(one.postings[0].units.amount) for one in ledger.entries] == (["10.00"] if after else [])
    assert len([one for one in ledger.accounts if one.name in OPEN]) == 2, "what stands above stays too"


def test_a_fault_leaves_the_entry_above_alone() -> None:
    for bad in ("hello\n", "2026-02-30 x\n", '2026-03-01 * "N"\n  Assetz:A:B 1 USD\n  Income:JADA:Charter\n'):
        ledger, problems = read(f"{OPEN}{SOUND}{bad}{SOUND}")
        assert [one.line for one in ledger.entries] == [3, 6 + bad.count("\n")]
        assert len(problems) == 1


def test_an_unknown_account_is_told_once() -> None:
    text = f"{OPEN}{SOUND}{SOUND}".replace("  Assets:JADA:Bank ", "  Assets:JADA:Bonk ")
    assert faults(text) == [(3, "ledger-doubt")]
    assert len(read(text)[0].entries) == 2


def test_an_assertion_that_fails_tells_its_gap() -> None:
    ledger, (problem,) = read(f"{OPEN}{SOUND}2026-02-02 balance Assets:JADA:Bank 11.00 USD\n")
    assert (ledger.assertions[0].gap, ledger.assertions[0].holds) == (Decimal("-1.00"), False)
    assert problem.what == "the books hold 10.00 USD in Assets:JADA:Bank, not 11.00 USD: 1.00 too little"


def test_includes_are_followed_inside_the_folder_round_in_a_ring_and_by_stars() -> None:
    other = SOUND.replace("Bank", "Cash")
    ledger, problems = read(
        f'include "a*.beancount"\n{OPEN}', a1=f'include "main.beancount"\n{SOUND}', a2=f"{SOUND}", b=other
    )
    assert {entry.path for entry in ledger.entries} == {"ledger/a1.beancount", "ledger/a2.beancount"}
    assert [(one.path, one.code) for one in problems] == [("ledger/b.beancount", "ledger-not-included")]
    assert [entry.line for entry in ledger.entries] == [2, 1]
    files = {MAIN: b'include "*.beancount"\n', "ledger/sub/x.beancount": SOUND.encode()}
    assert [one.code for one in parse_ledger(files)[1]] == ["ledger-not-included"]
    files[MAIN] = b'include "**/*.beancount"\n'
    assert parse_ledger(files)[0].entries


def test_no_main_is_told() -> None:
    ledger, (problem,) = parse_ledger({"ledger/a.beancount": SOUND.encode()})
    assert (ledger.entries, problem.code, problem.path) == ((), "ledger-no-main", "ledger/a.beancount")


def test_F002_F003_marks_and_line_ends_do_not_matter() -> None:
    text = f"{OPEN}{SOUND}2026-02-02 balance Assets:JADA:Bank 11.00 USD\n"
    expected = read(text)
    for other in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), f"\ufeff{text}"):
        assert read(other) == expected


SECRET = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dcZZ"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SOUND.encode() + b"; caf\xff\n", "not-utf8"),
        (SOUND.encode("utf-16"), "not-utf8"),
        (SOUND.encode("utf-16-le"), "not-utf8"),
        (f"{SOUND}<<<<<<< mine\n=======\n>>>>>>> theirs\n".encode(), "conflict-markers"),
        (SOUND.encode() + b";" * SIZE_LIMIT, "too-large"),
        (f"{SOUND}; {SECRET}\n".encode(), "secret"),
    ],
)
@pytest.mark.parametrize("place", ["main", "included"])
def test_F001_F004_F006_F105_a_file_is_refused_whole(data: bytes, code: str, place: str) -> None:
    main = f'include "a.beancount"\n{OPEN}{SOUND}'
    ledger, problems = read(data) if place == "main" else read(main, a=data)
    assert len(ledger.entries) == (place == "included")
    (problem,) = problems
    assert problem.refused
    assert code in problem.code or problem.code.startswith(code.split("-", 1)[0]), problem
    assert SECRET not in repr(problems)


def test_F079_no_line_is_ever_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "trap_of_books.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n__plugins__ = ()\n")
    monkeypatch.syspath_prepend(tmp_path)
    text = (
        f'plugin "trap_of_books"\nplugin\n"trap_of_books"\noption "insert_pythonpath" "True"\n{OPEN}{SOUND}'
    )
    ledger, problems = read(text)
    assert len(ledger.entries) == 1
    assert all(one.refused for one in problems if one.code == "ledger-runs-code")
    assert "trap_of_books" not in sys.modules
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "amount", ["1/0", "1/(2-2)", "0 / 0.0", "9" * 300_000 + "*" + "9" * 300_000, "(" * 50_000]
)
def test_F009_a_sum_ends_no_process(amount: str) -> None:
    program = (
        "import sys; from quarterdeck.parse.ledger import parse_ledger;"
        f"print(len(parse_ledger({{{MAIN!r}: sys.stdin.buffer.read()}})[0].entries))"
    )
    text = f"{OPEN}{SOUND}{ENTRY.format(f'{amount} USD', '')}"
    done = subprocess.run(
        [sys.executable, "-c", program], input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "1\n")


@pytest.mark.parametrize(
    "text",
    [
        SOUND.replace('"N"', '"ref 10/0"'),
        SOUND.replace('"N"', '"7/- and 3 / (4)"'),
        SOUND.replace('"N"', '"a \\" 10/0"'),
        SOUND.replace('"N"', '"of two\nlines 10/0\n"'),
        SOUND.replace('"N"', f'"{"-" * 300}"'),
        SOUND.replace('"N"', f'"{"x" * 300}"'),
        SOUND.replace('"N"\n', '"N"  ; was 10/0, "once"\n'),
        SOUND.replace("  Income", '  ref: "10/0"\n  Income'),
        f"; 10/0\n{SOUND}",
        f' ; 10/0 and a "\n{SOUND}',
    ],
)
def test_what_only_looks_like_a_sum_keeps_its_entry(text: str) -> None:
    ledger, problems = read(f"{OPEN}{text}{SOUND}")
    assert (len(ledger.entries), problems) == (2, ())


@pytest.mark.parametrize("text", ['$" 10/0\n{}', 'hello "\nx 10/0\n"\n{}', '"\\\n{}'])
def test_a_sum_beside_a_mark_left_open_ends_no_process(text: str) -> None:
    ledger, problems = read(text.format(ENTRY.format("10/0 USD", "")) + SOUND)
    assert problems
    assert len(ledger.entries) <= 1


def test_a_sum_that_no_line_can_be_found_for_costs_the_file() -> None:
    ledger, (problem,) = read(f'$" {ENTRY.format("10/0 USD", "")}"\n{SOUND}')
    assert (problem.line, problem.code, ledger.entries) == (0, "bad-value", ())


@pytest.mark.parametrize(
    "text", ["hello\n" * 20_000, '"' * 50_000, 'include "x"\n' * 3_000, "2026-02-30 x\n" * 3_000]
)
def test_F007_hostile_text_stays_bounded(text: str) -> None:
    start = time.perf_counter()
    read(text)
    assert time.perf_counter() - start < 60, "hang guard, no measurement"


@settings(max_examples=60)
@given(st.text(alphabet='"\\\n\r\t ;*!#^@{}/-+(),.:0129aAUSDplugin\x00\u2028', max_size=200))
def test_no_text_raises_and_every_line_is_there(text: str) -> None:
    ledger, problems = read(f"{OPEN}{text}\n{SOUND}")
    lines = text.count("\n") + text.count("\r") + 8
    assert all(0 <= one.line <= lines for one in problems)
    assert (ledger, problems) == read(f"{OPEN}{text}\n{SOUND}")


@settings(max_examples=100)
@given(st.text(alphabet='"\\\\\n /-+(),.;019axé', max_size=40))
def test_no_words_in_quotes_cost_their_entry(words: str) -> None:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    ledger, problems = read(f"{OPEN}{SOUND}".replace('"N"', f'"{escaped}"'))
    (entry,) = ledger.entries
    assert (entry.narration, problems) == (words, ())


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            ['"', "10/0", " USD", "\n", "\n  Assets:JADA:Bank ", "\\", "; ", "$", "2026-02-01 * "]
        )
    )
)
def test_no_sum_ends_the_process_whatever_is_left_open(pieces: list[str]) -> None:
    ledger, _ = read('include "other.beancount"\n' + "".join(pieces), other=SOUND)
    assert [one.line for one in ledger.entries if "other" in one.path] == [1]
    assert all(one.units.amount.is_finite() for entry in ledger.entries for one in entry.postings)


ACCOUNTS = (
    "Assets:A:Bank:X",
    "Assets:A:Bank:Y",
    "Assets:B:DueFrom:A:Z",
    "Income:A:Sales",
    "Expenses:A:Fixed:Slip",
)
CENTS = st.integers(-10_000_00, 10_000_00).map(lambda cents: Decimal(cents).scaleb(-2))
DAYS = st.integers(0, 500).map(lambda days: date(2025, 1, 1) + timedelta(days))
ENTRIES = st.lists(
    st.tuples(
        DAYS, st.lists(st.tuples(st.sampled_from(ACCOUNTS), CENTS), min_size=1, max_size=4), st.booleans()
    ),
    max_size=25,
)
Drawn = list[tuple[date, list[tuple[str, Decimal]], bool]]


def written(drawn: Drawn) -> str:
    """The entries as a book; the last amount of each is what the others leave, written or not."""
    lines = [f"2024-01-01 open {name}" for name in (*ACCOUNTS, "Equity:A:Owner")]
    for day, postings, is_tagged in drawn:
        lines.append(f'{day} * "P" "N"{" #t" if is_tagged else ""}')
        lines += [f"  {name}  {amount} USD" for name, amount in postings]
        lines.append(f"  Equity:A:Owner  {-sum(amount for _, amount in postings)} USD")
    return "\n".join(lines) + "\n"


@settings(max_examples=60)
@given(ENTRIES, DAYS, DAYS)
def test_journal_agrees_with_naive_sums(drawn: Drawn, day: date, other: date) -> None:
    ledger, problems = read(written(drawn))
    assert problems == ()
    found = [
        [(one.account, one.units.amount) for one in entry.postings[:-1]]
        for entry in sorted(ledger.entries, key=lambda entry: entry.line)
    ]
    assert found == [postings for _, postings, _ in drawn]
    assert all(sum(one.units.amount for one in entry.postings) == 0 for entry in ledger.entries)
    end = date(2027, 1, 1)
    journal = Journals(ledger, end).of("A")
    flat = [(when, name, amount, is_tagged) for when, rest, is_tagged in drawn for name, amount in rest]
    for above in (
        "Assets:A",
        "Assets:A:Bank",
        "Assets:A:Bank:X",
        "Assets:A:Ban",
        "Income:A:Sales",
        "Assets:B",
    ):
        ours = [one for one in flat if is_below(one[1], above) and one[1].split(":")[1] == "A"]
        assert journal.balance([above], day, "USD") == sum(one[2] for one in ours if one[0] <= day)
        of_month = [one[2] for one in ours if (one[0].year, one[0].month) == (day.year, day.month)]
        assert journal.of_month([above], month_of(day), "USD") == sum(of_month)
        query = Lines("A", (above,), min(day, other), max(day, other), tag="t")
        inside = [one[2] for one in ours if min(day, other) <= one[0] <= max(day, other) and one[3]]
        assert sorted(posting.units.amount for _, posting in journal.lines(query)) == sorted(inside)
    assert "Assets:B:DueFrom:A:Z" not in journal.used
    assert len(journal.within(day, None)) == sum(when >= day for when, _, _ in drawn)
    assert len(journal.within(None, day)) == sum(when <= day for when, _, _ in drawn)
    if drawn:
        first, last = min(one[0] for one in drawn), max(one[0] for one in drawn)
        assert (journal.months[0], journal.months[-1]) == (month_of(first), month_of(last))
        assert len(journal.months) == (last.year - first.year) * 12 + last.month - first.month + 1
    assert journal.full_months(day) == tuple(one for one in journal.months if one.end <= day)


def test_an_entry_stands_after_those_of_an_earlier_file_on_one_day() -> None:
    ledger, _ = read(f'include "b.beancount"\ninclude "a.beancount"\n{OPEN}', a=f"\n\n{SOUND}", b=SOUND)
    assert [(one.path, one.line) for one in ledger.entries] == [
        ("ledger/a.beancount", 3),
        ("ledger/b.beancount", 1),
    ]
    assert isinstance(ledger.entries[0], Entry)
