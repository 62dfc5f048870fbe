"""Identities of the example's findings rest on what they are about, not on where it stands or how it is said."""

from collections.abc import Callable
from functools import cache

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.kpis import kpi_states
from quarterdeck.model.columns import Row
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Handoff
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.sample import sample_facts


def _turned(handoff: Handoff) -> Handoff:
    """The same rows in every table, the last first."""
    return msgspec.structs.replace(handoff, rows=tuple(reversed(handoff.rows)))


def _moved(handoff: Handoff) -> Handoff:
    """The same rows a hundred lines further down."""
    return msgspec.structs.replace(handoff, rows=tuple(map(_further_down, handoff.rows)))


def _further_down(row: Row) -> Row:
    source = msgspec.structs.replace(row.source, line=row.source.line + 100)
    return msgspec.structs.replace(row, source=source)


def _retitled(handoff: Handoff) -> Handoff:
    """Another name for the business."""
    entity = msgspec.structs.replace(handoff.entity, name=f"The new {handoff.entity.title}")
    return msgspec.structs.replace(handoff, entity=entity)


def _identities(facts: Facts) -> list[str]:
    figures = all_figures(facts, currency="USD")
    return sorted(one.id for one in findings(Known(facts, figures, kpi_states(facts, "USD", figures))))


@cache
def _as_written() -> list[str]:
    return _identities(sample_facts())


@pytest.mark.parametrize(
    "change", [_turned, _moved, _retitled], ids=lambda change: change.__name__.strip("_")
)
def test_identities_stay(change: Callable[[Handoff], Handoff]) -> None:
    facts = sample_facts()
    problems = {one for handoff in facts.handoffs for one in handoff.problems}
    between = [one for one in facts.problems if one not in problems]
    changed = Facts(
        map(change, facts.handoffs), facts.as_of, between, facts.assumed, facts.ledger, facts.evidence
    )
    assert _identities(changed) == _as_written()


def test_no_identity_holds_a_line_or_a_date_of_today() -> None:
    today = sample_facts().as_of.isoformat()
    assert [one for one in _as_written() if today in one or ".md:" in one] == []
