"""Checks of who gets at S3 buckets."""

from quarterdeck.checks.reached import undecided
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_site, why_personal
from quarterdeck.checks.shipped import copied_to
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import AccountBlock, Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.reach import Reach, Reached
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.severity import Severity

_NAMED = 3


def _held(bucket: Bucket, facts: Facts) -> str:
    """Why it is taken to hold data about people, as an end of a sentence; empty where it is not."""
    why = why_personal(bucket, facts)
    return f", and is taken to hold data about people: {why}" if why else ""


def _is_open(way: Reached) -> bool:
    return isinstance(way, Reach) and way.is_open


def _who(*ways: Reached) -> str:
    if any(isinstance(way, Reach) and way.kind == "public" for way in ways):
        return "Anyone"
    return "Anyone with an account of the provider"


def distribution_of(bucket: Bucket, facts: Facts) -> Distribution | NotCollected | None:
    """The distribution that serves a bucket; a gap where not all could be read."""
    for one in facts.of(Distribution):
        names = one.origins if isinstance(one.origins, tuple) else ()
        if any(name == bucket.name or name.startswith(f"{bucket.name}.s3") for name in names):
            return one
    unlisted = NotCollected("aws-cloudfront", bucket.name, "not known which distributions serve it")
    if not facts.evidence.has_read(Distribution, bucket.entity):
        return unlisted
    return unread(*(one.origins for one in facts.of(Distribution)))


def _is_declared(bucket: Bucket, facts: Facts) -> bool:
    return bucket.name in facts.evidence.declared.sites.get(bucket.entity, ())


@check(
    "AWS-S3-01",
    of=AccountBlock,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-07",),
    reads=("AccountBlock.is_on", "AccountBlock.off", "AccountBlock.bare"),
)
def account_block_off(account: AccountBlock, facts: Facts) -> Verdict:
    """Accounts that do not block public access for all their buckets.

    What it checks: the four blocks of the account.
    Why it matters: with them on, no mistake in one bucket can open it.
    How to mend: switch on all four blocks for the account, once what must be open stands behind a distribution.
    Known limits: a block that an organisation sets is part of the answer, and not told apart.
    Source: Amazon S3 User Guide, blocking public access to your storage.
    """
    if isinstance(account.is_on, NotCollected):
        return Unknown(account.is_on)
    if account.is_on:
        return Pass()
    off = account.off if isinstance(account.off, tuple) else ()
    words = f"{account.account} does not block public access for all its buckets: {', '.join(off)} off"
    if isinstance(account.bare, NotCollected):
        return Fail(f"{words}; not known whether every bucket blocks it by itself.")
    if not account.bare:
        return Fail(f"{words}; each bucket blocks it by itself.")
    more = f" and {len(account.bare) - _NAMED} more" if len(account.bare) > _NAMED else ""
    names = ", ".join(account.bare[:_NAMED])
    return Fail(f"{words}; {names}{more} do not block it by themselves.", Severity.HIGH)


