"""Rules of how mail is set up: campaigns apart from business, and bounces heard."""

from collections.abc import Iterator

from quarterdeck.checks.senders import streams_of, users_of
from quarterdeck.model.mail_account import ConfigurationSet
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


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
    for through in facts.of(ConfigurationSet):
        users = users_of(through, facts)
        if len(streams_of(through, facts).union(*(streams_of(user, facts) for user in users))) > 1:
            names = f", used by {' and '.join(user.name for user in users)}," if users else ""
            yield Hit(
                entity=through.entity,
                subject=facts.evidence.subject_of(through),
                message=f"{through.name}{names} sends campaigns and operational mail.",
                evidence=(through.source, *(user.source for user in users)),
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
def bounces_unheard(_: Known) -> Iterator[Hit]:
    """Bounces and complaints of an identity that sends reach no program.

    What it checks: its checks look at the event destinations of its configuration set, its notification topics, and
    whether the account keeps a list of addresses that it no longer mails.
    Why it matters: who mails dead addresses again and again is stopped by the provider.
    How to mend: an event destination for bounces and complaints, and a program behind it that removes addresses.
    Known limits: a mailbox that a person reads makes it milder; what the program does is not seen.
    Source: Amazon SES Developer Guide, monitoring using event publishing.
    """
    yield from ()
