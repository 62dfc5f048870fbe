"""Prints values the way every page, chart and mail prints them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from quarterdeck.model.assumed import Limit
from quarterdeck.model.figure import STATE_WORDS, Figure, Missing, Unit
from quarterdeck.model.values import MONTHS, Blank, Day, Money, MoneyRange, Period, Ratio, Word

Printable = (
    Figure | Money | MoneyRange | Ratio | Missing | Day | Word | Blank | Period | Decimal | int | date | str
)
"""Whatever `value` prints; text is printed as it stands."""

NBSP = "\u00a0"
MINUS = "\u2212"
NOT_KNOWN = STATE_WORDS["not_known"]
SAMPLE = "SAMPLE: every figure and person here is invented."
"""Stands on all that is made of a sample portfolio, and leaves the site as a file."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_CENT = Decimal("0.01")
_WHOLE_FROM = 1000
_MONTHS_FROM_DAYS = 90
_DAYS_PER_MONTH = Decimal("30.4375")
_COUNTED_BELOW = 100
_MOST_PLACES = 2


class NotPrintableError(ValueError):
    """A value that may never stand on a page, such as NaN; a defect of ours."""

    def __init__(self, thing: object) -> None:
        """Name it."""
        super().__init__(f"{thing!r} cannot be printed")


def rounded(number: Decimal, places: int) -> Decimal:
    """Round half up, never to a negative zero.

    Raises:
        NotPrintableError: The number is infinite or no number.
    """
    if not number.is_finite():
        raise NotPrintableError(number)
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def number(amount: Decimal | int, places: int | None = None, *, sign: bool = False) -> str:
    """Print `12,900` or `-3.5`; without `places` at most two decimals, and no zeros behind them.

    The minus is the real one, U+2212, here and everywhere below.
    """
    exact = rounded(Decimal(amount), _MOST_PLACES if places is None else places)
    text = f"{abs(exact):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return _signed(exact, text, sign=sign)


def money(amount: Money, *, exact: bool = False, sign: bool = False) -> str:
    """Print `$24,600`, `$79.10`, `$0` or `1,200 CHF`.

    Args:
        amount: Cents are left out from 1,000 on, and where there are none.
        exact: Always with cents, for whoever posts it.
        sign: With a plus where it is more than zero.
    """
    cents = rounded(amount.amount, 2)
    is_whole = abs(cents) >= _WHOLE_FROM or cents == cents.to_integral_value()
    shown = cents if exact or not is_whole else rounded(cents, 0)
    return _signed(shown, _with_currency(f"{abs(shown):,f}", amount.currency), sign=sign)


def short_money(amount: Money) -> str:
    """Print `$18.4k` or `$1.2M`, for axes alone."""
    size = abs(amount.amount)
    for step, letter in ((Decimal(1_000_000), "M"), (Decimal(1000), "k")):
        if rounded(size, 0) >= step:
            text = number(rounded(size / step, 1)) + letter
            return _signed(amount.amount, _with_currency(text, amount.currency))
    return _signed(rounded(amount.amount, 0), _with_currency(number(rounded(size, 0)), amount.currency))


def percent(ratio: Ratio | Decimal, *, sign: bool = False) -> str:
    """Print 0.124 as `12.4%`."""
    share = rounded((ratio.value if isinstance(ratio, Ratio) else ratio) * 100, 1)
    return _signed(share, f"{abs(share):,f}%", sign=sign)


def setting(ratio: Decimal) -> str:
    """Print a share as somebody sets it: 0.1 as `10%`, 0.0008 as `0.08%`."""
    return f"{number(ratio * 100)}%"


def limit(both: Limit, currency: str) -> str:
    """Print a limit of two parts as `$250 and 10%`."""
    return f"{money(Money(both.absolute, currency))} and {setting(both.ratio)}"


def day(on: date) -> str:
    """Print `23 Nov 2026`."""
    return f"{on.day}{NBSP}{MONTHS[on.month - 1][:3]}{NBSP}{on.year}"


def day_short(on: date) -> str:
    """Print `23 Nov`, where the year is plain from what stands around it."""
    return f"{on.day}{NBSP}{MONTHS[on.month - 1][:3]}"


