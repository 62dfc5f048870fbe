"""What nobody can answer because systems do not meet, counted, and what people wrote of it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
from markupsafe import Markup

from quarterdeck.figures.names import folded
from quarterdeck.model.handoff import Bullet
from quarterdeck.model.sales import Booking, Campaign, Channel
from quarterdeck.model.services import Delivery, Invoice, TimeEntry
from quarterdeck.model.values import Ratio
from quarterdeck.reports.cells import Tables, grey, said, text, written
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, value

_LEDGER = "no ledger is read"
_GAP_WORDS = ("warehouse", "observability", "booking id", "blocker")


class Question(msgspec.Struct, frozen=True):
    """Something that needs two sources to be answered."""

    text: str
    join: str
    state: str
    tone: Tone = ""


class DataGap(msgspec.Struct, frozen=True):
    """Section 8: what nobody can answer because systems do not meet."""

    questions: Table
    unanswered: int
    bullets: tuple[tuple[str, Bullet, Markup], ...]
    tasks: tuple[str, ...]


def data_gap(report: Report, tables: Tables) -> DataGap:
    """Questions that need two sources, whether they meet, and what people wrote about it."""
    briefing = report.site.briefing
    questions = tuple(_questions(report))
    columns = (
        Column("question", "Question"),
        Column("join", "Joined by"),
        Column("state", "Can it be answered?", label="-"),
    )
    rows = tuple(TableRow((one.text, one.join, Cell(one.state, tone=one.tone))) for one in questions)
    bullets = [one for one in briefing.bullets if one.entity in report.ids and _is_about(one.text)]
    tasks = [
        one
        for one in briefing.tasks
        if one.entity in report.ids and one.is_open and _is_about(" ".join((one.text, *one.notes)))
    ]
    return DataGap(
        tables.plain("data-gap", Table(columns, rows)),
        sum(not one.state.startswith("yes") for one in questions),
        tuple((report.site.titles[one.entity], one, written(one.html)) for one in bullets),
        tuple(grey(one.id, one.text, said("due", one.due)).replace(" · ", ", ") for one in tasks),
    )


def _is_about(words: str) -> bool:
    return any(word in words.casefold() for word in _GAP_WORDS)


def _questions(report: Report) -> Iterator[Question]:
    bookings = report.of(Booking)
    has_books = bool(report.site.briefing.books)
    yield _arrived(report) or Question(
        "Did the money of each booking arrive?", "booking id on the ledger entry", f"no: {_LEDGER}"
    )
    yield Question(
        "What did each concert or sailing earn after its own costs?",
        "booking id on the cost",
        "no: costs in the books name no booking" if has_books else f"no: {_LEDGER}",
    )
    yield _brought(report, bookings)
    yield from _mailed(report, bookings)
    yield from _billed(report)
    yield Question("Which error or outage cost a booking?", "booking id in logs", "no: no log is read")


def _brought(report: Report, bookings: Sequence[Booking]) -> Question:
    """Whether the channel that a booking names is one that is written down."""
    named = [one for one in bookings if isinstance(one.channel, str)]
    listed = {(one.entity, folded(text(one.channel))) for one in report.site.briefing.of(Channel)}
    joined = sum((one.entity, folded(text(one.channel))) in listed for one in named)
    question, key = "Which channel brought each booking?", "channel of the booking"
    return _joined(question, key, joined, len(bookings), "bookings", len(named))


def _mailed(report: Report, bookings: Sequence[Booking]) -> Iterator[Question]:
    """Mailings and bookings have no key in common; asked where any was sent."""
    mails = [one for one in report.of(Campaign) if one.status == "sent"]
    if not mails:
        return
    by_mail = sum(folded(text(one.channel)) == "email" for one in bookings)
    count = f"{counted(len(mails), 'mailing')} sent, {counted(by_mail, 'booking')} through email"
    words = f"no: {count}, and no key between them"
    yield Question("Which mailing brought which booking?", "campaign id on the booking", words)


def _billed(report: Report) -> Iterator[Question]:
    """Trips and hours that an invoice names, asked where there are any."""
    refs = {folded(text(one.ref)) for one in report.site.briefing.of(Invoice)}
    trips = [one for one in report.of(Delivery) if one.status == "completed"]
    if trips:
        billed = sum(folded(text(one.id)) in refs for one in trips)
        question, key = "Which trip is on which invoice?", "delivery id on the invoice"
        yield _joined(question, key, billed, len(trips), "trips", len(trips))
    clients = {folded(text(one.client)) for one in report.of(TimeEntry)}
    if clients:
        question, key = "Which hours are on an invoice?", "client on hours and invoices"
        yield _joined(question, key, len(clients & refs), len(clients), "clients with hours", len(clients))


def _arrived(report: Report) -> Question | None:
    """How much of this year's income leads to its booking, invoice or unit; None without books."""
    shares = [
        one.value
        for entity in report.entities
        if (one := report.site.briefing.find("income_joined", entity.entity)) and isinstance(one.value, Ratio)
    ]
    whole = sum((one.whole or Decimal(0) for one in shares), Decimal(0))
    if not whole:
        return None
    part = sum((one.part or Decimal(0) for one in shares), Decimal(0))
    question, key = "Did the money of each booking arrive?", "booking, invoice or unit on the ledger entry"
    if part == whole:
        return Question(question, key, "yes, for all income of this year")
    return Question(
        question, key, f"in part: {value(Ratio(part / whole))} of this year's income names its key"
    )


def _joined(question: str, key: str, found: int, wanted: int, what: str, named: int) -> Question:
    if not wanted:
        return Question(question, key, f"no: no {what} are written down")
    if found == wanted:
        return Question(question, key, f"yes, for all {wanted} {what}", "")
    rest = f"; {wanted - named} name none" if named < wanted else ""
    return Question(question, key, f"in part: {found} of {wanted} {what}{rest}", "")
