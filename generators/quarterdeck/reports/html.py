"""The components of which a page has hundreds, as plain functions; macros of `components.md.j2` hand through to them.

Each prints the same bytes for the same view. Text is escaped here, Markup is taken as it is, and figures and sources
are numbered in the order in which they are printed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

import msgspec
from markupsafe import Markup

from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Finding, Gap
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.reports.components import (
    MOST_FINDINGS,
    MOST_NAMED,
    MOST_ROWS,
    SEVERITY_TONES,
    STATE_TITLES,
    STATE_TONES,
    ActionRow,
    Cell,
    Column,
    Factor,
    FindingRow,
    StateKey,
    Table,
    TableRow,
    Text,
    badge,
    by_subject,
    cell_of,
    joined,
    listed,
)
from quarterdeck.reports.escape import code, escaped
from quarterdeck.reports.sources import Entry, Place, Sources
from quarterdeck.reports.words import MINUS, Printable, counted, day, day_short, money, sort_key, value

_MOST_PLACES = 3
"""Places that a finding names."""
_MOST_SPOTS = 200
"""Anchors of one line; a page of very many businesses stays light."""
_MOST_GAPS = 10
"""What is not known beyond these is one tap away."""

_DIAMOND = '<path d="M6 .8 11.2 6 6 11.2.8 6z"/>'
_TRIANGLE = '<path d="M6 1.2 11.4 10.8H.6z"/>'
_DISC = '<circle cx="6" cy="6" r="4.6"/>'
_PLUS = '<path class="qd-stroke" d="M6 1.4V10.6M1.4 6H10.6"/>'
_WORDS = re.compile(r'<span class="qd-main">(?:<a [^>]*>)?([^<]*)(?:</a>)?</span>')
"""The words of a cell that holds nothing else."""
_NUMBER_ALONE = re.compile(rf"{MINUS}?\$?[\d,]+(?:\.\d+)?")
"""Words that sort as the number that they are; `qd.js` reads the same."""
_SHAPES = {
    "act": _DIAMOND,
    "critical": _DIAMOND,
    "watch": _TRIANGLE,
    "high": _TRIANGLE,
    "worse": _TRIANGLE,
    "course": _DISC,
    "better": _DISC,
    "resolved": '<path class="qd-stroke" d="M1.8 6.4 4.8 9.4 10.4 3"/>',
    "new": _PLUS,
    "added": _PLUS,
    "up": '<path class="qd-stroke" d="M6 11V2.2M2.6 5.4 6 2 9.4 5.4"/>',
    "down": '<path class="qd-stroke" d="M6 1V9.8M2.6 6.6 6 10 9.4 6.6"/>',
    "medium": '<circle class="qd-stroke" cx="6" cy="6" r="4.2"/>',
}
_DASHED = '<circle class="qd-stroke qd-dash" cx="6" cy="6" r="4.4"/>'


# --- marks -------------------------------------------------------------------------------------------------------


def shape(kind: str) -> Markup:
    """The small drawing before a word; whoever cannot tell colours apart tells these."""
    return Markup(_shape(kind))  # noqa: S704 - constants


def _shape(kind: str) -> str:
    drawn = _SHAPES.get(kind, _DASHED)
    return (
        f'<svg class="qd-shape" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{drawn}</svg>'
    )


def word(kind: str, text: Text, tone: str = "") -> Markup:
    """A word with its shape."""
    return Markup(_word(kind, text, tone))  # noqa: S704 - escaped there


def _word(kind: str, text: Text, tone: str = "") -> str:
    tinted = f" qd-{tone}" if tone else ""
    return f'<span class="qd-word{tinted}">{_shape(kind)} {escaped(text)}</span>'


def state(key: StateKey, text: Text = "") -> Markup:
    """The state of a business, in its own words or in those of the state."""
    return Markup(_state(key, text))  # noqa: S704 - escaped there


def _state(key: StateKey, text: Text = "") -> str:
    return _word(key, text or STATE_TITLES[key], STATE_TONES[key])


def kind(text: Text) -> Markup:
    """The badge of a number that nobody computed."""
    return Markup(_kind(text))  # noqa: S704 - escaped there


def _kind(text: Text) -> str:
    return f'<span class="qd-kind">{escaped(text)}</span>'


def when(on: date, *, short: bool = False) -> Markup:
    """A day."""
    return Markup(_when(on, short=short))  # noqa: S704 - letters and digits


def _when(on: date, *, short: bool = False) -> str:
    return f'<time datetime="{on.isoformat()}">{day_short(on) if short else day(on)}</time>'


def anchor_link(text: Text, href: str) -> Markup:
    """Text with a link, or without one where there is no address."""
    return Markup(_anchor_link(text, href))  # noqa: S704 - escaped there


def _anchor_link(text: Text, href: str) -> str:
    return f'<a href="{escaped(href)}">{escaped(text)}</a>' if href else escaped(text)


# --- figures -----------------------------------------------------------------------------------------------------


def marked(sources: Sources, thing: Figure | Source, text: Text) -> Markup:
    """Text with the number of its source, or with a link to it on a page without a list."""
    return Markup(_marked(sources, thing, text))  # noqa: S704 - escaped there


def _marked(sources: Sources, thing: Figure | Source, text: Text) -> str:
    if sources.is_listed:
        number = sources.mark(thing)
        return f'<a class="qd-fig" href="#s{number}">{escaped(text)}</a>'
    address = sources.direct(thing)
    return f'<a class="qd-fig" href="{escaped(address)}">{escaped(text)}</a>' if address else escaped(text)


def linked(sources: Sources, figure: Figure, text: Text) -> Markup:
    """The words of a figure with its source; what is not known leads to what is missing."""
    return Markup(_linked(sources, figure, text))  # noqa: S704 - escaped there


def _linked(sources: Sources, figure: Figure, text: Text) -> str:
    content = figure.value
    if sources.is_listed and isinstance(content, Missing) and content.state == "not_known":
        return f'<a class="qd-fig qd-nk" href="#not-known">{escaped(text)}</a>'
    return _marked(sources, figure, text)


def fig(sources: Sources, figure: Figure, *, exact: bool = False, with_badge: bool = True) -> Markup:
    """A figure with its source and, where nobody computed it, its badge."""
    return Markup(_fig(sources, figure, exact=exact, with_badge=with_badge))  # noqa: S704 - escaped there


def _fig(sources: Sources, figure: Figure, *, exact: bool = False, with_badge: bool = True) -> str:
    shown = _linked(sources, figure, value(figure, exact=exact))
    words = badge(figure) if with_badge and figure.is_known else ""
    return f"{shown} {_kind(words)}" if words else shown


def show(
    sources: Sources, thing: Figure | Printable, *, exact: bool = False, with_badge: bool = True
) -> Markup:
    """Any value; a figure with its source."""
    return Markup(_show(sources, thing, exact=exact, with_badge=with_badge))  # noqa: S704 - escaped there


def _show(
    sources: Sources, thing: Figure | Printable, *, exact: bool = False, with_badge: bool = True
) -> str:
    if isinstance(thing, Figure):
        return _fig(sources, thing, exact=exact, with_badge=with_badge)
    return escaped(thing if isinstance(thing, str) else value(thing, exact=exact))


def cite(sources: Sources, source: Source, text: Text = "") -> Markup:
    """Words about a source, with its number."""
    return Markup(_cite(sources, source, text))  # noqa: S704 - escaped there


def _cite(sources: Sources, source: Source, text: Text = "") -> str:
    return _marked(sources, source, text or source.what or source.path)


# --- tables ------------------------------------------------------------------------------------------------------


def table(sources: Sources, table: Table, caption: Text = "", key: str = "") -> Markup:
    """A data table with its total, caption and link to the CSV, which alone holds what is too much for a page.

    The key names the file of a table that has none yet.
    """
    shown, rest = _shown(table)
    layout = f" qd-{table.layout}" if table.layout else ""
    is_sortable = table.is_sortable and len(table.rows) > 1
    sortable = " sortable" if is_sortable else ""
    label = f' aria-label="{escaped(table.label)}"' if table.label else ""
    parts = [
        f'<div class="qd-table"><table class="qd-t qd-stack{layout}{sortable}" role="table"{label}>\n',
        '<thead role="rowgroup"><tr role="row">\n',
        *map(_head, shown.columns),
        '</tr></thead>\n<tbody role="rowgroup">\n',
    ]
    labels = tuple(map(_data_label, shown.columns))
    for row in shown.rows:
        tint = f"qd-row-{row.tone}" if row.tone else ""
        _row(parts, sources, row, shown.columns, labels, tint, is_sorted=is_sortable)
    parts.append("</tbody>\n")
    if shown.total:
        parts.append('<tfoot role="rowgroup">\n')
        _row(parts, sources, shown.total, shown.columns, labels, "qd-total")
        parts.append("</tfoot>\n")
    parts.append(f"</table>\n{_foot(caption or table.caption, sources.file_of(table, key), rest)}</div>\n")
    return Markup("".join(parts))  # noqa: S704 - escaped part by part


def _shown(table: Table) -> tuple[Table, str]:
    """What of a table stands on the page, and what of it is in the CSV alone, in words; one alone is not left out."""
    if not table.csv or table.is_index:
        return table, ""
    rest = []
    if len(table.columns) > MOST_NAMED + 2:
        rest.append(counted(len(table.columns) - MOST_NAMED - 1, "more column"))
        table = _narrow(table)
    if len(table.rows) > MOST_ROWS + 1:
        rest.append(counted(len(table.rows) - MOST_ROWS, "more row"))
        table = msgspec.structs.replace(table, rows=table.rows[:MOST_ROWS])
    return table, f"{joined(rest)} are in the CSV." if rest else ""


def _narrow(table: Table) -> Table:
    """Without the columns before the last that are too many."""

    def cut(row: TableRow) -> TableRow:
        return msgspec.structs.replace(row, cells=(*row.cells[:MOST_NAMED], row.cells[-1]))

    return msgspec.structs.replace(
        table,
        columns=(*table.columns[:MOST_NAMED], table.columns[-1]),
        rows=tuple(map(cut, table.rows)),
        total=cut(table.total) if table.total else None,
    )


def _head(column: Column) -> str:
    number = ' class="qd-n"' if column.is_number else ""
    return f'<th scope="col" role="columnheader"{number}>{escaped(column.title)}</th>\n'


def _data_label(column: Column) -> str:
    """What a phone prints in front of the value."""
    return f' data-l="{escaped(column.label or column.title)}"' if column.label != "-" else ""


def _row(
    parts: list[str],
    sources: Sources,
    row: TableRow,
    columns: Sequence[Column],
    labels: Sequence[str],
    tint: str,
    *,
    is_sorted: bool = False,
) -> None:
    anchor = f' id="{escaped(row.anchor)}"' if row.anchor else ""
    tinted = f' class="{tint}"' if tint else ""
    parts.append(f'<tr role="row"{anchor}{tinted}>\n')
    for at, raw in enumerate(row.cells):
        cell = cell_of(raw)
        content = _content(sources, cell)
        sorted_by = _sorted_by(cell, content) if is_sorted else ""
        if at == 0:
            parts.append(f'<th scope="row" role="rowheader"{sorted_by}>{content}</th>\n')
        else:
            kind_of = _void_or_number(cell, columns[at])
            parts.append(f'<td role="cell"{kind_of}{labels[at]}{sorted_by}>{content}</td>\n')
    parts.append("</tr>\n")


def _sorted_by(cell: Cell, content: str) -> str:
    """By what the column is sorted, where the words of the cell do not say it; empty where it is not known."""
    key = escaped(sort_key(cell.value))
    found = _WORDS.match(content)
    words = found[1] if found else ""
    is_said = words == key or (key and _NUMBER_ALONE.fullmatch(words))
    return "" if is_said else f' data-v="{key}"'


def _void_or_number(cell: Cell, column: Column) -> str:
    if isinstance(cell.value, str) and not (cell.value or cell.note or cell.state):
        return ' class="qd-void"'
    return ' class="qd-n"' if column.is_number else ""


def _content(sources: Sources, cell: Cell) -> str:
    tinted = f" qd-{cell.tone}" if cell.tone else ""
    if cell.state:
        below = f'<span class="qd-sub">{_show(sources, cell.value)}</span>' if cell.value else ""
        shown = f'<span class="qd-main">{_state(cell.state)}</span>{below}'
    elif cell.href:
        shown = (
            f'<span class="qd-main"><a href="{escaped(cell.href)}">{escaped(value(cell.value))}</a></span>'
        )
    else:
        main = _show(sources, cell.value, exact=cell.is_exact, with_badge=not cell.is_plain)
        shown = f'<span class="qd-main">{main}</span>'
    return f'{shown}<span class="qd-sub{tinted}">{escaped(cell.note)}</span>' if cell.note else shown


def table_foot(caption: Text, csv: str) -> Markup:
    """Caption of a table, and the link to its raw values."""
    return Markup(_foot(caption, csv))  # noqa: S704 - escaped there


def _foot(caption: Text, csv: str, rest: str = "") -> str:
    said = " ".join(part for part in (escaped(caption), rest) if part)
    words = f'<p class="qd-caption">{said}</p>' if said else ""
    link = f'<p class="qd-csv"><a href="{escaped(csv)}" download>Download CSV</a></p>' if csv else ""
    return f"{words}{link}"


# --- findings and actions ----------------------------------------------------------------------------------------


def findings(sources: Sources, rows: Sequence[FindingRow], checked: Text = "") -> Markup:
    """A list of findings, or what was looked at where nothing was found."""
    if not rows:
        return Markup(f'<p class="qd-none">{escaped(checked or "No finding is open.")}</p>\n')  # noqa: S704
    shown = listed(rows, MOST_FINDINGS) if rows[0].entity else rows
    printed = "".join(_finding(sources, row) for row in shown)
    more = rest_of_findings(sources, rows[len(shown) :])
    return Markup(f'<ol class="qd-findings">\n{printed}</ol>\n{more}')  # noqa: S704 - escaped part by part


def rest(sources: Sources, count: int, noun: str, anchors: Iterable[str] = ()) -> Markup:
    """Where those stand that a list of several businesses leaves out; nothing where it leaves out none.

    Whoever kept a link to one of them lands here: `anchors`.
    """
    if not count:
        return Markup("")
    words = f"{counted(count, f'more {noun} stands', f'more {noun}s stand')} on"
    there = _anchor_link("the pages of the businesses", sources.to("index.md", "businesses"))
    spots = _spots(sources, anchors)
    return Markup(f'<p class="qd-note">{spots}{words} {there}.</p>\n')  # noqa: S704 - escaped there


def rest_of_findings(sources: Sources, rows: Sequence[FindingRow]) -> Markup:
    """Where findings stand that a list leaves out."""
    return rest(sources, len(rows), "finding", _anchors(rows))


def _anchors(rows: Iterable[FindingRow]) -> Iterator[str]:
    """Those of findings, and of what states the same fact in detail."""
    for row in rows:
        yield from row.anchors
        yield from _anchors(map(FindingRow, row.under))


def _spots(sources: Sources, anchors: Iterable[str]) -> str:
    """Places to land on without words of their own."""
    new = (one for one in anchors if one and sources.first(one))
    return "".join(f'<span id="{escaped(one)}"></span>' for one in islice(new, _MOST_SPOTS))


def spot(sources: Sources, anchor: str) -> Markup:
    """The id of an element; nothing where there is no anchor, or the page has given it out."""
    name = f' id="{escaped(anchor)}"' if anchor and sources.first(anchor) else ""
    return Markup(name)  # noqa: S704 - escaped right here


def _finding(sources: Sources, row: FindingRow) -> str:
    it = row.finding
    short, full = row.anchors
    accepted = ' class="qd-accepted"' if it.state == "accepted" else ""
    about = f"{escaped(row.entity)}. " if row.entity else ""
    reason = f'<p class="qd-grey">{escaped(it.severity_reason)}</p>' if it.severity_reason else ""
    owner = f' <span class="qd-grey">{escaped(row.owner)}</span>' if row.owner else ""
    stake, per = (money(it.at_stake), row.per) if it.at_stake else ("not known", "at stake")
    return (
        f'<li{spot(sources, full)}{accepted}><div class="qd-what">{_spots(sources, [short])}'
        f'<p class="qd-rank">{_severity(it.severity)}</p>\n'
        f'<p class="qd-said"><b>{escaped(it.message)}</b></p>\n'
        f'<p class="qd-grey">{about}{_places(sources, it.evidence)}{_known_of(sources, row)}</p>\n'
        f'{reason}<p class="qd-next">{code(it.action)}{owner}</p>{_under(sources, row.under)}</div>\n'
        f'<p class="qd-stake"><b>{escaped(stake)}</b> <span>{escaped(per)}</span></p></li>\n'
    )


def _under(sources: Sources, findings: Sequence[Finding]) -> str:
    """What states the same fact in detail, a line each."""
    lines = (
        f"<li>{_spots(sources, FindingRow(one).anchors)}{escaped(one.message)} "
        f'<span class="qd-grey">{_anchor_link(one.rule, sources.rule(one.rule))}</span></li>\n'
        for one in findings
    )
    return f'\n<ul class="qd-waits">\n{"".join(lines)}</ul>' if findings else ""


def severity(level: Severity) -> Markup:
    """The severity of a finding."""
    return Markup(_severity(level))  # noqa: S704 - escaped there


def _severity(level: Severity) -> str:
    if level.rank <= Severity.MEDIUM.rank:
        return _word(level.value, level.capitalize(), SEVERITY_TONES.get(level, ""))
    return f'<span class="qd-word">{level.capitalize()}</span>'


def _places(sources: Sources, evidence: Sequence[Source]) -> str:
    listed = [
        _cite(sources, source) + (f", {_when(source.as_of)}" if source.as_of else "")
        for source in evidence[:_MOST_PLACES]
    ]
    return f"{'; '.join(listed)}. " if listed else ""


def _known_of(sources: Sources, row: FindingRow) -> str:
    """The end of a finding's grey line: whom else it moves, its rule, how long it stands, what became of it."""
    rule = _anchor_link(row.finding.rule, sources.rule(row.finding.rule))
    link = f'<a class="qd-link" href="#{escaped(row.anchors[1])}" aria-label="Link to this finding">¶</a>'
    also = f"{escaped(row.also)} " if row.also else ""
    age = f", {escaped(row.age)}" if row.age else ""
    return f'{also}<span class="qd-code">{rule}</span>{age}{_standing(row.finding)} {link}'


