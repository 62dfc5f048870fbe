"""Every component and each of its states is built: in a gallery kept as a golden page, and in the sample."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.gallery import gallery
from tests.reports.samples import Golden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

    from tests.acceptance.made import Made

STATES = {
    "card, known": r'<p class="qd-label">[^<]+</p>\n<p class="qd-value"><a class="qd-fig" href="#s\d+">',
    "card, not known": r'<p class="qd-value qd-unknown"><a class="qd-fig qd-nk" href="#not-known">not known',
    "card, at least": r'<p class="qd-value"><span class="qd-unit">at least </span><a class="qd-fig"',
    "card, a count without a figure": r'<p class="qd-value">\d+</p>',
    "card, state": r'<p class="qd-state"><span class="qd-word',
    "card, up or down": r'<p class="qd-move"><b[^>]*><svg class="qd-shape"',
    "card, unchanged": r'<p class="qd-move">unchanged',
    "card, context": r'<p class="qd-context">[^<]',
    "card, n of m": r'<p class="qd-context">\d+ of \d+ known',
    "card, source": r'<p class="qd-from"><a href="#s\d+">',
    "card, way to the gap": r'<p class="qd-from"><a href="#not-known">',
    "sparkline, with a threshold": r'<svg class="qd-spark"[^>]*aria-hidden="true"><path class="qd-floor"',
    "sparkline, end and gap": r'<path class="qd-line" d="M[^"]*M[^"]*"/><circle ',
    "state, act now": r'qd-bad"><svg[^>]*><path[^>]*/></svg> Act now',
    "state, watch": r'qd-warn"><svg[^>]*><path[^>]*/></svg> Watch',
    "state, on course": r'qd-good"><svg[^>]*><circle[^>]*/></svg> On course',
    "state, too little known": r'<svg[^>]*><circle class="qd-stroke qd-dash"[^>]*/></svg> Too little known',
    "state, too few checks": r"</svg> too few checks",
    "severity, critical": r'qd-bad"><svg[^>]*><path[^>]*/></svg> Critical',
    "severity, high": r'qd-warn"><svg[^>]*><path[^>]*/></svg> High',
    "severity, medium": r'<svg[^>]*><circle class="qd-stroke"[^>]*/></svg> Medium',
    "severity, low, a word alone": r'<span class="qd-word">Low</span>',
    "severity, info, a word alone": r'<span class="qd-word">Info</span>',
    "figure, link": r'<a class="qd-fig" href="#s\d+">[^<]+</a>',
    "figure, not known": r'<a class="qd-fig qd-nk" href="#not-known">not known</a>',
    "figure, a state in words": r'<a class="qd-fig" href="#s\d+">generating cash</a>',
    "badge, assumed": r'<span class="qd-kind">assumed</span>',
    "badge, stated": r'<span class="qd-kind">stated</span>',
    "badge, estimate": r'<span class="qd-kind">estimate</span>',
    "badge, benchmark": r'<span class="qd-kind">benchmark \d{4}</span>',
    "scope, newest input": r'<p class="qd-scope"><span>[^<]+</span>\s+<span>newest input <time datetime="',
    "scope, as of": r"<span>as of <time",
    "coverage, solid and hatched": r'<svg class="qd-cover"[^>]*aria-hidden="true"><defs>.*<rect class="qd-known"',
    "coverage, in words": r'<a href="#not-known">\d+ of \d+ inputs known, \d+ old</a>',
    "chips, current page": r'<nav class="qd-chips" aria-label="Reports"><ul>\s*<li><a [^>]*( aria-current="page")?',
    "changed, first report": r"This page is as in the first report",
    "changed, quiet": r"Nothing that this page shows has changed",
    "changed, all of them": r'<p class="qd-all"><a [^>]*>All 17 changes</a>',
    **{
        f"change, {word}": rf'<ul class="qd-changes">(?:.|\n)*?</svg> {word}</span>'
        for word in ("New", "Worse", "Better", "Resolved", "With time")
    },
    "finding, worst first": r'<ol class="qd-findings">\n<li[^>]*><div class="qd-what">',
    "finding, place and date": r'<p class="qd-grey">[^<]*<a class="qd-fig" href="#s\d+">[^<]+</a>, <time',
    "finding, also moves": r"Also moves [A-Z]",
    "finding, rule": r'<span class="qd-code">(<a href="[^"]+">)?R-[A-Z]{3}-\d\d',
    "finding, money": r'<p class="qd-stake"><b>\$[\d,.]+</b> <span>a month at stake',
    "finding, money not known": r'<p class="qd-stake"><b>not known</b> <span>at stake',
    "finding, new": r"</span>, new",
    "finding, age": r"first seen [^<]*, carried over",
    "finding, in work": r", in work as [A-Z]",
    "finding, accepted": r'class="qd-accepted">(?:.|\n)*?, accepted until <time[^>]*>[^<]+</time> by \w+',
    "finding, another severity and why": r'<p class="qd-grey">[^<]+</p><p class="qd-next">',
    "finding, the same in detail": r'<ul class="qd-waits">',
    "findings, none": r'<p class="qd-none">Every rule ran',
    "action, rank and owner": r'<span class="qd-no">1</span>(?:.|\n)*?<p class="qd-grey">\w+',
    "action, late": r'<b class="qd-bad">\d+\s\w+ late</b>',
    "action, pinned": r"</svg> pinned</span>",
    "action, waits": r"waits for [A-Z]",
    "action, assumed day": r'time: no date <span class="qd-grey">assumed</span>',
    "action, impact as a word": r"<b>high</b> <span>impact</span>",
    "action, money": r'<p class="qd-stake"><b>\$[\d,.]+</b> <span>(a month|once)</span>',
    "action, why first": r"<summary>Why first: score [\d.]+</summary>\n<ul>\n<li><span class=\"qd-num\">",
    "action, what was assumed": r'<li><span class="qd-num">.*?<span class="qd-grey">assumed</span></li>',
    "gap, where and what it unlocks": r"Add [^<]+ to <a [^>]*><code>[^<]+</code></a>[^<]*\. Unlocks \d+\s",
    "gap, what and why": r'<div class="qd-gap"><p><b>[^<]+: not known\.</b> [A-Z]',
    "gap, the first ones": r'<section class="qd-start"',
    "refused files": r'<section class="qd-refused"(?:.|\n)*?<code>[^<]+:\d+</code>',
    "business, state and reason": r'<span class="qd-main"><span class="qd-word|<span class="qd-chip"><a ',
    "chain, cause first": r'<ol class="qd-chain"[^>]*>\n<li><span class="qd-grey">\w+',
    "grid, rows of a group": r'<tr><th scope="rowgroup" colspan="\d+">',
    **{f"grid, step {step}": rf'<td class="qd-h{step}">' for step in range(6)},
    "grid, not known": r'<td class="qd-nk">',
    "grid, n/a": r'<td class="qd-na">',
    "grid, old": r'<span class="qd-sub">\d+\sdays old</span>',
    "grid, legend": r'<ul class="qd-legend"',
    "weeks, rows": r'<tr role="row" id="w-\d{4}-\d\d-\d\d"',
    "weeks, a case under the floor": r'<span class="qd-sub qd-bad">[^<]+ under floor',
    "weeks, under the floor": r'id="w-[\d-]+" class="qd-row-bad">',
    "table, sortable": r'<table class="qd-t qd-stack[^"]* sortable" role="table"',
    "table, label for a phone": r'<td role="cell" class="qd-n" data-l="',
    "table, total with at least": r'<tfoot(?:.|\n)*?class="qd-total">(?:.|\n)*?>at least ',
    "table, caption": r'</table>\n<p class="qd-caption">[^<]',
    "table, raw values": r'<p class="qd-csv"><a href="[^"]+\.csv" download>',
    "table, judged row": r'<tr role="row"[^>]*class="qd-row-bad">',
    "table, not known": r'<td role="cell" class="qd-n"[^>]*><span class="qd-main">(<a [^>]*>)?not known',
    **{
        f"KPI, {word}": rf'<span class="qd-main">{word}</span>'
        for word in ("fresh", "stale", "never", "not tracked", "n/a")
    },
    "roadmap, current step": r'<ol class="qd-roadmap">\n<li aria-current="step">',
    "roadmap, other step": r'<details class="qd-more"><summary><b>[^<]+</b> <span class="qd-grey">\d+ of \d+ met',
    "roadmap, met": r'<rect class="qd-met"',
    "roadmap, open": r'<rect class="qd-open"',
    "roadmap, not known": r'<rect class="qd-dash"',
    "roadmap, earliest": r'<p class="qd-grey">Earliest <time',
    "chart, both widths": r'<figure class="qd-chart"(?:.|\n)*?<div class="qd-wide">(?:.|\n)*?<div class="qd-narrow">',
    "chart, keys": r'<span class="qd-key qd-k\d',
    "chart, numbers": r"</figure>\n<details class=\"qd-more\"><summary>Numbers behind this chart",
    "assumption, ours": r'</b> .* <span class="qd-kind">assumed</span>',
    "assumption, set": r'<span class="qd-kind">set in portfolio.yml</span>',
    "source, place": r'<li id="s\d+"><b>[^<]+</b> <span class="qd-grey">[^<]+</span>.*<code>',
    "sample, of one business": r'<p class="qd-sample"><b>SAMPLE</b>',
}
"""Component and state -> how it is written; the order is that of the gallery."""

NOT_IN_SAMPLE = {
    **dict.fromkeys(
        (
            "card, unchanged",
            "sparkline, with a threshold",
            "sparkline, end and gap",
            "finding, new",
            "finding, age",
        ),
        "earlier versions are kept beside the site and in no commit",
    ),
    **dict.fromkeys(
        (
            "changed, quiet",
            "changed, all of them",
            *(name for name in STATES if name.startswith("change, ")),
        ),
        "nothing compares two versions yet",
    ),
    "badge, benchmark": "benchmarks stand in a table of their own, whose caption says what they are",
    "card, not known": "every business of it with a card of cash keeps books",
    "state, too little known": "each of its businesses tells more than half of what the CEO page asks",
    "weeks, under the floor": "its cash stays above the floor unless things go badly",
    "KPI, never": "what was never measured stands in one block, not in the table",
    "roadmap, earliest": "no condition of the roadmap knows the task that meets it",
    "refused files": "a sample with a broken file would stop its own publishing",
    "sample, of one business": "the whole of it is a sample, which the theme says",
    "gap, the first ones": "every business of it has something written down",
    "findings, none": "every page of it has a finding",
}
"""State -> why the sample cannot have it."""


@pytest.fixture(scope="module")
def shown() -> Iterator[str]:
    """The gallery, printed once."""
    with pytest.MonkeyPatch.context() as patch:
        yield gallery(patch)


def test_gallery(shown: str, snapshot: SnapshotAssertion) -> None:
    assert shown == snapshot(extension_class=Golden)


@pytest.mark.parametrize("state", STATES)
def test_the_gallery_has_every_state(state: str, shown: str) -> None:
    assert re.search(STATES[state], shown), state


def test_the_sample_has_every_state_that_it_can(all_made: dict[str, Made]) -> None:
    text = "\n".join(all_made["sample"].pages.values())
    missing = {state for state, pattern in STATES.items() if not re.search(pattern, text)}
    assert sorted(missing) == sorted(NOT_IN_SAMPLE)
