"""Upkeep of the rental audit: what wears out, which paper runs out, and what the adviser has to say."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.model.books import Option, Statement
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Compliance, Equipment, Lease, Property
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    decimal,
    grey,
    name_of,
    on,
    said,
    text,
    total,
)
from quarterdeck.reports.components import Cell, Column, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age, counted, day, number, value

_RETURN_DAYS = 21
"""Days after a tenant left in which a deposit is settled; the page asks the adviser, it does not decide."""
_DAYS_PER_YEAR = Decimal("365.25")


class Paper(msgspec.Struct, frozen=True):
    """A sentence about a duty, and where its facts stand."""

    sentence: str
    source: Source
    tone: Tone = ""


def return_by(lease: Lease) -> date | None:
    """The day by which a deposit is settled; None where nobody left or it went back."""
    moved = on(lease.moved_out)
    return moved + timedelta(days=_RETURN_DAYS) if moved and not on(lease.deposit_returned_on) else None


def upkeep_view(report: Report, entity: Entity, tables: Tables) -> dict[str, object]:
    """Parts, wishes, balances and papers: what the page prints of them."""
    briefing = report.site.briefing
    parts = sorted(
        briefing.of(Equipment, entity.entity),
        key=lambda row: (str(_ends(row) or date.max), name_of(row.item)),
    )
    papers = sorted(
        briefing.of(Compliance, entity.entity),
        key=lambda row: (str(on(row.expires) or date.min), name_of(row.item)),
    )
    return {
        "equipment": _equipment(report, parts, tables),
        "worn": [row for row in parts if (ends := _ends(row)) and ends <= briefing.as_of],
        "worn_cost": _worn_cost(report, entity, parts),
        "wishes": _options(briefing.of(Option, entity.entity), tables),
        "balances": _balances(briefing.of(Statement, entity.entity), tables),
        "reserve_months": _reserve(report, entity),
        "papers": _papers(report, papers, tables),
        "duties": tuple(_duties(report, entity)),
    }


def _reserve(report: Report, entity: Entity) -> str:
    months = decimal(entity.reserve_months)
    if months is not None:
        return f"{number(months)} months"
    is_set = any(
        one.key == "assumptions.rental_reserve_months" and not one.is_default
        for one in report.site.briefing.assumptions
    )
    return f"{number(report.assumed.rental_reserve_months)} months{'' if is_set else ', an assumption'}"


def _ends(row: Equipment) -> date | None:
    """Last day of the life that is written for a part."""
    if isinstance(row.installed, date) and isinstance(row.life_years, Decimal):
        return row.installed + timedelta(days=int(row.life_years * _DAYS_PER_YEAR))
    return None


def _worn_cost(report: Report, entity: Entity, parts: Sequence[Equipment]) -> Figure:
    """What replacing everything would cost that ends within five years."""
    limit = report.site.briefing.as_of + timedelta(days=int(5 * _DAYS_PER_YEAR))
    near = [row for row in parts if (ends := _ends(row)) is None or ends <= limit]
    label = "Parts at the end of their life within five years"
    return total(
        "parts_five_years", entity.entity, label, ((row.cost, row.source) for row in near), needs="equipment"
    )


def _equipment(report: Report, parts: Sequence[Equipment], tables: Tables) -> Lines | None:
    as_of = report.site.briefing.as_of
    columns = (
        Column("item", "Part"),
        Column("age", "Age", is_number=True),
        Column("life", "Life", is_number=True),
        Column("ends", "Ends"),
        Column("cost", "A new one", is_number=True),
        Column("service", "Next service"),
    )

    def cells(row: Equipment) -> TableRow:
        ends = _ends(row)
        years = (as_of - row.installed).days / _DAYS_PER_YEAR if isinstance(row.installed, date) else None
        over = bool(ends and ends <= as_of)
        meter = grey(said("meter", row.hours), said("due at", row.service_hours))
        about = "about" if "cost" in row.estimates else ""
        return TableRow(
            (
                Cell(name_of(row.item), said("since", row.installed)),
                Cell(f"{number(years, 0)} years" if years is not None else Blank("unknown")),
                Cell(
                    f"{number(row.life_years)} years"
                    if isinstance(row.life_years, Decimal)
                    else Blank("unknown")
                ),
                Cell(
                    str(ends.year) if ends else Blank("unknown"),
                    "past its life" if over else "",
                    "bad" if over else "",
                ),
                Cell(row.cost, about),
                Cell(row.next_service, meter),
            )
        )

    return tables.lines("equipment", columns, parts, cells, lambda row: name_of(row.item))


def _options(options: Sequence[Option], tables: Tables) -> Lines | None:
    columns = (
        Column("name", "Capital request"),
        Column("cost", "Cost", is_number=True),
        Column("benefit", "Brings a month", is_number=True),
        Column("due", "Needed by"),
        Column("state", "State"),
    )

    def cells(row: Option) -> TableRow:
        state = (
            "approved" if row.approved is True else "not approved" if row.approved is False else "not known"
        )
        return TableRow(
            (
                Cell(
                    name_of(row.name),
                    grey(
                        text(row.id),
                        said("chance", row.probability),
                        said("lasts", row.life_months, "months"),
                    ),
                ),
                row.cost,
                Cell(
                    row.monthly_benefit,
                    said("after", row.starts_in_months, "months") if row.starts_in_months else "",
                ),
                row.due,
                Cell(state, "must be done" if row.mandatory is True else ""),
            )
        )

    return tables.lines("options", columns, options, cells, lambda row: name_of(row.name))


def _balances(rows: Sequence[Statement], tables: Tables) -> Lines | None:
    columns = (
        Column("account", "Account"),
        Column("balance", "Balance", is_number=True),
        Column("date", "Day"),
    )

    def cells(row: Statement) -> TableRow:
        return TableRow((name_of(row.account), row.balance, row.date))

    return tables.lines("balances", columns, rows, cells, lambda row: name_of(row.account))


def _papers(report: Report, rows: Sequence[Compliance], tables: Tables) -> Lines | None:
    as_of = report.site.briefing.as_of
    columns = (
        Column("item", "Paper or duty"),
        Column("until", "Valid until"),
        Column("done", "Last done"),
        Column("cost", "Cost", is_number=True),
    )

    def cells(row: Compliance) -> TableRow:
        until = on(row.expires)
        left = (until - as_of).days if until else 0
        note = "" if until is None else f"in {age(left)}" if left >= 0 else f"ran out {age(-left)} ago"
        tone: Tone = "bad" if until and left < 0 else "warn" if until and left <= 45 else ""  # noqa: PLR2004
        about = grey(
            text(row.type), said("", row.applies_to), said("written as", row.status), text(row.document)
        )
        return TableRow(
            (Cell(name_of(row.item), about), Cell(row.expires, note, tone), row.done_on, row.cost),
            tone="bad" if tone == "bad" else "",
        )

    return tables.lines("papers", columns, rows, cells, lambda row: name_of(row.item))


def _duties(report: Report, entity: Entity) -> Iterator[Paper]:
    """What is written of insurance, rent cap and deposits, as sentences; law is the adviser's affair."""
    briefing = report.site.briefing
    for house in briefing.of(Property, entity.entity):
        adviser = house.adviser if isinstance(house.adviser, str) else "an adviser; none is named"
        yield _policy(house)
        yield _rent_cap(house, adviser)
    for lease in briefing.of(Lease, entity.entity):
        yield from _deposit(lease, briefing.as_of)


