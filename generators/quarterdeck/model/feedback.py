"""What came back of mail that was sent: whom not to mail again, and counts by day."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["sent", "delivered", "bounced", "delayed", "complained", "rejected"]
"""`bounced` for good; what may arrive later is `delayed`."""


class Event(msgspec.Struct, frozen=True):
    """One thing that the service tells of one mail."""

    id: str
    """Equal for the same event, however often it is told."""
    kind: Kind | Literal[""]
    """Empty for a kind that this program does not know."""
    provider_id: str
    """What the service calls the mail."""
    day: str
    """ISO day on which it happened."""
    addresses: tuple[str, ...]
    """Whom it is about; those of a bounce or complaint are private."""


class DayCounts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One day, in recipients."""

    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    delayed: int = 0
    complained: int = 0
    rejected: int = 0


class Feedback(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is remembered; one private file of the store, changed by conditional writes alone."""

    schema: int = 1
    suppressed: Mapping[str, str] = {}
    """Address, its domain in lower case -> `bounced` or `complained`; never mailed again."""
    days: Mapping[str, DayCounts] = {}
    seen: Mapping[str, str] = {}
    """Event -> its day; what is told twice counts once."""
    aside: int = 0
    """Events of unknown kinds, which are kept beside this file."""
