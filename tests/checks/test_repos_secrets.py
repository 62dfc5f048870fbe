"""Detectors as checks: each judges what it found itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.checks.run import results
from quarterdeck.model.repositories import FoundSecret, Ignored
from quarterdeck.model.severity import Severity
from quarterdeck.secrets.table import DETECTORS
from tests.audits import audited, proven, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF

ANSWERED = Ignored("a test account", "lee", AS_OF)


def _found(code: str = "SEC-01", **fields: Any) -> FoundSecret:  # noqa: ANN401 - any field of a record
    detector = DETECTORS[code]
    known = {
        "place": "site",
        "path": "pay.js",
        "line": 4,
        "code": code,
        "detector": detector.name,
        "use": detector.use,
        "severity": detector.severity,
        "is_tracked": True,
        "in_history": True,
    }
    return seen(FoundSecret, **(known | fields))


@pytest.mark.parametrize("code", DETECTORS)
def test_what_a_detector_finds_fails(code: str) -> None:
    assert judged(code, _found(code)) == f"fail {DETECTORS[code].severity}"


@pytest.mark.parametrize(
    ("case", "fields", "expected"),
    [
        ("in history alone", {"is_tracked": False}, "fail critical"),
        ("milder in an example", {"severity": Severity.MEDIUM}, "fail medium"),
        ("somebody answers for it", {"ignored": ANSWERED}, "pass"),
        ("nobody does", {"ignored": Ignored("a test account", "", AS_OF)}, "fail critical"),
        ("it ended", {"ignored": Ignored("a", "lee", AS_OF - timedelta(days=1))}, "fail critical"),
        ("beside a function", {"is_tracked": False, "in_history": False}, "n/a"),
    ],
)
def test_row(case: str, fields: dict[str, Any], expected: str) -> None:
    assert judged("SEC-01", _found(**fields)) == expected, case


def test_each_is_asked_about_its_own_finds_and_no_note() -> None:
    facts = audited(
        _found(), _found("SEC-53", path="key.pem"), _found("SEC-62", path="test.py", severity=Severity.INFO)
    )
    told = [(one.code, one.subject, one.status) for one in results(facts) if one.code.startswith("SEC")]
    assert told == [("SEC-01", "site:pay.js", "fail"), ("SEC-53", "site:key.pem", "fail")]


def test_a_rule_prints_it_once_with_its_proof() -> None:
    facts = audited(_found(), _found("SEC-53", path="key.pem", use="other"))
    assert [(one.subject, one.checks) for one in proven("R-CTO-01", facts)] == [
        ("site:pay.js", ("SEC-01/jada/site:pay.js",))
    ]
    assert [(one.subject, one.checks) for one in proven("R-CTO-03", facts)] == [
        ("site:key.pem", ("SEC-53/jada/site:key.pem",))
    ]
