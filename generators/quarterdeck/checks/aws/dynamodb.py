"""Checks of DynamoDB tables."""

from decimal import Decimal

from quarterdeck.checks.reached import undecided
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import (
    has_retention,
    is_on_path,
    is_production,
    restored_within,
    why_personal,
)
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import EventSource
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_COPY_DAYS = 35
_RESTORE_DAYS = 180
_THROTTLED_SHARE = Decimal("0.001")


@check(
    "AWS-DDB-01",
    of=Table,
    severity=Severity.MEDIUM,
    roles=("cto", "accounting", "cfo"),
    mend="XS",
    feeds=("R-CTO-08",),
    over=("AWS-DDB-02",),
    reads=("Table.has_recovery",),
)
def table_no_point_in_time(table: Table, facts: Facts) -> Verdict:
    """Tables that cannot be brought back to an earlier moment.

    What it checks: whether point-in-time recovery is on.
    Why it matters: one wrong delete, by a person or a program, cannot be undone.
    How to mend: switch on point-in-time recovery; it is one click and costs by size.
    Known limits: copies made in other ways are the next check's affair.
    Source: Amazon DynamoDB Developer Guide, point-in-time recovery.
    """
    if isinstance(table.has_recovery, NotCollected):
        return Unknown(table.has_recovery)
    if table.has_recovery:
        return Pass()
    why = why_personal(table, facts)
    held = f", and is taken to hold data about people: {why}" if why else ""
    return Fail(f"Table {table.name} cannot be brought back{held}.", Severity.HIGH if why else None)


@check(
    "AWS-DDB-02",
    of=Table,
    severity=Severity.LOW,
    roles=("cto", "accounting"),
    mend="S",
    feeds=("R-CTO-08",),
    reads=("Table.has_recovery", "Table.newest_copy"),
)
def table_no_recent_copy(table: Table, facts: Facts) -> Verdict:
    """Tables that cannot be brought back, and of which no copy is younger than 35 days.

    What it checks: copies made by hand or by the backup service, where point-in-time recovery is off.
    Why it matters: without either, what is lost stays lost.
    How to mend: switch on point-in-time recovery, or copy the table every month.
    Known limits: exports to a bucket are not seen.
    Source: Amazon DynamoDB Developer Guide, backup and restore.
    """
    if table.has_recovery is True:
        return Pass("it can be brought back to any moment")
    if gap := unread(table.has_recovery, table.newest_copy):
        return Unknown(gap)
    newest = table.newest_copy
    if newest is not None and not isinstance(newest, NotCollected):
        age = (facts.as_of - newest).days
        if age <= _COPY_DAYS:
            return Pass(f"the newest copy is {age} days old")
    severity = Severity.HIGH if why_personal(table, facts) else None
    return Fail(f"Of table {table.name} there is no copy of the last {_COPY_DAYS} days.", severity)


@check(
    "AWS-DDB-03",
    of=Table,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Table.is_protected",),
)
def table_deletable(table: Table, facts: Facts) -> Verdict:
    """Tables that anyone with the right can delete in one step.

    What it checks: whether deletion protection is on.
    Why it matters: a table goes with its items, and a script with the wrong name is enough.
    How to mend: switch on deletion protection.
    Known limits: whether copies exist is another check's affair.
    Source: Amazon DynamoDB Developer Guide, deletion protection.
    """
    if isinstance(table.is_protected, NotCollected):
        return Unknown(table.is_protected)
    if table.is_protected:
        return Pass()
    weighty = why_personal(table, facts) and is_production(table)
    return Fail(f"Table {table.name} can be deleted in one step.", Severity.MEDIUM if weighty else None)


@check(
    "AWS-DDB-04",
    of=Table,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="S",
    reads=("Table.reach",),
)
def table_public(table: Table, facts: Facts) -> Verdict:
    """Tables that anyone may read or write.

    What it checks: the policy of the table.
    Why it matters: everything in it is open to the world.
    How to mend: take everyone out of the table's policy; name the roles that may.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: Amazon DynamoDB Developer Guide, resource-based policies.
    """
    if isinstance(table.reach, NotCollected):
        return Unknown(table.reach)
    if gap := undecided(table, table.reach):
        return Unknown(gap)
    if table.reach.is_open:
        return Fail(f"Table {table.name} is open: {table.reach.reason}.")
    return Pass(table.reach.reason)


@check(
    "AWS-DDB-05",
    of=Table,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Table.reach",),
)
def table_foreign_account(table: Table, facts: Facts) -> Verdict:
    """Tables that an account nobody named may use.

    What it checks: the policy of the table against the known accounts of the settings.
    Why it matters: a former contractor's account keeps its access for ever.
    How to mend: take the account out of the table's policy, or name it under known_accounts with its reason.
    Known limits: what that account does is not seen.
    Source: Amazon DynamoDB Developer Guide, resource-based policies.
    """
    if isinstance(table.reach, NotCollected):
        return Unknown(table.reach)
    if not table.reach.strangers:
        gap = undecided(table, table.reach)
        return Unknown(gap) if gap else Pass()
    return Fail(
        f"Table {table.name} may be used by strangers: {', '.join(table.reach.strangers)}.",
        Severity.HIGH if why_personal(table, facts) else None,
    )


