"""The accounting page: ordinary, of nothing known, and with names that want to break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.books import Cost
from quarterdeck.reports import accounting, accounting_revenue
from quarterdeck.reports.skeleton import Report
from tests.figures.builders import a_handoff, a_row, an_entity, an_offer, an_unknown_entity, usd
from tests.reports.samples import Golden, a_site, anchors, lead
from tests.reports.trading import awkward, concerts, trading

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.entity import EntityKind
    from quarterdeck.model.handoff import Handoff

SECTIONS = {
    "in-short",
    "revenue-recognition",
    "deposits",
    "gift-cards",
    "cancellations",
    "chart-of-accounts",
    "expenses",
    "close",
    "sales-tax",
    "contractors",
    "roadmap",
    "data-gap",
    "findings",
    "not-known",
    "assumptions",
    "sources",
}


def streams(*handoffs: Handoff) -> dict[str, accounting_revenue.Stream]:
    site = a_site(*handoffs)
    report = Report(site, "reports/accounting.md", "A", "accounting", site.briefing.entities, "All")
    return {
        one.title: one for entity in report.entities for one in accounting_revenue.streams_of(report, entity)
    }


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    page = accounting.page(a_site(*trading()))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith("No: October cannot be relied on. 12 of 13 close items are done")
    assert page.body == snapshot(extension_class=Golden)


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = accounting.page(a_site(a_handoff(an_unknown_entity())))
    assert anchors(page) >= SECTIONS
    assert "nothing about the books is written down yet. Start with" in lead(page)
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    page = accounting.page(a_site(*awkward()))
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


def test_each_way_of_earning_has_its_verdict() -> None:
    found = {title: one.verdict for title, one in streams(*trading()).items()}
    assert found == {
        "Jada, charter sailings": "not yet",
        "Jada, gift cards": "cannot tell",
        "Jada, sales through platforms": "not yet",
        "QueenofSanDiego, concert tickets": "not yet",
        "QueenofSanDiego, charter sailings": "not yet",
        "Studio, hosting": "not yet",
        "Studio, builds": "not yet",
        "Skipper, yacht deliveries": "not yet",
        "House, rent": "cannot tell",
    }


@pytest.mark.parametrize(
    ("case", "model", "step"),
    [
        ("no model", "none", ("open", "there is no billing model, so nothing received is revenue")),
        (
            "no rule of cancelling",
            "per-booking",
            ("open", "billed per-booking, and no cancellation policy is written down"),
        ),
    ],
)
def test_step_one_asks_for_terms(case: str, model: str, step: tuple[str, str]) -> None:
    (stream,) = streams(a_handoff(an_entity(billing_model=model), an_offer())).values()
    assert (stream.steps[0].state, stream.steps[0].words) == step, case


def test_what_people_wrote_about_a_warehouse_is_quoted() -> None:
    body = accounting.page(a_site(concerts())).body
    section = body[body.index("{#data-gap}") : body.index("{#findings}")]
    assert "There is no data warehouse. Accounting calls it a blocker." in section
    assert "1\u00a0mailing sent, 1\u00a0booking through email, and no key between them" in section


@pytest.mark.parametrize(
    ("kind", "columns", "line"),
    [
        ("rental", {}, "12 mortgage interest"),
        ("charter", {"tax_form": "schedule-e"}, "12 mortgage interest"),
        ("charter", {}, "interest"),
    ],
)
def test_stated_costs_stand_on_the_line_of_the_form_as_booked_ones_do(
    kind: EntityKind, columns: dict[str, str], line: str
) -> None:
    cost = a_row(Cost, item="Bank loan", amount=usd(90), cadence="monthly", category="Interest")
    body = accounting.page(a_site(a_handoff(an_entity(kind=kind, **columns), cost))).body
    section = body[body.index("{#expenses}") : body.index("{#close}")]
    assert f">{line}<" in section or f">{line} " in section, section
