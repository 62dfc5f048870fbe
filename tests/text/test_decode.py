"""Bytes to text: what is refused, what is mended with a warning, and where things stand."""

import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quarterdeck.model.errors import Problem
from quarterdeck.text.decode import Text, decode, visible

PATH = "handoffs/jada.md"
ODD = "\x00\x07\x1b\x7f\x85\u061c\u200e\u2028\u202a\u202e\u2066\u2069\ufeff\ufffe\r\n\tä界😀 a<>="


def read(data: bytes) -> Text:
    text = decode(data, PATH)
    assert isinstance(text, Text), text
    return text


def refused(data: bytes, *, size_limit: int = 4_000_000) -> Problem:
    problem = decode(data, PATH, size_limit=size_limit)
    assert isinstance(problem, Problem)
    assert problem.refused
    assert problem.path == PATH
    return problem


def test_plain_text_comes_back_as_it_is() -> None:
    text = "# JADA\n\tPrice \u2013 150 €, 界 😀 \u0645\u0631\u062d\u0628\u0627 e\u0301\n"
    assert read(text.encode()) == Text(PATH, text)


@pytest.mark.parametrize(
    ("data", "line", "column", "offset"),
    [
        (b"\xff", 1, 1, "byte 0 "),
        (b"name: a\nowner: caf\xe9\n", 2, 11, "byte 18 "),
        (b"a\r\nb\rc\xc3\xa9\x80", 3, 3, "byte 8 "),
        (b"\xef\xbb\xbfa\xff", 1, 3, "byte 4 "),
    ],
)
def test_F001_bytes_that_are_no_utf8_are_refused_with_place(
    data: bytes, line: int, column: int, offset: str
) -> None:
    problem = refused(data)
    assert (problem.code, problem.line, problem.column) == ("not-utf8", line, column)
    assert offset in problem.what


def test_F002_byte_order_mark_is_stripped() -> None:
    assert read(codecs.BOM_UTF8 + b"---\nentity: jada\n") == read(b"---\nentity: jada\n")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_F003_line_ends_are_normalised_and_lines_keep_their_number(end: str) -> None:
    text = read(f"a{end}b\nc{end}{end}d".encode())
    assert text == Text(PATH, "a\nb\nc\n\nd")
    assert text.place(text.text.index("d")) == (5, 1)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_F004_wide_encodings_are_refused_by_name(encoding: str, mark: str) -> None:
    problem = refused((mark + "entity: jada\nname: JADA \u2013 sailing\n").encode(encoding))
    assert problem.code == "not-utf8"
    name = encoding.upper().replace("-LE", "LE").replace("-BE", "BE")
    assert f"iconv -f {name} -t UTF-8 {PATH}" in problem.mend


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufeff", "\uffff"])
def test_F005_control_characters_are_replaced_and_reported(control: str) -> None:
    text = read(f"one\r\ntwo {control} and {control}".encode())
    assert text.text == "one\ntwo \ufffd and \ufffd"
    (warning,) = text.warnings
    assert (warning.code, warning.line, warning.column) == ("control-character", 2, 5)
    assert f"U+{ord(control):04X} and 1 more" in warning.what
    assert not warning.refused


def test_F006_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    assert read(b"a" * 100).text == "a" * 100
    problem = refused(b"\xff" * 101, size_limit=100)
    assert problem.code == "too-large"
    assert "101" in problem.what
    assert "100" in problem.what


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n", 2),
        ("a\nb\n=======\nc\n>>>>>>> topic\n", 5),
        ("<<<<<<< HEAD\r\n", 1),
    ],
)
def test_F015_conflict_markers_are_refused_with_their_line(text: str, line: int) -> None:
    problem = refused(text.encode())
    assert (problem.code, problem.line) == ("conflict-marker", line)


@pytest.mark.parametrize(
    "text",
    [
        "Heading\n=======\n\ntext\n",
        "Heading\n=======\n\na <<<<<<< b >>>>>>> c\n",
        ">>>>>>> seven quotes deep\n",
    ],
)
def test_F015_a_heading_underlined_with_equals_signs_is_no_conflict(text: str) -> None:
    assert read(text.encode()).text == text


@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\u200f", "\u061c"])
def test_F017_bidirectional_controls_are_made_visible_and_reported(control: str) -> None:
    text = read(f"pay {control}me".encode())
    assert text.text == f"pay [U+{ord(control):04X}]me"
    assert [(warning.code, warning.column) for warning in text.warnings] == [("bidi-control", 5)]


def test_F018_joiners_and_combining_marks_stay() -> None:
    text = "👩\u200d🔧 e\u0301 نماذج 界"
    assert read(text.encode()) == Text(PATH, text)


def test_line_separators_are_read_as_spaces() -> None:
    text = read("one\u2028two".encode())
    assert text.text == "one two"
    assert [warning.code for warning in text.warnings] == ["odd-line-break"]


@given(st.binary(max_size=400))
def test_F230_no_bytes_raise(data: bytes) -> None:
    decode(data, PATH)


@given(st.text(st.sampled_from(ODD)))
def test_what_is_read_hides_nothing_and_warnings_stand_in_the_file(written: str) -> None:
    text = decode(written.encode(), PATH)
    assume(isinstance(text, Text))  # many NULs look like UTF-16
    assert isinstance(text, Text)
    assert visible(text.text) == text.text
    assert "\r" not in text.text
    assert text == decode(written.encode(), PATH)
    lines = written.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for warning in text.warnings:
        assert 1 <= warning.column <= len(lines[warning.line - 1])


@given(st.text(st.sampled_from("aé界😀\n"), max_size=9000))
def test_places_by_character_and_by_byte_agree_with_counting(written: str) -> None:
    text = Text(PATH, written)
    for offset in {0, len(written) // 3, len(written) // 2, max(0, len(written) - 1)}:
        before = written[:offset]
        expected = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert text.place(offset) == expected
        assert text.place_of_byte(len(before.encode())) == expected


def test_F007_places_in_one_long_line_look_at_one_block_each() -> None:
    written = "é" * 1_000_000
    text = Text(PATH, written)
    assert [text.place_of_byte(2 * offset) for offset in range(0, 1_000_000, 50)] == [
        (1, offset + 1) for offset in range(0, 1_000_000, 50)
    ]
