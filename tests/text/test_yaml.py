"""YAML as written text with places: what is kept, what is refused, and how much is read of hostile input."""

from collections.abc import Iterator

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st
from yaml import events

from quarterdeck.model.errors import Problem
from quarterdeck.text import yaml_events
from quarterdeck.text.nodes import Mapping, Node, Scalar, Sequence
from quarterdeck.text.yaml import read_yaml

PATH = "portfolio.yml"
LOADERS = [pyyaml.SafeLoader, *([pyyaml.CSafeLoader] if pyyaml.__with_libyaml__ else [])]


@pytest.fixture(autouse=True, params=LOADERS, ids=lambda loader: str(loader.__name__))
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with the C parser, where there is one, and with the one in Python."""
    monkeypatch.setattr(yaml_events, "_Loader", request.param)


def plain(node: Node | None) -> object:
    """The tree without places."""
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: plain(value) for key, value in entries}
    return None


def refusal(text: str) -> Problem:
    """The first problem, which refuses the file."""
    problems = read_yaml(text, PATH)[1]
    assert problems
    assert problems[0].refused
    return problems[0]


def test_the_tree_holds_places_in_the_file() -> None:
    node, problems = read_yaml("name: Jädà\nsites: [a, 'b']\nmail:\n  sender: x\n", PATH, first_line=2)
    assert not problems
    assert node == Mapping(
        (
            (Scalar("name", True, 2, 1), Scalar("Jädà", True, 2, 7)),  # noqa: FBT003 - a whole value, in short
            (
                Scalar("sites", True, 3, 1),  # noqa: FBT003 - likewise
                Sequence((Scalar("a", True, 3, 9), Scalar("b", False, 3, 12)), 3, 8),  # noqa: FBT003 - likewise
            ),
            (
                Scalar("mail", True, 4, 1),  # noqa: FBT003 - likewise
                Mapping(((Scalar("sender", True, 5, 3), Scalar("x", True, 5, 11)),), 5, 3),  # noqa: FBT003 - likewise
            ),
        ),
        2,
        1,
    )


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n...\n"])
def test_F011_nothing_is_no_problem(text: str) -> None:
    node, problems = read_yaml(text, PATH)
    assert not problems
    assert not plain(node)


def test_a_key_is_found_by_name() -> None:
    node, _ = read_yaml("a: 1\nb: 2\n", PATH)
    assert isinstance(node, Mapping)
    assert plain(node.get("b")) == "2"
    assert node.get("c") is None


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "off",
        "yes",
        "12:30:45",
        "0123",
        "1.10",
        "1e3",
        "0x1F",
        "2026-02-30",
        ".nan",
        "null",
        "~",
        "1_000",
        "=",
    ],
)
def test_F031_every_value_is_its_written_text(text: str) -> None:
    assert plain(read_yaml(f"key: {text}", PATH)[0]) == {"key": text}


@pytest.mark.parametrize(
    "text", ["a: !!python/object:os.system x", "a: !x y", "!!map {a: b}", "a: !<tag:y> [b]", "a: !!str 1"]
)
def test_F024_yaml_tag_is_refused(text: str) -> None:
    assert refusal(text).code == "yaml-tag"


def test_F025_aliases_are_refused_and_never_expanded() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    node, problems = read_yaml(bomb, PATH)
    assert (problems[0].code, problems[0].line, problems[0].column) == ("yaml-anchor", 1, 5)
    assert {problem.code for problem in problems} == {"yaml-anchor", "yaml-alias"}
    assert len(problems) <= 21
    assert isinstance(node, Mapping)
    assert plain(node.get("a9")) == [""] * 9


def test_F026_anchor_that_holds_itself_is_refused_as_a_cycle() -> None:
    problems = read_yaml("a: &loop\n  b: *loop\n", PATH)[1]
    assert [(problem.code, problem.line) for problem in problems] == [("yaml-anchor", 1), ("yaml-cycle", 2)]


def test_F027_duplicate_keys_are_refused_with_both_lines() -> None:
    node, problems = read_yaml("name: a\nsites: [x]\nname: b\nmail: {to: c, to: d}\n", PATH, first_line=2)
    assert plain(node) == {"name": "a", "sites": ["x"], "mail": {"to": "c"}}
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [
        ("yaml-duplicate-key", 4, 1),
        ("yaml-duplicate-key", 5, 15),
    ]
    assert "lines 2 and 4" in problems[0].what


@pytest.mark.parametrize("open_", ["[", "{a: ", "- ", "? ", "[{a: "])
@pytest.mark.parametrize("times", [2_000, 100_000])
def test_F028_deep_nesting_is_refused_after_a_few_events(
    open_: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled = count_events(monkeypatch)
    assert refusal(open_ * times).code == "yaml-depth"
    assert len(pulled) < 200


def test_F028_forty_levels_are_read() -> None:
    node, problems = read_yaml("[" * 40 + "]" * 40, PATH)
    assert not problems
    assert isinstance(node, Sequence)
    assert refusal("[" * 41 + "]" * 41).code == "yaml-depth"


@pytest.mark.parametrize(
    ("text", "line", "column", "mend"),
    [
        ("name: a: b\n", 1, 8, "quotes"),
        ("name: x\nowner: @pat\n", 2, 8, "quotes"),
        ("name: 'open\nmore\n", 1, 7, "Close"),
        ("sites: [a, b", 1, 8, "bracket"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
    ],
)
def test_F029_bad_yaml_is_refused_with_line_and_column(text: str, line: int, column: int, mend: str) -> None:
    problem = refusal(text)
    assert (problem.code, problem.line) == ("yaml-syntax", line)
    assert abs(problem.column - column) <= 1  # the two parsers differ by one
    assert mend in problem.mend


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: b\n---\nc: d\n", "yaml-documents", 2),
        ("a:\n\t- b\n", "yaml-tab", 2),
        ("a: b\n \tc: d\n", "yaml-tab", 2),
        ("%YAML 1.1\n---\na: b\n", "yaml-directive", 1),
        ("%TAG ! tag:x,2000:\n---\na: b\n", "yaml-directive", 1),
    ],
)
def test_F035_documents_tabs_and_directives_are_refused(text: str, code: str, line: int) -> None:
    problem = refusal(text)
    assert (problem.code, problem.line) == (code, line)


def test_a_tab_inside_a_value_is_text() -> None:
    assert plain(read_yaml("a: 'b\tc'\n", PATH)[0]) == {"a": "b\tc"}


@pytest.mark.parametrize("text", ["[a]: b", "{a: b}: c", "? [a, b]\n: c"])
def test_a_key_that_is_no_word_is_refused(text: str) -> None:
    assert refusal(text).code == "yaml-key"


def test_F005_escapes_cannot_bring_control_characters_in() -> None:
    node, (problem,) = read_yaml('name: "a\\0b\\u202ec\\e"', PATH)
    assert plain(node) == {"name": "a\ufffdb[U+202E]c\ufffd"}
    assert (problem.code, problem.refused) == ("control-character", False)


def test_unicode_line_ends_do_not_move_lines() -> None:
    node, problems = read_yaml("a: x\u2028y\nb: é\nc: [\n", PATH)
    assert node is None
    assert (problems[0].line, problems[0].column) == (3, 4)


YAMLISH = st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@`# \n\t\\x0u\u2028é~="), max_size=80)


@given(st.one_of(st.text(st.characters(codec="utf-8"), max_size=80), YAMLISH))
def test_F230_no_text_raises_and_problems_stand_in_the_file(text: str) -> None:
    node, problems = read_yaml(text, PATH, first_line=5)
    assert node is not None or problems or not plain(node)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for problem in problems:
        assert 5 <= problem.line < 5 + lines + 1
        assert problem.column >= 1
    assert problems == sorted(problems)


WORDS = st.text(st.sampled_from("abcé 01.:-#'\"{}[]\\"), max_size=12)
TREES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, TREES, min_size=1, max_size=4))
def test_what_is_written_is_read(tree: dict[str, object]) -> None:
    written = pyyaml.safe_dump(tree, default_style='"', allow_unicode=True, width=10_000)
    node, problems = read_yaml(written, PATH)
    assert not [problem for problem in problems if problem.refused]
    assert plain(node) == tree


@pytest.mark.parametrize("line", ["k{n}: v\n", "same: v\n", "k{n}: *a\n", "k{n}: &a [b]\n", "k{n}: !t v\n"])
def test_doubling_the_input_doubles_the_events(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled = count_events(monkeypatch)
    counts = []
    for times in (200, 400):
        pulled.clear()
        read_yaml("".join(line.format(n=number) for number in range(times)), PATH)
        counts.append(len(pulled))
    assert counts[1] <= 2 * counts[0]


def count_events(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """Every event that the reader pulls from now on."""
    pulled: list[events.Event] = []
    parse = pyyaml.parse

    def counted(text: str, Loader: type[pyyaml.SafeLoader]) -> Iterator[events.Event]:  # noqa: N803 - PyYAML's name
        for event in parse(text, Loader=Loader):
            pulled.append(event)
            yield event

    monkeypatch.setattr(pyyaml, "parse", counted)
    return pulled


_KEYS = st.sampled_from(["a", "b_c", "name", "x-y", "no"])
_VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9) | st.sampled_from(
    [
        "$3,000",
        "[a, b]",
        "[a b,c-d]",
        "[a,]",
        "[]",
        "a 'b'",
        "~",
        "(250)",
        "a & b",
        "- x",
        "1 [2]",
        "x |",
        "x!",
    ]
)
_LINES = st.tuples(
    _KEYS, st.sampled_from([": ", ":  ", ":"]), _VALUES, st.sampled_from(["\n", " \n", "\n\n", ""])
)


@given(st.lists(_LINES, max_size=4))
def test_the_short_way_of_plain_front_matter_gives_the_same_tree(lines: list[tuple[str, ...]]) -> None:
    text = "".join("".join(line) for line in lines)
    assert read_yaml(text, PATH) == yaml_events.read_events(text, PATH, 1)
