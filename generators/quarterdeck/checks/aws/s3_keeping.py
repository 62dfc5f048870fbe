"""Checks of how S3 buckets keep what is in them: versions, logs, ends, proof, places."""

import re

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import has_retention, is_on_path, is_site, why_personal
from quarterdeck.checks.shipped import copied_to
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import Bucket, BucketEvents
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.watching import Trail
from quarterdeck.model.deployments import Deployment
from quarterdeck.model.evidence import RECORD_BY_KIND
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Resource
from quarterdeck.model.severity import Severity

_WEIGHTY_PROOF = re.compile(r"trail|ledger|books")
_MAIL = re.compile(r"inbound|mail")
_KINDS = {"lambda": "function", "sqs": "queue", "sns": "topic"}
"""What a target is a record of, by the service of its ARN."""


def _is_public(bucket: Bucket) -> bool:
    return any(isinstance(way, Reach) and way.is_open for way in (bucket.lists, bucket.reads, bucket.writes))


@check(
    "AWS-S3-09",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Bucket.encryption",),
)
def bucket_unencrypted(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets without encryption by default.

    What it checks: whether the service answers that no default encryption is configured.
    Why it matters: what is written there without asking for encryption lies in clear text.
    How to mend: switch on default encryption, and copy old objects onto themselves.
    Known limits: the provider itself encrypts all new objects since 2023; old objects are not looked at.
    Source: Amazon S3 User Guide, default encryption.
    """
    if isinstance(bucket.encryption, NotCollected):
        return Unknown(bucket.encryption)
    if bucket.encryption:
        return Pass(bucket.encryption)
    return Fail(f"Bucket {bucket.name} has no encryption by default.")


@check(
    "AWS-S3-10",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto", "accounting"),
    mend="XS",
    feeds=("R-CTO-21",),
    reads=("Bucket.is_versioned", "Bucket.proof", "Deployment.targets"),
)
def bucket_unversioned(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets whose objects are gone once they are deleted or written over.

    What it checks: whether versions are kept; of a site, whether a repository can bring it back.
    Why it matters: one wrong sync, by a person or a program, cannot be undone.
    How to mend: switch on versioning, with a rule that deletes old versions after some weeks.
    Known limits: copies in other places are not seen.
    Source: Amazon S3 User Guide, using versioning.
    """
    if isinstance(bucket.is_versioned, NotCollected):
        return Unknown(bucket.is_versioned)
    if bucket.is_versioned:
        return Pass()
    words = f"Bucket {bucket.name} keeps no versions"
    if why := why_personal(bucket, facts):
        return Fail(f"{words}, and is taken to hold data about people: {why}.", Severity.MEDIUM)
    if isinstance(bucket.proof, str):
        return Fail(f"{words}, and is taken to hold proof: {bucket.proof}.", Severity.MEDIUM)
    if not is_site(bucket, facts):
        return Fail(f"{words}.")
    if copied_to(bucket, facts):
        return Fail(f"{words}; a repository can rebuild its site.")
    if facts.evidence.has_read(Deployment, bucket.entity):
        return Fail(f"{words}, and no repository rebuilds its site.", Severity.MEDIUM)
    return Fail(f"{words}; not known whether a repository can rebuild its site.")


@check(
    "AWS-S3-11",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Bucket.logs_to", "Trail.data_buckets"),
)
def bucket_unwatched(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets of which nobody can say who read or deleted what.

    What it checks: an access log, or a trail that logs what is done with the objects.
    Why it matters: after a leak the first question is what was taken; without a log the answer is everything.
    How to mend: switch on the access log into a bucket for logs.
    Known limits: logs of a distribution in front are another check's affair.
    Source: Amazon S3 User Guide, logging options.
    """
    if isinstance(bucket.logs_to, NotCollected):
        return Unknown(bucket.logs_to)
    if bucket.logs_to:
        return Pass(f"into {bucket.logs_to}")
    trails = [trail.data_buckets for trail in facts.of(Trail)]
    if any(isinstance(names, tuple) and ("*" in names or bucket.name in names) for names in trails):
        return Pass("a trail logs its objects")
    if gap := unread(*trails):
        return Unknown(gap)
    if not facts.evidence.has_read(Trail, bucket.entity):
        return Unknown(NotCollected("aws-watching", bucket.arn, "not known whether a trail logs its objects"))
    weighty = why_personal(bucket, facts) or _is_public(bucket)
    return Fail(
        f"Nobody can say who reads or deletes in bucket {bucket.name}: nothing is logged.",
        Severity.MEDIUM if weighty else None,
    )


@check(
    "AWS-S3-12",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Bucket.logs_to", "Bucket.lists", "Bucket.reads", "Bucket.writes"),
)
def bucket_logs_badly(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that log into themselves, into nowhere, or into what is public.

    What it checks: the bucket that the access log goes to.
    Why it matters: a log in itself grows by itself; one that is lost or public is worse than none.
    How to mend: log into a private bucket of its own, in the same account.
    Known limits: a bucket in an account that is not audited counts as not there.
    Source: Amazon S3 User Guide, logging requests with server access logging.
    """
    if isinstance(bucket.logs_to, NotCollected):
        return Unknown(bucket.logs_to)
    if bucket.logs_to is None:
        return NotApplicable("it has no access log")
    if bucket.logs_to == bucket.name:
        return Fail(f"Bucket {bucket.name} logs into itself.")
    target = next((one for one in facts.of(Bucket) if one.name == bucket.logs_to), None)
    if target is None and not facts.evidence.has_read(Bucket, bucket.entity):
        return Unknown(NotCollected("aws-s3", bucket.logs_to, "not known whether this bucket is there"))
    if target is None:
        return Fail(f"Bucket {bucket.name} logs into {bucket.logs_to}, which is in no audited account.")
    if _is_public(target):
        return Fail(f"Bucket {bucket.name} logs into {target.name}, which is public.")
    gap = unread(target.lists, target.reads, target.writes)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-S3-13",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-30",),
    reads=("Bucket.expires", "policies.delete_after_days"),
)
def bucket_keeps_personal_data(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets with data about people that nothing ever deletes.

    What it checks: rules of the bucket that delete what is old, and the retention rows of Policies.
    Why it matters: what is not there cannot leak; and keeping papers of guests or tenants needs a reason.
    How to mend: write under Policies after how many days it is deleted, and add a rule that does it.
    Known limits: a rule for a part of the bucket does not count; programs that delete by themselves are not seen.
    Source: Quarterdeck's own check.
    """
    why = why_personal(bucket, facts)
    if not why:
        return NotApplicable("it is not taken to hold data about people")
    if bucket.expires is True or has_retention(bucket.name, bucket.entity, facts):
        return Pass()
    if isinstance(bucket.expires, NotCollected):
        return Unknown(bucket.expires)
    return Fail(f"{bucket.name} keeps everything, and is taken to hold data about people: {why}.")


@check(
    "AWS-S3-17",
    of=BucketEvents,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("BucketEvents.targets", "BucketEvents.elsewhere", "Function.arn"),
)
def bucket_event_to_nowhere(events: BucketEvents, facts: Facts) -> Verdict:
    """Buckets that tell of new objects to something that is not there.

    What it checks: the functions, queues and topics that a bucket tells.
    Why it matters: a mail or a paid order arrives, and nothing happens.
    How to mend: point the notification to what should run, or take it away.
    Known limits: asked only of buckets that a function, queue or topic names; targets in other accounts and
    switches of versions of a function are not followed.
    Source: Amazon S3 User Guide, event notifications.
    """
    if isinstance(events.targets, NotCollected):
        return Unknown(events.targets)
    known = {one.arn for one in facts.evidence.facts if isinstance(one, Resource)}
    for target in events.targets:
        if _whole(target) in known:
            continue
        kind = RECORD_BY_KIND.get(_KINDS.get(target.split(":")[2], ""))
        name = target.split(":")[-1] if "sns" in target or "sqs" in target else _whole(target).split(":")[-1]
        if kind is None or not facts.evidence.has_read(kind, events.entity):
            return Unknown(NotCollected("aws-s3", events.name, f"not known whether {name} is there"))
        weighty = is_on_path(events.name, events.entity, facts) or _MAIL.search(events.name)
        return Fail(
            f"Bucket {events.name} tells {name} of its objects, which is not there.",
            Severity.HIGH if weighty else None,
        )
    if isinstance(events.elsewhere, int) and events.elsewhere:
        return Unknown(NotCollected("aws-s3", events.name, "it tells something in another account"))
    return Pass()


def _whole(arn: str) -> str:
    """The ARN of a function without its version."""
    parts = arn.split(":")
    return ":".join(parts[:7]) if parts[2] == "lambda" else arn


@check(
    "AWS-S3-18",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto", "accounting"),
    mend="S",
    reads=("Bucket.proof", "Bucket.is_locked", "Trail.bucket"),
)
def evidence_bucket_erasable(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets of logs, books, receipts or copies that can be erased in one step.

    What it checks: object lock, a second factor for deleting, or a denial for everyone but somebody named.
    Why it matters: whoever does harm erases the traces first, and tax offices ask for papers of years ago.
    How to mend: switch on object lock for new objects, or deny deleting to all but one role.
    Known limits: what a bucket holds is told by who writes to it, or by its name.
    Source: Amazon S3 User Guide, locking objects with Object Lock.
    """
    proof = bucket.proof
    if any(trail.bucket == bucket.name for trail in facts.of(Trail)):
        proof = "the trail of the account is written to it"
    if isinstance(proof, NotCollected):
        return Unknown(proof)
    if proof is None:
        return NotApplicable("it is not taken to hold proof")
    if isinstance(bucket.is_locked, NotCollected):
        return Unknown(bucket.is_locked)
    if bucket.is_locked:
        return Pass()
    if bucket.is_locked is None:
        return Unknown(NotCollected("aws-s3", bucket.arn, "GetObjectLockConfiguration: not asked"))
    return Fail(
        f"What bucket {bucket.name} holds can be erased in one step, and it is taken to hold proof: {proof}.",
        Severity.MEDIUM if _WEIGHTY_PROOF.search(proof) else None,
    )


@check(
    "AWS-S3-19",
    of=Bucket,
    severity=Severity.INFO,
    roles=("cto",),
    mend="L",
    reads=("Bucket.is_at_home", "Bucket.region"),
)
def bucket_in_odd_region(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets in a region that the settings do not name.

    What it checks: the region of the bucket against those of its account in portfolio.yml.
    Why it matters: what lies where nobody looks is forgotten, and laws differ by country.
    How to mend: move it to a region of yours, or name its region in portfolio.yml.
    Known limits: copies in other regions are not seen.
    Source: Quarterdeck's own check.
    """
    if isinstance(bucket.is_at_home, NotCollected):
        return Unknown(bucket.is_at_home)
    if bucket.is_at_home:
        return Pass()
    return Fail(
        f"Bucket {bucket.name} stands in {bucket.region}, which the settings do not name.",
        Severity.MEDIUM if why_personal(bucket, facts) else None,
    )
