"""Mail through Amazon SES: asked before, sent once, and what happened told apart (F-154 to F-168)."""

from __future__ import annotations

from socket import socket
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.collectors.embedded.stubs import Broken, Cut, Refusal
from quarterdeck.mail.pace import Pace
from quarterdeck.mail.ses import TRIES, Ses
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import DomainCheck
from quarterdeck.publish.aws import Reach, client
from quarterdeck.settings import Mail
from tests.audits import seen
from tests.cloud import NUMBER, in_turn
from tests.mail.played_ses import ACCOUNT, NAMES, SETTINGS, SIGNED, Clock, Names, mail, ses

if TYPE_CHECKING:
    from tests.cloud import Cloud

SEND = "sesv2:SendEmail"
GONE = Refusal("NotFoundException", 404)
SILENT = {"_dmarc.harbor.example": NotCollected("dns", "_dmarc.harbor.example", "no answer")}


def audited(**fields: Any) -> DomainCheck:  # noqa: ANN401 - any field
    return seen(DomainCheck, domain="harbor.example", registrable="harbor.example", **fields)


def sent(cloud: Cloud) -> list[Any]:
    """What the played service was given."""
    from moto.ses.models import ses_backends  # noqa: PLC0415 - heavy

    assert cloud.endpoint
    return list(ses_backends[NUMBER]["us-east-1"].sent_messages)


def verify(cloud: Cloud) -> None:
    cloud.client("sesv2").create_email_identity(EmailIdentity="harbor.example")


# -- before anything is sent


def test_an_account_that_may_send_is_not_refused(cloud: Cloud) -> None:
    assert ses(cloud).refusals(990) == ()


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ({"ProductionAccessEnabled": False}, "sandbox"),  # F-165
        ({"SendingEnabled": False}, "paused"),  # F-168
        ({"EnforcementStatus": "SHUTDOWN", "SendingEnabled": False}, "suspended"),
        (
            {"SendQuota": {"Max24HourSend": 12.0, "SentLast24Hours": 10.0}},
            "12 mails in 24 hours; 10 went out",
        ),
    ],
)
def test_F165_F167_F168_what_the_account_may_not_is_said_before(
    cloud: Cloud, account: dict[str, Any], says: str
) -> None:
    (refusal,) = ses(cloud, {"sesv2:GetAccount": {**ACCOUNT, **account}}).refusals(3)
    assert says in refusal


def test_a_quota_without_limit_refuses_nothing(cloud: Cloud) -> None:
    quota = {"Max24HourSend": -1.0, "SentLast24Hours": 9e6, "MaxSendRate": 9.0}
    assert ses(cloud, {"sesv2:GetAccount": {**ACCOUNT, "SendQuota": quota}}).refusals(50) == ()


def test_another_account_is_refused(cloud: Cloud) -> None:
    other = SETTINGS.model_copy(update={"account": "210987654321"})
    (refusal,) = ses(cloud, settings=other).refusals(1)
    assert f"of account {NUMBER}" in refusal


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (GONE, "no configuration set reports"),
        ({"ConfigurationSetName": "reports", "SendingOptions": {"SendingEnabled": False}}, "paused in the"),
    ],
)
def test_F168_the_configuration_set_is_there_and_sends(cloud: Cloud, said: Any, says: str) -> None:  # noqa: ANN401
    (refusal,) = ses(cloud, {"sesv2:GetConfigurationSet": said}).refusals(1)
    assert says in refusal


@pytest.mark.parametrize(
    ("identity", "says"),
    [
        ({**SIGNED, "VerifiedForSendingStatus": False}, "is not verified"),
        ({**SIGNED, "DkimAttributes": {"SigningEnabled": True, "Status": "PENDING"}}, "not signed yet"),
        ({**SIGNED, "DkimAttributes": {"SigningEnabled": False, "Status": "SUCCESS"}}, "not signed yet"),
        (GONE, "is not verified"),
        (Refusal("AccessDeniedException", 403), "may not look"),
    ],
)
def test_F166_an_identity_that_proves_nothing_is_refused(cloud: Cloud, identity: Any, says: str) -> None:  # noqa: ANN401
    assert says in ses(cloud, identity=identity).refusals(1)[0]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, "has no DMARC record (name servers, now)"),
        (("v=spf1 -all",), "has no DMARC record"),
        (("v=DMARC1; p=maybe",), "cannot be used"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "it stands there twice"),
    ],
)
def test_F166_a_sender_without_a_usable_dmarc_record_is_refused(
    cloud: Cloud, record: tuple[str, ...] | None, says: str
) -> None:
    (refusal,) = ses(cloud, names={"_dmarc.harbor.example": record}).refusals(1)
    assert says in refusal


