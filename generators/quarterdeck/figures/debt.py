"""Debt: what is owed and paid, what of it is interest, and which loan is dearer than money may cost."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.derived import derived
from quarterdeck.figures.names import named
from quarterdeck.figures.scope import Scope, Term, scope_of, terms_of
from quarterdeck.formulas.agency import per_month
from quarterdeck.formulas.capital import Repaid, repaid
from quarterdeck.formulas.periods import YEAR, due_days, months_after
from quarterdeck.model.books import Loan
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Missing, Unit
from quarterdeck.model.holdings import Asset
from quarterdeck.model.values import UNKNOWN, Blank, Cadence, Money, Ratio

SUMS = frozenset({"debt_interest_12m", "debt_principal_12m", "debt_dear"})
"""Figures of the portfolio that are its entities' added up."""

A_YEAR: Mapping[Cadence, int] = {"weekly": 52, "monthly": 12, "quarterly": 4, "annual": 1, "one-time": 0}
"""Payments in twelve months."""
_TERMS = ("balance", "rate", "payment")


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """What an entity owes, loan by loan and together; a part has its debts with its business."""
    scope = scope_of(facts, entity, currency)
    if scope.has(Loan):
        yield from _together(scope)
        for subject, name, loan in named(scope.of(Loan), "lender"):
            yield from _of_loan(scope, subject, name, loan)
    elif entity.is_active and not entity.parent and _must_owe(scope, entity):
        yield scope.missing("debt", "Debt", "money", "loans")
        yield scope.missing("debt_monthly", "Debt payments, a month", "money", "loans")


def _must_owe(scope: Scope, entity: Entity) -> bool:
    """Whether there is a debt to ask for: in a rental, and where an asset secures one."""
    secured = (one.encumbrance for one in scope.of(Asset) if isinstance(one.encumbrance, Money))
    return entity.kind == "rental" or any(one.amount > 0 for one in secured)


def _together(scope: Scope) -> Iterator[Figure]:
    """What is owed to lenders, what that takes, what of it costs too much, and what they would still lend."""
    rows, needs = scope.of(Loan), ("loans",)
    yield scope.total("debt", "Debt", terms_of(rows, "balance"), needs=needs)
    payments = [Term(one, _monthly(one), ("payment",)) for one in rows]
    yield scope.total("debt_monthly", "Debt payments, a month", payments, needs=needs)
    credit = [one for one in rows if not isinstance(one.available, Blank)]
    if credit:
        yield scope.total("credit_available", "Credit not drawn", terms_of(credit, "available"), needs=needs)
    years = [(one, of_year(scope, one)) for one in rows]
    for code, label, part in (
        ("debt_interest_12m", "Interest of the next 12 months", "interest"),
        ("debt_principal_12m", "Paid off in the next 12 months", "principal"),
    ):
        terms = [Term(one, _money(one, year, part), _TERMS) for one, year in years]
        yield scope.total(code, label, terms, needs=needs, kind="computed")
    dear = [Term(one, _dear(scope, one), ("balance", "rate")) for one in rows]
    yield scope.total("debt_dear", "Debt dearer than the hurdle", dear, needs=needs, kind="computed")


def _monthly(loan: Loan) -> Money | Blank:
    """What a loan takes in a month, however often it is paid."""
    if isinstance(loan.payment, Blank):
        return UNKNOWN
    return Money(per_month(loan.payment.amount, frequency(loan)), loan.payment.currency)


def frequency(loan: Loan) -> Cadence:
    """How often a loan is paid; monthly where nobody says."""
    return "monthly" if isinstance(loan.frequency, Blank) else loan.frequency


def _money(loan: Loan, result: Repaid | Missing, part: str) -> Money | Blank:
    if isinstance(result, Missing) or isinstance(loan.balance, Blank):
        return UNKNOWN
    return Money(getattr(result, part), loan.balance.currency)


def _dear(scope: Scope, loan: Loan) -> Money | Blank:
    """The balance of a loan whose rate is over the hurdle, else 0; not known where that is open."""
    if isinstance(loan.balance, Blank):
        return UNKNOWN
    if isinstance(loan.rate, Blank):
        return UNKNOWN if loan.balance.amount else loan.balance
    return loan.balance * (1 if loan.rate.value > scope.assumed.hurdle_rate else 0)


def _of_loan(scope: Scope, subject: str, name: str, loan: Loan) -> Iterator[Figure]:
    """One loan as it stands, its next payment and its next twelve months."""
    stated = {
        "p": _stated(scope, loan, f"loan_balance:{subject}", f"Owed to {name}", "balance", "money"),
        "annual": _stated(scope, loan, f"loan_rate:{subject}", f"Interest a year, {name}", "rate", "ratio"),
        "payment": _stated(scope, loan, f"loan_payment:{subject}", f"Payment to {name}", "payment", "money"),
    }
    yield from stated.values()
    inputs = tuple(Input(key, figure=one.id, entity=one.entity) for key, one in stated.items())
    for part, label in (("interest", "Interest"), ("principal", "Principal")):
        naming = (f"loan_{part}:{subject}", f"{label} in the next payment to {name}", part)
        yield _rolled(scope, loan, naming, of_next(loan), inputs)
    inputs = (*inputs, Input("k", value=Decimal(_payments(loan))))
    for part, label in (("interest", "Interest of"), ("principal", "Paid off in"), ("left", "Owed in")):
        naming = (f"loan_{part}_12m:{subject}", f"{label} 12 months, {name}", part)
        yield _rolled(scope, loan, naming, of_year(scope, loan), inputs)
    ahead = remaining(loan)
    if ahead and frequency(loan) == "monthly" and scope.amount(loan.balance):
        code, label = f"loan_needed:{subject}", f"Payment that pays {name} off in time"
        owed = msgspec.structs.replace(stated["p"], note="")
        yield derived(scope, "F-K7", code, label, p=owed, annual=stated["annual"], n=ahead)
        code, label = f"loan_left_needed:{subject}", f"Owed in 12 months with it, {name}"
        yield derived(scope, "F-K8", code, label, p=owed, annual=stated["annual"], n=ahead, k=YEAR)
    yield _over_hurdle(scope, subject, name, stated["annual"])


