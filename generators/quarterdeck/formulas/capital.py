"""What may be spent, on what, and what debt costs."""

# definitions are written with the signs of arithmetic

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.formulas.periods import YEAR, to_cents
from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing

PROBABILITY = Decimal("0.5")
"""Of a benefit whose chance nobody stated."""

_ZERO, _ONE = Decimal(0), Decimal(1)
_STEP = Decimal("1.01")
_STEPS = 1400
_HALVINGS = 100
_WIDTH = Decimal("1E-24")


class Return(msgspec.Struct, frozen=True):
    """The rate at which an investment is worth nothing today."""

    monthly: Decimal
    annual: Decimal


class Candidate(msgspec.Struct, frozen=True):
    """One option as it is chosen by F-K6."""

    id: str
    cost: Decimal
    pi: Decimal | None
    """Profitability index (F-K5); null where it is not known."""
    mandatory: bool = False
    due: date | None = None


class Chosen(msgspec.Struct, frozen=True):
    """What is bought, and what is left."""

    chosen: tuple[str, ...]
    left: Amount


def _rebuild(result: object) -> Iterator[str]:
    if isinstance(result, Decimal) and result <= 0:
        yield f"no deployable capital: rebuild reserve first, {to_cents(-result):,} short"


@formula(
    "F-K1",
    "Deployable capital",
    unit="money",
    working="deployable = cash − restricted − reserve_months × gross − committed − tax",
    notes=_rebuild,
)
def deployable(
    cash: Decimal,
    restricted: Decimal,
    reserve_months: Decimal,
    gross: Decimal,
    committed: Decimal,
    tax: Decimal,
) -> Decimal:
    """What may be spent after everything that is spoken for.

    Args:
        cash: Money in all bank and cash accounts, what is restricted included.
        restricted: Money of it that may not be spent.
        reserve_months: Count of months of burn to keep.
        gross: Money a month, the average gross burn.
        committed: Money that leaves within 90 days and is not in the burn.
        tax: Money still to be set aside for taxes.

    Returns:
        Money; 0 or negative where nothing may be spent and the reserve comes first.

    Example: `{"cash": 24600, "restricted": 3200, "reserve_months": 1, "gross": 11816.67, "committed": 2500,
    "tax": 1800}` gives `5283.33`.
    Example: `{"cash": 24600, "restricted": 3200, "reserve_months": 3, "gross": 11816.67, "committed": 2500,
    "tax": 1800}` gives `-18350.01`.
    """
    return cash - restricted - reserve_months * gross - committed - tax


@formula(
    "F-K2",
    "Payback",
    unit="months",
    working="""
    still = cost − Σ flows of the months before it is reached
    payback = count of those months + still ÷ flow of the next
    """,
)
def payback(cost: Decimal, flows: Sequence[Decimal]) -> Decimal | Missing:
    """How long it takes until the benefits have paid the cost.

    Args:
        cost: Money spent at the beginning.
        flows: Money of each month that it brings, the first month first.

    Returns:
        Months, with the part of the last one; 0 where nothing is to be paid back. Does not pay back in time
        where the flows end before.

    Example: `{"cost": 4800, "flows": [0, 150, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420,
    420, 420, 420, 420, 420, 420, 420, 420, 420, 420]}` gives `13.1`.
    Example: `{"cost": 4800, "flows": [0, 150, 420]}` gives `"not_within_horizon"`.
    """
    still = cost
    if still <= 0:
        return _ZERO
    for months, flow in enumerate(flows):
        if flow >= still:
            return months + still / flow
        still -= flow
    return Missing("not_within_horizon", reason=f"does not pay back in {len(flows)} months")


def monthly_rate(annual: Decimal) -> Decimal:
    """The rate a month that comes to a rate a year; the latter above -1."""
    return (1 + annual) ** (_ONE / YEAR) - 1


