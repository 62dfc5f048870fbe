"""What an audit of the code sees; never a line of it, and never a secret."""

from datetime import datetime
from typing import Literal

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Number, Observed, Text

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
    last_commit: Day = NOT_READ
    default_branch: Text = NOT_READ
    is_protected: Flag = NOT_READ
    """Whether nobody can rewrite or delete that branch."""
    commits_90d: Count = NOT_READ
    authors_90d: Count = NOT_READ
    languages: Names = NOT_READ
    has_ci: Flag = NOT_READ
    has_tests: Flag = NOT_READ
    tests_pass: Flag = NOT_READ
    deploy_method: Text | None = NOT_READ
    """How it reaches production; None where it does not."""
    is_production: Flag = NOT_READ
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
    personal_files: Names = NOT_READ
    """Paths of tracked files that list people."""
    todo_count: Count = NOT_READ
    large_files: Count = NOT_READ


SecretUse = Literal["payment", "cloud", "mail", "signing", "other"]


class FoundSecret(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One place that holds a secret; deliberately without the secret."""

    place: str
    """The repository, or the function that has it among its variables."""
    path: str
    """The file in it, or the name of the variable."""
    line: int = 0
    detector: str
    """Readable name: `stripe_live_secret`."""
    use: SecretUse = "other"
    """What it opens."""
    is_test: bool = False
    """Whether its form says that it opens a test account alone."""
    fingerprint: Text = NOT_READ
    """Keyed; not known without the portfolio's key."""
    is_tracked: Flag = NOT_READ
    """Whether the file holds it now."""
    in_history: Flag = NOT_READ
    first_seen: Day = NOT_READ


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


class Handler(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One place in the code that answers requests."""

    repo: str
    path: str
    route: str
    """As declared; the function's name where no route is."""
    is_webhook: Flag = NOT_READ
    """Whether another service calls it to tell of an event."""
    changes_data: Flag = NOT_READ
    is_guarded: Flag = NOT_READ
    """Whether it checks a session, token, key or signature before it does anything."""


class SignIn(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One place in the code that signs people in: a signed token, or a link by mail."""

    repo: str
    path: str
    secret: Text = NOT_READ
    """Fingerprint of what tokens are signed with."""
    secret_bytes: Count = NOT_READ
    has_default_secret: Flag = NOT_READ
    """Whether it is written in the code, or falls back to what is."""
    link_minutes: Count | None = NOT_READ
    """How long a link is valid; None where it never ends."""
    is_single_use: Flag = NOT_READ
    has_link: Flag = NOT_READ
    """Whether it sends links at all."""
