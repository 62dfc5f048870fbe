"""Servers of this machine that run while a block does."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Protocol


class Serves(Protocol):
    """What the library's servers can do."""

    def serve_forever(self, poll_interval: float) -> None:
        """Answer until somebody says stop."""

    def shutdown(self) -> None:
        """Say stop."""

    def server_close(self) -> None:
        """Give the port back."""


@contextmanager
def running(*servers: Serves) -> Iterator[None]:
    """Run servers, each in a thread of its own, while the block lasts."""
    threads = [
        Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True) for one in servers
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
