"""The bill of the sample estate, as the service for costs would give it: by service, and by business."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

_BY_TAG: Mapping[str, str] = {
    "jada": "21.40",
    "queenofsandiego": "16.10",
    "shipcaptaincrew": "9.75",
    "quickdumpnow": "6.20",
    "dangerouscentaur": "4.15",
    "": "22.60",
}
"""Dollars of a month by the business that the tag names; an empty one for what has no tag."""
_BY_SERVICE: Mapping[str, str] = {
    "AWS Lambda": "7.90",
    "Amazon CloudFront": "12.35",
    "Amazon DynamoDB": "14.80",
    "Amazon Simple Email Service": "5.05",
    "Amazon Simple Storage Service": "18.60",
    "AmazonCloudWatch": "13.25",
    "EC2 - Other": "8.25",
}
"""The same dollars by service."""
_GROWTH = (Decimal("0.94"), Decimal("0.97"), Decimal(1), Decimal("1.12"))
"""How the months before and the running one compare, oldest first."""
_CENT = Decimal("0.01")


def costs(_path: str, body: bytes) -> Mapping[str, Any]:
    """The months that a question asks for, in its own words."""
    asked = msgspec.json.decode(body)
    start, end = (date.fromisoformat(asked["TimePeriod"][key]) for key in ("Start", "End"))
    is_tag = asked["GroupBy"][0]["Type"] == "TAG"
    groups = {f"entity${name}": amount for name, amount in _BY_TAG.items()} if is_tag else _BY_SERVICE
    months = list(_months(start, end))
    return {
        "ResultsByTime": [
            _month(*each, groups, _GROWTH[-len(months) :][at]) for at, each in enumerate(months)
        ]
    }


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    """First day of each month, and the day after its last one that is asked for."""
    while start < end:
        following = (start + timedelta(days=31)).replace(day=1)
        yield start, min(following, end)
        start = following


def _month(start: date, end: date, groups: Mapping[str, str], growth: Decimal) -> Mapping[str, Any]:
    """One month; one that runs has cost as much as its days are of thirty."""
    is_over = end.day == 1
    part = growth if is_over else growth * (end - start).days / 30
    return {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Total": {},
        "Groups": [
            {"Keys": [name], "Metrics": {"UnblendedCost": {"Amount": _share(amount, part), "Unit": "USD"}}}
            for name, amount in groups.items()
        ],
        "Estimated": not is_over,
    }


def _share(amount: str, part: Decimal) -> str:
    return str((Decimal(amount) * part).quantize(_CENT))
