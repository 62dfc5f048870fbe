"""Signed tokens for the edge, unguessable ones for links and sessions, and the keys that sign."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from signin.table import BusyError, Row

LINK_SECONDS: Final = 600
TOKEN_SECONDS: Final = 900
SESSION_SECONDS: Final = 30 * 86400
LEEWAY_SECONDS: Final = 60
"""By how much two clocks may differ (F-183)."""

ISSUER: Final = "quarterdeck"
KIDS: Final = ("a", "b")
"""The two places for keys; a new key takes that of the older one (F-186)."""
SETTLED_SECONDS: Final = 600
"""How old a key is before it signs: every edge knows it by then."""

_KEY_BYTES: Final = 32
_LONGEST: Final = 4096
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SIGNED: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})")

Random = Callable[[int], bytes]
"""So many random bytes."""


class Key(NamedTuple):
    """A key that signs."""

    kid: str
    secret: bytes
    made_at: int


class Claims(NamedTuple):
    """What a token says: who, which reports they see, and since when."""

    person: str
    audience: str
    issued_at: int


def new_token(random: Random) -> str:
    """256 random bits, for a link or a session."""
    return _text(random(_KEY_BYTES))


def is_token(text: str) -> bool:
    """Whether it has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def digest(token: str) -> str:
    """What stands for a token in the table: who reads the table can use none."""
    return hashlib.sha256(token.encode()).hexdigest()


def keys_of(rows: Iterable[Row]) -> tuple[Key, ...]:
    """The keys that may sign, newest first.

    Raises:
        BusyError: One is short or unreadable, or none is there; names the row, never the value (F-185).
    """
    keys = []
    for row in rows:
        secret, made_at = row.get("secret"), row.get("made_at")
        key = _bytes(secret) if isinstance(secret, str) else b""
        if len(key) < _KEY_BYTES or len(set(key)) == 1 or not isinstance(made_at, int):
            raise BusyError(f"{row['pk']} is no key of {_KEY_BYTES} random bytes")
        keys.append(Key(str(row["pk"]).removeprefix("key#"), key, made_at))
    if not keys:
        raise BusyError("no row key#a or key#b")
    return tuple(sorted(keys, key=lambda one: one.made_at, reverse=True))


def signing_key(keys: tuple[Key, ...], now: int) -> Key:
    """The newest that every edge knows; the oldest of all where none is that old."""
    return next((one for one in keys if one.made_at <= now - SETTLED_SECONDS), keys[-1])


def signed(claims: Claims, host: str, key: Key) -> str:
    """A token that the edge believes for a quarter of an hour: a JWT, HS256."""
    header = {"alg": "HS256", "kid": key.kid, "typ": "JWT"}
    body = {
        "aud": host,
        "exp": claims.issued_at + TOKEN_SECONDS,
        "iat": claims.issued_at,
        "iss": ISSUER,
        "see": claims.audience,
        "sub": claims.person,
    }
    text = f"{_text(_json(header))}.{_text(_json(body))}"
    return f"{text}.{_mac(text, key)}"


def verified(token: str, host: str, keys: Iterable[Key], now: int) -> Claims | None:
    """What a token says, if one of our keys signed exactly that for this host; else None (F-184, F-187).

    What the token's header says of algorithm and key is compared with ours, never followed.
    """
    parts = _SIGNED.fullmatch(token) if len(token) <= _LONGEST else None
    if parts is None:
        return None
    header, body = _object(parts[1]), _object(parts[2])
    key = next((one for one in keys if header == {"alg": "HS256", "kid": one.kid, "typ": "JWT"}), None)
    if key is None or not hmac.compare_digest(_mac(f"{parts[1]}.{parts[2]}", key), parts[3]):
        return None
    person, audience, issued_at, ends_at = (body.get(name) for name in ("sub", "see", "iat", "exp"))
    is_ours = body.get("iss") == ISSUER and body.get("aud") == host
    if not (is_ours and isinstance(person, str) and isinstance(audience, str) and person and audience):
        return None
    if type(issued_at) is not int or type(ends_at) is not int:  # True is an int, too
        return None
    is_now = issued_at <= now + LEEWAY_SECONDS and now < ends_at + LEEWAY_SECONDS
    return Claims(person, audience, issued_at) if is_now else None


def _mac(text: str, key: Key) -> str:
    return _text(hmac.new(key.secret, text.encode(), hashlib.sha256).digest())


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(text))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
