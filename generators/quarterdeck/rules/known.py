"""What a rule may ask: the facts, figures and KPIs of one run, and for late rules what the others found."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from quarterdeck.figures.book_notes import book_notes
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.action import People, person_name
from quarterdeck.model.bookkeeping import AccountUse, BookLine, BookNote, ExpenseGroup, VendorPaid
from quarterdeck.model.briefing import Accepted, by_entity
from quarterdeck.model.check import CheckResult
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, State
from quarterdeck.model.finding import Finding, KpiState
from quarterdeck.model.values import Money, Ratio

N = TypeVar("N", AccountUse, BookLine, ExpenseGroup, VendorPaid)

_NEVER: Mapping[str, date] = {}


class Known:
    """Everything one run knows, at one `as_of`; asks the clock, the disk and the network nothing."""

    def __init__(
        self,
        facts: Facts,
        figures: Iterable[Figure] = (),
        kpis: Iterable[KpiState] = (),
        *,
        currency: str = "USD",
        people: People | None = None,
        first_seen: Mapping[str, date] = _NEVER,
        results: Iterable[CheckResult] = (),
    ) -> None:
        """Keep what is known; without `people` nobody's hours are, and without `first_seen` no task's age.

        The portfolio's `currency` is that of a business that names none. `results` are those of every check.
        """
        self.facts = facts
        self.currency = currency
        self.kpis = tuple(kpis)
        self.people = people
        self.first_seen = first_seen
        self.results = tuple(results)
        self.found: tuple[Finding, ...] = ()
        self.lapsed: tuple[Accepted, ...] = ()
        self._figures: Mapping[tuple[str, str], Figure] = {(one.entity, one.id): one for one in figures}

    @property
    def as_of(self) -> date:
        """The date of the run."""
        return self.facts.as_of

    def person(self, person: str) -> str:
        """The name of a person by id, else the id in title case."""
        return person_name(person, self.people.names if self.people else {})

    def having(self, found: Iterable[Finding], lapsed: Iterable[Accepted] = ()) -> "Known":
        """The same with findings, for late rules, and with what was accepted until a day that has passed."""
        known = copy(self)
        known.found = tuple(found)
        known.lapsed = tuple(lapsed)
        return known

    def scope(self, entity: Entity) -> Scope:
        """The rows of one business, as its figures take them."""
        return scope_of(self.facts, entity, self.currency)

    def noted(self, kind: type[N], entity: str) -> tuple[N, ...]:
        """One of the lists that the books of a business give, in its order; empty without books."""
        return tuple(one for one in self._notes.get(entity, ()) if isinstance(one, kind))

    @cached_property
    def _notes(self) -> Mapping[str, list[BookNote]]:
        return by_entity(book_notes(self.facts, self.currency))

    def figure(self, figure: str, entity: str) -> Figure | None:
        """One figure by id; the empty entity is the portfolio; None where no such figure is made."""
        return self._figures.get((entity, figure))

    def figures_of(self, prefix: str, entity: str) -> tuple[Figure, ...]:
        """Figures with a subject, such as all of `contribution`, in order of id."""
        return self._by_prefix.get((entity, prefix), ())

    @cached_property
    def _by_prefix(self) -> dict[tuple[str, str], tuple[Figure, ...]]:
        groups: dict[tuple[str, str], list[Figure]] = {}
        for (entity, name), figure in sorted(self._figures.items()):
            prefix, colon, _ = name.partition(":")
            if colon:
                groups.setdefault((entity, prefix), []).append(figure)
        return {key: tuple(group) for key, group in groups.items()}

    def number(self, figure: str, entity: str) -> Decimal | None:
        """The value of a figure as a plain number, money in its currency; None where it is not known or a state."""
        one = self.figure(figure, entity)
        return None if one is None else number_of(one)

    def money(self, figure: str, entity: str) -> Money | None:
        """The value of a figure that is money; None where it is not known or none."""
        one = self.figure(figure, entity)
        return one.value if one is not None and isinstance(one.value, Money) else None

    def state(self, figure: str, entity: str) -> State | None:
        """The state that a figure is in instead of a value: `cash_generating`, `not_known`; None for a value."""
        one = self.figure(figure, entity)
        return one.value.state if one and isinstance(one.value, Missing) else None


def number_of(figure: Figure) -> Decimal | None:
    """The value of a figure as a plain number; None for a state, a range, a day or words."""
    match figure.value:
        case Money(amount):
            return amount
        case Ratio(value=share):
            return share
        case Decimal() | int() as plain:
            return Decimal(plain)
        case _:
            return None
