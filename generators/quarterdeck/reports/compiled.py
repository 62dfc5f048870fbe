"""Templates compiled once for all runs: compiling them takes longer than filling them for a dozen businesses."""

import hashlib
import os
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

_DIGEST_SIZE = hashlib.sha256().digest_size


class CompiledTemplates(jinja2.BytecodeCache):
    """Compiled templates in a folder; what is damaged, old or of other code is made again (F-234)."""

    def __init__(self, folder: Path, stamp: str) -> None:
        """Keep them there; the stamp changes with the code that templates call, which compiling runs in part."""
        self._folder = folder
        self._stamp = stamp.encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket where the file is whole and of this stamp."""
        try:
            data = self._file(bucket).read_bytes()
        except OSError:
            return
        if data[:_DIGEST_SIZE] == self._digest(data[_DIGEST_SIZE:]):
            bucket.bytecode_from_string(data[_DIGEST_SIZE:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write aside, then in place; a folder that cannot be written costs only time."""
        code, file = bucket.bytecode_to_string(), self._file(bucket)
        aside = file.with_suffix(f".{os.getpid()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(self._digest(code) + code)
            aside.replace(file)
        except OSError:
            return

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"template-{bucket.key}.bin"

    def _digest(self, code: bytes) -> bytes:
        return hashlib.sha256(self._stamp + code).digest()
