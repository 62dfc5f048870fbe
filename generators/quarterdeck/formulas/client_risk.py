"""What could cost us a client or its money, in points."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.formulas.registry import formula

Danger = Literal["contract", "end", "overdue", "margin", "share", "custody", "domain"]
Band = Literal["low", "watch", "act"]

POINTS: Mapping[Danger, int] = {
    "contract": 25,
    "end": 20,
    "overdue": 20,
    "margin": 15,
    "share": 10,
    "custody": 5,
    "domain": 15,
}
MOST = 100
ENDS_WITHIN_DAYS = 60
OVERDUE_FROM_DAYS = 60
THIN_MARGIN = Decimal("0.20")
LARGE_SHARE = Decimal("0.25")
_ACT, _WATCH = 60, 30


class ClientRisk(msgspec.Struct, frozen=True):
    """Points out of 100, what they mean, and how many questions nobody could answer."""

    points: int
    band: Band
    unknowns: int


def _unknown(result: ClientRisk) -> Iterator[str]:
    if result.unknowns:
        yield f"unknowns {result.unknowns}: they add no points"


@formula(
    "F-G11",
    "Client risk points",
    unit="score",
    working="""
        25 where contract is false
        20 where days_to_end <= 60
        20 where overdue_days >= 60
        15 where margin < 20%
        10 where share > 25%
        5 where sole_custody is true and handover_note is false
        15 where domain_days <= 60
        points = their sum, at most 100
    """,
    notes=_unknown,
)
def client_risk(
    *,
    contract: bool | None,
    days_to_end: int | None,
    overdue_days: int | None,
    margin: Decimal | None,
    share: Decimal | None,
    sole_custody: bool | None,
    handover_note: bool | None,
    domain_days: int | None,
) -> ClientRisk:
    """Add up what speaks for losing a client or its money. Null is not known: no points, but it is counted.

    Args:
        contract: Whether there is one in writing.
        days_to_end: Days to its last day; without a contract there is none to know.
        overdue_days: Days overdue of the oldest open invoice, 0 for none.
        margin: Ratio of F-G3.
        share: Ratio of our revenue that the client brings.
        sole_custody: Whether only we hold the logins.
        handover_note: Whether a note says what to do without us; matters where only we hold them.
        domain_days: Days until its domain expires.

    Returns:
        points: Count, at most 100.
        band: `low` under 30, `watch` under 60, else `act`.
        unknowns: Count of the seven questions that have no answer.

    Example: `{"contract": false, "days_to_end": null, "overdue_days": 0, "margin": 0.40, "share": 0.10,
    "sole_custody": false, "handover_note": null, "domain_days": 40}` gives
    `{"points": 40, "band": "watch", "unknowns": 0}`.
    Example: `{"contract": null, "days_to_end": null, "overdue_days": null, "margin": null, "share": null,
    "sole_custody": null, "handover_note": null, "domain_days": null}` gives
    `{"points": 0, "band": "low", "unknowns": 7}`.
    """
    return risk_of_answers(
        answers_to(
            contract=contract,
            days_to_end=days_to_end,
            overdue_days=overdue_days,
            margin=margin,
            share=share,
            sole_custody=sole_custody,
            handover_note=handover_note,
            domain_days=domain_days,
        )
    )


def answers_to(
    *,
    contract: bool | None,
    days_to_end: int | None,
    overdue_days: int | None,
    margin: Decimal | None,
    share: Decimal | None,
    sole_custody: bool | None,
    handover_note: bool | None,
    domain_days: int | None,
) -> dict[Danger, bool | None]:
    """The seven questions of F-G11 with their answers, in the order of the definition; None is not known."""
    return {
        "contract": None if contract is None else not contract,
        "end": False if contract is False else _at_most(days_to_end, ENDS_WITHIN_DAYS),
        "overdue": None if overdue_days is None else overdue_days >= OVERDUE_FROM_DAYS,
        "margin": None if margin is None else margin < THIN_MARGIN,
        "share": None if share is None else share > LARGE_SHARE,
        "custody": _held_alone(sole_custody, handover_note),
        "domain": _at_most(domain_days, ENDS_WITHIN_DAYS),
    }


def _at_most(days: int | None, most: int) -> bool | None:
    return None if days is None else days <= most


def _held_alone(
    sole_custody: bool | None,  # noqa: FBT001 - an answer
    handover_note: bool | None,  # noqa: FBT001 - an answer
) -> bool | None:
    """Whether only we hold the logins and nobody could go on without us."""
    if sole_custody is not True:
        return sole_custody
    return None if handover_note is None else not handover_note


def risk_of_answers(answers: Mapping[Danger, bool | None]) -> ClientRisk:
    """Add up the points of F-G11 for questions that are answered already."""
    points = min(MOST, sum(POINTS[danger] for danger, is_so in answers.items() if is_so))
    band: Band = "act" if points >= _ACT else "watch" if points >= _WATCH else "low"
    return ClientRisk(points, band, sum(is_so is None for is_so in answers.values()))
