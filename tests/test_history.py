"""What earlier versions tell: since when a finding stands, what moved, and what no audience may learn of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import EverythingRead, brief
from quarterdeck.git.history import NO_HISTORY
from quarterdeck.history import MOST_VERSIONS, earlier, past, record, seen_by, since, version_of
from quarterdeck.model.briefing import decode, encode
from quarterdeck.model.figure import Missing
from quarterdeck.model.finding import Finding
from quarterdeck.model.history import (
    HEADLINES,
    NO_PAST,
    Earlier,
    PastEntity,
    PastKpi,
    PastPage,
    PastVersion,
    encode_record,
)
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.parse.history import parse_history
from quarterdeck.reading import Reading
from quarterdeck.settings import Audience, Settings
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, usd
from tests.records import COMMIT, NEWEST, a_past_figure, a_past_finding, a_record, dollars

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.handoff import Handoff

TODAY = NEWEST + timedelta(days=1)


def weeks_ago(count: int) -> date:
    return NEWEST - timedelta(weeks=count)


def a_finding(subject: str = "Hull", *, entity: str = "jada", evidence: tuple[Source, ...] = ()) -> Finding:
    return Finding(
        "R-CEO-02", entity, subject, Severity.HIGH, "It is so.", "Mend it.", ("ceo",), evidence=evidence
    )


def briefed(
    *handoffs: Handoff, records: tuple[Earlier, ...] = (), audience: Audience | None = None
) -> Briefing:
    reading = Reading(handoffs, (), (), records=records)
    return brief(EverythingRead(reading, Settings(), NO_HISTORY, AS_OF), audience)


HULL = a_past_finding("Hull")
AUDITED = (Source("evidence/aws/s3.json", kind="evidence"),)

RUNS: list[tuple[str, tuple[Earlier, ...], date | None, int | None]] = [
    ("no version before", (), None, None),
    ("new today", (a_record(0),), TODAY, 0),
    ("in the last one", (a_record(0, HULL),), NEWEST, 1),
    ("in three on end", (a_record(2, HULL), a_record(1, HULL), a_record(0, HULL)), weeks_ago(2), 3),
    ("weeks between versions do not count", (a_record(9, HULL), a_record(0, HULL)), weeks_ago(9), 2),
    ("reopened: it starts anew", (a_record(2, HULL), a_record(1), a_record(0, HULL)), NEWEST, 1),
    ("gone, and back today", (a_record(1, HULL), a_record(0)), TODAY, 0),
    (
        "older versions are pruned, and the oldest left knows",
        (a_record(0, a_past_finding("Hull", first_seen=weeks_ago(30))),),
        weeks_ago(30),
        1,
    ),
    ("another subject", (a_record(0, a_past_finding("Mast")),), TODAY, 0),
    ("another business", (a_record(0, a_past_finding("Hull", entity="yard")),), TODAY, 0),
    ("another rule", (a_record(0, a_past_finding("Hull", rule="R-CEO-03")),), TODAY, 0),
]


@pytest.mark.parametrize(("case", "records", "first", "carried"), RUNS, ids=[one[0] for one in RUNS])
def test_since_when_a_finding_stands(
    case: str, records: tuple[Earlier, ...], first: date | None, carried: int | None
) -> None:
    (found,) = since([a_finding()], records, TODAY)
    assert (found.first_seen, found.carried) == (first, carried), case
    assert found.age_days == (None if first is None else (TODAY - first).days), case


AUDITS: list[tuple[str, tuple[Earlier, ...], int | None]] = [
    ("no version saw an audit: not known, which is not new", (a_record(1), a_record(0)), None),
    ("the one that did had it", (a_record(1, HULL, has_evidence=True), a_record(0)), 1),
    ("the one that did had it not", (a_record(1, has_evidence=True), a_record(0)), 0),
    (
        "one without audits in between ends nothing",
        (a_record(2, HULL, has_evidence=True), a_record(1), a_record(0, HULL, has_evidence=True)),
        2,
    ),
]


@pytest.mark.parametrize(("case", "records", "carried"), AUDITS, ids=[one[0] for one in AUDITS])
def test_a_version_without_audits_says_nothing_of_what_they_find(
    case: str, records: tuple[Earlier, ...], carried: int | None
) -> None:
    (found,) = since([a_finding(evidence=AUDITED)], records, TODAY)
    assert found.carried == carried, case


def test_later_versions_and_this_one_itself_are_not_earlier() -> None:
    other = "b" * 40
    before, on_this_day = a_record(1), a_record(0, committed_at=5, commit=other, version="x")
    after_it = a_record(0, committed_at=9, commit=other, version="y")
    records = (after_it, a_record(-1), on_this_day, a_record(0), before)
    assert earlier(records, NEWEST, COMMIT, 7) == (before, on_this_day)


def test_a_record_holds_numbers_and_names_and_no_words() -> None:
    client = a_row(Client, client="c-1", mrr=usd(400))
    related = a_row(Client, client="c-2", mrr=usd(100), related_party=True)
    channel = a_row(Channel, channel="Search", reviews=12)
    briefing = briefed(a_handoff(an_entity(), client, related, channel))
    pages = [PastPage("b.md", AS_OF, "0b"), PastPage("a.md", AS_OF, "0a")]
    made = record(briefing, "v", committed_at=3, pages=pages)
    assert [(one.client, one.mrr) for one in made.clients] == [("c-1", usd(400))]
    assert [(one.channel, one.reviews) for one in made.channels] == [("Search", 12)]
    assert [one.path for one in made.pages] == ["a.md", "b.md"]
    assert {one.id for one in made.findings} == {one.id for one in briefing.findings}
    assert all(one.first_seen == AS_OF for one in made.findings)
    states = [one.value for one in made.figures if isinstance(one.value, Missing)]
    assert states
    assert {one.reason for one in states} == {""}
    for finding in briefing.findings:
        assert finding.message.encode() not in encode_record(made)


def test_a_record_of_today_is_read_tomorrow() -> None:
    briefing = msgspec.structs.replace(briefed(a_handoff(an_entity())), commit=COMMIT)
    made = record(briefing, version_of(AS_OF, COMMIT))
    records, problems = parse_history({made.path: encode_record(made)})
    assert (records, problems) == ((made,), [])
    tomorrow = briefed(a_handoff(an_entity()), records=(a_record(0, *made.findings),))
    assert tomorrow.findings
    assert {one.carried for one in tomorrow.findings} == {1}
    assert decode(encode(tomorrow)) == tomorrow


def test_every_headline_has_its_own_figure() -> None:
    assert len(set(HEADLINES.values())) == len(HEADLINES)


def _kpis(fresh: int, never: int) -> tuple[PastKpi, ...]:
    states = ["fresh"] * fresh + ["never"] * never
    return tuple(PastKpi("jada", f"k{at}", state) for at, state in enumerate(states))  # type: ignore[arg-type]


def test_a_trend_has_each_version_with_what_opened_and_closed() -> None:
    jada = (PastEntity("jada"),)
    records = (
        a_record(2, HULL, entities=jada, kpis=_kpis(1, 3)),
        a_record(1, HULL, a_past_finding("Mast"), entities=jada, kpis=_kpis(2, 2)),
        a_record(0, a_past_finding("Mast"), entities=jada, is_backfill=True),
    )
    found = past(records, msgspec.structs.replace(briefed(), findings=(a_finding(),)))
    assert found.versions == (
        PastVersion(records[0].version, weeks_ago(2), high=1, kpis_fresh=1, kpis_wanted=4),
        PastVersion(
            records[1].version, weeks_ago(1), opened=1, closed=0, high=2, kpis_fresh=2, kpis_wanted=4
        ),
        PastVersion(records[2].version, NEWEST, is_backfill=True, opened=0, closed=1, high=1),
    )
    assert (found.opened, found.closed) == (1, 1)


def test_versions_with_and_without_audits_are_not_compared() -> None:
    records = (a_record(1, HULL, has_evidence=True), a_record(0))
    found = past(records, briefed())
    assert [(one.opened, one.closed) for one in found.versions] == [(None, None), (None, None)]
    assert (found.opened, found.closed) == (0, 0)


def test_a_series_keeps_a_place_for_each_version() -> None:
    cash = [(a_past_figure("cash_available", dollars(amount)),) for amount in (10, 12)]
    records = (a_record(2, figures=cash[0]), a_record(1), a_record(0, figures=cash[1]))
    found = past(records, briefed())
    kept = found.of("cash_available")
    assert kept is not None
    assert (kept.values, kept.partial) == ((dollars(10), None, dollars(12)), (False, False, False))
    assert found.of("cash_available", "jada") is None
    assert found.of("mrr") is None
    assert past((), briefed()) == NO_PAST


def test_a_long_history_is_cut_and_the_first_shown_still_compared() -> None:
    records = tuple(a_record(weeks, HULL) for weeks in range(MOST_VERSIONS + 5, -1, -1))
    found = past(records, briefed())
    assert len(found.versions) == MOST_VERSIONS
    assert found.versions[0].opened == 0


PORTFOLIO = a_record(
    0,
    a_past_finding("Total", entity=""),
    a_past_finding("Hull"),
    a_past_finding("Keel", entity="hidden"),
    entities=(PastEntity("jada"), PastEntity("yard"), PastEntity("hidden", "yard")),
    figures=tuple(
        a_past_figure("cash_available", dollars(7), entity=one) for one in ("", "jada", "yard", "hidden")
    ),
    pages=(PastPage("reports/entities/hidden.md", NEWEST, "00"),),
)


def test_F070_an_audience_learns_nothing_of_another_business() -> None:
    (cut,) = seen_by([PORTFOLIO], frozenset({"jada", "yard"}))
    assert b"hidden" not in encode_record(cut)
    assert {one.entity for one in cut.findings} == {"jada"}
    assert {one.entity for one in cut.figures} == {"jada"}, "the yard's cash holds that of its hidden part"
    (all_of_it,) = seen_by([PORTFOLIO], frozenset({"yard", "hidden"}))
    assert {one.entity for one in all_of_it.figures} == {"yard", "hidden"}


def test_F070_what_stands_for_the_whole_has_no_age_for_some() -> None:
    found = since([a_finding("Total", entity="")], seen_by([PORTFOLIO], frozenset({"jada"})), TODAY)
    assert found[0].carried is None
    assert since([a_finding("Total", entity="")], [PORTFOLIO], TODAY)[0].carried == 1


def test_F070_the_briefing_of_an_audience_holds_its_own_history() -> None:
    handoffs = (a_handoff(an_entity()), a_handoff(an_entity("hidden", "charter")))
    crew = briefed(*handoffs, records=(PORTFOLIO,), audience=Audience(entities=("jada",)))
    assert {one.entity for one in crew.history.series} == {"jada"}
    assert b"hidden" not in encode(crew)
    everybody = briefed(*handoffs, records=(PORTFOLIO,))
    assert {one.entity for one in everybody.history.series} == {"", "jada", "yard", "hidden"}