def _standing(it: Finding) -> str:
    if it.state == "accepted":
        until = f" until {_when(it.accepted_until)}" if it.accepted_until else ""
        by = f" by {escaped(it.accepted_by)}" if it.accepted_by else ""
        return f", accepted{until}{by}"
    if it.state == "acknowledged":
        tasks = f" as {escaped(', '.join(it.tasks))}" if it.tasks else ""
        return f", in work{tasks}"
    return ""


def actions(sources: Sources, rows: Sequence[ActionRow]) -> Markup:
    """What to do, in order."""
    shown = listed(rows) if rows and rows[0].where else rows
    printed = "".join(_action(sources, row) for row in shown)
    left = rows[len(shown) :]
    more = rest(sources, len(left), "task", (row.anchor for row in left))
    return Markup(f'<ol class="qd-actions">\n{printed}</ol>\n{more}')  # noqa: S704 - escaped part by part


def _action(sources: Sources, row: ActionRow) -> str:
    stake = money(row.money) if row.money else row.stake or "not known"
    per = row.per if row.money else "impact" if row.stake else "at stake"
    return (
        f'<li{spot(sources, row.anchor)}><span class="qd-no">{row.rank}</span><div class="qd-what">\n'
        f'<p class="qd-said"><b>{escaped(row.text)}</b></p>\n'
        f"{_about(row)}"
        f'<p class="qd-grey">{" · ".join(_about_action(row))}</p>\n'
        f"{_why_first(row)}</div>\n"
        f'<p class="qd-stake"><b>{escaped(stake)}</b> <span>{escaped(per)}</span></p></li>\n'
    )


