"""Who mail comes from, as the mail service and name servers answer: what receivers can check, and who hears them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from quarterdeck.model.check import CheckResult, Status
from quarterdeck.model.mail_account import MailIdentity, Stream
from quarterdeck.model.observed import Flag, NotCollected, Observed, Text
from quarterdeck.model.web import DomainCheck
from quarterdeck.reports.components import Grid, GridCell, GridGroup, GridRow
from quarterdeck.reports.skeleton import Report

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

_MOST_SENDERS = 20
_HEARD = "SES-15"
"""The check of whether a program hears of bounces and complaints."""
_NOT_KNOWN = GridCell("not known", is_unknown=True)


class Senders(msgspec.Struct, frozen=True):
    """A row for each domain that sends, or that mail should not come from."""

    grid: Grid
    rest: int
    """Domains beyond those."""


def senders_of(report: Report) -> Senders | None:
    """Every domain with its proofs; None where neither the mail service nor name servers were asked."""
    evidence = report.site.briefing.evidence
    identities = _by_domain(_ours(report, evidence.of(MailIdentity)))
    checks = {one.domain: one for one in _ours(report, evidence.of(DomainCheck))}
    domains = sorted({*identities, *checks}, key=lambda one: (one not in identities, one))
    if not domains:
        return None
    heard = {one.subject: one for one in report.site.briefing.results if one.code == _HEARD}
    said = evidence.declared.streams
    returns = {one.mail_from for those in identities.values() for one in those}
    rows = (
        _row(one, identities.get(one, ()), checks.get(one), heard, returns, said)
        for one in domains[:_MOST_SENDERS]
    )
    grid = Grid(
        "Domain",
        ("SPF", "DKIM", "DMARC", "Bounces", "For"),
        (GridGroup("", tuple(rows)),),
        label="Proofs of each sending domain",
        is_wordy=True,
    )
    return Senders(grid, max(0, len(domains) - _MOST_SENDERS))


def _ours(report: Report, found: Iterable[O]) -> list[O]:
    return [one for one in found if one.entity in {*report.ids, ""}]


def _by_domain(found: Iterable[MailIdentity]) -> Mapping[str, Sequence[MailIdentity]]:
    groups: dict[str, list[MailIdentity]] = {}
    for one in found:
        groups.setdefault(one.domain, []).append(one)
    return groups


def _row(
    domain: str,
    identities: Sequence[MailIdentity],
    check: DomainCheck | None,
    heard: Mapping[str, CheckResult],
    returns: Collection[object],
    said: Mapping[str, Stream],
) -> GridRow:
    spf = [*([check.spf] if check else ()), *(one.spf for one in identities)]
    dkim = [*(one.dkim for one in identities), *([check.dkim] if check else ())]
    dmarc = [*([check.dmarc] if check else ()), *(one.dmarc_policy for one in identities)]
    is_signed = [one for one in dkim if isinstance(one, bool)]
    cells = (
        _spoiled(check) or _proof(spf),
        _proof(dkim) if identities or is_signed else GridCell("n/a"),
        _policy(dmarc),
        _hears([heard[one.name].status for one in identities if one.name in heard]),
        GridCell("gets returns") if domain in returns else _purpose(identities, said),
    )
    return GridRow(domain, cells)


def _spoiled(check: DomainCheck | None) -> GridCell | None:
    """An SPF record that is there and of no use; None where nothing spoils it."""
    if check is None:
        return None
    if isinstance(check.spf_records, int) and check.spf_records > 1:
        return GridCell("of no use", note=f"{check.spf_records} records", tone="bad")
    if check.spf_all == "pass":
        return GridCell("of no use", note="lets all send", tone="bad")
    return None


def _proof(answers: Iterable[Flag]) -> GridCell:
    """The first answer that is one: name servers know best what receivers see, the service what it signs."""
    known = [one for one in answers if isinstance(one, bool)]
    if not known:
        return _NOT_KNOWN
    return GridCell("yes", tone="good") if known[0] else GridCell("missing", tone="bad")


def _policy(answers: Iterable[Text | None]) -> GridCell:
    known = [one for one in answers if not isinstance(one, NotCollected)]
    if not known:
        return _NOT_KNOWN
    policy = known[0]
    if policy is None:
        return GridCell("missing", tone="bad")
    return (
        GridCell(policy, note="asks for nothing", tone="warn")
        if policy == "none"
        else GridCell(policy, tone="good")
    )


def _hears(answers: Sequence[Status]) -> GridCell:
    if "fail" in answers or "accepted" in answers:
        return GridCell("unheard", tone="bad")
    if answers and all(one == "pass" for one in answers):
        return GridCell("heard", tone="good")
    return _NOT_KNOWN if answers else GridCell("n/a")


def _purpose(identities: Sequence[MailIdentity], said: Mapping[str, Stream]) -> GridCell:
    """What its mail is for, as was seen or somebody said; both from one sender is worth a look."""
    if not identities:
        return GridCell("sends nothing here")
    known = {stream for one in identities if isinstance(one.streams, tuple) for stream in one.streams}
    known |= {said[name] for one in identities for name in (one.name, one.domain) if name in said}
    if not known:
        return GridCell("not said", is_unknown=True)
    return GridCell(" and ".join(sorted(known)), tone="warn" if len(known) > 1 else "")
