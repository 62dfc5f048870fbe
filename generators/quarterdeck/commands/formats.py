"""Prints problems for people, programs, GitHub and code scanners."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from quarterdeck import __version__
from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity

Format = Literal["text", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = ("text", "json", "github", "sarif")

_GITHUB_LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "notice", "info": "notice"}
_SARIF_LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_format(word: str) -> Format:
    """The format of that name.

    Raises:
        ValueError: There is none; the command line offers only those that there are.
    """
    return FORMATS[FORMATS.index(word)]


def problems_as(how: Format, problems: Sequence[Problem], files: int, exit_code: int) -> str:
    """All problems in one format, in the order given; an empty text where there is nothing to say."""
    match how:
        case "text":
            return "".join(f"{problem}\n" for problem in problems)
        case "github":
            return "".join(f"{_annotation(problem)}\n" for problem in problems)
        case "json":
            return json_text({"schema": 1, "files": files, "exit_code": exit_code, "problems": problems})
        case "sarif":
            return json_text(_sarif(problems))


def error_as_json(message: str, exit_code: int) -> str:
    """A failure for a program that reads our output."""
    return json_text({"schema": 1, "error": message, "exit_code": exit_code})


def said_as_json(sentences: Iterable[str], exit_code: int) -> str:
    """What a command did, line by line, for a program."""
    return json_text({"schema": 1, "exit_code": exit_code, "said": tuple(sentences)})


def json_text(thing: object) -> str:
    """Anything for a program: keys in order, indented by two, a line's end at the end."""
    return msgspec.json.format(msgspec.json.encode(thing, order="sorted"), indent=2).decode() + "\n"


def _annotation(problem: Problem) -> str:
    """One workflow command; what could end it early is escaped as GitHub asks for."""
    level = "error" if problem.refused else _GITHUB_LEVEL[problem.severity]
    place = f"file={_property(problem.path)}"
    if problem.line:
        place += f",line={problem.line},col={problem.column}"
    why = f"; {problem.why}" if problem.why else ""
    return f"::{level} {place}::{_data(f'{problem.what}{why}. {problem.mend}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(problems: Sequence[Problem]) -> dict[str, object]:
    codes = sorted({problem.code for problem in problems})
    return {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "quarterdeck",
                        "version": __version__,
                        "rules": [{"id": code, "name": code.replace("-", " ")} for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(problem) for problem in problems],
            }
        ],
    }


def _sarif_result(problem: Problem) -> dict[str, object]:
    region = {"startLine": problem.line, "startColumn": max(1, problem.column)} if problem.line else None
    location: dict[str, object] = {"artifactLocation": {"uri": problem.path}}
    if region:
        location["region"] = region
    why = f"; {problem.why}" if problem.why else ""
    return {
        "ruleId": problem.code,
        "level": "error" if problem.refused else _SARIF_LEVEL[problem.severity],
        "message": {"text": f"{problem.what}{why}. {problem.mend}"},
        "locations": [{"physicalLocation": location}],
    }


def summary(problems: Sequence[Problem], files: int) -> str:
    """The closing line for people: `8 files checked: 1 refused, 3 to mend.`."""
    checked = f"{files} {'file' if files == 1 else 'files'} checked"
    refused = len({problem.path for problem in problems if problem.refused})
    others = sum(not problem.refused and problem.severity is not Severity.INFO for problem in problems)
    notices = sum(not problem.refused and problem.severity is Severity.INFO for problem in problems)
    said = [
        f"{refused} refused" if refused else "",
        f"{others} to mend" if others else "",
        f"{notices} to know" if notices else "",
    ]
    return f"{checked}: {', '.join(part for part in said if part) or 'nothing to mend'}."


def exit_code(problems: Sequence[Problem], fail_on: Severity | None) -> int:
    """0 fine; 1 something at or above `fail_on`; 2 a file is refused."""
    if any(problem.refused for problem in problems):
        return 2
    if fail_on and any(problem.severity.rank <= fail_on.rank for problem in problems):
        return 1
    return 0
