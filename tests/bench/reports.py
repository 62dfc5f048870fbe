"""What rules, priorities and pages cost as businesses are added, and when one handoff of many changes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.corpus import handoff
from tests.bench.measure import Measure, cold

FEW, MANY = 500, 1_000

_STAGES = """
import gc, sys, time
from datetime import date
from pathlib import Path
sys.path.insert(0, "generators")
from quarterdeck.cli import YOUNG
gc.set_threshold(YOUNG)  # as the command does
from quarterdeck.commands.briefs import briefs, finished_pages
from quarterdeck.commands.inputs import read
from quarterdeck.reports.pages import report_pages
root, environ = Path(sys.argv[1]), {"XDG_CACHE_HOME": sys.argv[2]}
start = time.process_time()
inputs = read(root, environ, today=lambda zone: date(2026, 11, 23))
with briefs(root, environ, inputs) as made:
    whole = made(None)
with finished_pages(root, environ) as kept:
    made = report_pages(whole, kept.get)
assert len(made) > int(sys.argv[3]) < len(whole.findings), (len(made), len(whole.findings))
print(time.process_time() - start)
"""


def bench() -> list[Measure]:
    """Processor seconds of fresh processes; the site builder takes no part."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        few, many = (_portfolio(root / str(count), count) for count in (FEW, MANY))
        half = cold(_STAGES, str(few), str(root / "cache-few"), str(FEW))[0]
        whole = cold(_STAGES, str(many), str(root / "cache"), str(MANY))[0]
        changed = many / "handoffs" / "bench-7.md"
        changed.write_text(changed.read_text(encoding="utf-8").replace("$", "$1", 1), encoding="utf-8")
        again = cold(_STAGES, str(many), str(root / "cache"), str(MANY))[0]
    return [
        Measure(
            f"rules, priorities and pages of {MANY:,} businesses / of {FEW}",
            whole / half,
            2.3,
            note=f"{whole:.1f} s / {half:.1f} s",
        ),
        Measure("one handoff changed / the first time", again / whole, 0.4, note=f"{again:.1f} s"),
    ]


def _portfolio(root: Path, businesses: int) -> Path:
    (root / "handoffs").mkdir(parents=True)
    for seed in range(businesses):
        (root / "handoffs" / f"bench-{seed}.md").write_text(handoff(seed), encoding="utf-8")
    (root / "portfolio.yml").write_text("schema: 1\nname: Bench\n", encoding="utf-8")
    return root
