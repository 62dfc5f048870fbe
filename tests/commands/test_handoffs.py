"""A handoff is remembered whole, and read anew after any change of its files or of the currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands import handoffs
from quarterdeck.commands.handoffs import remembered_handoffs
from quarterdeck.reading import parsed, read_handoffs
from tests.sites import BOAT, ROOT, a_portfolio, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from quarterdeck.model.errors import Problem
    from quarterdeck.model.handoff import Handoff
    from quarterdeck.portfolio import Found
    from quarterdeck.reading import Reading

LEADS = "Lead,Source,Stage,Value,Date\nL-1,phone,new,$500,2026-11-01\n"
MIXED = """
## Leads
| Lead | Stage |
|---|---|
| L-8 | won |

## Pricing
| Offer | Price |
|---|---|
| Moonlight sail | 95 |
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A boat with a CSV and tables that take turns, another boat, and a file that is refused."""
    root = a_portfolio(tmp_path / "p", boat=BOAT + MIXED + MIXED.replace("L-8", "L-9"))
    write(root, "data/boat/pipeline.csv", LEADS)
    write(root, "handoffs/other.md", BOAT.replace("entity: boat", "entity: other").replace("#B-", "#O-"))
    write(root, "handoffs/torn.md", "---\nentity: [\n---\n")
    return root


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read and not remembered."""
    calls: list[str] = []

    def noted(one: Found, currency: str) -> Handoff | Sequence[Problem]:
        calls.append(one.path)
        return parsed(one, currency)

    monkeypatch.setattr(handoffs, "parsed", noted)
    return calls


def warm(root: Path, cache: Path, currency: str = "USD") -> Reading:
    reading = remembered_handoffs(root, {"XDG_CACHE_HOME": str(cache)}, currency)
    plain = read_handoffs(root, currency)
    assert reading == plain
    assert [list(map(type, one.rows)) for one in reading.handoffs] == [
        list(map(type, one.rows)) for one in plain.handoffs
    ]
    return reading


def test_what_is_remembered_is_what_is_read(tmp_path: Path, made: list[str]) -> None:
    readings = [warm(ROOT, tmp_path) for _ in range(2)]
    assert readings[0] == readings[1]
    assert len(made) == len(readings[0].handoffs)


def test_a_refused_file_is_remembered_with_its_reason(root: Path, tmp_path: Path, made: list[str]) -> None:
    readings = [warm(root, tmp_path) for _ in range(2)]
    assert [one.path for one in readings[1].problems if one.refused] == ["handoffs/torn.md"]
    assert made == ["handoffs/boat.md", "handoffs/other.md", "handoffs/torn.md"]


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda root: write(root, "handoffs/boat.md", BOAT), ["handoffs/boat.md"]),
        (
            lambda root: write(root, "data/boat/pipeline.csv", LEADS.replace("$500", "$501")),
            ["handoffs/boat.md"],
        ),
        (lambda root: (root / "data/boat/pipeline.csv").unlink(), ["handoffs/boat.md"]),
        (lambda root: (root / "handoffs/boat.md").rename(root / "handoffs/boot.md"), ["handoffs/boot.md"]),
        (lambda root: (root / "handoffs/other.md").unlink(), []),
        (lambda root: write(root, "handoffs/torn.md", "# Torn\n"), ["handoffs/torn.md"]),
    ],
)
def test_a_change_reads_its_handoff_alone(
    root: Path, tmp_path: Path, made: list[str], change: Callable[[Path], object], again: list[str]
) -> None:
    warm(root, tmp_path)
    made.clear()
    change(root)
    warm(root, tmp_path)
    assert made == again


def test_another_currency_reads_them_all(root: Path, tmp_path: Path, made: list[str]) -> None:
    in_dollars = warm(root, tmp_path)
    assert warm(root, tmp_path, "EUR") != in_dollars
    assert made == ["handoffs/boat.md", "handoffs/other.md", "handoffs/torn.md"] * 2
