"""What holds for every portfolio: the sample, books alone, two currencies, and an agency without books."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.rollup import SHARES, SUMS, SUMS_BY_SUBJECT
from quarterdeck.model.briefing import encode
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Ratio, month_of
from quarterdeck.reports.businesses import count_open
from quarterdeck.reports.skeleton import Site
from tests.acceptance.made import NO_VALUE, UNPRINTABLE, Made, amount, is_zero, text_of
from tests.acceptance.portfolios import PRICES, SMALL, TODAY, two_currencies
from tests.sites import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quarterdeck.model.figure import Figure

CENT = Decimal("0.01")
ONE = Decimal(1)
ZERO = Decimal(0)


def test_each_of_them_shows_what_it_is_for(all_made: dict[str, Made]) -> None:
    kinds = {
        name: {one.id.partition(":")[0] for one in each.of_kind(*KINDS)} for name, each in all_made.items()
    }
    assert kinds["sample"] == set(KINDS)
    assert kinds["books"] == set(KINDS) - {"aging", "bookings_last_month", "effective_rate", "rent_monthly"}
    assert {"rent_monthly", "bookings_last_month", "revenue", "target"} <= kinds["currencies"]
    assert kinds["agency"] == {"aging", "effective_rate"}
    cash = all_made["currencies"].of_kind("cash_total")
    assert {one.value.currency for one in cash if isinstance(one.value, Money)} == {"USD", "EUR"}


KINDS = (
    "aging",
    "bookings_last_month",
    "cash_total",
    "deposits_closing",
    "effective_rate",
    "forecast_ending",
    "rent_monthly",
    "revenue",
    "target",
)
"""Figures that tell what a portfolio has: open invoices, sales, cash, deposits, hours, rent, books, a plan."""


# --- the same in, the same out -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SMALL)
def test_the_same_files_elsewhere_give_the_same_bytes(
    name: str, all_made: dict[str, Made], tmp_path: Path
) -> None:
    """The sample is built twice by two processes in another module."""
    again = Made(SMALL[name](tmp_path / "somewhere" / "else"))
    assert encode(again.briefing) == encode(all_made[name].briefing)
    assert again.pages == all_made[name].pages
    assert again.files == all_made[name].files


def test_nothing_is_printed_that_is_no_value(made: Made) -> None:
    for name, text in {**made.pages, **made.files}.items():
        is_page = name.endswith(".md")
        shown = text_of(text) if is_page else text
        found = (UNPRINTABLE if is_page else NO_VALUE).search(shown)
        assert found is None, f"{name}: {shown[max(0, found.start() - 60) : found.end() + 60]!r}"


# --- what adds up ------------------------------------------------------------------------------------------------


def owners(made: Made) -> list[str]:
    """Every business, and the whole."""
    return ["", *(one.entity for one in made.briefing.entities)]


def test_open_invoices_are_their_buckets(made: Made) -> None:
    for owner in owners(made):
        if made.of_kind("ar_open", entity=owner):
            buckets = sum(map(amount, made.of_kind("aging", entity=owner)), ZERO)
            assert buckets == made.money("ar_open", owner), owner


def test_open_invoices_are_what_the_books_say_or_a_finding(made: Made) -> None:
    """A business and its parts share their books; the list that differs is that of one of them."""
    for one in made.of_kind("receivable_gap"):
        family = {one.entity, *(part.entity for part in made.briefing.parts_of(one.entity))}
        told = {each.rule for each in made.briefing.findings if each.entity in family}
        assert abs(amount(one)) <= ONE or "R-DLV-08" in told, one


def test_thirteen_weeks_begin_with_the_cash_at_hand_and_roll(made: Made) -> None:
    for owner in owners(made):
        ends = [one for one in made.of_kind("forecast_ending", entity=owner) if isinstance(one.value, Money)]
        assert len(ends) in {0, 13}, owner
        before = made.money("cash_available", owner) if ends else ZERO
        for week in range(1, len(ends) + 1):
            received = made.money(f"forecast_receipts:{week}", owner)
            paid = made.money(f"forecast_payments:{week}", owner)
            assert before + received - paid == made.money(f"forecast_ending:{week}", owner), (owner, week)
            before += received - paid


CLASSES = ("operating", "debt", "investing", "owner", "held", "intercompany")


def test_the_classes_explain_the_change_of_cash_of_every_month(made: Made) -> None:
    for one in made.of_kind("cash_change"):
        month = one.id.partition(":")[2]
        explained = sum(
            made.money(f"{name}_in:{month}", one.entity) - made.money(f"{name}_out:{month}", one.entity)
            for name in CLASSES
            if one.entity or name != "intercompany"
        )
        between = ZERO if one.entity else _between(made, month)
        assert abs(explained + between - amount(one)) <= CENT * len(made.briefing.entities), (
            one.entity,
            month,
        )


def _between(made: Made, month: str) -> Decimal:
    """What went from one business to another in cash: each sees its own side alone."""
    return sum(
        (
            _worth(one.value, f":{month}") * (1 if one.id.startswith("intercompany_in") else -1)
            for one in made.of_kind("intercompany_in", "intercompany_out")
            if one.id.endswith(f":{month}") and isinstance(one.value, Money)
        ),
        ZERO,
    )


@pytest.mark.parametrize("account", ["deposits", "gift_cards"])
@pytest.mark.parametrize("span", ["", "_ytd"])
def test_roll_forwards_end_at_what_the_books_owe(made: Made, account: str, span: str) -> None:
    for one in made.of_kind(f"{account}_closing{span}"):
        moved = {
            part: made.money(f"{account}_{part}{span}", one.entity)
            for part in ("opening", "received", "recognised", "refunded", "forfeited", "others")
        }
        closing = moved["opening"] + moved["received"] - moved["recognised"] - moved["refunded"]
        assert closing - moved["forfeited"] == amount(one), (one.entity, moved)
        gap = amount(one) - made.money(f"{account}_ledger{span}", one.entity)
        found = {each.rule for each in made.briefing.findings if each.entity == one.entity}
        assert abs(gap) <= ONE or "R-ACC-06" in found, one


_MONTH = re.compile(r":(\d{4}-\d{2})(?::|$)")


def _worth(value: Money, figure: str) -> Decimal:
    """Money in dollars, at the price of the end of the figure's month, else of the day of the report."""
    if value.currency == "USD":
        return value.amount
    month = _MONTH.search(figure)
    day = min(month_of(date.fromisoformat(f"{month[1]}-01")).end, TODAY) if month else TODAY
    return value.amount * Decimal(PRICES[max(on for on in PRICES if on <= day)])


