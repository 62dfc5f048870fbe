"""What a rented house earns, by its books: income, running costs, returns, debt, reserve and the tax form."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.cash import YEAR, added, classed
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.ledger import balance, moved, posted
from quarterdeck.figures.months import span_of
from quarterdeck.figures.scope import Scope, Term, scope_of, terms_of
from quarterdeck.model.books import Loan
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Missing, Unit
from quarterdeck.model.holdings import Lease, Property
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Lines, parts_of
from quarterdeck.model.values import Blank, Money, Period, Ratio

OTHER_LINE = 19
DEPRECIATION_LINE = 18
RENT_LINE = 3
SCHEDULE_E: Mapping[str, int] = {
    "ads": 5, "advertising": 5, "marketing": 5,
    "auto": 6, "travel": 6, "vehicle": 6,
    "cleaning": 7, "maintenance": 7,
    "commission": 8, "commissions": 8,
    "insurance": 9,
    "professional": 10, "legal": 10, "accounting": 10,
    "management": 11,
    "interest": 12, "mortgage": 12,
    "repair": 14, "repairs": 14,
    "supplies": 15,
    "propertytax": 16,
    "utilities": 17,
    "depreciation": 18,
}  # fmt: skip
"""Last word of an account's group -> line of Part I; any other cost stands on line 19."""
_LINES = frozenset({RENT_LINE, *range(5, OTHER_LINE + 1)})
_NUMBER = re.compile(r"\d+")
_NO_RUNNING_COST = frozenset({"interest", "mortgage", "taxes", "incometax", "depreciation", "amortization"})
_RENT = frozenset({"rent", "rents", "rental"})
_NEITHER = ("capex", "owner")
"""Tags of entries that are no running cost, whatever account they stand on."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of a rental that its books give; none without a full month of them."""
    if entity.kind != "rental":
        return
    scope, journal = scope_of(facts, entity, currency), facts.journal(entity)
    months = journal.full_months(scope.as_of)[-YEAR:]
    if months:
        found = {one.id: one for one in _earned(scope, journal, months)}
        yield from found.values()
        yield from _returns(scope, journal, months, found)
        yield from _collected(scope, journal, months)
        yield from _schedule(scope, journal, months)


def in_words(months: tuple[Period, ...]) -> str:
    """How long a span of months is: `of twelve months`, `of 2 months`."""
    return "of twelve months" if len(months) == YEAR else f"of {len(months)} month{'s'[: len(months) - 1]}"


