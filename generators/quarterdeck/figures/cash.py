"""Cash, whose it is, what moved it each month, and how long it lasts: from the books alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from quarterdeck.figures.derived import derived
from quarterdeck.figures.exchange import Exchange, Together, by_currency
from quarterdeck.figures.ledger import balance, held_in, posted
from quarterdeck.figures.months import last_full_month, months_to
from quarterdeck.figures.scope import Scope, scope_of, with_prices
from quarterdeck.formulas.cash import ONE_TIME, movement
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.journal import Journal, is_cash
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.values import Money, Period, month_of

HISTORY = 13
"""Full months that pages look back on, besides the one that runs."""
AVERAGED = 3
YEAR = 12

CLASSES: Mapping[str, str] = {
    "operating_in": "Operating cash in",
    "operating_out": "Operating cash out",
    "one_time_out": "Of it one-time",
    "debt_in": "Borrowed",
    "debt_out": "Paid to lenders",
    "investing_in": "Assets sold",
    "investing_out": "Spent on lasting assets",
    "owner_in": "Paid in by owners",
    "owner_out": "Drawn by owners",
    "held_in": "Held for tenants, in",
    "held_out": "Held for tenants, out",
    "intercompany_in": "From sister businesses",
    "intercompany_out": "To sister businesses",
    "cash_change": "Change of cash",
}
"""What a month's cash movements are called, in the order of a table."""
_ALWAYS = frozenset({"operating_in", "operating_out", "one_time_out", "debt_out", "owner_out", "cash_change"})
BETWEEN = frozenset({"intercompany_in", "intercompany_out"})
"""What is no movement of the portfolio's cash."""

