"""Actions as rows of a page: what to do, by whom, and why it stands where it stands."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from quarterdeck.model.action import Action
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.reports.components import ActionRow, Factor, task_anchor
from quarterdeck.reports.words import counted, money, number

_CONFIDENCE = {Decimal(1): "measured", Decimal("0.8"): "as its writer says"}


def action_row(rank: int, action: Action, briefing: Briefing, titles: Mapping[str, str]) -> ActionRow:
    """One action as a row.

    Args:
        rank: On the page.
        action: What is to be done.
        briefing: With the day from which lateness counts, and the names of people.
        titles: Names of the businesses by id; empty on a page of one business.
    """
    late = (briefing.as_of - action.due).days if action.due else 0
    return ActionRow(
        rank=rank,
        text=action.text,
        about="" if action.task else action.about,
        owner=briefing.person(action.owner),
        effort=effort_words(action),
        due=action.due,
        days_late=max(0, late),
        task=_own_id(action),
        waits_for=tuple(dict.fromkeys(need.partition("/")[0] for need in action.needs)),
        roles=tuple(role for role in ROLE_TITLES if role in action.roles),
        money=action.money,
        per="a month" if action.is_monthly else "once",
        stake=action.impact_word,
        where=titles.get(action.entity, ""),
        fixes=tuple(dict.fromkeys(fix.partition("/")[0] for fix in action.fixes)),
        is_pinned=action.is_pinned,
        score=number(action.factors.score, 2),
        factors=tuple(_factors(action, late)),
    )


def anchor_of(action: Action) -> str:
    """The anchor that its row would have; empty where nobody wrote a task."""
    return task_anchor(_own_id(action))


def _own_id(action: Action) -> str:
    return action.task if action.has_own_id else ""


def effort_words(action: Action) -> str:
    """As written, else the hours that the rule guesses: `about 4 hours`."""
    if action.effort or action.hours is None:
        return action.effort
    return f"about {counted(action.hours, 'hour')}"


def _factors(action: Action, late: int) -> Iterator[Factor]:
    """The parts of its score, in the order in which they are put together."""
    made = action.factors
    assumed = {name: "assumed" if name in made.defaulted else "" for name in ("value", "size")}
    yield Factor(_value(action), number(made.value), assumed["value"])
    yield Factor(_time(action, late), f"+ {number(made.time)}", "" if action.due else "assumed")
    yield Factor(_risk(action), f"+ {number(made.risk)}")
    yield Factor(
        f"confidence: {_CONFIDENCE.get(made.confidence, 'something is assumed')}", f"× {made.confidence}"
    )
    yield Factor(_size(action), f"÷ {number(made.size)}", assumed["size"])
    if action.effective > made.score:
        yield Factor("what needs it comes sooner", f"→ {number(action.effective, 2)}")


def _value(action: Action) -> str:
    if action.money:
        return f"value: {money(action.money)} {'a month' if action.is_monthly else 'once, a twelfth of it a month'}"
    return f"value: {action.impact_word}" if action.impact_word else "value: nobody wrote what is at stake"


def _time(action: Action, late: int) -> str:
    if action.due is None:
        return "time: no date"
    if late > 0:
        return f"time: {counted(late, 'day')} late"
    return f"time: {counted(-late, 'day')} left"


def _risk(action: Action) -> str:
    further = action.factors.further
    more = (
        f", and {counted(further, 'further role or business', 'further roles or businesses')} moved"
        if further
        else ""
    )
    return f"risk: {action.severity or 'no finding'}{more}"


def _size(action: Action) -> str:
    return (
        f"size: {counted(action.hours, 'hour')}"
        if action.hours is not None
        else "size: nobody wrote the hours"
    )
