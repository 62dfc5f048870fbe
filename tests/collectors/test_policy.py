"""The permissions of the audit: current, small enough, and none that writes or reads what is inside."""

from __future__ import annotations

import json
import re
from pathlib import Path

from quarterdeck.collectors.policy import POLICY, permissions, policy

ROOT = Path(__file__).resolve().parents[2]

READS = re.compile(r"(Get|List|Describe|View|GET$|GenerateCredentialReport$)")
CONTENT = {
    "s3:GetObject",
    "s3:GetObjectVersion",
    "lambda:GetFunction",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "dynamodb:GetItem",
    "logs:GetLogEvents",
    "sqs:ReceiveMessage",
    "kms:Decrypt",
}
"""What would read objects, code, secrets, items, logs or mail."""

MOST = 6144
"""Characters that a managed policy may have, white space not counted."""


def _actions() -> list[str]:
    return [action for service in permissions().values() for action in service]


def test_the_policy_is_current() -> None:
    assert (ROOT / POLICY).read_text(encoding="utf-8") == policy(), (
        "run: python -m quarterdeck.collectors.policy"
    )


def test_every_permission_only_reads() -> None:
    assert [action for action in _actions() if not READS.match(action.partition(":")[2])] == []


def test_no_permission_reads_what_is_inside() -> None:
    assert CONTENT.isdisjoint(_actions())


def test_the_policy_fits_into_one() -> None:
    assert len(re.sub(r"\s", "", policy())) <= MOST


def test_it_is_one_statement_that_allows_just_these() -> None:
    (statement,) = json.loads(policy())["Statement"]
    assert (statement["Effect"], statement["Resource"], statement["Action"]) == ("Allow", "*", _actions())
