"""Figures that the books say: sums of postings, each with the way back to its entries."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.scope import MOST_SOURCES, Scope, with_prices
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Period


def posted(
    scope: Scope,
    code: str,
    label: str,
    amount: Decimal,
    lines: Sequence[Lines],
    entries: Sequence[Entry],
    *,
    sources: tuple[Source, ...] = (),
    note: str = "",
) -> Figure:
    """Make a figure of what the books say.

    Args:
        scope: Whose figure it is, with its currency.
        code: Its id.
        label: As printed in front of it.
        amount: The sum, in the sign in which it is printed.
        lines: What it adds up, so that it can be followed.
        entries: Those that it adds up, in order; few of them are its sources one by one.
        sources: Where it stands, if not in the entries.
        note: What to say beside it.
    """
    return Figure(
        id=code,
        entity=scope.entity,
        label=label,
        value=Money(to_cents(amount), scope.currency),
        unit="money",
        kind="actual",
        sources=sources or entry_sources(entries),
        as_of=entries[-1].date if entries else None,
        lines=tuple(lines),
        note=note,
    )


def entry_sources(entries: Iterable[Entry]) -> tuple[Source, ...]:
    """The places of a few entries; of many, the first of each file with how many follow."""
    used = list(entries)
    if len(used) <= MOST_SOURCES:
        return tuple(dict.fromkeys(one.source for one in used))
    by_file: dict[str, list[Entry]] = {}
    for one in used:
        by_file.setdefault(one.path, []).append(one)
    return tuple(
        Source(path, ones[0].line, "ledger", f"{len(ones)} entries from here", ones[-1].date)
        for path, ones in by_file.items()
    )[:MOST_SOURCES]


def balance(
    scope: Scope,
    journal: Journal,
    code: str,
    label: str,
    accounts: Sequence[str],
    *,
    day: date | None = None,
    sign: int = 1,
) -> Figure:
    """What some accounts hold at the end of a day, other currencies at the price of that day.

    Its source is the newest balance line that the books keep on each account, else the account's last entry.
    """
    until = day or scope.as_of
    held = scope.together(
        (Money(sign * journal.balance(accounts, until, one), one), until)
        for one in journal.currencies(accounts)
    )
    lines = [Lines(journal.component, tuple(accounts), end=until, sign=sign)]
    newest = journal.last(accounts, until)
    found = [newest] if newest else []
    made = posted(
        scope,
        code,
        label,
        held.amount,
        lines,
        found[-1:],
        sources=_balance_sources(journal, accounts, until, found),
    )
    return with_prices(made, held)


def held_in(
    scope: Scope, journal: Journal, code: str, label: str, accounts: Sequence[str], currency: str
) -> Figure:
    """What some accounts hold in another currency, as it is; how it counts in the sum is said beside it."""
    money = Money(to_cents(journal.balance(accounts, scope.as_of, currency)), currency)
    kept = tuple(name for name in journal.below(accounts) if currency in journal.currencies([name]))
    newest = journal.last(kept, scope.as_of)
    made = posted(
        scope,
        code,
        label,
        money.amount,
        [Lines(journal.component, kept, end=scope.as_of)],
        [newest] if newest else [],
        note=scope.together([(money, scope.as_of)]).note,
    )
    return msgspec.structs.replace(made, value=money)


def _balance_sources(
    journal: Journal, accounts: Sequence[str], until: date, found: Sequence[Entry]
) -> tuple[Source, ...]:
    names = set(journal.below(accounts))
    asserted = {
        one.account: one.source for one in journal.assertions if one.account in names and one.date <= until
    }
    newest = (found[-1].source,) if found else ()
    return (*[asserted[name] for name in sorted(asserted)][: MOST_SOURCES - 1], *newest)


def moved(
    scope: Scope,
    journal: Journal,
    code: str,
    label: str,
    accounts: Sequence[str],
    month: Period,
    *,
    sign: int = 1,
    tag: str = "",
) -> Figure:
    """What some accounts moved in a span of days, in the currency of the scope; with a tag, such entries alone.

    Money of another currency counts at the price of its entry's day.
    """
    lines = Lines(journal.component, tuple(accounts), month.start, month.end, tag=tag, sign=sign)
    return summed(scope, journal, code, label, [lines])


def summed(scope: Scope, journal: Journal, code: str, label: str, lines: Sequence[Lines]) -> Figure:
    """What some queries by accounts add up to; money of another currency counts at the price of its entry's day."""
    found = [(one.sign, entry, posting) for one in lines for entry, posting in journal.lines(one)]
    sums = scope.together((posting.units * sign, entry.date) for sign, entry, posting in found)
    entries = [
        entry for _, entry, one in found if not scope.is_foreign(scope.converted(one.units, entry.date))
    ]
    return with_prices(posted(scope, code, label, sums.amount, lines, entries), sums)
