"""The one door to the web: bounded questions, each to an address that was looked at before."""

import http.client
import ipaddress
import os
import socket
import ssl
import time
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from http import HTTPStatus
from threading import BoundedSemaphore, Event, Lock, Timer
from typing import Any, TypeAlias
from urllib.parse import SplitResult, quote, urljoin
from urllib.robotparser import RobotFileParser

import msgspec

from quarterdeck import __version__
from quarterdeck.collectors.certificate import certificate_ends
from quarterdeck.collectors.scope import HERE, Played, Scope
from quarterdeck.collectors.vocabulary import split

AGENT = f"quarterdeck/{__version__} (+site audit)"
_ROBOT = "quarterdeck"
MOST_BYTES = 3 * 1024 * 1024
_HOPS = 5
_AT_ONCE = 2
_MOST_ADDRESSES = 4
_SECONDS = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SERVER_FAILS = 500
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._?"
_NEVER = tuple(
    ipaddress.ip_network(one) for one in ("168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128")
)
"""Where machines of a provider ask about themselves, beside link-local addresses; no site stands there."""
_EMBEDS = ipaddress.IPv6Network("64:ff9b::/96")
_OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2)
_PROTOCOLS = {"TLSv1": "TLSv1", "TLSv1_1": "TLSv1.1", "TLSv1_2": "TLSv1.2"}
_WHATEVER_THE_CLOCK = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which the library has no name."""
_CANNOT_ASK = frozenset({"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE"})

Address: TypeAlias = tuple[str, int]
"""An address of the network, and a port."""
Resolve: TypeAlias = Callable[[str, int], list[Address]]


class NotAnsweredError(Exception):
    """Nothing usable came back, or asking is not allowed; the text says why, as a clause."""


class NotAskedError(NotAnsweredError):
    """We kept from asking: `robots.txt`, an address inside a network, or no time left."""


class ClosedError(NotAnsweredError):
    """Nobody takes the connection, or nobody there can encrypt it."""


class Tls(msgspec.Struct, frozen=True):
    """What one handshake showed."""

    protocol: str
    ends: date | None
    """Last day of the certificate."""
    issuer: str
    """Who vouches for it; empty where nobody does that we trust."""
    fault: str
    """Why browsers refuse the certificate; empty where they take it."""


class Robots(msgspec.Struct, frozen=True):
    """What the owner of a host lets programs read."""

    lines: tuple[str, ...]
    """Of its `robots.txt`; none where there is no such file, and then all is allowed."""
    fails: bool = False
    """Whether the server failed: then the home page alone is asked, which tells whether the whole site is down."""

    def allows(self, address: str, robot: str = _ROBOT) -> bool:
        """Whether a program may read an address."""
        if self.fails:
            return split(address).path in {"", "/"}
        rules = RobotFileParser()
        rules.parse(self.lines)
        return rules.can_fetch(robot, address)


class Answer(msgspec.Struct, frozen=True):
    """What one address answered."""

    address: str
    """The last one, after redirects."""
    status: int
    headers: Mapping[str, str]
    """By name in lower case; several of one name stand with a line break between them."""
    body: bytes = b""
    is_cut: bool = False
    """Whether there was more than we read."""
    hops: tuple[str, ...] = ()
    """The addresses that redirected, in their order."""
    first_byte_ms: int = 0
    tls: Tls | None = None


class Fetcher:
    """Asks web servers, politely and within bounds.

    At most five redirects, three megabytes and ten seconds a page, and two questions to one host at once. Each name
    is resolved once, looked at, and the connection goes to that very address, so that no name can be moved between
    looking and asking. `robots.txt` is honoured. No cookie is kept, nothing is sent but the question, no script runs.
    """

    def __init__(
        self,
        scope: Scope,
        name: str = "web",
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        is_ci: bool | None = None,
        resolve: Resolve | None = None,
        trust: Callable[[], ssl.SSLContext] | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        """Nothing is asked yet.

        Args:
            scope: Whether private addresses are allowed, and how long the job may take.
            name: The collector, as gaps name it.
            clock: Seconds that only grow.
            pause: Waits so many seconds.
            is_ci: Whether this machine belongs to a CI service, whose network says nothing about a site's speed; by
                default as its environment says.
            resolve: The addresses of a name; by default those that are played, else those of the system.
            trust: Makes the settings of a handshake that knows whom to trust; by default whom this machine does.
            seconds: The most that one answer may take.
        """
        self.name = name
        self.pause = pause
        self.is_ci = bool(os.environ.get("CI")) if is_ci is None else is_ci
        self._private = scope.web.private
        self._clock = clock
        self._until = clock() + scope.seconds
        self._is_played = scope.played is not None
        self._resolve = resolve or (_played_at(scope.played) if scope.played else _resolved)
        self._trust = trust or (_trusting(scope.played) if scope.played else ssl.create_default_context)
        self._own = _doors(scope.played) if scope.played else frozenset[Address]()
        self._seconds = seconds
        self._robots: dict[str, Robots] = {}
        self._places: dict[str, BoundedSemaphore] = {}
        self._lock = Lock()

    def get(self, address: str, *, follow: bool = True, origin: str = "") -> Answer:
        """Ask for a page.

        Args:
            address: With scheme.
            follow: Whether redirects are followed; without, the answer is the redirect itself.
            origin: The site that a script would ask from.

        Raises:
            NotAnsweredError: Nothing usable came, the address is not allowed, or `robots.txt` refuses it.
        """
        return self._hops("GET", address, {"Origin": origin} if origin else {}, most=_HOPS if follow else 0)

    def head(self, address: str) -> Answer:
        """Ask for what stands above a page alone; raises as `get` does."""
        return self._hops("HEAD", address, {}, most=_HOPS)

    def robots(self, address: str) -> Robots:
        """What `robots.txt` of an address's host allows; asked once.

        Raises:
            NotAskedError: The host must not be asked for anything, or no time is left.
        """
        parts = split(address)
        origin = f"{parts.scheme}://{_host(parts)}"
        with self._lock:
            known = self._robots.get(origin)
        if known is None:
            known = self._asked_robots(f"{origin}/robots.txt")
            with self._lock:
                self._robots[origin] = known
        return known

    def _asked_robots(self, address: str) -> Robots:
        try:
            answer = self._hops("GET", address, {}, most=_HOPS, polite=False)
        except NotAskedError:
            raise
        except NotAnsweredError:
            return Robots(())  # whoever does not answer this does not answer the rest either
        if answer.status >= _SERVER_FAILS:
            return Robots((), fails=True)
        is_there = answer.status == HTTPStatus.OK
        return Robots(tuple(answer.body.decode("utf-8", errors="replace").splitlines()) if is_there else ())

    def oldest_protocol(self, address: str) -> str | None:
        """The oldest protocol of encryption that an address accepts: `TLSv1.2`; None where it takes new ones alone.

        Raises:
            NotAnsweredError: This machine cannot ask for old protocols, or nobody answers.
        """
        parts = split(address)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS["https"]
        where = self._allowed(host, port)
        for version in _OLD:
            try:
                context = _speaking(version)
                with (
                    self._connected(where) as sock,
                    context.wrap_socket(sock, server_hostname=host) as shaken,
                ):
                    return shaken.version() or _PROTOCOLS[version.name]
            except (ssl.SSLError, ValueError) as error:
                if not isinstance(error, ssl.SSLError) or error.reason in _CANNOT_ASK:
                    raise NotAnsweredError(f"this machine cannot speak {_PROTOCOLS[version.name]}") from None
            except OSError:
                continue  # servers close, or break off, where they do not like the protocol
        return None

    def _hops(
        self, method: str, address: str, headers: Mapping[str, str], *, most: int, polite: bool = True
    ) -> Answer:
        passed: list[str] = []
        while True:
            if split(address).scheme not in _DEFAULT_PORTS or not split(address).hostname:
                raise NotAnsweredError("it is no address of a web page")
            if polite:
                self._may_ask(address)
            with self._place(address):
                answer = self._ask(method, address, headers)
            there = answer.headers.get("location", "")
            if not most or answer.status not in _REDIRECTS or not there:
                return msgspec.structs.replace(answer, hops=tuple(passed))
            if len(passed) == most:
                raise NotAnsweredError(f"it redirects more than {most} times")
            passed.append(address)
            address = _next(address, there)

    def _may_ask(self, address: str) -> None:
        robots = self.robots(address)
        if not robots.allows(address):
            raise NotAskedError("robots.txt: the server fails" if robots.fails else "robots.txt refuses it")

    @contextmanager
    def _place(self, address: str) -> Iterator[None]:
        host = split(address).hostname or ""
        with self._lock:
            place = self._places.setdefault(host, BoundedSemaphore(_AT_ONCE))
        with place:
            yield

    def _ask(self, method: str, address: str, headers: Mapping[str, str]) -> Answer:
        parts = split(address)
        where = self._allowed(parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme])
        try:
            if parts.scheme == "http":
                with self._connected(where) as sock:
                    return self._exchange(sock, method, address, headers, None)
            return self._encrypted(where, method, address, headers)
        except TimeoutError:
            raise NotAnsweredError(self._too_long) from None
        except ssl.SSLError as error:
            raise ClosedError(
                f"encryption fails: {(error.reason or 'it breaks off').lower().replace('_', ' ')}"
            ) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotAnsweredError(f"no usable answer: {type(error).__name__}") from None

    def _encrypted(
        self, where: list[Address], method: str, address: str, headers: Mapping[str, str]
    ) -> Answer:
        """Ask with a certificate that is checked, else with any, and say what is wrong with it."""
        host = split(address).hostname
        try:
            with (
                self._connected(where) as sock,
                self._trust().wrap_socket(sock, server_hostname=host) as shaken,
            ):
                return self._exchange(shaken, method, address, headers, _shaken(shaken, ""))
        except ssl.SSLCertVerificationError as error:
            fault = error.verify_message.rstrip(".") or "nobody vouches for it"
        with (
            self._connected(where) as sock,
            _any_certificate().wrap_socket(sock, server_hostname=host) as shaken,
        ):
            return self._exchange(shaken, method, address, headers, _shaken(shaken, fault))

    @property
    def _too_long(self) -> str:
        return f"it takes longer than {self._seconds:g} seconds"

    @contextmanager
    def _connected(self, where: list[Address]) -> Iterator[socket.socket]:
        """A connection to the first of some addresses that takes it, cut when the time is over.

        Raises:
            NotAnsweredError: None takes it, or the job has no time left.
        """
        if self._clock() > self._until:
            raise NotAskedError("no time was left")
        late = Event()
        with self._connect(where) as sock, sock.dup() as line:
            timer = Timer(self._seconds, _cut, (line, late))
            timer.daemon = True
            timer.start()
            try:
                yield sock
            finally:
                timer.cancel()
                timer.join()
                if late.is_set():
                    raise NotAnsweredError(self._too_long)

    def _connect(self, where: list[Address]) -> socket.socket:
        reason = "nobody is there"
        for one in where[:_MOST_ADDRESSES]:
            try:
                return socket.create_connection(one, timeout=self._seconds)
            except TimeoutError:
                reason = "nobody answers"
            except OSError as error:
                reason = f"no connection, {(error.strerror or type(error).__name__).lower()}"
        raise ClosedError(reason)

    def _exchange(
        self, sock: socket.socket, method: str, address: str, headers: Mapping[str, str], tls: Tls | None
    ) -> Answer:
        parts = split(address)
        asked = {
            "Host": _host(parts),
            "User-Agent": AGENT,
            "Accept": "text/html,*/*;q=0.5",
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **headers,
        }
        target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe=_SAFE)
        line = http.client.HTTPConnection(parts.hostname or "")
        line.sock = sock
        began = self._clock()
        line.request(method, target, headers=asked)
        told = line.getresponse()
        waited = 0 if self._is_played else round((self._clock() - began) * 1000)
        body, is_cut = self._body(told)
        return Answer(address, told.status, _headers(told), body, is_cut, (), waited, tls)

    def _body(self, told: http.client.HTTPResponse) -> tuple[bytes, bool]:
        """What came, unpacked, and whether there was more than three megabytes of it."""
        body = told.read(MOST_BYTES + 1)
        if len(body) <= MOST_BYTES and told.length:
            raise NotAnsweredError("the answer breaks off")
        if not body:
            return b"", False
        packed = (told.headers.get("Content-Encoding") or "identity").strip().casefold()
        if packed in {"gzip", "x-gzip"}:
            try:
                body = zlib.decompressobj(wbits=31).decompress(body, MOST_BYTES + 1)
            except zlib.error:
                raise NotAnsweredError("the answer cannot be unpacked") from None
        elif packed != "identity":
            raise NotAnsweredError("the answer is packed in a way that nobody asked for")
        return body[:MOST_BYTES], len(body) > MOST_BYTES

    def _allowed(self, host: str, port: int) -> list[Address]:
        """Where a name leads, if all of it may be asked.

        Raises:
            NotAnsweredError: The name leads nowhere, or to an address inside a network.
        """
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise ClosedError("its name leads nowhere")
        for one in found:
            if one not in self._own and not may_be_asked(one[0], private=self._private):
                raise NotAskedError("its name leads to an address inside a network, which is not asked")
        return found


def may_be_asked(address: str, *, private: bool = False) -> bool:
    """Whether a connection to an address is allowed.

    Args:
        address: Of version 4 or 6, without port.
        private: Whether private networks and this machine are allowed; where machines of a provider ask about
            themselves, link-local and multicast addresses never are.
    """
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
        if one in _EMBEDS:
            inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if inner is not None:
            return may_be_asked(str(inner), private=private)
    if (
        any(one in network for network in _NEVER)
        or one.is_multicast
        or one.is_unspecified
        or one.is_link_local
    ):
        return False
    if private and (one.is_private or one.is_loopback):
        return True
    return one.is_global


def _host(parts: SplitResult) -> str:
    """Host and port as a request names them, without whoever stands before them."""
    try:
        return parts.netloc.rpartition("@")[2].encode("idna").decode()
    except UnicodeError:
        raise NotAnsweredError("its name cannot be written as names are") from None


def _resolved(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((str(where[0]), int(where[1])) for *_, where in found))


def _doors(played: Played) -> frozenset[Address]:
    """The very addresses on which sites are played."""
    return frozenset((HERE, port) for ports in played.sites.values() for port in ports)


def _played_at(played: Played) -> Resolve:
    """Leads each host that is played to where it is, and every other nowhere: the system is not asked."""

    def resolve(host: str, port: int) -> list[Address]:
        plain, encrypted = played.sites.get(host, (0, 0))
        where = {_DEFAULT_PORTS["http"]: plain, _DEFAULT_PORTS["https"]: encrypted}.get(port, 0)
        return [(HERE, where)] if where else []

    return resolve


def _trusting(played: Played) -> Callable[[], ssl.SSLContext]:
    """Trusts those who vouch for what is played, whatever the clock says: its certificates begin and end by the run."""

    def trust() -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=played.authorities)
        context.verify_flags |= _WHATEVER_THE_CLOCK
        return context

    return trust


def _next(address: str, there: str) -> str:
    try:
        return urljoin(address, there)
    except ValueError:
        raise NotAnsweredError("it redirects to no address") from None


def _cut(line: socket.socket, late: Event) -> None:
    late.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _headers(told: http.client.HTTPResponse) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in told.getheaders():
        key = name.casefold()
        found[key] = f"{found[key]}\n{value}" if key in found else value
    return found


def _shaken(sock: ssl.SSLSocket, fault: str) -> Tls:
    named: Any = (sock.getpeercert() or {}).get("issuer", ())
    issuer = {key: value for names in named for key, value in names}.get("organizationName", "")
    return Tls(
        sock.version() or "", certificate_ends(sock.getpeercert(binary_form=True) or b""), issuer, fault
    )


def _any_certificate() -> ssl.SSLContext:
    """Takes whatever certificate comes, to read a public page that browsers warn of; nothing secret is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _speaking(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Speaks one old protocol alone."""
    context = _any_certificate()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # asking whether it is still accepted is the point
        context.minimum_version = version
        context.maximum_version = version
    with suppress(ssl.SSLError):
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context
