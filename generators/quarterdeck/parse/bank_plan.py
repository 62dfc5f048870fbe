"""From a statement and the books to the files as they shall be: nothing is written here."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.ledger import Assertion, Entry, Ledger
from quarterdeck.model.severity import Severity
from quarterdeck.model.statement import Closing, Statement, StatementLine
from quarterdeck.parse.bank_entries import (
    balance_line,
    entry_lines,
    main_header,
    opening_lines,
    written,
    year_header,
)
from quarterdeck.parse.bank_match import ALSO, OPENING, Alike, Matched, also_of, match
from quarterdeck.parse.bank_text import refused
from quarterdeck.parse.book_text import BookText
from quarterdeck.parse.categories import CategoryRule, category_of
from quarterdeck.parse.ledger import MAIN, parse_ledger
from quarterdeck.parse.ledger_files import LEDGER
from quarterdeck.text.decode import SIZE_LIMIT

_INCLUDE = re.compile(r'^include\s+"([^"\n]+)"', re.MULTILINE)
_UNREAD = frozenset(("unreadable-entry", "unbalanced", "bad-date", "bad-value"))
_RUNS_CODE = "ledger-runs-code"
_ZERO = Decimal(0)
_DAY = timedelta(days=1)


class Target(msgspec.Struct, frozen=True):
    """Where a statement belongs."""

    account: str
    entity: str
    name: str
    """Of the business, as printed."""
    currency: str
    portfolio: str = "Portfolio"
    portfolio_currency: str = "USD"

    @property
    def component(self) -> str:
        """The business in account names."""
        return self.account.split(":")[1]


class Agreement(msgspec.Struct, frozen=True):
    """The bank's balance at the end of a day beside that of the books after the import."""

    closing: Closing
    books: Decimal

    @property
    def gap(self) -> Decimal:
        """What the books hold too much."""
        return self.books - self.closing.amount


class Plan(msgspec.Struct, frozen=True):
    """What an import would do."""

    files: Mapping[str, tuple[bytes | None, bytes]]
    """Path -> bytes before, None for a new file, and after; only files that change, the included ones first."""
    added: tuple[StatementLine, ...] = ()
    there: tuple[StatementLine, ...] = ()
    alike: tuple[Alike, ...] = ()
    uncategorised: tuple[StatementLine, ...] = ()
    agreement: Agreement | None = None
    notes: tuple[str, ...] = ()


def plan_import(
    statement: Statement, target: Target, files: Mapping[str, bytes], rules: Sequence[CategoryRule] = ()
) -> Plan | tuple[Problem, ...]:
    """Work out which entries a statement adds to the books, and what the files look like then.

    Args:
        statement: What the bank's file says.
        target: Account and business.
        files: Path -> bytes of every book below `ledger/`.
        rules: Of `ledger/rules.yml`, the first that fits wins.

    Returns:
        The plan; or the problems of books that cannot be trusted to know what they hold already.
    """
    planner = _Planner(statement, target, files, rules)
    problems = planner.faults()
    if problems:
        return tuple(problems)
    planner.fill()
    plan = planner.plan()
    return _verified(plan, target, planner) or plan


