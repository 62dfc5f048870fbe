"""Bills of the billing audit: each delivery beside its invoices, drafts of those never written, and wrong ones."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import Match
from quarterdeck.model.figure import Missing
from quarterdeck.model.services import Delivery, Invoice
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    grey,
    name_of,
    on,
    said,
    text,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone, joined
from quarterdeck.reports.words import counted, day, money, number, percent

_VERDICTS = {
    "cancelled-with-deposit": "cancelled with deposit",
    "not-started": "not started",
    "in-progress": "in progress",
    "written-off": "written off",
    "not-known": "not known",
}
_URGENT = (
    "unbilled",
    "overdue",
    "under-billed",
    "over-billed",
    "not-known",
    "open",
    "in-progress",
    "not-started",
    "cancelled-with-deposit",
    "written-off",
    "paid",
    "cancelled",
)
TONES: dict[str, Tone] = {"unbilled": "bad", "overdue": "bad", "under-billed": "warn", "over-billed": "warn"}
_CONTRACT = {True: "contract", False: "no contract"}
_UNITS = {"per-day": "day", "per-nm": "nautical mile"}


class Draft(msgspec.Struct, frozen=True):
    """The lines of an invoice that nobody wrote yet."""

    title: str
    """`YD-43, Owner E. C.`"""
    age: str
    """`ended 25 Sep 2026, 59 days ago`."""
    amount: Money | Missing
    lines: tuple[tuple[str, Money | None], ...]
    """Words and amount; the words that say what the rest is for have none."""
    note: str
    source: Source
    anchor: str


def urgency(match: Match) -> tuple[object, ...]:
    """Sort key: what needs somebody first, then the oldest."""
    return (_URGENT.index(match.verdict), str(on(match.delivery.end) or date.max), name_of(match.delivery.id))


def with_verdict(found: Iterable[Match], verdict: str) -> list[Match]:
    """The deliveries of one verdict, in the order given."""
    return [one for one in found if one.verdict == verdict]


def match_lines(found: Sequence[Match], tables: Tables) -> Lines | None:
    """The match table, a row for each delivery."""
    columns = (
        Column("delivery", "Delivery"),
        Column("expected", "Expected", is_number=True),
        Column("invoiced", "Invoiced", is_number=True),
        Column("paid", "Paid", is_number=True),
        Column("open", "Open", is_number=True),
        Column("verdict", "Verdict"),
    )
    by_delivery = {id(one.delivery): one for one in found}

    def cells(delivery: Delivery) -> TableRow:
        match = by_delivery[id(delivery)]
        given_up = match.written_off
        off = said("written off", given_up) if isinstance(given_up, Money) and given_up.amount else ""
        maybe = f"perhaps {joined(match.probable)}: look" if match.probable else ""
        return TableRow(
            (
                Cell(f"{paper_number(delivery.id)}, {name_of(delivery.customer)}", _trip(delivery)),
                Cell(match.expected, grey("estimate" if match.is_estimate else "", _terms_words(delivery))),
                Cell(match.invoiced, grey(joined([paper_number(one) for one in match.invoices]), maybe)),
                Cell(match.paid, grey(off, said("deposit", match.deposit))),
                match.open,
                _verdict_cell(match),
            ),
            tone="bad" if match.verdict == "unbilled" else "",
            anchor=f"d-{_anchor(delivery)}",
        )

    rows = [one.delivery for one in found]
    return tables.lines("match", columns, rows, cells, lambda row: paper_number(row.id))


def paper_number(thing: object) -> str:
    """An id as people write it on paper."""
    return name_of(thing).upper()


def _anchor(delivery: Delivery) -> str:
    return (
        "".join(c if c.isascii() and c.isalnum() else "-" for c in name_of(delivery.id).lower()).strip("-")
        or "unnamed"
    )


def _trip(delivery: Delivery) -> str:
    way = " to ".join(part for part in (text(delivery.from_), text(delivery.to)) if part)
    days = " to ".join(day(one) for one in (on(delivery.start), on(delivery.end)) if one)
    return grey(
        text(delivery.vessel),
        way,
        days,
        _CONTRACT.get(delivery.contract is True, "")
        if isinstance(delivery.contract, bool)
        else "contract not known",
    )


def _terms_words(delivery: Delivery) -> str:
    """How the expected bill is made: `8 x $450 + $980`."""
    if not isinstance(delivery.rate, Money):
        return ""
    rate = money(delivery.rate)
    fee = (
        f"{number(delivery.quantity)} \u00d7 {rate}"
        if delivery.rate_type in _UNITS and isinstance(delivery.quantity, Decimal)
        else f"{rate} {text(delivery.rate_type)}"
    )
    rest = delivery.expenses
    if isinstance(rest, Blank) and rest.why != "n/a":
        return f"{fee}, expenses not written"
    markup = (
        f" + {percent(delivery.expense_markup)}"
        if isinstance(delivery.expense_markup, Ratio) and delivery.expense_markup.value
        else ""
    )
    return f"{fee} + {money(rest)}{markup}" if isinstance(rest, Money) and rest.amount else fee


def _verdict_cell(match: Match) -> Cell:
    note = ""
    if match.verdict == "overdue" or match.days_late:
        note = f"{counted(match.days_late, 'day')} late"
    elif (
        isinstance(match.difference, Money)
        and match.difference.amount
        and match.verdict in {"under-billed", "over-billed"}
    ):
        note = money(abs_money(match.difference))
    return Cell(
        _VERDICTS.get(match.verdict, match.verdict),
        note,
        TONES.get(match.verdict, "bad" if match.days_late else ""),
    )


def abs_money(amount: Money) -> Money:
    """The same amount without its sign."""
    return amount if amount.amount >= 0 else -amount


def draft_of(match: Match, as_of: date) -> Draft:
    """The invoice of an unbilled delivery, ready to copy."""
    delivery = match.delivery
    end = on(delivery.end)
    lines = list(_draft_lines(delivery))
    if isinstance(match.expected, Money):
        lines.append(("Total", match.expected))
    held = delivery.deposit
    note = ""
    if isinstance(held, Money) and held.amount:
        note = f"A deposit of {money(held, exact=True)} is written; set it off against the total."
        if isinstance(match.expected, Money) and match.expected.currency == held.currency:
            lines += [
                ("Deposit received", -held),
                ("Left to pay", match.expected - held),
            ]
    if isinstance(delivery.terms_days, Blank):
        note = f"{note} Terms are not written: due on receipt.".strip()
    ended = f"ended {day(end)}, {counted((as_of - end).days, 'day')} ago" if end else "end not written"
    title = f"{paper_number(delivery.id)}, {name_of(delivery.customer)}"
    return Draft(
        title, ended, match.expected, tuple(lines), note, delivery.source, f"draft-{_anchor(delivery)}"
    )


def draft_table(drafts: Sequence[Draft], tables: Tables) -> Table:
    """The lines of all drafts one below the other, for the file beneath them."""
    columns = (
        Column("invoice", "Invoice"),
        Column("line", "Line"),
        Column("amount", "Amount", is_number=True),
    )
    rows = (TableRow((one.title, words, amount or "")) for one in drafts for words, amount in one.lines)
    return tables.plain("drafts", Table(columns, tuple(rows)))


def _draft_lines(delivery: Delivery) -> Iterable[tuple[str, Money | None]]:
    what = f"Delivery of {text(delivery.vessel) or 'the vessel'}"
    way = " to ".join(part for part in (text(delivery.from_), text(delivery.to)) if part)
    days = " to ".join(day(one) for one in (on(delivery.start), on(delivery.end)) if one)
    yield ", ".join(part for part in (what, way, days) if part), None
    if isinstance(delivery.rate, Money):
        quantity = _quantity(delivery)
        if delivery.rate_type in _UNITS and quantity is not None:
            unit = _UNITS[str(delivery.rate_type)]
            yield f"{counted(quantity, unit)} at {money(delivery.rate, exact=True)}", delivery.rate * quantity
        else:
            yield f"Agreed {text(delivery.rate_type) or 'rate'}", delivery.rate
    if isinstance(delivery.expenses, Money) and delivery.expenses.amount:
        yield "Expenses paid for you, receipts attached", delivery.expenses
        markup = delivery.expense_markup
        if isinstance(markup, Ratio) and markup.value:
            yield f"Handling, {percent(markup)}", delivery.expenses * markup.value


def _quantity(delivery: Delivery) -> Decimal | None:
    if isinstance(delivery.quantity, Decimal):
        return delivery.quantity
    if (
        delivery.rate_type == "per-day"
        and isinstance(delivery.start, date)
        and isinstance(delivery.end, date)
    ):
        return Decimal((delivery.end - delivery.start).days + 1)
    return None


def wrong_table(found: Sequence[Match], invoices: Sequence[Invoice], tables: Tables) -> Table | None:
    """Bills that differ from what was agreed, with the reason where the numbers tell it."""
    columns = (
        Column("delivery", "Delivery"),
        Column("expected", "Expected", is_number=True),
        Column("invoiced", "Invoiced", is_number=True),
        Column("difference", "Difference", is_number=True),
        Column("reason", "Reason"),
    )
    rows = []
    for one in found:
        gap = one.difference
        if one.verdict in {"under-billed", "over-billed"} and isinstance(gap, Money):
            word: Tone = "bad" if gap.amount > 0 else "warn"
            note = "too little" if gap.amount > 0 else "too much"
            head = Cell(
                f"{paper_number(one.delivery.id)}, {name_of(one.delivery.customer)}",
                joined([paper_number(bill) for bill in one.invoices]),
            )
            rows.append(
                TableRow(
                    (
                        head,
                        one.expected,
                        one.invoiced,
                        Cell(abs_money(gap), note, word),
                        _reason(one, gap, invoices),
                    )
                )
            )
    return tables.plain("wrongly-billed", Table(columns, tuple(rows))) if rows else None


def _reason(match: Match, gap: Money, invoices: Sequence[Invoice]) -> str:
    """Days, expenses or markup, where the difference is exactly one of them."""
    delivery = match.delivery
    inside = _inside(match, invoices)
    spent = delivery.expenses.amount if isinstance(delivery.expenses, Money) else Decimal(0)
    markup = delivery.expense_markup.value if isinstance(delivery.expense_markup, Ratio) else Decimal(0)
    fee_gap = gap.amount
    reasons = []
    if inside is not None:
        missing = spent * (1 + markup) - inside
        if missing:
            fee_gap -= missing
            what = "the markup on expenses" if missing == spent * markup else "expenses"
            word = "not billed" if missing > 0 else "billed too high"
            reasons.append(f"{what} of {money(abs_money(Money(missing, gap.currency)))} {word}")
    if fee_gap and isinstance(delivery.rate, Money) and delivery.rate_type in _UNITS and delivery.rate.amount:
        count = fee_gap / delivery.rate.amount
        if count == count.to_integral_value():
            unit = counted(abs(count), _UNITS[str(delivery.rate_type)])
            reasons.append(f"{unit} at {money(delivery.rate)} {'not billed' if count > 0 else 'too many'}")
            fee_gap = Decimal(0)
    if fee_gap:
        word = "under" if fee_gap > 0 else "over"
        reasons.append(f"the fee is {money(abs_money(Money(fee_gap, gap.currency)))} {word} what was agreed")
    return joined(reasons)


def _inside(match: Match, invoices: Sequence[Invoice]) -> Decimal | None:
    """Expenses inside the invoices of a delivery; None where an invoice does not tell them."""
    mine = [one.reimbursed for one in invoices if one.id in match.invoices]
    parts = [one.amount for one in mine if isinstance(one, Money)]
    return sum(parts, Decimal(0)) if mine and len(parts) == len(mine) else None


def expense_table(found: Sequence[Match], invoices: Sequence[Invoice], tables: Tables) -> Table | None:
    """Completed deliveries whose expenses are not wholly on an invoice, or of which nobody can tell."""
    columns = (
        Column("delivery", "Delivery"),
        Column("spent", "Paid for the customer", is_number=True),
        Column("billed", "On invoices", is_number=True),
        Column("missing", "Not billed on", is_number=True),
    )
    rows = []
    for one in found:
        spent = one.delivery.expenses
        if one.delivery.status != "completed" or not isinstance(spent, Money) or not spent.amount:
            continue
        inside = Decimal(0) if one.verdict == "unbilled" else _inside(one, invoices)
        if inside is not None and inside >= spent.amount:
            continue
        billed = Money(inside, spent.currency) if inside is not None else Blank("unknown")
        left = spent - billed if isinstance(billed, Money) else Blank("unknown")
        note = (
            "no invoice yet"
            if one.verdict == "unbilled"
            else joined([paper_number(bill) for bill in one.invoices])
        )
        rows.append(
            TableRow(
                (
                    Cell(f"{paper_number(one.delivery.id)}, {name_of(one.delivery.customer)}", note),
                    spent,
                    billed,
                    left,
                )
            )
        )
    return tables.plain("expenses", Table(columns, tuple(rows))) if rows else None
