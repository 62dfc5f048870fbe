"""What is read of buckets, against a server of one's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.buckets import AccountBlock, Bucket
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.observed import NotCollected
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list

PLAIN = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::box", "arn:aws:s3:::box/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
FOR_ALL = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*"}
EVERY_BLOCK = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


def made(cloud: Cloud, name: str = "box", policy: list[dict[str, Any]] | None = None) -> Any:  # noqa: ANN401 - a client
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name)
    if policy:
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Statement": policy}))
    cloud.stubs.answer("s3control:ListAccessPoints", {"AccessPointList": []})
    cloud.stubs.asked.clear()
    return s3


def the_bucket(cloud: Cloud, name: str = "box") -> Bucket:
    seen, gaps = cloud.collect("aws-s3")
    assert gaps == []
    return next(one for one in seen if isinstance(one, Bucket) and one.name == name)


def kind(reached: Reach | NotCollected) -> str:
    return reached.kind if isinstance(reached, Reach) else "gap"


def test_a_new_bucket_is_nobodys_but_the_owners(cloud: Cloud) -> None:
    made(cloud)
    one = the_bucket(cloud)
    assert [kind(way) for way in (one.lists, one.reads, one.writes)] == ["nobody"] * 3
    assert (one.arn, one.is_blocked, one.public_grant, one.sleeping) == (
        "arn:aws:s3:::box",
        False,
        None,
        None,
    )
    assert (one.has_grants, one.owner_enforced, one.strangers, one.is_unscoped) == (False, None, (), False)
    assert (one.is_versioned, one.encryption, one.logs_to, one.expires) == (False, None, None, False)
    assert (one.is_website, one.cors_writes, one.proof, one.is_locked) == (False, None, None, None)
    assert (one.refuses_http, one.access_points) == (False, ())


def test_a_bucket_costs_seven_questions(cloud: Cloud) -> None:
    for name in ("one", "two", "box"):
        made(cloud, name)
    cloud.collect("aws-s3")
    asked = {call: times for call, times in cloud.stubs.asked.items() if call.startswith("s3")}
    assert sum(asked.values()) == 3 + 7 * 3, asked


def test_an_open_policy_is_asked_about_further(cloud: Cloud) -> None:
    s3 = made(cloud, policy=[FOR_ALL, PLAIN])
    s3.put_bucket_website(Bucket="box", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    rule = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["*"]}
    s3.put_bucket_cors(Bucket="box", CORSConfiguration={"CORSRules": [rule]})
    one = the_bucket(cloud)
    assert (kind(one.reads), kind(one.lists), one.public_grant) == ("public", "nobody", "read")
    assert (one.is_website, one.cors_writes, one.refuses_http) == (True, True, True)
    assert cloud.stubs.asked["s3:GetBucketPolicyStatus"] == 0


def test_what_is_blocked_sleeps(cloud: Cloud) -> None:
    s3 = made(cloud, policy=[FOR_ALL])
    s3.put_public_access_block(Bucket="box", PublicAccessBlockConfiguration=EVERY_BLOCK)
    one = the_bucket(cloud)
    assert (one.is_blocked, one.is_blocked_above, one.public_grant, one.sleeping) == (
        True,
        False,
        None,
        "read",
    )


def test_the_account_blocks_for_all(cloud: Cloud) -> None:
    made(cloud, policy=[FOR_ALL])
    cloud.client("s3control")
    cloud.stubs.answer("s3control:GetPublicAccessBlock", {"PublicAccessBlockConfiguration": EVERY_BLOCK})
    seen, _ = cloud.collect("aws-s3")
    account, bucket = seen
    assert isinstance(account, AccountBlock)
    assert isinstance(bucket, Bucket)
    assert (account.account, account.is_on, account.off, account.bare) == ("main", True, (), ("box",))
    assert (bucket.is_blocked, bucket.is_blocked_above) == (True, True)
    assert cloud.stubs.asked["s3:GetBucketWebsite"] == 0


def test_a_doubtful_policy_takes_the_services_word_where_that_is_worse(cloud: Cloud) -> None:
    made(cloud, policy=[FOR_ALL | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}])
    cloud.stubs.answer("s3:GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": True}})
    assert kind(the_bucket(cloud).reads) == "public"
    cloud.stubs.answer("s3:GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": False}})
    assert kind(the_bucket(cloud).reads) == "restricted"


def test_an_access_list_is_read(cloud: Cloud) -> None:
    s3 = made(cloud)
    s3.put_bucket_acl(Bucket="box", ACL="public-read")
    one = the_bucket(cloud)
    assert (kind(one.lists), one.public_grant, one.has_grants) == ("public", "list", True)
    assert one.owner_enforced is False


def test_logs_and_backups_are_proof(cloud: Cloud) -> None:
    s3 = made(cloud, "kept")
    made(cloud)
    made(cloud, "nightly-backups")
    s3.put_bucket_acl(Bucket="kept", ACL="log-delivery-write")
    s3.put_bucket_logging(
        Bucket="box", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "kept", "TargetPrefix": "box/"}}
    )
    seen, _ = cloud.collect("aws-s3")
    by_name = {one.name: one for one in seen if isinstance(one, Bucket)}
    assert by_name["box"].logs_to == "kept"
    assert (by_name["box"].proof, by_name["box"].is_locked) == (None, None)
    assert (by_name["kept"].proof, by_name["kept"].is_locked) == ("access logs of 1 bucket go there", False)
    assert by_name["nightly-backups"].proof == "its name contains “backups”"


def test_who_denies_to_erase_keeps(cloud: Cloud) -> None:
    keeper = {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": f"arn:aws:iam::{NUMBER}:role/keeper"},
        "Action": "s3:Delete*",
        "Resource": ["arn:aws:s3:::books", "arn:aws:s3:::books/*"],
    }
    made(cloud, "books", [keeper])
    assert the_bucket(cloud, "books").is_locked is True


def test_what_is_set_up_is_read(cloud: Cloud) -> None:
    s3 = made(cloud)
    s3.put_bucket_versioning(Bucket="box", VersioningConfiguration={"Status": "Enabled"})
    sse = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="box", ServerSideEncryptionConfiguration={"Rules": [sse]})
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket="box", LifecycleConfiguration={"Rules": [rule]})
    one = the_bucket(cloud)
    assert (one.is_versioned, one.encryption, one.expires) == (True, "aws:kms", True)


def test_a_rule_for_a_part_does_not_cover_all(cloud: Cloud) -> None:
    s3 = made(cloud)
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket="box", LifecycleConfiguration={"Rules": [rule]})
    assert the_bucket(cloud).expires is False


def test_a_stranger_is_told_apart(cloud: Cloud) -> None:
    stranger = FOR_ALL | {"Principal": {"AWS": "arn:aws:iam::999988884821:root"}}
    made(cloud, policy=[stranger])
    assert the_bucket(cloud).strangers == ("account ending 4821",)


def test_a_refusal_is_a_gap_in_its_field_alone(cloud: Cloud) -> None:
    made(cloud, policy=[FOR_ALL])
    for call in ("GetBucketPolicy", "GetBucketAcl", "GetBucketVersioning"):
        cloud.stubs.answer(f"s3:{call}", Refusal())
    cloud.stubs.answer("s3control:GetPublicAccessBlock", Refusal())
    one = the_bucket(cloud)
    gaps = {
        "reads": "GetBucketPolicy: AccessDenied",
        "lists": "GetBucketPolicy: AccessDenied",
        "is_versioned": "GetBucketVersioning: AccessDenied",
        "has_grants": "GetBucketAcl: AccessDenied",
        "refuses_http": "GetBucketPolicy: AccessDenied",
        "public_grant": "GetBucketPolicy: AccessDenied",
        "is_blocked": "GetPublicAccessBlock: AccessDenied",
    }
    assert {name: getattr(getattr(one, name), "reason", "") for name in gaps} == gaps
    assert (one.expires, one.logs_to, one.is_blocked_above) == (False, None, one.is_blocked)


def test_a_policy_that_is_not_understood_is_not_known(cloud: Cloud) -> None:
    made(cloud, policy=[{"Effect": "Allow", "Unheard": "of"}])
    cloud.stubs.answer("s3:GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": False}})
    one = the_bucket(cloud)
    gap = NotCollected("aws-s3", "box", "GetBucketPolicy: a statement has Unheard, which is not known")
    assert (one.strangers, one.is_unscoped, one.refuses_http) == (gap, gap, gap)
    assert [kind(way) for way in (one.lists, one.reads, one.writes)] == ["unknown"] * 3


def test_buckets_that_cannot_be_listed_are_a_gap(cloud: Cloud) -> None:
    made(cloud)
    cloud.stubs.answer("s3:ListBuckets", Refusal())
    seen, gaps = cloud.collect("aws-s3")
    assert [one for one in seen if isinstance(one, Bucket)] == []
    assert gaps == [NotCollected("aws-s3", "bucket", "ListBuckets: AccessDenied")]


def test_a_bucket_that_is_gone_is_left_out(cloud: Cloud) -> None:
    made(cloud)
    cloud.stubs.answer("s3:GetBucketPolicy", Refusal("NoSuchBucket", 404))
    seen, gaps = cloud.collect("aws-s3")
    assert [type(one) for one in seen] == [AccountBlock]
    assert gaps == []


def test_the_region_is_the_buckets_own(cloud: Cloud) -> None:
    made(cloud)
    listed = [{"Name": "box", "BucketRegion": "eu-west-1"}]
    cloud.stubs.answer("s3:ListBuckets", {"Buckets": listed, "Owner": {"ID": "o"}})
    one = the_bucket(cloud)
    assert (one.region, one.is_at_home) == ("eu-west-1", False)


EDGE_ID = "ab" * 32
BY_ID = FOR_ALL | {"Principal": {"CanonicalUser": EDGE_ID}}
IDENTITIES = {
    "CloudFrontOriginAccessIdentityList": {
        "Marker": "",
        "MaxItems": 100,
        "IsTruncated": False,
        "Quantity": 1,
        "Items": [{"Id": "E1", "S3CanonicalUserId": EDGE_ID, "Comment": ""}],
    }
}
OF_EDGE = "cloudfront:ListCloudFrontOriginAccessIdentities"


def test_a_user_by_its_id_may_be_a_distribution_of_ours(cloud: Cloud) -> None:
    made(cloud, policy=[BY_ID])
    cloud.stubs.answer(OF_EDGE, IDENTITIES)
    assert the_bucket(cloud).strangers == ()
    none = IDENTITIES["CloudFrontOriginAccessIdentityList"] | {"Quantity": 0, "Items": []}
    cloud.stubs.answer(OF_EDGE, {"CloudFrontOriginAccessIdentityList": none})
    assert the_bucket(cloud).strangers == (f"user ending {EDGE_ID[-4:]}",)


def test_where_distributions_could_not_be_listed_a_user_is_not_known(cloud: Cloud) -> None:
    made(cloud, policy=[BY_ID])
    cloud.stubs.answer(OF_EDGE, Refusal("AccessDenied"))
    one = the_bucket(cloud)
    assert isinstance(one.reads, Reach)
    assert one.reads.kind == "unknown"
    assert one.strangers != (f"user ending {EDGE_ID[-4:]}",)


def test_distributions_are_asked_for_only_where_a_policy_names_a_user(cloud: Cloud) -> None:
    made(cloud, policy=[PLAIN])
    the_bucket(cloud)
    assert OF_EDGE not in cloud.stubs.asked
