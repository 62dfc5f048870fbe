"""The figures of which readers hear at once: which way is good, and whose pages they stand on."""

import re
from collections.abc import Mapping

import msgspec

from quarterdeck.figures.kpis import KPI_BY_ID, Direction
from quarterdeck.model.figure import Figure, State
from quarterdeck.model.finding import Role


class Watched(msgspec.Struct, frozen=True):
    """One figure, or all that share the beginning of an id."""

    good: Direction
    """Which way is good; `band` where neither is."""
    roles: tuple[Role, ...]


def _all(good: Direction, roles: tuple[Role, ...], names: str) -> dict[str, Watched]:
    return {name: Watched(good, roles) for name in names.split()}


_MONEY: tuple[Role, ...] = ("ceo", "cfo")
_BOOKS: tuple[Role, ...] = ("cfo", "accounting")

WATCHED: Mapping[str, Watched] = {
    **_all(
        "up",
        _MONEY,
        "cash_available runway_months runway_zero_revenue runway_seasonal zero_cash_date lowest_week "
        "contribution_month operating_income sales_last_month sales_v_plan deployable mrr noi_year kpi_coverage",
    ),
    **_all("down", _MONEY, "net_burn gross_burn debt loans_owed"),
    **_all(
        "up",
        ("cfo",),
        "contribution_ratio ebitda margin_of_safety downside_lowest dscr credit_available pipeline_weighted "
        "noi_month cap_rate cash_on_cash reserve_months occupied",
    ),
    **_all(
        "down",
        ("cfo",),
        "break_even_revenue break_even_units cash_break_even fixed_monthly debt_monthly committed_90d "
        "costs_due_30d break_even_occupancy expense_ratio vacancy_loss",
    ),
    **_all("band", _MONEY, "target"),
    **_all("up", ("cfo",), "revenue contribution target_contribution profit"),
    **_all("up", ("cmo",), "net_per_booking"),
    **_all("up", (), "client_left client_margin"),
    **_all("band", ("cfo",), "cash_restricted"),
    **_all("up", ("accounting",), "reconciled expense_recovery collection_rate effective_rate"),
    **_all(
        "down",
        _BOOKS,
        "overdue unbilled leakage expected_loss under_billed over_billed dso days_to_pay billing_lag "
        "mrr_at_risk tax_to_set_aside hosting_unbilled top_client_share",
    ),
    **_all("down", ("accounting",), "uncategorised uncategorised_share unclassified_share paid_gap"),
    **_all("band", ("accounting",), "deposits_owed sales_tax_held"),
    **_all("up", ("cmo",), "visibility rating reviews average_booking list_mailable list_size"),
    **_all("down", ("cmo",), "take_rate cancel_rate"),
    **_all("up", ("cto", "cmo"), "funnel_completeness"),
}
"""Id, or what stands before its colon -> how it is read."""

GOOD_STATES: frozenset[State] = frozenset({"cash_generating", "beyond_horizon", "target_met"})
BAD_STATES: frozenset[State] = frozenset(
    {"depleted", "no_break_even", "never", "not_within_horizon", "spend_without_customers"}
)
"""States that are an answer; all others are none."""

_KPI = "kpi:"
_OF_FORMULAS: Mapping[str, tuple[Role, ...]] = {
    **dict.fromkeys("BCEKMTV", ("cfo",)),
    **dict.fromkeys("AR", ("accounting",)),
    "Q": ("cmo",),
    "X": ("cto",),
}
"""Letter of a formula's id -> whose pages print what it makes; those of one kind of business stand on its own page."""
_WITH_A_SUBJECT = frozenset({"target"})
"""Of which every member is watched; of all others that have one, the whole is."""
_FORMULA = re.compile(r"F-([A-Z])\d+$")
_OF_KPIS: Mapping[str, tuple[Role, ...]] = {
    "funnel": ("cmo",),
    "pipeline": ("cmo",),
    "channels": ("cmo",),
    "campaigns": ("cmo",),
    "AWS": ("cto",),
    "repository": ("cto",),
    "ledger": ("cfo",),
}
"""First word of where a KPI is read -> who reads it besides the CEO."""


def kpi_figure(kpi: str) -> str:
    """The id under which a stated KPI is compared."""
    return f"{_KPI}{kpi}"


def good_of(figure: Figure) -> Direction:
    """Which way is good for a figure; `band` where nobody said."""
    if figure.id.startswith(_KPI):
        known = KPI_BY_ID.get(figure.id.removeprefix(_KPI))
        return known.direction if known else "band"
    watched = _watched(figure)
    return watched.good if watched else "band"


def is_headline(figure: Figure, month: str) -> bool:
    """Whether it is watched; revenue is in its last full month alone, as `2026-10`."""
    if figure.id.startswith(_KPI):
        known = KPI_BY_ID.get(figure.id.removeprefix(_KPI))
        return known is not None and known.weight > 1
    if figure.id == f"revenue:{month}":
        return True
    prefix, _, subject = figure.id.partition(":")
    return prefix in WATCHED and (not subject or prefix in _WITH_A_SUBJECT)


def roles_of(figure: Figure) -> tuple[Role, ...]:
    """Whose pages show a figure; none where the page of its business alone does."""
    if figure.id.startswith(_KPI):
        known = KPI_BY_ID.get(figure.id.removeprefix(_KPI))
        first = re.match(r"\w*", known.source)[0] if known else ""  # type: ignore[index]  # it matches always
        return ("ceo", *_OF_KPIS.get(first, ()))
    watched = _watched(figure)
    if watched:
        return watched.roles
    found = _FORMULA.match(figure.formula)
    return _OF_FORMULAS.get(found[1], ()) if found else ()


def _watched(figure: Figure) -> Watched | None:
    return WATCHED.get(figure.id) or WATCHED.get(figure.id.partition(":")[0])
