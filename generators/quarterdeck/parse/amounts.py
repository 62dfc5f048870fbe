"""Reads money, shares, counts and numbers; exact decimals only."""

import re
from decimal import Decimal

import msgspec

from quarterdeck.model.columns import Column, Field
from quarterdeck.model.values import Blank, Cadence, Money, MoneyRange, Ratio
from quarterdeck.parse.refusal import Refusal, blank, quoted

_LONGEST = 60
"""No amount that anybody writes is longer; what is longer is refused before a pattern sees it."""
_MOST_DIGITS = 18
_GROUP = 3

_PLAIN = re.compile(r"(\$?)(\d{1,15})(\.\d\d?)?", re.ASCII)
_GROUPED = re.compile(r"(\$?)(\d{1,3}(?:,\d{3}){1,4})(\.\d\d?)?", re.ASCII)
_DIGITS = r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?P<part>\.\d+)?"
_NUMBER = re.compile(rf"(?P<sign>[-+\u2212]?){_DIGITS} ?(?P<scale>[kKmM]?)", re.ASCII)
_CURRENCY = r"US\$|CA\$|AU\$|[$€£¥]|[A-Za-z]{3}"
_MONEY = re.compile(
    rf"(?P<sign>[-+\u2212]?)(?P<before>{_CURRENCY})? ?(?P<inner>[-\u2212]?){_DIGITS} ?(?P<scale>[kKmM]?)"
    rf"(?: ?(?P<after>{_CURRENCY}))?",
    re.ASCII,
)
_PACE = re.compile(
    r" ?(?:/ ?|per |an? )(?P<per>week|wk|w|month|mon|mo|quarter|qtr|q|year|yr|y|annum)\.?$"
    r"| (?P<each>weekly|monthly|quarterly|yearly|annually)$",
    re.IGNORECASE,
)
_OTHER_PACE = re.compile(r"^(?P<amount>.*\d[kKmM]?) ?(?:/|per ) ?(?P<unit>[A-Za-z]+)\.?$", re.ASCII)
_TO = re.compile(r"(?<=[\dkKmM)]) ?(?:\u2013|\u2014|-|\u2212|\.\.| to ) ?(?=[$€£¥(\d~])", re.ASCII)
_OF = re.compile(r"(?P<part>[\d,]+(?:\.\d+)?) of (?P<whole>[\d,]+(?:\.\d+)?)", re.IGNORECASE | re.ASCII)
_PERCENT = re.compile(r"(?P<sign>[-+\u2212]?)(?P<value>\d{1,9}(?:\.\d{1,9})?|\.\d{1,9}) ?%", re.ASCII)
_SHARE = re.compile(r"(?P<sign>[-+\u2212]?)(?P<value>\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})", re.ASCII)

_CADENCES: dict[str, Cadence] = {
    **dict.fromkeys(("week", "wk", "w", "weekly"), "weekly"),
    **dict.fromkeys(("month", "mon", "mo", "monthly"), "monthly"),
    **dict.fromkeys(("quarter", "qtr", "q", "quarterly"), "quarterly"),
    **dict.fromkeys(("year", "yr", "y", "annum", "yearly", "annually"), "annual"),
}
_TIMES_A_YEAR: dict[Cadence, int] = {"weekly": 52, "monthly": 12, "quarterly": 4, "annual": 1}
_SYMBOLS = {"US$": "USD", "CA$": "CAD", "AU$": "AUD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_CODES = (
    "AED ARS AUD BBD BGN BHD BMD BOB BRL BSD BWP BZD CAD CHF CLP CNY COP CRC CZK DKK DOP DZD EGP ETB "
    "EUR FJD GBP GEL GHS GTQ HKD HNL HUF IDR ILS INR ISK JMD JOD JPY KES KRW KWD KYD KZT LBP LKR MAD "
    "MUR MXN MYR NAD NGN NIO NOK NPR NZD OMR PAB PEN PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SEK SGD "
    "THB TND TRY TTD TWD TZS UAH UGX USD UYU VND XAF XCD XOF XPF ZAR ZMW "
)
CURRENCIES = frozenset(_CODES.split())
"""The ISO 4217 codes that are taken for currencies."""
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000}
_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_MONEY_MEND = "Write an amount such as $1,250, 1250 USD or 1.2k."


