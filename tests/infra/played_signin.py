"""The sign-in function against moto's server, and requests as its address hands them over."""

from __future__ import annotations

import base64
import re
from threading import Lock
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import urlencode

from signin.app import ORIGIN_HEADER, SignIn
from signin.config import Config
from signin.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from email.message import EmailMessage

    from signin.app import Answer

TABLE = "reports-signin"
SITE = "https://reports.harbor.example"
HOST = "reports.harbor.example"
NOW = 1_795_000_200
"""The beginning of a window of five minutes."""
ORIGIN_SECRET = "".join(chr(ord("A") + number) for number in range(26)) * 2
PAT = "pat@harbor.example"
SAM = "sam@harbor.example"
NOBODY = "eve@harbor.example"
AT_HOME = "192.0.2.7:50000"
ELSEWHERE = "198.51.100.1:443"
CONFIG = Config(TABLE, SITE, "Harbor Group", "Harbor Group <reports@harbor.example>", "", ORIGIN_SECRET)


class Sent(TypedDict, total=False):
    """What a request has besides method, path and fields."""

    source: str
    headers: Mapping[str, str | None]
    cookies: Mapping[str, str]
    body: str
    fields: Mapping[str, str]


class Chance:
    """Random bytes that are the same in every run, and never twice the same."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._asked = 0

    def __call__(self, size: int) -> bytes:
        """So many bytes."""
        self._asked += 1
        return self._asked.to_bytes(4, "big") * (size // 4)


class InMemory(Table):
    """The same table without a service, for hundreds of requests; `test_signin_table` tries both."""

    def __init__(self) -> None:
        """Empty."""
        self.held: dict[str, Row] = {}
        self.calls: list[str] = []
        """Each call that the service would get, in order."""
        self._lock = Lock()

    def row(self, pk: str) -> Row | None:
        """As the table."""
        self.calls.append("GetItem")
        return self.held.get(pk)

    def rows(self, pks: Collection[str]) -> list[Row]:
        """As the table."""
        self.calls.append("BatchGetItem")
        return [self.held[pk] for pk in pks if pk in self.held]

    def put(self, pk: str, row: Row) -> None:
        """As the table."""
        self.calls.append("PutItem")
        self.held[pk] = {"pk": pk, **row}

    def drop(self, pk: str) -> None:
        """As the table."""
        self.calls.append("DeleteItem")
        self.held.pop(pk, None)

    def take(self, pk: str, now: int, leeway: int) -> Row | None:
        """As the table."""
        self.calls.append("DeleteItem")
        with self._lock:
            row = {"expires_at": 0, "made_at": 0} | self.held.get(pk, {})
            is_good = int(row["expires_at"]) > now and int(row["made_at"]) <= now + leeway
            return self.held.pop(pk) if is_good else None

    def change(self, pk: str, values: Row) -> bool:
        """As the table."""
        self.calls.append("UpdateItem")
        if pk in self.held:
            self.held[pk] |= values
        return pk in self.held

    def count(self, pk: str, most: int, expires_at: int) -> bool:
        """As the table."""
        self.calls.append("UpdateItem")
        with self._lock:
            times = int(self.held.get(pk, {}).get("times", 0))
            if times < most:
                self.held[pk] = {"pk": pk, "times": times + 1, "expires_at": expires_at}
            return times < most

    def beginning(self, text: str) -> list[str]:
        """Which rows begin so."""
        return sorted(pk for pk in self.held if pk.startswith(text))


class InCloud(Table):
    """The table in moto's server, with a list of what was called."""

    def __init__(self, client: Any, *, is_there: bool = False) -> None:  # noqa: ANN401 - boto3 makes classes as it runs
        """Make it, unless it is there."""
        if not is_there:
            make_table(client, TABLE)
        super().__init__(client, TABLE)
        self.client = client
        self.calls: list[str] = []
        client.meta.events.register("before-call.dynamodb", self._called)

    def _called(self, model: Any, **_: object) -> None:  # noqa: ANN401 - likewise
        self.calls.append(model.name)

    def beginning(self, text: str) -> list[str]:
        """Which rows begin so."""
        found = self.client.scan(TableName=TABLE, ConsistentRead=True)["Items"]
        return sorted(one["pk"]["S"] for one in found if one["pk"]["S"].startswith(text))


