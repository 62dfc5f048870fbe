"""Checks of routes, sign-ins and suspects, row by row: good, bad, edge, not known, and where nobody asks."""

from __future__ import annotations

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.check import Fail
from quarterdeck.model.code import Suspect
from quarterdeck.model.declared import Declared
from quarterdeck.model.repositories import Handler, SignIn
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged

ROUTE: dict[str, object] = {
    "repo": "jada-site",
    "path": "api.py",
    "line": 12,
    "route": "POST /rides",
    "function": "api.ride",
    "is_webhook": False,
    "reads_body": True,
    "changes_data": True,
    "changes": ("table",),
    "returns_people": False,
    "is_guarded": False,
}
HOOK: dict[str, object] = {"is_webhook": True, "route": "POST /hook"}
PEOPLE: dict[str, object] = {"returns_people": True, "people": "waiver", "changes_data": False}

ROUTES = [
    ("REPO-31", "believes everybody", HOOK, "fail high"),
    ("REPO-31", "verifies", HOOK | {"is_guarded": True, "guarded_by": ("signature",)}, "pass"),
    ("REPO-31", "reads nothing", HOOK | {"reads_body": False, "changes_data": False}, "n/a"),
    ("REPO-31", "no webhook", {}, "n/a"),
    ("REPO-31", "not known whether it is one", HOOK | {"is_webhook": REFUSED}, "unknown"),
    ("REPO-31", "not known whether it asks", HOOK | {"is_guarded": REFUSED}, "unknown"),
    ("REPO-32", "open", {}, "fail high"),
    ("REPO-32", "a session", {"is_guarded": True, "guarded_by": ("session",)}, "pass"),
    ("REPO-32", "admin", {"route": "POST /admin/x"}, "fail critical"),
    (
        "REPO-32",
        "roster by its function",
        {"route": "handler", "function": "roster.handler"},
        "fail critical",
    ),
    ("REPO-32", "refund", {"route": "POST /refund"}, "fail critical"),
    ("REPO-32", "a form", {"route": "POST /contact"}, "fail medium"),
    ("REPO-32", "a form of admins", {"route": "POST /admin/quote"}, "fail critical"),
    ("REPO-32", "changes nothing", {"changes_data": False}, "n/a"),
    ("REPO-32", "a webhook", HOOK, "n/a"),
    ("REPO-32", "to sign in", {"is_sign_in": True}, "n/a"),
    ("REPO-32", "not known what it changes", {"changes_data": REFUSED}, "unknown"),
    ("REPO-32", "not known whether it asks", {"is_guarded": REFUSED}, "unknown"),
    ("REPO-34", "open", PEOPLE, "fail high"),
    ("REPO-34", "asks", PEOPLE | {"is_guarded": True, "guarded_by": ("token",)}, "pass"),
    ("REPO-34", "nobody's data", {}, "n/a"),
    ("REPO-34", "not known", PEOPLE | {"returns_people": REFUSED}, "unknown"),
    ("REPO-34", "not known whether it asks", PEOPLE | {"is_guarded": REFUSED}, "unknown"),
]


@pytest.mark.parametrize(("code", "case", "fields", "expected"), ROUTES)
def test_a_route(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Handler, **(ROUTE | fields))) == expected, case


@pytest.mark.parametrize("named", ["POST /rides", "/rides"])
@pytest.mark.parametrize("code", ["REPO-32", "REPO-34"])
def test_a_route_that_is_declared_public_may_be_open(code: str, named: str) -> None:
    declared = Declared(public_routes=frozenset({named}))
    assert judged(code, seen(Handler, **(ROUTE | {"returns_people": True})), declared=declared) == "pass"


SIGN_IN: dict[str, object] = {
    "repo": "jada-site",
    "path": "auth.py",
    "line": 7,
    "has_tokens": True,
    "token_faults": (),
    "has_default_secret": False,
    "has_link": True,
    "link_minutes": 15,
    "is_single_use": True,
    "is_limited": True,
}
NO_LINK: dict[str, object] = {"has_link": False, "link_minutes": None, "is_single_use": REFUSED}

