"""Figures that the books say: sums of postings, each with the way back to its entries."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from quarterdeck.figures.scope import MOST_SOURCES, Scope
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
    """What some accounts hold at the end of a day, in the currency of the scope.

    Its source is the newest balance line that the books keep on each account, else the account's last entry.
    """
    until = day or scope.as_of
    amount = sign * journal.balance(accounts, until, scope.currency)
    lines = [Lines(journal.component, tuple(accounts), end=until, sign=sign)]
    newest = journal.last(accounts, until)
    found = [newest] if newest else []
    return posted(
        scope,
        code,
        label,
        amount,
        lines,
        found[-1:],
        sources=_balance_sources(journal, accounts, until, found),
    )


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
    """What some accounts moved in a span of days, in the currency of the scope; with a tag, such entries alone."""
    lines = Lines(journal.component, tuple(accounts), month.start, month.end, tag=tag, sign=sign)
    amount, entries = Decimal(0), []
    for entry, posting in journal.lines(lines):
        if posting.units.currency == scope.currency:
            amount += posting.units.amount
            entries.append(entry)
    return posted(scope, code, label, sign * amount, [lines], entries)
