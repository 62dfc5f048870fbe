"""Mail as a channel: whether what people write to us comes in, and whether what we write arrives."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from quarterdeck.figures.report_mail import WINDOW_DAYS, came_back, heard
from quarterdeck.formulas.mail import RATES_FROM
from quarterdeck.model.mail_account import MailAccount, ReceiptRule, SendDay
from quarterdeck.model.observed import Count, NotCollected
from quarterdeck.model.values import UNKNOWN, Blank
from quarterdeck.reports.audit_results import FAILED
from quarterdeck.reports.business_rows import business
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day_short, setting

_COLUMNS = (
    Column("mail", "Mail of"),
    Column("in", "Comes in"),
    Column("out", "Goes out", is_number=True),
    Column("bounced", "Came back", is_number=True),
    Column("spam", "Called spam", is_number=True),
)
_REFUSED, _TO_NOWHERE = "SES-25", "SES-26"
"""The checks of a domain whose mail no rule takes, and of a rule that leads to what is not there."""
_OUT_OF_NOTHING = (Cell(0, "in two weeks"), Cell(0), Cell(0))
_NOT_APPLICABLE = Cell(Blank("n/a"))


def by_mail(report: Report, tables: Tables) -> Table | None:
    """A row for each mail account, for each domain that loses mail, and for these reports; None where nobody looked."""
    accounts = [
        one for one in report.site.briefing.evidence.of(MailAccount) if one.entity in {*report.ids, ""}
    ]
    rows = [_account(report, one) for one in sorted(accounts, key=lambda one: (one.entity, one.region))]
    rows += [*_losing(report), *_reports(report)]
    return tables.plain("by-mail", Table(_COLUMNS, tuple(rows))) if rows else None


def _account(report: Report, account: MailAccount) -> TableRow:
    """What came in and went out through the mail service of one region."""
    evidence = report.site.briefing.evidence
    sent = [one for one in evidence.of(SendDay, account.entity) if one.region == account.region]
    rules = [one for one in evidence.of(ReceiptRule, account.entity) if one.region == account.region]
    has_all = evidence.has_read(SendDay, account.entity)
    return TableRow(
        (
            business(report, account.entity, account.region)
            if account.entity
            else Cell("all businesses", account.region),
            _comes_in(report, account, rules),
            *(_went_out(sent) if sent else _OUT_OF_NOTHING if has_all else (Cell(UNKNOWN),) * 3),
        )
    )


def _comes_in(report: Report, account: MailAccount, rules: Sequence[ReceiptRule]) -> Cell:
    """For which domains mail is taken, by the rules that are on."""
    briefing = report.site.briefing
    if not rules:
        known = briefing.evidence.has_read(ReceiptRule, account.entity)
        return Cell("nothing", "no rule takes mail here") if known else Cell(UNKNOWN)
    on = [one for one in rules if one.is_on is True]
    off = sum(one.is_on is False for one in rules)
    note = counted(len(rules), "rule") + (f", {off} switched off" if off else "")
    names = {briefing.evidence.subject_of(one) for one in rules}
    lost = [
        one
        for one in briefing.results
        if one.code == _TO_NOWHERE and one.status in FAILED and one.subject in names
    ]
    if lost:
        return Cell(_domains(on), f"{note}; {lost[0].message}", "bad")
    return Cell(_domains(on), note)


def _domains(rules: Sequence[ReceiptRule]) -> str:
    """For whom rules take mail, in words."""
    if not rules:
        return "nothing"
    if any(isinstance(one.domains, NotCollected) for one in rules):
        return "not known in full"
    named = sorted({name for one in rules if isinstance(one.domains, tuple) for name in one.domains})
    return ", ".join(named) if all(one.domains for one in rules) else "mail to everybody"


def _went_out(days: Sequence[SendDay]) -> tuple[Cell, ...]:
    """Sums of the two weeks that the service remembers; a day that is not known makes its sum not known."""
    first, last = min(one.day for one in days), max(one.day for one in days)
    span = day_short(first) if first == last else f"{day_short(first)} to {day_short(last)}"
    sent, bounced, complained = (
        _sum(getattr(one, name) for one in days) for name in ("sends", "bounces", "complaints")
    )
    arrived = None if sent is None or bounced is None else sent - bounced
    return Cell(UNKNOWN if sent is None else sent, span), _of(bounced, sent), _of(complained, arrived)


def _sum(counts: Iterable[Count]) -> int | None:
    found = list(counts)
    known = [one for one in found if isinstance(one, int)]
    return sum(known) if len(known) == len(found) else None


def _of(count: int | None, whole: int | None) -> Cell:
    """A count, with its share where there are enough mails for one (F-Q14)."""
    if count is None:
        return Cell(UNKNOWN)
    return Cell(count, setting(Decimal(count) / whole) if whole and whole >= RATES_FROM else "")


def _losing(report: Report) -> Iterator[TableRow]:
    """Domains whose mail is refused."""
    for one in report.site.briefing.results:
        if one.code == _REFUSED and one.status in FAILED and one.entity in report.ids:
            words = Cell("nothing", "no rule takes what people write", "bad")
            yield TableRow((business(report, one.entity, one.subject), words, *(_NOT_APPLICABLE,) * 3))


def _reports(report: Report) -> Iterator[TableRow]:
    """These reports themselves, by what the mail service told of each mail."""
    briefing = report.site.briefing
    told = heard(briefing.evidence)
    if told is None or told.as_of is None:
        return
    found = came_back(briefing.evidence, briefing.as_of)
    yield TableRow(
        (
            Cell("these reports", f"heard on {day_short(told.as_of)}"),
            _NOT_APPLICABLE,
            Cell(found.sent, f"last {WINDOW_DAYS} days"),
            _of(found.bounced, found.sent),
            _of(found.complained, found.sent - found.bounced),
        )
    )
