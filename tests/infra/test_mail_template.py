"""The template of feedback: every property that keeps events whole, ours and unread by others, row by row."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cfnlint import api  # type: ignore[import-untyped]  # it carries no types

from quarterdeck import cli
from quarterdeck.collectors.repos.deploying.plain import block
from quarterdeck.publish.infrastructure import mail_template_text

TEXT = mail_template_text()
MAIL: dict[str, Any] = dict(block(TEXT, "mail.yml"))
RESOURCES: dict[str, Any] = MAIL["Resources"]
SET = "ConfigurationSet.Properties."
EVENTS = "Events.Properties.EventDestination."
SET_ARN = {
    "Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${ConfigurationSet}"
}
ASIDE = {"Fn::GetAtt": ["Aside", "Arn"]}
ALARMS = ("SomethingLiesAside", "NobodyListens", "TooManyBounces", "TooManyComplaints")

PROPERTIES: list[tuple[str, Any]] = [
    (SET + "DeliveryOptions.TlsPolicy", "REQUIRE"),
    (SET + "ReputationOptions.ReputationMetricsEnabled", True),
    (SET + "SuppressionOptions.SuppressedReasons", ["BOUNCE", "COMPLAINT"]),
    (SET + "TrackingOptions", None),
    (EVENTS + "Enabled", True),
    (EVENTS + "SnsDestination.TopicARN", {"Ref": "Topic"}),
    (EVENTS + "MatchingEventTypes", ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"]),
    ("Topic.Properties.KmsMasterKeyId", {"Ref": "Key"}),
    ("Topic.Properties.SignatureVersion", "2"),
    ("Subscription.Properties.RawMessageDelivery", False),
    ("Subscription.Properties.RedrivePolicy.deadLetterTargetArn", ASIDE),
    ("Queue.Properties.SqsManagedSseEnabled", True),
    ("Queue.Properties.MessageRetentionPeriod", 1209600),
    ("Queue.Properties.RedrivePolicy", {"deadLetterTargetArn": ASIDE, "maxReceiveCount": 5}),
    ("Aside.Properties.SqsManagedSseEnabled", True),
    ("Aside.Properties.MessageRetentionPeriod", 1209600),
    ("Aside.DeletionPolicy", "Retain"),
    ("Key.Properties.EnableKeyRotation", True),
    ("Key.DeletionPolicy", "Retain"),
]


def at(path: str) -> Any:  # noqa: ANN401 - any part of a template
    """What stands there; None where nothing does."""
    found: Any = RESOURCES
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def statements(path: str) -> Iterator[dict[str, Any]]:
    """Every statement of a policy."""
    yield from at(f"{path}.Properties.PolicyDocument.Statement")


@pytest.mark.parametrize(("path", "value"), PROPERTIES, ids=[path for path, _ in PROPERTIES])
def test_a_property_that_feedback_rests_on(path: str, value: object) -> None:
    assert at(path) == value


def test_the_linter_has_nothing_to_say() -> None:
    assert [str(found) for found in api.lint(TEXT)] == []


def test_F173_only_our_configuration_set_writes_to_the_topic() -> None:
    allowed = [one for one in statements("TopicPolicy") if one["Effect"] == "Allow"]
    assert [one["Principal"] for one in allowed] == [{"Service": "ses.amazonaws.com"}]
    assert allowed[0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}, "aws:SourceArn": SET_ARN}
    }


def test_F173_only_our_topic_writes_to_the_queues() -> None:
    allowed = [one for one in statements("QueuePolicy") if one["Effect"] == "Allow"]
    assert [one["Action"] for one in allowed] == ["sqs:SendMessage"]
    assert allowed[0]["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}}


@pytest.mark.parametrize("policy", ["TopicPolicy", "QueuePolicy", "AlarmsPolicy"])
def test_nothing_travels_in_the_open(policy: str) -> None:
    (denied,) = (one for one in statements(policy) if one["Effect"] == "Deny")
    assert denied["Principal"] == "*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_role_for_mail_may_use_exactly_this() -> None:
    named = {str(action) for one in statements("MailPolicy") for action in _listed(one["Action"])}
    assert named == {
        *(
            "ses:SendEmail",
            "ses:SendRawEmail",
            "ses:GetConfigurationSet",
            "ses:GetConfigurationSetEventDestinations",
        ),
        *("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
    }
    assert "*" not in json.dumps([one["Resource"] for one in statements("MailPolicy")])
    sends = next(one for one in statements("MailPolicy") if "ses:SendEmail" in one["Action"])
    assert sends["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "Sender"}}}


def test_the_key_is_open_to_the_mail_service_and_the_owners_alone() -> None:
    allowed = at("Key.Properties.KeyPolicy.Statement")
    assert [list(one["Principal"]) for one in allowed] == [["AWS"], ["Service"]]
    assert allowed[1]["Principal"] == {"Service": "ses.amazonaws.com"}
    assert allowed[1]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("name", ALARMS)
def test_F172_F174_an_alarm_is_heard(name: str) -> None:
    assert at(f"{name}.Properties.AlarmActions") == [{"Ref": "Alarms"}]
    assert at("Alarms.Properties.Subscription") == [
        {"Protocol": "email", "Endpoint": {"Ref": "AlarmAddress"}}
    ]


def test_every_alarm_is_known_here() -> None:
    alarms = [name for name, one in RESOURCES.items() if one["Type"] == "AWS::CloudWatch::Alarm"]
    assert tuple(alarms) == ALARMS


@pytest.mark.parametrize(
    ("name", "metric", "from_"),
    [
        ("SomethingLiesAside", "ApproximateNumberOfMessagesVisible", 1),
        ("NobodyListens", "ApproximateAgeOfOldestMessage", 3 * 86400),
        ("TooManyBounces", "Reputation.BounceRate", 0.04),
        ("TooManyComplaints", "Reputation.ComplaintRate", 0.0008),
    ],
)
def test_F174_an_alarm_rings_in_time(name: str, metric: str, from_: float) -> None:
    assert (at(f"{name}.Properties")["MetricName"], float(at(f"{name}.Properties.Threshold"))) == (
        metric,
        from_,
    )


def test_a_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["infra", "template", "--mail"]) == 0
    assert capsys.readouterr().out == TEXT


def test_what_to_paste_are_settings_that_are_known() -> None:
    pasted = MAIL["Outputs"]["Settings"]["Value"]["Fn::Sub"]
    assert [line.strip().partition(":")[0] for line in pasted.strip().splitlines()] == [
        *("mail", "through", "sender", "region", "account", "configuration_set", "queue")
    ]
