"""Checks of distributions: encryption, certificates, and the names that they answer to."""

import re
from collections.abc import Iterable

from quarterdeck.checks.leading import leads_to
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.sites import few
from quarterdeck.checks.words import ends
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.distributions import Distribution, Origin
from quarterdeck.model.cloud.domains import Certificate
from quarterdeck.model.cloud.hosts import is_under
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck, SiteCheck

OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1", "TLSv1.1_2016"})
_NEW_TLS = frozenset({"TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"})
_PLAIN = "http-only"
_HOST = re.compile(r"https?://([^/:?#]+)")


def not_judged(one: Distribution, *fields: object) -> Unknown | NotApplicable | None:
    """Why a distribution cannot be judged: it is switched off, or something was not read; None where it can."""
    if one.is_on is False:
        return NotApplicable("it is switched off")
    gap = unread(one.is_on, *fields)
    return Unknown(gap) if gap else None


def aliases_of(one: Distribution) -> tuple[str, ...]:
    """The names that it answers to, as far as they were read."""
    return one.aliases if isinstance(one.aliases, tuple) else ()


def places_of(one: Distribution, *kinds: str) -> list[Origin]:
    """The places of some kinds that it fetches from; of all kinds without any."""
    places = one.places if isinstance(one.places, tuple) else ()
    return [place for place in places if not kinds or place.kind in kinds]


def serves_booking(one: Distribution, facts: Facts, names: Iterable[str]) -> bool:
    """Whether paths or names of it serve booking or payment, or the site's booking link leads to it."""
    if any(is_on_path(name, one.entity, facts, one.tags) for name in (*names, *aliases_of(one))):
        return True
    links = (site.booking_link for site in facts.of(SiteCheck) if isinstance(site.booking_link, str))
    hosts = {found[1].casefold() for link in links if (found := _HOST.match(link))}
    return not hosts.isdisjoint(aliases_of(one))


