"""How messages of rules say days."""

import pytest

from quarterdeck.rules.words import ends, month_short
from tests.figures.builders import AS_OF


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (-2, "ended 2 days ago"),
        (-1, "ended yesterday"),
        (0, "ends today"),
        (1, "ends tomorrow"),
        (5, "ends in 5 days"),
    ],
)
def test_when_something_ends(left: int, said: str) -> None:
    assert ends(left).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_month_is_named_in_english_whatever_the_locale() -> None:
    assert month_short(AS_OF) == "Nov\N{NO-BREAK SPACE}2026"
