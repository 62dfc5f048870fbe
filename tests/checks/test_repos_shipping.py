"""Checks of how repositories reach production, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.checks.run import results
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.deployments import Deployment
from quarterdeck.model.repositories import Repository
from quarterdeck.model.web import SiteCheck
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

SHIPS = {"deploy_method": "deploy.sh", "is_production": True}
NOWHERE = {"deploy_method": None}
BARE = {"has_tests": False, "has_ci": False}
PAYS = {"name": "checkout"}


def _way(**fields: Any) -> Deployment:  # noqa: ANN401 - fields of the record
    known = {"repo": "jada-site", "pattern": "DEP-13", "path": "deploy.sh", "words": "aws s3 sync"}
    return seen(Deployment, **(known | fields))


BY_HAND = _way(is_by_hand=True)
PAID = _way(repo="checkout", is_by_hand=True)
CODE = seen(Function, name="f", code="jada-site")

ROWS: list[tuple[str, str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("REPO-04", "neither", SHIPS | BARE, (), "fail medium"),
    ("REPO-04", "neither, one person", SHIPS | BARE | {"profile": "solo"}, (), "fail medium"),
    ("REPO-04", "tests alone", SHIPS | {"has_tests": True}, (), "pass"),
    ("REPO-04", "CI alone", SHIPS | {"has_tests": False, "has_ci": True}, (), "pass"),
    ("REPO-04", "CI not known", SHIPS | {"has_tests": False, "has_ci": REFUSED}, (), "unknown"),
    ("REPO-04", "deploys nothing", NOWHERE | BARE, (), "n/a"),
    ("REPO-04", "to try out", SHIPS | BARE | {"is_production": False}, (), "n/a"),
    ("REPO-04", "not known", BARE | {"deploy_method": REFUSED}, (), "unknown"),
    ("REPO-17", "365 days", SHIPS | {"last_commit": days_before(365)}, (), "pass"),
    ("REPO-17", "366 days", SHIPS | {"last_commit": days_before(366)}, (), "fail low"),
    ("REPO-17", "deploys nothing", NOWHERE | {"last_commit": days_before(366)}, (), "n/a"),
    ("REPO-17", "but its code runs", NOWHERE | {"last_commit": days_before(366)}, (CODE,), "fail low"),
    ("REPO-17", "one person", SHIPS | {"last_commit": days_before(366), "profile": "solo"}, (), "fail low"),
    ("REPO-17", "not known", SHIPS | {"last_commit": REFUSED}, (), "unknown"),
    ("REPO-20", "a tag", SHIPS | {"way_back": "tag v1"}, (), "pass"),
    ("REPO-20", "none", SHIPS | {"way_back": None}, (), "fail low"),
    ("REPO-20", "none, and it sells", PAYS | SHIPS | {"way_back": None}, (), "fail medium"),
    ("REPO-20", "none, and its target sells", SHIPS | {"way_back": None}, (_way(targets=("pay",)),), "fail medium"),
    ("REPO-20", "one person", SHIPS | {"way_back": None, "profile": "solo"}, (), "fail low"),
    ("REPO-20", "shallow", SHIPS | {"way_back": REFUSED}, (), "unknown"),
    ("REPO-20", "deploys nothing", NOWHERE | {"way_back": None}, (), "n/a"),
    ("REPO-30", "by hand", {}, (BY_HAND,), "fail low"),
    ("REPO-30", "by hand, and it sells", PAYS, (PAID,), "fail medium"),
    ("REPO-30", "the same of one person", PAYS | {"profile": "solo"}, (PAID,), "fail low"),
    ("REPO-30", "and by a pipeline", {}, (BY_HAND, _way(pattern="DEP-14", runs=("DEP-13",))), "pass"),
    ("REPO-30", "by a tool", {}, (_way(pattern="DEP-01"),), "pass"),
    ("REPO-30", "another's", {}, (_way(repo="other", is_by_hand=True),), "n/a"),
    ("REPO-30", "to try out", {}, (_way(is_by_hand=True, is_production=False),), "n/a"),
    ("REPO-30", "a bucket of its name", {}, (seen(Bucket, name="jada-site"),), "fail low"),
    ("REPO-30", "a site of its name", {}, (seen(SiteCheck, site="jada-site"),), "fail low"),
    ("REPO-30", "its code runs", {}, (CODE,), "fail low"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    ROWS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row(code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str) -> None:
    record = seen(Repository, **({"name": "jada-site"} | fields))
    assert judged(code, record, *others) == expected, case


def test_how_it_is_deployed_is_not_known_where_nobody_looked() -> None:
    assert judged("REPO-30", seen(Repository, name="jada-site"), snapshots=()) == "unknown"


def test_what_goes_out_by_hand_is_said_with_its_file() -> None:
    found = results(audited(seen(Repository, name="jada-site"), BY_HAND))
    said = [one.message for one in found if one.code == "REPO-30"]
    assert said == ["jada-site reaches production only by hand: aws s3 sync in deploy.sh."]
