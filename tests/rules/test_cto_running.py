"""Rules of what runs, costs, ships, mails and answers; and those over all audits."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.briefing import Accepted
from quarterdeck.model.cloud.cost import CloudCost, IdleResource
from quarterdeck.model.cloud.distributions import Behavior, Distribution
from quarterdeck.model.cloud.domains import Certificate, RegisteredDomain, Zone
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.declared import Declared, RuntimeEnd
from quarterdeck.model.evidence import RECORDS
from quarterdeck.model.mail_account import ConfigurationSet, MailIdentity
from quarterdeck.model.repositories import Deploy, Repository
from quarterdeck.model.source import Source
from quarterdeck.model.web import DomainCheck, SiteCheck
from quarterdeck.reference import runtime_ends
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.audits import REFUSED, a_snapshot, audited, found, proven, seen, some_records, told
from tests.figures.builders import AS_OF, days_before, usd

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.evidence import Seen

Told = list[tuple[str, str, str]]


def _calls(errors: object, calls: object, name: str = "tides") -> Function:
    return seen(Function, name=name, errors_30d=errors, invocations_30d=calls)


def _certificate(days: int, **fields: object) -> Certificate:
    return seen(Certificate, name="jada.example", expires=days_before(-days), **{"in_use": True} | fields)


def _domain(days: int, **fields: object) -> RegisteredDomain:
    return seen(RegisteredDomain, domain="jada.example", expires=days_before(-days), **fields)


def _outside(days: int) -> DomainCheck:
    return seen(DomainCheck, domain="jada.example", expires=days_before(-days))


def _cost(amount: object, month: str = "2026-11", by: str = "service", name: str = "S3") -> CloudCost:
    money = usd(amount) if isinstance(amount, (int, str)) else amount
    return seen(CloudCost, month=month, by=by, name=name, amount=money)


def _repository(**fields: object) -> Repository:
    known = {"is_production": True, "deploy_method": "script", "has_tests": True, "has_ci": True}
    safe = {"uncommitted": 0, "head_on_remote": True, "is_protected": True}
    return seen(Repository, name="site", **known | safe | fields)


def _deploys(failed: int, count: int) -> list[Seen]:
    noon = datetime.combine(days_before(10), time(12), UTC)
    return [
        seen(Deploy, repo="site", commit=noon, deployed=noon, failed=number < failed)
        for number in range(count)
    ]


def _identity(name: str = "jada.example", **fields: object) -> MailIdentity:
    known = {"is_verified": True, "has_feedback_topic": False, "configuration_set": None}
    return seen(MailIdentity, region="us-west-2", name=name, **known | fields)


def _set(**fields: object) -> ConfigurationSet:
    return seen(ConfigurationSet, region="us-west-2", name="main", **fields)


def _site(**fields: object) -> SiteCheck:
    return seen(SiteCheck, site="jada.example", **fields)


def _distribution(*aliases: str, **fields: object) -> Distribution:
    return seen(Distribution, name="E1", aliases=aliases, is_on=True, **fields)


CLEAR = Behavior(origin="box", protocol="allow-all")
BOOK = seen(Function, name="book")
TIDES = ("jada", "tides")
SITE = ("jada", "jada.example")
IDLE = {"cost_per_month": usd(1)}

TABLE: list[tuple[str, str, list[Seen], Told]] = [
    ("R-CTO-10", "no error", [_calls(0, 1000)], []),
    ("R-CTO-10", "just under one of a hundred", [_calls(9, 1000)], []),
    ("R-CTO-10", "one of a hundred", [_calls(10, 1000)], [(*TIDES, "medium")]),
    ("R-CTO-10", "five of a hundred", [_calls(50, 1000)], [(*TIDES, "high")]),
    ("R-CTO-10", "fifty calls", [_calls(50, 50)], [(*TIDES, "high")]),
    ("R-CTO-10", "too few calls", [_calls(49, 49)], []),
    ("R-CTO-10", "not known", [_calls(REFUSED, 1000), _calls(5, REFUSED)], []),
    ("R-CTO-13", "seen from outside", [_site(tls_expires=days_before(-8))], [(*SITE, "high")]),
    (
        "R-CTO-13",
        "by its domain",
        [seen(DomainCheck, domain="jada.example", tls_expires=days_before(-8))],
        [(*SITE, "high")],
    ),
    # 22 of 30 days are over: 88 come to 120
    ("R-CTO-16", "half as much again is no jump", [_cost(88), _cost(80, "2026-10")], []),
    ("R-CTO-16", "a jump", [_cost(88), _cost(79, "2026-10")], [("jada", "run-rate", "high")]),
    ("R-CTO-16", "a jump under 25", [_cost(21), _cost(5, "2026-10")], []),
    ("R-CTO-16", "a jump of 25", [_cost(22), _cost(5, "2026-10")], [("jada", "run-rate", "high")]),
    ("R-CTO-16", "no month before", [_cost(88)], []),
    ("R-CTO-16", "a line not known", [_cost(88), _cost(REFUSED), _cost(10, "2026-10")], []),
    (
        "R-CTO-16",
        "tags count where no service does",
        [_cost(88, by="tag", name="jada"), _cost(10, "2026-10", "tag", "jada")],
        [("jada", "run-rate", "high")],
    ),
    (
        "R-CTO-17",
        "a fifth",
        [_cost(80, "2026-10", "tag", "jada"), _cost(20, "2026-10", "tag", "")],
        [],
    ),
    (
        "R-CTO-17",
        "over a fifth",
        [_cost(79, "2026-10", "tag", "jada"), _cost(21, "2026-10", "tag", "")],
        [("jada", "untagged cost", "medium")],
    ),
    (
        "R-CTO-17",
        "this month, where no other",
        [_cost(9, by="tag", name="")],
        [("jada", "untagged cost", "medium")],
    ),
    ("R-CTO-17", "nothing spent", [_cost(0, "2026-10", "tag", "")], []),
    ("R-CTO-17", "by service alone", [_cost(80)], []),
    ("R-CTO-17", "not known", [_cost(REFUSED, "2026-10", "tag", ""), _cost(9, "2026-10", "tag", "jada")], []),
    ("R-CTO-18", "called", [seen(Function, name="f", invocations_30d=1, **IDLE)], []),
    ("R-CTO-18", "not called", [seen(Function, name="f", invocations_30d=0, **IDLE)], [("jada", "f", "low")]),
    ("R-CTO-18", "too cheap", [seen(Function, name="f", invocations_30d=0, cost_per_month=usd("0.99"))], []),
    ("R-CTO-18", "price not known", [seen(Function, name="f", invocations_30d=0)], []),
    ("R-CTO-18", "calls not known", [seen(Function, name="f", invocations_30d=REFUSED, **IDLE)], []),
    ("R-CTO-18", "table", [seen(Table, name="t", requests_30d=0, **IDLE)], [("jada", "t", "low")]),
    (
        "R-CTO-18",
        "distribution",
        [seen(Distribution, name="E1", requests_30d=0, **IDLE)],
        [("jada", "E1", "low")],
    ),
    ("R-CTO-18", "zone", [seen(Zone, name="z", records=0, **IDLE)], [("jada", "z", "low")]),
    (
        "R-CTO-18",
        "disk",
        [seen(IdleResource, name="vol", what="unattached disk", **IDLE)],
        [("jada", "vol", "low")],
    ),
    ("R-CTO-19", "tests", [_repository(has_ci=False)], []),
    ("R-CTO-19", "CI", [_repository(has_tests=False)], []),
    ("R-CTO-19", "neither", [_repository(has_ci=False, has_tests=False)], [("jada", "site", "medium")]),
    ("R-CTO-19", "never shipped", [_repository(has_ci=False, has_tests=False, deploy_method=None)], []),
    ("R-CTO-19", "no production", [_repository(has_ci=False, has_tests=False, is_production=False)], []),
    ("R-CTO-19", "not known", [_repository(has_ci=False, has_tests=REFUSED)], []),
    ("R-CTO-20", "safe", [_repository()], []),
    ("R-CTO-20", "uncommitted", [_repository(uncommitted=1)], [("jada", "site", "medium")]),
    ("R-CTO-20", "not pushed", [_repository(head_on_remote=False)], [("jada", "site", "medium")]),
    ("R-CTO-20", "unprotected", [_repository(is_protected=False)], [("jada", "site", "medium")]),
    ("R-CTO-20", "no production", [_repository(uncommitted=1, is_production=False)], []),
    (
        "R-CTO-20",
        "unsure counts as production",
        [_repository(uncommitted=1, is_production=REFUSED)],
        [("jada", "site", "medium")],
    ),
    ("R-CTO-20", "not known", [seen(Repository, name="site", is_production=True)], []),
    (
        "R-CTO-22",
        "one each",
        [_identity(streams=("operational",)), _identity("m", streams=("marketing",))],
        [],
    ),
    (
        "R-CTO-22",
        "both through one set",
        [
            _identity(streams=("operational",), configuration_set="main"),
            _identity("m", streams=("marketing",), configuration_set="main"),
            _set(),
        ],
        [("jada", "main", "high")],
    ),
    ("R-CTO-22", "not known", [_identity(), _identity("m", streams=REFUSED)], []),
    ("R-CTO-27", "three of ten", _deploys(3, 10), []),
    ("R-CTO-27", "two of five", _deploys(2, 5), [("jada", "site", "medium")]),
    ("R-CTO-27", "four releases", _deploys(4, 4), []),
    (
        "R-CTO-27",
        "one of five not known",
        [
            *_deploys(4, 4),
            seen(
                Deploy,
                repo="site",
                commit=datetime(2026, 11, 1, tzinfo=UTC),
                deployed=datetime(2026, 11, 1, tzinfo=UTC),
            ),
        ],
        [],
    ),
]


@pytest.mark.parametrize(("code", "case", "observed", "expected"), TABLE)
def test_rules_of_running(code: str, case: str, observed: list[Seen], expected: Told) -> None:
    assert told(code, audited(*observed)) == expected, case


@pytest.mark.parametrize(
    ("code", "case", "observed", "expected"),
    [
        ("R-CTO-13", "by its check", [_certificate(9)], [(*SITE, "high")]),
        (
            "R-CTO-13",
            "one domain is told once, as bad as the worse",
            [_certificate(7), _site(tls_expires=days_before(-9))],
            [(*SITE, "critical")],
        ),
        ("R-CTO-14", "by its check", [_domain(60)], [(*SITE, "high")]),
        ("R-CTO-14", "by two of them", [_domain(60, auto_renew=False)], [(*SITE, "high")]),
        ("R-CTO-14", "by its registry", [_outside(20)], [(*SITE, "high")]),
        ("R-CTO-14", "the registrar counts for more", [_domain(300), _outside(20)], []),
        ("R-CTO-25", "by its name", [_distribution("jada.example", behaviors=(CLEAR,))], [(*SITE, "medium")]),
        ("R-CTO-25", "without a name", [_distribution(behaviors=(CLEAR,))], [("jada", "E1", "medium")]),
    ],
)
def test_what_checks_of_the_edge_prove(code: str, case: str, observed: list[Seen], expected: Told) -> None:
    facts = audited(*observed)
    shown = [(one.entity, one.subject, one.severity.value) for one in proven(code, facts)]
    assert shown == expected, case


@pytest.mark.parametrize("code", sorted({code for code, *_ in TABLE}))
def test_without_evidence_nothing_is_told(code: str) -> None:
    assert told(code, audited(snapshots=())) == []


def _ends(day: date, checked_on: date = AS_OF) -> Declared:
    return Declared(runtime_ends={"python3.9": RuntimeEnd(day, checked_on, "the provider")})


@pytest.mark.parametrize(
    ("case", "runtime", "declared", "expected"),
    [
        ("ended today", "python3.9", _ends(AS_OF), [(*TIDES, "high")]),
        ("ended yesterday", "python3.9", _ends(days_before(1)), [(*TIDES, "high")]),
        ("ends tomorrow", "python3.9", _ends(days_before(-1)), [(*TIDES, "medium")]),
        ("in 90 days", "python3.9", _ends(days_before(-90)), [(*TIDES, "medium")]),
        ("in 91 days", "python3.9", _ends(days_before(-91)), []),
        ("not in the list", "cobol1", _ends(AS_OF), []),
        ("the list is a year old", "python3.9", _ends(AS_OF, days_before(366)), []),
        ("a container image", None, _ends(AS_OF), []),
        ("not known", REFUSED, _ends(AS_OF), []),
        ("our own list", "python3.9", Declared(runtime_ends=runtime_ends()), [(*TIDES, "high")]),
    ],
)
def test_runtime_ends(case: str, runtime: object, declared: Declared, expected: Told) -> None:
    facts = audited(seen(Function, name="tides", runtime=runtime), declared=declared)
    shown = [(one.entity, one.subject, one.severity.value) for one in proven("R-CTO-09", facts)]
    assert shown == expected, case


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_things_with_one_name_the_worse_is_told(order: int) -> None:
    both = [_calls(5, 100), _calls(1, 100)][::order]
    assert told("R-CTO-10", audited(*both)) == [(*TIDES, "high")]


def test_errors_move_the_forecast_only_on_the_way_to_an_order() -> None:
    assert [bool(one.affects) for one in found("R-CTO-10", audited(_calls(9, 90)))] == [False]
    assert [bool(one.affects) for one in found("R-CTO-10", audited(_calls(9, 90, "book")))] == [True]
    declared = Declared(booking_path={"jada": ("tides",)})
    assert [bool(one.affects) for one in found("R-CTO-10", audited(_calls(9, 90), declared=declared))] == [
        True
    ]


def test_where_alarms_could_not_all_be_listed_nothing_is_told() -> None:
    assert [one.subject for one in proven("R-CTO-15", audited(BOOK))] == ["book"]
    assert proven("R-CTO-15", audited(BOOK, snapshots=(a_snapshot(entities=("qos",)),))) == []


def test_a_jump_says_what_it_costs_more() -> None:
    (one,) = found("R-CTO-16", audited(_cost(88), _cost(60, "2026-10")))
    assert one.at_stake == usd(60)
    assert "$120 this month, after $60 the month before" in one.message


def test_in_the_first_days_the_month_says_nothing() -> None:
    early = Source("evidence/cost.json", kind="evidence", as_of=days_before(20))
    lines = [(_cost(90)), _cost(9, "2026-10")]
    assert told("R-CTO-16", audited(*lines)) == [("jada", "run-rate", "high")]
    assert told("R-CTO-16", audited(*(msgspec.structs.replace(one, source=early) for one in lines))) == []


def test_idle_things_are_at_stake_with_their_cost() -> None:
    (one,) = found("R-CTO-18", audited(seen(Zone, name="z", records=0, cost_per_month=usd("2.50"))))
    assert one.at_stake == usd("2.50")


def test_settings_say_what_an_identity_sends() -> None:
    declared = Declared(streams={"m": "marketing"})
    observed = (_identity("m", streams=("operational",)),)
    assert [one.subject for one in proven("R-CTO-22", audited(*observed, declared=declared))] == ["m"]


FAILING = [msgspec.structs.replace(_calls(5, 100), entity=entity) for entity in ("jada", "qos")]


def test_a_fault_in_two_businesses_is_told_once_a_step_worse() -> None:
    (one,) = found("R-CTO-28", audited(*FAILING))
    assert (one.entity, one.subject, one.severity.value) == ("", "R-CTO-10", "critical")
    assert "Jada, Qos" in one.message
    assert len(one.evidence) == 1, "both stand in one file"
    assert told("R-CTO-28", audited(FAILING[0])) == []
    assert told("R-CTO-28", audited(FAILING[0], _calls(5, 100, "book"))) == [], "one business"


def test_what_is_accepted_is_no_repeated_fault() -> None:
    accepted = Accepted("R-CTO-10", "qos", "tides", AS_OF, "moves next week", "sam")
    everything = findings(Known(audited(*FAILING)), accepted=[accepted])
    assert [one for one in everything if one.rule == "R-CTO-28"] == []


@pytest.mark.parametrize(
    ("days", "expected"), [(14, []), (15, [("jada", "aws-s3", "medium"), ("qos", "aws-s3", "medium")])]
)
def test_F125_an_audit_grows_old(days: int, expected: Told) -> None:
    assert told("R-CTO-29", audited(snapshots=(a_snapshot(taken=days_before(days)),))) == expected


def test_the_oldest_of_several_accounts_counts_and_the_data_rule_is_silent() -> None:
    facts = audited(snapshots=(a_snapshot(taken=days_before(40)), a_snapshot()))
    assert next(one.message for one in found("R-CTO-29", facts)).startswith(
        "The last audit by aws-s3 is 40 days old"
    )
    assert [one for one in found("R-DAT-04", facts) if one.subject == "aws"] == []
    assert told("R-CTO-29", audited(snapshots=())) == []


@given(st.lists(st.sampled_from(RECORDS).flatmap(some_records), max_size=6))
def test_whatever_was_seen_no_rule_fails_and_identities_do_not_hang_on_order(
    observed: list[Seen],
) -> None:
    declared = Declared(runtime_ends=runtime_ends())
    everything = findings(Known(audited(*observed, declared=declared)))
    turned = findings(Known(audited(*reversed(observed), declared=declared)))
    assert {one.id for one in everything} == {one.id for one in turned}
    said = " ".join(one.message + one.subject for one in everything)
    assert not any(word in said for word in ("NotCollected", "None", "Money(", "Decimal("))
