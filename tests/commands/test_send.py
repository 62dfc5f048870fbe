"""`quarterdeck send`: a whole report in one mail, to people who may see it and to nobody else."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands import send as command
from quarterdeck.commands.mail import status
from quarterdeck.mail.feedback import STATE
from quarterdeck.mail.mailing import read_mailing
from quarterdeck.mail.post import Posted
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.feedback import Feedback
from quarterdeck.publish import kinds
from quarterdeck.publish.lists import change_file
from tests.mail.fleet import CANARY, Fleet, over
from tests.publish.made import Died, Watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from quarterdeck.commands.send import Sent

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """A portfolio of two businesses with one version; only copied."""
    made = Fleet.new(tmp_path_factory.mktemp("sent") / "fleet")
    made.publish()
    return made


@pytest.fixture
def fleet(published: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """A copy whose mail goes to a post that is played, with pictures that cost nothing."""
    made = published.copied(tmp_path / "fleet")
    monkeypatch.setattr("quarterdeck.commands.means.post_of", lambda *_args, **_options: made.post)
    monkeypatch.setattr(
        command, "draw", lambda pages, *_: {one: "<svg></svg>" for page in pages for one in page.drawings}
    )
    return made


def send(fleet: Fleet, what: command.What = "cfo", to: str = "pat@harbor.example", **how: bool) -> Sent:
    return command.send(fleet.root, fleet.environ, what, to, now=NOW, **how)  # type: ignore[arg-type]


def mails(fleet: Fleet) -> Iterator[EmailMessage]:
    """Those of the archive."""
    for file in sorted((fleet.root / "published/private/mail").rglob("*.eml")):
        yield message_from_bytes(file.read_bytes(), policy=policy.default)


def all_of(mail: EmailMessage) -> str:
    """Every part of a mail, read."""
    parts = (part for part in mail.walk() if part.get_content_maintype() == "text")
    whole = (part.get_payload(decode=True) for part in parts)
    return "".join(one.decode() for one in whole if isinstance(one, bytes)) + str(mail["Subject"])


def test_a_report_arrives_whole_and_is_kept(fleet: Fleet) -> None:
    done = send(fleet)
    assert (done.exit_code(), done.result.outcome, done.to) == (0, "sent", "p…@harbor.example")
    (mail,) = mails(fleet)
    assert [one.get_filename() for one in mail.iter_attachments()] == ["cfo.html", "cfo-plan.html"]
    assert [one.message_id for one in fleet.post.arrived] == [mail["Message-ID"]]
    assert f"https://reports.harbor.example/{fleet.latest}/reports/cfo/" in all_of(mail)
    assert next(iter(done.sentences())) == (
        f"CFO report of version {fleet.latest} sent to p…@harbor.example, through a post that is played."
    )


def test_the_board_pack_is_one_file(fleet: Fleet) -> None:
    send(fleet, "board")
    (mail,) = mails(fleet)
    assert [one.get_filename() for one in mail.iter_attachments()] == ["board.html"]
    assert str(mail["Subject"]).startswith("Board pack · Fleet · ")
    assert CANARY in all_of(mail)


@pytest.mark.parametrize("what", ["cfo", "board"])
def test_F162_nothing_of_another_audience_stands_in_any_part(fleet: Fleet, what: command.What) -> None:
    send(fleet, what, "kim@harbor.example")
    (mail,) = mails(fleet)
    whole = all_of(mail).lower()
    assert "sunset boat" in whole
    assert CANARY.lower() not in whole
    assert "undertow" not in whole


@pytest.mark.parametrize(
    ("what", "to", "why"),
    [
        ("cto", "kim@harbor.example", "Kim may not see the CTO report, but: cfo, ceo, board"),
        ("cfo", "eve@harbor.example", "e…@harbor.example is nobody's address"),
        ("cfo", "eve", "e… is nobody's address"),
        ("board", "", "is nobody's address"),
    ],
)
def test_only_to_people_who_may_see_it(fleet: Fleet, what: command.What, to: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        send(fleet, what, to)
    assert fleet.post.arrived == []
    assert list(mails(fleet)) == []


def test_an_address_is_known_however_it_is_spelt(fleet: Fleet) -> None:
    assert send(fleet, to=" SAM@harbor.example").result.person == "sam"
    assert send(fleet, to="sam", again=True).result.person == "sam"


def test_nobody_who_may_see_less_today_gets_what_they_saw(fleet: Fleet) -> None:
    fleet.settings(
        "kim: {name: Kim, address: kim@harbor.example, roles: [cfo], audience: crew}",
        "kim: {name: K, audience: crew}",
    )
    with pytest.raises(UsageError, match="nobody's address"):
        send(fleet, to="kim@harbor.example")
    fleet.settings("owners: {title: Owners}", "owners: {title: Owners, entities: [boat]}")
    with pytest.raises(UsageError, match="is not made for what Pat may see today"):
        send(fleet)


def test_before_anything_is_published_nothing_is_sent(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing is published"):
        send(Fleet.new(tmp_path / "fleet"))


def test_the_same_mail_goes_once_unless_somebody_says_again(fleet: Fleet) -> None:
    assert send(fleet).result.outcome == "sent"
    second = send(fleet)
    assert (second.exit_code(), second.result.outcome) == (0, "quiet")
    assert "sent on 2026-11-24; --again" in second.result.reason
    assert send(fleet, again=True).result.outcome == "sent"
    assert len(fleet.post.arrived) == 2


def test_F154_an_unknown_outcome_is_not_repeated_by_itself(fleet: Fleet) -> None:
    fleet.post.answers["pat"] = [Posted("unknown", "no answer came")]
    assert (send(fleet).exit_code(), send(fleet).exit_code()) == (4, 4)
    assert len(fleet.post.arrived) == 1
    (told,) = status(fleet.root, fleet.environ).sentences()
    assert told.startswith(
        f"pat: nobody knows whether the report of {fleet.latest} that was sent on 2026-11-24"
    )
    assert send(fleet, again=True).exit_code() == 0
    assert [*status(fleet.root, fleet.environ).sentences()] == ["Nobody was mailed yet."]


def test_what_surely_failed_is_tried_again(fleet: Fleet) -> None:
    fleet.post.answers["pat"] = [Posted("failed", "mailbox full")]
    first = send(fleet)
    assert (
        first.exit_code(),
        next(iter(first.sentences())).endswith("p…@harbor.example: mailbox full."),
    ) == (
        3,
        True,
    )
    assert send(fleet).result.outcome == "sent"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_F154_killed_at_any_write_nobody_gets_it_twice(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool
) -> None:
    with monkeypatch.context() as patch:
        over(patch, Watched(fleet.store, dies_at=at, after=after))
        with pytest.raises(Died):
            send(fleet)
    again = send(fleet)
    assert len(fleet.post.arrived) <= 1
    assert (again.result.outcome == "sent") == ((at, after) in {(0, False), (0, True), (1, False)})


def test_mail_on_request_moves_nobody_s_range(fleet: Fleet) -> None:
    send(fleet)
    assert read_mailing(fleet.store, "pat").mailed == ""
    assert read_mailing(fleet.store, "pat").deliveries == ()


def test_F156_an_address_that_bounced_is_not_mailed(fleet: Fleet) -> None:
    gone = Feedback(suppressed={"pat@harbor.example": "bounced"})
    change_file(fleet.store, STATE, Feedback, lambda _: gone, kinds.PRIVATE)
    assert send(fleet).exit_code() == 3
    assert fleet.post.arrived == []


def test_F168_what_the_service_refuses_stops_before_anything_is_written(fleet: Fleet) -> None:
    fleet.post.refused = ("The account is paused.",)
    with pytest.raises(OutsideError, match=r"Nothing was sent: 1.thing to mend"):
        send(fleet)
    assert list(mails(fleet)) == []


def test_F163_blind_copies_stand_in_the_envelope_alone(fleet: Fleet) -> None:
    fleet.settings(
        "mail: {sender: reports@harbor.example}",
        "mail: {sender: reports@harbor.example, bcc: [pat@harbor.example]}",
    )
    fleet.publish()
    send(fleet, to="kim@harbor.example")
    assert [one.copies for one in fleet.post.arrived] == [("pat@harbor.example",)]
    (mail,) = mails(fleet)
    assert mail["Bcc"] is None


def test_F169_a_dry_run_writes_the_very_mail_and_opens_no_socket(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", refuse)
        shown = send(fleet, dry_run=True)
    assert next(iter(shown.sentences())).endswith(
        "written to the folder build/outbox/dry-run. Nothing was sent."
    )
    assert (list(mails(fleet)), fleet.post.arrived) == ([], [])
    (written,) = (fleet.root / "build/outbox/dry-run").glob("*.eml")
    send(fleet)
    (kept,) = (fleet.root / "published/private/mail").rglob("*.eml")
    assert written.read_bytes() == kept.read_bytes()
