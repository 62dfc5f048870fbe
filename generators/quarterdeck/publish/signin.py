"""Plays sign-in on this machine: the very function of `infra/signin`, a table in memory, mails in a folder."""

import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

from quarterdeck.collectors.embedded.server import server
from quarterdeck.model.errors import UsageError
from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.edge import Edge
from quarterdeck.publish.readers import Random, Table, bring_readers
from quarterdeck.settings import Settings

Event: TypeAlias = Mapping[str, Any]
"""A request as the address of a function hands it over, payload version 2.0."""
Answer: TypeAlias = dict[str, Any]
"""statusCode, headers, cookies, body."""

_TABLE: Final = "played-readers"
_REGION: Final = "us-east-1"
_SENDER: Final = "reports@quarterdeck.example"
_SECRET_BYTES: Final = 32


@contextmanager
def sign_in_here(
    settings: Settings,
    *,
    site_url: str,
    outbox: Path,
    edge: Edge,
    infra: Path,
    told: Callable[[str], object],
    now: Callable[[], int] = lambda: int(time.time()),
    random: Random = secrets.token_bytes,
) -> Iterator[Callable[[Event], Answer]]:
    """Run sign-in while the block lasts; sessions end with it.

    Args:
        settings: Of the portfolio: its people are the readers.
        site_url: Where a browser finds this machine: `http://127.0.0.1:8001`.
        outbox: Gets each mail as a file, `sign-in-1.eml` and on.
        edge: Gets the keys of sessions.
        infra: The folder that holds `signin`.
        told: Gets the link of each mail, in a line.
        now: Unix time.
        random: Random bytes that nobody can guess.

    Yields:
        What answers a request below `/auth/`, from any thread.

    Raises:
        UsageError: The function is not there, or the extra [embedded] is not installed.
        OutsideError: The edge refused.
    """
    _find(infra)
    from signin import app, table  # noqa: PLC0415 - stands outside the package, and is found only now
    from signin.config import Config  # noqa: PLC0415 - likewise

    secret = random(_SECRET_BYTES).hex()
    config = Config(_TABLE, site_url, settings.name, _sender(settings), "", secret)
    with server() as endpoint:
        rows = client("dynamodb", _REGION, Reach(endpoint=endpoint))
        _make(rows)
        bring_readers(settings, Table(rows, _TABLE), edge, now=now(), random=random)
        one = app.SignIn(config, table.Table(rows, _TABLE), _to_folder(outbox, told), now, random)

        def answer(event: Event) -> Answer:
            headers = {**event.get("headers", {}), app.ORIGIN_HEADER: secret}
            return one.answer({**event, "headers": headers})

        yield answer


def _find(infra: Path) -> None:
    """Let the function's own package be imported."""
    if not (infra / "signin" / "app.py").is_file():
        raise UsageError(
            f"{infra / 'signin'} is missing. Take the folder infra of Quarterdeck beside portfolio.yml, then try again."
        )
    if str(infra) not in sys.path:
        sys.path.insert(0, str(infra))


def _make(rows: Any) -> None:  # noqa: ANN401 - the library makes classes as it runs
    rows.create_table(
        TableName=_TABLE,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _sender(settings: Settings) -> str:
    return settings.mail.sender or _SENDER


def _to_folder(outbox: Path, told: Callable[[str], object]) -> Callable[[EmailMessage], None]:
    """Write mails into a folder, and tell the link; nobody's address gets none."""
    from signin.mail import NOBODY  # noqa: PLC0415 - stands outside the package

    numbers = count(1)

    def send(mail: EmailMessage) -> None:
        if mail["To"] == NOBODY:
            told("A link was asked for with an address that belongs to no reader: nothing is mailed.")
            return
        outbox.mkdir(parents=True, exist_ok=True)
        file = outbox / f"sign-in-{next(numbers)}.eml"
        file.write_bytes(mail.as_bytes())
        text = mail.get_body(("plain",))
        link = (
            next((line for line in str(text.get_content()).split() if "/auth/link?t=" in line), "")
            if text
            else ""
        )
        told(f"Mail for {mail['To']} in {outbox.name}/{file.name}: {link}")

    return send
