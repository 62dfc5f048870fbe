"""What a check is: one function over one kind of record, with its code, severity, and the rule that it serves."""

import inspect
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec

from quarterdeck.model.check import Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Role
from quarterdeck.model.observed import Observed
from quarterdeck.model.severity import Severity

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

Mend = Literal["XS", "S", "M", "L"]
"""How long mending takes: under a quarter of an hour, an hour, half a day, or more."""

HOURS: dict[Mend, Decimal] = {"XS": Decimal("0.25"), "S": Decimal(1), "M": Decimal(4), "L": Decimal(16)}


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check of the catalogue."""

    code: str
    of: type[Observed]
    """The kind of record that it judges, one by one."""
    judge: Callable[[Any, Facts], Verdict]
    severity: Severity
    roles: tuple[Role, ...]
    mend: Mend
    feeds: tuple[str, ...] = ()
    """Rules whose findings it proves; without one its failure is a finding of its own."""
    over: tuple[str, ...] = ()
    """Checks whose failures about the same subject are said beneath its own."""
    reads: tuple[str, ...] = ()
    """The fields that it looks at: `Bucket.public_grant`."""
    when: Callable[[Any], bool] | None = None
    """Which records of the kind it is asked about; all of them without it."""

    @property
    def name(self) -> str:
        """Readable name, from the function's: `bucket public`."""
        return self.judge.__name__.replace("_", " ")

    @property
    def title(self) -> str:
        """What it finds, as a sentence: the first line of its page."""
        return inspect.cleandoc(self.judge.__doc__ or "").partition("\n")[0]

    @property
    def subject(self) -> str:
        """The part of its code that groups it: `AWS-S3`, `DNS`."""
        return self.code.rpartition("-")[0]


CHECKS: dict[str, Check] = {}
"""Every check by its code; filled as the modules of this folder are imported."""


def check(
    code: str,
    *,
    of: type[O],
    severity: Severity,
    roles: tuple[Role, ...],
    mend: Mend,
    feeds: tuple[str, ...] = (),
    over: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
) -> Callable[[Callable[[O, Facts], Verdict]], Callable[[O, Facts], Verdict]]:
    """Register a function as the check of a code.

    Args:
        code: Never changed and never used again.
        of: The kind of record that the function judges.
        severity: Where a failure names no other.
        roles: Whose pages list it.
        mend: What mending it takes.
        feeds: The rules that it serves, first the one that prints it.
        over: What its failure says already.
        reads: The fields that it looks at.

    Raises:
        ValueError: The code is taken: codes are never reused.
    """

    def register(judge: Callable[[O, Facts], Verdict]) -> Callable[[O, Facts], Verdict]:
        if code in CHECKS:
            raise ValueError(code)
        CHECKS[code] = Check(
            code=code,
            of=of,
            judge=judge,
            severity=severity,
            roles=roles,
            mend=mend,
            feeds=feeds,
            over=over,
            reads=reads,
        )
        return judge

    return register


_MEND = re.compile(r"^How to mend:\s*(.*?)(?=^[A-Z][a-z ]+:|\Z)", re.MULTILINE | re.DOTALL)


def how_to_mend(check: Check) -> str:
    """The next step in the imperative, as the check's own page has it.

    Raises:
        ValueError: Its docstring does not say.
    """
    found = _MEND.search(inspect.cleandoc(check.judge.__doc__ or ""))
    if not found:
        raise ValueError(check.code)
    words = " ".join(found[1].split())
    return words[0].upper() + words[1:]
