"""What comes back of mail: believed only when it is ours, counted once, and able to stop the next mails."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.feedback import EVIDENCE, Taken, feedback, waiting
from quarterdeck.commands.inputs import read as read_portfolio
from quarterdeck.mail.asked import send_asked
from quarterdeck.mail.events import StrangeError, read_event
from quarterdeck.mail.feedback import (
    ASIDE,
    STATE,
    folded,
    is_suppressed,
    read_feedback,
    remember,
    stops,
    totals,
)
from quarterdeck.mail.mailing import begin, settle
from quarterdeck.mail.post import Posted
from quarterdeck.mail.sending import Means
from quarterdeck.model.assumed import SendStop
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.feedback import DayCounts, Event, Feedback
from quarterdeck.model.mail import Message
from quarterdeck.model.mail_account import MailFeedback
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.publish.aws import ENDPOINT
from quarterdeck.publish.folder import Folder
from quarterdeck.reports import cmo, cto
from quarterdeck.reports.skeleton import Site
from tests.cloud import NUMBER
from tests.mail.fleet import Fleet, outcomes, play, priced
from tests.mail.played_events import OURS, PAT, TOPIC, as_sent, certificate, signed, told
from tests.mail.posts import Post
from tests.publish.made import contents, put
from tests.sites import environ_of, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cloud import Cloud

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
QUEUE = f"https://sqs.us-east-1.amazonaws.com/{NUMBER}/mail-events"
STOP = SendStop()


def read(body: str) -> Event:
    return read_event(body, OURS, certificate)


def changed(body: str, **fields: str) -> str:
    """A record that somebody changed after it was signed."""
    return as_sent({**json.loads(body), **fields})


# -- what an event says


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (told("Send"), "sent"),
        (told("Delivery", recipients=[PAT]), "delivered"),
        (told("Bounce"), "bounced"),
        (told("Bounce", bounceType="Transient"), "delayed"),
        (told("Bounce", bounceType="Undetermined"), "delayed"),
        (told("DeliveryDelay"), "delayed"),
        (told("Complaint"), "complained"),
        (told("Reject"), "rejected"),
        (told("Click"), ""),
    ],
)
def test_F172_each_kind_is_told_apart_and_unknown_ones_are_kept(message: dict[str, Any], kind: str) -> None:
    event = read(signed(message))
    assert (event.kind, event.provider_id, event.day, event.addresses) == (
        kind,
        "mail-1",
        "2026-11-23",
        (PAT,),
    )


def test_the_form_for_topics_of_identities_says_the_same() -> None:
    message = told("Bounce")
    message["notificationType"] = message.pop("eventType")
    assert read(signed(message)).kind == "bounced"


def test_a_subject_is_signed_where_there_is_one() -> None:
    body = signed(told("Send"), Subject="News")
    assert read(body).kind == "sent"
    with pytest.raises(StrangeError, match="signature is wrong"):
        read(changed(body, Subject="Other"))


GOOD = signed(told("Bounce"))
ELSEWHERE = [
    "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
    "https://evil.example/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
    "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
    "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
    "https://sns.us-east-1.amazonaws.com/other/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
    "https://s3.us-east-1.amazonaws.com/SimpleNotificationService-0a0a0a0a0a0a0a0a.pem",
]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (signed(told("Bounce"), owner="somebody else"), "signature is wrong"),
        (changed(GOOD, Message=json.dumps(told("Bounce", to="sam@readers.example"))), "signature is wrong"),
        (changed(GOOD, Timestamp="2026-11-24T08:00:01.000Z"), "signature is wrong"),
        (changed(GOOD, Signature="AAAA"), "signature is wrong"),
        (changed(GOOD, Signature="not base64"), "signature is wrong"),
        (changed(GOOD, Signature="é"), "signature is wrong"),
        (signed(told("Bounce"), TopicArn=TOPIC.replace(NUMBER, "210987654321")), "another topic or account"),
        (signed(told("Bounce"), TopicArn=f"{TOPIC}-other"), "another topic or account"),
        (signed(told("Bounce"), SignatureVersion="1"), "signature of version 2"),
        (signed(told("Bounce"), Type="SubscriptionConfirmation"), "no notification"),
        *((signed(told("Bounce"), SigningCertURL=url), "from elsewhere") for url in ELSEWHERE),
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        (f'{{"TopicArn": ["{TOPIC}"]}}', "another topic"),
        (f'{{"TopicArn": "{TOPIC}"}}', "no notification"),
        ("x" * 262_145, "larger"),
        (signed("not json"), "no JSON"),
        (signed({"eventType": "Bounce"}), "of which mail"),
        (signed({"eventType": "Bounce", "mail": {"messageId": 7}}), "of which mail"),
        (signed(told("Bounce", at="yesterday")), "when it happened"),
    ],
)
def test_F173_what_is_not_ours_is_never_believed(body: str, why: str) -> None:
    with pytest.raises(StrangeError, match=why):
        read(body)


def test_F172_headers_that_are_cut_and_lists_that_are_none_cost_nothing() -> None:
    message = told("Bounce")
    message["mail"] |= {"headersTruncated": True, "headers": None, "destination": "everybody"}
    message["bounce"]["bouncedRecipients"] = [{"emailAddress": PAT}, {}, "sam@readers.example", 7]
    assert read(signed(message)).addresses == (PAT, "sam@readers.example")


# -- what is remembered


def an_event(kind: str, number: int = 1, address: str = PAT, day: str = "2026-11-23") -> Event:
    return Event(f"{kind}-{number}-{address}", kind, f"mail-{number}", day, (address,))  # type: ignore[arg-type]


def test_F172_doubled_and_out_of_order_events_count_once() -> None:
    events = (an_event("sent"), an_event("delivered"), an_event("bounced", 2, "sam@readers.example"))
    states = {
        repr(folded(folded(Feedback(), order, TODAY), order, TODAY))
        for order in permutations((*events, events[0]))
    }
    assert len(states) == 1
    assert folded(Feedback(), events, TODAY).days == {"2026-11-23": DayCounts(sent=1, delivered=1, bounced=1)}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("bounced", "bounced"),
        ("complained", "complained"),
        ("delayed", ""),
        ("delivered", ""),
        ("rejected", ""),
    ],
)
def test_F172_only_what_is_for_good_suppresses(kind: str, why: str) -> None:
    state = folded(Feedback(), [an_event(kind, address="Pat@Readers.EXAMPLE")], TODAY)
    assert is_suppressed(state, "Pat@readers.example") == why
    assert is_suppressed(state, "sam@readers.example") == ""


def test_a_complaint_weighs_more_than_a_bounce_in_either_order() -> None:
    both = [an_event("bounced"), an_event("complained")]
    for events in (both, both[::-1]):
        assert folded(Feedback(), events, TODAY).suppressed == {PAT: "complained"}


def test_old_days_go_and_suppressed_addresses_stay() -> None:
    state = folded(Feedback(), [an_event("bounced", day="2025-01-01")], date(2025, 1, 2))
    later = folded(state, [an_event("sent")], TODAY)
    assert (list(later.days), list(later.seen)) == (["2026-11-23"], [f"sent-1-{PAT}"])
    assert is_suppressed(later, PAT) == "bounced"


@pytest.mark.parametrize(
    ("counts", "stopped"),
    [
        (DayCounts(sent=1000, bounced=39), 0),
        (DayCounts(sent=1000, bounced=40), 1),
        (DayCounts(sent=10, bounced=7), 0),
        (DayCounts(sent=10, bounced=8), 1),
        (DayCounts(sent=10, complained=1), 0),
        (DayCounts(sent=2500, complained=2), 1),
        (DayCounts(sent=2501, complained=2), 0),
        (DayCounts(sent=1000, bounced=40, complained=2), 2),
    ],
)
def test_F174_too_much_that_came_back_stops_the_next_mails(counts: DayCounts, stopped: int) -> None:
    assert len(stops(Feedback(days={"2026-11-01": counts}), STOP, TODAY)) == stopped


def test_F174_only_the_last_days_count() -> None:
    old = Feedback(days={"2026-10-24": DayCounts(sent=10, bounced=10), "2026-11-24": DayCounts(sent=9)})
    assert stops(old, STOP, TODAY) == ()
    assert totals(old, TODAY) == DayCounts()
    assert totals(old, TODAY, days=31).bounced == 10


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    remember(store, [an_event("sent")], TODAY)
    remember(store, [an_event("sent", 2)], TODAY)
    assert read_feedback(store).days["2026-11-23"].sent == 2


# -- the command, on the played queue


@pytest.fixture
def root(tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portfolio that sent mail-1 to Pat, and a queue that hears of it."""
    monkeypatch.setattr("quarterdeck.publish.folder.os.fsync", lambda _: None)
    monkeypatch.setattr("quarterdeck.mail.queue._WAIT_SECONDS", 0)
    folder = tmp_path / "harbor"
    mail = f"  queue: {QUEUE}\n  configuration_set: reports\n  account: '{NUMBER}'\n"
    write(folder, "portfolio.yml", f"schema: 1\nname: Harbor\nmail:\n{mail}")
    put(contents({"index.html": "home"}), Folder(folder / "published"))
    sends(folder, "mail-1")
    listening(cloud)
    return folder


