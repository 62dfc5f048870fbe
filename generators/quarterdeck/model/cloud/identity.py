"""Accounts and who may sign in to them, as an audit sees them; no key is ever among it."""

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Observed


class CloudAccount(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One AWS account as its identity service describes it."""

    account: str
    """Its alias, or what the settings call it; never its number."""
    root_mfa: Flag = NOT_READ
    root_keys: Count = NOT_READ

    @property
    def subject(self) -> str:
        """Its name."""
        return self.account


class User(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One person or program that may sign in to an account."""

    name: str
    has_password: Flag = NOT_READ
    mfa: Flag = NOT_READ
    is_admin: Flag = NOT_READ


class AccessKey(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One active long-lived key of a user, without its id."""

    user: str
    number: int = 1
    """First or second key of the user."""
    created: Day = NOT_READ
    last_used: Day | None = NOT_READ
    """None where it was never used."""

    @property
    def subject(self) -> str:
        """Whose, and which of the two."""
        return f"{self.user}/key {self.number}"
