"""What a rule is: one function with its code, severity, readers, and the numbers that it moves."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

import msgspec

from quarterdeck.model.finding import Effect, Role
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.rules.known import Known


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of one subject; the runner makes a finding of it."""

    entity: str
    subject: str
    message: str
    """One plain sentence with its numbers."""
    evidence: tuple[Source, ...] = ()
    severity: Severity | None = None
    """Only where it differs from the rule's own."""
    action: str = ""
    """Only where it says more than the rule's own."""
    at_stake: Money | None = None
    affects: tuple[Effect, ...] | None = None
    roles: tuple[Role, ...] | None = None


Check = Callable[[Known], Iterator[Hit]]
C = TypeVar("C", bound=Check)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the catalogue."""

    code: str
    check: Check
    severity: Severity
    roles: tuple[Role, ...]
    affects: tuple[Effect, ...]
    action: str
    effort_hours: Decimal | None
    reads: tuple[str, ...] = ()
    """What it looks at: `funnel.state`, `entity.sites`, `figure.runway_months`, `ledger`, `S3Bucket.public_grant`."""
    late: bool = False
    """Whether it runs after all others, over what they found."""

    @property
    def name(self) -> str:
        """Readable name, from the function's: `no online payment`."""
        return self.check.__name__.replace("_", " ")


RULES: dict[str, Rule] = {}
"""Every rule by its code; filled as the modules of this folder are imported."""


def rule(
    code: str,
    *,
    severity: Severity,
    roles: tuple[Role, ...],
    action: str,
    affects: tuple[tuple[Role, str], ...] = (),
    effort_hours: Decimal | int | None = None,
    reads: tuple[str, ...] = (),
    late: bool = False,
) -> Callable[[C], C]:
    """Register a function as the rule of a code.

    Args:
        code: Never changed and never used again.
        severity: Where a hit names no other.
        roles: Whose pages list it.
        action: The next step in the imperative.
        affects: Whose number it moves, and which one, with the ids of formulas in brackets.
        effort_hours: What mending it takes, as a guess.
        reads: The inputs that it looks at, as `Rule.reads` has them.
        late: Whether it asks what other rules found.

    Raises:
        ValueError: The code is taken: codes are never reused.
    """

    def register(check: C) -> C:
        if code in RULES:
            raise ValueError(code)
        RULES[code] = Rule(
            code=code,
            check=check,
            severity=severity,
            roles=roles,
            action=action,
            affects=tuple(Effect(role, what) for role, what in affects),
            effort_hours=None if effort_hours is None else Decimal(effort_hours),
            reads=reads,
            late=late,
        )
        return check

    return register
