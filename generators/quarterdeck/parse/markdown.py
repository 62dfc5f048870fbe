"""Reads Markdown into headings, tables, lists and other blocks with their places; alone knows pyromark."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec
import pyromark

DEPTH_LIMIT = 60
"""How deep quotes, lists and emphasis may stand in each other; what is deeper is refused (F-009)."""

ROW_LIMIT = 5_000
COLUMN_LIMIT = 60

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_TASKLISTS
)
_RENDERED = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_FENCE = re.compile(rb"(`{3,}|~{3,})")
_CLOSED_BY = (
    (re.compile(r"\s*<!--"), "-->", "HTML comment"),
    (re.compile(r"\s*<(?:script|pre|style|textarea)\b", re.IGNORECASE), "</", "HTML element"),
    (re.compile(r"\s*<\?"), "?>", "<? block"),
    (re.compile(r"\s*<!\[CDATA\["), "]]>", "CDATA block"),
    (re.compile(r"\s*<![A-Za-z]"), ">", "<! block"),
)
_CHECKBOX = re.compile(r"\[([ xX/>-])\](?=\s|$)\s*")

_ROWS = ("TableRow", "TableHead")
_INLINE = ("Emphasis", "Strong", "Strikethrough", "Link", "Image")

_Stream = Iterator[tuple[Any, Any]]
"""Events of pyromark: a word, or a dictionary of one entry, each with its byte range."""


class Cell(msgspec.Struct, frozen=True, gc=False):
    """The plain text of one cell, and where it starts."""

    text: str
    """Stripped; code and emphasis without their marks, HTML left out."""
    at: int
    """Byte offset for `Document.place`; a line number where the table is no Markdown."""


class Heading(msgspec.Struct, frozen=True, gc=False):
    """A heading on the outermost level."""

    level: int
    text: str
    start: int
    stop: int


class Table(msgspec.Struct, frozen=True):
    """A pipe table on the outermost level."""

    rows: tuple[tuple[Cell, ...], ...]
    """The first is the header; each has as many cells as it."""
    start: int
    stop: int
    rows_left_out: int = 0
    columns_left_out: int = 0


class Item(msgspec.Struct, frozen=True):
    """One item of a list."""

    text: str
    """Its own plain text, without items inside it and without the checkbox."""
    checkbox: str
    """What stands in its brackets, such as a blank, `x` or `/`; empty where it has none."""
    start: int
    stop: int
    content: int
    """Where its own text starts, for rendering; its own text ends at `content_stop`."""
    content_stop: int
    items: tuple["Item", ...] = ()


class List(msgspec.Struct, frozen=True):
    """A list on the outermost level."""

    items: tuple[Item, ...]
    start: int
    stop: int

    @property
    def has_checkbox(self) -> bool:
        """Whether any item, at any depth, is a task."""
        pending = list(self.items)
        while pending:
            item = pending.pop()
            if item.checkbox:
                return True
            pending.extend(item.items)
        return False


class Block(msgspec.Struct, frozen=True, gc=False):
    """Anything else on the outermost level: paragraph, quote, code, HTML, rule."""

    text: str
    """Plain text, empty for HTML and rules."""
    start: int
    stop: int


Part: TypeAlias = Heading | Table | List | Block


class Link(msgspec.Struct, frozen=True, gc=False):
    """The target of one link or picture."""

    target: str
    at: int
    is_image: bool


class Html(msgspec.Struct, frozen=True, gc=False):
    """One piece of HTML as written."""

    text: str
    at: int


class Fault(msgspec.Struct, frozen=True, gc=False):
    """Why the whole document cannot be trusted."""

    code: str
    what: str
    mend: str
    at: int


class Document(msgspec.Struct, frozen=True):
    """The parts of one Markdown text in order, with the means to find their lines."""

    raw: bytes
    starts: list[int]
    """Byte offset of the start of each line."""
    first_line: int
    parts: tuple[Part, ...]
    links: tuple[Link, ...]
    html: tuple[Html, ...]
    faults: tuple[Fault, ...]

    def line(self, at: int) -> int:
        """The line of the file, from 1, that holds a byte offset."""
        return bisect_right(self.starts, at) + self.first_line - 1

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of the file, both from 1, the column in characters."""
        index = bisect_right(self.starts, at)
        before = self.raw[self.starts[index - 1] : at]
        return index + self.first_line - 1, len(before.decode(errors="replace")) + 1

    def source(self, start: int, stop: int) -> str:
        """The Markdown between two offsets that this document gave out."""
        return self.raw[start:stop].decode(errors="replace")


