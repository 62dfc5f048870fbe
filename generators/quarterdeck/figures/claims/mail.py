"""Claims about mail: records in DNS, proven senders, and how far the mail service lets the account go."""

from collections.abc import Iterator

from quarterdeck.figures.claims.claim import Ask
from quarterdeck.figures.claims.said import words
from quarterdeck.figures.claims.switches import Seen, is_there, known, switch
from quarterdeck.model.mail_account import MailAccount, MailIdentity
from quarterdeck.model.web import DomainCheck

_DMARC = words("dmarc")
_DKIM = words("dkim|mail signing")
_SPF = words("spf")
_RECORDS = (_DMARC, _DKIM, _SPF)
_VERIFIED = "verified verify proven confirmed"
_UNVERIFIED = "unverified unproven pending"
_PLACING = "Mail may land among spam, so what campaigns and confirmations bring is less sure."


def _dmarc(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(DomainCheck):
        yield Seen(one.domain, is_there(one.dmarc), _policy(one.dmarc), one.source)
    checked = {one.domain for one in ask.own(DomainCheck)}
    for sender in ask.own(MailIdentity):
        if sender.domain not in checked:
            policy = sender.dmarc_policy
            yield Seen(sender.domain, is_there(policy), _policy(policy), sender.source)


def _policy(policy: object) -> str:
    return f"policy {policy}" if isinstance(policy, str) else "no DMARC record"


def _dkim(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(DomainCheck):
        yield Seen(
            one.domain, known(one.dkim), "keys in DNS" if one.dkim is True else "no key in DNS", one.source
        )
    for sender in ask.own(MailIdentity):
        found = "mail is signed" if sender.dkim is True else "mail is not signed"
        yield Seen(sender.name, known(sender.dkim), found, sender.source)


def _spf(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(DomainCheck):
        yield Seen(one.domain, known(one.spf), "a record" if one.spf is True else "no SPF record", one.source)


def _senders(ask: Ask) -> Iterator[Seen]:
    for one in ask.shared(MailIdentity):
        found = "verified" if one.is_verified is True else "not verified"
        if isinstance(one.status, str) and one.is_verified is False:
            found += f" ({one.status.casefold().replace('_', ' ')})"
        yield Seen(one.name, known(one.is_verified), found, one.source)


def _out_of_sandbox(ask: Ask) -> Iterator[Seen]:
    """Of the regions that mail is sent from; where one of them is out, the others are spare."""
    used = {one.region for one in ask.shared(MailIdentity)}
    accounts = [one for one in ask.shared(MailAccount) if not used or one.region in used]
    out = [one for one in accounts if one.sandbox is False]
    for one in out or accounts:
        held = known(one.sandbox)
        found = "still in the sandbox" if held else "out of the sandbox"
        yield Seen(one.region, None if held is None else not held, found, one.source)


_SANDBOX_GONE = "Lists of people who never confirmed get nothing: plans that rest on campaigns do not hold."
_SANDBOX_MEND = "Ask the mail service for production access in that region, or take the sentence out."

CLAIMS = (
    switch(
        "dmarc",
        "DMARC{subject}",
        _DMARC,
        _dmarc,
        beside=_RECORDS,
        weakens=_PLACING,
        mend="Publish the record, or correct the sentence.",
        rules=("R-CMO-02",),
    ),
    switch(
        "dkim",
        "Signed mail{subject}",
        _DKIM,
        _dkim,
        beside=_RECORDS,
        weakens=_PLACING,
        mend="Switch signing on and publish its keys, or correct the sentence.",
        rules=("R-CMO-02",),
    ),
    switch(
        "spf",
        "SPF{subject}",
        _SPF,
        _spf,
        beside=_RECORDS,
        weakens=_PLACING,
        mend="Publish the record, or correct the sentence.",
        rules=("R-CMO-02",),
    ),
    switch(
        "mail-verified",
        "Verified sender{subject}",
        words(
            "(?:e-?)?mail(?: domain| sender| address| identity)?|sender|ses(?: identity| domain)?",
            _VERIFIED,
            _UNVERIFIED,
        ),
        _senders,
        weakens="Nothing can be sent from it, so confirmations and reports that count on it do not leave.",
        mend="Finish proving the domain with the mail service, or correct the sentence.",
    ),
    switch(
        "mail-sandbox",
        "Mail service{subject}",
        words("(?:ses |mail )?sandbox", "removed remove left leave out lifted gone over off", "in still on"),
        _out_of_sandbox,
        weakens=_SANDBOX_GONE,
        mend=_SANDBOX_MEND,
        rules=("R-CMO-03",),
    ),
    switch(
        "mail-production",
        "Mail service{subject}",
        words(
            "(?:ses |mail )?production (?:access|mode)",
            "on granted approved given there active get ask",
            "off denied refused pending",
        ),
        _out_of_sandbox,
        weakens=_SANDBOX_GONE,
        mend=_SANDBOX_MEND,
        rules=("R-CMO-03",),
    ),
)
