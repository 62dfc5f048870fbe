"""What a bench reports: one ratio with the budget that it has to keep."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a run; smaller is better."""

    name: str
    value: float
    budget: float
    unit: str = "×"  # the sign for a ratio
    note: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether the budget is kept."""
        return self.value <= self.budget


def cold(program: str, *arguments: str) -> list[float]:
    """Run a Python program in a fresh process from the root of the checkout; the numbers that it prints."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # our own program
    return [float(word) for word in done.stdout.split()]


def best_ratio(left: str, right: str, *arguments: str, rounds: int = 5) -> float:
    """The ratio of the fastest runs of two programs that print one number, taken in turn so that noise hits both."""
    pairs = [(cold(left, *arguments)[0], cold(right, *arguments)[0]) for _ in range(rounds)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)