def test_F166_strict_alignment_compares_to_the_letter(cloud: Cloud) -> None:
    beneath = SETTINGS.model_copy(update={"sender": "reports@mail.harbor.example"})
    strict = {"_dmarc.harbor.example": ("v=DMARC1; p=reject; adkim=s",)}
    (refusal,) = ses(cloud, settings=beneath, names=strict).refusals(1)
    assert "passes no DMARC test" in refusal
    assert ses(cloud, settings=beneath, names=NAMES).refusals(1) == ()
    bounces = {
        **SIGNED,
        "MailFromAttributes": {"MailFromDomain": "b.harbor.example", "MailFromDomainStatus": "SUCCESS"},
    }
    assert ses(cloud, settings=beneath, names=strict, identity=bounces).refusals(1) == ()


@pytest.mark.parametrize(
    ("checks", "says"),
    [
        ([], "Nobody can tell"),
        ([audited(dmarc=None, dmarc_fault=None)], "the audit of"),
        ([audited(dmarc=None, dmarc_fault="it names no policy")], "it names no policy"),
        ([audited(dmarc="none", dmarc_strict=())], ""),
        ([audited(dmarc="none")], ""),
    ],
)
def test_F166_the_audit_speaks_where_no_name_server_does(
    cloud: Cloud, checks: list[DomainCheck], says: str
) -> None:
    found = ses(cloud, names=SILENT, audited=checks).refusals(1)
    assert len(found) == bool(says)
    assert says in "".join(found)


def test_a_service_that_does_not_answer_ends_the_run_before_anything_is_sent(cloud: Cloud) -> None:
    with pytest.raises(OutsideError, match="cannot ask what it may send"):
        ses(cloud, {"sesv2:GetAccount": Cut()}).refusals(1)


def test_a_sender_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="names no sender"):
        Ses(Mail(), Reach(), Names({}))


# -- one mail


def test_a_mail_goes_out_as_it_is_with_copies_in_the_envelope_alone(cloud: Cloud) -> None:
    verify(cloud)
    posted = ses(cloud).send(mail(), ["archive@harbor.example"])
    (one,) = sent(cloud)
    assert (posted.outcome, posted.stops_all) == ("sent", False)
    assert posted.provider_id
    assert one.raw_data == mail().data.decode()
    assert set(one.destinations) == {mail().to, "archive@harbor.example"}
    assert "archive" not in one.raw_data


def test_F156_an_address_that_the_account_never_mails_is_skipped(cloud: Cloud) -> None:
    listed = {
        "SuppressedDestination": {"EmailAddress": mail().to, "Reason": "COMPLAINT", "LastUpdateTime": 0}
    }
    posted = ses(cloud, {"sesv2:GetSuppressedDestination": listed}).send(mail(), ())
    assert (posted.outcome, cloud.stubs.asked[SEND]) == ("skipped", 0)
    assert "complaint" in posted.reason
    assert mail().to not in posted.reason


STOPPED = ("failed", True, 1)
REFUSED = ("failed", False, 1)
UNKNOWN = ("unknown", False, 1)


