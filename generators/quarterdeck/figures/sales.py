"""Figures of selling: what was sold and planned, what guests paid ahead or owe, what an offer leaves."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.figures.agency import fee_terms, holders_of_clients
from quarterdeck.figures.billing import live_invoices, net_amount
from quarterdeck.figures.months import holds, last_full_month, month_name, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.figures.rental import rent_terms
from quarterdeck.figures.scope import Scope, Term, scope_of, terms_of
from quarterdeck.formulas.channels import take_rate
from quarterdeck.formulas.margin import contribution
from quarterdeck.formulas.plan import variance
from quarterdeck.model.books import PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Booking, Channel, Offer
from quarterdeck.model.services import Invoice
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio, month_of

SalesFrom = Literal["bookings", "invoices", "rent", "fees", "nowhere"]

COMMISSION_KINDS = frozenset({"charter", "concert"})
AHEAD = frozenset({"hold", "confirmed"})
OWN_CHANNELS = frozenset({"phone", "walkup", "ownsite", "direct"})
"""Our own ways of being booked, which keep no commission, where no channels table names their kind."""

MONTHS_OF_A_YEAR = 12


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of selling that has a meaning for an entity."""
    scope = scope_of(facts, entity, currency)
    origin = sales_from(facts, entity)
    yield from _sales(scope, origin)
    if scope.has(Booking):
        yield from _ahead(scope)
        yield from _unpaid(scope)
        yield from _counts(scope)
        yield from _take_rate(scope)
    elif origin == "bookings":
        yield from _without_bookings(scope)
    yield from _contributions(scope, expected=origin != "nowhere" and entity.kind != "rental")


def sales_from(facts: Facts, entity: Entity) -> SalesFrom:
    """Where the sales of an entity are written.

    A part whose clients are its business's own (the client portfolio of an agency) has no sales beside it, and
    a tool has some only where it has bookings.
    """
    match entity.kind:
        case "charter" | "concert" | "hauling":
            origin: SalesFrom = "bookings"
        case "delivery":
            origin = "invoices"
        case "rental":
            origin = "rent"
        case "agency":
            origin = "nowhere" if entity.parent and _sells_through_parent(facts, entity) else "fees"
        case _:
            has_own = facts.has_table(Booking, entity.entity)
            is_business = entity.kind != "saas" and not entity.parent and entity.is_active
            origin = "bookings" if has_own or is_business else "nowhere"
    return origin


def _sells_through_parent(facts: Facts, entity: Entity) -> bool:
    parent = facts.parent(entity)
    if parent is None or parent.kind != "agency":
        return False
    return entity.entity in {holder.entity for holder in holders_of_clients(facts, parent)}


def _sales(scope: Scope, origin: SalesFrom) -> Iterator[Figure]:
    if origin == "nowhere":
        return
    month = last_full_month(scope.as_of)
    sales = _last_month(scope, origin, month)
    plan = _plan(scope, month)
    yield sales
    yield _year(scope, origin, month)
    yield plan
    yield _against_plan(scope, sales, plan)


def _last_month(scope: Scope, origin: SalesFrom, month: Period) -> Figure:
    code, label = "sales_last_month", f"{month_name(month)} sales, as written"
    match origin:
        case "rent":
            label = "Rent of let units, as written"
            if not scope.of(Lease):
                return scope.missing(code, label, "money", "rent_roll")
            return scope.total(code, label, rent_terms(scope), needs=("rent_roll",))
        case "fees":
            terms = list(fee_terms(scope.facts, holders_of_clients(scope.facts, scope.entities[0])))
            if not terms:
                return scope.missing(code, "Recurring fees, as written", "money", "clients", formula="F-G1")
            return scope.total(
                code, "Recurring fees, as written", terms, needs=("client_fee",), formula="F-G1"
            )
        case "invoices":
            if not scope.has(Invoice):
                return scope.missing(code, label, "money", "invoices")
            terms = _invoiced(scope, month)
            return scope.total(code, f"{month_name(month)} invoices, as written", terms, needs=("invoices",))
        case _:
            if not scope.has(Booking):
                return scope.missing(code, label, "money", "bookings")
            terms = _completed(scope.of(Booking), month)
            return scope.total(code, label, terms, needs=("bookings",))


