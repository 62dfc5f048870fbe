"""Reads from templates of SAM and Serverless which functions are called only after an authorizer."""

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from quarterdeck.collectors.repos.checkout import Checkout

_FILES = r"(?:^|/)(?:template|sam|serverless)[\w.-]{0,60}\.ya?ml$"
_SAM = "AWS::Serverless::Function"
_HANDLER = re.compile(r"(?m)^[ \t]*[Hh]andler:[ \t]*['\"]?([\w./-]{1,200})")
_FOLDER = re.compile(r"(?m)^[ \t]*CodeUri:[ \t]*['\"]?([\w./-]{1,200})")
_EVENT = re.compile(r"Type:[ \t]*(?:HttpApi|Api)\b|(?m:^[ \t]*-[ \t]*http(?:Api)?:)")
_ASKED = re.compile(r"(?m)^[ \t]*(?:-[ \t]*)?[Aa]uthorizer:(?![ \t]*['\"]?NONE\b)")
_OPEN = re.compile(r"(?m)^[ \t]*Authorizer:[ \t]*['\"]?NONE\b")
_BY_DEFAULT = re.compile(r"(?m)^[ \t]*DefaultAuthorizer:(?![ \t]*['\"]?NONE\b)")


def asked_before(repo: Checkout) -> frozenset[str]:
    """The functions behind an authorizer at every one of their routes, as file without its ending and name."""
    found: set[str] = set()
    for file, text in repo.texts(repo.matching(_FILES)):
        folder = posixpath.dirname(file.path)
        for part in _parts(text):
            handler = _HANDLER.search(part)
            if handler is not None and _is_asked(part, is_default=bool(_BY_DEFAULT.search(text))):
                inner = _FOLDER.search(part)
                found.add(posixpath.normpath(posixpath.join(folder, inner[1] if inner else "", handler[1])))
    return frozenset(found)


def _parts(text: str) -> Iterator[str]:
    """The parts of a template, one for each function."""
    if _SAM in text:
        yield from text.split(_SAM)[1:]
        return
    starts = [one.start() for one in _HANDLER.finditer(text)]
    yield from (text[start:stop] for start, stop in pairwise([*starts, len(text)]))


def _is_asked(part: str, *, is_default: bool) -> bool:
    events = len(_EVENT.findall(part))
    if not events or _OPEN.search(part):
        return False
    return is_default or len(_ASKED.findall(part)) >= events
