"""How people are named: by the settings, else by their id."""

import pytest

from quarterdeck.model.action import person_name


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ("sam", "Sam Ortega"),
        ("Sam", "Sam Ortega"),
        ("mary-ann", "Mary Ann"),
        ("mary ann", "Mary Ann"),
        ("", ""),
    ],
)
def test_a_person_is_named_as_the_settings_say(person: str, name: str) -> None:
    assert person_name(person, {"sam": "Sam Ortega"}) == name
