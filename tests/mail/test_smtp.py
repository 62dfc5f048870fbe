"""Mail through a mail server: encrypted or not at all, and what happened told apart (F-154, F-155)."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.mail import smtp
from quarterdeck.mail.smtp import PASSWORD, TRIES
from quarterdeck.model.errors import UsageError
from quarterdeck.settings import Mail
from quarterdeck.settings import Smtp as Server
from tests.mail.played_ses import SENDER, mail
from tests.mail.played_smtp import CUT, MailServer, mail_server
from tests.web import a_certificate, speaking

if TYPE_CHECKING:
    from pathlib import Path

COPY = "archive@harbor.example"
WORD = "".join(map(chr, range(ord("a"), ord("z"))))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return a_certificate(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return speaking(certificate)


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def post(server: MailServer, context: ssl.SSLContext, user: str | None = None) -> smtp.Smtp:
    settings = Mail(sender=SENDER, smtp=Server(host="localhost", port=server.port, user=user))
    return smtp.Smtp(settings, {PASSWORD: WORD}, lambda: context)


def test_a_mail_goes_out_as_it_is_and_encrypted(tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with mail_server(tls) as server:
        one = post(server, trusting, "reports")
        assert one.refusals(3) == ()
        server.heard.clear()
        assert one.send(mail(), [COPY]).outcome == "sent"
    assert server.taken == [mail().data]
    assert [line for line in server.heard if line.startswith(("MAIL", "RCPT"))] == [
        f"MAIL FROM:<{SENDER}>",
        f"RCPT TO:<{mail().to}>",
        f"RCPT TO:<{COPY}>",
    ]
    assert set(server.open) == {"EHLO", "STARTTLS"}, "nothing else is said before it is encrypted"
    assert COPY.encode() not in server.taken[0]
    assert WORD not in repr(one)


def test_a_port_that_is_encrypted_at_once(
    tls: ssl.SSLContext, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tls, is_tls=True) as server:
        monkeypatch.setattr(smtp, "_ALWAYS_TLS", server.port)
        assert post(server, trusting, "reports").send(mail(), ()).outcome == "sent"
    assert (len(server.taken), server.open) == (1, [])


def test_a_server_without_tls_gets_neither_password_nor_mail(
    tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with mail_server(tls, has_tls=False) as server:
        one = post(server, trusting, "reports")
        assert "offers no TLS" in one.refusals(1)[0]
        assert one.send(mail(), ()).outcome == "failed"
    assert set(server.open) <= {"EHLO", "QUIT"}


def test_a_server_that_is_somebody_else_gets_nothing(tls: ssl.SSLContext) -> None:
    with mail_server(tls) as server:
        one = post(server, ssl.create_default_context(), "reports")
        assert "certificate is not valid" in one.refusals(1)[0]
        posted = one.send(mail(), ())
    assert (posted.outcome, posted.stops_all, server.taken) == ("failed", True, [])


SAID: list[tuple[dict[str, Any], str, bool, int]] = [
    ({"MAIL": 550}, "failed", False, 1),
    ({"RCPT": 550}, "failed", False, 1),
    ({"RCPT": 450}, "failed", False, TRIES),
    ({"RCPT": [450, 250]}, "sent", False, TRIES),
    ({"RCPT": CUT}, "failed", False, TRIES),
    ({"DATA": 554}, "failed", False, 1),
    ({"DATA": 451}, "failed", False, TRIES),
    ({"DATA": CUT}, "unknown", False, 1),
    ({"at_end": 554}, "failed", False, 1),
    ({"at_end": 452}, "failed", False, TRIES),
    ({"at_end": CUT}, "unknown", False, 1),
    ({"AUTH": 535}, "failed", True, 0),
    ({"EHLO": 421, "HELO": 421}, "failed", True, 0),
]


@pytest.mark.parametrize(("said", "outcome", "stops_all", "tries"), SAID)
def test_F154_what_may_have_been_sent_is_never_sent_again(
    tls: ssl.SSLContext,
    trusting: ssl.SSLContext,
    said: dict[str, Any],
    outcome: str,
    stops_all: bool,  # noqa: FBT001 - a column
    tries: int,
) -> None:
    with mail_server(tls, **said) as server:
        posted = post(server, trusting, "reports").send(mail(), ())
    assert (posted.outcome, posted.stops_all) == (outcome, stops_all)
    assert sum(line.startswith("MAIL") for line in server.heard) == tries
    assert "@" not in posted.reason  # F-178


def test_F163_a_copy_that_is_refused_is_told_and_costs_nobody_the_mail(
    tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with mail_server(tls, RCPT=[250, 550]) as server:
        posted = post(server, trusting).send(mail(), [COPY])
    assert (posted.outcome, len(server.taken)) == ("sent", 1)
    assert posted.reason == "blind copies that the server refused: 1"


def test_a_server_that_is_not_there_is_told(tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with mail_server(tls) as server:
        one = post(server, trusting)
    assert "does not answer" in one.refusals(1)[0]
    posted = one.send(mail(), ())
    assert (posted.outcome, posted.stops_all) == ("failed", True)


@pytest.mark.parametrize(
    ("settings", "environ", "says"),
    [
        (Mail(sender=SENDER), {}, "needs sender"),
        (Mail(smtp=Server(host="localhost")), {}, "needs sender"),
        (Mail(sender=SENDER, smtp=Server(host="localhost", user="reports")), {}, PASSWORD),
    ],
)
def test_what_is_missing_is_told_before(settings: Mail, environ: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        smtp.Smtp(settings, environ)
