"""A report on paper: the attachment printed by the Chromium of this machine, without network or anybody's profile."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from quarterdeck.model.errors import OutsideError, UsageError

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""Names under which machines have it, in the order in which they are tried."""

_FLAGS: Final = (
    "--headless",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--export-tagged-pdf",
)
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_LONGEST_SECONDS: Final = 120
_MOMENT: Final = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_NO_MOMENT: Final = rb"/\1 (D:20000101000000"


def pdf(html: bytes, environ: Mapping[str, str]) -> bytes:
    """Print a file that needs nothing else.

    Args:
        html: As `attachment` makes it.
        environ: Says where programs are.

    Returns:
        A4 pages with outline and tags, that name no moment at which they were made.

    Raises:
        UsageError: There is no Chromium here.
        OutsideError: It did not print.
    """
    program = _program(environ)
    with TemporaryDirectory(prefix="quarterdeck-pdf-") as folder:
        page, made = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_bytes(html)
        said = _run([program, *_flags(folder), f"--print-to-pdf={made}", page.as_uri()], environ, folder)
        if not made.is_file():
            raise OutsideError(f"{Path(program).name} made no PDF: {said}")
        return _MOMENT.sub(_NO_MOMENT, made.read_bytes())


def _program(environ: Mapping[str, str]) -> str:
    found = (shutil.which(name, path=environ.get("PATH", os.defpath)) for name in PROGRAMS)
    if (program := next(filter(None, found), None)) is None:
        raise UsageError(
            "A PDF needs Chromium or Chrome, and neither is on this machine. Install one, or send --attach html."
        )
    return program


def _flags(folder: str) -> tuple[str, ...]:
    """Chromium's own sandbox refuses to work for root, as whom containers run."""
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return (*_FLAGS, *as_root, f"--user-data-dir={folder}/profile")


def _run(command: list[str], environ: Mapping[str, str], folder: str) -> str:
    """What it said last; nothing where it was quiet."""
    kept = {name: environ[name] for name in _KEPT if name in environ}
    try:
        done = subprocess.run(  # noqa: S603 - a known program and fixed words
            command,
            env={**kept, "HOME": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OutsideError(f"Chromium was stopped after {_LONGEST_SECONDS} seconds without a PDF") from error
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"it ended with code {done.returncode}"