def _earned(scope: Scope, journal: Journal, months: tuple[Period, ...]) -> Iterator[Figure]:
    """Income, running costs and what is left, of the span and of its last month."""
    span, said = span_of(months), in_words(months)
    rent_accounts, other_accounts = _income(journal)
    name = "Rent if every unit were let, a month"
    market = (
        scope.total("gpr_month", name, _market(scope), needs=("rent_roll",))
        if scope.of(Lease)
        else scope.missing("gpr_month", name, "money", "rent_roll")
    )
    rent = moved(scope, journal, "rent_year", f"Rent received {said}", rent_accounts, span, sign=-1)
    other = moved(scope, journal, "other_income_year", f"Other income {said}", other_accounts, span, sign=-1)
    gpr = added(scope, "gpr_span", f"Rent if every unit were let, {said}", [market] * len(months))
    yield from (market, rent, other, gpr)
    yield derived(scope, "F-N1", "gpr", "Rent if every unit were let, a year", rents=[market])
    costs = list(_running(scope, journal, span, "opex_year", f"Running costs {said}"))
    yield from costs
    opex = costs[-1]
    if gpr.is_known:
        loss = added(scope, "vacancy_loss", f"Empty or not paid {said}", [gpr], [rent])
        yield loss
        yield derived(scope, "F-N2", "egi", f"Income {said}", gpr=gpr, vacancy_loss=loss, other=other)
    else:
        yield derived(scope, "F-N2", "egi", f"Income {said}", gpr=rent, vacancy_loss=Decimal(0), other=other)
    noi = derived(
        scope, "F-N3", "noi_year", f"NOI {said}", gpr=rent, vacancy_loss=Decimal(0), other=other, opex=opex
    )
    yield noi
    last = months[-1]
    costs = list(_running(scope, journal, last, "opex_month", f"Running costs, {last.name}"))
    income = (
        moved(scope, journal, "rent_month", f"Rent received, {last.name}", rent_accounts, last, sign=-1),
        moved(
            scope, journal, "other_income_month", f"Other income, {last.name}", other_accounts, last, sign=-1
        ),
    )
    yield from (*costs, *income)
    yield derived(
        scope,
        "F-N3",
        "noi_month",
        f"NOI, {last.name}",
        gpr=income[0],
        vacancy_loss=Decimal(0),
        other=income[1],
        opex=costs[-1],
    )
    units = len(scope.of(Lease))
    if units and isinstance(noi.value, Money):
        made = scope.figure(
            "noi_unit",
            f"NOI a unit {said}",
            Money(noi.value.amount / units, scope.currency),
            "money",
            kind="computed",
            rows=scope.of(Lease),
        )
        yield msgspec.structs.replace(
            made, inputs=(_of("noi", noi), Input("units", value=Decimal(units))), sources=noi.sources
        )
    entries = [
        (entry, moving)
        for entry in journal.within(span.start, span.end)
        for code, moving in classed(entry, journal.component, scope.currency)
        if code == "debt_out"
    ]
    yield posted(
        scope,
        "debt_service",
        f"Principal and interest {said}",
        sum((moving for _, moving in entries), Decimal(0)),
        [Lines(journal.component, (), span.start, span.end, cash_class="debt_out")],
        [entry for entry, _ in entries],
    )


def _income(journal: Journal) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Accounts of rent and of other income; where none is named after rent, all of them are rent."""
    used = journal.below((journal.name("Income"),))
    rent = tuple(one for one in used if parts_of(one)[2].casefold() in _RENT)
    return (rent, tuple(one for one in used if one not in rent)) if rent else (used, ())


def _market(scope: Scope) -> list[Term]:
    """The market rent of each unit, the rent of its lease where that is not known."""
    return [
        Term(one, one.market_rent, ("market_rent",))
        if isinstance(one.market_rent, Money)
        else Term(one, one.rent, ("rent",))
        for one in scope.of(Lease)
    ]


def _words(account: str) -> tuple[str, ...]:
    """The parts of an account's name that say what it is for, in small letters."""
    return tuple(account.casefold().split(":")[2:])


def _running(scope: Scope, journal: Journal, span: Period, code: str, label: str) -> Iterator[Figure]:
    """What running the house cost, last; before it what is taken off as capital work or the owner's own."""
    accounts = tuple(
        one
        for one in journal.below((journal.name("Expenses"),))
        if not _NO_RUNNING_COST.intersection(_words(one))
    )
    whole = moved(scope, journal, f"{code}_booked", f"{label}, as booked", accounts, span)
    off = [
        moved(scope, journal, f"{code}_{tag}", f"Of them {tag}", accounts, span, tag=tag) for tag in _NEITHER
    ]
    off = [one for one in off if isinstance(one.value, Money) and one.value.amount]
    yield from (whole, *off)
    yield added(scope, code, label, [whole], off)


