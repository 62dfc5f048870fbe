"""Rules of closing a month: what agrees with the bank, the lender and the sister business, and what is left open."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from quarterdeck.figures.ledger import entry_sources
from quarterdeck.figures.months import last_full_month, month_name, months_to, year_of
from quarterdeck.model.books import CloseItem
from quarterdeck.model.entity import Entity
from quarterdeck.model.journal import Journal, is_money
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Period
from quarterdeck.rules.known import Known, number_of
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, money, percent

_CLOSED_BY = timedelta(days=15)
"""After the end of the month."""
_ITEMS = range(1, 15)
_SOME_UNSORTED = Decimal("0.02")
_MUCH_UNSORTED = Decimal("0.10")
_FEW = 3


def _short(account: str) -> str:
    """An account without its root and business: `Bank:Checking`."""
    return ":".join(account.split(":")[2:])


@rule(
    "R-ACC-11",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "cash may be other than printed (F-B4)"),),
    action="Compare the newest statement with the books, and write the balance line of the day after it.",
    effort_hours=1,
    reads=("figure.reconciliation_age", "ledger"),
)
def not_reconciled(known: Known) -> Iterator[Hit]:
    """A bank account, till, card or loan that nobody has held against its statement for too long, or ever.

    What it checks: the newest balance line or row of Statements that agrees with the books, against
    `thresholds.stale_after.reconciled`, 35 days by default; never is critical.
    Why it matters: cash, burn and runway rest on these accounts.
    How to mend: compare the newest statement; a balance line on the day after it is the evidence.
    Known limits: an account that is closed is let go, and so is one in a currency other than the business's.
    Source: Quarterdeck's own rule.
    """
    limit = known.facts.stale_after["reconciled"]
    for entity in known.facts.entities:
        opened = known.facts.journal(entity).account
        for figure in known.figures_of("reconciliation_age", entity.entity):
            name = figure.id.partition(":")[2]
            closed = opened[name].closed if name in opened else None
            age = number_of(figure)
            if (closed is not None and closed <= known.as_of) or (age is not None and age <= limit):
                continue
            said = (
                "never agreed with a statement"
                if age is None
                else f"last agreed with a statement {days(int(age))} ago"
            )
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{_short(name)} of {entity.title} {said}.",
                evidence=figure.sources,
                severity=Severity.CRITICAL if age is None else None,
            )


@rule(
    "R-ACC-14",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "which costs are fixed, and with them break-even (F-A2, F-E1)"),),
    action="Ask the owner what each of these lines was for, and sort it.",
    effort_hours=1,
    reads=("figure.uncategorised_share", "figure.uncategorised"),
)
def costs_not_sorted(known: Known) -> Iterator[Hit]:
    """Costs stand under Uncategorized, Suspense or Ask: two of a hundred is medium, ten is high.

    What it checks: what this year's lines of these accounts add up to, as a share of all costs.
    Why it matters: what nobody sorted is in no margin, no break-even and no line of the tax form.
    How to mend: ask the owner, line by line; most answers take a minute.
    Known limits: a cost in the wrong account looks sorted.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        share = known.number("uncategorised_share", entity.entity)
        amount = known.figure("uncategorised", entity.entity)
        if share is None or share < _SOME_UNSORTED or amount is None or not isinstance(amount.value, Money):
            continue
        yield Hit(
            entity=entity.entity,
            subject="uncategorised",
            message=(
                f"{money(amount.value)} of this year's costs of {entity.title}, {percent(share)} of them, stands "
                "in no category."
            ),
            evidence=amount.sources,
            severity=Severity.HIGH if share >= _MUCH_UNSORTED else None,
        )


@rule(
    "R-ACC-21",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "what the businesses have together, without what they owe each other (F-A1)"),),
    action="Put both accounts side by side, agree on the amount, and correct the one that is wrong.",
    effort_hours=1,
    reads=(
        "figure.intercompany_gap",
        "figure.due_from",
        "figure.due_to",
        "figure.due_from_mirror",
        "figure.due_to_mirror",
    ),
)
def sisters_disagree(known: Known) -> Iterator[Hit]:
    """Two businesses say different things of what one owes the other.

    What it checks: DueFrom in the books of one against DueTo in those of the other.
    Why it matters: what does not mirror stays in the sum of all businesses, as money that is not there.
    How to mend: find the entry that only one side has.
    Known limits: told once, of the side that is owed; only where the books of both are here.
    Source: Quarterdeck's own rule.
    """
    by_component = {one.component: one for one in known.facts.entities}
    for entity in known.facts.entities:
        for gap in known.figures_of("intercompany_gap", entity.entity):
            leaf = gap.id.partition(":")[2]
            sister = by_component[leaf]
            is_owed = known.figure(f"due_from:{leaf}", entity.entity) is not None
            is_told = known.figure(f"due_from:{entity.component}", sister.entity) is not None
            if number_of(gap) and (is_owed or not is_told):
                yield Hit(
                    entity=entity.entity,
                    subject=sister.entity,
                    message=_two_amounts(known, entity, sister, "due_from" if is_owed else "due_to"),
                    evidence=gap.sources,
                )


