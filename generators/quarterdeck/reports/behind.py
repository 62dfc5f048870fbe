"""The facts behind a briefing, for pages that match or add up row by row with the functions of the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.tables import TABLES

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import Entity


def facts_behind(briefing: Briefing, entity: Entity, as_of: date | None = None) -> Facts:
    """The facts of one business, read again from the briefing.

    Args:
        briefing: Its rows are finished; nothing is parsed here. A table without rows is no table here.
        entity: The one business.
        as_of: An earlier day than the briefing's, for a trend.
    """
    rows: list[Row] = []
    tables = []
    for table in TABLES:
        here = [row for row in getattr(briefing.rows, table.name) if row.entity == entity.entity]
        rows += here
        if here:
            tables.append((table.name, here[0].source.line))
    handoff = Handoff(entity.source.path, entity, tuple(rows), tuple(tables), (), (), (), ())
    return Facts((handoff,), as_of or briefing.as_of, assumed=briefing.assumed)
