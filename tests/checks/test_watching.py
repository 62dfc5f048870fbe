"""Checks of logs, alarms, trails, threats and budgets, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.model.books import Cost
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.watching import AccountWatch, Alarm, LogGroup, Trail, UptimeCheck
from quarterdeck.model.holdings import Asset
from quarterdeck.model.web import SiteCheck
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import a_row, days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

UNREAD: dict[str, Any] = {"snapshots": ()}
"""A run that listed nothing to the end."""


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    [
        ("AWS-LOG-01", "a month", {"retention_days": 30}, (), "pass"),
        ("AWS-LOG-01", "for ever", {"retention_days": None, "size_gb": Decimal("4.9")}, (), "fail low"),
        ("AWS-LOG-01", "for ever, much", {"retention_days": None, "size_gb": Decimal(5)}, (), "fail medium"),
        ("AWS-LOG-01", "guests", {"name": "guests", "retention_days": None}, (), "fail medium"),
        ("AWS-LOG-01", "size refused", {"retention_days": None, "size_gb": REFUSED}, (), "fail low"),
        ("AWS-LOG-01", "refused", {"retention_days": REFUSED}, (), "unknown"),
        ("AWS-LOG-02", "neither", {"retention_days": 1}, (), "n/a"),
        ("AWS-LOG-02", "booking, 29", {"name": "/aws/lambda/book", "retention_days": 29}, (), "fail low"),
        ("AWS-LOG-02", "booking, 30", {"name": "/aws/lambda/book", "retention_days": 30}, (), "pass"),
        ("AWS-LOG-02", "booking, ever", {"name": "/aws/lambda/book", "retention_days": None}, (), "pass"),
        ("AWS-LOG-02", "trail", {"retention_days": 1}, (seen(Trail, name="t", log_group="g"),), "fail low"),
        ("AWS-LOG-02", "other trail", {"retention_days": 1}, (seen(Trail, name="t", log_group=None),), "n/a"),
        ("AWS-LOG-02", "refused", {"name": "book", "retention_days": REFUSED}, (), "unknown"),
    ],
)
def test_a_group_of_logs(
    code: str, case: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str
) -> None:
    assert judged(code, seen(LogGroup, **({"name": "g"} | fields)), *others) == expected, case


LOG = seen(LogGroup, name="/aws/lambda/f", region="us-east-1")


@pytest.mark.parametrize(
    ("case", "fields", "others", "more", "expected"),
    [
        ("there", {}, (LOG,), {}, "pass"),
        ("not there", {}, (), {}, "fail medium"),
        ("of another region", {"region": "eu-west-1"}, (LOG,), {}, "fail medium"),
        ("of its own name", {"log_group": "mine"}, (LOG,), {}, "fail medium"),
        ("no calls", {"invocations_30d": 0}, (), {}, "n/a"),
        ("calls refused", {"invocations_30d": REFUSED}, (), {}, "unknown"),
        ("logs not read", {}, (), UNREAD, "unknown"),
    ],
)
def test_a_function_and_its_log(
    case: str, fields: dict[str, object], others: tuple[Seen, ...], more: dict[str, Any], expected: str
) -> None:
    known = {"name": "f", "region": "us-east-1", "invocations_30d": 5}
    assert judged("AWS-LOG-03", seen(Function, **(known | fields)), *others, **more) == expected, case


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("AWS-CW-01", "heard", {"is_heard": True}, "pass"),
        ("AWS-CW-01", "not", {"is_heard": False}, "fail medium"),
        ("AWS-CW-01", "not, booking", {"is_heard": False, "watches": ("book",)}, "fail high"),
        ("AWS-CW-01", "not, mail", {"is_heard": False, "namespace": "AWS/SES"}, "fail high"),
        ("AWS-CW-01", "refused", {"is_heard": REFUSED}, "unknown"),
        ("AWS-CW-02", "fine", {"state": "ok"}, "pass"),
        ("AWS-CW-02", "7 days", {"state": "no data", "since": days_before(7)}, "pass"),
        ("AWS-CW-02", "8 days", {"state": "no data", "since": days_before(8)}, "fail medium"),
        (
            "AWS-CW-02",
            "8 days, silence is fine",
            {"state": "no data", "since": days_before(8), "takes_silence_for_fine": True},
            "pass",
        ),
        ("AWS-CW-02", "since refused", {"state": "no data"}, "unknown"),
        ("AWS-CW-02", "refused", {"state": REFUSED}, "unknown"),
        ("AWS-CW-03", "fine", {"state": "ok"}, "pass"),
        ("AWS-CW-03", "rings", {"state": "alarm", "since": days_before(1)}, "fail high"),
        ("AWS-CW-03", "rings, since refused", {"state": "alarm"}, "fail high"),
        ("AWS-CW-03", "refused", {"state": REFUSED}, "unknown"),
    ],
)
def test_an_alarm(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Alarm, **({"name": "a"} | fields))) == expected, case


SILENCE = {"name": "a", "watches": ("book",), "is_heard": True, "notices_silence": True}


@pytest.mark.parametrize(
    ("case", "name", "alarms", "more", "expected"),
    [
        ("no path", "thumbnails", [], {}, "n/a"),
        ("no alarm", "book", [], {}, "fail medium"),
        ("an alarm", "book", [SILENCE], {}, "pass"),
        ("on another step of the path", "book", [SILENCE | {"watches": ("pay",)}], {}, "pass"),
        ("on orders", "book", [SILENCE | {"watches": (), "metric": "Orders"}], {}, "pass"),
        ("on errors", "book", [SILENCE | {"notices_silence": False}], {}, "fail medium"),
        ("unheard", "book", [SILENCE | {"is_heard": False}], {}, "fail medium"),
        ("on something else", "book", [SILENCE | {"watches": ("thumbnails",)}], {}, "fail medium"),
        ("of another business", "book", [SILENCE | {"entity": "qos"}], {}, "fail medium"),
        ("not known whether heard", "book", [SILENCE | {"is_heard": REFUSED}], {}, "unknown"),
        ("not known whether on silence", "book", [SILENCE | {"notices_silence": REFUSED}], {}, "unknown"),
        ("what it watches not known", "book", [SILENCE | {"watches": REFUSED}], {}, "unknown"),
        ("nobody's, and not known", "book", [SILENCE | {"watches": REFUSED, "entity": ""}], {}, "unknown"),
        (
            "not known, and on errors",
            "book",
            [SILENCE | {"watches": REFUSED, "notices_silence": False}],
            {},
            "fail medium",
        ),
        ("alarms not read", "book", [], UNREAD, "unknown"),
    ],
)
def test_silence_on_the_path(
    case: str, name: str, alarms: list[dict[str, Any]], more: dict[str, Any], expected: str
) -> None:
    others = [seen(Alarm, **one) for one in alarms]
    assert judged("AWS-CW-04", seen(Function, name=name), *others, **more) == expected, case


@pytest.mark.parametrize(
    ("case", "checks", "more", "expected"),
    [
        ("nothing", [], {}, "fail medium"),
        ("a check", [{"host": "WWW.jada.example", "is_on": True}], {}, "pass"),
        ("switched off", [{"host": "jada.example", "is_on": False}], {}, "fail medium"),
        ("of another site", [{"host": "qos.example", "is_on": True}], {}, "fail medium"),
        ("a canary", [{"host": None, "is_on": True}], {}, "pass"),
        ("a canary of another business", [{"host": None, "is_on": True, "entity": "qos"}], {}, "fail medium"),
        ("not known whether on", [{"host": "jada.example", "is_on": REFUSED}], {}, "unknown"),
        ("not read", [], UNREAD, "unknown"),
        ("an asset", [], {"rows": (a_row(Asset, asset="Uptime robot", type="account"),)}, "pass"),
        ("a cost", [], {"rows": (a_row(Cost, item="Site monitoring"),)}, "pass"),
        ("another cost", [], {"rows": (a_row(Cost, item="Hosting"),)}, "fail medium"),
    ],
)
def test_a_site(case: str, checks: list[dict[str, Any]], more: dict[str, Any], expected: str) -> None:
    others = [seen(UptimeCheck, name="c", **one) for one in checks]
    site = seen(SiteCheck, site="https://jada.example/en")
    assert judged("AWS-CW-05", site, *others, **more) == expected, case


def test_a_site_of_no_active_business() -> None:
    assert judged("AWS-CW-05", seen(SiteCheck, site="https://old.example", entity="gone")) == "n/a"


def _people(*names: str) -> CloudAccount:
    return seen(CloudAccount, account="main", people=names)


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    [
        ("AWS-CT-01", "a trail", {"has_trail": True}, (), "pass"),
        ("AWS-CT-01", "none, one person", {"has_trail": False}, (_people("ana"),), "fail medium"),
        ("AWS-CT-01", "none, two", {"has_trail": False}, (_people("ana", "ben"),), "fail high"),
        ("AWS-CT-01", "none, people not known", {"has_trail": False}, (), "fail medium"),
        ("AWS-CT-01", "refused", {"has_trail": REFUSED}, (), "unknown"),
        ("AWS-GD-01", "all watched", {"unwatched_regions": ()}, (LOG,), "pass"),
        ("AWS-GD-01", "not where things stand", {"unwatched_regions": ("us-east-1",)}, (LOG,), "fail low"),
        ("AWS-GD-01", "not where nothing stands", {"unwatched_regions": ("eu-west-1",)}, (LOG,), "pass"),
        ("AWS-GD-01", "refused", {"unwatched_regions": REFUSED}, (LOG,), "unknown"),
        ("AWS-GD-02", "none", {"threats_high": 0, "threats_medium": 0, "unwatched_regions": ()}, (), "pass"),
        ("AWS-GD-02", "one", {"threats_high": 1}, (), "fail high"),
        ("AWS-GD-02", "milder", {"threats_high": 0, "threats_medium": 2}, (), "fail medium"),
        (
            "AWS-GD-02",
            "nobody looks",
            {"threats_high": 0, "threats_medium": 0, "unwatched_regions": ("us-east-1",)},
            (),
            "n/a",
        ),
        ("AWS-GD-02", "refused", {"threats_high": REFUSED, "threats_medium": 2}, (), "unknown"),
        ("AWS-BUD-01", "told", {"has_budget_alarm": True}, (), "pass"),
        ("AWS-BUD-01", "not", {"has_budget_alarm": False}, (), "fail medium"),
        ("AWS-BUD-01", "refused", {"has_budget_alarm": REFUSED}, (), "unknown"),
    ],
)
def test_what_watches_over_an_account(
    code: str, case: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str
) -> None:
    watch = seen(AccountWatch, **({"account": "main"} | fields))
    assert judged(code, watch, *others) == expected, case


CLOSED = {"name": "logs", "reads": Reach("nobody"), "lists": Reach("nobody"), "writes": Reach("nobody")}


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    [
        ("AWS-CT-02", "on", {"is_on": True, "delivery_fault": None}, (), "pass"),
        ("AWS-CT-02", "off", {"is_on": False}, (), "fail high"),
        ("AWS-CT-02", "lost", {"is_on": True, "delivery_fault": "AccessDenied"}, (), "fail high"),
        ("AWS-CT-02", "refused", {"is_on": REFUSED}, (), "unknown"),
        ("AWS-CT-03", "all", {"is_everywhere": True, "has_global_events": True}, (), "pass"),
        ("AWS-CT-03", "one region", {"is_everywhere": False}, (), "fail medium"),
        ("AWS-CT-03", "no users", {"is_everywhere": True, "has_global_events": False}, (), "fail medium"),
        ("AWS-CT-03", "refused", {"is_everywhere": True, "has_global_events": REFUSED}, (), "unknown"),
        ("AWS-CT-04", "signed", {"is_provable": True}, (), "pass"),
        ("AWS-CT-04", "not", {"is_provable": False}, (), "fail low"),
        ("AWS-CT-04", "refused", {"is_provable": REFUSED}, (), "unknown"),
        ("AWS-CT-05", "closed", {}, (seen(Bucket, **CLOSED),), "pass"),
        (
            "AWS-CT-05",
            "open",
            {},
            (seen(Bucket, **CLOSED | {"lists": Reach("public")}),),
            "fail critical",
        ),
        ("AWS-CT-05", "not read", {}, (seen(Bucket, **CLOSED | {"lists": REFUSED}),), "unknown"),
        ("AWS-CT-05", "nobody's", {}, (), "fail medium"),
        ("AWS-CT-05", "the organisation's", {"is_of_organisation": True}, (), "unknown"),
        ("AWS-CT-05", "refused", {"bucket": REFUSED}, (), "unknown"),
    ],
)
def test_a_trail(
    code: str, case: str, fields: dict[str, object], others: tuple[Seen, ...], expected: str
) -> None:
    trail = seen(Trail, **({"name": "t", "bucket": "logs"} | fields))
    assert judged(code, trail, *others) == expected, case


def test_a_bucket_of_a_trail_where_buckets_were_not_read() -> None:
    assert judged("AWS-CT-05", seen(Trail, name="t", bucket="logs"), **UNREAD) == "unknown"
