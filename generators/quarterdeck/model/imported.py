"""What other tools found, as they reported it."""

from datetime import date

from quarterdeck.model.observed import Resource
from quarterdeck.model.severity import Severity


class ImportedFinding(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One finding of another tool; its name is the thing that it is about, without line numbers."""

    tool: str
    """In small letters: `prowler`."""
    check: str
    """The tool's own code of what it looked for."""
    severity: Severity
    message: str
    mend: str = ""
    """What the tool says to do."""
    line: int = 0
    """Where in a file, for people; not part of its identity."""
    reported: date | None = None

    @property
    def code(self) -> str:
        """Its code among ours: `prowler:s3_bucket_public_access`."""
        return f"{self.tool}:{self.check}"
