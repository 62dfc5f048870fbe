"""The web collector against a good site, a bad one, and sites that do not answer."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from quarterdeck.checks.run import results
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import PageText, SiteCheck, SitePage
from quarterdeck.parse.evidence import Header, parse_evidence, write_evidence
from tests.audits import audited
from tests.web import TAKEN_AT, Reply, a_certificate, a_fetcher, a_scope, collected, html, serving, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from quarterdeck.model.observed import Observed
    from tests.web import Server

SITE = "jada.example"
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FOOT = """
  <a href="/">Home</a> <a href="/book">Book now</a> <a href="/terms">Terms</a> <a href="/privacy">Privacy</a>
  <a href="tel:+15035550100">Call us</a>"""


def _head(path: str, title: str) -> str:
    return f"""<title>{title}</title><meta name=description content="We sail.">
  <meta name=viewport content="width=device-width, initial-scale=1"><link rel=canonical href="https://jada.example{path}">
  <meta property="og:title" content="Jada"><meta property="og:image" content="/boat.jpg">
  <script src="/app.js"></script><script src="https://plausible.io/js/script.js"></script>
  <script type="application/ld+json">{{"@type": "TouristTrip", "name": "Sunset sail"}}</script>"""


def _good(path: str, title: str, body: str) -> Reply:
    status, headers, text = html(f"<h1>{title}</h1>{body}{FOOT}", "", **HEADERS)
    return status, headers, text.replace(b"<title>Jada sails</title>", _head(path, title).encode())


GOOD: Mapping[str, Reply | Callable[[], Reply]] = {
    "/": _good(
        "/", "Jada sails", "<p>Sunset sail $720</p><p>Next dates: 3 May</p><img src=/boat.jpg alt='The boat'>"
    ),
    "/book": _good(
        "/book", "Book a sail", "<form action=/order><label>When <input type=date name=day></label></form>"
    ),
    "/terms": _good("/terms", "Terms", "<p>Cancel a week before.</p>"),
    "/privacy": _good("/privacy", "Privacy", "<p>We keep your name.</p>"),
    "/app.js": (200, {}, b"1"),
    "/boat.jpg": (200, {"Content-Length": "2000"}, b"x" * 2000),
    "/no-such-page-of-quarterdeck": (404, {}, b"<html lang=en><a href='/'>Home</a>"),
}
BAD: Mapping[str, Reply | Callable[[], Reply]] = {
    "/": html(
        "<h3>Hi</h3><a href=/book></a><img src=/huge.jpg>"
        "<form action=https://old.test/mail.php><input name=mail></form><a href=/gone>Prices</a>",
        "<script src=/app.js></script>",
        **{"Set-Cookie": "PHPSESSID=123; Path=/"},
    ),
    "/book": (500, {}, b""),
    "/huge.jpg": (200, {"Content-Length": str(4 * 1024 * 1024)}, b""),
    "/app.js": (200, {}, b"1"),
    "/app.js.map": (200, {}, b'{"version":3,"sources":["a.ts"],"mappings":""}'),
    "/.env": (200, {}, b"A=1\nB=2\n"),
    "/.git/HEAD": html("Not here, but we say 200"),
    "/no-such-page-of-quarterdeck": html("Whatever"),
}


@contextmanager
def _web(
    folder: Path, replies: Mapping[str, Any], plain: Mapping[str, Any] | None = None
) -> Iterator[tuple[Server, Server, Path]]:
    """A site with a certificate that is trusted, and what answers unencrypted."""
    made = a_certificate(folder, SITE)
    with (
        serving(replies, speaking(made)) as secure,
        serving(plain or {"/": _to("https://jada.example/")}) as open_,
    ):
        yield secure, open_, made[0]


def _to(address: str) -> Reply:
    return 301, {"Location": address}, b""


def _collected(
    folder: Path,
    replies: Mapping[str, Any],
    plain: Mapping[str, Any] | None = None,
    **scope: Any,  # noqa: ANN401 - as `a_scope` takes it
) -> tuple[SiteCheck, list[SitePage], list[NotCollected], Server]:
    job = a_scope(SITE, **scope)
    with _web(folder, replies, plain) as (secure, open_, trusted):
        net = a_fetcher(job, {(SITE, 443): secure, (SITE, 80): open_}, trusted)
        found, gaps = collected(job, net)
    (site,) = (one for one in found if isinstance(one, SiteCheck))
    return site, [one for one in found if isinstance(one, SitePage)], gaps, secure


def _failed(*found: Observed) -> dict[str, str]:
    facts = audited(*found)  # type: ignore[arg-type]  # of the kinds that evidence holds
    failed = (one for one in results(facts) if one.status == "fail" and one.code.startswith("WEB-"))
    return {one.code: str(one.severity) for one in failed}


def test_a_good_site_fails_nothing(tmp_path: Path) -> None:
    site, pages, gaps, server = _collected(tmp_path, GOOD, probe=True)
    assert gaps == []
    assert [(one.path, one.purposes) for one in pages] == [
        ("/", ("home",)),
        ("/book", ("book",)),
        ("/terms", ("terms",)),
        ("/privacy", ("privacy",)),
    ]
    assert (site.entity, site.subject, site.source.what) == ("jada", SITE, "GET jada.example")
    assert _failed(site, *pages) == {}
    left = [name for name in site.__struct_fields__ if isinstance(getattr(site, name), NotCollected)]
    assert left == []
    assert all(headers["User-Agent"].startswith("quarterdeck/") for _, _, headers in server.asked)
    assert {method for method, _, _ in server.asked} == {"GET", "HEAD"}


def test_a_bad_site_fails_what_it_should(tmp_path: Path) -> None:
    site, pages, gaps, _ = _collected(tmp_path, BAD, {"/": html("Come in")}, probe=True)
    assert [(one.subject, one.reason, one.entity) for one in gaps] == [
        ("https://jada.example/gone", "it answers 404", "jada"),
        ("https://jada.example/book", "it answers 500", "jada"),
    ]
    assert (site.open_files, site.broken_links, site.heavy_images) == (
        ("/.env", "/app.js.map"),
        ("/gone",),
        ("/huge.jpg",),
    )
    assert site.lax_cookies == ("PHPSESSID without Secure, HttpOnly, SameSite",)
    told = _failed(site, *pages)
    assert told == {
        "WEB-02": "high",
        "WEB-05": "low",
        "WEB-06": "low",
        "WEB-07": "low",
        "WEB-08": "low",
        "WEB-09": "medium",
        "WEB-12": "critical",
        "WEB-17": "low",
        "WEB-18": "medium",
        "WEB-20": "medium",
        "WEB-21": "medium",
        "WEB-22": "low",
        "WEB-23": "high",
        "WEB-26": "critical",
        "WEB-27": "high",
        "WEB-28": "high",
        "WEB-29": "medium",
        "WEB-30": "medium",
        "WEB-31": "low",
        "WEB-32": "low",
        "WEB-34": "medium",
        "WEB-35": "medium",
        "WEB-37": "medium",
        "WEB-38": "low",
    }


def test_what_is_collected_can_be_written_and_read_again(tmp_path: Path) -> None:
    site, pages, gaps, _ = _collected(tmp_path, BAD)
    written = write_evidence(
        Header("web", TAKEN_AT, ("jada",), ("site-check", "site-page")), [site, *pages], gaps
    )
    evidence, problems = parse_evidence({"evidence/web.json": written})
    assert problems == []
    assert [msgspec.structs.replace(one, source=site.source) for one in evidence.of(SiteCheck)] == [site]
    assert {one.says for one in evidence.of(SitePage)} == {one.says for one in pages}


def test_F121_the_same_site_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    made, job = a_certificate(tmp_path, SITE), a_scope(SITE, probe=True)
    with serving(BAD, speaking(made)) as server:
        runs = [collected(job, a_fetcher(job, {(SITE, 443): server}, made[0])) for _ in range(2)]
    header = Header("web", TAKEN_AT, ("jada",), ("site-check", "site-page"))
    first, second = (write_evidence(header, *run) for run in runs)
    assert first == second


@pytest.mark.parametrize(
    ("waited", "step"), [(0, 0), (1, 0), (800, 0), (801, 800), (2000, 800), (2001, 2000), (99_999, 2000)]
)
def test_waits_are_kept_in_steps(waited: int, step: int) -> None:
    calls = itertools.count()
    job = msgspec.structs.replace(a_scope(SITE), seconds=10**9)
    with serving({"/": html("x")}) as server:
        names = {(SITE, 80): server}
        found, _ = collected(job, a_fetcher(job, names, clock=lambda: next(calls) * waited / 1000))
    assert isinstance(found[0], SiteCheck)
    assert found[0].first_byte_ms == (step, step)


def test_a_name_that_is_no_address_is_not_asked() -> None:
    job = a_scope("quickdump-site")
    found, gaps = collected(job, a_fetcher(job))
    assert (found, [one.reason for one in gaps]) == ([], ["it is no address of a site"])


def test_files_are_asked_for_only_where_the_settings_say_so(tmp_path: Path) -> None:
    site, _, _, server = _collected(tmp_path, BAD)
    assert site.open_files is None
    assert [path for _, path, _ in server.asked if path.startswith("/.") or path.endswith(".map")] == []


def test_a_silent_site_is_asked_again_after_a_minute() -> None:
    job, pauses = a_scope("gone.test"), list[float]()
    (site,), gaps = collected(job, a_fetcher(job, pause=pauses.append))
    assert isinstance(site, SiteCheck)
    assert (site.answers, site.silence, pauses, gaps) == (False, "its name leads nowhere", [60], [])


def test_a_site_that_recovers_answers() -> None:
    replies = iter([(503, {}, b""), html("<h1>Back</h1>")])
    job = a_scope(SITE)
    with serving({"/": lambda: next(replies, html("<h1>Back</h1>"))}) as server:
        found, _ = collected(job, a_fetcher(job, {(SITE, 80): server}))
    (site,) = (one for one in found if isinstance(one, SiteCheck))
    assert (site.answers, site.https) == (True, False)
    assert isinstance(site.https_fault, str)
    assert "does not answer encrypted" in site.https_fault


def test_a_site_that_fails_twice_is_down() -> None:
    job = a_scope(SITE)
    with serving({"/": (502, {}, b"")}) as server:
        (site,), _ = collected(job, a_fetcher(job, {(SITE, 80): server}))
    assert isinstance(site, SiteCheck)
    assert (site.answers, site.silence) == (False, "it answers 502")


def test_a_site_whose_robots_refuse_is_left_alone() -> None:
    job = a_scope(SITE)
    with serving({"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /"), "/": html("Hello")}) as server:
        (site,), gaps = collected(job, a_fetcher(job, {(SITE, 80): server, (SITE, 443): server}))
    assert isinstance(site, SiteCheck)
    assert [one.reason for one in gaps] == ["robots.txt refuses it"]
    assert {path for _, path, _ in server.asked} == {"/robots.txt"}


def test_a_site_that_leads_into_a_network_is_not_asked() -> None:
    job = a_scope(SITE)
    net = a_fetcher(job, {(SITE, 80): ("169.254.169.254", 80), (SITE, 443): ("169.254.169.254", 443)})
    (site,), gaps = collected(job, net)
    assert isinstance(site, SiteCheck)
    assert isinstance(site.answers, NotCollected)
    assert ["inside a network" in one.reason for one in gaps] == [True]


def test_at_most_twelve_pages_are_read(tmp_path: Path) -> None:
    links = "".join(f'<a href="/p{number}">Price {number}</a>' for number in range(20))
    site, pages, _, _ = _collected(
        tmp_path, {"/": html(links)} | {f"/p{number}": html("x") for number in range(20)}
    )
    assert (site.answers, len(pages)) == (True, 12)


def test_one_page_for_each_path_and_none_of_another_site(tmp_path: Path) -> None:
    links = "<a href='/p?a=1'>Price</a><a href='/p?a=2#x'>Book</a><a href=/away>Book</a><a href=/terms.pdf>Terms</a>"
    replies = {"/": html(links), "/p?a=1": html("x"), "/away": _to("http://elsewhere.test/")}
    job = a_scope(SITE)
    with _web(tmp_path, replies, None) as (secure, open_, trusted), serving({"/": html("x")}) as away:
        names = {(SITE, 443): secure, (SITE, 80): open_, ("elsewhere.test", 80): away}
        found, gaps = collected(job, a_fetcher(job, names, trusted))
    pages = [(one.path, one.purposes) for one in found if isinstance(one, SitePage)]
    assert (pages, gaps) == ([("/", ("home",)), ("/p", ("price", "book"))], [])


def test_a_server_that_knows_no_way_but_asking_in_full_has_no_broken_links(tmp_path: Path) -> None:
    answers = iter([(404, {}, b""), html("x"), (404, {}, b"")])
    site, *_ = _collected(tmp_path, {"/": html("<img src=/a>"), "/a": lambda: next(answers)})
    assert site.broken_links == ()


@pytest.mark.parametrize(
    ("case", "there", "fault"),
    [
        ("works", html("<p>Choose the day on which you want to sail.</p>"), None),
        ("gone", (404, {}, b""), "it answers 404"),
        ("empty", (200, {}, b"<html></html>"), "the page is empty"),
        (
            "parked",
            html("<p>This domain is parked free, courtesy of nobody</p>"),
            "somebody offers the domain for sale there",
        ),
        ("its server fails", (503, {}, b""), "it answers 503"),
    ],
)
def test_where_the_booking_link_leads(tmp_path: Path, case: str, there: Reply, fault: str | None) -> None:
    assert case
    site, *_ = _collected(tmp_path, {"/": html("<a href=/book>Book</a>"), "/book": there})
    assert (site.booking_link, site.booking_fault) == ("https://jada.example/book", fault)


def test_a_booking_tool_that_is_gone_is_broken(tmp_path: Path) -> None:
    site, *_ = _collected(tmp_path, {"/": html("<a href=https://gone.xola.com/jada>Book</a>")})
    assert (site.booking_link, site.booking_fault) == ("Xola", "its name leads nowhere")


def test_an_origin_that_nobody_knows_is_let_in(tmp_path: Path) -> None:
    shared = {
        "Access-Control-Allow-Origin": "https://quarterdeck.invalid",
        "Access-Control-Allow-Credentials": "true",
    }
    site, *_ = _collected(tmp_path, {"/": html("x", **shared)})
    assert site.shares_with_all is True


def test_two_names_that_answer_each_by_itself(tmp_path: Path) -> None:
    made = a_certificate(tmp_path, SITE)
    job = a_scope(SITE)
    with serving({"/": html("x")}, speaking(made)) as server:
        names = {(name, 443): server for name in (SITE, f"www.{SITE}")}
        found, _ = collected(job, a_fetcher(job, names, made[0]))
    assert isinstance(found[0], SiteCheck)
    assert found[0].has_twin is True


def test_a_certificate_that_browsers_refuse_is_a_fact_of_the_site(tmp_path: Path) -> None:
    made = a_certificate(tmp_path, "other.test", days=3)
    job = a_scope(SITE)
    with serving(GOOD, speaking(made)) as server:
        found, _ = collected(job, a_fetcher(job, {(SITE, 443): server}, made[0]))
    site = found[0]
    assert isinstance(site, SiteCheck)
    assert isinstance(site.tls_fault, str)
    assert "jada.example" in site.tls_fault
    assert _failed(site, *found[1:])["WEB-03"] == "high"


def test_what_is_no_page_is_a_gap(tmp_path: Path) -> None:
    _, pages, gaps, _ = _collected(tmp_path, {"/": (200, {"Content-Type": "image/png"}, b"x")})
    assert [one.reason for one in gaps] == ["it is no page"]
    assert not isinstance(pages[0].says, PageText)


def test_no_site_no_question() -> None:
    assert collected(a_scope(), a_fetcher(a_scope())) == ([], [])
