"""What a detector of secrets is: a row of the table, with a pattern for each vendor that it names."""

import re
from collections.abc import Callable
from datetime import date

import msgspec

from quarterdeck.model.repositories import SecretUse
from quarterdeck.model.severity import Severity


class Candidate(msgspec.Struct, frozen=True):
    """What a pattern matched, before anybody knows whether it is a secret; never kept, never printed."""

    value: str
    severity: Severity
    path: str
    """The file that it stands in; empty in prose."""
    around: str
    """The lines near it, at most six before and after."""
    expires: date | None = None
    """The last day on which it opens anything; None where it does not say."""


Guard = Callable[[Candidate], Candidate | None]
"""Says what a candidate is after a closer look; None where it is no secret."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """How one vendor's secret looks."""

    vendor: str = ""
    marks: tuple[str, ...]
    """In small letters; the pattern is tried only on text that holds one of them."""
    look: re.Pattern[str]
    """Its group `value` is the secret, else the whole of it; beside a name all of the value has to match."""
    named: re.Pattern[str] | None = None
    """What the name in small letters has to say, where only what is assigned to a name is looked at."""
    near: re.Pattern[str] | None = None
    """What has to stand within six lines of it."""
    files: re.Pattern[str] | None = None
    """The only files in which it is looked for."""
    guard: Guard | None = None
    severity: Severity | None = None
    """Only where it differs from the detector's own."""
    floor: float = 3.5
    """Least entropy of a sign of the value, in bits (P5)."""
    is_test: bool = False
    """Whether its form says that it opens a test account alone."""
    is_random: bool = True
    """Whether a machine made it, so that words and patterns in it mean a placeholder."""


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table."""

    code: str
    """`SEC-12`; never changes."""
    name: str
    """Readable: `aws_access_key_pair`."""
    severity: Severity
    finds: str
    """What it finds, as a sentence."""
    passes: str
    """What looks alike and does not count, as a sentence."""
    patterns: tuple[Pattern, ...]
    use: SecretUse = "other"
    """What it opens."""
    is_precise: bool = True
    """Whether the form alone tells: only then it is looked for in prose too."""

    @property
    def vendors(self) -> tuple[str, ...]:
        """Everybody whose secrets it knows, in the order of the patterns."""
        return tuple(dict.fromkeys(one.vendor for one in self.patterns if one.vendor))


def whole(pattern: str, *, before: str = "A-Za-z0-9", after: str = "A-Za-z0-9") -> re.Pattern[str]:
    """A pattern that stands alone: with none of these signs before and after."""
    return re.compile(f"(?<![{before}])(?:{pattern})(?![{after}])")


def shown(
    vendor: str,
    mark: str | tuple[str, ...],
    pattern: str,
    *,
    after: str = "A-Za-z0-9_-",
    **more: object,
) -> Pattern:
    """A secret that shows by its form alone."""
    marks = (mark,) if isinstance(mark, str) else mark
    return Pattern(vendor=vendor, marks=marks, look=whole(pattern, after=after), **more)  # type: ignore[arg-type]  # fields of a pattern


def named(vendor: str, marks: str | tuple[str, ...], name: str, pattern: str, **more: object) -> Pattern:
    """A secret that shows by the name that it is assigned to; the name is looked at in small letters."""
    marks = (marks,) if isinstance(marks, str) else marks
    return Pattern(
        vendor=vendor,
        marks=marks,
        named=re.compile(name),
        look=re.compile(pattern),
        **({"floor": 2.8} | more),  # type: ignore[arg-type]  # fields of a pattern
    )
