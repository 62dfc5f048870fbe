"""Makes a new portfolio: settings, one handoff, and what keeps them tidy; it builds at once."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

from quarterdeck.commands.key import key
from quarterdeck.model.errors import UsageError

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_PLACE = re.compile(r"<([a-z]+)>")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&]")


def init(directory: Path, name: str, business: str, *, today: date) -> Iterator[str]:
    """Write the files of a new portfolio.

    Args:
        directory: Made where it does not exist; must hold nothing else.
        name: Of the portfolio.
        business: Name of the first business, whose id is made from it.
        today: Written as the day on which the handoff was last confirmed.

    Yields:
        What was made and what to do next, a line each.

    Raises:
        UsageError: The folder holds files already or cannot be written to, or the name gives no id.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory} is not empty. Name a new folder; nothing is ever written over.")
    entity = entity_id(business)
    made = {
        "portfolio.yml": _template("portfolio.yml", name=_quoted(name)),
        f"handoffs/{entity}.md": _template(
            "handoff.md",
            entity=entity,
            name=_quoted(business),
            heading=_heading(business),
            today=today.isoformat(),
        ),
        ".gitignore": "build/\nevidence/\npublished/\n.quarterdeck/\n",
        "README.md": _template("README.md", name=_heading(name), entity=entity),
    }
    for path, text in made.items():
        file = directory / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{file} cannot be made: {(error.strerror or str(error)).lower()}") from error
        yield f"made {file}"
    key(directory)
    yield f"Next: cd {directory} && quarterdeck serve, then write into handoffs/{entity}.md."


def entity_id(business: str) -> str:
    """The id of a business from its name: lower-case letters and digits with hyphens.

    Raises:
        UsageError: Nothing of the name can stand in an id.
    """
    plain = unicodedata.normalize("NFKD", business).encode("ascii", "ignore").decode().lower()
    entity = _NOT_IN_IDS.sub("-", plain).strip("-")[:40].strip("-")
    if not entity:
        raise UsageError(
            f"{business!r} gives no id; name the business in letters a to z: --business harbor-tours"
        )
    return entity


def _template(file: str, **words: str) -> str:
    text = (files("quarterdeck.commands") / "new" / file).read_text(encoding="utf-8")
    return _PLACE.sub(lambda place: words[place[1]], text)


def _quoted(text: str) -> str:
    """A YAML string on one line."""
    line = _plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'


def _heading(text: str) -> str:
    """Text of a Markdown heading, in which no sign is more than itself."""
    return _MARKDOWN.sub(r"\\\g<0>", _plain(text))


def _plain(text: str) -> str:
    return " ".join(part for part in "".join(c if c.isprintable() else " " for c in text).split())
