"""Records of what is owned, licensed and let: assets, compliance, equipment, access, property, tenants."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from quarterdeck.model.columns import Column, Row
from quarterdeck.model.values import ABSENT, Blank, Money, MonthToMonth

AssetType = Literal[
    "vessel", "vehicle", "trailer", "property", "domain", "site", "repo", "list", "account", "equipment", "ip"
]
ValueBasis = Literal["cost", "appraisal", "market", "estimate"]


class Asset(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that the business owns or controls."""

    asset: Annotated[
        str | Blank, Column("What it is", required=True, grammar="name", also=("item", "name", "what"))
    ] = ABSENT
    type: Annotated[AssetType | Blank, Column("What sort of thing", required=True, also=("kind",))] = ABSENT
    value: Annotated[Money | Blank, Column("What it is worth", also=("worth", "est. value"))] = ABSENT
    value_basis: Annotated[ValueBasis | Blank, Column("How the value was found", also=("basis",))] = ABSENT
    value_date: Annotated[date | Blank, Column("Day of the value", also=("valued",))] = ABSENT
    owner_of_record: Annotated[
        str | Blank, Column("Who owns it on paper", grammar="name", also=("owner",))
    ] = ABSENT
    insured_until: Annotated[
        date | Blank, Column("Last day of its insurance", also=("insurance", "insured"))
    ] = ABSENT
    encumbrance: Annotated[Money | Blank, Column("Debt that it secures", also=("lien",))] = ABSENT
    last_used: Annotated[date | Blank, Column("When it last earned or served")] = ABSENT
    cost: Annotated[Money | Blank, Column("What was paid for it", also=("price paid",))] = ABSENT
    in_service_date: Annotated[
        date | Blank, Column("Since when it is in use", also=("in service", "bought"))
    ] = ABSENT
    life_months: Annotated[int | Blank, Column("Months over which it wears out")] = ABSENT
    salvage: Annotated[Money | Blank, Column("Worth at the end of its life")] = ABSENT
    condition: Annotated[str | Blank, Column("How it looks")] = ABSENT
    notes: Annotated[str | Blank, Column("What to know about it", also=("note", "comment"))] = ABSENT


