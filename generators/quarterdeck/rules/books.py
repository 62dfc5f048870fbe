"""Rules of the books: entries that cannot be used or followed, and balances that do not hold."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.months import year_of
from quarterdeck.model.bookkeeping import BookLine
from quarterdeck.model.books import Statement
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import Booking
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import money, percent

_TOO_LOOSE = Decimal("0.20")
_FEW = 3
_ZERO = Decimal(0)


def _said_of(facts: Facts, code: str) -> Iterator[Hit]:
    """The problems of the books under one rule; each is known by its entry, never by its line.

    What stands in a file of no business, or between two of them, is a finding of the whole portfolio.
    """
    seen: dict[tuple[str, str], int] = {}
    for problem in facts.problems:
        if problem.rule != code:
            continue
        name = problem.row or problem.code
        seen[problem.entity, name] = number = seen.get((problem.entity, name), 0) + 1
        text = f"{problem.path}:{problem.line}: {problem.what}"
        yield Hit(
            entity=problem.entity,
            subject=name if number == 1 else f"{name}/{number}",
            message=text if text.endswith((".", "?", "!")) else f"{text}.",
            evidence=(Source(problem.path, problem.line, "ledger", name),),
            severity=problem.severity,
            action=problem.mend,
        )


@rule(
    "R-ACC-12",
    severity=Severity.HIGH,
    roles=("accounting",),
    affects=(("cfo", "every figure from the books is without this entry"),),
    action="Correct the entry in the file and line that the finding names.",
    effort_hours=1,
    reads=("problems",),
)
def entry_left_out(known: Known) -> Iterator[Hit]:
    """An entry of the books that cannot be read or does not balance.

    What it checks: every line of the Beancount files below `ledger/`.
    Why it matters: the entry is left out of every sum until it is mended.
    How to mend: correct the entry; the message names file, line and what is left over.
    Known limits: a file that belongs to no business, such as the one that includes the others, is told to those
    who see the whole portfolio.
    Source: Beancount Language Syntax: the postings of an entry add up to zero.
    """
    yield from _said_of(known.facts, "R-ACC-12")


@rule(
    "R-ACC-13",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "cash and what is owed may be other than printed"),),
    action="Compare the statement with the entries since the last balance line that holds.",
    effort_hours=1,
    reads=("problems",),
)
def balance_does_not_hold(known: Known) -> Iterator[Hit]:
    """A balance line says another amount than the entries before it add up to.

    What it checks: every `balance` line of the books.
    Why it matters: an entry is missing, doubled or wrong, and the account is not what the pages print.
    How to mend: find the entry between the last balance that holds and this one.
    Known limits: the account and day are told, not the entry that is wrong.
    Source: Beancount Language Syntax, balance assertions.
    """
    yield from _said_of(known.facts, "R-ACC-13")


@rule(
    "R-ACC-02",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "which customers and offers the revenue comes from (F-M1, F-G4)"),),
    action="Add the booking, invoice, client, delivery, unit or gift card to each of these entries.",
    effort_hours=1,
    reads=("figure.income_joined", "ledger"),
)
def income_without_key(known: Known) -> Iterator[Hit]:
    """Income of this year that leads to no booking, invoice, client, delivery, unit or gift card.

    What it checks: the keys of every entry with income.
    Why it matters: nobody can say what was sold, to whom, and whether it was earned.
    How to mend: add the key to the entry; a coin box belongs to its unit.
    Known limits: interest that a bank pays counts, too; whether a key leads to a row that exists is another
    rule's matter.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        figure = known.figure("income_joined", entity.entity)
        share = figure.value if figure else None
        if figure and isinstance(share, Ratio) and (amount := (share.whole or _ZERO) - (share.part or _ZERO)):
            lines = sum(one.reason == "no join key" for one in known.noted(BookLine, entity.entity))
            many = "1 line" if lines == 1 else f"{lines} lines"
            currency = known.scope(entity).currency
            yield Hit(
                entity=entity.entity,
                subject="income",
                message=(
                    f"{money(Money(amount, currency))} of this year's income of {entity.title}, in {many}, leads "
                    "to no booking, invoice, client, delivery, unit or gift card."
                ),
                evidence=figure.sources,
            )


