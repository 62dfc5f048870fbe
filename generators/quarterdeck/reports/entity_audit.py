"""What audits saw of one business, on its own page: how much runs, how much was looked at, and the worst of it."""

import msgspec

from quarterdeck.reports.audit_results import judged, kinds, tally, things, worst_first
from quarterdeck.reports.audit_stacks import AUDIT_PATH, failed_table, held_by, stacks_of
from quarterdeck.reports.components import Table
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted

_WORST = 3


class Runs(msgspec.Struct, frozen=True):
    """A short section; the page of the audit has all of it."""

    sentence: str
    kinds: str
    worst: Table | None
    href: str
    """Its place on the page of the audit; empty where this audience has none."""


def runs_of(report: Report) -> Runs | None:
    """None where no audit judged anything of it."""
    results = judged(report.briefing)
    if not results:
        return None
    found, failed = tally(results), worst_first(results)
    stacks = stacks_of(report, results)
    looked = f"{counted(things(results), 'thing')}, {found.sentence} checks. What fails: {found.failures}."
    return Runs(
        looked,
        kinds(results),
        failed_table(report, failed, results, held_by(report), _WORST) if failed else None,
        report.sources.to(AUDIT_PATH, stacks[0].anchor) if "cto" in report.briefing.roles else "",
    )
