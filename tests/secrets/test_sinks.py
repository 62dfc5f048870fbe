"""Nothing that fails prints a secret: our messages, our tracebacks, and what libraries log."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import pytest

from quarterdeck import cli
from quarterdeck.secrets.redact import REDACTED
from quarterdeck.secrets.sinks import Redacting, print_defect
from tests.sample_repositories import fake

if TYPE_CHECKING:
    from pathlib import Path

SECRET = fake("stripe_live", "nobody")


def test_F106_what_a_library_logs_is_printed_without_it() -> None:
    with pytest.raises(ValueError, match="sk") as caught:
        raise ValueError(SECRET)
    why = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("botocore", logging.WARNING, "x", 1, "key %s", (SECRET,), why)
    told = Redacting("%(name)s: %(message)s").format(record)
    assert SECRET not in told
    assert told.startswith(f"botocore: key {REDACTED}")
    assert f"ValueError: {REDACTED}" in told


def test_F106_a_traceback_of_ours_is_printed_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="sk") as caught:
        raise ValueError(SECRET)
    print_defect(caught.type, caught.value, caught.tb)
    told = capsys.readouterr().err
    assert SECRET not in told
    assert "Traceback" in told
    assert REDACTED in told


def test_F106_an_error_is_told_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (tmp_path / "portfolio.yml").write_text("schema: 1\n", encoding="utf-8")
    assert cli.main(["collect", "--portfolio", str(tmp_path), "--account", SECRET]) == 2
    told = capsys.readouterr().err
    assert f"There is no account {REDACTED}" in told
    assert SECRET not in told
