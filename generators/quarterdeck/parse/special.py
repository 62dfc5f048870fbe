"""Columns that accept more than their type says: sums, three-point ranges, lists that are counted."""

import re
from decimal import Decimal

import msgspec

from quarterdeck.model.books import CloseItem, Cost, Loan, Option, PlanLine
from quarterdeck.model.columns import Field, Row
from quarterdeck.model.services import Client, Delivery, TimeEntry
from quarterdeck.model.values import Blank, Money, MoneyRange, Period
from quarterdeck.parse.amounts import (
    Paced,
    common_money,
    read_count,
    read_money,
    read_money_range,
    read_paced,
)
from quarterdeck.parse.dates import read_period
from quarterdeck.parse.refusal import Refusal, blank, quoted
from quarterdeck.parse.values import Reader

_AMOUNTS = re.compile(r"\s*(?:;|\+|,\s+|,(?=\$))\s*")
_POINTS = re.compile(r"\s*/\s*|\s*;\s*|,\s+")
_THREE = 3
_MONTH_NAME, _YEAR_NAME = 7, 4  # lengths of 2026-10 and 2026

CADENCE_OF: dict[tuple[type[Row], str], str] = {
    (Cost, "amount"): "cadence",
    (Client, "fee"): "fee_period",
    (Loan, "payment"): "frequency",
}
"""Columns of money whose span, written as `$180/mo`, fills another column."""


def read_paced_money(text: str, field: Field, currency: str) -> Money | Paced | Blank | Refusal:
    """Read one amount and keep its span for the column beside it."""
    value = common_money(text, currency) or read_paced(text, field, currency)
    if isinstance(value, MoneyRange) or (isinstance(value, Paced) and isinstance(value.money, MoneyRange)):
        return Refusal(f"{quoted(text)} is a range", "Write one amount, with ~ before a guess.", "bad-money")
    return value


def read_benefit(text: str, field: Field, currency: str) -> Money | MoneyRange | Blank | Refusal:
    """Read what something brings a month: an amount, a range, or `low/base/high`, whose ends are kept."""
    monthly = msgspec.structs.replace(field, column=msgspec.structs.replace(field.column, per="monthly"))
    points = _POINTS.split(text)
    if len(points) != _THREE:
        return read_money_range(text, monthly, currency)
    amounts = [read_money(point, monthly, currency) for point in points]
    known = [amount for amount in amounts if isinstance(amount, Money)]
    if len(known) != _THREE or len({amount.currency for amount in known}) > 1:
        return Refusal(f"{quoted(text)} is not three amounts", "Write it as $100/$250/$400.", "bad-money")
    low, base, high = known
    if not low.amount <= base.amount <= high.amount:
        what = f"{quoted(text)} does not rise from low to high"
        return Refusal(what, "Write low, base and high in this order.", "impossible", is_impossible=True)
    return MoneyRange(low, high)


def read_expenses(text: str, field: Field, currency: str) -> Money | Blank | Refusal:
    """Read one amount, or several with `,` `;` or `+` between them, which are added up."""
    if blank(text):
        return read_money(text, field, currency)
    total = Money(Decimal(0), currency)
    for index, part in enumerate(_AMOUNTS.split(text)):
        amount = read_money(part, field, currency)
        if not isinstance(amount, Money):
            return (
                amount
                if isinstance(amount, Refusal)
                else Refusal(
                    f"{quoted(text)} holds an amount that is not known",
                    "Leave it out, or write it.",
                    "bad-money",
                )
            )
        if index == 0:
            total = amount
        elif amount.currency != total.currency:
            return Refusal(f"{quoted(text)} is in two currencies", "Write it in one.", "bad-money")
        else:
            total += amount
    return total


def read_sites(text: str, field: Field, currency: str) -> int | Blank | Refusal:
    """Read how many, or count the names of a list."""
    value = read_count(text, field, currency)
    if isinstance(value, Refusal) and not value.is_impossible and any(sign.isalpha() for sign in text):
        return len([name for name in re.split(r"[,;]", text) if name.strip()])
    return value


def read_month(text: str, field: Field, currency: str) -> Period | Blank | Refusal:
    """Read one calendar month."""
    value = read_period(text, field, currency)
    if isinstance(value, Period) and len(value.name) != _MONTH_NAME:
        return Refusal(f"{quoted(text)} is no month", "Write it as 2026-12.", "bad-period")
    return value


def read_month_or_year(text: str, field: Field, currency: str) -> Period | Blank | Refusal:
    """Read one calendar month, or a year for its target."""
    value = read_period(text, field, currency)
    if isinstance(value, Period) and (len(value.name) not in {_MONTH_NAME, _YEAR_NAME} or "Q" in value.name):
        return Refusal(f"{quoted(text)} is neither month nor year", "Write 2026-12 or 2026.", "bad-period")
    return value


SPECIAL: dict[tuple[type[Row], str], Reader] = {
    (Option, "monthly_benefit"): read_benefit,
    (Delivery, "expenses"): read_expenses,
    (Client, "sites"): read_sites,
    (CloseItem, "month"): read_month,
    (TimeEntry, "month"): read_month,
    (PlanLine, "month"): read_month_or_year,
    **dict.fromkeys(CADENCE_OF, read_paced_money),
}
"""Readers of single columns, by record and attribute."""
