"""One change in the words of a mail: its badge, its sentence, why it is so, and the money."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from quarterdeck.mail.subject import LEAD, cut, plain
from quarterdeck.model.change import Change, Held
from quarterdeck.model.finding import Finding
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports.changed import ARROW, because, pair, places, sentence
from quarterdeck.reports.words import NBSP, money

_NUMBERS: Mapping[str, str] = {
    "worse": "Worse",
    "better": "Better",
    "moved": "Moved",
    "known": "Now known",
    "unknown": "Not known any more",
}
_WITH_NUMBERS = frozenset({"figure", "milestone"})
_AT_LEAST = "at least "
SHORTEST_TITLE: Final = 12
"""Signs of a figure's title that a subject keeps, however long its numbers are."""
_PLURAL = re.compile(r"\w*[^aiousy\W]s\b", re.IGNORECASE)


def news_badge(change: Change, entities: Mapping[str, str]) -> str:
    """What happened, and to whom: `New, high · JADA`, `With time: overdue since 5 Dec 2026 · JADA`."""
    badge = _NUMBERS[change.kind] if _has_numbers(change) else sentence(change).partition(": ")[0]
    if change.with_time:
        badge = f"With time: {badge[:1].lower()}{badge[1:]}"
    return " · ".join(filter(None, (badge, of_business(change, entities))))


def news_sentence(change: Change) -> str:
    """What is so now, without its badge and without a full stop."""
    if _has_numbers(change):
        return f"{change.title} {arrow(change)}"
    return without_stop(sentence(change).partition(": ")[2])


def arrow(change: Change) -> str:
    """Both numbers: `5.9 → 5.5 months`."""
    return f" {ARROW} ".join(with_unit_once(change))


def with_unit_once(change: Change) -> tuple[str, str]:
    """Both numbers, the first without the unit that the second has, too."""
    before, after = pair(change)
    amount, _, unit = before.rpartition(NBSP)
    return (amount, after) if amount and after.endswith(f"{NBSP}{unit}") else (before, after)


def because_of(change: Change, finding: Finding | None, entities: Mapping[str, str]) -> str:
    """Which inputs moved, or what to do about it; and the lines that were edited."""
    causes = because(change, entities)
    step = plain(finding.action) if finding and change.tone == "bad" else ""
    where = f"See {places(change)}." if change.sources and change.commits and not change.with_time else ""
    return " ".join(filter(None, (f"Behind it: {causes}." if causes else "", step, where)))


def news_money(change: Change, finding: Finding | None, currency: str) -> str:
    """What a finding puts at stake; a figure says its own money."""
    if change.what != "finding" or change.tone != "bad":
        return ""
    if finding:
        return stake(finding)
    return f"Money at stake: {money(Money(change.money, currency))} a month" if change.money else ""


def stake(finding: Finding) -> str:
    """Money at stake, or that nobody knows."""
    if finding.at_stake is None:
        return "Money at stake: not known"
    return f"Money at stake: {money(finding.at_stake)} a month"


def of_business(change: Change, entities: Mapping[str, str]) -> str:
    """Name of the business; empty for the portfolio."""
    return plain(entities.get(change.entity, change.entity)) if change.entity else ""


def in_lead(change: Change, entities: Mapping[str, str]) -> str:
    """The news in a few words, its numbers never cut: `Runway 5.9 → 5.5 months`, `JADA cash $26,700 → $24,600`.

    A business whose name has no room in front stands behind, in brackets.
    """
    if not _has_numbers(change):
        return news_sentence(change) if _is_bad_finding(change) else without_stop(sentence(change))
    whose = of_business(change, entities)
    title = plain(f"{whose} {_lowered(change.title)}" if whose else change.title)
    after = pair(change)[1]
    numbers = (arrow(change), arrow(change).removeprefix(_AT_LEAST), f"now {after}")
    shown = next((one for one in map(plain, numbers) if len(one) <= LEAD - SHORTEST_TITLE), plain(after))
    behind = f"{plain(change.title)} {shown}"
    if whose and len(f"{title} {shown}") > LEAD >= len(behind):
        return f"{behind} ({whose})"
    return f"{cut(title, max(SHORTEST_TITLE, LEAD - len(shown) - 1))} {shown}"


def in_headline(change: Change, entities: Mapping[str, str]) -> str:
    """The news as a sentence: `Runway is 5.5 months, down from 5.9`, `JADA: cash is $24,600, down from $26,700`."""
    if not _has_numbers(change):
        return news_sentence(change) if _is_bad_finding(change) else without_stop(sentence(change))
    before, after = with_unit_once(change)
    whose = of_business(change, entities)
    title = f"{whose}: {_lowered(change.title)}" if whose else change.title
    return f"{title} {_verb(change.title)} {after}, {_way(change)} {before}"


def _has_numbers(change: Change) -> bool:
    return change.what in _WITH_NUMBERS and change.kind in _NUMBERS


def _is_bad_finding(change: Change) -> bool:
    return change.what == "finding" and change.tone == "bad"


def without_stop(text: str) -> str:
    """A sentence as a heading has it."""
    return plain(text).removesuffix(".")


def _verb(title: str) -> str:
    """Are for `Costs due within 30 days`, and is for all that does not begin with a plural."""
    return "are" if _PLURAL.match(title) else "is"


def _way(change: Change) -> str:
    before, after = _number(change.before), _number(change.after)
    if before is None or after is None or before == after:
        return "was"
    return "up from" if after > before else "down from"


def _number(side: Held | None) -> Decimal | None:
    match side.value if side else None:
        case Money(amount=amount):
            return amount
        case Ratio(value=share):
            return share
        case Decimal() as number:
            return number
        case _:
            return None


def _lowered(title: str) -> str:
    """The title inside a sentence; an abbreviation stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
