"""Three small portfolios on disk: books alone, two currencies, and an agency without books."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from quarterdeck.figures.months import months_to
from quarterdeck.model.values import month_of
from tests.sites import AS_OF, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from quarterdeck.model.values import Period

TODAY = date.fromisoformat(AS_OF)
OPENED = "2025-09-01"
MONTHS = tuple(months_to(month_of(date(2026, 11, 1)), 15))
"""From September 2025 to the month of the report."""

PRICES = {
    date(2025, 8, 31): "1.07",
    **{month.end: f"1.0{8 + at % 2}" for at, month in enumerate(MONTHS[:-1])},
    date(2026, 11, 20): "1.10",
}
"""What a euro was worth in dollars at the ends of months, and last."""

SETTINGS = f"schema: 1\nname: {{name}}\nas_of: {AS_OF}\nrepository: https://git.example.com/owner/books\n"


def books_alone(root: Path) -> Path:
    """A pottery of which nothing is written down but its books."""
    write(root, "portfolio.yml", SETTINGS.format(name="Kiln Street"))
    write(root, "handoffs/kiln.md", _front("kiln", "Kiln Street Pottery", "generic", ledger="KILN"))
    accounts = (
        "Assets:KILN:Bank:Checking",
        'Assets:KILN:Bank:TaxPot\n  restricted: TRUE\n  purpose: "tax"',
        "Assets:KILN:Receivable",
        "Assets:KILN:Fixed:Kiln",
        "Assets:KILN:AccumDepreciation:Kiln",
        "Liabilities:KILN:CustomerDeposits",
        "Liabilities:KILN:GiftCards",
        "Liabilities:KILN:SalesTax",
        "Liabilities:KILN:Loan:Kiln",
        "Equity:KILN:Opening",
        "Equity:KILN:Owner",
        "Income:KILN:Courses",
        "Income:KILN:Wares",
        "Expenses:KILN:Variable:Clay",
        "Expenses:KILN:Fixed:Rent",
        "Expenses:KILN:Fixed:Depreciation",
        "Expenses:KILN:Interest",
        "Expenses:KILN:Uncategorized",
    )
    write(root, "ledger/main.beancount", _main(accounts, "kiln"))
    write(root, "ledger/kiln.beancount", "".join(_pottery()))
    return root


def two_currencies(root: Path) -> Path:
    """A workshop in dollars and a house in euros; the workshop rents a room of the house."""
    write(root, "portfolio.yml", SETTINGS.format(name="Mill Lane"))
    write(root, "handoffs/workshop.md", _WORKSHOP)
    write(root, "handoffs/house.md", _HOUSE)
    write(root, "data/workshop/bookings.csv", _BOOKINGS)
    accounts = (
        "Assets:WORK:Bank:Checking",
        "Assets:WORK:Receivable",
        "Liabilities:WORK:CustomerDeposits",
        "Liabilities:WORK:DueTo:HOUSE",
        "Equity:WORK:Opening",
        "Income:WORK:Repairs",
        "Expenses:WORK:Variable:Parts",
        "Expenses:WORK:Fixed:Room",
        "Assets:HOUSE:Bank:Checking",
        'Assets:HOUSE:Bank:Deposits\n  restricted: TRUE\n  purpose: "deposits"',
        "Assets:HOUSE:DueFrom:WORK",
        "Liabilities:HOUSE:SecurityDeposits",
        "Liabilities:HOUSE:Loan:Mortgage",
        "Equity:HOUSE:Opening",
        "Equity:HOUSE:Owner",
        "Income:HOUSE:Rent",
        "Income:HOUSE:Room",
        "Expenses:HOUSE:Fixed:PropertyTax",
        "Expenses:HOUSE:Interest",
    )
    write(root, "ledger/main.beancount", _main(accounts, "workshop", "house"))
    write(root, "ledger/workshop.beancount", "".join(_workshop()))
    write(root, "ledger/house.beancount", "".join(_house()))
    return root


def agency_alone(root: Path) -> Path:
    """An agency with clients, hours and invoices, and no books."""
    write(root, "portfolio.yml", SETTINGS.format(name="Paper Crane"))
    write(root, "handoffs/crane.md", _CRANE)
    write(root, "data/crane/time_log.csv", _HOURS)
    write(root, "data/crane/invoices.csv", _INVOICES)
    write(root, "data/crane/payments.csv", _PAYMENTS)
    return root


# --- books -------------------------------------------------------------------------------------------------------


def _front(entity: str, name: str, kind: str, **more: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return (
        f"---\nentity: {entity}\nname: {name}\nkind: {kind}\nupdated: 2026-11-20\nsample: true\n{lines}---\n"
    )


def _main(accounts: Iterable[str], *books: str) -> str:
    opened = "".join(f"{OPENED} open {one}\n" for one in accounts)
    return opened + "".join(f'include "{one}.beancount"\n' for one in books)


def _entry(day: date | str, who: str, *postings: str, keys: str = "") -> str:
    meta = "".join(f"  {one}\n" for one in keys.split("; ") if one)
    return f'{day} * "{who}" "{who}"\n{meta}' + "".join(f"  {one}\n" for one in postings)


def _day(month: Period, day: int) -> date:
    """A day of a month, or the day of the report where that is not yet over."""
    return min(month.start.replace(day=day), TODAY)


def _pottery() -> Iterator[str]:
    yield _entry(
        OPENED,
        "Opening",
        "Assets:KILN:Bank:Checking 6211.40 USD",
        "Assets:KILN:Fixed:Kiln 9000.00 USD",
        "Liabilities:KILN:Loan:Kiln -5400.00 USD",
        "Equity:KILN:Opening",
    )
    for at, month in enumerate(MONTHS):
        courses, wares = 1810 + 37 * at, 905 + 53 * (at % 5)
        yield _entry(
            _day(month, 4),
            "Course",
            "Assets:KILN:Bank:Checking 400.00 USD",
            "Liabilities:KILN:CustomerDeposits -400.00 USD",
            keys=f'booking: "C-{at}"',
        )
        yield _entry(
            _day(month, 12),
            "Course",
            f"Assets:KILN:Bank:Checking {courses - 400}.00 USD",
            "Liabilities:KILN:CustomerDeposits 400.00 USD",
            f"Income:KILN:Courses -{courses}.00 USD",
            keys=f'booking: "C-{at}"',
        )
        yield _entry(
            _day(month, 14),
            "Shop",
            f"Assets:KILN:Bank:Checking {wares}.70 USD",
            "Assets:KILN:Receivable 60.00 USD",
            f"Income:KILN:Wares -{wares}.00 USD",
            "Liabilities:KILN:SalesTax -60.70 USD",
        )
        yield _entry(
            _day(month, 15), "Card", "Assets:KILN:Bank:Checking 50.00 USD", "Liabilities:KILN:GiftCards"
        )
        yield _entry(
            _day(month, 16),
            "Clay",
            "Expenses:KILN:Variable:Clay 611.30 USD",
            "Assets:KILN:Bank:Checking",
        )
        yield _entry(
            _day(month, 2), "Rent", "Expenses:KILN:Fixed:Rent 940.00 USD", "Assets:KILN:Bank:Checking"
        )
        yield _entry(
            _day(month, 3),
            "Lender",
            "Expenses:KILN:Interest 27.15 USD",
            "Liabilities:KILN:Loan:Kiln 150.00 USD",
            "Assets:KILN:Bank:Checking",
        )
        yield _entry(_day(month, 20), "Owner", "Equity:KILN:Owner 1300.00 USD", "Assets:KILN:Bank:Checking")
        yield _entry(
            _day(month, 21),
            "Wear",
            "Expenses:KILN:Fixed:Depreciation 75.00 USD",
            "Assets:KILN:AccumDepreciation:Kiln",
        )
    yield _entry("2026-06-08", "Wheel", "Assets:KILN:Fixed:Kiln 1200.00 USD", "Assets:KILN:Bank:Checking")
    yield _entry("2026-07-01", "Tax pot", "Assets:KILN:Bank:TaxPot 800.00 USD", "Assets:KILN:Bank:Checking")
    yield _entry(
        "2026-08-19", "Nobody knows", "Expenses:KILN:Uncategorized 33.00 USD", "Assets:KILN:Bank:Checking"
    )
    yield _entry("2026-09-20", "State", "Liabilities:KILN:SalesTax 500.00 USD", "Assets:KILN:Bank:Checking")
    yield '2026-01-01 custom "budget" Income:KILN:Courses "monthly" 2100.00 USD\n'
    yield '2026-01-01 custom "budget" Expenses:KILN:Fixed:Rent "monthly" 940.00 USD\n'


def _workshop() -> Iterator[str]:
    yield from (f"{on} price EUR {worth} USD\n" for on, worth in PRICES.items())
    yield _entry(OPENED, "Opening", "Assets:WORK:Bank:Checking 4180.00 USD", "Equity:WORK:Opening")
    for at, month in enumerate(MONTHS):
        yield _entry(
            _day(month, 9),
            "Customer",
            f"Assets:WORK:Bank:Checking {1500 + 71 * at}.00 USD",
            "Assets:WORK:Receivable 90.00 USD",
            "Income:WORK:Repairs",
            keys=f'booking: "W-{at}"',
        )
        yield _entry(
            _day(month, 11), "Parts", "Expenses:WORK:Variable:Parts 402.50 USD", "Assets:WORK:Bank:Checking"
        )
        yield _entry(
            _day(month, 1), "House", "Expenses:WORK:Fixed:Room 200.00 EUR", "Liabilities:WORK:DueTo:HOUSE"
        ).replace('"House"\n', '"House" #intercompany\n')
    yield _entry(
        "2026-11-05",
        "Deposit",
        "Assets:WORK:Bank:Checking 130.00 USD",
        "Liabilities:WORK:CustomerDeposits",
        keys='booking: "W-20"',
    )


def _house() -> Iterator[str]:
    yield _entry(
        OPENED,
        "Opening",
        "Assets:HOUSE:Bank:Checking 3100.00 EUR",
        "Assets:HOUSE:Bank:Deposits 1400.00 EUR",
        "Liabilities:HOUSE:SecurityDeposits -1400.00 EUR",
        "Liabilities:HOUSE:Loan:Mortgage -88000.00 EUR",
        "Equity:HOUSE:Opening",
    )
    for month in MONTHS:
        yield _entry(
            _day(month, 3),
            "T-1",
            "Assets:HOUSE:Bank:Checking 1400.00 EUR",
            "Income:HOUSE:Rent",
            keys='unit: "ground"',
        )
        yield _entry(
            _day(month, 5),
            "Bank",
            "Expenses:HOUSE:Interest 271.33 EUR",
            "Liabilities:HOUSE:Loan:Mortgage 310.00 EUR",
            "Assets:HOUSE:Bank:Checking",
        )
        yield _entry(
            _day(month, 7),
            "Town",
            "Expenses:HOUSE:Fixed:PropertyTax 96.40 EUR",
            "Assets:HOUSE:Bank:Checking",
        )
        yield _entry(
            _day(month, 1), "Workshop", "Assets:HOUSE:DueFrom:WORK 200.00 EUR", "Income:HOUSE:Room"
        ).replace('"Workshop"\n', '"Workshop" #intercompany\n')
        yield _entry(_day(month, 22), "Owner", "Equity:HOUSE:Owner 400.00 EUR", "Assets:HOUSE:Bank:Checking")


# --- handoffs ----------------------------------------------------------------------------------------------------

_WORKSHOP = (
    _front("workshop", "Mill Lane Workshop", "charter", ledger="WORK", billing_model="per-job", owner="kim")
    + """
