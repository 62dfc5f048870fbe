"""What an audit check answers about one thing that was seen."""

from typing import Literal, TypeAlias

import msgspec

from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money


class Pass(msgspec.Struct, frozen=True):
    """All that the check looks at was read, and is as it should be."""

    note: str = ""
    """Why, where that is not plain: `declared public with a reason`."""


class Fail(msgspec.Struct, frozen=True):
    """It is not as it should be."""

    message: str
    """One plain sentence that says what is so, with its numbers."""
    severity: Severity | None = None
    """Only where it differs from the check's own."""
    about: str = ""
    """What the finding that it proves is about, where the rule calls that otherwise than the record: `checkout`."""
    rule: str = ""
    """The rule that prints it, where that is another than the first that the check feeds; the check's own code where
    it stands by itself."""
    at_stake: Money | None = None
    """What it costs a month; None where that is not known."""
    price: Source | None = None
    """The list of prices that the amount comes from, where the record itself does not say it."""


class Unknown(msgspec.Struct, frozen=True):
    """What the check looks at could not be read: neither a pass nor a fail."""

    gap: NotCollected


class NotApplicable(msgspec.Struct, frozen=True):
    """The question does not arise here."""

    reason: str


Verdict: TypeAlias = Pass | Fail | Unknown | NotApplicable

Status = Literal["pass", "fail", "unknown", "n/a", "error", "accepted"]
EVALUATED = frozenset({"pass", "fail", "accepted"})
"""Statuses of what was looked at; what is accepted counts as the failure that it is."""
ASKED = EVALUATED | {"unknown", "error"}
"""Statuses of what should have been looked at."""


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One check on one thing; identity is code, entity and subject alone."""

    code: str
    entity: str
    subject: str
    """The name of the thing as people know it, the same that a finding about it has."""
    status: Status
    message: str = ""
    """The sentence of a failure, what could not be read, or why the question does not arise."""
    severity: Severity | None = None
    """Of a failure."""
    source: Source | None = None
    stack: str = ""
    """The stack that it was made by, as its tags say; else empty."""
    about: str = ""
    """What the finding that it proves is about, where that is not its subject."""
    rule: str = ""
    """The rule that prints it, where that is another than the first that its check feeds, or its own code."""
    at_stake: Money | None = None
    """Of a failure that costs money: how much a month, where that is known."""
    price: Source | None = None
    """The list of prices that the amount comes from, where no bill says it."""
    beneath: str = ""
    """Code of the check whose failure about the same subject says it already; empty where it stands alone."""

    @property
    def id(self) -> str:
        """Identity: `AWS-S3-03/jada/jada-waivers`."""
        return f"{self.code}/{self.entity}/{self.subject}"


def unread(*fields: object) -> NotCollected | None:
    """The first of several fields that could not be read."""
    return next((field for field in fields if isinstance(field, NotCollected)), None)
