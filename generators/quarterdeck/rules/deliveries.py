"""Rules of delivered work: is it billed, for the right amount, with a contract, and what leaks away on the way."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.billing import Match, Verdict, matches
from quarterdeck.model.services import Delivery
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import a_month, days, listed, money, percent

_BILL_WITHIN = 7
_MUCH_LOST = Decimal("0.05")
_SOME_LOST = Decimal("0.02")
_RECOVERED = Decimal("0.95")
_SETTLED: frozenset[Verdict] = frozenset({"paid", "written-off"})
_FEW = 3
_READS = (
    "deliveries.id",
    "deliveries.customer",
    "deliveries.status",
    "deliveries.end",
    "deliveries.rate",
    "deliveries.quantity",
    "deliveries.expenses",
    "invoices.ref",
    "invoices.amount",
    "invoices.status",
)


def _matched(known: Known, *verdicts: Verdict) -> Iterator[tuple[str, Match]]:
    """Every delivery that has a number beside its invoices, of these verdicts where some are asked for."""
    for entity in known.facts.entities:
        if not known.facts.of(Delivery, entity.entity):
            continue
        for match in matches(known.scope(entity)):
            if isinstance(match.delivery.id, str) and (not verdicts or match.verdict in verdicts):
                yield match.delivery.id, match


def _trip(delivery: Delivery) -> str:
    """Print `YD-43 for Owner E. C.`."""
    customer = "" if isinstance(delivery.customer, Blank) else f" for {delivery.customer}"
    return f"{str(delivery.id).upper()}{customer}"


@rule(
    "R-DLV-01",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(
        ("cfo", "cash that nobody has asked for (F-C2)"),
        ("accounting", "revenue without a bill (F-L2)"),
    ),
    action="Send the bill today; its draft stands in the billing audit.",
    effort_hours=1,
    reads=_READS,
)
def completed_and_not_billed(known: Known) -> Iterator[Hit]:
    """A delivery ended more than a week ago and has no invoice.

    What it checks: completed deliveries without a live invoice that names them (F-L2).
    Why it matters: a bill that goes out late is paid late, and after some months nobody remembers the days.
    How to mend: send the draft of the billing audit; a deposit that came is taken off there.
    Known limits: an invoice that names another number is only called probable, for a person to decide.
    Source: Quarterdeck's own rule.
    """
    for trip, match in _matched(known, "unbilled"):
        end = match.delivery.end
        if not isinstance(end, date) or (known.as_of - end).days <= _BILL_WITHIN:
            continue
        worth = match.expected
        amount = money(worth) if isinstance(worth, Money) else "how much is not known"
        perhaps = (
            f"; {listed([one.upper() for one in match.probable])} may be its bill" if match.probable else ""
        )
        yield Hit(
            entity=match.delivery.entity,
            subject=trip,
            message=(
                f"{_trip(match.delivery)} ended {days((known.as_of - end).days)} ago and is not billed: "
                f"{amount}{perhaps}."
            ),
            evidence=(match.delivery.source,),
            at_stake=a_month(worth) if isinstance(worth, Money) else None,
        )


@rule(
    "R-DLV-02",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "what was earned and not asked for (F-L3, F-L8)"),),
    action="Send a supplementary invoice with the reason.",
    effort_hours=1,
    reads=_READS,
)
def billed_too_little(known: Known) -> Iterator[Hit]:
    """The bill of a delivery is below what was agreed, by more than the tolerance.

    What it checks: expected bill (F-L1) less invoices (F-L3), where it reaches `thresholds.bill_tolerance`.
    Why it matters: days, expenses and markups that are forgotten once are forgotten every time.
    How to mend: a supplementary invoice that names the day or the expense.
    Known limits: a discount that nobody wrote down looks like a mistake.
    Source: Quarterdeck's own rule.
    """
    yield from _differing(known, "under-billed", "too little")


@rule(
    "R-DLV-03",
    severity=Severity.MEDIUM,
    roles=("accounting",),
    affects=(("accounting", "a refund is owed (F-L3)"),),
    action="Send a credit note, or pay it back.",
    effort_hours=1,
    reads=_READS,
)
def billed_too_much(known: Known) -> Iterator[Hit]:
    """The bill of a delivery is above what was agreed, by more than the tolerance.

    What it checks: expected bill (F-L1) less invoices (F-L3), where it reaches `thresholds.bill_tolerance`.
    Why it matters: a customer who finds it first does not come back.
    How to mend: a credit note, before anybody asks.
    Known limits: extra work that nobody wrote down looks like a mistake.
    Source: Quarterdeck's own rule.
    """
    yield from _differing(known, "over-billed", "too much")


def _differing(known: Known, verdict: Verdict, words: str) -> Iterator[Hit]:
    for trip, match in _matched(known, verdict):
        difference, expected, billed = match.difference, match.expected, match.invoiced
        if isinstance(difference, Money) and isinstance(expected, Money) and isinstance(billed, Money):
            amount = Money(abs(difference.amount), difference.currency)
            yield Hit(
                entity=match.delivery.entity,
                subject=trip,
                message=(
                    f"{_trip(match.delivery)} was billed {money(amount)} {words}: {money(expected)} was agreed, "
                    f"{money(billed)} billed."
                ),
                evidence=(match.delivery.source,),
                at_stake=a_month(amount),
            )


@rule(
    "R-DLV-05",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("cfo", "revenue that was earned and never asked for (F-L8)"), ("ceo", "work given away")),
    action="Make it a rule: the bill is written on the day of arrival.",
    effort_hours=2,
    reads=("figure.leakage", "figure.leakage_unbilled", "figure.leakage_under", "figure.leakage_writeoff"),
)
def work_leaks_away(known: Known) -> Iterator[Hit]:
    """Two percent or more of a year's work never reached a bill.

    What it checks: leakage of twelve months (F-L8): 2% is medium, 5% high.
    Why it matters: it is earned already; all of it would be profit.
    How to mend: write the bill on the day of arrival, with the receipts at hand.
    Known limits: work that nobody wrote down is not seen; a write-off with a note is no leak.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        share, figure = known.number("leakage", entity.entity), known.figure("leakage", entity.entity)
        if share is None or figure is None or share < _SOME_LOST:
            continue
        parts = [known.figure(f"leakage_{one}", entity.entity) for one in ("unbilled", "under", "writeoff")]
        amounts = [one.value for one in parts if one and isinstance(one.value, Money)]
        lost = sum(amounts[1:], amounts[0]) if amounts else None
        worth = f", {money(lost)}" if lost else ""
        yield Hit(
            entity=entity.entity,
            subject="leakage",
            severity=Severity.HIGH if share >= _MUCH_LOST else None,
            message=f"{percent(share)} of a year's work never reached a bill{worth}.",
            evidence=figure.sources[:_FEW],
            at_stake=a_month(lost) if lost else None,
        )


