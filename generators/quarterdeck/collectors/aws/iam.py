"""Reads users, roles and keys: what they may do and when they were used, never a key and never a policy."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from quarterdeck.collectors.aws.answers import day, whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.credential_report import Report, credential_report
from quarterdeck.collectors.aws.permissions import Document, Holder, Rights, rights
from quarterdeck.collectors.aws.reach import reach
from quarterdeck.collectors.aws.trust import code_trust, is_guarded, serves_functions
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.identity import AccessKey, CloudAccount, Identity, Role, ServerCertificate, User
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Flag, Names, NotCollected, Observed

_DETAILS = "iam:GetAccountAuthorizationDetails"
_SIGN_IN = "/aws-reserved/sso.amazonaws.com/"
"""Path of roles that people take on who sign in through a directory."""
_SERVICE = "/aws-service-role/"


@collector(
    "aws-iam",
    calls={
        **calls(
            "iam",
            "GetAccountAuthorizationDetails",
            "GenerateCredentialReport",
            "GetCredentialReport",
            "GetAccountSummary",
            "GetAccountPasswordPolicy",
            "ListServerCertificates",
            "ListVirtualMFADevices",
        ),
        **calls("cloudfront", "ListDistributions"),
    },
    kinds=(CloudAccount, User, Role, AccessKey, ServerCertificate),
    is_regional=False,
)
def identities(scope: Scope, aws: Aws, pause: Callable[[float], None] = time.sleep) -> Found:
    """One account: root, users with their keys, roles, and certificates that are kept with them."""
    details = _Details(aws)
    report = credential_report(aws, pause)
    devices = _Devices(aws)
    users = [_user(scope, aws, one, details, report, devices) for one in details.users]
    roles = [_role(scope, aws, one, details) for one in details.roles]
    yield from users
    yield from roles
    yield from details.gaps
    people = {one["Arn"] for one in details.roles if one.get("Path", "").startswith(_SIGN_IN)}
    signed_in = _admins(details, (one for one in roles if one.arn in people))
    yield from _account(scope, aws, report, _admins(details, users), signed_in, devices)
    yield from _keys(scope, report)
    yield from _certificates(scope, aws)


class _Details:
    """Users, groups, roles and policies of an account, as it describes them all at once."""

    def __init__(self, aws: Aws) -> None:
        """Ask for each kind; what cannot be read is among `gaps`."""
        self.name = aws.name
        self.gaps: list[NotCollected] = []
        self.users = self._listed(aws, "UserDetailList", User, "User")
        self.roles = self._listed(aws, "RoleDetailList", Role, "Role")
        self._groups = {one["GroupName"]: one for one in self._listed(aws, "GroupDetailList", None, "Group")}
        policies = self._listed(aws, "Policies", None, "LocalManagedPolicy", "AWSManagedPolicy")
        self._policies = {one["Arn"]: _in_force(one) for one in policies}
        self._strong = any(
            serves_functions(one.get("AssumeRolePolicyDocument")) and self.rights(one).allows_all
            for one in self.roles
        )

    def _listed(self, aws: Aws, key: str, of: type[Observed] | None, *kinds: str) -> list[dict[str, Any]]:
        found = []
        about = "" if of else f"{kinds[-1]} of the account"
        for one in aws.pages(_DETAILS, key, of=of, about=about, Filter=list(kinds), MaxItems=1000):
            if isinstance(one, NotCollected):
                self.gaps.append(one)
            else:
                found.append(one)
        return found

    def rights(self, holder: Mapping[str, Any], *, has_strong_function: bool = False) -> Rights:
        """What a user or role may do."""
        bound = holder.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        groups = [self._groups.get(name, {}) for name in holder.get("GroupList", ())]
        also = (*(one["Arn"] for one in groups if one), *(one["PolicyArn"] for one in _attached(holder)))
        found = rights(
            Holder(holder["Arn"], also),
            [document for one in (holder, *groups) for document in self._documents(one)],
            self._policies.get(bound, "") if bound else None,
            has_strong_function=has_strong_function,
        )
        return found if all(groups) else msgspec.structs.replace(found, is_whole=False)

    def all_rights(self, holder: Mapping[str, Any]) -> Rights:
        """The same, with the ways to more rights that lead through a function."""
        return self.rights(holder, has_strong_function=self._strong)

    def _documents(self, holder: Mapping[str, Any]) -> Iterator[Document]:
        for key in ("UserPolicyList", "GroupPolicyList", "RolePolicyList"):
            for one in holder.get(key, ()):
                yield Document(one["PolicyName"], one.get("PolicyDocument"))
        for one in _attached(holder):
            arn = one["PolicyArn"]
            yield Document(one["PolicyName"], self._policies.get(arn), is_own=":iam::aws:" not in arn)


def _attached(holder: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = holder.get("AttachedManagedPolicies", ())
    return found


def _in_force(policy: Mapping[str, Any]) -> object:
    """The document of the version that counts; None where it does not stand there."""
    versions = policy.get("PolicyVersionList", ())
    return next((one.get("Document") for one in versions if one.get("IsDefaultVersion")), None)


def _common(scope: Scope, aws: Aws, one: Mapping[str, Any], name: str, found: Rights) -> dict[str, Any]:
    """The fields that users and roles share; a no that rests on an unread policy is not known."""
    unsure = NotCollected(aws.name, one["Arn"], "GetAccountAuthorizationDetails: a policy is not understood")

    def sure(value: object) -> object:
        return value if value or found.is_whole else unsure

    return {
        "entity": scope.entity,
        "source": scope.source("GetAccountAuthorizationDetails"),
        "name": name,
        "arn": one["Arn"],
        "tags": tuple(sorted((tag["Key"], tag["Value"]) for tag in one.get("Tags", ()))),
        "created": day(aws, one, "CreateDate", one["Arn"]),
        "allows_all": sure(found.allows_all),
        "star_policies": sure(found.star_policies),
        "wide_services": sure(found.wide_services),
        "writes": sure(found.writes),
        "raises": sure(found.raises),
    }


class _Devices:
    """Programs that give second factors, asked for once, and only where nothing else says whether there is one."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def of(self, arn: str, said: Flag) -> Flag:
        """Whether somebody has a second factor: as is said, else yes where one of these is theirs."""
        if not isinstance(said, NotCollected):
            return said
        return True if arn in self._holders else said

    @cached_property
    def _holders(self) -> frozenset[str]:
        """ARNs of all whose devices were listed; whoever has a key of another sort is not among them."""
        told = self._aws.pages(
            "iam:ListVirtualMFADevices",
            "VirtualMFADevices",
            about="second factors",
            AssignmentStatus="Assigned",
        )
        return frozenset(str(one.get("User", {}).get("Arn")) for one in told if isinstance(one, dict))


