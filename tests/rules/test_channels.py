"""Rules of channels: good, bad, at the edge and not known; and the season ahead."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.assumed import STALE_AFTER, Assumed
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Effect
from quarterdeck.model.sales import Channel, Readiness
from quarterdeck.model.values import UNKNOWN, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    an_offer,
    days_before,
    facts_of,
    not_applicable,
    share,
    usd,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Value
    from quarterdeck.model.finding import Finding

Told = list[tuple[str, str]]


def _of(code: str, facts: Facts) -> list[Finding]:
    return [one for one in findings(Known(facts, all_figures(facts, currency="USD"))) if one.rule == code]


def _told(found: Iterable[Finding]) -> Told:
    return [(one.subject, one.severity.value) for one in found]


def _channel(name: str = "viator", kind: str = "ota", state: object = "active", **columns: object) -> Channel:
    known = a_row(Channel, channel=name, kind=kind, state=state)
    return msgspec.structs.replace(known, **columns)


def _net(commission: str, state: object = "active", cost: object = None) -> list[Row]:
    """A sailing of 720 dollars that costs 360: half of it is all that a channel may keep."""
    offer = an_offer(variable_cost=usd(360) if cost is None else cost)
    return [offer, _channel(state=state, commission=share(commission))]


def _taken(commission: str) -> list[Row]:
    return [a_booking(commission=usd(commission), gross=usd(1000))]


def _ready(item: str, state: str) -> Readiness:
    return a_row(Readiness, channel="Viator", item=item, state=state)


PLANNED = _channel(state="planned", commission=share("0.25"))
OWN = _channel("own-site", "direct", "complete", url="jada.example")
VIATOR = [("viator", "medium")]
CALENDAR = [("calendar", "high")]

TABLE: list[tuple[str, str, list[Row], Told]] = [
    ("R-CMO-09", "leaves a little", _net("0.49"), []),
    ("R-CMO-09", "leaves nothing", _net("0.50"), [("viator", "high")]),
    ("R-CMO-09", "loses", _net("0.51"), [("viator", "high")]),
    ("R-CMO-09", "not there yet", _net("0.51", "planned"), []),
    ("R-CMO-09", "cost not known", _net("0.51", cost=UNKNOWN), []),
    ("R-CMO-10", "a fifth", _taken("200"), []),
    ("R-CMO-10", "more than a fifth", _taken("200.01"), [("take_rate", "medium")]),
    ("R-CMO-10", "not known", [a_booking(channel="viator")], []),
    ("R-CMO-11", "claimed", [_channel("maps", "search", "claimed")], []),
    ("R-CMO-11", "unclaimed", [_channel("maps", "search", "unclaimed")], [("maps", "high")]),
    ("R-CMO-11", "absent", [_channel("maps", "search", "absent")], [("maps", "high")]),
    ("R-CMO-11", "planned is absent", [_channel("maps", "search", "planned")], [("maps", "high")]),
    ("R-CMO-11", "a directory", [_channel("yelp", "directory", "unclaimed")], []),
    ("R-CMO-11", "not known", [_channel("maps", "search", UNKNOWN)], []),
    ("R-CMO-12", "both", [_channel(), msgspec.structs.replace(OWN, state="bookable")], []),
    ("R-CMO-12", "elsewhere alone", [_channel(), OWN], [("own site", "high")]),
    ("R-CMO-12", "nowhere", [_channel(state="complete"), OWN], []),
    ("R-CMO-12", "own site not known", [_channel(), msgspec.structs.replace(OWN, state=UNKNOWN)], []),
    ("R-CMO-12", "no own site", [_channel(), _channel("phone", "direct")], []),
    ("R-CMO-12", "partners are people", [_channel("desks", "partner"), OWN], []),
    ("R-CMO-13", "60 days ago", [_channel(last_checked=days_before(60))], []),
    ("R-CMO-13", "61 days ago", [_channel(last_checked=days_before(61))], [("channels", "low")]),
    ("R-CMO-13", "not known", [_channel(last_checked=UNKNOWN)], []),
    ("R-CMO-14", "shared", [_channel(shared_calendar=True), _channel("a", shared_calendar=True)], []),
    ("R-CMO-14", "apart", [_channel(shared_calendar=False), _channel("a", shared_calendar=False)], CALENDAR),
    (
        "R-CMO-14",
        "one of two",
        [_channel(shared_calendar=False), _channel("a", shared_calendar=True)],
        CALENDAR,
    ),
    ("R-CMO-14", "one alone", [_channel(shared_calendar=False)], []),
    (
        "R-CMO-14",
        "the other has no calendar",
        [_channel(shared_calendar=False), _channel("a", shared_calendar=not_applicable("a desk"))],
        [],
    ),
    (
        "R-CMO-14",
        "the other is not live",
        [_channel(shared_calendar=False), _channel("a", state="claimed")],
        [],
    ),
    ("R-CMO-14", "not known", [_channel(shared_calendar=UNKNOWN), _channel("a")], []),
    ("R-CMO-15", "same price", [_channel(price_parity=True)], []),
    ("R-CMO-15", "another price", [_channel(price_parity=False)], VIATOR),
    ("R-CMO-15", "not there yet", [_channel(state="absent", price_parity=False)], []),
    ("R-CMO-15", "not known", [_channel(price_parity=UNKNOWN)], []),
    ("R-CMO-18", "ten, one lately", [_channel(reviews=10, last_review=days_before(90))], []),
    ("R-CMO-18", "nine", [_channel(reviews=9, last_review=AS_OF)], VIATOR),
    ("R-CMO-18", "none for 91 days", [_channel(reviews=10, last_review=days_before(91))], VIATOR),
    ("R-CMO-18", "not live", [_channel(state="complete", reviews=0)], []),
    ("R-CMO-18", "not known", [_channel(reviews=UNKNOWN, last_review=UNKNOWN)], []),
    ("R-CMO-19", "4.3", [_channel(reviews=10, rating=Decimal("4.3"))], []),
    ("R-CMO-19", "4.2", [_channel(reviews=10, rating=Decimal("4.2"))], [("viator", "high")]),
    ("R-CMO-19", "nine people", [_channel(reviews=9, rating=Decimal(1))], []),
    ("R-CMO-19", "rating not known", [_channel(reviews=10)], []),
    ("R-CMO-19", "reviews not known", [_channel(rating=Decimal(1))], []),
    ("R-CMO-22", "ready", [PLANNED, _ready("insurance", "yes")], []),
    ("R-CMO-22", "lacks one", [PLANNED, _ready("insurance", "no")], VIATOR),
    ("R-CMO-22", "listed already", [_channel(), _ready("insurance", "no")], []),
    ("R-CMO-22", "another kind", [_channel(kind="ads", state="planned"), _ready("insurance", "no")], []),
    ("R-CMO-22", "nothing written", [PLANNED], []),
    ("R-CMO-22", "leaves three tenths", _net("0.20", "planned"), []),
    ("R-CMO-22", "leaves less", _net("0.21", "planned"), VIATOR),
    ("R-CMO-22", "somebody says that it does", [*_net("0.21", "planned"), _ready("margin", "yes")], []),
    ("R-CMO-22", "cost not known", _net("0.21", "planned", UNKNOWN), []),
]


@pytest.mark.parametrize(("code", "case", "rows", "expected"), TABLE)
def test_channel(code: str, case: str, rows: list[Row], expected: Told) -> None:
    assert _told(_of(code, facts_of(*rows))) == expected, case


@pytest.mark.parametrize("code", sorted({code for code, _, _, expected in TABLE if expected}))
def test_a_business_that_is_paused_is_left_alone(code: str) -> None:
    rows = next(rows for one, _, rows, expected in TABLE if one == code and expected)
    assert _of(code, facts_of(*rows, entity=an_entity(status="paused"))) == []


def test_settings_say_when_a_channel_is_old() -> None:
    assumed = Assumed(stale_after={**STALE_AFTER, "channels": 9})
    facts = Facts([a_handoff(None, _channel(last_checked=days_before(10)))], AS_OF, assumed=assumed)
    assert _told(_of("R-CMO-13", facts)) == [("channels", "low")]


def test_what_is_missing_says_whose_work_it_is() -> None:
    rows = [PLANNED, _ready("calendar", "no"), _ready("photos", "no"), _ready("insurance", "no")]
    (found,) = _of("R-CMO-22", facts_of(*rows))
    assert found.roles == ("cmo", "ceo", "cto")
    assert found.affects == (
        Effect("ceo", "to do first: proof of insurance and passenger limit"),
        Effect("cto", "to do first: one calendar of record"),
    )


# ── the season ahead ─────────────────────────────────────────────────────────────────────────────────────────

FLAT = [Decimal(100) / 12] * 12
SUMMER = [Decimal(5)] * 6 + [Decimal(45)] + [Decimal(5)] * 5
"""July is the best month."""
SEASON = [("season", "high")]


def _figure(code: str, value: Value) -> Figure:
    return Figure(code, "jada", code, value, "ratio")


def _season(shares: list[Decimal], seen: Value) -> list[Figure]:
    months = [_figure(f"season:{month:02}", one) for month, one in enumerate(shares, start=1)]
    return [*months, _figure("visibility", seen)]


LOW = Ratio(Decimal("0.599"))


@pytest.mark.parametrize(
    ("case", "as_of", "figures", "expected"),
    [
        ("60 days before", "2026-05-02", _season(SUMMER, LOW), SEASON),
        ("61 days before", "2026-05-01", _season(SUMMER, LOW), []),
        ("in it", "2026-07-20", _season(SUMMER, LOW), SEASON),
        ("after it", "2026-08-01", _season(SUMMER, LOW), []),
        ("over the end of the year", "2026-12-01", _season(SUMMER[6:] + SUMMER[:6], LOW), SEASON),
        ("seen enough", "2026-06-01", _season(SUMMER, Ratio(Decimal("0.60"))), []),
        ("no season", "2026-12-15", _season(FLAT, LOW), []),
        ("visibility not known", "2026-06-01", _season(SUMMER, Missing()), []),
        ("season not known", "2026-06-01", [_figure("visibility", LOW)], []),
    ],
)
def test_season(case: str, as_of: str, figures: list[Figure], expected: Told) -> None:
    facts = facts_of(as_of=_day(as_of))
    found = [one for one in findings(Known(facts, figures)) if one.rule == "R-CMO-24"]
    assert _told(found) == expected, case


def _day(text: str) -> date:
    return AS_OF.fromisoformat(text)


MESSAGES: list[tuple[str, list[Row], str]] = [
    ("R-CMO-09", _net("0.51"), "One booking through Viator leaves Jada $7.20 poorer."),
    ("R-CMO-09", _net("0.50"), "One booking through Viator leaves Jada nothing."),
    (
        "R-CMO-10",
        _taken("250"),
        "Channels keep 25.0% of what guests of Jada pay, and 20% is our limit.",
    ),
    (
        "R-CMO-11",
        [_channel("google-profile", "search", "unclaimed")],
        "The Google profile of Jada is claimed by nobody.",
    ),
    (
        "R-CMO-12",
        [_channel(), _channel("getmyboat"), OWN],
        "Jada can be booked through Viator and GetMyBoat, but not on its own site.",
    ),
    (
        "R-CMO-13",
        [_channel(last_checked=days_before(90)), _channel("yelp", last_checked=AS_OF)],
        "1 of 2 channels of Jada was last looked at more than 60 days ago; Viator 90 days ago.",
    ),
    (
        "R-CMO-13",
        [_channel(last_checked=days_before(90))],
        "The only channel of Jada was last looked at more than 60 days ago; Viator 90 days ago.",
    ),
    (
        "R-CMO-18",
        [_channel(reviews=8, last_review=days_before(100))],
        "Reviews of Jada on Viator, where people can book: only 8, the newest 100 days old.",
    ),
    (
        "R-CMO-19",
        [_channel(reviews=14, rating=Decimal("4.1"))],
        "14 people give Jada 4.1 stars on Viator.",
    ),
    (
        "R-CMO-22",
        [PLANNED, _ready("photos", "no"), _ready("reply-time", "no")],
        "Jada plans to list on Viator, and lacks eight photos; a reply within the hour.",
    ),
]


@pytest.mark.parametrize(("code", "rows", "message"), MESSAGES)
def test_message(code: str, rows: list[Row], message: str) -> None:
    assert [one.message.replace("\N{NO-BREAK SPACE}", " ") for one in _of(code, facts_of(*rows))] == [message]
