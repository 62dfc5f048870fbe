"""`quarterdeck changes`: what is otherwise between two commits, versions of a store or briefing files."""

import gzip
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import msgspec

from quarterdeck.brief import EverythingRead, brief
from quarterdeck.changes.compare import Side
from quarterdeck.changes.compare import changes as compare
from quarterdeck.changes.edits import edits_of
from quarterdeck.changes.pages import affected
from quarterdeck.commands.briefs import EVERYTHING, briefs, content_of
from quarterdeck.commands.cache import Remembered
from quarterdeck.commands.formats import json_text
from quarterdeck.commands.inputs import read
from quarterdeck.commands.past import SHALLOW, Later, Portfolio, inputs_at, later_days
from quarterdeck.git.between import commit_named, commits_between, is_rewritten, parent_of
from quarterdeck.git.history import files_at, is_shallow
from quarterdeck.model.briefing import Briefing, decode
from quarterdeck.model.change import NO_EDITS, Changes, Edits
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.finding import Role
from quarterdeck.portfolio import DATA, HANDOFFS, LEDGER, files_below
from quarterdeck.publish import keys
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.prepared import BRIEFING
from quarterdeck.publish.store import Store
from quarterdeck.publish.stores import store_of
from quarterdeck.reports.accounting import steps_met
from quarterdeck.reports.changed import scopes
from quarterdeck.reports.changed_lists import Told
from quarterdeck.reports.words import day
from quarterdeck.settings import Audience

WRITTEN = (HANDOFFS, DATA, LEDGER, "portfolio.yml")
"""What people write, of which lines and commits are told."""

_VERSION = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{7}(\.\d+)?")
_NOTHING = re.compile(r"0{40}|0{64}")
"""What git calls the state before a branch was made and after it was removed (F-083)."""
_GZIP = b"\x1f\x8b"


class State(msgspec.Struct, frozen=True):
    """One side, with how it came about."""

    briefing: Briefing
    commit: str
    """Full hash that its files can be asked of; empty for what is checked out."""
    is_made: bool
    """Whether it was made just now, with the evidence that is here; else it has that of its own day."""


def changes(
    root: Path,
    environ: Mapping[str, str],
    base: str = "",
    head: str = "",
    *,
    today: Callable[[str], date],
    as_of: date | None = None,
    role: Role | None = None,
) -> Told:
    """Compare two states of a portfolio; commits are made with the evidence that is here, on the same day.

    Args:
        root: The portfolio.
        environ: For variables that the settings name, and where cache and store are.
        base: A commit, a version of the store or a briefing file; the newest published version unless given, else
            the commit before.
        head: The same; what is checked out unless given.
        today: The clock: time zone -> date, asked only where nothing else says the date.
        as_of: The day of the reports.
        role: Only what the page of a role shows.

    Raises:
        InputError: The settings are wrong.
        UsageError: One of both is not there, so that nothing can be compared (F-081).
        OutsideError: The store does not answer.
    """
    portfolio = Portfolio(root, environ, read(root, environ, today=today, as_of=as_of))
    after = _state(portfolio, head) if head else _checked_out(portfolio)
    if not after.is_made and as_of is None:
        on = after.briefing.as_of
        portfolio = Portfolio(root, environ, msgspec.structs.replace(portfolio.here, as_of=on))
    name = "" if _NOTHING.fullmatch(base) else base
    before = _state(portfolio, name) if name else _default(portfolio, head)
    whole = between(portfolio, before, after)
    if before is None:
        return Told(changes=whole, pages={}, notes=())
    found = whole.of_role(role) if role else whole
    shown = affected(found, scopes(after.briefing, whole.renamed))
    return Told(
        changes=found,
        pages={path: len(rows) for path, rows in shown.items()},
        notes=tuple(_notes(portfolio, before, after, found)),
    )


