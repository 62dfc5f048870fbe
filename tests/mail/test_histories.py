"""Whole histories through the outbox, and through SES and a bucket as moto plays them, by what these really keep.

Nobody is told twice, misses a net change, or sees what is not theirs.
"""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
import pytest

from quarterdeck.collectors.embedded.stubs import Cut, Refusal
from quarterdeck.commands import mail as mail_command
from quarterdeck.mail.mailing import all_mailings, read_mailing
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish import keys
from quarterdeck.publish.lists import change_state
from tests.infra.played_signin import InCloud, Played
from tests.mail.digests import assert_sound
from tests.mail.fleet import (
    CANARY,
    HIDDEN,
    MONDAY,
    OWN,
    Fleet,
    in_cloud,
    in_outbox,
    in_ses,
    outcomes,
    over,
    priced,
    without_pictures,
)
from tests.mail.played_ses import ACCOUNT, may_send
from tests.mail.posts import answers
from tests.publish.made import Died, Watched

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.commands.notify import Notified
    from tests.cloud import Cloud

ALL: Final = ["kim", "pat", "sam"]
SENT: Final = dict.fromkeys(ALL, "sent")
QUIET: Final = dict.fromkeys(ALL, "quiet")
SEND: Final = "sesv2:SendEmail"


def through(where: str, made: Fleet, request: pytest.FixtureRequest) -> Fleet:
    without_pictures(request.getfixturevalue("monkeypatch"))
    if where == "outbox":
        return in_outbox(made)
    cloud: Cloud = request.getfixturevalue("cloud")
    return in_ses(made, cloud) if where == "ses" else in_cloud(made, cloud)


@pytest.fixture(params=["outbox", "ses"])
def fleet(first: Fleet, tmp_path: Path, request: pytest.FixtureRequest) -> Fleet:
    """A portfolio whose first version everybody was told of."""
    return through(request.param, first.copied(tmp_path / "fleet"), request)


@pytest.fixture(params=["outbox", "ses"])
def waiting(second: Fleet, tmp_path: Path, request: pytest.FixtureRequest) -> Fleet:
    """The same with another version that nobody was told of."""
    return through(request.param, second.copied(tmp_path / "fleet"), request)


@pytest.fixture(params=["ses"])
def afloat(second: Fleet, tmp_path: Path, request: pytest.FixtureRequest) -> Fleet:
    """The same through SES alone, for what only a service does."""
    return through(request.param, second.copied(tmp_path / "fleet"), request)


def git(fleet: Fleet, *words: str) -> None:
    subprocess.run(["git", *words], cwd=fleet.root, check=True, capture_output=True)


def new(fleet: Fleet) -> list[str]:
    """Who got mail since everybody's first one, by name."""
    return sorted(fleet.people()[3:])


# ── what changes ─────────────────────────────────────────────────────────────────────────────────────────────


def test_F177_a_revert_tells_what_was_withdrawn(waiting: Fleet) -> None:
    assert outcomes(waiting.notify()) == SENT
    assert outcomes(waiting.push(boat=OWN)) == SENT
    last = [one for one in waiting.arrived if one.person == "kim"][-1]
    assert "47.2% → 75.0%" in last.text.replace("\n", " ")
    waiting.assert_fair()


def test_F084_a_change_that_is_taken_back_before_anybody_is_told_is_none(waiting: Fleet) -> None:
    assert outcomes(waiting.push(boat=OWN)) == QUIET
    assert new(waiting) == []


def test_F177_a_rollback_is_told_and_so_is_what_comes_after(waiting: Fleet) -> None:
    first = read_mailing(waiting.store, "kim").mailed
    waiting.notify()
    change_state(waiting.store, lambda state: msgspec.structs.replace(state, latest=first))
    assert outcomes(waiting.notify()) == SENT
    assert outcomes(waiting.notify()) == QUIET
    assert outcomes(waiting.push(boat=priced(480))) == SENT
    waiting.assert_fair()


def test_F082_a_force_push_is_compared_by_content(waiting: Fleet) -> None:
    waiting.notify()
    git(waiting, "checkout", "-q", "--orphan", "other")
    assert outcomes(waiting.push(boat=priced(280))) == SENT
    assert "47.2% → 61.1%" in waiting.arrived[-1].text
    waiting.assert_fair()


@pytest.mark.parametrize("waiting", ["outbox", "cloud"], indirect=True)
def test_F175_a_cancelled_job_leaves_no_gap(waiting: Fleet) -> None:
    cancelled = waiting.latest
    assert outcomes(waiting.push(undertow=priced(280, HIDDEN))) == SENT
    assert waiting.ranges("kim")[-1] == (waiting.ranges("kim")[0][1], waiting.latest)
    assert cancelled not in {version for pair in waiting.ranges("pat") for version in pair}
    for one in waiting.arrived[3:]:
        assert "75.0% → 47.2%" in one.text
        assert (CANARY in one.text) == (one.person != "kim")
    waiting.assert_fair()


