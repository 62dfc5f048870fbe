"""`quarterdeck import pip-audit`, `osv` and `npm-audit`: from the file to a verdict."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands.import_scan import import_scan
from quarterdeck.model.errors import UsageError
from quarterdeck.model.pipelines import Scan, Vulnerability
from quarterdeck.model.repositories import Repository
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.reading import find_evidence
from tests.audits import seen
from tests.checks.judged import judged
from tests.cloud import TAKEN_AT
from tests.parse.test_scans import NPM, OSV, PIP

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.model.evidence import Seen

ONE = "schema: 1\nentities:\n  jada: {repos: [{name: jada-site}]}\n"
TWO = f"{ONE}  qos: {{repos: [{{name: qos-site}}]}}\n"
PATH = "/home/lee/qos-site/requirements.txt"
REPORTS = {
    "pip-audit": {"dependencies": [PIP]},
    "osv": {"results": [{"source": {"path": PATH}, "packages": [OSV]}]},
    "npm-audit": {"auditReportVersion": 2, "vulnerabilities": {"minimist": NPM}},
}


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """Two businesses with a repository each, and a report of each tool that was written a day ago."""
    (tmp_path / "portfolio.yml").write_text(TWO, encoding="utf-8")
    written = (TAKEN_AT - timedelta(days=1)).timestamp()
    for kind, report in REPORTS.items():
        file = tmp_path / f"{kind}.json"
        file.write_text(json.dumps(report), encoding="utf-8")
        os.utime(file, (written, written))
    return tmp_path


def _seen(root: Path) -> tuple[Seen, ...]:
    evidence, problems = parse_evidence(find_evidence(root)[0])
    assert problems == []
    return evidence.facts


@pytest.mark.parametrize("kind", REPORTS)
def test_what_is_brought_in_is_of_its_repository(portfolio: Path, kind: str) -> None:
    said = import_scan(portfolio, {}, kind, portfolio / f"{kind}.json", now=TAKEN_AT, repo="jada-site")
    assert f" of jada-site, 1 with a fix, by {'osv-scanner' if kind == 'osv' else kind} on " in said
    facts = _seen(portfolio)
    (scan,) = (one for one in facts if isinstance(one, Scan))
    assert (scan.entity, scan.repo, scan.scanned) == (
        "jada",
        "jada-site",
        (TAKEN_AT - timedelta(days=1)).date(),
    )
    holes = [one for one in facts if isinstance(one, Vulnerability)]
    assert {(one.entity, one.repo, one.source.path) for one in holes} == {
        ("jada", "jada-site", scan.source.path)
    }


def test_two_tools_that_found_one_fault_say_it_once(portfolio: Path) -> None:
    for kind in REPORTS:
        import_scan(portfolio, {}, kind, portfolio / f"{kind}.json", now=TAKEN_AT, repo="jada-site")
    facts = _seen(portfolio)
    assert judged("REPO-27", seen(Repository, name="jada-site"), *facts) == "fail medium"
    assert judged("REPO-27", seen(Repository, name="qos-site", entity="qos"), *facts) == "unknown"


def test_a_clean_report_takes_the_place_of_the_last_one(portfolio: Path) -> None:
    file = portfolio / "pip-audit.json"
    import_scan(portfolio, {}, "pip-audit", file, now=TAKEN_AT, repo="jada-site")
    file.write_text('{"dependencies": []}', encoding="utf-8")
    import_scan(portfolio, {}, "pip-audit", file, now=TAKEN_AT, repo="jada-site")
    assert [type(one) for one in _seen(portfolio)] == [Scan]


def test_a_path_in_the_report_names_the_repository(portfolio: Path) -> None:
    said = import_scan(portfolio, {}, "osv", portfolio / "osv.json", now=TAKEN_AT)
    assert said.endswith("in evidence/imports/osv-qos-qos-site.json.")


def test_the_only_repository_needs_no_name(portfolio: Path) -> None:
    (portfolio / "portfolio.yml").write_text(ONE, encoding="utf-8")
    assert "jada-site" in import_scan(portfolio, {}, "npm-audit", portfolio / "npm-audit.json", now=TAKEN_AT)


@pytest.mark.parametrize(
    ("name", "repo", "message"),
    [
        ("npm-audit.json", "", "--repo NAME"),
        ("npm-audit.json", "other", "no repository other"),
        ("none.json", "jada-site", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(portfolio: Path, name: str, repo: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        import_scan(portfolio, {}, "npm-audit", portfolio / name, now=TAKEN_AT, repo=repo)
