"""A job of months ago, run again, mails nobody: its people may be others by now (F-225)."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.errors import UsageError
from tests.mail.fleet import Fleet, outcomes, play, priced

if TYPE_CHECKING:
    from pathlib import Path


def test_F225_a_job_of_an_older_commit_mails_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet.new(tmp_path / "fleet")
    play(monkeypatch, fleet)
    fleet.publish()
    fleet.commit(boat=priced(380))
    newest = fleet.publish()
    subprocess.run(["git", "checkout", "-q", "HEAD~1"], cwd=fleet.root, check=True)
    with pytest.raises(UsageError, match=f"version {newest} is of a later one"):
        fleet.notify()
    subprocess.run(["git", "checkout", "-q", "-"], cwd=fleet.root, check=True)
    assert set(outcomes(fleet.notify()).values()) == {"sent"}  # who had been mailed would be quiet now
