"""What one mail says: the changes of one reader's roles between two versions, chosen before anything is rendered."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from quarterdeck.mail.desk import MOST_NEWS, Desk, Edition, is_news, open_criticals, short
from quarterdeck.mail.freshness import coverage, not_fresh
from quarterdeck.mail.links import to_change, to_report
from quarterdeck.mail.pictures import picture
from quarterdeck.mail.standing import standing
from quarterdeck.mail.subject import Weight, plain, subject
from quarterdeck.mail.withdrawn import withdrawn
from quarterdeck.mail.words import (
    because_of,
    in_headline,
    in_lead,
    news_badge,
    news_money,
    news_sentence,
    of_business,
    with_unit_once,
)
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change, Changes, Tone
from quarterdeck.model.finding import ROLE_TITLES, Role
from quarterdeck.model.mail import Digest, MovedFigure, News, Reader, ReportNews
from quarterdeck.model.severity import Severity
from quarterdeck.reports.components import joined
from quarterdeck.reports.words import NBSP, counted

MOST_MOVED: Final = 5
LONGEST_PIECE: Final = 12
"""Signs of a value that no line ends in, also on a phone."""

_OPENED: Final = frozenset({"new", "reopened", "seen", "unaccepted"})
_TONES: Final[tuple[Tone, ...]] = ("bad", "good", "")
_VITAL: Final = ("runway_months", "cash_available", "lowest_week")


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
    desk = Desk(after, changes, reader, edition, roles)
    if before is None:
        return standing(desk)
    if not any(is_news(one) for one in desk.own):
        return None
    return _of_changes(desk, before)


def _of_changes(desk: Desk, before: Briefing) -> Digest:
    moved = _moved(desk)
    lead = _lead(desk, moved)
    criticals = tuple(_criticals(desk, before))
    rows = (*(_row(desk, one) for one in moved[: MOST_MOVED - len(criticals)]), *criticals)
    return Digest(
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
        headline=short(in_headline(lead, desk.entities)),
        count=len(desk.own),
        moved=rows,
        reports=tuple(_reports(desk)),
        unchanged=tuple(ROLE_TITLES[role] for role in desk.roles if not desk.by_role[role]),
        coverage=coverage(desk),
        not_fresh=tuple(not_fresh(desk)),
        withdrawn=tuple(withdrawn(desk)),
        picture=picture(desk.after, moved),
        is_sample=desk.after.is_sample,
    )


def _moved(desk: Desk) -> tuple[Change, ...]:
    """Figures that somebody moved, worst first; those of businesses only where the whole portfolio's did not."""
    rows = [
        one
        for one in desk.own
        if one.what == "figure" and one.is_headline and not one.with_time and desk.topic(one) == one.key
    ]
    return tuple(sorted(rows, key=lambda one: (_TONES.index(one.tone), _weight_of(one))))[:MOST_MOVED]


def _weight_of(change: Change) -> int:
    """How early a figure is told among those that are as good or bad: what the whole lives on first."""
    is_vital = change.id in _VITAL and not change.entity
    return _VITAL.index(change.id) if is_vital else len(_VITAL)


def _lead(desk: Desk, moved: Sequence[Change]) -> Change:
    """The largest news: a figure for the worse, a bad finding, a figure for the better, else whatever is first.

    Of findings a critical one that came, whose money nobody may know; the report begins with it, too.
    """
    bad = [one for one in desk.own if is_news(one) and one.is_headline and one.tone == "bad"]
    told = [one for one in (*moved, *sorted(bad, key=_is_not_critical)) if one.tone == "bad"]
    return next(iter((*told, *moved, *filter(is_news, desk.own))))


def _weight(desk: Desk, lead: Change) -> Weight | None:
    """The gravest findings that came, else those that went; None where the lead already says that one went."""
    found = [one for one in desk.own if one.what == "finding" and is_news(one)]
    came = [one for one in found if one.kind in _OPENED and one.severity]
    if came:
        worst = min((one.severity for one in came if one.severity), key=lambda one: one.rank)
        gravest = [one for one in came if one.severity is worst]
        return Weight(len(gravest), f"new {worst}", _whose(desk, gravest))
    went = [one for one in found if one.kind == "resolved"]
    return Weight(len(went), "resolved", _whose(desk, went)) if went and went != [lead] else None


def _whose(desk: Desk, changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(desk.entities.get(one.entity, one.entity) for one in changes if one.entity))


def _second(desk: Desk, lead: Change) -> str:
    """The second fact, for the line that a list of mails shows behind the subject."""
    first = desk.topic(lead)
    second = next((one for one in desk.own if is_news(one) and desk.topic(one) != first), None)
    if second is None:
        return f"{counted(len(desk.own), 'change')} in {joined([ROLE_TITLES[role] for role in desk.roles])}."
    return short(f"{news_badge(second, desk.entities)}: {news_sentence(second)}", 140)


def _row(desk: Desk, change: Change) -> MovedFigure:
    before, after = map(_in_one_piece, with_unit_once(change))
    return MovedFigure(
        title=short(change.title, 80),
        whose=short(of_business(change, desk.entities), 60),
        before=before,
        after=after,
        tone=change.tone,
        link=to_change(change, desk.role_of(change), None, None),
    )


def _in_one_piece(value: str) -> str:
    """A short value, such as `4 of 9`, on one line."""
    return value.replace(" ", NBSP) if len(value) <= LONGEST_PIECE else value


def _criticals(desk: Desk, before: Briefing) -> Iterator[MovedFigure]:
    """How many critical findings are open, where that is another number than before."""
    then, now = (open_criticals(desk, one) for one in (before, desk.after))
    if then != now:
        tone: Tone = "bad" if now > then else "good"
        link = to_report(desk.roles[0], "findings")
        yield MovedFigure("Open critical findings", "", str(then), str(now), tone, link)


def _reports(desk: Desk) -> Iterator[ReportNews]:
    """What each report is told by; what an earlier one told is not told again."""
    told: set[object] = set()
    for role, shown in desk.by_role.items():
        fresh: list[Change] = []
        for one in sorted(shown, key=_is_not_critical):
            if len(fresh) < MOST_NEWS and desk.topic(one) not in told:
                fresh.append(one)
                told.add(desk.topic(one))
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


def _news(desk: Desk, change: Change, role: Role) -> News:
    finding = desk.finding(change)
    action = desk.tasks.get((change.entity, change.id)) if change.what == "action" else None
    return News(
        badge=short(news_badge(change, desk.entities), 80),
        tone="" if change.with_time else change.tone,
        sentence=short(news_sentence(change)),
        why=short(because_of(change, finding, desk.entities)),
        money=news_money(change, finding, desk.after.currency),
        link=to_change(change, role, finding, action),
    )
