"""What one job of collecting looks at: plain values, so that it can run on any machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from quarterdeck.model.evidence import Seen
from quarterdeck.model.source import Source

HERE = "127.0.0.1"
"""The one address on which anything is played."""


class Account(msgspec.Struct, frozen=True):
    """One AWS account to look at."""

    name: str
    """What the settings call it; stands in evidence in place of its number."""
    number: str
    """Its 12 digits: what the credentials must belong to."""
    role: str = ""
    """The role to take on there; without it the credentials of the machine are used as they are."""
    profile: str = ""
    """The named credentials to begin with."""
    regions: tuple[str, ...] = ("us-east-1",)
    """The first is where what has no region is asked for."""
    entity: str = ""
    """The business that all of it belongs to, where it serves one alone."""


class WebLimits(msgspec.Struct, frozen=True):
    """How far the web collector goes."""

    probe: bool = False
    """Whether it asks for the few files that should never be open."""
    private: bool = False
    """Whether addresses inside private networks are allowed, as for a site on one's own machine."""


Where: TypeAlias = Literal["account", "repository", "outside"]
"""What one job looks at: an account and region, a repository, or names and sites of everybody."""


class Place(msgspec.Struct, frozen=True):
    """One repository to look at, and where it stands."""

    name: str
    """As the settings and handoffs call it."""
    entity: str
    path: str = ""
    """Folder of a checkout or a bare repository."""
    url: str = ""
    """Address to fetch it from, where it stands in no folder."""
    branch: str = ""
    """Branch to look at; its default without it."""
    profile: Literal["solo", "team", ""] = ""
    """Whether one person or several work on it; empty where its commits tell."""
    is_public: bool | None = None
    """Whether anybody may read it; None where nobody says."""


class Played(msgspec.Struct, frozen=True):
    """Where a sample estate is played on this machine, in place of all names and sites outside."""

    names: int
    """The port of the name server."""
    sites: Mapping[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    """Host -> the ports on which it answers unencrypted and encrypted; every other host leads nowhere."""
    authorities: str = ""
    """Certificates of those who vouch for the sites, in the form PEM."""


class Scope(msgspec.Struct, frozen=True):
    """What one job looks at."""

    taken_at: datetime
    entities: tuple[str, ...]
    """Whose things are looked for."""
    account: Account | None = None
    region: str = ""
    own_accounts: tuple[str, ...] = ()
    """Numbers of every account of the portfolio."""
    known_accounts: tuple[str, ...] = ()
    """Numbers of accounts of others that may have access."""
    endpoint: str = ""
    """The one address that plays all of AWS; empty for AWS itself."""
    played: Played | None = None
    """Where names and sites are played; None for those outside."""
    sites: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Web sites by business."""
    domains: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Domains by business, those of its sites among them."""
    selectors: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Names under which keys of a domain's mail stand, by domain."""
    resolvers: tuple[str, ...] = ()
    """Addresses of name servers to ask; the machine's own without any."""
    registry: bool = False
    """Whether registries are asked when a domain ends."""
    web: WebLimits = WebLimits()
    workers: int = 8
    """How many questions one job asks at once."""
    attempts: int = 5
    """How often a question is asked when the service is busy."""
    seconds: int = 900
    """After this long a job asks nothing more, and says so."""
    collector: str = ""
    """The name of the collector that runs."""
    repository: Place | None = None
    """The repository to look at, where it is one."""
    cache: str = ""
    """Folder for what is fetched and may be fetched again."""
    stamp: str = ""
    """Changes with our own code; what was remembered under another one is not asked."""
    fingerprint_key: str = ""
    """What fingerprints of secrets are keyed with; never written. Without it secrets have none."""
    earlier: tuple[Seen, ...] = ()
    """What the same job saw the last time, for a collector that goes on from there."""

    def source(self, call: str) -> Source:
        """The source of a record that a call answered; reading the file fills in its path."""
        return Source("", kind="evidence", what=call, as_of=self.taken_at.date())

    @property
    def entity(self) -> str:
        """The business that all of it belongs to; empty where owners are told one by one."""
        if self.repository:
            return self.repository.entity
        return self.account.entity if self.account else ""

    @property
    def looks_at(self) -> Where:
        """What the job looks at."""
        return "account" if self.account else "repository" if self.repository else "outside"

    @property
    def number(self) -> str:
        """The number of the account; empty outside one."""
        return self.account.number if self.account else ""

    @property
    def partition(self) -> str:
        """The part of the provider that the region belongs to, as every ARN there names it (F-127)."""
        return partition_of(self.region)

    @property
    def trusted(self) -> tuple[str, ...]:
        """Numbers of all accounts that may have access: the portfolio's own, and those of others that are known."""
        return (*self.own_accounts, *self.known_accounts)


def partition_of(region: str) -> str:
    """`aws`, `aws-cn` or `aws-us-gov`: the part of the provider that a region belongs to."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
