"""The board pack: the first screen of every report of one audience on one page, made for paper."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from markupsafe import Markup

from quarterdeck.model.briefing import Assumption
from quarterdeck.model.finding import ROLE_TITLES, Role
from quarterdeck.model.page import Page
from quarterdeck.reports import components
from quarterdeck.reports.agenda import Week, agenda
from quarterdeck.reports.assumptions_page import effects_of
from quarterdeck.reports.components import FindingRow
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.words import counted

PATH: Final = "reports/board.md"
MOST: Final = 10
"""Lines of each list; how many more there are stands beneath."""

_COMMIT: Final = 7
_MARKS: Final = {part: Markup(f"<!--{part}-->") for part in ("lead", "screens", "sources")}  # noqa: S704 - ours
"""Where the frame leaves room; text of people cannot look like it."""
_LEAD: Final = re.compile(r'<p class="qd-lead">(.*?)</p>\n', re.DOTALL)
_SECTION: Final = re.compile(r"^## ", re.MULTILINE)
_ENTRY: Final = re.compile(r'^<li id="s(\d+)">(.*)</li>$', re.MULTILINE)
_LIST: Final = re.compile(r'<ol class="qd-sources">.*?</ol>\n', re.DOTALL)
_MARK: Final = re.compile(r'href="#s(\d+)"')
_NAME: Final = re.compile(r' id="([^"]+)"')
_LABEL: Final = re.compile(r' aria-labelledby="[^"]+"')
"""On its own page it names a part of the page; five parts of one name would tell nobody apart."""
_INSIDE: Final = re.compile(r'href="#(?!s\d+")([^"]*)"')
_INPUT: Final = r'<a href="#s\d+">[^<]*</a>'
_MADE_OF: Final = re.compile(
    rf', from {_INPUT}(?:, {_INPUT})*(?: <span class="qd-grey">and \d+ more</span>)?'
)
"""What went into a figure stands on its own page, by numbers that mean something else here."""


class Agenda(msgspec.Struct, frozen=True):
    """What begins in the next thirty days."""

    weeks: tuple[Week, ...]
    """Those with something to do, with ten actions in all."""
    more: int


class View(msgspec.Struct, frozen=True):
    """What the template of the pack prints besides the reports' own words."""

    commit: str
    """In short; empty where there is no history."""
    reports: str
    """How many, in words."""
    findings: tuple[FindingRow, ...]
    more_findings: int
    agenda: Agenda
    assumptions: tuple[components.Assumption, ...]
    more_assumptions: int


def page(site: Site, pages: Iterable[Page]) -> Page:
    """The board pack of one audience.

    Args:
        site: What the audience may see.
        pages: Its finished reports, from which the first screens are cut: a pack says what they say.
    """
    entities = site.briefing.entities
    report = Report(
        site,
        PATH,
        "Board pack",
        "ceo",
        entities,
        counted(len(entities), "business", "businesses"),
        description="Every report in short, on paper.",
        is_home=True,
    )
    bodies = {one.path: one.body for one in pages}
    reports = [(role, bodies[role_path(role)]) for role in site.briefing.roles if role_path(role) in bodies]
    frame = report.page("board.md.j2", view=_view(report, len(reports)), mark=_MARKS)
    return msgspec.structs.replace(frame, body=_bound(frame.body, reports))


def _view(report: Report, reports: int) -> View:
    found = [one for one in report.findings() if one.finding.state != "accepted"]
    assumed = _by_effect(report)
    return View(
        commit=report.site.briefing.commit[:_COMMIT],
        reports=counted(reports, "report"),
        findings=tuple(found[:MOST]),
        more_findings=len(found[MOST:]),
        agenda=_agenda(report),
        assumptions=tuple(
            components.Assumption(one.key, one.value, one.what_for, is_default=one.is_default)
            for one in assumed[:MOST]
        ),
        more_assumptions=len(assumed[MOST:]),
    )


def _agenda(report: Report) -> Agenda:
    """The first ten actions in their weeks."""
    whole = agenda(report)
    room, weeks = MOST, []
    for week in whole.weeks:
        rows = week.open_rows[:room]
        room -= len(rows)
        if rows:
            weeks.append(msgspec.structs.replace(week, open_rows=rows))
    return Agenda(tuple(weeks), len(report.to_do()) - (MOST - room))


def _by_effect(report: Report) -> list[Assumption]:
    """All of them, those that move a number of the pack most in front."""
    ranks: dict[str, int] = {}
    for rank, effect in enumerate(effects_of(report)):
        ranks.setdefault(effect.move.path, rank)
    return sorted(report.site.briefing.assumptions, key=lambda one: ranks.get(one.path, len(ranks)))


# --- cutting and binding -------------------------------------------------------------------------------------------


def _bound(frame: str, reports: Sequence[tuple[Role, str]]) -> str:
    """Frame and first screens in one, their sources numbered through in the order of reading."""
    binder = _Binder()
    cover, _, rest = frame.partition(_MARKS["screens"])
    for role, body in reports[:1]:
        cover = cover.replace(_MARKS["lead"], binder.bind(_lead(body), body, role))
    screens = [_screen(binder, role, body, on_cover=not at) for at, (role, body) in enumerate(reports)]
    lists, _, end = binder.bind(rest, frame).partition(_MARKS["sources"])
    return "".join([cover, *screens, lists, binder.listed(), _LIST.sub("", end)])


def _lead(body: str) -> str:
    found = _LEAD.search(body)
    return found[1] if found else ""


def _screen(binder: "_Binder", role: Role, body: str, *, on_cover: bool) -> str:
    """The first screen of a report: from its lead, which may stand on the cover, to its first section."""
    found = _LEAD.search(body)
    start = (found.end() if on_cover else found.start()) if found else 0
    section = _SECTION.search(body, start)
    text = body[start : section.start() if section else len(body)]
    title = ROLE_TITLES[role]
    return f"## {title} {{#{role}}}\n\n{binder.bind(text, body, role).strip()}\n\n"


class _Binder:
    """Gives the sources of several pages numbers that run through; the same source has one number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def bind(self, text: str, body: str, role: Role | None = None) -> str:
        """A part of a finished page with new numbers.

        Args:
            text: The part.
            body: The page, which lists the sources that the part names.
            role: Whose page it is; None for the pack itself.
        """
        entries = {number: _MADE_OF.sub("", entry) for number, entry in _ENTRY.findall(body)}
        if role:
            text = _NAME.sub(rf' id="{role}-\1"', _LABEL.sub("", text))
            text = _INSIDE.sub(rf'href="../{role}/#\1"', text)
        return _MARK.sub(lambda mark: f'href="#s{self._number(entries[mark[1]])}"', text)

    def listed(self) -> str:
        """All of them so far."""
        return f'<ol class="qd-sources">\n{"".join(self._entries())}</ol>\n' if self._numbers else ""

    def _number(self, entry: str) -> int:
        return self._numbers.setdefault(entry, len(self._numbers) + 1)

    def _entries(self) -> Iterator[str]:
        for entry, number in self._numbers.items():
            yield f'<li id="s{number}">{entry}</li>\n'
