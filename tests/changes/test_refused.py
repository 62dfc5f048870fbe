"""Totals without a business whose file was refused moved; that is neither good nor bad news, and says why."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.changes.compare import Side, changes
from quarterdeck.model.values import Ratio
from quarterdeck.reports.changed import because, sentence
from tests.changes.histories import a_figure, a_state, compared, usd
from tests.changes.test_sureness import refused
from tests.figures.builders import an_entity

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing

HARBOR = an_entity("harbor", name="Harbor")


def whole(*, is_sample: bool = False) -> Briefing:
    """Two businesses; of one the file is read on one side alone."""
    return a_state(
        *(a_figure(name, usd(9000), entity="") for name in ("cash_available", "debt")),
        a_figure("cash_available", usd(5000)),
        a_figure("mrr", usd(500), entity="harbor"),
        entities=(an_entity(sample=is_sample), HARBOR),
    )


def lacking() -> Briefing:
    """The same without it."""
    return a_state(
        *(a_figure(name, usd(4000), entity="") for name in ("cash_available", "debt")),
        a_figure("mrr", usd(900), entity="harbor"),
        entities=(HARBOR,),
        problems=(refused(),),
    )


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [(whole(), lacking(), "Jada read → left out"), (lacking(), whole(), "Jada left out → read")],
)
def test_no_total_is_judged_that_lost_a_refused_business(before: Briefing, after: Briefing, why: str) -> None:
    found = compared(before, after)
    totals = [one for one in found.changes if one.what == "figure" and not one.entity]
    assert [(one.kind, because(one, found.entities)) for one in totals] == [("moved", why), ("moved", why)]
    assert {one.kind for one in found.changes if one.id == "mrr"} <= {"better", "worse"}


def test_totals_are_judged_where_no_file_was_refused() -> None:
    gone = a_state(*lacking().figures, entities=(HARBOR,))
    found = compared(whole(), gone).changes
    assert sorted(one.kind for one in found if one.what == "figure" and not one.entity) == ["better", "worse"]


def test_a_refused_sample_was_in_no_total() -> None:
    found = compared(whole(is_sample=True), lacking()).changes
    assert sorted(one.kind for one in found if one.what == "figure" and not one.entity) == ["better", "worse"]


def test_no_step_is_met_because_a_business_was_refused() -> None:
    step = a_figure("safe", Ratio(Decimal("0.4")), entity="", unit="ratio")
    met = msgspec.structs.replace(step, value=Ratio(Decimal(1)))
    (one,) = [
        one
        for one in changes(Side(whole(), (step,)), Side(lacking(), (met,))).changes
        if one.what == "milestone"
    ]
    assert (one.kind, sentence(one)) == ("moved", "Safe: 40.0% → 100.0%")
