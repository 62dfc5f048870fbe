"""A resource that is a sample or test weighs a step less."""

from collections.abc import Iterable, Iterator

import msgspec

from quarterdeck.model.facts import Facts
from quarterdeck.rules.registry import Hit


def milder_for_spares(hits: Iterable[Hit], facts: Facts) -> Iterator[Hit]:
    """A step less for what `portfolio.yml` calls a sample or test, said in the sentence; hits carry a severity."""
    spare = facts.evidence.declared.spare
    for hit in hits:
        name = hit.subject.rpartition(" (")[0] or hit.subject
        if not spare.isdisjoint({name, hit.subject}) and hit.severity:
            words = f"{hit.message} It is no production resource, by portfolio.yml."
            yield msgspec.structs.replace(hit, severity=hit.severity.lowered, message=words)
        else:
            yield hit
