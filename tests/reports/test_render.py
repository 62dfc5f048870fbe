"""Values as pages print them, hostile text that stays text, and sources that are numbered."""

import re
from datetime import date
from decimal import Decimal
from typing import Literal

import jinja2
import msgspec
import pytest
from markupsafe import Markup

from quarterdeck.model.figure import STATE_WORDS, Figure, Input, Missing, State, Unit, Value
from quarterdeck.model.finding import Effect, Finding, Gap
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source, SourceKind
from quarterdeck.model.values import Blank, Money, MoneyRange, Ratio, month_of
from quarterdeck.reports import components as view
from quarterdeck.reports import html, words
from quarterdeck.reports.escape import NotForPagesError, safe
from quarterdeck.reports.render import (
    BadAnchorError,
    UnsafePageError,
    heading,
    heading_id,
    quoted,
    render,
    soft,
)
from quarterdeck.reports.sources import Links, Sources, href
from quarterdeck.reports.sparkline import sparkline

HOSTILE = (
    '<img src=x onerror=alert(1)> {{ config }} {% raw %} {# x #} --8<-- "etc" {: onclick=x } '
    "**b** [l](javascript:x)"
)
LEDGER = Source("ledger/jada.beancount", 14, "ledger", "Assets:JADA:Bank", date(2026, 11, 20))
HANDOFF = Source("handoffs/jada.md", 3, "handoff", "Plan")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def a_figure(value: Value, unit: Unit = "money", *, known: int = 0, wanted: int = 0) -> Figure:
    return Figure(
        "cash",
        "",
        "Our cash",
        value,
        unit,
        formula="F-B1",
        sources=(LEDGER, HANDOFF),
        known=known,
        wanted=wanted,
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("amount", "currency", "printed", "exact"),
    [
        ("24600", "USD", "$24,600", "$24,600.00"),
        ("24599.50", "USD", "$24,600", "$24,599.50"),
        ("999.99", "USD", "$999.99", "$999.99"),
        ("999.995", "USD", "$1,000", "$1,000.00"),
        ("79.1", "USD", "$79.10", "$79.10"),
        ("680", "USD", "$680", "$680.00"),
        ("-680", "USD", "-$680", "-$680.00"),
        ("-0.001", "USD", "$0", "$0.00"),
        ("0", "EUR", "€0", "€0.00"),
        ("0.005", "GBP", "£0.01", "£0.01"),
        ("1200", "CHF", "1,200 CHF", "1,200.00 CHF"),
    ],
)
def test_money(amount: str, currency: str, printed: str, exact: str) -> None:
    money = Money(Decimal(amount), currency)
    assert plain(words.money(money)) == printed
    assert plain(words.money(money, exact=True)) == exact


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        ("0", "$0"),
        ("-10000", "-$10k"),
        ("400", "$400"),
        ("999.6", "$1k"),
        ("18400", "$18.4k"),
        ("1200000", "$1.2M"),
    ],
)
def test_money_on_axes(amount: str, printed: str) -> None:
    assert plain(words.short_money(usd(amount))) == printed


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (Decimal("5.46"), "months", "5.5 months"),
        (Decimal(1), "days", "1 day"),
        (Decimal(52), "days", "52 days"),
        (Decimal("2.50"), "hours", "2.5 hours"),
        (Decimal(3676), "count", "3,676"),
        (Decimal("-0.0001"), "ratio", "0.0%"),
        (Ratio(Decimal("0.1239")), "ratio", "12.4%"),
        (Ratio(Decimal(5) / 31, Decimal(5), Decimal(31)), "ratio", "5 of 31"),
        (Ratio(Decimal(5) / 310, Decimal(5), Decimal(310)), "ratio", "1.6%"),
        (Decimal(date(2026, 11, 23).toordinal()), "date", "23 Nov 2026"),
        (MoneyRange(usd("2000"), usd("3000")), "money", "$2,000 to $3,000"),
        (usd("-12.5"), "money", "-$12.50"),
        (Missing(), "money", "not known"),
        (Missing("cash_generating"), "months", "generating cash"),
    ],
)
def test_figure_values(value: Value, unit: Unit, printed: str) -> None:
    assert plain(words.value(a_figure(value, unit))) == printed


