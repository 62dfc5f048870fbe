"""How much must be sold before anything is earned: by the books, else by what offers and costs say."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures import cash, finance, profit
from quarterdeck.figures.cash import AVERAGED, HISTORY, YEAR, added
from quarterdeck.figures.debt import figures as debts
from quarterdeck.figures.derived import Given, derived, made_of, parts
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.figures.sales import figures as sales
from quarterdeck.figures.sales import sales_from
from quarterdeck.figures.scope import MOST_SOURCES, Scope, scope_of, terms_of
from quarterdeck.model.books import PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.sales import Booking, Offer
from quarterdeck.model.values import Blank, Money, Period, Ratio, month_of

WEEKS_OF_A_YEAR = 52
MOST_UNCLASSED = Decimal("0.10")
"""Share of costs of no class from which nobody can tell what is fixed."""
BY_BOOKS = "by the books"
AS_WRITTEN = "from offers, bookings and costs as written"

TRIED: Mapping[str, tuple[str, str, Decimal]] = {
    "price-up": ("price", "with prices 10% higher", Decimal("1.1")),
    "price-down": ("price", "with prices 10% lower", Decimal("0.9")),
    "cost-up": ("var", "with variable costs 10% higher", Decimal("1.1")),
    "cost-down": ("var", "with variable costs 10% lower", Decimal("0.9")),
}
"""What is tried out: which input of F-E1 changes, in words, and times how much."""

Product = tuple[Figure, Figure]
"""What was earned with something in a year, and the variable cost of that."""


class Basis(msgspec.Struct, frozen=True):
    """What break-even is reckoned from; all of it over the same months."""

    fixed: Figure
    """A month."""
    products: tuple[Product, ...]
    revenue: Figure
    variable: Figure
    monthly: Figure
    """What is sold in a month now."""
    depreciation: Given
    debt: Given
    """Paid to lenders in a month, interest included: it is in no fixed cost."""
    note: str


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Break-even of an entity: with books by these, else of a business that sells by bookings as it is written."""
    scope = scope_of(facts, entity, currency)
    booked = {
        one.id: one
        for one in (*profit.figures(facts, entity, currency), *cash.of_books(facts, entity, currency))
    }
    if "revenue_year" in booked:
        yield from needed(scope, booked, _bookings(scope, _months_of(scope, booked)))
    elif entity.is_active and sales_from(facts, entity) == "bookings":
        stated = {
            one.id: one
            for source in (finance.figures, debts, sales)
            for one in source(facts, entity, currency)
        }
        if "fixed_costs_monthly" in stated:  # a part without costs of its own has none
            yield from _as_written(scope, stated)
    elif entity.is_active and sales_from(facts, entity) in {"invoices", "fees"}:
        needs = ("ledger_months",)
        yield scope.missing("break_even_ratio", "Left of each dollar sold", "ratio", *needs, formula="F-E3")
        yield scope.missing(
            "break_even_revenue", "Break-even revenue, a month", "money", *needs, formula="F-E3"
        )


def needed(scope: Scope, found: Mapping[str, Figure], bookings: Sequence[Booking] = ()) -> Iterator[Figure]:
    """Break-even by the books.

    Args:
        scope: An entity or the portfolio, whose mix is that of its year.
        found: Its figures of profit and cash.
        bookings: What was sold in the same months, one by one; none for the portfolio, which sells unlike things.
    """
    if "revenue_year" not in found:
        return
    unclassed = _unclassed(scope, found)
    yield unclassed
    depreciation, debt = (
        _average(scope, found, code, made, label)
        for code, made, label in (
            ("depreciation", "depreciation_monthly", "Depreciation, a month"),
            ("debt_out", "debt_paid_monthly", "Paid to lenders, a month, by the books"),
        )
    )
    yield from (depreciation, debt)
    revenue, variable = found["revenue_year"], _classed(found["variable_year"], unclassed)
    basis = Basis(
        found["fixed_monthly"],
        ((revenue, variable),),
        revenue,
        variable,
        found["revenue_monthly"],
        depreciation,
        debt,
        BY_BOOKS,
    )
    ratio, least = _mix(scope, basis)
    yield from (ratio, least)
    yield from _safety(scope, basis, ratio, least)
    yield derived(
        scope,
        "F-E5",
        "operating_leverage",
        "Operating leverage",
        cm=found["contribution_month"],
        op_income=found["operating_income"],
    )
    yield from _by_unit(scope, basis, bookings)


