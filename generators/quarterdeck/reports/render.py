"""The one Jinja environment that makes pages: people's text is printed, never read as code of any kind."""

import json
import re
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from quarterdeck.model.figure import Figure
from quarterdeck.reports import components, html, words
from quarterdeck.reports.compiled import CompiledTemplates
from quarterdeck.reports.escape import code, one_line, safe
from quarterdeck.reports.sources import Sources, href
from quarterdeck.reports.sparkline import sparkline

_ANCHOR = re.compile(r"#{1,6} [^{}]* \{#[a-z0-9-]+\}")
_ANCHOR_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])|(?<=[A-Za-z][a-z]{4}[b-df-hj-np-tv-z])(?=[aeiou][a-z]{2})")
_BLANK_LINES = re.compile(r"\n{3,}")


_TITLES = {"change": components.CHANGE_WORDS, "change_tone": components.CHANGE_TONES}


class UnsafePageError(RuntimeError):
    """A brace that a site builder could read as template stood in a finished page; a defect of a template."""

    def __init__(self, template: str, context: str) -> None:
        """Name the template and the text around the brace."""
        super().__init__(f"{template} printed a live brace near {context!r}")


class BadAnchorError(ValueError):
    """An anchor that could not stand in an address; a defect of ours."""

    def __init__(self, anchor: str) -> None:
        """Name it."""
        super().__init__(f"{anchor!r} is no anchor; use lower-case letters, digits and hyphens")


def heading(text: str) -> Markup:
    """Print text inside a Markdown heading: every sign that Markdown may read becomes a numeric entity."""
    line = one_line(text)
    return Markup("".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in line))  # noqa: S704


def heading_id(anchor: str) -> Markup:
    """Print the explicit id at the end of a Markdown heading.

    Raises:
        BadAnchorError: It is not of lower-case letters, digits and hyphens.
    """
    if not _ANCHOR_NAME.fullmatch(anchor):
        raise BadAnchorError(anchor)
    return Markup("{#" + anchor + "}")  # noqa: S704 - checked right here


def soft(text: str) -> Markup:
    """Let a long name such as DangerousCentaur break, with a hyphen, at its capitals and late in a word."""
    return safe(_HUMP.sub("\u00ad", text))


def quoted(text: str) -> Markup:
    """Print text as a value of a page's front matter; builders put it into HTML without escaping it."""
    return Markup(json.dumps(str(safe(text)), ensure_ascii=False))  # noqa: S704 - escaped by `safe`


def render(template_name: str, *, sources: Sources | None = None, **context: object) -> str:
    """Fill one template below `reports/templates/`.

    Args:
        template_name: Such as `cfo.md.j2`.
        sources: The page's collector, which also knows the page's own path; a new one by default.
        context: What the template names; an undefined name is an error.

    Returns:
        Markdown with front matter and one final newline.

    Raises:
        jinja2.UndefinedError: The template names something that was not handed in.
        UnsafePageError: A brace is live outside an anchor of a heading.
    """
    text = _environment.get_template(template_name).render(sources=sources or Sources(), **context)
    for line in text.split("\n"):
        if ("{" in line or "}" in line) and not _ANCHOR.fullmatch(line):
            at = min(at for at in (line.find("{"), line.find("}")) if at >= 0)
            raise UnsafePageError(template_name, line[max(0, at - 40) : at + 40])
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


def remember(folder: Path, stamp: str) -> None:
    """Keep compiled templates in a folder from now on; see `CompiledTemplates`."""
    _environment.bytecode_cache = CompiledTemplates(folder, stamp)


def _make_environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("quarterdeck.reports", "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=safe,
        auto_reload=False,  # templates are part of the program
    )
    for unsafe in ("safe", "format", "tojson", "urlize", "xmlattr", "forceescape"):
        environment.filters.pop(unsafe)
    environment.filters.update(
        age=words.age,
        code=code,
        day=words.day,
        e=safe,
        escape=safe,
        heading=heading,
        heading_id=heading_id,
        known_of=words.known_of,
        listed=components.listed,
        most=lambda things: things[: components.MOST_NAMED],
        money=words.money,
        named=components.named,
        number=words.number,
        parts=words.parts,
        quoted=quoted,
        slug=components.slug,
        soft=soft,
        value=words.value,
    )
    environment.globals.update(
        counted=words.counted, href=href, html=html, sparkline=sparkline, titles=_TITLES
    )
    environment.tests["figure"] = lambda thing: isinstance(thing, Figure)
    return environment


_environment: Final = _make_environment()