def _year(scope: Scope, origin: SalesFrom, month: Period) -> Figure:
    """The sales of the last twelve full months, with how many of them the table reaches back to."""
    code, label = "sales_ttm", "Sales of twelve months, as written"
    months = months_to(month, MONTHS_OF_A_YEAR)
    span = span_of(months)
    if origin == "invoices" and scope.has(Invoice):
        terms = _invoiced(scope, span)
        days = [one.issued for one in live_invoices(scope)]
    elif origin == "bookings" and scope.has(Booking):
        terms = _completed(scope.of(Booking), span)
        days = [one.service_date for one in scope.of(Booking)]
    else:
        needs = {"invoices": "invoices", "bookings": "bookings"}.get(origin, "ledger_months")
        return scope.missing(code, label, "money", needs)
    figure = scope.total(code, label, terms, needs=("bookings",))
    first = min((day for day in days if not isinstance(day, Blank)), default=None)
    if first is None or not figure.is_known:
        return scope.missing(code, label, "money", "ledger_months", rows=[term.row for term in terms])
    reached = [one for one in months if one.end >= first]
    whole = len(reached) if not figure.is_partial else _whole_months(terms, months, reached)
    return msgspec.structs.replace(figure, known=whole, wanted=len(months))


def _whole_months(terms: list[Term], months: tuple[Period, ...], reached: list[Period]) -> int:
    """Months in which every sale is known; one of unknown date makes none of them whole."""
    open_ones = [term for term in terms if isinstance(term.value, Blank)]
    days = [getattr(term.row, term.columns[-1]) for term in open_ones]
    if any(isinstance(day, Blank) for day in days):
        return 0
    touched = {month_of(day) for day in days}
    return len([one for one in months if one in reached and one not in touched])


def _completed(bookings: Iterable[Booking], span: Period) -> list[Term]:
    """What completed bookings of a span brought; a status or day that is not known makes a member unknown."""
    return [
        Term(one, one.gross if _is_settled(one) else UNKNOWN, ("gross", "service_date"))
        for one in bookings
        if _may_be_completed_in(one, span)
    ]


def _may_be_completed_in(booking: Booking, span: Period) -> bool:
    return (isinstance(booking.status, Blank) or booking.status == "completed") and (
        isinstance(booking.service_date, Blank) or holds(span, booking.service_date)
    )


def _is_settled(booking: Booking) -> bool:
    return not (isinstance(booking.status, Blank) or isinstance(booking.service_date, Blank))


def _invoiced(scope: Scope, span: Period) -> list[Term]:
    """What live invoices of a span asked for, without the sales tax in them."""
    return [
        Term(one, UNKNOWN if isinstance(one.issued, Blank) else net_amount(one), ("amount", "tax", "issued"))
        for one in live_invoices(scope)
        if isinstance(one.issued, Blank) or holds(span, one.issued)
    ]


def _plan(scope: Scope, month: Period) -> Figure:
    """The planned revenue of the month; an agency may plan its recurring fees instead.

    A target for the whole year is not split over its months here: that takes the season (F-T1).
    """
    code, label = "plan_last_month", f"{month_name(month)} plan"
    lines = scope.of(PlanLine)
    of_month = [one for one in lines if one.month == month]
    for word in ("revenue", "mrr"):
        rows = [one for one in of_month if one.line == word]
        if rows:
            return scope.total(code, label, terms_of(rows, "amount"), needs=("plan",))
    years = [
        one
        for one in lines
        if one.line == "revenue" and isinstance(one.month, Period) and holds(one.month, month.end)
    ]
    reason = "only a target for a longer time is written" if years else ""
    return scope.missing(code, label, "money", "plan", reason=reason, rows=years)


def _against_plan(scope: Scope, sales: Figure, plan: Figure) -> Figure:
    code, label = "sales_v_plan", f"{sales.label.removesuffix(', as written')} against plan"
    if not (isinstance(sales.value, Money) and isinstance(plan.value, Money)):
        gaps = [one.value for one in (sales, plan) if isinstance(one.value, Missing)]
        needs = tuple(dict.fromkeys(key for gap in gaps for key in gap.needs))
        return scope.missing(code, label, "money", *needs, formula="F-V1")
    result = variance(sales.value.amount, plan.value.amount, "income")
    return Figure(
        id=code,
        entity=scope.entity,
        label=label,
        value=Money(result.var, sales.value.currency),
        unit="money",
        formula="F-V1",
        sources=tuple(dict.fromkeys((*sales.sources, *plan.sources)))[:12],
        as_of=max((day for day in (sales.as_of, plan.as_of) if day), default=None),
        known=sales.known,
        wanted=sales.wanted,
        is_estimate=sales.is_estimate or plan.is_estimate,
    )


def _is_ahead(scope: Scope, booking: Booking) -> bool:
    return booking.status in AHEAD and (
        isinstance(booking.service_date, Blank) or booking.service_date > scope.as_of
    )


