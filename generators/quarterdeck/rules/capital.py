"""Rules of money that is spoken for: reserve, debt and taxes."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.months import last_full_month
from quarterdeck.figures.names import named
from quarterdeck.formulas.periods import YEAR, to_cents
from quarterdeck.model.books import Loan, Option, PlanLine
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Period
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.runway import businesses, evidence_of
from quarterdeck.rules.words import days, ends, money, percent

_NOTICE_DAYS = 180


@rule(
    "R-CFO-11",
    severity=Severity.HIGH,
    roles=("cfo", "ceo"),
    affects=(("ceo", "which decisions on money are left (F-K1, F-K6)"),),
    action="Finance it, or pay it in parts, so that the reserve stays.",
    effort_hours=3,
    reads=(
        "options.id",
        "options.mandatory",
        "options.approved",
        "options.cost",
        "options.due",
        "figure.deployable",
    ),
)
def duty_breaks_reserve(known: Known) -> Iterator[Hit]:
    """Something that must be paid costs more than is free after the reserve.

    What it checks: undecided options without a choice, by due day, against what is free to invest.
    Why it matters: it will be paid all the same, out of money that is meant for a bad month.
    How to mend: a loan, a plan of payments, or a later day.
    Known limits: it looks at each business alone; another one may lend what is missing. What is decided already
    is taken off before.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        free = known.money("deployable", entity.entity)
        duties = [
            (one.due if isinstance(one.due, date) else date.max, subject, one.cost, one)
            for subject, _, one in named(known.facts.of(Option, entity.entity), "id")
            if one.mandatory is True and one.approved is not True and isinstance(one.cost, Money)
        ]
        if free is None:
            continue
        left = free.amount
        for _, _, cost, option in sorted(duties, key=lambda one: one[:2]):
            if cost.currency != free.currency:
                continue
            before, left = Money(left, free.currency), left - cost.amount
            if left < 0:
                name = option.name if isinstance(option.name, str) else str(option.id)
                has = (
                    f"has {money(before)} free after its reserve"
                    if before.amount > 0
                    else f"is {money(-before)} below what it keeps in reserve already"
                    if before.amount
                    else "has nothing free after its reserve"
                )
                yield Hit(
                    entity=entity.entity,
                    subject=str(option.id),
                    message=f"{name} must be paid and costs {money(cost)}; {entity.title} {has}.",
                    evidence=(option.source,),
                )


@rule(
    "R-CFO-12",
    severity=Severity.MEDIUM,
    roles=("cfo",),
    action="Pay this loan down first, before any option.",
    effort_hours=1,
    reads=("figure.loan_over_hurdle", "figure.loan_balance", "figure.loan_rate", "figure.deployable"),
)
def dear_debt(known: Known) -> Iterator[Hit]:
    """A loan that costs more than money must earn elsewhere, while there is money free.

    What it checks: each loan's rate against `hurdle_rate`, where something is owed and something is free.
    Why it matters: paying it back earns its rate, without a risk.
    How to mend: pay down what is free; ask whether paying early costs a fee.
    Known limits: what the contract asks for an early payment is not known.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        free = known.money("deployable", entity.entity)
        if free is None or free.amount <= 0:
            continue
        for subject, name, loan in named(known.facts.of(Loan, entity.entity), "lender"):
            over = known.number(f"loan_over_hurdle:{subject}", entity.entity)
            rate = known.number(f"loan_rate:{subject}", entity.entity)
            owed = known.money(f"loan_balance:{subject}", entity.entity)
            if over is None or over <= 0 or rate is None or owed is None or owed.amount <= 0:
                continue
            paid = min(owed.amount, free.amount) if owed.currency == free.currency else owed.amount
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=(
                    f"{name} costs {percent(rate)} a year, over the {percent(known.facts.assumed.hurdle_rate)} that"
                    f" money must earn, while {entity.title} has {money(free)} free."
                ),
                evidence=(loan.source,),
                at_stake=Money(to_cents(paid * rate / YEAR), owed.currency),
            )


@rule(
    "R-CFO-13",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("ceo", "payments after that day, and of a rented house whether it carries them (F-N5)"),),
    action="Ask two lenders now what they would offer, and write down the plan.",
    effort_hours=4,
    reads=("loans.lender", "loans.balance", "loans.matures", "loans.resets_on"),
)
def loan_ends_or_resets(known: Known) -> Iterator[Hit]:
    """A loan that falls due, or whose rate changes, within half a year.

    What it checks: `matures` and `resets_on` of Loans; a loan that is past its day and not paid off counts, too.
    Why it matters: a new loan takes months, and a new rate may be one that the business cannot carry.
    How to mend: two offers in writing, and a day by which one of them is taken.
    Known limits: what the new rate will be is not known.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        for _, name, loan in named(known.facts.of(Loan, entity.entity), "lender"):
            owed = loan.balance if isinstance(loan.balance, Money) else None
            if owed is not None and owed.amount <= 0:
                continue
            over = f", with {money(owed)} owed today" if owed else ""
            for word, day in (("matures", loan.matures), ("resets", loan.resets_on)):
                if not isinstance(day, date):
                    continue
                left = (day - known.as_of).days
                if left > _NOTICE_DAYS or (left < 0 and word == "resets"):
                    continue
                resets = f"changes its rate in {days(left)}" if left else "changes its rate today"
                says = ends(left) if word == "matures" else resets
                yield Hit(
                    entity=entity.entity,
                    subject=f"{name}/{word}",
                    message=f"The loan of {name} {says}{over}.",
                    evidence=(loan.source,),
                )


@rule(
    "R-CFO-19",
    severity=Severity.HIGH,
    roles=("cfo", "accounting"),
    affects=(("accounting", "taxes to be paid, and what is free to invest (F-K1)"),),
    action="Agree on a share of the profit with your tax adviser, and enter it as a plan line tax-set-aside.",
    effort_hours=1,
    reads=("figure.profit", "ledger", "plan.line", "plan.month"),
)
def no_tax_set_aside(known: Known) -> Iterator[Hit]:
    """A business with a profit this year, and nothing set aside for taxes.

    What it checks: profit of the year's full months by the books, plan lines tax-set-aside of the year, and
    cash that is kept for taxes.
    Why it matters: the tax comes after the money is spent.
    How to mend: the adviser names a share; write 0 where none is owed.
    Known limits: how much is owed is for the adviser to say; profit by the books is not the taxable one.
    Source: Quarterdeck's own rule.
    """
    year = last_full_month(known.as_of).start.year
    for entity in businesses(known):
        months = [
            one for one in known.figures_of("profit", entity.entity) if one.id.startswith(f"profit:{year}-")
        ]
        amounts = [one.value for one in months if isinstance(one.value, Money)]
        if not amounts or len(amounts) < len(months):
            continue
        earned = Money(sum((one.amount for one in amounts), Decimal(0)), amounts[0].currency)
        if earned.amount > 0 and not _sets_aside(known, entity.entity, year):
            yield Hit(
                entity=entity.entity,
                subject="tax-set-aside",
                message=f"{entity.title} earned {money(earned)} in {year} so far and sets nothing aside for taxes.",
                evidence=evidence_of(*reversed(months)),
            )


def _sets_aside(known: Known, entity: str, year: int) -> bool:
    kept = known.money("restricted_tax", entity)
    return bool(kept and kept.amount > 0) or any(
        one.line == "tax-set-aside" and isinstance(one.month, Period) and one.month.start.year == year
        for one in known.facts.of(PlanLine, entity)
    )
