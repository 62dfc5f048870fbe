"""What customers' money did, and what is owed: brought forward, grown, settled, against the books (F-R2, F-A1)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.cash import added
from quarterdeck.figures.derived import derived
from quarterdeck.figures.exchange import Exchange
from quarterdeck.figures.ledger import balance, posted
from quarterdeck.figures.months import month_name
from quarterdeck.figures.scope import Scope
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal, is_money, is_opening
from quarterdeck.model.ledger import Entry, Lines, Part, Posting, parts_of
from quarterdeck.model.values import Money, Period

MOVEMENTS: Mapping[Part, str] = {
    "received": "Received",
    "recognised": "Earned",
    "refunded": "Paid back",
    "forfeited": "Kept, the right to it ended",
    "others": "Moved in another way",
}
"""What can become of customers' money, in the order of a roll-forward."""
HELD: Mapping[str, tuple[str, str]] = {
    "deposits": ("CustomerDeposits", "Customers' deposits"),
    "gift_cards": ("GiftCards", "Gift cards"),
}
"""Prefix of the figures -> group of accounts and what it is called."""


class Owed(msgspec.Struct, frozen=True):
    """Accounts of what is owed, to us or by us, and how it grows and shrinks."""

    root: str
    group: str
    title: str
    grown: str
    settled: str
    credited: str

    @property
    def sign(self) -> int:
        """-1 where the books write it as a liability."""
        return 1 if self.root == "Assets" else -1


OWED: Mapping[str, Owed] = {
    "receivables": Owed("Assets", "Receivable", "Owed by customers", "billed", "collected", "let go"),
    "loans": Owed("Liabilities", "Loan", "Owed to lenders", "borrowed", "paid off", "let go"),
}
"""Prefix of the figures -> whose roll-forward they are."""
_ZERO = Decimal(0)


def owed_forward(scope: Scope, journal: Journal, prefix: str, span: Period, suffix: str) -> Iterator[Figure]:
    """What is owed before some days, what came and went of it, and what the books hold after them.

    Collected and paid off is what money settles; let go is what income or costs settle, such as a bill that was void.
    What is given back to a customer or put on top as interest is neither, and so the difference.
    """
    one = OWED[prefix]
    account = journal.name(one.root, one.group)
    if not journal.below([account]):
        return
    words = "this year" if suffix else month_name(span)
    opening = brought_forward(
        scope, journal, f"{prefix}_opening{suffix}", f"{one.title} before {words}", account, span, one.sign
    )
    kinds: tuple[tuple[Part, str], ...] = (
        ("grown", one.grown),
        ("settled", one.settled),
        ("credited", one.credited),
    )
    grown, settled, credited = (
        moved_parts(
            scope,
            journal,
            f"{prefix}_{name.replace(' ', '_')}{suffix}",
            f"{one.title}: {name}",
            _within(journal, account, span, kind),
        )
        for kind, name in kinds
    )
    closing = added(
        scope,
        f"{prefix}_closing{suffix}",
        f"{one.title} after {words}",
        [opening, grown],
        [settled, credited],
    )
    label = f"{one.title} in the books at the end of {words}"
    held = balance(scope, journal, f"{prefix}_ledger{suffix}", label, [account], day=span.end, sign=one.sign)
    yield from (opening, grown, settled, credited, closing, held)
    label = f"{one.title}: books less roll-forward"
    yield difference(scope, f"{prefix}_difference{suffix}", label, held, closing)


def roll_forward(scope: Scope, journal: Journal, prefix: str, span: Period, suffix: str) -> Iterator[Figure]:
    """What came in, was earned, paid back and kept of customers' money, against the balance of the books (F-R2)."""
    group, title = HELD[prefix]
    account = journal.name("Liabilities", group)
    if not journal.below([account]):
        return
    words = "this year" if suffix else month_name(span)
    opening = brought_forward(
        scope, journal, f"{prefix}_opening{suffix}", f"{title} before {words}", account, span
    )
    moves = {
        kind: moved_parts(
            scope,
            journal,
            f"{prefix}_{kind}{suffix}",
            f"{title}: {name.lower()}",
            _within(journal, account, span, kind),
        )
        for kind, name in MOVEMENTS.items()
    }
    closing = derived(
        scope,
        "F-R2",
        f"{prefix}_closing{suffix}",
        f"{title} after {words}",
        opening=opening,
        received=moves["received"],
        recognised=moves["recognised"],
        refunded=moves["refunded"],
        forfeited=moves["forfeited"],
    )
    label = f"{title} in the books at the end of {words}"
    held = balance(scope, journal, f"{prefix}_ledger{suffix}", label, [account], day=span.end, sign=-1)
    yield from (opening, *moves.values(), closing, held)
    yield difference(
        scope, f"{prefix}_difference{suffix}", f"{title}: books less roll-forward", held, closing
    )


