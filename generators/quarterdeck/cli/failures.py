"""How a failure is said: one sentence, its exit code, and JSON where a program reads it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import TracebackType

USAGE = 2
INTERRUPTED = 130


def failed(words: Sequence[str], message: str, code: int) -> int:
    """Say what failed on stderr, and as JSON on stdout where a program reads it (F-233); never a secret (F-106)."""
    from quarterdeck.secrets.redact import redact

    message = redact(message)
    if asks_for_json(words):
        from quarterdeck.commands.formats import error_as_json

        click.echo(error_as_json(message, code), nl=False)
    click.echo(message, err=True)
    return code


def broken(words: Sequence[str], error: Exception) -> int:
    """Say which part of the package is missing (F-235); any other defect is JSON where a program reads it, and raised.

    Raises:
        Exception: That defect.
    """
    from quarterdeck.start.parts import install, parts_with

    module = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if parts := parts_with(module):
        return failed(words, f"This takes {module}, which is not installed. Run: {install(parts[0])}", USAGE)
    if asks_for_json(words):
        from quarterdeck.commands.formats import error_as_json

        what = f"This is a fault in Quarterdeck ({type(error).__name__}); the error stream says where."
        click.echo(error_as_json(what, 1), nl=False)
    raise error


def defect(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    """Print a traceback without secrets (F-106)."""
    from quarterdeck.secrets.sinks import print_defect

    print_defect(kind, error, trace)


def asks_for_json(words: Sequence[str]) -> bool:
    """Whether a program reads what these words print; they may be ones that cannot be parsed."""
    pairs = [*pairwise(words), *(word.split("=", 1) for word in words if "=" in word)]
    return any(option == "--format" and how in {"json", "sarif"} for option, how in pairs)