def _about(row: ActionRow) -> str:
    return f"<p>{escaped(row.about)}</p>\n" if row.about else ""


def _about_action(row: ActionRow) -> list[str]:
    """The parts of its grey line."""
    parts = (
        escaped(row.owner or "nobody named"),
        escaped(row.effort),
        f"due {_when(row.due, short=True)}" if row.due else "",
        f'<b class="qd-bad">{counted(row.days_late, "day")} late</b>' if row.days_late else "",
        _word("act", "pinned", "bad") if row.is_pinned else "",
        escaped(row.task),
        escaped(row.rest),
    )
    return [part for part in parts if part]


def _why_first(row: ActionRow) -> str:
    if not row.factors:
        return ""
    factors = "".join(map(_factor, row.factors))
    return (
        f'<details class="qd-more"><summary>Why first: score {escaped(row.score)}</summary>\n'
        f"<ul>\n{factors}</ul></details>\n"
    )


def _factor(factor: Factor) -> str:
    note = f' <span class="qd-grey">{escaped(factor.note)}</span>' if factor.note else ""
    return f'<li><span class="qd-num">{escaped(factor.points)}</span> {escaped(factor.label)}{note}</li>\n'


# --- what is not known -------------------------------------------------------------------------------------------


def not_known(sources: Sources, gap: Gap, entity: str = "") -> Markup:
    """One thing that could not be said, and where to add it."""
    return Markup(_not_known(sources, gap, entity))  # noqa: S704 - escaped there


