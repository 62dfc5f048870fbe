"""The table of headers says what it promises, and what the builders need of it."""

import base64
import hashlib
import re
from importlib.resources import files

import pytest

from quarterdeck.site.policy import CONTENT_SECURITY_POLICY, HEADERS, SEARCH_STYLE


def test_nothing_inline_and_no_other_host_is_permitted() -> None:
    """F-146: hostile text that got into a page still could not run, look like ours or call home."""
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["style-src"].split() == ["'self'", SEARCH_STYLE]
    permitted = {word for rule in rules.values() for word in rule.split()}
    assert permitted == {"'self'", "'none'", "data:", SEARCH_STYLE}
    assert [name for name, rule in rules.items() if "data:" in rule] == ["img-src"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("Referrer-Policy", "same-origin"),
    ],
)
def test_every_answer_says(name: str, value: str) -> None:
    assert HEADERS[name] == value


def test_the_table_is_in_order_and_fits_a_header() -> None:
    assert list(HEADERS) == sorted(HEADERS)
    assert all(re.fullmatch(r"[\x21-\x7e]+( [\x21-\x7e]+)*", value) for value in HEADERS.values())


def test_the_permitted_style_is_that_of_zensical_s_search() -> None:
    scripts = files("zensical") / "templates" / "assets" / "javascripts"
    (bundle,) = (one for one in scripts.iterdir() if one.name.startswith("bundle."))
    texts = re.findall(r"='([^'\\]*)'", bundle.read_text(encoding="utf-8"))
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts}
    assert SEARCH_STYLE[len("'sha256-") : -1] in hashes, "SEARCH_STYLE says what to do"
