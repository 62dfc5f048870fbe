"""Mails as people see them: no fault of axe's, no sideways scroll, and the same facts on a phone and in the dark."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final, get_args

import msgspec
import pytest

from quarterdeck.charts.render import png
from quarterdeck.mail.desk import Edition
from quarterdeck.mail.message import message
from quarterdeck.mail.outbox import INDEX, Outbox
from tests.browser.tab import TOO_WIDE, Scheme, Tab
from tests.browser.test_axe import ALL, AXE, OF_COLOURS, RUN
from tests.mail.digests import (
    EDITION,
    ENVELOPE,
    a_digest,
    a_reader,
    a_worse_week,
    mailed,
    part_of,
    some_words,
    worse,
)
from tests.reports.samples import HOSTILE, LONG

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from quarterdeck.model.mail import Digest

pytestmark = pytest.mark.browser

WIDTHS: Final = (640, 320)


def page_of(told: Digest) -> str:
    """The HTML part with its picture in it."""
    drawn = png(told.picture.drawing) if told.picture else None
    html = part_of(mailed(told, picture=drawn), "html")
    inside = f"data:image/png;base64,{b64encode(drawn).decode()}" if drawn else ""
    return html.replace("cid:picture@quarterdeck", inside)


MAILS = {
    "a worse week": lambda: a_digest(*a_worse_week()),
    "hostile words": lambda: some_words(HOSTILE),
    "a first mail without links": lambda: a_digest(
        None, worse()[1], edition=Edition(version=EDITION.version)
    ),
    "long words": lambda: some_words(f"{LONG} {'x' * 200}"),
}


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("name", MAILS)
def test_everybody_can_read_a_mail(name: str, scheme: Scheme, chromium: Browser) -> None:
    page = page_of(MAILS[name]())
    tab = Tab.of(chromium, 320, scheme)
    tab.page.set_content(page)
    assert [one for one in tab.requests if not one.startswith(("data:", "about:"))] == []
    tab.ask(AXE.read_text(encoding="utf-8"))
    faults = []
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{width} px: {one}" for one in tab.ask(TOO_WIDE)]
        faults += [
            f"{width} px: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in tab.ask(RUN, list(ALL))
        ]
    tab.page.context.close()
    assert not faults, "\n".join(faults)


OUTBOX: Final = "(rules) => " + RUN.partition("=> ")[2].replace(
    "axe.run(document,", "axe.run({ exclude: [['iframe']] },"
)
"""The page around the mails; what stands in them is looked at by itself."""


def test_everybody_can_read_the_outbox(tmp_path: Path, chromium: Browser) -> None:
    outbox = Outbox(tmp_path, "the folder build/outbox")
    for name, words in (("pat", a_digest(*a_worse_week())), ("sam", some_words(f"{HOSTILE} {'x' * 200}"))):
        told = msgspec.structs.replace(words, reader=a_reader(person=name))
        drawn = png(told.picture.drawing) if told.picture else None
        assert outbox.send(message(told, ENVELOPE, drawn), ()).outcome == "sent"
    faults = []
    for scheme in get_args(Scheme):
        tab = Tab.of(chromium, 320, scheme)
        tab.page.goto((tmp_path / INDEX).as_uri())
        assert [one for one in tab.requests if not one.startswith(("file:", "data:", "about:"))] == []
        tab.page.evaluate(AXE.read_text(encoding="utf-8"))
        rules = list(OF_COLOURS if scheme == "dark" else ALL)
        faults += [f"{scheme}: {one}" for one in tab.ask(TOO_WIDE)]
        faults += [
            f"{scheme}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in tab.ask(OUTBOX, rules)
        ]
        assert tab.page.locator("iframe").count() == len(get_args(Scheme))
        tab.page.context.close()
    assert not faults, "\n".join(faults)


def test_without_its_styles_a_mail_reads_as_text(chromium: Browser) -> None:
    tab = Tab.of(chromium, 320, "light")
    tab.page.set_content(page_of(a_digest(*a_worse_week())))
    said = tab.ask(
        "() => { document.querySelectorAll('style').forEach((one) => one.remove());"
        " document.querySelectorAll('[style]').forEach((one) => one.removeAttribute('style'));"
        " return document.querySelector('main').innerText; }"
    )
    tab.page.context.close()
    order = ["Lowest week is $15,000", "For Pat Lindqvist", "CFO: ", "Open the CFO report", "Unchanged"]
    found = [said.find(one) for one in order if one in said]
    assert found == sorted(found)
    assert len(found) >= 4
