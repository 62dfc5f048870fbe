"""Certificates, zones and registered domains as an audit sees them; nobody's contact is ever among it."""

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Observed, Resource, Text


class Certificate(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One TLS certificate; its name is its domain."""

    expires: Day | None = NOT_READ
    """Last day; None where it was not issued yet."""
    in_use: Flag = NOT_READ
    names: Names = NOT_READ
    """All names that it is for."""
    status: Text = NOT_READ
    """As the service says it: `ISSUED`, `PENDING_VALIDATION`."""
    is_imported: Flag = NOT_READ
    """Whether it came from elsewhere, so that nobody renews it here."""
    algorithm: Text = NOT_READ
    """Of its key: `RSA_2048`."""
    requested: Day | None = NOT_READ
    issued: Day | None = NOT_READ
    """Day on which it was issued or brought here."""
    renewal: Text | None = NOT_READ
    """How its renewal stands: `PENDING_VALIDATION`; None where none is under way, or it is too early to ask."""


class Zone(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One hosted zone; its name is its domain."""

    records: Count = NOT_READ
    """Without those that every zone has."""
    is_private: Flag = NOT_READ
    """Whether it answers inside networks of the account alone."""
    name_servers: Names = NOT_READ
    """Those that it names itself; read once all its records were."""


class ZoneRecord(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One name of a public zone that leads somewhere; neither texts nor mail are kept."""

    zone: str = ""
    """ARN of the zone."""
    type: str = ""
    """`A`, `AAAA`, `CNAME` or `NS`."""
    targets: Names = NOT_READ
    """Addresses or names that it leads to."""
    is_alias: bool = False
    """Whether the service itself looks up the address of what it leads to."""


class PublicAddresses(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """The addresses that an account holds in one region."""

    account: str
    """What the settings call it."""
    region: str
    addresses: Names = NOT_READ

    @property
    def subject(self) -> str:
        """The account and the region."""
        return f"{self.account} {self.region}"


class RegisteredDomain(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain that the account is the registrar's customer of."""

    domain: str
    expires: Day = NOT_READ
    auto_renew: Flag = NOT_READ
    locked: Flag = NOT_READ
    name_servers: Names = NOT_READ
    """Those that the registry names for it."""
    is_shown: Flag = NOT_READ
    """Whether anybody may read who owns it."""
    is_a_persons: Flag = NOT_READ
    """Whether a person owns it, and no company."""

    @property
    def subject(self) -> str:
        """The domain."""
        return self.domain
