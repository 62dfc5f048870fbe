"""A page of the site, finished but for the site builder."""

import msgspec


class Download(msgspec.Struct, frozen=True):
    """A file that a page offers, such as the raw values of a table."""

    path: str
    """Below `docs/`, with forward slashes: `reports/cfo/cash.csv`."""
    text: str


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
