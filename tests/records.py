"""Records of earlier versions for tests, built in code."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from quarterdeck.model.history import (
    HEADLINES,
    Earlier,
    PastChannel,
    PastClient,
    PastEntity,
    PastFigure,
    PastFinding,
    PastKpi,
    PastPage,
    PastTask,
)
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

if TYPE_CHECKING:
    from quarterdeck.model.figure import Value

NEWEST = date(2026, 11, 22)
"""A Sunday, the day before that of the reports."""
COMMIT = "4f1c9ae" + "0" * 33


def a_record(weeks_ago: int, *findings: PastFinding, **fields: object) -> Earlier:
    """What a version left behind some weeks before `NEWEST`."""
    as_of = NEWEST - timedelta(weeks=weeks_ago)
    content: dict[str, object] = {
        "version": f"{as_of}-{COMMIT[:7]}",
        "as_of": as_of,
        "commit": COMMIT,
        "findings": findings,
    }
    return Earlier(**(content | fields))  # type: ignore[arg-type]  # by the names of its fields


def a_past_finding(
    subject: str, *, rule: str = "R-CEO-02", entity: str = "jada", first_seen: date = NEWEST
) -> PastFinding:
    """A finding that stood."""
    return PastFinding(rule, entity, subject, Severity.HIGH, "open", first_seen)


def a_past_figure(figure: str, value: Value, *, entity: str = "") -> PastFigure:
    """A headline figure in money."""
    return PastFigure(entity, figure, value, "money")


_words = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=8)
_days = st.dates(date(2024, 1, 1), NEWEST)
_money = st.builds(Money, st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["USD", "EUR"]))
some_records = st.builds(
    a_record,
    st.integers(0, 60),
    st.builds(a_past_finding, _words, entity=_words, first_seen=_days),
    committed_at=st.integers(0, 2**31),
    is_backfill=st.booleans(),
    has_evidence=st.booleans(),
    entities=st.lists(st.builds(PastEntity, _words, _words), max_size=2).map(tuple),
    figures=st.lists(
        st.builds(PastFigure, _words, st.sampled_from(sorted(HEADLINES)), _money, st.just("money")),
        max_size=3,
    ).map(tuple),
    kpis=st.lists(st.builds(PastKpi, _words, _words, st.sampled_from(["fresh", "never"])), max_size=2).map(
        tuple
    ),
    pages=st.lists(
        st.builds(PastPage, _words, _days, st.integers(0, 16**12).map("{:012x}".format)), max_size=2
    ).map(tuple),
    tasks=st.lists(st.builds(PastTask, _words, _words, st.booleans()), max_size=2).map(tuple),
    clients=st.lists(st.builds(PastClient, _words, _words, _money), max_size=2).map(tuple),
    channels=st.lists(st.builds(PastChannel, _words, _words, st.integers(0, 999)), max_size=2).map(tuple),
)
"""Any record as a version may leave it."""


def dollars(amount: int | str) -> Money:
    """An amount."""
    return Money(Decimal(amount), "USD")
