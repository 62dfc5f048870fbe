"""How an entry of a bank's line is written in the notation of Beancount."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from quarterdeck.model.statement import StatementLine
from quarterdeck.parse.bank_match import OPENING, key_of
from quarterdeck.parse.bank_text import clean
from quarterdeck.parse.categories import CategoryRule

_WIDTH = 50
_NUMBER = 12
_CENTS = -2
_WITHOUT_CENTS = frozenset(("JPY", "KRW", "CLP", "ISK", "VND", "XAF", "XOF", "XPF", "UGX"))


def entry_lines(
    line: StatementLine, account: str, category: str, currency: str, rule: CategoryRule | None = None
) -> list[str]:
    """The lines of one entry: first the bank's account, then the other side."""
    payee, narration = line.payee, line.memo
    if rule and rule.name:
        payee, narration = rule.name, " ".join(part for part in (line.payee, line.memo) if part)
    kind, key = key_of(account, line)
    return [
        f"{line.date} * {_head(clean(payee), clean(narration))}",
        f"  {kind}: {quoted(key)}",
        posting(account, line.amount, currency),
        posting(category, -line.amount, currency),
    ]


def opening_lines(day: date, account: str, other: str, amount: Decimal, currency: str) -> list[str]:
    """What the account held before the first line of the first statement."""
    return [
        f'{day} * "Opening balance" "What the account held before the first statement"',
        f'  {OPENING}: "yes"',
        posting(account, amount, currency),
        posting(other, -amount, currency),
    ]


def balance_line(day: date, account: str, amount: Decimal, currency: str) -> str:
    """The assertion of what an account holds at the start of a day."""
    head = f"{day} balance {account} "
    return f"{head}{written(amount, currency):>{_WIDTH + _NUMBER + 1 - len(head)}} {currency}"


def posting(account: str, amount: Decimal, currency: str) -> str:
    """One line of an entry."""
    return f"  {account:<{_WIDTH - 2}} {written(amount, currency):>{_NUMBER}} {currency}"


def written(amount: Decimal, currency: str) -> str:
    """An amount with its cents, and every digit beyond them that the bank gave."""
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent > _CENTS and currency not in _WITHOUT_CENTS:
        amount = amount.quantize(Decimal("0.01"))
    return format(amount or abs(amount), "f")


def _head(payee: str, narration: str) -> str:
    return f"{quoted(payee)} {quoted(narration)}" if payee else quoted(narration)


def quoted(text: str) -> str:
    """A string of Beancount on one line: quotes and backslashes are escaped, control characters go."""
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def year_header(name: str, year: int) -> list[str]:
    """The head of a new file of one business and year."""
    return [
        f"; Books of {_plain(name)}, {year}.",
        "; quarterdeck import bank adds to this file; change and add what you like.",
        "; On a bank account, money in is positive and money out negative. Both sides of an entry add up to zero.",
    ]


def main_header(name: str, currency: str) -> list[str]:
    """The head of a new main file."""
    return [
        "; The books begin here. Each file that an include line names is part of them.",
        f'option "title" {quoted(name)}',
        f'option "operating_currency" "{currency}"',
    ]


def _plain(name: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in name)


def counted(payees: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Payees with how often each is there, the most frequent first."""
    counts: dict[str, int] = {}
    for payee in payees:
        counts[payee] = counts.get(payee, 0) + 1
    yield from sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))
