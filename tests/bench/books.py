"""How fast the books are read: against Beancount's own parsing and booking, again, and as they grow."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.measure import Measure, cold

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = 10_000
COMPONENTS = 5
BOOKINGS = 1_000
CLIENTS = 300
ROUNDS = 3

_BEANCOUNT = """
import sys, time
from pathlib import Path
from beancount.parser import booking, parser
texts = [path.read_text() for path in sorted((Path(sys.argv[1]) / "ledger").glob("*.beancount"))]
start = time.process_time()
entries, options = [], {}
for text in texts:
    found, _, options = parser.parse_string(text)
    entries += found
entries.sort(key=lambda one: one.date)
booking.book(entries, options)
print(time.process_time() - start)
"""

_OURS = """
import sys, time
from datetime import date
from pathlib import Path
sys.path.insert(0, "generators")
import beancount.parser.booking, beancount.parser.parser
from quarterdeck.commands.briefs import briefs
from quarterdeck.commands.inputs import read
root, cache = Path(sys.argv[1]), sys.argv[2]
start = time.process_time()
environ = {"XDG_CACHE_HOME": cache}
inputs = read(root, environ, today=lambda zone: date(2026, 11, 23))
reading = time.process_time() - start
assert len(inputs.reading.ledger.entries) >= 10_000, len(inputs.reading.ledger.entries)
with briefs(root, environ, inputs) as made:
    whole = made(None)
assert whole.entities
print(reading, time.process_time() - start)
"""


def bench() -> list[Measure]:
    """Ratios of fresh processes, each pair taken in turn so that noise hits both."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        small, large = corpus(root / "small", ENTRIES), corpus(root / "large", 2 * ENTRIES)
        plain, first, again, twice = [], [], [], []
        for number in range(ROUNDS):
            caches = [str(root / f"cache-{size}-{number}") for size in ("small", "large")]
            plain.append(cold(_BEANCOUNT, str(small))[0])
            first.append(cold(_OURS, str(small), caches[0]))
            again.append(cold(_OURS, str(small), caches[0]))
            twice.append(cold(_OURS, str(large), caches[1]))
    base = median(plain)
    read, whole = _medians(first)
    read_again, whole_again = _medians(again)
    _, whole_twice = _medians(twice)
    return [
        Measure(
            f"books of {2 * ENTRIES:,} postings to a briefing / Beancount's parse and book",
            whole / base,
            3,
            note=f"{read:.2f} s + {whole - read:.2f} s / {base:.2f} s",
        ),
        Measure(
            "the same with nothing changed / the first time",
            whole_again / whole,
            0.2,
            note=f"{read_again:.2f} s + {whole_again - read_again:.2f} s",
        ),
        Measure("twice the books to a briefing / once", whole_twice / whole, 2.0),
    ]


def _medians(runs: list[list[float]]) -> tuple[float, float]:
    return median(one[0] for one in runs), median(one[1] for one in runs)


def corpus(root: Path, entries: int) -> Path:
    """Write a portfolio of five businesses with bookings, clients and books, the same each time."""
    random = Random(7)  # noqa: S311  # repeatable, nothing secret
    (root / "handoffs").mkdir(parents=True)
    (root / "ledger").mkdir()
    names = [f"bench-{number}" for number in range(COMPONENTS)]
    includes = "".join(f'include "{name}.beancount"\n' for name in names)
    (root / "ledger" / "main.beancount").write_text(includes, encoding="utf-8")
    for name in names:
        (root / "handoffs" / f"{name}.md").write_text(_handoff(name, random), encoding="utf-8")
        text = "".join(_book(name.upper(), entries // COMPONENTS, random))
        (root / "ledger" / f"{name}.beancount").write_text(text, encoding="utf-8")
    (root / "portfolio.yml").write_text("schema: 1\nname: Bench\n", encoding="utf-8")
    return root


def _handoff(name: str, random: Random) -> str:
    head = (
        f"---\nentity: {name}\nname: {name}\nkind: charter\nstatus: active\nupdated: 2026-11-01\n"
        f"billing_model: per-booking\nsample: true\n---\n\n# {name}\n\n"
    )
    bookings = [
        f"| {name}-{number} | {_day(random)} | ${random.randint(100, 900)} | phone | completed | $100 "
        f"| C-{number % 60} |"
        for number in range(BOOKINGS // COMPONENTS)
    ]
    clients = [
        f"| {name}-c{number} | C-{number} | ${random.randint(50, 500)} | active |"
        for number in range(CLIENTS // COMPONENTS)
    ]
    return head + "\n".join(
        [
            "## Bookings",
            "| Id | Date | Gross | Channel | Status | Paid | Customer |\n|---|---|---|---|---|---|---|",
            *bookings,
            "",
            "## Clients",
            "| Client | Name | Monthly | Status |\n|---|---|---|---|",
            *clients,
            "",
        ]
    )


def _day(random: Random) -> str:
    return f"2026-{random.randint(1, 10):02}-{random.randint(1, 28):02}"


def _book(component: str, entries: int, random: Random) -> Iterator[str]:
    costs = ("Fixed:Slip", "Fixed:Insurance", "Variable:Fuel", "Variable:Crew", "Variable:Commission")
    bank, income = f"Assets:{component}:Bank:Checking", f"Income:{component}:Charter"
    for account in (bank, income, *(f"Expenses:{component}:{cost}" for cost in costs)):
        yield f"2025-01-01 open {account}\n"
    for number in range(entries):
        amount = f"{random.randint(10, 900)}.{random.randint(0, 99):02}"
        yield f'\n{_day(random)} * "Guest {number % 97}" "Entry {number}"\n  document: "D-{number}"\n'
        if number % 2:
            yield f"  {bank}  {amount} USD\n  {income}  -{amount} USD\n"
        else:
            yield f"  Expenses:{component}:{random.choice(costs)}  {amount} USD\n  {bank}  -{amount} USD\n"