def _worth(factor: Decimal, cost: Decimal, flows: Sequence[Decimal]) -> Decimal:
    """-cost and the flows at the end of each month, each month worth `factor` of the one before."""
    total = _ZERO
    for flow in reversed(flows):
        total = (total + flow) * factor
    return total - cost


@formula(
    "F-K3",
    "Net present value",
    unit="money",
    working="""
    m = (1 + rate)^(1/12) − 1
    npv = −cost + Σ flows ÷ (1 + m)^t, at the end of month t
    """,
)
def npv(rate: Decimal, cost: Decimal, flows: Sequence[Decimal]) -> Decimal | Missing:
    """What an investment is worth today, over what it costs.

    Args:
        rate: Ratio a year that money must earn elsewhere, `assumptions.hurdle_rate`.
        cost: Money spent at the beginning.
        flows: Money at the end of each month, the first month first.

    Returns:
        Money; negative where it earns less than the rate. n/a for a rate of -100% or less.

    Example: `{"rate": 0.12, "cost": 4800, "flows": [0, 150, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420,
    420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420]}` gives `3495.75`.
    Example: `{"rate": -1, "cost": 4800, "flows": [150]}` gives `"not_applicable"`.
    """
    if rate <= -1:
        return Missing("not_applicable", reason="a rate of -100% or less")
    return _worth(1 / (1 + monthly_rate(rate)), cost, flows)


@formula(
    "F-K4",
    "Internal rate of return",
    unit="ratio",
    working="""
    monthly: 0 = −cost + Σ flows ÷ (1 + monthly)^t
    annual = (1 + monthly)^12 − 1
    """,
)
def irr(cost: Decimal, flows: Sequence[Decimal]) -> Return | Missing:
    """The rate of return at which an investment is worth exactly what it costs.

    Args:
        cost: Money spent at the beginning.
        flows: Money at the end of each month, the first month first.

    Returns:
        monthly: Ratio a month; of several such rates the one nearest to 0.
        annual: The same, twelve months compounded.
        n/a where the cost and the flows never change sign.

    Example: `{"cost": 4800, "flows": [0, 150, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420,
    420, 420, 420, 420, 420, 420, 420, 420, 420, 420]}` gives `{"monthly": 0.0566, "annual": 0.937}`.
    Example: `{"cost": 4800, "flows": [0, -150]}` gives `"not_applicable"`.
    """
    signs = {amount > 0 for amount in (-cost, *flows) if amount}
    factor = _zero_of_worth(cost, flows) if signs == {True, False} else None
    if factor is None:
        return Missing("not_applicable", reason="what is spent and what comes back never balance")
    return Return(1 / factor - 1, (1 / factor) ** YEAR - 1)


def _zero_of_worth(cost: Decimal, flows: Sequence[Decimal]) -> Decimal | None:
    """The factor nearest to 1 at which the flows are worth the cost: steps outward from 1, then halves."""
    if not (at_one := _worth(_ONE, cost, flows)):
        return _ONE
    outward = inward = (_ONE, at_one)
    for _ in range(_STEPS):
        further = outward[0] * _STEP
        nearer = inward[0] / _STEP
        steps = (
            (inward, (nearer, _worth(nearer, cost, flows))),
            (outward, (further, _worth(further, cost, flows))),
        )
        for before, after in steps:
            if (before[1] > 0) is not (after[1] > 0):
                return _halved(before[0], after[0], cost, flows)
        inward, outward = steps[0][1], steps[1][1]
    return None