@pytest.mark.parametrize(("state", "printed"), STATE_WORDS.items())
def test_every_state_is_printed_as_it_stands(state: State, printed: str) -> None:
    assert words.value(Missing(state)) == printed


def test_a_sum_with_gaps_says_at_least() -> None:
    figure = a_figure(usd("18400"), known=6, wanted=7)
    assert words.value(figure) == "at least $18,400"
    assert words.known_of(figure) == "6 of 7 known"
    assert words.value(a_figure(Missing(), known=0, wanted=7)) == "not known"


@pytest.mark.parametrize(
    ("why", "printed"),
    [
        ("absent", "not known"),
        ("unknown", "not known"),
        ("refused", "not known"),
        ("n/a", "n/a"),
        ("not tracked",) * 2,
    ],
)
def test_blanks(why: Literal["absent", "unknown", "n/a", "not tracked", "refused"], printed: str) -> None:
    assert words.value(Blank(why)) == printed
    assert words.sort_key(Blank(why)) == ""


@pytest.mark.parametrize(
    ("days", "printed"), [(0, "0 days"), (1, "1 day"), (90, "90 days"), (91, "3 months"), (400, "13 months")]
)
def test_age(days: int, printed: str) -> None:
    assert plain(words.age(days)) == printed


def test_dates_and_signs() -> None:
    assert plain(words.day(date(2026, 3, 1))) == "1 Mar 2026"
    assert plain(words.day_short(date(2026, 12, 31))) == "31 Dec"
    assert words.money(usd("6600"), sign=True) == "+$6,600"
    assert words.number(12900) == "12,900"
    assert words.number(Decimal(11), 2) == "11.00"
    assert words.value(month_of(date(2026, 10, 5))) == "2026-10"


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_no_number_that_is_none_is_printed(amount: str) -> None:
    with pytest.raises(words.NotPrintableError):
        words.value(a_figure(usd(amount)))


@pytest.mark.parametrize("thing", [None, True, 0.1])
def test_what_has_no_words_is_refused(thing: object) -> None:
    with pytest.raises(NotForPagesError):
        safe(thing)


def test_printed_text_is_only_text() -> None:
    printed = safe(HOSTILE + "\n\n# Heading\x00")
    assert not set("<>{}\n\x00") & set(printed)
    assert "&lt;img" in printed
    assert safe(Markup("<b>ours</b>")) == "<b>ours</b>"


def test_a_heading_is_only_text() -> None:
    assert heading("R&D 2") == "R&#38;D 2"
    assert not set("<>{}*[]()`_:!\\\n") & set(heading(HOSTILE + "\n* x `y`"))


def test_front_matter_is_one_quoted_line() -> None:
    printed = quoted('a "b"\n---\nrender_macros: true {{ x }} \U0001f600\x7f')
    assert "\n" not in printed
    assert not set("{}\x7f") & set(printed)
    assert printed.startswith('"a &#34;b&#34; --- ')


def test_long_names_may_break() -> None:
    assert soft("QueenofSanDiego") == "Queenof\u00adSan\u00adDiego"
    assert soft("JADA") == "JADA"


@pytest.mark.parametrize("anchor", ["", "Cash", "a b", "x}y", "-a"])
def test_bad_anchors_are_refused(anchor: str) -> None:
    with pytest.raises(BadAnchorError):
        heading_id(anchor)


def test_a_live_brace_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = jinja2.DictLoader({"bad.md.j2": "{{ a ~ b }}"})
    monkeypatch.setattr("quarterdeck.reports.render._environment.loader", loader)
    assert render("bad.md.j2", a=Markup("<b>"), b="x") == "<b>x\n"
    with pytest.raises(UnsafePageError):
        render("bad.md.j2", a=Markup("<b>"), b="{{ x }}")
    with pytest.raises(jinja2.UndefinedError):
        render("bad.md.j2", a="")


