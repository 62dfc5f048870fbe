"""Looks at AWS accounts, mail, domains, sites, repositories and earlier versions; keeps it all in evidence/."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import Any

import msgspec

from quarterdeck.checks.senders import domain_of
from quarterdeck.collectors.aws.asking import Aws, CannotGoOnError
from quarterdeck.collectors.owners import Match, everything, owned
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import SIDE_BY_SIDE, Done, File, Job, files_of, jobs_of, manifest_of, run
from quarterdeck.collectors.scope import Account, Place, Played, Scope, WebLimits
from quarterdeck.collectors.senders import with_senders
from quarterdeck.commands.cache import cache_folder, code_stamp
from quarterdeck.commands.replace import refuse_links, replace
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.parse.evidence import Header, parse_evidence
from quarterdeck.portfolio import EVIDENCE, HANDOFFS
from quarterdeck.publish.history import Recalled, recalled
from quarterdeck.publish.stores import store_of
from quarterdeck.reading import evidence_files, find_evidence
from quarterdeck.reports.words import counted
from quarterdeck.secrets.fingerprint import fingerprint_key
from quarterdeck.settings import Settings, load_settings

HISTORY = "history"
"""What looks at nothing outside: it brings back what the store of versions keeps."""
KINDS = (HISTORY, "aws", "ses", "dns", "web", "repos")
MANIFEST = f"{EVIDENCE}/run.json"
PARTLY = 4

_OF_ACCOUNTS = frozenset({"aws", "ses"})
_OUTSIDE = frozenset({"dns", "web"})
READS_REPOSITORIES = (
    ".",
    "collectors",
    "collectors/repos",
    "collectors/repos/deploying",
    "collectors/repos/reading",
    "git",
    "model",
    "parse",
    "secrets",
    "text",
)
"""Parts of the package whose change makes what was seen in repositories worthless."""
_IDENTITY = "sts:GetCallerIdentity"
_DNS = "dns"
"""The collector that runs last: whose names it asks about, the others tell."""


class Collected(msgspec.Struct, frozen=True):
    """What one run brought."""

    done: tuple[Done, ...] = ()
    files: tuple[File, ...] = ()
    recalled: Recalled | None = None
    """What the store of versions kept; None where it was not asked."""

    @property
    def stopped(self) -> str:
        """Why it stopped before its end; empty where it did not."""
        return next((one.brought.stopped for one in self.done if one.brought.stopped), "")

    def exit_code(self) -> int:
        """4 where something could not be read, else 0."""
        is_whole = not any(one.brought.gaps for one in self.done)
        return 0 if is_whole and not (self.recalled and self.recalled.refused) else PARTLY

    def sentences(self) -> Iterator[str]:
        """The result in words, worst news last."""
        if self.recalled:
            yield from self.recalled.sentences()
        if self.done or not self.recalled:
            yield from self._seen()

    def _seen(self) -> Iterator[str]:
        records = sum(len(one.brought.facts) for one in self.done)
        asked = sum(sum(one.brought.asked.values()) for one in self.done)
        by = f" from {counted(asked, 'question')}" if asked else ""
        yield f"{counted(records, 'record')}{by} in {counted(len(self.files), 'file')}."
        kept = [file.path for file in self.files if file.is_kept]
        if kept:
            yield f"Nothing new could be read for {', '.join(kept)}; what an earlier run saw stays."
        yield from self._refusals()
        if self.stopped:
            yield f"Stopped before the end. {self.stopped}"

    def _refusals(self) -> Iterator[str]:
        reasons: Counter[tuple[str, str]] = Counter(
            (gap.collector, gap.reason) for one in self.done for gap in one.brought.gaps
        )
        for (collector, reason), times in sorted(reasons.items()):
            operation = reason.partition(":")[0]
            permission = _permission(collector, operation) if "AccessDenied" in reason else ""
            grant = f" Grant {permission} to read it." if permission else ""
            yield f"Not read by {collector}: {reason}{f' ({times} times)' if times > 1 else ''}.{grant}"


def _permission(collector: str, operation: str) -> str:
    calls = COLLECTORS[collector].calls if collector in COLLECTORS else {}
    return next((permission for call, permission in calls.items() if call.endswith(f":{operation}")), "")


def collect(  # noqa: PLR0913 - what the options of the command say
    root: Path,
    environ: Mapping[str, str],
    *,
    now: datetime,
    kinds: Collection[str] = (),
    account: str = "",
    most: int | None = None,
    region: str = "",
    executor: str = "",
    told: Callable[[Done, int], None] = lambda _done, _all: None,
) -> Collected:
    """Bring back what the store of versions keeps, run the collectors, and keep what they saw.

    Args:
        root: The portfolio's folder.
        environ: The environment, for the settings.
        now: The moment that evidence is dated with.
        kinds: Of `KINDS`; without any all of them, or those that are played.
        account: Only this account of the settings.
        most: Only so many accounts, those seen longest ago, and all that is in none.
        region: Only this region.
        executor: `processes` of this machine, or `dask://HOST:PORT` for a running cluster; threads without it.
        told: Called with each job that is done, and how many jobs there are.

    Raises:
        InputError: The settings are wrong.
        UsageError: There is no such account or region.
        OutsideError: The credentials are missing, have ended, or belong to another account.
    """
    settings = load_settings(root, environ)
    wanted = frozenset(kinds or KINDS)
    reads_store = _reads_store(root, settings, kinds, is_narrow=bool(account or region))
    past = _bring_back(root, settings, environ) if reads_store else None
    if wanted == {HISTORY}:
        return Collected(recalled=past)
    before, _ = find_evidence(root)
    matches = tuple(matches_of(settings))
    with _endpoint(settings, wanted) as endpoint, _outside(settings, wanted, now) as played:
        scopes = [
            msgspec.structs.replace(one, played=played, registry=one.registry and played is None)
            for one in scopes_of(settings, root, now, endpoint=endpoint, account=account, region=region)
        ]
        scopes = longest_unseen(scopes, before, most)
        if not account and not region:
            scopes += repositories_of(settings, root, now, environ)
        jobs = [_with_earlier(job, before) for job in jobs_of(scopes, wanted)]
        if any(job.scope.account for job in jobs):
            _know_accounts(scopes)
        with _executor(executor) as workers:
            done = run(
                [job for job in jobs if job.collector != _DNS], workers, lambda one: told(one, len(jobs))
            )
            names = _with_senders(jobs, done, before, matches)
            done += run(names, workers, lambda one: told(one, len(jobs)))
    collected = _kept(root, tuple(sorted(done, key=lambda one: one.job.path)), matches, before)
    return msgspec.structs.replace(collected, recalled=past)


def _reads_store(root: Path, settings: Settings, kinds: Collection[str], *, is_narrow: bool) -> bool:
    """Whether a run brings back what the store of versions keeps: where it is asked to, else where there is one."""
    if kinds or is_narrow:
        return HISTORY in kinds
    return settings.publishing.bucket is not None or (root / settings.publishing.folder).is_dir()


def _bring_back(root: Path, settings: Settings, environ: Mapping[str, str]) -> Recalled:
    """Write into `evidence/` what the store has and it lacks, all files or none; a store that refuses stops nothing."""
    try:
        store = store_of(settings, root, environ)
    except OutsideError as error:
        return Recalled("the store", {}, refused=(str(error),))
    found = recalled(store, evidence_files(root))
    files = {path: data for path, data in found.files.items() if not (root / path).is_symlink()}
    folders = {str(one) for path in files for one in PurePosixPath(path).parents}
    refuse_links(root, sorted(folders - {"."}))
    replace(root, {path: (_before(root / path), data) for path, data in files.items()})
    return found


def _kept(
    root: Path, done: tuple[Done, ...], matches: Iterable[Match], before: Mapping[str, bytes]
) -> Collected:
    """Write what a run brought, all files or none, with the record of the run beside them."""
    files = tuple(files_of(done, matches, before))
    written = {file.path: file.data for file in files} | {MANIFEST: manifest_of(done, files)}
    replace(root, {path: (_before(root / path), data) for path, data in written.items()})
    return Collected(done, files)


def _with_earlier(job: Job, before: Mapping[str, bytes]) -> Job:
    """The same job with what it saw the last time, where its collector goes on from that."""
    if not COLLECTORS[job.collector].recalls or job.path not in before:
        return job
    earlier = parse_evidence({job.path: before[job.path]})[0].facts
    return msgspec.structs.replace(job, scope=msgspec.structs.replace(job.scope, earlier=earlier))


def _with_senders(
    jobs: Iterable[Job], done: Collection[Done], before: Mapping[str, bytes], matches: Iterable[Match]
) -> Iterator[Job]:
    """The jobs that ask name servers, also about what mail is sent from, as this run saw it, else an earlier one."""
    found = [fact for one in done for fact in one.brought.facts]
    senders = [one for one in owned(found, everything(found, matches)) if isinstance(one, MailIdentity)]
    known = senders or parse_evidence(before)[0].of(MailIdentity)
    for job in jobs:
        if job.collector == _DNS:
            yield msgspec.structs.replace(job, scope=with_senders(job.scope, known))


def _before(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def plan(
    root: Path,
    environ: Mapping[str, str],
    *,
    now: datetime,
    kinds: Collection[str] = (),
    account: str = "",
    most: int | None = None,
    region: str = "",
) -> Iterator[str]:
    """What a run would ask, a line for each job, without asking anything.

    Raises:
        InputError: The settings are wrong.
        UsageError: There is no such account or region.
    """
    settings = load_settings(root, environ)
    scopes = list(scopes_of(settings, root, now, endpoint="", account=account, region=region))
    scopes = longest_unseen(scopes, find_evidence(root)[0], most)
    if not account and not region:
        scopes += repositories_of(settings, root, now, environ)
    last = _last_run(root)
    if _reads_store(root, settings, kinds, is_narrow=bool(account or region)):
        place = store_of(settings, root, environ).place
        yield f"history: reads the records of versions, and briefing and evidence of the newest, from {place}"
    jobs = list(jobs_of(scopes, kinds or KINDS))
    for name, same in groupby(jobs, key=lambda job: job.collector):
        one = COLLECTORS[name]
        if not one.calls:
            yield f"{name}: {_looked_at(name, [job.scope for job in same])}"
            continue
        operations = ", ".join(sorted({call.partition(":")[2] for call in one.calls}))
        for job in same:
            known = f" (last time {counted(last[job.path], 'question')})" if job.path in last else ""
            yield f"{job.words}{known}: {operations}"
            if one.charges:
                yield f"  {one.charges}"
    if not jobs and HISTORY not in kinds:
        yield "Nothing to look at: portfolio.yml names no account, domain, site or repository."


def _looked_at(collector: str, scopes: Collection[Scope]) -> str:
    """What a collector looks at that asks AWS nothing: repositories, else domains, else sites."""
    if repositories := [one.repository.name for one in scopes if one.repository]:
        return f"reads {', '.join(repositories)}"
    if collector == _DNS:
        domains = sorted({domain for one in scopes for named in one.domains.values() for domain in named})
        return f"asks name servers about {', '.join(domains) or 'no domain yet'}, and what mail is sent from"
    sites = sorted({site for one in scopes for named in one.sites.values() for site in named})
    return f"opens pages of {', '.join(sites) or 'no site'}"


def _last_run(root: Path) -> Mapping[str, int]:
    """How many questions each file took, by the last run's own record; empty where there is none."""
    try:
        raw = msgspec.json.decode((root / MANIFEST).read_bytes())
        return {job["file"]: sum(job["asked"].values()) for job in raw["jobs"]}
    except (OSError, msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return {}


def scopes_of(
    settings: Settings, root: Path, now: datetime, *, endpoint: str, account: str = "", region: str = ""
) -> Iterator[Scope]:
    """One for each account and region, then one for what is outside every account.

    Raises:
        UsageError: There is no such account or region.
    """
    accounts = accounts_of(settings)
    if account and account not in {one.name for one in accounts}:
        named = ", ".join(one.name for one in accounts) or "none"
        raise UsageError(f"There is no account {account} in portfolio.yml; there are: {named}.")
    entities = tuple(sorted({*settings.entities, *(path.stem for path in (root / HANDOFFS).glob("*.md"))}))
    plain = Scope(
        taken_at=now,
        entities=entities,
        own_accounts=tuple(one.number for one in accounts),
        known_accounts=tuple(one.account for one in settings.known_accounts),
        endpoint=endpoint,
        sites={name: one.sites for name, one in settings.entities.items() if one.sites},
        domains=_domains_by_business(settings),
        resolvers=settings.dns.resolvers,
        registry=settings.dns.registry,
        web=WebLimits(settings.web.probe, settings.web.private),
    )
    found = [
        msgspec.structs.replace(
            plain, account=one, region=where, entities=(one.entity,) if one.entity else entities
        )
        for one in accounts
        if account in {"", one.name}
        for where in one.regions
        if region in {"", where}
    ]
    if region and not found:
        raise UsageError(f"No account of portfolio.yml looks at region {region}. Add it there: regions:")
    yield from found
    if not account and not region and (plain.sites or plain.domains):
        yield plain


def longest_unseen(scopes: list[Scope], before: Mapping[str, bytes], most: int | None) -> list[Scope]:
    """Scopes of so many accounts, those seen longest ago or never, and of all that is in none.

    Every run takes the next ones by itself, also after a night that failed: to have tried counts like having seen.

    Args:
        scopes: In any order.
        before: Path -> bytes of the evidence that stands.
        most: How many accounts; None for all.
    """
    if most is None:
        return scopes
    seen: dict[str, str] = {}
    for path, data in before.items():
        _, kind, name, *_ = [*path.split("/"), "", ""]
        if kind in _OF_ACCOUNTS:
            with suppress(msgspec.DecodeError):
                header = msgspec.json.decode(data, type=Header)
                seen[name] = max(seen.get(name, ""), (header.tried_at or header.taken_at).isoformat())
    names = {one.account.name for one in scopes if one.account}
    chosen = sorted(names, key=lambda name: (seen.get(name, ""), name))[:most]
    return [one for one in scopes if one.account is None or one.account.name in chosen]


def repositories_of(
    settings: Settings, root: Path, now: datetime, environ: Mapping[str, str]
) -> Iterator[Scope]:
    """One for each repository of each business; a path counts from the portfolio's folder.

    Those that would have to be fetched are left out while an estate is played.
    """
    cache = cache_folder(environ) or root / ".cache"
    stamp = code_stamp(READS_REPOSITORIES)
    for entity, one in sorted(settings.entities.items()):
        for repo in one.repos:
            if settings.aws.endpoint and repo.url:
                continue  # while an estate is played, nothing leaves the machine
            place = Place(
                repo.name,
                entity,
                str((root / repo.path).resolve()) if repo.path else "",
                repo.url or "",
                repo.branch or "",
                repo.profile or "",
                repo.public,
            )
            yield Scope(
                taken_at=now,
                entities=(entity,),
                repository=place,
                cache=str(cache / "repositories"),
                stamp=stamp,
                fingerprint_key=fingerprint_key(root, environ),
            )


def accounts_of(settings: Settings) -> tuple[Account, ...]:
    """The accounts of the settings by name; the embedded one where AWS is played and none is named."""
    if settings.aws.endpoint and not settings.aws.accounts:
        return (Account("main", "123456789012", regions=("us-east-1", "us-west-2")),)
    alone = {alias: name for name, one in settings.entities.items() for alias in one.aws.aliases}
    return tuple(
        Account(
            name,
            one.account,
            one.role or "",
            one.profile or "",
            one.regions,
            one.entity or alone.get(name, "") or alone.get(one.account, ""),
        )
        for name, one in sorted(settings.aws.accounts.items())
    )


def _domains_by_business(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Domains to look up; those of the reports' own mail are nobody's, where they are no business's."""
    named = {
        name: domains
        for name, one in settings.entities.items()
        if (domains := _domains(one.sites, one.aws.domains))
    }
    known = {domain for domains in named.values() for domain in domains}
    own = {domain_of(one) for one in (settings.mail.sender, settings.mail.reply_to) if one} - known
    return named | ({"": tuple(sorted(own))} if own else {})


def _domains(sites: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    """Domains to look up: those that the settings name, and the host of each site."""
    hosts = (site.partition("://")[2].partition("/")[0] or site.partition("/")[0] for site in sites)
    return tuple(sorted({*named, *hosts}))


def matches_of(settings: Settings) -> Iterator[Match]:
    """How the things of each business are told."""
    for name, one in sorted(settings.entities.items()):
        aws = one.aws
        yield Match(
            name,
            tuple(sorted(aws.tags.items())),
            aws.names,
            aws.stacks,
            _domains(one.sites, aws.domains),
        )


def _know_accounts(scopes: Collection[Scope]) -> None:
    """Refuse credentials of another account than the one that is named, before anything else is asked (F-110)."""
    for scope in {one.account.name: one for one in scopes if one.account}.values():
        try:
            answer = Aws(scope, "sts", (_IDENTITY,), monotonic).ask(_IDENTITY)
        except CannotGoOnError as error:
            raise OutsideError(str(error)) from None
        if not isinstance(answer, dict):
            why = answer.reason if isinstance(answer, NotCollected) else "no answer"
            raise OutsideError(
                f"Account {scope.account and scope.account.name}: {why}. For what to mend: quarterdeck doctor"
            )
        if answer["Account"] != scope.number:
            raise OutsideError(
                f"The credentials for account {scope.account and scope.account.name} belong to another account, "
                f"ending {answer['Account'][-4:]}, and portfolio.yml names one ending {scope.number[-4:]}. "
                "Nothing was looked at. Sign in to the right one, or correct portfolio.yml."
            )


@contextmanager
def _endpoint(settings: Settings, wanted: frozenset[str]) -> Iterator[str]:
    """The address that plays AWS while a run that asks it lasts; empty for AWS itself."""
    if settings.aws.endpoint is None or wanted.isdisjoint(_OF_ACCOUNTS):
        yield ""
        return
    from quarterdeck.collectors.embedded.server import embedded  # noqa: PLC0415 - heavy, and only to try things out

    with embedded() as address:
        yield address


@contextmanager
def _outside(settings: Settings, wanted: frozenset[str], now: datetime) -> Iterator[Played | None]:
    """Where names and sites are played while a run that asks them lasts; None for those that are really outside."""
    if settings.aws.endpoint is None or wanted.isdisjoint(_OUTSIDE):
        yield None
        return
    from quarterdeck.collectors.embedded.outside import outside  # noqa: PLC0415 - heavy, and only to try things out

    with outside(now) as played:
        yield played


def _executor(where: str) -> AbstractContextManager[Executor]:
    """Threads or processes of this machine, or a cluster that runs already.

    Raises:
        UsageError: The address is none of a cluster.
    """
    if not where:
        return ThreadPoolExecutor(SIDE_BY_SIDE)
    if where == "processes":
        return ProcessPoolExecutor(mp_context=get_context("spawn"))
    scheme, _, address = where.partition("://")
    if scheme != "dask" or not address:
        raise UsageError(
            f"{where} is no executor; say processes, or name a running cluster as dask://HOST:PORT."
        )
    try:
        from distributed import Client  # noqa: PLC0415 - heavy, and only where a cluster is used
    except ImportError:
        raise UsageError("A cluster takes the extra [cluster]: pip install 'quarterdeck[cluster]'.") from None
    client: Any = Client(f"tcp://{address}")  # type: ignore[no-untyped-call]  # the library carries no types
    return nullcontext(client.get_executor(retries=2))
