"""Small briefings for the tests of pages: handoffs made by hand, everything else computed from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.contradictions import contradictions
from quarterdeck.figures.inputs import input_states
from quarterdeck.figures.kpis import kpi_states
from quarterdeck.figures.missing.gaps import gaps
from quarterdeck.model.action import People
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.finding import ROLES
from quarterdeck.priorities import plan
from quarterdeck.reports.skeleton import Site
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from quarterdeck.settings import HOURS_PER_WEEK, PINNED_RULES
from tests.figures.builders import AS_OF, some_facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from syrupy.location import PyTestLocation

    from quarterdeck.model.briefing import Accepted
    from quarterdeck.model.handoff import Handoff
    from quarterdeck.model.page import Page

GOLDEN = "tests/golden/reports"

HOSTILE = "<img src=x onerror=alert(1)> {{ config }} {% raw %} {: onclick=x } **b** `c` =1+1"
"""What nobody should be able to do with a name."""

LONG = "Société d'Exploitation des Bateaux-Mouches de San Diego et Environs, Gesellschaft mbH 株式会社"

_ANCHOR = re.compile(r"\{#([a-z0-9-]+)\}$|\bid=\"([a-z0-9-]+)\"", re.MULTILINE)


class Golden(SingleFileSnapshotExtension):
    """Keeps a page as one Markdown file, so that its diff reads like the page."""

    _write_mode = WriteMode.TEXT
    file_extension = "md"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Apart from the tests, in a folder for each of their files."""
        root = next(folder for folder in _above(test_location) if (folder / "pyproject.toml").is_file())
        return str(root / GOLDEN / test_location.basename)


def _above(test_location: PyTestLocation) -> Iterable[Path]:
    from pathlib import Path  # noqa: PLC0415 - the type is imported for checkers alone

    return Path(test_location.filepath).resolve().parents


PEOPLE = People(hours={}, default_hours=HOURS_PER_WEEK, role_owners={"cfo": "pat"}, pinned_rules=PINNED_RULES)


def a_briefing(*handoffs: Handoff, as_of: date = AS_OF, accepted: Iterable[Accepted] = ()) -> Briefing:
    """Everything that the handoffs say, computed as a build does it."""
    facts = some_facts(*handoffs, as_of=as_of)
    lived_with = tuple(accepted)
    figures = all_figures(facts, currency="USD")
    kpis = kpi_states(facts, "USD", figures)
    found = findings(Known(facts, figures, kpis), accepted=lived_with)
    to_do = plan(found, facts.tasks, facts.entities, PEOPLE, as_of, currency="USD")
    return Briefing(
        name="Harbor Group",
        as_of=as_of,
        currency="USD",
        timezone="UTC",
        repository="https://github.com/example/portfolio",
        roles=ROLES,
        entities=facts.entities,
        rows=facts.rows,
        tasks=facts.tasks,
        bullets=facts.bullets,
        prose=facts.prose,
        figures=figures,
        findings=found,
        actions=to_do.actions,
        loads=to_do.loads,
        gaps=gaps(facts),
        contradictions=contradictions(facts, figures, found, "USD"),
        kpis=kpis,
        inputs=input_states(facts),
        accepted=lived_with,
    )


def a_site(*handoffs: Handoff, accepted: Iterable[Accepted] = ()) -> Site:
    """The site of such a briefing."""
    return Site(a_briefing(*handoffs, accepted=accepted))


def anchors(page: Page) -> set[str]:
    """Every explicit anchor of a page."""
    return {heading or element for heading, element in _ANCHOR.findall(page.body)}


def lead(page: Page) -> str:
    """The first sentences as a reader sees them, without tags."""
    found = re.search(r'<p class="qd-lead">(.*?)</p>', page.body, re.DOTALL)
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1] if found else "")).strip().replace("\u00a0", " ")
    )
