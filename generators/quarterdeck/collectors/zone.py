"""Looks at the zone of a domain: do its servers answer, say the same, and sign."""

from datetime import UTC, datetime, timedelta
from typing import Any

from quarterdeck.collectors.resolver import Asks
from quarterdeck.model.observed import Flag, NotCollected

_LATE = timedelta(hours=1)
_SERIAL = 2
"""Where a record of authority has its version."""
_EPOCH = (10**9, 4 * 10**9)


def zone_of(domain: str, net: Asks, now: datetime, *, is_own: bool) -> dict[str, Any]:
    """The fields of a `DomainCheck` about its zone; of a name inside another zone, that it has none.

    Args:
        domain: The name.
        net: What answers.
        now: When that is.
        is_own: Whether somebody rents the name itself, so that it must have a zone.
    """
    signed = {"dnssec": _signed(domain, net)}
    alias, servers = net.ask(domain, "CNAME"), net.ask(domain, "NS")
    if isinstance(alias, NotCollected) or isinstance(servers, NotCollected):
        gap = alias if isinstance(alias, NotCollected) else servers
        return {**signed, "name_servers": gap, "silent_servers": gap, "servers_differ": gap}
    if not is_own and (alias or not servers):
        return {"name_servers": None}
    names = tuple(sorted(one.casefold().rstrip(".") for one in servers or ()))
    told = {name: net.ask(domain, "SOA", at=name) for name in names}
    lost = [one for one in told.values() if isinstance(one, NotCollected) and one.subject != domain]
    versions = [one[0].split() for one in told.values() if one and not isinstance(one, NotCollected)]
    return {
        **signed,
        "name_servers": names,
        "silent_servers": lost[0]  # where a server stands was not told, so nobody could ask it
        if lost
        else tuple(name for name, one in told.items() if one is None or isinstance(one, NotCollected)),
        "servers_differ": _differ(domain, [one[_SERIAL] for one in versions if len(one) > _SERIAL], now),
    }


def _signed(domain: str, net: Asks) -> str | NotCollected:
    """Broken is what answers only those that do not look at signatures."""
    mark = net.ask(domain, "DS")
    if isinstance(mark, NotCollected):
        return mark
    if not mark:
        return "unsigned"
    checked = net.ask(domain, "SOA")
    if not isinstance(checked, NotCollected):
        return "signed"
    is_there = net.ask(domain, "SOA", unchecked=True)
    return "broken" if "SERVFAIL" in checked.reason and isinstance(is_there, tuple) else checked


def _differ(domain: str, versions: list[str], now: datetime) -> Flag:
    """Whether servers tell different versions, of which the newest is older than an hour."""
    if len(set(versions)) < 2:  # noqa: PLR2004 - one version is no difference
        return False
    made = _made(max(versions, key=lambda one: (len(one), one)))
    if made is None:
        return NotCollected("dns", domain, "SOA: its servers differ, and nobody knows for how long")
    return now - made > _LATE


def _made(version: str) -> datetime | None:
    """When a version was made at the latest, where its number tells: by day, or in seconds."""
    try:
        day = datetime.strptime(version[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        day = None
    if day is not None and len(version) == len("2026112001"):
        return day + timedelta(days=1)
    if version.isascii() and version.isdigit() and _EPOCH[0] < int(version) < _EPOCH[1]:
        return datetime.fromtimestamp(int(version), UTC)
    return None
