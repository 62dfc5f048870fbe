"""A closer look at what a pattern matched: check sums, what a token says of itself, what stands around it."""

import base64
import binascii
import ipaddress
import re
import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.shapes import Candidate

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK_SIGNS = 6
_PAGE_SCRIPT = re.compile(r"\.(?:html?|jsx?|mjs|tsx?|vue|svelte|css)$", re.IGNORECASE)
# fmt: off
_COMMON = frozenset((
    "admin", "default", "guest", "localhost", "mysql", "pass", "passwd", "password", "postgres", "pwd", "rabbitmq",
    "redis", "root", "secret", "test", "token", "user", "user:token", "username", "username:password",
    "x-access-token", "x-oauth-basic",
))
# fmt: on
"""Words that stand in place of a password."""
_YEAR_9999 = 253_402_300_799


def has_check_sum(found: Candidate) -> Candidate | None:
    """Only where the last six signs are the check sum of the signs before, as GitHub and npm make it."""
    body = found.value.rpartition("_")[2]
    summed = zlib.crc32(body[:-_CHECK_SIGNS].encode())
    return found if body[-_CHECK_SIGNS:] == base62(summed) else None


def base62(number: int) -> str:
    """A number in six signs."""
    signs = ""
    for _ in range(_CHECK_SIGNS):
        number, left = divmod(number, len(_BASE62))
        signs = _BASE62[left] + signs
    return signs


def is_mixed(found: Candidate) -> Candidate | None:
    """Only with small letters, capitals and digits, as no word and no number has them."""
    return found if classes(found.value) >= {"a", "A", "1"} else None


def has_digit_and_letter(found: Candidate) -> Candidate | None:
    """Only with letters and digits."""
    kinds = classes(found.value)
    return found if "1" in kinds and kinds & {"a", "A"} else None


def classes(value: str) -> frozenset[str]:
    """Which sorts of sign it has: `a`, `A`, `1`, `-` for anything else."""
    return frozenset(
        "a" if sign.islower() else "A" if sign.isupper() else "1" if sign.isdigit() else "-" for sign in value
    )


def in_server_code(found: Candidate) -> Candidate:
    """Worse outside the scripts of a page, where no referrer can restrict it."""
    if not found.path or _PAGE_SCRIPT.search(found.path):
        return found
    return msgspec.structs.replace(found, severity=Severity.HIGH)


def starts_with_digits(found: Candidate) -> Candidate | None:
    """Only where the first part decodes to a number, as the id of a bot is."""
    first = decoded(found.value.partition(".")[0])
    return found if first is not None and first.isdigit() else None


def signed_token(found: Candidate) -> Candidate | None:
    """Only a token whose head names its algorithm, with the day on which it ends; no key for anonymous use."""
    said = _said(found.value)
    return None if said is None or said.get("role") == "anon" else _until(found, said)


def service_role(found: Candidate) -> Candidate | None:
    """Only a token that says it has every right."""
    said = _said(found.value)
    return found if said is not None and said.get("role") == "service_role" else None


def _said(token: str) -> dict[str, Any] | None:
    """What a signed token says; None where it is none."""
    head, _, rest = token.partition(".")
    about, said = _object(head), _object(rest.partition(".")[0])
    return said if about is not None and said is not None and "alg" in about else None


