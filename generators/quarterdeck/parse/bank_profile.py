"""Writes the profile of a bank into `portfolio.yml`, and leaves every other line of it as it is."""

import re

from quarterdeck.model.statement import Profile
from quarterdeck.text.nodes import Mapping, Node, Scalar, Sequence
from quarterdeck.text.yaml import read_yaml

_KEYS = (
    *("account", "date", "description", "amount", "debit", "credit", "side", "balance", "id", "memo"),
    *("currency", "status", "date_order", "decimal", "delimiter", "skip", "reversed", "encoding"),
)
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _/.-]*[A-Za-z0-9_.-])?")
_TOP = re.compile(r"^banks:[ \t]*(?:#.*)?$", re.MULTILINE)


def profile_lines(profile: Profile) -> list[str]:
    """The profile as lines of YAML, as they stand below `banks:`."""
    lines = [f"  {profile.name}:"]
    for key in _KEYS:
        value: object = getattr(profile, key)
        if value in {None, "", 0} and not isinstance(value, bool):
            continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        lines.append(f"    {key}: {_scalar(str(value))}")
    return lines


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) or re.fullmatch(r"(?:Assets|Liabilities)(?::[A-Za-z0-9-]+)+", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def with_profile(text: str, profile: Profile) -> str | None:
    """The text of `portfolio.yml` with the profile in it; None where it cannot be put in safely."""
    end = "\r\n" if "\r\n" in text else "\n"
    found = _TOP.search(text.replace("\r\n", "\n"))
    block = profile_lines(profile)
    lines = text.replace("\r\n", "\n").split("\n")
    if found:
        at = text.replace("\r\n", "\n").count("\n", 0, found.start()) + 1
        lines[at:at] = block
    else:
        while lines and not lines[-1].strip():
            lines.pop()
        lines += [*([""] if lines else []), "# How the files of each bank are read.", "banks:", *block, ""]
    after = end.join(lines)
    return after if _only_adds(text, after, profile.name) else None


def _only_adds(before: str, after: str, name: str) -> bool:
    old, _ = read_yaml(before.replace("\r\n", "\n"), "portfolio.yml")
    new, problems = read_yaml(after.replace("\r\n", "\n"), "portfolio.yml")
    had, has = _plain(old) or {}, _plain(new)
    if problems or not isinstance(has, dict) or not isinstance(had, dict):
        return False
    banks = has.get("banks")
    if not isinstance(banks, dict) or not isinstance(had.get("banks") or {}, dict):
        return False
    rest = {key: value for key, value in banks.items() if key != name}
    same = {key: value for key, value in has.items() if key != "banks"}
    return (
        name in banks
        and rest == (had.get("banks") or {})
        and same == {key: value for key, value in had.items() if key != "banks"}
    )


def _plain(node: Node | None) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: _plain(value) for key, value in entries}
    return None
