"""Checks of configuration sets: what they switch off, and where their links lead."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.senders import streams_of, users_of
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet, Stream
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_TRACKED = frozenset({"OPEN", "CLICK"})
_UNUSED = NotApplicable("nothing is known to use it")


def _streams(one: ConfigurationSet, facts: Facts) -> set[Stream]:
    """What goes through a set: its own word, and that of those who use it."""
    return streams_of(one, facts).union(*(streams_of(user, facts) for user in users_of(one, facts)))


def _is_used(one: ConfigurationSet, facts: Facts) -> bool:
    return bool(users_of(one, facts) or streams_of(one, facts))


def _not_stated(one: ConfigurationSet) -> Unknown:
    return Unknown(NotCollected("ses", one.name, "nobody says what it sends; write it under mail.streams"))


@check(
    "SES-18",
    of=ConfigurationSet,
    severity=Severity.MEDIUM,
    roles=("cmo", "cto"),
    mend="XS",
    feeds=("R-CTO-23",),
    reads=("ConfigurationSet.suppresses", "ConfigurationSet.streams"),
)
def set_undoes_suppression(one: ConfigurationSet, facts: Facts) -> Verdict:
    """Sets for campaigns that mail suppressed addresses.

    What it checks: whether a set that campaigns go through switches the account's list of dead addresses off.
    Why it matters: those who complained get the next campaign, too.
    How to mend: take the suppression options out of the set, so that those of the account hold.
    Known limits: none are known.
    Source: Amazon SES Developer Guide, configuration set-level suppression.
    """
    if isinstance(one.suppresses, NotCollected):
        return Unknown(one.suppresses)
    if one.suppresses is None or one.suppresses:
        return Pass()
    streams = _streams(one, facts)
    if not streams:
        return _not_stated(one)
    if "marketing" not in streams:
        return NotApplicable("no campaign goes through it")
    return Fail(f"Set {one.name}, which campaigns go through, mails suppressed addresses.")


@check(
    "SES-21",
    of=ConfigurationSet,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("ConfigurationSet.requires_tls", "ConfigurationSet.streams"),
)
def tls_not_required(one: ConfigurationSet, facts: Facts) -> Verdict:
    """Sets for sign-in links, receipts and reports that also send unencrypted.

    What it checks: whether a set that operational mail goes through insists on an encrypted connection.
    Why it matters: a link that signs somebody in can be read on its way.
    How to mend: set the TLS policy of the set to Require.
    Known limits: mail to the few servers without encryption then comes back.
    Source: Amazon SES Developer Guide, security protocols.
    """
    if isinstance(one.requires_tls, NotCollected):
        return Unknown(one.requires_tls)
    if one.requires_tls:
        return Pass()
    streams = _streams(one, facts)
    if not streams:
        return _not_stated(one)
    if "operational" not in streams:
        return NotApplicable("only campaigns go through it")
    return Fail(f"Set {one.name} sends operational mail unencrypted where it must.")


@check(
    "SES-22",
    of=ConfigurationSet,
    severity=Severity.LOW,
    roles=("cmo",),
    mend="XS",
    reads=("ConfigurationSet.measures_reputation", "ConfigurationSet.streams"),
)
def reputation_unmeasured(one: ConfigurationSet, facts: Facts) -> Verdict:
    """Sets whose bounces and complaints are not measured apart.

    What it checks: whether a set in use publishes its reputation; medium where campaigns go through it.
    Why it matters: nobody sees which mail it is that bounces.
    How to mend: switch on reputation metrics of the set.
    Known limits: a set counts as used where a sender names it, or the settings do.
    Source: Amazon SES Developer Guide, configuration sets.
    """
    if not _is_used(one, facts):
        return _UNUSED
    if isinstance(one.measures_reputation, NotCollected):
        return Unknown(one.measures_reputation)
    if one.measures_reputation:
        return Pass()
    severity = Severity.MEDIUM if "marketing" in _streams(one, facts) else None
    return Fail(f"Bounces and complaints of set {one.name} are not measured apart.", severity)


@check(
    "SES-23",
    of=ConfigurationSet,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    reads=("ConfigurationSet.sends", "MailIdentity.configuration_set"),
)
def set_switched_off(one: ConfigurationSet, facts: Facts) -> Verdict:
    """Sets in use that send nothing.

    What it checks: whether sending through a set that is used is switched on.
    Why it matters: all mail that goes through it is refused.
    How to mend: switch sending through the set on again, once you know why it was switched off.
    Known limits: a set counts as used where a sender names it, or the settings do.
    Source: Amazon SES Developer Guide, pausing email sending.
    """
    if not _is_used(one, facts):
        return _UNUSED
    if isinstance(one.sends, NotCollected):
        return Unknown(one.sends)
    return Pass() if one.sends else Fail(f"Set {one.name} is used, and sending through it is switched off.")


@check(
    "SES-24",
    of=ConfigurationSet,
    severity=Severity.LOW,
    roles=("cmo",),
    mend="S",
    reads=(
        "ConfigurationSet.destinations",
        "ConfigurationSet.redirect_domain",
        "ConfigurationSet.redirects_encrypted",
    ),
)
def links_rewritten_to_stranger(one: ConfigurationSet, facts: Facts) -> Verdict:
    """Sets that lead the links of their mail through a stranger's domain, or unencrypted.

    What it checks: of sets that count openings or clicks, a domain of one's own for links that is served encrypted;
    medium where campaigns go through it.
    Why it matters: readers see a domain that they do not know, and filters take it for a lure.
    How to mend: set a redirect domain of your own that requires HTTPS, or count neither openings nor clicks.
    Known limits: whether that domain is served well is not tried.
    Source: Amazon SES Developer Guide, custom domains for open and click tracking.
    """
    if isinstance(one.destinations, NotCollected):
        return Unknown(one.destinations)
    if not any(each.is_on and _TRACKED.intersection(each.events) for each in one.destinations):
        return NotApplicable("it counts neither openings nor clicks")
    if gap := unread(one.redirect_domain, one.redirects_encrypted):
        return Unknown(gap)
    if one.redirect_domain and one.redirects_encrypted:
        return Pass()
    severity = Severity.MEDIUM if "marketing" in _streams(one, facts) else None
    if one.redirect_domain:
        return Fail(
            f"Links in mail of set {one.name} lead unencrypted through {one.redirect_domain}.", severity
        )
    return Fail(f"Links in mail of set {one.name} lead through the mail service's own domain.", severity)
