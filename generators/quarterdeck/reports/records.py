"""How each table of a handoff is laid out on the page of its business: a main cell, and a grey line beneath it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.model.columns import Field, Row, fields_of
from quarterdeck.model.values import Blank, Money, MonthToMonth, Period
from quarterdeck.reports.cells import grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.words import NOT_KNOWN, Printable, counted, value

_FIELD = re.compile(r"\{(\w+)(?:\|(\w+)|(\?))?\}")
_NUMBERS = frozenset({"money", "money range", "money or ratio", "ratio", "count", "number"})
_LONGEST_NOTE = 400


class Layout(msgspec.Struct, frozen=True):
    """One printed column."""

    title: str
    main: str
    """Name of the field in the main cell."""
    notes: tuple[str, ...] = ()
    """Parts of the grey line: `booked {booked_on}`; `{waivers|waiver}` for a count; `{bundle?}a bundle` where a
    flag is yes. A part whose field is empty, or money of 0, is left out."""
    is_quiet: bool = False
    """Whether an empty cell stays empty: what is not there is simply not the case."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that it prints."""
        return (self.main, *(match[1] for note in self.notes for match in _FIELD.finditer(note)))


def _column(title: str, main: str, *notes: str) -> Layout:
    return Layout(title, main.removeprefix("?"), notes, main.startswith("?"))


LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "assets": (
        _column("Asset", "asset", "{type}", "{condition}", "owned by {owner_of_record}", "{notes}"),
        _column("Worth", "value", "{value_basis}", "{value_date}", "secures {encumbrance}"),
        _column("Insured until", "insured_until"),
        _column("Last used", "?last_used"),
        _column(
            "Cost",
            "?cost",
            "in use since {in_service_date}",
            "for {life_months|month}",
            "then worth {salvage}",
        ),
    ),
    "offers": (
        _column("Offer", "offer", "{duration}", "up to {max_guests|guest}", "uses {asset}", "of {parts}"),
        _column("Price", "price", "per {unit}", "alone {ssp}"),
        _column("One more costs", "variable_cost"),
        _column("Sales tax", "tax_treatment", "confirmed by {tax_confirmed_by}", "{tax_confirmed_on}"),
        _column("Deposit", "?takes_deposit", "{bundle?}a bundle"),
    ),
    "bookings": (
        _column("Booking", "id", "{offer}", "for {customer}", "replaces {reschedule_of}"),
        _column("Day", "service_date", "to {service_end}", "booked {booked_on}"),
        _column("Price", "gross", "commission {commission}", "tips {tips}"),
        _column("Paid", "paid", "deposit {deposit}", "rest due {balance_due}", "refund {refund}"),
        _column("Channel", "channel"),
        _column("Guests", "?guests", "{waivers|waiver}"),
        _column("Status", "status", "because of {cause}"),
    ),
    "gift_cards": (
        _column("Card", "id", "sold via {sold_via}"),
        _column("Sold", "sold_on", "valid to {expires}"),
        _column("Value", "face", "fee {fee}"),
        _column("Used", "redeemed"),
        _column("Status", "status"),
    ),
    "channels": (
        _column("Channel", "channel", "{kind}", "{url}", "seller: {role}"),
        _column("State", "state", "checked {last_checked}", "shared calendar: {shared_calendar}"),
        _column(
            "Commission", "?commission", "fee {fee_pct}", "plus {fee_fix}", "pays after {payout_days|day}"
        ),
        _column(
            "Reviews", "?reviews", "rated {rating}", "newest {last_review}", "{reviews_unanswered} unanswered"
        ),
        _column("Twelve months", "?revenue_ttm", "{bookings_ttm|booking}", "spent {spend_ttm}"),
        _column(
            "Hours to list",
            "?setup_hours",
            "fit {fit} of 5",
            "reach {reach} of 5",
            "same price: {price_parity}",
        ),
    ),
    "campaigns": (
        _column(
            "Mailing",
            "id",
            "{segment}",
            "one-click unsubscribe: {one_click}",
            "postal address: {postal_address}",
        ),
        _column("Sent on", "?sent_on", "{status}"),
        _column("Sent", "sent", "{delivered} delivered", "{hard_bounces} bounced"),
        _column("Clicks", "?clicks", "{complaints|complaint}", "{unsubs} left"),
        _column("Orders", "?orders", "{revenue}"),
    ),
    "pipeline": (
        _column("Lead", "lead", "via {channel}", "next: {next_step}"),
        _column("Worth", "value", "{probability} likely"),
        _column("Stage", "stage", "since {opened_on}", "closed {closed_on}"),
        _column("Expected", "expected"),
        _column("Last spoke", "?last_touch"),
    ),
    "funnel": (
        _column("Step", "step"),
        _column("State", "state"),
        _column("Reached it", "?visitors"),
        _column("Went on", "?completions"),
        _column("Checked", "checked_on"),
    ),
    "costs": (
        _column("Item", "item", "{category}", "{vendor}", "for {needed_by}"),
        _column("Amount", "amount", "{cadence}", "{nature}"),
        _column("Next due", "next_due", "{autopay?}paid by itself"),
    ),
    "plan": (
        _column("Month", "month"),
        _column("Line", "line", "needs {needs}", "{note}"),
        _column("Planned", "amount"),
    ),
    "kpis": (
        _column("KPI", "kpi", "{note}"),
        _column("Period", "period"),
        _column("Value", "value"),
        _column("Read in", "?origin"),
    ),
    "compliance": (
        _column("Item", "item", "{type}", "{applies_to}", "paper: {document}"),
        _column("Expires", "expires", "done {done_on}"),
        _column("Status", "?status"),
        _column("Costs", "?cost"),
    ),
    "options": (
        _column("Request", "name", "{id}"),
        _column("Costs", "cost", "due {due}"),
        _column(
            "Brings a month",
            "monthly_benefit",
            "after {starts_in_months|month}",
            "for {life_months|month}",
            "{probability} likely",
        ),
        _column("Approved", "?approved", "{mandatory?}no choice"),
    ),
    "loans": (
        _column("Lender", "lender", "secured by {secured_by}", "{covenant}"),
        _column("Owed", "balance", "on {balance_date}"),
        _column("Payment", "payment", "{frequency}", "next {next_due}"),
        _column("Interest", "rate", "changes {resets_on}"),
        _column("Ends", "?matures"),
        _column("Not drawn", "?available"),
    ),
    "clients": (
        _column(
            "Client",
            "client",
            "{related_party?}sister company",
            "{sites|site}",
            "logins with {access_custody}",
            "registrar writes to {registrar_contact}",
            "domain until {domain_expires}",
        ),
        _column(
            "Billed for",
            "billing_model",
            "{fee} {fee_period}",
            "on day {bill_day}",
            "{terms_days|day} to pay",
        ),
        _column("A month", "?mrr", "hosting {hosting_fee}", "hosting costs {hosting_cost}"),
        _column("Hours used", "?hours_used", "of {hours_included}"),
        _column(
            "Contract",
            "?contract",
            "from {contract_start}",
            "to {contract_end}",
            "{notice_days|day} of notice",
            "{auto_renew?}renews by itself",
        ),
        _column("Last invoice", "?last_invoice", "project accepted {accepted_on}"),
        _column(
            "Labour in a year",
            "?labour_cost",
            "direct {direct_cost}",
            "passed on {pass_through}",
            "whole project {est_total_cost}",
        ),
    ),
    "time_log": (
        _column("Month", "month"),
        _column("Client", "client", "{person}"),
        _column("Hours", "hours", "billable: {billable}"),
        _column("An hour costs", "?cost_rate"),
    ),
    "deliveries": (
        _column("Delivery", "id", "{vessel}", "for {customer}"),
        _column("From", "?from_", "to {to}"),
        _column("Days", "start", "to {end}"),
        _column("Rate", "rate", "{rate_type}", "{quantity} of them"),
        _column("Expenses", "expenses", "markup {expense_markup}", "deposit {deposit}"),
        _column(
            "Days to pay",
            "?terms_days",
            "late fee {late_fee}",
            "{grace_days|day} of grace",
            "contract: {contract}",
        ),
        _column("Status", "status"),
    ),
    "invoices": (
        _column("Invoice", "id", "for {ref}", "{customer}", "{note}"),
        _column("Issued", "issued", "for {period_start}", "to {period_end}"),
        _column("Due", "due", "promised {promised_on}"),
        _column("Amount", "amount", "tax {tax}", "expenses {reimbursed}", "given up {write_off}"),
        _column("Status", "?status"),
    ),
    "payments": (
        _column("Payment", "id", "from {payer}"),
        _column("Day", "date"),
        _column("Amount", "amount", "{method}"),
        _column("For invoice", "?invoice"),
    ),
    "rent_roll": (
        _column("Unit", "unit", "{tenant}", "moved out {moved_out}"),
        _column("Status", "status", "notice {notice_received}", "renewal {renewal}"),
        _column("Rent", "rent", "market {market_rent}", "planned {planned_rent}", "from {planned_on}"),
        _column("Lease ends", "lease_end", "began {lease_start}", "last increase {last_increase}"),
        _column("Paid to", "paid_through", "due on day {due_day}"),
        _column("Deposit", "deposit_held", "returned {deposit_returned_on}"),
    ),
    "property": (
        _column("Property", "address", "adviser {adviser}"),
        _column("Worth", "value", "{value_basis}", "{value_date}"),
        _column("Bought for", "purchase_price", "{purchase_date}", "own money {cash_invested}"),
        _column("Building basis", "?building_basis", "land {land_basis}", "improvements {improvements}"),
        _column("Rent cap", "?rent_cap_status", "insurance: {policy_kind}"),
        _column("Let since", "?in_service_date", "{personal_days|day} of own use"),
    ),
    "vendors": (
        _column("Vendor", "vendor", "{kind}"),
        _column("W-9 on file", "w9_on_file", "{w9_date}"),
    ),
    "close": (
        _column("Month", "month"),
        _column("Item", "item"),
        _column("State", "state", "{date}"),
        _column("Owner", "?owner"),
    ),
    "policies": (
        _column("Policy", "policy", "{applies_to}"),
        _column("Days before", "?notice_days"),
        _column("Paid back", "?refund_share"),
        _column("Deleted after days", "?delete_after_days"),
        _column("Confirmed by", "confirmed_by", "{confirmed_on}"),
    ),
    "access": (
        _column("Opens", "thing", "{of}"),
        _column("Who can", "holders"),
        _column("Hand-over note", "handover_note"),
    ),
    "equipment": (
        _column("Item", "item"),
        _column("Put in", "installed", "lasts {life_years|year}"),
        _column("A new one costs", "?cost"),
        _column("Next service", "next_service"),
        _column("Hours", "?hours", "service at {service_hours}"),
    ),
    "readiness": (
        _column("Channel", "channel"),
        _column("Asks for", "item"),
        _column("Ready", "state"),
    ),
    "statements": (
        _column("Account", "account"),
        _column("Day", "date"),
        _column("Balance", "balance"),
    ),
}
"""Every table by its name; together the columns print every field."""

