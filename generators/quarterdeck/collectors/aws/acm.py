"""Reads certificates of the certificate manager: names, days and how they renew, never a key."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.domains import Certificate
from quarterdeck.model.cloud.hosts import plain
from quarterdeck.model.observed import NotCollected, Observed, Text

EDGE = "us-east-1"
"""Where the certificates of distributions stand, whatever regions are looked at."""

_GONE = ("ResourceNotFoundException",)
_KEYS = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)
"""All kinds of keys: without naming them, only the two commonest are listed."""
_NOTICE = timedelta(days=60)
"""So long before the end a renewal begins."""


@collector(
    "aws-acm",
    calls=calls("acm", "ListCertificates", "DescribeCertificate"),
    kinds=(Certificate,),
)
def certificates(scope: Scope, aws: Aws) -> Found:
    """Every certificate of a region, with its renewal where that is due."""
    for region in _regions(scope):
        listed = []
        pages = aws.pages(
            "acm:ListCertificates",
            "CertificateSummaryList",
            of=Certificate,
            region=region,
            Includes={"keyTypes": list(_KEYS)},
        )
        for one in pages:
            if isinstance(one, NotCollected):
                yield one
            else:
                listed.append((region, one))
        yield from aws.each(listed, lambda one: _certificate(scope, aws, *one))


def _regions(scope: Scope) -> tuple[str, ...]:
    """The region of the job; the first one looks after the edge where no other does."""
    regions = scope.account.regions if scope.account else (scope.region,)
    is_alone = EDGE not in regions and scope.region == regions[0]
    return (scope.region, EDGE) if is_alone else (scope.region,)


def _certificate(scope: Scope, aws: Aws, region: str, one: Mapping[str, Any]) -> Iterator[Observed]:
    arn = one["CertificateArn"]
    is_imported = one["Type"] == "IMPORTED" if "Type" in one else _gap(aws, arn, "Type")
    yield Certificate(
        entity=scope.entity,
        source=scope.source("ListCertificates"),
        name=plain(one.get("DomainName", "")),
        arn=arn,
        region=region,
        expires=_day(one, "NotAfter"),
        in_use=one.get("InUse", _gap(aws, arn, "InUse")),
        names=_names(aws, one),
        status=one.get("Status", _gap(aws, arn, "Status")),
        is_imported=is_imported,
        algorithm=_algorithm(aws, one),
        requested=_day(one, "CreatedAt"),
        issued=_day(one, "IssuedAt") or _day(one, "ImportedAt"),
        renewal=_renewal(scope, aws, region, one),
    )


def _gap(aws: Aws, arn: str, what: str) -> NotCollected:
    return NotCollected(aws.name, arn, f"ListCertificates: no {what}")


def _day(one: Mapping[str, Any], key: str) -> date | None:
    told = one.get(key)
    return told.date() if isinstance(told, datetime) else None


def _names(aws: Aws, one: Mapping[str, Any]) -> tuple[str, ...] | NotCollected:
    """All names; the list is cut after a hundred."""
    if one.get("HasAdditionalSubjectAlternativeNames"):
        return _gap(aws, one["CertificateArn"], "names after the first hundred")
    names = (one.get("DomainName", ""), *(one.get("SubjectAlternativeNameSummaries") or ()))
    return tuple(dict.fromkeys(plain(name) for name in names if name))


def _algorithm(aws: Aws, one: Mapping[str, Any]) -> Text:
    """The service writes it with a hyphen in some answers."""
    told = str(one.get("KeyAlgorithm", "")).replace("-", "_")
    return told if told in _KEYS else _gap(aws, one["CertificateArn"], f"known KeyAlgorithm {told}".rstrip())


def _renewal(scope: Scope, aws: Aws, region: str, one: Mapping[str, Any]) -> Text | None:
    """How the renewal of an issued certificate stands, asked in the last days before its end alone."""
    end = one.get("NotAfter")
    is_due = isinstance(end, datetime) and end - scope.taken_at <= _NOTICE
    if not is_due or one.get("Type") == "IMPORTED" or one.get("Status") != "ISSUED":
        return None
    arn = one["CertificateArn"]
    told = aws.ask("acm:DescribeCertificate", about=arn, gone=_GONE, region=region, CertificateArn=arn)
    if not isinstance(told, dict):
        return told
    status = ((told.get("Certificate") or {}).get("RenewalSummary") or {}).get("RenewalStatus")
    return str(status) if status else None
