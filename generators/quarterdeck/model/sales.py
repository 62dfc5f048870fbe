"""Records of selling: offers, bookings, channels, campaigns, pipeline, the steps to an order."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from quarterdeck.model.columns import Column, Row
from quarterdeck.model.values import ABSENT, Blank, Money, MoneyRange, Ratio

BookingStatus = Literal["quote", "hold", "confirmed", "completed", "cancelled", "refunded", "no-show"]
ChannelState = Literal["absent", "planned", "unclaimed", "claimed", "complete", "bookable", "active"]
StepState = Literal["works", "broken", "missing", "manual"]
Stage = Literal["lead", "qualified", "proposal", "verbal", "won", "lost"]


class Offer(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is sold, and for how much."""

    offer: Annotated[
        str | Blank,
        Column(
            "What is sold: id or name",
            required=True,
            grammar="name",
            also=("item", "product", "service", "name"),
        ),
    ] = ABSENT
    price: Annotated[
        Money | Blank,
        Column(
            "Price of one unit", required=True, also=("fee", "$", "usd", "cost", "total", "amount", "rate")
        ),
    ] = ABSENT
    unit: Annotated[
        Literal["sailing", "ticket", "job", "hour", "day", "night", "month", "project"] | Blank,
        Column("What one unit is", required=True, also=("per",)),
    ] = ABSENT
    variable_cost: Annotated[
        Money | Blank, Column("What one more unit costs us", also=("var cost", "unit cost", "cost per unit"))
    ] = ABSENT
    duration: Annotated[str | Blank, Column("How long one unit takes")] = ABSENT
    max_guests: Annotated[int | Blank, Column("Most guests on one unit", also=("guests", "capacity"))] = (
        ABSENT
    )
    tax_treatment: Annotated[
        Literal["taxable", "exempt", "unsure"] | Blank,
        Column("Whether sales tax is due", also=("tax", "sales tax")),
    ] = ABSENT
    tax_confirmed_by: Annotated[
        str | Blank, Column("Adviser who confirmed the tax treatment", grammar="name", also=("confirmed by",))
    ] = ABSENT
    tax_confirmed_on: Annotated[date | Blank, Column("When that was", also=("confirmed on",))] = ABSENT
    ssp: Annotated[
        Money | Blank,
        Column(
            "Stand-alone price when it is part of a bundle", also=("stand-alone price", "standalone price")
        ),
    ] = ABSENT
    bundle: Annotated[bool | Blank, Column("Whether it is several offers sold as one")] = ABSENT
    parts: Annotated[
        tuple[str, ...] | Blank, Column("The offers in a bundle, separated by commas", grammar="names")
    ] = ABSENT
    asset: Annotated[str | Blank, Column("Asset that it uses", grammar="name")] = ABSENT
    takes_deposit: Annotated[bool | Blank, Column("Whether a deposit is taken", also=("deposit",))] = ABSENT


