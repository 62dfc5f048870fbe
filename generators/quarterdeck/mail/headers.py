"""The headers that all mails have: from whom, to whom, about what, and nothing that could forge another."""

import re
from datetime import UTC, date, datetime, time
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Final

import msgspec

from quarterdeck.mail.subject import cut
from quarterdeck.model.errors import UsageError
from quarterdeck.model.mail import Reader

LONGEST_SUBJECT: Final = 160

_MOMENT: Final = time(12, tzinfo=UTC)
"""The time of day of every mail: the same day wherever it is read, and the same bytes in every run."""
_LONGEST_LINE: Final = 76
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_BREAKS: Final = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
_FOLDED: Final = re.compile(rb" +\r\n ")


class UnsafeHeaderError(UsageError):
    """A name, address or subject that could forge another header (F-157)."""

    def __init__(self, what: str) -> None:
        """Name the header, not what stood in it."""
        super().__init__(
            f"{what} of a mail holds a line break or another control sign. Write it on one line."
        )


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What all mails of a portfolio share, and the reader's own way to stop them."""

    sender: str
    """Address."""
    sender_name: str
    reply_to: str = ""
    stop_url: str = ""
    """Opens a page with one button; a POST stops the mails at once."""
    stop_mailto: str = ""
    """Address to which a mail asks the same."""
    domain: str
    """Behind the @ of message ids."""
    prefix: str = ""
    """In front of each subject."""

    def subject(self, words: str) -> str:
        """The words as they stand in a subject: behind the prefix, and not too long.

        Raises:
            UnsafeHeaderError: They hold a line break.
        """
        return cut(header(f"{self.prefix} {words}".strip(), "The subject"), LONGEST_SUBJECT)


class Lines(EmailPolicy):
    """Mails as they go over the line.

    Where the library folds a header it encodes word by word, and loses the space between two such words or writes it
    twice; here whatever is not ASCII is encoded as one text.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header with its line ends."""
        mailboxes: tuple[Address, ...] = getattr(value, "addresses", ())
        if len(mailboxes) == 1 and not value.isascii():
            one = mailboxes[0]
            return f"{name}: {_encoded(name, one.display_name)}\r\n <{one.addr_spec}>\r\n".encode()
        if name == "Subject":
            return f"{name}: {_encoded(name, value)}\r\n".encode()
        return _FOLDED.sub(b"\r\n ", super().fold_binary(name, value))


def _encoded(name: str, text: str) -> str:
    return Header(text, header_name=name, maxlinelen=_LONGEST_LINE).encode(linesep="\r\n")


def headed(envelope: Envelope, to: Address, subject: str, as_of: date, message_id: str) -> EmailMessage:
    """A mail that has its headers and no body yet.

    Args:
        envelope: From whom it comes.
        to: The one reader.
        subject: As `Envelope.subject` made it.
        as_of: The day of the reports.
        message_id: As `message_id` made it.

    Raises:
        UnsafeHeaderError: The sender's name holds a line break.
        UsageError: An address of the sender is none.
    """
    mail = EmailMessage(policy=Lines(linesep="\r\n"))
    mail["From"] = address(envelope.sender_name, envelope.sender, "The sender")
    mail["To"] = to
    if envelope.reply_to:
        mail["Reply-To"] = address("", envelope.reply_to, "The address for answers")
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.combine(as_of, _MOMENT))
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def message_id(version: str, reader: Reader, mark: str, envelope: Envelope) -> str:
    """The id of a mail: the version, the person, and what tells its content from any other.

    Raises:
        UnsafeHeaderError: A part of it may not stand there.
    """
    return f"<{_part(version)}.{_part(reader.person)}.{mark}@{_part(envelope.domain)}>"


def address(name: str, address: str, what: str) -> Address:
    """Somebody in a header.

    Raises:
        UnsafeHeaderError: Name or address holds a line break.
        UsageError: It is no address; `what` says whose.
    """
    try:
        return Address(header(name, what), addr_spec=header(address, what))
    except (ValueError, IndexError, MessageError) as error:  # of an empty part the parser asks its first sign
        raise UsageError(f"{what} has no mail address of the form name@domain.example.") from error


def header(text: str, what: str) -> str:
    """Text that may stand in a header; `what` names it, should it not."""
    if _BREAKS.search(text):
        raise UnsafeHeaderError(what)
    return text


def _part(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise UnsafeHeaderError("The message id")
    return text
