"""What to do first: scores, the order that needs allow, and the thirty days that people have."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.exchange import largest
from quarterdeck.formulas.order import circular, order_by
from quarterdeck.formulas.score import priority
from quarterdeck.model.action import Action, Defaulted, Factors, Load, People, Plan, Share
from quarterdeck.model.entity import Entity
from quarterdeck.model.finding import ROLES, Effect, Finding, Role
from quarterdeck.model.handoff import EFFORT_HOURS, Task
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.rules import words
from quarterdeck.rules.registry import RULES

WEEKS = 4
DAYS = 30
_WEEK = timedelta(days=7)
_CONFIDENCE = {"measured": Decimal(1), "stated": Decimal("0.8"), "guess": Decimal("0.5")}
_MEASURED = frozenset({"ledger", "evidence"})
"""Kinds of sources that nobody has to be believed for."""
_DATA = "R-DAT-"


def plan(
    findings: Iterable[Finding],
    tasks: Iterable[Task],
    entities: Iterable[Entity],
    people: People,
    as_of: date,
    *,
    currency: str,
) -> Plan:
    """Rank what is to be done and fit it into the next thirty days.

    Among it are open tasks, and a step for each open finding of medium or worse that no task names. What a data rule
    finds in one business is one step, since one edit mends it. Left out is what waits for others, is marked
    `someday`, or is accepted. Money in another currency than the portfolio's is printed, and counts as not known.

    Returns:
        Actions in the order of work; an action precedes all that need it, except where needs run in a circle.
    """
    found = tuple(one for one in findings if one.state != "accepted")
    named = _by_name(found)
    ready = [one for one in tasks if one.state in {"open", "started"} and not one.is_someday]
    owners = {one.entity: one.owner if isinstance(one.owner, str) else "" for one in entities}
    drafts = [
        *(_of_task(task, _fixed(task, named), people, as_of, currency) for task in ready),
        *(_of_findings(alike, people, owners, currency) for alike in _alike(filter(_is_asked, found))),
    ]
    return _packed(_ordered(drafts, ready), people, as_of)


def _is_asked(finding: Finding) -> bool:
    return finding.state == "open" and finding.severity.rank <= Severity.MEDIUM.rank


def _by_name(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by what `fixes:` can say: an identity, or a rule with the business of its task."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.id.casefold(), []).append(one)
        found.setdefault(f"{one.rule}/{one.entity}".casefold(), []).append(one)
    return found


def _fixed(task: Task, findings: Mapping[str, list[Finding]]) -> tuple[Finding, ...]:
    """The open findings that a task names, by identity, or by rule for its own business; worst first."""
    names = (name.casefold() for fix in task.fixes for name in (fix, f"{fix}/{task.entity}"))
    fixed = {one.id: one for name in names for one in findings.get(name, ())}
    return tuple(sorted(fixed.values(), key=lambda one: one.order))


def _of_task(task: Task, fixed: tuple[Finding, ...], people: People, as_of: date, currency: str) -> Action:
    hours = task.hours
    guess = max((one.effort_hours for one in fixed if one.effort_hours is not None), default=None)
    money, is_monthly = _money_of(task, fixed, currency)
    severity = fixed[0].severity if fixed else task.severity
    roles = _roles_of(task, fixed)
    moved = task.affects or tuple(effect.role for one in fixed for effect in one.affects)
    factors = _factors(
        money_month=_a_month(money, currency) if money is not task.impact else task.impact_a_month(currency),
        days_to_due=(task.due - as_of).days if task.due else None,
        severity=severity,
        further_roles=_further(roles, (one for one in moved if one != task.entity)),
        hours=hours,
        guess=guess,
        confidence=_CONFIDENCE[task.confidence],
    )
    return Action(
        id=task.id,
        entity=task.entity,
        text=task.text,
        about=fixed[0].message if fixed else "",
        owner=task.owner or _owner_of(roles, people),
        roles=roles,
        factors=factors,
        effective=factors.score,
        rank=0,
        task=task.id,
        has_own_id=task.has_own_id,
        fixes=tuple(one.id for one in fixed),
        due=task.due,
        is_hard=task.is_hard,
        hours=guess if hours is None else hours,
        effort=task.effort,
        money=money,
        is_monthly=is_monthly,
        impact_word=task.impact_word,
        severity=severity,
        is_pinned=any(_is_pinned(one, people) for one in fixed),
        sources=(task.source, *(source for one in fixed for source in one.evidence[:1])),
    )


def _alike(findings: Iterable[Finding]) -> Iterator[tuple[Finding, ...]]:
    """Each finding by itself; what one data rule says of one business is mended in one go. Worst first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in sorted(findings, key=lambda one: one.order):
        is_data = one.rule.startswith(_DATA)
        groups.setdefault((one.rule, one.entity) if is_data else (one.id,), []).append(one)
    return map(tuple, groups.values())