class Booking(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One sailing, ticket sale, job or rental that somebody asked for."""

    id: Annotated[
        str | Blank,
        Column("Number of the booking", required=True, grammar="id", also=("booking", "ref", "number", "no")),
    ] = ABSENT
    offer: Annotated[
        str | Blank, Column("Offer that was booked", grammar="name", also=("service", "product", "what"))
    ] = ABSENT
    service_date: Annotated[
        date | Blank,
        Column("Day of the service", required=True, also=("date", "sailing date", "event date", "job date")),
    ] = ABSENT
    service_end: Annotated[
        date | Blank, Column("Last day, when it takes more than one", also=("end date", "until"))
    ] = ABSENT
    gross: Annotated[
        Money | Blank, Column("Full price to the customer", required=True, also=("price", "total", "amount"))
    ] = ABSENT
    channel: Annotated[
        str | Blank, Column("Channel that brought it", required=True, grammar="id", also=("source", "via"))
    ] = ABSENT
    status: Annotated[BookingStatus | Blank, Column("How far it is", required=True, also=("state",))] = ABSENT
    booked_on: Annotated[date | Blank, Column("Day on which it was booked", also=("booked", "ordered"))] = (
        ABSENT
    )
    customer: Annotated[
        str | Blank, Column("Initials or id of the customer", grammar="name", also=("guest", "client"))
    ] = ABSENT
    guests: Annotated[int | Blank, Column("Number of guests", also=("pax", "party size"))] = ABSENT
    waivers: Annotated[int | Blank, Column("Waivers signed")] = ABSENT
    deposit: Annotated[Money | Blank, Column("Deposit asked for")] = ABSENT
    balance_due: Annotated[date | Blank, Column("Day on which the rest is due")] = ABSENT
    paid: Annotated[Money | Blank, Column("Received so far")] = ABSENT
    commission: Annotated[
        Money | Ratio | Blank, Column("Commission as money, or as a share of the gross")
    ] = ABSENT
    refund: Annotated[Money | Blank, Column("Paid back", also=("refunded",))] = ABSENT
    tips: Annotated[Money | Blank, Column("Tips for the crew", also=("tip", "gratuity"))] = ABSENT
    reschedule_of: Annotated[str | Blank, Column("Booking that it replaces", grammar="id")] = ABSENT
    cause: Annotated[
        Literal["guest", "weather", "us"] | Blank,
        Column("Why it was cancelled, refunded or moved", also=("reason",)),
    ] = ABSENT


class GiftCard(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One voucher that was sold or given away."""

    id: Annotated[
        str | Blank,
        Column("Number of the card", required=True, grammar="id", also=("card", "voucher", "code")),
    ] = ABSENT
    sold_on: Annotated[date | Blank, Column("Day of sale", required=True, also=("date",))] = ABSENT
    face: Annotated[
        Money | Blank, Column("Value when sold", required=True, also=("value", "amount", "face value"))
    ] = ABSENT
    redeemed: Annotated[Money | Blank, Column("Used so far")] = ABSENT
    status: Annotated[
        Literal["open", "redeemed", "void", "promotional"] | Blank, Column("How it stands", also=("state",))
    ] = ABSENT
    expires: Annotated[date | Blank, Column("Last day of validity", also=("expiry", "valid until"))] = ABSENT
    fee: Annotated[Money | Blank, Column("Fee charged at sale")] = ABSENT
    sold_via: Annotated[str | Blank, Column("Where it was sold", grammar="name", also=("via", "channel"))] = (
        ABSENT
    )


class Channel(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One place where customers can find or book us."""

    channel: Annotated[
        str | Blank,
        Column(
            "Name of the channel", required=True, grammar="id", also=("listing", "platform", "name", "where")
        ),
    ] = ABSENT
    kind: Annotated[
        Literal["direct", "search", "ota", "directory", "social", "email", "partner", "ads"] | Blank,
        Column("What sort of channel", also=("type",)),
    ] = ABSENT
    state: Annotated[
        ChannelState | Blank, Column("How far we are there", required=True, also=("status",))
    ] = ABSENT
    shared_calendar: Annotated[
        bool | Blank, Column("Whether it shares the calendar of record", also=("calendar",))
    ] = ABSENT
    reviews_unanswered: Annotated[int | Blank, Column("Reviews without an answer", also=("unanswered",))] = (
        ABSENT
    )
    commission: Annotated[Ratio | Blank, Column("Commission as a share of the price")] = ABSENT
    role: Annotated[
        Literal["principal", "agent", "unsure"] | Blank, Column("Whether we or they are the seller")
    ] = ABSENT
    fee_pct: Annotated[Ratio | Blank, Column("Payment fee as a share", also=("fee %",))] = ABSENT
    fee_fix: Annotated[Money | Blank, Column("Payment fee per booking", also=("fixed fee",))] = ABSENT
    payout_days: Annotated[int | Blank, Column("Days until the money comes", also=("payout",))] = ABSENT
    url: Annotated[str | Blank, Column("Address of the listing", also=("link", "address"))] = ABSENT
    last_checked: Annotated[
        date | Blank, Column("When somebody last looked", required=True, also=("checked",))
    ] = ABSENT
    reviews: Annotated[int | Blank, Column("Number of public reviews")] = ABSENT
    rating: Annotated[Decimal | Blank, Column("Average rating", low=1, high=5, also=("stars",))] = ABSENT
    last_review: Annotated[date | Blank, Column("Date of the newest review or post")] = ABSENT
    bookings_ttm: Annotated[int | Blank, Column("Bookings of the last twelve months", also=("bookings",))] = (
        ABSENT
    )
    revenue_ttm: Annotated[Money | Blank, Column("Revenue of the last twelve months", also=("revenue",))] = (
        ABSENT
    )
    spend_ttm: Annotated[Money | Blank, Column("Spent there in the last twelve months", also=("spend",))] = (
        ABSENT
    )
    fit: Annotated[Decimal | Blank, Column("How well its customers fit, 1 to 5", low=1, high=5)] = ABSENT
    reach: Annotated[Decimal | Blank, Column("How many it reaches, 1 to 5", low=1, high=5)] = ABSENT
    setup_hours: Annotated[Decimal | Blank, Column("Hours to set it up", low=0, also=("setup",))] = ABSENT
    price_parity: Annotated[
        bool | Blank, Column("Whether the price is the same as on our own site", also=("parity",))
    ] = ABSENT


class Lead(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One possible sale in the pipeline."""

    lead: Annotated[
        str | Blank,
        Column(
            "Id or name of the lead",
            required=True,
            grammar="id",
            also=("opportunity", "prospect", "deal", "name"),
        ),
    ] = ABSENT
    value: Annotated[
        Money | MoneyRange | Blank,
        Column(
            "What it would bring, or a range",
            required=True,
            signed=True,
            also=("worth", "est. value", "amount"),
        ),
    ] = ABSENT
    stage: Annotated[Stage | Blank, Column("How far it is", required=True, also=("state", "status"))] = ABSENT
    probability: Annotated[Ratio | Blank, Column("Chance of winning it", also=("chance", "odds"))] = ABSENT
    expected: Annotated[date | Blank, Column("When it should close", also=("close", "expected on"))] = ABSENT
    channel: Annotated[str | Blank, Column("Channel that brought it", grammar="id", also=("source",))] = (
        ABSENT
    )
    next_step: Annotated[str | Blank, Column("What happens next", also=("next",))] = ABSENT
    last_touch: Annotated[date | Blank, Column("When we last spoke", also=("last contact",))] = ABSENT
    opened_on: Annotated[date | Blank, Column("When it came in")] = ABSENT
    closed_on: Annotated[date | Blank, Column("When it was won or lost")] = ABSENT


class Campaign(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One mailing to the list, planned or sent."""

    id: Annotated[
        str | Blank,
        Column("Name of the mailing", required=True, grammar="id", also=("campaign", "send", "name")),
    ] = ABSENT
    status: Annotated[Literal["planned", "sent"] | Blank, Column("Whether it went out", also=("state",))] = (
        ABSENT
    )
    sent_on: Annotated[date | Blank, Column("Day on which it was sent", also=("date",))] = ABSENT
    one_click: Annotated[bool | Blank, Column("Whether it had one-click unsubscribe")] = ABSENT
    postal_address: Annotated[
        bool | Blank, Column("Whether it named our postal address", also=("address",))
    ] = ABSENT
    segment: Annotated[str | Blank, Column("Who it went to")] = ABSENT
    sent: Annotated[int | Blank, Column("Messages sent", required=True)] = ABSENT
    delivered: Annotated[int | Blank, Column("Messages delivered")] = ABSENT
    hard_bounces: Annotated[int | Blank, Column("Addresses that do not exist", also=("bounces",))] = ABSENT
    complaints: Annotated[int | Blank, Column("Marked as spam")] = ABSENT
    unsubs: Annotated[int | Blank, Column("Unsubscribed", also=("unsubscribes",))] = ABSENT
    clicks: Annotated[int | Blank, Column("People who clicked")] = ABSENT
    orders: Annotated[int | Blank, Column("Orders that followed")] = ABSENT
    revenue: Annotated[Money | Blank, Column("Revenue of those orders")] = ABSENT


class FunnelStep(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One step between seeing the site and coming back."""

    step: Annotated[
        Literal[
            "landing",
            "price",
            "availability",
            "cart",
            "checkout",
            "payment",
            "confirmation",
            "receipt",
            "waiver",
            "review-ask",
        ]
        | Blank,
        Column("The step", required=True, also=("stage",)),
    ] = ABSENT
    state: Annotated[StepState | Blank, Column("Whether it works today", required=True, also=("status",))] = (
        ABSENT
    )
    visitors: Annotated[
        int | Blank, Column("People who reached it in the 30 days before", also=("visits", "reached"))
    ] = ABSENT
    completions: Annotated[
        int | Blank, Column("People who went on from it", also=("completed", "went on"))
    ] = ABSENT
    checked_on: Annotated[
        date | Blank,
        Column("Day on which somebody walked it", required=True, also=("checked", "last checked")),
    ] = ABSENT


class Readiness(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that must be there before we list on a channel."""

    channel: Annotated[str | Blank, Column("Channel that asks for it", required=True, grammar="id")] = ABSENT
    item: Annotated[
        Literal["insurance", "calendar", "cancellation", "photos", "margin", "tracking", "reply-time"]
        | Blank,
        Column("What it asks for", required=True, also=("what",)),
    ] = ABSENT
    state: Annotated[
        Literal["yes", "no"] | Blank, Column("Whether we have it", required=True, also=("status", "ready"))
    ] = ABSENT


PREREQUISITES = {
    "insurance": "proof of insurance and passenger limit",
    "calendar": "one calendar of record",
    "cancellation": "a cancellation rule",
    "photos": "eight photos",
    "margin": "a price that survives the commission",
    "tracking": "tracking of its bookings",
    "reply-time": "a reply within the hour",
}
"""What a marketplace asks for before we list there, as printed."""
