"""Checks of the mail service, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.books import Policy
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import Topic
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.cloud.watching import Alarm
from quarterdeck.model.declared import Declared
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import (
    ConfigurationSet,
    EventDestination,
    MailAccount,
    MailIdentity,
    MailReputation,
    MailSender,
    ReceiptRule,
    SendDay,
)
from quarterdeck.model.sales import Campaign
from quarterdeck.model.web import DkimKey, DomainCheck
from tests.audits import REFUSED, a_snapshot, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.observed import Observed

HERE = "us-west-2"
DOMAIN = "jada.example"
HEARD = ("BOUNCE", "COMPLAINT")
NUMBER = "123456789012"
FUNCTION = f"arn:aws:lambda:{HERE}:{NUMBER}:function:read"
READER = seen(Function, name="read", arn=FUNCTION)
GONE = f"arn:aws:lambda:{HERE}:{NUMBER}:function:gone"
ABROAD = f"arn:aws:lambda:{HERE}:999988887777:function:read"
ELSEWHERE = f"inbound-smtp.{HERE}.amazonaws.com"

Row = tuple[str, str, dict[str, Any], tuple["Seen", ...], str]


def _identity(name: str = DOMAIN, **fields: object) -> MailIdentity:
    return seen(MailIdentity, region=HERE, name=name, **({"is_verified": True} | fields))


def _set(**fields: object) -> ConfigurationSet:
    return seen(ConfigurationSet, region=HERE, name="main", **fields)


def _days(sends: object, bounces: object = 0, complaints: object = 0, region: str = HERE) -> SendDay:
    counts = {"sends": sends, "bounces": bounces, "complaints": complaints}
    return seen(SendDay, region=region, day=AS_OF, **counts)


def _domain(name: str = DOMAIN, **fields: object) -> DomainCheck:
    return seen(DomainCheck, domain=name, **fields)


def _rule(name: str = "store", **fields: object) -> ReceiptRule:
    return seen(ReceiptRule, region=HERE, rule_set="in", name=name, **fields)


def _alarm(**fields: object) -> Alarm:
    return seen(Alarm, name="a", **({"metric": "Reputation.BounceRate", "is_heard": True} | fields))


def _told(*destinations: EventDestination) -> ConfigurationSet:
    return _set(destinations=destinations, events=HEARD)


def _rate(value: str) -> dict[str, Decimal]:
    return {"bounce_rate": Decimal(value), "complaint_rate": Decimal(value)}


def _keys(*keys: object) -> DomainCheck:
    return _domain(dkim_keys=keys)


MANY = _days(1000)
TOPIC = f"arn:aws:sns:{HERE}:{NUMBER}:t"
STREAM = f"arn:aws:firehose:{HERE}:{NUMBER}:deliverystream/s"
TELLS = _told(EventDestination("d", is_on=True, events=HEARD, target=TOPIC))
MAIN = {"configuration_set": "main"}
MAIN_USER = _identity(**MAIN)
CAMPAIGNS = _identity(**MAIN, streams=("marketing",))
RECEIPTS = _identity(**MAIN, streams=("operational",))
TOKENS = {"dkim_tokens": ("a",), "dkim_zone": "dkim.amazonses.com"}
OWN_MAIL_FROM = {"mail_from": "b.test", "mail_from_status": "SUCCESS", "mail_from_strict": False}

ACCOUNT: list[Row] = [
    ("SES-01", "out", {"sandbox": False}, (_identity(),), "pass"),
    ("SES-01", "in, with a sender", {"sandbox": True}, (_identity(),), "fail high"),
    ("SES-01", "in, nothing proven", {"sandbox": True}, (_identity(is_verified=False),), "n/a"),
    ("SES-01", "not known what is proven", {"sandbox": True}, (_identity(is_verified=REFUSED),), "unknown"),
    ("SES-01", "refused", {"sandbox": REFUSED}, (), "unknown"),
    ("SES-04", "room", {"quota_24h": 50000, "sent_24h": 39999}, (), "pass"),
    ("SES-04", "80%", {"quota_24h": 50000, "sent_24h": 40000}, (), "fail medium"),
    ("SES-04", "no limit", {"quota_24h": None}, (), "pass"),
    ("SES-04", "refused", {"quota_24h": REFUSED}, (), "unknown"),
    ("SES-04", "sent not known", {"quota_24h": 50000, "sent_24h": REFUSED}, (), "unknown"),
    ("SES-17", "both", {"suppresses": HEARD}, (), "pass"),
    ("SES-17", "one", {"suppresses": ("BOUNCE",)}, (), "fail medium"),
    ("SES-17", "none", {"suppresses": ()}, (), "fail medium"),
    ("SES-17", "refused", {"suppresses": REFUSED}, (), "unknown"),
    ("SES-30", "an alarm", {}, (MANY, _alarm()), "pass"),
    ("SES-30", "none", {}, (MANY,), "fail medium"),
    ("SES-30", "unheard", {}, (MANY, _alarm(is_heard=False)), "fail medium"),
    ("SES-30", "on something else", {}, (MANY, _alarm(metric="Errors")), "fail medium"),
    ("SES-30", "not known whether heard", {}, (MANY, _alarm(is_heard=REFUSED)), "unknown"),
    ("SES-30", "200 mails", {}, (_days(200),), "n/a"),
    ("SES-30", "mails not known", {}, (_days(REFUSED),), "unknown"),
]
REPUTATION: list[Row] = [
    ("SES-02", "sends", {"sends": True, "status": "HEALTHY"}, (), "pass"),
    ("SES-02", "switched off", {"sends": False, "status": REFUSED}, (), "fail critical"),
    ("SES-02", "stopped", {"sends": REFUSED, "status": "SHUTDOWN"}, (), "fail critical"),
    ("SES-02", "refused", {"sends": True, "status": REFUSED}, (), "unknown"),
    ("SES-02", "a new word", {"sends": True, "status": "DREAMY"}, (), "unknown"),
    ("SES-03", "well", {"status": "HEALTHY"}, (), "pass"),
    ("SES-03", "looked into", {"status": "PROBATION"}, (), "fail high"),
    ("SES-03", "a new word", {"status": "DREAMY"}, (), "unknown"),
    ("SES-03", "refused", {"status": REFUSED}, (), "unknown"),
    ("SES-05", "3.99%", _rate("0.0399"), (MANY,), "pass"),
    ("SES-05", "4%", _rate("0.04"), (MANY,), "fail medium"),
    ("SES-05", "5%", _rate("0.05"), (MANY,), "fail high"),
    ("SES-05", "10%", _rate("0.10"), (MANY,), "fail critical"),
    ("SES-05", "199 mails", _rate("0.10"), (_days(199, 20),), "n/a"),
    ("SES-05", "200 mails", {"bounce_rate": REFUSED}, (_days(200, 10),), "fail high"),
    ("SES-05", "none of 200", {"bounce_rate": REFUSED}, (_days(200),), "pass"),
    ("SES-05", "of another region", _rate("0.10"), (_days(900, region="eu"),), "n/a"),
    ("SES-05", "counts not known", {"bounce_rate": REFUSED}, (_days(900, REFUSED),), "unknown"),
    ("SES-05", "sends not known", _rate("0.05"), (_days(REFUSED),), "fail high"),
    ("SES-06", "0.079%", _rate("0.00079"), (MANY,), "pass"),
    ("SES-06", "0.08%", _rate("0.0008"), (MANY,), "fail medium"),
    ("SES-06", "0.1%", _rate("0.001"), (MANY,), "fail high"),
    ("SES-06", "0.3%", _rate("0.003"), (MANY,), "fail critical"),
    ("SES-06", "of what arrived", {"complaint_rate": REFUSED}, (_days(2000, 1000, 1),), "fail high"),
    ("SES-06", "few", _rate("0.003"), (_days(10),), "n/a"),
    ("SES-06", "refused", {"complaint_rate": REFUSED}, (_days(900, 1, REFUSED),), "unknown"),
]
IDENTITY: list[Row] = [
    ("SES-07", "verified", {}, (), "pass"),
    ("SES-07", "waiting", {"is_verified": False, "status": "PENDING"}, (), "pass"),
    ("SES-07", "given up", {"is_verified": False, "status": "FAILED"}, (), "fail low"),
    (
        "SES-07",
        "waiting, in code",
        {"is_verified": False, "status": "PENDING"},
        (seen(MailSender, address=f"hi@{DOMAIN}", place="site:a.py"),),
        "fail high",
    ),
    ("SES-07", "a new word", {"is_verified": False, "status": "DREAMY"}, (), "unknown"),
    ("SES-07", "status not known", {"is_verified": False}, (), "unknown"),
    ("SES-07", "refused", {"is_verified": REFUSED}, (), "unknown"),
    ("SES-08", "signed", {"dkim": True}, (), "pass"),
    ("SES-08", "not", {"dkim": False}, (), "fail high"),
    ("SES-08", "its domain signs", {"name": f"hi@{DOMAIN}", "dkim": False}, (_identity(dkim=True),), "pass"),
    (
        "SES-08",
        "its domain not known",
        {"name": f"hi@{DOMAIN}", "dkim": False},
        (_identity(dkim=REFUSED),),
        "unknown",
    ),
    ("SES-08", "refused", {"dkim": REFUSED}, (), "unknown"),
    ("SES-08", "not verified", {"is_verified": False, "dkim": False}, (), "n/a"),
    ("SES-08", "verified is not known", {"is_verified": REFUSED}, (), "unknown"),
    ("SES-08", "switched off", {"sends": False, "dkim": False}, (), "n/a"),
    ("SES-09", "long", {"dkim": True, "dkim_bits": 2048}, (), "pass"),
    ("SES-09", "short", {"dkim": True, "dkim_bits": 1024}, (), "fail low"),
    (
        "SES-09",
        "short, own, 366 days",
        {"dkim": True, "dkim_bits": 1024, "dkim_own_key": True, "dkim_key_since": days_before(366)},
        (),
        "fail medium",
    ),
    (
        "SES-09",
        "short, own, 365 days",
        {"dkim": True, "dkim_bits": 1024, "dkim_own_key": True, "dkim_key_since": days_before(365)},
        (),
        "fail low",
    ),
    ("SES-09", "not signed", {"dkim": False, "dkim_bits": 1024}, (), "n/a"),
    ("SES-09", "refused", {"dkim": True, "dkim_bits": REFUSED}, (), "unknown"),
    (
        "SES-10",
        "there",
        TOKENS,
        (_keys(DkimKey("a", "published", "a.dkim.amazonses.com")),),
        "pass",
    ),
    (
        "SES-10",
        "in the region's zone",
        TOKENS,
        (_keys(DkimKey("a", "published", "a.dkim.us-west-2.amazonses.com")),),
        "pass",
    ),
    ("SES-10", "absent", TOKENS, (_keys(DkimKey("a", "absent")),), "fail high"),
    ("SES-10", "elsewhere", TOKENS, (_keys(DkimKey("a", "published", "a.far.test")),), "fail high"),
    (
        "SES-10",
        "a key of one's own",
        TOKENS | {"dkim_zone": None},
        (_keys(DkimKey("a", "published")),),
        "pass",
    ),
    ("SES-10", "not looked up", TOKENS, (_keys(DkimKey("b", "published")),), "unknown"),
    ("SES-10", "silent", TOKENS, (_keys(REFUSED),), "unknown"),
    ("SES-10", "not asked", TOKENS, (), "unknown"),
    ("SES-10", "keys not known", TOKENS, (_domain(),), "unknown"),
    ("SES-10", "no key", {"dkim_tokens": ()}, (), "n/a"),
    ("SES-10", "refused", {"dkim_tokens": REFUSED}, (), "unknown"),
    ("SES-11", "its own", {"mail_from": "b.test"}, (), "pass"),
    ("SES-11", "none", {"mail_from": None}, (), "fail medium"),
    ("SES-11", "an address", {"name": f"hi@{DOMAIN}", "mail_from": None}, (), "n/a"),
    ("SES-11", "not verified", {"is_verified": False, "mail_from": None}, (), "n/a"),
    ("SES-11", "refused", {"mail_from": REFUSED}, (), "unknown"),
    ("SES-12", "works", OWN_MAIL_FROM, (_domain("b.test", mx=True, spf=True),), "pass"),
    ("SES-12", "failed", OWN_MAIL_FROM | {"mail_from_status": "FAILED"}, (), "fail medium"),
    (
        "SES-12",
        "failed, strict",
        OWN_MAIL_FROM | {"mail_from_status": "FAILED", "mail_from_strict": True},
        (),
        "fail high",
    ),
    ("SES-12", "waiting", OWN_MAIL_FROM | {"mail_from_status": "PENDING"}, (), "pass"),
    ("SES-12", "no MX", OWN_MAIL_FROM, (_domain("b.test", mx=False, spf=True),), "fail medium"),
    ("SES-12", "no SPF", OWN_MAIL_FROM, (_domain("b.test", mx=True, spf=False),), "fail medium"),
    ("SES-12", "silent", OWN_MAIL_FROM, (_domain("b.test", mx=True, spf=REFUSED),), "unknown"),
    ("SES-12", "not asked", OWN_MAIL_FROM, (), "unknown"),
    ("SES-12", "none", {"mail_from": None, "mail_from_status": None}, (), "n/a"),
    ("SES-12", "refused", {"mail_from": REFUSED}, (), "unknown"),
    ("SES-13", "anybody", {"reach": Reach("public", "anyone may call ses:SendEmail")}, (), "fail critical"),
    ("SES-13", "own", {"reach": Reach("same-account")}, (), "pass"),
    ("SES-13", "odd", {"reach": Reach("unknown", "it is no JSON")}, (), "unknown"),
    ("SES-13", "refused", {"reach": REFUSED}, (), "unknown"),
    ("SES-14", "a stranger", {"reach": Reach("foreign-account", "account ending 4821")}, (), "fail medium"),
    (
        "SES-14",
        "one of them",
        {"reach": Reach("public", strangers=("account ending 4821",))},
        (),
        "fail medium",
    ),
    ("SES-14", "a friend", {"reach": Reach("known-account")}, (), "pass"),
    ("SES-14", "refused", {"reach": REFUSED}, (), "unknown"),
    ("SES-15", "a topic", {"has_feedback_topic": True}, (), "pass"),
    ("SES-15", "nothing", {"has_feedback_topic": False, "configuration_set": None}, (), "fail high"),
    (
        "SES-15",
        "a mailbox",
        {"has_feedback_topic": False, "configuration_set": None, "forwards": True},
        (),
        "fail medium",
    ),
    ("SES-15", "its set", {"has_feedback_topic": False} | MAIN, (_set(events=HEARD),), "pass"),
    (
        "SES-15",
        "set and topic",
        {"has_feedback_topic": False, "topics": ("BOUNCE",)} | MAIN,
        (_set(events=("COMPLAINT",)),),
        "pass",
    ),
    ("SES-15", "half", {"has_feedback_topic": False} | MAIN, (_set(events=("BOUNCE",)),), "fail high"),
    ("SES-15", "set not seen", {"has_feedback_topic": False} | MAIN, (), "unknown"),
    ("SES-15", "events not known", {"has_feedback_topic": False} | MAIN, (_set(events=REFUSED),), "unknown"),
    ("SES-15", "topics not known", {"has_feedback_topic": REFUSED, "configuration_set": None}, (), "unknown"),
    ("SES-15", "not verified", {"is_verified": False}, (), "n/a"),
    (
        "SES-16",
        "alive",
        MAIN,
        (_told(EventDestination("d", is_on=True, events=HEARD, target=FUNCTION)), READER),
        "pass",
    ),
    ("SES-16", "counts alone", MAIN, (_told(EventDestination("d", is_on=True, events=HEARD)),), "pass"),
    ("SES-16", "off", MAIN, (_told(EventDestination("d", is_on=False, events=HEARD)),), "fail high"),
    ("SES-16", "half", MAIN, (_told(EventDestination("d", is_on=True, events=("BOUNCE",))),), "fail high"),
    (
        "SES-16",
        "two halves",
        MAIN,
        (_told(*(EventDestination(one, is_on=True, events=(one,)) for one in HEARD)),),
        "pass",
    ),
    (
        "SES-16",
        "gone",
        MAIN,
        (_told(EventDestination("d", is_on=True, events=HEARD, target=GONE)), READER),
        "fail high",
    ),
    (
        "SES-16",
        "abroad",
        MAIN,
        (_told(EventDestination("d", is_on=True, events=HEARD, target=ABROAD)), READER),
        "unknown",
    ),
    ("SES-16", "a topic", MAIN, (TELLS, seen(Topic, name="t", arn=TOPIC, confirmed=1)), "pass"),
    ("SES-16", "an unheard topic", MAIN, (TELLS, seen(Topic, name="t", arn=TOPIC, confirmed=0)), "fail high"),
    ("SES-16", "hearers not known", MAIN, (TELLS, seen(Topic, name="t", arn=TOPIC)), "unknown"),
    (
        "SES-16",
        "a stream",
        MAIN,
        (_told(EventDestination("d", is_on=True, events=HEARD, target=STREAM)),),
        "unknown",
    ),
    ("SES-16", "none", MAIN, (_set(destinations=()),), "n/a"),
    ("SES-16", "refused", MAIN, (_set(destinations=REFUSED),), "unknown"),
    ("SES-16", "no set", {"configuration_set": None}, (), "n/a"),
    ("SES-16", "set not known", {"configuration_set": REFUSED}, (), "unknown"),
    ("SES-19", "one", {"streams": ("marketing",)}, (), "pass"),
    ("SES-19", "both", {"streams": ("marketing", "operational")}, (), "fail high"),
    ("SES-19", "nobody says", {}, (), "unknown"),
    ("SES-20", "a set", MAIN, (), "pass"),
    ("SES-20", "none", {"configuration_set": None}, (), "fail medium"),
    ("SES-20", "refused", {"configuration_set": REFUSED}, (), "unknown"),
    ("SES-20", "not verified", {"is_verified": False, "configuration_set": None}, (), "n/a"),
]
OPEN = EventDestination("d", is_on=True, events=("CLICK",))
REDIRECT = {"destinations": (OPEN,), "redirect_domain": "go.test", "redirects_encrypted": True}
SETS: list[Row] = [
    ("SES-18", "the account's", {"suppresses": None}, (CAMPAIGNS,), "pass"),
    ("SES-18", "its own", {"suppresses": HEARD}, (CAMPAIGNS,), "pass"),
    ("SES-18", "nothing", {"suppresses": ()}, (CAMPAIGNS,), "fail medium"),
    ("SES-18", "nothing, receipts", {"suppresses": ()}, (RECEIPTS,), "n/a"),
    ("SES-18", "nothing, nobody says", {"suppresses": ()}, (), "unknown"),
    ("SES-18", "refused", {"suppresses": REFUSED}, (CAMPAIGNS,), "unknown"),
    ("SES-21", "required", {"requires_tls": True}, (), "pass"),
    ("SES-21", "not", {"requires_tls": False}, (RECEIPTS,), "fail low"),
    ("SES-21", "not, campaigns", {"requires_tls": False}, (CAMPAIGNS,), "n/a"),
    ("SES-21", "not, nobody says", {"requires_tls": False}, (), "unknown"),
    ("SES-21", "refused", {"requires_tls": REFUSED}, (RECEIPTS,), "unknown"),
    ("SES-22", "measured", {"measures_reputation": True}, (MAIN_USER,), "pass"),
    ("SES-22", "not", {"measures_reputation": False}, (MAIN_USER,), "fail low"),
    ("SES-22", "not, campaigns", {"measures_reputation": False}, (CAMPAIGNS,), "fail medium"),
    ("SES-22", "not used", {"measures_reputation": False}, (), "n/a"),
    ("SES-22", "refused", {"measures_reputation": REFUSED}, (MAIN_USER,), "unknown"),
    ("SES-23", "on", {"sends": True}, (MAIN_USER,), "pass"),
    ("SES-23", "off", {"sends": False}, (MAIN_USER,), "fail high"),
    ("SES-23", "off, said", {"sends": False, "streams": ("marketing",)}, (), "fail high"),
    ("SES-23", "off, not used", {"sends": False}, (), "n/a"),
    ("SES-23", "refused", {"sends": REFUSED}, (MAIN_USER,), "unknown"),
    ("SES-24", "one's own", REDIRECT, (), "pass"),
    ("SES-24", "unencrypted", REDIRECT | {"redirects_encrypted": False}, (), "fail low"),
    ("SES-24", "the service's", REDIRECT | {"redirect_domain": None}, (), "fail low"),
    ("SES-24", "the service's, campaigns", REDIRECT | {"redirect_domain": None}, (CAMPAIGNS,), "fail medium"),
    ("SES-24", "not counted", {"destinations": ()}, (), "n/a"),
    ("SES-24", "refused", {"destinations": REFUSED}, (), "unknown"),
    ("SES-24", "links not known", {"destinations": (OPEN,)}, (), "unknown"),
]
HOSTS = {"domain": DOMAIN, "mx_hosts": (ELSEWHERE,)}
HERE_READ = seen(MailAccount, region=HERE)
INBOUND: list[Row] = [
    ("SES-25", "elsewhere", {"domain": DOMAIN, "mx_hosts": ("mx.test",)}, (), "n/a"),
    ("SES-25", "a rule", HOSTS, (HERE_READ, _rule(is_on=True, domains=(DOMAIN,))), "pass"),
    ("SES-25", "a rule for all", HOSTS, (HERE_READ, _rule(is_on=True, domains=())), "pass"),
    ("SES-25", "for all beneath", HOSTS, (HERE_READ, _rule(is_on=True, domains=(".example",))), "pass"),
    ("SES-25", "for another", HOSTS, (HERE_READ, _rule(is_on=True, domains=("far.test",))), "fail high"),
    ("SES-25", "off", HOSTS, (HERE_READ, _rule(is_on=False, domains=(DOMAIN,))), "fail high"),
    ("SES-25", "no rule", HOSTS, (HERE_READ,), "fail high"),
    ("SES-25", "not known", HOSTS, (HERE_READ, _rule(domains=(DOMAIN,))), "unknown"),
    ("SES-25", "region not read", HOSTS, (), "unknown"),
    ("SES-25", "silent", {"domain": DOMAIN, "mx_hosts": REFUSED}, (), "unknown"),
]
ON = {"is_on": True, "buckets": (), "targets": (), "domains": (DOMAIN,)}
RULE = {"region": HERE, "rule_set": "in", "name": "store"}
KEPT = {"is_on": True, "buckets": ("in",)}
RECEIVING: list[Row] = [
    (
        "SES-26",
        "there",
        ON | {"buckets": ("in",), "targets": (FUNCTION,)},
        (seen(Bucket, name="in"), READER),
        "pass",
    ),
    ("SES-26", "no bucket", ON | {"buckets": ("in",)}, (), "fail high"),
    ("SES-26", "no function", ON | {"targets": (GONE,)}, (READER,), "fail high"),
    ("SES-26", "a version of it", ON | {"targets": (f"{FUNCTION}:live",)}, (READER,), "pass"),
    ("SES-26", "abroad", ON | {"targets": (ABROAD,)}, (READER,), "unknown"),
    ("SES-26", "the only one, off", ON | {"is_on": False}, (), "fail high"),
    ("SES-26", "the only one for all, off", ON | {"is_on": False, "domains": ()}, (), "fail high"),
    ("SES-26", "off, and another on", ON | {"is_on": False}, (_rule("b", is_on=True, domains=()),), "n/a"),
    ("SES-26", "refused", ON | {"is_on": REFUSED}, (), "unknown"),
    ("SES-27", "careful", KEPT | {"scans": True, "requires_tls": True}, (), "pass"),
    ("SES-27", "not scanned", KEPT | {"scans": False, "requires_tls": REFUSED}, (), "fail low"),
    ("SES-27", "unencrypted", KEPT | {"scans": True, "requires_tls": False}, (), "fail low"),
    ("SES-27", "half known", KEPT | {"scans": True, "requires_tls": REFUSED}, (), "unknown"),
    ("SES-27", "keeps nothing", KEPT | {"buckets": (), "scans": False}, (), "n/a"),
    ("SES-27", "off", KEPT | {"is_on": False, "scans": False}, (), "n/a"),
    ("SES-27", "refused", {"is_on": True, "buckets": REFUSED}, (), "unknown"),
    ("SES-28", "deleted", KEPT, (seen(Bucket, name="in", expires=True),), "pass"),
    ("SES-28", "kept", KEPT, (seen(Bucket, name="in", expires=False),), "fail medium"),
    ("SES-28", "refused", KEPT, (seen(Bucket, name="in", expires=REFUSED),), "unknown"),
    ("SES-28", "not seen", KEPT, (), "unknown"),
    ("SES-28", "keeps nothing", KEPT | {"buckets": ()}, (), "n/a"),
]
CODE = {"address": f"hi@mail.{DOMAIN}", "place": "site:a.py"}
SENDER: list[Row] = [
    ("SES-29", "its domain", CODE, (_identity(),), "pass"),
    ("SES-29", "itself", CODE, (_identity(f"HI@mail.{DOMAIN}"),), "pass"),
    ("SES-29", "another address", CODE, (_identity(f"ho@mail.{DOMAIN}"),), "fail high"),
    ("SES-29", "not verified", CODE, (_identity(is_verified=False),), "fail high"),
    ("SES-29", "nothing", CODE, (), "fail high"),
    ("SES-29", "not known", CODE, (_identity(is_verified=REFUSED),), "unknown"),
]
KINDS: list[tuple[type[Observed], dict[str, Any], list[Row]]] = [
    (MailAccount, {"region": HERE}, ACCOUNT),
    (MailReputation, {"region": HERE}, REPUTATION),
    (MailIdentity, {"region": HERE, "name": DOMAIN, "is_verified": True}, IDENTITY),
    (ConfigurationSet, {"region": HERE, "name": "main"}, SETS),
    (DomainCheck, {}, INBOUND),
    (ReceiptRule, RULE, RECEIVING),
    (MailSender, {}, SENDER),
]


@pytest.mark.parametrize(
    ("kind", "known", "code", "case", "fields", "others", "expected"),
    [(kind, known, *row) for kind, known, rows in KINDS for row in rows],
)
def test_mail(
    kind: type[Any],
    known: dict[str, Any],
    code: str,
    case: str,
    fields: dict[str, Any],
    others: tuple[Seen, ...],
    expected: str,
) -> None:
    assert judged(code, seen(kind, **(known | fields)), *others) == expected, case


def test_every_check_has_a_good_a_bad_and_an_unknown_row() -> None:
    told: dict[str, set[str]] = {}
    for _, _, rows in KINDS:
        for code, _, _, _, expected in rows:
            told.setdefault(code, set()).add(expected.partition(" ")[0])
    assert {code for code, one in CHECKS.items() if one.subject == "SES"} == set(told)
    assert {code for code, found in told.items() if not {"pass", "fail", "unknown"} <= found} == set()
    assert len(told) == 30


@pytest.mark.parametrize(
    ("code", "record", "others"),
    [
        ("SES-05", seen(MailReputation, region=HERE, bounce_rate=REFUSED), ()),
        ("SES-25", _domain(mx_hosts=(ELSEWHERE,)), (HERE_READ,)),
        ("SES-26", seen(ReceiptRule, **RULE | ON | {"buckets": ("in",)}), ()),
        ("SES-26", seen(ReceiptRule, **RULE | ON | {"targets": (GONE,)}), (READER,)),
        ("SES-29", seen(MailSender, **CODE), ()),
        ("SES-30", seen(MailAccount, region=HERE), ()),
        ("SES-30", seen(MailAccount, region=HERE), (MANY,)),
    ],
)
def test_what_another_audit_did_not_list_is_not_known(
    code: str, record: Seen, others: tuple[Seen, ...]
) -> None:
    assert judged(code, record, *others, snapshots=()) == "unknown"


def test_a_planned_mailing_needs_an_account_that_is_let_out() -> None:
    account = seen(MailAccount, region=HERE, sandbox=True)
    planned = a_row(Campaign, id="c-1", status="planned")
    assert judged("SES-01", account, rows=(planned,)) == "fail high"
    assert judged("SES-01", account, snapshots=()) == "unknown"


def test_a_planned_mailing_needs_a_sender_that_is_verified() -> None:
    waiting = _identity(is_verified=False, status="PENDING")
    assert judged("SES-07", waiting, rows=(a_row(Campaign, id="c-1", status="planned"),)) == "fail high"


def _facts_of(record: Seen, **fields: Any) -> Facts:  # noqa: ANN401 - keys of the front matter
    """One business with such front matter, and what was seen."""
    return Facts(
        [a_handoff(an_entity("jada", **fields))], AS_OF, evidence=Evidence((record,), (), (a_snapshot(),))
    )


@pytest.mark.parametrize(("size", "expected"), [(500, "high"), (499, "None")])
def test_a_big_list_weighs(size: int, expected: str) -> None:
    account = seen(MailAccount, region=HERE, suppresses=())
    verdict = CHECKS["SES-17"].judge(account, _facts_of(account, list_size=size))
    assert str(getattr(verdict, "severity", "")) == expected


@pytest.mark.parametrize(("quota", "expected"), [(200, "Fail"), (50000, "Pass")])
def test_a_list_takes_more_than_the_quota(quota: int, expected: str) -> None:
    account = seen(MailAccount, region=HERE, quota_24h=quota, sent_24h=0)
    facts = _facts_of(account, list_size=3400, list_source="bookings", list_suppressed=0)
    assert type(CHECKS["SES-04"].judge(account, facts)).__name__ == expected


@pytest.mark.parametrize(
    ("case", "declared", "expected"),
    [
        ("one", Declared(streams={DOMAIN: "marketing"}), "pass"),
        ("reports, too", Declared(streams={DOMAIN: "marketing"}, reports_from=f"r@{DOMAIN}"), "fail high"),
        ("reports alone", Declared(reports_from=f"r@{DOMAIN}"), "unknown"),
        ("reports elsewhere", Declared(streams={DOMAIN: "marketing"}, reports_from="r@far.test"), "pass"),
    ],
)
def test_what_the_settings_say_of_a_sender(case: str, declared: Declared, expected: str) -> None:
    assert judged("SES-19", _identity(), declared=declared) == expected, case


def test_a_set_that_reports_go_through() -> None:
    declared = Declared(streams={"main": "marketing"}, reports_through="main")
    assert judged("SES-21", _set(requires_tls=False), declared=declared) == "fail low"


def test_a_retention_row_stands_for_a_lifecycle_rule() -> None:
    row = a_row(Policy, policy="retention", applies_to="jada-inbound", delete_after_days=90)
    bucket = seen(Bucket, name="jada-inbound", expires=False)
    assert judged("SES-28", _rule(is_on=True, buckets=("jada-inbound",)), bucket, rows=(row,)) == "pass"


def test_each_failure_names_what_it_is_about() -> None:
    facts = audited(_identity(dkim=False))
    verdict = CHECKS["SES-08"].judge(facts.of(MailIdentity)[0], facts)
    assert getattr(verdict, "message", "") == f"Mail from {DOMAIN} in {HERE} is not signed."