class Compliance(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One licence, permit, policy, filing or inspection with its date."""

    item: Annotated[
        str | Blank,
        Column(
            "What it is", required=True, grammar="name", also=("licence", "license", "permit", "name", "what")
        ),
    ] = ABSENT
    type: Annotated[
        Literal["licence", "permit", "insurance", "filing", "inspection", "restore-test"] | Blank,
        Column("What sort of duty", also=("kind",)),
    ] = ABSENT
    applies_to: Annotated[
        str | Blank,
        Column("Asset, store or site; the whole business if absent", grammar="name", also=("for",)),
    ] = ABSENT
    expires: Annotated[
        date | Blank,
        Column(
            "Last day of validity", required=True, also=("expiry", "valid until", "renewal", "renews", "due")
        ),
    ] = ABSENT
    done_on: Annotated[date | Blank, Column("When it was last done", also=("done", "issued"))] = ABSENT
    status: Annotated[str | Blank, Column("How it stands", also=("state",))] = ABSENT
    cost: Annotated[Money | Blank, Column("What it costs", also=("fee",))] = ABSENT
    document: Annotated[str | Blank, Column("Where the paper is", also=("file",))] = ABSENT


class Equipment(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One system or appliance that wears out and needs service."""

    item: Annotated[
        str | Blank, Column("What it is", required=True, grammar="name", also=("system", "appliance", "name"))
    ] = ABSENT
    installed: Annotated[date | Blank, Column("When it was put in")] = ABSENT
    life_years: Annotated[Decimal | Blank, Column("Years that it lasts", low=0, also=("life",))] = ABSENT
    cost: Annotated[Money | Blank, Column("What a new one costs", also=("replacement",))] = ABSENT
    next_service: Annotated[date | Blank, Column("Day of the next service", also=("service",))] = ABSENT
    hours: Annotated[Decimal | Blank, Column("Reading of the hour meter", low=0)] = ABSENT
    service_hours: Annotated[Decimal | Blank, Column("Reading at which service is due", low=0)] = ABSENT


class Access(Row, frozen=True, kw_only=True, omit_defaults=True):
    """Who can get into one critical thing."""

    thing: Annotated[
        Literal["bank", "domain", "cloud", "registrar", "keys", "client"] | Blank,
        Column("What it opens", required=True, also=("what",)),
    ] = ABSENT
    of: Annotated[
        str | Blank, Column("Which account, domain or client", grammar="name", also=("which", "account"))
    ] = ABSENT
    holders: Annotated[
        tuple[str, ...] | Blank,
        Column("Who can get in, separated by commas", required=True, grammar="names", also=("who", "people")),
    ] = ABSENT
    handover_note: Annotated[
        bool | Blank, Column("Whether a note says what to do without them", also=("handover", "note"))
    ] = ABSENT


class Property(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One building, for returns, depreciation and the tax form."""

    address: Annotated[str | Blank, Column("Street and number", grammar="name")] = ABSENT
    purchase_price: Annotated[Money | Blank, Column("What was paid", also=("price",))] = ABSENT
    purchase_date: Annotated[date | Blank, Column("When it was bought", also=("bought",))] = ABSENT
    in_service_date: Annotated[date | Blank, Column("Since when it is let", also=("in service",))] = ABSENT
    building_basis: Annotated[Money | Blank, Column("Tax basis of the building")] = ABSENT
    land_basis: Annotated[Money | Blank, Column("Tax basis of the land")] = ABSENT
    improvements: Annotated[Money | Blank, Column("Improvements since")] = ABSENT
    value: Annotated[Money | Blank, Column("What it is worth", also=("worth", "est. value"))] = ABSENT
    value_date: Annotated[date | Blank, Column("Day of the value")] = ABSENT
    value_basis: Annotated[
        Literal["cost", "appraisal", "market", "estimate"] | Blank,
        Column("How the value was found", also=("basis",)),
    ] = ABSENT
    cash_invested: Annotated[Money | Blank, Column("Own money put in")] = ABSENT
    rent_cap_status: Annotated[
        Literal["covered", "exempt", "unsure"] | Blank,
        Column("Whether a law caps the rent", also=("rent cap",)),
    ] = ABSENT
    policy_kind: Annotated[
        Literal["landlord", "owner-occupier", "none", "unsure"] | Blank,
        Column("What insurance it has", also=("policy", "insurance")),
    ] = ABSENT
    personal_days: Annotated[int | Blank, Column("Days of own use this year")] = ABSENT
    adviser: Annotated[str | Blank, Column("Who answers legal questions", grammar="name")] = ABSENT


class Lease(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of the rent roll with its tenant."""

    unit: Annotated[str | Blank, Column("The unit", required=True, grammar="id", also=("apartment",))] = (
        ABSENT
    )
    tenant: Annotated[str | Blank, Column("Initials or id of the tenant", required=True, grammar="name")] = (
        ABSENT
    )
    lease_start: Annotated[date | Blank, Column("First day of the lease", required=True, also=("start",))] = (
        ABSENT
    )
    lease_end: Annotated[
        date | MonthToMonth | Blank,
        Column("Last day of the lease, or mtm", required=True, grammar="date or mtm", also=("end",)),
    ] = ABSENT
    rent: Annotated[
        Money | Blank, Column("Rent a month", required=True, per="monthly", also=("monthly rent",))
    ] = ABSENT
    due_day: Annotated[int | Blank, Column("Day of the month on which it is due", low=1, high=31)] = ABSENT
    deposit_held: Annotated[
        Money | Blank, Column("Deposit that we hold", required=True, also=("deposit",))
    ] = ABSENT
    status: Annotated[
        Literal["occupied", "vacant", "notice"] | Blank,
        Column("How it stands", required=True, also=("state",)),
    ] = ABSENT
    market_rent: Annotated[
        Money | Blank, Column("Rent a new tenant would pay", per="monthly", also=("market",))
    ] = ABSENT
    paid_through: Annotated[date | Blank, Column("Last day that is paid")] = ABSENT
    last_increase: Annotated[date | Blank, Column("When the rent last went up")] = ABSENT
    planned_rent: Annotated[Money | Blank, Column("Rent that is planned", per="monthly")] = ABSENT
    planned_on: Annotated[date | Blank, Column("From when")] = ABSENT
    notice_received: Annotated[date | Blank, Column("When notice came", also=("notice",))] = ABSENT
    renewal: Annotated[Literal["offered", "signed", "declined"] | Blank, Column("How far the renewal is")] = (
        ABSENT
    )
    moved_out: Annotated[date | Blank, Column("When the tenant left")] = ABSENT
    deposit_returned_on: Annotated[
        date | Blank, Column("When the deposit went back", also=("deposit returned",))
    ] = ABSENT
