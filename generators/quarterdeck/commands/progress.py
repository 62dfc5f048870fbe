"""What a command says while it works: one line on a terminal, that is gone when it is done.

Whoever works says so by `doing`, as one writes to a log; where nobody watches, nobody hears it.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

_CLEARED = "\r\x1b[K"


def _silent(_what: str) -> None:
    """Say nothing."""


_TOLD: ContextVar[Callable[[str], None]] = ContextVar("told", default=_silent)


def doing(what: str) -> None:
    """Say what is done from now on, such as `Drawing charts`."""
    _TOLD.get()(what)


@contextmanager
def shown(stream: TextIO, environ: Mapping[str, str]) -> Iterator[None]:
    """Show each step on a terminal while the block runs; a file or a workflow's log gets nothing.

    Args:
        stream: The error stream: results never mix with it.
        environ: A terminal that cannot clear a line says so in `TERM`; it gets nothing, either.
    """
    if not stream.isatty() or environ.get("TERM", "dumb") == "dumb":
        yield
        return

    def told(what: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        stream.write(f"{_CLEARED}{f'{what} ...'[:width]}")
        stream.flush()

    token = _TOLD.set(told)
    try:
        yield
    finally:
        _TOLD.reset(token)
        stream.write(_CLEARED)
        stream.flush()
