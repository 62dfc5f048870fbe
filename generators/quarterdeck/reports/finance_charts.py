"""Charts of money ahead and money behind: weeks, burn, break-even, targets, variance, options."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

from quarterdeck.charts.spec import Bars, Lines, Series, Step, Threshold, Waterfall
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.figures.names import named
from quarterdeck.formulas.flows import WEEKS, Horizon
from quarterdeck.model.books import Option
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure
from quarterdeck.model.values import Money, Period, month_of
from quarterdeck.reports.business_rows import money_of
from quarterdeck.reports.cells import name_of
from quarterdeck.reports.words import counted, day_short, money, value

_HALF_YEAR, _YEAR = 6, 12
_MOST_OPTIONS = 12
_PLACES = 5


def weeks(briefing: Briefing, entity: str) -> Lines | None:
    """Cash at the end of each of thirteen weeks, as expected and if it goes badly, with the floor."""
    horizon = Horizon(briefing.as_of, WEEKS, briefing.currency)
    mondays = [horizon.monday(week) for week in range(1, WEEKS + 1)]
    base, badly = (
        series_of(briefing, entity, label, [f"{code}:{week}" for week in range(1, WEEKS + 1)])
        for label, code in (("as expected", "forecast_ending"), ("if it goes badly", "downside_ending"))
    )
    known = [(amount, at) for at, amount in enumerate(base.values) if amount is not None]
    if not known:
        return None
    floor = money_of(briefing.find("cash_floor", entity)) or Decimal(0)
    lowest, at = min(known)
    said = (
        f"The lowest week, that of {day_short(mondays[at])}, ends at {in_money(briefing, lowest)}, "
        f"{_against(briefing, lowest, floor)}"
    )
    under = [
        monday
        for monday, amount in zip(mondays, badly.values, strict=True)
        if amount is not None and amount < floor <= lowest
    ]
    if under:
        said += f"; if it goes badly, the week of {day_short(under[0])} is the first below it"
    return Lines(
        id="cash-13-weeks",
        reading=f"{said}.",
        about=f"Cash that is free to use at the end of each week, {briefing.currency}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=tuple(map(day_short, mondays)),
        series=(base, badly),
        thresholds=(Threshold(floor, f"floor {in_money(briefing, floor)}"),) if floor else (),
        marked=at,
    )


def _against(briefing: Briefing, amount: Decimal, floor: Decimal) -> str:
    """How an amount stands to the floor, or to zero where nobody wrote one."""
    name = "the floor" if floor else "zero"
    if amount == floor:
        return f"at {name}"
    return f"{in_money(briefing, abs(amount - floor))} {'above' if amount > floor else 'under'} {name}"


_OUT = {
    "operating_out": "running",
    "debt_out": "lenders",
    "one_time_out": "once",
    "owner_out": "owners",
    "investing_out": "lasting assets",
}


def burn(briefing: Briefing, entity: str) -> Bars | None:
    """What went out in each of six months by class, with net burn over it."""
    full = months_to(last_full_month(briefing.as_of), _HALF_YEAR)
    now = running_month(briefing, entity, "operating_out")
    months = (*full, *now)
    net = series_of(briefing, entity, "net burn", [f"net_burn:{one.name}" for one in months])
    if not any(amount is not None for amount in net.values):
        return None
    found = [
        series_of(briefing, entity, title, [f"{code}:{one.name}" for one in months])
        for code, title in _OUT.items()
    ]
    running, lenders, once, *rest = found
    regular = tuple(
        None if amount is None else amount - (part or 0)
        for amount, part in zip(running.values, once.values, strict=True)
    )
    series = [one for one in (Series(running.label, regular), lenders, once, *rest) if any(one.values)]
    sums = [sum((one.values[at] or Decimal(0) for one in series), Decimal(0)) for at in range(len(full))]
    most = max(range(len(full)), key=lambda at: sums[at])
    known = [amount for amount in net.values if amount is not None]
    covered = sum(amount <= 0 for amount in known)
    return Bars(
        id="burn",
        reading=f"{month_name(months[most])} took most, {in_money(briefing, sums[most])}; in {covered} of "
        f"{counted(len(known), 'month')} more came in than running and lenders took.",
        about=f"Cash that went out in each month, {briefing.currency}; net burn below zero: more came in"
        + so_far(now),
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=month_labels(months),
        series=tuple(series),
        net=net,
        partial=tuple(range(len(full), len(months))),
    )


def break_even(briefing: Briefing, entity: str) -> Lines | None:
    """Revenue and all costs at sales from nothing to several times the break-even."""
    fixed = money_of(briefing.find("fixed_monthly", entity))
    point = money_of(briefing.find("break_even_revenue", entity))
    sold = money_of(briefing.find("revenue_monthly", entity))
    if fixed is None or not point or point <= 0:
        return None
    most = max(2 * point, sold or Decimal(0))
    times = (most / (point * (_PLACES - 1))).to_integral_value(ROUND_CEILING)
    step = point * times
    sales = [step * at for at in range(_PLACES)]
    left = fixed / point
    words = f"All costs are paid from {in_money(briefing, point)} of sales a month on"
    if sold is not None:
        gap = in_money(briefing, abs(sold - point))
        words += f"; {in_money(briefing, sold)} is sold, {gap} {'more' if sold >= point else 'less'}"
    return Lines(
        id="break-even",
        reading=f"{words}.",
        about=f"Revenue and all costs of a month, by how much is sold, {briefing.currency}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=tuple(f"{in_money(briefing, one)} sold" for one in sales),
        series=(
            Series("revenue", tuple(sales)),
            Series("all costs", tuple(fixed + one * (1 - left) for one in sales)),
        ),
        marked=1 if times == 1 else None,
    )


def targets(briefing: Briefing, entity: str) -> Bars | None:
    """Revenue beside its target, for the months of this year."""
    year = briefing.as_of.year
    months = months_to(last_full_month(date(year, 12, 31)), _YEAR)
    running = running_month(briefing, entity, "so_far_revenue")
    actual = series_of(
        briefing,
        entity,
        "earned",
        [f"{'so_far_' if one in running else ''}revenue:{one.name}" for one in months],
    )
    wanted = series_of(briefing, entity, "target", [f"target:{one.name}" for one in months])
    pairs = [
        (got - goal, month)
        for month, got, goal in zip(months, actual.values, wanted.values, strict=True)
        if got is not None and goal is not None and month not in running
    ]
    if not pairs:
        return None
    met = sum(gap >= 0 for gap, _ in pairs)
    worst, month = min(pairs, key=lambda one: one[0])
    words = f"{met} of {counted(len(pairs), 'month')} of {year} reached their target"
    if worst < 0:
        words += f"; {month_name(month)} missed it most, by {in_money(briefing, -worst)}"
    return Bars(
        id="targets",
        reading=f"{words}.",
        about=f"Revenue by the books and its target, {briefing.currency} a month{so_far(running)}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=month_labels(months),
        series=(actual, wanted),
        is_stacked=False,
        partial=tuple(at for at, one in enumerate(months) if one in running),
    )


def variance(briefing: Briefing, entity: str) -> Waterfall | None:
    """From the planned result of the last full month to what it was, by what moved it."""
    month = last_full_month(briefing.as_of)
    lines = ("revenue", "variable", "fixed")
    plan, actual = (
        [money_of(briefing.find(f"{side}_{line}:{month.name}", entity)) for line in lines]
        for side in ("planned", "actual")
    )
    if any(one is None for one in (*plan, *actual)):
        return None
    planned, earned = ([one or Decimal(0) for one in side] for side in (plan, actual))
    changes = [*_sold(briefing, entity, month, earned[0] - planned[0])]
    changes += [Step("variable costs", planned[1] - earned[1]), Step("fixed costs", planned[2] - earned[2])]
    start, end = (side[0] - side[1] - side[2] for side in (planned, earned))
    largest = max(changes, key=lambda one: abs(one.amount or Decimal(0)))
    moved = largest.amount or Decimal(0)
    gap = f"{in_money(briefing, abs(end - start))} {'more' if end >= start else 'less'} than planned"
    words = f"{month_name(month)} left {in_money(briefing, end)}, {gap}"
    if moved:
        words += f"; {largest.label} moved it most, by {in_money(briefing, abs(moved))} {'up' if moved > 0 else 'down'}"
    return Waterfall(
        id="variance",
        reading=f"{words}.",
        about=f"From the planned result to the actual one, {briefing.currency}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        steps=(Step("planned", start, is_total=True), *changes, Step("actual", end, is_total=True)),
    )


def _sold(briefing: Briefing, entity: str, month: Period, whole: Decimal) -> list[Step]:
    """The difference of revenue by price and by number sold where bookings tell, and the rest of it."""
    owners = [entity] if entity else [one.entity for one in briefing.entities]
    found = {
        label: [money_of(briefing.find(f"{name}:{month.name}", one)) for one in owners]
        for name, label in (("price_effect", "price"), ("volume_effect", "number sold"))
    }
    steps = [
        Step(label, sum((one or Decimal(0) for one in amounts), Decimal(0)))
        for label, amounts in found.items()
        if any(one is not None for one in amounts)
    ]
    rest = whole - sum((one.amount or Decimal(0) for one in steps), Decimal(0))
    return [*steps, Step("other sales" if steps else "sales", rest)] if rest or not steps else steps


def options(briefing: Briefing, entity: str) -> Bars | None:
    """What each option costs and when it pays for itself, the soonest first."""
    owners = [entity] if entity else [one.entity for one in briefing.entities]
    found: list[tuple[Decimal | None, str, Decimal, str]] = []
    for owner in owners:
        for subject, _, one in named(briefing.of(Option, owner), "id"):
            if isinstance(one.cost, Money) and one.cost.currency == briefing.currency:
                pays = briefing.find(f"option_payback:{subject}", owner)
                found.append((_months(pays), name_of(one.name), one.cost.amount, _note(one, pays)))
    if not found:
        return None
    found.sort(key=lambda one: (one[0] is None, one[0] or Decimal(0), one[1]))
    first, name, cost, note = found[0]
    words = f"{name} costs {in_money(briefing, cost)} and pays for itself soonest, {note}"
    if first is None:
        words = f"Of {counted(len(found), 'option')} none is known to pay for itself"
    shown = found[:_MOST_OPTIONS]
    return Bars(
        id="options",
        reading=f"{words}.",
        about=f"What each option costs, {briefing.currency}, and after how long it has paid for itself",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=tuple(name for _, name, _, _ in shown),
        series=(Series("Costs", tuple(cost for _, _, cost, _ in shown)),),
        is_horizontal=True,
        notes=tuple(note for _, _, _, note in shown),
    )


def _months(figure: Figure | None) -> Decimal | None:
    return figure.value if figure is not None and isinstance(figure.value, Decimal) else None


def _note(option: Option, pays: Figure | None) -> str:
    if _months(pays) is not None and pays is not None:
        return f"after {value(pays)}"
    if option.mandatory is True:
        return "a duty"
    return value(pays.value) if pays is not None else "not known"


def series_of(briefing: Briefing, entity: str, label: str, names: list[str]) -> Series:
    """Amounts of figures by name; one that is not known, or only in part, is a gap."""
    found = (briefing.find(name, entity) for name in names)
    return Series(label, tuple(None if one and one.is_partial else money_of(one) for one in found))


def running_month(briefing: Briefing, entity: str, code: str) -> tuple[Period, ...]:
    """The month that is not over where a figure tells of it, else nothing."""
    month = month_of(briefing.as_of)
    if (
        month == last_full_month(briefing.as_of)
        or money_of(briefing.find(f"{code}:{month.name}", entity)) is None
    ):
        return ()
    return (month,)


def so_far(running: tuple[Period, ...]) -> str:
    """What a chart says of its lighter bars: `; November so far`."""
    return "".join(f"; {month_name(one)} so far" for one in running)


def month_labels(months: tuple[Period, ...]) -> tuple[str, ...]:
    """Months under a chart: `Oct`."""
    return tuple(month_name(one)[:3] for one in months)


def in_money(briefing: Briefing, amount: Decimal) -> str:
    """Print an amount in the currency of the report."""
    return money(Money(amount, briefing.currency))
