"""How long somebody waits for a first page: a new portfolio, and its site."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import ROOT, Measure

_PROGRAM = [sys.executable, "-m", "quarterdeck"]
_BUDGET = 120
"""Seconds that somebody new may wait, however slow the machine."""


def bench() -> list[Measure]:
    """Both commands as they are typed, with nothing remembered from a run before."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made = _seconds(["init", "p", "--yes", "--business", "Harbor Tours", "--kind", "charter"], place)
        built = _seconds(["build"], place / "p")
    note = f"{made:.1f} s + {built:.1f} s"
    return [Measure("init and build, to the first page", made + built, _BUDGET, "s", note)]


def _seconds(words: list[str], folder: Path) -> float:
    """Wall time of one whole process."""
    environ = {"HOME": str(folder), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "generators")}
    start = time.perf_counter()
    subprocess.run([*_PROGRAM, *words], cwd=folder, env=environ, capture_output=True, check=True)
    return time.perf_counter() - start
