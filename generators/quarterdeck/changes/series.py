"""Figures that tell one thing week by week: the weeks that moved are one change."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

import msgspec

from quarterdeck.model.change import Change

_WEEKLY = re.compile(r"(\w+):(\d+)")
"""Id of a figure of one week: `forecast_ending:4`."""


def folded_weeks(found: Iterable[Change]) -> Iterator[Change]:
    """The same changes, with one for all weeks of a series that moved, called by the id of the series.

    Its two sides are those of the week that moved most, of those that an edit moved where there are any.
    """
    series: dict[tuple[str, str], list[tuple[int, Change]]] = {}
    for one in found:
        named = _WEEKLY.fullmatch(one.id) if one.what == "figure" else None
        if named is None or f"week {named[2]}" not in one.title:
            yield one
        else:
            series.setdefault((one.entity, named[1]), []).append((int(named[2]), one))
    for (_, name), weeks in series.items():
        yield _folded(name, sorted(weeks, key=lambda one: one[0]))


def _folded(name: str, weeks: Sequence[tuple[int, Change]]) -> Change:
    edited = [one for one in weeks if not one[1].with_time]
    number, most = max(edited or weeks, key=_far)
    moved = [one for one, _ in weeks]
    title = most.title
    if len(moved) > 1:
        title = title.replace(f"week {number}", f"weeks {_listed(moved)}", 1) + f", week {number}"
    return msgspec.structs.replace(
        most,
        id=name,
        title=title,
        is_headline=any(one.is_headline for _, one in weeks),
        causes=most.causes or next((one.causes for _, one in weeks if one.causes), ()),
        sources=tuple(dict.fromkeys(source for _, one in (*edited, *weeks) for source in one.sources)),
    )


def _far(one: tuple[int, Change]) -> tuple[object, ...]:
    """What has no measure, like an answer that is not known any more, is furthest; then most money, the first week.

    It is the same there and back, so that a mail knows what was taken back.
    """
    week, change = one
    return (change.money is None, change.money or Decimal(0), -week)


def _listed(weeks: Sequence[int]) -> str:
    """`4 to 13`, or `1, 5 and 9 to 13`."""
    runs: list[str] = []
    for _, group in groupby(enumerate(weeks), key=lambda one: one[1] - one[0]):
        run = [week for _, week in group]
        runs += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)  # noqa: PLR2004 - two are listed
    return " and ".join(filter(None, (", ".join(runs[:-1]), runs[-1])))
