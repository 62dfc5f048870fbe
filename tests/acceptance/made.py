"""A portfolio as it was made: its briefing, its report pages and downloads, and numbers out of them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.brief import brief
from quarterdeck.commands.build import all_pages
from quarterdeck.commands.inputs import read
from quarterdeck.model.values import Money
from tests.sites import AS_OF

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.figure import Figure

NO_VALUE = re.compile(
    r"(?<![\w-])(?:inf|Infinity|nan|NaN|None(?! [a-z])|Decimal|True|False)(?![\w-])|-\$?0\.00(?!\d)"
)
"""What no reader can make sense of; "None of them" is a sentence."""

UNPRINTABLE = re.compile(rf"{NO_VALUE.pattern}|\d\.\d{{9,}}|\d[Ee][+-]?\d{{2}}")
"""That, and the tails of numbers; a download holds exact ones."""


REPORTS = ("index.md", "reports/")
"""How the paths of report pages begin; catalogues and pages written by hand stand elsewhere."""


class Made:
    """The briefing of a portfolio and its report pages, without those that are the same in each or written by hand."""

    def __init__(self, root: Path, *, as_of: date | None = None) -> None:
        """Read, brief and render once; of the day of the settings, else of the sample's."""
        inputs = read(root, {}, today=lambda _zone: date.fromisoformat(AS_OF), as_of=as_of)
        self.briefing: Briefing = brief(inputs)
        pages = [page for page in all_pages(self.briefing, root) if page.path.startswith(REPORTS)]
        self.pages = {page.path: page.body for page in pages}
        self.files = {one.path: one.text for page in pages for one in page.downloads}

    def figures(self) -> dict[tuple[str, str], object]:
        """Every figure's value."""
        return {(one.entity, one.id): one.value for one in self.briefing.figures}

    def ids(self) -> list[str]:
        """Identities of the findings, sorted."""
        return sorted(one.id for one in self.briefing.findings)

    def of_kind(self, *kinds: str, entity: str | None = None) -> list[Figure]:
        """Known figures whose id begins with one of these names, before a subject."""
        return [
            one
            for one in self.briefing.figures
            if one.is_known and one.id.partition(":")[0] in kinds and entity in {None, one.entity}
        ]

    def money(self, figure: str, entity: str = "") -> Decimal:
        """The amount of a figure; 0 where there is none of that id."""
        found = self.briefing.find(figure, entity)
        return amount(found) if found else Decimal(0)


def amount(figure: Figure) -> Decimal:
    """The amount of a figure that is money."""
    assert isinstance(figure.value, Money), figure
    return figure.value.amount


def text_of(html: str) -> str:
    """What can be read on a page: no tags, attributes or link targets, and no hash of a commit."""
    return re.sub(r"<[^>]*>|\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{12}\b", " ", html).replace("\u00ad", "")


def is_zero(value: object) -> bool:
    """Whether a value is a number that is nothing."""
    inner = getattr(value, "amount", getattr(value, "value", value))
    return isinstance(inner, (Decimal, int)) and inner == 0
