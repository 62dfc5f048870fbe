"""The small interface behind which mail leaves; an outbox folder, Amazon SES and a mail server are such posts."""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from quarterdeck.model.mail import Message, Outcome


class Posted(NamedTuple):
    """What became of one mail."""

    outcome: Outcome
    reason: str = ""
    """Why it failed or was skipped, without an address."""
    provider_id: str = ""
    """What the service calls it."""
    stops_all: bool = False
    """Whether no other mail would fare better now: the account is paused, or its quota is used up."""


class Post(Protocol):
    """Where mail goes. One call for each message; a failure of one costs no other (F-155)."""

    @property
    def place(self) -> str:
        """What to call it in a sentence: `the folder build/outbox`, `Amazon SES in us-east-1`."""
        ...

    def refusals(self, recipients: int) -> tuple[str, ...]:
        """Why nothing can be sent now, in words with how to mend it; empty where all is well."""
        ...

    def send(self, message: Message, copies: Collection[str]) -> Posted:
        """Send one message, with blind copies that stand in the envelope alone.

        Never raises for what a service says: `failed` where it surely was not sent, `unknown` where nobody can tell.
        """
        ...
