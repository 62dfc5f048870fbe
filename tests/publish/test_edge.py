"""The few values of an edge: read whole, changed on condition, in CloudFront's store and in a file alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias

import pytest
from botocore.exceptions import MissingDependencyException

from quarterdeck.collectors.embedded.server import server
from quarterdeck.collectors.embedded.stubs import ANY, Cut, Refusal
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.edge import FileEdge, KeyValues, Values
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.store import TakenError
from tests.cloud import in_turn
from tests.publish.key_values import PlayedKeyValues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from quarterdeck.collectors.embedded.stubs import Said

ARN = "arn:aws:cloudfront::123456789012:key-value-store/0f0f"
SECRET = "5eed" * 16
DESCRIBE, LIST, UPDATE = (
    f"cloudfront-keyvaluestore:{name}" for name in ("DescribeKeyValueStore", "ListKeys", "UpdateKeys")
)
AnyEdge: TypeAlias = FileEdge | KeyValues


@pytest.fixture(scope="module")
def playing() -> Iterator[tuple[str, PlayedKeyValues]]:
    played = PlayedKeyValues()
    with server(stubs=played) as address:
        yield address, played


@pytest.fixture
def played(playing: tuple[str, PlayedKeyValues]) -> PlayedKeyValues:
    playing[1].clear()
    return playing[1]


@pytest.fixture
def values(playing: tuple[str, PlayedKeyValues], played: PlayedKeyValues) -> KeyValues:
    """The store of CloudFront, empty, asked once for each thing."""
    assert not played.values
    return _values(playing[0], 1)


@pytest.fixture
def patient(playing: tuple[str, PlayedKeyValues], unhurried: list[float]) -> KeyValues:
    """The same, asked again where that may help."""
    assert not unhurried
    return _values(playing[0], 3)


def _values(address: str, attempts: int) -> KeyValues:
    return KeyValues(
        client("cloudfront-keyvaluestore", "us-east-1", Reach(endpoint=address, attempts=attempts)), ARN
    )


@pytest.fixture(params=["file", "cloudfront"])
def edge(request: pytest.FixtureRequest, tmp_path: Path) -> AnyEdge:
    if request.param == "file":
        return FileEdge(Folder(tmp_path / "published"))
    made: KeyValues = request.getfixturevalue("values")
    return made


def test_what_is_put_is_read_and_what_is_dropped_is_gone(edge: AnyEdge) -> None:
    before = edge.read()
    assert before.values == {}
    tag = edge.write({"latest": "2026-11-23-aaaaaaa", "root": "0f", "key:a": SECRET}, (), before.tag)
    tag = edge.write({"latest": "2026-11-24-bbbbbbb", "key:b": SECRET}, ["key:a"], tag)
    assert edge.read() == Values({"latest": "2026-11-24-bbbbbbb", "root": "0f", "key:b": SECRET}, tag)


def test_nothing_to_change_asks_for_nothing_new(edge: AnyEdge) -> None:
    tag = edge.write({"latest": "a"}, (), edge.read().tag)
    assert edge.write({}, (), tag)
    assert edge.read().values == {"latest": "a"}


def test_F131_a_change_of_what_is_no_longer_so_is_lost_whole(edge: AnyEdge) -> None:
    before = edge.read()
    tag = edge.write({"latest": "a"}, (), before.tag)
    with pytest.raises(TakenError):
        edge.write({"latest": "b", "root": "0f"}, (), before.tag)
    assert edge.read() == Values({"latest": "a"}, tag)


def test_F131_nothing_is_lost_when_several_change_it(edge: AnyEdge) -> None:
    def put(number: int) -> None:
        while True:
            try:
                edge.write({f"out:{number}": "1"}, (), edge.read().tag)
            except TakenError:
                continue
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(put, range(8)))
    assert sorted(edge.read().values) == [f"out:{number}" for number in range(8)]


def test_a_long_list_of_values_is_read_and_written_to_its_end(edge: AnyEdge) -> None:
    many = {f"out:{number:03}": str(number) for number in range(120)}
    tag = edge.write(many, (), edge.read().tag)
    assert edge.read() == Values(many, tag)
    edge.write({}, [*many][1:], tag)
    assert edge.read().values == {"out:000": "0"}


def test_a_file_that_is_none_is_told_and_left(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "edge.json").write_text("[]", encoding="utf-8")
    with pytest.raises(
        OutsideError, match=r"private/edge.json .* cannot be read: .* Remove it, then publish"
    ):
        FileEdge(Folder(tmp_path)).read()


CALLS: dict[str, Callable[[KeyValues], object]] = {
    "read": lambda edge: edge.read(),
    "write": lambda edge: edge.write({"key:a": SECRET}, (), "0"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Refusal("AccessDeniedException", 403, SECRET), "the credentials may not do this"),
        (Refusal("ResourceNotFoundException", 404), "there is none of that name. Correct publishing:"),
        (Refusal("InternalServerException", 500), "the service is busy. Try again"),
        (Refusal("ExpiredTokenException", 403), "Sign in again"),
        (Refusal("ServiceQuotaExceededException", 402, SECRET), "AWS answers ServiceQuotaExceededException"),
        (Cut(), "does not answer, or the connection broke"),
    ],
)
def test_F138_each_refusal_is_told_without_a_value(
    played: PlayedKeyValues, values: KeyValues, call: str, said: Said, words: str
) -> None:
    played.answer(ANY, said)
    with pytest.raises(OutsideError) as raised:
        CALLS[call](values)
    told = str(raised.value)
    assert told.startswith("the key-value store of the edge: cannot ")
    assert words in told
    assert SECRET not in told
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("said", [Refusal("InternalServerException", 500), Cut(), Cut(done=True)])
def test_F138_what_passes_by_itself_is_tried_again(
    played: PlayedKeyValues, patient: KeyValues, said: Said
) -> None:
    played.answer(UPDATE, in_turn(said, None))
    tag = patient.write({"latest": "a"}, (), patient.read().tag)
    assert patient.read() == Values({"latest": "a"}, tag)


@pytest.mark.parametrize("said", [Refusal("InternalServerException", 500), Cut(done=True)])
def test_F131_a_change_of_which_no_answer_came_is_settled_by_reading(
    played: PlayedKeyValues, values: KeyValues, said: Said
) -> None:
    is_done = isinstance(said, Cut)
    played.answer(UPDATE, said)
    if is_done:
        tag = values.write({"latest": "a"}, (), values.read().tag)
        assert values.read() == Values({"latest": "a"}, tag)
    else:
        with pytest.raises(OutsideError, match="busy"):
            values.write({"latest": "a"}, (), values.read().tag)


def test_F131_a_change_of_which_no_answer_came_is_lost_where_another_stands(
    played: PlayedKeyValues, values: KeyValues
) -> None:
    def meanwhile(_path: str, _body: bytes) -> Said:
        played.put("latest", "theirs")
        return Cut()

    before = values.read()
    played.answer(UPDATE, meanwhile)
    with pytest.raises(TakenError):
        values.write({"latest": "mine"}, (), before.tag)


@pytest.mark.parametrize(
    "said",
    [Refusal("ConflictException", 409), Refusal("ValidationException", 400, "Pre-Condition failed")],
)
def test_both_words_for_a_lost_condition_are_known(
    played: PlayedKeyValues, values: KeyValues, said: Said
) -> None:
    played.answer(UPDATE, said)
    with pytest.raises(TakenError):
        values.write({"latest": "a"}, (), "0")


def test_a_value_that_changes_while_it_is_read_is_noticed(played: PlayedKeyValues, values: KeyValues) -> None:
    def meanwhile(_path: str, _body: bytes) -> Said:
        played.answer(LIST, None)
        played.put("latest", "theirs")
        return None

    played.answer(LIST, meanwhile)
    seen = values.read()
    assert seen.values == {"latest": "theirs"}
    with pytest.raises(TakenError):
        values.write({"latest": "mine"}, (), seen.tag)


def test_without_the_part_that_signs_its_calls_people_are_told_what_to_install(
    values: KeyValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise MissingDependencyException(msg="no awscrt")

    monkeypatch.setattr("botocore.crt.auth.CrtSigV4AsymAuth.add_auth", missing)
    with pytest.raises(OutsideError, match=r"Install it: pip install 'quarterdeck\[publish\]'"):
        values.read()
