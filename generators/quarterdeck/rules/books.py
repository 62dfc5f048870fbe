"""Rules of the books: entries that cannot be used, and balances that do not hold."""

from collections.abc import Iterator

from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


def _said_of(facts: Facts, code: str) -> Iterator[Hit]:
    """The problems of the books under one rule; each is known by its entry, never by its line.

    What stands in a file of no business, or between two of them, is a finding of the whole portfolio.
    """
    seen: dict[tuple[str, str], int] = {}
    for problem in facts.problems:
        if problem.rule != code:
            continue
        name = problem.row or problem.code
        seen[problem.entity, name] = number = seen.get((problem.entity, name), 0) + 1
        text = f"{problem.path}:{problem.line}: {problem.what}"
        yield Hit(
            entity=problem.entity,
            subject=name if number == 1 else f"{name}/{number}",
            message=text if text.endswith((".", "?", "!")) else f"{text}.",
            evidence=(Source(problem.path, problem.line, "ledger", name),),
            severity=problem.severity,
            action=problem.mend,
        )


@rule(
    "R-ACC-12",
    severity=Severity.HIGH,
    roles=("accounting",),
    affects=(("cfo", "every figure from the books is without this entry"),),
    action="Correct the entry in the file and line that the finding names.",
    effort_hours=1,
    reads=("problems",),
)
def entry_left_out(known: Known) -> Iterator[Hit]:
    """An entry of the books that cannot be read or does not balance.

    What it checks: every line of the Beancount files below `ledger/`.
    Why it matters: the entry is left out of every sum until it is mended.
    How to mend: correct the entry; the message names file, line and what is left over.
    Known limits: a file that belongs to no business, such as the one that includes the others, is told to those
    who see the whole portfolio.
    Source: Beancount Language Syntax: the postings of an entry add up to zero.
    """
    yield from _said_of(known.facts, "R-ACC-12")


@rule(
    "R-ACC-13",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("cfo", "cash and what is owed may be other than printed"),),
    action="Compare the statement with the entries since the last balance line that holds.",
    effort_hours=1,
    reads=("problems",),
)
def balance_does_not_hold(known: Known) -> Iterator[Hit]:
    """A balance line says another amount than the entries before it add up to.

    What it checks: every `balance` line of the books.
    Why it matters: an entry is missing, doubled or wrong, and the account is not what the pages print.
    How to mend: find the entry between the last balance that holds and this one.
    Known limits: the account and day are told, not the entry that is wrong.
    Source: Beancount Language Syntax, balance assertions.
    """
    yield from _said_of(known.facts, "R-ACC-13")
