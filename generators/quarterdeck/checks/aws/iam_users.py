"""Checks of users: their passwords, second factors and keys."""

from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.identity import AccessKey, User
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_OLD_DAYS = 90
_ANCIENT_DAYS = 365
_NEW_DAYS = 30
_CHANGEOVER_DAYS = 7
_TWO = 2


@check(
    "AWS-IAM-04",
    of=User,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="XS",
    reads=("User.has_password", "User.mfa"),
)
def user_without_mfa(user: User, facts: Facts) -> Verdict:
    """Users who sign in with a password alone.

    What it checks: users with a password and without a second factor.
    Why it matters: a password that leaked elsewhere opens the account.
    How to mend: have the user add a second factor, and allow nothing without it.
    Known limits: people who sign in through a directory have their second factor there.
    Source: AWS Identity and Access Management User Guide, multi-factor authentication.
    """
    if user.has_password is False:
        return NotApplicable("it has no password")
    if user.mfa is True:
        return Pass()
    if gap := unread(user.has_password, user.mfa):
        return Unknown(gap)
    return Fail(f"User {user.name} signs in with a password alone.")


@check(
    "AWS-IAM-05",
    of=AccessKey,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-06",),
    reads=("AccessKey.created",),
)
def key_old(key: AccessKey, facts: Facts) -> Verdict:
    """Active access keys that are older than 90 days.

    What it checks: when each key was made; from 365 days on it is high.
    Why it matters: an old key has been copied to more places than anybody remembers.
    How to mend: make a new key, change the program, delete the old one; or give the program a role.
    Known limits: which program uses a key cannot be seen.
    Source: AWS Identity and Access Management User Guide, managing access keys.
    """
    if isinstance(key.created, NotCollected):
        return Unknown(key.created)
    age = (facts.as_of - key.created).days
    if age <= _OLD_DAYS:
        return Pass()
    severity = Severity.HIGH if age > _ANCIENT_DAYS else None
    return Fail(f"Access key {key.number} of {key.user} is {age} days old.", severity)


@check(
    "AWS-IAM-06",
    of=AccessKey,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-06",),
    reads=("AccessKey.created", "AccessKey.last_used"),
)
def key_unused(key: AccessKey, facts: Facts) -> Verdict:
    """Active access keys that nobody uses.

    What it checks: keys unused for 90 days, or never used for 30 days since they were made.
    Why it matters: it opens the account, and nobody would miss it.
    How to mend: switch the key off; delete it after a week in which nothing broke.
    Known limits: the service does not always say when a key was used; then it is not known, never taken for never.
    Source: AWS Identity and Access Management User Guide, credential reports.
    """
    if isinstance(key.last_used, NotCollected):
        return Unknown(key.last_used)
    if key.last_used is not None:
        idle = (facts.as_of - key.last_used).days
        if idle <= _OLD_DAYS:
            return Pass()
        return Fail(f"Access key {key.number} of {key.user} was last used {idle} days ago.")
    if isinstance(key.created, NotCollected):
        return Unknown(key.created)
    age = (facts.as_of - key.created).days
    if age <= _NEW_DAYS:
        return Pass("it is new")
    return Fail(f"Access key {key.number} of {key.user} was never used in {age} days.")


@check(
    "AWS-IAM-07",
    of=User,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-06",),
    reads=("User.active_keys", "User.newest_key"),
)
def user_two_keys(user: User, facts: Facts) -> Verdict:
    """Users with two active access keys for more than a week.

    What it checks: how many keys are active, and when the newer one was made.
    Why it matters: two keys are for changing from one to the other; left so, the old one is forgotten.
    How to mend: delete the older key once nothing uses it.
    Known limits: when a key was switched on again cannot be seen.
    Source: AWS Identity and Access Management User Guide, managing access keys.
    """
    if isinstance(user.active_keys, NotCollected):
        return Unknown(user.active_keys)
    if user.active_keys < _TWO or user.newest_key is None:
        return Pass()
    if isinstance(user.newest_key, NotCollected):
        return Unknown(user.newest_key)
    days = (facts.as_of - user.newest_key).days
    if days <= _CHANGEOVER_DAYS:
        return Pass("they are being changed")
    return Fail(f"User {user.name} has had two active access keys for {days} days.")


@check(
    "AWS-IAM-08",
    of=User,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("User.has_password", "User.password_last_used", "User.created"),
)
def user_console_unused(user: User, facts: Facts) -> Verdict:
    """Users whose password nobody uses.

    What it checks: passwords unused for 90 days, or never used for 30 days since the user was made.
    Why it matters: it opens the account, and nobody would notice who uses it.
    How to mend: take the password from the user, or delete the user.
    Known limits: the service does not always say when a password was used; then it is not known.
    Source: AWS Identity and Access Management User Guide, credential reports.
    """
    if user.has_password is False:
        return NotApplicable("it has no password")
    if gap := unread(user.has_password, user.password_last_used):
        return Unknown(gap)
    if isinstance(user.password_last_used, date):
        idle = (facts.as_of - user.password_last_used).days
        if idle <= _OLD_DAYS:
            return Pass()
        return Fail(f"User {user.name} last signed in {idle} days ago.")
    if isinstance(user.created, NotCollected):
        return Unknown(user.created)
    age = (facts.as_of - user.created).days
    return Pass("it is new") if age <= _NEW_DAYS else Fail(f"User {user.name} never signed in in {age} days.")


@check(
    "AWS-IAM-09",
    of=User,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("User.direct_policies",),
)
def user_direct_policy(user: User, facts: Facts) -> Verdict:
    """Users with policies of their own.

    What it checks: policies that hang on the user itself, and not on a group or role.
    Why it matters: rights that are given one by one are never taken back together.
    How to mend: put the policy on a group, and the user into that group.
    Known limits: a group of one is no better, and is not told.
    Source: AWS Identity and Access Management User Guide, managed policies and inline policies.
    """
    if isinstance(user.direct_policies, NotCollected):
        return Unknown(user.direct_policies)
    if not user.direct_policies:
        return Pass()
    return Fail(f"User {user.name} holds policies of its own: {', '.join(user.direct_policies)}.")
