"""What runs when somebody pushes, and what a repository needs to run; names and lines alone, never a value."""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Observed, Text
from quarterdeck.model.severity import Severity

System: TypeAlias = Literal["GitHub Actions", "another"]
"""What runs a pipeline: only of the first are steps, rights and texts from outside looked at."""

Pin: TypeAlias = Literal["branch", "tag", "commit"]
"""What of a step may change by itself: anything at any time, whatever a tag is moved to, or nothing."""

CHANGES = frozenset({"push", "pull_request", "pull_request_target", "merge_group"})
"""What starts a pipeline when code changes."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step that is somebody else's program."""

    line: int
    name: str
    """As its author calls it: `owner/action`."""
    pin: Pin


class Workflow(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One file that says what runs by itself."""

    repo: str
    path: str
    system: System = "another"
    host: str
    """For people: `GitHub Actions`, `GitLab CI`."""
    triggers: Names = NOT_READ
    """What starts it: `push`, `schedule`; empty for a part that only others start."""
    runs_tests: Flag = NOT_READ
    test_lines: tuple[int, ...] = ()
    swallowed: Names = NOT_READ
    """Places where it runs tests and goes on when they fail: `.github/workflows/ci.yml:12`."""
    rights: Literal["", "none said", "all"] = ""
    """What is wide about what its token may do; empty where it is told what it may."""
    steps: tuple[Step, ...] = ()
    """Of others, those of the host itself apart."""
    checks_out: tuple[int, ...] = ()
    """Lines that fetch what somebody outside wrote, where the workflow has rights and secrets of the repository."""
    injects: tuple[int, ...] = ()
    """Lines of scripts into which text of somebody outside is written before they run."""
    stored_keys: tuple[str, ...] = ()
    """Names of the secrets that hold keys of a cloud."""
    line: int = 0
    """Where these are used."""

    @property
    def subject(self) -> str:
        """The file in its repository."""
        return f"{self.repo}:{self.path}"


class Dependencies(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What one manifest names."""

    repo: str
    path: str
    manager: str
    """What reads it: `npm`."""
    count: Count = NOT_READ
    """Of direct ones, those for working on the code among them."""
    loose: Names = NOT_READ
    """Those of which any later version is taken."""
    from_source: Names = NOT_READ
    """Those that are taken from a branch or an address."""
    lock: Text | None = NOT_READ
    """The file that holds every version, hashes or not; None where there is none."""
    lock_changed: Day = NOT_READ
    """Day of the last commit that changed it."""
    is_library: bool = False
    """Whether it is made to be installed by others."""

    @property
    def subject(self) -> str:
        """The file in its repository."""
        return f"{self.repo}:{self.path}"


class LanguageVersion(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a language that a repository says it runs on."""

    repo: str
    path: str
    line: int
    language: str
    """As the list of last days has it: `python`, `node`."""
    version: str
    """As far as support goes by it: `3.9`, `18`."""

    @property
    def subject(self) -> str:
        """The file in its repository."""
        return f"{self.repo}:{self.path}"

    @property
    def id(self) -> str:
        """Its key in the list of last days: `python 3.9`."""
        return f"{self.language} {self.version}"


class Scan(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One run of a tool that looks for known vulnerabilities, brought in."""

    repo: str
    tool: str
    """`pip-audit`, `osv-scanner`, `npm-audit`."""
    scanned: date
    packages: Count = NOT_READ
    """How many it looked at."""

    @property
    def subject(self) -> str:
        """The repository."""
        return self.repo


class Vulnerability(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One known vulnerability of one package, as a tool reported it."""

    repo: str
    tool: str
    package: str
    version: str = ""
    """What is installed; empty where the tool does not say."""
    ids: tuple[str, ...]
    """Its numbers in every list that the tool knows, in order: two reports that share one are of the same."""
    severity: Severity | None = None
    """None where nobody says how bad it is."""
    has_fix: bool = False
    fixed_in: tuple[str, ...] = ()
    """Versions without it, where the tool names them."""

    @property
    def subject(self) -> str:
        """Package and first number in its repository."""
        return f"{self.repo}:{self.package} {self.ids[0] if self.ids else ''}".rstrip()
