"""Finished mails: every property of the raw bytes, whatever people wrote, and the same bytes each time."""

from __future__ import annotations

import re
import struct
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.charts.render import png
from quarterdeck.mail.desk import Edition
from quarterdeck.mail.headers import LONGEST_SUBJECT, UnsafeHeaderError
from quarterdeck.mail.message import MOST_HTML, message
from quarterdeck.model.errors import UsageError
from tests.changes.histories import a_finding, a_state
from tests.mail.digests import (
    ENVELOPE,
    LONGEST_LINE,
    SITE,
    a_digest,
    a_reader,
    a_worse_week,
    assert_sound,
    mailed,
    part_of,
    some_words,
    worse,
)
from tests.reports.portfolios import ordinary
from tests.reports.samples import HOSTILE, LONG, Golden, a_briefing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from syrupy.assertion import SnapshotAssertion
    from syrupy.location import PyTestLocation

    from quarterdeck.model.mail import Digest

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Mailed(Golden):
    """Kept apart from the pages."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Beside the folder of the pages."""
        pages = Path(super().dirname(test_location=test_location))
        return str(pages.parents[1] / "mail" / pages.name)


class Html(Mailed):
    """Keeps the HTML of a mail as a page that a browser opens."""

    file_extension = "html"


class Text(Mailed):
    """Keeps the plain part of a mail."""

    file_extension = "txt"


class Raw(Mailed):
    """Keeps a mail as it goes over the line, with plain line ends."""

    file_extension = "eml"


def changed() -> Digest:
    """Pat's mail about a worse week."""
    return a_digest(*worse())


def first() -> Digest:
    """Pat's first mail, about a portfolio with findings."""
    return a_digest(None, a_briefing(*ordinary()), edition=Edition(version="2026-11-23-abcdef1", site=SITE))


