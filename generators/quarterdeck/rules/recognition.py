"""Rules of earning in time: money of customers that is revenue too soon, too late, or never ours."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from quarterdeck.figures.names import folded
from quarterdeck.figures.roll_forward import HELD
from quarterdeck.figures.sales import AHEAD
from quarterdeck.model.bookkeeping import BookLine, LineReason
from quarterdeck.model.books import Policy
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import is_below
from quarterdeck.model.sales import Booking, GiftCard, Offer
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, money

_DAYS_TO_EARN = 7
_TOLERANCE = Decimal(1)
_NAMED = 3


def by_name(known: Known, entity: Entity, reason: LineReason) -> Mapping[str, list[BookLine]]:
    """Entries of one business that the books list for one reason, by booking, invoice or payee."""
    found: dict[str, list[BookLine]] = {}
    for one in known.noted(BookLine, entity.entity):
        if one.reason == reason:
            found.setdefault(one.name, []).append(one)
    return found


def total(lines: Sequence[BookLine]) -> str:
    """What some entries of one business add up to, as printed."""
    return money(sum((one.amount for one in lines[1:]), lines[0].amount))


def first_few(names: Sequence[str]) -> str:
    """Some names, and how many more there are: `GC-1, GC-2, GC-3 and 4 more`."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@rule(
    "R-ACC-03",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "revenue is overstated until the day of the service (F-R11, F-M1)"),),
    action="Move it to CustomerDeposits, and post the income on the day of the service.",
    effort_hours=1,
    reads=("ledger",),
)
def earned_too_early(known: Known) -> Iterator[Hit]:
    """A customer's money is income in the books before the day of the service.

    What it checks: income of this year whose `service-date` lies in a later month than the entry, or ahead.
    Why it matters: if the service is called off the money goes back; until then it is the customer's.
    How to mend: post it to CustomerDeposits, and as income when the service was given.
    Known limits: an entry without a `service-date` is not judged.
    Source: FASB ASC 606-10-25-23: revenue when the promise is kept.
    """
    for entity in known.facts.entities:
        for name, lines in by_name(known, entity, "earned early").items():
            ahead = max((one.day - known.as_of).days for one in lines if one.day is not None)
            when = f"and its day is {days(ahead)} ahead" if ahead > 0 else "in an earlier month than its day"
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{total(lines)} of {name} is income in the books, {when}.",
                evidence=tuple(one.source for one in lines),
            )


@rule(
    "R-ACC-04",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "what each part of a bundle brings (F-R1, F-M1)"),),
    action="List the parts of the bundle, each as an offer with its stand-alone price.",
    effort_hours=1,
    reads=("offers.offer", "offers.bundle", "offers.parts", "offers.ssp"),
)
def bundle_without_parts(known: Known) -> Iterator[Hit]:
    """Several things are sold for one price, and nobody wrote down which, or what each costs alone.

    What it checks: `parts` of every bundle of the Offers table, and `ssp` of the offers that it names.
    Why it matters: a sailing, its dinner and its photos are earned on different days; the price has to be split.
    How to mend: list the parts; give each a row with its stand-alone price. An estimate with `~` will do.
    Known limits: whether the prices are right is not looked at.
    Source: FASB ASC 606-10-32-31: the price follows the stand-alone prices.
    """
    for entity in known.facts.active():
        offers = known.facts.of(Offer, entity.entity)
        priced = {
            folded(one.offer) for one in offers if isinstance(one.offer, str) and isinstance(one.ssp, Money)
        }
        for offer in offers:
            if offer.bundle is not True or not isinstance(offer.offer, str):
                continue
            if isinstance(offer.parts, Blank):
                says = "is sold as a bundle, and its parts are not listed"
            elif bare := [part for part in offer.parts if folded(part) not in priced]:
                says = f"has no stand-alone price for {first_few(bare)}"
            else:
                continue
            yield Hit(
                entity=entity.entity,
                subject=offer.offer,
                message=f"{offer.offer} {says}.",
                evidence=(offer.source,),
            )


@rule(
    "R-ACC-05",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "revenue is understated, or a refund is due (F-R2, F-M1)"),),
    action="Post it as income, pay it back, or write the new day.",
    effort_hours=1,
    reads=("ledger",),
)
def deposit_past_its_day(known: Known) -> Iterator[Hit]:
    """A deposit is still owed more than a week after the day of its service.

    What it checks: what CustomerDeposits holds for each booking, delivery, invoice or client, against the last
    `service-date` that its entries name.
    Why it matters: either the money was earned and no page shows it, or a customer waits for it.
    How to mend: sailed: post it as income; called off: pay it back; moved: write the new `service-date`.
    Known limits: deposits whose entries name no booking or no day are not seen.
    Source: FASB ASC 606-10-25-23: revenue when the promise is kept.
    """
    for entity in known.facts.entities:
        for name, lines in by_name(known, entity, "past its day").items():
            late = max((known.as_of - one.day).days for one in lines if one.day is not None)
            if late > _DAYS_TO_EARN:
                yield Hit(
                    entity=entity.entity,
                    subject=name,
                    message=(
                        f"{total(lines)} of {name} still counts as a deposit, {days(late)} after the day of "
                        "the service."
                    ),
                    evidence=tuple(one.source for one in lines),
                )


