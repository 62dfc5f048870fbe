"""The entries of one business up to the day of the report, and the sums that figures ask of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter, itemgetter

from quarterdeck.model.ledger import (
    Account,
    Assertion,
    Budget,
    Entry,
    Ledger,
    Lines,
    Posting,
    Price,
    parts_of,
)
from quarterdeck.model.values import Period, month_of

CASH = ("Bank", "Cash")
"""Groups of assets that are money at hand."""

_DAY = attrgetter("date")
_POSTED = itemgetter(0)
_PLACE = itemgetter(1)
_ZERO = Decimal(0)


class Journal:
    """All that the books say of one component; amounts keep Beancount's sign unless a query turns them."""

    def __init__(self, component: str, ledger: Ledger, entries: Iterable[Entry]) -> None:
        """Keep the entries that touch the component, in order of date; `Journals` makes these."""
        self.component = component
        self.entries = tuple(entries)
        self.accounts: tuple[Account, ...] = tuple(
            one for one in ledger.accounts if parts_of(one.name)[1] == component
        )
        self.assertions: tuple[Assertion, ...] = tuple(
            one for one in ledger.assertions if parts_of(one.account)[1] == component
        )
        self.budgets: tuple[Budget, ...] = tuple(
            one for one in ledger.budgets if parts_of(one.account)[1] == component
        )

    def __bool__(self) -> bool:
        """Whether there is any entry."""
        return bool(self.entries)

    def name(self, root: str, *rest: str) -> str:
        """The full name of an account or group: `name("Assets", "Bank")` is `Assets:JADA:Bank`."""
        return ":".join((root, self.component, *rest))

    @cached_property
    def account(self) -> Mapping[str, Account]:
        """Every opened account by name."""
        return {one.name: one for one in self.accounts}

    @cached_property
    def used(self) -> tuple[str, ...]:
        """Names of the component's accounts that any entry touches, sorted."""
        return tuple(sorted(self._sums))

    @cached_property
    def cash_accounts(self) -> tuple[str, ...]:
        """Names of the accounts that hold money at hand, sorted."""
        names = {*self.used, *self.account}
        return tuple(sorted(one for one in names if is_cash(one)))

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """Every month from the first entry that is no opening balance to the last entry, gaps included."""
        real = [one for one in self.entries if not is_opening(one)]
        if not real:
            return ()
        first, last = month_of(real[0].date), month_of(real[-1].date)
        found = [last]
        while found[-1] > first:
            found.append(_before(found[-1]))
        return tuple(reversed(found))

    def full_months(self, as_of: date) -> tuple[Period, ...]:
        """Those of `months` that have ended, oldest first."""
        return tuple(one for one in self.months if one.end <= as_of)

    def within(self, start: date | None, end: date | None) -> tuple[Entry, ...]:
        """Entries of some days, both ends included; None leaves an end open."""
        first = 0 if start is None else bisect_left(self.entries, start, key=_DAY)
        last = len(self.entries) if end is None else bisect_right(self.entries, end, key=_DAY)
        return self.entries[first:last]

    @cached_property
    def _sums(self) -> dict[str, dict[str, dict[tuple[int, int], Decimal]]]:
        """Account -> currency -> (year, month) -> sum of units."""
        sums: dict[str, dict[str, dict[tuple[int, int], Decimal]]] = {}
        ours: dict[str, bool] = {}
        for entry in self.entries:
            month = (entry.date.year, entry.date.month)
            for posting in entry.postings:
                name = posting.account
                if name not in ours:
                    _, component, group, _ = parts_of(name)
                    ours[name] = component == self.component and bool(group)
                if ours[name]:
                    of_month = sums.setdefault(name, {}).setdefault(posting.units.currency, {})
                    of_month[month] = of_month.get(month, _ZERO) + posting.units.amount
        return sums

    def of_month(self, accounts: Iterable[str], month: Period, currency: str) -> Decimal:
        """What some accounts and all below them moved in one whole month."""
        key = (month.start.year, month.start.month)
        return sum(
            (self._sums[name].get(currency, {}).get(key, _ZERO) for name in self.below(accounts)),
            _ZERO,
        )

    def balance(self, accounts: Iterable[str], day: date, currency: str) -> Decimal:
        """What some accounts and all below them hold at the end of a day."""
        names = self.below(accounts)
        until = (day.year, day.month)
        before = (
            amount
            for name in names
            for month, amount in self._sums[name].get(currency, {}).items()
            if month < until
        )
        total = sum(before, _ZERO)
        wanted = set(names)
        for entry in self.within(day.replace(day=1), day):
            for posting in entry.postings:
                if posting.account in wanted and posting.units.currency == currency:
                    total += posting.units.amount
        return total

    def currencies(self, accounts: Iterable[str]) -> tuple[str, ...]:
        """Currencies that some accounts ever held, sorted."""
        return tuple(sorted({currency for name in self.below(accounts) for currency in self._sums[name]}))

    def below(self, accounts: Iterable[str]) -> tuple[str, ...]:
        """Used accounts that are one of these or stand below one, sorted."""
        wanted = tuple(accounts)
        return tuple(name for name in self.used if any(is_below(name, one) for one in wanted))

    @cached_property
    def _postings(self) -> dict[str, list[tuple[date, int, Entry, Posting]]]:
        """Account -> its postings in order, with the day and the place among all postings."""
        found: dict[str, list[tuple[date, int, Entry, Posting]]] = {name: [] for name in self._sums}
        place = 0
        for entry in self.entries:
            for posting in entry.postings:
                place += 1
                if posting.account in found:
                    found[posting.account].append((entry.date, place, entry, posting))
        return found

    def lines(self, query: Lines) -> Iterator[tuple[Entry, Posting]]:
        """Every posting that a figure by accounts adds up, in order.

        `cash_class` and `part` are not looked at here: they ask for the other side of an entry.
        """
        found = [self._slice(name, query.start, query.end) for name in self.below(query.accounts)]
        wanted = found[0] if len(found) == 1 else sorted((one for part in found for one in part), key=_PLACE)
        for _, _, entry, posting in wanted:
            if (not query.tag or query.tag in entry.tags) and (not query.keys or _says(entry, query.keys)):
                yield entry, posting

    def last(self, accounts: Iterable[str], day: date) -> Entry | None:
        """The newest entry of some accounts up to a day; None without any."""
        ends = [part[-1] for name in self.below(accounts) if (part := self._slice(name, None, day))]
        return max(ends, key=_PLACE)[2] if ends else None

    def _slice(
        self, account: str, start: date | None, end: date | None
    ) -> list[tuple[date, int, Entry, Posting]]:
        postings = self._postings[account]
        first = 0 if start is None else bisect_left(postings, start, key=_POSTED)
        last = len(postings) if end is None else bisect_right(postings, end, key=_POSTED)
        return postings[first:last]


