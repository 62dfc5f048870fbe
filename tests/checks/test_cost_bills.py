"""Checks of bills, budgets and allowances, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.cloud.cost import Allowance, AnomalyWatch, AuditCost, Bill, CloudCost
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.watching import Budget
from quarterdeck.model.source import Source
from tests.audits import REFUSED, audited, proven, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, a_booking, days_before, usd

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.evidence import Seen

FILE = "evidence/aws/main/cost.json"


def line(
    amount: object, month: str = "2026-11", by: str = "service", name: str = "S3", **fields: object
) -> CloudCost:
    money = usd(amount) if isinstance(amount, (int, str)) else amount
    source = Source(FILE, kind="evidence", what="GetCostAndUsage", as_of=AS_OF)
    return seen(
        CloudCost, **{"month": month, "by": by, "name": name, "amount": money, "source": source} | fields
    )


def tagged(amount: object, name: str = "jada", month: str = "2026-10", **fields: object) -> CloudCost:
    return line(amount, month, "tag", name, **fields)


BILL = seen(Bill, account="main")
WATCH = {"account": "main"}
UNSAID = line(REFUSED, "2026-09")


@pytest.mark.parametrize(
    ("code", "case", "record", "others", "expected"),
    [
        # 22 of 30 days are over: 88 come to 120
        ("COST-01", "half as much again", BILL, (line(88), line(80, "2026-10")), "pass"),
        ("COST-01", "a jump", BILL, (line(88), line(79, "2026-10")), "fail high"),
        ("COST-01", "a jump under 25", BILL, (line(21), line(5, "2026-10")), "pass"),
        ("COST-01", "no month before", BILL, (line(88),), "unknown"),
        ("COST-01", "a line not known", BILL, (line(88), line(REFUSED), line(9, "2026-10")), "unknown"),
        ("COST-02", "a fifth", tagged(20, ""), (tagged(80),), "pass"),
        ("COST-02", "over a fifth", tagged(21, ""), (tagged(79),), "fail medium"),
        ("COST-02", "another month counts", tagged(90, "", "2026-09"), (tagged(79), tagged(1, "")), "n/a"),
        ("COST-02", "somebody's", tagged(90), (), "n/a"),
        ("COST-02", "not known", tagged(REFUSED, ""), (tagged(79),), "unknown"),
        ("COST-03", "a jump", line(30, "2026-10"), (line(20, "2026-09"),), "fail medium"),
        ("COST-03", "under half", line(29, "2026-10"), (line("19.34", "2026-09"),), "pass"),
        ("COST-03", "under 10", line("14.99", "2026-10"), (line(5, "2026-09"),), "pass"),
        ("COST-03", "new", line(10, "2026-10"), (line(5, "2026-09", name="Lambda"),), "fail medium"),
        ("COST-03", "no month before", line(30, "2026-10"), (), "unknown"),
        ("COST-03", "not known", line(REFUSED, "2026-10"), (line(5, "2026-09"),), "unknown"),
        ("COST-03", "before not known", line(30, "2026-10"), (UNSAID,), "unknown"),
        ("COST-03", "runs still", line(30), (line(5, "2026-10"),), "n/a"),
        ("COST-06", "too cheap", tagged("4.99"), (), "pass"),
        ("COST-06", "not known", tagged(REFUSED), (), "unknown"),
        ("COST-06", "another month", tagged(50, month="2026-09"), (), "n/a"),
        ("COST-06", "nobody's", tagged(50, ""), (), "n/a"),
    ],
)
def test_a_bill(code: str, case: str, record: Seen, others: tuple[Seen, ...], expected: str) -> None:
    rows = (a_booking(service_date=days_before(5)),)
    assert judged(code, record, *others, rows=rows) == expected, case


def test_too_early_in_the_month() -> None:
    early = AS_OF.replace(day=3)
    source = Source(FILE, kind="evidence", as_of=early)
    lines = (line(88, source=source), line(9, "2026-10", source=source))
    assert judged("COST-01", BILL, *lines, as_of=early) == "n/a"


@pytest.mark.parametrize(
    ("day", "status", "expected"),
    [
        (days_before(60), "confirmed", "pass"),
        (days_before(61), "confirmed", "fail low"),
        (days_before(5), "quote", "fail low"),
        (days_before(5), "cancelled", "fail low"),
    ],
)
def test_a_stack_without_an_order(day: date, status: str, expected: str) -> None:
    rows = (a_booking(booked_on=day, service_date=days_before(-200), status=status),)
    assert judged("COST-06", tagged(5), rows=rows) == expected


def test_a_business_that_lists_no_bookings() -> None:
    assert judged("COST-06", tagged(50)) == "n/a"
    assert judged("COST-06", tagged(50, "nobody", entity="nobody")) == "n/a"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"limit": usd(100), "actual": usd(100), "forecast": usd(100)}, "pass"),
        ({"limit": usd(100), "actual": usd(101)}, "fail high"),
        ({"limit": usd(100), "actual": usd(50), "forecast": usd(101)}, "fail medium"),
        ({"limit": usd(100), "actual": usd(50), "forecast": None}, "pass"),
        ({"limit": usd(100), "actual": REFUSED, "forecast": None}, "unknown"),
        ({"limit": None}, "n/a"),
        ({"limit": REFUSED}, "unknown"),
    ],
)
def test_a_budget(fields: dict[str, object], expected: str) -> None:
    assert judged("COST-04", seen(Budget, name="all", **fields)) == expected


@pytest.mark.parametrize(("tells", "expected"), [(True, "pass"), (False, "fail low"), (REFUSED, "unknown")])
def test_a_watch_over_costs(tells: object, expected: str) -> None:
    assert judged("COST-05", seen(AnomalyWatch, account="main", tells=tells)) == expected


@pytest.mark.parametrize(
    ("forecast", "limit", "expected"),
    [
        ("84.9", "100", "pass"),
        ("85", "100", "fail low"),
        ("1", "0", "n/a"),
        (None, "100", "unknown"),
        ("1", None, "unknown"),
    ],
)
def test_what_is_free(forecast: str | None, limit: str | None, expected: str) -> None:
    known = {"forecast": forecast, "limit": limit}
    fields = {key: REFUSED if value is None else Decimal(value) for key, value in known.items()}
    one = seen(Allowance, account="main", name="Lambda", term="Always Free", **fields)
    assert judged("COST-07", one) == expected


@pytest.mark.parametrize(
    ("case", "term", "opened", "used", "expected"),
    [
        ("ends in 30 days", "12 Months Free", days_before(335), "1", "fail low"),
        ("ends today", "12 Months Free", days_before(365), "1", "fail low"),
        ("ends in 31 days", "12 Months Free", days_before(334), "1", "pass"),
        ("ended", "12 Months Free", days_before(366), "1", "pass"),
        ("is not used", "12 Months Free", days_before(340), "0", "pass"),
        ("for ever", "Always Free", days_before(340), "1", "pass"),
        ("a trial", "Free Trial", days_before(340), "1", "unknown"),
        ("opened when", "12 Months Free", REFUSED, "1", "unknown"),
        ("which term", REFUSED, days_before(340), "1", "unknown"),
    ],
)
def test_a_free_term(case: str, term: object, opened: object, used: str, expected: str) -> None:
    fields = {"limit": Decimal(100), "forecast": Decimal(2), "used": Decimal(used), "term": term}
    place = {"source": Source(FILE, kind="evidence")}
    mine, other = (
        seen(
            CloudAccount,
            account=name,
            opened=day,
            source=Source(f"evidence/aws/{name}/iam.json", kind="evidence"),
        )
        for name, day in (("main", opened), ("boat", days_before(350)))
    )
    one = seen(Allowance, account="main", name="Lambda", **fields, **place)
    assert judged("COST-07", one, other, mine) == expected, case
    alone = "unknown" if expected.startswith("fail") else judged("COST-07", one)
    assert judged("COST-07", one, other) == alone, "another account's day says nothing"


@pytest.mark.parametrize(
    ("questions", "last", "expected"),
    [
        (4, 80, "pass"),
        (90, 80, "fail info"),
        (101, 80_000, "fail info"),
        (101, None, "fail info"),
        (4, None, "unknown"),
        (REFUSED, 80, "unknown"),
    ],
)
def test_what_the_audit_costs(questions: object, last: int | None, expected: str) -> None:
    source = Source(FILE, kind="evidence", as_of=AS_OF)
    audit = seen(AuditCost, account="main", month="2026-11", questions=questions, source=source)
    lines = () if last is None else (line(last, "2026-10"),)
    assert judged("COST-28", audit, *lines) == expected


def test_a_price_that_is_too_old_is_not_known() -> None:
    audit = seen(AuditCost, account="main", month="2028-11", questions=500)
    assert judged("COST-28", audit, as_of=AS_OF.replace(year=2028)) == "unknown"


def test_the_checks_and_the_rules_say_it_once() -> None:
    bare = seen(Function, entity="", name="nobodys")
    facts = audited(
        BILL,
        bare,
        line(88),
        line(9, "2026-10"),
        tagged(79),
        tagged(21, "", entity=""),
        tagged(21, "", "2026-09"),
    )
    (jump,) = proven("R-CTO-16", facts)
    assert (jump.subject, jump.checks) == ("run-rate", ("COST-01/jada/run-rate",))
    (nobodys,) = proven("R-CTO-17", facts)
    assert (nobodys.subject, nobodys.checks) == ("untagged cost", ("COST-02//untagged cost",))
