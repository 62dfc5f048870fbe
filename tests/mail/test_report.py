"""The mail that brings a report: five lines, the files, and headers that nobody can forge."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.mail.attachment import Imprint
from quarterdeck.mail.headers import LONGEST_SUBJECT, Envelope, UnsafeHeaderError
from quarterdeck.mail.report import MOST_BYTES, Brought, Enclosed, lines_of, report_message
from quarterdeck.model.errors import UsageError
from quarterdeck.model.mail import Message, Reader
from quarterdeck.model.page import Page
from quarterdeck.reports.pages import role_pages
from tests.reports.portfolios import awkward, ordinary
from tests.reports.samples import a_site

if TYPE_CHECKING:
    from email.message import EmailMessage

    from quarterdeck.model.handoff import Handoff

READER = Reader("pat", "Pat Doe", "pat@harbor.example", ("cfo",), "owners")
BROUGHT = Brought(
    title="CFO report",
    as_of=date(2026, 11, 23),
    lines=("Of our cash $50,302 is free.", "<img src=x onerror=alert(1)> & co"),
    imprint=Imprint(
        "Harbor Group", "2026-11-23-0123456", "https://reports.harbor.example/2026-11-23-0123456/"
    ),
    place="reports/cfo/",
)
ENVELOPE = Envelope(
    sender="reports@harbor.example",
    sender_name="Quarterdeck",
    reply_to="office@harbor.example",
    domain="harbor.example",
)
FILE = Enclosed("cfo.html", b"<!doctype html>" + b"x" * 4000, "text/html")
TEXT = """CFO report of Harbor Group for Pat Doe, as of 23 Nov 2026

- Of our cash $50,302 is free.
- <img src=x onerror=alert(1)> & co

Attached: cfo.html (4 KB)
On the site, after sign-in: https://reports.harbor.example/2026-11-23-0123456/reports/cfo/

Version 2026-11-23-0123456. You get this because somebody who keeps these reports sent it to you.
"""


def made(brought: Brought = BROUGHT, envelope: Envelope = ENVELOPE, *files: Enclosed) -> Message:
    return report_message(brought, READER, envelope, files or (FILE,))


def parsed(message: Message) -> EmailMessage:
    return message_from_bytes(message.data, policy=policy.default)


def test_headers() -> None:
    mail = parsed(made())
    mark = made().message_id
    assert mark.startswith("<2026-11-23-0123456.pat.")
    assert mark.endswith("@harbor.example>")
    assert dict(mail.items()) == {
        "From": "Quarterdeck <reports@harbor.example>",
        "To": "Pat Doe <pat@harbor.example>",
        "Reply-To": "office@harbor.example",
        "Subject": "CFO report · Harbor Group · 23 Nov",
        "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "Message-ID": mark,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }


def test_the_text_stands_alone_and_the_html_says_the_same() -> None:
    mail = parsed(made())
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == TEXT
    page = html.get_content()
    assert "<li>&lt;img src=x onerror=alert(1)&gt; &amp; co</li>" in page
    assert "<img" not in page
    assert 'href="https://reports.harbor.example/2026-11-23-0123456/reports/cfo/"' in page


def test_files_come_whole_and_lines_are_short() -> None:
    paper = Enclosed("cfo-plan.pdf", bytes(range(256)) * 40, "application/pdf")
    message = made(BROUGHT, ENVELOPE, FILE, paper)
    found = [
        (one.get_filename(), one.get_content_type(), one.get_payload(decode=True))
        for one in parsed(message).iter_attachments()
    ]
    assert found == [("cfo.html", "text/html", FILE.data), ("cfo-plan.pdf", "application/pdf", paper.data)]
    assert max(map(len, message.data.split(b"\r\n"))) < 998
    assert message.data.count(b"\n") == message.data.count(b"\r\n")


def test_the_same_report_is_the_same_mail_and_another_file_is_another() -> None:
    assert made() == made()
    assert made().message_id != made(BROUGHT, ENVELOPE, Enclosed("cfo.html", b"y", "text/html")).message_id


def test_a_sample_and_a_prefix_stand_in_front() -> None:
    imprint = msgspec.structs.replace(BROUGHT.imprint, is_sample=True)
    brought = msgspec.structs.replace(BROUGHT, imprint=imprint)
    mail = parsed(made(brought, msgspec.structs.replace(ENVELOPE, prefix="[Harbor]")))
    assert mail["Subject"] == "[Harbor] [SAMPLE] CFO report · Harbor Group · 23 Nov"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().startswith("SAMPLE: every figure")


def test_F158_a_long_subject_is_cut() -> None:
    imprint = msgspec.structs.replace(BROUGHT.imprint, portfolio="Harbor " * 60)
    subject = parsed(made(msgspec.structs.replace(BROUGHT, imprint=imprint)))["Subject"]
    assert subject.startswith("CFO report · Harbor Harbor")
    assert len(subject) <= LONGEST_SUBJECT


def test_F157_no_name_forges_a_header() -> None:
    reader = msgspec.structs.replace(READER, name="Pat\r\nBcc: all@harbor.example")
    with pytest.raises(UnsafeHeaderError, match="The recipient"):
        report_message(BROUGHT, reader, ENVELOPE, (FILE,))
    portfolio = msgspec.structs.replace(BROUGHT.imprint, portfolio="Harbor\r\nBcc: all@harbor.example")
    mail = parsed(made(msgspec.structs.replace(BROUGHT, imprint=portfolio)))
    assert mail["Bcc"] is None


def test_F160_what_no_mailbox_takes_is_not_sent() -> None:
    with pytest.raises(UsageError, match=r"would have 1[0-9]\.\d MB"):
        made(BROUGHT, ENVELOPE, Enclosed("cfo.pdf", b"x" * MOST_BYTES, "application/pdf"))


@pytest.mark.parametrize("case", [ordinary(), awkward(), ()], ids=["ordinary", "awkward", "nothing"])
def test_what_a_report_says_first_is_at_most_five_plain_lines(case: tuple[Handoff, ...]) -> None:
    page = next(iter(role_pages(a_site(*case), "ceo")))
    lines = lines_of(page)
    assert 1 <= len(lines) <= 5
    for line in lines:
        assert "\n" not in line
        assert "qd-" not in line
        assert line == line.strip()


def test_a_line_ends_before_the_link_that_leads_on() -> None:
    body = (
        '<p class="qd-lead"><a class="qd-fig" href="#s1">$5</a> is&nbsp;free.</p>\n'
        '<section class="qd-short"><ul><li>June asks for <a class="qd-fig" href="#s2">$9</a>. '
        '<a href="#weeks">All 13 weeks</a></li></ul></section>'
    )
    assert lines_of(Page("reports/cfo.md", "CFO", body)) == ("$5 is free.", "June asks for $9.")
