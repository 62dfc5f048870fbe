"""The five severities, worst first."""

from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters; the words are printed as they stand."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, 4 for info: sorts worst first."""
        return _RANK[self]


_RANK = {severity: rank for rank, severity in enumerate(Severity)}
