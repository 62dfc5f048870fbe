"""CloudFront distributions as an audit sees them; no value of a header is ever among it."""

from typing import Literal

import msgspec

from quarterdeck.model.cloud.hosts import HostKind
from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, NotCollected, Number, Resource, Text


class Origin(msgspec.Struct, frozen=True, kw_only=True, tag="origin", omit_defaults=True):
    """One place that a distribution fetches from."""

    id: str
    host: str
    kind: HostKind
    name: str = ""
    """The bucket, or what else the service calls it."""
    protocol: Text | None = None
    """How it is asked: `http-only`, `match-viewer`, `https-only`; None for a bucket, which the service asks."""
    tls: tuple[str, ...] = ()
    """Protocols with which it is asked."""
    access: Literal["control", "identity", "none"] | NotCollected = "none"
    """By what it knows that the distribution asks."""
    has_header: bool = False
    """Whether a header is sent that it could check."""


class Behavior(msgspec.Struct, frozen=True, kw_only=True, tag="behavior", omit_defaults=True):
    """What a distribution does with some of its paths."""

    path: str = ""
    """The pattern of its paths; empty for all that have no other."""
    origin: str
    """Id of the origin."""
    protocol: Text = NOT_READ
    """How it may be asked: `allow-all`, `redirect-to-https`, `https-only`."""
    writes: bool = False
    """Whether it hands on requests that change something."""
    is_signed: Flag = NOT_READ
    """Whether only addresses and cookies that were signed are answered."""
    signs_in: Flag = NOT_READ
    """Whether a function asks for a sign-in; not known of one whose purpose nobody states."""
    has_function: bool = False
    is_compressed: Flag = NOT_READ
    is_cached: bool = True


class Distribution(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One CloudFront distribution; its name is its id."""

    is_on: Flag = NOT_READ
    host: Text = NOT_READ
    """The address that the service gave it: `d111.cloudfront.net`."""
    aliases: Names = NOT_READ
    certificate: Text | None = NOT_READ
    """ARN of its certificate, or the id of one that IAM keeps; None for the service's own."""
    min_tls: Text | None = NOT_READ
    """Oldest protocol that it accepts; None for the service's own certificate."""
    waf: Flag = NOT_READ
    logging: Flag = NOT_READ
    root: Text | None = NOT_READ
    """What it answers without a path; None where nothing is said."""
    has_hsts: Flag = NOT_READ
    """Whether a policy of headers tells browsers to come back encrypted."""
    error_pages: tuple[int, ...] | NotCollected = NOT_READ
    """Errors for which it has an answer of its own."""
    origins: Names = NOT_READ
    """Names of the buckets and addresses behind it."""
    places: tuple[Origin, ...] | NotCollected = NOT_READ
    """The same, with how they are asked."""
    behaviors: tuple[Behavior, ...] | NotCollected = NOT_READ
    """What it does with which paths, that for all others first."""
    changed: Day = NOT_READ
    """When it was last changed, switched on or off."""
    price_class: Text = NOT_READ
    """From how much of the world it answers: `PriceClass_All`."""
    firewall: Text | None = NOT_READ
    """ARN or id of the list of rules that its requests are held against; None without one."""
    requests_30d: Count = NOT_READ
    failed_30d: Number | None = NOT_READ
    """Percent of requests that ended in an error of a server; None where nothing was measured."""

    @property
    def subject(self) -> str:
        """Its first name; without one its id."""
        return self.aliases[0] if isinstance(self.aliases, tuple) and self.aliases else self.name
