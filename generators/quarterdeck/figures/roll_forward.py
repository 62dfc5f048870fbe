"""What customers' money did: brought forward, received, earned, paid back and kept, against the books (F-R2)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

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
_ZERO = Decimal(0)


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
    scope: Scope, journal: Journal, code: str, label: str, account: str, span: Period
) -> Figure:
    """What was owed before a span of days, with the balances that entries of the span itself bring forward."""
    before = balance(scope, journal, code, label, [account], day=span.start - timedelta(days=1), sign=-1)
    later = _within(journal, account, span, "opening")
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
    elif own:
        yield from _by_other_side(entry, own)


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
