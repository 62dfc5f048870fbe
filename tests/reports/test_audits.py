"""The audit on the CTO page and on the page behind it: counts, blocks, areas, what runs, and hostile names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import results
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.check import CheckResult
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CloudCost, IdleResource
from quarterdeck.model.cloud.domains import Certificate, RegisteredDomain
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.other import TaggedResource
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import Alarm, LogGroup
from quarterdeck.model.holdings import Asset
from quarterdeck.model.imported import ImportedFinding
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository, SignIn, Technology
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.web import DomainCheck, SiteCheck
from quarterdeck.reports import audits, ceo, cto
from quarterdeck.reports.audit_areas import AREAS, SECURITY, area_grids, area_table, checked, side_by_side
from quarterdeck.reports.audit_results import judged, severity_of, tally, things, worst_first
from quarterdeck.reports.audit_runs import read_of, runs_of
from quarterdeck.reports.audit_stacks import AUDIT_PATH, MOST_FAILED, MOST_STACKS, blocks, repeated, stacks_of
from quarterdeck.reports.audit_upkeep import ends, idle_of, paid, sites_of, standing
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, cell_of
from quarterdeck.reports.pages import business_pages, report_pages
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.words import value
from quarterdeck.rules.known import Known
from quarterdeck.rules.proof import finding_of, with_accepted
from quarterdeck.rules.run import findings
from tests.audits import REFUSED, a_snapshot, audited, seen
from tests.figures.builders import AS_OF, JADA, a_handoff, a_row, an_entity, days_before, usd
from tests.reports.samples import HOSTILE, Golden, a_briefing, anchors, lead

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.observed import Snapshot
    from quarterdeck.reports.components import Table as Shown


def briefed(
    *observed: Seen,
    snapshots: tuple[Snapshot, ...] = (a_snapshot(),),
    gaps: tuple[NotCollected, ...] = (),
    accepted: tuple[Accepted, ...] = (),
) -> Briefing:
    """Two businesses, what was seen of them, and what checks and rules make of it, as a build does it."""
    facts = audited(*observed, snapshots=snapshots)
    answers = results(facts)
    found = findings(Known(facts, results=answers), accepted=accepted)
    return msgspec.structs.replace(
        a_briefing(a_handoff(an_entity()), a_handoff(an_entity("qos"))),
        evidence=msgspec.structs.replace(facts.evidence, gaps=gaps),
        results=with_accepted(answers, found),
        findings=tuple(found),
    )


def report_of(briefing: Briefing) -> Report:
    return Report(
        Site(briefing), role_path("cto"), "CTO", "cto", briefing.entities, "All businesses", role="cto"
    )


def words(table: Shown | None) -> list[list[str]]:
    """What each cell says, its grey line in brackets."""
    assert table is not None
    return [[_said(cell_of(one)) for one in row.cells] for row in table.rows]


def _said(cell: Cell) -> str:
    return value(cell.value) + (f" ({cell.note})" if cell.note else "")


def an_answer(code: str, status: str = "fail", subject: str = "waivers", **fields: object) -> CheckResult:
    known = {"entity": JADA, "message": f"{subject} fails {code}."}
    return CheckResult(**{"code": code, "subject": subject, "status": status} | known | fields)  # type: ignore[arg-type]  # by name


OPEN = seen(
    Bucket,
    name="jada-waivers",
    public_grant="AllUsers READ",
    is_blocked=False,
    is_versioned=False,
    encryption=REFUSED,
)
ROOT = seen(CloudAccount, entity="", account="main", root_mfa=False, root_keys=0)
STACK = (("aws:cloudformation:stack-name", "jada-prod"),)
OLD_STACK = (("aws:cloudformation:stack-name", "jada-old"),)
BARE = (
    seen(Table, name="jada-bookings", has_recovery=False, is_protected=False, tags=STACK),
    seen(Table, name="jada-archive", has_recovery=True, is_protected=True, tags=OLD_STACK),
    seen(Table, entity="qos", name="qos-tickets", has_recovery=False, is_protected=False),
)
SITE = seen(
    SiteCheck,
    site="jada.example",
    price_shown=True,
    booking_link=None,
    analytics=None,
    viewport=True,
    page_bytes=812_400,
    tls_expires=days_before(-12),
)
PROWLER = seen(
    ImportedFinding,
    name="i-1",
    tool="prowler",
    check="ec2_open_port",
    severity=Severity.HIGH,
    message="Port 22 is open to the world.",
)
ESTATE = (OPEN, ROOT, *BARE, SITE, PROWLER)


# --- counting -------------------------------------------------------------------------------------------------


def test_evaluated_n_of_m_counts_what_looked_and_what_should_have() -> None:
    found = tally(
        [
            an_answer("AWS-DDB-01"),
            an_answer("AWS-DDB-02", beneath="AWS-DDB-01"),
            an_answer("AWS-DDB-03", "accepted"),
            an_answer("AWS-DDB-04", "pass"),
            an_answer("AWS-DDB-05", "unknown"),
            an_answer("AWS-DDB-06", "error"),
            an_answer("AWS-DDB-07", "n/a"),
        ]
    )
    assert (found.sentence, found.unread, found.accepted) == ("evaluated 4 of 6", 2, 1)
    assert found.failures == "1 medium"
    assert found.worst is not None
    assert found.worst.code == "AWS-DDB-01"


def test_nothing_asked_is_no_score() -> None:
    found = tally([an_answer("AWS-DDB-07", "n/a")])
    assert (found.evaluated, found.asked, found.failures, found.worst) == (0, 0, "none", None)
    assert not isinstance(found.score, int)


def test_failures_stand_worst_first_and_what_is_accepted_last() -> None:
    found = worst_first(
        [
            an_answer("AWS-DDB-03", severity=Severity.LOW),
            an_answer("AWS-DDB-04", "accepted", severity=Severity.CRITICAL),
            an_answer("AWS-DDB-02", severity=Severity.HIGH, beneath="AWS-DDB-01"),
            an_answer("AWS-DDB-01", severity=Severity.HIGH),
            an_answer("AWS-DDB-05", "pass"),
        ]
    )
    assert [one.code for one in found] == ["AWS-DDB-01", "AWS-DDB-03", "AWS-DDB-04"]


def test_a_failure_is_as_bad_as_the_finding_that_it_proves() -> None:
    briefing = briefed(*ESTATE)
    (finding, *_) = (one for one in briefing.findings if one.checks)
    milder = msgspec.structs.replace(finding, severity=Severity.INFO)
    changed = msgspec.structs.replace(briefing, findings=(milder,))
    told = {one.id: severity_of(one) for one in judged(changed)}
    assert Severity.INFO in {told[name] for name in finding.checks}
    assert len(told) == len(briefing.results)


def test_things_are_counted_once_however_many_checks_look_at_them() -> None:
    assert things([an_answer("AWS-DDB-01"), an_answer("AWS-DDB-02"), an_answer("AWS-S3-01")]) == 2


# --- areas ----------------------------------------------------------------------------------------------------


def test_eleven_areas_name_checks_that_exist_or_will() -> None:
    assert len(AREAS) == 11
    subjects = {code.rpartition("-")[0] for code in SECURITY}
    assert {one.subject for one in CHECKS.values() if one.code in SECURITY} <= subjects
    assert "AWS-IAM-01" in SECURITY
    assert "AWS-DDB-05" not in SECURITY


def test_an_area_says_how_many_looked_and_the_worst_that_is_open() -> None:
    answers = [
        an_answer("AWS-DDB-01", message="Table a is lost for good."),
        an_answer("AWS-DDB-04", "unknown"),
        an_answer("AWS-CT-01", "pass"),
    ]
    areas = checked(answers)
    told = {row[0].split(" (")[0]: row[1:] for row in words(area_table(areas))}
    assert areas.areas == 2
    assert told["Data"] == ["1 of 2", "Table a is lost for good. (Medium, one of 1 open)"]
    assert told["Watching"] == ["1 of 1", "none"]
    assert told["Supply"] == ["not looked at", "not known"]


def test_a_grid_tells_not_read_from_clear_and_from_nothing_there() -> None:
    answers = [
        an_answer("AWS-LAMBDA-06", "pass"),
        an_answer("AWS-DDB-01"),
        an_answer("AWS-CT-01", "unknown"),
        an_answer("AWS-IAM-01", "pass"),
        an_answer("AWS-IAM-02", "unknown"),
    ]
    (grid,) = area_grids(report_of(briefed()), ["jada", "qos"], answers)
    cells = {row.title: [one.word for one in row.cells] for group in grid.groups for row in group.rows}
    assert cells["Compute"] == ["clear", "nothing there"]
    assert cells["Data"][0] == "medium"
    assert cells["Watching"] == ["not read", "nothing there"]
    assert cells["Supply"] == ["nothing there", "nothing there"]
    assert cells["Identity"][0] == "in part"
    (unread,) = area_grids(report_of(briefed(snapshots=())), ["qos"], ())
    assert {row.cells[0].word for group in unread.groups for row in group.rows} == {"not read"}


def test_columns_are_shared_out_among_grids() -> None:
    assert [len(one) for one in side_by_side(range(5))] == [3, 2]
    assert [len(one) for one in side_by_side(range(8))] == [4, 4]
    assert [len(one) for one in side_by_side(range(9))] == [3, 3, 3]
    assert side_by_side(()) == []


# --- stacks ---------------------------------------------------------------------------------------------------


def test_a_business_of_several_stacks_has_a_block_for_each() -> None:
    report = report_of(briefed(*ESTATE))
    stacks = stacks_of(report, report.site.briefing.results)
    titles = [one.title(report) for one in stacks]
    assert {"Jada: jada-prod", "Jada: jada-old", "Jada", "Qos"} <= set(titles)
    assert "The account, and what is nobody\u2019s alone" in titles
    assert len({one.anchor for one in stacks}) == len(stacks)


def test_one_stack_is_the_business() -> None:
    report = report_of(briefed(BARE[0]))
    assert [one.title(report) for one in stacks_of(report, report.site.briefing.results)] == ["Jada"]


def test_what_another_failure_says_stands_beneath_it() -> None:
    report = report_of(briefed(seen(Table, name="jada-bookings", has_recovery=False, newest_copy=None)))
    (block,) = blocks(report, stacks_of(report, report.site.briefing.results))
    rows = words(block.failed)
    assert any("Also AWS-DDB-02" in row[0] and row[2].startswith("AWS-DDB-01") for row in rows)
    assert not any(row[2].startswith("AWS-DDB-02") for row in rows)


def test_what_could_not_be_read_names_call_and_permission() -> None:
    report = report_of(briefed(seen(Bucket, name="logs", is_versioned=REFUSED, is_blocked=REFUSED)))
    (block,) = blocks(report, stacks_of(report, report.site.briefing.results))
    assert block.failed is None or all("GetBucketAcl" not in row[0] for row in words(block.failed))
    row = next(row for row in words(block.reasons) if row[0].startswith("GetBucketAcl: AccessDenied"))
    assert row[1] == "s3:GetBucketAcl"
    assert block.unread > 0


def test_what_is_accepted_stays_in_the_list_and_says_until_when() -> None:
    until = date(2027, 3, 1)
    first = next(one for one in briefed(*BARE).findings if one.checks and one.entity == JADA)
    decided = Accepted(first.rule, first.entity, first.subject, until, "It is rebuilt in spring.", "ana")
    report = report_of(briefed(*BARE, accepted=(decided,)))
    found = blocks(report, stacks_of(report, report.site.briefing.results))
    told = [row for block in found if block.failed for row in words(block.failed)]
    assert any("accepted until 1\xa0Mar\xa02027" in row[1] for row in told)
    assert any("1 accepted" in block.sentence for block in found)


def test_what_other_tools_found_is_marked_and_never_counted() -> None:
    report = report_of(briefed(PROWLER))
    (stack,) = stacks_of(report, report.site.briefing.results)
    (block,) = blocks(report, (stack,))
    assert (stack.found.asked, block.elsewhere) == (0, 1)
    assert block.sentence == "None of our checks looked here."
    assert words(block.imported) == [
        ["Port 22 is open to the world. (i-1)", "High", "prowler (ec2_open_port)"]
    ]


def test_what_other_tools_found_stands_with_the_stack_of_the_thing() -> None:
    of_table = msgspec.structs.replace(PROWLER, name="jada-archive")
    of_server = msgspec.structs.replace(PROWLER, name="i-2")
    server = seen(TaggedResource, name="i-2", tags=STACK)
    report = report_of(briefed(*BARE, server, PROWLER, of_table, of_server))
    stacks = stacks_of(report, report.site.briefing.results)
    held = {one.title(report): [each.name for each in one.imported] for one in stacks if one.imported}
    assert held == {"Jada: jada-prod": ["i-2"], "Jada: jada-old": ["jada-archive"], "Jada": ["i-1"]}


def test_of_a_business_with_one_stack_it_stands_with_the_business() -> None:
    of_table = msgspec.structs.replace(PROWLER, name="jada-bookings")
    report = report_of(briefed(BARE[0], of_table))
    assert [(one.name, len(one.imported)) for one in stacks_of(report, report.site.briefing.results)] == [
        ("", 1)
    ]


def test_long_lists_end_and_say_so() -> None:
    report = report_of(briefed())
    many = [an_answer("AWS-DDB-01", subject=f"t{at}") for at in range(MOST_FAILED + 3)]
    (block,) = blocks(report, stacks_of(report, many))
    assert (len(words(block.failed)), block.hidden) == (MOST_FAILED, 3)
    wide = [an_answer("AWS-DDB-01", entity=f"b{at}") for at in range(MOST_STACKS + 2)]
    assert len(blocks(report, stacks_of(report, wide))) == MOST_STACKS


def test_the_same_failure_in_two_businesses_has_one_mend() -> None:
    report = report_of(briefed(*ESTATE))
    found = repeated(report, report.site.briefing.results)
    assert found is not None
    rows = {row[0].partition(" (")[2].partition(" ")[0]: row for row in words(found.table)}
    assert rows["AWS-DDB-01"][1] == "Jada and Qos (2\xa0places)"
    assert rows["AWS-DDB-01"][2].endswith(".")
    assert "AWS-IAM-01" not in rows
    assert repeated(report, ()) is None


# --- what runs ------------------------------------------------------------------------------------------------


RUNNING = (
    seen(Function, name="jada-booking", runtime="python3.13"),
    seen(Bucket, name="jada-site", is_website=True),
    seen(Bucket, name="jada-waivers", is_versioned=True),
    seen(Table, name="jada-bookings", has_recovery=REFUSED),
    seen(MailIdentity, region="us-west-2", name="jada.example"),
    seen(Technology, repo="jada-site", name="Stripe", area="payment"),
    seen(SignIn, repo="jada-booking", path="app.py"),
    seen(Repository, name="jada-site", has_ci=True, has_tests=REFUSED),
    seen(Alarm, entity="", name="errors", watches=("jada-booking",)),
    seen(Bucket, entity="", name="shared", cost_per_month=usd(3)),
    seen(Bucket, entity="", name="unpriced"),
)


def test_what_runs_by_business() -> None:
    report = report_of(briefed(*RUNNING))
    runs = runs_of(report, Tables(report))
    (grid,) = runs.grids
    (group,) = grid.groups
    assert grid.columns == ("Jada",)
    assert runs.unseen == ("Qos",)
    assert {row.title: (row.cells[0].word, row.cells[0].note) for row in group.rows} == {
        "Site": ("none", ""),
        "Hosting": ("1\xa0bucket", "jada-site"),
        "Compute": ("1\xa0function", "jada-booking"),
        "Data": ("1\xa0table, 1\xa0bucket", "jada-bookings, jada-waivers"),
        "Mail": ("1\xa0sender", "jada.example"),
        "Payments": ("yes", "Stripe"),
        "Sign-in": ("its own", "jada-booking"),
        "Repository": ("1\xa0repository", "jada-site"),
        "CI": ("1 of 1", "repositories"),
        "Tests": ("not known", ""),
        "Backups": ("1 of 2", "tables and buckets, 1 not known"),
        "Monitoring": ("1\xa0alarm", "errors"),
    }
    assert words(runs.nobodys) == [
        ["Buckets (shared, unpriced)", "2", "at least $3"],
        ["Alarm (errors)", "1", "not known"],
    ]
    assert runs.unread is None


def test_an_empty_cell_is_not_known_unless_the_list_was_read_to_its_end() -> None:
    part = msgspec.structs.replace(a_snapshot(), kinds=("bucket",))
    report = report_of(briefed(RUNNING[1], snapshots=(part,)))
    runs = runs_of(report, Tables(report))
    (group,) = runs.grids[0].groups
    told = {row.title: row.cells[0].word for row in group.rows}
    assert told["Compute"] == told["Repository"] == told["Mail"] == "not known"
    assert told["Hosting"] == "1\xa0bucket"
    assert runs.unread is not None


def test_the_age_of_evidence_and_what_could_not_be_read() -> None:
    kept = msgspec.structs.replace(a_snapshot("aws-dynamodb", days_before(9)), tried=AS_OF)
    gap = NotCollected("aws-s3", "arn:aws:s3:::logs", "ListBuckets: AccessDenied")
    read = read_of(report_of(briefed(snapshots=(a_snapshot(), kept), gaps=(gap,))))
    assert (read.newest, read.oldest, read.failed, read.unread) == (AS_OF, days_before(9), 1, 1)
    rows = {row[0].partition(" ")[0]: row[1:] for row in words(read.table)}
    assert "read nothing" in rows["aws-dynamodb"][0]
    assert rows["aws-s3"][1] == "1"
    assert words(read.gaps) == [["ListBuckets: AccessDenied (aws-s3)", "arn:aws:s3:::logs"]]


# --- keeping it alive -----------------------------------------------------------------------------------------


def test_what_can_be_brought_back_and_who_is_told() -> None:
    report = report_of(
        briefed(
            *BARE,
            seen(LogGroup, name="/aws/lambda/a", retention_days=None),
            seen(LogGroup, name="/aws/lambda/b", retention_days=REFUSED),
            seen(Alarm, entity="", name="errors", is_heard=True),
        )
    )
    assert words(standing(report, Tables(report))) == [
        ["Jada", "1 of 2 (1 without)", "none", "0 of 2 (1 without · 1 not known)", "none"],
        ["Qos", "0 of 1 (1 without)", "none", "none", "none"],
        ["Nobody\u2019s alone", "none", "none", "none", "1 of 1"],
    ]
    assert standing(report_of(briefed()), Tables(report)) is None


def test_what_ends_when_the_soonest_first() -> None:
    report = report_of(
        briefed(
            SITE,
            seen(RegisteredDomain, domain="jada.example", expires=days_before(-40), auto_renew=False),
            seen(DomainCheck, domain="jada.example", expires=days_before(-40)),
            seen(DomainCheck, entity="qos", domain="qos.example", expires=days_before(3)),
            seen(Certificate, name="old.example", expires=days_before(-1), in_use=False),
        )
    )
    table = ends(report, Tables(report))
    told = [(row[0], row[2].partition("(")[2]) for row in words(table)]
    assert told == [
        ("qos.example (domain · by its registry)", "ended 3\xa0days ago)"),
        ("jada.example (certificate · as the site shows it)", "in 12\xa0days)"),
        ("jada.example (domain · does not renew itself)", "in 40\xa0days)"),
    ]
    assert table is not None
    assert [cell_of(row.cells[2]).tone for row in table.rows] == ["bad", "bad", "warn"]


def a_line(name: str, amount: object, month: str = "2026-10", **fields: object) -> CloudCost:
    return seen(
        CloudCost, **{"entity": "", "month": month, "by": "service", "name": name, "amount": amount} | fields
    )


def test_the_bill_of_the_last_full_month_with_the_dearest_services() -> None:
    services = [a_line(f"S{at}", usd(at + 1)) for at in range(7)]
    bill = paid(report_of(briefed(*services, a_line("S3", usd(900), "2026-11"))))
    assert bill is not None
    assert (bill.month, value(bill.amount)) == ("October", "$28")
    assert words(bill.services) == [
        ["S6", "$7"],
        ["S5", "$6"],
        ["S4", "$5"],
        ["S3", "$4"],
        ["S2", "$3"],
        ["2\xa0other services", "$3"],
    ]
    assert paid(report_of(briefed())) is None


def test_a_bill_with_an_unknown_line_is_at_least() -> None:
    bill = paid(report_of(briefed(a_line("S3", usd(4), "2026-11"), a_line("EC2", REFUSED, "2026-11"))))
    assert bill is not None
    assert (bill.month, value(bill.amount)) == ("November so far", "at least $4")
    assert words(bill.services)[1] == ["EC2", "not known"]


def test_idle_things_claim_a_saving_only_with_a_line_of_the_bill() -> None:
    report = report_of(
        briefed(
            seen(IdleResource, name="vol-1", what="unattached disk", cost_per_month=usd(8)),
            seen(Function, name="old", invocations_30d=0),
            seen(Function, name="new", invocations_30d=3),
        )
    )
    idle = idle_of(report, Tables(report))
    assert idle is not None
    assert (idle.count, idle.unpriced, value(idle.saving)) == (2, 1, "at least $8")
    assert words(idle.table)[0] == ["vol-1 (is an unattached disk)", "Jada", "$8"]
    assert words(idle.table)[1][2] == "not known"
    assert idle_of(report_of(briefed()), Tables(report)) is None


def test_what_visitors_find_and_miss() -> None:
    report = report_of(briefed(SITE))
    sites = sites_of(report, Tables(report))
    assert sites is not None
    assert words(sites.table) == [
        [
            "jada.example (Jada)",
            "812 KB",
            "price and phone view",
            "booking or payment and analytics",
            "free dates, structured data, form and labels",
        ]
    ]
    assert sites.worst == "jada.example lacks most: booking or payment and analytics."
    assert sites_of(report_of(briefed()), Tables(report)) is None


# --- one business ---------------------------------------------------------------------------------------------


def the_page_of(briefing: Briefing, entity: str = JADA) -> str:
    """The page of one business, made as a build does it."""
    path = f"reports/entities/{entity}.md"
    return next(one.body for one in business_pages(Site(briefing)) if one.path == path)


def test_the_page_of_a_business_has_the_three_worst() -> None:
    body = the_page_of(answered(*ESTATE))
    (section,) = sections(body, "runs")
    assert "3\u00a0things, evaluated 5 of 6 checks. What fails: 1 critical, 1 high and 1 low." in section
    assert "Looked at: 1\u00a0bucket, 2\u00a0tables." in section
    assert section.count('role="rowheader"') == 3
    assert "cto-audit/#audit--jada" in section
    (other,) = sections(the_page_of(answered(*ESTATE), "qos"), "runs")
    assert "waivers" not in other


def test_the_page_of_a_business_that_no_audit_saw_is_as_it_was() -> None:
    assert "{#runs}" not in the_page_of(a_briefing(a_handoff(an_entity())))


def test_who_may_not_read_the_page_of_the_cto_gets_no_link_to_it() -> None:
    body = the_page_of(msgspec.structs.replace(answered(*ESTATE), roles=("cmo",)))
    assert "{#runs}" in body
    assert "cto-audit" not in body


def test_the_ceo_counts_what_runs() -> None:
    boat = a_row(Asset, JADA, asset="Jada", type="vessel")
    briefing = a_briefing(a_handoff(an_entity(), boat))
    body = ceo.page(Site(msgspec.structs.replace(briefing, results=ANSWERS))).body
    assert "In the cloud" in body
    assert "In the cloud" not in ceo.page(Site(briefing)).body


# --- pages ----------------------------------------------------------------------------------------------------


def sections(body: str, *names: str) -> Iterable[str]:
    """Some sections of a page."""
    for name in names:
        start = body.index(f"{{#{name}}}")
        end = body.find("\n## ", start)
        yield body[start:end]


SOURCE = Source("evidence/aws/s3.json", kind="evidence", what="ListBuckets", as_of=AS_OF)
ANSWERS = (
    an_answer("AWS-DDB-01", subject="jada-bookings", severity=Severity.HIGH, stack="jada-prod"),
    an_answer("AWS-DDB-02", subject="jada-bookings", severity=Severity.HIGH, beneath="AWS-DDB-01"),
    an_answer("AWS-DDB-01", "accepted", "qos-tickets", entity="qos", severity=Severity.MEDIUM),
    an_answer("AWS-DDB-03", subject="jada-archive", severity=Severity.LOW, stack="jada-old"),
    an_answer("AWS-DDB-03", subject="qos-tickets", entity="qos", severity=Severity.LOW),
    an_answer("AWS-DDB-04", "pass", "jada-bookings", stack="jada-prod"),
    an_answer("AWS-DDB-09", "n/a", "jada-bookings", stack="jada-prod"),
    an_answer("AWS-IAM-01", subject="main", entity="", severity=Severity.CRITICAL),
    an_answer("AWS-IAM-02", "unknown", "main", entity="", message="GetAccountSummary: AccessDenied"),
    an_answer("AWS-S3-03", severity=Severity.CRITICAL, source=SOURCE),
    an_answer("AWS-S3-05", "error", message="the check itself failed: ValueError"),
)
"""Answers that do not change when somebody writes another check."""


def answered(*observed: Seen, gaps: tuple[NotCollected, ...] = ()) -> Briefing:
    """The same businesses with just those answers, each failure a finding of its own."""
    found = tuple(finding_of(one) for one in ANSWERS if one.status == "fail" and not one.beneath)
    return msgspec.structs.replace(briefed(*observed, gaps=gaps), results=ANSWERS, findings=found)


def test_cto_page(snapshot: SnapshotAssertion) -> None:
    page = cto.page(Site(answered(*ESTATE, *RUNNING[:1], a_line("S3", usd(4)))))
    told = "\n".join(sections(page.body, "stacks", "security", "patterns", "resilience", "cost", "funnel"))
    assert told == snapshot(extension_class=Golden, name="cto")
    assert lead(page).startswith("2 things that the audits saw are critical. The worst: ")
    assert page.section == "CTO"


def test_audit_page(snapshot: SnapshotAssertion) -> None:
    gap = NotCollected("aws-s3", "arn:aws:s3:::logs", "ListBuckets: AccessDenied")
    page = audits.page(Site(answered(*ESTATE, gaps=(gap,))))
    assert page.body == snapshot(extension_class=Golden, name="audit")
    assert {"areas", "read", "audit--qos", "audit--shared", "audit--jada--jada-prod"} <= anchors(page)
    (download,) = (one for one in page.downloads if one.path.endswith("-answers.csv"))
    assert download.text.startswith("entity,stack,subject,check,answer")
    assert len(download.text.splitlines()) == 1 + len(
        [one for one in ANSWERS if one.status not in {"pass", "n/a"}]
    )


def test_without_evidence_there_is_no_page_of_the_audit() -> None:
    paths = [one.path for one in report_pages(a_briefing(a_handoff(an_entity())))]
    assert AUDIT_PATH not in paths
    assert "reports/cto.md" in paths
    assert AUDIT_PATH in [one.path for one in report_pages(briefed(*ESTATE))]


def test_nothing_found_says_what_was_looked_at() -> None:
    briefing = msgspec.structs.replace(
        briefed(), results=(an_answer("AWS-DDB-01", "pass"), an_answer("AWS-DDB-04", "unknown")), findings=()
    )
    assert lead(cto.page(Site(briefing))) == (
        "Nothing critical was seen: 1 of 2 checks have an answer, in 1 of 11 areas."
    )
    assert "check</summary>" not in audits.page(Site(briefing)).body
    assert "could not look</summary>" in audits.page(Site(briefing)).body


def test_an_audit_that_found_nothing_at_all() -> None:
    briefing = msgspec.structs.replace(briefed(), results=())
    assert lead(audits.page(Site(briefing))) == "No check had anything to look at."


@pytest.mark.parametrize("make", [cto.page, audits.page])
def test_hostile_names_stay_words(make: object) -> None:
    hostile = (
        seen(Bucket, name=HOSTILE, public_grant=HOSTILE, is_blocked=False, is_versioned=False),
        seen(Bucket, entity="", name=HOSTILE, is_versioned=False),
        seen(Table, name="t", has_recovery=False, tags=((STACK[0][0], HOSTILE),)),
        seen(Table, name="u", has_recovery=False, tags=STACK),
        seen(SiteCheck, site=HOSTILE, price_shown=False),
        seen(ImportedFinding, name=HOSTILE, tool="x", check=HOSTILE, severity=Severity.HIGH, message=HOSTILE),
        seen(RegisteredDomain, domain=HOSTILE, expires=AS_OF),
    )
    gaps = (NotCollected("aws-s3", HOSTILE, HOSTILE),)
    body = make(Site(briefed(*hostile, gaps=gaps))).body  # type: ignore[operator]  # either of two functions
    assert "<img" not in body
    assert "{{ config" not in body
    assert "&lt;img" in body
