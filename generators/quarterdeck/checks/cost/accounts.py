"""Checks of what accounts pay for beside what runs: mail, trails, keys, alarms."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from quarterdeck.checks.prices import EVERYWHERE, at_list_price, list_price, money, paid_for
from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import streams_of, users_of
from quarterdeck.checks.sites import few
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CustomerKey
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import Queue, Topic
from quarterdeck.model.cloud.secrets import Secret
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import AccountWatch, Alarm, Dashboard, Trail
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet, MailAccount, MailIdentity, ReceiptRule, SendDay
from quarterdeck.model.observed import NotCollected, Observed
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

_FEW_MAILS = 1000
_NOTHING = Money(Decimal(0), "USD")
_FREE_DASHBOARDS = 3
_FREE_ALARMS = 10
_BLIND_DAYS = 30
_ENCRYPTED = (Bucket, Table, Function, Topic, Queue, Trail, Secret)


@check(
    "COST-26",
    of=MailAccount,
    severity=Severity.LOW,
    roles=("cmo", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=(
        "MailAccount.dedicated_ips",
        "MailAccount.sent_24h",
        "MailAccount.has_advisor",
        "MailAccount.rule_sets",
        "SendDay.sends",
        "MailIdentity.configuration_set",
        "ReceiptRule.domains",
    ),
)
def mail_extras_unused(account: MailAccount, facts: Facts) -> Verdict:
    """Extras of the mail service that are paid for and bring nothing, or lie about.

    What it checks: addresses of one's own with under 1,000 mails a day, the adviser that is paid by mail, sets of
    rules for mail that comes in beside the active one, and where nothing was sent for two weeks, senders and sets of
    which nothing says what they are for.
    Why it matters: an address of one's own with little mail costs money, and its mail arrives worse.
    How to mend: give the addresses back, switch off the adviser if nobody reads it, and delete what is unused.
    Known limits: the mails of one day are counted; whether somebody reads the adviser is not seen. Where anything was
    sent, the service does not say by which sender.
    Source: Amazon SES Developer Guide, dedicated addresses and Virtual Deliverability Manager.
    """
    if gap := unread(account.dedicated_ips, account.sent_24h, account.has_advisor, account.rule_sets):
        return Unknown(gap)
    found = [*_extras(account, facts), *_silent(account, facts)]
    if not found:
        return Pass()
    words = f"In {account.region} {'; '.join(said for said, _ in found)}."
    known = [price for _, price in found if price]
    if len(known) < len(found) and not any(price.amount for price in known):
        return Fail(words)
    return at_list_price(words, sum(known[1:], start=known[0]))


def _extras(account: MailAccount, facts: Facts) -> Iterator[tuple[str, Money | None]]:
    """What is paid for or lies about, and what that costs a month; None where it is not known."""
    addresses, sent, sets = account.dedicated_ips, account.sent_24h, account.rule_sets
    if isinstance(addresses, int) and isinstance(sent, int) and addresses and sent < _FEW_MAILS:
        price = list_price("mail-address-month", addresses, account.region, facts)
        cost = f" for about {money(price)} a month" if price else ""
        yield f"{addresses} addresses of your own send {sent:,} mails a day{cost}", price
    if account.has_advisor is True:
        yield "the adviser on delivery is on, and paid for by mail", None
    if isinstance(sets, int) and sets > 1:
        yield f"{sets - 1} sets of rules for mail that comes in are not the active one", _NOTHING


def _silent(account: MailAccount, facts: Facts) -> Iterator[tuple[str, Money | None]]:
    """Senders and sets that nothing uses, where the region sent nothing; else nobody knows which of them sends."""
    days = [one for one in facts.of(SendDay) if _is_of(one, account)]
    is_quiet = account.sent_24h == 0 and all(day.sends == 0 for day in days)
    if not is_quiet or not facts.evidence.has_read(SendDay, account.entity):
        return
    taken = {name for rule in facts.of(ReceiptRule) for name in _names(rule.domains)}
    senders = [one for one in facts.of(MailIdentity) if _is_of(one, account)]
    idle = [one.name for one in senders if not streams_of(one, facts) and one.domain not in taken]
    if idle:
        yield f"{few(sorted(idle))} sent nothing for two weeks, and nothing says what for", _NOTHING
    sets = [one for one in facts.of(ConfigurationSet) if _is_of(one, account)]
    unused = [one.name for one in sets if not users_of(one, facts) and not streams_of(one, facts)]
    if unused:
        yield f"no sender goes through {few(sorted(unused))}", _NOTHING


def _is_of(one: SendDay | MailIdentity | ConfigurationSet, account: MailAccount) -> bool:
    """Whether something is of the same account and region."""
    return one.region == account.region and _folder(one) == _folder(account)


def _folder(one: Observed) -> str:
    return one.source.path.rpartition("/")[0]


def _names(told: tuple[str, ...] | NotCollected) -> tuple[str, ...]:
    return told if isinstance(told, tuple) else ()


@check(
    "COST-27",
    of=Trail,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Trail.has_changes", "Trail.is_on", "Trail.is_everywhere", "Trail.region"),
)
def trail_twice(trail: Trail, facts: Facts) -> Verdict:
    """Trails that write down what another one already does.

    What it checks: trails of one account that log who changes what in the same region; the first copy is free.
    Why it matters: each further copy is paid for by event.
    How to mend: keep the one of all regions, and stop the other.
    Known limits: what the second copy costs depends on how much happens, and is not known here.
    Source: AWS CloudTrail User Guide, costs of trails.
    """
    if trail.is_on is False or trail.has_changes is False:
        return NotApplicable("it logs no changes")
    if gap := unread(trail.is_on, trail.has_changes):
        return Unknown(gap)
    first = sorted(
        (one for one in facts.of(Trail) if one.source.path == trail.source.path and _overlaps(one, trail)),
        key=_rank,
    )
    if first[0] == trail:
        return Pass()
    return Fail(f"Trail {trail.name} logs what trail {first[0].name} already does. Not known what it costs.")


def _overlaps(one: Trail, other: Trail) -> bool:
    both = one.is_on is True and one.has_changes is True
    return one == other or (
        both and (one.is_everywhere is True or other.is_everywhere is True or one.region == other.region)
    )


def _rank(trail: Trail) -> tuple[bool, bool, str]:
    return trail.is_of_organisation is not True, trail.is_everywhere is not True, trail.name


@check(
    "COST-29",
    of=CustomerKey,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=(
        "CustomerKey.alias",
        "Bucket.key",
        "Table.key",
        "Function.key",
        "Topic.key",
        "Queue.key",
        "Trail.key",
        "Secret.key",
    ),
)
def key_idle(key: CustomerKey, facts: Facts) -> Verdict:
    """Keys without a name that encrypt nothing that was found.

    What it checks: keys of the account's own without an alias, against what buckets, tables, functions, topics,
    queues, trails and secrets are encrypted with.
    Why it matters: it is paid by the month; but what was once encrypted with it is lost without it.
    How to mend: switch it off for a month; if nobody misses it, let it be deleted.
    Known limits: disks, databases, logs and old objects that it encrypts are not seen.
    Source: AWS KMS Developer Guide, deleting keys.
    """
    if isinstance(key.alias, NotCollected):
        return Unknown(key.alias)
    if key.alias is not None:
        return Pass("it has a name")
    used: list[Observed] = [one for kind in _ENCRYPTED for one in facts.of(kind)]
    named = [getattr(one, "key", None) for one in used]
    if any(isinstance(name, str) and name in {key.arn, key.name} for name in named):
        return Pass()
    if gap := unread(*named):
        return Unknown(gap)
    if not all(facts.evidence.has_read(kind, key.entity) for kind in _ENCRYPTED):
        return Unknown(NotCollected("aws-waste", key.name, "not known what all is encrypted with it"))
    words = f"Key {key.name} has no name and encrypts nothing that was found."
    return paid_for(words, key, "key-month", 1, facts)


@check(
    "COST-32",
    of=AccountWatch,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Dashboard.name", "Alarm.state", "Alarm.since"),
)
def watch_over_allowance(watch: AccountWatch, facts: Facts) -> Verdict:
    """Accounts with more dashboards than are free, or with paid alarms that have measured nothing for a month.

    What it checks: dashboards over 3, and where there are more than 10 alarms, those without data for 30 days.
    Why it matters: a page that nobody opens, and an alarm that cannot ring, are paid for all the same.
    How to mend: delete the dashboards and alarms that nobody needs.
    Known limits: who opens a dashboard is not seen.
    Source: Amazon CloudWatch User Guide, pricing.
    """
    place = f"{watch.source.path.rpartition('/')[0]}/"
    boards = sum(one.source.path.startswith(place) for one in facts.of(Dashboard))
    alarms = [one for one in facts.of(Alarm) if one.source.path.startswith(place)]
    if found := [*_boards(boards, facts), *_blind(alarms, facts)]:
        words = " and ".join(words for words, _ in found)
        known = [price for _, price in found if price]
        whole = sum(known[1:], start=known[0]) if len(known) == len(found) else None
        return at_list_price(f"Account {watch.account} {words}.", whole)
    if len(alarms) > _FREE_ALARMS and (
        gap := unread(*(one.state for one in alarms), *(one.since for one in alarms))
    ):
        return Unknown(gap)
    if not all(facts.evidence.has_read(kind, watch.entity) for kind in (Dashboard, Alarm)):
        return Unknown(
            NotCollected("aws-trail", watch.account, "not known which dashboards and alarms there are")
        )
    return Pass()


def _boards(count: int, facts: Facts) -> Iterator[tuple[str, Money | None]]:
    """What is wrong with so many dashboards, and what that costs a month."""
    if count <= _FREE_DASHBOARDS:
        return
    price = list_price("dashboard-month", count - _FREE_DASHBOARDS, EVERYWHERE, facts)
    cost = f", the others about {money(price)} a month" if price else ""
    yield f"has {count} dashboards, of which {_FREE_DASHBOARDS} are free{cost}", price


def _blind(alarms: Sequence[Alarm], facts: Facts) -> Iterator[tuple[str, Money | None]]:
    """What is wrong with alarms, and what that costs a month."""
    blind = sum(_is_blind(one, facts) for one in alarms)
    if len(alarms) <= _FREE_ALARMS or not blind:
        return
    price = list_price("alarm-month", min(blind, len(alarms) - _FREE_ALARMS), EVERYWHERE, facts)
    cost = f", for about {money(price)} a month" if price else ""
    yield f"pays for alarms of which {blind} have measured nothing for {_BLIND_DAYS} days{cost}", price


def _is_blind(alarm: Alarm, facts: Facts) -> bool:
    if alarm.state != "no data" or isinstance(alarm.since, NotCollected):
        return False
    return (facts.as_of - alarm.since).days >= _BLIND_DAYS
