"""When revenue is revenue, stream by stream, and whose money is held until then."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import msgspec

from quarterdeck.figures.names import folded, named
from quarterdeck.model.bookkeeping import BookLine
from quarterdeck.model.books import Policy
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Booking, Channel, GiftCard, Offer
from quarterdeck.model.services import Client, Delivery
from quarterdeck.model.values import UNKNOWN, Blank, Money
from quarterdeck.reports.business_rows import family, figure_cell, keeps_books, person, share, thing
from quarterdeck.reports.cells import Lines, Tables, grey, name_of, plain_cell, said, text, total
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone, joined
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day, value

StepState = Literal["met", "open", "not known", "n/a"]
STEPS = ("Contract", "What was promised", "Price", "Split", "When")

_AHEAD = ("hold", "confirmed")
_NAMED = 3


class Kind(msgspec.Struct, frozen=True):
    """One way of earning, and when it becomes revenue."""

    title: str
    when: str
    until: str
    trap: str


KINDS: dict[str, Kind] = {
    "charter": Kind(
        "charter sailings",
        "on the day of the sailing",
        "deposit and balance are guests' money",
        "Bad weather keeps it a debt; a no-show is revenue on the day the right ends.",
    ),
    "ticket": Kind(
        "concert tickets",
        "on the day of the event",
        "tickets are a debt, event by event",
        "A cancelled show is a debt to the guests at once; the performer is a cost of that day.",
    ),
    "haul": Kind(
        "hauls",
        "when the job is done",
        "what is paid before is a debt",
        "Dump fees billed besides are still revenue where we are the seller.",
    ),
    "trailer": Kind(
        "trailer rental",
        "over the days rented",
        "a deposit for damage is never revenue",
        "Tax on rented equipment may fall on its cost or on the rent: the adviser decides.",
    ),
    "build": Kind(
        "builds",
        "as work goes on, or at acceptance",
        "milestones billed ahead are a debt",
        "One contract with hosting in it is two promises.",
    ),
    "hours": Kind(
        "hours",
        "in the month worked",
        "hours not billed are earned already",
        "Hours for sister companies count, too.",
    ),
    "hosting": Kind(
        "hosting",
        "day by day over the term",
        "a bill for a year is a debt that shrinks",
        "Are we seller or go-between of the domain?",
    ),
    "retainer": Kind(
        "retainers",
        "in the month served",
        "hours that roll over are a debt",
        "Hours over the limit are billed or given away.",
    ),
    "delivery": Kind(
        "yacht deliveries",
        "over the days under way, or at arrival if the contract says so",
        "a deposit is a debt",
        "Expenses that the owner pays back are revenue where we are the buyer.",
    ),
    "rent": Kind(
        "rent",
        "over the month",
        "rent paid ahead is a debt",
        "A security deposit is never revenue unless it is kept.",
    ),
    "subscription": Kind("subscriptions", "day by day over the term", "what is paid ahead is a debt", ""),
    "service": Kind("services", "on the day of the service", "what is paid before is a debt", ""),
    "gift card": Kind(
        "gift cards",
        "when redeemed",
        "the rest of each card is a debt",
        "In California cards do not expire, and small rests are paid out in cash.",
    ),
    "platform": Kind(
        "sales through platforms",
        "on the day of the service, in full where we are the seller",
        "a payout in advance is a debt",
        "Commission is a cost, not less revenue.",
    ),
}
"""By key; what each says is printed."""


class Tested(msgspec.Struct, frozen=True):
    """One of the five steps: what the handoffs say, and whether it passes."""

    name: str
    state: StepState
    words: str


class Stream(msgspec.Struct, frozen=True):
    """One way in which one business earns."""

    entity: str
    key: str
    title: str
    kind: Kind
    steps: tuple[Tested, ...]

    @property
    def verdict(self) -> str:
        """Compliant, not yet or cannot tell."""
        states = {step.state for step in self.steps}
        if "open" in states:
            return "not yet"
        return "cannot tell" if "not known" in states else "compliant"

    @property
    def table(self) -> Table:
        """The five steps as a table."""
        columns = (
            Column("step", "Step"),
            Column("state", "State"),
            Column("evidence", "What the handoff says"),
        )
        return Table(
            columns,
            tuple(TableRow((step.name, Cell(step.state), Cell(step.words))) for step in self.steps),
            is_sortable=False,
            label=self.title,
        )


class Revenue(msgspec.Struct, frozen=True):
    """Section 2 of the page."""

    summary: Table | None
    streams: tuple[Stream, ...]
    without: tuple[str, ...]
    """Active businesses of which no way of earning is written."""


class Held(msgspec.Struct, frozen=True):
    """Whose money is held until the service is given."""

    deposits: Lines | None
    passed: Lines | None
    passed_sum: Figure
    cards: Lines | None
    cards_sum: Figure
    policies: Lines | None


def revenue(report: Report, tables: Tables) -> Revenue:
    """Every way of earning of every active business, with its five steps."""
    owners = [one for one in keeps_books(report) if one.is_active]
    streams = tuple(stream for entity in owners for stream in streams_of(report, entity))
    there = {stream.entity for stream in streams}
    columns = (
        Column("stream", "How it earns"),
        Column("verdict", "Verdict"),
        Column("when", "It is revenue"),
        Column("until", "Until then"),
        Column("open", "Open or not known", label="-"),
    )
    table = Table(columns, tuple(_stream_row(report, stream) for stream in streams))
    return Revenue(
        tables.plain("revenue", table) if streams else None,
        streams,
        tuple(one.title for one in owners if one.entity not in there),
    )


def _stream_row(report: Report, stream: Stream) -> TableRow:
    open_steps = [f"{step.name}: {step.words}" for step in stream.steps if step.state == "open"]
    unknown = [step.name.lower() for step in stream.steps if step.state == "not known"]
    first = "; ".join(open_steps) or "nothing open"
    tone: Tone = "warn" if open_steps else ""
    return TableRow(
        (
            thing(report, stream.kind.title[:1].upper() + stream.kind.title[1:], stream.entity),
            Cell(stream.verdict, f"{counted(len(open_steps), 'step')} open" if open_steps else "", tone),
            stream.kind.when,
            stream.kind.until,
            Cell(first, f"not known: {joined(unknown)}" if unknown else ""),
        )
    )


def streams_of(report: Report, entity: Entity) -> Iterator[Stream]:
    """The ways in which one business and its parts earn, in the order of their offers."""
    briefing = report.site.briefing
    groups: dict[str, list[Offer]] = {}
    for one in family(report, entity.entity):
        for offer in briefing.of(Offer, one):
            groups.setdefault(_key(entity, offer), []).append(offer)
    if entity.kind == "rental" and any(briefing.of(Lease, entity.entity)):
        groups.setdefault("rent", [])
    if briefing.of(GiftCard, entity.entity):
        groups["gift card"] = []
    if groups and any(_is_platform(one) for one in briefing.of(Channel, entity.entity)):
        groups["platform"] = []
    for key, offers in groups.items():
        steps = (
            _contract(report, entity, key),
            _promised(key, offers),
            _price(report, entity, key, offers),
            _split(offers, report),
            _when(report, entity, key, offers),
        )
        yield Stream(entity.entity, key, f"{entity.title}, {KINDS[key].title}", KINDS[key], steps)


def _is_platform(channel: Channel) -> bool:
    return channel.kind == "ota" and channel.state in {"bookable", "active"}


def _key(entity: Entity, offer: Offer) -> str:
    """The stream of an offer: by the kind of business, then by its unit."""
    is_hosting = "host" in text(offer.offer).casefold()
    if entity.kind == "delivery":
        return "delivery"
    if entity.kind == "saas":
        return "subscription"
    if entity.kind == "hauling":
        return "trailer" if offer.unit == "day" else "haul"
    by_unit = {
        "ticket": "ticket",
        "sailing": "charter",
        "hour": "hours",
        "month": "hosting" if is_hosting else "retainer",
        "project": "hosting" if is_hosting and offer.bundle is not True else "build",
    }
    if entity.kind == "agency" and offer.bundle is True:
        return "build"
    return by_unit.get(offer.unit, "service") if isinstance(offer.unit, str) else "service"


def _contract(report: Report, entity: Entity, key: str) -> Tested:
    """Step 1: terms that both sides know."""
    briefing = report.site.briefing
    model = entity.billing_model
    if model == "none":
        return Tested(STEPS[0], "open", "there is no billing model, so nothing received is revenue")
    if isinstance(model, Blank):
        return Tested(STEPS[0], "open", "no billing model is written down")
    clients = [one for part in family(report, entity.entity) for one in briefing.of(Client, part)]
    if key == "delivery":
        trips = briefing.of(Delivery, entity.entity)
        signed = sum(one.contract is True for one in trips)
        state: StepState = "met" if signed == len(trips) else "open"
        return Tested(STEPS[0], state, f"{signed} of {len(trips)} trips have a written contract")
    if clients:
        signed = sum(one.contract is True for one in clients)
        state = "met" if signed == len(clients) else "open"
        return Tested(STEPS[0], state, f"{signed} of {len(clients)} clients have a written contract")
    if key == "rent":
        return Tested(
            STEPS[0], "met", f"{counted(len(briefing.of(Lease, entity.entity)), 'lease')} with dates and rent"
        )
    policies = [one for one in briefing.of(Policy, entity.entity) if one.policy == "cancellation"]
    if not policies:
        return Tested(STEPS[0], "open", f"billed {model}, and no cancellation policy is written down")
    return Tested(STEPS[0], "met", f"billed {model}, with {counted(len(policies), 'cancellation rule')}")


def _promised(key: str, offers: list[Offer]) -> Tested:
    """Step 2: what a customer gets, part by part."""
    if key in {"rent", "gift card", "platform"}:
        return Tested(STEPS[1], "met", "one promise")
    bare = [name_of(one.offer) for one in offers if one.bundle is True and isinstance(one.parts, Blank)]
    bundles = [one for one in offers if one.bundle is True]
    if bare:
        return Tested(STEPS[1], "open", f"{joined(bare)} {'names' if len(bare) == 1 else 'name'} no parts")
    if bundles:
        return Tested(
            STEPS[1], "met", f"parts are listed for {joined([name_of(one.offer) for one in bundles])}"
        )
    return Tested(STEPS[1], "met", f"{counted(len(offers), 'offer')}, none is a bundle")


def _price(report: Report, entity: Entity, key: str, offers: list[Offer]) -> Tested:
    """Step 3: what is ours of the price."""
    briefing = report.site.briefing
    if key == "gift card":
        odd = [name_of(one.id) for one in briefing.of(GiftCard, entity.entity) if _has_fee_or_end(one)]
        if odd:
            return Tested(
                STEPS[2],
                "open",
                f"{_named(odd)} {'has' if len(odd) == 1 else 'have'} a fee or an end; an adviser must agree",
            )
        return Tested(STEPS[2], "met", "no card has a fee or an end")
    if key == "platform":
        unsure = [
            name_of(one.channel)
            for one in briefing.of(Channel, entity.entity)
            if _is_platform(one) and one.role not in {"principal", "agent"}
        ]
        if unsure:
            return Tested(STEPS[2], "open", f"seller or go-between is not settled for {_named(unsure)}")
        return Tested(STEPS[2], "met", "seller or go-between is stated for each platform")
    if key == "rent":
        return Tested(STEPS[2], "met", "rent as in each lease; deposits apart")
    unsettled = [name_of(one.offer) for one in offers if not is_tax_settled(one)]
    if unsettled:
        return Tested(
            STEPS[2],
            "open",
            f"sales tax of {len(unsettled)} of {counted(len(offers), 'offer')} is not confirmed",
        )
    return Tested(STEPS[2], "met", f"sales tax of {counted(len(offers), 'offer')} is confirmed")


def _has_fee_or_end(card: GiftCard) -> bool:
    has_fee = isinstance(card.fee, Money) and card.fee.amount > 0
    return card.status != "promotional" and (has_fee or isinstance(card.expires, date))


def is_tax_settled(offer: Offer) -> bool:
    """Whether a named adviser said, on a day, if sales tax is due."""
    is_plain = offer.tax_treatment in {"taxable", "exempt"}
    return is_plain and isinstance(offer.tax_confirmed_by, str) and isinstance(offer.tax_confirmed_on, date)


def _split(offers: list[Offer], report: Report) -> Tested:
    """Step 4: a bundle's price over the stand-alone prices of its parts."""
    bundles = [one for one in offers if one.bundle is True]
    if not bundles:
        return Tested(STEPS[3], "n/a", "nothing is sold as a bundle")
    prices = {
        folded(one.offer)
        for one in report.site.briefing.of(Offer)
        if isinstance(one.offer, str) and isinstance(one.ssp, Money) and one.entity == bundles[0].entity
    }
    lacking = [
        name_of(one.offer)
        for one in bundles
        if isinstance(one.parts, Blank) or not all(folded(part) in prices for part in one.parts)
    ]
    if lacking:
        return Tested(STEPS[3], "open", f"a stand-alone price is missing for parts of {joined(lacking)}")
    return Tested(STEPS[3], "met", "each part has a stand-alone price")


