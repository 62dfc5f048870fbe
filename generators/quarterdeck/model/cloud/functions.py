"""Lambda functions as an audit sees them; no value of a variable is ever among it."""

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.deployments import Compared
from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Number, Resource, Text


class Function(Resource, Compared, frozen=True, kw_only=True, omit_defaults=True):
    """One Lambda function."""

    runtime: Text | None = NOT_READ
    """None for a container image, which has no runtime of the service."""
    handler: Text | None = NOT_READ
    """What of its code is called; None for a container image."""
    memory_mb: Count = NOT_READ
    timeout_s: Count = NOT_READ
    last_modified: Day = NOT_READ
    env_names: Names = NOT_READ
    secret_names: Names = NOT_READ
    """Variables whose value is a secret."""
    secrets_are_grave: Flag = NOT_READ
    """Whether one of those opens payments, the cloud or mail."""
    literal_names: Names = NOT_READ
    """Variables that are named like a secret, and hold it instead of the name of a store."""
    refers_to: Names = NOT_READ
    """Secrets of its region that variables name: by name, or by what stands for it in an ARN."""
    env_missing: Names = NOT_READ
    """Variables that its code reads without a default, and that it does not have."""
    env_unused: Names = NOT_READ
    """Variables that it has, and that no code reads."""
    code: Text | None = NOT_READ
    """The repository that its code is in; None where no repository has it."""
    role: Text = NOT_READ
    """ARN of the role that it runs as."""
    url: Text | None = NOT_READ
    """Its own address; None where it has none."""
    is_url_open: Flag = NOT_READ
    """Whether anyone may call that address without signing in."""
    url_note: str = ""
    """What else is to be said of the address: `it has an address that strangers may not use`."""
    url_cors: Text | None = NOT_READ
    """What pages of any site may do with the address: `credentials` or `writes`; None where neither."""
    is_public: Flag = NOT_READ
    """Whether its policy lets anyone invoke it by other ways than that address."""
    reach: Reached = NOT_READ
    """Who may invoke it by other ways than the address."""
    strangers: Names = NOT_READ
    """Accounts that nobody named and that may invoke it: `account ending 4821`."""
    is_unscoped: Flag = NOT_READ
    """Whether a service of the provider may invoke it for any customer."""
    is_behind_api: Flag = NOT_READ
    """Whether an interface of API Gateway calls it."""
    is_async: Flag = NOT_READ
    """Whether a service hands it events without waiting for the answer."""
    keeps_failed: Flag | None = NOT_READ
    """Whether events that failed are kept somewhere; None where it was not asked."""
    is_stopped: Flag = NOT_READ
    """Whether none of it may run at a time."""
    reserved: Count | None = NOT_READ
    """How many of it may run at a time; None where it has no number of its own, but all that the account may."""
    foreign_layers: Names = NOT_READ
    """Layers of accounts that are neither known nor a known publisher's."""
    log_group: Text = NOT_READ
    writes: Flag = NOT_READ
    """Whether its role or code may change tables, buckets, queues or mail."""
    invocations_30d: Count = NOT_READ
    errors_30d: Count = NOT_READ
    throttles_30d: Count = NOT_READ
    longest_ms: Number | None = NOT_READ
    """Longest run of 30 days; None without a run."""
    average_ms: Number | None = NOT_READ
    versions: Count = NOT_READ
    """Numbered versions that are kept."""
    code_share: Number = NOT_READ
    """Share of what the account may keep of code in the region that is used, by all functions together."""
    processor: Text = NOT_READ
    """`x86_64` or `arm64`."""
    layers: Count = NOT_READ
    network: Text | None = NOT_READ
    """The private network that it runs in; None where it runs in none."""
    key: Text | None = NOT_READ
    """The key that encrypts its variables; None for the provider's own."""


class EventSource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One queue or stream that a function reads; its name and ARN are the function's."""

    source_arn: str = ""
    is_on: Flag = NOT_READ
    fault: Text | None = NOT_READ
    """What the service says of the last read, where that failed; None where it did not."""
    keeps_failed: Flag = NOT_READ
    """Whether what failed is kept somewhere."""
