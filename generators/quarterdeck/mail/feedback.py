"""What came back: counted once, whom not to mail again, and whether sending should stop (F-172, F-174)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from quarterdeck.figures.report_mail import WINDOW_DAYS
from quarterdeck.formulas.mail import RATES_FROM, over_stop
from quarterdeck.mail.asked import all_asked
from quarterdeck.mail.mailing import all_mailings
from quarterdeck.model.assumed import SendStop
from quarterdeck.model.feedback import DayCounts, Event, Feedback
from quarterdeck.publish import kinds
from quarterdeck.publish.lists import change_file, read_file
from quarterdeck.publish.store import Store
from quarterdeck.reports.words import setting

STATE: Final = "private/feedback/state.json"
"""Key of all that is remembered; addresses stand here and nowhere else."""
ASIDE: Final = "private/feedback/aside/"
_KEPT_DAYS: Final = 400
_SEEN_DAYS: Final = 60
"""The queue keeps an event for two weeks at most."""


def read_feedback(store: Store) -> Feedback:
    """All that came back so far; nothing where nothing ever did."""
    return read_file(store, STATE, Feedback)[0] or Feedback()


def same_address(address: str) -> str:
    """How an address is remembered: to the letter before the @, as its server may tell those apart."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def is_suppressed(feedback: Feedback, address: str) -> str:
    """Why an address is never mailed again, `bounced` or `complained`; empty where it is (F-156)."""
    return feedback.suppressed.get(same_address(address), "")


def remember(store: Store, events: Iterable[Event], today: date) -> Feedback:
    """Write down what events say; repeating it, in any order, changes nothing."""
    told = tuple(events)
    return change_file(
        store, STATE, Feedback, lambda before: folded(before or Feedback(), told, today), kinds.PRIVATE
    )


def folded(before: Feedback, events: Iterable[Event], today: date) -> Feedback:
    """The state after some events; what it knows already counts no second time."""
    new = {one.id: one for one in events if one.id not in before.seen}
    counted: dict[str, Counter[str]] = {}
    suppressed = dict(before.suppressed)
    for one in new.values():
        if one.kind:
            counted.setdefault(one.day, Counter())[one.kind] += max(1, len(one.addresses))
        if one.kind in {"bounced", "complained"}:
            suppressed |= {
                name: "complained" if "complained" in {one.kind, suppressed.get(name)} else "bounced"
                for name in map(same_address, one.addresses)
            }
    days = dict(before.days)
    for day, counts in counted.items():
        known = Counter(msgspec.structs.asdict(days.get(day, DayCounts())))
        days[day] = DayCounts(**(known + counts))
    return msgspec.structs.replace(
        before,
        suppressed=dict(sorted(suppressed.items())),
        days=_since(days, today - timedelta(_KEPT_DAYS)),
        seen=_seen({**before.seen, **{one.id: one.day for one in new.values()}}, today),
        aside=before.aside + sum(not one.kind for one in new.values()),
    )


def our_mails(store: Store) -> frozenset[str]:
    """What the service calls the mails that we sent, about changes or asked for; an event of any other is not ours.

    Those that hold a report count like all others (F-172, F-173).
    """
    about_changes = (one for mailing in all_mailings(store) for one in mailing.deliveries)
    asked_for = (one.delivery for one in all_asked(store))
    return frozenset(one.provider_id for one in (*about_changes, *asked_for) if one.provider_id)


def totals(feedback: Feedback, today: date, days: int = WINDOW_DAYS) -> DayCounts:
    """The sum of the last days, today among them."""
    first = (today - timedelta(days - 1)).isoformat()
    found: Counter[str] = Counter()
    for day, counts in feedback.days.items():
        if first <= day <= today.isoformat():
            found.update(msgspec.structs.asdict(counts))
    return DayCounts(**found)


def stops(feedback: Feedback, limits: SendStop, today: date) -> tuple[str, ...]:
    """Why nothing should be sent now: too much came back (F-174); empty where all is well."""
    sums = totals(feedback, today)
    bounced, complained = over_stop(sums.sent, sums.bounced, sums.complained, limits)
    found = []
    if bounced:
        found.append(("bounced for good", sums.bounced, limits.bounce))
    if complained:
        found.append(("were called spam", sums.complained, limits.complaint))
    few = "" if sums.sent >= RATES_FROM else f" (under {RATES_FROM} count as {RATES_FROM})"
    return tuple(
        f"{count} of {sums.sent} mails of the last {WINDOW_DAYS} days{few} {what}, and {setting(limit)} is where "
        "sending stops. Correct the addresses in portfolio.yml, and wait until older days no longer count."
        for what, count, limit in found
    )


def _since(days: Mapping[str, DayCounts], first: date) -> dict[str, DayCounts]:
    return {day: counts for day, counts in sorted(days.items()) if day >= first.isoformat()}


def _seen(seen: Mapping[str, str], today: date) -> dict[str, str]:
    first = (today - timedelta(_SEEN_DAYS)).isoformat()
    return {one: day for one, day in sorted(seen.items()) if day >= first}