def brought_forward(
    scope: Scope, journal: Journal, code: str, label: str, account: str, span: Period, sign: int = -1
) -> Figure:
    """What was owed before a span of days, with the balances that entries of the span itself bring forward."""
    before = balance(scope, journal, code, label, [account], day=span.start - timedelta(days=1), sign=sign)
    later = msgspec.structs.replace(_within(journal, account, span, "opening"), sign=-sign)
    found = list(amounts_of(later, journal, scope.exchange, scope.currency))
    if not found or not isinstance(before.value, Money):
        return before
    amount = before.value.amount + sum((one for _, one in found), _ZERO)
    return posted(scope, code, label, amount, [*before.lines, later], [entry for entry, _ in found])


def _within(journal: Journal, account: str, span: Period, part: Part) -> Lines:
    return Lines(journal.component, (account,), span.start, span.end, part=part)


def moved_parts(scope: Scope, journal: Journal, code: str, label: str, *lines: Lines) -> Figure:
    """What some parts of some accounts add up to, with the way back to their entries."""
    found = [pair for one in lines for pair in amounts_of(one, journal, scope.exchange, scope.currency)]
    total = sum((amount for _, amount in found), _ZERO)
    return posted(scope, code, label, total, lines, [entry for entry, _ in found])


def difference(scope: Scope, code: str, label: str, books: Figure, other: Figure) -> Figure:
    """How far the books are from what something else says of the same (F-A1)."""
    return derived(
        scope,
        "F-A1",
        code,
        label,
        part="gap",
        ledger_balance=books,
        statement_balance=other,
        statement_date=scope.as_of,
        as_of=scope.as_of,
    )


def amounts_of(
    lines: Lines, journal: Journal, exchange: Exchange, currency: str
) -> Iterator[tuple[Entry, Decimal]]:
    """Every entry that has the part of its accounts that a query asks for, in order, with how much.

    What is owed more counts as more; debit and credit count without their sign. Money of another currency counts
    at the price of its entry's day; without one it is left out.
    """
    names = set(journal.below(lines.accounts))
    last = None
    for entry, _ in journal.lines(lines):
        if entry is last:
            continue
        last = entry
        for part, amount in _parts(exchange.entry(entry, currency), names, currency, lines.part):
            if part == lines.part:
                yield entry, lines.sign * amount


def _parts(entry: Entry, names: set[str], currency: str, wanted: Part) -> Iterator[tuple[Part, Decimal]]:
    """Each part that an entry has of some accounts: brought forward, its two sides, or what they are for."""
    mine = [one for one in entry.postings if one.account in names and one.balance.currency == currency]
    own = -_sum(mine)
    if is_opening(entry):
        yield "opening", own
        return
    if wanted in {"debit", "credit"}:
        for one in mine:
            yield "debit" if one.balance.amount > 0 else "credit", abs(one.balance.amount)
    elif wanted in {"grown", "settled", "credited"}:
        yield from _of_debt(entry, own, is_asset=any(one.account.startswith("Assets:") for one in mine))
    elif own:
        yield from _by_other_side(entry, own)


def _of_debt(entry: Entry, own: Decimal, *, is_asset: bool) -> Iterator[tuple[Part, Decimal]]:
    """How a debt moved: it grew by a bill or a loan, was settled by money, or let go; nothing of all else."""
    change = -own if is_asset else own
    money = _sum(one for one in entry.postings if is_money(one.account))
    is_cost = any(one.account.startswith("Expenses:") for one in entry.postings)
    is_new = money >= 0 if is_asset else money > 0 or not is_cost
    if change > 0 and is_new:
        yield "grown", change
    elif change < 0 and (money > 0 if is_asset else money < 0):
        yield "settled", -change
    elif change < 0 and (is_cost or any(map(_is_income, entry.postings))):
        yield "credited", -change


def _by_other_side(entry: Entry, own: Decimal) -> Iterator[tuple[Part, Decimal]]:
    """More owed: received where money came in. Less owed: kept, paid back or earned, as the other side says."""
    money = _sum(one for one in entry.postings if is_money(one.account))
    income = -_sum(one for one in entry.postings if _is_income(one) and not _is_forfeited(one))
    if own > 0:
        if money > 0:
            yield "received", own
        elif income < 0:
            yield "recognised", -own
        else:
            yield "others", own
        return
    rest = -own
    kept = -_sum(one for one in entry.postings if _is_forfeited(one))
    sides: tuple[tuple[Part, Decimal], ...] = (
        ("forfeited", kept),
        ("refunded", -money),
        ("recognised", income),
    )
    for kind, most in sides:
        amount = min(rest, max(most, _ZERO))
        if amount:
            yield kind, amount
            rest -= amount
    if rest:
        yield "others", -rest


def _is_income(posting: Posting) -> bool:
    return posting.account.startswith("Income:")


def _is_forfeited(posting: Posting) -> bool:
    return _is_income(posting) and parts_of(posting.account)[2] == "Forfeited"


def _sum(postings: Iterable[Posting]) -> Decimal:
    """What some postings count in the balance of their entry."""
    return sum((one.balance.amount for one in postings), _ZERO)
