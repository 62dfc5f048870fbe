"""Checks of what is tracked in a repository and should not be."""

from decimal import Decimal

from quarterdeck.checks.registry import check
from quarterdeck.checks.repos.standing import some
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import PeopleList, Repository
from quarterdeck.model.severity import Severity

_PILE = Decimal(10)
"""Marks of what is left to do in 1,000 lines of code."""


@check(
    "REPO-19",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Repository.is_public", "Repository.license"),
)
def no_licence(one: Repository, _facts: Facts) -> Verdict:
    """Public repositories without a licence.

    What it checks: whether a file at the top names a licence, where anybody may read the repository.
    Why it matters: without one nobody may use the code, and nobody knows that.
    How to mend: add the licence that you mean, or make the repository private.
    Known limits: whether it is public is told by the settings; the host is not asked.
    Source: GitHub documentation, Licensing a repository.
    """
    if isinstance(one.is_public, NotCollected):
        return Unknown(one.is_public)
    if not one.is_public:
        return NotApplicable("it is private")
    if isinstance(one.license, NotCollected):
        return Unknown(one.license)
    return (
        Pass() if one.license else Fail(f"Anybody may read {one.name}, and no licence says what they may do.")
    )


@check(
    "REPO-21",
    of=Repository,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-04",),
    reads=("Repository.env_files",),
)
def env_file_tracked(one: Repository, _facts: Facts) -> Verdict:
    """Files of variables with values that are tracked.

    What it checks: `.env` and its kin among the tracked files; examples and files without values pass.
    Why it matters: such files are where secrets live, and history keeps them for ever.
    How to mend: take it out of the index, add an ignore rule, and replace every secret that stood in it.
    Known limits: whether a value in it is a secret, the detectors say.
    Source: Quarterdeck's own check.
    """
    if isinstance(one.env_files, NotCollected):
        return Unknown(one.env_files)
    if not one.env_files:
        return Pass()
    first = one.env_files[0]
    return Fail(
        f"{some(one.env_files)} is tracked in {one.name}, with its values.", about=f"{one.name}:{first}"
    )


@check(
    "REPO-22",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Repository.ignore_gaps",),
)
def ignore_file_gaps(one: Repository, _facts: Facts) -> Verdict:
    """Repositories whose ignore rules let secrets in by accident.

    What it checks: whether files of variables, keys and dumps would be ignored where the stack makes them.
    Why it matters: one `git add .` publishes them to everybody who can read the repository.
    How to mend: add the missing lines to .gitignore.
    Known limits: only the ignore file at the top is read.
    Source: Quarterdeck's own check.
    """
    if isinstance(one.ignore_gaps, NotCollected):
        return Unknown(one.ignore_gaps)
    return (
        Fail(f"{one.name} has no rule that ignores {some(one.ignore_gaps)}.") if one.ignore_gaps else Pass()
    )


@check(
    "REPO-23",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Repository.large_files", "Repository.large_in_history"),
)
def large_files(one: Repository, _facts: Facts) -> Verdict:
    """Repositories that carry large files.

    What it checks: files of more than 10 MB in the tree, and of more than 50 MB in history.
    Why it matters: every clone and every run of CI carries them along.
    How to mend: move them to large-file storage or a bucket.
    Known limits: files in large-file storage are not counted.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.large_files, one.large_in_history):
        return Unknown(gap)
    if one.large_files:
        count = one.large_files
        return Fail(f"{one.name} carries {count} {'file' if count == 1 else 'files'} of more than 10 MB.")
    if one.large_in_history:
        return Fail(f"The history of {one.name} carries files of more than 50 MB.", Severity.INFO)
    return Pass()


@check(
    "REPO-24",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Repository.made_files",),
)
def build_output_tracked(one: Repository, _facts: Facts) -> Verdict:
    """Repositories that track what a build or a package manager makes.

    What it checks: folders of packages, caches and compiled output, and packages to deploy; a folder from which a
    site is served passes.
    Why it matters: nobody can tell what somebody wrote, and old copies are deployed by mistake.
    How to mend: take them out of the index, and ignore them.
    Known limits: told by names of folders and files.
    Source: Quarterdeck's own check.
    """
    if isinstance(one.made_files, NotCollected):
        return Unknown(one.made_files)
    return (
        Fail(f"{one.name} tracks what a build makes: {some(one.made_files)}.") if one.made_files else Pass()
    )


@check(
    "REPO-25",
    of=PeopleList,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-30",),
    reads=("PeopleList.rows", "PeopleList.columns"),
)
def customer_data_tracked(one: PeopleList, _facts: Facts) -> Verdict:
    """Tracked files that list people.

    What it checks: tables, dumps and spreadsheets with a column of mail addresses or telephone numbers and more
    than 20 rows.
    Why it matters: whoever clones the code takes the customers along, and history keeps them for ever.
    How to mend: move the list to a store with access of its own, and clean it out of history.
    Known limits: only names of columns and the count of rows are kept; lists of 20 rows or fewer pass.
    Source: Quarterdeck's own check.
    """
    columns = ", ".join(one.columns)
    return Fail(
        f"{one.path} in {one.repo} lists {one.rows} people, with {columns}; history keeps it for ever."
    )


@check(
    "REPO-26",
    of=Repository,
    severity=Severity.INFO,
    roles=("cto",),
    mend="M",
    reads=("Repository.todo_count", "Repository.code_lines", "Repository.todo_on_path"),
)
def todo_pile(one: Repository, _facts: Facts) -> Verdict:
    """Repositories with a pile of marks of what is left to do, or one on the way to a payment.

    What it checks: TODO, FIXME, HACK and XXX, more than ten in 1,000 lines of code.
    Why it matters: what everybody scrolls past is forgotten until it breaks.
    How to mend: turn each into a task with an owner, or take it out.
    Known limits: told by words, whatever they say.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.todo_count, one.code_lines, one.todo_on_path):
        return Unknown(gap)
    if isinstance(one.todo_on_path, tuple) and one.todo_on_path:
        return Fail(
            f"What is left to do stands in the way to a payment: {some(one.todo_on_path)}.", Severity.LOW
        )
    if not one.code_lines:
        return NotApplicable("it holds no code")
    assert isinstance(one.code_lines, int)  # noqa: S101 - it was read
    assert isinstance(one.todo_count, int)  # noqa: S101 - likewise
    share = Decimal(one.todo_count) * 1000 / one.code_lines
    return (
        Fail(f"{one.name} has {one.todo_count} marks in {one.code_lines:,} lines.")
        if share > _PILE
        else Pass()
    )
