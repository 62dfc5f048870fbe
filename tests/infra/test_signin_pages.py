"""What readers see of sign-in: words, marks for those who cannot see, and nothing that runs."""

from __future__ import annotations

import logging
import re
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signin.app import HEADERS
from signin.mail import message
from signin.pages import STYLE, Pages
from tests.infra.played_signin import CONFIG, NOBODY, PAT, SITE, InMemory, Played, event, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syrupy.assertion import SnapshotAssertion

HOSTILE = "<script>alert(1)</script>\"{goal}'"
PAGES = Pages("Harbor Group")
EVERY: Mapping[str, str] = {
    "ask": PAGES.ask("/latest/reports/cfo/"),
    "not an address": PAGES.not_an_address("/latest/"),
    "sent": PAGES.sent(),
    "link": PAGES.link("A" * 43),
    "gone": PAGES.gone(),
    "sign out": PAGES.out(is_in=True),
    "signed out": PAGES.out(is_in=False),
    "moment": PAGES.moment("/latest/reports/cfo/"),
    "slow": PAGES.slow(),
    "stop": PAGES.stop("A" * 43),
    "stopped": PAGES.stopped(),
    "no stop": PAGES.no_stop(),
    "slow stop": PAGES.slow_stop(),
    "busy": PAGES.busy(),
    "refused": PAGES.refused(),
}
MESSAGES = set(EVERY) - {"ask", "link", "sign out", "stop"}


def test_the_words_of_every_page(snapshot: SnapshotAssertion) -> None:
    words = {
        name: [line for line in re.sub(r"<[^>]+>", "", page.partition("<main>")[2]).split("\n") if line]
        for name, page in EVERY.items()
    }

    assert words == snapshot


@pytest.mark.parametrize("name", EVERY)
def test_no_page_runs_or_loads_anything_but_its_style(name: str) -> None:
    page = EVERY[name]

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert set(re.findall(r'(?:href|action)="([^"]*)"', page)) <= {
        *("/auth/", "/auth/link", "/auth/out", "/auth/style.css", "/auth/icon.svg"),
        *("/latest/", "/latest/reports/cfo/", f"/auth/stop?t={'A' * 43}"),
    }
    assert page.count("<h1>") == 1
    assert '<html lang="en">' in page
    assert page.count('role="status"') == (name in MESSAGES), "what is news is told as such"
    assert page.count("<label for=") == page.count('type="email"'), "every field has its label"


def test_names_and_tokens_are_text_whatever_they_hold() -> None:
    pages = Pages(HOSTILE)
    shown = [pages.ask(HOSTILE), pages.link(HOSTILE), pages.moment(HOSTILE), pages.not_an_address(HOSTILE)]

    assert not any("<script" in one or 'value="<' in one for one in shown)
    assert all("&lt;script&gt;alert(1)&lt;/script&gt;&quot;{goal}&#x27; </title>" not in one for one in shown)
    assert all("· &lt;script&gt;" in one for one in shown)


def test_every_answer_has_the_headers_of_a_private_page() -> None:
    door = Played(InMemory())
    cookies = door.signed_in()
    answers = [
        door.get("/auth/"),
        door.get("/auth/", cookies=cookies),
        door.get("/auth/link?t=" + "A" * 43),
        door.use("A" * 43),
        door.ask(),
        door.get("/auth/out"),
        door.post("/auth/out"),
        door.sign_in.answer(event("PUT", "/auth/")),
        door.get("/auth/", headers={"x-quarterdeck-origin": "wrong"}),
    ]

    assert all(HEADERS.items() <= one["headers"].items() for one in answers)
    assert HEADERS["cache-control"] == "no-store"
    policy = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_colours_are_those_of_the_site() -> None:
    site = (Path(__file__).parents[2] / "generators/quarterdeck/site/assets/qd.css").read_text(
        encoding="utf-8"
    )
    light, dark = re.findall(r"--bg:.*?--mark", STYLE, re.DOTALL)
    of_site_light, of_site_dark = site.split('[data-md-color-scheme="slate"]')[:2]
    for own, theirs in ((light, of_site_light), (dark, of_site_dark)):
        for name in ("ink", "ink2", "line", "edge", "link", "bad", "raised"):
            found = re.search(rf"--{name}: (#\w+);", own)
            assert found
            assert f"--qd-{name}: {found[1]};" in theirs, name


@pytest.mark.parametrize("length", range(40, 62))
def test_a_subject_of_any_length_arrives_as_it_was_written_F_158(length: int) -> None:
    config = CONFIG._replace(site_name="a" * length + " · Häfen and Bay")
    sent = message(config, PAT, "Pat", f"{SITE}/auth/link?t=A").as_bytes()
    head = sent.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert message_from_bytes(sent, policy=SMTP)["Subject"] == f"Sign in to {config.site_name}"


def test_the_mail_as_text_and_as_a_page(snapshot: SnapshotAssertion) -> None:
    mail = message(CONFIG, PAT, "Pat O'Hara <pat>", f"{SITE}/auth/link?t=" + "A" * 43)
    page = mail.get_body(("html",))

    assert page is not None
    assert {
        "headers": [
            (name, value) for name, value in mail.items() if name not in {"Content-Type", "MIME-Version"}
        ],
        "text": text_of(mail),
        "page": page.get_content(),
    } == snapshot


def test_a_name_cannot_add_a_header_to_a_mail() -> None:
    config = CONFIG._replace(site_name="Harbor\r\nBcc: eve@evil.example")

    with pytest.raises(ValueError, match="linefeed"):
        message(config, PAT, "Pat", SITE)
    mail = message(CONFIG, PAT, "Pat\r\nBcc: eve@evil.example", SITE)
    assert "Bcc" not in mail


def test_logs_name_nobody_and_nothing_that_opens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    door = Played(InMemory())
    cookies = door.signed_in()
    for _ in range(5):
        door.ask()
    door.ask(NOBODY)
    door.get("/auth/", cookies=cookies)
    door.post("/auth/out", cookies=cookies)

    assert {one.getMessage() for one in caplog.records} == {
        "asked",
        "signed in",
        "limit: links",
        "signed out",
    }
