"""Tables of pages as values: exact numbers, units, notes and sources, each at its place."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.page import Page
from quarterdeck.model.sheet import Value
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money, MoneyRange, Period, Ratio, Word
from quarterdeck.reports import html
from quarterdeck.reports.components import (
    Cell,
    Column,
    Grid,
    GridCell,
    GridGroup,
    GridRow,
    Table,
    TableRow,
)
from quarterdeck.reports.pages import report_pages
from quarterdeck.reports.sheets import plain, sheet, sheet_of_grid, titled, value
from quarterdeck.reports.sources import Sources
from quarterdeck.reports.words import Printable
from tests.reports import test_billing
from tests.reports.portfolios import awkward, empty, ordinary
from tests.reports.samples import a_site
from tests.sites import files_of, sample_by

USD = Money(Decimal("-1250.5"), "USD")


def a_figure(content: object, unit: str = "money", **more: object) -> Figure:
    return Figure(id="a", entity="jada", label="A", value=content, unit=unit, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "thing", "expected"),
    [
        ("money", USD, Value("-1250.5", "number", "USD")),
        ("a figure of money", a_figure(USD), Value("-1250.5", "number", "USD")),
        ("months", a_figure(Decimal("2.84"), "months"), Value("2.84", "number", "months")),
        ("a count has no unit", a_figure(Decimal(3), "count"), Value("3", "number")),
        ("a share", Ratio(Decimal("0.25")), Value("0.25", "number", "share")),
        ("a day that a formula gave", a_figure(Decimal(739943), "date"), Value("2026-11-23", "day")),
        ("a day", date(2026, 11, 23), Value("2026-11-23", "day")),
        (
            "both ends of a range",
            MoneyRange(Money(Decimal(10), "EUR"), Money(Decimal(50), "EUR")),
            Value("10 to 50", unit="EUR"),
        ),
        ("a period by its name", Period(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"), Value("2026-Q4")),
        ("not known is empty", a_figure(Missing()), Value()),
        ("a state is told", a_figure(Missing("never")), Value("never")),
        ("not applicable", Blank("n/a"), Value("n/a")),
        ("a cell left empty", Blank("unknown"), Value()),
        ("words", Word("no record"), Value("no record")),
        ("a number in words is words", "-5", Value("-5")),
    ],
)
def test_values(case: str, thing: Figure | Printable, expected: Value) -> None:
    assert value(thing) == expected, case


def test_a_column_of_one_unit_has_it_at_its_head_and_others_beside_each_number() -> None:
    columns = (Column("name", "Name"), Column("cash", "Cash"), Column("all", "All"))
    rows = (
        TableRow(("Jada", USD, Ratio(Decimal("0.5")))),
        TableRow(("Harbor", Blank("unknown"), Money(Decimal(2), "EUR"))),
    )
    assert sheet(Table(columns, rows), "T").csv.split("\r\n") == [
        "name,cash (USD),all,all-unit",
        "Jada,-1250.5,0.5,share",
        "Harbor,,2,EUR",
        "",
    ]


def test_notes_marks_states_and_sources_have_columns_of_their_own() -> None:
    source = Source("ledger/jada.beancount", 14, "ledger")
    partial = a_figure(USD, known=1, wanted=2, formula="F-B3", sources=(source,))
    row = TableRow(
        (Cell("Jada", Markup("<b>R&amp;D</b>\u00a0boat")), Cell(partial), Cell("why", state="act"))
    )
    made = sheet(
        Table((Column("name", "Name"), Column("cash", "Cash"), Column("state", "State")), (row,)), "T"
    )
    assert made.csv == (
        "name,name-note,cash (USD),cash-note,state,source\r\n"
        "Jada,R&D boat,-1250.5,at least,Act now: why,formula F-B3; ledger/jada.beancount:14\r\n"
    )


def test_a_column_of_sources_that_is_there_is_kept_alone() -> None:
    row = TableRow((a_figure(USD, sources=(Source("a.md", 1, "handoff"),)), "here.md:2"))
    made = sheet(Table((Column("cash", "Cash"), Column("source", "Source")), (row,)), "T")
    assert [head.key for head in made.heads] == ["cash", "source"]
    assert made.rows[0][1].text == "here.md:2"


def test_very_many_places_are_counted() -> None:
    sources = tuple(Source("a.md", line, "handoff") for line in range(1, 9))
    made = sheet(Table((Column("cash", "Cash"),), (TableRow((a_figure(USD, sources=sources),)),)), "T")
    assert made.rows[0][1].text == "a.md:1; a.md:2; a.md:3; and 5 more"


def test_a_total_is_the_last_row_and_an_empty_table_has_its_head() -> None:
    columns = (Column("name", "Name"), Column("n", "N"))
    made = sheet(Table(columns, (TableRow(("a", 1)),), total=TableRow(("all", 1))), "T")
    assert made.has_total
    assert [row[0].text for row in made.rows] == ["a", "all"]
    assert sheet(Table(columns, ()), "T").csv == "name,n\r\n"


def test_a_grid_has_a_line_for_each_row() -> None:
    rows = (GridRow("Phone", (GridCell("yes", 3, note="71 days old"),)),)
    grid = Grid("Channel", ("Jada",), (GridGroup("Direct", rows),), summary=GridRow("All", (GridCell("1"),)))
    assert (
        sheet_of_grid(grid, "T").csv == "group,row,c1,c1-note\r\n,All,1,\r\nDirect,Phone,yes,71 days old\r\n"
    )


@pytest.mark.parametrize(
    ("key", "words"), [("cash_months", "Cash months"), ("roll-ytd", "Roll ytd"), ("kpis", "KPIs")]
)
def test_titles_of_keys(key: str, words: str) -> None:
    assert titled(key) == words


def test_plain_text_is_left_alone() -> None:
    assert plain("a <b>\u00ad c") == "a <b> c"
    assert plain(Markup("a &lt;b&gt;")) == "a <b>"


def test_tables_without_a_name_are_named_by_label_or_section() -> None:
    sources = Sources(page="reports/cfo.md", has_files=True)
    table = Table((Column("a", "A"),), (TableRow(("x",)),))
    sources.enter("Cash position", "cash")
    printed = [
        html.table(sources, table),
        html.table(sources, table),
        html.table(sources, table, key="chart-weeks"),
    ]
    assert [name for name, _, _ in sources.offered] == [
        "reports/cfo-cash.csv",
        "reports/cfo-cash-2.csv",
        "reports/cfo-chart-weeks.csv",
    ]
    assert 'href="../cfo-cash-2.csv" download' in printed[1]
    assert html.table(Sources(), table).count("download") == 0


@pytest.fixture(scope="module")
def pages() -> tuple[Page, ...]:
    return report_pages(a_site(*ordinary()).briefing)


class Offers(HTMLParser):
    """The tables of a page, and whether each has its file: beneath it, or else before its section ends."""

    def __init__(self, page: str) -> None:
        """Read the whole page; a heading in Markdown is a line of text here."""
        super().__init__()
        self.without: list[str] = []
        """Sections of tables without a file."""
        self.tables = 0
        self._section = ""
        self._waiting: list[str] = []
        self.feed(page)
        self.close()
        self._settle()

    def _settle(self) -> None:
        self.without += self._waiting
        self._waiting = []

    def handle_data(self, data: str) -> None:
        """Note where a section begins."""
        if found := re.search(r"^#{2,3} .*\{#([^}]*)\}$", data, re.MULTILINE):
            self._settle()
            self._section = found[1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tables, and files that are offered."""
        named = dict(attrs)
        if named.get("class") == "qd-table" or (tag in {"h2", "h3"} and "id" in named):
            self._settle()
            self._section = named.get("id") or self._section
        if tag == "table":
            self.tables += 1
            self._waiting.append(self._section)
        elif tag == "a" and (named.get("href") or "").endswith(".csv") and "download" in named:
            self._waiting = []


