"""What moved cash, what is consumed each month, and how long cash lasts."""

# definitions are written with the signs of arithmetic

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from quarterdeck.formulas.periods import LEAST_MONTHS, YEAR, Month
from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing
from quarterdeck.model.journal import is_cash
from quarterdeck.model.ledger import Entry, Ledger, parts_of

CashClass = Literal["operating", "debt", "investing", "owner", "held", "intercompany"]

DAYS_A_MONTH = Decimal("30.4375")
ONE_TIME = "one-time"

_ZERO = Decimal(0)
_CLASS_OF: Mapping[tuple[str, str], CashClass] = {
    ("Liabilities", "Loan"): "debt",
    ("Expenses", "Interest"): "debt",
    ("Assets", "Fixed"): "investing",
    ("Equity", "Owner"): "owner",
    ("Equity", "Opening"): "owner",
    ("Liabilities", "SecurityDeposits"): "held",
    ("Assets", "DueFrom"): "intercompany",
    ("Liabilities", "DueTo"): "intercompany",
}
"""By root and group; everything else is operating."""

_BOOK = "ledger/main.beancount"


class CashMonth(msgspec.Struct, frozen=True):
    """What moved the cash of one entity in one month, by what stood on the other side."""

    operating_in: Amount
    operating_out: Amount
    debt_in: Amount
    debt_out: Amount
    investing_in: Amount
    investing_out: Amount
    owner_in: Amount
    owner_out: Amount
    held_in: Amount
    held_out: Amount
    intercompany_in: Amount
    intercompany_out: Amount
    one_time_out: Amount
    """The part of `operating_out` that is tagged one-time."""
    cash_change: Amount


@lru_cache(maxsize=8192)
def _place(account: str) -> tuple[str, bool, CashClass]:
    """Component without case, whether it is cash, and the class that it is as the other side."""
    root, component, group, _ = parts_of(account)
    return component.casefold(), is_cash(account), _CLASS_OF.get((root, group), "operating")


def class_of(account: str) -> CashClass:
    """The class of a cash movement with this account on its other side."""
    return _place(account)[2]


def movement(entry: Entry, component: str, currency: str) -> dict[CashClass, Decimal]:
    """What one entry did to the cash of one component, by class.

    A posting of another component, cash or not, counts as intercompany. Operating is what the other classes
    leave unexplained, so that the classes always add up to the change of cash: with the tolerance to which
    Beancount balances an entry, too.

    Args:
        entry: Any entry.
        component: Whose cash, as in account names; case does not matter.
        currency: Only postings that count in this currency.

    Returns:
        Class -> signed money, positive into cash. Empty where no cash of the component is touched, and
        without classes that come to 0, as in a transfer between two accounts of cash.
    """
    mine = component.casefold()
    change, touched = _ZERO, False
    others: defaultdict[CashClass, Decimal] = defaultdict(Decimal)
    for posting in entry.postings:
        counted = posting.balance
        if counted.currency != currency:
            continue
        owner, is_money, cash_class = _place(posting.account)
        if owner != mine:
            others["intercompany"] -= counted.amount
        elif is_money:
            touched = True
            change += counted.amount
        elif cash_class != "operating":
            others[cash_class] -= counted.amount
    if not touched:
        return {}
    others["operating"] = change - sum(others.values(), _ZERO)
    return {name: amount for name, amount in others.items() if amount}


def cash_movements(
    entries: Iterable[Entry], component: str, currency: str, start: dt.date, end: dt.date
) -> CashMonth:
    """What moved the cash of one component in some days, both included.

    An entry's net of a class is an inflow or an outflow of that class; inflows and outflows are added up
    apart, and all of them together are the change of cash, to the cent.
    """
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if not start <= entry.date <= end:
            continue
        for name, amount in movement(entry, component, currency).items():
            sums["cash_change"] += amount
            sums[f"{name}_in" if amount > 0 else f"{name}_out"] += abs(amount)
            if amount < 0 and name == "operating" and ONE_TIME in entry.tags:
                sums["one_time_out"] -= amount
    return CashMonth(**{name: sums[name] for name in CashMonth.__struct_fields__})


