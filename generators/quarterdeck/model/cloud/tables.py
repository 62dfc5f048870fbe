"""DynamoDB tables as an audit sees them; no item is ever among it."""

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Number, Resource, Text


class Table(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One DynamoDB table."""

    has_recovery: Flag = NOT_READ
    """Whether it can be brought back to any moment of the last weeks."""
    newest_copy: Day | None = NOT_READ
    """Day of the newest copy that stands apart from it; None where there is none."""
    is_protected: Flag = NOT_READ
    """Whether it refuses to be deleted."""
    on_demand: Flag = NOT_READ
    scales: Flag = NOT_READ
    """Whether its fixed capacity follows the load."""
    has_own_key: Flag = NOT_READ
    """Whether a key of the account's own encrypts it."""
    expires: Flag = NOT_READ
    """Whether old items are deleted by themselves."""
    reach: Reached = NOT_READ
    """Who its policy lets in."""
    stream: Flag = NOT_READ
    """Whether its changes are told."""
    stream_arn: Text | None = NOT_READ
    items: Count = NOT_READ
    size_gb: Number = NOT_READ
    key_names: Names = NOT_READ
    requests_30d: Count = NOT_READ
    throttled_30d: Count = NOT_READ
    created: Day = NOT_READ
    read_units: Count | None = NOT_READ
    """Reads a second that are paid for, used or not; None where each read is paid for."""
    write_units: Count | None = NOT_READ
    storage_class: Text = NOT_READ
    """`STANDARD`, or one where keeping is cheaper and asking dearer."""
    key: Text | None = NOT_READ
    """The key that encrypts it; None for the provider's own."""
