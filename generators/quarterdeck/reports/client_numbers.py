"""Numbers of clients: work without a price, recurring revenue, rates, concentration, and what to do with each."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from quarterdeck.figures.months import last_full_month, months_to
from quarterdeck.formulas.agency import Concentration, concentration
from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.cells import (
    Tables,
    grey,
    on,
    said,
    text,
)
from quarterdeck.reports.client_standing import MONTHS, Rates, Standing
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day, money, number, percent, value


def model_words(one: Standing) -> str:
    """What a client is billed for, in words."""
    if one.client.billing_model == "none":
        return "no billing model"
    return text(one.client.billing_model) or "billing model not known"


def rate_cell(one: Standing, rates: Rates) -> Cell:
    """What an hour earns, and whether that is less than it costs."""
    if one.rate is None:
        return Cell(Blank("unknown"))
    under = rates.cost is not None and one.rate.amount < rates.cost.amount
    margin = f"margin {percent(one.margin)}" if one.margin is not None else ""
    shown = one.rate_figure or one.rate
    return Cell(shown, grey("under cost" if under else "", margin), "bad" if under else "", is_plain=True)


def model_table(standings: Sequence[Standing], rates: Rates, tables: Tables) -> Table | None:
    """Clients without a billing model: what was done for them, and what it would bill at list."""
    bare = [one for one in standings if not one.has_model]
    columns = (
        Column("client", "Client"),
        Column("hours", "Hours, 90 days", is_number=True),
        Column("worth", "At list price", is_number=True),
        Column("hosting", "Hosting cost a month", is_number=True),
        Column("billed", "Billed, 12 months", is_number=True),
    )
    rows = []
    for one in bare:
        worth = (
            rates.list * one.recent_hours if rates.list and one.recent_hours is not None else Blank("unknown")
        )
        hours = one.recent_hours if one.recent_hours is not None else Blank("unknown")
        stated = said("stated for last month:", one.client.hours_used)
        note = grey(model_words(one), "sister company" if one.is_related else "")
        rows.append(
            TableRow((Cell(one.name, note), Cell(hours, stated), worth, one.client.hosting_cost, one.billed))
        )
    return tables.plain("models", Table(columns, tuple(rows))) if rows else None


def movement_table(report: Report, standings: Sequence[Standing], tables: Tables) -> Table | None:
    """Recurring fees by client, and the days on which contracts began or ended in twelve months."""
    as_of = report.site.briefing.as_of
    paying = [one for one in standings if isinstance(one.fee, Money) and not one.is_related]
    if not paying:
        return None
    columns = (
        Column("client", "Client"),
        Column("fee", "A month", is_number=True),
        Column("terms", "As agreed"),
        Column("moved", "In twelve months"),
    )
    since = months_to(last_full_month(as_of), MONTHS)[0].start
    ranked = sorted(paying, key=lambda one: (-_amount(one.fee), one.name))
    rows = tuple(
        TableRow(
            (Cell(one.name, model_words(one)), one.fee, _agreed(one.client), _moved(one.client, since, as_of))
        )
        for one in ranked
    )
    return tables.plain("mrr", Table(columns, rows))


def _amount(fee: Money | Blank) -> Decimal:
    return fee.amount if isinstance(fee, Money) else Decimal(0)


def _agreed(client: Client) -> str:
    period = text(client.fee_period)
    billed = said("billed on day", client.bill_day)
    terms = (
        said("", client.terms_days, "days to pay")
        if isinstance(client.terms_days, int) and client.terms_days
        else ""
    )
    fee = f"{money(client.fee)} {period}" if isinstance(client.fee, Money) else said("a month", client.mrr)
    return grey(fee, billed, terms) or value(Blank())


def _moved(client: Client, since: date, as_of: date) -> str:
    begun, ended = on(client.contract_start), on(client.contract_end)
    parts = [f"new {day(begun)}" if begun and since <= begun <= as_of else ""]
    if ended and since <= ended < as_of:
        parts.append(f"ended {day(ended)}" + (" and renews itself" if client.auto_renew is True else ""))
    return grey(*parts) or "no change written"


def rate_table(standings: Sequence[Standing], rates: Rates, tables: Tables) -> Table | None:
    """What an hour earns, client by client, and hours beyond the fee."""
    known = [one for one in standings if one.hours is not None or one.work]
    columns = (
        Column("client", "Client"),
        Column("rate", "An hour earns", is_number=True),
        Column("list", "Of list price", is_number=True),
        Column("hours", "Hours a month", is_number=True),
        Column("included", "In the fee", is_number=True),
        Column("over", "Hours above it", is_number=True),
        Column("beyond", "At list price", is_number=True),
    )
    rows = tuple(_rate_row(one, rates) for one in known)
    return tables.plain("rates", Table(columns, rows)) if rows else None


def _rate_row(one: Standing, rates: Rates) -> TableRow:
    months = len({entry.month for entry in one.work.entries}) if one.work and one.work.entries else 1
    used = one.work.hours / months if one.work else Blank("unknown")
    included = one.client.hours_included
    logged = f"{number(one.hours)} hours in {counted(months, 'month')}" if one.hours is not None else ""
    share = percent(one.rate.amount / rates.list.amount) if one.rate and rates.list else Blank("unknown")
    return TableRow(
        (
            Cell(one.name, grey("sister company" if one.is_related else "", logged)),
            rate_cell(one, rates),
            share,
            _one_place(used),
            _one_place(included),
            _over_cell(used, included),
            one.beyond or "",
        )
    )


def _over_cell(used: Decimal | Blank, included: Decimal | Blank) -> Cell:
    """Hours above those in the fee."""
    if isinstance(used, Blank):
        return Cell(Blank("unknown"))
    if isinstance(included, Blank):
        return Cell(Blank("n/a"))
    over = max(Decimal(0), used - included)
    return Cell(_one_place(over), "beyond the fee" if over else "", "warn" if over else "")


def _one_place(thing: Decimal | Blank) -> str | Blank:
    return number(thing, 1) if isinstance(thing, Decimal) else thing


def share_table(standings: Sequence[Standing], currency: str, tables: Tables) -> Table | None:
    """Shares of what was billed in twelve months and of the recurring fees, largest first."""
    fees = {
        id(one): one.fee.amount
        for one in standings
        if isinstance(one.fee, Money) and one.fee.currency == currency and not one.is_related
    }
    whole = sum(fees.values(), Decimal(0))
    columns = (
        Column("client", "Client"),
        Column("fee", "A month", is_number=True),
        Column("share", "Share", is_number=True),
        Column("billed", "Billed, 12 months", is_number=True),
        Column("earned", "Earned, 12 months", is_number=True),
        Column("earned_share", "Share of it", is_number=True),
    )
    sums = {id(one): brought(one) for one in standings}
    everything = sum(sums.values(), Decimal(0))
    paying = [one for one in standings if fees.get(id(one)) or sums[id(one)]]
    paying.sort(key=lambda one: (-fees.get(id(one), Decimal(0)), -sums[id(one)], one.name))
    rows = tuple(
        TableRow(
            (
                Cell(one.name, "sister company" if one.is_related else ""),
                one.fee,
                _share(fees.get(id(one), Decimal(0)), whole),
                one.billed,
                _earned_cell(one),
                _share(sums[id(one)], everything),
            )
        )
        for one in paying
    )
    billed = Money(sum((one.billed.amount for one in standings), Decimal(0)), currency)
    known = any(one.earned for one in standings)
    earned = Money(everything, currency) if known else Blank("unknown")
    last = TableRow((Cell("All"), Money(whole, currency), "", billed, earned, ""))
    return tables.plain("concentration", Table(columns, rows, total=last)) if rows else None


def brought(one: Standing) -> Decimal:
    """What a client brought in twelve months: earned by the books, billed where they name no client."""
    earned = one.earned.value if one.earned else one.billed
    return earned.amount if isinstance(earned, Money) else Decimal(0)


def _earned_cell(one: Standing) -> Cell:
    if one.earned is None:
        return Cell(Blank("unknown"))
    gap = one.gap.value if one.gap else None
    if not isinstance(gap, Money):
        return Cell(one.earned, is_plain=True)
    way = "more" if gap.amount > 0 else "less"
    return Cell(one.earned, f"{money(Money(abs(gap.amount), gap.currency))} {way} than billed", is_plain=True)


def _share(part: Decimal, whole: Decimal) -> str | Blank:
    return percent(part / whole) if part and whole else Blank("n/a")


def with_related_words(standings: Sequence[Standing]) -> str:
    """The concentration of what clients brought, sister companies counted as well."""
    result = concentration([brought(one) for one in standings])
    if not isinstance(result, Concentration):
        return ""
    if not any(brought(one) for one in standings if one.is_related):
        return "Sister companies brought nothing, so with them it is the same."
    return f"With sister companies, by what was earned or billed, it is {number(result.hhi, 0)}."


def quadrant_table(standings: Sequence[Standing], rates: Rates, tables: Tables) -> Table | None:
    """Raise the price, mend the scope, keep, or part: by rate against list and the sign of the margin."""
    columns = (Column("client", "Client"), Column("step", "What the numbers say"), Column("why", "Why"))
    rows = []
    for one in standings:
        if one.is_related:
            rows.append(
                TableRow(
                    (
                        Cell(one.name, "sister company"),
                        "record at cost rate",
                        "left out of rates and recurring revenue",
                    )
                )
            )
        elif not one.has_model:
            rows.append(TableRow((Cell(one.name), "agree a price or part", "no billing model")))
        elif one.rate is None or rates.list is None:
            rows.append(TableRow((Cell(one.name), Blank("unknown"), _lacking(one, rates))))
        else:
            rows.append(TableRow((Cell(one.name), *_quadrant(one, rates.list))))
    return tables.plain("decide", Table(columns, tuple(rows))) if rows else None


def _quadrant(one: Standing, listed: Money) -> tuple[str, str]:
    rate = one.rate.amount if one.rate else Decimal(0)
    share = f"an hour earns {percent(rate / listed.amount)} of list"
    if one.margin is None:
        return "not known", f"{share}; the cost of its hours is not known"
    margin = f"margin {percent(one.margin)}"
    if rate >= listed.amount:
        return ("keep" if one.margin >= 0 else "mend the scope"), f"{share}, {margin}"
    return ("raise the price" if one.margin >= 0 else "raise the price or part"), f"{share}, {margin}"


def _lacking(one: Standing, rates: Rates) -> str:
    if rates.list is None:
        return "no offer has a price for an hour"
    return "its hours are not written" if one.hours is None else "its fee is not written"
