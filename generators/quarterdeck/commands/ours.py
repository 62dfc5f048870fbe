"""The files that this version of Quarterdeck gives to every portfolio, the same in each."""

import json
from collections.abc import Mapping
from typing import Any, Final

from quarterdeck import __version__
from quarterdeck.commands.schemas import handoff_schema, portfolio_schema
from quarterdeck.model.columns import Field, fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.tables import TABLES, Table
from quarterdeck.start.files import shared
from quarterdeck.start.filled import template

REQUIREMENTS: Final = "requirements.txt"
EXTRAS: Final = ("bank", "collect", "mail", "publish", "zensical")
"""What a portfolio installs of Quarterdeck besides its core; the lock of portfolios is made for them."""
_TEMPLATES: Final = (
    ("pre-commit.yaml", ".pre-commit-config.yaml"),
    ("requirements.lock", "requirements.lock"),
    ("extensions.json", ".vscode/extensions.json"),
    ("settings.json", ".vscode/settings.json"),
    ("setup", "scripts/setup"),
)


def ours() -> Mapping[str, bytes]:
    """Path in a portfolio -> bytes; what begins with `#!` is to be executable."""
    texts = {
        **{there: template(name) for name, there in _TEMPLATES},
        ".vscode/handoff.code-snippets": snippets(),
        "schemas/handoff.schema.json": handoff_schema(),
        "schemas/portfolio.schema.json": portfolio_schema(),
        REQUIREMENTS: (
            "# The Quarterdeck of this portfolio; quarterdeck upgrade asks for a newer one.\n"
            f"quarterdeck[{','.join(EXTRAS)}]=={__version__}\n"
        ),
    }
    return {**{path: text.encode() for path, text in texts.items()}, **dict(shared())}


def snippets() -> str:
    """What editors put in for a short word: front matter, a task, and each table with the columns that it needs."""
    found = {"handoff": _front_matter(), "task": _task(), **{one.heading: _table(one) for one in TABLES}}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _snippet(prefix: str, description: str, body: list[str]) -> dict[str, Any]:
    return {"scope": "markdown", "prefix": prefix, "description": description, "body": body}


def _front_matter() -> dict[str, Any]:
    needed = [field for field in fields_of(Entity) if field.column.required]
    lines = [f"{field.name}: {_place(number, field)}" for number, field in enumerate(needed, 2)]
    body = ["---", "entity: ${1:id}", *lines, "---", "", "# ${2:Name}", "", "## Summary", "$0"]
    return _snippet("handoff", "Begin a handoff", body)


def _task() -> dict[str, Any]:
    due = "${4:$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE}"
    body = [f"- [ ] ${{1:What is to be done}} #${{2:ID-1}} @${{3:who}} due:{due} effort:${{5|XS,S,M,L,XL|}}"]
    return _snippet("task", "Add a task", body)


def _table(table: Table) -> dict[str, Any]:
    columns = [
        field
        for field in fields_of(table.record)
        if field.column.required or field.name in {*table.key, *(table.list_columns or ())}
    ]
    heads = [field.name.strip("_").replace("_", " ").capitalize() for field in columns]
    cells = [_place(number, field) for number, field in enumerate(columns, 1)]
    rule = "---|" * len(columns)
    body = [f"## {table.heading}", f"| {' | '.join(heads)} |", f"|{rule}", f"| {' | '.join(cells)} |"]
    prefix = f"table-{table.name.replace('_', '-')}"
    return _snippet(prefix, f"Add the table {table.heading}", body)


def _place(number: int, field: Field) -> str:
    """Where the cursor stops: with the words to choose from, or the day, or what belongs there."""
    if field.words:
        return f"${{{number}|{','.join(field.words)}|}}"
    if field.grammar == "date":
        return f"${{{number}:$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE}}"
    return f"${{{number}:{field.name.strip('_').replace('_', ' ')}}}"
