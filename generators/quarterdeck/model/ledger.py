"""The books: what the Beancount files of a portfolio say, entry by entry."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

BOOK = "ledger/{entity}-{year:04}.beancount"
"""Where a business's entries of a year belong; whoever keeps books may name the files otherwise."""

Root = Literal["Assets", "Liabilities", "Equity", "Income", "Expenses"]
Purpose = Literal["tax", "sales-tax", "deposits", "reserve"]
Part = Literal[
    "",
    "opening",
    "received",
    "recognised",
    "refunded",
    "forfeited",
    "others",
    "debit",
    "credit",
    "grown",
    "settled",
    "credited",
]
BudgetCadence = Literal["weekly", "monthly", "quarterly", "yearly"]


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """One account as it was opened; its name is `Root:COMPONENT:Group:Leaf`."""

    name: str
    opened: date
    source: Source
    closed: date | None = None
    restricted: bool = False
    """Cash that may not be spent."""
    purpose: str = ""
    """What cash is for: tax, sales-tax, deposits, reserve; or empty."""
    tax_line: str = ""
    """Overrides the tax line that its group has."""

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Root, component of the entity, group and leaf; what is not there is empty."""
        return parts_of(self.name)


@lru_cache(maxsize=4096)
def parts_of(account: str) -> tuple[str, str, str, str]:
    """Root, component, group and leaf of an account's name; what is not there is empty."""
    root, _, rest = account.partition(":")
    component, _, rest = rest.partition(":")
    group, _, leaf = rest.partition(":")
    return root, component, group, leaf


class Posting(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True, gc=False):
    """One line of an entry. Beancount's sign: income and liabilities are negative."""

    account: str
    units: Money
    weight: Money | None = None
    """What it counts in the balance of the entry, where a price or cost makes that other than its units."""
    line: int = 0

    @property
    def balance(self) -> Money:
        """What it counts in the balance of the entry."""
        return self.units if self.weight is None else self.weight


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True, gc=False):
    """One transaction that balances."""

    date: date
    path: str
    line: int
    payee: str
    narration: str
    postings: tuple[Posting, ...]
    tags: tuple[str, ...] = ()
    """Without the sign, sorted: `one-time`."""
    links: tuple[str, ...] = ()
    keys: Mapping[str, str] = {}
    """Its metadata as text: `booking`, `invoice`, `service-date`, `vendor`, `pay-method`, `document` and so on."""
    flag: str = "*"

    @property
    def source(self) -> Source:
        """Where it stands."""
        return Source(self.path, self.line, "ledger", self.payee or self.narration, self.date)


class Assertion(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `balance` line: what an account holds at the start of a day."""

    account: str
    date: date
    amount: Money
    source: Source
    gap: Decimal = Decimal(0)
    """What the entries add up to less what is asserted; 0 where it holds."""

    @property
    def holds(self) -> bool:
        """Whether the books agree."""
        return not self.gap


class Price(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one unit of a currency was worth on a day."""

    currency: str
    date: date
    worth: Money
    source: Source


class Budget(msgspec.Struct, frozen=True, omit_defaults=True):
    """A planned amount of an account, in its natural size, valid until the account's next one."""

    account: str
    date: date
    cadence: BudgetCadence
    amount: Money
    source: Source


class Ledger(msgspec.Struct, frozen=True, omit_defaults=True):
    """All books of a portfolio. Entries in order of date, then file and line; the others likewise."""

    entries: tuple[Entry, ...] = ()
    accounts: tuple[Account, ...] = ()
    """In order of name."""
    assertions: tuple[Assertion, ...] = ()
    prices: tuple[Price, ...] = ()
    budgets: tuple[Budget, ...] = ()
    paths: tuple[str, ...] = ()
    """Every file that was read, refused ones too, sorted."""


class Lines(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which postings of the books a figure adds up: the way from a number back to its entries."""

    component: str
    """Of the entity: `JADA`."""
    accounts: tuple[str, ...] = ()
    """Beginnings of account names, whole parts each; none means by `cash_class` alone."""
    start: date | None = None
    """First day; None: from the beginning of the books."""
    end: date | None = None
    """Last day, included; None: the day of the report."""
    cash_class: str = ""
    """Only the other side of cash movements of this class: `operating_in`."""
    tag: str = ""
    """Only entries with this tag."""
    sign: int = 1
    """-1 where the figure shows income or a liability in its natural size."""
    part: Part = ""
    """Only one part of what the accounts moved: brought forward, what became of customers' money as the other
    side of each entry says, one side of the account without its sign, or how a debt grew, was settled or let go."""
    keys: tuple[tuple[str, str], ...] = ()
    """Only entries whose metadata says this, case aside; an empty word means that it does not say."""