def deliveries() -> tuple[Handoff, ...]:
    return (test_billing.ordinary(),)


PORTFOLIOS = {"ordinary": ordinary, "empty": empty, "awkward": awkward, "deliveries": deliveries}


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_every_table_of_a_report_has_a_file(name: str) -> None:
    pages = report_pages(a_site(*PORTFOLIOS[name]()).briefing)
    assert not without_file({page.path: page.body for page in pages})


def test_every_table_of_the_built_sample_has_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = sample_by(tmp_path_factory, "mkdocs") / "build/all/site"
    pages = {name: data.decode() for name, data in files_of(site) if name.endswith(".html")}
    assert not without_file(pages)
    assert Offers(pages["reports/ceo/index.html"]).tables > Offers(pages["reports/board/index.html"]).tables


def without_file(pages: Mapping[str, str]) -> dict[str, list[str]]:
    """Sections of reports that have a table without a file, by page."""
    reports = {path: body for path, body in pages.items() if path.startswith(("reports/", "index."))}
    assert "<table" in "".join(reports.values())
    return {path: found for path, body in reports.items() if (found := Offers(body).without)}


def test_a_table_without_a_file_is_seen() -> None:
    table = '<div class="qd-table"><table><tr><td>1</td></tr></table>{}</div>'
    link = '<a href="../cfo-a.csv" download>Download CSV</a>'
    page = f"## A {{#a}}\n{table.format('')}\n## B {{#b}}\n{table.format(link)}{table.format('')}{table.format(link)}"
    assert Offers(page).without == ["a", "b"]


def test_files_stand_in_the_order_of_the_page(pages: tuple[Page, ...]) -> None:
    for page in pages:
        links = [page.body.find(f'{one.path.rpartition("/")[2]}"') for one in page.downloads if one.sheet]
        assert -1 not in links, page.path
        assert links == sorted(links), page.path
        assert len({one.path for one in page.downloads}) == len(page.downloads)


def test_a_page_with_tables_names_its_workbook(pages: tuple[Page, ...]) -> None:
    found = {page.path: page for page in pages}
    assert found["reports/cfo.md"].body.startswith("---\nworkbook: ../cfo.xlsx\ntitle: ")
    assert found["reports/cfo.md"].workbook == "reports/cfo.xlsx"
    assert not found["reports/board.md"].sheets
    assert "workbook:" not in found["reports/board.md"].body
