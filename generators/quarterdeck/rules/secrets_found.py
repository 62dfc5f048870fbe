"""Rules of secrets in the code: keys that anyone who can read a repository can use."""

from collections.abc import Iterable, Iterator
from datetime import date

from quarterdeck.formulas.technology import secret_spread
from quarterdeck.model.facts import Facts
from quarterdeck.model.repositories import FoundSecret, Repository
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


def _by_file(secrets: Iterable[FoundSecret]) -> dict[tuple[str, str], list[FoundSecret]]:
    """Secrets by entity and file."""
    files: dict[tuple[str, str], list[FoundSecret]] = {}
    for one in secrets:
        files.setdefault((one.entity, one.known_by), []).append(one)
    return files


def _is_open(secret: FoundSecret, as_of: date) -> bool:
    """Whether nobody answers for it, and it is more than a note about a test or an example."""
    is_answered = secret.ignored is not None and secret.ignored.holds(as_of)
    return not is_answered and secret.severity is not Severity.INFO


def _kinds(secrets: Iterable[FoundSecret]) -> str:
    """What was found, never the secret: `stripe_live_secret of Stripe (line 4, fingerprint 0a1b2c3d4e5f)`."""
    return ", ".join(sorted(set(map(_kind, secrets))))


def _kind(secret: FoundSecret) -> str:
    about = [f"line {secret.line}"] if secret.line else []
    if isinstance(secret.fingerprint, str):
        about.append(f"fingerprint {secret.fingerprint}")
    if secret.ignored is not None and secret.ignored.lacks:
        about.append(f"its ignore comment lacks {' and '.join(secret.ignored.lacks)}")
    elif secret.ignored is not None:
        about.append("its ignore comment has ended")
    of = f" of {secret.vendor}" if secret.vendor else ""
    told = f" ({', '.join(about)})" if about else ""
    return f"{secret.detector}{of}{told}"


def _moved(subject: str, secrets: Iterable[FoundSecret]) -> str:
    """Where it stands now, where that is another file than the one it is known by."""
    now = sorted({one.path for one in secrets if one.origin and one.path != one.origin})
    return f"{subject} (now {', '.join(now)})" if now else subject


@rule(
    "R-CTO-01",
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    affects=(("cfo", "money may be taken by fraud"), ("accounting", "payments may be charged back")),
    action="Revoke the key first, then replace it, then clean the history.",
    effort_hours=4,
    reads=("FoundSecret.use", "FoundSecret.is_test", "FoundSecret.is_tracked", "FoundSecret.in_history"),
)
def live_secret_in_code(known: Known) -> Iterator[Hit]:
    """A live key for payments, the cloud or mail stands in a tracked file, in history or beside a function.

    What it checks: every secret that the audit of the code or of functions found, by what it opens.
    Why it matters: whoever can read the repository, now or in a copy, can spend money in your name.
    How to mend: revoke the key at its provider, put a new one into a store, then clean the history.
    Known limits: whether a key still works is never tried; one that was revoked looks alike.
    Source: Quarterdeck's own detectors of secrets.
    """
    open_to_readers = [
        one
        for one in known.facts.of(FoundSecret)
        if one.is_grave
        and _is_open(one, known.facts.as_of)
        and (one.is_tracked is True or one.in_history is True)
    ]
    for (entity, subject), secrets in _by_file(open_to_readers).items():
        is_now = any(one.is_tracked is True for one in secrets)
        yield Hit(
            entity=entity,
            subject=subject,
            message=f"{_moved(subject, secrets)} {'holds' if is_now else 'held in its history'} a live secret: "
            f"{_kinds(secrets)}.",
            evidence=tuple(one.source for one in secrets),
        )


