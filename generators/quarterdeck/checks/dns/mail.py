"""Checks of where mail arrives, of the keys that it is signed with, and of domains that send none."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import domain_of, not_known_to_send, returned_to, sends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DkimKey, DomainCheck

_SHORT = 1024


@check(
    "DNS-12",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    mend="XS",
    reads=("DomainCheck.mx", "DomainCheck.mx_refuses", "DomainCheck.has_address", "MailIdentity.name"),
)
def replies_have_no_home(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains that answers go to, and that take none.

    What it checks: whether the domain of each sender, and of the settings' reply_to, names a host for mail or has an
    address, and does not refuse.
    Why it matters: customers who answer get an error, and some receivers refuse mail that nobody can answer.
    How to mend: let the domain take mail, or send from one that does.
    Known limits: whether somebody reads the mailbox is not seen.
    Source: RFC 5321, section 5.1; RFC 7505.
    """
    does = domain_of(facts.evidence.declared.replies_to) == one.domain or sends(one, facts)
    if does is None:
        return Unknown(not_known_to_send(one))
    if not does:
        return NotApplicable("nothing is sent from it")
    if isinstance(one.mx, NotCollected):
        return Unknown(one.mx)
    if one.mx:
        return Pass()
    if one.mx_refuses is True:
        return Fail(f"Answers go to {one.domain}, which says that it takes no mail.")
    if isinstance(one.has_address, NotCollected):
        return Unknown(one.has_address)
    return Pass() if one.has_address else Fail(f"Answers go to {one.domain}, which no mail reaches.")


@check(
    "DNS-13",
    of=DomainCheck,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("DomainCheck.mx_hosts", "DomainCheck.mx_gone"),
)
def mail_host_gone(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains that name a host for mail which cannot be reached.

    What it checks: whether each host has an address of its own, is no second name, and no bare number; high where
    that holds for none.
    Why it matters: mail waits and is lost, and whoever rents a lapsed name gets it.
    How to mend: take the host out of the MX records, or give it an address.
    Known limits: whether a host takes mail is not tried.
    Source: RFC 2181, section 10.3; RFC 5321, section 5.1.
    """
    if gap := unread(one.mx_hosts, one.mx_gone):
        return Unknown(gap)
    hosts, gone = one.mx_hosts, one.mx_gone
    if not isinstance(hosts, tuple) or not isinstance(gone, tuple) or not hosts:
        return NotApplicable("it names no host for mail")
    if not gone:
        return Pass()
    severity = Severity.HIGH if len(gone) == len(hosts) else None
    return Fail(
        f"{len(gone)} of {len(hosts)} hosts for mail of {one.domain} cannot be reached: {', '.join(gone)}.",
        severity,
    )


@check(
    "DNS-14",
    of=DomainCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    reads=("DomainCheck.mx", "DomainCheck.spf_allows_some", "DomainCheck.spf_all", "DomainCheck.dmarc"),
)
def parked_domain_forgeable(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains that never send, and do not say so.

    What it checks: of domains without a sender and without a host for mail, an SPF record that refuses everybody
    and a DMARC policy of reject.
    Why it matters: forgers take names that nobody watches, and customers know ours.
    How to mend: publish v=spf1 -all and a DMARC record with p=reject.
    Known limits: mail of services that were not audited is not seen.
    Source: M3AAWG, protecting parked domains.
    """
    is_sender = sends(one, facts)
    if is_sender or returned_to(one.domain, facts):
        return NotApplicable("mail is sent from it")
    if one.mx is True or one.spf_allows_some is True:
        return NotApplicable("it takes mail, or lets somebody send")
    if is_sender is None:
        return Unknown(not_known_to_send(one))
    if gap := unread(one.mx, one.spf, one.dmarc):
        return Unknown(gap)
    if one.spf and (gap := unread(one.spf_all, one.spf_allows_some)):
        return Unknown(gap)
    lacks = [] if one.spf and one.spf_all == "fail" else ["an SPF record that refuses everybody"]
    lacks += [] if one.dmarc == "reject" else ["a DMARC policy of reject"]
    if not lacks:
        return Pass()
    return Fail(f"Nothing is sent from {one.domain}, and it lacks {' and '.join(lacks)}.")


@check(
    "DNS-18",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.dkim_keys",),
)
def dkim_revoked_or_test(one: DomainCheck, facts: Facts) -> Verdict:
    """Keys of signed mail that are taken back, marked as a test, or short.

    What it checks: every key whose name the mail service tells: empty, in testing, or under 1,024 bits; low where
    it has exactly 1,024.
    Why it matters: mail that is signed with such a key counts as not signed.
    How to mend: let the mail service make a new key of 2,048 bits, and publish the names that it shows.
    Known limits: keys of other senders are not seen, for nobody can list them.
    Source: RFC 6376, section 3.6.1; RFC 8301.
    """
    keys = one.dkim_keys
    if isinstance(keys, NotCollected):
        return NotApplicable("nothing is sent from it") if sends(one, facts) is False else Unknown(keys)
    read = [key for key in keys if isinstance(key, DkimKey)]
    bad = [f"{key.selector} {why}" for key in read if (why := _fault(key))]
    if bad:
        return Fail(f"Keys of mail from {one.domain} do not hold: {', '.join(bad)}.")
    if gap := unread(*keys):
        return Unknown(gap)
    short = [key.selector for key in read if key.bits == _SHORT]
    if short:
        return Fail(
            f"Keys of mail from {one.domain} have only {_SHORT:,} bits: {', '.join(short)}.", Severity.LOW
        )
    return Pass()


def _fault(key: DkimKey) -> str:
    if key.state == "revoked":
        return "is taken back"
    if key.is_testing:
        return "is marked as a test"
    return f"has {key.bits} bits" if 0 < key.bits < _SHORT else ""