def _months_of(scope: Scope, found: Mapping[str, Figure]) -> Period:
    """The months that `revenue_year` adds up."""
    months = months_to(last_full_month(scope.as_of), HISTORY)
    return span_of(tuple(one for one in months if f"revenue:{one.name}" in found)[-YEAR:])


def _average(scope: Scope, found: Mapping[str, Figure], code: str, made: str, label: str) -> Figure:
    months = [
        found[name]
        for one in months_to(last_full_month(scope.as_of), AVERAGED)
        if (name := f"{code}:{one.name}") in found
    ]
    if not months:
        return scope.missing(made, label, "money", "ledger_months", formula="F-B3")
    return derived(scope, "F-B3", made, label, months=months)


def _unclassed(scope: Scope, found: Mapping[str, Figure]) -> Figure:
    """The share of a year's costs that is in no class."""
    months = [
        one.name for one in months_to(last_full_month(scope.as_of), YEAR) if f"revenue:{one.name}" in found
    ]
    by_class = {
        code: [found[f"{code}:{month}"] for month in months]
        for code in ("variable", "fixed", "interest", "taxes", "unclassified")
    }
    sums = {code: sum((_amount(one) for one in ones), Decimal(0)) for code, ones in by_class.items()}
    whole, part = sum(sums.values(), Decimal(0)), sums["unclassified"]
    value = Ratio(part / whole) if whole > 0 else Missing("not_applicable", reason="no costs are booked")
    made = scope.figure(
        "unclassified_share", "Costs of no class, of all costs", value, "ratio", kind="computed"
    )
    return msgspec.structs.replace(
        made,
        inputs=tuple(Input("part", figure=one.id, entity=one.entity) for one in by_class["unclassified"]),
        sources=tuple(dict.fromkeys(place for one in by_class["unclassified"] for place in one.sources))[
            :MOST_SOURCES
        ],
    )


def _classed(variable: Figure, share: Figure) -> Figure:
    """The variable costs, not known where too many costs are of no class."""
    if not (isinstance(share.value, Ratio) and share.value.value > MOST_UNCLASSED):
        return variable
    reason = f"{share.value.value:.1%} of the costs are in no class: book them below Fixed or Variable"
    return msgspec.structs.replace(variable, value=Missing(reason=reason))


def _mix(scope: Scope, basis: Basis) -> tuple[Figure, Figure]:
    ratio, least = parts(
        scope,
        "F-E3",
        {
            "cmr": ("break_even_ratio", "Left of each dollar sold"),
            "revenue": ("break_even_revenue", "Break-even revenue, a month"),
        },
        units={"cmr": "ratio", "revenue": "money"},
        note=basis.note,
        fixed=basis.fixed,
        products=basis.products,
    )
    return ratio, least


def _safety(scope: Scope, basis: Basis, ratio: Figure, least: Figure) -> Iterator[Figure]:
    """How far sales may fall, and what must be sold before a month takes no cash."""
    yield derived(
        scope, "F-E4", "margin_of_safety", "Sales may fall by", actual=basis.monthly, be_revenue=least
    )
    yield derived(
        scope,
        "F-E6",
        "cash_break_even",
        "Cash break-even, a month",
        fixed=basis.fixed,
        dep=basis.depreciation,
        principal=basis.debt,
        cmr=ratio,
    )


