"""Pictures of pages: drawn once, remembered while nothing changes, and put where their marks stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.charts.render import drawings, svgs
from quarterdeck.commands import drawings as drawing
from quarterdeck.commands.drawings import draw, with_drawings
from quarterdeck.model.page import Page
from tests.charts.samples import LINES, PAIRED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from quarterdeck.model.page import Drawing

PICTURES = (*drawings(LINES), *drawings(PAIRED))
PAGE = Page("a.md", "A", "".join(f"<div>{one.mark}</div>" for one in PICTURES), drawings=PICTURES)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of everything that was drawn and not remembered."""
    ids: list[str] = []

    def noted(wanted: Sequence[Drawing]) -> list[str]:
        ids.extend(one.id for one in wanted)
        return svgs(wanted)

    monkeypatch.setattr(drawing, "svgs", noted)
    return ids


def test_every_mark_becomes_its_picture(tmp_path: Path) -> None:
    body = with_drawings(PAGE, draw([PAGE], tmp_path, {}))
    assert body.count("<div><svg ") == len(PICTURES)
    assert "<!--" not in body
    assert body.count("</svg></div>") == len(PICTURES)


def test_a_picture_of_two_pages_is_drawn_once(tmp_path: Path, drawn: list[str]) -> None:
    draw([PAGE, msgspec.structs.replace(PAGE, path="b.md")], tmp_path, {})
    assert drawn == [one.id for one in PICTURES]


def test_only_what_changed_is_drawn_again(tmp_path: Path, drawn: list[str]) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = draw([PAGE], tmp_path, cache)
    drawn.clear()
    assert draw([PAGE], tmp_path, cache) == first
    assert drawn == []
    other = msgspec.structs.replace(LINES, reading="Two weeks go under the floor.")
    draw([msgspec.structs.replace(PAGE, drawings=(*drawings(other), *drawings(PAIRED)))], tmp_path, cache)
    assert drawn == ["weeks-880", "weeks-350"]


def test_a_new_renderer_draws_everything_again(
    tmp_path: Path, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    draw([PAGE], tmp_path, cache)
    drawn.clear()
    monkeypatch.setattr(drawing, "version", lambda _: "1.9.9")
    draw([PAGE], tmp_path, cache)
    assert len(drawn) == len(PICTURES)


def test_a_page_without_charts_loads_no_renderer(tmp_path: Path, drawn: list[str]) -> None:
    assert draw([Page("a.md", "A", "text")], tmp_path, {}) == {}
    assert drawn == []
