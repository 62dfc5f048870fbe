"""What the macros of `components.md.j2` take: frozen view types, one per component of the page."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

import msgspec
from markupsafe import Markup

from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import ROLE_TITLES, Finding, Gap, Role
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.reports.words import NBSP, Printable, age, day, day_short

Tone = Literal["", "bad", "warn", "good"]
"""A judgement; it is never printed without its word."""

StateKey = Literal["act", "watch", "course", "unknown"]
STATE_TITLES: dict[StateKey, str] = {
    "act": "Act now",
    "watch": "Watch",
    "course": "On course",
    "unknown": "Too little known",
}
STATE_TONES: dict[StateKey, Tone] = {"act": "bad", "watch": "warn", "course": "good", "unknown": ""}

ChangeKind = Literal["new", "added", "worse", "better", "resolved", "moved", "time"]
CHANGE_WORDS: dict[ChangeKind, str] = {
    "new": "New",
    "added": "New",
    "moved": "Changed",
    "worse": "Worse",
    "better": "Better",
    "resolved": "Resolved",
    "time": "With time",
}
CHANGE_TONES: dict[ChangeKind, Tone] = {
    "new": "bad",
    "added": "",
    "moved": "",
    "worse": "bad",
    "better": "good",
    "resolved": "good",
    "time": "",
}

SEVERITY_TONES: dict[Severity, Tone] = {Severity.CRITICAL: "bad", Severity.HIGH: "warn"}

Text = str | Markup
"""Plain text is escaped; a sentence with figures is Markup, made in the template with `{% set %}`."""

T = TypeVar("T")

MOST_ROWS = 60
"""Rows of a table on a page; the others are counted in words and stand in the CSV."""
MOST_LISTED = 40
"""Tasks of several businesses in one list; the others stand on the pages of those businesses."""
MOST_FINDINGS = 24
"""Findings of several businesses in one list; each weighs as much as three tasks."""
MOST_NAMED = 12
"""Names in one sentence, and columns of one table; the others are counted."""

_NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 80
_DAYS_OF_A_YEAR = 365
"""From here on a day is printed with its year."""


class Coverage(msgspec.Struct, frozen=True):
    """How many of the inputs that a page wants are there."""

    known: int
    """Fresh and old ones together."""
    old: int
    wanted: int

    @property
    def sentence(self) -> str:
        """Print `34 of 47 inputs known, 3 old`."""
        return f"{self.known} of {self.wanted} inputs known" + (f", {self.old} old" if self.old else "")

    def width(self, count: int, whole: int) -> int:
        """Give the width of a part of the bar, in whole units."""
        return whole * count // self.wanted if self.wanted else 0


class NavChip(msgspec.Struct, frozen=True):
    """One of the chips that lead to sister pages on a phone."""

    title: str
    href: str
    is_current: bool = False


class Head(msgspec.Struct, frozen=True):
    """What stands above the lead of every page."""

    title: str
    """The `h1`, one word where possible."""
    scope: str
    """What the page covers: `All businesses`."""
    newest: date | None = None
    """Date of the newest input; None where there is none at all."""
    as_of: date | None = None
    """Set on Home and the board pack alone, where it is printed instead of `newest`."""
    coverage: Coverage | None = None
    chips: tuple[NavChip, ...] = ()
    chips_label: str = "Reports"
    sample: str = ""
    """Why the page is a sample; only where the whole site is not one (the theme says that)."""
    description: str = ""
    """One sentence for search results."""


class Move(msgspec.Struct, frozen=True):
    """How a number moved: the arrow is its direction, the tone the judgement."""

    text: str
    """With its unit: `$2,100 less`."""
    direction: Literal["up", "down", "new", "none"]
    tone: Tone = ""
    since: str = ""
    """The rest of the line: `than 16 Nov`."""


class Card(msgspec.Struct, frozen=True):
    """One of at most four numbers at the top of a page."""

    label: str
    """Under 18 characters."""
    value: Figure | Printable
    state: StateKey | None = None
    state_text: str = ""
    """In place of the state's own words: `too few checks`."""
    move: Move | None = None
    context: Text = ""
    """One line: `besides $5,100 that belongs to guests`."""
    source_note: str = ""
    """Words of the source link: `ledger, 20 Nov`."""
    source_href: str = ""
    """By default the entry of the figure in *Sources*."""
    series: tuple[Decimal | None, ...] = ()
    """At most twelve points, oldest first; None is a gap."""
    threshold: Decimal | None = None


