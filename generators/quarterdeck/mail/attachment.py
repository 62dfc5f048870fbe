"""A report as one HTML file: styles, font and charts inside, no script, nothing fetched, for reading anywhere."""

import base64
import re
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import markdown  # type: ignore[import-untyped]
import msgspec
import yaml

from quarterdeck.model.page import Page
from quarterdeck.reports.sources import href
from quarterdeck.site.builder import ASSETS, DEFAULT_CONFIG

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
_FRONT: Final = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_FONT: Final = re.compile(r'url\("(fonts/[^"]+)"\)')
_DARK_RULE: Final = re.compile(r"([^{}]*\[data-md-color-scheme=\"?slate\"?\][^{}]*)\{([^{}]*)\}")
_DARK: Final = re.compile(r"\[data-md-color-scheme=\"?slate\"?\]")
_OUTWARD: Final = re.compile(r' href="(?!#|[A-Za-z][\w+.-]*:)([^"]*)"')

_FILE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body dir="ltr" data-md-color-scheme="default">
<div class="md-container"><main class="md-main"><div class="md-main__inner md-grid"><div class="md-content">
<article class="md-content__inner md-typeset">
<p class="qd-note">{imprint}</p>
{sample}{body}
</article>
</div></div></main></div>
</body>
</html>
"""
_SAMPLE: Final = '<p class="qd-sample"><b>SAMPLE</b> Every figure and person here is invented.</p>\n'


class Imprint(msgspec.Struct, frozen=True):
    """Where a report comes from."""

    portfolio: str
    version: str
    site: str
    """Address of the version, with a slash at its end; empty where readers have none, and then nothing is linked."""
    is_sample: bool = False

    @property
    def words(self) -> str:
        """As a line of plain text."""
        return f"{self.portfolio} · version {self.version}"


def attachment(page: Page, body: str, imprint: Imprint) -> bytes:
    """One finished page as a file that needs nothing else; the same bytes for the same page.

    Args:
        page: For its title and place.
        body: Its Markdown with its pictures.
        imprint: Links to other pages lead to this version of the site.
    """
    address = href("index.md", page.path)
    inside = _linked(_as_html(body), urljoin(imprint.site, address) if imprint.site else "")
    words = escape(imprint.words)
    return _FILE.format(
        policy=_POLICY,
        title=escape(f"{'SAMPLE: ' if imprint.is_sample else ''}{page.title} - {imprint.portfolio}"),
        style=_style(),
        imprint=_linked(f'{words} · <a href="{address}">Read it on the site</a>', imprint.site)
        if imprint.site
        else words,
        sample=_SAMPLE if imprint.is_sample else "",
        body=inside,
    ).encode()


def _as_html(body: str) -> str:
    """Markdown as the site itself reads it."""
    names, options = _extensions()
    html: str = markdown.markdown(_FRONT.sub("", body), extensions=names, extension_configs=options)
    return html


def _linked(html: str, here: str) -> str:
    """Links to other pages with their whole address; without one they are words."""

    def outward(found: re.Match[str]) -> str:
        return f' href="{urljoin(here, found[1])}"' if here else ""

    return _OUTWARD.sub(outward, html)


@cache
def _extensions() -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Those of the site, without links beside headings."""
    named = yaml.safe_load(DEFAULT_CONFIG.read_text(encoding="utf-8"))["markdown_extensions"]
    options = {name: given for one in named if isinstance(one, dict) for name, given in one.items()}
    options["toc"] = {**options.get("toc", {}), "permalink": False}
    return [name for one in named for name in ([one] if isinstance(one, str) else one)], options


@cache
def _style() -> str:
    """The theme's styles and ours, light or dark as the reader's machine is."""
    theme = Path(str(files("material"))) / "templates" / "assets" / "stylesheets"
    ours = _DARK_RULE.sub(_when_dark, (ASSETS / "qd.css").read_text(encoding="utf-8"))
    with_font = _FONT.sub(lambda found: f'url("{_data(ASSETS / found[1])}")', ours)
    with_font = with_font.replace("font-display: optional", "font-display: block")  # it is here at once
    sheets = [*(one.read_text(encoding="utf-8") for one in sorted(theme.glob("main.*.min.css"))), with_font]
    return _COMMENT.sub("", "\n".join(sheets))


def _when_dark(found: re.Match[str]) -> str:
    chosen = _DARK.sub('[data-md-color-scheme="default"]', found[1])
    return f"@media screen and (prefers-color-scheme:dark){{{chosen}{{{found[2]}}}}}"


def _data(font: Path) -> str:
    return f"data:font/woff2;base64,{base64.b64encode(font.read_bytes()).decode()}"
