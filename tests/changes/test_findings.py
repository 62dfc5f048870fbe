"""A finding is resolved only where the later side looked, and new only where the earlier one did."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.changes.compare import Side, changes
from quarterdeck.changes.renames import under_names
from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import NO_EVIDENCE, Evidence
from quarterdeck.model.figure import Missing
from quarterdeck.model.finding import Effect
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.tables import Rows
from quarterdeck.model.values import UNKNOWN
from quarterdeck.rules.registry import RULES
from tests.changes.histories import (
    BUCKET,
    a_figure,
    a_finding,
    a_gap,
    a_result,
    a_state,
    an_audited,
    compared,
    seen,
    short,
    told,
    usd,
)
from tests.figures.builders import AS_OF, JADA, an_entity, an_offer

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.finding import Finding
    from quarterdeck.model.sales import Offer

CHECKOUT = "R-CEO-02/checkout"
LOGS = "R-CTO-11/logs"


def with_findings(*found: Finding, **parts: object) -> Briefing:
    return a_state(findings=found, **parts)


def kinds(before: Briefing, after: Briefing) -> list[str]:
    return [short(one) for one in compared(before, after).changes if one.what == "finding"]


WRITTEN = [
    ("as it was", a_finding(), a_finding(), None),
    ("in other words", a_finding(), a_finding(message="Nobody can pay.", action="Build it."), None),
    ("found elsewhere", a_finding(), a_finding(evidence=(Source("handoffs/jada.md", 99),)), None),
    ("older", a_finding(), a_finding(first_seen=AS_OF, age_days=9, carried=3), None),
    ("acknowledged", a_finding(), a_finding(state="acknowledged", tasks=("JAD-1",)), None),
    ("new", None, a_finding(), "new"),
    ("gone", a_finding(), None, "resolved"),
    ("heavier", a_finding(), a_finding(severity=Severity.CRITICAL), "worse"),
    ("lighter", a_finding(), a_finding(severity=Severity.LOW), "better"),
    ("dearer", a_finding(worth=Decimal(1000)), a_finding(worth=Decimal(2000)), "worse"),
    ("cheaper", a_finding(worth=Decimal(2000)), a_finding(worth=Decimal(1000)), "better"),
    ("hardly dearer", a_finding(worth=Decimal(1000)), a_finding(worth=Decimal(1200)), None),
    ("dearer by little of much", a_finding(worth=Decimal(9000)), a_finding(worth=Decimal(9300)), None),
    ("its money became known", a_finding(), a_finding(worth=Decimal(9300)), None),
    ("accepted", a_finding(), a_finding(state="accepted"), "accepted"),
    ("accepted no longer", a_finding(state="accepted"), a_finding(), "unaccepted"),
    (
        "accepted and heavier",
        a_finding(),
        a_finding(state="accepted", severity=Severity.CRITICAL),
        "accepted",
    ),
]


@pytest.mark.parametrize(("case", "was", "now", "kind"), WRITTEN, ids=[one[0] for one in WRITTEN])
def test_what_became_of_a_finding(
    case: str, was: Finding | None, now: Finding | None, kind: str | None
) -> None:
    sides = [with_findings(*([one] if one else [])) for one in (was, now)]
    assert kinds(*sides) == ([f"finding {kind} {CHECKOUT}"] if kind else []), case


def _audited(*found: Finding, results: tuple[str, ...] = (), evidence: Evidence = NO_EVIDENCE) -> Briefing:
    return with_findings(*found, results=tuple(map(a_result, results)), evidence=evidence)


FAILED = _audited(an_audited(), results=("fail",), evidence=seen())
GONE = [
    ("it passes", _audited(results=("pass",), evidence=seen()), "resolved"),
    ("it does not apply any more", _audited(results=("n/a",), evidence=seen()), "resolved"),
    ("the bucket is gone", _audited(evidence=seen()), "resolved"),
    ("the check could not tell", _audited(results=("unknown",), evidence=seen()), "unseen"),
    ("the check crashed", _audited(results=("error",), evidence=seen()), "unseen"),
    ("nobody looked", _audited(), "unseen"),
    ("buckets could not be listed", _audited(evidence=seen(a_gap())), "unseen"),
    ("another collector ran", _audited(evidence=Evidence(snapshots=())), "unseen"),
]


@pytest.mark.parametrize(("case", "after", "kind"), GONE, ids=[one[0] for one in GONE])
def test_an_audit_that_did_not_look_resolves_nothing(case: str, after: Briefing, kind: str) -> None:
    assert kinds(FAILED, after) == [f"finding {kind} {LOGS}"], case
    back = {"resolved": "new", "unseen": "seen"}[kind]
    assert kinds(after, FAILED) == [f"finding {back} {LOGS}"], case


def test_a_gap_that_was_there_before_hides_nothing_new() -> None:
    before = _audited(an_audited(), results=("fail",), evidence=seen(a_gap()))
    after = _audited(evidence=seen(a_gap()))
    assert kinds(before, after) == [f"finding resolved {LOGS}"]


def test_what_a_rule_sees_in_records_needs_their_file() -> None:
    found = a_finding("backups", evidence=(BUCKET,))
    with_files = with_findings(found, evidence=seen())
    assert kinds(with_files, with_findings(evidence=seen())) == ["finding resolved R-CEO-02/backups"]
    assert kinds(with_files, with_findings()) == ["finding unseen R-CEO-02/backups"]


def test_what_a_rule_reads_and_nobody_knows_any_more_resolves_nothing() -> None:
    """R-CFO-01 reads the runway; R-CEO-02 is told of offers by their price where nobody writes it."""
    short_of = a_finding("cash", rule="R-CFO-01")
    known = a_figure("runway_months", Decimal(2), unit="months")
    before = a_state(known, findings=(short_of,))
    assert kinds(before, a_state(a_figure("runway_months", Missing(), unit="months"))) == [
        "finding unseen R-CFO-01/cash"
    ]
    longer = a_state(a_figure("runway_months", Decimal(9), unit="months"))
    assert kinds(before, longer) == ["finding resolved R-CFO-01/cash"]


def test_what_is_found_missing_needs_a_list_without_it() -> None:
    """A rule that finds that something is not there names no file: the list must have been read on both sides."""
    rule = _rules_reading("Bucket.")[0]
    found = a_finding("backups", rule=rule, evidence=())
    before = with_findings(found, evidence=seen())
    assert kinds(before, with_findings(evidence=seen())) == [f"finding resolved {rule}/backups"]
    assert kinds(before, with_findings(evidence=seen(collectors=()))) == [f"finding unseen {rule}/backups"]


def test_a_price_that_became_a_question_mark_resolves_nothing() -> None:
    rule = _rules_reading("offers.price")[0]
    found = a_finding("sunset-sail", rule=rule)

    def state(offer: Offer, *findings: Finding) -> Briefing:
        other = an_offer("Whale watch", price=UNKNOWN)
        return a_state(rows=Rows(offers=(offer, other)), findings=findings)

    unknown, dear = an_offer(price=UNKNOWN), an_offer(price=usd(900))
    assert kinds(state(an_offer(), found), state(unknown)) == [f"finding unseen {rule}/sunset-sail"]
    assert kinds(state(an_offer(), found), state(dear)) == [f"finding resolved {rule}/sunset-sail"]


def _rules_reading(beginning: str) -> list[str]:
    """Codes of the rules that read something which is called so."""
    return sorted(
        code for code, rule in RULES.items() if any(one.startswith(beginning) for one in rule.reads)
    )


def test_a_refused_file_resolves_nothing() -> None:
    """F-006 and its like: what is left out says nothing."""
    refused = Problem(
        "handoffs/jada.md",
        1,
        1,
        "conflict",
        "it holds conflict marks",
        "Mend it.",
        Severity.HIGH,
        refused=True,
    )
    before, after = with_findings(a_finding()), with_findings(problems=(refused,))
    assert kinds(before, after) == [f"finding unseen {CHECKOUT}"]
    assert kinds(with_findings(a_finding(), problems=(refused,)), after) == [f"finding resolved {CHECKOUT}"]


def test_what_is_back_after_a_version_without_it_is_reopened() -> None:
    found = changes(
        Side(with_findings()), Side(with_findings(a_finding())), stood=frozenset({a_finding().id})
    )
    assert told(found) == [f"finding reopened {CHECKOUT}"]
    assert found.changes[0].tone == "bad"


def test_a_business_that_came_brings_its_findings_and_one_that_went_takes_them() -> None:
    alone = a_state(findings=())
    both = a_state(
        entities=(an_entity(), an_entity("qdn")),
        findings=(a_finding(entity="qdn"),),
        as_of=date(2026, 11, 23),
    )
    assert sorted(told(compared(alone, both))) == ["entity new qdn", f"finding seen {CHECKOUT}"]
    assert told(compared(both, alone)) == ["entity resolved qdn"]


def test_a_finding_is_told_to_those_whose_numbers_it_moves() -> None:
    moved = a_finding(affects=(Effect("cfo", "runway (F-B4)"),))
    (one,) = compared(with_findings(), with_findings(moved)).changes
    assert one.roles == ("ceo", "cfo")


def test_headlines_are_what_weighs_and_nobody_lives_with() -> None:
    heavy, light = a_finding("a"), a_finding("b", severity=Severity.MEDIUM)
    accepted = a_finding("c", state="accepted")
    found = compared(with_findings(), with_findings(heavy, light, accepted)).changes
    assert {one.id: one.is_headline for one in found} == {
        "R-CEO-02/a": True,
        "R-CEO-02/b": False,
        "R-CEO-02/c": False,
    }


def test_another_id_of_a_business_goes_through_every_identity() -> None:
    old = _audited(an_audited(JADA), results=("fail",), evidence=seen())
    new = under_names(old, {JADA: "yawl"})
    assert [one.id for one in new.findings] == ["R-CTO-11/yawl/yawl"]
    assert new.findings[0].checks == ("AWS-S3-03/yawl/yawl",)
    assert [one.id for one in new.results] == ["AWS-S3-03/yawl/logs"]
    assert new.evidence.snapshots[0].entities == ("yawl",)
    assert under_names(old, {}) is old
