"""Reads S3 buckets: how they are set up and whom they let in, never an object."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from quarterdeck.collectors.aws.answers import day, whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.buckets_reach import (
    DOES,
    Grants,
    Group,
    effective,
    granted,
    openings,
    stricter,
)
from quarterdeck.collectors.aws.metrics import DAYS, METRIC_CALLS, Metric, measured
from quarterdeck.collectors.aws.reach import denials, oddity, reach
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope, partition_of
from quarterdeck.model.check import unread
from quarterdeck.model.cloud.buckets import AccountBlock, Bucket
from quarterdeck.model.cloud.reach import Reach, Reached
from quarterdeck.model.observed import Count, Day, Flag, Names, NotCollected, Number, Text

_GIB = Decimal(1024**3)
_GONE = ("NoSuchBucket",)
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "lists": ("s3:List*",),
    "reads": ("s3:Get*",),
    "writes": ("s3:Put*", "s3:Delete*", "s3:Restore*", "s3:Abort*"),
}
_ERASES = ("s3:DeleteObject", "s3:DeleteObjectVersion")
_CORS_WRITES = frozenset({"PUT", "POST", "DELETE"})
_KEEPERS = re.compile(r"(?:cloudtrail|delivery\.logs|logging\.s3|config)\.amazonaws\.com")
_CDN = re.compile(r"cloudfront", re.IGNORECASE)
_PROOF = re.compile(
    r"(?:^|[^a-z])(trails?|cloudtrail|logs?|ledgers?|books|receipts?|reports?|backups?)(?:[^a-z]|$)"
)
_SPARES = frozenset({"aws:principalarn", "aws:userid", "aws:principalaccount"})
_PLAIN = ("bool", "aws:securetransport", ("false",))
_DOUBTFUL = ("restricted", "unknown")
_OPEN = ("any-aws-user", "public")
_NAMESPACE = "AWS/S3"
_MEASURED = (("BucketSizeBytes", "StandardStorage"), ("NumberOfObjects", "AllStorageTypes"))


class _Read(msgspec.Struct, frozen=True):
    """What every bucket is asked; the policy itself stays in memory."""

    name: str
    region: str
    arn: str
    block: Mapping[str, Flag]
    policy: str | NotCollected | None
    grants: Grants | NotCollected
    created: Day
    encryption: Mapping[str, Any] | NotCollected | None
    versioning: Mapping[str, Any] | NotCollected
    lifecycle: Mapping[str, Any] | NotCollected | None
    logs_to: Text | None
    owner: str
    """The canonical id of the account, as its access list has it."""
    edge_ids: frozenset[str] | None = frozenset()
    """Canonical ids by which distributions of the account ask; None where they could not be read."""


class _Above(msgspec.Struct, frozen=True):
    """What is known of all buckets together."""

    block: Mapping[str, Flag]
    logs_in: Counter[str]
    """How many buckets log into each."""
    doors: Mapping[str, tuple[str, ...]] | NotCollected
    measured: Mapping[Metric, Number | None]


@collector(
    "aws-s3",
    calls={
        **calls(
            "s3",
            "GetBucketPolicy",
            "GetBucketAcl",
            "GetBucketVersioning",
            "GetBucketLogging",
            "GetBucketPolicyStatus",
            "GetBucketWebsite",
            "GetBucketOwnershipControls",
            ListBuckets="s3:ListAllMyBuckets",
            GetPublicAccessBlock="s3:GetBucketPublicAccessBlock",
            GetBucketEncryption="s3:GetEncryptionConfiguration",
            GetBucketLifecycleConfiguration="s3:GetLifecycleConfiguration",
            GetBucketCors="s3:GetBucketCORS",
            GetObjectLockConfiguration="s3:GetBucketObjectLockConfiguration",
        ),
        **calls(
            "s3control",
            GetPublicAccessBlock="s3:GetAccountPublicAccessBlock",
            ListAccessPoints="s3:ListAccessPoints",
        ),
        **calls("cloudfront", "ListCloudFrontOriginAccessIdentities"),
        **METRIC_CALLS,
    },
    kinds=(AccountBlock, Bucket),
    is_regional=False,
)
def buckets(scope: Scope, aws: Aws) -> Found:
    """Every bucket of an account with what its verdicts need, and what the account blocks for all of them."""
    listed = []
    for one in aws.pages("s3:ListBuckets", "Buckets", of=Bucket, MaxBuckets=1000):
        if isinstance(one, NotCollected):
            yield one
        else:
            name = one["Name"]
            listed.append((name, one.get("BucketRegion", ""), day(aws, one, "CreationDate", name)))
    block = _flags(
        aws.ask("s3control:GetPublicAccessBlock", about="account", none=(_NO_BLOCK,), AccountId=scope.number)
    )
    answers: dict[str, _Read] = {}

    def gather(bucket: tuple[str, str, Day]) -> Iterable[NotCollected]:
        answers[bucket[0]] = _read(scope, aws, *bucket)
        return ()

    yield from aws.each(listed, gather)
    every = _with_edge(aws, [answers[name] for name, *_ in listed if name in answers])
    yield _account(scope, block, every)
    above = _Above(block, Counter(_targets(every)), _doors(scope, aws), _load(aws, every))
    yield from aws.each(every, lambda one: (_bucket(scope, aws, one, above),))


def _flags(told: Mapping[str, Any] | NotCollected | None) -> Mapping[str, Flag]:
    """The four blocks as the answer says; where there is no configuration, all are off."""
    if isinstance(told, NotCollected):
        return dict.fromkeys(_BLOCKS, told)
    block = told.get("PublicAccessBlockConfiguration", {}) if told else {}
    return {name: bool(block.get(name)) for name in _BLOCKS}


def _is_on(block: Mapping[str, Flag]) -> Flag:
    if any(flag is False for flag in block.values()):
        return False
    return next((flag for flag in block.values() if isinstance(flag, NotCollected)), True)


def _account(scope: Scope, block: Mapping[str, Flag], every: Collection[_Read]) -> AccountBlock:
    unread = next((flag for flag in block.values() if isinstance(flag, NotCollected)), None)
    return AccountBlock(
        entity=scope.entity,
        source=scope.source("GetPublicAccessBlock"),
        account=scope.account.name if scope.account else "",
        is_on=_is_on(block),
        off=unread or tuple(name for name in _BLOCKS if not block[name]),
        bare=tuple(one.name for one in every if _is_on(one.block) is False),
    )


def _read(scope: Scope, aws: Aws, name: str, region: str, created: Day) -> _Read:
    def ask(operation: str, *none: str) -> Any:  # noqa: ANN401 - an answer of any operation
        return _ask(aws, name, region, operation, *none)

    policy = ask("GetBucketPolicy", "NoSuchBucketPolicy")
    acl = ask("GetBucketAcl")
    return _Read(
        name=name,
        region=region,
        arn=f"arn:{partition_of(region or scope.region)}:s3:::{name}",
        block=_flags(ask("GetPublicAccessBlock", _NO_BLOCK)),
        policy=_document(aws, name, policy),
        grants=granted(acl) if isinstance(acl, dict) else acl,
        created=created,
        encryption=ask("GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError"),
        versioning=ask("GetBucketVersioning"),
        lifecycle=ask("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
        logs_to=_logs_to(ask("GetBucketLogging")),
        owner=str(acl.get("Owner", {}).get("ID", "")) if isinstance(acl, dict) else "",
    )


def _with_edge(aws: Aws, every: list[_Read]) -> list[_Read]:
    """The same, with the ids by which distributions ask; asked for only where a policy names anybody by such an id."""
    if not any(isinstance(one.policy, str) and "CanonicalUser" in one.policy for one in every):
        return every
    key = "CloudFrontOriginAccessIdentityList.Items"
    found = whole(aws.pages("cloudfront:ListCloudFrontOriginAccessIdentities", key, about="distributions"))
    ids = None if isinstance(found, NotCollected) else frozenset(one["S3CanonicalUserId"] for one in found)
    return [msgspec.structs.replace(one, edge_ids=ids) for one in every]


def _document(aws: Aws, name: str, told: Mapping[str, Any] | NotCollected | None) -> Text | None:
    """The policy; the service hands on whatever it got, so that what is no JSON is no policy."""
    if told is None or isinstance(told, NotCollected):
        return told
    try:
        json.loads(policy := str(told.get("Policy", "")))
    except ValueError:
        return NotCollected(aws.name, name, "GetBucketPolicy: the answer is not understood")
    return policy


def _ask(aws: Aws, name: str, region: str, operation: str, *none: str) -> Any:  # noqa: ANN401 - an answer of any operation
    return aws.ask(f"s3:{operation}", about=name, none=none, gone=_GONE, region=region, Bucket=name)


def _encryption(told: Mapping[str, Any] | NotCollected | None, key: str) -> Text | None:
    """What encrypts it by default: `SSEAlgorithm`, or `KMSMasterKeyID`."""
    if told is None or isinstance(told, NotCollected):
        return told
    rules = told.get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    named = (rule.get("ApplyServerSideEncryptionByDefault", {}).get(key) for rule in rules)
    return next((name for name in named if name), None)


def _has_rule(
    told: Mapping[str, Any] | NotCollected | None, fits: Callable[[Mapping[str, Any]], object]
) -> Flag:
    """Whether a rule that is on, and covers the whole bucket, does what is asked."""
    if isinstance(told, NotCollected):
        return told
    return any(
        rule.get("Status") == "Enabled"
        and not rule.get("Prefix")
        and not any(rule.get("Filter", {}).values())
        and fits(rule)
        for rule in (told or {}).get("Rules", ())
    )


def _expires(rule: Mapping[str, Any]) -> object:
    return {"Days", "Date"} & set(rule.get("Expiration", {}))


def _logs_to(told: Mapping[str, Any] | NotCollected | None) -> Text | None:
    if told is None or isinstance(told, NotCollected):
        return told
    target: str | None = told.get("LoggingEnabled", {}).get("TargetBucket")
    return target


def _targets(every: Iterable[_Read]) -> Iterator[str]:
    return (one.logs_to for one in every if isinstance(one.logs_to, str) and one.logs_to != one.name)


def _doors(scope: Scope, aws: Aws) -> Mapping[str, tuple[str, ...]] | NotCollected:
    """Names of the access points open to the internet, by bucket."""
    found: dict[str, tuple[str, ...]] = {}
    for one in aws.pages(
        "s3control:ListAccessPoints", "AccessPointList", about="access points", AccountId=scope.number
    ):
        if isinstance(one, NotCollected):
            return one
        if one.get("NetworkOrigin") == "Internet":
            bucket = str(one.get("Bucket"))
            found[bucket] = (*found.get(bucket, ()), str(one.get("Name")))
    return found


def _load(aws: Aws, every: Iterable[_Read]) -> Mapping[Metric, Number | None]:
    """Size and number of objects of every bucket, asked where each stands."""
    by_region: dict[str, list[Metric]] = defaultdict(list)
    for one in every:
        by_region[one.region] += [_metric(one.name, *pair) for pair in _MEASURED]
        by_region[one.region].append(_counted(one.name))
    found: dict[Metric, Number | None] = {}
    for region, metrics in by_region.items():
        found |= measured(aws, metrics, region)
    return found


def _metric(name: str, metric: str, storage: str) -> Metric:
    dimensions = (("BucketName", name), ("StorageType", storage))
    return Metric(_NAMESPACE, metric, dimensions, "Maximum", days=2)


def _counted(name: str) -> Metric:
    return msgspec.structs.replace(_metric(name, *_MEASURED[1]), days=DAYS)


def _bucket(scope: Scope, aws: Aws, one: _Read, above: _Above) -> Bucket:
    blocks = {name: _either(above.block[name], one.block[name]) for name in _BLOCKS}
    restricts, ignores = blocks["RestrictPublicBuckets"], blocks["IgnorePublicAcls"]
    whole = _reach(scope, one, ("*",))
    policies = _policies(scope, aws, one, restricts)
    ways = _ways(policies, one.grants, restricts=restricts, ignores=ignores)
    is_website, cors_writes = _pages(aws, one, ways)
    proof = _proof(one, above.logs_in[one.name])
    gap = _policy_gap(aws, one)
    return Bucket(
        entity=scope.entity,
        source=scope.source("ListBuckets"),
        name=one.name,
        arn=one.arn,
        region=one.region,
        is_blocked=_is_on(blocks),
        is_blocked_above=_is_on(above.block),
        public_grant=openings(ways),
        lists=ways["lists"],
        reads=ways["reads"],
        writes=ways["writes"],
        sleeping=_sleeping(policies, one.grants, ways),
        strangers=_strangers(whole, one.grants, restricts, gap),
        is_unscoped=(isinstance(whole, Reach) and whole.is_unscoped) or gap or False,
        has_grants=one.grants if isinstance(one.grants, NotCollected) else not one.grants.is_plain,
        owner_enforced=_owner_enforced(aws, one),
        refuses_http=_refuses_http(one) or gap or False,
        is_versioned=_versioned(one.versioning, "Status"),
        encryption=_encryption(one.encryption, "SSEAlgorithm"),
        logs_to=one.logs_to,
        is_website=is_website,
        cors_writes=cors_writes,
        expires=_has_rule(one.lifecycle, _expires),
        proof=proof,
        is_locked=_is_locked(aws, one) if proof else None,
        is_at_home=_is_at_home(scope, aws, one),
        access_points=_of(above.doors, one.name),
        size_gb=_size(aws, one, above.measured),
        objects=_objects(aws, one, above.measured),
        created=one.created,
        most_objects_30d=_most_objects(one, above.measured),
        ends_uploads=_has_rule(one.lifecycle, lambda rule: rule.get("AbortIncompleteMultipartUpload")),
        ends_versions=_has_rule(one.lifecycle, lambda rule: rule.get("NoncurrentVersionExpiration")),
        cools=_has_rule(one.lifecycle, lambda rule: rule.get("Transitions") or rule.get("Transition")),
        key=_encryption(one.encryption, "KMSMasterKeyID"),
    )


def _either(above: Flag, own: Flag) -> Flag:
    """A block holds where it is on at either level; where one is not known, the other alone can say yes."""
    if above is True or own is True:
        return True
    return above if isinstance(above, NotCollected) else own


def _reach(scope: Scope, one: _Read, actions: tuple[str, ...]) -> Reached:
    if isinstance(one.policy, NotCollected):
        return one.policy
    return reach(
        one.policy,
        account=scope.number,
        known=scope.trusted,
        actions=actions,
        resource=one.arn,
        own_id=one.owner,
        edge_ids=one.edge_ids,
    )


def _policies(scope: Scope, aws: Aws, one: _Read, restricts: Flag) -> Mapping[str, Reached]:
    """Whom the policy lets in by what is done; the service's own word is asked where that is not plain."""
    found = {name: _reach(scope, one, actions) for name, actions in _ACTIONS.items()}
    doubtful = (isinstance(way, Reach) and way.kind in _DOUBTFUL for way in found.values())
    if restricts is True or not any(doubtful):
        return found
    told = _ask(aws, one.name, one.region, "GetBucketPolicyStatus", "NoSuchBucketPolicy")
    is_public = isinstance(told, dict) and told.get("PolicyStatus", {}).get("IsPublic") is True
    return stricter(found) if is_public else found


