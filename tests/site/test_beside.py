"""What stands beside the pages: the Markdown of each, a list of them, and the data, all of one audience."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.page import Page
from quarterdeck.publish.kinds import REVALIDATED, cache, content_type
from quarterdeck.reports.pages import report_pages
from quarterdeck.reports.render import quoted
from quarterdeck.site.beside import beside, told, twin_path, twins
from tests.reports.portfolios import ordinary
from tests.reports.samples import a_briefing
from tests.sites import write


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    return a_briefing(*ordinary())


def a_page(path: str, title: str, description: str = "", section: str = "") -> Page:
    about = f"description: {quoted(description)}\n" if description else ""
    return Page(path, title, f"---\ntitle: {quoted(title)}\n{about}---\n\n# {title}\n", section)


def files(folder: Path, briefing: Briefing, *pages: Page) -> dict[str, bytes]:
    for page in pages:
        text = f"<article><h1>{page.title}</h1><p>First words.</p></article>"
        write(folder, twin_path(page.path).replace(".md", ".html"), text)
    return dict(beside(folder, pages, briefing, twins(pages, briefing)))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("index.md", "index.md"),
        ("reports/cfo.md", "reports/cfo/index.md"),
        ("guide/index.md", "guide/index.md"),
        ("guide/README.md", "guide/index.md"),
    ],
)
def test_a_twin_stands_beside_its_page(path: str, place: str) -> None:
    assert twin_path(path) == place


def test_the_list_has_a_line_for_each_page_under_its_tab(tmp_path: Path, briefing: Briefing) -> None:
    pages = (
        a_page("index.md", "Home", "Where <b>things</b> stand."),
        a_page("guide/a.md", "[How](x)", section="Guides"),
    )
    listed = files(tmp_path, briefing, *pages)["llms.txt"].decode()
    assert listed.startswith(f"# {briefing.name}\n\n")
    assert "## Reports\n\n- [Home](index.md): Where \\<b\\>things\\</b\\> stand.\n" in listed
    assert listed.endswith("## Guides\n\n- [\\[How\\](x)](guide/a/index.md): First words.\n")


def test_a_sample_says_so_everywhere(tmp_path: Path, briefing: Briefing) -> None:
    for is_sample in (True, False):
        made = files(
            tmp_path, msgspec.structs.replace(briefing, is_sample=is_sample), a_page("index.md", "Home")
        )
        assert (b"SAMPLE" in made["llms.txt"]) == (b"SAMPLE" in made["index.md"]) == is_sample


def test_the_data_has_what_pages_print_and_no_more(briefing: Briefing) -> None:
    data: dict[str, Any] = json.loads(told(briefing))
    assert data["schema"] == 1
    assert len(data["figures"]) == len(briefing.figures)
    assert [one["rule"] for one in data["findings"]] == [one.rule for one in briefing.findings]
    assert not {"evidence", "rows", "results", "prose", "files", "history", "accepted"} & set(data)
    assert not any({"inputs", "lines"} & set(one) for one in data["figures"])
    assert told(briefing) == told(msgspec.structs.replace(briefing))


def test_nothing_but_pages_and_two_files(tmp_path: Path, briefing: Briefing) -> None:
    pages = (a_page("index.md", "Home"), a_page("reports/cfo.md", "CFO"))
    made = files(tmp_path, briefing, *pages)
    assert list(made) == ["index.md", "reports/cfo/index.md", "llms.txt", "briefing.json"]
    assert len(report_pages(briefing)) > len(pages), "it lists the pages that it is given"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("reports/cfo/index.md", "text/markdown; charset=utf-8"),
        ("llms.txt", "text/plain; charset=utf-8"),
        ("briefing.json", "application/json"),
        ("reports/cfo-cash.csv", "text/csv; charset=utf-8"),
        ("reports/cfo.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_browsers_are_told_what_it_is_and_ask_again_each_time(path: str, kind: str) -> None:
    assert content_type(path) == kind
    assert cache(path) == REVALIDATED
