"""Checks of what watches over a whole account: trails, threats, budgets."""

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.watching import AccountWatch, Trail
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Resource
from quarterdeck.model.severity import Severity


@check(
    "AWS-CT-01",
    of=AccountWatch,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="S",
    reads=("AccountWatch.has_trail", "CloudAccount.people"),
)
def no_trail(watch: AccountWatch, facts: Facts) -> Verdict:
    """Accounts in which nothing writes down who changes what.

    What it checks: whether a trail logs changes, one of the organisation counted; high where several people sign
    in.
    Why it matters: after a break-in nobody can say what was taken, or by whom.
    How to mend: make one trail for all regions, into a bucket that nobody can erase.
    Known limits: the service itself remembers 90 days, which is not counted.
    Source: AWS CloudTrail User Guide, creating a trail.
    """
    if isinstance(watch.has_trail, NotCollected):
        return Unknown(watch.has_trail)
    if watch.has_trail:
        return Pass()
    told = f"Nothing writes down who changes what in {watch.account}"
    people = [one.people for one in facts.of(CloudAccount) if one.account == watch.account]
    if unread(*people) or not people:
        return Fail(f"{told}; not known how many people sign in.")
    number = max(len(names) for names in people if not isinstance(names, NotCollected))
    return Fail(f"{told}, and {number} people sign in.", Severity.HIGH) if number > 1 else Fail(f"{told}.")


@check(
    "AWS-CT-02",
    of=Trail,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    reads=("Trail.is_on", "Trail.delivery_fault"),
)
def trail_stopped(trail: Trail, facts: Facts) -> Verdict:
    """Trails that are switched off, or whose entries no longer arrive.

    What it checks: whether the trail logs, and the fault of the last delivery.
    Why it matters: a thief switches it off first; and a log that stopped looks like a quiet account.
    How to mend: switch the trail on; where entries do not arrive, mend the policy of its bucket.
    Known limits: the state is that of the day of the audit.
    Source: AWS CloudTrail User Guide, trail status.
    """
    if trail.is_on is False:
        return Fail(f"Trail {trail.name} is switched off.")
    if isinstance(trail.delivery_fault, str):
        return Fail(f"What trail {trail.name} writes does not arrive: {trail.delivery_fault}.")
    gap = unread(trail.is_on, trail.delivery_fault)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-CT-03",
    of=Trail,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Trail.is_everywhere", "Trail.has_global_events"),
)
def trail_one_region(trail: Trail, facts: Facts) -> Verdict:
    """Trails that leave regions or the services without a region out.

    What it checks: whether the trail logs all regions, and users, roles and the like.
    Why it matters: thieves work in the region that nobody looks at.
    How to mend: switch the trail to all regions.
    Known limits: several trails that share the regions out among them are each told.
    Source: AWS CloudTrail User Guide, multi-Region trails.
    """
    if trail.is_everywhere is False:
        return Fail(f"Trail {trail.name} logs one region alone.")
    if trail.has_global_events is False:
        return Fail(f"Trail {trail.name} leaves out what is done to users and roles.")
    gap = unread(trail.is_everywhere, trail.has_global_events)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-CT-04",
    of=Trail,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Trail.is_provable",),
)
def trail_unprovable(trail: Trail, facts: Facts) -> Verdict:
    """Trails whose files could be changed without a trace.

    What it checks: whether the service signs the files of the trail.
    Why it matters: only what cannot be changed proves anything.
    How to mend: switch on the validation of log files.
    Known limits: whether anybody ever validates them cannot be seen.
    Source: AWS CloudTrail User Guide, log file integrity.
    """
    if isinstance(trail.is_provable, NotCollected):
        return Unknown(trail.is_provable)
    return Pass() if trail.is_provable else Fail(f"The files of trail {trail.name} prove nothing.")