@pytest.mark.parametrize(
    ("said", "became"),
    [
        (Refusal("SendingPausedException", 400), STOPPED),
        (Refusal("AccountSuspendedException", 400), STOPPED),
        (Refusal("MailFromDomainNotVerifiedException", 400), STOPPED),
        (Refusal("LimitExceededException", 400), STOPPED),
        (Refusal("TooManyRequestsException", 429, "Daily message quota exceeded."), STOPPED),
        (Refusal("AccessDeniedException", 403), STOPPED),
        (Refusal("ExpiredTokenException", 403), STOPPED),
        (Refusal("NotFoundException", 404), STOPPED),
        (Refusal("MessageRejected", 400, f"{mail().to} is not verified"), REFUSED),
        (Refusal("BadRequestException", 400), REFUSED),
        (Refusal("SomethingNew", 400), REFUSED),
        (
            Refusal("TooManyRequestsException", 429, "Maximum sending rate exceeded."),
            ("failed", False, TRIES),
        ),
        (Refusal("InternalFailure", 500), UNKNOWN),
        (Refusal("ServiceUnavailable", 503), UNKNOWN),
        (Cut(), UNKNOWN),
        (Cut(done=True), UNKNOWN),
        (Broken(), UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_F154_what_may_have_been_sent_is_never_sent_again(
    cloud: Cloud,
    said: Any,  # noqa: ANN401 - any answer
    became: tuple[str, bool, int],
) -> None:
    posted = ses(cloud, {SEND: said}).send(mail(), ())
    assert (posted.outcome, posted.stops_all, cloud.stubs.asked[SEND]) == became
    assert posted.reason
    assert "@" not in posted.reason  # F-178


def test_what_was_done_although_nobody_heard_of_it_was_done_once(cloud: Cloud) -> None:
    verify(cloud)
    assert ses(cloud, {SEND: Cut(done=True)}).send(mail(), ()).outcome == "unknown"
    assert len(sent(cloud)) == 1


def test_what_surely_was_not_sent_is_tried_again_and_goes_out(cloud: Cloud) -> None:
    verify(cloud)
    clock = Clock()
    busy = Refusal("TooManyRequestsException", 429, "Maximum sending rate exceeded.")
    posted = ses(cloud, {SEND: in_turn(busy, busy, None)}, clock=clock).send(mail(), ())
    assert (posted.outcome, len(sent(cloud))) == ("sent", 1)
    assert clock.waits[:2] == [0.5, 1.0]  # each pause twice as long as the one before


def test_a_line_that_was_never_there_carried_nothing(cloud: Cloud) -> None:
    clock = Clock()
    post = ses(cloud, clock=clock)
    with socket() as nobody:  # bound and not listening: whoever asks there is refused
        nobody.bind(("127.0.0.1", 0))
        nowhere = Reach(endpoint=f"http://127.0.0.1:{nobody.getsockname()[1]}", attempts=1)
        post._sends = client("sesv2", "us-east-1", nowhere)  # noqa: SLF001 - the line alone is gone
        posted = post.send(mail(), ())
    assert (posted.outcome, posted.reason) == ("failed", "the service cannot be reached")
    assert len([pause for pause in clock.waits if pause]) >= TRIES - 1


def test_F155_a_mail_that_fails_costs_no_other(cloud: Cloud) -> None:
    verify(cloud)
    post = ses(cloud, {SEND: in_turn(Refusal("MessageRejected", 400), None)})
    assert [post.send(mail(one), ()).outcome for one in ("pat", "sam")] == ["failed", "sent"]
    assert [one.destinations[0] for one in sent(cloud)] == ["sam@readers.example"]


# -- how fast


@pytest.mark.parametrize(("rate", "seconds"), [(2.0, 4.0), (1.0, 9.0), (14.0, 0.0), (0.5, 18.0)])
def test_F167_the_rate_is_that_of_the_account(rate: float, seconds: float) -> None:
    clock = Clock()
    pace = Pace(rate, *clock.timing)
    for _ in range(10):
        pace.take(1)
    assert clock.now == pytest.approx(seconds)


def test_F167_copies_count_as_recipients() -> None:
    clock = Clock()
    pace = Pace(2.0, *clock.timing)
    for _ in range(3):
        pace.take(4)
    assert clock.now == pytest.approx(5.0)


def test_chance_only_ever_makes_the_pace_slower() -> None:
    clock = Clock()
    pace = Pace(1.0, lambda: clock.now, clock.wait, lambda: 0.9)
    for _ in range(5):
        pace.take(1)
    assert clock.now > 4.0


def test_a_mail_waits_for_the_rate(cloud: Cloud) -> None:
    verify(cloud)
    clock = Clock()
    post = ses(cloud, clock=clock)
    assert {post.send(mail(f"p{number}"), ()).outcome for number in range(4)} == {"sent"}
    assert clock.now == pytest.approx(1.0)  # two at once, then two a second
