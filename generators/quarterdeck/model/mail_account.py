"""What an audit of the mail service sees; no address of a recipient is ever among it."""

from datetime import date
from typing import Literal

import msgspec

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, NotCollected, Number, Observed, Text

Stream = Literal["operational", "marketing"]
"""What mail is for: confirmations and reports, or campaigns."""


class MailAccount(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """The mail service in one region."""

    region: str
    sandbox: Flag = NOT_READ
    quota_24h: Count | None = NOT_READ
    """Mails a day; None where there is no limit."""
    max_rate: Number = NOT_READ
    """Mails a second."""
    sent_24h: Count = NOT_READ
    suppresses: Names = NOT_READ
    """What puts an address on the list of those never mailed again: `BOUNCE`, `COMPLAINT`."""
    suppressed: tuple[tuple[str, int], ...] | NotCollected = NOT_READ
    """How many addresses are on it, by reason."""
    suppressed_months: tuple[tuple[str, str, int], ...] | NotCollected = NOT_READ
    """How many of them came onto it, by month and reason, the oldest first."""
    dedicated_ips: Count = NOT_READ
    """Addresses of machines that send for this account alone."""
    contact_lists: Count = NOT_READ
    has_advisor: Flag = NOT_READ
    """Whether the service's own adviser on delivery is on, which is paid for by mail."""
    rule_sets: Count = NOT_READ
    """Sets of rules for mail that comes in, the active one among them."""

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
    sends: Flag = NOT_READ
    """Whether it lets the account send at all."""

    @property
    def subject(self) -> str:
        """The region."""
        return self.region


class MailIdentity(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain or address that mail is sent from."""

    region: str
    name: str
    is_verified: Flag = NOT_READ
    status: Text = NOT_READ
    """How far proving it has come, in the service's own word: `PENDING`."""
    sends: Flag = NOT_READ
    dkim: Flag = NOT_READ
    """Whether its mail is signed."""
    dkim_status: Text = NOT_READ
    dkim_bits: Count = NOT_READ
    """Length of the key that the service made."""
    dkim_own_key: Flag = NOT_READ
    """Whether the account brought the key."""
    dkim_key_since: Day | None = NOT_READ
    dkim_tokens: Names = NOT_READ
    """Names under which its keys must stand in DNS; public."""
    dkim_zone: Text | None = NOT_READ
    """Where those names must lead to; None where the key itself stands there."""
    mail_from: Text | None = NOT_READ
    mail_from_status: Text | None = NOT_READ
    mail_from_strict: Flag = NOT_READ
    """Whether nothing is sent while that domain is not ready."""
    spf: Flag = NOT_READ
    dmarc_policy: Text | None = NOT_READ
    reach: Reached = NOT_READ
    """Whom its policies let send in its name."""
    configuration_set: Text | None = NOT_READ
    """The one that its mail goes through by default."""
    topics: Names = NOT_READ
    """What goes to a program besides a mailbox: `BOUNCE`, `COMPLAINT`."""
    has_feedback_topic: Flag = NOT_READ
    """Whether bounces and complaints both do."""
    forwards: Flag = NOT_READ
    """Whether bounces and complaints are mailed to a person."""
    streams: tuple[Stream, ...] | NotCollected = NOT_READ

    @property
    def domain(self) -> str:
        """The domain that its mail comes from."""
        return self.name.rpartition("@")[2].casefold()


class EventDestination(msgspec.Struct, frozen=True, tag="event_destination", omit_defaults=True):
    """Who is told what becomes of mail."""

    name: str
    is_on: bool
    events: tuple[str, ...] = ()
    target: str = ""
    """ARN of the topic, bus or stream; empty for what counts alone."""


class ConfigurationSet(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One set of rules that mail is sent by."""

    region: str
    name: str
    events: Names = NOT_READ
    """What is told to somebody who listens: `BOUNCE`, `COMPLAINT`."""
    destinations: tuple[EventDestination, ...] | NotCollected = NOT_READ
    suppresses: Names | None = NOT_READ
    """What puts an address on the list of those never mailed again; None where the account decides."""
    requires_tls: Flag = NOT_READ
    measures_reputation: Flag = NOT_READ
    sends: Flag = NOT_READ
    redirect_domain: Text | None = NOT_READ
    """The domain that links in its mail lead through; None for the service's own."""
    redirects_encrypted: Flag = NOT_READ
    streams: tuple[Stream, ...] | NotCollected = NOT_READ


class SendDay(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What was sent on one day."""

    region: str
    day: date
    sends: Count = NOT_READ
    bounces: Count = NOT_READ
    complaints: Count = NOT_READ
    rejects: Count = NOT_READ


class MailFeedback(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the mail of reports on one day, in recipients; counted from what the mail service told us."""

    region: str
    day: date
    sent: Count = NOT_READ
    delivered: Count = NOT_READ
    bounced: Count = NOT_READ
    """For good; the address is never mailed again."""
    delayed: Count = NOT_READ
    """May still arrive."""
    complained: Count = NOT_READ
    rejected: Count = NOT_READ

    @property
    def subject(self) -> str:
        """The region."""
        return self.region


class ReceiptRule(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of the active set for mail that comes in."""

    region: str
    rule_set: str
    name: str
    is_on: Flag = NOT_READ
    domains: Names = NOT_READ
    """Domains of those whom it takes mail for, without their names; empty for everybody."""
    scans: Flag = NOT_READ
    """Whether mail is looked through for viruses and spam."""
    requires_tls: Flag = NOT_READ
    buckets: Names = NOT_READ
    """Where mail is put."""
    targets: Names = NOT_READ
    """ARNs of the functions and topics that get it or are told of it."""

    @property
    def subject(self) -> str:
        """The set and the rule."""
        return f"{self.rule_set}/{self.name}"


class MailSender(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One address of ours that code, a template or a handoff sends mail from."""

    address: str
    place: str
    """Where it stands: `repository:path`."""

    @property
    def subject(self) -> str:
        """The address."""
        return self.address
