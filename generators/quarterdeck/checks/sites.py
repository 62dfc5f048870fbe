"""What checks of sites share: which pages were read, what the business sells, and how addresses are named."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import wraps
from typing import TypeAlias

from quarterdeck.checks.resources import is_trial
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.sales import Offer
from quarterdeck.model.values import Blank
from quarterdeck.model.web import PageText, SiteCheck, SitePage

Pages: TypeAlias = tuple[tuple[SitePage, PageText], ...]
"""The pages of a site that were read, the home page first, with what each says."""

Judge: TypeAlias = Callable[[SiteCheck, Facts], Verdict]

_SELLING_KINDS = frozenset({"charter", "concert", "hauling", "delivery", "rental", "saas"})
_LISTED = 3

SHOP = frozenset({"home", "price", "book"})
"""Pages on which people decide."""
GUARDED = frozenset({"checkout", "sign-in"})
"""Pages on which people pay or sign in."""


def needs_all(*kinds: type[Pass | Fail]) -> Callable[[Judge], Judge]:
    """Let a pass, a failure or both stand only where no page was missed, for the one that was could turn it."""

    def decorate(judge: Judge) -> Judge:
        @wraps(judge)
        def judged(site: SiteCheck, facts: Facts) -> Verdict:
            verdict = judge(site, facts)
            gap = _missed(site, facts) if isinstance(verdict, kinds) else None
            return Unknown(gap) if gap else verdict

        return judged

    return decorate


def _missed(site: SiteCheck, facts: Facts) -> NotCollected | None:
    pages = (one for one in facts.of(SitePage, site.entity) if one.site == site.site)
    return next((one.says for one in pages if one.is_missed and isinstance(one.says, NotCollected)), None)


def asked(site: SiteCheck, *fields: object) -> Unknown | NotApplicable | None:
    """Why a question that only a live site answers cannot be judged; None where it can."""
    if not site.is_live:
        return NotApplicable("only a live site answers that")
    if site.answers is False:
        return Unknown(NotCollected("web", site.site, "the site does not answer"))
    gap = unread(*fields)
    return Unknown(gap) if gap else None


def told(site: SiteCheck, facts: Facts, *fields: object) -> Unknown | NotApplicable | None:
    """The same of a question that the source of a site answers as well; what answers counts for more."""
    if site.is_live:
        return asked(site, *fields)
    if any(one.is_live and one.site == site.site for one in facts.of(SiteCheck, site.entity)):
        return NotApplicable("the site itself was read")
    gap = unread(*fields)
    return Unknown(gap) if gap else None


def pages_of(site: SiteCheck, facts: Facts) -> Pages | Unknown | NotApplicable:
    """The pages of a site, from where it was read; why it cannot be judged where there is none."""
    if why := told(site, facts):
        return why
    of_site = [
        one
        for one in facts.of(SitePage, site.entity)
        if one.site == site.site and one.is_live == site.is_live
    ]
    pages = tuple((one, one.says) for one in of_site if isinstance(one.says, PageText))
    if pages:
        return tuple(sorted(pages, key=lambda one: ("home" not in one[0].purposes, one[0].path)))
    gap = unread(*(one.says for one in of_site))
    return Unknown(gap or NotCollected("web", site.site, "no page of it was read"))


def live_pages_of(site: SiteCheck, facts: Facts) -> Pages | Unknown | NotApplicable:
    """The same of a question that headers answer, which only a live site sends."""
    return asked(site) or pages_of(site, facts)


def written_pages_of(site: SiteCheck, facts: Facts) -> Pages | Unknown | NotApplicable:
    """The pages whose words stand in their HTML; not known where a script draws them all."""
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    return tuple(one for one in pages if not one[1].is_drawn) or drawn(site)


def drawn(site: SiteCheck) -> Unknown:
    """The answer where what is looked for may come with a script."""
    return Unknown(NotCollected("web", site.site, "the page is drawn by a script"))


def are_drawn(pages: Pages) -> bool:
    """Whether a script draws one of some pages."""
    return any(page.is_drawn for _, page in pages)


def for_purposes(pages: Pages, purposes: Collection[str]) -> Pages:
    """The pages that are for one of some purposes."""
    return tuple(one for one in pages if not set(purposes).isdisjoint(one[0].purposes))


def is_guarded(page: SitePage, says: PageText) -> bool:
    """Whether people pay or sign in there."""
    return says.signs_in or not GUARDED.isdisjoint(page.purposes)


def at(pages: Iterable[tuple[SitePage, PageText]]) -> str:
    """Where some pages are, by path: `the home page, /prices, /book and 2 more`."""
    return few(["the home page" if page.path == "/" else page.path for page, _ in pages])


def few(names: Sequence[str]) -> str:
    """The first three of some names, and how many more there are."""
    rest = len(names) - _LISTED
    if rest > 0:
        return f"{', '.join(names[:_LISTED])} and {rest} more"
    return " and ".join((*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]))


def business(site: SiteCheck, facts: Facts) -> Entity | None:
    """The business whose site it is; None where it has no handoff."""
    return next((one for one in facts.entities if one.entity == site.entity), None)


def is_of_kind(site: SiteCheck, facts: Facts, *kinds: str) -> bool:
    """Whether the business whose site it is, is of one of some kinds."""
    one = business(site, facts)
    return one is not None and one.kind in kinds


def sells(site: SiteCheck, facts: Facts) -> bool:
    """Whether the business sells something on its own: its handoff names offers, or it is of a kind that does.

    One of such a kind that bills nobody, as it is written, is a tool of its own people.
    """
    if facts.of(Offer, site.entity):
        return True
    one = business(site, facts)
    bills_nobody = one is not None and isinstance(one.billing_model, Blank) and one.billing_model.why == "n/a"
    return is_of_kind(site, facts, *_SELLING_KINDS) and not bills_nobody


def is_trial_site(site: SiteCheck, facts: Facts) -> bool:
    """Whether a site is for trying things out, by its name or as the settings say."""
    return is_trial(site.site) or site.site in facts.evidence.declared.spare
