"""Claims about what is kept, and about the account that it is kept in."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.figures.claims.claim import Ask
from quarterdeck.figures.claims.said import words
from quarterdeck.figures.claims.switches import Seen, known, switch
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.cloud.identity import CloudAccount
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import AccountWatch

_FRESH_DAYS = 35
_RECOVERY = words("point[- ]in[- ]time(?: recovery)?|pitr")
_COPIED = (
    "on ok okay works work run runs running enabled enable active fine good place set there made taken daily nightly"
    " automatic weekly"
)
_BACKUPS = words(
    "(?:daily |nightly |automatic |database |data )?back[- ]?ups?", _COPIED, "off missing broken disabled"
)
_VERSIONING = words("versioning|(?:old )?versions")
_BUCKETS = words("buckets?|files|storage|storage is", "private closed blocked", "public open")
_RENEWAL = words("auto[- ]?renew(?:al|als|s)?|automatic renewal")
_LOCK = words("(?:transfer|registrar|domain)", "locked lock", "unlocked")
_ROOT = words(
    "(?:root )?(?:mfa|2fa)|root(?: account)?",
    "on enabled protected mfa 2fa second factor key",
    "off unprotected",
)
_BUDGET = words("(?:cost |aws |cloud )?(?:budgets?|billing)(?: alarms?| alerts?)|cost al(?:arm|ert)s?")
_TRAIL = words("cloudtrail|audit (?:log|trail)")


def _recovery(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(Table):
        found = "point-in-time recovery on" if one.has_recovery is True else "no point-in-time recovery"
        yield Seen(one.name, known(one.has_recovery), found, one.source)


def _backups(ask: Ask) -> Iterator[Seen]:
    """Of tables; of buckets where there is none."""
    tables = ask.own(Table)
    for table in tables:
        yield Seen(
            table.name, _is_copied(table, ask.scope.as_of), "no recovery and no fresh copy", table.source
        )
    if not tables:
        for bucket in ask.own(Bucket):
            yield Seen(bucket.name, known(bucket.is_versioned), "keeps no old versions", bucket.source)


def _is_copied(table: Table, as_of: date) -> bool | None:
    if table.has_recovery is True:
        return True
    copy = table.newest_copy
    if isinstance(copy, date):
        return (as_of - copy).days <= _FRESH_DAYS
    return False if table.has_recovery is False and copy is None else None


def _versions(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(Bucket):
        found = "keeps old versions" if one.is_versioned is True else "keeps no old versions"
        yield Seen(one.name, known(one.is_versioned), found, one.source)


def _closed(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(Bucket):
        grant = one.public_grant
        found = f"strangers may {grant}" if isinstance(grant, str) else "nothing is open to strangers"
        is_closed = (
            True if one.is_blocked is True or grant is None else False if isinstance(grant, str) else None
        )
        yield Seen(one.name, is_closed, found, one.source)


def _renewing(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(RegisteredDomain):
        found = "renews itself" if one.auto_renew is True else "does not renew itself"
        yield Seen(one.domain, known(one.auto_renew), found, one.source)


def _locked(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(RegisteredDomain):
        yield Seen(
            one.domain, known(one.locked), "locked" if one.locked is True else "may be moved away", one.source
        )


def _root(ask: Ask) -> Iterator[Seen]:
    for one in ask.shared(CloudAccount):
        found = "root has a second factor" if one.root_mfa is True else "root has no second factor"
        yield Seen(one.account, known(one.root_mfa), found, one.source)


def _told_of_costs(ask: Ask) -> Iterator[Seen]:
    for one in ask.shared(AccountWatch):
        found = "a budget tells somebody" if one.has_budget_alarm is True else "no budget tells anybody"
        yield Seen(one.account, known(one.has_budget_alarm), found, one.source)


def _written_down(ask: Ask) -> Iterator[Seen]:
    for one in ask.shared(AccountWatch):
        found = "a trail runs" if one.has_trail is True else "no trail runs"
        yield Seen(one.account, known(one.has_trail), found, one.source)


_LOSS = "After a mistake there is nothing to go back to: restore times and restore tests do not hold."
_DOMAIN = "Whoever counts on the domain may lose site and mail with it."

CLAIMS = (
    switch(
        "recovery",
        "Point-in-time recovery{subject}",
        _RECOVERY,
        _recovery,
        weakens=_LOSS,
        mend="Switch it on for the table, or correct the sentence.",
        rules=("R-CTO-08",),
    ),
    switch(
        "backups",
        "Backups{subject}",
        _BACKUPS,
        _backups,
        weakens=_LOSS,
        mend="Switch on recovery or versions, say where the copies are, or correct the sentence.",
        rules=("R-CTO-08", "R-CTO-21"),
    ),
    switch(
        "versioning",
        "Old versions{subject}",
        _VERSIONING,
        _versions,
        weakens=_LOSS,
        mend="Switch versioning on, or correct the sentence.",
        rules=("R-CTO-08",),
    ),
    switch(
        "private",
        "Files{subject}",
        _BUCKETS,
        _closed,
        weakens="What guests were promised of their papers does not hold.",
        mend="Block public access, or correct the sentence.",
        rules=("R-CTO-07",),
    ),
    switch(
        "auto-renew",
        "Renewal{subject}",
        _RENEWAL,
        _renewing,
        weakens=_DOMAIN,
        mend="Switch renewal on at the registrar, or correct the sentence.",
        rules=("R-CTO-14",),
    ),
    switch(
        "domain-lock",
        "Transfer lock{subject}",
        _LOCK,
        _locked,
        weakens=_DOMAIN,
        mend="Lock it at the registrar, or correct the sentence.",
    ),
    switch(
        "root-mfa",
        "Root account{subject}",
        _ROOT,
        _root,
        weakens="One stolen password opens everything that the account holds.",
        mend="Give root a second factor, or correct the sentence.",
        rules=("R-CTO-05",),
    ),
    switch(
        "budget",
        "Budget alarm{subject}",
        _BUDGET,
        _told_of_costs,
        weakens="A cost that runs away is seen with the bill, not before.",
        mend="Let a budget mail somebody, or correct the sentence.",
        role="cfo",
        rules=("R-CTO-16",),
    ),
    switch(
        "trail",
        "Record of changes{subject}",
        _TRAIL,
        _written_down,
        weakens="Nobody can say afterwards who changed what.",
        mend="Switch the trail on, or correct the sentence.",
    ),
)
