"""What is read of users, roles and keys."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.aws import iam  # noqa: F401 - importing it registers it
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.credential_report import Report, _rows, credential_report
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.model.cloud.identity import AccessKey, CloudAccount, Role, ServerCertificate, User
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.observed import NotCollected
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from tests.cloud import Cloud

T = TypeVar("T")

HEAD = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
)
ROOT = "<root_account>,arn,2020-01-01T00:00:00+00:00,{},{},N/A,N/A,true,{},N/A,N/A,false,N/A,N/A"


def _document(action: object, resource: object = "*") -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": resource}}
    )


def _trust(principal: object, condition: object = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": statement | ({"Condition": condition} if condition else {})}
    )


def _of(kind: type[T], found: list[Any]) -> list[T]:
    return [one for one in found if isinstance(one, kind)]


def _estate(cloud: Cloud) -> Any:  # noqa: ANN401 - boto3 makes classes as it runs
    client = cloud.client("iam")
    star = client.create_policy(PolicyName="star", PolicyDocument=_document("*"))["Policy"]["Arn"]
    client.create_group(GroupName="owners")
    client.attach_group_policy(GroupName="owners", PolicyArn=star)
    client.create_user(UserName="ana", Tags=[{"Key": "entity", "Value": "jada"}])
    client.create_login_profile(UserName="ana", Password="x" * 20)
    client.add_user_to_group(GroupName="owners", UserName="ana")
    client.create_user(UserName="deploy")
    client.create_access_key(UserName="deploy")
    client.put_user_policy(UserName="deploy", PolicyName="copy", PolicyDocument=_document("s3:*"))
    client.create_role(RoleName="app", AssumeRolePolicyDocument=_trust({"Service": "lambda.amazonaws.com"}))
    client.put_role_policy(RoleName="app", PolicyName="book", PolicyDocument=_document("dynamodb:PutItem"))
    client.create_role(
        RoleName="AWSReservedSSO_Admin",
        Path="/aws-reserved/sso.amazonaws.com/",
        AssumeRolePolicyDocument=_trust({"AWS": "arn:aws:iam::999988887777:root"}),
    )
    client.attach_role_policy(RoleName="AWSReservedSSO_Admin", PolicyArn=star)
    return client


def test_users_roles_and_what_they_may_do(cloud: Cloud) -> None:
    _estate(cloud)
    found, gaps = cloud.collect("aws-iam")
    assert gaps == []
    ana, deploy = sorted(_of(User, found), key=lambda one: one.name)
    assert (ana.has_password, ana.mfa, ana.allows_all, ana.star_policies) == (True, False, True, ("star",))
    assert (ana.tags, ana.direct_policies, ana.active_keys, ana.newest_key) == (
        (("entity", "jada"),),
        (),
        0,
        None,
    )
    assert (deploy.has_password, deploy.allows_all, deploy.wide_services) == (False, False, ("s3",))
    assert (deploy.direct_policies, deploy.writes, deploy.active_keys) == (("copy",), True, 1)
    assert deploy.newest_key == deploy.created
    roles = {one.name: one for one in _of(Role, found)}
    assert (roles["app"].writes, roles["app"].wide_services, roles["app"].raises) == (True, (), None)
    assert (roles["app"].last_used, roles["app"].code_trust, roles["app"].is_service_linked) == (
        None,
        None,
        False,
    )
    assert isinstance(roles["app"].trust, Reach)
    assert roles["app"].trust.kind == "service"
    stranger = roles["AWSReservedSSO_Admin"]
    assert isinstance(stranger.trust, Reach)
    assert (stranger.trust.strangers, stranger.is_guarded) == (("account ending 7777",), False)
    (key,) = _of(AccessKey, found)
    assert (key.user, key.number, key.created) == ("deploy", 1, deploy.created)
    assert isinstance(key.last_used, NotCollected), "words in place of a day are not never"


def test_the_account(cloud: Cloud) -> None:
    client = _estate(cloud)
    client.update_account_password_policy(MinimumPasswordLength=14, PasswordReusePrevention=5)
    report = "\n".join([HEAD, ROOT.format("true", "2026-11-01T10:00:00+00:00", "true")])
    cloud.stubs.answer("iam:GetCredentialReport", {"Content": report.encode(), "ReportFormat": "text/csv"})
    found, _ = cloud.collect("aws-iam")
    (account,) = _of(CloudAccount, found)
    assert (account.account, account.root_mfa, account.root_keys) == ("main", False, 0)
    assert account.opened == date(2020, 1, 1)
    assert (account.admins, account.admin_roles) == (("ana",), ("AWSReservedSSO_Admin",))
    assert (account.password_length, account.passwords_remembered) == (14, 5)
    assert (account.root_signs_in, account.root_password_used) == (True, date(2026, 11, 1))
    assert isinstance(account.root_key_used, NotCollected)
    assert account.people == ()
    assert all(isinstance(one.has_password, NotCollected) for one in _of(User, found)), (
        "made after the report"
    )


def test_an_account_without_rules_for_passwords(cloud: Cloud) -> None:
    found, _ = cloud.collect("aws-iam")
    (account,) = _of(CloudAccount, found)
    assert (account.password_length, account.passwords_remembered) == (None, None)


def test_policies_that_cannot_be_read_are_not_taken_for_none(cloud: Cloud) -> None:
    _estate(cloud)
    cloud.stubs.answer(
        "iam:GetAccountAuthorizationDetails",
        lambda _, body: Refusal() if b"LocalManagedPolicy" in body else None,
    )
    found, gaps = cloud.collect("aws-iam")
    ana, deploy = sorted(_of(User, found), key=lambda one: one.name)
    assert isinstance(ana.allows_all, NotCollected)
    assert isinstance(ana.raises, NotCollected)
    assert deploy.allows_all is False, "what hangs on it was read"
    (account,) = _of(CloudAccount, found)
    assert isinstance(account.admins, NotCollected)
    assert [gap.reason for gap in gaps] == ["GetAccountAuthorizationDetails: AccessDenied"]


def test_F107_a_report_that_is_refused_costs_its_own_fields(cloud: Cloud) -> None:
    _estate(cloud)
    cloud.stubs.answer("iam:GenerateCredentialReport", Refusal())
    found, gaps = cloud.collect("aws-iam")
    ana = next(one for one in _of(User, found) if one.name == "ana")
    assert ana.allows_all is True
    for field in (ana.has_password, ana.mfa, ana.active_keys, ana.newest_key):
        assert isinstance(field, NotCollected)
        assert field.reason == "GenerateCredentialReport: AccessDenied"
    assert _of(AccessKey, found) == []
    assert [(gap.subject, gap.reason) for gap in gaps] == [
        ("access-key", "GenerateCredentialReport: AccessDenied")
    ]


def test_a_program_for_second_factors_proves_one_where_nothing_else_says(cloud: Cloud) -> None:
    _estate(cloud)
    found, _ = cloud.collect("aws-iam")
    assert "iam:ListVirtualMFADevices" not in cloud.stubs.asked, "the report says it"
    ana = next(one for one in _of(User, found) if one.name == "ana")
    root = f"arn:aws:iam::{NUMBER}:root"
    devices = [{"SerialNumber": f"d{at}", "User": {"Arn": arn}} for at, arn in enumerate((ana.arn, root))]
    cloud.stubs.answer("iam:ListVirtualMFADevices", {"VirtualMFADevices": devices, "IsTruncated": False})
    cloud.stubs.answer("iam:GenerateCredentialReport", Refusal())
    cloud.stubs.answer("iam:GetAccountSummary", Refusal())
    found, _ = cloud.collect("aws-iam")
    ana, deploy = sorted(_of(User, found), key=lambda one: one.name)
    (account,) = _of(CloudAccount, found)
    assert (ana.mfa, account.root_mfa) == (True, True)
    assert isinstance(deploy.mfa, NotCollected), "it may have a key of another sort"
    cloud.stubs.answer("iam:ListVirtualMFADevices", Refusal())
    assert all(isinstance(one.mfa, NotCollected) for one in _of(User, cloud.collect("aws-iam")[0]))


def test_all_refused_is_a_gap_for_each_list(cloud: Cloud) -> None:
    for call in COLLECTORS["aws-iam"].calls:
        cloud.stubs.answer(call, Refusal())
    found, gaps = cloud.collect("aws-iam")
    assert found == []
    assert {gap.subject for gap in gaps} >= set(COLLECTORS["aws-iam"].kinds)


def test_a_report_that_is_not_made_in_time_is_a_gap(cloud: Cloud) -> None:
    cloud.stubs.answer("iam:GetCredentialReport", Refusal("ReportInProgress", 404))
    scope = cloud.scope()
    aws = Aws(scope, "aws-iam", COLLECTORS["aws-iam"].calls, time.monotonic)
    waits: list[float] = []
    report = credential_report(aws, waits.append)
    assert report.gap is not None
    assert report.gap.reason == "GetCredentialReport: it was not made in time"
    assert len(waits) == cloud.stubs.asked["iam:GetCredentialReport"]


def test_a_certificate_that_ended_and_is_served(cloud: Cloud) -> None:
    told = {
        "Path": "/",
        "ServerCertificateName": "old",
        "ServerCertificateId": "ASCA1",
        "Arn": "arn:aws:iam::123456789012:server-certificate/old",
        "Expiration": datetime(2026, 1, 1, tzinfo=UTC),
    }
    later = told | {"ServerCertificateName": "new", "Expiration": datetime(2027, 1, 1, tzinfo=UTC)}
    listed = {"ServerCertificateMetadataList": [told, later], "IsTruncated": False}
    cloud.stubs.answer("iam:ListServerCertificates", listed)
    old, new = _of(ServerCertificate, cloud.collect("aws-iam")[0])
    assert (old.name, old.expires, old.is_served) == ("old", date(2026, 1, 1), False)
    assert isinstance(new.is_served, NotCollected)
    cloud.stubs.answer("cloudfront:ListDistributions", Refusal())
    old, _ = _of(ServerCertificate, cloud.collect("aws-iam")[0])
    assert isinstance(old.is_served, NotCollected)


def test_words_of_the_report_are_not_days() -> None:
    row = {"password_last_used": "no_information", "password_enabled": "not_supported", "mfa_active": "TRUE"}
    report = Report("aws-iam", {"ana": row})
    assert isinstance(report.day("ana", "password_last_used"), NotCollected)
    assert isinstance(report.flag("ana", "password_enabled"), NotCollected)
    assert report.flag("ana", "mfa_active") is True
    assert isinstance(report.active_keys("ana"), NotCollected)


@given(st.binary(max_size=300))
def test_no_report_raises(content: bytes) -> None:
    report = Report("aws-iam", _rows(content))
    assert list(report.every_key()) == [] or report.rows
    assert isinstance(report.people, tuple)
    assert isinstance(report.root_key_used, NotCollected)