@rule(
    "R-CTO-02",
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    affects=(("ceo", "one leak opens several businesses (F-X8)"),),
    action="Make one restricted key for each business, and change all places at once.",
    effort_hours=8,
    reads=("FoundSecret.fingerprint", "FoundSecret.place", "FoundSecret.entity"),
)
def secret_shared(known: Known) -> Iterator[Hit]:
    """The same secret stands in two or more repositories, functions or businesses.

    What it checks: the keyed fingerprint of every secret that was found (F-X8).
    Why it matters: whoever gets into one place is in all of them.
    How to mend: one key for each business, with no more rights than it needs; replace all in one change.
    Known limits: without the portfolio's fingerprint key nothing can be compared, and nothing is found.
    Source: Quarterdeck's own rule.
    """
    by_print: dict[str, list[FoundSecret]] = {}
    for one in known.facts.of(FoundSecret):
        if isinstance(one.fingerprint, str) and _is_open(one, known.facts.as_of):
            by_print.setdefault(one.fingerprint, []).append(one)
    uses = [(name, one.place, one.entity) for name, secrets in by_print.items() for one in secrets]
    for fingerprint, spread in secret_spread(uses).items():
        if spread.repos > 1 or spread.entities > 1:
            yield from _shared(known.facts, fingerprint, by_print[fingerprint])


def _shared(facts: Facts, fingerprint: str, secrets: list[FoundSecret]) -> Iterator[Hit]:
    """One hit for every business that has it, each naming all places."""
    titles = {entity.entity: entity.title for entity in facts.entities}
    places = sorted(
        {
            f"{one.place} ({titles.get(one.entity, one.entity)})" if one.entity else one.place
            for one in secrets
        }
    )
    for entity in sorted({one.entity for one in secrets}):
        yield Hit(
            entity=entity,
            subject=fingerprint,
            message=f"One secret ({secrets[0].detector}) opens {len(places)} places: {', '.join(places)}.",
            evidence=tuple(one.source for one in secrets),
        )


@rule(
    "R-CTO-03",
    severity=Severity.HIGH,
    roles=("cto",),
    action="Replace the secret, and move it to a store.",
    effort_hours=2,
    reads=("FoundSecret.use", "FoundSecret.is_test", "FoundSecret.is_tracked"),
)
def other_secret_in_code(known: Known) -> Iterator[Hit]:
    """A secret of another sort stands in a tracked file.

    What it checks: every secret in the files of a repository that is no live key for payments, cloud or mail.
    Why it matters: it opens something for everyone who can read the repository.
    How to mend: replace it, keep the new one in a store, and read it from there.
    Known limits: what was removed and stands in history alone is not told here.
    Source: Quarterdeck's own detectors of secrets.
    """
    others = [
        one
        for one in known.facts.of(FoundSecret)
        if one.is_tracked is True and not one.is_grave and _is_open(one, known.facts.as_of)
    ]
    for (entity, subject), secrets in _by_file(others).items():
        yield Hit(
            entity=entity,
            subject=subject,
            severity=min((one.severity or Severity.HIGH for one in secrets), key=lambda each: each.rank),
            message=f"{_moved(subject, secrets)} holds a secret: {_kinds(secrets)}.",
            evidence=tuple(one.source for one in secrets),
        )


@rule(
    "R-CTO-04",
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    action="Stop tracking the file, and replace every secret in it.",
    effort_hours=2,
    reads=("Repository.env_files",),
)
def env_file_tracked(known: Known) -> Iterator[Hit]:
    """A file of variables with values is tracked.

    What it checks: `.env` and its kin among the tracked files of every repository; examples without values pass.
    Why it matters: such files are where secrets live, and history keeps them for ever.
    How to mend: remove it from the index, add an ignore rule, and replace all that stood in it.
    Known limits: whether a value in it is a secret is another rule's question.
    Source: Quarterdeck's own rule.
    """
    for repository in known.facts.of(Repository):
        for path in repository.env_files if isinstance(repository.env_files, tuple) else ():
            yield Hit(
                entity=repository.entity,
                subject=f"{repository.name}:{path}",
                message=f"{path} is tracked in {repository.name}, with its values.",
                evidence=(repository.source,),
            )