def _not_known(sources: Sources, gap: Gap, entity: str = "") -> str:
    whose = f" of {escaped(entity)}" if entity else ""
    section = f", section {escaped(gap.heading)}" if gap.heading else ""
    step = f"Add {escaped(gap.add)} to {_file(sources, gap.path)}{section}." if gap.path else escaped(gap.add)
    pages = f" on {counted(gap.pages, 'page')}" if gap.pages else ""
    unlocks = f" Unlocks {counted(gap.unlocks, 'figure')}{pages}." if gap.unlocks else ""
    return (
        f'<div class="qd-gap"><p><b>{escaped(gap.what)}{whose}: not known.</b> {escaped(gap.why)}</p>\n'
        f"<p>{step}{unlocks}</p></div>\n"
    )


def _file(sources: Sources, path: str) -> str:
    edit = sources.links.edit(path)
    named = f"<code>{escaped(path)}</code>"
    return f'<a href="{escaped(edit)}">{named}</a>' if edit else named


def not_known_list(
    sources: Sources, gaps: Sequence[Gap], entities: Mapping[str, str], most: int = _MOST_GAPS
) -> Markup:
    """Everything that could not be said; what several businesses lack alike is one block."""
    if not gaps:
        return Markup('<p class="qd-none">Every input that this page wants is written down.</p>\n')
    blocks = [_not_known_group(sources, group, entities) for group in by_subject(gaps)]
    more = ""
    if len(blocks) > most:
        more = (
            f'<details class="qd-more"><summary>{len(blocks) - most} more that are not known</summary>\n'
            f"{''.join(blocks[most:])}</details>\n"
        )
    return Markup("".join(blocks[:most]) + more)  # noqa: S704 - escaped part by part


