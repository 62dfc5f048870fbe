"""Offers, bookings, channels and mailings, as fields of the registry."""

from quarterdeck.figures.inputs import is_answer
from quarterdeck.figures.missing.counted import cells, first_of, rows_with, table
from quarterdeck.figures.missing.field import MissingField, headers, ids
from quarterdeck.model.sales import Booking, Campaign, Channel, FunnelStep, GiftCard, Lead, Offer, Readiness


def _is_tax_settled(offer: Offer) -> bool:
    is_plain = is_answer(offer.tax_treatment) and offer.tax_treatment != "unsure"
    return is_plain and is_answer(offer.tax_confirmed_by) and is_answer(offer.tax_confirmed_on)


SELLING: tuple[MissingField, ...] = (
    MissingField(
        "offers",
        "List of offers",
        "What one more sale earns cannot be told, nor how many are needed to break even.",
        ("cfo", "cmo", "accounting"),
        ids("F-E1 F-E2 F-E3 F-E7 F-M1 F-Q2 F-Q8 F-Q10 F-R1 F-V2 break_even_units seat_fill"),
        first_of(table(Offer), cells(Offer, "price")),
        record=Offer,
        cell="Price",
        row="offer",
        phrase=headers(Offer),
        rank=4,
    ),
    MissingField(
        "variable_cost",
        "Variable cost of the offers",
        "An offer may lose money on every sale without anybody seeing it.",
        ("cmo", "cfo"),
        ids("F-E1 F-E2 F-E3 F-E7 F-M1 F-Q8 break_even_units"),
        cells(Offer, "variable_cost"),
        record=Offer,
        cell="Variable cost",
        row="offer",
    ),
    MissingField(
        "tax_treatment",
        "Confirmed tax treatment of the offers",
        "Sales tax may be owed that nobody has set aside.",
        ("accounting", "cfo"),
        ids("F-R9 F-A4"),
        rows_with(Offer, _is_tax_settled),
        record=Offer,
        cell="Confirmed tax treatment",
        row="offer",
        columns="Tax treatment, Tax confirmed by and Tax confirmed on",
    ),
    MissingField(
        "bookings",
        "List of bookings",
        "What is sold, what is still owed and through whom it came cannot be added up.",
        ("cmo", "accounting", "cfo"),
        ids(
            "F-C2 F-Q5 F-Q6 F-Q9 F-R2 F-R8 F-T3 F-V2 F-V3 cac ltv_cac repeat_rate sailings "
            "utilisation avg_booking_value lead_time_days cancel_rate weather_reschedule_rate "
            "take_rate direct_share waiver_completion seat_fill jobs avg_ticket jobs_per_truck_day "
            "online_share trailer_days_rented"
        ),
        table(Booking),
        record=Booking,
        rank=6,
    ),
    MissingField(
        "deposits",
        "Money paid ahead on bookings",
        "Guests' money looks like our own until it is written beside each booking.",
        ("ceo", "cfo", "accounting"),
        ids("F-C2 F-R2 F-R6"),
        cells(Booking, "paid", among=lambda row: row.status in {"hold", "confirmed"}),
        record=Booking,
        cell="Paid",
        row="booking ahead",
    ),
    MissingField(
        "gift_cards",
        "List of gift cards",
        "Cards that were sold and not used are a debt that no page shows.",
        ("accounting", "cfo"),
        ids("F-R5"),
        table(GiftCard),
        record=GiftCard,
    ),
    MissingField(
        "channels",
        "List of channels",
        "Where customers can find and book us, and what each place costs, cannot be compared.",
        ("cmo",),
        ids("F-Q8 F-Q10 F-Q11 F-Q12 rating review_count_90d direct_share"),
        table(Channel),
        record=Channel,
    ),
    MissingField(
        "channel_state",
        "State of the channels",
        "The visibility index leaves out every channel that nobody has looked at.",
        ("cmo",),
        ids("F-Q11"),
        cells(Channel, "state"),
        record=Channel,
        cell="State",
        row="channel",
    ),
    MissingField(
        "campaigns",
        "Record of mailings",
        "What a mailing brought and whom it annoyed is not there to learn from.",
        ("cmo",),
        ids("F-Q1 F-Q14 email_click_rate email_revenue"),
        table(Campaign),
        record=Campaign,
        phrase="a table with Id, Sent on, Sent, Clicks, Orders and Revenue",
    ),
    MissingField(
        "pipeline",
        "List of leads",
        "Which sales may come, how likely and when, is in nobody's numbers.",
        ("cmo", "cfo"),
        ids("F-C3 F-Q13 F-T3 leads close_rate quote_to_job proposal_value"),
        table(Lead),
        record=Lead,
    ),
    MissingField(
        "funnel",
        "State of the steps to an order",
        "The step at which customers are lost cannot be seen.",
        ("cto", "cmo", "ceo"),
        ids("F-X6 site_conversion funnel_completeness leads"),
        table(FunnelStep),
        record=FunnelStep,
    ),
    MissingField(
        "funnel_counts",
        "Visitors of the steps to an order",
        "How many of those who come go on to buy cannot be told.",
        ("cto", "cmo"),
        ids("F-X7 site_conversion"),
        cells(FunnelStep, "visitors", "completions", among=lambda row: row.state == "works"),
        record=FunnelStep,
        cell="Visitors and Completions",
        row="working step",
    ),
    MissingField(
        "readiness",
        "Readiness for the next listing",
        "What must be there before the next platform is opened has not been gone through.",
        ("cmo",),
        (),
        table(Readiness),
        record=Readiness,
    ),
)