@rule(
    "R-ACC-06",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "whose money the cash is (F-R2, F-K1)"),),
    action="Compare booking by booking until the one that differs is found.",
    effort_hours=2,
    reads=(
        "figure.deposits_difference",
        "figure.deposits_difference_ytd",
        "figure.gift_cards_difference",
        "figure.gift_cards_difference_ytd",
        "figure.deposits_owed",
        "figure.deposits_held",
        "bookings.service_date",
        "bookings.status",
        "bookings.paid",
        "bookings.refund",
        "ledger",
    ),
)
def roll_forward_differs(known: Known) -> Iterator[Hit]:
    """What customers paid ahead does not add up to what the books or the bookings say is held.

    What it checks: deposits and gift cards, brought forward, received, earned and paid back, against the balance
    of their account, for the last month and this year; and deposits for days to come against what bookings say is
    paid. A dollar more or less is let go.
    Why it matters: it is other people's money, and somebody will ask for it.
    How to mend: go through it booking by booking; each entry carries its booking.
    Known limits: bookings of which some do not say what is paid are not compared; a business that also takes money
    ahead for anything without a booking seems to hold too much.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        for prefix, (_, title) in HELD.items():
            differing = (known.figure(f"{prefix}_difference{span}", entity.entity) for span in ("_ytd", ""))
            found = next((one for one in differing if one and _is_more_than_a_dollar(one)), None)
            if found is not None and isinstance(found.value, Money):
                size = Money(abs(found.value.amount), found.value.currency)
                side = "more" if found.value.amount > 0 else "less"
                span = "this year" if found.id.endswith("_ytd") else "last month"
                yield Hit(
                    entity=entity.entity,
                    subject=prefix,
                    message=(
                        f"{title} of {entity.title} are {money(size)} {side} in the books than what came in and "
                        f"went out of them {span}."
                    ),
                    evidence=found.sources,
                )
        if known.facts.journal(entity):
            yield from _against_bookings(known, entity)


def _is_more_than_a_dollar(figure: Figure) -> bool:
    return isinstance(figure.value, Money) and abs(figure.value.amount) > _TOLERANCE


def _against_bookings(known: Known, entity: Entity) -> Iterator[Hit]:
    """Deposits for days to come: the books against the bookings; what sails today may be in either."""
    books = known.figure("deposits_owed", entity.entity)
    bookings = known.figure("deposits_held", entity.entity)
    if not (books and bookings and isinstance(books.value, Money) and isinstance(bookings.value, Money)):
        return
    if bookings.known < bookings.wanted:
        return
    late = sum(
        (
            line.amount.amount
            for line in known.noted(BookLine, entity.entity)
            if line.reason == "past its day"
        ),
        Decimal(0),
    )
    scope = known.scope(entity)
    today = sum(
        (scope.amount(one.paid) or Decimal(0)) - (scope.amount(one.refund) or Decimal(0))
        for one in scope.of(Booking)
        if one.service_date == known.as_of and one.status in AHEAD
    )
    gap = books.value.amount - late - bookings.value.amount
    if -_TOLERANCE <= gap <= today + _TOLERANCE:
        return
    held = Money(books.value.amount - late, books.value.currency)
    yield Hit(
        entity=entity.entity,
        subject="bookings",
        message=(
            f"The books of {entity.title} hold {money(held)} for services to come; its bookings "
            f"say that {money(bookings.value)} is paid for them."
        ),
        evidence=(*books.sources[:_NAMED], *bookings.sources[:_NAMED]),
    )


@rule(
    "R-ACC-07",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "what of the cash is owed for gift cards (F-R2, F-K1)"),),
    action="List every card that was sold, and post what is left on them as a liability.",
    effort_hours=4,
    reads=("gift_cards.id", "gift_cards.status", "ledger"),
)
def gift_cards_without_account(known: Known) -> Iterator[Hit]:
    """Gift cards were sold, and the books have no account for them, or nobody has a list of them.

    What it checks: the Gift cards table against the account `Liabilities:…:GiftCards`.
    Why it matters: each card is a debt until it is used; without both nobody knows how large it is.
    How to mend: make the list from the sales, then post what is left on the cards.
    Known limits: cards that were given away or called back do not count; of a business without books nobody knows.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        journal = known.facts.journal(entity)
        if not journal:
            continue
        account = journal.name("Liabilities", "GiftCards")
        is_opened = any(is_below(one, account) for one in (*journal.used, *journal.account))
        family = (entity.entity, *known.facts.parts_of(entity.entity))
        listed = [card for one in family for card in known.facts.of(GiftCard, one)]
        sold = [card for card in listed if card.status not in {"promotional", "void"}]
        if sold and not is_opened:
            cards = "1 gift card" if len(sold) == 1 else f"{len(sold)} gift cards"
            says = f"{entity.title} sold {cards}, and its books have no account for what is owed on them."
            source = sold[0].source
        elif not listed and (last := journal.last([account], known.as_of)):
            says = (
                f"The books of {entity.title} have an account for gift cards, and no list says which cards."
            )
            source = last.source
        else:
            continue
        yield Hit(entity=entity.entity, subject="gift-cards", message=says, evidence=(source,))


