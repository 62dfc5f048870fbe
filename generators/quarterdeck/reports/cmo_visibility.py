"""Where each business exists, and whether people can book there: the matrix of channels and businesses."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from quarterdeck.figures.channel_names import USUAL, key_of, title_of
from quarterdeck.formulas.visibility import STATE_POINTS, channel_points
from quarterdeck.model.briefing import by_entity
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.sales import Channel, FunnelStep
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank, Ratio
from quarterdeck.reports.business_rows import in_order, keeps_books, share, thing
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    first_places,
    grey,
    name_of,
    on,
    plain_cell,
    said,
    text,
    yes_no,
)
from quarterdeck.reports.components import Cell, Column, Grid, GridCell, GridGroup, GridRow, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age, number

_COLUMNS = 5
"""As many businesses as fit side by side on a phone."""


_LEGEND = ("absent", "unclaimed", "claimed", "complete", "bookable", "active")


_BOOKABLE = STATE_POINTS["bookable"]


GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Own", ("direct", "email")),
    ("Search, maps and directories", ("search", "directory")),
    ("Marketplaces", ("ota",)),
    ("Social", ("social",)),
    ("Partners", ("partner",)),
    ("Ads", ("ads",)),
)


class Visibility(msgspec.Struct, frozen=True):
    """The matrix, in as many grids as fit a phone, and every channel in full."""

    grids: tuple[Grid, ...]
    lines: Lines | None
    worst: Figure | None
    closed: tuple[str, ...]
    """Businesses on whose own site nobody can book."""
    old: int
    count: int
    without: tuple[str, ...]
    sources: tuple[Source, ...]


KIND_WORDS = {"ota": "marketplace", "direct": "our own", "social": "social", "partner": "partner"}
"""Words for a kind of channel, where its own would not be the reader's."""


def kind_words(channel: Channel) -> str:
    """The kind of a channel in the reader's words."""
    return KIND_WORDS.get(text(channel.kind), text(channel.kind))


def visibility(report: Report, tables: Tables) -> Visibility:
    """Every channel of every business."""
    briefing = report.site.briefing
    rows = report.of(Channel)
    rows_of, keepers = by_entity(rows), {one.entity for one in keeps_books(report)}
    with_rows = [one for one in in_order(report) if one.entity in rows_of]
    is_main = {one.entity: not one.is_ancillary and one.entity in keepers for one in with_rows}
    main = [one for one in with_rows if is_main[one.entity]]
    rest = [one for one in with_rows if not is_main[one.entity]]
    sets = [main[at : at + _COLUMNS] for at in range(0, len(main), _COLUMNS)]
    sets += [rest[at : at + _COLUMNS] for at in range(0, len(rest), _COLUMNS)]
    figures = [
        figure for one in main if (figure := briefing.find("visibility", one.entity)) and figure.is_known
    ]
    missing = {
        one.entity for one in briefing.figures if one.id == "visibility" and not one.is_known and one.entity
    }
    return Visibility(
        grids=tuple(
            _grid(report, entities, rows_of, is_first=at == 0)
            for at, entities in enumerate(filter(None, sets))
        ),
        lines=tables.lines(
            "channels",
            _CHANNEL_COLUMNS,
            rows,
            lambda one: _channel_row(report, one),
            lambda one: name_of(one.channel),
        ),
        worst=min(
            figures,
            key=lambda one: one.value.value if isinstance(one.value, Ratio) else Decimal(1),
            default=None,
        ),
        closed=tuple(_closed(report, main)),
        old=sum(_age(one, briefing.as_of) > report.assumed.stale_after["channels"] for one in rows),
        count=len(rows),
        without=tuple(one.title for one in report.entities if one.entity in missing),
        sources=first_places(rows),
    )


def _closed(report: Report, entities: Iterable[Entity]) -> Iterator[str]:
    """Businesses that sell to the public and whose site cannot take an order."""
    for entity in entities:
        rows = report.site.briefing.of(FunnelStep, entity.entity)
        steps = {text(one.step): one.state for one in rows}
        if any(steps.get(step) in {"missing", "broken"} for step in ("checkout", "payment")):
            yield entity.title


def _age(channel: Channel, as_of: date) -> int:
    return (as_of - channel.last_checked).days if isinstance(channel.last_checked, date) else 0


