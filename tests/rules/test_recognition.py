"""Rules of earning in time: too early, too late, bundles, roll-forwards, gift cards and cancellations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.books import Policy
from quarterdeck.model.sales import Booking, GiftCard, Offer
from quarterdeck.model.values import UNKNOWN, Blank
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_row,
    an_entity,
    an_offer,
    day,
    days_before,
    facts_of,
    not_applicable,
    share,
    usd,
)
from tests.rules.accounts import (
    BANK,
    CARDS,
    CHARTER,
    DEPOSITS,
    HIGH,
    MEDIUM,
    Subjects,
    entry,
    facts_of_books,
    found,
    opened,
    subjects,
)

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row


def _earned(on: str, service: str, amount: str = "90") -> str:
    return entry(on, BANK, amount, CHARTER, booking="BK-1", service_date=service)


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("on its day", _earned("2026-10-05", "2026-10-05"), []),
        ("earlier in its month, and past", _earned("2026-10-05", "2026-10-31"), []),
        ("a day before its month", _earned("2026-09-30", "2026-10-01"), [("BK-1", HIGH)]),
        ("tomorrow", _earned("2026-11-20", "2026-11-24"), [("BK-1", HIGH)]),
        ("no day", entry("2026-10-05", BANK, "90", CHARTER, booking="BK-1"), []),
        ("not a day", _earned("2026-10-05", "soon"), []),
        (
            "two entries of one booking",
            _earned("2026-09-30", "2026-10-01") + _earned("2026-09-29", "2026-10-01"),
            [("BK-1", HIGH)],
        ),
    ],
)
def test_earned_too_early(case: str, text: str, expected: Subjects) -> None:
    assert subjects("R-ACC-03", facts_of_books(text)) == expected, case


def test_how_much_was_earned_too_early_and_when_its_day_is() -> None:
    text = _earned("2026-11-02", "2026-12-16") + _earned("2026-11-03", "2026-12-16", "10.50")
    (one,) = found("R-ACC-03", facts_of_books(text))
    assert one.message == "$100.50 of BK-1 is income in the books, and its day is 23\u00a0days ahead."
    assert [place.line for place in one.evidence] == [11, 16]


def _bundle(parts: tuple[str, ...] | Blank, *, bundle: bool | Blank = True) -> Offer:
    return an_offer("Package", bundle=bundle, parts=parts)


DINNER = an_offer("Dinner", ssp=usd(350))


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("parts with prices", [_bundle(("dinner",)), DINNER], []),
        ("no parts", [_bundle(UNKNOWN), DINNER], [("Package", MEDIUM)]),
        ("a part without a price", [_bundle(("Dinner", "Photos")), DINNER], [("Package", MEDIUM)]),
        (
            "a part whose price is not known",
            [_bundle(("Photos",)), an_offer("Photos", ssp=UNKNOWN)],
            [("Package", MEDIUM)],
        ),
        ("no bundle", [_bundle(UNKNOWN, bundle=False)], []),
        ("nobody says whether it is one", [_bundle(UNKNOWN, bundle=UNKNOWN)], []),
    ],
)
def test_bundle(case: str, rows: list[Row], expected: Subjects) -> None:
    assert subjects("R-ACC-04", facts_of(*rows)) == expected, case
    assert subjects("R-ACC-04", facts_of(*rows, entity=an_entity(status="paused"))) == [], case


def test_parts_without_a_price_are_named() -> None:
    (one,) = found("R-ACC-04", facts_of(_bundle(("a", "b", "c", "d"))))
    assert one.message == "Package has no stand-alone price for a, b, c and 1 more."


def _deposit(service: str, booking: str = "BK-1", amount: str = "360") -> str:
    return entry("2026-10-05", BANK, amount, DEPOSITS, booking=booking, service_date=service)


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("to come", _deposit("2026-12-01"), []),
        ("seven days ago", _deposit("2026-11-16"), []),
        ("eight days ago", _deposit("2026-11-15"), [("BK-1", HIGH)]),
        (
            "earned",
            _deposit("2026-11-10") + entry("2026-11-10", DEPOSITS, "360", CHARTER, booking="BK-1"),
            [],
        ),
        ("no day", entry("2026-10-05", BANK, "360", DEPOSITS, booking="BK-1"), []),
    ],
)
def test_deposit_past_its_day(case: str, text: str, expected: Subjects) -> None:
    assert subjects("R-ACC-05", facts_of_books(text)) == expected, case


def _ahead(
    paid: object, service: str = "2026-12-01", status: str = "confirmed", **columns: object
) -> Booking:
    known = a_booking("bk-1", service_date=day(service), status=status, paid=paid)
    return msgspec.structs.replace(known, **columns)


RECEIVED = _deposit("2026-12-01")


@pytest.mark.parametrize(
    ("case", "text", "rows", "expected"),
    [
        ("ties", RECEIVED, [_ahead(usd(360))], []),
        ("a dollar off", RECEIVED, [_ahead(usd(361))], []),
        ("more than a dollar off", RECEIVED, [_ahead(usd("361.01"))], [("bookings", HIGH)]),
        ("paid back in part", RECEIVED, [_ahead(usd(400), refund=usd(40))], []),
        ("not in the books at all", _deposit("2026-11-01"), [_ahead(usd(50))], [("bookings", HIGH)]),
        ("nobody says what is paid", RECEIVED, [_ahead(UNKNOWN)], []),
        ("no bookings", RECEIVED, [], []),
        ("its day is over", _deposit("2026-11-22"), [_ahead(usd(360), "2026-11-22")], []),
        ("sails today, still held", _deposit("2026-11-23"), [_ahead(usd(360), "2026-11-23")], []),
        (
            "sails today, earned",
            _deposit("2026-11-23") + entry("2026-11-23", DEPOSITS, "360", CHARTER, booking="BK-1"),
            [_ahead(usd(360), "2026-11-23")],
            [],
        ),
        (
            "moved in a way that is none",
            RECEIVED
            + opened("Assets:JADA:Receivable")
            + entry("2026-10-06", "Assets:JADA:Receivable", "1.01", DEPOSITS),
            [],
            [("deposits", HIGH)],
        ),
        (
            "a dollar moved so",
            RECEIVED
            + opened("Assets:JADA:Receivable")
            + entry("2026-10-06", "Assets:JADA:Receivable", "1", DEPOSITS),
            [],
            [],
        ),
        (
            "gift cards",
            opened(CARDS, "Assets:JADA:Receivable")
            + entry("2026-03-06", "Assets:JADA:Receivable", "80", CARDS),
            [a_row(GiftCard, id="gc-1", face=usd(80))],
            [("gift_cards", HIGH)],
        ),
        ("no books", "", [_ahead(usd(360))], []),
    ],
)
def test_roll_forward(case: str, text: str, rows: list[Row], expected: Subjects) -> None:
    assert subjects("R-ACC-06", facts_of_books(text, *rows)) == expected, case


def test_both_sides_of_a_roll_forward_are_told() -> None:
    (one,) = found("R-ACC-06", facts_of_books(RECEIVED, _ahead(usd(500))))
    assert one.message == (
        "The books of Jada hold $360 for services to come; its bookings say that $500 is paid for them."
    )


def _card(status: str | Blank = "open", **columns: object) -> GiftCard:
    return msgspec.structs.replace(a_row(GiftCard, id="gc-1", status=status, face=usd(80)), **columns)


SOLD = entry("2026-10-05", BANK, "80", CARDS, gift_card="GC-1")
SAILED = entry("2026-10-05", BANK, "90", CHARTER, booking="BK-1")


@pytest.mark.parametrize(
    ("case", "text", "rows", "expected"),
    [
        ("account and list", opened(CARDS) + SOLD, [_card()], []),
        ("account is opened", opened(CARDS) + SAILED, [_card()], []),
        ("no account", SAILED, [_card()], [("gift-cards", HIGH)]),
        ("status not known", SAILED, [_card(UNKNOWN)], [("gift-cards", HIGH)]),
        ("given away", SAILED, [_card("promotional")], []),
        ("called back", SAILED, [_card("void")], []),
        ("no list", opened(CARDS) + SOLD, [], [("gift-cards", HIGH)]),
        ("no cards, never used account", opened(CARDS) + SAILED, [], []),
        ("no books", "", [_card()], []),
    ],
)
def test_gift_cards(case: str, text: str, rows: list[Row], expected: Subjects) -> None:
    assert subjects("R-ACC-07", facts_of_books(text, *rows)) == expected, case


BREAKAGE = (
    opened("Income:JADA:Breakage", CARDS)
    + SOLD
    + entry("2026-10-06", CARDS, "30", "Income:JADA:Breakage", gift_card="GC-1")
)


def _gift_card_policy(confirmed_by: str | Blank) -> Policy:
    return a_row(Policy, policy="gift-card", applies_to="gift cards", confirmed_by=confirmed_by)


@pytest.mark.parametrize(
    ("case", "text", "rows", "expected"),
    [
        ("no end, no fee", SAILED, [_card(expires=not_applicable(), fee=usd(0))], []),
        ("not known", SAILED, [_card(expires=UNKNOWN, fee=UNKNOWN)], []),
        ("ends", SAILED, [_card(expires=days_before(-30))], [("expiry", HIGH)]),
        ("ended", SAILED, [_card(expires=days_before(30))], [("expiry", HIGH)]),
        ("given away", SAILED, [_card("promotional", expires=AS_OF)], []),
        ("called back", SAILED, [_card("void", expires=AS_OF, fee=usd(5))], []),
        ("costs a cent", SAILED, [_card(fee=usd("0.01"))], [("fee", HIGH)]),
        ("confirmed", SAILED, [_card(expires=AS_OF, fee=usd(5)), _gift_card_policy("Ana")], []),
        ("nobody confirmed", SAILED, [_card(fee=usd(5)), _gift_card_policy(UNKNOWN)], [("fee", HIGH)]),
        ("breakage", BREAKAGE, [_card()], [("breakage", HIGH)]),
        ("breakage, confirmed", BREAKAGE, [_card(), _gift_card_policy("Ana")], []),
        (
            "breakage, taken back",
            BREAKAGE + entry("2026-10-07", "Income:JADA:Breakage", "30", CARDS),
            [_card()],
            [],
        ),
    ],
)
def test_gift_cards_that_end(case: str, text: str, rows: list[Row], expected: Subjects) -> None:
    assert subjects("R-ACC-08", facts_of_books(text, *rows)) == expected, case


def test_many_cards_are_one_finding() -> None:
    cards = [a_row(GiftCard, id=f"gc-{number}", expires=AS_OF, line=number) for number in range(1, 6)]
    (one,) = found("R-ACC-08", facts_of(*cards))
    assert one.message == (
        "Gift cards gc-1, gc-2, gc-3 and 2 more have a last day, and no adviser has confirmed that this is allowed."
    )


def _cancellation(applies_to: str | Blank, notice: int | Blank = UNKNOWN, back: object = UNKNOWN) -> Policy:
    return a_row(Policy, policy="cancellation", applies_to=applies_to, notice_days=notice, refund_share=back)


SAIL = an_offer(takes_deposit=True)
PARTY = an_offer("Party", takes_deposit=True)


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("for all", [SAIL, _cancellation("all charters", 14)], []),
        ("for whom nobody says", [SAIL, _cancellation(UNKNOWN, 0)], []),
        ("its own, share alone", [SAIL, _cancellation("sunset sail", back=share("0"))], []),
        ("no policy", [SAIL], [("Sunset sail", HIGH)]),
        ("a row that says nothing", [SAIL, _cancellation("all charters")], [("Sunset sail", HIGH)]),
        ("of another offer", [SAIL, PARTY, _cancellation("Party", 7)], [("Sunset sail", HIGH)]),
        (
            "its own says nothing",
            [SAIL, PARTY, _cancellation("Party"), _cancellation("sails", 7)],
            [("Party", HIGH)],
        ),
        ("another policy", [SAIL, a_row(Policy, policy="privacy", notice_days=7)], [("Sunset sail", HIGH)]),
        ("takes none", [an_offer(takes_deposit=False)], []),
        ("not known", [an_offer(takes_deposit=UNKNOWN)], []),
    ],
)
def test_deposit_without_policy(case: str, rows: list[Row], expected: Subjects) -> None:
    assert subjects("R-ACC-24", facts_of(*rows)) == expected, case
    assert subjects("R-ACC-24", facts_of(*rows, entity=an_entity(status="idea"))) == [], case
