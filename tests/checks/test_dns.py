"""Checks of domains, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.check import Fail, Pass
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.declared import Declared
from quarterdeck.model.history import PastFinding
from quarterdeck.model.holdings import Compliance
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DkimKey, DomainCheck, SiteCheck
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, JADA, a_row, days_before
from tests.records import a_record

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

DOMAIN = "jada.example"
DOMAIN_CHECKS = {code: one for code, one in CHECKS.items() if one.subject == "DNS"}
WWW = {"domain": f"www.{DOMAIN}", "registrable": DOMAIN}
NONE = {"spf": False, "spf_records": 0}
SPF = {
    "spf": True,
    "spf_records": 1,
    "spf_lookups": 2,
    "spf_voids": 0,
    "spf_all": "softfail",
    "spf_allows_some": True,
    "spf_uses_ptr": False,
    "spf_includes": ("amazonses.com",),
}
DMARC = {
    "dmarc": "reject",
    "dmarc_records": 1,
    "dmarc_at": DOMAIN,
    "dmarc_fault": None,
    "dmarc_subdomains": "reject",
    "dmarc_share": 100,
    "dmarc_testing": False,
    "dmarc_strict": (),
    "dmarc_reports": (DOMAIN,),
    "dmarc_unheard": (),
}
WATCHING = DMARC | {"dmarc": "none", "dmarc_subdomains": "none"}
NO_DMARC = {"dmarc": None, "dmarc_records": 0, "dmarc_at": None, "dmarc_fault": None}
MAIL = {"mx": True, "mx_hosts": ("a", "b"), "mx_refuses": False, "mx_gone": (), "has_address": True}
NO_MAIL = {"mx": False, "mx_hosts": (), "mx_refuses": False, "mx_gone": (), "has_address": False}
ZONE = {
    "name_servers": ("a", "b"),
    "silent_servers": (),
    "servers_differ": False,
    "dnssec": "signed",
}
PARKED = NO_MAIL | {"spf": True, "spf_all": "fail", "spf_allows_some": False} | DMARC


def _sender(name: str = DOMAIN, **fields: object) -> MailIdentity:
    known = {"is_verified": True, "dkim": True, "mail_from": None}
    return seen(MailIdentity, region="us-west-2", name=name, **(known | fields))


def _site(**fields: object) -> SiteCheck:
    return seen(SiteCheck, site=DOMAIN, **fields)


RETURNED = _sender("qos.example", mail_from=DOMAIN)
OWN = _sender(dkim=False, mail_from=f"bounce.{DOMAIN}", mail_from_status="SUCCESS")

Row = tuple[str, str, dict[str, Any], tuple["Seen", ...], str]
SPF_ROWS: list[Row] = [
    ("DNS-01", "there", SPF, (), "pass"),
    ("DNS-01", "takes mail", NONE | MAIL, (), "fail high"),
    ("DNS-01", "mail is returned to it", NONE | NO_MAIL, (RETURNED,), "fail high"),
    ("DNS-01", "the service's own envelope", NONE | NO_MAIL, (_sender(),), "n/a"),
    ("DNS-01", "no mail", NONE | NO_MAIL, (), "n/a"),
    ("DNS-01", "mail not known", NONE | {"mx": REFUSED}, (), "unknown"),
    ("DNS-01", "silent", {"spf": REFUSED}, (), "unknown"),
    ("DNS-02", "one", SPF, (), "pass"),
    ("DNS-02", "none", NONE, (), "n/a"),
    ("DNS-02", "two", SPF | {"spf_records": 2}, (), "fail high"),
    ("DNS-02", "silent", {"spf_records": REFUSED}, (), "unknown"),
    ("DNS-03", "ten", SPF | {"spf_lookups": 10, "spf_voids": 2}, (), "pass"),
    ("DNS-03", "eleven", SPF | {"spf_lookups": 11}, (), "fail high"),
    ("DNS-03", "three lost", SPF | {"spf_voids": 3}, (), "fail high"),
    ("DNS-03", "none", NONE, (), "n/a"),
    ("DNS-03", "an include is silent", SPF | {"spf_lookups": REFUSED}, (), "unknown"),
    ("DNS-04", "soft", SPF, (), "pass"),
    ("DNS-04", "everybody", SPF | {"spf_all": "pass"}, (), "fail critical"),
    ("DNS-04", "neutral", SPF | {"spf_all": "neutral"}, (), "fail medium"),
    ("DNS-04", "no end", SPF | {"spf_all": None}, (), "fail medium"),
    ("DNS-04", "ptr", SPF | {"spf_uses_ptr": True}, (), "fail low"),
    ("DNS-04", "none", NONE, (), "n/a"),
    ("DNS-04", "silent", SPF | {"spf_all": REFUSED}, (), "unknown"),
    ("DNS-05", "nothing returned", SPF, (_sender(),), "n/a"),
    ("DNS-05", "names it", SPF, (RETURNED,), "pass"),
    ("DNS-05", "lacks it", SPF | {"spf_includes": ("far.test",)}, (RETURNED,), "fail medium"),
    ("DNS-05", "no record", NONE, (RETURNED,), "n/a"),
    ("DNS-05", "silent", SPF | {"spf_includes": REFUSED}, (RETURNED,), "unknown"),
]
DMARC_ROWS: list[Row] = [
    ("DNS-06", "there", DMARC, (), "pass"),
    ("DNS-06", "above", DMARC | WWW, (), "pass"),
    ("DNS-06", "none", NO_DMARC, (), "fail high"),
    ("DNS-06", "silent", {"dmarc_records": REFUSED}, (), "unknown"),
    ("DNS-07", "usable", DMARC, (), "pass"),
    ("DNS-07", "not", DMARC | {"dmarc": None, "dmarc_fault": "it names no policy"}, (), "fail high"),
    ("DNS-07", "none", NO_DMARC, (), "n/a"),
    ("DNS-07", "above", DMARC | WWW, (), "n/a"),
    ("DNS-07", "silent", {"dmarc_at": REFUSED}, (), "unknown"),
    ("DNS-08", "rejects", DMARC, (), "pass"),
    ("DNS-08", "watches", WATCHING, (), "fail low"),
    (
        "DNS-08",
        "watches a checkout",
        WATCHING | {"domain": "book.test", "dmarc_at": "book.test"},
        (),
        "fail low",
    ),
    ("DNS-08", "broken", DMARC | {"dmarc_fault": "it names no policy"}, (), "n/a"),
    ("DNS-08", "silent", {"dmarc_at": REFUSED}, (), "unknown"),
    ("DNS-08", "policy not known", DMARC | {"dmarc": REFUSED}, (), "unknown"),
    ("DNS-09", "heard", DMARC, (), "pass"),
    ("DNS-09", "not asked", DMARC | {"dmarc_reports": ()}, (), "fail low"),
    ("DNS-09", "lost", DMARC | {"dmarc_unheard": (DOMAIN,)}, (), "fail low"),
    ("DNS-09", "silent", DMARC | {"dmarc_unheard": REFUSED}, (), "unknown"),
    ("DNS-09", "reports not known", DMARC | {"dmarc_reports": REFUSED}, (), "unknown"),
    ("DNS-09", "none", NO_DMARC, (), "n/a"),
    ("DNS-10", "whole", DMARC, (), "pass"),
    ("DNS-10", "weaker beneath", DMARC | {"dmarc_subdomains": "quarantine"}, (), "fail low"),
    ("DNS-10", "half", DMARC | {"dmarc_share": 50}, (), "fail low"),
    ("DNS-10", "a test", DMARC | {"dmarc_testing": True}, (), "fail low"),
    ("DNS-10", "half of watching", WATCHING | {"dmarc_share": 50, "dmarc_testing": True}, (), "pass"),
    ("DNS-10", "silent", DMARC | {"dmarc_share": REFUSED}, (), "unknown"),
    ("DNS-10", "none", NO_DMARC, (), "n/a"),
    ("DNS-11", "signed", DMARC, (_sender(),), "pass"),
    ("DNS-11", "nothing", DMARC | {"registrable": DOMAIN}, (_sender(dkim=False),), "fail high"),
    ("DNS-11", "returned beneath", DMARC | {"registrable": DOMAIN}, (OWN,), "pass"),
    (
        "DNS-11",
        "returned beneath, to the letter",
        DMARC | {"registrable": DOMAIN, "dmarc_strict": ("spf",)},
        (OWN,),
        "fail high",
    ),
    ("DNS-11", "no record", NO_DMARC | {"registrable": DOMAIN}, (OWN,), "pass"),
    (
        "DNS-11",
        "returned elsewhere",
        DMARC | {"registrable": DOMAIN},
        (_sender(dkim=False, mail_from="far.test", mail_from_status="SUCCESS"),),
        "fail high",
    ),
    (
        "DNS-11",
        "not ready",
        DMARC | {"registrable": DOMAIN},
        (_sender(dkim=False, mail_from=DOMAIN, mail_from_status="FAILED"),),
        "fail high",
    ),
    (
        "DNS-11",
        "an address of a signed domain",
        DMARC,
        (_sender(f"hi@{DOMAIN}", dkim=False), _sender()),
        "pass",
    ),
    ("DNS-11", "nobody sends", DMARC, (), "n/a"),
    ("DNS-11", "not verified", DMARC, (_sender(is_verified=False),), "n/a"),
    ("DNS-11", "signing not known", DMARC, (_sender(dkim=REFUSED),), "unknown"),
    (
        "DNS-11",
        "strictness not known",
        DMARC | {"registrable": DOMAIN, "dmarc_strict": REFUSED},
        (OWN,),
        "unknown",
    ),
]
MAIL_ROWS: list[Row] = [
    ("DNS-12", "takes mail", MAIL, (_sender(),), "pass"),
    ("DNS-12", "an address", NO_MAIL | {"has_address": True}, (_sender(),), "pass"),
    ("DNS-12", "nothing", NO_MAIL, (_sender(),), "fail high"),
    ("DNS-12", "refuses", NO_MAIL | {"mx_refuses": True, "has_address": True}, (_sender(),), "fail high"),
    ("DNS-12", "sends nothing", NO_MAIL, (), "n/a"),
    ("DNS-12", "silent", {"mx": REFUSED}, (_sender(),), "unknown"),
    ("DNS-12", "address silent", NO_MAIL | {"has_address": REFUSED}, (_sender(),), "unknown"),
    ("DNS-13", "reachable", MAIL, (), "pass"),
    ("DNS-13", "one gone", MAIL | {"mx_gone": ("a",)}, (), "fail medium"),
    ("DNS-13", "all gone", MAIL | {"mx_gone": ("a", "b")}, (), "fail high"),
    ("DNS-13", "none", NO_MAIL, (), "n/a"),
    ("DNS-13", "silent", MAIL | {"mx_gone": REFUSED}, (), "unknown"),
    ("DNS-14", "closed", PARKED, (), "pass"),
    ("DNS-14", "soft", PARKED | {"spf_all": "softfail"}, (), "fail medium"),
    ("DNS-14", "no record", NO_MAIL | NONE | DMARC, (), "fail medium"),
    ("DNS-14", "watching", PARKED | WATCHING, (), "fail medium"),
    ("DNS-14", "sends", PARKED, (_sender(),), "n/a"),
    ("DNS-14", "mail is returned to it", PARKED, (RETURNED,), "n/a"),
    ("DNS-14", "takes mail", PARKED | MAIL, (), "n/a"),
    ("DNS-14", "lets somebody send", PARKED | {"spf_allows_some": True}, (), "n/a"),
    ("DNS-14", "silent", PARKED | {"dmarc": REFUSED}, (), "unknown"),
    ("DNS-14", "an include is silent", PARKED | {"spf_all": REFUSED}, (), "unknown"),
    ("DNS-18", "good", {"dkim_keys": (DkimKey("a", "published", "", 2048),)}, (), "pass"),
    ("DNS-18", "of another kind", {"dkim_keys": (DkimKey("a", "published"),)}, (), "pass"),
    ("DNS-18", "absent", {"dkim_keys": (DkimKey("a", "absent"),)}, (), "pass"),
    ("DNS-18", "taken back", {"dkim_keys": (DkimKey("a", "revoked"), REFUSED)}, (), "fail high"),
    (
        "DNS-18",
        "a test",
        {"dkim_keys": (DkimKey("a", "published", "", 2048, is_testing=True),)},
        (),
        "fail high",
    ),
    ("DNS-18", "1,023 bits", {"dkim_keys": (DkimKey("a", "published", "", 1023),)}, (), "fail high"),
    ("DNS-18", "1,024 bits", {"dkim_keys": (DkimKey("a", "published", "", 1024),)}, (), "fail low"),
    ("DNS-18", "one silent", {"dkim_keys": (DkimKey("a", "published"), REFUSED)}, (), "unknown"),
    ("DNS-18", "not asked", {}, (_sender(),), "unknown"),
    ("DNS-18", "sends nothing", {}, (), "n/a"),
]
ZONE_ROWS: list[Row] = [
    ("DNS-15", "anybody", {"issuers": None, "registrable": DOMAIN}, (), "fail low"),
    ("DNS-15", "anybody, beneath", {"issuers": None} | WWW, (), "n/a"),
    ("DNS-15", "no site", {"issuers": ("pki.goog",)}, (), "pass"),
    (
        "DNS-15",
        "the one in use",
        {"issuers": ("pki.goog",)},
        (_site(tls_issuer="Google Trust Services"),),
        "pass",
    ),
    ("DNS-15", "another", {"issuers": ("pki.goog",)}, (_site(tls_issuer="Let's Encrypt"),), "fail high"),
    ("DNS-15", "nobody", {"issuers": ()}, (_site(tls_issuer="A Little One"),), "fail high"),
    ("DNS-15", "a strange one", {"issuers": ("a.test",)}, (_site(tls_issuer="A Little One"),), "unknown"),
    ("DNS-15", "issuer not read", {"issuers": ("a.test",)}, (_site(tls_issuer=REFUSED),), "unknown"),
    ("DNS-15", "silent", {"issuers": REFUSED}, (), "unknown"),
    ("DNS-16", "whole", ZONE, (), "pass"),
    ("DNS-16", "not signed", ZONE | {"dnssec": "unsigned"}, (), "fail info"),
    ("DNS-16", "broken", {"name_servers": REFUSED, "dnssec": "broken"}, (), "fail critical"),
    ("DNS-16", "one answers", ZONE | {"silent_servers": ("a",)}, (), "fail medium"),
    ("DNS-16", "none at all", ZONE | {"name_servers": ()}, (), "fail medium"),
    ("DNS-16", "only one", ZONE | {"name_servers": ("a",)}, (), "fail medium"),
    ("DNS-16", "differ", ZONE | {"servers_differ": True}, (), "fail medium"),
    ("DNS-16", "differ, not known how long", ZONE | {"servers_differ": REFUSED}, (), "unknown"),
    ("DNS-16", "signature not known", ZONE | {"dnssec": REFUSED}, (), "unknown"),
    ("DNS-16", "silent", {"name_servers": REFUSED}, (), "unknown"),
    ("DNS-16", "part of another", {"name_servers": None}, (), "n/a"),
    ("DNS-17", "61 days", {"expires": days_before(-61)}, (), "pass"),
    ("DNS-17", "60 days", {"expires": days_before(-60)}, (), "fail high"),
    ("DNS-17", "14 days", {"expires": days_before(-14)}, (), "fail critical"),
    ("DNS-17", "today", {"expires": AS_OF}, (), "fail critical"),
    ("DNS-17", "yesterday", {"expires": days_before(1)}, (), "fail critical"),
    ("DNS-17", "not asked", {}, (), "unknown"),
    ("DNS-17", "beneath", WWW, (), "n/a"),
    ("DNS-17", "our registrar", {"expires": AS_OF}, (seen(RegisteredDomain, domain=DOMAIN),), "n/a"),
]


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"), SPF_ROWS + DMARC_ROWS + MAIL_ROWS + ZONE_ROWS
)
def test_a_domain(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    domain = seen(DomainCheck, **({"domain": DOMAIN} | fields))
    assert judged(code, domain, *others) == expected, case


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("DNS-01", NONE | NO_MAIL),
        ("DNS-11", DMARC),
        ("DNS-12", NO_MAIL),
        ("DNS-14", PARKED),
        ("DNS-15", {"issuers": ("pki.goog",)}),
        ("DNS-18", {}),
    ],
)
def test_what_another_audit_did_not_look_at_is_not_known(code: str, fields: dict[str, Any]) -> None:
    domain = seen(DomainCheck, **({"domain": DOMAIN} | fields))
    assert judged(code, domain, snapshots=()) == "unknown"


def test_the_settings_name_a_sender() -> None:
    domain = seen(DomainCheck, domain=DOMAIN, **NO_MAIL)
    declared = Declared(streams={f"news@{DOMAIN}": "marketing"})
    assert judged("DNS-12", domain, declared=declared, snapshots=()) == "fail high"


def test_the_settings_say_where_answers_go() -> None:
    domain = seen(DomainCheck, domain=DOMAIN, **NO_MAIL)
    assert judged("DNS-12", domain, declared=Declared(replies_to=f"Sam@{DOMAIN}")) == "fail high"
    assert judged("DNS-12", domain, declared=Declared(reports_from=f"r@{DOMAIN}")) == "fail high"
    assert judged("DNS-12", domain, declared=Declared(replies_to="sam@far.test")) == "n/a"


@pytest.mark.parametrize(
    ("case", "row"),
    [
        ("a paper", a_row(Compliance, applies_to="JADA.example", expires=days_before(-30))),
        ("a client", a_row(Client, client=DOMAIN, domain_expires=days_before(-30))),
    ],
)
def test_the_handoff_says_when_a_domain_ends(case: str, row: Compliance | Client) -> None:
    domain = seen(DomainCheck, domain=DOMAIN)
    assert judged("DNS-17", domain, rows=(row,)) == "fail high", case


@pytest.mark.parametrize(
    ("case", "name", "days", "expected"),
    [
        ("a checkout, long", "book.test", 61, "fail medium"),
        ("a checkout, not so long", "book.test", 60, "fail low"),
        ("another, long", DOMAIN, 61, "fail low"),
    ],
)
def test_how_long_a_record_has_only_watched(case: str, name: str, days: int, expected: str) -> None:
    fields = WATCHING | {"domain": name, "dmarc_at": name}
    stood = PastFinding("DNS-08", JADA, name, Severity.LOW, "open", days_before(days))
    facts = audited(seen(DomainCheck, **fields))
    facts.earlier = (a_record(1, stood),)
    (domain,) = facts.of(DomainCheck)
    verdict = CHECKS["DNS-08"].judge(domain, facts)
    assert isinstance(verdict, Fail)
    assert f"fail {verdict.severity or Severity.LOW}" == expected, case


def test_a_check_on_a_strange_record_does_not_raise() -> None:
    facts = audited(seen(DomainCheck, domain=DOMAIN))
    verdicts = {code: one.judge(facts.of(DomainCheck)[0], facts) for code, one in DOMAIN_CHECKS.items()}
    assert {code for code, one in verdicts.items() if isinstance(one, (Pass, Fail))} == set()
    assert len(verdicts) == 18