class ChangeRow(msgspec.Struct, frozen=True):
    """One change as a sentence."""

    kind: ChangeKind
    text: Text
    href: str = ""
    note: str = ""
    """How much it weighs and what is at stake, or why it is so."""


class Changed(msgspec.Struct, frozen=True):
    """The page's own last change: its date and its largest rows."""

    on: date | None
    """None where it is as in the first report."""
    rows: tuple[ChangeRow, ...] = ()
    """At most five."""
    total: int = 0
    href: str = ""
    """Where all of them are listed."""
    note: str = ""
    """What is to be said of time, which brings changes by itself."""


class FindingRow(msgspec.Struct, frozen=True):
    """A finding as one page lists it."""

    finding: Finding
    entity: str = ""
    """Title of its business, printed where the page covers several."""
    per: str = "a month at stake"
    here: Role | None = None
    """The page's own role, left out of *Also moves*."""
    owner: str = ""
    """Who takes the next step."""
    under: tuple[Finding, ...] = ()
    """What states the same fact in detail."""

    @property
    def anchors(self) -> tuple[str, str]:
        """The short anchor of its rule and the full one of its identity; neither rests on wording."""
        short = f"f-{slug(self.finding.rule)}"
        return short, f"{short}-{slug(self.finding.entity)}-{slug(self.finding.subject)}"

    @property
    def age(self) -> str:
        """Print `first seen 3 Nov, 20 days, carried over 3 times` or `new`; nothing without earlier versions."""
        first, days = self.finding.first_seen, self.finding.age_days
        if first is None or days is None:
            return ""
        if not self.finding.carried:
            return "new"
        since = day_short(first) if days < _DAYS_OF_A_YEAR else day(first)
        times = "once" if self.finding.carried == 1 else f"{self.finding.carried}{NBSP}times"
        return f"first seen {since}, {age(days)}, carried over {times}"

    @property
    def also(self) -> str:
        """Print `Also moves CMO and CFO.`, or nothing."""
        roles = dict.fromkeys(effect.role for effect in self.finding.affects if effect.role != self.here)
        titles = [ROLE_TITLES[role] for role in roles]
        return f"Also moves {joined(titles)}." if titles else ""


class Factor(msgspec.Struct, frozen=True):
    """One part of an action's score."""

    label: str
    points: str
    """Ready to print: `+ 4.00`."""
    note: str = ""
    """What was assumed."""


class ActionRow(msgspec.Struct, frozen=True):
    """One thing to do."""

    rank: int
    text: Text
    """In the imperative."""
    about: Text = ""
    """What is so, where no task says what to do about it."""
    owner: str = ""
    effort: str = ""
    due: date | None = None
    days_late: int = 0
    task: str = ""
    """Id of the task, from which the anchor comes."""
    where: str = ""
    """Title of its business, on a page that covers several."""
    fixes: tuple[str, ...] = ()
    """Rules or findings that it resolves."""
    waits_for: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    money: Money | None = None
    per: str = "at stake"
    stake: str = ""
    """In place of money that nobody wrote: `high`."""
    is_pinned: bool = False
    score: str = ""
    factors: tuple[Factor, ...] = ()
    """Printed under *Why first*; without them there is no such line."""

    @property
    def anchor(self) -> str:
        """Its anchor: `t-qdn-12`, or by rank where nobody wrote a task."""
        return task_anchor(self.task)

    @property
    def rest(self) -> str:
        """What follows owner, effort and date: business, what it fixes, waits for, roles."""
        fixes = f"for {joined(self.fixes)}" if self.fixes else ""
        waits = f"waits for {joined(self.waits_for)}" if self.waits_for else ""
        roles = ", ".join(ROLE_TITLES[role] for role in self.roles)
        return " · ".join(part for part in (self.where, fixes, waits, roles) if part)