@pytest.mark.parametrize("waiting", ["outbox", "cloud"], indirect=True)
def test_F175_two_pushes_in_seconds_overlap_nowhere(waiting: Fleet) -> None:
    waiting.commit(boat=priced(480))
    waiting.publish()
    with ThreadPoolExecutor(2) as workers:
        done = [job.result() for job in [workers.submit(waiting.notify) for _ in range(2)]]
    assert new(waiting) == ALL
    assert {outcome for one in done for outcome in outcomes(one).values()} <= {"sent", "open", "quiet"}
    assert outcomes(waiting.notify()) == QUIET
    waiting.assert_fair()


def test_a_business_under_another_name_is_no_news_by_itself(fleet: Fleet) -> None:
    git(fleet, "mv", "handoffs/undertow.md", "handoffs/overfall.md")
    renamed = HIDDEN.replace("entity: undertow", "entity: overfall")
    done = outcomes(fleet.push(overfall=renamed))
    assert done["kim"] == "quiet"
    for one in fleet.arrived[3:]:
        assert "Sales tax" not in one.text
    fleet.assert_fair()


def test_F161_time_alone_is_no_news(fleet: Fleet) -> None:
    fleet.day = MONDAY + timedelta(1)
    fleet.publish()
    assert outcomes(fleet.notify()) == QUIET
    assert new(fleet) == []


# ── who may see what ─────────────────────────────────────────────────────────────────────────────────────────


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
    for one in fleet.arrived[-2:]:
        assert CANARY.lower() not in one.text.lower()
        assert "first mail" in one.text
    fleet.assert_fair()


def test_F162_a_reader_of_a_new_audience_gets_a_first_mail(fleet: Fleet) -> None:
    fleet.settings("audience: crew}", "audience: hands}")
    fleet.settings("audiences:\n", "audiences:\n  hands: {title: Hands, roles: [cfo], entities: [boat]}\n")
    fleet.publish()
    assert outcomes(fleet.notify())["kim"] == "sent"
    assert "first mail" in fleet.arrived[-1].text
    fleet.assert_fair()


# ── runs that are cut short ──────────────────────────────────────────────────────────────────────────────────

DEATHS: Final = {
    "before-the-archive": (0, False),
    "before-it-is-begun": (1, False),
    "begun-and-not-sent": (1, True),
    "sent-and-not-recorded": (2, False),
    "recorded": (2, True),
    "at-the-second-reader": (5, False),
}
"""At which write of a run, each reader having three, and whether that one was done."""