def _ways(
    policies: Mapping[str, Reached], grants: Grants | NotCollected, *, restricts: Flag, ignores: Flag
) -> Mapping[str, Reached]:
    groups: Mapping[str, Group | NotCollected] = {
        "lists": grants if isinstance(grants, NotCollected) else grants.lists,
        "reads": "nobody",
        "writes": grants if isinstance(grants, NotCollected) else grants.writes,
    }
    return {
        name: effective(policies[name], groups[name], restricts=restricts, ignores=ignores, may=may)
        for name, may in DOES.items()
    }


def _sleeping(
    policies: Mapping[str, Reached], grants: Grants | NotCollected, ways: Mapping[str, Reached]
) -> Text | None:
    """What strangers could do besides if nothing were blocked."""
    awake = openings(ways)
    asleep = openings(_ways(policies, grants, restricts=False, ignores=False))
    return None if asleep == awake else asleep


def _strangers(
    whole: Reached, grants: Grants | NotCollected, restricts: Flag, gap: NotCollected | None
) -> Names:
    """Accounts that nobody named; a policy that is public as a whole lets them in only while it is not cut off."""
    if isinstance(grants, NotCollected):
        return grants
    if isinstance(whole, NotCollected):
        return whole
    if whole.is_open and whole.strangers and restricts is not False:
        return grants.strangers if restricts is True else restricts
    found = (*whole.strangers, *grants.strangers)
    return found if found or gap is None else gap


