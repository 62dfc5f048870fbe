"""Handoffs that were there before the portfolio: which files are taken, and what is understood of each."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from quarterdeck.model.entity import EntityKind
from quarterdeck.model.errors import Problem, UsageError
from quarterdeck.model.handoff import Handoff
from quarterdeck.parse.frontmatter import entity_id, split
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.markdown import Heading, read
from quarterdeck.start.names import id_of, plain
from quarterdeck.text.decode import SIZE_LIMIT, Text, decode

_MARKDOWN: Final = {".md", ".markdown"}
_NO_HANDOFFS: Final = {"readme", "index", "changelog", "contributing", "license", "security"}
_NAMELESS: Final = "file-without-a-name"
_LOOKS_LIKE: Final[tuple[tuple[EntityKind, frozenset[str]], ...]] = (
    ("rental", frozenset({"rent_roll", "property"})),
    ("delivery", frozenset({"deliveries"})),
    ("agency", frozenset({"clients", "time_log"})),
    ("concert", frozenset({"campaigns", "gift_cards"})),
    ("charter", frozenset({"bookings"})),
)
"""Kinds by the tables that they alone keep, the surest first."""


class Brought(NamedTuple):
    """One file that is taken, to the byte."""

    here: Path
    """Where it was found."""
    path: str
    """Where it goes, below the portfolio."""
    data: bytes
    entity: str
    """Its id; empty where none can be read."""
    handoff: Handoff | None
    """None where it is refused as it stands."""
    problems: tuple[Problem, ...]

    @property
    def is_named(self) -> bool:
        """Whether it says its name, so that reports have it."""
        return self.handoff is not None and isinstance(self.handoff.entity.name, str)

    @property
    def title(self) -> str:
        """Its name; else its heading, which reports do not read; else its id."""
        if self.handoff is None or self.is_named:
            return self.handoff.entity.title if self.handoff else self.entity
        text = decode(self.data, self.path)
        parts = read(split(text.text).body).parts if isinstance(text, Text) else ()
        headings = (plain(one.text) for one in parts if isinstance(one, Heading) and one.level == 1)
        return next(filter(None, headings), self.entity)

    @property
    def looks_like(self) -> EntityKind | None:
        """The kind that its tables tell; None where it says so itself, or they tell nothing."""
        if self.handoff is None or isinstance(self.handoff.entity.kind, str):
            return None
        tables = {name for name, _ in self.handoff.tables}
        return next((kind for kind, own in _LOOKS_LIKE if own & tables), None)


class Left(NamedTuple):
    """One file that is not taken, and why."""

    here: Path
    why: str


def bring(folder: Path) -> tuple[tuple[Brought, ...], tuple[Left, ...]]:
    """Read the Markdown files of a folder, or of `handoffs/` in it.

    Returns:
        Files that become handoffs, in order of their names, and those that do not. Two that would become one are
        told apart by that order: the first is taken.

    Raises:
        UsageError: There is no such folder, it cannot be read, or no file of it can be taken.
    """
    where = folder / "handoffs" if (folder / "handoffs").is_dir() else folder
    try:
        found = sorted(one for one in where.iterdir() if one.suffix.lower() in _MARKDOWN)
    except OSError as error:
        raise UsageError(
            f"--from {where}: {(error.strerror or str(error)).lower()}. Name a folder."
        ) from None
    taken: dict[str, Brought] = {}
    left: list[Left] = []
    for file in found:
        one = _read(file)
        if isinstance(one, Brought) and (same := _same(one, taken.values())):
            one = Left(
                file, f"{same.here.name} is {one.entity or one.path} already; give one of them another id"
            )
        if isinstance(one, Brought):
            taken[one.path] = one
        else:
            left.append(one)
    if not taken:
        why = f": {left[0].here.name}: {left[0].why}" if left else ""
        raise UsageError(f"--from {where}: no Markdown file of it can be taken as a handoff{why}.")
    return tuple(taken.values()), tuple(left)


def _same(one: Brought, others: Iterable[Brought]) -> Brought | None:
    """The file that is that business, or has its place, already."""
    for other in others:
        if other.path == one.path or (one.entity and other.entity == one.entity):
            return other
    return None


def _read(file: Path) -> Brought | Left:
    if file.is_symlink() or not file.is_file():
        return Left(file, "is no regular file; links are never followed")
    if file.stem.lower() in _NO_HANDOFFS:
        return Left(file, "is taken for a page about the folder, not for a handoff")
    try:
        data = file.read_bytes()
    except OSError as error:
        return Left(file, f"cannot be read: {(error.strerror or str(error)).lower()}")
    if len(data) > SIZE_LIMIT:
        return Left(file, "is larger than 4 MB, which is no handoff")
    stated = parse_handoff(data, f"handoffs/{_NAMELESS}.md", stand_alone=True)
    entity = stated.entity.entity if isinstance(stated, Handoff) else _NAMELESS
    is_id = entity_id(None, file.name)[1] is None
    name = file.stem if is_id else id_of(file.stem) if entity == _NAMELESS else entity
    if not name:
        return Left(file, "gives no id; name it in letters a to z, such as harbor-tours.md")
    path = f"handoffs/{name}.md"
    result = parse_handoff(data, path)
    problems = result.problems if isinstance(result, Handoff) else tuple(result)
    if any(one.code == "secret" for one in problems):
        line = next(one.line for one in problems if one.code == "secret")
        return Left(
            file, f"a secret stands in line {line}; delete it there, and have it replaced where it is used"
        )
    if isinstance(result, Handoff):
        return Brought(file, path, data, result.entity.entity, result, problems)
    return Brought(file, path, data, "", None, problems)


def files(brought: Sequence[Brought]) -> Mapping[str, bytes]:
    """What they hold, by the path where it goes."""
    return {one.path: one.data for one in brought}
