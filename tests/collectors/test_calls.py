"""What collectors may ask at all: a list of its own, so that a new question is a decision and not a slip."""

from __future__ import annotations

import pytest

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import MODULES

_ = MODULES  # importing them is what fills the list

ALLOWED = {
    "account": "GetAlternateContact ListRegions",
    "acm": "DescribeCertificate ListCertificates",
    "apigateway": "GetDomainNames GetResources GetRestApis GetStages GetUsagePlans",
    "apigatewayv2": "GetApis GetDomainNames GetIntegrations GetRoutes GetStages",
    "application-autoscaling": "DescribeScalableTargets",
    "backup": "ListProtectedResources",
    "budgets": "DescribeBudgets DescribeNotificationsForBudget",
    "ce": "GetAnomalyMonitors GetAnomalySubscriptions GetCostAndUsage",
    "cloudformation": "DescribeStacks",
    "cloudfront": "GetDistributionConfig ListCloudFrontOriginAccessIdentities ListDistributions ListFunctions "
    "ListKeyGroups ListOriginAccessControls ListResponseHeadersPolicies",
    "cloudtrail": "DescribeTrails GetEventSelectors GetTrailStatus",
    "cloudwatch": "DescribeAlarms GetMetricData ListDashboards",
    "dynamodb": "DescribeContinuousBackups DescribeTable DescribeTimeToLive GetResourcePolicy ListBackups ListTables",
    "ec2": "DescribeAddresses DescribeInstances DescribeNatGateways DescribeSnapshots DescribeVolumes "
    "DescribeVpcEndpoints",
    "elbv2": "DescribeLoadBalancers",
    "events": "ListEventBuses ListRules ListTargetsByRule",
    "freetier": "GetFreeTierUsage",
    "guardduty": "GetDetector GetFindingsStatistics ListDetectors",
    "iam": "GenerateCredentialReport GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary "
    "GetCredentialReport ListAccountAliases ListServerCertificates ListVirtualMFADevices",
    "kms": "ListAliases ListKeys",
    "lambda": "GetAccountSettings GetFunctionConcurrency GetPolicy ListAliases ListEventSourceMappings "
    "ListFunctionEventInvokeConfigs ListFunctionUrlConfigs ListFunctions",
    "logs": "DescribeDeliveries DescribeDeliverySources DescribeLogGroups DescribeMetricFilters",
    "organizations": "DescribeOrganization ListAccounts",
    "rds": "DescribeDBInstances",
    "resourcegroupstaggingapi": "GetResources",
    "route53": "ListHealthChecks ListHostedZones ListResourceRecordSets",
    "route53domains": "GetDomainDetail ListDomains",
    "s3": "GetBucketAcl GetBucketCors GetBucketEncryption GetBucketLifecycleConfiguration GetBucketLogging "
    "GetBucketNotificationConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus "
    "GetBucketVersioning GetBucketWebsite GetObjectLockConfiguration GetPublicAccessBlock ListBuckets",
    "s3control": "GetPublicAccessBlock ListAccessPoints",
    "scheduler": "ListSchedules",
    "secretsmanager": "GetResourcePolicy ListSecrets",
    "ses": "DescribeActiveReceiptRuleSet GetIdentityNotificationAttributes GetSendStatistics ListReceiptRuleSets",
    "sesv2": "GetAccount GetConfigurationSet GetConfigurationSetEventDestinations GetDedicatedIps GetEmailIdentity "
    "ListConfigurationSets ListContactLists ListEmailIdentities ListSuppressedDestinations",
    "sns": "GetTopicAttributes ListSubscriptions ListTopics",
    "sqs": "GetQueueAttributes ListQueues",
    "ssm": "DescribeParameters",
    "sts": "GetCallerIdentity",
    "synthetics": "DescribeCanaries",
    "wafv2": "ListWebACLs",
}
"""Service -> its operations: none reads an object, a row, a message, a line of a log, code or a secret's value."""


@pytest.mark.parametrize("name", sorted(COLLECTORS))
def test_a_collector_declares_only_what_may_be_asked(name: str) -> None:
    allowed = {f"{service}:{one}" for service, operations in ALLOWED.items() for one in operations.split()}
    assert sorted(set(COLLECTORS[name].calls) - allowed) == []
