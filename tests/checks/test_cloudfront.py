"""Checks of distributions, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.cloud.apis import Api, ApiRoute, ApiStage
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Behavior, Distribution, Origin
from quarterdeck.model.cloud.domains import Certificate, Zone, ZoneRecord
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.declared import Declared
from quarterdeck.model.web import DomainCheck, SiteCheck, SitePage
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

Row = tuple[str, str, dict[str, Any], tuple["Seen", ...], str]

JADA = "jada.example"
EDGE = "d1.cloudfront.net"
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"
API_HOST = "a1.execute-api.us-west-2.amazonaws.com"
FUNCTION_HOST = "abc.lambda-url.us-west-2.on.aws"


def behavior(origin: str = "o", **fields: Any) -> Behavior:  # noqa: ANN401 - any field of it
    plain: dict[str, Any] = {
        "protocol": "redirect-to-https",
        "is_signed": False,
        "signs_in": False,
        "is_compressed": True,
    }
    return Behavior(origin=origin, **(plain | fields))


def bucket(name: str = "box", **fields: Any) -> Origin:  # noqa: ANN401 - any field of it
    plain: dict[str, Any] = {
        "id": "o",
        "host": f"{name}.s3.us-west-2.amazonaws.com",
        "kind": "bucket",
        "access": "control",
    }
    return Origin(name=name, **(plain | fields))


def website(name: str = "box") -> Origin:
    host = f"{name}.s3-website-us-west-2.amazonaws.com"
    return Origin(id="o", host=host, kind="website", name=name, protocol="http-only")


def custom(host: str = "api.jada.example", **fields: Any) -> Origin:  # noqa: ANN401 - any field of it
    plain: dict[str, Any] = {"id": "o", "kind": "other", "protocol": "https-only", "tls": ("TLSv1.2",)}
    return Origin(host=host, name=host, **(plain | fields))


def api(**fields: Any) -> Origin:  # noqa: ANN401 - any field of it
    return custom(API_HOST, kind="api", **fields)


def function(**fields: Any) -> Origin:  # noqa: ANN401 - any field of it
    return custom(FUNCTION_HOST, kind="function", **fields)


def does(*behaviors: Behavior) -> dict[str, Any]:
    return {"behaviors": behaviors}


def from_(*places: Origin, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a distribution
    return {"places": places, "behaviors": (behavior(),)} | fields


CLEAR = behavior(protocol="allow-all")
BOOKING = seen(SiteCheck, site=JADA, booking_link="https://jada.example/go")

ENCRYPTION: list[Row] = [
    ("AWS-CF-01", "redirects", does(behavior()), (), "pass"),
    ("AWS-CF-01", "refuses", does(behavior(protocol="https-only")), (), "pass"),
    ("AWS-CF-01", "allows all", does(CLEAR), (), "fail medium"),
    (
        "AWS-CF-01",
        "one of two",
        does(behavior(), behavior(path="/x", protocol="allow-all")),
        (),
        "fail medium",
    ),
    (
        "AWS-CF-01",
        "a booking path",
        does(behavior(), behavior(path="/book/*", protocol="allow-all")),
        (),
        "fail high",
    ),
    (
        "AWS-CF-01",
        "the booking link leads there",
        does(CLEAR) | {"aliases": (JADA,)},
        (BOOKING,),
        "fail high",
    ),
    ("AWS-CF-01", "one not known", does(behavior(), behavior(protocol=REFUSED)), (), "unknown"),
    ("AWS-CF-01", "refused", {"behaviors": REFUSED}, (), "unknown"),
    ("AWS-CF-02", "new", {"min_tls": "TLSv1.2_2021"}, (), "pass"),
    ("AWS-CF-02", "old", {"min_tls": "TLSv1.1_2016"}, (), "fail medium"),
    ("AWS-CF-02", "oldest", {"min_tls": "SSLv3"}, (), "fail medium"),
    ("AWS-CF-02", "the service's own", {"min_tls": None}, (), "n/a"),
    ("AWS-CF-02", "of the future", {"min_tls": "TLSv2_2040"}, (), "unknown"),
    ("AWS-CF-02", "refused", {"min_tls": REFUSED}, (), "unknown"),
    ("AWS-CF-04", "encrypted", from_(custom()), (), "pass"),
    ("AWS-CF-04", "a bucket", from_(bucket()), (), "pass"),
    ("AWS-CF-04", "in the clear", from_(custom(protocol="http-only")), (), "fail medium"),
    ("AWS-CF-04", "as the visitor, encrypted", from_(custom(protocol="match-viewer")), (), "pass"),
    (
        "AWS-CF-04",
        "as the visitor, in the clear",
        from_(custom(protocol="match-viewer"), behaviors=(CLEAR,)),
        (),
        "fail medium",
    ),
    (
        "AWS-CF-04",
        "as the visitor, elsewhere in the clear",
        from_(custom(protocol="match-viewer"), behaviors=(behavior(), behavior("p", protocol="allow-all"))),
        (),
        "pass",
    ),
    (
        "AWS-CF-04",
        "as the visitor, not known",
        from_(custom(protocol="match-viewer"), behaviors=REFUSED),
        (),
        "unknown",
    ),
    (
        "AWS-CF-04",
        "as the visitor, protocol not known",
        from_(custom(protocol="match-viewer"), behaviors=(behavior(protocol=REFUSED),)),
        (),
        "unknown",
    ),
    ("AWS-CF-04", "a bucket's web site", from_(website()), (), "fail low"),
    ("AWS-CF-04", "protocol refused", from_(custom(protocol=REFUSED)), (), "unknown"),
    ("AWS-CF-04", "refused", {"places": REFUSED}, (), "unknown"),
    ("AWS-CF-05", "new", from_(custom()), (), "pass"),
    ("AWS-CF-05", "old", from_(custom(tls=("TLSv1", "TLSv1.2"))), (), "fail low"),
    ("AWS-CF-05", "in the clear anyway", from_(custom(tls=("TLSv1",), protocol="http-only")), (), "pass"),
    ("AWS-CF-05", "refused", {"places": REFUSED}, (), "unknown"),
]


def certificate(*names: str, days: int = 99, **fields: object) -> Certificate:
    known = {"arn": ARN, "names": names, "expires": days_before(-days)}
    return seen(Certificate, **({"name": names[0] if names else JADA} | known | fields))


def named(*aliases: str, **fields: object) -> dict[str, Any]:
    return {"aliases": aliases, "certificate": ARN, "host": EDGE} | fields


ASKED = seen(DomainCheck, domain=JADA, name_servers=("ns1",))
ZONE = seen(Zone, name=JADA, arn="z", is_private=False, name_servers=("ns1",))


def leads(name: str, *targets: str) -> ZoneRecord:
    return seen(ZoneRecord, name=name, type="A", targets=targets, zone="z")


NAMES: list[Row] = [
    ("AWS-CF-03", "for it", named(JADA), (certificate(JADA),), "pass"),
    ("AWS-CF-03", "by an asterisk", named("www.jada.example"), (certificate("*.jada.example"),), "pass"),
    (
        "AWS-CF-03",
        "the asterisk is not the bare name",
        named(JADA),
        (certificate("*.jada.example"),),
        "fail high",
    ),
    ("AWS-CF-03", "nor two words", named("a.b.jada.example"), (certificate("*.jada.example"),), "fail high"),
    ("AWS-CF-03", "one name is left out", named(JADA, "www.jada.example"), (certificate(JADA),), "fail high"),
    ("AWS-CF-03", "ends today", named(JADA), (certificate(JADA, days=0),), "pass"),
    ("AWS-CF-03", "ended", named(JADA), (certificate(JADA, days=-1),), "fail high"),
    ("AWS-CF-03", "gone", named(JADA), (certificate(JADA, arn=f"{ARN}2"),), "fail high"),
    ("AWS-CF-03", "its region was not looked at", named(JADA), (), "unknown"),
    ("AWS-CF-03", "the service's own", named(JADA, certificate=None), (), "fail high"),
    ("AWS-CF-03", "no name", named(certificate=None), (), "n/a"),
    ("AWS-CF-03", "kept elsewhere", named(JADA, certificate="ASCA1"), (), "unknown"),
    ("AWS-CF-03", "names refused", named(JADA), (certificate(JADA, names=REFUSED),), "unknown"),
    ("AWS-CF-03", "day refused", named(JADA), (certificate(JADA, expires=REFUSED),), "unknown"),
    ("AWS-CF-03", "refused", named(JADA, certificate=REFUSED), (), "unknown"),
    ("AWS-CF-14", "there", named(JADA), (ZONE, ASKED, leads(JADA, EDGE)), "pass"),
    (
        "AWS-CF-14",
        "through another name",
        named("www.jada.example"),
        (ZONE, ASKED, leads("www.jada.example", JADA), leads(JADA, EDGE)),
        "pass",
    ),
    ("AWS-CF-14", "elsewhere", named(JADA), (ZONE, ASKED, leads(JADA, "d2.cloudfront.net")), "fail medium"),
    ("AWS-CF-14", "nowhere", named(JADA), (ZONE, ASKED), "fail medium"),
    ("AWS-CF-14", "no zone", named(JADA), (), "unknown"),
    (
        "AWS-CF-14",
        "another's zone",
        named(JADA),
        (ZONE, leads(JADA, "d2.example"), seen(DomainCheck, domain=JADA, name_servers=("ns9",))),
        "unknown",
    ),
    ("AWS-CF-14", "no name", named(), (), "n/a"),
    ("AWS-CF-14", "host refused", named(JADA, host=REFUSED), (ZONE, ASKED, leads(JADA, EDGE)), "unknown"),
    ("AWS-CF-14", "refused", {"aliases": REFUSED, "host": EDGE}, (), "unknown"),
    ("AWS-CF-15", "known", named(JADA), (seen(DomainCheck, domain=JADA),), "pass"),
    ("AWS-CF-15", "beneath it", named("*.jada.example"), (seen(SiteCheck, site=JADA),), "pass"),
    ("AWS-CF-15", "of nobody", named("old.example"), (seen(DomainCheck, domain=JADA),), "fail low"),
    (
        "AWS-CF-15",
        "a domain of nobody",
        named(JADA),
        (seen(DomainCheck, domain=JADA, entity=""),),
        "fail low",
    ),
    ("AWS-CF-15", "no name", named(), (), "pass"),
    ("AWS-CF-15", "refused", {"aliases": REFUSED}, (), "unknown"),
]

BOX = seen(Bucket, name="box")
GUESTS = seen(Bucket, name="guests")
WRITABLE = seen(Bucket, name="box", writes=Reach("service", "cloudfront.amazonaws.com may call s3:putobject"))
ODD = seen(Bucket, name="box", writes=Reach("unknown", "it is no JSON"))
SHUT = seen(Bucket, name="box", writes=Reach("same-account"))
SIGNED = behavior(is_signed=True)
WRITES = from_(bucket(), behaviors=(behavior(writes=True),))
IN_FRONT = seen(Function, name="f", url=f"https://{FUNCTION_HOST}/", is_url_open=True)
SHUT_FUNCTION = seen(Function, name="f", url=f"https://{FUNCTION_HOST}/", is_url_open=False)
INTERFACE = seen(Api, name="book", arn="api", host=API_HOST)
OPEN_ROUTE = seen(ApiRoute, name="book", arn="api", route="/", method="GET", auth=None)
SHUT_ROUTE = seen(ApiRoute, name="book", arn="api", route="/", method="GET", auth="JWT")
ODD_ROUTE = seen(ApiRoute, name="book", arn="api", route="/x", method="GET", auth=REFUSED)

BEHIND: list[Row] = [
    ("AWS-CF-06", "there", from_(bucket()), (BOX,), "pass"),
    ("AWS-CF-06", "gone", from_(bucket()), (), "fail high"),
    ("AWS-CF-06", "a web site that is gone", from_(website()), (), "fail high"),
    (
        "AWS-CF-06",
        "a host",
        from_(custom()),
        (seen(DomainCheck, domain="api.jada.example", has_address=True),),
        "pass",
    ),
    (
        "AWS-CF-06",
        "a host without an address",
        from_(custom()),
        (seen(DomainCheck, domain="api.jada.example", has_address=False),),
        "fail high",
    ),
    (
        "AWS-CF-06",
        "a host of our zone",
        from_(custom()),
        (ZONE, ASKED, leads("api.jada.example", "192.0.2.7")),
        "pass",
    ),
    ("AWS-CF-06", "a host that our zone lacks", from_(custom()), (ZONE, ASKED), "fail high"),
    ("AWS-CF-06", "a host that nobody asked", from_(custom()), (), "unknown"),
    ("AWS-CF-06", "an interface", from_(api()), (INTERFACE,), "pass"),
    ("AWS-CF-06", "an interface that nobody listed", from_(api()), (), "unknown"),
    ("AWS-CF-06", "a function", from_(function()), (IN_FRONT,), "pass"),
    ("AWS-CF-06", "gone beside not known", from_(custom(), bucket()), (), "fail high"),
    ("AWS-CF-06", "refused", {"places": REFUSED}, (), "unknown"),
    ("AWS-CF-07", "by control", from_(bucket()), (), "pass"),
    ("AWS-CF-07", "by identity", from_(bucket(access="identity")), (), "fail low"),
    ("AWS-CF-07", "like anybody", from_(bucket(access="none")), (), "fail medium"),
    ("AWS-CF-07", "one of two", from_(bucket(access="identity"), bucket(access="none")), (), "fail medium"),
    ("AWS-CF-07", "access refused", from_(bucket(access=REFUSED)), (), "unknown"),
    ("AWS-CF-07", "no bucket", from_(custom()), (), "n/a"),
    ("AWS-CF-07", "refused", {"places": REFUSED}, (), "unknown"),
    ("AWS-CF-08", "nothing about people", from_(bucket()), (BOX,), "n/a"),
    ("AWS-CF-08", "about guests", from_(bucket("guests")), (GUESTS,), "fail critical"),
    ("AWS-CF-08", "about guests, as a web site", from_(website("guests")), (GUESTS,), "fail critical"),
    ("AWS-CF-08", "signed", from_(bucket("guests"), behaviors=(SIGNED,)), (GUESTS,), "pass"),
    (
        "AWS-CF-08",
        "signs in",
        from_(bucket("guests"), behaviors=(behavior(signs_in=True),)),
        (GUESTS,),
        "pass",
    ),
    (
        "AWS-CF-08",
        "one path is not",
        from_(bucket("guests"), behaviors=(SIGNED, behavior(path="/x"))),
        (GUESTS,),
        "fail critical",
    ),
    (
        "AWS-CF-08",
        "a path to something else",
        from_(bucket("guests"), behaviors=(SIGNED, behavior("other", path="/x"))),
        (GUESTS,),
        "pass",
    ),
    (
        "AWS-CF-08",
        "a function of unknown purpose",
        from_(bucket("guests"), behaviors=(behavior(signs_in=REFUSED),)),
        (GUESTS,),
        "unknown",
    ),
    (
        "AWS-CF-08",
        "by its tags",
        from_(bucket()),
        (seen(Bucket, name="box", tags=(("data", "personal"),)),),
        "fail critical",
    ),
    ("AWS-CF-08", "refused", {"places": REFUSED}, (), "unknown"),
    ("AWS-CF-09", "neither", from_(bucket()), (), "n/a"),
    ("AWS-CF-09", "by control", from_(function(access="control")), (), "pass"),
    ("AWS-CF-09", "an open function", from_(function()), (IN_FRONT,), "fail low"),
    ("AWS-CF-09", "a function that is shut", from_(function()), (SHUT_FUNCTION,), "pass"),
    ("AWS-CF-09", "a header", from_(function(has_header=True)), (IN_FRONT,), "unknown"),
    ("AWS-CF-09", "a function nobody listed", from_(function()), (), "unknown"),
    ("AWS-CF-09", "an open interface", from_(api()), (INTERFACE, SHUT_ROUTE, OPEN_ROUTE), "fail low"),
    (
        "AWS-CF-09",
        "an open interface for bookings",
        from_(api(), behaviors=(behavior(path="/book/*"),)),
        (INTERFACE, OPEN_ROUTE),
        "fail medium",
    ),
    ("AWS-CF-09", "an interface that is shut", from_(api()), (INTERFACE, SHUT_ROUTE), "pass"),
    ("AWS-CF-09", "a route not known", from_(api()), (INTERFACE, SHUT_ROUTE, ODD_ROUTE), "unknown"),
    ("AWS-CF-09", "no route known", from_(api()), (INTERFACE,), "unknown"),
    ("AWS-CF-09", "refused", {"places": REFUSED}, (), "unknown"),
    ("AWS-CF-17", "a page of its own", from_(bucket(), error_pages=(404,)), (), "pass"),
    ("AWS-CF-17", "another page", from_(bucket(), error_pages=(500,)), (), "fail low"),
    ("AWS-CF-17", "none", from_(bucket(), error_pages=()), (), "fail low"),
    ("AWS-CF-17", "no bucket", from_(custom(), error_pages=()), (), "n/a"),
    ("AWS-CF-17", "refused", from_(bucket(), error_pages=REFUSED), (), "unknown"),
    ("AWS-CF-19", "reads", from_(bucket()), (SHUT,), "pass"),
    ("AWS-CF-19", "writes", WRITES, (SHUT,), "fail low"),
    ("AWS-CF-19", "writes, and may", WRITES, (WRITABLE,), "fail medium"),
    ("AWS-CF-19", "writes, not known whether it may", WRITES, (), "fail low"),
    ("AWS-CF-19", "writes, by an odd policy", WRITES, (ODD,), "fail low"),
    ("AWS-CF-19", "writes elsewhere", from_(bucket(), behaviors=(behavior("p", writes=True),)), (), "pass"),
    ("AWS-CF-19", "no bucket", from_(custom(), behaviors=(behavior(writes=True),)), (), "n/a"),
    ("AWS-CF-19", "refused", {"places": REFUSED}, (), "unknown"),
]

LOGIN = does(behavior(), behavior(path="/login*"))
API_LOGIN = from_(api(), behaviors=(behavior(path="/login*"),))
PAYS = seen(SitePage, site=JADA, path="/cart", purposes=("checkout",))
STAGE = seen(ApiStage, name="book/prod", api="api", is_limited=True, has_waf=False)
BARE_STAGE = seen(ApiStage, name="book/prod", api="api", is_limited=False, has_waf=False)
ODD_STAGE = seen(ApiStage, name="book/prod", api="api", is_limited=REFUSED, has_waf=False)
YEAR = seen(SiteCheck, site=JADA, hsts_days=365)
NEVER = seen(SiteCheck, site=JADA, hsts_days=0)
UNREAD = seen(SiteCheck, site=JADA, hsts_days=REFUSED)
FUNCTION_IN_FRONT = does(behavior(has_function=True))
BUSY = {"requests_30d": 1000}

SERVING: list[Row] = [
    ("AWS-CF-10", "a page", from_(bucket(), root="index.html"), (), "pass"),
    ("AWS-CF-10", "none", from_(bucket(), root=None), (), "fail medium"),
    ("AWS-CF-10", "a function", from_(bucket(), root=None, **FUNCTION_IN_FRONT), (), "pass"),
    ("AWS-CF-10", "a web site of a bucket", from_(website(), root=None), (), "n/a"),
    ("AWS-CF-10", "no bucket by default", from_(bucket(id="b"), custom(), root=None), (), "n/a"),
    ("AWS-CF-10", "refused", from_(bucket(), root=REFUSED), (), "unknown"),
    ("AWS-CF-11", "logged", {"logging": True}, (), "pass"),
    ("AWS-CF-11", "not", {"logging": False}, (), "fail low"),
    ("AWS-CF-11", "refused", {"logging": REFUSED}, (), "unknown"),
    ("AWS-CF-12", "a policy", does(behavior()) | {"has_hsts": True}, (), "pass"),
    ("AWS-CF-12", "none", does(behavior()) | {"has_hsts": False}, (), "fail low"),
    ("AWS-CF-12", "a function", FUNCTION_IN_FRONT | {"has_hsts": False}, (), "pass"),
    (
        "AWS-CF-12",
        "the site does",
        does(behavior()) | {"aliases": (JADA,), "has_hsts": False},
        (YEAR,),
        "pass",
    ),
    (
        "AWS-CF-12",
        "the site does not",
        FUNCTION_IN_FRONT | {"aliases": (JADA,), "has_hsts": True},
        (NEVER,),
        "n/a",
    ),
    (
        "AWS-CF-12",
        "the site is not known",
        does(behavior()) | {"aliases": (JADA,), "has_hsts": True},
        (UNREAD,),
        "pass",
    ),
    ("AWS-CF-12", "refused", does(behavior()) | {"has_hsts": REFUSED}, (), "unknown"),
    ("AWS-CF-13", "no such path", does(behavior()) | {"waf": False}, (), "n/a"),
    ("AWS-CF-13", "a sign-in", LOGIN | {"waf": False}, (), "fail low"),
    (
        "AWS-CF-13",
        "a page that takes money",
        does(behavior()) | {"waf": False, "aliases": (JADA,)},
        (PAYS,),
        "fail low",
    ),
    (
        "AWS-CF-13",
        "another's page",
        does(behavior()) | {"waf": False, "aliases": ("x.example",)},
        (PAYS,),
        "n/a",
    ),
    ("AWS-CF-13", "a firewall", LOGIN | {"waf": True}, (), "pass"),
    ("AWS-CF-13", "limits behind it", API_LOGIN | {"waf": False}, (INTERFACE, STAGE), "pass"),
    ("AWS-CF-13", "no limits behind it", API_LOGIN | {"waf": False}, (INTERFACE, BARE_STAGE), "fail low"),
    ("AWS-CF-13", "limits not known", API_LOGIN | {"waf": False}, (INTERFACE, ODD_STAGE), "unknown"),
    ("AWS-CF-13", "interfaces not listed", API_LOGIN | {"waf": False}, (), "unknown"),
    ("AWS-CF-13", "refused", LOGIN | {"waf": REFUSED}, (), "unknown"),
    ("AWS-CF-16", "no error", BUSY | {"failed_30d": Decimal(0)}, (), "pass"),
    ("AWS-CF-16", "just under 1%", BUSY | {"failed_30d": Decimal("0.99")}, (), "pass"),
    ("AWS-CF-16", "1%", BUSY | {"failed_30d": Decimal(1)}, (), "fail medium"),
    ("AWS-CF-16", "5%", BUSY | {"failed_30d": Decimal(5)}, (), "fail high"),
    ("AWS-CF-16", "too few", {"requests_30d": 999, "failed_30d": Decimal(50)}, (), "pass"),
    ("AWS-CF-16", "nothing measured", {"requests_30d": 0, "failed_30d": None}, (), "pass"),
    ("AWS-CF-16", "refused", BUSY | {"failed_30d": REFUSED}, (), "unknown"),
    ("AWS-CF-18", "compressed", from_(bucket()), (), "pass"),
    ("AWS-CF-18", "not", from_(bucket(), behaviors=(behavior(is_compressed=False),)), (), "fail low"),
    ("AWS-CF-18", "fetched anew", from_(bucket(), behaviors=(behavior(is_cached=False),)), (), "fail low"),
    (
        "AWS-CF-18",
        "fetched anew of a program",
        from_(api(), behaviors=(behavior(is_cached=False),)),
        (),
        "pass",
    ),
    (
        "AWS-CF-18",
        "of an unknown place",
        {"places": REFUSED, "behaviors": (behavior(is_cached=False),)},
        (),
        "unknown",
    ),
    (
        "AWS-CF-18",
        "compression refused",
        from_(bucket(), behaviors=(behavior(is_compressed=REFUSED),)),
        (),
        "unknown",
    ),
    ("AWS-CF-18", "refused", {"behaviors": REFUSED}, (), "unknown"),
]


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"), [*ENCRYPTION, *NAMES, *BEHIND, *SERVING]
)
def test_a_distribution(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    one = seen(Distribution, **({"name": "E1", "is_on": True} | fields))
    assert judged(code, one, *others) == expected, case


ALL = sorted(code for code in CHECKS if code.startswith("AWS-CF-"))


def test_all_checks_have_rows() -> None:
    assert sorted({code for code, *_ in (*ENCRYPTION, *NAMES, *BEHIND, *SERVING)}) == ALL
    assert len(ALL) == 19


@pytest.mark.parametrize("code", sorted({*ALL} - {"AWS-CF-15", "AWS-CF-16"}))
def test_what_is_switched_off_is_not_judged(code: str) -> None:
    assert judged(code, seen(Distribution, name="E1", is_on=False)) == "n/a"
    assert judged(code, seen(Distribution, name="E1", is_on=REFUSED)) == "unknown"


@pytest.mark.parametrize("code", ["AWS-CF-15", "AWS-CF-16"])
def test_two_questions_are_asked_of_what_is_switched_off(code: str) -> None:
    fields = named("old.example", requests_30d=2000, failed_30d=Decimal(2))
    assert judged(code, seen(Distribution, name="E1", is_on=False, **fields)).startswith("fail")


def test_what_other_collectors_did_not_see_is_not_known() -> None:
    one = seen(Distribution, name="E1", is_on=True, **named(JADA))
    assert judged("AWS-CF-03", one, certificate(JADA, arn=f"{ARN}2"), snapshots=()) == "unknown"
    for code, fields in (
        ("AWS-CF-06", from_(bucket())),
        ("AWS-CF-08", from_(bucket())),
    ):
        one = seen(Distribution, name="E1", is_on=True, **fields)
        assert judged(code, one, snapshots=()) == "unknown", code


def test_a_bucket_that_is_a_site_on_purpose_may_be_read() -> None:
    one = seen(Distribution, name="E1", is_on=True, **from_(bucket("guests")))
    assert judged("AWS-CF-08", one, GUESTS, declared=Declared(sites={"jada": ("guests",)})) == "n/a"


def test_settings_give_a_name_to_a_business() -> None:
    one = seen(Distribution, name="E1", **named(JADA))
    assert judged("AWS-CF-15", one, declared=Declared(sites={"jada": ("https://jada.example/",)})) == "pass"


@pytest.mark.parametrize(("has_header", "expected"), [(True, "pass"), (False, "fail low")])
def test_a_header_guards_the_sign_in_that_asks_for_it(expected: str, *, has_header: bool) -> None:
    stack = (("aws:cloudformation:logical-id", "SignIn"), ("aws:cloudformation:stack-name", "harbor"))
    ours = msgspec.structs.replace(IN_FRONT, tags=stack)
    one = seen(Distribution, name="E1", is_on=True, **from_(function(has_header=has_header)))
    assert judged("AWS-CF-09", one, ours, declared=Declared(site_stack="harbor")) == expected
