"""What a collector saw in a repository is true as long as its commits are: it is remembered by them."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import TypeVar

import msgspec

from quarterdeck.collectors.registry import Collector, Found
from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.evidence import Seen
from quarterdeck.model.observed import NotCollected
from quarterdeck.secrets.redact import redact

T = TypeVar("T")


class Kept(msgspec.Struct, frozen=True):
    """What a collector brought."""

    facts: tuple[Seen, ...]
    gaps: tuple[NotCollected, ...]


_KEPT = msgspec.json.Decoder(Kept)


def remembered(one: Collector, scope: Scope, repo: Checkout) -> Found:
    """What a collector sees, from an earlier run where commits, code, settings and key are the same.

    What changes with the day alone is never remembered, and nothing is without a folder and a stamp to go by. The
    day of each record is that of this run: its commits were looked up today, and they are the same.
    """
    if one.is_timed:
        yield from one.collect(scope, repo)
        return
    kept = recalled(repo, one.name, _KEPT, lambda: _kept(one.collect(scope, repo)))
    yield from (_as_of_today(scope, fact) for fact in kept.facts)
    yield from kept.gaps


def recalled(repo: Checkout, what: str, decoder: msgspec.json.Decoder[T], make: Callable[[], T]) -> T:
    """What an earlier run made of the same commits, else a new one; without the secrets in names and messages (F-097).

    Args:
        repo: The repository.
        what: Names what is made, and all it depends on beside the commits, our code, the settings and the key.
        decoder: Of what was written; made once, since threads share it.
        make: Makes it anew.
    """
    if not repo.scope.cache or not repo.scope.stamp:
        return make()
    file = Path(repo.scope.cache) / "seen" / f"{_key(repo, what)}.json"
    try:
        return decoder.decode(file.read_bytes())
    except (OSError, msgspec.DecodeError):
        fresh = make()
    told = redact(msgspec.json.encode(fresh).decode())
    try:
        kept = decoder.decode(told)
    except msgspec.DecodeError:
        return fresh
    _write(file, told.encode())
    return kept


def _kept(found: Found) -> Kept:
    seen = list(found)
    facts = (one for one in seen if not isinstance(one, NotCollected))
    gaps = (one for one in seen if isinstance(one, NotCollected))
    return Kept(tuple(facts), tuple(gaps))  # type: ignore[arg-type]  # each fact is one of the kinds


def _key(repo: Checkout, what: str) -> str:
    """Changes with every commit, branch and tag, with our code, the settings of the repository, and the key."""
    scope = repo.scope
    key = sha256(scope.fingerprint_key.encode()).hexdigest()[:8] if scope.fingerprint_key else ""
    parts = (what, scope.stamp, repo.state, msgspec.json.encode(repo.place).decode(), key)
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def _as_of_today(scope: Scope, fact: Seen) -> Seen:
    source = msgspec.structs.replace(fact.source, as_of=scope.taken_at.date())
    return msgspec.structs.replace(fact, source=source)


def _write(file: Path, data: bytes) -> None:
    """Write aside and put in place; a folder that cannot be written costs only time."""
    aside = file.with_suffix(f".{os.getpid()}-{get_ident()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(data)
        aside.replace(file)
    except OSError:
        return
