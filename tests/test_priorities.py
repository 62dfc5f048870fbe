"""What to do first: who gets onto the list, with which score, in which order, and in which week."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.action import People, Plan
from quarterdeck.model.finding import Effect, Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.priorities import DAYS, WEEKS, first_of, monday_after, plan
from tests.figures.builders import AS_OF, JADA, a_source, a_task, an_entity, day, usd

NOBODY = People(hours={}, default_hours=Decimal(10))
SAM = People(
    hours={"sam": Decimal(10)},
    default_hours=Decimal(10),
    role_owners={"cto": "sam"},
    pinned_rules=("R-CTO-01",),
)


def a_finding(rule: str = "R-CTO-09", subject: str = "x", **fields: object) -> Finding:
    """An open high finding of the CTO, unless told."""
    bare = Finding(
        rule, JADA, subject, Severity.HIGH, "It is so.", "Mend it.", ("cto",), evidence=(a_source(),)
    )
    return msgspec.structs.replace(bare, **fields)


def _plan(*items: Task | Finding, people: People = NOBODY, as_of: date = AS_OF) -> Plan:
    findings = [one for one in items if isinstance(one, Finding)]
    tasks = [one for one in items if isinstance(one, Task)]
    return plan(findings, tasks, [an_entity(owner="ana")], people, as_of, currency="USD")


@pytest.mark.parametrize(
    ("case", "item", "ids"),
    [
        ("open task", a_task(), ["JAD-1"]),
        ("started task", a_task(state="started"), ["JAD-1"]),
        ("done task", a_task(state="done"), []),
        ("dropped task", a_task(state="dropped"), []),
        ("waits for others", a_task(state="waiting"), []),
        ("someday", a_task(is_someday=True), []),
        ("open finding", a_finding(), ["R-CTO-09/jada/x"]),
        ("medium finding", a_finding(severity=Severity.MEDIUM), ["R-CTO-09/jada/x"]),
        ("low finding", a_finding(severity=Severity.LOW), []),
        ("accepted finding", a_finding(state="accepted"), []),
        ("finding that a task names", a_finding(state="acknowledged"), []),
    ],
)
def test_what_is_on_the_list(case: str, item: Task | Finding, ids: list[str]) -> None:
    assert [one.id for one in _plan(item).actions] == ids, case


@pytest.mark.parametrize(
    ("case", "items", "score", "defaulted"),
    [
        (
            "stated, due in ten days, two further roles",
            [
                a_task(
                    due=day("2026-12-03"),
                    impact=usd(2400),
                    impact_is_monthly=True,
                    effort="L",
                    fixes=("R-CTO-09",),
                ),
                a_finding(state="acknowledged", affects=(Effect("cfo", "x"), Effect("cmo", "y"))),
            ],
            "3.36",
            (),
        ),
        (
            "measured, one further role, no date",
            [
                a_task(
                    impact=usd(6000),
                    impact_is_monthly=True,
                    effort_hours=Decimal(4),
                    confidence="measured",
                    fixes=("R-CTO-09/jada/x",),
                ),
                a_finding(state="acknowledged", severity=Severity.CRITICAL, affects=(Effect("cfo", "x"),)),
            ],
            "11.00",
            (),
        ),
        ("three days late and nothing else", [a_task(due=day("2026-11-20"))], "2.67", ("value", "size")),
        ("money that comes once counts a twelfth", [a_task(impact=usd(6000), effort="XS")], "3.20", ()),
        ("an impact in words is stated", [a_task(impact_word="high", effort="XS")], "8.00", ()),
        ("a finding's hours are a guess", [a_finding(effort_hours=Decimal(2))], "7.00", ("value", "size")),
        (
            "a finding's money is known",
            [a_finding(at_stake=usd(12000), effort_hours=Decimal(2))],
            "11.00",
            ("size",),
        ),
        (
            "a finding's money in another currency does not count",
            [a_finding(at_stake=Money(Decimal(12000), "CLP"), effort_hours=Decimal(2))],
            "7.00",
            ("value", "size"),
        ),
        (
            "nor does a task's",
            [a_task(impact=Money(Decimal(12000), "CLP"), impact_is_monthly=True, due=day("2026-11-20"))],
            "2.67",
            ("value", "size"),
        ),
    ],
)
def test_score(case: str, items: list[Task | Finding], score: str, defaulted: tuple[str, ...]) -> None:
    (action,) = _plan(*items).actions
    assert (str(action.factors.score), action.factors.defaulted) == (score, defaulted), case


def test_a_score_recomputes_from_its_printed_factors() -> None:
    actions = _plan(a_task(due=AS_OF), a_finding(), a_finding("R-CTO-10", effort_hours=Decimal(30))).actions
    for one in actions:
        factors = one.factors
        again = (factors.value + factors.time + factors.risk) * factors.confidence / factors.size
        assert factors.score == again.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_a_task_carries_the_findings_that_it_resolves() -> None:
    task = a_task(fixes=("R-CTO-09", "r-cto-10/jada/y"))
    other = a_finding("R-CTO-09", entity="elsewhere", state="acknowledged")
    mine = a_finding("R-CTO-09", state="acknowledged", effort_hours=Decimal(3))
    worst = a_finding("R-CTO-10", "y", state="acknowledged", severity=Severity.CRITICAL, message="It burns.")
    (action,) = _plan(task, mine, other, worst).actions
    assert action.fixes == ("R-CTO-10/jada/y", "R-CTO-09/jada/x")
    assert (action.about, action.severity, action.hours) == ("It burns.", Severity.CRITICAL, Decimal(3))


def test_the_largest_stake_is_one_of_the_portfolios_currency() -> None:
    pesos, dollars = Money(Decimal(90000), "CLP"), usd(300)
    stakes = [
        a_finding("R-CTO-09", state="acknowledged", at_stake=pesos),
        a_finding("R-CTO-10", state="acknowledged", at_stake=dollars),
    ]
    task = a_task(fixes=("R-CTO-09", "R-CTO-10"))
    assert _plan(task, *stakes).actions[0].money == dollars
    (alone,) = _plan(task, stakes[0]).actions
    assert alone.money == pesos
    assert "value" in alone.factors.defaulted


def test_what_a_data_rule_finds_in_one_business_is_one_step() -> None:
    quarter = Decimal("0.25")
    made = _plan(
        *(a_finding("R-DAT-01", name, effort_hours=quarter, message=name) for name in ("capacity", "plan")),
        a_finding("R-DAT-01", "plan", entity="elsewhere", effort_hours=quarter),
    )
    first = next(one for one in made.actions if one.entity == JADA)
    assert (first.id, first.text) == ("R-DAT-01/jada", "Mend it. And 1 more like it.")
    assert (first.fixes, first.hours) == (("R-DAT-01/jada/capacity", "R-DAT-01/jada/plan"), 2 * quarter)
    assert [one.id for one in made.actions if one.entity != JADA] == ["R-DAT-01/elsewhere/plan"]


def test_pinned_comes_first_and_takes_what_it_needs_along() -> None:
    secret = a_finding("R-CTO-01", severity=Severity.CRITICAL, state="acknowledged")
    actions = _plan(
        a_task("A-1", impact=usd(90000), impact_is_monthly=True, effort="XS", due=AS_OF),
        a_task("A-2", effort="XXL", fixes=("R-CTO-01",), needs=("A-3",)),
        a_task("A-3", effort="XXL"),
        secret,
        people=SAM,
    ).actions
    assert [(one.id, one.is_pinned) for one in actions] == [("A-3", True), ("A-2", True), ("A-1", False)]


def test_what_others_wait_for_is_as_urgent_as_they_are() -> None:
    actions = _plan(
        a_task("A-1", impact=usd(9000), impact_is_monthly=True, effort="XS", needs=("A-3",)),
        a_task("A-2", impact=usd(3000), impact_is_monthly=True, effort="XS"),
        a_task("A-3", effort="XXL"),
    ).actions
    assert [one.id for one in actions] == ["A-3", "A-1", "A-2"]
    assert actions[0].effective == actions[1].factors.score > actions[0].factors.score


def test_needs_can_name_a_finding_or_a_rule() -> None:
    for need in ("R-CTO-09", "R-CTO-09/jada/x"):
        actions = _plan(a_task(needs=(need,)), a_finding()).actions
        assert [one.id for one in actions] == ["R-CTO-09/jada/x", "JAD-1"], need
        assert actions[1].needs == ("R-CTO-09/jada/x",)


def test_a_circle_loses_the_need_for_its_lowest_score() -> None:
    made = _plan(
        a_task("A-1", needs=("A-2",), due=AS_OF, effort="XS"), a_task("A-2", needs=("A-1",), effort="XS")
    )
    assert made.circular == (("A-1", "A-2"),)
    assert [one.id for one in made.actions] == ["A-1", "A-2"]


@pytest.mark.parametrize(
    ("case", "left", "right"),
    [
        ("worse finding first", a_task("B-1", severity=Severity.CRITICAL), a_task("A-1")),
        ("earlier day first", a_task("B-1", due=day("2027-06-01")), a_task("A-1", due=day("2027-07-01"))),
        ("then the id", a_task("A-1"), a_task("B-1")),
    ],
)
def test_ties(case: str, left: Task, right: Task) -> None:
    actions = _plan(right, left).actions
    assert actions[0].id == left.id, case


@pytest.mark.parametrize(
    ("case", "owner", "roles", "people", "expected"),
    [
        ("as written", "lee", ("cto",), SAM, "lee"),
        ("the role's", "", ("cto",), SAM, "sam"),
        ("nobody's", "", ("cto",), NOBODY, ""),
        ("without a role", "", (), SAM, ""),
    ],
)
def test_owner_of_a_task(
    case: str, owner: str, roles: tuple[str, ...], people: People, expected: str
) -> None:
    (action,) = _plan(a_task(owner=owner, affects=roles), people=people).actions
    assert action.owner == expected, case


def test_owner_of_a_finding_is_the_roles_else_the_businesss() -> None:
    assert _plan(a_finding(), people=SAM).actions[0].owner == "sam"
    assert _plan(a_finding(), people=NOBODY).actions[0].owner == "ana"


def _weeks(made: Plan) -> dict[str, list[tuple[int, str]]]:
    return {
        one.id: [(share.week, f"{share.hours.normalize():f}") for share in one.weeks] for one in made.actions
    }


def test_weeks_fill_up_in_order() -> None:
    made = _plan(
        a_task("A-1", effort_hours=Decimal(6), severity=Severity.CRITICAL),
        a_task("A-2", effort_hours=Decimal(6), severity=Severity.HIGH),
        a_task("A-3", effort_hours=Decimal(4)),
    )
    assert _weeks(made) == {"A-1": [(1, "6")], "A-2": [(2, "6")], "A-3": [(1, "4")]}


def test_more_than_a_week_is_spread_over_weeks_in_a_row() -> None:
    made = _plan(a_task("A-1", effort_hours=Decimal(3), due=AS_OF), a_task("A-2", effort_hours=Decimal(24)))
    assert _weeks(made) == {"A-1": [(1, "3")], "A-2": [(1, "7"), (2, "10"), (3, "7")]}


def test_this_week_is_for_what_is_late_or_pinned() -> None:
    late = a_task("A-1", due=day("2026-11-20"), effort_hours=Decimal(2))
    made = _plan(late, a_task("A-2", effort_hours=Decimal(2), due=AS_OF))
    assert _weeks(made) == {"A-1": [(0, "2")], "A-2": [(1, "2")]}


def test_what_needs_something_ends_no_earlier() -> None:
    made = _plan(
        a_task("A-1", effort_hours=Decimal(15)), a_task("A-2", effort_hours=Decimal(1), needs=("A-1",))
    )
    assert _weeks(made) == {"A-1": [(1, "10"), (2, "5")], "A-2": [(2, "1")]}


def test_what_does_not_fit_says_why_and_so_does_what_waits_for_it() -> None:
    made = _plan(a_task("A-1", effort="XXL"), a_task("A-2", needs=("A-1",)))
    assert [one.no_room for one in made.actions] == [
        "no week of its owner has room for 80\N{NO-BREAK SPACE}hours",
        "waits for A-1, which does not fit",
    ]
    assert not made.loads


def test_what_waits_for_a_finding_names_its_rule_alone() -> None:
    large = a_finding(subject="shop/window", effort_hours=Decimal(80))
    made = _plan(a_task("A-1", needs=("R-CTO-09",)), large)
    assert "waits for R-CTO-09, which does not fit" in [one.no_room for one in made.actions]


def test_one_hour_without_room_is_one_hour() -> None:
    made = _plan(*(a_task(f"A-{at:02}", effort_hours=Decimal(1)) for at in range(1, 50)))
    assert {one.no_room for one in made.actions} == {
        "",
        "no week of its owner has room for 1\N{NO-BREAK SPACE}hour",
    }


def test_unknown_hours_take_those_of_a_middling_task() -> None:
    assert _weeks(_plan(a_task())) == {"JAD-1": [(1, "8")]}


def test_loads_say_what_is_planned_and_what_there_is_room_for() -> None:
    loads = _plan(a_task(owner="sam", effort_hours=Decimal(3)), people=SAM).loads
    assert [(one.owner, one.week, str(one.begins), str(one.planned)) for one in loads[:3]] == [
        ("sam", 0, "2026-11-23", "0"),
        ("sam", 1, "2026-11-30", "3"),
        ("sam", 2, "2026-12-07", "0"),
    ]
    assert loads[4].capacity < loads[1].capacity == 10, "the fourth week is cut off at day 30"


def test_first_of_a_role_makes_room_for_what_it_needs() -> None:
    ours = [a_task(f"C-{at}", affects=("cto",), effort="XS", due=AS_OF) for at in range(1, 9)]
    made = _plan(
        *ours,
        a_task("C-9", affects=("cto",), effort="XS", needs=("X-1",)),
        a_task("X-1", affects=("cmo",), effort="XXL"),
        a_task("Y-1", affects=("cto",)),
    )
    ids = [one.id for one in first_of(made.actions, "cto", 10)]
    assert ids[-2:] == ["X-1", "C-9"]
    assert len(ids) == 10
    assert [one.id for one in first_of(made.actions, "cto", 9)][-1] == "X-1"


@given(
    st.lists(
        st.tuples(st.integers(1, 90), st.lists(st.integers(0, 9), max_size=3), st.sampled_from(["", "sam"])),
        max_size=10,
    ),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_no_week_holds_more_than_there_is_room_for(
    drawn: list[tuple[int, list[int], str]], as_of: date
) -> None:
    tasks = [
        a_task(
            f"T-{at}", effort_hours=Decimal(hours), needs=tuple(f"T-{need}" for need in needs), owner=owner
        )
        for at, (hours, needs, owner) in enumerate(drawn)
    ]
    made = _plan(*tasks, as_of=as_of)
    ends = {one.id: one.weeks[-1].week for one in made.actions if one.weeks}
    assert all(load.planned <= load.capacity for load in made.loads)
    for one in made.actions:
        assert bool(one.weeks) != bool(one.no_room)
        if one.weeks:
            assert sum(share.hours for share in one.weeks) == one.hours
    ranks = {one.id: one.rank for one in made.actions}
    ignored = set(made.circular)
    for one in made.actions:
        for need in one.needs:
            if (one.id, need) not in ignored:
                assert ranks[need] < ranks[one.id]
                assert one.id not in ends or ends[need] <= ends[one.id]
    assert 1 <= (monday_after(as_of) - as_of).days <= 7
    assert WEEKS * 7 < DAYS + 7
