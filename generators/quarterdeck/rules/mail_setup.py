"""Rules of how mail is set up: campaigns apart from business, and bounces heard."""

from collections.abc import Iterator

from quarterdeck.checks.senders import streams_of, users_of
from quarterdeck.figures.report_mail import WINDOW_DAYS, came_back, heard
from quarterdeck.formulas.mail import over_stop
from quarterdeck.model.mail_account import ConfigurationSet
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, listed


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
        "MailFeedback.sent",
        "MailFeedback.bounced",
        "MailFeedback.complained",
    ),
)
def bounces_unheard(known: Known) -> Iterator[Hit]:
    """Bounces and complaints of an identity that sends reach no program, or nobody deals with them.

    What it checks: its checks look at the event destinations of its configuration set, its notification topics, and
    whether the account keeps a list of addresses that it no longer mails. Of the mail of these reports, whether
    `quarterdeck feedback` still listens, and whether so much came back in 30 days that nothing is sent.
    Why it matters: who mails dead addresses again and again is stopped by the provider.
    How to mend: an event destination for bounces and complaints, and a program behind it that removes addresses.
    Known limits: a mailbox that a person reads makes it milder; what another program does is not seen, and neither is
    a listener that never ran. `thresholds.send_stop` and `thresholds.stale_after.evidence` move the limits.
    Source: Amazon SES Developer Guide, monitoring using event publishing.
    """
    yield from _listener_stopped(known)
    yield from _too_much_came_back(known)


def _listener_stopped(known: Known) -> Iterator[Hit]:
    told, limit = heard(known.facts.evidence), known.facts.stale_after["evidence"]
    if told is None or told.as_of is None or (known.as_of - told.as_of).days <= limit:
        return
    ago = days((known.as_of - told.as_of).days)
    yield Hit(
        entity="",
        subject="feedback of report mail",
        message=(
            f"What becomes of the mail of these reports was last taken in {ago} ago, over the limit of {days(limit)}; "
            "the queue forgets it after 14."
        ),
        evidence=(told,),
        action="Let `quarterdeck feedback` run every night.",
    )


def _too_much_came_back(known: Known) -> Iterator[Hit]:
    found, stop = came_back(known.facts.evidence, known.as_of), known.facts.assumed.send_stop
    bounced, complained = over_stop(found.sent, found.bounced, found.complained, stop)
    words = [f"{found.bounced:,} bounced for good"] if bounced else []
    words += [f"{found.complained:,} were called spam"] if complained else []
    if words:
        yield Hit(
            entity="",
            subject="returned report mail",
            message=(
                f"Of {found.sent:,} mails of these reports in {days(WINDOW_DAYS)} {listed(words)}, so that no further "
                "one is sent."
            ),
            evidence=found.sources,
            action="Correct the addresses of people in portfolio.yml, then wait until older days no longer count.",
        )
