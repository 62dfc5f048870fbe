"""Reads one handoff with its CSV files: bytes in, typed facts and problems out."""

from bisect import bisect_right
from collections.abc import Mapping as Files
from types import MappingProxyType

import msgspec

from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import Problem
from quarterdeck.model.handoff import Bullet, Handoff, Prose
from quarterdeck.model.holdings import Property
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.tables import Section, Table
from quarterdeck.parse.columns import match_headers
from quarterdeck.parse.csv import merge, read_csv, secret_problems
from quarterdeck.parse.frontmatter import Split, entity_id, read_entity, split
from quarterdeck.parse.markdown import Document, Heading, Item, List, read
from quarterdeck.parse.markdown import Table as Pipes
from quarterdeck.parse.prose import private_places, renderer, report_removed, without_signatures
from quarterdeck.parse.refusal import quoted
from quarterdeck.parse.sections import NOTES, nearest_section, section_of
from quarterdeck.parse.tables import Grid, Reading, grid_of_list, read_rows, turned, without_duplicates
from quarterdeck.parse.tasks import Checklist
from quarterdeck.secrets.redact import redact
from quarterdeck.text.decode import Text, decode
from quarterdeck.text.nodes import Mapping, Node
from quarterdeck.text.yaml import read_yaml

LOWEST_LEVEL = 4
"""Headings below this level are part of the text."""

_NO_FILES: Files[str, bytes] = MappingProxyType({})
_BULLETS = frozenset(("gaps", "decisions", "questions"))


def parse_handoff(
    data: bytes,
    path: str,
    *,
    stand_alone: bool = False,
    csv_files: Files[str, bytes] = _NO_FILES,
    currency: str = "USD",
) -> Handoff | tuple[Problem, ...]:
    """Read one handoff.

    Args:
        data: The file as it is on disk.
        path: Relative to the portfolio's root; its name is the entity's id where the file states none.
        stand_alone: The file is read by itself, so any file name will do.
        csv_files: Path -> bytes of `data/<entity>/<table>.csv`.
        currency: Of amounts that name none, where the front matter names none either.

    Returns:
        The facts with every problem that costs a value, line or table. Where the file is refused (not UTF-8,
        broken front matter, an unclosed fence, a secret in it, …), all problems that were found, at least one
        of them marked as refused. A refused CSV file is left out alone, its problem marked the same way.
    """
    text = decode(data, path)
    if isinstance(text, Problem):
        return (msgspec.structs.replace(text, rule="R-DAT-09"),)
    problems = list(text.warnings)
    clean, signed_at = without_signatures(text.text)
    secrets = secret_problems(clean, path, "")
    if secrets:
        problems += secrets
        clean = redact(clean)
    parts = split(clean)
    node, found = _front_matter(parts, path)
    document = read(parts.body, parts.first_line)
    entity, bad_id = entity_id(node, path, stand_alone=stand_alone)
    problems += [*found, *([bad_id] if bad_id else ()), *_faults(document, path)]
    if any(problem.refused for problem in problems):
        owned = (msgspec.structs.replace(one, entity=entity, rule=one.rule or "R-DAT-09") for one in problems)
        return tuple(sorted(owned))
    reading = Reading(path, entity, currency)
    reading.problems += (msgspec.structs.replace(one, entity=entity) for one in problems)
    _report_places(text, clean, signed_at, reading)
    facts, rows = read_entity(node if isinstance(node, Mapping) else None, reading)
    return _Body(document, reading, facts).read(rows, csv_files)


def _front_matter(parts: Split, path: str) -> tuple[Node | None, list[Problem]]:
    if not parts.is_closed:
        what = "the front matter opens here and is never closed"
        mend = "Add a line --- after its last key."
        return None, [Problem(path, 1, 1, "unclosed", what, mend, Severity.HIGH, refused=True)]
    if not parts.yaml.strip():
        return None, []
    node, problems = read_yaml(parts.yaml, path, 2)
    if node is not None and not isinstance(node, Mapping):
        what, mend = (
            "the front matter is no list of keys",
            "Write one key and value a line, such as name: JADA.",
        )
        problems.append(Problem(path, 2, 1, "yaml-keys", what, mend, Severity.HIGH, refused=True))
    return node, problems


