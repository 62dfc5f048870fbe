"""How far the books can be trusted: what customers' money did, what agrees with the bank, and what is unsorted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import receivables
from quarterdeck.figures.chart import UNSORTED, group_of, tax_line
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.ledger import balance, posted, summed
from quarterdeck.figures.months import last_full_month, year_of
from quarterdeck.figures.names import folded, slug
from quarterdeck.figures.roll_forward import (
    HELD,
    OWED,
    brought_forward,
    difference,
    moved_parts,
    owed_forward,
    roll_forward,
)
from quarterdeck.figures.scope import MOST_SOURCES, Scope, scope_of
from quarterdeck.model.books import Statement
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal, is_cash
from quarterdeck.model.ledger import Entry, Lines, Part, Posting, parts_of
from quarterdeck.model.services import Invoice
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Period, Ratio

JOIN_KEYS = ("booking", "invoice", "client", "delivery", "unit", "gift-card")
"""Keys of an entry that lead to a table of a handoff."""
_OPPOSITE = {"DueFrom": ("Assets", "Liabilities", "DueTo"), "DueTo": ("Liabilities", "Assets", "DueFrom")}
_SIDES: Mapping[str, Part] = {"collected": "credit", "remitted": "debit"}
_ZERO = Decimal(0)
_TO_THE_CENT = Decimal("0.005")


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of bookkeeping of an entity that keeps books; none of one without entries."""
    journal = facts.journal(entity)
    if not journal:
        return
    scope = scope_of(facts, entity, currency)
    month, year = last_full_month(scope.as_of), year_of(scope.as_of)
    for prefix in HELD:
        yield from roll_forward(scope, journal, prefix, month, "")
        yield from roll_forward(scope, journal, prefix, year, "_ytd")
    for prefix in OWED:
        yield from owed_forward(scope, journal, prefix, month, "")
        yield from owed_forward(scope, journal, prefix, year, "_ytd")
    yield from _reconciled(scope, journal)
    yield from _sorted(scope, journal, year)
    yield from _tax_lines(scope, entity, journal, year)
    yield from _sales_tax(scope, journal, year)
    yield from _receivable(scope, journal)
    yield from _between(scope, journal)
    yield _joined(scope, journal, year)


class Evidence(msgspec.Struct, frozen=True):
    """What a bank, card company or lender says that an account holds at the end of a day."""

    day: date
    amount: Decimal
    source: Source


def statement_accounts(journal: Journal) -> tuple[str, ...]:
    """The accounts for which somebody else keeps a balance, too: banks, tills, cards and loans."""
    owed = (
        name
        for name in journal.used
        if name.startswith("Liabilities:") and parts_of(name)[2] in {"CreditCard", "Loan"}
    )
    return tuple(sorted({*(name for name in journal.used if is_cash(name)), *owed}))


def _evidence(scope: Scope, journal: Journal, account: str) -> list[Evidence]:
    """Every balance line and statement of an account up to the day of the report, newest first."""
    sign = sign_of(account)
    found = [
        Evidence(one.date - timedelta(days=1), sign * one.amount.amount, one.source)
        for one in journal.assertions
        if one.account == account and one.amount.currency == scope.currency and one.date <= scope.as_of
    ]
    for row in scope.of(Statement):
        amount = scope.amount(row.balance)
        if row.account == account and amount is not None and isinstance(row.date, date):
            shown = abs(amount) if sign < 0 else amount
            found.append(Evidence(row.date, shown, row.source))
    return sorted((one for one in found if one.day <= scope.as_of), key=lambda one: one.day, reverse=True)


def sign_of(account: str) -> int:
    """-1 for accounts that are printed in their natural size: what is owed and what was earned."""
    return -1 if account.startswith(("Liabilities:", "Income:", "Equity:")) else 1