def _when(report: Report, entity: Entity, key: str, offers: list[Offer]) -> Tested:
    """Step 5: the day; whether the books post on it is not known before a ledger is read."""
    names = {folded(one.offer) for one in offers if isinstance(one.offer, str)}
    bookings = [
        one
        for one in report.site.briefing.of(Booking, entity.entity)
        if isinstance(one.offer, str) and folded(one.offer) in names
    ]
    late = [name_of(one.id) for one in bookings if is_passed(one, report.site.briefing.as_of)]
    if late:
        return Tested(
            STEPS[4], "open", f"the day of {_named(late)} is past, and nobody says what became of it"
        )
    mine = [one for one in report.site.briefing.books if one.entity == entity.entity]
    early = [one.name for one in mine if isinstance(one, BookLine) and one.reason == "earned early"]
    if early:
        return Tested(STEPS[4], "open", f"{_named(early)} is income in the books before its day")
    if bookings:
        dated = sum(isinstance(one.service_date, date) for one in bookings)
        if mine and dated == len(bookings):
            return Tested(STEPS[4], "met", "the books post no income of this year before its day")
        return Tested(
            STEPS[4],
            "not known",
            f"{dated} of {len(bookings)} bookings have their day; whether the books post on it, no ledger says",
        )
    del key
    why = "its entries name no day of service" if mine else "no ledger says when it is posted"
    return Tested(STEPS[4], "not known", why)