class Paced(msgspec.Struct, frozen=True):
    """Money with the span it was written for: `$180/mo`."""

    money: Money | MoneyRange
    cadence: Cadence


def read_money(text: str, field: Field, currency: str) -> Money | Blank | Refusal:
    """Read one amount; `$180/yr` is turned into the column's span, in any other column a span is refused.

    Args:
        text: The cell, stripped.
        field: The column: whether it may be negative, and the span it is for.
        currency: What an amount without one is in.
    """
    if (money := common_money(text, currency)) is not None:
        return money
    value = read_paced(text, field, currency)
    if isinstance(value, Paced):
        value = _per(value, field.column, text)
    return _one_amount(text) if isinstance(value, MoneyRange) else value


def common_money(text: str, currency: str) -> Money | None:
    """The amount, where it is written as most are: `$1,250`, `1250` or `12.50`; None for any other text."""
    match = (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)) if len(text) <= _LONGEST else None
    if match is None:
        return None
    symbol, whole, cents = match.groups()
    code = "USD" if symbol and currency not in _DOLLARS else currency
    return Money(Decimal(whole.replace(",", "") + (cents or "")), code)


def read_money_range(text: str, field: Field, currency: str) -> Money | MoneyRange | Blank | Refusal:
    """Read one amount, or two ends such as `$10K-50K`."""
    value = read_paced(text, field, currency)
    if isinstance(value, Paced):
        value = _per(value, field.column, text)
    return value


def read_money_or_ratio(text: str, field: Field, currency: str) -> Money | Ratio | Blank | Refusal:
    """Read a share or an amount: `%`, `of`, and a plain number under 1 such as 0.15 are shares."""
    if "%" in text or _OF.fullmatch(text) or ((share := _SHARE.fullmatch(text)) and _is_share(share)):
        return read_ratio(text, field, currency)
    return read_money(text, field, currency)


def _is_share(match: re.Match[str]) -> bool:
    return _ZERO < Decimal(match["value"]) < 1


def read_paced(text: str, field: Field, currency: str) -> Money | MoneyRange | Paced | Blank | Refusal:
    """Read an amount or range and keep the span that is written with it."""
    if found := blank(text):
        return found
    if len(text) > _LONGEST:
        return Refusal(f"{quoted(text)} is too long for an amount", _MONEY_MEND, "bad-money")
    if text.lower() in {"none", "zero", "free"}:
        return Money(_ZERO, currency)
    pace = _PACE.search(text)
    amount = text[: pace.start()].rstrip() if pace else text
    value = _ends(amount, currency) if _TO.search(amount) else _amount(amount, currency)
    if isinstance(value, Refusal):
        return value
    low = value.low if isinstance(value, MoneyRange) else value
    if low.amount < 0 and not field.column.signed:
        what = f"{quoted(text)} is negative"
        return Refusal(what, "Write the amount without a minus.", "negative", is_impossible=True)
    return Paced(value, _CADENCES[(pace["per"] or pace["each"]).lower()]) if pace else value


def _amount(text: str, currency: str) -> Money | Refusal:
    bare, sign = text.replace("\u00a0", " "), 1
    if bare.startswith("(") and bare.endswith(")"):
        bare, sign = bare[1:-1].strip(), -1
    match = _MONEY.fullmatch(bare)
    if (
        match is None
        or not (match["whole"] or match["part"])
        or (match["inner"] and (match["sign"] or sign < 0))
    ):
        return _no_money(text)
    if match["sign"] in {"-", "\u2212"} or match["inner"]:
        sign = -sign
    written = match["before"] or match["after"]
    code = _currency(written, currency) if written else currency
    if code is None or (match["before"] and match["after"] and _currency(match["after"], currency) != code):
        return Refusal(f"{quoted(text)} has no currency that is known", _MONEY_MEND, "bad-money")
    number = _decimal(match)
    if number is None:
        return _ambiguous(text)
    return Money(number * sign, code)


def _currency(written: str, default: str) -> str | None:
    if written == "$":
        return default if default in _DOLLARS else "USD"
    code = _SYMBOLS.get(written) or written.upper()
    return code if code in CURRENCIES else None


