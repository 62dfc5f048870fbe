"""Records of earlier versions: what is written is read again, and what is strange costs its own file alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.history import SCHEMA, encode_record
from quarterdeck.parse.history import parse_history
from tests.records import NEWEST, a_past_figure, a_past_finding, a_record, dollars, some_records

if TYPE_CHECKING:
    from quarterdeck.model.history import Earlier

GOOD = a_record(1, a_past_finding("Hull"), figures=(a_past_figure("mrr", dollars(900)),))


def _read(text: bytes, path: str = GOOD.path) -> tuple[tuple[Earlier, ...], list[str]]:
    """The records of two files, of which the second is sound, and the words of the problems."""
    sound = a_record(0)
    records, problems = parse_history({path: text, sound.path: encode_record(sound)})
    assert sound in records, "the other file is read all the same"
    return tuple(one for one in records if one != sound), [one.what for one in problems]


@given(some_records)
def test_what_is_written_is_read_again(record: Earlier) -> None:
    assert parse_history({record.path: encode_record(record)}) == ((record,), [])


def test_equal_records_are_equal_bytes_with_sorted_keys() -> None:
    text = encode_record(GOOD)
    assert text == encode_record(msgspec.json.decode(text, type=type(GOOD)))
    assert list(msgspec.json.decode(text)) == sorted(msgspec.json.decode(text))
    assert text.endswith(b"}\n")


@given(st.binary(max_size=60))
def test_no_bytes_are_more_than_a_problem(data: bytes) -> None:
    records, words = _read(data)
    assert records == ()
    assert len(words) == 1


@pytest.mark.parametrize(
    ("case", "key", "value", "words"),
    [
        ("newer format", "schema", SCHEMA + 1, f"the file has format {SCHEMA + 1}"),
        ("field of a newer format", "mood", "good", "no record"),
        ("another version than its name", "version", "2026-11-01-4f1c9ae", "not the version"),
        ("another day than its version", "as_of", "2026-11-01", "not the version"),
        ("another commit", "commit", "b" * 40, "not the version"),
        ("a way out of the folder", "version", "../../2026-11-15-4f1c9ae", "not the version"),
        ("what one audience saw", "is_whole", False, "not the version"),
        ("text for a list", "findings", "none", "no record"),
        ("no number", "clients", [{"entity": "a", "client": "b", "mrr": "NaN"}], "no record"),
    ],
)
def test_a_strange_file_is_left_out_and_named(case: str, key: str, value: object, words: str) -> None:
    content = msgspec.json.decode(encode_record(GOOD)) | {key: value}
    records, found = _read(msgspec.json.encode(content))
    assert records == (), case
    assert words in found[0], case


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_no_endless_number_comes_in(amount: str) -> None:
    text = encode_record(GOOD).replace(b'"900"', f'"{amount}"'.encode())
    assert _read(text) == ((), ["the file holds a number that is none"])


def test_F097_a_secret_is_neither_kept_nor_repeated() -> None:
    record = a_record(1, a_past_finding("sk_" + "live_" + "a1B2" * 6))
    records, words = _read(encode_record(record))
    assert records == ()
    assert words == ["the file holds what looks like a secret"]


def test_they_come_oldest_first_whatever_their_names() -> None:
    one, two = a_record(3), a_record(0)
    later = msgspec.structs.replace(two, version=f"{NEWEST}-4f1c9ae.2", committed_at=7)
    files = {each.path: encode_record(each) for each in (later, two, one)}
    assert parse_history(files)[0] == (one, two, later)
