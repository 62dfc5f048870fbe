"""Reads the clock; nothing else does."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


def now(zone: str = "UTC") -> "datetime":
    """The time in a zone, to the second."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(zone)).replace(microsecond=0)


def today(zone: str) -> "date":
    """The date in a zone, such as Europe/Stockholm."""
    return now(zone).date()
