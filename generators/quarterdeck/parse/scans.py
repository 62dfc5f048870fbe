"""Reports of tools that look for known vulnerabilities: pip-audit, OSV-Scanner and npm audit; read without trust."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec

from quarterdeck.model.observed import NOT_READ, Count
from quarterdeck.model.pipelines import Vulnerability
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.parse.imports import read_json, wrong
from quarterdeck.secrets.redact import redact

T = TypeVar("T")

_NUMBER = re.compile(r"[A-Za-z][\w.:-]{2,60}\Z")
_ADVISORY = re.compile(r"/(GHSA(?:-[0-9a-z]{4}){3})\b")
_WORDS: Mapping[str, Severity] = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "info": Severity.INFO,
    "none": Severity.INFO,
}
_SCORES = (
    (Decimal(9), Severity.CRITICAL),
    (Decimal(7), Severity.HIGH),
    (Decimal(4), Severity.MEDIUM),
    (Decimal("0.1"), Severity.LOW),
    (Decimal(0), Severity.INFO),
)
"""Least score out of ten -> severity, as the common scale for weak points has it."""


class Scanned(msgspec.Struct, frozen=True):
    """What one run of a tool says."""

    tool: str
    found: tuple[Vulnerability, ...]
    """In order of package and number, each once; of no repository yet."""
    packages: Count = NOT_READ
    """How many packages it looked at, where it says so."""
    folders: tuple[str, ...] = ()
    """Parts of the paths that it looked at, which may name the repository."""


def parse_pip_audit(data: bytes, path: str) -> Scanned:
    """The JSON of pip-audit; it never says how bad a vulnerability is.

    Args:
        data: The file.
        path: Its name, for messages.

    Raises:
        InputError: The file is no such report, or nothing was looked at.
    """
    raw = read_json(data, path)
    listed = (
        raw.get("dependencies") if isinstance(raw, dict) else raw
    )  # the list alone, as older versions wrote it
    if not isinstance(listed, list):
        raise wrong(path, "this is no report of pip-audit, as it writes it with --format json")
    known = [one for one in _each(listed, _PipPackage) if not one.skip_reason]
    if listed and not known:
        raise wrong(path, "pip-audit could look at none of the packages in it")
    found = (
        _made("pip-audit", _of_pypi(one.name), one.version, (each.id, *each.aliases), each.fix_versions)
        for one in known
        for each in _each(one.vulns, _PipHole)
    )
    return Scanned("pip-audit", _in_order(found), len(known))


class _PipPackage(msgspec.Struct):
    name: str
    version: str = ""
    vulns: list[Any] = []
    skip_reason: str = ""


class _PipHole(msgspec.Struct):
    id: str
    fix_versions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def parse_npm_audit(data: bytes, path: str) -> Scanned:
    """The JSON of `npm audit`, of npm 7 or later; it does not say which version is installed.

    Args:
        data: The file.
        path: Its name, for messages.

    Raises:
        InputError: The file is no such report: a run that could not ask the registry is none.
    """
    raw = read_json(data, path)
    listed = raw.get("vulnerabilities") if isinstance(raw, dict) else None
    if not isinstance(listed, dict) or "auditReportVersion" not in raw:
        raise wrong(path, "this is no report of npm audit --json, of npm 7 or later, that went through")
    found = (
        made
        for one in _each(listed.values(), _NpmPackage)
        for each in _each(one.via, _NpmHole)
        if (made := _of_npm(one, each)) is not None
    )
    count = _at(raw, "metadata", "dependencies", "total")
    return Scanned(
        "npm-audit", _in_order(found), count if isinstance(count, int) and count >= 0 else NOT_READ
    )


class _NpmPackage(msgspec.Struct):
    name: str
    via: list[Any] = []
    fixAvailable: Any = False  # noqa: N815 - as npm names it


class _NpmHole(msgspec.Struct):
    url: str = ""
    severity: str = ""
    source: int | str = ""


def _of_npm(one: _NpmPackage, hole: _NpmHole) -> Vulnerability | None:
    told = _ADVISORY.search(hole.url)
    number = told[1] if told else f"npm-{hole.source}"
    return _made(
        "npm-audit",
        one.name,
        "",
        (number,),
        (),
        severity=_WORDS.get(hole.severity.casefold()),
        has_fix=bool(one.fixAvailable),
    )


def parse_osv(data: bytes, path: str) -> Scanned:
    """The JSON of OSV-Scanner; what its data base has withdrawn is left out.

    Args:
        data: The file.
        path: Its name, for messages.

    Raises:
        InputError: The file is no such report.
    """
    raw = read_json(data, path)
    listed = raw.get("results") if isinstance(raw, dict) else None
    if not isinstance(listed, list):
        raise wrong(path, "this is no report of osv-scanner, as it writes it with --format json")
    sources = list(_each(listed, _OsvSource))
    folders = (
        part
        for one in sources
        if isinstance(where := one.source.get("path"), str)
        for part in re.split(r"[/\\]", where)[:-1]
    )
    found = (made for one in sources for each in _each(one.packages, _OsvPackage) for made in _of_osv(each))
    return Scanned("osv-scanner", _in_order(found), folders=tuple(dict.fromkeys(filter(None, folders))))


class _OsvSource(msgspec.Struct):
    source: dict[str, Any] = {}
    packages: list[Any] = []


class _OsvName(msgspec.Struct):
    name: str
    version: str = ""
    ecosystem: str = ""


class _OsvPackage(msgspec.Struct):
    package: _OsvName
    vulnerabilities: list[Any] = []
    groups: list[Any] = []


class _OsvGroup(msgspec.Struct):
    ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    max_severity: str = ""


class _OsvHole(msgspec.Struct):
    id: str
    aliases: tuple[str, ...] = ()
    withdrawn: str = ""
    affected: list[Any] = []
    database_specific: dict[str, Any] = {}


def _of_osv(one: _OsvPackage) -> Iterator[Vulnerability | None]:
    name = _of_pypi(one.package.name) if one.package.ecosystem == "PyPI" else one.package.name
    groups = list(_each(one.groups, _OsvGroup))
    for each in _each(one.vulnerabilities, _OsvHole):
        if each.withdrawn:
            continue
        group = next((known for known in groups if each.id in known.ids), _OsvGroup())
        yield _made(
            "osv-scanner",
            name,
            one.package.version,
            (each.id, *each.aliases, *group.ids, *group.aliases),
            tuple(_fixed(each.affected, one.package.name)),
            severity=_scored(group.max_severity) or _worded(each.database_specific.get("severity")),
        )


def _fixed(affected: list[Any], name: str) -> Iterator[str]:
    """Versions in which one package is mended."""
    for one in affected:
        if _at(one, "package", "name") != name:
            continue
        for held in _list(_at(one, "ranges")):
            for event in _list(_at(held, "events")):
                if isinstance(version := _at(event, "fixed"), str) and _at(held, "type") != "GIT":
                    yield version


def _made(
    tool: str,
    package: str,
    version: str,
    ids: tuple[str, ...],
    fixed_in: tuple[str, ...],
    *,
    severity: Severity | None = None,
    has_fix: bool = False,
) -> Vulnerability | None:
    """One vulnerability; None where it has no number, by which it would be known."""
    known = tuple(sorted({one for one in ids if _NUMBER.match(one)}))
    name = _line(package)
    if not known or not name:
        return None
    return Vulnerability(
        entity="",
        source=Source("", kind="evidence", what=tool),
        repo="",
        tool=tool,
        package=name,
        version=_line(version),
        ids=known,
        severity=severity,
        has_fix=has_fix or bool(fixed_in),
        fixed_in=tuple(dict.fromkeys(filter(None, map(_line, fixed_in)))),
    )


def _in_order(found: Iterator[Vulnerability | None]) -> tuple[Vulnerability, ...]:
    kept = {(one.package, one.version, one.ids): one for one in found if one is not None}
    return tuple(kept[key] for key in sorted(kept))


def _each(listed: Any, kind: type[T]) -> Iterator[T]:  # noqa: ANN401 - whatever stands in the file
    """The entries that have the form of a kind; one that has not costs itself alone."""
    for one in listed:
        try:
            yield msgspec.convert(one, kind)
        except msgspec.ValidationError:
            continue


def _at(raw: object, *keys: str) -> object:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _list(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _of_pypi(name: str) -> str:
    """A name as PyPI compares it, so that every tool calls a package the same."""
    return re.sub(r"[-_.]+", "-", name).casefold()


def _line(said: str) -> str:
    """One short line without a secret."""
    return " ".join(redact(said[:400]).split())[:120]


def _worded(said: object) -> Severity | None:
    return _WORDS.get(said.casefold()) if isinstance(said, str) else None


def _scored(said: str) -> Severity | None:
    try:
        score = Decimal(said)
    except InvalidOperation:
        return None
    return next((level for least, level in _SCORES if score.is_finite() and score >= least), None)


PARSERS: Mapping[str, Callable[[bytes, str], Scanned]] = {
    "pip-audit": parse_pip_audit,
    "osv": parse_osv,
    "npm-audit": parse_npm_audit,
}
"""The reader of each report by the name of its command."""
