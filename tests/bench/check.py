"""How fast `check` answers: cold on one file, again with nothing changed, and as a portfolio grows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.corpus import handoff
from tests.bench.measure import ROOT, Measure

FILES = 1_000
ROUNDS = 9


def bench() -> list[Measure]:
    """Ratios of whole processes, each pair taken in turn so that noise hits both."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        return [_one_file(root / "one"), _again(root / "many"), _growth(root / "grown")]


def _one_file(root: Path) -> Measure:
    file = _portfolio(root, 1) / "handoffs" / "bench-0.md"
    checks, nothing = [], []
    for _ in range(ROUNDS):
        nothing.append(_seconds([sys.executable, "-c", "pass"], root))
        checks.append(_seconds([*_CHECK, str(file)], root, cached=False))
    name = "check of one 4 KB handoff, cold / python -c pass"
    return Measure(name, median(checks) / median(nothing), 8, note=f"{median(checks) * 1000:.0f} ms")


def _again(root: Path) -> Measure:
    _portfolio(root, FILES)
    pairs = []
    for _ in range(3):
        first = _seconds(_CHECK, root, cached=False)
        _seconds(_CHECK, root)
        pairs.append(_seconds(_CHECK, root) / first)
    return Measure(f"check of {FILES:,} handoffs again / the first time", median(pairs), 0.1)


def _growth(root: Path) -> Measure:
    small, large = _portfolio(root / "small", FILES), _portfolio(root / "large", 2 * FILES)
    ratios = [_seconds(_CHECK, large, cached=False) / _seconds(_CHECK, small, cached=False) for _ in range(3)]
    return Measure(f"check of {2 * FILES:,} handoffs / of {FILES:,}", median(ratios), 2.3)


_CHECK = [sys.executable, "-m", "quarterdeck", "check"]


def _portfolio(root: Path, files: int) -> Path:
    folder = root / "handoffs"
    folder.mkdir(parents=True)
    for seed in range(files):
        (folder / f"bench-{seed}.md").write_text(handoff(seed), encoding="utf-8")
    return root


def _seconds(command: list[str], root: Path, *, cached: bool = True) -> float:
    """Wall time of one whole process; `cached` keeps what earlier ones remembered."""
    cache = str(root / ".cache") if cached else tempfile.mkdtemp(dir=root, prefix=".cache-")
    environ = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": cache, "PYTHONPATH": str(ROOT / "generators")}
    start = time.perf_counter()
    subprocess.run(command, cwd=root, env=environ, capture_output=True, check=True)
    return time.perf_counter() - start
