"""Reports of known vulnerabilities: what is taken from them, and what they cannot do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.errors import InputError
from quarterdeck.model.observed import NOT_READ
from quarterdeck.parse.scans import PARSERS, Scanned, parse_npm_audit, parse_osv, parse_pip_audit

if TYPE_CHECKING:
    from quarterdeck.model.pipelines import Vulnerability

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)

PIP = {
    "name": "Jinja2",
    "version": "2.11.1",
    "vulns": [
        {
            "id": "PYSEC-2021-66",
            "fix_versions": ["2.11.3"],
            "aliases": ["CVE-2020-28493"],
            "description": "Slow.",
        },
        {"id": "PYSEC-2030-1", "fix_versions": [], "aliases": []},
    ],
}
NPM = {
    "name": "minimist",
    "severity": "critical",
    "via": [
        {
            "source": 1097678,
            "name": "minimist",
            "url": "https://github.com/advisories/GHSA-xvch-5gv4-984h",
            "severity": "moderate",
        }
    ],
    "fixAvailable": True,
}
PARENT = {"name": "mkdirp", "severity": "critical", "via": ["minimist"], "fixAvailable": True}
OSV = {
    "package": {"name": "Jinja2", "version": "2.11.1", "ecosystem": "PyPI"},
    "vulnerabilities": [
        {
            "id": "GHSA-g3rq-g295-4j3m",
            "aliases": ["CVE-2020-28493"],
            "affected": [
                {
                    "package": {"name": "Jinja2", "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.11.3"}]}],
                },
                {"package": {"name": "other"}, "ranges": [{"type": "SEMVER", "events": [{"fixed": "9"}]}]},
            ],
        }
    ],
    "groups": [{"ids": ["GHSA-g3rq-g295-4j3m"], "aliases": ["PYSEC-2021-66"], "max_severity": "5.3"}],
}


def _pip(*packages: Any) -> Scanned:  # noqa: ANN401 - any entry
    return parse_pip_audit(json.dumps({"dependencies": packages, "fixes": []}).encode(), "x.json")


def _npm(*packages: Any) -> Scanned:  # noqa: ANN401 - any entry
    listed = {str(at): one for at, one in enumerate(packages)}
    report = {"auditReportVersion": 2, "vulnerabilities": listed, "metadata": {"dependencies": {"total": 9}}}
    return parse_npm_audit(json.dumps(report).encode(), "x.json")


def _osv(*packages: Any) -> Scanned:  # noqa: ANN401 - any entry
    result = {"source": {"path": "/home/lee/jada-site/requirements.txt"}, "packages": packages}
    return parse_osv(json.dumps({"results": [result]}).encode(), "x.json")


def _told(found: tuple[Vulnerability, ...]) -> list[tuple[Any, ...]]:
    return [
        (one.package, one.version, one.ids, str(one.severity or ""), one.has_fix, one.fixed_in)
        for one in found
    ]


def test_pip_audit_says_packages_numbers_and_fixes_and_never_how_bad() -> None:
    read = _pip(PIP, {"name": "flask", "version": "3.0", "vulns": []}, {"name": "own", "skip_reason": "x"})
    assert _told(read.found) == [
        ("jinja2", "2.11.1", ("CVE-2020-28493", "PYSEC-2021-66"), "", True, ("2.11.3",)),
        ("jinja2", "2.11.1", ("PYSEC-2030-1",), "", False, ()),
    ]
    assert read.packages == 2


def test_npm_audit_says_the_fault_where_it_is_and_not_whom_it_reaches() -> None:
    read = _npm(NPM, PARENT)
    assert _told(read.found) == [("minimist", "", ("GHSA-xvch-5gv4-984h",), "medium", True, ())]
    assert read.packages == 9


def test_osv_scanner_says_numbers_of_every_list() -> None:
    read = _osv(OSV)
    numbers = ("CVE-2020-28493", "GHSA-g3rq-g295-4j3m", "PYSEC-2021-66")
    assert _told(read.found) == [("jinja2", "2.11.1", numbers, "medium", True, ("2.11.3",))]
    assert (read.packages, read.folders) == (NOT_READ, ("home", "lee", "jada-site"))


@pytest.mark.parametrize(
    ("score", "word", "expected"),
    [
        ("9.8", None, "critical"),
        ("7.0", None, "high"),
        ("4", None, "medium"),
        ("0.1", None, "low"),
        ("0", None, "info"),
        ("", "MODERATE", "medium"),
        ("", None, ""),
        ("", "odd", ""),
        ("NaN", None, ""),
    ],
)
def test_how_bad_is_told_or_not_known(score: str, word: str | None, expected: str) -> None:
    (hole,) = OSV["vulnerabilities"]
    changed = OSV | {
        "groups": [{"ids": ["GHSA-g3rq-g295-4j3m"], "max_severity": score}],
        "vulnerabilities": [{**hole, "database_specific": {"severity": word}}],  # type: ignore[dict-item]
    }
    assert [str(one.severity or "") for one in _osv(changed).found] == [expected]


def test_what_is_withdrawn_is_left_out() -> None:
    (hole,) = OSV["vulnerabilities"]
    changed = OSV | {"vulnerabilities": [{**hole, "withdrawn": "2024-01-01T00:00:00Z"}]}  # type: ignore[dict-item]
    assert _osv(changed).found == ()


def test_one_broken_entry_costs_itself_alone() -> None:
    assert len(_pip({"name": 7}, "x", PIP).found) == 2
    assert len(_pip(PIP | {"vulns": [7, {"id": None}, *PIP["vulns"]]}).found) == 2
    assert len(_npm({"name": None}, 7, NPM).found) == 1
    assert len(_osv({"package": {}}, None, OSV).found) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"7",
        b"\xff\xfe",
        b"not json",
        b'{"message": "405 Method Not Allowed"}',
        b'{"advisories": {}}',
        b'{"dependencies": 1, "results": 1, "vulnerabilities": 1}',
    ],
)
@pytest.mark.parametrize("kind", PARSERS)
def test_another_file_is_refused_with_its_name(kind: str, data: bytes) -> None:
    with pytest.raises(InputError, match=r"x\.json"):
        PARSERS[kind](data, "x.json")


def test_a_scan_that_looked_at_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="none of the packages"):
        _pip({"name": "jinja2", "skip_reason": "not found"})


def test_a_secret_in_a_version_is_taken_out() -> None:
    key = "AKIA" + "Q3" * 8
    (found, *_) = _pip(PIP | {"version": key}).found
    assert key not in found.version


@given(st.lists(st.dictionaries(st.sampled_from(sorted(PIP)), JSON)))
def test_no_list_breaks_the_reader_of_pip_audit(raw: list[Any]) -> None:
    assert len(_pip(PIP, *raw).found) >= 2


@given(st.lists(st.dictionaries(st.sampled_from(sorted(NPM)), JSON)))
def test_no_list_breaks_the_reader_of_npm_audit(raw: list[Any]) -> None:
    assert len(_npm(NPM, *raw).found) >= 1


@given(st.lists(st.dictionaries(st.sampled_from(sorted(OSV)), JSON)))
def test_no_list_breaks_the_reader_of_osv(raw: list[Any]) -> None:
    assert len(_osv(OSV, *raw).found) >= 1
