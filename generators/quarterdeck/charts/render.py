"""Draws charts: Vega-Lite to lean SVG in the page's own colours, or to a picture for mail."""

import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from os import cpu_count
from typing import Final
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import msgspec

from quarterdeck.charts.frame import MAIL, NARROW, WIDE
from quarterdeck.charts.spec import Chart
from quarterdeck.charts.vega import vega
from quarterdeck.model.page import Drawing

LIGHT: Final = {
    "@ink": "#14202e", "@ink2": "#4b5867", "@edge": "#7d8a98", "@grid": "#e6eaef", "@bad": "#a8201a",
    "@c1": "#1f5fa8", "@c2": "#b8520a", "@c3": "#0b7468", "@c4": "#7446a0", "@c5": "#66727f",
}  # fmt: skip
"""Every colour token with its value in light; the style sheet has both."""

_SENTINELS: Final = {token: f"#0a0b{number:02x}" for number, token in enumerate(LIGHT, start=0x10)}
"""Colours that stand for tokens while the renderer, which takes colours alone, is at work."""
_BY_SENTINEL: Final = {colour: token for token, colour in _SENTINELS.items()}
_TOKEN = re.compile(f'"({"|".join(LIGHT)})"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d+")
_DROPPED: Final = frozenset(
    ["aria-hidden", "aria-label", "aria-roledescription", "class", "font-family", "pointer-events", "role",
     "stroke-miterlimit", "version"]
)  # fmt: skip
_DEFAULTS: Final = {"opacity": "1", "font-size": "12px", "stroke-width": "1", "x2": "0", "y2": "0"}
"""What need not be said, given the root of the picture."""
_VEGA_LITE = "6.4"
_EACH = 8
"""Drawings that are worth a process of their own."""


def drawings(chart: Chart) -> tuple[Drawing, Drawing]:
    """The wide and the narrow picture of a chart, to be drawn when the site is built."""
    return _drawing(chart, WIDE), _drawing(chart, NARROW)


def drawing_for_mail(chart: Chart) -> Drawing:
    """The picture of a chart for a mail: small enough for a phone, and wide enough that its words can be read there."""
    return _drawing(chart, MAIL)


def _drawing(chart: Chart, width: int) -> Drawing:
    spec = msgspec.json.Encoder(decimal_format="number").encode(vega(chart, width)).decode()
    return Drawing(f"{chart.id}-{width}", chart.reading, chart.about, spec)


def svgs(wanted: Sequence[Drawing]) -> list[str]:
    """Draw, in the order asked for; many of them in several processes, since the renderer uses one core.

    The same drawing gives the same bytes on every machine.
    """
    workers = min(cpu_count() or 1, len(wanted) // _EACH)
    if workers < 2:  # noqa: PLR2004 - one process is this one
        return [svg(one) for one in wanted]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(svg, wanted, chunksize=-(-len(wanted) // workers)))


def svg(drawing: Drawing) -> str:
    """Draw one as inline SVG on one line, with colours of the page and no sign that a template could read."""
    import vl_convert  # noqa: PLC0415 - 30 MB that only drawing needs

    spec = _TOKEN.sub(lambda found: f'"{_SENTINELS[found[1]]}"', drawing.vega)
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    root = _lean(fromstring(drawn))  # noqa: S314 - written by the renderer in this process
    text = tostring(_named(root, drawing), encoding="unicode", short_empty_elements=True)
    for colour, token in _BY_SENTINEL.items():
        text = text.replace(f'"{colour}"', f'"var(--qd-{token[1:]},{LIGHT[token]})"')
    return text.replace(" />", "/>").replace("{", "&#123;").replace("}", "&#125;").replace("\n", " ")


@lru_cache(maxsize=16)
def png(drawing: Drawing) -> bytes:
    """Draw one for a mail: light colours on white, at twice its size, some ten kilobytes; the same bytes each time.

    The last ones are remembered, since many readers get the same.
    """
    import oxipng  # noqa: PLC0415 - only mail needs it
    import vl_convert  # noqa: PLC0415 - 30 MB that only drawing needs

    spec = _TOKEN.sub(lambda found: f'"{LIGHT[found[1]]}"', drawing.vega)
    spec = spec.replace('"background":null', '"background":"#ffffff"', 1)
    drawn = vl_convert.vegalite_to_png(spec, vl_version=_VEGA_LITE, scale=2, allowed_base_urls=[])
    return bytes(oxipng.optimize_from_memory(drawn, level=2))


def _lean(element: Element) -> Element:
    """The same picture without names of marks, empty groups and needless digits."""
    kept = Element(element.tag.rpartition("}")[2])
    kept.text = element.text
    for name, value in element.items():
        if name not in _DROPPED and _DEFAULTS.get(name) != value and not name.startswith("{"):
            kept.set(name, _LONG_NUMBER.sub(_shorter, value))
    if kept.get("transform") == "translate(0,0)":
        del kept.attrib["transform"]
    for child in element:
        if not _is_empty(child):
            lean = _lean(child)
            is_bare = lean.tag == "g" and not lean.attrib
            kept.extend(list(lean) if is_bare else [lean])
    return _merged(kept)


def _merged(group: Element) -> Element:
    """The same group with one path for all marks of one look; they do not overlap."""
    firsts: dict[tuple[tuple[str, str], ...], Element] = {}
    for child in list(group):
        look = tuple(sorted((name, value) for name, value in child.items() if name != "d"))
        if child.tag != "path" or child.get("transform"):
            continue
        first = firsts.setdefault(look, child)
        if first is not child:
            first.set("d", first.get("d", "") + child.get("d", ""))
            group.remove(child)
    return group


def _is_empty(element: Element) -> bool:
    """Whether nothing of it can be seen: no line, no ground, no member."""
    tag = element.tag.rpartition("}")[2]
    is_ground = tag == "path" and element.get("class") in {"background", "foreground"}
    return is_ground or (tag == "g" and all(_is_empty(child) for child in element))


def _shorter(found: re.Match[str]) -> str:
    return f"{round(float(found[0]), 1) + 0:g}"


def _named(root: Element, drawing: Drawing) -> Element:
    """A root that tells screen readers what the picture says."""
    base = f"chart-{drawing.id}"
    width, height = root.get("width", ""), root.get("height", "")
    named = Element("svg", {
        "viewBox": f"0 0 {width} {height}", "width": width, "height": height, "font-size": "12",
        "role": "img", "aria-labelledby": f"{base}-t {base}-d",
    })  # fmt: skip
    for tag, mark, words in (("title", "t", drawing.title), ("desc", "d", drawing.about)):
        SubElement(named, tag, {"id": f"{base}-{mark}"}).text = _printable(words)
    named.extend(list(root))
    return named


def _printable(words: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
