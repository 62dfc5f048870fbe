"""How code reaches production, on the CTO page."""

from __future__ import annotations

from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment
from quarterdeck.reports import cto
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import cell_of
from quarterdeck.reports.skeleton import Site
from quarterdeck.reports.to_production import ToProduction, to_production
from quarterdeck.reports.words import value
from tests.audits import a_snapshot, seen
from tests.reports.samples import HOSTILE
from tests.reports.test_audits import briefed, report_of


def _way(**fields: object) -> Deployment:
    known = {"repo": "jada-site", "pattern": "DEP-13", "path": "deploy.sh", "line": 6, "words": "aws s3 sync"}
    return seen(Deployment, **(known | fields))


COPY = _way(targets=("jada-site",), is_by_hand=True)
PIPELINE = _way(
    repo="booking", pattern="DEP-14", path=".github/workflows/ship.yml", line=17, words="GitHub Actions",
    branches=("main",), role="jada-ship", secret_names=("AWS_KEY",), runs=("DEP-01",), stage="production",
)  # fmt: skip
TEMPLATE = _way(repo="booking", pattern="DEP-01", path="template.yaml", line=0, words="SAM")
BOOK = seen(DeclaredFunction, repo="booking", name="booking-book", pattern="DEP-01", path="template.yaml")
TABLE = seen(
    DeclaredResource, repo="booking", type="table", name="bookings", pattern="DEP-01", path="template.yaml"
)


def _made(*records: object, **fields: object) -> ToProduction:
    report = report_of(briefed(*records, **fields))  # type: ignore[arg-type]  # records, as given above
    made = to_production(report, Tables(report))
    assert made is not None
    return made


def _words(made: ToProduction) -> list[list[str]]:
    cells = [[cell_of(cell) for cell in row.cells] for row in made.table.rows]
    return [[" / ".join(filter(None, (value(one.value), str(one.note)))) for one in row] for row in cells]


def test_each_way_with_its_place_what_it_touches_and_what_starts_it() -> None:
    made = _made(COPY, PIPELINE, TEMPLATE, BOOK, TABLE)
    assert [[one.replace("\N{NO-BREAK SPACE}", " ") for one in row] for row in _words(made)] == [
        [
            "booking / Jada",
            "GitHub Actions · production / .github/workflows/ship.yml:17",
            "no name is written",
            "a push to main / as jada-ship · with AWS_KEY",
        ],
        ["booking / Jada", "SAM / template.yaml", "booking-book, bookings", "no file says"],
        ["jada-site / Jada", "aws s3 sync / deploy.sh:6", "jada-site", "somebody, by hand"],
    ]
    assert (made.repositories, made.by_hand, made.hidden, made.unread) == (2, 1, 0, ())


def test_what_differs_leads_to_the_page_of_the_audit() -> None:
    (one,) = _made(COPY, BOOK).drifted
    assert (one.business, one.words.replace("\N{NO-BREAK SPACE}", " "), one.names) == (
        "Jada",
        "1 difference",
        "booking:booking-book",
    )
    assert one.href.endswith("cto-audit/#audit--jada")


def test_a_long_list_is_whole_in_the_table_that_is_downloaded() -> None:
    made = _made(*(_way(path=f"{number}.sh") for number in range(40)))
    assert (len(made.table.rows), made.hidden) == (24, 16)
    assert made.table.csv


def test_businesses_whose_repositories_were_not_read_are_named() -> None:
    made = _made(COPY, snapshots=(a_snapshot(entities=("jada",)),))
    assert made.unread == ("Qos",)


def test_without_repositories_there_is_nothing_to_say() -> None:
    report = report_of(briefed(snapshots=()))
    assert to_production(report, Tables(report)) is None


def test_hostile_words_stay_words() -> None:
    page = cto.page(Site(briefed(_way(repo=HOSTILE, words=HOSTILE, path=HOSTILE, targets=(HOSTILE,)))))
    assert "<script>" not in page.body
    assert "How it reaches production" in page.body