@rule(
    "R-ACC-08",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(("ceo", "whether the law lets cards end or cost a fee (F-R5)"),),
    action="Take the end or fee off, and ask the adviser; write the answer into Policies.",
    effort_hours=2,
    reads=(
        "gift_cards.id",
        "gift_cards.status",
        "gift_cards.expires",
        "gift_cards.fee",
        "policies.policy",
        "policies.confirmed_by",
        "ledger",
    ),
)
def gift_cards_that_end(known: Known) -> Iterator[Hit]:
    """Gift cards end, cost a fee or were booked as never to come, and no adviser has agreed.

    What it checks: `expires` and `fee` of cards that were sold and are not void, and income under Breakage, where
    no gift-card policy names who confirmed it.
    Why it matters: in California and elsewhere a card that was paid for may neither end nor cost a fee, and what is
    left on it may be the state's.
    How to mend: take the end or the fee off; a named adviser confirms the policy.
    Known limits: what the law of a place says is the adviser's question, not ours.
    Source: California Civil Code, section 1749.5.
    """
    for entity in known.facts.entities:
        policies = [one for one in known.facts.of(Policy, entity.entity) if one.policy == "gift-card"]
        if any(isinstance(one.confirmed_by, str) for one in policies):
            continue
        sold = [
            one
            for one in known.facts.of(GiftCard, entity.entity)
            if one.status not in {"promotional", "void"}
        ]
        ending = [one for one in sold if not isinstance(one.expires, Blank)]
        charged = [one for one in sold if isinstance(one.fee, Money) and one.fee.amount > 0]
        for subject, cards, does, do in (
            ("expiry", ending, "has a last day", "have a last day"),
            ("fee", charged, "costs a fee", "cost a fee"),
        ):
            if cards:
                names = first_few([str(one.id) for one in cards])
                what = f"Gift cards {names} {do}" if len(cards) > 1 else f"Gift card {names} {does}"
                yield Hit(
                    entity=entity.entity,
                    subject=subject,
                    message=f"{what}, and no adviser has confirmed that this is allowed.",
                    evidence=tuple(one.source for one in cards[:_NAMED]),
                )
        yield from _breakage(known, entity)


def _breakage(known: Known, entity: Entity) -> Iterator[Hit]:
    journal = known.facts.journal(entity)
    account = journal.name("Income", "Breakage")
    for currency in journal.currencies([account]):
        booked = Money(-journal.balance([account], known.as_of, currency), currency)
        last = journal.last([account], known.as_of)
        if booked.amount and last is not None:
            yield Hit(
                entity=entity.entity,
                subject="breakage",
                message=(
                    f"{entity.title} took {money(booked)} left on gift cards as income, and no "
                    "adviser has confirmed that this is allowed."
                ),
                evidence=(last.source,),
            )
            return


@rule(
    "R-ACC-24",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(
        ("cfo", "what of the deposits may have to go back (F-R6, F-R8)"),
        ("cmo", "guests book without knowing what a change costs"),
    ),
    action="Write three lines: how many days before, and what share goes back.",
    effort_hours=1,
    reads=(
        "offers.offer",
        "offers.takes_deposit",
        "policies.policy",
        "policies.applies_to",
        "policies.notice_days",
        "policies.refund_share",
    ),
)
def deposit_without_policy(known: Known) -> Iterator[Hit]:
    """An offer takes a deposit, and no cancellation policy says what becomes of it.

    What it checks: `takes_deposit` of the Offers table against the cancellation rows of Policies that say a notice or
    a share; a row that names an offer is for that offer, any other row for all of them that have none of their own.
    Why it matters: without terms nobody knows when a deposit is earned, and every change becomes a quarrel.
    How to mend: three lines: until when, what share, and what weather does.
    Known limits: whether a general policy really fits the offer is not looked at.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        offers = known.facts.of(Offer, entity.entity)
        names = {folded(one.offer) for one in offers if isinstance(one.offer, str)}
        rows = [one for one in known.facts.of(Policy, entity.entity) if one.policy == "cancellation"]
        for offer in offers:
            if offer.takes_deposit is not True or not isinstance(offer.offer, str):
                continue
            own = [one for one in rows if _applies_to(one) == folded(offer.offer)]
            general = [one for one in rows if _applies_to(one) not in names]
            if not any(_says_something(one) for one in own or general):
                yield Hit(
                    entity=entity.entity,
                    subject=offer.offer,
                    message=f"{offer.offer} takes a deposit, and no cancellation policy is written down.",
                    evidence=(offer.source, *(one.source for one in own)),
                )


def _applies_to(policy: Policy) -> str:
    return folded(policy.applies_to) if isinstance(policy.applies_to, str) else ""


def _says_something(policy: Policy) -> bool:
    return isinstance(policy.notice_days, int) or isinstance(policy.refund_share, Ratio)
