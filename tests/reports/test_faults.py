"""What bad input gets on a page: states, conflicts, ages, anchors and attachments."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import InputError
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.values import Money
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.reports.components import slug
from quarterdeck.reports.escape import safe
from quarterdeck.reports.handwritten import handwritten
from quarterdeck.reports.render import heading
from quarterdeck.reports.sources import Links
from quarterdeck.reports.words import money, value
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF

EVERYBODY = Briefing(name="Fleet", as_of=AS_OF, currency="USD", timezone="UTC")
HEAD = (
    "---\nentity: boat\nname: Boat\nkind: charter\nupdated: 2026-11-01\nbilling_model: per-booking\n---\n\n"
)


def _facts(body: str, csv_files: dict[str, bytes] | None = None) -> Facts:
    handoff = parse_handoff(f"{HEAD}{body}".encode(), "handoffs/boat.md", csv_files=csv_files or {})
    assert isinstance(handoff, Handoff)
    return Facts([handoff], AS_OF)


def _figure(facts: Facts, figure: str, entity: str = "boat") -> Figure:
    return next(one for one in all_figures(facts, currency="USD") if (one.id, one.entity) == (figure, entity))


@pytest.mark.parametrize("text", ["x" * 300, "ж" * 300, "a-" * 200])
def test_F019_a_long_name_gets_a_short_anchor_of_its_own(text: str) -> None:
    assert len(slug(text)) <= 90
    assert slug(text) == slug(text)
    assert slug(text) != slug(f"{text}!x")


@pytest.mark.parametrize(("one", "two"), [("⛵", "🚢"), ("帆船", "貨物"), ("…", "!?")])
def test_F021_a_name_without_letters_gets_an_anchor_of_its_own(one: str, two: str) -> None:
    assert slug(one)
    assert slug(one) != slug(two)


def test_F042_amounts_in_another_currency_are_never_added() -> None:
    facts = _facts(
        "## Costs\n| Item | Amount | Cadence | Nature |\n|---|---|---|---|\n"
        "| A | $100 | monthly | fixed |\n| B | EUR 50 | monthly | fixed |\n"
    )
    figure = _figure(facts, "fixed_costs_monthly")
    assert figure.value == Money(Decimal(100), "USD")
    assert "EUR" in figure.label


def test_F045_a_missing_figure_is_not_known_and_has_its_gap() -> None:
    figure = _figure(_facts("# Boat\n"), "sales_last_month")
    assert isinstance(figure.value, Missing)
    assert value(figure) == "not known"
    assert figure.value.needs


def test_F045_an_unknown_member_makes_the_sum_at_least() -> None:
    facts = _facts(
        "## Assets\n| Asset | Type | Value |\n|---|---|---|\n| A | vessel | $100 |\n| B | vessel | ? |\n"
    )
    figure = _figure(facts, "assets_value")
    assert (figure.known, figure.wanted) == (1, 2)
    assert value(figure).replace("\u00a0", " ") == "at least $100"


def test_F046_a_zero_below_the_line_is_n_a() -> None:
    facts = _facts(
        "## Offers\n| Offer | Price | Unit | Variable cost |\n|---|---|---|---|\n| Gift sail | $0 | sailing | $10 |\n"
    )
    figure = _figure(facts, "contribution_ratio:gift-sail")
    assert value(figure) == "n/a"


def test_F047_totals_add_what_is_not_rounded() -> None:
    rows = "".join(f"| Item {n} | $0.335 | monthly | fixed |\n" for n in range(10))
    facts = _facts(f"## Costs\n| Item | Amount | Cadence | Nature |\n|---|---|---|---|\n{rows}")
    total = _figure(facts, "fixed_costs_monthly").value
    assert total == Money(Decimal("3.350"), "USD")
    assert isinstance(total, Money)
    assert money(total) == "$3.35"


def test_F048_two_values_for_one_fact_are_a_finding_with_both() -> None:
    body = (
        "## Bookings\n| Id | Date | Gross | Channel | Status |\n|---|---|---|---|---|\n"
        "| b-1 | 2026-10-01 | $100 | phone | completed |\n"
    )
    csv = b"id,date,gross,channel,status\nb-1,2026-10-01,$120,phone,completed\n"
    facts = _facts(body, {"data/boat/bookings.csv": csv})
    (found,) = (one for one in findings(Known(facts)) if one.rule == "R-DAT-03")
    said = f"{found.message} {found.action}"
    assert "100" in said
    assert "120" in said
    assert _figure(facts, "sales_last_month").value == Money(Decimal(120), "USD")


def test_F049_an_old_input_is_named_with_its_age() -> None:
    offers = "\n## Offers\n| Offer | Price | Unit |\n|---|---|---|\n| Sail | $100 | sailing |\n"
    body = HEAD.replace("2026-11-01", "2026-09-01") + offers
    handoff = parse_handoff(body.encode(), "handoffs/boat.md")
    assert isinstance(handoff, Handoff)
    (stale,) = (
        one for one in findings(Known(Facts([handoff], date(2026, 11, 23)))) if one.rule == "R-CEO-11"
    )
    assert "for 83 days" in stale.message


def _page(docs: Path, name: str, text: str) -> None:
    docs.mkdir(exist_ok=True)
    (docs / name).write_text(text)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onclick="x()"/>',
        "<foreignObject><b/></foreignObject>",
        '<a href="javascript:x()"/>',
        '<image href="https://elsewhere.example/p.png"/>',
        '<style>@import "x"</style>',
    ],
)
def test_F068_a_picture_that_could_run_or_fetch_is_refused(tmp_path: Path, inside: str) -> None:
    _page(tmp_path / "docs", "a.md", "# A\n")
    _page(tmp_path / "docs", "p.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>')
    with pytest.raises(InputError) as refused:
        handwritten(tmp_path / "docs", EVERYBODY)
    assert [problem.path for problem in refused.value.problems] == ["docs/p.svg"]


def test_F068_a_plain_picture_goes_with_the_pages(tmp_path: Path) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    _page(tmp_path / "docs", "a.md", "# A\n")
    _page(tmp_path / "docs", "p.svg", picture)
    (page,) = handwritten(tmp_path / "docs", EVERYBODY)
    assert [(one.path, one.text) for one in page.downloads] == [("p.svg", picture)]


@pytest.mark.parametrize(
    "branch", ['main"><img src=x onerror=alert(1)>', "a'b<script>", "x y#z?q", "{{ config }}"]
)
def test_F067_the_name_of_a_branch_cannot_leave_its_link(branch: str) -> None:
    links = Links("https://git.example/harbor", branch)
    address = links.edit("handoffs/boat.md")
    assert address.startswith("https://git.example/harbor/edit/")
    assert not set("<>\"'{} #?") & set(address)


@pytest.mark.parametrize(
    "name", ['R&D "<b>"', "<img src=x onerror=alert(1)>", "{{ config }}", "[x](javascript:y)"]
)
def test_F067_names_from_outside_are_text(name: str) -> None:
    printed = str(safe(name))
    assert "<" not in printed
    assert "{" not in printed
    heading_text = str(heading(name))
    assert not set("<>[]({") & set(heading_text)
