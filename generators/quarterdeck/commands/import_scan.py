"""Brings known vulnerabilities that other tools found in, as evidence."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from quarterdeck.commands.import_findings import FOLDER
from quarterdeck.commands.import_secrets import repository_of
from quarterdeck.commands.replace import replace
from quarterdeck.model.errors import UsageError
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.pipelines import Scan, Vulnerability
from quarterdeck.model.source import Source
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.parse.scans import PARSERS
from quarterdeck.reports.words import counted
from quarterdeck.settings import load_settings


def import_scan(
    root: Path, environ: Mapping[str, str], kind: str, file: Path, *, now: datetime, repo: str = ""
) -> str:
    """Read a tool's report about one repository, and keep it in the place of that tool's last one.

    Args:
        root: The portfolio's folder.
        environ: The environment, for the settings.
        kind: `pip-audit`, `osv` or `npm-audit`.
        file: The report; the day on which it was written is that of the scan.
        now: The moment that the evidence is dated with.
        repo: The repository, as the settings name it; without it the one that the report names, or the only one.

    Returns:
        What was brought in, as a sentence.

    Raises:
        InputError: The report, or the settings, are wrong.
        UsageError: The file cannot be read, or it is not told which repository it is about.
    """
    settings = load_settings(root, environ)
    try:
        data = file.read_bytes()
        scanned_on = _day_of(file, now)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {(error.strerror or 'no reason given').lower()}. Name another."
        ) from None
    read = PARSERS[kind](data, file.name)
    names = {one.name for each in settings.entities.values() for one in each.repos}
    told = next((part for part in reversed(read.folders) if part in names), "")
    name, entity = repository_of(settings, repo or told)
    scan = Scan(
        entity=entity,
        source=Source("", kind="evidence", what=read.tool),
        repo=name,
        tool=read.tool,
        scanned=scanned_on,
        packages=read.packages,
    )
    found = [msgspec.structs.replace(one, entity=entity, repo=name) for one in read.found]
    path = f"{FOLDER}/{kind}-{entity}-{name}.json"
    header = Header(f"imports-{kind}", now, (entity,), (kind_of(Scan), kind_of(Vulnerability)))
    before = (root / path).read_bytes() if (root / path).is_file() else None
    replace(root, {path: (before, write_evidence(header, [scan, *found]))})
    mended = sum(one.has_fix for one in found)
    what = counted(len(found), "vulnerability", "vulnerabilities")
    return f"{what} of {name}, {mended} with a fix, by {read.tool} on {scanned_on}, in {path}."


def _day_of(file: Path, now: datetime) -> date:
    """The day on which a file was last written, never one to come."""
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return min(written, now.astimezone(UTC)).date()