class _Planner:
    """Gathers the changes of all files."""

    def __init__(
        self, statement: Statement, target: Target, files: Mapping[str, bytes], rules: Sequence[CategoryRule]
    ) -> None:
        self.statement = statement
        self.target = target
        self.files = files
        self.rules = rules
        self.notes: list[str] = []
        self.uncategorised: list[StatementLine] = []
        self.texts: dict[str, BookText] = {}
        self.used: dict[str, date] = {}
        self.read, self.problems = parse_ledger(self._whole(), MAIN)
        self.matched: Matched = match(target.account, target.currency, statement.lines, self.read)
        self.opened = {one.name: one for one in self.read.accounts}
        self.opening_change = _ZERO

    def _whole(self) -> dict[str, bytes]:
        """The books with every file of this business included, so that a lost include hides no entry."""
        header = main_header(self.target.portfolio, self.target.portfolio_currency)
        main = self.files.get(MAIN, "\n".join(header).encode())
        lines = [_include_line(path) for path in self._lost()]
        return {**self.files, MAIN: b"\n".join([main, *(line.encode() for line in lines), b""])}

    def _lost(self) -> list[str]:
        """Files of this business and these years that are there, and that no include names."""
        years = {line.date.year for line in self.statement.lines}
        paths = [path for year in sorted(years) for path in self._candidates(year) if path in self.files]
        return [path for path in paths if not included(path, self.files)]

    def _candidates(self, year: int) -> list[str]:
        names = dict.fromkeys((self.target.entity, self.target.component.lower()))
        return [f"{LEDGER}/{name}-{year}.beancount" for name in names]

    def path_of(self, year: int) -> str:
        """The file of a year: the one of the business that is there, else where the account's entries stand."""
        candidates = self._candidates(year)
        there = [path for path in candidates if path in self.files]
        if there:
            return there[0]
        homes = Counter(
            entry.path
            for entry in self.read.entries
            if entry.date.year == year and any(one.account == self.target.account for one in entry.postings)
        )
        return min(homes, key=lambda path: (-homes[path], path)) if homes else candidates[0]

    def faults(self) -> list[Problem]:
        """What must be mended before: entries that cannot be read could be the ones that are imported."""
        unread = [one for one in self.problems if self.hides_entries(one)]
        closed = self.opened.get(self.target.account)
        if closed and closed.closed and self.matched.new and closed.closed <= self.matched.new[-1].date:
            what = f"{self.target.account} was closed on {closed.closed}, and the statement goes on after it"
            unread.append(
                refused(closed.source.path, closed.source.line, "closed", what, "Take the close line out.")
            )
        held = {
            p.units.currency for one in self._mine() for p in one.postings if p.account == self.target.account
        }
        if held and self.target.currency not in held:
            what = f"the statement is in {self.target.currency}, and {self.target.account} holds {min(held)}"
            mend = "Name the account of that currency, or a new one."
            unread.append(refused(self.statement.path, 0, "other-currency", what, mend))
        return unread

    def hides_entries(self, problem: Problem) -> bool:
        """Whether a fault of the books may be an entry of the account, or stands where entries are put in."""
        if problem.refused:
            return problem.code != _RUNS_CODE
        if problem.code not in _UNREAD or problem.severity is not Severity.HIGH:
            return False
        years = {line.date.year for line in self.statement.lines}
        mine = {MAIN, *(self.path_of(year) for year in years)}
        return problem.path in mine or self.target.account.encode() in self.files.get(problem.path, b"")

    def fill(self) -> None:
        """Ask for every change."""
        for line in self.matched.new:
            self._add(line)
        for one in self.matched.alike:
            self._mark(one)
        self._bring_opening()
        self._assert_balance()
        for account, day in sorted(self.used.items()):
            self._open(account, day)
        self._include()

    def text(self, path: str) -> BookText:
        """The text of a file that changes."""
        if path not in self.texts:
            data = self.files.get(path)
            year = path.removesuffix(".beancount")[-4:]
            header = year_header(self.target.name, int(year)) if data is None else ()
            self.texts[path] = BookText(data, header)
        return self.texts[path]

    def _use(self, account: str, day: date) -> None:
        self.used[account] = min(day, self.used.get(account, day))

    def _add(self, line: StatementLine) -> None:
        account, currency = self.target.account, self.target.currency
        category, rule = category_of(self.rules, line, account)
        if rule is None:
            self.uncategorised.append(line)
        self._use(account, line.date)
        self._use(category, line.date)
        lines = entry_lines(line, account, category, currency, rule)
        self.text(self.path_of(line.date.year)).insert(line.date, lines)

    def _mark(self, one: Alike) -> None:
        """Write into an entry of somebody else which line it is, so that it is not taken for another one."""
        tokens = " ".join([*one.entry.keys.get(ALSO, "").split(), also_of(self.target.account, one.line)])
        self.text(one.entry.path).set_key(one.entry.line, ALSO, tokens)

    def _mine(self) -> list[Entry]:
        return [
            entry
            for entry in self.read.entries
            if any(one.account == self.target.account for one in entry.postings)
        ]

    def _bring_opening(self) -> None:
        """Begin the account with what it held before its first statement; an earlier one moves that back."""
        if not self.matched.new:
            return
        mine = self._mine()
        ours = next((one for one in mine if OPENING in one.keys), None)
        others = [one for one in mine if one is not ours]
        first = self.statement.lines[0].date
        if ours is None:
            asserted = [one.date for one in self.read.assertions if one.account == self.target.account]
            days = [one.date for one in others if not _is_alike(one, self.matched)] + asserted
            begun = any(p.account.startswith("Equity:") for one in others for p in one.postings)
            if self.statement.opening and not begun and all(first <= day for day in days):
                self._put_opening(first, self.statement.opening, f"Equity:{self.target.component}:Opening")
            return
        before = [one for one in self.matched.new if one.date < ours.date]
        if not before:
            return
        held = next(one.units.amount for one in ours.postings if one.account == self.target.account)
        opening = self.statement.opening
        if opening is None:
            opening = held - sum((one.amount for one in before), _ZERO)
            first = before[0].date
        other = next((one.account for one in ours.postings if one.account != self.target.account), "")
        self.text(ours.path).remove(ours.line)
        self.opening_change -= held
        self._put_opening(first, opening, other or f"Equity:{self.target.component}:Opening")

    def _put_opening(self, day: date, amount: Decimal, other: str) -> None:
        account, currency = self.target.account, self.target.currency
        self.opening_change += amount
        self._use(account, day)
        self._use(other, day)
        lines = opening_lines(day, account, other, amount, currency)
        self.text(self.path_of(day.year)).insert_first(day, lines)

    def _assert_balance(self) -> None:
        """Keep the bank's balance, and correct one that an earlier file told in the middle of its last day."""
        self._correct_assertions()
        closing = self.statement.closing
        if closing is None:
            return
        there = self._assertion(closing.date + _DAY)
        if there is not None:
            known = self.statement.balance_at(closing.date)
            if there.amount.amount not in {closing.amount, known} and not self._ended_early(there):
                amount = written(there.amount.amount, self.target.currency)
                told = written(closing.amount, self.target.currency)
                where = f"{there.source.path}:{there.source.line}"
                self.notes.append(f"{where} says {amount}, and this file {told}: the line is left as it is.")
            return
        if any(one.date == closing.date for one in self.matched.unseen):
            day = closing.date
            self.notes.append(f"The books know more of {day} than this file: its balance is not kept.")
            return
        day = closing.date + _DAY
        line = balance_line(day, self.target.account, closing.amount, self.target.currency)
        last = self.statement.lines[-1].date if self.statement.lines else closing.date
        self._use(self.target.account, closing.date)
        path = self.path_of(day.year)
        if path not in self.files and path not in self.texts:
            path = self.path_of(last.year)
        self.text(path).insert(closing.date, [line])

    def _assertion(self, day: date) -> Assertion | None:
        mine = (one for one in self.read.assertions if one.account == self.target.account)
        return next(
            (one for one in mine if (one.date, one.amount.currency) == (day, self.target.currency)), None
        )

    def _ended_early(self, one: Assertion) -> bool:
        """Whether an assertion lacks exactly what is added now to the day before it."""
        known = self.statement.balance_at(one.date - _DAY)
        late = sum((new.amount for new in self.matched.new if new.date == one.date - _DAY), _ZERO)
        return bool(late) and known is not None and one.amount.amount + late == known

    def _correct_assertions(self) -> None:
        for day in sorted({one.date for one in self.matched.new}):
            there = self._assertion(day + _DAY)
            known = self.statement.balance_at(day)
            if there is None or known is None or not self._ended_early(there):
                continue
            amount = written(known, self.target.currency)
            if self.text(there.source.path).put_balance(there.source.line, amount):
                why = "the file before ended in the middle of that day"
                self.notes.append(f"The balance of {day} is now {amount}: {why}.")

    def _open(self, account: str, day: date) -> None:
        """Open an account that is not open, or from an earlier day."""
        there = self.opened.get(account)
        if there is None:
            start = date(day.year, 1, 1)
            only = f" {self.target.currency}" if account == self.target.account else ""
            self.text(self.path_of(day.year)).open(start, f"{start} open {account}{only}")
        elif there.opened > day:
            self.text(there.source.path).redate(there.source.line, date(day.year, 1, 1))

    def _include(self) -> None:
        paths = [path for path, text in self.texts.items() if text.is_changed and path != MAIN]
        missing = sorted({*self._lost(), *(path for path in paths if not included(path, self.files))})
        if not missing and (MAIN in self.files or not paths):
            return
        header = main_header(self.target.portfolio, self.target.portfolio_currency)
        main = self.texts.setdefault(MAIN, BookText(self.files.get(MAIN), header))
        for path in missing:
            main.include(_include_line(path))

    def plan(self) -> Plan:
        """The changes as bytes."""
        changed = sorted(
            (path for path, text in self.texts.items() if text.is_changed), key=lambda one: (one == MAIN, one)
        )
        return Plan(
            {path: (self.files.get(path), self.texts[path].after()) for path in changed},
            self.matched.new,
            self.matched.there,
            self.matched.alike,
            tuple(self.uncategorised),
            self._agreement(),
            (*self.statement.notes, *self.notes),
        )

    def _agreement(self) -> Agreement | None:
        closing = self.statement.closing
        if closing is None or any(one.date == closing.date for one in self.matched.unseen):
            return None
        account, currency = self.target.account, self.target.currency
        held = sum(
            (
                one.units.amount
                for entry in self.read.entries
                if entry.date <= closing.date
                for one in entry.postings
                if f"{one.account}:".startswith(f"{account}:") and one.units.currency == currency
            ),
            self.opening_change,
        )
        return Agreement(
            closing, held + sum((one.amount for one in self.matched.new if one.date <= closing.date), _ZERO)
        )