def test_sources_are_numbered_in_order_of_first_use() -> None:
    sources = Sources(Links("https://git.example.com/a/b", "main", "", {"handoffs/jada.md": "4f1c9ae"}))
    cash = a_figure(usd("1"))
    assert [sources.mark(thing) for thing in (cash, HANDOFF, cash, LEDGER, HANDOFF)] == [1, 2, 1, 3, 2]
    assert sources.mark(a_figure(usd("2"))) == 1, "the same figure by id"
    first, second, third = sources.entries
    assert (first.what, first.kind, first.formula, first.more) == ("Our cash", "computed", "F-B1", 0)
    assert [place.text for place in first.places] == ["ledger/jada.beancount:14", "handoffs/jada.md:3"]
    assert second.places[0].href == "https://git.example.com/a/b/blob/4f1c9ae/handoffs/jada.md#L3"
    assert third.as_of == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (1, "<code>ledger/jada.beancount:1</code>"),
        (3, "<code>ledger/jada.beancount:1</code>, 2, 3"),
        (20, '<code>ledger/jada.beancount:1</code>, 2 <span class="qd-grey">and 18 more</span>'),
    ],
)
def test_an_entry_lists_only_its_first_places(count: int, printed: str) -> None:
    places = tuple(Source("ledger/jada.beancount", line, "ledger") for line in range(1, count + 1))
    sources = Sources()
    sources.mark(Figure("burn", "", "Burn", usd("1"), "money", sources=places))
    assert f'<span class="qd-places">{printed}</span></li>' in html.sources_list(sources)


def test_an_entry_names_inputs_on_the_page_and_only_places_that_they_do_not() -> None:
    cash = a_figure(usd("1"))
    other = Source("ledger/jada.beancount", 99, "ledger")
    inputs = (Input("cash", figure=cash.id, entity=cash.entity), Input("else", figure="elsewhere"))
    runway = Figure("runway", "", "Runway", usd("1"), "money", sources=(*cash.sources, other), inputs=inputs)
    sources = Sources()
    sources.mark(runway)
    assert len(sources.entries[0].places) == 3, "the input stands nowhere on the page"
    sources.mark(cash)
    entry = sources.entries[0]
    assert (entry.inputs, [place.text for place in entry.places]) == (
        ((2, cash.label),),
        ["ledger/jada.beancount:99"],
    )


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        (usd("1234.56"), None),
        (usd("-20"), None),
        (Decimal("8.2"), None),
        ("Jada", None),
        ("", None),
        (date(2026, 11, 20), "2026-11-20"),
        (Ratio(Decimal("0.124")), "0.124"),
        (Money(Decimal(1200), "CHF"), "1200"),
        (view.Cell("Jada", state="act"), "Jada"),
        (Blank("unknown"), ""),
    ],
)
def test_a_cell_carries_a_sort_key_where_its_words_say_none(
    cell: view.Cell | words.Printable, key: str | None
) -> None:
    table = view.Table((view.Column("a", "A"),), (view.TableRow((cell,)), view.TableRow(("",))))
    found = re.findall(r'<th scope="row" role="rowheader"(?: data-v="(.*?)")?>', html.table(Sources(), table))
    has_key = "data-v" in html.table(Sources(), table)
    assert (found[0] if has_key else None) == key
    alone = msgspec.structs.replace(table, is_sortable=False)
    assert "data-v" not in html.table(Sources(), alone)


@pytest.mark.parametrize(
    ("repository", "path", "kind", "line", "address"),
    [
        (
            "https://git.example.com/a/b",
            "handoffs/jada.md",
            "handoff",
            3,
            "https://git.example.com/a/b/blob/main/handoffs/jada.md#L3",
        ),
        (
            "https://git.example.com/a/b.git/",
            "data/a b#c.csv",
            "csv",
            0,
            "https://git.example.com/a/b/blob/main/data/a%20b%23c.csv",
        ),
        ("https://git.example.com/a/b", "evidence/aws/s3.json", "evidence", 0, ""),
        ("", "handoffs/jada.md", "handoff", 3, ""),
        ("javascript:alert(1)", "handoffs/jada.md", "handoff", 3, ""),
    ],
)
def test_links(repository: str, path: str, kind: SourceKind, line: int, address: str) -> None:
    links = Links(repository)
    assert links.line(Source(path, line, kind)) == address
    assert bool(links.edit(path)) == repository.startswith("https")


