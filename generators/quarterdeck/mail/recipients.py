"""Who may be mailed: the people of the settings, each with the reports that they may see."""

from typing import Final

from quarterdeck.model.errors import UsageError
from quarterdeck.model.finding import ROLES
from quarterdeck.model.mail import Reader
from quarterdeck.settings import Audience, Settings

MOST: Final = 50
"""Recipients of one mail, blind copies among them.

Source: Amazon SES Developer Guide, "Service quotas".
"""


def readers(settings: Settings) -> tuple[Reader, ...]:
    """Everybody with an address and a report to read, by id.

    Raises:
        UsageError: Two of them share an address, so that nobody knows whose reports it is to get (F-164).
    """
    found: dict[str, Reader] = {}
    for person, known in sorted(settings.people.items()):
        roles = tuple(role for role in known.roles if role in settings.audiences[known.audience].roles)
        if known.address is None or not roles:
            continue
        other = found.setdefault(
            known.address.lower(),
            Reader(person, known.name, known.address, roles, known.audience, known.mails),
        )
        if other.person != person:
            raise UsageError(
                f"people: {other.person} and {person} share one address, so nobody knows whose reports to mail. "
                "Give each an address of their own in portfolio.yml."
            )
    return tuple(found.values())


def copies(settings: Settings) -> tuple[str, ...]:
    """The addresses that get a blind copy of every mail, each once.

    Raises:
        UsageError: One belongs to nobody who may see everything, or there are too many (F-163).
    """
    entitled = {
        known.address.lower()
        for known in settings.people.values()
        if known.address is not None and sees_all(settings.audiences[known.audience])
    }
    wanted = {one.lower(): one for one in settings.mail.bcc}
    if strangers := [one for key, one in sorted(wanted.items()) if key not in entitled]:
        raise UsageError(
            f"mail.bcc: {', '.join(map(masked, strangers))} would get everybody's mail, and belongs to nobody who may "
            "see everything. Add it under people: with an audience of all reports and businesses, and mails: never."
        )
    if len(wanted) >= MOST:
        raise UsageError(
            f"mail.bcc: {len(wanted)} addresses, and one mail goes to {MOST} at most, its reader among them. "
            "Name a mailing list instead."
        )
    return tuple(wanted.values())


def sees_all(audience: Audience) -> bool:
    """Whether nothing is kept from an audience."""
    return audience.entities is None and set(audience.roles) >= set(ROLES)


def masked(address: str) -> str:
    """An address as logs may show it: `p…@harbor.example` (F-178)."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"{address[:1]}…"
