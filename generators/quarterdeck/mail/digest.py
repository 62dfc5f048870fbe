"""What one mail says: the changes of one reader's roles between two versions, chosen before anything is rendered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec

from quarterdeck.figures.inputs import inputs_known
from quarterdeck.mail.links import to_change, to_finding, to_report
from quarterdeck.mail.pictures import picture
from quarterdeck.mail.subject import Weight, cut, plain, subject
from quarterdeck.mail.words import (
    because_of,
    in_headline,
    in_lead,
    news_badge,
    news_money,
    news_sentence,
    of_business,
    stake,
    with_unit_once,
    without_stop,
)
from quarterdeck.model.action import Action
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change, Changes, Tone
from quarterdeck.model.figure import Value
from quarterdeck.model.finding import ROLE_TITLES, Finding, InputState, Role
from quarterdeck.model.mail import Digest, MovedFigure, News, Reader, ReportNews
from quarterdeck.model.severity import Severity
from quarterdeck.reports.changed import sentence
from quarterdeck.reports.components import joined
from quarterdeck.reports.words import counted, day

MOST_MOVED: Final = 5
MOST_NEWS: Final = 3
MOST_NOT_FRESH: Final = 3
MOST_WITHDRAWN: Final = 5
MOST_SIGNS: Final = 300
"""Of one sentence; what people write may be longer, and a mail has an end (F-160)."""

_OPENED: Final = frozenset({"new", "reopened", "seen", "unaccepted"})
_TONES: Final[tuple[Tone, ...]] = ("bad", "good", "")
_VITAL: Final = ("runway_months", "cash_available", "lowest_week")
_REVERT: Final = 'Revert "'
"""How git begins the subject of a commit that takes another one back."""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a range of versions and stands in neither briefing."""

    version: str
    """That readers are given now."""
    since_version: str = ""
    """That this reader was last told about; empty for the first mail."""
    site: str = ""
    """Address of the version with a slash at its end; without it nothing is linked."""
    told: Changes | None = None
    """What the last mail to this reader was made of, for what it said and is no longer so (F-177)."""
    is_back: bool = False
    """Whether readers were led back to an older version."""


def digest(
    before: Briefing | None, after: Briefing, changes: Changes, reader: Reader, edition: Edition
) -> Digest | None:
    """What one reader is told; None where nothing changed for them, or the day alone moved numbers (F-161).

    Args:
        before: The version that they were last told about, as their audience sees it; None for their first mail.
        after: The version that readers are given, as their audience sees it.
        changes: Between these two briefings and no others, so that nothing of another audience is in it (F-162).
        reader: Of that audience.
        edition: The versions.
    """
    roles = tuple(one for one in dict.fromkeys(reader.roles) if one in after.roles)
    if not roles:
        return None
    desk = _Desk(after, changes, reader, edition, roles)
    if before is None:
        return _first(desk)
    if not any(is_news(one) for one in desk.own):
        return None
    return _of_changes(desk, before)


def is_news(change: Change) -> bool:
    """Whether a change is worth a mail: any that somebody made, and a bad finding that the day brought."""
    return not change.with_time or (change.what == "finding" and change.is_headline and change.tone == "bad")