def test_what_is_added_up_is_the_sum_of_its_businesses(made: Made) -> None:
    """Less what they earn from each other, of which another line tells how much it is."""
    looked = 0
    for whole in made.of_kind(*SUMS, *SUMS_BY_SUBJECT, entity=""):
        members = [one for one in made.briefing.figures if one.entity and one.id == whole.id and one.is_known]
        gross = made.briefing.find(f"all_{whole.id}", "") or whole
        if not members or not isinstance(gross.value, (Money, Decimal)):
            continue
        total = sum(
            (_worth(one.value, one.id) if isinstance(one.value, Money) else _number(one) for one in members),
            ZERO,
        )
        assert abs(total - _number(gross)) <= CENT * len(members), whole.id
        assert whole.wanted == 0 or whole.known <= whole.wanted
        if gross is not whole:
            assert amount(gross) - made.money(f"between_{whole.id}") == amount(whole), whole.id
        looked += 1
    assert looked > 5


def _number(one: Figure) -> Decimal:
    if isinstance(one.value, Decimal):
        return one.value
    return amount(one)


def test_shares_are_counted_again_and_no_ratio_is_an_average(made: Made) -> None:
    for whole in (one for one in made.briefing.figures if not one.entity and isinstance(one.value, Ratio)):
        members = [
            one.value
            for one in made.briefing.figures
            if one.entity and one.id == whole.id and isinstance(one.value, Ratio)
        ]
        assert isinstance(whole.value, Ratio)
        if whole.id in SHARES:
            parts = [(one.part or ZERO, one.whole or ZERO) for one in members]
            assert whole.value.part == sum(part for part, _ in parts), whole.id
            assert whole.value.whole == sum(count for _, count in parts), whole.id
        elif len({one.value for one in members}) > 1:
            mean = sum((one.value for one in members), ZERO) / len(members)
            assert whole.value.value != mean, whole.id


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("assets_value", "assets_value:"),
        ("deposits_held", "deposit:"),
        ("unpaid", "unpaid:"),
        ("target:2026", "target:2026-"),
        ("target:2027", "target:2027-"),
    ],
)
def test_parts_add_up_to_their_total(made: Made, total: str, parts: str) -> None:
    for owner in owners(made):
        found = [one for one in made.briefing.figures if one.entity == owner and one.id.startswith(parts)]
        if found and all(one.is_known for one in found) and made.briefing.find(total, owner):
            assert sum(map(amount, found), ZERO) == made.money(total, owner), owner