def _not_known_group(sources: Sources, gaps: Sequence[Gap], entities: Mapping[str, str]) -> str:
    first = gaps[0]
    if len(gaps) == 1:
        return _not_known(sources, first, entities.get(first.entity, "")) + "\n"
    names = [
        f"{escaped(gap.what)} of {escaped(entities.get(gap.entity, gap.entity))}"
        if at == 0 or gap.what != first.what
        else escaped(entities.get(gap.entity, gap.entity))
        for at, gap in enumerate(gaps[:MOST_NAMED])
    ]
    section = f", section {escaped(first.heading)}" if first.heading else ""
    unlocks = sum(gap.unlocks for gap in gaps)
    more = f" Unlocks {counted(unlocks, 'figure')}." if unlocks else ""
    paths = list(dict.fromkeys(gap.path for gap in gaps))
    files = ", ".join(_file(sources, path) for path in paths[:MOST_NAMED])
    if len(gaps) > MOST_NAMED:
        names[-1] += f" and {len(gaps) - MOST_NAMED} more"
    if len(paths) > MOST_NAMED:
        files += f" and {len(paths) - MOST_NAMED} more"
    return (
        f'<div class="qd-gap"><p><b>{", ".join(names)}: not known.</b> {escaped(first.why)}</p>\n'
        f"<p>Add {escaped(first.add)} to {files}{section}.{more}</p></div>\n"
    )


