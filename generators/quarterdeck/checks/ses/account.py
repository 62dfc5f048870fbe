"""Checks of a mail account: may it send, how much, and how is it judged."""

from decimal import Decimal

from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import has_big_list, planned_campaigns
from quarterdeck.figures.marketing import mailable_count
from quarterdeck.figures.scope import scope_of
from quarterdeck.formulas.mail import BOUNCES_UNDER, COMPLAINTS_UNDER, RATES_FROM, ramp
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.watching import Alarm
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.mail_account import MailAccount, MailIdentity, MailReputation, SendDay
from quarterdeck.model.observed import NotCollected, Number
from quarterdeck.model.severity import Severity

_FULL = Decimal("0.8")
_BOUNCES_STOP = Decimal("0.10")
_COMPLAINTS_STOP = Decimal("0.003")
_STANDINGS = frozenset({"HEALTHY", "PROBATION", "SHUTDOWN"})
_HEARD = ("BOUNCE", "COMPLAINT")
_RATES = frozenset({"Reputation.BounceRate", "Reputation.ComplaintRate"})

Levels = tuple[tuple[Decimal, Severity], ...]


def _businesses(account: MailAccount, facts: Facts) -> list[Entity]:
    """Whose mail goes out through an account: its own business, or all where it serves several."""
    return [one for one in facts.entities if account.entity in {one.entity, ""}]


@check(
    "SES-01",
    of=MailAccount,
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    mend="S",
    feeds=("R-CMO-03",),
    reads=("MailAccount.sandbox", "MailIdentity.is_verified", "campaigns.status"),
)
def still_in_sandbox(account: MailAccount, facts: Facts) -> Verdict:
    """Mail accounts that are still for trials, of businesses that mail customers.

    What it checks: whether the service has let the account out of its sandbox, where a sender is verified or a
    mailing is planned.
    Why it matters: until then nothing reaches a customer, whatever the programs say.
    How to mend: ask for production access, and say what is sent, to whom, and how bounces are dealt with.
    Known limits: an account that mails its owner alone may stay there.
    Source: Amazon SES Developer Guide, request production access.
    """
    if isinstance(account.sandbox, NotCollected):
        return Unknown(account.sandbox)
    if not account.sandbox:
        return Pass()
    senders = [one for one in facts.of(MailIdentity) if one.region == account.region]
    mails = any(one.is_verified is True for one in senders)
    if mails or any(planned_campaigns(facts, one.entity) for one in _businesses(account, facts)):
        return Fail(f"The mail account in {account.region} is still for trials: no customer can be mailed.")
    if gap := unread(*(one.is_verified for one in senders)):
        return Unknown(gap)
    if not facts.evidence.has_read(MailIdentity, account.entity):
        return Unknown(NotCollected("ses", account.region, "not known whether a sender is verified"))
    return NotApplicable("no sender is verified, and no mailing is planned")


@check(
    "SES-02",
    of=MailReputation,
    severity=Severity.CRITICAL,
    roles=("cto", "cmo", "ceo"),
    mend="L",
    feeds=("R-CMO-04",),
    over=("SES-03", "SES-05", "SES-06"),
    reads=("MailReputation.sends", "MailReputation.status"),
)
def sending_stopped(account: MailReputation, facts: Facts) -> Verdict:
    """Mail accounts that may not send.

    What it checks: whether sending is switched off, by the service or by ourselves.
    Why it matters: confirmations, receipts and sign-in links stop with it.
    How to mend: read the service's letter, mend what it names, and ask for a review; meanwhile use another region.
    Known limits: who switched it off is not seen.
    Source: Amazon SES Developer Guide, sending review process.
    """
    if account.status == "SHUTDOWN":
        return Fail(f"The mail service has stopped our sending in {account.region}.")
    if account.sends is False:
        return Fail(f"Sending is switched off in {account.region}.")
    gap = unread(account.sends, account.status) or _strange(account)
    return Unknown(gap) if gap else Pass()


def _strange(account: MailReputation) -> NotCollected | None:
    if account.status in _STANDINGS:
        return None
    return NotCollected("ses", account.region, f"GetAccount: a standing that nobody knows, {account.status}")


@check(
    "SES-03",
    of=MailReputation,
    severity=Severity.HIGH,
    roles=("cmo", "cto", "ceo"),
    mend="M",
    feeds=("R-CMO-04",),
    over=("SES-05", "SES-06"),
    reads=("MailReputation.status",),
)
def under_review(account: MailReputation, facts: Facts) -> Verdict:
    """Mail accounts that the service looks into.

    What it checks: how the service judges the account.
    Why it matters: when the review ends badly, all mail stops.
    How to mend: stop campaigns, take off what bounced or complained, and answer the service's letter.
    Known limits: the reason stands in the letter alone.
    Source: Amazon SES Developer Guide, sending review process.
    """
    gap = unread(account.status) or _strange(account)
    if gap:
        return Unknown(gap)
    if account.status == "PROBATION":
        return Fail(f"The mail service has put our account in {account.region} under review.")
    return Pass()