class Chip(msgspec.Struct, frozen=True):
    """A business: its name as a link, its state and why, in a few words."""

    name: str
    href: str
    state: StateKey
    reason: str = ""
    state_text: str = ""


class ChainStep(msgspec.Struct, frozen=True):
    """One box of a chain of causes; the first is the cause."""

    role: str
    text: Text
    href: str = ""
    money: str = ""
    """What is at stake, in words; printed below the sentence of the cause."""


class Column(msgspec.Struct, frozen=True):
    """A column of a data table."""

    key: str
    """Stable name, also in the CSV."""
    title: str
    is_number: bool = False
    """Right-aligned, tabular figures."""
    label: str = ""
    """What a phone prints in front of the value; the title by default, nothing with `-`."""


class Cell(msgspec.Struct, frozen=True):
    """A cell: a value, and beneath it a grey line."""

    value: Figure | Printable
    note: Text = ""
    tone: Tone = ""
    """Judges the note, which then carries the word: `$1,900 under plan`."""
    href: str = ""
    state: StateKey | None = None
    """Printed as shape and word, with the value (if any) beneath it."""
    is_exact: bool = False
    is_plain: bool = False
    """Without the badge of its kind, where the caption says it for all cells."""


class TableRow(msgspec.Struct, frozen=True):
    """A row: the first cell is its head."""

    cells: tuple[Cell | Figure | Printable, ...]
    tone: Tone = ""
    """Tints the row and puts a bar at its left; a cell must then say why."""
    anchor: str = ""


class Table(msgspec.Struct, frozen=True):
    """A data table with its caption."""

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    caption: Text = ""
    """Source and exceptions, in words."""
    total: TableRow | None = None
    csv: str = ""
    """Link to the raw values."""
    is_sortable: bool = True
    is_index: bool = False
    """Whether it is the way to its rows: then all of them stand on the page, however many."""
    label: str = ""
    """Name for screen readers, where the heading above does not say it."""
    layout: Literal["", "home", "tight"] = ""
    """`tight`: the grey lines of numbers do not wrap. `home`: nor here, and on a phone the five cells of a row
    stand in two columns without labels."""


class GridCell(msgspec.Struct, frozen=True):
    """One cell of a grid: the word, and its step of blue."""

    word: str
    step: int | None = None
    """0 to 5; None prints the word plain."""
    note: str = ""
    """`71 days old`."""
    is_unknown: bool = False
    """Dashed."""
    tone: Tone = ""
    href: str = ""


class GridRow(msgspec.Struct, frozen=True):
    """One row of a grid, a cell for each column."""

    title: str
    cells: tuple[GridCell, ...]


class GridGroup(msgspec.Struct, frozen=True):
    """Rows that belong together."""

    title: str
    rows: tuple[GridRow, ...]


class Grid(msgspec.Struct, frozen=True):
    """A matrix of words: visibility, checks, close."""

    corner: str
    """What the rows are: `Channel`."""
    columns: tuple[str, ...]
    groups: tuple[GridGroup, ...]
    summary: GridRow | None = None
    """First row, with larger words."""
    legend: tuple[str, ...] = ()
    """Words of the steps from 0 up."""
    caption: Text = ""
    csv: str = ""
    label: str = ""
    is_wordy: bool = False
    """Its cells hold long words: on a phone the title of a row stands above them, so that they have its room."""


