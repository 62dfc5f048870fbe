"""Checks of what a site sends along to protect its visitors."""

from collections.abc import Callable

from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import Pages, asked, at, few, is_guarded, live_pages_of, needs_all, pages_of
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.apis import Api, ApiStage
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import PageText, SiteCheck

_TO = {"foreign": "a host that nobody knows", "mail": "a mail program"}


def _lacking(
    pages: Pages | Unknown | NotApplicable, has: Callable[[PageText], bool], message: str
) -> Verdict:
    """A failure where pages lack something, worse where people pay or sign in on one of them."""
    if not isinstance(pages, tuple):
        return pages
    bare = tuple(one for one in pages if not has(one[1]))
    if not bare:
        return Pass()
    guarded = tuple(one for one in bare if is_guarded(*one))
    if guarded:
        return Fail(f"{message}, though people pay or sign in on {at(guarded)}.", Severity.MEDIUM)
    return Fail(f"{message}: {at(bare)}.")


@check("WEB-06", of=SiteCheck, severity=Severity.LOW, roles=("cto",), mend="XS", reads=("SitePage.says",))
@needs_all(Pass)
def frame_not_guarded(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites whose pages any other site may show inside its own.

    What it checks: whether `frame-ancestors` or `X-Frame-Options` comes with each page.
    Why it matters: a stranger's page can lay its own over yours, and take what visitors click for you.
    How to mend: send `Content-Security-Policy: frame-ancestors 'self'`.
    Known limits: a booking page that others are meant to show has to name them.
    Source: MDN, frame-ancestors.
    """
    message = f"Other sites may show pages of {site.site} inside theirs"
    return _lacking(live_pages_of(site, facts), lambda page: page.has_frame_guard, message)


@check("WEB-07", of=SiteCheck, severity=Severity.LOW, roles=("cto",), mend="XS", reads=("SitePage.says",))
@needs_all(Pass)
def sniffing_allowed(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that let browsers guess what a file is.

    What it checks: whether `X-Content-Type-Options: nosniff` comes with each page.
    Why it matters: a file that somebody uploaded can run as a script.
    How to mend: send `X-Content-Type-Options: nosniff`.
    Known limits: headers of pictures and scripts are not looked at.
    Source: MDN, X-Content-Type-Options.
    """
    pages = live_pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    bare = tuple(one for one in pages if not one[1].has_nosniff)
    return Fail(f"{site.site} lets browsers guess what its files are: {at(bare)}.") if bare else Pass()


@check("WEB-08", of=SiteCheck, severity=Severity.LOW, roles=("cto",), mend="M", reads=("SitePage.says",))
@needs_all(Pass)
def content_policy_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that do not say where their scripts may come from.

    What it checks: a content policy in the header or the page; one that allows everything counts as none.
    Why it matters: a script that somebody smuggles in can read what visitors type, cards among it.
    How to mend: list the hosts that the site needs in a content policy; try it in report mode first.
    Known limits: how good a policy is beyond that is not judged.
    Source: MDN, Content-Security-Policy.
    """
    message = f"{site.site} does not say where its scripts may come from"
    return _lacking(pages_of(site, facts), lambda page: page.has_policy, message)


@check(
    "WEB-09",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("SiteCheck.lax_cookies",),
)
def cookie_lax(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites whose cookies travel unencrypted, or can be taken by a script.

    What it checks: the flags of cookies that the home page sets: Secure of all, HttpOnly and SameSite of sessions.
    Why it matters: whoever has the cookie of a session is the visitor.
    How to mend: set Secure on every cookie, HttpOnly and SameSite=Lax on those of sessions.
    Known limits: cookies that scripts set, and those after signing in, are not seen.
    Source: MDN, Set-Cookie.
    """
    if why := asked(site, site.lax_cookies):
        return why
    names = site.lax_cookies if isinstance(site.lax_cookies, tuple) else ()
    return Fail(f"{site.site} sets cookies that lack flags: {few(names)}.") if names else Pass()


@check(
    "WEB-10",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("SiteCheck.shares_with_all",),
)
def answer_shared_with_all(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that let scripts of any other site read their answers as the visitor.

    What it checks: whether a made-up origin is allowed, together with credentials.
    Why it matters: any page that a signed-in visitor opens can read what the site shows them.
    How to mend: allow the origins that you know by name, and credentials for those alone.
    Known limits: the home page is asked; other addresses may answer in other ways.
    Source: MDN, cross-origin resource sharing.
    """
    if why := asked(site, site.shares_with_all):
        return why
    if site.shares_with_all is True:
        return Fail(f"{site.site} lets scripts of any other site read its answers as the visitor.")
    return Pass()


@check("WEB-11", of=SiteCheck, severity=Severity.LOW, roles=("cto",), mend="XS", reads=("SitePage.says",))
@needs_all(Pass)
def referrer_leaks(site: SiteCheck, facts: Facts) -> Verdict:
    """Pages whose addresses hold something private, and that pass them on to every site they link to.

    What it checks: tokens and e-mail addresses in addresses, on pages without a referrer policy.
    Why it matters: other sites write such addresses into their logs.
    How to mend: send `Referrer-Policy: strict-origin-when-cross-origin`, and take tokens out of addresses.
    Known limits: addresses that scripts make are not seen.
    Source: MDN, Referrer-Policy.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    leaky = tuple(one for one in pages if one[1].leaky_addresses and not one[1].has_referrer_policy)
    if not leaky:
        return Pass()
    return Fail(f"{site.site} has tokens or e-mail addresses in addresses, and passes them on: {at(leaky)}.")


@check(
    "WEB-37",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    reads=("SitePage.says", "Function.url", "Function.reserved", "Api.host", "ApiStage.is_limited"),
)
@needs_all(Pass)
def form_goes_astray(site: SiteCheck, facts: Facts) -> Verdict:
    """Forms that send what visitors type to somebody unknown, into a mail program, or to a function without a limit.

    What it checks: where each form of the pages posts to, against the services that we know; and whether a function of
    the account that it posts to, or the interface before it, takes only so many calls.
    Why it matters: requests get lost, or land with somebody who has no business with them.
    How to mend: post to your own address, or to a service that you chose and named in the privacy page; give a
    function that takes forms a limit.
    Known limits: functions of accounts that no audit reads are not known; forms that scripts send are not seen.
    Source: Quarterdeck's own check.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    astray = {
        f"{form.host or _TO[form.to]} from {at([(page, says)])}"
        for page, says in pages
        for form in says.forms
        if form.to in _TO
    }
    if astray:
        return Fail(f"Forms of {site.site} go to {few(sorted(astray))}.")
    hosts = sorted({form.host for _, says in pages for form in says.forms if form.to == "function"})
    limited = {host: _is_limited(host, facts) for host in hosts}
    if unlimited := [host for host in hosts if limited[host] is False]:
        return Fail(
            f"Forms of {site.site} go to {few(unlimited)}, a function that takes any number of calls."
        )
    gap = unread(*limited.values())
    return Unknown(gap) if gap else Pass()


def _is_limited(host: str, facts: Facts) -> Flag:
    """Whether what answers at the provider's address of a function or interface takes only so many calls."""
    for one in facts.of(Function):
        if isinstance(one.url, str) and _host(one.url) == host:
            return one.reserved if isinstance(one.reserved, NotCollected) else one.reserved is not None
    for api in facts.of(Api):
        limits = [stage.is_limited for stage in facts.of(ApiStage) if stage.api == api.arn]
        if api.host == host and limits:
            return False if False in limits else unread(*limits) or True
    return NotCollected(
        "web", host, "a form posts to the address of a function; not known whether it is throttled"
    )


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0]
