"""What the audit found, stack by stack: a block for each business, and one for what is nobody's alone."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarterdeck.checks.registry import CHECKS, Mend, how_to_mend
from quarterdeck.collectors.owners import STACK_TAG
from quarterdeck.collectors.policy import permission
from quarterdeck.model.check import CheckResult
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.figure import Missing
from quarterdeck.model.finding import Finding
from quarterdeck.model.imported import ImportedFinding
from quarterdeck.model.observed import Resource
from quarterdeck.model.severity import Severity
from quarterdeck.reports.audit_areas import SECURITY
from quarterdeck.reports.audit_results import (
    UNREAD,
    Tally,
    badness,
    beneath,
    severity_of,
    tally,
    things,
    worst_first,
)
from quarterdeck.reports.cells import Tables, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone, joined, named, slug
from quarterdeck.reports.skeleton import Report, entity_path
from quarterdeck.reports.words import counted, day

AUDIT_PATH = "reports/cto-audit.md"
SHARED = "The account, and what is nobody\u2019s alone"
MOST_STACKS = 12
"""Blocks of one page."""
MOST_FAILED = 24
"""Failures of one block; all of them are in the CSV."""
_MOST_UNREAD = 8
_MOST_IMPORTED = 8
_MEND: Mapping[Mend, str] = {"XS": "minutes", "S": "an hour", "M": "half a day", "L": "longer"}
_ANSWERS = {"fail": "failed", "accepted": "failed, accepted", "unknown": "not read", "error": "error"}


class Stack(msgspec.Struct, frozen=True):
    """One business, or one of its stacks where tags name several."""

    entity: str
    name: str
    """The stack; empty where it is the whole business."""
    results: tuple[CheckResult, ...]
    imported: tuple[ImportedFinding, ...]
    found: Tally
    score: int | Missing
    """0 to 100, of the checks of security alone (F-X4)."""

    @property
    def anchor(self) -> str:
        """Its place on the page of the audit."""
        return "--".join(slug(part) for part in ("audit", self.entity or "shared", self.name) if part)

    def title(self, report: Report) -> str:
        """As the heading has it."""
        business = report.site.titles.get(self.entity, self.entity) or SHARED
        return f"{business}: {self.name}" if self.name else business

    @property
    def order(self) -> tuple[object, ...]:
        """The worst first."""
        worst = (0, *badness(self.found.worst)) if self.found.worst else (1,)
        return (*worst[:2], -sum(self.found.open.values()), self.entity, self.name)


class Block(msgspec.Struct, frozen=True):
    """A stack as the page of the audit prints it."""

    title: str
    anchor: str
    href: str
    """The page of the business; empty for what is nobody's alone."""
    sentence: str
    failed: Table | None
    hidden: int
    """Failures that are in the CSV alone."""
    unread: int
    reasons: Table | None
    imported: Table | None
    elsewhere: int
    """Findings of other tools."""


def stacks_of(report: Report, results: Sequence[CheckResult]) -> tuple[Stack, ...]:
    """Every business that something was judged of, the worst first; or each of its stacks, where tags name several.

    What other tools found stands with the stack that made the thing of that name.
    """
    names: dict[str, set[str]] = {}
    for one in results:
        if one.stack:
            names.setdefault(one.entity, set()).add(one.stack)
    several = {entity for entity, stacks in names.items() if len(stacks) > 1}
    judged: dict[tuple[str, str], list[CheckResult]] = {}
    for one in results:
        judged.setdefault((one.entity, one.stack if one.entity in several else ""), []).append(one)
    others: dict[tuple[str, str], list[ImportedFinding]] = {}
    evidence = report.site.briefing.evidence
    made_by = {
        (one.entity, one.name): stack
        for one in evidence.of(Resource)
        if one.entity in several and (stack := dict(one.tags).get(STACK_TAG))
    }
    for found in evidence.of(ImportedFinding):
        others.setdefault((found.entity, made_by.get((found.entity, found.name), "")), []).append(found)
    made = (
        _stack(*key, judged.get(key, ()), others.get(key, ())) for key in dict.fromkeys((*judged, *others))
    )
    return tuple(sorted(made, key=lambda one: one.order))


def _stack(
    entity: str, name: str, results: Sequence[CheckResult], imported: Sequence[ImportedFinding]
) -> Stack:
    score = tally(one for one in results if one.code in SECURITY).score
    return Stack(entity, name, tuple(results), tuple(imported), tally(results), score)


