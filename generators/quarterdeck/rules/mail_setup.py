"""Rules of how mail is set up: campaigns apart from business, and bounces heard."""

from collections.abc import Iterable, Iterator

from quarterdeck.checks.senders import goes_through, streams_of, users_of
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet, MailAccount, MailIdentity
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule

_HEARD = ("BOUNCE", "COMPLAINT")


@rule(
    "R-CTO-22",
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    affects=(("cmo", "a pause of campaigns stops bookings and these reports, too (F-Q4)"),),
    action="Send campaigns from a subdomain with a configuration set of its own.",
    effort_hours=4,
    reads=("MailIdentity.streams", "MailIdentity.configuration_set", "ConfigurationSet.streams"),
)
def streams_share_identity(known: Known) -> Iterator[Hit]:
    """Campaigns and operational mail are sent from one identity, or through one configuration set.

    What it checks: what each identity and configuration set sends, as seen and as `mail.streams` says.
    Why it matters: complaints about a campaign then stop confirmations, receipts and these reports.
    How to mend: a subdomain for campaigns, verified by itself, with its own set.
    Known limits: an identity of which nobody says what it sends is not judged.
    Source: Amazon SES Developer Guide, sender reputation.
    """
    facts = known.facts
    for one in facts.of(MailIdentity):
        if len(streams_of(one, facts)) > 1:
            yield _mixed(one)
    for through in facts.of(ConfigurationSet):
        users = users_of(through, facts)
        if len(streams_of(through, facts).union(*(streams_of(user, facts) for user in users))) > 1:
            yield _mixed(through, users)


def _mixed(one: MailIdentity | ConfigurationSet, users: Iterable[MailIdentity] = ()) -> Hit:
    names = f", used by {' and '.join(user.name for user in users)}," if users else ""
    return Hit(
        entity=one.entity,
        subject=one.name,
        message=f"{one.name}{names} sends campaigns and operational mail.",
        evidence=(one.source, *(user.source for user in users)),
    )


@rule(
    "R-CTO-23",
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    affects=(("cmo", "dead addresses are mailed again until sending stops (F-Q14)"),),
    action="Send bounces and complaints to a program that takes the address off the list.",
    effort_hours=2,
    reads=(
        "MailIdentity.has_feedback_topic",
        "MailIdentity.configuration_set",
        "ConfigurationSet.events",
        "MailAccount.suppresses",
    ),
)
def bounces_unheard(known: Known) -> Iterator[Hit]:
    """Bounces and complaints of an identity that sends reach no program.

    What it checks: the event destinations of its configuration set and its notification topics; and, as medium,
    whether the account suppresses addresses after both.
    Why it matters: who mails dead addresses again and again is stopped by the provider.
    How to mend: an event destination for bounces and complaints, and a program behind it that removes addresses.
    Known limits: a mailbox that a person reads does not count; what the program does is not seen.
    Source: Amazon SES Developer Guide, monitoring using event publishing.
    """
    for one in known.facts.of(MailIdentity):
        if one.is_verified is not False and _is_heard(one, known.facts) is False:
            yield Hit(
                entity=one.entity,
                subject=one.name,
                message=f"Bounces and complaints of {one.name} reach no program.",
                evidence=(one.source,),
            )
    for account in known.facts.of(MailAccount):
        if isinstance(account.suppresses, tuple) and not set(_HEARD) <= set(account.suppresses):
            lacks = " and ".join(word.lower() for word in _HEARD if word not in account.suppresses)
            yield Hit(
                entity=account.entity,
                subject=f"suppression/{account.region}",
                severity=Severity.MEDIUM,
                message=f"The mail account in {account.region} mails an address again after a {lacks}.",
                evidence=(account.source,),
            )


def _is_heard(one: MailIdentity, facts: Facts) -> bool | None:
    """Whether a program is told of both; None where something that could tell was not read."""
    if one.has_feedback_topic is True:
        return True
    is_unsure = one.has_feedback_topic is not False
    if isinstance(one.configuration_set, str):
        events = [known.events for known in facts.of(ConfigurationSet) if goes_through(one, known)]
        told = {word for words in events if isinstance(words, tuple) for word in words}
        if told.issuperset(_HEARD):
            return True
        is_unsure = is_unsure or not events or not all(isinstance(words, tuple) for words in events)
    elif one.configuration_set is not None:
        is_unsure = True
    return None if is_unsure else False
