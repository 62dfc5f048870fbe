"""Joins facts, figures, rules and gaps of one commit into one briefing, for everybody or for one audience."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from quarterdeck.checks.run import results
from quarterdeck.figures.book_notes import book_notes
from quarterdeck.figures.collect import Keep, all_figures, anew
from quarterdeck.figures.contradictions import contradictions
from quarterdeck.figures.inputs import input_states
from quarterdeck.figures.kpis import kpi_states
from quarterdeck.figures.missing.gaps import gaps
from quarterdeck.figures.sensitivity import moves
from quarterdeck.git.history import History
from quarterdeck.history import earlier, past, seen_by, since
from quarterdeck.model.action import People
from quarterdeck.model.briefing import Accepted, Assumption, Briefing, File
from quarterdeck.model.declared import Declared
from quarterdeck.model.errors import Problem
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.history import Earlier
from quarterdeck.model.ledger import Account, Assertion, Budget, Entry, Ledger, Price, parts_of
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.parse.references import between, outline
from quarterdeck.portfolio import owner_of
from quarterdeck.priorities import plan
from quarterdeck.reading import Reading, book_of
from quarterdeck.rules.known import Known
from quarterdeck.rules.proof import with_accepted
from quarterdeck.rules.run import Override, findings
from quarterdeck.settings import HOURS_PER_WEEK, Audience, Settings

_BETWEEN = frozenset({"duplicate-id", "unknown-id"})
"""Codes of problems between files, whose words may name an id of another file."""


_ANOTHER = "Assets:Another:DueFrom"
"""Stands for any account of a business that an audience may not see."""


T = TypeVar("T", Account, Assertion, Budget, Price)


class EverythingRead(msgspec.Struct, frozen=True):
    """What `brief` joins: all of it values, none of it depending on clock, disk or network."""

    reading: Reading
    settings: Settings
    history: History
    as_of: date


def brief(inputs: EverythingRead, audience: Audience | None = None, keep: Keep = anew) -> Briefing:
    """Make the briefing of everything, or of what one audience may see.

    An audience's briefing is made from its own handoffs alone, not cut out of the whole: so no total, finding
    or gap in it can hold anything of a business that it may not see. Figures of a business that `keep` remembers are
    not made anew.
    """
    settings, currency = inputs.settings, inputs.settings.currency
    problems = _visible_problems(inputs.reading, _visible(inputs.reading.handoffs, audience), audience)
    facts = _visible_facts(inputs, audience, problems)
    figures = all_figures(facts, currency=currency, keep=keep)
    people = _people(settings)
    known = Known(
        facts,
        figures,
        kpi_states(facts, currency, figures),
        currency=currency,
        people=people,
        first_seen=inputs.history.first_seen,
        results=results(facts),
    )
    accepted = _accepted(settings, facts, audience)
    found = findings(known, overrides=_overrides(settings), accepted=accepted)
    found = since(found, facts.earlier, inputs.as_of)
    to_do = plan(found, facts.tasks, facts.entities, people, inputs.as_of, currency=currency)
    briefing = msgspec.structs.replace(
        _with_facts(_of_run(inputs, audience), inputs, facts),
        figures=figures,
        findings=found,
        results=with_accepted(known.results, found),
        actions=to_do.actions,
        loads=to_do.loads,
        contradictions=contradictions(facts, figures, found, currency),
        kpis=known.kpis,
        problems=tuple(problem for problem in problems if problem.refused),
        moves=moves(facts, figures, currency=currency, keep=keep),
        accepted=accepted,
    )
    return msgspec.structs.replace(briefing, history=past(facts.earlier, briefing))


def _visible_facts(inputs: EverythingRead, audience: Audience | None, problems: Iterable[Problem]) -> Facts:
    """What the visible files say, a handoff at its day."""
    handoffs = _visible(inputs.reading.handoffs, audience)
    return Facts(
        (_dated(handoff, inputs.history) for handoff in handoffs),
        inputs.as_of,
        problems,
        inputs.settings.assumed(),
        _visible_books(inputs.reading, handoffs, audience),
        _visible_evidence(inputs, audience),
        _visible_records(inputs, audience),
    )


def _of_run(inputs: EverythingRead, audience: Audience | None) -> Briefing:
    """A briefing of settings and commit alone."""
    settings, git = inputs.settings, inputs.history
    return Briefing(
        name=settings.name,
        as_of=inputs.as_of,
        currency=settings.currency,
        timezone=settings.timezone,
        commit=git.commit,
        is_dirty=git.is_dirty,
        repository=str(settings.repository or ""),
        branch=settings.branch,
        folder=git.prefix,
        roles=Audience().roles if audience is None else audience.roles,
        assumptions=tuple(Assumption(*one) for one in settings.in_force()),
        assumed=settings.assumed(),
        references=settings.references(),
    )


def _with_facts(briefing: Briefing, inputs: EverythingRead, facts: Facts) -> Briefing:
    """The same with what was read."""
    people = _people(inputs.settings)
    named = _named(facts, people)
    return msgspec.structs.replace(
        briefing,
        is_sample=bool(facts.entities) and all(entity.is_sample for entity in facts.entities),
        role_owners=people.role_owners,
        people={name: words for name, words in people.names.items() if name in named},
        entities=facts.entities,
        rows=facts.rows,
        tasks=facts.tasks,
        bullets=facts.bullets,
        prose=facts.prose,
        evidence=msgspec.structs.replace(facts.evidence, declared=_shown(facts)),
        gaps=gaps(facts),
        books=book_notes(facts, briefing.currency),
        inputs=input_states(facts),
        files=_files(facts, inputs),
    )


def _shown(facts: Facts) -> Declared:
    """What pages may print of what the settings declare: what the mail of each sender that was seen is for."""
    seen = {name for one in facts.of(MailIdentity) for name in (one.name, one.domain)}
    streams = facts.evidence.declared.streams
    return Declared(streams={name: streams[name] for name in sorted(seen & streams.keys())})


def _visible(handoffs: Iterable[Handoff], audience: Audience | None) -> tuple[Handoff, ...]:
    if audience is None or audience.entities is None:
        return tuple(handoffs)
    return tuple(handoff for handoff in handoffs if handoff.entity.entity in audience.entities)


def _visible_books(reading: Reading, handoffs: Iterable[Handoff], audience: Audience | None) -> Ledger:
    """The books of visible entities; where an entry also touches another one, that side has no name.

    What stands in the book of an entity that is not shown has neither words nor a place.
    """
    ledger = reading.ledger
    if audience is None or audience.entities is None:
        return ledger
    shown = {handoff.entity.component for handoff in handoffs}
    used = {parts_of(posting.account)[1] for entry in ledger.entries for posting in entry.postings}
    used |= {parts_of(one.name)[1] for one in ledger.accounts}
    names = {one.entity.component for one in reading.handoffs} | {
        one.entity.entity for one in reading.handoffs
    }
    open_to_all = shown | {handoff.entity.entity for handoff in handoffs}
    closed = {name.casefold() for name in used | names} - {name.casefold() for name in open_to_all}
    shut = {path for path in ledger.paths if book_of(path) in closed}
    return Ledger(
        entries=tuple(_seen_from(entry, shown, shut) for entry in ledger.entries if _touches(entry, shown)),
        accounts=tuple(_placed(one, shut) for one in ledger.accounts if parts_of(one.name)[1] in shown),
        assertions=tuple(
            _placed(one, shut) for one in ledger.assertions if parts_of(one.account)[1] in shown
        ),
        prices=tuple(_placed(one, shut) for one in ledger.prices),
        budgets=tuple(_placed(one, shut) for one in ledger.budgets if parts_of(one.account)[1] in shown),
        paths=tuple(path for path in ledger.paths if path not in shut),
    )


def _visible_evidence(inputs: EverythingRead, audience: Audience | None) -> Evidence:
    """What the audits saw of visible entities; what serves several is shown to those who see all alone."""
    evidence = msgspec.structs.replace(inputs.reading.evidence, declared=inputs.settings.declared())
    if audience is None or audience.entities is None:
        return evidence
    return evidence.seen_by(frozenset(audience.entities))


def _visible_records(inputs: EverythingRead, audience: Audience | None) -> tuple[Earlier, ...]:
    """What the versions before this one left behind, of visible entities alone."""
    git = inputs.history
    before = earlier(inputs.reading.records, inputs.as_of, git.commit, git.committed_at)
    if audience is None or audience.entities is None:
        return before
    return seen_by(before, frozenset(audience.entities))


def _placed(one: T, shut: set[str]) -> T:
    """The same, without its place where that is a book that is not shown."""
    if one.source.path not in shut:
        return one
    return msgspec.structs.replace(one, source=msgspec.structs.replace(one.source, path="", line=0))


def _touches(entry: Entry, shown: set[str]) -> bool:
    return any(parts_of(posting.account)[1] in shown for posting in entry.postings)


def _seen_from(entry: Entry, shown: set[str], shut: set[str]) -> Entry:
    if entry.path in shut:
        entry = msgspec.structs.replace(
            entry, path="", line=0, payee="", narration="With another business", tags=(), links=(), keys={}
        )
    if all(parts_of(posting.account)[1] in shown for posting in entry.postings):
        return entry
    postings = (
        one if parts_of(one.account)[1] in shown else msgspec.structs.replace(one, account=_ANOTHER)
        for one in entry.postings
    )
    return msgspec.structs.replace(entry, postings=tuple(postings))


def _visible_problems(
    reading: Reading, handoffs: tuple[Handoff, ...], audience: Audience | None
) -> tuple[Problem, ...]:
    """Problems of visible files in words that name no other one; all of them for an audience that sees all.

    What does not fit between files is told as those files alone would tell it: no guess names a hidden id.
    """
    if audience is None or audience.entities is None:
        return reading.problems
    shown = set(audience.entities)
    real = {_place(problem) for problem in reading.problems}
    between_them = between(outline(handoff) for handoff in handoffs)
    of_one_file = (problem for problem in reading.problems if problem.code not in _BETWEEN)
    return tuple(
        sorted(
            [
                *(one for one in of_one_file if (one.entity or owner_of(one.path)) in shown),
                *(problem for problem in between_them if _place(problem) in real),
            ]
        )
    )


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return (problem.path, problem.line, problem.code, problem.field)


def _dated(handoff: Handoff, history: History) -> Handoff:
    """A handoff that names no `updated` is as old as the last commit that changed its file."""
    known = history.changed.get(handoff.path)
    if known is None or isinstance(handoff.entity.updated, date):
        return handoff
    return msgspec.structs.replace(handoff, entity=msgspec.structs.replace(handoff.entity, updated=known[1]))


def _files(facts: Facts, inputs: EverythingRead) -> tuple[File, ...]:
    """Every file of the visible handoffs with the commit that last changed it, in order of path."""
    owner = {handoff.path: handoff.entity.entity for handoff in facts.handoffs}
    owner |= {row.source.path: row.entity for handoff in facts.handoffs for row in handoff.rows}
    owner |= {one.path: "" for one in facts.ledger.entries}
    paths = sorted({*owner, "portfolio.yml"} & {*inputs.reading.paths, "portfolio.yml"})
    return tuple(
        File(path, owner.get(path, ""), *inputs.history.changed.get(path, ("", None))) for path in paths
    )


def _named(facts: Facts, people: People) -> frozenset[str]:
    """The ids of people that what is shown names: owners of tasks, businesses and roles."""
    owners = {one.owner for one in facts.entities if isinstance(one.owner, str)}
    return frozenset({*owners, *(one.owner for one in facts.tasks), *people.role_owners.values()})


def _people(settings: Settings) -> People:
    return People(
        hours={str(name): Decimal(one.hours_per_week) for name, one in sorted(settings.people.items())},
        default_hours=HOURS_PER_WEEK,
        role_owners={role: str(name) for role, name in settings.role_owners.items()},
        pinned_rules=tuple(map(str, settings.pinned_rules)),
        names={str(one): str(known.name) for one, known in sorted(settings.people.items())},
    )


def _overrides(settings: Settings) -> tuple[Override, ...]:
    return tuple(
        Override(str(one.rule), one.severity, str(one.reason), str(one.entity or ""))
        for one in settings.severity_overrides
    )


def _accepted(settings: Settings, facts: Facts, audience: Audience | None) -> tuple[Accepted, ...]:
    """What is accepted of visible entities; of the whole portfolio for those who see all of it alone."""
    shown = {entity.entity for entity in facts.entities}
    if audience is None or audience.entities is None:
        shown.add("")
    return tuple(
        Accepted(
            str(one.rule), str(one.entity or ""), str(one.subject), one.until, str(one.reason), str(one.owner)
        )
        for one in settings.accepted
        if (one.entity or "") in shown
    )
