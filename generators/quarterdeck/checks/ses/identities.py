"""Checks of senders of the mail service: are they proven, and does their mail prove itself."""

from datetime import timedelta

from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import covers, is_named, planned_campaigns
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import MailIdentity, MailSender
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DkimKey, DomainCheck

_GIVEN_UP = frozenset({"FAILED", "TEMPORARY_FAILURE", "NOT_STARTED"})
_WAITING = "PENDING"
_SHORT = 1024
_OLD = timedelta(days=365)
_NOT_PROVEN = NotApplicable("it is not verified, and cannot send")


def idle(one: MailIdentity) -> NotApplicable | Unknown | None:
    """Why a sender cannot be judged as one that sends; None where it can."""
    if isinstance(one.is_verified, NotCollected):
        return Unknown(one.is_verified)
    if not one.is_verified:
        return _NOT_PROVEN
    return NotApplicable("its sending is switched off") if one.sends is False else None


@check(
    "SES-07",
    of=MailIdentity,
    severity=Severity.LOW,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("MailIdentity.is_verified", "MailIdentity.status", "campaigns.status"),
)
def identity_unverified(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders that the mail service does not trust to be ours.

    What it checks: whether the service has proof of the domain or address; high where settings, code or a planned
    mailing use it.
    Why it matters: nothing can be sent from it.
    How to mend: publish the records that the service shows, or delete the sender.
    Known limits: the service looks for three days and then gives up; how long it has looked, it does not say.
    Source: Amazon SES Developer Guide, verified identities.
    """
    if isinstance(one.is_verified, NotCollected):
        return Unknown(one.is_verified)
    if one.is_verified:
        return Pass()
    is_used = is_named(one, facts) or bool(one.entity and planned_campaigns(facts, one.entity))
    if is_used:
        return Fail(f"{one.name} is used as a sender, and is not verified in {one.region}.", Severity.HIGH)
    if one.status == _WAITING:
        return Pass("the service is still looking")
    if isinstance(one.status, NotCollected):
        return Unknown(one.status)
    if one.status not in _GIVEN_UP:
        return Unknown(
            NotCollected("ses", one.name, f"GetEmailIdentity: a state that nobody knows, {one.status}")
        )
    return Fail(f"{one.name} is not verified in {one.region}.")


@check(
    "SES-08",
    of=MailIdentity,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CMO-02",),
    over=("SES-10",),
    reads=("MailIdentity.dkim", "MailIdentity.dkim_status"),
)
def dkim_not_working(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders whose mail is not signed.

    What it checks: whether signing is on and the service found the keys, at the sender or at its domain.
    Why it matters: mailbox providers refuse mail without a signature, or put it away as spam.
    How to mend: switch on Easy DKIM with 2,048 bits, and publish the three names that the service shows.
    Known limits: signing in a program of one's own is not seen.
    Source: Amazon SES Developer Guide, authenticating email with DKIM.
    """
    if why := idle(one):
        return why
    above = [
        each.dkim
        for each in facts.of(MailIdentity)
        if each.name == one.domain and each.region == one.region and each.is_verified is True
    ]
    if one.dkim is True or True in above:
        return Pass("" if one.dkim is True else f"{one.domain} signs for it")
    if gap := unread(one.dkim, *above):
        return Unknown(gap)
    return Fail(f"Mail from {one.name} in {one.region} is not signed.")


@check(
    "SES-09",
    of=MailIdentity,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("MailIdentity.dkim_bits", "MailIdentity.dkim_own_key", "MailIdentity.dkim_key_since"),
)
def dkim_key_short(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders that sign with a key of 1,024 bits.

    What it checks: the length of the key in use; medium for a key of one's own that is older than twelve months.
    Why it matters: short keys are at the edge of what can be broken, and providers begin to pass them over.
    How to mend: choose 2,048 bits at the sender; the service changes the key by itself.
    Known limits: of a key of one's own, the service may not tell since when it is there.
    Source: Amazon SES Developer Guide, Easy DKIM.
    """
    if why := idle(one):
        return why
    if one.dkim is False:
        return NotApplicable("its mail is not signed")
    if gap := unread(one.dkim, one.dkim_bits):
        return Unknown(gap)
    if one.dkim_bits != _SHORT:
        return Pass()
    since = one.dkim_key_since
    is_old = not isinstance(since, NotCollected) and since is not None and facts.as_of - since > _OLD
    return Fail(
        f"Mail from {one.name} is signed with a key of {_SHORT:,} bits.",
        Severity.MEDIUM if one.dkim_own_key is True and is_old else None,
    )


@check(
    "SES-10",
    of=MailIdentity,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("MailIdentity.dkim_tokens", "MailIdentity.dkim_zone", "DomainCheck.dkim_keys"),
)
def dkim_not_published(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders whose keys do not stand in DNS.

    What it checks: that each name that the service asks for is there, and leads to the service.
    Why it matters: the service goes on signing for a while, and receivers find no key.
    How to mend: publish the names that the service shows, exactly so.
    Known limits: where nobody asked the name servers, it is not known.
    Source: Amazon SES Developer Guide, Easy DKIM.
    """
    if isinstance(one.dkim_tokens, NotCollected):
        return Unknown(one.dkim_tokens)
    if not one.dkim_tokens:
        return NotApplicable("the service asks for no key")
    found = [each for each in facts.of(DomainCheck) if each.domain == one.domain]
    if not found:
        return Unknown(NotCollected("dns", one.domain, "not known what its name servers say"))
    keys = found[0].dkim_keys
    if gap := unread(keys, one.dkim_zone):
        return Unknown(gap)
    read = {key.selector: key for key in keys if isinstance(key, DkimKey)} if isinstance(keys, tuple) else {}
    lost = [token for token in one.dkim_tokens if token in read and not _is_published(one, read[token])]
    if lost:
        are = "is not in DNS as it should be" if len(lost) == 1 else "are not in DNS as they should be"
        return Fail(f"{len(lost)} of {len(one.dkim_tokens)} keys of {one.name} {are}: {', '.join(lost)}.")
    if any(token not in read for token in one.dkim_tokens):
        return Unknown(NotCollected("dns", one.domain, "not all names of its keys were looked up"))
    return Pass()


def _is_published(one: MailIdentity, key: DkimKey) -> bool:
    if key.state == "absent":
        return False
    if one.dkim_zone is None:
        return True
    is_service = key.target.startswith(f"{key.selector}.dkim.") and key.target.endswith(".amazonses.com")
    return is_service or key.target == f"{key.selector}.{one.dkim_zone}"


@check(
    "SES-11",
    of=MailIdentity,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CMO-02",),
    reads=("MailIdentity.mail_from",),
)
def mail_from_default(one: MailIdentity, facts: Facts) -> Verdict:
    """Domains whose mail is returned to the service's own domain.

    What it checks: whether a domain that sends has a MAIL FROM domain of its own.
    Why it matters: SPF then vouches for the service and not for us, and DMARC rests on the signature alone.
    How to mend: set a MAIL FROM domain such as bounce.example.com, and publish its MX and SPF records.
    Known limits: single addresses follow their domain.
    Source: Amazon SES Developer Guide, using a custom MAIL FROM domain.
    """
    if "@" in one.name:
        return NotApplicable("a single address follows its domain")
    if why := idle(one):
        return why
    if isinstance(one.mail_from, NotCollected):
        return Unknown(one.mail_from)
    return Pass() if one.mail_from else Fail(f"Mail from {one.name} is returned to the service's own domain.")


@check(
    "SES-12",
    of=MailIdentity,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CMO-02",),
    reads=(
        "MailIdentity.mail_from",
        "MailIdentity.mail_from_status",
        "MailIdentity.mail_from_strict",
        "DomainCheck.mx",
        "DomainCheck.spf",
    ),
)
def mail_from_broken(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders whose MAIL FROM domain does not work.

    What it checks: what the service says of it, and its MX and SPF records; high where nothing is sent without.
    Why it matters: the service falls back to its own domain, or sends nothing at all.
    How to mend: publish the MX and SPF records that the service shows for the domain.
    Known limits: while the service is still looking, for three days, it is let pass.
    Source: Amazon SES Developer Guide, using a custom MAIL FROM domain.
    """
    if gap := unread(one.mail_from, one.mail_from_status):
        return Unknown(gap)
    if one.mail_from is None:
        return NotApplicable("it has no MAIL FROM domain of its own")
    found = next((each for each in facts.of(DomainCheck) if each.domain == one.mail_from), None)
    lacks = [] if found is None or found.mx is not False else ["an MX record"]
    lacks += [] if found is None or found.spf is not False else ["an SPF record"]
    severity = Severity.HIGH if one.mail_from_strict is True else None
    if lacks:
        return Fail(
            f"{one.mail_from}, where mail of {one.name} is returned to, lacks {' and '.join(lacks)}.",
            severity,
        )
    if one.mail_from_status in _GIVEN_UP:
        return Fail(
            f"The mail service cannot use {one.mail_from}, where mail of {one.name} is returned to.", severity
        )
    if one.mail_from_status == _WAITING:
        return Pass("the service is still looking")
    if found is None:
        return Unknown(NotCollected("dns", str(one.mail_from), "not known what its name servers say"))
    gap = unread(found.mx, found.spf)
    return Unknown(gap) if gap else Pass()


@check(
    "SES-13",
    of=MailIdentity,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="XS",
    reads=("MailIdentity.reach",),
)
def identity_public(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders that anybody may use.

    What it checks: the policies of the sender.
    Why it matters: anybody mails our customers in our name, signed by us.
    How to mend: delete the policy, or name the accounts and roles that may.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: Amazon SES Developer Guide, using sending authorization.
    """
    if isinstance(one.reach, NotCollected):
        return Unknown(one.reach)
    if one.reach.kind == "unknown":
        return Unknown(NotCollected("ses", one.name, f"its policy is not understood: {one.reach.reason}"))
    if one.reach.is_open:
        return Fail(f"Anybody may send as {one.name}: {one.reach.reason}.")
    return Pass(one.reach.reason)


@check(
    "SES-14",
    of=MailIdentity,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("MailIdentity.reach",),
)
def identity_lent_out(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders that an account nobody named may use.

    What it checks: the policies of the sender against the known accounts of the settings.
    Why it matters: a former contractor goes on mailing in our name.
    How to mend: take the account out of the policy, or name it under known_accounts with its reason.
    Known limits: what that account sends is not seen.
    Source: Amazon SES Developer Guide, using sending authorization.
    """
    if isinstance(one.reach, NotCollected):
        return Unknown(one.reach)
    if one.reach.strangers or one.reach.kind == "foreign-account":
        who = ", ".join(one.reach.strangers) or one.reach.reason
        return Fail(f"A stranger may send as {one.name}: {who}.")
    return Pass()


@check(
    "SES-29",
    of=MailSender,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CMO-02",),
    reads=("MailSender.address", "MailIdentity.is_verified"),
)
def sender_not_verified(one: MailSender, facts: Facts) -> Verdict:
    """Addresses that code sends from, and that the mail service does not know.

    What it checks: whether each address in code, templates and handoffs is a verified sender, or at a domain that
    is, in any region that was looked at.
    Why it matters: every mail from it is refused, and the program may not say so.
    How to mend: verify the domain, or send from an address that is verified.
    Known limits: addresses that a program puts together are not seen; nor are other mailers.
    Source: Amazon SES Developer Guide, verified identities.
    """
    fitting = [each for each in facts.of(MailIdentity) if covers(each, one.address)]
    if any(each.is_verified is True for each in fitting):
        return Pass()
    if not facts.evidence.has_read(MailIdentity, one.entity):
        return Unknown(NotCollected("ses", one.address, "not known which senders are verified"))
    if gap := unread(*(each.is_verified for each in fitting)):
        return Unknown(gap)
    return Fail(f"{one.place} sends from {one.address}, which is under no verified sender.")
