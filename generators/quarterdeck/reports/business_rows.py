"""What the tables of the role pages share: rows by business, sums that a page makes, words for missing ones."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from quarterdeck.figures.months import month_name
from quarterdeck.figures.scope import without
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Missing, Unit, Value
from quarterdeck.model.handoff import Task
from quarterdeck.model.ledger import BOOK
from quarterdeck.model.sales import Offer
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money, Period, Ratio, month_of
from quarterdeck.reports.cells import grey, name_of
from quarterdeck.reports.components import Cell
from quarterdeck.reports.skeleton import Report, entity_path
from quarterdeck.reports.words import age, counted, day, number, value

NOT_HERE = Blank("n/a")
"""What a cell holds where a business of this kind has no such thing."""


def keeps_books(report: Report) -> tuple[Entity, ...]:
    """The businesses with books of their own: what is part of another one rolls up there."""
    ids = {entity.entity for entity in report.entities}
    return tuple(one for one in in_order(report) if one.parent not in ids or one.parent == one.entity)


def in_order(report: Report) -> tuple[Entity, ...]:
    """Every business of the page: the main ones by name, each followed by its parts, then the ancillary ones."""
    by_id = {entity.entity: entity for entity in report.entities}

    def place(entity: Entity) -> tuple[object, ...]:
        owner = by_id.get(entity.parent, entity)
        return (
            owner.is_ancillary,
            owner.title.casefold(),
            owner.entity,
            owner is not entity,
            entity.title.casefold(),
        )

    return tuple(sorted(report.entities, key=place))


def family(report: Report, entity: str) -> tuple[str, ...]:
    """A business and its parts, by id."""
    parts = report.site.briefing.parts_of(entity)
    return (entity, *(one.entity for one in parts if one.entity != entity and one.entity in report.ids))


def business(report: Report, entity: str, note: str = "") -> Cell:
    """The name of a business as a link to its page."""
    title = report.site.titles.get(entity, entity)
    return Cell(title, note, href=report.sources.to(entity_path(entity)) if title else "")


def thing(report: Report, name: object, entity: str, *rest: str) -> Cell:
    """What a row is about, with its business and other words in the grey line."""
    return Cell(
        name_of(name), " · ".join(part for part in (report.site.titles.get(entity, ""), *rest) if part)
    )


def figure_cell(report: Report, name: str, entity: str, otherwise: Blank = NOT_HERE) -> Cell:
    """A figure of the briefing with what it lacks beneath it; other words where it has no such figure.

    It may lack members (`6 of 7 known`), and money that has no fresh price (`excludes EUR 1,200`).
    """
    figure = report.site.briefing.find(name, entity)
    if figure is None:
        return Cell(otherwise)
    known = f"{figure.known} of {figure.wanted} known" if figure.is_partial and figure.is_known else ""
    return Cell(figure, grey(known, without(figure.apart).removeprefix(", ")), is_plain=is_plain(figure))


def is_plain(figure: Figure) -> bool:
    """Whether the caption already says what kind of figure it is: tables here hold what handoffs state."""
    return figure.kind == "stated" and not figure.is_estimate


def share(ratio: Ratio | Blank | Money) -> str | Blank | Money:
    """A stated share with the places that it has: `25%`, `11.5%`, `7.75%`."""
    return f"{number(ratio.value * 100)}%" if isinstance(ratio, Ratio) else ratio


def person(name: object) -> str:
    """A name as it begins a cell."""
    words = name if isinstance(name, str) else ""
    return words[:1].upper() + words[1:]


def month_words(month: object) -> str:
    """`December 2026`, `all of 2027`, or the period as written."""
    if not isinstance(month, Period):
        return value(month) if isinstance(month, Blank) else ""
    if month.name.isdigit():
        return f"all of {month.name}"
    return (
        f"{month_name(month)} {month.start.year}" if same_month(month, month_of(month.start)) else month.name
    )


def money_of(figure: Figure | None) -> Decimal | None:
    """The amount of a figure of money, or None."""
    return figure.value.amount if figure is not None and isinstance(figure.value, Money) else None


def computed(
    name: str,
    entity: str,
    label: str,
    value: Value,
    unit: Unit,
    formula: str,
    inputs: Iterable[Figure | Source] = (),
) -> Figure:
    """A figure that a page works out of others; its sources are theirs."""
    sources: dict[Source, None] = {}
    days: list[date] = []
    for one in inputs:
        for source in one.sources if isinstance(one, Figure) else (one,):
            sources[source] = None
        if one.as_of:
            days.append(one.as_of)
    return Figure(
        id=name,
        entity=entity,
        label=label,
        value=value,
        unit=unit,
        formula=formula,
        sources=tuple(sources),
        as_of=max(days, default=None),
    )


def no_value(name: str, entity: str, label: str, unit: Unit, reason: str = "") -> Figure:
    """A figure that cannot be worked out, and why."""
    return Figure(id=name, entity=entity, label=label, value=Missing(reason=reason), unit=unit)


def aged(on: date | None, as_of: date, limit: int) -> tuple[str, bool]:
    """`31 Oct 2026, 54 days old` and whether that is past the limit; the age is printed only then."""
    if on is None:
        return "", False
    days = (as_of - on).days
    return (f"{day(on)}, {age(days)} old", True) if days > limit else (day(on), False)


def ledgers(report: Report) -> str:
    """`ledger/jada-2026.beancount and 5 more`: where entries of the page's businesses belong."""
    year = report.site.briefing.as_of.year
    paths = [BOOK.format(entity=one.entity, year=year) for one in keeps_books(report)]
    if len(paths) > 1:
        return f"{paths[0]} and {counted(len(paths) - 1, 'more ledger')}, one for each business"
    return "".join(paths)


def same_month(period: object, month: Period) -> bool:
    """Whether a cell names exactly this month."""
    return isinstance(period, Period) and (period.start, period.end) == (month.start, month.end)


def offer_of(report: Report, figure: Figure) -> Offer | None:
    """The offer that a figure was reckoned with: the one among its sources."""
    offers = report.site.briefing.of(Offer, figure.entity)
    return next((one for one in offers if one.source in figure.sources), None)


def task_words(task: Task, as_of: date) -> str:
    """`QDN-12, in work, 3 days late`: how far a task is."""
    states = {
        "open": "open",
        "started": "in work",
        "done": "done",
        "dropped": "dropped",
        "waiting": "waiting",
    }
    parts = [task.id, states[task.state]]
    if task.is_open and task.due and task.due < as_of:
        parts.append(f"{counted((as_of - task.due).days, 'day')} late")
    elif task.is_open and task.due:
        parts.append(f"due {day(task.due)}")
    return ", ".join(parts)