@check(
    "AWS-CT-05",
    of=Trail,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-07",),
    reads=("Trail.bucket", "Bucket.reads", "Bucket.lists", "Bucket.writes"),
)
def trail_store_unsafe(trail: Trail, facts: Facts) -> Verdict:
    """Trails that are written into an open bucket, or into one that is nobody's.

    What it checks: the bucket of the trail among the buckets that were audited; critical where strangers get in.
    Why it matters: the log says who may do what, which is what a thief looks for; and it can be erased there.
    How to mend: write the trail into a closed bucket of an account of your own.
    Known limits: the bucket of an organisation's trail stands in another account, which may not be audited.
    Source: AWS CloudTrail User Guide, bucket policy for CloudTrail.
    """
    if isinstance(trail.bucket, NotCollected):
        return Unknown(trail.bucket)
    bucket = next((one for one in facts.of(Bucket) if one.name == trail.bucket), None)
    if bucket is not None:
        return _of_bucket(trail, bucket)
    if trail.is_of_organisation is True:
        return Unknown(NotCollected("aws-s3", trail.bucket, "the organisation's bucket is not audited here"))
    if not facts.evidence.has_read(Bucket, trail.entity):
        return Unknown(NotCollected("aws-s3", trail.bucket, "not known which buckets there are"))
    return Fail(
        f"Trail {trail.name} is written into {trail.bucket}, a bucket of no account that was audited.",
        about=trail.bucket,
    )


def _of_bucket(trail: Trail, bucket: Bucket) -> Verdict:
    reached = (bucket.reads, bucket.lists, bucket.writes)
    if any(isinstance(one, Reach) and one.is_open for one in reached):
        return Fail(
            f"Trail {trail.name} is written into {bucket.name}, which strangers get into.",
            Severity.CRITICAL,
            about=bucket.name,
        )
    gap = unread(*reached)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-GD-01",
    of=AccountWatch,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("AccountWatch.unwatched_regions",),
)
def threat_watch_off(watch: AccountWatch, facts: Facts) -> Verdict:
    """Regions with resources in which nothing looks out for threats.

    What it checks: the service that watches for stolen keys and odd behaviour, in each region where something
    stands.
    Why it matters: a stolen key is noticed by the bill, a month later.
    How to mend: switch on the threat watch; it costs by how much happens.
    Known limits: what other services watch is not seen.
    Source: Amazon GuardDuty User Guide, getting started.
    """
    if isinstance(watch.unwatched_regions, NotCollected):
        return Unknown(watch.unwatched_regions)
    used = {one.region for one in facts.of(Resource) if one.region}
    quiet = [one for one in watch.unwatched_regions if one in used]
    if not quiet:
        return Pass()
    return Fail(
        f"Nothing looks out for threats to {watch.account} in {', '.join(quiet)}; it costs by how much happens."
    )


@check(
    "AWS-GD-02",
    of=AccountWatch,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="M",
    reads=("AccountWatch.threats_high", "AccountWatch.threats_medium"),
)
def threat_found(watch: AccountWatch, facts: Facts) -> Verdict:
    """Accounts in which the threat watch found something.

    What it checks: how many of its findings are open, from severity 7 (high) and from 4.
    Why it matters: it sees what a break-in looks like.
    How to mend: read the findings today; change the keys that they name, and archive what is harmless.
    Known limits: only their number is read, not what they say.
    Source: Amazon GuardDuty User Guide, severity levels.
    """
    high, medium = watch.threats_high, watch.threats_medium
    if isinstance(high, int) and high:
        return Fail(f"{_threats(high)} of high severity in {watch.account}.", Severity.HIGH)
    if gap := unread(high, medium):
        return Unknown(gap)
    if isinstance(medium, int) and medium:
        return Fail(f"{_threats(medium)} of medium severity in {watch.account}.")
    if watch.unwatched_regions and not isinstance(watch.unwatched_regions, NotCollected):
        return NotApplicable("nothing looks out for threats in some regions")
    return Pass()


def _threats(number: int) -> str:
    return "1 threat" if number == 1 else f"{number} threats"


@check(
    "AWS-BUD-01",
    of=AccountWatch,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-16",),
    reads=("AccountWatch.has_budget_alarm",),
)
def no_budget(watch: AccountWatch, facts: Facts) -> Verdict:
    """Accounts without a budget that tells somebody.

    What it checks: budgets of costs with a notification.
    Why it matters: a loop or a stolen key costs more in a night than the business earns in a month.
    How to mend: make a budget of costs with a notification.
    Known limits: a budget of the organisation's main account is only seen where that account is audited.
    Source: AWS Cost Management User Guide, budgets.
    """
    if isinstance(watch.has_budget_alarm, NotCollected):
        return Unknown(watch.has_budget_alarm)
    if watch.has_budget_alarm:
        return Pass()
    return Fail(f"No budget tells anybody what {watch.account} costs.")
