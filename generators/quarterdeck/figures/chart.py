"""The standard chart of accounts, and the line of the tax form that each group of cost belongs to."""

from collections.abc import Mapping

from quarterdeck.figures.names import folded
from quarterdeck.model.entity import Entity
from quarterdeck.model.ledger import Account, parts_of

_SCHEDULE_C: Mapping[str, tuple[str, ...]] = {
    "advertising": ("ads",),
    "car and truck": ("vehicle", "fuel", "mileage"),
    "commissions and fees": ("commission", "processing"),
    "contract labor": ("captain", "crew", "performer", "subcontract"),
    "depreciation": ("depreciation",),
    "insurance": ("insurance",),
    "interest": ("interest",),
    "legal and professional": ("professional",),
    "office": ("software", "office"),
    "rent": ("slip", "rent"),
    "repairs": ("maintenance", "repairs"),
    "supplies": ("supplies", "catering"),
    "taxes and licenses": ("permits", "propertytax", "taxes"),
    "travel": ("travel",),
    "meals": ("meals",),
    "utilities": ("phone", "utilities"),
    "wages": ("payroll",),
    "other": ("dump", "hosting", "bank", "training", "cleaning", "management", "hoa"),
}
_SCHEDULE_E: Mapping[str, tuple[str, ...]] = {
    "5 advertising": ("ads",),
    "6 auto and travel": ("vehicle", "fuel", "mileage", "travel"),
    "7 cleaning and maintenance": ("maintenance", "cleaning"),
    "8 commissions": ("commission",),
    "9 insurance": ("insurance",),
    "10 legal and professional": ("professional",),
    "11 management": ("management",),
    "12 mortgage interest": ("interest",),
    "14 repairs": ("repairs",),
    "15 supplies": ("supplies",),
    "16 taxes": ("propertytax", "taxes", "permits"),
    "17 utilities": ("utilities", "phone"),
    "18 depreciation": ("depreciation",),
    "19 other": ("hoa", "software", "hosting", "bank"),
}
LINES: Mapping[str, Mapping[str, str]] = {
    tax_form: {group: line for line, groups in lines.items() for group in groups}
    for tax_form, lines in (("c", _SCHEDULE_C), ("e", _SCHEDULE_E))
}
"""`c` or `e` -> folded name of a group of cost -> line of Schedule C or E."""

_GROUPS: Mapping[str, frozenset[str]] = {
    "Assets": frozenset(
        [
            "Bank",
            "Cash",
            "Processor",
            "Receivable",
            "Unbilled",
            "Prepaid",
            "DueFrom",
            "Fixed",
            "AccumDepreciation",
        ]
    ),
    "Liabilities": frozenset(
        [
            "Payable",
            "CreditCard",
            "CustomerDeposits",
            "GiftCards",
            "SalesTax",
            "CrewTips",
            "SecurityDeposits",
            "RefundsDue",
            "DueTo",
            "Loan",
            "Payroll",
        ]
    ),
    "Equity": frozenset({"Owner", "Opening", "Retained"}),
    "Expenses": frozenset({"Variable", "Fixed", "Interest", "Taxes", "Uncategorized"}),
}
MAY_BE_CAPITAL = frozenset({"maintenance", "repairs", "vehicle", "supplies", "software", "office"})
"""Folded names of groups of cost whose large items may be assets that last longer than a year."""
UNSORTED = frozenset({"uncategorized", "suspense", "ask"})
"""Folded names of groups that say that nobody has sorted a cost yet."""


def form_of(entity: Entity) -> str:
    """The tax form of a business: `e` for a rental, else `c`."""
    return "e" if entity.kind == "rental" or entity.tax_form == "schedule-e" else "c"


def group_of(account: str) -> str:
    """What a cost is for, from the name of its account: `Slip` of `Expenses:JADA:Fixed:Slip`."""
    _, _, group, leaf = parts_of(account)
    return leaf.partition(":")[0] if group in {"Variable", "Fixed"} and leaf else group


def tax_line(account: str, opened: Account | None, entity: Entity) -> str:
    """The line of the tax form: as its `open` says, else that of its group; empty where neither tells."""
    if opened is not None and opened.tax_line:
        return opened.tax_line
    return LINES[form_of(entity)].get(folded(group_of(account)), "")


def unknown_place(account: str) -> str:
    """What is wrong with the name of an account; empty where the standard chart has its group."""
    root, _, group, leaf = parts_of(account)
    if not group:
        return "it names no group"
    if root == "Income":
        return ""
    if group not in _GROUPS.get(root, frozenset()):
        return f"{group} is no group of {root}"
    if root == "Expenses" and group in {"Variable", "Fixed"}:
        if not leaf:
            return f"it does not say which {group.lower()} cost"
        name = leaf.partition(":")[0]
        if all(folded(name) not in lines for lines in LINES.values()):
            return f"{name} is no standard cost"
    return ""
