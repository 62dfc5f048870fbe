"""What figures of a business rest on holds all that they rest on, and nothing of strangers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import figures_of
from quarterdeck.figures.grounds import Grounds
from quarterdeck.model.facts import NO_BOOKS, Facts
from quarterdeck.model.sales import Lead
from tests.figures.builders import a_handoff, a_row, an_entity
from tests.sample import sample_facts

if TYPE_CHECKING:
    from quarterdeck.model.handoff import Handoff

ENTITIES = [one.entity for one in sample_facts().entities]
TOOL, ITS_BUSINESS, STRANGER = "shipcaptaincrew", "queenofsandiego", "dangerouscentaur"


def grounds(facts: Facts, entity: str, currency: str = "USD") -> tuple[bytes, ...]:
    return Grounds(facts, currency).of("figures", facts.handoff(entity).entity)


def but(facts: Facts, *handoffs: Handoff) -> Facts:
    """The same facts with some handoffs in the place of those of their businesses."""
    others = {one.entity.entity: one for one in (*facts.handoffs, *handoffs)}
    return Facts(
        others.values(),
        facts.as_of,
        facts.problems,
        facts.assumed,
        facts.ledger,
        facts.evidence,
        facts.earlier,
    )


def emptied(handoff: Handoff) -> Handoff:
    return msgspec.structs.replace(
        handoff, rows=(), tables=(), tasks=(), bullets=(), prose=(), problems=(), is_empty=True
    )


@pytest.mark.parametrize("entity", ENTITIES)
def test_figures_rest_on_nothing_else(entity: str) -> None:
    facts = sample_facts()
    written = b"".join(grounds(facts, entity))
    strangers = [one for one in facts.handoffs if one.path.encode() not in written]
    alone = but(facts, *map(emptied, strangers))
    alone.settled = facts.settled
    assert 0 < len(strangers) < len(ENTITIES)
    assert grounds(alone, entity) == grounds(facts, entity)
    one = facts.handoff(entity).entity
    assert list(figures_of(alone, one, currency="USD")) == list(figures_of(facts, one, currency="USD"))


def test_a_part_its_business_and_other_parts_rest_on_each_other() -> None:
    facts = sample_facts()
    for changed, entity in ((TOOL, ITS_BUSINESS), (ITS_BUSINESS, TOOL)):
        other = but(facts, emptied(facts.handoff(changed)))
        other.settled = facts.settled
        assert grounds(other, entity) != grounds(facts, entity)
        assert grounds(other, STRANGER) == grounds(facts, STRANGER)


def test_what_the_portfolio_has_in_common_is_in_all_of_them() -> None:
    facts = sample_facts()
    lead = a_row(Lead, "new", lead="L-77", stage="won")
    later = Facts(facts.handoffs, facts.as_of + timedelta(days=1), facts.problems, ledger=facts.ledger)
    others = (
        later,
        facts.assuming(msgspec.structs.replace(facts.assumed, hurdle_rate=Decimal("0.5"))),
        Facts(facts.handoffs, facts.as_of, facts.problems, facts.assumed, NO_BOOKS),
        but(facts, a_handoff(an_entity("new"))),
        but(facts, a_handoff(an_entity("new"), lead)),
    )
    for entity in ENTITIES:
        found = [
            grounds(facts, entity),
            grounds(facts, entity, "EUR"),
            *(grounds(one, entity) for one in others),
        ]
        assert len(set(found)) == len(found)


def test_two_kinds_of_figures_and_two_kinds_of_rows_are_told_apart() -> None:
    facts = sample_facts()
    entity = facts.entities[0]
    handoff = facts.handoff(entity.entity)
    assert Grounds(facts, "USD").of("figures", entity) != Grounds(facts, "USD").of("moves", entity)
    assert {type(row).__name__.encode() in grounds(facts, entity.entity)[-1] for row in handoff.rows} == {
        True
    }
