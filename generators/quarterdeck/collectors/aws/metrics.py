"""Thirty days of measurements, many in one question."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Literal, TypeVar

import msgspec

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import calls
from quarterdeck.model.observed import NotCollected, Number

T = TypeVar("T")

METRIC_CALLS = calls("cloudwatch", "GetMetricData")
"""What a collector that measures declares beside its own calls."""

DAYS = 30
_MOST = 500
_SECONDS = DAYS * 24 * 60 * 60


class Metric(msgspec.Struct, frozen=True):
    """One number about one thing."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    statistic: Literal["Sum", "Average", "Maximum", "Minimum", "SampleCount"] = "Sum"
    days: int = DAYS
    """The newest days that it is about."""


def measured(aws: Aws, metrics: Iterable[Metric], region: str = "") -> Mapping[Metric, Number | None]:
    """One number over its days for each metric.

    Returns:
        None for a metric without any data point; a gap where the service did not answer.
    """
    found: dict[Metric, Number | None] = {}
    for part in _parts(dict.fromkeys(metrics), _MOST):
        found |= _asked(aws, part, region)
    return found


def _parts(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    rest = iter(items)
    while part := tuple(islice(rest, size)):
        yield part


def _asked(aws: Aws, metrics: tuple[Metric, ...], region: str) -> Mapping[Metric, Number | None]:
    end = aws.scope.taken_at
    names = {f"m{number}": metric for number, metric in enumerate(metrics)}
    values: dict[str, list[Decimal]] = {name: [] for name in names}
    pages = aws.pages(
        "cloudwatch:GetMetricData",
        "MetricDataResults",
        about="metrics",
        region=region,
        MetricDataQueries=[_query(name, metric) for name, metric in names.items()],
        StartTime=end - timedelta(days=max(metric.days for metric in metrics)),
        EndTime=end,
    )
    for one in pages:
        if isinstance(one, NotCollected):
            return dict.fromkeys(metrics, one)
        values[one["Id"]] += [Decimal(str(value)) for value in one.get("Values", ())]
    return {metric: _joined(metric, values[name]) for name, metric in names.items()}


def _query(name: str, metric: Metric) -> dict[str, object]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": min(metric.days * 24 * 60 * 60, _SECONDS),
            "Stat": metric.statistic,
        },
    }


def _joined(metric: Metric, values: list[Decimal]) -> Decimal | None:
    """The points of one metric, more than one where the span is cut at midnight, as one number."""
    if not values:
        return None
    match metric.statistic:
        case "Maximum":
            return max(values)
        case "Minimum":
            return min(values)
        case "Average":
            return sum(values, Decimal(0)) / len(values)
        case _:
            return sum(values, Decimal(0))
