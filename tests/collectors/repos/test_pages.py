"""The pages of a repository, read as the site that they become."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.repos.templating import filled, fills_amount, is_template
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.source import Source
from quarterdeck.model.web import PageText, SiteCheck, SitePage
from quarterdeck.parse.evidence import Header, parse_evidence, write_evidence
from tests.repos import TAKEN_AT

if TYPE_CHECKING:
    from tests.repos import Repo

HEAD = '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/site.css">'


def _page(body: str, title: str = "Jada sails") -> str:
    return f"<!doctype html><html lang=en><head><title>{title}</title>{HEAD}</head><body>{body}</body></html>"


def _read(repo: Repo) -> tuple[SiteCheck | None, dict[str, SitePage]]:
    found, gaps = repo.collect("repos-pages")
    assert gaps == []
    sites = [one for one in found if isinstance(one, SiteCheck)]
    assert len(sites) <= 1
    return next(iter(sites), None), {one.path: one for one in found if isinstance(one, SitePage)}


def _says(page: SitePage) -> PageText:
    assert isinstance(page.says, PageText)
    return page.says


def test_a_plain_site_with_its_pages_links_and_weight(repo: Repo) -> None:
    home = _page(
        '<h1>Jada</h1><a href="prices.html">Prices</a> <a href="/gone">More</a> <a href="/about/">Us</a>'
        '<a href="https://calendly.com/jada">Book now</a><img src="boat.jpg" alt="a boat">'
        '<img src="lost.png" alt=""><a href="https://other.example/x">them</a>'
    )
    repo.commit(
        {
            "index.html": home,
            "prices.html": _page("From $120 a head"),
            "about/index.html": _page("Us"),
            "site.css": "a" * 1000,
            "boat.jpg": b"\xff" * 600_000,
        }
    )
    site, pages = _read(repo)
    assert site is not None
    assert (site.site, site.is_live, site.booking_link) == ("jada-site", False, "Calendly")
    assert (site.price_shown, site.viewport) == (True, True)
    assert site.broken_links == ("/gone", "/lost.png")
    assert site.heavy_images == ("/boat.jpg",)
    assert site.page_bytes == len(home) + 1000 + 600_000
    assert {path: one.purposes for path, one in pages.items()} == {"/": ("home",), "/prices.html": ("price",)}
    assert isinstance(site.answers, NotCollected)


def test_what_a_build_made_counts_for_more_than_sources(repo: Repo) -> None:
    repo.commit(
        {
            "index.html": _page("source", "Source"),
            "dist/index.html": _page("built", "Built"),
            "dist/site.css": "",
            "CNAME": "www.jada.example\n",
        }
    )
    site, pages = _read(repo)
    assert site is not None
    assert (site.site, site.broken_links) == ("www.jada.example", ())
    assert [_says(one).title for one in pages.values()] == ["Built"]


def test_templates_are_put_together_and_what_they_fill_in_is_there(repo: Repo) -> None:
    base = (
        "<!doctype html><html lang=en><head><title>{% block title %}Jada{% endblock %}</title>"
        '<meta name="description" content="{{ text }}">{% include "head.html" %}</head>'
        "<body>{% block body %}<main>{% block content %}none{% endblock %}</main>{% endblock %}</body></html>"
    )
    repo.commit(
        {
            "app/templates/base.html": base,
            "app/templates/head.html": '<meta name="viewport" content="width=device-width">',
            "app/templates/index.html": '{% extends "base.html" %}{% block content %}<h1>{{ name }}</h1>'
            "<a href=\"{{ url_for('book') }}\">Go</a> <a href='{{ url_for(\"prices\") }}'>x</a>"
            '<img src="/boat.png" alt="{{ alt }}"> ${{ offer.price }}{% endblock %}',
            "app/templates/book.html": '{% extends "base.html" %}{% block title %}{{ page }}{% endblock %}',
        }
    )
    site, pages = _read(repo)
    assert site is not None
    assert set(pages) == {"/", "/book.html"}
    says = _says(pages["/"])
    assert (says.title, says.language, says.levels, says.bare_images) == ("Jada", "en", (1,), 0)
    assert says.description is not None
    assert (says.viewport, says.prices, says.fills_amount) == ("width=device-width", (), True)
    assert (site.price_shown, site.viewport) == (True, True)
    assert site.booking_link is not None
    assert isinstance(site.broken_links, NotCollected)
    assert _says(pages["/book.html"]).title == "template-book-page"


def test_a_layout_of_jekyll_and_parts_of_php(repo: Repo) -> None:
    repo.commit(
        {
            "_layouts/default.html": "<html lang=en><body>{{ content }}</body></html>",
            "index.html": "---\nlayout: default\n---\n<h1>Jada</h1>",
            "shop/index.php": "<?php include 'top.php'; ?><h2><?= $name ?></h2>",
            "shop/top.php": "<html lang=es><?php if ($x) { ?><?php } ?>",
        }
    )
    _, pages = _read(repo)
    assert _says(pages["/"]).levels == (1,)
    text = filled(
        "<?php include 'top.php'; ?><p><?= $name ?>",
        "shop/a.php",
        {"shop/top.php": "<html>"}.get,
    )
    assert text == "<html><p>template-a-name"


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "x = 1\n"},
        {"report.html": _page("numbers")},
        {"emails/index.html": _page("letter")},
        {"index.html": "<p>a piece</p>"},
        {"node_modules/a/index.html": _page("theirs")},
        {"tests/fixtures/index.html": _page("sample")},
    ],
)
def test_what_is_no_site_is_none(repo: Repo, files: dict[str, str]) -> None:
    repo.commit(files)
    assert _read(repo) == (None, {})


def test_twelve_pages_at_most_the_home_page_first(repo: Repo) -> None:
    repo.commit({"index.html": _page("home")} | {f"price-{at}.html": _page("$1") for at in range(30)})
    _, pages = _read(repo)
    assert len(pages) == 12
    assert next(iter(pages)) == "/"


def test_a_page_that_a_script_draws_leaves_what_it_lacks_unknown(repo: Repo) -> None:
    repo.commit({"index.html": _page('<div id="root"></div><script src="/main.js"></script>'), "main.js": ""})
    site, _ = _read(repo)
    assert site is not None
    assert isinstance(site.price_shown, NotCollected)


def test_links_without_an_end_may_be_routes_where_there_are_any(repo: Repo) -> None:
    repo.commit(
        {"index.html": _page('<a href="/book">b</a><a href="/x.html">x</a>'), "_redirects": "/book /b 200"}
    )
    site, _ = _read(repo)
    assert site is not None
    assert site.broken_links == ("/site.css", "/x.html")


def test_parts_that_name_themselves_come_to_an_end() -> None:
    text = '{% include "a" %}' * 50
    assert isinstance(filled(text, "a", lambda _: text), str)
    deep = "{% block a %}" * 2000 + "{% endblock %}" * 2000
    assert isinstance(filled('{% extends "b" %}' + deep, "a", lambda _: deep), str)


@pytest.mark.parametrize("text", ["{{", "<?php ", "{% block a %}", "${", "<%=", "{%"])
def test_a_hostile_source_is_read_to_its_end(text: str) -> None:
    long = text * (900_000 // len(text))
    assert isinstance(filled(long, "a.html", lambda _: None), str)
    assert is_template("{{ a }}")
    assert not fills_amount(long)


def _kept(*facts: SiteCheck | SitePage) -> list[tuple[str, bool]]:
    header = Header("web", TAKEN_AT, ("jada",), ("site-check", "site-page"))
    evidence, problems = parse_evidence({"evidence/web/web.json": write_evidence(header, facts)})
    assert problems == []
    sites = [(one.site, one.is_live) for one in evidence.of(SiteCheck)]
    return sites + [(one.site, one.is_live) for one in evidence.of(SitePage)]


def test_what_answers_takes_the_place_of_what_its_source_says() -> None:
    source = Source("", kind="evidence", what="x", as_of=date(2026, 11, 20))
    written = SiteCheck(entity="jada", source=source, site="jada-site", is_live=False)
    page = SitePage(entity="jada", source=source, site="jada-site", path="/", is_live=False)
    others = SiteCheck(entity="qos", source=source, site="qos-site", is_live=False)
    live = SiteCheck(entity="jada", source=source, site="jada.example", answers=True)
    silent = SiteCheck(entity="jada", source=source, site="jada.example", answers=False)
    assert _kept(written, page, others, live) == [("jada.example", True), ("qos-site", False)]
    assert len(_kept(written, page, others, silent)) == 4