def _reconciled(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """The gap to the newest statement of each account, the days since it last agreed, and how many agree (F-A1)."""
    accounts = [one for one in statement_accounts(journal) if scope.currency in journal.currencies([one])]
    limit = scope.assumed.stale_after["reconciled"]
    agreed = 0
    sources: list[Source] = []
    for account in accounts:
        evidence = _evidence(scope, journal, account)
        last = next((one for one in evidence if _agrees(scope, journal, account, one)), None)
        yield from _against_statements(scope, journal, account, evidence, last)
        if last is not None:
            sources.append(last.source)
            agreed += last is evidence[0] and (scope.as_of - last.day).days <= limit
    if accounts:
        share = Ratio(Decimal(agreed) / len(accounts), Decimal(agreed), Decimal(len(accounts)))
        label = "Accounts that agree with their bank"
        one = scope.figure("reconciled", label, share, "ratio", formula="F-A1")
        yield msgspec.structs.replace(one, sources=tuple(sources[:MOST_SOURCES]))


def _against_statements(
    scope: Scope, journal: Journal, account: str, evidence: Sequence[Evidence], last: Evidence | None
) -> Iterator[Figure]:
    """How far one account is from its newest statement, and how long ago a statement last agreed."""
    gap, age = f"reconciliation_gap:{account}", f"reconciliation_age:{account}"
    if not evidence:
        why = "no statement or balance line is here"
        yield scope.missing(gap, account, "money", "statements", reason=why, formula="F-A1")
        yield scope.missing(age, account, "days", "statements", reason=why, formula="F-A1")
        return
    yield from _gap(scope, journal, account, evidence[0], {"gap": (gap, f"{account}: books less statement")})
    if last is None:
        why = "no statement agrees with the books"
        yield scope.missing(age, account, "days", "statements", reason=why, formula="F-A1")
        return
    yield from _gap(scope, journal, account, last, {"age_days": (age, f"{account}: days since it agreed")})


def _agrees(scope: Scope, journal: Journal, account: str, one: Evidence) -> bool:
    held = sign_of(account) * journal.balance([account], one.day, scope.currency)
    return abs(held - one.amount) < _TO_THE_CENT


def _gap(
    scope: Scope, journal: Journal, account: str, one: Evidence, wanted: Mapping[str, tuple[str, str]]
) -> tuple[Figure, ...]:
    held = balance(
        scope,
        journal,
        f"reconciliation_books:{account}",
        f"{account} in the books",
        [account],
        day=one.day,
        sign=sign_of(account),
    )
    stated = msgspec.structs.replace(
        posted(
            scope,
            f"reconciliation_stated:{account}",
            f"{account} by statement",
            one.amount,
            [],
            [],
            sources=(one.source,),
        ),
        as_of=one.day,
    )
    made = parts(
        scope,
        "F-A1",
        wanted,
        units={"age_days": "days"},
        ledger_balance=held,
        statement_balance=stated,
        statement_date=one.day,
        as_of=scope.as_of,
    )
    return (held, stated, *made) if "gap" in wanted else made


def _sorted(scope: Scope, journal: Journal, year: Period) -> Iterator[Figure]:
    """What of this year's costs nobody sorted (F-A2), and how many lines are the owners' own (F-A8)."""
    root = journal.name("Expenses")
    unsorted = [one for one in journal.below([root]) if folded(group_of(one)) in UNSORTED]
    if any(_of_root(scope, journal, "Expenses", year)):
        label = "Costs that nobody sorted, this year"
        yield (some := _absolute(scope, journal, "uncategorised", label, unsorted, year))
        yield (
            everything := _absolute(
                scope, journal, "expenses_ytd", "All lines of cost, this year", [root], year
            )
        )
        yield derived(
            scope,
            "F-A2",
            "uncategorised_share",
            "Share of costs that nobody sorted, this year",
            uncategorised=some,
            expenses=everything,
        )
    accounts = set(statement_accounts(journal))
    lines = [
        entry
        for entry in journal.within(year.start, year.end)
        for one in entry.postings
        if one.account in accounts
    ]
    owners = [entry for entry in lines if is_owners(entry, scope.assumed.personal_payees)]
    share = derived(
        scope,
        "F-A8",
        "owner_mix",
        "Owners' own lines in business accounts, this year",
        owner_lines=len(owners),
        lines=len(lines),
    )
    yield msgspec.structs.replace(
        share, sources=tuple(dict.fromkeys(one.source for one in owners[:MOST_SOURCES])), as_of=scope.as_of
    )


def is_owners(entry: Entry, personal: Sequence[str]) -> bool:
    """Whether an entry is its owner's own: by its tag, or by words that its payee holds."""
    payee = f"-{slug(entry.payee)}-"
    return "owner" in entry.tags or any(f"-{slug(words)}-" in payee for words in personal)


def _tax_lines(scope: Scope, entity: Entity, journal: Journal, year: Period) -> Iterator[Figure]:
    """What this year's costs add up to on each line of the tax form, and what the chart has no line for."""
    accounts: dict[str, list[str]] = {}
    for name in journal.below([journal.name("Expenses")]):
        if any(journal.lines(Lines(journal.component, (name,), year.start, year.end))):
            line = tax_line(name, journal.account.get(name), entity)
            accounts.setdefault(line, []).append(name)
    for line in sorted(accounts):
        lines = Lines(journal.component, tuple(accounts[line]), year.start, year.end)
        label = f"Costs of this year, {line or 'on no line of the form'}"
        yield summed(scope, journal, f"tax_line:{slug(line)}", label, [lines])


def _of_root(scope: Scope, journal: Journal, root: str, span: Period) -> Iterator[tuple[Entry, Posting]]:
    for entry, one in journal.lines(Lines(journal.component, (journal.name(root),), span.start, span.end)):
        if one.units.currency == scope.currency:
            yield entry, one


def _absolute(
    scope: Scope, journal: Journal, code: str, label: str, accounts: Sequence[str], span: Period
) -> Figure:
    """Every line counted without its sign, so that a correction does not hide what it corrects."""
    sides = (
        Lines(journal.component, tuple(accounts), span.start, span.end, part=part)
        for part in ("debit", "credit")
    )
    return moved_parts(scope, journal, code, label, *(sides if accounts else ()))


def _sales_tax(scope: Scope, journal: Journal, year: Period) -> Iterator[Figure]:
    """Sales tax at the beginning of the year, collected, paid on, and still held (F-A4)."""
    account = journal.name("Liabilities", "SalesTax")
    if not journal.below([account]):
        return
    words = {"collected": "collected, this year", "remitted": "paid on, this year"}
    opening = brought_forward(
        scope, journal, "sales_tax_opening", "Sales tax held at new year", account, year
    )
    moves = {
        name: moved_parts(
            scope,
            journal,
            f"sales_tax_{name}",
            f"Sales tax {words[name]}",
            Lines(journal.component, (account,), year.start, year.end, part=part),
        )
        for name, part in _SIDES.items()
    }
    yield from (opening, *moves.values())
    yield derived(
        scope,
        "F-A4",
        "sales_tax_held",
        "Sales tax held",
        opening=opening,
        collected=moves["collected"],
        remitted=moves["remitted"],
    )


def _receivable(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """What customers owe by the books, and how far that is from the invoices that are open."""
    account = journal.name("Assets", "Receivable")
    if not journal.below([account]):
        return
    books = balance(scope, journal, "receivable_ledger", "Owed by customers, in the books", [account])
    yield books
    family = {scope.entity, *scope.facts.parts_of(scope.entity)}
    ours = tuple(one for one in scope.facts.entities if one.entity in family)
    whole = Scope(scope.facts, ours, scope.entity, scope.currency)
    if not whole.has(Invoice):
        return
    open_ = [(one.invoice, scope.amount(one.open)) for one in receivables(whole) if one.is_open]
    total = sum((amount for _, amount in open_ if amount is not None), _ZERO)
    invoices = scope.figure(
        "receivable_open",
        "Open invoices",
        Money(total, scope.currency),
        "money",
        formula="F-L4",
        rows=[row for row, _ in open_],
    )
    yield invoices
    yield difference(scope, "receivable_gap", "Owed by customers: books less invoices", books, invoices)


def _between(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """What sister businesses owe each other, as either side's books have it; only of those that are here."""
    sisters = {one.component: one for one in scope.facts.entities}
    for group, (root, other_root, other_group) in _OPPOSITE.items():
        for account in journal.below([journal.name(root, group)]):
            leaf = parts_of(account)[3]
            sister = sisters.get(leaf)
            if sister is None:
                continue
            theirs = scope.facts.journal(sister)
            if not theirs:
                continue
            word = "Owed by" if group == "DueFrom" else "Owed to"
            mine = balance(
                scope,
                journal,
                f"{_snake(group)}:{leaf}",
                f"{word} {sister.title}",
                [account],
                sign=sign_of(account),
            )
            name = theirs.name(other_root, other_group, journal.component)
            mirror = balance(
                scope,
                theirs,
                f"{_snake(group)}_mirror:{leaf}",
                f"The same in the books of {sister.title}",
                [name],
                sign=sign_of(name),
            )
            yield from (mine, mirror)
            label = f"{word} {sister.title}: our books less theirs"
            yield difference(scope, f"intercompany_gap:{leaf}", label, mine, mirror)


def _snake(group: str) -> str:
    return "due_from" if group == "DueFrom" else "due_to"


def _joined(scope: Scope, journal: Journal, year: Period) -> Figure:
    """The share of this year's income whose entry leads to a booking, invoice, client, delivery, unit or card."""
    found = list(_of_root(scope, journal, "Income", year))
    total = sum((abs(one.units.amount) for _, one in found), _ZERO)
    code, label = "income_joined", "Income with a key to its booking or invoice, this year"
    if not total:
        return scope.missing(code, label, "ratio", reason="no income this year")
    without = [(entry, one) for entry, one in found if not has_join_key(entry)]
    part = total - sum((abs(one.units.amount) for _, one in without), _ZERO)
    bare = [entry for entry, _ in without]
    figure = scope.figure(code, label, Ratio(part / total, part, total), "ratio", kind="actual")
    return msgspec.structs.replace(
        figure,
        sources=tuple(dict.fromkeys(one.source for one in bare[:MOST_SOURCES])),
        as_of=found[-1][0].date,
    )


def has_join_key(entry: Entry) -> bool:
    """Whether an entry leads to a row of a handoff."""
    return any(entry.keys.get(key, "").strip() for key in JOIN_KEYS)
