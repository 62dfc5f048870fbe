"""How code is read: tokens of any text, and one shape for both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.repos.reading.javascript import read_javascript
from quarterdeck.collectors.repos.reading.python import read_python
from quarterdeck.collectors.repos.reading.tokens import tokens_of
from quarterdeck.collectors.repos.reading.tree import NotReadError

PIECES = st.sampled_from(
    [
        *(
            "`",
            "${",
            "}",
            "{",
            "(",
            ")",
            "[",
            "]",
            "/",
            "//",
            "/*",
            "*/",
            "'",
            '"',
            "\\",
            "\n",
            " ",
            "=>",
            "===",
        ),
        *(
            "a",
            "function",
            "if",
            "case",
            "return",
            "const",
            "=",
            ":",
            ",",
            ";",
            "import",
            "from",
            "require",
            "?.",
        ),
    ]
)
ANY_TEXT = st.text() | st.lists(PIECES, max_size=60).map("".join)


@given(ANY_TEXT)
def test_tokens_join_to_the_text(text: str) -> None:
    tokens = list(tokens_of(text))
    assert "".join(one.text for one in tokens) == text
    assert all(
        one.line == text.count("\n", 0, sum(len(two.text) for two in tokens[:at])) + 1
        for at, one in enumerate(tokens)
    )


@given(ANY_TEXT)
def test_no_text_breaks_the_reader_of_scripts(text: str) -> None:
    code = read_javascript("a.js", text)
    assert [one.at for one in code.calls] == sorted(one.at for one in code.calls)


def _why_not_read(text: str) -> str:
    try:
        read_python("a.py", text)
    except NotReadError as error:
        return str(error)
    return ""


@given(ANY_TEXT)
def test_what_is_no_python_is_said(text: str) -> None:
    assert _why_not_read(text) in {"", "syntax of another version", "nested too deep"}


@pytest.mark.parametrize("read", [read_javascript, read_python])
def test_what_is_nested_too_deep_is_not_read(read: object) -> None:
    assert callable(read)
    with pytest.raises(NotReadError, match="nested too deep"):
        read("a", "f(" * 5_000)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a = b / c / d", ["name", "sign", "name", "sign", "name", "sign", "name"]),
        ("a = /b[/]'c/g.test(d)", ["name", "sign", "regex", "sign", "name", "sign", "name", "sign"]),
        ("return /x/", ["name", "regex"]),
        ("(a) / b / c", ["sign", "name", "sign", "sign", "name", "sign", "name"]),
        ("'it\\'s' // don't", ["text", "comment"]),
        ("`a ${ {b: `c`} } d`", ["template", "sign", "name", "sign", "template", "sign", "template"]),
        ("it's", ["name", "sign", "name"]),
        ("#!/usr/bin/env node\nx", ["comment", "name"]),
    ],
)
def test_texts_comments_templates_and_patterns_are_told_apart(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in tokens_of(text) if one.kind != "space"] == kinds


BOTH = {
    "a.py": (
        "from lib.auth import need\n"
        "def ride(event, context):\n"
        "    if event['path'] == '/a':\n"
        "        table.put(key='x', n=15 * 60)\n"
        "    return f'a {event}'\n"
    ),
    "a.js": (
        "import { need } from './lib/auth'\n"
        "function ride(event, context) {\n"
        "  if (event['path'] === '/a') {\n"
        "    table.put({ key: 'x', n: 15 * 60 })\n"
        "  }\n"
        "  return run(`a ${event}`)\n"
        "}\n"
    ),
}


@pytest.mark.parametrize("path", BOTH)
def test_both_languages_have_one_shape(path: str) -> None:
    read = read_python if path.endswith(".py") else read_javascript
    code = read(path, BOTH[path])
    (block,) = code.blocks
    (compare,) = code.compares
    (branch,) = code.branches
    put = next(one for one in code.calls if one.name == "table.put")
    key, number = put.option("key"), put.option("n")
    assert (block.name, block.params, block.line) == ("ride", ("event", "context"), 2)
    assert (compare.left.names, compare.right.literal, compare.line) == (("event.path",), "/a", 3)
    assert branch.at <= put.at <= branch.stop <= block.stop
    assert key is not None
    assert number is not None
    assert (key.literal, number.number, put.line) == ("x", 900, 4)
    assert (code.imported["need"].name, code.imported["need"].module.lstrip("./").replace(".", "/")) == (
        "need",
        "lib/auth",
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("exports.handler = async (event) => event.body", ["handler"]),
        ("export default async function (req, res) { go() }", ["default"]),
        ("export default function page(req) { go() }", ["default"]),
        ("export async function POST(req: Request): Promise<Response> { go() }", ["POST"]),
        ("const ride = async (req: Request, res: Response): Promise<void> => { go() }", ["ride"]),
        ("class A { async go(x) { run() } }", ["go"]),
        ("const a = { go(x) { run() }, run: function () { go() } }", ["go", "run"]),
        ("if (x) { go() } for (;;) { run() } switch (x) { case 1: go() }", []),
        ("const go = wrap(async (x) => run(x))", ["go"]),
    ],
)
def test_functions_of_scripts_have_their_names(text: str, names: list[str]) -> None:
    assert [one.name for one in read_javascript("a.ts", text).blocks] == names
