"""All report pages of one briefing, in the order of the navigation."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from quarterdeck.changes.pages import NO_LAST_CHANGES, LastChanges
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.finding import Role
from quarterdeck.model.page import Page
from quarterdeck.model.services import Client
from quarterdeck.reports import (
    accounting,
    assumptions_page,
    audits,
    billing,
    board,
    ceo,
    cfo,
    changed_page,
    clients,
    cmo,
    contradictions,
    cto,
    entity,
    home,
    not_known,
    rental,
)
from quarterdeck.reports.catalogue import formula_links, rule_links
from quarterdeck.reports.check_catalogue import check_links
from quarterdeck.reports.nearby import nearby
from quarterdeck.reports.skeleton import Site, entity_path

_ROLE_PAGES = {
    "ceo": ceo.page,
    "cto": cto.page,
    "cfo": cfo.page,
    "cmo": cmo.page,
    "accounting": accounting.page,
}


Keep = Callable[[Iterable[bytes], Callable[[], Page]], Page]
"""Makes a page, or knows it again by all that it is made of."""


def anew(_made_of: Iterable[bytes], make: Callable[[], Page]) -> Page:
    """Make it, whatever it is made of."""
    return make()


def report_pages(
    briefing: Briefing, keep: Keep = anew, last: LastChanges = NO_LAST_CHANGES
) -> tuple[Page, ...]:
    """Home, a page for each role of the audience, all in one, one for each business, the audits, and how sure it is."""
    site = site_of(briefing, last)
    roles = tuple(page for role in briefing.roles for page in role_pages(site, role))
    return (
        home.page(site),
        *roles,
        board.page(site, roles),
        *business_pages(site, keep),
        *_audits(site),
        changed_page.page(site, last),
        contradictions.page(site),
        assumptions_page.page(site),
        not_known.page(site),
    )


def site_of(briefing: Briefing, last: LastChanges = NO_LAST_CHANGES) -> Site:
    """One audience's briefing with the links that its pages share, and what changed on each of them last."""
    site = Site(briefing, formula_links(), rule_links() | check_links())
    return msgspec.structs.replace(site, changed=changed_page.changed_of(site, last))


def role_pages(site: Site, role: Role) -> Iterator[Page]:
    """The page of a role, then those that go on with it."""
    yield _ROLE_PAGES[role](site)
    if role == "cfo":
        yield cfo.plan_page(site)
    if role == "cto" and audits.has_looked(site.briefing):
        yield audits.page(site)


def business_pages(site: Site, keep: Keep = anew) -> Iterator[Page]:
    """The page of each business, made from what it may print and no more; remembered by just that."""
    links = msgspec.json.encode((site.formulas, site.rules), order="deterministic")
    for one in nearby(site.briefing):
        path = entity_path(one.entity.entity)
        changed = {path: site.changed[path]} if path in site.changed else {}
        part = Site(one.briefing, site.formulas, site.rules, changed)
        written = msgspec.json.encode(changed, order="deterministic")
        yield keep((links, written, *one.key), partial(entity.page, part, one.entity))


def _audits(site: Site) -> Iterator[Page]:
    with_clients = {client.entity for client in site.briefing.of(Client)}
    for one in site.briefing.entities:
        if one.kind == "rental":
            yield rental.page(site, one)
        elif one.kind == "delivery":
            yield billing.page(site, one)
        elif one.entity in with_clients:
            yield clients.page(site, one)
