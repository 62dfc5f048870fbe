"""Home: what stands on it for an ordinary, an empty and an awkward portfolio."""

import re

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.model.errors import Problem
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.severity import Severity
from quarterdeck.reports import home
from quarterdeck.reports.skeleton import Site
from tests.reports.portfolios import awkward, empty, ordinary
from tests.reports.samples import Golden, a_briefing, a_site, anchors, lead

ANCHORS = {"top", "do-first", "changed", "businesses", "reports", "not-known", "version", "sources"}
CASES = {"ordinary": ordinary(), "empty": empty(), "awkward": awkward(), "nothing": ()}


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = home.page(a_site(*CASES[case]))
    assert page.path == "index.md"
    assert page.title == "Home"
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_section_is_there(case: str) -> None:
    assert anchors(home.page(a_site(*CASES[case]))) >= ANCHORS


def test_the_lead_counts_what_is_critical_first() -> None:
    assert lead(home.page(a_site(*ordinary()))).startswith("4 findings are critical, in 1 of 4 businesses.")


def test_an_empty_portfolio_says_so_and_names_five_fields() -> None:
    page = home.page(a_site(*empty()))
    assert lead(page).startswith("Nothing is known yet of this business. 5 fields tell most:")
    assert page.body.count('class="qd-gap"') >= 5
    assert "qd-kpis" not in page.body


def test_a_portfolio_without_any_file_says_where_one_goes() -> None:
    page = home.page(a_site())
    assert "No business is written down yet" in lead(page)


def test_businesses_come_by_sales_with_their_parts_and_ancillary_ones_last() -> None:
    body = home.page(a_site(*ordinary())).body
    rows = re.findall(r'rowheader"[^>]*><span class="qd-main"><a [^>]*>([^<]+)</a>', body)
    assert rows == ["Jada", "Crew tool", "Hauler", "51st St"]
    assert body.index(">51st St<") < body.index("qd-total")


def refused(*handoffs: Handoff) -> Site:
    problem = Problem(
        path="handoffs/bad<b>.md",
        line=7,
        column=0,
        code="conflict",
        what="git left conflict marks {{ here }}",
        mend="Choose one of the two sides.",
        severity=Severity.HIGH,
        refused=True,
    )
    return Site(msgspec.structs.replace(a_briefing(*handoffs), problems=(problem,)))


def test_refused_files_stand_in_a_frame_above_everything() -> None:
    body = home.page(refused(*ordinary())).body
    frame = body[body.index("qd-refused") : body.index("qd-kpis")]
    assert "handoffs/bad&lt;b&gt;.md:7" in frame
    assert "Choose one of the two sides." in frame
    assert "&#123;&#123; here" in frame


def test_no_frame_without_refused_files() -> None:
    assert "qd-refused" not in home.page(a_site(*ordinary())).body


@pytest.mark.parametrize("is_dirty", [True, False])
def test_the_version_says_whether_files_differ_from_the_commit(*, is_dirty: bool) -> None:
    briefing = msgspec.structs.replace(
        a_briefing(*ordinary()), commit="0123456789abcdef" * 2, is_dirty=is_dirty
    )
    body = home.page(Site(briefing)).body
    assert "https://github.com/example/portfolio/commit/0123456789abcdef0123456789abcdef" in body
    assert ("Files differ from that commit" in body) == is_dirty


def test_only_the_audience_s_reports_are_listed() -> None:
    briefing = msgspec.structs.replace(a_briefing(*ordinary()), roles=("cmo",))
    body = home.page(Site(briefing)).body
    listed = body[body.index("qd-readings") : body.index("{#not-known}")]
    assert "reports/cmo/" in listed
    assert "reports/ceo/" not in body
    assert "reports/audits/house/" in listed


def test_samples_stay_out_of_the_count_beside_a_real_business() -> None:
    jada, *rest = ordinary()
    sample = msgspec.structs.replace(jada, entity=msgspec.structs.replace(jada.entity, sample=True))
    text = lead(home.page(a_site(sample, *rest)))
    assert "0 of" not in text
    assert text.startswith("No ")