def _other_currencies(ledger: str, entity: str) -> Iterator[str]:
    used = _currencies(_books(ledger), entity)
    if used[1:]:
        yield f"only {used[0]}; cash in {' and '.join(sorted(used[1:]))} is left out"


@formula(
    "1.7",
    "Cash classes of a month",
    unit="money",
    working="""
    each entry that touches cash: its other postings by class, with reversed sign
    class_in = Σ positive nets of the class
    class_out = Σ negative nets of the class, without their sign
    cash_change = Σ class_in − Σ class_out
    """,
    notes=_other_currencies,
)
def cash_classes(ledger: str, entity: str, month: Month) -> CashMonth | Missing:
    r"""What moved cash in a month, by what stood on the other side of each entry.

    Cash is what stands in bank and cash accounts. Loans and interest are debt, fixed assets investing, the
    owner's equity owner, security deposits held, what sister businesses owe each other intercompany; all else
    is operating. An entry between accounts of cash alone is a transfer and moves nothing.

    Args:
        ledger: Text of the books, in Beancount's syntax.
        entity: Its component in account names; case does not matter.
        month: `YYYY-MM`.

    Returns:
        operating_in, operating_out, debt_in, debt_out, investing_in, investing_out, owner_in, owner_out,
        held_in, held_out, intercompany_in, intercompany_out: Money, 0 or more.
        one_time_out: Money, the part of operating_out that is tagged one-time.
        cash_change: Money, all inflows less all outflows: the whole change of cash, to the cent.
        In the currency of most of its cash postings. A month between months with entries counts as 0; not
        known without entries of the entity, before its first and after its last month.

    Example: `{"ledger": "2026-10-01 open Assets:JADA:Bank:Checking\n2026-10-01 open
    Expenses:JADA:Fixed:Slip\n2026-10-01 open Equity:JADA:Owner\n2026-10-02 * \"Owner\" \"Paid in\"\n
    Assets:JADA:Bank:Checking 2000.00 USD\n  Equity:JADA:Owner\n2026-10-20 * \"Marina\" \"Slip\" #one-time\n
    Expenses:JADA:Fixed:Slip 1150.00 USD\n  Assets:JADA:Bank:Checking\n", "entity": "jada", "month": "2026-10"}` gives
    `{"operating_in": 0.00, "operating_out": 1150.00, "debt_in": 0.00, "debt_out": 0.00, "investing_in": 0.00,
    "investing_out": 0.00, "owner_in": 2000.00, "owner_out": 0.00, "held_in": 0.00, "held_out": 0.00,
    "intercompany_in": 0.00, "intercompany_out": 0.00, "one_time_out": 1150.00, "cash_change": 850.00}`.
    Example: `{"ledger": "", "entity": "JADA", "month": "2026-10"}` gives `"not_known"`.
    """
    books = _books(ledger)
    dates = [entry.date for entry in books.entries if _touches(entry, entity)]
    if not dates:
        return Missing(reason=f"the books have no entries of {entity}")
    if not f"{dates[0]:%Y-%m}" <= month <= f"{dates[-1]:%Y-%m}":
        return Missing(reason=f"the entries of {entity} run from {dates[0]} to {dates[-1]}")
    start = dt.date.fromisoformat(f"{month}-01")
    end = (start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    currencies = _currencies(books, entity) or ("",)
    return cash_movements(books.entries, entity, currencies[0], start, end)


@lru_cache(maxsize=2)
def _books(text: str) -> Ledger:
    from quarterdeck.parse.ledger import parse_ledger  # noqa: PLC0415 - only formulas over text need it

    return parse_ledger({_BOOK: text.encode()}, _BOOK)[0]


def _touches(entry: Entry, entity: str) -> bool:
    mine = entity.casefold()
    return any(_place(posting.account)[0] == mine for posting in entry.postings)


def _currencies(books: Ledger, entity: str) -> tuple[str, ...]:
    """The currencies of an entity's cash postings, the commonest first."""
    mine = (entity.casefold(), True)
    counts = Counter(
        posting.balance.currency
        for entry in books.entries
        for posting in entry.postings
        if _place(posting.account)[:2] == mine
    )
    return tuple(sorted(counts, key=lambda one: (-counts[one], one)))


def _one_time_beside(one_time: Decimal) -> Iterator[str]:
    if one_time:
        yield f"{one_time:,.2f} tagged one-time left out"


def _gross_of_ledger(ledger: str, entity: str, month: Month) -> Decimal | Missing:
    moved = cash_classes(ledger, entity, month)
    if isinstance(moved, Missing):
        return moved
    return gross_burn(moved.operating_out, moved.debt_out, moved.one_time_out)


@formula(
    "F-B1",
    "Gross burn",
    unit="money",
    working="burn = op_out + debt_service − one_time",
    notes=_one_time_beside,
    also=_gross_of_ledger,
)
def gross_burn(op_out: Decimal, debt_service: Decimal, one_time: Decimal) -> Decimal:
    """Cash that a month consumes as a rule.

    What owners draw and what is spent on lasting assets is not in it; both are shown on lines of their own.

    Args:
        op_out: Money out of operations.
        debt_service: Money to lenders, interest and principal.
        one_time: Money, the part of op_out that is tagged one-time; shown beside the burn.

    Returns:
        Money a month. From `ledger`, `entity` and `month` instead: that month's by the cash classes; not
        known where they are not.

    Example: `{"op_out": 13900, "debt_service": 1850, "one_time": 2400}` gives `13350.00`.
    Example: `{"ledger": "", "entity": "JADA", "month": "2026-10"}` gives `"not_known"`.
    """
    return op_out + debt_service - one_time


def _net_of_ledger(ledger: str, entity: str, month: Month) -> Decimal | Missing:
    moved = cash_classes(ledger, entity, month)
    if isinstance(moved, Missing):
        return moved
    gross = gross_burn(moved.operating_out, moved.debt_out, moved.one_time_out)
    return net_burn(gross, moved.operating_in)


@formula("F-B2", "Net burn", unit="money", working="net = gross − op_in", also=_net_of_ledger)
def net_burn(gross: Decimal, op_in: Decimal) -> Decimal:
    """Cash that a month consumes beyond what its operations bring in.

    Args:
        gross: Money by F-B1.
        op_in: Money into operations.

    Returns:
        Money a month; negative where cash is generated. From `ledger`, `entity` and `month` instead: that
        month's by the cash classes; not known where they are not.

    Example: `{"gross": 13350, "op_in": 9100}` gives `4250.00`.
    Example: `{"ledger": "", "entity": "JADA", "month": "2026-10"}` gives `"not_known"`.
    """
    return gross - op_in


def _confidence(months: Sequence[Decimal]) -> Iterator[str]:
    if 0 < len(months) < LEAST_MONTHS:
        yield f"low confidence ({len(months)} of {LEAST_MONTHS} months)"


@formula(
    "F-B3",
    "Average of the last three months",
    unit="money",
    working="average = Σ newest 3 of months ÷ their count",
    notes=_confidence,
)
def average(months: Sequence[Decimal]) -> Decimal | Missing:
    """The mean of the last three full months.

    Args:
        months: Money of each full month, oldest first; of more than three the newest three count.

    Returns:
        Money a month, with low confidence from one or two months; not known without any.

    Example: `{"months": [4850, 4250, 4400]}` gives `4500.00`.
    Example: `{"months": [13050, 13350, 12300]}` gives `12900.00`.
    Example: `{"months": [4850, 4250]}` gives `4550.00`.
    Example: `{"months": []}` gives `"not_known"`.
    """
    newest = months[-LEAST_MONTHS:]
    if not newest:
        return Missing(needs=("ledger_months",), reason="no full month")
    return sum(newest, _ZERO) / len(newest)


@formula("F-B4", "Runway", unit="months", working="runway = cash ÷ net")
def runway(cash: Decimal, net: Decimal) -> Decimal | Missing:
    """How long available cash lasts at the average net burn.

    Args:
        cash: Money available.
        net: Money a month, the average net burn.

    Returns:
        Months. Without available cash: out of available cash. Without net burn: generating cash.

    Example: `{"cash": 24600, "net": 4500}` gives `5.5`.
    Example: `{"cash": 24600, "net": 0}` gives `"cash_generating"`.
    Example: `{"cash": 0, "net": -300}` gives `"depleted"`.
    """
    if cash <= 0:
        return Missing("depleted", reason="no cash is available")
    if net <= 0:
        return Missing("cash_generating", reason="the average month brings in more than it consumes")
    return cash / net


@formula(
    "F-B5", "Day on which cash runs out", unit="date", working="day = as_of + ⌊cash ÷ net × 30.4375⌋ days"
)
def zero_cash_date(as_of: dt.date, cash: Decimal, net: Decimal) -> dt.date | Missing:
    """The day on which available cash runs out at the average net burn.

    Args:
        as_of: Day of the report.
        cash: Money available.
        net: Money a month, the average net burn.

    Returns:
        The day, with months of 30.4375 days; where there is no runway, what F-B4 says; beyond the horizon
        where the calendar ends before.

    Example: `{"as_of": "2026-10-31", "cash": 24600, "net": 4500}` gives `"2027-04-15"`.
    Example: `{"as_of": "2026-10-31", "cash": -5, "net": 4500}` gives `"depleted"`.
    Example: `{"as_of": "2026-10-31", "cash": 24600000, "net": 1}` gives `"beyond_horizon"`.
    """
    months = runway(cash, net)
    if isinstance(months, Missing):
        return months
    days = cash * DAYS_A_MONTH / net
    if days > (dt.date.max - as_of).days:
        return Missing("beyond_horizon", reason="later than any calendar reaches")
    return as_of + dt.timedelta(days=int(days.to_integral_value(ROUND_FLOOR)))


@formula("F-B6", "Runway without revenue", unit="months", working="runway = cash ÷ gross")
def zero_revenue_runway(cash: Decimal, gross: Decimal) -> Decimal | Missing:
    """How long available cash lasts if nothing comes in.

    Args:
        cash: Money available.
        gross: Money a month, the average gross burn.

    Returns:
        Months. Without available cash: out of available cash; n/a where nothing is consumed.

    Example: `{"cash": 24600, "gross": 12900}` gives `1.9`.
    Example: `{"cash": 24600, "gross": 0}` gives `"not_applicable"`.
    """
    if cash <= 0:
        return Missing("depleted", reason="no cash is available")
    if gross <= 0:
        return Missing("not_applicable", reason="nothing is consumed")
    return cash / gross


@formula(
    "F-B7",
    "Seasonal runway",
    unit="months",
    working="""
    left = cash + Σ flows of those survived whole
    runway = count of those survived + left ÷ outflow of the next
    """,
)
def seasonal_runway(cash: Decimal, flows: Sequence[Decimal]) -> Decimal | Missing:
    """How long available cash lasts if each month goes as it went a year ago.

    Args:
        cash: Money available.
        flows: Net cash flow of the same months of last year, the next month first; negative is an outflow.

    Returns:
        Months: those survived whole, and the part of the next that the rest of the cash lasts. Without
        available cash: out of available cash. Not known from less than twelve months; beyond the horizon
        where cash never falls below 0.

    Example: `{"cash": 18000, "flows": [-6500, -7000, -5200, -4000, -1000, 500, 2500, 4000, 4500, 3000, 500,
    -3000]}` gives `2.9`.
    Example: `{"cash": 18000, "flows": [-6500, -7000, -5200]}` gives `"not_known"`.
    Example: `{"cash": 18000, "flows": [-500, -500, -500, -500, -500, 500, 500, 500, 500, 500, 500, -500]}`
    gives `"beyond_horizon"`.
    """
    if cash <= 0:
        return Missing("depleted", reason="no cash is available")
    if len(flows) < YEAR:
        return Missing(needs=("ledger_months",), reason=f"{len(flows)} of 12 months of history")
    left = cash
    for survived, flow in enumerate(flows):
        if left + flow < 0:
            return survived + left / -flow
        left += flow
    return Missing("beyond_horizon", reason=f"cash lasts through all {len(flows)} months")


@formula("F-B8", "Burn with what owners draw", unit="money", working="burn = net + draws")
def owner_burn(net: Decimal, draws: Decimal) -> Decimal:
    """The net burn as an owner feels it.

    Args:
        net: Money a month, the average net burn.
        draws: Money a month that owners draw on average.

    Returns:
        Money a month; negative where cash is generated even so.

    Example: `{"net": 4500, "draws": 500}` gives `5000.00`.
    """
    return net + draws
