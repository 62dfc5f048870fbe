"""The example portfolio as facts, read once for all tests."""

from datetime import date
from functools import cache

from quarterdeck.model.facts import Facts
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.portfolio import find_ledger
from quarterdeck.reading import read_handoffs, with_books
from tests.sites import AS_OF, ROOT


@cache
def sample_facts() -> Facts:
    """What its handoffs and books say on its own date."""
    reading = read_handoffs(ROOT)
    files, problems = find_ledger(ROOT)
    ledger, more = parse_ledger(files)
    reading = with_books(reading, ledger, [*problems, *more])
    return Facts(reading.handoffs, date.fromisoformat(AS_OF), reading.problems, ledger=reading.ledger)
