"""The accounting page of the sample portfolio, whose books hold a few mistakes on purpose."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.inputs import read
from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.reports import accounting
from quarterdeck.reports.skeleton import Site
from tests.reports.samples import anchors, lead
from tests.sites import ROOT

if TYPE_CHECKING:
    from quarterdeck.model.page import Page


@pytest.fixture(scope="module")
def page() -> Page:
    return accounting.page(Site(brief(read(ROOT, {}, today=lambda _zone: date(2026, 11, 23)))))


def test_the_answer_names_its_reason(page: Page) -> None:
    assert lead(page).startswith(
        "No: the books of October cannot be relied on yet: a balance of QuickDumpNow does not hold"
    )


def test_reconciliation_has_its_place(page: Page) -> None:
    assert "reconciliation" in anchors(page)


@pytest.mark.parametrize(
    "words",
    [
        "BK-2046",
        "Q-125",
        "INV-518",
        "Expenses:QDN:TruckStuff",
        "Expenses:DC:Fixed:Training",
        "Bay Divers (Maintenance, Repairs, JADA)",
        "due a form have no W-9 here",
        "13 of 16 accounts",
        "Booked as a cost: 1\u00a0item from $2,500 on",
        "Harbor Sound Shop",
        "Is everything sorted, and are the owners",
    ],
)
def test_each_mistake_is_on_the_page(page: Page, words: str) -> None:
    assert words in page.body


@pytest.mark.parametrize("words", ["no ledger is read", "before a ledger is read", "no ledger says"])
def test_nothing_says_that_there_are_no_books(page: Page, words: str) -> None:
    assert words not in page.body


def test_what_is_downloaded_is_what_is_shown(page: Page) -> None:
    names = {one.path.rpartition("/")[2] for one in page.downloads}
    assert any("reconciliation" in one for one in names)
    assert any("roll-gift-cards" in one for one in names)


def test_an_entry_in_a_file_of_no_business_is_on_the_page() -> None:
    inputs = read(ROOT, {}, today=lambda _zone: date(2026, 11, 23))
    fault = Problem(
        "ledger/main.beancount",
        7,
        1,
        "unbalanced",
        "9.00 USD is left over",
        "Correct it",
        Severity.CRITICAL,
        rule="R-ACC-12",
        row="2026-10-03 Guest Sail",
    )
    reading = msgspec.structs.replace(inputs.reading, problems=(*inputs.reading.problems, fault))
    page = accounting.page(Site(brief(msgspec.structs.replace(inputs, reading=reading))))
    assert "ledger/main.beancount:7: 9.00 USD is left over." in page.body
