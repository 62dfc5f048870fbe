"""A name is found in every written form, and nothing but it is taken out (F-148)."""

from __future__ import annotations

import html
import json
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quarterdeck.text.mentions import MARK, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "Café & Söhne"


def _entities(text: str) -> str:
    return "".join(f"&#x{ord(letter):x};" for letter in text)


FORMS: dict[str, Callable[[str], str]] = {
    "as it stands": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "composed": lambda name: unicodedata.normalize("NFC", name),
    "in HTML": html.escape,
    "in ASCII HTML": lambda name: html.escape(name).encode("ascii", "xmlcharrefreplace").decode(),
    "in entities": _entities,
    "in JSON": lambda name: json.dumps(name)[1:-1],
    "in an address": quote,
    "HTML in JSON": lambda name: json.dumps(html.escape(name))[1:-1],
    "entities in JSON": lambda name: json.dumps(_entities(name))[1:-1],
    "an address in HTML": lambda name: html.escape(quote(name)),
    "an address in JSON": lambda name: json.dumps(quote(name))[1:-1],
    "entities in an address": lambda name: quote(html.escape(name)),
    "with soft hyphens": "\u00ad".join,
    "over two lines": lambda name: name.replace(" ", "\n    "),
    "with hard spaces": lambda name: name.replace(" ", "&nbsp;"),
    "as an anchor": lambda name: name.replace(" ", "-").lower(),
    "as a variable": lambda name: name.replace(" ", "_").upper(),
}


@pytest.mark.parametrize("form", FORMS)
def test_F148_each_written_form_is_found_and_taken_out(form: str) -> None:
    written = FORMS[form](NAME)
    assert Wanted([NAME]).taken_out(f'<a href="{written}">') == (f'<a href="{MARK}">', 1)


LETTERS = st.characters(codec="utf-8", categories=["L", "N"])


@given(
    st.text(LETTERS, min_size=3, max_size=12),
    st.sampled_from(sorted(FORMS)),
    st.integers(0, 2_100),
    st.integers(0, 2_100),
)
def test_F148_whatever_is_found_is_taken_out_and_all_else_stays(
    name: str, form: str, before: int, after: int
) -> None:
    assume(unicodedata.normalize("NFKD", name).casefold() not in MARK)
    wanted = Wanted([name])
    written = FORMS[form](name)
    assume(wanted.is_in(written))  # capitals of a few letters are other letters
    text = f"{'.' * before} {written} {'.' * after}"
    taken, count = wanted.taken_out(text)
    assert (taken, count) == (f"{'.' * before} {MARK} {'.' * after}", 1)
    assert not wanted.is_in(taken)


@given(st.text(), st.text(st.sampled_from("ab&%5C\\u00e9;é -"), max_size=60))
def test_no_text_breaks_it_and_the_search_says_what_the_removal_does(text: str, odd: str) -> None:
    wanted = Wanted(["abé"])
    both = text + odd
    assert wanted.is_in(both) == (wanted.taken_out(both)[1] > 0)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Kim sails", True),
        ("kim's boat", True),
        (r"\nKim", True),
        ("kim-site.example", True),
        ("Kimball sails", False),
        ("&quot;Kim&quot;", True),
        ("Akim", False),
        ("Kimball and Kim", True),
    ],
)
def test_whole_words_leave_longer_words(text: str, is_found: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Wanted(["Kim"], whole_words=True).is_in(text) is is_found
    assert "imball" in Wanted(["Kim"], whole_words=True).taken_out("Kimball, Kim")[0]


def test_several_names_are_taken_out_together() -> None:
    assert Wanted(["Sunset Boat", "boat"]).taken_out("Sunset Boat and boat.") == (f"{MARK} and {MARK}.", 2)


@pytest.mark.parametrize("name", ["", "a", "ab", " - a", "move", "REMOVED"])
def test_names_that_cannot_be_told_from_chance_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}$"):
        Wanted([name])


def test_an_empty_text_holds_nothing() -> None:
    assert Wanted(["anything"]).taken_out("") == ("", 0)
