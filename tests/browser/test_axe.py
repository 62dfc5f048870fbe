"""No violation of WCAG 2.2 A and AA or of axe's best practices, on a page of each template."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

import pytest

from tests.browser.site import BuiltSite
from tests.browser.tab import TOO_WIDE, KeptTab, Scheme, Tab

pytestmark = pytest.mark.browser

AXE: Final = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
RUN: Final = """(rules) => axe.run(document, {
  runOnly: rules.length ? rules : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"], preload: false,
}).then((result) => result.violations)"""

ALL: Final[tuple[str, ...]] = ()
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
OF_SIZES: Final = ("target-size", "scrollable-region-focusable")
CHECKS: Final[dict[Scheme, dict[int, tuple[str, ...]]]] = {
    "light": {1280: ALL, 390: OF_SIZES, 320: ALL},
    "dark": {1280: OF_COLOURS},
}
"""Axe takes seconds a page: no rule of our style sheet tells 390 px from 320, and dark changes colours alone."""

ON_A_PHONE_IN_THE_DARK: Final = {"home", "cto", "guide", "missing"}
"""What a phone adds, chips and blocks for rows, is the same on every page."""

TEMPLATES: Final = {
    "home": "",
    "ceo": "reports/ceo/",
    "cto": "reports/cto/",
    "cfo": "reports/cfo/",
    "cmo": "reports/cmo/",
    "accounting": "reports/accounting/",
    "entity": "reports/entities/jada/",
    "rental": "reports/audits/3028-51st-st/",
    "billing": "reports/audits/expert-yacht-delivery/",
    "clients": "reports/audits/dc-client-portfolio/",
    "contradictions": "reports/sure/contradictions/",
    "assumptions": "reports/sure/assumptions/",
    "cfo-plan": "reports/cfo-plan/",
    "not-known": "reports/sure/not-known/",
    "catalogue": "how/rules/",
    "guide": "guide/writing/",
    "missing": "no-such-page/",
}


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("template", TEMPLATES)
def test_everybody_can_use(template: str, scheme: Scheme, sample: BuiltSite, kept_tab: KeptTab) -> None:
    tab = kept_tab(1280, scheme)
    tab.open(sample, TEMPLATES[template])
    faults = [] if template == "missing" else tab.complaints(sample)
    faults += violations(tab, CHECKS[scheme])
    if scheme == "dark" and template in ON_A_PHONE_IN_THE_DARK:
        faults += violations(tab, {390: OF_COLOURS})
        tab.resize(1280)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("template", ["home", "rental", "catalogue"])
def test_everybody_can_use_what_zensical_builds(
    template: str, by_zensical: BuiltSite, kept_tab: KeptTab
) -> None:
    tab = kept_tab(1280)
    tab.open(by_zensical, TEMPLATES[template])
    faults = violations(tab, {1280: ALL, 320: ALL})
    assert not faults, "\n".join(faults)


def violations(tab: Tab, checks: Mapping[int, tuple[str, ...]]) -> list[str]:
    """Sideways scroll, and of each violation width, rule, what it asks and its first elements.

    The tab is as wide after as before.
    """
    tab.ask(AXE.read_text(encoding="utf-8"))
    found, too_wide = [], []
    for width, rules in checks.items():
        tab.resize(width)
        too_wide += [f"{width} px: {one}" for one in tab.ask(TOO_WIDE)]
        found += [(width, one) for one in tab.ask(RUN, list(rules))]
    tab.resize(next(iter(checks)))
    return too_wide + [
        f"{width} px: {one['id']} ({one['help']}), {len(one['nodes'])} times: "
        + "; ".join(f"{node['target'][0]} {node['html'][:160]}" for node in one["nodes"][:3])
        for width, one in found
    ]
