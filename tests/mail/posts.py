"""Where mail arrives in tests: at a post that is played, in the outbox of a portfolio, or at SES as moto plays it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import parseaddr
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from quarterdeck.mail.post import Posted
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from quarterdeck.collectors.embedded.stubs import Said
    from quarterdeck.model.mail import Message


class Mail(NamedTuple):
    """One mail that arrived."""

    person: str
    message_id: str
    data: bytes
    """As it went over the line."""
    copies: tuple[str, ...]
    provider_id: str
    """What the service calls it."""

    @property
    def text(self) -> str:
        """All of it that can be read, headers too."""
        return readable(self.data)


class Arrivals(Protocol):
    """A place where mail arrives."""

    @property
    def arrived(self) -> Sequence[Mail]:
        """All of it, in order."""
        ...


class Post:
    """Takes mail, and answers as a test says; notes what arrived."""

    place = "a post that is played"

    def __init__(self, arrived: Iterable[Mail] = ()) -> None:
        self.arrived = [*arrived]
        self.answers: dict[str, list[Posted]] = {}
        """Person -> what is said of their next mails; `sent` where nothing is said."""
        self.refused: tuple[str, ...] = ()
        self.asked: list[int] = []
        self.loses = False
        """Whether what it answers as unknown did not arrive."""

    def refusals(self, recipients: int) -> tuple[str, ...]:
        """As the test says."""
        self.asked.append(recipients)
        return self.refused

    def send(self, message: Message, copies: Collection[str]) -> Posted:
        """As the test says; a mail arrives unless it surely failed."""
        waiting = self.answers.get(message.person)
        answer = waiting.pop(0) if waiting else Posted("sent", provider_id=message.message_id)
        if answer.outcome == "sent" or (answer.outcome == "unknown" and not self.loses):
            self.arrived.append(
                Mail(message.person, message.message_id, message.data, tuple(copies), answer.provider_id)
            )
        return answer


def readable(data: bytes) -> str:
    """Everything of a mail that a person or a program can read."""
    mail = message_from_bytes(data, policy=policy.default)
    parts = [f"{name}: {value}" for name, value in mail.items()]
    texts = (part for part in mail.walk() if part.get_content_maintype() == "text")
    return "\n".join([*parts, *(part.get_content() for part in texts)])


class InOutbox:
    """The outbox of a portfolio, after what arrived before."""

    def __init__(self, folder: Path, before: Iterable[Mail]) -> None:
        self._folder, self._before = folder, (*before,)

    @property
    def arrived(self) -> Sequence[Mail]:
        """By the time at which each was written."""
        files = sorted(self._folder.glob("*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        return [*self._before, *(_mail(file.read_bytes(), (), file.name) for file in files)]


class InSes:
    """What the played service keeps, after what arrived before."""

    def __init__(self, before: Iterable[Mail]) -> None:
        self._before = (*before,)

    @property
    def arrived(self) -> Sequence[Mail]:
        """As it took them."""
        from moto.ses.models import ses_backends  # noqa: PLC0415 - heavy

        kept = ses_backends[NUMBER]["us-east-1"].sent_messages
        return [*self._before, *(_kept(one.raw_data.encode(), one.destinations, one.id) for one in kept)]


def answers(**said: Said) -> Callable[[str, bytes], Said]:
    """What the service says to the next mail of each of these people; it takes all others."""
    waiting = dict(said)

    def answer(_path: str, body: bytes) -> Said:
        (to,) = msgspec.json.decode(body)["Destination"]["ToAddresses"]
        return waiting.pop(_person(to), None)

    return answer


def _kept(data: bytes, destinations: Sequence[str], provider_id: str) -> Mail:
    """The envelope comes first, then the service adds what the headers say: who stands there alone is a copy."""
    mail = _mail(data, (), provider_id)
    everybody = dict.fromkeys(parseaddr(one)[1] for one in destinations)
    return mail._replace(copies=tuple(one for one in everybody if _person(one) != mail.person))


def _mail(data: bytes, copies: tuple[str, ...], provider_id: str) -> Mail:
    mail = message_from_bytes(data, policy=policy.default)
    return Mail(_person(parseaddr(mail["To"])[1]), mail["Message-ID"], data, copies, provider_id)


def _person(address: str) -> str:
    """Whose address it is: `sam` of `Sam@harbor.example`."""
    return address.partition("@")[0].lower()