def listening(cloud: Cloud) -> None:
    """A queue that hears what the topic of the configuration set is told."""
    cloud.client("sqs").create_queue(QueueName="mail-events")
    destination = {
        "Name": "events",
        "Enabled": True,
        "SnsDestination": {"TopicArn": TOPIC},
        "MatchingEventTypes": [],
    }
    cloud.stubs.answer("sesv2:GetConfigurationSetEventDestinations", {"EventDestinations": [destination]})


def sends(root: Path, provider_id: str) -> None:
    """Remember one mail as sent."""
    store = Folder(root / "published")
    one = Message("pat", PAT, f"<{provider_id}@harbor.example>", b"")
    assert begin(store, one, f"v-{provider_id}", "", NOW)
    settle(store, "pat", one.message_id, "sent", provider_id=provider_id)


def run(root: Path, cloud: Cloud) -> Taken:
    return feedback(root, {**environ_of(root), ENDPOINT: cloud.endpoint}, now=NOW, certificates=certificate)


def queued(cloud: Cloud, *bodies: str) -> None:
    for body in bodies:
        cloud.client("sqs").send_message(QueueUrl=QUEUE, MessageBody=body)


def left(cloud: Cloud) -> int:
    """Records that are still there, seen or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=QUEUE, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_F172_one_bad_record_does_not_lose_the_others(root: Path, cloud: Cloud) -> None:
    queued(cloud, "{", *(signed(told("Send", at=f"2026-11-23T08:00:{at:02}Z")) for at in range(12)), GOOD)
    taken = run(root, cloud)
    assert (taken.events, dict(taken.strange), taken.exit_code()) == (13, {"it is no JSON": 1}, 4)
    assert (taken.sums, taken.suppressed, left(cloud)) == (DayCounts(sent=12, bounced=1), 1, 1)
    assert "@" not in " ".join(taken.sentences())  # F-178


def test_F173_an_event_of_a_mail_that_we_did_not_send_suppresses_nobody(root: Path, cloud: Cloud) -> None:
    queued(cloud, signed(told("Bounce", "mail-9")))
    taken = run(root, cloud)
    assert (taken.events, taken.suppressed, left(cloud)) == (0, 0, 1)


def test_F173_a_report_that_somebody_asked_for_is_a_mail_of_ours(root: Path, cloud: Cloud) -> None:
    one = Message("pat", PAT, "<asked@harbor.example>", b"the report")
    post = Post()
    post.answers["pat"] = [Posted("sent", provider_id="mail-2")]
    assert send_asked(one, "v-1", Means(Folder(root / "published"), post, ()), NOW).outcome == "sent"
    queued(cloud, signed(told("Send", "mail-2")), signed(told("Bounce", "mail-2")))
    taken = run(root, cloud)
    assert (taken.events, taken.exit_code(), taken.suppressed, left(cloud)) == (2, 0, 1, 0)


def test_F172_what_is_told_again_after_a_crash_counts_once(
    root: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(cloud, GOOD)
    with monkeypatch.context() as cut:
        cut.setattr("quarterdeck.mail.queue.Queue.take_off", _dies)
        with pytest.raises(OutsideError):
            run(root, cloud)
    queued(cloud, GOOD)  # the service tells it again
    assert run(root, cloud).sums == DayCounts(bounced=1)


def _dies(*_: object) -> None:
    raise OutsideError("cut")


def test_unknown_kinds_are_kept_for_a_program_that_knows_them(root: Path, cloud: Cloud) -> None:
    queued(cloud, signed(told("Subscription")))
    assert run(root, cloud).exit_code() == 0
    store = Folder(root / "published")
    (kept,) = store.listed(ASIDE)
    found = store.get(kept.key)
    assert found is not None
    assert b"Subscription" in found.data
    assert (read_feedback(store).aside, left(cloud)) == (1, 0)


def test_counts_alone_reach_the_evidence(root: Path, cloud: Cloud) -> None:
    queued(cloud, GOOD, signed(told("Send")))
    run(root, cloud)
    data = (root / EVIDENCE).read_bytes()
    evidence, problems = parse_evidence({EVIDENCE: data})
    (one,) = evidence.of(MailFeedback)
    assert (problems, one.day, one.sent, one.bounced, one.complained) == ([], TODAY, 1, 1, 0)
    assert b"@" not in data
    state = Folder(root / "published").get(STATE)
    assert state is not None
    assert PAT.encode() in state.data


def test_F174_a_run_that_finds_too_many_says_stop(root: Path, cloud: Cloud) -> None:
    queued(cloud, *(signed(told("Bounce", to=f"p{number}@readers.example")) for number in range(8)))
    taken = run(root, cloud)
    assert taken.exit_code() == 1
    assert (
        "8 of 0 mails of the last 30 days (under 200 count as 200) bounced for good, and 4% is"
        in taken.stops[0]
    )


def test_a_look_takes_nothing(root: Path, cloud: Cloud) -> None:
    queued(cloud, GOOD)
    assert "About 1\N{NO-BREAK SPACE}record in" in waiting(
        root, {**environ_of(root), ENDPOINT: cloud.endpoint}
    )
    assert left(cloud) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  sender: a@harbor.example\n", "names no queue"),
        (f"  queue: {QUEUE}\n  configuration_set: r\n  account: '210987654321'\n", "is of account"),
        ("  queue: https://queue.example/1/x\n  configuration_set: r\n", "no address of an SQS queue"),
    ],
)
def test_settings_that_name_no_queue_of_ours_are_refused(
    root: Path, cloud: Cloud, line: str, says: str
) -> None:
    write(root, "portfolio.yml", f"schema: 1\nname: Harbor\nmail:\n{line}")
    with pytest.raises(UsageError, match=says):
        run(root, cloud)


@pytest.mark.parametrize(
    "topic", [TOPIC.replace(NUMBER, "210987654321"), TOPIC.replace("us-east-1", "eu-west-1")]
)
def test_F173_a_set_that_tells_another_account_is_refused(root: Path, cloud: Cloud, topic: str) -> None:
    other = {
        "Name": "events",
        "Enabled": True,
        "SnsDestination": {"TopicArn": topic},
        "MatchingEventTypes": [],
    }
    cloud.stubs.answer("sesv2:GetConfigurationSetEventDestinations", {"EventDestinations": [other]})
    with pytest.raises(UsageError, match="tells no topic of account"):
        run(root, cloud)


# -- from the event on the queue to the words on the page, and to the next mail

ROLES = {"cmo": cmo, "cto": cto}


def test_F174_what_comes_back_reaches_the_pages_and_stops_the_next_mails(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight readers, all of whose mails came back."""
    monkeypatch.setattr("quarterdeck.mail.queue._WAIT_SECONDS", 0)
    fleet = Fleet.new(tmp_path / "fleet")
    play(monkeypatch, fleet)
    listening(cloud)
    settings = f"mail: {{queue: '{QUEUE}', configuration_set: reports, sender: reports@harbor.example}}"
    fleet.settings("mail: {sender: reports@harbor.example}", settings)
    fleet.publish()
    assert pages(fleet, "once quarterdeck feedback takes in") == {"cmo"}
    assert outcomes(fleet.notify()) == dict.fromkeys(["kim", "pat", "sam"], "sent")
    mails = [one.message_id for one in fleet.post.arrived]
    queued(cloud, *(signed(told("Send", one)) for one in mails))
    queued(cloud, *(signed(told("Bounce", mails[0], to=f"p{number}@readers.example")) for number in range(8)))
    assert run(fleet.root, cloud).exit_code() == 1
    words = "3\N{NO-BREAK SPACE}mails, 8 bounced for good, 0 called spam"
    assert pages(fleet, words) == {"cmo"}
    assert pages(fleet, "Of 3 mails of these reports") == {"cmo", "cto"}
    assert pages(fleet, "@readers.example") == set()
    fleet.commit(boat=priced(380))
    fleet.publish()
    with pytest.raises(OutsideError, match="8 of 3 mails of the last 30 days"):
        fleet.notify()
    assert len(fleet.post.arrived) == 3


def pages(fleet: Fleet, words: str) -> set[str]:
    """The roles whose page, as the next build makes it, holds some words."""
    briefing = brief(read_portfolio(fleet.root, fleet.environ, today=lambda _: fleet.day))
    return {name for name, role in ROLES.items() if words in role.page(Site(briefing)).body}
