"""The pages for readers: those of their audience alone, and what they name is there."""

import re
from os.path import normpath
from pathlib import Path
from typing import Final

import msgspec
import pytest

import quarterdeck.reports
from quarterdeck.model.finding import ROLES
from quarterdeck.model.page import HOW_MADE
from quarterdeck.reports.catalogue import catalogue
from quarterdeck.reports.guides import guides
from quarterdeck.reports.readers import READING, reader_pages
from quarterdeck.reports.settings_catalogue import keys
from tests.reports.samples import a_briefing

REPORTS: Final = Path(quarterdeck.reports.__file__).parent
SOURCES: Final = "\n".join(
    file.read_text(encoding="utf-8")
    for file in (*sorted(REPORTS.glob("*.py")), *sorted(REPORTS.glob("templates/*.md.j2")))
)
BRIEFING: Final = a_briefing()
PAGES: Final = {page.path: page for page in reader_pages(BRIEFING)}


def test_everybody_has_a_page_and_the_first_one_leads_to_it() -> None:
    first, *others = PAGES.values()
    assert first.path == READING
    assert [page.path for page in others] == [f"how/readers/{name}.md" for name in (*ROLES, "keeper")]
    assert re.findall(r"^- \[(.+)\]\((.+)\)$", first.body, re.MULTILINE) == [
        (page.title, page.path.removeprefix("how/")) for page in others
    ]
    assert {page.section for page in PAGES.values()} == {HOW_MADE}


def test_an_audience_reads_of_its_own_reports_alone() -> None:
    crew = [page.path for page in reader_pages(msgspec.structs.replace(BRIEFING, roles=("cmo",)))]
    assert crew == [READING, "how/readers/cmo.md", "how/readers/keeper.md"]


READERS: Final = [path for path in PAGES if path != READING]


@pytest.mark.parametrize("path", READERS)
def test_sections_that_are_named_are_those_of_the_reports(path: str) -> None:
    bold = re.findall(r"\*\*([^*]+)\*\*", PAGES[path].body)
    named = [one for one in bold if not one.endswith(".")]
    assert named
    assert [one for one in named if f'"{one}"' not in SOURCES] == []


@pytest.mark.parametrize("path", PAGES)
def test_links_lead_to_pages_that_every_audience_with_this_one_has(path: str) -> None:
    made = {page.path for page in (*PAGES.values(), *guides(), *catalogue())}
    always = {"index.md", "reports/board.md", "reports/sure/not-known.md", "reports/sure/contradictions.md"}
    own = {f"reports/{Path(path).stem}.md", "reports/cfo-plan.md" if path.endswith("cfo.md") else ""}
    for link in re.findall(r"\]\(([^)#]+)", PAGES[path].body):
        target = normpath(f"{Path(path).parent}/{link}")
        assert target in made | always | own, target


@pytest.mark.parametrize("path", PAGES)
def test_settings_that_are_named_are_there(path: str) -> None:
    tops = {key.path.partition(".")[0].removesuffix("[]") for key in keys()}
    assert set(re.findall(r"settings\.md#([a-z-]+)", PAGES[path].body)) <= tops