def _halved(low: Decimal, high: Decimal, cost: Decimal, flows: Sequence[Decimal]) -> Decimal:
    """The zero between two factors whose worth differs in sign."""
    is_above = _worth(low, cost, flows) > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if abs(high - low) < _WIDTH * middle:
            break
        if (_worth(middle, cost, flows) > 0) is is_above:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@formula(
    "F-K5",
    "Profitability index",
    unit="score",
    working="""
    npv by F-K3 of rate, cost and flows
    index = (npv + cost) ÷ cost
    """,
)
def profitability_index(rate: Decimal, cost: Decimal, flows: Sequence[Decimal]) -> Decimal | Missing:
    """What each unit of money spent brings back, in today's worth.

    Args:
        rate: Ratio a year that money must earn elsewhere, `assumptions.hurdle_rate`.
        cost: Money spent at the beginning.
        flows: Money at the end of each month, the first month first.

    Returns:
        Score: above 1 it is worth doing. n/a where it costs nothing.

    Example: `{"rate": 0.12, "cost": 4800, "flows": [0, 150, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420,
    420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420, 420]}` gives `1.728`.
    Example: `{"rate": 0.12, "cost": 0, "flows": [150]}` gives `"not_applicable"`.
    """
    if cost <= 0:
        return Missing("not_applicable", reason="it costs nothing")
    worth = npv(rate, cost, flows)
    return worth if isinstance(worth, Missing) else (worth + cost) / cost


def _reserve_broken(result: object) -> Iterator[str]:
    if isinstance(result, Chosen) and result.left < 0:
        yield f"what is mandatory takes {to_cents(-result.left):,} more than may be spent"


@formula(
    "F-K6",
    "Options to choose",
    unit="money",
    working="""
    mandatory ones first, by due date
    then by pi, high to low: those that fit into what is left, none with pi ≤ 1
    left = deployable − Σ cost of the chosen
    """,
    notes=_reserve_broken,
)
def select(deployable: Decimal, options: Sequence[Candidate]) -> Chosen:
    """What to buy with the money that may be spent.

    Args:
        deployable: Money that may be spent (F-K1).
        options: Each with id, cost, profitability index `pi` (F-K5), whether it is mandatory and when the
            money is due.

    Returns:
        chosen: Ids in order: what is mandatory by due date (those without one last), even beyond what may be
            spent; then by index, high to low, whatever fits. Equal ones: the cheaper first, then by id. An
            index of 1 or less, or one not known, is never chosen.
        left: Money; negative where what is mandatory takes more than may be spent.

    Example: `{"deployable": 8000, "options": [{"id": "licence", "cost": 1200, "pi": 0, "mandatory": true},
    {"id": "checkout", "cost": 2600, "pi": 3.4}, {"id": "photos", "cost": 600, "pi": 2.2},
    {"id": "trailer", "cost": 5200, "pi": 1.9}, {"id": "wrap", "cost": 900, "pi": 0.8}]}` gives
    `{"chosen": ["licence", "checkout", "photos"], "left": 3600.00}`.
    Example: `{"deployable": -500, "options": [{"id": "licence", "cost": 1200, "pi": null, "mandatory": true},
    {"id": "photos", "cost": 600, "pi": 2.2}]}` gives `{"chosen": ["licence"], "left": -1700.00}`.
    """
    must = sorted(
        (one for one in options if one.mandatory), key=lambda one: (one.due or date.max, one.cost, one.id)
    )
    left = deployable - sum((one.cost for one in must), _ZERO)
    chosen = [one.id for one in must]
    worth = [(one.pi, one) for one in options if not one.mandatory and one.pi is not None and one.pi > 1]
    for _, one in sorted(worth, key=lambda pair: (-pair[0], pair[1].cost, pair[1].id)):
        if one.cost <= left:
            left -= one.cost
            chosen.append(one.id)
    return Chosen(tuple(chosen), left)


class Repaid(msgspec.Struct, frozen=True):
    """What some payments were for, and what they leave."""

    interest: Decimal
    principal: Decimal
    """Negative where the payments do not cover the interest."""
    left: Decimal


