"""How fast a year of earlier weeks is worked out again: 52 commits of the sample, the first time and once more."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import date, timedelta
from pathlib import Path

from tests.bench.measure import ROOT, Measure, cold

WEEKS = 52
LAST = date(2026, 11, 18)
"""A Wednesday in the last week that ended before the day of the sample."""

_BACKFILL = """
import sys, time
from datetime import date
from pathlib import Path
sys.path.insert(0, "generators")
from quarterdeck.commands.history import backfill
start = time.process_time()
said = list(backfill(Path(sys.argv[1]), {"XDG_CACHE_HOME": sys.argv[2]}, today=lambda zone: date(2026, 11, 23)))
assert len(said) == 53, said
print(time.process_time() - start)
"""


def bench() -> list[Measure]:
    """The second of two runs over the first; both write the same records."""
    with tempfile.TemporaryDirectory() as folder:
        root, cache = _repository(Path(folder) / "p"), str(Path(folder) / "cache")
        first = cold(_BACKFILL, str(root), cache)[0]
        records = {one.name: one.read_bytes() for one in (root / "evidence" / "history").iterdir()}
        again = cold(_BACKFILL, str(root), cache)[0]
        if {one.name: one.read_bytes() for one in (root / "evidence" / "history").iterdir()} != records:
            raise AssertionError("the second run wrote other records")
    return [
        Measure(
            f"{WEEKS} weeks of the sample from git, again / the first time",
            again / first,
            0.1,
            note=f"{again:.2f} s / {first:.2f} s",
        )
    ]


def _repository(root: Path) -> Path:
    """The sample with a commit each week, in which one handoff and one book change."""
    root.mkdir()
    for name in ("handoffs", "data", "ledger"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "portfolio.yml", root)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for week in range(WEEKS):
        day = LAST - timedelta(weeks=WEEKS - 1 - week)
        with (root / "handoffs" / "jada.md").open("a", encoding="utf-8") as handoff:
            handoff.write(f"\nSeen again on {day}.\n")
        with (root / "ledger" / "main.beancount").open("a", encoding="utf-8") as book:
            book.write(f"; {day}\n")
        moment = f"{day}T20:00:00Z"
        environ = os.environ | {"GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment}
        who = ("-c", "user.name=Bench", "-c", "user.email=bench@test.example")
        subprocess.run(["git", *who, "add", "-A"], cwd=root, check=True)
        subprocess.run(["git", *who, "commit", "-qm", "a week"], cwd=root, check=True, env=environ)
    return root
