"""How sure revenue is, by the books: what recurs, on how few payers it hangs, what was paid ahead or given back."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from quarterdeck.figures.cash import YEAR, added, of_books
from quarterdeck.figures.derived import parts
from quarterdeck.figures.ledger import entry_sources, moved, posted
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import MOST_SOURCES, Scope, scope_of, with_prices
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.journal import Journal, is_cash
from quarterdeck.model.ledger import Entry, Lines, Posting, parts_of
from quarterdeck.model.values import Money, Period, Ratio

RECURRING = ("Hosting", "Rent", "Retainers")
"""Groups of income that come again without being sold again."""
_PAID_AHEAD = frozenset({"CustomerDeposits", "GiftCards", "RefundsDue"})
_PAYER = ("client", "unit")
"""Keys of an entry that name who pays; without one it is the payee."""
_BETWEEN = "intercompany"

SUMS = frozenset({"recurring_year", "recurring_between", "refunds_year"})


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of how sure the revenue of an entity with books is; of twelve full months, or of those there are."""
    scope, journal = scope_of(facts, entity, currency), facts.journal(entity)
    span = _span(scope, journal)
    if span is None:
        return
    accounts = [journal.name("Income", group) for group in RECURRING]
    revenue = moved(scope, journal, "revenue_year", "Revenue", [journal.name("Income")], span, sign=-1)
    recurring = moved(scope, journal, "recurring_year", "Recurring revenue", accounts, span, sign=-1)
    between = moved(
        scope,
        journal,
        "recurring_between",
        "Recurring revenue from sister businesses",
        accounts,
        span,
        sign=-1,
        tag=_BETWEEN,
    )
    refunds = _refunds(scope, journal)
    yield from (recurring, refunds)
    if between.sources:
        yield between
    yield from _shares(scope, revenue, recurring, refunds)
    yield from payers(scope)
    cash = {one.id: one for one in of_books(facts, entity, currency)}
    yield from _paid_ahead(scope, cash)


def of_portfolio(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """The shares of all businesses together, without what they earn from each other.

    Args:
        scope: The portfolio.
        found: Its figures of `SUMS`, of cash, and `revenue_year`.
    """
    if "recurring_year" in found and "revenue_year" in found:
        gross = found["recurring_year"]
        between = [found["recurring_between"]] if "recurring_between" in found else []
        outside = added(scope, "recurring_outside", "Recurring revenue from outside", [gross], between)
        yield outside
        yield from _shares(scope, found["revenue_year"], outside, found["refunds_year"])
    yield from _paid_ahead(scope, found)


def payers(scope: Scope) -> Iterator[Figure]:
    """Share of the largest payer and HHI of a year's revenue, without what sister businesses pay (F-G4)."""
    sums: dict[tuple[str, str], Decimal] = {}
    entries: list[Entry] = []
    for entity in scope.entities:
        for entry, posting in _postings(scope, scope.facts.journal(entity), "Income"):
            money = scope.converted(posting.units, entry.date)
            if _BETWEEN in entry.tags or not isinstance(money, Money) or scope.is_foreign(money):
                continue
            who = next((entry.keys[key] for key in _PAYER if entry.keys.get(key)), entry.payee)
            key = (entity.entity, folded(who))
            sums[key] = sums.get(key, Decimal(0)) - money.amount
            entries.append(entry)
    if not sums:
        return
    wanted = {
        "top_share": ("payer_top_share", "Largest payer's share of revenue"),
        "hhi": ("payer_hhi", "Concentration of payers"),
    }
    revenues = sorted(sums.values(), reverse=True)
    for one in parts(scope, "F-G4", wanted, units={"top_share": "ratio"}, revenues=revenues):
        yield msgspec.structs.replace(
            one,
            inputs=(),
            sources=entry_sources(entries),
            note=f"{len(sums)} payers, named by client, unit or payee",
        )


def _postings(scope: Scope, journal: Journal, *group: str) -> Iterator[tuple[Entry, Posting]]:
    """The year's postings of one root, or of a group below it."""
    span = _span(scope, journal)
    if span is not None:
        root, *rest = group
        yield from journal.lines(Lines(journal.component, (journal.name(root, *rest),), span.start, span.end))


def _span(scope: Scope, journal: Journal) -> Period | None:
    """The newest twelve full months of the books, fewer where there are no more; None without any."""
    months = journal.full_months(scope.as_of)[-YEAR:]
    if not months:
        return None
    return Period(months[0].start, months[-1].end, f"{months[0].name}/{months[-1].name}")


def _refunds(scope: Scope, journal: Journal) -> Figure:
    """What went back to customers: paid out of deposits, gift cards or revenue, and revenue taken back."""
    found = [
        (entry, posting)
        for root, groups in (("Liabilities", sorted(_PAID_AHEAD)), ("Income", ("",)))
        for group in groups
        for entry, posting in _postings(scope, journal, *filter(None, (root, group)))
        if posting.units.amount > 0 and (parts_of(posting.account)[2] == "Refunds" or _is_paid_out(entry))
    ]
    found.sort(key=lambda one: (one[0].date, one[0].path, one[0].line))
    sums = scope.together((posting.units, entry.date) for entry, posting in found)
    made = posted(
        scope, "refunds_year", "Given back to customers", sums.amount, [], [one for one, _ in found]
    )
    return with_prices(made, sums)


def _is_paid_out(entry: Entry) -> bool:
    """Whether money left the bank, the till or a payment processor."""
    return any(
        posting.units.amount < 0
        and (is_cash(posting.account) or parts_of(posting.account)[::2] == ("Assets", "Processor"))
        for posting in entry.postings
    )


def _shares(scope: Scope, revenue: Figure, recurring: Figure, refunds: Figure) -> Iterator[Figure]:
    yield _share(scope, "recurring_share", "Recurring, of revenue", recurring, revenue)
    yield _share(scope, "refunds_share", "Given back, of revenue", refunds, revenue)


def _paid_ahead(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    if "deposits_owed" in found and "cash_total" in found:
        deposits, cash = found["deposits_owed"], found["cash_total"]
        yield _share(scope, "deposits_share", "Guests' money, of bank and cash", deposits, cash)


def _share(scope: Scope, code: str, label: str, part: Figure, whole: Figure) -> Figure:
    """One figure of money as a part of another; n/a where there is nothing to have a part of."""
    value: Ratio | Missing = Missing()
    if isinstance(part.value, Money) and isinstance(whole.value, Money):
        base = whole.value.amount
        none = Missing("not_applicable", reason=f"{whole.label.lower()} is not above 0")
        value = Ratio(part.value.amount / base) if base > 0 else none
    made = scope.figure(code, label, value, "ratio", kind="computed")
    return msgspec.structs.replace(
        made,
        inputs=tuple(
            Input(name, figure=one.id, entity=one.entity) for name, one in (("part", part), ("whole", whole))
        ),
        sources=tuple(dict.fromkeys((*part.sources, *whole.sources)))[:MOST_SOURCES],
        as_of=max((one.as_of for one in (part, whole) if one.as_of), default=None),
        note="; ".join(dict.fromkeys(filter(None, (part.note, whole.note)))),
    )
