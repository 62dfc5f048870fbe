"""Charts of clients: on whom the revenue rests, and the days on which terms end."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from quarterdeck.charts.spec import Bars, Series, Timeline
from quarterdeck.model.briefing import Briefing
from quarterdeck.reports.client_numbers import brought
from quarterdeck.reports.client_standing import Standing
from quarterdeck.reports.due_dates import Due, timeline
from quarterdeck.reports.words import percent

_MOST = 12
_MOSTLY = Decimal("0.8")
_PART = 2


def shares(briefing: Briefing, standings: Sequence[Standing]) -> Bars | None:
    """What each client brought in twelve months as a share of all, the largest first, with their sum so far."""
    ranked = sorted(((brought(one), one.name) for one in standings), key=lambda one: (-one[0], one[1]))
    ranked = [(amount, name) for amount, name in ranked if amount > 0]
    whole = sum((amount for amount, _ in ranked), Decimal(0))
    if len(ranked) < _PART:
        return None
    parts = [amount / whole for amount, _ in ranked]
    sums = list(accumulate(parts))
    enough = next(at for at, share in enumerate(sums, start=1) if share >= _MOSTLY)
    by_books = any(one.earned for one in standings)
    return Bars(
        id="shares",
        reading=f"{ranked[0][1]} brings {percent(parts[0])} of what clients pay; "
        f"{enough} of {len(ranked)} bring {percent(sums[enough - 1])}.",
        about=f"Share of what was {'earned' if by_books else 'billed'} in twelve full months, and what the clients "
        "down to this one bring together",
        scale="ratio",
        is_sample=briefing.is_sample,
        labels=tuple(name for _, name in ranked[:_MOST]),
        series=(Series("Share", tuple(parts[:_MOST])),),
        is_horizontal=True,
        notes=tuple(f"together {percent(one)}" for one in sums[:_MOST]),
    )


def dates(briefing: Briefing, standings: Sequence[Standing]) -> Timeline | None:
    """Ends of contracts that do not renew themselves, and of domains; without a contract there is none to end."""
    contracts = (
        Due(f"{one.name}, contract", one.client.contract_end)
        for one in standings
        if one.client.contract is not False and one.client.auto_renew is not True
    )
    domains = (Due(f"{one.name}, domain", one.client.domain_expires, 1) for one in standings)
    about = "Ends of contracts that do not renew themselves, and of domains,"
    return timeline(briefing, "dates", about, (*contracts, *domains), ("contracts", "domains"))
