"""Rules of what runs: is it supported, does it fail, would anybody know, and does its certificate hold."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.checks.resources import is_on_path
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.web import DomainCheck, SiteCheck
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.spares import milder_for_spares
from quarterdeck.rules.words import ends

_ENOUGH_CALLS = 50
_MANY_ERRORS = Decimal("0.05")
_SOME_ERRORS = Decimal("0.01")

_CERTIFICATE_NOTICE_DAYS = 21
_CERTIFICATE_LAST_DAYS = 7


@rule(
    "R-CTO-09",
    severity=Severity.HIGH,
    roles=("cto",),
    action="Move the function to a newer runtime, with a smoke test.",
    effort_hours=4,
    reads=("Function.runtime",),
)
def runtime_ends(_: Known) -> Iterator[Hit]:
    """A function runs on a runtime whose support has ended, or ends within 90 days.

    What it checks: the runtime of every function against the provider's last days of support.
    Why it matters: no more security updates come, and later the function can no longer be changed.
    How to mend: change the runtime, run the tests, and watch the log for a day.
    Known limits: a runtime that the list of dates lacks is not known, nor is any once the list is a year old.
    Source: AWS Lambda Developer Guide, Lambda runtimes; the dates stand in reference.yml with the day of checking.
    """
    yield from ()


@rule(
    "R-CTO-10",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cfo", "orders are lost where it serves booking or payment (F-T3)"),),
    action="Read the log, mend the cause, and add an alarm on errors.",
    effort_hours=4,
    reads=("Function.errors_30d", "Function.invocations_30d"),
)
def function_fails(known: Known) -> Iterator[Hit]:
    """A function fails in one call of a hundred or more.

    What it checks: errors over calls of 30 days where there were at least 50 calls; high from five of a hundred.
    Why it matters: each failed call is a customer, a payment or a mail that went nowhere.
    How to mend: read the log of the failed calls, mend the cause, and let an alarm tell you the next time.
    Known limits: an error that the code catches and answers politely is not counted.
    Source: AWS Lambda Developer Guide, metrics Errors and Invocations.
    """
    yield from milder_for_spares(_failing(known.facts), known.facts)


def _failing(facts: Facts) -> Iterator[Hit]:
    for function in facts.of(Function):
        calls, errors = function.invocations_30d, function.errors_30d
        if not isinstance(calls, int) or not isinstance(errors, int) or calls < _ENOUGH_CALLS:
            continue
        share = Decimal(errors) / calls
        if share < _SOME_ERRORS:
            continue
        sells = is_on_path(function.name, function.entity, facts, function.tags)
        yield Hit(
            entity=function.entity,
            subject=facts.evidence.subject_of(function),
            severity=Severity.HIGH if share >= _MANY_ERRORS else Severity.MEDIUM,
            message=f"{function.name} failed in {errors} of {calls} calls in 30 days ({share:.1%}).",
            evidence=(function.source,),
            affects=None if sells else (),
        )


@rule(
    "R-CTO-13",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cmo", "sales stop on the day it ends"),),
    action="Fix the records that prove the domain, and see the renewal go through.",
    effort_hours=1,
    reads=("SiteCheck.tls_expires", "DomainCheck.tls_expires"),
)
def certificate_ends(known: Known) -> Iterator[Hit]:
    """A certificate in use ends within 21 days; critical within seven.

    What it checks: those that sites and domains answer with; and, by their checks, those of the account that are
    in use.
    Why it matters: from that day on browsers warn every visitor away.
    How to mend: certificates renew themselves while their records in the zone are right; put those right.
    Known limits: a certificate that nobody audited, such as one at another provider, is seen from outside alone.
    Source: AWS Certificate Manager User Guide, managed renewal.
    """
    told: set[tuple[str, str]] = set()
    for entity, name, end, source in _certificates(known.facts):
        days = (end - known.as_of).days
        if days > _CERTIFICATE_NOTICE_DAYS or (entity, name) in told:
            continue
        told.add((entity, name))
        yield Hit(
            entity=entity,
            subject=name,
            severity=Severity.CRITICAL if days <= _CERTIFICATE_LAST_DAYS else None,
            message=f"The certificate of {name} {ends(days)}.",
            evidence=(source,),
        )


def _certificates(facts: Facts) -> Iterator[tuple[str, str, date, Source]]:
    """Entity, name and last day of the certificates that are answered with."""
    for site in facts.of(SiteCheck):
        if isinstance(site.tls_expires, date):
            yield site.entity, site.site, site.tls_expires, site.source
    for domain in facts.of(DomainCheck):
        if isinstance(domain.tls_expires, date):
            yield domain.entity, domain.domain, domain.tls_expires, domain.source


@rule(
    "R-CTO-15",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cfo", "lost sales stay unseen (F-T3)"),),
    action="Set an alarm on errors, and one on no orders in so many days.",
    effort_hours=2,
    reads=("Function.name", "Alarm.watches", "Alarm.metric", "Alarm.is_heard"),
)
def path_without_alarm(_: Known) -> Iterator[Hit]:
    """A function on the way to a booking or payment fails without anybody being told.

    What it checks: functions of the booking path, by settings, tag or name, against alarms on errors that tell
    somebody.
    Why it matters: you learn of a broken checkout from the bank statement.
    How to mend: one alarm on errors and one on silence, both to a mailbox that somebody reads.
    Known limits: watching by a program outside the account is not seen. Where alarms could not all be listed,
    nothing is told.
    Source: Quarterdeck's own rule.
    """
    yield from ()