def _policy(house: Property) -> Paper:
    match house.policy_kind:
        case "landlord":
            return Paper("The house has a landlord policy, as written.", house.source)
        case "owner-occupier":
            return Paper(
                "The policy is one for owners who live there; a let house may not be covered.",
                house.source,
                "bad",
            )
        case "none":
            return Paper("The house has no policy.", house.source, "bad")
        case _:
            return Paper("Which policy covers the house is not known.", house.source, "warn")


def _rent_cap(house: Property, adviser: str) -> Paper:
    match house.rent_cap_status:
        case "covered":
            return Paper(
                "A law caps the rent; the ceiling needs the local price index of portfolio.yml.", house.source
            )
        case "exempt":
            return Paper(
                "The rent is written as exempt from the cap; the notice must be on file.", house.source
            )
        case _:
            return Paper(
                f"Whether a law caps the rent is not known. Ask {adviser} before any increase.",
                house.source,
                "warn",
            )


def _deposit(lease: Lease, as_of: date) -> Iterator[Paper]:
    unit, by = name_of(lease.unit), return_by(lease)
    if by and isinstance(lease.deposit_held, Money) and lease.deposit_held.amount:
        is_late = by < as_of
        days = counted(abs((as_of - by).days), "day")
        when = f"were over on {day(by)}, {days} ago" if is_late else f"are over on {day(by)}, in {days}"
        held = f"the deposit of {value(lease.deposit_held)} is still held"
        sentence = f"{unit}: {held}; the 21 days after moving out {when}."
        yield Paper(sentence, lease.source, "bad" if is_late else "warn")
    if isinstance(lease.rent, Money) and isinstance(lease.deposit_held, Money) and lease.rent.amount:
        months = lease.deposit_held.amount / lease.rent.amount
        if lease.rent.currency == lease.deposit_held.currency and months > 1:
            share = f"{unit}: the deposit is {number(months, 1)} months of rent"
            yield Paper(f"{share}; whether it may be is for the adviser to say.", lease.source, "warn")
