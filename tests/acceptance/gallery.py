"""A page of every component in every state, with invented numbers, for a golden file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import msgspec
from markupsafe import Markup

from quarterdeck.model.errors import Problem
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Effect, Finding, Gap, KpiState
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.reports import components as view
from quarterdeck.reports import render as printing
from quarterdeck.reports.sources import Links, Sources
from tests.figures.builders import usd

if TYPE_CHECKING:
    import pytest

    from quarterdeck.model.figure import Kind, Value

NAME = "gallery.md.j2"
DAY = date(2026, 11, 20)
BOOKS = Source("ledger/jada.beancount", 14, "ledger", "Assets:JADA:Bank", DAY)
HANDOFF = Source("handoffs/jada.md", 21, "handoff", "Offers")
D = Decimal


def gallery(monkeypatch: pytest.MonkeyPatch) -> str:
    """The page."""
    own = jinja2.FileSystemLoader(Path(__file__).parent)
    loaders = jinja2.ChoiceLoader([own, printing._environment.loader or own])  # noqa: SLF001 - the one environment
    monkeypatch.setattr(printing._environment, "loader", loaders)  # noqa: SLF001
    return printing.render(NAME, sources=Sources(Links("https://git.example.com/fleet/books")), **_views())


def _figure(name: str, value: Value, kind: Kind = "computed", **more: object) -> Figure:
    made = Figure(name, "jada", name.capitalize(), value, "money", kind, sources=(BOOKS,), as_of=DAY)
    return msgspec.structs.replace(made, **more)


def _views() -> dict[str, object]:
    return {
        "head": view.Head(
            "CFO",
            "All businesses",
            DAY,
            coverage=view.Coverage(34, 3, 47),
            chips=_nav(),
            chips_label="Reports",
        ),
        "home": view.Head("Home", "All businesses", as_of=DAY),
        "cards": _cards(),
        "first": view.Changed(None),
        "changes": view.Changed(DAY, _changes(), 17, "changes/"),
        "quiet": view.Changed(DAY),
        "figures": _figures(),
        "chips": [view.Chip(key.title(), f"{key}/", key, "a reason") for key in view.STATE_TITLES]
        + [view.Chip("Checked", "checked/", "unknown", state_text="too few checks")],
        "findings": _findings(),
        "chain": [
            view.ChainStep("CTO", "The checkout is missing", "#x", "$900 a month at stake"),
            view.ChainStep("CFO", "No order online"),
        ],
        "actions": _actions(),
        "gaps": _gaps(),
        "refused": [
            Problem("handoffs/a.md", 3, 1, "conflict", "holds conflict marks", "Remove them.", refused=True)
        ],
        "assumptions": [
            view.Assumption("Reserve", "2 months", "what we want in the bank", HANDOFF, DAY),
            view.Assumption("Hurdle", "14%", is_default=False),
        ],
        "table": _table(),
        "kpis": _kpis(),
        "weeks": _weeks(),
        "grid": _grid(),
        "steps": [
            view.Step("Books", 5, 2, 1, "Two accounts never agreed.", DAY, is_current=True),
            view.Step("Plan", 0, 4, 0),
        ],
        "chart": view.Chart(
            "cash",
            "One week goes under the floor",
            "Cash at the end of each week",
            Markup("<svg></svg>"),
            Markup("<svg></svg>"),
            (view.Key("floor", 1, "dash"), view.Key("cash", 2, "line"), view.Key("paid", 3)),
            view.Table((view.Column("week", "Week"),), (view.TableRow(("1",)),), csv="cash.csv"),
        ),
    }


def _nav() -> tuple[view.NavChip, ...]:
    return (view.NavChip("CFO", "../cfo/", is_current=True), view.NavChip("CMO", "../cmo/"))


def _cards() -> tuple[view.Card, ...]:
    less = view.Move("$2,100 less", "down", "bad", "than on 16 Nov")
    return (
        view.Card(
            "Our cash",
            _figure("cash", usd(24600)),
            "watch",
            move=less,
            context="besides $5,100 of guests",
            source_note="ledger, 20 Nov",
            series=(D(3), None, D(2), D(4), D(1)),
            threshold=D(2),
        ),
        view.Card(
            "Runway", _figure("runway", Missing(needs=("ledger",))), "unknown", source_note="add the books"
        ),
        view.Card(
            "Sales",
            _figure("sales", usd(18400), known=6, wanted=7),
            "course",
            move=view.Move("unchanged", "none", since="since 16 Nov"),
            series=(D(1), D(2)),
        ),
        view.Card("Critical", "14", "act", source_note="findings", source_href="#findings"),
    )


def _changes() -> tuple[view.ChangeRow, ...]:
    return tuple(view.ChangeRow(kind, f"Something is {kind}", f"#{kind}") for kind in view.CHANGE_WORDS)


def _figures() -> tuple[Figure, ...]:
    return (
        _figure("actual", usd(12), "actual"),
        _figure("computed", usd(13)),
        _figure("stated", usd(14), "stated"),
        _figure("assumed", usd(15), "assumption"),
        _figure("benchmark", usd(16), "benchmark"),
        _figure("estimate", usd(17), "stated", is_estimate=True),
        _figure("partial", usd(18400), known=6, wanted=7),
        _figure("state", Missing("cash_generating")),
        _figure("unknown", Missing(needs=("plan",))),
    )


def _finding(subject: str, severity: Severity, **more: object) -> Finding:
    message, action = f"The {subject} is so.", f"Mend the {subject}."
    made = Finding("R-CTO-07", "jada", subject, severity, message, action, ("cto",), evidence=(BOOKS,))
    return msgspec.structs.replace(made, **more)


def _findings() -> tuple[view.FindingRow, ...]:
    effects = (Effect("cfo", "cash (F-B1)"), Effect("cmo", "orders"))
    old = {"first_seen": date(2026, 11, 3), "age_days": 17, "carried": 4}
    accepted = {"state": "accepted", "accepted_until": date(2027, 3, 1), "accepted_by": "ana"}
    return (
        view.FindingRow(
            _finding("door", Severity.CRITICAL, affects=effects, at_stake=usd(900), **old), "Jada", here="cto"
        ),
        view.FindingRow(
            _finding("gate", Severity.HIGH, carried=0, first_seen=DAY, age_days=0),
            under=(_finding("bolt", Severity.LOW),),
        ),
        view.FindingRow(
            _finding("wall", Severity.MEDIUM, state="acknowledged", tasks=("JADA-1",)), owner="Sam"
        ),
        view.FindingRow(_finding("roof", Severity.LOW, severity_reason="It rains seldom."), per="once"),
        view.FindingRow(_finding("yard", Severity.INFO, **accepted)),
    )


def _actions() -> tuple[view.ActionRow, ...]:
    factors = (
        view.Factor("value: nobody wrote it", "2", "assumed"),
        view.Factor("time: no date", "+ 1.00", "assumed"),
    )
    return (
        view.ActionRow(
            1,
            "Close the door",
            owner="Sam",
            effort="2h",
            due=date(2026, 11, 17),
            days_late=3,
            task="JADA-1",
            where="Jada",
            fixes=("R-CTO-07",),
            waits_for=("JADA-2",),
            roles=("cto", "ceo"),
            money=usd(900),
            per="a month",
            is_pinned=True,
            score="11.00",
            factors=factors,
        ),
        view.ActionRow(2, "Mend the gate", "The gate is open.", due=DAY, stake="high"),
        view.ActionRow(3, "Paint the wall"),
    )


def _gaps() -> tuple[Gap, ...]:
    plan = Gap(
        "plan", "jada", "Plan", "Nobody can say what is on plan.", "`revenue`", "handoffs/jada.md", "Plan"
    )
    return (
        msgspec.structs.replace(plan, roles=("cfo",), unlocks=4, pages=2),
        Gap("aws", "jada", "AWS", "Nobody looked.", "Run the audit.", ""),
    )


def _table() -> view.Table:
    columns = (view.Column("what", "What"), view.Column("money", "Money", is_number=True))
    rows = (
        view.TableRow(("Slip", _figure("slip", usd(1150)))),
        view.TableRow(("Fuel", view.Cell(usd(80), "$20 over plan", "bad")), "bad", "r-fuel"),
        view.TableRow((view.Cell("Crew", "two of three", href="crew/"), Missing())),
        view.TableRow((view.Cell("", state="watch"), "")),
    )
    total = view.TableRow(("Together", _figure("together", usd(1230), known=2, wanted=3)))
    return view.Table(
        columns, rows, "Books of November; Crew as its captain says.", total, "costs.csv", label="Costs"
    )


def _kpis() -> tuple[KpiState, ...]:
    return (
        KpiState("sailings", "jada", "fresh", "Sailings", 2, "12", "2026-10", source=HANDOFF),
        KpiState("rating", "jada", "stale", "Rating", 1, "4.8", "2026-05", 190, source=HANDOFF),
        KpiState("cac", "jada", "not tracked", "Cost of a customer", 1, reason="no time"),
        KpiState("nps", "jada", "n/a", "Score", 1, reason="no guests"),
        KpiState("leads", "jada", "never", "Leads", 1, add="Pipeline"),
    )


def _weeks() -> view.Table:
    columns = (view.Column("week", "Week of"), view.Column("ending", "Left at its end", is_number=True))
    low = view.Cell(usd(2400), "$2,600 under floor", "bad")
    rows = (
        view.TableRow((view.Cell("23 Nov"), _figure("end", usd(5600))), anchor="w-2026-11-23"),
        view.TableRow((view.Cell("30 Nov"), low), "bad", "w-2026-11-30"),
    )
    return view.Table(columns, rows, is_sortable=False, layout="tight")


def _grid() -> view.Grid:
    cells = (
        *(view.GridCell(f"step {step}", step) for step in range(6)),
        view.GridCell("not known", is_unknown=True),
        view.GridCell("n/a"),
        view.GridCell("listed", 3, "71 days old", href="#listed"),
        view.GridCell("missing", tone="bad"),
    )
    columns = tuple(f"Business{at}" for at in range(len(cells)))
    groups = (view.GridGroup("Direct", (view.GridRow("OwnSite", cells),)),)
    summary = view.GridRow("Reach", tuple(view.GridCell(f"{at} of 9") for at in range(len(cells))))
    legend = ("none", "listed", "bookable")
    return view.Grid("Channel", columns, groups, summary, legend, "Seen by hand.", "v.csv", "Seen")
