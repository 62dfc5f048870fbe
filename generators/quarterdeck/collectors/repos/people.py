"""Tracked files that list people: tables with columns of mail addresses or telephone numbers (REPO-25)."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.repositories import PeopleList

_KINDS = re.compile(r"(?i)\.(?:csv|tsv|json|jsonl|ndjson|sql|xlsx)$")
_LARGEST = 5 << 20
_ENOUGH = 20
_LOOKED_AT = 2_000
"""Rows that are looked at; more than enough is enough."""
_COLUMN = re.compile(
    r"(?i)(?:^|[^a-z])(?:e[-_ ]?mails?|mail(?:[-_ ]?address)?|phones?|mobile|telephone|cell)(?:$|[^a-z])"
)
_VALUE = re.compile(r"[^\s@,;]{1,64}@[^\s@,;]{1,190}\.[a-z]{2,}|\+?\d[\d ().-]{6,18}\d", re.IGNORECASE)
_INSERT = re.compile(r"(?i)insert\s+into\s+[\w`\".]{1,80}\s*\(([^()]{1,2000})\)\s*values")
_SHEET = "xl/worksheets/sheet1.xml"
_WORDS = "xl/sharedStrings.xml"

Row = Mapping[str, str]


def people_lists(scope: Scope, repo: Checkout) -> Iterator[PeopleList]:
    """Each tracked file with more than 20 rows that have a mail address or telephone number, by path."""
    files = [one for one in repo.files if one.is_plain and one.size <= _LARGEST and _KINDS.search(one.path)]
    for held, file in zip(repo.git.objects((one.oid for one in files), _LARGEST), files, strict=False):
        columns, rows = _listed(file, held.data)
        if rows > _ENOUGH:
            yield PeopleList(
                entity=repo.entity,
                source=scope.source("git tree"),
                repo=repo.name,
                path=file.path,
                rows=rows,
                columns=columns,
            )


def _listed(file: File, data: bytes) -> tuple[tuple[str, ...], int]:
    """The columns that say how to reach people, and how many rows have something in one of them."""
    kind = file.path.rpartition(".")[2].lower()
    text = data.decode("utf-8-sig", "replace") if kind != "xlsx" else ""
    match kind:
        case "csv" | "tsv":
            rows = list(_of_table(text, "\t" if kind == "tsv" else ","))
        case "json" | "jsonl" | "ndjson":
            rows = list(_of_json(text))
        case "sql":
            rows = list(_of_inserts(text))
        case _:
            return _of_sheet(data)
    columns = {
        name for row in rows for name, value in row.items() if _COLUMN.search(name) and _VALUE.search(value)
    }
    full = sum(any(_VALUE.search(row.get(name, "")) for name in columns) for row in rows)
    return tuple(sorted(columns)), full


def _of_table(text: str, mark: str) -> Iterator[Row]:
    first = text.partition("\n")[0]
    mark = ";" if mark == "," and first.count(";") > first.count(",") else mark
    if not _COLUMN.search(first):
        return
    try:
        for row, _ in zip(csv.DictReader(io.StringIO(text), delimiter=mark), range(_LOOKED_AT), strict=False):
            yield {str(name): str(value) for name, value in row.items() if name and value}
    except csv.Error:
        return


def _of_json(text: str) -> Iterator[Row]:
    try:
        found: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        found = [one for line in text.splitlines()[:_LOOKED_AT] if (one := _object(line))]
    if isinstance(found, dict):
        found = next((one for one in found.values() if isinstance(one, list)), [])
    for row in found[:_LOOKED_AT] if isinstance(found, list) else ():
        if isinstance(row, dict):
            yield {str(name): str(value) for name, value in row.items() if isinstance(value, str | int)}


def _object(line: str) -> object:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None


def _of_inserts(text: str) -> Iterator[Row]:
    """Rows of a dump: each line of values counts as one, whatever its form."""
    for found in _INSERT.finditer(text):
        columns = [name.strip(" `\"'\n") for name in found[1].split(",")]
        if not any(map(_COLUMN.search, columns)):
            continue
        name = next(filter(_COLUMN.search, columns))
        stop = text.find(";\n", found.end())
        for line in text[found.end() : stop if stop > 0 else None].split("(")[1 : _LOOKED_AT + 1]:
            yield {name: line}


def _of_sheet(data: bytes) -> tuple[tuple[str, ...], int]:
    """The same of the first sheet of a spreadsheet, as far as its words and the count of its rows tell."""
    import zipfile  # noqa: PLC0415 - hardly any repository holds a spreadsheet

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [_part(book, name) for name in (_WORDS, _SHEET)]
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return (), 0
    words = re.findall(r"<t[^>]{0,40}>([^<]{1,80})</t>", parts[0])
    columns = {word for word in words[:_LOOKED_AT] if _COLUMN.search(word)}
    if not columns or not any(map(_VALUE.search, words)):
        return (), 0
    return tuple(sorted(columns)), parts[1].count("<row ") - 1


def _part(book: Any, name: str) -> str:  # noqa: ANN401 - a zip file
    """One part of a spreadsheet, never more of it than a plain file may have."""
    with book.open(name) as part:
        return str(part.read(_LARGEST).decode("utf-8", "replace"))
