"""Rules of secrets, access, stored data and sign-in: what is safe, what is not, the edge, and what nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.books import Policy
from quarterdeck.model.cloud.apis import ApiRoute
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import AccessKey, CloudAccount
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.declared import Declared
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.repositories import FoundSecret, Handler, Ignored, Repository, SignIn
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN
from quarterdeck.rules.registry import RULES
from tests.audits import REFUSED, audited, found, proven, seen, told
from tests.figures.builders import AS_OF, a_row, days_before

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.evidence import Seen

Told = list[tuple[str, str, str]]


def _secret(path: str = "pay.py", **fields: object) -> FoundSecret:
    known = {
        "place": "site",
        "path": path,
        "detector": "stripe_live_secret",
        "use": "payment",
        "is_tracked": True,
    }
    return seen(FoundSecret, **known | fields)


def _key(**fields: object) -> AccessKey:
    return seen(AccessKey, user="deploy", **{"created": days_before(10), "last_used": AS_OF} | fields)


def _route(route: str, method: str = "POST", **fields: object) -> ApiRoute:
    return seen(ApiRoute, name="shop", route=route, method=method, **{"auth": None} | fields)


def _handler(route: str, **fields: object) -> Handler:
    known = {"changes_data": True, "is_guarded": False, "is_webhook": False}
    return seen(Handler, repo="site", path="api.py", route=route, **known | fields)


def _sign_in(**fields: object) -> SignIn:
    known = {"secret_bytes": 32, "has_default_secret": False, "has_link": True, "link_minutes": 15}
    return seen(SignIn, path="auth.py", **{"repo": "site", "is_single_use": True} | known | fields)


PRINT = "0a1b2c3d4e5f"
PAY = [("jada", "site:pay.py", "critical")]
KEY = ("jada", "deploy/key 1")
WAIVERS = ("jada", "waivers")

TABLE: list[tuple[str, str, list[Seen], Told]] = [
    ("R-CTO-01", "live key in a tracked file", [_secret()], PAY),
    ("R-CTO-01", "in history alone", [_secret(is_tracked=False, in_history=True)], PAY),
    ("R-CTO-01", "a key of the cloud", [_secret(use="cloud")], PAY),
    (
        "R-CTO-01",
        "two in one file are one",
        [_secret(), _secret(detector="aws_access_key_id", use="cloud")],
        PAY,
    ),
    ("R-CTO-01", "a key for tests", [_secret(is_test=True)], []),
    ("R-CTO-01", "of another use", [_secret(use="other")], []),
    ("R-CTO-01", "neither place could be read", [_secret(is_tracked=REFUSED, in_history=REFUSED)], []),
    ("R-CTO-01", "one that is not of the worst", [_secret(severity=Severity.MEDIUM, use="cloud")], []),
    ("R-CTO-01", "it moved", [_secret("till.py", origin="pay.py")], PAY),
    ("R-CTO-01", "somebody answers for it", [_secret(ignored=Ignored("revoked", "Ines", AS_OF))], []),
    ("R-CTO-01", "nobody said until when", [_secret(ignored=Ignored("revoked", "Ines"))], PAY),
    ("R-CTO-01", "until yesterday", [_secret(ignored=Ignored("revoked", "Ines", days_before(1)))], PAY),
    ("R-CTO-02", "in one place twice", [_secret(fingerprint="f1"), _secret("b.py", fingerprint="f1")], []),
    (
        "R-CTO-02",
        "in two repositories",
        [_secret(fingerprint="f1"), _secret(place="tool", fingerprint="f1")],
        [("jada", "f1", "critical")],
    ),
    (
        "R-CTO-02",
        "in two businesses, each is told",
        [_secret(fingerprint="f1"), _secret(place="site", entity="qos", fingerprint="f1")],
        [("jada", "f1", "critical"), ("qos", "f1", "critical")],
    ),
    ("R-CTO-02", "without the portfolio's key", [_secret(), _secret(place="tool")], []),
    ("R-CTO-03", "of another use", [_secret(use="other")], [("jada", "site:pay.py", "high")]),
    ("R-CTO-03", "a key for tests", [_secret(is_test=True)], [("jada", "site:pay.py", "high")]),
    ("R-CTO-03", "a live key is told elsewhere", [_secret()], []),
    (
        "R-CTO-03",
        "as grave as the worst in the file",
        [_secret(use="other", severity=Severity.LOW), _secret(use="other", severity=Severity.MEDIUM)],
        [("jada", "site:pay.py", "medium")],
    ),
    ("R-CTO-03", "a note about an example", [_secret(use="other", severity=Severity.INFO)], []),
    ("R-CTO-03", "somebody answers for it", [_secret(use="other", ignored=Ignored("a", "b", AS_OF))], []),
    ("R-CTO-03", "in history alone", [_secret(use="other", is_tracked=False, in_history=True)], []),
    ("R-CTO-03", "not known", [_secret(use="other", is_tracked=REFUSED)], []),
    ("R-CTO-04", "none", [seen(Repository, name="site", env_files=())], []),
    (
        "R-CTO-04",
        "one",
        [seen(Repository, name="site", env_files=(".env",))],
        [("jada", "site:.env", "high")],
    ),
    ("R-CTO-04", "not known", [seen(Repository, name="site")], []),
    ("R-CTO-05", "locked", [seen(CloudAccount, account="main", root_mfa=True, root_keys=0)], []),
    (
        "R-CTO-05",
        "no second factor",
        [seen(CloudAccount, account="main", root_mfa=False, root_keys=0)],
        [("jada", "main", "critical")],
    ),
    (
        "R-CTO-05",
        "keys, and the factor not known",
        [seen(CloudAccount, account="main", root_keys=1)],
        [("jada", "main", "critical")],
    ),
    ("R-CTO-05", "not known", [seen(CloudAccount, account="main", root_mfa=REFUSED)], []),
    (
        "R-CTO-05",
        "it cannot sign in",
        [seen(CloudAccount, account="main", root_mfa=False, root_signs_in=False)],
        [],
    ),
    (
        "R-CTO-05",
        "of several businesses",
        [seen(CloudAccount, entity="", account="main", root_mfa=False)],
        [("", "main", "critical")],
    ),
    ("R-CTO-06", "new", [_key()], []),
    ("R-CTO-06", "90 days", [_key(created=days_before(90))], []),
    ("R-CTO-06", "91 days", [_key(created=days_before(91))], [(*KEY, "medium")]),
    ("R-CTO-06", "365 days", [_key(created=days_before(365))], [(*KEY, "medium")]),
    ("R-CTO-06", "366 days", [_key(created=days_before(366))], [(*KEY, "high")]),
    (
        "R-CTO-06",
        "unused for 91 days",
        [_key(created=REFUSED, last_used=days_before(91))],
        [(*KEY, "medium")],
    ),
    ("R-CTO-06", "unused for 90 days", [_key(created=REFUSED, last_used=days_before(90))], []),
    ("R-CTO-06", "never used, new", [_key(created=days_before(30), last_used=None)], []),
    ("R-CTO-06", "never used, 31 days", [_key(created=days_before(31), last_used=None)], [(*KEY, "medium")]),
    ("R-CTO-06", "not known", [_key(created=REFUSED, last_used=REFUSED)], []),
    ("R-CTO-08", "recoverable", [seen(Table, name="waivers", has_recovery=True)], []),
    ("R-CTO-08", "not recoverable", [seen(Table, name="waivers", has_recovery=False)], [(*WAIVERS, "high")]),
    ("R-CTO-08", "no people in it", [seen(Table, name="weather", has_recovery=False)], []),
    (
        "R-CTO-08",
        "people by its key",
        [seen(Table, name="weather", has_recovery=False, key_names=("Email",))],
        [("jada", "weather", "high")],
    ),
    ("R-CTO-08", "not known", [seen(Table, name="waivers", has_recovery=REFUSED)], []),
    ("R-CTO-30", "deletes by itself", [seen(Table, name="waivers", expires=True)], []),
    (
        "R-CTO-30",
        "a table that keeps all",
        [seen(Table, name="waivers", expires=False)],
        [(*WAIVERS, "medium")],
    ),
    ("R-CTO-30", "no people in it", [seen(Table, name="builds", expires=False)], []),
    ("R-CTO-30", "not known", [seen(Table, name="waivers", expires=REFUSED)], []),
]

BY_CHECKS: list[tuple[str, str, list[Seen], Told]] = [
    ("R-CTO-11", "handler", [_handler("/roster")], [("jada", "site:api.py /roster", "critical")]),
    ("R-CTO-11", "handler that asks", [_handler("/roster", is_guarded=True)], []),
    ("R-CTO-11", "handler not known", [_handler("/roster", is_guarded=REFUSED)], []),
    ("R-CTO-12", "sound", [_sign_in()], []),
    ("R-CTO-12", "31 bytes", [_sign_in(secret_bytes=31)], [("jada", "site:auth.py", "high")]),
    ("R-CTO-12", "a default", [_sign_in(has_default_secret=True)], [("jada", "site:auth.py", "high")]),
    ("R-CTO-12", "30 minutes", [_sign_in(link_minutes=30)], []),
    ("R-CTO-12", "31 minutes", [_sign_in(link_minutes=31)], [("jada", "site:auth.py", "high")]),
    ("R-CTO-12", "links that never end", [_sign_in(link_minutes=None)], [("jada", "site:auth.py", "high")]),
    ("R-CTO-12", "no links", [_sign_in(has_link=False, link_minutes=None)], []),
    ("R-CTO-12", "used twice", [_sign_in(is_single_use=False)], [("jada", "site:auth.py", "high")]),
    (
        "R-CTO-12",
        "shared",
        [_sign_in(secret=PRINT), _sign_in(repo="tool", secret=PRINT)],
        [("jada", "site:auth.py", "high"), ("jada", "tool:auth.py", "high")],
    ),
    ("R-CTO-12", "not known", [seen(SignIn, repo="site", path="auth.py")], []),
    ("R-CTO-26", "verified", [_handler("/hook", is_webhook=True, is_guarded=True)], []),
    (
        "R-CTO-26",
        "believes everybody",
        [_handler("/hook", is_webhook=True)],
        [("jada", "site:api.py /hook", "high")],
    ),
    ("R-CTO-26", "no webhook", [_handler("/roster")], []),
    ("R-CTO-26", "not known", [_handler("/hook", is_webhook=True, is_guarded=REFUSED)], []),
]


@pytest.mark.parametrize(("code", "case", "observed", "expected"), TABLE)
def test_rules_of_access(code: str, case: str, observed: list[Seen], expected: Told) -> None:
    assert told(code, audited(*observed)) == expected, case


@pytest.mark.parametrize(("code", "case", "observed", "expected"), BY_CHECKS)
def test_rules_that_checks_speak_for(code: str, case: str, observed: list[Seen], expected: Told) -> None:
    findings = proven(code, audited(*observed))
    assert [(one.entity, one.subject, one.severity.value) for one in findings] == expected, case


@pytest.mark.parametrize("code", sorted({code for code, *_ in (*TABLE, *BY_CHECKS)}))
def test_without_evidence_nothing_is_told(code: str) -> None:
    assert told(code, audited(snapshots=())) == []


def _restored(**columns: object) -> Compliance:
    return msgspec.structs.replace(a_row(Compliance, item="Restore", type="restore-test"), **columns)


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("never", [], [(*WAIVERS, "medium")]),
        ("180 days ago", [_restored(done_on=days_before(180))], []),
        ("181 days ago", [_restored(done_on=days_before(181))], [(*WAIVERS, "medium")]),
        ("of this store", [_restored(done_on=AS_OF, applies_to="Waivers")], []),
        ("of another store", [_restored(done_on=AS_OF, applies_to="bookings")], [(*WAIVERS, "medium")]),
        ("day not known", [_restored(done_on=UNKNOWN)], []),
        ("another sort of paper", [a_row(Compliance, item="Permit", done_on=AS_OF)], [(*WAIVERS, "medium")]),
        ("planned", [_restored(done_on=days_before(-5))], [(*WAIVERS, "medium")]),
    ],
)
def test_restore_not_tested(case: str, rows: list[Row], expected: Told) -> None:
    assert told("R-CTO-21", audited(seen(Table, name="waivers"), rows=tuple(rows))) == expected, case
    assert told("R-CTO-21", audited(seen(Table, name="weather"), rows=tuple(rows))) == [], "no people in it"


@pytest.mark.parametrize(
    ("case", "policy", "is_told"),
    [
        ("of this store", {"applies_to": "Waivers", "delete_after_days": 365}, False),
        ("of all", {"delete_after_days": 365}, False),
        ("of another", {"applies_to": "leases", "delete_after_days": 365}, True),
        ("without days", {"applies_to": "waivers"}, True),
    ],
)
def test_a_retention_policy_answers(case: str, policy: dict[str, object], *, is_told: bool) -> None:
    rows = (msgspec.structs.replace(a_row(Policy, policy="retention"), **policy),)
    assert (
        bool(told("R-CTO-30", audited(seen(Table, name="waivers", expires=False), rows=rows))) is is_told
    ), case


@pytest.mark.parametrize(
    ("case", "bucket", "rows", "declared", "why"),
    [
        ("settings", {"name": "box"}, (), Declared(personal=frozenset({"box"})), "portfolio.yml says so"),
        (
            "tag",
            {"name": "box", "tags": (("Data-Class", "PII"),)},
            (),
            Declared(),
            "its tag Data-Class is PII",
        ),
        ("handoff", {"name": "box"}, (a_row(Asset, asset="Box"),), Declared(), "the handoff names it"),
        ("plural", {"name": "jada-Guests-2"}, (), Declared(), "its name contains “guests”"),
        ("camel", {"name": "jadaGuestList"}, (), Declared(), "its name contains “guest”"),
        ("pair", {"name": "jada-id-scan"}, (), Declared(), "its name contains “id-scan”"),
        ("part of a word", {"name": "blacklisted-username"}, (), Declared(), ""),
    ],
)
def test_why_a_bucket_is_taken_to_hold_data_about_people(
    case: str, bucket: dict[str, object], rows: tuple[Row, ...], declared: Declared, why: str
) -> None:
    seen_bucket = seen(Bucket, is_blocked=False, is_website=False, **bucket)
    facts = audited(seen_bucket, rows=rows, declared=declared)
    (one,) = proven("R-CTO-07", facts)
    assert one.severity.value == ("critical" if why else "high"), case
    assert why in one.message


def test_samples_weigh_a_step_less_and_the_sentence_says_so() -> None:
    bucket = seen(Bucket, name="waivers", is_blocked=False)
    (one,) = proven("R-CTO-07", audited(bucket, declared=Declared(spare=frozenset({"waivers"}))))
    assert one.severity.value == "high"
    assert "no production resource" in one.message


def test_what_is_open_on_purpose_passes() -> None:
    observed = (
        _route("/subscribe"),
        _handler("/subscribe"),
        seen(Function, name="f", is_url_open=True, writes=True, url="https://u"),
    )
    declared = Declared(public_routes=frozenset({"POST /subscribe", "/subscribe", "https://u"}))
    assert proven("R-CTO-11", audited(*observed, declared=declared)) == []
    by_policy = seen(Function, name="f", is_public=True, url="https://u")
    (one,) = proven("R-CTO-11", audited(by_policy, declared=declared))
    assert (one.subject, one.severity.value) == ("f", "critical")


@pytest.mark.parametrize(
    ("code", "observed", "subject"),
    [
        ("R-CTO-07", seen(Bucket, name="waivers", is_blocked=False), "waivers"),
        ("R-CTO-11", seen(Function, name="f", is_public=True), "f"),
        ("R-CTO-11", _route("/refund"), "shop POST /refund"),
        ("R-CTO-30", seen(Bucket, name="waivers", expires=False), "waivers"),
    ],
)
def test_checks_tell_what_their_rules_are_about(code: str, observed: Seen, subject: str) -> None:
    (one,) = proven(code, audited(observed))
    assert (one.subject, one.affects) == (subject, RULES[code].affects)
    assert one.checks


def test_a_secret_is_told_by_kind_and_fingerprint_and_all_places() -> None:
    secrets = [_secret(fingerprint="0a1b2c"), _secret(entity="qos", place="tool", fingerprint="0a1b2c")]
    (first, _) = found("R-CTO-02", audited(*secrets))
    assert "site (Jada)" in first.message
    assert "tool (Qos)" in first.message
    (live, _) = found("R-CTO-01", audited(*secrets))
    assert "stripe_live_secret (fingerprint 0a1b2c)" in live.message


def test_identity_is_stable_under_lines() -> None:
    moved = msgspec.structs.replace(_secret(), line=77)
    assert [one.id for one in found("R-CTO-01", audited(moved))] == ["R-CTO-01/jada/site:pay.py"]
