"""Checks of what a repository needs: whether it is held, how old it is, and what is known to be wrong with it."""

from collections.abc import Iterable
from datetime import date

from quarterdeck.checks.ends import last_day
from quarterdeck.checks.registry import check
from quarterdeck.checks.repos.standing import is_live, some
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.pipelines import Dependencies, LanguageVersion, Scan, Vulnerability
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity

_OLD_DAYS = 365
_SCAN_HOLDS_DAYS = 14


def _repository(one: Dependencies, facts: Facts) -> Repository | None:
    return next((repo for repo in facts.of(Repository, one.entity) if repo.name == one.repo), None)


@check(
    "REPO-05",
    of=Dependencies,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Dependencies.lock", "Dependencies.count", "Dependencies.is_library", "Repository.deploy_method"),
)
def no_lock_file(one: Dependencies, facts: Facts) -> Verdict:
    """Manifests without a lock file.

    What it checks: whether the lock file of the manifest's manager is tracked, beside it or above it; for lists of
    pip's, whether every version is exact. A library that is deployed nowhere needs none.
    Why it matters: without it each installation may be another program, and nobody can go back to the last good one.
    How to mend: let the manager write its lock file, and commit it.
    Known limits: whether the lock fits the manifest is not checked.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.lock, one.count):
        return Unknown(gap)
    if not one.count:
        return NotApplicable("it names no dependencies")
    if one.lock:
        return Pass()
    repo = _repository(one, facts)
    if one.is_library and (repo is None or not isinstance(repo.deploy_method, str)):
        if repo is not None and repo.deploy_method is None:
            return NotApplicable("it is a library, and deployed nowhere")
        return Unknown(
            NotCollected("repos-habits", one.subject, "not known whether it is deployed", one.entity)
        )
    severity = Severity.MEDIUM if repo is not None and is_live(repo) else None
    return Fail(
        f"{one.subject} names {one.count} dependencies, and no lock file holds their versions.", severity
    )


@check(
    "REPO-06",
    of=Dependencies,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Dependencies.loose", "Dependencies.from_source", "Dependencies.lock"),
)
def dependencies_loose(one: Dependencies, _facts: Facts) -> Verdict:
    """Dependencies that may become anything by themselves.

    What it checks: direct dependencies without an upper bound or exact version where no lock file holds them, and
    those that are taken from a branch or an address.
    Why it matters: the next installation may take a version that breaks, or that somebody has tampered with.
    How to mend: give each a range that ends, or a lock file; take it from the registry, or from one commit.
    Known limits: what stands in code, as in setup.py, is not read.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.loose, one.from_source):
        return Unknown(gap)
    said = []
    if isinstance(one.from_source, tuple) and one.from_source:
        said.append(f"takes {some(one.from_source)} from a branch or an address")
    if isinstance(one.loose, tuple) and one.loose:
        said.append(f"takes any later version of {some(one.loose)}")
    return Fail(f"{one.subject} {' and '.join(said)}.") if said else Pass()


@check(
    "REPO-27",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Scan.scanned", "Vulnerability.has_fix", "Vulnerability.severity", "Vulnerability.ids"),
)
def known_vulnerability(one: Repository, facts: Facts) -> Verdict:
    """Repositories that need a version with a known fault that a later one mends.

    What it checks: the scans of the last 14 days that were brought in; what several tools report is one. It is as
    bad as the worst of them, and medium where nobody says how bad one is.
    Why it matters: how to use a known fault is written down for everybody, attackers among them.
    How to mend: install the version in which it is mended, run the tests, and scan again.
    Known limits: only what is brought in is known, with quarterdeck import pip-audit, osv or npm-audit; what has no
    fix yet is no failure; whether your code comes near the fault is not known.
    Source: Quarterdeck's own check, on the reports of pip-audit, OSV-Scanner and npm audit.
    """
    scans = [scan for scan in facts.of(Scan, one.entity) if scan.repo == one.name]
    if not scans:
        return Unknown(
            NotCollected("imports", one.name, "no scan for vulnerabilities was brought in", one.entity)
        )
    newest = max(scan.scanned for scan in scans)
    if (facts.as_of - newest).days > _SCAN_HOLDS_DAYS:
        days = (facts.as_of - newest).days
        return Unknown(NotCollected("imports", one.name, f"the newest scan is {days} days old", one.entity))
    fresh = {scan.source.path for scan in scans if (facts.as_of - scan.scanned).days <= _SCAN_HOLDS_DAYS}
    found = distinct(
        each
        for each in facts.of(Vulnerability, one.entity)
        if each.repo == one.name and each.source.path in fresh
    )
    mended = [each for each in found if each.has_fix]
    if not mended:
        waiting = len(found)
        return Pass(f"{waiting} without a fix yet" if waiting else "")
    count = len(mended)
    unknown = sum(each.severity is None for each in mended)
    severity = min((each.severity or Severity.MEDIUM for each in mended), key=lambda level: level.rank)
    how_bad = (
        f" It is not known how bad {unknown} of them {'is' if unknown == 1 else 'are'}." if unknown else ""
    )
    return Fail(
        f"{one.name} has {count} known {'vulnerability' if count == 1 else 'vulnerabilities'} with a fix: "
        f"{some(tuple(map(_words, mended)))}.{how_bad}",
        severity,
    )


