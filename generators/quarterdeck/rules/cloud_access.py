"""Rules of who can get in: the account itself, its keys, its buckets, and doors without a lock."""

from collections.abc import Iterator

from quarterdeck.model.cloud.identity import AccessKey, CloudAccount
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule

_OLD_KEY_DAYS = 90
_ANCIENT_KEY_DAYS = 365
_NEW_KEY_DAYS = 30


@rule(
    "R-CTO-05",
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    affects=(("ceo", "whoever gets the root password owns everything in the account"),),
    action="Sign in as root today, add a second factor, and delete its keys.",
    effort_hours=1,
    reads=("CloudAccount.root_mfa", "CloudAccount.root_keys", "CloudAccount.root_signs_in"),
)
def root_open(known: Known) -> Iterator[Hit]:
    """The root user of an AWS account has no second factor, or has access keys.

    What it checks: the summary of every account that was audited.
    Why it matters: root can do everything, and nothing limits it.
    How to mend: add a second factor and delete the keys; work with ordinary users.
    Known limits: who knows the password cannot be seen.
    Source: AWS Identity and Access Management User Guide, root user best practices.
    """
    for account in known.facts.of(CloudAccount):
        is_bare = account.root_mfa is False and account.root_signs_in is not False
        faults = ["has no second factor"] if is_bare else []
        if isinstance(account.root_keys, int) and account.root_keys > 0:
            faults.append("has access keys")
        if faults:
            yield Hit(
                entity=account.entity,
                subject=account.account,
                message=f"The root user of {account.account} {' and '.join(faults)}.",
                evidence=(account.source,),
            )


@rule(
    "R-CTO-06",
    severity=Severity.MEDIUM,
    roles=("cto",),
    action="Replace the key, or delete it where nothing uses it.",
    effort_hours=1,
    reads=("AccessKey.created", "AccessKey.last_used"),
)
def access_key_old(known: Known) -> Iterator[Hit]:
    """A long-lived access key is old, or nobody uses it.

    What it checks: active keys made more than 90 days ago (high from 365), and keys unused for 90 days, or for
    30 days since they were made.
    Why it matters: an old key has been copied to more places than anybody remembers.
    How to mend: make a new key, change the program, delete the old one; or give the program a role.
    Known limits: which program uses a key cannot be seen.
    Source: AWS Identity and Access Management User Guide, managing access keys.
    """
    for key in known.facts.of(AccessKey):
        age = None if isinstance(key.created, NotCollected) else (known.as_of - key.created).days
        words = [f"is {age} days old"] if age is not None and age > _OLD_KEY_DAYS else []
        if key.last_used is None:
            words += ["was never used"] if age is not None and age > _NEW_KEY_DAYS else []
        elif not isinstance(key.last_used, NotCollected):
            idle = (known.as_of - key.last_used).days
            words += [f"was last used {idle} days ago"] if idle > _OLD_KEY_DAYS else []
        if words:
            yield Hit(
                entity=key.entity,
                subject=known.facts.evidence.subject_of(key),
                severity=Severity.HIGH if age is not None and age > _ANCIENT_KEY_DAYS else None,
                message=f"Access key {key.number} of {key.user} {' and '.join(words)}.",
                evidence=(key.source,),
            )


@rule(
    "R-CTO-07",
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    affects=(("ceo", "customers' data may be open to anyone, with legal duties"),),
    action="Switch on the block of public access, then read the access log.",
    effort_hours=1,
    reads=(
        "Bucket.is_blocked",
        "Bucket.public_grant",
        "Bucket.is_website",
        "assets.asset",
        "compliance.applies_to",
    ),
)
def bucket_not_blocked(_: Known) -> Iterator[Hit]:
    """A bucket can be opened, or is open, to everyone on the internet.

    What it checks: the block of public access and what strangers may do, by the checks of buckets; critical where
    the bucket holds data about people, low where it serves a site, or nobody knows whether it does.
    Why it matters: an open bucket is the commonest way in which customers' data leaks.
    How to mend: switch on the block for the bucket, then for the account; serve sites through a distribution.
    Known limits: what a bucket holds is told by settings, tags, the handoff or its name, never by its content.
    Source: Amazon S3 User Guide, blocking public access to your storage.
    """
    yield from ()


@rule(
    "R-CTO-11",
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    affects=(("ceo", "strangers can change bookings and data"),),
    action="Require a token or a signature before anything is changed.",
    effort_hours=4,
    reads=(
        "Function.is_url_open",
        "Function.is_public",
        "Function.writes",
        "ApiRoute.auth",
        "ApiRoute.method",
        "Handler.changes_data",
        "Handler.is_guarded",
    ),
)
def open_door_changes_data(_: Known) -> Iterator[Hit]:
    """Anyone may call a function, route or handler that changes data.

    What it checks: handlers in the code without a check, addresses and policies of functions, and routes of interfaces,
    each by its checks; what `public_routes` lists with a reason passes, and a form for contact, quotes or
    subscribing weighs medium, since such a form may be open.
    Why it matters: strangers can write, delete, refund or mail in your name.
    How to mend: require a token, a signature or a sign-in, checked on the server.
    Known limits: a check further inside the code may not be seen; whether a public function writes is taken as
    yes where nobody knows. Webhooks have a rule of their own.
    Source: OWASP API Security Top 10, broken authentication.
    """
    yield from ()
