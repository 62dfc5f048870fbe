"""CloudFront distributions as an audit sees them."""

from quarterdeck.model.observed import NOT_READ, Count, Flag, Names, Resource, Text


class Distribution(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One CloudFront distribution; its name is its id."""

    aliases: Names = NOT_READ
    min_tls: Text | None = NOT_READ
    """Oldest protocol that it accepts; None for the service's own certificate."""
    https_only: Flag = NOT_READ
    waf: Flag = NOT_READ
    logging: Flag = NOT_READ
    origins: Names = NOT_READ
    """Names of the buckets and addresses behind it."""
    requests_30d: Count = NOT_READ