@check(
    "AWS-DDB-06",
    of=Table,
    severity=Severity.INFO,
    roles=("cto",),
    mend="S",
    reads=("Table.has_own_key",),
)
def table_default_key(table: Table, facts: Facts) -> Verdict:
    """Tables with data about people under the provider's own key.

    What it checks: whether the account has a key of its own on the table.
    Why it matters: with a key of one's own, who may decrypt is a decision of one's own, and each use is logged.
    How to mend: choose a key of your own for the table where a contract or law asks for it.
    Known limits: all tables are encrypted; this is about whose key.
    Source: Amazon DynamoDB Developer Guide, encryption at rest.
    """
    why = why_personal(table, facts)
    if not why:
        return NotApplicable("it is not taken to hold data about people")
    if isinstance(table.has_own_key, NotCollected):
        return Unknown(table.has_own_key)
    if table.has_own_key:
        return Pass()
    return Fail(
        f"Table {table.name} is under the provider's own key, and is taken to hold data about people: {why}."
    )


@check(
    "AWS-DDB-07",
    of=Table,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-30",),
    reads=("Table.expires", "policies.delete_after_days"),
)
def table_keeps_personal_data(table: Table, facts: Facts) -> Verdict:
    """Tables with data about people that nothing ever deletes.

    What it checks: time to live of the table, and the retention rows of Policies.
    Why it matters: what is not there cannot leak; and keeping papers of guests or tenants needs a reason.
    How to mend: write under Policies after how many days it is deleted, and switch on time to live.
    Known limits: programs that delete by themselves are not seen; a retention row stands for them.
    Source: Quarterdeck's own check.
    """
    why = why_personal(table, facts)
    if not why:
        return NotApplicable("it is not taken to hold data about people")
    if isinstance(table.expires, NotCollected):
        return Unknown(table.expires)
    if table.expires or has_retention(table.name, table.entity, facts):
        return Pass()
    return Fail(f"{table.name} keeps everything, and is taken to hold data about people: {why}.")


@check(
    "AWS-DDB-08",
    of=Table,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Table.throttled_30d", "Table.requests_30d"),
)
def table_throttled(table: Table, facts: Facts) -> Verdict:
    """Tables that turned requests away.

    What it checks: throttled reads and writes of the last 30 days, as a share of all.
    Why it matters: each of them is a page that failed or an order that was tried again.
    How to mend: switch the table to on-demand capacity, or spread its keys.
    Known limits: the service counts capacity units, which are a measure of requests, not their number.
    Source: Amazon DynamoDB Developer Guide, throttling.
    """
    throttled, used = table.throttled_30d, table.requests_30d
    if isinstance(throttled, NotCollected):
        return Unknown(throttled)
    if throttled == 0:
        return Pass()
    if not is_on_path(table.name, table.entity, facts, table.tags):
        if isinstance(used, NotCollected):
            return Unknown(used)
        if used and Decimal(throttled) / used <= _THROTTLED_SHARE:
            return Pass(f"{throttled} of {used:,}")
    return Fail(f"Table {table.name} turned requests away {throttled:,} times in 30 days.")


@check(
    "AWS-DDB-09",
    of=Table,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    reads=("Table.on_demand", "Table.scales"),
)
def table_fixed_capacity(table: Table, facts: Facts) -> Verdict:
    """Tables whose capacity is fixed, busy or not.

    What it checks: provisioned capacity without a target that it follows.
    Why it matters: it is paid for at night, and not enough on a good day.
    How to mend: switch the table to on-demand capacity.
    Known limits: a reserved price may make fixed capacity the cheaper one.
    Source: Amazon DynamoDB Developer Guide, capacity modes.
    """
    if table.on_demand is True:
        return Pass()
    if gap := unread(table.on_demand, table.scales):
        return Unknown(gap)
    return Pass("it scales") if table.scales else Fail(f"Table {table.name} has fixed capacity, busy or not.")


@check(
    "AWS-DDB-10",
    of=Table,
    severity=Severity.MEDIUM,
    roles=("cto", "accounting"),
    mend="M",
    feeds=("R-CTO-21",),
    reads=("compliance.type", "compliance.done_on"),
)
def store_restore_untested(table: Table, facts: Facts) -> Verdict:
    """Stores of data about people that nobody restored within 180 days.

    What it checks: rows of type restore-test in Compliance.
    Why it matters: a copy that was never restored is a hope.
    How to mend: restore into a scratch place, compare the counts, and write the day into Compliance.
    Known limits: a test counts when somebody wrote it down; one without a name counts for the whole business.
    Source: Quarterdeck's own check.
    """
    if not why_personal(table, facts):
        return NotApplicable("it is not taken to hold data about people")
    if restored_within(_RESTORE_DAYS, table.name, table.entity, facts):
        return Pass()
    return Fail(
        f"Nobody wrote down that {table.name} was restored as a test in the last {_RESTORE_DAYS} days."
    )


@check(
    "AWS-DDB-11",
    of=Table,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Table.stream", "Table.stream_arn", "EventSource.source_arn", "EventSource.is_on"),
)
def table_stream_unread(table: Table, facts: Facts) -> Verdict:
    """Tables that tell their changes to nobody.

    What it checks: whether a function reads the stream of the table, and is switched on.
    Why it matters: what should follow a booking does not happen, and nobody is told.
    How to mend: switch the reading function on, or the stream off.
    Known limits: readers that are no functions are not seen.
    Source: Amazon DynamoDB Developer Guide, streams.
    """
    if isinstance(table.stream, NotCollected):
        return Unknown(table.stream)
    if not table.stream:
        return NotApplicable("its changes are not told")
    if not facts.evidence.has_read(EventSource, table.entity):
        return Unknown(NotCollected("aws-lambda", table.arn, "not known which functions read it"))
    readers = [one for one in facts.of(EventSource) if one.source_arn == table.stream_arn]
    if any(one.is_on is True for one in readers):
        return Pass()
    if gap := unread(*(one.is_on for one in readers)):
        return Unknown(gap)
    severity = Severity.MEDIUM if is_on_path(table.name, table.entity, facts, table.tags) else None
    return Fail(f"Nothing reads the changes that table {table.name} tells.", severity)
