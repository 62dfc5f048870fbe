"""Checks of secrets and parameters, by their names and dates alone."""

import re
from collections.abc import Iterable
from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.secrets import Parameter, Secret
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_OLD_DAYS = 365
_UNREAD_DAYS = 90
_NEW_DAYS = 30
_SECRET = re.compile(r"secret|token|passwd|password|api_?key|private|dsn", re.IGNORECASE)


@check(
    "AWS-SM-01",
    of=Secret,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-06",),
    reads=("Secret.last_changed", "Secret.rotates"),
)
def secret_not_rotated(secret: Secret, facts: Facts) -> Verdict:
    """Secrets that have not changed for a year.

    What it checks: when the value last changed, of secrets that nothing changes by itself.
    Why it matters: everybody who ever worked with it still has it.
    How to mend: make a new one where it comes from, store it, and take the old one out of service.
    Known limits: whether the old one still works elsewhere cannot be seen.
    Source: AWS Secrets Manager User Guide, rotation.
    """
    if secret.rotates is True:
        return Pass("it is changed by itself")
    if isinstance(secret.last_changed, NotCollected):
        return Unknown(secret.last_changed)
    days = (facts.as_of - secret.last_changed).days
    if days <= _OLD_DAYS:
        return Pass()
    if isinstance(secret.rotates, NotCollected):
        return Unknown(secret.rotates)
    return Fail(f"Secret {secret.name} has not changed for {days} days.")


@check(
    "AWS-SM-02",
    of=Secret,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Secret.last_read", "Secret.created"),
)
def secret_unread(secret: Secret, facts: Facts) -> Verdict:
    """Secrets that nobody reads.

    What it checks: secrets unread for 90 days, or never read for 30 days since they were made.
    Why it matters: it is paid for, and it opens something that nobody needs.
    How to mend: take what it opens out of service, and delete it.
    Known limits: what reads it once a year, such as a yearly report, looks unread.
    Source: AWS Secrets Manager User Guide, monitoring.
    """
    if secret.deleted_on is not None and not isinstance(secret.deleted_on, NotCollected):
        return NotApplicable("it is about to go")
    if gap := unread(secret.created, secret.last_read):
        return Unknown(gap)
    since = secret.last_read or secret.created
    days = (facts.as_of - since).days  # type: ignore[operator]  # no gap, as asked above
    if days <= (_UNREAD_DAYS if secret.last_read else _NEW_DAYS):
        return Pass()
    words = "was last read" if secret.last_read else "was made, and never read,"
    return Fail(f"Secret {secret.name} {words} {days} days ago.")


@check(
    "AWS-SM-03",
    of=Parameter,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-03",),
    reads=("Parameter.is_encrypted", "Parameter.name"),
)
def parameter_plain_secret(parameter: Parameter, facts: Facts) -> Verdict:
    """Parameters that are named like a secret, and not encrypted.

    What it checks: parameters in clear text whose name has a word such as token or password.
    Why it matters: whoever may read settings reads it, and it stands in every list of them.
    How to mend: store it encrypted, delete the plain one, and make a new secret, since this one was open.
    Known limits: only the name is looked at; the value is never asked for.
    Source: AWS Systems Manager User Guide, parameter types.
    """
    if not _SECRET.search(parameter.name):
        return NotApplicable("it is not named like a secret")
    if isinstance(parameter.is_encrypted, NotCollected):
        return Unknown(parameter.is_encrypted)
    if parameter.is_encrypted:
        return Pass()
    return Fail(f"Parameter {parameter.name} is named like a secret, and stands there in clear text.")


@check(
    "AWS-SM-04",
    of=Secret,
    severity=Severity.CRITICAL,
    roles=("cto",),
    mend="S",
    reads=("Secret.reach",),
)
def secret_shared_out(secret: Secret, facts: Facts) -> Verdict:
    """Secrets that strangers may read.

    What it checks: the policy of the secret; medium where it lets in one unknown account.
    Why it matters: what it opens is open to them.
    How to mend: take them out of the policy, and make a new secret; name the account under known_accounts where it
    is a friend's.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: AWS Secrets Manager User Guide, resource-based policies.
    """
    if secret.deleted_on is not None and not isinstance(secret.deleted_on, NotCollected):
        return NotApplicable("it is about to go, and nobody can read it")
    if isinstance(secret.reach, NotCollected):
        return Unknown(secret.reach)
    if secret.reach.is_open:
        return Fail(f"Secret {secret.name} is open: {secret.reach.reason}.")
    if secret.reach.kind == "unknown":
        why = f"its policy is not understood: {secret.reach.reason}"
        return Unknown(NotCollected("aws-secrets", secret.arn, why))
    if secret.reach.strangers:
        who = ", ".join(secret.reach.strangers)
        return Fail(f"Secret {secret.name} may be read by an unknown account ({who}).", Severity.MEDIUM)
    return Pass(secret.reach.reason)


@check(
    "AWS-SM-05",
    of=Function,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="XS",
    reads=("Function.refers_to", "Secret.name", "Secret.deleted_on"),
)
def secret_going_away(function: Function, facts: Facts) -> Verdict:
    """Functions that need a secret which is about to go, or is gone.

    What it checks: secrets that variables of the function name, against the secrets of its region.
    Why it matters: on the day that it goes the function fails, and what it opens cannot be had back.
    How to mend: restore the secret while it can be; or give the function the name of the new one.
    Known limits: secrets that the code names by itself are not seen, nor names that do not plainly look like one.
    Source: AWS Secrets Manager User Guide, deleting a secret.
    """
    if isinstance(function.refers_to, NotCollected):
        return Unknown(function.refers_to)
    if not function.refers_to:
        return NotApplicable("it names no secret")
    known = [one for one in facts.of(Secret) if one.region == function.region]
    found = {name: _named(name, known) for name in function.refers_to}
    for name, secret in found.items():
        if secret is not None and isinstance(secret.deleted_on, date):
            deleted = secret.deleted_on.isoformat()
            return Fail(
                f"{function.name} needs secret {name}, which was deleted on {deleted} and is about to go."
            )
    if lost := [name for name, secret in found.items() if secret is None]:
        if not facts.evidence.has_read(Secret, function.entity):
            return Unknown(NotCollected("aws-secrets", function.arn, "not known which secrets there are"))
        return Fail(f"{function.name} needs secret {lost[0]}, which is not there.")
    gap = unread(*(secret.deleted_on for secret in found.values() if secret is not None))
    return Unknown(gap) if gap else Pass()


def _named(name: str, secrets: Iterable[Secret]) -> Secret | None:
    """The secret of a name, or of what stands for it in its ARN."""
    return next((one for one in secrets if one.name == name or one.arn.endswith(f":secret:{name}")), None)
