"""The pages that explain the audit: every check, and what collecting may ask."""

import inspect
from collections.abc import Iterator

import msgspec

from quarterdeck.checks.registry import CHECKS, Check
from quarterdeck.checks.run import MODULES
from quarterdeck.collectors.policy import permissions
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.model.page import Page
from quarterdeck.reports.components import Cell, Column, Table, TableRow, joined, slug
from quarterdeck.reports.explained import Item, explaining, labelled
from quarterdeck.reports.sources import href
from quarterdeck.reports.words import counted
from quarterdeck.secrets.table import DETECTORS

_ = MODULES  # importing them is what fills the list

CHECK_PAGE = "how/checks.md"
DETECTOR_PAGE = "how/checks/secrets.md"
PERMISSION_PAGE = "how/audit-permissions.md"

_MEND = {"XS": "minutes", "S": "an hour", "M": "half a day", "L": "more than a day"}


class CheckSubject(msgspec.Struct, frozen=True):
    """Checks that stand on one page."""

    title: str
    path: str
    groups: tuple[str, ...]
    """The beginnings of their codes."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """Those of this page, in order of code."""
        return tuple(CHECKS[code] for code in sorted(CHECKS) if CHECKS[code].subject in self.groups)


CHECK_SUBJECTS = (
    CheckSubject("Functions and interfaces", "how/checks/functions.md", ("AWS-LAMBDA", "AWS-APIGW")),
    CheckSubject("Buckets and tables", "how/checks/stores.md", ("AWS-S3", "AWS-DDB")),
    CheckSubject("Distributions and domains", "how/checks/edge.md", ("AWS-CF", "AWS-ACM", "AWS-R53")),
    CheckSubject("Accounts, keys and secrets", "how/checks/access.md", ("AWS-IAM", "AWS-SM")),
    CheckSubject("Queues, topics and events", "how/checks/messages.md", ("AWS-SNS", "AWS-SQS", "AWS-EB")),
    CheckSubject(
        "Logs, alarms and budgets",
        "how/checks/watching.md",
        ("AWS-LOG", "AWS-CW", "AWS-CT", "AWS-GD", "AWS-BUD"),
    ),
    CheckSubject("Mail service", "how/checks/mail.md", ("SES",)),
    CheckSubject("Domain names", "how/checks/names.md", ("DNS",)),
    CheckSubject("Cost and waste", "how/checks/cost.md", ("COST",)),
    CheckSubject("Web sites", "how/checks/web.md", ("WEB",)),
    CheckSubject("Repositories", "how/checks/repositories.md", ("REPO",)),
)
"""The pages of checks, in the order of the navigation."""


def check_links() -> dict[str, str]:
    """Check code -> page and anchor that explain it, those of detectors among them."""
    checks = {one.code: f"{each.path}#{slug(one.code)}" for each in CHECK_SUBJECTS for one in each.checks}
    return checks | {code: f"{DETECTOR_PAGE}#{slug(code)}" for code in DETECTORS}


def check_pages() -> Iterator[Page]:
    """The list of subjects, the checks of each, and what collecting may ask."""
    subjects = [each for each in CHECK_SUBJECTS if each.checks]
    yield explaining(
        CHECK_PAGE,
        "Audit checks",
        f"{sum(len(one.checks) for one in subjects)} checks look at what runs and at its code: each judges one thing "
        "that a collector saw, and says pass, fail, not known, or that it does not apply. Each is explained on the "
        "page of its subject.",
        map(_subject_item, subjects),
    )
    for each in subjects:
        yield explaining(
            each.path,
            f"Checks: {each.title}",
            f"{counted(len(each.checks), 'check')}: what each looks at and why, and how to mend what it finds.",
            map(_check_item, each.checks),
        )
    yield explaining(
        DETECTOR_PAGE,
        "Checks: Secrets in repositories",
        f"{len(DETECTORS)} detectors look for secrets in every file of a repository, in all of its history, in "
        "messages and names. Those that know a form or a vendor's name look into handoffs and evidence too. A find "
        "keeps detector, file, line and a keyed fingerprint, never the secret. "
        "What is compressed or encrypted is not covered.",
        _detector_items(),
    )
    yield explaining(
        PERMISSION_PAGE,
        "What the audit may ask",
        "The audit only reads. These are all the permissions that its collectors declare, and infra/audit-policy.json "
        "grants just these; what is not granted is shown as not known.",
        _permission_items(),
    )


def _subject_item(subject: CheckSubject) -> Item:
    """The checks of one page by name, each with the anchor that it has there."""
    columns = (Column("check", "Check"), Column("severity", "Severity"))
    rows = tuple(
        TableRow(
            (
                Cell(f"{one.code} {one.name}", href=href(CHECK_PAGE, subject.path, slug(one.code))),
                one.severity.capitalize(),
            ),
            anchor=slug(one.code),
        )
        for one in subject.checks
    )
    table = Table(columns, rows, is_index=True)
    return Item(subject.title, slug(subject.title), counted(len(rows), "check"), table=table)


def _check_item(check: Check) -> Item:
    readers = joined([ROLE_TITLES[role] for role in check.roles])
    serves = f"; proves {joined(list(check.feeds))}" if check.feeds else ""
    grey = f"{check.severity}, for {readers}; takes {_MEND[check.mend]}{serves}"
    return Item(
        f"{check.code} {check.name}", slug(check.code), grey, labelled(inspect.getdoc(check.judge) or "")
    )


def _detector_items() -> Iterator[Item]:
    for one in DETECTORS.values():
        vendors = f"; {joined(list(one.vendors))}" if one.vendors else ""
        where = "" if one.is_precise else "; in repositories only"
        words = labelled(f"{one.finds}\n\nDoes not count: {one.passes}")
        yield Item(f"{one.code} {one.name}", slug(one.code), f"{one.severity}{where}{vendors}", words)


def _permission_items() -> Iterator[Item]:
    for service, actions in permissions().items():
        columns = (Column("permission", "Permission"), Column("collector", "Asked by"))
        rows = tuple(TableRow((action, joined(list(names)))) for action, names in actions.items())
        yield Item(service, slug(service), counted(len(rows), "permission"), table=Table(columns, rows))
