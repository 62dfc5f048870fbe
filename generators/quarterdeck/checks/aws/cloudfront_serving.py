"""Checks of how a distribution serves: its first page, logs, headers, guards, errors and speed."""

import re
from decimal import Decimal

from quarterdeck.checks.aws.cloudfront import aliases_of, not_judged, places_of
from quarterdeck.checks.leading import api_at
from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import few
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.apis import ApiStage
from quarterdeck.model.cloud.distributions import Behavior, Distribution, Origin
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck, SitePage

_ENOUGH_REQUESTS = 1_000
_MANY_ERRORS = Decimal(5)
_SOME_ERRORS = Decimal(1)
_GUARDED = re.compile(r"log-?in|sign-?in|admin|checkout|account|auth", re.IGNORECASE)
_PURPOSES = frozenset({"checkout", "sign-in"})


def _default(one: Distribution) -> Behavior | None:
    return one.behaviors[0] if isinstance(one.behaviors, tuple) and one.behaviors else None


def _place_of(one: Distribution, behavior: Behavior | None) -> Origin | None:
    return next((place for place in places_of(one) if behavior and place.id == behavior.origin), None)


@check(
    "AWS-CF-10",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    reads=("Distribution.root", "Distribution.places", "Distribution.behaviors", "Distribution.is_on"),
)
def distribution_without_root(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that have no page for who types the bare name.

    What it checks: the default root object, where all other paths lead to a bucket and no function stands between.
    Why it matters: whoever types the name alone sees an error, or the list of all files.
    How to mend: set the default root object to index.html.
    Known limits: a bucket that answers as a web site has a first page of its own, and is not asked.
    Source: Amazon CloudFront Developer Guide, specifying a default root object.
    """
    if why := not_judged(one, one.places, one.behaviors):
        return why
    default = _default(one)
    place = _place_of(one, default)
    if place is None or place.kind != "bucket":
        return NotApplicable("its other paths lead to no bucket")
    if default is not None and default.has_function:
        return Pass("a function stands between")
    if isinstance(one.root, NotCollected):
        return Unknown(one.root)
    return Pass() if one.root else Fail(f"{one.subject} has no page for its bare name.")


@check(
    "AWS-CF-11",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Distribution.logging", "Distribution.is_on"),
)
def distribution_unlogged(one: Distribution, facts: Facts) -> Verdict:
    """Distributions of whose requests nobody keeps a record.

    What it checks: the log of the distribution, in the older way and the newer one.
    Why it matters: after an incident nobody can say who fetched what, or when it began.
    How to mend: switch on standard logging into a bucket that is blocked, and delete after 90 days.
    Known limits: logs that a program writes are not seen.
    Source: Amazon CloudFront Developer Guide, standard logging.
    """
    if why := not_judged(one, one.logging):
        return why
    return Pass() if one.logging else Fail(f"Nobody keeps a record of the requests to {one.subject}.")


@check(
    "AWS-CF-12",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Distribution.has_hsts", "Distribution.behaviors", "Distribution.is_on", "SiteCheck.hsts_days"),
)
def distribution_headers_missing(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that do not tell browsers to come back encrypted.

    What it checks: the policy of headers of all other paths, unless its site was read, which then says it itself.
    Why it matters: the first request of who typed the name alone can be caught on the way.
    How to mend: attach the provider's policy of security headers to the default behaviour.
    Known limits: a function may set headers, too; then it passes unless the site itself was read.
    Source: Amazon CloudFront Developer Guide, response headers policies.
    """
    if why := not_judged(one):
        return why
    told = [
        site.hsts_days
        for site in facts.of(SiteCheck)
        if site.is_live and site.site in aliases_of(one) and isinstance(site.hsts_days, int)
    ]
    if told:
        return Pass("its site does") if all(told) else NotApplicable("told with its site (WEB-05)")
    default = _default(one)
    if default is not None and default.has_function:
        return Pass("a function may set them")
    if gap := unread(one.behaviors, one.has_hsts):
        return Unknown(gap)
    return Pass() if one.has_hsts else Fail(f"{one.subject} does not tell browsers to come back encrypted.")


@check(
    "AWS-CF-13",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="M",
    reads=(
        "Distribution.waf",
        "Distribution.behaviors",
        "Distribution.places",
        "Distribution.is_on",
        "SitePage.purposes",
        "ApiStage.is_limited",
        "ApiStage.has_waf",
    ),
)
def distribution_unguarded_login(one: Distribution, facts: Facts) -> Verdict:
    """Distributions with a sign-in or checkout that may be tried as often as anybody likes.

    What it checks: paths of signing in, administration and checkout, for a firewall or limits behind them.
    Why it matters: stolen cards and passwords are tried by the thousand where nothing slows them down.
    How to mend: attach a firewall with a limit by address, or limit the calls of the interface behind it.
    Known limits: paths are told by name, and by what the pages of its site are for.
    Source: AWS WAF Developer Guide, rate-based rules.
    """
    if why := not_judged(one, one.behaviors, one.waf):
        return why
    behaviors = one.behaviors if isinstance(one.behaviors, tuple) else ()
    named = [each for each in behaviors if _GUARDED.search(each.path)]
    pages = [
        page.path
        for page in facts.of(SitePage)
        if page.site in aliases_of(one) and (_PURPOSES & set(page.purposes) or _GUARDED.search(page.path))
    ]
    if not named and not pages:
        return NotApplicable("it is not known to serve a sign-in or checkout")
    if one.waf is True:
        return Pass("a firewall stands before it")
    limits = {_is_limited(one, each, facts) for each in named or behaviors[:1]}
    paths = few(sorted({*(each.path for each in named), *pages}))
    if False in limits:
        return Fail(f"Nothing limits how often {paths} of {one.subject} is tried.")
    gap = unread(*limits)
    return Unknown(gap) if gap else Pass("the interface behind it limits calls")


def _is_limited(one: Distribution, behavior: Behavior, facts: Facts) -> Flag:
    """Whether the interface behind some paths limits calls; nothing else does."""
    place = _place_of(one, behavior)
    if place is None or place.kind != "api":
        return False
    api = api_at(place.host, facts)
    stages = [stage for stage in facts.of(ApiStage) if api is not None and stage.api == api.arn]
    if any(stage.is_limited is True or stage.has_waf is True for stage in stages):
        return True
    gap = unread(*(field for stage in stages for field in (stage.is_limited, stage.has_waf)))
    if gap or not stages:
        return gap or NotCollected("aws-apigateway", place.host, "not known whether it limits calls")
    return False


@check(
    "AWS-CF-16",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="M",
    feeds=("R-CTO-10",),
    reads=("Distribution.requests_30d", "Distribution.failed_30d"),
)
def distribution_error_rate(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that fail in one request of a hundred or more.

    What it checks: errors of servers as a share of 30 days, from 1,000 requests on; high from five of a hundred.
    Why it matters: each of them is a page that a visitor did not get.
    How to mend: read which paths fail in the log, and mend what stands behind them.
    Known limits: the service gives the share by period; busy and quiet periods count alike.
    Source: Amazon CloudFront Developer Guide, viewing CloudFront metrics.
    """
    if gap := unread(one.requests_30d, one.failed_30d):
        return Unknown(gap)
    requests = one.requests_30d if isinstance(one.requests_30d, int) else 0
    share = one.failed_30d if isinstance(one.failed_30d, Decimal) else Decimal(0)
    if requests < _ENOUGH_REQUESTS:
        return Pass(f"{requests:,} requests say too little")
    if share < _SOME_ERRORS:
        return Pass()
    severity = Severity.HIGH if share >= _MANY_ERRORS else None
    return Fail(f"{one.subject} failed in {share:.1f}% of {requests:,} requests in 30 days.", severity)


@check(
    "AWS-CF-18",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cmo", "cto"),
    mend="XS",
    reads=("Distribution.behaviors", "Distribution.places", "Distribution.is_on"),
)
def distribution_uncompressed(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that send more than they need, or fetch each file anew.

    What it checks: compression of the default behaviour, and paths of a bucket that are never kept near visitors.
    Why it matters: on a phone at the marina each second costs visitors.
    How to mend: switch on compression, and choose the provider's optimised policy of caching for buckets.
    Known limits: policies of caching of one's own are taken to keep something.
    Source: Amazon CloudFront Developer Guide, serving compressed files.
    """
    if why := not_judged(one, one.behaviors):
        return why
    default = _default(one)
    if default is not None and default.is_compressed is False:
        return Fail(f"{one.subject} sends its files uncompressed.")
    behaviors = one.behaviors if isinstance(one.behaviors, tuple) else ()
    kinds = {each: _place_of(one, each) for each in behaviors if not each.is_cached}
    anew = [
        each.path or "all other paths" for each, place in kinds.items() if place and place.kind == "bucket"
    ]
    if anew:
        return Fail(f"{one.subject} fetches each file anew from its bucket for {few(anew)}.")
    gap = unread(*([default.is_compressed] if default else []), *([one.places] if kinds else []))
    return Unknown(gap) if gap else Pass()
