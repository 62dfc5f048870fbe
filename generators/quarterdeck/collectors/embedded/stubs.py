"""Answers in front of the local server: operations that it lacks, and faults for tests."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from socket import SHUT_RDWR
from threading import Lock
from typing import Any, TypeAlias
from urllib.parse import unquote

import msgspec

OPERATION = "X-Quarterdeck-Operation"
"""The header in which our own client says what it asks: `s3:GetBucketAcl`; only ever sent to this server."""

ANY = "*"
"""Stands for every operation that has no answer of its own."""

Respond = Callable[..., Any]
App = Callable[[dict[str, Any], Respond], Iterable[bytes]]


class Refusal(msgspec.Struct, frozen=True):
    """The service says no."""

    code: str = "AccessDenied"
    status: int = 403
    words: str = "refused"


class Broken(msgspec.Struct, frozen=True):
    """An answer that is no answer of the service."""

    body: bytes = b"<html>not what you asked"
    status: int = 200


class Cut(msgspec.Struct, frozen=True):
    """The connection breaks before an answer came."""

    done: bool = False
    """Whether what was asked is done all the same."""


Said: TypeAlias = Mapping[str, Any] | Refusal | Broken | Cut | None
"""What the service answers; None leaves the question to the local server."""

Answer: TypeAlias = Said | Callable[[str, bytes], Said]
"""An answer, or how it follows from the path and the body of the question."""


class Stubs:
    """What is answered before the local server is asked; counts every question."""

    def __init__(self) -> None:
        """Nothing is answered yet."""
        self.asked: Counter[str] = Counter()
        """How often each operation was asked."""
        self._answers: dict[str, Answer] = {}
        self._lock = Lock()

    def answer(self, call: str, said: Answer) -> None:
        """Answer an operation, such as `sesv2:GetAccount`, from now on; None undoes it."""
        self._answers[call] = said

    def answered(self, call: str) -> Answer:
        """What an operation is answered now; None where the local server is asked."""
        return self._answers.get(call)

    def clear(self) -> None:
        """Forget all answers and counts."""
        self._answers.clear()
        self.asked.clear()

    def around(self, app: App) -> App:
        """The same server with these answers in front."""

        def answered(environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
            call = environ.get(f"HTTP_{OPERATION.upper().replace('-', '_')}", "")
            with self._lock:
                self.asked[call] += 1
            said = self._answers.get(call, self._answers.get(ANY))
            if callable(said):
                size = int(environ.get("CONTENT_LENGTH") or 0)
                body = environ["wsgi.input"].read(size)
                environ["wsgi.input"] = _Again(body)
                said = said(unquote(environ.get("PATH_INFO", "")), body)
            if isinstance(said, Cut):
                if said.done:
                    deque(app(environ, lambda *_: None), maxlen=0)
                return _cut(environ, respond)
            if said is None:
                return app(environ, respond)
            status, headers, body = _response(call, said)
            headers["Content-Length"] = str(len(body))
            respond(f"{status} {'OK' if status < 400 else 'Refused'}", list(headers.items()))  # noqa: PLR2004 - HTTP
            return [body]

        return answered


def _cut(environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
    """Close the line under an answer that nobody gets."""
    environ["werkzeug.socket"].shutdown(SHUT_RDWR)
    respond("200 OK", [("Content-Length", "0")])
    return [b""]


class _Again:
    """A body that was read, to be read again."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        part = self._body if size < 0 else self._body[:size]
        self._body = self._body[len(part) :]
        return part


def _response(call: str, said: Mapping[str, Any] | Refusal | Broken) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, as the service writes them."""
    if isinstance(said, Broken):
        return said.status, {"Content-Type": "text/html"}, said.body
    from moto.core.serialize import get_serializer_class  # noqa: PLC0415 - heavy, and only to try things out
    from moto.core.utils import get_service_model  # noqa: PLC0415 - likewise

    service, _, operation = call.partition(":")
    model = get_service_model(service)
    if isinstance(said, Refusal):
        return said.status, *_refused(said, model.resolved_protocol, is_s3=service == "s3")
    kind = get_serializer_class(service, model.resolved_protocol)
    answer = kind(model.operation_model(operation)).serialize(said)
    body = answer["body"]
    return (
        int(answer["status_code"]),
        {key: str(value) for key, value in answer["headers"].items()},
        body.encode() if isinstance(body, str) else body,
    )


def _refused(said: Refusal, protocol: str, *, is_s3: bool) -> tuple[dict[str, str], bytes]:
    """Headers and body of an error, as each protocol writes them."""
    if "json" in protocol:
        body = msgspec.json.encode({"__type": said.code, "message": said.words})
        return {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": said.code}, body
    error = f"<Code>{said.code}</Code><Message>{said.words}</Message>"
    if is_s3:
        text = f"<Error>{error}</Error>"
    elif protocol == "ec2":
        text = f"<Response><Errors><Error>{error}</Error></Errors></Response>"
    else:
        text = f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"
    return {"Content-Type": "text/xml"}, text.encode()
