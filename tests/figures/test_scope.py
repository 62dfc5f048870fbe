"""Names, months, sources and dates that all figures share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.months import last_full_month, month_name, months_to, span_of
from quarterdeck.figures.names import folded, named, slug
from quarterdeck.figures.scope import scope_of, sources_of, terms_of
from quarterdeck.model.holdings import Asset
from quarterdeck.model.values import UNKNOWN
from tests.figures.builders import a_booking, a_row, an_entity, day, facts_of, usd
from tests.figures.quickdump import AS_OF, changed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Full load haul", "full-load-haul"),
        ("Trailer rental, day", "trailer-rental-day"),
        ("Café Größe", "cafe-grosse"),
        ("日本 1", "日本-1"),
        ("<script>", "script"),
        ("!!", "unnamed"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text(st.characters(exclude_categories=["Cs", "Mn"])))
def test_slugs_are_stable(name: str) -> None:
    assert slug(slug(name)) == slug(name)
    assert folded(name) == folded(name.upper()) or name.upper().casefold() != name.casefold()


def test_named_rows_have_unique_subjects() -> None:
    rows = [a_booking("b-1"), a_booking("B 1"), changed(a_booking(), {"id": UNKNOWN}), a_booking("b-2")]
    assert [subject for subject, _, _ in named(rows, "id")] == ["b-1", "b-1-2", "b-2"]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-10-31", "2026-10"),
        ("2026-10-30", "2026-09"),
        ("2026-11-01", "2026-10"),
        ("2026-01-15", "2025-12"),
    ],
)
def test_last_full_month(as_of: str, expected: str) -> None:
    assert last_full_month(day(as_of)).name == expected


def test_months_look_back() -> None:
    months = months_to(last_full_month(day("2026-02-10")), 3)
    assert [one.name for one in months] == ["2025-11", "2025-12", "2026-01"]
    assert span_of(months).start == day("2025-11-01")
    assert month_name(months[0]) == "November"


def test_twelve_sources_stand_alone_and_thirteen_become_one() -> None:
    rows = [changed(a_booking(f"b-{at}"), {"source": a_row(Asset, line=at).source}) for at in range(1, 14)]
    assert [source.line for source in sources_of(rows[:12])] == list(range(1, 13))
    together = sources_of(rows)
    assert [(source.line, source.what) for source in together] == [(1, "Bookings, 13 rows from here")]
    assert len(sources_of([rows[0], rows[0]])) == 1


def test_date_is_of_the_newest_input_and_never_ahead() -> None:
    entity = an_entity(updated=day("2026-09-01"))
    rows = [a_row(Asset, asset="a", value=usd(1), value_date=day(on)) for on in ("2026-08-01", "2026-12-01")]
    scope = scope_of(facts_of(*rows, entity=entity, as_of=AS_OF), entity, "USD")
    assert scope.newest(rows) == day("2026-08-01")
    assert scope.newest([*rows, a_row(Asset, asset="b")]) == day("2026-09-01")
    assert scope.newest([]) is None


def test_a_total_rounds_once_at_the_end() -> None:
    entity = an_entity()
    rows = [a_row(Asset, asset=name, value=usd("0.005")) for name in ("a", "b")]
    scope = scope_of(facts_of(*rows, entity=entity, as_of=AS_OF), entity, "USD")
    assert scope.total("x", "X", terms_of(rows, "value"), needs=()).value == usd("0.01")
