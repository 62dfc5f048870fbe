"""Charts of the books: customers' deposits from month to month, costs by line of the tax form, and the four steps."""

from collections.abc import Sequence
from decimal import Decimal

from quarterdeck.charts.spec import Bars, Part, Progress, Series, Step, Waterfall
from quarterdeck.figures.months import last_full_month, month_name
from quarterdeck.model.bookkeeping import ExpenseGroup
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.values import Money
from quarterdeck.reports.accounting_roadmap import Milestone
from quarterdeck.reports.business_rows import money_of
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import money, percent

_MOST_LINES = 10
_NO_LINE = "in no line"


def deposits(report: Report) -> Waterfall | None:
    """What guests had paid ahead before the last full month, what moved it, and what is left after it."""
    briefing = report.site.briefing
    ids = (one.entity for one in report.entities)
    kept = [one for one in ids if money_of(briefing.find("deposits_difference", one)) is not None]
    if not kept:
        return None
    before, received, earned, refunded, forfeited, after = (
        _sum(briefing, f"deposits_{part}", kept)
        for part in ("opening", "received", "recognised", "refunded", "forfeited", "closing")
    )
    if before is None or after is None:
        return None
    moved = "rose" if after > before else "fell" if after < before else "stayed"
    words = [
        f"{_said(briefing, amount)} {word}"
        for amount, word in ((received, "came in"), (earned, "was earned"))
        if amount is not None
    ]
    month = month_name(last_full_month(briefing.as_of))
    return Waterfall(
        id="deposits",
        reading=f"Deposits of customers {moved} from {_said(briefing, before)} to {_said(briefing, after)} in {month}"
        + (f": {' and '.join(words)}." if words else "."),
        about=f"Paid ahead{_over(report, ' with books')}, {briefing.currency}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        steps=(
            Step("before", before, is_total=True),
            Step("received", received),
            *(
                Step(label, None if amount is None else -amount)
                for label, amount in (("earned", earned), ("paid back", refunded), ("kept", forfeited))
            ),
            Step("after", after, is_total=True),
        ),
    )


def _sum(briefing: Briefing, name: str, entities: Sequence[str]) -> Decimal | None:
    """The sum over businesses; None where one of them is not known."""
    found = [money_of(briefing.find(name, one)) for one in entities]
    known = [one for one in found if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def expenses(report: Report) -> Bars | None:
    """What was booked this year by line of the tax form, the largest first and the smallest added up."""
    briefing = report.site.briefing
    sums: dict[str, Decimal] = {}
    for one in briefing.books:
        if (
            isinstance(one, ExpenseGroup)
            and one.entity in report.ids
            and one.amount.currency == briefing.currency
        ):
            line = one.tax_line or _NO_LINE
            sums[line] = sums.get(line, Decimal(0)) + one.amount.amount
    whole = sum(sums.values(), Decimal(0))
    if whole <= 0:
        return None
    rows = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    first, most = rows[0]
    rest = rows[_MOST_LINES - 1 :]
    if len(rest) > 1:
        rows = [
            *rows[: _MOST_LINES - 1],
            (f"{len(rest)} other lines", sum((one for _, one in rest), Decimal(0))),
        ]
    return Bars(
        id="tax-lines",
        reading=f"{first[:1].upper()}{first[1:]} costs most, {_said(briefing, most)} of {_said(briefing, whole)} "
        f"this year ({percent(most / whole)}).",
        about=f"Booked this year by line of the tax form{_over(report)}, {briefing.currency}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=tuple(line for line, _ in rows),
        series=(Series("Booked", tuple(amount for _, amount in rows)),),
        is_horizontal=True,
    )


def milestones(report: Report, found: Sequence[Milestone]) -> Progress:
    """How many conditions of each step are met, open and not known."""
    parts = []
    for one in found:
        met, unknown = (sum(it.state == state for it in one.criteria) for state in ("met", "not known"))
        parts.append(Part(one.name, met, len(one.criteria) - met - unknown, unknown))
    met, wanted = sum(one.met for one in parts), sum(len(one.criteria) for one in found)
    return Progress(
        id="milestones",
        reading=f"{met} of {wanted} conditions are met; {sum(one.unknown for one in parts)} are not known.",
        about="Conditions of each step: filled is met, empty is open, dashed is not known",
        scale="count",
        is_sample=report.site.briefing.is_sample,
        parts=tuple(parts),
    )


def _over(report: Report, which: str = "") -> str:
    return f", over all businesses{which}" if len(report.entities) > 1 else ""


def _said(briefing: Briefing, amount: Decimal) -> str:
    return money(Money(amount, briefing.currency))
