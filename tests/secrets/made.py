"""Secrets of every form, made at run time from parts, so that no scanner finds one in the source."""

from __future__ import annotations

import base64
import json
import random
import string
import zlib

from quarterdeck.secrets.guards import base62, classes
from quarterdeck.secrets.placeholders import entropy

LETTERS = string.ascii_letters + string.digits
CAPITALS = string.ascii_uppercase + string.digits
SMALL = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
URL = LETTERS + "-_"
BASE64 = LETTERS + "+/"


class Maker:
    """Makes signs by chance that can be repeated."""

    def __init__(self, seed: int = 7) -> None:
        """The same seed makes the same signs."""
        self.random = random.Random(seed)  # noqa: S311  # repeatable, nothing secret

    def signs(self, count: int, alphabet: str = LETTERS) -> str:
        """So many, as mixed as a machine's are, with no edge that is no letter or digit."""
        for _ in range(1_000):
            made = "".join(self.random.choice(alphabet) for _ in range(count))
            is_mixed = count < 12 or entropy(made) > (3.0 if len(set(alphabet)) > 12 else 2.0)
            kinds = classes(alphabet) - {"-"} if count >= 12 else set()
            if (
                is_mixed
                and classes(made) >= kinds
                and made[0].isalnum()
                and made[-1].isalnum()
                and made[0] != "A"
            ):
                return made
        raise AssertionError(alphabet)

    def hex(self, count: int) -> str:
        """Hexadecimal signs with a digit and a letter among them."""
        return self.signs(count, HEX)

    def uuid(self) -> str:
        """Of the form 8-4-4-4-12."""
        return "-".join(self.hex(size) for size in (8, 4, 4, 4, 12))

    def summed(self, prefix: str) -> str:
        """A token with its check sum."""
        body = self.signs(30)
        return prefix + body + base62(zlib.crc32(body.encode()))

    def token(self, said: dict[str, object]) -> str:
        """A signed token for the web."""
        head = {"alg": "HS256", "typ": "JWT"}
        parts = [
            base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in (head, said)
        ]
        return ".".join([*parts, self.signs(43, URL)])

    def pem(self, kind: str = "RSA PRIVATE", lines: int = 5) -> str:
        """A key over lines."""
        body = "\n".join(self.signs(64, BASE64) for _ in range(lines))
        return f"-----{'BEGIN'} {kind} KEY-----\n{body}\n-----END {kind} KEY-----"

    def bot(self) -> str:
        """The token of a bot of Discord."""
        number = "".join(self.random.choice("123456789") for _ in range(18))
        return base64.b64encode(number.encode()).decode() + "." + self.signs(6) + "." + self.signs(32)