def test_what_is_left_of_the_capital_is_what_no_option_takes(made: Made) -> None:
    for left in made.of_kind("capital_left"):
        free, *options = left.inputs
        taken = [
            one.value.amount
            for one in options
            if one.text.startswith("chosen") and isinstance(one.value, Money)
        ]
        assert made.money(free.figure) - sum(taken, ZERO) == amount(left)


# --- what is not there -------------------------------------------------------------------------------------------


def files_of(name: str, tmp_path: Path) -> Iterator[str]:
    root = SMALL[name](tmp_path)
    return (path.relative_to(root).as_posix() for path in sorted(root.rglob("*")) if path.is_file())


INPUTS = [
    *(("books", name) for name in ("handoffs/kiln.md", "ledger/kiln.beancount", "ledger/main.beancount")),
    *(("currencies", f"handoffs/{name}.md") for name in ("house", "workshop")),
    *(("currencies", f"ledger/{name}.beancount") for name in ("house", "main", "workshop")),
    ("currencies", "data/workshop/bookings.csv"),
    ("agency", "handoffs/crane.md"),
    *(("agency", f"data/crane/{name}.csv") for name in ("invoices", "payments", "time_log")),
    *((name, "portfolio.yml") for name in SMALL),
]


CLAIMS = {f"handoffs/{name}.md": f"ledger: {book}" for name, book in (("kiln", "KILN"), ("house", "HOUSE"))}
CLAIMS["handoffs/workshop.md"] = "ledger: WORK"
"""What books say that no handoff keeps: the handoff that would do so may have any name."""


def test_every_file_of_the_small_ones_is_left_out_once(tmp_path: Path) -> None:
    assert {(name, one) for name in SMALL for one in files_of(name, tmp_path / name)} == set(INPUTS)


@pytest.mark.parametrize(("name", "gone"), INPUTS)
def test_without_any_one_file_the_pages_stand_and_name_it(
    name: str, gone: str, all_made: dict[str, Made], tmp_path: Path
) -> None:
    root = SMALL[name](tmp_path)
    (root / gone).unlink()
    before, after = all_made[name], Made(root)
    owner = next((one for one in owners(before) if one and one in gone), "")
    lost = set(before.pages) - set(after.pages)
    may_go = {f"reports/entities/{owner}.md", f"reports/audits/{owner}.md"}
    assert lost <= (may_go if gone.startswith("handoffs/") else set())
    moved = {
        key
        for key, value in after.figures().items()
        if before.figures().get(key, value) != value and key[0] != owner
    }
    assert {entity for entity, _ in moved} <= ({""} if owner else set(owners(before)))
    if set(after.figures()) != set(before.figures()) or moved:
        said = " ".join(after.pages.values())
        assert CLAIMS.get(gone, gone) in said or f"handoffs/{owner}.md" in said


NUMBER = re.compile(r"\s*(?:\$|EUR )?(\d[\d,]*(?:\.\d+)?)\s*")

TABLES = {
    "currencies": ("handoffs/workshop.md", "handoffs/house.md", "data/workshop/bookings.csv"),
    "agency": (
        "handoffs/crane.md",
        *(f"data/crane/{one}.csv" for one in ("invoices", "payments", "time_log")),
    ),
}
GROUPS = 6
"""So many builds ask for every number of a portfolio."""


def _told(cell: str) -> Decimal | None:
    """The number of a cell; small ones and years say nothing by themselves."""
    found = NUMBER.fullmatch(cell)
    number = Decimal(found[1].replace(",", "")) if found else ZERO
    return number if (number >= 100 or number % 1) and number != 2026 else None


