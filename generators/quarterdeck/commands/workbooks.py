"""Writes the workbook of each page once, and remembers it until its tables or the writer change."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from quarterdeck.commands.cache import Remembered
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.page import Page
from quarterdeck.reports.workbook import Book, workbook

_CODE = ("reports",)


class Written(msgspec.Struct, frozen=True):
    """A finished workbook."""

    data: bytes


def workbooks(
    planned: Iterable[tuple[str, Briefing, Sequence[Page]]], root: Path, environ: Mapping[str, str]
) -> Mapping[tuple[str, str], bytes]:
    """The workbook of every page that has tables, by audience and path below `docs/`: `reports/cfo.xlsx`.

    Args:
        planned: Each audience's name, its briefing and its pages.
        root: The portfolio.
        environ: Says where the cache is.
    """
    writer = version("XlsxWriter")
    with Remembered(environ, root, Written, name="workbooks", is_worth_it=True, code=_CODE) as cache:
        return {
            (audience, page.workbook): _written(
                cache, writer, Book(page.title, briefing.name, page.sheets, briefing.is_sample)
            )
            for audience, briefing, pages in planned
            for page in pages
            if page.sheets
        }


def _written(cache: Remembered[Written], writer: str, book: Book) -> bytes:
    return cache.get((writer, msgspec.json.encode(book)), lambda: Written(workbook(book))).data
