"""Reads the books: Beancount text in, typed entries and problems out.

Only Beancount's parser, its booking, and its checks of what was parsed are used. Its loader is not: that one
imports the plug-ins that a file names and follows every include.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any, get_args

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.ledger import (
    Account,
    Assertion,
    Budget,
    BudgetCadence,
    Entry,
    Ledger,
    Posting,
    Price,
    Purpose,
)
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.parse.ledger_files import LEDGER, Book, Books
from quarterdeck.parse.refusal import quoted

MAIN = f"{LEDGER}/main.beancount"

_EARLIEST, _LATEST = 1900, 2200
_PURPOSES = get_args(Purpose)
_LEAST_PARTS = 3
_CADENCES: Mapping[str, BudgetCadence] = {
    "weekly": "weekly",
    "monthly": "monthly",
    "quarterly": "quarterly",
    "yearly": "yearly",
    "annual": "yearly",
    "annually": "yearly",
}
_CENT = Decimal("0.01")
_DUST = Decimal("1e-12")
"""A quotient is no further from the amount that it was made of."""
_PRECISION = 27
"""Digits, or more, of what the parser divided."""
_NO_NUMBER = (DivisionByZero, InvalidOperation, Overflow)
_ROUNDS = 5
"""How often a file is read again without what was wrong in it, at most."""
_BLOCK = re.compile(r"^(?=[^\s;])", re.MULTILINE)
_OF_PARSER = frozenset({"filename", "lineno", "__tolerances__", "__automatic__"})


def parse_ledger(files: Mapping[str, bytes], main: str = MAIN) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the books that begin with one file.

    Args:
        files: Path -> bytes of every file below `ledger/`; nothing else can be included.
        main: Path of the first of them.

    Returns:
        The books, and every problem: what would run or leave the folder is refused, an entry that cannot be
        read or does not balance is left out, an assertion that fails is kept with its gap.
    """
    if main not in files:
        return Ledger(paths=tuple(sorted(files))), tuple(_no_main(files, main))
    read = Books(files, main)
    parsed = _Parsed(read.books)
    problems = (*read.problems, *read.left_over(), *parsed.problems)
    ledger = msgspec.structs.replace(parsed.ledger, paths=tuple(sorted(files)))
    return ledger, tuple(sorted(_with_owner(problems)))


def _no_main(files: Mapping[str, bytes], main: str) -> Iterator[Problem]:
    books = [path for path in sorted(files) if path.endswith(".beancount")]
    if books:
        first = books[0].removeprefix(f"{LEDGER}/")
        what = f"is not read: the books begin in {main}, which is not there"
        mend = f'Make {main} with the line include "{first}".'
        yield Problem(books[0], 0, 0, "ledger-no-main", what, mend, Severity.HIGH, rule="R-DAT-09")


