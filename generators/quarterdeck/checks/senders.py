"""What is known of who sends mail from a domain, decided once for every check."""

from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import DomainCheck

BIG_LIST = 500
"""Addresses from which a list is worth an attack, and a fault in its mail is one at large."""


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
    said = (name.rpartition("@")[2].casefold() for name in facts.evidence.declared.streams)
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
