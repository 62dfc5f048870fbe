"""What repositories declare against what the accounts hold, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from quarterdeck.model.cloud.apis import ApiRoute
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import EventRule
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.holdings import Asset
from tests.audits import EVERY_KIND, REFUSED, a_snapshot, seen
from tests.checks.judged import judged
from tests.figures.builders import a_row

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

TAGS = (("aws:cloudformation:stack-name", "jada"), ("aws:cloudformation:logical-id", "Tides"))
LIVE = seen(Function, name="tides", runtime="python3.12", handler="a.handler", memory_mb=256, timeout_s=10)
MADE = seen(Function, name="jada-Tides-1A2B", tags=TAGS, runtime="python3.9")
ROUTE = seen(ApiRoute, name="api", route="/tides", method="GET")
ANY = seen(ApiRoute, name="api", route="/tides", method="ANY")
STACKED = {"name": "x-${y}", "stack": "jada", "logical_id": "Tides", "runtime": "python3.12"}
LOST = {"handler": "b.handler", "handler_path": "b.py", "handler_exists": False}
EDGE = {"type": "distribution", "aliases": ("j.test",)}
DAILY = {"type": "schedule", "schedule": "rate(1 day)"}
REST = seen(ApiRoute, name="api", route="/{proxy+}", method="ANY")

FUNCTIONS: list[tuple[str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("there", {}, (LIVE,), "pass"),
    ("not there", {}, (), "fail medium"),
    ("not there, and it sells", {"name": "booking"}, (), "fail high"),
    ("to try out", {"is_production": False}, (), "n/a"),
    ("its file is not there", LOST, (LIVE,), "fail medium"),
    ("another runtime", {"runtime": "python3.9"}, (LIVE,), "fail medium"),
    ("another handler", {"handler": "b.handler"}, (LIVE,), "fail medium"),
    ("another memory", {"memory_mb": 128}, (LIVE,), "fail medium"),
    ("another limit of time", {"timeout_s": 3}, (LIVE,), "fail medium"),
    ("the same", {"runtime": "python3.12", "handler": "a.handler", "memory_mb": 256, "timeout_s": 10}, (LIVE,), "pass"),
    ("a runtime that only a run decides", {"runtime": "${runtime}"}, (LIVE,), "pass"),
    ("a name in part", {"name": "ti${x}s", "runtime": "python3.9"}, (LIVE,), "fail medium"),
    ("a name in part, of none", {"name": "wave-${x}"}, (LIVE,), "fail medium"),
    ("a name of holes", {"name": "${a}-${b}"}, (), "n/a"),
    ("by the tags of its stack", STACKED, (MADE,), "fail medium"),
    ("fits two", {"name": "ti${x}s", "runtime": "ruby3.3"}, (LIVE, seen(Function, name="tins")), "pass"),
    ("its route", {"routes": ("GET /tides",)}, (LIVE, ROUTE), "pass"),
    ("its route by any method", {"routes": ("GET /tides",)}, (LIVE, ANY), "pass"),
    ("its route by one for all", {"routes": ("GET /tides",)}, (LIVE, REST), "pass"),
    ("no route", {"routes": ("POST /tides",)}, (LIVE, ROUTE), "fail medium"),
]  # fmt: skip

RESOURCES: list[tuple[str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("a bucket", {}, (seen(Bucket, name="jada-site"),), "pass"),
    ("no bucket", {}, (), "fail medium"),
    ("a bucket in capitals", {"name": "Jada-${x}"}, (seen(Bucket, name="jada-site"),), "pass"),
    ("to try out", {"is_production": False}, (), "n/a"),
    ("a table", {"type": "table"}, (seen(Table, name="jada-site"),), "pass"),
    ("a bucket is no table", {"type": "table"}, (seen(Bucket, name="jada-site"),), "fail medium"),
    ("a table of bookings", {"type": "table", "name": "bookings"}, (), "fail high"),
    ("a distribution", EDGE, (seen(Distribution, name="E", aliases=("j.test",)),), "pass"),
    ("no distribution", EDGE, (seen(Distribution, name="E", aliases=("k.test",)),), "fail medium"),
    ("one without a name", {"type": "distribution"}, (), "n/a"),
    ("a schedule", DAILY, (seen(EventRule, name="jada-site", schedule="rate(1 day)"),), "pass"),
    ("another time", DAILY, (seen(EventRule, name="jada-site", schedule="rate(2 days)"),), "fail medium"),
    ("a role", {"type": "role"}, (), "n/a"),
    ("a name of holes", {"name": "${bucket}"}, (), "n/a"),
]  # fmt: skip

UNDECLARED: list[tuple[str, dict[str, Any], str]] = [
    ("declared", {"code": "jada-site"}, "pass"),
    ("by nobody", {"code": None, "invocations_30d": 0}, "fail low"),
    ("by nobody, and called", {"code": None, "invocations_30d": 5}, "n/a"),
    ("called, of a stack", {"code": None, "invocations_30d": 5, "tags": TAGS}, "fail low"),
    ("not known", {"code": REFUSED}, "unknown"),
]


@pytest.mark.parametrize(
    ("case", "fields", "others", "expected"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS]
)
def test_function(case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str) -> None:
    known = {"repo": "jada-site", "name": "tides", "pattern": "DEP-01", "path": "t.yml", "line": 3}
    assert judged("REPO-46", seen(DeclaredFunction, **(known | fields)), *others) == expected, case


@pytest.mark.parametrize(
    ("case", "fields", "others", "expected"), RESOURCES, ids=[row[0] for row in RESOURCES]
)
def test_resource(case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str) -> None:
    known = {"repo": "r", "type": "bucket", "name": "jada-site", "pattern": "DEP-02", "path": "t.yml"}
    assert judged("REPO-46", seen(DeclaredResource, **(known | fields)), *others) == expected, case


@pytest.mark.parametrize(("case", "fields", "expected"), UNDECLARED, ids=[row[0] for row in UNDECLARED])
def test_live_function(case: str, fields: dict[str, Any], expected: str) -> None:
    assert judged("REPO-46", seen(Function, name="old", **fields)) == expected, case


def test_a_function_that_the_handoff_names_is_still_declared_by_none() -> None:
    rows = (a_row(Asset, asset="old"),)
    assert (
        judged("REPO-46", seen(Function, name="old", code=None, invocations_30d=5), rows=rows) == "fail low"
    )


@pytest.mark.parametrize(
    ("record", "of"),
    [
        (seen(DeclaredFunction, repo="r", name="tides", pattern="DEP-01", path="t"), Function),
        (seen(DeclaredResource, repo="r", type="table", name="tides", pattern="DEP-01", path="t"), Table),
    ],
)
def test_what_was_not_read_is_not_known(record: Seen, of: type[Seen]) -> None:
    kinds = tuple(one for one in EVERY_KIND if one != kind_of(of))
    told = (a_snapshot(), msgspec.structs.replace(a_snapshot("aws-two"), collector="aws-s3", kinds=kinds))
    assert judged("REPO-46", record, snapshots=told) == "unknown"
