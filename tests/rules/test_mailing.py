"""Rules of the mailing list and of its delivery: good, bad, at the edge and not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from quarterdeck.checks.run import results
from quarterdeck.figures.collect import all_figures
from quarterdeck.model.assumed import Assumed, SendStop
from quarterdeck.model.declared import Declared
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import MailAccount, MailIdentity, MailReputation, SendDay
from quarterdeck.model.sales import Campaign, Channel, Lead
from quarterdeck.model.values import UNKNOWN, MoneyRange
from quarterdeck.model.web import DomainCheck
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.audits import REFUSED, seen
from tests.figures.builders import (
    AS_OF,
    NOT_TRACKED,
    a_handoff,
    a_row,
    an_entity,
    an_offer,
    days_before,
    not_applicable,
    usd,
)

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.finding import Finding

Told = list[tuple[str, str]]

HERE = "us-west-2"
PROVEN = frozenset({"R-CMO-03", "R-CMO-04", "R-CMO-05"})
LIST: dict[str, Any] = {"list_size": 3400, "list_suppressed": 0, "list_source": "site", "list_updated": AS_OF}
PLANNED = {"status": "planned", "sent_on": days_before(-20)}


def _of(
    code: str, rows: list[Row], *seen: Seen, declared: Declared | None = None, **fields: object
) -> list[Finding]:
    evidence = Evidence(seen, declared=declared or Declared())
    owner = msgspec.structs.replace(an_entity(), **fields)
    facts = Facts([a_handoff(owner, *rows)], AS_OF, evidence=evidence)
    return _found(code, facts)


def _found(code: str, facts: Facts) -> list[Finding]:
    """The findings of one rule; those of mail accounts are its checks' alone."""
    proofs = results(facts) if code in PROVEN else ()
    known = Known(facts, all_figures(facts, currency="USD"), results=proofs)
    return [one for one in findings(known) if one.rule == code]


def _told(found: list[Finding]) -> Told:
    return [(one.subject, one.severity.value) for one in found]


def _campaign(**columns: object) -> Campaign:
    known = a_row(Campaign, id="c-1", status="sent", sent_on=days_before(20))
    return msgspec.structs.replace(known, **columns)


def _identity(**fields: object) -> MailIdentity:
    known = {"region": HERE, "is_verified": True, "spf": True, "dkim": True, "dmarc_policy": "none"}
    return seen(MailIdentity, name="news@jada.example", **known | fields)


def _domain(**fields: object) -> DomainCheck:
    return seen(DomainCheck, domain="jada.example", **{"spf": True, "dkim": True, "dmarc": "none"} | fields)


def _account(**fields: object) -> MailAccount:
    return seen(MailAccount, region=HERE, **{"sandbox": False, "quota_24h": 50_000} | fields)


def _claim(high: int) -> list[Row]:
    """A claim of the list, 100 dollars an order; 3,298 mails of 3,400 arrive."""
    return [
        an_offer(price=usd(100)),
        a_row(Channel, channel="email", kind="email"),
        a_row(Lead, lead="claim", value=MoneyRange(usd(1000), usd(high)), stage="lead", channel="email"),
    ]


