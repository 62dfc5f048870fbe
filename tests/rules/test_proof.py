"""One thing is told once: by the rule that finds it, with the checks that prove it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.checks.registry import CHECKS, how_to_mend
from quarterdeck.checks.run import results
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import Address
from quarterdeck.model.cloud.distributions import Behavior, Distribution, Origin
from quarterdeck.model.cloud.domains import Zone
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import LogGroup, Trail
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Access
from quarterdeck.model.observed import NOT_READ
from quarterdeck.model.sales import FunnelStep, Offer
from quarterdeck.model.web import PageText, SiteCheck, SitePage
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import RULES
from quarterdeck.rules.run import findings
from tests.audits import audited, proven, seen
from tests.figures.builders import AS_OF, a_handoff, a_row, a_task, an_entity, days_before, usd

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.handoff import Task

SITE = "jada.example"
PAGE = seen(SitePage, site=SITE, path="/", purposes=("home",), says=PageText())
SELLS = a_row(Offer, offer="Sail", price=usd(720))
STEPS = tuple(a_row(FunnelStep, step=name, state="missing") for name in ("price", "availability", "checkout"))
ALONE = seen(CloudAccount, account="main", admins=("ana",), admin_roles=(), people=("ana",))
OPEN = Reach("public")
LOGS = seen(Bucket, name="logs", reads=OPEN, lists=OPEN, is_website=False)

GUESTS = Origin(
    id="o", host="guests.s3.us-west-2.amazonaws.com", kind="bucket", name="guests", access="control"
)
UNSIGNED = Behavior(origin="o", protocol="https-only", is_signed=False, signs_in=False)


def _site(**fields: object) -> SiteCheck:
    return seen(SiteCheck, **({"site": SITE, "answers": True, "https": True} | fields))


BROKEN = _site(booking_link="/book", booking_fault="it answers 404")
ENDING = _site(tls_fault=None, tls_expires=days_before(-5), min_tls="TLSv1.1")

# rule, case, what was seen, rows of the handoff, what the one finding is about, and the checks that prove it
ONCE: list[tuple[str, str, tuple[Seen, ...], tuple[Row, ...], str, set[str]]] = [
    ("R-QDN-01", "no way to pay", (_site(), PAGE), (SELLS, *STEPS), "checkout", {"WEB-25"}),
    ("R-QDN-01", "seen alone", (_site(), PAGE), (SELLS,), "checkout", {"WEB-25"}),
    ("R-QDN-01", "and a broken link", (BROKEN, PAGE), (SELLS, *STEPS), "checkout", {"WEB-26"}),
    ("R-QDN-02", "no price", (_site(), PAGE), (SELLS, *STEPS), "price", {"WEB-23"}),
    ("R-QDN-03", "no free days", (_site(), PAGE), (SELLS, *STEPS), "availability", {"WEB-27"}),
    ("R-CTO-13", "a certificate that ends", (ENDING,), (), SITE, {"WEB-03"}),
    (
        "R-CEO-10",
        "one holder, written and seen",
        (ALONE,),
        (a_row(Access, thing="cloud", of="main account", holders=("Ana",)),),
        "cloud/main account",
        {"AWS-IAM-12"},
    ),
    (
        "R-CEO-10",
        "one holder, of the only one",
        (ALONE,),
        (a_row(Access, thing="cloud", holders=("Ana",)),),
        "cloud",
        {"AWS-IAM-12"},
    ),
    ("R-CEO-10", "one holder, seen", (ALONE,), (), "main", {"AWS-IAM-12"}),
    (
        "R-CTO-07",
        "an open bucket of a trail",
        (LOGS, seen(Trail, name="every-call", bucket="logs")),
        (),
        "logs",
        {"AWS-S3-03", "AWS-CT-05"},
    ),
    (
        "R-CTO-07",
        "an open bucket behind a distribution",
        (
            seen(Bucket, name="guests", reads=OPEN, lists=OPEN, is_website=False),
            seen(Distribution, name="E1", is_on=True, places=(GUESTS,), behaviors=(UNSIGNED,)),
        ),
        (),
        "guests",
        {"AWS-S3-03", "AWS-CF-08"},
    ),
]


@pytest.mark.parametrize(
    ("rule", "case", "observed", "rows", "about", "checks"), ONCE, ids=[f"{one[0]} {one[1]}" for one in ONCE]
)
def test_one_thing_is_one_finding_of_a_rule(
    rule: str, case: str, observed: tuple[Seen, ...], rows: tuple[Row, ...], about: str, checks: set[str]
) -> None:
    facts = audited(*observed, rows=rows)
    (one,) = proven(rule, facts)
    assert one.subject == about, case
    assert checks <= {name.partition("/")[0] for name in one.checks}


def test_a_certificate_that_ends_is_told_by_no_other_rule() -> None:
    facts = audited(ENDING)
    told = [
        one.rule for one in findings(Known(facts, results=results(facts))) if "certificate" in one.message
    ]
    assert told == ["R-CTO-13"]


@pytest.mark.parametrize(
    ("case", "fields", "rule", "words"),
    [
        ("old alone", {"tls_expires": days_before(-90), "tls_fault": None}, "R-CTO-25", "accepts TLSv1.1"),
        (
            "wrong name",
            {"tls_expires": days_before(-90), "tls_fault": "wrong name"},
            "R-CTO-25",
            "wrong name",
        ),
        (
            "wrong, ends",
            {"tls_expires": days_before(-5), "tls_fault": "wrong name"},
            "R-CTO-25",
            "wrong name",
        ),
        (
            "ended",
            {"tls_expires": days_before(1), "tls_fault": "it has ended"},
            "R-CTO-13",
            "ended yesterday",
        ),
    ],
)
def test_the_rule_that_tells_a_fault_of_encryption(
    case: str, fields: dict[str, object], rule: str, words: str
) -> None:
    (one,) = [
        one
        for one in proven(rule, audited(_site(min_tls="TLSv1.1", **fields)))
        if one.checks == (f"WEB-03/jada/{SITE}",)
    ]
    assert words in one.message, case


def test_what_a_check_shows_alone_is_mended_as_the_check_says() -> None:
    facts = audited(_site(open_files=("/.env",)))
    (one,) = proven("R-CTO-01", facts)
    assert one.action == how_to_mend(CHECKS["WEB-12"])
    assert one.affects == RULES["R-CTO-01"].affects


@pytest.mark.parametrize(
    ("files", "rule", "severity"),
    [
        (("/app.js.map",), "WEB-12", "low"),
        (("/app.js.map", "/.env"), "R-CTO-01", "critical"),
        (("/dump.sql",), "R-CTO-01", "critical"),
    ],
)
def test_a_source_map_alone_proves_no_secret(files: tuple[str, ...], rule: str, severity: str) -> None:
    facts = audited(_site(open_files=files))
    told = [
        (one.rule, one.severity.value)
        for one in findings(Known(facts, results=results(facts)))
        if f"WEB-12/jada/{SITE}" in one.checks
    ]
    assert told == [(rule, severity)]


def test_what_its_rule_finds_too_is_mended_as_the_rule_says() -> None:
    facts = audited(_site(), PAGE, rows=(SELLS, *STEPS))
    (one,) = proven("R-QDN-02", facts)
    assert (one.action, one.checks) == (RULES["R-QDN-02"].action, (f"WEB-23/jada/{SITE}",))


def test_every_failure_proves_one_finding_and_no_other() -> None:
    sites = (BROKEN, _site(site="b.example", tls_fault="wrong name", open_files=("/.env",)))
    everything = audited(*sites, PAGE, LOGS, ALONE, ENDING, rows=(SELLS, *STEPS))
    told = results(everything)
    failed = sorted(one.id for one in told if one.status == "fail" and not one.beneath)
    proofs = [name for one in findings(Known(everything, results=told)) for name in one.checks]
    assert len(failed) > len(sites)
    assert sorted(proofs) == failed


def _zones(*amounts: str | int | None, **fields: object) -> list[Zone]:
    costs = (NOT_READ if one is None else usd(one) for one in amounts)
    return [
        seen(Zone, name=f"z{at}", records=0, cost_per_month=cost, **fields) for at, cost in enumerate(costs)
    ]


def _told_of(
    *observed: Seen, accepted: tuple[Accepted, ...] = (), tasks: tuple[Task, ...] = ()
) -> list[tuple[str, str, str]]:
    """Business, subject and money of the findings about what is idle."""
    handoffs = [a_handoff(an_entity(), tasks=tasks), a_handoff(an_entity("qos"))]
    facts = Facts(handoffs, AS_OF, evidence=audited(*observed).evidence)
    every = findings(Known(facts, results=results(facts)), accepted=accepted)
    return sorted(
        (one.entity, one.subject, str(one.at_stake and one.at_stake.amount))
        for one in every
        if one.rule == "R-CTO-18"
    )


def test_what_costs_little_is_told_together() -> None:
    assert _told_of(*_zones(None, "0.10", "0.99")) == [("jada", "zone without records", "1.59")]
    assert _told_of(*_zones("0.50")) == [("jada", "z0", "0.50")], "one alone stands by itself"
    assert _told_of(*_zones("0.50", 1)) == [("jada", "z0", "0.50"), ("jada", "z1", "1")], (
        "a dollar is not little"
    )
    both = _told_of(*_zones("0.50", "0.50"), *_zones("0.40", "0.40", entity="qos"))
    assert both == [("jada", "zone without records", "1.00"), ("qos", "zone without records", "0.80")]


def test_what_has_no_known_cost_is_told_alone() -> None:
    far = [seen(LogGroup, name=f"/aws/lambda/{one}", size_gb=Decimal(1), region="eu-west-1") for one in "ab"]
    near = [seen(LogGroup, name=f"/aws/lambda/{one}", size_gb=Decimal(9), region="us-east-1") for one in "cd"]
    assert _told_of(*far, *near) == [
        ("jada", "/aws/lambda/a", "None"),
        ("jada", "/aws/lambda/b", "None"),
        ("jada", "log of nothing", "0.54"),
    ]


def test_what_is_told_together_names_each_and_is_proven_by_all() -> None:
    facts = audited(*_zones(*["0.50"] * 5))
    (one,) = proven("R-CTO-18", facts)
    assert one.message == (
        "5 zones that hold no records, or that the world does not ask, $2.50 a month together: z0, z1, z2 and 2 more."
    )
    assert one.checks == tuple(f"COST-20/jada/z{at}" for at in range(5))
    assert one.effort_hours == Decimal("1.25")
    assert one.action == how_to_mend(CHECKS["COST-20"])


def test_what_is_accepted_or_has_a_task_is_not_told_with_others() -> None:
    lived_with = Accepted("R-CTO-18", "jada", "z1", days_before(-90), "kept for the name", "ana")
    apart = [("jada", "z1", "0.50"), ("jada", "zone without records", "1.00")]
    assert _told_of(*_zones(*["0.50"] * 3), accepted=(lived_with,)) == apart
    task = a_task(fixes=("R-CTO-18/jada/z1",))
    assert _told_of(*_zones(*["0.50"] * 3), tasks=(task,)) == apart


def test_a_finding_has_the_largest_money_of_what_proves_it() -> None:
    table = seen(
        Table, name="t", requests_30d=0, created=days_before(40), cost_per_month=usd(7), region="us-east-1"
    )
    (one,) = proven("R-CTO-18", audited(table))
    assert (one.at_stake, one.checks) == (usd(7), ("COST-15/jada/t",)), "what the bill says counts for more"
    address = seen(Address, name="192.0.2.1", attached_to=None, region="us-east-1")
    (one,) = proven("R-CTO-18", audited(address))
    assert one.at_stake == usd("3.65")
    assert [source.path for source in one.evidence] == ["evidence/address.json", "reference.yml"]


def test_every_rule_that_a_failure_names_is_one_that_its_check_feeds() -> None:
    everything = audited(*(one for row in ONCE for one in row[2]), rows=(SELLS, *STEPS))
    named = {(one.code, one.rule) for one in results(everything) if one.rule}
    assert named == {("WEB-03", "R-CTO-13")}
    assert all(rule in CHECKS[code].feeds for code, rule in named)
