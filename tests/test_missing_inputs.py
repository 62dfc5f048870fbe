"""What is not known: no file is needed, no number is guessed, and nothing unprintable reaches a page."""

from __future__ import annotations

import functools
import re
import shutil
from pathlib import Path

import pytest

from quarterdeck.model.figure import Missing
from tests.acceptance.made import NO_VALUE, UNPRINTABLE, Made, is_zero, text_of
from tests.sites import AS_OF, a_sample, write

ENTITIES = ("3028-51st-st", "expert-yacht-delivery", "quickdumpnow", "shipcaptaincrew")
"""Businesses of the sample that have every kind of page but the client audit between them, and few rows."""


@functools.cache
def whole(folder: Path) -> Made:
    """The portfolio with nothing missing."""
    return Made(folder)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_sample(tmp_path_factory.mktemp("missing") / "sample", *ENTITIES)


INPUTS = sorted(
    path.relative_to(Path(__file__).parents[1]).as_posix()
    for entity in ENTITIES
    for path in [
        Path(__file__).parents[1] / "handoffs" / f"{entity}.md",
        *(Path(__file__).parents[1] / "data" / entity).glob("*.csv"),
    ]
)


@pytest.mark.parametrize("gone", INPUTS)
def test_without_any_one_file_all_other_pages_stand(sample: Path, tmp_path: Path, gone: str) -> None:
    root = shutil.copytree(sample, tmp_path / "p")
    (root / gone).unlink()
    before, after = whole(sample), Made(root)
    lost = set(before.pages) - set(after.pages)
    owner = Path(gone).stem if gone.startswith("handoffs/") else Path(gone).parts[1]
    may_go = {f"reports/entities/{owner}.md", f"reports/audits/{owner}.md"}
    assert lost <= (may_go if gone.startswith("handoffs/") else set())
    changed = {
        key
        for key, value in after.figures().items()
        if before.figures().get(key, value) != value and key[0] != owner
    }
    assert {entity for entity, _ in changed} <= {""}, "no figure of another business moves"
    for key, value in after.figures().items():
        if isinstance(value, Missing) and not isinstance(before.figures().get(key), Missing):
            assert value.needs or value.reason, f"{key} does not say what it needs"
    for state in set(after.briefing.inputs) - set(before.briefing.inputs):
        if state.entity == owner and state.state == "missing":
            adds = [gap.add for gap in after.briefing.gaps if gap.entity == owner]
            assert any(f"handoffs/{owner}.md" in add or gone in add for add in adds), state


def test_without_any_file_at_all_there_is_a_first_page(tmp_path: Path) -> None:
    write(tmp_path, "portfolio.yml", "schema: 1\nname: Fleet\n")
    made = Made(tmp_path)
    assert "index.md" in made.pages
    assert not made.briefing.entities


def test_nothing_unprintable_on_any_page_or_in_any_download(sample: Path) -> None:
    made = whole(sample)
    for name, text in {**made.pages, **made.files}.items():
        is_page = name.endswith(".md")
        shown = text_of(text) if is_page else text
        found = (UNPRINTABLE if is_page else NO_VALUE).search(shown)
        assert found is None, f"{name}: {shown[max(0, found.start() - 60) : found.end() + 60]!r}"


HANDOFF = """---
entity: boat
name: Sunset Boat
kind: charter
status: active
updated: 2026-11-01
billing_model: per-booking
capacity_per_month: 7123
min_cash: $7,211
list_size: 7307
sample: true
---

## Offers
| Offer | Price | Unit | Variable cost |
|---|---|---|---|
| Sunset sail | $7,417 | sailing | $1,523 |

## Bookings
| Id | Date | Gross | Channel | Status | Paid |
|---|---|---|---|---|---|
| b-1 | 2026-10-04 | $7,529 | phone | completed | $1,637 |
| b-2 | 2026-12-04 | $7,643 | phone | confirmed | $1,741 |

## Assets
| Asset | Type | Value | Insured until |
|---|---|---|---|
| Hull | vessel | $78,539 | 2027-05-17 |

## Costs
| Item | Amount | Cadence | Nature | Next due |
|---|---|---|---|---|
| Slip lease | $1,867 | monthly | fixed | 2026-12-09 |

## Statements
| Account | Kind | Balance | Date |
|---|---|---|---|
| Checking | bank | $18,973 | 2026-11-15 |

## Loans
| Lender | Balance | As of | Rate | Payment | Maturity |
|---|---|---|---|---|---|
| Harbor Bank | $31,981 | 2026-11-01 | 7.25% | $1,097 | 2031-05-01 |

## Budget
| Month | Line | Amount |
|---|---|---|
| 2026-10 | revenue | $9,103 |
| 2026-11 | revenue | $9,209 |

## KPIs
| KPI | Period | Value |
|---|---|---|
| reviews | 2026-10 | 9311 |

## Pipeline
| Id | Stage | Value | Next step | Next date |
|---|---|---|---|---|
| L-1 | proposal | $9,413 | Call | 2026-12-01 |
"""

NUMBERS = sorted(
    {match[0] for match in re.finditer(r"\$?\b\d{1,2},\d{3}\b|\b(?:7123|7307|9311)\b|7\.25%", HANDOFF)},
    key=HANDOFF.index,
)


@functools.cache
def boat(folder: Path, without: str) -> Made:
    """The boat with one number, if any, not known."""
    root = folder / (re.sub(r"\W", "", without) or "whole")
    write(root, "handoffs/boat.md", HANDOFF.replace(without, "?") if without else HANDOFF)
    write(root, "portfolio.yml", f"schema: 1\nname: Fleet\nas_of: {AS_OF}\n")
    return Made(root)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbers")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_not_known_is_neither_the_old_one_nor_zero(folder: Path, number: str) -> None:
    digits = number.strip("$%").replace(",", "")
    forms = (digits, f"{int(digits):,}") if digits.isdigit() else (digits,)
    before, after = boat(folder, ""), boat(folder, number)
    assert any(form in text_of(page) for page in before.pages.values() for form in forms), "it was printed"
    for name, text in {**after.pages, **after.files}.items():
        for form in forms:
            found = re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d,]*\d)", text)
            assert found is None, f"{name}: {text[max(0, found.start() - 80) : found.end() + 40]!r}"
    became_zero = [
        key
        for key, value in after.figures().items()
        if is_zero(value) and not is_zero(before.figures().get(key)) and key in before.figures()
    ]
    assert became_zero == []
    assert set(before.pages) == set(after.pages)
    for name, text in after.pages.items():
        assert UNPRINTABLE.search(text_of(text)) is None, name
