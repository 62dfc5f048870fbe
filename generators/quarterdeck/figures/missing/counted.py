"""The ways in which a field is counted: how many of the places where it is wanted hold it."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TypeVar

from quarterdeck.figures.inputs import applies, is_answer, is_wanted
from quarterdeck.figures.kpis import kind_of
from quarterdeck.figures.missing.field import Count, Counter
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Task
from quarterdeck.model.journal import Journal

R = TypeVar("R", bound=Row)

NOTHING = Count()
"""The field does not apply."""


def single(is_known: bool) -> Count:  # noqa: FBT001 - the one thing that it counts
    """The count of a thing that is there or not."""
    return Count(int(is_known), 1)


def key(*names: str, kinds: Collection[EntityKind] = (), of_parts: bool = True) -> Counter:
    """Keys of the front matter, wanted of some kinds or of all; all of them count as one."""

    def counted(entity: Entity, facts: Facts) -> Count:
        if kinds and kind_of(entity) not in kinds:
            return NOTHING
        if not of_parts and facts.is_part(entity):
            return NOTHING
        return single(all(is_answer(getattr(entity, name)) for name in names))

    return counted


def answered(input_key: str) -> Counter:
    """What an audit answers, wanted wherever that input is."""

    def counted(entity: Entity, facts: Facts) -> Count:
        is_known = bool(facts.evidence.of_input(input_key, entity.entity))
        return Count(int(is_known), int(applies(input_key, entity, facts)))

    return counted


def in_books(has: Callable[[Journal, date], bool]) -> Counter:
    """Something that only the books hold, wanted wherever books are."""

    def counted(entity: Entity, facts: Facts) -> Count:
        return Count(int(has(facts.journal(entity), facts.as_of)), int(applies("ledger", entity, facts)))

    return counted


def table(record: type[Row]) -> Counter:
    """A table, wanted where the entity keeps one."""

    def counted(entity: Entity, facts: Facts) -> Count:
        if not is_wanted(record, entity, facts):
            return NOTHING
        return single(bool(facts.of(record, entity.entity)))

    return counted


def rows_with(
    record: type[R], is_known: Callable[[R], bool], among: Callable[[R], bool] | None = None
) -> Counter:
    """Rows that are there; a table without any is another field's affair."""

    def counted(entity: Entity, facts: Facts) -> Count:
        rows = [row for row in facts.of(record, entity.entity) if among is None or among(row)]
        return Count(sum(map(is_known, rows)), len(rows), of_rows=True)

    return counted


def cells(record: type[R], *columns: str, among: Callable[[R], bool] | None = None) -> Counter:
    """Rows with all of some columns."""

    def is_known(row: R) -> bool:
        return all(is_answer(getattr(row, column)) for column in columns)

    return rows_with(record, is_known, among)


def first_of(*counters: Counter) -> Counter:
    """The first count that lacks something, such as the table before its cells; else the last one."""

    def counted(entity: Entity, facts: Facts) -> Count:
        counts = [one(entity, facts) for one in counters]
        return next((one for one in counts if one.known < one.wanted), counts[-1])

    return counted


def open_tasks(is_known: Callable[[Task], bool]) -> Counter:
    """Open tasks that somebody means to do."""

    def counted(entity: Entity, facts: Facts) -> Count:
        wanted = [task for task in facts.tasks_of(entity.entity) if task.is_open and not task.is_someday]
        return Count(sum(map(is_known, wanted)), len(wanted), of_rows=True)

    return counted