def stack_table(report: Report, stacks: Sequence[Stack]) -> Table:
    """One line for each: how much was looked at, what is open, and the worst of it."""
    columns = (
        Column("stack", "Stack"),
        Column("evaluated", "Evaluated", is_number=True),
        Column("score", "Score", is_number=True),
        Column("open", "Open"),
        Column("worst", "The worst", label="-"),
    )
    return Table(columns, tuple(_stack_row(report, one) for one in stacks), is_sortable=False)


def _stack_row(report: Report, one: Stack) -> TableRow:
    found, worst = one.found, one.found.worst
    accepted = f"{found.accepted} accepted" if found.accepted else ""
    tone: Tone = "bad" if worst and severity_of(worst) is Severity.CRITICAL else ""
    reason = one.score.reason if isinstance(one.score, Missing) else ""
    return TableRow(
        (
            Cell(one.title(report), counted(things(one.results), "thing"), href=_place(report, one)),
            f"{found.evaluated} of {found.asked}",
            Cell(one.score, reason),
            Cell(found.failures, accepted),
            Cell(worst.message, f"{severity_of(worst).capitalize()}", tone) if worst else "nothing is open",
        )
    )


def _place(report: Report, one: Stack) -> str:
    return report.sources.to(AUDIT_PATH, one.anchor)


def blocks(report: Report, stacks: Sequence[Stack]) -> tuple[Block, ...]:
    """As many as one page holds."""
    held = held_by(report)
    return tuple(_block(report, one, held) for one in stacks[:MOST_STACKS])


def held_by(report: Report) -> Mapping[str, Finding]:
    """Identity of a failure -> the finding that it proves."""
    return {name: one for one in report.site.briefing.findings for name in one.checks}


def _block(report: Report, one: Stack, held: Mapping[str, Finding]) -> Block:
    failed = worst_first(one.results)
    unread = [result for result in one.results if result.status in UNREAD]
    is_business = one.entity in report.site.briefing.entities_by_id
    return Block(
        title=one.title(report),
        anchor=one.anchor,
        href=report.sources.to(entity_path(one.entity)) if is_business else "",
        sentence=_sentence(one),
        failed=failed_table(report, failed, one.results, held) if failed else None,
        hidden=max(0, len(failed) - MOST_FAILED),
        unread=len(unread),
        reasons=_reasons(unread) if unread else None,
        imported=_imported(one.imported) if one.imported else None,
        elsewhere=len(one.imported),
    )


def _sentence(one: Stack) -> str:
    if not one.results:
        return "None of our checks looked here."
    score = "" if isinstance(one.score, Missing) else f"; score {one.score} of 100"
    accepted = f", {one.found.accepted} accepted" if one.found.accepted else ""
    looked = f"{counted(things(one.results), 'thing')}, {one.found.sentence}{score}"
    return f"{looked}. What fails: {one.found.failures}{accepted}."


def failed_table(
    report: Report,
    failed: Sequence[CheckResult],
    results: Sequence[CheckResult],
    held: Mapping[str, Finding],
    most: int = MOST_FAILED,
) -> Table:
    """Failures with what they say already, the check that explains each, and how long mending takes."""
    columns = (
        Column("what", "What is so"),
        Column("severity", "Severity"),
        Column("check", "Check"),
        Column("mend", "Mends in"),
    )
    under = beneath(results)
    rows = (
        _failure(report, one, under.get((one.entity, one.subject, one.code), ()), held.get(one.id))
        for one in failed[:most]
    )
    return Table(columns, tuple(rows), is_sortable=False)


def _failure(
    report: Report, one: CheckResult, under: Sequence[CheckResult], held: Finding | None
) -> TableRow:
    check, level = CHECKS[one.code], severity_of(one)
    subject = "" if one.subject in one.message else one.subject
    also = " ".join(f"Also {each.code}: {each.message}" for each in under)
    tone: Tone = "bad" if level is Severity.CRITICAL and one.status == "fail" else ""
    return TableRow(
        (
            Cell(one.message, grey(subject, also)),
            Cell(level.capitalize(), _accepted(held) if one.status == "accepted" else ""),
            Cell(one.code, check.name, href=report.sources.rule(one.code)),
            _MEND[check.mend],
        ),
        tone=tone,
    )


