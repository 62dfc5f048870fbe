"""Works out what earlier versions would have left behind: one record a week, from the commits of the portfolio."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from quarterdeck.brief import EverythingRead, brief
from quarterdeck.commands.briefs import EVERYTHING, written
from quarterdeck.commands.cache import Remembered
from quarterdeck.commands.inputs import INPUTS, read
from quarterdeck.commands.replace import Change, refuse_links, replace
from quarterdeck.git.history import Commit, commits, files_at, history, is_shallow
from quarterdeck.history import chained, record, version_of
from quarterdeck.model.errors import UsageError
from quarterdeck.model.history import FOLDER, Earlier, encode_record, path_of
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.portfolio import DATA, EVIDENCE, HANDOFFS, LEDGER, find_ledger
from quarterdeck.reading import read_handoffs, with_books
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings

WRITTEN = (HANDOFFS, DATA, LEDGER)
"""What people write, of which a record is made; settings and rules are those of today."""

_WEEK = timedelta(days=7)
_SHALLOW = "history not available: shallow clone; run git fetch --unshallow"
_NO_COMMIT = (
    "history not available: this portfolio is in no git repository with a commit; "
    "run git init --initial-branch=main, git add . and git commit -m Begin"
)


class Week(msgspec.Struct, frozen=True):
    """The last commit of one week that changed what people write."""

    as_of: date
    """The Sunday of the week, or the day of the reports where that is earlier."""
    commit: Commit

    @property
    def version(self) -> str:
        """What a version of that day and commit is called."""
        return version_of(self.as_of, self.commit.hash)

    @property
    def path(self) -> str:
        """Where its record stands."""
        return path_of(self.version)


class Plan(msgspec.Struct, frozen=True):
    """Which weeks are to be worked out; nothing is read of them yet."""

    root: Path
    settings: Settings
    weeks: tuple[Week, ...]
    """Oldest first."""
    left: tuple[tuple[Week, str], ...]
    """Weeks whose record is not touched, and why."""
    records: tuple[Earlier, ...]
    """What stands there already, and stays."""
    former: tuple[Earlier, ...]
    """Records of other commits of the same weeks, which are to go."""


def backfill(
    root: Path,
    environ: Mapping[str, str],
    *,
    today: Callable[[str], date],
    as_of: date | None = None,
    weeks: int | None = None,
    is_dry_run: bool = False,
) -> Iterator[str]:
    """Write a record for each week that has a commit and no published version; says what it does, week by week.

    Args:
        root: The portfolio; its handoffs, data and books are taken from git alone.
        environ: For variables that the settings name, and where the cache is.
        today: The clock: time zone -> date, asked only where nothing else says the date.
        as_of: The day of the reports; only weeks that ended before it count.
        weeks: How many weeks to go back; all of them unless given.
        is_dry_run: Only say which weeks it would work out.

    Raises:
        InputError: The settings are wrong.
        UsageError: There is no history to ask, or it is not all here.
        OutsideError: The disk refused.
    """
    plan = planned(root, environ, today=today, as_of=as_of, weeks=weeks)
    yield from (_line(week.as_of, week.commit.hash, why) for week, why in plan.left)
    if is_dry_run:
        yield from (_line(week.as_of, week.commit.hash, "to be worked out") for week in plan.weeks)
        yield f"{counted(len(plan.weeks), 'week')} to be worked out. Nothing was written: --dry-run only shows."
        return
    changes: dict[str, Change] = {}
    for made in chained(_worked_out(plan, environ), plan.records):
        file, after = root / made.path, encode_record(made)
        before = file.read_bytes() if file.is_file() else None
        if before != after:
            changes[made.path] = (before, after)
        yield _line(made.as_of, made.commit, "as it was" if before == after else "worked out")
    replace(root, changes)
    for one in plan.former:
        (root / one.path).unlink(missing_ok=True)
        yield _line(one.as_of, one.commit, "removed: another commit is the last of that week")
    yield f"{counted(len(changes), 'record')} written into {FOLDER}/; {counted(len(plan.weeks), 'week')} looked at."


def _line(as_of: date, commit: str, words: str) -> str:
    return f"{as_of}  {commit[:7]}  {words}"


def planned(
    root: Path,
    environ: Mapping[str, str],
    *,
    today: Callable[[str], date],
    as_of: date | None = None,
    weeks: int | None = None,
) -> Plan:
    """Choose the weeks; see `backfill`.

    A sample stands still on its day, and all that was committed later counts as of that day, but for what stands now.
    """
    if is_shallow(root):
        raise UsageError(_SHALLOW)
    refuse_links(root, (EVIDENCE, FOLDER))
    inputs = read(root, environ, today=today, as_of=as_of)
    if not inputs.history.commit:
        raise UsageError(_NO_COMMIT)
    made = commits(root, WRITTEN)
    before_now = made[1:] if as_of is None and inputs.settings.as_of else ()
    ended = [
        (sunday, Week(min(sunday, inputs.as_of), commit))
        for sunday, commit in last_of_weeks(made, ZoneInfo(inputs.settings.timezone))
        if sunday < inputs.as_of or commit in before_now
    ]
    since = date.min if weeks is None else inputs.as_of - weeks * _WEEK
    records = inputs.reading.records
    asked = [(week, _untouchable(root, week, records)) for sunday, week in ended if sunday >= since]
    chosen = tuple(week for week, why in asked if not why)
    ours, days = {week.version for _, week in ended}, {week.as_of for week in chosen}
    former = tuple(
        one for one in records if one.is_backfill and one.as_of in days and one.version not in ours
    )
    again = {week.version for week in chosen}
    return Plan(
        root,
        inputs.settings,
        chosen,
        tuple((week, why) for week, why in asked if why),
        tuple(one for one in records if one.version not in again and one not in former),
        former,
    )


def last_of_weeks(newest_first: Iterable[Commit], zone: ZoneInfo) -> list[tuple[date, Commit]]:
    """The Sunday and the last commit of each week that has any, oldest first; weeks run from Monday.

    A commit that says to be newer than one that came after it counts in the week of that one.
    """
    found: dict[date, Commit] = {}
    latest = date.max
    for commit in newest_first:
        on = datetime.fromtimestamp(commit.committed_at, zone).date()
        latest = min(latest, on + timedelta(days=6 - on.weekday()))
        found.setdefault(latest, commit)
    return sorted(found.items())


def _untouchable(root: Path, week: Week, records: Iterable[Earlier]) -> str:
    """Why the record of a week is left as it is; empty where it may be written."""
    monday = week.as_of - timedelta(days=6)
    published = [one for one in records if not one.is_backfill]
    if any(one.commit == week.commit.hash or monday <= one.as_of <= week.as_of for one in published):
        return "left as it is: a version of that week was published"
    is_read = any(one.version == week.version for one in records)
    return "left as it is: its file cannot be read" if (root / week.path).exists() and not is_read else ""


def _worked_out(plan: Plan, environ: Mapping[str, str]) -> Iterator[Earlier]:
    """The record of each week as if none came before it, remembered by commit, day, settings and our code."""
    settings = written(plan.settings)
    with Remembered(environ, plan.root, Earlier, name="backfill", is_worth_it=True, code=EVERYTHING) as cache:
        for week in plan.weeks:
            key = (week.commit.hash, week.as_of.isoformat(), settings)
            yield cache.get(key, partial(_of_week, plan, week))


def _of_week(plan: Plan, week: Week) -> Earlier:
    """The record of one week, by today's rules and settings and without what audits saw."""
    files = files_at(plan.root, week.commit.hash, WRITTEN)
    if files is None:
        raise UsageError(
            f"history not available: git lacks files of commit {week.commit.hash[:7]}; run git fetch --refetch"
        )
    books, unread = find_ledger(files)
    ledger, problems = parse_ledger(books)
    reading = with_books(read_handoffs(files, plan.settings.currency), ledger, [*unread, *problems])
    past = history(plan.root, INPUTS, week.commit.hash)
    briefing = brief(EverythingRead(reading, plan.settings, past, week.as_of))
    return record(briefing, week.version, committed_at=week.commit.committed_at, is_backfill=True)