class Step(msgspec.Struct, frozen=True):
    """One step of a roadmap."""

    name: str
    met: int
    open: int
    unknown: int
    missing: Text = ""
    """What is missing, as a sentence."""
    earliest: date | None = None
    is_current: bool = False

    @property
    def wanted(self) -> int:
        """All conditions of the step."""
        return self.met + self.open + self.unknown

    @property
    def sentence(self) -> str:
        """Print `5 of 8 met, 1 not known`."""
        return f"{self.met} of {self.wanted} met" + (f", {self.unknown} not known" if self.unknown else "")


class Assumption(msgspec.Struct, frozen=True):
    """Something that the page takes for granted."""

    what: str
    value: Figure | Printable
    why: Text = ""
    source: Source | None = None
    checked: date | None = None
    is_default: bool = True
    """Whether nobody set it, so that we assume it."""


class Key(msgspec.Struct, frozen=True):
    """A word of a chart's grey line in the colour of what it names."""

    label: str
    colour: int
    """1 to 5; 0 is that of the text."""
    line: Literal["", "line", "dash", "word"] = ""
    """A bar by default; a word has no mark."""


class Chart(msgspec.Struct, frozen=True):
    """A picture in both widths, and the numbers behind it."""

    key: str
    caption: Text
    """The finding as a sentence, never a title."""
    about: Text
    """Grey line: what and unit."""
    wide: Markup
    """880 units wide: the mark for which the build puts the drawing."""
    narrow: Markup
    """350 units wide."""
    keys: tuple[Key, ...] = ()
    """What the colours are, where there are several."""
    numbers: Table | None = None
    """None where the table that follows has them."""


def by_subject(gaps: Sequence[Gap]) -> tuple[tuple[Gap, ...], ...]:
    """Put gaps of one field together, in the order of the first of each: eight ledgers are one line."""
    groups: dict[str, list[Gap]] = {}
    for gap in gaps:
        groups.setdefault(gap.key or gap.id + gap.what, []).append(gap)
    return tuple(tuple(group) for group in groups.values())


def task_anchor(task: str) -> str:
    """The anchor of a task by its id: `t-qdn-12`; empty where nobody wrote a task."""
    return f"t-{slug(task)}" if task else ""


def slug(text: str) -> str:
    """Make the part of an anchor: lower case, digits and hyphens.

    A long text is cut, and one without any letter of an address has none; a short hash then keeps it apart.
    """
    plain = _NOT_IN_ANCHORS.sub("-", text.lower()).strip("-")
    if plain and len(plain) <= _LONGEST_SLUG:
        return plain
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{plain[:_LONGEST_SLUG]}-{mark}".lstrip("-")


def joined(words: Sequence[str]) -> str:
    """Join as a sentence does: `CMO, CFO and CEO`; of very many the rest is counted."""
    if len(words) > MOST_NAMED + 1:
        words = [*words[:MOST_NAMED], f"{len(words) - MOST_NAMED} more"]
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def named(words: Iterable[str], mark: str = ", ") -> str:
    """Join with a mark; of very many the rest is counted: `Jada, Harbor and 988 more`."""
    listed = list(words)
    if len(listed) <= MOST_NAMED + 1:
        return mark.join(listed)
    return f"{mark.join(listed[:MOST_NAMED])} and {len(listed) - MOST_NAMED} more"


def listed(things: Sequence[T], most: int = MOST_LISTED) -> Sequence[T]:
    """As many as one list of a page holds; a single one is not left out."""
    return things if len(things) <= most + 1 else things[:most]


def badge(figure: Figure) -> str:
    """Give the word of a figure's badge; actual and computed ones have none."""
    if figure.is_estimate:
        return "estimate"
    match figure.kind:
        case "assumption":
            return "assumed"
        case "benchmark":
            return f"benchmark {figure.as_of.year}" if figure.as_of else "benchmark"
        case "stated":
            return "stated"
        case _:
            return ""


def cell_of(thing: Cell | Figure | Printable) -> Cell:
    """Give the cell itself, or one that holds a bare value."""
    return thing if isinstance(thing, Cell) else Cell(thing)
