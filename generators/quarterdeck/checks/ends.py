"""When support of what runs ends, by the list of last days."""

from datetime import date

from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected

_DATES_HOLD_DAYS = 365


def last_day(name: str, subject: str, facts: Facts) -> date | NotCollected:
    """The last day of support of a runtime or a version, from a list that is not too old.

    Args:
        name: Its key in the list: `nodejs18.x`, `python 3.9`.
        subject: What runs on it.
        facts: Where the list is.
    """
    end = facts.evidence.declared.runtime_ends.get(name)
    if end is None:
        return NotCollected("reference", subject, f"no last day is known for {name}")
    if (facts.as_of - end.checked_on).days > _DATES_HOLD_DAYS:
        return NotCollected("reference", subject, f"last days were checked on {end.checked_on}, too long ago")
    return end.day
