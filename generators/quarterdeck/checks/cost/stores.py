"""Checks of what tables, logs and secrets cost."""

import re
from decimal import Decimal

from quarterdeck.checks.aws.secrets import secret_unread
from quarterdeck.checks.prices import at_list_price, list_price, money, paid_for
from quarterdeck.checks.registry import check
from quarterdeck.figures.kpis import printed
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.apis import Api
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.secrets import Secret
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import LogGroup, Trail
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

_WORTH_TELLING = Decimal(1)
_LITTLE = Decimal("0.20")
_MONTH_S = 30 * 24 * 60 * 60
_MUCH_GB = 5
_NEW_DAYS = 30
_MILLION = 1_000_000
_CLASSES = {"STANDARD": "table-gb-month", "STANDARD_INFREQUENT_ACCESS": "table-gb-month-infrequent"}
_OF_FUNCTION = re.compile(r"/aws/lambda/(?:[a-z]{2}-[a-z]+-\d\.)?(.+)")
_OF_API = re.compile(r"API-Gateway-Execution-Logs_([^/]+)/")
_OF_TRAIL = re.compile(r"cloudtrail", re.IGNORECASE)


@check(
    "COST-15",
    of=Table,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    over=("COST-16",),
    reads=("Table.requests_30d", "Table.created", "Table.read_units", "Table.write_units"),
)
def table_idle(table: Table, facts: Facts) -> Verdict:
    """Tables that nobody read or wrote for a month.

    What it checks: reads and writes of 30 days; where capacity is paid for by the hour, what that costs.
    Why it matters: what is forgotten is paid for, and is not looked after either.
    How to mend: keep a copy, then delete it.
    Known limits: what is used once a year looks idle in the other months.
    Source: Amazon DynamoDB Developer Guide, metrics.
    """
    if isinstance(table.requests_30d, NotCollected):
        return Unknown(table.requests_30d)
    if table.requests_30d:
        return Pass()
    if isinstance(table.created, NotCollected):
        return Unknown(table.created)
    if (facts.as_of - table.created).days <= _NEW_DAYS:
        return NotApplicable("it was made within 30 days")
    idle = f"Table {table.name} was not asked in 30 days."
    if table.read_units is None and table.write_units is None:
        return _kept(f"{idle} It is paid by request; only what it keeps costs money", table, facts)
    price = _capacity(table, facts)
    cost = f"Its capacity costs about {money(price)} a month." if price else "Not known what it costs."
    return at_list_price(f"{idle} {cost}", price)


def _kept(words: str, table: Table, facts: Facts) -> Fail:
    """With what the table keeps at its price, where that is known."""
    kind = _CLASSES.get(table.storage_class) if isinstance(table.storage_class, str) else None
    price = None if kind is None else list_price(kind, table.size_gb, table.region, facts)
    return at_list_price(f"{words}, about {money(price)} a month." if price else f"{words}.", price)


def _capacity(table: Table, facts: Facts) -> Money | None:
    """What the capacity of a table costs a month; None where that is not known."""
    reads = list_price("table-read-unit-month", _units(table.read_units), table.region, facts)
    writes = list_price("table-write-unit-month", _units(table.write_units), table.region, facts)
    return reads + writes if reads and writes else None


def _units(units: int | NotCollected | None) -> int | NotCollected:
    return units if isinstance(units, NotCollected) else units or 0


@check(
    "COST-16",
    of=Table,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    reads=(
        "Table.on_demand",
        "Table.read_units",
        "Table.write_units",
        "Table.requests_30d",
        "Table.size_gb",
        "Table.storage_class",
    ),
)
def table_paid_by_the_hour(table: Table, facts: Facts) -> Verdict:
    """Tables that pay for much more than they use.

    What it checks: capacity by the hour of which under 20% is used, or 5 GB and more in the standard class that are
    asked so little that the class for what is rarely asked would be cheaper.
    Why it matters: both are one switch, and neither changes anything for the programs.
    How to mend: switch the table to on-demand, or to the class for infrequent access.
    Known limits: every request is taken for a write of the smallest size; peaks of an hour are not seen.
    Source: Amazon DynamoDB Developer Guide, capacity modes and table classes.
    """
    if gap := unread(table.on_demand, table.requests_30d):
        return Unknown(gap)
    requests = Decimal(table.requests_30d)  # type: ignore[arg-type]  # no gap, as asked above
    if table.on_demand:
        return _class(table, requests, facts)
    if gap := unread(table.read_units, table.write_units):
        return Unknown(gap)
    units = (_units(table.read_units), _units(table.write_units))
    capacity = sum(one for one in units if isinstance(one, int)) * _MONTH_S
    if not capacity or requests >= capacity * _LITTLE:
        return Pass()
    price = _capacity(table, facts)
    cost = f", which costs about {money(price)} a month" if price else ""
    return at_list_price(
        f"Table {table.name} uses {printed(requests / capacity, 'percent', '')} of its capacity{cost}.", price
    )


