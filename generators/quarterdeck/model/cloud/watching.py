"""What watches over an account: trails, alarms, logs, budgets."""

from typing import Literal

from quarterdeck.model.observed import (
    NOT_READ,
    Cost,
    Count,
    Day,
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
    """Whether a trail writes down who changes what in the account."""
    unwatched_regions: Names = NOT_READ
    """Regions that were looked at in which nothing looks out for threats."""
    threats_high: Count = NOT_READ
    """How many findings of the threat watch are open, from severity 7 on."""
    threats_medium: Count = NOT_READ
    """Likewise from 4 to below 7."""
    has_budget_alarm: Flag = NOT_READ
    """Whether a budget tells somebody."""

    @property
    def subject(self) -> str:
        """Name of the account."""
        return self.account


class Budget(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One budget of costs."""

    name: str
    limit: Cost | None = NOT_READ
    """None where it follows what was spent before."""
    actual: Cost = NOT_READ
    """What its period has cost so far."""
    forecast: Cost | None = NOT_READ
    """What it will come to; None where the service does not say."""
    tells: Flag = NOT_READ
    """Whether it tells somebody."""


class Alarm(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One alarm."""

    state: Literal["ok", "alarm", "no data"] | NotCollected = NOT_READ
    since: Day = NOT_READ
    """Since when it is in that state."""
    namespace: Text = NOT_READ
    """What service measures it: `AWS/Lambda`."""
    metric: Text = NOT_READ
    """What it measures: `Errors`."""
    watches: Names = NOT_READ
    """Names of the functions, APIs and queues that it is about; empty for all of the account."""
    notices_silence: Flag = NOT_READ
    """Whether it goes off when nothing happens."""
    takes_silence_for_fine: Flag = NOT_READ
    """Whether it is content where nothing is measured."""
    targets: Names = NOT_READ
    """ARNs of what it sets off."""
    is_heard: Flag = NOT_READ
    """Whether it is switched on and tells somebody."""


class UptimeCheck(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that looks from outside whether a site answers."""

    host: Text | None = NOT_READ
    """The address that it looks at; None where that stands in its program."""
    is_on: Flag = NOT_READ


class Dashboard(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One page of graphs."""


class LogGroup(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One group of logs."""

    retention_days: Count | None = NOT_READ
    """None where nothing is ever deleted."""
    size_gb: Number = NOT_READ
    created: Day = NOT_READ


class Trail(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One log of what is done in an account."""

    bucket: Text = NOT_READ
    """Where it is written to."""
    log_group: Text | None = NOT_READ
    """The group of logs that it is also written to; None without one."""
    data_buckets: Names = NOT_READ
    """Buckets of which it also logs what is done with single objects; `*` for all."""
    has_changes: Flag = NOT_READ
    """Whether it logs who changes what in the account."""
    is_on: Flag = NOT_READ
    delivery_fault: Text | None = NOT_READ
    """Why the last entries did not get to the bucket, in the service's own word; None where they did."""
    is_everywhere: Flag = NOT_READ
    """Whether it logs every region."""
    has_global_events: Flag = NOT_READ
    """Whether it logs services that stand in no region, such as users and roles."""
    is_provable: Flag = NOT_READ
    """Whether a later change of its files would be noticed."""
    is_of_organisation: Flag = NOT_READ
    """Whether it belongs to the organisation that the account is part of."""
    key: Text | None = NOT_READ
    """The key that encrypts it; None without one of the account's own."""