def _policy_gap(aws: Aws, one: _Read) -> NotCollected | None:
    """Why it is not known what the policy says, or what some of it does."""
    if isinstance(one.policy, NotCollected):
        return one.policy
    reason = oddity(one.policy)
    return NotCollected(aws.name, one.name, f"GetBucketPolicy: {reason}") if reason else None


def _owner_enforced(aws: Aws, one: _Read) -> Flag | None:
    if isinstance(one.grants, NotCollected):
        return one.grants
    if one.grants.is_plain:
        return None
    told = _ask(aws, one.name, one.region, "GetBucketOwnershipControls", "OwnershipControlsNotFoundError")
    if not isinstance(told, dict):
        return told or False
    rules = told.get("OwnershipControls", {}).get("Rules", ())
    return any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in rules)


def _refuses_http(one: _Read) -> bool:
    """Whether every request without encryption on its way is denied to everyone."""
    return not isinstance(one.policy, NotCollected) and any(
        not denial.is_all_but
        and [(line.operator, line.key, line.values) for line in denial.conditions] == [_PLAIN]
        for denial in denials(one.policy, actions=("s3:*",), resource=one.arn)
    )


def _versioned(told: Mapping[str, Any] | NotCollected, key: str) -> Flag:
    return told if isinstance(told, NotCollected) else told.get(key) == "Enabled"


