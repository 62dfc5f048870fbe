"""Reads what watches over a whole account: trails, threats, budgets, and looks at sites from outside."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.watching import AccountWatch, Budget, Dashboard, Trail, UptimeCheck
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Cost, Count, Flag, Names, NotCollected
from quarterdeck.model.values import Money

_BILLING = "us-east-1"
_HIGH, _MEDIUM = Decimal(7), Decimal(4)
_OBJECTS = "AWS::S3::Object"


@collector(
    "aws-trail",
    calls={
        **calls("cloudtrail", "DescribeTrails", "GetTrailStatus", "GetEventSelectors"),
        **calls("guardduty", "ListDetectors", "GetDetector", "GetFindingsStatistics"),
        **calls(
            "budgets",
            DescribeBudgets="budgets:ViewBudget",
            DescribeNotificationsForBudget="budgets:ViewBudget",
        ),
        **calls("cloudwatch", "ListDashboards"),
        **calls("route53", "ListHealthChecks"),
    },
    kinds=(AccountWatch, Trail, Budget, UptimeCheck, Dashboard),
    is_regional=False,
)
def watches(scope: Scope, aws: Aws) -> Found:
    """One account: its trails, its budgets, and what looks out for threats in each of its regions."""
    trails, budgets = list(_trails(scope, aws)), list(_budgets(scope, aws))
    yield from trails
    yield from budgets
    threats = _threats(scope, aws)
    if (
        all(isinstance(one, NotCollected) for one in (*trails, *budgets, threats.quiet))
        and trails
        and budgets
    ):
        yield NotCollected(aws.name, kind_of(AccountWatch), "nothing that watches over it could be read")
    else:
        yield AccountWatch(
            entity=scope.entity,
            source=scope.source("DescribeTrails"),
            account=scope.account.name if scope.account else "",
            has_trail=_any(_counts(one) for one in trails),
            has_budget_alarm=_any(one.tells if isinstance(one, Budget) else one for one in budgets),
            unwatched_regions=threats.quiet,
            threats_high=threats.high,
            threats_medium=threats.medium,
        )
    yield from _health_checks(scope, aws)
    yield from _dashboards(scope, aws)


def _any(flags: Iterator[Flag]) -> Flag:
    """Whether one of several is so; not known where none surely is and one is not known."""
    known = list(flags)
    return True in known or next((one for one in known if isinstance(one, NotCollected)), False)


def _counts(trail: Trail | NotCollected) -> Flag:
    """Whether a trail logs who changes what; one of the organisation does, where it may not be asked."""
    if isinstance(trail, NotCollected):
        return trail
    if isinstance(trail.has_changes, NotCollected) and trail.is_of_organisation is True:
        return True
    return trail.has_changes


def _regions(scope: Scope) -> tuple[str, ...]:
    return scope.account.regions if scope.account else (scope.region,)


def _trails(scope: Scope, aws: Aws) -> Iterator[Trail | NotCollected]:
    """Every trail once, though those of all regions are told in each."""
    told: set[str] = set()
    for region in _regions(scope):
        answer = aws.ask("cloudtrail:DescribeTrails", about=kind_of(Trail), region=region)
        if not isinstance(answer, dict):
            yield answer or NotCollected(aws.name, kind_of(Trail), "DescribeTrails: no answer")
            continue
        for one in answer.get("trailList", ()):
            if one["TrailARN"] not in told:
                told.add(one["TrailARN"])
                yield _trail(scope, aws, one)


def _trail(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Trail:
    arn, name, region = one["TrailARN"], one["Name"], one.get("HomeRegion", scope.region)
    status = aws.ask("cloudtrail:GetTrailStatus", about=name, region=region, Name=arn)
    selectors = aws.ask("cloudtrail:GetEventSelectors", about=name, region=region, TrailName=arn)
    unsaid = NotCollected(aws.name, name, "DescribeTrails: not said")
    is_read, is_chosen = isinstance(status, dict), isinstance(selectors, dict)
    said: Mapping[str, Any] = status if isinstance(status, dict) else {}
    chosen: Mapping[str, Any] = selectors if isinstance(selectors, dict) else {}
    no_status = status if isinstance(status, NotCollected) else unsaid
    no_choice = selectors if isinstance(selectors, NotCollected) else unsaid
    return Trail(
        entity=scope.entity,
        source=scope.source("DescribeTrails"),
        name=name,
        arn=arn,
        region=region,
        bucket=one.get("S3BucketName", unsaid),
        log_group=one.get("CloudWatchLogsLogGroupArn", "").removesuffix(":*").rpartition(":")[2] or None,
        data_buckets=tuple(sorted(set(_data_buckets(chosen)))) if is_chosen else no_choice,
        has_changes=_has_changes(chosen) if is_chosen else no_choice,
        is_on=said.get("IsLogging", no_status),
        delivery_fault=(said.get("LatestDeliveryError") or None) if is_read else no_status,
        is_everywhere=one.get("IsMultiRegionTrail", unsaid),
        has_global_events=one.get("IncludeGlobalServiceEvents", unsaid),
        is_provable=one.get("LogFileValidationEnabled", unsaid),
        is_of_organisation=one.get("IsOrganizationTrail", unsaid),
        key=one.get("KmsKeyId"),
    )


def _has_changes(chosen: Mapping[str, Any]) -> bool:
    plain = any(
        one.get("IncludeManagementEvents") and one.get("ReadWriteType") != "ReadOnly"
        for one in chosen.get("EventSelectors", ())
    )
    return plain or any(
        "Management" in fields.get("eventCategory", ()) and "true" not in fields.get("readOnly", ())
        for fields in _advanced(chosen)
    )


def _data_buckets(chosen: Mapping[str, Any]) -> Iterator[str]:
    """Buckets of whose objects all is logged; of those that are named by a part, none."""
    for one in chosen.get("EventSelectors", ()):
        for data in one.get("DataResources", ()):
            if data.get("Type") == _OBJECTS:
                yield from map(_bucket, data.get("Values", ()))
    for fields in _advanced(chosen):
        if _OBJECTS in fields.get("resources.type", ()):
            yield from map(_bucket, fields.get("resources.ARN", ("*",)))


def _bucket(arn: str) -> str:
    return arn.rpartition(":")[2].removesuffix("/") if arn.count(":") > 2 and not arn.endswith(":") else "*"  # noqa: PLR2004 - the colons of an ARN


def _advanced(chosen: Mapping[str, Any]) -> Iterator[Mapping[str, list[str]]]:
    for one in chosen.get("AdvancedEventSelectors", ()):
        yield {
            field["Field"]: [*field.get("Equals", ()), *field.get("StartsWith", ())]
            for field in one.get("FieldSelectors", ())
        }


class _Threats(msgspec.Struct, frozen=True):
    """What looks out for threats in an account, and what it found."""

    quiet: Names
    """Regions in which nothing does."""
    high: Count
    medium: Count


def _threats(scope: Scope, aws: Aws) -> _Threats:
    quiet: list[str] = []
    found = {_HIGH: 0, _MEDIUM: 0}
    gap: NotCollected | None = None
    for region in _regions(scope):
        counted = _in_region(aws, region)
        if isinstance(counted, NotCollected):
            gap = gap or counted
        elif counted is None:
            quiet.append(region)
        else:
            found[_HIGH] += sum(number for severity, number in counted.items() if severity >= _HIGH)
            found[_MEDIUM] += sum(
                number for severity, number in counted.items() if _MEDIUM <= severity < _HIGH
            )
    names: Names = tuple(quiet)
    return _Threats(
        quiet=gap if gap and not quiet else names,
        high=gap if gap and not found[_HIGH] else found[_HIGH],
        medium=gap if gap and not found[_MEDIUM] else found[_MEDIUM],
    )


def _in_region(aws: Aws, region: str) -> Mapping[Decimal, int] | NotCollected | None:
    """How many findings are open by severity; None where nothing looks out for any."""
    about = f"threats in {region}"
    for one in aws.pages("guardduty:ListDetectors", "DetectorIds", about=about, region=region):
        if isinstance(one, NotCollected):
            return one
        detector = aws.ask("guardduty:GetDetector", about=about, region=region, DetectorId=one)
        if isinstance(detector, NotCollected):
            return detector
        if detector and detector.get("Status") == "ENABLED":
            return _findings(aws, region, one)
    return None


def _findings(aws: Aws, region: str, detector: str) -> Mapping[Decimal, int] | NotCollected:
    told = aws.ask(
        "guardduty:GetFindingsStatistics",
        about=f"threats in {region}",
        region=region,
        DetectorId=detector,
        FindingStatisticTypes=["COUNT_BY_SEVERITY"],
        FindingCriteria={"Criterion": {"service.archived": {"Eq": ["false"]}}},
    )
    if not isinstance(told, dict):
        return told or {}
    counts = told.get("FindingStatistics", {}).get("CountBySeverity", {})
    return {Decimal(severity): number for severity, number in counts.items()}


def _budgets(scope: Scope, aws: Aws) -> Iterator[Budget | NotCollected]:
    """Every budget of costs."""
    for one in aws.pages(
        "budgets:DescribeBudgets",
        "Budgets",
        of=Budget,
        region=_BILLING,
        AccountId=scope.number,
    ):
        if isinstance(one, NotCollected):
            yield one
        elif one.get("BudgetType") == "COST":
            yield _budget(scope, aws, one)


def _budget(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Budget:
    name = one["BudgetName"]
    spent = one.get("CalculatedSpend", {})
    told = aws.ask(
        "budgets:DescribeNotificationsForBudget",
        about=name,
        none=("NotFoundException",),
        region=_BILLING,
        AccountId=scope.number,
        BudgetName=name,
    )
    return Budget(
        entity=scope.entity,
        source=scope.source("DescribeBudgets"),
        name=name,
        limit=_money(aws, name, one["BudgetLimit"]) if "BudgetLimit" in one else None,
        actual=_money(aws, name, spent.get("ActualSpend", {})),
        forecast=_money(aws, name, spent["ForecastedSpend"]) if "ForecastedSpend" in spent else None,
        tells=told if isinstance(told, NotCollected) else bool((told or {}).get("Notifications")),
    )


def _money(aws: Aws, name: str, told: Mapping[str, Any]) -> Cost:
    try:
        return Money(Decimal(told["Amount"]), told["Unit"])
    except (KeyError, InvalidOperation):
        return NotCollected(aws.name, name, "DescribeBudgets: an amount is not said")


def _health_checks(scope: Scope, aws: Aws) -> Found:
    for one in aws.pages("route53:ListHealthChecks", "HealthChecks", of=UptimeCheck):
        if isinstance(one, NotCollected):
            yield one
            continue
        asked = one.get("HealthCheckConfig", {})
        yield UptimeCheck(
            entity=scope.entity,
            source=scope.source("ListHealthChecks"),
            name=one["Id"],
            host=asked.get("FullyQualifiedDomainName") or asked.get("IPAddress"),
            is_on=not asked.get("Disabled", False),
        )


def _dashboards(scope: Scope, aws: Aws) -> Found:
    for one in aws.pages("cloudwatch:ListDashboards", "DashboardEntries", of=Dashboard):
        if isinstance(one, NotCollected):
            yield one
        else:
            yield Dashboard(
                entity=scope.entity,
                source=scope.source("ListDashboards"),
                name=one["DashboardName"],
                arn=one.get("DashboardArn", ""),
            )