## Offers
| Offer | Price | Unit | Variable cost |
|---|---|---|---|
| Repair | $173 | job | $41 |

## Plan
| Month | Line | Amount |
|---|---|---|
| 2026 | revenue | $23,817 |
| 2026-12 | revenue | $2,611 |

## Assets
| Asset | Type | Value | Insured until |
|---|---|---|---|
| Lathe | equipment | $6,113 | 2027-04-30 |
| Van | vehicle | $8,219 | 2026-10-01 |

## Pipeline
| Lead | Stage | Value | Next step | Next date |
|---|---|---|---|---|
| boat club | proposal | $1,327 | Call | 2026-12-01 |
| school | lead | $743 | Write | 2026-12-07 |

## Channels
| Channel | Kind | State | Last checked |
|---|---|---|---|
| own-site | direct | bookable | 2026-11-10 |
| phone | direct | active | 2026-11-10 |

## Tasks
- [ ] Insure the van #W-1 @kim due:2026-11-27 effort:2h fixes:R-CEO-02
- [ ] Post every job with its number #W-2 @kim effort:4h needs:W-1 impact:$97/mo
"""
)

_BOOKINGS = """id,date,gross,channel,status,paid
W-12,2026-09-09,$2447,phone,completed,$2357
W-13,2026-10-09,$2521,own-site,completed,$2421
W-19,2026-10-20,$187,own-site,completed,$59
W-20,2026-12-03,$311,own-site,confirmed,$137
"""

_HOUSE = (
    _front(
        "house",
        "Mill Lane House",
        "rental",
        ledger="HOUSE",
        currency="EUR",
        billing_model="rent",
        ancillary="true",
    )
    + """
