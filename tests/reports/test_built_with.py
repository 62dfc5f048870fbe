"""What repositories are built with, on the CTO page and on that of a business."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from quarterdeck.model.repositories import Repository, Technology
from quarterdeck.model.stack import Language
from quarterdeck.reports import cto, entity
from quarterdeck.reports.built_with import built_with, languages, repositories_of
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import cell_of
from quarterdeck.reports.skeleton import Report, Site
from quarterdeck.reports.words import value
from tests.audits import REFUSED, a_snapshot, seen
from tests.figures.builders import AS_OF
from tests.reports.samples import HOSTILE
from tests.reports.test_audits import briefed, report_of

if TYPE_CHECKING:
    from quarterdeck.reports.components import Table


def _technology(name: str, area: str, path: str, line: int = 0, **fields: object) -> Technology:
    known = {"repo": "jada-site", "name": name, "area": area, "path": path, "line": line}
    return seen(Technology, **(known | fields))


SEEN = (
    seen(Repository, name="jada-site", last_commit=AS_OF),
    seen(Repository, name="jada-booking", last_commit=REFUSED),
    seen(Language, repo="jada-site", name="Python", bytes=900, share=Decimal("0.9")),
    seen(Language, repo="jada-site", name="HTML", bytes=98, share=Decimal("0.098")),
    seen(Language, repo="jada-site", name="SQL", bytes=2, share=Decimal("0.002")),
    _technology("Python", "language", "app.py"),
    _technology("Stripe", "payment", "requirements.txt", 2, version="==9.1", is_development=False),
    _technology("Stripe", "payment", "index.html", 9, repo="jada-booking", is_development=False),
    _technology("Flask", "framework", "requirements.txt", 1, version=None),
    _technology("pytest", "testing and quality", "requirements-dev.txt", 1, is_development=True),
)


def _words(table: Table | None) -> list[list[str]]:
    assert table is not None
    cells = [[cell_of(cell) for cell in row.cells] for row in table.rows]
    return [[" / ".join(filter(None, (value(one.value), str(one.note)))) for one in row] for row in cells]


def test_technologies_by_area_with_the_place_that_proves_each() -> None:
    report = report_of(briefed(*SEEN, snapshots=(a_snapshot(entities=("jada",)),)))
    inside = built_with(report, Tables(report))
    assert inside is not None
    (jada,) = inside.businesses
    assert jada.words.replace("\N{NO-BREAK SPACE}", " ") == (
        "Python 90.0%, HTML 9.8% · 3 technologies in 2 repositories"
    )
    assert _words(jada.table) == [
        ["Language", "Python", "jada-site app.py"],
        ["Framework", "Flask", "jada-site requirements.txt:1"],
        ["Testing and quality", "pytest (development)", "jada-site requirements-dev.txt:1"],
        ["Payment", "Stripe ==9.1", "jada-booking index.html:9, jada-site requirements.txt:2"],
    ]
    assert (inside.unread, inside.technologies) == (("Qos",), 3)
    assert jada.table.csv


def test_a_business_whose_repositories_hold_nothing_is_not_unknown() -> None:
    report = report_of(briefed(*SEEN))
    inside = built_with(report, Tables(report))
    assert inside is not None
    assert inside.unread == ()


def test_without_repositories_there_is_nothing_to_say() -> None:
    report = report_of(briefed())
    assert built_with(report, Tables(report)) is None
    assert languages(()) == ""
    assert languages([seen(Language, repo="a", name="Python", bytes=REFUSED)]) == ""


def test_repositories_of_a_business() -> None:
    site = Site(briefed(*SEEN).only("jada"))
    report = Report(site, "reports/entities/jada", "Jada", "cto", site.briefing.entities, "Jada")
    assert _words(repositories_of(report)) == [
        ["jada-booking", "n/a", "not known", "Stripe"],
        [
            "jada-site",
            "Python 90.0%, HTML 9.8%",
            value(AS_OF),
            "Flask, Stripe / and 1\N{NO-BREAK SPACE}more to build and run it",
        ],
    ]


def test_hostile_words_stay_words_on_both_pages() -> None:
    odd = (
        seen(Repository, name=HOSTILE, last_commit=AS_OF),
        seen(Technology, repo=HOSTILE, name="Stripe", area="payment", path=HOSTILE, line=1, version=HOSTILE),
        seen(Language, repo=HOSTILE, name="Python", bytes=1, share=Decimal(1)),
    )
    site = Site(briefed(*odd))
    for page in (cto.page(site), entity.page(site, site.briefing.entities[0])):
        assert "Stripe" in page.body
        assert "<img" not in page.body
        assert "{{ config }}" not in page.body
