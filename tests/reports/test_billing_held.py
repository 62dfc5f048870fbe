"""Invoices beside the books, as the billing page and the client page print them."""

from __future__ import annotations

import msgspec

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.facts import Facts
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.reports import billing
from quarterdeck.reports.billing_held import held
from quarterdeck.reports.components import Cell
from quarterdeck.reports.skeleton import Site
from tests.figures.builders import a_handoff, an_entity
from tests.figures.test_billing_books import AS_OF, BOOKS, LISTS
from tests.reports.samples import a_briefing

YARD = an_entity("yard", "delivery", name="Yard", ledger="Y")


def the_site() -> Site:
    ledger, _ = parse_ledger({"ledger/main.beancount": BOOKS.encode()})
    handoff = a_handoff(YARD, *LISTS)
    figures = all_figures(Facts([handoff], AS_OF, ledger=ledger), currency="USD")
    return Site(msgspec.structs.replace(a_briefing(handoff, as_of=AS_OF), figures=figures))


def test_each_invoice_that_differs_has_its_row() -> None:
    table = held(the_site().briefing, "yard")
    assert table is not None
    heads = [str(one.value) for row in table.rows if isinstance(one := row.cells[0], Cell)]
    assert heads[-3:] == ["Paid on INV-2", "Open on INV-2", "Open on INV-9"]


def test_the_page_says_how_many_agree() -> None:
    body = billing.page(the_site(), YARD).body
    controls = body[body.index("{#controls}") : body.index("{#process}")]
    assert "invoices agree with the books" in controls
    assert "Open on INV-9" in controls


def test_without_books_there_is_no_table() -> None:
    assert held(a_briefing(a_handoff(YARD, *LISTS), as_of=AS_OF), "yard") is None
