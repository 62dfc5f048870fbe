"""Rules of the mailing list: may it be mailed, is it mailed, and what is told of it."""

from collections.abc import Iterator
from datetime import date, timedelta

from quarterdeck.checks.senders import planned_campaigns
from quarterdeck.formulas.mail import SUPPORTED_UP_TO
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import Campaign, Lead
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money, MoneyRange, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, listed, money, on, percent

_WORTH_MAILING = 500
"""Addresses from which a list that rests is money left lying."""
RESTS_AFTER = timedelta(days=180)
_RESULTS_AFTER = timedelta(days=7)
_RESULTS = ("delivered", "hard_bounces", "complaints", "unsubs", "clicks", "orders", "revenue")
_NOT_WRITTEN = frozenset({"absent", "unknown"})


def sent_campaigns(facts: Facts, entity: str) -> list[Campaign]:
    """Mailings that went out, the newest first; those without a day last."""
    went = [one for one in facts.of(Campaign, entity) if _is_sent(one, facts.as_of)]
    return sorted(
        went, key=lambda one: one.sent_on if isinstance(one.sent_on, date) else date.min, reverse=True
    )


def _is_sent(one: Campaign, as_of: date) -> bool:
    """As its status says; without one, by its day."""
    if isinstance(one.status, Blank):
        return isinstance(one.sent_on, date) and one.sent_on <= as_of
    return one.status == "sent"


