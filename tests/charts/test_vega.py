"""What a chart becomes before it is drawn: gaps stay gaps, bars begin at zero, words stay words."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.charts.frame import NARROW, WIDE, cut
from quarterdeck.charts.render import LIGHT, drawings, svg
from quarterdeck.charts.spec import (
    Bars,
    Chart,
    Funnel,
    Lines,
    Progress,
    Ranges,
    Scatter,
    Series,
    Threshold,
    Timeline,
    Tornado,
    Waterfall,
)
from quarterdeck.charts.vega import vega
from tests.charts.samples import FORMS, LINES, PAIRED, RANGES, SCATTER, STACKED, TORNADO, WATERFALL, numbers
from tests.reports.samples import HOSTILE, LONG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def rows(chart: Chart, kind: str, width: int = WIDE) -> list[Mapping[str, object]]:
    """The data of all layers with marks of a kind."""
    layers = vega(chart, width)["layer"]
    assert isinstance(layers, list)
    return [row for layer in layers if layer["mark"]["type"] == kind for row in layer["data"]["values"]]


def words(chart: Chart, width: int = WIDE) -> list[object]:
    """Everything that is printed as text and is no number."""
    return [row["t"] for row in rows(chart, "text", width) if "t" in row]


def test_a_month_without_a_number_has_no_bar() -> None:
    august = [row["c"] for row in rows(STACKED, "bar") if row["i"] == 2]
    assert august == ["@c1", "@c3"]
    assert not [row for row in rows(PAIRED, "bar") if row["i"] == 4 and row["j"] == 0]


def test_zero_is_a_bar_and_no_gap() -> None:
    july = [(row["b"], row["v"]) for row in rows(STACKED, "bar") if row["i"] == 1 and row["c"] == "@c3"]
    assert july == [(6300, 6300)]


def test_what_is_below_zero_stands_beneath() -> None:
    june = {row["c"]: (row["b"], row["v"]) for row in rows(STACKED, "bar") if row["i"] == 0}
    assert june == {"@c1": (0, 4200), "@c2": (4200, 5400), "@c3": (0, -300)}


def test_bars_begin_at_zero() -> None:
    high = Bars(id="x", reading="", about="", labels=("a",), series=(Series("", numbers(900)),))
    layers = vega(high, WIDE)["layer"]
    assert isinstance(layers, list)
    assert layers[0]["encoding"]["y"]["scale"]["domain"] == [0, 900]


def test_a_month_that_is_not_over_is_lighter() -> None:
    layers = vega(STACKED, WIDE)["layer"]
    assert isinstance(layers, list)
    (lighter,) = [one for one in layers if "fillOpacity" in one["mark"]]
    assert {row["i"] for row in lighter["data"]["values"]} == {5}
    assert lighter["mark"]["strokeDash"]


def test_a_gap_breaks_the_line_and_a_lone_week_is_a_dot() -> None:
    downside = [row["v"] for row in rows(LINES, "line")][:13]
    assert downside[3] is None
    assert downside[5] is None
    assert {"i": 4, "v": Decimal(-800)} in rows(LINES, "point")


def test_the_forecast_is_dashed() -> None:
    layers = vega(LINES, WIDE)["layer"]
    assert isinstance(layers, list)
    subject = [one for one in layers if one["mark"].get("color") == "@c1" and one["mark"]["type"] == "line"]
    assert ["strokeDash" in one["mark"] for one in subject] == [False, True]


def test_a_waterfall_draws_nothing_behind_what_is_not_known() -> None:
    assert [row["i"] for row in rows(WATERFALL, "bar")] == [0, 1, 2, 3, 5]
    assert [row["v"] for row in rows(WATERFALL, "bar")] == [12000, 12900, 8700, 8700, 8300]


def test_names_of_places_are_fewer_on_a_phone() -> None:
    assert len([one for one in words(LINES) if str(one).endswith("Dec")]) == 13
    assert len([one for one in words(LINES, NARROW) if str(one).endswith("Dec")]) < 8


def test_the_renderer_gets_exact_numbers_of_json() -> None:
    wide, narrow = drawings(LINES)
    assert (wide.id, narrow.id) == ("weeks-880", "weeks-350")
    assert json.loads(wide.vega)["width"] == 880 - 54 - 8
    assert "NaN" not in wide.vega


EMPTY: list[Chart] = [
    Bars(id="e", reading="", about="", labels=(), series=()),
    Bars(id="e", reading="", about="", labels=("a",), series=(Series("", (None,)),), is_stacked=False),
    Bars(id="e", reading="", about="", labels=(), series=(), is_horizontal=True),
    Lines(id="e", reading="", about="", labels=(), series=()),
    Lines(id="e", reading="", about="", labels=("a",), series=(Series("", (None,)),), marked=0),
    Waterfall(id="e", reading="", about="", steps=()),
    Timeline(id="e", reading="", about="", spans=(), today=FORMS["timeline"].today),  # type: ignore[union-attr]  # a timeline
    Funnel(id="e", reading="", about="", labels=(), values=()),
    Ranges(id="e", reading="", about="", ranges=()),
    Tornado(id="e", reading="", about="", sways=(), sides=("less", "more")),
    Scatter(id="e", reading="", about="", points=(), x_title="", y_title=""),
    Progress(id="e", reading="", about="", parts=()),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("chart", EMPTY, ids=lambda one: type(one).__name__)
def test_nothing_known_is_an_empty_picture(chart: Chart, width: int) -> None:
    layers = vega(chart, width)["layer"]
    assert isinstance(layers, list)
    assert not [one for one in layers if one["mark"]["type"] in {"bar", "line"} and _numbers(one)]
    wide, narrow = drawings(chart)
    assert svg(wide if width == WIDE else narrow).startswith("<svg ")


def _numbers(layer: Mapping[str, Mapping[str, list[Mapping[str, object]]]]) -> list[object]:
    return [row["v"] for row in layer["data"]["values"] if row["v"] is not None]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "name", [HOSTILE, LONG, "@c1", "@@", "\x00\u202eabc\n", "😀" * 40, "' + alert(1) + '"]
)
def test_names_are_data_alone(name: str, width: int) -> None:
    chart = msgspec.structs.replace(PAIRED, labels=(name, *PAIRED.labels[1:]), is_horizontal=True)
    spec = vega(chart, width)
    for layer in _layers(spec):
        assert name[:6] not in json.dumps({**layer, "data": {}}, default=str) or name == "@c1"
    printed = [one for one in map(str, words(chart, width)) if one]
    assert all(one.isprintable() for one in printed)
    assert not set(printed) & set(LIGHT)


def _layers(spec: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    layers = spec["layer"]
    assert isinstance(layers, list)
    yield from layers


def test_a_range_without_an_end_is_not_drawn() -> None:
    assert [(row["b"], row["v"]) for row in rows(RANGES, "rect")] == [(2, 19), (53, 265)]
    assert [row["v"] for row in rows(RANGES, "text") if "v" in row] == [2, 53, 19, 265]
    assert {row["c"] for row in rows(RANGES, "rect")} == {"@c1", "@c2"}


def test_a_tornado_is_as_wide_on_both_sides_and_hides_nothing() -> None:
    layers = vega(TORNADO, WIDE)["layer"]
    assert isinstance(layers, list)
    assert layers[1]["encoding"]["x"]["scale"]["domain"] == [Decimal("-0.256"), Decimal("0.256")]
    sides = [(row["b"], row["v"], row["c"]) for row in rows(TORNADO, "rect")]
    assert sides[2:4] == [(0, Decimal("-0.1"), "@c2"), (Decimal("-0.1"), Decimal("-0.15"), "@c1")]
    assert len([row for row in rows(TORNADO, "text") if "v" in row]) == 4


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_labels_of_points_do_not_lie_on_each_other(width: int) -> None:
    places = [
        (row["x"], row["y"]) for row in rows(SCATTER, "text", width) if row["t"] in {"1", "2", "3", "4"}
    ]
    assert len(places) == 4
    for (x, y), (across, down) in combinations(places, 2):
        assert abs(int(str(x)) - int(str(across))) >= 8 or abs(int(str(y)) - int(str(down))) >= 12


@pytest.mark.parametrize(("limit", "below"), [(5, 18), (48, -12), (50, -12), (52, 18)])
def test_a_number_does_not_lie_on_a_limit(limit: int, below: int) -> None:
    series = (Series("", numbers(100, 50, 80)),)
    threshold = (Threshold(Decimal(limit), "floor"),)
    layers = vega(msgspec.structs.replace(LINES, series=series, thresholds=threshold, marked=1), WIDE)[
        "layer"
    ]
    assert isinstance(layers, list)
    assert [one["mark"]["dy"] for one in layers if one["mark"].get("fontWeight")] == [below]


@pytest.mark.parametrize(("marked", "align"), [(0, "left"), (9, "left"), (10, "right"), (12, "right")])
def test_a_number_near_the_end_stands_before_its_point(marked: int, align: str) -> None:
    series = (Series("", numbers(*range(1, 14))),)
    layers = vega(msgspec.structs.replace(LINES, series=series, marked=marked), NARROW)["layer"]
    assert isinstance(layers, list)
    assert [one["mark"]["align"] for one in layers if one["mark"].get("fontWeight")] == [align]


def test_a_number_at_the_foot_stands_above_its_point() -> None:
    shallow = msgspec.structs.replace(
        LINES,
        series=(Series("", numbers(100, 50, 1)),),
        labels=("a", "b", "c"),
        thresholds=(),
        forecast_from=None,
        marked=2,
    )
    layers = vega(shallow, WIDE)["layer"]
    assert isinstance(layers, list)
    assert [one["mark"]["dy"] for one in layers if one["mark"].get("fontWeight")] == [-12]


def test_one_point_is_a_dot_with_its_number() -> None:
    lone = Lines(id="x", reading="", about="", labels=("a",), series=(Series("", numbers(0)),), marked=0)
    assert {"i": 0, "v": 0} in rows(lone, "point")
    assert {"i": 0, "v": 0} in rows(lone, "text")


@given(text=st.text(), most=st.integers(2, 80))
def test_words_are_cut_to_their_room(text: str, most: int) -> None:
    line = cut(text, most)
    assert "\n" not in line
    assert line.isprintable()
    assert len(line) <= most
    assert line not in LIGHT


@given(
    values=st.lists(st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2)), min_size=1, max_size=14),
    width=st.sampled_from([WIDE, NARROW]),
)
def test_every_known_number_has_its_bar(values: list[Decimal | None], width: int) -> None:
    labels = tuple(str(at) for at in range(len(values)))
    chart = Bars(id="x", reading="", about="", labels=labels, series=(Series("", tuple(values)),))
    known = {at: value for at, value in enumerate(values) if value is not None}
    assert {row["i"]: row["v"] for row in rows(chart, "bar", width)} == known
