"""Remembers what was read from unchanged bytes, in the user's cache folder."""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

import msgspec

from quarterdeck import __version__

T = TypeVar("T", bound=msgspec.Struct)

_CODE = ("model", "parse", "secrets", "text")
"""Parts of the package that read files."""


class Remembered(Generic[T]):
    """Results by content hash, for one folder; lost or damaged it is simply filled again (F-234).

    Used as a context: what was asked for in it, and nothing else, is kept for the next time; all of it where
    nothing was asked for.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        folder: Path,
        kind: type[T],
        *,
        name: str,
        is_worth_it: bool,
        code: Iterable[str] = _CODE,
    ) -> None:
        """Open the results for a folder.

        Args:
            environ: Says where caches go: `XDG_CACHE_HOME`, else `HOME`.
            folder: Whose results; they do not mix.
            kind: What a result is.
            name: Of this cache; no two kinds of result share one.
            is_worth_it: False where reading anew is quicker than remembering.
            code: Parts of the package whose change makes all that is remembered worthless.
        """
        base = cache_folder(environ)
        self._file = None
        self._code = ""
        if base and is_worth_it:
            self._file = base / f"{name}-{_digest([str(folder.absolute())], 12)}.json"
            self._code = code_stamp(code)
        self._decoder = msgspec.json.Decoder(kind)
        self._used: dict[str, T | msgspec.Raw] = {}

    @cached_property
    def _known(self) -> Mapping[str, msgspec.Raw]:
        """What is remembered, each result as it was written."""
        if self._file is not None:
            try:
                stamp, _, body = self._file.read_bytes().partition(b"\n")
                if stamp.decode() == self._code:
                    return msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            except (OSError, UnicodeDecodeError, msgspec.DecodeError):
                pass
        return {}

    def __enter__(self) -> Self:
        """Nothing is read before something is asked for."""
        return self

    def holds(self, content: Iterable[str | bytes]) -> bool:
        """Whether the result for these bytes is remembered, for those that make several at once."""
        return self._file is not None and _digest(content, 16) in self._known

    def get(self, content: Iterable[str | bytes], make: Callable[[], T]) -> T:
        """The remembered result for these bytes, else a new one."""
        if self._file is None:
            return make()
        key = _digest(content, 16)
        kept = self._used.get(key, self._known.get(key))
        result = self._decoded(kept) if isinstance(kept, msgspec.Raw) else kept
        if kept is None or result is None:
            kept = result = make()
        self._used[key] = kept
        return result

    def _decoded(self, written: msgspec.Raw) -> T | None:
        """A result as it was written; None where it is damaged."""
        try:
            return self._decoder.decode(written)
        except msgspec.DecodeError:
            return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what was used, aside and then in place; a folder that cannot be written costs only time."""
        if kind is not None or self._file is None or not self._used or self._used == self._known:
            return
        aside = self._file.with_suffix(f".{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(self._code.encode() + b"\n" + msgspec.json.encode(self._used))
            aside.replace(self._file)
        except OSError:
            return


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """Where the user keeps what can be made again; None where no variable says so."""
    base = environ.get("XDG_CACHE_HOME") or (f"{environ['HOME']}/.cache" if environ.get("HOME") else "")
    return Path(base) / "quarterdeck" if base else None


def code_stamp(folders: Iterable[str]) -> str:
    """Changes with every change of the code, data and templates in these folders of the package."""
    package = Path(__file__).parent.parent
    parts = []
    for folder in folders:
        with os.scandir(package / folder) as entries:
            ours = (entry for entry in entries if entry.name.endswith((".py", ".yml", ".j2")))
            parts += [f"{folder}/{one.name}:{one.stat().st_mtime_ns}:{one.stat().st_size}" for one in ours]
    return _digest([__version__, *sorted(parts)], 12)


def _digest(content: Iterable[str | bytes], size: int) -> str:
    """Hash of the parts, each with its length, so that no two lists of parts are one."""
    import hashlib  # noqa: PLC0415 - a check of a few files needs none, and starts quicker without

    digest = hashlib.blake2b(digest_size=size)
    for part in content:
        data = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
