"""Checks of what is paid for nothing, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import results
from quarterdeck.model.books import Cost
from quarterdeck.model.check import Fail
from quarterdeck.model.cloud.apis import Api, ApiStage
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import (
    Address,
    Balancer,
    CloudCost,
    CustomerKey,
    DiskCopy,
    FirewallList,
    Gateway,
    Server,
    Volume,
)
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import RegisteredDomain, Zone
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import EventRule
from quarterdeck.model.cloud.other import Stack
from quarterdeck.model.cloud.secrets import Secret
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import AccountWatch, Alarm, Dashboard, LogGroup, Trail
from quarterdeck.model.declared import Declared
from quarterdeck.model.holdings import Asset
from quarterdeck.model.mail_account import ConfigurationSet, MailAccount, MailIdentity, ReceiptRule, SendDay
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository
from quarterdeck.model.source import Source
from tests.audits import REFUSED, a_snapshot, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import a_row, days_before, usd

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.observed import Observed

HOME = "us-east-1"
STACK = (("aws:cloudformation:stack-name", "jada-prod"),)
PROD = seen(Stack, name="jada-prod")
TIDES = "arn:aws:lambda:us-east-1:1:function:tides"
MONTHLY = {"schedule": "rate(30 days)", "targets": (TIDES,)}
OLD = {"last_modified": days_before(31), "arn": TIDES}
BIG = {"memory_mb": 1024, "average_ms": Decimal(199), "invocations_30d": 400_000, "region": HOME}
PLAIN = {"processor": "x86_64", "runtime": "python3.13", "layers": 0}
KEPT = {"is_versioned": True, "ends_versions": False, "size_gb": Decimal(1)}
HELD = {"name": "box", "size_gb": Decimal(50), "cools": False, "is_website": False}
EMPTY = {"name": "box", "most_objects_30d": 0, "created": days_before(31), "logs_to": None}
FIXED = {"created": days_before(31), "on_demand": False, "read_units": 10, "write_units": 10, "region": HOME}
BY_USE = {"on_demand": True, "storage_class": "STANDARD", "region": HOME}
FULL = 20 * 30 * 24 * 60 * 60
LOG = {"name": "/aws/lambda/tides", "region": HOME, "size_gb": Decimal(3)}
OFF = {"name": "E1", "is_on": False}
ON = {"name": "E1", "is_on": True, "changed": days_before(31)}
ALL = {"name": "E1", "price_class": "PriceClass_All"}
HERE = Declared(regions={"jada": ("us-east-1", "us-west-2")})
CDN = {"month": "2026-10", "by": "service", "name": "Amazon CloudFront"}
ZONE = {"name": "jada.example", "records": 3, "is_private": False, "name_servers": ("ns1.dns.example",)}
EDGE = {"name": "list", "arn": "arn:list", "region": HOME, "is_of_edge": True}
REGIONAL = {"name": "list", "arn": "arn:list", "region": HOME}
NAT = {"name": "nat", "what": "gateway", "network": "vpc-1", "neighbours": 0, "zones": 1, "region": HOME}
TAKEN = {"name": "192.0.2.1", "attached_to": "i-1", "region": HOME}
DISK = {"name": "vol-1", "size_gb": Decimal(40), "type": "gp3", "region": HOME}
BLOG = {"name": "blog", "what": "server", "is_running": True}
LEFT = {"name": "snap-1", "is_disk_gone": True, "is_of_image": False, "size_gb": Decimal(30), "region": HOME}
FRONT = {"name": "front", "made": days_before(31), "region": HOME}


def _mail(kind: type[Observed], **fields: object) -> Seen:
    return seen(kind, **{"region": HOME, "name": "jada.example", "source": MAIL} | fields)  # type: ignore[return-value]  # a kind of evidence


def _sent(count: object) -> Seen:
    return seen(SendDay, region=HOME, day=days_before(5), sends=count, source=MAIL)


MAIL = Source("evidence/ses.json", kind="evidence")
SENDER, NO_MAIL = _mail(MailIdentity), _sent(0)
TAKES = _mail(ReceiptRule, rule_set="s", domains=("jada.example",))
NO_EXTRAS = {"region": HOME, "dedicated_ips": 0, "sent_24h": 12, "has_advisor": False, "rule_sets": 1}
QUIET = NO_EXTRAS | {"sent_24h": 0}
LOGS = {
    "has_changes": True,
    "is_on": True,
    "is_everywhere": True,
    "region": HOME,
    "is_of_organisation": False,
}
SECOND = seen(Trail, **LOGS | {"name": "second", "is_everywhere": False})
FIRST = seen(Trail, **LOGS | {"name": "first"})
KEY = {"name": "k-1", "arn": "arn:key/k-1", "alias": None, "region": HOME}
UNREAD = {"last_read": days_before(91), "created": days_before(400), "region": HOME}


@pytest.mark.parametrize(
    ("code", "case", "kind", "fields", "others", "expected"),
    [
        ("COST-08", "called", Function, {"invocations_30d": 1}, (), "pass"),
        ("COST-08", "idle", Function, OLD | {"invocations_30d": 0}, (), "fail low"),
        ("COST-08", "new", Function, {"invocations_30d": 0, "last_modified": days_before(30)}, (), "n/a"),
        (
            "COST-08",
            "a schedule is due",
            Function,
            OLD | {"invocations_30d": 0},
            (seen(EventRule, name="r", is_on=True, **MONTHLY),),
            "pass",
        ),
        (
            "COST-08",
            "a schedule is off",
            Function,
            OLD | {"invocations_30d": 0},
            (seen(EventRule, name="r", is_on=False, **MONTHLY),),
            "fail low",
        ),
        (
            "COST-08",
            "whom a schedule calls is not known",
            Function,
            OLD | {"invocations_30d": 0},
            (seen(EventRule, name="r", is_on=True, schedule="rate(1 day)", targets=REFUSED),),
            "unknown",
        ),
        ("COST-08", "calls not known", Function, {"invocations_30d": REFUSED}, (), "unknown"),
        ("COST-08", "age not known", Function, {"invocations_30d": 0}, (), "unknown"),
        ("COST-09", "much and quick", Function, BIG, (), "fail low"),
        ("COST-09", "cheap", Function, BIG | {"invocations_30d": 200_000}, (), "pass"),
        ("COST-09", "less memory", Function, BIG | {"memory_mb": 1023}, (), "pass"),
        ("COST-09", "slow", Function, BIG | {"average_ms": Decimal(200)}, (), "pass"),
        ("COST-09", "did not run", Function, BIG | {"average_ms": None}, (), "n/a"),
        ("COST-09", "no price there", Function, BIG | {"region": "eu-west-1"}, (), "unknown"),
        ("COST-09", "refused", Function, BIG | {"average_ms": REFUSED}, (), "unknown"),
        ("COST-10", "20", Function, {"versions": 20, "code_share": Decimal("0.49")}, (), "pass"),
        ("COST-10", "21", Function, {"versions": 21}, (), "fail low"),
        ("COST-10", "half full", Function, {"versions": 1, "code_share": Decimal("0.5")}, (), "fail low"),
        ("COST-10", "none", Function, {"versions": 0, "code_share": Decimal("0.9")}, (), "pass"),
        ("COST-10", "refused", Function, {"versions": REFUSED}, (), "unknown"),
        ("COST-10", "share refused", Function, {"versions": 1, "code_share": REFUSED}, (), "unknown"),
        ("COST-34", "dearer", Function, BIG | PLAIN, (), "fail info"),
        ("COST-34", "the other", Function, BIG | PLAIN | {"processor": "arm64"}, (), "pass"),
        ("COST-34", "compiled", Function, BIG | PLAIN | {"runtime": "java21"}, (), "n/a"),
        ("COST-34", "an image", Function, BIG | PLAIN | {"runtime": None}, (), "n/a"),
        ("COST-34", "layers", Function, BIG | PLAIN | {"layers": 1}, (), "n/a"),
        ("COST-34", "cheap", Function, BIG | PLAIN | {"invocations_30d": 9}, (), "pass"),
        ("COST-34", "refused", Function, BIG | PLAIN | {"processor": REFUSED}, (), "unknown"),
        ("COST-34", "no load", Function, BIG | PLAIN | {"invocations_30d": REFUSED}, (), "unknown"),
        ("COST-11", "rule", Bucket, {"ends_uploads": True}, (), "pass"),
        ("COST-11", "no rule", Bucket, {"ends_uploads": False, "most_objects_30d": 4}, (), "fail low"),
        ("COST-11", "empty", Bucket, {"ends_uploads": False, "most_objects_30d": 0}, (), "n/a"),
        (
            "COST-11",
            "not counted",
            Bucket,
            {"ends_uploads": False, "most_objects_30d": REFUSED},
            (),
            "unknown",
        ),
        ("COST-11", "refused", Bucket, {"ends_uploads": REFUSED}, (), "unknown"),
        ("COST-12", "kept", Bucket, KEPT, (), "fail low"),
        ("COST-12", "small", Bucket, KEPT | {"size_gb": Decimal("0.9")}, (), "pass"),
        ("COST-12", "no versions", Bucket, {"is_versioned": False}, (), "pass"),
        ("COST-12", "rule", Bucket, KEPT | {"ends_versions": True}, (), "pass"),
        ("COST-12", "empty", Bucket, KEPT | {"most_objects_30d": 0, "size_gb": REFUSED}, (), "pass"),
        ("COST-12", "size not known", Bucket, KEPT | {"size_gb": REFUSED}, (), "unknown"),
        ("COST-12", "refused", Bucket, KEPT | {"ends_versions": REFUSED}, (), "unknown"),
        ("COST-13", "large", Bucket, HELD, (), "fail low"),
        ("COST-13", "49 GB", Bucket, HELD | {"size_gb": Decimal(49)}, (), "pass"),
        ("COST-13", "moved", Bucket, HELD | {"cools": True}, (), "pass"),
        ("COST-13", "a site", Bucket, HELD | {"is_website": True}, (), "pass"),
        ("COST-13", "site not known", Bucket, HELD | {"is_website": REFUSED}, (), "unknown"),
        ("COST-13", "size not known", Bucket, HELD | {"size_gb": REFUSED}, (), "unknown"),
        ("COST-13", "empty", Bucket, HELD | {"most_objects_30d": 0}, (), "n/a"),
        ("COST-14", "empty", Bucket, EMPTY, (), "fail info"),
        ("COST-14", "new", Bucket, EMPTY | {"created": days_before(30)}, (), "n/a"),
        ("COST-14", "holds some", Bucket, EMPTY | {"most_objects_30d": 1}, (), "pass"),
        ("COST-14", "a trail writes", Bucket, EMPTY, (seen(Trail, name="t", bucket="box"),), "pass"),
        ("COST-14", "logs", Bucket, EMPTY, (seen(Bucket, name="other", logs_to="box"),), "pass"),
        ("COST-14", "logs not known", Bucket, EMPTY, (seen(Bucket, name="other"),), "unknown"),
        (
            "COST-14",
            "mail",
            Bucket,
            EMPTY,
            (seen(ReceiptRule, region=HOME, rule_set="s", name="r", buckets=("box",)),),
            "pass",
        ),
        ("COST-14", "refused", Bucket, EMPTY | {"most_objects_30d": REFUSED}, (), "unknown"),
        ("COST-14", "age refused", Bucket, EMPTY | {"created": REFUSED}, (), "unknown"),
        ("COST-15", "new", Table, {"requests_30d": 0, "created": days_before(30)}, (), "n/a"),
        ("COST-15", "age refused", Table, {"requests_30d": 0, "created": REFUSED}, (), "unknown"),
        ("COST-15", "asked", Table, {"requests_30d": 1}, (), "pass"),
        ("COST-15", "idle", Table, FIXED | {"requests_30d": 0}, (), "fail low"),
        (
            "COST-15",
            "idle by use",
            Table,
            FIXED | {"requests_30d": 0, "read_units": None, "write_units": None},
            (),
            "fail low",
        ),
        ("COST-15", "refused", Table, {"requests_30d": REFUSED}, (), "unknown"),
        ("COST-16", "a fifth", Table, FIXED | {"requests_30d": FULL // 5}, (), "pass"),
        ("COST-16", "under a fifth", Table, FIXED | {"requests_30d": FULL // 5 - 1}, (), "fail low"),
        (
            "COST-16",
            "units not known",
            Table,
            FIXED | {"requests_30d": 1, "read_units": REFUSED},
            (),
            "unknown",
        ),
        (
            "COST-16",
            "much kept",
            Table,
            BY_USE | {"requests_30d": 1000, "size_gb": Decimal(5)},
            (),
            "fail low",
        ),
        ("COST-16", "little kept", Table, BY_USE | {"requests_30d": 1000, "size_gb": Decimal(4)}, (), "pass"),
        (
            "COST-16",
            "asked much",
            Table,
            BY_USE | {"requests_30d": 9_000_000, "size_gb": Decimal(5)},
            (),
            "pass",
        ),
        (
            "COST-16",
            "has the class",
            Table,
            BY_USE
            | {"requests_30d": 9, "size_gb": Decimal(9), "storage_class": "STANDARD_INFREQUENT_ACCESS"},
            (),
            "pass",
        ),
        (
            "COST-16",
            "no price there",
            Table,
            BY_USE | {"requests_30d": 9, "size_gb": Decimal(9), "region": "eu-west-1"},
            (),
            "unknown",
        ),
        ("COST-16", "size not known", Table, BY_USE | {"requests_30d": 9, "size_gb": REFUSED}, (), "unknown"),
        ("COST-16", "refused", Table, {"on_demand": REFUSED}, (), "unknown"),
        ("COST-17", "ends", LogGroup, LOG | {"retention_days": 30}, (), "pass"),
        (
            "COST-17",
            "a dollar",
            LogGroup,
            LOG | {"retention_days": None, "size_gb": Decimal(34)},
            (),
            "fail low",
        ),
        ("COST-17", "less", LogGroup, LOG | {"retention_days": None, "size_gb": Decimal(33)}, (), "pass"),
        (
            "COST-17",
            "no price",
            LogGroup,
            LOG | {"retention_days": None, "region": "eu-west-1"},
            (),
            "unknown",
        ),
        (
            "COST-17",
            "size refused",
            LogGroup,
            LOG | {"retention_days": None, "size_gb": REFUSED},
            (),
            "unknown",
        ),
        ("COST-17", "refused", LogGroup, LOG | {"retention_days": REFUSED}, (), "unknown"),
        ("COST-18", "off", Distribution, OFF | {"changed": days_before(31)}, (), "fail low"),
        ("COST-18", "just off", Distribution, OFF | {"changed": days_before(30)}, (), "n/a"),
        ("COST-18", "not asked", Distribution, ON | {"requests_30d": 0}, (), "fail low"),
        ("COST-18", "asked", Distribution, ON | {"requests_30d": 1}, (), "pass"),
        ("COST-18", "requests refused", Distribution, ON | {"requests_30d": REFUSED}, (), "unknown"),
        ("COST-18", "refused", Distribution, OFF | {"changed": REFUSED}, (), "unknown"),
        ("COST-20", "empty", Zone, ZONE | {"records": 0}, (), "fail low"),
        ("COST-20", "private", Zone, ZONE | {"is_private": True}, (), "pass"),
        (
            "COST-20",
            "asked",
            Zone,
            ZONE,
            (seen(RegisteredDomain, domain="jada.example", name_servers=("ns1.dns.example",)),),
            "pass",
        ),
        (
            "COST-20",
            "elsewhere",
            Zone,
            ZONE,
            (seen(RegisteredDomain, domain="jada.example", name_servers=("ns.other.example",)),),
            "fail low",
        ),
        ("COST-20", "nobody says", Zone, ZONE, (), "unknown"),
        ("COST-20", "refused", Zone, ZONE | {"records": REFUSED}, (), "unknown"),
        ("COST-21", "unread", Secret, UNREAD | {"name": "s", "deleted_on": None}, (), "fail low"),
        ("COST-21", "read", Secret, UNREAD | {"name": "s", "last_read": days_before(9)}, (), "pass"),
        ("COST-21", "about to go", Secret, UNREAD | {"name": "s", "deleted_on": days_before(1)}, (), "n/a"),
        ("COST-21", "refused", Secret, UNREAD | {"name": "s", "last_read": REFUSED}, (), "unknown"),
        ("COST-22", "nothing", Gateway, NAT, (), "fail medium"),
        ("COST-22", "a function", Gateway, NAT, (seen(Function, name="f", network="vpc-1"),), "fail medium"),
        ("COST-22", "an endpoint", Gateway, NAT | {"what": "endpoint"}, (), "fail medium"),
        ("COST-22", "a server", Gateway, NAT | {"neighbours": 1}, (), "pass"),
        ("COST-22", "functions not known", Gateway, NAT, (seen(Function, name="f"),), "unknown"),
        ("COST-22", "refused", Gateway, NAT | {"neighbours": REFUSED}, (), "unknown"),
        ("COST-23", "free", Address, TAKEN | {"attached_to": None}, (), "fail low"),
        ("COST-23", "off", Address, TAKEN | {"is_stopped": True}, (), "fail low"),
        ("COST-23", "used", Address, TAKEN | {"is_stopped": False}, (), "pass"),
        ("COST-23", "server refused", Address, TAKEN | {"is_stopped": REFUSED}, (), "unknown"),
        ("COST-23", "refused", Address, TAKEN | {"attached_to": REFUSED}, (), "unknown"),
        ("COST-24", "14 days", Volume, DISK | {"free_since": days_before(14)}, (), "pass"),
        ("COST-24", "15 days", Volume, DISK | {"free_since": days_before(15)}, (), "fail low"),
        ("COST-24", "used", Volume, DISK | {"free_since": None}, (), "pass"),
        ("COST-24", "refused", Volume, DISK | {"free_since": REFUSED}, (), "unknown"),
        ("COST-25", "nobody's", Server, BLOG, (), "fail medium"),
        ("COST-25", "a database", Server, BLOG | {"what": "database"}, (), "fail medium"),
        ("COST-25", "a stack", Server, BLOG | {"tags": STACK}, (PROD,), "pass"),
        ("COST-25", "left behind by a stack", Server, BLOG | {"tags": STACK}, (), "fail medium"),
        ("COST-25", "a repository", Server, BLOG, (seen(Repository, name="blog"),), "pass"),
        ("COST-25", "off", Server, BLOG | {"is_running": False}, (), "n/a"),
        ("COST-25", "refused", Server, BLOG | {"is_running": REFUSED}, (), "unknown"),
        ("COST-26", "none", MailAccount, NO_EXTRAS, (), "pass"),
        (
            "COST-26",
            "addresses",
            MailAccount,
            NO_EXTRAS | {"dedicated_ips": 1, "sent_24h": 999},
            (),
            "fail low",
        ),
        ("COST-26", "used", MailAccount, NO_EXTRAS | {"dedicated_ips": 1, "sent_24h": 1000}, (), "pass"),
        ("COST-26", "adviser", MailAccount, NO_EXTRAS | {"has_advisor": True}, (), "fail low"),
        ("COST-26", "sets", MailAccount, NO_EXTRAS | {"rule_sets": 2}, (), "fail low"),
        ("COST-26", "refused", MailAccount, NO_EXTRAS | {"dedicated_ips": REFUSED}, (), "unknown"),
        ("COST-26", "silent", MailAccount, QUIET, (SENDER, NO_MAIL), "fail low"),
        ("COST-26", "sent last week", MailAccount, QUIET, (SENDER, _sent(1)), "pass"),
        ("COST-26", "days not read", MailAccount, QUIET, (SENDER, _sent(REFUSED)), "pass"),
        ("COST-26", "sent today", MailAccount, NO_EXTRAS, (SENDER, NO_MAIL), "pass"),
        (
            "COST-26",
            "said to send",
            MailAccount,
            QUIET,
            (_mail(MailIdentity, streams=("operational",)),),
            "pass",
        ),
        ("COST-26", "takes mail in", MailAccount, QUIET, (SENDER, TAKES), "pass"),
        ("COST-26", "elsewhere", MailAccount, QUIET, (_mail(MailIdentity, region="us-west-2"),), "pass"),
        ("COST-26", "an unused set", MailAccount, QUIET, (_mail(ConfigurationSet, name="s"),), "fail low"),
        ("COST-27", "alone", Trail, LOGS | {"name": "t"}, (), "pass"),
        ("COST-27", "second", Trail, LOGS | {"name": "second", "is_everywhere": False}, (FIRST,), "fail low"),
        ("COST-27", "first", Trail, LOGS | {"name": "first"}, (SECOND,), "pass"),
        (
            "COST-27",
            "elsewhere",
            Trail,
            LOGS | {"name": "t", "is_everywhere": False, "region": "eu-west-1"},
            (SECOND,),
            "pass",
        ),
        ("COST-27", "off", Trail, LOGS | {"name": "t", "is_on": False}, (FIRST,), "n/a"),
        ("COST-27", "refused", Trail, LOGS | {"name": "t", "has_changes": REFUSED}, (FIRST,), "unknown"),
        ("COST-29", "idle", CustomerKey, KEY, (), "fail low"),
        ("COST-29", "a name", CustomerKey, KEY | {"alias": "books"}, (), "pass"),
        ("COST-29", "a table", CustomerKey, KEY, (seen(Table, name="t", key="arn:key/k-1"),), "pass"),
        ("COST-29", "a bucket", CustomerKey, KEY, (seen(Bucket, name="b", key="k-1"),), "pass"),
        ("COST-29", "not known", CustomerKey, KEY, (seen(Table, name="t", key=REFUSED),), "unknown"),
        ("COST-29", "refused", CustomerKey, KEY | {"alias": REFUSED}, (), "unknown"),
        ("COST-30", "a year", DiskCopy, LEFT | {"made": days_before(365)}, (), "pass"),
        ("COST-30", "older", DiskCopy, LEFT | {"made": days_before(366)}, (), "fail low"),
        (
            "COST-30",
            "of an image",
            DiskCopy,
            LEFT | {"made": days_before(900), "is_of_image": True},
            (),
            "pass",
        ),
        (
            "COST-30",
            "its disk",
            DiskCopy,
            LEFT | {"made": days_before(900), "is_disk_gone": False},
            (),
            "pass",
        ),
        (
            "COST-30",
            "refused",
            DiskCopy,
            LEFT | {"made": days_before(9), "is_disk_gone": REFUSED},
            (),
            "unknown",
        ),
        ("COST-31", "no traffic", Balancer, FRONT | {"traffic_30d": None, "tags": STACK}, (), "fail medium"),
        ("COST-31", "unexplained", Balancer, FRONT | {"traffic_30d": Decimal(9)}, (), "fail medium"),
        ("COST-31", "used", Balancer, FRONT | {"traffic_30d": Decimal(9), "tags": STACK}, (PROD,), "pass"),
        (
            "COST-31",
            "left behind",
            Balancer,
            FRONT | {"traffic_30d": Decimal(9), "tags": STACK},
            (),
            "fail medium",
        ),
        ("COST-31", "new", Balancer, FRONT | {"made": days_before(30)}, (), "n/a"),
        ("COST-31", "refused", Balancer, FRONT | {"traffic_30d": REFUSED, "tags": STACK}, (PROD,), "unknown"),
        ("COST-31", "age refused", Balancer, FRONT | {"made": REFUSED}, (), "unknown"),
        ("COST-33", "edge, idle", FirewallList, EDGE, (), "fail low"),
        ("COST-33", "edge", FirewallList, EDGE, (seen(Distribution, name="E", firewall="arn:list"),), "pass"),
        (
            "COST-33",
            "edge, not known",
            FirewallList,
            EDGE,
            (seen(Distribution, name="E", firewall=REFUSED),),
            "unknown",
        ),
        ("COST-33", "idle", FirewallList, REGIONAL, (), "fail low"),
        (
            "COST-33",
            "a stage",
            FirewallList,
            REGIONAL,
            (seen(ApiStage, name="a/prod", api="a", region=HOME, firewall="arn:list"),),
            "pass",
        ),
        (
            "COST-33",
            "a stage has another",
            FirewallList,
            REGIONAL,
            (seen(ApiStage, name="a/prod", api="a", region=HOME, firewall="arn:other"),),
            "fail low",
        ),
        (
            "COST-33",
            "stage not known",
            FirewallList,
            REGIONAL,
            (seen(ApiStage, name="a/prod", api="a", region=HOME, firewall=REFUSED),),
            "unknown",
        ),
        (
            "COST-33",
            "a stage, beside a balancer",
            FirewallList,
            REGIONAL,
            (
                seen(ApiStage, name="a/prod", api="a", region=HOME, firewall="arn:list"),
                seen(Balancer, name="front", region=HOME),
            ),
            "pass",
        ),
        (
            "COST-33",
            "a balancer",
            FirewallList,
            REGIONAL,
            (seen(Balancer, name="front", region=HOME),),
            "unknown",
        ),
        ("COST-35", "gone", LogGroup, LOG, (), "fail low"),
        ("COST-35", "there", LogGroup, LOG, (seen(Function, name="tides"),), "pass"),
        ("COST-35", "at the edge", LogGroup, LOG | {"name": "/aws/lambda/us-east-1.tides"}, (), "fail low"),
        ("COST-35", "keeps nothing", LogGroup, LOG | {"size_gb": Decimal(0)}, (), "pass"),
        ("COST-35", "size refused", LogGroup, LOG | {"size_gb": REFUSED}, (), "unknown"),
        ("COST-35", "its own name", LogGroup, LOG | {"name": "books"}, (), "n/a"),
        (
            "COST-35",
            "interface",
            LogGroup,
            LOG | {"name": "API-Gateway-Execution-Logs_a1/prod"},
            (seen(Api, name="booking", host="a1.execute-api.us-east-1.amazonaws.com"),),
            "pass",
        ),
        ("COST-35", "no trail", LogGroup, LOG | {"name": "CloudTrail/logs"}, (), "fail low"),
        (
            "COST-35",
            "a trail",
            LogGroup,
            LOG | {"name": "CloudTrail/logs"},
            (seen(Trail, name="t", log_group="CloudTrail/logs"),),
            "pass",
        ),
    ],
)
def test_what_is_idle(
    code: str,
    case: str,
    kind: type[Observed],
    fields: dict[str, object],
    others: tuple[Seen, ...],
    expected: str,
) -> None:
    record: Seen = seen(kind, **fields if kind is MailAccount else {"name": "x"} | fields)  # type: ignore[assignment]  # a kind of evidence
    assert judged(code, record, *others) == expected, case


@pytest.mark.parametrize(
    ("declared", "spent", "expected"),
    [
        (HERE, usd(5), "fail info"),
        (HERE, usd("4.99"), "pass"),
        (HERE, REFUSED, "unknown"),
        (HERE, None, "unknown"),
        (Declared(regions={"jada": ("us-east-1", "eu-west-1")}), usd(5), "n/a"),
        (Declared(), usd(5), "n/a"),
    ],
)
def test_places_that_are_far_from_the_guests(declared: Declared, spent: object, expected: str) -> None:
    others = () if spent is None else (seen(CloudCost, amount=spent, **CDN),)
    assert judged("COST-19", seen(Distribution, **ALL), *others, declared=declared) == expected
    near = seen(Distribution, name="E1", price_class="PriceClass_100")
    assert judged("COST-19", near, declared=declared) == "pass"
    assert judged("COST-19", seen(Distribution, name="E1"), declared=declared) == "unknown"


def test_a_bill_without_cloudfront_is_none_of_it() -> None:
    other = seen(CloudCost, amount=usd(9), **CDN | {"name": "S3"})
    assert judged("COST-19", seen(Distribution, **ALL), other, declared=HERE) == "pass"


def _boards(count: int) -> list[Seen]:
    return [seen(Dashboard, name=f"board {at}") for at in range(count)]


def _alarms(count: int, **fields: object) -> list[Seen]:
    return [
        seen(Alarm, name=f"alarm {at}", **{"state": "ok", "since": days_before(90)} | fields)
        for at in range(count)
    ]


BLIND = seen(Alarm, name="blind", state="no data", since=days_before(30))


@pytest.mark.parametrize(
    ("case", "others", "expected"),
    [
        ("three", _boards(3), "pass"),
        ("four", _boards(4), "fail low"),
        ("a blind one that is free", [*_alarms(9), BLIND], "pass"),
        ("a blind one that is paid", [*_alarms(10), BLIND], "fail low"),
        ("blind for 29 days", _alarms(11, state="no data", since=days_before(29)), "pass"),
        ("state not known", _alarms(11, state=REFUSED), "unknown"),
    ],
)
def test_dashboards_and_alarms(case: str, others: list[Seen], expected: str) -> None:
    assert judged("COST-32", seen(AccountWatch, account="main"), *others) == expected, case


UNREAD_LISTS = [
    ("COST-08", seen(Function, name="f", invocations_30d=0, **OLD)),
    ("COST-14", seen(Bucket, **EMPTY)),
    ("COST-22", seen(Gateway, **NAT)),
    ("COST-29", seen(CustomerKey, **KEY)),
    ("COST-31", seen(Balancer, traffic_30d=Decimal(9), **FRONT)),
    ("COST-32", seen(AccountWatch, account="main")),
    ("COST-33", seen(FirewallList, **EDGE)),
    ("COST-33", seen(FirewallList, **REGIONAL)),
    ("COST-35", seen(LogGroup, **LOG)),
]


@pytest.mark.parametrize(("code", "record"), UNREAD_LISTS)
def test_a_list_that_was_not_read_is_not_empty(code: str, record: Seen) -> None:
    nothing = msgspec.structs.replace(a_snapshot(), kinds=())
    assert judged(code, record, snapshots=(nothing,)) == "unknown"


@pytest.mark.parametrize(
    "row",
    [a_row(Asset, asset="Blog"), a_row(Cost, item="blog")],
)
def test_a_server_that_a_handoff_explains(row: Asset | Cost) -> None:
    assert judged("COST-25", seen(Server, **BLOG), rows=(row,)) == "pass"


def test_where_stacks_were_not_read_the_tag_of_one_explains_a_server() -> None:
    nothing = msgspec.structs.replace(a_snapshot(), kinds=())
    assert judged("COST-25", seen(Server, tags=STACK, **BLOG), snapshots=(nothing,)) == "pass"


def _said(code: str, record: Seen, *others: Seen) -> str:
    verdict = CHECKS[code].judge(record, audited(record, *others))
    assert isinstance(verdict, Fail)
    return verdict.message


def test_a_saving_is_named_where_price_and_count_are_known() -> None:
    free = TAKEN | {"attached_to": None}
    assert "about $3.65 a month" in _said("COST-23", seen(Address, **free))
    assert _said("COST-23", seen(Address, **free | {"region": "eu-west-1"})).endswith(
        "Not known what it costs."
    )
    assert "costs $9 a month" in _said("COST-23", seen(Address, cost_per_month=usd(9), **free))
    disk = DISK | {"free_since": days_before(20)}
    assert "about $3.20 a month" in _said("COST-24", seen(Volume, **disk))
    unsaid = NotCollected("aws-waste", "vol-1", "Size: not said")
    assert "Not known what it costs" in _said("COST-24", seen(Volume, **disk | {"size_gb": unsaid}))
    assert "about $5.70 a month" in _said("COST-15", seen(Table, name="t", requests_30d=0, **FIXED))
    assert "saves nothing" in _said("COST-08", seen(Function, name="f", invocations_30d=0, **OLD))


def test_a_secret_that_nobody_reads_is_told_with_its_price() -> None:
    secret = seen(Secret, name="a", deleted_on=None, **UNREAD)
    assert "was last read 91 days ago. It costs about $0.40 a month" in _said("COST-21", secret)
    found = {one.code: one.beneath for one in results(audited(secret))}
    assert (found["AWS-SM-02"], found["COST-21"]) == ("COST-21", "")


def test_a_bucket_says_it_on_one_line() -> None:
    box = seen(Bucket, ends_uploads=False, most_objects_30d=9, **HELD | KEPT | {"size_gb": Decimal(60)})
    found = {one.code: one.beneath for one in results(audited(box)) if one.code.startswith("COST-")}
    assert (found["COST-13"], found["COST-12"], found["COST-11"]) == ("", "COST-13", "COST-12")
