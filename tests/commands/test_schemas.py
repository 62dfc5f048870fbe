"""The schemas for editors: current, complete, and no stricter than the parser."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.commands.schemas import handoff_schema, portfolio_schema, write_schemas
from quarterdeck.model.columns import fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.parse.frontmatter import split
from quarterdeck.text.nodes import Mapping, Scalar
from quarterdeck.text.yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
HANDOFFS = sorted((ROOT / "handoffs").glob("*.md"))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema of a handoff's front matter."""
    loaded: dict[str, Any] = json.loads(handoff_schema())
    return loaded


def test_the_schema_of_handoffs_is_current() -> None:
    written = (ROOT / "schemas" / "handoff.schema.json").read_text(encoding="utf-8")
    assert written == handoff_schema(), "run: python -m quarterdeck.commands.schemas"


def test_every_key_has_a_type_and_says_what_to_write(schema: dict[str, Any]) -> None:
    properties = schema["properties"]
    assert list(properties) == sorted({"entity", "property", *(field.name for field in fields_of(Entity))})
    for name, key in [*properties.items(), *properties["property"]["properties"].items()]:
        assert key["description"], name
        assert "type" in key or "anyOf" in key, name


def test_words_are_offered_and_not_knowing_is_no_mistake(schema: dict[str, Any]) -> None:
    offered, blank = schema["properties"]["kind"]["anyOf"]
    assert offered["enum"][:2] == ["charter", "concert"]
    assert blank == {"$ref": "#/$defs/blank"}
    pattern = schema["$defs"]["blank"]["anyOf"][1]["pattern"]
    for text in ("", "?", "??", "tbd", "TBD", "unknown", "not known", "n/a", "n/a: no list", "—"):
        assert re.search(pattern, text), text
    assert not re.search(pattern, "chater")


def test_nothing_is_required_and_keys_of_your_own_are_welcome(schema: dict[str, Any]) -> None:
    assert "required" not in schema
    assert "additionalProperties" not in schema


@pytest.mark.parametrize("path", HANDOFFS, ids=lambda path: path.stem)
def test_the_sample_fits_its_schema(path: Path, schema: dict[str, Any]) -> None:
    node, _ = read_yaml(split(path.read_text(encoding="utf-8")).yaml, path.name, 2)
    assert isinstance(node, Mapping)
    for key, value in node.entries:
        known = schema["properties"][key.text]
        if not isinstance(value, Scalar):
            assert {"array", "object"} & set(known["type"])
        elif "anyOf" in known:
            pattern = schema["$defs"]["blank"]["anyOf"][1]["pattern"]
            assert value.text in known["anyOf"][0]["enum"] or re.search(pattern, value.text)


def test_both_schemas_are_written(tmp_path: Path) -> None:
    first, second = write_schemas(tmp_path / "schemas")
    assert first.read_text(encoding="utf-8") == portfolio_schema()
    assert second.read_text(encoding="utf-8") == handoff_schema()