def _decimal(match: re.Match[str]) -> Decimal | None:
    """The number, scaled; None where a point may group thousands, or there are too many digits."""
    whole, part, scale = match["whole"] or "0", match["part"] or "", match["scale"].lower()
    digits = whole.replace(",", "")
    may_group = len(part) == _GROUP + 1 and len(digits) <= _GROUP and digits != "0" and "," not in whole
    if (may_group and not scale) or len(digits) > _MOST_DIGITS:
        return None
    return Decimal(digits + part) * _SCALES[scale]


def _ends(text: str, currency: str) -> MoneyRange | Refusal:
    parts = _TO.split(text)
    if len(parts) != 2:  # noqa: PLR2004  # a range has two ends
        return _no_money(text)
    low, high = (_amount(part.lstrip("~"), currency) for part in parts)
    if isinstance(low, Refusal) or isinstance(high, Refusal):
        return _no_money(text)
    if high.currency != low.currency:
        if parts[0].strip("~ ")[:1].isdigit():  # the currency stands after the second end only
            low = Money(low.amount, high.currency)
        else:
            high = Money(high.amount, low.currency)
    if parts[1][-1:] in "kKmM" and parts[0][-1:].isdigit() and low.amount * 10 < high.amount:
        mend = f"Write the unit on both ends, such as {parts[0]}{parts[1][-1]}-{parts[1]}."
        return Refusal(
            f"{quoted(text)} can begin at {parts[0]} or {parts[0]}{parts[1][-1]}", mend, "bad-money"
        )
    if low.amount > high.amount:
        what = f"{quoted(text)} ends below its beginning"
        return Refusal(what, "Write the smaller amount first.", "impossible", is_impossible=True)
    return MoneyRange(low, high)


def _per(value: Paced, column: Column, text: str) -> Money | MoneyRange | Refusal:
    """Turn money of one span into that of the column."""
    if column.per is None or column.per == "one-time":
        mend = "Write the amount alone, and its period in a column of its own."
        return Refusal(f"{quoted(text)} has a period, which this column does not take", mend, "bad-money")
    if isinstance(value.money, Money):
        return per(value.money, value.cadence, column.per)
    low, high = (per(end, value.cadence, column.per) for end in (value.money.low, value.money.high))
    return MoneyRange(low, high)


def per(money: Money, cadence: Cadence, wanted: Cadence) -> Money:
    """Turn an amount of one span into that of another, exactly but for thirds, by the year."""
    if cadence == wanted:
        return money
    return Money(money.amount * _TIMES_A_YEAR[cadence] / _TIMES_A_YEAR[wanted], money.currency)


def _one_amount(text: str) -> Refusal:
    return Refusal(f"{quoted(text)} is a range", "Write one amount, with ~ before a guess.", "bad-money")


def _no_money(text: str) -> Refusal:
    if other := _OTHER_PACE.match(text):
        mend = f'Write {other["amount"]} here, and "{other["unit"]}" in the column for the unit.'
        return Refusal(f"{quoted(text)} is an amount for one {other['unit']}", mend, "bad-money")
    if _is_ambiguous(text):
        return _ambiguous(text)
    return Refusal(f"{quoted(text)} is no amount of money", _MONEY_MEND, "bad-money")


def _is_ambiguous(text: str) -> bool:
    return "," in text and any(sign.isdigit() for sign in text) and not any(sign.isalpha() for sign in text)


def _ambiguous(text: str) -> Refusal:
    what = f"{quoted(text)} can be read in more than one way"
    return Refusal(what, "Write commas between thousands and a point before cents: 1,234.56.", "bad-money")


