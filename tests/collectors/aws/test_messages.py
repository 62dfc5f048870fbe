"""Topics, queues and events, as a server has them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.buckets import BucketEvents
from quarterdeck.model.cloud.messages import EventBus, EventRule, Queue, Topic
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.observed import NotCollected
from tests.cloud import NUMBER, TAKEN_AT

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list


def _open_to_all(arn: str, action: str) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_topic_with_its_listeners(cloud: Cloud) -> None:
    sns = cloud.client("sns")
    arn = sns.create_topic(Name="orders")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint="http://jada.example/told")
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=_open_to_all(arn, "sns:Publish")
    )
    (topic,), gaps = cloud.collect("aws-sns")
    assert isinstance(topic, Topic)
    assert isinstance(topic.publish, Reach)
    assert (topic.name, topic.publish.kind, topic.plain_http, topic.confirmed, gaps) == (
        "orders",
        "public",
        1,
        1,
        [],
    )


def test_who_listens_may_be_refused(cloud: Cloud) -> None:
    cloud.client("sns").create_topic(Name="orders")
    cloud.stubs.answer("sns:ListSubscriptions", Refusal())
    (topic,), _ = cloud.collect("aws-sns")
    assert isinstance(topic, Topic)
    assert topic.confirmed == NotCollected("aws-sns", "subscriptions", "ListSubscriptions: AccessDenied")


def test_a_queue_with_its_dead_letters(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})
    sqs.send_message(QueueUrl=dead, MessageBody="{}")
    found, gaps = cloud.collect("aws-sqs")
    queues = {one.name: one for one in found if isinstance(one, Queue)}
    assert gaps == []
    assert (queues["dead"].messages, queues["dead"].dead_letters_to) == (1, None)
    assert (queues["orders"].messages, queues["orders"].dead_letters_to) == (0, arn)


def test_what_a_queue_is_like_may_be_refused(cloud: Cloud) -> None:
    cloud.client("sqs").create_queue(QueueName="orders")
    cloud.stubs.answer("sqs:GetQueueAttributes", Refusal())
    (queue,), _ = cloud.collect("aws-sqs")
    refused = NotCollected("aws-sqs", "orders", "GetQueueAttributes: AccessDenied")
    assert isinstance(queue, Queue)
    assert {queue.send, queue.receive, queue.messages, queue.is_encrypted, queue.dead_letters_to} == {refused}


def test_rules_of_a_bus_and_schedules(cloud: Cloud) -> None:
    events = cloud.client("events")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="DISABLED")
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": "arn:aws:lambda:x:1:function:f"}])
    found, gaps = cloud.collect("aws-events")
    (bus,) = [one for one in found if isinstance(one, EventBus)]
    (rule,) = [one for one in found if isinstance(one, EventRule)]
    assert gaps == []
    assert bus.name == "default"
    assert (rule.is_on, rule.schedule, rule.targets, rule.failed_30d) == (
        False,
        "rate(1 day)",
        ("arn:aws:lambda:x:1:function:f",),
        0,
    )


def test_failures_are_counted_by_bus_and_rule(cloud: Cloud) -> None:
    events = cloud.client("events")
    events.create_event_bus(Name="shop")
    for bus in ("default", "shop"):
        events.put_rule(Name="orders", EventPattern="{}", EventBusName=bus)
    metric = {"MetricName": "FailedInvocations", "Timestamp": TAKEN_AT - timedelta(days=2)}
    rule = {"Name": "RuleName", "Value": "orders"}
    points = [
        metric | {"Value": 3, "Dimensions": [rule]},
        metric | {"Value": 4, "Dimensions": [{"Name": "EventBusName", "Value": "shop"}, rule]},
    ]
    cloud.client("cloudwatch").put_metric_data(Namespace="AWS/Events", MetricData=points)
    found, gaps = cloud.collect("aws-events")
    assert gaps == []
    assert {one.subject: one.failed_30d for one in found if isinstance(one, EventRule)} == {
        "orders": 3,
        "shop/orders": 4,
    }


@pytest.mark.parametrize("collector", ["aws-sns", "aws-sqs"])
def test_a_bucket_that_is_named_as_caller_is_asked_whom_it_tells(cloud: Cloud, collector: str) -> None:
    s3, sns, sqs = cloud.client("s3"), cloud.client("sns"), cloud.client("sqs")
    s3.create_bucket(Bucket="inbound")
    url = sqs.create_queue(QueueName="mail")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{NUMBER}:mail"
    topic = sns.create_topic(Name="mail")["TopicArn"]
    from_bucket = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::inbound"}}
    for arn, action in ((queue, "sqs:SendMessage"), (topic, "sns:Publish")):
        statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": action}
        policy = json.dumps({"Statement": statement | {"Resource": arn, "Condition": from_bucket}})
        if arn == queue:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        else:
            sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    told = {"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="inbound", NotificationConfiguration={"QueueConfigurations": [told]}
    )
    found, gaps = cloud.collect(collector)
    assert gaps == []
    (events,) = (one for one in found if isinstance(one, BucketEvents))
    assert (events.name, events.targets, events.elsewhere) == ("inbound", (queue,), 0)
