"""The one door to AWS: what each kind of answer becomes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.collectors.aws.answers import listed
from quarterdeck.collectors.aws.asking import Aws, CannotGoOnError, Gone, make_client
from quarterdeck.collectors.embedded.stubs import Broken, Refusal
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.observed import NotCollected
from tests.cloud import ACCOUNT, in_turn

if TYPE_CHECKING:
    from tests.cloud import Cloud

LIST, DESCRIBE, ACL = "dynamodb:ListTables", "dynamodb:DescribeTable", "s3:GetBucketAcl"


def _aws(cloud: Cloud, **fields: object) -> Aws:
    return Aws(cloud.scope(**fields), "aws-test", (LIST, DESCRIBE, ACL), time.monotonic)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Refusal(), "GetBucketAcl: AccessDenied"),
        (Refusal("SlowDown", 503), "GetBucketAcl: throttled (SlowDown)"),
        (Refusal("NoSuchBucket", 404), "GetBucketAcl: NoSuchBucket"),
        (Refusal("SignatureDoesNotMatch", 403, "the key differs"), "GetBucketAcl: SignatureDoesNotMatch"),
        (Broken(), "GetBucketAcl: 500"),
    ],
)
def test_a_refusal_is_a_gap_that_names_the_call(cloud: Cloud, said: Refusal | Broken, reason: str) -> None:
    cloud.stubs.answer(ACL, said)
    assert _aws(cloud).ask(ACL, about="logs", Bucket="logs") == NotCollected("aws-test", "logs", reason)


def test_only_the_codes_that_are_named_mean_that_there_is_none(cloud: Cloud) -> None:
    cloud.stubs.answer(ACL, Refusal("NoSuchPolicy", 404))
    assert _aws(cloud).ask(ACL, none=("NoSuchPolicy",), Bucket="logs") is None
    assert isinstance(_aws(cloud).ask(ACL, none=("NoSuchThing",), Bucket="logs"), NotCollected)


def test_what_is_gone_is_told_apart(cloud: Cloud) -> None:
    cloud.stubs.answer(ACL, Refusal("NoSuchBucket", 404))
    with pytest.raises(Gone):
        _aws(cloud).ask(ACL, gone=("NoSuchBucket",), Bucket="logs")


LATE = "Signature expired: 20261120T060000Z is now earlier than 20261120T054500Z"
EARLY = "Signature not yet current: 20261120T063000Z is still later than 20261120T062000Z"


@pytest.mark.parametrize(
    ("code", "words", "why"),
    [
        ("ExpiredToken", "refused", "credentials have ended"),
        ("InvalidClientTokenId", "refused", "credentials have ended"),
        ("RequestTimeTooSkewed", "refused", "clock of this machine is wrong"),
        ("SignatureDoesNotMatch", LATE, "clock of this machine is wrong"),
        ("InvalidSignatureException", EARLY, "clock of this machine is wrong"),
    ],
)
def test_F109_F116_credentials_that_ended_and_a_wrong_clock_stop_everything(
    cloud: Cloud, code: str, words: str, why: str
) -> None:
    cloud.stubs.answer(LIST, Refusal(code, 400, words))
    with pytest.raises(CannotGoOnError, match=f"{code}.*{why}"):
        _aws(cloud).ask(LIST)


def test_F126_a_profile_that_this_machine_does_not_know_is_told(cloud: Cloud) -> None:
    scope = cloud.scope(endpoint="", account=msgspec.structs.replace(ACCOUNT, profile="nobody"))
    with pytest.raises(CannotGoOnError, match="no AWS profile nobody"):
        make_client(scope, "sts", scope.region)


def test_roles_are_taken_on_in_a_region_whatever_the_machine_says(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
    scope = cloud.scope(endpoint="", account=msgspec.structs.replace(ACCOUNT, name="regional"))
    made: list[object] = []
    monkeypatch.setattr(
        "botocore.session.Session.create_client",
        lambda session, *_, **__: made.append(session.get_config_variable("sts_regional_endpoints")),
    )
    make_client(scope, "sts", scope.region)
    assert made == ["regional"]


def test_F126_without_credentials_nothing_is_waited_for(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    asked: list[object] = []
    monkeypatch.setattr(
        "botocore.utils.IMDSFetcher.__init__",
        lambda _self, **settings: asked.append((settings["timeout"], settings["num_attempts"])),
    )
    monkeypatch.setattr(
        "botocore.utils.InstanceMetadataFetcher.retrieve_iam_role_credentials", lambda _self: {}
    )
    scope = cloud.scope(endpoint="", account=msgspec.structs.replace(ACCOUNT, name="nobody's"))
    with pytest.raises(CannotGoOnError, match="There are no AWS credentials here"):
        make_client(scope, "sts", scope.region)
    assert asked == [(1, 1)]


def test_what_is_not_declared_cannot_be_asked(cloud: Cloud) -> None:
    with pytest.raises(KeyError):
        _aws(cloud).ask("s3:DeleteBucket", Bucket="logs")


def test_a_service_that_does_not_answer_is_asked_once(cloud: Cloud) -> None:
    aws = _aws(cloud, endpoint="http://127.0.0.1:9")  # nobody listens there
    first, second = aws.ask(LIST, about="a"), aws.ask(DESCRIBE, about="b", TableName="two")
    assert first == NotCollected("aws-test", "a", "ListTables: the service does not answer")
    assert second == NotCollected("aws-test", "b", "DescribeTable: the service does not answer")
    assert aws.asked == {LIST: 1}


def test_after_its_time_a_job_asks_nothing_more(cloud: Cloud) -> None:
    ticks = iter([0.0, 901.0, 902.0])
    aws = Aws(cloud.scope(), "aws-test", (LIST,), lambda: next(ticks))
    assert aws.ask(LIST, about="a") == NotCollected("aws-test", "a", "ListTables: no time was left")


def test_F113_a_list_goes_on_to_its_last_page(cloud: Cloud) -> None:
    pages = in_turn(
        {"TableNames": ["one"], "LastEvaluatedTableName": "one"},
        {"TableNames": [], "LastEvaluatedTableName": "two"},
        {"TableNames": ["three"]},
    )
    cloud.stubs.answer(LIST, pages)
    assert list(_aws(cloud).pages(LIST, "TableNames", of=Table)) == ["one", "three"]


def test_F113_what_two_pages_hold_is_listed_once(cloud: Cloud) -> None:
    pages = in_turn(
        {"TableNames": ["one", "two"], "LastEvaluatedTableName": "two"},
        {"TableNames": ["two", "three"], "LastEvaluatedTableName": "three"},
        Refusal(),
    )
    cloud.stubs.answer(LIST, pages)
    names, gaps = listed(_aws(cloud).pages(LIST, "TableNames", of=Table))
    assert names == ["one", "two", "three"]
    assert gaps == [NotCollected("aws-test", "table", "ListTables: AccessDenied")]


def test_F113_a_page_that_comes_twice_ends_the_list_with_a_gap(cloud: Cloud) -> None:
    cloud.stubs.answer(LIST, {"TableNames": ["one"], "LastEvaluatedTableName": "one"})
    *names, gap = _aws(cloud).pages(LIST, "TableNames", of=Table)
    assert names == ["one", "one"]
    assert gap == NotCollected("aws-test", "table", "ListTables: the service gave the same page twice")


def test_a_list_that_breaks_off_says_so_last(cloud: Cloud) -> None:
    cloud.stubs.answer(LIST, in_turn({"TableNames": ["one"], "LastEvaluatedTableName": "one"}, Refusal()))
    assert list(_aws(cloud).pages(LIST, "TableNames", of=Table)) == [
        "one",
        NotCollected("aws-test", "table", "ListTables: AccessDenied"),
    ]


@pytest.mark.parametrize("body", [b"<html>not what you asked", b"", b'{"TableNames": ["or'])
def test_an_answer_that_cannot_be_read_is_a_gap(cloud: Cloud, body: bytes) -> None:
    cloud.stubs.answer(LIST, Broken(body))
    told = _aws(cloud).ask(LIST, about="a")
    assert told == NotCollected("aws-test", "a", "ListTables: the answer is not understood")


def test_nothing_at_all_is_no_answer_of_a_service_that_writes_xml(cloud: Cloud) -> None:
    cloud.stubs.answer(ACL, Broken(b""))
    told = _aws(cloud).ask(ACL, about="logs", Bucket="logs")
    assert told == NotCollected("aws-test", "logs", "GetBucketAcl: the answer is not understood")
