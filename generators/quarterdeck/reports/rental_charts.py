"""Charts of a rented house: rent that came, what became of it, and the days that come."""

from decimal import Decimal

from quarterdeck.charts.spec import Bars, Step, Timeline, Waterfall
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.figures.rental import LET
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.holdings import Compliance, Lease
from quarterdeck.model.values import MonthToMonth
from quarterdeck.reports.business_rows import money_of
from quarterdeck.reports.cells import name_of
from quarterdeck.reports.due_dates import Due, timeline
from quarterdeck.reports.finance_charts import in_money, month_labels, series_of
from quarterdeck.reports.words import counted

_YEAR = 12


def collections(briefing: Briefing, entity: str) -> Bars | None:
    """Rent that was due beside the rent that came, for twelve full months."""
    months = months_to(last_full_month(briefing.as_of), _YEAR)
    due, received = (
        series_of(briefing, entity, label, [f"{code}:{one.name}" for one in months])
        for code, label in (("rent_due", "due"), ("rent_received", "received"))
    )
    both = [
        (wanted, got, month)
        for month, wanted, got in zip(months, due.values, received.values, strict=True)
        if wanted is not None and got is not None
    ]
    if not both:
        return None
    whole = in_money(briefing, sum((wanted for wanted, _, _ in both), Decimal(0)))
    came = in_money(briefing, sum((got for _, got, _ in both), Decimal(0)))
    short = [(wanted - got, month) for wanted, got, month in both if wanted > got]
    words = f"Of {whole} due in {counted(len(both), 'month')} {came} came"
    if short:
        gap, month = max(short, key=lambda one: one[0])
        words += (
            f"; {counted(len(short), 'month')} fell short, {month_name(month)} by {in_money(briefing, gap)}"
        )
    else:
        words += "; no month fell short"
    return Bars(
        id="rent",
        reading=f"{words}.",
        about=f"Rent by the leases and rent by the books, {briefing.currency} a month, full months",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=month_labels(months),
        series=(due, received),
        is_stacked=False,
    )


_CHANGES = (
    ("vacancy", "vacancy_loss", -1),
    ("other", "other_income_year", 1),
    ("costs", "opex_year", -1),
)


def cash_flow(briefing: Briefing, entity: str) -> Waterfall | None:
    """From the rent of a full house to what is left behind the loan, over the months of the books."""
    noi, debt, full = (_amount(briefing, entity, code) for code in ("noi_year", "debt_service", "gpr_span"))
    if noi is None or debt is None:
        return None
    changes = [Step(label, _signed(_amount(briefing, entity, code), sign)) for label, code, sign in _CHANGES]
    lost = [(-one.amount, one.label) for one in (*changes, Step("the loan", -debt)) if one.amount]
    most, name = max(lost, default=(Decimal(0), ""), key=lambda one: one[0])
    start = f"Of {in_money(briefing, full)} that a full house would bring, " if full is not None else ""
    words = f"{start}{in_money(briefing, noi - debt)} was left after running costs and loan"
    if most > 0:
        words += f"; {name} took most, {in_money(briefing, most)}"
    return Waterfall(
        id="cash-flow",
        reading=f"{words[0].upper()}{words[1:]}.",
        about=f"From rent at the market to cash, {briefing.currency}, {_span(briefing, entity)}; vacancy "
        "and rent not paid are one; capital work and draws are left out",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        steps=(
            Step("full rent", full, is_total=True),
            *changes,
            Step("NOI", noi, is_total=True),
            Step("loan", -debt),
            Step("cash", noi - debt, is_total=True),
        ),
    )


def _amount(briefing: Briefing, entity: str, code: str) -> Decimal | None:
    """A sum of which everything is known, else None."""
    figure = briefing.find(code, entity)
    return None if figure is None or figure.is_partial else money_of(figure)


def _signed(amount: Decimal | None, sign: int) -> Decimal | None:
    return None if amount is None else sign * amount


def _span(briefing: Briefing, entity: str) -> str:
    """How many months the books have, as the label of NOI says it."""
    return briefing.figure("noi_year", entity).label.removeprefix("NOI of ")


def dates(briefing: Briefing, entity: str) -> Timeline | None:
    """Ends of leases and papers."""
    leases = (
        Due(f"{name_of(one.unit)}, lease", one.lease_end)
        for one in briefing.of(Lease, entity)
        if one.status in LET and not isinstance(one.lease_end, MonthToMonth)
    )
    papers = (Due(name_of(one.item), one.expires, 1) for one in briefing.of(Compliance, entity))
    about = "Ends of leases and papers"
    return timeline(briefing, "dates", about, (*leases, *papers), ("leases", "papers"))
