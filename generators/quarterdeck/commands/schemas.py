"""Writes the JSON Schemas that editors use for the portfolio's files: python -m quarterdeck.commands.schemas."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from quarterdeck.model.columns import Field, Grammar, Row, fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.holdings import Property
from quarterdeck.parse.values import ENTITY_ID
from quarterdeck.settings import Settings

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BLANK = r"^(\?{1,2}|[Tt][Bb][Dd]|[Uu]nknown|[Nn]ot (known|tracked)|[Nn]/[Aa]\b.*|—|[Nn]one)?$"
_NUMERIC: dict[str, Any] = {"type": ["number", "string"]}
_LIST: dict[str, Any] = {"type": ["array", "string"], "items": {"type": "string"}}

_TYPES: dict[Grammar, dict[str, Any]] = {
    "money": _NUMERIC,
    "money range": _NUMERIC,
    "money or ratio": _NUMERIC,
    "ratio": _NUMERIC,
    "count": _NUMERIC,
    "number": _NUMERIC,
    "kpi value": _NUMERIC,
    "flag": {"type": ["boolean", "string"]},
    "ids": _LIST,
    "names": _LIST,
    "parts": _LIST,
}
"""Grammars that are written as more than text; numbers may carry `$`, `,`, `~` or a unit, so text is fine too."""


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that pydantic makes from names: they say nothing that the key does not."""

    def field_title_should_be_set(self, schema: object) -> bool:
        del schema
        return False


def portfolio_schema() -> str:
    """The schema of `portfolio.yml`: JSON with sorted keys, indent 2 and a final newline."""
    schema = Settings.model_json_schema(by_alias=True, schema_generator=_Untitled)
    schema["$schema"] = _DIALECT
    schema["title"] = "Settings of a Quarterdeck portfolio (portfolio.yml)"
    return _printed(schema)


def handoff_schema() -> str:
    """The schema of a handoff's front matter, in the same form.

    It helps to write and forbids nothing that the parser takes: unknown keys and the ways of not knowing pass.
    """
    entity = {
        "description": "Id of the business: lower-case letters, digits, hyphens; the file's name if absent",
        "type": ["string", "null"],
        "pattern": f"^{ENTITY_ID.pattern}$",
    }
    building = {
        "description": "The building of a rental, instead of a table Property",
        "type": ["object", "null"],
        "properties": _properties(Property),
    }
    return _printed(
        {
            "$schema": _DIALECT,
            "$defs": {"blank": {"description": "Not known, or n/a", "anyOf": _blanks()}},
            "title": "Front matter of a Quarterdeck handoff (handoffs/<entity>.md)",
            "type": "object",
            "properties": {"entity": entity, **_properties(Entity), "property": building},
        }
    )


def _properties(record: type[Row]) -> dict[str, Any]:
    return {field.name: _property(field) for field in fields_of(record)}


def _property(field: Field) -> dict[str, Any]:
    wanted = " (needed)" if field.column.required else ""
    described = {"description": f"{field.column.help}{wanted}"}
    if field.words:
        return {**described, "anyOf": [{"enum": list(field.words)}, {"$ref": "#/$defs/blank"}]}
    form = dict(_TYPES.get(field.grammar, {"type": "string"}))
    form["type"] = [*([form["type"]] if isinstance(form["type"], str) else form["type"]), "null"]
    return {**described, **form}


def _blanks() -> list[dict[str, Any]]:
    return [{"type": "null"}, {"type": "string", "pattern": _BLANK}]


def _printed(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write every schema into a folder, and tell which files those are."""
    texts = {"portfolio.schema.json": portfolio_schema(), "handoff.schema.json": handoff_schema()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)


if __name__ == "__main__":
    write_schemas(Path("schemas"))
