"""Rules of what the tax preparer will ask: forms of vendors, tax that is held, assets, and what is private."""

from collections.abc import Iterator
from decimal import Decimal

from quarterdeck.figures.ledger import entry_sources
from quarterdeck.figures.months import year_of
from quarterdeck.model.bookkeeping import VendorPaid
from quarterdeck.model.entity import Entity
from quarterdeck.model.ledger import Lines
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.recognition import by_name, total
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import money, percent

_NEARLY_DUE = Decimal("0.75")
_MIXED = Decimal("0.03")


@rule(
    "R-ACC-15",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "burn, of which this may be a single large part (F-B1, F-M3)"),),
    action="Decide whether it is an asset or a repair, and write the reason.",
    effort_hours=1,
    reads=("ledger",),
)
def large_cost(known: Known) -> Iterator[Hit]:
    """A single large item stands among the costs where an asset may belong.

    What it checks: single lines of this year from `thresholds.capital_threshold` on, 2,500 by default, in groups such
    as maintenance, repairs, supplies and software.
    Why it matters: an asset is a cost of years, and the tax form has another line for it.
    How to mend: an asset goes to Fixed; a repair stays, with the reason; accept the finding with that reason.
    Known limits: one thing paid in parts is not seen.
    Source: 26 CFR 1.263(a)-1(f): the safe harbour of 2,500 an item.
    """
    for entity in known.facts.entities:
        for name, lines in by_name(known, entity, "asset or repair").items():
            groups = " and ".join(dict.fromkeys(one.account.split(":")[-1] for one in lines))
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{total(lines)} to {name} stands under {groups}: is it an asset or a repair?",
                evidence=tuple(one.source for one in lines),
            )


def _without_form(known: Known, entity: Entity) -> Iterator[tuple[VendorPaid, Decimal]]:
    """Vendors of the year whose W-9 is not here, as somebody wrote, with the threshold of the year."""
    threshold = dict(known.facts.assumed.contractor_threshold).get(known.as_of.year)
    for one in known.noted(VendorPaid, entity.entity):
        if threshold is not None and one.has_w9 is False and one.kind not in {"company", "exempt"}:
            yield one, threshold


@rule(
    "R-ACC-16",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "a penalty for each form that is missing or late (F-A3)"),),
    action="Ask for the W-9 before the next payment.",
    effort_hours=1,
    reads=("vendors.vendor", "vendors.w9_on_file", "vendors.kind", "ledger"),
)
def form_due_without_w9(known: Known) -> Iterator[Hit]:
    """A vendor was paid enough this year that a 1099 is due, and its W-9 is not here.

    What it checks: what was paid by transfer, check or cash in the calendar year against
    `thresholds.contractor_threshold` of that year, for vendors whose row says that there is no W-9.
    Why it matters: the form is due on 31 January; after the last payment nobody hurries to send a number.
    How to mend: ask before the next payment; write the day into Vendors.
    Known limits: of a vendor without a row, or whose row does not say, nobody knows; companies and exempt payees
    are let go; a year without a threshold is not judged.
    Source: Public Law 119-21, section 70433.
    """
    for entity in known.facts.entities:
        for one, threshold in _without_form(known, entity):
            if one.reported.amount >= threshold:
                yield Hit(
                    entity=entity.entity,
                    subject=one.subject,
                    message=(
                        f"{one.vendor} was paid {money(one.reported)} this year; from "
                        f"{money(Money(threshold, one.reported.currency))} a 1099 is due, and there is no W-9."
                    ),
                    evidence=one.sources,
                )