def _of_findings(
    alike: tuple[Finding, ...], people: People, owners: Mapping[str, str], currency: str
) -> Action:
    finding = alike[0]
    roles = _roles_and_moved(finding.roles, finding.affects)
    is_measured = finding.evidence and all(one.kind in _MEASURED for one in finding.evidence)
    guesses = [one.effort_hours for one in alike if one.effort_hours is not None]
    guess = sum(guesses, Decimal(0)) if guesses else None
    factors = _factors(
        money_month=_a_month(finding.at_stake, currency),
        days_to_due=None,
        severity=finding.severity,
        further_roles=_further(roles, (effect.role for effect in finding.affects)),
        hours=None,
        guess=guess,
        confidence=_CONFIDENCE["measured" if is_measured else "stated"],
    )
    more = f" And {len(alike) - 1} more like it." if len(alike) > 1 else ""
    return Action(
        id=finding.id if len(alike) == 1 else f"{finding.rule}/{finding.entity}",
        entity=finding.entity,
        text=f"{finding.action}{more}",
        about=finding.message,
        owner=_owner_of(roles, people) or owners.get(finding.entity, ""),
        roles=roles,
        factors=factors,
        effective=factors.score,
        rank=0,
        fixes=tuple(one.id for one in alike),
        hours=guess,
        money=finding.at_stake,
        severity=finding.severity,
        is_pinned=_is_pinned(finding, people),
        sources=finding.evidence[:1],
    )


def _is_pinned(finding: Finding, people: People) -> bool:
    return finding.severity is Severity.CRITICAL and finding.rule in people.pinned_rules


def _owner_of(roles: tuple[Role, ...], people: People) -> str:
    return people.role_owners.get(roles[0], "") if roles else ""


