"""The detector that goes by names alone (SEC-62), and what is passed over there."""

import re

import msgspec

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import is_literal
from quarterdeck.secrets.shapes import Candidate, Detector, Pattern, named

SECRET_NAME = re.compile(
    r"(?<!max)(?<!no)(?<!next)(?<!page)(?<!continuation)(?<!cancellation)[_.-]?"
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|auth|credential|access[_-]?key|private[_-]?key)$"
)
"""What a name ends in, in small letters, whose value may be a secret."""

_PRODUCTION = re.compile(r"(?:^|[/._-])(?:prod|production|live)(?:[/._-]|$)", re.IGNORECASE)
_SUMMED = re.compile(r"gh[pousr]_[A-Za-z0-9]{36}$|npm_[A-Za-z0-9]{36}$")
"""Tokens with a check sum: where that is wrong, they are none."""


def _guessed(found: Candidate) -> Candidate | None:
    """Only what can be a password; worse where the path says production."""
    known = is_literal(found)
    if known is None or _SUMMED.match(found.value):
        return None
    if not _PRODUCTION.search(known.path):
        return known
    return msgspec.structs.replace(known, severity=Severity.HIGH)


GENERIC = (
    Detector(
        code="SEC-62",
        name="generic_named_secret",
        severity=Severity.MEDIUM,
        is_precise=False,
        finds="A value that can be a secret, under a name that ends in password, secret, token or the like; "
        "high in settings of production.",
        passes="Labels, translations, names of types, functions and constants, paths, addresses, digests, numbers.",
        patterns=(
            named(
                "",
                (
                    "password",
                    "passwd",
                    "passphrase",
                    "pwd",
                    "secret",
                    "token",
                    "api",
                    "auth",
                    "credential",
                    "_key",
                    "-key",
                    "accesskey",
                    "privatekey",
                ),
                SECRET_NAME.pattern,
                r"[^\s]{8,200}",
                guard=_guessed,
                floor=3.0,
            ),
            Pattern(
                marks=("$2", "$p$", "$argon2"),
                look=re.compile(
                    r"(?<=['\"])(?:\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$P\$[./A-Za-z0-9]{31}|\$argon2i?d?\$[\w$=,+/-]{40,150})"
                ),
                files=re.compile(r"(?i)\.(?:sql|dump)(?:\.\w{1,6})?$"),
                severity=Severity.HIGH,
                is_random=False,
            ),
            Pattern(
                marks=("password", "sshpass", "curl", "mysql"),
                look=re.compile(
                    r"(?:--password[= ]|sshpass -p ?|curl[^\n]{0,200}? -u \S{1,60}?:|mysql[^\n]{0,120}? -p)"
                    r"['\"]?(?P<value>[^\s'\"-][^\s'\"]{7,120})"
                ),
                files=re.compile(
                    r"(?:^|/)\.?\w{0,10}_?history$|\.(?:sh|bash|zsh)$|(?:^|/)(?:Makefile|Dockerfile)[^/]{0,20}$"
                ),
                guard=is_literal,
                floor=2.8,
                is_random=False,
            ),
        ),
    ),
)