def is_passed(booking: Booking, as_of: date) -> bool:
    """Whether its day is over while it still stands as to come."""
    return (
        booking.status in _AHEAD and isinstance(booking.service_date, date) and booking.service_date <= as_of
    )


def _named(names: Iterable[str]) -> str:
    them = list(names)
    if len(them) > _NAMED:
        return joined([*them[:_NAMED], f"{len(them) - _NAMED} more"])
    return joined(them)


def held(report: Report, tables: Tables) -> Held:
    """Deposits, those whose day is past, gift cards and the rules of cancelling."""
    briefing = report.site.briefing
    bookings = report.of(Booking)
    late = [one for one in bookings if is_passed(one, briefing.as_of)]
    cards = report.of(GiftCard)
    policies = [one for one in report.of(Policy) if one.policy in {"cancellation", "gift-card"}]
    ahead = list(_with_deposit(report))
    by_row = {id(one): figure for one, figure in ahead}
    return Held(
        deposits=tables.lines(
            "deposits",
            _DEPOSIT_COLUMNS,
            [one for one, _ in ahead],
            lambda one: _deposit(report, one, by_row[id(one)]),
            lambda one: name_of(one.id),
            last=TableRow(
                (Cell("All held"), Cell(""), Cell(""), figure_cell(report, "deposits_held", ""), Cell(""))
            ),
        ),
        passed=tables.lines(
            "passed", _PASSED_COLUMNS, late, lambda one: _passed(report, one), lambda one: name_of(one.id)
        ),
        passed_sum=total(
            "deposits_passed", "", "Paid for days that are past", [(one.paid, one.source) for one in late]
        ),
        cards=tables.lines(
            "gift-cards", _CARD_COLUMNS, cards, lambda one: _card(report, one), lambda one: name_of(one.id)
        ),
        cards_sum=total(
            "gift_cards_open",
            "",
            "Left on gift cards",
            [(_left(one), one.source) for one in cards if one.status == "open"],
        ),
        policies=tables.lines(
            "policies",
            _POLICY_COLUMNS,
            policies,
            lambda one: _policy(report, one),
            lambda one: name_of(one.applies_to),
        ),
    )


