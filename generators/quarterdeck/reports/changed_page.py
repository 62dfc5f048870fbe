"""What changed: the lines of it that each report prints, a page with the last versions, and a feed for each role."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from quarterdeck.changes.pages import MOST_OF_A_VERSION, LastChange, LastChanges, OneVersion
from quarterdeck.history import version_of
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change
from quarterdeck.model.finding import ROLE_TITLES, Role
from quarterdeck.model.page import Download, Page
from quarterdeck.model.values import Money
from quarterdeck.reports.changed import because, business, by_business, places, sentence
from quarterdeck.reports.components import CHANGE_WORDS, Changed, ChangeKind, ChangeRow
from quarterdeck.reports.skeleton import CHANGED_PATH, Report, Site, audit_path, entity_path, role_path
from quarterdeck.reports.sources import href
from quarterdeck.reports.words import MINUS, counted, day, money

MOST_OPEN = 20
"""Changes of the newest version that stand open; the others are folded."""
MOST_OF_EARLIER = 10
"""The same of each version before it."""

_KINDS: Mapping[str, ChangeKind] = {
    "new": "new",
    "reopened": "new",
    "seen": "added",
    "worse": "worse",
    "unaccepted": "worse",
    "unknown": "worse",
    "overdue": "worse",
    "slipped": "worse",
    "lost": "worse",
    "better": "better",
    "known": "better",
    "met": "better",
    "regained": "better",
    "resolved": "resolved",
    "done": "resolved",
}
"""How it changed -> its badge; what is not named here is neither good nor bad."""
_FEEDS = UUID("6f0c3a0e-3d8a-5b7e-9a53-0d5f3d1f7c11")
"""Under which the ids of all feeds are made."""
_FEEDS_FOLDER = "feeds"
_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"
_NEVER = date(1970, 1, 1)
"""The day of a feed without any change: such a feed is the same in every version."""
_SHORT = 7
_UNTOLD = "the files of the version before are not in this copy of the history"
_JOINER = "\u2060"
"""Keeps a minus on the line of its number."""


class Block(msgspec.Struct, frozen=True):
    """One version on the page."""

    title: str
    anchor: str
    lead: str
    """How many changes it brought, and how many of them time alone, in words."""
    rows: tuple[ChangeRow, ...]
    folded: tuple[tuple[str, tuple[ChangeRow, ...]], ...]
    """Name of each business -> the others of its changes that are kept."""
    rest: str
    """How many there are besides and what lists them, in words; empty where these are all."""

    @property
    def more(self) -> int:
        """How many are folded."""
        return sum(len(rows) for _, rows in self.folded)


class View(msgspec.Struct, frozen=True):
    """What the template of the page prints."""

    versions: tuple[Block, ...]
    feeds: tuple[tuple[str, str], ...]
    """Name of a role and address of its feed."""


def changed_of(site: Site, last: LastChanges) -> dict[str, Changed]:
    """Path of each page that ever changed -> its last change as it prints it."""
    listed = {_anchor(one) for one in last.versions}
    return {
        path: Changed(
            one.on,
            _rows(one.rows, site, path),
            one.total,
            href(path, CHANGED_PATH, _anchor(one) if _anchor(one) in listed else ""),
            _of_time(one),
        )
        for path, one in last.pages.items()
    }


def page(site: Site, last: LastChanges) -> Page:
    """The changes of the last versions, and a feed for each role of the audience."""
    report = Report(
        site,
        CHANGED_PATH,
        "What changed",
        "ceo",
        site.briefing.entities,
        "All businesses",
        description="What the last versions of these reports changed, newest first.",
    )
    view = View(
        versions=tuple(_blocks(last.versions, site)),
        feeds=tuple(
            (ROLE_TITLES[role], href(CHANGED_PATH, _feed_path(role))) for role in site.briefing.roles
        ),
    )
    feeds = [
        Download(_feed_path(role), feed(site.briefing, role, last.versions)) for role in site.briefing.roles
    ]
    return report.page("changed.md.j2", feeds, view=view)


def _blocks(versions: Sequence[OneVersion], site: Site) -> Iterator[Block]:
    taken: dict[str, int] = {}
    for place, one in enumerate(versions):
        anchor = _anchor(one)
        taken[anchor] = taken.get(anchor, 0) + 1
        again = f"-{taken[anchor]}" if taken[anchor] > 1 else ""
        most = MOST_OF_EARLIER if place else MOST_OPEN
        yield Block(
            day(one.on),
            f"{anchor}{again}",
            _lead(one),
            _rows(one.rows[:most], site, CHANGED_PATH),
            tuple(
                (name, tuple(row(each, site, CHANGED_PATH, is_under_name=True) for each in some))
                for name, some in by_business(one.rows[most:], site.titles)
            ),
            _rest(one),
        )


def _anchor(one: OneVersion | LastChange) -> str:
    return "-".join(filter(None, ("v", one.on.isoformat(), one.commit[:_SHORT])))


def _lead(one: OneVersion) -> str:
    """How much one version brought, in words: "12 changes, and 335 that time alone brought."."""
    count, timed = counted(one.total - one.timed, "change"), counted(one.timed, "change")
    if one.timed == one.total:
        return f"{timed}, all with time alone: no file was edited to bring {_it(one.timed)}."
    brought = f"{count}, and {one.timed} that time alone brought." if one.timed else f"{count}."
    since = f" since {day(one.since)}" if one.since else ""
    mixed = f" What time alone brought{since} is not told apart: {_UNTOLD}."
    return f"{brought}{mixed if one.is_mixed else ''}"


def _it(count: int) -> str:
    return "it" if count == 1 else "them"


def _of_time(one: LastChange) -> str:
    """What is to be said of time on a page; empty where nothing is."""
    if one.is_mixed:
        return f"What time alone brought is not told apart: {_UNTOLD}."
    return f"Time alone brought {_it(one.total)}." if one.timed and one.timed == one.total else ""


def _rest(one: OneVersion) -> str:
    """What is not kept of a version, and the command that lists it."""
    left = one.total - len(one.rows)
    if not left:
        return ""
    if not (one.since and one.since_commit and one.commit):
        return f"And {left} more of less weight."
    sides = version_of(one.since, one.since_commit), version_of(one.on, one.commit)
    return f"And {left} more of less weight, which quarterdeck changes {' '.join(sides)} lists."


# ── one line of it ───────────────────────────────────────────────────────────────────────────────────────────


def _rows(changes: Iterable[Change], site: Site, here: str) -> tuple[ChangeRow, ...]:
    return tuple(row(one, site, here) for one in changes)


def row(change: Change, site: Site, here: str, *, is_under_name: bool = False) -> ChangeRow:
    """One change as a page prints it: badge, sentence, weight or what is behind it, and the page of its business.

    Args:
        change: What changed.
        site: That of the page.
        here: Path of the page; that of the business itself does not name it again.
        is_under_name: Whether it stands under the name of its business.
    """
    words, note = _words(change, site.briefing.currency)
    if why := because(change, site.titles):
        note = f"because of {why}"
    elif change.what == "figure" and change.commits:
        note = places(change)
    is_own = is_under_name or here in {entity_path(change.entity), audit_path(change.entity)}
    if change.entity and not is_own and change.what != "entity":
        words = f"{business(change, site.titles)}: {words}"
    words = words.replace(MINUS, f"{MINUS}{_JOINER}")
    return ChangeRow(_kind(change), words, _address(change, site.titles, here), note)


def _kind(change: Change) -> ChangeKind:
    if change.with_time:
        return "time"
    kind = _KINDS.get(change.kind, "moved")
    if change.tone:
        return kind
    return "added" if kind in {"new", "added"} else "moved"


def _words(change: Change, currency: str) -> tuple[str, str]:
    """The sentence, and beside it how much a finding weighs and what is at stake a month."""
    said = sentence(change)
    if change.what != "finding":
        return said, ""
    how, _, what = said.partition(": ")
    kind, _, weight = how.partition(", ")
    is_badge = kind == CHANGE_WORDS[_kind(change)]
    stake = f"{money(Money(change.money, currency))} a month" if change.money and change.tone == "bad" else ""
    return what, ", ".join(filter(None, ("" if is_badge else kind.lower(), weight, stake)))


def _address(change: Change, titles: Mapping[str, str], here: str) -> str:
    """Where to read on: the page of the business; on that page itself its list of findings."""
    if change.entity not in titles or not change.entity:
        return ""
    there = entity_path(change.entity)
    if here == there:
        return "#findings" if change.what == "finding" else ""
    return href(here, there, "findings" if change.what == "finding" else "")


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────


def _feed_path(role: Role) -> str:
    return f"{_FEEDS_FOLDER}/{role}.xml"


def feed(briefing: Briefing, role: Role, versions: Iterable[OneVersion]) -> str:
    """What changed for one role as an Atom feed, an entry for each version; equal for equal changes.

    Its only clock is the day of each version; links lead to the role's page of the version that holds the feed.
    """
    titles = {one.entity: one.title for one in briefing.entities}
    own = uuid5(_FEEDS, f"{briefing.name}/{role}")
    told = [(one, rows) for one in versions if (rows := _of_role(one, role))]
    leads = {
        "rel": "alternate",
        "type": "text/html",
        "href": href(f"{_FEEDS_FOLDER}/index.md", role_path(role)),
    }
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _texts(
        root,
        id=own.urn,
        title=f"{briefing.name}: what changed for {ROLE_TITLES[role]}",
        updated=_moment(told[0][0].on if told else _NEVER),
    )
    SubElement(SubElement(root, "author"), "name").text = briefing.name
    SubElement(root, "link", leads)
    seen: set[str] = set()
    for one, rows in told:
        name = f"{one.on} {one.commit}"
        name = f"{name} {len(seen)}" if name in seen else name
        seen.add(name)
        entry = SubElement(root, "entry")
        _texts(
            entry,
            id=uuid5(own, name).urn,
            title=f"{day(one.on)}: {counted(len(rows), 'change')}{' of most weight' if _is_cut(one) else ''}",
            updated=_moment(one.on),
        )
        rest = (
            [f"This version brought {counted(one.total, 'change')} in all reports."] if _is_cut(one) else []
        )
        _list(entry, [*(_line(each, titles, briefing.currency) for each in rows), *rest])
        SubElement(entry, "link", leads)
    indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "unicode")}\n'


def _of_role(version: OneVersion, role: Role) -> tuple[Change, ...]:
    """Of what is kept of every version: an entry is the same while its version is the newest and after."""
    return tuple(one for one in version.rows[:MOST_OF_A_VERSION] if role in one.roles)


def _is_cut(version: OneVersion) -> bool:
    """Whether a feed tells a part of it, so that nobody takes the number of its lines for that of all changes."""
    return version.total > MOST_OF_A_VERSION


def _line(change: Change, titles: Mapping[str, str], currency: str) -> str:
    words, note = _words(change, currency)
    whose = f"{business(change, titles)}: " if change.entity and change.what != "entity" else ""
    return f"{CHANGE_WORDS[_kind(change)]}: {whose}{words}{f' ({note})' if note else ''}"


def _list(entry: Element, lines: Iterable[str]) -> None:
    """The content of an entry: feed readers join the lines of a text, and keep those of a list."""
    content = SubElement(entry, "content", {"type": "xhtml"})
    listed = SubElement(SubElement(content, "div", {"xmlns": _XHTML}), "ul")
    for line in lines:
        SubElement(listed, "li").text = line


def _texts(parent: Element, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text


def _moment(on: date) -> str:
    return f"{on}T00:00:00Z"