class _TooDeepError(Exception):
    """Nesting went over the limit."""

    def __init__(self, at: int) -> None:
        """Keep the place."""
        super().__init__(at)
        self.at = at


def read(text: str, first_line: int = 1) -> Document:
    """Read a Markdown text in one pass.

    Args:
        text: Line ends are newlines.
        first_line: The line of the file on which the text begins.

    Returns:
        Its parts; `faults` says where a fence, comment or nesting makes the rest unreadable.
    """
    raw = text.encode()
    starts = [0, *(match.end() for match in re.finditer(b"\n", raw))]
    reader = _Reader(raw)
    stream = pyromark.events_with_range(text, options=_OPTIONS, merge_text=True)
    try:
        reader.read(stream)
    except _TooDeepError as error:
        what = f"quotes, lists or emphasis stand more than {DEPTH_LIMIT} deep in each other"
        reader.faults.append(Fault("too-deep", what, "Write it flatter.", error.at))
    return Document(
        raw,
        starts,
        first_line,
        tuple(reader.parts),
        tuple(reader.links),
        tuple(reader.html),
        tuple(reader.faults),
    )


def to_html(text: str) -> str:
    """Render a Markdown text; raw HTML passes through, so the result has to be sanitised."""
    return pyromark.html(text, options=_RENDERED)


