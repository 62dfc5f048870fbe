"""Reports of other tools: what is taken from them, and what they cannot do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.errors import InputError
from quarterdeck.parse.imports import parse_prowler, parse_sarif

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def _ocsf(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the format
    return {
        "metadata": {"event_code": "s3_bucket_public_access", "product": {"name": "Prowler"}},
        "status_code": "FAIL",
        "severity": "High",
        "status_detail": "Bucket jada-site is public.",
        "time": 1763600000,
        "remediation": {"desc": "Block public access."},
        "resources": [{"uid": "arn:aws:s3:::jada-site", "name": "jada-site", "region": "us-east-1"}],
    } | more


def _sarif(*results: dict[str, Any], rules: list[dict[str, Any]] | None = None) -> bytes:
    run = {"tool": {"driver": {"name": "Zizmor", "rules": rules or []}}, "results": list(results)}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


RESULT = {
    "ruleId": "unpinned-uses",
    "level": "error",
    "message": {"text": "The step\nis not pinned."},
    "locations": [
        {"physicalLocation": {"artifactLocation": {"uri": ".github/ci.yml"}, "region": {"startLine": 12}}}
    ],
}


def test_a_failure_of_prowler() -> None:
    (found,) = parse_prowler(json.dumps([_ocsf()]).encode(), "p.json").found
    assert (found.code, found.name, found.arn) == (
        "prowler:s3_bucket_public_access",
        "jada-site",
        "arn:aws:s3:::jada-site",
    )
    assert (found.severity, found.message, found.mend) == (
        "high",
        "Bucket jada-site is public.",
        "Block public access.",
    )
    assert str(found.reported) == "2025-11-20"


@pytest.mark.parametrize(
    "more",
    [{"status_code": "PASS"}, {"status_code": "MANUAL"}, {"status": "Suppressed"}, {"status_code": None}],
)
def test_what_is_no_open_failure_is_left_out(more: dict[str, Any]) -> None:
    assert parse_prowler(json.dumps([_ocsf(**more)]).encode(), "p.json").found == ()


def test_of_several_about_one_thing_the_worst_stays() -> None:
    both = [_ocsf(severity="Low"), _ocsf(severity="Critical"), _ocsf(severity="Medium")]
    assert [one.severity for one in parse_prowler(json.dumps(both).encode(), "p.json").found] == ["critical"]


def test_one_name_in_two_regions_is_one_finding_that_names_both() -> None:
    both = [
        _ocsf(
            resources=[
                {"uid": f"arn:aws:guardduty:{region}::detector/none", "name": "none", "region": region}
            ]
        )
        for region in ("us-west-2", "us-east-1", "us-west-2")
    ]
    (found,) = parse_prowler(json.dumps(both).encode(), "p.json").found
    assert (found.region, found.message) == ("us-west-2", "Bucket jada-site is public. Also in us-east-1.")


def test_advice_is_plain_text() -> None:
    advice = {"desc": "Use `count` mode and **managed rules** for arn:*."}
    (found,) = parse_prowler(json.dumps([_ocsf(remediation=advice)]).encode(), "p.json").found
    assert found.mend == "Use count mode and managed rules for arn:*."


def test_a_result_of_sarif_has_no_line_in_its_identity() -> None:
    (found,) = parse_sarif(_sarif(RESULT), "z.sarif").found
    assert (found.code, found.name, found.line) == ("zizmor:unpinned-uses", ".github/ci.yml", 12)
    assert (found.severity, found.message) == ("high", "The step is not pinned.")


@pytest.mark.parametrize(
    ("score", "severity"),
    [("9.0", "critical"), ("7.5", "high"), ("4", "medium"), ("0.1", "low"), ("odd", "high")],
)
def test_a_score_counts_more_than_a_level(score: str, severity: str) -> None:
    rules = [{"id": "unpinned-uses", "properties": {"security-severity": score}}]
    assert [one.severity for one in parse_sarif(_sarif(RESULT, rules=rules), "z.sarif").found] == [severity]


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("Zizmor", "zizmor"),
        ("../../handoffs/jada", "handoffs-jada"),
        ("Snyk Open Source 2.0", "snyk-open-source-2-0"),
        ("..", "sarif"),
        (7, "sarif"),
    ],
)
def test_the_name_of_a_tool_leads_to_no_other_folder(name: object, tool: str) -> None:
    run = {"tool": {"driver": {"name": name}}, "results": [RESULT]}
    report = parse_sarif(json.dumps({"runs": [run]}).encode(), "z.sarif")
    assert (report.tool, [one.tool for one in report.found]) == (tool, [tool])


def test_what_is_suppressed_is_left_out() -> None:
    assert parse_sarif(_sarif(RESULT | {"suppressions": [{"kind": "inSource"}]}), "z.sarif").found == ()


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe", b"not json", b'{"runs": 1}'])
def test_another_file_is_refused_with_its_name(data: bytes) -> None:
    for read in (parse_prowler, parse_sarif):
        with pytest.raises(InputError, match=r"x\.json"):
            read(data, "x.json")


def test_a_secret_in_a_message_is_taken_out() -> None:
    key = "AKIA" + "Q3" * 8
    (found,) = parse_prowler(json.dumps([_ocsf(status_detail=f"Key {key} is old.")]).encode(), "p.json").found
    assert key not in found.message


@given(st.lists(st.dictionaries(st.sampled_from(sorted(_ocsf())), JSON)))
def test_no_list_of_objects_breaks_the_reader_of_prowler(raw: list[Any]) -> None:
    found = parse_prowler(json.dumps([one | {"status_code": "FAIL"} for one in raw]).encode(), "p.json").found
    assert len(found) <= len(raw)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(RESULT)), JSON)), JSON)
def test_no_run_breaks_the_reader_of_sarif(results: list[Any], driver: Any) -> None:  # noqa: ANN401 - any JSON
    data = json.dumps({"runs": [{"tool": {"driver": driver}, "results": results}]}).encode()
    assert len(parse_sarif(data, "z.sarif").found) <= len(results)
