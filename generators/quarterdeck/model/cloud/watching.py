"""What watches over an account: trails, alarms, logs."""

from typing import Literal

from quarterdeck.model.observed import (
    NOT_READ,
    Count,
    Flag,
    Names,
    NotCollected,
    Number,
    Observed,
    Resource,
    Text,
)


class AccountWatch(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What watches over one account."""

    account: str
    has_trail: Flag = NOT_READ
    has_threat_detection: Flag = NOT_READ
    has_budget_alarm: Flag = NOT_READ
    """Whether a budget tells somebody."""

    @property
    def subject(self) -> str:
        """Name of the account."""
        return self.account


class Alarm(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One alarm."""

    name: str
    state: Literal["ok", "alarm", "no data"] | NotCollected = NOT_READ
    metric: Text = NOT_READ
    """What it measures: `Errors`."""
    watches: Names = NOT_READ
    """Names of the functions, APIs and queues that it is about; empty for all of the account."""
    is_heard: Flag = NOT_READ
    """Whether it is switched on and tells somebody."""


class LogGroup(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One group of logs."""

    retention_days: Count | None = NOT_READ
    """None where nothing is ever deleted."""
    size_gb: Number = NOT_READ


class Trail(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One log of what is done in an account."""

    bucket: Text = NOT_READ
    """Where it is written to."""
    data_buckets: Names = NOT_READ
    """Buckets of which it also logs what is done with single objects; `*` for all."""
