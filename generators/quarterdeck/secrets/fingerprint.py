"""Keyed fingerprints: whether two secrets are the same, told without either (F-095).

A plain hash of a short secret can be guessed by trying; a keyed one cannot by anybody who lacks the key.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

VARIABLE = "QUARTERDECK_FINGERPRINT_KEY"
FILE = ".quarterdeck/fingerprint-key"
"""Below the portfolio's folder, kept out of git."""

_SIGNS = 12


def fingerprint(value: str, key: str) -> str:
    """Twelve hexadecimal signs that are the same for the same secret and key, and say nothing else."""
    return hmac.new(key.encode(), value.encode(errors="surrogateescape"), sha256).hexdigest()[:_SIGNS]


def fingerprint_key(root: Path, environ: Mapping[str, str]) -> str:
    """The portfolio's key: of the environment, else of its private file; empty where there is none."""
    if key := environ.get(VARIABLE, "").strip():
        return key
    try:
        return (root / FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def make_fingerprint_key(root: Path) -> Path:
    """Write a new key that its owner alone may read; one that is there stays.

    Raises:
        OSError: The file cannot be written.
    """
    file = root / FILE
    file.parent.mkdir(mode=0o700, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(token_hex(32) + "\n", encoding="ascii")
    return file
