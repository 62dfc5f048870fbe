"""Why a figure moved: the inputs below it that moved, as far down as inputs are known."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from quarterdeck.model.change import Cause
from quarterdeck.model.figure import Figure, Input, Missing, Unit, Value
from quarterdeck.model.values import MONTHS, Money, Ratio

Key = tuple[str, str]
"""Entity and id of a figure."""
Named = tuple[str, str, str, int]
"""Entity and id of an input that is a figure, else its name; and which it is of those that are called so."""

MOST = 5
"""Causes of one figure that are kept."""

_DAYS = frozenset({"as_of", "statement_date", "year", "today"})
"""Inputs that the calendar moves, and nobody."""

_MONTH = re.compile(r"(\d{4})-(\d\d)$")


class Causes:
    """Follows inputs down on both sides, each figure once."""

    def __init__(self, before: Mapping[Key, Figure], after: Mapping[Key, Figure]) -> None:
        """Figures by entity and id."""
        self.before = before
        self.after = after
        self._found: dict[Key, tuple[Cause, ...]] = {}
        self._of_all: dict[str, list[Key]] = {}
        for entity, name in sorted(before.keys() | after.keys()):
            if entity:
                self._of_all.setdefault(name, []).append((entity, name))

    def of(self, key: Key) -> tuple[Cause, ...]:
        """The inputs that moved it, most money first; none where nobody made it of others, or it is new."""
        if key not in self._found:
            self._found[key] = ()  # whoever comes by again runs in a circle
            self._found[key] = self._below(key)
        return self._found[key]

    def _below(self, key: Key) -> tuple[Cause, ...]:
        was, now = self.before.get(key), self.after.get(key)
        if was is None or now is None:
            return ()
        if not (was.inputs or now.inputs):
            parts = self._of_all.get(key[1], []) if not key[0] else []
            return _most(cause for part in parts for cause in self._of_figure(part))
        old, new = _by_name(was), _by_name(now)
        found: list[Cause] = []
        for name in dict.fromkeys((*new, *old)):
            found.extend(self._of_input(now, old.get(name), new.get(name)))
        return _most(found)

    def _of_input(self, above: Figure, was: Input | None, now: Input | None) -> Iterable[Cause]:
        given = now or was
        if given is None:
            return ()
        if given.figure:
            whose = given.entity or above.entity
            return self._of_figure((whose, given.figure))
        if given.name in _DAYS or "[" in given.name or (was and now and _same_input(was, now)):
            return ()
        return (
            Cause(
                entity=given.entity or above.entity,
                title=given.name.replace("_", " "),
                unit=_unit(given.value),
                before=was.value if was else None,
                after=now.value if now else None,
                sources=given.sources,
            ),
        )

    def _of_figure(self, key: Key) -> tuple[Cause, ...]:
        """What is below a figure that moved, else that figure itself; nothing where it stands as it was."""
        was, now = self.before.get(key), self.after.get(key)
        shown = now or was
        if shown is None or (was and now and same(was.value, now.value)):
            return ()
        return self.of(key) or (
            Cause(
                entity=shown.entity,
                title=title_of(shown),
                unit=shown.unit,
                figure=shown.id,
                before=was.value if was else None,
                after=now.value if now else None,
                sources=shown.sources,
            ),
        )


def title_of(figure: Figure) -> str:
    """What a figure is called among others like it: with the month that its id ends on, where its label has none."""
    found = _MONTH.search(figure.id)
    if found is None:
        return figure.label
    name = MONTHS[int(found[2]) - 1]
    return (
        figure.label
        if name in figure.label or found[0] in figure.label
        else f"{figure.label}, {name} {found[1]}"
    )


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same; of a state its words do not count, of a share only the share."""
    match one, other:
        case Missing(state=left), Missing(state=right):
            return left == right
        case Ratio(value=left), Ratio(value=right):
            return left == right
        case _:
            return one == other


def _same_input(was: Input, now: Input) -> bool:
    if was.value is None or now.value is None:
        return was.value is now.value and was.text == now.text
    return same(was.value, now.value)


def _by_name(figure: Figure) -> dict[Named, Input]:
    found: dict[Named, Input] = {}
    count: dict[tuple[str, str, str], int] = {}
    for one in figure.inputs:
        name = (one.entity, one.figure, "" if one.figure else one.name)
        count[name] = count.get(name, 0) + 1
        found[*name, count[name]] = one
    return found


def _most(found: Iterable[Cause]) -> tuple[Cause, ...]:
    """The largest, each once."""
    once = {(one.entity, one.figure, one.title): one for one in found}
    return tuple(sorted(once.values(), key=_order)[:MOST])


def _order(cause: Cause) -> tuple[object, ...]:
    return (-_size(cause), cause.entity, cause.figure, cause.title)


def _size(cause: Cause) -> Decimal:
    """How much money it moved; what is there on one side alone counts whole."""
    sides = [one for one in (cause.before, cause.after) if isinstance(one, Money)]
    match sides:
        case [Money(amount=one)]:
            return abs(one)
        case [Money(amount=old, currency=currency), Money(amount=new, currency=same_one)] if (
            currency == same_one
        ):
            return abs(new - old)
        case _:
            return Decimal(0)


def _unit(value: Value | None) -> Unit:
    return "money" if isinstance(value, Money) else "ratio" if isinstance(value, Ratio) else "count"
