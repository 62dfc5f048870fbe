"""Asks name servers about every domain: its mail, its zone, and who may issue certificates for it."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from quarterdeck.collectors import dmarc, spf
from quarterdeck.collectors.dkim import read_dkim
from quarterdeck.collectors.rdap import Rdap, fetched
from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.resolver import Answer, Asks
from quarterdeck.collectors.scope import Scope
from quarterdeck.collectors.zone import zone_of
from quarterdeck.model.observed import Flag, Names, NotCollected
from quarterdeck.model.web import DkimKey, DomainCheck

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_SPF = (
    "spf_lookups",
    "spf_voids",
    "spf_all",
    "spf_allows_some",
    "spf_uses_ptr",
    "spf_includes",
)
_DMARC = (
    "dmarc",
    "dmarc_records",
    "dmarc_at",
    "dmarc_fault",
    "dmarc_subdomains",
    "dmarc_share",
    "dmarc_testing",
    "dmarc_strict",
    "dmarc_reports",
    "dmarc_unheard",
)


@collector("dns", calls={}, kinds=(DomainCheck,), is_regional=False)
def domains(scope: Scope, net: Asks) -> Found:
    """Every domain of every business, several at once, in order of name and business; no machine by its number."""
    registry = Rdap(fetched) if scope.registry else None
    named = {(_plain(name), entity) for entity, names in scope.domains.items() for name in names}
    wanted = {(name, entity) for name, entity in named if "." in name and not _is_number(name)}
    selectors = {_plain(name): found for name, found in scope.selectors.items()}

    def told(one: tuple[str, str]) -> DomainCheck:
        domain, entity = one
        return DomainCheck(
            entity=entity,
            source=scope.source("DNS"),
            domain=domain,
            registrable=registrable(domain),
            **_ends(domain, registry),
            **_spf(domain, net),
            **_dmarc(domain, net),
            **_dkim(domain, selectors.get(domain, ()), net),
            **_mail_hosts(domain, net),
            **zone_of(domain, net, scope.taken_at, is_own=registrable(domain) == domain),
            issuers=_issuers(domain, net),
        )

    with ThreadPoolExecutor(scope.workers) as pool:
        yield from pool.map(told, sorted(wanted))


def _plain(name: str) -> str:
    return name.casefold().rstrip(".")


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - reads a long list

    return PublicSuffixList()


def registrable(domain: str) -> str:
    """The domain that somebody rents: `example.co.uk` of `www.example.co.uk`; itself where that is not known.

    Source: the public suffix list, as of the day in the version of its package.
    """
    return _suffixes().privatesuffix(domain) or domain


def _ends(domain: str, registry: Rdap | None) -> dict[str, Any]:
    if registrable(domain) != domain:
        return {}
    if registry is None:
        return {
            "expires": NotCollected("dns", domain, "registries are not asked unless dns.registry says so")
        }
    return {"expires": registry.ends(domain)}


def _spf(domain: str, net: Asks) -> dict[str, Any]:
    texts = net.ask(domain, "TXT")
    if isinstance(texts, NotCollected):
        return dict.fromkeys(("spf", "spf_records", *_SPF), texts)
    records = spf.records_of(texts)
    fields: dict[str, Any] = {"spf": bool(records), "spf_records": len(records)}
    if not records:
        return fields
    found = spf.read_spf(domain, records[0], net.ask)
    if isinstance(found, NotCollected):
        return fields | dict.fromkeys(_SPF, found)
    values = (
        found.lookups,
        found.voids,
        found.all,
        found.allows_some,
        found.uses_ptr,
        found.includes,
    )
    return fields | dict(zip(_SPF, values, strict=True))


def _dmarc(domain: str, net: Asks) -> dict[str, Any]:
    """The record of the domain, else that of the one it stands beneath."""
    for at in dict.fromkeys((domain, registrable(domain))):
        texts = net.ask(f"_dmarc.{at}", "TXT")
        if isinstance(texts, NotCollected):
            return dict.fromkeys(_DMARC, texts)
        if records := dmarc.records_of(texts):
            return _dmarc_fields(domain, at, records, net)
    return {"dmarc": None, "dmarc_records": 0, "dmarc_at": None, "dmarc_fault": None}


def _dmarc_fields(domain: str, at: str, records: tuple[str, ...], net: Asks) -> dict[str, Any]:
    found = dmarc.read_dmarc(records[0])
    is_one = len(records) == 1
    values = (
        (found.policy if at == domain else found.subdomains) if is_one else None,
        len(records),
        at,
        found.fault if is_one else "it stands there more than once",
        found.subdomains,
        found.share,
        found.is_testing,
        found.strict,
        found.reports,
        _unheard(at, found.reports, net),
    )
    return dict(zip(_DMARC, values, strict=True))


def _unheard(domain: str, reports: tuple[str, ...], net: Asks) -> Names:
    """Those that get no report: strangers that have not agreed, and those that take no mail."""
    lost = []
    for one in reports:
        hosts = net.ask(one, "MX")
        if isinstance(hosts, NotCollected):
            return hosts
        is_lost = not _hosts(hosts)
        if registrable(one) != registrable(domain):
            agreed = net.ask(f"{domain}._report._dmarc.{one}", "TXT")
            if isinstance(agreed, NotCollected):
                return agreed
            is_lost = is_lost or not dmarc.records_of(agreed)
        if is_lost:
            lost.append(one)
    return tuple(lost)


def _dkim(domain: str, selectors: tuple[str, ...], net: Asks) -> dict[str, Any]:
    if not selectors:
        gap = NotCollected("dns", domain, "nobody says under which names its keys stand")
        return {"dkim": gap, "dkim_keys": gap}
    keys = tuple(_key(domain, selector, net) for selector in sorted(set(selectors)))
    gap_or_none = next((one for one in keys if isinstance(one, NotCollected)), None)
    is_signed = any(isinstance(one, DkimKey) and one.state == "published" for one in keys)
    return {"dkim": is_signed or gap_or_none or False, "dkim_keys": keys}


def _key(domain: str, selector: str, net: Asks) -> DkimKey | NotCollected:
    name = f"{selector}._domainkey.{domain}"
    alias, texts = net.ask(name, "CNAME"), net.ask(name, "TXT")
    if isinstance(alias, NotCollected):
        return alias
    if isinstance(texts, NotCollected):
        return texts
    target = _plain(alias[0]) if alias else ""
    if not texts:
        return DkimKey(selector, "absent", target)
    found = read_dkim(selector, next((one for one in texts if "p=" in one), ""), target)
    return found or NotCollected("dns", name, "TXT: its key is not understood")


def _mail_hosts(domain: str, net: Asks) -> dict[str, Any]:
    answer, address = net.ask(domain, "MX"), _has_address(domain, net)
    if isinstance(answer, NotCollected):
        gaps = dict.fromkeys(("mx", "mx_hosts", "mx_refuses", "mx_gone"), answer)
        return {**gaps, "has_address": address}
    hosts = _hosts(answer)
    return {
        "mx": bool(hosts),
        "mx_hosts": hosts,
        "mx_refuses": bool(answer) and not hosts,
        "mx_gone": _gone(hosts, net),
        "has_address": address,
    }


def _hosts(answer: tuple[str, ...] | None) -> tuple[str, ...]:
    """The hosts of an answer about mail, without the one that says "none"."""
    found = (_plain(one.rpartition(" ")[2]) for one in answer or ())
    return tuple(sorted(one for one in found if one))


def _gone(hosts: tuple[str, ...], net: Asks) -> Names:
    lost = []
    for host in hosts:
        alias, address = net.ask(host, "CNAME"), _has_address(host, net)
        if isinstance(alias, NotCollected):
            return alias
        if isinstance(address, NotCollected):
            return address
        if alias or not address or _is_number(host):
            lost.append(host)
    return tuple(lost)


def _has_address(name: str, net: Asks) -> Flag:
    answers: list[Answer] = [net.ask(name, kind) for kind in ("A", "AAAA")]
    if any(isinstance(one, tuple) and one for one in answers):
        return True
    return next((one for one in answers if isinstance(one, NotCollected)), False)


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _issuers(domain: str, net: Asks) -> Names | None:
    """Who may issue, by the record nearest above the domain."""
    top, name = registrable(domain), domain
    while True:
        answer = net.ask(name, "CAA")
        if isinstance(answer, NotCollected):
            return answer
        if answer:
            return _named(answer)
        if name == top or "." not in name:
            return None
        name = name.partition(".")[2]


def _named(records: tuple[str, ...]) -> Names | None:
    """Who is named; none where the record says that nobody may, None where it says nothing of who."""
    values = [record.split(" ", 2)[2] for record in records if record.split(" ", 2)[1:2] == ["issue"]]
    if not values:
        return None
    names = {value.strip('"').partition(";")[0].strip().casefold() for value in values}
    return tuple(sorted(names - {""}))
