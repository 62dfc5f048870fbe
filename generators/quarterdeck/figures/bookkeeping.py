"""How far the books can be trusted: what customers' money did, what agrees with the bank, and what is unsorted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.figures.billing import receivables
from quarterdeck.figures.chart import UNSORTED, group_of
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.ledger import balance, posted
from quarterdeck.figures.months import last_full_month, month_name
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.books import Statement
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal, is_cash, is_opening
from quarterdeck.model.ledger import Entry, Lines, Posting, parts_of
from quarterdeck.model.services import Invoice
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Period, Ratio

Movement = Literal["received", "recognised", "refunded", "forfeited", "others"]

MOVEMENTS: Mapping[Movement, str] = {
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
JOIN_KEYS = ("booking", "invoice", "client", "delivery", "unit", "gift-card")
"""Keys of an entry that lead to a table of a handoff."""
_OPPOSITE = {"DueFrom": ("Assets", "Liabilities", "DueTo"), "DueTo": ("Liabilities", "Assets", "DueFrom")}
_ZERO = Decimal(0)
_TO_THE_CENT = Decimal("0.005")


class _Moved(msgspec.Struct, frozen=True):
    """One part of a movement of customers' money; positive is more that we owe, or a part that was settled."""

    entry: Entry
    kind: Movement
    amount: Decimal


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
    yield from _reconciled(scope, journal)
    yield from _sorted(scope, journal, year)
    yield from _sales_tax(scope, journal, year)
    yield from _receivable(scope, journal)
    yield from _between(scope, journal)
    yield _joined(scope, journal, year)


def year_of(as_of: date) -> Period:
    """The calendar year up to the day of the report."""
    return Period(date(as_of.year, 1, 1), as_of, f"{as_of.year} to date")


def roll_forward(scope: Scope, journal: Journal, prefix: str, span: Period, suffix: str) -> Iterator[Figure]:
    """What came in, was earned, paid back and kept of customers' money, against the balance of the books (F-R2)."""
    group, title = HELD[prefix]
    account = journal.name("Liabilities", group)
    if not journal.below([account]):
        return
    words = "this year" if suffix else month_name(span)
    found = list(_movements(scope, journal, account, span))
    before = span.start - timedelta(days=1)
    opening = balance(
        scope, journal, f"{prefix}_opening{suffix}", f"{title} before {words}", [account], day=before, sign=-1
    )
    brought = list(journal.lines(Lines(journal.component, (account,), span.start, span.end)))
    carried = [(entry, one) for entry, one in brought if is_opening(entry) and _is_ours(scope, one)]
    if carried:
        amount = -journal.balance([account], before, scope.currency) - _sum(one for _, one in carried)
        opening = posted(scope, opening.id, opening.label, amount, [], [entry for entry, _ in carried])
    yield opening
    moves = {kind: _movement(scope, prefix, suffix, title, kind, found) for kind in MOVEMENTS}
    yield from moves.values()
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
    held = balance(
        scope,
        journal,
        f"{prefix}_ledger{suffix}",
        f"{title} in the books at the end of {words}",
        [account],
        day=span.end,
        sign=-1,
    )
    yield closing
    yield held
    yield _difference(
        scope, f"{prefix}_difference{suffix}", f"{title}: books less roll-forward", held, closing
    )


def _difference(scope: Scope, code: str, label: str, books: Figure, other: Figure) -> Figure:
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


def _movement(
    scope: Scope, prefix: str, suffix: str, title: str, kind: Movement, found: Sequence[_Moved]
) -> Figure:
    mine = [one for one in found if one.kind == kind]
    return posted(
        scope,
        f"{prefix}_{kind}{suffix}",
        f"{title}: {MOVEMENTS[kind].lower()}",
        sum((one.amount for one in mine), _ZERO),
        [],
        [one.entry for one in mine],
    )


def _movements(scope: Scope, journal: Journal, account: str, span: Period) -> Iterator[_Moved]:
    """Each entry's movement of customers' money by the other side of it; balances brought forward are none."""
    names = set(journal.below([account]))
    for entry in journal.within(span.start, span.end):
        own = -_sum(one for one in entry.postings if one.account in names and _is_ours(scope, one))
        if own and not is_opening(entry):
            yield from _by_other_side(entry, own)


def _by_other_side(entry: Entry, own: Decimal) -> Iterator[_Moved]:
    """More owed: received where money came in. Less owed: kept, paid back or earned, as the other side says."""
    money = _sum(one for one in entry.postings if is_money(one.account))
    income = -_sum(one for one in entry.postings if _is_income(one) and not _is_forfeited(one))
    kept = -_sum(one for one in entry.postings if _is_forfeited(one))
    if own > 0:
        if money > 0:
            yield _Moved(entry, "received", own)
        elif income < 0:
            yield _Moved(entry, "recognised", -own)
        else:
            yield _Moved(entry, "others", own)
        return
    rest = -own
    sides: tuple[tuple[Movement, Decimal], ...] = (
        ("forfeited", kept),
        ("refunded", -money),
        ("recognised", income),
    )
    for kind, most in sides:
        part = min(rest, max(most, _ZERO))
        if part:
            yield _Moved(entry, kind, part)
            rest -= part
    if rest:
        yield _Moved(entry, "others", -rest)


