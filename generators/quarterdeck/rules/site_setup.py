"""Rules of sites and domains: owned tomorrow, counted, and encrypted."""

from collections.abc import Iterator

from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


@rule(
    "R-CTO-14",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cmo", "mail and site stop with the domain"),),
    action="Renew it, lock it, and give a second person access.",
    effort_hours=1,
    reads=("RegisteredDomain.expires", "RegisteredDomain.auto_renew", "DomainCheck.expires"),
)
def domain_ends(known: Known) -> Iterator[Hit]:  # noqa: ARG001 - its checks say all of it
    """A domain ends within 60 days, and is not known to renew itself; critical within 14 days.

    What it checks: by their checks, the registrar's date, else that of the registry. A domain that renews itself is
    told within 14 days alone, for by then it should have.
    Why it matters: on that day site and mail stop, and anybody may buy the name.
    How to mend: renew it by hand, switch on renewal and the lock, and let two people hold the access.
    Known limits: whether the card at the registrar still pays cannot be seen.
    Source: Amazon Route 53 Developer Guide, renewing the registration of a domain.
    """
    return iter(())


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
    reads=("Distribution.behaviors", "Distribution.min_tls"),
)
def site_unencrypted(known: Known) -> Iterator[Hit]:  # noqa: ARG001 - its checks say all of it
    """A site is served unencrypted, with an old protocol, or mixes both.

    What it checks: what each distribution allows, and what each site answers, by the checks of them.
    Why it matters: browsers warn, and what visitors type can be read on the way.
    How to mend: redirect to HTTPS, accept TLS 1.2 and newer alone, and load everything encrypted.
    Known limits: pages behind the ones that were looked at may differ.
    Source: Mozilla, server side TLS.
    """
    return iter(())
