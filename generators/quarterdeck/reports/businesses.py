"""What Home and the CEO page say of every business: its state, its sales, its findings, how old its handoff is."""

from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.months import last_full_month, month_name
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Finding
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.components import Card, Cell, StateKey, Tone
from quarterdeck.reports.skeleton import Site, entity_path
from quarterdeck.reports.sources import href
from quarterdeck.reports.words import age, known_of, money

_KIND_WORDS: dict[EntityKind, str] = {
    "charter": "charter",
    "concert": "concert cruises",
    "hauling": "hauling",
    "agency": "agency",
    "rental": "rental",
    "delivery": "deliveries",
    "saas": "tool",
    "generic": "business",
}


class Business(msgspec.Struct, frozen=True):
    """One business with what its row says."""

    entity: Entity
    href: str
    about: str
    """Its kind, and what it is part of."""
    state: StateKey
    reason: str
    sales: Figure | None
    """Of the last full month; None where it sells nothing of its own."""
    against_plan: Figure | None
    critical: int
    high: int
    age_days: int | None
    """Since somebody confirmed the handoff; None where nobody wrote when."""
    old_after: int
    """Days after which that is marked."""

    @property
    def name_cell(self) -> Cell:
        """Name as a link, and its kind."""
        return Cell(self.entity.title, self.about, href=self.href)

    @property
    def state_cell(self) -> Cell:
        """State word and reason."""
        return Cell(self.reason, state=self.state)

    @property
    def sales_cell(self) -> Cell:
        """Sales of the month, and how they stand against the plan."""
        if self.sales is None:
            return Cell(Missing("not_applicable"))
        return sales_cell(self.sales, self.against_plan)

    @property
    def critical_cell(self) -> Cell:
        """Open critical findings, and high ones."""
        if self.state == "unknown" and not self.critical:
            return Cell(Missing("not_enough_evidence"), "too few inputs")
        return Cell(self.critical, f"and {self.high} high" if self.high else "and no high")

    @property
    def written_cell(self) -> Cell:
        """When somebody confirmed the handoff, and its age where that is much."""
        if self.age_days is None or not isinstance(self.entity.updated, date):
            return Cell(Missing())
        is_old = self.age_days > self.old_after
        return Cell(
            self.entity.updated, f"{age(self.age_days)} old" if is_old else "", "bad" if is_old else ""
        )


def businesses(site: Site, here: str) -> tuple[Business, ...]:
    """Every entity as a row: main businesses by sales, each followed by its parts, then ancillary ones."""
    ids = {entity.entity for entity in site.briefing.entities}
    whole = [one for one in site.briefing.entities if one.parent not in ids or one.parent == one.entity]
    ordered = sorted(
        whole, key=lambda one: (one.is_ancillary, -_sold(site, one), one.title.casefold(), one.entity)
    )
    with_parts = [member for one in ordered for member in (one, *_parts(site, one))]
    listed = {one.entity for one in with_parts}
    left_out = [one for one in site.briefing.entities if one.entity not in listed]
    return tuple(business_row(site, here, entity) for entity in (*with_parts, *left_out))


def in_totals(site: Site) -> tuple[Entity, ...]:
    """The entities that totals hold: samples stay out as soon as one entity is real."""
    briefing = site.briefing
    return tuple(one for one in briefing.entities if briefing.is_sample or not one.is_sample)


def count_open(site: Site, severity: Severity) -> int:
    """Open findings of a severity over all that totals hold."""
    return sum(site.findings(entity.entity, severity) for entity in in_totals(site))


def repeats_gap(site: Site, finding: Finding) -> bool:
    """Whether it says what a block under *Not known* says already."""
    return finding.rule == "R-DAT-01" and (finding.entity, finding.subject) in site.gap_keys


def sales_cell(sales: Figure, against_plan: Figure | None) -> Cell:
    """Sales of a month with their distance to the plan, or with how many of the sum are known."""
    words, tone = plan_words(against_plan)
    if sales.is_partial and sales.is_known:
        return Cell(sales, known_of(sales), is_plain=True)
    return Cell(sales, words if sales.is_known else "", tone, is_plain=True)


def plan_words(against_plan: Figure | None) -> tuple[str, Tone]:
    """Say how sales stand against the plan: `$1,900 under plan`, and whether that is good."""
    if against_plan is None or not isinstance(against_plan.value, Money):
        return "plan not known", ""
    amount = against_plan.value.amount
    if amount == 0:
        return "on plan", ""
    if amount > 0:
        return f"{money(against_plan.value)} over plan", "good"
    words = f"{money(-against_plan.value)} under plan"
    return (f"at most {words}", "") if against_plan.is_partial else (words, "bad")


def month_of_sales(site: Site) -> str:
    """Name of the last full month: `October`."""
    return month_name(last_full_month(site.briefing.as_of))


def critical_card(site: Site, href_of_source: str) -> Card:
    """The card that counts what is critical."""
    critical, high = (count_open(site, severity) for severity in (Severity.CRITICAL, Severity.HIGH))
    is_known = any(site.state(entity)[0] != "unknown" for entity in site.briefing.entities)
    state: StateKey = "act" if critical else "watch" if high else "course" if is_known else "unknown"
    return Card(
        "Critical findings",
        critical,
        state=state,
        state_text="Too few checks" if state == "unknown" else "",
        context=f"and {high} high",
        source_note="rules over the handoffs",
        source_href=href_of_source,
    )


def kind_words(entity: Entity) -> str:
    """What kind of business it is, in the reader's words."""
    return "kind not known" if isinstance(entity.kind, Blank) else _KIND_WORDS[entity.kind]


def business_row(site: Site, here: str, entity: Entity) -> Business:
    """One business as a row of the page at `here`."""
    briefing = site.briefing
    state, reason = site.state(entity)
    part = f"part of {site.titles.get(entity.parent, entity.parent)}" if entity.parent else ""
    return Business(
        entity=entity,
        href=href(here, entity_path(entity.entity)),
        about=", ".join(part for part in (kind_words(entity), part) if part),
        state=state,
        reason=reason.removesuffix("."),
        sales=briefing.find("sales_last_month", entity.entity),
        against_plan=briefing.find("sales_v_plan", entity.entity),
        critical=site.findings(entity.entity, Severity.CRITICAL),
        high=site.findings(entity.entity, Severity.HIGH),
        age_days=(briefing.as_of - entity.updated).days if isinstance(entity.updated, date) else None,
        old_after=briefing.assumed.stale_after["handoff"],
    )


def _parts(site: Site, entity: Entity) -> list[Entity]:
    parts = [one for one in site.briefing.parts_of(entity.entity) if one.entity != entity.entity]
    return sorted(parts, key=lambda one: (one.title.casefold(), one.entity))


def _sold(site: Site, entity: Entity) -> Decimal:
    figure = site.briefing.find("sales_last_month", entity.entity)
    return figure.value.amount if figure and isinstance(figure.value, Money) else Decimal(-1)
