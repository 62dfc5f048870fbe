"""What is not known of each business, in the words of the registry."""

from collections.abc import Iterable
from functools import lru_cache

from quarterdeck.figures.kpis import KPI_BY_ID, kind_of, kpis_of
from quarterdeck.figures.missing.field import HANDOFF, Audit, Count, MissingField
from quarterdeck.figures.missing.registry import FIELD_BY_KEY, FIELDS
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Gap

_AUDIT_OF: dict[EntityKind, Audit] = {"rental": "rental", "delivery": "billing", "agency": "clients"}


@lru_cache(maxsize=2)  # the data rules and the briefing ask for the same
def gaps(facts: Facts) -> tuple[Gap, ...]:
    """List what is not known of the active entities.

    Returns:
        The gap that unlocks most figures first, then by entity and key.
    """
    found = [
        gap_of(one, entity, facts)
        for entity in facts.active()
        for one in FIELDS
        if not one.is_present(entity, facts)
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.unlocks, gap.entity, gap.key)))


def gap_of(field: MissingField, entity: Entity, facts: Facts) -> Gap:
    """The gap of one field in the words of the registry, whether it is known or not.

    Its number of figures counts each figure once: a KPI that only repeats a formula is that formula.
    """
    count = field.counted(entity, facts)
    handoff = facts.handoff(entity.entity).path
    words = {"entity": entity.entity, "year": facts.as_of.year}
    path = handoff if field.path == HANDOFF else field.path.format(**words)
    return Gap(
        key=field.key,
        entity=entity.entity,
        what=_of_rows(field, count) if count.of_rows else field.what,
        why=field.why,
        add=field.filled if count.of_rows else field.add.format(entity=entity.entity),
        path=path,
        heading=field.heading,
        roles=field.roles,
        unlocks=len(unlocked(field, entity)),
        pages=len(field.roles) + (_AUDIT_OF.get(kind_of(entity)) in field.audits),
    )


def unlocked(field: MissingField, entity: Entity) -> tuple[str, ...]:
    """Ids of the figures that an entity of this kind would gain, KPIs after formulas."""
    listed = {one.id for one in kpis_of(entity)}
    kpis = [one for one in field.unlocks if one in listed]
    repeated = {KPI_BY_ID[one].formula for one in kpis}
    formulas = [one for one in field.unlocks if one not in KPI_BY_ID and _is_for(one, entity)]
    return (*(one for one in formulas if one not in repeated), *kpis)


def first_five(found: Iterable[Gap], entity: str) -> tuple[Gap, ...]:
    """The five gaps of an entity to close first, for a page that knows nothing yet.

    Args:
        found: In the order of `gaps`; it decides among fields without a rank.
        entity: Whose.
    """
    mine = [gap for gap in found if gap.entity == entity]
    return tuple(sorted(mine, key=lambda gap: FIELD_BY_KEY[gap.key].rank or len(FIELDS))[:5])


_KINDS_OF_FAMILY: dict[str, tuple[EntityKind, ...]] = {
    "F-N": ("rental",),
    "F-G": ("agency",),
    "F-L": ("delivery", "agency"),
}


def _is_for(formula: str, entity: Entity) -> bool:
    kinds = _KINDS_OF_FAMILY.get(formula[:3])
    return kinds is None or kind_of(entity) in kinds


def _of_rows(field: MissingField, count: Count) -> str:
    missing = count.wanted - count.known
    rows = field.row[:-1] + "ies" if field.row.endswith("y") else field.row + "s"
    if count.wanted == 1:
        return f"{field.cell} of the one {field.row}"
    share = f"all {count.wanted}" if missing == count.wanted else f"{missing} of {count.wanted}"
    return f"{field.cell} of {share} {rows}"
