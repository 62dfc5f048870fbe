"""Checks of what a site shows that it should not, and hides that it should not."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import (
    SHOP,
    asked,
    at,
    few,
    for_purposes,
    is_trial_site,
    live_pages_of,
    needs_all,
    pages_of,
)
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck


@check(
    "WEB-12",
    of=SiteCheck,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-01", "R-CTO-04"),
    reads=("SiteCheck.open_files",),
)
def files_left_open(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that hand out files with secrets in them.

    What it checks: seven addresses, where the settings allow it: repository, environment, backup, dump, source map.
    Why it matters: programs ask every site of the world for these files each day; whoever has them has the keys.
    How to mend: take the files off the server, and change every key that stood in them.
    Known limits: other names are not tried, and nothing that stands in the files is kept.
    Source: Quarterdeck's own check.
    """
    if why := asked(site):
        return why
    if site.open_files is None:
        return NotApplicable("web.probe is off in portfolio.yml")
    if isinstance(site.open_files, NotCollected):
        return Unknown(site.open_files)
    if not site.open_files:
        return Pass()
    words = f"Anyone can read {few(site.open_files)} at {site.site}."
    if all(one.endswith(".map") for one in site.open_files):
        return Fail(words, Severity.LOW, rule="WEB-12")  # a source map shows code, and proves no secret
    return Fail(words)


@check(
    "WEB-13",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-07",),
    reads=("SitePage.says",),
)
@needs_all(Pass)
def directory_listed(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that show a list of their files in place of a page.

    What it checks: whether a page that was read is a server's or a bucket's own list.
    Why it matters: visitors find what was never meant for them.
    How to mend: put a page there, and switch listing off.
    Known limits: folders that no page links to are not asked.
    Source: Quarterdeck's own check.
    """
    pages = live_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    listed = tuple(one for one in pages if one[1].is_listing)
    return Fail(f"{site.site} shows a list of its files on {at(listed)}.") if listed else Pass()


@check(
    "WEB-14",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cto", "cmo"),
    mend="XS",
    reads=("SitePage.says",),
)
@needs_all(Pass)
def staging_is_indexed(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites for trying things out that search engines may list.

    What it checks: sites that are named so, or that the settings call spare, for the mark that keeps them out.
    Why it matters: customers land on prices and days that are made up.
    How to mend: send `X-Robots-Tag: noindex` there, or ask for a password.
    Known limits: trial sites that the settings do not name are not looked at.
    Source: Google Search Central, block indexing with noindex.
    """
    if not is_trial_site(site, facts):
        return NotApplicable("it is the real site")
    pages = live_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    shown = tuple(one for one in pages if not one[1].is_hidden)
    return Fail(f"Search engines may list the trial site {site.site}: {at(shown)}.") if shown else Pass()


@check(
    "WEB-15",
    of=SiteCheck,
    severity=Severity.HIGH,
    roles=("cmo",),
    mend="XS",
    reads=("SiteCheck.robots_refuse", "SitePage.says"),
)
@needs_all(Pass)
def live_site_hidden(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that send search engines away.

    What it checks: `robots.txt`, and the mark on the home page and those with prices or booking.
    Why it matters: nobody who searches finds the business.
    How to mend: take `noindex` off these pages, and `Disallow: /` out of `robots.txt`.
    Known limits: pages such as terms may be left out on purpose, and are not looked at.
    Source: Google Search Central, robots.txt and noindex.
    """
    if is_trial_site(site, facts):
        return NotApplicable("it is for trying things out")
    if site.is_live and site.robots_refuse is True:
        return Fail(f"robots.txt of {site.site} sends every search engine away.")
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if hidden := tuple(one for one in for_purposes(pages, SHOP) if one[1].is_hidden):
        return Fail(f"{site.site} asks search engines to leave out {at(hidden)}.")
    if site.is_live and isinstance(site.robots_refuse, NotCollected):
        return Unknown(site.robots_refuse)
    return Pass()
