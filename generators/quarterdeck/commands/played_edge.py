"""Plays the edge on this machine: the very file that CloudFront runs, in a Node.js that stays open."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from quarterdeck.model.errors import OutsideError

ROOT: Final = "played-root-of-pages"
"""Stands where a bucket has its secret root; a folder has none."""

_PROGRAM: Final = Path(__file__).with_suffix(".mjs")
_TREES: Final = f"/pages/{ROOT}/"


class Asked(NamedTuple):
    """A request of the browser."""

    method: str
    path: str
    """As it came, without the query."""
    query: str
    headers: Mapping[str, str]
    """Name in lower case -> value."""
    source: str
    """Address of who asks."""
    body: bytes = b""


class Answer(NamedTuple):
    """What the browser gets."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class PlayedEdge:
    """Asks the edge function, one request at a time."""

    def __init__(self, process: "subprocess.Popen[str]", place: str) -> None:
        """Talk to a process that runs the function.

        Args:
            process: Takes an event a line, gives what the function made of it.
            place: Host and port of this server, which tokens are made for.
        """
        self._process = process
        self._place = place
        self._lock = Lock()

    def __call__(self, asked: Asked, values: Mapping[str, str]) -> Answer | str:
        """What the edge says itself, or whose file it asks the origin for: `crew/2026-11-23-0a1b2c3/index.html`.

        Args:
            asked: By the browser.
            values: Of the key-value store; host and root are this machine's own.

        Raises:
            OutsideError: Node.js has ended.
        """
        own = {**values, "host": self._place, "root": ROOT}
        given = self._told({"event": event_of(asked), "values": own})
        if "statusCode" in given:
            headers = [(name, one["value"]) for name, one in given["headers"].items()]
            return Answer(given["statusCode"], tuple(headers))
        key: str = given["uri"]
        return unquote(key.removeprefix(_TREES)) if key.startswith(_TREES) else ""

    def _told(self, question: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin  # noqa: S101 - opened as pipes
        assert stdout  # noqa: S101 - likewise
        with self._lock:
            try:
                stdin.write(json.dumps(question) + "\n")
                stdin.flush()
                line = stdout.readline()
            except OSError:
                line = ""
        if not line:
            raise OutsideError("The edge function ended in Node.js. Start quarterdeck serve again.")
        given: dict[str, Any] = json.loads(line)
        return given


def event_of(asked: Asked) -> dict[str, Any]:
    """A request as CloudFront hands it to the function.

    Source: Amazon CloudFront Developer Guide, "CloudFront Functions event structure".
    """
    headers = {name: {"value": value} for name, value in asked.headers.items() if name != "cookie"}
    return {
        "version": "1.0",
        "context": {"eventType": "viewer-request"},
        "viewer": {"ip": asked.source},
        "request": {
            "method": asked.method,
            "uri": asked.path,
            "querystring": {},
            "headers": headers,
            "cookies": _cookies(asked.headers.get("cookie", "")),
        },
    }


@contextmanager
def played_edge(function: Path, place: str) -> Iterator[PlayedEdge]:
    """Run the edge function while the block does.

    Args:
        function: `infra/edge.js`.
        place: Host and port of this server.

    Raises:
        OutsideError: Node.js is not installed.
    """
    node = shutil.which("node")
    if node is None:
        raise OutsideError(
            "--sign-in needs Node.js, which is not installed: take 20 or newer from https://nodejs.org. "
            "Without --sign-in the pages are shown all the same."
        )
    process = subprocess.Popen(  # noqa: S603 - two files of ours
        [node, str(_PROGRAM), str(function)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield PlayedEdge(process, place)
    finally:
        process.terminate()
        with suppress(BrokenPipeError), process:  # where it ended by itself a question may be left over
            pass


def _cookies(header: str) -> dict[str, dict[str, Any]]:
    """Cookies by name; one that comes twice says so, as at the edge."""
    found: dict[str, list[dict[str, str]]] = {}
    for pair in header.split(";"):
        name, is_pair, value = pair.strip().partition("=")
        if is_pair:
            found.setdefault(name, []).append({"value": value})
    return {
        name: values[0] | ({"multiValue": values} if len(values) > 1 else {})
        for name, values in found.items()
    }