class Journals:
    """The books by component, up to the day of the report; made once a run."""

    def __init__(self, ledger: Ledger, as_of: date) -> None:
        """Sort the entries into their components; later ones are left out."""
        self._ledger = ledger
        self.prices: tuple[Price, ...] = tuple(one for one in ledger.prices if one.date <= as_of)
        self._entries: dict[str, list[Entry]] = {}
        for entry in ledger.entries:
            if entry.date <= as_of:
                for component in {parts_of(posting.account)[1] for posting in entry.postings}:
                    self._entries.setdefault(component, []).append(entry)
        self._made: dict[str, Journal] = {}

    @property
    def components(self) -> tuple[str, ...]:
        """Every component with an entry or an account, sorted."""
        opened = {parts_of(one.name)[1] for one in self._ledger.accounts}
        return tuple(sorted({*self._entries, *opened} - {""}))

    def of(self, component: str) -> Journal:
        """The journal of a component; an empty one where the books know none of that name."""
        if component not in self._made:
            found = self._entries.get(component, ())
            self._made[component] = Journal(component, self._ledger, found)
        return self._made[component]


def is_cash(account: str) -> bool:
    """Whether an account holds money at hand."""
    root, _, group, _ = parts_of(account)
    return root == "Assets" and group in CASH


def is_money(account: str) -> bool:
    """Whether an account is money at hand or on its way from a processor."""
    return is_cash(account) or (account.startswith("Assets:") and parts_of(account)[2] == "Processor")


def is_opening(entry: Entry) -> bool:
    """Whether an entry brings balances forward instead of telling what happened."""
    return any(
        posting.account.startswith("Equity:") and parts_of(posting.account)[2] == "Opening"
        for posting in entry.postings
    )


def is_below(account: str, above: str) -> bool:
    """Whether an account is another one or stands below it."""
    return account.startswith(above) and account[len(above) : len(above) + 1] in {"", ":"}


def _says(entry: Entry, keys: Iterable[tuple[str, str]]) -> bool:
    return all(entry.keys.get(key, "").strip().casefold() == word.casefold() for key, word in keys)


def _before(month: Period) -> Period:
    return month_of(date(month.start.year - (month.start.month == 1), (month.start.month - 2) % 12 + 1, 1))
