"""Checks of what buckets cost."""

from decimal import Decimal

from quarterdeck.checks.prices import free
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_site
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.watching import Trail
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ReceiptRule
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_SOME_GB = 1
_MUCH_GB = 50
_NEW_DAYS = 30


def _gb(size: Decimal) -> str:
    return f"{size:,.0f} GB"


@check(
    "COST-11",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    over=("COST-14",),
    reads=("Bucket.ends_uploads", "Bucket.most_objects_30d"),
)
def uploads_never_finish(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that keep parts of uploads that were never finished.

    What it checks: whether a rule for the whole bucket removes unfinished uploads.
    Why it matters: the parts are paid for, and no list of the bucket shows them.
    How to mend: add a lifecycle rule that removes unfinished uploads after seven days.
    Known limits: whether there are any such parts is not asked; so no saving is claimed.
    Source: Amazon S3 User Guide, aborting incomplete multipart uploads.
    """
    if bucket.most_objects_30d == 0:
        return NotApplicable("it is empty")
    if bucket.ends_uploads is True:
        return Pass()
    if gap := unread(bucket.ends_uploads, bucket.most_objects_30d):
        return Unknown(gap)
    return Fail(
        f"Bucket {bucket.name} keeps uploads that were never finished. Not known how much that costs."
    )


@check(
    "COST-12",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    over=("COST-11", "COST-14"),
    reads=("Bucket.is_versioned", "Bucket.ends_versions", "Bucket.size_gb"),
)
def old_versions_kept(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that keep every old version for ever.

    What it checks: buckets with versions, 1 GB or more, and no rule that deletes old ones.
    Why it matters: each change is paid for again, every month.
    How to mend: add a lifecycle rule that deletes old versions after 90 days, or as long as you need them.
    Known limits: how much of the size is old versions is not measured; so no saving is claimed.
    Source: Amazon S3 User Guide, lifecycle of noncurrent versions.
    """
    if bucket.is_versioned is False:
        return Pass("it keeps no versions")
    if bucket.ends_versions is True:
        return Pass()
    if gap := unread(bucket.is_versioned, bucket.ends_versions):
        return Unknown(gap)
    if bucket.most_objects_30d == 0:
        return Pass("it is empty")
    if isinstance(bucket.size_gb, NotCollected):
        return Unknown(bucket.size_gb)
    if bucket.size_gb < _SOME_GB:
        return Pass("it is small")
    return Fail(
        f"Bucket {bucket.name} of {_gb(bucket.size_gb)} keeps every old version. Not known how much of it they are."
    )


@check(
    "COST-13",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    over=("COST-12", "COST-11"),
    reads=("Bucket.size_gb", "Bucket.cools", "Bucket.is_website", "Distribution.origins"),
)
def cold_data_in_hot_class(bucket: Bucket, facts: Facts) -> Verdict:
    """Large buckets that keep everything where reading is cheap and keeping is dear.

    What it checks: 50 GB or more in the standard class, that serve no site, without a rule that moves what is old.
    Why it matters: what nobody reads costs half elsewhere.
    How to mend: add a lifecycle rule that moves objects to intelligent tiering.
    Known limits: how often objects are read is not measured; so no saving is claimed.
    Source: Amazon S3 User Guide, storage classes.
    """
    if bucket.most_objects_30d == 0:
        return NotApplicable("it is empty")
    if gap := unread(bucket.size_gb, bucket.cools):
        return Unknown(gap)
    size = Decimal(bucket.size_gb)  # type: ignore[arg-type]  # no gap, as asked above
    if size < _MUCH_GB or bucket.cools:
        return Pass()
    serves = is_site(bucket, facts)
    if serves is None:
        return Unknown(NotCollected("aws-s3", bucket.name, "not known whether it serves a site"))
    if serves:
        return Pass("it serves a site")
    return Fail(
        f"Bucket {bucket.name} keeps {_gb(size)} in the standard class, however old. Not known what that costs."
    )


@check(
    "COST-14",
    of=Bucket,
    severity=Severity.INFO,
    roles=("cto",),
    mend="XS",
    reads=(
        "Bucket.most_objects_30d",
        "Bucket.created",
        "Bucket.logs_to",
        "Trail.bucket",
        "ReceiptRule.buckets",
    ),
)
def bucket_empty(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that have been empty for a month, and that nothing is known to write to.

    What it checks: objects counted in 30 days, and trails, logs and mail rules that name the bucket.
    Why it matters: it costs nothing, but its name and rights stay, and somebody may fill it.
    How to mend: delete it, or note what it waits for.
    Known limits: programs that write to it now and then are not seen.
    Source: Amazon S3 User Guide, storage metrics.
    """
    if isinstance(bucket.most_objects_30d, NotCollected):
        return Unknown(bucket.most_objects_30d)
    if bucket.most_objects_30d:
        return Pass()
    if isinstance(bucket.created, NotCollected):
        return Unknown(bucket.created)
    if (facts.as_of - bucket.created).days <= _NEW_DAYS:
        return NotApplicable("it was made within 30 days")
    if writer := _writer(bucket, facts):
        return Pass(f"{writer} writes to it")
    if gap := unread(*(one.logs_to for one in facts.of(Bucket))):
        return Unknown(gap)
    if not all(facts.evidence.has_read(kind, bucket.entity) for kind in (Trail, ReceiptRule)):
        return Unknown(NotCollected("aws-s3", bucket.name, "not known whether a trail or mail writes to it"))
    return free(f"Bucket {bucket.name} has been empty for 30 days, and nothing is known to write to it.")


def _writer(bucket: Bucket, facts: Facts) -> str:
    """What is set up to write to it; empty where nothing is known to be."""
    named = (
        *((one.bucket == bucket.name, f"trail {one.name}") for one in facts.of(Trail)),
        *((one.logs_to == bucket.name, f"the log of {one.name}") for one in facts.of(Bucket)),
        *(
            (isinstance(one.buckets, tuple) and bucket.name in one.buckets, f"mail rule {one.name}")
            for one in facts.of(ReceiptRule)
        ),
    )
    return next((words for writes, words in named if writes), "")
