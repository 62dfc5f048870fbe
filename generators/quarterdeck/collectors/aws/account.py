"""Reads what the provider knows of an account as its customer: contacts, regions, organisation; no name, no address."""

from quarterdeck.collectors.aws.answers import whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.identity import AccountSetup
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Count, Flag, Names, NotCollected, Text

_ALONE = ("AWSOrganizationsNotInUseException",)


@collector(
    "aws-account",
    calls={
        **calls("account", "ListRegions", "GetAlternateContact"),
        **calls("organizations", "DescribeOrganization", "ListAccounts"),
        **calls("iam", "ListAccountAliases"),
    },
    kinds=(AccountSetup,),
    is_regional=False,
)
def account(scope: Scope, aws: Aws) -> Found:
    """One record for the account, or the first gap where nothing of it could be read."""
    alias, contact, regions, accounts = _alias(aws), _contact(aws), _regions(aws), _accounts(aws)
    if isinstance(contact, NotCollected) and isinstance(regions, NotCollected):
        yield contact
        return
    yield AccountSetup(
        entity=scope.entity,
        source=scope.source("GetAlternateContact"),
        account=scope.account.name if scope.account else "",
        alias=alias,
        has_security_contact=contact,
        regions=regions,
        accounts=accounts,
    )


def _alias(aws: Aws) -> Text | None:
    found = whole(aws.pages("iam:ListAccountAliases", "AccountAliases", about="alias of the account"))
    return found if isinstance(found, NotCollected) else next(iter(found), None)


def _contact(aws: Aws) -> Flag:
    told = aws.ask(
        "account:GetAlternateContact",
        about=kind_of(AccountSetup),
        none=("ResourceNotFoundException",),
        AlternateContactType="SECURITY",
    )
    return told if isinstance(told, NotCollected) else told is not None


def _regions(aws: Aws) -> Names:
    on = ["ENABLED", "ENABLED_BY_DEFAULT"]
    found = whole(aws.pages("account:ListRegions", "Regions", about="regions", RegionOptStatusContains=on))
    return found if isinstance(found, NotCollected) else tuple(sorted(one["RegionName"] for one in found))


def _accounts(aws: Aws) -> Count | None:
    told = aws.ask("organizations:DescribeOrganization", about="organisation", none=_ALONE)
    if not isinstance(told, dict):
        return told
    found = whole(aws.pages("organizations:ListAccounts", "Accounts", about="accounts of the organisation"))
    return found if isinstance(found, NotCollected) else len(found)
