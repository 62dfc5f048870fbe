"""Brings the secrets that other tools found in, as evidence without their values."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from quarterdeck.commands.import_findings import FOLDER
from quarterdeck.commands.replace import replace
from quarterdeck.model.errors import UsageError
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.parse.secret_imports import PARSERS
from quarterdeck.reports.words import counted
from quarterdeck.secrets.fingerprint import fingerprint_key
from quarterdeck.settings import Settings, load_settings


def import_secrets(
    root: Path, environ: Mapping[str, str], kind: str, file: Path, *, now: datetime, repo: str = ""
) -> str:
    """Read a tool's report about one repository, and keep places and fingerprints in the place of its last report.

    Args:
        root: The portfolio's folder.
        environ: The environment, for the settings and the key.
        kind: `gitleaks` or `trufflehog`.
        file: The report; delete it afterwards, for it holds the secrets.
        now: The moment that the evidence is dated with.
        repo: The repository, as the settings name it; the only one without it.

    Returns:
        What was brought in, as a sentence.

    Raises:
        InputError: The report, or the settings, are wrong.
        UsageError: The file cannot be read, or it is not told which repository it is about.
    """
    name, entity = repository_of(load_settings(root, environ), repo)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {(error.strerror or 'no reason given').lower()}. Name another."
        ) from None
    key = fingerprint_key(root, environ)
    found = [msgspec.structs.replace(one, entity=entity) for one in PARSERS[kind](data, file.name, key, name)]
    path = f"{FOLDER}/{kind}-{entity}-{name}.json"
    before = (root / path).read_bytes() if (root / path).is_file() else None
    replace(root, {path: (before, write_evidence(Header(f"imports-{kind}", now, (entity,)), found))})
    lost = "" if key else " Without a fingerprint key none can be compared; make one with: quarterdeck key."
    return f"{counted(len(found), 'secret')} of {kind} in {path}.{lost} The report holds the secrets: delete {file}."


def repository_of(settings: Settings, repo: str) -> tuple[str, str]:
    """Name and business of the repository that is meant; the only one where none is named.

    Raises:
        UsageError: There is no such repository, or several that could be meant.
    """
    known = {one.name: entity for entity, each in sorted(settings.entities.items()) for one in each.repos}
    if not repo and len(known) == 1:
        return next(iter(known.items()))
    if repo not in known:
        named = ", ".join(known) or "none"
        what = f"There is no repository {repo}" if repo else "It is not said which repository this is about"
        raise UsageError(f"{what}; portfolio.yml names: {named}. Say --repo NAME.")
    return repo, known[repo]
