"""Anchors stay: mails and bookmarks rest on them."""

from pathlib import Path
from typing import Final

import pytest

from tests.browser.site import BuiltSite

pytestmark = pytest.mark.browser

LISTED: Final = Path(__file__).parents[1] / "golden" / "anchors.txt"


def test_no_anchor_is_lost(sample: BuiltSite, pytestconfig: pytest.Config) -> None:
    there = [f"{address}#{anchor}" for address, page in sample.pages.items() for anchor in page.anchors]
    if pytestconfig.getoption("update_snapshots"):
        LISTED.write_text("".join(f"{one}\n" for one in sorted(there)), encoding="utf-8", newline="\n")
    listed = LISTED.read_text(encoding="utf-8").split()
    lost = sorted(set(listed) - set(there))
    assert not lost, (
        "links in mails and bookmarks would break; bring these anchors back or, where the sample itself "
        f"has changed, run: pytest {Path(__file__).name} --snapshot-update\n" + "\n".join(lost)
    )