def _with_owner(problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield problem if problem.table else msgspec.structs.replace(problem, table="ledger")


class _Parsed:
    """The entries of some books; Beancount's own types go no further than here."""

    def __init__(self, books: Sequence[Book]) -> None:
        from beancount.core.data import entry_sortkey  # noqa: PLC0415 - 60 ms that only books cost
        from beancount.ops import balance, validation  # noqa: PLC0415
        from beancount.parser import booking  # noqa: PLC0415
        from beancount.parser.options import OPTIONS_DEFAULTS  # noqa: PLC0415

        self.problems: list[Problem] = []
        entries: list[Any] = []
        options: dict[str, Any] = {}
        for book in books:
            found, given = self._directives(book)
            entries += found
            options = options or given
        options = options or dict(OPTIONS_DEFAULTS)
        entries = [one for one in sorted(entries, key=entry_sortkey) if self._is_in_time(one)]
        booked, errors = booking.book(entries, options)
        self._tell_unreadable(errors)
        left_out = {_at(error.source) for error in errors}
        left_out |= set(self._judged(validation.validate(booked, options)))
        kept = [one for one in booked if _at(one.meta) not in left_out]
        checked, _ = balance.check(kept, options)
        self.ledger = self._converted(checked)

    def _directives(self, book: Book) -> tuple[list[Any], dict[str, Any]]:
        """What one file says without the blocks that cannot be read; the parser would drop their neighbours too."""
        text = book.text
        options: dict[str, Any] = {}
        for _ in range(_ROUNDS):
            try:
                found, errors, options = _parsed(text, book.path)
            except (ArithmeticError, MemoryError):
                what = "holds a sum that cannot be worked out, and nobody can say in which line"
                mend = "Close the quotation mark that was left open; the file is left out until then."
                self.problems.append(
                    Problem(book.path, 0, 0, "bad-value", what, mend, Severity.HIGH, rule="R-ACC-12")
                )
                break
            text, first = _without_blocks(text, errors)
            self.problems += map(_unreadable, first)
            if not any(_at(error.source)[1] for error in first):
                return found, options
        return [], options

    def _tell_unreadable(self, errors: Iterable[Any]) -> None:
        """One problem an entry: a slip of the pen makes several errors of the booking."""
        by_place = {_at(error.source): error for error in reversed(list(errors))}
        self.problems += map(_unreadable, by_place.values())

    def _is_in_time(self, entry: Any) -> bool:  # noqa: ANN401 - Beancount's directives are untyped
        if _EARLIEST <= entry.date.year <= _LATEST:
            return True
        mend = f"Write a day between {_EARLIEST} and {_LATEST}; the entry is left out until then."
        self.problems.append(_problem(entry.meta, "bad-date", f"{entry.date} is no day of these books", mend))
        return False

    def _judged(self, errors: Iterable[Any]) -> Iterator[tuple[str, int]]:
        """Say what Beancount finds wrong; the places of the entries that are left out for it."""
        unknown: set[str] = set()
        for error in errors:
            message = str(error.message)
            if message.startswith("Transaction does not balance"):
                by = message.partition(": ")[2].strip("()")
                what = f"this entry does not balance: {by} left over"
                self.problems.append(
                    _problem(error.source, "unbalanced", what, "Correct its amounts.", row=_name(error.entry))
                )
                yield _at(error.source)
                continue
            if message in unknown:
                continue
            unknown.add(message)
            mend = "The entry counts all the same; open the account, or correct the line."
            self.problems.append(
                _problem(error.source, "ledger-doubt", _lower(message), mend, severity=Severity.LOW, rule="")
            )

    def _converted(self, directives: Iterable[Any]) -> Ledger:
        entries: list[Entry] = []
        accounts: dict[str, Account] = {}
        assertions: list[Assertion] = []
        prices: list[Price] = []
        budgets: list[Budget] = []
        for one in directives:
            match type(one).__name__:
                case "Transaction":
                    entries.append(_entry(one))
                case "Open":
                    self._name_grammar(one)
                    accounts[one.account] = self._opened(one)
                case "Close" if one.account in accounts:
                    accounts[one.account] = msgspec.structs.replace(accounts[one.account], closed=one.date)
                case "Balance":
                    assertions.append(_assertion(one))
                    if one.diff_amount is not None:
                        self.problems.append(_failed(one))
                case "Price":
                    worth = Money(one.amount.number, one.amount.currency)
                    prices.append(Price(one.currency, one.date, worth, _source(one.meta, "price", one.date)))
                case "Custom" if one.type == "budget":
                    budgets += self._budget(one)
        return Ledger(
            tuple(sorted(entries, key=lambda one: (one.date, one.path, one.line))),
            tuple(accounts[name] for name in sorted(accounts)),
            tuple(sorted(assertions, key=_in_order)),
            tuple(sorted(prices, key=_in_order)),
            tuple(sorted(budgets, key=_in_order)),
        )

    def _opened(self, one: Any) -> Account:  # noqa: ANN401
        meta = one.meta
        purpose = str(meta.get("purpose") or "")
        if purpose and purpose not in _PURPOSES:
            what = f"purpose {quoted(purpose)} is none that we know"
            mend = f"Write one of {', '.join(_PURPOSES)}."
            self.problems.append(_problem(meta, "bad-value", what, mend, severity=Severity.LOW))
            purpose = ""
        return Account(
            one.account,
            one.date,
            _source(meta, one.account, one.date),
            restricted=meta.get("restricted") is True,
            purpose=purpose,
            tax_line=str(meta.get("tax-line") or ""),
        )

    def _name_grammar(self, one: Any) -> None:  # noqa: ANN401
        if one.account.count(":") + 1 < _LEAST_PARTS and not one.account.startswith("Equity:"):
            what = f"{one.account} names no business"
            mend = "Write Root:BUSINESS:Group, such as Assets:JADA:Bank; its amounts are in no figure until then."
            self.problems.append(_problem(one.meta, "ledger-account", what, mend, severity=Severity.MEDIUM))

    def _budget(self, one: Any) -> Iterator[Budget]:  # noqa: ANN401
        values = [value.value for value in one.values or ()]
        match values:
            case [str() as account, str() as cadence, amount] if cadence in _CADENCES and hasattr(
                amount, "number"
            ):
                money = Money(abs(amount.number), amount.currency)
                yield Budget(
                    account, one.date, _CADENCES[cadence], money, _source(one.meta, account, one.date)
                )
            case _:
                what = "this budget line is not understood"
                mend = 'Write: custom "budget" Expenses:JADA:Fixed:Slip "monthly" 1150.00 USD.'
                self.problems.append(_problem(one.meta, "bad-value", what, mend))


def _parsed(text: str, path: str) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """What the parser makes of a text: directives, errors and options.

    An exception in its arithmetic would end the whole process, so there is none until the parser is done.

    Raises:
        ArithmeticError: A sum cannot be worked out.
        MemoryError: A sum has too many brackets.
    """
    from beancount.parser import parser  # noqa: PLC0415 - 60 ms that only books cost

    with localcontext() as arithmetic:
        arithmetic.clear_traps()
        arithmetic.clear_flags()
        found, errors, options = parser.parse_string(text, report_filename=path)
        if any(arithmetic.flags[one] for one in _NO_NUMBER):
            raise ArithmeticError(path)
    return found, errors, options


def _entry(one: Any) -> Entry:  # noqa: ANN401
    meta = one.meta
    return Entry(
        one.date,
        meta["filename"],
        meta["lineno"],
        one.payee or "",
        one.narration or "",
        tuple([_posting(posting) for posting in one.postings]),
        tuple(sorted(one.tags)) if one.tags else (),
        tuple(sorted(one.links)) if one.links else (),
        {key: _text(value) for key, value in meta.items() if key not in _OF_PARSER and value is not None},
        one.flag or "*",
    )


def _posting(one: Any) -> Posting:  # noqa: ANN401
    units = one.units
    money = Money(units.number, units.currency)
    weight = None
    if one.cost is not None or one.price is not None:
        per_unit = one.price if one.cost is None else one.cost
        weight = Money(_exact(units.number * per_unit.number), per_unit.currency)
    return Posting(one.account, money, weight, (one.meta or {}).get("lineno", 0))


def _exact(weight: Decimal) -> Decimal:
    """Give a total price back that the parser turned into one a unit: 1.00, not 0.99…9."""
    cents = weight.quantize(_CENT)
    is_quotient = len(weight.as_tuple().digits) >= _PRECISION
    return cents if is_quotient and abs(weight - cents) < _DUST else weight


def _in_order(one: Assertion | Price | Budget) -> tuple[dt.date, str, int]:
    return one.date, one.source.path, one.source.line


def _without_blocks(text: str, errors: Iterable[Any]) -> tuple[str, list[Any]]:
    """The text with every block emptied that has an error, and the first error of each.

    A block is a line that begins at the margin with the indented ones below it.
    """
    first: dict[int, Any] = {}
    lines: list[str] = []
    for error in sorted(errors, key=lambda one: _at(one.source)[1]):
        lines = lines or text.split("\n")
        at = min(_at(error.source)[1], len(lines))
        while at > 1 and not _BLOCK.match(lines[at - 1]):
            at -= 1
        first.setdefault(at, error)
    for start in first:
        if start:
            end = start
            while end < len(lines) and not _BLOCK.match(lines[end]):
                end += 1
            lines[start - 1 : end] = [""] * (end - start + 1)
    return "\n".join(lines) if lines else text, list(first.values())


def _assertion(one: Any) -> Assertion:  # noqa: ANN401
    amount = Money(one.amount.number, one.amount.currency)
    gap = one.diff_amount.number if one.diff_amount is not None else Decimal(0)
    return Assertion(one.account, one.date, amount, _source(one.meta, one.account, one.date), gap)


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def _unreadable(error: Any) -> Problem:  # noqa: ANN401
    message = " ".join(str(error.message).split())
    what = f"this entry cannot be read: {_lower(message)}"
    mend = "Correct the line, or a quotation mark left open above it; the entry is left out until then."
    return _problem(error.source, "unreadable-entry", what, mend, row=_name(getattr(error, "entry", None)))


def _failed(one: Any) -> Problem:  # noqa: ANN401
    gap = one.diff_amount
    held = one.amount.number + gap.number
    by = f"{abs(gap.number)} too {'much' if gap.number > 0 else 'little'}"
    what = f"the books hold {held} {gap.currency} in {one.account}, not {one.amount}: {by}"
    mend = "Compare the statement with the entries since the last balance line that holds."
    return _problem(one.meta, "balance-fails", what, mend, rule="R-ACC-13", row=f"{one.account} {one.date}")


def _problem(
    meta: Mapping[str, Any],
    code: str,
    what: str,
    mend: str,
    *,
    severity: Severity = Severity.HIGH,
    rule: str = "R-ACC-12",
    row: str = "",
) -> Problem:
    path, line = _at(meta)
    return Problem(path, line, 0, code, what, mend, severity, rule=rule, table="ledger", row=row)


def _name(entry: Any) -> str:  # noqa: ANN401
    """What an entry is known by where its line is not: its day and words."""
    if entry is None or not hasattr(entry, "narration"):
        return ""
    return " ".join(str(part) for part in (entry.date, entry.payee, entry.narration) if part)


def _source(meta: Mapping[str, Any], what: str, on: dt.date) -> Source:
    path, line = _at(meta)
    return Source(path, line, "ledger", what, on)


def _at(meta: Mapping[str, Any]) -> tuple[str, int]:
    return str(meta["filename"]), int(meta["lineno"])


def _lower(message: str) -> str:
    return (message[:1].lower() + message[1:]).rstrip(".")