@check(
    "SES-04",
    of=MailAccount,
    severity=Severity.MEDIUM,
    roles=("cmo", "cto"),
    mend="S",
    feeds=("R-CMO-03",),
    reads=("MailAccount.quota_24h", "MailAccount.sent_24h", "entity.list_size"),
)
def quota_tight(account: MailAccount, facts: Facts) -> Verdict:
    """Mail accounts that send nearly all they may, or may send less than a list takes.

    What it checks: mails of the last 24 hours against the daily quota; high where the largest day of warming up
    the list (F-Q4) is more than the quota.
    Why it matters: what is over the quota is not sent, a booking's confirmation as well as a campaign.
    How to mend: ask for a higher quota; it takes a day or two.
    Known limits: mails of one day alone are seen.
    Source: Amazon SES Developer Guide, sending quotas.
    """
    quota, sent = account.quota_24h, account.sent_24h
    if isinstance(quota, NotCollected):
        return Unknown(quota)
    if quota is None:
        return Pass("there is no limit")
    most = max((_largest_day(one, facts) for one in _businesses(account, facts)), default=0)
    where = f"The mail account in {account.region}"
    if quota < most:
        return Fail(
            f"{where} sends {quota:,} mails a day, and warming up the list takes {most:,} on its largest day.",
            Severity.HIGH,
        )
    if isinstance(sent, NotCollected):
        return Unknown(sent)
    if sent and sent >= quota * _FULL:
        return Fail(f"{where} sent {sent:,} of {quota:,} mails that it may send in a day.")
    return Pass()


def _largest_day(entity: Entity, facts: Facts) -> int:
    count = mailable_count(scope_of(facts, entity, ""), entity)
    how = facts.assumed.ramp
    days = Missing() if isinstance(count, Missing) else ramp(count, how.start, how.growth, how.cap)
    return 0 if isinstance(days, Missing) else max(days, default=0)


@check(
    "SES-05",
    of=MailReputation,
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    mend="M",
    feeds=("R-CMO-04",),
    reads=("MailReputation.bounce_rate", "SendDay.sends", "SendDay.bounces"),
)
def bounce_rate_high(account: MailReputation, facts: Facts) -> Verdict:
    """Mail accounts of which too much comes back.

    What it checks: the share of hard bounces as the service measures it over some 30 days, else of what was sent
    in the last two weeks; medium from our own limit of 4%, high from 5%, critical from 10%.
    Why it matters: from 5% the service looks into the account, from 10% it stops all mail.
    How to mend: stop, take off what bounced, and verify addresses before the next mailing.
    Known limits: under 200 mails a rate says nothing. `thresholds.send_stop.bounce` moves our own limit.
    Source: Amazon SES Developer Guide, reputation metrics messages.
    """
    levels = (
        (_BOUNCES_STOP, Severity.CRITICAL),
        (BOUNCES_UNDER, Severity.HIGH),
        (facts.assumed.send_stop.bounce, Severity.MEDIUM),
    )
    return _judged(account, facts, "bounce", "came back", levels)


@check(
    "SES-06",
    of=MailReputation,
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    mend="M",
    feeds=("R-CMO-05",),
    reads=("MailReputation.complaint_rate", "SendDay.sends", "SendDay.complaints"),
)
def complaint_rate_high(account: MailReputation, facts: Facts) -> Verdict:
    """Mail accounts of which too much is called spam.

    What it checks: the share of complaints as the service measures it, else of what arrived in the last two weeks;
    medium from our own limit of 0.08%, high from 0.1%, critical from 0.3%.
    Why it matters: from 0.1% the service looks into the account; over 0.3% mailbox providers refuse its mail.
    How to mend: stop, mail only those who bought or clicked lately, and make it easy to leave.
    Known limits: under 200 mails a rate says nothing. `thresholds.send_stop.complaint` moves our own limit.
    Source: Amazon SES Developer Guide, reputation metrics messages; sender rules of Gmail and Yahoo.
    """
    levels = (
        (_COMPLAINTS_STOP, Severity.CRITICAL),
        (COMPLAINTS_UNDER, Severity.HIGH),
        (facts.assumed.send_stop.complaint, Severity.MEDIUM),
    )
    return _judged(account, facts, "complaint", "was called spam", levels)


