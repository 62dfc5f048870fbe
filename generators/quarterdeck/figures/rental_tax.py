"""Part I of Schedule E as far as the year has gone, from the books: a preview for whoever prepares the return."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from quarterdeck.figures.cash import added
from quarterdeck.figures.derived import derived
from quarterdeck.figures.ledger import moved
from quarterdeck.figures.months import span_of
from quarterdeck.figures.rental_costs import cost_of, words_of
from quarterdeck.figures.scope import Scope, terms_of
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Property
from quarterdeck.model.journal import Journal
from quarterdeck.model.values import Blank, Period, month_of

RENT_LINE = 3
DEPRECIATION_LINE = 18
OTHER_LINE = 19
TOTAL_LINE = 20
NET_LINE = 21
LINES: Mapping[int, str] = {
    RENT_LINE: "Rents received",
    5: "Advertising",
    6: "Auto and travel",
    7: "Cleaning and maintenance",
    8: "Commissions",
    9: "Insurance",
    10: "Legal and professional",
    11: "Management",
    12: "Mortgage interest to banks",
    13: "Other interest",
    14: "Repairs",
    15: "Supplies",
    16: "Taxes",
    17: "Utilities",
    DEPRECIATION_LINE: "Depreciation",
    OTHER_LINE: "Other",
}
"""The lines that amounts stand on, in order."""
LINE_OF_WORD: Mapping[str, int] = {
    "ads": 5, "advertising": 5, "marketing": 5,
    "auto": 6, "travel": 6, "vehicle": 6,
    "cleaning": 7, "maintenance": 7,
    "commission": 8, "commissions": 8,
    "insurance": 9,
    "professional": 10, "legal": 10, "accounting": 10,
    "management": 11,
    "interest": 12, "mortgage": 12,
    "repair": 14, "repairs": 14,
    "supplies": 15,
    "propertytax": 16,
    "utilities": 17,
    "depreciation": DEPRECIATION_LINE,
}  # fmt: skip
"""Word of an account or of a cost's category -> line; any other cost stands on line 19."""
_NUMBER = re.compile(r"\d+")
_NOT_OF_THE_HOUSE = frozenset({"taxes", "incometax"})
_MONTHS = 12


def line_of(journal: Journal, account: str) -> int:
    """The line on which an account stands: by its own `tax-line`, else by its name."""
    opened = journal.account.get(account)
    for number in _NUMBER.findall(opened.tax_line if opened else ""):
        if int(number) in LINES:
            return int(number)
    if account.startswith("Income:"):
        return RENT_LINE
    named = [LINE_OF_WORD[word] for word in words_of(account) if word in LINE_OF_WORD]
    return named[-1] if named else OTHER_LINE


def schedule(scope: Scope, journal: Journal, months: tuple[Period, ...]) -> Iterator[Figure]:
    """The lines for the year of the last full month, as far as it has gone, with their total and the net."""
    year = tuple(one for one in months if one.start.year == months[-1].start.year)
    span = span_of(year)
    found = [*_booked(scope, journal, span), *_depreciation(scope, year)]
    yield from found
    made = {int(one.id.partition(":")[2]): one for one in found if one.id.startswith("schedule_e:")}
    costs = {line: one for line, one in made.items() if line != RENT_LINE}
    yield added(scope, f"schedule_e:{TOTAL_LINE}", _label(TOTAL_LINE, "Total of 5 to 19"), costs.values())
    yield derived(
        scope, "F-N12", f"schedule_e:{NET_LINE}", _label(NET_LINE, f"Net of {span.name}"),
        note="preview for your preparer", rents=made[RENT_LINE], lines=costs,
    )  # fmt: skip


def _booked(scope: Scope, journal: Journal, span: Period) -> Iterator[Figure]:
    """Every line but depreciation, which the tax form works out in its own way; parts of a line come before it."""
    by_line: dict[int, list[str]] = {RENT_LINE: []}
    for account in journal.below((journal.name("Income"), journal.name("Expenses"))):
        line = line_of(journal, account)
        if not _NOT_OF_THE_HOUSE.intersection(words_of(account)) and line != DEPRECIATION_LINE:
            by_line.setdefault(line, []).append(account)
    for line, accounts in sorted(by_line.items()):
        code, label = f"schedule_e:{line}", _label(line, LINES[line])
        if line == RENT_LINE:
            yield moved(scope, journal, code, label, tuple(accounts), span, sign=-1)
        else:
            yield from cost_of(scope, journal, accounts, span, code, label)


def _depreciation(scope: Scope, year: tuple[Period, ...]) -> Iterator[Figure]:
    """The basis, depreciation of the whole year (F-N11), and last its part for the months that have gone."""
    house = next(iter(scope.of(Property)), None)
    began = house.in_service_date if house and isinstance(house.in_service_date, date) else None
    code, label = f"schedule_e:{DEPRECIATION_LINE}", _label(DEPRECIATION_LINE, LINES[DEPRECIATION_LINE])
    basis = stated(scope, house, "house_basis", "Basis of the building", "building_basis")
    yield basis
    of_year = year[0].start.year
    whole_label = f"Depreciation of {of_year}, the whole year"
    if began is None:
        yield scope.missing("depreciation_year", whole_label, "money", "property", formula="F-N11")
        yield scope.missing(code, label, "money", "property", formula="F-P1")
        return
    whole = derived(
        scope, "F-N11", "depreciation_year", whole_label,
        basis=basis, month=began.month, year=of_year - began.year + 1,
    )  # fmt: skip
    yield whole
    calendar_year = [month_of(date(of_year, month, 1)) for month in range(1, _MONTHS + 1)]
    gone, all_of_it = _half_months(began, year), _half_months(began, calendar_year)
    yield derived(
        scope, "F-P1", code, label, note=f"{gone} of {all_of_it} half months of the year",
        amount=whole, days_active=gone, days_in_period=max(1, all_of_it),
    )  # fmt: skip


def _half_months(began: date, months: Iterable[Period]) -> int:
    """Half months in service: the month in which it began counts one half, later ones two."""
    return sum(2 if began < one.start else int(began <= one.end) for one in months)


def stated(scope: Scope, house: Property | None, code: str, label: str, column: str) -> Figure:
    """One amount that is written of the house."""
    if house is None or isinstance(getattr(house, column), Blank):
        return scope.missing(code, label, "money", "property")
    return scope.total(code, label, terms_of([house], column), needs=("property",))


def _label(line: int, title: str) -> str:
    return f"{line} {title}"