def _pages(aws: Aws, one: _Read, ways: Mapping[str, Reached]) -> tuple[Flag, Flag | None]:
    """Whether it answers as a site, and whether pages of any site may write; each asked only where it matters."""
    is_website: Flag = False
    if any(isinstance(way, NotCollected) or way.kind in (*_DOUBTFUL, *_OPEN) for way in ways.values()):
        told = _ask(aws, one.name, one.region, "GetBucketWebsite", "NoSuchWebsiteConfiguration")
        is_website = told if isinstance(told, NotCollected) else told is not None
    is_reached = any(
        isinstance(way, Reach) and (way.is_open or way.kind == "unknown") for way in ways.values()
    )
    is_behind = isinstance(one.policy, str) and _CDN.search(one.policy)
    if not (is_reached or is_behind or is_website is True):
        return is_website, unread(is_website, *ways.values())
    cors = _ask(aws, one.name, one.region, "GetBucketCors", "NoSuchCORSConfiguration")
    if isinstance(cors, NotCollected):
        return is_website, cors
    return is_website, any(
        "*" in rule.get("AllowedOrigins", ()) and _CORS_WRITES.intersection(rule.get("AllowedMethods", ()))
        for rule in (cors or {}).get("CORSRules", ())
    )


def _proof(one: _Read, logging: int) -> Text | None:
    """Why it is taken to hold what must not be erased."""
    if logging:
        return f"access logs of {logging} {'bucket' if logging == 1 else 'buckets'} go there"
    if isinstance(one.grants, Grants) and one.grants.has_logs:
        return "logs are delivered to it"
    if isinstance(one.policy, str) and _KEEPERS.search(one.policy):
        return "its policy lets the provider deliver logs"
    named = _PROOF.search(one.name)
    return f"its name contains “{named[1]}”" if named else None


