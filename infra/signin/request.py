"""A request as the function's address hands it over, read strictly: what is odd is refused, never mended."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from signin.limits import source_of

TOKEN_COOKIE: Final = "__Host-qd"  # noqa: S105 - the name of a cookie
SESSION_COOKIE: Final = "__Host-qd-session"
HOME: Final = "/latest/"
STOP: Final = "/auth/stop"
"""Where mail programs stop mails in their reader's name: they send a form from no page, and sign in to nothing."""

_LONGEST_BODY: Final = 4096
_LONGEST_PATH: Final = 512
_MOST_FIELDS: Final = 8
_FORM: Final = "application/x-www-form-urlencoded"
_PART: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_PATH: Final = re.compile(
    rf"/(?:latest|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}-[0-9a-f]{{4,40}}(?:\.[0-9]{{1,4}})?)(?:/{_PART})*/?"
)
_ADDRESS: Final = re.compile(
    r"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9]))"
)
_LONGEST_ADDRESS: Final = 254

_NO_FIELDS: Final[Mapping[str, str]] = {}


class RefusedError(Exception):
    """A request that no page of ours makes; carries the status of the answer."""

    def __init__(self, status: int) -> None:
        """One of 400, 405, 413 and 415."""
        super().__init__(str(status))
        self.status = status


class Request(NamedTuple):
    """What was asked, from where, with what."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    """Fields of the body, each once; empty but for POST."""
    cookies: Mapping[str, str]
    source: str
    """The network it came from."""
    has_body: bool
    """Whether the answer may have one; HEAD asks for everything but that."""


def request_of(event: Mapping[str, Any], site_url: str) -> Request:
    """Read an event of a function URL, payload version 2.0.

    Args:
        event: As the service hands it over.
        site_url: Where our own pages stand; a form of anywhere else is refused (F-197).

    Raises:
        RefusedError: It is no request of our pages.
    """
    http = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    method, form = http["method"], _NO_FIELDS
    if method == "POST" and event["rawPath"] != STOP:
        if not _is_ours(headers, site_url):
            raise RefusedError(400)
        form = _form(event, headers)
    elif method not in {"GET", "HEAD", "POST"}:
        raise RefusedError(405)
    return Request(
        method="POST" if method == "POST" else "GET",
        path=event["rawPath"],
        query=_fields(event.get("rawQueryString", "")),
        form=form,
        cookies=_cookies(event.get("cookies", ())),
        source=source_of(headers.get("cloudfront-viewer-address", "")),
        has_body=method != "HEAD",
    )


def destination(text: str) -> str:
    """Where a reader goes after sign-in: a page of a version by its path, and home for everything else (F-189)."""
    return text if len(text) <= _LONGEST_PATH and _PATH.fullmatch(text) else HOME


def exact_address(text: str) -> str | None:
    """The address that was typed, as it is looked up; None where that is no address at all.

    Exact means: the part before the @ to the letter, as whoever runs the mail server may tell `Pat` from `pat`; the
    domain in lower case, since no domain tells them apart; blanks around it dropped, as telephones put them there.
    Nothing is normalised besides: letters beyond ASCII are no address here, and `pat+x@` is not `pat@` (F-193). Mail
    goes to the address as the settings have it, never to what was typed.
    """
    found = _ADDRESS.fullmatch(text.strip(" ")) if len(text) <= _LONGEST_ADDRESS else None
    return f"{found[1]}@{found[2].lower()}" if found else None


def _is_ours(headers: Mapping[str, str], site_url: str) -> bool:
    """Whether a page of this very site sent the form.

    Pages that keep their address to themselves send the origin `null`: then the browser's own word has to say so.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is None:
        return origin == site_url
    return site == "same-origin" and origin in {None, "null", site_url}


def _form(event: Mapping[str, Any], headers: Mapping[str, str]) -> Mapping[str, str]:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise RefusedError(415)
    body = event.get("body") or ""
    if len(body) > 2 * _LONGEST_BODY:
        raise RefusedError(413)
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            raise RefusedError(400) from None
    if len(body) > _LONGEST_BODY:
        raise RefusedError(413)
    return _fields(body)


def _fields(text: str) -> Mapping[str, str]:
    """Fields that are there once; one that is there twice could mean either, and means neither."""
    try:
        found = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise RefusedError(400) from None
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _cookies(texts: object) -> Mapping[str, str]:
    """Our own cookies; one that comes twice is none of ours, since a browser keeps one."""
    pairs = [str(text).partition("=") for text in texts] if isinstance(texts, (list, tuple)) else []
    names = [name.strip() for name, _, _ in pairs]
    return {
        name.strip(): value
        for name, _, value in pairs
        if name.strip() in {TOKEN_COOKIE, SESSION_COOKIE} and names.count(name.strip()) == 1
    }