def _object(part: str) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(decoded(part) or b"")
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def decoded(part: str) -> bytes | None:
    """Base64, of either alphabet, without its padding; None where it is none."""
    try:
        return base64.b64decode(
            part.translate(_PLAIN).rstrip("=") + "=" * (-len(part.rstrip("=")) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        return None


_PLAIN = str.maketrans("-_", "+/")


def _until(found: Candidate, said: dict[str, Any]) -> Candidate:
    ends = said.get("exp")
    if not isinstance(ends, int | float) or not 0 <= ends <= _YEAR_9999:
        return found
    return msgspec.structs.replace(found, expires=datetime.fromtimestamp(ends, UTC).date())


def signed_link(found: Candidate) -> Candidate | None:
    """Only a link with credential and signature, with the day on which it ends."""
    try:
        asked = {name.lower(): each[0] for name, each in parse_qs(urlsplit(found.value).query).items()}
    except ValueError:
        return None
    if not any(
        name in asked for name in ("x-amz-credential", "x-goog-credential", "awsaccesskeyid", "se", "sp")
    ):
        return None
    return msgspec.structs.replace(found, expires=_link_ends(asked))


def _link_ends(asked: dict[str, str]) -> date | None:
    begun = asked.get("x-amz-date") or asked.get("x-goog-date") or ""
    lasts = asked.get("x-amz-expires") or asked.get("x-goog-expires") or ""
    try:
        if begun:
            start = datetime.strptime(begun, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return (start + timedelta(seconds=min(int(lasts), 10**9))).date()
        if "se" in asked:
            return date.fromisoformat(asked["se"][:10])
        return datetime.fromtimestamp(int(asked["expires"]), UTC).date() if "expires" in asked else None
    except (ValueError, OverflowError, OSError):
        return None


def encrypted_key(found: Candidate) -> Candidate:
    """Milder where the key itself is locked with a passphrase."""
    is_locked = "ENCRYPTED" in found.value[:200]
    return msgspec.structs.replace(found, severity=Severity.LOW) if is_locked else found


def database_password(found: Candidate) -> Candidate | None:
    """Milder on a private host, and again where user and password are a word that everybody has for it."""
    user, host = _user_and_host(found)
    if _is_here(host) and found.value.lower() in _COMMON | {user.lower()}:
        return msgspec.structs.replace(found, severity=Severity.LOW)
    if found.value.lower() in _COMMON:
        return None
    return msgspec.structs.replace(found, severity=Severity.HIGH) if _is_private(host) else found


def address_password(found: Candidate) -> Candidate | None:
    """None where the password is the word for it."""
    return None if unquote(found.value).lower() in _COMMON else found


def _user_and_host(found: Candidate) -> tuple[str, str]:
    before, _, after = found.around.partition(f":{found.value}@")
    return before[-100:].rpartition("//")[2], re.split(r"[:/?\s\"'`,]", after[:200], maxsplit=1)[0].lower()


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1", "[", "0.0.0.0", "host.docker.internal"}  # noqa: S104 - compared, not bound


def _is_private(host: str) -> bool:
    """Whether nobody outside can reach it: this machine, a bare name, an address of a private network."""
    if _is_here(host) or "." not in host or host.endswith((".local", ".internal", ".lan")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def is_literal(found: Candidate) -> Candidate | None:
    """Only a value that can be a password: letters mixed with digits or signs, no name, no path, no words."""
    value = found.value
    if _NO_SECRET.fullmatch(value) or value.lower() in _COMMON:
        return None
    kinds = classes(value)
    return found if len(kinds) > 1 and (kinds - {"a", "A"}) and not _WORDY.fullmatch(value) else None


_NO_SECRET = re.compile(
    r"(?:https?|wss?|file|urn|data|mailto):[^@]*"  # addresses without a password
    r"|[./~@#][\w./@~-]*"  # paths, selectors, handles
    r"|[\w./\\-]+\.[A-Za-z]{2,5}"  # files and hosts
    r"|[\w.-]+(?:/[\w.-]+){1,20}"  # paths and packages
    r"|[A-Z][A-Z0-9_]*"  # constants
    r"|[a-z]+(?:[A-Z][a-z]+){1,6}\d{0,2}"  # names in code
    r"|[A-Za-z_][\w]*(?:(?:\.|::|->)[A-Za-z_]\w*)+(?:\(.*)?"  # members
    r"|[A-Za-z_][\w.]*\(.*"  # calls
    r"|[\d.,:/ +-]+"  # numbers, versions, dates
    r"|[a-z]+\d{1,2}"  # a word with a number
    r"|.*[{}()\[\]<>]$|^[{}()\[\]<>].*"
)
_WORDY = re.compile(r"[A-Za-z][A-Za-z_.: /?!,;&|*-]*(?:[-_.:]\d{1,4})?[?!.:*…]*")
"""Words with what joins them, and perhaps a number behind."""


def uncommon(found: Candidate) -> Candidate | None:
    """None where it is the word for a password."""
    return None if found.value.lower() in _COMMON else found
