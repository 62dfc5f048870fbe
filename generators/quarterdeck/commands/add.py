"""Adds a business or a person to a portfolio, and touches nothing else of it."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from quarterdeck.commands.answers import checked_id, checked_reader
from quarterdeck.commands.replace import refuse_links, replace
from quarterdeck.model.errors import UsageError
from quarterdeck.portfolio import HANDOFFS
from quarterdeck.reading import read_handoffs
from quarterdeck.settings import Settings, load_settings
from quarterdeck.settings_file import PORTFOLIO_FILE
from quarterdeck.start.businesses import Business, book_path, handoff, kind_of
from quarterdeck.start.names import entity_id, person_id, plain
from quarterdeck.start.readers import NewReader, refuse_duplicates, with_reader


class Addition(NamedTuple):
    """What is to be added, before anything is written."""

    root: Path
    path: str
    before: bytes | None
    after: bytes
    next_step: str

    def diff(self) -> str:
        """What would change, as a unified diff."""
        old, new = ((text or b"").decode().splitlines() for text in (self.before, self.after))
        start = "/dev/null" if self.before is None else f"a/{self.path}"
        lines = difflib.unified_diff(old, new, start, f"b/{self.path}", lineterm="")
        return "".join(f"{line}\n" for line in lines)

    def write(self) -> Iterator[str]:
        """Write the file, and tell what was done and what comes next, a line each.

        Raises:
            UsageError: The file was changed meanwhile.
            OutsideError: The disk refused; the file is as it was.
        """
        replace(self.root, {self.path: (self.before, self.after)})
        yield f"{'made' if self.before is None else 'changed'} {self.path}"
        if self.before is not None:
            added = (line[1:] for line in self.diff().splitlines()[2:] if line.startswith("+"))
            yield from added
        yield self.next_step


def entity(
    root: Path, environ: Mapping[str, str], name: str, kind: str, *, own_id: str, today: Callable[[str], date]
) -> Addition:
    """Plan the handoff of another business.

    Args:
        root: The portfolio.
        environ: For the settings.
        name: As printed.
        kind: One of the kinds of businesses.
        own_id: Its id; made from the name where this is empty.
        today: The day in a time zone, on which the handoff was last confirmed.

    Raises:
        InputError: The settings are wrong.
        UsageError: There is such a business already, the kind is none, or the name gives no id.
    """
    settings = load_settings(root, environ)
    day = today(settings.timezone)
    refuse_links(root, [HANDOFFS])
    made = checked_id(own_id) if own_id else entity_id(name)
    owners = {one.entity.entity: one.path for one in read_handoffs(root, settings.currency).handoffs}
    files = {one.stem.casefold(): f"{HANDOFFS}/{one.name}" for one in (root / HANDOFFS).glob("*.md")}
    if there := owners.get(made) or files.get(made):
        raise UsageError(
            f"{there} is the business {made} already, and nothing is ever written over. "
            f"Give this one another id: --id {made}-2"
        )
    owner = next(iter(settings.people)) if len(settings.people) == 1 else ""
    business = Business(made, plain(name) or made, kind_of(kind), owner)
    path = f"{HANDOFFS}/{made}.md"
    book = book_path(business, day.year)
    step = f"Next: write into {path}. Its books, if it has any, go to {book}: name that file in ledger/main.beancount."
    return Addition(root, path, None, handoff(business, day).encode(), step)


def person(root: Path, environ: Mapping[str, str], reader: NewReader, *, own_id: str) -> Addition:
    """Plan another person of `portfolio.yml`; every other line of it stays as it is.

    Args:
        root: The portfolio.
        environ: For the settings.
        reader: Who it is.
        own_id: By which tasks name them; made from the name where this is empty.

    Raises:
        InputError: The settings are wrong, or would be.
        UsageError: They are there already, or the file is written so that nobody can be put in.
    """
    settings = load_settings(root, environ)
    new = checked_reader(reader)
    refuse_duplicates(new, settings.people)
    made = checked_id(own_id) if own_id else person_id(new.name, settings.people)
    if made in settings.people:
        raise UsageError(f"{made} is {settings.people[made].name} already. Choose another one: --id {made}-2")
    file = root / PORTFOLIO_FILE
    before = file.read_bytes() if file.exists() else None
    text = with_reader((before or b"").decode(), made, new)
    if text is None:
        raise UsageError(
            f"{PORTFOLIO_FILE}: the map below people: is written in braces, or the file ends in an open text. "
            "Write people: with one person a line below it, then run this again."
        )
    after = text.encode()
    _prove(settings, load_settings(root, environ, after), made)
    reads = "the next quarterdeck publish lets them in"
    step = f"Next: commit it; {reads if new.address and new.roles else 'without address and role they read nothing'}."
    return Addition(root, PORTFOLIO_FILE, before, after, step)


def _prove(before: Settings, after: Settings, made: str) -> None:
    """Whether the settings say the same as before, and one person more."""
    people = {name: one for name, one in after.people.items() if name != made}
    rest = after.model_copy(update={"people": people})
    if made not in after.people or rest.model_dump() != before.model_dump():
        raise UsageError(
            f"{PORTFOLIO_FILE} would say something else besides. Write the person into it by hand."
        )
