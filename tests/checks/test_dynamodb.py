"""Checks of DynamoDB tables, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.cloud.functions import EventSource
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.tables import Table
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1"
STRANGERS = ("account ending 4821",)
READER = {"name": "f", "source_arn": STREAM}


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    [
        ("AWS-DDB-01", "on", {"has_recovery": True}, (), "pass"),
        ("AWS-DDB-01", "off", {"has_recovery": False}, (), "fail medium"),
        ("AWS-DDB-01", "off, guests", {"name": "guests", "has_recovery": False}, (), "fail high"),
        ("AWS-DDB-01", "refused", {"has_recovery": REFUSED}, (), "unknown"),
        ("AWS-DDB-02", "on", {"has_recovery": True, "newest_copy": REFUSED}, (), "pass"),
        (
            "AWS-DDB-02",
            "copy of 35 days",
            {"has_recovery": False, "newest_copy": days_before(35)},
            (),
            "pass",
        ),
        (
            "AWS-DDB-02",
            "copy of 36 days",
            {"has_recovery": False, "newest_copy": days_before(36)},
            (),
            "fail low",
        ),
        (
            "AWS-DDB-02",
            "none, guests",
            {"name": "guests", "has_recovery": False, "newest_copy": None},
            (),
            "fail high",
        ),
        ("AWS-DDB-02", "refused", {"has_recovery": False, "newest_copy": REFUSED}, (), "unknown"),
        ("AWS-DDB-03", "protected", {"is_protected": True}, (), "pass"),
        ("AWS-DDB-03", "not", {"is_protected": False}, (), "fail low"),
        ("AWS-DDB-03", "not, guests", {"name": "guests", "is_protected": False}, (), "fail medium"),
        ("AWS-DDB-03", "not, guests in test", {"name": "guests-test", "is_protected": False}, (), "fail low"),
        ("AWS-DDB-03", "not said", {}, (), "unknown"),
        ("AWS-DDB-04", "open", {"reach": Reach("public", "anyone may read")}, (), "fail critical"),
        ("AWS-DDB-04", "own", {"reach": Reach("same-account")}, (), "pass"),
        ("AWS-DDB-04", "odd", {"reach": Reach("unknown", "it is no JSON")}, (), "unknown"),
        ("AWS-DDB-04", "refused", {"reach": REFUSED}, (), "unknown"),
        (
            "AWS-DDB-05",
            "stranger",
            {"reach": Reach("foreign-account", strangers=STRANGERS)},
            (),
            "fail medium",
        ),
        (
            "AWS-DDB-05",
            "guests",
            {"name": "guests", "reach": Reach("public", strangers=STRANGERS)},
            (),
            "fail high",
        ),
        ("AWS-DDB-05", "odd", {"reach": Reach("unknown", "it is no policy")}, (), "unknown"),
        ("AWS-DDB-05", "friend", {"reach": Reach("known-account")}, (), "pass"),
        ("AWS-DDB-05", "refused", {"reach": REFUSED}, (), "unknown"),
        ("AWS-DDB-06", "no people", {"has_own_key": False}, (), "n/a"),
        ("AWS-DDB-06", "theirs", {"name": "guests", "has_own_key": False}, (), "fail info"),
        ("AWS-DDB-06", "ours", {"name": "guests", "has_own_key": True}, (), "pass"),
        ("AWS-DDB-06", "refused", {"name": "guests", "has_own_key": REFUSED}, (), "unknown"),
        ("AWS-DDB-07", "no people", {"expires": False}, (), "n/a"),
        ("AWS-DDB-07", "kept", {"name": "guests", "expires": False}, (), "fail medium"),
        ("AWS-DDB-07", "deleted", {"name": "guests", "expires": True}, (), "pass"),
        ("AWS-DDB-07", "refused", {"name": "guests", "expires": REFUSED}, (), "unknown"),
        ("AWS-DDB-08", "none", {"throttled_30d": 0}, (), "pass"),
        ("AWS-DDB-08", "1 of 1,000", {"throttled_30d": 1, "requests_30d": 1000}, (), "pass"),
        ("AWS-DDB-08", "2 of 1,000", {"throttled_30d": 2, "requests_30d": 1000}, (), "fail medium"),
        (
            "AWS-DDB-08",
            "one order",
            {"name": "orders", "throttled_30d": 1, "requests_30d": 9000},
            (),
            "fail medium",
        ),
        ("AWS-DDB-08", "refused", {"throttled_30d": REFUSED}, (), "unknown"),
        ("AWS-DDB-09", "by use", {"on_demand": True}, (), "pass"),
        ("AWS-DDB-09", "follows", {"on_demand": False, "scales": True}, (), "pass"),
        ("AWS-DDB-09", "fixed", {"on_demand": False, "scales": False}, (), "fail low"),
        ("AWS-DDB-09", "refused", {"on_demand": False, "scales": REFUSED}, (), "unknown"),
        ("AWS-DDB-10", "no people", {}, (), "n/a"),
        ("AWS-DDB-10", "never", {"name": "guests"}, (), "fail medium"),
        ("AWS-DDB-11", "none", {"stream": False}, (), "n/a"),
        ("AWS-DDB-11", "refused", {"stream": REFUSED}, (), "unknown"),
        ("AWS-DDB-11", "unread", {"stream": True, "stream_arn": STREAM}, (), "fail low"),
        (
            "AWS-DDB-11",
            "unread orders",
            {"name": "orders", "stream": True, "stream_arn": STREAM},
            (),
            "fail medium",
        ),
        (
            "AWS-DDB-11",
            "read",
            {"stream": True, "stream_arn": STREAM},
            (seen(EventSource, **READER, is_on=True),),
            "pass",
        ),
        (
            "AWS-DDB-11",
            "stopped",
            {"stream": True, "stream_arn": STREAM},
            (seen(EventSource, **READER, is_on=False),),
            "fail low",
        ),
    ],
)
def test_a_table(
    code: str, case: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str
) -> None:
    table = seen(Table, **({"name": "t"} | fields))
    assert judged(code, table, *others) == expected, case
