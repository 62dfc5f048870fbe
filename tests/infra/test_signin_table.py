"""The table of sign-in: in memory as in the service, and what the service may refuse (F-181, F-200)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from signin.app import SignIn
from signin.mail import by_ses, message
from signin.table import BusyError, Table
from tests.infra.played_signin import (
    CONFIG,
    NOBODY,
    NOW,
    PAT,
    TABLE,
    Chance,
    InCloud,
    InMemory,
    Played,
    event,
    make_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from tests.cloud import Cloud


@pytest.fixture(params=["memory", "service"])
def table(request: pytest.FixtureRequest) -> InMemory | InCloud:
    """Either table, empty."""
    if request.param == "memory":
        return InMemory()
    cloud: Cloud = request.getfixturevalue("cloud")
    return InCloud(cloud.client("dynamodb"))


def test_rows_are_written_read_changed_and_removed(table: InMemory | InCloud) -> None:
    table.put("session#1", {"person": "pat", "expires_at": NOW})
    assert table.row("session#1") == {"pk": "session#1", "person": "pat", "expires_at": NOW}
    assert table.change("session#1", {"expires_at": NOW + 1, "audience": "all"})
    assert table.rows(["session#1", "session#2"]) == [
        {"pk": "session#1", "person": "pat", "expires_at": NOW + 1, "audience": "all"}
    ]
    table.drop("session#1")
    table.drop("session#1")
    assert table.row("session#1") is None
    assert not table.change("session#1", {"expires_at": NOW}), "what is gone is not brought back"
    assert table.row("session#1") is None
    assert table.rows(["session#1"]) == []
    assert table.calls == [
        *("PutItem", "GetItem", "UpdateItem", "BatchGetItem", "DeleteItem", "DeleteItem"),
        *("GetItem", "UpdateItem", "GetItem", "BatchGetItem"),
    ]


@pytest.mark.parametrize(
    ("case", "now", "is_taken"),
    [
        ("good", NOW, True),
        ("ended", NOW + 600, False),
        ("a minute early", NOW - 60, True),
        ("too early", NOW - 61, False),
    ],
)
def test_a_row_is_taken_once_and_only_while_it_counts_F_181_F_183(
    table: InMemory | InCloud,
    case: str,
    now: int,
    is_taken: bool,  # noqa: FBT001 - a column of a table
) -> None:
    table.put("link#1", {"address": PAT, "made_at": NOW, "expires_at": NOW + 600})

    assert (table.take("link#1", now, 60) is not None) == is_taken, case
    assert table.take("link#1", now, 60) is None
    assert table.beginning("link#") == ([] if is_taken else ["link#1"])


def test_a_row_that_is_not_there_is_not_taken(table: InMemory | InCloud) -> None:
    table.put("person#x", {"person": "x"})

    assert table.take("link#1", NOW, 60) is None
    assert table.take("person#x", NOW, 60) is None, "nor one that never ends"


def test_counting_stops_at_the_limit(table: InMemory | InCloud) -> None:
    assert [table.count("count#1", 3, NOW) for _ in range(5)] == [True] * 3 + [False] * 2
    assert table.row("count#1") == {"pk": "count#1", "times": 3, "expires_at": NOW}


def test_who_was_just_removed_is_never_read_from_an_older_copy(cloud_door: Played) -> None:
    asked: list[dict[str, Any]] = []
    assert isinstance(cloud_door.table, InCloud)
    events = cloud_door.table.client.meta.events
    for operation in ("GetItem", "BatchGetItem"):
        events.register(
            f"before-parameter-build.dynamodb.{operation}", lambda params, **_: asked.append(params)
        )
    cookies = cloud_door.signed_in()
    cloud_door.get("/auth/", cookies=cookies)
    reads = [one for params in asked for one in params.get("RequestItems", {"": params}).values()]

    assert len(reads) == 7
    assert all(one["ConsistentRead"] for one in reads)


# -- refusals


CODES = [
    ("ProvisionedThroughputExceededException", 400),
    ("ThrottlingException", 400),
    ("RequestLimitExceeded", 400),
    ("ResourceNotFoundException", 400),
    ("AccessDeniedException", 400),
    ("InternalServerError", 500),
    ("ServiceUnavailable", 503),
]
REQUESTS: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/auth/", {}),
    ("POST", "/auth/", {"address": PAT}),
    ("POST", "/auth/", {"address": NOBODY}),
    ("POST", "/auth/link", {"t": "A" * 43}),
    ("POST", "/auth/out", {}),
]


class Refusing:
    """A client of which every call is refused, in the words of the service."""

    def __init__(self, error: Exception) -> None:
        """Refuse by this."""
        self.error = error
        self.asked = 0

    def __getattr__(self, _: str) -> Callable[..., Any]:
        """Any operation."""
        return self._refuse

    def _refuse(self, **_: object) -> None:
        self.asked += 1
        raise self.error


def refused(code: str, status: int = 400) -> ClientError:
    about = {"Code": code, "Message": f"no, {PAT}: arn:aws:dynamodb:us-east-1:123456789012:table/{TABLE}"}
    return ClientError({"Error": about, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetItem")


def without_table(error: Exception) -> SignIn:
    return SignIn(CONFIG, Table(Refusing(error), TABLE), lambda _mail: None, lambda: NOW, Chance())


@pytest.mark.parametrize(("method", "path", "fields"), REQUESTS)
@pytest.mark.parametrize(
    "error",
    [
        *(refused(code, status) for code, status in CODES),
        EndpointConnectionError(endpoint_url="https://dynamodb.example"),
        ReadTimeoutError(endpoint_url="https://dynamodb.example"),
        KeyError(PAT),
    ],
    ids=lambda error: (
        error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    ),
)
def test_without_its_table_it_says_come_back_and_tells_nothing_F_200(
    error: Exception, method: str, path: str, fields: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "signin")
    answer = without_table(error).answer(
        event(method, path, fields=fields, cookies={"__Host-qd-session": "A" * 43})
    )

    assert (answer["statusCode"], answer["headers"]["retry-after"], answer["cookies"]) == (503, "30", [])
    for secret in (PAT, NOBODY, "Traceback", "arn:aws", TABLE, "A" * 43, "dynamodb.example"):
        assert secret not in answer["body"]
        assert secret not in caplog.text
    assert len(caplog.records) == 1


def test_known_and_unknown_addresses_wait_alike_F_191_F_200() -> None:
    one = without_table(refused("ThrottlingException"))
    answers = [one.answer(event("POST", "/auth/", fields={"address": who})) for who in (PAT, NOBODY)]

    assert answers[0] == answers[1]


def test_a_table_that_is_missing_is_met_through_the_service_too_F_200(cloud: Cloud) -> None:
    client = cloud.client("dynamodb")
    one = SignIn(CONFIG, Table(client, TABLE), lambda _mail: None, lambda: NOW, Chance())

    assert one.answer(event("POST", "/auth/", fields={"address": PAT}))["statusCode"] == 503
    make_table(client, TABLE)
    assert one.answer(event("POST", "/auth/", fields={"address": PAT}))["statusCode"] == 303


@pytest.mark.parametrize("number", range(8))
def test_a_fault_at_any_call_signs_nobody_in_and_a_new_link_does_F_200(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Played(InMemory())
    door.ask()
    door.calls.clear()
    for name in ("row", "rows", "put", "take", "drop", "change", "count"):
        monkeypatch.setattr(door.table, name, failing(getattr(door.table, name), door, number))
    answer = door.use(door.token(), cookies={"__Host-qd-session": "B" * 43})

    if len(door.calls) > number:
        assert (answer["statusCode"], answer["cookies"]) == (503, [])
    else:
        assert answer["statusCode"] == 303
        assert number >= 6, "every call was refused once"
    monkeypatch.undo()
    door.ask()
    assert door.use(door.token())["statusCode"] == 303


def failing(ask: Callable[..., Any], door: Played, number: int) -> Callable[..., Any]:
    def asked(*args: Any) -> Any:  # noqa: ANN401 - any method of the table
        if len(door.calls) == number:
            door.calls.append("refused")
            raise BusyError("refused")
        return ask(*args)

    return asked


# -- mails


class Mailbox:
    """A client of the mail service that takes mails, or refuses."""

    def __init__(self, error: Exception | None = None) -> None:
        """Refuse by this; take them without."""
        self.error = error
        self.sent: list[dict[str, Any]] = []

    def send_email(self, **mail: Any) -> None:  # noqa: ANN401 - as the library has it
        """Take a mail."""
        self.sent.append(mail)
        if self.error:
            raise self.error


def mail() -> EmailMessage:
    return message(CONFIG, PAT, "Pat", "https://reports.harbor.example/auth/link?t=x")


def test_mails_go_out_as_they_were_written() -> None:
    box = Mailbox()
    by_ses(box)(mail())

    assert box.sent[0]["FromEmailAddress"] == "Harbor Group <reports@harbor.example>"
    assert box.sent[0]["Destination"] == {"ToAddresses": [PAT]}
    assert b"Auto-Submitted: auto-generated\r\n" in box.sent[0]["Content"]["Raw"]["Data"]


def test_the_mail_service_takes_them(cloud: Cloud) -> None:
    client = cloud.client("sesv2")
    client.create_email_identity(EmailIdentity="reports@harbor.example")
    by_ses(client)(mail())

    from moto.ses.models import ses_backends  # noqa: PLC0415 - heavy

    sent = ses_backends["123456789012"]["us-east-1"].sent_messages
    assert [one.source for one in sent] == ["Harbor Group <reports@harbor.example>"]


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_an_address_that_the_mail_service_refuses_is_not_given_away_F_191(code: str) -> None:
    def ask(error: Exception | None) -> object:
        box = Mailbox(error)
        one = SignIn(CONFIG, Played(InMemory()).table, by_ses(box), lambda: NOW, Chance())
        return one.answer(event("POST", "/auth/", fields={"address": PAT}))

    assert ask(refused(code)) == ask(None)


@pytest.mark.parametrize(
    "error",
    [
        refused("TooManyRequestsException"),
        refused("LimitExceededException"),
        refused("SendingPausedException"),
        refused("AccountSuspendedException"),
        refused("MailFromDomainNotVerifiedException"),
        EndpointConnectionError(endpoint_url="https://email.example"),
    ],
    ids=lambda error: (
        error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    ),
)
def test_without_the_mail_service_everybody_is_asked_to_come_back_F_191_F_200(error: Exception) -> None:
    one = SignIn(CONFIG, Played(InMemory()).table, by_ses(Mailbox(error)), lambda: NOW, Chance())
    answers = [one.answer(event("POST", "/auth/", fields={"address": who})) for who in (PAT, NOBODY)]

    assert answers[0]["statusCode"] == 503
    assert answers[0] == answers[1]
