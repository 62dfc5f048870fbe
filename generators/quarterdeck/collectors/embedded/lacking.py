"""Answers to questions that the local server cannot answer: empty, or as plain as the service would give them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from quarterdeck.collectors.embedded.bill import costs
from quarterdeck.collectors.embedded.stubs import Stubs

LACKING: Mapping[str, Mapping[str, Any]] = {
    "account:ListRegions": {
        "Regions": [
            {"RegionName": "us-east-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"},
            {"RegionName": "us-west-2", "RegionOptStatus": "ENABLED_BY_DEFAULT"},
        ]
    },
    "backup:ListProtectedResources": {"Results": []},
    "ce:GetAnomalyMonitors": {"AnomalyMonitors": []},
    "ce:GetAnomalySubscriptions": {"AnomalySubscriptions": []},
    "cloudfront:ListCloudFrontOriginAccessIdentities": {
        "CloudFrontOriginAccessIdentityList": {
            "Marker": "",
            "MaxItems": 100,
            "IsTruncated": False,
            "Quantity": 0,
        }
    },
    "cloudfront:ListResponseHeadersPolicies": {"ResponseHeadersPolicyList": {"MaxItems": 100, "Quantity": 0}},
    "ec2:DescribeSnapshots": {
        "Snapshots": [
            {
                "SnapshotId": "snap-0123456789abcdef0",
                "VolumeId": "vol-0123456789abcdef0",
                "VolumeSize": 30,
                "StartTime": datetime(2025, 6, 1, tzinfo=UTC),
                "Description": "before the move",
            }
        ]
    },
    "freetier:GetFreeTierUsage": {
        "freeTierUsages": [
            {
                "service": "AWS Lambda",
                "usageType": "Global-Request",
                "actualUsageAmount": 640000.0,
                "forecastedUsageAmount": 910000.0,
                "limit": 1000000.0,
                "unit": "Requests",
                "freeTierType": "Always Free",
            }
        ]
    },
    "guardduty:GetFindingsStatistics": {"FindingStatistics": {"CountBySeverity": {}}},
    "lambda:GetAccountSettings": {
        "AccountLimit": {
            "TotalCodeSize": 80530636800,
            "ConcurrentExecutions": 1000,
            "UnreservedConcurrentExecutions": 1000,
        },
        "AccountUsage": {"TotalCodeSize": 1024, "FunctionCount": 6},
    },
    "lambda:ListFunctionUrlConfigs": {"FunctionUrlConfigs": []},
    "route53domains:GetDomainDetail": {
        "DomainName": "jada.example",
        "Nameservers": [
            {"Name": "ns-2048.awsdns-64.com"},
            {"Name": "ns-2049.awsdns-65.net"},
            {"Name": "ns-2050.awsdns-66.org"},
            {"Name": "ns-2051.awsdns-67.co.uk"},
        ],
        "RegistrantPrivacy": False,
        "RegistrantContact": {"ContactType": "PERSON"},
    },
    "route53domains:ListDomains": {
        "Domains": [
            {
                "DomainName": "jada.example",
                "AutoRenew": False,
                "TransferLock": False,
                "Expiry": datetime(2027, 2, 11, tzinfo=UTC),
            }
        ]
    },
    "s3control:ListAccessPoints": {"AccessPointList": []},
    "sesv2:GetAccount": {
        "ProductionAccessEnabled": False,
        "SendingEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 12.0},
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]},
    },
    "sesv2:GetConfigurationSetEventDestinations": {"EventDestinations": []},
    "sesv2:GetDedicatedIps": {"DedicatedIps": []},
    "sesv2:ListSuppressedDestinations": {"SuppressedDestinationSummaries": []},
}
"""Operation -> answer."""


_SIGNED: Mapping[str, Any] = {
    "IdentityType": "DOMAIN",
    "VerificationStatus": "SUCCESS",
    "VerifiedForSendingStatus": True,
    "FeedbackForwardingStatus": True,
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "Tokens": ["jadakey1", "jadakey2", "jadakey3"],
        "SigningAttributesOrigin": "AWS_SES",
        "SigningHostedZone": "dkim.amazonses.com",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
        "LastKeyGenerationTimestamp": datetime(2024, 9, 3, tzinfo=UTC),
    },
    "MailFromAttributes": {
        "MailFromDomain": "bounce.jada.example",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    },
}
"""The sender whose keys stand in the names that are played."""


def _identity(path: str, _body: bytes) -> Mapping[str, Any] | None:
    return _SIGNED if path.endswith("/jada.example") else None


def answer_what_is_lacking(stubs: Stubs) -> None:
    """Answer all of it."""
    for call, said in LACKING.items():
        stubs.answer(call, said)
    stubs.answer("ce:GetCostAndUsage", costs)
    stubs.answer("sesv2:GetEmailIdentity", _identity)
