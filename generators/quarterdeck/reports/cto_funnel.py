"""The way to an order on the CTO page: every step of every business, and the one that loses most."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from quarterdeck.formulas.funnel import completeness, step_conversion
from quarterdeck.model.entity import Entity
from quarterdeck.model.finding import Gap
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import (
    first_places,
    gap_of,
    on,
)
from quarterdeck.reports.components import (
    Grid,
    GridCell,
    GridGroup,
    GridRow,
)
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age, counted, percent

_GRID_COLUMNS = 4
"""As many businesses as fit side by side on a phone."""
_STOPPED = ("broken", "missing")
_PAYING = ("payment", "checkout", "cart")
STEPS = (
    "landing",
    "price",
    "availability",
    "cart",
    "checkout",
    "payment",
    "confirmation",
    "receipt",
    "waiver",
    "review-ask",
)
_STEP_SHADES = {"works": 4, "manual": 2, "broken": 0, "missing": 0}


class Funnels(msgspec.Struct, frozen=True):
    """Every step to an order, business by business."""

    grids: tuple[Grid, ...]
    sources: tuple[Source, ...]
    worst: str
    """One sentence: where the customer is lost first."""
    worst_step: str
    """`Payment`."""
    worst_where: str
    """`missing at QuickDumpNow`."""
    is_stopped: bool
    gaps: tuple[Gap, ...]
    """Businesses that sell online and have no funnel written."""


def funnels_of(report: Report) -> Funnels:
    """Every funnel that is written, and the step that loses most."""
    steps: dict[str, dict[str, FunnelStep]] = {}
    for row in report.site.briefing.of(FunnelStep):
        if isinstance(row.step, str):
            steps.setdefault(row.entity, {})[row.step] = row
    with_funnel = [entity for entity in report.entities if entity.entity in steps]
    parts = [with_funnel[at : at + _GRID_COLUMNS] for at in range(0, len(with_funnel), _GRID_COLUMNS)]
    worst = _worst([row for entity in with_funnel for row in steps[entity.entity].values()])
    missing = [gap_of(report, entity.entity, "funnel") for entity in report.entities]
    return Funnels(
        tuple(_grid(report, part, steps) for part in parts),
        first_places(row for entity in with_funnel for row in steps[entity.entity].values()),
        _worst_sentence(report, worst),
        str(worst.step).capitalize() if worst else "",
        _worst_where(report, worst),
        bool(worst and worst.state in _STOPPED),
        tuple(gap for gap in missing if gap),
    )


def _grid(report: Report, entities: Sequence[Entity], steps: dict[str, dict[str, FunnelStep]]) -> Grid:
    named = [step for step in STEPS if any(step in steps[entity.entity] for entity in entities)]
    rows = tuple(
        GridRow(
            step.replace("-", " ").capitalize(),
            tuple(_step_cell(report, steps[entity.entity].get(step)) for entity in entities),
        )
        for step in named
    )
    summary = GridRow("Steps that work", tuple(_works(steps[entity.entity]) for entity in entities))
    return Grid(
        "Step",
        tuple(entity.title for entity in entities),
        (GridGroup("", rows),),
        summary=summary,
        label="Steps to an order",
    )


def _step_cell(report: Report, row: FunnelStep | None) -> GridCell:
    if row is None:
        return GridCell("not written", is_unknown=True)
    if isinstance(row.state, Blank):
        is_na = row.state.why == "n/a"
        return GridCell(
            "n/a" if is_na else "not known", note=row.state.text if is_na else "", is_unknown=not is_na
        )
    notes = []
    if isinstance(row.visitors, int) and isinstance(row.completions, int):
        share = step_conversion(row.visitors, row.completions)
        if isinstance(share, Decimal):
            notes.append(f"{percent(share)} go on")
    checked = on(row.checked_on)
    days = (report.site.briefing.as_of - checked).days if checked else 0
    if days > report.assumed.stale_after["funnel"]:
        notes.append(f"{age(days)} old")
    return GridCell(row.state, _STEP_SHADES[row.state], ", ".join(notes))


def _works(steps: dict[str, FunnelStep]) -> GridCell:
    wanted = [row for row in steps.values() if not (isinstance(row.state, Blank) and row.state.why == "n/a")]
    works = sum(row.state == "works" for row in wanted)
    share = completeness(works, len(wanted))
    return GridCell(f"{works} of {len(wanted)}", note=percent(share) if isinstance(share, Decimal) else "")


def _worst(rows: Sequence[FunnelStep]) -> FunnelStep | None:
    """A payment step that stops people, else any step that does, else the one that most people leave."""
    stopped = [row for row in rows if row.state in _STOPPED]
    paying = sorted(
        (row for row in stopped if row.step in _PAYING), key=lambda row: _PAYING.index(str(row.step))
    )
    measured = [row for row in rows if lost(row) is not None]
    leaving = max(measured, key=lambda row: lost(row) or Decimal(0), default=None)
    return next(iter(paying), None) or leaving or next(iter(stopped), None)


def lost(row: FunnelStep) -> Decimal | None:
    """The share of those who reached a step and did not go on; None where they were not counted."""
    if not (isinstance(row.visitors, int) and isinstance(row.completions, int)):
        return None
    share = step_conversion(row.visitors, row.completions)
    return 1 - share if isinstance(share, Decimal) else None


def _worst_where(report: Report, row: FunnelStep | None) -> str:
    if row is None:
        return ""
    at = f"at {report.site.titles[row.entity]}"
    gone = lost(row)
    return f"{row.state} {at}" if row.state in _STOPPED or gone is None else f"{percent(gone)} leave {at}"


def _worst_sentence(report: Report, row: FunnelStep | None) -> str:
    if row is None:
        return ""
    name, step = report.site.titles[row.entity], str(row.step).replace("-", " ")
    if row.state in _STOPPED and row.step in _PAYING:
        return f"{name} cannot be paid online: the step {step} is {row.state}."
    gone = lost(row)
    if gone is None:
        return f"{name} loses people at the step {step}: it is {row.state}."
    return f"{name} loses most people at the step {step}: {percent(gone)} of {counted(_reached(row), 'visitor')} leave."


def _reached(row: FunnelStep) -> int:
    return row.visitors if isinstance(row.visitors, int) else 0