@check(
    "AWS-S3-02",
    of=Bucket,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-07",),
    reads=(
        "Bucket.is_blocked",
        "Bucket.is_blocked_above",
        "Bucket.sleeping",
        "Bucket.reads",
        "Bucket.is_website",
    ),
)
def bucket_block_off(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that one wrong policy or access list can open to everyone.

    What it checks: the four blocks of public access, by the account or the bucket.
    Why it matters: an open bucket is the commonest way in which customers' data leaks.
    How to mend: switch on all four blocks for the bucket; serve sites through a distribution.
    Known limits: what a bucket holds is told by settings, tags, the handoff or its name, never by its content.
    Source: Amazon S3 User Guide, blocking public access to your storage.
    """
    if bucket.is_blocked_above is True:
        return NotApplicable("the account blocks it for all its buckets")
    if isinstance(bucket.is_blocked, NotCollected):
        return Unknown(bucket.is_blocked)
    if bucket.is_blocked:
        return Pass()
    if _is_declared(bucket, facts):
        return Pass("it is a site, by portfolio.yml")
    words = f"Bucket {bucket.name} does not block public access{_held(bucket, facts)}"
    if isinstance(bucket.sleeping, str):
        words += f"; were the rest switched off, strangers could {bucket.sleeping}"
    if why_personal(bucket, facts):
        return Fail(f"{words}.", Severity.CRITICAL)
    serves = is_site(bucket, facts)
    if serves is None:
        return Fail(f"{words}; it is not known whether it is a site.", Severity.LOW)
    if serves and not _is_open(bucket.reads):
        unsure = "; it is not known whether strangers can read it" if undecided(bucket, bucket.reads) else ""
        return Fail(f"{words}; a site is served from it{unsure}.", Severity.LOW)
    return Fail(f"{words}.")


def _opening(bucket: Bucket, facts: Facts) -> str:
    """The script that opens what it copies there, as a clause; empty without one."""
    for one in copied_to(bucket, facts):
        if one.access.startswith("public"):
            return f", as {one.path} of {one.repo} asks for"
    return ""


@check(
    "AWS-S3-03",
    of=Bucket,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-07",),
    over=("AWS-S3-02", "AWS-S3-14", "AWS-S3-15"),
    reads=("Bucket.reads", "Bucket.lists", "Deployment.access"),
)
def bucket_public(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that anyone can read or list.

    What it checks: policy and access list of the bucket, after what account and bucket block.
    Why it matters: what is in it is published, and lists of names lead to the rest.
    How to mend: switch on the block of public access, then read the access log.
    Known limits: access lists of single objects, policies of access points, and policies of an organisation,
    which may narrow it, are not read.
    Source: Amazon S3 User Guide, the meaning of public.
    """
    if _is_open(bucket.reads) or _is_open(bucket.lists):
        done = [word for word, way in (("list", bucket.lists), ("read", bucket.reads)) if _is_open(way)]
        words = f"{_who(bucket.lists, bucket.reads)} can {' and '.join(done)} bucket {bucket.name}"
        words += _opening(bucket, facts)
        if _is_declared(bucket, facts):
            milder = Severity.MEDIUM if "list" in done else Severity.INFO
            return Fail(f"{words}; it is a site, by portfolio.yml.", milder)
        held = _held(bucket, facts)
        return Fail(f"{words}{held.replace(', and', ', which', 1)}.", Severity.CRITICAL if held else None)
    if gap := undecided(bucket, bucket.lists, bucket.reads):
        return Unknown(gap)
    return Pass(bucket.reads.reason if isinstance(bucket.reads, Reach) else "")


@check(
    "AWS-S3-04",
    of=Bucket,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-07",),
    over=("AWS-S3-03", "AWS-S3-02"),
    reads=("Bucket.writes",),
)
def bucket_public_write(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that anyone can write to or delete from.

    What it checks: who may put, delete or restore objects, or change who may, after what is blocked.
    Why it matters: strangers can destroy what is there, or hand out what they like in your name and at your cost.
    How to mend: switch on the block of public access today; take every writing right of strangers away.
    Known limits: access lists of single objects and policies of access points are not read.
    Source: Amazon S3 User Guide, the meaning of public.
    """
    if gap := undecided(bucket, bucket.writes):
        return Unknown(gap)
    if not _is_open(bucket.writes):
        return Pass(bucket.writes.reason if isinstance(bucket.writes, Reach) else "")
    return Fail(f"{_who(bucket.writes)} can put into bucket {bucket.name}, or erase what is there.")


@check(
    "AWS-S3-05",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Bucket.strangers",),
)
def bucket_foreign_account(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that an account nobody named may use.

    What it checks: policy and access list against the known accounts of the settings; the delivery of logs passes.
    Why it matters: a former contractor's account keeps its access for ever.
    How to mend: take the account out of the policy or list, or name it under known_accounts with its reason.
    Known limits: what that account does is not seen.
    Source: Amazon S3 User Guide, cross-account permissions.
    """
    if isinstance(bucket.strangers, NotCollected):
        return Unknown(bucket.strangers)
    if not bucket.strangers:
        return Pass()
    return Fail(
        f"Bucket {bucket.name} may be used by strangers: {', '.join(bucket.strangers)}"
        f"{_held(bucket, facts)}.",
        Severity.HIGH if why_personal(bucket, facts) else None,
    )


@check(
    "AWS-S3-06",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Bucket.is_unscoped", "Bucket.proof"),
)
def bucket_service_unscoped(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that a service of the provider may use for any of its customers.

    What it checks: statements of the policy for services, and whether an account, resource or organisation is fixed.
    Why it matters: another customer can have the service write into the bucket, or read from it.
    How to mend: add a condition on aws:SourceAccount or aws:SourceArn to the statement.
    Known limits: some services check by themselves for whom they act.
    Source: AWS Identity and Access Management User Guide, the confused deputy problem.
    """
    if isinstance(bucket.is_unscoped, NotCollected):
        return Unknown(bucket.is_unscoped)
    if not bucket.is_unscoped:
        return Pass()
    weighty = why_personal(bucket, facts) or isinstance(bucket.proof, str)
    return Fail(
        f"A service of the provider may use bucket {bucket.name} for any customer of it.",
        Severity.MEDIUM if weighty else None,
    )


@check(
    "AWS-S3-07",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Bucket.has_grants", "Bucket.owner_enforced"),
)
def bucket_acl_in_use(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets whose access is given by lists beside the policy.

    What it checks: grants of the access list beyond the owner and the delivery of logs, where lists count at all.
    Why it matters: two places that give access are one too many to keep in mind.
    How to mend: move what is needed into the policy, then enforce the bucket owner, which switches lists off.
    Known limits: lists of single objects are not read.
    Source: Amazon S3 User Guide, controlling ownership of objects and disabling ACLs.
    """
    if isinstance(bucket.has_grants, NotCollected):
        return Unknown(bucket.has_grants)
    if not bucket.has_grants:
        return Pass()
    if isinstance(bucket.owner_enforced, NotCollected):
        return Unknown(bucket.owner_enforced)
    if bucket.owner_enforced:
        return Pass("lists are switched off")
    return Fail(f"Bucket {bucket.name} gives access by a list beside its policy.")


@check(
    "AWS-S3-08",
    of=Bucket,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Bucket.refuses_http", "Bucket.is_website"),
)
def bucket_plain_http(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that answer without encryption on the way.

    What it checks: a denial of requests without TLS, for everyone, on the bucket and its objects.
    Why it matters: a program with an old address sends customers' papers for anyone on the way to read.
    How to mend: deny s3:* on the bucket and its objects where aws:SecureTransport is false.
    Known limits: a site served by its own website address has no encryption to require.
    Source: Amazon S3 User Guide, security best practices.
    """
    if bucket.refuses_http is True:
        return Pass()
    serves = _is_open_site(bucket)
    if serves is True:
        return NotApplicable("it is a site at its own address, which has no encryption")
    if gap := unread(bucket.refuses_http, serves):
        return Unknown(gap)
    held = _held(bucket, facts)
    return Fail(
        f"Bucket {bucket.name} answers without encryption on the way{held}.",
        Severity.MEDIUM if held else None,
    )


def _is_open_site(bucket: Bucket) -> Flag:
    """Whether it answers anyone as a site at its own address."""
    gap = undecided(bucket, bucket.reads)
    if bucket.is_website is False or not (gap or _is_open(bucket.reads)):
        return False
    return gap or bucket.is_website


@check(
    "AWS-S3-14",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="M",
    feeds=("R-CTO-25",),
    reads=("Bucket.is_website", "Bucket.reads", "Distribution.origins"),
)
def bucket_site_without_https(bucket: Bucket, facts: Facts) -> Verdict:
    """Sites served by a bucket's own address, without encryption.

    What it checks: buckets that answer as a site to anyone, and that no distribution serves.
    Why it matters: browsers call such a site not secure, and guests turn away.
    How to mend: put a distribution with a certificate in front, and block public access to the bucket.
    Known limits: a proxy of another provider in front is not seen.
    Source: Amazon S3 User Guide, hosting a static website.
    """
    if bucket.is_website is False:
        return NotApplicable("it does not answer as a site")
    if gap := unread(bucket.is_website) or undecided(bucket, bucket.reads):
        return Unknown(gap)
    if not _is_open(bucket.reads):
        return Pass("not everyone can read it")
    served = distribution_of(bucket, facts)
    if isinstance(served, NotCollected):
        return Unknown(served)
    if served:
        return Pass()
    return Fail(f"The site in bucket {bucket.name} is served without encryption.")


@check(
    "AWS-S3-15",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Bucket.reads", "Bucket.lists", "Distribution.origins"),
)
def bucket_around_the_cdn(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets behind a distribution that anyone can also read directly.

    What it checks: buckets that a distribution serves, and who can read or list them by themselves.
    Why it matters: what the distribution guards, counts and encrypts can be had around it, at your cost.
    How to mend: give the distribution alone access, by origin access control, and block public access.
    Known limits: a website address as origin can only be read by everyone; use the bucket itself instead.
    Source: Amazon CloudFront Developer Guide, restricting access to an S3 origin.
    """
    served = distribution_of(bucket, facts)
    if isinstance(served, NotCollected):
        return Unknown(served)
    if served is None:
        return NotApplicable("no distribution serves it")
    if _is_open(bucket.reads) or _is_open(bucket.lists):
        return Fail(f"Bucket {bucket.name} can be read around its distribution {served.name}.")
    if gap := undecided(bucket, bucket.reads, bucket.lists):
        return Unknown(gap)
    return Pass()


@check(
    "AWS-S3-16",
    of=Bucket,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Bucket.cors_writes",),
)
def bucket_cors_writes_open(bucket: Bucket, facts: Facts) -> Verdict:
    """Buckets that pages of any site may write to.

    What it checks: cross-origin rules that allow any origin to put, post or delete.
    Why it matters: a page of a stranger can use the rights of whoever looks at it.
    How to mend: name your own sites as origins in the rule.
    Known limits: asked only of buckets that are open, serve a site, or stand behind a distribution.
    Source: Amazon S3 User Guide, using cross-origin resource sharing.
    """
    if isinstance(bucket.cors_writes, NotCollected):
        return Unknown(bucket.cors_writes)
    if bucket.cors_writes is None:
        return NotApplicable("no page gets to it")
    if not bucket.cors_writes:
        return Pass()
    return Fail(f"Pages of any site may write to bucket {bucket.name}.")
