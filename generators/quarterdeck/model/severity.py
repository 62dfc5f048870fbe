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

    @property
    def raised(self) -> "Severity":
        """One step worse; critical stays."""
        return _ORDER[max(self.rank - 1, 0)]

    @property
    def lowered(self) -> "Severity":
        """One step milder; info stays."""
        return _ORDER[min(self.rank + 1, len(_ORDER) - 1)]


_ORDER = tuple(Severity)
_RANK = {severity: rank for rank, severity in enumerate(_ORDER)}
