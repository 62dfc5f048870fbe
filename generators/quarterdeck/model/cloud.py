"""What an audit of an AWS account sees; no value of a variable, no policy and no key is ever among it."""

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
    Text,
)


class Resource(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One thing in an account, with what its tags say."""

    name: str
    """As people know it: the function, bucket, table, domain or address."""
    arn: str = ""
    region: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    cost_per_month: Cost = NOT_READ
    """Only where a line of the bill is its own."""


class Function(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One Lambda function."""

    runtime: Text | None = NOT_READ
    """None for a container image, which has no runtime of the service."""
    memory_mb: Count = NOT_READ
    timeout_s: Count = NOT_READ
    last_modified: Day = NOT_READ
    env_names: Names = NOT_READ
    role: Text = NOT_READ
    url: Text | None = NOT_READ
    """Its own address; None where it has none."""
    is_url_open: Flag = NOT_READ
    """Whether anyone may call that address without signing in."""
    is_public: Flag = NOT_READ
    """Whether its policy lets anyone invoke it by other ways than that address."""
    writes: Flag = NOT_READ
    """Whether its role or code may change tables, buckets, queues or mail."""
    invocations_30d: Count = NOT_READ
    errors_30d: Count = NOT_READ


class Bucket(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One S3 bucket."""

    is_blocked: Flag = NOT_READ
    """Whether all four blocks of public access hold, by account or bucket."""
    public_grant: Text | None = NOT_READ
    """What strangers may do, such as `AllUsers READ`; None where nothing."""
    is_versioned: Flag = NOT_READ
    encryption: Text | None = NOT_READ
    is_website: Flag = NOT_READ
    expires: Flag = NOT_READ
    """Whether a rule deletes what has become old."""
    size_gb: Number = NOT_READ
    objects: Count = NOT_READ


class Distribution(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One CloudFront distribution; its name is its id."""

    aliases: Names = NOT_READ
    min_tls: Text | None = NOT_READ
    """Oldest protocol that it accepts; None for the service's own certificate."""
    https_only: Flag = NOT_READ
    waf: Flag = NOT_READ
    logging: Flag = NOT_READ
    origins: Names = NOT_READ
    """Names of the buckets and addresses behind it."""
    requests_30d: Count = NOT_READ


class Table(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One DynamoDB table."""

    has_recovery: Flag = NOT_READ
    """Whether it can be brought back to any moment of the last weeks."""
    on_demand: Flag = NOT_READ
    expires: Flag = NOT_READ
    """Whether old items are deleted by themselves."""
    items: Count = NOT_READ
    size_gb: Number = NOT_READ
    key_names: Names = NOT_READ
    requests_30d: Count = NOT_READ


class CloudAccount(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One AWS account as its identity service describes it."""

    account: str
    """Its alias, or what the settings call it; never its number."""
    root_mfa: Flag = NOT_READ
    root_keys: Count = NOT_READ


class AccountWatch(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What watches over one account."""

    account: str
    has_trail: Flag = NOT_READ
    has_threat_detection: Flag = NOT_READ
    has_budget_alarm: Flag = NOT_READ
    """Whether a budget tells somebody."""


class User(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One person or program that may sign in to an account."""

    name: str
    has_password: Flag = NOT_READ
    mfa: Flag = NOT_READ
    is_admin: Flag = NOT_READ


class AccessKey(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One active long-lived key of a user, without its id."""

    user: str
    number: int = 1
    """First or second key of the user."""
    created: Day = NOT_READ
    last_used: Day | None = NOT_READ
    """None where it was never used."""


class Certificate(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One TLS certificate; its name is its domain."""

    expires: Day = NOT_READ
    in_use: Flag = NOT_READ


class Zone(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One hosted zone; its name is its domain."""

    records: Count = NOT_READ
    """Without those that every zone has."""


class RegisteredDomain(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain that the account is the registrar's customer of."""

    domain: str
    expires: Day = NOT_READ
    auto_renew: Flag = NOT_READ
    locked: Flag = NOT_READ


class CloudCost(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What one service, or all that carries one tag, cost in one month."""

    month: str
    """`2026-11`; the one in which the evidence was taken is not over."""
    by: Literal["service", "tag"]
    name: str
    """The service, or the tag's value; an empty one for what has no tag of a business."""
    amount: Cost = NOT_READ


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


class ApiRoute(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One route of an HTTP interface."""

    api: str
    route: str
    """Its path: `/booking/{id}`."""
    method: str
    """In capitals; `ANY` for all."""
    auth: Text | None = NOT_READ
    """Who may call it, such as `JWT`; None for anyone."""


class LogGroup(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One group of logs."""

    retention_days: Count | None = NOT_READ
    """None where nothing is ever deleted."""
    size_gb: Number = NOT_READ


class IdleResource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is paid for and serves nothing, of a sort that has no record of its own."""

    what: str
    """What it is: `unattached disk`."""
