"""Checks of the zone of a domain: its servers, its certificates, and how long it is ours."""

from collections.abc import Mapping
from datetime import date

from quarterdeck.checks.registry import check
from quarterdeck.figures.names import folded
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Compliance
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck, SiteCheck

_SERVERS = 2
_NOTICE_DAYS = 60
_LAST_DAYS = 14

_AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")
_DIGICERT = ("digicert.com", "thawte.com", "geotrust.com", "rapidssl.com", "digicert.ne.jp")
_SECTIGO = ("sectigo.com", "comodoca.com", "comodo.com", "usertrust.com", "trust-provider.com")
_ISSUERS: Mapping[str, tuple[str, ...]] = {
    "let's encrypt": ("letsencrypt.org",),
    "amazon": _AMAZON,
    "google trust": ("pki.goog",),
    "digicert": _DIGICERT,
    "geotrust": _DIGICERT,
    "thawte": _DIGICERT,
    "rapidssl": _DIGICERT,
    "sectigo": _SECTIGO,
    "comodo": _SECTIGO,
    "zerossl": ("zerossl.com", *_SECTIGO),
    "globalsign": ("globalsign.com",),
    "godaddy": ("godaddy.com", "starfieldtech.com"),
    "starfield": ("starfieldtech.com", "godaddy.com"),
    "entrust": ("entrust.net",),
    "ssl.com": ("ssl.com",),
    "ssl corporation": ("ssl.com",),
    "buypass": ("buypass.com", "buypass.no"),
    "actalis": ("actalis.it",),
    "certum": ("certum.pl", "certum.eu"),
    "identrust": ("identrust.com",),
    "cloudflare": ("digicert.com", "letsencrypt.org", "pki.goog", "ssl.com"),
}
"""A part of an issuer's name, in small letters -> what a record must name to let it issue."""


