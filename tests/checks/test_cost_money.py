"""What a failed check of costs says is at stake a month: by a bill, by a list price, nothing, or not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import results
from quarterdeck.model.check import Fail
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import (
    Address,
    AuditCost,
    Balancer,
    Bill,
    CloudCost,
    CustomerKey,
    DiskCopy,
    FirewallList,
    Gateway,
    Server,
    Volume,
)
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import Zone
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.secrets import Secret
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import AccountWatch, Alarm, Budget, Dashboard, LogGroup
from quarterdeck.model.mail_account import MailAccount
from quarterdeck.model.source import Source
from quarterdeck.reference import unit_prices
from tests.audits import REFUSED, audited, seen
from tests.figures.builders import AS_OF, a_booking, days_before, usd

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

HOME = "us-east-1"
FAR = "eu-west-1"
FILE = Source("evidence/aws/main/cost.json", kind="evidence", what="GetCostAndUsage", as_of=AS_OF)
OLD = {"name": "x", "last_modified": days_before(31), "invocations_30d": 0}
BUSY = {"memory_mb": 1024, "average_ms": Decimal(100), "invocations_30d": 1_000_000, "region": HOME}
INTERPRETED = {"name": "x", "processor": "x86_64", "runtime": "python3.13", "layers": 0}
IDLE = {"name": "x", "requests_30d": 0, "created": days_before(31), "region": HOME}
HOURLY = {"read_units": 10, "write_units": 10}
BY_USE = {"read_units": None, "write_units": None}
KEPT = {"size_gb": Decimal(8), "storage_class": "STANDARD"}
RARE = {"storage_class": "STANDARD_INFREQUENT_ACCESS"}
EMPTY = {"name": "x", "most_objects_30d": 0, "created": days_before(31), "logs_to": None}
NAT = {"name": "x", "what": "gateway", "network": "v", "neighbours": 0, "region": HOME}
DISK = {"name": "x", "free_since": days_before(20), "type": "gp3", "region": HOME}
COPY = {"name": "x", "made": days_before(400), "is_disk_gone": True, "is_of_image": False, "region": HOME}
QUIET = {"name": "x", "made": days_before(31), "traffic_30d": None}
UNREAD = {"name": "x", "last_read": days_before(91), "created": days_before(400), "deleted_on": None}
MAIL = {"region": HOME, "dedicated_ips": 0, "sent_24h": 12, "has_advisor": False, "rule_sets": 1}
LOG = {"name": "/aws/lambda/gone", "size_gb": Decimal(40)}


def line(amount: object, month: str = "2026-11", by: str = "service", name: str = "S3") -> CloudCost:
    return seen(CloudCost, month=month, by=by, name=name, amount=amount, source=FILE)


BOARDS = tuple(seen(Dashboard, name=f"{at}") for at in range(5))
BLIND = tuple(seen(Alarm, name=f"{at}", state="no data", since=days_before(90)) for at in range(12))

TABLE: list[tuple[str, str, Seen, tuple[Seen, ...], object]] = [
    # 22 of 30 days are over: 88 come to 120
    ("COST-01", "beyond last month", seen(Bill, account="main"), (line(usd(88)), line(usd(60), "2026-10")), 60),
    ("COST-02", "nobody's", line(usd(30), "2026-10", "tag", ""), (line(usd(70), "2026-10", "tag", "jada"),), 30),
    ("COST-03", "beyond the month before", line(usd(30), "2026-10"), (line(usd(18), "2026-09"),), 12),
    ("COST-04", "of no known span", seen(Budget, name="all", limit=usd(9), actual=usd(10)), (), None),
    ("COST-06", "the stack", line(usd(50), "2026-10", "tag", "jada"), (), 50),
    ("COST-08", "costs nothing", seen(Function, **OLD), (), 0),
    ("COST-09", "running time", seen(Function, name="x", **BUSY), (), "1.67"),
    ("COST-34", "less elsewhere", seen(Function, **BUSY | INTERPRETED), (), "0.34"),
    ("COST-10", "no price", seen(Function, name="x", versions=21), (), None),
    ("COST-14", "costs nothing", seen(Bucket, **EMPTY), (), 0),
    ("COST-15", "by the hour", seen(Table, **IDLE | HOURLY), (), "5.70"),
    ("COST-15", "what it keeps", seen(Table, **IDLE | BY_USE | KEPT), (), "2.00"),
    ("COST-15", "rarely asked", seen(Table, **IDLE | BY_USE | KEPT | RARE), (), "0.80"),
    ("COST-15", "another class", seen(Table, **IDLE | BY_USE | KEPT | {"storage_class": "DEEP"}), (), None),
    ("COST-15", "size not known", seen(Table, **IDLE | BY_USE | KEPT | {"size_gb": REFUSED}), (), None),
    ("COST-15", "units not known", seen(Table, **IDLE | {"read_units": REFUSED, "write_units": 1}), (), None),
    ("COST-16", "capacity", seen(Table, **IDLE | HOURLY | {"on_demand": False, "requests_30d": 1}), (), "5.70"),
    ("COST-16", "saved", seen(Table, **IDLE | KEPT | {"on_demand": True, "requests_30d": 1000}), (), "1.20"),
    ("COST-17", "what it keeps", seen(LogGroup, region=HOME, retention_days=None, **LOG), (), "1.20"),
    ("COST-18", "costs nothing", seen(Distribution, name="x", is_on=False, changed=days_before(31)), (), 0),
    ("COST-20", "everywhere one price", seen(Zone, name="x", records=0), (), "0.50"),
    ("COST-20", "by the bill", seen(Zone, name="x", records=0, cost_per_month=usd("0.40")), (), "0.40"),
    ("COST-21", "a secret", seen(Secret, region=HOME, **UNREAD), (), "0.40"),
    ("COST-22", "a gateway", seen(Gateway, zones=2, **NAT), (), "65.70"),
    ("COST-22", "places not known", seen(Gateway, zones=REFUSED, **NAT), (), None),
    ("COST-23", "an address", seen(Address, name="x", attached_to=None, region=HOME), (), "3.65"),
    ("COST-23", "no price there", seen(Address, name="x", attached_to=None, region=FAR), (), None),
    ("COST-24", "a disk", seen(Volume, size_gb=Decimal(40), **DISK), (), "3.20"),
    ("COST-24", "size not known", seen(Volume, size_gb=REFUSED, **DISK), (), None),
    ("COST-25", "no price", seen(Server, name="x", what="server", is_running=True, region=HOME), (), None),
    ("COST-26", "addresses", seen(MailAccount, **MAIL | {"dedicated_ips": 2, "rule_sets": 2}), (), "49.90"),
    ("COST-26", "costs nothing", seen(MailAccount, **MAIL | {"rule_sets": 2}), (), 0),
    ("COST-26", "paid by mail", seen(MailAccount, **MAIL | {"has_advisor": True}), (), None),
    ("COST-28", "questions", seen(AuditCost, account="main", month="2026-11", questions=200), (), "2.00"),
    ("COST-29", "a key", seen(CustomerKey, name="x", alias=None, region=HOME), (), "1.00"),
    ("COST-30", "a copy", seen(DiskCopy, size_gb=Decimal(30), **COPY), (), "1.50"),
    ("COST-31", "a balancer", seen(Balancer, region=HOME, **QUIET), (), "16.43"),
    ("COST-31", "no price there", seen(Balancer, region=FAR, **QUIET), (), None),
    ("COST-32", "boards", seen(AccountWatch, account="main"), BOARDS, "6.00"),
    ("COST-32", "boards and alarms", seen(AccountWatch, account="main"), (*BOARDS, *BLIND), "6.20"),
    ("COST-33", "a list", seen(FirewallList, name="x", region=HOME, is_of_edge=True), (), "5.00"),
    ("COST-35", "what it keeps", seen(LogGroup, region=HOME, **LOG), (), "1.20"),
    ("COST-35", "no price there", seen(LogGroup, region=FAR, **LOG), (), None),
]  # fmt: skip


def _failed(code: str, record: Seen, *others: Seen) -> Fail:
    rows = (a_booking(booked_on=days_before(90), service_date=days_before(80)),)
    verdict = CHECKS[code].judge(record, audited(record, *others, rows=rows))
    assert isinstance(verdict, Fail), (code, verdict)
    return verdict


@pytest.mark.parametrize(
    ("code", "case", "record", "others", "amount"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE]
)
def test_what_is_at_stake(
    code: str, case: str, record: Seen, others: tuple[Seen, ...], amount: str | int | None
) -> None:
    expected = None if amount is None else usd(amount)
    assert _failed(code, record, *others).at_stake == expected, case


def test_the_amount_says_where_it_stands() -> None:
    free = {"name": "x", "attached_to": None, "region": HOME}
    listed = _failed("COST-23", seen(Address, **free)).price
    assert listed is not None
    assert (listed.kind, listed.as_of) == ("reference", unit_prices().checked_on)
    assert _failed("COST-23", seen(Address, cost_per_month=usd(9), **free)).price is None, "the bill says it"
    assert _failed("COST-23", seen(Address, **free | {"region": FAR})).price is None
    assert _failed("COST-08", seen(Function, **OLD)).price is None


def test_an_old_list_of_prices_says_nothing() -> None:
    later = unit_prices().checked_on.replace(year=unit_prices().checked_on.year + 2)
    address = seen(Address, name="x", attached_to=None, region=HOME)
    verdict = CHECKS["COST-23"].judge(address, audited(address, as_of=later))
    assert isinstance(verdict, Fail)
    assert verdict.at_stake is None
    assert "Not known what it costs" in verdict.message


def test_a_result_carries_the_money() -> None:
    (one,) = (
        one
        for one in results(audited(seen(Zone, name="z", records=0), seen(Zone, name="y", records=REFUSED)))
        if one.code == "COST-20" and one.status == "fail"
    )
    assert (one.subject, one.at_stake) == ("z", usd("0.50"))