def is_money(account: str) -> bool:
    """Whether an account is money at hand or on its way from a processor."""
    return is_cash(account) or (account.startswith("Assets:") and parts_of(account)[2] == "Processor")


def _is_income(posting: Posting) -> bool:
    return posting.account.startswith("Income:")


def _is_forfeited(posting: Posting) -> bool:
    return _is_income(posting) and parts_of(posting.account)[2] == "Forfeited"


def _is_ours(scope: Scope, posting: Posting) -> bool:
    return posting.units.currency == scope.currency


def _sum(postings: Iterable[Posting]) -> Decimal:
    """What some postings count in the balance of their entry."""
    return sum((one.balance.amount for one in postings), _ZERO)


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
        gap, age = f"reconciliation_gap:{account}", f"reconciliation_age:{account}"
        if not evidence:
            why = "no statement or balance line is here"
            yield scope.missing(gap, account, "money", "statements", reason=why, formula="F-A1")
            yield scope.missing(age, account, "days", "statements", reason=why, formula="F-A1")
            continue
        newest = evidence[0]
        yield from _gap(scope, journal, account, newest, {"gap": (gap, f"{account}: books less statement")})
        last = next((one for one in evidence if _agrees(scope, journal, account, one)), None)
        if last is None:
            yield scope.missing(
                age,
                account,
                "days",
                "statements",
                reason="no statement agrees with the books",
                formula="F-A1",
            )
            continue
        (days,) = _gap(scope, journal, account, last, {"age_days": (age, f"{account}: days since it agreed")})
        yield days
        sources.append(last.source)
        agreed += last is newest and (scope.as_of - last.day).days <= limit
    if accounts:
        share = Ratio(Decimal(agreed) / len(accounts), Decimal(agreed), Decimal(len(accounts)))
        one = scope.figure(
            "reconciled", "Accounts that agree with their bank", share, "ratio", formula="F-A1"
        )
        yield msgspec.structs.replace(one, sources=tuple(sources[:12]))


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
    found = list(_of_root(scope, journal, "Expenses", year))
    unsorted = [pair for pair in found if folded(group_of(pair[1].account)) in UNSORTED]
    if found:
        yield (some := _absolute(scope, "uncategorised", "Costs that nobody sorted, this year", unsorted))
        yield (everything := _absolute(scope, "expenses_ytd", "All lines of cost, this year", found))
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
    owners = [entry for entry in lines if "owner" in entry.tags]
    share = derived(
        scope,
        "F-A8",
        "owner_mix",
        "Owners' own lines in business accounts, this year",
        owner_lines=len(owners),
        lines=len(lines),
    )
    yield msgspec.structs.replace(
        share, sources=tuple(dict.fromkeys(one.source for one in owners[:12])), as_of=scope.as_of
    )


def _of_root(scope: Scope, journal: Journal, root: str, span: Period) -> Iterator[tuple[Entry, Posting]]:
    for entry, one in journal.lines(Lines(journal.component, (journal.name(root),), span.start, span.end)):
        if _is_ours(scope, one):
            yield entry, one


def _absolute(scope: Scope, code: str, label: str, found: Sequence[tuple[Entry, Posting]]) -> Figure:
    """Every line counted without its sign, so that a correction does not hide what it corrects."""
    amount = sum((abs(one.units.amount) for _, one in found), _ZERO)
    return posted(scope, code, label, amount, [], [entry for entry, _ in found])


def _sales_tax(scope: Scope, journal: Journal, year: Period) -> Iterator[Figure]:
    """Sales tax at the beginning of the year, collected, paid on, and still held (F-A4)."""
    account = journal.name("Liabilities", "SalesTax")
    if not journal.below([account]):
        return
    before = year.start - timedelta(days=1)
    opening = balance(
        scope, journal, "sales_tax_opening", "Sales tax held at new year", [account], day=before, sign=-1
    )
    found = [
        (entry, one)
        for entry, one in journal.lines(Lines(journal.component, (account,), year.start, year.end))
        if _is_ours(scope, one)
    ]
    more = [pair for pair in found if pair[1].units.amount < 0]
    less = [pair for pair in found if pair[1].units.amount > 0]
    collected = _absolute(scope, "sales_tax_collected", "Sales tax collected, this year", more)
    remitted = _absolute(scope, "sales_tax_remitted", "Sales tax paid on, this year", less)
    yield from (opening, collected, remitted)
    yield derived(
        scope,
        "F-A4",
        "sales_tax_held",
        "Sales tax held",
        opening=opening,
        collected=collected,
        remitted=remitted,
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
    yield _difference(scope, "receivable_gap", "Owed by customers: books less invoices", books, invoices)


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
            yield _difference(scope, f"intercompany_gap:{leaf}", label, mine, mirror)


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
        figure, sources=tuple(dict.fromkeys(one.source for one in bare[:12])), as_of=found[-1][0].date
    )


def has_join_key(entry: Entry) -> bool:
    """Whether an entry leads to a row of a handoff."""
    return any(entry.keys.get(key, "").strip() for key in JOIN_KEYS)
