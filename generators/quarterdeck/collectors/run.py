"""Runs collectors as jobs, anywhere, and joins what they bring into files of evidence."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from hashlib import sha256
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import msgspec

from quarterdeck import collectors
from quarterdeck.collectors.aws.asking import Aws, CannotGoOnError
from quarterdeck.collectors.owners import Match, everything, names_of, owned, owned_gaps
from quarterdeck.collectors.registry import COLLECTORS, Collector
from quarterdeck.collectors.repos.checkout import Checkout, UnreadableError
from quarterdeck.collectors.repos.memory import remembered
from quarterdeck.collectors.scope import Place, Scope
from quarterdeck.model.evidence import Seen
from quarterdeck.model.observed import NotCollected, Observed
from quarterdeck.parse.evidence import Header, keep_evidence, write_evidence

MODULES = tuple(
    import_module(found.name)
    for found in sorted(
        walk_packages(collectors.__path__, f"{collectors.__name__}."), key=lambda one: one.name
    )
    if ".embedded" not in found.name and found.name not in {__name__, f"{collectors.__name__}.policy"}
)
"""Every module of this folder: importing it registers its collectors."""

SCHEMA = 1

_ODD = re.compile(r"[^A-Za-z0-9._-]+")

SIDE_BY_SIDE = 3
"""Jobs at once on one machine; more of them go no faster, and each holds the descriptions of its services."""


class Job(msgspec.Struct, frozen=True):
    """One collector in one account and region."""

    collector: str
    scope: Scope

    @property
    def path(self) -> str:
        """Where its evidence stands: `evidence/aws/main/us-east-1/lambda.json`, `evidence/dns/dns.json`."""
        kind, _, rest = self.collector.partition("-")
        if self.scope.repository:
            return f"evidence/{kind}/{_folder(self.scope.repository)}/{rest}.json"
        account = self.scope.account.name if self.scope.account else ""
        region = self.scope.region if COLLECTORS[self.collector].is_regional else ""
        return "/".join(part for part in ("evidence", kind, account, region, f"{rest or kind}.json") if part)

    @property
    def words(self) -> str:
        """For people: `aws-lambda main us-east-1`, `repos-habits jada-site`."""
        if self.scope.repository:
            return f"{self.collector} {self.scope.repository.name}"
        account = self.scope.account.name if self.scope.account else ""
        region = self.scope.region if COLLECTORS[self.collector].is_regional and account else ""
        return " ".join(part for part in (self.collector, account, region) if part)


def _folder(repository: Place) -> str:
    """The folder of its evidence: its business and name, with a mark where the name is no plain word."""
    plain = _ODD.sub("-", repository.name).strip(".-")
    mark = "" if plain == repository.name else sha256(repository.name.encode()).hexdigest()[:6]
    return "/".join(part for part in (repository.entity, "-".join(filter(None, (plain, mark)))) if part)


class Brought(msgspec.Struct, frozen=True):
    """What one job brings: plain data, so that it can come from any machine."""

    facts: tuple[Seen, ...] = ()
    gaps: tuple[NotCollected, ...] = ()
    asked: Mapping[str, int] = msgspec.field(default_factory=dict)
    """How often each operation was asked."""
    seconds: float = 0.0
    stopped: str = ""
    """Why the whole run has to stop; empty where it does not."""


_SCOPES = msgspec.json.Decoder(Scope)
_BROUGHT = msgspec.json.Decoder(Brought)
"""Made once and here: msgspec crashes where several threads look into the same types for the first time."""


class Done(msgspec.Struct, frozen=True):
    """A job with what it brought."""

    job: Job
    brought: Brought


class File(msgspec.Struct, frozen=True):
    """One file of evidence."""

    path: str
    data: bytes
    records: int
    is_kept: bool = False
    """Whether it is what an earlier run saw, since this one read nothing."""


def jobs_of(scopes: Iterable[Scope], kinds: Iterable[str]) -> Iterator[Job]:
    """A job for each collector of these kinds, by name: one for each region, or in the first where it asks once."""
    scopes, kinds = list(scopes), frozenset(kinds)
    for one in (COLLECTORS[name] for name in sorted(COLLECTORS)):
        if one.kind not in kinds:
            continue
        for scope in scopes:
            if one.looks_at != scope.looks_at:
                continue
            is_home = scope.account is None or scope.region == scope.account.regions[0]
            if one.is_regional or is_home:
                yield Job(one.name, scope)


def run_job(collector: str, scope: bytes) -> bytes:
    """Run one collector: the one function that executors see.

    Args:
        collector: Its name.
        scope: A `Scope` as JSON.

    Returns:
        A `Brought` as JSON, whatever happened.
    """
    one, started = COLLECTORS[collector], time.monotonic()
    known = msgspec.structs.replace(_SCOPES.decode(scope), collector=collector)
    facts: list[Observed] = []
    gaps: list[NotCollected] = []
    stopped = ""
    client = None
    try:
        client = _client(one, known)
        seen = remembered(one, known, client) if known.repository else one.collect(known, client)
        for found in seen:
            (gaps if isinstance(found, NotCollected) else facts).append(found)  # type: ignore[arg-type]  # by its type
    except CannotGoOnError as error:
        stopped = str(error)
        gaps += (NotCollected(collector, kind, stopped) for kind in one.kinds)
    except UnreadableError as error:
        name = known.repository.name if known.repository else ""
        gaps += (NotCollected(collector, about, str(error), known.entity) for about in (name, *one.kinds))
    except Exception as error:  # noqa: BLE001 - one collector that fails costs its own evidence alone
        gaps += (NotCollected(collector, kind, f"it failed: {type(error).__name__}") for kind in one.kinds)
    asked: Mapping[str, int] = dict(sorted(getattr(client, "asked", Counter()).items()))
    brought = Brought(
        tuple(facts),  # type: ignore[arg-type]  # each of them is one of the kinds
        tuple(gaps),
        asked,
        round(time.monotonic() - started, 3),
        stopped,
    )
    return msgspec.json.encode(brought)


def _client(one: Collector, scope: Scope) -> Any:  # noqa: ANN401 - each kind asks in its own way
    if one.calls:
        return Aws(scope, one.name, one.calls, time.monotonic)
    if one.looks_at == "repository":
        return Checkout(scope)
    if one.kind == "dns":
        from quarterdeck.collectors.resolver import Resolver  # noqa: PLC0415 - needs a library of its own

        return Resolver(scope)
    from quarterdeck.collectors.fetch import Fetcher  # noqa: PLC0415 - likewise

    return Fetcher(scope)


def run(
    jobs: Iterable[Job], executor: Executor, told: Callable[[Done], None] = lambda _done: None
) -> tuple[Done, ...]:
    """Run all jobs side by side; once the credentials have ended, what has not begun is left (F-109).

    A job whose machine dies is a job that could not be read.

    Returns:
        Every job with what it brought, in order of path.
    """
    waiting = {executor.submit(run_job, job.collector, msgspec.json.encode(job.scope)): job for job in jobs}
    done: list[Done] = []
    for future in as_completed(list(waiting)):
        one = Done(waiting[future], _brought(future, waiting[future]))
        done.append(one)
        told(one)
        if one.brought.stopped:
            for other in waiting:
                other.cancel()
    return tuple(sorted(done, key=lambda one: one.job.path))


def _brought(future: Future[bytes], job: Job) -> Brought:
    if future.cancelled():
        return _nothing(job, "the run was stopped before it began")
    if error := future.exception():
        return _nothing(job, f"it failed: {type(error).__name__}")
    return _BROUGHT.decode(future.result())


def _nothing(job: Job, why: str) -> Brought:
    gaps = (NotCollected(job.collector, kind, why) for kind in COLLECTORS[job.collector].kinds)
    return Brought(gaps=tuple(gaps))


def files_of(done: Iterable[Done], matches: Iterable[Match], before: Mapping[str, bytes]) -> list[File]:
    """The evidence of a run, each thing given to its business, in order of path.

    Where a job could read none of its lists, what an earlier run saw stays, with the new gaps (F-122).

    Args:
        done: What each job brought.
        matches: How each business is told.
        before: Path -> bytes of the files of earlier runs.
    """
    done = list(done)
    known = everything((fact for one in done for fact in one.brought.facts), matches)
    mine = [list(owned(one.brought.facts, known)) for one in done]
    owners = {name: one.entity for facts in mine for one in facts for name in names_of(one)}
    return [
        _file(one, facts, owners, before.get(one.job.path)) for one, facts in zip(done, mine, strict=True)
    ]


def _file(done: Done, facts: list[Observed], owners: Mapping[str, str], before: bytes | None) -> File:
    job, gaps = done.job, list(owned_gaps(done.brought.gaps, owners))
    kinds = COLLECTORS[job.collector].kinds
    refused = {gap.subject for gap in gaps}
    if not facts and refused.issuperset(kinds) and before is not None:
        kept = keep_evidence(before, job.scope.taken_at, gaps)
        if kept is not None:
            return File(job.path, kept, 0, is_kept=True)
    whole = tuple(kind for kind in kinds if kind not in refused)
    header = Header(job.collector, job.scope.taken_at, job.scope.entities, whole)
    return File(job.path, write_evidence(header, facts, gaps), len(facts))


def manifest_of(done: Iterable[Done], files: Iterable[File]) -> bytes:
    """What a run asked, how long it took, and what it could not read; for people and for the next run's plan."""
    by_path = {file.path: file for file in files}
    content = {
        "schema": SCHEMA,
        "jobs": [
            {
                "job": one.job.words,
                "file": one.job.path,
                "records": by_path[one.job.path].records,
                "kept": by_path[one.job.path].is_kept,
                "asked": one.brought.asked,
                "seconds": one.brought.seconds,
                "not_collected": len(one.brought.gaps),
                "stopped": one.brought.stopped,
            }
            for one in done
        ],
    }
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=1) + b"\n"
