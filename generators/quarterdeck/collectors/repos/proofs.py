"""What proves a technology, and which of several proofs is told."""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

BY_MANIFEST, BY_PATH, BY_TEMPLATE, BY_PAGE, BY_CODE = range(5)
"""How good a proof is, the best first: what a manifest names says most, and its version with it."""


class Proof(msgspec.Struct, frozen=True):
    """One place that proves a technology."""

    rank: int
    is_development: bool
    path: str
    line: int = 0
    version: str | None = ""
    """As a manifest has it; None where it allows any, empty where the proof says nothing of it."""

    @property
    def order(self) -> tuple[int, bool, str, int]:
        """What the best is told by."""
        return self.rank, self.is_development, self.path, self.line


Sighting: TypeAlias = tuple[str, Proof]
"""The name of a technology, and what proves it."""


def keep(best: dict[str, Proof], found: Iterable[Sighting]) -> None:
    """Keep what is better than the best so far."""
    for name, proof in found:
        if name not in best or proof.order < best[name].order:
            best[name] = proof
