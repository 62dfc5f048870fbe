"""Checks of accounts, users, keys and roles, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.checks.run import results
from quarterdeck.model.cloud.identity import (
    AccessKey,
    AccountSetup,
    CloudAccount,
    Role,
    ServerCertificate,
    User,
)
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.holdings import Access
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, a_row, days_before

ONE = {"admins": ("ana",), "admin_roles": (), "people": ("ana",)}
RULES = {"people": ("ana",), "password_length": 12, "passwords_remembered": 1}
IDLE = {"created": days_before(91), "last_used": None, "is_service_linked": False, "allows_all": False}
STRANGER = Reach("foreign-account", "", strangers=("account ending 4821",))


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("AWS-IAM-01", "locked", {"root_mfa": True}, "pass"),
        ("AWS-IAM-01", "not", {"root_mfa": False}, "fail critical"),
        ("AWS-IAM-01", "not, and it signs in", {"root_mfa": False, "root_signs_in": True}, "fail critical"),
        ("AWS-IAM-01", "it cannot sign in", {"root_mfa": False, "root_signs_in": False}, "n/a"),
        ("AWS-IAM-01", "refused", {"root_mfa": REFUSED}, "unknown"),
        ("AWS-IAM-02", "none", {"root_keys": 0}, "pass"),
        ("AWS-IAM-02", "one", {"root_keys": 1}, "fail critical"),
        ("AWS-IAM-02", "refused", {"root_keys": REFUSED}, "unknown"),
        (
            "AWS-IAM-03",
            "30 days",
            {"root_password_used": days_before(30), "root_key_used": REFUSED},
            "fail medium",
        ),
        ("AWS-IAM-03", "31 days", {"root_password_used": days_before(31), "root_key_used": None}, "pass"),
        ("AWS-IAM-03", "a key", {"root_password_used": REFUSED, "root_key_used": AS_OF}, "fail medium"),
        ("AWS-IAM-03", "not all known", {"root_password_used": days_before(31)}, "unknown"),
        ("AWS-IAM-11", "two", {"admins": ("a",), "admin_roles": ("b",)}, "pass"),
        ("AWS-IAM-11", "three", {"admins": ("a", "c"), "admin_roles": ("b",)}, "fail low"),
        ("AWS-IAM-11", "refused", {"admins": REFUSED, "admin_roles": ()}, "unknown"),
        ("AWS-IAM-11", "roles refused", {"admins": (), "admin_roles": REFUSED}, "unknown"),
        ("AWS-IAM-12", "one", ONE, "fail medium"),
        ("AWS-IAM-12", "two", ONE | {"admins": ("ana", "ben"), "people": ("ana", "ben")}, "pass"),
        ("AWS-IAM-12", "a program beside", ONE | {"admins": ("ana", "ci")}, "fail medium"),
        ("AWS-IAM-12", "programs alone", ONE | {"admins": ("ci",)}, "n/a"),
        ("AWS-IAM-12", "a role of people", ONE | {"admin_roles": ("Admin",)}, "unknown"),
        ("AWS-IAM-12", "refused", ONE | {"people": REFUSED}, "unknown"),
        ("AWS-IAM-19", "strong", RULES, "pass"),
        ("AWS-IAM-19", "no rules", RULES | {"password_length": None}, "fail low"),
        ("AWS-IAM-19", "11", RULES | {"password_length": 11}, "fail low"),
        ("AWS-IAM-19", "again", RULES | {"passwords_remembered": None}, "fail low"),
        ("AWS-IAM-19", "nobody", RULES | {"people": (), "password_length": None}, "n/a"),
        ("AWS-IAM-19", "refused", RULES | {"password_length": REFUSED}, "unknown"),
        ("AWS-IAM-19", "people refused", RULES | {"people": REFUSED}, "unknown"),
    ],
)
def test_an_account(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    account = seen(CloudAccount, **({"account": "main"} | fields))
    assert judged(code, account) == expected, case


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("one holder", [{"thing": "cloud", "holders": ("Ana",)}], "fail medium"),
        ("two holders", [{"thing": "cloud", "holders": ("Ana", "Ben")}], "pass"),
        (
            "two rows",
            [{"thing": "cloud", "holders": ("Ana",)}, {"thing": "cloud", "holders": ("Ben",)}],
            "pass",
        ),
        ("of the bank", [{"thing": "bank", "holders": ("Ana", "Ben")}], "fail medium"),
    ],
)
def test_a_second_holder_in_the_handoff(case: str, rows: list[dict[str, Any]], expected: str) -> None:
    account = seen(CloudAccount, account="main", **ONE)
    held = tuple(a_row(Access, **row) for row in rows)
    assert judged("AWS-IAM-12", account, rows=held) == expected, case


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"has_security_contact": True}, "pass"),
        ({"has_security_contact": False}, "fail low"),
        ({"has_security_contact": REFUSED}, "unknown"),
    ],
)
def test_the_contact(fields: dict[str, object], expected: str) -> None:
    assert judged("AWS-IAM-20", seen(AccountSetup, account="main", **fields)) == expected


@pytest.mark.parametrize(
    ("case", "fields", "expected"),
    [
        ("ends today", {"expires": AS_OF, "is_served": True}, "pass"),
        ("ended, served", {"expires": days_before(1), "is_served": True}, "fail high"),
        ("ended, kept", {"expires": days_before(1), "is_served": False}, "fail low"),
        ("ended, not known", {"expires": days_before(2), "is_served": REFUSED}, "fail low"),
        ("refused", {"expires": REFUSED}, "unknown"),
    ],
)
def test_a_server_certificate(case: str, fields: dict[str, object], expected: str) -> None:
    assert judged("AWS-IAM-21", seen(ServerCertificate, name="old", **fields)) == expected, case


PASSWORD = {"has_password": True, "created": days_before(31), "password_last_used": AS_OF}


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("AWS-IAM-04", "both", {"has_password": True, "mfa": True}, "pass"),
        ("AWS-IAM-04", "password alone", {"has_password": True, "mfa": False}, "fail high"),
        ("AWS-IAM-04", "no password", {"has_password": False, "mfa": REFUSED}, "n/a"),
        ("AWS-IAM-04", "second factor, password not known", {"has_password": REFUSED, "mfa": True}, "pass"),
        ("AWS-IAM-04", "refused", {"has_password": True, "mfa": REFUSED}, "unknown"),
        ("AWS-IAM-07", "one", {"active_keys": 1, "newest_key": days_before(400)}, "pass"),
        ("AWS-IAM-07", "two of a week", {"active_keys": 2, "newest_key": days_before(7)}, "pass"),
        ("AWS-IAM-07", "two of eight days", {"active_keys": 2, "newest_key": days_before(8)}, "fail low"),
        ("AWS-IAM-07", "two", {"active_keys": 2, "newest_key": REFUSED}, "unknown"),
        ("AWS-IAM-07", "refused", {"active_keys": REFUSED}, "unknown"),
        ("AWS-IAM-08", "used", PASSWORD, "pass"),
        ("AWS-IAM-08", "90 days", PASSWORD | {"password_last_used": days_before(90)}, "pass"),
        ("AWS-IAM-08", "91 days", PASSWORD | {"password_last_used": days_before(91)}, "fail medium"),
        ("AWS-IAM-08", "never", PASSWORD | {"password_last_used": None}, "fail medium"),
        (
            "AWS-IAM-08",
            "never, new",
            PASSWORD | {"password_last_used": None, "created": days_before(30)},
            "pass",
        ),
        ("AWS-IAM-08", "never, age refused", {"has_password": True, "password_last_used": None}, "unknown"),
        ("AWS-IAM-08", "no password", {"has_password": False}, "n/a"),
        ("AWS-IAM-08", "refused", PASSWORD | {"password_last_used": REFUSED}, "unknown"),
        ("AWS-IAM-09", "none", {"direct_policies": ()}, "pass"),
        ("AWS-IAM-09", "one", {"direct_policies": ("copy",)}, "fail low"),
        ("AWS-IAM-09", "refused", {"direct_policies": REFUSED}, "unknown"),
        ("AWS-IAM-10", "all and a key", {"allows_all": True, "active_keys": 1}, "fail high"),
        ("AWS-IAM-10", "all, no key", {"allows_all": True, "active_keys": 0}, "pass"),
        ("AWS-IAM-10", "little and a key", {"allows_all": False, "active_keys": REFUSED}, "pass"),
        ("AWS-IAM-10", "refused", {"allows_all": True, "active_keys": REFUSED}, "unknown"),
        ("AWS-IAM-15", "none", {"star_policies": ()}, "pass"),
        ("AWS-IAM-15", "one", {"star_policies": ("all",)}, "fail high"),
        ("AWS-IAM-15", "refused", {"star_policies": REFUSED}, "unknown"),
        ("AWS-IAM-16", "no way", {"raises": None}, "pass"),
        ("AWS-IAM-16", "a way", {"raises": "attach any policy to a user"}, "fail high"),
        ("AWS-IAM-16", "refused", {"raises": REFUSED}, "unknown"),
    ],
)
def test_a_user(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(User, **({"name": "ana"} | fields))) == expected, case


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("AWS-IAM-05", "90 days", {"created": days_before(90)}, "pass"),
        ("AWS-IAM-05", "91 days", {"created": days_before(91)}, "fail medium"),
        ("AWS-IAM-05", "365 days", {"created": days_before(365)}, "fail medium"),
        ("AWS-IAM-05", "366 days", {"created": days_before(366)}, "fail high"),
        ("AWS-IAM-05", "refused", {"created": REFUSED}, "unknown"),
        ("AWS-IAM-06", "90 days", {"last_used": days_before(90)}, "pass"),
        ("AWS-IAM-06", "91 days", {"last_used": days_before(91)}, "fail medium"),
        ("AWS-IAM-06", "never, new", {"last_used": None, "created": days_before(30)}, "pass"),
        ("AWS-IAM-06", "never", {"last_used": None, "created": days_before(31)}, "fail medium"),
        ("AWS-IAM-06", "never, age refused", {"last_used": None}, "unknown"),
        ("AWS-IAM-06", "not said", {"created": days_before(400)}, "unknown"),
    ],
)
def test_a_key(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(AccessKey, **({"user": "deploy"} | fields))) == expected, case


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("AWS-IAM-10", "a role", {"allows_all": True}, "n/a"),
        ("AWS-IAM-15", "a role", {"star_policies": ("all",)}, "fail high"),
        ("AWS-IAM-16", "a role", {"raises": "hand any role to a new stack"}, "fail high"),
        ("AWS-IAM-15", "a service's", {"star_policies": ("all",), "is_service_linked": True}, "n/a"),
        ("AWS-IAM-16", "a service's", {"raises": "x", "is_service_linked": True}, "n/a"),
        ("AWS-IAM-13", "a service", {"trust": Reach("service")}, "pass"),
        ("AWS-IAM-13", "everyone", {"trust": Reach("public", "anyone may do anything")}, "fail critical"),
        ("AWS-IAM-13", "odd", {"trust": Reach("unknown", "it is no JSON")}, "unknown"),
        ("AWS-IAM-13", "refused", {"trust": REFUSED}, "unknown"),
        ("AWS-IAM-14", "a friend", {"trust": Reach("known-account"), "is_guarded": False}, "pass"),
        ("AWS-IAM-14", "a stranger", {"trust": STRANGER, "is_guarded": False}, "fail high"),
        ("AWS-IAM-14", "with a word", {"trust": STRANGER, "is_guarded": True}, "fail medium"),
        ("AWS-IAM-14", "not known", {"trust": STRANGER}, "fail medium"),
        ("AWS-IAM-14", "refused", {"trust": REFUSED}, "unknown"),
        ("AWS-IAM-17", "no host", {"code_trust": None}, "n/a"),
        ("AWS-IAM-17", "fixed", {"code_trust": "fixed"}, "pass"),
        ("AWS-IAM-17", "any of ours", {"code_trust": "wide subject"}, "fail high"),
        ("AWS-IAM-17", "any audience", {"code_trust": "no audience"}, "fail high"),
        ("AWS-IAM-17", "anyone's", {"code_trust": "no subject"}, "fail critical"),
        ("AWS-IAM-17", "refused", {"code_trust": REFUSED}, "unknown"),
        ("AWS-IAM-18", "never used", IDLE, "fail low"),
        ("AWS-IAM-18", "new", IDLE | {"created": days_before(90)}, "pass"),
        ("AWS-IAM-18", "180 days", IDLE | {"last_used": days_before(180)}, "pass"),
        ("AWS-IAM-18", "181 days", IDLE | {"last_used": days_before(181)}, "fail low"),
        ("AWS-IAM-18", "may do all", IDLE | {"allows_all": True}, "fail medium"),
        ("AWS-IAM-18", "a stranger's", IDLE | {"trust": STRANGER}, "fail medium"),
        ("AWS-IAM-18", "rights not known", IDLE | {"allows_all": REFUSED}, "fail low"),
        ("AWS-IAM-18", "a service's", IDLE | {"is_service_linked": True}, "n/a"),
        ("AWS-IAM-18", "refused", IDLE | {"last_used": REFUSED}, "unknown"),
    ],
)
def test_a_role(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Role, **({"name": "app"} | fields))) == expected, case


def test_one_check_judges_users_and_roles_and_says_each_fault_once() -> None:
    rights = {"star_policies": ("all",), "raises": "attach any policy to a user"}
    ana = seen(User, name="ana", allows_all=True, active_keys=1, **rights)
    found = {(one.code, one.subject): one for one in results(audited(ana, seen(Role, name="app", **rights)))}
    told = [(code, name) for (code, name), one in found.items() if one.status == "fail" and not one.beneath]
    assert told == [("AWS-IAM-10", "ana"), ("AWS-IAM-15", "app")]
    assert found["AWS-IAM-16", "app"].beneath == "AWS-IAM-15"
