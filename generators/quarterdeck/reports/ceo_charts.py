"""Charts of the whole portfolio: what each business leaves, what is found and measured, who begins what when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.charts.spec import MOST_SERIES, Bars, Lines, Series, Span, Timeline
from quarterdeck.figures.kpis import coverage
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.model.action import Action
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.entity import Entity
from quarterdeck.model.severity import Severity
from quarterdeck.priorities import monday_after
from quarterdeck.reports.business_rows import money_of
from quarterdeck.reports.finance_charts import in_money, month_labels, running_month, so_far
from quarterdeck.reports.past import day_since
from quarterdeck.reports.words import counted, day_short, number, percent

_YEAR = 12
_MOST_SPANS = 12
_MOST_VERSIONS = 8
"""Two months of weeks."""
_WEEK = timedelta(days=7)


def contribution(briefing: Briefing, entities: Sequence[Entity]) -> Bars | None:
    """What sales of each business left after their variable costs, for twelve months; the smallest added up."""
    full = months_to(last_full_month(briefing.as_of), _YEAR)
    found = []
    for entity in entities:
        values = tuple(_left(briefing, entity.entity, month.name) for month in full)
        if any(amount is not None for amount in values):
            found.append((_added(values), entity, values))
    if not found:
        return None
    found.sort(key=lambda one: (-abs(one[0]), one[1].title))
    ids = [entity.entity for _, entity, _ in found]
    running = next((one for id_ in ids if (one := running_month(briefing, id_, "so_far_revenue"))), ())
    series = [
        Series(
            entity.title,
            (*values, *(_left(briefing, entity.entity, month.name, "so_far_") for month in running)),
        )
        for _, entity, values in found
    ]
    if len(series) > MOST_SERIES:
        series = [*series[: MOST_SERIES - 1], together(series[MOST_SERIES - 1 :])]
    sums = [
        (_added(values), month)
        for month, *values in zip(full, *(one.values[: len(full)] for one in series), strict=True)
        if any(one is not None for one in values)
    ]
    best, worst = max(sums, key=lambda one: one[0]), min(sums, key=lambda one: one[0])
    most, first, _ = found[0]
    return Bars(
        id="contribution",
        reading=f"{first.title} left most of all, {in_money(briefing, most)} in twelve months; the best month was "
        f"{month_name(best[1])} with {in_money(briefing, best[0])}, the weakest {month_name(worst[1])} with "
        f"{in_money(briefing, worst[0])}.",
        about=f"What sales left after variable costs, {briefing.currency} a month{so_far(running)}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=month_labels((*full, *running)),
        series=tuple(series),
        partial=tuple(range(len(full), len(full) + len(running))),
    )


def _left(briefing: Briefing, entity: str, month: str, when: str = "") -> Decimal | None:
    revenue, variable = (
        money_of(briefing.find(f"{when}{name}:{month}", entity)) for name in ("revenue", "variable")
    )
    return None if revenue is None or variable is None else revenue - variable


def _added(values: Iterable[Decimal | None]) -> Decimal:
    return sum((one or Decimal(0) for one in values), Decimal(0))


def together(series: Sequence[Series]) -> Series:
    """The sum of several; a month in which none is known stays a gap."""
    sums = (
        None if all(one is None for one in values) else _added(values)
        for values in zip(*(one.values for one in series), strict=True)
    )
    return Series(f"{len(series)} others", tuple(sums))


_SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)


def findings(briefing: Briefing) -> Lines | None:
    """Open findings of what totals hold by severity, over the earlier versions and today."""
    past = briefing.history
    if not past.versions:
        return None
    ids = {one.entity for one in briefing.entities if briefing.is_sample or not one.is_sample}
    now = Counter(one.severity for one in briefing.findings if one.entity in ids and one.state != "accepted")
    shown = past.versions[-_MOST_VERSIONS:]
    series = tuple(
        Series(f"{one}", (*(Decimal(getattr(version, f"{one}")) for version in shown), Decimal(now[one])))
        for one in _SEVERITIES
    )
    before = sum(one.values[0] or Decimal(0) for one in series)
    today = sum(now[one] for one in _SEVERITIES)
    way = "rose" if today > before else "fell" if today < before else "stayed"
    worst = series[0].values
    critical = f"{now[Severity.CRITICAL] or 'none'} of them critical, {number(worst[0] or Decimal(0))} then"
    since = day_since(shown[0].as_of, briefing.as_of)
    return Lines(
        id="findings-by-severity",
        reading=f"Open findings {way} from {number(Decimal(before))} on {since} to {number(Decimal(today))}; "
        f"{critical}.",
        about="Open findings of each version and today, accepted ones left out",
        scale="count",
        is_sample=briefing.is_sample,
        labels=(*(day_since(one.as_of, briefing.as_of) for one in shown), "today"),
        series=series,
        marked=len(shown),
    )


def measured(briefing: Briefing, entities: Sequence[Entity]) -> Bars | None:
    """How many of its KPIs each business measures, has old or never measured, the least measured first."""
    rows = []
    for entity in entities:
        states = briefing.only(entity.entity).kpis
        fresh, wanted = coverage(states)
        if wanted:
            old = sum(one.state == "stale" for one in states if not one.is_optional)
            rows.append((Decimal(fresh) / wanted, entity.title, fresh, old, wanted - fresh - old))
    if not rows:
        return None
    rows.sort()
    share, title, *_ = rows[0]
    half = sum(one[0] >= Decimal("0.5") for one in rows)
    return Bars(
        id="kpis",
        reading=f"{half} of {counted(len(rows), 'business', 'businesses')} measure at least half of what they should; "
        f"{title} measures least, {percent(share)}.",
        about="KPIs that each business should measure",
        scale="count",
        is_sample=briefing.is_sample,
        labels=tuple(title for _, title, *_ in rows),
        series=tuple(
            Series(label, tuple(Decimal(row[at]) for row in rows))
            for at, label in ((2, "fresh"), (3, "old"), (4, "never"))
        ),
        is_horizontal=True,
    )


def agenda(briefing: Briefing, actions: Sequence[Action]) -> Timeline | None:
    """The first things to do with the weeks in which there is room for them, by owner."""
    placed = [one for one in actions if one.weeks][:_MOST_SPANS]
    if not placed:
        return None
    owners = list(dict.fromkeys(one.owner for one in placed))
    groups = owners if len(owners) <= MOST_SERIES else [*owners[: MOST_SERIES - 1], ""]
    spans = tuple(
        Span(
            one.text,
            _begins(briefing.as_of, one.weeks[0].week),
            _begins(briefing.as_of, one.weeks[-1].week + 1) - timedelta(days=1),
            groups.index(one.owner) if one.owner in groups else len(groups) - 1,
        )
        for one in placed
    )
    now = sum(one.weeks[0].week == 0 for one in placed)
    begin = f"{now or 'none'} begin{'s' if now in {0, 1} else ''}"
    last = max(one.end for one in spans if one.end is not None)
    return Timeline(
        id="agenda",
        reading=f"Of the first {counted(len(placed), 'thing')} to do {begin} this week; "
        f"the last is done by {day_short(last)}.",
        about="The weeks in which there is room for each, by owner",
        is_sample=briefing.is_sample,
        spans=spans,
        today=briefing.as_of,
        groups=tuple(
            briefing.person(one) or ("others" if len(owners) > MOST_SERIES else "nobody named")
            for one in groups
        ),
    )


def _begins(as_of: date, week: int) -> date:
    """The first day of a week: today, then Mondays."""
    return as_of if week == 0 else monday_after(as_of) + (week - 1) * _WEEK
