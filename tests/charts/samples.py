"""One chart of each form, with everything that makes drawing hard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from quarterdeck.charts.spec import (
    Bars,
    Chart,
    Funnel,
    Lines,
    Part,
    Point,
    Progress,
    Range,
    Ranges,
    Scatter,
    Series,
    Span,
    Step,
    Sway,
    Threshold,
    Timeline,
    Tornado,
    Waterfall,
)

READING: Final = "One week goes under the floor."


def numbers(*values: float | None) -> tuple[Decimal | None, ...]:
    """Exact numbers; None stays None."""
    return tuple(None if one is None else Decimal(str(one)) for one in values)


MONTHS: Final = ("Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
WEEKS: Final = tuple(f"{day} Dec" for day in range(1, 14))

STACKED: Final = Bars(
    id="burn",
    reading="November took $9,100, most of it wages.",
    about="Cash that went out, by class, dollars a month",
    labels=MONTHS,
    series=(
        Series("running", numbers(4200, 5100, 4800, 6100.5, 7000, 3200)),
        Series("lenders", numbers(1200, 1200, None, 1200, 1200, 1200)),
        Series("given back", numbers(-300, 0, -150, None, -900, -10)),
    ),
    net=Series("net burn", numbers(-2000, 1500, 900, -400, 5200, None)),
    partial=(5,),
    thresholds=(Threshold(Decimal(8000), "limit $8,000"),),
)
PAIRED: Final = Bars(
    id="targets",
    reading="Two of six months reached their target.",
    about="Revenue, dollars a month",
    labels=MONTHS,
    series=(
        Series("actual", numbers(12000, 15000, 9000, 11000, None, None)),
        Series("target", numbers(14000, 14000, 14000, 14000, 16000, 18000)),
    ),
    is_stacked=False,
    is_sample=True,
)
LYING: Final = Bars(
    id="options",
    reading="The sealed deck pays for itself soonest.",
    about="Cost, dollars",
    labels=(
        "New sails for the sister ship, with covers, lines and everything that goes with them",
        "Deck",
        "Ads",
    ),
    series=(Series("cost", numbers(24000, 1800, None)),),
    is_horizontal=True,
    notes=("pays back in 31 months", "pays back in 2 months", "not known"),
)
LINES: Final = Lines(
    id="weeks",
    reading=READING,
    about="Cash at the end of each week, dollars",
    labels=WEEKS,
    series=(
        Series("base", numbers(9000, 8000, 7500, 5100, 2400, 3000, 3900, 4400, 6000, 7100, 8000, 8800, 9900)),
        Series(
            "downside", numbers(9000, 7000, 6000, None, -800, None, 2000, 2500, 2500, 3000, 3100, 3400, 4000)
        ),
    ),
    thresholds=(Threshold(Decimal(5000), "floor $5,000"),),
    forecast_from=2,
    marked=4,
)
WATERFALL: Final = Waterfall(
    id="variance",
    reading="Fewer sales cost $4,200 against the plan.",
    about="From plan to actual, dollars",
    steps=(
        Step("plan", Decimal(12000), is_total=True),
        Step("price", Decimal(900)),
        Step("number sold", Decimal(-4200)),
        Step("variable", Decimal(0)),
        Step("fixed", None),
        Step("actual", Decimal(8300), is_total=True),
    ),
)
TIMELINE: Final = Timeline(
    id="agenda",
    reading="Five things are due within four weeks.",
    about="Tasks by owner",
    spans=(
        Span("Close the bucket", date(2026, 11, 23), date(2026, 11, 23)),
        Span(
            "Write the offer for the yard and send it to everybody who asked",
            date(2026, 11, 25),
            date(2026, 12, 9),
            1,
        ),
        Span("Without a day", None, None),
        Span("Haul-out", date(2026, 12, 7), date(2026, 12, 18), 2),
    ),
    today=date(2026, 11, 23),
)
FUNNEL: Final = Funnel(
    id="funnel",
    reading="Half of those who begin to book pay.",
    about="Visitors of a month",
    scale="count",
    labels=("saw the offer", "began to book", "paid", "came"),
    values=numbers(1200, 80, 41, None),
)
RANGES: Final = Ranges(
    id="claim",
    reading="At best mail brings 19 orders; the claim needs at least 53.",
    about="Orders",
    scale="count",
    ranges=(
        Range("three mailings bring", Decimal(2), Decimal(7), Decimal(19)),
        Range("the claim needs", Decimal(53), None, Decimal(265), 1),
        Range("nobody knows", None, Decimal(1), None),
    ),
    groups=("expected", "needed"),
)
TORNADO: Final = Tornado(
    id="assumptions",
    reading="A tenth of the prices moves the lowest week most.",
    about="Share of the number",
    scale="ratio",
    sways=(
        Sway("price", Decimal("-0.256"), Decimal("0.25"), "Lowest week of all businesses together"),
        Sway("delay", Decimal("-0.1"), Decimal("-0.15"), "both one way"),
        Sway("an assumption with a very long name that does not fit", Decimal("0.02"), None),
        Sway("none", Decimal(0), Decimal(0), "nothing"),
    ),
    sides=("a tenth less", "a tenth more"),
)
SCATTER: Final = Scatter(
    id="clients",
    reading="Two clients pay less than an hour costs.",
    about="Rate and margin of each client",
    scale="ratio",
    points=(
        Point("1", Decimal(120), Decimal("0.4"), Decimal(9000), "Harbor Inn"),
        Point("2", Decimal(60), Decimal("-0.1"), Decimal(2000), "Wharf"),
        Point("3", Decimal(61), Decimal("-0.1"), Decimal(2000), "Pier"),
        Point("4", Decimal(62), Decimal("-0.12"), Decimal(2000), "Dock"),
        Point("5", None, Decimal("0.3"), None, "Unknown"),
    ),
    x_title="dollars an hour",
    y_title="margin",
    x_scale="money",
    x_split=Decimal(90),
    y_split=Decimal("0.2"),
)
PROGRESS: Final = Progress(
    id="roadmap",
    reading="The second step misses two things.",
    about="Conditions of each step",
    scale="count",
    parts=(Part("Books are kept", 5, 0, 0), Part("A reserve", 3, 2, 1), Part("Nothing yet", 0, 0, 0)),
)

FORMS: Final[dict[str, Chart]] = {
    "stacked": STACKED,
    "paired": PAIRED,
    "lying": LYING,
    "lines": LINES,
    "waterfall": WATERFALL,
    "timeline": TIMELINE,
    "funnel": FUNNEL,
    "ranges": RANGES,
    "tornado": TORNADO,
    "scatter": SCATTER,
    "progress": PROGRESS,
}
