"""The four steps of the accounting page: each condition is judged by the figures that it names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.inputs import read
from quarterdeck.model.figure import Figure, Value
from quarterdeck.model.values import Ratio
from quarterdeck.reports.accounting_roadmap import roadmap
from quarterdeck.reports.skeleton import Report, Site
from tests.figures.builders import usd
from tests.sites import ROOT

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing

AFTER_DEBT = "cash after debt above zero three months running"
RESERVE = "the reserve is full"
FLOOR = "thirteen weeks without going under the floor"
LEAKED = "less than 2% of what was earned goes unbilled"
ROOM = "each business has room for its break-even"


@cache
def _sample() -> Briefing:
    return brief(read(ROOT, {}, today=lambda _zone: date(2026, 11, 23)))


def _judged(changed: dict[tuple[str, str], Value | None]) -> dict[str, tuple[str, str]]:
    """State and reason of each condition of the sample, some of whose figures say another thing or are gone."""
    figures = [one for one in (_changed(one, changed) for one in _sample().figures) if one]
    there = {(one.entity, one.id) for one in figures}
    figures += [
        Figure(id=code, entity=entity, label=code, value=new, unit="money")
        for (entity, code), new in changed.items()
        if new is not None and (entity, code) not in there
    ]
    site = Site(msgspec.structs.replace(_sample(), figures=tuple(figures)))
    report = Report(site, "reports/accounting.md", "A", "accounting", site.briefing.entities, "All")
    steps = roadmap(report, (5, 5))
    return {one.what: (one.state, one.why) for step in steps for one in step.criteria}


def _changed(one: Figure, changed: dict[tuple[str, str], Value | None]) -> Figure | None:
    if (one.entity, one.id) not in changed:
        return one
    new = changed[one.entity, one.id]
    return None if new is None else msgspec.structs.replace(one, value=new)


@pytest.mark.parametrize(
    ("what", "changed", "state", "why"),
    [
        (AFTER_DEBT, {}, "met", ""),
        (AFTER_DEBT, {("", "operating_in:2026-08"): usd(0)}, "open", "not August"),
        (AFTER_DEBT, {("", "debt_out:2026-10"): None}, "not known", "too little is known of cash"),
        (RESERVE, {("", "reserve_needed"): usd(60000), ("", "cash_available"): usd(60000)}, "met", ""),
        (
            RESERVE,
            {("", "reserve_needed"): usd(60000), ("", "cash_available"): usd("59999.99")},
            "open",
            "$0.01 short",
        ),
        (RESERVE, {("", "reserve_needed"): None}, "not known", "too little is known of cash"),
        (FLOOR, {("", "lowest_week"): usd(5000), ("", "cash_floor"): usd(5000)}, "met", ""),
        (FLOOR, {("", "lowest_week"): usd(4000), ("", "cash_floor"): usd(5000)}, "open", "down to $4,000"),
        (LEAKED, {("expert-yacht-delivery", "leakage"): Ratio(Decimal("0.019"))}, "met", ""),
        (
            LEAKED,
            {("expert-yacht-delivery", "leakage"): Ratio(Decimal("0.02"))},
            "open",
            "not Expert Yacht Delivery at 2.0%",
        ),
        (
            LEAKED,
            {("expert-yacht-delivery", "leakage"): None},
            "not known",
            "no deliveries with invoices are written down",
        ),
        (
            ROOM,
            {},
            "not known",
            "not for DangerousCentaur, QueenofSanDiego and Expert Yacht Delivery",
        ),
        (ROOM, {("jada", "capacity_share"): Ratio(Decimal("1.2"))}, "open", "not JADA"),
        (
            ROOM,
            {
                (name, "capacity_share"): Ratio(Decimal(1))
                for name in ("dangerouscentaur", "queenofsandiego", "expert-yacht-delivery")
            },
            "met",
            "",
        ),
    ],
)
def test_condition(what: str, changed: dict[tuple[str, str], Value | None], state: str, why: str) -> None:
    assert _judged(changed)[what] == (state, why)


def test_the_share_of_a_step_counts_what_is_not_known_as_not_met() -> None:
    report = Report(
        Site(_sample()),
        "reports/accounting.md",
        "A",
        "accounting",
        _sample().entities,
        "All",
        role="accounting",
    )
    for milestone in roadmap(report, (5, 5)):
        met = sum(one.state == "met" for one in milestone.criteria)
        assert milestone.done.value == Ratio(Decimal(met) / len(milestone.criteria)), milestone.name
        assert milestone.done.formula == "F-A6"
