"""What an audit of the code sees; never a line of it, and never a secret."""

from datetime import date, datetime
from typing import Literal

import msgspec

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Number, Observed, Text
from quarterdeck.model.severity import Severity

Profile = Literal["solo", "team"]
"""Whether one person works on a repository or several: nobody is asked for reviews that they cannot get."""


class Repository(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One repository at the commit that was looked at."""

    name: str
    head: Text = NOT_READ
    """Full hash."""
    profile: Profile = "team"
    head_on_remote: Flag = NOT_READ
    uncommitted: Count = NOT_READ
    """Files that differ from it."""
    uncommitted_days: Count = NOT_READ
    """Days since the oldest of these was changed."""
    has_remote: Flag = NOT_READ
    unpushed: Count = NOT_READ
    """Commits of its branches that are on no remote."""
    unpushed_days: Count = NOT_READ
    """Days since the oldest of these was made."""
    is_public: Flag = NOT_READ
    """Whether anybody may read it; told by the settings."""
    protection: Names = NOT_READ
    """What rules of the host forbid or ask for on its default branch: `deletion`, `pull_request`."""
    is_shallow: bool = False
    """Whether its older commits were never fetched."""
    last_commit: Day = NOT_READ
    default_branch: Text = NOT_READ
    is_protected: Flag = NOT_READ
    """Whether nobody can rewrite or delete that branch."""
    commits_90d: Count = NOT_READ
    active_days_90d: Count = NOT_READ
    authors_90d: Count = NOT_READ
    commits_365d: Count = NOT_READ
    authors_365d: Names = NOT_READ
    """Names, those with the most commits first; never addresses."""
    merges_90d: Count = NOT_READ
    merges_alone_90d: Count = NOT_READ
    """Of these, those whose work nobody but its author brought in."""
    stale_branches: Names = NOT_READ
    """Branches without a commit for 90 days, the default one apart."""
    far_branches: Names = NOT_READ
    """Branches that are ahead of the default one by more than 50 commits."""
    hot_spots: Names = NOT_READ
    """Files that the last 365 days changed most often, with how often: `app.py (12 times)`."""
    languages: Names = NOT_READ
    has_ci: Flag = NOT_READ
    has_tests: Flag = NOT_READ
    tests_pass: Flag = NOT_READ
    deploy_method: Text | None = NOT_READ
    """How it reaches production; None where it does not."""
    is_production: Flag = NOT_READ
    way_back: Text | None = NOT_READ
    """How a release is taken back; None where nothing says so."""
    dependencies_pinned: Flag = NOT_READ
    lockfile: Flag = NOT_READ
    stale_dependencies: Count = NOT_READ
    license: Text | None = NOT_READ
    readme: Flag = NOT_READ
    readme_lines: Count = NOT_READ
    """Lines with words in it; 0 without one."""
    readme_tells_how: Flag = NOT_READ
    """Whether it says how to run it and how to deploy it."""
    env_files: Names = NOT_READ
    """Paths of tracked files of variables with values."""
    todo_count: Count = NOT_READ
    todo_on_path: Names = NOT_READ
    """Files on the way to a payment that hold such a mark."""
    code_lines: Count = NOT_READ
    """Lines of code with words in them."""
    large_files: Count = NOT_READ
    """Files of more than 10 MB in the tree, not in large-file storage."""
    large_in_history: Count = NOT_READ
    """Objects of more than 50 MB that only history holds."""
    made_files: Names = NOT_READ
    """Folders and files that a build or a package manager makes, and that are tracked."""
    ignore_gaps: Names = NOT_READ
    """Kinds of file that the stack makes and no rule ignores: `.env`."""


class PeopleList(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One tracked file that lists people."""

    repo: str
    path: str
    rows: int
    columns: tuple[str, ...] = ()
    """Names of the columns that hold mail addresses and telephone numbers; never what stands in them."""

    @property
    def subject(self) -> str:
        """The file in its repository."""
        return f"{self.repo}:{self.path}"


SecretUse = Literal["payment", "cloud", "mail", "signing", "other"]


class Ignored(msgspec.Struct, frozen=True, omit_defaults=True):
    """A comment at the end of a line that says who answers for the secret in it, why and until when (F-101)."""

    reason: str = ""
    owner: str = ""
    until: date | None = None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it does not say; with anything on this list it counts for nothing."""
        said = {"reason": self.reason, "owner": self.owner, "until": self.until}
        return tuple(name for name, each in said.items() if not each)

    def holds(self, as_of: date) -> bool:
        """Whether it says all three, and its day has not passed."""
        return not self.lacks and self.until is not None and as_of <= self.until


_GRAVE = frozenset({"payment", "cloud", "mail"})


class FoundSecret(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One place that holds a secret; deliberately without the secret."""

    place: str
    """The repository, or the function that has it among its variables."""
    path: str
    """The file in it, or the name of the variable."""
    line: int = 0
    origin: str = ""
    """The file in which it stood first, where history tells: what it is known by, wherever it moves (F-104)."""
    detector: str
    """Readable name: `stripe_live_secret`."""
    code: str = ""
    """Its code in the table of detectors: `SEC-01`."""
    vendor: str = ""
    """Whose secret it is; empty where its form does not tell."""
    severity: Severity | None = None
    """As the detector has it, milder in tests and examples; None where an earlier version did not say."""
    use: SecretUse = "other"
    """What it opens."""
    is_test: bool = False
    """Whether its form says that it opens a test account alone."""
    fingerprint: Text = NOT_READ
    """Keyed; not known without the portfolio's key."""
    is_tracked: Flag = NOT_READ
    """Whether the file holds it now."""
    in_history: Flag = NOT_READ
    """Whether an earlier version of a file, a message or a name holds it."""
    first_seen: Day = NOT_READ
    """Day of the first commit that has it."""
    last_seen: Day = NOT_READ
    """Day of the last commit that put it in or took it out."""
    ignored: Ignored | None = None
    """The comment beside it; None without one."""

    @property
    def known_by(self) -> str:
        """What a finding about it is about: place and first file."""
        return f"{self.place}:{self.origin or self.path}"

    @property
    def subject(self) -> str:
        """The same."""
        return self.known_by

    @property
    def is_grave(self) -> bool:
        """Whether it opens payments, the cloud or mail, and no test account."""
        is_worst = self.severity in {None, Severity.CRITICAL}
        return self.use in _GRAVE and not self.is_test and is_worst


class Technology(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a repository is built with."""

    repo: str
    name: str
    area: str
    """What it is for: `payment`."""
    version: Text | None = NOT_READ
    """What its manifest allows, as written: `>=3,<4`; None where it allows any."""
    path: str = ""
    """The file that proves it; a branch where that does."""
    line: int = 0
    """Where in the file; 0 where the file itself is the proof."""
    is_development: Flag = NOT_READ
    """Whether only those who work on the code need it."""


class Deploy(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One release to production."""

    repo: str
    commit: datetime
    """When the change was committed."""
    deployed: datetime
    failed: Flag = NOT_READ
    """Whether it had to be mended or taken back."""
    restore_hours: Number = NOT_READ
    told_by: str = ""
    """What it was told by: `tags` or `commits`."""


class Handler(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One place in the code that answers requests."""

    repo: str
    path: str
    line: int = 0
    route: str
    """As declared, after its method: `POST /roster`; the function's name where no route is."""
    function: str = ""
    """As a service names it that runs it: `app.handler`; the file without its ending, then the function."""
    is_webhook: Flag = NOT_READ
    """Whether another service calls it to tell of an event."""
    is_sign_in: bool = False
    """Whether it is how people get in, so that it cannot ask for a session."""
    reads_body: Flag = NOT_READ
    changes_data: Flag = NOT_READ
    changes: tuple[str, ...] = ()
    """What it writes to: `table`, `mail`, `refund`."""
    returns_people: Flag = NOT_READ
    """Whether it answers with what is about one person, by an id that can be counted through."""
    people: str = ""
    """The word that says so: `waiver`."""
    is_guarded: Flag = NOT_READ
    """Whether it checks a session, token, key or signature before it does anything."""
    guarded_by: tuple[str, ...] = ()
    """What does: `signature`, `session`, `token`, `key`, `sender asked`, `authorizer`."""

    @property
    def subject(self) -> str:
        """The file and the route."""
        return f"{self.repo}:{self.path} {self.route}"


class SignIn(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One place in the code that signs people in: a signed token, or a link by mail."""

    repo: str
    path: str
    line: int = 0
    secret: Text = NOT_READ
    """Fingerprint of what tokens are signed with."""
    secret_bytes: Count = NOT_READ
    has_default_secret: Flag = NOT_READ
    """Whether it is written in the code, or falls back to what is."""
    has_tokens: Flag = NOT_READ
    """Whether it makes or reads signed tokens."""
    token_faults: Names = NOT_READ
    """What is wrong with how it reads and makes them, with the line: `line 12 does not check the signature`."""
    link_minutes: Count | None = NOT_READ
    """How long a link is valid; None where it never ends."""
    is_single_use: Flag = NOT_READ
    has_link: Flag = NOT_READ
    """Whether it sends links or codes at all."""
    is_limited: Flag = NOT_READ
    """Whether there is an end to how often one may try, or ask for a link."""

    @property
    def subject(self) -> str:
        """The file."""
        return f"{self.repo}:{self.path}"
