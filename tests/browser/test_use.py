"""What a reader does: search, go by keyboard, follow a number to its source, sort, print, change the palette."""

import re
from typing import Any, Final, NamedTuple

import pytest

from tests.browser.site import BuiltSite
from tests.browser.tab import FreshTab, KeptTab, Tab

pytestmark = pytest.mark.browser

CEO: Final = "reports/ceo/"
CFO: Final = "reports/cfo/"
MOST_STOPS: Final = 700

FOCUSED: Final = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const bars = [...document.querySelectorAll(".md-header, .md-tabs")].filter((bar) => !bar.contains(at) &&
    ["sticky", "fixed"].includes(getComputedStyle(bar).position) && getComputedStyle(bar).display !== "none");
  const top = Math.max(0, ...bars.map((bar) => bar.getBoundingClientRect().bottom));
  const inBar = Boolean(at.closest(".md-header, .md-tabs, .md-skip, .md-sidebar"));
  const kinds = {
    skip: ".md-skip", tab: ".md-tabs__link", search: ".md-search__input, .md-search__button",
    version: ".md-version__current, .md-version__link", chip: ".qd-chips a", figure: "a.qd-fig",
    sort: "th > button", details: "details > summary", palette: "[data-md-component=palette] input",
  };
  let shown = at;
  if (at.matches("input.md-option, input.md-toggle")) {
    shown = document.querySelector(`label[for="${at.id}"]:not([hidden])`) || at;
  }
  const ring = [style, getComputedStyle(shown)].some((one) =>
    one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0);
  return {
    kind: Object.keys(kinds).find((kind) => at.matches(kinds[kind])) || "other",
    html: at.outerHTML.slice(0, 140),
    ring: ring || at.matches(".md-search__input"),
    covered: !inBar && box.height > 0 && box.top < top - 1,
    outside: box.bottom < 0 || box.top > innerHeight,
  };
}"""

BELOW_HEADER: Final = """(id) => {
  const top = document.getElementById(id).getBoundingClientRect().top;
  return document.querySelector(".md-header").getBoundingClientRect().bottom - 1 <= top && top < innerHeight;
}"""
"""The browser may scroll there step by step: asked until it holds."""

LIGHT: Final = "rgb(255, 255, 255)"
DARK: Final = "rgb(16, 22, 29)"

HIDDEN_ON_PAPER: Final = """() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const faults = [];
  for (const name of [".md-header", ".md-tabs", ".md-sidebar", ".qd-chips", ".qd-csv", ".qd-get", ".md-footer"]) {
    if ([...document.querySelectorAll(name)].some(seen)) faults.push(`${name} is printed`);
  }
  document.querySelectorAll("article details:not(.qd-get)").forEach((one) => {
    if (![...one.children].every(seen)) faults.push(`closed: ${one.textContent.trim().slice(0, 60)}`);
  });
  document.querySelectorAll("article table").forEach((one) => {
    if (!seen(one)) faults.push(`hidden table: ${one.textContent.trim().slice(0, 60)}`);
    const room = document.documentElement.clientWidth;
    if (one.getBoundingClientRect().right > room + 1) faults.push(`cut: ${one.textContent.trim().slice(0, 60)}`);
  });
  return faults;
}"""


FOUND: Final = """([place, words]) =>
  [...document.querySelectorAll(".md-search-result__link")].some((link) =>
    link.href.replace(/[?][^#]*/, "") === place && link.closest("li").textContent.includes(words))"""
"""The list is drawn anew with each key: asked in one go, until it holds."""


KEYS: Final = """(cells) => cells.map((cell) =>
  [cell.getAttribute("data-v"), cell.querySelector(".qd-main")?.innerText ?? ""])"""


class Stop(NamedTuple):
    """Where the focus stands."""

    kind: str
    html: str
    has_ring: bool
    is_covered: bool
    is_outside: bool


def stops(tab: Tab, *, most: int = MOST_STOPS) -> list[Stop]:
    """Press the tab key from the top of a page to its end."""
    found = []
    for _ in range(most):
        tab.page.keyboard.press("Tab")
        at: dict[str, Any] | None = tab.ask(FOCUSED)
        if at is None:
            break
        found.append(Stop(at["kind"], at["html"], at["ring"], at["covered"], at["outside"]))
    return found


@pytest.mark.parametrize(
    ("width", "kinds"),
    [
        (1280, ["skip", "version", "palette", "search", "tab", "figure", "details", "sort"]),
        (390, ["skip", "version", "palette", "chip", "figure", "details"]),
    ],
)
def test_the_keyboard_reaches_everything(
    width: int, kinds: list[str], sample: BuiltSite, fresh_tab: FreshTab
) -> None:
    tab = fresh_tab(width)
    tab.open(sample, CEO)
    found = stops(tab)
    assert set(kinds) <= {stop.kind for stop in found}
    assert len(found) < MOST_STOPS
    assert not [stop.html for stop in found if not stop.has_ring], "focus not visible"
    assert not [stop.html for stop in found if stop.is_covered], "focus under the header"
    assert not [stop.html for stop in found if stop.is_outside], "focus off the screen"
    assert found[0].kind == "skip"


def test_a_card_s_number_leads_to_its_source_and_back(sample: BuiltSite, fresh_tab: FreshTab) -> None:
    page = (tab := fresh_tab(390)).page
    tab.open(sample, CEO)
    link = page.locator(".qd-lead a.qd-fig[href^='#s'], .qd-kpis a.qd-fig[href^='#s']").first
    anchor = (link.get_attribute("href") or "").removeprefix("#")
    assert link.get_attribute("aria-describedby") == anchor == f"s{link.get_attribute('data-s')}"
    entry = page.locator(f"#{anchor}")
    link.focus()
    before = tab.ask("() => scrollY")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.qd-sources li:target')")
    page.wait_for_function(BELOW_HEADER, arg=anchor)
    plain = entry.locator("xpath=following-sibling::li").first
    grounds = [one.evaluate("(it) => getComputedStyle(it).backgroundColor") for one in (entry, plain)]
    assert grounds[0] != grounds[1], "the entry is not marked"
    page.go_back()
    page.wait_for_function(f"() => !location.hash && Math.abs(scrollY - {before}) < 2")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("QuickDumpNow", "reports/entities/quickdumpnow/"),
        ("R-QDN-01", "how/rules/selling/#r-qdn-01"),
        ("W-9 from Helper", "reports/entities/quickdumpnow/#tasks"),
    ],
)
def test_search_finds(words: str, place: str, whole_sample: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    tab.open(whole_sample)
    tab.page.locator(".md-search__input").click()
    tab.page.keyboard.type(words)
    tab.page.wait_for_function(FOUND, arg=[whole_sample.url + place, words])
    assert not tab.complaints(whole_sample)


def test_a_column_sorts_with_the_unknown_last_and_the_total_in_place(
    sample: BuiltSite, fresh_tab: FreshTab
) -> None:
    tab = fresh_tab(1280)
    tried = 0
    for address in (CEO, "reports/accounting/"):
        tab.open(sample, address)
        for table in tab.page.locator("table.qd-t.sortable").all():
            heads = table.locator("thead th").count()
            if not table.is_visible() or table.locator("tbody tr").count() < 3:
                continue
            total = table.locator("tfoot").all_inner_texts()
            before = table.locator("tbody tr").all_inner_texts()
            column = heads - 1
            for direction in ("ascending", "descending"):
                head = table.locator("thead th").nth(column)
                head.locator("button").click()
                assert head.get_attribute("aria-sort") == direction
                assert table.locator("[aria-sort]").count() == 1
                keys = sort_keys(table, column)
                known = [key for key in keys if key]
                assert keys == known + [""] * (len(keys) - len(known)), "the unknown stand last"
                assert in_order(known, direction)
            assert sorted(table.locator("tbody tr").all_inner_texts()) == sorted(before)
            assert table.locator("tfoot").all_inner_texts() == total
            tried += 1
    assert tried >= 5


@pytest.mark.parametrize("address", [CFO, "reports/entities/jada/", "how/formulas/cash/"])
def test_paper_shows_everything(address: str, sample: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280, "dark")
    tab.open(sample, address)
    tab.page.emulate_media(media="print", color_scheme="dark")
    tab.page.set_viewport_size({"width": 690, "height": 1000})  # the text area of A4
    assert not tab.ask(HIDDEN_ON_PAPER)
    assert tab.ask("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = tab.page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") >= 2


def test_the_palette_changes_and_is_kept(sample: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280, "light")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    tab.open(sample)
    assert tab.ask(ground) == LIGHT
    tab.page.locator("label[title='Switch to dark']").click()
    tab.page.wait_for_function("() => document.body.dataset.mdColorScheme === 'slate'")
    tab.page.wait_for_function(f"(dark) => ({ground})() === dark", arg=DARK)
    tab.open(sample, CFO)
    assert tab.ask(ground) == DARK
    tab.page.locator("label[title='Switch to light']").click()
    tab.page.wait_for_function(f"(light) => ({ground})() === light", arg=LIGHT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_palette_follows_the_reader_s_system(scheme: str, sample: BuiltSite, kept_tab: KeptTab) -> None:
    tab = kept_tab(1280, "dark" if scheme == "dark" else "light")
    tab.open(sample)
    assert tab.ask("() => document.body.dataset.mdColorScheme") == (
        "slate" if scheme == "dark" else "default"
    )


def sort_keys(table: Any, column: int) -> list[str]:  # noqa: ANN401 - a locator; its class is imported late
    """By what the cells of a column are sorted, in their order: the key beside their words, or they themselves.

    Empty where it is not known.
    """
    cells = table.locator(f"tbody tr > :nth-child({column + 1})").evaluate_all(KEYS)
    keys = [key if key is not None else words.strip() for key, words in cells]
    return [
        re.sub("[$,]", "", key.replace("\u2212", "-")) if re.fullmatch(r"\u2212?\$?[\d,.]+", key) else key
        for key in keys
    ]


def in_order(keys: list[str], direction: str) -> bool:
    """Whether raw values stand as a click on the column asks."""
    try:
        numbers = [float(key) for key in keys]
    except ValueError:
        return True  # words: as the browser compares them
    return numbers == sorted(numbers, reverse=direction == "descending")
