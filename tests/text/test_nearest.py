"""Which known word a misspelt one was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.text.nearest import nearest

KNOWN = ("billing_model", "name", "kind", "owner", "fee", "face", "sites")


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("biling_model", "billing_model"),
        ("Billing Model", "billing_model"),
        ("nmae", "name"),
        ("name", "name"),
        ("ownr", "owner"),
        ("fe", "fee"),
        ("xyz", None),
        ("", None),
        ("site_list", None),
        ("n" * 100_000, None),
    ],
)
def test_F034_nearest_known_word(word: str, guess: str | None) -> None:
    assert nearest(word, KNOWN) == guess


@given(st.text(max_size=30), st.lists(st.text(max_size=10)))
def test_the_guess_is_a_known_word_whatever_their_order(word: str, known: list[str]) -> None:
    guess = nearest(word, known)
    assert guess is None or guess in known
    assert guess == nearest(word, reversed(known))
