"""Makes briefings and pages, and remembers them until anything that they are made of changes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from pydantic import BaseModel

from quarterdeck.brief import EverythingRead, brief
from quarterdeck.commands.cache import Remembered, cache_folder, code_stamp
from quarterdeck.figures.collect import Keep, Made
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.page import Page
from quarterdeck.reports.render import remember
from quarterdeck.settings import Audience

EVERYTHING = (
    ".",
    "checks",
    "checks/aws",
    "checks/cost",
    "checks/dns",
    "checks/repos",
    "checks/ses",
    "checks/web",
    "figures",
    "figures/claims",
    "figures/missing",
    "formulas",
    "git",
    "model",
    "model/cloud",
    "parse",
    "rules",
    "secrets",
    "text",
)
"""Every part of the package of which a briefing is made; its layout keeps the others out."""

PRINTED = (
    *EVERYTHING,
    "changes",
    "charts",
    "collectors",
    "collectors/aws",
    "collectors/embedded",
    "collectors/repos",
    "collectors/repos/deploying",
    "collectors/repos/reading",
    "mail/templates",
    "reports",
    "reports/templates",
)
"""Every part of the package of which a page is made."""


class Briefs:
    """Makes briefings of what was read: called with an audience, or None for everything."""

    def __init__(self, make: Callable[[Audience | None], Briefing], figures: Keep) -> None:
        """What makes a briefing, and what works out figures of one business, or knows them again."""
        self.make, self.figures = make, figures

    def __call__(self, audience: Audience | None) -> Briefing:
        """That of an audience; None for everything."""
        return self.make(audience)


@contextmanager
def briefs(root: Path, environ: Mapping[str, str], inputs: EverythingRead) -> Iterator[Briefs]:
    """Make briefings as `brief` does, each anew only where what was read, the audience or our code changed.

    One that is made anew works out figures of those businesses alone that something changed for.

    Args:
        root: The portfolio.
        environ: Says where the cache is.
        inputs: Handed to `brief`, and all of it part of the key: no part can change unseen.
    """
    content = content_of(inputs)
    with (
        Remembered(environ, root, Briefing, name="briefs", is_worth_it=True, code=EVERYTHING) as cache,
        Remembered(environ, root, Made, name="figures", is_worth_it=True, code=EVERYTHING) as figures,
    ):
        yield Briefs(
            lambda audience: cache.get(
                (*content, written(audience)), lambda: brief(inputs, audience, figures.get)
            ),
            figures.get,
        )


def content_of(inputs: EverythingRead) -> tuple[bytes, bytes]:
    """Bytes that differ wherever a briefing of these inputs may."""
    return (written(inputs), written(_tables(inputs)))


def finished_pages(root: Path, environ: Mapping[str, str]) -> Remembered[Page]:
    """Finished pages of businesses by all that they print; two audiences share one only where they see the same.

    Compiled templates, of which all pages are made, are kept beside them.
    """
    folder = cache_folder(environ)
    if folder:
        remember(folder, code_stamp(["reports"]))
    return Remembered(environ, root, Page, name="pages", is_worth_it=True, code=PRINTED)


def written(thing: object) -> bytes:
    """Bytes that differ wherever two values of one type differ, and are the same in every run."""
    return msgspec.json.encode(thing, enc_hook=_settings, order="deterministic")


def _tables(inputs: EverythingRead) -> list[list[str]]:
    """The types of all rows, which a row's own bytes do not tell."""
    return [[type(row).__name__ for row in handoff.rows] for handoff in inputs.reading.handoffs]


def _settings(thing: object) -> tuple[str, str]:
    """Settings with what of them is written down: a default that somebody wrote is told from one of ours."""
    if isinstance(thing, BaseModel):
        return thing.model_dump_json(), thing.model_dump_json(exclude_unset=True)
    raise NotImplementedError(type(thing).__name__)
