"""Checks of secrets and parameters, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.secrets import Parameter, Secret
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, days_before

STRANGER = Reach("foreign-account", "", strangers=("account ending 4821",))
KEPT = {"created": days_before(400), "deleted_on": None}


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("AWS-SM-01", "a year", {"last_changed": days_before(365), "rotates": False}, "pass"),
        (
            "AWS-SM-01",
            "a year and a day",
            {"last_changed": days_before(366), "rotates": False},
            "fail medium",
        ),
        ("AWS-SM-01", "by itself", {"last_changed": days_before(999), "rotates": True}, "pass"),
        ("AWS-SM-01", "refused", {"last_changed": REFUSED, "rotates": False}, "unknown"),
        ("AWS-SM-01", "rotation refused", {"last_changed": days_before(366)}, "unknown"),
        ("AWS-SM-02", "90 days", KEPT | {"last_read": days_before(90)}, "pass"),
        ("AWS-SM-02", "91 days", KEPT | {"last_read": days_before(91)}, "fail low"),
        ("AWS-SM-02", "never", KEPT | {"last_read": None, "created": days_before(31)}, "fail low"),
        ("AWS-SM-02", "never, new", KEPT | {"last_read": None, "created": days_before(30)}, "pass"),
        ("AWS-SM-02", "about to go", {"deleted_on": AS_OF}, "n/a"),
        ("AWS-SM-02", "refused", KEPT | {"last_read": REFUSED}, "unknown"),
        ("AWS-SM-04", "own", {"reach": Reach("same-account")}, "pass"),
        ("AWS-SM-04", "everyone", {"reach": Reach("public", "anyone may do anything")}, "fail critical"),
        ("AWS-SM-04", "a stranger", {"reach": STRANGER}, "fail medium"),
        ("AWS-SM-04", "odd", {"reach": Reach("unknown", "it is no JSON")}, "unknown"),
        ("AWS-SM-04", "about to go", {"deleted_on": AS_OF, "reach": STRANGER}, "n/a"),
        ("AWS-SM-04", "refused", {"reach": REFUSED}, "unknown"),
    ],
)
def test_a_secret(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Secret, **({"name": "mail"} | fields))) == expected, case


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("/app/colour", {"is_encrypted": False}, "n/a"),
        ("/app/STRIPE_API_KEY", {"is_encrypted": False}, "fail high"),
        ("/app/apikey", {"is_encrypted": False}, "fail high"),
        ("/app/password", {"is_encrypted": True}, "pass"),
        ("/app/token", {"is_encrypted": REFUSED}, "unknown"),
    ],
)
def test_a_parameter(name: str, fields: dict[str, object], expected: str) -> None:
    assert judged("AWS-SM-03", seen(Parameter, name=name, **fields)) == expected


HERE = {
    "name": "mail",
    "arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:mail-AbCdEf",
    "region": "us-east-1",
}


@pytest.mark.parametrize(
    ("case", "names", "secrets", "more", "expected"),
    [
        ("none", (), [], {}, "n/a"),
        ("refused", REFUSED, [], {}, "unknown"),
        ("by name", ("mail",), [HERE | {"deleted_on": None}], {}, "pass"),
        ("by ARN", ("mail-AbCdEf",), [HERE | {"deleted_on": None}], {}, "pass"),
        ("about to go", ("mail",), [HERE | {"deleted_on": AS_OF}], {}, "fail high"),
        ("gone", ("other",), [HERE | {"deleted_on": None}], {}, "fail high"),
        (
            "of another region",
            ("mail",),
            [HERE | {"region": "eu-west-1", "deleted_on": None}],
            {},
            "fail high",
        ),
        ("whether deleted refused", ("mail",), [HERE], {}, "unknown"),
        ("secrets not read", ("mail",), [], {"snapshots": ()}, "unknown"),
    ],
)
def test_a_function_and_its_secrets(
    case: str, names: object, secrets: list[dict[str, Any]], more: dict[str, Any], expected: str
) -> None:
    function = seen(Function, name="book", region="us-east-1", refers_to=names)
    assert judged("AWS-SM-05", function, *(seen(Secret, **one) for one in secrets), **more) == expected, case
