"""The audit of repositories: statistics of history against git alone, and a second run against the first."""

from __future__ import annotations

import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.commits import commits_of_a_year
from quarterdeck.collectors.scope import Place, Scope
from quarterdeck.commands.collect import collect
from quarterdeck.secrets.fingerprint import VARIABLE
from tests.bench.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
COMMITS = 10_000
FILES = 400
OF_GIT = 1.3
AGAIN = 0.1
_BEST_OF = 5


def bench() -> list[Measure]:
    """A repository of 10,000 commits of one year in 400 files."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made(root / "repo")
        ours = _best(lambda: commits_of_a_year(Checkout(_scope(root / "repo"))))
        alone = _best(lambda: _git(root / "repo"))
        first, again = _audited(root), _audited(root)
    return [
        Measure("repositories: statistics of 10,000 commits / git log --numstat", ours / alone, OF_GIT),
        Measure("repositories: nothing new / first", again / first, AGAIN, note="all collectors"),
    ]


def made(root: Path) -> None:
    """Make the repository from one stream: code of several languages, changed by four people."""
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=root, check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=root, check=True, input="".join(_stream()).encode())
    subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=root, check=True)


def _stream() -> Iterator[str]:
    draw = Random(7)  # noqa: S311 - the same repository each time
    start = int(NOW.timestamp()) - 364 * 86_400
    for number in range(COMMITS):
        at = start + number * 364 * 86_400 // COMMITS
        message = f"Change {number}"
        yield f"commit refs/heads/main\ncommitter A{number % 4} <a{number % 4}@mail.example> {at} +0000\n"
        yield f"data {len(message)}\n{message}\n"
        for _ in range(draw.randint(1, 3)):
            file = draw.randrange(FILES)
            content = _content(file, draw)
            yield f"M 100644 inline src/part{file % 20}/file{file}.{('py', 'js', 'md', 'yml')[file % 4]}\n"
            yield f"data {len(content)}\n{content}\n"


def _content(file: int, draw: Random) -> str:
    lines = (f"value_{draw.randrange(90)} = compute({draw.randrange(10**6)}, name_{file})" for _ in range(60))
    return "\n".join(lines) + "\n"


def _scope(path: Path) -> Scope:
    return Scope(taken_at=NOW, entities=("a",), repository=Place("repo", "a", path=str(path)))


def _best(run: Callable[[], object]) -> float:
    """Seconds of the quickest of several runs, of git and of us alike."""
    times = []
    for _ in range(_BEST_OF):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def _git(path: Path) -> None:
    subprocess.run(["git", "log", "--numstat"], cwd=path, check=True, capture_output=True)


def _audited(root: Path) -> float:
    """Seconds of one `collect repos`."""
    (root / "portfolio.yml").write_text("entities: {a: {repos: [./repo]}}\n", encoding="utf-8")
    started = time.perf_counter()
    environ = {"HOME": str(root / "home"), VARIABLE: "key-of-a-bench"}
    collect(root, environ, now=NOW, kinds=["repos"])
    return time.perf_counter() - started
