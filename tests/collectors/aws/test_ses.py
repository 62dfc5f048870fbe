"""What the collector of the mail service makes of what it says."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.mail_account import (
    ConfigurationSet,
    EventDestination,
    MailAccount,
    MailIdentity,
    MailReputation,
    ReceiptRule,
    SendDay,
)
from quarterdeck.model.observed import NotCollected, Observed
from tests.cloud import NUMBER, in_turn

if TYPE_CHECKING:
    from quarterdeck.collectors.embedded.stubs import Said
    from tests.cloud import Cloud

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

_ = MODULES  # importing them is what fills the list

DOMAIN = "jada.example"
TOPIC = f"arn:aws:sns:us-east-1:{NUMBER}:mail-bounces"
ACCOUNT: dict[str, Any] = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.5, "SentLast24Hours": 12.0},
    "SuppressionAttributes": {"SuppressedReasons": ["COMPLAINT", "BOUNCE"]},
    "VdmAttributes": {"VdmEnabled": "ENABLED"},
}
IDENTITY: dict[str, Any] = {
    "VerificationStatus": "SUCCESS",
    "FeedbackForwardingStatus": True,
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "Tokens": ["b", "a"],
        "SigningAttributesOrigin": "AWS_SES",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
        "LastKeyGenerationTimestamp": datetime(2025, 1, 31, tzinfo=UTC),
    },
    "MailFromAttributes": {
        "MailFromDomain": "bounce.jada.example",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    },
    "ConfigurationSetName": "main",
}
SET: dict[str, Any] = {
    "ConfigurationSetName": "main",
    "DeliveryOptions": {"TlsPolicy": "REQUIRE"},
    "ReputationOptions": {"ReputationMetricsEnabled": True},
    "SendingOptions": {"SendingEnabled": True},
    "SuppressionOptions": {"SuppressedReasons": []},
    "TrackingOptions": {"CustomRedirectDomain": "go.jada.example", "HttpsPolicy": "OPTIONAL"},
}
DESTINATIONS = {
    "EventDestinations": [
        {
            "Name": "tell",
            "Enabled": True,
            "MatchingEventTypes": ["COMPLAINT", "BOUNCE"],
            "SnsDestination": {"TopicArn": TOPIC},
        },
        {"Name": "count", "Enabled": False, "MatchingEventTypes": ["OPEN"], "CloudWatchDestination": {}},
    ]
}


def _suppressed(reason: str, month: int, address: str = "somebody@far.test") -> dict[str, Any]:
    return {
        "EmailAddress": address,
        "Reason": reason,
        "LastUpdateTime": datetime(2026, month, 3, tzinfo=UTC),
    }


@pytest.fixture
def region(cloud: Cloud) -> Cloud:
    """A region with one sender and one set, and answers to what the local server lacks."""
    v2 = cloud.client("sesv2")
    v2.create_email_identity(EmailIdentity=DOMAIN)
    v2.create_configuration_set(ConfigurationSetName="main")
    answers: dict[str, Said] = {
        "sesv2:GetAccount": ACCOUNT,
        "sesv2:GetEmailIdentity": IDENTITY,
        "sesv2:GetConfigurationSet": SET,
        "sesv2:GetConfigurationSetEventDestinations": DESTINATIONS,
        "sesv2:GetDedicatedIps": {"DedicatedIps": []},
        "sesv2:ListSuppressedDestinations": {"SuppressedDestinationSummaries": []},
    }
    for call, said in answers.items():
        cloud.stubs.answer(call, said)
    return cloud


def _one(found: list[Observed], kind: type[O]) -> O:
    (one,) = [each for each in found if isinstance(each, kind)]
    return one


def _seen(region: Cloud, kind: type[O]) -> O:
    return _one(region.collect("ses")[0], kind)


def test_a_region_without_a_sender_says_nothing(cloud: Cloud) -> None:
    assert cloud.collect("ses") == ([], [])


def test_all_kinds_are_read_without_a_gap(region: Cloud) -> None:
    found, gaps = region.collect("ses")
    assert gaps == []
    assert {type(one) for one in found} == {
        MailAccount,
        MailReputation,
        MailIdentity,
        ConfigurationSet,
        SendDay,
    }


def test_an_account(region: Cloud) -> None:
    pages: list[Said] = [
        {"SuppressedDestinationSummaries": [_suppressed("BOUNCE", 9)], "NextToken": "2"},
        {"SuppressedDestinationSummaries": [_suppressed("BOUNCE", 10), _suppressed("COMPLAINT", 10)]},
    ]
    region.stubs.answer("sesv2:ListSuppressedDestinations", in_turn(*pages))
    region.client("ses").create_receipt_rule_set(RuleSetName="in")
    one = _seen(region, MailAccount)
    assert (one.region, one.sandbox, one.quota_24h, one.max_rate) == (
        "us-east-1",
        False,
        50000,
        Decimal("14.5"),
    )
    assert (one.sent_24h, one.suppresses, one.has_advisor) == (12, ("BOUNCE", "COMPLAINT"), True)
    assert one.suppressed == (("BOUNCE", 2), ("COMPLAINT", 1))
    assert one.suppressed_months == (
        ("2026-09", "BOUNCE", 1),
        ("2026-10", "BOUNCE", 1),
        ("2026-10", "COMPLAINT", 1),
    )
    assert (one.dedicated_ips, one.contact_lists, one.rule_sets) == (0, 0, 1)


def test_no_address_of_anybody_is_kept(region: Cloud) -> None:
    region.stubs.answer(
        "sesv2:ListSuppressedDestinations",
        {"SuppressedDestinationSummaries": [_suppressed("BOUNCE", 9, "guest@far.test")]},
    )
    found, gaps = region.collect("ses")
    assert b"far.test" not in msgspec.json.encode([found, gaps])


def test_an_account_without_a_limit(region: Cloud) -> None:
    region.stubs.answer("sesv2:GetAccount", ACCOUNT | {"SendQuota": {"Max24HourSend": -1.0}})
    assert _seen(region, MailAccount).quota_24h is None


def test_an_account_that_nobody_may_read(region: Cloud) -> None:
    region.stubs.answer("sesv2:GetAccount", Refusal("AccessDeniedException"))
    region.stubs.answer("sesv2:ListSuppressedDestinations", Refusal("AccessDeniedException"))
    one = _seen(region, MailAccount)
    for name in ("sandbox", "quota_24h", "suppresses", "suppressed", "suppressed_months", "has_advisor"):
        gap = getattr(one, name)
        assert isinstance(gap, NotCollected), name
        assert "AccessDeniedException" in gap.reason
    assert one.dedicated_ips == 0
    standing = _seen(region, MailReputation)
    assert isinstance(standing.status, NotCollected)


def test_how_the_account_stands(region: Cloud) -> None:
    region.client("cloudwatch").put_metric_data(
        Namespace="AWS/SES",
        MetricData=[
            {
                "MetricName": "Reputation.BounceRate",
                "Value": 0.03,
                "Timestamp": datetime(2026, 11, 19, tzinfo=UTC),
            }
        ],
    )
    one = _seen(region, MailReputation)
    assert (one.status, one.sends, one.bounce_rate) == ("HEALTHY", True, Decimal("0.03"))
    assert one.complaint_rate == NotCollected("ses", "us-east-1", "GetMetricData: no data point")


def test_a_sender(region: Cloud) -> None:
    one = _seen(region, MailIdentity)
    assert (one.name, one.region, one.is_verified, one.status) == (DOMAIN, "us-east-1", True, "SUCCESS")
    assert (one.dkim, one.dkim_bits, one.dkim_own_key) == (True, 2048, False)
    assert (one.dkim_tokens, one.dkim_zone) == (("a", "b"), "dkim.amazonses.com")
    assert one.dkim_key_since == date(2025, 1, 31)
    assert (one.mail_from, one.mail_from_status, one.mail_from_strict) == (
        "bounce.jada.example",
        "SUCCESS",
        True,
    )
    assert (one.configuration_set, one.forwards, one.has_feedback_topic) == ("main", True, False)
    assert one.reach == Reach("nobody", "it has no policy")


def test_a_sender_whose_feedback_a_program_hears(region: Cloud) -> None:
    told = {"BounceTopic": TOPIC, "ComplaintTopic": TOPIC, "ForwardingEnabled": False}
    region.stubs.answer("ses:GetIdentityNotificationAttributes", {"NotificationAttributes": {DOMAIN: told}})
    one = _seen(region, MailIdentity)
    assert (one.topics, one.has_feedback_topic) == (("BOUNCE", "COMPLAINT"), True)


@pytest.mark.parametrize(
    ("case", "changed", "expected"),
    [
        ("not signed", {"SigningEnabled": False}, {"dkim": False}),
        ("pending", {"Status": "PENDING"}, {"dkim": False, "dkim_status": "PENDING"}),
        (
            "a key of one's own",
            {"SigningAttributesOrigin": "EXTERNAL"},
            {"dkim_own_key": True, "dkim_zone": None},
        ),
        ("another zone", {"SigningHostedZone": "x.dkim.example"}, {"dkim_zone": "x.dkim.example"}),
        ("a short key", {"CurrentSigningKeyLength": "RSA_1024_BIT"}, {"dkim_bits": 1024}),
    ],
)
def test_how_mail_is_signed(
    region: Cloud, case: str, changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    region.stubs.answer(
        "sesv2:GetEmailIdentity", IDENTITY | {"DkimAttributes": IDENTITY["DkimAttributes"] | changed}
    )
    one = _seen(region, MailIdentity)
    assert {name: getattr(one, name) for name in expected} == expected, case


@pytest.mark.parametrize(
    ("case", "policies", "kind"),
    [
        ("anyone", {"a": "*"}, "public"),
        (
            "a stranger",
            {"a": f"arn:aws:iam::{NUMBER}:root", "b": "arn:aws:iam::999988887777:root"},
            "foreign-account",
        ),
        ("nobody else", {"a": f"arn:aws:iam::{NUMBER}:root"}, "same-account"),
    ],
)
def test_whom_policies_let_send(region: Cloud, case: str, policies: dict[str, str], kind: str) -> None:
    texts = {
        name: msgspec.json.encode(
            {"Statement": {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "ses:SendEmail"}}
        ).decode()
        for name, who in policies.items()
    }
    region.stubs.answer("sesv2:GetEmailIdentity", IDENTITY | {"Policies": texts})
    reach = _seen(region, MailIdentity).reach
    assert isinstance(reach, Reach)
    assert reach.kind == kind, case
    assert b"999988887777" not in msgspec.json.encode(reach)


def test_a_policy_that_is_none_is_not_understood(region: Cloud) -> None:
    region.stubs.answer("sesv2:GetEmailIdentity", IDENTITY | {"Policies": {"a": "<xml>"}})
    assert _seen(region, MailIdentity).reach == Reach("unknown", "one of its policies cannot be read")


def test_a_sender_that_nobody_may_read(region: Cloud) -> None:
    region.stubs.answer("sesv2:GetEmailIdentity", Refusal("AccessDeniedException"))
    one = _seen(region, MailIdentity)
    gap = NotCollected("ses", DOMAIN, "GetEmailIdentity: AccessDeniedException")
    for name in ("is_verified", "dkim", "dkim_tokens", "mail_from", "reach", "configuration_set", "forwards"):
        assert getattr(one, name) == gap, name
    assert one.topics == ()


def test_feedback_that_nobody_may_read(region: Cloud) -> None:
    region.stubs.answer("ses:GetIdentityNotificationAttributes", Refusal("AccessDenied"))
    one = _seen(region, MailIdentity)
    assert isinstance(one.topics, NotCollected)
    assert isinstance(one.has_feedback_topic, NotCollected)
    assert one.is_verified is True


def test_a_sender_that_went_away_is_left_out(region: Cloud) -> None:
    region.stubs.answer("sesv2:GetEmailIdentity", Refusal("NotFoundException", 404))
    found, gaps = region.collect("ses")
    assert gaps == []
    assert not any(isinstance(one, MailIdentity) for one in found)


def test_a_list_that_breaks_off_says_so(region: Cloud) -> None:
    region.stubs.answer("sesv2:ListEmailIdentities", Refusal("AccessDeniedException"))
    found, gaps = region.collect("ses")
    assert [gap.subject for gap in gaps] == ["mail-identity"]
    assert _one(found, MailAccount).sandbox is False


def test_a_second_page_that_fails_leaves_the_first(region: Cloud) -> None:
    first: Said = {"EmailIdentities": [{"IdentityName": DOMAIN}, {"IdentityName": DOMAIN}], "NextToken": "2"}
    region.stubs.answer("sesv2:ListEmailIdentities", in_turn(first, Refusal("TooManyRequestsException", 429)))
    found, gaps = region.collect("ses")
    one = _one(found, MailIdentity)
    assert (one.name, one.is_verified) == (DOMAIN, True)
    assert isinstance(one.sends, NotCollected)
    assert [(gap.subject, gap.reason) for gap in gaps] == [
        ("mail-identity", "ListEmailIdentities: throttled (TooManyRequestsException)")
    ]


def test_a_set(region: Cloud) -> None:
    one = _seen(region, ConfigurationSet)
    assert (one.name, one.region, one.events) == ("main", "us-east-1", ("BOUNCE", "COMPLAINT"))
    assert one.destinations == (
        EventDestination("tell", is_on=True, events=("BOUNCE", "COMPLAINT"), target=TOPIC),
        EventDestination("count", is_on=False, events=("OPEN",)),
    )
    assert (one.suppresses, one.requires_tls, one.measures_reputation, one.sends) == ((), True, True, True)
    assert (one.redirect_domain, one.redirects_encrypted) == ("go.jada.example", False)


def test_a_set_that_says_little(region: Cloud) -> None:
    region.stubs.answer("sesv2:GetConfigurationSet", {"ConfigurationSetName": "main"})
    region.stubs.answer("sesv2:GetConfigurationSetEventDestinations", Refusal("AccessDeniedException"))
    one = _seen(region, ConfigurationSet)
    assert (one.suppresses, one.redirect_domain) == (None, None)
    for name in ("events", "destinations", "requires_tls", "measures_reputation", "sends"):
        assert isinstance(getattr(one, name), NotCollected), name


def test_what_was_sent_is_added_up_by_day(region: Cloud) -> None:
    points = [
        {
            "Timestamp": datetime(2026, 11, day, hour, tzinfo=UTC),
            "DeliveryAttempts": 100,
            "Bounces": 3,
            "Complaints": 1,
            "Rejects": 0,
        }
        for day, hour in ((19, 1), (18, 0), (19, 23))
    ]
    region.stubs.answer("ses:GetSendStatistics", {"SendDataPoints": points})
    days = [one for one in region.collect("ses")[0] if isinstance(one, SendDay)]
    assert [(one.day.day, one.sends, one.bounces, one.complaints, one.rejects) for one in days] == [
        (18, 100, 3, 1, 0),
        (19, 200, 6, 2, 0),
    ]


def test_days_that_nobody_may_read_are_not_listed(region: Cloud) -> None:
    region.stubs.answer("ses:GetSendStatistics", Refusal())
    region.stubs.answer("ses:DescribeActiveReceiptRuleSet", Refusal())
    gaps = region.collect("ses")[1]
    assert [(gap.subject, gap.reason) for gap in gaps] == [
        ("send-day", "GetSendStatistics: AccessDenied"),
        ("receipt-rule", "DescribeActiveReceiptRuleSet: AccessDenied"),
    ]


def test_rules_for_mail_that_comes_in(region: Cloud) -> None:
    function = f"arn:aws:lambda:us-east-1:{NUMBER}:function:read"
    rule = {
        "Name": "store",
        "Enabled": True,
        "TlsPolicy": "Require",
        "ScanEnabled": True,
        "Recipients": ["captain@Jada.example", ".jada.example", "jada.example"],
        "Actions": [
            {"S3Action": {"BucketName": "jada-inbound", "TopicArn": TOPIC}},
            {"LambdaAction": {"FunctionArn": function}},
        ],
    }
    region.stubs.answer(
        "ses:DescribeActiveReceiptRuleSet",
        {
            "Metadata": {"Name": "in", "CreatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC)},
            "Rules": [rule, {"Name": "off", "Enabled": False, "TlsPolicy": "Optional"}],
        },
    )
    stored, off = (one for one in region.collect("ses")[0] if isinstance(one, ReceiptRule))
    assert (stored.subject, stored.is_on, stored.scans, stored.requires_tls) == ("in/store", True, True, True)
    assert stored.domains == (".jada.example", "jada.example")
    assert (stored.buckets, stored.targets) == (("jada-inbound",), (function, TOPIC))
    assert (off.subject, off.is_on, off.scans, off.requires_tls, off.domains) == (
        "in/off",
        False,
        False,
        False,
        (),
    )


def test_the_mail_service_is_read_without_the_library_of_names() -> None:
    script = (
        "import sys; sys.modules['dns'] = sys.modules['publicsuffixlist'] = None\n"
        "from quarterdeck.collectors.aws import ses\n"
        "print(ses.mail.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("mail", "")
