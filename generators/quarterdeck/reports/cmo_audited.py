"""What audits and their checks say of sending: what blocks it, what is wrong, and what nobody could look at."""

import msgspec

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.finding import Finding
from quarterdeck.model.mail_account import (
    ConfigurationSet,
    MailAccount,
    MailIdentity,
    MailReputation,
    SendDay,
)
from quarterdeck.model.observed import Observed
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck
from quarterdeck.reports.audit_results import UNREAD
from quarterdeck.reports.components import Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day


class Checked(msgspec.Struct, frozen=True):
    """One thing that must be right before anything is sent."""

    what: str
    state: str
    evidence: str
    tone: Tone = ""


class Audited(msgspec.Struct, frozen=True):
    """One thing that only an audit can tell: the rules that judge it, and what they look at."""

    what: str
    rules: frozenset[str]
    records: tuple[type[Observed], ...]
    unread: str


AUDITED = (
    Audited(
        "sandbox and daily quota", frozenset({"R-CMO-03"}), (MailAccount,), "the mail service is not read"
    ),
    Audited(
        "SPF, DKIM and DMARC of each sending domain",
        frozenset({"R-CMO-02"}),
        (DomainCheck, MailIdentity),
        "DNS is not read",
    ),
    Audited(
        "bounces and complaints of every sender",
        frozenset({"R-CMO-04", "R-CMO-05"}),
        (MailReputation, SendDay),
        "the mail service is not read",
    ),
    Audited(
        "bounces and complaints reach a program, and those addresses are left out",
        frozenset({"R-CTO-23"}),
        (MailIdentity, ConfigurationSet),
        "the mail service is not read",
    ),
    Audited(
        "one sender for everything, or one for campaigns",
        frozenset({"R-CTO-22"}),
        (MailIdentity, ConfigurationSet),
        "the mail service is not read",
    ),
)


def as_seen(report: Report, audited: Audited) -> list[Checked]:
    """What the rules found in the evidence, else that they found nothing; none where no audit looked."""
    evidence = report.site.briefing.evidence
    rows = [
        one for record in audited.records for one in evidence.of(record) if one.entity in {*report.ids, ""}
    ]
    if not rows:
        return []
    found = [
        one
        for one in report.site.open_findings
        if one.rule in audited.rules
        and one.entity in {*report.ids, ""}
        and any(source.kind == "evidence" for source in one.evidence)
    ]
    newest = max((one.source.as_of for one in rows if one.source.as_of), default=None)
    looked = f"looked at on {day(newest)}" if newest else "looked at"
    if not found:
        unread = _unread(report, audited)
        words = f"{looked}; {counted(unread, 'check')} could not look" if unread else looked
        return [Checked(audited.what, "not known in full" if unread else "nothing wrong was seen", words)]
    return [
        Checked(audited.what, one.subject, one.message, "bad" if _blocks(one) else "warn") for one in found
    ]


def _unread(report: Report, audited: Audited) -> int:
    """How many checks that prove one of its rules could not look."""
    entities = {*report.ids, ""}
    return sum(
        one.status in UNREAD
        and one.entity in entities
        and not audited.rules.isdisjoint(CHECKS[one.code].feeds)
        for one in report.site.briefing.results
    )


def _blocks(finding: Finding) -> bool:
    """Whether nothing should be sent before it is mended; of proofs, those of domains that campaigns come from."""
    worst = Severity.CRITICAL if finding.rule == "R-CMO-02" else Severity.HIGH
    return finding.rule.startswith("R-CMO") and finding.severity.rank <= worst.rank