def _by_unit(scope: Scope, basis: Basis, bookings: Sequence[Booking]) -> Iterator[Figure]:
    """Break-even in sales, and with other prices and costs; without sales one by one, in revenue alone."""
    price, cost = basis.revenue, basis.variable
    if bookings:
        count = scope.figure(
            "units_sold", "Sales in a year", Decimal(len(bookings)), "count", kind="stated", rows=bookings
        )
        price = _each(scope, "unit_price", "A sale brings, on average", basis.revenue, count)
        cost = _each(scope, "unit_cost", "A sale costs, on average", basis.variable, count)
        yield from (count, price, cost)
        yield from _units(scope, basis.fixed, price, cost)
    for case in TRIED:
        yield from _tried(scope, basis.fixed, case, price, cost, has_units=bool(bookings))


def _each(scope: Scope, code: str, label: str, whole: Figure, count: Figure) -> Figure:
    """An amount for each of a count."""
    value = whole.value
    if isinstance(value, Money) and isinstance(count.value, Decimal):
        value = Money(value.amount / count.value, scope.currency)
    made = scope.figure(code, label, value, "money", kind="computed")
    return made_of(
        made,
        Input("whole", figure=whole.id, entity=whole.entity),
        Input("count", figure=count.id, entity=count.entity),
        of=(whole, count),
    )


def _units(scope: Scope, fixed: Figure, price: Figure, cost: Figure) -> Iterator[Figure]:
    """How many sales a month pay for the fixed costs, a week's part of them, and those that earn the plan."""
    units = derived(
        scope,
        "F-E1",
        "break_even_units",
        "Sales to break even, a month",
        part="units",
        unit="count",
        fixed=fixed,
        price=price,
        var=cost,
    )
    week = units.value * 12 / WEEKS_OF_A_YEAR if isinstance(units.value, Decimal) else units.value
    made = scope.figure(
        "break_even_units_week", "Sales to break even, a week", week, "count", kind="computed"
    )
    profit_wanted = _planned_profit(scope)
    yield from (
        units,
        made_of(made, Input("a_month", figure=units.id, entity=units.entity), of=(units,)),
        profit_wanted,
    )
    yield derived(
        scope,
        "F-E2",
        "target_units",
        "Sales to earn the planned profit, a month",
        fixed=fixed,
        price=price,
        var=cost,
        profit=profit_wanted,
    )
    yield from _share_of_capacity(scope, units)


def _planned_profit(scope: Scope) -> Figure:
    """Planned revenue less planned costs, on average of the months of the year that plan all three."""
    code, label = "target_profit", f"Planned profit of {scope.as_of.year}, a month"
    planned: dict[Period, dict[str, list[tuple[PlanLine, Decimal]]]] = {}
    for one in scope.of(PlanLine):
        amount, when = scope.amount(one.amount), one.month
        if isinstance(when, Period) and when == month_of(when.start) and amount is not None:
            planned.setdefault(when, {}).setdefault(str(one.line), []).append((one, amount))
    whole = [
        [planned[month][line] for line in ("revenue", "variable", "fixed")]
        for month in sorted(planned)
        if month.start.year == scope.as_of.year and planned[month].keys() >= {"revenue", "variable", "fixed"}
    ]
    if not whole:
        reason = "no month of the plan has revenue, variable and fixed"
        return scope.missing(code, label, "money", "plan", reason=reason)
    earned = sum(
        (
            sign * amount
            for lines in whole
            for sign, parts_of_it in zip((1, -1, -1), lines, strict=True)
            for _, amount in parts_of_it
        ),
        Decimal(0),
    )
    value = Money(earned / len(whole), scope.currency)
    rows = [row for lines in whole for parts_of_it in lines for row, _ in parts_of_it]
    return scope.figure(code, label, value, "money", kind="computed", rows=rows, columns=("amount",))


def _share_of_capacity(scope: Scope, units: Figure) -> Iterator[Figure]:
    """How much of what can be sold must be sold; events are no measure for tickets, so concerts have none."""
    (entity,) = scope.entities
    if entity.kind == "concert":
        return
    stated = entity.capacity_per_month
    if isinstance(stated, Blank):
        capacity = scope.missing("capacity", "Capacity, a month", "count", "capacity_per_month")
    else:
        made = scope.figure("capacity", "Capacity, a month", Decimal(stated), "count", kind="stated")
        capacity = msgspec.structs.replace(made, sources=(entity.source,))
    yield capacity
    yield derived(
        scope,
        "F-E7",
        "capacity_share",
        "Of the capacity needed to break even",
        be_units=units,
        capacity=capacity,
    )


