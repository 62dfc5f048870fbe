"""What handoffs claim of things that audits see: agreeing, contradicting, and never from what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.claims import CLAIMS, disputed
from quarterdeck.figures.claims.said import Statement, reading, statements, words
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.books import Cost
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import AccountWatch, UptimeCheck
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Finding
from quarterdeck.model.handoff import Bullet, Prose
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.mail_account import MailAccount, MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository, Technology
from quarterdeck.model.sales import Channel, FunnelStep
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.web import DomainCheck, SiteCheck
from quarterdeck.reports.words import value
from tests.audits import REFUSED, a_snapshot, seen
from tests.figures.builders import AS_OF, JADA, a_handoff, a_kpi, a_row, a_source, a_task, an_entity, day, usd

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.contradiction import Contradiction
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.handoff import Task

ON_SITE = Source("handoffs/jada.md", 279, what="Tech")
SITE = "jada.example"


def claiming(
    *said: Row | str | Task | Bullet, audited: tuple[Seen, ...] = (), is_listed: bool = True, **fields: object
) -> Facts:
    """The facts of one business that says these sentences, rows and done tasks, and of what was seen."""
    rows = [one for one in said if isinstance(one, msgspec.Struct) and hasattr(one, "estimates")]
    tasks = [one for one in said if hasattr(one, "fixes")]
    prose = tuple(
        Prose(entity=JADA, section="tech", heading="Tech", html="", text=one, source=ON_SITE)
        for one in said
        if isinstance(one, str)
    )
    bullets = tuple(one for one in said if isinstance(one, Bullet))
    handoff = a_handoff(an_entity(**fields), *rows, tasks=tasks)  # type: ignore[arg-type]  # sorted by what they have
    handoff = msgspec.structs.replace(handoff, prose=prose, bullets=bullets)
    snapshots = (a_snapshot(),) if is_listed else ()
    return Facts([handoff], AS_OF, evidence=Evidence(audited, snapshots=snapshots))


def told(facts: Facts, *found: Finding) -> list[Contradiction]:
    return list(disputed(scope_of(facts, facts.entities[0], "USD"), found))


def in_words(facts: Facts) -> list[tuple[str, str, str]]:
    """Key, what was seen, and what is written."""
    return [(one.key, plainly(value(one.used)), plainly(value(one.other))) for one in told(facts)]


def plainly(text: str) -> str:
    return text.replace("\u00a0", " ")


def a_paper(item: str, status: str, applies_to: str = "") -> Compliance:
    known = a_row(Compliance, item=item, status=status)
    return msgspec.structs.replace(known, applies_to=applies_to) if applies_to else known


def a_site(**fields: object) -> SiteCheck:
    return seen(SiteCheck, site=SITE, **fields)


def a_domain(**fields: object) -> DomainCheck:
    return seen(DomainCheck, domain=SITE, **fields)


def a_sender(**fields: object) -> MailIdentity:
    return seen(MailIdentity, region="us-west-2", name=SITE, **fields)


def a_repo(**fields: object) -> Repository:
    return seen(Repository, name="jada-site", **fields)


def a_step(step: str, state: str) -> FunnelStep:
    return a_row(FunnelStep, step=step, state=state, checked_on=AS_OF)


BOOKABLE = a_row(Channel, channel="own-site", kind="direct", state="bookable", url=SITE)


# --- that something is on: agree, contradict, unknown -------------------------------------------------------------

SWITCHES: list[tuple[str, Row | str | Task, Seen, Seen, Seen, str, str]] = [
    # what is said, what agrees, what contradicts, what is not known, the key, what is shown of what was seen
    (
        "dmarc",
        "DMARC is on.",
        a_domain(dmarc="none"),
        a_domain(dmarc=None),
        a_domain(dmarc=REFUSED),
        "dmarc:jada-example",
        "no DMARC record",
    ),
    (
        "dmarc by a sender",
        "DMARC is on.",
        a_sender(dmarc_policy="reject"),
        a_sender(dmarc_policy=None),
        a_sender(dmarc_policy=REFUSED),
        "dmarc:jada-example",
        "no DMARC record",
    ),
    (
        "no dmarc",
        "There is no DMARC yet again.",
        a_domain(dmarc=None),
        a_domain(dmarc="reject"),
        a_domain(),
        "",
        "",
    ),
    (
        "dmarc off",
        "DMARC is off for jada.example.",
        a_domain(dmarc=None),
        a_domain(dmarc="reject"),
        a_domain(),
        "dmarc:jada-example",
        "policy reject",
    ),
    (
        "dkim",
        "DKIM is published.",
        a_domain(dkim=True),
        a_domain(dkim=False),
        a_domain(),
        "dkim:jada-example",
        "no key in DNS",
    ),
    (
        "dkim by a task",
        a_task(text="Publish DKIM for jada.example", state="done"),
        a_sender(dkim=True),
        a_sender(dkim=False),
        a_sender(dkim=REFUSED),
        "dkim:jada-example",
        "mail is not signed",
    ),
    (
        "spf",
        a_paper("SPF record", "ok", SITE),
        a_domain(spf=True),
        a_domain(spf=False),
        a_domain(spf=REFUSED),
        "spf:jada-example",
        "no SPF record",
    ),
    (
        "mail verified",
        "The mail domain is verified.",
        a_sender(is_verified=True),
        a_sender(is_verified=False, status="TEMPORARY_FAILURE"),
        a_sender(is_verified=REFUSED),
        "mail-verified:jada-example",
        "not verified (temporary failure)",
    ),
    (
        "mail not verified",
        "The sender jada.example is not verified.",
        a_sender(is_verified=False),
        a_sender(is_verified=True),
        a_sender(),
        "mail-verified:jada-example",
        "verified",
    ),
    (
        "sandbox",
        "The SES sandbox is removed.",
        seen(MailAccount, region="us-west-2", sandbox=False),
        seen(MailAccount, entity="", region="us-west-2", sandbox=True),
        seen(MailAccount, region="us-west-2", sandbox=REFUSED),
        "mail-sandbox:us-west-2",
        "still in the sandbox",
    ),
    (
        "production access",
        "Production access is granted.",
        seen(MailAccount, region="us-west-2", sandbox=False),
        seen(MailAccount, region="us-west-2", sandbox=True),
        seen(MailAccount, region="us-west-2"),
        "mail-production:us-west-2",
        "still in the sandbox",
    ),
    (
        "site live",
        "The site is live.",
        a_site(answers=True),
        a_site(answers=False, silence="the name leads nowhere"),
        a_site(answers=REFUSED),
        "site:jada-example",
        "does not answer: the name leads nowhere",
    ),
    (
        "site asset",
        a_row(Asset, asset="Booking site", type="site", condition="works"),
        a_site(answers=True),
        a_site(answers=False),
        a_site(),
        "site:jada-example",
        "does not answer",
    ),
    (
        "landing",
        a_step("landing", "works"),
        a_site(answers=True),
        a_site(answers=False),
        a_site(),
        "site:jada-example",
        "does not answer",
    ),
    (
        "site down",
        "The site is down.",
        a_site(answers=False),
        a_site(answers=True),
        a_site(),
        "site:jada-example",
        "answers",
    ),
    (
        "checkout",
        a_step("checkout", "works"),
        a_site(booking_link="/book"),
        a_site(booking_link=None),
        a_site(),
        "booking:jada-example",
        "no way to book found",
    ),
    (
        "booking link broken",
        a_step("payment", "works"),
        a_site(booking_link="/book", booking_fault=None),
        a_site(booking_link="/book", booking_fault="answers 404"),
        a_site(booking_link=REFUSED),
        "booking:jada-example",
        "the booking link answers 404",
    ),
    (
        "checkout missing",
        a_step("checkout", "missing"),
        a_site(booking_link=None),
        a_site(booking_link="/book"),
        a_site(),
        "booking:jada-example",
        "a way to book",
    ),
    (
        "own site bookable",
        BOOKABLE,
        a_site(booking_link="/book"),
        a_site(booking_link=None),
        a_site(),
        "booking:jada-example",
        "no way to book found",
    ),
    (
        "checkout without code",
        "Checkout is live.",
        seen(Technology, repo="jada-site", name="Stripe", area="payment"),
        seen(Technology, repo="jada-site", name="React", area="interface"),
        seen(Repository, name="jada-site"),
        "booking",
        "no payment code in any repository",
    ),
    (
        "price",
        a_step("price", "works"),
        a_site(price_shown=True),
        a_site(price_shown=False),
        a_site(),
        "price-shown:jada-example",
        "no price shown",
    ),
    (
        "availability",
        a_step("availability", "works"),
        a_site(availability_shown=True),
        a_site(availability_shown=False),
        a_site(availability_shown=REFUSED),
        "availability-shown:jada-example",
        "no free date shown",
    ),
    (
        "ssl",
        "SSL is ok.",
        a_site(https=True, tls_fault=None),
        a_site(https=True, tls_fault="its term is over"),
        a_site(https=True),
        "certificate:jada-example",
        "browsers refuse it: its term is over",
    ),
    (
        "https",
        "HTTPS works everywhere.",
        a_site(https=True, tls_fault=None),
        a_site(https=False, https_fault="plain requests are answered", tls_fault=None),
        a_site(https=REFUSED),
        "certificate:jada-example",
        "plain requests are answered",
    ),
    (
        "analytics",
        "Analytics are installed.",
        a_site(analytics="Plausible"),
        a_site(analytics=None),
        a_site(),
        "analytics:jada-example",
        "nothing counts visits",
    ),
    (
        "uptime",
        "Uptime check is on.",
        seen(UptimeCheck, name="home", is_on=True),
        seen(UptimeCheck, name="home", is_on=False),
        seen(UptimeCheck, name="home", is_on=REFUSED),
        "uptime",
        "switched off",
    ),
    (
        "backups",
        "Daily backups are on.",
        seen(Table, name="jada-bookings", has_recovery=True),
        seen(Table, name="jada-bookings", has_recovery=False, newest_copy=None),
        seen(Table, name="jada-bookings", has_recovery=REFUSED, newest_copy=None),
        "backups:jada-bookings",
        "no recovery and no fresh copy",
    ),
    (
        "an old copy",
        "Backups run nightly.",
        seen(Table, name="t", has_recovery=False, newest_copy=day("2026-11-20")),
        seen(Table, name="t", has_recovery=False, newest_copy=day("2026-03-01")),
        seen(Table, name="t", has_recovery=False),
        "backups:t",
        "no recovery and no fresh copy",
    ),
    (
        "backups of files",
        "Backups are on.",
        seen(Bucket, name="b", is_versioned=True),
        seen(Bucket, name="b", is_versioned=False),
        seen(Bucket, name="b", is_versioned=REFUSED),
        "backups:b",
        "keeps no old versions",
    ),
    (
        "recovery",
        a_task(text="Turn on point-in-time recovery", state="done"),
        seen(Table, name="t", has_recovery=True),
        seen(Table, name="t", has_recovery=False),
        seen(Table, name="t", has_recovery=REFUSED),
        "recovery:t",
        "no point-in-time recovery",
    ),
    (
        "versioning",
        "Versioning is on.",
        seen(Bucket, name="b", is_versioned=True),
        seen(Bucket, name="b", is_versioned=False),
        seen(Bucket, name="b"),
        "versioning:b",
        "keeps no old versions",
    ),
    (
        "private",
        "All buckets are private.",
        seen(Bucket, name="b", public_grant=None),
        seen(Bucket, name="b", public_grant="list and read"),
        seen(Bucket, name="b", public_grant=REFUSED),
        "private:b",
        "strangers may list and read",
    ),
    (
        "auto-renew",
        a_row(Asset, asset=SITE, type="domain", notes="auto-renew on"),
        seen(RegisteredDomain, domain=SITE, auto_renew=True),
        seen(RegisteredDomain, domain=SITE, auto_renew=False),
        seen(RegisteredDomain, domain=SITE, auto_renew=REFUSED),
        "auto-renew:jada-example",
        "does not renew itself",
    ),
    (
        "lock",
        "The domain is locked.",
        seen(RegisteredDomain, domain=SITE, locked=True),
        seen(RegisteredDomain, domain=SITE, locked=False),
        seen(RegisteredDomain, domain=SITE),
        "domain-lock:jada-example",
        "may be moved away",
    ),
    (
        "root",
        "Root MFA is on.",
        seen(CloudAccount, entity="", account="main", root_mfa=True),
        seen(CloudAccount, entity="", account="main", root_mfa=False),
        seen(CloudAccount, entity="", account="main"),
        "root-mfa:main",
        "root has no second factor",
    ),
    (
        "budget",
        "The budget alarm is set.",
        seen(AccountWatch, account="main", has_budget_alarm=True),
        seen(AccountWatch, account="main", has_budget_alarm=False),
        seen(AccountWatch, account="main", has_budget_alarm=REFUSED),
        "budget:main",
        "no budget tells anybody",
    ),
    (
        "trail",
        "CloudTrail is enabled.",
        seen(AccountWatch, account="main", has_trail=True),
        seen(AccountWatch, account="main", has_trail=False),
        seen(AccountWatch, account="main"),
        "trail:main",
        "no trail runs",
    ),
    (
        "tests",
        "All tests are green.",
        a_repo(has_tests=True, tests_pass=True),
        a_repo(has_tests=False),
        a_repo(has_tests=True),
        "tests:jada-site",
        "no tests",
    ),
    (
        "tests that fail",
        "Tests pass.",
        a_repo(has_tests=True, tests_pass=True),
        a_repo(has_tests=True, tests_pass=False),
        a_repo(tests_pass=REFUSED),
        "tests:jada-site",
        "tests fail",
    ),
    (
        "ci",
        "CI is on.",
        a_repo(has_ci=True),
        a_repo(has_ci=False),
        a_repo(has_ci=REFUSED),
        "ci:jada-site",
        "no CI",
    ),
    (
        "branch",
        "The main branch is protected.",
        a_repo(is_protected=True),
        a_repo(is_protected=False),
        a_repo(),
        "protected:jada-site",
        "anybody can rewrite it",
    ),
    (
        "pinned",
        "Dependencies are pinned.",
        a_repo(dependencies_pinned=True),
        a_repo(dependencies_pinned=False),
        a_repo(),
        "pinned:jada-site",
        "not pinned",
    ),
    (
        "readme",
        "The README is complete.",
        a_repo(readme=True),
        a_repo(readme=False),
        a_repo(),
        "readme:jada-site",
        "no README",
    ),
    (
        "licence",
        "The code licence is set.",
        a_repo(license="MIT"),
        a_repo(license=None),
        a_repo(license=REFUSED),
        "licence:jada-site",
        "no licence",
    ),
    (
        "development",
        "Development is active.",
        a_repo(last_commit=day("2026-11-01")),
        a_repo(last_commit=day("2025-03-01")),
        a_repo(),
        "development:jada-site",
        "last commit 1 Mar 2025",
    ),
]


@pytest.mark.parametrize(
    ("said", "agrees", "contradicts", "unknown", "key", "shown"),
    [row[1:] for row in SWITCHES if row[5]],
    ids=[row[0] for row in SWITCHES if row[5]],
)
def test_what_is_said_to_be_on(
    said: Row | str | Task, agrees: Seen, contradicts: Seen, unknown: Seen, key: str, shown: str
) -> None:
    assert told(claiming(said, audited=(agrees,), is_listed=not isinstance(agrees, SiteCheck))) == []
    ((found, used, other),) = in_words(claiming(said, audited=(contradicts,)))
    assert (found, used) == (key, shown)
    assert other.startswith("“")
    assert told(claiming(said, audited=(unknown,), is_listed=False)) == []
    assert told(claiming(said, is_listed=False)) == []


# --- sentences ----------------------------------------------------------------------------------------------------

DMARC = words("dmarc")
DKIM = words("dkim")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("DMARC is on", True),
        ("DMARC: ok", True),
        ("Our DMARC record was published on 2026-10-01", True),
        ("DMARC is turned on for jada.example", True),
        ("DKIM and DMARC are on", True),
        ("Backups are off, DMARC is on", True),
        ("DMARC isn\u2019t on", False),
        ("There is no DMARC record", False),
        ("DMARC is missing", False),
        ("We have never had DMARC", None),
        ("DMARC should be on by Friday", None),
        ("DMARC is half on", None),
        ("Ask lee whether DMARC is on", None),
        ("DMARC is on or off", None),
        ("DMARC is not off", None),
        ("DMARC", None),
        ("The mail goes out", None),
    ],
)  # fmt: skip
def test_a_sentence_is_understood_word_for_word_or_not_at_all(sentence: str, expected: bool | None) -> None:  # noqa: FBT001 - a row
    (said,) = statements(claiming(sentence), JADA)
    found = reading(said, DMARC, others=(DKIM,))
    assert (found.is_on if found else None) is expected


@given(st.text(max_size=60))
def test_a_word_that_is_not_understood_makes_a_sentence_say_nothing(text: str) -> None:
    said = Statement("dmarc xyzzy " + text.casefold().replace("dmarc", ""), ON_SITE)
    assert reading(said, DMARC) is None


def test_a_gap_counts_and_a_question_does_not() -> None:
    off = a_domain(dmarc="reject")
    gap = Bullet(JADA, "gaps", "No DMARC", "", a_source(line=80))
    question = Bullet(JADA, "questions", "No DMARC", "", a_source(line=81))
    assert [one.other.sources for one in told(claiming(gap, audited=(off,)))] == [(gap.source,)]
    assert told(claiming(question, audited=(off,))) == []
    assert told(claiming("DMARC is off?", audited=(off,))) == []


def test_who_names_one_domain_means_that_one_alone() -> None:
    other = seen(DomainCheck, domain="boat.example", dmarc=None)
    audited = (a_domain(dmarc="reject"), other)
    assert told(claiming("DMARC is on for jada.example.", audited=audited)) == []
    assert [one.key for one in told(claiming("DMARC is on for boat.example.", audited=audited))] == [
        "dmarc:boat-example"
    ]
    assert [one.key for one in told(claiming("DMARC is on.", audited=audited))] == ["dmarc:boat-example"]
    assert told(claiming("DMARC is off.", audited=audited)) == [], "one of them is on, and one is not"


def test_several_things_are_listed_in_one_contradiction() -> None:
    tables = tuple(seen(Table, name=name, has_recovery=False) for name in ("a", "b", "c", "d"))
    (one,) = told(claiming("Point-in-time recovery is on.", audited=tables))
    assert (one.key, value(one.used)) == ("recovery", "no point-in-time recovery: a, b, c and 1 more")
    assert len(one.used.sources) == 1, "one file, one place"


def test_a_spare_region_in_the_sandbox_contradicts_nothing() -> None:
    regions = (
        seen(MailAccount, entity="", region="us-west-2", sandbox=False),
        seen(MailAccount, entity="", region="us-east-1", sandbox=True),
    )
    assert told(claiming("The sandbox is removed.", audited=regions)) == []
    sending = msgspec.structs.replace(a_sender(), region="us-east-1")
    assert [one.key for one in told(claiming("The sandbox is removed.", audited=(*regions, sending)))] == [
        "mail-sandbox:us-east-1"
    ]


# --- days, names, numbers, money ----------------------------------------------------------------------------------

REGISTERED = seen(RegisteredDomain, domain=SITE, expires=day("2027-01-10"))
RUN = a_row(Cost, item="AWS", amount=usd(60), cadence="monthly")
FIFTY = (
    seen(CloudCost, month="2026-10", by="tag", name=JADA, amount=usd("21.40")),
    seen(CloudCost, entity="", month="2026-10", by="tag", name="", amount=usd("22.60")),
)


def a_function(name: str = "jada-booking", **fields: object) -> Function:
    return seen(Function, name=name, region="us-west-2", **fields)


def a_finding(subject: str = SITE, rule: str = "R-CMO-02", as_of: str = "2026-11-23") -> Finding:
    place = Source("evidence/dns.json", kind="evidence", as_of=day(as_of))
    return Finding(
        rule,
        JADA,
        subject,
        Severity.HIGH,
        f"{subject} has no DMARC.",
        "Publish it.",
        ("cmo",),
        evidence=(place,),
    )


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        (
            "a paper agrees",
            claiming(
                a_row(Compliance, item="Domain", applies_to="JADA.example", expires=day("2027-01-10")),
                audited=(REGISTERED,),
            ),
            [],
        ),
        (
            "an asset's note",
            claiming(
                a_row(Asset, asset=SITE, type="domain", notes="renews 2027-02-11"), audited=(REGISTERED,)
            ),
            [("domain:jada-example", "10 Jan 2027", "11 Feb 2027")],
        ),
        (
            "an open task",
            claiming(a_task(text="jada.example ends 2027-02-11, pay"), audited=(REGISTERED,)),
            [("domain:jada-example", "10 Jan 2027", "11 Feb 2027")],
        ),
        (
            "another domain's note",
            claiming(
                a_row(Asset, asset="x.example", type="domain", notes="renews 2027-02-11"),
                audited=(REGISTERED,),
            ),
            [],
        ),
        (
            "the registry's word",
            claiming("jada.example expires 2027-02-11", audited=(a_domain(expires=day("2027-03-01")),)),
            [("domain:jada-example", "1 Mar 2027", "11 Feb 2027")],
        ),
        (
            "the registrar before the registry",
            claiming(
                "jada.example expires 2027-01-10", audited=(a_domain(expires=day("2027-03-01")), REGISTERED)
            ),
            [],
        ),
        (
            "no day at all",
            claiming("jada.example expires 2027-13-45", audited=(REGISTERED,)),
            [],
        ),
        (
            "a day that was refused",
            claiming("jada.example expires 2027-02-11", audited=(a_domain(expires=REFUSED),)),
            [],
        ),
        (
            "a client's domain",
            claiming(a_row(Client, client=JADA, domain_expires=day("2027-02-11")), audited=(REGISTERED,)),
            [("domain:jada-example", "10 Jan 2027", "11 Feb 2027")],
        ),
        (
            "renewed, it says",
            claiming(
                a_task(text="Renew jada.example", state="done", done_on=day("2026-11-02")),
                audited=(REGISTERED,),
            ),
            [("domain-renewed:jada-example", "ends 10 Jan 2027", "“Renew jada.example”, done 2 Nov 2026")],
        ),
        (
            "renewed",
            claiming(
                a_task(text="Renew jada.example", state="done", done_on=day("2026-11-02")),
                audited=(seen(RegisteredDomain, domain=SITE, expires=day("2028-01-10")),),
            ),
            [],
        ),
        (
            "renewed after the audit",
            claiming(
                a_task(text="Renew jada.example", state="done", done_on=day("2026-12-02")),
                audited=(REGISTERED,),
            ),
            [],
        ),
        (
            "no database",
            claiming("There is no database.", audited=(seen(Table, name="t"),)),
            [("counted:tables", "1", "0")],
        ),
        (
            "two functions",
            claiming(
                "It runs on two functions and one table.", audited=(a_function(), seen(Table, name="t"))
            ),
            [("counted:functions", "1", "2")],
        ),
        (
            "one function for each",
            claiming("One function for bookings.", audited=(a_function(), a_function("b"))),
            [],
        ),
        (
            "a list that was cut off",
            claiming("There is no database.", audited=(seen(Table, name="t"),), is_listed=False),
            [],
        ),
        (
            "a name that is there",
            claiming("The function jada-booking takes orders.", audited=(a_function(),)),
            [],
        ),
        (
            "a name that is gone",
            claiming("The function jada-orders takes orders.", audited=(a_function(),)),
            [
                (
                    "named:jada-orders",
                    "1 function, none of that name",
                    "“The function jada-orders takes orders”",
                )
            ],
        ),
        (
            "a name in a list that was cut off",
            claiming("The function jada-orders.", audited=(a_function(),), is_listed=False),
            [],
        ),
        (
            "one of two",
            claiming(
                "The function jada-booking takes orders.", audited=(a_function(), a_function("jada-mail"))
            ),
            [("unnamed:functions", "also jada-mail", "1 of 2 named")],
        ),
        (
            "a stack",
            claiming(
                audited=(a_function(tags=(("aws:cloudformation:stack-name", "jada-live"),)),),
                aws_stacks=("jada-prod",),
            ),
            [("stack:jada-prod", "tags name jada-live", "stack jada-prod")],
        ),
        ("a stack without tags", claiming(audited=(a_function(),), aws_stacks=("jada-prod",)), []),
        (
            "a runtime",
            claiming("Python 3.9 throughout.", audited=(a_function(runtime="python3.13"),)),
            [("runtime:python", "python3.13 in jada-booking", "“Python 3.9 throughout”")],
        ),
        ("that runtime", claiming("Node.js 22 throughout.", audited=(a_function(runtime="nodejs22.x"),)), []),
        (
            "a runtime that was refused",
            claiming(
                "Python 3.9.", audited=(a_function(runtime="python3.13"), a_function("b", runtime=REFUSED))
            ),
            [],
        ),
        (
            "a region",
            claiming("All in eu-west-1.", audited=(a_function(),)),
            [("region:eu-west-1", "all of it is in us-west-2", "“All in eu-west-1”")],
        ),
        ("that region", claiming("All in us-west-2.", audited=(a_function(),)), []),
        (
            "a region in a list that was cut off",
            claiming("All in eu-west-1.", audited=(a_function(),), is_listed=False),
            [],
        ),
        ("more than the bill", claiming(RUN, audited=FIFTY), [("cloud-cost:2026-10", "$21.40", "$60")]),
        (
            "what no tag claims may be in it",
            claiming(a_row(Cost, item="Cloud", amount=usd(40), cadence="monthly"), audited=FIFTY),
            [],
        ),
        (
            "less than the bill",
            claiming(a_row(Cost, item="x", vendor="AWS", amount=usd(60), cadence="annual"), audited=FIFTY),
            [("cloud-cost:2026-10", "$21.40", "$5")],
        ),
        (
            "a bill with a gap",
            claiming(RUN, audited=(msgspec.structs.replace(FIFTY[0], amount=REFUSED), FIFTY[1])),
            [],
        ),
        (
            "a bill whose rest is not known",
            claiming(RUN, audited=(FIFTY[0], msgspec.structs.replace(FIFTY[1], amount=REFUSED))),
            [],
        ),
        ("no bill", claiming(RUN), []),
        (
            "a KPI",
            claiming(a_kpi("cloud_cost", "2026-10", usd(90)), audited=FIFTY),
            [("cloud-cost:2026-10", "$21.40", "$90")],
        ),
        (
            "paused and running",
            claiming(audited=(a_function(invocations_30d=4120),), status="paused"),
            [("status", "4,120 calls of jada-booking in 30 days", "status paused")],
        ),
        ("paused and still", claiming(audited=(a_function(invocations_30d=0),), status="paused"), []),
        (
            "paused, calls not known",
            claiming(audited=(a_function(invocations_30d=REFUSED),), status="paused"),
            [],
        ),
        (
            "active and still",
            claiming(audited=(a_function(invocations_30d=0),), status="active"),
            [("status", "no call of jada-booking in 30 days", "status active")],
        ),
        (
            "active, one not known",
            claiming(audited=(a_function(invocations_30d=0), a_function("b")), status="active"),
            [],
        ),
        (
            "active without an answer",
            claiming(audited=(a_site(answers=False),), status="active"),
            [("status", "no answer from jada.example", "status active")],
        ),
        ("active with an answer", claiming(audited=(a_site(answers=True),), status="active"), []),
        (
            "by hand",
            claiming("Lee deploys by hand.", audited=(a_repo(deploy_method="GitHub Actions"),)),
            [("deploys", "jada-site by GitHub Actions", "“Lee deploys by hand”")],
        ),
        (
            "by hand indeed",
            claiming("Lee deploys by hand.", audited=(a_repo(deploy_method="bare script"),)),
            [],
        ),
        ("deployed with what is not known", claiming("Deployed with SAM.", audited=(a_repo(),)), []),
        (
            "a tool of another repository that was refused",
            claiming("Deployed with SAM.", audited=(a_repo(deploy_method="CDK"), seen(Repository, name="b"))),
            [],
        ),
        (
            "a tool that nobody touched",
            claiming(audited=(a_repo(last_commit=day("2025-01-01")),), status="active", kind="saas"),
            [("status", "last commit 1 Jan 2025", "status active")],
        ),
        (
            "a tool at work",
            claiming(audited=(a_repo(last_commit=day("2026-10-01")),), status="active", kind="saas"),
            [],
        ),
        (
            "a repository",
            claiming(audited=(a_repo(),), repos=("jada-site", "jada-booking")),
            [
                (
                    "repository:jada-booking",
                    "not among the repositories that were read",
                    "repository jada-booking",
                )
            ],
        ),
        (
            "repositories that were not read",
            claiming(audited=(a_repo(),), is_listed=False, repos=("jada-booking",)),
            [],
        ),
    ],
)
def test_days_names_numbers_and_money(case: str, facts: Facts, expected: list[tuple[str, str, str]]) -> None:
    assert in_words(facts) == expected, case


DONE = a_task(
    "JAD-9", text="Publish everything", state="done", done_on=day("2026-11-02"), fixes=("R-CMO-02",)
)


@pytest.mark.parametrize(
    ("case", "task", "found", "expected"),
    [
        ("still there", DONE, [a_finding()], ["done:jad-9"]),
        ("gone", DONE, [], []),
        ("another rule", DONE, [a_finding(rule="R-CMO-03")], []),
        ("seen before the work", DONE, [a_finding(as_of="2026-11-01")], []),
        ("one of two, nobody knows which", DONE, [a_finding(), a_finding("boat.example")], []),
        (
            "one of two by name",
            msgspec.structs.replace(DONE, fixes=("R-CMO-02/jada/boat.example",)),
            [a_finding(), a_finding("boat.example")],
            ["done:jad-9"],
        ),
        ("still open", msgspec.structs.replace(DONE, state="open", done_on=None), [a_finding()], []),
        ("accepted", DONE, [msgspec.structs.replace(a_finding(), state="accepted")], []),
    ],
)
def test_a_task_that_is_done_and_did_not_help(
    case: str, task: Task, found: list[Finding], expected: list[str]
) -> None:
    assert [one.key for one in told(claiming(task, audited=(a_domain(),)), *found)] == expected, case


# --- all of them --------------------------------------------------------------------------------------------------


def refused(record: Seen) -> Seen:
    """The same record with every field refused that may be."""
    fields = msgspec.structs.fields(record)
    gap = NotCollected("aws-x", "x", "Call: AccessDenied")
    again = {
        one.name: gap
        for one in fields
        if one.default is not msgspec.NODEFAULT and isinstance(one.default, NotCollected)
    }
    return msgspec.structs.replace(record, **again)


@pytest.mark.parametrize("row", SWITCHES, ids=[row[0] for row in SWITCHES])
def test_what_was_refused_contradicts_nothing(
    row: tuple[str, Row | str | Task, Seen, Seen, Seen, str, str],
) -> None:
    assert told(claiming(row[1], audited=(refused(row[3]),), is_listed=False)) == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_every_claim_says_what_it_weakens_and_how_to_settle_it(claim: object) -> None:
    words_of = [getattr(claim, name) for name in ("what", "weakens", "mend", "why")]
    assert all(words_of)
    assert all(one.endswith(".") for one in words_of[1:])


def test_both_sides_name_their_source_and_day() -> None:
    (one,) = told(claiming("DMARC is on.", audited=(a_domain(dmarc=None),)))
    assert one.used.sources[0].kind == "evidence"
    assert (one.used.kind, one.used.as_of, one.other.kind) == ("actual", AS_OF, "stated")
    assert (one.other.sources, one.other.as_of) == ((ON_SITE,), AS_OF)
    assert one.apart is None
    assert one.weakens


def test_a_contradiction_stands_once() -> None:
    facts = claiming("DMARC is on.", a_paper("DMARC", "ok"), audited=(a_domain(dmarc=None),))
    assert [one.key for one in told(facts)] == ["dmarc:jada-example"]
