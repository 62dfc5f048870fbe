"""What the collector of domains makes of what name servers say."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.collectors import dns
from quarterdeck.collectors.scope import Scope
from quarterdeck.collectors.senders import with_senders
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NOT_READ, NotCollected
from quarterdeck.model.web import DkimKey, DomainCheck
from tests.audits import REFUSED, seen
from tests.cloud import TAKEN_AT
from tests.resolvers import BROKEN, Names

if TYPE_CHECKING:
    from quarterdeck.collectors.resolver import Answer

DOMAIN = "jada.example"
WHOLE: dict[tuple[str, str], Answer] = {
    (DOMAIN, "TXT"): ("site-verification=1", "v=spf1 include:ses.example ~all"),
    ("ses.example", "TXT"): ("v=spf1 ip4:192.0.2.0/24 -all",),
    (f"_dmarc.{DOMAIN}", "TXT"): (
        "v=DMARC1; p=reject; sp=none; rua=mailto:a@jada.example,mailto:b@far.test",
    ),
    (DOMAIN, "MX"): ("10 mail.jada.example.", "20 gone.jada.example."),
    ("mail.jada.example", "A"): ("192.0.2.1",),
    (DOMAIN, "A"): ("192.0.2.2",),
    (DOMAIN, "NS"): ("NS1.example.", "ns2.example."),
    (DOMAIN, "SOA@ns1.example"): ("ns1.example. h.example. 7 1 1 1 1",),
    (DOMAIN, "SOA@ns2.example"): ("ns1.example. h.example. 7 1 1 1 1",),
    (DOMAIN, "CAA"): ('0 issue "letsencrypt.org; x=y"', '0 issuewild ";"', '0 iodef "mailto:a@b.example"'),
}


def _seen(table: dict[tuple[str, str], Any], name: str = DOMAIN, **fields: Any) -> DomainCheck:  # noqa: ANN401
    scope = Scope(TAKEN_AT, ("jada",), domains={"jada": (name,)}, **fields)
    (found,) = dns.domains(scope, Names(table))
    assert isinstance(found, DomainCheck)
    return found


def test_a_whole_domain() -> None:
    one = _seen(WHOLE)
    assert (one.entity, one.domain, one.registrable) == ("jada", DOMAIN, DOMAIN)
    assert (one.spf, one.spf_records, one.spf_lookups, one.spf_all) == (True, 1, 1, "softfail")
    assert (one.spf_allows_some, one.spf_includes) == (True, ("ses.example",))
    assert (one.dmarc, one.dmarc_at, one.dmarc_subdomains) == ("reject", DOMAIN, "none")
    assert (one.dmarc_reports, one.dmarc_unheard) == (("far.test", DOMAIN), ("far.test",))
    assert (one.mx, one.mx_hosts) == (True, ("gone.jada.example", "mail.jada.example"))
    assert (one.mx_gone, one.mx_refuses, one.has_address) == (("gone.jada.example",), False, True)
    assert (one.name_servers, one.silent_servers) == (("ns1.example", "ns2.example"), ())
    assert (one.servers_differ, one.dnssec, one.issuers) == (False, "unsigned", ("letsencrypt.org",))
    assert isinstance(one.expires, NotCollected)
    assert one.expires.reason == "registries are not asked unless dns.registry says so"


def test_a_domain_that_has_nothing() -> None:
    one = _seen({})
    assert (one.spf, one.spf_records, one.dmarc, one.dmarc_records, one.dmarc_at) == (False, 0, None, 0, None)
    assert (one.mx, one.mx_hosts, one.mx_refuses, one.mx_gone) == (False, (), False, ())
    assert (one.has_address, one.name_servers, one.silent_servers, one.issuers) == (False, (), (), None)
    assert _seen({}, "www.jada.example").name_servers is None
    assert isinstance(one.dkim, NotCollected)


def test_a_domain_that_nobody_can_read() -> None:
    kinds = ("TXT", "MX", "A", "AAAA", "NS", "CNAME", "CAA", "DS")
    one = _seen({(DOMAIN, kind): BROKEN for kind in kinds} | {(f"_dmarc.{DOMAIN}", "TXT"): BROKEN})
    fields = ("spf", "spf_all", "dmarc", "dmarc_records", "mx", "mx_gone", "has_address", "issuers", "dnssec")
    assert {name: getattr(one, name) for name in fields} == dict.fromkeys(fields, BROKEN)


def test_one_unread_record_leaves_the_rest() -> None:
    one = _seen(WHOLE | {("ses.example", "TXT"): BROKEN})
    assert (one.spf, one.spf_all, one.dmarc) == (True, BROKEN, "reject")


@pytest.mark.parametrize(
    ("case", "table", "expected"),
    [
        ("above", {("_dmarc.jada.example", "TXT"): ("v=DMARC1; p=reject; sp=none",)}, ("none", DOMAIN, 1)),
        (
            "twice",
            {("_dmarc.www.jada.example", "TXT"): ("v=DMARC1; p=none",) * 2},
            (None, "www.jada.example", 2),
        ),
        ("broken", {("_dmarc.www.jada.example", "TXT"): ("v=DMARC1",)}, (None, "www.jada.example", 1)),
        ("other text", {("_dmarc.www.jada.example", "TXT"): ("hello",)}, (None, None, 0)),
    ],
)
def test_the_policy_of_a_name_beneath(case: str, table: dict[Any, Any], expected: object) -> None:
    one = _seen(table, "www.jada.example")
    assert (one.dmarc, one.dmarc_at, one.dmarc_records) == expected, case


def test_mail_that_is_refused_and_hosts_that_are_none() -> None:
    assert _seen({(DOMAIN, "MX"): ("0 .",)}).mx_refuses is True
    table = {(DOMAIN, "MX"): ("1 192.0.2.9.", "2 alias.example."), ("192.0.2.9", "A"): ("192.0.2.9",)}
    aliased = table | {("alias.example", "CNAME"): ("x.example.",), ("alias.example", "A"): ("192.0.2.1",)}
    assert _seen(aliased).mx_gone == ("192.0.2.9", "alias.example")


def test_keys_of_mail() -> None:
    table = {
        (f"a._domainkey.{DOMAIN}", "CNAME"): ("a.dkim.example.",),
        (f"a._domainkey.{DOMAIN}", "TXT"): ("k=ed25519; p=c2hvcnQ=",),
        (f"b._domainkey.{DOMAIN}", "TXT"): ("v=DKIM1; p=",),
        (f"d._domainkey.{DOMAIN}", "TXT"): BROKEN,
    }
    one = _seen(table, selectors={DOMAIN.upper(): ("b", "a", "c", "d")})
    assert one.dkim is True
    assert one.dkim_keys == (
        DkimKey("a", "published", "a.dkim.example"),
        DkimKey("b", "revoked"),
        DkimKey("c", "absent"),
        BROKEN,
    )
    assert _seen(table, selectors={DOMAIN: ("b", "c")}).dkim is False
    assert _seen(table, selectors={DOMAIN: ("b", "d")}).dkim == BROKEN


@pytest.mark.parametrize(
    ("case", "versions", "expected"),
    [
        ("same", ("7", "7"), False),
        ("numbers", ("7", "8"), "unknown"),
        ("days ago", ("2026111801", "2026111802"), True),
        ("today", ("2026111801", "2026112001"), False),
        ("seconds ago", ("1795154300", "1795154390"), False),
        ("long ago", ("1795000000", "1795000001"), True),
    ],
)
def test_servers_that_tell_two_versions(case: str, versions: tuple[str, str], expected: object) -> None:
    table: dict[tuple[str, str], Answer] = {(DOMAIN, "NS"): ("a.example.", "b.example.")}
    for server, version in zip(("a.example", "b.example"), versions, strict=True):
        table[DOMAIN, f"SOA@{server}"] = (f"a. h. {version} 1 1 1 1",)
    found = _seen(table).servers_differ
    assert ("unknown" if isinstance(found, NotCollected) else found) == expected, case


def test_servers_that_do_not_answer() -> None:
    table = {(DOMAIN, "NS"): ("a.example.", "b.example."), (DOMAIN, "SOA@b.example"): BROKEN}
    assert _seen(table).silent_servers == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("case", "table", "expected"),
    [
        ("signed", {"DS": ("1 13 2 AB",), "SOA": ("a. h. 1",)}, "signed"),
        ("broken", {"DS": ("1 13 2 AB",), "SOA": BROKEN, "SOA!": ("a. h. 1",)}, "broken"),
        ("silent", {"DS": ("1 13 2 AB",), "SOA": BROKEN, "SOA!": BROKEN}, BROKEN),
    ],
)
def test_signatures(case: str, table: dict[str, Any], expected: object) -> None:
    zone = {(DOMAIN, kind): answer for kind, answer in table.items()} | {(DOMAIN, "NS"): ("a.example.",)}
    assert _seen(zone).dnssec == expected, case


def test_a_name_that_leads_elsewhere_has_no_zone() -> None:
    table = {
        ("www.jada.example", "CNAME"): ("x.cdn.example.",),
        ("www.jada.example", "NS"): ("n.cdn.example.",),
    }
    one = _seen(table, "www.jada.example")
    assert (one.name_servers, one.dnssec) == (None, NOT_READ)


@pytest.mark.parametrize(
    ("case", "records", "expected"),
    [
        ("nobody", ('0 issue ";"',), ()),
        ("no word of who", ('0 iodef "mailto:a@b.example"',), None),
        ("odd", ("0",), None),
    ],
)
def test_who_may_issue(case: str, records: tuple[str, ...], expected: object) -> None:
    assert _seen({(DOMAIN, "CAA"): records}, "www.jada.example").issuers == expected, case


def test_registries_are_asked_only_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def get(url: str) -> bytes:
        asked.append(url)
        if "iana" in url:
            return b'{"services": [[["example"], ["https://rdap.example/"]]]}'
        return b'{"events": [{"eventAction": "expiration", "eventDate": "2027-01-31T00:00:00Z"}]}'

    monkeypatch.setattr(dns, "fetched", get)
    assert isinstance(_seen({}).expires, NotCollected)
    assert asked == []
    assert _seen({}, registry=True).expires == date(2027, 1, 31)
    assert _seen({}, "www.jada.example", registry=True).expires == NOT_READ
    assert asked[-1] == "https://rdap.example/domain/jada.example"


def test_each_domain_once_in_order() -> None:
    scope = Scope(
        TAKEN_AT, ("jada", "qos"), domains={"qos": ("B.example.", "b.example"), "jada": ("a.example",)}
    )
    found = [one for one in dns.domains(scope, Names({})) if isinstance(one, DomainCheck)]
    assert [(one.domain, one.entity) for one in found] == [("a.example", "jada"), ("b.example", "qos")]


def test_a_machine_of_ones_own_is_no_domain() -> None:
    scope = Scope(TAKEN_AT, ("jada",), domains={"jada": ("127.0.0.1", "localhost", "::1")})
    assert list(dns.domains(scope, Names({}))) == []


def test_what_the_mail_service_sends_from_is_asked_about_too() -> None:
    scope = Scope(TAKEN_AT, ("jada",), domains={"jada": (DOMAIN,)})
    found = [
        seen(MailIdentity, region="r", name=DOMAIN, dkim_tokens=("b", "a"), mail_from="bounce.jada.example"),
        seen(MailIdentity, region="r", name="hi@qos.example", entity="qos", dkim_tokens=REFUSED),
    ]
    wider = with_senders(scope, found)
    assert wider.domains == {"jada": ("bounce.jada.example", DOMAIN), "qos": ("qos.example",)}
    assert wider.selectors == {DOMAIN: ("a", "b")}


def test_domains_are_asked_about_without_the_library_of_the_cloud() -> None:
    script = (
        "import sys; sys.modules['boto3'] = sys.modules['botocore'] = None\n"
        "from datetime import UTC, datetime\n"
        "from quarterdeck.collectors import dns, resolver\n"
        "from quarterdeck.collectors.scope import Scope\n"
        "scope = Scope(datetime(2026, 11, 20, tzinfo=UTC), (), domains={'a': ('a.example',)}, seconds=-1)\n"
        "print([one.domain for one in dns.domains(scope, resolver.Resolver(scope))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("['a.example']", "")
