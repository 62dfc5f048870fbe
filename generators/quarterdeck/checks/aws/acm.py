"""Checks of certificates: how long they hold, and who renews them."""

from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.checks.words import days, ends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.domains import Certificate
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Day, NotCollected
from quarterdeck.model.severity import Severity

_NOTICE_DAYS = 21
_LAST_DAYS = 7
_RENEWAL_DAYS = 60
_VALIDATION_DAYS = 3
_UNUSED_DAYS = 30
_FAILED = {"FAILED": "failed", "VALIDATION_TIMED_OUT": "was given up, since nobody proved the domain"}


def _left(day: Day | None, facts: Facts) -> int | None:
    """Days until a certificate ends; None where it has no end, or none was read."""
    return (day - facts.as_of).days if isinstance(day, date) else None


@check(
    "AWS-ACM-01",
    of=Certificate,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-13",),
    reads=("Certificate.expires", "Certificate.in_use"),
)
def certificate_ends_soon(one: Certificate, facts: Facts) -> Verdict:
    """Certificates in use that end within 21 days.

    What it checks: the last day of every certificate that something serves; critical within seven days.
    Why it matters: from that day on browsers warn every visitor away.
    How to mend: put the records right that prove the domain, and see the renewal go through.
    Known limits: whether the thing that uses it is visited is not seen.
    Source: AWS Certificate Manager User Guide, managed renewal.
    """
    if one.in_use is False:
        return NotApplicable("nothing uses it")
    if gap := unread(one.in_use, one.expires):
        return Unknown(gap)
    left = _left(one.expires, facts)
    if left is None:
        return NotApplicable("it is not issued yet")
    if left > _NOTICE_DAYS:
        return Pass()
    return Fail(
        f"The certificate of {one.name} {ends(left)}.", Severity.CRITICAL if left <= _LAST_DAYS else None
    )


@check(
    "AWS-ACM-02",
    of=Certificate,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-13",),
    reads=(
        "Certificate.status",
        "Certificate.requested",
        "Certificate.renewal",
        "Certificate.expires",
        "Certificate.in_use",
    ),
)
def certificate_renewal_stuck(one: Certificate, facts: Facts) -> Verdict:
    """Certificates that are not issued, or do not renew themselves.

    What it checks: requests that wait for more than three days or failed, and renewals that are not through within
    60 days of the end; low where nothing uses the certificate.
    Why it matters: it will not mend itself: a record that proves the domain is missing.
    How to mend: add the record that the certificate asks for to the zone, and leave it there for the renewals.
    Known limits: a renewal that began yesterday counts like one that waits for weeks.
    Source: AWS Certificate Manager User Guide, troubleshooting managed renewal.
    """
    words = _stuck(one, facts)
    if isinstance(words, NotCollected):
        return Unknown(words)
    if not words:
        return Pass()
    if one.in_use is True:
        return Fail(f"{words}.")
    unused = "; not known whether anything uses it" if isinstance(one.in_use, NotCollected) else ""
    return Fail(f"{words}{unused}.", Severity.LOW)


def _stuck(one: Certificate, facts: Facts) -> str | NotCollected:
    """What does not go on, as a sentence without its end; empty where nothing stands still."""
    if isinstance(one.status, NotCollected):
        return one.status
    if one.status in _FAILED:
        return f"The request for a certificate of {one.name} {_FAILED[one.status]}"
    if one.status == "PENDING_VALIDATION":
        if not isinstance(one.requested, date):
            return one.requested or NotCollected("aws-acm", one.arn, "not known since when it waits")
        waits = (facts.as_of - one.requested).days
        told = f"A certificate for {one.name} waits for {days(waits)} for its domain to be proved"
        return told if waits > _VALIDATION_DAYS else ""
    left = _left(one.expires, facts)
    if left is None or left > _RENEWAL_DAYS:
        return unread(one.expires) or ""
    if isinstance(one.renewal, NotCollected):
        return one.renewal
    if one.renewal and (one.renewal == "FAILED" or one.renewal.startswith("PENDING")):
        did = "failed" if one.renewal == "FAILED" else "is not through"
        return f"The renewal of the certificate of {one.name} {did}, and it {ends(left)}"
    return ""


@check(
    "AWS-ACM-03",
    of=Certificate,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-13",),
    reads=("Certificate.is_imported", "Certificate.in_use", "Certificate.expires"),
)
def certificate_by_hand(one: Certificate, facts: Facts) -> Verdict:
    """Certificates that somebody must renew by hand within 60 days.

    What it checks: certificates in use that came from elsewhere.
    Why it matters: nothing renews them, and the reminder goes to whoever bought them.
    How to mend: ask for one here, which renews itself, and put it in its place.
    Known limits: whether a program of yours brings the next one in time is not seen.
    Source: AWS Certificate Manager User Guide, importing certificates.
    """
    if one.is_imported is False:
        return NotApplicable("it renews itself")
    if one.in_use is False:
        return NotApplicable("nothing uses it")
    if gap := unread(one.is_imported, one.in_use, one.expires):
        return Unknown(gap)
    left = _left(one.expires, facts)
    if left is None or left > _RENEWAL_DAYS:
        return Pass()
    return Fail(f"The certificate of {one.name} {ends(left)}, and nobody renews it but by hand.")


@check(
    "AWS-ACM-04",
    of=Certificate,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Certificate.algorithm",),
)
def certificate_weak(one: Certificate, facts: Facts) -> Verdict:
    """Certificates whose key is too short.

    What it checks: the kind of the key.
    Why it matters: browsers refuse keys of 1,024 bits, and they can be broken.
    How to mend: ask for a new certificate with a key of 2,048 bits or an elliptic one.
    Known limits: none.
    Source: AWS Certificate Manager User Guide, key algorithms.
    """
    if isinstance(one.algorithm, NotCollected):
        return Unknown(one.algorithm)
    return Fail(f"The key of the certificate of {one.name} has 1,024 bits only.") if _is_weak(one) else Pass()


def _is_weak(one: Certificate) -> bool:
    return one.algorithm == "RSA_1024"


@check(
    "AWS-ACM-05",
    of=Certificate,
    severity=Severity.INFO,
    roles=("cto",),
    mend="XS",
    reads=("Certificate.status", "Certificate.in_use", "Certificate.issued"),
)
def certificate_unused(one: Certificate, facts: Facts) -> Verdict:
    """Certificates that nothing uses.

    What it checks: issued certificates that nothing serves, 30 days after they came.
    Why it matters: they hide those that count, and each is one more thing that ends.
    How to mend: delete it.
    Known limits: since when nothing uses it is not told; the day on which it was issued stands for it.
    Source: AWS Certificate Manager User Guide, deleting certificates.
    """
    if gap := unread(one.status, one.in_use):
        return Unknown(gap)
    if one.status != "ISSUED":
        return NotApplicable("it is not issued")
    if one.in_use:
        return Pass()
    if not isinstance(one.issued, date):
        return Unknown(one.issued or NotCollected("aws-acm", one.arn, "not known when it was issued"))
    age = (facts.as_of - one.issued).days
    return Fail(f"Nothing uses the certificate of {one.name}.") if age > _UNUSED_DAYS else Pass("it is new")
