"""The mail that brings a whole report: what it says in five lines, and the report as a file."""

import html
import re
from collections.abc import Sequence
from datetime import date
from email.message import EmailMessage
from functools import cache
from hashlib import sha256
from typing import Final

import jinja2
import msgspec

from quarterdeck.mail.attachment import Imprint
from quarterdeck.mail.headers import Envelope, address, headed, message_id
from quarterdeck.mail.subject import SAMPLE, plain
from quarterdeck.model.errors import UsageError
from quarterdeck.model.mail import Message, Reader
from quarterdeck.model.page import Page
from quarterdeck.reports.words import day, day_short

MOST_BYTES: Final = 10 * 1024 * 1024
"""Of a whole mail: more is refused by many a mailbox, whatever the sender's service takes (F-160)."""
MOST_LINES: Final = 5

_MARK: Final = 16
_TAG: Final = re.compile(r"<[^>]*>")
_LEAD: Final = re.compile(r'<p class="qd-lead">(.*?)</p>\n', re.DOTALL)
_IN_SHORT: Final = re.compile(r'<section class="qd-short".*?</section>', re.DOTALL)
_POINTER: Final = re.compile(r' ?<a href="#(?!s\d)[^"]*">[^<]*</a>')
"""Leads on to a part of the page, which is not in the mail."""
_LINE: Final = re.compile(r"<li>(.*?)</li>", re.DOTALL)


class Enclosed(msgspec.Struct, frozen=True):
    """A file that a mail brings."""

    name: str
    """`cfo.html`."""
    data: bytes
    subtype: str
    """`text/html`, `application/pdf`."""

    @property
    def words(self) -> str:
        """Name and size."""
        return f"{self.name} ({max(1, round(len(self.data) / 1024))} KB)"


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail says of the report."""

    title: str
    """`CFO report`, `Board pack`."""
    as_of: date
    lines: tuple[str, ...]
    """Its lead and what stands in short beneath, as plain text; at most five."""
    imprint: Imprint
    place: str
    """Where in the version it is read: `reports/cfo/`."""


def lines_of(page: Page) -> tuple[str, ...]:
    """What a finished page says first, as plain text: its lead, then what it says in short."""
    lead = _LEAD.search(page.body)
    short = _IN_SHORT.search(page.body)
    said = [*([lead[1]] if lead else []), *(_LINE.findall(short[0]) if short else ())]
    return tuple(line for line in map(_plain, said) if line)[:MOST_LINES]


def report_message(
    brought: Brought, reader: Reader, envelope: Envelope, files: Sequence[Enclosed]
) -> Message:
    """One finished mail; the same for the same report, byte by byte.

    Args:
        brought: What it says.
        reader: To whom it goes.
        envelope: From whom it comes.
        files: The report itself.

    Raises:
        UnsafeHeaderError: Text of a header holds a line break.
        UsageError: An address is none, or the mail is larger than mailboxes take.
    """
    to = address(reader.name, reader.address, "The recipient")
    subject = envelope.subject(_subject(brought))
    text, page = (_rendered(kind, brought, reader, files) for kind in ("txt", "html"))
    content = "\0".join((str(to), subject, text, page)).encode()
    mark = sha256(b"\0".join((content, *(one.data for one in files)))).hexdigest()[:_MARK]
    known_as = message_id(brought.imprint.version, reader, mark, envelope)
    mail = headed(envelope, to, subject, brought.as_of, known_as)
    _fill(mail, text, page, files, mark)
    data = mail.as_bytes()
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"The mail would have {len(data) / 1024**2:.1f} MB; many mailboxes take {MOST_BYTES // 1024**2} at most. "
            "Send it with --attach html, or send the board pack."
        )
    return Message(reader.person, reader.address, known_as, data)


def _fill(mail: EmailMessage, text: str, page: str, files: Sequence[Enclosed], mark: str) -> None:
    """The body, then the files; boundaries that no line of them can hold."""
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_said_{mark}")
    for one in files:
        kind, _, subtype = one.subtype.partition("/")
        mail.add_attachment(one.data, maintype=kind, subtype=subtype, filename=one.name, cte="base64")
    mail.set_boundary(f"=_mail_{mark}")


def _subject(brought: Brought) -> str:
    start = [SAMPLE] if brought.imprint.is_sample else []
    parts = (brought.title, plain(brought.imprint.portfolio), plain(day_short(brought.as_of)))
    return " ".join([*start, " · ".join(parts)])


def _plain(line: str) -> str:
    """Text of finished HTML; spaces and hyphens that only lay it out become plain ones."""
    return plain(html.unescape(_TAG.sub("", _POINTER.sub("", line))).replace("\u00ad", ""))


def _rendered(kind: str, brought: Brought, reader: Reader, files: Sequence[Enclosed]) -> str:
    template = _environment().get_template(f"report.{kind}.j2")
    return template.render(brought=brought, reader=reader, files=files, as_of=plain(day(brought.as_of)))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("quarterdeck.mail", "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
