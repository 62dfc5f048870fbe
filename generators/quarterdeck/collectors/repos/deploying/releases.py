"""Releases of the past, as tags and commits tell them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Deploy
from quarterdeck.model.source import Source

TAGS, COMMITS = "tags", "commits"

_FIELD = "\x1f"
_TAG = re.compile(r"(?i)^(?:v\d|release[-/_]|deploy(?:ed)?[-/_]|prod(?:uction)?[-/_]|\d+\.\d+)")
_SAYS = re.compile(
    r"(?i)^\W*(?:\w+(?:\([\w-]+\))?:\s*)?"
    r"(?:deploy(?:ed|s)?|releas(?:e|ed|es)|ship(?:ped|s)?|publish(?:ed)?|go(?:es)? live)\b"
)
_MARKS = (
    ":(glob)**/VERSION",
    ":(glob)**/version.txt",
    ":(glob)**/DEPLOYED",
    ":(glob)**/deployed.json",
    ":(glob)**/release.json",
)
"""Files that are changed for nothing but a release."""
_UNDOES = re.compile(r"(?i)^\W*(?:\w+(?:\([\w-]+\))?:\s*)?(?:revert|hot-?fix|roll(?:ed|s|ing)?[ -]?back)")
_SOON = timedelta(hours=48)
"""A release failed if a commit that takes back or mends follows within this time, before the next release."""
_KEPT = timedelta(days=400)
_MOST = 2_000


class _Commit(msgspec.Struct, frozen=True):
    hash: str
    at: datetime
    subject: str


def version_tags(repo: Checkout) -> list[tuple[str, datetime, datetime]]:
    """Tags that look like releases: name, day of the tag, day of its commit."""
    shape = f"%(refname:short){_FIELD}%(creatordate:unix){_FIELD}%(*committerdate:unix){_FIELD}%(committerdate:unix)"
    text = repo.git.text("for-each-ref", f"--format={shape}", "refs/tags") or ""
    found = []
    for line in text.splitlines()[:_MOST]:
        name, made, *committed = line.split(_FIELD)
        days = [one for one in committed if one.isdigit()]
        if _TAG.match(name) and made.isdigit() and days:
            found.append((name, _moment(made), _moment(days[0])))
    return found


def releases(repo: Checkout, source: Source, now: datetime) -> Iterator[Deploy | NotCollected]:
    """Releases of the last year, by tags, or by commits where there is no such tag."""
    if repo.is_shallow:
        yield NotCollected(
            repo.scope.collector,
            kind_of(Deploy),
            f"{repo.name}: its older commits were never fetched",
            repo.entity,
        )
        return
    commits = [one for one in _commits(repo) if now - one.at <= _KEPT and one.at <= now]
    undone = sorted(one.at for one in commits if _UNDOES.match(one.subject))
    tagged = [(made, at) for _, made, at in version_tags(repo) if now - made <= _KEPT and made <= now]
    marked = set() if tagged else _marked(repo)
    told = tagged or [
        (one.at, one.at)
        for one in commits
        if (_SAYS.match(one.subject) or one.hash in marked) and not _UNDOES.match(one.subject)
    ]
    told = sorted(set(told))
    for number, (deployed, committed) in enumerate(told):
        following = told[number + 1][0] if number + 1 < len(told) else now + _SOON
        back = next((one for one in undone if deployed < one <= deployed + _SOON and one <= following), None)
        yield Deploy(
            entity=repo.entity,
            source=source,
            repo=repo.name,
            commit=min(committed, deployed),
            deployed=deployed,
            failed=back is not None,
            told_by=TAGS if tagged else COMMITS,
            **({"restore_hours": Decimal((back - deployed) // timedelta(minutes=6)) / 10} if back else {}),
        )


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(min(int(seconds), 4_000_000_000), UTC)


def _commits(repo: Checkout) -> Iterator[_Commit]:
    if not repo.head:
        return
    asked = repo.git.records(
        "log", "-z", "-n", str(20 * _MOST), f"--format=%H{_FIELD}%ct{_FIELD}%s", repo.head
    )
    for record in asked:
        name, at, subject = record.split(_FIELD, 2)
        if at.isdigit():
            yield _Commit(name, _moment(at), subject)


def _marked(repo: Checkout) -> set[str]:
    """Commits that change a file which is changed for a release alone."""
    if not repo.head:
        return set()
    text = repo.git.text("log", "-n", str(_MOST), "--format=%H", repo.head, "--", *_MARKS) or ""
    return set(text.split())
