"""What stands worst, for a reader with whose last mail nothing can be compared."""

from collections.abc import Iterator

from quarterdeck.mail.desk import MOST_NEWS, Desk, open_criticals, open_findings, short
from quarterdeck.mail.freshness import coverage, not_fresh
from quarterdeck.mail.links import to_finding, to_report
from quarterdeck.mail.subject import Weight, plain, subject
from quarterdeck.mail.words import stake, without_stop
from quarterdeck.model.finding import ROLE_TITLES, Finding, Role
from quarterdeck.model.mail import Digest, News, ReportNews
from quarterdeck.model.severity import Severity
from quarterdeck.reports.components import joined
from quarterdeck.reports.words import counted


def standing(desk: Desk) -> Digest:
    """What stands worst, for somebody who was told nothing yet."""
    reports = tuple(_reports(desk))
    count = open_criticals(desk, desk.after)
    criticals = counted(count, "critical finding") if count else "no critical finding"
    title = joined([ROLE_TITLES[role] for role in desk.roles])
    return Digest(
        reader=desk.reader,
        portfolio=plain(desk.after.name),
        version=desk.edition.version,
        since_version=desk.edition.since_version,
        as_of=desk.after.as_of,
        since=None,
        site=desk.edition.site,
        subject=subject(
            "Where things stand" if desk.edition.since_version else "Your first report",
            Weight(count, "critical") if count else None,
            desk.after.as_of,
            is_sample=desk.after.is_sample,
        ),
        preheader=short(reports[0].news[0].sentence, 140) if reports else f"{title}: nothing is open.",
        headline=f"Where things stand: {plain(criticals)}",
        count=0,
        moved=(),
        reports=reports,
        unchanged=(),
        coverage=coverage(desk),
        not_fresh=tuple(not_fresh(desk)),
        is_sample=desk.after.is_sample,
    )


def _reports(desk: Desk) -> Iterator[ReportNews]:
    """The worst findings of each report, each told once."""
    told: set[str] = set()
    for role in desk.roles:
        shown = [one for one in open_findings(desk, desk.after, (role,)) if not one.rule.startswith("R-DAT")]
        fresh = [one for one in shown if one.id not in told][:MOST_NEWS]
        told |= {one.id for one in fresh}
        if shown:
            yield ReportNews(
                ROLE_TITLES[role],
                tuple(_worst(desk, one, role) for one in fresh),
                len(shown) - len(fresh),
                to_report(role, "findings"),
            )


def _worst(desk: Desk, finding: Finding, role: Role) -> News:
    title = next((one.title for one in desk.after.entities if one.entity == finding.entity), "")
    return News(
        badge=short(" · ".join(filter(None, (finding.severity.capitalize(), plain(title)))), 80),
        tone="bad" if finding.severity.rank <= Severity.HIGH.rank else "",
        sentence=short(without_stop(finding.message)),
        why=short(plain(finding.action)),
        money=stake(finding),
        link=to_finding(finding, role),
    )
