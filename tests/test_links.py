"""Findings lead to each other by rules and formulas that their effects name."""

from decimal import Decimal

import msgspec
import pytest

from quarterdeck.links import consequences, folded
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Effect, Finding
from quarterdeck.model.severity import Severity
from quarterdeck.rules.registry import RULES
from quarterdeck.rules.run import MODULES

RUNWAY = Figure("runway_months", "jada", "Runway", Decimal(2), "months", formula="F-B4")


def a_finding(rule: str, *effects: str, entity: str = "jada", **fields: object) -> Finding:
    bare = Finding(rule, entity, "x", Severity.HIGH, "It is so.", "Mend it.", ("cto",))
    return msgspec.structs.replace(bare, affects=tuple(Effect("cfo", what) for what in effects), **fields)


@pytest.fixture(autouse=True)
def runway_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that reads the runway."""
    assert MODULES
    monkeypatch.setitem(
        RULES, "R-XXX-01", msgspec.structs.replace(RULES["R-CEO-01"], reads=("figure.runway_months",))
    )


@pytest.mark.parametrize(
    ("case", "cause", "other", "is_linked"),
    [
        ("names its rule", a_finding("R-CTO-01", "fraud (R-CEO-01)"), a_finding("R-CEO-01"), True),
        ("names its formula", a_finding("R-CTO-01", "months left (F-B4)"), a_finding("R-XXX-01"), True),
        ("names another formula", a_finding("R-CTO-01", "burn (F-B2)"), a_finding("R-XXX-01"), False),
        ("names nothing", a_finding("R-CTO-01", "burn"), a_finding("R-XXX-01"), False),
        ("of another business", a_finding("R-CTO-01", "F-B4"), a_finding("R-XXX-01", entity="qdn"), False),
        ("of the whole", a_finding("R-CTO-01", "F-B4"), a_finding("R-XXX-01", entity=""), True),
        ("of its own rule", a_finding("R-CEO-01", "R-CEO-01"), a_finding("R-CEO-01", subject="y"), False),
        ("accepted", a_finding("R-CTO-01", "F-B4"), a_finding("R-XXX-01", state="accepted"), False),
    ],
)
def test_what_leads_to_what(case: str, cause: Finding, other: Finding, *, is_linked: bool) -> None:
    found = consequences([cause, other], [RUNWAY])
    assert found == ({cause.id: (other.id,)} if is_linked else {}), case


def test_the_worst_consequence_comes_first() -> None:
    cause = a_finding("R-CTO-01", "F-B4", "R-CEO-01")
    worst = a_finding("R-CEO-01", severity=Severity.CRITICAL)
    assert consequences([a_finding("R-XXX-01"), cause, worst], [RUNWAY])[cause.id] == (
        "R-CEO-01/jada/x",
        "R-XXX-01/jada/x",
    )


@pytest.mark.parametrize(
    ("case", "parent", "is_under"),
    [("of one business", "jada", True), ("of its parent", "group", True), ("of another", "qdn", False)],
)
def test_a_client_without_a_model_stands_under_its_business(
    case: str, parent: str, *, is_under: bool
) -> None:
    wide = a_finding("R-ACC-01", entity=parent)
    detail = a_finding("R-CLI-01")
    found = folded([detail, wide], lambda entity: ("group",) if entity == "jada" else ())
    assert found == (((wide, (detail,)),) if is_under else ((detail, ()), (wide, ()))), case
