"""What the cloud costs, what watches over that, and what is paid for and serves nothing."""

from typing import Literal

from quarterdeck.model.observed import NOT_READ, Cost, Count, Day, Flag, Number, Observed, Resource, Text


class CloudCost(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What one service, or all that carries one tag, cost in one month."""

    month: str
    """`2026-11`; the one in which the evidence was taken is not over."""
    by: Literal["service", "tag"]
    name: str
    """The service, or the tag's value; an empty one for what has no tag of a business."""
    amount: Cost = NOT_READ
    is_estimated: Flag = NOT_READ
    """Whether the provider may still change it."""

    @property
    def subject(self) -> str:
        """The service or business; what nobody's tag claims is called so."""
        return self.name or "untagged cost"


class Bill(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """The whole bill of one account, or of one business in it; its lines are records of their own."""

    account: str
    """What the settings call it."""

    @property
    def subject(self) -> str:
        """What is asked of it: what a month comes to."""
        return "run-rate"


class AnomalyWatch(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the provider tells somebody when an account costs more than usual."""

    account: str
    tells: Flag = NOT_READ
    """Whether what it watches is told to somebody."""

    @property
    def subject(self) -> str:
        """Name of the account."""
        return self.account


class Allowance(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What may be used of one service in a month without being paid for."""

    account: str
    name: str
    """The service and what is counted: `AWS Lambda: Request`."""
    unit: str = ""
    used: Number = NOT_READ
    forecast: Number = NOT_READ
    """What the month comes to."""
    limit: Number = NOT_READ
    term: Text = NOT_READ
    """How long it is free, in the service's own words: `Always Free`."""


class AuditCost(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What the audit itself asked in a month that is charged by question."""

    account: str
    month: str
    questions: Count = NOT_READ
    """Questions about costs."""

    @property
    def subject(self) -> str:
        """The audit, and the account that pays for it."""
        return f"audit of {self.account}"


class IdleResource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is paid for and serves nothing, of a sort that has no record of its own."""

    what: str
    """What it is: `unattached disk`."""


class Address(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One public address that an account keeps; its name is the address."""

    attached_to: Text | None = NOT_READ
    """The server or network interface that has it; None where nothing has."""
    is_stopped: Flag = NOT_READ
    """Whether the server that has it is switched off."""


class Gateway(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One way out of a private network that is paid by the hour."""

    what: Literal["gateway", "endpoint"]
    network: Text = NOT_READ
    zones: Count = NOT_READ
    """In how many places it stands, each of which is paid for."""
    neighbours: Count = NOT_READ
    """How many servers, databases and balancers stand in its network."""


class Volume(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One disk."""

    size_gb: Number = NOT_READ
    type: Text = NOT_READ
    """`gp3`."""
    free_since: Day | None = NOT_READ
    """The first day on which an audit saw that no server has it; None where one has."""


class DiskCopy(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One copy of a disk that the account made."""

    made: Day = NOT_READ
    size_gb: Number = NOT_READ
    """Of the disk; a copy holds as much at most."""
    is_disk_gone: Flag = NOT_READ
    is_of_image: Flag = NOT_READ
    """Whether it was made for an image that servers start from."""


class Server(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One server or database that is paid by the hour."""

    what: Literal["server", "database"]
    type: Text = NOT_READ
    """`t3.micro`."""
    is_running: Flag = NOT_READ
    network: Text | None = NOT_READ


class Balancer(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One load balancer."""

    type: Text = NOT_READ
    """`application`, `network` or `gateway`."""
    made: Day = NOT_READ
    network: Text | None = NOT_READ
    traffic_30d: Number | None = NOT_READ
    """Requests, or bytes; None where nothing was measured."""


class CustomerKey(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One key of the account's own that encrypts; its name is its alias, or its id."""

    alias: Text | None = NOT_READ


class FirewallList(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One list of rules that requests to sites are held against."""

    is_of_edge: bool = False
    """Whether it is for distributions; else for what stands in its region."""
