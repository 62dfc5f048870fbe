"""Every rule names what it looks at, and each of those names stands in a table, a handoff's head or a figure."""

from functools import cache

import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.entity import Entity
from quarterdeck.model.evidence import RECORDS
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.rules.registry import RULES
from quarterdeck.rules.run import MODULES
from tests.sample import sample_facts

WHOLE = {"ledger", "tasks", "kpis", "findings", "problems", "gaps", "inputs", "prose", "accepted", "evidence"}
"""What is looked at as a whole, and not by field."""

SEEN = {record.__name__: record for record in RECORDS}
"""What audits see, by class."""


@cache
def _figure_ids() -> frozenset[str]:
    """Ids of the example portfolio's figures, without their subject."""
    return frozenset(one.id.partition(":")[0] for one in all_figures(sample_facts(), currency="USD"))


def exists(name: str) -> bool:
    where, _, field = name.partition(".")
    if where in WHOLE:
        return not field
    if where == "entity":
        return field in Entity.__struct_fields__
    if where == "figure":
        return field in _figure_ids()
    if where in SEEN:
        return field in SEEN[where].__struct_fields__
    return where in TABLE_BY_NAME and field in TABLE_BY_NAME[where].record.__struct_fields__


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_reads_what_exists(code: str) -> None:
    assert MODULES, "importing the modules registers the rules"
    reads = RULES[code].reads
    assert reads, "a rule looks at something"
    assert [name for name in reads if not exists(name)] == []


@pytest.mark.parametrize(
    "name", ["funnel.colour", "entity.colour", "figure.colour", "ledger.colour", "Colour.name", "colour"]
)
def test_a_name_that_is_nowhere_is_told(name: str) -> None:
    assert not exists(name)
