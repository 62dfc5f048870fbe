"""Where in a version each thing is read on; anchors come from ids, so that a mail's links last."""

from collections.abc import Mapping
from typing import Final

from quarterdeck.model.action import Action
from quarterdeck.model.change import Change
from quarterdeck.model.finding import ROLE_TITLES, Finding, Role
from quarterdeck.model.mail import Link
from quarterdeck.reports.components import FindingRow
from quarterdeck.reports.home import PATH as HOME
from quarterdeck.reports.skeleton import CONTRADICTIONS_PATH, entity_path, role_path
from quarterdeck.reports.sources import href
from quarterdeck.reports.to_do import anchor_of
from quarterdeck.reports.words import NBSP

_SECTIONS: Final[Mapping[Role, Mapping[str, str]]] = {
    "ceo": {
        "trend": "cash_available runway_months lowest_week sales_last_month",
        "missing-kpis": "kpi_coverage",
    },
    "cfo": {
        "cash": "cash_available cash_restricted credit_available",
        "runway": "runway_months runway_zero_revenue runway_seasonal zero_cash_date reserve_months",
        "weeks": "lowest_week downside_lowest costs_due_30d committed_90d",
        "burn": "net_burn gross_burn fixed_monthly",
        "break-even": "break_even_revenue break_even_units cash_break_even margin_of_safety",
        "variance": "sales_v_plan sales_last_month contribution_month operating_income",
        "targets": "target target_contribution",
        "debt": "debt debt_monthly loans_owed dscr",
        "capital": "deployable",
        "unit-economics": "contribution contribution_ratio net_per_booking",
        "revenue-quality": "mrr mrr_at_risk top_client_share",
    },
    "cmo": {
        "visibility": "visibility",
        "channel-economics": "take_rate net_per_booking average_booking",
        "reviews": "rating reviews",
        "email": "list_size list_mailable",
        "pipeline": "pipeline_weighted pipeline_open",
    },
    "cto": {"funnel": "funnel_completeness", "cost": "hosting_unbilled"},
    "accounting": {
        "reconciliation": "reconciled uncategorised uncategorised_share paid_gap",
        "deposits": "deposits_owed",
        "sales-tax": "sales_tax_held",
        "expenses": "expense_recovery unclassified_share tax_to_set_aside",
    },
}
"""Role -> anchor of a section of its page -> the figures that are read there."""
_SECTION_OF: Final = {
    (role, name): anchor
    for role, sections in _SECTIONS.items()
    for anchor, names in sections.items()
    for name in names.split()
}
_ANCHORS: Final = {("", "gap"): "not-known", ("accounting", "milestone"): "roadmap"}
"""Role, empty for any, and kind of thing -> where a page has it; else what changed stands at its head."""
_WORDS: Final = {
    "weeks": f"13{NBSP}weeks",
    "changed": "What changed",
    "missing-kpis": "KPIs",
    "do-first": "Do first",
}


def to_report(role: Role, anchor: str = "") -> Link:
    """The page of a role, or one section of it."""
    words = (
        _WORDS.get(anchor, anchor.replace("-", " ").capitalize())
        if anchor
        else f"the {ROLE_TITLES[role]} report"
    )
    return Link(href(HOME, role_path(role), anchor), words)


def to_change(change: Change, role: Role, finding: Finding | None, action: Action | None) -> Link:
    """Where a change is read on the page of a role, else where the thing itself stands.

    Args:
        change: Any.
        role: Whose mail it is.
        finding: As it stands now; None where it is gone, or the change is of something else.
        action: Likewise.
    """
    match change.what:
        case "finding" if finding:
            return to_finding(finding, role)
        case "figure":
            return _to_figure(change, role)
        case "action" if action and anchor_of(action):
            return Link(href(HOME, _home_of(change, role), anchor_of(action)), "Task")
        case "contradiction":
            return Link(href(HOME, CONTRADICTIONS_PATH), "Both places")
        case "problem":
            return Link(href(HOME, HOME), "Home")
        case "entity" if change.kind == "new":
            return Link(href(HOME, entity_path(change.entity)), "Its page")
        case what:
            return to_report(role, _ANCHORS.get((role, what)) or _ANCHORS.get(("", what), "changed"))


def to_finding(finding: Finding, role: Role) -> Link:
    """A finding in the list of a role's page."""
    return Link(href(HOME, role_path(role), FindingRow(finding).anchors[1]), "Finding")


def _to_figure(change: Change, role: Role) -> Link:
    anchor = _SECTION_OF.get((role, change.id.partition(":")[0]))
    if anchor is None and change.entity:
        return Link(href(HOME, entity_path(change.entity)), "Its page")
    return to_report(role, anchor or "changed")


def _home_of(change: Change, role: Role) -> str:
    """Where a task surely stands: the page of its business lists all."""
    return entity_path(change.entity) if change.entity else role_path(role)
