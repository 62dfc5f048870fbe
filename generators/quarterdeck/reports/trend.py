"""How headline figures moved over the last versions, as the CEO reads it."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from quarterdeck.figures.kpis import covered
from quarterdeck.model.figure import Figure, Missing, Unit, Value
from quarterdeck.model.history import PastVersion, Series
from quarterdeck.model.severity import Severity
from quarterdeck.reports.businesses import count_open
from quarterdeck.reports.cells import figure_or_unknown
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.past import day_since, moved, moved_words, points
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.sparkline import MOST_POINTS, sparkline
from quarterdeck.reports.words import value

_MOST_SHOWN = 4


class Trend(msgspec.Struct, frozen=True):
    """The CEO's section."""

    table: Table
    versions: int
    """How many are shown beside the present one."""
    backfilled: int
    is_whole: bool


class Line(msgspec.Struct, frozen=True):
    """One headline over the versions."""

    title: str
    past: tuple[Value | None, ...]
    """Of every version, oldest first; None where it had none."""
    now: Figure | Value | int
    unit: Unit
    note: str = ""
    partial: tuple[bool, ...] = ()
    """Which of the past are sums with members that were not known; of none unless given."""
    is_change: bool = False
    """Whether it counts what changed, and is no level that moves."""


def trend(report: Report, fresh: int, wanted: int) -> Trend:
    """What the portfolio's headlines were in the last versions, and how far they are from the newest."""
    past = report.site.briefing.history
    shown = past.versions[-_MOST_SHOWN:]
    table = Table(
        (
            Column("what", "Headline"),
            *(
                Column(one.version, day_since(one.as_of, report.site.briefing.as_of), is_number=True)
                for one in shown
            ),
            Column("now", "Now", is_number=True),
            *(
                (Column("change", f"Since {day_since(shown[-1].as_of, report.site.briefing.as_of)}"),)
                if shown
                else ()
            ),
        ),
        tuple(_row(one, len(shown)) for one in _lines(report, fresh, wanted)),
        is_sortable=False,
    )
    return Trend(table, len(shown), sum(one.is_backfill for one in shown), past.is_whole)


def _lines(report: Report, fresh: int, wanted: int) -> Iterable[Line]:
    site = report.site
    past, share = site.briefing.history, covered(fresh, wanted)
    for title, name in (("Our cash", "cash_available"), ("Sales of twelve months", "sales_ttm")):
        now = figure_or_unknown(report, name, "", title)
        kept = past.of(name) or Series("", name, now.unit, (None,) * len(past.versions), ())
        yield Line(title, kept.values, now, now.unit, partial=kept.partial)
    yield _counts("Critical findings", past.versions, "critical", count_open(site, Severity.CRITICAL))
    yield _counts("High findings", past.versions, "high", count_open(site, Severity.HIGH))
    if past.versions:
        yield _counts("Findings opened", past.versions, "opened", past.opened, is_change=True)
        yield _counts("Findings closed", past.versions, "closed", past.closed, is_change=True)
    coverages = tuple(covered(one.kpis_fresh, one.kpis_wanted) for one in past.versions)
    yield Line("KPIs measured", coverages, share, "ratio", f"{fresh} of {wanted}" if wanted else "")


def _counts(
    title: str, versions: Iterable[PastVersion], name: str, now: int | None, *, is_change: bool = False
) -> Line:
    of_each = [getattr(one, name) for one in versions]
    past = tuple(None if one is None else Decimal(one) for one in of_each)
    return Line(title, past, Missing() if now is None else now, "count", is_change=is_change)


def _row(line: Line, shown: int) -> TableRow:
    """A headline with its last versions; the change is that since the newest of them, with the line of all."""
    now = Cell(line.now, line.note)
    if not shown:
        return TableRow((line.title, now))
    content = line.now.value if isinstance(line.now, Figure) else line.now
    present = Decimal(content) if isinstance(content, int) else content
    words = moved_words(moved(line.past[-1], present, line.unit))
    drawn = sparkline(points((*line.past, present)[-MOST_POINTS:]))
    partial = line.partial or (False,) * len(line.past)
    past = [_cell(*one) for one in zip(line.past, partial, strict=True)][-shown:]
    return TableRow((line.title, *past, now, "" if line.is_change else Cell(words, drawn)))


def _cell(past: Value | None, is_partial: bool) -> Cell:  # noqa: FBT001 - one of a pair
    if past is None:
        return Cell(Missing())
    return Cell(f"at least {value(past)}" if is_partial else past)
