"""Checks of registered domains: how long they are held, and how fast."""

from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.checks.words import ends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_NOTICE_DAYS = 60
_LAST_DAYS = 14
_RENEWAL_DAYS = 90
_LOCKLESS = ("uk", "de", "eu", "be", "nl", "ch", "es", "fi", "jp")
"""Endings whose registries know no lock that a registrar sets."""


@check(
    "AWS-R53-01",
    of=RegisteredDomain,
    severity=Severity.HIGH,
    roles=("cto", "cmo", "ceo"),
    mend="XS",
    feeds=("R-CTO-14", "R-CLI-07"),
    reads=("RegisteredDomain.expires", "RegisteredDomain.auto_renew"),
)
def domain_ends_soon(one: RegisteredDomain, facts: Facts) -> Verdict:
    """Domains that end within 60 days, and are not known to renew themselves.

    What it checks: the registrar's date; critical within 14 days, by when one that renews itself should have.
    Why it matters: on that day site and mail stop, and anybody may rent the name.
    How to mend: renew it by hand, switch on renewal and the lock, and let two people hold the access.
    Known limits: whether the card at the registrar still pays cannot be seen.
    Source: Amazon Route 53 Developer Guide, renewing the registration of a domain.
    """
    if isinstance(one.expires, NotCollected):
        return Unknown(one.expires)
    left = (one.expires - facts.as_of).days
    if left > (_LAST_DAYS if one.auto_renew is True else _NOTICE_DAYS):
        return Pass()
    words = ", and does not renew itself" if one.auto_renew is False else ""
    if isinstance(one.auto_renew, NotCollected):
        words = "; not known whether it renews itself"
    return Fail(f"{one.domain} {ends(left)}{words}.", Severity.CRITICAL if left <= _LAST_DAYS else None)


@check(
    "AWS-R53-02",
    of=RegisteredDomain,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-14",),
    reads=("RegisteredDomain.auto_renew", "RegisteredDomain.expires"),
)
def domain_not_renewing(one: RegisteredDomain, facts: Facts) -> Verdict:
    """Domains that do not renew themselves.

    What it checks: whether renewal is switched on; high within 90 days of the end.
    Why it matters: a year later nobody thinks of it, and the reminder lands in a mailbox that nobody reads.
    How to mend: switch on automatic renewal at the registrar.
    Known limits: a domain that you mean to give up is told, too; accept the finding with its reason.
    Source: Amazon Route 53 Developer Guide, automatic renewal.
    """
    if isinstance(one.auto_renew, NotCollected):
        return Unknown(one.auto_renew)
    if one.auto_renew:
        return Pass()
    if not isinstance(one.expires, date):
        return Fail(f"{one.domain} does not renew itself; not known when it ends.")
    left = (one.expires - facts.as_of).days
    return Fail(
        f"{one.domain} does not renew itself, and {ends(left)}.",
        Severity.HIGH if left <= _RENEWAL_DAYS else None,
    )


@check(
    "AWS-R53-03",
    of=RegisteredDomain,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("RegisteredDomain.locked",),
)
def domain_unlocked(one: RegisteredDomain, facts: Facts) -> Verdict:
    """Domains that can be moved to another registrar at once.

    What it checks: the transfer lock, where the registry of its ending knows one.
    Why it matters: whoever gets at the mailbox of the owner can take the name away in a day.
    How to mend: switch on the transfer lock at the registrar.
    Known limits: the endings without a lock are a list of ours.
    Source: Amazon Route 53 Developer Guide, locking a domain to prevent unauthorized transfer.
    """
    if one.locked is True:
        return Pass()
    if one.domain.rpartition(".")[2] in _LOCKLESS:
        return NotApplicable("its ending knows no lock")
    if isinstance(one.locked, NotCollected):
        return Unknown(one.locked)
    return Fail(f"{one.domain} can be moved to another registrar: it is not locked.")


@check(
    "AWS-R53-09",
    of=RegisteredDomain,
    severity=Severity.LOW,
    roles=("ceo",),
    mend="XS",
    reads=("RegisteredDomain.is_shown", "RegisteredDomain.is_a_persons"),
)
def domain_owner_shown(one: RegisteredDomain, facts: Facts) -> Verdict:
    """Domains that show a person's address to everyone.

    What it checks: the protection of the owner's contact, where the owner is a person.
    Why it matters: home address and telephone are copied into lists within hours.
    How to mend: switch on privacy protection for all contacts of the domain.
    Known limits: some registries show owners whatever the registrar does.
    Source: Amazon Route 53 Developer Guide, privacy protection for contact information.
    """
    if one.is_shown is False:
        return Pass()
    if one.is_a_persons is False:
        return NotApplicable("a company owns it")
    if gap := unread(one.is_shown, one.is_a_persons):
        return Unknown(gap)
    return Fail(f"Anybody may read who owns {one.domain}, and where that person lives.")
