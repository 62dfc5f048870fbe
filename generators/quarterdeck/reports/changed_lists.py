"""What changed as text for a terminal, and as Markdown for a pull request: short and stable, the rest folded."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from quarterdeck.model.change import Change, Changes, Commit, Compared, What
from quarterdeck.reports.changed import (
    because,
    business,
    by_business,
    page_names,
    pair,
    places,
    sentence,
)
from quarterdeck.reports.escape import one_line
from quarterdeck.reports.words import NBSP, counted, day

MOST_OPEN = 20
"""Lines of one list that stand open in Markdown; the others are folded."""
MOST_NUMBERS = 10
"""Rows of the table of numbers that stand open."""
MOST_OTHERS = 5
"""Figures of a text that are no headlines; the others are counted."""
MOST_FOLDED = 100
"""Lines of one folded list; the others are counted."""
MOST_COMMITS = 30

_SECTIONS: Sequence[tuple[str, frozenset[What]]] = (
    ("Numbers", frozenset({"figure", "milestone"})),
    ("Findings", frozenset({"finding"})),
    ("To do", frozenset({"action"})),
    ("Businesses", frozenset({"entity"})),
    ("How sure", frozenset({"problem", "coverage", "contradiction", "gap"})),
)
_APPEAR = frozenset({"new", "seen", "reopened", "unaccepted"})
_GO = frozenset({"resolved", "unseen", "accepted"})
_JUDGED = frozenset({"worse", "better"})
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#!|~]|\$(?!\d))|^[-+>=]|(?<=^\d)[.)](?=\s)|(?<=^\d\d)[.)](?=\s)")
_LINKS = re.compile(r"([@#]|:(?=//)|\bwww(?=\.))(?=\S)", re.IGNORECASE)
"""Where GitHub would begin a mention, an issue or a link."""
_SHORT = 7
_FIRST = re.compile(r"runway_months|break_even_revenue|cash_break_even|target:\d{4}|kpi_coverage")
"""Ids of the figures that whoever reviews a change asks for first."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Changes with what else a reader needs to judge them."""

    changes: Changes
    pages: Mapping[str, int]
    """Pages on which something changed, in the order of the navigation -> how much."""
    notes: tuple[str, ...] = ()
    """How both sides were made, in sentences."""


def as_text(told: Told) -> str:
    """Plain text: headlines of numbers and a few others, all else by business, what the day alone brings at the end."""
    return "".join(f"{line.replace(NBSP, ' ')}".rstrip() + "\n" for line in _text(told))


def _text(told: Told) -> Iterator[str]:
    changes = told.changes
    yield _opening(changes)
    yield from told.notes
    edited = [one for one in changes.changes if not one.with_time]
    aging = [one for one in changes.changes if one.with_time and one.is_headline]
    for title, whats in _SECTIONS:
        yield from _section(title, [one for one in edited if one.what in whats], changes.entities)
    yield from _section("With time alone", aging, changes.entities)
    if told.pages:
        yield from ("", f"Pages: {page_names(told.pages, changes.entities)}.")
    if changes.commits:
        yield from ("", "Commits")
        yield from (f"  {_commit(one)}" for one in changes.commits[:MOST_COMMITS])
        if (more := len(changes.commits) - MOST_COMMITS) > 0:
            yield f"  and {more} more"


def _section(title: str, changes: Sequence[Change], entities: Mapping[str, str]) -> Iterator[str]:
    if not changes:
        return
    others = [one for one in changes if one.what == "figure" and not one.is_headline]
    shown = [one for one in changes if one.key not in {each.key for each in others[MOST_OTHERS:]}]
    yield from ("", title)
    for name, some in by_business(shown, entities):
        yield f"  {name}"
        for one in sorted(some, key=_worst_first):
            yield f"    {_line(one)}"
            if why := because(one, entities):
                yield f"      {why}"
            if one.sources and not one.with_time:
                yield f"      {places(one)}"
    if more := len(changes) - len(shown):
        yield f"  And {counted(more, 'other figure')}; --format json lists all."


def _line(change: Change) -> str:
    """A sentence, with the judgement in words where it does not begin with one."""
    return f"{sentence(change)}{f' ({_judged(change)})' if _judged(change) else ''}"


def _judged(change: Change) -> str:
    """`worse` or `better`, of numbers alone; that one became known speaks for itself."""
    return change.kind if change.what in {"figure", "milestone"} and change.kind in _JUDGED else ""


def _opening(changes: Changes) -> str:
    if changes.before is None or changes.after is None:
        return "There is nothing to compare with yet; changes start with the next version."
    count, aged = len(changes.changes), sum(one.with_time for one in changes.changes)
    since = f"Since {_side(changes.before)}"
    if not count:
        return f"{since}: nothing changed."
    alone = f", {aged} of them with time alone" if aged else ""
    return f"{since}: {counted(count, 'change')}{alone}."


def _side(side: Compared) -> str:
    return f"{day(side.as_of)}{f' ({side.commit[:_SHORT]})' if side.commit else ''}"