def _with_deposit(report: Report) -> Iterator[tuple[Booking, Figure]]:
    """Bookings to come with money paid, by their day."""
    found = []
    for entity in report.entities:
        rows = report.site.briefing.of(Booking, entity.entity)
        ahead = [
            one for one in rows if one.status in _AHEAD and not is_passed(one, report.site.briefing.as_of)
        ]
        for subject, _, row in named(ahead, "id"):
            figure = report.site.briefing.find(f"deposit:{subject}", entity.entity)
            if figure is not None:
                found.append((row, figure))
    found.sort(
        key=lambda pair: (
            pair[0].service_date if isinstance(pair[0].service_date, date) else date.max,
            name_of(pair[0].id),
        )
    )
    return iter(found)


_DEPOSIT_COLUMNS = (
    Column("booking", "Booking"),
    Column("day", "Service on"),
    Column("gross", "Price", is_number=True),
    Column("paid", "Paid ahead", is_number=True),
    Column("rest", "Still to pay", is_number=True),
)


def _deposit(report: Report, one: Booking, figure: Figure) -> TableRow:
    return TableRow(
        (
            thing(report, one.id, one.entity, text(one.offer), text(one.customer)),
            Cell(one.service_date, text(one.status)),
            Cell(one.gross, said("through", one.channel)),
            Cell(figure, is_plain=True),
            Cell(_rest(one), said("due", one.balance_due)),
        )
    )