def repaid(p: Decimal, annual: Decimal, payment: Decimal, count: int, a_year: int = YEAR) -> Repaid:
    """Split payments as a lender does: first the interest, to the cent, then the debt.

    Args:
        p: Money owed before the first of them.
        annual: Ratio of interest a year.
        payment: Money of each; the last takes no more than what is still owed.
        count: How many.
        a_year: How many fall into a year.
    """
    interest, left = _ZERO, p
    for _ in range(count):
        if not left:
            break
        cost = to_cents(left * annual / a_year)
        interest += cost
        left -= min(left, payment - cost)
    return Repaid(interest, p - left, left)


def _first_payment_in_words(p: Decimal, annual: Decimal, n: int) -> Iterator[str]:
    payment = pmt(p, annual, n)
    if not isinstance(payment, Missing):
        first = repaid(p, annual, to_cents(payment), 1)
        yield f"first interest {first.interest:,}, principal {first.principal:,}"


@formula(
    "F-K7",
    "Loan payment",
    unit="money",
    working="""
    i = annual ÷ 12
    payment = p × i ÷ (1 − (1 + i)^−n)
    """,
    notes=_first_payment_in_words,
)
def pmt(p: Decimal, annual: Decimal, n: int) -> Decimal | Missing:
    """The equal monthly payment that pays off a loan.

    Args:
        p: Money borrowed.
        annual: Ratio of interest a year.
        n: Count of monthly payments.

    Returns:
        Money a month, not rounded; p / n without interest; n/a without a payment.

    Example: `{"p": 38000, "annual": 0.0775, "n": 60}` gives `765.96`.
    Example: `{"p": 38000, "annual": 0, "n": 60}` gives `633.33`.
    Example: `{"p": 38000, "annual": 0.0775, "n": 0}` gives `"not_applicable"`.
    """
    if n <= 0:
        return Missing("not_applicable", reason="no payment")
    i = annual / YEAR
    return p * i / (1 - (1 + i) ** -n) if i else p / n


@formula(
    "F-K8",
    "Loan balance",
    unit="money",
    working="""
    i = annual ÷ 12
    payment by F-K7, not rounded
    balance = p × (1 + i)^k − payment × ((1 + i)^k − 1) ÷ i
    """,
)
def balance_after(p: Decimal, annual: Decimal, n: int, k: int) -> Decimal | Missing:
    """What is still owed on a loan after some of its payments.

    Args:
        p: Money borrowed.
        annual: Ratio of interest a year.
        n: Count of monthly payments in all.
        k: Count of payments made.

    Returns:
        Money; 0 after the last payment; n/a without a payment.

    Example: `{"p": 38000, "annual": 0.0775, "n": 60, "k": 12}` gives `31526.70`.
    Example: `{"p": 38000, "annual": 0.0775, "n": 60, "k": 60}` gives `0.00`.
    Example: `{"p": 38000, "annual": 0, "n": 60, "k": 12}` gives `30400.00`.
    """
    payment = pmt(p, annual, n)
    if isinstance(payment, Missing):
        return payment
    if k >= n:
        return _ZERO
    i = annual / YEAR
    grown = (1 + i) ** k
    return p * grown - payment * (grown - 1) / i if i else p - payment * k


def _chance_assumed(probability: Decimal | None) -> Iterator[str]:
    if probability is None:
        yield f"probability not stated: {PROBABILITY} is assumed"


@formula(
    "F-K9",
    "Benefit at its chance",
    unit="money",
    working="expected = benefit × probability",
    notes=_chance_assumed,
)
def risk_adjusted(benefit: Decimal, probability: Decimal | None) -> Decimal:
    """A benefit as it counts in payback, present value and index.

    Args:
        benefit: Money a month if it works.
        probability: Ratio, the chance that it does; null where nobody stated it.

    Returns:
        Money a month; with a chance of 0.5, and marked, where none is stated.

    Example: `{"benefit": 420, "probability": 0.6}` gives `252.00`.
    Example: `{"benefit": 420, "probability": null}` gives `210.00`.
    """
    return benefit * (PROBABILITY if probability is None else probability)