@check(
    "DNS-15",
    of=DomainCheck,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-13",),
    reads=("DomainCheck.issuers", "SiteCheck.tls_issuer"),
)
def certificate_issuers_open(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains that let anybody issue certificates for them, or not the one who does.

    What it checks: the CAA record of the domain or above it; high where it leaves out the issuer of its site.
    Why it matters: a record that leaves the own issuer out stops the next renewal; none lets a stranger try.
    How to mend: publish CAA records that name the issuer in use, such as amazon.com or letsencrypt.org.
    Known limits: names beneath a domain without a record are told with it. An issuer that is not in our list is
    not known.
    Source: RFC 8659; AWS Certificate Manager User Guide, configure a CAA record.
    """
    if isinstance(one.issuers, NotCollected):
        return Unknown(one.issuers)
    if one.issuers is None:
        if isinstance(one.registrable, str) and one.registrable != one.domain:
            return NotApplicable(f"told with {one.registrable}")
        return Fail(f"Anybody may issue certificates for {one.domain}.")
    sites = [site for site in facts.of(SiteCheck) if _host(site.site) == one.domain and site.is_live]
    if not sites:
        if facts.evidence.has_read(SiteCheck, one.entity):
            return Pass("no site answers there")
        return Unknown(NotCollected("web", one.domain, "not known who issued the certificate in use"))
    return _allows(one, one.issuers, sites[0].tls_issuer)


def _allows(one: DomainCheck, issuers: tuple[str, ...], issuer: str | NotCollected) -> Verdict:
    if isinstance(issuer, NotCollected):
        return Unknown(issuer)
    wanted = next((names for part, names in _ISSUERS.items() if part in issuer.casefold()), ())
    if issuers and not wanted:
        return Unknown(NotCollected("web", one.domain, f"not known what a record must name for {issuer}"))
    if set(wanted) & set(issuers):
        return Pass()
    return Fail(
        f"The CAA record of {one.domain} leaves out {issuer}, who issued its certificate: "
        "the next renewal fails.",
        Severity.HIGH,
    )


def _host(site: str) -> str:
    return site.partition("://")[2].partition("/")[0] if "://" in site else site.partition("/")[0]


@check(
    "DNS-16",
    of=DomainCheck,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=(
        "DomainCheck.name_servers",
        "DomainCheck.silent_servers",
        "DomainCheck.servers_differ",
        "DomainCheck.dnssec",
    ),
)
def zone_answers_badly(one: DomainCheck, facts: Facts) -> Verdict:
    """Zones whose servers are too few, differ, or sign wrongly.

    What it checks: that two name servers answer, that they tell one version of the zone, and that its signatures
    hold; critical where they are broken, info where there are none.
    Why it matters: behind broken signatures a site is gone for everybody who checks them.
    How to mend: name two servers that answer; with broken signatures, take the DS record out at the registrar.
    Known limits: since when servers differ is told by the number of the version, where that is a day or a time.
    Source: RFC 1034, section 4.1; RFC 4035; RFC 2182.
    """
    if one.dnssec == "broken":
        return Fail(
            f"The signatures of {one.domain} are broken: whoever checks them cannot reach it.",
            Severity.CRITICAL,
        )
    if one.name_servers is None:
        return NotApplicable("it is part of another zone")
    if gap := unread(one.name_servers, one.silent_servers):
        return Unknown(gap)
    servers, silent = one.name_servers, one.silent_servers
    if not servers:
        return Fail(f"{one.domain} has no name servers: nobody finds it.", Severity.MEDIUM)
    if isinstance(servers, tuple) and isinstance(silent, tuple) and len(servers) - len(silent) < _SERVERS:
        return Fail(f"{len(servers) - len(silent)} of {len(servers)} name servers of {one.domain} answer.")
    if one.servers_differ is True:
        return Fail(f"The name servers of {one.domain} have told different things for more than an hour.")
    if gap := unread(one.servers_differ, one.dnssec):
        return Unknown(gap)
    return (
        Pass() if one.dnssec == "signed" else Fail(f"The zone of {one.domain} is not signed.", Severity.INFO)
    )


@check(
    "DNS-17",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("ceo", "cto", "cmo"),
    mend="XS",
    feeds=("R-CTO-14", "R-CLI-07"),
    reads=("DomainCheck.expires", "compliance.expires", "clients.domain_expires", "RegisteredDomain.domain"),
)
def outside_domain_ends_soon(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains at registrars outside the cloud that end within 60 days.

    What it checks: the day that the registry says, where the settings let us ask, else the handoff's; critical
    within 14 days.
    Why it matters: on that day site and mail stop, and anybody may rent the name.
    How to mend: renew it, switch on renewal, and let two people hold the access.
    Known limits: whether the registrar renews it by itself is not seen.
    Source: RFC 9083, events.
    """
    if isinstance(one.registrable, str) and one.registrable != one.domain:
        return NotApplicable(f"told with {one.registrable}")
    if any(known.domain == one.domain for known in facts.of(RegisteredDomain)):
        return NotApplicable("an audited account is the registrar's customer")
    end = _written(one, facts) or one.expires if isinstance(one.expires, NotCollected) else one.expires
    if isinstance(end, NotCollected):
        return Unknown(end)
    days = (end - facts.as_of).days
    if days > _NOTICE_DAYS:
        return Pass()
    when = f"ends in {days} days" if days > 0 else "ends today" if days == 0 else f"ended {-days} days ago"
    return Fail(f"{one.domain} {when}.", Severity.CRITICAL if days <= _LAST_DAYS else None)


def _written(one: DomainCheck, facts: Facts) -> date | None:
    """The day that the handoff names for it, among its papers or its clients."""
    name = folded(one.domain)
    papers = (
        row.expires
        for row in facts.of(Compliance, one.entity)
        if isinstance(row.applies_to, str) and folded(row.applies_to) == name
    )
    clients = (
        row.domain_expires
        for row in facts.of(Client, one.entity)
        if isinstance(row.client, str) and folded(row.client) == name
    )
    return next((day for day in (*papers, *clients) if isinstance(day, date)), None)
