"""The CMO page: ordinary, of nothing known, and with names that want to break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.checks.run import results
from quarterdeck.figures.collect import all_figures
from quarterdeck.model.assumed import Ramp
from quarterdeck.model.check import CheckResult
from quarterdeck.model.declared import Declared
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet, MailAccount, MailIdentity, MailReputation
from quarterdeck.model.sales import Campaign
from quarterdeck.model.web import DomainCheck
from quarterdeck.reports import cmo, cmo_channels, cmo_mail, cmo_mail_service, cmo_senders, cmo_visibility
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell
from quarterdeck.reports.skeleton import Report, Site
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.audits import seen
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, an_unknown_entity
from tests.reports.samples import Golden, a_site, anchors, lead
from tests.reports.trading import awkward, boat, concerts, trading

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.handoff import Handoff

SECTIONS = {
    "in-short",
    "visibility",
    "sequence",
    "channel-economics",
    "email",
    "deliverability",
    "pipeline",
    "plan-30-60-90",
    "days-30",
    "days-60",
    "days-90",
    "reviews",
    "findings",
    "not-known",
    "assumptions",
    "sources",
}


def a_report(*handoffs: Handoff) -> Report:
    site = a_site(*handoffs)
    return Report(site, "reports/cmo.md", "CMO", "cmo", site.briefing.entities, "All businesses", role="cmo")


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    page = cmo.page(a_site(*trading()))
    assert anchors(page) >= SECTIONS
    assert lead(page) == (
        "The cheapest next customer is on Google profile: Jada keeps $450 of a $720 sunset sail there, "
        "against $270 on Viator. Nobody can book there yet."
    )
    assert page.body == snapshot(extension_class=Golden)


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = cmo.page(a_site(a_handoff(an_unknown_entity())))
    assert anchors(page) >= SECTIONS
    assert "no channel, offer or list is written down yet. Start with" in lead(page)
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    page = cmo.page(a_site(*awkward()))
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


def test_matrix_says_what_suits_and_what_nobody_wrote() -> None:
    report = a_report(boat())
    (grid,) = cmo_visibility.visibility(report, Tables(report)).grids
    rows = {row.title: row.cells[0] for group in grid.groups for row in group.rows}
    assert [group.title for group in grid.groups] == [
        "Own",
        "Search, maps and directories",
        "Marketplaces",
        "Social",
        "Partners",
    ]
    assert rows["Booking page"].word == "active"  # bookable, with a review in the last 90 days
    assert (rows["Boatsetter"].word, rows["Boatsetter"].step, rows["Boatsetter"].note) == (
        "planned",
        0,
        "4\u00a0months old",
    )
    assert rows["GetYourGuide"].is_unknown
    assert "Thumbtack" not in rows


def test_what_is_ready_comes_before_what_lacks_something() -> None:
    report = a_report(boat())
    following = cmo_channels.sequence(report, Tables(report))
    assert following.table is not None
    titles = [row.cells[0].value for row in following.table.rows if isinstance(row.cells[0], Cell)]
    assert titles == ["1. Google profile", "2. Boatsetter"]
    assert following.ready == 1


@pytest.mark.parametrize(
    ("case", "count", "days"),
    [
        ("the worked example", 3400, (200, 300, 450, 675, 1012, 763)),
        ("fewer than a first day", 150, (150,)),
        ("nobody", 0, ()),
        ("at most 1,500 a day", 6000, (200, 300, 450, 675, 1012, 1500, 1500, 363)),
    ],
)
def test_ramp(case: str, count: int, days: tuple[int, ...]) -> None:
    assert cmo_mail.ramp(count, Ramp()) == days, case


def test_the_claim_is_tested_and_not_believed() -> None:
    body = cmo.page(a_site(concerts())).body
    section = body[body.index("{#email}") : body.index("{#deliverability}")]
    assert "So ticket sales from the list do not support it." in section
    assert "It would take 4 to 20 bookings of the private concert at $2,500." in section


def test_a_mail_without_our_address_blocks_sending() -> None:
    report = a_report(concerts())
    found = cmo_mail.deliverability(report, Tables(report), ())
    assert "postal address in the mail, QueenofSanDiego" in found.blocked


def _seen(*records: Seen) -> Site:
    """The site of a business with a list and a planned mailing, of which an audit saw something."""
    handoff = a_handoff(
        an_entity(list_size=3400, list_suppressed=0, list_source="site", list_updated=AS_OF),
        a_row(Campaign, id="c-1", status="planned"),
    )
    facts = Facts([handoff], AS_OF, evidence=Evidence(records))
    figures = all_figures(facts, currency="USD")
    site = a_site(handoff)
    briefing = msgspec.structs.replace(
        site.briefing,
        evidence=facts.evidence,
        findings=findings(Known(facts, figures, results=results(facts))),
    )
    return Site(briefing)


ACCOUNT = seen(MailAccount, region="us-west-2", sandbox=True)


def test_deliverability_says_what_audits_found() -> None:
    body = cmo.page(_seen(ACCOUNT, seen(DomainCheck, domain="jada.example", spf=True, dmarc=None))).body
    assert "The mail account in us-west-2 is still for trials: no customer can be mailed." in body
    assert "Jada plans campaigns, and jada.example lacks DMARC." in body
    assert "0 of 1 domains" in body


UNREAD = "dedicated addresses not known; contact lists not known; delivery adviser not known"


def test_what_the_mail_service_says_of_itself() -> None:
    account = seen(
        MailAccount,
        region="us-west-2",
        suppressed=(("BOUNCE", 1200), ("COMPLAINT", 3)),
        suppressed_months=(
            ("2026-09", "BOUNCE", 1198),
            ("2026-10", "BOUNCE", 2),
            ("2026-10", "COMPLAINT", 3),
        ),
        dedicated_ips=1,
        contact_lists=0,
        has_advisor=True,
    )
    senders = [
        seen(MailIdentity, region="us-west-2", name=name) for name in ("jada.example", "a@jada.example")
    ]
    spare = seen(ConfigurationSet, region="us-west-2", name="spare")
    elsewhere = seen(MailAccount, region="eu-west-1")
    report = a_report(boat())
    briefing = msgspec.structs.replace(
        report.site.briefing, evidence=Evidence((account, *senders, spare, elsewhere))
    )
    seen_by = msgspec.structs.replace(report, site=Site(briefing))
    table = cmo_mail_service.mail_service(seen_by, Tables(seen_by))
    assert table is not None
    assert [[_words(cell) for cell in row.cells] for row in table.rows] == [
        ["eu-west-1", ("0", ""), ("not known", ""), (UNREAD, "")],
        [
            "us-west-2",
            ("2", "1\u00a0single address"),
            ("1,200 bounced, 3 complained", "5 in 2026-10"),
            ("1\u00a0dedicated address; delivery adviser; no sender names spare", ""),
        ],
    ]
    assert cmo_mail_service.mail_service(report, Tables(report)) is None


def _words(cell: object) -> object:
    return (cell.value, cell.note) if isinstance(cell, Cell) else cell


def test_deliverability_says_nothing_wrong_only_where_an_audit_looked() -> None:
    sound = seen(
        MailIdentity, region="us-west-2", name="jada.example", spf=True, dkim=True, dmarc_policy="none"
    )
    ready = seen(MailAccount, region="us-west-2", sandbox=False, quota_24h=50_000)
    assert cmo.page(a_site(a_handoff())).body.count("the mail service is not read") == 5
    body = cmo.page(_seen(sound, ready, seen(MailReputation, region="us-west-2", status="HEALTHY"))).body
    assert body.count("nothing wrong was seen") == 5
    assert "1 of 1 domains" in body
    assert "not read" not in body


def test_a_check_that_could_not_look_is_not_nothing_wrong() -> None:
    site = _seen(seen(MailAccount, region="us-west-2", sandbox=False, quota_24h=50_000))
    refused = CheckResult("SES-01", "", "us-west-2", "unknown", "GetAccount: AccessDenied")
    briefing = msgspec.structs.replace(site.briefing, results=(refused,))
    body = cmo.page(Site(briefing)).body
    assert "not known in full" in body
    assert "1\u00a0check could not look" in body


def test_each_sending_domain_with_its_proofs() -> None:
    heard = CheckResult("SES-15", "jada", "jada.example", "pass")
    unheard = CheckResult("SES-15", "jada", "a@qos.example", "fail")
    site = _seen(
        seen(
            MailIdentity,
            region="us-west-2",
            name="jada.example",
            dkim=True,
            streams=("marketing",),
            mail_from="back.jada.example",
        ),
        seen(MailIdentity, region="us-west-2", name="a@qos.example", dkim=False, dmarc_policy="none"),
        seen(DomainCheck, domain="jada.example", spf=True, dmarc="reject"),
        seen(DomainCheck, domain="silent.example", spf=False, dmarc=None),
        seen(DomainCheck, domain="open.example", spf=True, spf_all="pass", dkim=True, dmarc="none"),
        seen(DomainCheck, domain="twice.example", spf=True, spf_records=2, dmarc="reject"),
        seen(DomainCheck, domain="back.jada.example", spf=True, spf_records=1, dmarc="none"),
    )
    report = _report_of(Site(msgspec.structs.replace(site.briefing, results=(heard, unheard))))
    found = cmo_senders.senders_of(report)
    assert found is not None
    (group,) = found.grid.groups
    assert [(row.title, *(one.word for one in row.cells)) for row in group.rows] == [
        ("jada.example", "yes", "yes", "reject", "heard", "marketing"),
        ("qos.example", "not known", "missing", "none", "unheard", "not said"),
        ("back.jada.example", "yes", "n/a", "none", "n/a", "gets returns"),
        ("open.example", "of no use", "yes", "none", "n/a", "sends nothing here"),
        ("silent.example", "missing", "n/a", "missing", "n/a", "sends nothing here"),
        ("twice.example", "of no use", "n/a", "reject", "n/a", "sends nothing here"),
    ]
    assert cmo_senders.senders_of(a_report(boat())) is None
    assert 'aria-label="Proofs of each sending domain"' in cmo.page(site).body


def test_what_mail_is_for_may_be_said_in_the_settings() -> None:
    site = _seen(
        seen(MailIdentity, region="us-west-2", name="jada.example"),
        seen(MailIdentity, region="us-west-2", name="reports@qos.example", streams=("marketing",)),
    )
    declared = Declared(streams={"jada.example": "operational", "qos.example": "operational"})
    evidence = msgspec.structs.replace(site.briefing.evidence, declared=declared)
    found = cmo_senders.senders_of(
        _report_of(Site(msgspec.structs.replace(site.briefing, evidence=evidence)))
    )
    assert found is not None
    assert [row.cells[-1].word for row in found.grid.groups[0].rows] == [
        "operational",
        "marketing and operational",
    ]


def test_very_many_domains_are_counted() -> None:
    many = [seen(DomainCheck, domain=f"d{at}.example", spf=True) for at in range(25)]
    found = cmo_senders.senders_of(_report_of(_seen(*many)))
    assert found is not None
    assert (len(found.grid.groups[0].rows), found.rest) == (20, 5)


def _report_of(site: Site) -> Report:
    return Report(site, "reports/cmo.md", "CMO", "cmo", site.briefing.entities, "All businesses")
