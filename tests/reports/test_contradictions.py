"""Contradictions: two numbers side by side, for an ordinary, an empty and an awkward portfolio."""

import re

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.figures.contradictions import contradictions as contradictions_of
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.sales import Channel
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.web import DomainCheck
from quarterdeck.reports import contradictions
from quarterdeck.reports.skeleton import Site
from tests.figures.builders import AS_OF, a_booking, a_handoff, a_row, an_entity, day, usd
from tests.reports.portfolios import RTL, awkward, empty, ordinary
from tests.reports.samples import HOSTILE, LONG, Golden, a_briefing, a_site, anchors, lead

ANCHORS = {
    "top",
    "changed",
    "side-by-side",
    "written-and-seen",
    "which-counts",
    "findings",
    "not-known",
    "assumptions",
    "sources",
}


def told_twice(vessel: str = "JADA", channel: str = "own-site", title: str = "Boat") -> Handoff:
    """A boat with a policy of two days, and a channel that counts too little."""
    return a_handoff(
        an_entity("boat", name=title, owner="sam"),
        a_row(Asset, "boat", 20, asset=vessel, type="vessel", insured_until=day("2026-11-01")),
        a_row(
            Compliance,
            "boat",
            30,
            item=f"Policy of {vessel}",
            type="insurance",
            applies_to=vessel,
            expires=day("2027-03-01"),
        ),
        a_row(Channel, "boat", 40, channel=channel, revenue_ttm=usd(500), bookings_ttm=3),
        a_booking("b-0", "boat", channel=channel, service_date=day("2025-11-03")),
        a_booking("b-1", "boat", channel=channel, gross=usd("1440.50")),
    )


CASES = {
    "ordinary": (told_twice(), *ordinary()),
    "empty": empty(),
    "awkward": (told_twice(LONG, HOSTILE, RTL), *awkward()),
    "nothing": (),
}


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = contradictions.page(a_site(*CASES[case]))
    assert (page.path, page.section) == ("reports/sure/contradictions.md", "How sure")
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_section_is_there(case: str) -> None:
    assert anchors(contradictions.page(a_site(*CASES[case]))) >= ANCHORS


def test_both_sides_lead_to_their_own_source() -> None:
    body = contradictions.page(a_site(told_twice())).body
    row = body[body.index('id="c-boat-channel-own-site-revenue"') :]
    marks = re.findall(r'<a class="qd-fig" href="#s(\d+)">([^<]+)</a>', row[: row.index("</tr>")])
    assert [text for _, text in marks] == ["$2,160.50", "$500.00"]
    used, other = (re.search(rf'<li id="s{number}">(.*?)</li>', body, re.DOTALL) for number, _ in marks)
    assert used
    assert other
    assert "handoffs/boat.md:60" in used[1]
    assert "handoffs/boat.md:40" in other[1]
    assert "$1,660.50" in row


def seen_otherwise() -> Site:
    """A boat whose handoff says that DMARC is on, and what its registrar and name server say."""
    note = a_row(
        Asset, "boat", 20, asset="boat.example", type="domain", notes="DMARC is on; renews 2027-02-11"
    )
    place = Source("evidence/dns/dns.json", kind="evidence", what="DNS TXT", as_of=AS_OF)
    audited = (
        DomainCheck(entity="boat", source=place, domain="boat.example", dmarc=None),
        RegisteredDomain(
            entity="boat",
            source=Source("evidence/aws/main/domains.json", kind="evidence", what="ListDomains", as_of=AS_OF),
            domain="boat.example",
            expires=day("2027-01-10"),
        ),
    )
    facts = Facts([a_handoff(an_entity("boat", name="Boat"), note)], AS_OF, evidence=Evidence(audited))
    briefing = a_briefing(*facts.handoffs)
    return Site(msgspec.structs.replace(briefing, contradictions=contradictions_of(facts, (), (), "USD")))


def test_what_was_seen_stands_beside_what_is_written(snapshot: SnapshotAssertion) -> None:
    body = contradictions.page(seen_otherwise()).body
    table = body[body.index("## Written and seen") : body.index("## Which side counts")]
    assert table == snapshot(extension_class=Golden)
    assert "ListDomains, aws/main, 23\u00a0Nov\u00a02026" in table
    assert "boat.md:20" in table
    assert "“DMARC is on”" in table
    assert "no DMARC record" in table


def test_money_comes_first_and_nothing_is_averaged() -> None:
    page = contradictions.page(a_site(told_twice()))
    keys = re.findall(r'id="c-boat-([a-z0-9-]+)"', page.body)
    assert keys == ["channel-own-site-revenue", "asset-jada-insured", "channel-own-site-bookings"]
    assert lead(page).startswith("3 facts are told in two ways, in 1 business.")
    assert "120 days" in page.body.replace("\u00a0", " ")
    assert "1,330" not in page.body


def test_a_row_that_stands_twice_is_among_the_findings() -> None:
    jada = ordinary()[0]
    problem = Problem(
        path="data/jada/bookings.csv",
        line=3,
        column=0,
        code="conflict",
        what="b-1 has gross $720 in the handoff and $700 here; the CSV is used",
        mend="Correct one of the two.",
        severity=Severity.MEDIUM,
        rule="R-DAT-03",
        entity="jada",
        table="bookings",
    )
    page = contradictions.page(a_site(msgspec.structs.replace(jada, problems=(problem,))))
    assert "but 1 row stands twice" in lead(page)
    assert "data/jada/bookings.csv" in page.body
