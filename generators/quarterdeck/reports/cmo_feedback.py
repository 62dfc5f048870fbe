"""What became of the mail of these reports, by the mail service's own word."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from quarterdeck.formulas.mail import over_stop
from quarterdeck.model.mail_account import MailFeedback
from quarterdeck.model.observed import Count
from quarterdeck.reports.cmo_audited import Checked
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day, number

_DAYS: Final = 30


def came_back(report: Report) -> Iterator[Checked]:
    """One line for the last 30 days; none where nobody listens, or readers see a part of the businesses alone."""
    briefing = report.site.briefing
    first = briefing.as_of - timedelta(_DAYS - 1)
    rows = briefing.evidence.of(MailFeedback)
    if not rows:
        return
    recent = [one for one in rows if first <= one.day <= briefing.as_of]
    sent, bounced, complained = (
        sum(_count(getattr(one, name)) for one in recent) for name in ("sent", "bounced", "complained")
    )
    heard = max((one.source.as_of for one in rows if one.source.as_of), default=None)
    yield Checked(
        "what became of the mail of these reports",
        f"{counted(sent, 'mail')}, {number(bounced)} bounced for good, {number(complained)} called spam",
        f"last {_DAYS} days; heard on {day(heard)}" if heard else f"last {_DAYS} days",
        "bad" if any(over_stop(sent, bounced, complained, report.assumed.send_stop)) else "good",
    )


def _count(found: Count) -> int:
    return found if isinstance(found, int) else 0
