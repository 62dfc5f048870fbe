"""What a page says, from its bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quarterdeck.collectors.page import Page, bare, read_page, signs
from quarterdeck.collectors.prices import prices
from quarterdeck.collectors.site import in_sum
from quarterdeck.collectors.vocabulary import split, vocabulary
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.values import Money
from quarterdeck.model.web import Form, PageText
from tests.figures.builders import usd

AT = "https://www.jada.test/"
GAP = NotCollected("web", "jada.test", "no page could be read")


def _page(body: str = "", head: str = "", headers: dict[str, str] | None = None, at: str = AT) -> Page:
    return read_page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), at, headers)


def _says(body: str = "", head: str = "", **headers: str) -> PageText:
    return _page(body, head, {name.replace("_", "-"): value for name, value in headers.items()}).says


@given(st.binary(max_size=400), st.text(max_size=40))
@example(b"<a href='http://['>x</a><base href='http://[::1'><form action='//['>", "http://[")
@example(b"<meta charset=utf-7><meta name=robots><img alt><input type>", "")
@example(b"<title>\xff</title><p lang=\xc3(>$1,2,3.99 &#xD800;", AT)
@example(b'<script type="application/ld+json">[[1,{"@type":[{}],"offers":[3,{"price":[]}]}]]</script>', AT)
def test_no_bytes_raise(html: bytes, address: str) -> None:
    page = read_page(html, address, {"content-type": "text/html; charset=x"})
    assert isinstance(page.says, PageText)


pieces = st.sampled_from(
    "<div> </div> <form> <a~href= ' \" > <input ~type=date <p> $7 <svg> </svg> <template> <table> <script> </script> "
    "<b> </b> <!-- --> &#0; book <select>".replace("~", "\t").split(" ")
)


@given(st.lists(pieces, max_size=40).map("".join))
def test_no_markup_raises(html: str) -> None:
    says = read_page(html.encode(), AT).says
    assert says.bare_fields <= says.fields
    assert says.bare_images <= says.images


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        f"<a {' '.join(f'a{number}' for number in range(50_000))}>",
        "[" * 50_000,
        f'<script type="application/ld+json">{"[" * 50_000}',
        "<ul><li>" * 50_000,
    ],
    ids=["deep", "crammed", "brackets", "deep data", "lists"],
)
def test_a_page_without_end_is_read_as_far_as_it_goes(html: str) -> None:
    assert read_page(f"<title>Sails</title>{html}".encode(), AT).says.title == "Sails"


@pytest.mark.parametrize(
    ("case", "says", "field", "expected"),
    [
        ("title", _says(head="<title> Sunset \n sails </title>"), "title", "Sunset sails"),
        ("no title", _says(head="<title> </title>"), "title", None),
        ("default title", _says(head="<title>React App</title>"), "is_default_title", True),
        (
            "description",
            _says(head='<meta name="Description" content=" We sail ">'),
            "description",
            "We sail",
        ),
        ("viewport", _says(head="<meta name=viewport content='width=1024'>"), "viewport", "width=1024"),
        ("levels", _says("<h1>a</h1><h3>b</h3><h2>c</h2>"), "levels", (1, 3, 2)),
        ("canonical", _says(head="<link rel=canonical href='/a'>"), "canonical", f"{AT}a"),
        ("card", _says(head="<meta property=og:image content='/a.jpg?x=1'>"), "card_image", f"{AT}a.jpg"),
        ("no card", _says(head="<meta property=og:image content=''>"), "card_image", None),
        ("noindex", _says(head="<meta name=robots content='NOINDEX, follow'>"), "is_hidden", True),
        ("noindex by header", _says(x_robots_tag="noindex"), "is_hidden", True),
        ("index", _says(head="<meta name=robots content='index'>"), "is_hidden", False),
        ("frames", _says(content_security_policy="frame-ancestors 'self'"), "has_frame_guard", True),
        ("frames by the old header", _says(x_frame_options="DENY"), "has_frame_guard", True),
        ("no sniffing", _says(x_content_type_options="nosniff"), "has_nosniff", True),
        ("policy", _says(content_security_policy="default-src 'self'"), "has_policy", True),
        (
            "policy in the page",
            _says(head="<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"),
            "has_policy",
            True,
        ),
        (
            "a policy that is none",
            _says(content_security_policy="default-src * 'unsafe-inline'"),
            "has_policy",
            False,
        ),
        ("referrer", _says(head="<meta name=referrer content=no-referrer>"), "has_referrer_policy", True),
        (
            "nameless",
            _says("<a href=/a></a><a href=/b>B</a><a href=/c><img alt=C></a><button></button>"),
            "nameless",
            2,
        ),
        ("named for reading aloud", _says("<a href=/a aria-label=A></a>"), "nameless", 0),
        (
            "images",
            _says("<img src=a><img src=b alt=''><img width=1 src=p><img src=c role=none>"),
            "images",
            2,
        ),
        ("bare images", _says("<img src=a><img src=b alt=''><img src=c alt=C>"), "bare_images", 1),
        (
            "fields",
            _says("<input><input type=hidden><input type=submit><select></select><textarea>"),
            "fields",
            3,
        ),
        (
            "bare fields",
            _says(
                "<input placeholder=Name><label for=b>B</label><input id=b><label>C <input></label><input title=D>"
            ),
            "bare_fields",
            1,
        ),
        (
            "plain parts",
            _says("<iframe src=http://a.test/></iframe>", "<script src=http://a.test/a.js></script>"),
            "plain_parts",
            2,
        ),
        ("plain images", _says("<img src=http://a.test/a.png>"), "plain_images", 1),
        ("plain forms", _says("<form action=http://jada.test/a></form>"), "plain_forms", 1),
        ("a link is no part", _says("<a href=http://a.test/>a</a>"), "plain_parts", 0),
        ("token", _says("<a href='/a?reset_token=1'>a</a><a href='/b?page=2'>b</a>"), "leaky_addresses", 1),
        ("token of another site", _says("<a href='https://maps.test/?key=1'>a</a>"), "leaky_addresses", 0),
        (
            "mail in an address",
            _says("<a href='/a?u=ann%40jada.test'>a</a><a href='mailto:ann@jada.test'>b</a>"),
            "leaky_addresses",
            1,
        ),
        ("booking", _says("<a href=/book-now?x=1>Sail with us</a>"), "booking", f"{AT}book-now"),
        ("booking in Spanish", _says("<a href=/a>¡Reservar ahora!</a>"), "booking", f"{AT}a"),
        (
            "a tool first",
            _says("<a href=/book>Book</a><a href=https://fareharbor.com/jada/>x</a>"),
            "booking",
            "FareHarbor",
        ),
        (
            "a tool in a frame",
            _says("<iframe src=https://app.xola.com/checkout></iframe>"),
            "booking",
            "Xola",
        ),
        ("a form", _says("<form>Ask for a quote <input name=phone></form>"), "booking", "a form"),
        ("notebooks", _says("<a href=/notebooks>Notebooks and facebook</a>"), "booking", None),
        ("classical.com", _says("<a href=https://classical.com/>Music</a>"), "booking", None),
        ("a calendar", _says("<div class='my-Calendar'></div>"), "shows_dates", True),
        ("a date", _says("<input type=date>"), "shows_dates", True),
        ("dates in words", _says("<p>Próximas fechas: 3 de mayo</p>"), "shows_dates", True),
        ("no dates", _says("<p>We sail in May.</p>"), "shows_dates", False),
        (
            "contact",
            _says(
                "<a href=tel:1>a</a><a href=mailto:a@b.test>b</a><form><textarea></textarea></form>"
                "<address>x</address><a href=https://wa.me/1>c</a>"
            ),
            "contact",
            ("tel", "mail", "form", "chat", "address"),
        ),
        ("terms", _says("<a href=/a>Términos y condiciones</a>"), "has_terms", True),
        ("privacy", _says("<a href=/privacy-policy>x</a>"), "has_privacy", True),
        ("a search asks nothing", _says("<form><input type=search name=q></form>"), "collects", False),
        ("a form asks", _says("<form><input type=email name=mail></form>"), "collects", True),
        ("sign-in", _says("<form><input type=password></form>"), "signs_in", True),
        (
            "counter",
            _says(head="<script src=https://plausible.io/js/script.js></script>"),
            "analytics",
            "Plausible",
        ),
        ("inline counter", _says(head="<script>posthog.init('x')</script>"), "analytics", "PostHog"),
        (
            "ads count nothing",
            _says(head="<script src='https://www.googletagmanager.com/gtag/js?id=AW-1'></script>"),
            "analytics",
            None,
        ),
        ("microdata", _says("<div itemscope itemtype='https://schema.org/Event'>"), "structured", ("Event",)),
        (
            "an organisation is not enough",
            _says("<div itemtype='https://schema.org/WebSite'>"),
            "structured",
            (),
        ),
        (
            "broken data",
            _says(head='<script type="application/ld+json">{"@type": </script>'),
            "is_broken_data",
            True,
        ),
        ("drawn", _says("<div id=root></div>", "<script src=/a.js></script>"), "is_drawn", True),
        ("bare, not drawn", _says("<p>Soon</p>"), "is_drawn", False),
        ("listing", read_page(b"<html><head><title>Index of /backup</title>", AT).says, "is_listing", True),
        (
            "bucket",
            read_page(b"<?xml version='1.0'?><ListBucketResult xmlns=''>", AT).says,
            "is_listing",
            True,
        ),
        ("Latin", read_page(b"<meta charset=iso-8859-1><title>Caf\xe9</title>", AT).says, "title", "Café"),
    ],
)
def test_what_a_page_says(case: str, says: PageText, field: str, expected: object) -> None:
    assert case
    assert getattr(says, field) == expected


@pytest.mark.parametrize(
    ("action", "to"),
    [
        ("", Form("own", "www.jada.test")),
        ("/send", Form("own", "www.jada.test")),
        ("https://jada.test/send", Form("own", "jada.test")),
        ("mailto:ann@jada.test", Form("mail")),
        ("https://formspree.io/f/x", Form("tool", "formspree.io")),
        ("https://abc.lambda-url.us-east-1.on.aws/", Form("function", "abc.lambda-url.us-east-1.on.aws")),
        (
            "https://abc.execute-api.us-east-1.amazonaws.com/x",
            Form("function", "abc.execute-api.us-east-1.amazonaws.com"),
        ),
        ("https://old-developer.test/mail.php", Form("foreign", "old-developer.test")),
    ],
)
def test_where_a_form_goes(action: str, to: Form) -> None:
    assert _says(f"<form action='{action}'><input></form>").forms == (to,)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Sunset sail $720 a boat", [usd(720)]),
        ("from US$ 1,250.50", [usd("1250.50")]),
        ("desde 1.200,50 €", [Money(Decimal("1200.50"), "EUR")]),
        ("£99", [Money(Decimal(99), "GBP")]),
        ("99 dólares o 1500 pesos", [usd(99), Money(Decimal(1500), "MXN")]),
        ("120 USD", [usd(120)]),
        ("$1,500 MXN", [Money(Decimal(1500), "MXN")]),
        ("in 2026 we sailed 40 times, 5 dollarsigns, $x", []),
        ("$7 and $8", [usd(7), usd(8)]),
    ],
)
def test_amounts(text: str, amounts: list[Money]) -> None:
    assert [amount for _, amount in prices(text)] == amounts


def test_an_amount_has_the_words_before_it() -> None:
    assert _says("<h3>Sunset sail</h3><p>from <b>$720</b></p>").prices == (("Sunset sail from", usd(720)),)
    assert _says("<script>var price = '$5'</script>").prices == ()


def test_the_price_of_an_offer_in_structured_data() -> None:
    data: dict[str, Any] = {
        "@graph": [{"@type": "Product", "name": "Half load", "offers": {"price": "99.50"}}]
    }
    says = _says(head=f'<script type="application/ld+json">{json.dumps(data)}</script>')
    assert (says.prices, says.structured) == ((("Half load", usd("99.50")),), ("Product",))


def test_links_are_whole_and_say_what_they_are_for() -> None:
    page = _page(
        "<a href='prices?x=1#top'>What it costs</a><a href='javascript:go()'>Go</a>", "<base href='/en/'>"
    )
    (link,) = page.links
    assert (link.address, bare(link.address)) == (f"{AT}en/prices?x=1#top", f"{AT}en/prices")
    assert signs(link, ("book", "price")) == ("price",)


@pytest.mark.parametrize("tool", vocabulary().tools, ids=lambda tool: tool.name)
def test_a_tool_is_known_by_what_its_row_says(tool: Any) -> None:  # noqa: ANN401 - a row of the table
    assert tool.at or tool.inline or tool.files
    for at in tool.at:
        assert tool.is_at(f"https://{at}")
        assert not tool.is_at(f"https://not{at}")
        assert not tool.is_at(f"https://jada.test/{at}")


@given(st.text(max_size=30))
def test_no_address_raises(address: str) -> None:
    parts = split(address)
    assert parts.hostname is None or parts.hostname == parts.hostname.lower()


def test_pages_in_sum() -> None:
    home = PageText(viewport="width=device-width", prices=(("", usd(1)),), forms=(Form("own", "jada.test"),))
    other = PageText(viewport="width=device-width", booking="Xola", plain_images=1, bare_fields=1)
    told = in_sum([home, other], GAP)
    assert told == {
        "analytics": None,
        "booking_link": "Xola",
        "structured_data": False,
        "price_shown": True,
        "availability_shown": False,
        "mixed_content": True,
        "viewport": True,
        "labels": False,
        "forms_to": ("jada.test",),
    }


def test_what_a_drawn_page_lacks_is_not_known() -> None:
    told = in_sum([PageText(is_drawn=True, analytics="Plausible")], GAP)
    assert told["analytics"] == "Plausible"
    assert [told[name].reason for name in ("booking_link", "price_shown")] == [
        "the page is drawn by a script"
    ] * 2
    assert set(in_sum([], GAP).values()) == {GAP}