def _ahead(scope: Scope) -> Iterator[Figure]:
    """What is booked for days to come, and the guests' money that we hold for them."""
    ahead = [one for one in scope.of(Booking) if _is_ahead(scope, one)]
    yield scope.total("upcoming_sales", "Booked ahead", terms_of(ahead, "gross"), needs=("bookings",))
    held = [_held(one) for one in ahead]
    yield scope.total("deposits_held", "Guests' money for services to come", held, needs=("deposits",))
    for subject, name, row in named(ahead, "id"):
        if scope.amount(_held(row).value):
            yield scope.total(f"deposit:{subject}", f"Deposit {name}", [_held(row)], needs=("deposits",))
    yield _month_by_calendar(scope)


def _held(booking: Booking) -> Term:
    """What was paid and not paid back."""
    paid = booking.paid
    if isinstance(paid, Money) and isinstance(booking.refund, Money):
        paid = paid - booking.refund if paid.currency == booking.refund.currency else UNKNOWN
    return Term(booking, paid, ("paid", "refund"))


def _month_by_calendar(scope: Scope) -> Figure:
    """The current month by its calendar: what is completed in it and what is still confirmed for it (F-P4)."""
    month = month_of(scope.as_of)
    of_month = [
        one
        for one in scope.of(Booking)
        if one.status in {"completed", "confirmed"}
        and not isinstance(one.service_date, Blank)
        and holds(month, one.service_date)
    ]
    return scope.total(
        "pace_month",
        f"{month_name(month)} by the calendar",
        terms_of(of_month, "gross"),
        needs=("bookings",),
        formula="F-P4",
    )


def _unpaid(scope: Scope) -> Iterator[Figure]:
    """What completed bookings still owe: gross - paid where that is above 0.

    Neither a refund nor a commission that a platform kept is taken off: whoever books the net of a payout as
    paid sees the commission here, which is the place to notice it.
    """
    done = [one for one in scope.of(Booking) if one.status == "completed"]
    needs = ("bookings",)
    terms = [_owed(one) for one in done]
    yield scope.total("unpaid", "Completed and not paid", terms, needs=needs, kind="computed")
    for subject, name, row in named(done, "id"):
        if scope.amount(_owed(row).value):
            label = f"Not paid: {name}"
            yield scope.total(f"unpaid:{subject}", label, [_owed(row)], needs=needs, kind="computed")


def _owed(booking: Booking) -> Term:
    gross, paid = booking.gross, booking.paid
    owed: Money | Blank = UNKNOWN
    if isinstance(gross, Money) and isinstance(paid, Money) and gross.currency == paid.currency:
        owed = Money(max(Decimal(0), gross.amount - paid.amount), gross.currency)
    return Term(booking, owed, ("gross", "paid"))


def _counts(scope: Scope) -> Iterator[Figure]:
    month = last_full_month(scope.as_of)
    maybe = [one for one in scope.of(Booking) if _may_be_completed_in(one, month)]
    sure = [one for one in maybe if _is_settled(one)]
    yield scope.figure(
        "bookings_last_month",
        f"{month_name(month)} bookings completed",
        Missing(needs=("bookings",)) if maybe and not sure else Decimal(len(sure)),
        "count",
        rows=maybe,
        known=len(sure),
        wanted=len(maybe),
    )
    yield _cancel_rate(scope, span_of(months_to(month, MONTHS_OF_A_YEAR)))


def _cancel_rate(scope: Scope, span: Period) -> Figure:
    """Cancelled bookings of the last twelve full months over those cancelled or completed."""
    settled = [
        one
        for one in scope.of(Booking)
        if one.status in {"completed", "cancelled"}
        and not isinstance(one.service_date, Blank)
        and holds(span, one.service_date)
    ]
    cancelled = sum(one.status == "cancelled" for one in settled)
    whole = len(settled)
    value: Ratio | Missing = Missing(
        "not_applicable", reason="no booking of the last twelve months is settled"
    )
    if whole:
        value = Ratio(Decimal(cancelled) / whole, Decimal(cancelled), Decimal(whole))
    label = "Cancelled, twelve months"
    return scope.figure("cancel_rate", label, value, "ratio", kind="computed", rows=settled)


def _take_rate(scope: Scope) -> Iterator[Figure]:
    """The take rate of businesses that sell through others, or that wrote a commission down."""
    has_kind = any(one.kind in COMMISSION_KINDS for one in scope.entities)
    if has_kind or any(not isinstance(one.commission, Blank) for one in scope.of(Booking)):
        yield take_rate_of(scope)


