"""Publishes what was built: readers first, then pages, then the edge that gives them out."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from quarterdeck.commands.formats import json_text
from quarterdeck.commands.inputs import INPUTS
from quarterdeck.commands.progress import doing
from quarterdeck.git.history import descends, history
from quarterdeck.model.errors import QuarterdeckError, UsageError
from quarterdeck.model.history import Earlier
from quarterdeck.model.versions import State
from quarterdeck.publish import keys
from quarterdeck.publish.edge import Edge
from quarterdeck.publish.history import recorded
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.prepared import RECORD, Built, contents, read_built, refuse_past
from quarterdeck.publish.publisher import Published, begin, begun, publish
from quarterdeck.publish.readers import bring_readers, table_of
from quarterdeck.publish.store import Store, TakenError
from quarterdeck.publish.stores import edge_of, store_of
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings, load_settings

_FAILED = 3
_TRIES = 20


class Outcome(msgspec.Struct, frozen=True):
    """What one run did, for people and programs."""

    place: str
    published: Published
    readers: tuple[str, ...] = ()
    """What changed for whom, in words."""
    pending: str = ""
    """Why the edge does not give it out yet; empty where it does."""
    rolled_back_to: str = ""
    """The older version that readers are given since a rollback; empty where there was none."""

    def exit_code(self) -> int:
        """3 where the edge has yet to follow, else 0."""
        return _FAILED if self.pending else 0

    def sentences(self) -> Iterator[str]:
        """The result in words."""
        one = self.published
        files = f"{counted(one.sent, 'file')} sent ({one.sent_bytes:,} bytes), {one.copied} copied inside the store"
        yield from self.readers
        match one.outcome:
            case "equal":
                yield f"Nothing is new: readers would see what version {one.version} says. No version was made."
                if self.rolled_back_to:
                    yield (
                        f"They are given {self.rolled_back_to} since a rollback; it ends with: "
                        f"quarterdeck rollback {one.version}"
                    )
            case "planned":
                yield f"Version {one.version} would go to {self.place}: {files.replace('sent', 'to send')}."
                yield "Nothing was written: --dry-run only shows."
            case "listed":
                yield f"Version {one.version} is in {self.place}: {files}."
                yield "A newer one was published before, and stays what readers are given."
            case "published":
                yield f"Version {one.version} is what readers are given from {self.place}: {files}."
        if self.pending:
            yield f"Published, but the edge still gives out the version before: {self.pending} Publish again."

    def as_json(self, code: int) -> str:
        """The result for programs."""
        raw = {
            "schema": 1,
            "exit_code": code,
            "place": self.place,
            "readers": self.readers,
            "pending": self.pending,
            "rolled_back_to": self.rolled_back_to,
            **msgspec.to_builtins(self.published),
        }
        return json_text(raw)


def run(
    root: Path, environ: Mapping[str, str], *, now: datetime, is_first: bool = False, dry_run: bool = False
) -> Outcome:
    """Publish what stands in the build folder.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        now: The moment, for sessions that end now and for keys that have served their time.
        is_first: Make an empty bucket this portfolio's store.
        dry_run: Only say what would be done.

    Raises:
        InputError: The settings are wrong.
        UsageError: What is built may not be published or is past, or the store is another portfolio's.
        OutsideError: The store refused, or stands open; readers keep what they had.
    """
    settings = load_settings(root, environ)
    store = store_of(settings, root, environ)
    if history(root, INPUTS).is_dirty:
        raise UsageError("Files differ from the last commit. Commit them, build, then publish.")
    doing("Comparing what is built with what is published")
    built = read_built(root, settings.build, settings.audiences)
    state = _state(store, settings, is_first=is_first, dry_run=dry_run)
    refuse_past(root, state)
    edge = edge_of(settings, root, environ)
    readers = _readers(settings, environ, edge, built, now, dry_run=dry_run)
    if state.newest and state.newest.content == built.content:
        published = Published(state.newest.version, "equal")
    else:
        doing("Looking at what keeps the pages private")
        _refuse_open(settings, root, environ)
        doing("Sending what is new")
        published = publish(
            contents(built, _record(store, state), recorded(store)),
            state,
            store,
            descends=partial(descends, root),
            dry_run=dry_run,
        )
    is_older = published.outcome == "equal" and state.latest != published.version
    outcome = Outcome(store.place, published, readers, rolled_back_to=state.latest if is_older else "")
    if dry_run:
        return outcome
    host = urlsplit(settings.publishing.site_url or "").netloc
    return msgspec.structs.replace(outcome, pending=follow(store, edge, host))


def _state(store: Store, settings: Settings, *, is_first: bool, dry_run: bool) -> State:
    """The state of the store; an empty folder becomes ours at once, a bucket only when somebody says so."""
    state = read_state(store)
    if state is None and (is_first or settings.publishing.bucket is None):
        return begin(store, settings.name, partial(secrets.token_hex, 16), dry_run=dry_run)
    return begun(state, store, settings.name)


def _readers(
    settings: Settings,
    environ: Mapping[str, str],
    edge: Edge | None,
    built: Built,
    now: datetime,
    *,
    dry_run: bool,
) -> tuple[str, ...]:
    """Let in and shut out whom the settings say, before anything new is to be seen; gives what changed, in words."""
    table = table_of(settings.publishing, environ)
    if table is None:
        return ()
    return bring_readers(
        settings,
        table,
        edge,
        now=int(now.timestamp()),
        random=secrets.token_bytes,
        committed_at=built.run.committed_at,
        dry_run=dry_run,
    )


def _record(store: Store, state: State) -> Earlier | None:
    """What the newest version left behind; None before the first."""
    if state.newest is None:
        return None
    found = store.get(keys.private(state.newest.version, RECORD))
    return None if found is None else msgspec.json.decode(found.data, type=Earlier)


def _refuse_open(settings: Settings, root: Path, environ: Mapping[str, str]) -> None:
    """Refuse to put private pages where others could read them (F-141)."""
    if settings.publishing.bucket is None:
        return
    from quarterdeck.publish.preflight import refusals  # noqa: PLC0415 - asks AWS

    if found := refusals(settings, root, environ):
        raise UsageError(
            "\n".join([f"Nothing was published: {counted(len(found), 'thing')} to mend.", *map(str, found)])
        )


def follow(store: Store, edge: Edge | None, host: str) -> str:
    """Bring the edge to the state of the store, also after a run that could not; gives why it failed (F-138)."""
    if edge is None:
        return ""
    try:
        for _ in range(_TRIES):
            state = read_state(store)
            known = {"latest": state.latest, "root": state.root, "host": host} if state else {}
            values = edge.read()
            wanted = {name: value for name, value in known.items() if value}
            if wanted.items() <= values.values.items():
                return ""
            try:
                edge.write(wanted, (), values.tag)
            except TakenError:
                continue
    except QuarterdeckError as error:
        return str(error)
    return "others change it again and again."
