"""What a rented house earns, by its books: income, running costs, returns, debt and reserve."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.cash import YEAR, added, classed
from quarterdeck.figures.derived import derived
from quarterdeck.figures.ledger import balance, moved, posted
from quarterdeck.figures.months import span_of
from quarterdeck.figures.rental import newest_leases
from quarterdeck.figures.rental_costs import running
from quarterdeck.figures.rental_tax import schedule, stated
from quarterdeck.figures.rental_units import RentedUnit, collected, rent_accounts, turns, units_of, vacancy
from quarterdeck.figures.scope import Scope, Term, scope_of, terms_of
from quarterdeck.model.books import Loan
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Unit
from quarterdeck.model.holdings import Lease, Property
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Lines
from quarterdeck.model.values import Blank, Money, Period


class Earned(msgspec.Struct, frozen=True):
    """What a span of months brought and cost, from which all returns follow."""

    rent: Figure
    other: Figure
    full: Figure
    """Rent of the span if every unit were let."""
    full_year: Figure
    income: Figure
    costs: Figure
    noi: Figure
    debt: Figure
    """Principal and interest."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of a rental's worth and loans, and of its books where they have a full month."""
    if entity.kind != "rental":
        return
    scope, journal = scope_of(facts, entity, currency), facts.journal(entity)
    value, own = _worth(scope)
    yield from (value, own)
    yield from _loan(scope, value)
    yield _ceiling(scope)
    months = journal.full_months(scope.as_of)[-YEAR:]
    if not months:
        return
    units = units_of(scope, journal)
    found = {one.id: one for one in _earned(scope, journal, months, units)}
    yield from found.values()
    earned = Earned(
        *(found[code] for code in ("rent_year", "other_income_year", "gpr_span", "gpr")),
        *(found[code] for code in ("egi", "opex_year", "noi_year", "debt_service")),
    )
    yield from _of_last_month(scope, journal, months[-1])
    yield from _returns(scope, months, earned, value, own)
    yield from _reserve(scope, journal, months, earned)
    yield from vacancy(scope, months, units, earned.rent, earned.full)
    yield from collected(scope, journal, months, units)
    yield from turns(scope, journal, units)
    yield from schedule(scope, journal, months)


def in_words(months: tuple[Period, ...]) -> str:
    """How long a span of months is: `of twelve months`, `of 2 months`."""
    return "of twelve months" if len(months) == YEAR else f"of {len(months)} month{'s'[: len(months) - 1]}"


def _earned(
    scope: Scope, journal: Journal, months: tuple[Period, ...], units: Sequence[RentedUnit]
) -> Iterator[Figure]:
    """Income, running costs, what is left, and what lenders got, of the whole span."""
    span, said = span_of(months), in_words(months)
    rents, others = rent_accounts(journal)
    rent = moved(scope, journal, "rent_year", f"Rent received {said}", rents, span, sign=-1)
    other = moved(scope, journal, "other_income_year", f"Other income {said}", others, span, sign=-1)
    market = _market(scope)
    full = added(scope, "gpr_span", f"Rent if every unit were let, {said}", [market] * len(months))
    costs = list(running(scope, journal, span, "opex_year", f"Running costs {said}"))
    yield from (market, rent, other, full, *costs)
    yield derived(scope, "F-N1", "gpr", "Rent if every unit were let, a year", rents=[market])
    if full.is_known:
        loss = added(scope, "vacancy_loss", f"Empty or not paid {said}", [full], [rent])
        yield loss
        yield derived(scope, "F-N2", "egi", f"Income {said}", gpr=full, vacancy_loss=loss, other=other)
    else:
        yield derived(scope, "F-N2", "egi", f"Income {said}", gpr=rent, vacancy_loss=Decimal(0), other=other)
    noi = _noi(scope, "noi_year", f"NOI {said}", rent, other, costs[-1])
    yield noi
    yield from _noi_of_a_unit(scope, said, noi, units)
    yield _debt_service(scope, journal, span, said)


def _noi(scope: Scope, code: str, label: str, rent: Figure, other: Figure, costs: Figure) -> Figure:
    """NOI from the rent that came, of which nothing is lost any more."""
    return derived(scope, "F-N3", code, label, gpr=rent, vacancy_loss=Decimal(0), other=other, opex=costs)


def _market(scope: Scope) -> Figure:
    """Rent of a month at the market of every unit; of its lease where the market is not known, which is marked."""
    name, leases = "Rent if every unit were let, a month", newest_leases(scope.of(Lease))
    if not leases:
        return scope.missing("gpr_month", name, "money", "rent_roll")
    terms = [
        Term(one, one.market_rent, ("market_rent",))
        if isinstance(one.market_rent, Money)
        else Term(one, one.rent, ("rent",))
        for one in leases
    ]
    made = scope.total("gpr_month", name, terms, needs=("rent_roll",))
    by_lease = sum(isinstance(one.market_rent, Blank) for one in leases)
    note = f"{by_lease} of {len(leases)} units by the rent of the lease" if by_lease else ""
    return msgspec.structs.replace(made, note=note)