def between(
    portfolio: Portfolio, before: State | None, after: State, audience: Audience | None = None
) -> Changes:
    """Compare two states, with what git tells of the way from one to the other.

    Args:
        portfolio: Its day is that of the later state.
        before: The earlier one; None where there is none, and then nothing counts as changed.
        after: The later one.
        audience: For whom both were made; None for whoever sees everything. An audience that sees a part is told of
            no commit's words, which may name what is not theirs.
    """
    with later_days(portfolio) as later:
        return over_days(portfolio, before, after, later, audience)


def over_days(
    portfolio: Portfolio,
    before: State | None,
    after: State,
    later: Later,
    audience: Audience | None = None,
) -> Changes:
    """As `between`, with the earlier files on the day of the later state handed in."""
    if before is None:
        return compare(None, _side(after))
    edits = _edits(portfolio, before, after)
    then = None if before.is_made else later(before.briefing, audience)
    return compare(
        _side(before),
        _side(after),
        thresholds=portfolio.here.settings.thresholds.changes,
        later=then,
        edits=_without_words(edits, after.briefing) if audience else edits,
        stood=_stood(portfolio, before),
    )


def as_json(told: Told) -> str:
    """The comparison for programs: sorted keys, indent 2, final newline."""
    content = {"schema": 1, "changes": told.changes, "pages": told.pages, "notes": told.notes}
    return json_text(content)


# ── the two sides ────────────────────────────────────────────────────────────────────────────────────────────


def _checked_out(portfolio: Portfolio) -> State:
    with briefs(portfolio.root, portfolio.environ, portfolio.here) as made:
        return State(made(None), "", is_made=True)


def _default(portfolio: Portfolio, head: str) -> State | None:
    """The newest published version, where the later side is what is checked out; else the commit before."""
    git = portfolio.here.history
    if not head:
        published = _newest(portfolio)
        if published is not None:
            return published
        commit = git.commit if git.is_dirty else parent_of(portfolio.root, git.commit) if git.commit else ""
    else:
        commit = parent_of(portfolio.root, commit_named(portfolio.root, head) or head)
    return _of_commit(portfolio, commit) if commit else None


def _newest(portfolio: Portfolio) -> State | None:
    """The newest version of the store; None where nothing is published.

    Raises:
        OutsideError: The store does not answer; it says how to do without.
    """
    try:
        store = store_of(portfolio.here.settings, portfolio.root, portfolio.environ)
        state = read_state(store)
        newest = state.newest if state else None
        return _of_version(store, newest.version) if newest else None
    except OutsideError as error:
        raise OutsideError(f"{error} Or name what to compare with: quarterdeck changes HEAD~1.") from error


def _state(portfolio: Portfolio, name: str) -> State:
    if _NOTHING.fullmatch(name):
        raise UsageError(
            "That branch was removed: nothing is left to report. Name commits: quarterdeck changes BASE HEAD"
        )
    file = Path(name)
    if name.endswith((".json", ".json.gz")) and file.is_file():
        return _of_file(file)
    if _VERSION.fullmatch(name):
        store = store_of(portfolio.here.settings, portfolio.root, portfolio.environ)
        found = _of_version(store, name)
        if found is None:
            raise UsageError(f"{store.place} has no version {name}. quarterdeck versions lists those it has.")
        return found
    commit = commit_named(portfolio.root, name)
    if not commit:
        why = SHALLOW if is_shallow(portfolio.root) else " To bring it here: git fetch --all"
        raise UsageError(f"Cannot compare: {name!r} is no commit, version or briefing file here.{why}")
    return _of_commit(portfolio, commit)


def _of_file(file: Path) -> State:
    return _read(file.read_bytes(), str(file))


def _of_version(store: Store, version: str) -> State | None:
    stored = store.get(keys.private(version, BRIEFING))
    return None if stored is None else _read(stored.data, version)


