"""What policies let their holder do, document by document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.aws.permissions import Document, Holder, Rights, rights

USER = "arn:aws:iam::123456789012:user/deploy"
POLICY = "arn:aws:iam::123456789012:policy/deploying"
HOLDER = Holder(USER, (POLICY,))


def _allow(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def _deny(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return _allow(action, resource, **more) | {"Effect": "Deny"}


def _rights(*statements: object, boundary: object = None, **more: bool) -> Rights:
    limit = None if boundary is None else {"Statement": boundary}
    return rights(HOLDER, [Document("p", {"Statement": list(statements)})], limit, **more)


WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    ("case", "statements", "boundary", "expected"),
    [
        ("star", [_allow("*")], None, True),
        ("star in a list", [_allow(["s3:GetObject", "*"], ["arn:x", "*"])], None, True),
        ("star of stars", [_allow("*:*")], None, True),
        ("all but nothing", [{"Effect": "Allow", "NotAction": [], "Resource": "*"}], None, True),
        ("all but rights", [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], None, False),
        ("one resource", [_allow("*", "arn:aws:s3:::a")], None, False),
        ("one service", [_allow("s3:*")], None, False),
        ("with a second factor", [_allow("*", Condition=WITH_MFA)], None, False),
        ("denied one thing", [_allow("*"), _deny("organizations:LeaveOrganization")], None, True),
        ("denied rights", [_allow("*"), _deny("iam:*")], None, False),
        ("denied under a condition", [_allow("*"), _deny("*", Condition=WITH_MFA)], None, True),
        ("denied all", [_allow("*"), _deny("*")], None, False),
        ("wide boundary", [_allow("*")], _allow("*"), True),
        ("narrow boundary", [_allow("*")], _allow("s3:*"), False),
        ("boundary alone", [], _allow("*"), False),
        ("boundary not understood", [_allow("*")], "no statement", False),
    ],
)
def test_everything(case: str, statements: list[object], boundary: object, expected: bool) -> None:  # noqa: FBT001 - a row
    assert _rights(*statements, boundary=boundary).allows_all is expected, case


@pytest.mark.parametrize(
    ("case", "statements", "expected"),
    [
        ("one", [_allow("S3:*")], ("s3",)),
        ("two", [_allow(["ses:*", "iam:*"])], ("iam", "ses")),
        ("reading", [_allow("s3:Get*")], ()),
        ("one bucket", [_allow("s3:*", "arn:aws:s3:::a/*")], ()),
        ("denied", [_allow(["s3:*", "kms:*"]), _deny("s3:*")], ("kms",)),
        (
            "all but",
            [{"Effect": "Allow", "NotAction": ["iam:*", "s3:PutObject", "[a]:*"], "Resource": "*"}],
            ("dynamodb", "kms", "lambda", "secretsmanager", "ses", "ssm"),
        ),
        ("harmless service", [_allow("logs:*")], ()),
        ("all but one bucket", [{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::a"}], ()),
    ],
)
def test_wide_services(case: str, statements: list[object], expected: tuple[str, ...]) -> None:
    assert _rights(*statements).wide_services == expected, case


@pytest.mark.parametrize(
    ("case", "statements", "boundary", "expected"),
    [
        ("one table", [_allow("dynamodb:Put*", "arn:aws:dynamodb:us-east-1:1:table/a")], None, True),
        ("mail", [_allow("ses:SendEmail")], None, True),
        ("under a condition", [_allow("s3:PutObject", Condition=WITH_MFA)], None, True),
        ("reading", [_allow(["dynamodb:Get*", "s3:List*", "logs:PutLogEvents"])], None, False),
        ("denied", [_allow("sqs:SendMessage"), _deny("sqs:*")], None, False),
        ("limited", [_allow("sqs:SendMessage")], _allow("s3:*"), False),
        ("nothing", [], None, False),
    ],
)
def test_writing(case: str, statements: list[object], boundary: object, expected: bool) -> None:  # noqa: FBT001 - a row
    assert _rights(*statements, boundary=boundary).writes is expected, case


PASSED = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


@pytest.mark.parametrize(
    ("case", "statements", "expected"),
    [
        ("pass and create", [_allow(["iam:PassRole", "lambda:CreateFunction"])], "a new function"),
        (
            "passed to one service",
            [_allow("iam:PassRole", Condition=PASSED), _allow("lambda:*")],
            "a new function",
        ),
        (
            "pass one role",
            [_allow("iam:PassRole", "arn:aws:iam::123456789012:role/app"), _allow("lambda:*")],
            None,
        ),
        ("create alone", [_allow("lambda:CreateFunction")], None),
        ("stack", [_allow(["iam:PassRole", "cloudformation:*"])], "a new stack"),
        ("machine", [_allow(["iam:*Role", "ec2:Run*"])], "a new machine"),
        ("version", [_allow("iam:CreatePolicyVersion")], "new version of a policy"),
        ("version of its own", [_allow("iam:CreatePolicyVersion", POLICY)], "new version of a policy"),
        ("version of another", [_allow("iam:CreatePolicyVersion", f"{POLICY}-2")], None),
        ("default", [_allow("iam:SetDefaultPolicyVersion")], "bring back"),
        ("attach to itself", [_allow("iam:AttachUserPolicy", USER)], "to a user"),
        (
            "attach to itself by variable",
            [_allow("iam:AttachUserPolicy", "arn:aws:iam::123456789012:user/${aws:username}")],
            "to a user",
        ),
        ("attach", [_allow("iam:Attach*", "arn:aws:iam::*:role/*")], "to a role"),
        ("group", [_allow("iam:PutGroupPolicy")], "into a group"),
        ("trust", [_allow("iam:UpdateAssumeRolePolicy")], "take on a role"),
        ("own keys", [_allow("iam:CreateAccessKey", USER)], None),
        ("keys of all", [_allow("iam:CreateAccessKey")], "access keys of other users"),
        ("passwords", [_allow("iam:CreateLoginProfile")], "a password"),
        ("administrator", [_allow("*")], None),
        ("denied", [_allow("iam:*"), _deny("iam:*")], None),
        ("with a second factor", [_allow("iam:*", Condition=WITH_MFA)], None),
    ],
)
def test_ways_up(case: str, statements: list[object], expected: str | None) -> None:
    raises = _rights(*statements).raises
    assert (raises is None) if expected is None else (raises is not None and expected in raises), case


def test_code_of_a_stronger_function() -> None:
    coder = _allow("lambda:UpdateFunctionCode")
    assert _rights(coder).raises is None
    assert _rights(coder, has_strong_function=True).raises
    own = _allow("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:app")
    assert _rights(own, has_strong_function=True).raises is None


def test_star_policies_are_the_accounts_own() -> None:
    star = {"Statement": _allow("*")}
    found = rights(
        HOLDER,
        [
            Document("ours", star),
            Document("AdministratorAccess", star, is_own=False),
            Document("careful", {"Statement": _allow("*", Condition=WITH_MFA)}),
        ],
    )
    assert found.star_policies == ("ours",)
    assert found.allows_all


@pytest.mark.parametrize(
    "policy",
    [
        "no JSON",
        "[" * 100_000,
        None,
        3,
        {},
        {"Statement": 3},
        {"Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]},
        {"Statement": [_allow("*"), {"Effect": "Allow", "Action": "*"}]},
        {"Statement": _allow("*") | {"NotAction": "*"}},
        {"Statement": _allow("*", Principal="*")},
        {"Statement": _allow([3])},
        {"Statement": _allow("*", Condition=["x"])},
        {"Statement": _allow("*", Condition={"Bool": "x"})},
    ],
)
def test_F118_what_is_not_understood_allows_nothing_for_sure(policy: object) -> None:
    found = rights(HOLDER, [Document("p", policy)])
    assert found == Rights(is_whole=False)


def test_a_policy_may_be_JSON() -> None:
    assert rights(HOLDER, [Document("p", json.dumps({"Statement": _allow("*")}))]).allows_all


texts = st.text(max_size=8) | st.sampled_from(["*", "iam:*", "s3:Put*", "Allow", "Deny", "arn:aws:s3:::[a"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]) | anything},
    optional=dict.fromkeys(
        ("Action", "NotAction", "Resource", "NotResource", "Condition", "Sid"),
        texts | st.lists(texts, max_size=3) | anything,
    ),
)
policies = anything | st.fixed_dictionaries({"Statement": st.lists(statements, max_size=3) | statements})


@given(policies, policies, texts)
def test_no_document_raises(policy: object, boundary: object, arn: str) -> None:
    for given_ in (policy, json.dumps(policy)):
        found = rights(Holder(arn), [Document("p", given_)], boundary, has_strong_function=True)
        assert not (found.allows_all and found.raises)


@given(policies)
def test_a_boundary_never_gives(policy: object) -> None:
    assert rights(HOLDER, [], policy) in {Rights(), Rights(is_whole=False)}