def _cells(root: Path, name: str) -> list[list[str]]:
    """A file, line by line, as the cells of its table; what is in none is one cell."""
    mark = "," if name.endswith(".csv") else "|"
    return [line.split(mark) for line in (root / name).read_text().splitlines()]


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize("name", TABLES)
def test_a_number_that_is_not_known_is_neither_the_old_one_nor_zero(
    name: str, group: int, all_made: dict[str, Made], tmp_path: Path
) -> None:
    root = SMALL[name](tmp_path)
    tables = {file: _cells(root, file) for file in TABLES[name]}
    told = dict.fromkeys(_told(cell) for lines in tables.values() for line in lines for cell in line)
    gone = set([one for one in told if one is not None][group::GROUPS])
    assert gone
    for file, lines in tables.items():
        mark = "," if file.endswith(".csv") else "|"
        kept = [mark.join("?" if _told(cell) in gone else cell for cell in line) for line in lines]
        write(root, file, "\n".join(kept) + "\n")
    before, after = all_made[name], Made(root)
    assert set(before.pages) == set(after.pages)
    shown = {file: text_of(text) if file.endswith(".md") else text for file, text in after.pages.items()}
    for number in gone:
        old = re.compile(rf"(?<![\d.,]){re.escape(f'{number:,}'.removesuffix('.00'))}(?![\d,]*\d)(?!\.\d)")
        for file, text in {**shown, **after.files}.items():
            found = old.search(text)
            assert not found, f"{file}: {text[max(0, found.start() - 80) : found.end() + 40]!r}"
    figures = before.figures()
    zero = [
        (one.entity, one.id)
        for one in after.briefing.figures
        if is_zero(one.value)
        and not is_zero(figures.get((one.entity, one.id), one.value))
        and not one.is_partial
    ]
    assert zero == [], "a sum of what is known says that it is at least that"


# --- whose it is and where it stands -----------------------------------------------------------------------------


def _marks(page: str) -> Iterator[tuple[str, str]]:
    """Every mark of a source in a page: where it leads, and its words."""
    found = re.findall(r'<a class="qd-fig[^"]*" href="#([^"]+)">(.*?)</a>', page)
    return ((anchor, text_of(words)) for anchor, words in found)


def test_every_mark_leads_to_a_source_that_says_where(made: Made) -> None:
    looked = 0
    for name, page in made.pages.items():
        entries = dict(re.findall(r'<li id="(s\d+)">(.*?)</li>', page, re.DOTALL))
        for anchor, words in _marks(page):
            assert anchor in entries or (anchor == "not-known" and "{#not-known}" in page), (
                name,
                anchor,
                words,
            )
            looked += 1
        for entry in entries.values():
            assert "<code>" in entry or "formula" in entry or ", from " in entry or "settings" in entry, (
                name,
                entry,
            )
    assert looked > 20


def test_every_card_leads_to_its_source(made: Made) -> None:
    for name, page in made.pages.items():
        cards = re.search(r'<ul class="qd-kpis">(.*?)</ul>', page, re.DOTALL)
        for card in re.findall(r"<li>(.*?)</li>", cards[1] if cards else "", re.DOTALL):
            links = re.findall(r'<p class="(?:qd-value[^"]*|qd-from)">(?:(?!</p>).)*?href="#([^"]+)"', card)
            links += re.findall(r'<p class="qd-from">(?:(?!</p>).)*?href="([^"#]+[^"]*)"', card)
            assert links, f"{name}: {text_of(card)}"


def _turned(root: Path) -> None:
    """Every table upside down, some lines lower, and the businesses by other names."""
    for path in sorted((*root.glob("handoffs/*.md"), *root.glob("data/*/*.csv"))):
        lines = path.read_text().splitlines()
        if path.suffix == ".csv":
            lines[1:] = reversed(lines[1:])
        else:
            lines = [
                f"{line} & Daughters" if line.startswith("name: ") else line for line in _upside_down(lines)
            ]
        path.write_text("\n".join(lines) + "\n")


def _upside_down(lines: list[str]) -> Iterator[str]:
    rows: list[str] = []
    for at, line in enumerate([*lines, ""]):
        if line.startswith("|") and at > 1 and (rows or set(lines[at - 1]) <= set("|-")):
            rows.append(line)
        else:
            yield from reversed(rows)
            rows = []
            yield line
            if line == "---" and at:
                yield from ("", "Words that move every line.", "")


