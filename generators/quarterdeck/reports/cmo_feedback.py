"""What became of the mail of these reports, by the mail service's own word."""

from typing import Final

from quarterdeck.figures.report_mail import WINDOW_DAYS, came_back, heard
from quarterdeck.formulas.mail import over_stop
from quarterdeck.reports.cmo_audited import Checked
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day, number

_WHAT: Final = "what became of the mail of these reports"


def mail_of_reports(report: Report) -> Checked:
    """One line for the last 30 days; where nobody listens, or no longer, that it is not known."""
    briefing = report.site.briefing
    told = heard(briefing.evidence)
    if told is None or told.as_of is None:
        where = "told to who sees all businesses, once quarterdeck feedback takes in the mail service's word"
        return Checked(_WHAT, "not known", where)
    if (briefing.as_of - told.as_of).days > report.assumed.stale_after["evidence"]:
        since = f"not known since {day(told.as_of)}"
        return Checked(_WHAT, since, "quarterdeck feedback has not run again", "warn")
    found = came_back(briefing.evidence, briefing.as_of)
    lost = f"{number(found.bounced)} bounced for good, {number(found.complained)} called spam"
    stopped = any(over_stop(found.sent, found.bounced, found.complained, report.assumed.send_stop))
    return Checked(
        _WHAT,
        f"{counted(found.sent, 'mail')}, {lost}" if found.sources else "nothing was told of any mail",
        f"last {WINDOW_DAYS} days; heard on {day(told.as_of)}",
        "bad" if stopped else "good" if found.sources else "",
    )
