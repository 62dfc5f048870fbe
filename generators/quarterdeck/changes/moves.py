"""Figures that moved further than their threshold, and which of their inputs did."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

from quarterdeck.changes.causes import Causes, same, title_of
from quarterdeck.changes.watched import BAD_STATES, GOOD_STATES, good_of, is_headline, kpi_figure, roles_of
from quarterdeck.figures.kpis import KPI_BY_ID, coverage, covered
from quarterdeck.figures.months import last_full_month
from quarterdeck.model.books import Kpi
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Cause, Change, Held, Kind
from quarterdeck.model.figure import Figure, Missing, Unit, Value
from quarterdeck.model.values import Day, Money, MoneyRange, Ratio
from quarterdeck.settings import ChangeThresholds

_DAYS_A_MONTH = Decimal("30.4375")
_UNITS: Mapping[str, Unit] = {
    "money": "money",
    "money per hour": "money",
    "percent": "ratio",
    "months": "months",
    "days": "days",
    "hours": "hours",
}
"""Units of KPIs that figures have, too; all others are counts."""

Answer = Literal["number", "good", "bad", "none"]
_RANK: Mapping[Answer, int] = {"bad": -1, "number": 0, "good": 1}
"""From worst to best, of what is an answer."""


def moved_figures(before: Briefing, after: Briefing, thresholds: ChangeThresholds) -> Iterator[Change]:
    """Every figure that moved far enough, or became known or not known, by entity and id.

    Of figures that only one side has, headlines alone count, as not known on the other: that a list has a row more
    is told by what it adds up to. Stated KPIs and the share of KPIs that are fresh are among them.
    """
    old, new = _figures(before), _figures(after)
    causes = Causes(old, new)
    month = last_full_month(after.as_of).name
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        kind = _kind(was, now, thresholds)
        shown = now or was
        if kind is None or shown is None or (None in {was, now} and not is_headline(shown, month)):
            continue
        behind = causes.of(key)
        yield Change(
            what="figure",
            kind="moved" if kind == "better" and _knows_less(was, now, behind) else kind,
            entity=shown.entity,
            id=shown.id,
            title=title_of(shown),
            roles=roles_of(shown),
            unit=shown.unit,
            before=_held(was),
            after=_held(now),
            money=_money(was, now, after.currency),
            is_headline=is_headline(shown, month),
            causes=behind,
            sources=tuple(dict.fromkeys(one for each in (now, was) if each for one in each.sources)),
        )


def milestone_changes(before: Iterable[Figure], after: Iterable[Figure]) -> Iterator[Change]:
    """Steps of the roadmap that are met or not any more, or of which more or fewer conditions are met.

    Args:
        before: The share that is met of each, as figures with stable ids.
        after: Those of the later side.
    """
    old = {one.id: one for one in before}
    for now in after:
        was = old.get(now.id)
        if was is None or not (isinstance(was.value, Ratio) and isinstance(now.value, Ratio)):
            continue
        if was.value.value == now.value.value:
            continue
        rose = now.value.value > was.value.value
        kind: Kind = "better" if rose else "worse"
        if 1 in {was.value.value, now.value.value}:
            kind = "met" if rose else "slipped"
        yield Change(
            what="milestone",
            kind=kind,
            entity=now.entity,
            id=now.id,
            title=now.label,
            roles=("ceo", "accounting"),
            unit="ratio",
            before=_held(was),
            after=_held(now),
            is_headline=kind in {"met", "slipped"},
        )


def _figures(briefing: Briefing) -> dict[tuple[str, str], Figure]:
    found = {(one.entity, one.id): one for one in briefing.figures}
    found.update({(one.entity, one.id): one for one in _stated(briefing)})
    fresh, wanted = coverage(briefing.kpis)
    share = covered(fresh, wanted)
    if isinstance(share, Ratio):
        share = Ratio(share.value, Decimal(fresh), Decimal(wanted))
    found["", "kpi_coverage"] = Figure("kpi_coverage", "", "KPIs that are fresh", share, "ratio")
    return found


def _stated(briefing: Briefing) -> Iterator[Figure]:
    """Every KPI that somebody wrote down, as a figure."""
    rows = {(row.entity, row.kpi, row.source): row for row in briefing.of(Kpi) if isinstance(row.kpi, str)}
    for state in briefing.kpis:
        row = rows.get((state.entity, state.kpi, state.source)) if state.source else None
        if row is None or not isinstance(row.value, Money | Ratio | Decimal):
            continue
        yield Figure(
            kpi_figure(state.kpi),
            state.entity,
            state.title,
            row.value,
            _unit(row.value, state.kpi),
            "stated",
            sources=(row.source,),
        )


def _unit(value: Money | Ratio | Decimal, kpi: str) -> Unit:
    match value:
        case Money():
            return "money"
        case Ratio():
            return "ratio"
        case _:
            return _UNITS.get(KPI_BY_ID[kpi].unit, "count") if kpi in KPI_BY_ID else "count"


def _held(figure: Figure | None) -> Held | None:
    return None if figure is None else Held(figure.value, figure.is_partial and figure.is_known)


def _kind(was: Figure | None, now: Figure | None, thresholds: ChangeThresholds) -> Kind | None:
    """How a figure moved; None where it did not, or not far enough."""
    old, new = _answer(was), _answer(now)
    if "none" in {old, new}:
        return None if old == new else "unknown" if new == "none" else "known"
    shown = now or was
    if was is None or now is None or shown is None:
        return None
    if old != new:
        return _directed("up", _RANK[new] - _RANK[old])
    far = _distance(was.value, now.value, now.unit, thresholds)
    if far is None:
        return None if same(was.value, now.value) else "moved"
    return _directed(good_of(now), far) if far else None


def _knows_less(was: Figure | None, now: Figure | None, causes: Iterable[Cause]) -> bool:
    """Whether something below a figure is not known any more: then it only looks better, as a cost left out does."""
    if was is not None and now is not None and now.wanted - now.known > was.wanted - was.known:
        return True
    lost = (one for one in causes if one.after is not None and _is_unknown(one.after))
    return any(one.before is not None and not _is_unknown(one.before) for one in lost)


def _is_unknown(value: Value) -> bool:
    return isinstance(value, Missing) and value.state not in GOOD_STATES | BAD_STATES


def _directed(good: str, far: Decimal | int) -> Kind:
    if good == "band":
        return "moved"
    return "better" if (far > 0) == (good == "up") else "worse"


def _answer(figure: Figure | None) -> Answer:
    if figure is None:
        return "none"
    if not isinstance(figure.value, Missing):
        return "number"
    if figure.value.state in GOOD_STATES:
        return "good"
    return "bad" if figure.value.state in BAD_STATES else "none"


def _distance(was: Value, now: Value, unit: Unit, thresholds: ChangeThresholds) -> Decimal | None:
    """How far a number moved, 0 where that is under its threshold; None where both have no common measure."""
    old, new = _number(was), _number(now)
    if old is None or new is None or _measure(was) != _measure(now):
        return None
    far = new - old
    return far if far and _is_far(abs(far), abs(old), _measure(now), unit, thresholds) else Decimal(0)


def _is_far(far: Decimal, old: Decimal, measure: str, unit: Unit, thresholds: ChangeThresholds) -> bool:
    match measure, unit:
        case ("ratio", _) | (_, "ratio"):
            return far >= thresholds.ratio
        case ("day", _) | (_, "date"):
            return far >= thresholds.months * _DAYS_A_MONTH
        case (_, "months"):
            return far >= thresholds.months
        case ("number", _):
            return far >= thresholds.count
        case _:
            return far >= thresholds.money and far >= old * thresholds.money_ratio


def _number(value: Value) -> Decimal | None:
    match value:
        case Money(amount) | Ratio(value=amount):
            return amount
        case MoneyRange():
            return value.middle.amount
        case Decimal():
            return value
        case Day(date=on):
            return Decimal(on.toordinal())
        case _:
            return None


def _measure(value: Value) -> str:
    """What a number counts; two numbers compare only where it is the same."""
    match value:
        case Money(currency=currency) | MoneyRange(low=Money(currency=currency)):
            return f"money {currency}"
        case Ratio():
            return "ratio"
        case Day():
            return "day"
        case _:
            return "number"


def _money(was: Figure | None, now: Figure | None, currency: str) -> Decimal | None:
    """By how much money a figure moved; what is known on one side alone counts nothing."""
    if was is None or now is None or f"money {currency}" not in {_measure(was.value), _measure(now.value)}:
        return None
    old, new = _number(was.value), _number(now.value)
    return (
        None if old is None or new is None or _measure(was.value) != _measure(now.value) else abs(new - old)
    )