LISTS: list[tuple[str, str, dict[str, Any], list[Row], Told]] = [
    ("R-CMO-01", "mailed", LIST, [_campaign()], []),
    ("R-CMO-01", "180 days ago", LIST, [_campaign(sent_on=days_before(180))], []),
    ("R-CMO-01", "181 days ago", LIST, [_campaign(sent_on=days_before(181))], [("list", "high")]),
    ("R-CMO-01", "planned alone", LIST, [_campaign(**PLANNED)], [("list", "high")]),
    (
        "R-CMO-01",
        "no status, a day to come",
        LIST,
        [_campaign(status=UNKNOWN, sent_on=days_before(-1))],
        [("list", "high")],
    ),
    ("R-CMO-01", "no status, a day gone by", LIST, [_campaign(status=UNKNOWN)], []),
    ("R-CMO-01", "499 addresses", LIST | {"list_size": 499}, [_campaign(**PLANNED)], []),
    ("R-CMO-01", "500 addresses", LIST | {"list_size": 500}, [_campaign(**PLANNED)], [("list", "high")]),
    ("R-CMO-01", "size not known", LIST | {"list_size": UNKNOWN}, [_campaign(**PLANNED)], []),
    ("R-CMO-01", "day not known", LIST, [_campaign(sent_on=UNKNOWN)], []),
    ("R-CMO-01", "no table", LIST, [], []),
    ("R-CMO-01", "paused", LIST | {"status": "paused"}, [_campaign(**PLANNED)], []),
    ("R-CMO-06", "all recorded", LIST, [], []),
    ("R-CMO-06", "no source", LIST | {"list_source": UNKNOWN}, [], [("list", "high")]),
    ("R-CMO-06", "no day of consent", LIST | {"list_updated": UNKNOWN}, [], [("list", "high")]),
    ("R-CMO-06", "one without a source", LIST | {"list_unsourced": 1}, [], [("list", "high")]),
    ("R-CMO-06", "none without a source", LIST | {"list_unsourced": 0}, [], []),
    ("R-CMO-06", "does not apply", LIST | {"list_source": not_applicable("our crew")}, [], []),
    ("R-CMO-06", "no list", {"list_size": 0}, [], []),
    ("R-CMO-06", "size not known", {"list_size": UNKNOWN}, [], []),
    ("R-CMO-07", "both there", {}, [_campaign(one_click=True, postal_address=True)], []),
    ("R-CMO-07", "no way out", {}, [_campaign(one_click=False)], [("c-1", "high")]),
    ("R-CMO-07", "no address, planned", {}, [_campaign(**PLANNED, postal_address=False)], [("c-1", "high")]),
    ("R-CMO-07", "not known", {}, [_campaign(one_click=UNKNOWN, postal_address=UNKNOWN)], []),
    (
        "R-CMO-07",
        "an older one cannot be mended",
        {},
        [_campaign(one_click=False), _campaign(id="c-2", sent_on=days_before(2))],
        [],
    ),
    ("R-CMO-08", "98 orders of 3,298", LIST, _claim(9800), []),
    ("R-CMO-08", "99 orders of 3,298", LIST, _claim(9900), [("claim", "medium")]),
    ("R-CMO-08", "who may be mailed is not known", LIST | {"list_suppressed": UNKNOWN}, _claim(50_000), []),
    ("R-CMO-23", "a result", {}, [_campaign(orders=0)], []),
    ("R-CMO-23", "6 days ago", {}, [_campaign(sent_on=days_before(6))], []),
    ("R-CMO-23", "7 days ago", {}, [_campaign(sent_on=days_before(7))], [("c-1", "low")]),
    ("R-CMO-23", "planned", {}, [_campaign(status="planned")], []),
    ("R-CMO-23", "not tracked is an answer", {}, [_campaign(clicks=NOT_TRACKED)], []),
    ("R-CMO-23", "day not known", {}, [_campaign(sent_on=UNKNOWN)], []),
]


@pytest.mark.parametrize(("code", "case", "fields", "rows", "expected"), LISTS)
def test_list(code: str, case: str, fields: dict[str, Any], rows: list[Row], expected: Told) -> None:
    assert _told(_of(code, rows, **fields)) == expected, case


DOMAIN, REGION = [("jada.example", "critical")], [(HERE, "high")]

