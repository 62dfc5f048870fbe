"""Under which key each file of a version stands; pages and private files never share a beginning."""

import re
from typing import Final

STATE: Final = "private/store.json"
"""Whose store this is, and which version readers are given."""
MANIFESTS: Final = "private/manifests/"
EVIDENCE: Final = "private/evidence/"
"""All that the role for audits may read besides RECORDS and BRIEFINGS."""
RECORDS: Final = "private/history/"
"""What each version leaves behind for trends; kept when the version is pruned."""
BRIEFINGS: Final = "private/briefing/"
"""What each version told its readers; the role for audits brings that of the newest to the next build."""
PAGES: Final = "pages/"
"""All that the edge may read."""
MAILINGS: Final = "private/mailing/"
"""What was mailed to each person; no role but that for mail may read it."""
MAILS: Final = "private/mail/"
"""Every mail as it went over the line; beside one that somebody asked for, what became of it."""
NOT_FOUND: Final = "pages/404.html"
"""The one answer for what is not there and for what is somebody else's (F-147)."""
EDGE: Final = "private/edge.json"
"""In a folder alone: what an edge would know."""

_ROOT: Final = re.compile(rf"^{PAGES}[^/]+/")


def manifest(version: str) -> str:
    """The key of a version's manifest."""
    return f"{MANIFESTS}{version}.json"


def page(root: str, audience: str, version: str, path: str) -> str:
    """The key of one file of an audience's tree."""
    return f"{_trees(root)}{audience}/{version}/{path}"


def private(version: str, path: str) -> str:
    """The key of one private file: its area, then the version, so that a role may be given one area alone."""
    area, _, rest = path.partition("/")
    return f"private/{area}/{version}/{rest}"


def mail(version: str, name: str) -> str:
    """The key of a mail that told of a version, as it went over the line."""
    return private(version, f"mail/{name}.eml")


def any_file(root: str, audience: str, version: str, path: str) -> str:
    """The key of a file of a manifest; the empty audience is the private part."""
    return page(root, audience, version, path) if audience else private(version, path)


def versions(root: str, audience: str) -> str:
    """The key of the list that an audience chooses from."""
    return f"{_trees(root)}{audience}/versions.json"


def shown(key: str) -> str:
    """A key as people may see it: without the root of the pages, which the edge alone knows."""
    return _ROOT.sub(f"{PAGES}…/", key)


def parts(root: str, key: str) -> tuple[str, str, str] | None:
    """Audience, version and path of a file's key: the other way round of `any_file`; None for any other key."""
    start, area = _trees(root), ""
    if key.startswith(start):
        first, _, rest = key.removeprefix(start).partition("/")
    elif key.startswith("private/"):
        area, _, rest = key.removeprefix("private/").partition("/")
        first = ""
    else:
        return None
    version, _, path = rest.partition("/")
    return (first, version, path if first else f"{area}/{path}") if path else None


def _trees(root: str) -> str:
    return f"{PAGES}{root}/" if root else PAGES
