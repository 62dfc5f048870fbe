"""A page of many businesses stays readable: it shows the first of what is there, and counts the rest in words."""

from quarterdeck.model.finding import Finding, Gap
from quarterdeck.model.severity import Severity
from quarterdeck.reports import html
from quarterdeck.reports.components import (
    MOST_FINDINGS,
    MOST_NAMED,
    MOST_ROWS,
    ActionRow,
    Column,
    FindingRow,
    Table,
    TableRow,
    joined,
    named,
)
from quarterdeck.reports.sources import Sources

NBSP = "\u00a0"


def a_table(rows: int, columns: int = 2, csv: str = "cfo-cash.csv") -> Table:
    return Table(
        tuple(Column(f"c{at}", f"Column {at}") for at in range(columns)),
        tuple(TableRow(tuple(f"{row}/{at}" for at in range(columns))) for row in range(rows)),
        total=TableRow(tuple(f"all/{at}" for at in range(columns))),
        csv=csv,
    )


def test_a_table_counts_the_rows_that_only_its_csv_holds() -> None:
    page = html.table(Sources(), a_table(1_000), "As written.")
    assert page.count("<tr ") == MOST_ROWS + 2
    assert f'<p class="qd-caption">As written. 940{NBSP}more rows are in the CSV.</p>' in page
    assert "all/0" in page


def test_one_row_too_many_is_shown_instead_of_counted() -> None:
    page = html.table(Sources(), a_table(MOST_ROWS + 1))
    assert f"{MOST_ROWS}/0" in page
    assert "more row" not in page


def test_a_table_without_a_csv_and_the_way_to_its_rows_are_whole() -> None:
    assert html.table(Sources(), a_table(1_000, csv="")).count("<tr ") == 1_002
    index = Table(
        (Column("name", "Name"),),
        tuple(TableRow((str(at),)) for at in range(500)),
        csv="a.csv",
        is_index=True,
    )
    assert html.table(Sources(), index).count("<tr ") == 501


def test_a_wide_table_keeps_its_last_column() -> None:
    page = html.table(Sources(), a_table(2, columns=100))
    assert page.count('<th scope="col"') == MOST_NAMED + 1
    assert "1/99" in page
    assert "all/99" in page
    assert f"87{NBSP}more columns are in the CSV." in page


def a_finding(number: int, entity: str) -> FindingRow:
    finding = Finding("R-A-01", f"b{number}", "x", Severity.HIGH, "Something.", "Mend it.", ("ceo",))
    return FindingRow(finding, entity)


def test_findings_of_many_businesses_lead_to_their_pages() -> None:
    rows = [a_finding(number, f"Business {number}") for number in range(100)]
    page = html.findings(Sources(page="reports/ceo.md"), rows)
    assert page.count("<li ") == MOST_FINDINGS
    assert (
        f'76{NBSP}more findings stand on <a href="../../#businesses">the pages of the businesses</a>.' in page
    )
    assert html.findings(Sources(), [a_finding(number, "") for number in range(100)]).count("<li ") == 100


def test_who_kept_a_link_to_what_is_left_out_lands_where_it_leads_on() -> None:
    page = html.findings(Sources(), [a_finding(number, f"Business {number}") for number in range(100)])
    assert page.count('id="f-r-a-01"') == 1
    assert all(page.count(f'id="f-r-a-01-b{number}-x"') == 1 for number in range(100))
    assert page.index('id="f-r-a-01-b99-x"') > page.index("</ol>")
    assert html.rest(Sources(), 1000, "task", (f"t-{at}" for at in range(1000))).count("<span id=") == 200


def test_tasks_of_many_businesses_are_counted_on() -> None:
    rows = [ActionRow(number, "Do it", task=f"A-{number}", where="Jada") for number in range(50)]
    page = html.actions(Sources(), rows)
    assert f"10{NBSP}more tasks stand on" in page
    assert all(page.count(f'id="t-a-{number}"') == 1 for number in range(50))


def test_what_many_businesses_lack_alike_names_the_first_of_them() -> None:
    gaps = [
        Gap(
            key="offers",
            entity=f"b{at}",
            what="Offers",
            why="Needed.",
            add="a table",
            path=f"handoffs/b{at}.md",
        )
        for at in range(30)
    ]
    page = html.not_known_list(Sources(), gaps, {})
    assert "b11 and 18 more: not known." in page
    assert "<code>handoffs/b11.md</code> and 18 more." in page


def test_names_in_a_sentence_are_counted_on() -> None:
    names = [f"N{at}" for at in range(20)]
    assert named(names[:13]).endswith("N11, N12")
    assert named(names).endswith("N11 and 8 more")
    assert joined(names).endswith("N11 and 8 more")
