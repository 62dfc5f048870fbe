"""Who may take on a role: code hosts, functions, strangers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.aws.trust import code_trust, is_guarded, serves_functions
from tests.collectors.aws.test_permissions import anything, policies

HOST = "token.actions.githubusercontent.com"
OWN = "123456789012"
STRANGER = "999988887777"


def _trust(principal: object, condition: object = None, effect: str = "Allow") -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Statement": [statement | ({"Condition": condition} if condition is not None else {})]}


def _hosted(condition: object, host: str = HOST) -> dict[str, Any]:
    return _trust({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{host}"}, condition)


AUDIENCE = {f"{HOST}:aud": "sts.amazonaws.com"}


def _subject(value: object, operator: str = "StringLike") -> dict[str, Any]:
    return {
        "StringEquals": AUDIENCE,
        operator: {f"{HOST}:sub": value} | ({} if operator == "StringLike" else AUDIENCE),
    }


@pytest.mark.parametrize(
    ("case", "document", "expected"),
    [
        ("one branch", _hosted(_subject("repo:me/site:ref:refs/heads/main")), "fixed"),
        ("every branch", _hosted(_subject("repo:me/site:*")), "fixed"),
        ("exactly one", _hosted(_subject("repo:me/site:ref:refs/heads/main", "StringEquals")), "fixed"),
        ("a star that is meant as one", _hosted(_subject("repo:me/*", "StringEquals")), "fixed"),
        ("every repository", _hosted(_subject("repo:me/*")), "wide subject"),
        ("everyone", _hosted(_subject("*")), "wide subject"),
        ("one of two", _hosted(_subject(["repo:me/site:*", "repo:me/s*:*"])), "wide subject"),
        ("no subject", _hosted({"StringEquals": AUDIENCE}), "no subject"),
        ("no condition", _hosted(None), "no subject"),
        ("only where it has one", _hosted(_subject("repo:me/site:*", "StringLikeIfExists")), "no subject"),
        ("no audience", _hosted({"StringLike": {f"{HOST}:sub": "repo:me/site:*"}}), "no audience"),
        (
            "another host",
            _hosted({"StringLike": {"gitlab.com:sub": "project_path:me/*"}}, "gitlab.com"),
            "wide subject",
        ),
        ("not a code host", _hosted(None, "cognito-identity.amazonaws.com"), None),
        ("a service", _trust({"Service": "lambda.amazonaws.com"}), None),
        ("denied", _trust({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{HOST}"}, effect="Deny"), None),
        ("nothing", None, None),
    ],
)
def test_code_hosts(case: str, document: object, expected: str | None) -> None:
    assert code_trust(document) == expected, case


def test_functions() -> None:
    assert serves_functions(_trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}))
    assert not serves_functions(_trust({"Service": "ec2.amazonaws.com"}))
    assert not serves_functions(_trust("*"))


@pytest.mark.parametrize(
    ("case", "condition", "expected"),
    [
        ("nothing", None, False),
        ("an agreed word", {"StringEquals": {"sts:ExternalId": "42"}}, True),
        ("an empty word", {"StringEquals": {"sts:ExternalId": ""}}, False),
        ("any word but one", {"StringNotEquals": {"sts:ExternalId": "42"}}, False),
        ("a second factor", {"Bool": {"aws:MultiFactorAuthPresent": True}}, True),
        ("a second factor, if any", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ("something else", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
    ],
)
def test_strangers(case: str, condition: object, expected: bool) -> None:  # noqa: FBT001 - a row
    document = _trust({"AWS": f"arn:aws:iam::{STRANGER}:root"}, condition)
    assert is_guarded(document, account=OWN, known=()) is expected, case


def test_friends_need_no_word() -> None:
    document = _trust({"AWS": [OWN, STRANGER]})
    assert is_guarded(document, account=OWN, known=(STRANGER,))


@given(
    policies
    | anything.map(lambda one: {"Statement": {"Effect": "Allow", "Principal": one, "Condition": one}})
)
def test_no_document_raises(document: object) -> None:
    assert code_trust(document) in {"no subject", "wide subject", "no audience", "fixed", None}
    assert isinstance(serves_functions(document), bool)
    assert isinstance(is_guarded(document, account=OWN, known=()), bool)


@given(st.text(max_size=20))
def test_a_firm_subject_is_never_worse_with_an_audience(subject: str) -> None:
    found = code_trust(_hosted(_subject(subject, "StringEquals")))
    assert found == "fixed"
