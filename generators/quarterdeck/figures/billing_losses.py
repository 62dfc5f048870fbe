"""What of the work never reached a bill, month by month, and its share of twelve months."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import Match, live_invoices, matches
from quarterdeck.figures.derived import derived
from quarterdeck.figures.months import holds, last_full_month, months_to
from quarterdeck.figures.scope import Scope
from quarterdeck.formulas.billing import leakage
from quarterdeck.model.figure import Figure
from quarterdeck.model.values import Blank, Money, Period

MONTHS = 12
_ZERO = Decimal(0)


class Loss(msgspec.Struct, frozen=True):
    """What leaked away in one month or in twelve."""

    expected: Decimal = _ZERO
    unbilled: Decimal = _ZERO
    under: Decimal = _ZERO
    written_off: Decimal = _ZERO
    """Without a note that says why."""

    @property
    def lost(self) -> Decimal:
        """All of it together."""
        return self.unbilled + self.under + self.written_off

    @property
    def share(self) -> Decimal | None:
        """Lost over expected (F-L8); None without anything expected."""
        share = leakage(self.expected, self.unbilled, self.under, self.written_off)
        return share if isinstance(share, Decimal) else None

    def __add__(self, other: "Loss") -> "Loss":
        """Add up month by month."""
        return Loss(
            self.expected + other.expected,
            self.unbilled + other.unbilled,
            self.under + other.under,
            self.written_off + other.written_off,
        )


def losses(scope: Scope, found: Sequence[Match]) -> dict[Period, Loss]:
    """What was lost by the month in which the work ended: twelve full months and this one, in order.

    A delivery whose bill cannot be worked out, or is in another currency than the scope's, is left out.
    """
    done = [
        one for one in found if one.delivery.status == "completed" and scope.amount(one.expected) is not None
    ]
    silent = _given_up(scope)
    return {
        month: sum((_loss(scope, one, silent) for one in done if _ended(one, month)), Loss())
        for month in _months(scope.as_of)
    }


def figures(scope: Scope) -> Iterator[Figure]:
    """The share that was lost (F-L8), with the four sums it is made of."""
    found = matches(scope)
    whole = sum(losses(scope, found).values(), Loss())
    rows = [one.delivery for one in found if any(_ended(one, month) for month in _months(scope.as_of))]
    parts = {
        name: scope.figure(
            f"leakage_{name}", label, Money(amount, scope.currency), "money", kind="computed", rows=rows
        )
        for name, label, amount in (
            ("expected", "Work of twelve months and this one, as it should be billed", whole.expected),
            ("unbilled", "Of it never billed", whole.unbilled),
            ("under", "Of it billed too little", whole.under),
            ("writeoff", "Of it written off, no note", whole.written_off),
        )
    }
    yield from parts.values()
    yield derived(
        scope, "F-L8", "leakage", "Lost on the way to a bill",
        expected=parts["expected"], unbilled=parts["unbilled"],
        under=parts["under"], writeoff=parts["writeoff"],
    )  # fmt: skip


def _months(as_of: date) -> tuple[Period, ...]:
    this_one = Period(date(as_of.year, as_of.month, 1), as_of, f"{as_of:%Y-%m}")
    full = months_to(last_full_month(as_of), MONTHS)
    return full if this_one.name == full[-1].name else (*full, this_one)


def _ended(match: Match, month: Period) -> bool:
    return isinstance(match.delivery.end, date) and holds(month, match.delivery.end)


def _given_up(scope: Scope) -> dict[str, Decimal]:
    """What was written off without a note that says why, by invoice."""
    return {
        one.id: scope.amount(one.write_off) or _ZERO
        for one in live_invoices(scope)
        if isinstance(one.id, str) and isinstance(one.note, Blank)
    }


def _loss(scope: Scope, match: Match, silent: Mapping[str, Decimal]) -> Loss:
    expected = scope.amount(match.expected) or _ZERO
    unbilled = expected if match.verdict == "unbilled" else _ZERO
    difference = scope.amount(match.difference) or _ZERO
    off = sum((silent.get(one, _ZERO) for one in match.invoices), _ZERO)
    return Loss(expected, unbilled, _ZERO if unbilled else max(_ZERO, difference), off)
