"""What a mailing list can earn, honestly: who may be mailed, what a claim takes, and whether mail would arrive."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.marketing import rates_of
from quarterdeck.figures.names import folded
from quarterdeck.formulas.mail import blast, headroom, orders_needed
from quarterdeck.formulas.mail import ramp as ramp_by_day
from quarterdeck.model.assumed import EmailModel, Ramp, SendStop
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Gap
from quarterdeck.model.sales import Booking, Campaign, Lead, Offer
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank, Money, MoneyRange, Ratio
from quarterdeck.reports.business_rows import computed, thing
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    figure_or_unknown,
    gap_of,
    grey,
    name_of,
    on,
    plain_cell,
    said,
    text,
    yes_no,
)
from quarterdeck.reports.cmo_audited import AUDITED, Checked, as_seen
from quarterdeck.reports.cmo_feedback import mail_of_reports
from quarterdeck.reports.cmo_mail_service import mail_service
from quarterdeck.reports.cmo_senders import Senders, senders_of
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age, counted, day, number, percent, value

_OLD_LIST = 365
_CLAIM_LIMIT = Decimal("0.03")


class Claim(msgspec.Struct, frozen=True):
    """A stated worth of the list, and what must be true for it."""

    lead: Lead
    low: Figure
    high: Figure
    low_rate: Figure
    high_rate: Figure
    offer: str
    price: str
    private: str
    """The dearer offer, in whose bookings the claim could be reached."""
    private_low: int
    private_high: int
    private_price: str

    @property
    def is_supported(self) -> bool:
        """Whether even its high end stays within what lists do."""
        share = self.high_rate.value
        return isinstance(share, Ratio) and share.value <= _CLAIM_LIMIT


class MailingList(msgspec.Struct, frozen=True):
    """One business's list with everything that the model says of it."""

    entity: Entity
    size: Figure
    mailable: Figure
    who: Table
    scenarios: Table | None
    expected: tuple[tuple[str, Decimal], ...]
    """Orders in each case, the lowest first."""
    base: Figure | None
    order: str
    """What one order is taken to be."""
    claim: Claim | None
    seats: str
    """How many seats there are, where it is known."""
    headroom: tuple[int, int]
    """Complaints and bounces of one full send that stay under the limits."""
    ramp: tuple[int, ...]
    last: Campaign | None


class Mail(msgspec.Struct, frozen=True):
    """Section 5."""

    lists: tuple[MailingList, ...]
    without: tuple[Gap, ...]
    campaigns: Lines | None


class Deliverability(msgspec.Struct, frozen=True):
    """Section 6."""

    table: Table
    blocked: tuple[str, ...]
    audit: tuple[Gap, ...]
    service: Table | None = None
    """What the mail service says of itself; None where it was not read."""
    senders: Senders | None = None


def mail(report: Report, tables: Tables) -> Mail:
    """Every list of every business."""
    briefing = report.site.briefing
    lists = tuple(
        _list(report, tables, one) for one in report.entities if briefing.find("list_mailable", one.entity)
    )
    gaps = [gap_of(report, one.entity, "list_size", "list_source") for one in report.entities]
    campaigns = report.of(Campaign)
    return Mail(
        lists,
        tuple(gap for gap in gaps if gap is not None),
        tables.lines(
            "campaigns",
            _CAMPAIGN_COLUMNS,
            campaigns,
            lambda one: _campaign(report, one),
            lambda one: name_of(one.id),
        ),
    )


def _list(report: Report, tables: Tables, entity: Entity) -> MailingList:
    briefing = report.site.briefing
    size = figure_or_unknown(report, "list_size", entity.entity, "Mailing list", "count")
    may = figure_or_unknown(report, "list_mailable", entity.entity, "May be mailed", "count")
    count = int(may.value) if isinstance(may.value, Decimal) else 0
    order, aov, sources = order_value(report, entity)
    rows = _scenarios(report.assumed.email_model, may, aov, sources) if count and aov is not None else ()
    sent = [
        one
        for one in briefing.of(Campaign, entity.entity)
        if one.status == "sent" and isinstance(one.sent_on, date)
    ]
    return MailingList(
        entity=entity,
        size=size,
        mailable=may,
        who=_who(report, entity, size, may),
        scenarios=tables.plain(
            f"list-{entity.entity}",
            Table(_SCENARIO_COLUMNS, tuple(row for _, _, row in rows), is_sortable=False),
        )
        if rows
        else None,
        expected=tuple(
            (name, orders)
            for (name, _), (_, orders, _) in zip(report.assumed.email_model.cases, rows, strict=False)
        ),
        base=rows[1][0] if rows else None,
        order=order,
        claim=_claim(report, entity),
        seats=_seats(report, entity),
        headroom=_headroom(count),
        ramp=ramp(count, report.assumed.ramp),
        last=max(sent, key=lambda one: str(one.sent_on), default=None),
    )


