"""The pages for people who read: how a page is laid out, and one for each reader that says where to begin."""

from collections.abc import Iterator
from typing import Final

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.page import HOW_MADE, Page
from quarterdeck.reports.render import render

READING: Final = "how/reading.md"
_KEEPER: Final = "keeper"
_GROUP: Final = "Where to begin"
_TITLES: Final = {
    "ceo": "If you are the CEO",
    "cto": "If you are the CTO",
    "cfo": "If you are the CFO",
    "cmo": "If you are the CMO",
    "accounting": "If you keep the accounts",
    _KEEPER: "If you keep it running",
}


class Reader(msgspec.Struct, frozen=True):
    """Somebody who has a page."""

    name: str
    """A role, or `keeper`."""

    @property
    def title(self) -> str:
        """Of the page."""
        return _TITLES[self.name]

    @property
    def path(self) -> str:
        """Of the page."""
        return f"how/readers/{self.name}.md"

    @property
    def link(self) -> str:
        """From the page for everybody."""
        return self.path.removeprefix("how/")

    @property
    def page(self) -> Page:
        """It says the same in every portfolio."""
        return Page(self.path, self.title, render(f"reader_{self.name}.md.j2"), HOW_MADE, group=_GROUP)


def reader_pages(briefing: Briefing) -> Iterator[Page]:
    """The page for everybody, then those of the roles that an audience reads, then that of whoever keeps it running."""
    readers = [Reader(name) for name in (*briefing.roles, _KEEPER)]
    yield Page(
        READING, "Reading these reports", render("reading.md.j2", readers=readers), HOW_MADE, group=_GROUP
    )
    yield from (one.page for one in readers)
