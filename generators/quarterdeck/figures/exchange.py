"""Money of another currency: counted at a price of the books while that is fresh, else left apart and said."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

import msgspec

from quarterdeck.formulas.periods import fx, to_cents
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.ledger import Entry, Posting, Price
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, MoneyRange


def largest(amounts: Iterable[Money], currency: str) -> Money | None:
    """The largest amount in a currency, whatever its sign; without any the first, since others do not compare."""
    found = tuple(amounts)
    own = (one for one in found if one.currency == currency)
    return max(own, key=lambda one: abs(one.amount), default=next(iter(found), None))


class Together(msgspec.Struct, frozen=True):
    """Amounts of any currencies as one sum in the currency of a figure."""

    amount: Decimal
    apart: tuple[Money, ...] = ()
    """What no price allows to count: one sum for each currency, in order of the alphabet."""
    note: str = ""
    """What was counted at which price, and why the rest was not."""
    sources: tuple[Source, ...] = ()
    """The prices, in order of use."""


class Exchange:
    """The prices of the books, as the one way of putting money of several currencies into one sum."""

    def __init__(self, prices: Iterable[Price], as_of: date, max_age_days: int) -> None:
        """Sort the prices by pair of currencies; of two of one day the later line counts.

        Args:
            prices: In order of date, then place.
            as_of: Day of the report; what falls later is converted as of that day.
            max_age_days: Days for which a price holds.
        """
        self._as_of = as_of
        self._max_age_days = max_age_days
        self._by_pair: dict[tuple[str, str], dict[date, Price]] = {}
        for one in prices:
            self._by_pair.setdefault((one.currency, one.worth.currency), {})[one.date] = one

    def __bool__(self) -> bool:
        """Whether the books have any price."""
        return bool(self._by_pair)

    def price(self, foreign: str, day: date, currency: str) -> Price | Missing:
        """The price at which one currency counts in another on a day (F-P3).

        A price the other way round is none: nobody wrote that one can sell for what one can buy.
        """
        listed = self._by_pair.get((foreign, currency), {})
        until = min(day, self._as_of)
        prices = [(one.date, one.worth.amount) for one in listed.values()]
        worth = fx(Decimal(1), until, prices, self._max_age_days)
        return worth if isinstance(worth, Missing) else listed[max(on for on in listed if on <= until)]

    def together(self, amounts: Iterable[tuple[Money, date]], currency: str) -> Together:
        """Add up money, each amount at the price of its day, to the cent so that sums of sums agree.

        Args:
            amounts: With the day of the balance, or of the transaction.
            currency: Of the sum.
        """
        total = Decimal(0)
        counted: dict[tuple[str, Price], Decimal] = {}
        apart: dict[str, Decimal] = {}
        reasons: dict[str, str] = {}
        for money, day in amounts:
            if money.currency == currency:
                total += money.amount
                continue
            price = self.price(money.currency, day, currency)
            if isinstance(price, Missing):
                apart[money.currency] = apart.get(money.currency, Decimal(0)) + money.amount
                reasons[money.currency] = price.reason
            else:
                key = (money.currency, price)
                counted[key] = counted.get(key, Decimal(0)) + money.amount
                total += to_cents(money.amount * price.worth.amount)
        left = by_currency(Money(amount, one) for one, amount in apart.items())
        said = [at_price(Money(amount, code), price) for (code, price), amount in counted.items() if amount]
        said += [f"excludes {plain(one)}: {reasons[one.currency]}" for one in left]
        sources = dict.fromkeys(price.source for (_, price), amount in counted.items() if amount)
        return Together(total, left, "; ".join(said), tuple(sources))

    def entry(self, entry: Entry, currency: str) -> Entry:
        """The same entry with what its postings count put into a currency, where a price allows it."""
        if all(one.balance.currency == currency for one in entry.postings):
            return entry
        postings = tuple(self._posting(one, entry.date, currency) for one in entry.postings)
        return msgspec.structs.replace(entry, postings=postings)

    def _posting(self, posting: Posting, day: date, currency: str) -> Posting:
        money = self.converted(posting.balance, day, currency)
        return posting if money == posting.balance else msgspec.structs.replace(posting, weight=money)

    def converted(self, money: Money, day: date, currency: str) -> Money:
        """One amount at the price of its day; as it is where no price allows it."""
        if money.currency == currency:
            return money
        found = self.together([(money, day)], currency)
        return money if found.apart else Money(found.amount, currency)


@lru_cache(maxsize=4)
def exchange_of(facts: Facts) -> Exchange:
    """The prices of a run, sorted once."""
    return Exchange(facts.journals.prices, facts.as_of, facts.assumed.fx_max_age_days)


def by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency, in order of the alphabet, without those that come to nothing."""
    sums: dict[str, Decimal] = {}
    for one in amounts:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return tuple(Money(sums[one], one) for one in sorted(sums) if sums[one])


def money_in(value: object) -> Money | None:
    """The money of a value, of a range its middle; None for anything else."""
    if isinstance(value, MoneyRange):
        return value.middle
    return value if isinstance(value, Money) else None


def at_price(money: Money, price: Price) -> str:
    """How an amount was counted: `EUR 140 at 1.0920, the price of 2026-08-26 in ledger/a.beancount:676`."""
    place = f"{price.source.path}:{price.source.line}"
    return f"{plain(money)} at {price.worth.amount:f}, the price of {price.date} in {place}"


def plain(money: Money) -> str:
    """Money with its code, whole amounts without cents: `EUR 1,200`."""
    cents = to_cents(money.amount)
    return (
        f"{money.currency} {cents:,.0f}"
        if cents == cents.to_integral_value()
        else f"{money.currency} {cents:,f}"
    )


def excluding(apart: Iterable[Money]) -> str:
    """What a label says of money that its sum leaves out: `, excludes EUR 1,200`; nothing without any."""
    said = " and ".join(plain(one) for one in apart)
    return f", excludes {said}" if said else ""
