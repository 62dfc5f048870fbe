"""A portfolio remembers which files came from Quarterdeck."""

from pathlib import Path

import pytest

from quarterdeck import __version__
from quarterdeck.model.errors import UsageError
from quarterdeck.start.record import RECORD, digest, record, recorded, recorded_version


def test_what_was_recorded_is_read_again(tmp_path: Path) -> None:
    files = {"scripts/setup": b"#!/bin/sh\n", ".gitignore": b"build/\n"}
    (tmp_path / RECORD).write_bytes(record(files))
    assert recorded(tmp_path) == {path: digest(data) for path, data in files.items()}
    assert recorded_version(tmp_path) == __version__


def test_records_have_the_same_bytes_in_whatever_order() -> None:
    assert record({"b": b"2", "a": b"1"}) == record({"a": b"1", "b": b"2"})


def test_a_portfolio_without_record_remembers_nothing(tmp_path: Path) -> None:
    assert recorded(tmp_path) == {}
    assert recorded_version(tmp_path) == ""


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"version": "1"}', b'{"version": 1, "files": {}}', b"[" * 100_000]
)
def test_F_234_a_damaged_record_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / RECORD).write_bytes(data)
    with pytest.raises(UsageError, match=r"\.quarterdeck\.json is damaged\. Bring it back from git"):
        recorded(tmp_path)


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / RECORD).mkdir()
    with pytest.raises(UsageError, match="cannot be read: is a directory"):
        recorded(tmp_path)