def age(days: int) -> str:
    """Print `52 days`, and from 91 days on `3 months`."""
    if days <= _MONTHS_FROM_DAYS:
        return counted(days, "day")
    return counted(int(rounded(Decimal(days) / _DAYS_PER_MONTH, 0)), "month")


def counted(count: Decimal | int, noun: str, plural: str = "") -> str:
    """Print `1 day`, `52 days`; the plural is the noun with an s unless given."""
    return f"{number(count)}{NBSP}{noun if count == 1 else plural or noun + 's'}"


def value(thing: Printable, *, exact: bool = False) -> str:
    """Print any value of the model, its states and blanks included, as plain text.

    Args:
        thing: A figure is printed with its unit, and with `at least` where members of its sum are not known.
        exact: Money with its cents.

    Raises:
        NotPrintableError: A number that is infinite or no number.
    """
    match thing:
        case Figure():
            text = "".join(parts(thing, exact=exact))
        case Money():
            text = money(thing, exact=exact)
        case MoneyRange(low, high):
            text = f"{money(low, exact=exact)} to {money(high, exact=exact)}"
        case Ratio():
            text = _ratio(thing)
        case Missing(state):
            text = STATE_WORDS[state]
        case Blank(why):
            text = why if why in ("n/a", "not tracked") else NOT_KNOWN
        case Period(name=name):
            text = name
        case Day(date=on) | (date() as on):
            text = day(on)
        case Word(text=said) | (str() as said):
            text = said
        case _:
            text = number(thing)
    return text


def parts(figure: Figure, *, exact: bool = False) -> tuple[str, str]:
    """Split what is printed into the number and its unit, which a card prints smaller: `5.5`, ` months`."""
    content = figure.value
    prefix = "at least " if figure.is_partial and figure.is_known else ""
    if not isinstance(content, Decimal):
        return prefix + value(content, exact=exact), ""
    shown, unit = _in_unit(content, figure.unit)
    return prefix + shown, unit


def known_of(figure: Figure) -> str:
    """Print `6 of 7 known` for a sum with gaps, else nothing."""
    return f"{figure.known} of {figure.wanted} known" if figure.is_partial else ""


def sort_key(thing: Printable) -> str:
    """Give the raw number or text by which a column is sorted; empty where the value is not known."""
    match thing:
        case Figure(value=content):
            key = sort_key(content)
        case Money(amount):
            key = f"{amount:f}"
        case MoneyRange():
            key = sort_key(thing.middle)
        case Ratio(share):
            key = f"{share:f}"
        case Missing() | Blank():
            key = ""
        case Period(start):
            key = start.isoformat()
        case Day(date=on) | (date() as on):
            key = on.isoformat()
        case Word(text=said) | (str() as said):
            key = said
        case _:
            key = f"{Decimal(thing):f}"
    return key


def _signed(amount: Decimal, text: str, *, sign: bool = False) -> str:
    if amount < 0:
        return MINUS + text
    return f"+{text}" if sign and amount > 0 else text


def _with_currency(text: str, currency: str) -> str:
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{text}" if symbol else f"{text}{NBSP}{currency}"


def _ratio(ratio: Ratio) -> str:
    if ratio.part is not None and ratio.whole is not None and ratio.whole < _COUNTED_BELOW:
        return f"{number(ratio.part)} of {number(ratio.whole)}"
    return percent(ratio)


def _in_unit(amount: Decimal, unit: Unit) -> tuple[str, str]:
    match unit:
        case "ratio":
            return percent(amount), ""
        case "months":
            return number(amount, 1), f"{NBSP}months"
        case "days":
            return number(rounded(amount, 1)), f"{NBSP}{'day' if amount == 1 else 'days'}"
        case "score":
            return number(rounded(amount, 0 if amount >= _WHOLE_FROM else 1)), ""
        case "hours":
            return number(amount), f"{NBSP}{'hour' if amount == 1 else 'hours'}"
        case "date":
            return day(date.fromordinal(int(amount))), ""
        case _:
            return number(amount), ""
