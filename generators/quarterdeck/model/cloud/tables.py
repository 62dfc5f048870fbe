"""DynamoDB tables as an audit sees them; no item is ever among it."""

from quarterdeck.model.observed import NOT_READ, Count, Flag, Names, Number, Resource


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