@rule(
    "R-ACC-17",
    severity=Severity.MEDIUM,
    roles=("accounting",),
    action="Ask for the W-9 now.",
    effort_hours=1,
    reads=("vendors.vendor", "vendors.w9_on_file", "vendors.kind", "ledger"),
)
def form_nearly_due(known: Known) -> Iterator[Hit]:
    """A vendor has been paid three quarters of what makes a 1099 due, and its W-9 is not here.

    What it checks: as for a form that is due, from three quarters of the threshold of the year.
    Why it matters: it is easiest to ask while there is still something to pay.
    How to mend: ask with the next payment; write the day into Vendors.
    Known limits: of a vendor without a row, or whose row does not say, nobody knows.
    Source: Public Law 119-21, section 70433.
    """
    for entity in known.facts.entities:
        for one, threshold in _without_form(known, entity):
            if threshold * _NEARLY_DUE <= one.reported.amount < threshold:
                yield Hit(
                    entity=entity.entity,
                    subject=one.subject,
                    message=(
                        f"{one.vendor} was paid {money(one.reported)} of the "
                        f"{money(Money(threshold, one.reported.currency))} that make a 1099 due, and there is no W-9."
                    ),
                    evidence=one.sources,
                )


@rule(
    "R-ACC-19",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "available cash, of which a part is the state's (F-A4, F-B4)"),),
    action="Move the tax to an account of its own, opened with the purpose “sales-tax”.",
    effort_hours=1,
    reads=("figure.sales_tax_held", "ledger"),
)
def tax_not_set_aside(known: Known) -> Iterator[Hit]:
    """Sales tax was collected and not yet paid on, and no money is set aside for it.

    What it checks: the tax that is held against cash in accounts with the purpose `sales-tax`, or restricted ones
    without another purpose.
    Why it matters: the state's money is the easiest to spend by mistake.
    How to mend: move it to an account of its own; write `purpose: "sales-tax"` under its `open`.
    Known limits: any money in such an account will do; whether it is enough is not judged.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        held = known.figure("sales_tax_held", entity.entity)
        if held is None or not isinstance(held.value, Money) or held.value.amount <= 0:
            continue
        journal, currency = known.facts.journal(entity), held.value.currency
        kept = [
            one.name
            for name in journal.cash_accounts
            if (one := journal.account.get(name)) is not None
            and (one.purpose == "sales-tax" or (one.restricted and not one.purpose))
        ]
        if not kept or journal.balance(kept, known.as_of, currency) <= 0:
            yield Hit(
                entity=entity.entity,
                subject="sales-tax",
                message=(
                    f"{entity.title} holds {money(held.value)} of sales tax, and no money is set aside for it."
                ),
                evidence=held.sources,
            )


@rule(
    "R-ACC-20",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "burn, with private things in it (F-A8, F-B1, F-B8)"),),
    action="Draw one sum a month, and move whatever is private to Equity:…:Owner.",
    effort_hours=2,
    reads=("figure.owner_mix", "ledger"),
)
def private_in_the_books(known: Known) -> Iterator[Hit]:
    """Three of a hundred lines in business accounts are the owner's own, or a draw was posted as a cost.

    What it checks: lines with the tag `owner` or a payee of `assumptions.personal_payees` as a share of all lines
    of banks, tills, cards and loans this year; and entries with the tag among the costs.
    Why it matters: profit looks smaller than it is, and the wall between owner and company is thin.
    How to mend: draw once a month in one sum, as Owner; pay private things from a private account.
    Known limits: draws that are posted well count as lines, too; a private line without tag or name is not seen.
    Source: Quarterdeck's own rule.
    """
    year = year_of(known.as_of)
    for entity in known.facts.entities:
        mix = known.figure("owner_mix", entity.entity)
        share = known.number("owner_mix", entity.entity)
        if mix is not None and share is not None and share >= _MIXED:
            yield Hit(
                entity=entity.entity,
                subject="owner-lines",
                message=f"{percent(share)} of this year's lines in the accounts of {entity.title} are the owner's own.",
                evidence=mix.sources,
            )
        journal, currency = known.facts.journal(entity), known.scope(entity).currency
        costs = Lines(journal.component, (journal.name("Expenses"),), year.start, year.end, tag="owner")
        drawn = [(entry, one) for entry, one in journal.lines(costs) if one.units.currency == currency]
        amount = sum((one.units.amount for _, one in drawn), Decimal(0))
        if amount > 0:
            yield Hit(
                entity=entity.entity,
                subject="owner-draws",
                message=(
                    f"{money(Money(amount, currency))} that {entity.title} paid for its owner stands among its "
                    "costs."
                ),
                evidence=entry_sources(entry for entry, _ in drawn),
            )
