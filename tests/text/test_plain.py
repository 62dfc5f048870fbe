"""A terminal of another code page gets words that can be read, and programs get JSON that is JSON."""

import codecs
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.text.plain import look_alike

codecs.register_error("look-alike", look_alike)


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("1\xa0file", "1 file"),
        ("a \N{EN DASH} b — c · d", "a - b - c - d"),
        ("“it\N{RIGHT SINGLE QUOTATION MARK}s”", "'it's'"),
        ("2 × 3 − 1 ≤ 5 …", "2 x 3 - 1 <= 5 ..."),
        ("水 🚤 é", r"\u6c34 \ud83d\udea4 \u00e9"),
        ("\udcff", r"\udcff"),
    ],
)
def test_F232_signs_that_are_not_there_are_told_in_others(words: str, printed: str) -> None:
    assert words.encode("ascii", "look-alike").decode() == printed


@given(st.text())
def test_F233_json_stays_json_in_any_code_page(text: str) -> None:
    raw = json.dumps([text], ensure_ascii=False).encode("ascii", "look-alike")
    (read,) = json.loads(raw)
    assert read.encode("ascii", "look-alike") == text.encode("ascii", "look-alike")


def test_what_is_no_encoding_is_not_ours() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", "look-alike")
