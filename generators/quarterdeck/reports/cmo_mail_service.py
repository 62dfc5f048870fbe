"""What the mail service says of itself that is neither right nor wrong: who sends, and who is never mailed again."""

from quarterdeck.model.evidence import Evidence
from quarterdeck.model.mail_account import ConfigurationSet, MailAccount, MailIdentity
from quarterdeck.model.observed import Count, Flag, NotCollected
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, number

_COLUMNS = (
    Column("region", "Mail service in"),
    Column("senders", "Senders"),
    Column("suppressed", "Never mailed again"),
    Column("extras", "Besides"),
)
_REASONS = {"BOUNCE": "bounced", "COMPLAINT": "complained"}
_NOT_KNOWN = "not known"


def mail_service(report: Report, tables: Tables) -> Table | None:
    """A row for each region that sends; None where no audit looked."""
    evidence = report.site.briefing.evidence
    accounts = [one for one in evidence.of(MailAccount) if one.entity in {*report.ids, ""}]
    if not accounts:
        return None
    rows = tuple(
        TableRow((one.region, _senders(one, evidence), _suppressed(one), _extras(one, evidence)))
        for one in sorted(accounts, key=lambda one: (one.region, one.entity))
    )
    return tables.plain("mail-service", Table(_COLUMNS, rows))


def _senders(account: MailAccount, evidence: Evidence) -> Cell:
    here = [one for one in evidence.of(MailIdentity) if one.region == account.region]
    single = [one for one in here if "@" in one.name]
    return Cell(
        number(len(here)), f"{counted(len(single), 'single address', 'single addresses')}" if single else ""
    )


def _suppressed(account: MailAccount) -> Cell:
    """How many by reason, and how many came in the newest month."""
    if isinstance(account.suppressed, NotCollected):
        return Cell(_NOT_KNOWN)
    words = [
        f"{number(count)} {_REASONS.get(reason, reason.lower())}" for reason, count in account.suppressed
    ]
    return Cell(", ".join(words) or "nobody", _newest(account))


def _newest(account: MailAccount) -> str:
    months = account.suppressed_months
    if isinstance(months, NotCollected) or not months:
        return ""
    last = max(month for month, _, _ in months)
    return f"{number(sum(count for month, _, count in months if month == last))} in {last}"


def _extras(account: MailAccount, evidence: Evidence) -> Cell:
    """What is paid for, kept, or not known to be used."""
    used = {one.configuration_set for one in evidence.of(MailIdentity) if one.region == account.region}
    unused = [
        one.name
        for one in evidence.of(ConfigurationSet)
        if one.region == account.region and one.name not in used
    ]
    words = [
        _some(account.dedicated_ips, "dedicated address", "dedicated addresses"),
        _some(account.contact_lists, "contact list", "contact lists"),
        _some(account.has_advisor, "delivery adviser", "delivery adviser"),
        f"no sender names {', '.join(unused)}" if unused else "",
    ]
    return Cell("; ".join(word for word in words if word) or "nothing")


def _some(count: Count | Flag, noun: str, plural: str) -> str:
    """How many of a thing, or that it is there; empty for none."""
    if isinstance(count, NotCollected):
        return f"{plural} {_NOT_KNOWN}"
    if isinstance(count, bool):
        return noun if count else ""
    return counted(count, noun, plural) if count else ""
