"""Assumptions: everything that is taken to be so, what rests on it, and how far numbers move when it moves."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.charts.spec import Sway, Tornado
from quarterdeck.model.briefing import Assumption
from quarterdeck.model.declared import Reference
from quarterdeck.model.figure import Figure, Value
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.model.move import Move
from quarterdeck.model.page import Page
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, Chart, Column, Table, TableRow, joined, slug
from quarterdeck.reports.skeleton import (
    ASSUMPTIONS_PATH,
    AUDITS,
    SURENESS,
    Report,
    Site,
    entity_path,
    resting_on,
)
from quarterdeck.reports.words import NBSP, money, number, percent, rounded, value

_OLD_AFTER = timedelta(days=365)
"""When a figure from elsewhere is old."""
_MOST_BARS = 8
_POINTS = 100
_HEADLINES = {
    "runway_months": "runway",
    "lowest_week": "the lowest week",
    "break_even_revenue": "break-even",
    "target": "the targets",
    "pipeline_weighted": "the weighted pipeline",
    "deployable": "what is free to invest",
}


class Effect(msgspec.Struct, frozen=True):
    """How far one figure moves with one assumption."""

    move: Move
    figure: Figure
    """As it is now."""
    apart: Money | Ratio | Decimal
    """The longer of the two ways."""
    share: Decimal | None
    """The same as a share of the figure; None where that is zero now."""

    @property
    def order(self) -> tuple[bool, bool, Decimal, str, str, str]:
        """Of all businesses before one, the largest share first, and last what is zero now."""
        size = (self.share is None, -(self.share or Decimal(0)))
        return (bool(self.move.entity), *size, self.move.path, self.move.entity, self.move.figure)


class View(msgspec.Struct, frozen=True):
    """What the template of the page prints."""

    effects: Table | None
    chart: Chart | None
    first: Effect | None
    first_key: str
    """Of the assumption that moves most."""
    first_words: str
    """What it moves, as a part of a sentence."""
    moving: int
    """Assumptions that move anything."""
    unmoved: str
    """Figures of the portfolio that rest on none of them, in words."""
    in_force: Table
    count: int
    own: int
    """Set in portfolio.yml."""
    benchmarks: Table
    old: int
    """Benchmarks that are old."""
    gaps: int


def page(site: Site) -> Page:
    """Every assumption, threshold and benchmark that the pages of one audience rest on."""
    report = Report(
        site,
        ASSUMPTIONS_PATH,
        "Assumptions",
        "ceo",
        site.briefing.entities,
        "All businesses",
        description="Everything that is taken to be so, what rests on it, and how far numbers move with it.",
    )
    tables = Tables(report)
    view = _view(report, tables)
    made = report.page("assumptions.md.j2", tables.downloads, view=view)
    return msgspec.structs.replace(made, section=SURENESS)


def _view(report: Report, tables: Tables) -> View:
    briefing = report.site.briefing
    effects = effects_of(report)
    set_as = {one.path: one for one in briefing.assumptions}
    first = effects[0] if effects else None
    references = [(one, _is_old(one, briefing.as_of)) for one in briefing.references]
    return View(
        effects=tables.plain("effects", _effect_table(report, effects, set_as)) if effects else None,
        chart=report.charts.add(tornado(report, effects), has_table=True),
        first=first,
        first_key=set_as[first.move.path].key if first else "",
        first_words=_lower(first.figure.label) if first else "",
        moving=len({one.path for one in briefing.moves}),
        unmoved=_unmoved(report),
        in_force=tables.plain("in-force", _in_force(report)),
        count=len(briefing.assumptions),
        own=sum(not one.is_default for one in briefing.assumptions),
        benchmarks=tables.plain("benchmarks", _benchmarks(references)),
        old=sum(is_old for _, is_old in references),
        gaps=len(report.gaps()),
    )


# --- what moves ----------------------------------------------------------------------------------------------------


def effects_of(report: Report) -> list[Effect]:
    """Every move with its size, those of all businesses and the largest first."""
    return sorted(_effects(report), key=lambda one: one.order)


def _effects(report: Report) -> Iterable[Effect]:
    """Every move with its size; of an option or channel with a subject, of the business that has it."""
    for move in report.site.briefing.moves:
        figure = report.figure(move.figure, move.entity)
        sizes = [_size(figure.value, side) for side in (move.less, move.more)]
        apart = max(sizes, key=_plain)
        now = abs(_plain(figure.value))
        yield Effect(move, figure, apart, _plain(apart) / now if now else None)


def _size(now: Value, side: Value) -> Money | Ratio | Decimal:
    gap = abs(_plain(side) - _plain(now))
    match now:
        case Money(currency=currency):
            return Money(gap, currency)
        case Ratio():
            return Ratio(gap)
        case _:
            return gap


def _plain(content: Value) -> Decimal:
    """The number in a value; a state or a day has none to compare."""
    match content:
        case Money(amount):
            return amount
        case Ratio(value=share):
            return share
        case Decimal():
            return content
        case _:
            return Decimal(0)


def _effect_table(report: Report, effects: Sequence[Effect], set_as: dict[str, Assumption]) -> Table:
    return Table(
        (
            Column("assumption", "Assumption", label="-"),
            Column("figure", "What moves", label="-"),
            Column("less", "A tenth less", is_number=True),
            Column("now", "Now", is_number=True),
            Column("more", "A tenth more", is_number=True),
            Column("effect", "By up to", is_number=True),
        ),
        tuple(_effect_row(report, one, set_as[one.move.path]) for one in effects),
        label="How far numbers move with each assumption",
    )


def _effect_row(report: Report, one: Effect, assumption: Assumption) -> TableRow:
    less, more = (f"at {number(at, 4).rstrip('0').rstrip('.')}" for at in one.move.at)
    title = report.site.titles.get(one.move.entity, "")
    whose = report.sources.to(entity_path(one.move.entity)) if title else ""
    return TableRow(
        (
            Cell(assumption.key, f"now {assumption.value}", href=f"#a-{slug(assumption.key)}"),
            Cell(one.figure.label, title or "All businesses", href=whose),
            Cell(_beside(one.figure, one.move.less), less),
            Cell(one.figure, is_plain=True),
            Cell(_beside(one.figure, one.move.more), more),
            Cell(percent(one.share) if one.share is not None else "from zero", _words(one.apart)),
        ),
    )


def _beside(figure: Figure, content: Value) -> str:
    """A value in the words that the figure itself would have, without a source of its own."""
    return value(msgspec.structs.replace(figure, value=content))


def _words(apart: Money | Ratio | Decimal) -> str:
    match apart:
        case Money():
            return money(apart)
        case Ratio(value=share):
            return f"{number(rounded(share * _POINTS, 1))}{NBSP}points"
        case _:
            return number(rounded(apart, 1))


def tornado(report: Report, effects: Sequence[Effect]) -> Tornado | None:
    """The strongest effect of each assumption, the longest on top; of single businesses where all have none."""
    of_all = [one for one in effects if not one.move.entity and one.share is not None]
    strongest: dict[str, tuple[Decimal, Effect]] = {}
    for one in of_all or effects:
        if one.share is not None:
            strongest.setdefault(one.move.path, (one.share, one))
    shown = sorted(strongest.values(), key=lambda each: (-each[0], each[1].order))[:_MOST_BARS]
    if len(shown) <= 1:
        return None
    share, first = shown[0]
    whose = report.site.titles.get(first.move.entity, "")
    return Tornado(
        id="assumptions",
        reading=(
            f"A tenth of {first.move.path} moves {_lower(first.figure.label)}{f' of {whose}' if whose else ''} "
            f"by {percent(share)}, further than any other assumption moves what it moves most."
        ),
        about="How far each assumption moves what it moves most, as a share of that number; the assumption is",
        scale="ratio",
        is_sample=report.site.briefing.is_sample,
        sways=tuple(_sway(one) for _, one in shown),
        sides=("a tenth less", "a tenth more"),
    )


def _sway(effect: Effect) -> Sway:
    now = _plain(effect.figure.value)
    less, more = ((_plain(side) - now) / abs(now) for side in (effect.move.less, effect.move.more))
    return Sway(effect.move.path, less, more, effect.figure.label)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _unmoved(report: Report) -> str:
    """The headlines of all businesses together that are known and that no assumption moves, in words."""
    moved = {one.figure.partition(":")[0] for one in report.site.briefing.moves if not one.entity}
    known = {
        one.id.partition(":")[0] for one in report.site.briefing.figures if not one.entity and one.is_known
    }
    return joined([words for name, words in _HEADLINES.items() if name in known - moved])


# --- what is in force ----------------------------------------------------------------------------------------------


def _in_force(report: Report) -> Table:
    moved = [one.path for one in report.site.briefing.moves]
    rows = (_assumed_row(report, one, moved.count(one.path)) for one in report.site.briefing.assumptions)
    return Table(
        (
            Column("key", "Key", label="-"),
            Column("value", "Value", is_number=True),
            Column("set", "Whose"),
            Column("what_for", "What it is", label="-"),
            Column("pages", "Pages"),
            Column("moves", "Moves", is_number=True),
        ),
        tuple(rows),
        label="Every assumption and threshold in force",
    )


def _assumed_row(report: Report, one: Assumption, moves: int) -> TableRow:
    return TableRow(
        (
            one.key,
            one.value,
            "our default" if one.is_default else "portfolio.yml",
            one.what_for,
            ", ".join(_titles(report, one.key)),
            moves,
        ),
        anchor=f"a-{slug(one.key)}",
    )


def _titles(report: Report, key: str) -> Iterable[str]:
    """Pages that print it among what they rest on, as far as this audience has them."""
    roles = report.site.briefing.roles
    for column in resting_on(key):
        if column in roles:
            yield ROLE_TITLES[column]
        elif column in AUDITS:
            yield AUDITS[column]


def _is_old(one: Reference, as_of: date) -> bool:
    return as_of - one.checked_on > _OLD_AFTER


def _benchmarks(references: Iterable[tuple[Reference, bool]]) -> Table:
    rows = (
        TableRow(
            (
                Cell(one.meaning, one.topic),
                Cell(one.figure, one.unit),
                one.source,
                Cell(one.checked_on, "old" if is_old else "", tone="warn" if is_old else ""),
            )
        )
        for one, is_old in references
    )
    return Table(
        (
            Column("what", "What", label="-"),
            Column("figure", "Figure", is_number=True),
            Column("source", "Source"),
            Column("checked", "Checked"),
        ),
        tuple(rows),
        label="Benchmarks",
    )
