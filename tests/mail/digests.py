"""Digests of small portfolios, for tests of what mails say and hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import msgspec

from quarterdeck.changes.compare import Side, changes
from quarterdeck.mail.desk import Edition
from quarterdeck.mail.digest import digest
from quarterdeck.mail.headers import Envelope
from quarterdeck.mail.message import MOST_HTML, message
from quarterdeck.model.mail import Digest, Link, MovedFigure, News, Reader, ReportNews
from tests.changes.histories import a_figure, a_finding, a_state, usd
from tests.sites import Dom

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.change import Changes
    from quarterdeck.model.finding import Role

LONGEST_LINE = 998
"""Octets of a line of a mail. Source: RFC 5322, section 2.1.1."""
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted")
NEVER = ("Bcc", "Cc", "Return-Path", "Precedence")
SITE = "https://reports.example/2026-11-24-abcdef1/"
EDITION = Edition(version="2026-11-24-abcdef1", since_version="2026-11-23-1234567", site=SITE)
ENVELOPE = Envelope(
    sender="reports@harbor.example",
    sender_name="Harbor Group",
    reply_to="sam@harbor.example",
    stop_url="https://reports.example/auth/stop?token=abc",
    stop_mailto="stop@harbor.example",
    domain="harbor.example",
)


def a_reader(*roles: Role, **fields: Any) -> Reader:  # noqa: ANN401 - any field
    """Pat, who reads these reports."""
    made = Reader("pat", "Pat Lindqvist", "pat@harbor.example", roles or ("cfo", "ceo"), "all")
    return msgspec.structs.replace(made, **fields)


def told_to(
    before: Briefing | None,
    after: Briefing,
    *roles: Role,
    edition: Edition = EDITION,
    found: Changes | None = None,
) -> Digest | None:
    """What Pat is told of two states."""
    whole = found or changes(Side(before) if before else None, Side(after))
    return digest(before, after, whole, a_reader(*roles), edition)


def a_digest(before: Briefing | None, after: Briefing, *roles: Role, edition: Edition = EDITION) -> Digest:
    """The same, where there is something to tell."""
    found = told_to(before, after, *roles, edition=edition)
    assert found is not None
    return found


def worse() -> tuple[Briefing, Briefing]:
    """Two states: less cash, a shorter runway, and a checkout that broke."""
    before = a_state(
        a_figure("runway_months", Decimal("5.9"), entity="", unit="months"),
        a_figure("cash_available", usd(26700), entity=""),
    )
    after = a_state(
        a_figure("runway_months", Decimal("5.2"), entity="", unit="months"),
        a_figure("cash_available", usd(21600), entity=""),
        findings=(a_finding(),),
    )
    return before, after


def a_worse_week() -> tuple[Briefing, Briefing]:
    """Two states with all that the chart of thirteen weeks draws; the lowest week became lower."""
    weeks = [
        a_figure(f"{code}:{week}", usd(amount - 900 * week), entity="")
        for code, amount in (("forecast_ending", 26700), ("downside_ending", 21600))
        for week in range(1, 14)
    ]
    before, after = (a_figure("lowest_week", usd(amount), entity="") for amount in (19000, 15000))
    return a_state(*weeks, before), a_state(*weeks, after)


def some_words(words: str) -> Digest:
    """A digest in which everything that people may have written is these words."""
    link = Link("reports/cfo/#weeks", "13\u00a0weeks")
    news = News(badge=words, tone="bad", sentence=words, why=words, money=words, link=link)
    return Digest(
        reader=a_reader(name=words[:60]),
        portfolio=words,
        version=EDITION.version,
        since_version=EDITION.since_version,
        as_of=date(2026, 11, 23),
        since=date(2026, 11, 16),
        site=SITE,
        subject=words[:60],
        preheader=words,
        headline=words,
        count=17,
        moved=(MovedFigure(words, words, "$1", "−$2", "bad", link),) * 5,
        reports=(ReportNews("CFO", (news,) * 3, 4, link),) * 5,
        unchanged=("CTO",),
        not_fresh=(words,) * 3,
        withdrawn=(words,),
    )


def mailed(told: Digest, envelope: Envelope = ENVELOPE, picture: bytes | None = None) -> EmailMessage:
    """The finished mail as a program reads it."""
    read = message_from_bytes(message(told, envelope, picture).data, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def assert_sound(data: bytes) -> None:
    """Whatever a mail says, its raw bytes hold what programs ask of them."""
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= LONGEST_LINE
    mail = message_from_bytes(data, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not [one for part in mail.walk() for one in part.defects]
    assert {name: len(mail.get_all(name, [])) for name in (*ONCE, *NEVER)} == {
        **dict.fromkeys(ONCE, 1),
        **dict.fromkeys(NEVER, 0),
    }
    ways = str(mail.get("List-Unsubscribe", ""))
    assert ("List-Unsubscribe-Post" in mail) == ("<https://" in ways), "RFC 8058, section 3.1"
    html, kinds = part_of(mail, "html"), [part.get_content_type() for part in mail.walk()]
    pictures = {str(part["Content-ID"]).strip("<>") for part in mail.walk() if part["Content-ID"]}
    whole = ["multipart/related", "text/html", "image/png"] if pictures else ["text/html"]
    assert kinds == ["multipart/alternative", "text/plain", *whole]
    assert part_of(mail, "plain").strip()
    assert len(html.encode()) <= MOST_HTML
    assert _fetched(html) == {f"cid:{one}" for one in pictures}


def _fetched(html: str) -> set[str]:
    """What a program fetches by itself to show a page; nothing of it runs."""
    page = Dom(html)
    assert not page.of("script", "link", "iframe", "object", "embed", "form", "base")
    attributes = [pair for one in page.elements for pair in one.attributes.items()]
    assert not [name for name, _ in attributes if name.startswith("on")]
    styles = [*page.scripts, *(value for name, value in attributes if name == "style")]
    assert not [one for one in styles if "url(" in one or "@import" in one]
    return {value for name, value in attributes if name in {"src", "srcset", "background", "poster"}}


def part_of(mail: EmailMessage, kind: str) -> str:
    """The words of its plain or HTML part."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
