"""The guides of Quarterdeck on the site of any portfolio, beside pages of its own."""

import re
from pathlib import Path
from typing import Final

import pytest

import quarterdeck
from quarterdeck.model.page import HOW_MADE, Download, Page
from quarterdeck.reports.guides import guide_files, guide_names, guides, guides_beside
from quarterdeck.reports.handwritten import lost_links, read_docs
from quarterdeck.shipped import shipped

OURS: Final = Page("guide/publishing.md", "How we publish", "# How we publish\n", HOW_MADE)


def test_every_guide_is_there_with_its_pictures_and_nothing_else() -> None:
    files = [*(page.path for page in guides()), *(one.path for page in guides() for one in page.downloads)]
    assert len(files) > 15
    assert set(files) == guide_names()
    assert len(files) == len(guide_files()), "no picture is brought by two pages"
    assert {page.section for page in guides()} == {HOW_MADE}


def test_a_guide_runs_no_macros_and_is_kept_from_nobody() -> None:
    heads = [page.body.partition("\n---\n")[0] for page in guides()]
    assert [head for head in heads if not re.fullmatch(r"---\norder: \d+", head)] == []


def test_without_pages_of_its_own_a_portfolio_has_all_as_they_are() -> None:
    assert guides_beside(()) == guides()


def test_a_page_of_the_portfolio_stands_in_place_of_a_guide_and_no_link_to_it_is_lost() -> None:
    beside = guides_beside((OURS,))
    assert [page.path for page in beside] == [page.path for page in guides() if page.path != OURS.path]
    assert any("](publishing.md#" in page.body for page in guides())
    assert not any("](publishing.md#" in page.body for page in beside)
    assert any("](publishing.md)" in page.body for page in beside)
    assert any("](how-to.md#" in page.body for page in beside), "other links keep their heading"


def test_pictures_of_its_own_stand_in_place_of_those_of_a_guide() -> None:
    ours = Page(
        "ours.md", "Ours", "# Ours\n", HOW_MADE, (Download("guide/way-of-the-data-dark.svg", "<svg/>"),)
    )
    beside = guides_beside((ours,))
    assert [one.path for page in beside for one in page.downloads] == ["guide/way-of-the-data-light.svg"]
    assert [page.body for page in beside] == [page.body for page in guides()]


def test_a_page_of_the_portfolio_may_lead_to_a_guide(tmp_path: Path) -> None:
    (tmp_path / "ours.md").write_text("# Ours\n\n[a](guide/how-to.md) [b](guide/gone.md)\n", encoding="utf-8")
    (problem,) = lost_links(read_docs(tmp_path), guide_names())
    assert "guide/gone.md" in str(problem)


def test_they_are_found_beside_the_package_and_once_installed_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "quarterdeck"
    (package / "docs").mkdir(parents=True)
    assert shipped("docs") == Path(quarterdeck.__file__).parents[2] / "docs"
    monkeypatch.setattr(quarterdeck, "__file__", str(package / "__init__.py"))
    assert shipped("docs") == package / "docs"
