"""Rules of a rented house: does it carry its loan, is there a reserve, is it insured, and do its papers hold."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.inputs import is_answer
from quarterdeck.figures.kpis import printed
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Property
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.rules.known import Known, number_of
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, listed, percent

_CARRIES = Decimal(1)
_CARRIES_SAFELY = Decimal("1.25")
"""What lenders ask for."""
_LEAST_RESERVE = Decimal(1)
_SAFE_RESERVE = Decimal(3)
_NEARLY_FULL = Decimal("0.95")
_FEW = 3


def _numbers(known: Known, code: str) -> Iterator[tuple[Entity, Figure, Decimal]]:
    """A figure of each active business where it has a value."""
    for entity in known.facts.active():
        figure = known.figure(code, entity.entity)
        number = None if figure is None else number_of(figure)
        if figure is not None and number is not None:
            yield entity, figure, number


@rule(
    "R-RNT-02",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("cfo", "burn: the house takes money instead of giving it (F-B2)"),),
    action="Look at rents and costs first, then ask two lenders.",
    effort_hours=4,
    reads=("entity.status", "figure.dscr"),
)
def loan_barely_carried(known: Known) -> Iterator[Hit]:
    """What a house leaves does not cover its loan, or only just.

    What it checks: DSCR (F-N5): below 1.25 is medium, below 1.0 critical.
    Why it matters: below one the owner pays in every month; below 1.25 few lenders renew a loan.
    How to mend: rents to the market, costs down, a longer loan.
    Known limits: it goes by the months of books that there are; a house without a loan has no DSCR.
    Source: Quarterdeck's own rule; lenders commonly want 1.20 to 1.25.
    """
    for entity, figure, times in _numbers(known, "dscr"):
        if times >= _CARRIES_SAFELY:
            continue
        short = times < _CARRIES
        yield Hit(
            entity=entity.entity,
            subject="dscr",
            severity=Severity.CRITICAL if short else None,
            message=(
                f"{entity.title} earns {printed(times, 'ratio', '')} times what its loan takes; "
                f"{'the rest is paid in' if short else f'lenders want {_CARRIES_SAFELY}'}."
            ),
            evidence=figure.sources[:_FEW],
        )


@rule(
    "R-RNT-08",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("cfo", "cash that may be spent (F-K1)"),),
    action="Put a fixed amount of each rent into the reserve.",
    effort_hours=1,
    reads=("entity.status", "figure.reserve_months"),
)
def reserve_too_small(known: Known) -> Iterator[Hit]:
    """The reserve of a house lasts less than three months.

    What it checks: months that the reserve pays for running costs and loan (F-N13); below one is high.
    Why it matters: a roof or an empty unit comes when it wants, and the loan is due anyway.
    How to mend: a fixed amount of each rent, until the months that were set are there.
    Known limits: only accounts that the books open with the purpose reserve count.
    Source: Quarterdeck's own rule.
    """
    for entity, figure, months in _numbers(known, "reserve_months"):
        if months < _SAFE_RESERVE:
            yield Hit(
                entity=entity.entity,
                subject="reserve",
                severity=Severity.HIGH if months < _LEAST_RESERVE else None,
                message=(
                    f"The reserve of {entity.title} pays for {printed(months, 'months', '')} of costs and loan; "
                    f"{_SAFE_RESERVE} are the least."
                ),
                evidence=figure.sources[:_FEW],
            )


@rule(
    "R-RNT-09",
    severity=Severity.LOW,
    roles=("cfo", "ceo"),
    affects=(("ceo", "what the assets are worth, and the cap rate (F-N4)"),),
    action="Ask for a dated estimate, and write value, day and basis.",
    effort_hours=1,
    reads=("property.address", "property.value", "property.value_date", "property.value_basis"),
)
def value_of_house_is_old(known: Known) -> Iterator[Hit]:
    """The value of a house is older than a year, or nobody wrote what it rests on.

    What it checks: `value_date` of the Property table against `thresholds.stale_after.values`, 365 days by
    default, and `value_basis`.
    Why it matters: cap rate and loan to value divide by it, and a lender asks.
    How to mend: a dated estimate, from whoever sells houses in that street.
    Known limits: whether the value is right is not looked at; a value without a day is the matter of a data rule.
    Source: Quarterdeck's own rule.
    """
    limit = known.facts.stale_after["values"]
    for house in known.facts.of(Property):
        if not isinstance(house.value, Money):
            continue
        old = (known.as_of - house.value_date).days if isinstance(house.value_date, date) else 0
        faults = [f"is {days(old)} old"] if old > limit else []
        faults += ["has no basis"] if not is_answer(house.value_basis) else []
        if faults:
            yield Hit(
                entity=house.entity,
                subject=_address(house),
                message=f"The value of {_address(house)} {listed(faults)}.",
                evidence=(house.source,),
            )


@rule(
    "R-RNT-10",
    severity=Severity.MEDIUM,
    roles=("accounting",),
    affects=(("accounting", "depreciation of Schedule E (F-N11, F-N12)"),),
    action="Find the closing statement; write the basis of the building and the first day in service.",
    effort_hours=2,
    reads=("property.address", "property.building_basis", "property.in_service_date"),
)
def no_basis_for_depreciation(known: Known) -> Iterator[Hit]:
    """Nobody wrote what the building cost without the land, or since when it is let.

    What it checks: `building_basis` and `in_service_date` of the Property table.
    Why it matters: depreciation is often the largest line of Schedule E, and what is not taken still counts as taken
    when the house is sold.
    How to mend: the closing statement and the assessor's split of land and building have both.
    Known limits: whether the basis is right is the preparer's question.
    Source: IRS Publication 527.
    """
    for house in known.facts.of(Property):
        missing = [
            words
            for words, cell in (
                ("the basis of the building", house.building_basis),
                ("the first day in service", house.in_service_date),
            )
            if isinstance(cell, Blank) and cell.why != "n/a"
        ]
        if missing:
            yield Hit(
                entity=house.entity,
                subject=_address(house),
                message=f"{_address(house)}: {listed(missing)} {'is' if len(missing) == 1 else 'are'} not written.",
                evidence=(house.source,),
            )


@rule(
    "R-RNT-11",
    severity=Severity.CRITICAL,
    roles=("ceo", "cfo"),
    affects=(("ceo", "a loss at the house would not be paid (R-CEO-01)"),),
    action="Change the policy to one for landlords, today.",
    effort_hours=2,
    reads=("property.address", "property.policy_kind"),
)
def not_insured_as_landlord(known: Known) -> Iterator[Hit]:
    """A house is let and has no landlord's policy.

    What it checks: `policy_kind` of the Property table: `none` or `owner-occupier`.
    Why it matters: a policy for owners who live there need not pay once tenants do.
    How to mend: call the insurer; a landlord's policy covers building, liability and lost rent.
    Known limits: what the policy covers is not read; until when it runs is another rule's question.
    Source: Quarterdeck's own rule.
    """
    policies = {"none": "has no insurance", "owner-occupier": "is insured as if its owner lived there"}
    for house in known.facts.of(Property):
        if house.policy_kind in policies:
            yield Hit(
                entity=house.entity,
                subject=_address(house),
                message=f"{_address(house)} is let and {policies[str(house.policy_kind)]}.",
                evidence=(house.source,),
            )


@rule(
    "R-RNT-12",
    severity=Severity.MEDIUM,
    roles=("cfo",),
    affects=(("cfo", "one empty month turns the year into a loss (F-N8)"),),
    action="Go through the costs line by line, the largest first.",
    effort_hours=4,
    reads=("entity.status", "figure.break_even_occupancy"),
)
def must_be_nearly_full(known: Known) -> Iterator[Hit]:
    """A house pays for itself only if more than 95% of its rent comes in.

    What it checks: break-even occupancy (F-N8).
    Why it matters: two or three weeks empty in a year are usual; here they cost money of one's own.
    How to mend: insurance, utilities and the loan are the lines worth a second offer.
    Known limits: it goes by the months of books that there are.
    Source: Quarterdeck's own rule.
    """
    for entity, figure, share in _numbers(known, "break_even_occupancy"):
        if share > _NEARLY_FULL:
            full = " and loses money even when full" if share > 1 else ""
            yield Hit(
                entity=entity.entity,
                subject="break-even",
                message=f"{entity.title} needs {percent(share)} of its full rent to pay for itself{full}.",
                evidence=figure.sources[:_FEW],
            )


def _address(house: Property) -> str:
    return house.address if isinstance(house.address, str) else "The house"
