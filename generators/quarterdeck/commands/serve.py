"""Shows the site on this machine, builds again when a file changes, and reloads the browser."""

import socket
import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from quarterdeck.commands.build import Built, build
from quarterdeck.commands.inputs import INPUTS
from quarterdeck.commands.published import HOST, unusable
from quarterdeck.model.errors import QuarterdeckError, UsageError


def serve(
    root: Path,
    environ: Mapping[str, str],
    *,
    today: Callable[[str], date],
    as_of: date | None,
    builder: str | None,
    port: int,
    audience: str,
) -> None:
    """Build, then serve one audience's site until interrupted.

    Args:
        port: On this machine alone; 0 for any that is free.
        audience: Whose site; empty for the first one.

    The other arguments are those of `build`. A build that fails is told, and the site before it stays.

    Raises:
        UsageError: There is no such audience, or the port is taken.
    """
    _free_port(port)  # one that is taken is told before a build that would be in vain
    once = partial(build, root, environ, today=today, as_of=as_of, builder=builder)
    built = once()
    _tell(built)
    folder = _folder(built, audience)
    server = LiveReloadServer(partial(_again, once), HOST, port or _free_port(0), str(folder))
    server.error_handler = partial(_error_page, folder)
    for name in INPUTS:
        if (root / name).exists():
            server.watch(str(root / name))
    say(f"Open {server.url} (stop with Ctrl-C)")
    try:
        server.serve()  # type: ignore[no-untyped-call]  # MkDocs leaves it without types
    except OSError as error:
        raise unusable(port, error) from error
    finally:
        server.shutdown()


def say(line: str) -> None:
    """Print at once: who waits for the address reads it from a pipe, too."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _again(once: Callable[[], Built]) -> None:
    try:
        _tell(once())
    except QuarterdeckError as error:
        say(f"{error}\nThe site before this change still stands.")


def _tell(built: Built) -> None:
    for problem in built.refused:
        say(str(problem))
    for line in built.sentences():
        say(line)


def _folder(built: Built, audience: str) -> Path:
    if audience and audience not in built.sites:
        raise UsageError(f"There is no audience {audience}; there is {', '.join(built.sites)}")
    return built.sites[audience] if audience else next(iter(built.sites.values()))


def _error_page(folder: Path, code: int) -> bytes | None:
    page = folder / f"{code}.html"
    return page.read_bytes() if page.is_file() else None


def _free_port(port: int) -> int:
    """This port, where it is free; any that is, for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise unusable(port, error) from error
        found: int = probe.getsockname()[1]
        return found
