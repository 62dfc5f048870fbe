"""Every rule of step one: good, bad, edge and unknown input; and what the runner makes of hits."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from quarterdeck.model.briefing import Accepted
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Bullet, Handoff, Task
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.ledger import Ledger, Price
from quarterdeck.model.sales import Channel, FunnelStep, Offer
from quarterdeck.model.services import Client, Delivery, TimeEntry
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank, Money
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import RULES
from quarterdeck.rules.run import Override, expired, findings
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_handoff,
    a_row,
    a_source,
    a_task,
    an_entity,
    days_before,
    facts_of,
    month,
    not_applicable,
    some_facts,
    usd,
)

Subjects = list[tuple[str, str, Severity]]


def _found(code: str, facts: Facts) -> Subjects:
    return [(one.entity, one.subject, one.severity) for one in findings(Known(facts)) if one.rule == code]


def _step(step: str, state: str | Blank) -> FunnelStep:
    return a_row(FunnelStep, step=step, state=state)


def _asset(kind: str, insured_until: date | Blank) -> Asset:
    return a_row(Asset, asset="Thing", type=kind, insured_until=insured_until)


def _permit(expires: date | Blank, **columns: object) -> Compliance:
    return msgspec.structs.replace(a_row(Compliance, item="Permit", expires=expires), **columns)


def _offer(treatment: str | Blank, by: str | Blank = UNKNOWN) -> Offer:
    return a_row(Offer, offer="Sail", tax_treatment=treatment, tax_confirmed_by=by)


CRITICAL, HIGH = Severity.CRITICAL, Severity.HIGH


@pytest.mark.parametrize(
    ("code", "case", "rows", "expected"),
    [
        ("R-QDN-01", "works", [_step("checkout", "works")], []),
        ("R-QDN-01", "missing", [_step("checkout", "missing")], [("jada", "checkout", CRITICAL)]),
        ("R-QDN-01", "payment broken", [_step("payment", "broken")], [("jada", "checkout", CRITICAL)]),
        (
            "R-QDN-01",
            "both are one",
            [_step("checkout", "missing"), _step("payment", "missing")],
            [("jada", "checkout", CRITICAL)],
        ),
        ("R-QDN-01", "manual is a way to pay", [_step("payment", "manual")], []),
        ("R-QDN-01", "another step", [_step("cart", "missing")], []),
        ("R-QDN-01", "not known", [_step("checkout", UNKNOWN)], []),
        ("R-QDN-01", "no table", [], []),
        ("R-CEO-01", "insured", [_asset("vessel", AS_OF)], []),
        ("R-CEO-01", "ended yesterday", [_asset("vessel", days_before(1))], [("jada", "Thing", CRITICAL)]),
        ("R-CEO-01", "a list needs no insurance", [_asset("list", days_before(1))], []),
        ("R-CEO-01", "not known", [_asset("vessel", UNKNOWN)], []),
        ("R-CEO-02", "known", [_asset("vehicle", AS_OF)], []),
        ("R-CEO-02", "not known", [_asset("vehicle", UNKNOWN)], [("jada", "Thing", HIGH)]),
        ("R-CEO-02", "does not apply", [_asset("vehicle", not_applicable("scrapped"))], []),
        ("R-CEO-02", "another type", [_asset("domain", UNKNOWN)], []),
        (
            "R-CEO-02",
            "its policy has a day",
            [_asset("vessel", UNKNOWN), _permit(AS_OF, type="insurance", applies_to="thing")],
            [],
        ),
        (
            "R-CEO-02",
            "nor does its policy say",
            [_asset("vessel", UNKNOWN), _permit(UNKNOWN, type="insurance", applies_to="thing")],
            [("jada", "Thing", HIGH)],
        ),
        ("R-CEO-03", "in 30 days", [_asset("trailer", days_before(-30))], [("jada", "Thing", HIGH)]),
        ("R-CEO-03", "in 31 days", [_asset("trailer", days_before(-31))], []),
        ("R-CEO-03", "today", [_asset("trailer", AS_OF)], [("jada", "Thing", HIGH)]),
        ("R-CEO-03", "not known", [_asset("trailer", UNKNOWN)], []),
        ("R-CEO-04", "valid", [_permit(AS_OF)], []),
        ("R-CEO-04", "ran out", [_permit(days_before(1))], [("jada", "Permit", CRITICAL)]),
        (
            "R-CEO-04",
            "of one asset",
            [_permit(days_before(1), applies_to="Boat")],
            [("jada", "Permit/Boat", CRITICAL)],
        ),
        ("R-CEO-04", "a restore test does not run out", [_permit(days_before(9), type="restore-test")], []),
        ("R-CEO-04", "not known", [_permit(UNKNOWN)], []),
        (
            "R-CEO-04",
            "a policy whose day stands in Assets is told by R-CEO-01",
            [_asset("vessel", days_before(1)), _permit(days_before(1), type="insurance", applies_to="thing")],
            [],
        ),
        (
            "R-CEO-04",
            "a policy of something whose day nobody wrote",
            [_asset("vessel", UNKNOWN), _permit(days_before(1), type="insurance", applies_to="Thing")],
            [("jada", "Permit/Thing", CRITICAL)],
        ),
        (
            "R-CEO-04",
            "a policy of the business",
            [_asset("vessel", AS_OF), _permit(days_before(1), type="insurance")],
            [("jada", "Permit", CRITICAL)],
        ),
        ("R-CEO-05", "in 45 days", [_permit(days_before(-45))], [("jada", "Permit", HIGH)]),
        ("R-CEO-05", "in 46 days", [_permit(days_before(-46))], []),
        ("R-CEO-05", "not known", [_permit(UNKNOWN)], []),
        ("R-ACC-18", "confirmed", [_offer("exempt", "Ana")], []),
        ("R-ACC-18", "nobody named", [_offer("exempt")], [("jada", "Sail", HIGH)]),
        ("R-ACC-18", "unsure", [_offer("unsure", "Ana")], [("jada", "Sail", HIGH)]),
        ("R-ACC-18", "not known", [_offer(UNKNOWN, "Ana")], [("jada", "Sail", HIGH)]),
    ],
)
def test_rule(code: str, case: str, rows: list[Row], expected: Subjects) -> None:
    assert _found(code, facts_of(*rows)) == expected, case


@pytest.mark.parametrize(
    ("case", "entity", "rows", "expected"),
    [
        ("agreed", an_entity(billing_model="per-job"), [], []),
        ("none, no work", an_entity(billing_model="none"), [], [("jada", "billing_model", HIGH)]),
        (
            "none, and sailed",
            an_entity(billing_model="none"),
            [a_booking(status="completed", service_date=days_before(90))],
            [("jada", "billing_model", CRITICAL)],
        ),
        (
            "sailed long ago",
            an_entity(billing_model="none"),
            [a_booking(status="completed", service_date=days_before(91))],
            [("jada", "billing_model", HIGH)],
        ),
        (
            "none, and delivered a boat",
            an_entity(billing_model="none"),
            [a_row(Delivery, id="yd-1", end=days_before(90), status="completed")],
            [("jada", "billing_model", CRITICAL)],
        ),
        (
            "still under way",
            an_entity(billing_model="none"),
            [a_row(Delivery, id="yd-1", end=days_before(-3), status="in-progress")],
            [("jada", "billing_model", HIGH)],
        ),
        ("not known", an_entity(billing_model=UNKNOWN), [], [("jada", "billing_model", HIGH)]),
        ("does not apply", an_entity(billing_model=not_applicable("a tool of our own")), [], []),
        ("a part has its parent's", an_entity(billing_model=UNKNOWN, part_of="qos"), [], []),
        ("paused", an_entity(billing_model="none", status="paused"), [], []),
    ],
)
def test_no_billing_model(case: str, entity: Entity, rows: list[Row], expected: Subjects) -> None:
    assert _found("R-ACC-01", facts_of(*rows, entity=entity)) == expected, case


@pytest.mark.parametrize(
    ("case", "model", "hours", "expected"),
    [
        ("agreed", "retainer", "2026-10", []),
        ("none, worked", "none", "2026-10", [("jada", "acme", CRITICAL)]),
        ("not known, worked", UNKNOWN, "2026-10", [("jada", "acme", CRITICAL)]),
        ("none, long ago", "none", "2026-06", []),
    ],
)
def test_client_without_model(case: str, model: str | Blank, hours: str, expected: Subjects) -> None:
    client = a_row(Client, client="acme", billing_model=model)
    entry = a_row(TimeEntry, client="acme", month=month(hours), hours=Decimal("4.5"))
    assert _found("R-CLI-01", facts_of(client, entry)) == expected, case


def _with_gap(text: str, *rows: Row) -> Facts:
    gap = Bullet("jada", "gaps", text, text, a_source(line=80))
    return some_facts(msgspec.structs.replace(a_handoff(None, *rows), bullets=(gap,)))


def test_stated_gap_is_never_lost() -> None:
    assert _found("R-GAP-01", _with_gap("Nobody owns missed calls")) == [
        ("jada", "Nobody owns missed calls", Severity.INFO)
    ]


def test_words_of_the_booking_flow_ask_for_the_table_and_are_not_read_as_steps() -> None:
    said = _with_gap("No cart, no checkout")
    assert _found("R-DAT-10", said) == [("jada", "prose/funnel", Severity.INFO)]
    assert _found("R-QDN-01", said) == []
    assert _found("R-DAT-10", _with_gap("No cart, no checkout", _step("cart", "missing"))) == []


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("We make $4,300 a month", ["prose/$4,300"]),
        ("A sail costs $180", []),
        ("Three boats, two captains", []),
        ("Since 2019 on pier 5", []),
        ("About 40% come back", ["prose/40%"]),
    ],
)
def test_number_only_in_prose(text: str, subjects: list[str]) -> None:
    offer = a_row(Offer, offer="Sail", price=usd("180"))
    assert [subject for _, subject, _ in _found("R-DAT-10", _with_gap(text, offer))] == subjects


def test_sample_beside_real_data() -> None:
    sample, real = an_entity("jada", sample=True), an_entity("qos")
    assert _found("R-DAT-08", some_facts(a_handoff(sample), a_handoff(real))) == [("jada", "sample", HIGH)]
    assert _found("R-DAT-08", some_facts(a_handoff(sample))) == []
    assert _found("R-DAT-08", some_facts(a_handoff(real))) == []


@pytest.mark.parametrize(
    ("case", "updated", "valued", "subjects"),
    [
        ("a value of more than a year ago", 0, 366, ["assets"]),
        ("a year", 0, 365, []),
        ("no day: as old as the handoff, of which R-CEO-11 tells", 46, None, []),
        ("of the handoff's day, and older than a year", 366, 366, []),
    ],
)
def test_stale_input(case: str, updated: int, valued: int | None, subjects: list[str]) -> None:
    day = UNKNOWN if valued is None else days_before(valued)
    boat = a_row(Asset, asset="Boat", type="vessel", value=usd("9000"), value_date=day)
    handoff = a_handoff(an_entity(updated=days_before(updated)), boat, _offer("exempt"))
    assert [one for _, one, _ in _found("R-DAT-04", some_facts(handoff))] == subjects, case


def test_age_of_a_channel_is_told_once() -> None:
    site = a_row(Channel, channel="own-site", kind="direct", state="active", last_checked=days_before(61))
    facts = some_facts(a_handoff(an_entity(), site))
    assert (len(_found("R-DAT-04", facts)), len(_found("R-CMO-13", facts))) == (0, 1)


def test_stale_input_names_age_and_owner() -> None:
    boat = a_row(Asset, asset="Boat", type="vessel", value=usd("9000"), value_date=days_before(400))
    handoff = a_handoff(an_entity(owner="sam"), boat)
    (stale,) = (one for one in findings(Known(some_facts(handoff))) if one.rule == "R-DAT-04")
    assert stale.message == "Assets and compliance: last confirmed 400\N{NO-BREAK SPACE}days ago."
    assert stale.action == "Sam reads it again and dates it."


def test_severity_override_prints_its_reason() -> None:
    facts = facts_of(_asset("vehicle", UNKNOWN))
    over = Override("R-CEO-02", Severity.LOW, "it stands in the barn")
    found = next(one for one in findings(Known(facts), overrides=[over]) if one.rule == "R-CEO-02")
    assert (found.severity, found.severity_reason) == (Severity.LOW, "it stands in the barn")


def test_override_of_another_entity_does_nothing() -> None:
    facts = facts_of(_asset("vehicle", UNKNOWN))
    over = Override("R-CEO-02", Severity.LOW, "no", entity="qos")
    assert _found("R-CEO-02", facts) == [("jada", "Thing", HIGH)]
    assert (
        next(one for one in findings(Known(facts), overrides=[over]) if one.rule == "R-CEO-02").severity
        is HIGH
    )


def test_F124_accepted_finding_comes_back_when_its_date_has_passed() -> None:
    facts = facts_of(_asset("vehicle", UNKNOWN))
    lasting = Accepted("R-CEO-02", "jada", "Thing", AS_OF, "sold next week", "sam")
    over = msgspec.structs.replace(lasting, until=days_before(1))
    accepted = next(one for one in findings(Known(facts), accepted=[lasting]) if one.rule == "R-CEO-02")
    assert (accepted.state, accepted.accepted_by) == ("accepted", "sam")
    assert (
        next(one for one in findings(Known(facts), accepted=[over]) if one.rule == "R-CEO-02").state == "open"
    )
    assert expired([lasting, over], AS_OF) == (over,)


@pytest.mark.parametrize(
    ("case", "fixes", "entity", "state", "expected"),
    [
        ("rule, same business", ("R-CEO-02",), "jada", "open", "acknowledged"),
        ("whole identity, other business", ("r-ceo-02/jada/thing",), "qos", "open", "acknowledged"),
        ("rule, other business", ("R-CEO-02",), "qos", "open", "open"),
        ("done tasks do not count", ("R-CEO-02",), "jada", "done", "open"),
        ("another rule", ("R-CEO-01",), "jada", "open", "open"),
    ],
)
def test_acknowledged_is_said_by_a_task(
    case: str, fixes: tuple[str, ...], entity: str, state: str, expected: str
) -> None:
    jada, qos = a_handoff(an_entity("jada"), _asset("vehicle", UNKNOWN)), a_handoff(an_entity("qos"))
    task = a_task(entity=entity, fixes=fixes, state=state)
    holder = msgspec.structs.replace(jada if entity == "jada" else qos, tasks=(task,))
    facts = some_facts(holder, qos if entity == "jada" else jada)
    assert next(one for one in findings(Known(facts)) if one.rule == "R-CEO-02").state == expected, case


def test_identity_is_stable_under_reordering_and_lines() -> None:
    one, two = (
        _asset("vehicle", UNKNOWN),
        a_row(Asset, line=77, asset="Boat", type="vessel", insured_until=UNKNOWN),
    )
    ids = {finding.id for finding in findings(Known(facts_of(one, two)))}
    assert ids == {
        finding.id
        for finding in findings(Known(facts_of(two, msgspec.structs.replace(one, source=a_source(line=9)))))
    }


def test_money_of_other_currencies_is_ordered_by_its_price_or_apart() -> None:
    stakes = {
        "large, with a price": Money(Decimal(100), "EUR"),
        "own": usd(108),
        "small, with a price": Money(Decimal(9), "EUR"),
        "a francs": Money(Decimal(900), "CHF"),
        "b more francs": Money(Decimal(5000), "CHF"),
        "pounds": Money(Decimal(7000), "GBP"),
        "nothing": usd(0),
        "not known": None,
    }
    assets = (a_row(Asset, asset=name, type="vehicle", insured_until=UNKNOWN) for name in stakes)
    tasks = (
        a_task(fixes=(f"R-CEO-02/jada/{name}",), impact=stake, impact_is_monthly=True)
        for name, stake in stakes.items()
    )
    price = Price("EUR", AS_OF, usd("1.09"), Source("ledger/main.beancount", 1, "ledger"))
    facts = Facts([a_handoff(an_entity(), *assets, tasks=tasks)], AS_OF, ledger=Ledger(prices=(price,)))
    found = [one for one in findings(Known(facts)) if one.rule == "R-CEO-02"]
    assert [(one.subject, one.worth) for one in found] == [
        ("large, with a price", Decimal(109)),
        ("own", Decimal(108)),
        ("small, with a price", Decimal("9.81")),
        ("nothing", Decimal(0)),
        ("b more francs", None),
        ("a francs", None),
        ("pounds", None),
        ("not known", None),
    ]


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_its_page(code: str) -> None:
    text = RULES[code].check.__doc__ or ""
    for label in ("What it checks:", "Why it matters:", "How to mend:", "Known limits:", "Source:"):
        assert label in text, f"{code} does not say: {label}"
    assert RULES[code].action.endswith(".")
    assert RULES[code].roles


def test_what_is_accepted_in_vain_is_said() -> None:
    slip = Accepted("R-CEO-02", "jada", "Thign", AS_OF, "sold next week", "sam")
    (found,) = (
        one
        for one in findings(Known(facts_of(_asset("vehicle", UNKNOWN))), accepted=[slip])
        if one.rule == "R-DAT-05"
    )
    assert found.subject == "accepted/R-CEO-02/Thign"
    assert found.severity is Severity.LOW
    assert found.action == "Correct the subject, or remove the entry from portfolio.yml."


def test_what_is_accepted_of_the_whole_portfolio_in_vain_may_be_of_one_entity() -> None:
    forgot = Accepted("R-CEO-02", "", "Thing", AS_OF, "sold next week", "sam")
    everything = findings(Known(facts_of(_asset("vehicle", UNKNOWN))), accepted=[forgot])
    (found,) = (one for one in everything if one.rule == "R-DAT-05")
    assert (found.entity, found.subject) == ("", "accepted/R-CEO-02/Thing")
    assert found.message == (
        "R-CEO-02 is accepted for “Thing” of the whole portfolio, but no such finding stands."
    )
    assert found.action == "Correct the subject or name its entity, or remove the entry from portfolio.yml."
    assert [one.state for one in everything if one.rule == "R-CEO-02"] == ["open"]


def _read(*cells: str) -> Facts:
    rows = "".join(f"| {cell} |\n" for cell in cells)
    head = "---\nentity: jada\nname: JADA\nkind: charter\nupdated: 2026-11-01\n---\n\n"
    text = f"{head}## Offers\n| Offer | Price |\n|---|---|\n{rows}"
    handoff = parse_handoff(text.encode(), "handoffs/jada.md")
    assert isinstance(handoff, Handoff)
    return some_facts(handoff)


def test_a_value_not_understood_is_known_by_its_row_and_column_alone() -> None:
    (one,) = _found("R-DAT-02", _read("Sail | banana"))
    assert one[1] == "offers/Sail/price"
    assert _found("R-DAT-02", _read("Other | $5", "Sail | plum")) == [one]


def test_two_problems_of_one_place_stay_two_findings() -> None:
    assert len(_found("R-DAT-02", _read(" | banana", " | plum"))) == 2


@pytest.mark.parametrize(
    ("case", "tasks", "stake"),
    [
        ("no task", [], None),
        ("a month", [a_task(fixes=("R-CEO-02",), impact=usd(240), impact_is_monthly=True)], usd(240)),
        ("once", [a_task(fixes=("R-CEO-02",), impact=usd(240))], None),
        ("done", [a_task(fixes=("R-CEO-02",), impact=usd(240), impact_is_monthly=True, state="done")], None),
        (
            "the most of two",
            [
                a_task("A-1", fixes=("R-CEO-02",), impact=usd(20), impact_is_monthly=True),
                a_task("A-2", fixes=("R-CEO-02/jada/Thing",), impact=usd(30), impact_is_monthly=True),
            ],
            usd(30),
        ),
        (
            "more in another currency",
            [
                a_task("A-1", fixes=("R-CEO-02",), impact=Money(Decimal(900), "CLP"), impact_is_monthly=True),
                a_task("A-2", fixes=("R-CEO-02",), impact=usd(30), impact_is_monthly=True),
            ],
            usd(30),
        ),
    ],
)
def test_what_a_task_brings_is_at_stake_until_it_is_done(
    case: str, tasks: list[Task], stake: Money | None
) -> None:
    facts = some_facts(a_handoff(None, _asset("vessel", UNKNOWN), tasks=tasks))
    found = next(one for one in findings(Known(facts)) if one.rule == "R-CEO-02")
    assert found.at_stake == stake, case
