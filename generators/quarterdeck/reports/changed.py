"""Says what changed in sentences, for people at a terminal, in pull requests and in mails; and on which pages."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from quarterdeck.changes.pages import Scope
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Cause, Change, Held
from quarterdeck.model.figure import Figure, Unit, Value
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.reports.components import joined
from quarterdeck.reports.escape import one_line
from quarterdeck.reports.home import PATH as HOME
from quarterdeck.reports.skeleton import (
    CONTRADICTIONS_PATH,
    NOT_KNOWN_PATH,
    audit_of,
    audit_path,
    entity_path,
    role_path,
)
from quarterdeck.reports.words import NOT_KNOWN, value

MOST_CAUSES = 3
"""Inputs that are named behind one figure."""
ARROW = "→"

_PAGES: Mapping[str, str] = {
    **{str(role): title for role, title in ROLE_TITLES.items()},
    "contradictions": "Contradictions",
    "not-known": "Not known",
}
_CHANGED: Mapping[str, str] = {
    "new": "New",
    "worse": "Worse",
    "better": "Better",
    "seen": "Seen for the first time",
    "reopened": "Back again",
    "resolved": "Resolved",
    "unseen": "Not looked at any more",
    "accepted": "Accepted",
    "unaccepted": "Accepted no longer",
}
_OF_THINGS: Mapping[tuple[str, str], str] = {
    ("gap", "new"): "Not known any more: {title}",
    ("gap", "resolved"): "Now known: {title}",
    ("contradiction", "new"): "Two places disagree: {title}",
    ("contradiction", "resolved"): "Two places agree again: {title}",
    ("problem", "new"): "Left out, for {title}: {id}",
    ("problem", "resolved"): "Read again: {id}",
    ("entity", "new"): "New business: {title}",
    ("entity", "resolved"): "No longer there: {title}",
    ("coverage", "lost"): "Audit could not read {title}",
    ("coverage", "regained"): "Audit reads again {title}",
    ("action", "new"): "New task: {title}",
    ("action", "done"): "Done: {title}",
    ("action", "dropped"): "Given up or taken out: {title}",
    ("milestone", "met"): "Step reached: {title}",
    ("milestone", "slipped"): "Step no longer reached: {title}",
}


def pair(change: Change) -> tuple[str, str]:
    """Both sides as printed, the missing one as not known: `("5.9 months", "5.5 months")`."""
    return held(change.before, change.unit), held(change.after, change.unit)


def held(side: Held | None, unit: Unit) -> str:
    """What stood on one side, as every page prints it."""
    if side is None:
        return NOT_KNOWN
    return printed(side.value, unit, is_partial=side.is_partial)


def printed(content: Value, unit: Unit, *, is_partial: bool = False) -> str:
    """A value as every page prints it."""
    return value(Figure("", "", "", content, unit, wanted=int(is_partial)))


def sentence(change: Change) -> str:
    """One change in plain text, without a full stop and without its business: `Runway: 5.9 months → 5.5 months`."""
    return one_line(_sentence(change))


def _sentence(change: Change) -> str:
    before, after = pair(change)
    match change.what, change.kind:
        case ("figure", _) | ("milestone", "better" | "worse" | "moved"):
            return f"{change.title}: {before} {ARROW} {after}"
        case "finding", kind:
            weight = after if change.after else before
            moved = f"{before} {ARROW} {after}" if kind in {"worse", "better"} and before != after else weight
            return f"{_CHANGED[kind]}, {moved}: {change.title}"
        case "action", "overdue":
            return f"Overdue since {after}: {change.title}"
        case "action", "rescheduled":
            old, new = (held(one, "date") if one else "no date" for one in (change.before, change.after))
            return f"Due {old} {ARROW} {new}: {change.title}"
        case "action", "reprioritised":
            return f"Place {before} {ARROW} {after} in the order of work: {change.title}"
        case what, kind:
            return _OF_THINGS[what, kind].format(title=change.title, id=change.id)


def because(change: Change, entities: Mapping[str, str]) -> str:
    """The inputs that moved a figure, as one phrase; empty where nobody knows any."""
    return one_line("; ".join(_cause(one, change, entities) for one in change.causes[:MOST_CAUSES]))


def _cause(cause: Cause, change: Change, entities: Mapping[str, str]) -> str:
    of = f" of {entities.get(cause.entity, cause.entity)}" if cause.entity != change.entity else ""
    before, after = (
        "none" if one is None else printed(one, cause.unit) for one in (cause.before, cause.after)
    )
    return f"{cause.title}{of} {before} {ARROW} {after}"


def places(change: Change) -> str:
    """The lines behind a change: `handoffs/jada.md:40`."""
    found = dict.fromkeys(f"{one.path}:{one.line}" if one.line else one.path for one in change.sources)
    return one_line(", ".join(found))


def business(change: Change, entities: Mapping[str, str]) -> str:
    """Whose it is, as printed."""
    return one_line(entities.get(change.entity, change.entity)) if change.entity else "All businesses"


def by_business(changes: Iterable[Change], entities: Mapping[str, str]) -> Iterator[tuple[str, list[Change]]]:
    """Changes under their businesses, the whole portfolio first, then by name; each in the order given."""
    listed = sorted(changes, key=lambda one: (bool(one.entity), business(one, entities), one.entity))
    for (_, name, _), group in groupby(
        listed, key=lambda one: (bool(one.entity), business(one, entities), one.entity)
    ):
        yield name, list(group)


def scopes(briefing: Briefing, renamed: Mapping[str, str]) -> tuple[Scope, ...]:
    """What each report page of an audience shows of changes, in the order of the navigation.

    Args:
        briefing: Of that audience.
        renamed: Businesses that have another id now, before -> after.
    """
    former = {new: old for old, new in renamed.items()}
    of_entities = []
    for one in briefing.entities:
        old = former.get(one.entity, "")
        paths = [(entity_path(one.entity), entity_path(old) if old else "")]
        if audit_of(briefing, one):
            paths.append((audit_path(one.entity), audit_path(old) if old else ""))
        of_entities += [Scope(path, entity=one.entity, formerly=before) for path, before in paths]
    return (
        Scope(HOME, is_short=True),
        *(Scope(role_path(role), role=role) for role in briefing.roles),
        *of_entities,
        Scope(CONTRADICTIONS_PATH, whats=("contradiction",)),
        Scope(NOT_KNOWN_PATH, whats=("gap",)),
    )


def page_names(paths: Iterable[str], entities: Mapping[str, str]) -> str:
    """Pages as a list in words: `Home, CFO, JADA`."""
    return joined([_page_name(path, entities) for path in paths])


def _page_name(path: str, entities: Mapping[str, str]) -> str:
    stem = path.rpartition("/")[2].removesuffix(".md")
    if path == HOME:
        return "Home"
    if path.startswith("reports/entities/"):
        return one_line(entities.get(stem, stem))
    if path.startswith("reports/audits/"):
        return f"audit of {one_line(entities.get(stem, stem))}"
    return _PAGES.get(stem, stem)