def _is_alike(entry: Entry, matched: Matched) -> bool:
    return any(one.entry is entry for one in matched.alike)


def _include_line(path: str) -> str:
    return f'include "{path.removeprefix(f"{LEDGER}/")}"'


def included(path: str, files: Mapping[str, bytes]) -> bool:
    """Whether an include line of any book names a path."""
    for name, data in files.items():
        for wanted in _INCLUDE.findall(data.decode(errors="replace").replace("\r", "")):
            target = normpath(join(dirname(name), wanted))
            if path == target or (fnmatchcase(path, target) and path.count("/") == target.count("/")):
                return True
    return False


def _verified(plan: Plan, target: Target, planner: _Planner) -> tuple[Problem, ...]:
    """Read what would be written: it must hold the old entries, the new ones, and nothing else."""
    if not plan.files:
        return ()
    large = [path for path, (_, after) in plan.files.items() if len(after) > SIZE_LIMIT]
    if large:
        what = f"the file would have more than {SIZE_LIMIT:,} bytes"
        return (refused(large[0], 0, "too-large", what, "Import a shorter span, or split the file by hand."),)
    after, problems = parse_ledger(
        {**planner.files, **{path: data for path, (_, data) in plan.files.items()}}, MAIN
    )
    unread = [one for one in problems if planner.hides_entries(one)]
    wanted = _told(planner.read, target) + Counter((one.date, one.amount) for one in plan.added)
    if unread or _told(after, target) != wanted:
        what = "the new entries would not be read as they were meant"
        mend = "Nothing is written. Look for an odd line in that file, such as a quotation mark left open."
        path = unread[0].path if unread else next(iter(plan.files))
        return (refused(path, unread[0].line if unread else 0, "not-verified", what, mend), *unread)
    return ()


def _told(ledger: Ledger, target: Target) -> Counter[tuple[date, Decimal]]:
    """Day and amount of every movement of the account but balances brought forward."""
    return Counter(
        (entry.date, one.units.amount)
        for entry in ledger.entries
        if OPENING not in entry.keys
        for one in entry.postings
        if one.account == target.account
    )
