"""Asks the registries of domains until when one is paid for; only where the settings allow it."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from threading import Lock
from typing import Any

import msgspec

from quarterdeck.model.observed import Day, NotCollected

REGISTRIES = "https://data.iana.org/rdap/dns.json"
"""Which registry answers for which ending (RFC 9224)."""

_LARGEST = 2**20
_REDIRECTS = 2


class Rdap:
    """The registries of one run; the list of them is read once."""

    def __init__(self, get: Callable[[str], bytes | None]) -> None:
        """Nothing is asked yet; `get` gives what stands at an address, or None."""
        self._get = get
        self._lock = Lock()
        self._servers: dict[str, str] | None = None

    def ends(self, domain: str) -> Day:
        """The day on which a domain ends, as its registry says.

        Args:
            domain: One that somebody rents, not a name beneath it.

        Source: RFC 9083, events.
        """
        server = self._server(domain)
        if not server:
            return _gap(domain, "no registry is known for it")
        answer = _object(self._get(f"{server.rstrip('/')}/domain/{domain}"))
        if answer is None:
            return _gap(domain, "its registry does not answer")
        for event in _list(answer.get("events")):
            if isinstance(event, dict) and event.get("eventAction") == "expiration":
                try:
                    return date.fromisoformat(str(event.get("eventDate"))[:10])
                except ValueError:
                    break
        return _gap(domain, "its registry gives no date")

    def _server(self, domain: str) -> str:
        with self._lock:
            if self._servers is None:
                self._servers = _servers(_object(self._get(REGISTRIES)) or {})
            labels = domain.split(".")
            endings = (".".join(labels[at:]) for at in range(1, len(labels)))
            return next((self._servers[one] for one in endings if one in self._servers), "")


def fetched(url: str) -> bytes | None:
    """What stands at an address, read within bounds of time and size; None where it cannot be had."""
    import urllib3  # noqa: PLC0415 - needs a library of its own

    retries = urllib3.Retry(total=_REDIRECTS, connect=1, read=0, redirect=_REDIRECTS)
    timeout = urllib3.Timeout(connect=5, read=10)
    try:
        with urllib3.PoolManager(retries=retries, timeout=timeout) as pool:
            answer = pool.request(
                "GET", url, headers={"Accept": "application/rdap+json"}, preload_content=False
            )
            data = answer.read(_LARGEST + 1)
            answer.release_conn()
    except (urllib3.exceptions.HTTPError, OSError):
        return None
    return data if answer.status == HTTPStatus.OK and len(data) <= _LARGEST else None


def _servers(answer: dict[str, Any]) -> dict[str, str]:
    """Ending -> encrypted address of its registry."""
    found: dict[str, str] = {}
    for service in _list(answer.get("services")):
        match service:
            case [list() as endings, list() as addresses]:
                safe = [one for one in addresses if isinstance(one, str) and one.startswith("https://")]
                found |= {str(one).casefold(): safe[0] for one in endings if safe}
            case _:
                continue
    return found


def _object(data: bytes | None) -> dict[str, Any] | None:
    try:
        answer = msgspec.json.decode(data) if data is not None else None
    except (msgspec.DecodeError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _gap(domain: str, reason: str) -> NotCollected:
    return NotCollected("dns", domain, f"RDAP: {reason}")
