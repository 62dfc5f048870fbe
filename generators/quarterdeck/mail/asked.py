"""Mails that somebody asked for: kept, begun before they are sent, settled after, like those about changes."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from quarterdeck.mail.post import Posted
from quarterdeck.mail.sending import Means, Result, deliver, name_of
from quarterdeck.model.mail import Delivery, Message
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.lists import change_file, read_file, small
from quarterdeck.publish.store import Store

_RECORD: Final = ".json"
_DONE: Final = {
    "sent": "it was sent on {when}; --again sends it once more",
    "begun": "another run sends it, or was cut short on {when} and nobody knows whether it went out; --again sends it",
    "unknown": "nobody knows whether it went out on {when}; --again sends it once more",
}


class _DoneError(Exception):
    """The same mail went out, or may have."""

    def __init__(self, delivery: Delivery) -> None:
        """Name it."""
        self.delivery = delivery
        super().__init__(delivery.message_id)


def send_asked(message: Message, version: str, means: Means, now: datetime, *, again: bool = False) -> Result:
    """Send one mail, once: the same mail is not sent a second time unless somebody says so.

    It moves nobody's range: the next mail about changes tells what it would have told.

    Args:
        message: Finished.
        version: Whose report it brings.
        means: What it is sent with.
        now: With its zone.
        again: Send it although it went out, or nobody knows whether it did.

    Raises:
        OutsideError: The store refused before anything was sent.
    """
    store = means.store
    store.put(small(keys.mail(version, name_of(message)), message.data, kinds.PRIVATE))
    mine = Delivery(
        message_id=message.message_id,
        version=version,
        since_version="",
        digest=sha256(message.data).hexdigest(),
        begun_at=now.isoformat(timespec="seconds"),
        outcome="begun",
    )

    def begun(before: Delivery | None) -> Delivery:
        if before is not None and before.outcome in _DONE and not again:
            raise _DoneError(before)
        return mine

    key = _key(version, message)
    try:
        change_file(store, key, Delivery, begun, kinds.PRIVATE)
    except _DoneError as error:
        last = error.delivery
        what = _DONE[last.outcome].format(when=last.begun_at[:10])
        return Result(message.person, "quiet" if last.outcome == "sent" else "open", what)
    posted = deliver(message, means)
    _settle(store, key, mine, posted)
    return Result(message.person, posted.outcome, posted.reason)


class Asked(msgspec.Struct, frozen=True):
    """A mail that somebody asked for, and what became of it."""

    person: str
    delivery: Delivery

    @property
    def is_open(self) -> bool:
        """Whether nobody knows if it went out."""
        return self.delivery.outcome in {"begun", "unknown"}


def all_asked(store: Store) -> Iterator[Asked]:
    """Every mail of this kind that was ever begun, by version and person.

    Raises:
        OutsideError: The store does not answer.
    """
    for key in sorted(one.key for one in store.listed(keys.MAILS)):
        found = read_file(store, key, Delivery)[0] if key.endswith(_RECORD) else None
        if found is not None:
            yield Asked(key.rpartition("/")[2].rpartition("-")[0], found)


def _settle(store: Store, key: str, mine: Delivery, posted: Posted) -> None:
    done = msgspec.structs.replace(
        mine, outcome=posted.outcome, reason=posted.reason, provider_id=posted.provider_id
    )
    change_file(store, key, Delivery, lambda _: done, kinds.PRIVATE)


def _key(version: str, message: Message) -> str:
    """Beside the mail itself."""
    return keys.mail(version, name_of(message)).removesuffix(".eml") + _RECORD
