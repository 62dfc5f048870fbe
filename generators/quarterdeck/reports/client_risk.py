"""Risk points of a client (F-G11): what could cost us the client or its money, and what is not known of it."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank

_LATE = 60
_ENDS = timedelta(days=60)
_THIN = Decimal("0.20")
_LARGE = Decimal("0.25")
_ACT, _WATCH, _MOST = 60, 30, 100


class Risk(msgspec.Struct, frozen=True):
    """Points out of 100, what they are for, and how many questions nobody could answer."""

    points: int
    reasons: tuple[str, ...]
    unknowns: int
    domain_days: int | None
    """Days until the client's domain ends; None where that is not written."""

    @property
    def word(self) -> str:
        """Low, watch or act."""
        return "act" if self.points >= _ACT else "watch" if self.points >= _WATCH else "low"

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
    answers = (
        (25, "no contract", _known(client.contract, client.contract is False)),
        (20, "contract ends", _ends(client, as_of)),
        (20, f"{days_late} days late", days_late > _LATE),
        (15, "thin margin", None if margin is None else margin < _THIN),
        (10, "large share", bool(share and share > _LARGE)),
        (5, "logins with us alone", _alone(client, handover_note)),
        (15, "domain ends", None if days is None else days <= _ENDS.days),
    )
    hit = [(points, reason) for points, reason, is_so in answers if is_so]
    unknowns = sum(is_so is None for _, _, is_so in answers)
    return Risk(
        min(_MOST, sum(points for points, _ in hit)), tuple(reason for _, reason in hit), unknowns, days
    )


def _known(cell: object, is_so: bool) -> bool | None:  # noqa: FBT001 - an answer
    return None if isinstance(cell, Blank) else is_so


def _ends(client: Client, as_of: date) -> bool | None:
    if client.contract is False:
        return False
    if not isinstance(client.contract_end, date):
        return None
    return client.contract_end <= as_of + _ENDS and client.auto_renew is not True


def _alone(client: Client, note: bool | Blank) -> bool | None:  # noqa: FBT001 - a cell as written
    if isinstance(client.access_custody, Blank):
        return None
    if client.access_custody != "us":
        return False
    return _known(note, note is False)
