"""A page as Markdown: what it says in the same order, and no text of people that acts."""

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from quarterdeck.site.twins import twin

READER = MarkdownIt("commonmark").enable("table")


def markdown(inside: str, banner: str = "") -> str:
    return twin(f'<html><body><article class="md-typeset">{inside}</article></body></html>', banner).text


CASES = [
    ("a title", '<h1 id="top">CFO<a class="headerlink" href="#top">¶</a></h1>', "# CFO\n"),
    ("marks", "<p>a <b>b</b> <em>c</em> <code>d`e</code></p>", "a **b** *c* ``d`e``\n"),
    ("a number and its source", '<p><a class="qd-fig" href="#s3">$24</a> left</p>', "$24[^3] left\n"),
    (
        "the list of sources",
        '<ol class="qd-sources"><li id="s1"><b>Cash</b> <span class="qd-grey">actual</span></li></ol>',
        "[^1]: **Cash**; actual\n",
    ),
    ("a link to a page", '<p><a href="../cto/#cost">CTO</a></p>', "[CTO](../cto/index.md#cost)\n"),
    ("a link to Home", '<p><a href="../..">Home</a></p>', "[Home](../../index.md)\n"),
    ("a link to a file", '<p><a href="../cfo-cash.csv" download>CSV</a></p>', "[CSV](../cfo-cash.csv)\n"),
    ("a link outside", '<p><a href="https://a.example/x(1)">x</a></p>', "[x](https://a.example/x%281%29)\n"),
    ("a link within the page is words", '<p><a href="#cash">Cash</a></p>', "Cash\n"),
    ("a link that could run is words", '<p><a href="javascript:alert(1)">x</a></p>', "x\n"),
    (
        "a table",
        (
            "<table><thead><tr><th>A</th><th class='qd-n'>B</th></tr></thead><tbody><tr><th>x|y</th>"
            '<td><span class="qd-main">1</span><span class="qd-sub">late</span></td></tr></tbody></table>'
        ),
        "| A | B |\n| --- | ---: |\n| x\\|y | 1; late |\n",
    ),
    (
        "a short row",
        "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>",
        "|  |  |\n| --- | --- |\n| a | b |\n| c |  |\n",
    ),
    ("lists", "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>", "- a\n\n  - b\n- c\n  d\n"),
    ("what opens", "<details><summary>More</summary><p>x</p></details>", "**More**\n\nx\n"),
    ("code", "<pre><code>a &lt; b\n  c\n</code></pre>", "```\na < b\n  c\n```\n"),
    ("a quotation", "<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n"),
    ("what only leads about is left out", '<nav class="qd-chips"><a href="x">y</a></nav><p>z</p>', "z\n"),
    (
        "a picture is its words",
        "<figure><svg><title>t</title></svg><figcaption>Cash falls</figcaption></figure>",
        "Cash falls\n",
    ),
    ("an end without a begin", "<p>a</b> c</p></div><p>d</p>", "a c\n\nd\n"),
]


@pytest.mark.parametrize(("case", "html", "expected"), CASES)
def test_what_becomes_of_it(case: str, html: str, expected: str) -> None:
    assert markdown(html) == expected, case


def test_a_banner_stands_beneath_the_title() -> None:
    assert (
        markdown("<h1>CFO</h1><p>Text.</p>", "SAMPLE: invented.") == "# CFO\n\n> SAMPLE: invented.\n\nText.\n"
    )


def test_a_page_without_a_part_of_its_own_is_empty() -> None:
    assert twin("<html></html>").text == "\n"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            '<h1>T</h1><p>Of our cash <a class="qd-fig" href="#s1">$5</a> is free.</p>',
            "Of our cash $5 is free.",
        ),
        ("<h1>T</h1><h2>Part</h2><p>First words.</p>", "First words."),
        (
            '<h1>T</h1><p>See <a href="../x/">the <b>page</b> [x]</a> and <a href="https://a.example/">it</a>.</p>',
            "See the **page** \\[x\\] and it.",
        ),
        (f"<h1>T</h1><p>{'word ' * 60}</p>", f"{'word ' * 39}word …"),
        ("<h1>T</h1>", ""),
    ],
)
def test_a_summary_is_its_first_words(text: str, summary: str) -> None:
    assert twin(f"<article>{text}</article>").summary == summary


def inside(tokens: list[Token]) -> list[Token]:
    return [part for token in tokens for part in (token, *(token.children or ()))]


ACTING = {
    "html_block",
    "html_inline",
    "link_open",
    "image",
    "heading_open",
    "fence",
    "code_block",
    "code_inline",
    "hr",
}
ACTING |= {"bullet_list_open", "ordered_list_open", "blockquote_open", "em_open", "strong_open", "table_open"}


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60))
def test_F054_F058_text_stays_text(text: str) -> None:
    check_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "# no title", "- no item", "+ none", "1. none", "12) none", "> none", "---", "===", "***", "* * *",
        "```", "~~~",
        "    four spaces", "[x](javascript:alert(1))", "![x](y)", "<script>alert(1)</script>", "<!-- x -->",
        "&lt;b&gt;",
        "&#60;b>", "a_b_c _d_", "**b**", "a | b", "|---|---|", "[^1]", "[^1]: x",
        "[a]: https://b.example", "\\", "`", "{{ x }}",
        "<https://a.example>", "a\\", "_", "__x__", "~x~", "\t- x",
    ],
)  # fmt: skip
def test_F054_F058_signs_of_markdown_stay_text(text: str) -> None:
    check_text(text)


def check_text(text: str) -> None:
    """What people wrote reads the same in the twin, and is nothing but words."""
    found = inside(READER.parse(markdown(f"<p>{escape(text)}</p>")))
    assert not [token.type for token in found if token.type in ACTING]
    shown = "".join(token.content for token in found if token.type in {"text", "text_special"})
    assert shown.split() == re.sub("\u00ad", "", text).split()
