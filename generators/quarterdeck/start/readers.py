"""People who read reports, as they are written into `portfolio.yml`."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from quarterdeck.model.errors import UsageError
from quarterdeck.model.finding import ROLES, Role
from quarterdeck.settings import Person
from quarterdeck.start.names import plain
from quarterdeck.text.entries import scalar, with_entry
from quarterdeck.text.nearest import nearest

_WRITTEN: Final = re.compile(r"\s*([^<>]+?)\s*<([^<>]*)>\s*([^<>]*)")


class NewReader(NamedTuple):
    """Somebody who is to read reports."""

    name: str
    address: str = ""
    roles: tuple[Role, ...] = ()
    audience: str = ""


def roles_of(text: str) -> tuple[Role, ...]:
    """The roles in words such as `ceo, cfo`; none for nothing.

    Raises:
        UsageError: One of them is none.
    """
    found: dict[Role, None] = {}
    for word in re.split(r"[\s,]+", text.strip().lower()) if text.strip() else ():
        if word not in ROLES:
            guess = nearest(word, ROLES)
            hint = f" Did you mean {guess}?" if guess else ""
            raise UsageError(f"{word!r} is no role.{hint} Roles are {', '.join(ROLES)}.")
        found[ROLES[ROLES.index(word)]] = None
    return tuple(found)


def reader_of(text: str) -> NewReader:
    """A person as one option says them: `Pat Lindqvist <pat@harbor.example> cfo,accounting`.

    Raises:
        UsageError: It is written otherwise.
    """
    found = _WRITTEN.fullmatch(text)
    if not found or not plain(found[1]):
        raise UsageError(
            f'{text!r} is no person; write "NAME <ADDRESS> ROLES", '
            'such as "Pat Lindqvist <pat@harbor.example> cfo,accounting"'
        )
    return NewReader(plain(found[1]), found[2].strip(), roles_of(found[3]))


def lines_of(person: str, reader: NewReader) -> tuple[str, ...]:
    """The entry below `people:`, without its indent."""
    lines = [f"{person}:", f"  name: {scalar(reader.name)}"]
    if reader.address:
        lines.append(f"  address: {scalar(reader.address)}")
    if reader.roles:
        lines.append(f"  roles: [{', '.join(reader.roles)}]")
    if reader.audience:
        lines.append(f"  audience: {reader.audience}")
    return tuple(lines)


def with_reader(text: str, person: str, reader: NewReader) -> str | None:
    """The text of `portfolio.yml` with the person behind the others; None where it cannot be put in safely."""
    return with_entry(
        text, "people", person, lines_of(person, reader), heading="Who reads the reports and does the tasks."
    )


def refuse_duplicates(reader: NewReader, people: Mapping[str, Person]) -> None:
    """Refuse somebody who is there already.

    Raises:
        UsageError: A person has that name or that address.
    """
    for person, known in people.items():
        same_name = known.name.casefold() == reader.name.casefold()
        same_address = bool(reader.address) and (known.address or "").casefold() == reader.address.casefold()
        if same_name or same_address:
            what = f"the address {reader.address}" if same_address else f"the name {known.name}"
            raise UsageError(
                f"{person} has {what} already. Change what is written below people: {person}: in portfolio.yml."
            )
