"""What a version leaves behind for later ones, and what earlier ones tell of this one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from quarterdeck.figures.agency import monthly_fee
from quarterdeck.figures.kpis import coverage
from quarterdeck.figures.months import last_full_month
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Missing, Value
from quarterdeck.model.finding import Finding
from quarterdeck.model.history import (
    HEADLINES,
    NO_PAST,
    Earlier,
    Past,
    PastChannel,
    PastClient,
    PastEntity,
    PastFigure,
    PastFinding,
    PastKpi,
    PastPage,
    PastTask,
    PastVersion,
    Series,
)
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

MOST_VERSIONS = 60
"""Of a trend: a year of weeks and some."""

_SHORT = 7


def record(
    briefing: Briefing,
    version: str,
    *,
    committed_at: int = 0,
    pages: Iterable[PastPage] = (),
    is_backfill: bool = False,
) -> Earlier:
    """What a version leaves behind.

    Args:
        briefing: The whole of it, not that of an audience.
        version: Its name, as `version_of` gives it.
        committed_at: Unix time of its commit.
        pages: What was published, where anything was.
        is_backfill: Whether it is worked out later, and was never published.
    """
    return Earlier(
        version=version,
        as_of=briefing.as_of,
        commit=briefing.commit,
        committed_at=committed_at,
        is_backfill=is_backfill,
        has_evidence=bool(briefing.evidence.snapshots),
        entities=tuple(
            PastEntity(one.entity, one.parent, is_sample=one.is_sample) for one in briefing.entities
        ),
        figures=tuple(_figures(briefing)),
        kpis=tuple(_kpis(briefing)),
        findings=tuple(_findings(briefing)),
        pages=tuple(sorted(pages, key=lambda one: one.path)),
        tasks=tuple(
            PastTask(one.entity, one.id, is_open=one.is_open)
            for one in sorted(briefing.tasks, key=lambda one: (one.entity, one.id))
            if one.has_own_id
        ),
        clients=tuple(_clients(briefing)),
        channels=tuple(_channels(briefing)),
    )


def version_of(as_of: date, commit: str) -> str:
    """The name of a version: its day and the beginning of its commit."""
    return f"{as_of.isoformat()}-{commit[:_SHORT]}"


def _figures(briefing: Briefing) -> Iterator[PastFigure]:
    month = last_full_month(briefing.as_of).name
    for entity in ("", *(one.entity for one in briefing.entities)):
        for name in sorted(HEADLINES):
            figure = briefing.find(HEADLINES[name].format(month=month), entity)
            if figure is not None:
                yield PastFigure(entity, name, _wordless(figure.value), figure.unit, figure.is_partial)


def _kpis(briefing: Briefing) -> Iterator[PastKpi]:
    for one in sorted(briefing.kpis, key=lambda one: (one.entity, one.kpi)):
        yield PastKpi(one.entity, one.kpi, one.state, one.value, is_optional=one.is_optional)


def _findings(briefing: Briefing) -> Iterator[PastFinding]:
    for one in sorted(briefing.findings, key=lambda one: one.id):
        first_seen = one.first_seen or briefing.as_of
        yield PastFinding(one.rule, one.entity, one.subject, one.severity, one.state, first_seen)


def _wordless(value: Value) -> Value:
    return msgspec.structs.replace(value, reason="") if isinstance(value, Missing) else value


def _clients(briefing: Briefing) -> Iterator[PastClient]:
    fees: dict[tuple[str, str], Money] = {}
    for row in briefing.of(Client):
        fee = monthly_fee(row, briefing.as_of)
        if isinstance(row.client, str) and isinstance(fee, Money) and row.related_party is not True:
            fees.setdefault((row.entity, row.client), fee)
    return (PastClient(entity, client, fees[entity, client]) for entity, client in sorted(fees))


def _channels(briefing: Briefing) -> Iterator[PastChannel]:
    reviews: dict[tuple[str, str], int] = {}
    for row in briefing.of(Channel):
        if isinstance(row.channel, str) and isinstance(row.reviews, int):
            reviews.setdefault((row.entity, row.channel), row.reviews)
    return (PastChannel(entity, channel, reviews[entity, channel]) for entity, channel in sorted(reviews))


def earlier(records: Iterable[Earlier], as_of: date, commit: str, committed_at: int) -> tuple[Earlier, ...]:
    """The records of versions before the one of this day and commit, oldest first."""
    return tuple(
        sorted(
            (
                one
                for one in records
                if one.as_of <= as_of
                and not (commit and one.commit == commit and one.as_of == as_of)
                and not (one.as_of == as_of and committed_at and one.committed_at > committed_at)
            ),
            key=lambda one: one.order,
        )
    )


def seen_by(records: Iterable[Earlier], entities: frozenset[str]) -> tuple[Earlier, ...]:
    """What an audience of some entities may see of records: nothing of the portfolio, nor of a page.

    Figures of a business with a part that the audience does not see are left out, for they hold that part's.
    """
    return tuple(_seen_by(one, entities) for one in records)


def _seen_by(one: Earlier, entities: frozenset[str]) -> Earlier:
    open_to_all = entities - {part.parent for part in one.entities if part.entity not in entities}
    return msgspec.structs.replace(
        one,
        is_whole=False,
        entities=tuple(part for part in one.entities if part.entity in entities),
        figures=tuple(part for part in one.figures if part.entity in open_to_all),
        kpis=tuple(part for part in one.kpis if part.entity in entities),
        findings=tuple(part for part in one.findings if part.entity in entities),
        pages=(),
        tasks=tuple(part for part in one.tasks if part.entity in entities),
        clients=tuple(part for part in one.clients if part.entity in entities),
        channels=tuple(part for part in one.channels if part.entity in entities),
    )


def since(findings: Iterable[Finding], records: Sequence[Earlier], as_of: date) -> tuple[Finding, ...]:
    """Findings with the day on which each began to stand, and in how many versions it stood since.

    Args:
        findings: Of this version.
        records: Of the versions before it, oldest first; without any nothing is known.
        as_of: The day of this version.
    """
    return tuple(_since(one, records, as_of) if records else one for one in findings)


def _since(finding: Finding, records: Sequence[Earlier], as_of: date) -> Finding:
    """One finding; of what audits find, versions that saw no audit say nothing."""
    is_audited = any(source.kind == "evidence" for source in finding.evidence)
    looked = [one for one in records if one.has_evidence or not is_audited]
    if not looked or not (finding.entity or looked[-1].is_whole):
        return finding
    first, carried = as_of, 0
    for one in reversed(looked):
        before = one.findings_by_id.get(finding.id)
        if before is None:
            break
        first, carried = min(first, one.as_of, before.first_seen), carried + 1
    return msgspec.structs.replace(finding, first_seen=first, age_days=(as_of - first).days, carried=carried)


def chained(made: Iterable[Earlier], kept: Sequence[Earlier]) -> Iterator[Earlier]:
    """Records that were each worked out alone, with findings as old as the run in which they stand.

    Args:
        made: Oldest first.
        kept: Others of the same portfolio, which are not changed.
    """
    before = [*kept]
    for one in made:
        last = max(
            (each for each in before if each.order < one.order), key=lambda each: each.order, default=None
        )
        known = last.findings_by_id if last else {}
        aged = msgspec.structs.replace(
            one,
            findings=tuple(
                msgspec.structs.replace(each, first_seen=known[each.id].first_seen)
                if each.id in known
                else each
                for each in one.findings
            ),
        )
        before.append(aged)
        yield aged


def past(records: Sequence[Earlier], briefing: Briefing) -> Past:
    """The trends of the newest records, with what opened and closed since the last of them.

    Args:
        records: Oldest first.
        briefing: That of today, for its findings.
    """
    if not records:
        return NO_PAST
    shown = records[-MOST_VERSIONS:]
    before = (None, *records)[-len(shown) - 1 : -1]
    now = {one.id for one in briefing.findings if one.entity or shown[-1].is_whole}
    opened, closed = _moved(shown[-1], now, has_evidence=bool(briefing.evidence.snapshots))
    return Past(
        tuple(_version(one, former) for one, former in zip(shown, before, strict=True)),
        tuple(_series(shown)),
        opened,
        closed,
        is_whole=shown[-1].is_whole,
    )


def _version(one: Earlier, former: Earlier | None) -> PastVersion:
    opened, closed = (
        _moved(former, one.findings_by_id.keys(), has_evidence=one.has_evidence) if former else (None, None)
    )
    real = {part.entity for part in one.entities if not part.is_sample}
    counted = real or {part.entity for part in one.entities}
    fresh, wanted = coverage(part for part in one.kpis if part.entity in counted)
    stood = Counter(
        part.severity for part in one.findings if part.entity in counted and part.state != "accepted"
    )
    return PastVersion(
        version=one.version,
        as_of=one.as_of,
        is_backfill=one.is_backfill,
        opened=opened,
        closed=closed,
        critical=stood[Severity.CRITICAL],
        high=stood[Severity.HIGH],
        medium=stood[Severity.MEDIUM],
        low=stood[Severity.LOW],
        kpis_fresh=fresh,
        kpis_wanted=wanted,
    )


def _moved(former: Earlier, now: Iterable[str], *, has_evidence: bool) -> tuple[int | None, int | None]:
    """Findings that opened and closed since a version; not known where one of both saw no audits."""
    if former.has_evidence != has_evidence:
        return None, None
    before, after = set(former.findings_by_id), set(now)
    return len(after - before), len(before - after)


def _series(records: Sequence[Earlier]) -> Iterator[Series]:
    found = [{(one.entity, one.figure): one for one in record.figures} for record in records]
    for entity, name in sorted({key for figures in found for key in figures if key[1] in HEADLINES}):
        of_each = [figures.get((entity, name)) for figures in found]
        unit = next(one.unit for one in reversed(of_each) if one)
        yield Series(
            entity,
            name,
            unit,
            tuple(one.value if one else None for one in of_each),
            tuple(one is not None and one.is_partial for one in of_each),
        )
