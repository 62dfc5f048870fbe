"""What stands beside the pages of a finished site for other programs: Markdown, a list of pages, and the data."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure
from quarterdeck.model.page import Page
from quarterdeck.reports.words import SAMPLE
from quarterdeck.site.twins import Twin, twin, twin_of_body

BRIEFING: Final = "briefing.json"
LIST: Final = "llms.txt"
"""Where programs look for what a site holds."""

_TOLD: Final = (
    "schema",
    "name",
    "as_of",
    "commit",
    "currency",
    "timezone",
    "is_sample",
    "roles",
    "people",
    "entities",
    "figures",
    "kpis",
    "findings",
    "actions",
    "gaps",
    "contradictions",
    "assumptions",
    "references",
)
"""Parts of a briefing that pages print; what the audits saw and the rows behind the figures stand on pages alone."""
_DESCRIPTION: Final = re.compile(r'^description: (".*")$', re.MULTILINE)
_OURS: Final = "\nrender_macros: false\n"
"""Stands in the front matter of every page that the program wrote."""
_FIRST_TAB: Final = "Reports"


def twins(pages: Sequence[Page], briefing: Briefing) -> dict[str, Twin]:
    """The Markdown of all reports, by their path; they are headings and HTML, so that no site is needed for them."""
    return {page.path: twin_of_body(page.body, _banner(briefing)) for page in pages if _is_report(page)}


def _is_report(page: Page) -> bool:
    is_there = page.path == "index.md" or page.path.startswith("reports/")
    return is_there and _OURS in page.body.partition("\n---\n")[0] + "\n"


def beside(
    site: Path, pages: Sequence[Page], briefing: Briefing, made: Mapping[str, Twin]
) -> Iterator[tuple[str, bytes]]:
    """Path below the site -> bytes, for one audience and of nothing but its own pages and briefing.

    Args:
        site: The finished site of the audience, where pages are read that are no reports.
        pages: Its pages, in the order of the navigation.
        briefing: What it may see.
        made: The Markdown of its reports.
    """
    found = {}
    for page in pages:
        path = twin_path(page.path)
        one = made.get(page.path)
        found[page.path] = one or twin(
            (site / path).with_suffix(".html").read_text("utf-8"), _banner(briefing)
        )
        yield path, found[page.path].text.encode()
    yield LIST, page_list(pages, found, briefing).encode()
    yield BRIEFING, told(briefing)


def _banner(briefing: Briefing) -> str:
    return SAMPLE if briefing.is_sample else ""


def twin_path(path: str) -> str:
    """Where the Markdown of a page stands, beside its HTML: `reports/cfo.md` is at `reports/cfo/index.md`."""
    stem = path.removesuffix(".md")
    folder, _, name = stem.rpartition("/")
    whole = folder if name in {"index", "README"} else stem
    return f"{whole}/index.md".lstrip("/")


def told(briefing: Briefing) -> bytes:
    """The data of the pages as JSON in one line: a figure with its sources, but without what went into it."""
    content: dict[str, Any] = {name: getattr(briefing, name) for name in _TOLD}
    content["figures"] = tuple(map(_short, briefing.figures))
    return msgspec.json.encode(content, order="sorted") + b"\n"


def _short(figure: Figure) -> Figure:
    return msgspec.structs.replace(figure, inputs=(), lines=())


def page_list(pages: Sequence[Page], twins: Mapping[str, Twin], briefing: Briefing) -> str:
    """What the site is, and a line for each page under the name of its tab."""
    said = [f"# {_line(briefing.name)}"]
    said += [f"> {SAMPLE}"] if briefing.is_sample else []
    said.append(
        "Reports on small businesses, made from the files in which they are kept. Each page is also Markdown, and a "
        "number in it has a footnote that names where it comes from. Its tables are CSV files, linked beneath them. "
        f"[{BRIEFING}]({BRIEFING}) holds figures, findings, tasks and gaps as data. What is not known is said so; it "
        "is never zero."
    )
    tabs: dict[str, list[str]] = {}
    for page in pages:
        about = _description(page) or twins[page.path].summary
        line = f"- [{_line(page.title)}]({twin_path(page.path)})"
        tabs.setdefault(page.section or _FIRST_TAB, []).append(f"{line}: {about}" if about else line)
    for title, lines in tabs.items():
        said += [f"## {_line(title)}", "\n".join(lines)]
    return "\n\n".join(said) + "\n"


def _description(page: Page) -> str:
    found = _DESCRIPTION.search(page.body.partition("\n---\n")[0])
    return _line(html.unescape(json.loads(found[1]))) if found else ""


def _line(words: str) -> str:
    """Text in one line, in which nothing is a link or a tag."""
    return re.sub(r"[\\`*\[\]<>]", lambda sign: f"\\{sign[0]}", " ".join(words.split()))
