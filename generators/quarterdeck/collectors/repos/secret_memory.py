"""What an earlier audit found in each version of each file, so that nothing is searched twice; holds no text.

Names of files stand in it as keyed digests, and without a key nothing is remembered.
"""

import hmac
import os
from contextlib import suppress
from datetime import date
from functools import cache
from hashlib import blake2b, sha256
from importlib.resources import files
from pathlib import Path
from tempfile import mkstemp

import msgspec

from quarterdeck.collectors.repos.secret_search import Kept, Looked


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """One secret of a repository: where it stands, and since when."""

    path: str
    """Without secrets in it."""
    origin: str
    is_tracked: bool
    in_history: bool
    first: date | None
    last: date | None
    kept: Kept


class Whole(msgspec.Struct, frozen=True, array_like=True):
    """Everything that one audit found, and how much it passed over."""

    standing: tuple[Standing, ...] = ()
    too_large: int = 0
    """Files that were looked at by name only."""
    cut: int = 0
    """Files that were not searched to their end."""
    beyond: int = 0
    """Files beyond what one audit searches."""
    missing: int = 0
    """Objects that history leads to and that are not here."""


class Content(msgspec.Struct):
    """What stands in the file of one repository."""

    stamp: str = ""
    """Of the detectors and the key."""
    looked: dict[str, Looked] = msgspec.field(default_factory=dict)
    """By a digest of version and path; those that hold nothing are among `clean`."""
    clean: set[str] = msgspec.field(default_factory=set)
    at: str = ""
    """Digest of every branch and tag at the last audit."""
    whole: Whole = Whole()


_CONTENT = msgspec.json.Decoder(Content)


class Memory:
    """The file of one repository; reading and writing never fail an audit."""

    def __init__(self, folder: str, repository: str, key: str) -> None:
        """Read it, where it was made by the same detectors and key; without a folder there is none."""
        self._key = key.encode()
        mark = sha256(repository.encode()).hexdigest()[:16]
        self._file = Path(folder) / f"secrets-{mark}.json" if key and folder else None
        stamp = hmac.new(self._key, _detectors(), sha256).hexdigest()[:24]
        self.content = Content(stamp)
        if self._file is not None:
            with suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
                read = _CONTENT.decode(self._file.read_bytes())
                if read.stamp == stamp:
                    self.content = read

    def name(self, oid: str, path: str) -> str:
        """The name of one version of a file in it."""
        return blake2b(
            f"{oid} {path}".encode(errors="surrogateescape"), key=self._key[:64], digest_size=12
        ).hexdigest()

    def of(self, name: str) -> Looked | None:
        """What one version held; None where it is not known."""
        return Looked() if name in self.content.clean else self.content.looked.get(name)

    def keep(self, looked: dict[str, Looked], at: str, whole: Whole) -> None:
        """Write what this audit knows, in the place of all that was there; another job's file is never half of both."""
        if self._file is None:
            return
        nothing = Looked()
        self.content = Content(
            self.content.stamp,
            {name: one for name, one in sorted(looked.items()) if one != nothing},
            {name for name, one in looked.items() if one == nothing},
            at,
            whole,
        )
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, fresh = mkstemp(dir=self._file.parent, prefix=".secrets-")
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(self.content, order="deterministic"))
            Path(fresh).replace(self._file)


@cache
def _detectors() -> bytes:
    """Digest of the code of every detector, and of what it is used by."""
    own = files("quarterdeck.collectors.repos")
    every = [one for one in files("quarterdeck.secrets").iterdir() if one.name.endswith(".py")]
    every += [own.joinpath("secret_search.py"), own.joinpath("left_out.py")]
    seen = sha256()
    for one in sorted(every, key=lambda each: each.name):
        seen.update(one.read_bytes())
    return seen.digest()
