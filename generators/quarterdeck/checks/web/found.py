"""Checks of how a site is found, shared and counted."""

import re
from urllib.parse import urlsplit

from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import (
    are_drawn,
    at,
    drawn,
    for_purposes,
    needs_all,
    pages_of,
    told,
    written_pages_of,
)
from quarterdeck.model.check import Fail, Pass, Unknown, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck

_COUNTED_THERE = re.compile(
    r"server[- ]side (?:analytics|count|track)|count\w* (?:visits|visitors) (?:from|by|in) the (?:server|log)",
    re.IGNORECASE,
)


@check(
    "WEB-30",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo", "cto"),
    mend="S",
    feeds=("R-CTO-24",),
    reads=("SiteCheck.analytics", "prose"),
)
def no_analytics(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that count no visits.

    What it checks: the pages for a counter that we know, and the handoff for a word on counting at the server.
    Why it matters: without visitors no step of the way to an order can be judged.
    How to mend: add a counter without cookies; it is one line.
    Known limits: counting from the server's log is not seen, unless the handoff says so.
    Source: Quarterdeck's own check.
    """
    if why := told(site, facts, site.analytics):
        return why
    if site.analytics is not None:
        return Pass(f"{site.analytics} counts")
    prose = [one.text for one in facts.prose if one.entity == site.entity]
    bullets = [one.text for one in facts.bullets if one.entity == site.entity]
    if any(_COUNTED_THERE.search(one) for one in (*prose, *bullets)):
        return Pass("the handoff says that the server counts")
    return Fail(f"{site.site} counts no visits.")


@check("WEB-31", of=SiteCheck, severity=Severity.LOW, roles=("cmo",), mend="S", reads=("SitePage.says",))
@needs_all(Pass, Fail)
def no_structured_data(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that do not tell search engines what they are and sell.

    What it checks: JSON-LD or microdata of a business, product, offer, event, trip or service; whether it is JSON.
    Why it matters: stars, prices and dates in a search come from there.
    How to mend: put a `LocalBusiness` with address and hours on the home page, and an `Offer` by each price.
    Known limits: whether its fields are whole is not judged.
    Source: Google Search Central, structured data.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if broken := tuple(one for one in pages if one[1].is_broken_data):
        return Fail(f"Structured data of {site.site} is broken on {at(broken)}.")
    if any(says.structured for _, says in pages):
        return Pass()
    if are_drawn(pages):
        return drawn(site)
    return Fail(f"{site.site} does not tell search engines what it is and sells.")


@check(
    "WEB-32",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cmo",),
    mend="XS",
    reads=("SitePage.says", "SiteCheck.card_fault"),
)
def share_card_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that look bare when somebody shares them.

    What it checks: title and picture of Open Graph on the home page, and whether the picture is there.
    Why it matters: a link with a picture is opened far more often.
    How to mend: write `og:title` and `og:image` with a picture of 1200 by 630.
    Known limits: how the card looks in each program is not seen.
    Source: The Open Graph protocol.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    for _, says in for_purposes(pages, {"home"}):
        marks = {"title": says.card_title, "picture": says.card_image}
        if lacking := [name for name, mark in marks.items() if mark is None]:
            return Fail(f"Shared links of {site.site} have no {' and no '.join(lacking)}.")
        if not site.is_live:
            return Pass()
        if isinstance(site.card_fault, NotCollected):
            return Unknown(site.card_fault)
        if site.card_fault is not None:
            return Fail(f"The picture of shared links of {site.site} cannot be had: {site.card_fault}.")
        return Pass()
    return Unknown(NotCollected("web", site.site, "the home page was not read"))


@check(
    "WEB-33",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cmo",),
    mend="XS",
    reads=("SitePage.says", "SiteCheck.has_twin"),
)
@needs_all(Pass)
def canonical_wrong(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that are in a search twice, or send their rank to somebody else.

    What it checks: the canonical address of each page; that there is one where the site answers under two names.
    Why it matters: two addresses of one page share what one would have.
    How to mend: name the address with https and the name that you print, and redirect the other name there.
    Known limits: addresses that differ in what follows a question mark are not compared.
    Source: Google Search Central, consolidate duplicate addresses.
    """
    pages = written_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if astray := tuple(one for one in pages if _is_astray(one[1].canonical, site.site)):
        return Fail(f"Pages of {site.site} name another address as the right one: {at(astray)}.")
    bare = tuple(one for one in pages if one[1].canonical is None)
    if not bare or not site.is_live:
        return Pass()
    if isinstance(site.has_twin, NotCollected):
        return Unknown(site.has_twin)
    if site.has_twin:
        return Fail(f"{site.site} answers with www and without; {at(bare)} does not say which is right.")
    return Pass()


def _is_astray(canonical: str | None, site: str) -> bool:
    """Whether a canonical address is unencrypted, or of another host."""
    if canonical is None:
        return False
    try:
        parts = urlsplit(canonical)
    except ValueError:
        return True
    own = urlsplit(site if "://" in site else f"https://{site}").hostname or ""
    is_known = "." in own  # what stands in a repository alone has its name
    is_other = is_known and (parts.hostname or own).removeprefix("www.") != own.removeprefix("www.")
    return is_other or parts.scheme == "http"
