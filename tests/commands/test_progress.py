"""What a command says while it works, and to whom."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands.build import build
from quarterdeck.commands.progress import doing, shown
from tests.sites import a_portfolio, environ_of, stub_builder

if TYPE_CHECKING:
    from pathlib import Path

XTERM = {"TERM": "xterm"}


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True


def test_a_step_takes_the_place_of_the_one_before_and_nothing_stays() -> None:
    screen = Screen()
    with shown(screen, XTERM):
        doing("Reading")
        doing("Drawing charts")
    assert screen.getvalue().split("\r\x1b[K") == ["", "Reading ...", "Drawing charts ...", ""]


def test_the_line_is_gone_also_where_the_work_fails() -> None:
    screen = Screen()

    def work() -> None:
        with shown(screen, XTERM):
            doing("Reading")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert screen.getvalue().endswith("\r\x1b[K")
    doing("nobody hears this")
    assert "nobody" not in screen.getvalue()


@pytest.mark.parametrize(
    ("stream", "environ"), [(io.StringIO(), XTERM), (Screen(), {"TERM": "dumb"}), (Screen(), {})]
)
def test_where_nobody_watches_nothing_is_said(stream: io.StringIO, environ: dict[str, str]) -> None:
    with shown(stream, environ):
        doing("Reading")
    assert stream.getvalue() == ""


def test_F232_a_narrow_terminal_is_never_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    screen = Screen()
    with shown(screen, XTERM):
        doing("Comparing versions")
    assert max(map(len, screen.getvalue().split("\r\x1b[K"))) == 11


def test_a_build_says_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_builder(monkeypatch)
    root = a_portfolio(tmp_path / "p")
    screen = Screen()
    with shown(screen, XTERM):
        build(root, environ_of(root), today=lambda _: date(2026, 11, 23))
    assert [step.removesuffix(" ...") for step in screen.getvalue().split("\r\x1b[K")[1:-1]] == [
        "Reading handoffs, books and evidence",
        "Working out figures and findings",
        "Writing pages",
        "Drawing charts",
        "Making the site",
    ]
