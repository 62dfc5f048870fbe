"""What is read of logs, alarms, trails, threats and budgets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from quarterdeck.collectors.aws import cloudwatch, logs, trails
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.scope import Account
from quarterdeck.model.cloud.watching import (
    AccountWatch,
    Alarm,
    Budget,
    Dashboard,
    LogGroup,
    Trail,
    UptimeCheck,
)
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.values import Money
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = (cloudwatch, logs, trails)  # importing them registers the collectors
T = TypeVar("T")


def _of(kind: type[T], found: list[Any]) -> list[T]:
    return [one for one in found if isinstance(one, kind)]


def test_groups_of_logs(cloud: Cloud) -> None:
    client = cloud.client("logs")
    client.create_log_group(logGroupName="/aws/lambda/book")
    client.create_log_group(logGroupName="short")
    client.put_retention_policy(logGroupName="short", retentionInDays=7)
    found, gaps = cloud.collect("aws-logs")
    assert gaps == []
    book, short = _of(LogGroup, found)
    assert (book.name, book.retention_days, book.size_gb, book.region) == (
        "/aws/lambda/book",
        None,
        Decimal(0),
        "us-east-1",
    )
    assert book.arn == f"arn:aws:logs:us-east-1:{NUMBER}:log-group:/aws/lambda/book"
    assert short.retention_days == 7
    assert isinstance(book.created, date)


def test_a_group_that_says_little(cloud: Cloud) -> None:
    cloud.stubs.answer(
        "logs:DescribeLogGroups",
        {"logGroups": [{"logGroupName": "a", "storedBytes": 2**31}, {"logGroupName": "b"}]},
    )
    one, other = _of(LogGroup, cloud.collect("aws-logs")[0])
    assert one.size_gb == Decimal(2)
    assert isinstance(other.size_gb, NotCollected)
    assert isinstance(other.created, NotCollected)


@pytest.mark.parametrize("name", ["aws-logs", "aws-cloudwatch", "aws-trail"])
def test_F107_all_refused_is_a_gap_for_each_list(cloud: Cloud, name: str) -> None:
    for call in COLLECTORS[name].calls:
        cloud.stubs.answer(call, Refusal())
    found, gaps = cloud.collect(name)
    assert found == []
    assert {gap.subject for gap in gaps} == set(COLLECTORS[name].kinds)


def _put_alarm(cloud: Cloud, name: str, *targets: str, **more: object) -> None:
    known: dict[str, object] = {
        "AlarmName": name,
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "book"}, {"Name": "Resource", "Value": "book:live"}],
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": list(targets),
    }
    cloud.client("cloudwatch").put_metric_alarm(**(known | more))


def _alarms(cloud: Cloud) -> dict[str, Alarm]:
    found, gaps = cloud.collect("aws-cloudwatch")
    assert gaps == []
    return {one.name: one for one in _of(Alarm, found)}


def test_alarms_and_whom_they_tell(cloud: Cloud) -> None:
    sns = cloud.client("sns")
    heard, unheard = (sns.create_topic(Name=name)["TopicArn"] for name in ("heard", "unheard"))
    sns.subscribe(TopicArn=heard, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{NUMBER}:q")
    _put_alarm(cloud, "loud", heard)
    _put_alarm(cloud, "silent", heard, ActionsEnabled=False, TreatMissingData="notBreaching")
    _put_alarm(cloud, "to-nobody", unheard, ComparisonOperator="LessThanThreshold")
    _put_alarm(cloud, "nothing")
    _put_alarm(cloud, "program", f"arn:aws:lambda:us-east-1:{NUMBER}:function:mend")
    _put_alarm(cloud, "elsewhere", "arn:aws:sns:us-east-1:999988887777:theirs", TreatMissingData="breaching")
    found = _alarms(cloud)
    assert {name: one.is_heard for name, one in found.items() if name != "elsewhere"} == {
        "loud": True,
        "silent": False,
        "to-nobody": False,
        "nothing": False,
        "program": True,
    }
    assert isinstance(found["elsewhere"].is_heard, NotCollected)
    loud = found["loud"]
    assert (loud.namespace, loud.metric, loud.watches) == ("AWS/Lambda", "Errors", ("book",))
    assert (loud.notices_silence, loud.takes_silence_for_fine, loud.targets) == (False, False, (heard,))
    assert found["silent"].takes_silence_for_fine is True
    assert found["to-nobody"].notices_silence is True
    assert found["elsewhere"].notices_silence is True
    assert isinstance(loud.since, date)
    assert cloud.stubs.asked["sns:ListSubscriptions"] == 1


OURS = {"Namespace": "Jada", "MetricName": "Bookings", "Dimensions": []}


def test_an_alarm_on_counted_lines_is_about_what_writes_them(cloud: Cloud) -> None:
    _put_alarm(cloud, "quiet", **OURS)
    _put_alarm(cloud, "of-all", Dimensions=[])
    _put_alarm(cloud, "strange", **OURS | {"MetricName": "Other"})
    logs = cloud.client("logs")
    for group in ("/aws/lambda/book", "web"):
        logs.create_log_group(logGroupName=group)
        counted = {"metricNamespace": "Jada", "metricName": "Bookings", "metricValue": "1"}
        logs.put_metric_filter(
            logGroupName=group, filterName="f", filterPattern="booked", metricTransformations=[counted]
        )
    found = _alarms(cloud)
    assert {name: one.watches for name, one in found.items()} == {
        "quiet": ("book", "web"),
        "of-all": (),
        "strange": (),
    }
    assert cloud.stubs.asked["logs:DescribeMetricFilters"] == 1


def test_counted_lines_are_asked_for_only_where_an_alarm_has_such_a_metric(cloud: Cloud) -> None:
    _put_alarm(cloud, "errors")
    _alarms(cloud)
    assert "logs:DescribeMetricFilters" not in cloud.stubs.asked
    _put_alarm(cloud, "quiet", **OURS)
    cloud.stubs.answer("logs:DescribeMetricFilters", Refusal())
    assert isinstance(_alarms(cloud)["quiet"].watches, NotCollected)


def test_an_alarm_that_is_part_of_another_is_heard_through_it(cloud: Cloud) -> None:
    _put_alarm(cloud, "errors")
    _put_alarm(cloud, "late")
    whole = {
        "AlarmName": "any",
        "AlarmArn": "arn:any",
        "AlarmRule": f'ALARM("errors") OR ALARM(arn:aws:cloudwatch:us-east-1:{NUMBER}:alarm:late)',
        "AlarmActions": ["arn:aws:lambda:us-east-1:1:function:tell"],
        "ActionsEnabled": True,
        "StateValue": "ALARM",
        "StateUpdatedTimestamp": datetime(2026, 11, 1, tzinfo=UTC),
    }
    cloud.stubs.answer(
        "cloudwatch:DescribeAlarms",
        lambda _, body: {"CompositeAlarms": [whole]} if b"CompositeAlarm" in body else None,
    )
    found = _alarms(cloud)
    assert (found["errors"].is_heard, found["late"].is_heard) == (True, True)
    assert (found["any"].metric, found["any"].watches, found["any"].state) == (
        "composite",
        ("book",),
        "alarm",
    )
    assert found["any"].since == date(2026, 11, 1)


def test_a_refused_list_of_subscriptions_is_not_taken_for_silence(cloud: Cloud) -> None:
    cloud.stubs.answer("sns:ListSubscriptions", Refusal())
    _put_alarm(cloud, "loud", f"arn:aws:sns:us-east-1:{NUMBER}:heard")
    loud = _alarms(cloud)["loud"]
    assert isinstance(loud.is_heard, NotCollected)
    assert loud.is_heard.reason == "ListSubscriptions: AccessDenied"


def test_canaries(cloud: Cloud) -> None:
    told = [{"Name": "home", "Status": {"State": "RUNNING"}}, {"Name": "old", "Status": {"State": "STOPPED"}}]
    cloud.stubs.answer("synthetics:DescribeCanaries", {"Canaries": told})
    home, old = _of(UptimeCheck, cloud.collect("aws-cloudwatch")[0])
    assert (home.name, home.host, home.is_on, old.is_on) == ("home", None, True, False)


def _watch(cloud: Cloud, **fields: Any) -> AccountWatch:  # noqa: ANN401 - any field of a scope
    (found,) = _of(AccountWatch, cloud.collect("aws-trail", **fields)[0])
    return found


def test_an_account_that_nothing_watches_over(cloud: Cloud) -> None:
    found, gaps = cloud.collect("aws-trail")
    assert gaps == []
    (watch,) = _of(AccountWatch, found)
    assert (watch.account, watch.has_trail, watch.has_budget_alarm) == ("main", False, False)
    assert (watch.unwatched_regions, watch.threats_high, watch.threats_medium) == (("us-east-1",), 0, 0)


def test_trails(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket="logs")
    client = cloud.client("cloudtrail")
    client.create_trail(
        Name="all", S3BucketName="logs", IsMultiRegionTrail=True, EnableLogFileValidation=True
    )
    client.start_logging(Name="all")
    client.put_event_selectors(
        TrailName="all",
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [
                    {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::books/", "arn:aws:s3:::a/b"]}
                ],
            }
        ],
    )
    client.create_trail(Name="reads", S3BucketName="logs", IncludeGlobalServiceEvents=False)
    client.put_event_selectors(
        TrailName="reads",
        AdvancedEventSelectors=[
            {
                "Name": "reading",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Management"]},
                    {"Field": "readOnly", "Equals": ["true"]},
                ],
            },
            {
                "Name": "objects",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                ],
            },
        ],
    )
    account = Account("main", NUMBER, regions=("us-east-1", "us-west-2"))
    found, gaps = cloud.collect("aws-trail", account=account)
    assert gaps == []
    everything, reads = sorted(_of(Trail, found), key=lambda one: one.name)
    assert (everything.bucket, everything.log_group, everything.data_buckets) == (
        "logs",
        None,
        ("a/b", "books"),
    )
    assert (everything.has_changes, everything.is_on, everything.delivery_fault) == (True, True, None)
    assert (everything.is_everywhere, everything.is_provable, everything.has_global_events) == (
        True,
        True,
        True,
    )
    assert (reads.has_changes, reads.is_on, reads.data_buckets, reads.has_global_events) == (
        False,
        False,
        ("*",),
        False,
    )
    assert _of(AccountWatch, found)[0].has_trail is True
    assert _of(AccountWatch, found)[0].unwatched_regions == ("us-east-1", "us-west-2")


def test_a_trail_of_the_organisation_counts_though_it_may_not_be_asked(cloud: Cloud) -> None:
    told = {"Name": "org", "TrailARN": "arn:org", "S3BucketName": "elsewhere", "IsOrganizationTrail": True}
    cloud.stubs.answer("cloudtrail:DescribeTrails", {"trailList": [told]})
    for call in ("cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"):
        cloud.stubs.answer(call, Refusal())
    found, _ = cloud.collect("aws-trail")
    (trail,) = _of(Trail, found)
    for field in (
        trail.has_changes,
        trail.is_on,
        trail.delivery_fault,
        trail.data_buckets,
        trail.is_everywhere,
    ):
        assert isinstance(field, NotCollected)
    assert _of(AccountWatch, found)[0].has_trail is True


def test_threats(cloud: Cloud) -> None:
    cloud.client("guardduty").create_detector(Enable=True)
    counts = {"8.0": 2, "7.0": 1, "5.5": 4, "2.0": 9}
    cloud.stubs.answer("guardduty:GetFindingsStatistics", {"FindingStatistics": {"CountBySeverity": counts}})
    account = Account("main", NUMBER, regions=("us-east-1", "eu-west-1"))
    watch = _watch(cloud, account=account)
    assert (watch.unwatched_regions, watch.threats_high, watch.threats_medium) == (("eu-west-1",), 3, 4)
    cloud.stubs.answer("guardduty:GetFindingsStatistics", Refusal())
    watch = _watch(cloud)
    for field in (watch.unwatched_regions, watch.threats_high, watch.threats_medium):
        assert isinstance(field, NotCollected)


def test_budgets(cloud: Cloud) -> None:
    client = cloud.client("budgets")
    notice = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    known = {"TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "50", "Unit": "USD"}}
    client.create_budget(
        AccountId=NUMBER,
        Budget=known | {"BudgetName": "bill", "BudgetType": "COST"},
        NotificationsWithSubscribers=[
            {
                "Notification": notice,
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
            }
        ],
    )
    client.create_budget(AccountId=NUMBER, Budget=known | {"BudgetName": "hours", "BudgetType": "USAGE"})
    found, _ = cloud.collect("aws-trail")
    (bill,) = _of(Budget, found)
    assert (bill.name, bill.tells) == ("bill", True)
    assert (bill.limit, bill.actual) == (Money(Decimal(50), "USD"), Money(Decimal(0), "USD"))
    assert _of(AccountWatch, found)[0].has_budget_alarm is True
    assert "example.com" not in repr(found), "nobody's address is kept"
    cloud.stubs.answer("budgets:DescribeNotificationsForBudget", Refusal())
    assert isinstance(_watch(cloud).has_budget_alarm, NotCollected)


def test_looks_at_sites_and_pages_of_graphs(cloud: Cloud) -> None:
    cloud.client("route53").create_health_check(
        CallerReference="1", HealthCheckConfig={"Type": "HTTPS", "FullyQualifiedDomainName": "jada.example"}
    )
    cloud.client("cloudwatch").put_dashboard(DashboardName="all", DashboardBody='{"widgets":[]}')
    found, _ = cloud.collect("aws-trail")
    (check,) = _of(UptimeCheck, found)
    assert (check.host, check.is_on) == ("jada.example", True)
    assert [one.name for one in _of(Dashboard, found)] == ["all"]
