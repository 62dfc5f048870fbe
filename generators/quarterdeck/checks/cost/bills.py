"""Checks of bills: do they jump, whose are they, and does anybody notice."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.checks.bills import month, month_before, rate_of, total, untagged
from quarterdeck.checks.prices import EVERYWHERE, at_list_price, list_price, money
from quarterdeck.checks.registry import check
from quarterdeck.figures.kpis import printed
from quarterdeck.formulas.technology import cost_per_order
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.cost import Allowance, AnomalyWatch, AuditCost, Bill, CloudCost
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.watching import Budget
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NOT_READ, Cost, Day, NotCollected, Resource
from quarterdeck.model.sales import Booking
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

_SERVICE_JUMP = Decimal("1.5")
_LEAST_SERVICE_JUMP = Decimal(10)
_LEAST_STACK = Decimal(5)
_ORDER_DAYS = 60
_NO_ORDER = frozenset({"quote", "cancelled"})
_FOR_EVER = "Always Free"
_FIRST_YEAR = "12 Months Free"
_YEAR_DAYS = 365
_NOTICE_DAYS = 30
_NEAR_LIMIT = Decimal("0.85")
_AUDIT_MOST = Decimal(1)
_AUDIT_SHARE = Decimal("0.01")


@check(
    "COST-01",
    of=Bill,
    severity=Severity.HIGH,
    roles=("cfo", "cto"),
    mend="M",
    feeds=("R-CTO-16",),
    reads=("CloudCost.amount", "CloudCost.month", "CloudCost.by"),
)
def run_rate_jumped(bill: Bill, facts: Facts) -> Verdict:
    """Bills that come to more than half as much again as the month before.

    What it checks: what the month comes to at its present rate against the last full month, where it is more than
    1.5 times and at least 25 more.
    Why it matters: a loop or a stolen key costs more in a night than the business earns in a month.
    How to mend: read the bill by service and day, and stop what grew.
    Known limits: before the third day is over the month says nothing. The provider may still change the amounts.
    Source: AWS Cost Management User Guide, Cost Explorer.
    """
    rate = rate_of(facts, bill.entity)
    if rate is None:
        return Unknown(
            NotCollected("aws-cost", bill.account, "not known what this month and the last one cost")
        )
    if rate.is_early:
        return NotApplicable("fewer than three days of the month are over")
    if not rate.has_jumped:
        return Pass()
    return Fail(
        f"The cloud comes to {money(rate.rate)} this month at its present rate, after {money(rate.before)} the month "
        "before.",
        at_stake=rate.more,
    )


@check(
    "COST-02",
    of=CloudCost,
    severity=Severity.MEDIUM,
    roles=("cfo", "cto"),
    mend="M",
    feeds=("R-CTO-17",),
    reads=("CloudCost.by", "CloudCost.name", "CloudCost.amount"),
)
def spend_has_no_owner(line: CloudCost, facts: Facts) -> Verdict:
    """Bills of which more than a fifth carries no tag of a business.

    What it checks: the cost by tag of the last full month, or of this one where there is no other.
    Why it matters: nobody's cost is nobody's care, and each business looks cheaper than it is.
    How to mend: tag every stack with the id of its business; tags count from that day on.
    Known limits: what the settings assign by name or domain may carry no tag, and still counts as untagged here.
    Source: AWS Cost Management User Guide, cost allocation tags.
    """
    if line.by != "tag" or line.name:
        return NotApplicable("it is not what carries no tag")
    if isinstance(line.amount, NotCollected):
        return Unknown(line.amount)
    found = untagged(facts)
    if found is None or line not in found.lines:
        return NotApplicable("another month decides, or nothing was spent")
    if not found.is_much:
        return Pass()
    bare = sum(not one.entity for one in facts.of(Resource))
    return Fail(
        f"{money(found.nobodys)} of {money(found.total)} of {found.month} carry no tag of a business "
        f"({printed(found.share, 'percent', '')})" + (f"; {bare} resources fit none." if bare else "."),
        at_stake=found.nobodys,
    )


@check(
    "COST-03",
    of=CloudCost,
    severity=Severity.MEDIUM,
    roles=("cfo", "cto"),
    mend="S",
    feeds=("R-CTO-16",),
    reads=("CloudCost.amount", "CloudCost.month"),
)
def service_jumped(line: CloudCost, facts: Facts) -> Verdict:
    """Services that cost half as much again as the month before.

    What it checks: each service of the last full month, where it is half as much again and at least 10 more.
    Why it matters: the sum hides it while something else fell.
    How to mend: open Cost Explorer, group that service by usage type, and see what grew.
    Known limits: a price that went up looks the same as use that did.
    Source: AWS Cost Management User Guide, Cost Explorer.
    """
    taken = line.source.as_of
    if line.by != "service" or taken is None or line.month != month_before(taken):
        return NotApplicable("it is no service's last full month")
    earlier = month_before(date.fromisoformat(f"{line.month}-01"))
    before = [
        one
        for one in facts.of(CloudCost, line.entity)
        if one.by == "service" and one.month == earlier and one.source == line.source
    ]
    if isinstance(line.amount, NotCollected):
        return Unknown(line.amount)
    if not before:
        return Unknown(NotCollected("aws-cost", line.name, f"not known what {earlier} cost"))
    mine = next(
        (one.amount for one in before if one.name == line.name), Money(Decimal(0), line.amount.currency)
    )
    if isinstance(mine, NotCollected):
        return Unknown(mine)
    if line.amount.currency != mine.currency:
        return Unknown(NotCollected("aws-cost", line.name, "the two months are in different currencies"))
    more = line.amount - mine
    if more.amount < _LEAST_SERVICE_JUMP or line.amount.amount < mine.amount * _SERVICE_JUMP:
        return Pass()
    held = ", an estimate," if line.is_estimated is True else ""
    words = f"{line.name} cost {money(line.amount)}{held} in {line.month}, after {money(mine)}."
    return Fail(words, at_stake=more)


@check(
    "COST-04",
    of=Budget,
    severity=Severity.HIGH,
    roles=("cfo", "cto", "ceo"),
    mend="S",
    feeds=("R-CTO-16",),
    reads=("Budget.limit", "Budget.actual", "Budget.forecast"),
)
def budget_burst(budget: Budget, facts: Facts) -> Verdict:
    """Budgets that are spent, or will be before their period ends.

    What it checks: what was spent against the limit (high), and what it comes to (medium).
    Why it matters: somebody decided how much is right, and it is more.
    How to mend: find the service that grew, stop it, or decide on another limit.
    Known limits: a budget that follows what was spent before has no limit to hold it against. Budgets may run for
    other spans than a month, so what is beyond one is not told as money of a month.
    Source: AWS Cost Management User Guide, budgets.
    """
    if budget.limit is None:
        return NotApplicable("it follows what was spent before")
    if isinstance(budget.limit, NotCollected):
        return Unknown(budget.limit)
    if _is_over(budget.actual, budget.limit):
        return Fail(f"Budget {budget.name} is spent: {_said(budget.actual)} of {money(budget.limit)}.")
    if _is_over(budget.forecast, budget.limit):
        words = (
            f"Budget {budget.name} comes to {_said(budget.forecast)}, and {money(budget.limit)} is its limit."
        )
        return Fail(words, Severity.MEDIUM)
    if gap := unread(budget.actual, budget.forecast):
        return Unknown(gap)
    return Pass()


def _is_over(spent: Cost | None, limit: Money) -> bool:
    return isinstance(spent, Money) and spent.currency == limit.currency and spent.amount > limit.amount


def _said(spent: Cost | None) -> str:
    return money(spent) if isinstance(spent, Money) else ""


@check(
    "COST-05",
    of=AnomalyWatch,
    severity=Severity.LOW,
    roles=("cfo", "cto"),
    mend="XS",
    reads=("AnomalyWatch.tells",),
)
def anomaly_watch_off(watch: AnomalyWatch, facts: Facts) -> Verdict:
    """Accounts whose owner is not told when something costs more than usual.

    What it checks: whether a monitor of the provider's own service for it has a subscription.
    Why it matters: it is free, and it speaks up days before the bill does.
    How to mend: switch on Cost Anomaly Detection for all services, and subscribe a mailbox that is read.
    Known limits: whether anybody reads that mailbox is not seen.
    Source: AWS Cost Management User Guide, Cost Anomaly Detection.
    """
    if isinstance(watch.tells, NotCollected):
        return Unknown(watch.tells)
    return (
        Pass() if watch.tells else Fail(f"Nobody is told when account {watch.account} costs more than usual.")
    )


@check(
    "COST-06",
    of=CloudCost,
    severity=Severity.LOW,
    roles=("cfo", "ceo"),
    mend="S",
    reads=("CloudCost.amount", "CloudCost.name", "bookings.booked_on", "bookings.service_date"),
)
def stack_earns_nothing(line: CloudCost, facts: Facts) -> Verdict:
    """Stacks that cost money while their business took no order for two months.

    What it checks: what carries a business's tag, from 5 in the last full month on, against its bookings of 60 days.
    Why it matters: software without a customer is a cost to decide about.
    How to mend: decide whether it goes on; if not, keep a copy of its data and remove the stack.
    Known limits: only businesses that list bookings can be judged; a season's pause looks the same.
    Source: Quarterdeck's own check.
    """
    taken = line.source.as_of
    if line.by != "tag" or not line.name or taken is None or line.month != month_before(taken):
        return NotApplicable("it is no business's last full month")
    known = {one.entity for one in facts.entities}
    if line.entity not in known or not facts.has_table(Booking, line.entity):
        return NotApplicable("its business lists no bookings")
    if isinstance(line.amount, NotCollected):
        return Unknown(line.amount)
    if line.amount.amount < _LEAST_STACK:
        return Pass("it costs next to nothing")
    days = list(_ordered(facts, line.entity))
    since = facts.as_of - timedelta(days=_ORDER_DAYS)
    if not any(day >= since for day in days):
        return Fail(
            f"The stack of {line.entity} cost {money(line.amount)} in {line.month}, and nobody booked for "
            f"{_ORDER_DAYS} days.",
            at_stake=line.amount,
        )
    orders = sum(month(day) == line.month for day in days)
    each = cost_per_order(line.amount.amount, orders)
    return Pass(
        f"{money(Money(each, line.amount.currency))} an order in {line.month}"
        if isinstance(each, Decimal)
        else ""
    )


def _ordered(facts: Facts, entity: str) -> Iterator[date]:
    """The day of each booking that somebody meant."""
    for one in facts.of(Booking, entity):
        day = one.booked_on if isinstance(one.booked_on, date) else one.service_date
        if one.status not in _NO_ORDER and isinstance(day, date):
            yield day


@check(
    "COST-07",
    of=Allowance,
    severity=Severity.LOW,
    roles=("cfo", "cto"),
    mend="XS",
    reads=(
        "Allowance.used",
        "Allowance.forecast",
        "Allowance.limit",
        "Allowance.term",
        "CloudAccount.opened",
    ),
)
def free_allowance_ends(allowance: Allowance, facts: Facts) -> Verdict:
    """Free allowances that will be used up this month, or whose term ends within 30 days.

    What it checks: what the month comes to, against 85% of what is free; and where something is free for the first
    twelve months, when root was made, and the account with it.
    Why it matters: from there on each use is paid for, and nobody decided that.
    How to mend: see what uses it, and decide whether it is worth its price.
    Known limits: when a trial ends is not said.
    Source: AWS Billing User Guide, using the free tier.
    """
    if gap := unread(allowance.limit, allowance.forecast):
        return Unknown(gap)
    limit, forecast = Decimal(allowance.limit), Decimal(allowance.forecast)  # type: ignore[arg-type]  # no gap, as asked above
    if limit <= 0:
        return NotApplicable("nothing of it is free")
    if forecast >= limit * _NEAR_LIMIT:
        share = printed(forecast / limit, "percent", "")
        return Fail(f"{allowance.name} comes to {share} of what is free this month.")
    end = _free_until(allowance, facts)
    if isinstance(end, NotCollected):
        return Unknown(end)
    if end is not None and 0 <= (end - facts.as_of).days <= _NOTICE_DAYS:
        return Fail(f"{allowance.name} is free until {end.isoformat()}, and is used.")
    return Pass()


def _free_until(allowance: Allowance, facts: Facts) -> Day | None:
    """The day on which something is no longer free; None for what stays so, and for what nobody uses."""
    if allowance.used == 0 or allowance.term == _FOR_EVER:
        return None
    if isinstance(allowance.term, NotCollected):
        return allowance.term
    place = f"{allowance.source.path.rpartition('/')[0]}/"
    opened = next(
        (one.opened for one in facts.of(CloudAccount) if one.source.path.startswith(place)), NOT_READ
    )
    if allowance.term != _FIRST_YEAR:
        return NotCollected("aws-cost", allowance.name, f"not known when its term ends: {allowance.term}")
    if isinstance(opened, NotCollected):
        return NotCollected("aws-iam", allowance.name, "not known when the account was opened")
    return opened + timedelta(days=_YEAR_DAYS)


@check(
    "COST-28",
    of=AuditCost,
    severity=Severity.INFO,
    roles=("cto", "cfo"),
    mend="XS",
    reads=("AuditCost.questions", "CloudCost.amount"),
)
def audit_costs(audit: AuditCost, facts: Facts) -> Verdict:
    """Audits that themselves cost more than they should.

    What it checks: the questions about costs that were asked this month, at their price: over 1, or over 1% of the
    last full month's bill.
    Why it matters: looking after the bill should not be a line of it.
    How to mend: run the audit less often, or without costs.
    Known limits: numbers that are measured are charged by the thousand, and are not counted here.
    Source: Quarterdeck's own check.
    """
    if isinstance(audit.questions, NotCollected):
        return Unknown(audit.questions)
    price = list_price("cost-question", audit.questions, EVERYWHERE, facts)
    if price is None:
        return Unknown(
            NotCollected("reference", audit.account, "no price of a question is known, or it is too old")
        )
    words = (
        f"Audits of {audit.account} asked {audit.questions} questions about costs this month, {money(price)}"
    )
    if price.amount > _AUDIT_MOST:
        return at_list_price(f"{words}.", price)
    lines = [
        one for one in facts.of(CloudCost) if one.by == "service" and one.source.path == audit.source.path
    ]
    day = audit.source.as_of
    bill = total(lines, month_before(day)) if day else None
    if bill is None or bill.currency != price.currency:
        return Unknown(NotCollected("aws-cost", audit.account, "not known what the last month cost"))
    if price.amount <= bill.amount * _AUDIT_SHARE:
        return Pass()
    return at_list_price(f"{words}, after a bill of {money(bill)} for all of last month.", price)
