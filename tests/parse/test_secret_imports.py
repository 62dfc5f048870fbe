"""Secrets that other tools report: known by place and fingerprint, and never by value."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.commands.import_secrets import import_secrets
from quarterdeck.commands.key import key as make_key
from quarterdeck.model.errors import InputError, UsageError
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.parse.secret_imports import parse_gitleaks, parse_trufflehog
from quarterdeck.reading import find_evidence
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from quarterdeck.secrets.fingerprint import fingerprint
from tests.audits import audited
from tests.secrets.made import Maker

if TYPE_CHECKING:
    from pathlib import Path

KEY = "key-of-a-test"
M = Maker(41)
LIVE = "sk" + "_live_" + M.signs(30)
OWN = M.signs(20)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _gitleaks(value: str = LIVE, **more: object) -> dict[str, object]:
    known = {"RuleID": "stripe-access-token", "File": "src/pay.py", "StartLine": 4, "Secret": value}
    known |= {
        "Match": f'key = "{value}"',
        "Commit": "c" * 40,
        "Date": "2026-05-02T10:00:00Z",
        "Message": value,
    }
    return known | more


def _trufflehog(value: str = LIVE, **more: object) -> dict[str, object]:
    place = {"file": "src/pay.py", "line": 4, "commit": "c" * 40, "timestamp": "2026-05-02 10:00:00 +0000"}
    return {
        "SourceMetadata": {"Data": {"Git": place}},
        "DetectorName": "Stripe",
        "Raw": value,
        "RawV2": value,
    } | more


def _bytes(*finds: dict[str, object]) -> bytes:
    return json.dumps(finds).encode()


def test_both_tools_tell_one_record() -> None:
    (left,) = parse_gitleaks(_bytes(_gitleaks()), "g.json", KEY, "site")
    lines = "\n".join(json.dumps(one) for one in (_trufflehog(), _trufflehog(), {"level": "info"}))
    (right,) = parse_trufflehog(lines.encode(), "t.json", KEY, "site")
    for one in (left, right):
        assert (one.code, one.detector, one.vendor, one.use) == (
            "SEC-01",
            "stripe_live_secret",
            "Stripe",
            "payment",
        )
        assert (one.place, one.path, one.line, one.in_history) == ("site", "src/pay.py", 4, True)
        assert one.fingerprint == fingerprint(LIVE, KEY)
        assert one.first_seen == NOW.date().replace(month=5, day=2)


def test_what_our_detectors_do_not_know_keeps_the_tool_s_name() -> None:
    (one,) = parse_gitleaks(
        _bytes(_gitleaks(OWN, RuleID="Acme Key", Match=OWN, Commit="")), "g.json", KEY, "site"
    )
    assert (one.code, one.detector, one.is_tracked) == ("", "acme_key", True)
    assert one.fingerprint == fingerprint(OWN, KEY)


def test_a_value_is_known_by_its_name() -> None:
    (one,) = parse_gitleaks(_bytes(_gitleaks(OWN, Match=f'password = "{OWN}"')), "g.json", KEY, "site")
    assert one.code == "SEC-62"


def test_without_a_key_there_is_no_fingerprint() -> None:
    (one,) = parse_gitleaks(_bytes(_gitleaks()), "g.json", "", "site")
    assert not isinstance(one.fingerprint, str)


@pytest.mark.parametrize("data", [b"{}", b"[1]", b"nothing", b"\xff", b'{"a": 1}\n[2]'])
def test_what_is_no_report_is_refused_without_a_word_of_it(data: bytes) -> None:
    for parse in (parse_gitleaks, parse_trufflehog):
        if parse is parse_trufflehog and data == b"{}":
            continue
        with pytest.raises(InputError):
            parse(data + b"", "r.json", KEY, "site")


@given(
    st.dictionaries(
        st.sampled_from([*_gitleaks(), *_trufflehog()]), st.none() | st.integers() | st.text(max_size=30)
    )
)
def test_odd_fields_never_fail(fields: dict[str, object]) -> None:
    parse_gitleaks(_bytes(_gitleaks() | fields), "g.json", KEY, "site")
    parse_trufflehog(_bytes(_trufflehog() | fields), "t.json", KEY, "site")


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """One business with a repository, and both reports."""
    settings = "schema: 1\nentities:\n  jada: {repos: [{name: site, path: ../site}]}\n"
    (tmp_path / "portfolio.yml").write_text(settings, encoding="utf-8")
    (tmp_path / "g.json").write_bytes(_bytes(_gitleaks(), _gitleaks(OWN)))
    (tmp_path / "t.json").write_bytes(_bytes(_trufflehog()))
    return tmp_path


def test_two_tools_and_one_finding_and_no_value(portfolio: Path) -> None:
    make_key(portfolio)
    said = [
        import_secrets(portfolio, {}, kind, portfolio / f"{kind[0]}.json", now=NOW)
        for kind in ("gitleaks", "trufflehog")
    ]
    assert "delete" in said[0]
    evidence, problems = parse_evidence(find_evidence(portfolio)[0])
    assert problems == []
    assert {one.entity for one in evidence.of(FoundSecret)} == {"jada"}
    told = [one for one in findings(Known(audited(*evidence.facts))) if one.rule == "R-CTO-01"]
    assert [(one.entity, one.subject) for one in told] == [("jada", "site:src/pay.py")]
    assert told[0].message.count("stripe_live_secret") == 1
    written = (
        b"".join(one.read_bytes() for one in (portfolio / "evidence").rglob("*.json"))
        + "".join(said).encode()
    )
    assert written
    assert [one for one in (LIVE, OWN) if one.encode() in written] == []


def test_it_has_to_be_said_which_repository_is_meant(portfolio: Path) -> None:
    with pytest.raises(UsageError, match="There is no repository shop"):
        import_secrets(portfolio, {}, "gitleaks", portfolio / "g.json", now=NOW, repo="shop")
    said = import_secrets(portfolio, {}, "gitleaks", portfolio / "g.json", now=NOW, repo="site")
    assert "quarterdeck key" in said, "without a key none can be compared"


def test_a_key_is_made_once_and_never_printed(portfolio: Path) -> None:
    first = make_key(portfolio)
    kept = (portfolio / ".quarterdeck" / "fingerprint-key").read_text(encoding="ascii")
    assert make_key(portfolio).startswith("There is a key already")
    assert (portfolio / ".quarterdeck" / "fingerprint-key").read_text(encoding="ascii") == kept
    assert kept.strip() not in first
