"""A page of the site, finished but for the site builder."""

import msgspec

from quarterdeck.model.sheet import Sheet

HOW_MADE = "How numbers are made"
"""The tab of hand-written pages and of those on which the program explains itself."""
GUIDES = "Guides"
"""The group of that tab that holds `docs/guide/`, ours and what stands in its place."""


class Download(msgspec.Struct, frozen=True):
    """A file that a page offers, such as the raw values of a table."""

    path: str
    """Below `docs/`, with forward slashes: `reports/cfo-cash.csv`."""
    text: str
    sheet: Sheet | None = None
    """The table that it holds, if it is one."""

    @property
    def data(self) -> bytes:
        """Its bytes in UTF-8; a CSV says so by its mark, or spreadsheets would read it in the machine's own letters."""
        return self.text.encode("utf-8-sig" if self.path.endswith(".csv") else "utf-8")


class Drawing(msgspec.Struct, frozen=True):
    """One picture of a page, which the build draws and puts where its mark stands."""

    id: str
    """Unique on its page: `weeks-880`."""
    title: str
    """What it says, as a sentence; plain text."""
    about: str
    vega: str
    """Vega-Lite as JSON, colours as tokens."""

    @property
    def mark(self) -> str:
        """What stands in the body of the page in its place; text of people cannot look like it."""
        return f"<!--drawing {self.id}-->"


class Page(msgspec.Struct, frozen=True):
    """One Markdown file of one audience's tree."""

    path: str
    """Below `docs/`, with forward slashes: `reports/cfo.md`."""
    title: str
    """Plain text, as it stands in navigation, search and the browser's tab."""
    body: str
    """Markdown with front matter; everything that people wrote is in it as finished HTML."""
    section: str = ""
    """The tab it stands under; empty for a tab of its own."""
    downloads: tuple[Download, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    group: str = ""
    """What it stands under beneath its tab; empty for a line of its own there."""

    def under(self, group: str) -> "Page":
        """The same page in a group of its tab."""
        return msgspec.structs.replace(self, group=group)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Its tables as values, in the order of the page."""
        return tuple(one.sheet for one in self.downloads if one.sheet)

    @property
    def workbook(self) -> str:
        """Where the workbook of its tables stands, if it has any: `reports/cfo.xlsx`."""
        return f"{self.path.removesuffix('.md')}.xlsx"
