"""Which lines of a statement the books hold already."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from quarterdeck.model.ledger import Entry, Ledger
from quarterdeck.model.statement import StatementLine
from quarterdeck.parse.bank_text import holds_account_number

ID, PRINT, ALSO, OPENING = "bank-id", "bank-print", "bank-also", "bank-opening"
"""Keys of entries: the bank's id; without one, a fingerprint; what else was found to be it; a balance forward."""

_PLAIN_ID = re.compile(r"(?!sha-)[A-Za-z0-9_][A-Za-z0-9_.:#-]{0,63}")
_SAME = 10
"""Days by which somebody may have moved an entry that has the bank's id."""
_NEAR = 3
"""Days by which a person's date and the bank's may differ."""


class Alike(msgspec.Struct, frozen=True):
    """A line of the bank, and the entry of somebody else that tells the same."""

    line: StatementLine
    entry: Entry


class Matched(msgspec.Struct, frozen=True):
    """The lines of a statement, sorted by what the books know of them."""

    new: tuple[StatementLine, ...]
    there: tuple[StatementLine, ...]
    alike: tuple[Alike, ...]
    unseen: tuple[Entry, ...]
    """Entries that came from this bank account and that no line of this statement tells."""


def key_of(account: str, line: StatementLine) -> tuple[str, str]:
    """The key and value by which a line is known again.

    The bank's id stands as it is where it is a short word. Of any other, and of one that holds a number as long
    as those of accounts, a fingerprint is kept.
    """
    bank_id = " ".join("".join(sign if sign.isprintable() else " " for sign in line.bank_id).split())
    if bank_id:
        is_plain = _PLAIN_ID.fullmatch(bank_id) and not holds_account_number(bank_id)
        return ID, bank_id if is_plain else f"sha-{_digest(bank_id)}"
    words = "".join(sign for sign in f"{line.payee}{line.memo}".casefold() if sign.isalnum())
    return PRINT, _digest(account, line.date.isoformat(), format(line.amount.normalize(), "f"), words)


def also_of(account: str, line: StatementLine) -> str:
    """What is written into an entry of somebody else that a line was found to be."""
    kind, key = key_of(account, line)
    return f"{_marks(account, kind)}-{_digest(account, key)}"


def _marks(account: str, kind: str) -> str:
    return _digest(account, kind)[:6]


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def match(account: str, currency: str, lines: Sequence[StatementLine], ledger: Ledger) -> Matched:
    """Compare lines with the entries of their account.

    A line is there where an entry has its id, or as many entries have its fingerprint as lines before it. An
    entry without a key of this account and kind is alike where the amount is equal and the days are near:
    each one for one line only, the same day first.
    """
    mine = [entry for entry in ledger.entries if any(one.account == account for one in entry.postings)]
    mine = [entry for entry in mine if OPENING not in entry.keys]
    keyed = _keyed(account, mine)
    there: list[StatementLine] = []
    rest: list[StatementLine] = []
    used: set[int] = set()
    for line in lines:
        waiting = [*keyed[key_of(account, line)], *keyed[ALSO, also_of(account, line)]]
        found = next(
            (entry for entry in waiting if id(entry) not in used and _is_same(account, line, entry)), None
        )
        if found is None:
            rest.append(line)
        else:
            there.append(line)
            used.add(id(found))
    alike = _alike(account, currency, rest, [entry for entry in mine if id(entry) not in used])
    met = {id(one.line) for one in alike}
    used |= {id(one.entry) for one in alike}
    own = [entry for entry in mine if _is_own(account, entry) and id(entry) not in used]
    return Matched(
        tuple(line for line in rest if id(line) not in met), tuple(there), tuple(alike), tuple(own)
    )


def _is_same(account: str, line: StatementLine, entry: Entry) -> bool:
    """Whether an entry with the key of a line is that line: some banks begin to count their ids anew each month."""
    if not line.bank_id or entry.date == line.date:
        return True
    is_equal = any(one.account == account and one.units.amount == line.amount for one in entry.postings)
    return is_equal and abs((entry.date - line.date).days) <= _SAME


def _is_own(account: str, entry: Entry) -> bool:
    return entry.postings[0].account == account and bool({ID, PRINT} & entry.keys.keys())


def _keyed(account: str, entries: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if _is_own(account, entry):
            for kind in (ID, PRINT):
                if kind in entry.keys:
                    found[kind, entry.keys[kind]].append(entry)
        for token in entry.keys.get(ALSO, "").split():
            found[ALSO, token].append(entry)
    return found


def _alike(
    account: str, currency: str, lines: Sequence[StatementLine], entries: Iterable[Entry]
) -> list[Alike]:
    by_amount = defaultdict(list)
    for entry in entries:
        for posting in entry.postings:
            if (posting.account, posting.units.currency) == (account, currency):
                by_amount[posting.units.amount].append(entry)
    pairs = []
    for number, line in enumerate(lines):
        kind, _ = key_of(account, line)
        for place, entry in enumerate(by_amount.get(line.amount, ())):
            days = abs((entry.date - line.date).days)
            if days <= _NEAR and not _is_known(account, kind, entry):
                pairs.append((days, number, place, entry))
    taken: set[int] = set()
    found: dict[int, Alike] = {}
    for _, number, _, entry in sorted(pairs, key=lambda pair: pair[:3]):
        if number not in found and id(entry) not in taken:
            found[number] = Alike(lines[number], entry)
            taken.add(id(entry))
    return [found[number] for number in sorted(found)]


def _is_known(account: str, kind: str, entry: Entry) -> bool:
    """Whether an entry was met under this account and kind of key before."""
    is_own = entry.postings[0].account == account and kind in entry.keys
    marks = _marks(account, kind)
    return is_own or any(token.startswith(f"{marks}-") for token in entry.keys.get(ALSO, "").split())