def _working(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Whose work it is, that role first: the CEO does what no other role does, and what concerns everybody."""
    named = tuple(dict.fromkeys(roles))
    return ("ceo",) if len(named) == len(ROLES) else tuple(sorted(named, key=lambda role: role == "ceo"))


def _roles_of(task: Task, fixed: tuple[Finding, ...]) -> tuple[Role, ...]:
    """Roles that a task names, else those of the findings that it resolves, else of the rules that it names."""
    named = tuple(role for role in ROLES if role in task.affects)
    if named:
        return named
    if fixed:
        return _joined(_roles_and_moved(one.roles, one.affects) for one in fixed)
    rules = (RULES[code] for fix in task.fixes if (code := fix.partition("/")[0].upper()) in RULES)
    return _joined(_roles_and_moved(one.roles, one.affects) for one in rules)


def _roles_and_moved(roles: Iterable[Role], affects: Iterable[Effect]) -> tuple[Role, ...]:
    return _joined((_working(roles), tuple(effect.role for effect in affects)))


def _joined(groups: Iterable[Iterable[Role]]) -> tuple[Role, ...]:
    return tuple(dict.fromkeys(role for group in groups for role in group))


def _further(own: tuple[Role, ...], moved: Iterable[str]) -> int:
    """How many roles or businesses are moved beside the one whose work it is."""
    return len({*moved} - set(own[:1]))


def _money_of(task: Task, fixed: tuple[Finding, ...], currency: str) -> tuple[Money | None, bool]:
    """What the task says is at stake and whether that comes every month, else the most that a finding says."""
    if task.impact is not None:
        return task.impact, task.impact_is_monthly
    if task.impact_word:
        return None, True
    return largest((one.at_stake for one in fixed if one.at_stake), currency), True


def _a_month(money: Money | None, currency: str) -> Decimal | None:
    return money.amount if money is not None and money.currency == currency else None


def _factors(
    *,
    money_month: Decimal | None,
    days_to_due: int | None,
    severity: Severity | None,
    further_roles: int,
    hours: Decimal | None,
    guess: Decimal | None,
    confidence: Decimal,
) -> Factors:
    """The score with its factors; a rule's guess of the hours counts as a default."""
    made = priority(
        money_month=money_month,
        days_to_due=days_to_due,
        severity=severity.value if severity else None,
        further_roles=further_roles,
        hours=guess if hours is None else hours,
        confidence=None if hours is None else confidence,
    )
    missing: tuple[tuple[Defaulted, Decimal | None], ...] = (("value", money_month), ("size", hours))
    defaulted = tuple(name for name, given in missing if given is None)
    return Factors(
        made.value, made.time, made.risk, made.confidence, made.size, made.score, further_roles, defaulted
    )


def first_of(actions: Iterable[Action], role: Role, most: int) -> tuple[Action, ...]:
    """The first actions of one role, each after what it needs, which takes a place even where it is another's.

    Args:
        actions: In the order of work.
        role: Whose work, or whose numbers they move.
        most: How many at most.
    """
    ordered = tuple(actions)
    needs = {one.id: one.needs for one in ordered}
    chosen: dict[str, Action] = {}
    for one in ordered:
        if role in one.roles and len(chosen) < most:
            wanted = _with_prerequisites([one.id], needs)
            chosen |= {each.id: each for each in ordered if each.id in wanted and each.rank <= one.rank}
    return tuple(chosen.values())[:most]


# --- order -------------------------------------------------------------------------------------------------------


def _ordered(drafts: list[Action], tasks: Iterable[Task]) -> Plan:
    """The actions with their needs, in the order of work."""
    by_id = {one.id: one for one in drafts}
    answers = _answers(drafts)
    wanted = {task.id: task.needs for task in tasks}
    needs = {
        one.id: tuple(
            dict.fromkeys(
                needed
                for name in wanted.get(one.id, ())
                for needed in answers.get(name.casefold(), ())
                if needed != one.id
            )
        )
        for one in drafts
    }
    items = {one.id: (one.factors.score, needs[one.id]) for one in drafts}
    pinned = tuple(one.id for one in drafts if one.is_pinned)
    order = order_by(items, pinned, lambda one: _ties(by_id[one]))
    first = _with_prerequisites(pinned, needs)
    actions = tuple(
        msgspec.structs.replace(
            by_id[one],
            needs=needs[one],
            effective=order.effective[one],
            is_pinned=one in first,
            rank=rank,
        )
        for rank, one in enumerate(order.order, start=1)
    )
    return Plan(actions, circular=circular(items))


def _answers(drafts: Iterable[Action]) -> dict[str, list[str]]:
    """Which actions a name in `needs:` can mean: an action's own id, a finding, or a rule."""
    found: dict[str, list[str]] = {}
    for one in drafts:
        for name in dict.fromkeys((one.id, *one.fixes, *(fix.partition("/")[0] for fix in one.fixes))):
            found.setdefault(name.casefold(), []).append(one.id)
    return found


def _with_prerequisites(ids: Iterable[str], needs: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    seen: set[str] = set()
    pending = list(ids)
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            pending += needs[one]
    return frozenset(seen)


def _ties(one: Action) -> tuple[object, ...]:
    """Of equal scores: the worse finding, the earlier day, the smaller work, the more roles, then the id."""
    rank = one.severity.rank if one.severity else len(Severity)
    return (rank, one.due or date.max, one.factors.size, -len(one.roles), one.id)


# --- thirty days -------------------------------------------------------------------------------------------------


def monday_after(as_of: date) -> date:
    """The Monday on which week 1 begins."""
    return as_of + timedelta(days=7 - as_of.weekday())


class _Calendar:
    """The hours that are left of each person in each week."""

    def __init__(self, people: People, as_of: date) -> None:
        self._people = people
        self._days = _days_by_week(as_of)
        self._used: dict[tuple[str, int], Decimal] = {}

    def capacity(self, owner: str, week: int) -> Decimal:
        hours = self._people.hours.get(owner, self._people.default_hours)
        return hours * self._days[week] / 7

    def used(self, owner: str, week: int) -> Decimal:
        return self._used.get((owner, week), Decimal(0))

    def left(self, owner: str, week: int) -> Decimal:
        return self.capacity(owner, week) - self.used(owner, week)

    def take(self, owner: str, shares: Iterable[Share]) -> None:
        for share in shares:
            self._used[owner, share.week] = self.used(owner, share.week) + share.hours

    def room(self, owner: str, hours: Decimal, first: int) -> tuple[Share, ...]:
        """The first week with room for all of it; over weeks in a row where it is larger than a week; or none."""
        for week in range(first, WEEKS + 1):
            if self.left(owner, week) >= hours:
                return (Share(week, hours),)
        if hours <= self._people.hours.get(owner, self._people.default_hours):
            return ()
        starts = (self._spread(owner, hours, week) for week in range(first, WEEKS + 1))
        return next((shares for shares in starts if shares), ())

    def _spread(self, owner: str, hours: Decimal, first: int) -> tuple[Share, ...]:
        """What is left of each week in a row until it is done; none where it is not done in time."""
        shares = []
        for week in range(first, WEEKS + 1):
            part = min(hours, self.left(owner, week))
            if part <= 0:
                return ()
            shares.append(Share(week, part))
            hours -= part
            if not hours:
                return tuple(shares)
        return ()

    def owners(self) -> list[str]:
        """Whoever has something to do."""
        return sorted({owner for owner, _ in self._used})


def _days_by_week(as_of: date) -> tuple[int, ...]:
    """How many days of each week lie within the thirty, `as_of` among those of week 0."""
    monday = monday_after(as_of)
    last = as_of + timedelta(days=DAYS)
    later = (max(0, min(7, (last - (monday + (week - 1) * _WEEK)).days + 1)) for week in range(1, WEEKS + 1))
    return ((monday - as_of).days, *later)


def _packed(ordered: Plan, people: People, as_of: date) -> Plan:
    """Give each action the first weeks that it fits into, in the order of work."""
    calendar = _Calendar(people, as_of)
    ends: dict[str, int | None] = {}
    actions = tuple(_placed(one, calendar, ends, as_of) for one in ordered.actions)
    return msgspec.structs.replace(ordered, actions=actions, loads=tuple(_loads(calendar, as_of)))


def _placed(one: Action, calendar: _Calendar, ends: dict[str, int | None], as_of: date) -> Action:
    is_now = one.is_pinned or (one.due is not None and one.due < as_of)
    before = [ends[need] for need in one.needs if need in ends]
    stuck = [need for need in one.needs if need in ends and ends[need] is None]
    first = max([0 if is_now else 1, *(week for week in before if week is not None)])
    hours = Decimal(EFFORT_HOURS["M"]) if one.hours is None else one.hours
    shares = () if stuck else calendar.room(one.owner, hours, first)
    calendar.take(one.owner, shares)
    ends[one.id] = shares[-1].week if shares else None
    return msgspec.structs.replace(one, weeks=shares, no_room="" if shares else _no_room(stuck, hours))


def _no_room(stuck: list[str], hours: Decimal) -> str:
    if stuck:
        return f"waits for {stuck[0].partition('/')[0]}, which does not fit"
    return f"no week of its owner has room for {words.hours(hours)}"


def _loads(calendar: _Calendar, as_of: date) -> Iterator[Load]:
    monday = monday_after(as_of)
    for owner in calendar.owners():
        for week in range(WEEKS + 1):
            begins = as_of if week == 0 else monday + (week - 1) * _WEEK
            yield Load(owner, week, begins, calendar.used(owner, week), calendar.capacity(owner, week))
