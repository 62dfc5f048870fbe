"""Claims about sites: that they answer, that one can book there, and what visitors find."""

from collections.abc import Iterator
from functools import partial

from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.claims.said import words
from quarterdeck.figures.claims.switches import Seen, is_there, known, switch
from quarterdeck.model.cloud.cost import Server
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.watching import UptimeCheck
from quarterdeck.model.entity import Entity
from quarterdeck.model.repositories import Technology
from quarterdeck.model.values import Blank, Word
from quarterdeck.model.web import SiteCheck

_SITE = words(
    "(?:web ?|home ?|booking |ticket )?(?:sites?|page)|landing|shop",
    "live up works work working on online launched running ok fine",
    "down offline broken dead off missing",
)
_BOOKING = words(
    "(?:online )?(?:booking|checkout|cart|payment|reservation)s?(?: flow| page| link| form)?",
    "live up works work working on online launched running ok fine",
    "down offline broken dead off missing",
)
_PRICE = words("prices?", "works shown visible online", "missing hidden broken")
_AVAILABILITY = words(
    "availability|(?:booking )?calendar", "works shown visible online", "missing hidden broken"
)
_CERTIFICATE = words("(?:ssl|tls)(?: certificate)?|https|certificates?|padlock")
_ANALYTICS = words("(?:web )?analytics|visitor count(?:er|ing)?")
_UPTIME = words("uptime(?: checks?| monitor(?:ing)?| watch)?|outside monitor(?:ing)?")


def _checks(ask: Ask) -> list[SiteCheck]:
    """The sites of a business; what answers counts for more than what was read in the source."""
    live = [one for one in ask.own(SiteCheck) if one.is_live]
    answered = {one.site for one in live}
    return live + [one for one in ask.own(SiteCheck) if not one.is_live and one.site not in answered]


