"""Rules of sites and domains: owned tomorrow, counted, and encrypted."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import ends

_NOTICE_DAYS = 60
_LAST_DAYS = 14
_OLD_TLS = frozenset(
    {"SSLv3", "TLSv1", "TLSv1.0", "TLSv1_2016", "TLSv1.1", "TLSv1.1_2016", "TLS_1_0", "TLS_1_1"}
)


@rule(
    "R-CTO-14",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cmo", "mail and site stop with the domain"),),
    action="Renew it, lock it, and give a second person access.",
    effort_hours=1,
    reads=("RegisteredDomain.expires", "RegisteredDomain.auto_renew", "DomainCheck.expires"),
)
def domain_ends(known: Known) -> Iterator[Hit]:
    """A domain ends within 60 days, and is not known to renew itself; critical within 14 days.

    What it checks: the registrar's date, else that of the registry. A domain that renews itself is told within 14
    days alone, for by then it should have.
    Why it matters: on that day site and mail stop, and anybody may buy the name.
    How to mend: renew it by hand, switch on renewal and the lock, and let two people hold the access.
    Known limits: whether the card at the registrar still pays cannot be seen.
    Source: Amazon Route 53 Developer Guide, renewing the registration of a domain.
    """
    for one, end in _domains(known.facts):
        days = (end - known.as_of).days
        renews = isinstance(one, RegisteredDomain) and one.auto_renew is True
        if days > (_LAST_DAYS if renews else _NOTICE_DAYS):
            continue
        yield Hit(
            entity=one.entity,
            subject=one.domain,
            severity=Severity.CRITICAL if days <= _LAST_DAYS else None,
            message=f"{one.domain} {ends(days)}{'' if renews else ', and nobody knows that it renews itself'}.",
            evidence=(one.source,),
        )


def _domains(facts: Facts) -> Iterator[tuple[RegisteredDomain | DomainCheck, date]]:
    """Each domain with its last day, by its registrar, else by its registry."""
    told = set()
    for one in facts.of(RegisteredDomain):
        if isinstance(one.expires, date):
            told.add((one.entity, one.domain))
            yield one, one.expires
    for check in facts.of(DomainCheck):
        if isinstance(check.expires, date) and (check.entity, check.domain) not in told:
            yield check, check.expires


@rule(
    "R-CTO-24",
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    affects=(("cmo", "how many visitors order is not known (F-X6)"),),
    action="Add a counter that respects privacy.",
    effort_hours=2,
    reads=("SiteCheck.analytics",),
)
def site_uncounted(known: Known) -> Iterator[Hit]:  # noqa: ARG001 - its check says all of it
    """A site counts no visits.

    What it checks: the pages of every site, as they answer or as their source reads, by the check of them.
    Why it matters: without visitors no step of the way to an order can be judged.
    How to mend: a counter without cookies is one line.
    Known limits: counting from the server's log is not seen, unless the handoff says so.
    Source: Quarterdeck's own rule.
    """
    return iter(())


@rule(
    "R-CTO-25",
    severity=Severity.MEDIUM,
    roles=("cto",),
    affects=(("cmo", "browsers warn visitors, who then do not book"),),
    action="Redirect to HTTPS, with TLS 1.2 at least.",
    effort_hours=1,
    reads=("Distribution.https_only", "Distribution.min_tls"),
)
def site_unencrypted(known: Known) -> Iterator[Hit]:
    """A site is served unencrypted, with an old protocol, or mixes both.

    What it checks: what each distribution with a name of its own allows; and what each site answers, by the checks
    of them.
    Why it matters: browsers warn, and what visitors type can be read on the way.
    How to mend: redirect to HTTPS, accept TLS 1.2 and newer alone, and load everything encrypted.
    Known limits: pages behind the ones that were looked at may differ.
    Source: Mozilla, server side TLS.
    """
    for one in known.facts.of(Distribution):
        faults = ["allows requests without encryption"] if one.https_only is False else []
        faults += _old(one.min_tls)
        if faults and isinstance(one.aliases, tuple) and one.aliases:
            yield Hit(
                entity=one.entity,
                subject=one.aliases[0],
                message=f"{one.aliases[0]} {' and '.join(faults)}.",
                evidence=(one.source,),
            )


def _old(protocol: object) -> list[str]:
    return [f"accepts {protocol}"] if protocol in _OLD_TLS else []
