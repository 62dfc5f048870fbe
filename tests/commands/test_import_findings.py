"""`quarterdeck import prowler` and `import sarif`: from the file to a finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands.import_findings import import_findings
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.errors import UsageError
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.source import Source
from quarterdeck.parse.evidence import Header, parse_evidence, write_evidence
from quarterdeck.reading import find_evidence
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.audits import audited
from tests.cloud import NUMBER, TAKEN_AT

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """\
schema: 1
entities:
  jada: {aws: {names: ["jada-*"]}}
  qos: {}
"""


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """Two businesses, and a report about a thing of each and one of nobody."""
    (tmp_path / "portfolio.yml").write_text(SETTINGS, encoding="utf-8")
    report = [
        {
            "metadata": {"event_code": "kms_open"},
            "status_code": "FAIL",
            "severity": "High",
            "status_detail": f"{name} is open.",
            "resources": [{"uid": f"arn:aws:kms:::key/{name}", "name": name}],
        }
        for name in ("jada-key", "old-key")
    ]
    (tmp_path / "p.json").write_text(json.dumps(report), encoding="utf-8")
    return tmp_path


def _found(root: Path) -> list[tuple[str, str, str]]:
    evidence, problems = parse_evidence(find_evidence(root)[0])
    assert problems == []
    known = Known(audited(*evidence.facts))
    return [(one.rule, one.entity, one.subject) for one in findings(known) if one.rule.startswith("prowler")]


def test_what_is_brought_in_is_found(portfolio: Path) -> None:
    said = import_findings(portfolio, {}, "prowler", portfolio / "p.json", now=TAKEN_AT)
    told = said.replace("\N{NO-BREAK SPACE}", " ")
    assert told == "2 open findings of prowler in evidence/imports/prowler.json; 1 finding of no business."
    assert sorted(_found(portfolio)) == [
        ("prowler:kms_open", "", "old-key"),
        ("prowler:kms_open", "jada", "jada-key"),
    ]


def test_a_later_report_takes_the_place_of_the_first(portfolio: Path) -> None:
    import_findings(portfolio, {}, "prowler", portfolio / "p.json", now=TAKEN_AT)
    (portfolio / "p.json").write_text("[]", encoding="utf-8")
    import_findings(portfolio, {}, "prowler", portfolio / "p.json", now=TAKEN_AT)
    assert _found(portfolio) == []


def test_a_clean_report_takes_the_place_of_the_tools_own(portfolio: Path) -> None:
    result = {"ruleId": "open", "message": {"text": "It is open."}}
    for results in ([result], []):
        run = {"tool": {"driver": {"name": "../Zizmor"}}, "results": results}
        (portfolio / "z.sarif").write_text(json.dumps({"runs": [run]}), encoding="utf-8")
        said = import_findings(portfolio, {}, "sarif", portfolio / "z.sarif", now=TAKEN_AT)
        assert "of zizmor in evidence/imports/zizmor.json" in said
    evidence, _ = parse_evidence(find_evidence(portfolio)[0])
    assert (evidence.facts, len(evidence.snapshots)) == ((), 1)


def test_a_thing_and_an_account_have_the_names_that_we_know_them_by(portfolio: Path) -> None:
    distribution = Distribution(
        name="E2EXAMPLE",
        arn=f"arn:aws:cloudfront::{NUMBER}:distribution/E2EXAMPLE",
        aliases=("jada.example",),
        entity="jada",
        source=Source("", kind="evidence", what="ListDistributions"),
    )
    header = Header("aws-cloudfront", TAKEN_AT, ("jada",), (kind_of(Distribution),))
    file = portfolio / "evidence/aws/main/cloudfront.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(write_evidence(header, [distribution]))
    settings = f'{SETTINGS}aws: {{accounts: {{main: {{account: "{NUMBER}"}}}}}}\n'
    (portfolio / "portfolio.yml").write_text(settings, encoding="utf-8")
    resources = (
        {"uid": distribution.arn, "name": "E2EXAMPLE"},
        {"uid": f"arn:aws:cloudtrail:us-west-2:{NUMBER}:trail", "name": NUMBER},
    )
    report = [
        {"metadata": {"event_code": "odd"}, "status_code": "FAIL", "resources": [one]} for one in resources
    ]
    (portfolio / "p.json").write_text(json.dumps(report), encoding="utf-8")
    import_findings(portfolio, {}, "prowler", portfolio / "p.json", now=TAKEN_AT)
    assert sorted(_found(portfolio)) == [
        ("prowler:odd", "", "main"),
        ("prowler:odd", "jada", "jada.example"),
    ]


def test_all_of_it_can_be_given_to_one_business(portfolio: Path) -> None:
    import_findings(portfolio, {}, "prowler", portfolio / "p.json", now=TAKEN_AT, entity="qos")
    assert {entity for _, entity, _ in _found(portfolio)} == {"qos"}


@pytest.mark.parametrize(
    ("name", "entity", "told"), [("q.json", "", "cannot be read"), ("p.json", "x", "no entity x")]
)
def test_what_is_not_there_is_told(portfolio: Path, name: str, entity: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        import_findings(portfolio, {}, "prowler", portfolio / name, now=TAKEN_AT, entity=entity)
