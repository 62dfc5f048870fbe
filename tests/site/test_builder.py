"""Both builders over one small tree: equal bytes, hostile titles, warnings that stop, clear complaints."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
import yaml

from quarterdeck.model.briefing import Briefing, encode
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import OutsideError
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Finding
from quarterdeck.model.page import Page
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.reports.render import heading, quoted
from quarterdeck.site import builder as site_builder
from quarterdeck.site.builder import (
    ASSETS,
    DEFAULT_CONFIG,
    SIGN_OUT,
    Builder,
    NavItem,
    nav_of,
    run_builder,
    write_config,
)
from quarterdeck.site.macros import UnknownNameError, chart_html, figure_html, findings_html, kpi_table_html

AS_OF = date(2026, 11, 23)
HOSTILE = 'R&D <img src=x onerror=alert(1)> {{ config }} {% raw %} --8<-- "x" {: onclick=x }'
BUILDERS: tuple[Builder, ...] = get_args(Builder)
OURS = ("palette.js", "qd.css", "qd.js", "theme.js")
SAID = "It may stand in another version, or under another address."
DATA_OF_THEME = '<script id="__config" type="application/json">'

MakeTree = Callable[..., Path]


def a_page(title: str, body: str = "Text.\n", *, macros: bool = False) -> str:
    flag = "true" if macros else "false"
    front = f"---\ntitle: {quoted(title)}\nhide: [navigation]\nrender_macros: {flag}\n---\n"
    return f"{front}\n# {heading(title)} {{#top}}\n\n{body}"


def a_briefing() -> Briefing:
    source = Source("ledger/jada.beancount", 14, "ledger")
    return Briefing(
        name="Demo",
        as_of=AS_OF,
        currency="USD",
        timezone="UTC",
        repository="https://git.example.com/a/b",
        entities=(Entity(source=source, entity="jada", name="JADA"),),
        figures=(
            Figure("cash", "jada", "Our cash", Money(Decimal(24600), "USD"), "money", sources=(source,)),
        ),
        findings=(
            Finding(
                "R-QDN-01", "jada", "a", Severity.HIGH, HOSTILE, "Mend it.", ("cfo",), evidence=(source,)
            ),
        ),
    )


@pytest.fixture
def make_tree(tmp_path: Path) -> MakeTree:
    def make(name: str = "all", *, home: str = "Text.\n", macros: bool = False) -> Path:
        tree = tmp_path / name
        reports = tree / "docs" / "reports"
        reports.mkdir(parents=True)
        (tree / "docs" / "index.md").write_text(a_page("Home", home, macros=macros), encoding="utf-8")
        (reports / "cfo.md").write_text(a_page(HOSTILE), encoding="utf-8")
        (tree / "briefing.json").write_bytes(encode(a_briefing()))
        nav = (NavItem("Home", "index.md"), NavItem(HOSTILE, "reports/cfo.md"))
        write_config(
            tree, tmp_path / "none.yml", nav, "Quarterdeck", {"sample": True, "briefing": "briefing.json"}
        )
        return tree

    return make


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_navigation_has_a_tab_for_each_section() -> None:
    pages = [
        Page("index.md", "Home", ""),
        Page("reports/cfo.md", "CFO", ""),
        Page("entities/jada.md", "JADA", "", "Businesses"),
        Page("changes.md", "What changed", ""),
        Page("entities/qdn.md", "QDN", "", "Businesses"),
    ]
    assert nav_of(pages) == (
        NavItem("Home", "index.md"),
        NavItem("CFO", "reports/cfo.md"),
        NavItem(
            "Businesses", children=(NavItem("JADA", "entities/jada.md"), NavItem("QDN", "entities/qdn.md"))
        ),
        NavItem("What changed", "changes.md"),
    )


def test_a_tab_of_many_pages_has_groups_where_their_first_page_stands() -> None:
    pages = [
        Page("read.md", "Reading", "", "How"),
        Page("rules.md", "Rules", "", "How").under("Rules"),
        Page("ours.md", "Ours", "", "How"),
        Page("rules/books.md", "Books", "", "How").under("Rules"),
    ]
    assert nav_of(pages) == (
        NavItem(
            "How",
            children=(
                NavItem("Reading", "read.md"),
                NavItem("Rules", children=(NavItem("Rules", "rules.md"), NavItem("Books", "rules/books.md"))),
                NavItem("Ours", "ours.md"),
            ),
        ),
    )


def test_the_portfolio_s_own_file_is_inherited(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: Mine\n", encoding="utf-8")
    tree = tmp_path / "build" / "all"
    nav = (NavItem("A & {{ b }}", "index.md"),)
    written = write_config(tree, tmp_path / "mkdocs.yml", nav, "Mine <b>")
    config = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert config["INHERIT"] == os.path.join("..", "..", "mkdocs.yml")  # noqa: PTH118 - as written
    assert config["nav"] == [{"A &amp; &#123;&#123; b &#125;&#125;": "index.md"}]
    assert config["site_name"] == "Mine &lt;b&gt;"
    copied = {path.name for path in (tree / "docs" / "assets").rglob("*") if path.is_file()}
    assert copied == {"LICENSE.txt", "favicon.svg", "inter-latin-wght-normal.woff2", *OURS}


def test_the_repository_s_own_file_is_the_default() -> None:
    root = Path(__file__).parents[2] / "mkdocs.yml"
    assert root.read_bytes() == DEFAULT_CONFIG.read_bytes()


def test_every_file_of_ours_has_an_ending() -> None:
    """The edge takes a name without one for a folder."""
    assert [path.name for path in ASSETS.rglob("*") if path.is_file() and not path.suffix] == []


def test_the_font_is_the_one_of_its_readme() -> None:
    fonts = ASSETS / "fonts"
    digest = hashlib.sha256((fonts / "inter-latin-wght-normal.woff2").read_bytes()).hexdigest()
    assert digest in (fonts / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("builder", BUILDERS)
def test_two_builds_give_the_same_bytes(
    builder: Builder, make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    first = digests(run_builder(builder, make_tree("one"), AS_OF).site)
    monkeypatch.setenv("PYTHONHASHSEED", "2")
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    tree = make_tree("two")
    second = digests(run_builder(builder, tree, date(2027, 3, 1)).site)
    assert first == second
    assert {"index.html", "404.html", "reports/cfo/index.html", "sitemap.xml"} <= set(first)
    assert "sitemap.xml.gz" not in first
    assert digests(run_builder(builder, tree, AS_OF).site) == first, "and again over an old site"


@pytest.mark.parametrize("builder", BUILDERS)
def test_pages_are_whole_and_only_ours(builder: Builder, make_tree: MakeTree) -> None:
    site = run_builder(builder, make_tree(), AS_OF).site
    page = (site / "reports" / "cfo" / "index.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "{{ config }}" not in page.replace("&#123;", "{").split("<body")[0]
    assert page.count("<h1") == 1
    assert '<html lang="en"' in page
    assert "<title>SAMPLE: R&amp;D" in page
    assert "<b>SAMPLE</b> Every figure and person here is invented." in page
    assert " style=" not in page
    assert "<style" not in page
    assert {*re.findall(r"<script (?!src=)[^>]*>|<script>", page)} == {DATA_OF_THEME}, (
        "and no script within it"
    )
    assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page)) <= {"https://reports.example.com"}
    missing = (site / "404.html").read_text(encoding="utf-8")
    assert "This page is not in this version" in missing
    assert f"<p>{SAID}</p>" in missing
    assert f"<p>{SAID}</p>".encode() in NOT_FOUND_PAGE, (
        "both say the same, and neither says who may read what"
    )
    assert "Sign out" not in page + missing, "nobody signs in here"


@pytest.mark.parametrize("builder", BUILDERS)
def test_every_page_has_a_way_out_where_readers_sign_in(builder: Builder, make_tree: MakeTree) -> None:
    tree = make_tree()
    config = yaml.safe_load((tree / "mkdocs.yml").read_text(encoding="utf-8"))
    config["extra"]["qd"]["sign_out"] = SIGN_OUT
    (tree / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    site = run_builder(builder, tree, AS_OF).site
    for name in ("index.html", "reports/cfo/index.html", "404.html"):
        page = (site / name).read_text(encoding="utf-8")
        footer = page.partition("<footer")[2].partition("</footer>")[0]
        assert '<a class="qd-out" href="/auth/out">Sign out</a>' in footer
        assert page.count("/auth/out") == 1
        assert " style=" not in footer


@pytest.mark.parametrize("builder", BUILDERS)
def test_a_warning_stops_the_build(builder: Builder, make_tree: MakeTree) -> None:
    tree = make_tree(home="[gone](gone.md)\n")
    with pytest.raises(OutsideError, match=r"gone\.md") as caught:
        run_builder(builder, tree, AS_OF)
    assert caught.value.exit_code == 3
    assert "\x1b" not in str(caught.value)


SAYS_MISSED = "Warning: page does not exist"


@pytest.mark.parametrize(
    ("builder", "said", "needs"),
    [
        ("zensical", (), 1),
        ("zensical", (SAYS_MISSED,), 2),
        ("zensical", ("RuntimeError: Watcher disconnected", "no page"), 3),
        ("zensical", (SAYS_MISSED,) * 3, 0),
        ("zensical", ("Warning: unused definition",), 0),
        ("mkdocs", ("no page",), 0),
    ],
)
def test_what_a_builder_missed_is_tried_again(
    make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch, builder: Builder, said: tuple[str, ...], needs: int
) -> None:
    tree, tries = make_tree(), 0

    def played(_builder: Builder, tree: Path, _as_of: date) -> tuple[int, str]:
        nonlocal tries
        tries += 1
        says = said[tries - 1] if tries <= len(said) else ""
        shutil.rmtree(tree / "site", ignore_errors=True)
        for page in (tree / "docs").rglob("*.md"):
            folder = page.parent if page.stem == "index" else page.with_suffix("")
            target = tree / "site" / folder.relative_to(tree / "docs") / "index.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (says == "no page" and page.stem == "index"):
                target.write_text("page")
        return (1 if "Error" in says else 0), ("" if says == "no page" else says)

    monkeypatch.setattr(site_builder, "_run", played)
    if needs:
        assert run_builder(builder, tree, AS_OF).output == ""
        assert tries == needs
    else:
        with pytest.raises(OutsideError, match="no site was made"):
            run_builder(builder, tree, AS_OF)
        assert tries == max(len(said), 1)


@pytest.mark.parametrize("builder", BUILDERS)
def test_macros_print_finished_html(builder: Builder, make_tree: MakeTree) -> None:
    home = 'We have {{ figure("jada", "cash") }}.\n\n{{ findings(role="cfo") }}\n'
    site = run_builder(builder, make_tree(home=home, macros=True), AS_OF).site
    page = (site / "index.html").read_text(encoding="utf-8")
    assert ">$24,600</a>." in page
    assert "blob/main/ledger/jada.beancount#L14" in page
    assert '<ol class="qd-findings">' in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(
    "call", ['figure("jada", "cahs")', 'findings(role="cio")', 'kpi_table("jda")', "nothing"]
)
def test_a_mistake_in_a_macro_fails_the_build(builder: Builder, call: str, make_tree: MakeTree) -> None:
    with pytest.raises(OutsideError):
        run_builder(builder, make_tree(home=f"{{{{ {call} }}}}\n", macros=True), AS_OF)


def test_unknown_names_are_told_with_the_nearest() -> None:
    briefing = a_briefing()
    assert "$24,600" in figure_html(briefing, "jada", "cash")
    assert "No KPI" in kpi_table_html(briefing, "jada")
    assert "No finding" in findings_html(briefing, "cto")
    assert "no numbers yet" in chart_html(briefing, "jada", "burn")
    with pytest.raises(UnknownNameError, match="did you mean burn"):
        chart_html(briefing, "jada", "brun")
    with pytest.raises(UnknownNameError, match="did you mean cash"):
        figure_html(briefing, "jada", "cahs")
    with pytest.raises(UnknownNameError, match="did you mean jada"):
        findings_html(briefing, entity="jda")


def test_a_missing_builder_names_what_to_install(
    make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = make_tree()
    needed = {"zensical": (("no_such_module", "no-such", 1),), "mkdocs": (("yaml", "PyYAML", 99),)}
    monkeypatch.setattr(site_builder, "_NEEDED", needed)
    with pytest.raises(
        OutsideError, match=r"no-such, which is not installed; run: pip install 'quarterdeck\[zensical\]'"
    ):
        run_builder("zensical", tree, AS_OF)
    with pytest.raises(OutsideError, match=r"PyYAML .* is installed, but 99\.x is needed"):
        run_builder("mkdocs", tree, AS_OF)