def _tried(
    scope: Scope, fixed: Figure, case: str, price: Figure, cost: Figure, *, has_units: bool
) -> Iterator[Figure]:
    """Break-even with another price or cost; the changed one is a figure of its own, so that it can be followed."""
    name, words, factor = TRIED[case]
    whole = price if name == "price" else cost
    value = (
        Money(whole.value.amount * factor, scope.currency) if isinstance(whole.value, Money) else whole.value
    )
    made = scope.figure(f"tried:{case}", f"{whole.label}, {words}", value, "money", kind="computed")
    tried = made_of(
        made, Input("times", value=factor), Input("whole", figure=whole.id, entity=whole.entity), of=(whole,)
    )
    yield tried
    wanted = {"revenue": (f"break_even_revenue:{case}", f"Break-even revenue, a month, {words}")}
    if has_units:
        wanted["units"] = (f"break_even_units:{case}", f"Sales to break even, a month, {words}")
    yield from parts(
        scope,
        "F-E1",
        wanted,
        units={"revenue": "money", "units": "count"},
        fixed=fixed,
        price=tried if name == "price" else price,
        var=cost if name == "price" else tried,
    )


def _bookings(scope: Scope, span: Period) -> tuple[Booking, ...]:
    """What was completed in a span of days, where it is written one by one."""
    return tuple(
        one
        for one in scope.of(Booking)
        if one.status == "completed" and isinstance(one.service_date, date) and holds(span, one.service_date)
    )


def _as_written(scope: Scope, stated: Mapping[str, Figure]) -> Iterator[Figure]:
    """Break-even of a business without books: its offers in the proportions in which they were sold in a year."""
    span = span_of(months_to(last_full_month(scope.as_of), YEAR))
    sold = list(_offers(scope, span))
    for _, pair in sold:
        yield from pair
    known = [(rows, pair) for rows, pair in sold if pair[1].is_known]
    products = tuple(pair for _, pair in known)
    if products:
        revenue = added(scope, "sold_year", "Sold in a year, by offer", [one for one, _ in products])
        variable = added(scope, "sold_cost_year", "Variable cost of that", [one for _, one in products])
    else:
        needs = ("variable_cost",) if sold else ("bookings", "offers")
        revenue = scope.missing("sold_year", "Sold in a year, by offer", "money", *needs)
        variable = scope.missing("sold_cost_year", "Variable cost of that", "money", *needs)
        products = ((revenue, variable),)
    yield from (revenue, variable)
    left_out = [pair[0].label.removeprefix(_SOLD) for _, pair in sold if not pair[1].is_known]
    without = f", without {' and '.join(left_out)}, whose cost is not known" if left_out else ""
    basis = Basis(
        fixed=stated["fixed_costs_monthly"],
        products=products,
        revenue=revenue,
        variable=variable,
        monthly=stated["sales_last_month"],
        depreciation=Decimal(0),
        debt=stated.get("debt_monthly", Decimal(0)),
        note=AS_WRITTEN + without,
    )
    ratio, least = _mix(scope, basis)
    yield from (ratio, least)
    yield from _safety(scope, basis, ratio, least)
    yield from _by_unit(scope, basis, [row for rows, _ in known for row in rows])


_SOLD = "Sold in a year: "


def _offers(scope: Scope, span: Period) -> Iterator[tuple[tuple[Booking, ...], Product]]:
    """Each offer that was sold: its sales, what they brought, and what they cost at the cost of one."""
    done = _bookings(scope, span)
    for subject, name, offer in named(scope.of(Offer), "offer"):
        rows = tuple(one for one in done if isinstance(one.offer, str) and folded(one.offer) == folded(name))
        if not rows:
            continue
        sold = scope.total(f"sold:{subject}", f"{_SOLD}{name}", terms_of(rows, "gross"), needs=("bookings",))
        yield rows, (sold, _cost_of(scope, subject, name, offer, sold, len(rows)))