def _stated(scope: Scope, loan: Loan, code: str, label: str, column: str, unit: Unit) -> Figure:
    """A cell of the loan; the balance says what secures it and what the lender demands."""
    value = getattr(loan, column)
    if isinstance(value, Blank):
        return scope.missing(code, label, unit, "loans", rows=[loan])
    made = scope.figure(code, label, value, unit, rows=[loan], columns=(column,))
    named_ones = (("secured by", loan.secured_by), ("covenant:", loan.covenant))
    said = [f"{words} {text}" for words, text in named_ones if isinstance(text, str) and text != "none"]
    return msgspec.structs.replace(made, note="; ".join(said)) if column == "balance" else made


def _rolled(
    scope: Scope,
    loan: Loan,
    naming: tuple[str, str, str],
    result: Repaid | Missing,
    inputs: tuple[Input, ...],
) -> Figure:
    code, label, part = naming
    value = result if isinstance(result, Missing) else _money(loan, result, part)
    if isinstance(value, Blank):
        value = Missing(needs=("loans",))
    made = scope.figure(code, label, value, "money", kind="computed", rows=[loan], columns=_TERMS)
    return msgspec.structs.replace(made, inputs=inputs, note=_notes(scope, loan, result))


def _notes(scope: Scope, loan: Loan, result: Repaid | Missing) -> str:
    """What a reader must know of the reckoning: today's rate, a rest that is due, a payment that is too small."""
    if isinstance(result, Missing) or not scope.amount(loan.balance):
        return ""
    year = months_after(scope.as_of, YEAR)
    said = []
    if isinstance(loan.resets_on, date) and scope.as_of < loan.resets_on <= year:
        said.append("at today's rate, which changes within the year")
    if result.principal < 0:
        said.append("the payment does not cover the interest: the debt grows")
    elif not result.principal:
        said.append("interest only")
    return "; ".join(said)


def _over_hurdle(scope: Scope, subject: str, name: str, rate: Figure) -> Figure:
    """How far a rate is above what money must earn elsewhere; below 0 it is under it."""
    code, label = f"loan_over_hurdle:{subject}", f"Rate over the hurdle, {name}"
    hurdle = scope.assumed.hurdle_rate
    value = Ratio(rate.value.value - hurdle) if isinstance(rate.value, Ratio) else rate.value
    made = scope.figure(code, label, value, "ratio", kind="computed", is_estimate=rate.is_estimate)
    return msgspec.structs.replace(
        made,
        inputs=(
            Input("plus", figure=rate.id, entity=rate.entity),
            Input("minus", value=Ratio(hurdle), text="hurdle rate"),
        ),
        sources=rate.sources,
        as_of=rate.as_of,
    )


def remaining(loan: Loan) -> int:
    """How many payments are still to be made; 0 where the day of the last or of the next one is not known."""
    if not isinstance(loan.matures, date) or not isinstance(loan.next_due, date):
        return 0
    return sum(1 for _ in due_days(loan.next_due, frequency(loan), loan.matures))


def of_next(loan: Loan) -> Repaid | Missing:
    """The next payment in its parts."""
    return _repaid(loan, 1)


def of_year(scope: Scope, loan: Loan) -> Repaid | Missing:
    """The payments of twelve months; what is left of a loan that ends within them is due with the last."""
    result = _repaid(loan, _payments(loan))
    ends = isinstance(loan.matures, date) and loan.matures <= months_after(scope.as_of, YEAR)
    if ends and isinstance(result, Repaid):
        return Repaid(result.interest, result.principal + result.left, Decimal(0))
    return result


def _payments(loan: Loan) -> int:
    """How many payments fall into twelve months."""
    a_year, ahead = A_YEAR[frequency(loan)], remaining(loan)
    return min(a_year, ahead) if ahead else a_year


def _repaid(loan: Loan, count: int) -> Repaid | Missing:
    if isinstance(loan.balance, Money) and not loan.balance.amount:
        return Repaid(Decimal(0), Decimal(0), Decimal(0))
    if frequency(loan) == "one-time":
        return Missing("not_applicable", reason="it is paid back at once, not by the month")
    if not (
        isinstance(loan.balance, Money) and isinstance(loan.rate, Ratio) and isinstance(loan.payment, Money)
    ):
        return Missing(needs=("loans",))
    return repaid(loan.balance.amount, loan.rate.value, loan.payment.amount, count, A_YEAR[frequency(loan)])
