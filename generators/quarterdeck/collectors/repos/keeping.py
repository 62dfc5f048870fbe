"""What a repository tracks that it should not, and what it says about itself."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from quarterdeck.collectors.repos.checkout import Checkout, File, is_pointer
from quarterdeck.collectors.repos.left_out import looks_minified, why_left_out
from quarterdeck.model.observed import Names

CODE = (
    r"\.(?:py|js|mjs|cjs|jsx|ts|tsx|php|rb|go|java|kt|kts|cs|rs|swift|dart|sh|bash|sql|vue|svelte|scala|exs?|c|cc|cpp"
    r"|h|pl)$"
)
_README = r"(?i)^(?:docs/|\.github/)?readme(?:\.\w+)?$"
_LICENCE = re.compile(r"(?i)^(?:licen[cs]es?|copying|unlicense)(?:[.-][\w.-]+)?$")
_KNOWN_LICENCES = (
    ("MIT", "permission is hereby granted, free of charge"),
    ("Apache-2.0", "apache license"),
    ("AGPL", "gnu affero general public license"),
    ("LGPL", "gnu lesser general public license"),
    ("GPL", "gnu general public license"),
    ("MPL-2.0", "mozilla public license"),
    ("BSD", "redistribution and use in source and binary forms"),
    ("ISC", "permission to use, copy, modify, and/or distribute"),
    ("Unlicense", "this is free and unencumbered software"),
)
_RUN = re.compile(r"(?i)\b(?:run|start|serve|install|usage|getting started|quick ?start|develop)")
_DEPLOY = re.compile(r"(?i)\b(?:deploy|release|publish|ship|go(?:es)? live|production)")
_SCRIPTS = (
    r"(?:^|/)(?:Makefile|[Jj]ustfile|Taskfile\.ya?ml|package\.json)$|\.(?:sh|bash)$"
    r"|^\.github/workflows/[^/]+\.ya?ml$"
)
_ENV = re.compile(r"(?i)(?:^|/)\.env(?:\.[\w-]+)*$|(?:^|/)[\w-]*\.env$")
_ENV_SAMPLE = re.compile(r"(?i)example|sample|template|dist|default|schema")
_SET = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*['\"]?[^\s'\"#<$]")
_MARK = re.compile(r"\b(?:TODO|FIXME|HACK|XXX)\b")
_PAYMENT_PATH = re.compile(r"(?i)book|checkout|cart|pay|charge|order|stripe|square|webhook|refund")
_LARGE = 10 << 20
_VAST = 50 << 20
_POINTER_SIZE = 200
_MOST = 10
_SERVED = re.compile(r"(?:^|/)index\.html$")
_PACKAGE = re.compile(
    r"(?i)(?:^|/)(?:[\w.-]*(?:lambda|function|deploy|package|bundle|booking|dist)[\w.-]*\.zip)$"
)


def papers(repo: Checkout) -> dict[str, Any]:
    """The readme and the licence."""
    readme = "\n".join(text for _, text in repo.texts(repo.matching(_README)))
    return {
        "readme": bool(repo.matching(_README)),
        "readme_lines": sum(bool(line.strip()) for line in readme.splitlines()),
        "readme_tells_how": bool(_RUN.search(readme)) and bool(_DEPLOY.search(readme)),
        "license": _licence(repo),
    }


def _licence(repo: Checkout) -> str | None:
    file = next((one for one in repo.files if "/" not in one.path and _LICENCE.match(one.path)), None)
    if file is None:
        return None
    text = " ".join((repo.text(file.path) or "").lower().split())
    return next((name for name, words in _KNOWN_LICENCES if words in text), "a licence of its own")


def tracked(repo: Checkout) -> dict[str, Any]:
    """Files that should not be in a repository: variables, large things, what a build makes."""
    large = [one for one in repo.files if one.is_plain and one.size > _LARGE]
    in_tree = {one.oid for one in repo.files if one.size > _VAST}
    return {
        "env_files": _env_files(repo),
        "large_files": len(large),
        "large_in_history": len(_vast_objects(repo) - in_tree),
        "made_files": _made_files(repo),
        "ignore_gaps": _ignore_gaps(repo),
    }


def _env_files(repo: Checkout) -> Names:
    found = [one for one in repo.files if _ENV.search(one.path) and not _ENV_SAMPLE.search(one.name)]
    return tuple(one.path for one, text in repo.texts(found) if _SET.search(text))


def _vast_objects(repo: Checkout) -> set[str]:
    """Hashes of all that git holds in more than 50 MB."""
    listed = repo.git.records(
        "cat-file",
        "--batch-all-objects",
        "--unordered",
        "--batch-check=%(objectname) %(objecttype) %(objectsize)",
        mark=b"\n",
    )
    sizes = (line.split() for line in listed if line)
    return {words[0] for words in sizes if words[1:2] == ["blob"] and int(words[2]) > _VAST}


def _made_files(repo: Checkout) -> Names:
    """Folders of packages and builds, and packages to deploy; a folder from which a site is served is none."""
    made = [one for one in repo.files if one.is_plain and one.left_out in {"vendored", "generated"}]
    served = {_top(one) for one in made if _SERVED.search(one.path)}
    counted = Counter(_top(one) for one in made if _top(one) not in served)
    packages = [one.path for one in repo.files if _PACKAGE.search(one.path) and not one.left_out]
    return tuple(sorted((*counted, *packages)))[:_MOST]


def _top(file: File) -> str:
    """The folder by which a file is left out: `web/node_modules`; the file itself where no folder is."""
    folders = file.path.split("/")[:-1]
    for depth in range(1, len(folders) + 1):
        at = "/".join(folders[:depth])
        if why_left_out(f"{at}/x"):
            return at
    return file.path


def _ignore_gaps(repo: Checkout) -> Names:
    """Kinds of file that the stack makes and that no rule keeps out."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where a repository is read

    rules = [line for _, text in repo.texts(repo.matching(r"^\.gitignore$")) for line in text.splitlines()]
    try:
        ignored = GitIgnoreSpec.from_lines(rules)
    except ValueError:
        ignored = GitIgnoreSpec([])
    made = {".env": bool(repo.matching(CODE))}
    scripts = "\n".join(text for _, text in repo.texts(repo.matching(_SCRIPTS)))
    made |= {"key.pem": ".pem" in scripts, "dump.sql": bool(re.search(r"\b(?:pg_dump|mysqldump)\b", scripts))}
    return tuple(name for name, is_made in made.items() if is_made and not ignored.match_file(name))


