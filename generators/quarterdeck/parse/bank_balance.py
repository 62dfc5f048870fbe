"""What the running balance of a statement proves: the order of its lines, and which amounts went out."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.model.statement import StatementLine

_PAYMENT = re.compile(r"\b(?:payment|autopay|auto pay|thank you|zahlung)\b", re.IGNORECASE)
_BREAKS_TOLD = 5


class Break(msgspec.Struct, frozen=True):
    """A line whose balance does not follow from the one before it."""

    line: int
    expected: Decimal
    found: Decimal


class Chain(msgspec.Struct, frozen=True):
    """Lines oldest first, with the signs that they have in the books."""

    lines: tuple[StatementLine, ...]
    """Balance lines without an amount are gone."""
    closing: Decimal | None
    is_reversed: bool
    breaks: tuple[Break, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A line as the file has it."""

    line: StatementLine
    is_balance: bool = False
    """It tells a balance and moves nothing."""


def chain(rows: Sequence[Row], *, is_card: bool, reversed_in_profile: bool | None) -> Chain:
    """Put rows in order and give them their signs.

    The running balance decides both where there is one. Without it the dates give the order, and the profile
    the sign; on a card that has no profile a payment is money in, and most lines are purchases.
    """
    (oldest_first, fits), breaks = _best_reading(rows)
    ordered = list(rows if oldest_first else reversed(rows))
    has_proof = sum(row.line.balance is not None for row in rows) > 1
    if is_card or not has_proof:
        guess = is_card and reversed_in_profile is None and _purchases_are_positive(rows)
        flipped = guess if reversed_in_profile is None else reversed_in_profile
    else:
        flipped = fits < 0
    sign = -1 if flipped else 1
    balance_sign = sign * fits if has_proof else 1
    if is_card and not has_proof:
        balance_sign = sign
    lines = [_signed(row, sign, balance_sign) for row in ordered]
    closing = _closing(lines)
    kept = sorted((row.line for row in lines if not row.is_balance), key=lambda one: one.date)
    return Chain(tuple(kept), closing, flipped, tuple(breaks))


def _best_reading(rows: Sequence[Row]) -> tuple[tuple[bool, int], list[Break]]:
    """Order and sign under which the fewest balances break, the likelier ones first."""
    newest_first = bool(rows) and rows[0].line.date > rows[-1].line.date
    orders = (not newest_first, newest_first)
    tried: list[tuple[int, int, tuple[bool, int], list[Break]]] = []
    for oldest_first in orders:
        for sign in (1, -1):
            broken = list(_breaks(rows if oldest_first else rows[::-1], sign))
            if not broken:
                return (oldest_first, sign), []
            tried.append((len(broken), len(tried), (oldest_first, sign), broken))
    _, _, reading, broken = min(tried)
    return reading, broken[:_BREAKS_TOLD]


def _breaks(rows: Sequence[Row], sign: int) -> Iterator[Break]:
    running: Decimal | None = None
    for row in rows:
        balance = row.line.balance
        if running is not None:
            running += sign * row.line.amount
        if balance is None:
            continue
        if running is not None and running != balance:
            yield Break(row.line.line, running, balance)
        running = balance


def _purchases_are_positive(rows: Sequence[Row]) -> bool:
    moved = [row.line for row in rows if row.line.amount]
    payments = [one for one in moved if _PAYMENT.search(f"{one.payee} {one.memo}")]
    if payments:
        return sum(one.amount < 0 for one in payments) * 2 > len(payments)
    return sum(one.amount > 0 for one in moved) * 2 > len(moved)


def _signed(row: Row, sign: int, balance_sign: int) -> Row:
    balance = None if row.line.balance is None else _times(row.line.balance, balance_sign)
    return Row(
        msgspec.structs.replace(row.line, amount=_times(row.line.amount, sign), balance=balance),
        row.is_balance,
    )


def _times(amount: Decimal, sign: int) -> Decimal:
    return -amount if sign < 0 and amount else amount


def _closing(rows: Sequence[Row]) -> Decimal | None:
    running: Decimal | None = None
    for row in rows:
        if running is not None:
            running += row.line.amount
        running = row.line.balance if row.line.balance is not None else running
    return running
