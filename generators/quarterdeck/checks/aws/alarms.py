"""Checks of alarms, and of what should have one."""

import re

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.sites import business
from quarterdeck.model.books import Cost
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.watching import Alarm, UptimeCheck
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck

_BLIND_DAYS = 7
_MAIL = "AWS/SES"
_WATCHING = re.compile(r"\b(uptime|monitor\w*)\b", re.IGNORECASE)


@check(
    "AWS-CW-01",
    of=Alarm,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-15",),
    reads=("Alarm.is_heard", "Alarm.watches", "Alarm.namespace"),
)
def alarm_tells_nobody(alarm: Alarm, facts: Facts) -> Verdict:
    """Alarms that tell nobody.

    What it checks: alarms without an action, switched off, or to a topic that nobody listens to; high where they
    watch booking, payment or mail.
    Why it matters: it rings in an empty room.
    How to mend: give the alarm a topic with a mailbox that somebody reads, and confirm the subscription.
    Known limits: whether somebody reads that mailbox cannot be seen. An alarm that is part of another is heard
    through it.
    Source: Amazon CloudWatch User Guide, alarm actions.
    """
    if isinstance(alarm.is_heard, NotCollected):
        return Unknown(alarm.is_heard)
    if alarm.is_heard:
        return Pass()
    if alarm.namespace == _MAIL:
        return Fail(f"Alarm {alarm.name} tells nobody, and it watches mail.", Severity.HIGH)
    if _is_on_path(alarm, facts):
        return Fail(f"Alarm {alarm.name} tells nobody, and it watches booking or payment.", Severity.HIGH)
    return Fail(f"Alarm {alarm.name} tells nobody.")


def _is_on_path(alarm: Alarm, facts: Facts) -> bool:
    watched = () if isinstance(alarm.watches, NotCollected) else alarm.watches
    metric = () if isinstance(alarm.metric, NotCollected) else (alarm.metric,)
    names = (alarm.name, *watched, *metric)
    return any(is_on_path(name, alarm.entity, facts, alarm.tags) for name in names)


@check(
    "AWS-CW-02",
    of=Alarm,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Alarm.state", "Alarm.since", "Alarm.takes_silence_for_fine"),
)
def alarm_blind(alarm: Alarm, facts: Facts) -> Verdict:
    """Alarms that have measured nothing for more than a week.

    What it checks: alarms without data for seven days, that do not take silence for fine.
    Why it matters: it watches something that is no more, or was never written right.
    How to mend: point the alarm at what is there, delete it, or let it take silence for fine.
    Known limits: why nothing is measured cannot be seen.
    Source: Amazon CloudWatch User Guide, missing data.
    """
    if isinstance(alarm.state, NotCollected):
        return Unknown(alarm.state)
    if alarm.state != "no data" or alarm.takes_silence_for_fine is True:
        return Pass()
    if isinstance(alarm.since, NotCollected):
        return Unknown(alarm.since)
    days = (facts.as_of - alarm.since).days
    if days <= _BLIND_DAYS:
        return Pass("it has been without data for a week at most")
    return Fail(f"Alarm {alarm.name} has measured nothing for {days} days.")


@check(
    "AWS-CW-03",
    of=Alarm,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    reads=("Alarm.state", "Alarm.since"),
)
def alarm_ringing(alarm: Alarm, facts: Facts) -> Verdict:
    """Alarms that were ringing when the audit looked.

    What it checks: the state of every alarm.
    Why it matters: something is wrong now, or the alarm is, and then nobody believes the next one.
    How to mend: mend what it tells of; where that is fine, mend the alarm.
    Known limits: an alarm that rang and stopped between two audits is not seen.
    Source: Amazon CloudWatch User Guide, alarm states.
    """
    if isinstance(alarm.state, NotCollected):
        return Unknown(alarm.state)
    if alarm.state != "alarm":
        return Pass()
    if isinstance(alarm.since, NotCollected):
        return Fail(f"Alarm {alarm.name} is ringing; not known since when.")
    return Fail(f"Alarm {alarm.name} has been ringing since {alarm.since.isoformat()}.")


