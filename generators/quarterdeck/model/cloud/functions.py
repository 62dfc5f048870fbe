"""Lambda functions as an audit sees them; no value of a variable is ever among it."""

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Resource, Text


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


class EventSource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One queue or stream that a function reads; its name is the function's."""

    source_arn: str = ""
    is_on: Flag = NOT_READ
