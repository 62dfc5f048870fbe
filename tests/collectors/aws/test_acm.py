"""Certificates, as a server has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.domains import Certificate
from quarterdeck.model.observed import NotCollected
from tests.cloud import ACCOUNT, TAKEN_AT

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def listed(cloud: Cloud, **fields: object) -> None:
    """One certificate that is in use and far from its end."""
    known = {
        "CertificateArn": ARN,
        "DomainName": "Jada.example",
        "SubjectAlternativeNameSummaries": ["jada.example", "*.jada.example"],
        "HasAdditionalSubjectAlternativeNames": False,
        "Status": "ISSUED",
        "Type": "AMAZON_ISSUED",
        "KeyAlgorithm": "RSA-2048",
        "InUse": True,
        "CreatedAt": datetime(2026, 1, 1, tzinfo=UTC),
        "IssuedAt": datetime(2026, 1, 2, tzinfo=UTC),
        "NotAfter": TAKEN_AT + timedelta(days=200),
    }
    given = {key: value for key, value in (known | fields).items() if value is not None}
    cloud.stubs.answer("acm:ListCertificates", {"CertificateSummaryList": [given]})


def seen(cloud: Cloud) -> Certificate:
    (one,), gaps = cloud.collect("aws-acm")
    assert gaps == []
    assert isinstance(one, Certificate)
    return one


def test_a_certificate_that_somebody_asked_for(cloud: Cloud) -> None:
    arn = cloud.client("acm").request_certificate(DomainName="jada.example")["CertificateArn"]
    one = seen(cloud)
    assert (one.name, one.arn, one.region, one.is_imported) == ("jada.example", arn, "us-east-1", False)
    assert (one.algorithm, one.in_use) == ("RSA_2048", False)
    assert one.status == "PENDING_VALIDATION"


def test_a_certificate_in_use(cloud: Cloud) -> None:
    listed(cloud)
    one = seen(cloud)
    assert (one.name, one.names) == ("jada.example", ("jada.example", "*.jada.example"))
    assert (one.status, one.algorithm, one.in_use, one.renewal) == ("ISSUED", "RSA_2048", True, None)
    assert (one.requested, one.issued) == (date(2026, 1, 1), date(2026, 1, 2))
    assert one.expires == (TAKEN_AT + timedelta(days=200)).date()


def test_one_from_elsewhere_was_issued_when_it_came(cloud: Cloud) -> None:
    came = datetime(2026, 3, 1, tzinfo=UTC)
    listed(cloud, Type="IMPORTED", IssuedAt=None, ImportedAt=came)
    one = seen(cloud)
    assert (one.is_imported, one.issued) == (True, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("fields", "answer", "expected"),
    [
        ({"NotAfter": TAKEN_AT + timedelta(days=61)}, {}, None),
        ({"NotAfter": TAKEN_AT + timedelta(days=60)}, {"RenewalStatus": "FAILED"}, "FAILED"),
        ({"NotAfter": TAKEN_AT + timedelta(days=60)}, None, None),
        ({"NotAfter": TAKEN_AT, "Type": "IMPORTED"}, {"RenewalStatus": "FAILED"}, None),
    ],
)
def test_how_a_renewal_stands_is_asked_near_the_end(
    cloud: Cloud, fields: dict[str, object], answer: dict[str, Any] | None, expected: str | None
) -> None:
    summary = {} if answer is None else {"RenewalSummary": {"DomainValidationOptions": []} | answer}
    cloud.stubs.answer("acm:DescribeCertificate", {"Certificate": {"CertificateArn": ARN} | summary})
    listed(cloud, **fields)
    assert seen(cloud).renewal == expected


def test_a_renewal_that_is_refused_is_not_known(cloud: Cloud) -> None:
    listed(cloud, NotAfter=TAKEN_AT)
    cloud.stubs.answer("acm:DescribeCertificate", Refusal())
    one = seen(cloud)
    assert one.renewal == NotCollected("aws-acm", ARN, "DescribeCertificate: AccessDenied")
    assert one.in_use is True


def test_a_list_that_is_refused_is_not_whole(cloud: Cloud) -> None:
    cloud.stubs.answer("acm:ListCertificates", Refusal())
    refused = NotCollected("aws-acm", "certificate", "ListCertificates: AccessDenied")
    assert cloud.collect("aws-acm") == ([], [refused])


def test_an_answer_with_almost_nothing_in_it_is_not_known(cloud: Cloud) -> None:
    cloud.stubs.answer("acm:ListCertificates", {"CertificateSummaryList": [{"CertificateArn": ARN}]})
    one = seen(cloud)
    fields = (one.in_use, one.status, one.is_imported, one.algorithm)
    assert all(isinstance(field, NotCollected) for field in fields)
    assert (one.expires, one.names) == (None, ())


def test_names_after_the_first_hundred_are_not_known(cloud: Cloud) -> None:
    listed(cloud, HasAdditionalSubjectAlternativeNames=True)
    assert isinstance(seen(cloud).names, NotCollected)


@pytest.mark.parametrize(
    ("regions", "region", "expected"),
    [
        (("us-east-1",), "us-east-1", ["us-east-1"]),
        (("us-west-2",), "us-west-2", ["us-west-2", "us-east-1"]),
        (("us-west-2", "eu-west-1"), "eu-west-1", ["eu-west-1"]),
        (("us-west-2", "us-east-1"), "us-west-2", ["us-west-2"]),
    ],
)
def test_the_edge_is_looked_after_once(
    cloud: Cloud, regions: tuple[str, ...], region: str, expected: list[str]
) -> None:
    for where in ("us-east-1", "us-west-2", "eu-west-1"):
        cloud.client("acm", where).request_certificate(DomainName="jada.example")
    account = msgspec.structs.replace(ACCOUNT, regions=regions)
    found, gaps = cloud.collect("aws-acm", account=account, region=region)
    assert gaps == []
    assert [one.region for one in found if isinstance(one, Certificate)] == expected