def _accepted(held: Finding | None) -> str:
    until = held.accepted_until if held else None
    return f"accepted until {day(until)}" if until else "accepted"


def _reasons(unread: Iterable[CheckResult]) -> Table:
    """What could not be read, by call and answer, and which permission that takes."""
    groups: dict[tuple[str, str], list[CheckResult]] = {}
    for one in unread:
        call = one.message.partition(":")[0]
        groups.setdefault((one.message, permission(kind_of(CHECKS[one.code].of), call)), []).append(one)
    ranked = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    columns = (
        Column("why", "Why"),
        Column("permission", "Takes the permission"),
        Column("checks", "Checks", is_number=True),
    )
    rows = [
        TableRow(
            (
                Cell(why, named(dict.fromkeys(one.code for one in group))),
                takes or "",
                len(group),
            )
        )
        for (why, takes), group in ranked[:_MOST_UNREAD]
    ]
    if len(ranked) > _MOST_UNREAD:
        more = sum(len(group) for _, group in ranked[_MOST_UNREAD:])
        rows.append(TableRow((Cell(f"{len(ranked) - _MOST_UNREAD} other reasons"), "", more)))
    return Table(columns, tuple(rows), is_sortable=False)


def _imported(found: Sequence[ImportedFinding]) -> Table:
    ranked = sorted(found, key=lambda one: (one.severity.rank, one.code, one.name))
    columns = (
        Column("what", "What another tool says"),
        Column("severity", "Severity"),
        Column("tool", "Tool"),
    )
    rows = [
        TableRow((Cell(one.message, one.name), one.severity.capitalize(), Cell(one.tool, one.check)))
        for one in ranked[:_MOST_IMPORTED]
    ]
    if len(ranked) > _MOST_IMPORTED:
        rows.append(TableRow((Cell(f"{len(ranked) - _MOST_IMPORTED} more"), "", "")))
    return Table(columns, tuple(rows), is_sortable=False)


def answers(results: Iterable[CheckResult], tables: Tables) -> Table:
    """Everything that failed or could not be read, for the CSV; the table itself is not printed."""
    columns = tuple(
        Column(key, key)
        for key in ("entity", "stack", "subject", "check", "answer", "severity", "beneath", "message", "mend")
    )
    rows = tuple(
        TableRow(
            (
                one.entity,
                one.stack,
                one.subject,
                one.code,
                _ANSWERS[one.status],
                f"{severity_of(one)}" if one.severity else "",
                one.beneath,
                one.message,
                CHECKS[one.code].mend,
            )
        )
        for one in results
        if one.status in _ANSWERS
    )
    return tables.plain("answers", Table(columns, rows))


class Repeated(msgspec.Struct, frozen=True):
    """Failures of one check in several businesses."""

    table: Table
    count: int


def repeated(report: Report, results: Iterable[CheckResult]) -> Repeated | None:
    """What fails in two or more businesses, the widest spread first, with one way to mend it everywhere."""
    groups: dict[str, list[CheckResult]] = {}
    for one in results:
        if one.status == "fail" and not one.beneath and one.entity:
            groups.setdefault(one.code, []).append(one)
    wide = [group for group in groups.values() if len({one.entity for one in group}) > 1]
    if not wide:
        return None
    wide.sort(key=lambda group: (min(map(_rank, group)), -len({one.entity for one in group}), group[0].code))
    columns = (
        Column("check", "What fails alike"),
        Column("where", "Where"),
        Column("mend", "One mend for all", label="-"),
    )
    return Repeated(
        Table(columns, tuple(_repeated(report, one) for one in wide[:MOST_STACKS]), is_sortable=False),
        len(wide),
    )


def _rank(result: CheckResult) -> int:
    return severity_of(result).rank


def _repeated(report: Report, group: Sequence[CheckResult]) -> TableRow:
    check = CHECKS[group[0].code]
    businesses = list(dict.fromkeys(report.site.titles.get(one.entity, one.entity) for one in group))
    level = min((severity_of(one) for one in group), key=lambda one: one.rank)
    return TableRow(
        (
            Cell(
                f"{check.name[:1].upper()}{check.name[1:]}",
                grey(check.code, f"{level}"),
                href=report.sources.rule(check.code),
            ),
            Cell(joined(businesses), counted(len(group), "place")),
            how_to_mend(check),
        )
    )
