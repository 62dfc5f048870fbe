"""Checks of buckets, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.model.cloud.buckets import AccountBlock, Bucket, BucketEvents
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.watching import Trail
from quarterdeck.model.declared import Declared
from quarterdeck.model.deployments import Deployment
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import JADA

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

OPEN = Reach("public", "anyone may call s3:getobject")
CUSTOMERS = Reach("any-aws-user")
SHUT = Reach("same-account")
ODD = Reach("unknown", "it is no JSON")
COPIES = seen(Deployment, repo="r", pattern="DEP-13", path="a.sh", words="aws s3 sync", targets=("box/web",))
GUESTS = {"name": "guests"}
UNBLOCKED = {"is_blocked": False, "is_website": False}
SERVED = seen(Distribution, name="E1", aliases=("jada.test",), origins=("box",))
BY_ADDRESS = seen(Distribution, name="E1", aliases=("jada.test",), origins=("box.s3.amazonaws.com",))
UNREAD = seen(Distribution, name="E1", origins=REFUSED)
LOGS = seen(Bucket, name="logs", lists=SHUT, reads=SHUT, writes=SHUT)
OPEN_LOGS = seen(Bucket, name="logs", lists=SHUT, reads=OPEN, writes=SHUT)
UNREAD_LOGS = seen(Bucket, name="logs", lists=SHUT, reads=REFUSED, writes=SHUT)

OF_THE_ACCOUNT: list[tuple[str, dict[str, Any], str]] = [
    ("on", {"is_on": True}, "pass"),
    ("off", {"is_on": False, "off": ("BlockPublicAcls",), "bare": ()}, "fail medium"),
    ("off, one bare", {"is_on": False, "off": ("BlockPublicAcls",), "bare": ("box",)}, "fail high"),
    ("off, not known", {"is_on": False, "off": ("BlockPublicAcls",), "bare": REFUSED}, "fail medium"),
    ("refused", {"is_on": REFUSED}, "unknown"),
]

OF_ACCESS: list[tuple[str, str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("AWS-S3-02", "above", {"is_blocked": True, "is_blocked_above": True}, (), "n/a"),
    ("AWS-S3-02", "blocked", {"is_blocked": True}, (), "pass"),
    ("AWS-S3-02", "not", UNBLOCKED, (), "fail high"),
    ("AWS-S3-02", "guests", GUESTS | UNBLOCKED, (), "fail critical"),
    ("AWS-S3-02", "perhaps a site", {"is_blocked": False}, (), "fail low"),
    ("AWS-S3-02", "behind a distribution", UNBLOCKED | {"reads": SHUT}, (SERVED,), "fail low"),
    (
        "AWS-S3-02",
        "by itself",
        UNBLOCKED | {"is_website": True, "reads": Reach("restricted")},
        (),
        "fail low",
    ),
    ("AWS-S3-02", "perhaps open", UNBLOCKED | {"reads": REFUSED}, (SERVED,), "fail low"),
    ("AWS-S3-02", "and open", UNBLOCKED | {"reads": OPEN}, (SERVED,), "fail high"),
    ("AWS-S3-02", "refused", {"is_blocked": REFUSED}, (), "unknown"),
    ("AWS-S3-03", "shut", {"reads": SHUT, "lists": SHUT}, (), "pass"),
    ("AWS-S3-03", "restricted", {"reads": Reach("restricted"), "lists": SHUT}, (), "pass"),
    ("AWS-S3-03", "open", {"reads": OPEN, "lists": SHUT}, (), "fail high"),
    ("AWS-S3-03", "listed", {"reads": REFUSED, "lists": CUSTOMERS}, (), "fail high"),
    ("AWS-S3-03", "guests", GUESTS | {"reads": OPEN, "lists": SHUT}, (), "fail critical"),
    ("AWS-S3-03", "odd", {"reads": ODD, "lists": SHUT}, (), "unknown"),
    ("AWS-S3-03", "refused", {"reads": SHUT, "lists": REFUSED}, (), "unknown"),
    ("AWS-S3-04", "shut", {"writes": SHUT}, (), "pass"),
    ("AWS-S3-04", "open", {"writes": OPEN}, (), "fail critical"),
    ("AWS-S3-04", "to customers", {"writes": CUSTOMERS}, (), "fail critical"),
    ("AWS-S3-04", "odd", {"writes": ODD}, (), "unknown"),
    ("AWS-S3-04", "refused", {"writes": REFUSED}, (), "unknown"),
    ("AWS-S3-05", "none", {"strangers": ()}, (), "pass"),
    ("AWS-S3-05", "one", {"strangers": ("account ending 4821",)}, (), "fail medium"),
    ("AWS-S3-05", "guests", GUESTS | {"strangers": ("account ending 4821",)}, (), "fail high"),
    ("AWS-S3-05", "refused", {"strangers": REFUSED}, (), "unknown"),
    ("AWS-S3-06", "scoped", {"is_unscoped": False}, (), "pass"),
    ("AWS-S3-06", "not", {"is_unscoped": True, "proof": None}, (), "fail low"),
    ("AWS-S3-06", "logs", {"is_unscoped": True, "proof": "logs are delivered to it"}, (), "fail medium"),
    ("AWS-S3-06", "guests", GUESTS | {"is_unscoped": True}, (), "fail medium"),
    ("AWS-S3-06", "refused", {"is_unscoped": REFUSED}, (), "unknown"),
    ("AWS-S3-07", "none", {"has_grants": False, "owner_enforced": None}, (), "pass"),
    ("AWS-S3-07", "switched off", {"has_grants": True, "owner_enforced": True}, (), "pass"),
    ("AWS-S3-07", "in use", {"has_grants": True, "owner_enforced": False}, (), "fail low"),
    ("AWS-S3-07", "refused", {"has_grants": True, "owner_enforced": REFUSED}, (), "unknown"),
    ("AWS-S3-07", "list refused", {"has_grants": REFUSED}, (), "unknown"),
    ("AWS-S3-08", "refuses", {"refuses_http": True}, (), "pass"),
    ("AWS-S3-08", "answers", {"refuses_http": False, "is_website": False}, (), "fail low"),
    ("AWS-S3-08", "guests", GUESTS | {"refuses_http": False, "is_website": False}, (), "fail medium"),
    ("AWS-S3-08", "perhaps a site", {"refuses_http": False, "is_website": REFUSED}, (), "unknown"),
    (
        "AWS-S3-08",
        "perhaps an open site",
        {"refuses_http": False, "is_website": True, "reads": REFUSED},
        (),
        "unknown",
    ),
    ("AWS-S3-08", "a site", {"refuses_http": False, "is_website": True, "reads": OPEN}, (), "n/a"),
    ("AWS-S3-08", "refused", {"refuses_http": REFUSED}, (), "unknown"),
    ("AWS-S3-14", "no site", {"is_website": False}, (), "n/a"),
    ("AWS-S3-14", "alone", {"is_website": True, "reads": OPEN}, (), "fail medium"),
    ("AWS-S3-14", "shut", {"is_website": True, "reads": SHUT}, (), "pass"),
    ("AWS-S3-14", "served", {"is_website": True, "reads": OPEN}, (SERVED,), "pass"),
    ("AWS-S3-14", "served by address", {"is_website": True, "reads": OPEN}, (BY_ADDRESS,), "pass"),
    ("AWS-S3-14", "origins refused", {"is_website": True, "reads": OPEN}, (UNREAD,), "unknown"),
    ("AWS-S3-14", "refused", {"is_website": REFUSED}, (), "unknown"),
    ("AWS-S3-14", "odd", {"is_website": True, "reads": ODD}, (), "unknown"),
    ("AWS-S3-15", "not served", {"reads": OPEN}, (), "n/a"),
    ("AWS-S3-15", "around", {"reads": OPEN, "lists": SHUT}, (SERVED,), "fail medium"),
    ("AWS-S3-15", "shut", {"reads": SHUT, "lists": SHUT}, (SERVED,), "pass"),
    ("AWS-S3-15", "refused", {"reads": REFUSED, "lists": SHUT}, (SERVED,), "unknown"),
    ("AWS-S3-15", "origins refused", {"reads": OPEN, "lists": SHUT}, (UNREAD,), "unknown"),
    ("AWS-S3-16", "not asked", {"cors_writes": None}, (), "n/a"),
    ("AWS-S3-16", "own sites", {"cors_writes": False}, (), "pass"),
    ("AWS-S3-16", "any", {"cors_writes": True}, (), "fail medium"),
    ("AWS-S3-16", "refused", {"cors_writes": REFUSED}, (), "unknown"),
]

OF_KEEPING: list[tuple[str, str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("AWS-S3-09", "on", {"encryption": "AES256"}, (), "pass"),
    ("AWS-S3-09", "none", {"encryption": None}, (), "fail medium"),
    ("AWS-S3-09", "refused", {"encryption": REFUSED}, (), "unknown"),
    ("AWS-S3-10", "kept", {"is_versioned": True}, (), "pass"),
    ("AWS-S3-10", "not", {"is_versioned": False, "proof": None}, (), "fail low"),
    ("AWS-S3-10", "guests", GUESTS | {"is_versioned": False}, (), "fail medium"),
    ("AWS-S3-10", "proof", {"is_versioned": False, "proof": "logs go there"}, (), "fail medium"),
    (
        "AWS-S3-10",
        "a lost site",
        {"is_versioned": False, "proof": None, "is_website": True},
        (),
        "fail medium",
    ),
    (
        "AWS-S3-10",
        "a site",
        {"is_versioned": False, "proof": None, "is_website": True},
        (COPIES,),
        "fail low",
    ),
    ("AWS-S3-10", "refused", {"is_versioned": REFUSED}, (), "unknown"),
    ("AWS-S3-11", "logged", {"logs_to": "logs"}, (), "pass"),
    ("AWS-S3-11", "not", {"logs_to": None}, (), "fail low"),
    ("AWS-S3-11", "guests", GUESTS | {"logs_to": None}, (), "fail medium"),
    ("AWS-S3-11", "open", {"logs_to": None, "reads": OPEN}, (), "fail medium"),
    ("AWS-S3-11", "by trail", {"logs_to": None}, (seen(Trail, name="t", data_buckets=("box",)),), "pass"),
    ("AWS-S3-11", "all by trail", {"logs_to": None}, (seen(Trail, name="t", data_buckets=("*",)),), "pass"),
    ("AWS-S3-11", "others", {"logs_to": None}, (seen(Trail, name="t", data_buckets=("x",)),), "fail low"),
    ("AWS-S3-11", "trail refused", {"logs_to": None}, (seen(Trail, name="t"),), "unknown"),
    ("AWS-S3-11", "refused", {"logs_to": REFUSED}, (), "unknown"),
    ("AWS-S3-12", "no log", {"logs_to": None}, (), "n/a"),
    ("AWS-S3-12", "itself", {"logs_to": "box"}, (), "fail medium"),
    ("AWS-S3-12", "nowhere", {"logs_to": "logs"}, (), "fail medium"),
    ("AWS-S3-12", "well", {"logs_to": "logs"}, (LOGS,), "pass"),
    ("AWS-S3-12", "into the open", {"logs_to": "logs"}, (OPEN_LOGS,), "fail medium"),
    ("AWS-S3-12", "not known", {"logs_to": "logs"}, (UNREAD_LOGS,), "unknown"),
    ("AWS-S3-12", "refused", {"logs_to": REFUSED}, (), "unknown"),
    ("AWS-S3-13", "no people", {"expires": False}, (), "n/a"),
    ("AWS-S3-13", "kept", GUESTS | {"expires": False}, (), "fail medium"),
    ("AWS-S3-13", "deleted", GUESTS | {"expires": True}, (), "pass"),
    ("AWS-S3-13", "refused", GUESTS | {"expires": REFUSED}, (), "unknown"),
    ("AWS-S3-18", "no proof", {"proof": None}, (), "n/a"),
    ("AWS-S3-18", "locked", {"proof": "logs are delivered to it", "is_locked": True}, (), "pass"),
    ("AWS-S3-18", "erasable", {"proof": "logs are delivered to it", "is_locked": False}, (), "fail low"),
    ("AWS-S3-18", "books", {"proof": "its name contains “books”", "is_locked": False}, (), "fail medium"),
    (
        "AWS-S3-18",
        "trail",
        {"proof": None, "is_locked": False},
        (seen(Trail, name="t", bucket="box"),),
        "fail medium",
    ),
    (
        "AWS-S3-18",
        "not asked",
        {"proof": None, "is_locked": None},
        (seen(Trail, name="t", bucket="box"),),
        "unknown",
    ),
    ("AWS-S3-18", "refused", {"proof": "logs are delivered to it", "is_locked": REFUSED}, (), "unknown"),
    ("AWS-S3-18", "proof refused", {"proof": REFUSED}, (), "unknown"),
    ("AWS-S3-19", "home", {"is_at_home": True}, (), "pass"),
    ("AWS-S3-19", "away", {"is_at_home": False}, (), "fail info"),
    ("AWS-S3-19", "guests away", GUESTS | {"is_at_home": False}, (), "fail medium"),
    ("AWS-S3-19", "not told", {"is_at_home": REFUSED}, (), "unknown"),
]


@pytest.mark.parametrize(("case", "fields", "expected"), OF_THE_ACCOUNT)
def test_the_block_of_an_account(case: str, fields: dict[str, Any], expected: str) -> None:
    assert judged("AWS-S3-01", seen(AccountBlock, account="main", **fields)) == expected, case


@pytest.mark.parametrize(("code", "case", "fields", "others", "expected"), [*OF_ACCESS, *OF_KEEPING])
def test_a_bucket(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    bucket = seen(Bucket, **({"name": "box"} | fields))
    assert judged(code, bucket, *others) == expected, case


@pytest.mark.parametrize(
    ("code", "fields", "expected"),
    [
        ("AWS-S3-02", UNBLOCKED, "pass"),
        ("AWS-S3-03", {"reads": OPEN, "lists": SHUT}, "fail info"),
        ("AWS-S3-03", {"reads": OPEN, "lists": OPEN}, "fail medium"),
    ],
)
def test_a_declared_site_is_meant_to_be_read(code: str, fields: dict[str, Any], expected: str) -> None:
    bucket = seen(Bucket, **({"name": "box"} | fields))
    assert judged(code, bucket, declared=Declared(sites={JADA: ("box",)})) == expected


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("AWS-S3-11", {"logs_to": None}),
        ("AWS-S3-12", {"logs_to": "logs"}),
        ("AWS-S3-14", {"is_website": True, "reads": OPEN}),
        ("AWS-S3-15", {"reads": OPEN, "lists": SHUT}),
    ],
)
def test_what_was_not_listed_to_the_end_is_not_known(code: str, fields: dict[str, Any]) -> None:
    assert judged(code, seen(Bucket, name="box", **fields), snapshots=()) == "unknown"


FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:resize"


@pytest.mark.parametrize(
    ("fields", "others", "expected"),
    [
        ({"targets": (), "elsewhere": 0}, (), "pass"),
        ({"targets": (FUNCTION,), "elsewhere": 0}, (seen(Function, name="resize", arn=FUNCTION),), "pass"),
        (
            {"targets": (f"{FUNCTION}:live",), "elsewhere": 0},
            (seen(Function, name="resize", arn=FUNCTION),),
            "pass",
        ),
        ({"targets": (FUNCTION,), "elsewhere": 0}, (), "fail medium"),
        ({"name": "inbound", "targets": (FUNCTION,), "elsewhere": 0}, (), "fail high"),
        ({"name": "orders", "targets": (FUNCTION,), "elsewhere": 0}, (), "fail high"),
        ({"targets": ("arn:aws:states:us-east-1:123456789012:x",), "elsewhere": 0}, (), "unknown"),
        ({"targets": (), "elsewhere": 1}, (), "unknown"),
        ({"targets": REFUSED, "elsewhere": REFUSED}, (), "unknown"),
    ],
)
def test_whom_a_bucket_tells(fields: dict[str, Any], others: tuple[Seen, ...], expected: str) -> None:
    assert judged("AWS-S3-17", seen(BucketEvents, **({"name": "box"} | fields)), *others) == expected


def test_whom_a_bucket_tells_is_not_known_where_functions_were_not_listed() -> None:
    events = seen(BucketEvents, name="box", targets=(FUNCTION,))
    assert judged("AWS-S3-17", events, snapshots=()) == "unknown"
