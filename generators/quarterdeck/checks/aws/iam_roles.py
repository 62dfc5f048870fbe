"""Checks of roles: who may take them on, and whether anybody does."""

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.identity import CodeTrust, Role
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_UNUSED_DAYS = 180
_NEW_DAYS = 90
_WIDE: dict[CodeTrust, str] = {
    "no subject": "does not say which repository",
    "wide subject": "leaves open which repository",
    "no audience": "does not say for whom the sign-in was issued",
}


@check(
    "AWS-IAM-13",
    of=Role,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-11",),
    reads=("Role.trust",),
)
def role_trusts_anyone(role: Role, facts: Facts) -> Verdict:
    """Roles that anyone may take on.

    What it checks: the trust policy: everyone, or everyone whom another service signs in.
    Why it matters: whoever knows its name has its rights.
    How to mend: name the account, service, or the one repository that may take it on.
    Known limits: what the role may then do is told by other checks.
    Source: AWS Identity and Access Management User Guide, roles.
    """
    if isinstance(role.trust, NotCollected):
        return Unknown(role.trust)
    if role.trust.is_open:
        return Fail(f"Anyone may take on role {role.name}: {role.trust.reason}.")
    if role.trust.kind == "unknown":
        why = f"its trust policy is not understood: {role.trust.reason}"
        return Unknown(NotCollected("aws-iam", role.arn, why))
    return Pass(role.trust.reason)


@check(
    "AWS-IAM-14",
    of=Role,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Role.trust", "Role.is_guarded"),
)
def role_trusts_stranger(role: Role, facts: Facts) -> Verdict:
    """Roles that an account nobody named may take on.

    What it checks: the trust policy against the known accounts of the settings; high where neither an agreed
    word nor a second factor is asked for.
    Why it matters: a former contractor keeps the rights for ever.
    How to mend: take the account out, or name it under known_accounts with its reason, and agree on a word.
    Known limits: what that account does is not seen.
    Source: AWS Identity and Access Management User Guide, access for third parties.
    """
    if isinstance(role.trust, NotCollected):
        return Unknown(role.trust)
    if not role.trust.strangers:
        return Pass()
    who = f"Role {role.name} may be taken on by an unknown account ({', '.join(role.trust.strangers)})"
    if isinstance(role.is_guarded, NotCollected):
        return Fail(f"{who}; not known whether an agreed word is asked for.")
    if role.is_guarded:
        return Fail(f"{who}.")
    return Fail(f"{who} without an agreed word or a second factor.", Severity.HIGH)


@check(
    "AWS-IAM-17",
    of=Role,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="XS",
    reads=("Role.code_trust",),
)
def repository_trust_wide(role: Role, facts: Facts) -> Verdict:
    """Roles for a code host that do not say which repository may take them on.

    What it checks: subject and audience in the trust policy; critical without any subject.
    Why it matters: a workflow in a stranger's repository can then deploy to the account.
    How to mend: fix the subject to owner, repository and branch, and the audience to the token service.
    Known limits: only hosts that are well known are told apart.
    Source: AWS Identity and Access Management User Guide, roles for OpenID Connect federation.
    """
    if isinstance(role.code_trust, NotCollected):
        return Unknown(role.code_trust)
    if role.code_trust is None:
        return NotApplicable("no code host may take it on")
    if role.code_trust == "fixed":
        return Pass()
    severity = Severity.CRITICAL if role.code_trust == "no subject" else None
    return Fail(f"Role {role.name} trusts a code host and {_WIDE[role.code_trust]}.", severity)


@check(
    "AWS-IAM-18",
    of=Role,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Role.last_used", "Role.created", "Role.is_service_linked", "Role.allows_all", "Role.trust"),
)
def role_unused(role: Role, facts: Facts) -> Verdict:
    """Roles that nobody has taken on for half a year.

    What it checks: the last use, of roles older than 90 days; medium where the role may do everything, or an
    unknown account may take it on.
    Why it matters: rights that nobody uses are there for whoever breaks in.
    How to mend: delete the role.
    Known limits: the service remembers uses of the last 400 days.
    Source: AWS Identity and Access Management User Guide, last accessed information.
    """
    if role.is_service_linked is True:
        return NotApplicable("a service of the provider keeps it")
    if gap := unread(role.is_service_linked, role.last_used, role.created):
        return Unknown(gap)
    if (facts.as_of - role.created).days <= _NEW_DAYS:  # type: ignore[operator]  # no gap, as asked above
        return Pass("it is new")
    idle = None if role.last_used is None else (facts.as_of - role.last_used).days  # type: ignore[operator]  # likewise
    if idle is not None and idle <= _UNUSED_DAYS:
        return Pass()
    told = f"Nobody has taken on role {role.name} " + ("" if idle is None else f"for {idle} days")
    return _weighed(role, told.strip())


def _weighed(role: Role, told: str) -> Verdict:
    """The failure of an idle role, as bad as what it would open."""
    if role.allows_all is True:
        return Fail(f"{told}, and it may do everything.", Severity.MEDIUM)
    if isinstance(role.trust, Reach) and role.trust.strangers:
        return Fail(f"{told}, and an unknown account may.", Severity.MEDIUM)
    unsure = isinstance(role.allows_all, NotCollected)
    return Fail(f"{told}; not known whether it may do everything." if unsure else f"{told}.")
