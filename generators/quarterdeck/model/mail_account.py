"""What an audit of the mail service sees; no address of a recipient is ever among it."""

from datetime import date
from typing import Literal

from quarterdeck.model.observed import NOT_READ, Count, Flag, Names, NotCollected, Number, Observed, Text

Stream = Literal["operational", "marketing"]
"""What mail is for: confirmations and reports, or campaigns."""


class MailAccount(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """The mail service in one region."""

    region: str
    sandbox: Flag = NOT_READ
    quota_24h: Count = NOT_READ
    max_rate: Number = NOT_READ
    """Mails a second."""
    sent_24h: Count = NOT_READ
    suppresses: Names = NOT_READ
    """What puts an address on the list of those never mailed again: `BOUNCE`, `COMPLAINT`."""
    suppressed: tuple[tuple[str, int], ...] | NotCollected = NOT_READ
    """How many addresses are on it, by reason."""

    @property
    def subject(self) -> str:
        """The region."""
        return self.region


class MailReputation(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """How the mail service judges the account in one region."""

    region: str
    bounce_rate: Number = NOT_READ
    """Share of sent mails."""
    complaint_rate: Number = NOT_READ
    status: Text = NOT_READ
    """In the service's own word: `HEALTHY`."""

    @property
    def subject(self) -> str:
        """The region."""
        return self.region


class MailIdentity(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain or address that mail is sent from."""

    region: str
    name: str
    is_verified: Flag = NOT_READ
    dkim: Flag = NOT_READ
    mail_from: Text | None = NOT_READ
    spf: Flag = NOT_READ
    dmarc_policy: Text | None = NOT_READ
    configuration_set: Text | None = NOT_READ
    """The one that its mail goes through by default."""
    has_feedback_topic: Flag = NOT_READ
    """Whether bounces and complaints go to a program besides a mailbox."""
    streams: tuple[Stream, ...] | NotCollected = NOT_READ


class ConfigurationSet(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One set of rules that mail is sent by."""

    region: str
    name: str
    events: Names = NOT_READ
    """What is told to somebody who listens: `BOUNCE`, `COMPLAINT`."""
    streams: tuple[Stream, ...] | NotCollected = NOT_READ


class SendDay(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What was sent on one day."""

    region: str
    day: date
    sends: Count = NOT_READ
    bounces: Count = NOT_READ
    complaints: Count = NOT_READ
    rejects: Count = NOT_READ
