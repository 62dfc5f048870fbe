"""Who may call a function, policy by policy and address by address."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quarterdeck.collectors.aws.functions_reach import doors, is_reached_by_url, open_url
from quarterdeck.model.observed import NotCollected

OWN = "123456789012"
GAP = NotCollected("aws-lambda", "f", "GetPolicy: AccessDenied")
URL_GAP = NotCollected("aws-lambda", "f", "ListFunctionUrlConfigs: AccessDenied")
BY_URL = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
FREE = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}


def policy(action: str, principal: object = "*", condition: dict[str, Any] | None = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return json.dumps({"Statement": statement | ({"Condition": condition} if condition else {})})


FOR_URL = policy("lambda:InvokeFunctionUrl", condition=FREE)
VIA_URL = policy("lambda:InvokeFunction", condition=BY_URL)
FOR_ALL = policy("lambda:InvokeFunction")
OLD = {
    "FunctionUrl": "https://f.test/",
    "AuthType": "NONE",
    "CreationTime": "2024-05-01T00:00:00.000000+00:00",
}
NEW = OLD | {"CreationTime": "2026-01-01T00:00:00.000000+0000"}
SIGNED = OLD | {"AuthType": "AWS_IAM"}


def open_is(urls: Any, *policies: str | NotCollected | None) -> str:  # noqa: ANN401 - as the collector gives them
    told = open_url(doors(policies, OWN, (OWN,)), urls).is_open
    return "unknown" if isinstance(told, NotCollected) else "open" if told else "shut"


@pytest.mark.parametrize(
    ("urls", "policies", "expected"),
    [
        (None, [None], "shut"),
        ([], [FOR_URL], "shut"),
        ([OLD], [None], "shut"),
        ([OLD], [FOR_URL], "open"),
        ([OLD], [policy("lambda:InvokeFunctionUrl")], "open"),
        ([OLD], [policy("lambda:*")], "open"),
        ([OLD], [policy("lambda:InvokeFunctionUrl", {"AWS": OWN})], "shut"),
        ([OLD], [policy("lambda:InvokeFunctionUrl", condition={"Null": {"aws:x": "true"}})], "unknown"),
        ([OLD], [GAP], "unknown"),
        ([OLD], [GAP, FOR_URL], "open"),
        ([NEW], [FOR_URL], "shut"),
        ([NEW], [FOR_URL, VIA_URL], "open"),
        ([NEW], [VIA_URL], "shut"),
        ([NEW], [FOR_URL, FOR_ALL], "open"),
        ([NEW], [FOR_URL, GAP], "unknown"),
        ([SIGNED], [policy("lambda:InvokeFunctionUrl", {"AWS": OWN})], "shut"),
        ([SIGNED], [policy("lambda:InvokeFunctionUrl")], "open"),
        ([OLD, NEW], [FOR_URL], "open"),
        (URL_GAP, [FOR_URL], "unknown"),
        (URL_GAP, [policy("lambda:InvokeFunctionUrl", {"AWS": OWN})], "shut"),
        (URL_GAP, [GAP], "unknown"),
    ],
)
def test_an_address(urls: Any, policies: list[str | NotCollected | None], expected: str) -> None:  # noqa: ANN401
    assert open_is(urls, *policies) == expected


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([None], False),
        ([FOR_ALL], True),
        ([policy("*")], True),
        ([None, FOR_ALL], True),
        ([GAP, FOR_ALL], True),
        ([GAP], GAP),
        ([VIA_URL], False),
        ([FOR_URL], False),
        ([policy("lambda:InvokeFunction", {"Service": "s3.amazonaws.com"})], False),
        ([policy("lambda:GetFunction")], False),
    ],
)
def test_a_policy(policies: list[str | NotCollected | None], expected: object) -> None:
    assert doors(policies, OWN, ()).is_public == expected


def test_a_policy_that_is_not_understood_is_not_known() -> None:
    told = doors(["{"], OWN, ())
    assert [type(one) for one in (told.is_public, told.strangers, told.is_unscoped)] == [NotCollected] * 3


def test_what_else_a_policy_tells() -> None:
    foreign = policy("lambda:InvokeFunction", {"AWS": "999988884821"})
    unscoped = policy("lambda:InvokeFunction", {"Service": "s3.amazonaws.com"})
    told = doors([foreign, unscoped], OWN, ())
    assert (told.strangers, told.is_unscoped) == (("account ending 4821",), True)
    assert doors([foreign, GAP], OWN, ()).strangers == GAP


@pytest.mark.parametrize(
    ("policies", "expected"),
    [([None], False), ([FOR_ALL], False), ([FOR_URL], True), ([policy("lambda:*")], True), ([GAP], True)],
)
def test_an_address_is_asked_for_where_it_matters(
    policies: list[str | NotCollected | None], *, expected: bool
) -> None:
    assert is_reached_by_url(doors(policies, OWN, ())) is expected


@pytest.mark.parametrize(
    ("auth", "cors", "expected"),
    [
        ("NONE", None, None),
        ("NONE", {"AllowOrigins": ["https://ours.test"], "AllowCredentials": True}, None),
        ("NONE", {"AllowOrigins": ["*"], "AllowCredentials": True}, "credentials"),
        ("NONE", {"AllowOrigins": ["*"], "AllowMethods": ["GET"]}, None),
        ("NONE", {"AllowOrigins": ["*"], "AllowMethods": ["*"]}, "writes"),
        ("NONE", {"AllowOrigins": ["*"], "AllowMethods": ["POST"]}, "writes"),
        ("AWS_IAM", {"AllowOrigins": ["*"], "AllowMethods": ["POST"]}, None),
    ],
)
def test_pages_of_other_sites(auth: str, cors: dict[str, Any] | None, expected: str | None) -> None:
    url = OLD | {"AuthType": auth, "Cors": cors}
    assert open_url(doors([FOR_URL], OWN, ()), [url]).cors == expected