SENDERS: list[tuple[str, str, list[Row], list[Seen], Told]] = [
    ("R-CMO-02", "all there", [_campaign()], [_identity()], []),
    ("R-CMO-02", "no DKIM", [_campaign()], [_identity(dkim=False)], DOMAIN),
    ("R-CMO-02", "no SPF, planned", [_campaign(**PLANNED)], [_identity(spf=False)], DOMAIN),
    ("R-CMO-02", "no DMARC", [_campaign()], [_identity(dmarc_policy=None)], DOMAIN),
    ("R-CMO-02", "no campaign", [], [_identity(dkim=False)], []),
    (
        "R-CMO-02",
        "not known",
        [_campaign()],
        [_identity(spf=REFUSED, dkim=REFUSED, dmarc_policy=REFUSED)],
        [],
    ),
    (
        "R-CMO-02",
        "DNS knows the rest",
        [_campaign()],
        [_identity(dmarc_policy=REFUSED), _domain(dmarc=None)],
        DOMAIN,
    ),
    ("R-CMO-02", "the mail service knows better", [_campaign()], [_identity(), _domain(spf=False)], []),
    ("R-CMO-02", "by DNS alone", [_campaign()], [_domain(spf=False)], DOMAIN),
    ("R-CMO-02", "DNS silent", [_campaign()], [_domain(spf=REFUSED)], []),
    ("R-CMO-02", "confirmations alone", [_campaign()], [_identity(dkim=False, streams=("operational",))], []),
    ("R-CMO-02", "cannot send yet", [_campaign()], [_identity(dkim=False, is_verified=False), _domain()], []),
    ("R-CMO-03", "ready", [], [_account()], []),
    ("R-CMO-03", "sandbox", [_campaign(**PLANNED)], [_account(sandbox=True)], REGION),
    ("R-CMO-03", "sandbox of a sender", [], [_account(sandbox=True), _identity()], REGION),
    ("R-CMO-03", "serves several", [_campaign(**PLANNED)], [_account(sandbox=True, entity="")], REGION),
    ("R-CMO-03", "of another business", [_campaign(**PLANNED)], [_account(sandbox=True, entity="qos")], []),
    ("R-CMO-03", "the largest day fits", [], [_account(quota_24h=1012)], []),
    ("R-CMO-03", "one mail short", [], [_account(quota_24h=1011)], REGION),
    ("R-CMO-03", "no limit", [], [_account(quota_24h=None)], []),
    ("R-CMO-03", "not known", [], [_account(sandbox=REFUSED, quota_24h=REFUSED)], []),
    ("R-CMO-03", "sends from elsewhere", [], [_account(sandbox=True), _identity(region="eu-west-1")], []),
]


@pytest.mark.parametrize(("code", "case", "rows", "observed", "expected"), SENDERS)
def test_sender(code: str, case: str, rows: list[Row], observed: list[Seen], expected: Told) -> None:
    assert _told(_of(code, rows, *observed, **LIST)) == expected, case


def test_settings_say_what_an_identity_sends() -> None:
    declared = Declared(streams={"news@jada.example": "operational"})
    assert _of("R-CMO-02", [_campaign()], _identity(dkim=False), declared=declared) == []


def _results(sent: int, bounces: object, complaints: object = 0, **columns: object) -> Campaign:
    counts = {"sent": sent, "delivered": sent, "hard_bounces": bounces, "complaints": complaints}
    return _campaign(**counts | columns)


def _reputation(
    bounce: object = REFUSED, complaint: object = REFUSED, status: object = "HEALTHY"
) -> MailReputation:
    return seen(MailReputation, region=HERE, bounce_rate=bounce, complaint_rate=complaint, status=status)


def _day(sends: object, bounces: object, complaints: object = 0) -> SendDay:
    return seen(SendDay, region=HERE, day=AS_OF, sends=sends, bounces=bounces, complaints=complaints)


def _rate(text: str) -> Decimal:
    return Decimal(text)


OLD = days_before(181)

RATES: list[tuple[str, str, list[Row], list[Seen], Told]] = [
    ("R-CMO-04", "just under our own warning", [_results(10_000, 399)], [], []),
    ("R-CMO-04", "4%", [_results(1000, 40)], [], [("c-1", "medium")]),
    ("R-CMO-04", "5%", [_results(1000, 50)], [], [("c-1", "high")]),
    ("R-CMO-04", "10%", [_results(1000, 100)], [], [("c-1", "critical")]),
    ("R-CMO-04", "too few messages", [_results(199, 100)], [], []),
    ("R-CMO-04", "long ago", [_results(1000, 100, sent_on=OLD)], [], [("c-1", "medium")]),
    (
        "R-CMO-04",
        "the newest counts",
        [_results(1000, 100), _results(1000, 0, id="c-2", sent_on=AS_OF)],
        [],
        [],
    ),
    ("R-CMO-04", "not known", [_results(1000, UNKNOWN)], [], []),
    ("R-CMO-04", "number sent not known", [_campaign(hard_bounces=9)], [], []),
    ("R-CMO-04", "account fine", [], [_reputation(_rate("0.039"))], []),
    ("R-CMO-04", "account at 5%", [], [_reputation(_rate("0.05"))], [(HERE, "high")]),
    ("R-CMO-04", "account not known", [], [_reputation()], []),
    ("R-CMO-04", "by what it sent", [], [_reputation(), _day(100, 10), _day(100, 10)], [(HERE, "critical")]),
    ("R-CMO-04", "sent too little", [], [_reputation(), _day(199, 100)], []),
    ("R-CMO-04", "a day not known", [], [_reputation(), _day(1000, 100), _day(1000, REFUSED)], []),
    ("R-CMO-04", "under review", [], [_reputation(status="PROBATION")], [(HERE, "high")]),
    ("R-CMO-04", "stopped", [], [_reputation(status="SHUTDOWN")], [(HERE, "critical")]),
    ("R-CMO-04", "standing not known", [], [_reputation(status=REFUSED)], []),
    ("R-CMO-05", "just under our own warning", [_results(10_000, 0, 7)], [], []),
    ("R-CMO-05", "0.08%", [_results(10_000, 0, 8)], [], [("c-1", "medium")]),
    ("R-CMO-05", "0.1%", [_results(10_000, 0, 10)], [], [("c-1", "high")]),
    ("R-CMO-05", "0.3%", [_results(10_000, 0, 30)], [], [("c-1", "critical")]),
    ("R-CMO-05", "too few messages", [_results(199, 0, 5)], [], []),
    ("R-CMO-05", "long ago", [_results(240, 0, 1, sent_on=OLD)], [], [("c-1", "medium")]),
    ("R-CMO-05", "not known", [_results(10_000, 0, UNKNOWN)], [], []),
    ("R-CMO-05", "account at 0.1%", [], [_reputation(complaint=_rate("0.001"))], [(HERE, "high")]),
    ("R-CMO-05", "account not known", [], [_reputation(bounce=_rate("0.5"))], []),
    ("R-CMO-05", "of what arrived", [], [_reputation(), _day(1100, 100, 3)], [(HERE, "critical")]),
]