@rule(
    "R-CMO-01",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(
        ("cfo", "sales that could come on top of the pipeline (F-Q13)"),
        ("ceo", "a list that we own earns nothing"),
    ),
    action="Clean the list, set up SPF, DKIM and DMARC, warm it up day by day, and send a first offer.",
    effort_hours=16,
    reads=("entity.list_size", "campaigns.status", "campaigns.sent_on"),
)
def list_that_rests(known: Known) -> Iterator[Hit]:
    """An active business with 500 addresses or more that has mailed none of them for 180 days.

    What it checks: `list_size` of the front matter against the days of the Campaigns table.
    Why it matters: people who asked to hear from us forget that they did, and complain when they do.
    How to mend: take off who must not be mailed, then begin with those who bought last.
    Known limits: without a Campaigns table, or with a mailing whose day is not written, nobody knows.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        size = entity.list_size
        if isinstance(size, Blank) or size < _WORTH_MAILING:
            continue
        went = sent_campaigns(known.facts, entity.entity)
        dated = [one.sent_on for one in went if isinstance(one.sent_on, date)]
        if not known.facts.has_table(Campaign, entity.entity) or len(dated) < len(went):
            continue
        if not dated or known.as_of - dated[0] > RESTS_AFTER:
            last = f"since {on(dated[0])}" if dated else "yet"
            yield Hit(
                entity=entity.entity,
                subject="list",
                message=f"{entity.title} owns a list of {size:,} addresses and has mailed nobody {last}.",
                evidence=(entity.source, *(one.source for one in went[:1])),
            )


@rule(
    "R-CMO-06",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(("ceo", "mail to people who never asked for it is a matter of law"),),
    action="Mail only addresses with a recorded source; ask the others again, or take them off.",
    effort_hours=4,
    reads=("entity.list_size", "entity.list_source", "entity.list_updated", "entity.list_unsourced"),
)
def list_without_consent(known: Known) -> Iterator[Hit]:
    """A mailing list of which nobody knows where its addresses come from, or when they agreed.

    What it checks: `list_source`, `list_updated` and `list_unsourced` of the front matter, where a list is stated.
    Why it matters: who cannot show consent may not mail, and strangers are those who complain.
    How to mend: write where the addresses come from and when consent was last recorded; set apart the others.
    Known limits: whether a source is a lawful one is not judged.
    Source: 15 USC 7704 (CAN-SPAM); sender rules of the mailbox providers.
    """
    for entity in known.facts.entities:
        if isinstance(entity.list_size, Blank) or not entity.list_size:
            continue
        lacks = _lacks(entity)
        if lacks:
            yield Hit(
                entity=entity.entity,
                subject="list",
                message=f"Mailing list of {entity.title}: {'; '.join(lacks)}.",
                evidence=(entity.source,),
            )


def _lacks(entity: Entity) -> list[str]:
    found = []
    unsourced = entity.list_unsourced
    if isinstance(unsourced, int) and unsourced:
        found.append(f"{unsourced:,} of {entity.list_size:,} addresses have no recorded source")
    elif _is_unwritten(entity.list_source):
        found.append("nobody wrote down where the addresses come from")
    if _is_unwritten(entity.list_updated):
        found.append("nobody wrote down when people agreed to be mailed")
    return found


def _is_unwritten(value: object) -> bool:
    return isinstance(value, Blank) and value.why != "n/a"


@rule(
    "R-CMO-07",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(("ceo", "each mail without them breaks the law or the providers' rules"),),
    action="Add one-click unsubscribe and the postal address to the template.",
    effort_hours=2,
    reads=("campaigns.id", "campaigns.status", "campaigns.one_click", "campaigns.postal_address"),
)
def mail_without_a_way_out(known: Known) -> Iterator[Hit]:
    """A mailing without one-click unsubscribe, or without our postal address.

    What it checks: `one_click` and `postal_address` of every planned mailing and of the last one sent.
    Why it matters: whoever cannot leave marks the mail as spam; the address is asked for by law.
    How to mend: both belong into the template, so that no mailing can lack them.
    Known limits: the mail itself is not read; an older mailing cannot be mended and is not told.
    Source: 15 USC 7704 (CAN-SPAM); Gmail and Yahoo sender rules.
    """
    for entity in known.facts.entities:
        went = sent_campaigns(known.facts, entity.entity)[:1]
        for one in (*went, *planned_campaigns(known.facts, entity.entity)):
            lacks = ["without one-click unsubscribe"] if one.one_click is False else []
            lacks += ["without our postal address"] if one.postal_address is False else []
            if lacks and isinstance(one.id, str):
                verb = "went out" if one in went else "is planned"
                yield Hit(
                    entity=entity.entity,
                    subject=one.id,
                    message=f"Mailing {one.id} of {entity.title} {verb} {listed(lacks)}.",
                    evidence=(one.source,),
                )


@rule(
    "R-CMO-08",
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    affects=(("cfo", "a target that rests on it is not supported (F-T1)"),),
    action="State it again by offer: how many bookings of which one, and take it out of the targets until then.",
    effort_hours=2,
    reads=("figure.claim_rate_high", "figure.claim_orders_high", "pipeline.lead", "pipeline.value"),
)
def claim_beyond_belief(known: Known) -> Iterator[Hit]:
    """What the list is said to bring needs more buyers than lists have.

    What it checks: the orders that the claim takes at its upper end, over all mails that arrive.
    Why it matters: plans rest on the claim, and 3% of everyone delivered is more than mailings bring.
    How to mend: claim what a dearer offer could bring with fewer bookings, or a smaller sum.
    Known limits: one mailing is compared with the whole claim; several of them reach more.
    Source: published rates of clicks and orders of mailing lists.
    """
    for entity in known.facts.active():
        orders, share = (known.figure(f"claim_{one}_high", entity.entity) for one in ("orders", "rate"))
        if orders is None or share is None or not isinstance(share.value, Ratio):
            continue
        lead = next(
            (one for one in known.facts.of(Lead, entity.entity) if one.source in orders.sources), None
        )
        if share.value.value <= SUPPORTED_UP_TO or lead is None or not isinstance(lead.lead, str):
            continue
        yield Hit(
            entity=entity.entity,
            subject=lead.lead,
            message=(
                f"{_worth(lead.value)} from the list of {entity.title} takes {orders.value:,} orders: "
                f"{percent(share.value.value)} of all who get the mail, and 3% is the most to expect."
            ),
            evidence=(lead.source,),
        )


def _worth(value: object) -> str:
    top = value.high if isinstance(value, MoneyRange) else value
    return money(top) if isinstance(top, Money) else "What is claimed"


@rule(
    "R-CMO-23",
    severity=Severity.LOW,
    roles=("cmo",),
    affects=(("cmo", "nobody learns from the mailing (F-Q14)"),),
    action="Pull the numbers of the mailing and write them into Campaigns.",
    effort_hours=1,
    reads=(
        "campaigns.id",
        "campaigns.status",
        "campaigns.sent_on",
        *(f"campaigns.{one}" for one in _RESULTS),
    ),
)
def mailing_without_results(known: Known) -> Iterator[Hit]:
    """A mailing that went out a week ago or more, and of which no result is written down.

    What it checks: the counts of the Campaigns table, from `delivered` to `revenue`.
    Why it matters: the next mailing is better only if somebody knows how this one went.
    How to mend: copy the numbers from the program that sent it.
    Known limits: one number is enough; “not tracked” is an answer.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        for one in sent_campaigns(known.facts, entity.entity):
            cells = [getattr(one, name) for name in _RESULTS]
            if not all(isinstance(cell, Blank) and cell.why in _NOT_WRITTEN for cell in cells):
                continue
            if isinstance(one.id, str) and isinstance(one.sent_on, date):
                if known.as_of - one.sent_on < _RESULTS_AFTER:
                    continue
                yield Hit(
                    entity=entity.entity,
                    subject=one.id,
                    message=(
                        f"Mailing {one.id} of {entity.title} went out {days((known.as_of - one.sent_on).days)} ago, "
                        "and no result is written down."
                    ),
                    evidence=(one.source,),
                )
