"""Not known: what stands on the page for an ordinary, an empty and an awkward portfolio."""

import re

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.model.books import Kpi
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.values import UNKNOWN
from quarterdeck.reports import not_known
from quarterdeck.reports.skeleton import Site
from tests.figures.builders import NOT_TRACKED, a_handoff, a_row, an_entity, an_offer
from tests.reports.portfolios import awkward, empty, ordinary
from tests.reports.samples import Golden, a_briefing, a_site, anchors, lead

ANCHORS = {"top", "changed", "not-known", "unread", "wrong", "answered", "assumptions", "sources"}
CASES = {"ordinary": ordinary(), "empty": empty(), "awkward": awkward(), "nothing": ()}


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = not_known.page(a_site(*CASES[case]))
    assert (page.path, page.title, page.section) == ("reports/sure/not-known.md", "Not known", "How sure")
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_section_is_there(case: str) -> None:
    assert anchors(not_known.page(a_site(*CASES[case]))) >= ANCHORS


def test_every_gap_stands_once_and_the_most_useful_first() -> None:
    briefing = a_briefing(*ordinary())
    page = not_known.page(Site(briefing))
    unlocks = [gap.unlocks for gap in briefing.gaps]
    assert unlocks == sorted(unlocks, reverse=True)
    marks = re.findall(r'<tr role="row" id="(g-[a-z0-9-]+)"', page.body)
    assert len(marks) == len(set(marks)) == len(briefing.gaps)
    (download,) = (one for one in page.downloads if one.path == "reports/sure/not-known-gaps.csv")
    assert len(download.text.splitlines()) == len(briefing.gaps) + 1


def owners(*, owner: object = "sam", roles: bool = True) -> str:
    """The body of the page of one business whose offer has no price."""
    boat = a_handoff(an_entity(owner=owner), an_offer(price=UNKNOWN))
    briefing = msgspec.structs.replace(a_briefing(boat), role_owners={"cfo": "pat"} if roles else {})
    return not_known.page(Site(briefing)).body


def test_a_gap_is_its_business_owner_s_else_its_role_s_else_nobody_s() -> None:
    assert ">Sam</span>" in owners()
    assert ">Pat</span>" in owners(owner=UNKNOWN)
    assert ">nobody named</span>" in owners(owner=UNKNOWN, roles=False)


def test_a_handoff_without_any_date_says_so() -> None:
    page = not_known.page(a_site(a_handoff(an_entity(updated=UNKNOWN), an_offer(price=UNKNOWN))))
    assert "age not known" in page.body
    assert "or before" not in page.body


def test_answers_stand_apart_with_their_place() -> None:
    rows = (
        a_row(Kpi, line=70, kpi="cac", period=UNKNOWN, value=NOT_TRACKED),
        an_offer(variable_cost=NOT_TRACKED),
    )
    body = not_known.page(a_site(a_handoff(an_entity(), *rows))).body
    answered = body[body.index("{#answered}") : body.index("{#assumptions}")]
    assert "Variable cost in Offers" in answered
    assert "handoffs/jada.md:50" in answered


def test_what_an_audit_could_not_read_is_no_finding() -> None:
    gap = NotCollected("aws-s3", "arn:aws:s3:::<logs>", "GetBucketAcl: AccessDenied", "jada")
    briefing = msgspec.structs.replace(a_briefing(*ordinary()), evidence=Evidence(gaps=(gap,)))
    body = not_known.page(Site(briefing)).body
    unread = body[body.index("{#unread}") : body.index("{#wrong}")]
    assert "arn:aws:s3:::&lt;logs&gt;" in unread
    assert "GetBucketAcl: AccessDenied" in unread


def test_what_only_repeats_a_gap_is_not_told_twice() -> None:
    briefing = a_briefing(*ordinary())
    keys = {(gap.entity, gap.key) for gap in briefing.gaps}
    repeated = [one for one in briefing.findings if (one.entity, one.subject) in keys]
    body = not_known.page(Site(briefing)).body
    wrong = body[body.index("{#wrong}") : body.index("{#answered}")]
    assert repeated
    assert not [one.message for one in repeated if one.rule == "R-DAT-01" and one.message in wrong]


def test_the_lead_of_nothing_says_where_a_business_goes() -> None:
    assert lead(not_known.page(a_site())).startswith("No business is written down yet")
