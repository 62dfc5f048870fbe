"""Sends finished mails one by one: kept, begun, sent, settled, each person apart from the others."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal, NamedTuple

import msgspec

from quarterdeck.mail.mailing import AlreadyBegunError, begin, settle
from quarterdeck.mail.post import Post, Posted
from quarterdeck.model.errors import OutsideError
from quarterdeck.model.mail import Message, Outcome
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.lists import small
from quarterdeck.publish.store import Store

OPEN: Final = "nobody knows whether the mail before went out: quarterdeck mail status"
"""Why somebody gets no mail until that is settled."""

_HASH: Final = 12


class Letter(msgspec.Struct, frozen=True):
    """A finished mail, and the range that it tells of."""

    message: Message
    version: str
    since_version: str
    """The version that its reader was last told about; empty where there is none."""


class Result(msgspec.Struct, frozen=True):
    """What a run did for one person."""

    person: str
    outcome: Outcome | Literal["open", "held", "quiet"]
    """`open`: the mail before has to be settled first; `held`: not tried; `quiet`: there was nothing to send."""
    reason: str = ""


class Means(NamedTuple):
    """What mails are sent with."""

    store: Store
    """Where mailings and the archive stand."""
    post: Post
    """Through which they leave."""
    copies: Collection[str]
    """Addresses of blind copies."""
    suppressed: Callable[[str], str] = lambda _address: ""
    """Why an address is never mailed; empty where it is (F-156)."""


def send_each(letters: Iterable[Letter], means: Means, now: datetime) -> Iterator[Result]:
    """Send mails, each to one reader; what fails for one costs no other (F-155), unless it would fail for all (F-168).

    Args:
        letters: In the order in which they are sent.
        means: What they are sent with.
        now: With its zone.
    """
    stopped = ""
    for letter in letters:
        person = letter.message.person
        if stopped:
            yield Result(person, "held", stopped)
            continue
        result, stopped = _send(letter, means, now)
        yield result


def name_of(message: Message) -> str:
    """The name of a mail's file: its reader, and a hash, since one version may be told twice after a rollback."""
    return f"{message.person}-{sha256(message.data).hexdigest()[:_HASH]}"


def deliver(message: Message, means: Means) -> Posted:
    """Send one mail that was begun; nothing goes to an address that bounced or complained.

    A blind copy to such an address is left out, and told (F-156, F-163).
    """
    if why := means.suppressed(message.to):
        return Posted("skipped", f"the address {why}")
    kept = tuple(one for one in means.copies if not means.suppressed(one))
    posted = means.post.send(message, kept)
    left_out = len(means.copies) - len(kept)
    if not left_out or posted.outcome != "sent":
        return posted
    told = f"blind copies left out, as their addresses bounced or complained: {left_out}"
    return posted._replace(reason="; ".join(filter(None, (posted.reason, told))))


def _send(letter: Letter, means: Means, now: datetime) -> tuple[Result, str]:
    """What became of one mail, and why no other may follow; empty where they may."""
    message, person, store = letter.message, letter.message.person, means.store
    try:
        store.put(small(keys.mail(letter.version, name_of(message)), message.data, kinds.PRIVATE))
        if not begin(store, message, letter.version, letter.since_version, now):
            return Result(person, "quiet", "another run told them meanwhile"), ""
    except AlreadyBegunError:
        return Result(person, "open", OPEN), ""
    except OutsideError as error:
        return Result(person, "failed", f"nothing was sent, since it could not be written down: {error}"), ""
    posted = deliver(message, means)
    return _settled(store, message, posted), (posted.reason or posted.outcome) if posted.stops_all else ""


def _settled(store: Store, message: Message, posted: Posted) -> Result:
    try:
        settle(
            store,
            message.person,
            message.message_id,
            posted.outcome,
            reason=posted.reason,
            provider_id=posted.provider_id,
        )
    except OutsideError as error:
        what = f"the outcome, {posted.outcome}, could not be written down: {error}"
        return Result(message.person, "unknown", what)
    return Result(message.person, posted.outcome, posted.reason)
