"""What handoffs claim of things that audits can see, and where the two differ.

Every pair of a claim and what was seen is one `Claim` of `CLAIMS`. What was refused, or was never asked, contradicts
nothing; neither does a sentence that is not understood word for word.
"""

from collections.abc import Collection, Iterable, Iterator

from quarterdeck.figures.claims import code, dates, mail, money, named, sites, stores, tasks
from quarterdeck.figures.claims.claim import Ask, Claim
from quarterdeck.figures.scope import Scope
from quarterdeck.model.contradiction import Contradiction
from quarterdeck.model.finding import Finding

CLAIMS: tuple[Claim, ...] = (
    *mail.CLAIMS,
    *sites.CLAIMS,
    *stores.CLAIMS,
    *named.CLAIMS,
    *dates.CLAIMS,
    *money.CLAIMS,
    *tasks.CLAIMS,
    *code.CLAIMS,
)


def disputed(
    scope: Scope, found: Iterable[Finding] = (), claims: Collection[Claim] = CLAIMS
) -> Iterator[Contradiction]:
    """What a business claims and an audit saw differently; of one fact, the first claim alone."""
    if not scope.facts.evidence.facts:
        return
    ask = Ask(scope, tuple(found))
    seen: set[str] = set()
    for claim in claims:
        for dispute in claim.find(ask):
            made = claim.contradiction(scope, dispute)
            if made.key not in seen:
                seen.add(made.key)
                yield made
