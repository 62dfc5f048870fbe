"""Checks of web sites, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import results
from quarterdeck.model.check import Fail, NotApplicable, Pass, Verdict
from quarterdeck.model.cloud.apis import Api, ApiStage
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.declared import Declared
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Prose
from quarterdeck.model.sales import FunnelStep, Offer
from quarterdeck.model.values import Blank
from quarterdeck.model.web import Form, PageText, SiteCheck, SitePage
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF, a_handoff, a_row, a_source, an_entity, days_before, usd

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

SITE = "jada.example"


def _site(**fields: object) -> SiteCheck:
    return seen(SiteCheck, **({"site": SITE, "answers": True} | fields))


def _page(path: str = "/", purposes: tuple[str, ...] = ("home",), /, **says: Any) -> SitePage:  # noqa: ANN401 - any field
    return seen(SitePage, site=SITE, path=path, purposes=purposes, says=PageText(**says))


def _offer(name: str, price: str) -> Offer:
    return a_row(Offer, offer=name, price=usd(price), unit="sailing")


DOWN = {"answers": False, "silence": "its name leads nowhere"}
SOURCE = {"is_live": False}
UNREAD = seen(SitePage, site=SITE, path="/", purposes=("home",), says=REFUSED)
DRAWN = _page(is_drawn=True)
NOBODY = {"entity": "nobody"}
SUNSET = ("Sunset sail", usd(720))

POSTS = _page(forms=(Form("function", "x.on.aws"),))
API = seen(Api, name="a", arn="arn:a", host="x.on.aws")


def _function(**fields: object) -> Function:
    return seen(Function, **{"name": "f", "url": "https://x.on.aws/"} | fields)


def _stage(**fields: object) -> ApiStage:
    return seen(ApiStage, name="a/prod", api="arn:a", **fields)


# code, case, fields of the site, pages, verdict
TABLE: list[tuple[str, str, dict[str, Any], list[Seen], str]] = [
    ("WEB-01", "answers", {}, [], "pass"),
    ("WEB-01", "silent", DOWN, [], "fail high"),
    ("WEB-01", "silent on the way to a booking", DOWN | {"site": "book.jada.example"}, [], "fail critical"),
    ("WEB-01", "not asked", {"answers": REFUSED}, [], "unknown"),
    ("WEB-01", "its source", SOURCE, [], "n/a"),
    ("WEB-02", "encrypted", {"https": True}, [], "pass"),
    ("WEB-02", "plain", {"https": False}, [_page()], "fail medium"),
    ("WEB-02", "plain, a form", {"https": False}, [_page(collects=True)], "fail high"),
    ("WEB-02", "plain, pages not known", {"https": False}, [UNREAD], "fail medium"),
    ("WEB-02", "not known", {"https": REFUSED}, [], "unknown"),
    ("WEB-02", "silent", DOWN, [], "unknown"),
    ("WEB-02", "its source", SOURCE, [], "n/a"),
    (
        "WEB-03",
        "good",
        {"tls_fault": None, "tls_expires": days_before(-22), "min_tls": "TLSv1.2"},
        [],
        "pass",
    ),
    (
        "WEB-03",
        "old",
        {"tls_fault": None, "tls_expires": days_before(-90), "min_tls": "TLSv1.1"},
        [],
        "fail medium",
    ),
    (
        "WEB-03",
        "21 days",
        {"tls_fault": None, "tls_expires": days_before(-21), "min_tls": "TLSv1.2"},
        [],
        "fail high",
    ),
    ("WEB-03", "ended", {"tls_expires": days_before(1)}, [], "fail high"),
    ("WEB-03", "wrong name", {"tls_fault": "Hostname mismatch"}, [], "fail high"),
    ("WEB-03", "protocols not known", {"tls_fault": None, "tls_expires": days_before(-90)}, [], "unknown"),
    ("WEB-03", "plain alone", {"https": False}, [], "n/a"),
    ("WEB-03", "its source", SOURCE, [], "n/a"),
    ("WEB-04", "clean", {}, [_page()], "pass"),
    ("WEB-04", "pictures", {}, [_page(plain_images=1)], "fail low"),
    ("WEB-04", "scripts", {}, [_page(plain_images=1), _page("/b", (), plain_parts=1)], "fail medium"),
    ("WEB-04", "a form", {}, [_page(plain_parts=1, plain_forms=1)], "fail high"),
    ("WEB-04", "unread", {}, [UNREAD], "unknown"),
    ("WEB-04", "no page", {}, [], "unknown"),
    ("WEB-04", "no page, and mixed", {"mixed_content": True}, [], "fail medium"),
    ("WEB-05", "a year", {"hsts_days": 365}, [], "pass"),
    ("WEB-05", "180 days", {"hsts_days": 180}, [], "pass"),
    ("WEB-05", "179 days", {"hsts_days": 179}, [], "fail low"),
    ("WEB-05", "none", {"hsts_days": 0}, [], "fail low"),
    ("WEB-05", "plain alone", {"https": False}, [], "n/a"),
    ("WEB-05", "not known", {}, [], "unknown"),
    ("WEB-06", "guarded", {}, [_page(has_frame_guard=True)], "pass"),
    ("WEB-06", "open", {}, [_page()], "fail low"),
    (
        "WEB-06",
        "open checkout",
        {},
        [_page(has_frame_guard=True), _page("/pay", ("checkout",))],
        "fail medium",
    ),
    ("WEB-06", "open sign-in", {}, [_page(signs_in=True)], "fail medium"),
    ("WEB-06", "unread", {}, [UNREAD], "unknown"),
    ("WEB-06", "its source", SOURCE, [], "n/a"),
    ("WEB-07", "told", {}, [_page(has_nosniff=True)], "pass"),
    ("WEB-07", "not told", {}, [_page()], "fail low"),
    ("WEB-07", "unread", {}, [UNREAD], "unknown"),
    ("WEB-08", "a policy", {}, [_page(has_policy=True)], "pass"),
    ("WEB-08", "none", {}, [_page()], "fail low"),
    ("WEB-08", "none at the checkout", {}, [_page("/pay", ("checkout",))], "fail medium"),
    ("WEB-08", "unread", {}, [UNREAD], "unknown"),
    ("WEB-09", "none lax", {"lax_cookies": ()}, [], "pass"),
    ("WEB-09", "lax", {"lax_cookies": ("sid without HttpOnly",)}, [], "fail medium"),
    ("WEB-09", "not known", {}, [], "unknown"),
    ("WEB-10", "own", {"shares_with_all": False}, [], "pass"),
    ("WEB-10", "all", {"shares_with_all": True}, [], "fail medium"),
    ("WEB-10", "not known", {}, [], "unknown"),
    ("WEB-11", "nothing private", {}, [_page()], "pass"),
    ("WEB-11", "private, a policy", {}, [_page(leaky_addresses=1, has_referrer_policy=True)], "pass"),
    ("WEB-11", "private", {}, [_page(leaky_addresses=1)], "fail low"),
    ("WEB-11", "unread", {}, [UNREAD], "unknown"),
    ("WEB-12", "none open", {"open_files": ()}, [], "pass"),
    ("WEB-12", "open", {"open_files": ("/.env", "/app.js.map")}, [], "fail critical"),
    ("WEB-12", "a map alone", {"open_files": ("/app.js.map",)}, [], "fail low"),
    ("WEB-12", "not asked", {"open_files": None}, [], "n/a"),
    ("WEB-12", "not known", {"open_files": REFUSED}, [], "unknown"),
    ("WEB-13", "pages", {}, [_page()], "pass"),
    ("WEB-13", "a list", {}, [_page(is_listing=True)], "fail medium"),
    ("WEB-13", "unread", {}, [UNREAD], "unknown"),
    ("WEB-14", "the real site", {}, [_page()], "n/a"),
    ("WEB-15", "shown", {"robots_refuse": False}, [_page()], "pass"),
    ("WEB-15", "hidden", {"robots_refuse": False}, [_page(is_hidden=True)], "fail high"),
    (
        "WEB-15",
        "terms alone",
        {"robots_refuse": False},
        [_page(), _page("/t", ("terms",), is_hidden=True)],
        "pass",
    ),
    ("WEB-15", "robots", {"robots_refuse": True}, [], "fail high"),
    ("WEB-15", "robots not known", {}, [_page()], "unknown"),
    ("WEB-15", "unread", {"robots_refuse": False}, [UNREAD], "unknown"),
    ("WEB-16", "titles", {}, [_page(title="Sails"), _page("/b", (), title="Book")], "pass"),
    ("WEB-16", "one page", {}, [_page(title="Sails")], "pass"),
    ("WEB-16", "the same", {}, [_page(title="Sails"), _page("/b", (), title="Sails")], "fail medium"),
    ("WEB-16", "none", {}, [_page()], "fail medium"),
    ("WEB-16", "default", {}, [_page(title="React App", is_default_title=True)], "fail medium"),
    ("WEB-16", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-17", "described", {}, [_page(description="Sails"), _page("/t", ("terms",))], "pass"),
    ("WEB-17", "not", {}, [_page(description="Sails"), _page("/p", ("price",))], "fail low"),
    ("WEB-17", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-18", "fits", {}, [_page(viewport="width=device-width, initial-scale=1")], "pass"),
    ("WEB-18", "none", {}, [_page()], "fail medium"),
    ("WEB-18", "fixed", {}, [_page(viewport="width=1024")], "fail medium"),
    ("WEB-18", "no zoom", {}, [_page(viewport="width=device-width, user-scalable=no")], "fail low"),
    ("WEB-18", "no zoom by scale", {}, [_page(viewport="width=device-width,maximum-scale=1.0")], "fail low"),
    ("WEB-18", "some zoom", {}, [_page(viewport="width=device-width,maximum-scale=1.5")], "pass"),
    ("WEB-18", "unread", {}, [UNREAD], "unknown"),
    ("WEB-19", "said", {}, [_page(language="en")], "pass"),
    ("WEB-19", "not", {}, [_page()], "fail low"),
    ("WEB-19", "unread", {}, [UNREAD], "unknown"),
    ("WEB-20", "all", {}, [_page(images=9)], "pass"),
    ("WEB-20", "3 of 10", {}, [_page(images=10, bare_images=3)], "fail low"),
    ("WEB-20", "4 of 10", {}, [_page(images=10, bare_images=4)], "fail medium"),
    ("WEB-20", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-21", "all", {}, [_page(fields=2)], "pass"),
    ("WEB-21", "one", {}, [_page(fields=2, bare_fields=1)], "fail medium"),
    ("WEB-21", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-22", "in order", {}, [_page(levels=(1, 2, 3, 2))], "pass"),
    ("WEB-22", "none", {}, [_page()], "fail low"),
    ("WEB-22", "a jump", {}, [_page(levels=(1, 3))], "fail low"),
    ("WEB-22", "another page", {}, [_page(levels=(1,)), _page("/b", (), levels=(2, 4))], "pass"),
    ("WEB-22", "a link without words", {}, [_page(levels=(1,), nameless=1)], "fail low"),
    ("WEB-22", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-23", "a price", {}, [_page(), _page("/p", ("price",), prices=(SUNSET,))], "pass"),
    ("WEB-23", "elsewhere", {}, [_page(), _page("/t", ("terms",), prices=(SUNSET,))], "fail high"),
    ("WEB-23", "filled in", {}, [_page(fills_amount=True)], "pass"),
    ("WEB-23", "none", {}, [_page()], "fail high"),
    ("WEB-23", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-23", "unread", {}, [UNREAD], "unknown"),
    ("WEB-23", "sells nothing", NOBODY, [], "n/a"),
    ("WEB-24", "no offers", {}, [_page()], "n/a"),
    ("WEB-25", "a link", {}, [_page(), _page("/p", ("price",), booking="/book")], "pass"),
    ("WEB-25", "none", {}, [_page()], "fail high"),
    ("WEB-25", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-25", "sells nothing", NOBODY, [], "n/a"),
    ("WEB-26", "works", {"booking_link": "Xola", "booking_fault": None}, [], "pass"),
    ("WEB-26", "fails", {"booking_link": "Xola", "booking_fault": "it answers 404"}, [], "fail critical"),
    ("WEB-26", "none", {"booking_link": None, "booking_fault": None}, [], "n/a"),
    ("WEB-26", "not known", {"booking_link": "Xola", "booking_fault": REFUSED}, [], "unknown"),
    ("WEB-26", "its source", SOURCE, [], "n/a"),
    ("WEB-27", "days", {}, [_page(), _page("/b", (), shows_dates=True)], "pass"),
    ("WEB-27", "none", {}, [_page()], "fail high"),
    ("WEB-27", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-27", "no days to book", NOBODY, [], "n/a"),
    ("WEB-28", "a form", {}, [_page(contact=("form",))], "pass"),
    ("WEB-28", "none", {}, [_page()], "fail high"),
    ("WEB-28", "none, nobody calls", NOBODY, [_page()], "fail medium"),
    ("WEB-28", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-29", "both", {}, [_page(has_terms=True, has_privacy=True, collects=True)], "pass"),
    ("WEB-29", "nothing asked", {}, [_page(has_terms=True)], "pass"),
    ("WEB-29", "no terms", {}, [_page()], "fail medium"),
    ("WEB-29", "no privacy", {}, [_page(has_terms=True, collects=True)], "fail medium"),
    ("WEB-29", "sells nothing", NOBODY, [_page()], "pass"),
    ("WEB-29", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-30", "counted", {"analytics": "Plausible"}, [], "pass"),
    ("WEB-30", "not", {"analytics": None}, [], "fail medium"),
    ("WEB-30", "its source", SOURCE | {"analytics": None}, [], "fail medium"),
    ("WEB-30", "not known", {"analytics": REFUSED}, [], "unknown"),
    ("WEB-31", "said", {}, [_page(structured=("Event",))], "pass"),
    ("WEB-31", "not", {}, [_page()], "fail low"),
    ("WEB-31", "broken", {}, [_page(structured=("Event",), is_broken_data=True)], "fail low"),
    ("WEB-31", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-32", "a card", {"card_fault": None}, [_page(card_title="Sails", card_image="/a.jpg")], "pass"),
    ("WEB-32", "no picture", {"card_fault": None}, [_page(card_title="Sails")], "fail low"),
    (
        "WEB-32",
        "picture gone",
        {"card_fault": "404"},
        [_page(card_title="S", card_image="/a.jpg")],
        "fail low",
    ),
    ("WEB-32", "not asked", {"card_fault": REFUSED}, [_page(card_title="S", card_image="/a.jpg")], "unknown"),
    ("WEB-32", "no home page", {"card_fault": None}, [_page("/b", ())], "unknown"),
    ("WEB-33", "right", {"has_twin": True}, [_page(canonical="https://www.jada.example/")], "pass"),
    ("WEB-33", "none, one name", {"has_twin": False}, [_page()], "pass"),
    ("WEB-33", "none, two names", {"has_twin": True}, [_page()], "fail low"),
    ("WEB-33", "none, not known", {}, [_page()], "unknown"),
    ("WEB-33", "another host", {"has_twin": False}, [_page(canonical="https://old.example/")], "fail low"),
    ("WEB-33", "plain", {"has_twin": False}, [_page(canonical="http://jada.example/")], "fail low"),
    ("WEB-33", "drawn", {}, [DRAWN], "unknown"),
    ("WEB-34", "whole", {"broken_links": ()}, [], "pass"),
    ("WEB-34", "broken", {"broken_links": ("/a", "/b", "/c", "/d")}, [], "fail medium"),
    ("WEB-34", "its source", SOURCE | {"broken_links": ("/a",)}, [], "fail medium"),
    ("WEB-34", "not known", {}, [], "unknown"),
    ("WEB-35", "light", {"page_bytes": 1_572_864, "heavy_images": ()}, [], "pass"),
    ("WEB-35", "rather heavy", {"page_bytes": 1_572_865, "heavy_images": ()}, [], "fail low"),
    ("WEB-35", "heavy", {"page_bytes": 3_145_729, "heavy_images": ("/a.jpg",)}, [], "fail medium"),
    ("WEB-35", "a picture", {"page_bytes": 900_000, "heavy_images": ("/a.jpg",)}, [], "fail low"),
    ("WEB-35", "pictures not known", {"page_bytes": 9}, [], "unknown"),
    ("WEB-35", "not known", {}, [], "unknown"),
    ("WEB-36", "quick", {"first_byte_ms": (2000, 0), "from_ci": False}, [], "pass"),
    ("WEB-36", "slow twice", {"first_byte_ms": (800, 2000), "from_ci": False}, [], "fail low"),
    ("WEB-36", "very slow", {"first_byte_ms": (2000, 2000), "from_ci": False}, [], "fail medium"),
    ("WEB-36", "by a CI service", {"first_byte_ms": (2000, 2000), "from_ci": True}, [], "unknown"),
    ("WEB-36", "not known", {}, [], "unknown"),
    ("WEB-37", "own and known", {}, [_page(forms=(Form("own", SITE), Form("tool", "formspree.io")))], "pass"),
    ("WEB-37", "a stranger", {}, [_page(forms=(Form("foreign", "x.example"),))], "fail medium"),
    ("WEB-37", "a mail program", {}, [_page(forms=(Form("mail"),))], "fail medium"),
    ("WEB-37", "a function", {}, [_page(forms=(Form("function", "x.on.aws"),))], "unknown"),
    ("WEB-37", "a function with a limit", {}, [POSTS, _function(reserved=5)], "pass"),
    ("WEB-37", "one without", {}, [POSTS, _function(reserved=None)], "fail medium"),
    ("WEB-37", "one of which it was not read", {}, [POSTS, _function(reserved=REFUSED)], "unknown"),
    ("WEB-37", "another function", {}, [POSTS, _function(url="https://y.on.aws/", reserved=5)], "unknown"),
    ("WEB-37", "an interface with a limit", {}, [POSTS, API, _stage(is_limited=True)], "pass"),
    (
        "WEB-37",
        "one stage without",
        {},
        [POSTS, API, _stage(is_limited=True), _stage(is_limited=False)],
        "fail medium",
    ),
    ("WEB-37", "its limit not read", {}, [POSTS, API, _stage(is_limited=REFUSED)], "unknown"),
    ("WEB-37", "an interface without stages", {}, [POSTS, API], "unknown"),
    ("WEB-37", "unread", {}, [UNREAD], "unknown"),
    ("WEB-38", "404, a way home", {"missing_page": 404, "missing_leads_home": True}, [], "pass"),
    ("WEB-38", "404, stranded", {"missing_page": 404, "missing_leads_home": False}, [], "fail low"),
    ("WEB-38", "200", {"missing_page": 200, "missing_leads_home": True}, [], "fail low"),
    (
        "WEB-38",
        "200, one hidden app",
        {"missing_page": 200, "missing_leads_home": False},
        [_page(is_drawn=True, is_hidden=True)],
        "pass",
    ),
    ("WEB-38", "not known", {}, [], "unknown"),
    ("WEB-38", "its source", SOURCE, [], "n/a"),
]


@pytest.mark.parametrize(
    ("code", "case", "fields", "pages", "expected"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE]
)
def test_check(code: str, case: str, fields: dict[str, Any], pages: list[Seen], expected: str) -> None:
    assert case
    if fields is NOBODY:
        pages = [seen(SitePage, site=SITE, path="/", says=PageText(), entity="nobody") for _ in pages]
    assert judged(code, _site(**fields), *pages) == expected


def test_every_check_has_its_rows() -> None:
    assert {row[0] for row in TABLE} == {code for code in CHECKS if code.startswith("WEB-")}
    assert len({row[0] for row in TABLE}) == 38


@pytest.mark.parametrize(
    ("case", "shown", "expected"),
    [
        ("the same", [SUNSET], "pass"),
        ("another", [("Sunset sail from", usd(700))], "fail medium"),
        ("the right one among others", [SUNSET, ("Sunset sail $720, deposit", usd(100))], "pass"),
        ("of another offer", [SUNSET, ("Sunset sail $720 Day sail", usd(900))], "pass"),
        ("written apart", [("SUNSET-SAIL", usd(1))], "fail medium"),
        ("of something else", [("A cap", usd(20))], "pass"),
        ("of nothing", [], "pass"),
    ],
)
def test_price_differs(case: str, shown: list[Any], expected: str) -> None:
    assert case
    offers = (_offer("Sunset sail", "720"), _offer("Day sail", "900"))
    assert judged("WEB-24", _site(), _page(prices=tuple(shown)), rows=offers) == expected


def test_a_shop_that_says_it_sells_online_and_does_not_is_critical() -> None:
    step = a_row(FunnelStep, step="checkout", state="works")
    assert judged("WEB-25", _site(), _page(), rows=(step,)) == "fail critical"
    facts = audited(_site(), _page(), rows=(step,))
    assert str(_verdict("WEB-25", facts)).count("though its handoff says that one can") == 1


def test_a_shop_that_says_what_it_lacks_is_not_contradicted() -> None:
    step = a_row(FunnelStep, step="checkout", state="missing")
    assert judged("WEB-25", _site(), _page(), rows=(step,)) == "fail critical"
    facts = audited(_site(), _page(), rows=(step,))
    assert "handoff" not in str(_verdict("WEB-25", facts))


def test_a_shop_whose_steps_of_buying_do_not_arise_says_nothing_of_selling_online() -> None:
    step = a_row(FunnelStep, step="checkout", state=Blank("n/a"))
    assert judged("WEB-25", _site(), _page(), rows=(step,)) == "fail high"


@pytest.mark.parametrize("code", ["WEB-23", "WEB-25"])
def test_a_tool_that_bills_nobody_sells_nothing(code: str) -> None:
    site = _site(entity="crew", site="crew.example")
    page = seen(SitePage, entity="crew", site="crew.example", path="/", purposes=("home",), says=PageText())
    evidence = audited(site, page).evidence
    for billing, expected in ((Blank("n/a"), NotApplicable), ("per-booking", Fail)):
        crew = a_handoff(an_entity("crew", "saas", billing_model=billing))
        verdict = CHECKS[code].judge(site, Facts([crew], AS_OF, evidence=evidence))
        assert isinstance(verdict, expected)


@pytest.mark.parametrize(
    ("code", "shown", "status"),
    [
        ("WEB-06", {"has_frame_guard": True}, "unknown"),
        ("WEB-06", {"has_frame_guard": False}, "fail low"),
        ("WEB-28", {"contact": ("tel",)}, "pass"),
        ("WEB-28", {"contact": ()}, "unknown"),
        ("WEB-29", {"has_terms": False}, "unknown"),
        ("WEB-29", {"has_terms": True}, "unknown"),
    ],
)
def test_a_page_that_was_missed_could_turn_the_verdict(code: str, shown: dict[str, Any], status: str) -> None:
    missed = seen(SitePage, site=SITE, path="/book", purposes=("book",), says=REFUSED, is_missed=True)
    assert judged(code, _site(), _page(**shown), missed) == status


def _verdict(code: str, facts: Facts) -> Verdict:
    (site, *_) = facts.of(SiteCheck)
    return CHECKS[code].judge(site, facts)


def test_days_of_a_rental_weigh_less_than_those_of_a_charter() -> None:
    facts = Facts([a_handoff(an_entity(kind="rental"))], AS_OF, evidence=Evidence((_site(), _page())))
    assert _verdict("WEB-27", facts) == Fail(
        "jada.example does not show which days are free.", about="availability"
    )


def test_a_handoff_may_say_that_the_server_counts() -> None:
    said = Prose("jada", "notes", "Site", "", "We use server-side analytics.", a_source())
    facts = audited(_site(analytics=None))
    facts.prose = (said,)
    assert not isinstance(_verdict("WEB-30", facts), Fail)


@pytest.mark.parametrize(("hidden", "expected"), [(True, "pass"), (False, "fail low")])
@pytest.mark.parametrize("name", ["staging.jada.example", "try.jada.example"])
def test_staging_is_indexed(name: str, hidden: bool, expected: str) -> None:  # noqa: FBT001 - a row of the table
    site = seen(SiteCheck, site=name, answers=True, robots_refuse=False)
    page = seen(SitePage, site=name, path="/", purposes=("home",), says=PageText(is_hidden=hidden))
    declared = Declared(spare=frozenset({"try.jada.example"}))
    assert judged("WEB-14", site, page, declared=declared) == expected
    assert judged("WEB-15", site, page, declared=declared) == "n/a"


def test_staging_that_nobody_read_is_not_known() -> None:
    assert judged("WEB-14", seen(SiteCheck, site="staging.jada.example", answers=True)) == "unknown"


def test_what_answers_counts_for_more_than_its_source() -> None:
    live, source = _site(), _site(is_live=False)
    page = seen(SitePage, site=SITE, path="/", purposes=("home",), is_live=False, says=PageText())
    both = audited(live, source, _page(language="en"), page)
    assert {one.status for one in results(both) if one.code == "WEB-19"} == {"pass"}
    assert judged("WEB-19", source, page) == "fail low"
    assert judged("WEB-19", source, live, page, _page(language="en")) == "n/a"


def test_a_silent_site_that_a_booking_link_leads_to_is_critical() -> None:
    shop = _site(site="shop.jada.example", booking_link=f"https://{SITE}/sails")
    assert judged("WEB-01", _site(**DOWN), shop) == "fail critical"
    assert judged("WEB-01", _site(**DOWN), _site(site="other.example", booking_link="Xola")) == "fail high"


def test_a_silent_site_is_told_once() -> None:
    told = results(audited(_site(**DOWN)))
    assert [one.code for one in told if one.status == "fail" and one.code.startswith("WEB-")] == ["WEB-01"]


@pytest.mark.parametrize(
    ("rule", "fields", "subject", "severity"),
    [
        ("R-CTO-24", {"analytics": None}, SITE, "medium"),
        ("R-CTO-25", {"https": False}, SITE, "medium"),
        ("R-CTO-25", {"https": True, "tls_fault": None, "min_tls": "TLSv1.1"}, SITE, "medium"),
        ("R-CTO-25", {"mixed_content": True}, SITE, "medium"),
        ("R-QDN-01", {"booking_link": "Xola", "booking_fault": "it answers 404"}, "checkout", "critical"),
    ],
)
def test_a_failure_is_told_as_the_rule_that_it_feeds(
    rule: str, fields: dict[str, Any], subject: str, severity: str
) -> None:
    facts = audited(_site(**fields))
    told = findings(Known(facts, results=results(facts)))
    assert [(one.subject, one.severity) for one in told if one.rule == rule] == [(subject, severity)]


def test_messages_are_plain_sentences() -> None:
    broken = _site(broken_links=("/a", "/b", "/c", "/d"))
    facts = audited(broken, _page(images=10, bare_images=4))
    assert _verdict("WEB-34", facts) == Fail(
        "jada.example leads to 4 addresses of its own that are not there: /a, /b, /c and 1 more."
    )
    assert "4 of 10 pictures at jada.example have no text." in str(_verdict("WEB-20", facts))


def test_the_source_of_a_site_without_a_known_address_may_name_any_encrypted_one() -> None:
    for canonical, expected in (("https://jada.example/", Pass), ("http://jada.example/", Fail)):
        says = PageText(canonical=canonical)
        site = _site(site="jada-site", is_live=False)
        page = seen(SitePage, site="jada-site", path="/", purposes=("home",), is_live=False, says=says)
        assert isinstance(CHECKS["WEB-33"].judge(site, audited(site, page)), expected)
