"""The audit of a large estate: how many questions, what each costs this machine, and how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Measure

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 3500
CPU_MS = 2.5
OF_PLAIN = 1.5
"""Ours: threads, paging and judging what comes may add half of what asking costs."""
MEMORY_MB = 120
DOUBLED = 2.05
"""A little more than twice: what is asked once is asked once, and pages of lists end where they end."""


def bench() -> list[Measure]:
    """Audit an estate, then one of twice the size, each on a server in a process of its own."""
    once, twice = _audited(1), _audited(2)
    return [
        Measure(
            "audit: questions to 300 buckets, 200 functions and the rest", once["asked"], REQUESTS, "", ""
        ),
        Measure("audit: a question, CPU of the client", once["cpu_ms"], CPU_MS, "ms", "of this machine"),
        Measure(
            "audit: a question / one of the client library alone", once["of_plain"], OF_PLAIN, note="CPU"
        ),
        Measure("audit: memory", once["memory_mb"], MEMORY_MB, "MB", "all checks among it"),
        Measure(
            "audit: questions to twice the estate / once", twice["asked"] / once["asked"], DOUBLED, "", ""
        ),
    ]


def _audited(size: int) -> dict[str, float]:
    """Serve an estate, audit it from another process, and give what that one measured."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.estate", str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as served:
        if served.stdin is None or served.stdout is None:
            raise RuntimeError
        address = served.stdout.readline().strip()
        told = subprocess.run(
            [sys.executable, "-m", "tests.bench.auditor", address],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
        served.stdin.close()
    measured: dict[str, float] = json.loads(told)
    return measured
