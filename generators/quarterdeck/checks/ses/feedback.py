"""Checks of what senders and sets do with bounces and complaints, and of what each of them sends."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import streams_of
from quarterdeck.checks.ses.identities import idle
from quarterdeck.checks.targets import is_there
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.messages import Topic
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet, EventDestination, MailIdentity
from quarterdeck.model.observed import Count, NotCollected
from quarterdeck.model.severity import Severity

_HEARD = frozenset({"BOUNCE", "COMPLAINT"})


def _set_of(one: MailIdentity, facts: Facts) -> ConfigurationSet | NotCollected | None:
    """The set that mail of a sender goes through by default; None where there is none.

    An address that these reports alone come from goes through the set that the settings name for them.
    """
    name, declared = one.configuration_set, facts.evidence.declared
    if isinstance(name, NotCollected):
        return name
    if name is None and one.name.casefold() == declared.reports_from.casefold():
        name = declared.reports_through or None
    if name is None:
        return None
    sets = facts.of(ConfigurationSet)
    found = next((each for each in sets if each.name == name and each.region == one.region), None)
    return found or NotCollected("ses", name, "not known what its set is like")


@check(
    "SES-15",
    of=MailIdentity,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-23",),
    over=("SES-16",),
    reads=(
        "MailIdentity.has_feedback_topic",
        "MailIdentity.configuration_set",
        "MailIdentity.forwards",
        "ConfigurationSet.events",
    ),
)
def bounces_unheard(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders whose bounces and complaints no program hears.

    What it checks: the event destinations of its configuration set that are on, and its notification topics; medium
    where a mailbox gets them.
    Why it matters: who mails dead addresses again and again is stopped by the provider.
    How to mend: send bounces and complaints to a program that takes the address off the list.
    Known limits: what that program does is not seen.
    Source: Amazon SES Developer Guide, monitoring using event publishing.
    """
    if why := idle(one):
        return why
    if one.has_feedback_topic is True:
        return Pass()
    through = _set_of(one, facts)
    events = through.events if isinstance(through, ConfigurationSet) else ()
    topics = one.topics if isinstance(one.topics, tuple) else ()
    if isinstance(events, tuple) and _HEARD.issubset({*events, *topics}):
        return Pass()
    if gap := unread(one.has_feedback_topic, through, events):
        return Unknown(gap)
    if one.forwards is True:
        return Fail(f"Bounces and complaints of {one.name} reach a mailbox, and no program.", Severity.MEDIUM)
    return Fail(f"Bounces and complaints of {one.name} reach no program.")


@check(
    "SES-16",
    of=MailIdentity,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    feeds=("R-CTO-23",),
    reads=("MailIdentity.configuration_set", "ConfigurationSet.destinations", "Topic.confirmed"),
)
def event_destination_dead(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders whose set tells of bounces to nobody.

    What it checks: each event destination of the sender's set: that it is on, that the only one hears of bounces
    and of complaints, and that its topic or bus exists, and is heard.
    Why it matters: everybody believes that bounces are dealt with.
    How to mend: switch the destination on, add bounces and complaints, or make its target anew.
    Known limits: targets in other accounts cannot be seen, nor what a stream or bus does with it.
    Source: Amazon SES Developer Guide, event destinations.
    """
    through = _set_of(one, facts)
    if through is None:
        return NotApplicable("it has no configuration set")
    if isinstance(through, NotCollected):
        return Unknown(through)
    destinations = through.destinations
    if isinstance(destinations, NotCollected):
        return Unknown(destinations)
    if not destinations:
        return NotApplicable("its set tells nobody of anything")
    there = [is_there(each.target, one.entity, facts) if each.target else True for each in destinations]
    for each, is_found in zip(destinations, there, strict=True):
        why = _dead(each, is_only=len(destinations) == 1)
        why = why or ("leads to what does not exist" if is_found is False else "")
        if why or _hearers(each, facts) == 0:
            why = why or "leads to a topic that nobody hears"
            return Fail(f"Destination {each.name} of set {through.name}, which {one.name} uses, {why}.")
    gap = unread(*there, *(_hearers(each, facts) for each in destinations))
    return Unknown(gap) if gap else Pass()


def _hearers(one: EventDestination, facts: Facts) -> Count | None:
    """How many hear the topic that a destination leads to; None where it leads to none that was seen."""
    return next(
        (topic.confirmed for topic in facts.of(Topic) if one.target and topic.arn == one.target), None
    )


def _dead(one: EventDestination, *, is_only: bool) -> str:
    if not one.is_on:
        return "is switched off"
    if is_only and not _HEARD.issubset(one.events):
        return f"does not hear of every {' and '.join(sorted(_HEARD.difference(one.events))).lower()}"
    return ""


@check(
    "SES-19",
    of=MailIdentity,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="M",
    feeds=("R-CTO-22",),
    reads=("MailIdentity.streams",),
)
def streams_mixed(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders of campaigns that send confirmations, receipts or these reports, too.

    What it checks: what the settings say that it sends, and whether these reports are mailed from it.
    Why it matters: complaints about a campaign then stop confirmations, receipts and these reports.
    How to mend: send campaigns from a subdomain that is verified by itself, through a set of its own.
    Known limits: of a sender of which nobody says what it sends, it is not known. Sets are told by the rule.
    Source: Amazon SES Developer Guide, sender reputation.
    """
    streams = streams_of(one, facts)
    if not streams:
        return Unknown(
            NotCollected("ses", one.name, "nobody says what it sends; write it under mail.streams")
        )
    return Pass() if len(streams) == 1 else Fail(f"{one.name} sends campaigns and operational mail.")


@check(
    "SES-20",
    of=MailIdentity,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="XS",
    feeds=("R-CTO-23",),
    reads=("MailIdentity.configuration_set",),
)
def identity_without_set(one: MailIdentity, facts: Facts) -> Verdict:
    """Senders without a configuration set of their own.

    What it checks: whether mail goes through a set where the program names none.
    Why it matters: a program that forgets to name one sends mail of which nobody hears anything.
    How to mend: choose a default configuration set at the sender.
    Known limits: sets that programs name for each mail are not seen.
    Source: Amazon SES Developer Guide, default configuration sets.
    """
    if why := idle(one):
        return why
    if isinstance(one.configuration_set, NotCollected):
        return Unknown(one.configuration_set)
    return Pass() if one.configuration_set else Fail(f"{one.name} has no configuration set.")
