"""Accounts and who may act in them, as an audit sees them; no key and no policy is ever among it."""

from typing import Literal, TypeAlias

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import (
    NOT_READ,
    Count,
    Day,
    Flag,
    Names,
    NotCollected,
    Observed,
    Resource,
    Text,
)

CodeTrust: TypeAlias = Literal["fixed", "no subject", "wide subject", "no audience"]
"""How narrowly a role says which repository of a code host may take it on; the worst of its statements."""


class CloudAccount(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One AWS account as its identity service describes it."""

    account: str
    """Its alias, or what the settings call it; never its number."""
    opened: Day = NOT_READ
    """When root was made, and the account with it."""
    root_mfa: Flag = NOT_READ
    root_keys: Count = NOT_READ
    root_signs_in: Flag = NOT_READ
    """Whether root has a password or a key at all."""
    root_password_used: Day = NOT_READ
    root_key_used: Day | None = NOT_READ
    """None where it has no active key."""
    admins: Names = NOT_READ
    """Users that may do everything."""
    admin_roles: Names = NOT_READ
    """Roles for people who sign in through a directory, that may do everything."""
    people: Names = NOT_READ
    """Users with a password."""
    password_length: Count | None = NOT_READ
    """Least length of a password; None where no rule is set."""
    passwords_remembered: Count | None = NOT_READ
    """How many old passwords cannot be used again; None where all can."""

    @property
    def subject(self) -> str:
        """Its name."""
        return self.account


class AccountSetup(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What the provider knows of one account as a customer."""

    account: str
    """What the settings call it."""
    alias: Text | None = NOT_READ
    has_security_contact: Flag = NOT_READ
    """Whether mail about security goes to somebody beside the root address."""
    regions: Names = NOT_READ
    """Regions that are switched on."""
    accounts: Count | None = NOT_READ
    """How many accounts its organisation has; None where it belongs to none."""

    @property
    def subject(self) -> str:
        """Name of the account."""
        return self.account


class Identity(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """A user or role, and what its policies let it do, those of its groups and its boundary counted."""

    created: Day = NOT_READ
    allows_all: Flag = NOT_READ
    """Whether it may do everything with everything."""
    star_policies: Names = NOT_READ
    """Policies of the account's own, by name, that allow everything without a condition."""
    wide_services: Names = NOT_READ
    """Services of which it may do everything with everything, of those that hold data, mail, code or rights."""
    writes: Flag = NOT_READ
    """Whether it may change tables, buckets, mail, topics, queues or functions."""
    raises: Text | None = NOT_READ
    """How it can give itself more rights, as a clause; None where it cannot, or has all already."""


class User(Identity, frozen=True, kw_only=True, omit_defaults=True):
    """One person or program that may sign in to an account."""

    has_password: Flag = NOT_READ
    mfa: Flag = NOT_READ
    password_last_used: Day | None = NOT_READ
    """None where it was never used."""
    active_keys: Count = NOT_READ
    newest_key: Day | None = NOT_READ
    """Day on which the newest of its active keys was made; None without any."""
    direct_policies: Names = NOT_READ
    """Policies that hang on the user itself."""


class Role(Identity, frozen=True, kw_only=True, omit_defaults=True):
    """One role: rights that a program, a service, another account or a signed-in person takes on."""

    trust: Reached = NOT_READ
    """Who may take it on."""
    is_guarded: Flag = NOT_READ
    """Whether unknown accounts must bring an agreed word or a second factor to take it on."""
    code_trust: CodeTrust | NotCollected | None = NOT_READ
    """None where no code host may take it on."""
    last_used: Day | None = NOT_READ
    """None where the service knows of no use."""
    is_service_linked: Flag = NOT_READ
    """Whether a service of the provider made it for itself."""


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


class ServerCertificate(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One TLS certificate that is kept with the users, as was done before certificates had a service."""

    expires: Day = NOT_READ
    is_served: Flag = NOT_READ
    """Whether a distribution answers with it."""