def _answering(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(SiteCheck):
        if one.is_live:
            silence = f"does not answer: {one.silence}" if isinstance(one.silence, str) else "does not answer"
            yield Seen(
                one.site, known(one.answers), "answers" if one.answers is True else silence, one.source
            )


def _bookable(ask: Ask) -> Iterator[Seen]:
    for one in _checks(ask):
        fault = one.booking_fault
        if isinstance(fault, str):
            yield Seen(one.site, is_on=False, found=f"the booking link {fault}", source=one.source)
        else:
            there = is_there(one.booking_link)
            yield Seen(one.site, there, "a way to book" if there else "no way to book found", one.source)
    yield from _paid_in_code(ask)


def _paid_in_code(ask: Ask) -> Iterator[Seen]:
    """Where no site was looked at: whether the code knows any payment."""
    parts = ask.own(Technology)
    if parts and ask.lists(Technology) and not ask.own(SiteCheck):
        paying = [one for one in parts if one.area == "payment"]
        first = (paying or list(parts))[0]
        found = f"{first.name} in {first.repo}" if paying else "no payment code in any repository"
        yield Seen("", bool(paying), found, first.source)


def _shown(ask: Ask, field: str, what: str) -> Iterator[Seen]:
    for one in _checks(ask):
        is_shown = known(getattr(one, field))
        yield Seen(one.site, is_shown, f"{what} shown" if is_shown else f"no {what} shown", one.source)


def _encrypted(ask: Ask) -> Iterator[Seen]:
    for one in _checks(ask):
        fault = one.tls_fault
        if isinstance(fault, str):
            yield Seen(one.site, is_on=False, found=f"browsers refuse it: {fault}", source=one.source)
        elif one.https is False:
            why = one.https_fault if isinstance(one.https_fault, str) else "not all of it is encrypted"
            yield Seen(one.site, is_on=False, found=why, source=one.source)
        else:
            is_fine = True if fault is None and one.https is True else None
            yield Seen(one.site, is_fine, "encrypted", one.source)


def _counted(ask: Ask) -> Iterator[Seen]:
    for one in _checks(ask):
        is_on = is_there(one.analytics)
        yield Seen(one.site, is_on, str(one.analytics) if is_on else "nothing counts visits", one.source)


def _watched(ask: Ask) -> Iterator[Seen]:
    looks = ask.shared(UptimeCheck)
    for one in looks:
        yield Seen("", known(one.is_on), "switched on" if one.is_on is True else "switched off", one.source)
    if not looks and ask.lists(UptimeCheck):
        run = next(one for one in ask.scope.facts.evidence.snapshots if "uptime-check" in one.kinds)
        yield Seen("", is_on=False, found="no such check in the account", source=run.source)


# --- how alive the front matter says that a business is ----------------------------------------------------------


def _asleep(ask: Ask) -> Iterator[Dispute]:
    """Paused or only an idea, and its functions run."""
    (entity,) = ask.scope.entities
    functions = ask.own(Function)
    calls = [one for one in functions if isinstance(one.invocations_30d, int) and one.invocations_30d]
    if entity.status in {"paused", "idea"} and calls:
        count = sum(one.invocations_30d for one in calls if isinstance(one.invocations_30d, int))
        yield _status(entity, f"{count:,} calls of {_named(calls)} in 30 days", calls)


def _awake(ask: Ask) -> Iterator[Dispute]:
    """Active, and nothing that it runs was asked for a month; a server may work without being asked."""
    (entity,) = ask.scope.entities
    functions = ask.own(Function)
    is_silent = bool(functions) and all(one.invocations_30d == 0 for one in functions)
    if not isinstance(entity.status, Blank) and entity.is_active and is_silent and not ask.own(Server):
        yield _status(entity, f"no call of {_named(functions)} in 30 days", functions)


def _unreachable(ask: Ask) -> Iterator[Dispute]:
    """Active, and none of its sites answers."""
    (entity,) = ask.scope.entities
    sites = [one for one in ask.own(SiteCheck) if one.is_live]
    if (
        not isinstance(entity.status, Blank)
        and entity.is_active
        and sites
        and all(one.answers is False for one in sites)
    ):
        names = ", ".join(one.site for one in sites[:3])
        yield _status(entity, f"no answer from {names}", sites)


def _status(
    entity: Entity, seen: str, records: list[Function] | tuple[Function, ...] | list[SiteCheck]
) -> Dispute:
    return Dispute(
        said=Word(f"status {entity.status}"),
        said_at=(entity.source,),
        seen=Word(seen),
        seen_at=tuple(one.source for one in records),
    )


def _named(functions: list[Function] | tuple[Function, ...]) -> str:
    return functions[0].name if len(functions) == 1 else f"{len(functions)} functions"


def _standing(find: str) -> Claim:
    return Claim(
        key="status",
        what="Status",
        find={"asleep": _asleep, "awake": _awake, "unreachable": _unreachable}[find],
        weakens="Shortfalls, plans and costs are judged by the status: a wrong one hides or invents findings.",
        mend="Correct the status, or find out who still uses what runs.",
        role="ceo",
    )


_SALES = "Bookings, revenue and every step of the funnel after it rest on that."

CLAIMS = (
    switch(
        "site",
        "Site{subject}",
        _SITE,
        _answering,
        weakens="Whatever is sold there is not sold while it is silent.",
        mend="Open the site yourself, then mend it or correct the sentence.",
    ),
    switch(
        "booking",
        "Booking online{subject}",
        _BOOKING,
        _bookable,
        weakens=_SALES,
        mend="Book something yourself as a guest would, then mend the site or correct the step.",
        role="cmo",
        rules=("R-QDN-01",),
    ),
    switch(
        "price-shown",
        "Prices{subject}",
        _PRICE,
        partial(_shown, field="price_shown", what="price"),
        weakens=_SALES,
        mend="Look at the page as a guest, then show the price or correct the step.",
        role="cmo",
    ),
    switch(
        "availability-shown",
        "Free dates{subject}",
        _AVAILABILITY,
        partial(_shown, field="availability_shown", what="free date"),
        weakens=_SALES,
        mend="Look at the page as a guest, then show the dates or correct the step.",
        role="cmo",
    ),
    switch(
        "certificate",
        "Encryption{subject}",
        _CERTIFICATE,
        _encrypted,
        weakens="Browsers warn visitors away, so the numbers of the funnel do not hold.",
        mend="Renew the certificate or send everybody to the encrypted address, or correct the sentence.",
        rules=("R-CTO-13",),
    ),
    switch(
        "analytics",
        "Counted visits{subject}",
        _ANALYTICS,
        _counted,
        weakens="Visitors of the funnel and what channels bring are guesses.",
        mend="Put the counter on every page, or correct the sentence.",
        role="cmo",
        rules=("R-CTO-24",),
    ),
    switch(
        "uptime",
        "Uptime check{subject}",
        _UPTIME,
        _watched,
        weakens="An uptime that somebody wrote down was measured by nobody.",
        mend="Set up a check from outside, name the one that is elsewhere, or correct the sentence.",
    ),
    _standing("asleep"),
    _standing("unreachable"),
    _standing("awake"),
)