def _returns(
    scope: Scope, journal: Journal, months: tuple[Period, ...], found: Mapping[str, Figure]
) -> Iterator[Figure]:
    """What the house returns, carries and keeps in reserve."""
    noi, opex, debt = found["noi_year"], found["opex_year"], found["debt_service"]
    house = next(iter(scope.of(Property)), None)
    value = _stated(scope, house, "house_value", "Value of the house", "value")
    own = _stated(scope, house, "cash_invested", "Own money put in", "cash_invested")
    yield from (value, own)
    valued = house.value_date if house and isinstance(house.value_date, date) else None
    reserve_accounts = tuple(one.name for one in journal.accounts if one.purpose == "reserve")
    reserve = (
        balance(scope, journal, "reserve", "Reserve", reserve_accounts)
        if reserve_accounts
        else scope.missing("reserve", "Reserve", "money", reason="no account has the purpose reserve")
    )
    yield reserve
    yearly = (
        (
            "F-N4",
            "cap_rate",
            "Cap rate",
            "ratio",
            {"noi": noi, "value": value, "value_date": valued, "as_of": scope.as_of},
        ),
        (
            "F-N6",
            "cash_on_cash",
            "Cash on cash",
            "ratio",
            {"noi": noi, "debt_service": debt, "invested": own},
        ),
        (
            "F-N13",
            "reserve_months",
            "Reserve lasts",
            "months",
            {"reserve": reserve, "opex": opex, "debt_service": debt},
        ),
    )
    for formula, code, label, unit, inputs in yearly:
        if len(months) < YEAR:
            yield _too_short(scope, code, label, unit, formula, months)  # type: ignore[arg-type]  # words of Unit
        else:
            yield derived(scope, formula, code, label, **inputs)
    yield derived(scope, "F-N5", "dscr", "DSCR", unit="score", noi=noi, debt_service=debt)
    gpr, other = found["gpr_span"], found["other_income_year"]
    yield derived(
        scope, "F-N8", "break_even_occupancy", "Break-even occupancy",
        opex=opex, debt_service=debt, gpr=gpr, other=other,
    )  # fmt: skip
    yield derived(scope, "F-N9", "expense_ratio", "Running costs of income", opex=opex, egi=found["egi"])
    yield derived(
        scope,
        "F-N10",
        "rent_multiplier",
        "Value over a year of full rent",
        unit="score",
        value=value,
        gpr=found["gpr"],
    )
    yield from parts(
        scope,
        "F-N7",
        {"physical": ("vacancy_days", "Days empty"), "economic": ("vacancy_rent", "Rent lost")},
        note="days empty are those of units that are empty now",
        vacant_days=_empty_days(scope, span_of(months)),
        available_days=len(scope.of(Lease)) * _days(span_of(months)),
        collected=found["rent_year"],
        gpr=gpr,
    )
    owed = scope.total(
        "loans_owed", "Owed on the house", terms_of(scope.of(Loan), "balance"), needs=("loans",)
    )
    yield owed
    yield derived(scope, "F-N15", "loan_to_value", "Loan over value", loan=owed, value=value)
    status = house.rent_cap_status if house else "unsure"
    status = "unsure" if isinstance(status, Blank) else status
    yield derived(scope, "F-N17", "rent_ceiling", "Most a rent may rise", cpi=None, status=status)


def _too_short(
    scope: Scope, code: str, label: str, unit: Unit, formula: str, months: tuple[Period, ...]
) -> Figure:
    reason = f"{len(months)} of {YEAR} months of books"
    return scope.missing(code, label, unit, "ledger_months", reason=reason, formula=formula)


def _stated(scope: Scope, house: Property | None, code: str, label: str, column: str) -> Figure:
    """One amount that is written of the house."""
    if house is None or isinstance(getattr(house, column), Blank):
        return scope.missing(code, label, "money", "property")
    return scope.total(code, label, terms_of([house], column), needs=("property",))


def _days(span: Period) -> int:
    return (span.end - span.start).days + 1


def _empty_days(scope: Scope, span: Period) -> int:
    """Days of the span since the tenants of empty units left."""
    left = [
        one.moved_out for one in scope.of(Lease) if one.status == "vacant" and isinstance(one.moved_out, date)
    ]
    return sum(max(0, (span.end - max(one, span.start)).days) for one in left)


def _of(name: str, figure: Figure) -> Input:
    return Input(name, figure=figure.id, entity=figure.entity)


