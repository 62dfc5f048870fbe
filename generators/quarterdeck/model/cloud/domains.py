"""Certificates, zones and registered domains as an audit sees them."""

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Observed, Resource


class Certificate(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One TLS certificate; its name is its domain."""

    expires: Day = NOT_READ
    in_use: Flag = NOT_READ


class Zone(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One hosted zone; its name is its domain."""

    records: Count = NOT_READ
    """Without those that every zone has."""


class RegisteredDomain(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain that the account is the registrar's customer of."""

    domain: str
    expires: Day = NOT_READ
    auto_renew: Flag = NOT_READ
    locked: Flag = NOT_READ

    @property
    def subject(self) -> str:
        """The domain."""
        return self.domain
