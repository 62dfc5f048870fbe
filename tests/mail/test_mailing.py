"""Nobody gets a mail twice, and none is lost: what is written before sending and after."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quarterdeck.mail.mailing import (
    KEPT,
    AlreadyBegunError,
    all_mailings,
    begin,
    open_delivery,
    read_mailing,
    settle,
    stop_token,
)
from quarterdeck.model.mail import Message, Outcome
from quarterdeck.publish.folder import Folder
from tests.publish.made import Died, Watched

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
V1, V2, V3 = "2026-11-21-aaaaaaa", "2026-11-22-bbbbbbb", "2026-11-23-ccccccc"


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def mail(version: str, person: str = "pat") -> Message:
    return Message(
        person, f"{person}@harbor.example", f"<{version}.{person}@harbor.example>", version.encode()
    )


def send(store: Folder, version: str, since: str, outcome: Outcome = "sent") -> bool:
    """Begin and settle one mail; False where it was not to be sent."""
    one = mail(version)
    if not begin(store, one, version, since, NOW):
        return False
    settle(store, one.person, one.message_id, outcome)
    return True


def test_the_next_range_begins_where_the_last_mail_ended(store: Folder) -> None:
    assert send(store, V1, "")
    assert read_mailing(store, "pat").mailed == V1
    assert send(store, V3, V1)
    assert read_mailing(store, "pat").mailed == V3


def test_F153_a_second_run_for_the_same_range_sends_nothing(store: Folder) -> None:
    assert send(store, V1, "")
    assert not begin(store, mail(V1), V1, "", NOW)
    assert len(read_mailing(store, "pat").deliveries) == 1


def test_F153_two_runs_at_once_send_one_mail(store: Folder) -> None:
    def run() -> bool:
        try:
            return begin(store, mail(V1), V1, "", NOW)
        except AlreadyBegunError:
            return False

    with ThreadPoolExecutor(4) as workers:
        assert sorted(job.result() for job in [workers.submit(run) for _ in range(4)]) == [
            False,
            False,
            False,
            True,
        ]


def test_F154_a_mail_whose_result_is_missing_is_open_and_holds_back_the_next(store: Folder) -> None:
    assert begin(store, mail(V1), V1, "", NOW)
    found = open_delivery(read_mailing(store, "pat"))
    assert found is not None
    assert found.message_id == mail(V1).message_id
    with pytest.raises(AlreadyBegunError):
        begin(store, mail(V2), V2, "", NOW)


@pytest.mark.parametrize(
    ("outcome", "mailed"), [("sent", V1), ("skipped", ""), ("failed", ""), ("unknown", "")]
)
def test_only_what_went_out_moves_the_range(store: Folder, outcome: Outcome, mailed: str) -> None:
    assert send(store, V1, "", outcome)
    assert read_mailing(store, "pat").mailed == mailed


def test_what_surely_failed_is_tried_again_and_what_is_unknown_is_not(store: Folder) -> None:
    assert send(store, V1, "", "failed")
    assert send(store, V1, "", "unknown")
    with pytest.raises(AlreadyBegunError):
        begin(store, mail(V1), V1, "", NOW)
    settle(store, "pat", mail(V1).message_id, "sent")
    assert read_mailing(store, "pat").mailed == V1


def test_settling_again_or_settling_another_mail_changes_nothing(store: Folder) -> None:
    assert send(store, V1, "")
    before = read_mailing(store, "pat")
    assert settle(store, "pat", mail(V1).message_id, "failed") == before
    assert settle(store, "pat", mail(V2).message_id, "failed") == before


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_a_second_try_of_the_same_mail_takes_the_place_of_the_first(store: Folder, outcome: Outcome) -> None:
    for _ in range(3):
        assert send(store, V1, "", outcome)
    assert send(store, V2, "", outcome)
    found = [(one.version, one.outcome) for one in read_mailing(store, "pat").deliveries]
    assert found == [(V1, outcome), (V2, outcome)]


def test_the_word_that_stops_mails_is_made_once(store: Folder) -> None:
    words = iter(["first", "second"])
    assert [stop_token(store, "pat", lambda: next(words)) for _ in range(2)] == ["first", "first"]
    assert send(store, V1, "")
    assert read_mailing(store, "pat").stop == "first"


def test_people_do_not_mix(store: Folder) -> None:
    assert send(store, V1, "")
    begin(store, mail(V1, "sam"), V1, "", NOW)
    assert [(one.person, one.mailed) for one in all_mailings(store)] == [("pat", V1), ("sam", "")]


def test_only_the_newest_deliveries_are_kept(store: Folder) -> None:
    for turn in range(KEPT + 3):
        send(store, f"v{turn}", f"v{turn - 1}" if turn else "")
    kept = read_mailing(store, "pat").deliveries
    assert (len(kept), kept[-1].version) == (KEPT, f"v{KEPT + 2}")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [0, 1])
def test_F154_dying_at_any_write_never_leads_to_a_second_mail(store: Folder, at: int, *, after: bool) -> None:
    sent = []

    def run(over: Folder | Watched) -> None:
        one = mail(V1)
        if begin(over, one, V1, read_mailing(over, "pat").mailed, NOW):
            sent.append(one.message_id)
            settle(over, "pat", one.message_id, "sent")

    with pytest.raises(Died):
        run(Watched(store, dies_at=at, after=after))
    try:
        run(store)
    except AlreadyBegunError:
        assert open_delivery(read_mailing(store, "pat")) is not None
    assert len(sent) <= 1