_NEWEST = ("service_date", "sent_on", "issued", "date", "month", "period", "start", "sold_on")
"""Fields by which a long table is sorted, newest first."""


def record_table(name: str, rows: Sequence[Row]) -> Table:
    """Lay out the rows of one table; columns that hold nothing are dropped.

    Args:
        name: Of the table, such as `bookings`.
        rows: At least one, all of that table's record.
    """
    fields = {field.name: field for field in fields_of(type(rows[0]))}
    shown = [layout for layout in LAYOUTS[name] if any(_is_written(row, layout) for row in rows)]
    shown = shown or list(LAYOUTS[name][:1])
    columns = tuple(
        Column(layout.main.rstrip("_"), layout.title, is_number=fields[layout.main].grammar in _NUMBERS)
        for layout in shown
    )
    return Table(
        columns, tuple(TableRow(tuple(cell(row, layout, fields) for layout in shown)) for row in rows)
    )


def newest_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows by their day, newest first, those without one last; rows without any day stay as written."""
    listed = tuple(rows)
    name = next((one for one in _NEWEST if listed and hasattr(listed[0], one)), "")
    if not name:
        return listed
    return tuple(sorted(listed, key=lambda row: _day(getattr(row, name)), reverse=True))


def cell(row: Row, layout: Layout, fields: dict[str, Field]) -> Cell:
    """One cell: the value with its grey line, which also says what could not be read and what is an estimate."""
    content = getattr(row, layout.main)
    notes = [_note(row, note) for note in layout.notes]
    if layout.main in row.estimates and "estimate" not in notes:
        notes.insert(0, "estimate")
    if not isinstance(content, Blank):
        return Cell(printable(content), _short(grey(*notes)))
    if content.why == "refused":
        return Cell(NOT_KNOWN, f"“{_short(content.text)}” was not understood", "bad")
    if content.why == "n/a":
        return Cell(content, _short(grey(content.text, *notes)))
    is_quiet = layout.is_quiet and not (content.why == "unknown" and fields[layout.main].column.required)
    return Cell("" if is_quiet else content, _short(grey(*notes)))


def printable(content: object) -> Printable:
    """A value of a cell as pages print it."""
    match content:
        case bool():
            return "yes" if content else "no"
        case tuple():
            return ", ".join(str(part) for part in content)
        case MonthToMonth():
            return "month to month"
        case _:
            return content  # type: ignore[return-value]  # what is left are values of the model


def words(content: object) -> str:
    """The same as text; empty where nothing is written."""
    if isinstance(content, Blank):
        return content.why if content.why in {"n/a", "not tracked"} else ""
    return value(printable(content))


def _note(row: Row, note: str) -> str:
    """One part of a grey line, or nothing where its first field is empty."""
    first = _FIELD.search(note)
    if first is None or not _note_words(row, first):
        return ""
    if first[3]:
        return _FIELD.sub("", note)
    return _FIELD.sub(lambda match: _note_words(row, match), note).strip()


def _note_words(row: Row, field: re.Match[str]) -> str:
    content = getattr(row, field[1])
    if isinstance(content, Blank):
        return f"“{content.text}” (not understood)" if content.why == "refused" else ""
    if (isinstance(content, Money) and not content.amount) or (field[3] and content is not True):
        return ""
    about = "about " if field[1] in row.estimates else ""
    if field[2] and isinstance(content, (int, Decimal)):
        return about + counted(content, field[2])
    return about + words(content)


def _is_written(row: Row, layout: Layout) -> bool:
    """Whether a column says anything of this row: one with a required field that is empty does, too."""
    return any(_says(getattr(row, name)) for name in layout.fields)


def _says(content: object) -> bool:
    return not isinstance(content, Blank) or content.why in {"n/a", "not tracked", "refused"}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE].rstrip()}…"


def _day(content: object) -> date:
    if isinstance(content, Period):
        return content.end
    return content if isinstance(content, date) else date.min
