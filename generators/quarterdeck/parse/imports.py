"""Reports of other tools: Prowler's OCSF, and SARIF; read without trust."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from quarterdeck.model.errors import InputError, Problem
from quarterdeck.model.imported import ImportedFinding
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.secrets.redact import redact
from quarterdeck.text.decode import decode

_MEND = "Export it again from the tool, and import that file."
_LONGEST = 300
_CODE = re.compile(r"[^A-Za-z0-9_./-]+")
_TOOL = re.compile(r"[^a-z0-9]+")
_SPACES = re.compile(r"\s+")
_EMPHASIS = re.compile(r"\*\*|`")
"""Prowler writes its advice in Markdown."""

_SEVERITIES: Mapping[str, Severity] = {
    "critical": Severity.CRITICAL,
    "fatal": Severity.CRITICAL,
    "high": Severity.HIGH,
    "error": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "warning": Severity.MEDIUM,
    "low": Severity.LOW,
    "note": Severity.LOW,
    "informational": Severity.INFO,
    "none": Severity.INFO,
}
_SCORES = ((Decimal(9), Severity.CRITICAL), (Decimal(7), Severity.HIGH), (Decimal(4), Severity.MEDIUM))
"""Least score out of ten -> severity, as the common scale for weak points has it."""


class Report(msgspec.Struct, frozen=True):
    """What one tool found."""

    tool: str
    """In small letters, digits and hyphens: `prowler`."""
    found: tuple[ImportedFinding, ...]
    """In the order of code and name; of several about the same thing, the worst."""


def parse_prowler(data: bytes, path: str) -> Report:
    """The failures of a report of Prowler in OCSF; passes and what was muted are left out.

    Args:
        data: The file.
        path: Its name, for messages.

    Raises:
        InputError: The file is no such report.
    """
    raw = read_json(data, path)
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise wrong(path, "this is no list of OCSF findings, as Prowler writes it with -M json-ocsf")
    failed = (one for one in raw if one.get("status_code") == "FAIL" and one.get("status") != "Suppressed")
    return Report("prowler", _distinct(_of_prowler(one) for one in failed))


def parse_sarif(data: bytes, path: str) -> Report:
    """The open results of a SARIF file, of the tool of its first run; what is suppressed there is left out.

    Args:
        data: The file.
        path: Its name, for messages.

    Raises:
        InputError: The file is no SARIF.
    """
    raw = read_json(data, path)
    runs = raw.get("runs") if isinstance(raw, dict) else None
    if not isinstance(runs, list):
        raise wrong(path, "this is no SARIF file: it has no runs")
    every = [run for run in runs if isinstance(run, dict)]
    tool = next(map(_tool_of, every), "sarif")
    return Report(tool, _distinct(found for run in every for found in _of_run(run)))


def read_json(data: bytes, path: str) -> Any:  # noqa: ANN401 - whatever stands in the file
    """What a report holds.

    Raises:
        InputError: It is no JSON; the message repeats nothing of it.
    """
    text = decode(data, path)
    if isinstance(text, Problem):
        raise InputError([text])
    try:
        return msgspec.json.decode(text.text)
    except (msgspec.DecodeError, RecursionError):
        raise wrong(path, "this is not JSON") from None


def wrong(path: str, what: str) -> InputError:
    """A report that is none, and how to mend it."""
    return InputError([Problem(path, 0, 0, "import", what, _MEND, Severity.HIGH)])


def _of_prowler(one: Mapping[str, Any]) -> ImportedFinding:
    resource = next((each for each in _list(one, "resources") if isinstance(each, dict)), {})
    arn = _text(resource.get("uid"))
    told = _text(one.get("status_detail")) or _text(_at(one, "finding_info", "title"))
    return ImportedFinding(
        entity="",
        source=Source("", kind="evidence", what=_text(_at(one, "metadata", "product", "name")) or "Prowler"),
        name=_text(resource.get("name")) or arn.rpartition(":")[2] or "account",
        arn=arn,
        region=_text(resource.get("region")),
        tool="prowler",
        check=_code(_at(one, "metadata", "event_code")),
        severity=_severity(one.get("severity")),
        message=told,
        mend=_EMPHASIS.sub("", _text(_at(one, "remediation", "desc"))),
        reported=_day(one.get("time")),
    )


def _tool_of(run: Mapping[str, Any]) -> str:
    """The name of a tool, which also names the file that its findings are kept in: no dots, no slashes."""
    name = _at(run, "tool", "driver", "name")
    return _TOOL.sub("-", name.casefold() if isinstance(name, str) else "").strip("-")[:40] or "sarif"


def _of_run(run: Mapping[str, Any]) -> Iterator[ImportedFinding]:
    driver = _at(run, "tool", "driver")
    driver = driver if isinstance(driver, dict) else {}
    tool = _tool_of(run)
    rules = {_text(one.get("id")): one for one in _list(driver, "rules") if isinstance(one, dict)}
    for one in _list(run, "results"):
        if isinstance(one, dict) and not one.get("suppressions") and one.get("kind", "fail") == "fail":
            yield _of_sarif(tool, one, rules.get(_text(one.get("ruleId")), {}))


def _of_sarif(tool: str, one: Mapping[str, Any], rule: Mapping[str, Any]) -> ImportedFinding:
    place = next((each for each in _list(one, "locations") if isinstance(each, dict)), {})
    line = _at(place, "physicalLocation", "region", "startLine")
    return ImportedFinding(
        entity="",
        source=Source("", kind="evidence", what=tool),
        name=_text(_at(place, "physicalLocation", "artifactLocation", "uri")) or "the repository",
        tool=tool,
        check=_code(one.get("ruleId")) or "unnamed",
        severity=_scored(_at(rule, "properties", "security-severity"))
        or _severity(one.get("level") or _at(rule, "defaultConfiguration", "level") or "warning"),
        message=_text(_at(one, "message", "text")) or _text(_at(rule, "shortDescription", "text")),
        mend=_text(_at(rule, "help", "text")),
        line=line if isinstance(line, int) and line > 0 else 0,
    )


def _distinct(found: Iterable[ImportedFinding]) -> tuple[ImportedFinding, ...]:
    same: dict[tuple[str, str], list[ImportedFinding]] = {}
    for one in found:
        same.setdefault((one.code, one.name), []).append(one)
    return tuple(_worst(same[key]) for key in sorted(same))


def _worst(same: Iterable[ImportedFinding]) -> ImportedFinding:
    """The worst of several about one name, with the other regions that it stands for."""
    same = list(same)
    worst = min(same, key=lambda one: one.severity.rank)
    others = sorted({one.region for one in same} - {worst.region, ""})
    if not others:
        return worst
    return msgspec.structs.replace(worst, message=f"{worst.message} Also in {', '.join(others)}.")


def _at(raw: object, *keys: str) -> object:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _text(raw: object) -> str:
    """One line of plain text, not too long, without a secret."""
    if not isinstance(raw, str):
        return ""
    line = _SPACES.sub(" ", redact(raw)).strip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _code(raw: object) -> str:
    return _CODE.sub("-", raw)[:100] if isinstance(raw, str) else ""


def _severity(raw: object) -> Severity:
    return _SEVERITIES.get(raw.casefold() if isinstance(raw, str) else "", Severity.MEDIUM)


def _scored(raw: object) -> Severity | None:
    if not isinstance(raw, str):
        return None
    try:
        score = Decimal(raw)
    except InvalidOperation:
        return None
    return next(
        (severity for least, severity in _SCORES if score.is_finite() and score >= least), Severity.LOW
    )


def _day(raw: object) -> date | None:
    if not isinstance(raw, int) or not 0 <= raw < 2**33:
        return None
    return datetime.fromtimestamp(raw, UTC).date()
