"""Sign-in, request by request: who asks for a link, who uses it, who is still in, and who leaves."""

import hmac
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from signin.config import Config
from signin.limits import KNOWN_SECONDS, WINDOW_SECONDS, Limits
from signin.mail import NOBODY, Send, message
from signin.pages import ICON, STYLE, Pages
from signin.request import (
    HOME,
    SESSION_COOKIE,
    STOP,
    TOKEN_COOKIE,
    RefusedError,
    Request,
    destination,
    exact_address,
    request_of,
)
from signin.table import BusyError, Row, Table
from signin.tokens import (
    KIDS,
    LEEWAY_SECONDS,
    LINK_SECONDS,
    SESSION_SECONDS,
    TOKEN_SECONDS,
    Claims,
    Key,
    Random,
    digest,
    is_token,
    keys_of,
    new_token,
    signed,
    signing_key,
    verified,
)

log = logging.getLogger("signin")

Answer = dict[str, Any]
"""What a function URL sends back: statusCode, headers, cookies, body."""

ORIGIN_HEADER: Final = "x-quarterdeck-origin"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}
_BUSY_SECONDS: Final = 30
_MOMENT_SECONDS: Final = 3
"""A token younger than this that comes back was not believed by the edge: the reader waits a little."""


class Reader(NamedTuple):
    """Somebody who may read, as the table says now."""

    person: str
    name: str
    address: str
    audience: str