def _commit(one: Commit) -> str:
    """`4f1c9ae 22 Nov 2026 Sam: Raise the price`."""
    author = f"{one.author}: " if one.author else ""
    return one_line(f"{one.hash[:_SHORT]} {day(one.committed_on)} {author}{one.subject}")


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────────────────


def as_markdown(told: Told) -> str:
    """Markdown for a pull request: what is refused, numbers, findings and pages; all else folded, words as text."""
    return "".join(f"{line.replace(NBSP, ' ')}\n" for line in _markdown(told))


def _markdown(told: Told) -> Iterator[str]:
    changes = told.changes
    everything = changes.changes
    yield from ("### What this changes", "", _opening(changes))
    yield from ("", " ".join(map(escaped, told.notes))) if told.notes else ()
    problems = [one for one in everything if one.what == "problem"]
    yield from _listed("Problems", problems, changes.entities)
    headlines = [one for one in everything if one.what in {"figure", "milestone"} and one.is_headline]
    numbers = sorted(headlines, key=lambda one: _is_asked_first(one.id), reverse=True)
    yield from _numbers([one for one in numbers if not one.with_time], changes.entities)
    findings = sorted(
        (one for one in everything if one.what == "finding" and not one.with_time), key=_worst_first
    )
    yield from _listed("Findings that would appear", _of(findings, _APPEAR), changes.entities)
    yield from _listed("Findings that would go", _of(findings, _GO), changes.entities)
    businesses = [one for one in everything if one.what == "entity"]
    yield from _listed("Businesses", businesses, changes.entities)
    if told.pages:
        yield from ("", f"**Pages affected:** {escaped(page_names(told.pages, changes.entities))}.")
    told_already = {one.key for one in (*numbers, *_of(findings, _APPEAR | _GO), *businesses, *problems)}
    rest = [one for one in everything if one.key not in told_already or one.with_time]
    aged = [one for one in rest if one.with_time]
    yield from _folded("Everything else", [one for one in rest if not one.with_time], changes.entities)
    yield from _folded("With time alone", aged, changes.entities)
    yield from _folded_lines("Commits", [escaped(_commit(one)) for one in changes.commits])


def _is_asked_first(name: str) -> bool:
    return _FIRST.fullmatch(name) is not None


def _worst_first(change: Change) -> tuple[object, ...]:
    """Findings are read by their weight, whatever money is known of them; all else stays as it is."""
    return (change.severity.rank if change.what == "finding" and change.severity else 0, change.order)


def _of(changes: Iterable[Change], kinds: frozenset[str]) -> list[Change]:
    return [one for one in changes if one.kind in kinds]


def _numbers(changes: Sequence[Change], entities: Mapping[str, str]) -> Iterator[str]:
    """A table of figures, worst news first; those that do not fit are folded."""
    if not changes:
        return
    rows = [_row(one, entities) for one in changes]
    head = ("| Number | Business | Before | After | | Why |", "|---|---|---|---|---|---|")
    yield from ("", *head, *rows[:MOST_NUMBERS])
    if more := rows[MOST_NUMBERS : MOST_NUMBERS + MOST_FOLDED]:
        yield from (
            "",
            f"<details><summary>{len(rows) - MOST_NUMBERS} more numbers</summary>",
            "",
            *head,
            *more,
        )
        yield from ("", "</details>")


def _row(change: Change, entities: Mapping[str, str]) -> str:
    before, after = pair(change)
    cells = (
        escaped(change.title),
        escaped(business(change, entities)),
        escaped(before),
        f"**{escaped(after)}**",
        _judged(change),
        escaped(because(change, entities)),
    )
    return f"| {' | '.join(cells)} |"


def _listed(title: str, changes: Sequence[Change], entities: Mapping[str, str]) -> Iterator[str]:
    """An open list with its count, its longer part folded."""
    if not changes:
        return
    lines = [_item(one, entities) for one in changes]
    yield from ("", f"**{title} ({len(lines)})**", "", *(f"- {line}" for line in lines[:MOST_OPEN]))
    yield from _folded_lines("more", lines[MOST_OPEN:])


def _folded(title: str, changes: Sequence[Change], entities: Mapping[str, str]) -> Iterator[str]:
    yield from _folded_lines(title, [_item(one, entities) for one in changes])


def _folded_lines(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield from ("", f"<details><summary>{title} ({len(lines)})</summary>", "")
    yield from (f"- {line}" for line in lines[:MOST_FOLDED])
    if (more := len(lines) - MOST_FOLDED) > 0:
        yield f"- and {more} more; quarterdeck changes lists them"
    yield from ("", "</details>")


def _item(change: Change, entities: Mapping[str, str]) -> str:
    name, line = business(change, entities), _line(change)
    where = "" if change.with_time else places(change)
    whose = "" if name in line else f"{escaped(name)}: "
    return f"{whose}{escaped(line)}{f' <sub>{escaped(where)}</sub>' if where else ''}"


def escaped(text: str) -> str:
    """Text of people as nothing but text: no Markdown, no HTML, no mention, no link."""
    plain = one_line(text).strip().replace("&", "&amp;").replace("<", "&lt;")
    return _LINKS.sub("\\1\u2060", _MARKDOWN.sub(lambda found: f"\\{found[0]}", plain))
