"""`quarterdeck notify` through histories: nobody is told twice, misses a net change, or sees what is not theirs."""

from __future__ import annotations

import json
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.commands import mail as mail_command
from quarterdeck.mail.mailing import all_mailings, open_delivery, read_mailing
from quarterdeck.mail.post import Posted
from quarterdeck.model.errors import InputError, OutsideError, UsageError
from quarterdeck.publish import keys
from quarterdeck.publish.lists import change_state
from tests.mail.fleet import (
    CANARY,
    HIDDEN,
    MONDAY,
    OWN,
    Fleet,
    Post,
    outcomes,
    over,
    play,
    priced,
)
from tests.publish.made import Died, Watched
from tests.sites import write

if TYPE_CHECKING:
    from pathlib import Path

ALL = ["kim", "pat", "sam"]
SENT = dict.fromkeys(ALL, "sent")
QUIET = dict.fromkeys(ALL, "quiet")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """A portfolio whose first version everybody was told of; only copied."""
    made = Fleet.new(tmp_path_factory.mktemp("first") / "fleet")
    with pytest.MonkeyPatch.context() as patch:
        play(patch, made)
        made.publish()
        assert outcomes(made.notify()) == SENT
    return made


@pytest.fixture(scope="module")
def second(first: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """The same with another version that nobody was told of; only copied."""
    made = first.copied(tmp_path_factory.mktemp("second") / "fleet")
    made.commit(boat=priced(380))
    made.publish()
    return made


@pytest.fixture
def fleet(first: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """A portfolio whose first version everybody was told of."""
    made = first.copied(tmp_path / "fleet")
    play(monkeypatch, made)
    return made


@pytest.fixture
def waiting(second: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """The same with another version that nobody was told of."""
    made = second.copied(tmp_path / "fleet")
    play(monkeypatch, made)
    return made


def git(fleet: Fleet, *words: str) -> None:
    subprocess.run(["git", *words], cwd=fleet.root, check=True, capture_output=True)


# ── twelve histories ─────────────────────────────────────────────────────────────────────────────────────────


def test_F177_a_revert_tells_what_was_withdrawn(fleet: Fleet) -> None:
    assert outcomes(fleet.push(boat=priced(380))) == SENT
    assert outcomes(fleet.push(boat=OWN)) == SENT
    last = next(one for one in reversed(fleet.post.arrived) if one.person == "kim")
    assert "47.2% → 75.0%" in last.text.replace("\n", " ")
    fleet.assert_fair()


def test_a_change_that_is_taken_back_before_anybody_is_told_is_none(fleet: Fleet) -> None:
    """F-084: what counts is the net change."""
    fleet.commit(boat=priced(380))
    fleet.publish()
    assert outcomes(fleet.push(boat=OWN)) == QUIET
    assert len(fleet.post.arrived) == len(ALL)


def test_F177_a_rollback_is_told_and_so_is_what_comes_after(fleet: Fleet) -> None:
    first = fleet.latest
    fleet.push(boat=priced(380))
    change_state(fleet.store, lambda state: msgspec.structs.replace(state, latest=first))
    assert outcomes(fleet.notify()) == SENT
    assert outcomes(fleet.notify()) == QUIET
    assert outcomes(fleet.push(boat=priced(480))) == SENT
    fleet.assert_fair()


def test_F082_a_force_push_is_compared_by_content(fleet: Fleet) -> None:
    fleet.push(boat=priced(380))
    git(fleet, "checkout", "-q", "--orphan", "other")
    assert outcomes(fleet.push(boat=priced(280))) == SENT
    last = fleet.post.arrived[-1]
    assert "47.2% → 61.1%" in last.text
    fleet.assert_fair()


def test_F175_a_cancelled_job_leaves_no_gap(fleet: Fleet) -> None:
    fleet.commit(boat=priced(380))
    cancelled = fleet.publish()
    assert outcomes(fleet.push(undertow=priced(280, HIDDEN))) == SENT
    assert fleet.ranges("kim")[-1] == (fleet.ranges("kim")[0][1], fleet.latest)
    assert cancelled not in {version for pair in fleet.ranges("pat") for version in pair}
    assert "75.0% → 47.2%" in fleet.post.arrived[-1].text
    assert CANARY in fleet.post.arrived[-1].text
    fleet.assert_fair()


def test_F175_two_pushes_in_seconds_overlap_nowhere(fleet: Fleet) -> None:
    fleet.commit(boat=priced(380))
    fleet.publish()
    fleet.commit(boat=priced(480))
    fleet.publish()
    with ThreadPoolExecutor(2) as workers:
        done = [job.result() for job in [workers.submit(fleet.notify) for _ in range(2)]]
    assert sorted(fleet.post.people()[3:]) == ALL
    assert {outcome for one in done for outcome in outcomes(one).values()} <= {"sent", "open", "quiet"}
    assert outcomes(fleet.notify()) == QUIET
    fleet.assert_fair()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(4))
def test_F154_a_run_that_dies_at_any_write_mails_nobody_twice(
    waiting: Fleet, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool
) -> None:
    """For each person the archive, what is begun, and what became of it."""
    over(monkeypatch, Watched(waiting.store, dies_at=at, after=after))
    with pytest.raises(Died):
        waiting.notify()
    over(monkeypatch, waiting.store)
    done = outcomes(waiting.notify())
    arrived = waiting.post.people()[3:]
    for person in [name for name, outcome in done.items() if outcome == "open"]:
        mail_command.resolve(waiting.root, waiting.environ, person, "sent" if person in arrived else "unsent")
        waiting.notify()
    assert sorted(waiting.post.people()[3:]) == ALL
    assert {one.mailed for one in all_mailings(waiting.store)} == {waiting.latest}
    waiting.assert_fair()


def test_F155_one_bad_recipient_costs_no_other_and_is_tried_again(fleet: Fleet) -> None:
    fleet.post.answers["kim"] = [Posted("failed", "the service does not take it")]
    first = fleet.push(boat=priced(380))
    assert outcomes(first) == SENT | {"kim": "failed"}
    assert first.exit_code() == 4
    assert "kim (k…@harbor.example): not mailed: the service does not take it" in list(first.sentences())
    again = fleet.notify()
    assert outcomes(again) == QUIET | {"kim": "sent"}
    assert again.exit_code() == 0
    fleet.assert_fair()


def test_F165_in_the_sandbox_nobody_is_mailed_and_nothing_is_begun(fleet: Fleet) -> None:
    before = all_mailings(fleet.store)
    fleet.post.refused = ("It is in the sandbox. Request production access.",)
    with pytest.raises(OutsideError, match=r"Nobody was mailed: 1.thing to mend.\nIt is in the sandbox"):
        fleet.push(boat=priced(380))
    assert all_mailings(fleet.store) == before
    fleet.post.refused = ()
    assert outcomes(fleet.notify()) == SENT
    assert fleet.post.asked == [3, 3]
    fleet.assert_fair()


@pytest.mark.parametrize("why", ["sending is paused", "the quota of the day is used up"])
def test_F168_a_paused_account_and_a_used_quota_stop_all_others(fleet: Fleet, why: str) -> None:
    fleet.post.answers["pat"] = [Posted("failed", why, stops_all=True)]
    stopped = fleet.push(boat=priced(380))
    assert outcomes(stopped) == {"kim": "sent", "pat": "failed", "sam": "held"}
    assert stopped.exit_code() == 4
    assert outcomes(fleet.notify()) == SENT | {"kim": "quiet"}
    fleet.assert_fair()


def test_F168_where_nobody_could_be_mailed_the_code_says_that_the_service_failed(fleet: Fleet) -> None:
    fleet.post.answers["kim"] = [Posted("failed", "suspended", stops_all=True)]
    stopped = fleet.push(boat=priced(380))
    assert outcomes(stopped) == {"kim": "failed", "pat": "held", "sam": "held"}
    assert stopped.exit_code() == 3


def test_F162_a_reader_who_loses_a_role_is_told_nothing_of_it(fleet: Fleet) -> None:
    fleet.settings(
        "name: Pat, address: pat@harbor.example, roles: [ceo, cfo]",
        "name: Pat, address: pat@harbor.example, roles: [ceo]",
    )
    fleet.publish()
    fleet.notify()
    assert outcomes(fleet.push(boat=priced(380))) == SENT | {"pat": "quiet"}
    fleet.assert_fair()


def test_F162_a_reader_who_may_see_less_than_the_version_waits_for_the_next(fleet: Fleet) -> None:
    fleet.commit(undertow=priced(380, HIDDEN))
    fleet.publish()
    fleet.settings("owners: {title: Owners}", "owners: {title: Owners, entities: [boat]}")
    held = fleet.notify()
    assert outcomes(held) == {"kim": "quiet", "pat": "held", "sam": "held"}
    assert held.exit_code() == 3
    assert "is not made for what they may see today: build and publish again" in "".join(held.sentences())
    fleet.publish()
    assert outcomes(fleet.notify()) == {"kim": "quiet", "pat": "sent", "sam": "sent"}
    for one in fleet.post.arrived[-2:]:
        assert CANARY.lower() not in one.text.lower()
        assert "first mail" in one.text
    fleet.assert_fair()


def test_F162_a_reader_of_a_new_audience_gets_a_first_mail(fleet: Fleet) -> None:
    fleet.settings("audience: crew}", "audience: hands}")
    fleet.settings("audiences:\n", "audiences:\n  hands: {title: Hands, roles: [cfo], entities: [boat]}\n")
    fleet.publish()
    assert outcomes(fleet.notify())["kim"] == "sent"
    assert "first mail" in fleet.post.arrived[-1].text
    fleet.assert_fair()


def test_a_business_under_another_name_is_no_news_by_itself(fleet: Fleet) -> None:
    git(fleet, "mv", "handoffs/undertow.md", "handoffs/overfall.md")
    renamed = HIDDEN.replace("entity: undertow", "entity: overfall")
    done = outcomes(fleet.push(overfall=renamed))
    assert done["kim"] == "quiet"
    for one in fleet.post.arrived[3:]:
        assert "Sales tax" not in one.text
    fleet.assert_fair()


def test_F161_time_alone_is_no_news(fleet: Fleet) -> None:
    fleet.day = MONDAY + timedelta(1)
    fleet.publish()
    assert outcomes(fleet.notify()) == QUIET
    assert len(fleet.post.arrived) == len(ALL)


# ── how often ────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_wants_mail_daily_or_weekly_gets_the_net_change(fleet: Fleet) -> None:
    fleet.settings("name: Kim,", "name: Kim, mails: daily,")
    fleet.settings("name: Pat,", "name: Pat, mails: weekly,")
    fleet.settings("name: Sam,", "name: Sam, mails: never,")
    fleet.push(boat=priced(380))
    assert fleet.post.people()[3:] == []
    fleet.day = date(2026, 11, 24)
    fleet.push(boat=priced(480))
    assert fleet.post.people()[3:] == ["kim"]
    assert "75.0% → 33.3%" in fleet.post.arrived[-1].text
    fleet.day = date(2026, 11, 30)
    assert outcomes(fleet.notify(hour=7)) == {"kim": "quiet", "pat": "quiet", "sam": "quiet"}
    assert outcomes(fleet.notify(hour=8)) == {"kim": "quiet", "pat": "sent", "sam": "quiet"}
    assert "75.0% → 33.3%" in fleet.post.arrived[-1].text
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
    assert len(fleet.post.arrived) == len(ALL)


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
    for one in fleet.post.arrived[3:]:
        assert one.copies == ("keep@harbor.example",)
        assert "keep@harbor.example" not in one.text


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
            "quarterdeck.commands.notify.is_suppressed",
            lambda _feedback, address: "bounced" if address.startswith("kim") else "",
        )
        done = fleet.push(boat=priced(380))
        assert outcomes(done) == SENT | {"kim": "skipped"}
        assert done.exit_code() == 0
    assert fleet.post.people()[3:] == ["pat", "sam"]
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
    assert list(shown.sentences())[-1].endswith(
        "written to the folder build/outbox/dry-run. Nothing was sent."
    )
    assert {one.key: one.changed_at for one in fleet.store.listed("")} == before
    assert fleet.post.people() == ALL
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
    assert fleet.post.people().count("pat") == 2
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