@check(
    "AWS-CW-04",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="S",
    feeds=("R-CTO-15",),
    reads=("Alarm.notices_silence", "Alarm.is_heard", "Alarm.watches"),
)
def path_without_silence_alarm(function: Function, facts: Facts) -> Verdict:
    """Booking or payment that can fall silent without anybody being told.

    What it checks: whether an alarm of the business, on something of the booking path, goes off when nothing
    comes: no order or call in so many days.
    Why it matters: a broken button makes no error; it makes no order.
    How to mend: set an alarm on fewer than one order in as many days as are usual, to a mailbox that is read.
    Known limits: what belongs to the booking path is told by settings and names.
    Source: Quarterdeck's own check.
    """
    if not is_on_path(function.name, function.entity, facts, function.tags):
        return NotApplicable("it serves neither booking nor payment")
    able = [one for one in facts.of(Alarm) if _would_notice(one, function, facts)]
    if any(one.is_heard is True and one.notices_silence is True for one in able):
        return Pass()
    if any(one.is_heard is not False and unread(one.is_heard, one.notices_silence) for one in able):
        return Unknown(NotCollected("aws-cloudwatch", function.arn, "not known whether its alarm is heard"))
    mine = (one for one in facts.of(Alarm) if one.entity in {function.entity, ""})
    if gap := unread(*(one.watches for one in mine if one.notices_silence and one.is_heard)):
        return Unknown(gap)
    if not facts.evidence.has_read(Alarm, function.entity):
        return Unknown(NotCollected("aws-cloudwatch", function.arn, "not known which alarms there are"))
    return Fail(f"Nobody is told when {function.name} is no longer called, and it serves booking or payment.")


def _would_notice(alarm: Alarm, function: Function, facts: Facts) -> bool:
    """Whether an alarm goes off in silence, and is about the booking path of a function's business."""
    if alarm.notices_silence is False or alarm.entity not in {function.entity, ""}:
        return False
    return _is_on_path(alarm, facts) or (isinstance(alarm.watches, tuple) and function.name in alarm.watches)


@check(
    "AWS-CW-05",
    of=SiteCheck,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("UptimeCheck.host", "UptimeCheck.is_on", "assets.asset", "costs.item", "costs.vendor"),
)
def site_without_uptime_check(site: SiteCheck, facts: Facts) -> Verdict:
    """Sites of active businesses that nothing looks at from outside.

    What it checks: health checks and canaries of the account, and services for it among Assets and Costs.
    Why it matters: guests notice first that the site is down, and they do not write.
    How to mend: have a health check ask for the site's first page every minute, and tell a mailbox.
    Known limits: a service that the handoff does not name is not seen; which site a canary looks at neither.
    Source: Amazon Route 53 Developer Guide, health checks.
    """
    owner = business(site, facts)
    if owner is None or not owner.is_active:
        return NotApplicable("it belongs to no active business")
    if _names_a_watcher(site.entity, facts):
        return Pass("the handoff names a service that does")
    able = [one for one in facts.of(UptimeCheck) if _looks_at(one, site)]
    if any(one.is_on is True for one in able):
        return Pass()
    if any(isinstance(one.is_on, NotCollected) for one in able):
        return Unknown(
            NotCollected("aws-cloudwatch", site.site, "not known whether its check is switched on")
        )
    if not facts.evidence.has_read(UptimeCheck, site.entity):
        return Unknown(NotCollected("aws-cloudwatch", site.site, "not known what looks at it from outside"))
    return Fail(f"Nothing looks from outside whether {site.site} answers.")


def _looks_at(one: UptimeCheck, site: SiteCheck) -> bool:
    if one.host is None or isinstance(one.host, NotCollected):
        return one.entity in {site.entity, ""}
    at = site.site.partition("://")[2] or site.site
    return _bare(at.partition("/")[0]) == _bare(one.host)


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.").rstrip(".")


def _names_a_watcher(entity: str, facts: Facts) -> bool:
    cells = (
        *(cell for row in facts.of(Asset, entity) for cell in (row.asset, row.notes)),
        *(cell for row in facts.of(Cost, entity) for cell in (row.item, row.vendor)),
    )
    return any(isinstance(cell, str) and _WATCHING.search(cell) for cell in cells)
