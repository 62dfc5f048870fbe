"""What a collector is: one function that reads one kind of thing from one place, and what it may ask there."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from quarterdeck.collectors.scope import Scope, Where
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import NotCollected, Observed

Found: TypeAlias = Iterator[Observed | NotCollected]
"""What a collector yields: what it saw, and what it could not read, each where it comes."""

Collect = Callable[[Scope, Any], Found]


class Collector(msgspec.Struct, frozen=True, kw_only=True):
    """One collector of the list."""

    name: str
    """`aws-s3`: the kind of collecting, then its own name."""
    collect: Collect
    calls: Mapping[str, str]
    """Each operation that it may ask -> the permission that it takes: `s3:ListBuckets` -> `s3:ListAllMyBuckets`."""
    kinds: tuple[str, ...]
    """Kinds of record that it lists to the end when nothing refuses it."""
    is_regional: bool = True
    """Whether it asks each region anew."""
    charges: str = ""
    """What the service charges for being asked, as a sentence; empty where it is free."""
    recalls: bool = False
    """Whether it goes on from what it saw the last time."""
    is_timed: bool = False
    """Of a repository: whether what it sees changes with the day, and not with commits alone."""

    @property
    def kind(self) -> str:
        """What a person names to run it: `aws`, `ses`, `dns`, `web` or `repos`."""
        return self.name.partition("-")[0]

    @property
    def looks_at(self) -> Where:
        """What one job of it looks at."""
        return "account" if self.calls else "repository" if self.kind == "repos" else "outside"


COLLECTORS: dict[str, Collector] = {}
"""Every collector by name; filled as the modules of this folder are imported."""


def calls(service: str, *same: str, prefix: str = "", **other: str) -> dict[str, str]:
    """Operations of one service with the permissions that they take.

    Args:
        service: The service as the client library names it: `sesv2`.
        same: Operations whose permission has their own name.
        prefix: The service as permissions name it, where that differs: `ses`.
        other: Operations with the whole name of their permission: `ListBuckets="s3:ListAllMyBuckets"`.
    """
    named = {f"{service}:{one}": f"{prefix or service}:{one}" for one in same}
    return named | {f"{service}:{one}": permission for one, permission in other.items()}


def collector(
    name: str,
    *,
    calls: Mapping[str, str],
    kinds: tuple[type[Observed], ...],
    is_regional: bool = True,
    charges: str = "",
    recalls: bool = False,
    is_timed: bool = False,
) -> Callable[[Collect], Collect]:
    """Register a function as a collector.

    Raises:
        ValueError: The name is taken.
    """

    def register(collect: Collect) -> Collect:
        if name in COLLECTORS:
            raise ValueError(name)
        COLLECTORS[name] = Collector(
            name=name,
            collect=collect,
            calls=calls,
            kinds=tuple(kind_of(kind) for kind in kinds),
            is_regional=is_regional,
            charges=charges,
            recalls=recalls,
            is_timed=is_timed,
        )
        return collect

    return register
