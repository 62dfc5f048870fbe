"""Plays the values of CloudFront's edge, which the local server lacks: an entity tag, pages, and all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec

from quarterdeck.collectors.embedded.stubs import OPERATION, App, Stubs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quarterdeck.collectors.embedded.stubs import Respond

_SERVICE = "cloudfront-keyvaluestore:"
_PAGE = 50


class PlayedKeyValues(Stubs):
    """One store of values; faults are answered in front of it, as for everything else."""

    def __init__(self) -> None:
        """It is empty."""
        super().__init__()
        self.values: dict[str, str] = {}
        self._tag = 0

    def clear(self) -> None:
        """Empty it, and forget answers."""
        super().clear()
        self.values.clear()
        self._tag = 0

    def put(self, key: str, value: str) -> None:
        """Change a value behind everybody's back."""
        self.values[key] = value
        self._tag += 1

    def around(self, app: App) -> App:
        """The same server, with this store beside it."""

        def played(environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
            call = environ.get(f"HTTP_{OPERATION.upper().replace('-', '_')}", "")
            if not call.startswith(_SERVICE):
                return app(environ, respond)
            with self._lock:
                status, tag, answer = self._answered(call.removeprefix(_SERVICE), environ)
            body = msgspec.json.encode(answer)
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            if status >= 400:
                headers.append(("x-amzn-ErrorType", str(answer["__type"])))
            respond(f"{status} -", [*headers, ("ETag", tag)])
            return [body]

        return super().around(played)

    def _answered(self, operation: str, environ: dict[str, Any]) -> tuple[int, str, dict[str, Any]]:
        tag = str(self._tag)
        if operation == "DescribeKeyValueStore":
            return 200, tag, {"ItemCount": len(self.values), "TotalSizeInBytes": 0, "KvsARN": "arn"}
        if operation == "ListKeys":
            after = parse_qs(environ["QUERY_STRING"]).get("NextToken", [""])[0]
            keys = [key for key in sorted(self.values) if key > after]
            more = {"NextToken": keys[_PAGE - 1]} if len(keys) > _PAGE else {}
            items = [{"Key": key, "Value": self.values[key]} for key in keys[:_PAGE]]
            return 200, tag, {"Items": items, **more}
        asked = msgspec.json.decode(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        puts, drops = asked.get("Puts", []), asked.get("Deletes", [])
        if environ.get("HTTP_IF_MATCH") != tag:
            return 409, tag, {"__type": "ConflictException", "Message": "not what you read"}
        if len(puts) + len(drops) > 50 or any(one["Key"] not in self.values for one in drops):
            return 400, tag, {"__type": "ValidationException", "Message": "too many, or not there"}
        self.values |= {one["Key"]: one["Value"] for one in puts}
        for one in drops:
            del self.values[one["Key"]]
        self._tag += 1
        return 200, str(self._tag), {"ItemCount": len(self.values), "TotalSizeInBytes": 0}
