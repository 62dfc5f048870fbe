"""What the variables of a function tell: values are looked at in memory, and never leave this module."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from quarterdeck.model.repositories import SecretUse
from quarterdeck.model.severity import Severity
from quarterdeck.secrets.detectors import find
from quarterdeck.secrets.redact import redact
from quarterdeck.secrets.table import BY_NAME

_GRAVE = frozenset({"payment", "cloud", "mail"})
_SECRET = re.compile(r"secret|token|passwd|password|api_?key|private|dsn", re.IGNORECASE)
_REFERS = re.compile(
    r"_?(NAME|ARN|ID|PATH|URI?|URL|PARAM(ETER)?|PREFIX|REGION|TTL|SECONDS|MINUTES|HOURS|DAYS)$", re.IGNORECASE
)
_STORE = re.compile(
    r"arn:.+|/[\w./-]+|[a-z0-9._-]+(/[a-z0-9._-]+)+|[a-z]+([-_.][a-z]+)+|https?://[^@\s]*|\d{1,9}|true|false",
    re.IGNORECASE,
)
"""What only points to a secret, or is too plain to be one."""

_NAMES_SECRET = re.compile(r"secret_?(name|id|arn)$", re.IGNORECASE)
_SECRET_NAME = re.compile(r"/?[a-z][a-z_.-]*(/[a-z][a-z0-9_.-]*)+|[a-z]+([-_.][a-z]+)+")
"""A name that is plainly one: a path or words in small letters, as no secret looks that stands in place of its name."""


class Found(msgspec.Struct, frozen=True):
    """One variable that holds a secret, deliberately without the secret."""

    name: str
    detector: str
    use: SecretUse
    is_test: bool
    severity: Severity = Severity.HIGH
    code: str = ""

    @property
    def is_grave(self) -> bool:
        """Whether it opens payments, the cloud or mail, and not just a test account."""
        return self.use in _GRAVE and not self.is_test


def secrets_in(variables: Mapping[str, str]) -> Iterator[Found]:
    """The variables whose value matches a detector, by name; of several in one value, the first."""
    names = sorted(variables)
    text = "\n".join(f"{name} = {_one_line(variables[name])}" for name in names)
    told = set()
    for hit in find(text):
        name = names[hit.line - 1]
        if name not in told:
            told.add(name)
            row = BY_NAME[hit.detector]
            yield Found(redact(name), row.name, row.use, "test" in row.name, row.severity, row.code)


def _one_line(value: str) -> str:
    """Line breaks as they are escaped, so that each variable is one line."""
    return "\\n".join(value.splitlines())


def literals_in(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that are named like a secret, and whose value is no pointer to a store."""
    return tuple(
        redact(name)
        for name, value in sorted(variables.items())
        if _SECRET.search(name) and not _REFERS.search(name) and value and not _STORE.fullmatch(value)
    )


def secrets_named_in(variables: Mapping[str, str], *, region: str, account: str) -> tuple[str, ...]:
    """Secrets of one account and region that variables name: by ARN, or by name in a variable such as `SECRET_ID`."""
    here = f":secretsmanager:{region}:{account}:secret:"
    found = set()
    for name, value in variables.items():
        if here in value:
            found.add(value.partition(here)[2].partition(":")[0])
        elif _NAMES_SECRET.search(name) and _SECRET_NAME.fullmatch(value):
            found.add(value)
    return tuple(sorted(redact(one) for one in found if one))
