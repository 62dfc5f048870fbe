"""A business or tool, as the front matter of its handoff describes it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from quarterdeck.model.columns import Column, Row
from quarterdeck.model.values import ABSENT, Blank, Money

EntityKind = Literal["charter", "concert", "hauling", "agency", "rental", "delivery", "saas", "generic"]
BillingModel = Literal[
    "per-booking",
    "per-job",
    "per-ticket",
    "retainer",
    "hosting",
    "project",
    "hourly",
    "per-day",
    "rent",
    "mixed",
    "none",
]


class Entity(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One business, or a tool that is part of one; `entity` is its id."""

    name: Annotated[
        str | Blank, Column("Name of the business, as printed", required=True, grammar="name")
    ] = ABSENT
    kind: Annotated[EntityKind | Blank, Column("What kind of business it is", required=True)] = ABSENT
    ancillary: Annotated[
        bool | Blank, Column("Whether it stands on its own line below the main businesses")
    ] = ABSENT
    part_of: Annotated[str | Blank, Column("Id of the business that this tool belongs to", grammar="id")] = (
        ABSENT
    )
    status: Annotated[
        Literal["active", "paused", "winding-down", "idea"] | Blank,
        Column("How alive it is; active if absent"),
    ] = ABSENT
    owner: Annotated[str | Blank, Column("Who owns its tasks by default", grammar="id")] = ABSENT
    updated: Annotated[date | Blank, Column("When a person last confirmed this document", required=True)] = (
        ABSENT
    )
    currency: Annotated[
        str | Blank, Column("ISO code of its money; the portfolio's if absent", grammar="name")
    ] = ABSENT
    timezone: Annotated[str | Blank, Column("IANA time zone; the portfolio's if absent", grammar="name")] = (
        ABSENT
    )
    fiscal_year_start: Annotated[int | Blank, Column("Month in which its year starts", low=1, high=12)] = (
        ABSENT
    )
    legal_entity: Annotated[
        str | Blank, Column("Registered name or form, such as sole-prop or an LLC's name", grammar="name")
    ] = ABSENT
    tax_form: Annotated[
        Literal["schedule-c", "schedule-e", "1065", "1120-s"] | Blank, Column("Tax return it is reported on")
    ] = ABSENT
    accounting_basis: Annotated[Literal["cash", "accrual"] | Blank, Column("Basis of its books")] = ABSENT
    billing_model: Annotated[
        BillingModel | Blank, Column("How it earns: what a customer is billed for", required=True)
    ] = ABSENT
    ledger: Annotated[
        str | Blank, Column("Its component in ledger accounts, such as JADA", grammar="name")
    ] = ABSENT
    sites: Annotated[tuple[str, ...] | Blank, Column("Its web sites, by name", grammar="names")] = ABSENT
    repos: Annotated[tuple[str, ...] | Blank, Column("Its code repositories, by name", grammar="names")] = (
        ABSENT
    )
    aws_stacks: Annotated[tuple[str, ...] | Blank, Column("Its AWS stacks, by name", grammar="names")] = (
        ABSENT
    )
    min_cash: Annotated[Money | Blank, Column("Floor under its bank balance")] = ABSENT
    reserve_months: Annotated[Decimal | Blank, Column("Months of burn to keep in reserve", low=0)] = ABSENT
    capacity_per_month: Annotated[
        Decimal | Blank, Column("Units it can sell in a month: sailings, truck-days, hours, nights", low=0)
    ] = ABSENT
    list_size: Annotated[int | Blank, Column("Addresses on its mailing list")] = ABSENT
    list_updated: Annotated[
        date | Blank, Column("When consent of the list was last recorded or confirmed")
    ] = ABSENT
    list_source: Annotated[str | Blank, Column("Where the addresses come from")] = ABSENT
    list_suppressed: Annotated[int | Blank, Column("Addresses that unsubscribed or bounced")] = ABSENT
    list_unsourced: Annotated[int | Blank, Column("Addresses without a recorded source")] = ABSENT
    sample: Annotated[bool | Blank, Column("True for invented data: prints the SAMPLE banner")] = ABSENT

    @property
    def title(self) -> str:
        """Its name, or its id where no name is written."""
        return self.entity if isinstance(self.name, Blank) else self.name

    @property
    def is_active(self) -> bool:
        """Only active entities raise shortfalls about revenue."""
        return isinstance(self.status, Blank) or self.status == "active"

    @property
    def is_ancillary(self) -> bool:
        """Whether it rolls up on a line of its own; rentals and delivery services do by default."""
        if isinstance(self.ancillary, Blank):
            return self.kind in {"rental", "delivery"}
        return self.ancillary

    @property
    def is_sample(self) -> bool:
        """Whether its data is invented."""
        return self.sample is True

    @property
    def parent(self) -> str:
        """Id of the business that it is part of, or empty."""
        return "" if isinstance(self.part_of, Blank) else self.part_of

    @property
    def component(self) -> str:
        """Its component in ledger accounts: as stated, else its id in capitals."""
        return self.entity.upper() if isinstance(self.ledger, Blank) else self.ledger