@pytest.mark.parametrize("name", SMALL)
def test_findings_and_figures_outlive_turned_tables_and_other_words(
    name: str, all_made: dict[str, Made], tmp_path: Path
) -> None:
    root = SMALL[name](tmp_path)
    _turned(root)
    before, after = all_made[name], Made(root)
    assert {one.source.line for one in before.briefing.tasks} != {
        one.source.line for one in after.briefing.tasks
    } or (not before.briefing.tasks)
    assert [one.message for one in before.briefing.findings] != [
        one.message for one in after.briefing.findings
    ]
    assert after.ids() == before.ids()
    assert after.figures() == before.figures()


@pytest.mark.parametrize("name", SMALL)
def test_a_finding_of_yesterday_is_the_same_today(
    name: str, all_made: dict[str, Made], tmp_path: Path
) -> None:
    """What only a day changes in its words keeps its identity; nothing in it is a date or an age."""
    before = {one.id for one in Made(SMALL[name](tmp_path), as_of=date(2026, 11, 22)).briefing.findings}
    gone, new = before - set(all_made[name].ids()), set(all_made[name].ids()) - before
    assert not {one.rpartition("/")[0] for one in gone} & {one.rpartition("/")[0] for one in new}


# --- what to do --------------------------------------------------------------------------------------------------


def test_ten_actions_come_after_what_they_need(made: Made) -> None:
    actions = made.briefing.actions
    rank = {one.task or one.id: at for at, one in enumerate(actions)}
    for at, one in enumerate(actions):
        for need in one.needs:
            assert rank.get(need, -1) < at, (one.id, need)


POINTS = re.compile(r'<span class="qd-num">(.*?)</span>')


def test_scores_are_what_their_printed_factors_make(made: Made) -> None:
    looked = 0
    for page in made.pages.values():
        for score, factors in re.findall(
            r"<summary>Why first: score (.*?)</summary>(.*?)</details>", page, re.DOTALL
        ):
            value, *parts = (one.replace(" ", "") for one in POINTS.findall(factors))
            made_of = {one[0]: Decimal(one[1:]) for one in parts if one[0] in "×÷"}
            added = sum((Decimal(one[1:]) for one in parts if one[0] == "+"), Decimal(value))
            again = added * made_of["×"] / made_of["÷"]
            assert again.quantize(CENT, "ROUND_HALF_UP") == Decimal(score), factors
            looked += 1
    assert looked


# --- samples -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def house_and_sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Made]:
    """A real house beside a workshop that is a sample, and the house by itself."""
    root = two_currencies(tmp_path_factory.mktemp("mixed") / "both")
    settings, house = root / "portfolio.yml", root / "handoffs" / "house.md"
    settings.write_text(re.sub("as_of:.*", "", settings.read_text()))
    house.write_text(house.read_text().replace("sample: true\n", ""))
    alone = shutil.copytree(root, root.parent / "alone")
    (alone / "handoffs" / "workshop.md").unlink()
    return Made(root), Made(alone)


def test_a_sample_is_in_no_total_of_a_portfolio_with_a_real_business(
    house_and_sample: tuple[Made, Made],
) -> None:
    both, alone = house_and_sample
    totals = [
        {one.id: one.value for one in made.briefing.figures if not one.entity} for made in (both, alone)
    ]
    assert totals[0] == totals[1]
    for severity in Severity:
        assert count_open(Site(both.briefing), severity) == count_open(Site(alone.briefing), severity)


def test_the_pages_that_show_a_sample_say_so(house_and_sample: tuple[Made, Made]) -> None:
    both, _ = house_and_sample
    assert not both.briefing.is_sample
    marked = {name for name, page in both.pages.items() if 'class="qd-sample"' in page}
    assert "reports/entities/workshop.md" in marked
    assert not marked & {"reports/entities/house.md", "reports/audits/house.md"}
    assert marked >= {"index.md", *(f"reports/{role}.md" for role in both.briefing.roles)}


def test_samples_alone_have_totals_and_are_one_sample(made: Made) -> None:
    assert made.briefing.is_sample
    assert any(one.is_known for one in made.briefing.figures if not one.entity)
    assert not [name for name, page in made.pages.items() if 'class="qd-sample"' in page], "the theme says it"
