"""The credential report: passwords, second factors and keys of all users, by their dates alone."""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from io import StringIO

import msgspec

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.model.cloud.identity import AccessKey
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Count, Day, Flag, Names, NotCollected

_ROOT = "<root_account>"
_NUMBERS = (1, 2)
_TRIES = 10
_SECONDS = 2.0
_NOT_YET = ("ReportInProgress", "ReportNotPresent", "ReportExpired")


class Report(msgspec.Struct, frozen=True):
    """The report, row by row; the first row is root's."""

    collector: str
    rows: Mapping[str, Mapping[str, str]]
    gap: NotCollected | None = None
    """Why there is none."""

    def flag(self, user: str, key: str) -> Flag:
        """Whether something is so of a user; not known where the report gives another word."""
        told = self._cell(user, key)
        if isinstance(told, NotCollected):
            return told
        return {"true": True, "false": False}.get(told.casefold(), self._unsaid(user, key))

    def day(self, user: str, key: str) -> Day:
        """The day of something; words in its place mean that it is not known, never that it never was."""
        told = self._cell(user, key)
        if isinstance(told, NotCollected):
            return told
        try:
            return date.fromisoformat(told[:10])
        except ValueError:
            return self._unsaid(user, key)

    def active_keys(self, user: str) -> Count:
        """How many of a user's keys are active."""
        active = [self.flag(user, f"access_key_{number}_active") for number in _NUMBERS]
        return next(
            (one for one in active if isinstance(one, NotCollected)), sum(one is True for one in active)
        )

    def newest_key(self, user: str) -> Day | None:
        """When the newest of a user's active keys was made; None without any."""
        made: list[date] = []
        for number in _NUMBERS:
            active = self.flag(user, f"access_key_{number}_active")
            day = self.day(user, f"access_key_{number}_last_rotated") if active is True else active
            if isinstance(day, NotCollected):
                return day
            if isinstance(day, date):
                made.append(day)
        return max(made, default=None)

    def every_key(self) -> Iterator[tuple[str, int]]:
        """User and number of every active key, root's left out."""
        for user in self.rows:
            for number in _NUMBERS:
                if user != _ROOT and self.flag(user, f"access_key_{number}_active") is True:
                    yield user, number

    @property
    def people(self) -> Names:
        """Users with a password."""
        if self.gap:
            return self.gap
        return tuple(
            sorted(
                user for user in self.rows if user != _ROOT and self.flag(user, "password_enabled") is True
            )
        )

    @property
    def root_signs_in(self) -> Flag:
        """Whether root has a password or an active key."""
        keys = self.active_keys(_ROOT)
        password = self.flag(_ROOT, "password_enabled")
        if password is True or (isinstance(keys, int) and keys > 0):
            return True
        return next((one for one in (password, keys) if isinstance(one, NotCollected)), False)

    @property
    def opened(self) -> Day:
        """When root was made, and the account with it."""
        return self.day(_ROOT, "user_creation_time")

    @property
    def root_password_used(self) -> Day:
        """When root last signed in."""
        return self.day(_ROOT, "password_last_used")

    @property
    def root_key_used(self) -> Day | None:
        """When a key of root was last used; None where it has no active one."""
        used: list[Day] = []
        for number in _NUMBERS:
            active = self.flag(_ROOT, f"access_key_{number}_active")
            if isinstance(active, NotCollected):
                return active
            if active:
                used.append(self.day(_ROOT, f"access_key_{number}_last_used_date"))
        known = [one for one in used if isinstance(one, date)]
        return max(known) if known else next(iter(used), None)

    def _cell(self, user: str, key: str) -> str | NotCollected:
        if self.gap:
            return self.gap
        if user not in self.rows:
            return NotCollected(self.collector, user, "GetCredentialReport: not in the report yet")
        return self.rows[user].get(key) or self._unsaid(user, key)

    def _unsaid(self, user: str, key: str) -> NotCollected:
        return NotCollected(self.collector, user, f"GetCredentialReport: {key} is not said")


def credential_report(aws: Aws, pause: Callable[[float], None]) -> Report:
    """Have the report made, and read it.

    Args:
        aws: Who is asked.
        pause: Waits some seconds; the service takes a few to make a report.
    """
    about = kind_of(AccessKey)
    for _ in range(_TRIES):
        made = aws.ask("iam:GenerateCredentialReport", about=about)
        if isinstance(made, NotCollected):
            return Report(aws.name, {}, made)
        told = aws.ask("iam:GetCredentialReport", about=about, none=_NOT_YET)
        if isinstance(told, NotCollected):
            return Report(aws.name, {}, told)
        if told is not None:
            return Report(aws.name, _rows(told.get("Content", b"")))
        pause(_SECONDS)
    return Report(aws.name, {}, NotCollected(aws.name, about, "GetCredentialReport: it was not made in time"))


def _rows(content: bytes) -> Mapping[str, Mapping[str, str]]:
    """The rows by user; what is no table gives none."""
    try:
        rows = list(csv.DictReader(StringIO(content.decode("utf-8", "replace"))))
    except csv.Error:
        return {}
    return {
        row["user"]: {key: value for key, value in row.items() if isinstance(value, str)}
        for row in rows
        if row.get("user")
    }
