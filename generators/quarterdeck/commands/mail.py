"""`quarterdeck mail`: what everybody was mailed, and what became of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from quarterdeck.commands.formats import json_text
from quarterdeck.commands.versions import opened
from quarterdeck.mail.asked import Asked, all_asked
from quarterdeck.mail.mailing import all_mailings, open_delivery, read_mailing, settle
from quarterdeck.model.errors import UsageError
from quarterdeck.model.mail import Delivery, Mailing
from quarterdeck.text.nearest import nearest


class Status(msgspec.Struct, frozen=True):
    """What one person was mailed."""

    person: str
    knows: str
    """The version that they were last told about; empty before their first mail."""
    last: Delivery | None
    is_open: bool
    """Whether nobody knows if the last mail went out; then they get no other."""

    def sentence(self) -> str:
        """The same in words."""
        known = f"knows version {self.knows}" if self.knows else "was told nothing yet"
        if self.last is None:
            return f"{self.person}: {known}"
        if self.is_open:
            return (
                f"{self.person}: {known}; nobody knows whether the mail about {self.last.version} of "
                f"{self.last.begun_at} went out. Ask them, or the service for {self.last.message_id}, then run: "
                f"quarterdeck mail resolve {self.person} sent (or unsent)"
            )
        why = f": {self.last.reason}" if self.last.reason else ""
        return (
            f"{self.person}: {known}; last mail about {self.last.version} of {self.last.begun_at}, "
            f"{self.last.outcome}{why}"
        )


class Statuses(msgspec.Struct, frozen=True):
    """What everybody was mailed, by person."""

    people: tuple[Status, ...]
    asked: tuple[Asked, ...] = ()
    """Reports that somebody sent, of which nobody knows whether they went out."""

    def sentences(self) -> Iterator[str]:
        """One line for each person, then one for each report whose outcome is open."""
        if not (self.people or self.asked):
            yield "Nobody was mailed yet."
        for one in self.people:
            yield one.sentence()
        yield from map(_of_report, self.asked)

    def as_json(self) -> str:
        """The same for programs."""
        content = {"schema": 1, **msgspec.to_builtins(self)}
        return json_text(content)


def status(root: Path, environ: Mapping[str, str]) -> Statuses:
    """What everybody was mailed; addresses stand in no such record.

    Raises:
        UsageError: Nothing was published, or the store is another portfolio's.
        OutsideError: The store does not answer.
    """
    store = opened(root, environ).store
    asked = tuple(one for one in all_asked(store) if one.is_open)
    return Statuses(tuple(map(_status, all_mailings(store))), asked)


def resolve(root: Path, environ: Mapping[str, str], person: str, outcome: Literal["sent", "unsent"]) -> str:
    """Say what became of a mail of which nobody knows whether it went out; gives the result in words.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        person: Whose mail.
        outcome: After `unsent` the next run mails them; after `sent` it tells what changed since.

    Raises:
        UsageError: There is no such mail.
        OutsideError: The store does not answer.
    """
    store = opened(root, environ).store
    last = open_delivery(read_mailing(store, person))
    if last is None:
        raise _no_such(person, all_mailings(store))
    what: Literal["sent", "failed"] = "sent" if outcome == "sent" else "failed"
    settle(store, person, last.message_id, what, reason="as quarterdeck mail resolve was told")
    then = "They know that version." if outcome == "sent" else "The next quarterdeck notify mails them."
    return f"The mail to {person} about {last.version} counts as {outcome}. {then}"


def _status(mailing: Mailing) -> Status:
    last = mailing.deliveries[-1] if mailing.deliveries else None
    return Status(mailing.person, mailing.mailed, last, open_delivery(mailing) is not None)


def _of_report(one: Asked) -> str:
    last = one.delivery
    return (
        f"{one.person}: nobody knows whether the report of {last.version} that was sent on {last.begun_at} went out. "
        f"Ask them, or the service for {last.message_id}; quarterdeck send with --again sends it once more"
    )


def _no_such(person: str, known: tuple[Mailing, ...]) -> UsageError:
    waiting = [one.person for one in known if open_delivery(one) is not None]
    near = nearest(person, waiting)
    if near:
        hint = f"Did you mean {near}?"
    elif waiting:
        hint = f"Waiting: {', '.join(waiting)}."
    else:
        hint = "Every mail's outcome is known."
    return UsageError(f"No mail to {person} waits to be resolved. {hint}")