@rule(
    "R-ACC-26",
    severity=Severity.MEDIUM,
    roles=("accounting", "cmo"),
    affects=(
        ("cmo", "what a new customer costs (F-Q5)"),
        ("ceo", "whether bookings and books can be looked at together"),
    ),
    action="Write the booking's number into the entries of these bookings, beginning with this month's.",
    effort_hours=8,
    reads=("bookings.id", "bookings.status", "bookings.service_date", "bookings.gross", "ledger"),
)
def bookings_apart_from_books(known: Known) -> Iterator[Hit]:
    """A fifth or more of what was sold this year by booking is named by no entry of the books.

    What it checks: the price of this year's completed bookings, and the `booking` key of every entry.
    Why it matters: no campaign, channel or offer can be held against the money that it brought.
    How to mend: write the booking's number into every entry; the payment provider's export has it.
    Known limits: a booking that one entry names counts as found, whatever the entry holds; income that leads to
    no booking is another rule's matter.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        journal = known.facts.journal(entity)
        sold = _sold(known, entity) if journal else []
        named = {_key(entry.keys.get("booking", "")) for entry in journal.within(None, known.as_of)}
        apart = [(one, price) for one, price in sold if _key(str(one.id)) not in named]
        total = sum((price for _, price in sold), _ZERO)
        share = sum((price for _, price in apart), _ZERO) / total if total else _ZERO
        if share >= _TOO_LOOSE:
            yield Hit(
                entity=entity.entity,
                subject="join-key",
                message=(
                    f"{len(apart)} of {len(sold)} bookings that {entity.title} completed this year, "
                    f"{percent(share)} of their price, are named by no entry of the books."
                ),
                evidence=tuple(one.source for one, _ in apart[:_FEW]),
            )


def _sold(known: Known, entity: Entity) -> list[tuple[Booking, Decimal]]:
    """This year's completed bookings of a business and its parts, with their price in its currency."""
    scope, year = known.scope(entity), year_of(known.as_of)
    return [
        (one, price)
        for member in (entity.entity, *known.facts.parts_of(entity.entity))
        for one in known.facts.of(Booking, member)
        if one.status == "completed"
        and isinstance(one.id, str)
        and isinstance(one.service_date, date)
        and year.start <= one.service_date <= known.as_of
        and (price := scope.amount(one.gross))
    ]


def _key(name: str) -> str:
    """A number of a booking as numbers are compared."""
    return name.strip().casefold()


@rule(
    "R-ACC-25",
    severity=Severity.CRITICAL,
    roles=("accounting", "ceo"),
    affects=(("cfo", "cash, burn, runway and profit are not known (F-B1, F-B2, F-B4, F-M1)"),),
    action="Enter the opening balances and the last three months.",
    effort_hours=16,
    reads=("statements.account", "ledger"),
)
def statements_without_books(known: Known) -> Iterator[Hit]:
    """An active business has statements of its bank and no books.

    What it checks: whether any entry names the business, where the Statements table has rows.
    Why it matters: a balance says how much there is; nobody knows whose it is, where it came from, or how long it
    lasts.
    How to mend: opening balances first, then three months; `quarterdeck import bank` reads the bank's own file.
    Known limits: a part of another business has its books there.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        rows = known.facts.of(Statement, entity.entity)
        if rows and not known.facts.journal(entity) and not known.facts.is_part(entity):
            many = "a bank statement" if len(rows) == 1 else f"{len(rows)} bank statements"
            yield Hit(
                entity=entity.entity,
                subject="books",
                message=f"{entity.title} has {many} and no books.",
                evidence=tuple(one.source for one in rows[:3]),
            )
