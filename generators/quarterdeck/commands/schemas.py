"""Writes the JSON Schemas that editors use for the portfolio's files."""

import json

from pydantic.json_schema import GenerateJsonSchema

from quarterdeck.settings import Settings


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that pydantic makes from names: they say nothing that the key does not."""

    def field_title_should_be_set(self, schema: object) -> bool:
        del schema
        return False


def portfolio_schema() -> str:
    """The schema of `portfolio.yml`: JSON with sorted keys, indent 2 and a final newline."""
    schema = Settings.model_json_schema(by_alias=True, schema_generator=_Untitled)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Settings of a Quarterdeck portfolio (portfolio.yml)"
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
