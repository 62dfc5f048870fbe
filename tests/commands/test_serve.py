"""`quarterdeck serve`: it answers, follows what is written, outlives mistakes, and stops when told."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.sites import AS_OF, BOAT, SETTINGS, a_portfolio, command, environ_of, run, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Server:
    """A running `serve` and all that it has said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Listen to it from now on."""
        self.process = process
        self.lines: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.lines += [line.rstrip("\n")]

    def said(self, words: str, *, after: int = 0, seconds: float = 120) -> str:
        """The first line after so many that holds these words, waited for."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = next((line for line in self.lines[after:] if words in line), None)
            if found is not None:
                return found
            if self.process.poll() is not None and not self._listener.is_alive():
                break
            time.sleep(0.05)
        raise AssertionError("\n".join([f"never said {words!r}", *self.lines]))

    def get(self, path: str = "") -> str:
        """A page, as text."""
        address = self.said("Open http").split()[1]
        with urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:  # noqa: S310 - this machine
            text: str = answer.read().decode()
            return text


@contextmanager
def serving(root: Path, *words: str) -> Iterator[Server]:
    process = subprocess.Popen(
        command("serve", "--as-of", AS_OF, "--port", "0", *words),
        cwd=root,
        env=environ_of(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Server(process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_it_answers_follows_changes_outlives_mistakes_and_stops(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    with serving(root) as server:
        assert "Sunset Boat" in server.get("reports/entities/boat/")
        with pytest.raises(urllib.error.HTTPError) as missing:
            server.get("no-such-page/")
        assert missing.value.code == 404
        assert "This page is not in this version" in missing.value.read().decode()

        so_far = len(server.lines)
        write(root, "handoffs/boat.md", BOAT.replace("Sunset Boat", "Moonrise Boat"))
        server.said("pages as of", after=so_far)
        assert "Moonrise Boat" in server.get("reports/entities/boat/")

        so_far = len(server.lines)
        write(root, "portfolio.yml", f"{SETTINGS}timezoen: UTC\n")
        server.said("The site before this change still stands.", after=so_far)
        server.said("portfolio.yml:3:1:", after=so_far)
        assert "Moonrise Boat" in server.get("reports/entities/boat/")

        so_far = len(server.lines)
        write(root, "portfolio.yml", SETTINGS)
        server.said("pages as of", after=so_far)

        started = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=30) in {0, 130}
        assert time.monotonic() - started < 15
        assert "Traceback" not in "\n".join(server.lines)


def test_a_page_that_the_builder_refuses_leaves_the_site(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    write(root, "docs/guide.md", "# Guide\n\nWelcome aboard.\n")
    with serving(root) as server:
        assert "Welcome aboard." in server.get("guide/")
        so_far = len(server.lines)
        write(root, "docs/guide.md", "# Guide\n\n[gone](gone.md)\n")
        server.said("The site before this change still stands.", after=so_far)
        assert "Welcome aboard." in server.get("guide/")


def test_a_first_build_that_fails_ends_it(tmp_path: Path) -> None:
    done = run(a_portfolio(tmp_path, f"{SETTINGS}timezoen: UTC\n"), "serve", "--port", "0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_F230_no_port_is_bad_use(tmp_path: Path, port: str) -> None:
    done = run(a_portfolio(tmp_path), "serve", "--port", port)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_F230_a_port_that_is_taken_and_an_audience_that_is_not_there(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(root, "serve", "--as-of", AS_OF, "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--port 8001" in done.stderr
    done = run(root, "serve", "--as-of", AS_OF, "--port", "0", "--audience", "crew")
    assert (done.returncode, done.stderr) == (2, "There is no audience crew; there is all\n")