def _collected(scope: Scope, journal: Journal, months: tuple[Period, ...]) -> Iterator[Figure]:
    """Rent due by the leases of today, and rent received, month by month; the share of the last month."""
    accounts = _income(journal)[0]
    pairs: list[tuple[Figure, Figure]] = []
    for month in months:
        let = [
            Term(one, one.rent, ("rent",))
            for one in scope.of(Lease)
            if (not isinstance(one.lease_start, date) or one.lease_start <= month.end)
            and (not isinstance(one.moved_out, date) or one.moved_out >= month.start)
            and not (one.status == "vacant" and isinstance(one.moved_out, Blank))
        ]
        if not let:
            due = scope.missing(f"rent_due:{month.name}", "Rent due", "money", "rent_roll")
        else:
            due = scope.total(
                f"rent_due:{month.name}", "Rent due", let, needs=("rent_roll",), kind="computed"
            )
            due = msgspec.structs.replace(due, note="by the rents of today's leases")
        got = moved(scope, journal, f"rent_received:{month.name}", "Rent received", accounts, month, sign=-1)
        pairs.append((due, got))
        yield from (due, got)
    due, got = pairs[-1]
    share: Ratio | Missing = Missing(needs=("rent_roll",))
    if isinstance(due.value, Money) and isinstance(got.value, Money) and due.value.amount:
        share = Ratio(got.value.amount / due.value.amount)
    made = scope.figure("collection_rate", "Rent collected", share, "ratio", kind="computed")
    yield msgspec.structs.replace(
        made, inputs=(_of("received", got), _of("due", due)), sources=got.sources, as_of=got.as_of
    )


def line_of(journal: Journal, account: str) -> int:
    """The line of Part I of Schedule E on which an account stands: by its own `tax-line`, else by its name."""
    opened = journal.account.get(account)
    for number in _NUMBER.findall(opened.tax_line if opened else ""):
        if int(number) in _LINES:
            return int(number)
    if account.startswith("Income:"):
        return RENT_LINE
    named = [SCHEDULE_E[word] for word in _words(account) if word in SCHEDULE_E]
    return named[-1] if named else OTHER_LINE


def _schedule(scope: Scope, journal: Journal, months: tuple[Period, ...]) -> Iterator[Figure]:
    """The lines of the tax form for the year of the last full month, as far as it has gone."""
    year = tuple(one for one in months if one.start.year == months[-1].start.year)
    span = span_of(year)
    by_line: dict[int, list[str]] = {RENT_LINE: []}
    for account in journal.below((journal.name("Income"), journal.name("Expenses"))):
        if "taxes" not in _words(account) and "incometax" not in _words(account):
            by_line.setdefault(line_of(journal, account), []).append(account)
    by_line.pop(DEPRECIATION_LINE, None)
    made: dict[int, Figure] = {}
    for line, accounts in sorted(by_line.items()):
        sign = -1 if line == RENT_LINE else 1
        made[line] = moved(scope, journal, f"schedule_e:{line}", f"Line {line}", accounts, span, sign=sign)
    house = next(iter(scope.of(Property)), None)
    began = house.in_service_date if house and isinstance(house.in_service_date, date) else None
    basis = _stated(scope, house, "building_basis", "Basis of the building", "building_basis")
    yield basis
    label = f"Depreciation of {span.start.year}, the whole year"
    if began:
        made[DEPRECIATION_LINE] = derived(
            scope, "F-N11", f"schedule_e:{DEPRECIATION_LINE}", label,
            basis=basis, month=began.month, year=span.start.year - began.year + 1,
        )  # fmt: skip
    else:
        made[DEPRECIATION_LINE] = scope.missing(
            f"schedule_e:{DEPRECIATION_LINE}", label, "money", "property", formula="F-N11"
        )
    yield from made.values()
    costs = [one for line, one in made.items() if line != RENT_LINE]
    net = added(scope, "schedule_e_net", f"Schedule E, {span.name}", [made[RENT_LINE]], costs)
    yield msgspec.structs.replace(net, formula="F-N12", note="preview for your preparer")
