"""Contradictions: what two places say differently of one fact, side by side, and which of them counts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
from markupsafe import Markup

from quarterdeck.model.contradiction import Apart, Contradiction
from quarterdeck.model.figure import Figure
from quarterdeck.model.page import Page
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports.cells import Tables, unbroken
from quarterdeck.reports.components import Cell, Column, FindingRow, Table, TableRow, slug
from quarterdeck.reports.escape import safe
from quarterdeck.reports.owners import owner_of
from quarterdeck.reports.skeleton import (
    CONTRADICTIONS_PATH,
    SURENESS,
    Report,
    Site,
    entity_path,
)
from quarterdeck.reports.words import NBSP, counted, day, number, rounded, value

_TWO_VALUES = "R-DAT-03"
_POINTS = 100


class View(msgspec.Struct, frozen=True):
    """What the template of the page prints."""

    table: Table | None
    """Numbers of tables and books."""
    claims: Table | None
    """What handoffs say, against what audits saw."""
    count: int
    businesses: int
    largest: Contradiction | None
    """The one of money that is furthest apart."""
    largest_in: str
    twice: int
    """Rows that stand twice with two values."""
    gaps: int


def page(site: Site) -> Page:
    """Everything that one audience's files and audits say in two ways."""
    report = Report(
        site,
        CONTRADICTIONS_PATH,
        "Contradictions",
        "ceo",
        site.briefing.entities,
        "All businesses",
        description="What two places say differently, both numbers side by side, and which of them counts.",
    )
    tables = Tables(report)
    found = sorted(site.briefing.contradictions, key=_furthest)
    numbers = [one for one in found if not _was_seen(one)]
    claims = [one for one in found if _was_seen(one)]
    about = _findings(report, found)
    largest = next((one for one in found if isinstance(one.apart, Money)), None)
    view = View(
        table=tables.plain("contradictions", _table(report, numbers)) if numbers else None,
        claims=tables.plain("claims", _claims(report, claims)) if claims else None,
        count=len(found),
        businesses=len({one.entity for one in found}),
        largest=largest,
        largest_in=site.titles.get(largest.entity, "") if largest else "",
        twice=sum(row.finding.rule == _TWO_VALUES for row in about),
        gaps=len(report.gaps()),
    )
    made = report.page("contradictions.md.j2", tables.downloads, view=view, about=about)
    return msgspec.structs.replace(made, section=SURENESS)


def _furthest(one: Contradiction) -> tuple[bool, Decimal, str]:
    """Money first, the furthest apart on top; other units by name."""
    apart = one.apart
    return (False, -apart.amount, one.id) if isinstance(apart, Money) else (True, Decimal(0), one.id)


def _was_seen(one: Contradiction) -> bool:
    """Whether the side that counts is what an audit saw."""
    return any(source.kind == "evidence" for source in one.used.sources)


def _findings(report: Report, found: Iterable[Contradiction]) -> tuple[FindingRow, ...]:
    """Rows that stand twice, and findings that speak of a fact that is listed."""
    about = {(one.entity, rule) for one in found for rule in one.rules}
    return tuple(
        FindingRow(one, report.site.titles.get(one.entity, ""))
        for one in report.site.open_findings
        if one.rule == _TWO_VALUES or (one.entity, one.rule) in about
    )


def _table(report: Report, found: Sequence[Contradiction]) -> Table:
    return Table(
        (
            Column("what", "What", label="-"),
            Column("business", "Business"),
            Column("used", "Counts", is_number=True),
            Column("other", "Says otherwise", is_number=True),
            Column("apart", "Apart", is_number=True),
            Column("who", "Who"),
        ),
        tuple(_row(report, one) for one in found),
        label="What two places say differently",
    )


def _row(report: Report, one: Contradiction) -> TableRow:
    title = report.site.titles.get(one.entity, "")
    is_exact = _has_cents(one.used) or _has_cents(one.other)
    return TableRow(
        (
            Cell(one.what, Markup(" ").join((safe(one.why), safe(one.mend), *map(unbroken, one.rules)))),
            Cell(title or "All", href=report.sources.to(entity_path(one.entity)) if title else ""),
            Cell(one.used, _where(one.used), is_exact=is_exact, is_plain=True),
            Cell(one.other, _where(one.other), is_exact=is_exact, is_plain=True),
            _apart(one.apart, one.used, is_exact=is_exact),
            owner_of(report.site.briefing, one.entity, (one.role,)),
        ),
        anchor=f"c-{slug(one.entity)}-{slug(one.key)}",
    )


def _claims(report: Report, found: Sequence[Contradiction]) -> Table:
    return Table(
        (
            Column("what", "What", label="-"),
            Column("seen", "Seen"),
            Column("written", "Written"),
            Column("weakens", "What that weakens", label="Weakens"),
            Column("settle", "How to settle it", label="Settle"),
        ),
        tuple(_claim(report, one) for one in found),
        label="What handoffs say, and what audits saw",
    )


def _claim(report: Report, one: Contradiction) -> TableRow:
    is_exact = _has_cents(one.used) or _has_cents(one.other)
    owner = owner_of(report.site.briefing, one.entity, (one.role,))
    return TableRow(
        (
            Cell(one.what, report.site.titles.get(one.entity, "") or "All businesses"),
            Cell(one.used, _where(one.used), is_exact=is_exact, is_plain=True),
            Cell(one.other, _where(one.other), is_exact=is_exact, is_plain=True),
            one.weakens,
            Cell(one.mend, Markup(", ").join(filter(None, (safe(owner), *map(unbroken, one.rules))))),
        ),
        anchor=f"c-{slug(one.entity)}-{slug(one.key)}",
    )


def _has_cents(figure: Figure) -> bool:
    return isinstance(figure.value, Money) and figure.value.amount % 1 != 0


def _where(figure: Figure) -> str:
    """The first place of a side, in a few words: `jada.md:14 and 2 more`."""
    if not figure.sources:
        return figure.kind
    first = figure.sources[0]
    more = f" and {len(figure.sources) - 1} more" if len(figure.sources) > 1 else ""
    if first.kind == "evidence":
        return f"{_asked(first)}{more}"
    line = f":{first.line}" if first.line else ""
    return f"{first.path.rpartition('/')[2]}{line}{more}"


def _asked(source: Source) -> str:
    """What answered, in which account and place, and when: `ListDomains, aws/main, 23 Nov 2026`."""
    folders = source.path.removeprefix("evidence/").rpartition("/")[0]
    on = day(source.as_of) if source.as_of else ""
    return ", ".join(dict.fromkeys(filter(None, (source.what, folders, on))))


def _apart(apart: Apart, figure: Figure, *, is_exact: bool) -> str:
    match apart:
        case None:
            return ""
        case Ratio(value=share):
            return f"{number(rounded(share * _POINTS, 1))}{NBSP}points"
        case Money():
            return value(apart, exact=is_exact)
        case _ if figure.unit in {"date", "days"}:
            return counted(apart, "day")
        case _ if figure.unit in {"months", "hours"}:
            return counted(rounded(apart, 1), figure.unit.removesuffix("s"))
        case _:
            return number(apart)
