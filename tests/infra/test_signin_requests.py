"""What a request may say, and where it may lead: paths, addresses, sources, forms, settings."""

from __future__ import annotations

import base64
import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from signin.app import ORIGIN_HEADER
from signin.config import ConfigError, config_of
from signin.limits import source_of
from signin.request import HOME, RefusedError, destination, exact_address, request_of
from tests.infra.played_signin import CONFIG, ORIGIN_SECRET, SITE, event

if TYPE_CHECKING:
    from types import ModuleType

ENVIRON = {
    "TABLE": "readers",
    "SITE_URL": SITE,
    "SITE_NAME": "Harbor Group",
    "MAIL_FROM": "Harbor <reports@harbor.example>",
    "ORIGIN_SECRET": ORIGIN_SECRET,
}


@pytest.mark.parametrize(
    "path",
    [
        "/latest/",
        "/latest",
        "/latest/reports/cfo/",
        "/latest/assets/qd.css",
        "/latest/3028-51st-st/",
        "/2026-11-23-0a1b2c3/",
        "/2026-11-23-0a1b2c3d.12/reports/ceo/index.html",
    ],
)
def test_a_page_of_a_version_is_where_one_goes_on(path: str) -> None:
    assert destination(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/latest/\\evil.example",
        "https://evil.example/latest/",
        "https:evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "latest/",
        "evil.example/latest/",
        "@evil.example",
        "/latest//evil.example",
        "/latest/../auth/out",
        "/latest/..",
        "/latest/.hidden",
        "/latest/%2e%2e/auth/out",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/latest/%0d%0aSet-Cookie:x=1",
        "/latest/\r\nSet-Cookie: x=1",
        "/latest/\tx",
        " /latest/",
        "/latest/ ",
        "/latest/\n",
        "/latest/?next=//evil.example",
        "/latest/#//evil.example",
        "/latest/;@evil.example",
        "/latest.evil.example/",
        "/latestx/",
        "/Latest/",
        "/auth/out",
        "/auth/link?t=x",
        "/pages/root/owners/latest/",
        "/2026-11-23/",
        "/2026-11-23-0A1B2C3/",
        "/\uff12026-11-23-0a1b2c3/",
        "/latest/\u2044evil.example",
        "/latest/\uff0fevil.example",
        "/latest/\u0000",
        "/latest/" + "a" * 512,
    ],
)
def test_anywhere_else_leads_home_F_189(text: str) -> None:
    assert destination(text) == HOME


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("pat@harbor.example", "pat@harbor.example"),
        (" pat@harbor.example ", "pat@harbor.example"),
        ("pat@Harbor.EXAMPLE", "pat@harbor.example"),
        ("Pat@harbor.example", "Pat@harbor.example"),
        ("pat+x@harbor.example", "pat+x@harbor.example"),
        ("p.at@harbor.example", "p.at@harbor.example"),
    ],
)
def test_an_address_is_looked_up_to_the_letter_but_for_its_domain_F_193(text: str, address: str) -> None:
    assert exact_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pat",
        "@harbor.example",
        "pat@",
        "pat@harbor",
        "pat@@harbor.example",
        "pat@harbor.example.",
        "pat@harbor..example",
        "pat @harbor.example",
        "pat@harbor.example\nBcc: eve@evil.example",
        "pat@harbor.example\r\n",
        "pat@harbor.example,eve@evil.example",
        "pat@harbor.example;eve@evil.example",
        "pat@harbor.example eve@evil.example",
        "Pat <pat@harbor.example>",
        '"pat"@harbor.example',
        "pat(comment)@harbor.example",
        "pat@[192.0.2.1]",
        "p\u0430t@harbor.example",  # Cyrillic
        "pat@h\u0430rbor.example",
        "pat@harbor.exampl\u212f",
        "\uff50at@harbor.example",  # full width
        "p\u00e1t@harbor.example",
        "pat\u200b@harbor.example",  # no width at all
        "pat\u00a0@harbor.example",
        "pat\u0131@harbor.example",
        "pat@harbor\u3002example",
        "\u202epat@harbor.example",
        "pat\x00@harbor.example",
        "person#pat@harbor.example ",
        "p" * 250 + "@harbor.example",
    ],
)
def test_what_looks_like_an_address_is_none_F_193(text: str) -> None:
    assert exact_address(text) in {None, text.strip(" ")}
    assert exact_address(text) != "pat@harbor.example"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("192.0.2.7:443", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9:443", "2001:db8:1:2::"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
        ("2001:db8:1:3::9:443", "2001:db8:1:3::"),
        ("::ffff:192.0.2.7:443", "192.0.2.7"),
        ("", "unknown"),
        ("pat:443", "unknown"),
        ("192.0.2.7:443, 198.51.100.1", "unknown"),
    ],
)
def test_a_source_is_an_address_or_a_network_of_64_bits_F_192(text: str, source: str) -> None:
    assert source_of(text) == source


@pytest.mark.parametrize(
    ("case", "headers"),
    [
        ("as a page that keeps its address sends it", {}),
        ("as other pages of ours send it", {"origin": SITE}),
        ("without an origin", {"origin": None}),
        ("an older browser", {"sec-fetch-site": None, "origin": SITE}),
    ],
)
def test_our_own_forms_are_taken(case: str, headers: dict[str, str | None]) -> None:
    assert request_of(event("POST", "/auth/", headers=headers), SITE).method == "POST", case


