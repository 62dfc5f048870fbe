"""What changed: the lines of it that each report prints, a page with the last versions, and a feed for each role."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from quarterdeck.changes.pages import LastChanges, OneVersion
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change
from quarterdeck.model.finding import ROLE_TITLES, Role
from quarterdeck.model.page import Download, Page
from quarterdeck.model.values import Money
from quarterdeck.reports.changed import business, sentence
from quarterdeck.reports.components import CHANGE_WORDS, Changed, ChangeKind, ChangeRow
from quarterdeck.reports.skeleton import CHANGED_PATH, Report, Site, audit_path, entity_path, role_path
from quarterdeck.reports.sources import href
from quarterdeck.reports.words import MINUS, counted, day, money

MOST_OF_EARLIER = 10
"""Changes that the page lists of each version but the newest."""

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
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = date(1970, 1, 1)
"""The day of a feed without any change: such a feed is the same in every version."""
_SHORT = 7
_JOINER = "\u2060"
"""Keeps a minus on the line of its number."""


class Block(msgspec.Struct, frozen=True):
    """One version on the page."""

    title: str
    anchor: str
    rows: tuple[ChangeRow, ...]
    more: int
    """How many it brought besides."""


class View(msgspec.Struct, frozen=True):
    """What the template of the page prints."""

    versions: tuple[Block, ...]
    total: int
    """Changes of the newest."""
    feeds: tuple[tuple[str, str], ...]
    """Name of a role and address of its feed."""


def changed_of(site: Site, last: LastChanges) -> dict[str, Changed]:
    """Path of each page that ever changed -> its last change as it prints it."""
    return {
        path: Changed(one.on, _rows(one.rows, site, path), one.total, href(path, CHANGED_PATH))
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
    newest = last.versions[0] if last.versions else None
    view = View(
        versions=tuple(_blocks(last.versions, site)),
        total=newest.total if newest else 0,
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
        anchor = "-".join(filter(None, ("v", one.on.isoformat(), one.commit[:_SHORT])))
        taken[anchor] = taken.get(anchor, 0) + 1
        rows = _rows(one.rows if place == 0 else one.rows[:MOST_OF_EARLIER], site, CHANGED_PATH)
        again = f"-{taken[anchor]}" if taken[anchor] > 1 else ""
        yield Block(day(one.on), f"{anchor}{again}", rows, one.total - len(rows))


# ── one line of it ───────────────────────────────────────────────────────────────────────────────────────────


def _rows(changes: Iterable[Change], site: Site, here: str) -> tuple[ChangeRow, ...]:
    return tuple(row(one, site, here) for one in changes)


def row(change: Change, site: Site, here: str) -> ChangeRow:
    """One change as a page prints it: badge, sentence, weight and money, and the page of its business.

    Args:
        change: What changed.
        site: That of the page.
        here: Path of the page; that of the business itself does not name it again.
    """
    words, note = _words(change, site.briefing.currency)
    is_own = here in {entity_path(change.entity), audit_path(change.entity)}
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
    return f"feeds/{role}.xml"


def feed(briefing: Briefing, role: Role, versions: Iterable[OneVersion]) -> str:
    """What changed for one role as an Atom feed, an entry for each version; equal for equal changes.

    Its only clock is the day of each version; links lead to the role's page of the version that holds the feed.
    """
    titles = {one.entity: one.title for one in briefing.entities}
    own = uuid5(_FEEDS, f"{briefing.name}/{role}")
    told = [(one, rows) for one in versions if (rows := _of_role(one, role))]
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _texts(
        root,
        id=own.urn,
        title=f"{briefing.name}: what changed for {ROLE_TITLES[role]}",
        updated=_moment(told[0][0].on if told else _NEVER),
    )
    SubElement(SubElement(root, "author"), "name").text = briefing.name
    SubElement(root, "link", {"href": href(_feed_path(role), role_path(role)), "rel": "alternate"})
    seen: set[str] = set()
    for one, rows in told:
        lines = [_line(each, titles, briefing.currency) for each in rows]
        name = f"{one.on} {one.commit}"
        name = f"{name} {len(seen)}" if name in seen else name
        seen.add(name)
        entry = SubElement(root, "entry")
        _texts(
            entry,
            id=uuid5(own, name).urn,
            title=f"{day(one.on)}: {counted(len(rows), 'change')}",
            updated=_moment(one.on),
            content="\n".join(lines),
        )
        SubElement(entry, "link", {"href": href(_feed_path(role), role_path(role)), "rel": "alternate"})
    indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "unicode")}\n'


def _of_role(version: OneVersion, role: Role) -> tuple[Change, ...]:
    return tuple(one for one in version.rows if role in one.roles)


def _line(change: Change, titles: Mapping[str, str], currency: str) -> str:
    words, note = _words(change, currency)
    whose = f"{business(change, titles)}: " if change.entity and change.what != "entity" else ""
    return f"{CHANGE_WORDS[_kind(change)]}: {whose}{words}{f' ({note})' if note else ''}"


def _texts(parent: Element, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text


def _moment(on: date) -> str:
    return f"{on}T00:00:00Z"