def _two_amounts(known: Known, entity: Entity, sister: Entity, side: str) -> str:
    mine = known.figure(f"{side}:{sister.component}", entity.entity)
    theirs = known.figure(f"{side}_mirror:{sister.component}", entity.entity)
    amounts = [money(one.value) if one and isinstance(one.value, Money) else "?" for one in (mine, theirs)]
    owes = f"{sister.title} owes it" if side == "due_from" else f"it owes {sister.title}"
    return (
        f"The books of {entity.title} say that {owes} {amounts[0]}; those of {sister.title} say {amounts[1]}."
    )


@rule(
    "R-ACC-22",
    severity=Severity.MEDIUM,
    roles=("accounting", "ceo"),
    affects=(("ceo", "whether last month's numbers hold (F-A5)"),),
    action="Go through what is open on the list, and give each item an owner.",
    effort_hours=4,
    reads=("close.month", "close.item", "close.state"),
)
def month_not_closed(known: Known) -> Iterator[Hit]:
    """A month is still open after the fifteenth of the next.

    What it checks: the fourteen items of the Close table for the newest month whose fifteenth day after has passed;
    an item that is not in the table counts as open.
    Why it matters: an open month changes under whoever reads it.
    How to mend: go through the list; an item that does not apply gets `n/a`.
    Known limits: of a business without a Close table nobody knows; earlier months are not looked at.
    Source: Quarterdeck's own rule.
    """
    month = last_full_month(known.as_of)
    if known.as_of <= month.end + _CLOSED_BY:
        month = months_to(month, 2)[0]
    for entity in known.facts.entities:
        rows = known.facts.of(CloseItem, entity.entity)
        of_month = [one for one in rows if isinstance(one.month, Period) and one.month.name == month.name]
        settled = {one.item: one.state for one in of_month if one.state in {"done", "n/a"}}
        still = [item for item in _ITEMS if item not in settled]
        if not rows or not still:
            continue
        wanted = len(_ITEMS) - sum(state == "n/a" for state in settled.values())
        yield Hit(
            entity=entity.entity,
            subject="close",
            message=(
                f"{month_name(month)} is not closed at {entity.title}, {days((known.as_of - month.end).days)} "
                f"after its end: {len(still)} of {wanted} items {'is' if len(still) == 1 else 'are'} open."
            ),
            evidence=tuple(one.source for one in of_month if one.item in still)[:_FEW] or (rows[0].source,),
        )


@rule(
    "R-ACC-23",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "profit and how well debt is covered (F-M1, F-N5)"),),
    action="Split each payment as the lender's statement does: interest to Interest, the rest to the loan.",
    effort_hours=1,
    reads=("ledger",),
)
def loan_payment_not_split(known: Known) -> Iterator[Hit]:
    """Payments on a loan were posted whole against what is owed, without their interest.

    What it checks: this year's entries that pay off a loan with money, in months in which no entry of that loan has
    interest.
    Why it matters: the debt looks smaller than it is, and the cost of it is nowhere.
    How to mend: take both parts from the lender's statement.
    Known limits: a loan without interest looks like one whose interest was left out; a payment posted whole as a
    cost is not seen.
    Source: Quarterdeck's own rule.
    """
    year = year_of(known.as_of)
    for entity in known.facts.entities:
        journal = known.facts.journal(entity)
        for account in journal.below([journal.name("Liabilities", "Loan")]):
            bare = _without_interest(journal, account, year)
            if bare:
                many = "1 payment" if len(bare) == 1 else f"{len(bare)} payments"
                yield Hit(
                    entity=entity.entity,
                    subject=account,
                    message=(
                        f"{many} on {_short(account)} of {entity.title} this year went whole against the loan, "
                        "without interest."
                    ),
                    evidence=entry_sources(bare),
                )


def _without_interest(journal: Journal, account: str, year: Period) -> list[Entry]:
    """Entries that pay off a loan, of months without any interest on it."""
    lines = list(journal.lines(Lines(journal.component, (account,), year.start, year.end)))
    split = {f"{entry.date:%Y-%m}" for entry, _ in lines if _has_interest(entry)}
    return [
        entry
        for entry, one in lines
        if one.units.amount > 0
        and f"{entry.date:%Y-%m}" not in split
        and any(is_money(side.account) and side.units.amount < 0 for side in entry.postings)
    ]


def _has_interest(entry: Entry) -> bool:
    return any(
        one.account.startswith("Expenses:") and "Interest" in one.account.split(":") for one in entry.postings
    )
