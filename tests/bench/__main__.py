"""Runs every bench of this folder, or those that are named, and prints one table; exits 1 when a budget is broken."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING

import tests.bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.measure import Measure


def main(names: list[str]) -> int:
    """Run the benches in order of name: each module here with a function `bench() -> list[Measure]`."""
    measures = list(_run([name for name in names if not name.startswith("-")]))
    width = max((len(measure.name) for measure in measures), default=0)
    for one in measures:
        verdict = "ok" if one.is_ok else "OVER"
        sys.stdout.write(
            f"{one.name:<{width}}  {one.value:10.2f} {one.unit:<3} budget {one.budget:8.2f}  {verdict:<4}  {one.note}\n"
        )
    return 0 if all(measure.is_ok for measure in measures) else 1


def _run(names: list[str]) -> Iterator[Measure]:
    for info in sorted(pkgutil.iter_modules(tests.bench.__path__), key=lambda module: module.name):
        if info.name.startswith("_") or (names and info.name not in names):
            continue
        module = importlib.import_module(f"tests.bench.{info.name}")
        if hasattr(module, "bench"):
            yield from module.bench()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
