"""Cloud cost, security, and how software is delivered."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing

SHORTEST_RUN_DAYS = 3
SMALLEST_COST = Decimal(5)
"""A month below that makes every change look large."""

CAP_WITH_CRITICAL = 49
ENOUGH_CHECKED = Decimal("0.60")

ENOUGH_DEPLOYS = 5
WINDOW_DAYS = 90
_DAYS_PER_WEEK = 7
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_HOUR = 3_600_000_000


class Deploy(msgspec.Struct, frozen=True):
    """One release to production; a time without a zone is UTC."""

    commit: datetime
    """When the change was committed."""
    deployed: datetime
    failed: bool
    """Whether it had to be mended or taken back."""
    restore_hours: Decimal | None = None
    """How long that took; null where nobody wrote it down."""


class Delivery(msgspec.Struct, frozen=True):
    """How often, how fast and how safely changes reach production."""

    per_week: Decimal
    lead_hours: Decimal
    change_fail: Decimal
    restore_hours: Decimal | Missing


class Spread(msgspec.Struct, frozen=True):
    """In how many places one secret was found."""

    repos: int
    entities: int


def _from_last_month(days: int) -> Iterator[str]:
    if days < SHORTEST_RUN_DAYS:
        yield f"{days} days are too few for a rate: it is what the last full month cost"


@formula(
    "F-X1",
    "Cloud run-rate",
    unit="money",
    working="""
        last_month before the third day
        run_rate = mtd ÷ days × dim
    """,
    notes=_from_last_month,
)
def run_rate(mtd: Decimal, days: int, dim: int, last_month: Decimal | None = None) -> Decimal | Missing:
    """What the month's cloud bill comes to at the present rate.

    Args:
        mtd: Money of the month to date.
        days: Days of it that are over.
        dim: Days that it has.
        last_month: Money of the last full month.

    Returns:
        Money a month; before the third day what the last month cost, not known where that is not.

    Example: `{"mtd": 61.40, "days": 14, "dim": 30}` gives `131.57`.
    Example: `{"mtd": 9.80, "days": 2, "dim": 30, "last_month": 118}` gives `118.00`.
    Example: `{"mtd": 9.80, "days": 2, "dim": 30}` gives `"not_known"`.
    """
    if days >= SHORTEST_RUN_DAYS:
        return mtd / days * dim
    return Missing(reason="neither three days nor a last month") if last_month is None else last_month


@formula("F-X2", "Untagged share", unit="ratio", working="share = untagged ÷ total")
def untagged_share(untagged: Decimal, total: Decimal) -> Decimal | Missing:
    """The share of cloud cost that belongs to no business by its tags.

    Args:
        untagged: Money of resources without a tag that names a business.
        total: Money of all.

    Returns:
        Ratio; n/a without cost.

    Example: `{"untagged": 38, "total": 131}` gives `0.290`.
    Example: `{"untagged": 0, "total": 0}` gives `"not_applicable"`.
    """
    return untagged / total if total else Missing("not_applicable", reason="there is no cost")


@formula("F-X3", "Change of a month's cost", unit="ratio", working="change = (last - previous) ÷ previous")
def month_change(last: Decimal, previous: Decimal) -> Decimal | Missing:
    """How much more a month cost than the one before.

    Args:
        last: Money of the month.
        previous: Money of the month before.

    Returns:
        Ratio, negative where it cost less; n/a where the month before cost less than 5.

    Example: `{"last": 131.57, "previous": 118}` gives `0.115`.
    Example: `{"last": 40, "previous": 4.99}` gives `"not_applicable"`.
    """
    if previous < SMALLEST_COST:
        return Missing("not_applicable", reason="the month before cost less than 5")
    return (last - previous) / previous


@formula(
    "F-X4",
    "Security score",
    unit="score",
    working="""
        score = 100 - 25 × c - 10 × h - 4 × m - l, at least 0
        at most 49 where c > 0
        no score where evaluated ÷ applicable < 60%
    """,
)
def security_score(c: int, h: int, m: int, l: int, evaluated: int, applicable: int) -> int | Missing:  # noqa: E741 - low, as c, h and m
    """How well the checks of security went, where enough of them could run.

    Args:
        c: Critical failures.
        h: High ones.
        m: Medium ones.
        l: Low ones.
        evaluated: Checks that ran.
        applicable: Checks that apply.

    Returns:
        Points, 0 to 100, at most 49 with anything critical; not enough evidence under 60% of the checks.

    Example: `{"c": 0, "h": 2, "m": 3, "l": 4, "evaluated": 40, "applicable": 52}` gives `64`.
    Example: `{"c": 1, "h": 0, "m": 0, "l": 0, "evaluated": 52, "applicable": 52}` gives `49`.
    Example: `{"c": 0, "h": 0, "m": 0, "l": 0, "evaluated": 20, "applicable": 52}` gives `"not_enough_evidence"`.
    """
    if not applicable or Decimal(evaluated) / applicable < ENOUGH_CHECKED:
        return Missing(
            "not_enough_evidence", reason=f"{applicable - evaluated} of {applicable} checks did not run"
        )
    score = max(0, 100 - 25 * c - 10 * h - 4 * m - l)
    return min(CAP_WITH_CRITICAL, score) if c else score


def _restored(result: Delivery | Missing, deploys: Sequence[Deploy]) -> Iterator[str]:
    unknown = sum(one.failed and one.restore_hours is None for one in deploys)
    if unknown and isinstance(result, Delivery):
        yield f"{unknown} failures without restore_hours are not in their median"


@formula(
    "F-X5",
    "Delivery of software",
    unit="count",
    working="""
        deploys of the 90 days up to as_of
        per_week = their count ÷ 90 × 7
        lead_hours = median of deployed - commit
        change_fail = failed ÷ their count
        restore_hours = median of restore_hours of failed
    """,
    notes=_restored,
)
def delivery(as_of: date, deploys: Sequence[Deploy]) -> Delivery | Missing:
    """How often, how fast and how safely changes reach production, over 90 days.

    Args:
        as_of: Day of the report.
        deploys: For each when it was committed and deployed, whether it failed, and the hours until that was over.

    Returns:
        per_week: Count.
        lead_hours: Hours from commit to production, the median.
        change_fail: Ratio that failed.
        restore_hours: Hours, the median; n/a where nothing failed, not known where nobody wrote them down.
        Not known without a deploy on record. Not enough evidence with fewer than five in the 90 days: then the
        list itself says more than any of the four.

    Example: `{"as_of": "2026-10-31", "deploys": [
    {"commit": "2026-10-01T08:00:00Z", "deployed": "2026-10-01T12:00:00Z", "failed": false},
    {"commit": "2026-10-05T08:00:00Z", "deployed": "2026-10-05T10:00:00Z", "failed": true, "restore_hours": 1.5},
    {"commit": "2026-10-08T08:00:00Z", "deployed": "2026-10-09T08:00:00Z", "failed": false},
    {"commit": "2026-10-20T08:00:00Z", "deployed": "2026-10-20T09:00:00Z", "failed": false},
    {"commit": "2026-10-30T08:00:00Z", "deployed": "2026-10-30T14:00:00Z", "failed": false}]}` gives
    `{"per_week": 0.39, "lead_hours": 4, "change_fail": 0.2, "restore_hours": 1.5}`.
    Example: `{"as_of": "2026-10-31", "deploys": []}` gives `"not_known"`.
    Example: `{"as_of": "2026-10-31", "deploys": [
    {"commit": "2026-10-01T08:00:00Z", "deployed": "2026-10-01T12:00:00Z", "failed": false}]}` gives
    `"not_enough_evidence"`.
    """
    if not deploys:
        return Missing(reason="no deploy is on record")
    recent = [one for one in deploys if 0 <= (as_of - _utc(one.deployed).date()).days < WINDOW_DAYS]
    if len(recent) < ENOUGH_DEPLOYS:
        return Missing(
            "not_enough_evidence",
            reason=f"{len(recent)} of at least {ENOUGH_DEPLOYS} deploys in {WINDOW_DAYS} days",
        )
    failed = [one for one in recent if one.failed]
    return Delivery(
        per_week=Decimal(len(recent)) * _DAYS_PER_WEEK / WINDOW_DAYS,
        lead_hours=median(_hours(_utc(one.deployed) - _utc(one.commit)) for one in recent),
        change_fail=Decimal(len(failed)) / len(recent),
        restore_hours=_restore(failed),
    )


def _restore(failed: Sequence[Deploy]) -> Decimal | Missing:
    if not failed:
        return Missing("not_applicable", reason="nothing failed")
    known = [one.restore_hours for one in failed if one.restore_hours is not None]
    return median(known) if known else Missing(reason="restore_hours not known")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _hours(span: timedelta) -> Decimal:
    return Decimal(span // _MICROSECOND) / _MICROSECONDS_PER_HOUR


def _cost_with_no_orders(cost: Decimal, orders: int) -> Iterator[str]:
    if cost and not orders:
        yield "cost with no orders"


@formula(
    "F-X7",
    "Cost of the stack per order",
    unit="money",
    working="each = cost ÷ orders",
    notes=_cost_with_no_orders,
)
def cost_per_order(cost: Decimal, orders: int) -> Decimal | Missing:
    """What the software behind an order costs.

    Args:
        cost: Money for the stack.
        orders: Count of orders over the same time.

    Returns:
        Money for each; n/a, and marked, without orders.

    Example: `{"cost": 44, "orders": 11}` gives `4.00`.
    Example: `{"cost": 44, "orders": 0}` gives `"not_applicable"`.
    """
    return cost / orders if orders else Missing("not_applicable", reason="cost with no orders")


def _cross_domain(result: dict[str, Spread]) -> Iterator[str]:
    for fingerprint, spread in result.items():
        if spread.repos > 1 or spread.entities > 1:
            yield f"{fingerprint} is cross-domain: repositories {spread.repos}, businesses {spread.entities}"


@formula(
    "F-X8",
    "Spread of a secret",
    unit="count",
    working="""
        repos = different repositories with the fingerprint
        entities = different businesses with the fingerprint
    """,
    notes=_cross_domain,
)
def secret_spread(uses: Sequence[tuple[str, str, str]]) -> dict[str, Spread]:
    """In how many repositories and businesses each secret was found; never the secret itself.

    Args:
        uses: Fingerprint, repository and business of each place where one was found.

    Returns:
        By fingerprint, in order:
        repos: Count of different repositories.
        entities: Count of different businesses; two or more of either are cross-domain.

    Example: `{"uses": [["f1", "site", "acme"], ["f1", "site", "acme"], ["f1", "tools", "bolt"],
    ["f2", "site", "acme"]]}` gives `{"f1": {"repos": 2, "entities": 2}, "f2": {"repos": 1, "entities": 1}}`.
    Example: `{"uses": []}` gives `{}`.
    """
    repos: dict[str, set[str]] = {}
    entities: dict[str, set[str]] = {}
    for fingerprint, repo, entity in uses:
        repos.setdefault(fingerprint, set()).add(repo)
        entities.setdefault(fingerprint, set()).add(entity)
    return {one: Spread(len(repos[one]), len(entities[one])) for one in sorted(repos)}