# --- sources -----------------------------------------------------------------------------------------------------


def sources_list(sources: Sources) -> Markup:
    """Where each number of the page comes from, so far."""
    entries = sources.entries
    if not entries:
        return Markup('<p class="qd-none">No figure on this page has a source yet.</p>\n')
    return Markup(f'<ol class="qd-sources">\n{"".join(map(_entry, entries))}</ol>\n')  # noqa: S704 - escaped there


def _entry(entry: Entry) -> str:
    formula = f", formula {_anchor_link(entry.formula, entry.formula_href)}" if entry.formula else ""
    as_of = f", {_when(entry.as_of)}" if entry.as_of else ""
    made_of = ", ".join(f'<a href="#s{number}">{escaped(what)}</a>' for number, what in entry.inputs)
    inputs = f", from {made_of}{_more(entry.more_inputs)}" if made_of else ""
    return (
        f'<li id="s{entry.number}"><b>{escaped(entry.what)}</b> <span class="qd-grey">{escaped(entry.kind)}</span>'
        f"{formula}{inputs}{as_of}{_places_of(entry)}</li>\n"
    )


def _places_of(entry: Entry) -> str:
    if not entry.places:
        return ""
    by_file: dict[tuple[str, str], list[Place]] = {}
    for place in entry.places:
        by_file.setdefault((place.path, place.what), []).append(place)
    files = " · ".join(_file_of(entry, each) for each in by_file.values())
    return f'<span class="qd-places">{files}{_more(entry.more)}</span>'


def _more(count: int) -> str:
    return f' <span class="qd-grey">and {count} more</span>' if count else ""


def _file_of(entry: Entry, places: Sequence[Place]) -> str:
    """Places of one file: `handoffs/jada.md:14, 17`."""
    first, *others = places
    named = Markup(f"<code>{escaped(first.text)}</code>")  # noqa: S704 - escaped right here
    lines = (_anchor_link(str(place.line), place.href) for place in others)
    shown = ", ".join((_anchor_link(named, first.href), *lines))
    is_new = first.what and first.what != entry.what
    return f'{shown} <span class="qd-grey">{escaped(first.what)}</span>' if is_new else shown
