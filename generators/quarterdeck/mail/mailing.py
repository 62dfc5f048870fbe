"""What was mailed to whom: begun before it is sent, settled after, so that nobody gets it twice (F-153, F-154)."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from quarterdeck.model.mail import Delivery, Mailing, Message, Outcome
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.lists import change_file, read_file
from quarterdeck.publish.store import Store

KEPT: Final = 50
"""Deliveries of one person that are remembered."""

_OPEN: Final = frozenset({"begun", "unknown"})
"""Mails of which nobody knows whether they went out: the next one waits until somebody says so."""


class AlreadyBegunError(Exception):
    """Another run mails this person now, or one was cut short while it did; its outcome has to be settled first."""


def read_mailing(store: Store, person: str) -> Mailing:
    """What was mailed to one person; nothing yet where the store knows none."""
    return read_file(store, _key(person), Mailing)[0] or Mailing(person=person)


def open_delivery(mailing: Mailing) -> Delivery | None:
    """The mail of which nobody knows whether it went out; None where there is none."""
    last = mailing.deliveries[-1] if mailing.deliveries else None
    return last if last is not None and last.outcome in _OPEN else None


def begin(store: Store, message: Message, version: str, since_version: str, now: datetime) -> bool:
    """Write down that a mail is about to be sent; False where the person was told of that version meanwhile.

    Args:
        store: Where mailings stand.
        message: The finished mail.
        version: Up to which it tells.
        since_version: From which it tells; the one that the person was last told about.
        now: With its zone.

    Raises:
        AlreadyBegunError: The outcome of another mail to this person is open.
        OutsideError: The store refused; nothing may be sent.
    """
    mine = Delivery(
        message_id=message.message_id,
        version=version,
        since_version=since_version,
        digest=sha256(message.data).hexdigest(),
        begun_at=now.isoformat(timespec="seconds"),
        outcome="begun",
    )

    def begun(before: Mailing) -> Mailing:
        if open_delivery(before) is not None:
            raise AlreadyBegunError(before.person)
        if before.mailed == version or before.mailed != since_version:
            return before
        others = before.deliveries[:-1] if _is_repeated(before, mine) else before.deliveries
        return msgspec.structs.replace(before, deliveries=(*others, mine)[-KEPT:])

    return mine in _change(store, message.person, begun).deliveries


def settle(
    store: Store,
    person: str,
    message_id: str,
    outcome: Outcome,
    *,
    reason: str = "",
    provider_id: str = "",
) -> Mailing:
    """Write down what became of a mail that was begun; repeating it changes nothing.

    Only a mail that was sent moves the beginning of the next one's range.
    """

    def settled(before: Mailing) -> Mailing:
        last = open_delivery(before)
        if last is None or last.message_id != message_id:
            return before
        done = msgspec.structs.replace(last, outcome=outcome, reason=reason, provider_id=provider_id)
        mailed = last.version if outcome == "sent" else before.mailed
        return msgspec.structs.replace(before, mailed=mailed, deliveries=(*before.deliveries[:-1], done))

    return _change(store, person, settled)


def stop_token(store: Store, person: str, random: Callable[[], str]) -> str:
    """The secret word of one person's link to stop mails; made once, and the same ever after.

    Args:
        store: Where mailings stand.
        person: Whose.
        random: Gives a word that nobody can guess.
    """
    new = random()
    return _change(
        store, person, lambda before: before if before.stop else msgspec.structs.replace(before, stop=new)
    ).stop


def all_mailings(store: Store) -> tuple[Mailing, ...]:
    """Of everybody who was ever mailed, by id."""
    people = [
        one.key.removeprefix(keys.MAILINGS).removesuffix(".json") for one in store.listed(keys.MAILINGS)
    ]
    return tuple(read_mailing(store, person) for person in sorted(people))


def _is_repeated(before: Mailing, mine: Delivery) -> bool:
    """Whether the last mail was this one, and did not go out: a second try takes its place."""
    last = before.deliveries[-1] if before.deliveries else None
    return last is not None and last.outcome != "sent" and last.message_id == mine.message_id


def _change(store: Store, person: str, change: Callable[[Mailing], Mailing]) -> Mailing:
    nothing = Mailing(person=person)

    def changed(before: Mailing | None) -> Mailing:
        return change(before or nothing)

    return change_file(store, _key(person), Mailing, changed, kinds.PRIVATE)


def _key(person: str) -> str:
    return f"{keys.MAILINGS}{person}.json"
