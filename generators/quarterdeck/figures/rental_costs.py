"""What a rented house costs by its books, without capital work and what is the owner's own."""

from collections.abc import Iterator, Sequence

from quarterdeck.figures.cash import added
from quarterdeck.figures.ledger import moved
from quarterdeck.figures.scope import Scope
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal
from quarterdeck.model.values import Money, Period

_NO_RUNNING_COST = frozenset({"interest", "mortgage", "taxes", "incometax", "depreciation", "amortization"})
_NEITHER = ("capex", "owner")
"""Tags of entries that are no cost of a year, whatever account they stand on."""


def words_of(account: str) -> tuple[str, ...]:
    """The parts of an account's name that say what it is for, in small letters."""
    return tuple(account.casefold().split(":")[2:])


def running(scope: Scope, journal: Journal, span: Period, code: str, label: str) -> Iterator[Figure]:
    """What running the house cost, last; before it what that is made of."""
    accounts = tuple(
        one
        for one in journal.below((journal.name("Expenses"),))
        if not _NO_RUNNING_COST.intersection(words_of(one))
    )
    yield from cost_of(scope, journal, accounts, span, code, label)


def cost_of(
    scope: Scope, journal: Journal, accounts: Sequence[str], span: Period, code: str, label: str
) -> Iterator[Figure]:
    """What some accounts cost, last; before it all of it and what is taken off, where something is."""
    head, colon, subject = code.partition(":")
    off = [
        moved(scope, journal, f"{head}_{tag}{colon}{subject}", f"Of {label}: {tag}", accounts, span, tag=tag)
        for tag in _NEITHER
    ]
    off = [one for one in off if isinstance(one.value, Money) and one.value.amount]
    if not off:
        yield moved(scope, journal, code, label, accounts, span)
        return
    whole = moved(scope, journal, f"{head}_booked{colon}{subject}", f"{label}, as booked", accounts, span)
    yield from (whole, *off, added(scope, code, label, [whole], off))
