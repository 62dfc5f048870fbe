"""Makes values of a portfolio's files: what its handoffs, books, audits and earlier versions say, and what is wrong."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from quarterdeck.model.errors import NO_BUSINESS, Problem
from quarterdeck.model.evidence import AREAS, NO_EVIDENCE, Evidence
from quarterdeck.model.facts import NO_BOOKS
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.history import BEFORE, Earlier
from quarterdeck.model.history import FOLDER as RECORDS
from quarterdeck.model.ledger import Account, Ledger
from quarterdeck.parse.code_links import with_code
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.references import between, outline, within
from quarterdeck.portfolio import (
    DATA,
    EVIDENCE,
    HANDOFFS,
    Found,
    Root,
    files_below,
    find_handoffs,
    json_files,
    read_file,
)

_ACCOUNT = re.compile(r"\b(?:Assets|Liabilities|Equity|Income|Expenses):([^\s:]+)")
_YEAR = re.compile(r"-\d{4}$")


class Reading(msgspec.Struct, frozen=True):
    """The handoffs that are sound, and everything that is wrong."""

    handoffs: tuple[Handoff, ...]
    problems: tuple[Problem, ...]
    """Of refused files and between files; each handoff carries its own besides."""
    paths: tuple[str, ...]
    """Every file that was read, refused ones too."""
    ledger: Ledger = NO_BOOKS
    evidence: Evidence = NO_EVIDENCE
    records: tuple[Earlier, ...] = ()
    """What other versions left behind, oldest first."""


Parse = Callable[[Found, str], Handoff | Sequence[Problem]]
"""Makes a handoff of its files and the portfolio's currency; of one that is refused, why."""


def parsed(one: Found, currency: str) -> Handoff | Sequence[Problem]:
    """Parse one handoff with its CSV files."""
    return parse_handoff(one.data, one.path, csv_files=one.csv_files, currency=currency)


def read_handoffs(root: Root, currency: str = "USD", parse: Parse = parsed) -> Reading:
    """Parse all handoffs of a portfolio, whose base currency amounts without one are in.

    Args:
        root: The portfolio.
        currency: Its own.
        parse: Parses one of them, or remembers it.

    Returns:
        Handoffs in order of path. A file that cannot be read, or two that claim one entity, are left out and
        named in the problems; whatever is wrong never stops the others.
    """
    found, problems = find_handoffs(root)
    handoffs: list[Handoff] = []
    for one in found:
        result = parse(one, currency)
        if isinstance(result, Handoff):
            handoffs.append(result)
        else:
            problems.extend(result)
    cross = [*between(outline(handoff) for handoff in handoffs), *_tables_of_nobody(root)]
    refused = {problem.path for problem in cross if problem.refused}
    sound = [_with_references(handoff) for handoff in handoffs if handoff.path not in refused]
    paths = sorted({path for one in found for path in (one.path, *one.csv_files)})
    return Reading(tuple(sound), tuple(sorted([*problems, *cross])), tuple(paths))


def _tables_of_nobody(root: Root) -> Iterator[Problem]:
    """Folders of tables whose business has no handoff, so that nothing reads them."""
    handoffs = {Path(name).stem for name in files_below(root, HANDOFFS, [])}
    for entity, name in {name.split("/")[1]: name for name in reversed(files_below(root, DATA, []))}.items():
        if entity not in handoffs and name.count("/") > 1:
            what = f"nothing reads {DATA}/{entity}/: there is no {HANDOFFS}/{entity}.md"
            yield _of_nobody(
                name, 0, what, f"{DATA}/{entity}", f"Add {HANDOFFS}/{entity}.md, or rename the folder."
            )


def _books_of_nobody(ledger: Ledger, handoffs: Iterable[Handoff]) -> Iterator[Problem]:
    """Components of the books that no handoff keeps its books under, so that no figure counts them."""
    owned = {handoff.entity.component for handoff in handoffs}
    opened: dict[str, Account] = {}
    for one in ledger.accounts:
        root, component, _, _ = one.parts
        if root != "Equity" and component and component not in owned:
            opened.setdefault(component, one)
    for component, one in opened.items():
        what = f"no figure counts {component}: no handoff keeps its books there"
        mend = f"Add the handoff of that business, with ledger: {component}."
        yield _of_nobody(one.source.path, one.source.line, what, component, mend)


