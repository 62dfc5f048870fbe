"""What a command says while it works: one line on a terminal, that is gone when it is done."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

Told = Callable[[str], None]
"""Takes what is being done now, such as `Making the pages`."""

_CLEARED = "\r\x1b[K"


def silent(_doing: str) -> None:
    """Say nothing: nobody watches."""


@contextmanager
def shown(stream: TextIO, environ: Mapping[str, str]) -> Iterator[Told]:
    """Show each step on a terminal; anything else, a file or a workflow's log, gets nothing.

    Args:
        stream: The error stream: results never mix with it.
        environ: A terminal that cannot clear a line says so in `TERM`; it gets nothing, either.
    """
    if not stream.isatty() or environ.get("TERM", "dumb") == "dumb":
        yield silent
        return

    def told(doing: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        stream.write(f"{_CLEARED}{f'{doing} ...'[:width]}")
        stream.flush()

    try:
        yield told
    finally:
        stream.write(_CLEARED)
        stream.flush()