def _rest(one: Booking) -> Money | Blank:
    if (
        isinstance(one.gross, Money)
        and isinstance(one.paid, Money)
        and one.gross.currency == one.paid.currency
    ):
        return one.gross - one.paid
    return UNKNOWN


_PASSED_COLUMNS = (
    Column("booking", "Booking"),
    Column("day", "Was due on"),
    Column("gross", "Price", is_number=True),
    Column("paid", "Paid", is_number=True),
)


def _passed(report: Report, one: Booking) -> TableRow:
    days = (report.site.briefing.as_of - one.service_date).days if isinstance(one.service_date, date) else 0
    note = (
        f"{counted(days, 'day')} ago, still {text(one.status)}"
        if days
        else f"today, still {text(one.status)}"
    )
    tone: Tone = "bad" if days > 7 else ""  # noqa: PLR2004 - a week to say what became of it
    return TableRow(
        (
            thing(report, one.id, one.entity, text(one.offer), text(one.customer)),
            Cell(one.service_date, note, tone),
            Cell(one.gross),
            Cell(one.paid),
        )
    )


_CARD_COLUMNS = (
    Column("card", "Card"),
    Column("sold", "Sold on"),
    Column("face", "Sold for", is_number=True),
    Column("redeemed", "Used", is_number=True),
    Column("left", "Left", is_number=True),
    Column("state", "State"),
)


def _left(one: GiftCard) -> Money | Blank:
    if (
        isinstance(one.face, Money)
        and isinstance(one.redeemed, Money)
        and one.face.currency == one.redeemed.currency
    ):
        return one.face - one.redeemed
    return UNKNOWN


def _card(report: Report, one: GiftCard) -> TableRow:
    is_debt = one.status == "open"
    return TableRow(
        (
            thing(report, one.id, one.entity, said("through", one.sold_via)),
            Cell(one.sold_on),
            Cell(one.face, said("fee", one.fee) if isinstance(one.fee, Money) and one.fee.amount else ""),
            Cell(one.redeemed),
            Cell(_left(one) if is_debt else "none"),
            Cell(one.status if isinstance(one.status, str) else UNKNOWN, said("until", one.expires)),
        )
    )


_POLICY_COLUMNS = (
    Column("policy", "Rule"),
    Column("notice", "Days before", is_number=True),
    Column("refund", "Paid back", is_number=True),
    Column("confirmed", "Confirmed"),
)


def _policy(report: Report, one: Policy) -> TableRow:
    on = f"on {day(one.confirmed_on)}" if isinstance(one.confirmed_on, date) else ""
    who = person(one.confirmed_by) or value(UNKNOWN)
    return TableRow(
        (
            thing(report, one.applies_to, one.entity, text(one.policy)),
            plain_cell(one.notice_days),
            Cell(share(one.refund_share)),
            Cell(who, grey(on)),
        )
    )
