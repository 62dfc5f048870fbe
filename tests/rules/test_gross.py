"""Rules of what a sale brings: full price or payout, and whose money was posted as income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.sales import Booking, Channel
from quarterdeck.model.services import Invoice
from quarterdeck.model.values import UNKNOWN, Blank
from tests.figures.builders import a_booking, a_row, an_entity, facts_of, not_applicable, share, usd
from tests.rules.accounts import (
    BANK,
    CHARTER,
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


def _channel(role: str | Blank, kind: str = "ota", state: str = "active", **columns: object) -> Channel:
    known = a_row(Channel, channel="viator", kind=kind, state=state, role=role, commission=share("0.25"))
    return msgspec.structs.replace(known, **columns)


@pytest.mark.parametrize(
    ("case", "channel", "expected"),
    [
        ("we sell", _channel("principal"), []),
        ("they sell", _channel("agent"), []),
        ("unsure", _channel("unsure"), [("viator", MEDIUM)]),
        ("not stated", _channel(UNKNOWN), [("viator", MEDIUM)]),
        ("does not apply", _channel(not_applicable("it only lists us")), []),
        ("commission not known", _channel(UNKNOWN, commission=UNKNOWN), [("viator", MEDIUM)]),
        ("nobody can book there", _channel("unsure", state="planned"), []),
        ("a directory that takes a share", _channel("unsure", kind="directory"), [("viator", MEDIUM)]),
        ("a directory that is free", _channel("unsure", kind="directory", commission=share("0")), []),
        ("who refers guests", _channel("unsure", kind="partner"), []),
    ],
)
def test_who_sells(case: str, channel: Channel, expected: Subjects) -> None:
    assert subjects("R-ACC-09", facts_of(channel)) == expected, case
    assert subjects("R-ACC-09", facts_of(channel, entity=an_entity(status="paused"))) == [], case


def _sold(**columns: object) -> Booking:
    return msgspec.structs.replace(a_booking("bk-1", channel="viator"), **columns)


def _income(amount: str, booking: str = "BK-1") -> str:
    return entry("2026-10-12", BANK, amount, CHARTER, booking=booking)


@pytest.mark.parametrize(
    ("case", "amount", "booking", "expected"),
    [
        ("full price", "720", _sold(), []),
        ("less commission", "540", _sold(), [("viator/net", MEDIUM)]),
        ("a dollar beside it", "541", _sold(), [("viator/net", MEDIUM)]),
        ("more than a dollar beside it", "541.01", _sold(), []),
        ("its own commission", "700", _sold(commission=usd(20)), [("viator/net", MEDIUM)]),
        ("paid back in part", "540", _sold(refund=usd(180)), []),
        ("not sailed yet", "540", _sold(status="confirmed"), []),
        ("price not known", "540", _sold(gross=UNKNOWN), []),
        ("through another channel", "540", a_booking("bk-1"), []),
    ],
)
def test_payout_posted_as_the_price(case: str, amount: str, booking: Booking, expected: Subjects) -> None:
    facts = facts_of_books(_income(amount), booking, _channel("principal"))
    assert subjects("R-ACC-09", facts) == expected, case
    agent = facts_of_books(_income(amount), booking, _channel("agent"))
    assert subjects("R-ACC-09", agent) == [], case


def test_what_is_said_of_platforms() -> None:
    (one,) = found("R-ACC-09", facts_of(_channel("unsure")))
    assert one.message == "Nobody settled who is the seller of what Jada sells through Viator."
    (one,) = found("R-ACC-09", facts_of_books(_income("540"), _sold(), _channel("principal")))
    assert one.message == "The income of 1 booking through Viator was posted without its commission."


TIPS = "Income:JADA:Tips"
INVOICE = entry("2026-10-12", BANK, "107.75", CHARTER, invoice="INV-1")


def _invoice(tax: object) -> Invoice:
    return a_row(Invoice, id="inv-1", amount=usd("107.75"), tax=tax, status="sent")


@pytest.mark.parametrize(
    ("case", "text", "rows", "expected"),
    [
        ("price alone", _income("720"), [_sold(tips=usd(60))], []),
        ("price and tips", _income("780"), [_sold(tips=usd(60))], [("tips of the crew", HIGH)]),
        ("a cent beside it", _income("780.01"), [_sold(tips=usd(60))], []),
        ("no tips", _income("720"), [_sold(tips=usd(0))], []),
        ("tips not known", _income("780"), [_sold(tips=UNKNOWN)], []),
        ("invoice with tax", INVOICE, [_invoice(usd("7.75"))], [("sales tax", HIGH)]),
        ("invoice without tax", INVOICE, [_invoice(usd(0))], []),
        ("tax not known", INVOICE, [_invoice(UNKNOWN)], []),
        (
            "income of that name",
            opened(TIPS) + entry("2026-10-12", BANK, "5", TIPS),
            [],
            [("tips of the crew", HIGH)],
        ),
        (
            "and moved where it belongs",
            opened(TIPS, "Liabilities:JADA:CrewTips")
            + entry("2026-10-12", BANK, "5", TIPS)
            + entry("2026-10-13", TIPS, "5", "Liabilities:JADA:CrewTips"),
            [],
            [],
        ),
        (
            "a tenant's deposit",
            opened("Income:JADA:Rent:SecurityDeposit")
            + entry("2026-10-12", BANK, "900", "Income:JADA:Rent:SecurityDeposit"),
            [],
            [("security deposits", HIGH)],
        ),
        ("nothing", "", [], []),
    ],
)
def test_money_of_others(case: str, text: str, rows: list[Row], expected: Subjects) -> None:
    assert subjects("R-ACC-10", facts_of_books(text, *rows)) == expected, case


def test_tips_of_several_bookings_are_one_finding() -> None:
    text = _income("780") + _income("730", "BK-2")
    rows = _sold(tips=usd(60)), a_booking("bk-2", tips=usd(10))
    (one,) = found("R-ACC-10", facts_of_books(text, *rows))
    assert one.message == "$70 of tips of the crew was posted as income of Jada."
