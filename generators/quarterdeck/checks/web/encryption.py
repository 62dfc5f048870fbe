"""Checks of how a site is encrypted."""

from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import asked, at, needs_all, pages_of
from quarterdeck.checks.words import ends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck

_OLD = frozenset({"SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})
_NOTICE_DAYS = 21
_HSTS_DAYS = 180


@check(
    "WEB-02",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-25",),
    reads=("SiteCheck.https", "SiteCheck.https_fault", "SitePage.says"),
)
def no_https(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that can be read, and so changed, on the way.

    What it checks: whether the site answers encrypted, and sends whoever comes unencrypted there.
    Why it matters: browsers warn, and what visitors type into a form can be read by others in the same café.
    How to mend: get a certificate, and redirect every plain request.
    Known limits: pages behind the home page may differ.
    Source: Mozilla, server side TLS.
    """
    if why := asked(site, site.https):
        return why
    if site.https:
        return Pass()
    fault = site.https_fault if isinstance(site.https_fault, str) else "it is served unencrypted"
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return Fail(f"{site.site} is not safe on the way: {fault}. Not known whether a form stands on it.")
    if forms := tuple(one for one in pages if one[1].collects or one[1].signs_in):
        return Fail(
            f"{site.site} is not safe on the way: {fault}. It has forms on {at(forms)}.", Severity.HIGH
        )
    return Fail(f"{site.site} is not safe on the way: {fault}.")


@check(
    "WEB-03",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-25", "R-CTO-13"),
    reads=("SiteCheck.min_tls", "SiteCheck.tls_fault", "SiteCheck.tls_expires"),
)
def tls_weak(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites whose certificate is wrong or ends soon, or that accept protocols which nobody trusts any more.

    What it checks: the certificate's chain, name and last day, and whether TLS 1.0 or 1.1 is accepted.
    Why it matters: browsers put a warning over the whole page.
    How to mend: renew the certificate for every name of the site, and accept TLS 1.2 and newer alone.
    Known limits: old protocols can be tried only where this machine still speaks them.
    Source: Mozilla, server side TLS.
    """
    if why := asked(site):
        return why
    if site.https is False and isinstance(site.tls_fault, NotCollected):
        return NotApplicable("it is not served encrypted at all")
    days = (site.tls_expires - facts.as_of).days if isinstance(site.tls_expires, date) else _NOTICE_DAYS + 1
    is_refused = isinstance(site.tls_fault, str) and days >= 0  # what has ended is refused for that
    is_ending = days <= _NOTICE_DAYS and not is_refused
    grave = [f"browsers refuse its certificate ({site.tls_fault})"] if is_refused else []
    grave += [f"its certificate {ends(days)}"] if is_ending else []
    faults = [*grave, *([f"it accepts {site.min_tls}"] if site.min_tls in _OLD else [])]
    if faults:
        severity = Severity.HIGH if grave else None
        return Fail(f"{site.site}: {' and '.join(faults)}.", severity, rule="R-CTO-13" if is_ending else "")
    gap = unread(site.tls_fault, site.tls_expires, site.min_tls)
    return Unknown(gap) if gap else Pass()


@check(
    "WEB-04",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-25",),
    reads=("SitePage.says", "SiteCheck.mixed_content"),
)
@needs_all(Pass)
def mixed_content(site: SiteCheck, facts: Facts) -> Verdict:
    """Encrypted pages that load or post something unencrypted.

    What it checks: addresses of forms, scripts, styles, frames and pictures on the pages that were read.
    Why it matters: browsers block such parts, and what a form posts can be read on the way.
    How to mend: write every such address with https.
    Known limits: what scripts load later is not seen.
    Source: MDN, mixed content.
    """
    pages = pages_of(site, facts)
    if isinstance(pages, Unknown) and site.mixed_content is True:
        return Fail(f"{site.site} loads or posts something unencrypted.")
    if not isinstance(pages, tuple):
        return pages
    counted = (
        (Severity.HIGH, "posts a form", tuple(one for one in pages if one[1].plain_forms)),
        (
            Severity.MEDIUM,
            "loads scripts, styles or frames",
            tuple(one for one in pages if one[1].plain_parts),
        ),
        (Severity.LOW, "loads pictures", tuple(one for one in pages if one[1].plain_images)),
    )
    found = [(severity, f"{what} on {at(where)}") for severity, what, where in counted if where]
    if not found:
        return Pass()
    words = " and ".join(what for _, what in found)
    return Fail(f"{site.site} {words} unencrypted.", found[0][0])


@check(
    "WEB-05",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("SiteCheck.https", "SiteCheck.hsts_days"),
)
def hsts_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that do not tell browsers to come back encrypted.

    What it checks: the header of strict transport security, and whether it holds for 180 days at least.
    Why it matters: the first request of a visitor who typed the name alone can be caught.
    How to mend: send `Strict-Transport-Security` with a year.
    Known limits: lists that browsers ship are not asked.
    Source: MDN, Strict-Transport-Security.
    """
    if why := asked(site):
        return why
    if site.https is False and isinstance(site.hsts_days, NotCollected):
        return NotApplicable("it is not served encrypted at all")
    if isinstance(site.hsts_days, NotCollected):
        return Unknown(site.hsts_days)
    if site.hsts_days >= _HSTS_DAYS:
        return Pass()
    if not site.hsts_days:
        return Fail(f"{site.site} does not tell browsers to come back encrypted.")
    return Fail(f"{site.site} tells browsers to come back encrypted for {site.hsts_days} days only.")
