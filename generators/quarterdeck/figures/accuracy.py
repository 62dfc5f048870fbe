"""How far earlier forecasts were off: the first week of each against what the books then said (F-C4)."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from quarterdeck.figures.cash import BETWEEN, moved_as
from quarterdeck.figures.derived import parts
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.formulas.flows import Horizon
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.history import Earlier
from quarterdeck.model.journal import Journal
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Period

WEEKS_SHOWN = 8
_WEEKEND = timedelta(days=2)
"""Banks rest: books that reach Friday hold the week."""
RECEIPTS = frozenset({"operating_in"})
PAYMENTS = frozenset({"operating_out", "debt_out", "investing_out"})
"""What a forecast expects: neither what owners and lenders bring or take, nor what is held for others."""

_SIDES = (
    ("receipts", "Comes in", "week_receipts", RECEIPTS),
    ("payments", "Goes out", "week_payments", PAYMENTS),
)
_LABELS = {
    "receipts": "Receipts against the forecast before",
    "payments": "Payments against the forecast before",
}


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """The errors of a business with the tools that are part of it, by the Monday of each week."""
    if not entity.is_active or entity.parent:
        return
    own = scope_of(facts, entity, currency)
    members = (entity, *(facts.handoff(part).entity for part in facts.parts_of(entity.entity)))
    yield from _weeks(Scope(facts, tuple(dict.fromkeys(members)), own.entity, own.currency))


def of_portfolio(scope: Scope) -> Iterator[Figure]:
    """The errors of all businesses together, and those of the newest week; they say what is missing for want of one."""
    made = {one.id: one for one in _weeks(scope)}
    yield from made.values()
    errors = [f"forecast_error_{side}" for side in _LABELS]
    newest = max((name.partition(":")[2] for name in made if name.startswith(tuple(errors))), default="")
    if newest:
        yield from (msgspec.structs.replace(made[f"{one}:{newest}"], id=one) for one in errors)
        return
    label = "First week of the forecast before"
    if scope.facts.earlier:
        reason = "no week of an earlier forecast is over and in the books"
        before = scope.missing("forecast_before", label, "money", reason=reason)
    else:
        reason = "no earlier forecast is kept to compare with"
        before = scope.missing("forecast_before", label, "money", "history", reason=reason)
    yield before
    yield from parts(
        scope,
        "F-C4",
        {side: (f"forecast_error_{side}", label) for side, label in _LABELS.items()},
        forecast_receipts=before,
        actual_receipts=before,
        forecast_payments=before,
        actual_payments=before,
    )


def _weeks(scope: Scope) -> Iterator[Figure]:
    """Of the last weeks that the books hold to their end; of several forecasts of one week, the earliest counts."""
    journals = tuple({one.component: one for one in map(scope.facts.journal, scope.entities) if one}.values())
    last = max((one.entries[-1].date for one in journals), default=None)
    found: dict[str, tuple[Earlier, Period]] = {}
    for record in scope.facts.earlier:
        week = _week_of(record)
        if last is not None and week.end - _WEEKEND <= last and week.end <= scope.as_of:
            found.setdefault(week.name, (record, week))
    for name in sorted(found)[-WEEKS_SHOWN:]:
        yield from _errors(scope, journals, *found[name])


def _week_of(record: Earlier) -> Period:
    """The days that the first week of a version's forecast held, named by its Monday."""
    horizon = Horizon(record.as_of)
    return Period(horizon.tomorrow, horizon.start + timedelta(days=6), horizon.start.isoformat())


def _errors(scope: Scope, journals: tuple[Journal, ...], record: Earlier, week: Period) -> Iterator[Figure]:
    given: dict[str, Figure] = {}
    for side, label, kept, classes in _SIDES:
        past = record.figure(kept, scope.entity)
        if past is None or not isinstance(past.value, Money) or scope.is_foreign(past.value):
            return
        forecast = scope.figure(
            f"forecast_{side}_before:{week.name}",
            f"{label}, as forecast",
            past.value,
            "money",
            kind="computed",
        )
        place = Source(record.path, kind="evidence", what=f"version {record.version}", as_of=record.as_of)
        given[f"forecast_{side}"] = msgspec.structs.replace(forecast, sources=(place,), as_of=record.as_of)
        between = (
            {one for one in BETWEEN if one.endswith("_in") == (side == "receipts")} if scope.entity else set()
        )
        given[f"actual_{side}"] = moved_as(
            scope, journals, f"actual_{side}:{week.name}", f"{label}, by the books", classes | between, week
        )
    yield from given.values()
    yield from parts(
        scope,
        "F-C4",
        {side: (f"forecast_error_{side}:{week.name}", label) for side, label in _LABELS.items()},
        note=f"week of {week.name}",
        forecast_receipts=given["forecast_receipts"],
        actual_receipts=given["actual_receipts"],
        forecast_payments=given["forecast_payments"],
        actual_payments=given["actual_payments"],
    )
