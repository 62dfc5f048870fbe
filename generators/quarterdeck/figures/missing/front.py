"""Front matter of a handoff, as fields of the registry."""

from quarterdeck.figures.inputs import is_answer
from quarterdeck.figures.kpis import kind_of
from quarterdeck.figures.missing.counted import NOTHING, key
from quarterdeck.figures.missing.field import Count, MissingField, ids
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import Campaign


def _has_list(entity: Entity, facts: Facts) -> bool:
    """Whether it has a mailing list at all; a business with boats is taken to have one."""
    if isinstance(entity.list_size, int):
        return entity.list_size > 0
    is_boat = kind_of(entity) in {"charter", "concert"} and not facts.is_part(entity)
    return not is_answer(entity.list_size) and (is_boat or bool(facts.of(Campaign, entity.entity)))


def _list_size(entity: Entity, facts: Facts) -> Count:
    return key("list_size")(entity, facts) if _has_list(entity, facts) else NOTHING


def _list_source(entity: Entity, facts: Facts) -> Count:
    return key("list_source", "list_updated")(entity, facts) if _has_list(entity, facts) else NOTHING


FRONT: tuple[MissingField, ...] = (
    MissingField(
        "name",
        "Name of the business",
        "Pages and mails call it by the name of its file.",
        ("ceo",),
        (),
        key("name"),
        rank=11,
    ),
    MissingField(
        "kind",
        "Kind of business",
        "Which KPIs, figures and duties belong to it rests on what kind of business it is.",
        ("ceo", "cfo", "cmo"),
        ids("F-S4"),
        key("kind"),
        phrase="kind (charter, concert, hauling, agency, rental, delivery, saas or generic)",
        rank=1,
    ),
    MissingField(
        "updated",
        "Date on which somebody last confirmed the handoff",
        "Nobody can tell whether what it says is still so.",
        ("ceo",),
        (),
        key("updated"),
        rank=10,
    ),
    MissingField(
        "billing_model",
        "Billing model",
        "Money that comes in cannot be called revenue, and targets have nothing to count.",
        ("accounting", "cfo"),
        ids("F-T1 F-T3 F-A6 revenue"),
        key("billing_model", of_parts=False),
        rank=2,
    ),
    MissingField(
        "capacity_per_month",
        "Capacity a month",
        "Whether enough can be sold to break even cannot be told.",
        ("cfo",),
        ids("F-E7 F-G6 utilisation rev_per_available_slot utilisation_hours"),
        key("capacity_per_month", kinds=("charter", "concert", "hauling", "agency", "delivery")),
        audits=("clients",),
    ),
    MissingField(
        "list_size",
        "Size of the mailing list",
        "What a mailing could bring, and how slowly it has to start, cannot be worked out.",
        ("cmo",),
        ids("F-Q1 F-Q2 F-Q3 F-Q4 list_size_mailable"),
        _list_size,
        phrase="list_size (0 if there is none)",
    ),
    MissingField(
        "list_source",
        "Source and consent date of the mailing list",
        "Addresses of unknown origin must not be mailed, however many they are.",
        ("cmo", "ceo"),
        ids("F-Q1 list_size_mailable"),
        _list_source,
        phrase="list_source and list_updated",
    ),
)
