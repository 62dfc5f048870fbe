"""Finds amounts of money on a page, with the words before each."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from quarterdeck.model.values import Money

_BEFORE = 120
_MOST = 60
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?|\d{1,7}(?:[.,]\d{2})?"
_SIGNS = {"US$": "USD", "MX$": "MXN", "$": "USD", "€": "EUR", "£": "GBP"}
_CODES = {
    "usd": "USD",
    "dollars": "USD",
    "dolares": "USD",
    "dólares": "USD",
    "eur": "EUR",
    "euros": "EUR",
    "gbp": "GBP",
    "mxn": "MXN",
    "pesos": "MXN",
}
_AMOUNT = re.compile(
    rf"(?P<sign>US\$|MX\$|[$€£])\s?(?P<after>{_NUMBER})(?!\d)(?:\s?(?P<said>{'|'.join(_CODES)})\b)?"
    rf"|(?<![\d.,])(?P<before>{_NUMBER})\s?(?:(?P<code>{'|'.join(_CODES)})\b|(?P<euro>€))",
    re.IGNORECASE,
)
_CENTS = re.compile(r"[.,](\d{2})$")


def prices(text: str) -> Iterator[tuple[str, Money]]:
    """The amounts of a text in their order, at most 60, each with up to 120 characters before it."""
    for number, found in enumerate(_AMOUNT.finditer(text)):
        if number == _MOST:
            return
        code = found["said"] or found["code"]
        sign = found["sign"] or found["euro"] or "$"
        currency = _CODES[code.casefold()] if code else _SIGNS[sign.upper()]
        beside = text[max(0, found.start() - _BEFORE) : found.start()].strip()
        yield beside, Money(_amount(found["after"] or found["before"]), currency)


def offered(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Money]]:
    """The prices of offers in structured data, each with the name of what is offered where the data has it."""
    for entry in entries:
        offers = entry.get("offers")
        for one in offers if isinstance(offers, list) else [offers]:
            if not isinstance(one, dict):
                continue
            price = str(one.get("price") or one.get("lowPrice") or "")
            currency = str(one.get("priceCurrency") or "USD")
            if re.fullmatch(r"\d{1,9}(\.\d{1,2})?", price) and re.fullmatch(r"[A-Z]{3}", currency):
                yield str(entry.get("name") or "")[:_BEFORE], Money(Decimal(price), currency)


def _amount(digits: str) -> Decimal:
    """Read `1,200.50`, `1.200,50`, `1200` or `720.00`."""
    cents = _CENTS.search(digits)
    whole = digits[: cents.start()] if cents else digits
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{cents[1] if cents else '00'}")
