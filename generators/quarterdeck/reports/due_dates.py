"""Timelines of days that come: what is left until each of them, or gone by since."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from quarterdeck.charts.spec import Span, Timeline
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.values import Blank
from quarterdeck.reports.words import counted, day

_AHEAD = timedelta(days=365)
_MOST = 12


class Due(msgspec.Struct, frozen=True):
    """A thing with the day on which it ends, as its cell has it: `n/a` ends never."""

    label: str
    on: date | Blank
    group: int = 0
    """What kind it is, by its place in the groups of the timeline."""


def timeline(
    briefing: Briefing, chart: str, about: str, dates: Iterable[Due], groups: tuple[str, ...]
) -> Timeline | None:
    """Days that have passed and those of the next twelve months, the first twelve drawn; None without any.

    Args:
        briefing: Says which day is today.
        chart: Its anchor.
        about: What ends on these days.
        dates: In any order; those whose day is not known stand in the numbers behind the chart.
        groups: Names of the kinds, one colour each.
    """
    as_of, found = briefing.as_of, list(dates)
    near = sorted(
        (one.on, one.label, one.group)
        for one in found
        if isinstance(one.on, date) and one.on <= as_of + _AHEAD
    )
    if not near:
        return None
    unknown = [one for one in found if isinstance(one.on, Blank) and one.on.why != "n/a"]
    spans = [Span(label, min(on, as_of), max(on, as_of), group) for on, label, group in near[:_MOST]]
    return Timeline(
        id=chart,
        reading=_reading(as_of, [(on, label) for on, label, _ in near], len(unknown)),
        about=f"{about} within twelve months; bars are days left from today, or gone by",
        is_sample=briefing.is_sample,
        spans=(*spans, *(Span(one.label, None, None, one.group) for one in unknown)),
        today=as_of,
        groups=groups,
    )


def _reading(as_of: date, near: list[tuple[date, str]], unknown: int) -> str:
    """What has passed, what comes next, and of how many nobody knows."""
    passed = [(on, label) for on, label in near if on < as_of]
    ahead = [(on, label) for on, label in near if on >= as_of]
    words = []
    if passed:
        on, label = passed[0]
        have = "has passed" if len(passed) == 1 else "have passed, the oldest"
        words.append(f"{len(passed)} of {counted(len(near), 'date')} {have}: {label}, {day(on)}")
    if ahead:
        on, label = ahead[0]
        words.append(f"next is {label}, {day(on)}, in {counted((on - as_of).days, 'day')}")
    if unknown:
        words.append(f"of {unknown} more the day is not known")
    said = "; ".join(words)
    return f"{said[0].upper()}{said[1:]}."
