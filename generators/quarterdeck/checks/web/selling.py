"""Checks of whether a site sells: price, booking, free days, a way to ask, and the terms."""

from collections.abc import Iterator

from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import (
    SHOP,
    are_drawn,
    asked,
    drawn,
    few,
    for_purposes,
    is_of_kind,
    needs_all,
    pages_of,
    sells,
)
from quarterdeck.figures.kpis import printed
from quarterdeck.figures.names import folded
from quarterdeck.model.check import Fail, NotApplicable, Pass, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import FunnelStep, Offer
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.model.web import SiteCheck

_BUYING = frozenset({"cart", "checkout", "payment"})
_SELLS_NOTHING = NotApplicable("the business sells nothing by itself")


@check(
    "WEB-23",
    of=SiteCheck,
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    mend="S",
    feeds=("R-QDN-02",),
    reads=("SitePage.says", "offers.offer", "entity.kind"),
)
@needs_all(Fail)
def price_not_visible(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites of businesses that sell, without any price.

    What it checks: amounts of money, in text or structured data, on the home page and those of prices and booking.
    Why it matters: most people who cannot find a price neither call nor write.
    How to mend: publish a price for each offer; “from” is enough where it varies.
    Known limits: prices in pictures are not seen, nor those that a script fetches.
    Source: Quarterdeck's own check.
    """
    if not sells(site, facts):
        return _SELLS_NOTHING
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    shop = for_purposes(pages, SHOP)
    if any(says.prices or says.fills_amount for _, says in shop):
        return Pass()
    if are_drawn(shop):
        return drawn(site)
    return Fail(
        f"{site.site} names no price on the home page, nor where it speaks of prices or booking.",
        about="price",
    )


@check(
    "WEB-24",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    mend="XS",
    feeds=("R-DAT-03",),
    reads=("SitePage.says", "offers.offer", "offers.price"),
)
@needs_all(Pass, Fail)
def price_differs(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that show another price for an offer than the handoff does.

    What it checks: amounts that follow an offer's name on the pages, against the price of that offer.
    Why it matters: one of the two is wrong: customers are promised it, or the reports count with it.
    How to mend: correct the site or the handoff, whichever is old.
    Known limits: an offer that the site calls by another name is not found; one right amount beside it is enough.
    Source: Quarterdeck's own check.
    """
    wanted = {one.offer: one.price for one in facts.of(Offer, site.entity) if isinstance(one.price, Money)}
    prices = {name: price for name, price in wanted.items() if isinstance(name, str)}
    if not prices:
        return NotApplicable("the handoff names no price")
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    shown: dict[str, list[Money]] = {}
    for _, says in pages:
        for beside, amount in says.prices:
            if name := _nearest(beside, prices):
                shown.setdefault(name, []).append(amount)
    differing = list(_differing(prices, shown))
    return Fail(f"{site.site} shows {few(differing)}.") if differing else Pass()


def _nearest(beside: str, names: dict[str, Money]) -> str:
    """The name that stands last in some words; empty where none does."""
    text = folded(beside)
    places = {name: text.rfind(folded(name)) for name in names if folded(name)}
    found = [(at, len(name), name) for name, at in places.items() if at >= 0]
    return max(found)[2] if found else ""


def _differing(prices: dict[str, Money], shown: dict[str, list[Money]]) -> Iterator[str]:
    for name, price in prices.items():
        amounts = [one for one in shown.get(name, ()) if one.currency == price.currency]
        if amounts and price.amount not in {one.amount for one in amounts}:
            first, wanted = (printed(one, "money", one.currency) for one in (amounts[0], price))
            yield f"{first} for {name}, which is {wanted} in the handoff"


@check(
    "WEB-25",
    of=SiteCheck,
    severity=Severity.HIGH,
    roles=("cmo", "ceo", "cto"),
    mend="M",
    feeds=("R-QDN-01", "R-CMO-12"),
    reads=("SiteCheck.booking_link", "offers.offer", "entity.kind", "funnel.step"),
)
@needs_all(Fail)
def no_way_to_book(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites of businesses that sell, on which nobody can book, buy, reserve or ask for a quote.

    What it checks: links, forms and known tools on the home page and the pages that it links to.
    Why it matters: whoever wants to buy now cannot.
    How to mend: link a booking or payment page from the home page; a hosted one takes an hour.
    Known limits: a button that only a script makes is not seen.
    Source: Quarterdeck's own check.
    """
    if not sells(site, facts):
        return _SELLS_NOTHING
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if any(says.booking for _, says in pages):
        return Pass()
    if are_drawn(pages):
        return drawn(site)
    steps = _buying_steps(site, facts)
    contradicts = ", though its handoff says that one can" if "works" in steps else ""
    return Fail(
        f"Nobody can book, buy or ask for a quote at {site.site}{contradicts}.",
        Severity.CRITICAL if steps else None,
        about="checkout",
    )


def _buying_steps(site: SiteCheck, facts: Facts) -> frozenset[str]:
    """How the steps of buying are, as the handoff has them: none where it says that nothing is sold online."""
    rows = [one for one in facts.of(FunnelStep, site.entity) if one.step in _BUYING]
    return frozenset(one.state for one in rows if isinstance(one.state, str))


@check(
    "WEB-26",
    of=SiteCheck,
    severity=Severity.CRITICAL,
    roles=("cmo", "cto"),
    mend="S",
    feeds=("R-QDN-01", "R-QDN-04"),
    over=("WEB-25",),
    reads=("SiteCheck.booking_link", "SiteCheck.booking_fault"),
)
def booking_link_broken(site: SiteCheck, facts: Facts) -> Verdict:
    """Booking links that lead to an error, an empty page, or a domain that is for sale.

    What it checks: the page behind the first booking link of the site.
    Why it matters: every visitor who wanted to pay met that page.
    How to mend: correct the link today, and order something as a customer would.
    Known limits: whether an order goes through is not tried; what the page's scripts do is not seen.
    Source: Quarterdeck's own check.
    """
    if why := asked(site, site.booking_link, site.booking_fault):
        return why
    if site.booking_link is None:
        return NotApplicable("there is no booking link")
    if site.booking_fault is None:
        return Pass()
    message = f"The booking link of {site.site} ({site.booking_link}) fails: {site.booking_fault}."
    return Fail(message, about="checkout")


@check(
    "WEB-27",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo",),
    mend="M",
    feeds=("R-QDN-03",),
    reads=("SitePage.says", "entity.kind"),
)
@needs_all(Fail)
def availability_not_visible(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites of charters, haulers and rentals that show no free days.

    What it checks: a calendar, a field for a date, or words such as “next dates”, on the pages that were read.
    Why it matters: people book a day; whoever has to ask for one first often does not.
    How to mend: show a calendar, or the next three free dates in plain text.
    Known limits: a calendar that a script draws without a name is not seen; whether days are right is not known.
    Source: Quarterdeck's own check.
    """
    if not is_of_kind(site, facts, "charter", "hauling", "rental"):
        return NotApplicable("its customers book no days")
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if any(says.shows_dates for _, says in pages):
        return Pass()
    if are_drawn(pages):
        return drawn(site)
    severity = Severity.HIGH if is_of_kind(site, facts, "charter", "hauling") else None
    return Fail(f"{site.site} does not show which days are free.", severity, about="availability")


@check(
    "WEB-28",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo", "ceo"),
    mend="XS",
    reads=("SitePage.says", "entity.kind"),
)
@needs_all(Fail)
def no_contact_route(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites on which nobody can be reached.

    What it checks: a link to call or write, a form, a chat, or an address, on the pages that were read.
    Why it matters: whoever has one question left does not book.
    How to mend: put a telephone number on every page as a link, and a short form beside it.
    Known limits: whether anybody answers is not known; a number without a link is not seen.
    Source: Quarterdeck's own check.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    if any(says.contact for _, says in pages):
        return Pass()
    if are_drawn(pages):
        return drawn(site)
    by_phone = is_of_kind(site, facts, "charter", "hauling")
    message = f"{site.site} has no link to call or write, no form, no chat and no address"
    return Fail(
        f"{message}, and its customers call first." if by_phone else f"{message}.",
        Severity.HIGH if by_phone else None,
    )


@check(
    "WEB-29",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cmo", "ceo"),
    mend="S",
    reads=("SitePage.says", "offers.offer", "entity.kind"),
)
@needs_all(Pass, Fail)
def terms_missing(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites that sell without terms, or ask for data without saying what becomes of it.

    What it checks: links to terms or a rule for cancelling, and to a privacy page where a form asks for something.
    Why it matters: without terms a dispute about a refund is lost; most states ask for the privacy page.
    How to mend: write one page of terms with the rule for cancelling, one of privacy, and link both below.
    Known limits: what the pages say is not judged; a lawyer should have read them.
    Source: Quarterdeck's own check.
    """
    pages = pages_of(site, facts)
    if not isinstance(pages, tuple):
        return pages
    has_terms = any(says.has_terms for _, says in pages)
    has_privacy = any(says.has_privacy for _, says in pages)
    collects = any(says.collects for _, says in pages)
    lacking = ["sells without a link to terms"] if sells(site, facts) and not has_terms else []
    lacking += ["asks visitors for data without a privacy page"] if collects and not has_privacy else []
    if not lacking:
        return Pass()
    return drawn(site) if are_drawn(pages) else Fail(f"{site.site} {' and '.join(lacking)}.")