def _words(one: Vulnerability) -> str:
    fixed = f", mended in {one.fixed_in[0]}" if one.fixed_in else ""
    first = one.ids[0] if one.ids else "no number"
    return f"{one.package} {one.version}".rstrip() + f" ({first}{fixed})"


def distinct(found: Iterable[Vulnerability]) -> list[Vulnerability]:
    """Each once, worst first: reports of one package that share a number are one, which knows what any of them does."""
    kept: list[Vulnerability] = []
    for one in sorted(found, key=lambda each: (each.tool, each.package, each.ids, each.version)):
        same = [each for each in kept if each.package == one.package and set(each.ids) & set(one.ids)]
        for each in same:
            kept.remove(each)
        kept.append(_joined([*same, one]) if same else one)
    return sorted(kept, key=lambda one: (one.severity.rank if one.severity else 2, one.package, one.ids))


def _joined(same: list[Vulnerability]) -> Vulnerability:
    """What several reports of one fault know together."""
    first = same[0]
    severities = [one.severity for one in same if one.severity]
    fixed = next((one.fixed_in for one in same if one.fixed_in), ())
    return Vulnerability(
        entity=first.entity,
        source=first.source,
        repo=first.repo,
        tool=first.tool,
        package=first.package,
        version=next((one.version for one in same if one.version), ""),
        ids=tuple(sorted({name for one in same for name in one.ids})),
        severity=min(severities, key=lambda level: level.rank) if severities else None,
        has_fix=any(one.has_fix for one in same),
        fixed_in=fixed,
    )


@check(
    "REPO-28",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="M",
    feeds=("R-CTO-09",),
    reads=("Dependencies.lock_changed", "LanguageVersion.version", "Repository.is_production"),
)
def dependencies_old(one: Repository, facts: Facts) -> Verdict:
    """Repositories whose lock files were not touched for a year, or whose language is past its end.

    What it checks: the last change of each lock file of what customers use; and versions of languages that files
    name, against their last days.
    Why it matters: faults that are mended elsewhere stay open here, and each year makes the move larger.
    How to mend: move to a supported version, bring the dependencies up to date, and run the tests.
    Known limits: a range without an end names no version; a version that the list of last days lacks is not known.
    Source: the languages' own release schedules; the dates stand in reference.yml with the day of checking.
    """
    if not facts.evidence.has_read(LanguageVersion, one.entity):
        return Unknown(NotCollected("repos-pipelines", one.name, "its manifests were not read", one.entity))
    named = [each for each in facts.of(LanguageVersion, one.entity) if each.repo == one.name]
    needs = [each for each in facts.of(Dependencies, one.entity) if each.repo == one.name and each.lock]
    ends = {each.id: (each, last_day(each.id, one.name, facts)) for each in named}
    ended = [
        f"{each.id} ({each.path}:{each.line}) since {day}"
        for each, day in ends.values()
        if isinstance(day, date) and day < facts.as_of
    ]
    if ended:
        return Fail(
            f"{one.name} names a version whose support has ended: {some(tuple(ended))}.", Severity.MEDIUM
        )
    old = [
        f"{each.lock} ({(facts.as_of - each.lock_changed).days} days)"
        for each in needs
        if isinstance(each.lock_changed, date) and (facts.as_of - each.lock_changed).days > _OLD_DAYS
    ]
    if old and is_live(one):
        return Fail(f"{one.name} is live, and nobody touched {some(tuple(dict.fromkeys(old)))}.")
    if gap := unread(
        *(day for _, day in ends.values()), *(each.lock_changed for each in needs if is_live(one))
    ):
        return Unknown(gap)
    if not named and not needs:
        return NotApplicable("it names no version and has no lock file")
    return Pass()
