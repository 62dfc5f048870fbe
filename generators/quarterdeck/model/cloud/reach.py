"""Who a policy lets in."""

from typing import Literal, TypeAlias

import msgspec

from quarterdeck.model.observed import NotCollected

Kind = Literal[
    "nobody",
    "same-account",
    "known-account",
    "service",
    "foreign-account",
    "restricted",
    "unknown",
    "any-aws-user",
    "public",
]
"""From the mildest to the worst."""


class Reach(msgspec.Struct, frozen=True, tag="reach", omit_defaults=True):
    """The widest circle that a policy lets in; no account number of a stranger is ever in it."""

    kind: Kind
    reason: str = ""
    """Why, as a clause: `anyone may call lambda:InvokeFunction`."""
    is_unscoped: bool = False
    """Whether a service of the provider may act for any customer of it, not only for this account."""
    is_by_url: bool = False
    """Whether anyone gets in, but only by the address of a function."""
    strangers: tuple[str, ...] = ()
    """Every account that nobody named and that gets in, whatever else is let in: `account ending 4821`."""

    @property
    def is_open(self) -> bool:
        """Whether anyone, or anyone with an account of the provider, gets in."""
        return self.kind in {"public", "any-aws-user"}


Reached: TypeAlias = Reach | NotCollected
"""Who gets in, or why that could not be read."""