WRITTEN: Mapping[str, Callable[[], Digest]] = {
    "changed": changed,
    "first": first,
    "hostile": lambda: some_words(HOSTILE),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_mail_reads_as_written(name: str, snapshot: SnapshotAssertion) -> None:
    mail = mailed(WRITTEN[name]())
    assert part_of(mail, "plain") == snapshot(extension_class=Text)
    assert part_of(mail, "html") == snapshot(extension_class=Html)


def test_a_raw_mail_reads_as_written(snapshot: SnapshotAssertion) -> None:
    raw = message(changed(), ENVELOPE, None).data.decode("ascii")
    assert raw.replace("\r\n", "\n") == snapshot(extension_class=Raw)


SOUND: Mapping[str, Callable[[], Digest]] = {
    **WRITTEN,
    "long": lambda: some_words(f"{LONG} {'🚢' * 100} {'x' * 300}"[:300]),
    "with a picture": lambda: a_digest(*a_worse_week()),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_raw_mail_holds_what_programs_ask_of_it(name: str) -> None:
    told = SOUND[name]()
    for envelope in (ENVELOPE, msgspec.structs.replace(ENVELOPE, stop_url="")):
        assert_sound(message(told, envelope, PIXEL if told.picture else None).data)


def test_headers_say_who_when_and_how_to_stop() -> None:
    mail = mailed(changed())
    assert mail["From"] == "Harbor Group <reports@harbor.example>"
    assert mail["To"] == "Pat Lindqvist <pat@harbor.example>"
    assert mail["Reply-To"] == "sam@harbor.example"
    assert mail["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"] == (
        "<https://reports.example/auth/stop?token=abc>, <mailto:stop@harbor.example?subject=stop>"
    )
    assert re.fullmatch(r"<2026-11-24-abcdef1\.pat\.[0-9a-f]{16}@harbor\.example>", mail["Message-ID"])
    assert not [name for name in mail if name.lower() in {"bcc", "cc", "return-path", "precedence"}]


def test_without_ways_to_stop_none_is_promised() -> None:
    quiet = msgspec.structs.replace(ENVELOPE, stop_url="", stop_mailto="", reply_to="")
    mail = mailed(changed(), quiet)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To"} & set(mail.keys())
    assert "Stop these mails" not in part_of(mail, "html") + part_of(mail, "plain")


def test_the_same_digest_is_the_same_mail_byte_by_byte() -> None:
    told = changed()
    one, two = (message(told, ENVELOPE, PIXEL) for _ in range(2))
    assert one == two
    other = message(msgspec.structs.replace(told, headline="Other news"), ENVELOPE, PIXEL)
    assert other.message_id != one.message_id


def test_the_parts_are_text_and_html_with_one_picture() -> None:
    mail = mailed(changed(), picture=PIXEL)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    picture = list(mail.walk())[-1]
    assert picture.get_content_disposition() == "inline"
    assert picture["Content-ID"] == "<picture@quarterdeck>"
    assert picture.get_payload(decode=True) == PIXEL


def test_the_chart_of_a_figure_that_moved_is_its_picture() -> None:
    told = a_digest(*a_worse_week())
    assert told.picture is not None
    drawn = png(told.picture.drawing)
    assert struct.unpack(">I", drawn[16:20]) == (840,), "420 pixels wide, drawn at twice its size"
    assert len(drawn) < 20_000
    mail = mailed(told, picture=drawn)
    html, text = part_of(mail, "html"), part_of(mail, "plain")
    assert html.count("cid:picture@quarterdeck") == 1
    assert "23 Nov" in told.picture.alt
    assert told.picture.sentence in text
    assert "23 Nov | " in text
    assert 2 <= len(told.picture.rows) <= 8


def test_links_have_the_same_numbers_in_both_parts() -> None:
    mail = mailed(changed())
    text, html = part_of(mail, "plain"), part_of(mail, "html")
    listed = re.findall(r"^\[(\d+)\] (\S+)$", text, re.MULTILINE)
    in_html = re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*?\[(\d+)\]', html)
    assert listed == list(dict.fromkeys((number, address) for address, number in in_html))
    assert all(address.startswith(SITE) for _, address in listed)
    assert {number for number, _ in listed} == set(re.findall(r"\[(\d+)\]", text))


def test_F179_no_link_carries_a_session() -> None:
    html = part_of(mailed(changed()), "html")
    links = re.findall(r'href="([^"]+)"', html)
    assert [one for one in links if "?" in one] == [ENVELOPE.stop_url]


def test_without_a_site_nothing_is_linked_but_named() -> None:
    mail = mailed(msgspec.structs.replace(changed(), site=""), msgspec.structs.replace(ENVELOPE, stop_url=""))
    assert re.findall(r'href="([^"]+)"', part_of(mail, "html")) == ["mailto:stop@harbor.example?subject=stop"]
    assert "[1] reports/cfo/#runway" in part_of(mail, "plain")
    assert not re.search(r"\[\d", part_of(mail, "html")), "a number that leads nowhere"
    assert "publishing: site_url" in part_of(mail, "html")


def test_nothing_is_fetched_from_elsewhere() -> None:
    html = part_of(mailed(changed(), picture=PIXEL), "html")
    assert re.findall(r'\bsrc="([^"]+)"', html) in ([], ["cid:picture@quarterdeck"])
    assert not re.search(r"url\(|@import|<link|<script|<iframe|<form|\son\w+=", html)


def test_dark_styles_are_kept_apart_from_those_at_elements() -> None:
    html = part_of(mailed(changed()), "html")
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert html.count('name="color-scheme"') == html.count('name="supported-color-schemes"') == 1
    assert "max-width: 600px" in html


# ── whatever people wrote ────────────────────────────────────────────────────────────────────────────────────


class _Tags(HTMLParser):
    """Notes every tag and every word."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize(
    "words", [HOSTILE, "<script>alert(1)</script>", "</style><img src=//x.example>", "{{ 7 * 7 }} {% x %}"]
)
def test_F159_words_of_people_stay_words(words: str) -> None:
    seen = _Tags()
    seen.feed(part_of(mailed(some_words(words)), "html"))
    assert words in seen.words
    assert not seen.tags & {"script", "img", "iframe", "form", "object"}


@pytest.mark.parametrize("words", ["<" * 4000, "漢" * 4000, "&'\"" * 1500, "word " * 1000])
def test_F160_a_mail_has_an_end(words: str) -> None:
    mail = mailed(some_words(words[:300]), picture=PIXEL)
    assert len(part_of(mail, "html").encode()) <= MOST_HTML


def test_F160_where_people_wrote_very_long_more_is_counted_and_linked() -> None:
    told = some_words("&" * 5000)
    mail = mailed(told)
    html = part_of(mail, "html")
    assert "7 more in the CFO report" in html


@pytest.mark.parametrize("words", [LONG, "é" * 400, "🚢" * 200, "x" * 5000])
def test_F158_no_line_is_too_long_and_no_byte_is_not_ascii(words: str) -> None:
    raw = message(some_words(words), ENVELOPE, PIXEL).data
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


def test_F158_a_long_subject_in_any_script_comes_back_whole_or_cut() -> None:
    told = msgspec.structs.replace(changed(), subject=f"{LONG} · 23 Nov")
    mail = mailed(told)
    assert mail["Subject"] == f"{LONG} · 23 Nov"
    much = mailed(msgspec.structs.replace(told, subject="wort " * 500))
    assert len(much["Subject"]) <= LONGEST_SUBJECT


@pytest.mark.parametrize("words", ["falls (QDN) · 23 Nov", "Büro Müller: ½ → ⅓ · 23 Nov"])
@pytest.mark.parametrize("length", range(30, 70))
def test_F158_headers_come_back_as_they_were_wherever_a_line_is_folded(length: int, words: str) -> None:
    whole = f"Cash {'x' * length} {words}"
    told = msgspec.structs.replace(changed(), subject=whole, reader=a_reader(name=whole))
    raw = message(told, ENVELOPE, None).data
    as_programs_do = message_from_bytes(
        raw
    )  # the parser of `mailed` keeps the space between two encoded words of a name
    read = {name: str(make_header(decode_header(as_programs_do[name]))) for name in ("Subject", "To")}
    assert read == {"Subject": whole, "To": f"{whole} <{told.reader.address}>"}
    assert mailed(told)["Subject"] == whole


@pytest.mark.parametrize("sign", ["\r", "\n", "\r\nBcc: x@evil.example", "\0", "\u2028", "\x85"])
@pytest.mark.parametrize(
    "where", ["name", "address", "subject", "sender", "sender_name", "reply_to", "prefix", "stop_url"]
)
def test_F157_a_line_break_in_a_header_is_refused(where: str, sign: str) -> None:
    told, envelope = changed(), ENVELOPE
    bad = f"a{sign}b"
    if where in {"name", "address"}:
        told = msgspec.structs.replace(told, reader=a_reader(**{where: bad}))
    elif where == "subject":
        told = msgspec.structs.replace(told, subject=bad)
    else:
        envelope = msgspec.structs.replace(envelope, **{where: bad})
    with pytest.raises(UnsafeHeaderError) as caught:
        message(told, envelope, None)
    assert sign not in str(caught.value)


@pytest.mark.parametrize("address", ["", "pat", "pat@", "@harbor.example", "pat@x.example, eve@evil.example"])
def test_F164_what_is_no_single_address_is_refused(address: str) -> None:
    told = msgspec.structs.replace(changed(), reader=a_reader(address=address))
    with pytest.raises(UsageError, match="no mail address"):
        message(told, ENVELOPE, None)


def test_F164_a_name_that_looks_like_an_address_stays_a_name() -> None:
    told = msgspec.structs.replace(changed(), reader=a_reader(name='Eve <eve@evil.example>, "Pat"'))
    to = mailed(told)["To"]
    assert [one.addr_spec for one in to.addresses] == ["pat@harbor.example"]


@pytest.mark.parametrize("part", ["a b", "x>y", "", "../x"])
def test_a_message_id_is_made_of_names_alone(part: str) -> None:
    with pytest.raises(UnsafeHeaderError):
        message(msgspec.structs.replace(changed(), version=part), ENVELOPE, None)


def test_a_mail_survives_another_program() -> None:
    raw = message(changed(), ENVELOPE, PIXEL).data
    read: EmailMessage = message_from_bytes(raw, policy=default)
    assert not read.defects
    assert not [one for part in read.walk() for one in part.defects]


def test_a_digest_without_news_of_figures_has_no_picture() -> None:
    assert a_digest(a_state(), a_state(findings=(a_finding(),)), "ceo").picture is None
