"""What a host name says of the service that answers there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.cloud.hosts import Host, is_under, plain, read_host

REGION = "us-west-2"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("box.s3.amazonaws.com", Host("bucket", "box")),
        ("box.s3.us-west-2.amazonaws.com", Host("bucket", "box")),
        ("box.s3-us-west-2.amazonaws.com", Host("bucket", "box")),
        ("box.s3.dualstack.us-west-2.amazonaws.com", Host("bucket", "box")),
        ("box.s3.cn-north-1.amazonaws.com.cn", Host("bucket", "box")),
        ("www.jada.example.s3.amazonaws.com", Host("bucket", "www.jada.example")),
        ("box.s3-website-us-east-1.amazonaws.com", Host("website", "box")),
        ("box.s3-website.eu-central-1.amazonaws.com", Host("website", "box")),
        ("s3-website-us-east-1.amazonaws.com", Host("website", "")),
        ("D111ABC.cloudfront.net.", Host("distribution", "d111abc")),
        ("a1b2c3.execute-api.us-west-2.amazonaws.com", Host("api", "a1b2c3")),
        ("d-a1b2c3.execute-api.us-west-2.amazonaws.com", Host("api", "d-a1b2c3")),
        ("abc.lambda-url.us-west-2.on.aws", Host("function", "abc")),
        ("lb-1.us-west-2.elb.amazonaws.com", Host("balancer", "lb-1")),
        ("dualstack.lb-1.us-west-2.elb.amazonaws.com", Host("balancer", "lb-1")),
        ("lb-1.elb.us-gov-west-1.amazonaws.com", Host("balancer", "lb-1")),
        ("jada.github.io", Host("hosting", "jada")),
        ("github.io", Host("other", "github.io")),
        ("notcloudfront.net", Host("other", "notcloudfront.net")),
        ("box.s3.amazonaws.com.evil.example", Host("other", "box.s3.amazonaws.com.evil.example")),
        ("192.0.2.7", Host("other", "192.0.2.7")),
        ("", Host("other", "")),
    ],
)
def test_a_host(host: str, expected: Host) -> None:
    assert read_host(host) == expected


@given(st.text(max_size=80))
def test_any_name_is_read(name: str) -> None:
    read = read_host(name)
    assert read.kind == "other" or read.name in plain(name)


@given(st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True))
def test_the_bucket_of_any_address_is_found(bucket: str) -> None:
    assert read_host(f"{bucket}.s3.{REGION}.amazonaws.com").name.removeprefix("dualstack.") in bucket


@pytest.mark.parametrize(
    ("name", "domain", "expected"),
    [
        ("jada.example", "jada.example", True),
        ("www.jada.example", "jada.example", True),
        ("notjada.example", "jada.example", False),
        ("example", "jada.example", False),
    ],
)
def test_what_stands_beneath_a_domain(name: str, domain: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert is_under(name, domain) is expected
