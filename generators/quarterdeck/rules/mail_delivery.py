"""Rules of whether mail may go out, and whether it arrives: senders, limits, bounces and complaints."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.checks.senders import planned_campaigns, streams_of
from quarterdeck.figures.marketing import rates_of
from quarterdeck.formulas.mail import BOUNCES_UNDER, COMPLAINTS_UNDER
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.web import DomainCheck
from quarterdeck.rules.known import Known
from quarterdeck.rules.mailing import RESTS_AFTER, sent_campaigns
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import listed, percent

_BOUNCES_STOP = Decimal("0.10")
_COMPLAINTS_STOP = Decimal("0.003")


class Sender(msgspec.Struct, frozen=True):
    """One domain that mail comes from, and what vouches for it; None is not known."""

    domain: str
    spf: bool | None
    dkim: bool | None
    dmarc: bool | None
    sources: tuple[Source, ...]

    @property
    def lacks(self) -> list[str]:
        """What is known to be missing."""
        proofs = (("SPF", self.spf), ("DKIM", self.dkim), ("DMARC", self.dmarc))
        return [name for name, proof in proofs if proof is False]


def _senders(facts: Facts, entity: Entity) -> Iterator[Sender]:
    """The domains that campaigns of a business may come from; without any seen sender, all of its domains."""
    checks = {one.domain: one for one in facts.of(DomainCheck, entity.entity)}
    verified = [one for one in facts.of(MailIdentity, entity.entity) if one.is_verified is not False]
    for one in verified:
        if streams_of(one, facts) == {"operational"}:
            continue
        domain = one.name.rpartition("@")[2]
        check = checks.get(domain)
        seen = () if check is None else ((check.spf, check.dkim, check.dmarc),)
        proofs = zip((one.spf, one.dkim, one.dmarc_policy), *seen, strict=True)
        spf, dkim, dmarc = (_first_known(*answers) for answers in proofs)
        yield Sender(
            domain, spf, dkim, dmarc, tuple(each.source for each in (one, check) if each is not None)
        )
    if not verified:
        for check in checks.values():
            spf, dkim, dmarc = (_first_known(one) for one in (check.spf, check.dkim, check.dmarc))
            yield Sender(check.domain, spf, dkim, dmarc, (check.source,))


def _first_known(*answers: object) -> bool | None:
    """Whether it is there, by the first that knows; a policy is, and None is an answer: there is none."""
    known = [one for one in answers if not isinstance(one, NotCollected)]
    return bool(known[0]) if known else None


@rule(
    "R-CMO-02",
    severity=Severity.CRITICAL,
    roles=("cmo", "cto"),
    affects=(("cto", "mail of bookings from the same domain is refused, too"),),
    action="Publish SPF, DKIM and DMARC before anything is sent.",
    effort_hours=4,
    reads=(
        "campaigns.id",
        "campaigns.status",
        "MailIdentity.spf",
        "MailIdentity.dkim",
        "MailIdentity.dmarc_policy",
        "DomainCheck.spf",
        "DomainCheck.dkim",
        "DomainCheck.dmarc",
    ),
)
def campaign_without_proof(known: Known) -> Iterator[Hit]:
    """Campaigns are planned or sent from a domain without SPF, DKIM or DMARC.

    What it checks: what the mail service says of each sender, else what DNS answers for its domain.
    Why it matters: mailbox providers refuse such mail or put it away as spam, and remember the domain.
    How to mend: publish the three records; the mail service shows each of them.
    Known limits: where no sender was seen, every domain of the business counts; a sender that is known to send
    operational mail alone does not.
    Source: Gmail and Yahoo sender rules; Amazon SES Developer Guide, email authentication methods.
    """
    for entity in known.facts.entities:
        planned = planned_campaigns(known.facts, entity.entity)
        campaigns = [*planned, *sent_campaigns(known.facts, entity.entity)]
        for sender in _senders(known.facts, entity) if campaigns else ():
            if sender.lacks:
                verb = "plans" if planned else "has sent"
                yield Hit(
                    entity=entity.entity,
                    subject=sender.domain,
                    message=f"{entity.title} {verb} campaigns, and {sender.domain} lacks {listed(sender.lacks)}.",
                    evidence=(*sender.sources, campaigns[0].source),
                )


@rule(
    "R-CMO-03",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("cto", "the mail account is not ready for campaigns"),),
    action="Ask the mail service for production access and a higher quota; it takes a day or two.",
    effort_hours=2,
    reads=(
        "MailAccount.sandbox",
        "MailAccount.quota_24h",
        "MailIdentity.region",
        "figure.list_mailable",
        "campaigns.status",
    ),
)
def account_too_small(_: Known) -> Iterator[Hit]:
    """The mail account is still for trials, or sends fewer mails a day than the list needs.

    What it checks: its checks look at the sandbox, and at the daily quota against what was sent and against the
    largest day of warming up the list (F-Q4).
    Why it matters: in the sandbox nothing reaches a customer; over the quota the rest is not sent.
    How to mend: the service asks what is sent, to whom, and how bounces are dealt with.
    Known limits: regions without a sender are not looked at.
    Source: Amazon SES Developer Guide, request production access.
    """
    yield from ()


class Measured(msgspec.Struct, frozen=True):
    """One rate of what was sent, and whose it is."""

    entity: str
    subject: str
    words: str
    """What it was measured on, as it goes on after the rate: `of mailing x (11 of 240)`."""
    rate: Decimal
    sources: tuple[Source, ...]
    is_old: bool = False
    """Whether it is of a mailing so long ago that nothing is left to stop."""


@rule(
    "R-CMO-04",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("cto", "a pause of the account stops mail of bookings, too"),),
    action="Stop sending, take off dead addresses, and verify the rest of the list.",
    effort_hours=8,
    reads=(
        "campaigns.sent",
        "campaigns.hard_bounces",
        "MailReputation.bounce_rate",
        "MailReputation.status",
        "SendDay.sends",
        "SendDay.bounces",
    ),
)
def mail_bounces(known: Known) -> Iterator[Hit]:
    """5% of what was sent came back, 10% is critical; our own warning comes before, at 4% by default.

    What it checks: hard bounces of the last mailing with results; its checks look at those of each mail account, and
    at whether the mail service has put the account under review, or stopped it.
    Why it matters: from 5% the service looks into the account, from 10% it stops all mail.
    How to mend: stop, take off what bounced, and verify addresses before the next mailing.
    Known limits: under 200 messages a rate says nothing; a mailing of more than 180 days ago warns at most.
    `thresholds.send_stop.bounce` moves our own warning.
    Source: Amazon SES, sending review process.
    """
    stop = known.facts.assumed.send_stop.bounce
    levels = ((_BOUNCES_STOP, Severity.CRITICAL), (BOUNCES_UNDER, Severity.HIGH), (stop, Severity.MEDIUM))
    for one in _of_campaigns(known, "bounce"):
        severity = _level(one.rate, levels)
        if severity:
            said = f"{percent(one.rate)} {one.words} bounced"
            yield _measured(one, severity, f"{said}; we stop at {percent(stop)}.")


@rule(
    "R-CMO-05",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("cto", "a pause of the account stops mail of bookings, too"),),
    action="Stop sending, and go on only with people who bought or clicked lately.",
    effort_hours=4,
    reads=(
        "campaigns.delivered",
        "campaigns.complaints",
        "MailReputation.complaint_rate",
        "SendDay.sends",
        "SendDay.complaints",
    ),
)
def mail_called_spam(known: Known) -> Iterator[Hit]:
    """One of a thousand who got the mail called it spam, three are critical; our own warning comes before.

    What it checks: complaints of the last mailing with results; its check looks at those of each mail account.
    Why it matters: from 0.1% the mail service looks into the account; over 0.3% mailbox providers refuse it.
    How to mend: stop, mail only those who bought or clicked lately, and make it easy to leave.
    Known limits: under 200 messages a rate says nothing, and in a short list one complaint is a high rate; a mailing
    of more than 180 days ago warns at most. `thresholds.send_stop.complaint`, 0.08% by default, moves our warning.
    Source: Amazon SES, sending review process; Gmail and Yahoo sender rules.
    """
    stop = known.facts.assumed.send_stop.complaint
    levels = (
        (_COMPLAINTS_STOP, Severity.CRITICAL),
        (COMPLAINTS_UNDER, Severity.HIGH),
        (stop, Severity.MEDIUM),
    )
    for one in _of_campaigns(known, "complaint"):
        severity = _level(one.rate, levels)
        if severity:
            said = f"{_fine(one.rate)} {one.words} was marked as spam"
            yield _measured(one, severity, f"{said}; we stop at {_fine(stop)}.")


def _fine(rate: Decimal) -> str:
    """A small share with two decimals: `0.08%`."""
    return f"{rate * 100:.2f}%"


def _level(rate: Decimal, levels: tuple[tuple[Decimal, Severity], ...]) -> Severity | None:
    return next((severity for limit, severity in levels if rate >= limit), None)


def _measured(one: Measured, severity: Severity, message: str) -> Hit:
    return Hit(
        entity=one.entity,
        subject=one.subject,
        severity=Severity.MEDIUM if one.is_old else severity,
        message=message,
        evidence=one.sources,
    )


def _of_campaigns(known: Known, name: str) -> Iterator[Measured]:
    """One rate of each business's newest mailing that has it."""
    for entity in known.facts.entities:
        for one in sent_campaigns(known.facts, entity.entity):
            rates = rates_of(one)
            rate = None if isinstance(rates, Missing) else getattr(rates, name)
            if not isinstance(rate, Decimal) or not isinstance(one.id, str):
                continue
            part, whole = (
                (one.hard_bounces, one.sent) if name == "bounce" else (one.complaints, one.delivered)
            )
            words = f"of mailing {one.id} ({part:,} of {whole:,})"
            is_old = isinstance(one.sent_on, date) and known.as_of - one.sent_on > RESTS_AFTER
            yield Measured(entity.entity, one.id, words, rate, (one.source,), is_old)
            break