def _of_nobody(path: str, line: int, what: str, row: str, mend: str) -> Problem:
    return Problem(path, line, 0, NO_BUSINESS, what, mend, rule="R-DAT-05", row=row)


def _with_references(handoff: Handoff) -> Handoff:
    dangling = within(handoff)
    if not dangling:
        return handoff
    return msgspec.structs.replace(handoff, problems=tuple(sorted([*handoff.problems, *dangling])))


def with_books(reading: Reading, ledger: Ledger, problems: Iterable[Problem]) -> Reading:
    """A reading with the books, whose problems get the business of the file that they stand in."""
    owners = {handoff.entity.component.casefold(): handoff.entity.entity for handoff in reading.handoffs}
    owners |= {handoff.entity.entity: handoff.entity.entity for handoff in reading.handoffs}
    owned = [msgspec.structs.replace(one, entity=_owner_of_fault(one, owners)) for one in problems]
    owned += _books_of_nobody(ledger, reading.handoffs)
    return msgspec.structs.replace(
        reading,
        ledger=ledger,
        problems=tuple(sorted([*reading.problems, *owned])),
        paths=tuple(sorted({*reading.paths, *ledger.paths})),
    )


def _owner_of_fault(problem: Problem, owners: Mapping[str, str]) -> str:
    """The entity whose book a problem is in; nobody's where its words name an account of another one."""
    book = owners.get(book_of(problem.path), "")
    words = f"{problem.what} {problem.row}"
    named = {owners.get(one.casefold(), "") for one in _ACCOUNT.findall(words)}
    return book if named <= {book} else ""


def book_of(path: str) -> str:
    """The entity or component that names a book: `jada` of `ledger/jada-2026.beancount`."""
    return _YEAR.sub("", Path(path).stem).casefold()


def find_evidence(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of what collectors wrote below `evidence/`, in order of path, and what could not be read."""
    return json_files(root, [f"{EVIDENCE}/{area}" for area in sorted({*AREAS, "imports"})])


def find_history(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of what earlier versions left behind, in order of path, and what could not be read."""
    return json_files(root, [RECORDS])


def find_before(root: Path) -> dict[str, bytes]:
    """Path -> bytes of what the version before told its readers, in order of path; what cannot be read is absent."""
    problems: list[Problem] = []
    names = [name for name in files_below(root, BEFORE, problems) if name.endswith(".json.gz")]
    found = ((name, read_file(root / name, name, problems)) for name in names)
    return {name: data for name, data in found if data is not None}


def evidence_files(root: Path) -> dict[str, bytes]:
    """Path -> bytes of all that a build reads and git does not hold: what audits saw, and what versions left behind."""
    return {**find_evidence(root)[0], **find_history(root)[0], **find_before(root)}


def evidence_hash(files: Mapping[str, bytes]) -> str:
    """One hash of them all, equal where every name and every byte is."""
    whole = sha256()
    for path, data in sorted(files.items()):
        whole.update(f"{sha256(data).hexdigest()} {path}\n".encode())
    return whole.hexdigest()


def with_evidence(reading: Reading, evidence: Evidence, problems: Iterable[Problem]) -> Reading:
    """A reading with what the audits saw."""
    return msgspec.structs.replace(
        reading,
        evidence=with_code(evidence),
        problems=tuple(sorted([*reading.problems, *problems])),
        paths=tuple(sorted({*reading.paths, *(one.source.path for one in evidence.snapshots)})),
    )


def with_records(reading: Reading, records: tuple[Earlier, ...], problems: Iterable[Problem]) -> Reading:
    """A reading with what other versions left behind."""
    return msgspec.structs.replace(
        reading, records=records, problems=tuple(sorted([*reading.problems, *problems]))
    )