def take_rate_of(scope: Scope) -> Figure:
    """Commission over gross of the bookings that were completed in the last twelve full months (F-Q9).

    A booking without a commission of its own has the one of its channel; our own channels keep none. Bookings
    whose commission or gross is not known are left out of both, and counted.
    """
    span = span_of(months_to(last_full_month(scope.as_of), MONTHS_OF_A_YEAR))
    channels = {
        (one.entity, folded(one.channel)): one
        for one in scope.of(Channel)
        if not isinstance(one.channel, Blank)
    }
    done = [one for one in scope.of(Booking) if one.status == "completed" and _may_be_completed_in(one, span)]
    pairs = [(one, scope.amount(one.gross), _commission(scope, one, channels)) for one in done]
    known = [(gross, kept) for _, gross, kept in pairs if gross is not None and kept is not None]
    result: Decimal | Missing = Missing(needs=("channels",))
    if known or not done:
        zero = Decimal(0)
        result = take_rate(sum((kept for _, kept in known), zero), sum((gross for gross, _ in known), zero))
    return scope.figure(
        "take_rate",
        "Kept by channels, of sales",
        Ratio(result) if isinstance(result, Decimal) else result,
        "ratio",
        formula="F-Q9",
        rows=done,
        columns=("gross", "commission"),
        known=len(known),
        wanted=len(done),
    )


def _commission(scope: Scope, booking: Booking, channels: dict[tuple[str, str], Channel]) -> Decimal | None:
    gross, stated = scope.amount(booking.gross), booking.commission
    if isinstance(stated, Money):
        return scope.amount(stated)
    if gross is None:
        return None
    if isinstance(stated, Ratio):
        return gross * stated.value
    if isinstance(booking.channel, Blank):
        return None
    channel = channels.get((booking.entity, folded(booking.channel)))
    if channel is not None and isinstance(channel.commission, Ratio):
        return gross * channel.commission.value
    is_own = channel.kind == "direct" if channel is not None else folded(booking.channel) in OWN_CHANNELS
    return Decimal(0) if is_own else None


def _contributions(scope: Scope, *, expected: bool) -> Iterator[Figure]:
    """What one unit of each offer leaves, in money and as a share of its price."""
    offers = scope.of(Offer)
    if expected and not offers:
        yield scope.missing("contribution", "Contribution per offer", "money", "offers", formula="F-M1")
    for subject, name, offer in named(offers, "offer"):
        yield from _contribution(scope, subject, name, offer)


def _contribution(scope: Scope, subject: str, name: str, offer: Offer) -> Iterator[Figure]:
    money, ratio = f"contribution:{subject}", f"contribution_ratio:{subject}"
    labels = (f"Contribution, {name}", f"Contribution ratio, {name}")
    price, cost = offer.price, offer.variable_cost
    if isinstance(price, Blank) or isinstance(cost, Blank) or price.currency != cost.currency:
        needs = "offers" if isinstance(price, Blank) else "variable_cost"
        yield scope.missing(money, labels[0], "money", needs, formula="F-M1", rows=[offer])
        yield scope.missing(ratio, labels[1], "ratio", needs, formula="F-M1", rows=[offer])
        return
    result = contribution(price.amount, cost.amount)
    share = Ratio(result.cmr) if isinstance(result.cmr, Decimal) else result.cmr
    columns = ("price", "variable_cost")
    margin = Money(result.cm, price.currency)
    yield scope.figure(money, labels[0], margin, "money", formula="F-M1", rows=[offer], columns=columns)
    yield scope.figure(ratio, labels[1], share, "ratio", formula="F-M1", rows=[offer], columns=columns)


def _without_bookings(scope: Scope) -> Iterator[Figure]:
    """What stays unknown while no bookings are written down."""
    month = month_name(last_full_month(scope.as_of))
    yield scope.missing("upcoming_sales", "Booked ahead", "money", "bookings")
    yield scope.missing(
        "deposits_held", "Guests' money for services to come", "money", "bookings", "deposits"
    )
    yield scope.missing("unpaid", "Completed and not paid", "money", "bookings")
    yield scope.missing("bookings_last_month", f"{month} bookings completed", "count", "bookings")
    yield scope.missing("cancel_rate", "Cancelled, twelve months", "ratio", "bookings")
    if scope.entities[0].kind in COMMISSION_KINDS:
        yield scope.missing("take_rate", "Kept by channels, of sales", "ratio", "bookings", formula="F-Q9")
