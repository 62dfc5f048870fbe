"""What the rental audit prints from the books, section by section."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.facts import Facts
from quarterdeck.reports import rental
from quarterdeck.reports.components import Cell
from quarterdeck.reports.rental_booked import booked
from quarterdeck.reports.skeleton import Report, Site
from tests.figures.builders import a_handoff, an_entity
from tests.figures.test_rental_books import LEASES, LOAN, PROPERTY, a_year, books_of
from tests.reports.samples import Golden, a_briefing

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.reports.components import Table

HOUSE = an_entity("house", "rental", name="Elm St", ledger="H")
AS_OF = date(2026, 10, 31)


def the_site() -> Site:
    handoff = a_handoff(HOUSE, *LEASES, PROPERTY, LOAN)
    facts = Facts([handoff], AS_OF, ledger=books_of(a_year()))
    briefing = a_briefing(handoff, as_of=AS_OF)
    return Site(msgspec.structs.replace(briefing, figures=all_figures(facts, currency="USD")))


def the_tables() -> dict[str, Table]:
    return booked(Report(the_site(), "reports/x.md", "x", "rental", (HOUSE,), ""), "house")


def first_words(table: Table) -> list[str]:
    heads = [row.cells[0] for row in table.rows]
    return [str(one.value) if isinstance(one, Cell) else str(one) for one in heads]


@pytest.mark.parametrize(
    ("section", "rows", "first"),
    [
        ("noi", 8, "Rent received of twelve months"),
        ("returns", 6, "Cap rate"),
        ("dscr", 3, "NOI of twelve months"),
        ("vacancy", 5, "Empty or not paid of twelve months"),
        ("reserve", 2, "Reserve"),
        ("schedule", 8, "3 Rents received"),
        ("collections", 12, "2026-10"),
    ],
)
def test_sections(section: str, rows: int, first: str) -> None:
    table = the_tables()[section]
    assert (len(table.rows), first_words(table)[0]) == (rows, first)


def test_the_tax_form_ends_with_total_and_net() -> None:
    assert first_words(the_tables()["schedule"])[-2:] == [
        "20 Total of 5 to 19",
        "21 Net of 2026-01 to 2026-10",
    ]


def test_no_books_no_tables() -> None:
    site = Site(a_briefing(a_handoff(HOUSE, *LEASES)))
    assert booked(Report(site, "reports/x.md", "x", "rental", (HOUSE,), ""), "house") == {}


def test_page_with_books(snapshot: SnapshotAssertion) -> None:
    page = rental.page(the_site(), HOUSE)
    assert "Of the last full month" in page.body
    assert page.body == snapshot(extension_class=Golden)
