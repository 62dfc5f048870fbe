"""Reads what an account costs by service and by business, and what watches over that."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from quarterdeck.collectors.aws.answers import whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.cost import Allowance, AnomalyWatch, AuditCost, Bill, CloudCost
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Cost, Flag, NotCollected, Number, Observed
from quarterdeck.model.values import Money

_HOME = "us-east-1"
"""Where bills are kept, wherever they come from."""

_TAG = "entity"
_ASKED = 3
"""Closed months that are asked for, besides the one that runs."""
_KEPT = 12
_CHARGED = ("ce:GetCostAndUsage", "ce:GetAnomalyMonitors", "ce:GetAnomalySubscriptions")
_METRIC = "UnblendedCost"

By = Literal["service", "tag"]
_GROUPS: Mapping[By, Mapping[str, str]] = {
    "service": {"Type": "DIMENSION", "Key": "SERVICE"},
    "tag": {"Type": "TAG", "Key": _TAG},
}


@collector(
    "aws-cost",
    calls={
        **calls("ce", "GetCostAndUsage", "GetAnomalyMonitors", "GetAnomalySubscriptions"),
        **calls("freetier", "GetFreeTierUsage"),
    },
    kinds=(CloudCost, Bill, AnomalyWatch, Allowance, AuditCost),
    is_regional=False,
    recalls=True,
    charges="AWS charges $0.01 for each question to ce: four a run, and one more for each further page.",
)
def costs(scope: Scope, aws: Aws) -> Found:
    """The newest months of one account by service and by tag; closed months that an earlier run has stay."""
    held = list(_held(scope))
    lines = [*_lines(scope, aws, "service", held), *_lines(scope, aws, "tag", held)]
    watch, allowances = _watch(scope, aws), list(_allowances(scope, aws))
    known = [one for one in lines if isinstance(one, CloudCost)]
    if known or isinstance(watch, AnomalyWatch) or any(isinstance(one, Allowance) for one in allowances):
        yield from held
        yield from _bills(scope, [*held, *known])
        yield _audit_cost(scope, aws)
    else:
        yield NotCollected(aws.name, kind_of(Bill), "GetCostAndUsage: nothing could be read")
        yield NotCollected(aws.name, kind_of(AuditCost), "nothing was answered, so nothing is charged")
    yield from lines
    yield watch
    yield from allowances


def _held(scope: Scope) -> Iterator[CloudCost]:
    """Lines of closed months that are final, and that an earlier run read by service and by tag."""
    final = [
        one
        for one in scope.earlier
        if isinstance(one, CloudCost) and one.is_estimated is False and one.month in _months(scope, _KEPT)
    ]
    both = {one.month for one in final if one.by == "service"} & {
        one.month for one in final if one.by == "tag"
    }
    estimated = {
        one.month for one in scope.earlier if isinstance(one, CloudCost) and one.is_estimated is not False
    }
    yield from (one for one in final if one.month in both - estimated)


def _months(scope: Scope, count: int) -> list[str]:
    """The newest closed months, oldest first."""
    first, found = scope.taken_at.date().replace(day=1), []
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(f"{first:%Y-%m}")
    return found[::-1]


def _lines(scope: Scope, aws: Aws, by: By, held: Iterable[CloudCost]) -> Found:
    """The lines of every month from the first one that is not held."""
    known = {one.month for one in held}
    until = scope.taken_at.date()
    missing = [month for month in _months(scope, _ASKED) if month not in known]
    start = date.fromisoformat(f"{missing[0]}-01") if missing else until.replace(day=1)
    if start == until:
        return
    for month in aws.pages(
        "ce:GetCostAndUsage",
        "ResultsByTime",
        of=CloudCost,
        region=_HOME,
        TimePeriod={"Start": start.isoformat(), "End": until.isoformat()},
        Granularity="MONTHLY",
        Metrics=[_METRIC],
        GroupBy=[_GROUPS[by]],
    ):
        if isinstance(month, NotCollected):
            yield month
        elif (name := month["TimePeriod"]["Start"][:7]) not in known:
            yield from (_line(scope, aws, by, name, month, group) for group in month.get("Groups", ()))


def _line(
    scope: Scope, aws: Aws, by: By, month: str, told: Mapping[str, Any], group: Mapping[str, Any]
) -> CloudCost:
    name = group["Keys"][0]
    if by == "tag":
        name = name.partition("$")[2]
    owner = name if by == "tag" and name in scope.entities else scope.entity
    return CloudCost(
        entity=owner,
        source=scope.source("GetCostAndUsage"),
        month=month,
        by=by,
        name=name,
        amount=_money(aws, name, group.get("Metrics", {}).get(_METRIC, {})),
        is_estimated=bool(told.get("Estimated")) if "Estimated" in told else True,
    )


def _money(aws: Aws, name: str, told: Mapping[str, str]) -> Cost:
    try:
        return Money(Decimal(told["Amount"]), told["Unit"])
    except (KeyError, InvalidOperation):
        return NotCollected(aws.name, name, "GetCostAndUsage: an amount is not said")


def _bills(scope: Scope, lines: Iterable[CloudCost]) -> Iterator[Bill]:
    """One for the account, and one for each business that a tag names."""
    for entity in sorted({one.entity for one in lines}):
        yield Bill(entity=entity, source=scope.source("GetCostAndUsage"), account=_account(scope))


def _account(scope: Scope) -> str:
    return scope.account.name if scope.account else ""


def _watch(scope: Scope, aws: Aws) -> Observed | NotCollected:
    """Who would be told is not kept, only whether somebody would."""
    monitors = whole(_anomalies(aws, "Monitors"))
    told = whole(_anomalies(aws, "Subscriptions"))
    if isinstance(monitors, NotCollected) and isinstance(told, NotCollected):
        return monitors
    return AnomalyWatch(
        entity=scope.entity,
        source=scope.source("GetAnomalyMonitors"),
        account=_account(scope),
        tells=_tells(monitors, told),
    )


def _anomalies(aws: Aws, what: str) -> Iterator[Any]:
    return aws.pages(f"ce:GetAnomaly{what}", f"Anomaly{what}", of=AnomalyWatch, region=_HOME)


def _tells(monitors: list[Any] | NotCollected, told: list[Any] | NotCollected) -> Flag:
    """Whether anything that is watched is told to somebody who did not decline."""
    if monitors == [] or told == []:
        return False
    if isinstance(monitors, NotCollected):
        return monitors
    if isinstance(told, NotCollected):
        return told
    known = {one["MonitorArn"] for one in monitors}
    return any(
        known.intersection(one.get("MonitorArnList", ()))
        and any(each.get("Status") != "DECLINED" for each in one.get("Subscribers", ()))
        for one in told
    )


def _allowances(scope: Scope, aws: Aws) -> Found:
    for one in aws.pages("freetier:GetFreeTierUsage", "freeTierUsages", of=Allowance, region=_HOME):
        if isinstance(one, NotCollected):
            yield one
            continue
        name = f"{one.get('service', '')}: {one.get('usageType', '')}"
        yield Allowance(
            entity=scope.entity,
            source=scope.source("GetFreeTierUsage"),
            account=_account(scope),
            name=name,
            unit=one.get("unit", ""),
            used=_number(aws, one, name, "actualUsageAmount"),
            forecast=_number(aws, one, name, "forecastedUsageAmount"),
            limit=_number(aws, one, name, "limit"),
            term=one.get("freeTierType") or NotCollected(aws.name, name, "freeTierType: not said"),
        )


def _number(aws: Aws, one: Mapping[str, Any], name: str, key: str) -> Number:
    value = one.get(key)
    return NotCollected(aws.name, name, f"{key}: not said") if value is None else Decimal(str(value))


def _audit_cost(scope: Scope, aws: Aws) -> AuditCost:
    """What this month's runs asked, this one among them."""
    month = f"{scope.taken_at:%Y-%m}"
    before = (one.questions for one in scope.earlier if isinstance(one, AuditCost) and one.month == month)
    asked = sum(aws.asked[call] for call in _CHARGED)
    return AuditCost(
        entity=scope.entity,
        source=scope.source("GetCostAndUsage"),
        account=_account(scope),
        month=month,
        questions=asked + sum(one for one in before if isinstance(one, int)),
    )
