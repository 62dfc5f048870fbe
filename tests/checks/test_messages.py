"""Checks of topics, queues and events, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.cloud.messages import EventBus, EventRule, Queue, Topic
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.watching import Alarm
from quarterdeck.model.deployments import DeclaredResource
from quarterdeck.model.mail_account import ConfigurationSet, EventDestination
from tests.audits import REFUSED, seen
from tests.checks.judged import judged

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

OPEN, SHUT, ODD = Reach("public", "anyone"), Reach("restricted"), Reach("unknown", "odd")
WHERE = "us-east-1:123456789012"
TOPIC, QUEUE, FUNCTION = (
    f"arn:aws:sns:{WHERE}:t",
    f"arn:aws:sqs:{WHERE}:q",
    f"arn:aws:lambda:{WHERE}:function:f",
)
TIDES_ON, TIDES_OFF = (
    seen(
        DeclaredResource,
        repo="r",
        type="schedule",
        name="jada-tides",
        pattern="DEP-01",
        path="t.yml",
        is_on=on,
    )
    for on in (True, False)
)
ALARM = seen(Alarm, name="a", targets=(TOPIC,))
MAIL = seen(
    ConfigurationSet,
    region="us-east-1",
    name="s",
    destinations=(EventDestination("d", is_on=True, target=TOPIC),),
)


def _rows(code: str, *rows: tuple[dict[str, object], tuple[Seen, ...], str]) -> list[tuple[object, ...]]:
    return [(code, *row) for row in rows]


TOPICS = [
    *_rows(
        "AWS-SNS-01",
        ({"publish": SHUT, "subscribe": SHUT}, (), "pass"),
        ({"publish": OPEN, "subscribe": SHUT}, (), "fail high"),
        ({"publish": SHUT, "subscribe": OPEN}, (), "fail critical"),
        ({"publish": ODD, "subscribe": SHUT}, (), "unknown"),
        ({"publish": SHUT, "subscribe": REFUSED}, (), "unknown"),
    ),
    *_rows(
        "AWS-SNS-02",
        ({"plain_http": 0}, (), "pass"),
        ({"plain_http": 1}, (), "fail medium"),
        ({"plain_http": REFUSED}, (), "unknown"),
    ),
    *_rows(
        "AWS-SNS-03",
        ({"confirmed": 0}, (), "n/a"),
        ({"confirmed": 0}, (ALARM,), "fail high"),
        ({"confirmed": 0}, (MAIL,), "fail high"),
        ({"confirmed": 1}, (ALARM,), "pass"),
        ({"confirmed": REFUSED}, (ALARM,), "unknown"),
    ),
    *_rows(
        "AWS-SNS-04",
        ({"pending": 0}, (), "pass"),
        ({"pending": 1}, (), "fail low"),
        ({"pending": REFUSED}, (), "unknown"),
    ),
]


@pytest.mark.parametrize(("code", "fields", "others", "expected"), TOPICS)
def test_a_topic(code: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str) -> None:
    assert judged(code, seen(Topic, name="t", arn=TOPIC, **fields), *others) == expected


DEAD = seen(Queue, name="other", dead_letters_to=QUEUE)
READER = seen(EventSource, name="f", source_arn=QUEUE)
HOUR = Decimal(3600)

QUEUES = [
    *_rows(
        "AWS-SQS-01",
        ({"send": SHUT, "receive": SHUT}, (), "pass"),
        ({"send": OPEN, "receive": SHUT}, (), "fail high"),
        ({"send": SHUT, "receive": OPEN}, (), "fail critical"),
        ({"send": REFUSED, "receive": SHUT}, (), "unknown"),
        ({"send": SHUT, "receive": ODD}, (), "unknown"),
    ),
    *_rows(
        "AWS-SQS-02",
        ({"messages": 3, "dead_letters_to": None}, (), "n/a"),
        ({"messages": 3}, (seen(Queue, name="other", dead_letters_to=REFUSED),), "unknown"),
        ({"messages": 0}, (DEAD,), "pass"),
        ({"messages": 3}, (DEAD,), "fail medium"),
        ({"messages": 3, "name": "orders-dead"}, (DEAD,), "fail high"),
        ({"messages": REFUSED}, (DEAD,), "unknown"),
    ),
    *_rows(
        "AWS-SQS-03",
        ({"dead_letters_to": "arn:x"}, (READER,), "pass"),
        ({"dead_letters_to": None}, (), "n/a"),
        ({"dead_letters_to": None}, (DEAD, READER), "n/a"),
        ({"dead_letters_to": None}, (READER,), "fail medium"),
        ({"dead_letters_to": REFUSED}, (READER,), "unknown"),
    ),
    *_rows(
        "AWS-SQS-04",
        ({"oldest_s": None, "retention_s": 7200}, (), "n/a"),
        ({"oldest_s": HOUR, "retention_s": 7200}, (), "pass"),
        ({"oldest_s": HOUR + 1, "retention_s": 7200}, (), "fail medium"),
        ({"oldest_s": HOUR + 1, "retention_s": 7200, "name": "orders"}, (), "fail high"),
        ({"oldest_s": REFUSED, "retention_s": 7200}, (), "unknown"),
    ),
    *_rows(
        "AWS-SQS-05",
        ({"is_encrypted": True}, (), "pass"),
        ({"is_encrypted": False}, (), "fail low"),
        ({"is_encrypted": REFUSED}, (), "unknown"),
    ),
]


@pytest.mark.parametrize(("code", "fields", "others", "expected"), QUEUES)
def test_a_queue(code: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str) -> None:
    assert judged(code, seen(Queue, **({"name": "q", "arn": QUEUE} | fields)), *others) == expected


def test_who_reads_a_queue_may_not_be_known() -> None:
    queue = seen(Queue, name="q", arn=QUEUE, dead_letters_to=None)
    assert judged("AWS-SQS-03", queue, snapshots=()) == "unknown"


@pytest.mark.parametrize(
    ("put", "expected"), [(SHUT, "pass"), (OPEN, "fail high"), (ODD, "unknown"), (REFUSED, "unknown")]
)
def test_a_bus(put: Reach, expected: str) -> None:
    assert judged("AWS-EB-01", seen(EventBus, name="default", put=put)) == expected


HERE = seen(Function, name="f", arn=FUNCTION)

RULES = [
    *_rows(
        "AWS-EB-02",
        ({"is_on": False, "targets": ()}, (), "n/a"),
        ({"is_on": True, "targets": ()}, (), "fail medium"),
        ({"is_on": True, "targets": (), "name": "book-daily"}, (), "fail high"),
        ({"is_on": True, "targets": (FUNCTION,)}, (HERE,), "pass"),
        ({"is_on": True, "targets": (f"{FUNCTION}:live",)}, (HERE,), "pass"),
        ({"is_on": True, "targets": (FUNCTION,)}, (), "fail medium"),
        ({"is_on": True, "targets": ("arn:aws:states:x",)}, (), "unknown"),
        ({"is_on": True, "targets": ("arn:aws:states:x", FUNCTION)}, (), "fail medium"),
        ({"is_on": True, "targets": ("arn:aws:lambda:eu-west-1:210987654321:function:g",)}, (), "unknown"),
        ({"is_on": True, "targets": (FUNCTION.replace("us-east-1", "eu-west-1"),)}, (HERE,), "unknown"),
        ({"is_on": True, "targets": REFUSED}, (), "unknown"),
    ),
    *_rows(
        "AWS-EB-03",
        ({"is_on": False, "schedule": None}, (), "n/a"),
        ({"is_on": False, "schedule": "rate(1 day)"}, (), "pass"),
        ({"is_on": False, "schedule": "rate(1 day)", "name": "nightly-backup"}, (), "fail medium"),
        ({"is_on": True, "schedule": "rate(1 day)", "name": "nightly-backup"}, (), "pass"),
        ({"is_on": False, "schedule": "rate(1 day)", "name": "jada-tides"}, (TIDES_ON,), "fail medium"),
        ({"is_on": False, "schedule": "rate(1 day)", "name": "jada-tides"}, (TIDES_OFF,), "pass"),
        ({"is_on": REFUSED, "schedule": "rate(1 day)"}, (), "unknown"),
    ),
    *_rows(
        "AWS-EB-04",
        ({"failed_30d": 0}, (), "pass"),
        ({"failed_30d": 1}, (), "fail medium"),
        ({"failed_30d": REFUSED}, (), "unknown"),
    ),
]


@pytest.mark.parametrize(("code", "fields", "others", "expected"), RULES)
def test_a_rule(code: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str) -> None:
    rule = seen(EventRule, **({"name": "r", "arn": f"arn:aws:events:{WHERE}:rule/r"} | fields))
    assert judged(code, rule, *others) == expected


def test_whether_a_target_is_there_may_not_be_known() -> None:
    rule = seen(EventRule, name="r", arn=f"arn:aws:events:{WHERE}:rule/r", is_on=True, targets=(FUNCTION,))
    assert judged("AWS-EB-02", rule, snapshots=()) == "unknown"