## Property
| Address | Purchase price | Purchase date | Building basis | Land basis | Value | Value date | Value basis |
|---|---|---|---|---|---|---|---|
| 4 Mill Lane | EUR 151,000 | 2018-03-01 | EUR 109,000 | EUR 42,000 | EUR 213,700 | 2026-05-02 | appraisal |

## Rent roll
| Unit | Tenant | Lease start | Lease end | Monthly rent | Deposit held | Status | Market rent | Paid through |
|---|---|---|---|---|---|---|---|---|
| ground | T-1 | 2025-02-01 | 2027-01-31 | EUR 1,403 | EUR 1,409 | occupied | EUR 1,517 | 2026-11-30 |
| attic | | | | EUR 613 | | vacant | EUR 641 | |

## Loans
| Lender | Balance | As of | Rate | Payment | Maturity |
|---|---|---|---|---|---|
| River Bank | EUR 83,357 | 2026-11-01 | 3.7% | EUR 581.47 | 2043-05-01 |

## Tasks
- [ ] Offer the tenant a new lease #H-1 due:2026-12-15 effort:1h
"""
)

_CRANE = (
    _front("crane", "Paper Crane Studio", "agency", billing_model="mixed", owner="ira")
    + """
## Clients
| Client | Billing model | Fee | Fee period | Terms days | Contract | Contract end | Hours included | Hosting cost |
|---|---|---|---|---|---|---|---|---|
| bakery | retainer | $617 | monthly | 15 | yes | 2027-04-30 | 8 | $13.37 |
| dentist | retainer | $853 | monthly | 30 | yes | 2026-12-31 | 10 | $17.53 |
| choir | none | ? | | | no | | 0 | $11.71 |