class _Reader:
    """Takes the events of one document, outermost block by outermost block."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.parts: list[Part] = []
        self.links: list[Link] = []
        self.html: list[Html] = []
        self.faults: list[Fault] = []

    def read(self, stream: _Stream) -> None:
        for event, span in stream:
            if type(event) is dict and (opened := event.get("Start")) is not None:
                self.parts.append(self._part(stream, opened, span["start"], span["end"]))

    def _part(self, stream: _Stream, opened: Any, start: int, stop: int) -> Part:  # noqa: ANN401  # an event
        name = opened if type(opened) is str else next(iter(opened))
        if name == "Table":
            return self._table(stream, start, stop)
        if name == "List":
            return List(self._list(stream, 1), start, stop)
        if name == "HtmlBlock":
            self._html_block(stream, start)
            return Block("", start, stop)
        if name == "CodeBlock":
            self._check_fence(opened[name], start, stop)
        text = self._text(stream).strip()
        if name == "Heading":
            return Heading(int(opened[name]["level"][1]), text, start, stop)
        return Block(text, start, stop)

    def _table(self, stream: _Stream, start: int, stop: int) -> Table:  # noqa: C901, PLR0912  # the hot loop
        """The cells up to the end of the table; by far the commonest events of a handoff."""
        rows: list[tuple[Cell, ...]] = []
        cells: list[Cell] = []
        parts: list[str] = []
        at = count = width = columns = depth = 0
        for event, span in stream:
            if (text := event.get("Text")) is not None:
                if not parts:
                    at = span["start"]
                parts.append(text)
            elif (begun := event.get("Start")) is not None:
                if begun == "TableCell":
                    at = span["start"]
                    parts = []
                elif begun not in _ROWS:
                    depth = self._enter(begun, span, depth)
            elif (ended := event.get("End")) is None:
                parts.append(self._inline(event, span["start"]))
            elif ended == "TableCell":
                width += 1
                if width <= COLUMN_LIMIT:
                    cells.append(Cell("".join(parts).strip(), at))
            elif ended in _ROWS:
                count += 1
                if count <= ROW_LIMIT + 1:
                    rows.append(tuple(cells))
                cells, columns, width = [], width, 0
            elif ended == "Table":
                break
            else:
                depth -= 1
        return Table(tuple(rows), start, stop, count - len(rows), max(0, columns - COLUMN_LIMIT))

    def _list(self, stream: _Stream, depth: int) -> tuple[Item, ...]:
        items = []
        for event, span in stream:
            if "Start" not in event:
                break
            if depth > DEPTH_LIMIT:
                raise _TooDeepError(span["start"])
            items.append(self._item(stream, span, depth))
        return tuple(items)

    def _item(self, stream: _Stream, item: Any, level: int) -> Item:  # noqa: ANN401  # a range of pyromark
        parts: list[str] = []
        items: tuple[Item, ...] = ()
        content, content_stop, depth = -1, 0, 0
        for event, span in stream:
            if type(event) is not dict:
                parts.append(" ")
                continue
            begun, ended = event.get("Start"), event.get("End")
            if type(begun) is dict and "List" in begun:
                items += self._list(stream, level + 1)
                continue
            if ended == "Item":
                break
            if content < 0:
                content = span["start"]
            content_stop = max(content_stop, span["end"]) if not items else content_stop
            if begun == "HtmlBlock":
                self._html_block(stream, span["start"])
            elif begun is not None:
                depth = self._enter(begun, span, depth)
            elif ended is not None:
                depth -= 1
                parts.append(" " if ended == "Paragraph" else "")
            else:
                parts.append(event.get("Text") or self._inline(event, span["start"]))
        text = "".join(parts).strip()
        box = _CHECKBOX.match(text)
        content = item["end"] if content < 0 else content
        return Item(
            text[box.end() :] if box else text,
            box[1].lower() if box else "",
            item["start"],
            item["end"],
            content,
            max(content, content_stop),
            items,
        )

    def _text(self, stream: _Stream) -> str:
        """The plain text up to the end of the block that is open; blocks inside it end their lines."""
        parts: list[str] = []
        depth = 0
        for event, span in stream:
            if type(event) is not dict:
                parts.append(" " if event == "SoftBreak" else "\n")
            elif (text := event.get("Text")) is not None:
                parts.append(text)
            elif (begun := event.get("Start")) is not None:
                if begun == "HtmlBlock":
                    self._html_block(stream, span["start"])
                else:
                    depth = self._enter(begun, span, depth)
            elif (ended := event.get("End")) is not None:
                if depth == 0:
                    break
                depth -= 1
                if ended not in _INLINE:
                    parts.append(" " if ended == "TableCell" else "\n")
            else:
                parts.append(self._inline(event, span["start"]))
        return "".join(parts)

    def _enter(self, begun: Any, span: Any, depth: int) -> int:  # noqa: ANN401  # an event and its range
        """Note what opens here, and count it."""
        if depth >= DEPTH_LIMIT:
            raise _TooDeepError(span["start"])
        if type(begun) is dict:
            if (data := begun.get("Link") or begun.get("Image")) is not None:
                self.links.append(Link(data["dest_url"], span["start"], "Image" in begun))
            elif "CodeBlock" in begun:
                self._check_fence(begun["CodeBlock"], span["start"], span["end"])
        return depth + 1

    def _inline(self, event: Any, at: int) -> str:  # noqa: ANN401  # an event of pyromark
        """The plain text of an event that neither opens nor closes anything."""
        if (code := event.get("Code")) is not None:
            return str(code)
        if (checked := event.get("TaskListMarker")) is not None:
            return "[x] " if checked else "[ ] "
        if (html := event.get("InlineHtml")) is not None:
            self.html.append(Html(html, at))
        return ""

    def _html_block(self, stream: _Stream, start: int) -> None:
        pieces = []
        for event, _ in stream:
            if event.get("End") == "HtmlBlock":
                break
            pieces.append(event.get("Html") or "")
        whole = "".join(pieces)
        self.html.append(Html(whole, start))
        for opening, closing, name in _CLOSED_BY:
            match = opening.match(whole)
            if match:
                if closing not in whole[match.end() :]:
                    what = f"an {name} opens here and is never closed"
                    self.faults.append(
                        Fault(
                            "unclosed",
                            what,
                            f"Add {closing if closing != '</' else 'its closing tag'} where it ends.",
                            start,
                        )
                    )
                break

    def _check_fence(self, kind: Any, start: int, stop: int) -> None:  # noqa: ANN401  # an event's data
        if kind == "Indented" or (fence := _FENCE.match(self.raw, start)) is None:
            return
        first, _, rest = self.raw[start:stop].rstrip().partition(b"\n")
        last = rest[rest.rfind(b"\n") + 1 :].strip(b" \t>")
        if not last or len(last) < len(fence[0]) or last.strip(fence[0][:1]):
            mark = fence[0][:10].decode()
            what = f"a code block opens here ({first[:20].decode(errors='replace')}) and is never closed"
            self.faults.append(Fault("unclosed", what, f"Add a line {mark} where the code ends.", start))
