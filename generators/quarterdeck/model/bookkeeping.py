"""What the books tell in words and lists: accounts, vendors, groups of cost, and entries to look at."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.model.figure import Missing
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

AccountState = Literal["used", "never used", "outside the chart"]
LineReason = Literal["past its day", "earned early", "no join key", "asset or repair"]


class AccountUse(msgspec.Struct, frozen=True, tag="account", omit_defaults=True):
    """One account of a business, and whether it is one that the standard chart knows."""

    entity: str
    account: str
    state: AccountState
    source: Source
    why: str = ""
    """What is wrong with an account outside the chart."""


class VendorPaid(msgspec.Struct, frozen=True, tag="vendor", omit_defaults=True):
    """What one vendor was paid in the calendar year."""

    entity: str
    vendor: str
    subject: str
    """Of the ids of its figures: `contractor_total:bay-divers`."""
    kind: str
    """As the Vendors table has it: contractor, company, exempt; empty where it has no such row."""
    has_w9: bool | None
    """None where nobody says."""
    reported: Money
    """By transfer, check or cash: what counts for the yearly form."""
    others: Money
    """By card, platform or a way that no entry names."""
    is_due: bool | Missing
    """Whether `reported` reaches the threshold of the year."""
    methods: tuple[str, ...]
    groups: tuple[str, ...]
    """Groups of cost that its entries were posted to."""
    sources: tuple[Source, ...]


class ExpenseGroup(msgspec.Struct, frozen=True, tag="group", omit_defaults=True):
    """What one account of expenses took in the calendar year, with its line of the tax form."""

    entity: str
    account: str
    group: str
    tax_line: str
    """Empty where the standard chart has none."""
    amount: Money
    share: Decimal
    """Ratio of all expenses of the business."""
    lines: int
    documented: int
    """Lines whose entry names a document."""
    sources: tuple[Source, ...]


class BookLine(msgspec.Struct, frozen=True, tag="line", omit_defaults=True):
    """Money that an entry, or the lack of one, holds in the wrong place, or in a place to ask about."""

    entity: str
    reason: LineReason
    name: str
    """Booking, invoice or payee."""
    amount: Money
    day: date | None
    """Day of the service, where one is known."""
    source: Source
    account: str = ""
    """Where a cost was posted that may be an asset."""


BookNote = AccountUse | VendorPaid | ExpenseGroup | BookLine
