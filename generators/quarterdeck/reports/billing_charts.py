"""Charts of billing: who owes since when, what became of finished work, and how many days of billing are unpaid."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from quarterdeck.charts.spec import MOST_SERIES, Bars, Lines, Series, Step, Waterfall
from quarterdeck.figures.billing import Match, Receivable
from quarterdeck.figures.months import month_name
from quarterdeck.figures.scope import Scope
from quarterdeck.formulas.receivables import BUCKETS
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.billing_owed import BUCKET_WORDS, MonthEnd, who
from quarterdeck.reports.finance_charts import in_money, month_labels
from quarterdeck.reports.words import counted, number, rounded

_ZERO = Decimal(0)


def aging(briefing: Briefing, owed: Sequence[Receivable]) -> Bars | None:
    """What each customer owes by age, the largest debtors first and the others added up."""
    dated = [one for one in owed if one.is_open and one.bucket in BUCKETS]
    if not dated:
        return None
    debtors: dict[str, list[Receivable]] = {}
    for one in dated:
        debtors.setdefault(who(one), []).append(one)
    ranked = sorted(debtors.items(), key=lambda item: (-_open(item[1]), item[0]))
    shown = ranked if len(ranked) <= MOST_SERIES else ranked[: MOST_SERIES - 1]
    series = [Series(name, _by_age(bills)) for name, bills in shown]
    if rest := [one for _, bills in ranked[len(shown) :] for one in bills]:
        series.append(Series(f"{len(ranked) - len(shown)} others", _by_age(rest)))
    sums = _by_age(dated)
    amount, bucket = max(zip(sums, BUCKETS, strict=True), key=lambda one: one[0])
    late = sum((one for one, where in zip(sums, BUCKETS, strict=True) if where != "current"), _ZERO)
    whole = in_money(briefing, _open(dated))
    gaps = sum(isinstance(one.open, Blank) for one in owed)
    least = f"at least {whole}, {counted(gaps, 'balance')} not known," if gaps else whole
    undated = _open(one for one in owed if one.is_open and one.bucket not in BUCKETS)
    left_out = f"; {in_money(briefing, undated)} without a day due left out" if undated else ""
    return Bars(
        id="aging",
        reading=f"Of {least} owed {in_money(briefing, late)} is past its day; most of all, "
        f"{in_money(briefing, amount)}, is {BUCKET_WORDS[bucket]}.",
        about=f"Owed by days late and customer, {briefing.currency}{left_out}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=("not due", *(BUCKET_WORDS[one].removesuffix(" days late") for one in BUCKETS[1:])),
        series=tuple(series),
    )


def _open(bills: Iterable[Receivable]) -> Decimal:
    return sum((one.open.amount for one in bills if isinstance(one.open, Money)), _ZERO)


def _by_age(bills: Sequence[Receivable]) -> tuple[Decimal, ...]:
    return tuple(_open(one for one in bills if one.bucket == bucket) for bucket in BUCKETS)


def collected(briefing: Briefing, scope: Scope, found: Sequence[Match]) -> Waterfall | None:
    """From what finished work should have been billed to what came in, of deliveries of which all is known."""
    done = [one for one in found if one.delivery.status == "completed"]
    known = [one for one in done if all(scope.amount(part) is not None for part in _parts(one))]
    if not known:
        return None
    expected, paid, given_up, left = (
        sum((scope.amount(part) or _ZERO for part in column), _ZERO)
        for column in zip(*(_parts(one) for one in known), strict=True)
    )
    bare = sum((scope.amount(one.expected) or _ZERO for one in known if one.verdict == "unbilled"), _ZERO)
    gaps = [scope.amount(one.difference) or _ZERO for one in known if one.verdict != "unbilled"]
    under = sum((one for one in gaps if one > 0), _ZERO)
    over = -sum((one for one in gaps if one < 0), _ZERO)
    rest = paid - (expected - bare - under + over - given_up - left)
    changes = [
        Step("unbilled", -bare),
        Step("too little", -under),
        *([Step("too much", over)] if over else []),
        *([Step("tax, small", rest)] if rest else []),
        Step("write-off", -given_up),
        Step("open", -left),
    ]
    lost = min(changes, key=lambda one: one.amount or _ZERO)
    words = f"Of {in_money(briefing, expected)} earned {in_money(briefing, paid)} was collected"
    if lost.amount is not None and lost.amount < 0:
        words += f"; most of the rest is {lost.label}, {in_money(briefing, -lost.amount)}"
    out = len(done) - len(known)
    left_out = f"; {counted(out, 'delivery', 'deliveries')} of which not all is known left out" if out else ""
    tax = "; tax and differences within the tolerance are one" if rest else ""
    return Waterfall(
        id="collected",
        reading=f"{words}.",
        about=f"Finished deliveries, from expected bill to money received, {briefing.currency}{left_out}{tax}",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        steps=(
            Step("expected", expected, is_total=True),
            *changes,
            Step("collected", paid, is_total=True),
        ),
    )


def _parts(match: Match) -> tuple[Money | Missing, ...]:
    """Expected, paid, written off and open."""
    return match.expected, match.paid, match.written_off, match.open


def days_unpaid(briefing: Briefing, ends: Sequence[MonthEnd]) -> Lines | None:
    """Days of billing still unpaid at the end of each month, over three months and counted back."""
    over, back = (
        tuple(rounded(days, 0) if isinstance(days, Decimal) else None for days in column)
        for column in ([one.dso for one in ends], [one.counted_back for one in ends])
    )
    known = [(days, one) for days, one in zip(over, ends, strict=True) if days is not None]
    if not known:
        return None
    (first, start), (last, end) = known[0], known[-1]
    way = "rose" if last > first else "fell" if last < first else "stayed"
    words = (
        f"DSO {way} from {number(first, 0)} days at the end of {month_name(start.month)} to {number(last, 0)}"
    )
    if len(known) == 1:
        words = f"DSO was {number(last, 0)} days"
    words += f" at the end of {month_name(end.month)}"
    if isinstance(end.counted_back, Decimal):
        words += f"; counted back it was {number(end.counted_back, 0)}"
    return Lines(
        id="dso",
        reading=f"{words}.",
        about="Days of billing still unpaid at the end of each full month",
        scale="count",
        is_sample=briefing.is_sample,
        labels=month_labels(tuple(one.month for one in ends)),
        series=(Series("over three months", over), Series("counted back", back)),
    )
