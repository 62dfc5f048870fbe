"""Gaps, contradictions, refused files and audits: what opened and closed, and of whose business."""

from __future__ import annotations

import pytest

from quarterdeck.model.contradiction import Contradiction
from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.finding import ROLES, Gap
from quarterdeck.model.severity import Severity
from tests.changes.histories import a_figure, a_gap, a_state, compared, seen, told, usd
from tests.figures.builders import AS_OF, JADA, an_entity


def missing(key: str = "capacity", entity: str = JADA) -> Gap:
    return Gap(key, entity, "Capacity", "It matters.", "a number", f"handoffs/{entity}.md")


def apart(amount: int = 900) -> Contradiction:
    return Contradiction(
        JADA,
        "deposits",
        "Deposits held",
        a_figure("a", usd(700)),
        a_figure("b", usd(amount)),
        "Old.",
        "Look.",
    )


def refused(path: str = "handoffs/jada.md") -> Problem:
    return Problem(path, 3, 1, "conflict", "it holds conflict marks", "Mend it.", Severity.HIGH, refused=True)


CASES = [
    ("a gap", {"gaps": (missing(),)}, "gap", "capacity"),
    ("two places", {"contradictions": (apart(),)}, "contradiction", "deposits"),
    ("a refused file", {"problems": (refused(),)}, "problem", "handoffs/jada.md"),
]


@pytest.mark.parametrize(("case", "parts", "what", "name"), CASES, ids=[one[0] for one in CASES])
def test_what_opens_in_one_direction_closes_in_the_other(
    case: str, parts: dict[str, object], what: str, name: str
) -> None:
    without, with_it = a_state(), a_state(**parts)
    assert told(compared(without, with_it)) == [f"{what} new {name}"], case
    assert told(compared(with_it, without)) == [f"{what} resolved {name}"], case
    assert told(compared(with_it, with_it)) == [], case


def test_two_places_that_are_further_apart_still_disagree() -> None:
    assert told(compared(a_state(contradictions=(apart(),)), a_state(contradictions=(apart(9000),)))) == []


def test_a_gap_of_everybody_is_told_to_every_role() -> None:
    (one,) = compared(a_state(), a_state(gaps=(missing(),))).changes
    assert one.roles == ROLES


def test_what_a_new_business_does_not_know_is_told_with_the_business() -> None:
    more = a_state(entities=(an_entity(), an_entity("qdn")), gaps=(missing(entity="qdn"),))
    assert told(compared(a_state(), more)) == ["entity new qdn"]
    assert told(compared(more, a_state())) == ["entity resolved qdn"]


NOTHING = Evidence()
COVERAGE = [
    ("no evidence at all", seen(), NOTHING, ["coverage lost evidence"]),
    ("evidence again", NOTHING, seen(), ["coverage regained evidence"]),
    ("none on both sides", NOTHING, NOTHING, []),
    ("as it was", seen(), seen(), []),
    ("a collector less", seen(collectors=("aws-s3", "dns")), seen(), ["coverage lost dns"]),
    ("a collector more", seen(), seen(collectors=("aws-s3", "dns")), ["coverage regained dns"]),
    ("kept from a former run", seen(), seen(tried=AS_OF), ["coverage lost aws-s3"]),
    ("a new run after one that was kept", seen(tried=AS_OF), seen(), ["coverage regained aws-s3"]),
    ("a call refused", seen(), seen(a_gap()), ["coverage lost aws-s3/buckets"]),
    ("a call answered again", seen(a_gap()), seen(), ["coverage regained aws-s3/buckets"]),
    ("refused in other words", seen(a_gap()), seen(a_gap("Throttling")), []),
]


@pytest.mark.parametrize(("case", "before", "after", "expected"), COVERAGE, ids=[one[0] for one in COVERAGE])
def test_what_audits_could_look_at(case: str, before: Evidence, after: Evidence, expected: list[str]) -> None:
    found = compared(a_state(evidence=before), a_state(evidence=after))
    assert told(found) == expected, case
    assert all(one.roles == ("cto",) for one in found.changes)
