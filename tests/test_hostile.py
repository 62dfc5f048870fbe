"""The third promise: no text can run. One portfolio of attacks, built by both builders and read as a browser would."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

import pytest

from quarterdeck.reports.guides import guides
from quarterdeck.site.builder import Builder
from tests.sites import (
    AS_OF,
    BOAT,
    Dom,
    Element,
    a_portfolio,
    boat_by,
    built,
    files_of,
    once,
    pages_of,
    run,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTILE = Path(__file__).parent / "data" / "hostile"
MARKER = "HOSTILE-RAN"
ENTITY = "reports/entities/hostile/index.html"
NAME = 'R&D <img src=x onerror=alert("name")> {{ config }} {% raw %} <script>alert("title")</script> "q" --8<-- x'

REPOSITORY = "https://git.example.com/fleet/books/"
OWN = "https://reports.example.com/"
WRITTEN = ("https://plain.example.org/ok", "https://evil.example/pixel.png")
"""What may be opened by a click: a link, and a picture of others that is one now."""
OURS = tuple(link for page in guides() for link in re.findall(r"\]\((https://[^)]+)\)", page.body))
"""Where guides lead: to the pages of other programs."""

NEVER = {"iframe", "object", "embed", "base", "applet", "frame", "math", "style"}
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background")

LITERAL = [
    "{{ config }}",
    "Runs code: {{ cycler.",
    ".os.popen('touch HOSTILE-RAN",
    '{% include "mkdocs.yml" %}',
    "{% raw %} and {% endraw %}",
    "{{- x -}}",
    "{{ .Values.image.tag }}",
    "${{ secrets.TOKEN }}",
    "{{< figure >}}",
    "{a: {b: 1}}",
    '<Boat style={{color: "red"}} onClick={() => sail("{{ crew }}")} />',
    '--8<-- "portfolio.yml"',
    "{{ cell }}",
    "{{ extra }}",
    "{{ task }}",
    "{{ gap }}",
    "{{ gap_two }}",
    "{{ channel }}",
    "{{ decision }}",
    "{{ column }}",
    "{% asset %}",
]
"""What the page of the business shows letter by letter."""


@pytest.fixture(scope="module", params=get_args(Builder))
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(root: Path) -> None:
        shutil.copytree(HOSTILE, root, dirs_exist_ok=True)
        built(root, "--builder", request.param)

    return once(tmp_path_factory, f"hostile-{request.param}", make) / "build" / "all" / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Dom]:
    return pages_of(site)


@pytest.fixture(scope="module")
def plain(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dom]:
    """The same kind of site, of a harmless boat."""
    builder = "mkdocs" if (site / "search").is_dir() else "zensical"
    return pages_of(boat_by(tmp_path_factory, builder) / "build" / "all" / "site")


def shown(page: Dom) -> str:
    """The text of a page without the soft hyphens that let long names break."""
    return page.text.replace("\u00ad", "")


def test_F054_nothing_ran(site: Path) -> None:
    top = site.parents[3]
    assert [path for path in top.rglob(f"*{MARKER}*") if path.is_file()] == []
    assert not (Path.cwd() / MARKER).exists()
    held = [name for name, data in files_of(site) if b"SNIPPET-CANARY" in data]
    assert held == []


@pytest.mark.parametrize("text", LITERAL)
def test_F054_F055_braces_are_shown_as_they_were_written(pages: dict[str, Dom], text: str) -> None:
    assert text in shown(pages[ENTITY])


def test_F058_only_the_theme_s_scripts_run(pages: dict[str, Dom], plain: dict[str, Dom]) -> None:
    own = {source for page in plain.values() for source in scripts(page)}
    assert {source for page in pages.values() for source in scripts(page)} <= own


def scripts(page: Dom) -> Iterator[str]:
    """What runs on a page: file names without the way there, and text without the page's own place."""
    for one in page.of("script"):
        if "src" in one.attributes:
            yield one.attributes["src"].removeprefix(OWN).rsplit("../", 1)[-1].removeprefix("./")
    for text in page.scripts:
        yield re.sub(r"(?:\.\./)*\.\.?/?(?=[\"a-z])", "", text)