@pytest.mark.parametrize("death", DEATHS)
def test_F154_a_run_that_dies_at_any_write_mails_nobody_twice(
    death: str, waiting: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, after = DEATHS[death]
    over(monkeypatch, Watched(waiting.store, dies_at=at, after=after))
    with pytest.raises(Died):
        waiting.notify()
    over(monkeypatch, waiting.store)
    settled(waiting, waiting.notify())
    assert new(waiting) == ALL
    assert {one.mailed for one in all_mailings(waiting.store)} == {waiting.latest}
    waiting.assert_fair()


@pytest.mark.parametrize("arrived", [True, False], ids=["taken", "never-taken"])
def test_F154_an_answer_of_the_service_that_is_lost_is_settled_by_a_person(
    afloat: Fleet, cloud: Cloud, *, arrived: bool
) -> None:
    cloud.stubs.answer(SEND, answers(pat=Cut(done=arrived)))
    assert outcomes(afloat.notify()) == SENT | {"pat": "unknown"}
    assert cloud.stubs.asked[SEND] == len(ALL)
    waited = afloat.notify()
    assert outcomes(waited) == QUIET | {"pat": "open"}
    assert cloud.stubs.asked[SEND] == len(ALL), "what nobody knows is never sent again by itself"
    settled(afloat, waited)
    assert outcomes(afloat.notify()) == QUIET
    assert new(afloat) == ALL
    afloat.assert_fair()


def settled(fleet: Fleet, notified: Notified) -> None:
    """Have the owner say what became of mails that nobody knows of: what the readers found in their mailboxes."""
    found = fleet.people()[3:]
    for person in [name for name, outcome in outcomes(notified).items() if outcome == "open"]:
        mail_command.resolve(fleet.root, fleet.environ, person, "sent" if person in found else "unsent")
        fleet.notify()


# ── what only a service does ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("afloat", ["cloud"], indirect=True)
def test_what_the_service_keeps_is_what_the_archive_and_the_record_say(afloat: Fleet) -> None:
    afloat.notify()
    for one in afloat.arrived[3:]:
        delivery = read_mailing(afloat.store, one.person).deliveries[-1]
        assert (delivery.message_id, delivery.provider_id) == (one.message_id, one.provider_id)
        (kept,) = afloat.store.listed(keys.mail(afloat.latest, f"{one.person}-")[: -len(".eml")])
        archived = afloat.store.get(kept.key)
        assert archived
        assert one.data == archived.data
        assert_sound(one.data)
        assert delivery.digest.startswith(kept.key.removesuffix(".eml").rpartition("-")[2])
    assert len({one.provider_id for one in afloat.arrived[3:]}) == len(ALL)


def test_F155_one_bad_recipient_costs_no_other_and_is_tried_again(afloat: Fleet, cloud: Cloud) -> None:
    cloud.stubs.answer(
        SEND, answers(kim=Refusal("MessageRejected", 400, "kim@harbor.example is not verified"))
    )
    first = afloat.notify()
    assert outcomes(first) == SENT | {"kim": "failed"}
    assert first.exit_code() == 4
    assert any(one.startswith("kim (k…@harbor.example): not mailed: ") for one in first.sentences())
    assert new(afloat) == ["pat", "sam"]
    assert outcomes(afloat.notify()) == QUIET | {"kim": "sent"}
    afloat.assert_fair()


FULL: Final = {**ACCOUNT["SendQuota"], "Max24HourSend": 12.0}


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ({"ProductionAccessEnabled": False}, "is in the sandbox"),
        ({"SendingEnabled": False}, "sending is paused"),
        ({"SendQuota": FULL}, "sends 12 mails in 24 hours; 10 went out, and 3 are to follow"),
    ],
    ids=["F165-sandbox", "F168-paused", "F167-quota"],
)
def test_where_the_account_may_not_send_nothing_is_begun_and_nothing_is_missed(
    afloat: Fleet, cloud: Cloud, account: dict[str, object], says: str
) -> None:
    before = all_mailings(afloat.store)
    may_send(cloud, **account)
    with pytest.raises(OutsideError, match=rf"Nothing was sent: 1.thing to mend\.\nAmazon SES.*{says}"):
        afloat.notify()
    assert all_mailings(afloat.store) == before
    assert new(afloat) == []
    may_send(cloud)
    assert outcomes(afloat.notify()) == SENT
    afloat.assert_fair()


@pytest.mark.parametrize(
    "said",
    [
        Refusal("SendingPausedException", 400),
        Refusal("TooManyRequestsException", 429, "Daily message quota exceeded."),
    ],
    ids=["paused", "quota"],
)
def test_F168_what_stops_all_in_the_middle_holds_the_rest_for_the_next_run(
    afloat: Fleet, cloud: Cloud, said: Refusal
) -> None:
    cloud.stubs.answer(SEND, answers(pat=said))
    stopped = afloat.notify()
    assert outcomes(stopped) == {"kim": "sent", "pat": "failed", "sam": "held"}
    assert stopped.exit_code() == 4
    assert new(afloat) == ["kim"]
    assert outcomes(afloat.notify()) == SENT | {"kim": "quiet"}
    afloat.assert_fair()


def test_F163_a_copy_of_every_mail_goes_out_in_the_envelope_alone(afloat: Fleet) -> None:
    afloat.settings("mail: {", "mail: {bcc: [keep@harbor.example], ")
    afloat.settings(
        "people:\n", "people:\n  keep: {name: Archive, address: keep@harbor.example, audience: owners}\n"
    )
    afloat.notify()
    assert new(afloat) == ALL
    for one in afloat.arrived[3:]:
        assert one.copies == ("keep@harbor.example",)
        assert "keep@" not in one.text


@pytest.mark.parametrize("afloat", ["cloud"], indirect=True)
def test_F171_who_presses_the_link_in_their_mail_gets_no_other(afloat: Fleet, cloud: Cloud) -> None:
    door = Played(InCloud(cloud.client("dynamodb"), is_there=True))
    afloat.notify()
    mine = next(one for one in afloat.arrived[3:] if one.person == "kim")
    (link,) = re.findall(r"^List-Unsubscribe: <(https://[^>]+)>", mine.text, re.MULTILINE)
    at = urlsplit(link)
    assert door.post(f"{at.path}?{at.query}", body="List-Unsubscribe=One-Click")["statusCode"] == 200
    pushed = afloat.push(boat=OWN)
    assert outcomes(pushed) == SENT | {"kim": "quiet"}
    assert "kim (k…@harbor.example): nothing to send: they stopped their mails" in [*pushed.sentences()]
    assert new(afloat).count("kim") == 1
    afloat.assert_fair()
