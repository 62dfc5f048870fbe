"""Checks of DMARC: what receivers do with mail that does not prove itself, and who hears of it."""

from datetime import timedelta

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.senders import has_big_list, identities_at, not_known_to_send, sends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck

_WATCHED = timedelta(days=60)
_POLICIES = ("none", "quarantine", "reject")
_WHOLE = 100


@check(
    "DNS-06",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    over=("DNS-08", "DNS-09", "DNS-10", "DNS-11"),
    reads=("DomainCheck.dmarc_records",),
)
def dmarc_missing(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains without a DMARC record.

    What it checks: the record of the domain, else that of the domain that it stands beneath.
    Why it matters: mailbox providers ask for one from whoever mails many, and without it forgeries go unseen.
    How to mend: publish a record with p=none and an address for reports, and tighten it once they look right.
    Known limits: which domain somebody rents is told by a list of endings, as of the day of its package.
    Source: RFC 7489; sender rules of Gmail and Yahoo.
    """
    if isinstance(one.dmarc_records, NotCollected):
        return Unknown(one.dmarc_records)
    return Pass() if one.dmarc_records else Fail(f"{one.domain} has no DMARC record.")


def _none_of_its_own(one: DomainCheck) -> Unknown | NotApplicable | None:
    """Why nothing can be said of a record that the domain does not have itself; None where it has one."""
    if gap := unread(one.dmarc_at, one.dmarc_fault):
        return Unknown(gap)
    if one.dmarc_at is None:
        return NotApplicable("it has no DMARC record")
    if one.dmarc_at != one.domain:
        return NotApplicable(f"the record of {one.dmarc_at} decides")
    return None


def _unusable(one: DomainCheck) -> Unknown | NotApplicable | None:
    """The same, and where receivers cannot use it."""
    why = _none_of_its_own(one)
    if why is None and one.dmarc_fault is not None:
        return NotApplicable("receivers cannot use its DMARC record")
    return why


@check(
    "DNS-07",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.dmarc_at", "DomainCheck.dmarc_fault"),
)
def dmarc_broken(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose DMARC record receivers cannot use.

    What it checks: that there is one record, that its version stands first, and that it names a known policy.
    Why it matters: a record with a slip is none.
    How to mend: write it anew, with v=DMARC1 first, then p=.
    Known limits: parts that receivers pass over are not told.
    Source: RFC 7489, section 6.3.
    """
    why = _none_of_its_own(one)
    if why is not None:
        return why
    if one.dmarc_fault is None:
        return Pass()
    return Fail(f"Receivers cannot use the DMARC record of {one.domain}: {one.dmarc_fault}.")


@check(
    "DNS-08",
    of=DomainCheck,
    severity=Severity.LOW,
    roles=("cmo", "cto"),
    mend="S",
    reads=("DomainCheck.dmarc", "entity.list_size"),
)
def dmarc_only_watching(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose DMARC record only watches.

    What it checks: a policy of none; medium once it has stood for more than 60 days, of a domain that takes
    bookings, or of a business with a list of 500 addresses.
    Why it matters: anybody may still write to customers in our name.
    How to mend: read the reports, name every sender, then set p=quarantine, and p=reject a month later.
    Known limits: for how long it has stood is told by earlier versions of this report.
    Source: RFC 7489, section 6.3.
    """
    why = _unusable(one)
    if why is not None:
        return why
    if isinstance(one.dmarc, NotCollected):
        return Unknown(one.dmarc)
    if one.dmarc != "none":
        return Pass()
    before = (
        facts.earlier[-1].findings_by_id.get(f"DNS-08/{one.entity}/{one.domain}") if facts.earlier else None
    )
    stood = facts.as_of - before.first_seen if before else timedelta()
    since = f" for {stood.days} days" if before else "; not known for how long"
    weighty = is_on_path(one.domain, one.entity, facts) or has_big_list(one.entity, facts)
    return Fail(
        f"The DMARC record of {one.domain} only watches{since}.",
        Severity.MEDIUM if weighty and stood > _WATCHED else None,
    )


@check(
    "DNS-09",
    of=DomainCheck,
    severity=Severity.LOW,
    roles=("cmo",),
    mend="XS",
    reads=("DomainCheck.dmarc_reports", "DomainCheck.dmarc_unheard"),
)
def dmarc_reports_unread(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose DMARC reports nobody gets.

    What it checks: that the record names an address, that its domain takes mail, and that a stranger's has agreed.
    Why it matters: without reports nobody knows which mail fails, nor who forges it.
    How to mend: add rua=mailto: with an address that somebody reads, or a service that does.
    Known limits: whether somebody reads them is not seen.
    Source: RFC 7489, section 7.
    """
    why = _unusable(one)
    if why is not None:
        return why
    if isinstance(one.dmarc_reports, NotCollected):
        return Unknown(one.dmarc_reports)
    if not one.dmarc_reports:
        return Fail(f"The DMARC record of {one.domain} asks for no reports.")
    if isinstance(one.dmarc_unheard, NotCollected):
        return Unknown(one.dmarc_unheard)
    if one.dmarc_unheard:
        return Fail(
            f"Reports about mail of {one.domain} do not arrive at {' and '.join(one.dmarc_unheard)}: "
            "it takes no mail, or has not agreed to get them."
        )
    return Pass()


@check(
    "DNS-10",
    of=DomainCheck,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=(
        "DomainCheck.dmarc",
        "DomainCheck.dmarc_subdomains",
        "DomainCheck.dmarc_share",
        "DomainCheck.dmarc_testing",
    ),
)
def dmarc_gap(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose DMARC policy holds for a part of their mail alone.

    What it checks: a milder policy for names beneath, a share below 100 percent, and the mark of a test.
    Why it matters: forgers take the way that is left open.
    How to mend: take sp, pct and t out of the record.
    Known limits: none are known.
    Source: RFC 7489, section 6.3.
    """
    why = _unusable(one)
    if why is not None:
        return why
    if gap := unread(one.dmarc, one.dmarc_subdomains, one.dmarc_share, one.dmarc_testing):
        return Unknown(gap)
    gaps = []
    if _rank(one.dmarc_subdomains) < _rank(one.dmarc):
        gaps.append(f"asks only for {one.dmarc_subdomains} beneath it")
    if one.dmarc != "none":
        gaps += [f"holds for {one.dmarc_share}% of mail"] if one.dmarc_share != _WHOLE else []
        gaps += ["is marked as a test"] if one.dmarc_testing else []
    return Fail(f"The DMARC policy of {one.domain} {' and '.join(gaps)}.") if gaps else Pass()


def _rank(policy: object) -> int:
    return _POLICIES.index(policy) if policy in _POLICIES else 0


@check(
    "DNS-11",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.dmarc_strict", "MailIdentity.dkim", "MailIdentity.mail_from"),
)
def mail_not_aligned(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose mail proves itself for another name than it is sent from.

    What it checks: for each sender of the mail service, whether its signature or the domain that its mail is
    returned to is of the same domain, to the letter where the record asks for that.
    Why it matters: DMARC fails, however right SPF and DKIM are each for itself.
    How to mend: switch on DKIM for the domain, or set a custom MAIL FROM domain beneath it.
    Known limits: senders other than the mail service are not seen.
    Source: RFC 7489, section 3.1; Amazon SES Developer Guide, complying with DMARC.
    """
    senders = identities_at(one.domain, facts)
    if not senders:
        return (
            Unknown(not_known_to_send(one)) if sends(one, facts) is None else NotApplicable("nothing is sent")
        )
    proofs = [_is_aligned(sender, one, facts) for sender in senders]
    lost = [
        f"{sender.name} in {sender.region}"
        for sender, proof in zip(senders, proofs, strict=True)
        if proof is False
    ]
    if lost:
        return Fail(f"Mail of {' and '.join(lost)} proves itself for {one.domain} in no way.")
    gap = unread(*proofs)
    return Unknown(gap) if gap else Pass()


def _is_aligned(sender: MailIdentity, one: DomainCheck, facts: Facts) -> bool | NotCollected:
    signed = [
        each.dkim for each in (sender, *identities_at(one.domain, facts)) if each.region == sender.region
    ]
    if True in signed:
        return True
    if gap := unread(*signed, sender.mail_from):
        return gap
    if not isinstance(sender.mail_from, str):
        return False
    if gap := unread(sender.mail_from_status, one.registrable):
        return gap
    if sender.mail_from_status != "SUCCESS":
        return False
    if isinstance(one.dmarc_strict, NotCollected):
        return one.dmarc_strict if one.dmarc_at is not None and one.dmarc_fault is None else True
    if "spf" in one.dmarc_strict:
        return sender.mail_from == one.domain
    return f".{sender.mail_from}".endswith(f".{one.registrable}")
