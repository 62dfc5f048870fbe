"""Draws the charts of all pages once, and remembers them until their numbers or the renderer change."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec

from quarterdeck.charts.render import svgs
from quarterdeck.commands.cache import Remembered
from quarterdeck.model.page import Drawing, Page

_CODE = ("charts",)


class Drawn(msgspec.Struct, frozen=True):
    """A finished picture."""

    svg: str


def draw(pages: Iterable[Page], root: Path, environ: Mapping[str, str]) -> Mapping[Drawing, str]:
    """Draw everything that pages ask for, each picture once; those that are remembered cost nothing.

    Args:
        pages: Of all audiences together.
        root: The portfolio.
        environ: Says where the cache is.
    """
    wanted = list(dict.fromkeys(one for page in pages for one in page.drawings))
    if not wanted:
        return {}
    renderer = version("vl-convert-python")
    keys = [(renderer, msgspec.json.encode(one)) for one in wanted]
    with Remembered(environ, root, Drawn, name="drawings", is_worth_it=True, code=_CODE) as cache:
        new = [one for one, key in zip(wanted, keys, strict=True) if not cache.holds(key)]
        fresh = {one: Drawn(svg) for one, svg in zip(new, svgs(new), strict=True)}
        return {
            one: cache.get(key, lambda one=one: fresh[one]).svg  # type: ignore[misc]  # bound right here
            for one, key in zip(wanted, keys, strict=True)
        }


def with_drawings(page: Page, drawn: Mapping[Drawing, str]) -> str:
    """The body of a page with its pictures in place of their marks."""
    body = page.body
    for one in page.drawings:
        body = body.replace(one.mark, drawn[one])
    return body