def order_value(report: Report, entity: Entity) -> tuple[str, Money | None, tuple[Source, ...]]:
    """What one order is worth: the average of completed orders of what is sold by ticket, else of all."""
    briefing = report.site.briefing
    tickets = {
        folded(one.offer)
        for one in briefing.of(Offer, entity.entity)
        if one.unit == "ticket" and isinstance(one.offer, str)
    }
    done = [
        one
        for one in briefing.of(Booking, entity.entity)
        if one.status == "completed"
        and isinstance(one.gross, Money)
        and one.gross.currency == briefing.currency
        and (not tickets or folded(text(one.offer)) in tickets)
    ]
    if not done:
        return "", None, ()
    amount = sum((one.gross.amount for one in done if isinstance(one.gross, Money)), Decimal(0)) / len(done)
    money = Money(amount.quantize(Decimal("0.01")), report.site.briefing.currency)
    what = "ticket order" if tickets else "completed order"
    return f"{value(money)}, the average of {counted(len(done), what)}", money, (done[0].source,)


_SCENARIO_COLUMNS = (
    Column("scenario", "Scenario"),
    Column("click", "Click, of delivered", is_number=True),
    Column("order", "Order, of those", is_number=True),
    Column("orders", "Orders", is_number=True),
    Column("revenue", "Revenue", is_number=True),
)


def _scenarios(
    model: EmailModel, may: Figure, aov: Money, sources: tuple[Source, ...]
) -> tuple[tuple[Figure, Decimal, TableRow], ...]:
    """Revenue, orders and the row of each case."""
    found = []
    count = int(may.value) if isinstance(may.value, Decimal) else 0
    for name, case in model.cases:
        result = blast(
            list_size=count,
            suppressed=0,
            bounce=model.bounce,
            click=case.click,
            order=case.order,
            aov=aov.amount,
            sends=model.sends,
            decay=model.decay,
            unsub=model.unsub,
            complaint=model.complaint,
        )
        inputs: tuple[Figure | Source, ...] = (may, *sources)
        revenue = computed(
            f"blast_{name}",
            may.entity,
            f"Revenue of {counted(model.sends, 'mailing')}, {name}",
            Money(result.revenue.quantize(Decimal("0.01")), aov.currency),
            "money",
            "F-Q1",
            inputs,
        )
        revenue = msgspec.structs.replace(revenue, is_estimate=True)
        row = TableRow(
            (
                Cell(name),
                Cell(Ratio(case.click)),
                Cell(Ratio(case.order)),
                Cell(number(result.orders, 0)),
                Cell(revenue),
            )
        )
        found.append((revenue, result.orders, row))
    return tuple(found)


_WHO_COLUMNS = (
    Column("what", "Addresses"),
    Column("count", "How many", is_number=True),
    Column("note", "Known from"),
)


def _who(report: Report, entity: Entity, size: Figure, may: Figure) -> Table:
    """Who may be mailed: the list less those who must not be."""
    updated = entity.list_updated
    words = ""
    if isinstance(updated, date):
        words = f"consent of {day(updated)}, {age((report.site.briefing.as_of - updated).days)} old"
    return Table(
        _WHO_COLUMNS,
        (
            TableRow(
                (
                    Cell("on the list"),
                    Cell(size, is_plain=True),
                    Cell(text(entity.list_source) or UNKNOWN, words),
                )
            ),
            TableRow(
                (
                    Cell("unsubscribed or bounced"),
                    plain_cell(entity.list_suppressed),
                    Cell("stated" if isinstance(entity.list_suppressed, int) else UNKNOWN),
                )
            ),
            TableRow(
                (
                    Cell("without a recorded source"),
                    plain_cell(entity.list_unsourced),
                    Cell("stated" if isinstance(entity.list_unsourced, int) else UNKNOWN),
                )
            ),
        ),
        total=TableRow((Cell("may be mailed"), Cell(may), Cell(""))),
        is_sortable=False,
        label=f"Who may be mailed, {entity.title}",
    )