class Played:
    """The function, with a clock that stands, and a mailbox that everything lands in."""

    def __init__(self, table: InMemory | InCloud, config: Config = CONFIG) -> None:
        """Over a table with two readers and a key."""
        self.config = config
        self.table = table
        self.calls = table.calls
        self.now = NOW
        self.mails: list[EmailMessage] = []
        self.person(PAT, "pat")
        self.person(SAM, "sam", "owners")
        self.key("a")
        self.calls.clear()
        self.sign_in = SignIn(config, self.table, self.send, lambda: self.now, Chance())

    def send(self, mail: EmailMessage) -> None:
        """Take a mail."""
        self.calls.append("SendEmail")
        self.mails.append(mail)

    def get(self, path: str, **sent: Unpack[Sent]) -> Answer:
        """Open an address."""
        return self.sign_in.answer(event("GET", path, **sent))

    def post(self, path: str, **sent: Unpack[Sent]) -> Answer:
        """Send a form of ours."""
        return self.sign_in.answer(event("POST", path, **sent))

    def ask(self, address: str = PAT, goal: str = "", **sent: Unpack[Sent]) -> Answer:
        """Ask for a link."""
        sent.setdefault("fields", {"address": address, "next": goal})
        return self.post("/auth/", **sent)

    def token(self) -> str:
        """That of the newest mail."""
        found = re.search(
            rf"{self.config.site_url}/auth/link\?t=([A-Za-z0-9_-]{{43}})", text_of(self.mails[-1])
        )
        assert found
        return found[1]

    def use(self, token: str, **sent: Unpack[Sent]) -> Answer:
        """Press the button of a link."""
        sent.setdefault("fields", {"t": token})
        return self.post("/auth/link", **sent)

    def signed_in(self, address: str = PAT, source: str = AT_HOME) -> dict[str, str]:
        """The cookies of somebody who just signed in."""
        self.ask(address, source=source)
        return cookies_of(self.use(self.token(), source=source))

    def person(self, address: str, person: str, audience: str = "all") -> None:
        """Put somebody on the list of readers."""
        self.table.put(f"person#{address}", {"person": person, "name": person.title(), "audience": audience})

    def key(self, kid: str, *, made_at: int = NOW - 86400, secret: bytes = bytes(range(32))) -> None:
        """Put a key of sessions into its place."""
        text = base64.urlsafe_b64encode(secret).decode().rstrip("=")
        self.table.put(f"key#{kid}", {"secret": text, "made_at": made_at})


def make_table(client: Any, name: str) -> None:  # noqa: ANN401 - boto3 makes classes as it runs
    """An empty table of readers and sign-ins."""
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def event(method: str, path: str, **sent: Unpack[Sent]) -> dict[str, Any]:
    """A request as the address of a function hands it over, payload version 2.0."""
    headers: dict[str, str | None] = {
        ORIGIN_HEADER: ORIGIN_SECRET,
        "cloudfront-viewer-address": sent.get("source", AT_HOME),
        "host": "abc.lambda-url.us-east-1.on.aws",
    }
    if method == "POST":
        headers |= {
            "content-type": "application/x-www-form-urlencoded",
            "origin": "null",
            "sec-fetch-site": "same-origin",
        }
    headers |= sent.get("headers", {})
    path, _, query = path.partition("?")
    made: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name: value for name, value in headers.items() if value is not None},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.9"}},
        "isBase64Encoded": False,
    }
    if sent.get("cookies"):
        made["cookies"] = [f"{name}={value}" for name, value in sent["cookies"].items()]
    if method == "POST":
        body = sent.get("body", urlencode(sent.get("fields", {})))
        made |= {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}
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
