"""Profit as the books say it, month by month, and what stands between it and the change of cash."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from quarterdeck.figures.cash import AVERAGED, HISTORY, YEAR, added, change_of_cash
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.ledger import moved
from quarterdeck.figures.months import last_full_month, months_to
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal, is_cash
from quarterdeck.model.ledger import parts_of
from quarterdeck.model.values import Money, Period, month_of

LINES: Mapping[str, str] = {
    "revenue": "Revenue",
    "variable": "Variable costs",
    "fixed": "Fixed costs",
    "depreciation": "Depreciation in fixed costs",
    "interest": "Interest",
    "taxes": "Taxes",
    "unclassified": "Costs of no class",
}
"""The lines of a month's income statement with their labels, in the order of a table."""

BRIDGE: Mapping[str, str] = {
    "Assets:Receivable": "Billed to customers, paid or still owed",
    "Assets:Unbilled": "Work done and not billed",
    "Assets:Processor": "Waiting at payment processors",
    "Assets:Prepaid": "Paid ahead, spread over months",
    "Assets:DueFrom": "Owed by sister businesses",
    "Assets:Fixed": "Lasting assets bought",
    "Assets:AccumDepreciation": "Depreciation: a cost that moves no cash",
    "Liabilities:Payable": "Bills not yet paid",
    "Liabilities:CreditCard": "On credit cards",
    "Liabilities:CustomerDeposits": "Customers' deposits",
    "Liabilities:GiftCards": "Gift cards",
    "Liabilities:SalesTax": "Sales tax",
    "Liabilities:CrewTips": "Tips of the crew",
    "Liabilities:SecurityDeposits": "Security deposits",
    "Liabilities:RefundsDue": "Refunds owed",
    "Liabilities:DueTo": "Owed to sister businesses",
    "Liabilities:Loan": "Loans: drawn, less principal paid",
    "Liabilities:Payroll": "Wages owed",
    "Equity:Owner": "Owners: paid in, less drawn",
    "Equity:Opening": "Opening balances",
    "Equity:Retained": "Retained profit",
}
"""What a group of accounts that is neither profit nor cash does to cash, in words."""
REST = "Other"
_REST_LABEL = "Other currencies, and entries across businesses"

BETWEEN = "between"
"""What sister businesses earn from and pay to each other; no part of the portfolio's profit."""

RUNNING: Mapping[str, str] = {f"so_far_{code}": f"{LINES[code]} so far" for code in ("revenue", "variable")}
"""The lines of the month that is not over, up to the day of the report; no sum of full months holds them."""

