"""Checks of SPF: who may send in the name of a domain."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import not_known_to_send, returned_to, sends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck

_MOST_LOOKUPS = 10
_MOST_VOIDS = 2
_SERVICE = "amazonses.com"
_NO_RECORD = NotApplicable("it has no SPF record")


@check(
    "DNS-01",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    over=("DNS-03", "DNS-04", "DNS-05"),
    reads=("DomainCheck.spf", "DomainCheck.mx", "MailIdentity.mail_from"),
)
def spf_missing(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains that mail goes out from or comes back to, without an SPF record.

    What it checks: the record of every domain that mail is returned to, and of every one that takes mail.
    Why it matters: receivers cannot tell our mail from a forgery, and put both away.
    How to mend: publish one SPF record that names each service that sends for the domain, and ends in ~all.
    Known limits: a sender whose mail is returned to the service's own domain, and who takes none, needs no record.
    Source: RFC 7208; Amazon SES Developer Guide, authenticating email with SPF.
    """
    if isinstance(one.spf, NotCollected):
        return Unknown(one.spf)
    if one.spf:
        return Pass()
    if returned_to(one.domain, facts) or one.mx is True:
        return Fail(f"{one.domain} has no SPF record.")
    if isinstance(one.mx, NotCollected):
        return Unknown(one.mx)
    if sends(one, facts) is None:
        return Unknown(not_known_to_send(one))
    return NotApplicable("no mail comes back to it")


@check(
    "DNS-02",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.spf_records",),
)
def spf_twice(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains with more than one SPF record.

    What it checks: how many texts of the domain are SPF records.
    Why it matters: of two, receivers believe neither.
    How to mend: join them into one record, and delete the others.
    Known limits: none are known.
    Source: RFC 7208, section 4.5.
    """
    if isinstance(one.spf_records, NotCollected):
        return Unknown(one.spf_records)
    if one.spf_records == 0:
        return _NO_RECORD
    if one.spf_records == 1:
        return Pass()
    return Fail(f"{one.domain} has {one.spf_records} SPF records, and receivers believe none of them.")


@check(
    "DNS-03",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.spf", "DomainCheck.spf_lookups", "DomainCheck.spf_voids"),
)
def spf_too_deep(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose SPF record takes receivers more questions than they ask.

    What it checks: questions that the record and all that it includes take, at most ten, and those of them that
    nobody answers, at most two.
    Why it matters: receivers give up, and treat the mail as not proven.
    How to mend: take out services that no longer send, and put the addresses of small ones in place of an include.
    Known limits: parts that depend on the single mail are counted, not followed.
    Source: RFC 7208, section 4.6.4.
    """
    if one.spf is False:
        return _NO_RECORD
    if gap := unread(one.spf, one.spf_lookups, one.spf_voids):
        return Unknown(gap)
    if _over(one.spf_lookups, _MOST_LOOKUPS):
        return Fail(
            f"The SPF record of {one.domain} takes {one.spf_lookups} questions, or leads to itself; "
            f"receivers ask {_MOST_LOOKUPS}."
        )
    if _over(one.spf_voids, _MOST_VOIDS):
        return Fail(f"{one.spf_voids} names in the SPF record of {one.domain} do not exist.")
    return Pass()


def _over(count: int | NotCollected, most: int) -> bool:
    return isinstance(count, int) and count > most


@check(
    "DNS-04",
    of=DomainCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.spf", "DomainCheck.spf_all", "DomainCheck.spf_uses_ptr"),
)
def spf_lets_all(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose SPF record turns nobody away.

    What it checks: what the record says of everybody else, at its end or where it redirects to.
    Why it matters: who lets all through has no record; with +all, every forger is vouched for.
    How to mend: end the record in ~all, and in -all once every sender is named; take out ptr.
    Known limits: an SPF record alone stops no forger; DMARC tells receivers to look.
    Source: RFC 7208, sections 5.1 and 5.5.
    """
    if one.spf is False:
        return _NO_RECORD
    if gap := unread(one.spf, one.spf_all, one.spf_uses_ptr):
        return Unknown(gap)
    if one.spf_all == "pass":
        return Fail(f"The SPF record of {one.domain} vouches for everybody.", Severity.CRITICAL)
    if one.spf_all in {None, "neutral"}:
        return Fail(f"The SPF record of {one.domain} turns nobody away.")
    if one.spf_uses_ptr:
        return Fail(f"The SPF record of {one.domain} uses ptr, which many receivers pass over.", Severity.LOW)
    return Pass()


@check(
    "DNS-05",
    of=DomainCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CMO-02",),
    reads=("DomainCheck.spf", "DomainCheck.spf_includes", "MailIdentity.mail_from"),
)
def spf_misses_sender(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains that mail is returned to, whose SPF record lacks the service that sends.

    What it checks: whether the record includes the mail service, where the service returns mail to the domain.
    Why it matters: every mail fails SPF, though the record looks right.
    How to mend: add include:amazonses.com to the record.
    Known limits: of mailers that code uses besides, nobody sees to which domain their mail is returned.
    Source: Amazon SES Developer Guide, using a custom MAIL FROM domain.
    """
    if not returned_to(one.domain, facts):
        return NotApplicable("the mail service returns nothing to it")
    if one.spf is False:
        return _NO_RECORD
    if gap := unread(one.spf, one.spf_includes):
        return Unknown(gap)
    if isinstance(one.spf_includes, tuple) and _SERVICE in one.spf_includes:
        return Pass()
    return Fail(f"The SPF record of {one.domain} does not name the mail service that sends with it.")