SIGN_INS = [
    ("REPO-35", "kept outside", {}, "pass"),
    ("REPO-35", "in the code", {"has_default_secret": True}, "fail high"),
    ("REPO-35", "31 bytes", {"secret_bytes": 31}, "fail high"),
    ("REPO-35", "32 bytes", {"secret_bytes": 32}, "pass"),
    ("REPO-35", "no tokens", {"has_tokens": False}, "n/a"),
    ("REPO-35", "not known", {"has_default_secret": REFUSED}, "unknown"),
    ("REPO-36", "sound", {}, "pass"),
    ("REPO-36", "one fault", {"token_faults": ("line 3 signs nothing",)}, "fail high"),
    ("REPO-36", "no tokens", {"has_tokens": False}, "n/a"),
    ("REPO-36", "not known", {"has_tokens": REFUSED}, "unknown"),
    ("REPO-36", "faults not known", {"token_faults": REFUSED}, "unknown"),
    ("REPO-37", "30 minutes", {"link_minutes": 30}, "pass"),
    ("REPO-37", "31 minutes", {"link_minutes": 31}, "fail high"),
    ("REPO-37", "for ever", {"link_minutes": None}, "fail high"),
    ("REPO-37", "no link", NO_LINK, "n/a"),
    ("REPO-37", "set at run time", {"link_minutes": REFUSED}, "unknown"),
    ("REPO-37", "not known whether it mails any", {"has_link": REFUSED}, "unknown"),
    ("REPO-38", "once", {}, "pass"),
    ("REPO-38", "twice", {"is_single_use": False}, "fail high"),
    ("REPO-38", "no link", NO_LINK, "n/a"),
    ("REPO-38", "not known", {"is_single_use": REFUSED}, "unknown"),
    ("REPO-39", "limited", {}, "pass"),
    ("REPO-39", "without end", {"is_limited": False}, "fail medium"),
    ("REPO-39", "neither passwords nor codes", NO_LINK | {"is_limited": REFUSED}, "n/a"),
    ("REPO-39", "not known", {"is_limited": REFUSED}, "unknown"),
]


@pytest.mark.parametrize(("code", "case", "fields", "expected"), SIGN_INS)
def test_a_sign_in(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(SignIn, **(SIGN_IN | fields))) == expected, case


def test_a_secret_of_two_tools_is_weak() -> None:
    print_of = {"secret": "0a1b2c3d4e5f"}
    one, other = (seen(SignIn, **(SIGN_IN | print_of | {"repo": repo})) for repo in ("jada-site", "tool"))
    assert judged("REPO-35", one, other) == "fail high"
    assert judged("REPO-35", one, seen(SignIn, **(SIGN_IN | print_of | {"path": "other.py"}))) == "pass"


PATTERNS = {
    "REPO-33": ("admin in the browser", "critical"),
    "REPO-40": ("debug", "medium"),
    "REPO-41": ("input", "high"),
    "REPO-42": ("card data", "critical"),
    "REPO-43": ("mixed keys", "high"),
    "REPO-44": ("personal log", "medium"),
    "REPO-45": ("campaign", "high"),
}


@pytest.mark.parametrize("code", PATTERNS)
@pytest.mark.parametrize(
    ("case", "fields", "expected"),
    [
        ("found", {"path": "a.py", "lines": (3, 9), "is_found": True}, "fail"),
        ("in no file", {"is_found": False}, "pass"),
        ("of languages that nobody reads", {"is_found": REFUSED}, "unknown"),
        ("of another pattern", {"what": "another", "path": "a.py", "is_found": True}, "n/a"),
    ],
)
def test_a_suspect(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    what, severity = PATTERNS[code]
    said = judged(code, seen(Suspect, **({"repo": "jada-site", "what": what} | fields)))
    assert said == (f"fail {severity}" if expected == "fail" else expected), case


def test_the_sentence_names_file_and_line_and_claims_no_more_than_it_knows() -> None:
    one = seen(
        Suspect,
        repo="jada-site",
        what="debug",
        path="a.py",
        lines=(3, 9),
        detail="debug is on",
        is_found=True,
    )
    verdict = CHECKS["REPO-40"].judge(one, audited(one))
    assert isinstance(verdict, Fail)
    assert verdict.message == "jada-site:a.py:3 and 1 more in the file looks like this: debug is on."
    assert (one.subject, seen(Suspect, repo="jada-site", what="debug").subject) == (
        "jada-site:a.py",
        "jada-site",
    )