SUMS = frozenset(
    {
        "cash_total",
        "cash_restricted",
        "cash_in_transit",
        "deposits_owed",
        "restricted_accounts",
        "restricted_security_deposits",
        "restricted_sales_tax",
        "restricted_tax",
        "restricted_tips",
    }
)
"""Figures of the portfolio that are its entities' added up."""
SUMS_BY_SUBJECT = frozenset(CLASSES)


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of cash of an entity with books; what is missing of an active business without them."""
    yield from of_books(facts, entity, currency)


def of_books(facts: Facts, entity: Entity, currency: str) -> tuple[Figure, ...]:
    """The same at once, worked out once a run: what may be spent asks for it again."""
    return _of_books(facts.in_force, entity, currency)


@lru_cache(maxsize=64)
def _of_books(facts: Facts, entity: Entity, currency: str) -> tuple[Figure, ...]:
    return tuple(_figures(facts, entity, currency))


def _figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    scope = scope_of(facts, entity, currency)
    journal = facts.journal(entity)
    found: dict[str, Figure] = {}
    for one in (*_position(scope, journal), *_months(scope, journal)):
        found[one.id] = one
        yield one
    if journal or (entity.is_active and not entity.parent):
        yield from lasting(scope, found)


def _position(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """What there is at the end of the day of the report, and how much of it is not ours to spend."""
    if not journal.cash_accounts:
        return
    at_hand = (journal.name("Assets", "Bank"), journal.name("Assets", "Cash"))
    yield balance(scope, journal, "cash_total", "Bank and cash", at_hand)
    for currency in journal.currencies(at_hand):
        if currency != scope.currency:
            yield held_in(
                scope, journal, f"cash_held:{currency}", f"Bank and cash in {currency}", at_hand, currency
            )
    held = list(_held(scope, journal))
    yield from held
    yield added(scope, "cash_restricted", "Restricted cash", held)
    yield balance(
        scope,
        journal,
        "cash_in_transit",
        "In transit from processors",
        (journal.name("Assets", "Processor"),),
    )
    yield balance(
        scope,
        journal,
        "deposits_owed",
        "Guests' money for what is not yet given",
        (journal.name("Liabilities", "CustomerDeposits"),),
        sign=-1,
    )


def _held(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """Restricted cash by reason; an account kept for a debt and the debt itself count once, the larger."""
    kept: defaultdict[str, list[str]] = defaultdict(list)
    for name in journal.cash_accounts:
        account = journal.account.get(name)
        if account is None:
            continue
        if account.purpose in {"tax", "sales-tax", "deposits"}:
            kept[account.purpose].append(name)
        elif account.restricted:
            kept[""].append(name)
    for code, label, purpose, group in (
        ("restricted_accounts", "In restricted accounts", "", ""),
        ("restricted_security_deposits", "Tenants' and renters' deposits", "deposits", "SecurityDeposits"),
        ("restricted_sales_tax", "Sales tax to be handed on", "sales-tax", "SalesTax"),
        ("restricted_tax", "Kept for taxes", "tax", ""),
        ("restricted_tips", "Tips of the crew", "", "CrewTips"),
    ):
        accounts = kept.get(purpose, []) if code != "restricted_tips" else []
        liability = [journal.name("Liabilities", group)] if group else []
        sums = [balance(scope, journal, code, label, accounts)] if accounts else []
        if journal.below(liability):
            sums.append(balance(scope, journal, code, label, liability, sign=-1))
        if sums:
            largest = max(
                sums, key=lambda one: one.value.amount if isinstance(one.value, Money) else Decimal(0)
            )
            if isinstance(largest.value, Money) and largest.value.amount > 0:
                yield largest


def _months(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """What moved cash in each month, by class; the classes explain the whole change, to the cent."""
    if not journal.cash_accounts:
        return
    shown = [*journal.full_months(scope.as_of)[-HISTORY:]]
    if month_of(scope.as_of).end > scope.as_of and journal.months:
        shown.append(month_of(scope.as_of))
    by_month = {month.name: _by_class(scope.exchange, journal, month, scope.currency) for month in shown}
    ever = {code for moved in by_month.values() for code in moved} | _ALWAYS
    for month in shown:
        for code, label in CLASSES.items():
            if code in ever:
                entries = by_month[month.name].get(code, [])
                lines = Lines(journal.component, (), month.start, month.end, cash_class=code)
                amount = sum((moved for _, moved in entries), Decimal(0))
                moving = [entry for entry, _ in entries]
                made = posted(scope, f"{code}:{month.name}", label, amount, [lines], moving)
                yield with_prices(made, _in_other_money(scope, moving))


def _in_other_money(scope: Scope, entries: Iterable[Entry]) -> Together:
    """The cash of other currencies that some entries moved, each at the price of its day."""
    return scope.together(
        (posting.balance, entry.date)
        for entry in entries
        for posting in entry.postings
        if is_cash(posting.account) and scope.is_foreign(posting.balance)
    )


@lru_cache(maxsize=256)
def _by_class(
    exchange: Exchange, journal: Journal, month: Period, currency: str
) -> Mapping[str, list[tuple[Entry, Decimal]]]:
    """Class -> the entries of a month that moved cash in it, with how much."""
    found: defaultdict[str, list[tuple[Entry, Decimal]]] = defaultdict(list)
    for entry in journal.within(month.start, month.end):
        counted = exchange.entry(entry, currency)
        for code, amount in classed(counted, journal.component, currency):
            found[code].append((entry, amount))
    return found


def moved_as(
    scope: Scope, journals: Iterable[Journal], code: str, label: str, classes: Iterable[str], days: Period
) -> Figure:
    """What some days moved cash in some of `CLASSES`, of several books together."""
    lines, found = [], []
    for journal in journals:
        by_class = _by_class(scope.exchange, journal, days, scope.currency)
        for one in sorted(classes):
            lines.append(Lines(journal.component, (), days.start, days.end, cash_class=one))
            found += by_class.get(one, [])
    entries = sorted((entry for entry, _ in found), key=lambda entry: entry.date)
    amount = sum((moved for _, moved in found), Decimal(0))
    return with_prices(posted(scope, code, label, amount, lines, entries), _in_other_money(scope, entries))


def change_of_cash(scope: Scope, journal: Journal, month: Period) -> Decimal:
    """What a month moved of all cash, in the currency of the scope."""
    moved = _by_class(scope.exchange, journal, month, scope.currency)
    return sum((amount for _, amount in moved.get("cash_change", [])), Decimal(0))


def classed(entry: Entry, component: str, currency: str) -> Iterator[tuple[str, Decimal]]:
    """What one entry adds to each of `CLASSES`; all but the change of cash as positive amounts."""
    moved = movement(entry, component, currency)
    for name, amount in moved.items():
        yield f"{name}_{'in' if amount > 0 else 'out'}", abs(amount)
        if name == "operating" and amount < 0 and ONE_TIME in entry.tags:
            yield "one_time_out", -amount
    change = sum(moved.values(), Decimal(0))
    if change:
        yield "cash_change", change


def lasting(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """Available cash, burn and runway, made of the position and the months.

    Args:
        scope: An entity or the portfolio.
        found: Its figures of `SUMS` and of `CLASSES` by month.
    """
    cash = available(scope, found)
    yield cash
    months = _burnt(scope, found)
    for burnt in months.values():
        yield from burnt.values()
    gross = _average(scope, "gross_burn", "Gross burn, a month", months, "gross_burn")
    net = _average(scope, "net_burn", "Net burn, a month", months, "net_burn")
    drawn = _drawn(scope, found, list(months))
    yield from (gross, net, drawn)
    yield derived(scope, "F-B8", "net_burn_owner", "Net burn with owner draws, a month", net=net, draws=drawn)
    yield derived(scope, "F-B4", "runway_months", "Runway", cash=cash, net=net)
    yield derived(scope, "F-B5", "zero_cash_date", "Cash runs out", as_of=scope.as_of, cash=cash, net=net)
    yield derived(scope, "F-B6", "runway_zero_revenue", "Runway without revenue", cash=cash, gross=gross)
    yield _seasonal(scope, cash, found)


def available_of(facts: Facts, entity: Entity, currency: str) -> Figure:
    """The available cash of one entity, worked out once a run."""
    return _available_of(facts.in_force, entity, currency)


@lru_cache(maxsize=64)
def _available_of(facts: Facts, entity: Entity, currency: str) -> Figure:
    scope = scope_of(facts, entity, currency)
    return available(scope, {one.id: one for one in _position(scope, facts.journal(entity))})


def available(scope: Scope, found: Mapping[str, Figure]) -> Figure:
    """Bank and cash less what is restricted."""
    total = found.get("cash_total")
    if total is None or not total.is_known:
        return scope.missing("cash_available", "Available cash", "money", "cash_balance")
    held = found.get("cash_restricted")
    return added(scope, "cash_available", "Available cash", [total], [held] if held else [])


def _burnt(scope: Scope, found: Mapping[str, Figure]) -> dict[str, dict[str, Figure]]:
    """Gross and net burn of each full month, oldest first."""
    months: dict[str, dict[str, Figure]] = {}
    for month in months_to(last_full_month(scope.as_of), HISTORY):
        out = found.get(f"operating_out:{month.name}")
        if out is None:
            continue
        gross = derived(
            scope,
            "F-B1",
            f"gross_burn:{month.name}",
            f"Gross burn, {month.name}",
            op_out=out,
            debt_service=found[f"debt_out:{month.name}"],
            one_time=found[f"one_time_out:{month.name}"],
        )
        net = derived(
            scope,
            "F-B2",
            f"net_burn:{month.name}",
            f"Net burn, {month.name}",
            gross=gross,
            op_in=found[f"operating_in:{month.name}"],
        )
        months[month.name] = {"gross_burn": gross, "net_burn": net}
    return months


def _average(
    scope: Scope, code: str, label: str, months: Mapping[str, Mapping[str, Figure]], name: str
) -> Figure:
    newest = [figures_of[name] for figures_of in list(months.values())[-AVERAGED:]]
    if not newest:
        return scope.missing(code, label, "money", "ledger_months", formula="F-B3")
    return derived(scope, "F-B3", code, label, months=newest)


def _drawn(scope: Scope, found: Mapping[str, Figure], months: list[str]) -> Figure:
    newest = [found[f"owner_out:{month}"] for month in months[-AVERAGED:]]
    if not newest:
        return scope.missing(
            "owner_draws", "Drawn by owners, a month", "money", "ledger_months", formula="F-B3"
        )
    return derived(scope, "F-B3", "owner_draws", "Drawn by owners, a month", months=newest)


def _seasonal(scope: Scope, cash: Figure, found: Mapping[str, Figure]) -> Figure:
    """The runway if each of the next months goes as it went a year ago."""
    flows = [
        found[f"cash_change:{month.name}"]
        for month in months_to(last_full_month(scope.as_of), YEAR)
        if f"cash_change:{month.name}" in found
    ]
    label = "Runway by last year's season"
    if len(flows) < YEAR:
        reason = f"{len(flows)} of {YEAR} months of history"
        return scope.missing(
            "runway_seasonal", label, "months", "ledger_months", reason=reason, formula="F-B7"
        )
    return derived(scope, "F-B7", "runway_seasonal", label, cash=cash, flows=flows)


def added(
    scope: Scope, code: str, label: str, plus: Iterable[Figure], minus: Iterable[Figure] = ()
) -> Figure:
    """Figures added up and taken off, each of them an input; what is not known is left out and counted."""
    terms = [(1, one) for one in plus] + [(-1, one) for one in minus]
    known = [(sign, one, one.value) for sign, one in terms if isinstance(one.value, Money)]
    total = sum((sign * value.amount for sign, _, value in known), Decimal(0))
    gaps = [one.value for _, one in terms if isinstance(one.value, Missing)]
    needs = tuple(dict.fromkeys(key for gap in gaps for key in gap.needs))
    made = scope.figure(
        code,
        label,
        Money(total, scope.currency) if known or not terms else Missing(needs=needs),
        "money",
        kind="computed",
        known=len(known),
        wanted=len(terms),
    )
    return _with_inputs(made, terms)


def _with_inputs(made: Figure, terms: list[tuple[int, Figure]]) -> Figure:
    sources = tuple(dict.fromkeys(place for _, one in terms for place in one.sources))
    return msgspec.structs.replace(
        made,
        inputs=tuple(
            Input("plus" if sign > 0 else "minus", figure=one.id, entity=one.entity) for sign, one in terms
        ),
        sources=sources,
        as_of=max((one.as_of for _, one in terms if one.as_of), default=None),
        note="; ".join(dict.fromkeys(one.note for _, one in terms if one.note)),
        apart=by_currency(money * sign for sign, one in terms for money in one.apart),
    )
