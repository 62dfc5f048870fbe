"""`quarterdeck notify`: how often it tells, what it refuses, and what it says of it; whole histories stand apart."""

from __future__ import annotations

import json
import socket
from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands import mail as mail_command
from quarterdeck.mail.feedback import STATE
from quarterdeck.mail.mailing import open_delivery, read_mailing
from quarterdeck.mail.post import Posted
from quarterdeck.model.errors import InputError, UsageError
from quarterdeck.model.feedback import Feedback
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.lists import change_file
from tests.mail.fleet import (
    HIDDEN,
    OWN,
    Fleet,
    outcomes,
    play,
    priced,
)
from tests.mail.posts import Post
from tests.sites import write

if TYPE_CHECKING:
    from pathlib import Path

ALL = ["kim", "pat", "sam"]
SENT = dict.fromkeys(ALL, "sent")
QUIET = dict.fromkeys(ALL, "quiet")


@pytest.fixture
def fleet(first: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """A portfolio whose first version everybody was told of."""
    made = first.copied(tmp_path / "fleet")
    play(monkeypatch, made)
    return made


# ── how often ────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_wants_mail_daily_or_weekly_gets_the_net_change(fleet: Fleet) -> None:
    fleet.settings("name: Kim,", "name: Kim, mails: daily,")
    fleet.settings("name: Pat,", "name: Pat, mails: weekly,")
    fleet.settings("name: Sam,", "name: Sam, mails: never,")
    fleet.push(boat=priced(380))
    assert fleet.people()[3:] == []
    fleet.day = date(2026, 11, 24)
    fleet.push(boat=priced(480))
    assert fleet.people()[3:] == ["kim"]
    assert "75.0% → 33.3%" in fleet.arrived[-1].text
    fleet.day = date(2026, 11, 30)
    assert outcomes(fleet.notify(hour=7)) == {"kim": "quiet", "pat": "quiet", "sam": "quiet"}
    assert outcomes(fleet.notify(hour=8)) == {"kim": "quiet", "pat": "sent", "sam": "quiet"}
    assert "75.0% → 33.3%" in fleet.arrived[-1].text
    fleet.assert_fair()


def test_small_steps_add_up_to_a_change_that_is_told(fleet: Fleet) -> None:
    """A version without news leaves the range as it is, so that no drift is lost."""
    first = fleet.latest
    told = [outcomes(fleet.push(boat=priced(180 + step)))["kim"] for step in range(7, 70, 7)]
    assert told[0] == "quiet"
    assert "sent" in told
    assert fleet.ranges("kim")[1][0] == first
    fleet.assert_fair()


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────


def test_F150_files_that_are_not_committed_are_told_to_nobody(fleet: Fleet) -> None:
    write(fleet.root, "handoffs/boat.md", priced(380))
    with pytest.raises(UsageError, match="Files differ from the last commit"):
        fleet.notify()


def test_F176_nothing_is_mailed_while_an_error_stands(fleet: Fleet) -> None:
    fleet.commit(boat=priced(380))
    fleet.publish()
    fleet.commit(boat="<<<<<<< ours\n")
    with pytest.raises(InputError, match=r"handoffs/boat.md"):
        fleet.notify()
    assert len(fleet.arrived) == len(ALL)


def test_F176_nothing_is_mailed_before_anything_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Fleet.new(tmp_path / "fleet")
    play(monkeypatch, made)
    with pytest.raises(UsageError, match="Nothing is published in the folder published yet"):
        made.notify()
    assert made.post.asked == []


def test_F176_what_was_not_published_is_not_told(fleet: Fleet) -> None:
    fleet.commit(boat=priced(380))
    assert outcomes(fleet.notify()) == QUIET


# ── copies, addresses, dry run ───────────────────────────────────────────────────────────────────────────────


def test_F163_copies_stand_in_the_envelope_alone(fleet: Fleet) -> None:
    fleet.settings("mail: {", "mail: {bcc: [keep@harbor.example], ")
    fleet.settings(
        "people:\n", "people:\n  keep: {name: Archive, address: keep@harbor.example, audience: owners}\n"
    )
    fleet.push(boat=priced(380))
    assert fleet.post.asked[-1] == 6
    for one in fleet.arrived[3:]:
        assert one.copies == ("keep@harbor.example",)
        assert "keep@harbor.example" not in one.text


def test_F156_a_copy_to_an_address_that_bounced_is_left_out_and_told(fleet: Fleet) -> None:
    fleet.settings("mail: {", "mail: {bcc: [pat@harbor.example, sam@harbor.example], ")
    gone = Feedback(suppressed={"pat@harbor.example": "bounced"})
    change_file(fleet.store, STATE, Feedback, lambda _: gone, kinds.PRIVATE)
    done = fleet.push(boat=priced(380))
    assert outcomes(done) == SENT | {"pat": "skipped"}
    assert [one.copies for one in fleet.arrived[3:]] == [("sam@harbor.example",)] * 2
    assert all("blind copies left out" in one.reason for one in done.results if one.outcome == "sent")


def test_F163_a_copy_for_somebody_who_may_not_see_everything_is_refused(fleet: Fleet) -> None:
    fleet.settings("mail: {", "mail: {bcc: [Kim@harbor.example], ")
    with pytest.raises(UsageError, match=r"K…@harbor\.example would get everybody's mail"):
        fleet.push(boat=priced(380))


def test_F164_two_people_with_one_address_are_refused(fleet: Fleet) -> None:
    fleet.settings("pat@harbor.example", "KIM@harbor.example")
    with pytest.raises(UsageError, match="kim and pat share one address"):
        fleet.push(boat=priced(380))


def test_F156_a_suppressed_address_is_skipped_and_told_once_it_is_well(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            "quarterdeck.commands.means.is_suppressed",
            lambda _feedback, address: "bounced" if address.startswith("kim") else "",
        )
        done = fleet.push(boat=priced(380))
        assert outcomes(done) == SENT | {"kim": "skipped"}
        assert done.exit_code() == 0
    assert fleet.people()[3:] == ["pat", "sam"]
    assert outcomes(fleet.notify()) == QUIET | {"kim": "sent"}
    fleet.assert_fair()


def test_F169_a_dry_run_writes_the_very_mails_and_opens_no_socket(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.commit(boat=priced(380))
    fleet.publish()
    before = {one.key: one.changed_at for one in fleet.store.listed("")}
    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", None)
        shown = fleet.notify(dry_run=True)
    assert outcomes(shown) == SENT
    assert next(shown.sentences()) == "kim (k…@harbor.example): to be mailed"
    assert list(shown.sentences())[-1].endswith(
        "written to the folder build/outbox/dry-run. Nothing was sent."
    )
    assert {one.key: one.changed_at for one in fleet.store.listed("")} == before
    assert fleet.people() == ALL
    written = {file.read_bytes() for file in (fleet.root / "build/outbox/dry-run").glob("*.eml")}
    fleet.notify()
    kept = [one.key for one in fleet.store.listed(keys.mail(fleet.latest, "")[: -len(".eml")])]
    stored = [fleet.store.get(key) for key in kept]
    assert written == {one.data for one in stored if one}
    assert len(written) == len(ALL)


def test_the_archive_holds_every_mail_beside_its_version(fleet: Fleet) -> None:
    first = fleet.latest
    fleet.push(boat=priced(380))
    for version in (first, fleet.latest):
        names = [
            one.key.rpartition("/")[2].partition("-")[0]
            for one in fleet.store.listed(f"private/mail/{version}/")
        ]
        assert names == ALL


def test_a_portfolio_of_samples_reaches_the_outbox_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Fleet.new(tmp_path / "fleet")
    monkeypatch.setattr("quarterdeck.charts.render.png", lambda _drawing: b"")
    made.settings("mail: {", "mail: {through: ses, ")
    sample = {
        name: text.replace("status: active", "status: active\nsample: true")
        for name, text in (("boat", OWN), ("undertow", HIDDEN))
    }
    made.commit(**sample)
    made.publish()
    monkeypatch.setattr(socket, "socket", None)
    done = made.notify()
    assert done.place == "the folder build/outbox"
    assert outcomes(done) == SENT
    assert len([*(made.root / "build/outbox").glob("*.eml")]) == len(ALL)


# ── what is not known ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "lost"])
def test_F154_an_unknown_outcome_is_shown_and_settled_by_a_person(fleet: Fleet, *, arrived: bool) -> None:
    fleet.post.answers["pat"] = [Posted("unknown", "no answer in time")]
    fleet.post.loses = not arrived
    assert fleet.push(boat=priced(380)).exit_code() == 4
    waiting = fleet.notify()
    assert outcomes(waiting) == QUIET | {"pat": "open"}
    assert waiting.exit_code() == 4
    shown = mail_command.status(fleet.root, fleet.environ)
    assert [one.person for one in shown.people if one.is_open] == ["pat"]
    assert "quarterdeck mail resolve pat sent (or unsent)" in "".join(shown.sentences())
    assert json.loads(shown.as_json())["people"][1]["is_open"] is True
    said = mail_command.resolve(fleet.root, fleet.environ, "pat", "sent" if arrived else "unsent")
    assert "counts as" in said
    assert outcomes(fleet.notify()) == (QUIET if arrived else QUIET | {"pat": "sent"})
    assert outcomes(fleet.notify()) == QUIET
    assert fleet.people().count("pat") == 2
    fleet.assert_fair()


def test_what_is_known_cannot_be_resolved(fleet: Fleet) -> None:
    with pytest.raises(
        UsageError, match=r"No mail to pat waits to be resolved. Every mail's outcome is known."
    ):
        mail_command.resolve(fleet.root, fleet.environ, "pat", "sent")
    assert open_delivery(read_mailing(fleet.store, "pat")) is None


def test_F178_addresses_are_masked_wherever_a_run_prints(fleet: Fleet) -> None:
    done = fleet.push(boat=priced(380))
    printed = (
        "".join(done.sentences())
        + done.as_json(0)
        + "".join(mail_command.status(fleet.root, fleet.environ).sentences())
    )
    assert "k…@harbor.example" in printed
    assert "kim@harbor.example" not in printed


def test_a_post_that_is_played_is_one() -> None:
    assert Post().refusals(1) == ()
