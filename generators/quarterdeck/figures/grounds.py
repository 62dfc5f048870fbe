"""What the figures of one business rest on, so that they can be known again: by the same bytes come the same figures.

That is its own handoff and those of all businesses that it is part of or has as parts, and what the portfolio has
in common: day, assumptions, books, audits, earlier versions, who there is, and what is settled.
"""

import hashlib
from functools import cached_property

import msgspec

from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts


class Grounds:
    """What figures rest on, for all businesses of one run."""

    def __init__(self, facts: Facts, currency: str) -> None:
        """Nothing is written before something is asked for."""
        self._facts = facts
        self._currency = currency

    def of(self, what: str, entity: Entity) -> tuple[bytes, ...]:
        """Bytes that differ wherever what figures of a business rest on does; `what` tells which figures."""
        own = (self._of_one(name) for name in sorted(self._family(entity)))
        return (what.encode(), entity.entity.encode(), self._common, *own)

    @cached_property
    def _common(self) -> bytes:
        facts = self._facts
        parts = (
            facts.as_of,
            self._currency,
            facts.assumed,
            facts.ledger,
            facts.evidence,
            facts.earlier,
            sorted(facts.settled),
            [(one.entity, one.component, one.parent, one.is_sample) for one in facts.entities],
        )
        return hashlib.blake2b(_bytes(parts), digest_size=16).digest()

    def _of_one(self, entity: str) -> bytes:
        handoff = self._facts.handoff(entity)
        return _bytes((handoff, [type(row).__name__ for row in handoff.rows]))

    def _family(self, entity: Entity) -> set[str]:
        """All that a business is part of or has as parts, over any number of steps, with itself."""
        found: set[str] = set()
        ahead = [entity.entity]
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead += self._facts.family(self._facts.handoff(name).entity)
        return found


def _bytes(thing: object) -> bytes:
    return msgspec.json.encode(thing, order="deterministic")
