"""From a chart to a Vega-Lite specification of one width; colours are tokens such as `@c1`.

Words are fields of the data, never parts of an expression, a title or an address.
"""

import msgspec

from quarterdeck.charts.frame import BOTTOM, NARROW, WIDE, Layer, frame_of
from quarterdeck.charts.ranges import ranges, tornado
from quarterdeck.charts.rows import lying, progress, timeline
from quarterdeck.charts.scatter import scatter
from quarterdeck.charts.spec import (
    Bars,
    Chart,
    Funnel,
    Lines,
    Ranges,
    Scatter,
    Series,
    Timeline,
    Tornado,
    Waterfall,
)
from quarterdeck.charts.upright import lines, upright, waterfall


def vega(chart: Chart, width: int) -> Layer:
    """Describe a chart for the renderer.

    Args:
        chart: Numbers that are None have no mark of any kind.
        width: Of the whole picture in pixels: `WIDE`, `NARROW` or `MAIL`.

    Returns:
        A Vega-Lite specification that holds all of its data.
    """
    is_narrow = width < (WIDE + NARROW) // 2
    frame = frame_of(width, is_narrow=is_narrow)
    match chart:
        case Bars(is_horizontal=True):
            drawn = lying(chart, width, is_narrow=is_narrow)
        case Bars():
            drawn = upright(chart, frame)
        case Lines():
            drawn = lines(chart, frame)
        case Waterfall():
            drawn = waterfall(chart, msgspec.structs.replace(frame, bottom=42 if is_narrow else BOTTOM))
        case Timeline():
            drawn = timeline(chart, width, is_narrow=is_narrow)
        case Funnel():
            drawn = lying(_as_bars(chart), width, is_narrow=is_narrow)
        case Ranges():
            drawn = ranges(chart, width, is_narrow=is_narrow)
        case Tornado():
            drawn = tornado(chart, width, is_narrow=is_narrow)
        case Scatter():
            drawn = scatter(chart, msgspec.structs.replace(frame, bottom=44))
        case _:
            drawn = progress(chart, width, is_narrow=is_narrow)
    return drawn


def _as_bars(chart: Funnel) -> Bars:
    return Bars(
        id=chart.id,
        reading=chart.reading,
        about=chart.about,
        scale=chart.scale,
        currency=chart.currency,
        is_sample=chart.is_sample,
        labels=chart.labels,
        series=(Series("", chart.values),),
        is_horizontal=True,
    )
