"""Whether receivers can tell that mail is the sender's: verified, signed, and aligned with DMARC (F-166)."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from quarterdeck.collectors.dmarc import Dmarc, read_dmarc, records_of
from quarterdeck.collectors.dns import registrable
from quarterdeck.collectors.resolver import Asks
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import DomainCheck


class Identity(NamedTuple):
    """One domain or address that the service knows as ours."""

    name: str
    is_verified: bool
    is_signed: bool
    """Whether its mail carries a signature that receivers can check: DKIM is on, and its keys were seen in DNS."""
    mail_from: str
    """The domain that bounces go to, where it is one of ours and ready; else empty."""


class Aligned(NamedTuple):
    """What a receiver compares with the address that people read."""

    sender: str
    signed: Collection[str]
    """Domains that sign."""
    bounced: Collection[str]
    """Domains that bounces go to."""


class _Rule(NamedTuple):
    """What a domain asks of receivers, and who says so."""

    dmarc: Dmarc | None
    """None where it asks nothing."""
    said_by: str


def identity_faults(sender: str, known: Collection[Identity]) -> Iterator[str]:
    """Why the service would not send, or not sign.

    Args:
        sender: The From address.
        known: Those identities that may stand behind it and that the service has.
    """
    domain = sender.rpartition("@")[2]
    if not any(one.is_verified for one in known):
        yield (
            f"The sender's domain {domain} is not verified in SES, or these credentials may not look. "
            "Verify it there, and sign in with the role for mail."
        )
    elif not any(one.is_signed for one in known):
        yield (
            f"Mail of {domain} is not signed yet: DKIM is off or pending. "
            "Add the three CNAME records that SES shows, and wait until it has seen them."
        )


def alignment_faults(mail: Aligned, net: Asks, audited: Iterable[DomainCheck]) -> Iterator[str]:
    """Why receivers that follow DMARC would not believe the sender; says from where that is known.

    Source: RFC 7489, section 3.1.
    """
    domain = mail.sender.rpartition("@")[2].lower()
    rule = _rule(domain, net, audited)
    if rule is None:
        yield (
            f"Nobody can tell what {domain} asks of receivers (DMARC): no name server answers, and no audit looked. "
            "Try again when names can be asked."
        )
    elif rule.dmarc is None:
        yield (
            f"{domain} has no DMARC record ({rule.said_by}). "
            f'Add a TXT record _dmarc.{registrable(domain)} with "v=DMARC1; p=none" at least.'
        )
    elif rule.dmarc.fault is not None:
        yield f"The DMARC record of {domain} cannot be used ({rule.said_by}): {rule.dmarc.fault}. Correct it."
    elif not _is_aligned(domain, mail, rule.dmarc):
        yield (
            f"Mail of {domain} passes no DMARC test ({rule.said_by}): neither the domain that signs nor the one that "
            "bounces go to is its own. Verify the domain itself in SES with DKIM."
        )


def _is_aligned(domain: str, mail: Aligned, rule: Dmarc) -> bool:
    """To the letter where the rule says so, else by the domain that somebody rents."""

    def matches(one: str, kind: str) -> bool:
        if kind in rule.strict:
            return one == domain
        return registrable(one) == registrable(domain)

    return any(matches(one.lower(), "dkim") for one in mail.signed) or any(
        matches(one.lower(), "spf") for one in mail.bounced
    )


def _rule(domain: str, net: Asks, audited: Iterable[DomainCheck]) -> _Rule | None:
    """As name servers say it now, else as the newest audit saw it; None where neither knows."""
    for at in dict.fromkeys((domain, registrable(domain))):
        texts = net.ask(f"_dmarc.{at}", "TXT")
        if isinstance(texts, NotCollected):
            return _audited_rule(domain, audited)
        if records := records_of(texts):
            found = read_dmarc(records[0]) if len(records) == 1 else Dmarc(fault="it stands there twice")
            return _Rule(found, "name servers, now")
    return _Rule(None, "name servers, now")


def _audited_rule(domain: str, audited: Iterable[DomainCheck]) -> _Rule | None:
    seen = [one for one in audited if one.domain == domain and not isinstance(one.dmarc, NotCollected)]
    if not seen:
        return None
    one = max(seen, key=lambda check: str(check.source.as_of))
    by = f"the audit of {one.source.as_of}"
    if one.dmarc is None:
        fault = one.dmarc_fault if isinstance(one.dmarc_fault, str) else None
        return _Rule(Dmarc(fault=fault) if fault else None, by)
    strict = one.dmarc_strict if isinstance(one.dmarc_strict, tuple) else ("dkim", "spf")
    return _Rule(Dmarc(policy=str(one.dmarc), strict=strict), by)
