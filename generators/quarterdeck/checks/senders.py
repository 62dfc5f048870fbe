"""What is known of who sends mail from a domain, decided once for every check."""

from datetime import date

from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet, MailIdentity, MailSender, Stream
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.sales import Campaign
from quarterdeck.model.values import Blank
from quarterdeck.model.web import DomainCheck

BIG_LIST = 500
"""Addresses from which a list is worth an attack, and a fault in its mail is one at large."""


def domain_of(address: str) -> str:
    """The domain of an address or domain, in small letters."""
    return address.rpartition("@")[2].casefold()


def identities_at(domain: str, facts: Facts) -> tuple[MailIdentity, ...]:
    """Senders of the mail service whose mail comes from a domain."""
    return tuple(
        one for one in facts.of(MailIdentity) if one.domain == domain and one.is_verified is not False
    )


def returned_to(domain: str, facts: Facts) -> tuple[MailIdentity, ...]:
    """Senders of the mail service whose mail goes back to a domain where it cannot be delivered."""
    return tuple(one for one in facts.of(MailIdentity) if one.mail_from == domain)


def sends(one: DomainCheck, facts: Facts) -> bool | None:
    """Whether mail comes from a domain, by the mail service and the settings; None where nobody knows."""
    declared = facts.evidence.declared
    said = {domain_of(name) for name in (*declared.streams, declared.reports_from)}
    if identities_at(one.domain, facts) or one.domain in said:
        return True
    return False if facts.evidence.has_read(MailIdentity, one.entity) else None


def not_known_to_send(one: DomainCheck) -> NotCollected:
    """The gap where the mail service was not read."""
    return NotCollected("ses", one.domain, "not known whether mail is sent from it")


def has_big_list(entity: str, facts: Facts) -> bool:
    """Whether a business owns a list worth an attack."""
    return any(
        one.entity == entity and isinstance(one.list_size, int) and one.list_size >= BIG_LIST
        for one in facts.entities
    )


def users_of(one: ConfigurationSet, facts: Facts) -> list[MailIdentity]:
    """The senders whose mail goes through a set by default."""
    return [user for user in facts.of(MailIdentity) if goes_through(user, one)]


def goes_through(user: MailIdentity, one: ConfigurationSet) -> bool:
    """Whether mail of a sender goes through a set by default."""
    return user.configuration_set == one.name and user.region == one.region


def streams_of(one: MailIdentity | ConfigurationSet, facts: Facts) -> set[Stream]:
    """What it sends, as seen and as `mail` of the settings says; empty where nobody knows."""
    declared = facts.evidence.declared
    said = declared.streams.get(one.name)
    seen = one.streams if isinstance(one.streams, tuple) else ()
    found: set[Stream] = {*seen, said} if said else set(seen)
    if isinstance(one, ConfigurationSet):
        sends_reports = one.name == declared.reports_through
    else:
        sends_reports = bool(declared.reports_from) and covers(one, declared.reports_from)
    return found | {"operational"} if sends_reports and found else found


def covers(one: MailIdentity, address: str) -> bool:
    """Whether a sender lets mail go out from an address: it is that address, or a domain above it."""
    address = address.casefold()
    if "@" in one.name:
        return one.name.casefold() == address
    return f".{address.rpartition('@')[2]}".endswith(f".{one.domain}")


def is_named(one: MailIdentity, facts: Facts) -> bool:
    """Whether settings or code name it as a sender."""
    declared = facts.evidence.declared
    if one.name in declared.streams or (declared.reports_from and covers(one, declared.reports_from)):
        return True
    return any(covers(one, sender.address) for sender in facts.of(MailSender))


def planned_campaigns(facts: Facts, entity: str) -> list[Campaign]:
    """Mailings that are still to go out, as written."""
    rows = facts.of(Campaign, entity)
    return [one for one in rows if one.status == "planned" or _is_ahead(one, facts.as_of)]


def _is_ahead(one: Campaign, as_of: date) -> bool:
    return isinstance(one.status, Blank) and isinstance(one.sent_on, date) and one.sent_on > as_of