@pytest.mark.parametrize(
    ("case", "headers"),
    [
        ("another site", {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}),
        ("another site that hides itself", {"sec-fetch-site": "cross-site"}),
        (
            "a neighbour below the same domain",
            {"sec-fetch-site": "same-site", "origin": "https://x.harbor.example"},
        ),
        ("no page at all", {"sec-fetch-site": "none"}),
        ("two words against each other", {"origin": "https://evil.example"}),
        ("an older browser elsewhere", {"sec-fetch-site": None, "origin": "https://evil.example"}),
        ("an older browser that hides itself", {"sec-fetch-site": None}),
        ("no browser", {"sec-fetch-site": None, "origin": None}),
        ("a beginning of ours", {"sec-fetch-site": None, "origin": f"{SITE}.evil.example"}),
        ("ours without its lock", {"sec-fetch-site": None, "origin": SITE.replace("https", "http")}),
        ("ours at another port", {"sec-fetch-site": None, "origin": f"{SITE}:8443"}),
        ("no word of the browser", {"sec-fetch-site": "Same-Origin"}),
    ],
)
def test_forms_of_others_are_refused_F_197(case: str, headers: dict[str, str | None]) -> None:
    with pytest.raises(RefusedError) as refused:
        request_of(event("POST", "/auth/", headers=headers), SITE)

    assert refused.value.status == 400, case


@pytest.mark.parametrize(
    ("case", "status", "headers", "body"),
    [
        ("JSON", 415, {"content-type": "application/json"}, '{"address": "x"}'),
        ("plain text", 415, {"content-type": "text/plain"}, "address=x"),
        ("a file", 415, {"content-type": "multipart/form-data; boundary=x"}, "--x--"),
        ("no type", 415, {"content-type": None}, "address=x"),
        ("too long", 413, {}, "address=" + "x" * 4096),
        ("far too long", 413, {}, "address=" + "x" * 100_000),
        ("too many fields", 400, {}, "&".join(f"a{number}=x" for number in range(9))),
        ("bytes that are no text", 400, {}, "address=%ff%fe"),
        ("letters beyond ASCII as they are", 400, {}, "address=\u00e9"),
    ],
)
def test_bodies_that_are_none_of_ours_are_refused(
    case: str, status: int, headers: dict[str, str | None], body: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        request_of(event("POST", "/auth/", headers=headers, body=body), SITE)

    assert refused.value.status == status, case


def test_a_body_that_says_it_is_base64_and_is_none_is_refused() -> None:
    with pytest.raises(RefusedError):
        request_of(event("POST", "/auth/") | {"body": "?"}, SITE)


def test_a_body_comes_as_it_is_or_as_base64() -> None:
    plain = event("POST", "/auth/") | {"body": "address=x%40y", "isBase64Encoded": False}
    packed = plain | {"body": base64.b64encode(b"address=x%40y").decode(), "isBase64Encoded": True}

    assert request_of(plain, SITE).form == request_of(packed, SITE).form == {"address": "x@y"}


def test_what_comes_twice_means_nothing() -> None:
    made = event("POST", "/auth/?next=/latest/&next=//evil.example", body="t=a&t=b&u=c")
    made["cookies"] = ["__Host-qd=a", "__Host-qd-session=b", "__Host-qd-session=c", "other=d"]

    request = request_of(made, SITE)

    assert (request.query, request.form, request.cookies) == ({}, {"u": "c"}, {"__Host-qd": "a"})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
def test_other_methods_are_refused(method: str) -> None:
    with pytest.raises(RefusedError) as refused:
        request_of(event(method, "/auth/"), SITE)

    assert refused.value.status == 405


def test_settings_are_read() -> None:
    config = config_of(ENVIRON | {"SITE_URL": "https://Reports.Harbor.example/"})

    assert config == CONFIG._replace(table="readers", mail_from="Harbor <reports@harbor.example>")
    assert config.host == "reports.harbor.example"
    assert config_of(ENVIRON | {"SITE_URL": "http://127.0.0.1:8001"}).host == "127.0.0.1:8001"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "") for name in ENVIRON),
        *((name, " ") for name in ENVIRON),
        ("SITE_URL", "http://reports.harbor.example"),
        ("SITE_URL", "https://reports.harbor.example/path"),
        ("SITE_URL", "https://user:word@reports.harbor.example"),
        ("SITE_URL", "reports.harbor.example"),
        ("SITE_NAME", "Harbor\r\nBcc: eve@evil.example"),
        ("MAIL_FROM", "Harbor"),
        ("MAIL_FROM", "a@harbor.example\nBcc: eve@evil.example"),
        ("ORIGIN_SECRET", "short"),
        ("ORIGIN_SECRET", ORIGIN_SECRET[:31]),
        ("ORIGIN_SECRET", "ab" * 32),
    ],
)
def test_without_a_setting_it_does_not_start_and_names_it_alone_F_185(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as error:
        config_of(ENVIRON | {name: value})

    assert str(error.value).startswith(f"{name}: ")
    assert not value.strip() or value not in str(error.value)


def _started(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> ModuleType:
    """The module that the service begins with, as a new machine loads it."""
    for name in ENVIRON:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "signin.handler", raising=False)
    return importlib.import_module("signin.handler")


def test_the_function_starts_with_its_settings_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = _started(monkeypatch, ENVIRON).handler

    assert handler(event("GET", "/auth/sent"), None)["statusCode"] == 200
    assert handler(event("GET", "/auth/sent", headers={ORIGIN_HEADER: "x"}), None)["statusCode"] == 400


@pytest.mark.parametrize("name", ENVIRON)
def test_the_function_does_not_start_without_a_setting_F_185(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: is not set$"):
        _started(monkeypatch, {key: value for key, value in ENVIRON.items() if key != name})
