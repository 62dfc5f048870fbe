"""Rules of the plan: is there one, is it met, and does it rest on what is there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.marketing import OPEN_STAGES
from quarterdeck.figures.months import horizon, last_full_month, month_name
from quarterdeck.figures.targets import spoken
from quarterdeck.figures.variance import NOTE_REQUIRED, WORDS
from quarterdeck.model.books import PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.finding import Effect, Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.sales import Campaign, Channel, Lead
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Period
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.runway import businesses, evidence_of
from quarterdeck.rules.words import money, percent

_Planned = tuple[Period, PlanLine]
"""A row of the plan with its month or year."""

_MOST_OF_BEST = Decimal("1.5")
_INCOME = ("revenue", "mrr")


@rule(
    "R-CFO-09",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("ceo", "nobody can say whether the business is on plan (F-T1, F-V1)"),),
    action="Write a row for each of these months into Plan, or one for the whole year.",
    effort_hours=2,
    reads=("figure.target", "plan.month", "ledger"),
)
def month_without_plan(known: Known) -> Iterator[Hit]:
    """A month ahead for which a business with a plan plans no revenue.

    What it checks: the targets of this month, the rest of its year, and at least twelve months from here.
    Why it matters: without a plan there is nothing to be behind of, and nobody notices in time.
    How to mend: one row for a year is enough; it is spread by the season of the books.
    Known limits: a business without any plan is a gap, and no finding; nor is the plan itself judged.
    Source: Quarterdeck's own rule.
    """
    ahead = horizon(known.as_of)
    for entity in businesses(known):
        targets = [(one, known.figure(f"target:{one.name}", entity.entity)) for one in ahead]
        without = [one for one, figure in targets if figure is not None and not figure.is_known]
        budgets = known.facts.journal(entity).budgets
        if not without or not (known.facts.of(PlanLine, entity.entity) or budgets):
            continue
        if len(without) == len(ahead):
            says = f"plans no revenue for any of the {len(ahead)} months ahead"
        elif len(without) == 1:
            says = f"plans no revenue for {spoken(without[0])}"
        else:
            says = f"plans no revenue for {len(without)} of {len(ahead)} months ahead, {spoken(without[0])} first"
        yield Hit(
            entity=entity.entity,
            subject="plan",
            message=f"{entity.title} {says}.",
            evidence=(entity.source,),
        )


@rule(
    "R-CFO-10",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("ceo", "what the rest of the year may be expected to bring (F-V4)"),),
    action="Whoever is responsible explains it in one line, under Note of the plan.",
    effort_hours=1,
    reads=("figure.variance_revenue", "figure.variance_variable", "figure.variance_fixed", "plan.note"),
)
def variance_not_explained(known: Known) -> Iterator[Hit]:
    """Last month was clearly worse than planned, and nobody said why.

    What it checks: revenue, variable and fixed costs of the last full month against plan; a difference counts
    from `variance_flag` on.
    Why it matters: a reason that is written down in the month itself is one that can be acted on.
    How to mend: one line under Note of that month's row in the plan.
    Known limits: a note is not judged, only that there is one.
    Source: Quarterdeck's own rule.
    """
    last = last_full_month(known.as_of)
    for entity in businesses(known):
        for word, words in WORDS.items():
            figure = known.figure(f"variance_{word}:{last.name}", entity.entity)
            if figure is None or not isinstance(figure.value, Money) or NOTE_REQUIRED not in figure.note:
                continue
            share = known.number(f"variance_share_{word}:{last.name}", entity.entity)
            off = Money(abs(figure.value.amount), figure.value.currency)
            by = money(off) + (f" ({percent(abs(share))})" if share is not None else "")
            side = "below" if figure.value.amount < 0 else "above"
            yield Hit(
                entity=entity.entity,
                subject=word,
                message=(
                    f"{words} of {entity.title} in {month_name(last)} came {by} {side} plan, and no note says why."
                ),
                evidence=evidence_of(figure),
                at_stake=off,
            )


@rule(
    "R-CFO-14",
    severity=Severity.HIGH,
    roles=("cfo", "cmo", "ceo"),
    affects=(("cmo", "what campaigns would have to bring (F-T2, F-T3)"),),
    action="Set a target for the year that the best month could carry, and say what changed.",
    effort_hours=2,
    reads=("figure.catch_up", "figure.revenue", "ledger"),
)
def catch_up_out_of_reach(known: Known) -> Iterator[Hit]:
    """To reach the year's target a month would have to bring far more than any month before.

    What it checks: what each month left must bring against one and a half times the best month of the books.
    Why it matters: a target that nobody believes steers nobody.
    How to mend: a lower target, or a reason why the months to come are unlike those before.
    Known limits: money of other currencies is not in months older than thirteen.
    Source: Quarterdeck's own rule.
    """
    for entity in businesses(known):
        needed = [
            (figure.value, figure)
            for figure in known.figures_of("catch_up", entity.entity)
            if isinstance(figure.value, Money)
        ]
        if not needed:
            continue
        most, figure = max(needed, key=lambda one: one[0].amount)
        best = _best_month(known, entity, most.currency)
        if best is not None and most.amount > best * _MOST_OF_BEST:
            period = figure.id.partition(":")[2]
            year = known.money(f"target:{period[:4]}", entity.entity)
            target = f" of {money(year)}" if year else ""
            month = month_name(Period(date.fromisoformat(f"{period}-01"), known.as_of, period))
            yield Hit(
                entity=entity.entity,
                subject="catch-up",
                message=(
                    f"To reach its target{target} for {period[:4]}, {entity.title} would need {money(most)} in {month};"
                    f" its best month ever brought {money(Money(best, most.currency))}."
                ),
                evidence=evidence_of(figure),
            )


def _best_month(known: Known, entity: Entity, currency: str) -> Decimal | None:
    """The revenue of the best full month of the books; None where there is none above 0."""
    journal = known.facts.journal(entity)
    months = journal.full_months(known.as_of) if journal else ()
    made = {one.id: one for one in known.figures_of("revenue", entity.entity)}
    amounts = [
        figure.value.amount
        if (figure := made.get(f"revenue:{one.name}")) is not None and isinstance(figure.value, Money)
        else -journal.of_month((journal.name("Income"),), one, currency)
        for one in months
    ]
    return best if (best := max(amounts, default=Decimal(0))) > 0 else None


class _Blocked(msgspec.Struct, frozen=True):
    """A critical finding with the targets that wait for it, the nearest first."""

    finding: Finding
    lines: tuple[_Planned, ...]


@rule(
    "R-CFO-15",
    severity=Severity.HIGH,
    roles=("cfo", "ceo"),
    affects=(("ceo", "revenue that is planned and cannot come yet (F-T1)"),),
    action="Mend what it rests on first, or lower the target.",
    effort_hours=2,
    reads=("plan.needs", "plan.month", "plan.line", "tasks", "findings", "figure.target", "figure.supported"),
    late=True,
)
def target_on_something_broken(known: Known) -> Iterator[Hit]:
    """A target that rests on something critical that is not mended.

    What it checks: what rows of the plan ahead need: rules, findings, and tasks that mend a finding.
    Why it matters: the plan counts on money that today's process cannot bring.
    How to mend: mend it first, or lower the target to what works today.
    Known limits: how much of a target stands without it is known where the plan gives that part a row of its
    own. A finding that is accepted counts as lived with.
    Source: Quarterdeck's own rule.
    """
    tasks = {one.id.casefold(): one for one in known.facts.tasks if one.is_open}
    critical = [one for one in known.found if one.severity is Severity.CRITICAL and one.state != "accepted"]
    for entity in known.facts.active():
        for one in _blocked(known, entity.entity, tasks, critical):
            yield Hit(
                entity=entity.entity,
                subject=one.finding.id,
                message=(
                    f"{_resting(known, entity, one)} rests on what {one.finding.rule} found{_others(one)}:"
                    f" {one.finding.message}"
                ),
                evidence=(one.lines[0][1].source, *one.finding.evidence[:1]),
                affects=(
                    Effect("ceo", "revenue that is planned and cannot come yet (F-T1)"),
                    Effect(one.finding.roles[0], "a target of the plan waits until this is mended"),
                ),
                at_stake=_a_month(known, entity.entity, one),
            )


def _blocked(
    known: Known, entity: str, tasks: Mapping[str, Task], critical: Iterable[Finding]
) -> Iterator[_Blocked]:
    """The critical findings that targets of an entity wait for, in the order of the findings."""
    waiting: dict[str, list[_Planned]] = {}
    for planned in _ahead(known, entity):
        names = _needs(planned[1])
        fixes = {fix.casefold() for name in names if name in tasks for fix in tasks[name].fixes}
        for name in names | fixes:
            waiting.setdefault(name, []).append(planned)
    for finding in critical if waiting else ():
        names = {finding.id.casefold()} | ({finding.rule.casefold()} if finding.entity == entity else set())
        lines = dict.fromkeys(planned for name in sorted(names) for planned in waiting.get(name, ()))
        if lines:
            yield _Blocked(finding, tuple(sorted(lines, key=_nearest)))


def _needs(line: PlanLine) -> set[str]:
    return {need.casefold() for need in line.needs} if isinstance(line.needs, tuple) else set()


def _ahead(known: Known, entity: str) -> list[_Planned]:
    """The rows of income in the plan whose time is not over, the nearest first."""
    rows = [
        (one.month, one)
        for one in known.facts.of(PlanLine, entity)
        if one.line in _INCOME and isinstance(one.month, Period) and one.month.end > known.as_of
    ]
    return sorted(rows, key=_nearest)


def _nearest(planned: _Planned) -> tuple[date, date, int]:
    period, line = planned
    return (period.end, period.start, line.source.line)


def _resting(known: Known, entity: Entity, one: _Blocked) -> str:
    """The nearest target, and what of it stands today: the first words of the sentence."""
    period = one.lines[0][0]
    target, resting, supported = (
        known.money(f"{code}:{period.name}", entity.entity) for code in ("target", "resting", "supported")
    )
    said = f"{money(target) if target else 'revenue'} that {entity.title} plans for {spoken(period)}"
    if resting and supported:
        return f"{money(resting)} of the {said} ({money(supported)} stands without it)"
    return f"The {said}"


def _others(one: _Blocked) -> str:
    """How many targets besides the nearest wait for it."""
    more = len({period.name for period, _ in one.lines}) - 1
    return f", like {more} other {'target' if more == 1 else 'targets'}" if more else ""


def _a_month(known: Known, entity: str, one: _Blocked) -> Money | None:
    """What rests on it in the nearest month, where the plan keeps that apart; a year tells no month."""
    period = one.lines[0][0]
    return None if period.name.isdigit() else known.money(f"resting:{period.name}", entity)


@rule(
    "R-CFO-20",
    severity=Severity.HIGH,
    roles=("cfo", "cmo"),
    affects=(("cmo", "what a lead or a mailing may bring is hope, not plan (F-Q2, F-Q13)"),),
    action="Take it out of the target; a likely lead counts in the good case of the forecast.",
    effort_hours=1,
    reads=(
        "plan.needs",
        "plan.line",
        "plan.month",
        "pipeline.lead",
        "pipeline.stage",
        "campaigns.id",
        "campaigns.status",
    ),
)
def hope_in_the_plan(known: Known) -> Iterator[Hit]:
    """A target that counts on a lead that is not won, or on a mailing that is not sent.

    What it checks: what rows of income in the plan ahead need, against open leads and planned mailings.
    Why it matters: a plan that is met only if everything goes well is a wish.
    How to mend: plan what is sure; the good case of the forecast shows what may come besides.
    Known limits: a lead that no row names is not seen. Several rows of one lead are one finding.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        leads = {str(one.lead).casefold(): one for one in known.facts.of(Lead) if one.stage in OPEN_STAGES}
        planned = {str(one.id).casefold(): one for one in known.facts.of(Campaign) if one.status == "planned"}
        nearest: dict[str, _Planned] = {}
        for period, line in _ahead(known, entity.entity):
            for need in sorted(_needs(line)):
                nearest.setdefault(need, (period, line))
        for name, (period, line) in nearest.items():
            hope = leads.get(name) or planned.get(name)
            if hope is not None:
                yield Hit(
                    entity=entity.entity,
                    subject=name,
                    message=(
                        f"The plan of {entity.title} for {spoken(period)} counts on {_hope(known, hope)}."
                    ),
                    evidence=(line.source, hope.source),
                )


def _hope(known: Known, hope: Lead | Campaign) -> str:
    if isinstance(hope, Campaign):
        return f"the mailing {hope.id}, which is not sent"
    kinds = {str(one.channel).casefold(): one.kind for one in known.facts.of(Channel, hope.entity)}
    claim = "the e-mail claim" if kinds.get(str(hope.channel).casefold()) == "email" else "the lead"
    return f"{claim} {hope.lead}, which is not won"
