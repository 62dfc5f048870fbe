"""Brings the findings of other tools in, as evidence."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from quarterdeck.collectors.owners import everything, names_of, owned
from quarterdeck.commands.collect import accounts_of, matches_of
from quarterdeck.commands.replace import replace
from quarterdeck.model.errors import UsageError
from quarterdeck.model.evidence import Evidence, kind_of
from quarterdeck.model.imported import ImportedFinding
from quarterdeck.model.observed import Resource
from quarterdeck.parse.evidence import Header, parse_evidence, write_evidence
from quarterdeck.parse.imports import Report, parse_prowler, parse_sarif
from quarterdeck.portfolio import EVIDENCE, HANDOFFS
from quarterdeck.reading import find_evidence
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings, load_settings

FOLDER = f"{EVIDENCE}/imports"

_READERS: Mapping[str, Callable[[bytes, str], Report]] = {
    "prowler": parse_prowler,
    "sarif": parse_sarif,
}


def import_findings(
    root: Path, environ: Mapping[str, str], kind: str, file: Path, *, now: datetime, entity: str = ""
) -> str:
    """Read a tool's report, and keep its open findings below `evidence/imports/`, in the place of its last report.

    Args:
        root: The portfolio's folder.
        environ: The environment, for the settings.
        kind: `prowler` or `sarif`.
        file: The report.
        now: The moment that the evidence is dated with.
        entity: The business that all of it belongs to; told one by one without it.

    Returns:
        What was brought in, as a sentence.

    Raises:
        InputError: The report, or the settings, are wrong.
        UsageError: The file cannot be read, or there is no such entity.
    """
    settings = load_settings(root, environ)
    entities = tuple(sorted({*settings.entities, *(path.stem for path in (root / HANDOFFS).glob("*.md"))}))
    if entity and entity not in entities:
        raise UsageError(
            f"There is no entity {entity}; entities are files in handoffs/ or keys of entities:."
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {(error.strerror or 'no reason given').lower()}. Name another."
        ) from None
    report = _READERS[kind](data, file.name)
    found = _owned(report.found, root, settings, entity)
    path = f"{FOLDER}/{report.tool}{f'-{entity}' if entity else ''}.json"
    header = Header(
        f"imports-{report.tool}", now, (entity,) if entity else entities, (kind_of(ImportedFinding),)
    )
    before = (root / path).read_bytes() if (root / path).is_file() else None
    replace(root, {path: (before, write_evidence(header, found))})
    nobody = sum(not one.entity for one in found)
    unknown = f"; {counted(nobody, 'finding')} of no business" if nobody else ""
    return f"{counted(len(found), 'open finding')} of {report.tool} in {path}{unknown}."


def _owned(
    found: Iterable[ImportedFinding], root: Path, settings: Settings, entity: str
) -> list[ImportedFinding]:
    """Each given to its business: the one that is named, that of the same thing in the evidence, or by its name."""
    evidence, _ = parse_evidence(find_evidence(root)[0])
    found = _named(found, evidence, settings)
    if entity:
        return [msgspec.structs.replace(one, entity=entity) for one in found]
    owners = {name: one.entity for one in evidence.facts for name in names_of(one)}
    told = owned(found, everything(found, matches_of(settings)))
    return [
        msgspec.structs.replace(one, entity=own.entity or owners.get(one.arn) or owners.get(one.name, ""))
        for one, own in zip(found, told, strict=True)
    ]


def _named(found: Iterable[ImportedFinding], evidence: Evidence, settings: Settings) -> list[ImportedFinding]:
    """Each under the name that our own findings about the same thing have; an account by its name in the settings."""
    subjects: dict[str, set[str]] = {}
    for fact in evidence.facts:
        if isinstance(fact, Resource) and not isinstance(fact, ImportedFinding) and fact.arn:
            subjects.setdefault(fact.arn, set()).add(fact.subject)
    names = {one.number: one.name for one in accounts_of(settings)}
    names |= {arn: min(known) for arn, known in subjects.items() if len(known) == 1}
    return [
        msgspec.structs.replace(one, name=names.get(one.arn) or names.get(one.name, one.name))
        for one in found
    ]