def _faults(document: Document, path: str) -> list[Problem]:
    return [
        Problem(
            path, *document.place(fault.at), fault.code, fault.what, fault.mend, Severity.HIGH, refused=True
        )
        for fault in document.faults
    ]


def _report_places(text: Text, clean: str, signed_at: int | None, reading: Reading) -> None:
    """Report presigned links, whose signature is gone by now, and private places that a page would show."""
    if signed_at is not None:
        what = (
            "a presigned link stands here; whoever reads it can open the file, so its signature is left out"
        )
        mend = "Link the place where people sign in."
        reading.problem(text.place(signed_at), "presigned-link", what, mend)
    shown = Text(reading.path, clean)
    for offset, place in private_places(clean):
        what = f"{place} will stand on the page"
        mend = "Leave it out, or name the thing in words."
        reading.problem(shown.place(offset), "private-place", what, mend, severity=Severity.LOW)


class _Body:
    """Walks the parts of one document and sorts them into rows, tasks, bullets and prose."""

    def __init__(self, document: Document, reading: Reading, entity: Entity) -> None:
        self.document = document
        self.reading = reading
        self.entity = entity
        owner = entity.owner if isinstance(entity.owner, str) else ""
        self.tasks = Checklist(document, reading, owner)
        self.render = renderer(reading.path, document)
        self.section: Table | Section = NOTES
        self.heading = ""
        self.heading_at = -1
        self.rows: list[Row] = []
        self.tables: list[tuple[str, int]] = []
        self.bullets: list[Bullet] = []
        self.prose: list[Prose] = []
        self.pending: list[tuple[int, int, str]] = []
        """Start, end and plain text of the blocks under the heading that are prose."""

    def read(self, rows: tuple[Row, ...], csv_files: Files[str, bytes]) -> Handoff:
        self.rows += rows
        for part in self.document.parts:
            if isinstance(part, Heading) and part.level <= LOWEST_LEVEL:
                self._open(part)
            elif isinstance(part, Pipes):
                self._table(part)
            elif isinstance(part, List):
                self._list(part)
            else:
                self.pending.append((part.start, part.stop, part.text))
        self._flush()
        report_removed(self.document, self.reading)
        exported = [row for path, data in csv_files.items() for row in read_csv(data, path, self.reading)]
        written = without_duplicates(self.rows, self.reading)
        if exported:
            written = merge(written, without_duplicates(exported, self.reading), self.reading)
        return Handoff(
            path=self.reading.path,
            entity=self.entity,
            rows=tuple(written),
            tables=tuple(self.tables),
            tasks=tuple(self.tasks.tasks),
            bullets=tuple(self.bullets),
            prose=tuple(self.prose),
            problems=tuple(sorted(set(self.reading.problems))),
            is_empty=not self.document.parts,
        )

    def _open(self, heading: Heading) -> None:
        self._flush()
        self.heading, self.heading_at = heading.text, heading.start
        section = section_of(heading.text)
        self.section = section or NOTES
        if isinstance(section, Table):
            self.tables.append((section.name, self.document.line(heading.start)))
        elif section is None and heading.level > 1 and (near := nearest_section(heading.text)):
            what = f"no section is called {quoted(heading.text)}; it is kept as notes"
            place = self.document.place(heading.start)
            self.reading.problem(
                place, "unknown-heading", what, f'Did you mean "{near}"?', severity=Severity.LOW
            )

    def _flush(self) -> None:
        """Render the prose under the heading that ends here."""
        if not self.pending:
            return
        blocks = [self._source(start, stop) for start, stop, _ in self.pending]
        html = self.render.block("\n\n".join(blocks))
        if html:
            at = self.heading_at if self.heading_at >= 0 else self.pending[0][0]
            source = Source(self.reading.path, self.document.line(at), what=self.heading)
            text = "\n".join(text for _, _, text in self.pending if text)
            self.prose.append(Prose(self.reading.entity, self.section.name, self.heading, html, text, source))
        self.pending = []

    def _source(self, start: int, stop: int) -> str:
        """The Markdown of a block from the start of its first line, so that indented code keeps its indent."""
        starts = self.document.starts
        return self.document.source(starts[bisect_right(starts, start) - 1], stop).rstrip("\n")

    def _grid(self) -> Grid:
        return Grid((), (), self.document.place, self.reading.path, "handoff", self.heading)

    def _table(self, pipes: Pipes) -> None:
        section = self.section
        if not isinstance(section, Table):
            text = "\n".join(" ".join(cell.text for cell in row) for row in pipes.rows)
            self.pending.append((pipes.start, pipes.stop, text))
            return
        grid = msgspec.structs.replace(self._grid(), header=pipes.rows[0], rows=pipes.rows[1:])
        if section.record is Property:
            grid = turned(grid)
        if not any(match_headers(section.record, tuple(cell.text for cell in grid.header))):
            self._report_no_columns(pipes, section)
            return
        self._report_size(pipes, section)
        self.rows += read_rows(section, grid, self.reading)

    def _report_no_columns(self, pipes: Pipes, section: Table) -> None:
        names = ", ".join(name.replace("_", " ").capitalize() for name in section.key)
        what = f"no column of this table is one of {section.heading}; it is shown as written"
        self.reading.problem(
            self.document.place(pipes.start),
            "unknown-table",
            what,
            f"Write a header row that begins with {names}.",
            rule="R-DAT-02",
            table=section.name,
        )
        text = "\n".join(" ".join(cell.text for cell in row) for row in pipes.rows)
        self.pending.append((pipes.start, pipes.stop, text))

    def _report_size(self, pipes: Pipes, section: Table) -> None:
        place = self.document.place(pipes.start)
        mend = f"Move the table to data/{self.reading.entity}/{section.name}.csv, or leave old rows out."
        if pipes.rows_left_out:
            what = f"{pipes.rows_left_out:,} more rows were not read"
            self.reading.problem(place, "too-many-rows", what, mend, rule="R-DAT-02", table=section.name)
        if pipes.columns_left_out:
            what = f"{pipes.columns_left_out:,} more columns were not read"
            mend = "Keep the columns of the table, and write the rest as notes."
            self.reading.problem(place, "too-many-columns", what, mend, rule="R-DAT-02", table=section.name)

    def _list(self, part: List) -> None:
        if part.has_checkbox:
            self.tasks.add(part.items, self.heading)
            for item in part.items:
                if not item.checkbox:
                    self._plain(item)
        elif self.section.name in _BULLETS:
            for item in part.items:
                self._bullet(item)
        elif isinstance(self.section, Table) and (
            grid := grid_of_list(self.section, part.items, self._grid())
        ):
            self.rows += read_rows(self.section, grid, self.reading)
        else:
            self.pending.append((part.start, part.stop, "\n".join(_texts(part.items))))
            if self.section.name == "tasks":
                what = "bullets without a checkbox are no tasks; they are kept as text"
                place = self.document.place(part.start)
                mend = "Write - [ ] before each."
                self.reading.problem(place, "no-checkbox", what, mend, severity=Severity.LOW, table="tasks")

    def _plain(self, item: Item) -> None:
        """An item without a checkbox in a list that has some."""
        if self.section.name in _BULLETS:
            self._bullet(item)
        else:
            self.pending.append((item.start, item.stop, item.text))

    def _bullet(self, item: Item) -> None:
        if item.text:
            source = Source(self.reading.path, self.document.line(item.start), what=self.heading)
            html = self.render.line(self.document.source(item.content, item.content_stop))
            section = self.section.name
            self.bullets.append(Bullet(self.reading.entity, section, item.text, html, source))  # type: ignore[arg-type]  # one of _BULLETS
        for child in item.items:
            if not child.checkbox:
                self._bullet(child)


def _texts(items: tuple[Item, ...]) -> list[str]:
    found = []
    for item in items:
        found.append(item.text)
        found += _texts(item.items)
    return found
