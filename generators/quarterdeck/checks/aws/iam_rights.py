"""Checks of what users and roles may do."""

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.identity import Identity, Role, User
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity


@check(
    "AWS-IAM-10",
    of=Identity,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    over=("AWS-IAM-15", "AWS-IAM-16"),
    reads=("User.allows_all", "User.active_keys"),
)
def user_is_admin_with_key(identity: Identity, facts: Facts) -> Verdict:
    """Users that may do everything, and have an access key.

    What it checks: policies of the user and its groups, after its boundary, and its active keys.
    Why it matters: the key lies in a file somewhere, and whoever finds it owns the account.
    How to mend: give the program a role with the few rights that it needs, and delete the key.
    Known limits: rights that hold under a condition are not counted.
    Source: AWS Identity and Access Management User Guide, security best practices.
    """
    if not isinstance(identity, User):
        return NotApplicable("a role has no key")
    if identity.allows_all is False or identity.active_keys == 0:
        return Pass()
    if gap := unread(identity.allows_all, identity.active_keys):
        return Unknown(gap)
    return Fail(f"User {identity.name} may do everything, and has an access key.")


@check(
    "AWS-IAM-15",
    of=Identity,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="M",
    over=("AWS-IAM-16",),
    reads=("User.star_policies", "Role.star_policies", "Role.is_service_linked"),
)
def policy_is_star(identity: Identity, facts: Facts) -> Verdict:
    """Users and roles with a policy of the account's own that allows everything.

    What it checks: inline policies, and those that the account wrote, for all actions on everything without a
    condition.
    Why it matters: one fault in one program is then a fault in all of the account.
    How to mend: replace the star by the actions and resources that it uses.
    Known limits: the provider's own administrator policy is counted among the administrators instead.
    Source: AWS Identity and Access Management User Guide, least-privilege permissions.
    """
    if _is_the_providers(identity):
        return NotApplicable("a service of the provider keeps it")
    if isinstance(identity.star_policies, NotCollected):
        return Unknown(identity.star_policies)
    if not identity.star_policies:
        return Pass()
    return Fail(
        f"{_said(identity)} holds a policy that allows everything: {', '.join(identity.star_policies)}."
    )


@check(
    "AWS-IAM-16",
    of=Identity,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="M",
    reads=("User.raises", "Role.raises", "Role.is_service_linked"),
)
def role_can_raise_itself(identity: Identity, facts: Facts) -> Verdict:
    """Users and roles that can give themselves more rights.

    What it checks: known combinations of rights, such as handing any role to a new function.
    Why it matters: few rights that lead to all rights are all rights.
    How to mend: take that right away, or limit it to the roles and users that it is for.
    Known limits: rights under conditions, and on some names alone, are not counted; there are more ways than are
    known.
    Source: AWS Identity and Access Management User Guide, permissions boundaries.
    """
    if _is_the_providers(identity):
        return NotApplicable("a service of the provider keeps it")
    if isinstance(identity.raises, NotCollected):
        return Unknown(identity.raises)
    if identity.raises is None:
        return Pass()
    return Fail(f"{_said(identity)} can give itself more rights: it may {identity.raises}.")


def _is_the_providers(identity: Identity) -> bool:
    return isinstance(identity, Role) and identity.is_service_linked is True


def _said(identity: Identity) -> str:
    return f"{'User' if isinstance(identity, User) else 'Role'} {identity.name}"
