"""How repositories reach production, and what they say is there; names and places alone, never a value."""

import re
from typing import Literal

from quarterdeck.model.observed import NOT_READ, Count, Flag, Names, Observed, Text

HOLE = re.compile(r"\$\{[^{}]*\}")
"""What stands in a name for a part that only a run decides: `${stage}`."""

_GIVEN = re.compile(
    r"(?:AWS_|LAMBDA_|_HANDLER$|_X_AMZN|POWERTOOLS_|OTEL_|DD_|SENTRY_|LOG_?LEVEL$|NODE_|PYTHON|LD_LIBRARY_PATH$|PATH$"
    r"|TZ$|LANG$|HOME$|PWD$|USER$|CI$|DEBUG$)"
)
_ENOUGH = 3
"""Letters and digits that a name with holes must have outside them, so that it does not fit everything."""


class Deployment(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One way by which a repository reaches production."""

    repo: str
    pattern: str
    """Its code in the list of patterns: `DEP-12`."""
    path: str
    """The file that shows it."""
    line: int = 0
    """Counted from 1; 0 where the whole file shows it."""
    words: str
    """For people: `SAM`, `GitHub Actions`, `aws s3 sync`."""
    targets: tuple[str, ...] = ()
    """Functions, buckets, stacks, hosts that it touches; a part that only a run decides is `${so}`."""
    stage: str = ""
    region: str = ""
    branches: tuple[str, ...] = ()
    """Branches whose pushes start it."""
    role: str = ""
    """Name of the role that it takes on; never an account's number."""
    secret_names: tuple[str, ...] = ()
    """Names of the secrets that it is handed."""
    runs: tuple[str, ...] = ()
    """Codes of the patterns that a pipeline runs."""
    folder: str = ""
    """What is copied or published."""
    access: str = ""
    """The access list that a copy asks for: `public-read`."""
    deletes: bool = False
    """Whether what is no longer in the folder is deleted there."""
    is_by_hand: bool = False
    """Whether somebody has to run it, command by command."""
    is_production: bool = True
    """False only where its stage says that it is for trying out."""

    @property
    def subject(self) -> str:
        """The repository and the file."""
        return f"{self.repo}:{self.path}"


class Compared(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What a repository declares or an account holds, so that each is held against the other."""


class DeclaredThing(Compared, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a repository says is in the account."""

    repo: str
    name: str
    """As it is called there; a part that only a run decides is `${so}`."""
    pattern: str
    path: str
    line: int = 0
    stack: str = ""
    logical_id: str = ""
    """What the template calls it."""
    is_production: bool = True

    @property
    def subject(self) -> str:
        """The repository and the name."""
        return f"{self.repo}:{self.name}"

    @property
    def is_probable(self) -> bool:
        """Whether its name has holes, so that what fits it is only probably it."""
        return HOLE.search(self.name) is not None

    def fits(self, name: str) -> bool:
        """Whether a live name is this one, or fits its holes."""
        return fits(self.name, name)


def is_vague(pattern: str) -> bool:
    """Whether a name says too little outside its holes to be held against anything."""
    return sum(one.isalnum() for one in HOLE.sub("", pattern)) < _ENOUGH


def fits(pattern: str, name: str) -> bool:
    """Whether a live name is one that is written, or has its firm parts in order with something in each hole."""
    if pattern == name:
        return True
    head, *rest = HOLE.split(pattern)
    if not rest or is_vague(pattern):
        return False
    *middle, tail = rest
    if not name.startswith(head):
        return False
    at = len(head)
    for part in filter(None, middle):
        found = name.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return name.endswith(tail) and len(name) - len(tail) > at


class DeclaredFunction(DeclaredThing, frozen=True, kw_only=True, omit_defaults=True):
    """One function that a repository declares, or that a script of it updates."""

    handler: Text | None = NOT_READ
    """As declared: `src/book.handler`."""
    handler_path: Text | None = NOT_READ
    """The file that it names; None where its kind names none."""
    handler_exists: Flag = NOT_READ
    runtime: Text | None = NOT_READ
    memory_mb: Count = NOT_READ
    timeout_s: Count = NOT_READ
    env_names: Names = NOT_READ
    schedules: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    """Method and path: `POST /book`."""
    needs: Names = NOT_READ
    """Variables that the file of its handler reads and cannot do without."""


DeclaredType = Literal[
    "bucket", "table", "distribution", "api", "queue", "topic", "schedule", "role", "domain", "worker", "site"
]


class DeclaredResource(DeclaredThing, frozen=True, kw_only=True, omit_defaults=True):
    """One other thing that a repository declares."""

    type: DeclaredType
    aliases: tuple[str, ...] = ()
    """Names at which a distribution answers."""
    schedule: str = ""
    is_on: Flag = NOT_READ


def is_given(name: str) -> bool:
    """Whether a function has a variable by itself, or what runs around its code reads it."""
    return _GIVEN.match(name) is not None


class VariablesRead(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """Names of the variables that the code of one repository reads."""

    repo: str
    names: Names = NOT_READ
    """Not known where some code reads names that it puts together as it runs."""
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Files that read any, each with those that it cannot do without; only where the syntax tells."""

    @property
    def subject(self) -> str:
        """The repository."""
        return self.repo
