"""Reads the mail service: what it lets the account send, through whom, and what comes in; never an address."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterdeck.collectors.aws.answers import listed
from quarterdeck.collectors.aws.asking import Answer, Aws
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.aws.ses_inbound import INBOUND_CALLS, receipt_rules, rule_sets
from quarterdeck.collectors.aws.ses_senders import SENDER_CALLS, configuration_set, identity, notifications
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.mail_account import (
    ConfigurationSet,
    MailAccount,
    MailIdentity,
    MailReputation,
    ReceiptRule,
    SendDay,
)
from quarterdeck.model.observed import Count, Flag, NotCollected, Number, Text

if TYPE_CHECKING:
    from datetime import date

_RATES = ("Reputation.BounceRate", "Reputation.ComplaintRate")
_PAGE = 1000


@collector(
    "ses",
    calls={
        **calls(
            "sesv2",
            "GetAccount",
            "ListSuppressedDestinations",
            "GetDedicatedIps",
            "ListContactLists",
            prefix="ses",
        ),
        **calls("ses", "GetSendStatistics"),
        **SENDER_CALLS,
        **INBOUND_CALLS,
        **METRIC_CALLS,
    },
    kinds=(MailAccount, MailReputation, MailIdentity, ConfigurationSet, SendDay, ReceiptRule),
)
def mail(scope: Scope, aws: Aws) -> Found:
    """The mail service of a region; nothing where the region has no sender."""
    senders, gaps = listed(
        aws.pages("sesv2:ListEmailIdentities", "EmailIdentities", of=MailIdentity, PageSize=_PAGE)
    )
    yield from gaps
    if not senders and not gaps:
        return
    yield from _account(scope, aws)
    yield from _days(scope, aws)
    told = notifications(aws, [one["IdentityName"] for one in senders])
    yield from aws.each(senders, lambda one: identity(scope, aws, one, told))
    sets, gaps = listed(aws.pages("sesv2:ListConfigurationSets", "ConfigurationSets", of=ConfigurationSet))
    yield from gaps
    yield from aws.each(sets, lambda name: configuration_set(scope, aws, name))
    yield from receipt_rules(scope, aws)


def _account(scope: Scope, aws: Aws) -> Iterator[MailAccount | MailReputation]:
    told = aws.ask("sesv2:GetAccount", about=scope.region)
    quota = _part(aws, told, "SendQuota")
    advisor = told.get("VdmAttributes", {}).get("VdmEnabled") if isinstance(told, dict) else None
    suppression = _part(aws, told, "SuppressionAttributes")
    sandbox = _part(aws, told, "ProductionAccessEnabled")
    by_reason, by_month = _suppressed(aws)
    yield MailAccount(
        entity=scope.entity,
        source=scope.source("GetAccount"),
        region=scope.region,
        sandbox=sandbox if isinstance(sandbox, NotCollected) else not sandbox,
        quota_24h=_quota(quota),
        max_rate=_number(quota, "MaxSendRate"),
        sent_24h=quota if isinstance(quota, NotCollected) else int(quota.get("SentLast24Hours", 0)),
        suppresses=suppression
        if isinstance(suppression, NotCollected)
        else tuple(sorted(suppression.get("SuppressedReasons", ()))),
        suppressed=by_reason,
        suppressed_months=by_month,
        dedicated_ips=_count(aws, "sesv2:GetDedicatedIps", "DedicatedIps"),
        contact_lists=_count(aws, "sesv2:ListContactLists", "ContactLists"),
        has_advisor=told if isinstance(told, NotCollected) else advisor == "ENABLED",
        rule_sets=rule_sets(aws),
    )
    rates = measured(aws, [_metric(name) for name in _RATES])
    bounces, complaints = (_measured(aws, rates[_metric(name)]) for name in _RATES)
    yield MailReputation(
        entity=scope.entity,
        source=scope.source("GetAccount"),
        region=scope.region,
        bounce_rate=bounces,
        complaint_rate=complaints,
        status=_as_text(_part(aws, told, "EnforcementStatus")),
        sends=_as_flag(_part(aws, told, "SendingEnabled")),
    )


def _part(aws: Aws, told: Answer | NotCollected | None, key: str) -> Any:  # noqa: ANN401 - any part of an answer
    """One part of what the service says of the account; a gap where it says nothing."""
    if isinstance(told, NotCollected):
        return told
    found = told.get(key) if told else None
    return NotCollected(aws.name, aws.scope.region, f"GetAccount: {key} not said") if found is None else found


def _as_text(value: Any) -> Text:  # noqa: ANN401 - a part of an answer
    return value if isinstance(value, NotCollected) else str(value)


def _as_flag(value: Any) -> Flag:  # noqa: ANN401 - a part of an answer
    return value if isinstance(value, NotCollected) else bool(value)


def _quota(quota: Answer | NotCollected) -> Count | None:
    if isinstance(quota, NotCollected):
        return quota
    most = int(quota.get("Max24HourSend", 0))
    return most if most >= 0 else None


def _number(quota: Answer | NotCollected, key: str) -> Number:
    return quota if isinstance(quota, NotCollected) else Decimal(str(quota.get(key, 0)))


def _count(aws: Aws, call: str, key: str) -> Count:
    every = list(aws.pages(call, key, about=aws.scope.region))
    return next((one for one in every if isinstance(one, NotCollected)), len(every))


def _suppressed(
    aws: Aws,
) -> tuple[
    tuple[tuple[str, int], ...] | NotCollected,
    tuple[tuple[str, str, int], ...] | NotCollected,
]:
    """How many addresses are never mailed again, by reason, and by month and reason; the addresses are dropped."""
    reasons: Counter[str] = Counter()
    months: Counter[tuple[str, str]] = Counter()
    for one in aws.pages(
        "sesv2:ListSuppressedDestinations",
        "SuppressedDestinationSummaries",
        about=aws.scope.region,
        PageSize=_PAGE,
    ):
        if isinstance(one, NotCollected):
            return one, one
        reason = str(one.get("Reason", ""))
        reasons[reason] += 1
        months[f"{one['LastUpdateTime']:%Y-%m}" if one.get("LastUpdateTime") else "", reason] += 1
    return (
        tuple(sorted(reasons.items())),
        tuple((month, reason, count) for (month, reason), count in sorted(months.items())),
    )


def _metric(name: str) -> Metric:
    return Metric("AWS/SES", name, statistic="Average")


def _measured(aws: Aws, value: Number | None) -> Number:
    return (
        NotCollected(aws.name, aws.scope.region, "GetMetricData: no data point") if value is None else value
    )


def _days(scope: Scope, aws: Aws) -> Iterator[SendDay | NotCollected]:
    """What was sent on each of the last days; the service keeps two weeks, by the quarter of an hour."""
    told = aws.ask("ses:GetSendStatistics", about=kind_of(SendDay))
    if not isinstance(told, dict):
        if told is not None:
            yield told
        return
    days: dict[date, Counter[str]] = {}
    for point in told.get("SendDataPoints", ()):
        counts = days.setdefault(point["Timestamp"].date(), Counter())
        counts.update({key: int(value) for key, value in point.items() if key != "Timestamp"})
    for day, counts in sorted(days.items()):
        yield SendDay(
            entity=scope.entity,
            source=scope.source("GetSendStatistics"),
            region=scope.region,
            day=day,
            sends=counts["DeliveryAttempts"],
            bounces=counts["Bounces"],
            complaints=counts["Complaints"],
            rejects=counts["Rejects"],
        )