def _judged(account: MailReputation, facts: Facts, name: str, words: str, levels: Levels) -> Verdict:
    days = _days(account, facts)
    sends = _sum(days, "sends")
    if (
        isinstance(sends, int)
        and sends < RATES_FROM
        and (days or facts.evidence.has_read(SendDay, account.entity))
    ):
        lost = _sum(days, f"{name}s")
        return NotApplicable(f"{sends} mails in two weeks are too few for a rate ({lost} {words})")
    rate: Number = getattr(account, f"{name}_rate")
    span = ""
    if isinstance(rate, NotCollected):
        counted = _of_days(days, name)
        if counted is None:
            return Unknown(rate)
        rate, span = counted, " in two weeks"
    severity = next((severity for limit, severity in levels if rate >= limit), None)
    if severity is None:
        return Pass()
    return Fail(f"{rate:.2%} of what we sent in {account.region}{span} {words}.", severity)


def _days(account: MailReputation | MailAccount, facts: Facts) -> list[SendDay]:
    return [one for one in facts.of(SendDay, account.entity) if one.region == account.region]


def _sum(days: list[SendDay], field: str) -> int | NotCollected:
    counts = [getattr(one, field) for one in days]
    return unread(*counts) or sum(counts)


def _of_days(days: list[SendDay], name: str) -> Decimal | None:
    """Bounces of all that was sent, or complaints of all that arrived; None where a count is not known."""
    sends, bounces, lost = (_sum(days, field) for field in ("sends", "bounces", f"{name}s"))
    if not isinstance(sends, int) or not isinstance(bounces, int) or not isinstance(lost, int):
        return None
    whole = sends if name == "bounce" else sends - bounces
    return Decimal(lost) / whole if whole > 0 else None


@check(
    "SES-17",
    of=MailAccount,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CTO-23",),
    reads=("MailAccount.suppresses", "entity.list_size"),
)
def suppression_off(account: MailAccount, facts: Facts) -> Verdict:
    """Mail accounts that mail dead addresses again.

    What it checks: whether the account keeps a list of addresses that bounced and of those that complained; high
    for a business with a list of 500 addresses.
    Why it matters: each further mail to such an address counts against the account.
    How to mend: switch on the account's suppression list for bounces and for complaints.
    Known limits: a list of one's own in a program is not seen.
    Source: Amazon SES Developer Guide, account-level suppression list.
    """
    if isinstance(account.suppresses, NotCollected):
        return Unknown(account.suppresses)
    lacks = [word.lower() for word in _HEARD if word not in account.suppresses]
    if not lacks:
        return Pass()
    weighty = any(has_big_list(one.entity, facts) for one in _businesses(account, facts))
    return Fail(
        f"The mail account in {account.region} mails an address again after a {' and after a '.join(lacks)}.",
        Severity.HIGH if weighty else None,
    )


@check(
    "SES-30",
    of=MailAccount,
    severity=Severity.MEDIUM,
    roles=("cmo", "cto"),
    mend="XS",
    feeds=("R-CTO-15",),
    reads=("SendDay.sends", "Alarm.metric", "Alarm.is_heard"),
)
def reputation_unalarmed(account: MailAccount, facts: Facts) -> Verdict:
    """Mail accounts whose bounces and complaints set off no alarm.

    What it checks: of accounts with more than 200 mails in two weeks, an alarm on the rate of bounces or complaints
    that tells somebody.
    Why it matters: the service pauses an account within a day; who hears of it from customers is late.
    How to mend: set alarms on Reputation.BounceRate at 4% and on Reputation.ComplaintRate at 0.08%.
    Known limits: the service tells what was sent in two weeks, not in thirty days; fewer mails are not judged.
    Source: Amazon SES Developer Guide, creating reputation monitoring alarms.
    """
    sends = _sum(_days(account, facts), "sends")
    if isinstance(sends, NotCollected):
        return Unknown(sends)
    if sends <= RATES_FROM:
        if facts.evidence.has_read(SendDay, account.entity):
            return NotApplicable(f"{sends} mails in two weeks are too few")
        return Unknown(NotCollected("ses", account.region, "not known how much is sent"))
    alarms = [one for one in facts.of(Alarm) if isinstance(one.metric, NotCollected) or one.metric in _RATES]
    if any(one.is_heard is True and isinstance(one.metric, str) for one in alarms):
        return Pass()
    if not facts.evidence.has_read(Alarm, account.entity):
        return Unknown(NotCollected("aws-cloudwatch", account.region, "not known which alarms there are"))
    if gap := unread(*(one.is_heard for one in alarms), *(one.metric for one in alarms)):
        return Unknown(gap)
    return Fail(f"Nobody is told when mail from {account.region} bounces or is called spam.")
