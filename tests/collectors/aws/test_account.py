"""What is read of an account as a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.collectors.aws import account  # noqa: F401 - importing it registers it
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.model.cloud.identity import AccountSetup
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from tests.cloud import Cloud

REGIONS = "account:ListRegions"


def _setup(cloud: Cloud) -> AccountSetup:
    (found,) = cloud.collect("aws-account")[0]
    assert isinstance(found, AccountSetup)
    return found


def test_a_new_account(cloud: Cloud) -> None:
    cloud.stubs.answer(REGIONS, {"Regions": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]})
    found = _setup(cloud)
    assert (found.account, found.alias, found.has_security_contact) == ("main", None, False)
    assert (found.regions, found.accounts) == (("eu-west-1", "us-east-1"), None)


def test_an_account_with_all_of_it(cloud: Cloud) -> None:
    cloud.client("iam").create_account_alias(AccountAlias="jada-boats")
    cloud.client("organizations").create_organization(FeatureSet="ALL")
    cloud.client("account").put_alternate_contact(
        AlternateContactType="SECURITY", EmailAddress="a@example.com", Name="A", PhoneNumber="1", Title="A"
    )
    found = _setup(cloud)
    assert (found.alias, found.has_security_contact, found.accounts) == ("jada-boats", True, 1)
    assert b"example.com" not in repr(found).encode(), "nobody's address is kept"


def test_what_is_refused_is_not_taken_for_none(cloud: Cloud) -> None:
    cloud.stubs.answer(REGIONS, {"Regions": []})
    for call in (
        "account:GetAlternateContact",
        "organizations:DescribeOrganization",
        "iam:ListAccountAliases",
    ):
        cloud.stubs.answer(call, Refusal())
    found = _setup(cloud)
    for field in (found.has_security_contact, found.accounts, found.alias):
        assert isinstance(field, NotCollected)
        assert field.reason.endswith(": AccessDenied")


def test_nothing_read_is_one_gap(cloud: Cloud) -> None:
    for call in (REGIONS, "account:GetAlternateContact"):
        cloud.stubs.answer(call, Refusal())
    found, gaps = cloud.collect("aws-account")
    assert found == []
    assert [(gap.subject, gap.reason) for gap in gaps] == [
        ("account-setup", "GetAlternateContact: AccessDenied")
    ]