def _claim(report: Report, entity: Entity) -> Claim | None:
    briefing = report.site.briefing
    names = ("claim_orders_low", "claim_orders_high", "claim_rate_low", "claim_rate_high")
    figures = [briefing.find(name, entity.entity) for name in names]
    low, high, low_rate, high_rate = figures
    if low is None or high is None or low_rate is None or high_rate is None or not low.is_known:
        return None
    leads = briefing.of(Lead, entity.entity)
    lead = next((one for one in leads if one.source in low.sources), None)
    offers = [one for one in briefing.of(Offer, entity.entity) if isinstance(one.price, Money)]
    offer = next((one for one in offers if one.source in low.sources), None)
    if lead is None:
        return None
    dear = max(
        offers, key=lambda one: one.price.amount if isinstance(one.price, Money) else Decimal(0), default=None
    )
    ends = lead.value
    counts = (0, 0)
    if (
        dear is not None
        and dear is not offer
        and isinstance(dear.price, Money)
        and isinstance(ends, MoneyRange)
    ):
        counts = (_orders(ends.low, dear.price), _orders(ends.high, dear.price))
    return Claim(
        lead=lead,
        low=low,
        high=high,
        low_rate=low_rate,
        high_rate=high_rate,
        offer=name_of(offer.offer).lower() if offer else "order",
        price=value(offer.price) if offer else "its price",
        private=name_of(dear.offer).lower() if dear and counts[0] else "",
        private_low=counts[0],
        private_high=counts[1],
        private_price=value(dear.price) if dear else "",
    )


def _orders(target: Money, price: Money) -> int:
    return orders_needed(target.amount, price.amount) if price.amount else 0


def _seats(report: Report, entity: Entity) -> str:
    """How many seats a month can be sold: sailings times guests of what is sold by ticket."""
    guests = [
        one.max_guests
        for one in report.site.briefing.of(Offer, entity.entity)
        if one.unit == "ticket" and isinstance(one.max_guests, int)
    ]
    if not guests or not isinstance(entity.capacity_per_month, Decimal):
        return ""
    trips, most = entity.capacity_per_month, max(guests)
    return f"{number(trips * most)} seats a month: {number(trips)} sailings of {most}"


def _headroom(count: int) -> tuple[int, int]:
    """Complaints and bounces that stay under the limits (F-Q3); none without a message."""
    found = headroom(count)
    return (0, 0) if isinstance(found, Missing) else (found.complaints, found.bounces)


def ramp(count: int, how: Ramp) -> tuple[int, ...]:
    """How many go out each day: 200, then half as many again, at most 1,500, unless set (F-Q4)."""
    days = ramp_by_day(count, how.start, how.growth, how.cap)
    return () if isinstance(days, Missing) else days


_CAMPAIGN_COLUMNS = (
    Column("campaign", "Mailing"),
    Column("sent", "Sent", is_number=True),
    Column("bounces", "Bounced", is_number=True),
    Column("complaints", "Complained", is_number=True),
    Column("clicks", "Clicked", is_number=True),
    Column("orders", "Ordered", is_number=True),
    Column("duties", "In the mail"),
)


def _campaign(report: Report, one: Campaign) -> TableRow:
    return TableRow(
        (
            thing(report, one.id, one.entity, text(one.segment)),
            Cell(plain_cell(one.sent).value, grey(text(one.status), said("on", one.sent_on))),
            *(
                _results(one, report.assumed.send_stop)
                if one.status != "planned"
                else (Cell(Blank("n/a")),) * 4
            ),
            Cell(
                f"one-click unsubscribe: {yes_no(one.one_click) or 'not known'}",
                f"postal address: {yes_no(one.postal_address) or 'not known'}",
            ),
        )
    )


def _results(one: Campaign, stop: SendStop) -> tuple[Cell, ...]:
    bounce, complaint = _rates(one)
    return (
        _rate(one.hard_bounces, bounce, stop.bounce),
        _rate(one.complaints, complaint, stop.complaint),
        Cell(plain_cell(one.clicks).value, said("unsubscribed", one.unsubs)),
        Cell(plain_cell(one.orders).value, said("", one.revenue).strip()),
    )