class _Desk(msgspec.Struct, frozen=True, dict=True):
    """All that one mail is made of, with what its parts look up."""

    after: Briefing
    changes: Changes
    reader: Reader
    edition: Edition
    roles: tuple[Role, ...]

    @cached_property
    def by_role(self) -> Mapping[Role, tuple[Change, ...]]:
        """What each report shows, worst first."""
        return {role: self.shown(self.changes.of_role(role).changes) for role in self.roles}

    def shown(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Without those of sample businesses that stand beside real ones."""
        return tuple(one for one in changes if one.entity not in self.samples)

    @cached_property
    def samples(self) -> frozenset[str]:
        """Ids of businesses of which no mail speaks."""
        return frozenset(
            one.entity for one in self.after.entities if one.is_sample and not self.after.is_sample
        )

    @cached_property
    def own(self) -> tuple[Change, ...]:
        """What any of the reader's reports shows, each once, worst first."""
        shown = {one.key for some in self.by_role.values() for one in some}
        return tuple(one for one in self.changes.changes if one.key in shown)

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """By identity, as they stand now."""
        return {one.id: one for one in self.after.findings}

    @cached_property
    def tasks(self) -> Mapping[tuple[str, str], Action]:
        """By business and id of the task."""
        return {(one.entity, one.task): one for one in self.after.actions if one.task}

    @property
    def entities(self) -> Mapping[str, str]:
        """Titles of businesses by id."""
        return self.changes.entities

    def finding(self, change: Change) -> Finding | None:
        """The finding of a change as it stands now."""
        rule, _, subject_of = change.id.partition("/")
        return self.findings.get(f"{rule}/{change.entity}/{subject_of}") if change.what == "finding" else None

    def role_of(self, change: Change) -> Role:
        """The first of the reader's reports that shows it."""
        return next((role for role in self.roles if role in change.roles), self.roles[0])

    def finished(self, found: "Digest") -> Digest:
        """The same with what every mail says of how fresh and complete it is."""
        return msgspec.structs.replace(
            found,
            coverage=_coverage(self),
            not_fresh=tuple(_not_fresh(self)),
        )


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────


def _of_changes(desk: _Desk, before: Briefing) -> Digest:
    moved = _moved(desk)
    lead = _lead(desk, moved)
    reports = tuple(_reports(desk))
    withdrawn = tuple(_withdrawn(desk))
    criticals = tuple(_criticals(desk, before))
    rows = (*(_row(desk, one) for one in moved[: MOST_MOVED - len(criticals)]), *criticals)
    return desk.finished(
        Digest(
            reader=desk.reader,
            portfolio=plain(desk.after.name),
            version=desk.edition.version,
            since_version=desk.edition.since_version,
            as_of=desk.after.as_of,
            since=before.as_of,
            site=desk.edition.site,
            subject=subject(
                in_lead(lead, desk.entities),
                _weight(desk, lead),
                desk.after.as_of,
                is_sample=desk.after.is_sample,
            ),
            preheader=_second(desk, lead),
            headline=_cut(in_headline(lead, desk.entities)),
            count=len(desk.own),
            moved=rows,
            reports=reports,
            unchanged=tuple(ROLE_TITLES[role] for role in desk.roles if not desk.by_role[role]),
            not_fresh=(),
            withdrawn=withdrawn,
            picture=picture(desk.after, moved),
            is_sample=desk.after.is_sample,
        )
    )


def _moved(desk: _Desk) -> tuple[Change, ...]:
    """Figures that somebody moved, one of each id: the whole portfolio's before one business's, worst first."""
    found = [one for one in desk.own if one.what == "figure" and one.is_headline and not one.with_time]
    first: dict[str, Change] = {}
    for one in sorted(found, key=lambda one: bool(one.entity)):
        first.setdefault(one.id, one)
    kept = {one.key for one in first.values()}
    rows = [one for one in found if one.key in kept]
    return tuple(sorted(rows, key=lambda one: (_TONES.index(one.tone), _weight_of(one))))[:MOST_MOVED]


def _weight_of(change: Change) -> int:
    """How early a figure is told among those that are as good or bad: what the whole lives on first."""
    is_vital = change.id in _VITAL and not change.entity
    return _VITAL.index(change.id) if is_vital else len(_VITAL)


def _lead(desk: _Desk, moved: Sequence[Change]) -> Change:
    """The largest news: a figure for the worse, a bad finding, a figure for the better, else whatever is first."""
    bad = [one for one in desk.own if is_news(one) and one.is_headline and one.tone == "bad"]
    told = [one for one in (*moved, *bad) if one.tone == "bad"]
    return next(iter((*told, *moved, *filter(is_news, desk.own))))


def _weight(desk: _Desk, lead: Change) -> Weight | None:
    """The gravest findings that came, else those that went; None where the lead already says that one went."""
    found = [one for one in desk.own if one.what == "finding" and is_news(one)]
    came = [one for one in found if one.kind in _OPENED and one.severity]
    if came:
        worst = min((one.severity for one in came if one.severity), key=lambda one: one.rank)
        gravest = [one for one in came if one.severity is worst]
        return Weight(len(gravest), f"new {worst}", _whose(desk, gravest))
    went = [one for one in found if one.kind == "resolved"]
    return Weight(len(went), "resolved", _whose(desk, went)) if went and went != [lead] else None


def _whose(desk: _Desk, changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(desk.entities.get(one.entity, one.entity) for one in changes if one.entity))


def _second(desk: _Desk, lead: Change) -> str:
    """The second fact, for the line that a list of mails shows behind the subject."""
    others = [one for one in desk.own if _same(one) != _same(lead) and is_news(one)]
    if not others:
        return f"{counted(len(desk.own), 'change')} in {joined([ROLE_TITLES[role] for role in desk.roles])}."
    one = others[0]
    return _cut(plain(f"{news_badge(one, desk.entities)}: {news_sentence(one)}"), 140)


def _row(desk: _Desk, change: Change) -> MovedFigure:
    before, after = with_unit_once(change)
    return MovedFigure(
        title=_cut(change.title, 80),
        whose=_cut(of_business(change, desk.entities), 60),
        before=before,
        after=after,
        tone=change.tone,
        link=to_change(change, desk.role_of(change), None, None),
    )


def _criticals(desk: _Desk, before: Briefing) -> Iterator[MovedFigure]:
    """How many critical findings are open, where that is another number than before."""
    then, now = (_open_criticals(desk, one) for one in (before, desk.after))
    if then != now:
        tone: Tone = "bad" if now > then else "good"
        link = to_report(desk.roles[0], "findings")
        yield MovedFigure("Open critical findings", "", str(then), str(now), tone, link)


def _open_criticals(desk: _Desk, briefing: Briefing) -> int:
    return sum(one.severity is Severity.CRITICAL for one in _open(desk, briefing, desk.roles))


def _open(desk: _Desk, briefing: Briefing, roles: Iterable[Role]) -> Iterator[Finding]:
    """Findings of some reports that nobody accepted, worst first."""
    readers = frozenset(roles)
    for one in briefing.findings:
        if one.state != "accepted" and one.entity not in desk.samples and _concerns(one, readers):
            yield one


def _concerns(finding: Finding, roles: frozenset[Role]) -> bool:
    return not roles.isdisjoint((*finding.roles, *(one.role for one in finding.affects)))


def _reports(desk: _Desk) -> Iterator[ReportNews]:
    """What each report is told by; what an earlier one told is not told again."""
    told: set[object] = set()
    for role, shown in desk.by_role.items():
        fresh: list[Change] = []
        for one in sorted(shown, key=_is_not_critical):
            if len(fresh) < MOST_NEWS and _same(one) not in told:
                fresh.append(one)
                told.add(_same(one))
        if shown:
            yield ReportNews(
                ROLE_TITLES[role],
                tuple(_news(desk, one, role) for one in fresh),
                len(shown) - len(fresh),
                to_report(role, "changed"),
            )


def _is_not_critical(change: Change) -> bool:
    """False for what goes before all money: a critical finding that came, whose money nobody may know."""
    is_critical = change.severity is Severity.CRITICAL and change.what == "finding"
    return not (is_critical and change.tone == "bad" and is_news(change))


def _same(change: Change) -> object:
    """Equal for changes that say one thing: a figure of the portfolio, and that of the business that moved it."""
    return change.id if change.what == "figure" else change.key


def _news(desk: _Desk, change: Change, role: Role) -> News:
    finding = desk.finding(change)
    action = desk.tasks.get((change.entity, change.id)) if change.what == "action" else None
    return News(
        badge=_cut(news_badge(change, desk.entities), 80),
        tone="" if change.with_time else change.tone,
        sentence=_cut(news_sentence(change)),
        why=_cut(because_of(change, finding, desk.entities)),
        money=news_money(change, finding, desk.after.currency),
        link=to_change(change, role, finding, action),
    )


def _withdrawn(desk: _Desk) -> Iterator[str]:
    """What the last mail said that was taken back since: exactly as before, by a rollback or a commit that reverts."""
    if desk.edition.told is None:
        return
    now = {one.key: one for one in desk.own}
    reverts = {one.hash for one in desk.changes.commits if one.subject.startswith(_REVERT)}
    whole = desk.edition.is_back or desk.changes.is_rewritten
    said = {
        one.key: one for role in desk.roles for one in desk.shown(desk.edition.told.of_role(role).changes)
    }
    found = []
    for key, told in said.items():
        one = now.get(key)
        undone = one is not None and _content(one.after) == _content(told.before)
        if undone and one and (whole or one.what == "figure" or not reverts.isdisjoint(one.commits)):
            found.append(_cut(f"{news_badge(told, desk.entities)}: {sentence(told)}"))
    yield from found[:MOST_WITHDRAWN]
    if len(found) > MOST_WITHDRAWN:
        yield f"and {len(found) - MOST_WITHDRAWN} more"


def _content(held: object) -> Value | None:
    return getattr(held, "value", None)


# ── the first mail, and how sure all of it is ────────────────────────────────────────────────────────────────


def _first(desk: _Desk) -> Digest:
    """What stands worst, for somebody who was told nothing yet."""
    reports = tuple(_standing(desk))
    count = _open_criticals(desk, desk.after)
    criticals = counted(count, "critical finding") if count else "no critical finding"
    title = joined([ROLE_TITLES[role] for role in desk.roles])
    return desk.finished(
        Digest(
            reader=desk.reader,
            portfolio=plain(desk.after.name),
            version=desk.edition.version,
            since_version="",
            as_of=desk.after.as_of,
            since=None,
            site=desk.edition.site,
            subject=subject(
                "Your first report",
                Weight(count, "critical"),
                desk.after.as_of,
                is_sample=desk.after.is_sample,
            ),
            preheader=_cut(reports[0].news[0].sentence, 140) if reports else f"{title}: nothing is open.",
            headline=f"Where things stand: {plain(criticals)}",
            count=0,
            moved=(),
            reports=reports,
            unchanged=(),
            not_fresh=(),
            is_sample=desk.after.is_sample,
        )
    )


def _standing(desk: _Desk) -> Iterator[ReportNews]:
    """The worst findings of each report, each told once."""
    told: set[str] = set()
    for role in desk.roles:
        shown = [one for one in _open(desk, desk.after, (role,)) if not one.rule.startswith("R-DAT")]
        fresh = [one for one in shown if one.id not in told][:MOST_NEWS]
        told |= {one.id for one in fresh}
        if shown:
            yield ReportNews(
                ROLE_TITLES[role],
                tuple(_worst(desk, one, role) for one in fresh),
                len(shown) - len(fresh),
                to_report(role, "findings"),
            )


def _worst(desk: _Desk, finding: Finding, role: Role) -> News:
    title = next((one.title for one in desk.after.entities if one.entity == finding.entity), "")
    return News(
        badge=_cut(" · ".join(filter(None, (finding.severity.capitalize(), plain(title)))), 80),
        tone="bad" if finding.severity.rank <= Severity.HIGH.rank else "",
        sentence=_cut(without_stop(finding.message)),
        why=_cut(plain(finding.action)),
        money=stake(finding),
        link=to_finding(finding, role),
    )


def _coverage(desk: _Desk) -> str:
    """How much of what each report asks for is known: `CFO 34 of 47 inputs`."""
    ids = [one.entity for one in desk.after.entities if one.entity not in desk.samples]
    found = []
    for role in desk.roles:
        known, old, wanted = inputs_known(desk.after.inputs, role, ids)
        if wanted:
            found.append(f"{ROLE_TITLES[role]} {known + old} of {wanted} inputs")
    return ", ".join(found)


def _not_fresh(desk: _Desk) -> Iterator[str]:
    """Sources that are old, business by business, and what audits could not read."""
    shown = frozenset(desk.roles)
    old: dict[str, list[InputState]] = {}
    for one in desk.after.inputs:
        if one.state == "old" and not shown.isdisjoint((*one.required, *one.optional)):
            old.setdefault(one.entity, []).append(one)
    lines = [
        f"{_cut(one.title, 60)} ({counted(len(old[one.entity]), 'input')}{_since(old[one.entity])})"
        for one in desk.after.entities
        if one.entity in old and one.entity not in desk.samples
    ]
    yield from lines[:MOST_NOT_FRESH]
    if len(lines) > MOST_NOT_FRESH:
        yield counted(len(lines) - MOST_NOT_FRESH, "more business", "more businesses")
    if shown.isdisjoint({"cto", "cmo"}):
        return
    evidence = desk.after.evidence
    if former := [one for one in evidence.snapshots if one.tried]:
        yield f"{counted(len(former), 'audit')} that could not be repeated"
    if evidence.gaps:
        yield f"{counted(len(evidence.gaps), 'thing')} that audits could not read"


def _since(inputs: Iterable[InputState]) -> str:
    oldest = min((one.as_of for one in inputs if one.as_of), default=None)
    return f" since {day(oldest)}" if oldest else ""


def _cut(text: str, most: int = MOST_SIGNS) -> str:
    return cut(plain(text), most)