## Costs
| Item | Amount | Cadence | Nature | Next due |
|---|---|---|---|---|
| Desk | $389 | monthly | fixed | 2026-12-01 |
| Fonts | $227 | annual | fixed | 2027-02-10 |

## KPIs
| KPI | Period | Value |
|---|---|---|
| clients_with_model | 2026-10 | 2 of 3 |
| site_uptime | 2026-10 | 99.7% |

## Tasks
- [ ] Terms for the choir #P-1 @ira due:2026-11-30 effort:3h impact:$71/mo fixes:R-CLI-01
- [ ] A bill for the choir #P-2 @ira due:2026-12-04 effort:1h needs:P-1
- [ ] New desk chairs #P-3 @ira someday
- [ ] Ask the dentist about next year #P-4 @ira due:2026-11-20 effort:1h impact:$877/mo needs:P-5
- [ ] Hours of the dentist, by kind of work #P-5 @ira effort:2h
"""
)

_HOURS = """client,month,hours,person,cost_rate,billable
bakery,2026-09,7.25,ira,43,yes
bakery,2026-10,9.75,ira,43,yes
dentist,2026-10,16.25,ira,43,yes
choir,2026-10,5.75,ira,43,yes
"""

_INVOICES = """id,ref,issued,due,amount,tax,status,customer
P-81,bakery,2026-09-01,2026-09-16,617.00,,paid,bakery
P-82,bakery,2026-10-01,2026-10-16,617.00,,sent,bakery
P-83,dentist,2026-10-01,2026-10-31,853.00,,sent,dentist
P-84,dentist,2026-11-01,2026-12-01,859.00,,sent,dentist
P-85,choir,2026-06-02,2026-06-17,149.00,,sent,choir
"""

_PAYMENTS = """id,date,invoice,amount,method,payer
Q-1,2026-09-14,P-81,617.00,ach,bakery
Q-2,2026-10-20,P-82,317.00,ach,bakery
"""

SMALL: dict[str, Callable[[Path], Path]] = {
    "books": books_alone,
    "currencies": two_currencies,
    "agency": agency_alone,
}
