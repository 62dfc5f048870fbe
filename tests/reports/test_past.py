"""What pages say of earlier versions: the line and change of a card, the CEO's trend, the age of a finding."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Finding
from quarterdeck.model.history import Past, PastVersion, Series
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports import ceo, clients
from quarterdeck.reports.components import Card, FindingRow, Move
from quarterdeck.reports.past import moved, moved_words, with_past
from quarterdeck.reports.words import NBSP
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, usd
from tests.records import NEWEST
from tests.reports.portfolios import ordinary
from tests.reports.samples import a_site

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.figure import Unit, Value

D = Decimal


def a_past(*values: Value | None, figure: str = "cash_available", **fields: object) -> Past:
    """A version a week, of which each kept this of one figure."""
    days = [NEWEST - timedelta(weeks=len(values) - number) for number in range(1, len(values) + 1)]
    versions = tuple(PastVersion(str(on), on, kpis_wanted=4, kpis_fresh=1) for on in days)
    series = Series("", figure, "money", values, (False,) * len(values))
    return msgspec.structs.replace(Past(versions, (series,)), **fields)


def after(past: Past) -> Briefing:
    """A briefing with this past."""
    return msgspec.structs.replace(a_site(*ordinary()).briefing, history=past)


def cash(value: Value) -> Card:
    return Card("Our cash", Figure("cash_available", "", "Our cash", value, "money"))


CARDS: list[tuple[str, Past, Value, tuple[Decimal | None, ...], Move | None]] = [
    ("no past", Past(), usd(9), (), None),
    ("one version is no line", a_past(usd(5)), usd(9), (), None),
    (
        "two and today are",
        a_past(usd(5), usd(7)),
        usd(9),
        (D(5), D(7), D(9)),
        Move(f"$2{NBSP}more", "up", since=f"than on 22{NBSP}Nov"),
    ),
    (
        "less",
        a_past(usd(5), usd(12)),
        usd(9),
        (D(5), D(12), D(9)),
        Move(f"$3{NBSP}less", "down", since=f"than on 22{NBSP}Nov"),
    ),
    (
        "the same",
        a_past(usd(5), usd(9)),
        usd(9),
        (D(5), D(9), D(9)),
        Move("unchanged", "none", since=f"since 22{NBSP}Nov"),
    ),
    (
        "a gap stays one, and the change is since the last that is known",
        a_past(usd(5), usd(7), Missing(), None),
        usd(9),
        (D(5), D(7), None, None, D(9)),
        Move(f"$2{NBSP}more", "up", since=f"than on 8{NBSP}Nov"),
    ),
    ("another currency is no point", a_past(usd(5), Money(D(7), "EUR")), usd(9), (), None),
    ("not known today", a_past(usd(5), usd(7), usd(8)), Missing(), (), None),
    ("another figure", a_past(usd(5), usd(7), usd(8), figure="mrr"), usd(9), (), None),
]


@pytest.mark.parametrize(("case", "past", "value", "series", "move"), CARDS, ids=[one[0] for one in CARDS])
def test_a_card_gets_the_line_of_its_past_and_its_change_in_words(
    case: str, past: Past, value: Value, series: tuple[Decimal | None, ...], move: Move | None
) -> None:
    card = with_past(cash(value), after(past))
    assert (card.series, card.move) == (series, move), case


def test_the_line_of_cash_is_drawn_over_its_floor() -> None:
    known = after(a_past(usd(5), usd(7)))
    floor = Figure("cash_floor", "", "Floor under cash", usd(6), "money")
    others = tuple(one for one in known.figures if (one.entity, one.id) != ("", "cash_floor"))
    for figures, threshold in ((others, None), ((*others, floor), D(6))):
        card = with_past(cash(usd(9)), msgspec.structs.replace(known, figures=figures))
        assert card.threshold == threshold


def test_a_line_has_at_most_twelve_points() -> None:
    card = with_past(cash(usd(99)), after(a_past(*map(usd, range(30)))))
    assert card.series == (*map(D, range(19, 30)), D(99))
    assert card.move is not None
    assert card.move.since == f"than on 22{NBSP}Nov"


def test_a_card_keeps_what_it_has() -> None:
    card = msgspec.structs.replace(cash(usd(9)), move=Move("as planned", "none"))
    assert with_past(card, after(a_past(usd(5), usd(7)))) == card


CHANGES: list[tuple[str, Value | None, Value, Unit, str]] = [
    ("money", usd(100), usd("2199.60"), "money", "$2,100 more"),
    ("less than a dollar is none", usd(100), usd("100.40"), "money", "unchanged"),
    ("a share", Ratio(D("0.354")), Ratio(D("0.404")), "ratio", "5 points more"),
    ("part of a point", Ratio(D("0.354")), Ratio(D("0.358")), "ratio", "0.4 points more"),
    ("months", D("5.5"), D("4.5"), "months", "1 month less"),
    ("a count", D(3), D(9), "count", "6 more"),
    ("a score", D("2.08"), D("1.98"), "score", "0.1 less"),
    ("from a state", Missing("cash_generating"), D(4), "months", "not known"),
    ("to a state", D(4), Missing("cash_generating"), "months", "not known"),
    ("from nothing", None, usd(4), "money", "not known"),
]


@pytest.mark.parametrize(("case", "before", "now", "unit", "words"), CHANGES, ids=[one[0] for one in CHANGES])
def test_a_change_in_words(case: str, before: Value | None, now: Value, unit: Unit, words: str) -> None:
    assert moved_words(moved(before, now, unit)).replace(NBSP, " ") == words, case


def trend_of(past: Past) -> str:
    """The section of the CEO page."""
    site = a_site(*ordinary())
    body = ceo.page(msgspec.structs.replace(site, briefing=after(past))).body
    return body[body.index("{#trend}") : body.index("{#findings}")].replace(NBSP, " ")


def test_without_a_past_the_trend_says_how_to_get_one() -> None:
    text = trend_of(Past())
    assert "<code>quarterdeck history backfill</code>" in text
    assert "Since" not in text
    assert "Findings opened" not in text


def test_the_trend_shows_the_last_four_versions_and_what_moved() -> None:
    text = trend_of(a_past(*map(usd, (10, 20, 30, 40, 50)), opened=3, closed=None))
    assert "The last 4 versions" in text
    for on in ("1 Nov", "8 Nov", "15 Nov", "22 Nov"):
        assert f">{on}</th>" in text, on
    assert ">25 Oct</th>" not in text
    assert ">Since 22 Nov</th>" in text
    assert "qd-spark" in text
    assert "later from git" not in text
    opened = text[text.index("Findings opened") : text.index("Findings closed")]
    assert 'data-l="Now"><span class="qd-main">3</span>' in opened
    assert 'data-l="22 Nov"><span class="qd-main">not known</span>' in opened
    assert "25.0%" in text[text.index("KPIs measured") :]


def test_the_trend_says_what_was_worked_out_later() -> None:
    past = a_past(usd(1), usd(2))
    first = msgspec.structs.replace(past.versions[0], is_backfill=True)
    text = trend_of(msgspec.structs.replace(past, versions=(first, past.versions[1])))
    assert "1 of them was worked out later from git" in text
    text = trend_of(msgspec.structs.replace(past, versions=(first, first)))
    assert "All of them were worked out later from git" in text


def test_a_sum_with_gaps_stays_one_in_the_trend() -> None:
    past = a_past(usd(1), usd(2))
    series = msgspec.structs.replace(past.series[0], partial=(False, True))
    text = trend_of(msgspec.structs.replace(past, series=(series,)))
    assert "at least $2<" in text
    assert "at least $1<" not in text


def test_F070_totals_that_held_more_are_not_shown() -> None:
    text = trend_of(msgspec.structs.replace(a_past(usd(1)), series=(), is_whole=False))
    assert "Earlier totals held more businesses than these, and are not shown." in text
    assert 'data-l="22 Nov"><span class="qd-main">not known</span>' in text


def test_the_client_audit_says_what_is_left_of_the_fees() -> None:
    agency = an_entity("studio", "agency")
    site = a_site(a_handoff(agency, a_row(Client, "studio", client="c-1", mrr=usd(100))))
    left = [
        Figure(code, "studio", code, Ratio(D(share)), "ratio", "computed", "F-G5", note="since 2025-11-20")
        for code, share in (("nrr", "0.917"), ("grr", "0.85"))
    ]
    figures = (*site.briefing.figures, *left)
    known = msgspec.structs.replace(site, briefing=msgspec.structs.replace(site.briefing, figures=figures))
    words = ("Of what the same clients paid then", "91.7%", "85.0%", "since 2025-11-20")
    page = clients.page(known, agency).body
    assert all(word in page for word in words)
    assert words[0] not in clients.page(site, agency).body


AGES: list[tuple[str, date | None, int | None, str]] = [
    ("nothing is known", None, None, ""),
    ("today", AS_OF, 0, "new"),
    ("some days", AS_OF - timedelta(20), 2, "first seen 3 Nov, 20 days, carried over 2 times"),
    ("months", AS_OF - timedelta(200), 1, "first seen 7 May, 7 months, carried over once"),
    ("another year", AS_OF - timedelta(400), 9, "first seen 19 Oct 2025, 13 months, carried over 9 times"),
]


@pytest.mark.parametrize(("case", "first", "carried", "words"), AGES, ids=[one[0] for one in AGES])
def test_the_age_of_a_finding(case: str, first: date | None, carried: int | None, words: str) -> None:
    finding = Finding("R-CEO-02", "jada", "Hull", Severity.HIGH, "It is so.", "Mend it.", ("ceo",))
    days = None if first is None else (AS_OF - first).days
    known = msgspec.structs.replace(finding, first_seen=first, age_days=days, carried=carried)
    assert FindingRow(known).age.replace(NBSP, " ") == words, case
