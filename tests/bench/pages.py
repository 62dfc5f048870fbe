"""What everything before the site builder costs, against the site builder itself, at a thousand pages."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from unittest.mock import patch

from tests.bench.corpus import handoff
from tests.bench.measure import ROOT, Measure

BUSINESSES = 1_000


def bench() -> list[Measure]:
    """One build in its stages; the stages are timed in the same process, the builder as the program that it is."""
    sys.path.insert(0, str(ROOT / "generators"))
    from quarterdeck.commands import build as stages  # noqa: PLC0415 - the other benches need none of it
    from quarterdeck.site.builder import Builder, BuildLog, run_builder  # noqa: PLC0415

    builder_seconds = 0.0

    def timed(builder: Builder, tree: Path, as_of: date) -> BuildLog:
        nonlocal builder_seconds
        start = time.perf_counter()
        log = run_builder(builder, tree, as_of)
        builder_seconds += time.perf_counter() - start
        return log

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "handoffs").mkdir()
        for seed in range(BUSINESSES):
            (root / "handoffs" / f"bench-{seed}.md").write_text(handoff(seed), encoding="utf-8")
        with patch.object(stages, "run_builder", timed):
            start = time.perf_counter()
            stages.build(root, {}, today=lambda _zone: date(2026, 11, 23))
            whole = time.perf_counter() - start
    before = whole - builder_seconds
    note = f"{before:.1f} s / {builder_seconds:.1f} s"
    return [
        Measure(
            f"before the builder / the builder, {BUSINESSES:,} businesses",
            before / builder_seconds,
            0.1,
            note=note,
        )
    ]