@pytest.mark.parametrize(
    ("here", "there", "anchor", "link"),
    [
        ("reports/cfo.md", "reports/cto.md", "", "../cto/"),
        ("reports/cfo.md", "entities/jada.md", "cash", "../../entities/jada/#cash"),
        ("index.md", "reports/cfo.md", "", "reports/cfo/"),
        ("reports/cfo.md", "index.md", "", "../../"),
        ("reports/cfo.md", "data/cash.csv", "", "../../data/cash.csv"),
    ],
)
def test_links_between_pages(here: str, there: str, anchor: str, link: str) -> None:
    assert href(here, there, anchor) == link


def test_a_sparkline_needs_three_points_and_keeps_gaps() -> None:
    assert sparkline((Decimal(1), None, Decimal(2))) == ""
    drawn = sparkline((Decimal(1), Decimal(2), None, Decimal(3)), Decimal(2))
    assert drawn.count("M") == 3, "one for the floor and one for each piece of line"
    assert sparkline((Decimal(0),) * 3).count("<circle") == 1


def a_finding(subject: str, message: str) -> Finding:
    return Finding(
        "R-QDN-01",
        "quickdumpnow",
        subject,
        Severity.CRITICAL,
        message,
        "Close it.",
        ("cfo",),
        (Effect("cmo", "x"), Effect("cfo", "y")),
        (HANDOFF,),
    )


def test_anchors_of_findings_rest_on_identity_alone() -> None:
    row = view.FindingRow(a_finding("Check out!", "one"), here="cfo")
    assert row.anchors == ("f-r-qdn-01", "f-r-qdn-01-quickdumpnow-check-out")
    assert row.also == "Also moves CMO."


def test_a_whole_report_from_hostile_text() -> None:
    page = render(
        "macro_findings.md.j2",
        rows=(view.FindingRow(a_finding("a", HOSTILE)), view.FindingRow(a_finding("b", "two"))),
    )
    assert "<img" not in page
    assert page.count('id="f-r-qdn-01"') == 1
    assert 'id="f-r-qdn-01-quickdumpnow-b"' in page
    assert " style=" not in page


def test_the_skeleton_has_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    report = '{% extends "report.md.j2" %}{% block lead %}So it is.{% endblock %}'
    package = jinja2.PackageLoader("quarterdeck.reports", "templates")
    loader = jinja2.ChoiceLoader([package, jinja2.DictLoader({"a.md.j2": report})])
    monkeypatch.setattr("quarterdeck.reports.render._environment.loader", loader)
    page = render(
        "a.md.j2",
        head=view.Head(HOSTILE, "All businesses", date(2026, 11, 20), coverage=view.Coverage(34, 3, 47)),
        changed=view.Changed(None),
        findings=(),
        checked="41 of 41 checks ran.",
        actions=(),
        gaps=(
            Gap(
                "bookings",
                "jada",
                "Bookings",
                "Nobody knows.",
                "a Bookings table",
                "handoffs/jada.md",
                unlocks=6,
            ),
        ),
        entity_titles={"jada": "JADA"},
        assumptions=(),
        all_gaps="../not-known/",
        all_assumptions="../assumptions/",
    )
    lines = page.splitlines()
    assert lines[0] == "---"
    assert next(line for line in lines if line.startswith("# ")).endswith(" {#top}")
    anchors = [line.rpartition("{#")[2].rstrip("}") for line in lines if line.startswith("## ")]
    assert anchors == ["findings", "not-known", "assumptions", "sources"]
    assert "34 of 47 inputs known, 3 old" in page
    assert '<a href="../not-known/">' in page
    assert '<a href="../assumptions/">' in page
    assert "Unlocks 6\u00a0figures." in page