@rule(
    "R-DLV-06",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "margin: expenses that customers should pay back (F-L14)"),),
    action="Put every receipt on an invoice within 48 hours.",
    effort_hours=2,
    reads=("figure.expense_recovery",),
)
def expenses_not_billed_on(known: Known) -> Iterator[Hit]:
    """Less than 95% of the expenses that customers pay back stands on their invoices.

    What it checks: expenses on invoices over expenses paid (F-L14), of deliveries that are billed.
    Why it matters: fuel and flights are paid in cash; what is not billed on comes out of the rate.
    How to mend: a picture of each receipt on the day, and onto the invoice within 48 hours.
    Known limits: deliveries whose invoice does not tell the expenses in it are left out.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        share, figure = (
            known.number("expense_recovery", entity.entity),
            known.figure("expense_recovery", entity.entity),
        )
        if share is not None and figure is not None and share < _RECOVERED:
            yield Hit(
                entity=entity.entity,
                subject="expenses",
                message=f"{percent(share)} of the expenses paid for customers stands on their invoices.",
                evidence=figure.sources[:_FEW],
            )


@rule(
    "R-DLV-07",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(
        ("ceo", "a trip whose owner can simply not pay"),
        ("accounting", "without a contract nothing is earned yet (R-ACC-01)"),
    ),
    action="Get it in writing now; from the next trip on: no deposit and no paper, no departure.",
    effort_hours=2,
    reads=(*_READS, "deliveries.contract", "deliveries.deposit", "deliveries.start"),
)
def started_without_paper_or_deposit(known: Known) -> Iterator[Hit]:
    """A delivery is under way or done, is not paid, and has no contract or no deposit.

    What it checks: `contract` and `deposit` of deliveries that started and whose bill is not settled.
    Why it matters: once the boat has arrived there is nothing left to hold back.
    How to mend: a signed page now; a deposit before the lines are cast off from the next trip on.
    Known limits: an empty cell is not known and says nothing; write no, or 0.
    Source: Quarterdeck's own rule.
    """
    for trip, match in _matched(known):
        delivery = match.delivery
        if delivery.status not in {"in-progress", "completed"} or match.verdict in _SETTLED:
            continue
        lacking = ["a contract"] if delivery.contract is False else []
        lacking += (
            ["a deposit"] if isinstance(delivery.deposit, Money) and not delivery.deposit.amount else []
        )
        if lacking:
            yield Hit(
                entity=delivery.entity,
                subject=trip,
                message=f"{_trip(delivery)} started without {' and without '.join(lacking)}, and is not paid in full.",
                evidence=(delivery.source,),
            )