def _is_locked(aws: Aws, one: _Read) -> Flag:
    """Whether what it holds cannot simply be erased: by a lock, a second factor, or a denial."""
    if isinstance(one.versioning, dict) and one.versioning.get("MFADelete") == "Enabled":
        return True
    if not isinstance(one.policy, NotCollected) and _refuses_erasing(one.policy, one.arn):
        return True
    told = _ask(
        aws, one.name, one.region, "GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"
    )
    if isinstance(told, dict):
        return bool(told.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")
    parts = (told, one.versioning, _policy_gap(aws, one))
    return next((part for part in parts if isinstance(part, NotCollected)), False)


def _refuses_erasing(policy: str | None, arn: str) -> bool:
    """Whether everyone but somebody who is named is denied to delete."""
    return any(
        denial.is_all_but or all(line.is_negated and line.key in _SPARES for line in denial.conditions)
        for denial in denials(policy, actions=_ERASES, resource=arn)
    )


def _is_at_home(scope: Scope, aws: Aws, one: _Read) -> Flag:
    if not one.region:
        return NotCollected(aws.name, one.name, "ListBuckets: no region")
    return scope.account is None or one.region in scope.account.regions


def _of(doors: Mapping[str, tuple[str, ...]] | NotCollected, name: str) -> Names:
    return doors if isinstance(doors, NotCollected) else doors.get(name, ())


def _size(aws: Aws, one: _Read, found: Mapping[Metric, Number | None]) -> Number:
    size = _measurement(aws, one, found, _MEASURED[0])
    return size if isinstance(size, NotCollected) else size / _GIB


def _objects(aws: Aws, one: _Read, found: Mapping[Metric, Number | None]) -> Count:
    count = _measurement(aws, one, found, _MEASURED[1])
    return count if isinstance(count, NotCollected) else int(count)


def _most_objects(one: _Read, found: Mapping[Metric, Number | None]) -> Count:
    """Nothing measured in 30 days is none: the service counts a bucket once it holds something."""
    count = found[_counted(one.name)]
    return count if isinstance(count, NotCollected) else int(count or 0)


def _measurement(
    aws: Aws, one: _Read, found: Mapping[Metric, Number | None], metric: tuple[str, str]
) -> Number:
    """One number; an empty bucket is not measured at all, so that none is not known."""
    value = found[_metric(one.name, *metric)]
    return NotCollected(aws.name, one.name, "GetMetricData: nothing measured") if value is None else value
