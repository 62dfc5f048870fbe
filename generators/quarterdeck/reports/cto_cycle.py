"""How fast and how safely each repository changes, which habit is missing, and which secret opens several places."""

from collections.abc import Iterable
from datetime import date

import msgspec

from quarterdeck.checks.registry import CHECKS, how_to_mend
from quarterdeck.checks.repos.releases import release
from quarterdeck.formulas import technology
from quarterdeck.model.check import CheckResult
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.figure import Missing
from quarterdeck.model.finding import Finding
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Deploy, Repository
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import Tables, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow, named
from quarterdeck.reports.skeleton import Report, entity_path
from quarterdeck.reports.words import counted, day_short, number, percent

_HABITS = "REPO"
_SHARED = "R-CTO-02"
_NOT_KNOWN = Blank("unknown")


class Cycle(msgspec.Struct, frozen=True):
    """What the section on development says, over every repository that was looked at."""

    reading: str
    repositories: Table
    lacking: Table | None
    """Each missing habit with the repositories that lack it and the next step."""
    hot_spots: Table | None
    """The files of each repository that change most often."""


def cycle(report: Report, tables: Tables) -> Cycle | None:
    """The section's content; None where no repository was looked at."""
    evidence = report.site.briefing.evidence
    repos = sorted(evidence.of(Repository), key=lambda one: (one.entity, one.name))
    if not repos:
        return None
    return Cycle(
        _reading(repos),
        tables.plain("repositories", _repositories(report, evidence, repos)),
        _lacking(report, tables),
        _hot_spots(tables, repos),
    )


def _reading(repos: list[Repository]) -> str:
    commits = sum(_count(one.commits_90d) for one in repos)
    asleep = sum(one.commits_90d == 0 for one in repos)
    risk = sum(one.has_remote is False or _count(one.unpushed) > 0 for one in repos)
    parts = [
        f"{counted(commits, 'commit')} in 90 days in {counted(len(repos), 'repository', 'repositories')}"
    ]
    parts += [f"{asleep} slept"] if asleep else []
    parts += [f"{risk} {'holds' if risk == 1 else 'hold'} work that is on no remote"] if risk else []
    return "; ".join(parts) + "."


def _count(thing: object) -> int:
    return thing if isinstance(thing, int) else 0


def _repositories(report: Report, evidence: Evidence, repos: Iterable[Repository]) -> Table:
    columns = (
        Column("repository", "Repository"),
        Column("last", "Last commit"),
        Column("commits", "Commits, 90 days", is_number=True),
        Column("releases", "Releases", is_number=True),
        Column("safe", "Tests and CI"),
    )
    return Table(columns, tuple(_row(report, evidence, one) for one in repos))


def _row(report: Report, evidence: Evidence, one: Repository) -> TableRow:
    title = report.site.titles.get(one.entity, one.entity)
    href = report.sources.to(entity_path(one.entity)) if one.entity in report.site.titles else ""
    days, people = _count(one.active_days_90d), _count(one.authors_90d)
    worked = grey(
        f"on {counted(days, 'day')}" if days else "", counted(people, "person", "people") if people else ""
    )
    return TableRow(
        (
            Cell(one.name, title, href=href),
            Cell(_known(one.last_commit)),
            Cell(_known(one.commits_90d), worked),
            _releases(report, evidence, one),
            _safe(one),
        )
    )


def _hot_spots(tables: Tables, repos: Iterable[Repository]) -> Table | None:
    rows = tuple(
        TableRow((one.name, named(one.hot_spots)))
        for one in repos
        if isinstance(one.hot_spots, tuple) and one.hot_spots
    )
    columns = (Column("repository", "Repository"), Column("files", "Changed most often, over a year"))
    return tables.plain("hot-spots", Table(columns, rows)) if rows else None


def _known(thing: date | int | NotCollected) -> date | int | Blank:
    return _NOT_KNOWN if isinstance(thing, NotCollected) else thing


