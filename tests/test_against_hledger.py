"""The sample's balances equal those that hledger finds in the same text, read without any code of ours."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal

import pytest

from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.portfolio import find_ledger
from tests.sites import ROOT

REQUIRE_HLEDGER = "QUARTERDECK_REQUIRE_HLEDGER"
REQUIRED = bool(os.environ.get(REQUIRE_HLEDGER))
"""Read when this file is imported: what stands in the environment is taken away before a test runs."""


@pytest.fixture(scope="module")
def hledger() -> str:
    """Path of the program."""
    path = shutil.which("hledger")
    if path is None and REQUIRED:
        pytest.fail(f"hledger is not installed, and {REQUIRE_HLEDGER} is set", pytrace=False)
    if path is None:
        pytest.skip("hledger is not installed")
    return path


def entries() -> list[str]:
    """The transactions of the sample as a plain journal has them: the day, and account and amount of each line."""
    found = []
    for path in sorted((ROOT / "ledger").glob("*.beancount")):
        for block in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8")):
            head = re.match(r'(\d{4}-\d\d-\d\d) [*!] "', block)
            if head:
                lines = re.findall(
                    r"^ +([A-Z]\w+:\S+) *(?:(-?[\d,.]+) ([A-Z]+)([^;\n]*))?$", block, re.MULTILINE
                )
                rest = [f"    {name}  {amount} {unit}{price}".rstrip() for name, amount, unit, price in lines]
                found.append("\n".join([head[1], *rest]) + "\n")
    return found


def does_balance(entry: str) -> bool:
    """Whether its amounts add up to nothing; one with a price or a line left open is hledger's to judge."""
    if "@" in entry or re.search(r":\S+$", entry, re.MULTILINE):
        return True
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount, unit in re.findall(r"  (-?[\d.]+) ([A-Z]+)$", entry, re.MULTILINE):
        sums[unit] += Decimal(amount)
    return not any(sums.values())


def test_hledger_finds_the_same_balances(hledger: str) -> None:
    written = entries()
    sound = [entry for entry in written if does_balance(entry)]
    assert len(written) - len(sound) == 1, "one entry of the sample does not balance"
    command = [hledger, "-f", "-", "balance", "--flat", "--empty", "--no-total", "--layout=bare", "-O", "csv"]
    done = subprocess.run(command, input="\n".join(sound), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    theirs = {
        (row["account"], row["commodity"]): Decimal(row["balance"])
        for row in csv.DictReader(io.StringIO(done.stdout))
        if Decimal(row["balance"])
    }
    ours: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    ledger = parse_ledger(find_ledger(ROOT)[0])[0]
    for entry in ledger.entries:
        for posting in entry.postings:
            ours[posting.account, posting.units.currency] += posting.units.amount
    assert len(ledger.entries) == len(sound)
    assert len(theirs) > 100
    assert {name: amount for name, amount in ours.items() if amount} == theirs
