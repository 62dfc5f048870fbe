"""What is read of secrets and parameters: never a value."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from quarterdeck.collectors.aws import secrets  # noqa: F401 - importing it registers it
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.secrets import Parameter, Secret
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from tests.cloud import Cloud

T = TypeVar("T")
VALUE = "v" * 24
"""Made here; opens nothing."""


def _of(kind: type[T], found: list[Any]) -> list[T]:
    return [one for one in found if isinstance(one, kind)]


def test_secrets_by_name_and_date(cloud: Cloud) -> None:
    client = cloud.client("secretsmanager")
    client.create_secret(Name="mail", SecretString=VALUE, Tags=[{"Key": "entity", "Value": "jada"}])
    client.create_secret(Name="old", SecretString=VALUE)
    client.delete_secret(SecretId="old", RecoveryWindowInDays=7)
    everyone = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    client.put_resource_policy(
        SecretId="mail", ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [everyone]})
    )
    found, gaps = cloud.collect("aws-secrets")
    assert gaps == []
    mail, old = sorted(_of(Secret, found), key=lambda one: one.name)
    assert (mail.name, mail.tags, mail.rotates, mail.deleted_on) == (
        "mail",
        (("entity", "jada"),),
        False,
        None,
    )
    assert isinstance(mail.created, date)
    assert mail.last_changed == mail.created
    assert mail.last_read is None
    assert isinstance(mail.reach, Reach)
    assert mail.reach.kind == "public"
    assert isinstance(old.deleted_on, date)
    assert isinstance(old.reach, NotCollected)
    assert VALUE not in repr(found)


def test_what_the_service_says_of_a_secret(cloud: Cloud) -> None:
    told = {
        "Name": "stripe",
        "ARN": "arn:stripe",
        "LastAccessedDate": datetime(2026, 11, 1, tzinfo=UTC),
        "RotationEnabled": True,
        "KmsKeyId": "alias/own",
    }
    cloud.stubs.answer("secretsmanager:ListSecrets", {"SecretList": [told]})
    cloud.stubs.answer("secretsmanager:GetResourcePolicy", Refusal())
    (stripe,) = _of(Secret, cloud.collect("aws-secrets")[0])
    assert (stripe.last_read, stripe.rotates, stripe.key) == (date(2026, 11, 1), True, "alias/own")
    for field in (stripe.created, stripe.last_changed, stripe.reach):
        assert isinstance(field, NotCollected)
    cloud.stubs.answer("secretsmanager:GetResourcePolicy", Refusal("ResourceNotFoundException", 400))
    assert _of(Secret, cloud.collect("aws-secrets")[0]) == [], "gone since it was listed"


def test_parameters(cloud: Cloud) -> None:
    client = cloud.client("ssm")
    client.put_parameter(Name="/app/colour", Value="blue", Type="String")
    client.put_parameter(Name="/app/token", Value=VALUE, Type="SecureString")
    colour, token = sorted(_of(Parameter, cloud.collect("aws-secrets")[0]), key=lambda one: one.name)
    assert (colour.name, colour.is_encrypted, token.is_encrypted) == ("/app/colour", False, True)
    assert isinstance(colour.last_changed, date)
    cloud.stubs.answer("ssm:DescribeParameters", {"Parameters": [{"Name": "/app/odd"}]})
    (odd,) = _of(Parameter, cloud.collect("aws-secrets")[0])
    assert isinstance(odd.is_encrypted, NotCollected)


def test_F107_all_refused_is_a_gap_for_each_list(cloud: Cloud) -> None:
    for call in COLLECTORS["aws-secrets"].calls:
        cloud.stubs.answer(call, Refusal())
    found, gaps = cloud.collect("aws-secrets")
    assert found == []
    assert {gap.subject for gap in gaps} == {"secret", "parameter"}
    assert not any(
        "GetSecretValue" in call or "GetParameter" in call for call in COLLECTORS["aws-secrets"].calls
    )
