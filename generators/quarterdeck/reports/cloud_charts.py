"""The cloud's bill as a chart: what each business costs a month, and what the running month comes to."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.charts.spec import MOST_SERIES, Bars, Series
from quarterdeck.figures.months import month_name, months_to
from quarterdeck.formulas.technology import run_rate
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.values import Money, Period, month_of
from quarterdeck.reports.ceo_charts import together
from quarterdeck.reports.finance_charts import in_money, month_labels
from quarterdeck.reports.words import rounded

_MOST_MONTHS = 12
_NOBODY = ""
_UNTAGGED = "without a tag"
_ONE_DAY = timedelta(days=1)


class Billed(msgspec.Struct, frozen=True):
    """The months that audits read, oldest first, and what each business cost in them."""

    months: tuple[Period, ...]
    by_owner: Mapping[str, tuple[Decimal | None, ...]]
    """Id of a business, the dearest first, and an empty one last for what is nobody's; None is not known."""
    read_on: date
    """The day on which the newest month was read."""

    @property
    def is_running(self) -> bool:
        """Whether the newest month was not over then."""
        return self.read_on <= self.months[-1].end

    @property
    def last_full(self) -> int | None:
        """Place of the newest month that was over."""
        at = len(self.months) - 1 - self.is_running
        return at if at >= 0 else None

    def sum_of(self, at: int) -> Decimal:
        """What is known of one month over all businesses."""
        return sum((one[at] or Decimal(0) for one in self.by_owner.values()), Decimal(0))


def costs(briefing: Briefing, entity: str = "") -> Bars | None:
    """What the cloud cost by month and business; lighter bars are the running month, and its end at this rate."""
    bill = bill_of(briefing, entity)
    if bill is None:
        return None
    labels = [*month_labels(bill.months)]
    series = [Series(_title(briefing, owner), values) for owner, values in bill.by_owner.items()]
    rate = None
    ends = [_at_this_rate(bill, one.values) for one in series] if bill.is_running else []
    if any(one is not None for one in ends):
        rate = sum((one or Decimal(0) for one in ends), Decimal(0))
        series = [Series(one.label, (*one.values, end)) for one, end in zip(series, ends, strict=True)]
        labels.append(f"{labels[-1]} end")
    return Bars(
        id="cloud-cost",
        reading=_words(briefing, bill, rate),
        about=f"The cloud's bill by business, {briefing.currency} a month"
        + (f"; lighter is {month_name(bill.months[-1])} so far" if bill.is_running else "")
        + (" and what it comes to at this rate" if rate is not None else ""),
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=tuple(labels),
        series=_fewer(series, is_untagged=_NOBODY in bill.by_owner),
        partial=tuple(range(len(bill.months) - 1, len(labels))) if bill.is_running else (),
    )


def _fewer(series: Sequence[Series], *, is_untagged: bool) -> tuple[Series, ...]:
    """The dearest first, the others added up; what is nobody's is last, and by itself."""
    named, last = (series[:-1], series[-1:]) if is_untagged else (series, [])
    room = MOST_SERIES - len(last)
    if len(named) > room:
        named = [*named[: room - 1], together(named[room - 1 :])]
    return (*named, *last)


def _words(briefing: Briefing, bill: Billed, rate: Decimal | None) -> str:
    said = []
    if bill.last_full is not None:
        known = {owner: values[bill.last_full] or Decimal(0) for owner, values in bill.by_owner.items()}
        dearest = max(known, key=lambda owner: known[owner])
        words = f"{month_name(bill.months[bill.last_full])} cost {in_money(briefing, bill.sum_of(bill.last_full))}"
        if len(known) > 1:
            words += f", most of it {_title(briefing, dearest)} ({in_money(briefing, known[dearest])})"
        said.append(words)
    if rate is not None:
        said.append(
            f"{month_name(bill.months[-1])} comes to {in_money(briefing, rounded(rate, 0))} at this rate"
        )
    elif bill.is_running:
        so_far = in_money(briefing, bill.sum_of(-1))
        said.append(f"{month_name(bill.months[-1])} cost {so_far} until {bill.read_on - _ONE_DAY:%-d %B}")
    return f"{'; '.join(said)}."


def _title(briefing: Briefing, owner: str) -> str:
    titles = {one.entity: one.title for one in briefing.entities}
    return titles.get(owner, owner) or _UNTAGGED


def _at_this_rate(bill: Billed, values: Sequence[Decimal | None]) -> Decimal | None:
    """What the running month of one business comes to (F-X1)."""
    before = values[-2] if len(values) > 1 else None
    if values[-1] is None:
        return None
    days = (bill.read_on - bill.months[-1].start).days
    found = run_rate(values[-1], days, bill.months[-1].end.day, before)
    return found if isinstance(found, Decimal) else None


def bill_of(briefing: Briefing, entity: str = "") -> Billed | None:
    """The bill as audits read it, of one business or of all; None where nobody read it."""
    lines = [one for one in bill_lines(briefing) if not entity or one.entity == entity]
    names = sorted({one.month for one in lines})
    if not names:
        return None
    newest = date.fromisoformat(f"{names[-1]}-01")
    months = [one for one in months_to(month_of(newest), _MOST_MONTHS) if one.name >= names[0]]
    found = {
        owner: tuple(_sum(briefing, [one for one in lines if one.entity == owner], month) for month in months)
        for owner in sorted({one.entity for one in lines})
    }
    ranked = sorted(
        found.items(),
        key=lambda each: (each[0] == _NOBODY, -sum((one or Decimal(0) for one in each[1]), Decimal(0))),
    )
    read = [one.source.as_of for one in lines if one.month == names[-1] and one.source.as_of]
    return Billed(tuple(months), dict(ranked), max(read, default=briefing.as_of))


def bill_lines(briefing: Briefing) -> list[CloudCost]:
    """The lines that add up to the bill: by tag where the file has tags, else by service; the newest of each."""
    found = briefing.evidence.of(CloudCost)
    tagged = {one.source.path for one in found if one.by == "tag"}
    newest: dict[tuple[str, ...], CloudCost] = {}
    for one in sorted(found, key=lambda each: each.source.as_of or date.min):
        if one.by == ("tag" if one.source.path in tagged else "service"):
            newest[one.source.path, one.month, one.entity, one.name] = one
    return [*newest.values()]


def _sum(briefing: Briefing, lines: Sequence[CloudCost], month: Period) -> Decimal | None:
    """What one business cost in a month; None without a line, or where one is not known in our currency."""
    amounts = [one.amount for one in lines if one.month == month.name]
    known = [one.amount for one in amounts if isinstance(one, Money) and one.currency == briefing.currency]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None
