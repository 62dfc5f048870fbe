"""Checks of zones, their records and registered domains, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.checks.leading import leads_to
from quarterdeck.model.cloud.apis import Api
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import PublicAddresses, RegisteredDomain, Zone, ZoneRecord
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.declared import Declared
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import DomainCheck, SiteCheck
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

JADA = "jada.example"


def ends_in(days: int, **fields: object) -> dict[str, object]:
    return {"expires": days_before(-days)} | fields


DOMAINS: list[tuple[str, str, dict[str, object], str]] = [
    ("AWS-R53-01", "61 days", ends_in(61), "pass"),
    ("AWS-R53-01", "60 days", ends_in(60), "fail high"),
    ("AWS-R53-01", "15 days", ends_in(15), "fail high"),
    ("AWS-R53-01", "14 days", ends_in(14), "fail critical"),
    ("AWS-R53-01", "ended", ends_in(-3), "fail critical"),
    ("AWS-R53-01", "renews itself", ends_in(15, auto_renew=True), "pass"),
    ("AWS-R53-01", "should have renewed itself", ends_in(14, auto_renew=True), "fail critical"),
    ("AWS-R53-01", "does not renew itself", ends_in(60, auto_renew=False), "fail high"),
    ("AWS-R53-01", "refused", {"expires": REFUSED}, "unknown"),
    ("AWS-R53-02", "renews itself", ends_in(9, auto_renew=True), "pass"),
    ("AWS-R53-02", "91 days", ends_in(91, auto_renew=False), "fail medium"),
    ("AWS-R53-02", "90 days", ends_in(90, auto_renew=False), "fail high"),
    ("AWS-R53-02", "day refused", {"expires": REFUSED, "auto_renew": False}, "fail medium"),
    ("AWS-R53-02", "refused", {"auto_renew": REFUSED}, "unknown"),
    ("AWS-R53-03", "locked", {"locked": True}, "pass"),
    ("AWS-R53-03", "not", {"locked": False}, "fail medium"),
    ("AWS-R53-03", "no lock there", {"locked": False, "domain": "jada.co.uk"}, "n/a"),
    ("AWS-R53-03", "refused", {"locked": REFUSED}, "unknown"),
    ("AWS-R53-09", "hidden", {"is_shown": False, "is_a_persons": REFUSED}, "pass"),
    ("AWS-R53-09", "shown", {"is_shown": True, "is_a_persons": True}, "fail low"),
    ("AWS-R53-09", "a company", {"is_shown": True, "is_a_persons": False}, "n/a"),
    ("AWS-R53-09", "refused", {"is_shown": REFUSED, "is_a_persons": True}, "unknown"),
    ("AWS-R53-09", "owner refused", {"is_shown": True, "is_a_persons": REFUSED}, "unknown"),
]


@pytest.mark.parametrize(("code", "case", "fields", "expected"), DOMAINS)
def test_a_domain(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(RegisteredDomain, **({"domain": JADA} | fields))) == expected, case


SITE = "box.s3-website-us-west-2.amazonaws.com"
BY_NAME = "s3-website-us-west-2.amazonaws.com"
API = "a1.execute-api.us-west-2.amazonaws.com"
ADDRESS = "abc.lambda-url.us-west-2.on.aws"
EDGE = "d1.cloudfront.net"
BOX = seen(Bucket, name="box")
SHOP = "shop.jada.example"
ANSWERS = seen(SiteCheck, site=SHOP, answers=True)
SILENT = seen(SiteCheck, site=SHOP, answers=False)

NOWHERE: list[tuple[str, tuple[str, ...], tuple[Seen, ...], str]] = [
    ("a bucket", (SITE,), (BOX,), "pass"),
    ("a bucket that is gone", (SITE,), (), "fail high"),
    ("one of two is gone", (EDGE, SITE), (seen(Distribution, name="E1", host=EDGE),), "fail high"),
    ("the bucket of its own name", (BY_NAME,), (seen(Bucket, name=SHOP),), "pass"),
    ("no bucket of its own name", (BY_NAME,), (BOX,), "fail high"),
    ("a distribution", (EDGE,), (seen(Distribution, name="E1", host=EDGE),), "pass"),
    ("a distribution that is gone", (EDGE,), (seen(Distribution, name="E2", host="d2"),), "fail high"),
    ("distributions not whole", (EDGE,), (seen(Distribution, name="E2", host=REFUSED),), "unknown"),
    ("an interface", (API,), (seen(Api, name="book", host=API),), "pass"),
    ("an interface that nobody listed", (API,), (), "unknown"),
    ("a function", (ADDRESS,), (seen(Function, name="f", url=f"https://{ADDRESS}/"),), "pass"),
    ("a function that nobody listed", (ADDRESS,), (), "unknown"),
    ("a hosting service", ("jada.github.io",), (), "unknown"),
    ("a hosting service that answers", ("jada.github.io",), (ANSWERS,), "pass"),
    ("a hosting service that is silent", ("jada.github.io",), (SILENT,), "unknown"),
    ("a load balancer", ("dualstack.lb-1.us-west-2.elb.amazonaws.com",), (), "unknown"),
    ("no service", ("mail.other.example",), (), "n/a"),
    ("an address", ("192.0.2.7",), (), "n/a"),
]


@pytest.mark.parametrize(("case", "targets", "others", "expected"), NOWHERE)
def test_where_a_record_leads(
    case: str, targets: tuple[str, ...], others: tuple[Seen, ...], expected: str
) -> None:
    record = seen(ZoneRecord, name=SHOP, type="CNAME", targets=targets)
    assert judged("AWS-R53-04", record, *others) == expected, case


def test_a_record_that_was_not_read_or_is_another_zones() -> None:
    assert judged("AWS-R53-04", seen(ZoneRecord, name=SHOP, type="CNAME", targets=REFUSED)) == "unknown"
    assert (
        judged("AWS-R53-04", seen(ZoneRecord, name=SHOP, type="NS", targets=("ns1.other.example",))) == "n/a"
    )


def test_what_nobody_listed_is_not_known_to_be_gone() -> None:
    record = seen(ZoneRecord, name=SHOP, type="CNAME", targets=(SITE,))
    assert judged("AWS-R53-04", record, snapshots=()) == "unknown"
    assert judged("AWS-R53-04", seen(ZoneRecord, name=SHOP, type="CNAME", targets=(EDGE,)), snapshots=()) == (
        "unknown"
    )


LOST = "52.4.0.0"
"""An address that the provider gives to customers of its first region."""


def held(*addresses: str, region: str = "us-east-1") -> PublicAddresses:
    return seen(PublicAddresses, account="main", region=region, addresses=addresses)


ADDRESSES: list[tuple[str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("held", {"targets": (LOST,)}, (held(LOST),), "pass"),
    ("held in another account", {"targets": (LOST,)}, (held(), held(LOST)), "pass"),
    ("lost", {"targets": (LOST,)}, (held("52.4.0.1"),), "fail medium"),
    ("one of two lost", {"targets": (LOST, "52.4.0.1")}, (held("52.4.0.1"),), "fail medium"),
    ("nobody's", {"targets": ("192.0.2.7",)}, (), "n/a"),
    ("no number", {"targets": ("d1.cloudfront.net",)}, (), "n/a"),
    ("another region", {"targets": (LOST,)}, (held(region="us-west-2"),), "unknown"),
    ("addresses not asked", {"targets": (LOST,)}, (), "unknown"),
    (
        "addresses refused",
        {"targets": (LOST,)},
        (seen(PublicAddresses, account="main", region="us-east-1", addresses=REFUSED),),
        "unknown",
    ),
    ("refused", {"targets": REFUSED}, (), "unknown"),
    ("a name", {"targets": ("box.example",), "type": "CNAME"}, (), "n/a"),
]


@pytest.mark.parametrize(("case", "fields", "others", "expected"), ADDRESSES)
def test_an_address(case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str) -> None:
    record = seen(ZoneRecord, **({"name": SHOP, "type": "A"} | fields))
    assert judged("AWS-R53-05", record, *others) == expected, case


OWN = ("ns1.aws.example", "ns2.aws.example")
OTHER = ("ns1.elsewhere.example",)
PUBLIC: dict[str, Any] = {"name": JADA, "arn": "z1", "is_private": False, "name_servers": OWN}
CREW = PUBLIC | {"name": "crew.jada.example"}


def zone(**fields: object) -> Zone:
    return seen(Zone, **(PUBLIC | fields))


def record(name: str, *targets: str, kind: str = "CNAME") -> ZoneRecord:
    return seen(ZoneRecord, name=name, type=kind, targets=targets, zone="z1")


def above(*servers: str) -> ZoneRecord:
    return record("crew.jada.example", *servers, kind="NS")


CHARGE: list[tuple[str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("the registrar's", PUBLIC, (seen(RegisteredDomain, domain=JADA, name_servers=OWN[::-1]),), "pass"),
    (
        "not the registrar's",
        PUBLIC,
        (seen(RegisteredDomain, domain=JADA, name_servers=OTHER),),
        "fail medium",
    ),
    (
        "one of them alone",
        PUBLIC,
        (seen(RegisteredDomain, domain=JADA, name_servers=OWN[:1]),),
        "fail medium",
    ),
    ("the world's", PUBLIC, (seen(DomainCheck, domain=JADA, name_servers=OWN),), "pass"),
    ("not the world's", PUBLIC, (seen(DomainCheck, domain=JADA, name_servers=OTHER),), "fail medium"),
    (
        "the registrar counts for more",
        PUBLIC,
        (
            seen(RegisteredDomain, domain=JADA, name_servers=OWN),
            seen(DomainCheck, domain=JADA, name_servers=OTHER),
        ),
        "pass",
    ),
    ("the zone above's", CREW, (above(*OWN),), "pass"),
    ("not the zone above's", CREW, (above(*OTHER),), "fail medium"),
    ("nobody says", PUBLIC, (), "unknown"),
    ("refused", PUBLIC, (seen(RegisteredDomain, domain=JADA, name_servers=REFUSED),), "unknown"),
    (
        "records refused",
        PUBLIC | {"name_servers": REFUSED},
        (seen(RegisteredDomain, domain=JADA, name_servers=OWN),),
        "unknown",
    ),
    ("private", PUBLIC | {"is_private": True}, (), "n/a"),
]


@pytest.mark.parametrize(("case", "fields", "others", "expected"), CHARGE)
def test_whom_the_world_asks(
    case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    assert judged("AWS-R53-06", seen(Zone, **fields), *others) == expected, case


@pytest.mark.parametrize(
    ("case", "fields", "others", "expected"),
    [
        ("one", {}, (zone(name="qos.example"),), "pass"),
        ("two", {}, (zone(arn="z2"),), "fail medium"),
        ("two, one private", {}, (zone(arn="z2", is_private=True),), "pass"),
        ("two, one not known", {}, (zone(arn="z2", is_private=REFUSED),), "unknown"),
        ("private", {"is_private": True}, (), "n/a"),
    ],
)
def test_two_zones(case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str) -> None:
    assert judged("AWS-R53-07", zone(**fields), *others) == expected, case


def test_other_zones_may_not_be_known() -> None:
    assert judged("AWS-R53-07", zone(), snapshots=()) == "unknown"


WWW = "www.jada.example"
THERE = seen(SiteCheck, site=JADA, has_twin=False)
TWIN = seen(SiteCheck, site=JADA, has_twin=True)
UNREAD_TWIN = seen(SiteCheck, site=JADA, has_twin=REFUSED)
BARE = record(JADA, EDGE, kind="A")
ASKED = seen(DomainCheck, domain=JADA, name_servers=OWN)

HALVES: list[tuple[str, tuple[Seen, ...], str]] = [
    ("no site", (BARE,), "n/a"),
    ("both, at one place", (THERE, ASKED, BARE, record(WWW, EDGE)), "pass"),
    ("both, one through the other", (THERE, ASKED, BARE, record(WWW, JADA)), "pass"),
    ("by an asterisk", (THERE, ASKED, BARE, record("*.jada.example", JADA)), "pass"),
    ("without www", (THERE, ASKED, BARE), "fail low"),
    ("with www alone", (THERE, ASKED, record(WWW, EDGE)), "fail low"),
    ("neither", (THERE, ASKED), "fail low"),
    ("two sites", (TWIN, ASKED, BARE, record(WWW, "d2.cloudfront.net")), "fail medium"),
    ("one leads to the other", (THERE, ASKED, BARE, record(WWW, "d2.cloudfront.net")), "pass"),
    ("not known which", (UNREAD_TWIN, ASKED, BARE, record(WWW, "d2.cloudfront.net")), "unknown"),
    (
        "by its distribution",
        (seen(Distribution, name="E1", aliases=(WWW,)), ASKED, record(WWW, EDGE)),
        "fail low",
    ),
    ("nobody says who is asked", (THERE, BARE), "unknown"),
    ("aliases not known", (seen(Distribution, name="E1", aliases=REFUSED), BARE), "unknown"),
    ("elsewhere", (THERE, seen(RegisteredDomain, domain=JADA, name_servers=OTHER)), "unknown"),
]


@pytest.mark.parametrize(("case", "others", "expected"), HALVES)
def test_halves_of_a_name(case: str, others: tuple[Seen, ...], expected: str) -> None:
    assert judged("AWS-R53-08", zone(), *others) == expected, case


def test_halves_of_a_name_that_were_not_read() -> None:
    assert judged("AWS-R53-08", zone(name_servers=REFUSED), THERE) == "unknown"
    assert judged("AWS-R53-08", zone(is_private=True), THERE) == "n/a"


def test_which_distributions_there_are_may_not_be_known() -> None:
    assert judged("AWS-R53-08", zone(), BARE, ASKED, snapshots=()) == "unknown"


def test_settings_name_a_site() -> None:
    declared = Declared(sites={"jada": (JADA,)})
    assert judged("AWS-R53-08", zone(), ASKED, BARE, declared=declared) == "fail low"


def test_names_are_followed_in_a_circle_once() -> None:
    circle = [record("a.jada.example", "b.jada.example"), record("b.jada.example", "a.jada.example")]
    assert leads_to("a.jada.example", audited(zone(), ASKED, *circle)) == ()


def test_of_two_zones_only_the_one_that_the_world_asks_tells() -> None:
    old = seen(ZoneRecord, name=JADA, type="A", targets=("192.0.2.7",), zone="z2")
    facts = audited(zone(), zone(arn="z2", name_servers=OTHER), ASKED, BARE, old)
    assert leads_to(JADA, facts) == (EDGE,)


def test_a_name_of_no_zone_is_not_known() -> None:
    why = "no zone that was looked at answers for it"
    assert leads_to("qos.example", audited(zone())) == NotCollected("aws-route53", "qos.example", why)
