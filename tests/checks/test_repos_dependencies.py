"""Checks of what a repository needs, row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.repos.dependencies import distinct
from quarterdeck.model.check import Fail
from quarterdeck.model.declared import Declared, RuntimeEnd
from quarterdeck.model.pipelines import Dependencies, LanguageVersion, Scan, Vulnerability
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

NEEDS = {"repo": "jada-site", "path": "requirements.txt", "manager": "pip", "count": 3}
HELD = {"lock": "uv.lock", "loose": (), "from_source": ()}


def _repo(**fields: Any) -> Repository:  # noqa: ANN401 - fields of the record
    return seen(Repository, **({"name": "jada-site"} | fields))


LIVE = _repo(deploy_method="SAM", is_production=True)
NOWHERE = _repo(deploy_method=None)

OF_MANIFEST: list[tuple[str, str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("REPO-05", "locked", HELD, (LIVE,), "pass"),
    ("REPO-05", "none", {"lock": None}, (NOWHERE,), "fail low"),
    ("REPO-05", "none, live", {"lock": None}, (LIVE,), "fail medium"),
    ("REPO-05", "one person", {"lock": None}, (_repo(deploy_method=None, profile="solo"),), "fail low"),
    ("REPO-05", "library", {"lock": None, "is_library": True}, (NOWHERE,), "n/a"),
    ("REPO-05", "library that is deployed", {"lock": None, "is_library": True}, (LIVE,), "fail medium"),
    ("REPO-05", "library, not known", {"lock": None, "is_library": True}, (), "unknown"),
    ("REPO-05", "needs nothing", {"lock": None, "count": 0}, (LIVE,), "n/a"),
    ("REPO-05", "not known", {"lock": REFUSED}, (LIVE,), "unknown"),
    ("REPO-06", "bounded", {"loose": (), "from_source": ()}, (), "pass"),
    ("REPO-06", "loose", {"loose": ("flask",), "from_source": ()}, (), "fail low"),
    ("REPO-06", "from a branch", {"loose": (), "from_source": ("own",)}, (), "fail low"),
    ("REPO-06", "one person", {"loose": ("a",), "from_source": ()}, (_repo(profile="solo"),), "fail low"),
    ("REPO-06", "not known", {"loose": REFUSED, "from_source": ()}, (), "unknown"),
]


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    OF_MANIFEST,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row_of_a_manifest(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    assert judged(code, seen(Dependencies, **(NEEDS | fields)), *others) == expected, case


def _scan(days: int, tool: str = "pip-audit") -> Scan:
    source = Source(f"evidence/{tool}.json", kind="evidence")
    return seen(Scan, repo="jada-site", tool=tool, scanned=days_before(days), source=source)


def _hole(tool: str = "pip-audit", **fields: Any) -> Vulnerability:  # noqa: ANN401 - fields of the record
    known = {"repo": "jada-site", "package": "jinja2", "version": "2.11", "ids": ("CVE-1",), "has_fix": True}
    source = Source(f"evidence/{tool}.json", kind="evidence")
    return seen(Vulnerability, **(known | {"tool": tool, "source": source} | fields))


BAD = _hole(severity=Severity.HIGH)


@pytest.mark.parametrize(
    ("case", "others", "expected"),
    [
        ("nothing brought in", (), "unknown"),
        ("of another", (seen(Scan, repo="qos-site", tool="x", scanned=AS_OF),), "unknown"),
        ("clean", (_scan(0),), "pass"),
        ("14 days", (_scan(14), BAD), "fail high"),
        ("15 days", (_scan(15), BAD), "unknown"),
        ("an old one of another tool", (_scan(15), BAD, _scan(1, "npm-audit")), "pass"),
        ("no fix yet", (_scan(1), _hole(has_fix=False, severity=Severity.HIGH)), "pass"),
        ("low", (_scan(1), _hole(severity=Severity.LOW)), "fail low"),
        ("not known how bad", (_scan(1), _hole()), "fail medium"),
        ("the worst counts", (_scan(1), _hole(package="a", severity=Severity.LOW), BAD), "fail high"),
        ("one person", (_scan(1), BAD), "fail high"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row_of_scans(case: str, others: tuple[Seen, ...], expected: str) -> None:
    assert judged("REPO-27", _repo(profile="solo"), *others) == expected, case


def test_one_fault_of_two_tools_is_one() -> None:
    ours = _hole(ids=("CVE-1", "PYSEC-1"))
    theirs = _hole("osv-scanner", ids=("CVE-1", "GHSA-1"), severity=Severity.CRITICAL, fixed_in=("3.0",))
    verdict = CHECKS["REPO-27"].judge(_repo(), audited(_scan(1), _scan(1, "osv-scanner"), ours, theirs))
    assert verdict == Fail(
        "jada-site has 1 known vulnerability with a fix: jinja2 2.11 (CVE-1, mended in 3.0).",
        Severity.CRITICAL,
    )


def test_what_is_not_known_is_said_to_be_so() -> None:
    verdict = CHECKS["REPO-27"].judge(_repo(), audited(_scan(1), _hole()))
    assert isinstance(verdict, Fail)
    assert "It is not known how bad 1 of them is." in verdict.message


_IDS = st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=3, unique=True).map(
    lambda ids: tuple(sorted(ids))
)


@given(st.lists(st.builds(lambda ids, package: _hole(ids=ids, package=package), _IDS, st.sampled_from("xy"))))
def test_no_two_that_are_left_share_a_number(found: list[Vulnerability]) -> None:
    left = distinct(found)
    assert not [
        (one, other)
        for at, one in enumerate(left)
        for other in left[at + 1 :]
        if one.package == other.package and set(one.ids) & set(other.ids)
    ]
    numbers = [{(one.package, name) for one in each for name in one.ids} for each in (found, left)]
    assert numbers[0] == numbers[1]


def _ends(days: int, checked: int = 10) -> Declared:
    end = RuntimeEnd(AS_OF + timedelta(days), days_before(checked), "Schedule")
    return Declared(runtime_ends={"python 3.9": end})


PYTHON = seen(LanguageVersion, repo="jada-site", path="Dockerfile", line=1, language="python", version="3.9")


def _lock(**fields: Any) -> Dependencies:  # noqa: ANN401 - fields of the record
    return seen(Dependencies, **(NEEDS | HELD | fields))


@pytest.mark.parametrize(
    ("case", "fields", "others", "declared", "expected"),
    [
        ("ended", {}, (PYTHON,), _ends(-1), "fail medium"),
        ("ended, never shipped", {"deploy_method": None}, (PYTHON,), _ends(-1), "fail medium"),
        ("ended, one person", {"profile": "solo"}, (PYTHON,), _ends(-1), "fail medium"),
        ("last day", {}, (PYTHON,), _ends(0), "pass"),
        ("not in the list", {}, (PYTHON,), Declared(), "unknown"),
        ("a list too old", {}, (PYTHON,), _ends(-1, 400), "unknown"),
        ("365 days", {"is_production": True}, (_lock(lock_changed=days_before(365)),), Declared(), "pass"),
        (
            "366 days",
            {"is_production": True},
            (_lock(lock_changed=days_before(366)),),
            Declared(),
            "fail low",
        ),
        (
            "never shipped",
            {"is_production": False},
            (_lock(lock_changed=days_before(366)),),
            Declared(),
            "pass",
        ),
        ("day not known", {"is_production": True}, (_lock(lock_changed=REFUSED),), Declared(), "unknown"),
        ("no lock", {}, (_lock(lock=None, lock_changed=days_before(999)),), Declared(), "n/a"),
        ("nothing named", {}, (), Declared(), "n/a"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row_of_age(
    case: str, fields: dict[str, Any], others: tuple[Seen, ...], declared: Declared, expected: str
) -> None:
    assert judged("REPO-28", _repo(**fields), *others, declared=declared) == expected, case


def test_age_that_was_never_looked_at_is_not_known() -> None:
    assert judged("REPO-28", _repo(), snapshots=()) == "unknown"
