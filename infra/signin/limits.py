"""How often links may be asked for and used: per source, per address and in all (F-192).

Nobody is locked out by others. Within one window at most a few links go to an address, and each lives for two windows:
who is refused has had one that still opens. Sessions go on. And whoever signed in from somewhere before is counted
apart from strangers there, so that no flood from elsewhere uses up what they may ask for.
"""

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

from signin.table import Table

KNOWN_SECONDS: Final = 60 * 86400
"""For how long a place from which somebody signed in is theirs."""
WINDOW_SECONDS: Final = 300
_DAY_SECONDS: Final = 86400
_V6_NETWORK_BITS: Final = 64


class Limit(NamedTuple):
    """So many within a window."""

    what: str
    most: int
    seconds: int = WINDOW_SECONDS


PER_SOURCE: Final = Limit("source", 10)
PER_ADDRESS: Final = Limit("address", 3)
MAILS: Final = Limit("mails", 20, _DAY_SECONDS)
IN_ALL: Final = Limit("all", 100)
USES: Final = Limit("use", 30)


class Limits:
    """Counts in the table, a row for each window; neither addresses nor sources stand there as they were sent."""

    def __init__(self, table: Table, secret: str) -> None:
        """The secret keys what is counted, so that the table tells nobody who asked."""
        self._table = table
        self._secret = secret.encode()

    def may_ask(self, address: str, source: str, now: int) -> bool:
        """Whether a link may be made now; asks and writes the same for every address, known or not (F-191)."""
        known = self._table.row(self.place(address, source))
        at_home = known is not None and int(known["expires_at"]) > now
        whose, source = ("known-", f"{source} {address}") if at_home else ("", source)
        return (
            self._count(PER_SOURCE, whose, source, now)
            and self._count(PER_ADDRESS, whose, address, now)
            and self._count(MAILS, whose, address, now)
            and self._count(IN_ALL, whose, "", now)
        )

    def may_use(self, source: str, now: int) -> bool:
        """Whether a link may be tried now."""
        return self._count(USES, "", source, now)

    def place(self, address: str, source: str) -> str:
        """The row that says that the owner of this address signed in from there."""
        return f"familiar#{self._hash(f'{source} {address}')}"

    def _count(self, limit: Limit, whose: str, of: str, now: int) -> bool:
        window = now // limit.seconds
        name = f"{whose}{limit.what}" + (f"-{self._hash(of)}" if of else "")
        return self._table.count(f"count#{name}#{window}", limit.most, (window + 1) * limit.seconds)

    def _hash(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def source_of(text: str) -> str:
    """The network that a request came from: an IPv4 address, or the 64 bits that one household has of IPv6.

    Args:
        text: Address, or address and port, as the distribution tells it: `192.0.2.1:443`, `2001:db8::1:443`.
    """
    host, _, port = text.rpartition(":")
    for one in (host, text) if port.isdigit() else (text,):
        try:
            address = ip_address(one.strip("[]"))
        except ValueError:
            continue
        if not isinstance(address, IPv6Address):
            return str(address)
        return str(address.ipv4_mapped or IPv6Address(int(address) >> _V6_NETWORK_BITS << _V6_NETWORK_BITS))
    return "unknown"
