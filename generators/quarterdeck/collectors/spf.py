"""Reads SPF: who may send in the name of a domain, and what a receiver must ask to find out."""

import re
from collections.abc import Iterator

import msgspec

from quarterdeck.collectors.resolver import Lookup
from quarterdeck.model.observed import NotCollected

MOST_LOOKUPS = 10
"""More questions than these, and receivers give up (RFC 7208, section 4.6.4)."""
MOST_VOIDS = 2
"""More questions without an answer than these, and they give up, too."""

_VERSION = "v=spf1"
_ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})
_QUALIFIERS = {"+": "pass", "?": "neutral", "~": "softfail", "-": "fail"}
_ENOUGH = 40
"""Questions after which reading on would say nothing new."""
_TERM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(?:([:=])([^\s/]*))?(?:/\S*)?")


class Term(msgspec.Struct, frozen=True):
    """One part of a record."""

    result: str
    """What it says of those that it fits: `pass`."""
    name: str
    """In small letters: `include`, `ip4`, `redirect`."""
    value: str = ""
    """The domain that it names; empty for the one that it stands at."""


class Spf(msgspec.Struct, frozen=True):
    """What a record amounts to, with all that it includes."""

    lookups: int
    voids: int
    all: str | None
    """What it says of everybody else; None where nothing."""
    allows_some: bool
    uses_ptr: bool
    includes: tuple[str, ...]


def records_of(texts: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those texts of a name that are SPF records."""
    return tuple(one for one in texts or () if one.split(" ", 1)[0].casefold() == _VERSION)


def terms(record: str) -> Iterator[Term]:
    """The parts of a record in their order; what is no term is left out."""
    for word in record.split()[1:]:
        found = _TERM.fullmatch(word)
        if found and found[1] and found[3] == "=":
            continue
        if found:
            value = (found[4] or "").casefold().rstrip(".")
            yield Term(_QUALIFIERS[found[1] or "+"], found[2].casefold(), value)


def read_spf(domain: str, record: str, lookup: Lookup) -> Spf | NotCollected:
    """Follow a record through all that it includes.

    Questions are counted as a receiver counts them, those of the same name anew. A record that leads to itself
    counts as too many. What holds a macro is counted and not asked.

    Args:
        domain: Where it stands.
        record: Its text.
        lookup: Asks for what else it names.

    Returns:
        What it amounts to; the first answer that could not be had.

    Source: RFC 7208.
    """
    reader = _Reader(lookup)
    says = reader.follow(domain, record, (domain,))
    if reader.gap is not None and reader.lookups <= MOST_LOOKUPS:
        return reader.gap
    return Spf(
        reader.lookups,
        reader.voids,
        says,
        reader.allows_some,
        reader.uses_ptr,
        tuple(dict.fromkeys(reader.includes)),
    )


class _Reader:
    """Counts while it follows."""

    def __init__(self, lookup: Lookup) -> None:
        """Nothing is followed yet."""
        self.lookup = lookup
        self.lookups = 0
        self.voids = 0
        self.allows_some = False
        self.uses_ptr = False
        self.includes: list[str] = []
        self.gap: NotCollected | None = None

    def follow(self, domain: str, record: str, above: tuple[str, ...]) -> str | None:
        """What the record says of everybody else; nothing after its `all` counts, and no redirect beside one."""
        every = list(terms(record))
        end = next((at for at, one in enumerate(every) if one.name == "all"), None)
        for one in every[:end]:
            self._mechanism(one, domain, above)
        if end is not None:
            self.allows_some = self.allows_some or every[end].result == "pass"
            return every[end].result
        redirect = next((one.value for one in every if one.name == "redirect"), "")
        return self._lead(redirect, above) if redirect else None

    def _mechanism(self, one: Term, domain: str, above: tuple[str, ...]) -> None:
        if one.name not in {*_ASKING, "ip4", "ip6"}:
            return
        self.allows_some = self.allows_some or one.result != "fail"
        self.uses_ptr = self.uses_ptr or one.name == "ptr"
        if one.name == "include":
            self._lead(one.value, above)
        elif one.name in _ASKING:
            self.lookups += 1
            self._ask(one.name, one.value or domain)

    def _ask(self, name: str, domain: str) -> None:
        kinds = {"a": ("A", "AAAA"), "mx": ("MX",), "exists": ("A",)}.get(name, ())
        if "%" in domain or self.lookups > _ENOUGH or not kinds:
            return
        answers = [self.lookup(domain, kind) for kind in kinds]
        for one in answers:
            if isinstance(one, NotCollected):
                self.gap = self.gap or one
                return
        self.voids += not any(answers)

    def _lead(self, domain: str, above: tuple[str, ...]) -> str | None:
        """Follow to another record; what that says of everybody else."""
        self.lookups += 1
        if domain in above:
            self.lookups = max(self.lookups, MOST_LOOKUPS + 1)
        if not domain or "%" in domain or domain in above or self.lookups > _ENOUGH:
            return None
        self.includes.append(domain)
        texts = self.lookup(domain, "TXT")
        if isinstance(texts, NotCollected):
            self.gap = self.gap or texts
            return None
        self.voids += not texts
        found = records_of(texts)
        return self.follow(domain, found[0], (*above, domain)) if found else None
