"""Publishing to S3: one changed page of 2,000 files beside `aws s3 sync` to a new prefix of the same bucket."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import PIPE
from typing import TYPE_CHECKING, Any, NamedTuple

from quarterdeck.collectors.embedded.server import server
from quarterdeck.model.versions import Moment
from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.plan import Contents, hashed
from quarterdeck.publish.publisher import begin, publish
from quarterdeck.publish.s3 import Bucket
from tests.bench.measure import ROOT, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = 2000
PAGE_BYTES = 32_000
SENT = 5
"""The changed page, and the three small files of the version: manifest, list and state."""
SENT_MB = 1.0
READS_OF_NOTHING_NEW = 2
OF_SYNC_BYTES = 0.05
OF_SYNC = 1.0
"""Of the processor, which a busy machine shares out fairly; the clock is told beside it."""
_BUCKET, _OWNER, _ROOT = "bench-reports", "123456789012", "0f" * 16
_WRITES = frozenset({"PutObject", "CopyObject", "DeleteObjects"})
_CHANGED = "reports/page1234/index.html"
_MONDAY = date(2026, 11, 23)


def bench() -> list[Measure]:
    """Publish a site, the same with one page changed, and the same again, to a server in a process of its own."""
    with tempfile.TemporaryDirectory() as folder, _served() as address:
        site = Path(folder)
        _made(site)
        asked = _Asked(address)
        _published(asked, site, 0)
        (site / _CHANGED).write_text("<h1>Changed</h1>\n", encoding="utf-8")
        asked.clear()
        ours = _published(asked, site, 1)
        changed, sent_mb = asked.calls, asked.sent_bytes / 1e6
        asked.clear()
        _published(asked, site, 2)
        writes = sum(number for call, number in asked.calls.items() if call in _WRITES)
        reads = asked.calls.total() - writes
        site_mb = sum(file.stat().st_size for file in site.rglob("*.html")) / 1e6
        beside = _beside(ours, address, site)
    return [
        Measure(
            "publishing: files sent of 2,000, one changed",
            changed["PutObject"],
            SENT,
            "",
            f"{changed['CopyObject']} copied",
        ),
        Measure("publishing: sent for one changed page", sent_mb, SENT_MB, "MB"),
        Measure("publishing: bytes sent / aws s3 sync to a new prefix", sent_mb / site_mb, OF_SYNC_BYTES),
        Measure("publishing: reads when nothing is new", reads, READS_OF_NOTHING_NEW, ""),
        Measure("publishing: writes when nothing is new", writes, 0, ""),
        beside,
    ]


class _Spent(NamedTuple):
    """What a run takes, by the clock and of the processor."""

    seconds: float
    cpu_seconds: float


class _Asked:
    """A bucket, and what it is asked: counted on its way out, as it goes over the line."""

    def __init__(self, address: str) -> None:
        self._asked: list[tuple[str, int]] = []
        s3 = client("s3", "us-east-1", Reach(endpoint=address))
        s3.create_bucket(Bucket=_BUCKET)
        s3.meta.events.register("before-send.s3", self._noted)
        self.store = Bucket(s3, _BUCKET, owner=_OWNER, prefix="reports", has_edge=True)

    @property
    def calls(self) -> Counter[str]:
        """How often each operation was asked."""
        return Counter(call for call, _ in self._asked)

    @property
    def sent_bytes(self) -> int:
        """Bodies of all that was asked."""
        return sum(size for _, size in self._asked)

    def clear(self) -> None:
        """Count from nothing."""
        self._asked.clear()

    def _noted(self, request: Any, event_name: str, **_: object) -> None:  # noqa: ANN401 - the library's request
        size = int(request.headers.get("Content-Length", 0))
        self._asked.append((event_name.rpartition(".")[2], size))  # from many threads


def _made(site: Path) -> None:
    """Pages as long as the files of a built site are on average, the same each time."""
    draw = Random(7)  # noqa: S311 - the same site each time
    for number in range(FILES):
        page = site / "reports" / f"page{number}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(
            " ".join(f"{draw.randrange(16**6):06x}" for _ in range(PAGE_BYTES // 7)), encoding="utf-8"
        )


def _published(asked: _Asked, site: Path, day: int) -> _Spent:
    """What one run takes, from the files on disk to readers having them."""
    started, used = time.perf_counter(), time.process_time()
    state = read_state(asked.store) or begin(asked.store, "Bench", lambda: _ROOT)
    publish(_contents(site, day), state, asked.store, descends=lambda one, other: one > other)
    return _Spent(time.perf_counter() - started, time.process_time() - used)


def _contents(site: Path, day: int) -> Contents:
    files = {("all", file.relative_to(site).as_posix()): file for file in sorted(site.rglob("*.html"))}
    hashes = {key: hashed(file) for key, file in files.items()}
    return Contents(
        moment=Moment(f"{day}" * 40, day, _MONDAY + timedelta(days=day)),
        content=sha256(repr(hashes).encode()).hexdigest(),
        builder="mkdocs",
        quarterdeck="0.1.0",
        files=files,
        hashes=hashes,
        records={},
        naming=lambda _: {},
    )


@contextmanager
def _served() -> Iterator[str]:
    """Run an empty cloud in a process of its own while the block lasts; gives its address."""
    command = [sys.executable, "-m", "tests.bench.publishing"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError
        yield process.stdout.readline().strip()
        process.stdin.close()


def _beside(ours: _Spent, address: str, site: Path) -> Measure:
    """What publishing takes of the time of `aws s3 sync`, which sends every file to a new place."""
    name = "publishing: one changed page / aws s3 sync to a new prefix"
    program = _aws()
    if program is None:
        return Measure(name, 0, OF_SYNC, note="not compared: aws is not here, and pip could not fetch it")
    command = [program, "s3", "sync", str(site), f"s3://{_BUCKET}/sync", "--endpoint-url", address]
    made_up = {"AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded"}
    started, used = time.perf_counter(), _of_children()
    subprocess.run(
        [*command, "--region", "us-east-1", "--only-show-errors"],
        check=True,
        env=os.environ | made_up,
    )
    theirs = _Spent(time.perf_counter() - started, _of_children() - used)
    note = f"CPU of the client; by the clock {ours.seconds:.1f} s / {theirs.seconds:.1f} s"
    return Measure(name, ours.cpu_seconds / theirs.cpu_seconds, OF_SYNC, note=note)


def _of_children() -> float:
    """Seconds of the processor that programs took which have ended; the server has not."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _aws() -> str | None:
    """The program of AWS, fetched into a folder of its own where this machine has none."""
    if found := shutil.which("aws"):
        return found
    apart = ROOT / ".cache" / "aws"
    try:
        if not (apart / "bin" / "aws").exists():
            subprocess.run([sys.executable, "-m", "venv", apart], check=True)
            subprocess.run([apart / "bin" / "pip", "install", "--quiet", "awscli"], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(apart / "bin" / "aws")


if __name__ == "__main__":
    with server() as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()