def _cost_of(scope: Scope, subject: str, name: str, offer: Offer, sold: Figure, count: int) -> Figure:
    """The variable cost of what was sold: in proportion to the price, so that a sale of several units counts so."""
    code, label = f"sold_cost:{subject}", f"Variable cost of what was sold: {name}"
    price, cost = scope.amount(offer.price), scope.amount(offer.variable_cost)
    if price is None or cost is None or not isinstance(sold.value, Money):
        needs = "offers" if price is None else "variable_cost" if cost is None else "bookings"
        return scope.missing(code, label, "money", needs, rows=[offer])
    amount = sold.value.amount * cost / price if price else cost * count
    columns = ("price", "variable_cost")
    made = scope.figure(
        code, label, Money(amount, scope.currency), "money", kind="computed", rows=[offer], columns=columns
    )
    inputs = (
        Input("sold", figure=sold.id, entity=sold.entity),
        Input("price", value=Money(price, scope.currency), sources=(offer.source,)),
        Input("cost", value=Money(cost, scope.currency), sources=(offer.source,)),
    )
    return msgspec.structs.replace(made, inputs=inputs, is_estimate=made.is_estimate or sold.is_estimate)


def _amount(figure: Figure) -> Decimal:
    return figure.value.amount if isinstance(figure.value, Money) else Decimal(0)


_SUMS_OF_SELLERS = (
    ("sold_year", "sold_year", "Sold in a year, by offer"),
    ("sold_cost_year", "sold_cost_year", "Variable cost of that"),
    ("fixed_costs_monthly", "fixed_of_sellers", "Fixed costs a month, of those that sell by offer"),
    ("sales_last_month", "sales_of_sellers", "Sales of last month, of those that sell by offer"),
    ("debt_monthly", "debt_of_sellers", "Debt payments a month, of those that sell by offer"),
)
"""What is added up over those that sell by offer: figure of each, figure of all, label."""


def _of_sellers(members: Mapping[str, Sequence[Figure]]) -> dict[str, list[Figure]]:
    """Those figures of businesses with known fixed costs whose offers say what a sale costs; empty for none."""
    sold, fixed = (
        {one.entity for one in members.get(code, ()) if one.is_known}
        for code in ("sold_cost_year", "fixed_costs_monthly")
    )
    if not sold & fixed:
        return {}
    return {
        code: [one for one in members.get(code, ()) if one.entity in sold & fixed]
        for code, _, _ in _SUMS_OF_SELLERS
    }


def of_portfolio(
    scope: Scope, made: Mapping[str, Figure], members: Mapping[str, Sequence[Figure]]
) -> Iterator[Figure]:
    """Break-even of all businesses in the proportions in which they sell.

    By the books of all that keep some; where none keeps any, of those whose fixed costs are known
    and whose offers say what a sale costs.

    Args:
        scope: The counted entities.
        made: Figures of the portfolio, what sister businesses earn from each other taken off.
        members: Figures of the entities by id.
    """
    if "revenue_year" in made:
        yield from needed(scope, made)
        return
    parts = _of_sellers(members)
    if not parts:
        return
    sums = {code: added(scope, made_of, label, parts[code]) for code, made_of, label in _SUMS_OF_SELLERS}
    yield from sums.values()
    basis = Basis(
        fixed=sums["fixed_costs_monthly"],
        products=tuple(zip(parts["sold_year"], parts["sold_cost_year"], strict=True)),
        revenue=sums["sold_year"],
        variable=sums["sold_cost_year"],
        monthly=sums["sales_last_month"],
        depreciation=Decimal(0),
        debt=sums["debt_monthly"],
        note=AS_WRITTEN,
    )
    ratio, least = _mix(scope, basis)
    yield from (ratio, least)
    yield from _safety(scope, basis, ratio, least)
    yield from _by_unit(scope, basis, ())
