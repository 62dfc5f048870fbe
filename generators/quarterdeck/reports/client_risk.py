"""Risk points of a client (F-G11): what could cost us the client or its money, and what is not known of it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.formulas.client_risk import Band, Danger, answers_to, risk_of_answers
from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank

_REASONS: Mapping[Danger, str] = {
    "contract": "no contract",
    "end": "contract ends",
    "overdue": "{days_late} days late",
    "margin": "thin margin",
    "share": "large share",
    "custody": "logins with us alone",
    "domain": "domain ends",
}


class Risk(msgspec.Struct, frozen=True):
    """Points out of 100, what they are for, and how many questions nobody could answer."""

    points: int
    word: Band
    reasons: tuple[str, ...]
    unknowns: int
    domain_days: int | None
    """Days until the client's domain ends; None where that is not written."""

    @property
    def words(self) -> str:
        """Print `watch: no contract, domain; 2 unknown`."""
        what = f"{self.word}: {', '.join(self.reasons)}" if self.reasons else self.word
        return f"{what}; {self.unknowns} unknown" if self.unknowns else what


def risk_of(
    client: Client,
    as_of: date,
    days_late: int,
    margin: Decimal | None,
    share: Decimal | None,
    handover_note: bool | Blank,  # noqa: FBT001 - a cell as written
) -> Risk:
    """Add up the points; what is not known adds none and is counted.

    Args:
        client: Its terms.
        as_of: Day of the report.
        days_late: Of its oldest open invoice.
        margin: Share of its fees that is left; None where not known.
        share: Its share of recurring revenue; None where it pays none.
        handover_note: Whether a note says what to do without whoever holds its logins.
    """
    domain = client.domain_expires if isinstance(client.domain_expires, date) else None
    days = (domain - as_of).days if domain else None
    answers = answers_to(
        contract=_answer(client.contract),
        days_to_end=(client.contract_end - as_of).days if isinstance(client.contract_end, date) else None,
        overdue_days=days_late,
        margin=margin,
        share=share or Decimal(0),
        sole_custody=None if isinstance(client.access_custody, Blank) else client.access_custody == "us",
        handover_note=_answer(handover_note),
        domain_days=days,
    )
    if client.auto_renew is True and isinstance(client.contract_end, date):
        answers["end"] = False
    found = risk_of_answers(answers)
    reasons = tuple(
        _REASONS[danger].format(days_late=days_late) for danger, is_so in answers.items() if is_so
    )
    return Risk(found.points, found.band, reasons, found.unknowns, days)


def _answer(cell: bool | Blank) -> bool | None:  # noqa: FBT001 - a cell as written
    return None if isinstance(cell, Blank) else cell