def _grid(
    report: Report, entities: list[Entity], rows_of: Mapping[str, list[Channel]], *, is_first: bool
) -> Grid:
    rows = [row for entity in sorted(one.entity for one in entities) for row in rows_of[entity]]
    by_key = {(one.entity, key_of(one.channel)): one for one in rows if isinstance(one.channel, str)}
    kinds = _kinds(entities, rows)
    groups = []
    for title, members in GROUPS:
        keys = [key for key, kind in kinds.items() if kind in members]
        lines = tuple(
            GridRow(
                title_of(key),
                tuple(_cell(report, by_key.get((one.entity, key)), key, one) for one in entities),
            )
            for key in keys
        )
        if lines:
            groups.append(GridGroup(title, lines))
    others = [key for key, kind in kinds.items() if not any(kind in members for _, members in GROUPS)]
    if others:
        lines = tuple(
            GridRow(
                title_of(key),
                tuple(_cell(report, by_key.get((one.entity, key)), key, one) for one in entities),
            )
            for key in others
        )
        groups.append(GridGroup("Kind not known", lines))
    return Grid(
        corner="Channel",
        columns=tuple(one.title for one in entities),
        groups=tuple(groups),
        summary=GridRow("Visibility", tuple(_index(report, one) for one in entities)),
        legend=_LEGEND if is_first else (),
        label="Visibility by channel and business",
    )


def _kinds(entities: list[Entity], rows: Iterable[Channel]) -> dict[str, str]:
    """The channels of a grid with their kind: the usual ones of these businesses, then others as written."""
    kinds = {one.kind for one in entities}
    found = {key: kind for key, (kind, of) in USUAL.items() if kinds & set(of)}
    for row in rows:
        if isinstance(row.channel, str):
            found.setdefault(key_of(row.channel), text(row.kind))
    return found


def _cell(report: Report, channel: Channel | None, key: str, entity: Entity) -> GridCell:
    as_of, limit = report.site.briefing.as_of, report.assumed.stale_after["channels"]
    if channel is None:
        is_usual = entity.kind in USUAL.get(key, ("", ()))[1]
        return GridCell("not known", is_unknown=True) if is_usual else GridCell("n/a")
    days = _age(channel, as_of)
    note = f"{age(days)} old" if days > limit else ""
    if isinstance(channel.state, Blank):
        return GridCell("not known", is_unknown=True, note=note)
    step = channel_points(channel.state, on(channel.last_review), as_of)
    word = _LEGEND[step] if step >= _BOOKABLE else channel.state
    return GridCell(word, step=step, note=note)


def _index(report: Report, entity: Entity) -> GridCell:
    figure = report.site.briefing.find("visibility", entity.entity)
    rows = report.site.briefing.of(Channel, entity.entity)
    count = sum(not isinstance(one.state, Blank) for one in rows)
    share = figure.value if figure is not None else None
    word = (
        f"{(share.value * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"
        if isinstance(share, Ratio)
        else "not known"
    )
    return GridCell(word, note=f"{count} of {len(rows)} known")


_CHANNEL_COLUMNS = (
    Column("channel", "Channel"),
    Column("state", "State"),
    Column("reviews", "Reviews", is_number=True),
    Column("terms", "It keeps", is_number=True),
    Column("calendar", "Shared calendar"),
    Column("parity", "Same price"),
    Column("checked", "Looked at"),
)


def _channel_row(report: Report, one: Channel) -> TableRow:
    days, limit = _age(one, report.site.briefing.as_of), report.assumed.stale_after["channels"]
    stars = f"{number(one.rating, 1)} stars" if isinstance(one.rating, Decimal) else ""
    return TableRow(
        (
            thing(
                report,
                title_of(text(one.channel)) if text(one.channel) else Blank(),
                one.entity,
                kind_words(one),
                text(one.url),
            ),
            Cell(
                one.state,
                grey(said("fit", one.fit), said("reach", one.reach), said("set-up", one.setup_hours, "h")),
            ),
            Cell(
                plain_cell(one.reviews).value,
                grey(stars, said("unanswered", one.reviews_unanswered), said("newest", one.last_review)),
            ),
            Cell(
                share(one.commission),
                grey(
                    text(one.role),
                    said("fee", share(one.fee_pct)),
                    said("and", one.fee_fix),
                    said("pays after", one.payout_days, "days"),
                ),
            ),
            Cell(yes_no(one.shared_calendar) or UNKNOWN),
            Cell(yes_no(one.price_parity) or UNKNOWN),
            Cell(
                one.last_checked,
                f"{age(days)} old" if days > limit else "",
                "warn" if days > limit else "",
            ),
        )
    )
