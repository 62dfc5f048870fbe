"""Draws the small line of a card: static SVG in the page's own colours, the same bytes each time."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from markupsafe import Markup

from quarterdeck.reports.words import rounded

WIDTH, HEIGHT = 120, 26
_MARGIN = 3
_LEAST_POINTS = 3
MOST_POINTS = 12


def is_drawn(series: Sequence[Decimal | None]) -> bool:
    """Whether there are points enough for a line."""
    return sum(point is not None for point in series) >= _LEAST_POINTS


def sparkline(series: Sequence[Decimal | None], threshold: Decimal | None = None) -> Markup:
    """Draw at most a dozen points, oldest first.

    Args:
        series: None is a month without a value and stays a gap.
        threshold: Drawn dashed across, and part of the scale.

    Returns:
        Finished SVG, hidden from screen readers; empty with fewer than three known points.
    """
    if not is_drawn(series):
        return Markup()
    known = [point for point in series if point is not None]
    scale = [*known] if threshold is None else [*known, threshold]
    low, span = min(scale), max(scale) - min(scale) or Decimal(1)

    def across(index: int) -> str:
        return _coordinate(_MARGIN + Decimal(index) * (WIDTH - 2 * _MARGIN) / max(1, len(series) - 1))

    def down(point: Decimal) -> str:
        return _coordinate(HEIGHT - _MARGIN - (point - low) * (HEIGHT - 2 * _MARGIN) / span)

    marks = [_floor(down(threshold))] if threshold is not None else []
    marks.append(f'<path class="qd-line" d="{_path(series, across, down)}"/>')
    last = max(index for index, point in enumerate(series) if point is not None)
    marks.append(f'<circle cx="{across(last)}" cy="{down(series[last] or Decimal(0))}" r="2.6"/>')
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    drawn = f'<svg class="qd-spark" {size} aria-hidden="true">{"".join(marks)}</svg>'
    return Markup(drawn)  # noqa: S704 - built of numbers alone


def _floor(height: str) -> str:
    return f'<path class="qd-floor" d="M{_MARGIN} {height}H{WIDTH - _MARGIN}"/>'


def _path(
    series: Sequence[Decimal | None], across: Callable[[int], str], down: Callable[[Decimal], str]
) -> str:
    steps: list[str] = []
    is_drawn = False
    for index, point in enumerate(series):
        if point is not None:
            steps.append(f"{'L' if is_drawn else 'M'}{across(index)} {down(point)}")
        is_drawn = point is not None
    return "".join(steps)


def _coordinate(amount: Decimal) -> str:
    return f"{rounded(amount, 1):f}"