def _rates(one: Campaign) -> tuple[Decimal | Missing, Decimal | Missing]:
    """Bounces and complaints of a mailing as rates (F-Q14)."""
    found = rates_of(one)
    return (found, found) if isinstance(found, Missing) else (found.bounce, found.complaint)


def _rate(count: int | Blank, share: Decimal | Missing, stop: Decimal) -> Cell:
    """A count with its rate, if there is one."""
    cell = plain_cell(count)
    if isinstance(share, Missing):
        return cell
    tone: Tone = "bad" if share >= stop else ""
    return Cell(cell.value, f"{percent(share)}{', over the stop' if tone else ''}", tone)


_CHECK_COLUMNS = (Column("check", "What"), Column("state", "State"), Column("evidence", "Known from"))


def deliverability(report: Report, tables: Tables, audits: tuple[Gap, ...]) -> Deliverability:
    """What must be right before anything is sent, the blocking things first."""
    briefing = report.site.briefing
    found: list[Checked] = []
    for entity in report.entities:
        if briefing.find("list_size", entity.entity) is None and not briefing.of(Campaign, entity.entity):
            continue
        found += _checks(report, entity)
    seen = [as_seen(report, one) for one in AUDITED]
    for audited, checks in zip(AUDITED, seen, strict=True):
        found += checks or [Checked(audited.what, "not known", audited.unread)]
    found.append(mail_of_reports(report))
    order = {"bad": 0, "warn": 1, "": 2, "good": 3}
    found.sort(key=lambda one: order[one.tone])
    rows = tuple(
        TableRow(
            (one.what, Cell(one.state, "blocks sending" if one.tone == "bad" else "", one.tone), one.evidence)
        )
        for one in found
    )
    return Deliverability(
        tables.plain("deliverability", Table(_CHECK_COLUMNS, rows)),
        tuple(dict.fromkeys(one.what for one in found if one.tone == "bad")),
        () if all(seen) else audits,
        mail_service(report, tables),
        senders_of(report),
    )


def _checks(report: Report, entity: Entity) -> Iterator[Checked]:
    """What people wrote of the list, of its consent and of the last mailing."""
    rows = report.site.briefing.of(Campaign, entity.entity)
    yield _source_of_list(entity)
    yield from _age_of_consent(entity, report.site.briefing.as_of)
    if rows:
        yield from _form_of_mail(entity, max(rows, key=lambda one: str(one.sent_on)))
    sent = [one for one in rows if one.status == "sent"]
    for one in sent[-1:]:
        bounce, complaint = _results(one, report.assumed.send_stop)[:2]
        yield _complained(f"bounces of {entity.title}", bounce, one)
        yield _complained(f"complaints of {entity.title}", complaint, one)


def _source_of_list(entity: Entity) -> Checked:
    what = f"list source of {entity.title}"
    if not isinstance(entity.list_unsourced, int) or not isinstance(entity.list_size, int):
        source = text(entity.list_source)
        return Checked(what, "stated" if source else "not known", source or "nothing is written down")
    if entity.list_unsourced == 0:
        return Checked(what, "yes", "every address has a source", "good")
    words = f"{number(entity.list_unsourced)} of {number(entity.list_size)} have no source"
    return Checked(what, "in part", words, "warn")


def _age_of_consent(entity: Entity, as_of: date) -> Iterator[Checked]:
    updated = on(entity.list_updated)
    if updated is not None:
        days = (as_of - updated).days
        tone: Tone = "warn" if days > _OLD_LIST else "good"
        what = f"age of consent of {entity.title}"
        yield Checked(what, f"{age(days)} old", f"recorded {day(updated)}", tone)


def _form_of_mail(entity: Entity, last: Campaign) -> Iterator[Checked]:
    """What every mailing must hold, as the last one did."""
    for flag, what in (
        (last.one_click, "one-click unsubscribe"),
        (last.postal_address, "postal address in the mail"),
    ):
        tone: Tone = "bad" if flag is False else "good" if flag is True else ""
        place = f"mailing {name_of(last.id)}"
        yield Checked(f"{what}, {entity.title}", yes_no(flag) or "not known", place, tone)


def _complained(what: str, rate: Cell, one: Campaign) -> Checked:
    tone: Tone = "bad" if rate.tone else "good"
    return Checked(what, value(rate.value), grey(str(rate.note), name_of(one.id)), tone)
