"""The sign-in function against moto's server, and requests as its address hands them over."""

from __future__ import annotations

import base64
import re
from collections import Counter
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from signin.app import SignIn
from signin.config import Config
from signin.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signin.app import Answer

    from tests.cloud import Cloud

TABLE = "reports-signin"
SITE = "https://reports.harbor.example"
HOST = "reports.harbor.example"
NOW = 1_795_000_000
ORIGIN_SECRET = "".join(chr(ord("A") + number) for number in range(26)) * 2
PAT = "pat@harbor.example"
SAM = "sam@harbor.example"
HOME_ADDRESS = "192.0.2.7:50000"


class Chance:
    """Random bytes that are the same in every run, and never twice the same."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return self.calls.to_bytes(4, "big") * (size // 4)


class Played:
    """The function, with a clock that stands, and a mailbox that everything lands in."""

    def __init__(self, cloud: Cloud, *, table: str = TABLE, random: Any = None) -> None:
        self.cloud = cloud
        self.client = cloud.client("dynamodb")
        self.now = NOW
        self.mails: list[EmailMessage] = []
        self.calls: list[str] = []
        self.client.meta.events.register("before-call.dynamodb", self._called)
        self.config = Config(
            table, SITE, "Harbor Group", "Harbor Group <reports@harbor.example>", "", ORIGIN_SECRET
        )
        self.table = Table(self.client, table)
        self.sign_in = SignIn(self.config, self.table, self._send, lambda: self.now, random or Chance())

    def _called(self, model: Any, **_rest: Any) -> None:
        self.calls.append(model.name)

    def _send(self, mail: EmailMessage) -> None:
        self.calls.append("SendEmail")
        self.mails.append(mail)

    # -- requests

    def get(self, path: str, **request: Any) -> Answer:
        return self.sign_in.answer(event("GET", path, **request))

    def post(self, path: str, fields: Mapping[str, str] | None = None, **request: Any) -> Answer:
        body = request.pop("body", urlencode(fields or {}))
        return self.sign_in.answer(event("POST", path, body=body, **request))

    def ask(self, address: str = PAT, **request: Any) -> Answer:
        return self.post("/auth/", {"address": address, "next": request.pop("next", "")}, **request)

    def token(self) -> str:
        """That of the newest mail."""
        found = re.search(rf"{SITE}/auth/link\?t=([A-Za-z0-9_-]{{43}})", text_of(self.mails[-1]))
        assert found
        return found[1]

    def use(self, token: str, **request: Any) -> Answer:
        return self.post("/auth/link", {"t": token}, **request)

    def signed_in(self, address: str = PAT, **request: Any) -> dict[str, str]:
        """The cookies of somebody who just signed in."""
        self.ask(address, **request)
        return cookies_of(self.use(self.token(), **request))

    # -- the table

    def person(self, address: str, person: str, audience: str = "all") -> None:
        self.table.put(f"person#{address}", {"person": person, "name": person.title(), "audience": audience})

    def key(self, kid: str, *, made_at: int = NOW - 86400, secret: bytes | None = None) -> None:
        data = bytes(range(32)) if secret is None else secret
        text = base64.urlsafe_b64encode(data).decode().rstrip("=")
        self.table.put(f"key#{kid}", {"secret": text, "made_at": made_at})

    def rows(self, beginning: str) -> list[str]:
        found = self.client.scan(TableName=TABLE, ConsistentRead=True)["Items"]
        return sorted(one["pk"]["S"] for one in found if one["pk"]["S"].startswith(beginning))


def played(cloud: Cloud) -> Played:
    """The function over a table with two readers and a key."""
    cloud.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    one = Played(cloud)
    one.person(PAT, "pat")
    one.person(SAM, "sam", "owners")
    one.key("a")
    one.calls.clear()
    return one


def event(method: str, path: str, **request: Any) -> dict[str, Any]:
    """A request as the address of a function hands it over, payload version 2.0."""
    headers = {
        "x-quarterdeck-origin": ORIGIN_SECRET,
        "cloudfront-viewer-address": request.get("source", HOME_ADDRESS),
        "host": "abc.lambda-url.us-east-1.on.aws",
    }
    if method == "POST":
        headers |= {
            "content-type": "application/x-www-form-urlencoded",
            "origin": "null",
            "sec-fetch-site": "same-origin",
        }
    headers |= request.get("headers", {})
    path, _, query = path.partition("?")
    made: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name: value for name, value in headers.items() if value is not None},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.9"}},
        "isBase64Encoded": False,
    }
    if request.get("cookies"):
        made["cookies"] = [f"{name}={value}" for name, value in request["cookies"].items()]
    if "body" in request:
        made["body"] = base64.b64encode(request["body"].encode()).decode()
        made["isBase64Encoded"] = True
    return made


def cookies_of(answer: Answer) -> dict[str, str]:
    """Names and values of the cookies that an answer sets."""
    pairs = (one.partition(";")[0].partition("=") for one in answer["cookies"])
    return {name: value for name, _, value in pairs}


def text_of(mail: EmailMessage) -> str:
    """The plain part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def kinds(calls: list[str]) -> Counter[str]:
    """How often each call was made."""
    return Counter(calls)