def read_ratio(text: str, field: Field, _currency: str) -> Ratio | Blank | Refusal:
    """Read a share from 0 to 1: `25%`, `0.25` or `5 of 31`; over 100% and negative is impossible."""
    if len(text) > _LONGEST:
        return blank(text) or _no_ratio(text)
    if match := _PERCENT.fullmatch(text):
        ratio = Ratio(_signed(match) / 100)
    elif match := _SHARE.fullmatch(text):
        ratio = Ratio(_signed(match))
    elif match := _OF.fullmatch(text):
        part, whole = (Decimal(match[name].replace(",", "")) for name in ("part", "whole"))
        if not whole:
            return Refusal(
                f"{quoted(text)} is a share of nothing",
                "Write n/a: and why.",
                "impossible",
                is_impossible=True,
            )
        ratio = Ratio(part / whole, part, whole)
    elif found := blank(text):
        return found
    elif text.lower() == "none":
        return Ratio(_ZERO)
    else:
        return _no_ratio(text)
    return _bounded_ratio(ratio, text, field)


def _signed(match: re.Match[str]) -> Decimal:
    value = Decimal(match["value"])
    return -value if match["sign"] in {"-", "\u2212"} else value


def _bounded_ratio(ratio: Ratio, text: str, field: Field) -> Ratio | Refusal:
    if field.grammar == "kpi value":
        return ratio
    if ratio.value < 0 and not field.column.signed:
        return Refusal(
            f"{quoted(text)} is negative", "Write a share from 0% to 100%.", "negative", is_impossible=True
        )
    if ratio.value > 1:
        mend = "Write a share from 0% to 100%."
        if "%" not in text and ratio.part is None:
            mend = f"Write {text}%, or a number from 0 to 1."
        return Refusal(f"{quoted(text)} is over 100%", mend, "impossible", is_impossible=True)
    return ratio


def _no_ratio(text: str) -> Refusal:
    return Refusal(f"{quoted(text)} is no share", "Write it as 25% or 0.25.", "bad-ratio")


def read_count(text: str, field: Field, _currency: str) -> int | Blank | Refusal:
    """Read a whole number, not negative unless the column is signed."""
    value = read_number(text, field, _currency)
    if not isinstance(value, Decimal):
        return value
    if value != value.to_integral_value():
        return Refusal(f"{quoted(text)} is no whole number", "Write a whole number such as 12.", "bad-count")
    return int(value)


def read_number(text: str, field: Field, _currency: str) -> Decimal | Blank | Refusal:
    """Read a decimal number inside the column's bounds, not negative unless the column is signed."""
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or not (match["whole"] or match["part"]):
        return _ZERO if text.lower() == "none" else blank(text) or _no_number(text)
    number = _decimal(match)
    if number is None:
        return _ambiguous(text)
    if match["sign"] in {"-", "\u2212"}:
        number = -number
    return _bounded(number, text, field)


def _no_number(text: str) -> Refusal:
    if len(text) > _LONGEST:
        what = f"{quoted(text)} is too long for a number"
        return Refusal(what, f"Write at most {_MOST_DIGITS} digits.", "bad-number")
    if _is_ambiguous(text):
        return _ambiguous(text)
    return Refusal(f"{quoted(text)} is no number", "Write a number such as 12 or 3.5.", "bad-number")


def _bounded(number: Decimal, text: str, field: Field) -> Decimal | Refusal:
    low, high = field.column.low, field.column.high
    if number < 0 and not field.column.signed and (low is None or low >= 0):
        return Refusal(
            f"{quoted(text)} is negative", "Write a number from 0 up.", "negative", is_impossible=True
        )
    if (low is not None and number < low) or (high is not None and number > high):
        mend = (
            f"Write a number from {low} to {high}." if high is not None else f"Write a number from {low} up."
        )
        return Refusal(f"{quoted(text)} is out of bounds", mend, "impossible", is_impossible=True)
    return number


def read_kpi_value(text: str, field: Field, currency: str) -> Money | Ratio | Decimal | Blank | Refusal:
    """Read what a KPI shows: money where a currency is written, a share with `%` or `of`, else a number."""
    if "%" in text or _OF.fullmatch(text):
        return read_ratio(text, field, currency)
    if "." in text and text.count(".") == 1 and (match := _SHARE.fullmatch(text)):
        return _signed(match)  # a reading such as 4.875 groups no thousands
    for read in (read_number, read_money):
        value = read(text, field, currency)
        if not isinstance(value, Refusal):
            return value
    mend = "Write a number, $1,250, 25%, 5 of 31, not tracked, or n/a: and why."
    return Refusal(f"{quoted(text)} is no value", mend, "bad-value")
