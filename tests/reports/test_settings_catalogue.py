"""The page of settings: every key that the program reads, and what holds without it."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from quarterdeck.commands.rules import EVERY
from quarterdeck.formulas.catalogue import FORMULAS
from quarterdeck.reports.settings_catalogue import SETTINGS_PAGE, keys, settings_page

ROOT: Final = Path(__file__).parents[2]
KEYS: Final = {key.path: key for key in keys()}
NAMED: Final = {*EVERY, *(one.id for one in FORMULAS)}
"""Codes of all rules and checks, and ids of all formulas."""
SCHEMA: Final = json.loads((ROOT / "schemas" / "portfolio.schema.json").read_text(encoding="utf-8"))


def test_every_key_stands_once_and_on_the_page() -> None:
    listed = [key.path for key in keys()]
    assert len(set(listed)) == len(listed)
    page = settings_page()
    assert page.path == SETTINGS_PAGE
    assert all(f">{path}<" in page.body for path in listed)


def test_no_word_of_the_schema_is_missing() -> None:
    """The JSON Schema is made by pydantic itself, on another way."""
    declared = {name for one in (SCHEMA, *SCHEMA["$defs"].values()) for name in one.get("properties", {})}
    assert declared == {word.removesuffix("[]") for path in KEYS for word in path.split(".")} - {"ID", "NAME"}


def test_every_rule_and_formula_that_a_meaning_names_is_there() -> None:
    said = [
        word
        for key in keys()
        for words in re.findall(r"\((.*?)\)", key.meaning)
        for word in words.split(", ")
    ]
    named = [word for word in said if re.search(r"[A-Z]\S*\d$", word)]
    assert "F-K1" in named
    assert [one for one in named if not any(f"{known}-".startswith(f"{one}-") for known in NAMED)] == []


@pytest.mark.parametrize(
    ("path", "form", "default"),
    [
        ("currency", "a currency code such as USD", "USD"),
        ("people.ID.name", "text", "needed"),
        ("people.ID.mails", "commit, daily, weekly or never", "commit"),
        ("people.ID.roles", "a list: ceo, cto, cfo, cmo or accounting", ""),
        ("dns.registry", "yes or no", "no"),
        ("role_owners", "a map: an id of lower-case letters, digits and hyphens, such as jada", ""),
        ("thresholds.variance_flag.abs", "an amount such as 2500 or 2,500.00", "250"),
        ("assumptions.email_model.low.click", KEYS["assumptions.hurdle_rate"].form, "0.010"),
        ("assumptions.local_cpi.place", "text", "needed"),
        ("accepted[].until", "a date as YYYY-MM-DD, such as 2026-10-31", "needed"),
        ("known_accounts", "a list", ""),
    ],
)
def test_form_and_default(path: str, form: str, default: str) -> None:
    assert (KEYS[path].form, KEYS[path].default) == (form, default)