def _class(table: Table, requests: Decimal, facts: Facts) -> Verdict:
    """Whether another class would be cheaper for a table that is paid by request."""
    if gap := unread(table.size_gb, table.storage_class):
        return Unknown(gap)
    if table.storage_class != "STANDARD" or Decimal(table.size_gb) < _MUCH_GB:  # type: ignore[arg-type]  # no gap, as asked above
        return Pass()
    prices = [
        list_price(f"{thing}{kind}", count, table.region, facts)
        for kind in ("", "-infrequent")
        for thing, count in (("table-gb-month", table.size_gb), ("table-million-writes", requests / _MILLION))
    ]
    known = [one.amount for one in prices if one is not None]
    if len(known) < len(prices):
        return Unknown(NotCollected("reference", table.name, "no price is known for its region"))
    saved = known[0] + known[1] - known[2] - known[3]
    if saved <= 0:
        return Pass()
    return at_list_price(
        f"Table {table.name} keeps {Decimal(table.size_gb):,.0f} GB and is asked little; the class for that saves "  # type: ignore[arg-type]  # likewise
        f"about {money(Money(saved, 'USD'))} a month.",
        Money(saved, "USD"),
    )


@check(
    "COST-17",
    of=LogGroup,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("LogGroup.retention_days", "LogGroup.size_gb"),
)
def log_storage_grows(group: LogGroup, facts: Facts) -> Verdict:
    """Groups of logs that cost a dollar or more a month, and grow.

    What it checks: what a group keeps at its price, where nothing is ever deleted from it.
    Why it matters: it only ever grows.
    How to mend: set how many days the group keeps its lines.
    Known limits: what it takes in costs more than what it keeps, and is not measured here.
    Source: Amazon CloudWatch Logs User Guide, log retention.
    """
    if isinstance(group.retention_days, NotCollected):
        return Unknown(group.retention_days)
    if group.retention_days is not None:
        return Pass()
    if isinstance(group.size_gb, NotCollected):
        return Unknown(group.size_gb)
    price = list_price("log-gb-month", group.size_gb, group.region, facts)
    if price is None:
        return Unknown(NotCollected("reference", group.name, "no price is known for its region"))
    if price.amount < _WORTH_TELLING:
        return Pass("it costs less than a dollar a month")
    return at_list_price(
        f"Log {group.name} keeps everything, {group.size_gb:,.0f} GB for about {money(price)} a month.", price
    )


@check(
    "COST-21",
    of=Secret,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    over=("AWS-SM-02",),
    reads=("Secret.last_read", "Secret.created"),
)
def secret_paid_unread(secret: Secret, facts: Facts) -> Verdict:
    """Secrets that are paid for and that nobody reads.

    What it checks: the price of every secret that nobody reads; several of one business are told together.
    Why it matters: each is little, and all of them are paid every month.
    How to mend: take what it opens out of service, and delete it.
    Known limits: what reads it once a year looks unread.
    Source: AWS Secrets Manager User Guide, pricing.
    """
    verdict = secret_unread(secret, facts)
    if not isinstance(verdict, Fail):
        return verdict
    return paid_for(verdict.message, secret, "secret-month", 1, facts)


@check(
    "COST-35",
    of=LogGroup,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("LogGroup.name", "LogGroup.size_gb", "Function.name", "Api.host", "Trail.log_group"),
)
def log_of_nothing(group: LogGroup, facts: Facts) -> Verdict:
    """Groups of logs whose function, interface or trail is gone.

    What it checks: groups that are named after a function, an interface or a trail, and still keep something.
    Why it matters: nothing new comes, and what is there is paid for.
    How to mend: keep what you must, and delete the group.
    Known limits: groups with names of their own are not judged; nor are those of other services.
    Source: Amazon CloudWatch Logs User Guide, log groups.
    """
    found = _teller(group, facts)
    if found is None:
        return NotApplicable("its name does not say what writes to it")
    kind, words, is_there = found
    if is_there:
        return Pass()
    if not facts.evidence.has_read(kind, group.entity):
        return Unknown(NotCollected("aws-logs", group.name, f"not known whether {words} is there"))
    if isinstance(group.size_gb, NotCollected):
        return Unknown(group.size_gb)
    if not group.size_gb:
        return Pass("it keeps nothing")
    gone = f"Log {group.name} keeps lines of {words}, which is gone."
    return paid_for(gone, group, "log-gb-month", group.size_gb, facts)


def _teller(group: LogGroup, facts: Facts) -> tuple[type[Function | Api | Trail], str, bool] | None:
    """What writes to a group by its name: the kind, words for it, and whether it is there; None where that is open."""
    if named := _OF_FUNCTION.fullmatch(group.name):
        return Function, f"function {named[1]}", any(one.name == named[1] for one in facts.of(Function))
    if named := _OF_API.match(group.name):
        hosts = (one.host for one in facts.of(Api))
        return Api, f"interface {named[1]}", any(host.startswith(f"{named[1]}.") for host in hosts)
    if _OF_TRAIL.search(group.name):
        return Trail, "a trail", any(one.log_group == group.name for one in facts.of(Trail))
    return None