def _releases(report: Report, evidence: Evidence, one: Repository) -> Cell:
    """How often, how fast and how safely (F-X5); where they are few only how many are known."""
    deploys = [each for each in evidence.of(Deploy, one.entity) if each.repo == one.name]
    found = technology.delivery(report.site.briefing.as_of, [release(each) for each in deploys])
    if isinstance(found, Missing):
        last = max((each.deployed.date() for each in deploys), default=None)
        return (
            Cell(f"{len(deploys)} known", f"last {day_short(last)}")
            if last
            else Cell(_NOT_KNOWN, "none recognised")
        )
    restored = found.restore_hours
    return Cell(
        f"{number(found.per_week, 1)} a week",
        grey(
            f"{number(found.lead_hours, 1)} h from commit" if found.lead_hours else "",
            f"{percent(found.change_fail)} failed" if found.change_fail else "none failed",
            "" if isinstance(restored, Missing) else f"mended in {number(restored, 1)} h",
            _told_by(deploys),
        ),
        "warn" if found.change_fail else "",
    )


def _told_by(deploys: Iterable[Deploy]) -> str:
    """By what releases were told: tags, or commits."""
    told = {one.told_by for one in deploys} - {""}
    return f"told by {named(sorted(told))}" if told else ""


def _safe(one: Repository) -> Cell:
    """Whether tests are there, and whether anything runs them."""
    if isinstance(one.has_tests, NotCollected) and isinstance(one.has_ci, NotCollected):
        return Cell(_NOT_KNOWN)
    words = [word for word, has in (("tests", one.has_tests), ("CI", one.has_ci)) if has is True]
    lacks = [f"no {word}" for word, has in (("tests", one.has_tests), ("CI", one.has_ci)) if has is False]
    return Cell(" and ".join(words) or "neither", ", ".join(lacks), "warn" if lacks else "")


def _lacking(report: Report, tables: Tables) -> Table | None:
    """Each check of habits that failed, once, with where and the next step; the worst first."""
    failed: dict[str, list[CheckResult]] = {}
    for one in report.site.briefing.results:
        if one.code.startswith(f"{_HABITS}-") and one.status == "fail" and not one.beneath:
            failed.setdefault(one.code, []).append(one)
    if not failed:
        return None
    columns = (Column("what", "What is missing"), Column("where", "Where"), Column("step", "Next step"))
    rows = sorted(failed.values(), key=lambda group: (min(map(_rank, group)), -len(group), group[0].code))
    return tables.plain("habits", Table(columns, tuple(_habit(group) for group in rows)))


def _rank(one: CheckResult) -> int:
    return one.severity.rank if one.severity else CHECKS[one.code].severity.rank


def _habit(group: list[CheckResult]) -> TableRow:
    check = CHECKS[group[0].code]
    first = (check.judge.__doc__ or "").partition("\n")[0].rstrip(".")
    worst = min(group, key=_rank)
    return TableRow(
        (
            Cell(first, f"{worst.severity or check.severity}, {worst.code}"),
            named(one.subject for one in group),
            how_to_mend(check),
        )
    )


def shared_secrets(report: Report, tables: Tables) -> Table | None:
    """Each secret that opens several places, with the one fix for all of them (F-X8); None without any."""
    found: dict[str, list[Finding]] = {}
    for row in report.findings():
        if row.finding.rule == _SHARED and row.finding.state != "accepted":
            found.setdefault(row.finding.subject, []).append(row.finding)
    if not found:
        return None
    columns = (Column("secret", "Secret"), Column("says", "Where it opens"), Column("who", "Businesses"))
    rows = tuple(_shared_row(report, name, group) for name, group in sorted(found.items()))
    return tables.plain("shared-secrets", Table(columns, rows))


def _shared_row(report: Report, name: str, group: list[Finding]) -> TableRow:
    titles = [report.site.titles.get(one.entity, one.entity) for one in group if one.entity]
    return TableRow((Cell(name, "its fingerprint"), group[0].message, named(dict.fromkeys(titles))))
