"""Who a policy lets in, document by document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.aws.notifications import buckets_named
from quarterdeck.collectors.aws.reach import callers, denials, reach

OWN = "123456789012"
FRIEND = "222222222222"
STRANGER = "999988884821"
BUCKET = "arn:aws:s3:::b"


def allow(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a statement
    known = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    return {key: value for key, value in (known | fields).items() if value is not None}


def deny(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a statement
    return allow(Effect="Deny", **fields)


def when(operator: str, key: str, *values: object) -> dict[str, Any]:
    return allow(Condition={operator: {key: list(values)}})


def kind(*statements: object, **asked: Any) -> str:  # noqa: ANN401 - any argument of `reach`
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return reach(policy, account=OWN, known=(OWN, FRIEND), **asked).kind


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(), "public"),
        (allow(Principal={"AWS": "*"}), "public"),
        (allow(Principal={"AWS": [OWN, "*"]}), "public"),
        (allow(Principal=["*"]), "public"),
        (allow(Principal=None, NotPrincipal={"AWS": OWN}), "public"),
        (allow(Action=None, NotAction="s3:DeleteBucket"), "public"),
        (allow(Resource=None, NotResource="arn:aws:s3:::other"), "public"),
        (allow(Principal={"AWS": OWN}), "same-account"),
        (allow(Principal={"AWS": f"arn:aws:iam::{OWN}:root"}), "same-account"),
        (allow(Principal={"AWS": f"arn:aws-cn:iam::{OWN}:role/x"}), "same-account"),
        (allow(Principal={"AWS": f"arn:aws:sts::{FRIEND}:assumed-role/x/y"}), "known-account"),
        (allow(Principal={"AWS": STRANGER}), "foreign-account"),
        (allow(Principal={"AWS": [OWN, FRIEND, STRANGER]}), "foreign-account"),
        (allow(Principal={"AWS": f"arn:aws:iam::{OWN}:role/*"}), "unknown"),
        (allow(Principal={"AWS": "arn:aws:iam::*:root"}), "unknown"),
        (allow(Principal={"AWS": "arn:aws:iam::*:root"}, Action="events:PutEvents"), "public"),
        (allow(Principal={"AWS": "somebody"}), "unknown"),
        (allow(Principal={"AWS": "AIDAEXAMPLEEXAMPLE12"}), "nobody"),
        (allow(Principal={"AWS": []}), "nobody"),
        (
            allow(Principal={"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}),
            "service",
        ),
        (allow(Principal={"Service": "sns.amazonaws.com"}), "service"),
        (allow(Principal={"Federated": "accounts.google.com"}), "public"),
        (
            when("StringEquals", "accounts.google.com:aud", "app")
            | {"Principal": {"Federated": "accounts.google.com"}},
            "restricted",
        ),
        (
            when("StringLike", "token.actions.githubusercontent.com:sub", "repo:*")
            | {"Principal": {"Federated": "github"}},
            "public",
        ),
        (
            when("StringLike", "token.actions.githubusercontent.com:sub", "repo:ours/*")
            | {"Principal": {"Federated": "github"}},
            "restricted",
        ),
        (allow(Principal={"CanonicalUser": "ourid"}), "same-account"),
        (allow(Principal={"CanonicalUser": "theirid"}), "foreign-account"),
        (
            allow(Principal={"CanonicalUser": "http://acs.amazonaws.com/groups/global/AllUsers"}),
            "public",
        ),
        (
            allow(Principal={"CanonicalUser": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}),
            "any-aws-user",
        ),
        (deny(), "nobody"),
        (allow(Effect="allow"), "unknown"),
        (allow(Effect=None), "unknown"),
        (allow(Effect=["Allow"]), "unknown"),
        (allow(Unheard="of"), "unknown"),
        (allow(Principal=None), "unknown"),
        (allow(Principal={"Unheard": "of"}), "unknown"),
        (allow(Action=None), "unknown"),
        (allow(Action=7), "unknown"),
        (allow(Condition=[]), "unknown"),
        (allow(Condition={"StringEquals": "x"}), "unknown"),
        ("no statement", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_statement(statement: object, expected: str) -> None:
    assert kind(statement, own_id="ourid") == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(frozenset({"theirid"}), "service"), (frozenset({"another"}), "foreign-account"), (None, "unknown")],
)
def test_a_user_that_is_a_distribution(ids: frozenset[str] | None, expected: str) -> None:
    assert kind(allow(Principal={"CanonicalUser": "theirid"}), own_id="ourid", edge_ids=ids) == expected
    assert kind(allow(Principal={"CanonicalUser": "ourid"}), own_id="ourid", edge_ids=ids) == "same-account"


@pytest.mark.parametrize(
    ("operator", "key", "values", "expected"),
    [
        ("IpAddress", "aws:SourceIp", ["203.0.113.7"], "restricted"),
        ("IpAddress", "aws:SourceIp", ["203.0.0.0/8"], "restricted"),
        ("IpAddress", "aws:SourceIp", ["202.0.0.0/7"], "public"),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/0"], "public"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.7", "0.0.0.0/0"], "public"),
        ("IpAddress", "aws:SourceIp", ["::/0"], "public"),
        ("IpAddress", "aws:SourceIp", ["2001:db8::/32"], "restricted"),
        ("IpAddress", "aws:SourceIp", ["2a00::/31"], "public"),
        ("IpAddress", "aws:SourceIp", ["fc00::/7"], "restricted"),
        ("IpAddress", "aws:SourceIp", ["home"], "unknown"),
        ("IpAddress", "aws:VpcSourceIp", ["10.0.0.0/8"], "restricted"),
        ("NotIpAddress", "aws:SourceIp", ["203.0.113.7"], "public"),
        ("StringEquals", "aws:SourceVpc", ["vpc-1"], "restricted"),
        ("StringLike", "aws:SourceVpce", ["vpce-1"], "restricted"),
        ("StringLike", "aws:SourceVpce", ["*"], "public"),
        ("StringEquals", "aws:SourceVpce", [], "public"),
        ("StringEqualsIfExists", "aws:SourceVpce", ["vpce-1"], "public"),
        ("ForAllValues:StringEquals", "aws:SourceVpce", ["vpce-1"], "public"),
        ("StringNotEquals", "aws:SourceVpce", ["vpce-1"], "public"),
        ("stringequals", "AWS:sourcevpce", ["vpce-1"], "restricted"),
        ("StringEquals", "aws:PrincipalOrgID", ["o-1"], "restricted"),
        ("StringLike", "aws:PrincipalOrgID", ["o-*"], "public"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-1/r-1/*"], "restricted"),
        ("StringEquals", "aws:SourceOrgID", ["o-1"], "restricted"),
        ("StringEquals", "aws:PrincipalAccount", [OWN], "restricted"),
        ("StringEquals", "aws:PrincipalAccount", [FRIEND], "restricted"),
        ("StringEquals", "aws:PrincipalAccount", [STRANGER], "foreign-account"),
        ("StringEquals", "aws:PrincipalAccount", [OWN, STRANGER], "foreign-account"),
        ("StringLike", "aws:PrincipalAccount", ["*"], "public"),
        ("ArnLike", "aws:PrincipalArn", [f"arn:aws:iam::{OWN}:role/*"], "restricted"),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/x"], "public"),
        ("ArnLike", "aws:SourceArn", [f"arn:aws:sns:*:{OWN}:x"], "restricted"),
        ("ArnLike", "aws:SourceArn", [f"arn:aws:sns:*:{STRANGER}:x"], "foreign-account"),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::bucket"], "public"),
        ("StringEquals", "aws:SourceAccount", [OWN], "restricted"),
        ("StringEquals", "aws:SourceOwner", [OWN], "restricted"),
        ("StringEquals", "AWS:SourceOwner", [OWN], "restricted"),
        ("StringEquals", "s3:DataAccessPointAccount", [OWN], "restricted"),
        ("StringLike", "s3:DataAccessPointArn", [f"arn:aws:s3:*:{OWN}:accesspoint/*"], "restricted"),
        ("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", ["key"], "restricted"),
        ("StringEquals", "kms:CallerAccount", [OWN], "restricted"),
        ("StringEquals", "aws:userid", ["AIDAEXAMPLE"], "restricted"),
        ("StringLike", "aws:userid", ["AROAEXAMPLE:*"], "public"),
        ("StringEquals", "lambda:FunctionUrlAuthType", ["AWS_IAM"], "restricted"),
        ("StringEquals", "aws:Referer", ["https://ours.test"], "public"),
        ("StringLike", "aws:UserAgent", ["secret-word"], "public"),
        ("Bool", "aws:SecureTransport", [True], "public"),
        ("StringEquals", "s3:prefix", ["public/"], "public"),
        ("StringEquals", "s3:x-amz-acl", ["private"], "public"),
        ("DateLessThan", "aws:CurrentTime", ["2030-01-01T00:00:00Z"], "public"),
        ("StringEquals", "s3:ExistingObjectTag/open", ["yes"], "public"),
        ("StringEquals", "s3:signatureversion", ["AWS4-HMAC-SHA256"], "public"),
        ("StringEquals", "aws:SomethingNew", ["x"], "unknown"),
        ("StringResembles", "aws:SourceVpce", ["vpce-1"], "unknown"),
        ("Null", "aws:SourceVpce", ["false"], "unknown"),
        ("StringEquals", "aws:PrincipalOrgID", ["${aws:ResourceOrgID}"], "unknown"),
    ],
)
def test_a_condition(operator: str, key: str, values: list[object], expected: str) -> None:
    assert kind(when(operator, key, *values)) == expected


def test_conditions_that_hold_together_narrow_together() -> None:
    referer = {"StringLike": {"aws:Referer": "*"}}
    assert kind(allow(Condition=referer | {"IpAddress": {"aws:SourceIp": "203.0.113.7"}})) == "restricted"
    assert kind(allow(Condition=referer | {"Null": {"aws:TokenIssueTime": "false"}})) == "unknown"


@pytest.mark.parametrize("condition", ["AWS_IAM", "NONE"])
def test_an_address_is_told_in_either_shape(condition: str) -> None:
    inside = when("StringEquals", "lambda:FunctionUrlAuthType", condition)
    beside = allow(FunctionUrlAuthType=condition)
    told = [reach({"Statement": one}, account=OWN) for one in (inside, beside)]
    assert told[0].kind == told[1].kind
    assert [one.is_by_url for one in told] == [condition == "NONE"] * 2


def test_by_address_is_milder_than_by_everything() -> None:
    by_url = when("Bool", "lambda:InvokedViaFunctionUrl", "true")
    assert reach({"Statement": [by_url]}, account=OWN).is_by_url
    assert not reach({"Statement": [by_url, allow()]}, account=OWN).is_by_url


@pytest.mark.parametrize(
    ("source", "is_unscoped"),
    [
        ({}, True),
        ({"StringEquals": {"aws:SourceAccount": OWN}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:us-east-1:*:*/*"}}, True),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": OWN}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ],
)
def test_a_service_acts_for_somebody(source: dict[str, Any], *, is_unscoped: bool) -> None:
    one = allow(Principal={"Service": "sns.amazonaws.com"}, Condition=source)
    told = reach({"Statement": one}, account=OWN)
    assert (told.kind, told.is_unscoped) == ("service", is_unscoped)


def test_a_service_that_acts_for_a_stranger_lets_the_stranger_in() -> None:
    one = allow(
        Principal={"Service": "s3.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": STRANGER}},
    )
    assert kind(one) == "foreign-account"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow(), deny()], "nobody"),
        ([allow(), deny(Action="s3:*", Resource="*")], "nobody"),
        ([allow(Action="s3:*"), deny()], "public"),
        ([allow(), deny(Principal={"AWS": OWN})], "public"),
        ([allow(Principal={"AWS": [STRANGER, OWN]}), deny(Principal={"AWS": STRANGER})], "same-account"),
        ([allow(), deny(Resource=f"{BUCKET}/private/*")], "public"),
        ([allow(), deny(Action=None, NotAction="s3:PutObject", Resource="*")], "nobody"),
        ([allow(), deny(Action=None, NotAction="s3:Get*", Resource="*")], "public"),
        ([allow(), deny(Condition={"Bool": {"aws:SecureTransport": "false"}})], "public"),
        ([allow(), deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})], "restricted"),
        ([allow(), deny(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})], "restricted"),
        (
            [allow(), deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": STRANGER}})],
            "foreign-account",
        ),
        ([allow(), deny(Condition={"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}})], "public"),
        ([allow(), deny(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}})], "public"),
        (
            [
                allow(),
                deny(
                    Condition={
                        "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
                        "Bool": {"aws:SecureTransport": "false"},
                    }
                ),
            ],
            "public",
        ),
        ([allow(), deny(Principal=None, NotPrincipal={"AWS": OWN})], "public"),
        (
            [
                allow(),
                deny(
                    Principal=None,
                    NotPrincipal={"AWS": OWN},
                    Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
                ),
            ],
            "restricted",
        ),
    ],
)
def test_what_is_denied(statements: list[object], expected: str) -> None:
    assert kind(*statements) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, "nobody"),
        ("", "nobody"),
        ({"Statement": []}, "nobody"),
        ("{", "unknown"),
        ("[" * 100_000, "unknown"),
        ("[]", "unknown"),
        ({}, "unknown"),
        (json.dumps({"Version": "2008-10-17", "Statement": allow()}), "public"),
    ],
)
def test_a_document(policy: Any, expected: str) -> None:  # noqa: ANN401 - also what is none
    assert reach(policy, account=OWN).kind == expected


@pytest.mark.parametrize(
    ("action", "asked", "expected"),
    [
        ("s3:GetObject", ["s3:Get*"], "public"),
        ("S3:getobject", ["s3:Get*"], "public"),
        ("s3:*", ["s3:Put*"], "public"),
        ("*", ["s3:Put*"], "public"),
        ("s3:*Object", ["s3:Put*"], "public"),
        ("s3:GetObject", ["s3:Put*"], "nobody"),
        ("s3:Get[a]", ["s3:Geta"], "nobody"),
        (["s3:GetObject", "s3:PutObject"], ["s3:Put*"], "public"),
    ],
)
def test_only_asked_actions_count(action: object, asked: list[str], expected: str) -> None:
    assert kind(allow(Action=action), actions=asked) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", "public"),
        (BUCKET, "public"),
        (f"{BUCKET}/*", "public"),
        (f"{BUCKET}/open/*", "public"),
        (f"{BUCKET}*", "public"),
        (f"{BUCKET}2/*", "nobody"),
        ("arn:aws:s3:::other", "nobody"),
    ],
)
def test_only_the_asked_resource_counts(resource: str, expected: str) -> None:
    assert kind(allow(Resource=resource), resource=BUCKET) == expected


def test_a_denial_of_bucket_and_objects_takes_everything_away() -> None:
    everything = deny(Action="s3:*", Resource=[BUCKET, f"{BUCKET}/*"])
    assert kind(allow(Action="*", Resource="*"), everything, resource=BUCKET, actions=["s3:*"]) == "nobody"


def test_all_but_some_actions_is_read_for_what_is_asked() -> None:
    one = allow(Action=None, NotAction="s3:Put*")
    assert kind(one, actions=["s3:PutObject"]) == "nobody"
    assert kind(one, actions=["s3:GetObject"]) == "public"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (deny(Action="s3:*", Resource=[BUCKET, f"{BUCKET}/*"]), [False]),
        (deny(Action="*", Resource="*"), [False]),
        (deny(Action="s3:*", Resource="*", Principal=None, NotPrincipal={"AWS": OWN}), [True]),
        (deny(Action="s3:*", Resource=f"{BUCKET}/*"), []),
        (deny(Action="s3:Get*", Resource="*"), []),
        (deny(Action="s3:*", Resource="*", Principal={"AWS": OWN}), []),
        (deny(Action=None, NotAction="s3:Get*", Resource="*"), []),
        (allow(Action="s3:*", Resource="*"), []),
    ],
)
def test_who_is_denied_everything(statement: object, expected: list[bool]) -> None:
    found = denials({"Statement": [statement]}, actions=["s3:*"], resource=BUCKET)
    assert [one.is_all_but for one in found] == expected


def test_services_that_get_in_are_told() -> None:
    policy = [
        allow(Principal={"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}),
        allow(Principal={"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": BUCKET}}),
        deny(Principal={"Service": "ses.amazonaws.com"}),
    ]
    assert callers({"Statement": policy}) == {"sns.amazonaws.com", "s3.amazonaws.com"}
    assert list(buckets_named({"Statement": policy})) == ["b"]


def test_a_long_policy_is_read_to_the_end() -> None:
    actions = [f"s3:Get{number}" for number in range(400)]
    places = [f"{BUCKET}/{number}" for number in range(400)]
    assert kind(allow(Action=actions, Resource=places), deny(Action=actions, Resource=places)) == "nobody"
    assert kind(allow(Action=actions, Resource=places), deny(Action=actions, Resource=places[1:])) == "public"


def test_strangers_are_named_by_their_last_digits_whatever_else_is_let_in() -> None:
    told = reach({"Statement": [allow(), allow(Principal={"AWS": STRANGER})]}, account=OWN)
    assert (told.kind, told.strangers) == ("public", ("account ending 4821",))
    assert STRANGER not in repr(told)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
PARTS = ("Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
ODD = st.dictionaries(
    st.sampled_from(PARTS),
    JSON
    | st.sampled_from(["Allow", "Deny", "*", "s3:*", "a[b*?"])
    | st.dictionaries(st.sampled_from(["AWS", "Service", "Federated", "StringEquals", "IpAddress"]), JSON),
)


@given(st.one_of(JSON, st.fixed_dictionaries({"Statement": st.lists(ODD | JSON)}), st.text()))
def test_whatever_is_told_is_read(policy: Any) -> None:  # noqa: ANN401 - any JSON
    assert reach(policy, account=OWN, resource=BUCKET).kind
    assert all(isinstance(name, str) for name in (*callers(policy), *buckets_named(policy)))
    assert all(denial.conditions is not None for denial in denials(policy, actions=["s3:*"], resource=BUCKET))


DENIALS = st.lists(
    st.builds(
        lambda principal, action, condition: deny(Principal=principal, Action=action, Condition=condition),
        st.sampled_from(["*", {"AWS": OWN}, {"Service": "sns.amazonaws.com"}]),
        st.sampled_from(["s3:*", "s3:GetObject", ["s3:Put*", "*"]]),
        st.sampled_from([{}, {"Bool": {"aws:SecureTransport": "false"}}]),
    )
)
ALLOWANCES = st.lists(
    st.builds(
        lambda principal, action, condition: allow(Principal=principal, Action=action, Condition=condition),
        st.sampled_from(["*", {"AWS": STRANGER}, {"Federated": "x"}, {"CanonicalUser": "y"}, {"Odd": "z"}]),
        st.sampled_from(["s3:*", "s3:GetObject", ["s3:Put*", "*"]]),
        st.sampled_from([{}, {"Null": {"x": "true"}}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}]),
    )
)


@given(DENIALS)
def test_who_only_denies_lets_nobody_in(denials: list[object]) -> None:
    assert kind(*denials) == "nobody"


@given(ALLOWANCES)
def test_one_allowance_for_anyone_is_public(allowances: list[object]) -> None:
    assert kind(*allowances, allow()) == "public"