@check(
    "AWS-CF-01",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CTO-25",),
    reads=("Distribution.behaviors", "Distribution.is_on", "SiteCheck.booking_link"),
)
def distribution_plain_http(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that answer requests without encryption.

    What it checks: the viewer protocol policy of every behaviour; high where it serves booking or payment.
    Why it matters: browsers call the site not secure, and what visitors type can be read on the way.
    How to mend: set the viewer protocol policy of each behaviour to redirect to HTTPS.
    Known limits: that a path serves booking is told by settings, tags, its name or the site's booking link.
    Source: Amazon CloudFront Developer Guide, requiring HTTPS between viewers and CloudFront.
    """
    if why := not_judged(one, one.behaviors):
        return why
    behaviors = one.behaviors if isinstance(one.behaviors, tuple) else ()
    open_ = [each.path or "all other paths" for each in behaviors if each.protocol == "allow-all"]
    if open_:
        severity = Severity.HIGH if serves_booking(one, facts, open_) else None
        return Fail(f"{one.subject} answers without encryption for {few(open_)}.", severity)
    gap = unread(*(each.protocol for each in behaviors))
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-CF-02",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-25",),
    reads=("Distribution.min_tls", "Distribution.is_on"),
)
def distribution_old_tls(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that still accept protocols that are broken.

    What it checks: the oldest protocol of the security policy.
    Why it matters: old protocols can be read by others, and payment providers forbid them.
    How to mend: choose the newest security policy that the service recommends, TLS 1.2 at least.
    Known limits: a policy newer than our list is not known. The service's own certificate has its own policy.
    Source: Amazon CloudFront Developer Guide, supported protocols and ciphers.
    """
    if why := not_judged(one, one.min_tls):
        return why
    if one.min_tls is None:
        return NotApplicable("it answers with the service's own certificate")
    if one.min_tls in OLD_TLS:
        return Fail(f"{one.subject} accepts {one.min_tls}.")
    if one.min_tls in _NEW_TLS:
        return Pass()
    return Unknown(NotCollected("aws-cloudfront", one.name, f"the policy {one.min_tls} is not known"))


@check(
    "AWS-CF-03",
    of=Distribution,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-13",),
    reads=(
        "Distribution.aliases",
        "Distribution.certificate",
        "Distribution.is_on",
        "Certificate.names",
        "Certificate.expires",
    ),
)
def distribution_certificate_mismatch(one: Distribution, facts: Facts) -> Verdict:
    """Distributions whose certificate does not fit the names that they answer to.

    What it checks: every name against those of the certificate, and that it is there and has not ended.
    Why it matters: browsers show a warning in place of the site.
    How to mend: ask for a certificate with all names in us-east-1, and choose it for the distribution.
    Known limits: of certificates that are kept outside the certificate manager, names are not read.
    Source: Amazon CloudFront Developer Guide, requirements for using SSL/TLS certificates.
    """
    if why := not_judged(one, one.aliases, one.certificate):
        return why
    aliases = aliases_of(one)
    if not aliases:
        return NotApplicable("it has no name of its own")
    if one.certificate is None:
        return Fail(f"{few(aliases)} is answered with the service's own certificate, which is not for it.")
    known = next((each for each in facts.of(Certificate) if each.arn == one.certificate), None)
    if known is not None:
        return _fits(aliases, known, facts)
    if _are_listed(str(one.certificate), facts):
        return Fail(f"The certificate of {one.subject} is not there any more.")
    return Unknown(NotCollected("aws-acm", one.name, "not known for which names its certificate is"))


def _are_listed(arn: str, facts: Facts) -> bool:
    """Whether the certificates of the account and region of an ARN were looked at."""
    place = arn.rpartition("/")[0]
    neighbours = any(each.arn.startswith(f"{place}/") for each in facts.of(Certificate))
    return neighbours and facts.evidence.has_read(Certificate, "")


def _fits(aliases: tuple[str, ...], certificate: Certificate, facts: Facts) -> Verdict:
    if gap := unread(certificate.expires, certificate.names):
        return Unknown(gap)
    names = certificate.names if isinstance(certificate.names, tuple) else ()
    if bare := [alias for alias in aliases if not _covers(names, alias)]:
        return Fail(f"The certificate of {aliases[0]} is not for {few(bare)}.")
    end = certificate.expires
    if end is not None and not isinstance(end, NotCollected) and end < facts.as_of:
        return Fail(f"The certificate of {aliases[0]} {ends((end - facts.as_of).days)}.")
    return Pass()


def _covers(names: tuple[str, ...], alias: str) -> bool:
    """Whether a certificate is for a name; an asterisk stands for one word before the first dot."""
    return alias in names or f"*.{alias.partition('.')[2]}" in names


@check(
    "AWS-CF-04",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-25",),
    reads=("Distribution.places", "Distribution.behaviors", "Distribution.is_on"),
)
def distribution_origin_cleartext(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that fetch without encryption.

    What it checks: how every place is asked; low for a bucket's web site, which cannot be asked otherwise.
    Why it matters: the lock in the browser covers half of the way, and the rest goes in the clear.
    How to mend: ask the place by HTTPS only; of a bucket's web site, use the private bucket in its place.
    Known limits: places in groups that stand in for each other are told where they match the visitor alone.
    Source: Amazon CloudFront Developer Guide, requiring HTTPS to a custom origin.
    """
    if why := not_judged(one, one.places):
        return why
    clear = [place for place in places_of(one) if place.protocol == _PLAIN]
    matching = [place for place in places_of(one) if place.protocol == "match-viewer"]
    behaviors = one.behaviors if isinstance(one.behaviors, tuple) else ()
    open_ = {each.origin for each in behaviors if each.protocol == "allow-all"}
    clear += [place for place in matching if place.id in open_]
    if hard := [place.name for place in clear if place.kind != "website"]:
        return Fail(f"{one.subject} asks {few(hard)} without encryption.")
    gap = unread(*(place.protocol for place in places_of(one)), *((one.behaviors,) if matching else ()))
    if gap or (gap := unread(*(each.protocol for each in behaviors)) if matching else None):
        return Unknown(gap)
    if clear:
        names = few([place.name for place in clear])
        return Fail(
            f"{one.subject} asks the web site of bucket {names} without encryption; use a private bucket.",
            Severity.LOW,
        )
    return Pass()


@check(
    "AWS-CF-05",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Distribution.places", "Distribution.is_on"),
)
def distribution_origin_old_tls(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that may fetch by protocols that are broken.

    What it checks: the protocols with which every place is asked.
    Why it matters: whoever stands between can push both sides down to the weakest one.
    How to mend: leave TLS 1.2 alone among the protocols of the origin.
    Known limits: which protocol the place itself would choose is not seen.
    Source: Amazon CloudFront Developer Guide, minimum origin SSL protocol.
    """
    if why := not_judged(one, one.places):
        return why
    old = [
        place.name
        for place in places_of(one)
        if place.protocol != _PLAIN and not OLD_TLS.isdisjoint(place.tls)
    ]
    return Fail(f"{one.subject} may ask {few(old)} by an old protocol.") if old else Pass()


@check(
    "AWS-CF-14",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    reads=("Distribution.aliases", "Distribution.host", "Distribution.is_on", "ZoneRecord.targets"),
)
def distribution_alias_elsewhere(one: Distribution, facts: Facts) -> Verdict:
    """Distributions whose names lead somewhere else.

    What it checks: where each name leads in the zones of audited accounts.
    Why it matters: visitors see another site than you think, and the name stands in the way of who needs it.
    How to mend: point the name at the distribution, or take it off the distribution.
    Known limits: of names whose zone is kept elsewhere it is not known; a proxy in between counts as elsewhere.
    Source: Amazon CloudFront Developer Guide, using custom URLs.
    """
    if why := not_judged(one, one.aliases, one.host):
        return why
    found = {alias: leads_to(alias, facts) for alias in aliases_of(one)}
    if not found:
        return NotApplicable("it has no name of its own")
    for alias, at in found.items():
        if isinstance(at, tuple) and one.host not in at:
            where = f"leads to {few(at)}" if at else "leads nowhere"
            return Fail(f"{alias} {where}, and not to its distribution {one.name}.")
    gap = unread(*found.values())
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-CF-15",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-17",),
    reads=("Distribution.aliases", "entity.sites", "DomainCheck.domain", "SiteCheck.site"),
)
def distribution_alias_unknown(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that answer to a name of no business.

    What it checks: every name against the sites and domains of the settings and the handoffs.
    Why it matters: nobody looks after what belongs to nobody, and its cost is nobody's either.
    How to mend: name the site under its business in portfolio.yml, or take the name off.
    Known limits: told of distributions that are switched off, too.
    Source: Quarterdeck's own check.
    """
    if isinstance(one.aliases, NotCollected):
        return Unknown(one.aliases)
    known = _known_names(facts)
    lost = [
        alias for alias in one.aliases if not any(is_under(alias.removeprefix("*."), name) for name in known)
    ]
    if not lost:
        return Pass()
    if not facts.evidence.has_read(DomainCheck, ""):
        return Unknown(NotCollected("dns", one.name, "not known which domains the businesses have"))
    return Fail(f"{few(lost)} of distribution {one.name} belongs to no business.")


def _known_names(facts: Facts) -> set[str]:
    """Names of sites and domains that somebody gave to a business."""
    names = [name for sites in facts.evidence.declared.sites.values() for name in sites]
    names += [site for one in facts.entities if isinstance(one.sites, tuple) for site in one.sites]
    names += [one.domain for one in facts.of(DomainCheck) if one.entity]
    names += [one.site for one in facts.of(SiteCheck) if one.entity]
    return {(name.partition("://")[2] or name).partition("/")[0] for name in map(str.casefold, names)}