def _user(
    scope: Scope, aws: Aws, one: Mapping[str, Any], details: _Details, report: Report, devices: _Devices
) -> User:
    name = one["UserName"]
    return User(
        **_common(scope, aws, one, name, details.all_rights(one)),
        has_password=report.flag(name, "password_enabled"),
        mfa=devices.of(one["Arn"], report.flag(name, "mfa_active")),
        password_last_used=report.day(name, "password_last_used"),
        active_keys=report.active_keys(name),
        newest_key=report.newest_key(name),
        direct_policies=tuple(
            sorted(policy["PolicyName"] for policy in (*one.get("UserPolicyList", ()), *_attached(one)))
        ),
    )


def _role(scope: Scope, aws: Aws, one: Mapping[str, Any], details: _Details) -> Role:
    trust = one.get("AssumeRolePolicyDocument")
    used = one.get("RoleLastUsed", {}).get("LastUsedDate")
    return Role(
        **_common(scope, aws, one, one["RoleName"], details.all_rights(one)),
        trust=reach(trust, account=scope.number, known=scope.trusted),
        is_guarded=is_guarded(trust, account=scope.number, known=scope.trusted),
        code_trust=code_trust(trust),
        last_used=used.date() if isinstance(used, datetime) else None,
        is_service_linked=one.get("Path", "").startswith(_SERVICE),
    )


