"""Secrets and parameters as an audit sees them: names and dates; no value is ever among it."""

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NOT_READ, Day, Flag, Resource, Text


class Secret(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One secret of the store for them."""

    created: Day = NOT_READ
    last_changed: Day = NOT_READ
    """When its value last changed; the day that it was made, where it never did."""
    last_read: Day | None = NOT_READ
    """None where it was never read."""
    rotates: Flag = NOT_READ
    """Whether its value is changed by itself."""
    deleted_on: Day | None = NOT_READ
    """The day on which somebody deleted it, to be gone some days later; None where nobody did."""
    reach: Reached = NOT_READ
    """Who its policy lets in."""
    key: Text | None = NOT_READ
    """The key that encrypts it; None for the provider's own."""


class Parameter(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One parameter of the store for settings."""

    is_encrypted: Flag = NOT_READ
    last_changed: Day = NOT_READ
