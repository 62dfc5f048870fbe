"""Checks of how a site answers: at all, in time, not too heavy, and whole."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.sites import asked, few, told
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import WAIT_STEPS_MS, PageText, SiteCheck, SitePage

_MIB = 1024 * 1024
_HEAVY = 3 * _MIB
_RATHER_HEAVY = 3 * _MIB // 2
_OK = 200


@check(
    "WEB-01",
    of=SiteCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo", "ceo"),
    mend="M",
    feeds=("R-QDN-01",),
    over=("WEB-02", "WEB-03", "WEB-04"),
    reads=("SiteCheck.answers", "SiteCheck.silence"),
)
def site_down(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that do not answer.

    What it checks: whether the home page answered without an error of the server, asked twice, a minute apart.
    Why it matters: whoever comes now goes to somebody else.
    How to mend: look whether the name still leads to the server, then at the server's own log.
    Known limits: it was asked from one place; from elsewhere it may have answered.
    Source: Quarterdeck's own check.
    """
    if not site.is_live:
        return NotApplicable("only a live site answers that")
    if isinstance(site.answers, NotCollected):
        return Unknown(site.answers)
    if site.answers:
        return Pass()
    why = f": {site.silence}" if isinstance(site.silence, str) else ""
    is_path = is_on_path(site.site, site.entity, facts) or _is_booked_at(site, facts)
    return Fail(f"{site.site} did not answer, twice{why}.", Severity.CRITICAL if is_path else None)


def _is_booked_at(site: SiteCheck, facts: Facts) -> bool:
    """Whether a booking link of the business leads to the site."""
    links = (one.booking_link for one in facts.of(SiteCheck, site.entity))
    return any(
        isinstance(link, str) and link.partition("://")[2].startswith(f"{site.site}/") for link in links
    )


@check(
    "WEB-34",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo", "cto"),
    mend="S",
    reads=("SiteCheck.broken_links",),
)
def links_broken(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites with links or pictures that lead nowhere.

    What it checks: addresses of the site itself that the pages name, up to eighty of them.
    Why it matters: a visitor who meets a dead end doubts the rest.
    How to mend: correct each link, or bring the page back.
    Known limits: links to other sites are not followed.
    Source: Quarterdeck's own check.
    """
    if why := told(site, facts, site.broken_links):
        return why
    names = site.broken_links if isinstance(site.broken_links, tuple) else ()
    if not names:
        return Pass()
    if len(names) == 1:
        return Fail(f"{site.site} leads to an address of its own that is not there: {names[0]}.")
    return Fail(f"{site.site} leads to {len(names)} addresses of its own that are not there: {few(names)}.")


@check(
    "WEB-35",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cmo", "cto"),
    mend="S",
    reads=("SiteCheck.page_bytes", "SiteCheck.heavy_images"),
)
def page_heavy(site: SiteCheck, facts: Facts) -> Verdict:
    """Home pages that weigh so much that phones wait for them.

    What it checks: the page with its own scripts, styles and pictures, and each of its pictures by itself.
    Why it matters: on a phone outdoors three megabytes take half a minute.
    How to mend: save pictures at the size in which they are shown, in a modern format.
    Known limits: sizes are those that the server tells; parts without one, and those of other hosts, are left out.
    Source: web.dev, optimise your images.
    """
    if why := told(site, facts, site.page_bytes):
        return why
    size = site.page_bytes if isinstance(site.page_bytes, int) else 0
    images = site.heavy_images if isinstance(site.heavy_images, tuple) else ()
    told_of = [f"weighs at least {size / _MIB:.1f} MB"] if size > _RATHER_HEAVY else []
    told_of += [f"has pictures of more than 500 KB: {few(images)}"] if images else []
    if told_of:
        severity = Severity.MEDIUM if size > _HEAVY else None
        return Fail(f"The home page of {site.site} {' and '.join(told_of)}.", severity)
    return Unknown(site.heavy_images) if isinstance(site.heavy_images, NotCollected) else Pass()


@check(
    "WEB-36",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cto", "cmo"),
    mend="M",
    reads=("SiteCheck.first_byte_ms", "SiteCheck.from_ci"),
)
def page_slow(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that let visitors wait before anything comes.

    What it checks: how long each of two requests waited for the first byte of the home page.
    Why it matters: whoever waits two seconds for nothing goes back to the search.
    How to mend: put the pages behind a distribution near your visitors, and look what the server does first.
    Known limits: measured from one machine; of what a CI service measured alone nothing is said.
    Source: web.dev, time to first byte.
    """
    if why := asked(site, site.first_byte_ms, site.from_ci):
        return why
    waits = site.first_byte_ms if isinstance(site.first_byte_ms, tuple) else ()
    if site.from_ci or not waits:
        return Unknown(NotCollected("web", site.site, "it was measured by a machine of a CI service alone"))
    _, slow, very_slow = WAIT_STEPS_MS
    if min(waits) < slow:
        return Pass()
    day = f" on {site.source.as_of}" if site.source.as_of else ""
    return Fail(
        f"{site.site} took more than {min(waits):,} ms to its first byte, twice, "
        f"asked{day} from the machine that collected.",
        Severity.MEDIUM if min(waits) >= very_slow else None,
    )


@check(
    "WEB-38",
    of=SiteCheck,
    severity=Severity.LOW,
    roles=("cmo", "cto"),
    mend="XS",
    reads=("SiteCheck.missing_page", "SiteCheck.missing_leads_home", "SitePage.says"),
)
def missing_page_says_ok(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that answer for a page that never was as if it were there, or leave the visitor stranded.

    What it checks: the status and the links of the answer for a made-up address.
    Why it matters: search engines keep pages that are none; visitors with an old link leave.
    How to mend: answer 404 with a page that links home.
    Known limits: a site of one page that a script draws, and that search engines leave out, may answer as it likes.
    Source: Google Search Central, soft 404 errors.
    """
    if why := asked(site, site.missing_page, site.missing_leads_home):
        return why
    if site.missing_page == _OK:
        if _is_one_app(site, facts):
            return Pass("it is one page that a script draws, and search engines leave it out")
        return Fail(f"{site.site} answers for a page that never was as if it were there.")
    if site.missing_leads_home:
        return Pass()
    return Fail(f"The page that {site.site} shows for a wrong address has no link home.")


def _is_one_app(site: SiteCheck, facts: Facts) -> bool:
    return any(
        isinstance(one.says, PageText) and one.says.is_drawn and one.says.is_hidden
        for one in facts.of(SitePage, site.entity)
        if one.site == site.site and "home" in one.purposes
    )
