"""Topics, queues and events as an audit sees them; no message is ever among it."""

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NOT_READ, Count, Flag, Names, Number, Resource, Text


class Topic(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One SNS topic."""

    publish: Reached = NOT_READ
    """Who may send to it."""
    subscribe: Reached = NOT_READ
    """Who may hear it, or do anything with it."""
    confirmed: Count = NOT_READ
    """Subscriptions that somebody confirmed."""
    pending: Count = NOT_READ
    """Subscriptions that wait for somebody to confirm them; the service does not say since when."""
    plain_http: Count = NOT_READ
    """Subscriptions that are told without encryption."""
    key: Text | None = NOT_READ
    """The key that encrypts it; None where none does, or the provider's own."""


class Queue(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One SQS queue."""

    send: Reached = NOT_READ
    """Who may put messages in."""
    receive: Reached = NOT_READ
    """Who may take messages out, or do anything with it."""
    dead_letters_to: Text | None = NOT_READ
    """ARN of the queue that takes what cannot be handled; None without one."""
    messages: Count = NOT_READ
    is_encrypted: Flag = NOT_READ
    retention_s: Count = NOT_READ
    oldest_s: Number | None = NOT_READ
    """Age of the oldest message at its worst in the last day; None where nothing was measured."""
    key: Text | None = NOT_READ
    """The key that encrypts it; None where none does, or the provider's own."""


class EventBus(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One event bus."""

    put: Reached = NOT_READ
    """Who may put events on it."""


class EventRule(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a bus, or one schedule."""

    bus: str = ""
    """Its bus, where that is not the account's own."""
    is_on: Flag = NOT_READ
    schedule: Text | None = NOT_READ
    """When it runs; None where it waits for events."""
    targets: Names = NOT_READ
    """ARNs of what it calls."""
    failed_30d: Count = NOT_READ
    """Calls that did not arrive."""

    @property
    def subject(self) -> str:
        """The rule; of a bus beside the account's own with that: `shop/orders`."""
        return f"{self.bus}/{self.name}" if self.bus else self.name