class SignIn:
    """The function behind `/auth/*`; holds nothing between requests, so any number may run beside each other."""

    def __init__(
        self, config: Config, table: Table, send: Send, now: Callable[[], int], random: Random
    ) -> None:
        """What it works with.

        Args:
            config: Settings.
            table: People, keys, links, sessions and counts.
            send: Sends a mail.
            now: Unix time.
            random: Random bytes that nobody can guess.
        """
        self._config = config
        self._table = table
        self._send = send
        self._now = now
        self._random = random
        self._pages = Pages(config.site_name)
        self._limits = Limits(table, config.origin_secret)
        self._routes: Mapping[tuple[str, str], Callable[[Request, int], Answer]] = {
            ("GET", "/auth/"): self._enter,
            ("POST", "/auth/"): self._ask,
            ("GET", "/auth/sent"): lambda _request, _now: _html(200, self._pages.sent()),
            ("GET", "/auth/link"): self._show,
            ("POST", "/auth/link"): self._use,
            ("GET", "/auth/out"): self._leaving,
            ("POST", "/auth/out"): self._leave,
            ("GET", STOP): self._stopping,
            ("POST", STOP): self._stop,
            ("GET", "/auth/style.css"): lambda _request, _now: _file(STYLE, "text/css; charset=utf-8"),
            ("GET", "/auth/icon.svg"): lambda _request, _now: _file(ICON, "image/svg+xml"),
        }

    def answer(self, event: Mapping[str, Any]) -> Answer:
        """Answer one event of a function URL, payload version 2.0; raises nothing, and tells no trace (F-200)."""
        try:
            answer = self._answered(event)
        except RefusedError as refused:
            answer = _html(refused.status, self._pages.refused())
            if refused.status == 405:  # noqa: PLR2004 - HTTP
                answer["headers"]["allow"] = "GET, HEAD, POST"
        except BusyError as error:
            log.error("busy: %s", error)  # noqa: TRY400 - its trace says no more
            answer = self._busy()
        except Exception as error:  # noqa: BLE001 - nobody stands above; what it says may hold an address
            log.error("failed: %s", type(error).__name__)  # noqa: TRY400 - likewise its trace
            answer = self._busy()
        return answer

    def _answered(self, event: Mapping[str, Any]) -> Answer:
        given = str(event.get("headers", {}).get(ORIGIN_HEADER, ""))
        if not hmac.compare_digest(given.encode(), self._config.origin_secret.encode()):
            raise RefusedError(400)
        request = request_of(event, self._config.site_url)
        route = self._routes.get((request.method, request.path))
        if route is None:
            if request.method == "POST":
                raise RefusedError(400)
            return _to("/auth/")
        answer = route(request, self._now())
        return answer if request.has_body else answer | {"body": ""}

    def _enter(self, request: Request, now: int) -> Answer:
        """Renew what the edge believes, or ask who is there."""
        goal = destination(request.query.get("next", HOME))
        reader = self._reader(request, now)
        if reader is None:
            return _html(200, self._pages.ask(goal), _cleared() if request.cookies else [])
        keys = self._keys()
        claims = verified(request.cookies.get(TOKEN_COOKIE, ""), self._config.host, keys, now)
        if "next" in request.query and claims and claims.issued_at > now - _MOMENT_SECONDS:
            waiting = _html(503, self._pages.moment(goal))
            waiting["headers"] |= {
                "retry-after": str(_MOMENT_SECONDS),
                "refresh": f"{_MOMENT_SECONDS}; url={goal}",
            }
            return waiting
        return _to(goal, [self._token_cookie(reader, signing_key(keys, now), now)])

    def _ask(self, request: Request, now: int) -> Answer:
        """Mail a link; every address gets the same answer, by the same calls (F-191)."""
        goal = destination(request.form.get("next", ""))
        address = exact_address(request.form.get("address", ""))
        if address is None:
            return _html(400, self._pages.not_an_address(goal))
        if not self._limits.may_ask(address, request.source, now):
            log.warning("limit: links")
            return _to("/auth/sent")
        reader = self._person(address)
        token = new_token(self._random)
        self._table.put(
            f"link#{digest(token)}",
            {
                "address": reader.address if reader else "",
                "next": goal,
                "made_at": now,
                "expires_at": now + LINK_SECONDS,
            },
        )
        link = f"{self._config.site_url}/auth/link?t={token}"
        to, name = (reader.address, reader.name) if reader else (NOBODY, "reader")
        self._send(message(self._config, to, name, link))
        log.info("asked")
        return _to("/auth/sent")

    def _show(self, request: Request, _now: int) -> Answer:
        """Show the button; nothing is looked up, and nothing consumed (F-182)."""
        token = request.query.get("t", "")
        return _html(200, self._pages.link(token)) if is_token(token) else _html(410, self._pages.gone())

    def _use(self, request: Request, now: int) -> Answer:
        """Consume a link, once, and begin a session."""
        if not self._limits.may_use(request.source, now):
            log.warning("limit: uses")
            return _html(429, self._pages.slow(), retry_after=WINDOW_SECONDS)
        key = signing_key(self._keys(), now)  # first: without one the link would be lost
        token = request.form.get("t", "")
        link = self._table.take(f"link#{digest(token)}", now, LEEWAY_SECONDS) if is_token(token) else None
        reader = self._person(str(link["address"])) if link else None
        if link is None or reader is None:
            return _html(410, self._pages.gone())
        self._end(request)
        session = new_token(self._random)
        self._table.put(
            f"session#{digest(session)}",
            {
                "person": reader.person,
                "address": reader.address,
                "audience": reader.audience,
                "began_at": now,
                "expires_at": now + SESSION_SECONDS,
            },
        )
        place = self._limits.place(reader.address, request.source)
        self._table.put(place, {"expires_at": now + KNOWN_SECONDS})
        log.info("signed in")
        return _to(
            destination(str(link["next"])),
            [
                self._token_cookie(reader, key, now),
                _cookie(SESSION_COOKIE, session, SESSION_SECONDS),
            ],
        )

    def _leaving(self, request: Request, _now: int) -> Answer:
        return _html(200, self._pages.out(is_in=SESSION_COOKIE in request.cookies))

    def _leave(self, request: Request, _now: int) -> Answer:
        """End the session here and on the server (F-188)."""
        self._end(request)
        log.info("signed out")
        return _to("/auth/out", _cleared())

    def _stopping(self, request: Request, _now: int) -> Answer:
        """Show the button; programs that open every link of a mail stop nothing (F-171)."""
        token = request.query.get("t", "")
        return _html(200, self._pages.stop(token)) if is_token(token) else _html(410, self._pages.no_stop())

    def _stop(self, request: Request, now: int) -> Answer:
        """Stop the mails of the one whose token it is, signed in or not; again is as well as once (F-171)."""
        if not self._limits.may_use(request.source, now):
            log.warning("limit: stops")
            return _html(429, self._pages.slow_stop(), retry_after=WINDOW_SECONDS)
        token = request.query.get("t", "")
        known = self._table.row(f"stop#{digest(token)}") if is_token(token) else None
        if known is None:
            return _html(410, self._pages.no_stop())
        self._table.put(f"quiet#{known['person']}", {"since": now})
        log.info("mails stopped")
        return _html(200, self._pages.stopped())

    def _end(self, request: Request) -> None:
        session = request.cookies.get(SESSION_COOKIE, "")
        if is_token(session):
            self._table.drop(f"session#{digest(session)}")

    def _reader(self, request: Request, now: int) -> Reader | None:
        """Whose session it is, as the list of readers says now: who was removed is out, who was moved is moved."""
        token = request.cookies.get(SESSION_COOKIE, "")
        if not is_token(token):
            return None
        pk = f"session#{digest(token)}"
        session = self._table.row(pk)
        if session is None or int(session["expires_at"]) <= now:
            return None
        reader = self._person(str(session["address"]))
        if reader is None or reader.person != session["person"]:
            self._table.drop(pk)
            return None
        goes_on: Row = {"audience": reader.audience, "expires_at": now + SESSION_SECONDS}
        return reader if self._table.change(pk, goes_on) else None

    def _person(self, address: str) -> Reader | None:
        row = self._table.row(f"person#{address}")
        if row is None:
            return None
        return Reader(str(row["person"]), str(row["name"]), address, str(row["audience"]))

    def _keys(self) -> tuple[Key, ...]:
        return keys_of(self._table.rows([f"key#{kid}" for kid in KIDS]))

    def _token_cookie(self, reader: Reader, key: Key, now: int) -> str:
        token = signed(Claims(reader.person, reader.audience, now), self._config.host, key)
        return _cookie(TOKEN_COOKIE, token, TOKEN_SECONDS)

    def _busy(self) -> Answer:
        return _html(503, self._pages.busy(), retry_after=_BUSY_SECONDS)


def _html(status: int, page: str, cookies: list[str] | None = None, *, retry_after: int = 0) -> Answer:
    headers = dict(HEADERS) | ({"retry-after": str(retry_after)} if retry_after else {})
    return {"statusCode": status, "headers": headers, "cookies": cookies or [], "body": page}


def _to(path: str, cookies: list[str] | None = None) -> Answer:
    answer = _html(303, "", cookies)
    answer["headers"]["location"] = path
    return answer


def _file(text: str, content_type: str) -> Answer:
    answer = _html(200, text)
    answer["headers"] |= {"content-type": content_type, "cache-control": "public, max-age=3600"}
    return answer


def _cookie(name: str, value: str, seconds: int) -> str:
    return f"{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax"


def _cleared() -> list[str]:
    return [_cookie(TOKEN_COOKIE, "", 0), _cookie(SESSION_COOKIE, "", 0)]
