"""What variables tell of secrets, and that no value is ever told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.aws.environment import literals_in, secrets_in, secrets_named_in

SIGNS = "4fJ8kQ2mZ7xW1vB9nC3rT6yH"
LIVE = "sk_" + "live_" + SIGNS
TEST = "sk_" + "test_" + SIGNS
HOOK = "whsec_" + SIGNS + "uI0oP5aS"
KEY_ID = "AKI" + "AQ3EGRXJ2ZLWTV5KD"
KEY = "kJ8/" + SIGNS + "uI0oP5aSdF4g"
PEM = "-----BEGIN PRIVATE " + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, []),
        ({"STRIPE_KEY": LIVE}, [("STRIPE_KEY", "stripe_live_secret", "payment", False, True)]),
        ({"STRIPE_KEY": TEST}, [("STRIPE_KEY", "stripe_test_secret", "payment", True, False)]),
        ({"HOOK": HOOK}, [("HOOK", "stripe_webhook_secret", "signing", False, False)]),
        ({"PEM": PEM, "Z": "1"}, [("PEM", "private_key_block", "signing", False, False)]),
        (
            {"AWS_ID": KEY_ID, "AWS_KEY": KEY},
            [
                ("AWS_ID", "aws_access_key_pair", "cloud", False, True),
                ("AWS_KEY", "aws_access_key_pair", "cloud", False, True),
            ],
        ),
        ({"A": "plain", "PEM": "none", "URL": "https://ours.test"}, []),
        ({"KEYS": f"{LIVE},{TEST}"}, [("KEYS", "stripe_live_secret", "payment", False, True)]),
    ],
)
def test_secrets(variables: dict[str, str], expected: list[tuple[object, ...]]) -> None:
    found = [(one.name, one.detector, one.use, one.is_test, one.is_grave) for one in secrets_in(variables)]
    assert found == expected


def test_a_name_that_is_a_secret_is_not_told() -> None:
    found = list(secrets_in({f"K_{LIVE}": LIVE}))
    assert len(found) == 1
    assert LIVE not in repr(found)


@pytest.mark.parametrize(
    ("name", "value", "is_told"),
    [
        ("API_KEY", "8f3kd92jfk", True),
        ("DB_PASSWORD", "hunter2", True),
        ("JWT_SECRET", "correct horse", True),
        ("SENTRY_DSN", "https://abc@o1.ingest.test/1", True),
        ("JWT_SECRET", "", False),
        ("JWT_SECRET", "jada/prod/jwt", False),
        ("JWT_SECRET", "/jada/prod/jwt", False),
        ("JWT_SECRET", "jada-prod-jwt", False),
        ("JWT_SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:jwt", False),
        ("TOKEN_ADDRESS", "https://ours.test/token", False),
        ("TOKEN_TTL", "soon7", False),
        ("TOKEN_LENGTH", "3600", False),
        ("SECRET_NAME", "x9", False),
        ("TABLE", "8f3kd92jfk", False),
    ],
)
def test_literals(name: str, value: str, *, is_told: bool) -> None:
    assert literals_in({name: value}) == ((name,) if is_told else ())


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_any_variables_are_read(variables: dict[str, str]) -> None:
    assert list(secrets_in(variables)) == []
    assert set(literals_in(variables)) <= set(variables)


ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ()),
        ({"A": f"{ARN}stripe-AbCdEf"}, ("stripe-AbCdEf",)),
        ({"A": f"{ARN}app/stripe-AbCdEf:key:AWSCURRENT"}, ("app/stripe-AbCdEf",)),
        ({"A": ARN.replace("us-east-1", "eu-west-1") + "stripe-AbCdEf"}, ()),
        (
            {"STRIPE_SECRET_ID": "app/stripe", "secretname": "mail-key", "SECRET_KEY": "app"},
            ("app/stripe", "mail-key"),
        ),
        ({"SECRET_NAME": "not a name"}, ()),
        ({"SECRET_NAME": ""}, ()),
        ({"SECRET_ID": SIGNS, "OTHER_SECRET_ID": "0f1e2d3c-aaaa-bbbb-cccc-0123456789ab"}, ()),
    ],
)
def test_secrets_that_are_named(variables: dict[str, str], expected: tuple[str, ...]) -> None:
    assert secrets_named_in(variables, region="us-east-1", account="123456789012") == expected


def test_a_secret_in_place_of_its_name_is_not_told() -> None:
    assert LIVE not in repr(secrets_named_in({"SECRET_NAME": LIVE}, region="us-east-1", account="1"))
