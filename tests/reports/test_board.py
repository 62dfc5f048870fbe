"""The board pack: first screens of every report of an audience, with sources numbered through."""

import re
from decimal import Decimal

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.model.finding import ROLE_TITLES, ROLES, Role
from quarterdeck.model.page import Page
from quarterdeck.reports import board
from quarterdeck.reports.pages import report_pages, role_pages
from quarterdeck.reports.skeleton import Site
from tests.figures.builders import a_handoff, a_task
from tests.reports.portfolios import awkward, empty, ordinary
from tests.reports.samples import Golden, a_briefing, a_site, anchors

CASES = {"ordinary": ordinary(), "empty": empty(), "awkward": awkward(), "nothing": ()}


def board_of(site: Site) -> Page:
    pages = [page for role in site.briefing.roles for page in role_pages(site, role)]
    return board.page(site, pages)


def _entries(body: str) -> dict[str, str]:
    return dict(re.findall(r'^<li id="s(\d+)">(<b>.*?</b>)', body, re.MULTILINE))


def _cited(text: str, body: str) -> list[tuple[str, str]]:
    """Words that carry a mark, each with what its source is called."""
    entries = _entries(body)
    return [(words, entries[number]) for number, words in re.findall(r'href="#s(\d+)">(.*?)</a>', text)]


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = board_of(a_site(*CASES[case]))
    assert page.path == "reports/board.md"
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_source_that_is_named_is_listed_and_no_other(case: str) -> None:
    body = board_of(a_site(*CASES[case])).body
    named = list(dict.fromkeys(re.findall(r'href="#s(\d+)"', body)))
    assert named == [str(number) for number in range(1, len(named) + 1)]
    assert list(_entries(body)) == named
    assert body.count('<ol class="qd-sources">') <= 1


@pytest.mark.parametrize("role", ROLES)
def test_a_number_leads_to_the_source_that_it_had_in_its_report(role: Role) -> None:
    site = a_site(*ordinary())
    own, pack = next(iter(role_pages(site, role))).body, board_of(site).body
    screen = own[own.index('<p class="qd-lead">') : own.index("\n## ")]
    copied = pack[pack.index(f"{{#{role}}}") :]
    expected = _cited(screen[screen.index("</p>") :] if role == "ceo" else screen, own)
    assert expected or role == "cto"  # which prints no figure of this portfolio there
    assert _cited(copied[: copied.index("\n## ")], pack) == expected


def test_no_anchor_stands_twice_and_links_go_to_the_report_they_meant() -> None:
    page = board_of(a_site(*ordinary()))
    given = re.findall(r' id="([^"]+)"', page.body)
    assert len(given) == len(set(given))
    assert {"ceo", "cto", "cfo", "cmo", "accounting", "findings", "agenda", "assumptions"} <= anchors(page)
    inside = set(re.findall(r'href="#([^"]+)"', page.body))
    assert inside <= anchors(page) | set(given)
    assert 'href="../ceo/#' in page.body


def test_the_lead_of_the_first_report_stands_on_the_cover_once() -> None:
    site = a_site(*ordinary())
    ceo = next(iter(role_pages(site, "ceo")))
    words = re.search(r'<p class="qd-lead">(.*?)</p>', ceo.body, re.DOTALL)
    assert words
    start = re.sub(r"<[^>]+>", "", words[1])[:30]
    body = re.sub(r"<[^>]+>", "", board_of(site).body)
    assert body.count(start) == 1
    assert body.index(start) < body.index("{#ceo}")


def test_an_audience_reads_its_own_reports_alone() -> None:
    site = Site(msgspec.structs.replace(a_briefing(*ordinary()), roles=("cfo", "accounting")))
    body = board_of(site).body
    assert [title for title in ROLE_TITLES.values() if f"\n## {title} " in body] == ["CFO", "Accounting"]
    assert "../ceo/" not in body


def test_lists_are_cut_to_ten_and_say_how_many_more() -> None:
    tasks = [
        a_task(f"JADA-{number}", text=f"Do thing {number}", owner="pat", effort_hours=Decimal("0.25"))
        for number in range(14)
    ]
    body = board_of(a_site(a_handoff(tasks=tasks))).body
    section = body[body.index("{#agenda}") : body.index("{#assumptions}")]
    assert section.count('<span class="qd-no">') == board.MOST
    assert "more actions stand in the reports" in section


def test_commit_and_day_stand_on_the_cover() -> None:
    briefing = msgspec.structs.replace(a_briefing(*ordinary()), commit="0123456789" * 4)
    body = board_of(Site(briefing)).body
    assert "commit <code>0123456</code>" in body
    assert "as of <time" in body[: body.index("{#ceo}")]


def test_it_is_a_page_of_the_site() -> None:
    briefing = a_briefing(*ordinary())
    assert [page.title for page in report_pages(briefing) if page.path == board.PATH] == ["Board pack"]