@pytest.mark.parametrize(("code", "case", "rows", "observed", "expected"), RATES)
def test_rate(code: str, case: str, rows: list[Row], observed: list[Seen], expected: Told) -> None:
    assert _told(_of(code, rows, *observed)) == expected, case


def test_settings_move_our_own_warning() -> None:
    assumed = Assumed(send_stop=SendStop(bounce=_rate("0.02"), complaint=_rate("0.0005")))
    facts = Facts([a_handoff(an_entity(), _results(10_000, 200, 5))], AS_OF, assumed=assumed)
    assert _told(_found("R-CMO-04", facts)) == [("c-1", "medium")]
    assert _told(_found("R-CMO-05", facts)) == [("c-1", "medium")]


MESSAGES: list[tuple[str, dict[str, Any], list[Row], list[Seen], str]] = [
    (
        "R-CMO-01",
        LIST,
        [_campaign(sent_on=OLD)],
        [],
        "Jada owns a list of 3,400 addresses and has mailed nobody since 26\u00a0May\u00a02026.",
    ),
    (
        "R-CMO-02",
        {},
        [_campaign(**PLANNED)],
        [_domain(spf=False, dmarc=None)],
        "Jada plans campaigns, and jada.example lacks SPF and DMARC.",
    ),
    (
        "R-CMO-03",
        LIST,
        [],
        [_account(quota_24h=200)],
        (
            "The mail account in us-west-2 sends 200 mails a day, and warming up the list takes 1,012 on "
            "its largest day."
        ),
    ),
    (
        "R-CMO-05",
        {},
        [_results(10_000, 0, 30)],
        [],
        "0.30% of mailing c-1 (30 of 10,000) was marked as spam; we stop at 0.08%.",
    ),
    (
        "R-CMO-06",
        LIST | {"list_unsourced": 412, "list_updated": UNKNOWN},
        [],
        [],
        (
            "Mailing list of Jada: 412 of 3,400 addresses have no recorded source; nobody wrote down when people "
            "agreed to be mailed."
        ),
    ),
    (
        "R-CMO-07",
        {},
        [_campaign(one_click=False, postal_address=False)],
        [],
        "Mailing c-1 of Jada went out without one-click unsubscribe and without our postal address.",
    ),
    (
        "R-CMO-08",
        LIST,
        _claim(50_000),
        [],
        "$50,000 from the list of Jada takes 500 orders: 15.2% of all who get the mail, and 3% is the most to expect.",
    ),
]


@pytest.mark.parametrize(("code", "fields", "rows", "observed", "message"), MESSAGES)
def test_message(
    code: str, fields: dict[str, Any], rows: list[Row], observed: list[Seen], message: str
) -> None:
    assert [one.message for one in _of(code, rows, *observed, **fields)] == [message]