def _noi_of_a_unit(scope: Scope, said: str, noi: Figure, units: Sequence[RentedUnit]) -> Iterator[Figure]:
    if not units or not isinstance(noi.value, Money):
        return
    made = scope.figure(
        "noi_unit",
        f"NOI a unit {said}",
        Money(noi.value.amount / len(units), scope.currency),
        "money",
        kind="computed",
        rows=scope.of(Lease),
    )
    inputs = (Input("noi", figure=noi.id, entity=noi.entity), Input("units", value=Decimal(len(units))))
    yield msgspec.structs.replace(made, inputs=inputs, sources=noi.sources)


def _debt_service(scope: Scope, journal: Journal, span: Period, said: str) -> Figure:
    entries = [
        (entry, moving)
        for entry in journal.within(span.start, span.end)
        for code, moving in classed(entry, journal.component, scope.currency)
        if code == "debt_out"
    ]
    return posted(
        scope,
        "debt_service",
        f"Principal and interest {said}",
        sum((moving for _, moving in entries), Decimal(0)),
        [Lines(journal.component, (), span.start, span.end, cash_class="debt_out")],
        [entry for entry, _ in entries],
    )


def _of_last_month(scope: Scope, journal: Journal, last: Period) -> Iterator[Figure]:
    rents, others = rent_accounts(journal)
    rent = moved(scope, journal, "rent_month", f"Rent received, {last.name}", rents, last, sign=-1)
    other = moved(scope, journal, "other_income_month", f"Other income, {last.name}", others, last, sign=-1)
    costs = list(running(scope, journal, last, "opex_month", f"Running costs, {last.name}"))
    yield from (rent, other, *costs)
    yield _noi(scope, "noi_month", f"NOI, {last.name}", rent, other, costs[-1])


def _house(scope: Scope) -> Property | None:
    return next(iter(scope.of(Property)), None)


def _worth(scope: Scope) -> tuple[Figure, Figure]:
    """What the house is worth, and the own money in it."""
    house = _house(scope)
    return (
        stated(scope, house, "house_value", "Value of the house", "value"),
        stated(scope, house, "cash_invested", "Own money put in", "cash_invested"),
    )


def _loan(scope: Scope, value: Figure) -> Iterator[Figure]:
    label = "Owed on the house"
    owed = (
        scope.total("loans_owed", label, terms_of(scope.of(Loan), "balance"), needs=("loans",))
        if scope.has(Loan)
        else scope.missing("loans_owed", label, "money", "loans")
    )
    yield owed
    yield derived(scope, "F-N15", "loan_to_value", "Loan over value", loan=owed, value=value)


def _ceiling(scope: Scope) -> Figure:
    house = _house(scope)
    status = house.rent_cap_status if house else "unsure"
    status = "unsure" if isinstance(status, Blank) else status
    cpi = scope.assumed.local_cpi
    return derived(
        scope, "F-N17", "rent_ceiling", "Most a rent may rise", cpi=cpi.rate if cpi else None, status=status
    )


def _returns(
    scope: Scope, months: tuple[Period, ...], earned: Earned, value: Figure, own: Figure
) -> Iterator[Figure]:
    """What the house returns and carries; rates of a year only from a year of books."""
    house = _house(scope)
    valued = house.value_date if house and isinstance(house.value_date, date) else None
    noi, debt, costs = earned.noi, earned.debt, earned.costs
    if len(months) < YEAR:
        yield _too_short(scope, "cap_rate", "Cap rate", "ratio", "F-N4", months)
        yield _too_short(scope, "cash_on_cash", "Cash on cash", "ratio", "F-N6", months)
    else:
        yield derived(
            scope, "F-N4", "cap_rate", "Cap rate", noi=noi, value=value, value_date=valued, as_of=scope.as_of
        )
        yield derived(scope, "F-N6", "cash_on_cash", "Cash on cash", noi=noi, debt_service=debt, invested=own)
    yield derived(scope, "F-N5", "dscr", "DSCR", unit="count", noi=noi, debt_service=debt)
    yield derived(
        scope, "F-N8", "break_even_occupancy", "Break-even occupancy",
        opex=costs, debt_service=debt, gpr=earned.full, other=earned.other,
    )  # fmt: skip
    yield derived(scope, "F-N9", "expense_ratio", "Running costs of income", opex=costs, egi=earned.income)
    label = "Value over a year of full rent"
    yield derived(scope, "F-N10", "rent_multiplier", label, unit="count", value=value, gpr=earned.full_year)


def _reserve(scope: Scope, journal: Journal, months: tuple[Period, ...], earned: Earned) -> Iterator[Figure]:
    """What is set aside, and how long it lasts (F-N13)."""
    accounts = tuple(one.name for one in journal.accounts if one.purpose == "reserve")
    reserve = (
        balance(scope, journal, "reserve", "Reserve", accounts)
        if accounts
        else scope.missing("reserve", "Reserve", "money", reason="no account has the purpose reserve")
    )
    yield reserve
    if len(months) < YEAR:
        yield _too_short(scope, "reserve_months", "Reserve lasts", "months", "F-N13", months)
    else:
        yield derived(
            scope, "F-N13", "reserve_months", "Reserve lasts",
            reserve=reserve, opex=earned.costs, debt_service=earned.debt,
        )  # fmt: skip


def _too_short(
    scope: Scope, code: str, label: str, unit: Unit, formula: str, months: tuple[Period, ...]
) -> Figure:
    reason = f"{len(months)} of {YEAR} months of books"
    return scope.missing(code, label, unit, "ledger_months", reason=reason, formula=formula)
