"""The search of a repository for secrets: against detect-secrets on the same tree, and again with nothing new."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from tests.bench.measure import ROOT, Measure
from tests.secrets.corpus import corpus

FILES = 1_500
LINES = 120
"""About 5 KB a file: 7 MB in all."""
OF_DETECT_SECRETS = 0.1
REPEATED = 0.1
VERSION = "1.5.0"

_OURS = """
import sys, time
from datetime import datetime, UTC
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.run import MODULES
from quarterdeck.collectors.scope import Place, Scope
scope = Scope(taken_at=datetime(2026, 11, 20, tzinfo=UTC), entities=("jada",), cache=sys.argv[2],
              repository=Place("tree", "jada", path=sys.argv[1]), fingerprint_key="key-of-a-bench")
started = time.perf_counter()
found = list(COLLECTORS["repos-secrets"].collect(scope, Checkout(scope)))
print(time.perf_counter() - started, len(found))
"""


def bench() -> list[Measure]:
    """Make one tree, search it by both, then once more by ours."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _make(tree)
        first, found = _ours(tree, Path(folder) / "cache")
        again, same = _ours(tree, Path(folder) / "cache")
        if found != same or not found:
            raise RuntimeError
        theirs = _detect_secrets(tree, Path(folder) / "venv")
    repeated = Measure(
        "secrets: a second audit with nothing new / the first", again / first, REPEATED, note=f"{again:.2f} s"
    )
    if theirs is None:
        return [
            Measure("secrets: detect-secrets", 0, 0, "", "could not be installed, not compared"),
            repeated,
        ]
    note = f"{first:.2f} s against {theirs:.2f} s, one core each"
    return [
        Measure("secrets: first audit / detect-secrets", first / theirs, OF_DETECT_SECRETS, note=note),
        repeated,
    ]


def _make(tree: Path) -> None:
    """Ordinary lines, and a secret in every tenth file."""
    chance = random.Random(3)  # noqa: S311  # repeatable, nothing secret
    lines = list(corpus())
    plain = [one.text for one in lines if not one.secret and len(one.text) < 200]
    code = [
        line
        for path in sorted((ROOT / "generators").rglob("*.py"))
        for line in path.read_text().splitlines()
        if line
    ]
    secrets = [one for one in lines if one.secret]
    for number in range(FILES):
        at = chance.randrange(len(code) - LINES)
        text = [*code[at : at + LINES], *chance.sample(plain, 4)]
        if number % 10 == 0:
            text.insert(chance.randrange(LINES), chance.choice(secrets).text)
        file = tree / f"p{number % 40}" / f"m{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(text) + "\n", encoding="utf-8")
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=all")):
        subprocess.run(["git", *command], cwd=tree, env={**os.environ, **who}, check=True)


def _ours(tree: Path, cache: Path) -> tuple[float, int]:
    """Seconds and number of finds, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _OURS, str(tree), str(cache)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, found = done.stdout.split()
    return float(seconds), int(found)


def _detect_secrets(tree: Path, where: Path) -> float | None:
    """Seconds of detect-secrets on one core, in an environment made for this; None where it cannot be had."""
    venv.create(where, with_pip=True)
    program = where / "bin" / "python"
    got = subprocess.run(
        [program, "-m", "pip", "install", "--quiet", f"detect-secrets=={VERSION}"],
        check=False,
        capture_output=True,
    )
    if got.returncode != 0:
        return None
    started = time.perf_counter()
    subprocess.run(
        [program, "-m", "detect_secrets", "-c", "1", "scan", "--no-verify", "."],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started
