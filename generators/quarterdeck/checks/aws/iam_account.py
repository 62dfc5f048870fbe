"""Checks of an account: root, who may do everything, and what the provider can reach it by."""

from collections.abc import Iterable, Iterator
from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.identity import AccountSetup, CloudAccount, ServerCertificate
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Access
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_ROOT_DAYS = 30
_MOST_ADMINS = 2
_PASSWORD_LENGTH = 12


@check(
    "AWS-IAM-01",
    of=CloudAccount,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-05",),
    reads=("CloudAccount.root_mfa", "CloudAccount.root_signs_in"),
)
def root_without_mfa(account: CloudAccount, facts: Facts) -> Verdict:
    """Accounts whose root user has no second factor.

    What it checks: the summary of the account.
    Why it matters: root can do everything, nothing limits it, and a guessed password is enough.
    How to mend: sign in as root and add a second factor.
    Known limits: who knows the password cannot be seen. Where root has neither password nor key, it cannot sign
    in at all, and nothing is asked of it.
    Source: AWS Identity and Access Management User Guide, root user best practices.
    """
    if account.root_signs_in is False:
        return NotApplicable("root has neither a password nor a key")
    if isinstance(account.root_mfa, NotCollected):
        return Unknown(account.root_mfa)
    return Pass() if account.root_mfa else Fail(f"The root user of {account.account} has no second factor.")


@check(
    "AWS-IAM-02",
    of=CloudAccount,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-05",),
    reads=("CloudAccount.root_keys",),
)
def root_has_keys(account: CloudAccount, facts: Facts) -> Verdict:
    """Accounts whose root user has access keys.

    What it checks: the summary of the account.
    Why it matters: whoever finds such a key owns the account, and no second factor is asked.
    How to mend: delete the keys of root; work with roles, or with users of few rights.
    Known limits: which program uses a key cannot be seen.
    Source: AWS Identity and Access Management User Guide, root user best practices.
    """
    if isinstance(account.root_keys, NotCollected):
        return Unknown(account.root_keys)
    return Fail(f"The root user of {account.account} has access keys.") if account.root_keys else Pass()


@check(
    "AWS-IAM-03",
    of=CloudAccount,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="XS",
    reads=("CloudAccount.root_password_used", "CloudAccount.root_key_used"),
)
def root_in_use(account: CloudAccount, facts: Facts) -> Verdict:
    """Accounts in which somebody works as root.

    What it checks: when password and keys of root were last used, within 30 days.
    Why it matters: what root does cannot be limited, and hardly be told apart by person.
    How to mend: make yourself a user or role that may administer, and keep root in a safe.
    Known limits: the report is up to four hours old, and says nothing of uses of long ago.
    Source: AWS Identity and Access Management User Guide, credential reports.
    """
    uses = (account.root_password_used, account.root_key_used)
    ages = [(facts.as_of - one).days for one in uses if isinstance(one, date)]
    if ages and min(ages) <= _ROOT_DAYS:
        return Fail(f"Somebody worked as root in {account.account} {_days(min(ages))} ago.")
    gap = unread(*uses)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-IAM-11",
    of=CloudAccount,
    severity=Severity.LOW,
    roles=("cto", "ceo"),
    mend="S",
    reads=("CloudAccount.admins", "CloudAccount.admin_roles"),
)
def admins_many(account: CloudAccount, facts: Facts) -> Verdict:
    """Accounts in which more than two may do everything.

    What it checks: users, and roles of people who sign in through a directory, with all rights on everything.
    Why it matters: each of them is a password that opens all of it.
    How to mend: leave two people all rights, and give the others what their work takes.
    Known limits: how many people take on one role cannot be seen.
    Source: AWS Identity and Access Management User Guide, least-privilege permissions.
    """
    if isinstance(account.admins, NotCollected):
        return Unknown(account.admins)
    if isinstance(account.admin_roles, NotCollected):
        return Unknown(account.admin_roles)
    able = (*account.admins, *account.admin_roles)
    if len(able) <= _MOST_ADMINS:
        return Pass(f"{len(able)} may")
    return Fail(f"{len(able)} may do everything in {account.account}: {', '.join(able)}.")


