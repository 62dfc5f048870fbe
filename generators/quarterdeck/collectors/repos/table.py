"""The technologies that are known, with what proves each, from one file of this folder."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from quarterdeck.model.stack import Area


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in one file."""

    word: str
    """What it has as it stands, so that most files are told apart before any pattern is tried."""
    says: tuple[str, ...] = ()
    """Patterns that all match; the word alone without any."""
    at: tuple[str, ...] = ()
    """Paths, as in `file`; any code without them."""
    beside: str = ""
    """A folder that the repository has as well."""

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What all must match."""
        return tuple(map(re.compile, self.says or (re.escape(self.word),)))


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One technology, and what proves it; the head of the file tells what each key means."""

    name: str
    area: Area
    py: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    js: tuple[str, ...] = ()
    php: tuple[str, ...] = ()
    rb: tuple[str, ...] = ()
    go: tuple[str, ...] = ()
    ext: tuple[str, ...] = ()
    share: int = 0
    file: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    cfn: tuple[str, ...] = ()
    tf: tuple[str, ...] = ()
    cdk: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    select: tuple[tuple[str, ...], ...] = ()
    inline: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    code: tuple[Code, ...] = ()
    branch: tuple[str, ...] = ()
    by: Literal["", "zelle", "counter"] = ""
    unless: tuple[str, ...] = ()

    @property
    def imports(self) -> tuple[str, ...]:
        """Names under which Python imports it; `*` stands for any rest."""
        return (*(one.replace("-", "_").replace(".", "_") for one in self.py), *self.modules)


@cache
def technologies() -> Mapping[str, Known]:
    """Every technology by name, in the order of the file."""
    text = resources.files("quarterdeck.collectors.repos").joinpath("technologies.yml").read_text("utf-8")
    rows = msgspec.yaml.decode(text, type=tuple[Known, ...])
    return {one.name: one for one in rows}


@cache
def pattern_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """What matches the whole of a path that one of some globs names, from any folder on; `/x` begins at the root."""
    parts = (f"{'' if one.startswith('/') else '(?:.*/)?'}{_glob(one.lstrip('/'))}" for one in globs)
    return re.compile(rf"(?:{'|'.join(parts)})\Z")


def _glob(one: str) -> str:
    """`*` is any part of a name; at the end of a folder, all beneath it."""
    folder = one.endswith("/*")
    body = re.escape(one.removesuffix("/*")).replace(r"\*", "[^/]*")
    return f"{body}/.*" if folder else body


def name_pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """What matches the whole of a name that one of some globs names; `@x/*` is any package of `@x`."""
    parts = (re.escape(one).replace(r"\*", ".*") for one in globs)
    return re.compile(rf"(?:{'|'.join(parts)})\Z")
