"""Asks name servers: what a name has, that it has nothing, or that nobody can tell."""

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeAlias

from quarterdeck.collectors.scope import HERE, Scope
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from dns.message import Message, QueryMessage

Answer: TypeAlias = tuple[str, ...] | NotCollected | None
"""Every text of a name and type, sorted; None where there is no such name or none of that type."""

Lookup: TypeAlias = Callable[[str, str], Answer]
"""Name and type -> what is there."""


class Asks(Protocol):
    """What answers questions about names."""

    def ask(self, name: str, kind: str, *, at: str = "", unchecked: bool = False) -> Answer:
        """What a name has of one type, as `Resolver.ask` says it."""


_PORT = 53
_SECONDS = 3.0
_TRIES = 2
_PATIENCE = 6
"""Questions in a row without an answer, after which a server counts as lost."""
_RESOLVERS = 2
_ADDRESSES = frozenset({"A", "AAAA"})
"""Types that may well differ from one place to another."""

_GAP = "dns"


class Resolver:
    """The name servers of one run: the first two of them, which must agree, and those of a zone itself."""

    def __init__(
        self,
        scope: Scope,
        clock: Callable[[], float] = time.monotonic,
        *,
        port: int = 0,
        seconds: float = _SECONDS,
    ) -> None:
        """Nothing is asked yet.

        Args:
            scope: The servers to ask, and the time after which nothing more is asked.
            clock: Seconds that only grow.
            port: Where servers listen; by default where they are played, else where all of them do.
            seconds: How long one question waits.
        """
        self._played = (HERE,) if scope.played else ()
        self._servers = self._played or (scope.resolvers or _of_machine())[:_RESOLVERS]
        self._clock = clock
        self._until = clock() + scope.seconds
        self._port = port or (scope.played.names if scope.played else _PORT)
        self._seconds = seconds
        self._known: dict[tuple[str, str, str, bool], Answer] = {}
        self._silent: Counter[str] = Counter()
        self._lock = Lock()

    def ask(self, name: str, kind: str, *, at: str = "", unchecked: bool = False) -> Answer:
        """Ask one question; the same question is asked once.

        Args:
            name: A domain name, in its own script or in ASCII.
            kind: The type of record: `TXT`.
            at: A name server of the zone to ask instead.
            unchecked: Whether an answer counts whose signature is broken.

        Returns:
            The texts of its records, those of a TXT joined without spaces; None for "there is none"; why nobody
            knows where servers fail, do not answer, refuse, or tell different things.
        """
        key = (name.casefold().rstrip("."), kind, at.casefold(), unchecked)
        with self._lock:
            if key in self._known:
                return self._known[key]
        answer = self._asked(*key)
        with self._lock:
            return self._known.setdefault(key, answer)

    def _asked(self, name: str, kind: str, at: str, unchecked: bool) -> Answer:  # noqa: FBT001 - a part of the key
        if self._clock() > self._until:
            return _gap(name, kind, "no time was left")
        question = _question(name, kind, unchecked=unchecked, recurse=not at)
        if question is None:
            return None
        servers = self._addresses(at) if at else self._servers
        if isinstance(servers, NotCollected):
            return servers
        if not servers:
            return _gap(name, kind, f"{at} has no address" if at else "this machine knows no name server")
        return _agreed(name, kind, [self._told(question, name, kind, server) for server in servers])

    def _addresses(self, server: str) -> tuple[str, ...] | NotCollected:
        """One address of a name server; the older kind first, as not every machine has the newer.

        Where names are played, one server plays all of them.
        """
        for kind in ("A", "AAAA"):
            found = self.ask(server, kind)
            if isinstance(found, NotCollected):
                return found
            if found:
                return self._played or found[:1]
        return ()

    def _told(self, question: "QueryMessage", name: str, kind: str, server: str) -> Answer:
        """What one server says, asked again where it is silent or breaks off; one that stays silent is not."""
        import dns.exception  # noqa: PLC0415 - needs a library of its own
        import dns.query  # noqa: PLC0415 - likewise

        why = _SILENT
        for _ in range(_TRIES if self._silent[server] < _PATIENCE else 0):
            try:
                reply, _tcp = dns.query.udp_with_fallback(
                    question, server, timeout=self._seconds, port=self._port
                )
            except dns.exception.Timeout:
                self._silent[server] += 1
                continue
            except (OSError, EOFError) as error:
                why = f"{_SILENT}, {type(error).__name__}"
                continue
            except (ValueError, dns.exception.DNSException) as error:
                return _gap(name, kind, f"{_SILENT}, {type(error).__name__}")
            self._silent[server] = 0
            return _read(reply, name, kind)
        return _gap(name, kind, why)


_SILENT = "no answer"


def _of_machine() -> tuple[str, ...]:
    import dns.resolver  # noqa: PLC0415 - needs a library of its own

    try:
        found = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple(str(one) for one in found)


def _question(name: str, kind: str, *, unchecked: bool, recurse: bool) -> "QueryMessage | None":
    """None for what can be no name."""
    import dns.exception  # noqa: PLC0415 - needs a library of its own
    import dns.flags  # noqa: PLC0415 - likewise
    import dns.message  # noqa: PLC0415 - likewise

    try:
        question = dns.message.make_query(name, kind, use_edns=True)
    except (UnicodeError, dns.exception.DNSException):
        return None
    if unchecked:
        question.flags |= dns.flags.CD
    if not recurse:
        question.flags &= ~dns.flags.RD
    return question


def _read(reply: "Message", name: str, kind: str) -> Answer:
    import dns.exception  # noqa: PLC0415 - needs a library of its own
    import dns.flags  # noqa: PLC0415 - likewise
    import dns.message  # noqa: PLC0415 - likewise
    import dns.rcode  # noqa: PLC0415 - likewise

    code = reply.rcode()
    if code == dns.rcode.NXDOMAIN:
        return None
    if code != dns.rcode.NOERROR:
        return _gap(name, kind, dns.rcode.to_text(code))
    if reply.flags & dns.flags.TC:
        return _gap(name, kind, "an answer that is cut short")
    if not isinstance(reply, dns.message.QueryMessage):
        return _gap(name, kind, "an answer to another question")
    try:
        found = reply.resolve_chaining().answer
    except dns.exception.DNSException as error:
        return _gap(name, kind, type(error).__name__)
    if found is None:
        return None
    return tuple(sorted(_text(one) for one in found))


def _text(record: object) -> str:
    """The strings of a text joined, anything else as zones write it."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record)


def _agreed(name: str, kind: str, answers: list[Answer]) -> Answer:
    """What all servers say that answer; one that is silent does not count beside one that speaks."""
    spoken = [one for one in answers if not (isinstance(one, NotCollected) and _SILENT in one.reason)]
    if not spoken:
        return answers[0]
    for one in spoken:
        if isinstance(one, NotCollected):
            return one
    said = {bool(one) if kind in _ADDRESSES else one for one in spoken}
    return spoken[0] if len(said) == 1 else _gap(name, kind, "two name servers tell different things")


def _gap(name: str, kind: str, reason: str) -> NotCollected:
    return NotCollected(_GAP, name, f"{kind}: {reason}")