def _read(data: bytes, name: str) -> State:
    try:
        briefing = decode(gzip.decompress(data) if data.startswith(_GZIP) else data)
    except (msgspec.DecodeError, OSError, EOFError) as error:
        raise UsageError(
            f"{name} is no briefing of this version of Quarterdeck: {error}. Name its commit instead."
        ) from error
    return State(briefing, briefing.commit, is_made=False)


def _of_commit(portfolio: Portfolio, commit: str) -> State:
    return State(_made(portfolio, inputs_at(portfolio, commit)), commit, is_made=True)


def _made(portfolio: Portfolio, inputs: EverythingRead) -> Briefing:
    """The briefing of a past state, remembered until another one is asked for."""
    with Remembered(
        portfolio.environ, portfolio.root, Briefing, name="changes", is_worth_it=True, code=EVERYTHING
    ) as cache:
        return cache.get(content_of(inputs), lambda: brief(inputs))


def _side(state: State) -> Side:
    return Side(state.briefing, steps_met(state.briefing))


# ── what lies between them ───────────────────────────────────────────────────────────────────────────────────


def _edits(portfolio: Portfolio, before: State, after: State) -> Edits:
    """Lines and commits between both; nothing where git does not know one of them."""
    root = portfolio.past
    head = after.commit or portfolio.here.history.commit
    old = (
        files_at(root, before.commit, WRITTEN)
        if before.commit and commit_named(root, before.commit)
        else None
    )
    new = files_at(root, after.commit, WRITTEN) if after.commit else _files_here(portfolio.root)
    if old is None or new is None or not head:
        return NO_EDITS
    named = portfolio.here.settings.name_authors
    commits = commits_between(root, before.commit, head, WRITTEN, with_names=named)
    return edits_of(old, new, commits, is_rewritten=is_rewritten(root, before.commit, head))


def _without_words(edits: Edits, briefing: Briefing) -> Edits:
    """The same with commits of the briefing's own businesses alone, and without what people wrote of them."""
    own = {one.entity for one in briefing.entities}
    commits = (
        msgspec.structs.replace(
            one, subject="", author="", paths=tuple(path for path in one.paths if _whose(path) in own)
        )
        for one in edits.commits
    )
    return msgspec.structs.replace(edits, commits=tuple(one for one in commits if one.paths))


def _whose(path: str) -> str:
    """The business of a file: that of `handoffs/jada.md` and of `data/jada/sales.csv`."""
    _, _, below = path.partition("/")
    return below.partition("/")[0].removesuffix(".md")


def _files_here(root: Path) -> dict[str, bytes]:
    names = [name for folder in (HANDOFFS, DATA, LEDGER) for name in files_below(root, folder, [])]
    return {name: (root / name).read_bytes() for name in (*names, "portfolio.yml") if (root / name).is_file()}


def _stood(portfolio: Portfolio, before: State) -> frozenset[str]:
    """Identities of findings of all versions before the earlier side."""
    records = portfolio.here.reading.records
    return frozenset(
        one.id for record in records if record.as_of <= before.briefing.as_of for one in record.findings
    )


def _notes(portfolio: Portfolio, before: State, after: State, found: Changes) -> list[str]:
    """How both sides were made."""
    notes = []
    if not (before.is_made and after.is_made):
        notes.append("Each side has the evidence of its own day.")
    elif after.briefing.evidence.snapshots:
        newest = max(one.source.as_of or date.min for one in after.briefing.evidence.snapshots)
        notes.append(f"Both sides are made with the same evidence, the newest of {day(newest)}.")
    else:
        notes.append("Both sides are made without evidence of audits.")
    if before.is_made and after.is_made:
        notes.append(f"Both are as of {day(portfolio.as_of)}, so time plays no part.")
    if found.is_mixed:
        notes.append(
            "What time alone brought is not told apart: the files of the earlier side are not in this git."
        )
    if after.briefing.is_dirty:
        notes.append("Files that are not committed count as they stand.")
    if found.is_rewritten:
        notes.append("The later side does not contain the earlier commit: the trees are compared.")
    return notes