_EVERY_LINE = (*LINES, *RUNNING)
SUMS_BY_SUBJECT = frozenset({*_EVERY_LINE, *(f"{BETWEEN}_{code}" for code in _EVERY_LINE), "bridge"})


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of profit of an entity with books."""
    yield from of_books(facts, entity, currency)


@lru_cache(maxsize=64)
def of_books(facts: Facts, entity: Entity, currency: str) -> tuple[Figure, ...]:
    """The same at once, worked out once a run: break-even and targets ask for it again."""
    return tuple(_figures(facts, entity, currency))


def _figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    scope, journal = scope_of(facts, entity, currency), facts.journal(entity)
    window = months_to(last_full_month(scope.as_of), HISTORY)
    months = [one for one in journal.full_months(scope.as_of) if one in window]
    if not months:
        return
    found = {one.id: one for month in months for one in _statement(scope, journal, month, LINES)}
    running = month_of(scope.as_of)
    if running.end > scope.as_of and journal.within(running.start, scope.as_of):
        so_far = Period(running.start, scope.as_of, running.name)
        found |= {one.id: one for one in _statement(scope, journal, so_far, RUNNING)}
    yield from found.values()
    made = {one.id: one for one in earned(scope, found)}
    yield from made.values()
    if journal.cash_accounts:
        for month in months:
            yield from _bridge(scope, journal, month, made[f"profit:{month.name}"])


def _statement(scope: Scope, journal: Journal, month: Period, wanted: Mapping[str, str]) -> Iterator[Figure]:
    """Those of `LINES` or `RUNNING` that are wanted, of one month; costs are printed as positive amounts."""
    expenses = journal.name("Expenses")
    named = {
        "variable": (journal.name("Expenses", "Variable"),),
        "fixed": (journal.name("Expenses", "Fixed"),),
        "interest": (journal.name("Expenses", "Interest"),),
        "taxes": (journal.name("Expenses", "Taxes"),),
    }
    classed = {name for accounts in named.values() for name in journal.below(accounts)}
    rest = tuple(name for name in journal.below((expenses,)) if name not in classed)
    queries = {
        "revenue": (journal.name("Income"),),
        **named,
        "depreciation": (journal.name("Expenses", "Fixed", "Depreciation"),),
        "unclassified": rest,
    }
    for code, label in wanted.items():
        line = code.removeprefix("so_far_")
        sign = -1 if line == "revenue" else 1
        yield moved(scope, journal, f"{code}:{month.name}", label, queries[line], month, sign=sign)
        between = moved(
            scope,
            journal,
            f"{BETWEEN}_{code}:{month.name}",
            label,
            queries[line],
            month,
            sign=sign,
            tag="intercompany",
        )
        if between.lines and between.sources:
            yield between


def eliminated(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """The lines of the portfolio without what its businesses earn from each other.

    Args:
        scope: The portfolio.
        found: Its figures of `LINES` and `RUNNING` by month, and of what is between its businesses.

    Yields:
        For each line and month with such entries: the sum with them under an id of its own (`all_revenue:…`),
        and the line without them.
    """
    for code in _EVERY_LINE:
        for name, between in found.items():
            kind, _, month = name.partition(":")
            if kind == f"{BETWEEN}_{code}":
                whole = found[f"{code}:{month}"]
                gross = msgspec.structs.replace(
                    whole, id=f"all_{code}:{month}", label=f"{whole.label}, with sister businesses"
                )
                yield gross
                yield added(scope, whole.id, whole.label, [gross], [between])


def earned(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """Profit of each month, and the sums and averages that rest on the months.

    Args:
        scope: An entity or the portfolio.
        found: Its figures of `LINES` by month.
    """
    known = [
        one.name for one in months_to(last_full_month(scope.as_of), HISTORY) if f"revenue:{one.name}" in found
    ]
    if not known:
        return
    for month in known:
        costs = [
            found[f"{code}:{month}"] for code in ("variable", "fixed", "interest", "taxes", "unclassified")
        ]
        yield added(scope, f"profit:{month}", "Profit", [found[f"revenue:{month}"]], costs)
    for code, label in (("revenue", "Revenue"), ("variable", "Variable costs"), ("fixed", "Fixed costs")):
        year = [found[f"{code}:{month}"] for month in known[-YEAR:]]
        span = "of twelve months" if len(year) == YEAR else f"of {len(year)} months"
        yield added(scope, f"{code}_year", f"{label} {span}", year)
    for code, label in (("revenue", "Revenue, a month"), ("fixed", "Fixed costs, a month, by the books")):
        newest = [found[f"{code}:{month}"] for month in known[-AVERAGED:]]
        yield derived(scope, "F-B3", f"{code}_monthly", label, months=newest)
    last = known[-1]
    cm, ratio = parts(
        scope,
        "F-M1",
        {"cm": ("contribution_month", "Contribution"), "cmr": ("contribution_ratio", "Contribution ratio")},
        units={"cmr": "ratio"},
        revenue=found[f"revenue:{last}"],
        variable=found[f"variable:{last}"],
    )
    yield from (cm, ratio)
    income = derived(
        scope, "F-M3", "operating_income", "Operating income", cm=cm, fixed=found[f"fixed:{last}"]
    )
    yield income
    yield derived(scope, "F-M4", "ebitda", "EBITDA", op_income=income, dep=found[f"depreciation:{last}"])


def _bridge(scope: Scope, journal: Journal, month: Period, profit: Figure) -> Iterator[Figure]:
    """From profit to the change of cash, a line for each group of accounts that moved."""
    explained = profit.value.amount if isinstance(profit.value, Money) else Decimal(0)
    for group, accounts in _groups(journal).items():
        line = moved(
            scope,
            journal,
            f"bridge:{month.name}:{group}",
            BRIDGE.get(group, group.replace(":", ", ").lower().capitalize()),
            accounts,
            month,
            sign=-1,
        )
        if isinstance(line.value, Money) and line.value.amount:
            explained += line.value.amount
            yield line
    change = change_of_cash(scope, journal, month)
    if change != explained:
        value = Money(change - explained, scope.currency)
        yield scope.figure(f"bridge:{month.name}:{REST}", _REST_LABEL, value, "money", kind="computed")


def _groups(journal: Journal) -> Mapping[str, tuple[str, ...]]:
    """Root and group -> used accounts that are neither cash nor profit, in the order of `BRIDGE`."""
    found: dict[str, list[str]] = {}
    for name in journal.used:
        root, _, group, _ = parts_of(name)
        if root in {"Assets", "Liabilities", "Equity"} and not is_cash(name):
            found.setdefault(f"{root}:{group}", []).append(name)
    order = [*BRIDGE, *sorted(found.keys() - BRIDGE.keys())]
    return {group: tuple(found[group]) for group in order if group in found}
