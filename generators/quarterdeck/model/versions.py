"""What the store of versions holds besides pages: manifests, the lists that readers choose from, and its state."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeVar

import msgspec

SCHEMA = 1
"""Raised whenever an older publisher would misread a file of the store."""

LATEST = "latest"
"""How readers name the newest version in an address; the edge puts a version in its place."""

T = TypeVar("T")


RUN = "run.json"
"""Where a build keeps its `Run`, beside each tree."""


class Run(msgspec.Struct, frozen=True):
    """What is true of a build and not of any page."""

    as_of: date
    builder: str
    """`mkdocs` or `zensical`."""
    commit: str
    """Full hash; empty where there is no history."""
    committed_at: int
    """Unix time of that commit."""
    dirty: bool
    evidence: str
    """Hash of what audits saw and of the records of versions, as the build read them."""
    quarterdeck: str
    """Version of the program."""


class PublishedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a version."""

    path: str
    """Below its audience's tree, or below the private part: `reports/cfo/index.html`, `evidence/aws/main.json`."""
    sha256: str
    """In hexadecimal."""
    size_bytes: int
    content_type: str


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What decides which of two versions is newer: the ancestry of commits, then the day of the reports."""

    commit: str
    """Full hash."""
    committed_at: int
    """Unix time."""
    as_of: date


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything that one version consists of; whoever writes it first owns the version's name."""

    schema: int = SCHEMA
    version: str
    moment: Moment
    content: str
    """Hash of all that readers can see, but for what names the run; equal for versions that say the same."""
    builder: str
    quarterdeck: str
    """Version of the program that made the pages."""
    pages: Mapping[str, tuple[PublishedFile, ...]]
    """Audience -> the files of its tree, by path."""
    private: tuple[PublishedFile, ...] = ()
    """Briefing, evidence and record, by path; no reader can reach them."""
    records: Mapping[str, str] = {}
    """Earlier versions -> hash of the record that the store keeps of each; they were evidence, too."""
    purged: tuple[str, ...] = ()
    """Paths, as `all/reports/cfo/index.html`, of which something was taken out later."""
    is_pruned: bool = False
    """Whether somebody removes it right now, or was cut short in it: nobody goes on with such a version."""

    def everything(self) -> Iterator[tuple[str, PublishedFile]]:
        """Audience and file, sorted; the audience of the private part is empty."""
        yield from (("", one) for one in self.private)
        for audience, files in sorted(self.pages.items()):
            yield from ((audience, one) for one in files)


class Properties(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What our commands need to know of a version without its manifest."""

    moment: Moment
    pinned: bool = False
    """Whether it is kept whatever the policy says."""


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the list that readers choose from; its first three fields are the theme's."""

    version: str
    title: str
    """As a person reads it: `23 November 2026`."""
    aliases: tuple[str, ...]
    """`latest` for the one that readers are given without asking."""
    properties: Properties

    @property
    def order(self) -> tuple[date, int, str, int]:
        """Oldest first; `.10` after `.9`."""
        moment = self.properties.moment
        return (moment.as_of, moment.committed_at, self.version.partition(".")[0], again_of(self.version))


class Newest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest version that readers were ever given."""

    version: str
    moment: Moment
    content: str
    """That of its manifest."""


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Whose the store is, and which version readers are given; changed by conditional writes alone."""

    schema: int = SCHEMA
    portfolio: str
    """Name of the portfolio; a store of another one is refused (F-142)."""
    root: str = ""
    """The part of every page's key that the edge alone knows; empty where no edge stands in front. Never printed."""
    latest: str = ""
    """The version that readers are given; empty before the first."""
    newest: Newest | None = None
    """Publishing moves `latest` only to what is newer than this, so that a rollback holds."""


def again_of(version: str) -> int:
    """Which version of its day and commit it is, counted from 1: 3 for `2026-11-23-66e97d4.3`."""
    return int(version.partition(".")[2] or 1)


def encode(value: object) -> bytes:
    """The bytes of a file: sorted keys, indent 1, final newline, equal for equal values."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"


def decode(data: bytes, kind: type[T]) -> T:
    """Read one of them.

    Raises:
        msgspec.DecodeError: The bytes are not what `encode` writes.
    """
    return msgspec.json.decode(data, type=kind)
