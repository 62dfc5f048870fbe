"""The one chart of a mail: of the first figure that moved of which there is any."""

from collections.abc import Iterable, Mapping
from typing import Final

from quarterdeck.charts.render import drawing_for_mail
from quarterdeck.charts.spec import Bars, Chart, Lines
from quarterdeck.mail.subject import cut, plain
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change
from quarterdeck.model.mail import Picture
from quarterdeck.reports.charts import lines, numbers
from quarterdeck.reports.components import Cell
from quarterdeck.reports.named_charts import named_chart
from quarterdeck.reports.words import value

MOST_ROWS: Final = 8
_MOST_SIGNS: Final = 400

_FIGURES: Final[Mapping[str, str]] = {
    "cash-13-weeks": "cash_available lowest_week downside_lowest runway_months zero_cash_date costs_due_30d",
    "burn": "net_burn gross_burn runway_seasonal runway_zero_revenue",
    "break-even": "break_even_revenue cash_break_even fixed_monthly margin_of_safety",
    "variance": "sales_v_plan sales_last_month operating_income",
    "contribution": "contribution_month",
    "targets": "target",
    "client-fees": "mrr mrr_at_risk",
    "client-shares": "top_client_share",
    "aging": "overdue expected_loss",
    "dso": "dso days_to_pay",
    "collected": "unbilled under_billed leakage",
    "rent": "collection_rate",
    "rental-cash-flow": "noi_month noi_year",
    "pipeline": "pipeline_weighted",
    "kept": "take_rate net_per_booking",
    "kpis": "kpi_coverage",
    "funnel": "funnel_completeness",
    "deposits": "deposits_owed",
}
_CHART_OF: Final = {figure: chart for chart, names in _FIGURES.items() for figure in names.split()}
_COLOURS: Final = ("Blue", "orange", "teal", "violet", "grey")
"""Of the series of a chart, in their order."""
_OF_ALL: Final = frozenset({"contribution", "kpis", "pipeline", "kept"})
"""Charts that show the businesses beside each other."""


def picture(after: Briefing, moved: Iterable[Change]) -> Picture | None:
    """The chart of the first of these figures that has one with known numbers; None where none has."""
    for one in moved:
        name = _CHART_OF.get(one.id.partition(":")[0])
        entity = "" if name in _OF_ALL else one.entity
        if (
            name
            and (not entity or entity in after.entities_by_id)
            and (chart := named_chart(after, entity, name))
        ):
            return _of(chart)
    return None


def _of(chart: Chart) -> Picture:
    spoken = "; ".join(lines(chart))
    return Picture(
        drawing=drawing_for_mail(chart),
        sentence=plain(chart.reading),
        alt=cut(plain(f"{chart.about}. {spoken}"), _MOST_SIGNS),
        rows=_rows(chart),
        about=plain(f"{chart.about}.{_key(chart)}"),
    )


def _key(chart: Chart) -> str:
    """Which line or colour is what, where there are several: `Solid: as expected; dashed: if it goes badly`."""
    match chart:
        case Lines(series=(first, *others)) if others:
            return f" Solid: {first.label}; dashed: {', '.join(one.label for one in others)}."
        case Bars(series=series) if len(series) > 1:
            named = zip(_COLOURS, series, strict=False)
            return f" {'; '.join(f'{colour}: {one.label}' for colour, one in named)}."
        case _:
            return ""


def _rows(chart: Chart) -> tuple[tuple[str, ...], ...]:
    table = numbers(chart)
    rows = [
        tuple(plain(value(cell.value)) for cell in row.cells if isinstance(cell, Cell)) for row in table.rows
    ]
    if len(rows) > MOST_ROWS - 1:
        rows = [*rows[: MOST_ROWS - 2], (f"and {len(rows) - MOST_ROWS + 2} more",)]
    return (tuple(plain(one.title) for one in table.columns), *rows)