@check(
    "AWS-IAM-12",
    of=CloudAccount,
    severity=Severity.MEDIUM,
    roles=("ceo", "cto"),
    mend="S",
    feeds=("R-CEO-10",),
    reads=(
        "CloudAccount.admins",
        "CloudAccount.admin_roles",
        "CloudAccount.people",
        "access.thing",
        "access.holders",
    ),
)
def admins_one(account: CloudAccount, facts: Facts) -> Verdict:
    """Accounts that exactly one person can administer.

    What it checks: users with a password and all rights, and the holders of cloud accounts in the Access table.
    Why it matters: an accident, a quarrel or a lost telephone stops the business.
    How to mend: give a second person all rights, or write into Access who else holds the root password.
    Known limits: who has the root password is only known from the handoff.
    Source: Quarterdeck's own check.
    """
    held = list(_held(account, facts))
    if len({person for row in held if isinstance(row.holders, tuple) for person in row.holders}) > 1:
        return Pass("the handoff names a second holder")
    for names in (account.admins, account.people, account.admin_roles):
        if isinstance(names, NotCollected):
            return Unknown(names)
    admins, people, roles = account.admins, account.people, account.admin_roles
    if roles:
        why = f"not known how many people may take on {roles[0]}"  # type: ignore[index]  # no gap, as asked above
        return Unknown(NotCollected("aws-iam", account.account, why))
    able = sorted(set(admins) & set(people))  # type: ignore[arg-type]  # likewise
    if not able:
        return NotApplicable("no user with a password may do everything")
    if len(able) > 1:
        return Pass()
    return Fail(f"Only {able[0]} can administer {account.account}.", about=_name_of(account, held))


def _held(account: CloudAccount, facts: Facts) -> Iterator[Access]:
    """Who can get into cloud accounts, as the handoff has it."""
    return (row for row in facts.of(Access, account.entity or None) if row.thing == "cloud")


def _name_of(account: CloudAccount, held: Iterable[Access]) -> str:
    """What findings about its holders call it, where the handoff names one cloud account; empty for its own name."""
    names = {row.of if isinstance(row.of, str) else "" for row in held if row.entity == account.entity}
    return "/".join(filter(None, ("cloud", *names))) if len(names) == 1 else ""


@check(
    "AWS-IAM-19",
    of=CloudAccount,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("CloudAccount.people", "CloudAccount.password_length", "CloudAccount.passwords_remembered"),
)
def password_rules_weak(account: CloudAccount, facts: Facts) -> Verdict:
    """Accounts that let their users choose weak passwords.

    What it checks: whether passwords must have 12 characters, and cannot be used again.
    Why it matters: a short password is guessed, and an old one is in somebody's list.
    How to mend: set the rules for passwords: at least 12 characters, and none of the last ones again.
    Known limits: passwords that were chosen before the rules stay as they are.
    Source: AWS Identity and Access Management User Guide, password policy.
    """
    if isinstance(account.people, NotCollected):
        return Unknown(account.people)
    if not account.people:
        return NotApplicable("no user has a password")
    length, remembered = account.password_length, account.passwords_remembered
    if isinstance(length, NotCollected):
        return Unknown(length)
    if length is None:
        return Fail(f"Nothing says what a password in {account.account} must be like.")
    if length < _PASSWORD_LENGTH:
        return Fail(f"A password in {account.account} needs no more than {length} characters.")
    if isinstance(remembered, NotCollected):
        return Unknown(remembered)
    return Pass() if remembered else Fail(f"Old passwords can be used again in {account.account}.")


@check(
    "AWS-IAM-20",
    of=AccountSetup,
    severity=Severity.LOW,
    roles=("cto", "ceo"),
    mend="XS",
    reads=("AccountSetup.has_security_contact",),
)
def account_contact_missing(account: AccountSetup, facts: Facts) -> Verdict:
    """Accounts whose provider has nobody to write to about security.

    What it checks: whether a contact for security is named beside the root address.
    Why it matters: word of a stolen key goes to a mailbox that nobody reads.
    How to mend: name a contact for security in the settings of the account.
    Known limits: whether somebody reads that mailbox cannot be seen.
    Source: AWS Account Management Reference Guide, alternate contacts.
    """
    if isinstance(account.has_security_contact, NotCollected):
        return Unknown(account.has_security_contact)
    if account.has_security_contact:
        return Pass()
    return Fail(f"The provider has no contact for the security of {account.account}.")


@check(
    "AWS-IAM-21",
    of=ServerCertificate,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-13",),
    reads=("ServerCertificate.expires", "ServerCertificate.is_served"),
)
def server_certificate_expired(certificate: ServerCertificate, facts: Facts) -> Verdict:
    """Certificates among the users that have ended.

    What it checks: the last day of each, and whether a distribution answers with it.
    Why it matters: browsers warn every visitor away; and nobody renews what is kept there.
    How to mend: delete it; where a site still answers with it, ask the certificate service for a new one.
    Known limits: load balancers that answer with it are not seen.
    Source: AWS Identity and Access Management User Guide, server certificates.
    """
    if isinstance(certificate.expires, NotCollected):
        return Unknown(certificate.expires)
    if certificate.expires >= facts.as_of:
        return Pass()
    ended = f"Certificate {certificate.name} ended {_days((facts.as_of - certificate.expires).days)} ago"
    if isinstance(certificate.is_served, NotCollected):
        return Fail(f"{ended}; not known whether a site answers with it.")
    if certificate.is_served:
        return Fail(f"{ended}, and a distribution answers with it.", Severity.HIGH)
    return Fail(f"{ended}, and is still kept.")


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