def test_F058_F063_no_element_or_attribute_that_acts(pages: dict[str, Dom]) -> None:
    for name, page in pages.items():
        assert list(page.of(*NEVER)) == [], name
        assert [one for one in page.of("form") if not is_theme_s(one)] == [], name
        assert [one for one in page.of("meta") if "http-equiv" in one.attributes] == [], name
        for one in page.elements:
            bad = [key for key in one.attributes if key.startswith("on") or key in {"style", "srcdoc"}]
            assert bad == [], f"{name}: {one}"


def is_theme_s(form: Element) -> bool:
    """Search, and the switch between light and dark."""
    said = form.attributes
    return "action" not in said and (
        "search" in said.get("class", "") or said.get("data-md-component") == "palette"
    )


def test_F059_F062_F065_no_address_leads_astray(pages: dict[str, Dom]) -> None:
    for name, page in pages.items():
        for one in page.elements:
            for key in ADDRESSES:
                if key in one.attributes:
                    assert is_fine(one.tag, one.attributes[key]), f"{name}: {one}"


def is_fine(tag: str, address: str) -> bool:
    """Whether an address stays here; a link may also lead to the repository or to what was written."""
    stripped = re.sub(r"[\x00-\x20]", "", address)
    parts = urlsplit(stripped)
    if parts.scheme or parts.netloc or stripped.startswith("\\"):
        known = (OWN, REPOSITORY, *WRITTEN, *OURS) if tag == "a" else (OWN,)
        return stripped.startswith(known)
    return "etc/passwd" not in stripped


NAMELESS = {
    "reports/changes/index.html",
    "reports/sure/assumptions/index.html",
    "reports/sure/contradictions/index.html",
}
"""Pages that name a business only where it has something to say on them."""


def test_F060_names_are_text_in_title_navigation_and_search(site: Path, pages: dict[str, Dom]) -> None:
    page = pages[ENTITY]
    assert len(page.titles) == 1
    assert NAME in page.titles[0].replace("\u00ad", "")
    for name, other in pages.items():
        if name == "index.html" or name.startswith("reports/"):
            assert NAME in shown(other) or name in NAMELESS, name
            assert 'Fleet & <img src=x onerror=alert("fleet")> {{ config }}' in shown(other), name
    (index,) = [path for path in site.rglob("search*.json") if path.is_file()]
    text = index.read_text(encoding="utf-8").replace("\\u003c", "<")
    assert re.search(r"<(?:script|img|iframe|svg|object|style|form)\b", text) is None


def test_F053_no_cell_of_a_download_is_a_formula(site: Path) -> None:
    files = [(name, data.decode()) for name, data in files_of(site) if name.endswith(".csv")]
    cells = [(name, cell) for name, text in files for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("cmd()" in cell for _, cell in cells)
    assert any("HYPERLINK" in cell for _, cell in cells)
    acting = [
        (name, cell)
        for name, cell in cells
        if cell.startswith(("=", "+", "-", "@", "\t")) and not re.fullmatch(r"-\d+(?:\.\d+)?", cell)
    ]
    assert acting == []


def test_macros_run_on_the_page_that_asks_for_them_alone(pages: dict[str, Dom]) -> None:
    assert "Sales so far: at least $100 " in shown(pages["figures/index.html"])
    assert 'a page {{ config }}, a template {% include "mkdocs.yml" %}' in shown(pages["plain/index.html"])


def test_F020_file_names_are_text(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p", boat=BOAT)
    names = ['o"brien <img src=x onerror=alert(1)> {{ config }}', "it's $(touch HOSTILE-RAN) `x`"]
    for name in names:
        write(root, f"handoffs/{name}.md", BOAT.replace("entity: boat\n", "").replace("sample: true\n", ""))
    done = run(root, "build", "--as-of", AS_OF)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.rglob(MARKER)) == []
    page = pages_of(root / "build" / "all" / "site")["index.html"]
    for name in names:
        assert f"handoffs/{name}.md" in shown(page)
    assert [one for one in page.of("img") if one.attributes.get("src") == "x"] == []