def _admins(details: _Details, able: Iterable[Identity]) -> Names:
    """Names of those who may do everything."""
    if details.gaps:
        return details.gaps[0]
    found = list(able)
    unsure = next((one.allows_all for one in found if isinstance(one.allows_all, NotCollected)), None)
    return unsure or tuple(sorted(one.name for one in found if one.allows_all))


def _account(
    scope: Scope, aws: Aws, report: Report, admins: Names, admin_roles: Names, devices: _Devices
) -> Found:
    told = aws.ask("iam:GetAccountSummary", about=kind_of(CloudAccount))
    if isinstance(told, NotCollected) and report.gap and isinstance(admins, NotCollected):
        yield told
        return
    summary = told.get("SummaryMap", {}) if isinstance(told, dict) else {}
    unsaid = NotCollected(aws.name, kind_of(CloudAccount), "GetAccountSummary: not said")
    gap = told if isinstance(told, NotCollected) else unsaid
    rules = aws.ask("iam:GetAccountPasswordPolicy", about="rules for passwords", none=("NoSuchEntity",))
    policy: Mapping[str, Any] = rules.get("PasswordPolicy", {}) if isinstance(rules, dict) else {}
    no_rules = rules if isinstance(rules, NotCollected) else None
    mfa = summary.get("AccountMFAEnabled")
    yield CloudAccount(
        entity=scope.entity,
        source=scope.source("GetAccountSummary"),
        account=scope.account.name if scope.account else "",
        root_mfa=devices.of(
            f"arn:{scope.partition}:iam::{scope.number}:root", gap if mfa is None else bool(mfa)
        ),
        opened=report.opened,
        root_keys=summary.get("AccountAccessKeysPresent", gap),
        root_signs_in=report.root_signs_in,
        root_password_used=report.root_password_used,
        root_key_used=report.root_key_used,
        admins=admins,
        admin_roles=admin_roles,
        people=report.people,
        password_length=policy.get("MinimumPasswordLength", no_rules),
        passwords_remembered=policy.get("PasswordReusePrevention", no_rules),
    )


def _keys(scope: Scope, report: Report) -> Found:
    if report.gap:
        yield report.gap
        return
    for user, number in report.every_key():
        yield AccessKey(
            entity=scope.entity,
            source=scope.source("GetCredentialReport"),
            user=user,
            number=number,
            created=report.day(user, f"access_key_{number}_last_rotated"),
            last_used=report.day(user, f"access_key_{number}_last_used_date"),
        )


def _certificates(scope: Scope, aws: Aws) -> Found:
    """Certificates that are kept here; whether one of them is served is only asked where one has ended."""
    found = list(
        aws.pages("iam:ListServerCertificates", "ServerCertificateMetadataList", of=ServerCertificate)
    )
    ended = any(isinstance(one, dict) and _has_ended(scope, one) for one in found)
    served = _served(aws) if ended else frozenset[str]()
    for one in found:
        if isinstance(one, NotCollected):
            yield one
            continue
        is_served: Flag = served if isinstance(served, NotCollected) else one["ServerCertificateId"] in served
        yield ServerCertificate(
            entity=scope.entity,
            source=scope.source("ListServerCertificates"),
            name=one["ServerCertificateName"],
            arn=one["Arn"],
            expires=day(aws, one, "Expiration", one["Arn"]),
            is_served=is_served
            if _has_ended(scope, one)
            else NotCollected(aws.name, one["Arn"], "ListDistributions: only asked where it has ended"),
        )


def _has_ended(scope: Scope, certificate: Mapping[str, Any]) -> bool:
    end = certificate.get("Expiration")
    return isinstance(end, datetime) and end <= scope.taken_at


def _served(aws: Aws) -> frozenset[str] | NotCollected:
    """Ids of the certificates with which distributions answer."""
    found = whole(aws.pages("cloudfront:ListDistributions", "DistributionList.Items", about="distributions"))
    if isinstance(found, NotCollected):
        return found
    return frozenset(one.get("ViewerCertificate", {}).get("IAMCertificateId", "") for one in found)
