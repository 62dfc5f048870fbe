"""Branches, remotes and work that only one machine holds."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.commits import QUARTER, moment
from quarterdeck.secrets.redact import redact

_FIELD = "\x1f"
_FAR = 50
_MOST = 200
"""Branches that are held against the default one."""
_RULES = r"^\.github/rulesets/[^/]+\.json$"
"""Where an export of the host's rules is kept beside the code."""


def branches(repo: Checkout) -> dict[str, Any]:
    """Which branches sleep, and which have gone far from the default one."""
    stale, far = [], []
    for name, oid, at in list(_heads(repo))[:_MOST]:
        if name == repo.branch:
            continue
        if repo.scope.taken_at - at > QUARTER:
            stale.append(redact(name))
        ahead = repo.git.word("rev-list", "--count", f"--max-count={_FAR + 1}", f"^{repo.head}", oid)
        if ahead.isdigit() and int(ahead) > _FAR:
            far.append(redact(name))
    return {"stale_branches": tuple(sorted(stale)), "far_branches": tuple(sorted(far))}


def _heads(repo: Checkout) -> Iterator[tuple[str, str, datetime]]:
    """Name, commit and time of each branch, in order of name."""
    shown = f"--format=%(refname:lstrip=2){_FIELD}%(objectname){_FIELD}%(committerdate:unix)"
    for line in (repo.git.text("for-each-ref", shown, "refs/heads") or "").splitlines():
        name, oid, at = line.split(_FIELD)
        if at:
            yield name, oid, moment(at)


def work_at_risk(repo: Checkout) -> dict[str, Any]:
    """What is not committed, and what is on no remote; nothing of it is known of what was fetched (REPO-14)."""
    if not repo.place.path:
        return {"has_remote": True, "head_on_remote": True, "unpushed": 0}
    has_remote = bool(repo.git.word("remote"))
    return {"has_remote": has_remote, **_unpushed(repo, has_remote=has_remote), **_uncommitted(repo)}


def _unpushed(repo: Checkout, *, has_remote: bool) -> Mapping[str, Any]:
    if not has_remote or not repo.head:
        return {}
    listed = repo.git.text("log", "--format=%H %ct", "--branches", "--not", "--remotes") or ""
    found = {name: at for name, _, at in (line.partition(" ") for line in listed.splitlines())}
    oldest = min((moment(at) for at in found.values()), default=None)
    return {
        "head_on_remote": repo.head not in found,
        "unpushed": len(found),
        "unpushed_days": (repo.scope.taken_at - oldest).days if oldest else 0,
    }


def _uncommitted(repo: Checkout) -> Mapping[str, Any]:
    if repo.is_bare:
        return {"uncommitted": 0}
    status = repo.git.status()
    if status is None:
        return {"uncommitted": repo.gap("uncommitted", "git status could not be read")}
    changed = [line[3:] for line in status.split("\0") if line[2:3] == " "]
    now = repo.scope.taken_at.timestamp()
    ages = [now - at for path in changed if (at := _changed_at(repo.git.root / path)) is not None]
    return {"uncommitted": len(changed), "uncommitted_days": max(0, int(max(ages, default=0) // 86_400))}


def _changed_at(file: Path) -> float | None:
    try:
        return file.lstat().st_mtime
    except (OSError, ValueError):
        return None


def protection(repo: Checkout) -> dict[str, Any]:
    """What rules of the host protect the default branch with, where an export of them is kept beside the code.

    Without one nobody can tell from the code alone, and nothing is guessed.
    """
    found = repo.matching(_RULES)
    rules = {
        str(rule.get("type"))
        for _, text in repo.texts(found)
        for ruleset in [_as_object(text)]
        if ruleset.get("enforcement") == "active" and ruleset.get("target", "branch") == "branch"
        for rule in _list(ruleset.get("rules"))
    }
    return {"protection": tuple(sorted(rules))} if found else {}


def _as_object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}


def _list(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
