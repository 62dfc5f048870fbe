"""What became of the mail of these reports, as the mail service told it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from quarterdeck.model.evidence import Evidence
from quarterdeck.model.mail_account import MailFeedback
from quarterdeck.model.observed import Count
from quarterdeck.model.source import Source

WINDOW_DAYS: Final = 30
"""How many days count when it is asked whether sending should stop."""

_LISTENS = "feedback"
"""The collector's name in the file that `quarterdeck feedback` writes."""


class CameBack(NamedTuple):
    """Of the last 30 days, in recipients."""

    sent: int
    bounced: int
    """For good."""
    complained: int
    sources: tuple[Source, ...]


def heard(evidence: Evidence) -> Source | None:
    """Where it stands, as of the day on which it was last listened to; None where nobody did, or who reads may not see.

    What is told is of the mail to all readers, so that those of a part of the businesses do not see it.
    """
    files = [one.source for one in evidence.snapshots if one.collector == _LISTENS]
    return max(files, key=lambda one: one.as_of or date.min, default=None)


def came_back(evidence: Evidence, as_of: date) -> CameBack:
    """The sums of the last 30 days, today among them; a count that nobody knows adds nothing."""
    first = as_of - timedelta(WINDOW_DAYS - 1)
    days = [one for one in evidence.of(MailFeedback) if first <= one.day <= as_of]
    return CameBack(
        _sum(one.sent for one in days),
        _sum(one.bounced for one in days),
        _sum(one.complained for one in days),
        tuple(dict.fromkeys(one.source for one in days)),
    )


def _sum(counts: Iterable[Count]) -> int:
    return sum(one for one in counts if isinstance(one, int))
