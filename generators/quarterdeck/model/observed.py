"""What every record of an audit carries, and how it says what could not be read."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

import msgspec

from quarterdeck.model.source import Source
from quarterdeck.model.values import Money


class NotCollected(msgspec.Struct, frozen=True, tag="not_collected", omit_defaults=True, order=True):
    """Something that an audit could not read: never a no, never a zero."""

    collector: str
    """Its name: `aws-s3`."""
    subject: str
    """What it asked for: an ARN, an address, `repo:path`, or a kind of record."""
    reason: str
    """The call and the service's answer: `GetBucketAcl: AccessDenied`."""
    entity: str = ""
    """Whose it is; empty for what belongs to no business alone."""


NOT_READ = NotCollected("", "", "the evidence does not say")
"""Stands where a record lacks a field."""

Flag: TypeAlias = bool | NotCollected
Count: TypeAlias = int | NotCollected
Number: TypeAlias = Decimal | NotCollected
Cost: TypeAlias = Money | NotCollected
Day: TypeAlias = date | NotCollected
Text: TypeAlias = str | NotCollected
Names: TypeAlias = tuple[str, ...] | NotCollected


class Observed(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="kind",
    tag=lambda name: "".join(f"-{one.lower()}" if one.isupper() else one for one in name).lstrip("-"),
):
    """One thing that an audit saw.

    `NotCollected` in a field is not known; None is an answer: there is none.
    """

    entity: str
    """Whose it is; empty where it serves several businesses, or nobody knows whose it is."""
    source: Source
    """The file of evidence, the call that answered, and the day on which it did."""

    @property
    def subject(self) -> str:
        """What people call it, and what a finding about it is about."""
        return str(getattr(self, "name", "")) or self.entity


class Resource(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One thing in an account, with what its tags say."""

    name: str
    """As people know it: the function, bucket, table, domain or address."""
    arn: str = ""
    region: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    cost_per_month: Cost = NOT_READ
    """Only where a line of the bill is its own."""


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True, order=True):
    """One run of one collector: what it looked at, and when."""

    collector: str
    source: Source
    """The file, as of the day of the run."""
    entities: tuple[str, ...] = ()
    """Whose things it looked for."""
    kinds: tuple[str, ...] = ()
    """Kinds of record whose list it could read to the end; of those, what is not listed is not there."""
    tried: date | None = None
    """Day of a later run that read nothing, so that this older one is kept; None where this is the newest."""
