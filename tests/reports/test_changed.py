"""What changed in words: one sentence for each kind of change, and whole summaries as golden files."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest

from quarterdeck.changes.pages import affected
from quarterdeck.model.change import Cause, Change, Changes, Commit, Compared, Held, Kind
from quarterdeck.model.figure import Missing
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Day, Ratio, Word
from quarterdeck.reports.changed import because, places, scopes, sentence
from quarterdeck.reports.changed_lists import (
    MOST_FOLDED,
    MOST_NUMBERS,
    MOST_OPEN,
    Told,
    as_markdown,
    as_text,
    escaped,
)
from tests.changes.histories import of_handoffs, usd
from tests.changes.test_compare import rows, tasks
from tests.figures.builders import AS_OF
from tests.reports.portfolios import ordinary
from tests.reports.samples import HOSTILE, Golden, a_briefing

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

HIGH, LOW = Held(Word("high")), Held(Word("low"))
SOON, LATE = Held(Day(date(2026, 12, 5))), Held(Day(date(2027, 1, 5)))


def a_change(what: str, kind: str, title: str = "Checkout", **fields: Any) -> Change:  # noqa: ANN401 - any field
    known: dict[str, Any] = {"entity": "jada", "id": "a", "unit": "words", "is_headline": True}
    return Change(what=what, kind=kind, title=title, **{**known, **fields})  # type: ignore[arg-type]  # words of the model


SENTENCES = [
    (
        a_change(
            "figure",
            "worse",
            "Runway",
            before=Held(Decimal("5.9")),
            after=Held(Decimal("5.5")),
            unit="months",
        ),
        "Runway: 5.9 months → 5.5 months",
    ),
    (
        a_change(
            "figure",
            "known",
            "Debt",
            before=Held(Missing()),
            after=Held(usd(900), is_partial=True),
            unit="money",
        ),
        "Debt: not known → at least $900",
    ),
    (
        a_change(
            "figure",
            "worse",
            "Runway",
            before=Held(Decimal(1)),
            after=Held(Missing("depleted")),
            unit="months",
        ),
        "Runway: 1.0 months → out of available cash",
    ),
    (a_change("figure", "known", "MRR", after=Held(usd(900)), unit="money"), "MRR: not known → $900"),
    (a_change("finding", "new", after=HIGH), "New, high: Checkout"),
    (a_change("finding", "seen", after=HIGH), "Seen for the first time, high: Checkout"),
    (a_change("finding", "reopened", after=HIGH), "Back again, high: Checkout"),
    (a_change("finding", "resolved", before=LOW), "Resolved, low: Checkout"),
    (a_change("finding", "unseen", before=LOW), "Not looked at any more, low: Checkout"),
    (a_change("finding", "worse", before=LOW, after=HIGH), "Worse, low → high: Checkout"),
    (a_change("finding", "better", before=HIGH, after=HIGH), "Better, high: Checkout"),
    (a_change("finding", "accepted", before=HIGH, after=HIGH), "Accepted, high: Checkout"),
    (a_change("finding", "unaccepted", before=HIGH, after=HIGH), "Accepted no longer, high: Checkout"),
    (a_change("action", "new"), "New task: Checkout"),
    (a_change("action", "done"), "Done: Checkout"),
    (a_change("action", "dropped"), "Given up or taken out: Checkout"),
    (a_change("action", "overdue", after=SOON, unit="date"), "Overdue since 5 Dec 2026: Checkout"),
    (
        a_change("action", "rescheduled", before=SOON, after=LATE, unit="date"),
        "Due 5 Dec 2026 → 5 Jan 2027: Checkout",
    ),
    (a_change("action", "rescheduled", after=LATE, unit="date"), "Due no date → 5 Jan 2027: Checkout"),
    (
        a_change("action", "reprioritised", before=Held(Decimal(12)), after=Held(Decimal(3)), unit="count"),
        "Place 12 → 3 in the order of work: Checkout",
    ),
    (a_change("milestone", "met"), "Step reached: Checkout"),
    (a_change("milestone", "slipped"), "Step no longer reached: Checkout"),
    (
        a_change(
            "milestone",
            "better",
            before=Held(Ratio(Decimal("0.5"))),
            after=Held(Ratio(Decimal("0.75"))),
            unit="ratio",
        ),
        "Checkout: 50.0% → 75.0%",
    ),
    (a_change("gap", "new"), "Not known any more: Checkout"),
    (a_change("gap", "resolved"), "Now known: Checkout"),
    (a_change("contradiction", "new"), "Two places disagree: Checkout"),
    (a_change("contradiction", "resolved"), "Two places agree again: Checkout"),
    (
        a_change("problem", "new", "it holds conflict marks", id="a.md"),
        "Left out, for it holds conflict marks: a.md",
    ),
    (a_change("problem", "resolved", id="a.md"), "Read again: a.md"),
    (a_change("coverage", "lost", "aws-s3"), "Audit could not read aws-s3"),
    (a_change("coverage", "regained", "aws-s3"), "Audit reads again aws-s3"),
    (a_change("entity", "new", "QDN"), "New business: QDN"),
    (a_change("entity", "resolved", "QDN"), "No longer there: QDN"),
]


@pytest.mark.parametrize(
    ("change", "words"), SENTENCES, ids=[f"{one.what} {one.kind}" for one, _ in SENTENCES]
)
def test_every_change_has_its_sentence(change: Change, words: str) -> None:
    assert sentence(change).replace("\u00a0", " ") == words


def test_every_kind_has_words() -> None:
    assert {one.kind for one, _ in SENTENCES} == set(get_args(Kind)) - {"moved", "unknown"}


def test_causes_name_their_business_where_it_is_another() -> None:
    own = Cause(entity="jada", title="Cost", unit="money", before=usd(100), after=usd(400))
    other = Cause(entity="qdn", title="Sales", unit="money", before=usd(900))
    found = because(a_change("figure", "worse", causes=(own, other)), {"qdn": "QuickDumpNow"})
    assert found.replace("\u00a0", " ") == "Cost $100 → $400; Sales of QuickDumpNow $900 → none"


def test_places_are_named_once() -> None:
    sources = (Source("a.md", 3), Source("a.md", 3), Source("b.csv"))
    assert places(a_change("gap", "new", sources=sources)) == "a.md:3, b.csv"


def _told() -> Told:
    """The charter of the ordinary portfolio with dearer sails, and a task done."""
    first, *others = ordinary()
    edited = tasks(state="done")(
        rows(type(next(row for row in first.rows if hasattr(row, "variable_cost"))), variable_cost=usd(700))(
            first
        )
    )
    found = of_handoffs((first, *others), (edited, *others))
    commits = (Commit("4f1c9ae" + "0" * 33, AS_OF, "Fuel is dearer", "Sam", ("handoffs/jada.md",)),)
    found = msgspec.structs.replace(found, commits=commits)
    shown = affected(found, scopes(a_briefing(first, *others), {}))
    return Told(
        changes=found,
        pages={path: len(some) for path, some in shown.items()},
        notes=("Both sides are made without evidence of audits.",),
    )


@pytest.mark.parametrize("how", ["text", "markdown"])
def test_a_summary_reads_as_written(how: str, snapshot: SnapshotAssertion) -> None:
    printed = as_text(_told()) if how == "text" else as_markdown(_told())
    assert printed == snapshot(extension_class=Golden)


def test_words_of_people_stay_words() -> None:
    """F-159: neither Markdown nor HTML, no mention, no link."""
    words = f"{HOSTILE} @owner #12 [x](https://evil.example) ![y](z) | cell\n# title"
    found = Changes(
        currency="USD",
        before=Compared(AS_OF),
        after=Compared(AS_OF),
        entities={"jada": words},
        changes=(a_change("finding", "new", words, after=HIGH), a_change("figure", "worse", words, id="b")),
        commits=(Commit("a" * 40, AS_OF, words, words),),
    )
    printed = as_markdown(Told(changes=found, pages={"reports/entities/jada.md": 1}, notes=()))
    for mark in ("<img", "@owner", "#12", "https://", "\n# ", "**b**", "`c`"):
        assert mark not in printed, mark
    assert not re.search(r"(?<!\\)[\[\]]", printed), "no link"
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in printed.split("\n") if line.startswith("|")]
    assert cells == [7, 7, 7], "a name ends no cell"
    assert "\n" not in escaped(words)
    assert as_text(Told(changes=found, pages={}, notes=())).count("\n# title") == 0


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("Fuel is 12.5% dearer - again (sic).", "Fuel is 12.5% dearer - again (sic)."),
        ("$450 → $20", "$450 → $20"),
        ("$x$", "\\$x\\$"),
        ("1. Sail", "1\\. Sail"),
        ("12) Sail", "12\\) Sail"),
        ("2.8 months", "2.8 months"),
        ("- Sail", "\\- Sail"),
        ("www.evil.example", "www\u2060.evil.example"),
        ("https://evil.example", "https:\u2060//evil.example"),
        ("pat@evil.example", "pat@\u2060evil.example"),
        ("a_b *c* `d` <e> &amp;", "a\\_b \\*c\\* \\`d\\` &lt;e> &amp;amp;"),
    ],
)
def test_text_is_escaped_no_more_than_it_takes(words: str, printed: str) -> None:
    assert escaped(words) == printed


def test_a_huge_change_stays_short_and_says_how_many() -> None:
    """F-160."""
    many = tuple(
        a_change("finding", "new", f"Step {at} fails.", id=f"{at:04}", after=HIGH, severity=Severity.HIGH)
        for at in range(2000)
    )
    found = Changes(currency="USD", before=Compared(AS_OF), after=Compared(AS_OF), changes=many)
    printed = as_markdown(Told(changes=found, pages={}, notes=()))
    assert "**Findings that would appear (2000)**" in printed
    assert printed.count("\n- ") == MOST_OPEN + MOST_FOLDED + 1
    assert f"- and {2000 - MOST_OPEN - MOST_FOLDED} more" in printed
    assert len(printed) < 65536 // 2


def test_findings_are_listed_by_weight_before_money() -> None:
    heavy = a_change("finding", "new", "No backup.", id="b", after=HIGH, severity=Severity.CRITICAL)
    dear = a_change("finding", "new", "Too dear.", after=HIGH, severity=Severity.HIGH, money=Decimal(900))
    found = Changes(currency="USD", before=Compared(AS_OF), after=Compared(AS_OF), changes=(dear, heavy))
    for printed in (as_text, as_markdown):
        words = printed(Told(changes=found, pages={}))
        assert words.index("No backup.") < words.index("Too dear.")


def test_refused_files_stand_before_the_numbers_that_they_explain() -> None:
    refused = a_change("problem", "new", "conflict marks", id="handoffs/jada.md", entity="")
    many = tuple(a_change("figure", "moved", f"Debt {at}", id=f"debt{at}", unit="money") for at in range(12))
    found = Changes(currency="USD", before=Compared(AS_OF), after=Compared(AS_OF), changes=(*many, refused))
    printed = as_markdown(Told(changes=found, pages={}))
    assert printed.index("Left out, for conflict marks") < printed.index("| Number |")
    assert f"<summary>{12 - MOST_NUMBERS} more numbers</summary>" in printed


def test_nothing_changed_is_one_sentence() -> None:
    found = Changes(currency="USD", before=Compared(AS_OF, "4f1c9ae" + "0" * 33), after=Compared(AS_OF))
    told = Told(changes=found, pages={}, notes=())
    assert as_text(told) == "Since 23 Nov 2026 (4f1c9ae): nothing changed.\n"
    assert as_markdown(told) == "### What this changes\n\nSince 23 Nov 2026 (4f1c9ae): nothing changed.\n"


def test_what_a_reviewer_asks_for_stands_first_and_a_business_that_goes_stands_open() -> None:
    dear = a_change(
        "figure", "worse", "Debt", id="debt", money=Decimal(900), after=Held(usd(900)), unit="money"
    )
    asked = [
        a_change("figure", "worse", name, id=name, after=Held(Decimal(5)), unit="months")
        for name in ("break_even_revenue", "kpi_coverage", "runway_months", "target:2027")
    ]
    month = a_change("figure", "moved", "Target of May", id="target:2027-05", unit="money")
    gone = a_change("entity", "resolved", "QDN", id="qdn")
    every = tuple(sorted([dear, *asked, month, gone], key=lambda one: one.order))
    found = Changes(currency="USD", before=Compared(AS_OF), after=Compared(AS_OF), changes=every)
    printed = as_markdown(Told(changes=found, pages={}, notes=())).replace("\\_", "_")
    rows = [line.split(" | ")[0].removeprefix("| ") for line in printed.split("\n") if line.startswith("| ")]
    assert rows == ["Number", *(one.title for one in asked), "Debt", "Target of May"]
    assert "**Businesses (1)**\n\n- jada: No longer there: QDN\n" in printed
    assert "<details>" not in printed