def marks(repo: Checkout) -> dict[str, Any]:
    """How much code there is, and how many marks of what is left to do stand in it."""
    lines = count = 0
    on_path: list[str] = []
    for file, text in repo.texts(repo.matching(CODE)):
        if looks_minified(text):
            continue
        lines += sum(bool(line.strip()) for line in text.splitlines())
        found = len(_MARK.findall(text))
        count += found
        if found and _PAYMENT_PATH.search(file.path):
            on_path.append(file.path)
    return {"code_lines": lines, "todo_count": count, "todo_on_path": tuple(on_path[:_MOST])}


def not_covered(repo: Checkout) -> Mapping[str, str]:
    """What of the tree is not looked at, with why: submodules, links, pointers, what was never fetched."""
    submodules = sum(one.mode == "160000" for one in repo.files)
    pointers = _pointers(repo) if any(one.name == ".gitattributes" for one in repo.files) else 0
    found = {
        "submodules": f"submodules, which are not followed: {submodules}" if submodules else "",
        "pointers": f"files in large-file storage, not fetched: {pointers}" if pointers else "",
        "history": "it is shallow: older commits were never fetched" if repo.is_shallow else "",
    }
    return {subject: why for subject, why in found.items() if why}


def _pointers(repo: Checkout) -> int:
    """How many files are only notes of what stands in large-file storage."""
    small = (one.oid for one in repo.files if one.is_plain and one.size < _POINTER_SIZE)
    return sum(is_pointer(one.data) for one in repo.git.objects(small, _POINTER_SIZE))
