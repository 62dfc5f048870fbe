"""How far the books can be trusted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing

REPORTED_METHODS = frozenset({"ach", "check", "cash", "wire", "zelle"})
"""Payments that we report ourselves; those by card or platform are reported by whoever moved the money."""


class Reconciliation(msgspec.Struct, frozen=True):
    """How far the books are from the bank, and as of how long ago."""

    gap: Amount
    age_days: int


class Contractor(msgspec.Struct, frozen=True):
    """What one contractor was paid in a year, and whether a form is due."""

    total: Amount
    due: bool | Missing


@formula(
    "F-A1",
    "Reconciliation gap",
    unit="money",
    working="""
        gap = ledger_balance - statement_balance
        age_days = as_of - statement_date
    """,
)
def reconciliation(
    ledger_balance: Decimal, statement_balance: Decimal, statement_date: date, as_of: date
) -> Reconciliation:
    """How far an account in the books is from its last statement.

    Args:
        ledger_balance: Money in the account by the books on the day of the statement.
        statement_balance: Money by the statement.
        statement_date: Day of the statement.
        as_of: Day of the report.

    Returns:
        gap: Money; 0 where both agree.
        age_days: Days since the statement.

    Example: `{"ledger_balance": 8223.30, "statement_balance": 8223.30, "statement_date": "2026-10-31",
    "as_of": "2026-10-31"}` gives `{"gap": 0.00, "age_days": 0}`.
    Example: `{"ledger_balance": 8223.30, "statement_balance": null, "statement_date": "2026-10-31",
    "as_of": "2026-10-31"}` gives `"not_known"`.
    """
    return Reconciliation(ledger_balance - statement_balance, (as_of - statement_date).days)


@formula(
    "F-A2",
    "Uncategorised share",
    unit="ratio",
    working="share = uncategorised ÷ expenses",
)
def uncategorised_share(uncategorised: Decimal, expenses: Decimal) -> Decimal | Missing:
    """The share of expenses that nobody put into a category.

    Args:
        uncategorised: Money of the postings to accounts named Uncategorized, Suspense or Ask, each counted
            without its sign.
        expenses: Money of all expense postings, counted likewise.

    Returns:
        Ratio; n/a without expenses.

    Example: `{"uncategorised": 420, "expenses": 11200}` gives `0.0375`.
    Example: `{"uncategorised": 0, "expenses": 0}` gives `"not_applicable"`.
    """
    return uncategorised / expenses if expenses else Missing("not_applicable", reason="no expenses")


def _contractor_notes(year: int, result: Contractor) -> Iterator[str]:
    if result.due is True:
        yield "form due, W-9 needed"
    if isinstance(result.due, Missing):
        yield f"no threshold is set for {year}: add it to thresholds.contractor_threshold"


@formula(
    "F-A3",
    "Contractor total",
    unit="money",
    working="""
        total = Σ payments by ach, check, cash, wire or zelle
        due = total >= thresholds[year]
    """,
    notes=_contractor_notes,
)
def contractor_total(
    year: int, payments: Sequence[tuple[str, Decimal]], thresholds: Mapping[int, Decimal]
) -> Contractor:
    """What one contractor was paid in a calendar year in ways that we report ourselves.

    Args:
        year: Calendar year of the payments.
        payments: Method and money of each. Cards and platforms are left out, and so is any other word.
        thresholds: Money from which a form is due, by year: 600 for 2025, 2,000 for 2026, later ones as indexed.

    Returns:
        total: Money paid by ach, check, cash, wire or zelle.
        due: Whether it reaches the threshold of the year; not known for a year without one.

    Example: `{"year": 2026, "payments": [["ach", 1400], ["check", 700], ["card", 900]],
    "thresholds": {"2025": 600, "2026": 2000}}` gives `{"total": 2100.00, "due": true}`.
    Example: `{"year": 2027, "payments": [["ach", 1400]], "thresholds": {"2026": 2000}}` gives
    `{"total": 1400.00, "due": "not_known"}`.

    Source: Public Law 119-21, section 70433.
    """
    total = sum(
        (amount for method, amount in payments if method.strip().lower() in REPORTED_METHODS), Decimal(0)
    )
    if year not in thresholds:
        return Contractor(total, Missing(reason=f"no threshold is set for {year}"))
    return Contractor(total, total >= thresholds[year])


@formula(
    "F-A4",
    "Sales tax held",
    unit="money",
    working="held = opening + collected - remitted",
)
def sales_tax_held(opening: Decimal, collected: Decimal, remitted: Decimal) -> Decimal:
    """Sales tax that we hold for the state.

    Args:
        opening: Money held at the beginning.
        collected: Money collected from customers.
        remitted: Money paid to the state.

    Returns:
        Money; negative where more was paid than was held.

    Example: `{"opening": 310, "collected": 155, "remitted": 310}` gives `155.00`.
    Example: `{"opening": 0, "collected": 155, "remitted": 200}` gives `-45.00`.
    """
    return opening + collected - remitted


@formula("F-A5", "Close score", unit="ratio", working="score = done ÷ applicable")
def close_score(done: int, applicable: int) -> Decimal | Missing:
    """How much of what closes a month is done.

    Args:
        done: Items that are done.
        applicable: Items that apply, those of unknown state among them: they count as not done.

    Returns:
        Ratio; n/a where none applies.

    Example: `{"done": 9, "applicable": 14}` gives `0.643`.
    Example: `{"done": 0, "applicable": 0}` gives `"not_applicable"`.
    """
    return Decimal(done) / applicable if applicable else Missing("not_applicable", reason="no item applies")


@formula("F-A6", "Roadmap done", unit="ratio", working="share = met ÷ criteria")
def roadmap_share(met: int, criteria: int) -> Decimal | Missing:
    """The share of the criteria of a milestone that are met.

    Args:
        met: Criteria that are met.
        criteria: All criteria of it; one of unknown state counts as not met.

    Returns:
        Ratio; n/a without criteria.

    Example: `{"met": 3, "criteria": 5}` gives `0.60`.
    Example: `{"met": 0, "criteria": 0}` gives `"not_applicable"`.
    """
    return Decimal(met) / criteria if criteria else Missing("not_applicable", reason="it has no criteria")


@formula(
    "F-A7",
    "Straight-line depreciation",
    unit="money",
    working="""
        depreciation = (cost - salvage) ÷ life_months × months
        months at most life_months
    """,
)
def straight_line(cost: Decimal, salvage: Decimal, life_months: int, months: int) -> Decimal | Missing:
    """What of a thing's cost is used up, in equal parts each month.

    Args:
        cost: Money that it cost.
        salvage: Money that it will bring at the end.
        life_months: Months that it is used.
        months: Months that it was in use; more than its life count as its life.

    Returns:
        Money to date, never above cost - salvage; n/a without a life.

    Example: `{"cost": 6000, "salvage": 600, "life_months": 60, "months": 8}` gives `720.00`.
    Example: `{"cost": 6000, "salvage": 600, "life_months": 60, "months": 75}` gives `5400.00`.
    """
    if life_months <= 0:
        return Missing("not_applicable", reason="it has no life")
    return (cost - salvage) * max(0, min(months, life_months)) / life_months


@formula("F-A8", "Owner-mix share", unit="ratio", working="share = owner_lines ÷ lines")
def owner_mix(owner_lines: int, lines: int) -> Decimal | Missing:
    """The share of lines in business accounts that look personal.

    Args:
        owner_lines: Lines tagged as the owner's, or to a payee that is personal.
        lines: All lines of those accounts.

    Returns:
        Ratio; n/a without lines.

    Example: `{"owner_lines": 7, "lines": 180}` gives `0.0389`.
    Example: `{"owner_lines": 0, "lines": 0}` gives `"not_applicable"`.
    """
    return Decimal(owner_lines) / lines if lines else Missing("not_applicable", reason="no lines")
